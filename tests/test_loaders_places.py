"""A table lies in the folder of its protocol, is of a kind that can be read, and no message holds a path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from loaded_people import PEOPLE, as_csv, load, plan, problems_of

from primus_eval.errors import InputError, Problem
from primus_eval.loaders import load_trial
from primus_eval.loaders.opening import ARCHIVES, OLD_SHEETS, RUNS_CODE

SAMPLES = Path(__file__).parent.parent / "data" / "sample"


def refused(folder: Path, file: str) -> Problem:
    with pytest.raises(InputError) as caught:
        load_trial(plan(file=file), folder)
    (problem,) = caught.value.problems
    assert str(folder) not in str(problem), "a message holds no path of this machine"
    return problem


@pytest.fixture
def folder(tmp_path):
    """A folder of a protocol, and a table that lies beside the folder."""
    (tmp_path / "outside.csv").write_text(as_csv(PEOPLE), encoding="utf-8")
    inner = tmp_path / "trial"
    inner.mkdir()
    return inner


KINDS = {
    **dict.fromkeys(ARCHIVES, ("PE-A70", "archive")),
    **dict.fromkeys(RUNS_CODE, ("PE-A66", "run code")),
    **dict.fromkeys(OLD_SHEETS, ("PE-A66", "workbook")),
    ".docx": ("PE-A66", ".docx"),
    "": ("PE-A66", "nothing"),
}


@pytest.mark.parametrize(("suffix", "code", "says"), [(suffix, *said) for suffix, said in KINDS.items()])
def test_a_file_of_another_kind_is_refused_by_its_name_alone(tmp_path, suffix, code, says):
    (problem,) = problems_of(tmp_path, "x", file=f"participants{suffix.upper()}")
    assert problem.code == code
    assert says in problem.what
    assert problem.mend


@pytest.mark.parametrize("suffix", ["xlsx", "parquet", "dta", "sav", "xpt", "sas7bdat"])
def test_text_under_the_name_of_another_kind_is_refused(tmp_path, suffix):
    (problem,) = problems_of(tmp_path, as_csv(PEOPLE), file=f"participants.{suffix}")
    assert (problem.code, problem.file) == ("PE-A68", f"participants.{suffix}")


def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.csv")
    assert refused(folder, "pipe.csv").code == "PE-A67"


def test_a_file_that_is_not_there_is_named_with_the_nearest_there_is(folder):
    (folder / "participants_2024.csv").write_text(as_csv(PEOPLE), encoding="utf-8")
    problem = refused(folder, "participants_2042.csv")
    assert problem.code == "PE-A67"
    assert problem.paste == '[data.participants]\nfile = "participants_2024.csv"'
    assert len(load(folder, as_csv(PEOPLE), file="participants_2024.csv").participants) == 4


@pytest.mark.parametrize("file", ["../outside.csv", "sub/../../outside.csv", "/etc/hostname", ".."])
def test_a_file_outside_the_folder_is_refused(folder, file):
    assert refused(folder, file).code == "PE-F10"


def test_a_link_that_leads_out_of_the_folder_is_refused_and_one_that_stays_is_not(folder):
    (folder / "out.csv").symlink_to(folder.parent / "outside.csv")
    assert refused(folder, "out.csv").code == "PE-F10"
    (folder / "there.csv").write_text(as_csv(PEOPLE), encoding="utf-8")
    (folder / "inside.csv").symlink_to(folder / "there.csv")
    assert len(load_trial(plan(file="inside.csv"), folder).participants) == 4


def test_a_folder_reached_through_a_link_is_the_folder(folder):
    (folder / "participants.csv").write_text(as_csv(PEOPLE), encoding="utf-8")
    (folder.parent / "link").symlink_to(folder, target_is_directory=True)
    assert len(load_trial(plan(), folder.parent / "link").participants) == 4


@pytest.mark.parametrize("file", ["none.csv", "", ".", "a\0b.csv", "x" * 5000 + ".csv"])
def test_a_file_that_cannot_be_opened_is_named(folder, file):
    assert refused(folder, file).code in ("PE-A67", "PE-F10")


def test_links_in_a_circle_end(folder):
    (folder / "a.csv").symlink_to(folder / "b.csv")
    (folder / "b.csv").symlink_to(folder / "a.csv")
    assert refused(folder, "a.csv").code == "PE-A67"


def test_a_protocol_given_by_its_path_finds_its_file_beside_it():
    assert len(load_trial(SAMPLES / "maryland" / "protocol.toml").participants) == 432
    assert len(load_trial(str(SAMPLES / "mentoring" / "protocol.toml")).participants) == 97


def test_a_protocol_without_a_folder_is_a_mistake_of_the_caller():
    with pytest.raises(TypeError, match="folder"):
        load_trial(plan())
