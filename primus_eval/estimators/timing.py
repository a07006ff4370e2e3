"""How long until they reoffended? Curves, differences at a horizon or in quantiles, restricted means,
log-rank tests.

Follow-up is cut at the horizon. Everyone followed is used, also those whose follow-up ended early,
who are taken to be like those still followed (independent censoring). People whom a competing event
took are not like them; see `competing`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from primus_eval.estimators.competing import cause_specific, where_nothing_competes
from primus_eval.estimators.covariates import groups
from primus_eval.estimators.resampling import drawing
from primus_eval.estimators.result import (
    Estimate,
    Estimator,
    counts_of,
    kept_warnings,
    library_engine,
    own_engine,
)
from primus_eval.measurement import Measurement
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.logrank import logrank_test
from primus_eval.numerics.quantiles import quantile_difference
from primus_eval.numerics.restricted_mean import restricted_mean_difference, restricted_mean_ratio
from primus_eval.numerics.survival_difference import survival_at, survival_difference
from primus_eval.numerics.weighted_logrank import weighted_logrank_test
from primus_eval.protocol import Analysis
from primus_eval.vocabulary import Unit


def contrast_until(formula: Callable[..., Effect], unit: Unit, module: str) -> Estimator:
    """Make an estimator of a formula on times, events and arms up to the horizon."""

    def estimator(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
        effect = formula(
            measurement.time_days,
            measurement.event,
            measurement.treated,
            horizon_days=measurement.horizon_days,
            conf_level=analysis.conf_level,
        )
        return (_estimate(measurement, effect, unit, own_engine(module)),)

    return estimator


def risk_difference(
    time_days: np.ndarray, event: np.ndarray, treated: np.ndarray, *, horizon_days: float, conf_level: float
) -> Effect:
    """Difference in the risk of the event by the horizon, each risk one minus Kaplan-Meier.

    The difference in survival with its sign turned, so that it reads like any other risk difference.
    """
    return negative(
        survival_difference(time_days, event, treated, horizon_days=horizon_days, conf_level=conf_level)
    )


def negative(effect: Effect) -> Effect:
    """Turn the sign of a difference; the ends of its interval change places."""

    def turned(value: float | None) -> float | None:
        return None if value is None else -value + 0.0

    return replace(
        effect,
        estimate=turned(effect.estimate),
        conf_low=turned(effect.conf_high),
        conf_high=turned(effect.conf_low),
        statistic=turned(effect.statistic),
    )


def cumulative_incidence(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the proportion with the event by the horizon in each arm by 1 - Kaplan-Meier, log-log ends."""
    estimates = []
    for term, in_arm in (("treatment", measurement.treated), ("control", ~measurement.treated)):
        effect = (
            survival_at(
                measurement.time_days[in_arm],
                measurement.event[in_arm],
                horizon_days=measurement.horizon_days,
                conf_level=analysis.conf_level,
            )
            if in_arm.any()
            else not_estimable("one_arm_empty")
        )
        estimates.append(
            _estimate(
                measurement,
                _complement(effect),
                "proportion",
                own_engine("numerics.survival_difference"),
                term=term,
            )
        )
    return tuple(estimates)


def _complement(effect: Effect) -> Effect:
    """Turn a proportion still free of the event into the proportion with it; the ends change places."""

    def rest(value: float | None) -> float | None:
        return None if value is None else 1 - value

    return Effect(
        estimate=rest(effect.estimate),
        conf_low=rest(effect.conf_high),
        conf_high=rest(effect.conf_low),
        std_error=effect.std_error,
        reason=effect.reason,
    )


def plain_logrank(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Test whether the arms have the same hazard throughout (lifelines; ours says if it can be tested)."""
    own = logrank_test(measurement.time_days, measurement.event, measurement.treated)
    if own.p_value is None:
        return (_estimate(measurement, own, "none", own_engine("numerics.logrank")),)
    from lifelines.statistics import logrank_test as lifelines_logrank

    with kept_warnings() as texts:
        treated = measurement.treated
        result = lifelines_logrank(
            measurement.time_days[treated],
            measurement.time_days[~treated],
            event_observed_A=measurement.event[treated],
            event_observed_B=measurement.event[~treated],
        )
    effect = Effect(
        statistic=float(result.test_statistic),
        df=1.0,
        p_value=float(result.p_value),
        reason="test_only",
    )
    engine = library_engine("lifelines", "logrank_test")
    return (_estimate(measurement, effect, "none", engine, warnings=tuple(texts)),)


def stratified_logrank(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Test whether the arms have the same hazard within every stratum."""
    strata = groups(measurement, analysis.strata)
    effect = logrank_test(measurement.time_days, measurement.event, measurement.treated, strata)
    return (_estimate(measurement, effect, "none", own_engine("numerics.logrank")),)


def weighted_logrank(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Test whether the arms have the same hazard (within every stratum), some days weighing more."""
    weights = analysis.weights
    if weights is None:
        raise ValueError("a weighted log-rank test needs weights; the protocol's checks see to it")
    effect = weighted_logrank_test(
        measurement.time_days,
        measurement.event,
        measurement.treated,
        groups(measurement, analysis.strata),
        family=weights.family,
        rho=weights.rho,
        gamma=weights.gamma,
    )
    return (_estimate(measurement, effect, "none", own_engine("numerics.weighted_logrank")),)


def quantiles(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the difference in the days by which a share had had the event, by bootstrap."""
    if analysis.quantile is None:
        raise ValueError("quantiles need a share; the protocol's checks see to it")
    drawn = drawing(measurement, analysis, np.ones(len(measurement.frame), dtype=bool))
    effect = quantile_difference(
        measurement.time_days,
        measurement.event,
        measurement.treated,
        drawn.strata,
        quantile=analysis.quantile,
        stream=drawn.stream,
        conf_level=analysis.conf_level,
    )
    warnings = () if effect.conf_low is None else drawn.warnings
    engine = own_engine("numerics.quantiles")
    return (_estimate(measurement, effect, "days", engine, warnings=warnings),)


def _estimate(
    measurement: Measurement,
    effect: Effect,
    unit: Unit,
    engine: str,
    *,
    term: str = "",
    warnings: tuple[str, ...] = (),
) -> Estimate:
    return Estimate(
        effect=effect,
        unit=unit,
        counts=counts_of(measurement.treated, measurement.event),
        engine=engine,
        term=term,
        warnings=warnings,
    )


TIMING: dict[tuple[str, str], Estimator] = {
    ("survival_difference", "greenwood"): where_nothing_competes(
        contrast_until(survival_difference, "proportion", "numerics.survival_difference")
    ),
    ("risk_difference", "kaplan_meier"): where_nothing_competes(
        contrast_until(risk_difference, "proportion", "numerics.survival_difference")
    ),
    ("restricted_mean_difference", "greenwood"): where_nothing_competes(
        contrast_until(restricted_mean_difference, "days", "numerics.restricted_mean")
    ),
    ("restricted_mean_ratio", "greenwood"): where_nothing_competes(
        contrast_until(restricted_mean_ratio, "ratio", "numerics.restricted_mean")
    ),
    ("proportion", "kaplan_meier"): where_nothing_competes(cumulative_incidence),
    ("association_test", "logrank"): cause_specific(plain_logrank),
    ("association_test", "stratified_logrank"): cause_specific(stratified_logrank),
    ("association_test", "weighted_logrank"): cause_specific(weighted_logrank),
    ("quantile_difference", "kaplan_meier_bootstrap"): where_nothing_competes(quantiles),
}
