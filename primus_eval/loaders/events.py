"""The table of events: many rows for one person, joined to the participants by whole numbers.

A participant is a row number, and an id of an event a whole number, from here on. Rows of people who
are not participants are an error, or counted and left out where the protocol says so: a register extract
often holds more people than the trial, and an id that lost its zeros looks the same.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from primus_eval.errors import Problem
from primus_eval.loaders.codes import NOBODY, NOTHING, OTHER, Positions, repeated
from primus_eval.loaders.id_forms import how_written, with_zeros
from primus_eval.loaders.typed import TypedTable
from primus_eval.protocol import Events

NOT_A_PARTICIPANT = "not_a_participant"


def checked_events(
    table: TypedTable,
    spec: Events,
    *,
    person: np.ndarray,
    event: np.ndarray | None,
    positions: Positions | None = None,
    everyone_known: bool = True,
) -> tuple[TypedTable, int]:
    """Return the table with its column `person`, its problems, and how many rows were of other people.

    person: the row of the participant, OTHER for somebody else, NOBODY where the id is empty; event: a
    number for each id of an event, NOTHING where it is empty; shapes (rows,). positions: what found the
    rows of the participants, to say how the ids are written. everyone_known: whether the ids of all
    participants were read; where not, nobody is called a stranger.
    """
    if spec.columns and len(table.frame) != len(person):
        return table, 0
    problems = []
    if spec.duplicate_rows == "refuse":
        problems += _duplicates(table, person, event)
    if event is not None:
        problems += table.at(np.flatnonzero(event == NOTHING), replace(_NO_ID, column=spec.event))
    problems += [*_order(table, spec), *_strangers(table, spec, person, positions, everyone_known)]
    others = int((person < 0).sum())
    frame = table.frame
    frame.insert(0, "person", person)  # in place: nobody else holds this frame yet, and it may be large
    if others:
        frame = frame[person >= 0].reset_index(drop=True)
    return replace(table, frame=frame, problems=(*table.problems, *problems)), others


_NO_ID = Problem(
    code="PE-C37",
    what="this event has no id.",
    mend="Give each event an id; where some have none, leave event out of the protocol.",
)


def _strangers(
    table: TypedTable, spec: Events, person: np.ndarray, positions: Positions | None, everyone_known: bool
) -> list[Problem]:
    """An event belongs to somebody, and to a participant unless the protocol says that others are there."""
    problems = table.at(
        np.flatnonzero(person == NOBODY),
        Problem(
            code="PE-C37", column=spec.person, what="this event has no person.", mend="Give each row an id."
        ),
    )
    if not everyone_known or (spec.other_people == "leave_out" and (person >= 0).any()):
        return problems
    found = Problem(
        code="PE-C35",
        column=spec.person,
        what="this person is not among the participants.",
        mend="Find out whether ids are written alike in both files: zeros are lost, or letters changed, on "
        "the way through a spreadsheet. Where the file holds other people too, say so.",
        paste='[data.events]\nother_people = "leave_out"',
    )
    if len(person) and not (person >= 0).any():
        found = replace(
            found,
            what="no event is of a participant: the ids are written differently in the two files.",
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


def _order(table: TypedTable, spec: Events) -> list[Problem]:
    """A decision does not come before its offence."""
    if spec.offence_date not in table.frame or spec.decision_date not in table.frame:
        return []
    early = (table.frame[spec.decision_date] < table.frame[spec.offence_date]).to_numpy(dtype=bool)
    return table.at(
        np.flatnonzero(early),
        Problem(
            code="PE-C40",
            column=spec.decision_date,
            what="a decision before its offence.",
            mend="Correct the dates, or look whether the two columns are swapped.",
        ),
    )


def _duplicates(table: TypedTable, person: np.ndarray, event: np.ndarray | None) -> list[Problem]:
    """Find rows that repeat an event: the same id, or, where events have none, the same cells throughout."""
    if event is not None:
        rows, what = repeated(event), "this id of an event stands on another row too."
        rows = rows[event[rows] >= 0]
    else:
        rows = _repeated_rows(table.frame, person)
        what = "this row is the same as another one in every column that is read."
    return table.at(
        rows,
        Problem(
            code="PE-A45",
            what=what,
            mend="Remove the copies; where they are separate events, say so.",
            paste='[data.events]\nduplicate_rows = "keep"',
        ),
    )


def _repeated_rows(frame: pd.DataFrame, person: np.ndarray) -> np.ndarray:
    """Rows alike in every column: compared by a hash first, and cell by cell where hashes agree.

    Other people have no number of their own here, so that rows of two of them may look alike: they are not
    compared.
    """
    kept = np.flatnonzero(person >= 0)
    whole = frame.assign(person=person).iloc[kept]
    hashed = pd.util.hash_pandas_object(whole, index=False)
    twins = hashed.duplicated(keep=False).to_numpy(dtype=bool)
    if not twins.any():
        return np.empty(0, dtype=np.int64)
    rows = np.flatnonzero(twins)
    return kept[rows[whole.iloc[rows].duplicated().to_numpy(dtype=bool)]]
