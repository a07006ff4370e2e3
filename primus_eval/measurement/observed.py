"""Measure an outcome that was already observed as a time and an event.

Times become whole days (a week is seven). What happens after the horizon is not counted: follow-up
is cut there. By the horizon a person has had the event, has been followed to the horizon without
it, or is unknown (follow-up ended earlier); unknown is never read as "did not reoffend".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from primus_eval.errors import InputError, Problem, reconcile
from primus_eval.protocol import ASSIGNED, Outcome
from primus_eval.schema import text_in
from primus_eval.trial import Trial
from primus_eval.vocabulary import OWN_REASONS, ArmRole

DAYS_PER_UNIT = {"days": 1, "weeks": 7}

NOT_IN_POPULATION, NOT_OBSERVED = OWN_REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """How many people of one arm were left out for one reason.

    `reason` is a word of ours or the code of a declared reason; `label` what a reader is shown.
    """

    reason: str
    label: str
    arm: ArmRole
    n: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Measurement:
    """One outcome in one population: one row per person analysed, everyone else with a reason.

    `frame` has the columns treated (bool), time_days (follow-up to the first event or its end, cut
    at the horizon), event (bool, by then) and reoffended (boolean, missing where follow-up ended
    before the horizon without the event). `baseline` has the same rows and the columns of the
    protocol that were measured before randomisation.
    """

    trial: Trial
    outcome: Outcome
    population: str
    horizon_days: int
    frame: pd.DataFrame
    baseline: pd.DataFrame
    excluded: tuple[Exclusion, ...]

    def __repr__(self) -> str:
        return f"Measurement({self.outcome.id}, {self.population}, {len(self.frame)} people)"

    @property
    def treated(self) -> np.ndarray:
        """Whether each person analysed was assigned to treatment, shape (n,)."""
        return self.frame["treated"].to_numpy(dtype=bool)

    @property
    def time_days(self) -> np.ndarray:
        """Days to the first event or to the end of follow-up, shape (n,)."""
        return self.frame["time_days"].to_numpy(dtype=float)

    @property
    def event(self) -> np.ndarray:
        """Whether follow-up ended with the event, shape (n,)."""
        return self.frame["event"].to_numpy(dtype=bool)

    @property
    def known_at_horizon(self) -> np.ndarray:
        """Whether it is known of each person if they had the event by the horizon, shape (n,)."""
        return self.frame["reoffended"].notna().to_numpy(dtype=bool)


def measure(trial: Trial, outcome: str, *, population: str = ASSIGNED) -> Measurement:
    """Measure one outcome for everyone randomised in a population, up to the outcome's horizon.

    outcome, population: ids of the protocol. People without a follow-up time or without yes or no to
    the event are left out with that reason; so are those whom the protocol excludes.

    Raises InputError for an unknown id, or where a time cannot be: negative, or zero with an event
    unless the protocol says what that means.

    >>> import primus_eval as pe
    >>> trial = pe.load_trial("data/sample/maryland/protocol.toml")
    >>> len(pe.measure(trial, "rearrest_52w").frame)
    432
    """
    if not isinstance(trial, Trial):
        raise TypeError("measure takes a Trial: first load_trial")
    declared = trial.protocol.outcome_of(outcome)
    horizon = declared.horizon_days
    times = _times_in_days(trial, declared)
    events = trial.participants[declared.observed.event]
    reasons = _reasons(trial, population, observed=times.notna() & events.notna())
    kept = reasons.isna().to_numpy(dtype=bool)
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
    before = [
        name
        for name, column in trial.protocol.data.participants.columns.items()
        if column.timing == "before_randomisation"
    ]
    excluded = _count(reasons, trial)
    reconcile(
        len(frame) + sum(exclusion.n for exclusion in excluded) == len(trial.participants),
        "people read, analysed and excluded do not add up",
    )
    return Measurement(
        trial=trial,
        outcome=declared,
        population=population,
        horizon_days=horizon,
        frame=frame,
        baseline=trial.participants.loc[kept, before].reset_index(drop=True),
        excluded=excluded,
    )


def _times_in_days(trial: Trial, outcome: Outcome) -> pd.Series:
    """Return follow-up as whole days, missing where it was not observed."""
    observed = outcome.observed
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


def _reasons(trial: Trial, population: str, *, observed: pd.Series) -> pd.Series:
    """Give everyone who is left out the first reason that applies; missing for those analysed."""
    reasons = pd.Series([None] * len(trial.participants), dtype="object")
    reasons[~observed.to_numpy(dtype=bool)] = NOT_OBSERVED
    column = trial.protocol.data.participants.excluded
    if column is not None:
        declared = trial.participants[column]
        reasons[declared.notna()] = declared[declared.notna()]
    reasons[~trial.in_population(population)] = NOT_IN_POPULATION
    return reasons


def _count(reasons: pd.Series, trial: Trial) -> tuple[Exclusion, ...]:
    roles: dict[ArmRole, np.ndarray] = {"treatment": trial.treated, "control": ~trial.treated}
    return tuple(
        Exclusion(reason=reason, label=_label(reason, trial), arm=role, n=int((reasons[arm] == reason).sum()))
        for reason in sorted(reasons.dropna().unique())
        for role, arm in roles.items()
    )


def _label(reason: str, trial: Trial) -> str:
    """What a reader is shown for a reason: the protocol's label of a declared one, else our word."""
    column = trial.protocol.data.participants.excluded
    if column is None:
        return reason
    levels = trial.protocol.data.participants.columns[column].levels or {}
    return text_in(levels[reason], "en") if reason in levels else reason
