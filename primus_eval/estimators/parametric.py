"""How many times as long until they reoffended? Time ratios from accelerated failure time regression.

The logarithm of the days to the event is a sum of arm, covariates and an error of one of three shapes. The
coefficient of the arm, exponentiated, says by what factor treatment stretches every quantile of the time:
above 1, it takes longer. That the factor is the same throughout, and the shape of the error, are assumed;
what happens after the horizon is not looked at, but the shape fills it in.

lifelines fits the regression, and stops short of the maximum: on the reference data by up to 1.2 % of a
coefficient, and asked for more precision it may give up. So Newton's method goes on from there. In the
coordinates used here, where the logarithm of the likelihood is concave, there is one maximum or none.
Whether there is one is asked first.
Source: Kalbfleisch & Prentice 2002, The Statistical Analysis of Failure Time Data, chapter 3; coordinates
and concavity: Burridge 1981, JRSS B 43:41-45; existence: Silvapulle & Burridge 1986, JRSS B 48:100-106.
Checked: tests/test_timing_methods.py (R survreg; likelihoods of scipy.stats; the rule for two arms).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.special import expit, log_ndtr

from primus_eval.estimators.adjusted import FEW_PEOPLE, PEOPLE_PER_COEFFICIENT
from primus_eval.estimators.competing import where_nothing_competes
from primus_eval.estimators.covariates import covariates
from primus_eval.estimators.result import (
    Estimate,
    Estimator,
    counts_of,
    kept_warnings,
    library_engine,
    own_engine,
)
from primus_eval.measurement import Measurement
from primus_eval.numerics.effect import Effect, not_estimable, wald
from primus_eval.numerics.proportions import Table2x2
from primus_eval.protocol import Analysis
from primus_eval.vocabulary import Reason

NOT_FOLLOWED = "People last seen on day 0 say nothing about times, and were left out."
"""An event on day 0 is one at half a day when it comes here; that is for the protocol to say."""
HALF_LOG_2_PI = 0.5 * np.log(2 * np.pi)
STEPS, HALVINGS = 50, 40
STANDS_STILL = 1e-18
"""Newton's method ends with a step that should gain less than this in the logarithm of the likelihood."""
ROUNDING = 1e-12
"""Of that logarithm: a step that loses no more than this share of it may have gained."""
RANK_TOLERANCE, MARGIN = 1e-9, 1e-6
ARM = 1
"""The column of the design that holds the arm; before it the constant, after it covariates and days."""

