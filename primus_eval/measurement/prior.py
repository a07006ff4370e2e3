"""Offending before randomisation: the rules of an outcome run backwards give a covariate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from primus_eval.definitions import Reoffending, later_by_months
from primus_eval.errors import InputError, Problem
from primus_eval.measurement.candidates import candidates
from primus_eval.measurement.counting import Bounds, Counted, Counter, count
from primus_eval.measurement.days import FAR, NO_DAY, day_of, days_of
from primus_eval.measurement.spells import Spells, merged
from primus_eval.protocol import PriorOffending
from primus_eval.trial import Trial

WITHOUT_A_CLOCK = {
    "decision_lag": None,
    "pseudo_reconvictions": "count",
    "offences_in_custody": "count",
}
"""What of a definition has no meaning before its clock starts."""


def counter_of(trial: Trial) -> Counter:
    """Return what counts the events that a trial holds in memory."""

    def counter(definition: Reoffending, bounds: Bounds, spells: Spells) -> Counted:
        spec = trial.protocol.data.events
        assert trial.events is not None and spec is not None  # a protocol without them is refused
        return count(candidates(trial.events, spec, definition), bounds, spells, definition)

    return counter


def known_before(trial: Trial, *, counter: Counter | None = None) -> pd.DataFrame:
    """Return what is known of each participant from before randomisation, prior offending included.

    counter: counts the events; those of the trial where none is given.
    """
    before = [
        name
        for name, column in trial.protocol.data.participants.columns.items()
        if column.timing == "before_randomisation"
    ]
    counted = {
        prior.id: prior_offending(trial, prior, counter=counter) for prior in trial.protocol.prior_offending
    }
    return trial.participants[before].assign(**counted)


def baseline_of(trial: Trial, people: np.ndarray, *, counter: Counter | None = None) -> pd.DataFrame:
    """Return what is known of some people from before randomisation; people: rows of the participants."""
    return known_before(trial, counter=counter).loc[people].reset_index(drop=True)


def prior_offending(
    trial: Trial, prior: PriorOffending | str, *, counter: Counter | None = None
) -> pd.Series:
    """Count what a definition would count in the months before each participant's randomisation.

    prior: an entry of [[prior_offending]], or its id. counter: counts the events; those of the trial where
    none is given.

    Returns a number for each participant: counting units of events that pass the filters of the definition
    and whose day lies within the months before randomisation, the day itself not included; an event with a
    decision counts if that too was before randomisation. Missing where a person was not found in the
    register, or has no day of randomisation.

    Raises InputError where the registers begin later than somebody's look-back.
    Checked: tests/spec, tests/test_measure_against_hand.py.
    """
    if not isinstance(trial, Trial):
        raise TypeError("prior_offending takes a Trial: first load_trial")
    if isinstance(prior, str):
        prior = trial.protocol.prior_offending_of(prior)
    if not isinstance(prior, PriorOffending):
        raise TypeError("prior_offending takes an entry of [[prior_offending]] in the protocol, or its id")
    definition = trial.protocol.outcome_of(prior.outcome).reoffending
    spec, people = trial.protocol.data.events, trial.protocol.data.participants
    there = counter is not None or trial.events is not None
    if definition is None or spec is None or not there or people.randomised_on is None:
        raise InputError(
            Problem(
                code="PE-C47",
                key=f"prior_offending {prior.id}",
                what="cannot be counted: it needs an outcome by rules, the table of events and the day of "
                "randomisation.",
                mend="Name an outcome with reoffending, and randomised_on in [data.participants].",
            )
        )
    randomised = days_of(trial.participants[people.randomised_on]).astype(np.int64)
    dated = randomised != NO_DAY
    searched = dated.copy()
    if people.linked is not None:
        searched &= trial.participants[people.linked].fillna(False).to_numpy(dtype=bool)
    begin = later_by_months(np.where(dated, randomised, 0), -prior.months)
    _require_covered(trial, prior, begin[searched])
    backwards = definition.model_copy(update=WITHOUT_A_CLOCK)
    none, never = np.empty(0, dtype=np.int64), np.full(len(begin), FAR, dtype=np.int64)
    bounds = Bounds(
        measured=searched,
        start=begin,
        end=randomised,
        outer=randomised,
        deadline=randomised,  # a verdict after randomisation was not known before it
        left_on=never,
    )
    counter = counter_of(trial) if counter is None else counter
    n_events = counter(backwards, bounds, merged(none, none, none)).n_events
    return pd.Series(np.where(searched, n_events.astype(float), np.nan), index=trial.participants.index)


def _require_covered(trial: Trial, prior: PriorOffending, begin: np.ndarray) -> None:
    first = trial.protocol.data.data_start
    if first is not None and len(begin) and begin.min() < day_of(first):
        raise InputError(
            Problem(
                code="PE-C47",
                key=f"prior_offending {prior.id}",
                what=f"looks back {prior.months} months, for some to before the registers begin ({first}).",
                mend="Look back less far, or correct [data] data_start.",
            )
        )
