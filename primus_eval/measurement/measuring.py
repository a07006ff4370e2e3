"""Measure an outcome of the protocol: one row for each person analysed, a reason for everyone else."""

from __future__ import annotations

from primus_eval.measurement.by_rules import measure_by_rules
from primus_eval.measurement.observed import measure_observed
from primus_eval.measurement.records import Measurement
from primus_eval.measurement.register_weeks import measure_weeks
from primus_eval.measurement.scales import measure_scale
from primus_eval.protocol import ASSIGNED
from primus_eval.trial import Trial


def measure(trial: Trial, outcome: str, *, population: str = ASSIGNED) -> Measurement:
    """Measure one outcome for everyone randomised in a population, up to the outcome's horizon.

    outcome, population: ids of the protocol. People of whom the outcome is not known are left out with that
    reason; so are those whom the protocol excludes. An outcome by rules is counted from the events, and
    nobody whose register could not be searched is taken to be free of it. A score is that of the declared
    wave, and is known of whoever was assessed, in custody too.

    Raises InputError for an unknown id, where a time cannot be (negative, or zero with an event unless the
    protocol says what that means), or where maturity cannot be told.

    Checked: tests/test_measure_against_hand.py, tests/spec.

    >>> import primus_eval as pe
    >>> trial = pe.load_trial("data/sample/maryland/protocol.toml")
    >>> len(pe.measure(trial, "rearrest_52w").frame)
    432
    """
    if not isinstance(trial, Trial):
        raise TypeError("measure takes a Trial: first load_trial")
    declared = trial.protocol.outcome_of(outcome)
    if declared.reoffending is not None:
        return measure_by_rules(trial, declared, declared.reoffending, population=population)
    if declared.scale is not None:
        return measure_scale(trial, declared, declared.scale, population=population)
    if declared.register_weeks is not None:
        return measure_weeks(trial, declared, declared.register_weeks, population=population)
    assert declared.observed is not None  # an outcome has one of the four
    return measure_observed(trial, declared, declared.observed, population=population)
