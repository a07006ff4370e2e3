"""The table of events: joined to the participants, each event told apart from others, decided after its day.

An id of an event is a whole number from here on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from primus_eval.errors import Problem
from primus_eval.loaders.codes import NOTHING, Positions, repeated
from primus_eval.loaders.joined import Joined, copies, is_whole, join, refuses_copies
from primus_eval.loaders.typed import TypedTable
from primus_eval.protocol import Events


def checked_events(
    table: TypedTable,
    spec: Events,
    *,
    person: np.ndarray,
    event: np.ndarray | None,
    positions: Positions | None = None,
    everyone_known: bool = True,
) -> Joined:
    """Return the table with its column `person`, its problems, and without the rows of other people.

    event: a number for each id of an event, NOTHING where it is empty, shape (rows,); where events have no
    ids, rows alike in every column are the same event. The other arguments are those of `join`.
    """
    if not is_whole(table, spec, person):
        return Joined(table=table)
    problems = [*_ids(table, spec, event), *_order(table, spec)]
    return join(
        replace(table, problems=(*table.problems, *problems)),
        spec,
        person=person,
        positions=positions,
        everyone_known=everyone_known,
        compare_rows=event is None,
    )


def _ids(table: TypedTable, spec: Events, event: np.ndarray | None) -> list[Problem]:
    """Find events whose id stands on an earlier row too, and events without an id."""
    if event is None:
        return []
    rows = repeated(event) if refuses_copies(spec) else np.empty(0, dtype=np.int64)
    return [
        *copies(table, spec, rows[event[rows] >= 0], "this id of an event stands on another row too."),
        *table.at(
            np.flatnonzero(event == NOTHING),
            Problem(
                code="PE-C37",
                column=spec.event,
                what="this event has no id.",
                mend="Give each event an id; where some have none, leave event out of the protocol.",
            ),
        ),
    ]


def _order(table: TypedTable, spec: Events) -> list[Problem]:
    """A decision does not come before its offence."""
    dated = spec.offence_date in table.frame and spec.decision_date in table.frame
    if not dated or spec.decision_before_offence == "keep":
        return []
    early = (table.frame[spec.decision_date] < table.frame[spec.offence_date]).to_numpy(dtype=bool)
    return table.at(
        np.flatnonzero(early),
        Problem(
            code="PE-C40",
            column=spec.decision_date,
            what="a decision before its offence.",
            mend="Correct the dates, or look whether the two columns are swapped. Where the register holds "
            "such rows and cannot be corrected, say so: they are kept, and the audit counts them.",
            paste='[data.events]\ndecision_before_offence = "keep"',
        ),
    )
