"""From text to typed values under the declared schema; a cell that does not fit is a problem, never a guess.

Messages name the line and the column and what was allowed. They never show the cell.
"""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pandas as pd

from primus_eval.errors import Problem
from primus_eval.loaders.text_table import TextTable
from primus_eval.schema import Column

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)
LARGEST_NUMBER = 1e15
"""Far above anything that is measured on a person, and small enough for exact sums."""

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)


def convert(table: TextTable, name: str, column: Column) -> tuple[pd.Series, list[Problem]]:
    """Convert one column of text; return it with a problem for each line that does not fit."""
    cells = table.columns[name]
    missing = set(column.missing)
    if column.type in ("integer", "number"):
        values, bad = _numbers(cells, missing, column, table.decimal)
        series = pd.Series(values, dtype="float64")
    elif column.type == "yes_no":
        meaning = {code: True for code in column.yes} | {code: False for code in column.no}
        coded = [None if cell in missing else meaning.get(cell) for cell in cells]
        bad = [row for row, cell in enumerate(cells) if cell not in missing and cell not in meaning]
        series = pd.Series(coded, dtype="boolean")
    else:
        levels = column.levels
        bad = [
            row
            for row, cell in enumerate(cells)
            if cell not in missing and levels is not None and cell not in levels
        ]
        series = pd.Series([None if cell in missing else cell for cell in cells], dtype="object")
    return series, [_problem(table, name, column, cells[row], row) for row in bad]


def _numbers(
    cells: list[str], missing: set[str], column: Column, decimal: str
) -> tuple[np.ndarray, list[int]]:
    pattern = _INTEGER if column.type == "integer" else _NUMBER
    values = np.full(len(cells), np.nan)
    bad = []
    low = -LARGEST_NUMBER if column.minimum is None else column.minimum
    high = LARGEST_NUMBER if column.maximum is None else column.maximum
    for row, cell in enumerate(cells):
        if cell in missing:
            continue
        text = cell if column.type == "integer" or decimal == "." else _from_comma(cell)
        if pattern.fullmatch(text) and low <= float(text) <= high:
            values[row] = float(text)
        else:
            bad.append(row)
    return values, bad


def _from_comma(cell: str) -> str:
    """Turn a decimal comma into a point; a cell that holds a point already is left to be refused."""
    return "refused" if "." in cell else cell.replace(",", ".")


def _problem(table: TextTable, name: str, column: Column, cell: str, row: int) -> Problem:
    problem = partial(Problem, file=table.file, line=table.lines[row], column=name)
    if cell == "":
        return problem(
            code="PE-A69",
            what="this cell is empty, and an empty cell was not declared to mean missing.",
            mend=f'Fill it, or write columns.{name}.missing = [""] in the protocol.',
        )
    if column.type in ("integer", "number"):
        limits = [
            f"{word} {limit:g}"
            for word, limit in (("at least", column.minimum), ("at most", column.maximum))
            if limit is not None
        ]
        kind = "a whole number" if column.type == "integer" else "a number"
        return problem(
            code="PE-A31",
            what=f"this cell is not {' '.join([kind, ' and '.join(limits)]).strip()}.",
            mend="Correct it, declare its code as missing, or correct the declared type or limits.",
        )
    codes = [*column.yes, *column.no] if column.type == "yes_no" else list(column.levels or {})
    close = [code for code in codes if code.casefold() == cell.strip().casefold()]
    hint = f"It differs from {close[0]!r} only in case or space. " if close else ""
    return problem(
        code="PE-A21",
        what="this cell holds a code that was not declared.",
        mend=f"{hint}Declared: {', '.join(map(repr, [*codes, *column.missing]))}.",
    )
