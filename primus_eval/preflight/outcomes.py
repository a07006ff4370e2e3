"""Of how many people each outcome is known, and how far they were followed: over both arms, never by arm."""

from __future__ import annotations

import numpy as np

from primus_eval.measurement import DAYS_PER_UNIT, Measurement
from primus_eval.preflight.counting import count_of
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
    return OutcomeRead(
        outcome=outcome.id,
        label=text_in(outcome.label, "en"),
        horizon_days=outcome.horizon_days,
        people=count_of(everyone, k=k),
        measured=count_of(known, k=k, total=everyone),
        longest_days=_reached_by(days_followed(trial, outcome), k),
        ended_early=count_of(early, k=k, total=known),
    )


def days_followed(trial: Trial, outcome: Outcome) -> np.ndarray:
    """Return the follow-up of everyone of whom it is known, in days and not cut at the horizon."""
    times = trial.participants[outcome.observed.time] * DAYS_PER_UNIT[outcome.observed.unit]
    return times.dropna().to_numpy(dtype=float)


def _reached_by(days: np.ndarray, k: int) -> int | None:
    """The last day to which at least k people were followed: one person's own follow-up is not shown."""
    return None if len(days) < k else int(np.sort(days)[-k])
