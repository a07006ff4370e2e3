"""A table of typed columns means the people that the same table means as text, under the same rules."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import pandas as pd
import pyarrow
import pytest
from loaded_people import EXPECTED, HEADER, PEOPLE, SECRET, TYPED, as_parquet, load, places, problems_of
from pyarrow import parquet

from primus_eval.loaders import load_trial
from primus_eval.protocol import Protocol

SAMPLES = Path(__file__).parent.parent / "data" / "sample"
TRIALS = Path(__file__).parent / "trials"


TEXTS = {name: [row[at] for row in PEOPLE] for at, name in enumerate(HEADER)}
CATEGORIES = TEXTS | {
    name: pd.Categorical(TEXTS[name]) for name in ("id", "group", "again", "prison")
}  # pandas stores categories as dictionaries
WITH_COMMAS = TEXTS | {"age": [cell.replace(".", ",") for cell in TEXTS["age"]]}


@pytest.mark.parametrize(
    ("columns", "decimal"),
    [(TYPED, "."), (TYPED, ","), (TEXTS, "."), (CATEGORIES, "."), (WITH_COMMAS, ",")],
    ids=["typed", "typed, decimal commas elsewhere", "texts", "categories", "texts with decimal commas"],
)
def test_parquet_and_csv_of_the_same_table_give_the_same_people(tmp_path, columns, decimal):
    trial = load(tmp_path, as_parquet(columns), file="participants.parquet", decimal=decimal)
    pd.testing.assert_frame_equal(trial.participants, EXPECTED)


def test_text_in_parquet_is_held_to_the_declared_decimal_mark(tmp_path):
    for columns, decimal, code in ((TEXTS, ",", "PE-A31"), (WITH_COMMAS, ".", "PE-A09")):
        found = problems_of(tmp_path, as_parquet(columns), file="x.parquet", decimal=decimal)
        assert places(found) == [(code, 2, "age"), (code, 5, "age")]


def test_whole_numbers_that_parquet_keeps_as_floats_are_whole_numbers(tmp_path):
    floats = TYPED | {"days": [30.0, 0.0, -9.0, 365.0], "age": [71.5, float("nan"), 20.0, 33.25]}
    pd.testing.assert_frame_equal(load(tmp_path, as_parquet(floats), file="x.parquet").participants, EXPECTED)


def test_the_line_of_a_row_of_parquet_is_that_of_a_csv_of_it(tmp_path):
    found = problems_of(tmp_path, as_parquet(TYPED | {"days": [30, 0, 99999, 365]}), file="x.parquet")
    assert places(found) == [("PE-A31", 4, "days")]


@pytest.mark.parametrize("sample", [SAMPLES / "maryland", TRIALS / "mentoring"], ids=lambda path: path.name)
def test_a_sample_written_as_parquet_gives_the_same_people(tmp_path, sample):
    original = load_trial(sample / "protocol.toml")
    spec = original.protocol.data.participants
    with open(sample / spec.file, encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter=spec.separator))
    columns = {
        name: [int(row[name]) if row[name].isdigit() else row[name] or None for row in rows]
        for name in rows[0]
    }
    (tmp_path / "participants.parquet").write_bytes(as_parquet(columns))
    document = original.protocol.model_dump(by_alias=True, exclude_none=True)
    document["data"]["participants"] |= {"file": "participants.parquet", "sha256": None}
    copy = load_trial(Protocol.model_validate(document), tmp_path)
    order = [column for column in original.participants]
    by_all = [
        frame.sort_values(order, ignore_index=True) for frame in (original.participants, copy.participants)
    ]
    pd.testing.assert_frame_equal(*by_all)


@pytest.mark.parametrize(
    ("name", "cells", "code"),
    [
        ("age", [71.5, float("inf"), 20.0, 33.25], "PE-A31"),
        ("days", [30, 0, 1, 365.5], "PE-A31"),
        ("days", [30, None, 1, 365], "PE-A69"),
        ("again", [True, False, True, False], "PE-A30"),
        ("group", ["T", None, "T", "NA"], "PE-C04"),
        ("id", ["0012", None, "1e5", "100000"], "PE-C37"),
        ("id", [12.0, 13.5, 14.0, 15.0], "PE-A29"),
        ("id", [2.0**53, 13.0, 14.0, 15.0], "PE-A26"),
        ("prison", ["open", "Open", "open", "Å"], "PE-A21"),
    ],
)
def test_a_cell_of_parquet_that_does_not_fit_is_refused_as_in_csv(tmp_path, name, cells, code):
    found = problems_of(tmp_path, as_parquet(TYPED | {name: cells}), file="participants.parquet")
    assert {problem.code for problem in found} == {code}
    assert {problem.column for problem in found} == {name}


def test_a_parquet_header_is_held_to_the_same_rules(tmp_path):
    for names, code in [(["id", "id"], "PE-A17"), (["id", ""], "PE-A18"), (["id", "group "], "PE-A19")]:
        sink = io.BytesIO()
        parquet.write_table(pyarrow.Table.from_arrays([pyarrow.array(["a"])] * 2, names=names), sink)
        assert problems_of(tmp_path, sink.getvalue(), file="x.parquet")[0].code == code


def test_a_column_of_bytes_is_no_column_of_a_table(tmp_path):
    found = problems_of(tmp_path, as_parquet(TYPED | {"prison": [b"open"] * 4}), file="x.parquet")
    assert [problem.code for problem in found] == ["PE-A74"]


@pytest.mark.parametrize("gone", HEADER)
def test_a_column_that_parquet_does_not_have_is_named(tmp_path, gone):
    columns = {name: cells for name, cells in TYPED.items() if name != gone}
    assert places(problems_of(tmp_path, as_parquet(columns), file="x.parquet")) == [("PE-A20", None, gone)]


def test_a_parquet_file_without_rows_or_that_is_none_is_refused(tmp_path):
    empty = as_parquet({name: [""] for name in HEADER})
    assert problems_of(tmp_path, b"PAR1" + SECRET.encode(), file="x.parquet")[0].code == "PE-A68"
    assert problems_of(tmp_path, empty[: len(empty) // 2], file="x.parquet")[0].code == "PE-A68"
    assert (
        problems_of(tmp_path, as_parquet({name: [] for name in HEADER}), file="x.parquet")[0].code == "PE-A41"
    )


def test_without_pyarrow_parquet_is_refused_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Exception, match="pip install") as caught:
        load(tmp_path, b"PAR1", file="x.parquet")
    assert caught.value.exit_code == 5
