"""What of the programme changed while the trial ran, in the words in which it was written down."""

from __future__ import annotations

import numpy as np
import pandas as pd

from primus_eval.estimators.process.delivered import Delivered, column_days
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement.days import NO_DAY
from primus_eval.protocol import ASSIGNED


def changes_exhibit(delivered: Delivered) -> Exhibit | None:
    """List the changes in order of time; None where no table of changes was delivered.

    A change without a day stands last. Of a category column the code is given.
    """
    spec = delivered.trial.protocol.data.changes
    if spec is None or "changes" not in delivered.trial.tables:
        return None
    frame = delivered.table("changes")
    days = column_days(frame, spec.date)
    rows = []
    for row in np.argsort(np.where(days == NO_DAY, np.iinfo(np.int64).max, days), kind="stable").tolist():
        month = (
            None if days[row] == NO_DAY else str(np.datetime64(int(days[row]), "D").astype("datetime64[M]"))
        )
        told = [_cell(frame, column, row) for column in (spec.what, spec.why, spec.planned)]
        rows.append((month, *told))
    return Exhibit(
        id="programme_changes",
        kind="programme_changes",
        columns=("month", "what", "why", "planned"),
        rows=tuple(rows),
        population=ASSIGNED,
    )


def _cell(frame: pd.DataFrame, column: str | None, row: int) -> Cell:
    value = None if column is None else frame[column].iloc[row]
    if value is None or pd.isna(value):
        return None
    return bool(value) if isinstance(value, bool | np.bool_) else str(value)
