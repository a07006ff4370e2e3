"""A table may be a folder of files with the same columns: it is all of them, or it is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from delivered_tables import events, load, people, plan, refused, write
from loaded_people import as_parquet, places

from primus_eval.errors import InputError
from primus_eval.loaders import opening
from primus_eval.loaders.opening import ARCHIVES, RUNS_CODE, open_tables
from primus_eval.protocol import TableFile

PARTS = plan({"file": "parts"}, None)


def in_parts(folder: Path, rows: list[dict[str, str]], parts: int = 3, name: str = "parts") -> None:
    for part in range(parts):
        write(folder / name / f"part-{part}.csv", rows[part::parts])


def columns_of(rows: list[dict[str, str]]) -> dict[str, Any]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def test_a_table_in_parts_is_the_table(tmp_path):
    whole = load(tmp_path, plan(), people(), events(people()))
    in_parts(tmp_path, people())
    in_parts(tmp_path, events(people()), name="more")
    trial = load(tmp_path, plan({"file": "parts"}, {"file": "more"}), None)
    pd.testing.assert_frame_equal(trial.participants, whole.participants)
    assert trial.events is not None and whole.events is not None
    keys = ["person", "offence"]
    pd.testing.assert_frame_equal(
        trial.events.sort_values(keys, ignore_index=True), whole.events.sort_values(keys, ignore_index=True)
    )
    assert [(account.file, account.rows_read) for account in trial.accounts] == [("parts", 12), ("more", 24)]


def test_parts_may_be_of_different_kinds_with_their_columns_in_any_order(tmp_path):
    whole = load(tmp_path, plan(events=None), people())
    write(tmp_path / "parts" / "a.csv", people()[:5])
    turned = [dict(reversed(row.items())) for row in people()[5:8]]
    write(tmp_path / "parts" / "b.txt", turned)
    (tmp_path / "parts" / "c.parquet").write_bytes(as_parquet(columns_of(people()[8:])))
    pd.testing.assert_frame_equal(load(tmp_path, PARTS, None).participants, whole.participants)


def test_lines_are_those_of_the_part_and_parts_are_told_apart(tmp_path):
    rows = people()
    rows[4]["days"] = "soon"  # in part 1, which holds rows 1, 4, 7, 10
    rows[5]["id"] = rows[0]["id"]  # in part 2; rows[0] is in part 0
    in_parts(tmp_path, rows)
    found = refused(tmp_path, PARTS, None)
    assert {(each.file, *places([each])[0]) for each in found} == {
        ("parts/part-1.csv", "PE-A31", 3, "days"),
        ("parts/part-2.csv", "PE-C02", 3, "id"),
    }
    (twice,) = (each for each in found if each.code == "PE-C02")
    assert "line 2 of parts/part-0.csv" in twice.what


def test_parts_of_other_columns_are_all_named(tmp_path):
    in_parts(tmp_path, people(), parts=4)
    write(tmp_path / "parts" / "part-1.csv", [{**row, "more": "1"} for row in people()[1::4]])
    short = [{name: row[name] for name in row if name != "town"} for row in people()[3::4]]
    write(tmp_path / "parts" / "part-3.csv", short)
    found = refused(tmp_path, PARTS, None)
    assert [(each.code, each.file) for each in found] == [
        ("PE-A71", "parts/part-1.csv"),
        ("PE-A71", "parts/part-3.csv"),
    ]


def test_a_folder_holds_tables_and_nothing_else(tmp_path):
    in_parts(tmp_path, people())
    (tmp_path / "parts" / "older").mkdir()
    assert [each.code for each in refused(tmp_path, PARTS, None)] == ["PE-A71"]
    (tmp_path / "parts" / "older").rmdir()
    (tmp_path / "parts" / "link.csv").symlink_to(tmp_path / "parts" / "part-0.csv")
    assert [each.code for each in refused(tmp_path, PARTS, None)] == ["PE-A71"]


def test_an_empty_folder_is_no_table_and_a_folder_of_hidden_files_is_empty(tmp_path):
    (tmp_path / "parts").mkdir()
    assert [each.code for each in refused(tmp_path, PARTS, None)] == ["PE-A71"]
    (tmp_path / "parts" / ".DS_Store").write_bytes(b"\0")
    assert [each.code for each in refused(tmp_path, PARTS, None)] == ["PE-A71"]
    in_parts(tmp_path, people())
    assert len(load(tmp_path, PARTS, None).participants) == 12


@pytest.mark.parametrize("suffix", [*ARCHIVES, *RUNS_CODE, ".docx"])
def test_a_part_of_another_kind_is_never_opened(tmp_path, monkeypatch, suffix):
    in_parts(tmp_path, people())
    (tmp_path / "parts" / f"zz{suffix}").write_bytes(b"cos\nsystem\n")
    opened = []
    monkeypatch.setattr(opening, "_state", lambda path, name: opened.append(path.suffix))
    (problem,) = refused(tmp_path, PARTS, None)
    assert problem.code == ("PE-A70" if suffix in ARCHIVES else "PE-A66")
    assert problem.file == f"parts/zz{suffix}"
    assert suffix not in opened


def test_a_folder_that_may_not_be_looked_into_is_named(tmp_path, monkeypatch):
    in_parts(tmp_path, people())

    def closed(self: Path) -> None:
        raise PermissionError(13, "no", str(self))

    monkeypatch.setattr(Path, "iterdir", closed)
    (problem,) = refused(tmp_path, PARTS, None)
    assert problem.code == "PE-A67"
    assert str(tmp_path) not in str(problem)


# --- which contents they are --------------------------------------------------------------------------------


def test_the_hash_of_a_folder_covers_the_names_and_contents_of_its_parts(tmp_path):
    in_parts(tmp_path, people())
    digest = load(tmp_path, PARTS, None).accounts[0].sha256
    parts = sorted((tmp_path / "parts").iterdir())
    listed = "".join(f"parts/{p.name}\0{hashlib.sha256(p.read_bytes()).hexdigest()}\n" for p in parts)
    assert digest == hashlib.sha256(listed.encode()).hexdigest()
    registered = plan({"file": "parts", "sha256": digest}, None)
    assert load(tmp_path, registered, None).accounts[0].sha256 == digest
    parts[0].rename(parts[0].with_name("first.csv"))
    assert [each.code for each in refused(tmp_path, registered, None)] == ["PE-F18"]


def test_a_part_that_is_gone_or_altered_is_noticed(tmp_path):
    in_parts(tmp_path, people())
    digest = load(tmp_path, PARTS, None).accounts[0].sha256
    registered = plan({"file": "parts", "sha256": digest, "rows": 12}, None)
    part = tmp_path / "parts" / "part-2.csv"
    raw = part.read_bytes()
    part.write_bytes(raw.replace(b"2022", b"2021"))
    assert [each.code for each in refused(tmp_path, registered, None)] == ["PE-F18"]
    part.unlink()
    (problem,) = refused(tmp_path, plan({"file": "parts", "rows": 12}, None), None)
    assert (problem.code, problem.file, problem.key) == ("PE-A40", "parts", "data.participants.rows")
    assert "8 rows" in problem.what


@pytest.mark.parametrize("after", [b"P999,1,1,0,a,2022-01-01\n", b""], ids=["longer", "only touched"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, after):
    write(tmp_path / "participants.csv", people())
    path = tmp_path / "participants.csv"
    (source,) = open_tables(
        tmp_path, TableFile(file="participants.csv", columns=PARTS.data.participants.columns), key="data"
    )
    blocks = source.blocks()
    next(blocks)
    with path.open("ab") as handle:
        handle.write(after)
    if not after:
        import os

        os.utime(path, ns=(1, 1))
    with pytest.raises(InputError) as caught:
        list(blocks)
    assert [each.code for each in caught.value.problems] == ["PE-A44"]
