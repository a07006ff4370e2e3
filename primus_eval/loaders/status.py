"""What each row of custody and status must say: an admission, a death or a departure has a day.

Spells that overlap, or end before they begin, are read as they are: they count once, or not at all.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from primus_eval.errors import Problem
from primus_eval.loaders.typed import TypedTable
from primus_eval.protocol import Custody, StatusTable, TableFile


def with_needed_cells(table: TypedTable, spec: TableFile) -> TypedTable:
    """Return the table with a problem for each row that lacks what it must say."""
    said = {(each.file, each.line, each.column) for each in table.problems}
    found = [
        each
        for column, what in _needed(spec).items()
        if column in table.frame
        for each in table.at(
            np.flatnonzero(table.frame[column].isna().to_numpy(dtype=bool)),
            Problem(
                code="PE-C46",
                column=column,
                what=what,
                mend="Ask the source of the register; the row says nothing without it, and somebody is "
                "counted as at liberty, or as alive and in the country.",
            ),
        )
        if (each.file, each.line, each.column) not in said
    ]
    return replace(table, problems=(*table.problems, *found))


def _needed(spec: TableFile) -> dict[str, str]:
    """The columns in which a cell may not be missing, and what is said of a row where it is."""
    if isinstance(spec, Custody):
        return {spec.from_date: "this spell has no first day."}
    if isinstance(spec, StatusTable):
        return {
            spec.date: "this row has no day.",
            spec.kind.column: "this row does not say what happened.",
        }
    return {}
