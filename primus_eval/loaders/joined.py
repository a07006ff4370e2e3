"""Tables of many rows for one person, joined to the participants by whole numbers.

A participant is a row number from here on. Rows of people who are not participants are an error, or counted
and left out where the protocol says so: a register extract often holds more people than the trial, and an id
that lost its zeros looks the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from primus_eval.errors import Problem
from primus_eval.loaders.codes import NOBODY, OTHER, Positions
from primus_eval.loaders.declared import id_of_every_row, name_of, person_column
from primus_eval.loaders.headers import header_of
from primus_eval.loaders.id_forms import how_written, with_zeros
from primus_eval.loaders.typed import TypedTable
from primus_eval.protocol import TableFile

NOT_A_PARTICIPANT = "not_a_participant"

A_ROW = {"events": "event", "custody": "spell"}
"""What messages call a row of a table; of other tables a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A table beside that of the participants, and how many of its rows were of other people.

    The frame of a table about participants has a column `person`: the row of the participant among all of
    them, sorted by id; missing where a row may be about nobody, as a cost may.
    """

    table: TypedTable
    rows_left_out: int = 0


def a_row(spec: TableFile) -> str:
    """Return what messages call a row of a table."""
    return A_ROW.get(name_of(spec), "row")


def is_whole(table: TypedTable, spec: TableFile, person: np.ndarray) -> bool:
    """Whether every column was read; where one is missing, that has been said, and nothing else can be."""
    return not spec.columns or len(table.frame) == len(person)


def join(
    table: TypedTable,
    spec: TableFile,
    *,
    person: np.ndarray,
    positions: Positions | None = None,
    everyone_known: bool = True,
    compare_rows: bool = True,
) -> Joined:
    """Return the table with its column `person`, its problems, and without the rows of other people.

    person: the row of the participant, OTHER for somebody else, NOBODY where the id is empty; shape (rows,).
    positions: what found the rows of the participants, to say how the ids are written. everyone_known:
    whether the ids of all participants were read; where not, nobody is called a stranger. compare_rows:
    whether rows alike in every column are copies, where the protocol refuses copies.
    """
    if not is_whole(table, spec, person):
        return Joined(table=table)
    may_be_about_nobody = id_of_every_row(spec) is None
    kept = (person >= 0) | (may_be_about_nobody & (person == NOBODY))
    problems = []
    if compare_rows:
        problems += equal_rows(table, spec, table.frame.assign(person=person), among=kept)
    problems += _strangers(table, spec, person, positions, everyone_known)
    frame = table.frame
    if "person" in frame:  # a protocol with this name for a column is refused, but its files are looked at
        frame = frame.drop(columns="person")
    column = pd.Series(person, dtype="Int64").mask(person == NOBODY) if may_be_about_nobody else person
    frame.insert(0, "person", column)  # in place: nobody else holds this frame yet, and it may be large
    others = int((~kept).sum())
    if others:
        frame = frame[kept].reset_index(drop=True)
    return Joined(
        table=replace(table, frame=frame, problems=(*table.problems, *problems)), rows_left_out=others
    )


def without_people(table: TypedTable, spec: TableFile) -> Joined:
    """Return a table that is about no participants, with its problems."""
    found = equal_rows(table, spec, table.frame, among=np.ones(len(table.frame), dtype=bool))
    return Joined(table=replace(table, problems=(*table.problems, *found)))


def equal_rows(
    table: TypedTable, spec: TableFile, frame: pd.DataFrame, *, among: np.ndarray
) -> list[Problem]:
    """Name rows that are the same as an earlier one, where the protocol refuses copies.

    among: the rows that are compared, shape (rows,). Other people have no number of their own, so that rows
    of two of them may look alike: they are not compared.
    """
    if not refuses_copies(spec):
        return []
    what = "this row is the same as another one in every column that is read."
    return copies(table, spec, _repeated_rows(frame, among), what)


def refuses_copies(spec: TableFile) -> bool:
    """Whether rows that stand twice are an error of this table."""
    return getattr(spec, "duplicate_rows", "keep") == "refuse"


def copies(table: TypedTable, spec: TableFile, rows: np.ndarray, what: str) -> list[Problem]:
    """Name rows that repeat another one."""
    return table.at(
        rows,
        Problem(
            code="PE-A45",
            what=what,
            mend=f"Remove the copies; where they are separate {a_row(spec)}s, say so.",
            paste=f'{header_of(spec)}\nduplicate_rows = "keep"',
        ),
    )


def _strangers(
    table: TypedTable, spec: TableFile, person: np.ndarray, positions: Positions | None, everyone_known: bool
) -> list[Problem]:
    """A row belongs to somebody, and to a participant unless the protocol says that others are there."""
    row, column = a_row(spec), person_column(spec)
    problems = table.at(
        np.flatnonzero(person == NOBODY) if id_of_every_row(spec) else (),
        Problem(code="PE-C37", column=column, what=f"this {row} has no person.", mend="Give each row an id."),
    )
    may_be_others = getattr(spec, "other_people", "refuse") == "leave_out"
    if not everyone_known or (may_be_others and (person >= 0).any()):
        return problems
    found = Problem(
        code="PE-C35",
        column=column,
        what="this person is not among the participants.",
        mend="Find out whether ids are written alike in both files: zeros are lost, or letters changed, on "
        "the way through a spreadsheet. Where the file holds other people too, say so.",
        paste=f'{header_of(spec)}\nother_people = "leave_out"',
    )
    if (person == OTHER).any() and not (person >= 0).any():
        found = replace(
            found,
            what=f"no {row} is of a participant: the ids are written differently in the two files.",
            mend="Export both files with the same ids.",
            paste=None,
        )
        return [*problems, replace(_with_forms(found, positions), file=table.file)]
    return [*problems, *table.at(np.flatnonzero(person == OTHER), _with_forms(found, positions))]


def _with_forms(found: Problem, positions: Positions | None) -> Problem:
    """Say how the ids of the two files are written; ids that have lost their zeros are not left out."""
    if positions is None or not positions.strange:
        return found
    strange, known = positions.strange, positions.known
    written, padded = how_written(strange, known), with_zeros(strange, known)
    if written:
        found = replace(found, what=f"{found.what} By form: {written}.")
    if not padded:
        return found
    return replace(
        found,
        what=f"{found.what} With zeros put in front {padded} of {len(strange)} ids would match.",
        mend="The zeros were lost on the way, often in a spreadsheet: export both files again, ids as text.",
        paste=None,
    )


def _repeated_rows(frame: pd.DataFrame, among: np.ndarray) -> np.ndarray:
    """Rows alike in every column: compared by a hash first, and cell by cell where hashes agree."""
    kept = np.flatnonzero(among)
    whole = frame.iloc[kept]
    hashed = pd.util.hash_pandas_object(whole, index=False)
    twins = hashed.duplicated(keep=False).to_numpy(dtype=bool)
    if not twins.any():
        return np.empty(0, dtype=np.int64)
    rows = np.flatnonzero(twins)
    return kept[rows[whole.iloc[rows].duplicated().to_numpy(dtype=bool)]]
