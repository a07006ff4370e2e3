"""The time after release: period by period, from a declared day on, on given days.

Only what is counted from day 0 compares the people who were randomised. In a later period, or from a landmark
on, those still without the event are compared, and they need not be alike: if the programme kept people from
reoffending early, more of those at high risk are left in its arm. Such estimates are marked `conditional`.
Beside each period stands what does compare everyone: risks, and days without the event, up to its end. These
are not adjusted for covariates.

Day 1 is the day on which follow-up begins: day 91 is the last of a window of 91 days, see `days`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from primus_eval.estimators.competing import cause_specific, competed, may_compete
from primus_eval.estimators.covariates import Covariates, covariates, groups
from primus_eval.estimators.days import end_of_day, followed_to
from primus_eval.estimators.result import Estimate, Estimator, counts_of, own_engine
from primus_eval.measurement import Measurement
from primus_eval.numerics.cox import cox, hazard_ratio
from primus_eval.numerics.cumulative_incidence import incidence_difference
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.inputs import Bools, Integers
from primus_eval.numerics.proportions import Table2x2
from primus_eval.numerics.restricted_mean import restricted_mean_difference
from primus_eval.numerics.time_lost import time_lost_difference
from primus_eval.numerics.time_varying import hazard_ratio_by_period, hazard_ratio_over_time
from primus_eval.protocol import Analysis
from primus_eval.vocabulary import Reason

ARM = 0
"""The column of the design that holds the arm."""


def periods(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the hazard ratio within each period, and what everyone randomised had gained by its end."""
    ends = analysis.periods_days[1:]
    up_to = [estimate for end in ends for estimate in _up_to(measurement, analysis, end)]
    return (*cause_specific(_within_periods)(measurement, analysis), *up_to)


