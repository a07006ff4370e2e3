"""Measure weeks in which a register holds certain codes, such as work or education, out of custody.

Registers of benefits code calendar weeks, and the clock of a person starts on any day. A week of the clock
has a code where most of its days lie in stretches with one. No code says nothing of custody, of death or of a
life abroad, so these are taken from their own registers: a week with a day of them is none, and is counted
apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from primus_eval.errors import reconcile
from primus_eval.measurement.by_rules import Ready, ready_to_count
from primus_eval.measurement.days import NO_DAY, days_of
from primus_eval.measurement.prior import baseline_of
from primus_eval.measurement.reasons import arms_of, exclusions
from primus_eval.measurement.records import Measurement
from primus_eval.measurement.scales import score_frame, window_of
from primus_eval.measurement.spells import custody_days, merged
from primus_eval.protocol import Outcome
from primus_eval.protocol.scales import RegisterWeeks
from primus_eval.trial import Trial

WEEKS = "weeks"
"""What the definition of an outcome is called that counts weeks with a code."""

DAYS_PER_WEEK = 7
MOST_DAYS = 4
"""Days of a week with a code that make it a week with it: more than half of seven."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeekKinds:
    """What each week of some people's clocks is, shape (n_people, n_weeks), bool; a week is one of these or
    none: with a code, with a day in custody, and with a day after death or departure."""

    coded: np.ndarray
    custody: np.ndarray
    gone: np.ndarray


def measure_weeks(trial: Trial, outcome: Outcome, asked: RegisterWeeks, *, population: str) -> Measurement:
    """Count the weeks of each person that have one of the codes; see `measure`.

    Who is left out follows the clock as for an outcome by rules: who was not found in the register, whose
    clock never started, and who was randomised too late.
    """
    ready = ready_to_count(trial, window_of(outcome), population=population)
    people = np.flatnonzero(ready.bounds.measured)
    kinds = week_kinds(trial, asked, ready, people)
    weeks = kinds.coded.sum(axis=1).astype(float)
    frame = score_frame(
        trial.treated[people],
        weeks,
        baseline=np.full(len(people), np.nan),
        horizon_days=outcome.horizon_days,
    )
    if asked.more_than is not None:
        frame["event"] = weeks > asked.more_than * asked.weeks
        frame["reoffended"] = pd.Series(frame["event"], dtype="boolean")
    excluded = exclusions(ready.reasons, trial, arms_of(trial))
    reconcile(
        len(frame) + sum(exclusion.n for exclusion in excluded) == len(trial.participants),
        "people read, analysed and excluded do not add up",
    )
    return Measurement(
        trial=trial,
        outcome=outcome,
        population=population,
        horizon_days=outcome.horizon_days,
        frame=frame,
        baseline=baseline_of(trial, people),
        excluded=excluded,
        people=people,
        definition=WEEKS,
    )


def week_kinds(trial: Trial, asked: RegisterWeeks, ready: Ready, people: np.ndarray) -> WeekKinds:
    """Say of each week of some people's clocks whether it has a code, a day in custody, or is after the end.

    people: rows of the participants whose clock runs. Custody goes before a code, and so does the end.
    Checked: tests/test_scales_measured.py, day by day.
    """
    spec, table = trial.protocol.data.weeks, trial.tables["weeks"]
    assert spec is not None  # a protocol without it is refused
    begin, end = days_of(table[spec.from_date]), days_of(table[spec.to_date])
    counts = table[spec.code].astype(object).isin(asked.codes).to_numpy() & (begin != NO_DAY)
    counts &= end != NO_DAY
    stretches = merged(table["person"].to_numpy(dtype=np.int64)[counts], begin[counts], end[counts] + 1)
    first = ready.bounds.start[people][:, None] + DAYS_PER_WEEK * np.arange(asked.weeks)
    person = np.broadcast_to(people[:, None], first.shape).ravel()
    begins, ends = first.ravel(), first.ravel() + DAYS_PER_WEEK
    with_code = custody_days(stretches, person, begins, ends).reshape(first.shape)
    inside = custody_days(ready.spells, person, begins, ends).reshape(first.shape) > 0
    gone = first + DAYS_PER_WEEK > ready.bounds.left_on[people][:, None]
    return WeekKinds(
        coded=(with_code >= MOST_DAYS) & ~inside & ~gone,
        custody=inside & ~gone,
        gone=gone,
    )
