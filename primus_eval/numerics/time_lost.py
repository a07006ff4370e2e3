"""Mean days lost to the event out of a window: the area under the curve of its cumulative incidence.

A person who has the event on day 100 of a window of 365 loses 265 days to it; who never has it, also
because a competing event came first, loses none. Needs no proportional hazards, and is read in days.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.cumulative_incidence import (
    CompetingTable,
    competing_follow_up,
    competing_table,
    is_determined,
)
from primus_eval.numerics.effect import Effect, not_estimable, student, without_interval
from primus_eval.numerics.inputs import yes_no_vector
from primus_eval.vocabulary import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLost:
    """Mean days lost to the event up to the horizon, and the standard error of that mean."""

    mean_days: float
    std_error_days: float


def restricted_mean_time_lost(
    time_days: ArrayLike, event: ArrayLike, competing: ArrayLike, *, horizon_days: float
) -> TimeLost | Reason:
    """Estimate the mean days lost to the event out of the days to the horizon in one group, or say why not.

    time_days: days to whichever came first, or to the end of follow-up, >= 0, shape (n,). event,
    competing: 0 or 1, shape (n,), never both 1 in one person. horizon_days: > 0, no later than the last
    day observed, unless nobody is left with neither event.
    The variance is that of the mean of the people's influences (the infinitesimal jackknife), written as
    a sum over days; it is also the one of Greenwood's type, so that where nothing competes it is that of
    `restricted_mean`, and without censoring the variance of a mean with divisor n.
    Source: Andersen 2013, Statistics in Medicine 32:5278-5285, the area under the curve of Aalen and
    Johansen; variance: as `aalen_johansen`, with days lost in place of the event.
    Checked: tests/reference/test_against_r.py (R survfit of a state, rmean),
    tests/test_numerics_time_lost.py (by hand; moving the weight of each person).
    """
    if not np.isfinite(horizon_days) or horizon_days <= 0:
        raise ValueError("horizon_days must be finite and positive")
    table = competing_table(*competing_follow_up(time_days, event, competing))
    if len(table.time_days) == 0:
        return "too_few_people"
    if not is_determined(table, horizon_days):
        return "horizon_beyond_followup"
    return _time_lost(table, horizon_days)


def time_lost_difference(
    time_days: ArrayLike,
    event: ArrayLike,
    competing: ArrayLike,
    treated: ArrayLike,
    *,
    horizon_days: float,
    conf_level: float,
) -> Effect:
    """Mean days lost to the event out of the days to the horizon, treatment minus control.

    The arms are independent, so variances add. Interval and test by t with n - 2 degrees of freedom for n
    people. Chosen by simulation (95 % wanted, 8,000 trials): 10 people an arm, t covered 93 to 94 % where
    the normal quantile covered 92, and 98 where it covered 97; 48 an arm, 94 to 95 % and up to 0.3 more than
    normal. Without interval where an arm has no variance, as when nobody in it had the event.
    Source: as `restricted_mean_time_lost`; t as for the difference of two means, which it is without
    censoring, but for the divisor n of the variance.
    Checked: tests/reference/test_against_r.py (R survfit of a state, rmean; qt),
    tests/test_numerics_time_lost.py (coverage, also in small arms).
    """
    time, had_event, had_competing = competing_follow_up(time_days, event, competing)
    in_treatment = yes_no_vector(treated, "treated", length=len(time))
    if in_treatment.all() or not in_treatment.any():
        return not_estimable("one_arm_empty")
    arms = []
    for rows in (in_treatment, ~in_treatment):
        lost = restricted_mean_time_lost(
            time[rows], had_event[rows], had_competing[rows], horizon_days=horizon_days
        )
        if isinstance(lost, str):
            return not_estimable(lost)
        arms.append(lost)
    treatment, control = arms
    difference = treatment.mean_days - control.mean_days
    if 0 in (treatment.std_error_days, control.std_error_days):
        return without_interval(difference)
    std_error = hypot(treatment.std_error_days, control.std_error_days)
    return student(difference, std_error, df=len(time) - 2, conf_level=conf_level)


def _time_lost(table: CompetingTable, horizon_days: float) -> TimeLost:
    """Add the days lost by the events of each day, and what each day adds to the variance.

    A day adds S^2 / n times the variance, over the people at risk, of the days that they lose: those that
    remain after the event, none after a competing one, and after neither the mean that is yet to come.
    Written by pairs, like the variance of the incidence, so that nothing cancels.
    """
    seen = table.time_days <= horizon_days
    at_risk = table.at_risk[seen].astype(float)
    event, competing = table.events[seen] / at_risk, table.competing[seen] / at_risk
    neither = (table.at_risk - table.events - table.competing)[seen] / at_risk
    remaining = horizon_days - table.time_days[seen]
    after = neither.cumprod()
    before = np.concatenate(([1.0], after))[: len(after)]
    lost = before * event * remaining
    to_come = np.append(lost[::-1].cumsum()[::-1], 0.0)[1:]
    later = np.divide(to_come, after, out=np.zeros(len(after)), where=after > 0)
    spread = (
        event * competing * remaining**2
        + neither * event * (remaining - later) ** 2
        + neither * competing * later**2
    )
    variance = (before**2 * spread / at_risk).sum()
    return TimeLost(mean_days=float(lost.sum()), std_error_days=float(np.sqrt(variance)))
