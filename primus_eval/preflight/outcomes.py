"""Of how many people each outcome is known, and how far they were followed: over both arms, never by arm."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from primus_eval.disclosure.cells import is_small
from primus_eval.measurement import DAYS_PER_UNIT, Measurement
from primus_eval.preflight.counting import Count, count_of
from primus_eval.preflight.foretell import Measured
from primus_eval.preflight.records import OutcomeRead
from primus_eval.protocol import ASSIGNED, Outcome
from primus_eval.schema import text_in
from primus_eval.trial import Trial


def outcomes_read(trial: Trial, measurements: Measured) -> tuple[OutcomeRead, ...]:
    """Describe the follow-up of every outcome that could be measured."""
    return tuple(
        _outcome(trial, outcome, measurements[outcome.id, ASSIGNED])
        for outcome in trial.protocol.outcome
        if (outcome.id, ASSIGNED) in measurements
    )


def _outcome(trial: Trial, outcome: Outcome, measurement: Measurement) -> OutcomeRead:
    k = trial.protocol.disclosure.threshold
    everyone, known = len(trial.participants), len(measurement.frame)
    early = known - int(measurement.known_at_horizon.sum())
    measured, ended_early = count_of(known, k=k, total=everyone), count_of(early, k=k, total=known)
    if measured.n is not None and _gives_few_back(trial, outcome, everyone - known):
        measured = Count()
        ended_early = ended_early if known - early >= k else Count()  # all of them: how many were measured
    return OutcomeRead(
        outcome=outcome.id,
        label=text_in(outcome.label, "en"),
        horizon_days=outcome.horizon_days,
        people=count_of(everyone, k=k),
        measured=measured,
        longest_days=_reached_by(days_followed(trial, outcome), k),
        ended_early=ended_early,
    )


def _gives_few_back(trial: Trial, outcome: Outcome, not_measured: int) -> bool:
    """Whether the number not measured, beside what is missing by column, would count one to k - 1 people.

    Two of these numbers may differ by so few; or so few may share one pattern of what they lack, which
    the number not measured (all patterns together) gives back from the columns.
    """
    k, people = trial.protocol.disclosure.threshold, trial.participants
    lacking = {name: people[name].isna() for name in (outcome.observed.time, outcome.observed.event)}
    excluded = trial.protocol.data.participants.excluded
    if excluded is not None:
        lacking[excluded] = people[excluded].notna()
    patterns = pd.DataFrame(lacking)
    numbers = [not_measured, *(int(n) for n in patterns.sum())]
    some = patterns[patterns.any(axis=1)]
    few = [
        *some.groupby(list(lacking)).size(),
        *(abs(a - b) for a, b in combinations(filter(None, numbers), 2)),
    ]
    return any(is_small(int(n), k) for n in few)


def days_followed(trial: Trial, outcome: Outcome) -> np.ndarray:
    """Return the follow-up of everyone of whom it is known, in days and not cut at the horizon."""
    times = trial.participants[outcome.observed.time] * DAYS_PER_UNIT[outcome.observed.unit]
    return times.dropna().to_numpy(dtype=float)


def _reached_by(days: np.ndarray, k: int) -> int | None:
    """The last day to which at least k people were followed: one person's own follow-up is not shown."""
    return None if len(days) < k else int(np.sort(days)[-k])
