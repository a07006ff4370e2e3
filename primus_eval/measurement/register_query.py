"""One question to a register: the events that could count of some participants.

Events of other people are answered too, so that they can be accounted for. Participants are stretches of
sorted ids: a register that is sorted by person is read in its own parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from primus_eval.definitions import Reoffending
from primus_eval.measurement.candidates import NO_UNIT, Candidates, unit_column
from primus_eval.measurement.days import NO_DAY
from primus_eval.measurement.filters import StaticFilters, static_filters
from primus_eval.measurement.register_cells import Cells, passes, value_of
from primus_eval.measurement.register_file import WHOLE, RegisterFile, literal, literals, quoted
from primus_eval.protocol import Events

if TYPE_CHECKING:
    import duckdb
    import pyarrow

OTHER, NOBODY = -1, -2
"""What stands for the row of a participant where there is none: somebody else, or no id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Participants who follow each other in the order of their ids, and everybody between them.

    The first stretch begins before all ids and the last one ends behind them, so that the stretches of all
    participants together hold every row of a register once.
    """

    people: range
    ids: pyarrow.StringArray
    """One piece of memory, which DuckDB reads and which is sent to a worker as it is."""
    until: str | None
    """The first id of the next stretch; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterQuery:
    """The question in SQL, without whom it is about, and the tables that say what cells mean."""

    name: str
    select: str
    joins: str
    passes: str
    person: str
    meanings: Mapping[str, pd.DataFrame]
    by_decision: bool
    has_unit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the rows of a stretch that could count are: how many, of people not in the trial, of nobody.

    early: rows of participants with a decision before the offence.
    """

    rows: int
    others: int
    nobody: int
    early: int


def columns_of(spec: Events, definition: Reoffending) -> tuple[str, ...]:
    """Return the columns of codes, days and numbers that counting by a definition looks at, each once."""
    wanted = (spec.offence_date, spec.decision_date, spec.harm_days)
    found = [*static_filters(spec, definition).columns, *(column for column in wanted if column)]
    return tuple(dict.fromkeys(found))


def register_query(
    register: RegisterFile, spec: Events, definition: Reoffending, cells: Mapping[str, Cells]
) -> RegisterQuery:
    """Ask for the events by a definition; cells: what the cells of each of `columns_of` mean."""
    meanings: dict[str, pd.DataFrame] = {}

    def value(column: str | None, missing: str) -> str:
        if column is None:
            return missing
        table = f"meaning_{len(meanings)}"
        sql, known = value_of(cells[column], spec.columns[column], table=table)
        if known is not None:
            meanings[table] = known
            joined.append(f"left join {table} on coalesce({quoted(column)}, '') = {table}.cell")
        return sql

    joined: list[str] = []
    filters = static_filters(spec, definition)
    no_day = f"{NO_DAY}::integer"
    unit = unit_column(spec, definition)
    small = value(filters.small_fines.amount_column, "") if filters.small_fines else ""
    selected = {
        "offence_day": value(spec.offence_date, no_day),
        "decision_day": value(spec.decision_date, no_day),
        **({"harm_days": value(spec.harm_days, "")} if spec.harm_days else {}),
        **({"unit": _unit(register, spec, unit)} if unit else {}),
    }
    return RegisterQuery(
        name=register.name,
        select=", ".join(f"{sql} as {name}" for name, sql in selected.items()) + f" from {register.source}",
        joins=" ".join(joined),
        passes=_passes(filters, spec, cells, small),
        person=_id(register, spec.person),
        meanings=meanings,
        by_decision=definition.date_used == "decision",
        has_unit=unit is not None,
    )


def answer(
    query: RegisterQuery, stretch: Stretch, connection: duckdb.DuckDBPyConnection
) -> tuple[Candidates, Account]:
    """Return the events that could count, with rows of participants from the start of the stretch."""
    for table, frame in {"people": _people(stretch), **query.meanings}.items():
        connection.register("given", frame)
        connection.execute(f"create or replace temp table {table} as select * from given")
        connection.unregister("given")
    found = connection.sql(
        f"select coalesce(people.row_number, {OTHER})::integer as person, {query.select} "
        f"left join people on coalesce({query.person}, '') = people.id {query.joins} "
        f"where {query.passes} and {_within(query.person, stretch)}"
    ).fetchnumpy()
    return _answer(query, found)


def _people(stretch: Stretch) -> pyarrow.Table:
    """Return ids and rows of the participants; the empty id is nobody's."""
    import pyarrow

    rows = np.arange(len(stretch.ids) + 1, dtype=np.int32)
    rows[-1] = NOBODY
    ids = pyarrow.chunked_array([stretch.ids, pyarrow.array([""])])
    return pyarrow.table({"id": ids, "row_number": rows})


