"""Mean costs where some people were not followed to the end.

The mean of what was recorded is too low, and that of the people followed to the end too low or too high,
because who is followed for long has time to cost more. Weights undo both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.inputs import Bools, Floats, finite_vector, follow_up


def censored_mean_cost(cost: ArrayLike, time_days: ArrayLike, known: ArrayLike) -> Effect:
    """Estimate the mean cost of one group up to a horizon.

    cost: money, recorded until follow-up ended, shape (n,); time_days: until then, at most the horizon;
    known: 1 where all costs up to the horizon are known, 0 where follow-up ended before. A known cost
    weighs the inverse of the chance of being followed that long, by the product-limit estimate of leaving; on
    one day whoever completes does so before others leave. Assumes that who leaves does so for no reason of
    cost. No interval. Nobody known in the group, or nobody known after the last who left, is not estimable.
    Source: Bang & Tsiatis 2000, Biometrika 87:329-343, the simple weighted estimator.
    Checked: tests/test_numerics_censored_costs.py against tests/reference/make_economics.R.
    """
    time, complete = follow_up(time_days, known)
    money = finite_vector(cost, "cost")
    if not complete.any():
        return not_estimable("too_few_people")
    chance = _chance_of_staying(time, complete)
    if (chance[complete] <= 0).any() or time[complete].max() < time.max():
        return not_estimable("followup_incomplete_at_horizon")
    weights = np.zeros(len(money))
    weights[complete] = 1 / chance[complete]
    return Effect(estimate=float((weights * money).mean()))


def _chance_of_staying(time: Floats, complete: Bools) -> Floats:
    """Return the product-limit chance of not having left before each person's time, shape (n,)."""
    days = np.unique(time[~complete])
    stays = np.ones(len(time))
    for day in days:
        leaving = int(((time == day) & ~complete).sum())
        at_risk = int((time > day).sum()) + leaving
        stays[time > day] *= 1 - leaving / at_risk
    return stays
