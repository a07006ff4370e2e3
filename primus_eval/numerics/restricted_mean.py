"""Mean days without the event up to a horizon: the area under the Kaplan-Meier curve.

Needs no proportional hazards, and is read in days. Everyone is followed from day 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, log

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.effect import Effect, not_estimable, wald, without_interval
from primus_eval.numerics.event_table import event_table, is_determined, survival_and_variance
from primus_eval.numerics.inputs import follow_up, yes_no_vector
from primus_eval.vocabulary import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedMean:
    """Mean days without the event up to the horizon, and the standard error of that mean."""

    mean_days: float
    std_error_days: float


def restricted_mean(
    time_days: ArrayLike, event: ArrayLike, *, horizon_days: float
) -> RestrictedMean | Reason:
    """Estimate the mean days without the event up to the horizon in one group, or say why not.

    time_days: days to the event or to the end of follow-up, >= 0, shape (n,).
    horizon_days: > 0, no later than the last day observed, unless nobody is left without the event.
    Source: Royston & Parmar 2013, BMC Medical Research Methodology 13:152; variance of Greenwood's
    type, sum over event days of (area still to come)^2 d / (n (n - d)), Klein & Moeschberger 2003,
    equation 4.5.2. No factor for small samples is applied.
    Checked: tests/reference/test_against_r.py (R survfit, rmean).
    """
    if not np.isfinite(horizon_days) or horizon_days <= 0:
        raise ValueError("horizon_days must be finite and positive")
    table = event_table(*follow_up(time_days, event))
    if len(table.time_days) == 0:
        return "too_few_people"
    if not is_determined(table, horizon_days):
        return "horizon_beyond_followup"
    seen = table.time_days <= horizon_days
    at_risk, events = table.at_risk[seen].astype(float), table.events[seen]
    survival, _ = survival_and_variance(table)
    edges = np.concatenate(([0.0], table.time_days[seen], [horizon_days]))
    areas = np.concatenate(([1.0], survival[seen])) * np.diff(edges)
    still_to_come = areas[::-1].cumsum()[::-1][1:]
    goes_on = at_risk > events
    terms = still_to_come[goes_on] ** 2 * events[goes_on]
    variance = (terms / (at_risk[goes_on] * (at_risk[goes_on] - events[goes_on]))).sum()
    return RestrictedMean(mean_days=float(areas.sum()), std_error_days=float(np.sqrt(variance)))


def restricted_mean_difference(
    time_days: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    *,
    horizon_days: float,
    conf_level: float,
) -> Effect:
    """Mean days without the event up to the horizon, treatment minus control, with a normal interval.

    Without interval where an arm has no variance, as when nobody in it had the event.
    Source and variance: as `restricted_mean`; the arms are independent, so variances add.
    Checked: tests/reference/test_against_r.py (R survfit, rmean).
    """
    arms = _by_arm(time_days, event, treated, horizon_days)
    if isinstance(arms, str):
        return not_estimable(arms)
    treatment, control = arms
    if 0 in (treatment.std_error_days, control.std_error_days):
        return without_interval(treatment.mean_days - control.mean_days)
    std_error = hypot(treatment.std_error_days, control.std_error_days)
    return wald(treatment.mean_days - control.mean_days, std_error, conf_level=conf_level)


def restricted_mean_ratio(
    time_days: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    *,
    horizon_days: float,
    conf_level: float,
) -> Effect:
    """Mean days without the event up to the horizon, treatment over control, interval on the log scale.

    Without interval where an arm has no variance, as when nobody in it had the event.
    Source: Uno et al. 2014, Journal of Clinical Oncology 32:2380-2385; the variance of the logarithm
    is by the delta method from that of `restricted_mean`.
    Checked: tests/reference/test_against_r.py (R survfit, rmean).
    """
    arms = _by_arm(time_days, event, treated, horizon_days)
    if isinstance(arms, str):
        return not_estimable(arms)
    treatment, control = arms
    if treatment.mean_days == 0 or control.mean_days == 0:
        return not_estimable("undefined_ratio")
    if 0 in (treatment.std_error_days, control.std_error_days):
        return without_interval(treatment.mean_days / control.mean_days)
    std_error = hypot(
        treatment.std_error_days / treatment.mean_days, control.std_error_days / control.mean_days
    )
    log_ratio = log(treatment.mean_days / control.mean_days)
    return wald(log_ratio, std_error, conf_level=conf_level, scale="log")


def _by_arm(
    time_days: ArrayLike, event: ArrayLike, treated: ArrayLike, horizon_days: float
) -> tuple[RestrictedMean, RestrictedMean] | Reason:
    time, had_event = follow_up(time_days, event)
    in_treatment = yes_no_vector(treated, "treated", length=len(time))
    if in_treatment.all() or not in_treatment.any():
        return "one_arm_empty"
    treatment = restricted_mean(time[in_treatment], had_event[in_treatment], horizon_days=horizon_days)
    control = restricted_mean(time[~in_treatment], had_event[~in_treatment], horizon_days=horizon_days)
    if isinstance(treatment, str):
        return treatment
    return control if isinstance(control, str) else (treatment, control)
