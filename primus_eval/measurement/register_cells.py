"""The cells of a column of a register: each distinct one is read once, by the reading of the loaders.

Codes, dates and numbers so have one meaning, whether a table is loaded or counted where it lies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from primus_eval.errors import InputError, Problem
from primus_eval.loaders.conversion import convert
from primus_eval.measurement.days import NO_DAY, day_of
from primus_eval.measurement.filters import YES, Filter
from primus_eval.measurement.register_file import WHOLE, RegisterFile, literals, quoted
from primus_eval.protocol import Events
from primus_eval.schema import Column

if TYPE_CHECKING:
    import duckdb

DAYS, MOMENTS = "DATE", ("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S")
EPOCH = "DATE '1970-01-01'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The distinct cells of a column, as SQL compares them, and what each means.

    stored: texts, whole numbers, doubles, truth values, or days since 1970 where the file stores dates; None
    where a cell is missing. values: what `convert` gave. type: of the column in the file.
    """

    column: str
    type: str
    stored: tuple[Any, ...]
    values: np.ndarray

    @property
    def as_stored(self) -> str:
        """The column in SQL, in the form of `stored`."""
        return _as_stored(self.column, self.type)

    @property
    def some_missing(self) -> bool:
        """Whether a cell is missing anywhere in the file."""
        return None in self.stored


def cells_of(
    register: RegisterFile,
    spec: Events,
    column: str,
    connection: duckdb.DuckDBPyConnection,
    *,
    newest: date | None,
) -> Cells:
    """Read every distinct cell of a column of codes, days or numbers.

    newest: no date may be later. Raises InputError where a cell is not as the protocol declares it.
    """
    import pyarrow

    declared, type_ = spec.columns[column], register.types[column]
    if type_ not in ("VARCHAR", "BOOLEAN", "DOUBLE", DAYS, *WHOLE, *MOMENTS):
        raise InputError(_no_type(register, column, type_))
    query = f"select distinct {quoted(column)} as cell from {register.source}"
    found = connection.sql(query).fetchnumpy()["cell"]
    cells, missing = np.ma.getdata(found), np.ma.getmaskarray(found)
    if type_ == DAYS:
        cells = cells.astype("datetime64[D]")
    readable = pyarrow.array(cells, mask=missing)
    converted = convert(readable, name=column, column=declared, decimal=spec.decimal)
    if type_ == DAYS or type_ in MOMENTS:
        cells = cells.astype("datetime64[D]").astype(np.int64)
    problems = [replace(problem, file=register.name, column=column) for problem, _ in converted.bad]
    problems += _too_late(register, column, declared, converted.values, newest)
    if problems:
        raise InputError(problems)
    stored = np.ma.array(cells, mask=missing).tolist()  # None where missing
    return Cells(column=column, type=type_, stored=tuple(stored), values=converted.values)


def passes(cells: Cells, filter_: Filter, declared: Column) -> str:
    """Say in SQL which rows pass a filter: never null, and always or never where all cells agree."""
    if filter_.among == YES and declared.type == "yes_no":
        has = cells.values == 1
    else:
        levels = [code in filter_.among for code in declared.levels or {}]
        has = np.array([*levels, False])[cells.values]
    pairs = list(zip(cells.stored, (has == filter_.keep).tolist(), strict=True))
    passing, others = ([cell for cell, ok in pairs if ok is wanted] for wanted in (True, False))
    if not passing or not others:
        return "true" if passing else "false"
    if len(passing) <= len(others):
        return _is_among(cells, passing)
    return f"not {_is_among(cells, others)}"


def _is_among(cells: Cells, some: list[Any]) -> str:
    """Say in SQL which rows hold some of the cells, plainly where none is missing: Parquet is read so."""
    column, there = cells.as_stored, [cell for cell in some if cell is not None]
    among = f"{column} in ({literals(there)})"
    if not cells.some_missing:
        return f"({among})"
    tests = [f"coalesce({among}, false)"] if there else []
    tests += [f"{column} is null"] if len(there) < len(some) else []
    return f"({' or '.join(tests)})"


def value_of(cells: Cells, declared: Column, *, table: str) -> tuple[str, pd.DataFrame | None]:
    """Say in SQL what a cell of a column of days or numbers means: NO_DAY or NaN where it is missing.

    Where only a table of meanings can say it, that table is the second part, and `table` its name.
    """
    if declared.type == "date":
        values = cells.values.astype("datetime64[D]").astype(np.int64)
        values = np.where(np.isnat(cells.values), NO_DAY, values).astype(np.int32)
        missing, sentinel, type_ = values == NO_DAY, str(NO_DAY), "integer"
    else:
        values = cells.values.astype(float)
        missing, sentinel, type_ = np.isnan(values), "'nan'::double", "double"
    if cells.type == "VARCHAR":
        known = pd.DataFrame({"cell": [cell or "" for cell in cells.stored], "value": values})
        return f"coalesce({table}.value, {sentinel})::{type_}", known.drop_duplicates("cell")
    coded = zip(cells.stored, missing.tolist(), strict=True)
    unknown = [cell for cell, none in coded if none and cell is not None and cell == cell]
    value = f"{cells.as_stored}::{type_}"
    if cells.some_missing:
        value = f"coalesce({value}, {sentinel})"
    if unknown:
        value = f"case when {_is_among(cells, unknown)} then {sentinel} else {value} end"
    return value, None


def _as_stored(column: str, type_: str) -> str:
    if type_ == DAYS or type_ in MOMENTS:
        return f"({quoted(column)}::date - {EPOCH})"
    return quoted(column)


def _too_late(
    register: RegisterFile, column: str, declared: Column, values: np.ndarray, newest: date | None
) -> list[Problem]:
    if newest is None or declared.type != "date":
        return []
    days = values[~np.isnat(values)].astype("datetime64[D]").astype(np.int64)
    if not len(days) or days.max() <= day_of(newest):
        return []
    return [
        Problem(
            code="PE-A64",
            file=register.name,
            column=column,
            what=f"a date after the data cut-off, {newest}.",
            mend="Correct the date, or [data] data_cutoff.",
        )
    ]


def _no_type(register: RegisterFile, column: str, type_: str) -> Problem:
    return Problem(
        code="PE-A74",
        file=register.name,
        column=column,
        what=f"this column is of type {type_.partition('(')[0]}, which a register is not counted by.",
        mend="Write it as text, a date, a whole number, a double or a truth value.",
    )
