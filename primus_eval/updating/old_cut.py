"""The later delivery as it would have looked on the day on which the former one ended.

What is dated after that day is taken out again, so that what differs from the former delivery was revised,
and did not happen since. An event counts from the day of its decision, if it has one: an offence that had
not been decided was not there yet. A spell in custody that went on has no end yet.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from primus_eval.trial import Trial
from primus_eval.updating.same_trial import Deliveries


def on_old_cut(deliveries: Deliveries) -> Trial:
    """Return the later delivery, of the people of the former one, up to the former day.

    Tables of the programme stay as they are: no outcome by rules reads them.
    Checked: tests/test_update.py (a delivery seen on its own day is itself).
    """
    former, later = deliveries.former, deliveries.later
    cutoff = former.protocol.data.data_cutoff
    assert cutoff is not None  # `later_protocol` requires it
    row_of = np.full(len(later.participants), -1)
    row_of[deliveries.later_row] = np.arange(len(deliveries.later_row))
    return replace(
        later,
        protocol=former.protocol,
        participants=_participants(later, deliveries.later_row, cutoff),
        events=_of_people(_events(later, cutoff), row_of),
        custody=_of_people(_custody(later, cutoff), row_of),
        status=_of_people(_status(later, cutoff), row_of),
    )


def seen_on(frame: pd.DataFrame, cutoff: date, *columns: str | None) -> np.ndarray:
    """Whether each row was there on a day: by the first of these columns that has a date; shape (rows,)."""
    when = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    for column in columns:
        if column is not None and column in frame:
            when = when.fillna(frame[column])
    return (when.isna() | (when <= pd.Timestamp(cutoff))).to_numpy(dtype=bool)


def _participants(later: Trial, rows: np.ndarray, cutoff: date) -> pd.DataFrame:
    """Take out dates after the day: who was released later had not been released."""
    frame = later.participants.iloc[rows].reset_index(drop=True)
    dates = frame.select_dtypes("datetime").columns
    return frame.assign(**{name: frame[name].mask(frame[name] > pd.Timestamp(cutoff)) for name in dates})


def _events(later: Trial, cutoff: date) -> pd.DataFrame | None:
    spec, frame = later.protocol.data.events, later.events
    if frame is None or spec is None:
        return frame
    return frame[seen_on(frame, cutoff, spec.decision_date, spec.offence_date)]


def _custody(later: Trial, cutoff: date) -> pd.DataFrame | None:
    spec, frame = later.protocol.data.custody, later.custody
    if frame is None or spec is None:
        return frame
    begun = frame[seen_on(frame, cutoff, spec.from_date)]
    end = begun[spec.to_date]
    return begun.assign(**{spec.to_date: end.mask(end > pd.Timestamp(cutoff))})


def _status(later: Trial, cutoff: date) -> pd.DataFrame | None:
    spec, frame = later.protocol.data.status, later.status
    return frame if frame is None or spec is None else frame[seen_on(frame, cutoff, spec.date)]


def _of_people(frame: pd.DataFrame | None, row_of: np.ndarray) -> pd.DataFrame | None:
    """Keep the rows of people who are there, under their new row numbers."""
    if frame is None:
        return None
    person = row_of[frame["person"].to_numpy(dtype=np.int64)]
    there = person >= 0
    return frame[there].assign(person=person[there]).reset_index(drop=True)
