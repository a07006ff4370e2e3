"""Survival curves of a fitted Cox model: of one covariate profile, and of everyone under either arm.

The curve of a profile is that of a person like this, not of a group. The curve of a group is the average of
its people's curves (standardisation, also called g-formula), and not the curve of the average person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.cox import CoxModel, sum_by_group
from primus_eval.numerics.effect import Effect, normal_quantile, not_estimable, wald
from primus_eval.numerics.inputs import Bools, Floats, finite_vector
from primus_eval.numerics.partial_likelihood import mean_times_increments, score_residuals
from primus_eval.vocabulary import Reason

LARGEST = 300.0
"""Of an exponent: survival is 0 or 1 to all digits long before, and products stay in the range of numbers."""

NEGLIGIBLE_ERROR = 1e-12
"""A standard error of a share this small is zero but for rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedCurve:
    """Survival of one profile just after each event day of a stratum; before the first day it is 1.

    std_error is that of the survival. The log-log interval lies within 0 and 1.
    """

    time_days: Floats
    cumulative_hazard: Floats
    survival: Floats
    std_error: Floats
    conf_low: Floats
    conf_high: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardisedSurvival:
    """Survival on each of some days, had everyone been treated, and had everyone been a control.

    difference: treatment minus control. The standard errors are robust, and summed within clusters.
    """

    time_days: Floats
    survival_treatment: Floats
    survival_control: Floats
    difference: Floats
    std_error_treatment: Floats
    std_error_control: Floats
    std_error_difference: Floats


def adjusted_survival(
    model: CoxModel,
    profile: ArrayLike,
    *,
    conf_level: float,
    stratum: object = None,
    offset: float = 0.0,
) -> AdjustedCurve:
    """Estimate the survival of a person with these covariates, in a stratum.

    profile: one value per column of the design, in its units, shape (p,). stratum: one of the labels, needed
    if the model has strata. offset: the known log relative risk of the person. The standard error takes in
    that the coefficients are estimated; it is the model's, so not for sampling or censoring weights.
    Source: Tsiatis 1981, Annals of Statistics 9:93-108, with the increments of the hazard that go with
    Efron's ties; log-log interval Kalbfleisch & Prentice 2002, The Statistical Analysis of Failure Time
    Data, section 1.4.
    Checked: tests/reference/test_against_r.py (R survfit), tests/test_numerics_cox_curves.py (by hand; no
    effect and one row per arm collapse to Nelson and Aalen).
    """
    values = finite_vector(profile, "profile")
    if len(values) != len(model.spread):
        raise ValueError(f"profile must hold {len(model.spread)} values")
    scaled = (values - model.centre) / model.spread
    linear_predictor = scaled @ model.point.coef + offset - model.mean_offset
    relative_risk = np.exp(np.clip(linear_predictor, -LARGEST, LARGEST))
    sums, sets = model.point.increments, model.problem.sets
    days = sets.day_stratum == _code_of(model, stratum)
    hazard = sums.h[days].cumsum()
    by_coef = hazard[:, None] * scaled - mean_times_increments(model.point)[0][days].cumsum(axis=0)
    through_coef = (by_coef * np.linalg.solve(model.point.information, by_coef.T).T).sum(axis=1)
    cumulative = hazard * relative_risk
    error = relative_risk * np.sqrt(sums.hh[days].cumsum() + through_coef)
    survival = np.exp(-cumulative)
    low, high = _log_log_ends(cumulative, error, conf_level=conf_level)
    return AdjustedCurve(
        time_days=sets.day_time[days],
        cumulative_hazard=cumulative,
        survival=survival,
        std_error=survival * error,
        conf_low=low,
        conf_high=high,
    )


def standardised_survival(model: CoxModel, arm: int, days: ArrayLike) -> StandardisedSurvival | Reason:
    """Estimate the survival of everyone under treatment and of everyone under control, on some days.

    arm: the column of the design that is 1 for treatment and 0 for control. days: shape (k,). Each person's
    curve is computed twice, with the arm set to 1 and to 0, in the person's own stratum, and averaged over
    all people (by their case weights). It rests on the model: hazards in proportion, no other column that
    depends on the arm. The standard error adds up how far each person moves the average, the coefficients
    and the hazards, to first order. Where a stratum is not followed to the last of the days, no answer.
    Source: Makuch 1982, J Chronic Diseases 35:437-443; Gail & Byar 1986, Biometrical J 28:587-599; influence
    functions as in Reid & Crepeau 1985, Biometrika 72:1-9.
    Checked: tests/reference/test_against_r.py (the mean of R survfit over people),
    tests/test_numerics_cox_curves.py (the derivative by each person's weight; simulated coverage).
    """
    at = finite_vector(days, "days")
    if model.start_days is not None:
        raise ValueError("rows (start, stop] are not people to average over")
    if not np.isin(model.problem.covariates[:, arm], _both_arms(model, arm)).all():
        raise ValueError("the column of the arm must hold 0 and 1")
    last_days = np.full(model.stratum.max() + 1, -np.inf)
    np.maximum.at(last_days, model.stratum, model.stop_days)
    if len(at) and at.max() > last_days.min():
        return "horizon_beyond_followup"
    parts = score_residuals(model.problem, model.point) @ np.linalg.inv(model.point.information)
    risks = [(value, _relative_risk(model, arm, value)) for value in _both_arms(model, arm)[::-1]]
    curves = [_standardised(model, arm, day, parts, risks) for day in at]
    survival = np.array([values for values, _ in curves]).reshape(-1, 2)
    errors = np.array([error for _, error in curves]).reshape(-1, 3)
    return StandardisedSurvival(
        time_days=at,
        survival_treatment=survival[:, 0],
        survival_control=survival[:, 1],
        difference=survival[:, 0] - survival[:, 1],
        std_error_treatment=errors[:, 0],
        std_error_control=errors[:, 1],
        std_error_difference=errors[:, 2],
    )


