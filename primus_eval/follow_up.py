"""What measuring by rules met on its way, by arm: the wait for release, the fate of events, custody.

All of it happened after randomisation: it describes how an outcome came about, and is no comparison of
people alike. Exhibits hold exact numbers of people; `release` rounds them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.measurement.counting import FATES
from primus_eval.measurement.days import NO_DAY, days_of
from primus_eval.measurement.records import COLUMN_OF
from primus_eval.protocol import Analysis
from primus_eval.protocol.needs import CLOCK_COLUMNS
from primus_eval.vocabulary import ArmRole

ROLES: tuple[ArmRole, ...] = ("treatment", "control")

CLOCK = ("arm", "randomised", "started", "not_started", "wait_median", "wait_low", "wait_high")
FATE = ("arm", "fate", "events", "people")
OBSERVATION = ("arm", "people", "with_event", "competing", "left_early", "median_days")
CONTRIBUTORS = ("arm", "quantity", "people", "some", "several", "total", "largest", "second")
CUSTODY = ("arm", "people", "in_custody", "mean_days", "sd_days")


def follow_up_exhibits(measurement: Measurement) -> tuple[Exhibit, ...]:
    """Describe the follow-up of everyone randomised; by rules, also how events came to count."""
    if not measurement.has_days:
        return ()
    if measurement.outcome.reoffending is None:
        return (_observation(measurement),)
    parts = (
        _clock(measurement),
        _observation(measurement),
        _fates(measurement),
        _custody(measurement),
    )
    return tuple(part for part in parts if part is not None)


def _clock(measurement: Measurement) -> Exhibit | None:
    """How many people's clock started, and how long after randomisation: median and quartiles in days.

    A programme that works inside may change who is released and when; then arms that were alike at
    randomisation are not followed from the same day.
    """
    definition = measurement.outcome.reoffending
    if definition is None or definition.clock_start == "randomisation":
        return None
    trial = measurement.trial
    spec = trial.protocol.data.participants
    start_column = getattr(spec, CLOCK_COLUMNS[definition.clock_start])
    assert start_column is not None and spec.randomised_on is not None  # measuring needed both
    started = days_of(trial.participants[start_column])
    randomised = days_of(trial.participants[spec.randomised_on])
    rows: list[tuple[Cell, ...]] = []
    for role, arm in _arms(trial.treated).items():
        runs = arm & (started != NO_DAY)
        waits = started[runs].astype(np.int64) - randomised[runs].astype(np.int64)
        quartiles: list[Cell] = [None] * 3
        if len(waits):
            quartiles = [float(value) for value in np.quantile(waits, (0.5, 0.25, 0.75))]
        rows.append((role, int(arm.sum()), int(runs.sum()), int(arm.sum() - runs.sum()), *quartiles))
    return _exhibit(measurement, "clock", CLOCK, rows, counts=("randomised", "started", "not_started"))


def _fates(measurement: Measurement) -> Exhibit:
    """What became of the events that could count: how many, of how many of the people analysed."""
    rows: list[tuple[Cell, ...]] = [
        (tally.arm, tally.fate, tally.events, tally.people) for tally in measurement.tally
    ]
    rows.sort(key=lambda row: (FATES.index(str(row[1])), ROLES.index(str(row[0]))))
    return _exhibit(measurement, "fates", FATE, rows, counts=("events", "people"))


def _custody(measurement: Measurement) -> Exhibit | None:
    """Days in custody within the window, by arm: the time in which reoffending could hardly be recorded."""
    days = measurement.frame["custody_days"].to_numpy(dtype=float)
    if np.isnan(days).any():
        return None
    rows: list[tuple[Cell, ...]] = []
    for role, arm in _arms(measurement.treated).items():
        own = days[arm]
        mean = float(own.mean()) if len(own) else None
        spread = float(own.std(ddof=1)) if len(own) > 1 else None
        rows.append((role, len(own), int((own > 0).sum()), mean, spread))
    return _exhibit(measurement, "custody", CUSTODY, rows, counts=("people", "in_custody"))


def _observation(measurement: Measurement) -> Exhibit:
    """How long people were observed: who had the event, who left before the end without it, by arm.

    The median is that of the time for which people would have been observed had nobody had an event: a
    Kaplan-Meier estimate with events and ends of observation changed about (Schemper & Smith 1996, Controlled
    Clinical Trials 17:343-346). Where arms differ in who left early, curves compare people no longer alike.
    """
    rows: list[tuple[Cell, ...]] = []
    for role, arm in _arms(measurement.treated).items():
        ended = arm & ~measurement.event & ~measurement.competing
        rows.append(
            (
                role,
                int(arm.sum()),
                int((arm & measurement.event).sum()),
                int((arm & measurement.competing).sum()),
                int((ended & ~measurement.known_at_horizon).sum()),
                _median_observed(measurement.time_days[arm], ended[arm]),
            )
        )
    counts = ("people", "with_event", "competing", "left_early")
    return _exhibit(measurement, "observation", OBSERVATION, rows, counts=counts)


def _median_observed(time_days: np.ndarray, ended: np.ndarray) -> float | None:
    """Return the first day by which half would have left observation, the horizon at the latest.

    On a day with both, events come first in the data, so in the mirror image ends of observation do.
    """
    if not ended.any():
        return None
    days, day_of = np.unique(time_days, return_inverse=True)
    ending = np.bincount(day_of, weights=ended, minlength=len(days))
    leaving = np.bincount(day_of, minlength=len(days))
    at_risk = leaving[::-1].cumsum()[::-1] - (leaving - ending)  # those with an event that day are gone
    still = np.cumprod(1 - ending / np.maximum(at_risk, 1))
    below = np.flatnonzero(still <= 0.5 + 1e-12)
    return float(days[below[0]]) if len(below) else None


def contributor_exhibit(measurement: Measurement, *, beside: Measurement | None = None) -> Exhibit | None:
    """Say how sums over people are made up: how many have any, the largest parts; `release` needs it.

    beside: of a part of the trial, where this is about everyone: then the rows are about everyone else, whom
    a reader finds by subtraction. It points at people and never leaves. None for an outcome that was
    observed, or is a score of a scale, which has no sums. As quantities count also those whom a competing
    event took (`terminal`), and those observed for less than the window (`short`).
    """
    if measurement.outcome.reoffending is None and measurement.outcome.register_weeks is None:
        return None
    about = measurement if beside is None else beside
    frame = measurement.frame
    if beside is not None:
        frame = frame[~np.isin(measurement.people, beside.people)]
    treated = frame["treated"].to_numpy(dtype=bool)
    values = _summed(frame, measurement)
    rows: list[tuple[Cell, ...]] = []
    for quantity, amount in values.items():
        for role, arm in _arms(treated).items():
            own = np.sort(amount[arm & ~np.isnan(amount)])[::-1]
            largest = [*own[:2].tolist(), 0.0, 0.0]
            some, several = int((own > 0).sum()), int((own > 1).sum())
            rows.append((role, quantity, len(own), some, several, float(own.sum()), *largest[:2]))
    return Exhibit(
        id=f"contributors/{about.outcome.id}/{about.population}" + ("/others" if beside is not None else ""),
        kind="contributors",
        columns=CONTRIBUTORS,
        rows=tuple(rows),
        count_columns=("people", "some", "several"),
        outcome=about.outcome.id,
        population=about.population,
        notes={"others": beside is not None},
    )


def _summed(frame: pd.DataFrame, measurement: Measurement) -> dict[str, np.ndarray]:
    """Return what is added up over people, by the name of the quantity."""
    if not measurement.has_days:
        return {"weeks": frame["score"].to_numpy(dtype=float)}
    values: dict[str, np.ndarray] = {
        name: frame[column].to_numpy(dtype=float) for name, column in COLUMN_OF.items() if column in frame
    }
    values["terminal"] = frame["terminal"].to_numpy(dtype=float)
    short = frame["exposure_days"] < measurement.horizon_days
    values["short"] = short.to_numpy(dtype=float)
    return values


def level_exhibit(
    measurement: Measurement, analysis: Analysis, *, beside: Measurement | None = None
) -> Exhibit | None:
    """Say how many people of each arm are at or beyond each cut of seriousness, and how many had the event.

    `release` needs it, and it stays. beside: of a part of the trial, where `measurement` is of everyone: then
    the rows are about everyone else, whom a reader finds by subtraction. nested: whether who is beyond a cut
    had the event, so that the difference of both counts people.
    """
    asked = analysis.seriousness
    if asked is None or measurement.outcome.reoffending is None:
        return None
    about = measurement if beside is None else beside
    frame = measurement.frame
    if beside is not None:
        frame = frame[~np.isin(measurement.people, beside.people)]
    values = frame[COLUMN_OF[asked.quantity]].to_numpy(dtype=float)
    event = frame["event"].to_numpy(dtype=bool)
    known = ~np.isnan(values)
    beyond: dict[float | None, np.ndarray] = {None: event}
    beyond |= {float(cut): values >= cut for cut in asked.cuts}
    rows: list[tuple[Cell, ...]] = [
        (role, cut, int((arm & known).sum()), int((arm & known & those).sum()))
        for role, arm in _arms(frame["treated"].to_numpy(dtype=bool)).items()
        for cut, those in beyond.items()
    ]
    return Exhibit(
        id=f"levels/{analysis.id}" + ("/others" if beside is not None else ""),
        kind="levels",
        columns=("arm", "cut", "people", "beyond"),
        rows=tuple(rows),
        count_columns=("people", "beyond"),
        outcome=about.outcome.id,
        population=about.population,
        notes={
            "analysis": analysis.id,
            "quantity": asked.quantity,
            "nested": asked.quantity != "custody_days",
            "others": beside is not None,
        },
    )


def _arms(treated: np.ndarray) -> Mapping[ArmRole, np.ndarray]:
    return {"treatment": treated, "control": ~treated}


def _exhibit(
    measurement: Measurement,
    kind: str,
    columns: tuple[str, ...],
    rows: list[tuple[Cell, ...]],
    *,
    counts: tuple[str, ...],
) -> Exhibit:
    return Exhibit(
        id=f"{kind}/{measurement.outcome.id}",
        kind=kind,
        columns=columns,
        rows=tuple(rows),
        count_columns=counts,
        outcome=measurement.outcome.id,
        population=measurement.population,
        notes={"horizon_days": measurement.horizon_days, "definition": measurement.definition},
    )
