"""Which needs were found in whom, and when: an assessment by the rule of the protocol."""

from __future__ import annotations

import numpy as np

from primus_eval.estimators.process.delivered import Delivered, column_codes, column_days, first_day
from primus_eval.measurement.days import FAR, NO_DAY
from primus_eval.numerics.inputs import Integers
from primus_eval.protocol.process import NeedRule


def found_at_start(delivered: Delivered, rule: NeedRule) -> Integers:
    """Return the day on which each participant, of either arm, was found to have a need; `NO_DAY` where not.

    By the assessments of wave 0 or, where there are no waves, by those up to the day of randomisation: a
    need that somebody finds later may have been found because a mentor was there.
    """
    spec = delivered.trial.protocol.data.needs
    assert spec is not None  # asked by those who need it
    frame = delivered.table("needs")
    person, day = frame["person"].to_numpy(dtype=np.int64), column_days(frame, spec.date)
    score = frame[spec.score].to_numpy(dtype=float)
    is_need = score >= rule.at_least if rule.at_least is not None else score <= (rule.at_most or 0.0)
    found = is_need & (column_codes(frame, spec.domain) == rule.domain) & (day != NO_DAY)
    if spec.wave is not None:
        found &= frame[spec.wave].to_numpy(dtype=float) == 0
    else:
        found &= day <= delivered.people.randomised[person]
    first = first_day(person[found], day[found], delivered.n)
    return np.where(first == FAR, NO_DAY, first)
