"""Survival without the event up to a day: in one group, and compared between the arms of a trial."""

from __future__ import annotations

from math import hypot

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.effect import Effect, not_estimable, wald, without_interval
from primus_eval.numerics.event_table import PointOnCurve, at, event_table, is_determined, kaplan_meier
from primus_eval.numerics.inputs import Bools, Floats, follow_up, yes_no_vector
from primus_eval.vocabulary import Reason


def survival_at(time_days: ArrayLike, event: ArrayLike, *, horizon_days: float, conf_level: float) -> Effect:
    """Share of one group without the event by the horizon, with the log-log interval.

    A share of exactly 1 or 0 has no such interval; the estimate is given without one.
    Source: as `event_table.kaplan_meier`.
    Checked: tests/reference/test_against_r.py (R survfit).
    """
    time, had_event = follow_up(time_days, event)
    if len(time) == 0:
        return not_estimable("too_few_people")
    point = _survival(time, had_event, horizon_days, conf_level)
    if not isinstance(point, PointOnCurve):
        return not_estimable(point)
    if point.survival in (0.0, 1.0):
        return Effect(estimate=point.survival, reason="no_interval_at_certainty")
    return Effect(
        estimate=point.survival,
        conf_low=point.conf_low,
        conf_high=point.conf_high,
        std_error=point.std_error,
    )


def survival_difference(
    time_days: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    *,
    horizon_days: float,
    conf_level: float,
) -> Effect:
    """Difference in the share without the event by the horizon, treatment minus control.

    Both shares are Kaplan-Meier estimates, so people followed for less than the horizon count for as
    long as they were seen. The interval is normal with Greenwood's variances added. It is too narrow
    where an arm is small and nobody, or everybody, in it has had the event: that arm adds no variance.
    Source: Klein, Logan, Harhoff & Andersen 2007, Statistics in Medicine 26:4505-4519, section 2
    (the untransformed statistic).
    Checked: tests/reference/test_against_r.py (R survfit).
    """
    time, had_event = follow_up(time_days, event)
    in_treatment = yes_no_vector(treated, "treated", length=len(time))
    if in_treatment.all() or not in_treatment.any():
        return not_estimable("one_arm_empty")
    points = []
    for arm in (in_treatment, ~in_treatment):
        point = _survival(time[arm], had_event[arm], horizon_days, conf_level)
        if not isinstance(point, PointOnCurve):
            return not_estimable(point)
        points.append(point)
    treatment, control = points
    if 0 in (treatment.std_error, control.std_error):
        return without_interval(treatment.survival - control.survival)
    std_error = hypot(treatment.std_error, control.std_error)
    return wald(treatment.survival - control.survival, std_error, conf_level=conf_level)


def _survival(
    time: Floats, had_event: Bools, horizon_days: float, conf_level: float
) -> PointOnCurve | Reason:
    if not np.isfinite(horizon_days) or horizon_days < 0:
        raise ValueError("horizon_days must be finite and not negative")
    table = event_table(time, had_event)
    if not is_determined(table, horizon_days):
        return "horizon_beyond_followup"
    return at(kaplan_meier(table, conf_level=conf_level), horizon_days)