def _within_periods(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the hazard ratio within each period, covariates having the same effect in all of them."""
    if len(analysis.periods_days) < 2:
        raise ValueError("cox_periods needs periods; the protocol's checks see to it")
    adjusting = covariates(measurement, analysis, among=_everyone(measurement))
    kept = adjusting.kept
    treated, event = measurement.treated[kept], measurement.event[kept]
    time_days = end_of_day(measurement)[kept]
    reason = _problem(treated, adjusting)
    effects = (
        (not_estimable(reason),) * (len(analysis.periods_days) - 1)
        if reason is not None
        else hazard_ratio_by_period(
            time_days,
            event,
            treated,
            adjusting.matrix,
            _strata(measurement, analysis, kept),
            periods_days=analysis.periods_days,
            conf_level=analysis.conf_level,
        )
    )
    return tuple(
        _ratio(
            effect,
            adjusting,
            counts_within(treated, time_days, event, begin=begin, end=end),
            term=f"day_{begin}_to_{end}",
            days=(begin, end),
            conditional=begin > 0,
        )
        for effect, (begin, end) in zip(effects, pairwise(analysis.periods_days), strict=True)
    )


def counts_within(
    treated: Bools, time_days: np.ndarray, event: Bools, *, begin: float, end: float
) -> Table2x2:
    """Count people at risk when a period begins, and those of them with an event in it, by arm.

    time_days: to the end of the last day, see `end_of_day`. The event is in the period if it is on its last
    day, and not if on the day on which it begins, which is the last of the period before.
    """
    there = time_days > begin if begin > 0 else np.ones(len(time_days), dtype=bool)
    return counts_of(treated[there], (event & (time_days <= end))[there])


def _up_to(measurement: Measurement, analysis: Analysis, end: int) -> Iterator[Estimate]:
    """Compare everyone randomised up to a day: risks, and mean days without the event or lost to it.

    What a window that ends on this day would give, not adjusted for the covariates of the analysis.
    """
    treated = measurement.treated
    time_days, event, competing = followed_to(measurement, end)
    until = {"horizon_days": end, "conf_level": analysis.conf_level}
    counts = counts_of(treated, event)
    yield Estimate(
        effect=incidence_difference(time_days, event, competing, treated, **until),
        unit="proportion",
        counts=counts,
        engine=own_engine("numerics.cumulative_incidence"),
        effect_measure="risk_difference",
        method="aalen_johansen",
        horizon_days=end,
        conditional=False,
        covariates=(),
    )
    competes = may_compete(measurement)
    yield Estimate(
        effect=time_lost_difference(time_days, event, competing, treated, **until)
        if competes
        else restricted_mean_difference(time_days, event, treated, **until),
        unit="days",
        counts=counts,
        engine=own_engine("numerics.time_lost" if competes else "numerics.restricted_mean"),
        effect_measure="restricted_mean_time_lost_difference" if competes else "restricted_mean_difference",
        method="aalen_johansen" if competes else "greenwood",
        horizon_days=end,
        conditional=False,
        covariates=(),
    )


def landmark_hazard_ratio(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the hazard ratio from a day on, among people followed to it without the event."""
    day, among = _landmark(measurement, analysis)
    adjusting = covariates(measurement, analysis, among=among)
    kept = adjusting.kept
    treated, event = measurement.treated[kept], measurement.event[kept]
    reason = _too_few(measurement, kept) or adjusting.reason
    if reason is not None:
        effect = not_estimable(reason)
    else:
        fit = cox(
            np.column_stack([treated.astype(float), adjusting.matrix]),
            end_of_day(measurement)[kept] - day,
            event,
            strata=_strata(measurement, analysis, kept),
        )
        effect = hazard_ratio(fit, ARM, conf_level=analysis.conf_level)
    return (
        Estimate(
            effect=effect,
            unit="ratio",
            counts=counts_of(treated, event),
            engine=own_engine("numerics.cox"),
            warnings=adjusting.warnings,
            from_days=day,
        ),
    )


def landmark_risk_difference(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the difference in risk from a day to the horizon, among those followed to it without event."""
    day, among = _landmark(measurement, analysis)
    treated, event = measurement.treated[among], measurement.event[among]
    reason = _too_few(measurement, among)
    effect = (
        not_estimable(reason)
        if reason is not None
        else incidence_difference(
            end_of_day(measurement)[among] - day,
            event,
            competed(measurement)[among],
            treated,
            horizon_days=measurement.horizon_days - day,
            conf_level=analysis.conf_level,
        )
    )
    return (
        Estimate(
            effect=effect,
            unit="proportion",
            counts=counts_of(treated, event),
            engine=own_engine("numerics.cumulative_incidence"),
            from_days=day,
        ),
    )


def changing_hazard_ratio(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the hazard ratio on given days, its logarithm changing linearly in a function of time."""
    if not analysis.at_days or analysis.time_function is None:
        raise ValueError("cox_time_varying needs days and a function; the protocol's checks see to it")
    adjusting = covariates(measurement, analysis, among=_everyone(measurement))
    kept = adjusting.kept
    treated, event = measurement.treated[kept], measurement.event[kept]
    reason = _problem(treated, adjusting)
    effects: tuple[Effect, ...]
    texts: tuple[str, ...] = ()
    if reason is not None:
        effects = (not_estimable(reason),) * len(analysis.at_days)
    else:
        ratio = hazard_ratio_over_time(
            end_of_day(measurement)[kept],
            event,
            treated,
            adjusting.matrix,
            _strata(measurement, analysis, kept),
            at_days=analysis.at_days,
            time_function=analysis.time_function,
            conf_level=analysis.conf_level,
        )
        effects, texts = ratio.at, _told(ratio.change)
    counts = counts_of(treated, event)
    return tuple(
        _ratio(effect, adjusting, counts, term=f"day_{day}", days=(day, day), texts=texts)
        for day, effect in zip(analysis.at_days, effects, strict=True)
    )


def _told(change: Effect) -> tuple[str, ...]:
    """Say what the test of a ratio that does not change gave, to no more digits than a reader can use."""
    if change.statistic is None or change.p_value is None:
        return ()
    p = "below 0.001" if change.p_value < 0.001 else f"{change.p_value:.2g}"
    return (
        "The test that the hazard ratio does not change with time: "
        f"chi-square {change.statistic:.1f} on 1 degree of freedom, p-value {p}.",
    )


def _ratio(
    effect: Effect,
    adjusting: Covariates,
    counts: Table2x2,
    *,
    term: str,
    days: tuple[int, int],
    conditional: bool = True,
    texts: tuple[str, ...] = (),
) -> Estimate:
    return Estimate(
        effect=effect,
        unit="ratio",
        counts=counts,
        engine=own_engine("numerics.time_varying"),
        term=term,
        warnings=(*adjusting.warnings, *texts),
        from_days=days[0],
        horizon_days=days[1],
        conditional=conditional,
    )


def _landmark(measurement: Measurement, analysis: Analysis) -> tuple[int, Bools]:
    """Return the landmark, and who was followed to the end of that day without the event."""
    if analysis.landmark_days is None:
        raise ValueError("a landmark method needs its day; the protocol's checks see to it")
    still_there: Bools = end_of_day(measurement) > analysis.landmark_days
    return analysis.landmark_days, still_there


def _too_few(measurement: Measurement, among: Bools) -> Reason | None:
    if measurement.treated.all() or not measurement.treated.any():
        return "one_arm_empty"
    treated = measurement.treated[among]
    return "too_few_at_landmark" if treated.all() or not treated.any() else None


def _problem(treated: Bools, adjusting: Covariates) -> Reason | None:
    return "one_arm_empty" if treated.all() or not treated.any() else adjusting.reason


def _strata(measurement: Measurement, analysis: Analysis, kept: Bools) -> Integers | None:
    strata = groups(measurement, analysis.strata)
    return None if strata is None else strata[kept]


def _everyone(measurement: Measurement) -> Bools:
    return np.ones(len(measurement.frame), dtype=bool)


TRANSITION: dict[tuple[str, str], Estimator] = {
    ("hazard_ratio", "cox_periods"): periods,
    ("hazard_ratio", "cox_landmark"): cause_specific(landmark_hazard_ratio),
    ("hazard_ratio", "cox_time_varying"): cause_specific(changing_hazard_ratio),
    ("risk_difference", "landmark"): landmark_risk_difference,
}
