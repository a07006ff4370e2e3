"""Parquet: few and plain types, whatever wrote the file."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
import pytest
from pyarrow import parquet

from primus_eval.errors import EnvironmentFault, InputError, Problem
from primus_eval.loaders import parquet as reader
from primus_eval.loaders.parquet import open_parquet
from primus_eval.loaders.table import Block, TableSource
from primus_eval.protocol.tables import Participants


def spec(**settings: Any) -> Participants:
    arm = {"column": "arm", "codes": {"1": "m", "2": "u"}}
    return Participants.model_validate({"file": "trial.parquet", "person": "id", "arm": arm, **settings})


def written(folder: Path, table: pyarrow.Table, **options: Any) -> Path:
    parquet.write_table(table, folder / "trial.parquet", **options)
    return folder / "trial.parquet"


def opened(path: Path, **settings: Any) -> TableSource:
    return open_parquet(path, path.name, spec(**settings))


def block_of(path: Path, **settings: Any) -> Block:
    (block,) = opened(path, **settings).blocks()
    return block


def problems_of(path: Path) -> list[str]:
    problems: tuple[Problem, ...]
    with pytest.raises(InputError) as caught:
        list(opened(path).blocks())
    problems = caught.value.problems
    return [problem.code for problem in problems]


CODES = "dictionary<values=string, indices=int8, ordered=0>"
WHEN = datetime(2024, 2, 29, 7, 5)


@pytest.mark.parametrize(
    ("stored", "cells", "type_", "expected"),
    [
        (pyarrow.string(), ["0012", None, ""], "string", ["0012", None, ""]),
        (pyarrow.large_string(), ["æ", None], "string", ["æ", None]),
        (pyarrow.dictionary(pyarrow.int8(), pyarrow.string()), ["T", "C", None], CODES, ["T", "C", None]),
        (pyarrow.dictionary(pyarrow.int32(), pyarrow.int64()), [3, None], "int64", [3, None]),
        (pyarrow.int8(), [1, None], "int8", [1, None]),
        (pyarrow.uint64(), [2**63, None], "uint64", [2**63, None]),
        (pyarrow.float64(), [0.1, None], "double", [0.1, None]),
        (pyarrow.float32(), [12.35, None, 1e-7], "double", [12.35, None, 1e-7]),
        (pyarrow.bool_(), [True, None], "bool", [True, None]),
        (pyarrow.decimal128(10, 2), [Decimal("12.50"), Decimal("3.00"), None], "string", ["12,5", "3", None]),
        (pyarrow.decimal256(50, 0), [Decimal(10**40), None], "string", ["1" + "0" * 40, None]),
        (pyarrow.date32(), [date(2024, 2, 29), None], "date32[day]", [date(2024, 2, 29), None]),
        (pyarrow.date64(), [date(2024, 2, 29), None], "date32[day]", [date(2024, 2, 29), None]),
        (pyarrow.timestamp("us"), [WHEN, None], "timestamp[us]", [WHEN, None]),
        (pyarrow.time64("us"), [WHEN.time(), None], "string", ["07:05:00.000000", None]),
        (pyarrow.null(), [None, None], "string", [None, None]),
    ],
)
def test_cells_come_out_in_few_types(
    stored: pyarrow.DataType, cells: list[Any], type_: str, expected: list[Any], tmp_path: Path
) -> None:
    path = written(tmp_path, pyarrow.table({"x": pyarrow.array(cells, type=stored)}))
    cells_read = block_of(path, decimal=",").columns["x"]
    assert not isinstance(cells_read, list)
    assert (str(cells_read.type), cells_read.to_pylist()) == (type_, expected)


def test_a_time_zone_is_left_for_the_conversion_to_say(tmp_path: Path) -> None:
    column = pyarrow.array([WHEN], type=pyarrow.timestamp("us", tz="Europe/Copenhagen"))
    cells = block_of(written(tmp_path, pyarrow.table({"x": column}))).columns["x"]
    assert str(cells.type) == "timestamp[us, tz=Europe/Copenhagen]"


@pytest.mark.parametrize(
    ("stored", "cell"),
    [
        (pyarrow.list_(pyarrow.int8()), [1]),
        (pyarrow.struct({"a": pyarrow.int8()}), {"a": 1}),
        (pyarrow.map_(pyarrow.string(), pyarrow.int8()), [("a", 1)]),
        (pyarrow.binary(), b"a"),
        (pyarrow.duration("s"), timedelta(1)),
    ],
)
def test_columns_that_are_not_flat_are_refused(stored: pyarrow.DataType, cell: Any, tmp_path: Path) -> None:
    table = pyarrow.table({"a": [1], "x": pyarrow.array([cell], type=stored)})
    with pytest.raises(InputError) as caught:
        opened(written(tmp_path, table))
    (problem,) = caught.value.problems
    assert problem.code == "PE-A74" and problem.what.startswith("column 2 is of type ")
    assert "<" not in problem.what


def test_rows_come_in_blocks_across_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "BLOCK_ROWS", 8)
    categories = pd.Categorical([f"c{row % 3}" for row in range(30)])
    frame = pd.DataFrame({"row": range(30), "category": categories})
    frame.to_parquet(tmp_path / "trial.parquet", row_group_size=7)
    blocks = list(opened(tmp_path / "trial.parquet").blocks())
    assert [cell for block in blocks for cell in block.columns["row"].to_pylist()] == list(range(30))
    assert [line for block in blocks for line in block.lines] == list(range(2, 32))
    assert {str(block.columns["category"].type) for block in blocks} == {CODES}
    assert [cell for block in blocks for cell in block.columns["category"].to_pylist()] == list(categories)
    assert max(len(block.lines) for block in blocks) <= 8


def test_headers_and_empty_tables_are_held_to_the_same_rules(tmp_path: Path) -> None:
    doubled = pyarrow.Table.from_arrays([pyarrow.array([1]), pyarrow.array([2])], names=["a", "a"])
    assert problems_of(written(tmp_path, doubled)) == ["PE-A17"]
    assert problems_of(written(tmp_path, pyarrow.table({"": [1], " b": [2]}))) == ["PE-A18", "PE-A19"]
    assert problems_of(written(tmp_path, pyarrow.table({"a": pyarrow.array([], pyarrow.int8())}))) == [
        "PE-A41"
    ]


def test_damaged_files_are_said(tmp_path: Path) -> None:
    path = written(tmp_path, pyarrow.table({"a": [f"text {row}" for row in range(5000)]}))
    whole = path.read_bytes()
    for damage in (b"", b"id,arm\n", whole[:-9], whole[:4] + bytes(2000) + whole[2004:]):
        path.write_bytes(damage)
        assert problems_of(path) == ["PE-A68"]
    path.write_bytes(b"PARE" + whole[4:-4] + b"PARE")
    assert problems_of(path) == ["PE-A54"]
    assert problems_of(tmp_path / "none.parquet") == ["PE-A67"]


def test_without_the_package_it_is_said_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, pyarrow.table({"a": [1]}))
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(EnvironmentFault, match="PE-G25"):
        opened(path)