def standardised_difference(
    model: CoxModel | Reason, arm: int, *, horizon_days: float, conf_level: float
) -> Effect:
    """Difference in standardised survival at the horizon, treatment minus control, with a Wald interval.

    model: as `fit_cox` answers. arm: as in `standardised_survival`, which estimates and assumes the same.
    Source: as `standardised_survival`.
    Checked: tests/reference/test_against_r.py (R survfit of coxph, moved by the weight of each person).
    """
    if isinstance(model, str):
        return not_estimable(model)
    found = standardised_survival(model, arm, [horizon_days])
    if isinstance(found, str):
        return not_estimable(found)
    std_error = float(found.std_error_difference[0])
    if std_error < NEGLIGIBLE_ERROR:
        return not_estimable("no_variation")
    return wald(float(found.difference[0]), std_error, conf_level=conf_level)


def survival_ends(survival: Floats, std_error: Floats, *, conf_level: float) -> tuple[Floats, Floats]:
    """Return the log-log interval of shares with their standard errors; of none and of all, the share itself.

    Source: Kalbfleisch & Prentice 2002, The Statistical Analysis of Failure Time Data, section 1.4.
    Checked: tests/test_numerics_cox_curves.py (the interval of `adjusted_survival`).
    """
    low, high = survival.copy(), survival.copy()
    inside = (survival > 0) & (survival < 1)
    low[inside], high[inside] = _log_log_ends(
        -np.log(survival[inside]), std_error[inside] / survival[inside], conf_level=conf_level
    )
    return low, high


def _log_log_ends(cumulative: Floats, std_error: Floats, *, conf_level: float) -> tuple[Floats, Floats]:
    """Return the interval of survival from minus its logarithm and the standard error of that."""
    widening = np.exp(np.minimum(normal_quantile(conf_level) * std_error / cumulative, LARGEST))
    return np.exp(-cumulative * widening), np.exp(-cumulative / widening)


def _relative_risk(model: CoxModel, arm: int, value: float) -> Floats:
    """Give each person's relative risk with the column of the arm set to a value."""
    coef, covariates = model.point.coef, model.problem.covariates
    known = 0.0 if model.problem.offset is None else model.problem.offset
    return np.exp(covariates @ coef + (value - covariates[:, arm]) * coef[arm] + known)


def _standardised(
    model: CoxModel, arm: int, day: float, parts: Floats, risks: list[tuple[float, Floats]]
) -> tuple[Floats, Floats]:
    """Give survival by `day` under treatment and control, and standard errors of both and of the difference.

    parts: how far each row moves the scaled coefficients. risks: what the column of the arm is under
    treatment and under control, and each person's relative risk then.
    """
    by_day = model.problem.sets.day_time <= day
    hazard = _by_stratum(model, model.point.increments.h[:, None] * by_day[:, None])[:, 0]
    mean_times_h = _by_stratum(model, mean_times_increments(model.point)[0] * by_day[:, None])
    moved_hazard = _hazard_moved_by_each(model, by_day)
    share = model.problem.weighted(np.ones(len(model.event)))
    share = share / share.sum()
    survival, moved = [], []
    for value, relative_risk in risks:
        own = np.exp(-hazard[model.stratum] * relative_risk)
        mean = 1 - share @ (1 - own)  # exactly 1 before the first event
        slope = share * own * relative_risk
        by_person = slope * hazard[model.stratum]
        by_coef = by_person @ model.problem.covariates
        by_coef[arm] = by_person.sum() * value
        by_coef -= np.bincount(model.stratum, slope) @ mean_times_h
        by_hazard = np.bincount(model.stratum, slope)[model.stratum]
        survival.append(mean)
        moved.append(share * (own - mean) - by_hazard * moved_hazard - parts @ by_coef)
    treatment, control = moved
    rows = np.column_stack((treatment, control, treatment - control))
    return np.array(survival), np.sqrt((sum_by_group(rows, model.cluster) ** 2).sum(axis=0))


def _hazard_moved_by_each(model: CoxModel, by_day: Bools) -> Floats:
    """Give how far each row moves the cumulative hazard of its stratum, at the same coefficients.

    Its event adds its share of the day's increment; being at risk lowers every increment it lived through.
    """
    sets, sums = model.problem.sets, model.point.increments
    lowered = sets.sums_while_at_risk(sums.hh * by_day)
    lowered[sets.event_rows] -= (sums.ahh * by_day)[sets.event_day]
    moved = -model.point.relative_risk * lowered
    moved[sets.event_rows] += (sums.h / sums.weight * by_day)[sets.event_day]
    return model.problem.weighted(moved)


def _by_stratum(model: CoxModel, per_day: Floats) -> Floats:
    """Sum rows per event day within strata; a stratum without events has a sum of zero."""
    total = np.zeros((model.stratum.max() + 1, per_day.shape[1]))
    np.add.at(total, model.problem.sets.day_stratum, per_day)
    return total


def _both_arms(model: CoxModel, arm: int) -> Floats:
    """Return what 0 and 1 became when the covariates were centred and scaled."""
    return (np.array([0.0, 1.0]) - model.centre[arm]) / model.spread[arm]


def _code_of(model: CoxModel, stratum: Any) -> int:
    if not model.strata and stratum is None:
        return 0
    if stratum not in model.strata:
        raise ValueError("stratum must be one of the labels of the model's strata")
    return model.strata.index(stratum)