def _within(person: str, stretch: Stretch) -> str:
    """Whom a stretch holds; SQL compares texts by their bytes, which is the order of Python's texts."""
    tests = [] if stretch.until is None else [f"{person} < {literal(stretch.until)}"]
    if stretch.people.start:
        return " and ".join([*tests, f"{person} >= {literal(stretch.ids[0].as_py())}"])
    return f"({' and '.join(tests) or 'true'} or {person} is null)"


def _answer(query: RegisterQuery, found: dict[str, Any]) -> tuple[Candidates, Account]:
    person, offence, decision = found["person"], found["offence_day"], found["decision_day"]
    early = (decision < offence) & (decision != NO_DAY) & (person >= 0)
    kept = slice(None) if (person >= 0).all() else np.flatnonzero(person >= 0)
    n_kept = int((person >= 0).sum())
    return (
        Candidates(
            person=person[kept],
            offence_day=offence[kept],
            decision_day=decision[kept],
            # One value that stands for all takes no memory.
            unit=_codes(found["unit"][kept]) if query.has_unit else np.broadcast_to(NO_UNIT, n_kept),
            harm_days=found["harm_days"][kept] if "harm_days" in found else np.broadcast_to(np.nan, n_kept),
            by_decision=query.by_decision,
        ),
        Account(
            rows=len(person),
            others=int((person == OTHER).sum()),
            nobody=int((person == NOBODY).sum()),
            early=int(early.sum()),
        ),
    )


def _codes(units: np.ndarray) -> np.ndarray:
    """Return a whole number for each id of a decision or case, the same for the same text only."""
    if units.dtype.kind == "i" and not np.ma.isMaskedArray(units):
        return units.astype(np.int64)
    missing = np.ma.getmaskarray(units)
    codes = pd.factorize(np.ma.getdata(units))[0].astype(np.int64)
    return np.where(missing, NO_UNIT, codes)


def _passes(filters: StaticFilters, spec: Events, cells: Mapping[str, Cells], amount: str) -> str:
    """Say in SQL whether a row passes the static filters."""
    if filters.nothing:
        return "false"
    tests = [passes(cells[each.column], each, spec.columns[each.column]) for each in filters.filters]
    fines = filters.small_fines
    if fines is not None:
        small = [passes(cells[each.column], each, spec.columns[each.column]) for each in fines.filters]
        # An unknown amount is NaN, which in DuckDB is above all numbers.
        small.append(f"{amount} < {literal(float(fines.amount))}")
        tests.append(f"not ({' and '.join(small)})")
    needed = [test for test in tests if test != "true"]
    return f"({' and '.join(needed) or 'true'})"


def _id(register: RegisterFile, column: str) -> str:
    """Write a column of ids as text in SQL."""
    return quoted(column) if register.types[column] == "VARCHAR" else f"{quoted(column)}::varchar"


def _unit(register: RegisterFile, spec: Events, column: str) -> str:
    """Say in SQL which events belong together; null where an id is missing, which the protocol allows."""
    missing = spec.columns[column].missing
    type_ = "bigint" if register.types[column] in WHOLE else "varchar"
    unit = f"{quoted(column)}::{type_}"
    if not missing:
        return unit
    return f"case when {_id(register, column)} in ({literals(missing)}) then null else {unit} end"
