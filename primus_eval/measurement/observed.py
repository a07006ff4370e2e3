"""Measure an outcome that was already observed as a time and an event.

Times become whole days (a week is seven). What happens after the horizon is not counted: follow-up
is cut there. By the horizon a person has had the event, has been followed to the horizon without
it, or is unknown (follow-up ended earlier); unknown is never read as "did not reoffend".
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from primus_eval.errors import InputError, Problem, reconcile
from primus_eval.measurement.prior import baseline_of
from primus_eval.measurement.reasons import Reasons, arms_of, exclusions
from primus_eval.measurement.records import Measurement
from primus_eval.protocol import Outcome
from primus_eval.protocol.outcomes import Observed
from primus_eval.trial import Trial

DAYS_PER_UNIT = {"days": 1, "weeks": 7}

NOT_IN_POPULATION, NOT_OBSERVED = "not_in_population", "outcome_not_observed"


def measure_observed(trial: Trial, outcome: Outcome, observed: Observed, *, population: str) -> Measurement:
    """Measure an outcome that columns of the participants hold; see `measure`."""
    horizon = outcome.horizon_days
    times = _times_in_days(trial, observed)
    events = trial.participants[observed.event]
    reasons = Reasons(trial)
    reasons.add(NOT_OBSERVED, (times.isna() | events.isna()).to_numpy(dtype=bool))
    reasons.put(NOT_IN_POPULATION, ~trial.in_population(population))
    kept = reasons.none
    time_days = times[kept].to_numpy(dtype=float)
    happened = events[kept].to_numpy(dtype=bool) & (time_days <= horizon)
    known = happened | (time_days >= horizon)
    frame = pd.DataFrame(
        {
            "treated": trial.treated[kept],
            "time_days": np.minimum(time_days, horizon),
            "event": happened,
            "reoffended": pd.Series(happened, dtype="boolean").mask(~known),
        }
    )
    excluded = exclusions(reasons, trial, arms_of(trial))
    reconcile(
        len(frame) + sum(exclusion.n for exclusion in excluded) == len(trial.participants),
        "people read, analysed and excluded do not add up",
    )
    people = np.flatnonzero(kept)
    return Measurement(
        trial=trial,
        outcome=outcome,
        population=population,
        horizon_days=horizon,
        frame=frame,
        baseline=baseline_of(trial, people),
        excluded=excluded,
        people=people,
    )


def _times_in_days(trial: Trial, observed: Observed) -> pd.Series:
    """Return follow-up as whole days, missing where it was not observed."""
    times = trial.participants[observed.time] * DAYS_PER_UNIT[observed.unit]
    events = trial.participants[observed.event].fillna(False).astype(bool)
    if (times < 0).any():
        raise _time_error(
            trial, observed.time, "PE-C14", int((times < 0).sum()), "a time below zero", "Correct the times."
        )
    at_zero = (times == 0) & events
    if at_zero.any() and observed.zero_time == "refuse":
        raise _time_error(
            trial,
            observed.time,
            "PE-C15",
            int(at_zero.sum()),
            "an event at time zero",
            'Correct the times, or declare observed.zero_time = "half_day".',
        )
    return times.mask(at_zero, 0.5)


def _time_error(trial: Trial, column: str, code: str, n: int, what: str, mend: str) -> InputError:
    return InputError(
        Problem(
            code=code,
            file=trial.protocol.data.participants.file,
            column=column,
            what=f"holds {what} ({n} of {len(trial.participants)} rows).",
            mend=mend,
        )
    )