Terms = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A distribution of the error: for each standardised residual the logarithm of its density (events) or of
    its survival (censored), with first and second derivative; and the name of its fitter in lifelines.

    location, scale: the names of lifelines for the regression and for the other parameter. sign: of the
    logarithm of the scale of the error in that other parameter.
    """

    events: Callable[[np.ndarray], Terms]
    censored: Callable[[np.ndarray], Terms]
    fitter: str
    location: str
    scale: str
    sign: int


def _extreme_event(z: np.ndarray) -> Terms:
    return z - np.exp(z), 1 - np.exp(z), -np.exp(z)


def _extreme_censored(z: np.ndarray) -> Terms:
    return -np.exp(z), -np.exp(z), -np.exp(z)


def _logistic_event(z: np.ndarray) -> Terms:
    return z - 2 * np.logaddexp(0, z), 1 - 2 * expit(z), -2 * expit(z) * expit(-z)


def _logistic_censored(z: np.ndarray) -> Terms:
    return -np.logaddexp(0, z), -expit(z), -expit(z) * expit(-z)


def _normal_event(z: np.ndarray) -> Terms:
    return -0.5 * z**2 - HALF_LOG_2_PI, -z, -np.ones(len(z))


def _normal_censored(z: np.ndarray) -> Terms:
    log_survival = log_ndtr(-z)
    hazard = np.exp(-0.5 * z**2 - HALF_LOG_2_PI - log_survival)
    return log_survival, -hazard, -hazard * (hazard - z)


SHAPES = {
    "weibull": Shape(
        events=_extreme_event,
        censored=_extreme_censored,
        fitter="WeibullAFTFitter",
        location="lambda_",
        scale="rho_",
        sign=-1,
    ),
    "lognormal": Shape(
        events=_normal_event,
        censored=_normal_censored,
        fitter="LogNormalAFTFitter",
        location="mu_",
        scale="sigma_",
        sign=1,
    ),
    "loglogistic": Shape(
        events=_logistic_event,
        censored=_logistic_censored,
        fitter="LogLogisticAFTFitter",
        location="alpha_",
        scale="beta_",
        sign=-1,
    ),
}


def time_ratio(method: str) -> Estimator:
    """Make an estimator of the time ratio under one shape of the error."""
    shape = SHAPES[method]

    def estimator(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
        followed = measurement.time_days > 0
        adjusting = covariates(measurement, analysis, among=followed)
        kept = adjusting.kept
        treated, event = measurement.treated[kept], measurement.event[kept]
        log_days = np.log(measurement.time_days[kept])
        counts = counts_of(treated, event)
        texts = [] if followed.all() else [NOT_FOLLOWED]
        reason = _without_answer(counts) or adjusting.reason
        if reason is not None:
            effect = not_estimable(reason)
        else:
            design = np.column_stack([np.ones(len(treated)), treated, adjusting.matrix])
            effect = _effect(shape, design, log_days, event, analysis.conf_level)
            if len(treated) < PEOPLE_PER_COEFFICIENT * (design.shape[1] + 1):
                texts.append(FEW_PEOPLE)
        fitter = library_engine("lifelines", shape.fitter)
        return (
            Estimate(
                effect=effect,
                unit="ratio",
                counts=counts,
                engine=f"{fitter}; to the maximum by {own_engine('estimators.parametric')}",
                warnings=(*adjusting.warnings, *texts),
            ),
        )

    return estimator


def _without_answer(counts: Table2x2) -> Reason | None:
    if not counts.n_treatment or not counts.n_control:
        return "one_arm_empty"
    if not counts.events_treatment and not counts.events_control:
        return "no_events"
    if not counts.events_treatment or not counts.events_control:
        return "no_events_in_one_arm"
    return None


def _effect(
    shape: Shape, design: np.ndarray, log_days: np.ndarray, event: np.ndarray, conf_level: float
) -> Effect:
    """Fit the regression; `design` has the constant, the arm and the covariates."""
    middle, spread = design.mean(axis=0), design.std(axis=0)
    middle[: ARM + 1], spread[: ARM + 1] = 0.0, 1.0
    scaled, middle_day = (design - middle) / spread, float(log_days[event].mean())
    rows = np.column_stack([-scaled, log_days - middle_day])
    reason = _without_maximum(rows, event)
    if reason is not None:
        return not_estimable(reason)
    found = _by_lifelines(shape, scaled, log_days - middle_day, event)
    neutral = np.append(np.zeros(design.shape[1]), 1.0)
    for start in (neutral,) if found is None else (found, neutral):
        top = _maximum(shape, rows, event, start)
        if top is not None:
            break
    else:
        return not_estimable("not_converged")
    point, information = top
    coef = float(point[ARM] / point[-1])
    gradient = np.zeros(len(point))
    gradient[ARM], gradient[-1] = 1 / point[-1], -coef / point[-1]
    variance = float(gradient @ np.linalg.solve(information, gradient))
    return wald(coef, variance**0.5, conf_level=conf_level, scale="log")


def _without_maximum(rows: np.ndarray, event: np.ndarray) -> Reason | None:
    """Say why the likelihood has no finite maximum, if it has none.

    It has none if some direction leaves the residuals of all events as they are and lowers, or leaves, those
    of the censored. In it either the scale of the error shrinks to nothing, because the days of the events
    are explained without error, or a coefficient grows for ever.
    """
    _, sizes, directions = np.linalg.svd(np.linalg.qr(rows[event], mode="r"), full_matrices=True)
    sizes = np.concatenate((sizes, np.zeros(rows.shape[1] - len(sizes))))
    free = directions[sizes <= RANK_TOLERANCE * sizes[0]].T
    if free.shape[1] == 0:
        return None
    censored = np.unique(rows[~event], axis=0) @ free
    scale = free[-1]
    limits = np.vstack([censored, -scale])
    within = {"A_ub": limits, "b_ub": np.zeros(len(limits)), "bounds": (-1, 1), "method": "highs"}
    if -linprog(-scale, **within).fun > MARGIN:
        return "no_variation" if rows.shape[1] == ARM + 2 else "too_many_covariates"
    return "monotone_likelihood" if -linprog(censored.sum(axis=0), **within).fun > MARGIN else None


def _by_lifelines(
    shape: Shape, design: np.ndarray, log_days: np.ndarray, event: np.ndarray
) -> np.ndarray | None:
    """Return where lifelines stopped, as coefficients and 1, over the scale of the error; None if it gave up.

    Its warnings are about where it ended, which is not where we do.
    """
    import lifelines
    from lifelines.exceptions import ConvergenceError

    names = [f"x{column}" for column in range(1, design.shape[1])]
    frame = pd.DataFrame(design[:, 1:], columns=names).assign(days=np.exp(log_days), event=event)
    fitter = getattr(lifelines, shape.fitter)()
    with kept_warnings():
        try:
            fitter.fit(frame, duration_col="days", event_col="event")
        except ConvergenceError:
            return None
    coef = fitter.params_.loc[shape.location][["Intercept", *names]].to_numpy(dtype=float)
    log_scale = shape.sign * float(fitter.params_.loc[shape.scale].iloc[0])
    return np.append(coef, 1.0) / np.exp(log_scale)


def _maximum(
    shape: Shape, rows: np.ndarray, event: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Climb to the maximum by Newton's method, halving steps that go down; return it and the information."""
    point = start
    height, slope, information = _likelihood(shape, rows, event, point)
    if not np.isfinite(height):
        return None
    for _ in range(STEPS):
        try:
            step = np.linalg.solve(information, slope)
        except np.linalg.LinAlgError:  # so far out that the likelihood is flat to the last digit
            return None
        ended = slope @ step < STANDS_STILL
        for _ in range(HALVINGS):
            tried = _likelihood(shape, rows, event, point + step)
            if np.isfinite(tried[0]) and tried[0] >= height - ROUNDING * abs(height):
                break
            step = step / 2
        else:
            return None
        point, (height, slope, information) = point + step, tried
        if ended:
            return point, information
    return None


def _likelihood(
    shape: Shape, rows: np.ndarray, event: np.ndarray, point: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the logarithm of the likelihood at a point, its slope and minus its second derivative.

    rows: minus the design, and the logarithm of days; times the point they are the standardised residuals.
    The height is minus infinity where it cannot be computed.
    """
    nowhere = -np.inf, np.zeros(len(point)), np.eye(len(point))
    if point[-1] <= 0:
        return nowhere
    residual, n_events = rows @ point, int(event.sum())
    first, second = np.empty(len(rows)), np.empty(len(rows))
    with np.errstate(over="ignore", invalid="ignore"):
        value, first[event], second[event] = shape.events(residual[event])
        height = value.sum() + n_events * np.log(point[-1])
        value, first[~event], second[~event] = shape.censored(residual[~event])
        height += value.sum()
    if not (np.isfinite(height) and np.isfinite(second).all()):
        return nowhere
    slope, information = rows.T @ first, -(rows.T * second) @ rows
    slope[-1] += n_events / point[-1]
    information[-1, -1] += n_events / point[-1] ** 2
    return float(height), slope, information


PARAMETRIC: dict[tuple[str, str], Estimator] = {
    ("time_ratio", method): where_nothing_competes(time_ratio(method)) for method in SHAPES
}
