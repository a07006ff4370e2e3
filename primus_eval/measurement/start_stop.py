"""Start-stop rows: stretches of follow-up that end with an event, at the edge of a spell, or at the end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from primus_eval.errors import InputError, Problem
from primus_eval.measurement.by_rules import ready_to_count
from primus_eval.measurement.records import Measurement
from primus_eval.measurement.spells import Spells

COLUMNS = ("row", "start_days", "stop_days", "event", "in_custody")


def start_stop(measurement: Measurement) -> pd.DataFrame:
    """Cut each person's follow-up at every counted event and at both ends of every spell in custody.

    measurement: of an outcome by rules whose window runs in days of the calendar. Returns one row for each
    stretch (start_days, stop_days], in days since the clock's start, sorted: row (of the measurement's
    frame), start_days, stop_days, event (number of counted units on the last day of the stretch) and
    in_custody (whether the person was in custody throughout). An event on day d ends a stretch at d + 1, so
    that an event on the first day is at risk for that day; nobody is followed beyond the end of observation.

    Raises InputError for an outcome that was observed, or with a window of days at liberty.
    Checked: tests/test_measurement_start_stop.py, day by day.
    """
    if not isinstance(measurement, Measurement):
        raise TypeError("start_stop takes a Measurement: first measure")
    definition = measurement.outcome.reoffending
    if definition is None or definition.custody == "street":
        raise InputError(
            Problem(
                code="PE-C49",
                key=f"outcome {measurement.outcome.id}",
                what="has no start-stop rows: they need events by rules, in a window of calendar days.",
                mend='Use an outcome with reoffending and custody = "calendar".',
            )
        )
    ready = ready_to_count(measurement.trial, definition, population=measurement.population)
    people = measurement.people
    start = ready.bounds.start[people]
    stop = measurement.frame["exposure_days"].to_numpy(dtype=np.int64, copy=True)
    last = measurement.unit_day + 1  # an event on the day somebody left is still theirs
    np.maximum.at(stop, measurement.unit_row, last)
    spell_row, begin, end = _spells(ready.spells, people, start, stop)
    row = np.concatenate([np.arange(len(people)), measurement.unit_row, spell_row, spell_row])
    cut = np.concatenate([stop, last, begin, end])
    cuts = pd.DataFrame({"row": row, "stop_days": cut}).query("stop_days > 0").drop_duplicates()
    cuts = cuts.sort_values(["row", "stop_days"], ignore_index=True)
    cuts["start_days"] = cuts.groupby("row")["stop_days"].shift(fill_value=0)
    events = pd.DataFrame({"row": measurement.unit_row, "stop_days": last})
    counted = events.groupby(["row", "stop_days"]).size().reset_index(name="event")
    rows = cuts.merge(counted, on=["row", "stop_days"], how="left").fillna({"event": 0})
    rows["event"] = rows["event"].astype(np.int64)
    rows["in_custody"] = _covered(rows, spell_row, begin, end)
    return rows[list(COLUMNS)]


def _spells(
    spells: Spells, people: np.ndarray, start: np.ndarray, stop: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the spells of the people analysed, in days since their clock's start, within their follow-up."""
    row_of = np.full(int(max(people.max(initial=-1), spells.person.max(initial=-1))) + 1, -1)
    row_of[people] = np.arange(len(people))
    row = row_of[spells.person]
    ours = row >= 0
    row = row[ours]
    begin = np.clip(spells.begin[ours] - start[row], 0, stop[row])
    end = np.clip(spells.end[ours] - start[row], 0, stop[row])
    some = end > begin
    return row[some], begin[some], end[some]


def _covered(rows: pd.DataFrame, spell_row: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Whether each stretch lies within a spell; stretches are cut at every end of one."""
    if not len(spell_row):
        return np.zeros(len(rows), dtype=bool)
    span = int(rows["stop_days"].max()) + 1
    keys = spell_row * span + begin
    order = np.argsort(keys, kind="stable")
    row, first = rows["row"].to_numpy(dtype=np.int64), rows["start_days"].to_numpy(dtype=np.int64)
    at = np.searchsorted(keys[order], row * span + first, side="right") - 1
    return (at >= 0) & (spell_row[order][at] == row) & (first < end[order][at])
