"""Cox regression by Newton's method, with model-based and robust covariance.

One engine for right-censored follow-up, for rows (start, stop], strata, case weights and offsets. `cox`
gives the numbers; `fit_cox` keeps what residuals, curves and the test of proportional hazards need.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.collinearity import is_singular
from primus_eval.numerics.cox_covariates import blocks, has_constant_column, standardised
from primus_eval.numerics.effect import Effect, not_estimable, wald
from primus_eval.numerics.inputs import Bools, Floats, Integers, finite_vector, follow_up, group_codes, matrix
from primus_eval.numerics.partial_likelihood import (
    CoxProblem,
    LikelihoodPoint,
    Ties,
    evaluate,
    score_residuals,
)
from primus_eval.numerics.risk_sets import risk_sets
from primus_eval.vocabulary import Reason

STEP_TOLERANCE = 1e-9
"""Newton's step, in standard deviations of each covariate, at which the fit has converged."""

MAX_ITERATIONS = 60

LARGEST_LINEAR_PREDICTOR = 200.0
"""Beyond this the products of relative risks are about to leave the range of a number: halve the step."""

LONG_STRIDE = 5.0
"""A step that moves a linear predictor so far and ends where the likelihood is flat may have passed over the
top: halve it. On the way to a maximum at infinity the steps are shorter."""

NEGLIGIBLE_VARIANCE = 1e-20
"""A robust variance this small beside that of the model is zero but for rounding: all fell on one day."""

SMALLEST_INFORMATION = 1e-11
"""On a covariate of unit spread and at a mean weight of 1: below it, the covariate is the same for everyone
in every risk set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxFit:
    """A fitted Cox model with p covariates.

    coef: log hazard ratios per unit of each column, shape (p,).
    covariance_model: inverse information; covariance_robust: sandwich, summed within clusters; (p, p).
    score_test: chi-square on p degrees of freedom of all coefficients zero.
    n: rows; n_events: rows with an event; n_clusters: groups of rows in the robust covariance.
    """

    coef: Floats
    covariance_model: Floats
    covariance_robust: Floats
    loglik_null: float
    loglik: float
    score_test: float
    iterations: int
    n: int
    n_events: int
    n_clusters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxModel:
    """A fitted Cox model with the data it was fitted to.

    problem, point: the data and the maximum, in covariates (x - centre) / spread and offsets less their
    mean. strata: their labels, sorted; empty if there are none. stratum, cluster: codes of each row;
    without clusters each row is one.
    """

    fit: CoxFit
    problem: CoxProblem
    point: LikelihoodPoint
    centre: Floats
    spread: Floats
    mean_offset: float
    start_days: Floats | None
    stop_days: Floats
    event: Bools
    strata: tuple[Any, ...]
    stratum: Integers
    cluster: Integers | None


def cox(
    design: ArrayLike,
    stop: ArrayLike,
    event: ArrayLike,
    *,
    start: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    ties: Ties = "efron",
) -> CoxFit | Reason:
    """Fit log hazard ratios by partial likelihood, or say why these data do not determine them.

    design: covariates without an intercept, shape (n, p). stop: days, >= 0, shape (n,). event: 0 or 1.
    start: a row is at risk after this day, start < stop; without it everyone is followed from day 0.
    strata: labels; each stratum has its own baseline hazard. Strata without events change nothing.
    cluster: labels of people, where one has several rows, or of clusters; without it each row is one.
    weights: how much each row counts, > 0. The model's covariance takes them for so many people; where they
    are sampling or censoring weights only the robust one is right. Under Efron's ties a weight of 2 is not
    the same as two rows, because two rows are tied with each other. offset: a known log relative risk.
    No factor for few clusters is applied (R applies none either): with fewer than some 40 the robust
    standard error is too small.
    Source: Cox 1972, JRSS B 34:187-220; ties Efron 1977, JASA 72:557-565, or Breslow 1974; robust
    Lin & Wei 1989, JASA 84:1074-1078, with the score residuals of Efron's likelihood; case weights
    Therneau & Grambsch 2000, Modeling Survival Data, section 7.1.
    Checked: tests/reference/test_against_r.py (R coxph), tests/test_numerics_cox.py (by hand; the partial
    likelihood written out event by event).
    """
    model = fit_cox(
        design,
        stop,
        event,
        start=start,
        strata=strata,
        cluster=cluster,
        weights=weights,
        offset=offset,
        ties=ties,
    )
    return model if isinstance(model, str) else model.fit


def fit_cox(
    design: ArrayLike,
    stop: ArrayLike,
    event: ArrayLike,
    *,
    start: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    ties: Ties = "efron",
) -> CoxModel | Reason:
    """Fit as `cox` does, which see, and keep the data for residuals, curves and tests."""
    stop_days, had_event = follow_up(stop, event)
    n = len(stop_days)
    columns = matrix(design, "design", rows=n)
    start_days = None if start is None else finite_vector(start, "start")
    if start_days is not None and (len(start_days) != n or (start_days >= stop_days).any()):
        raise ValueError("start must lie before stop in every row")
    counted, known = _weights_and_offset(weights, offset, length=n)
    stratum = group_codes(strata, "strata", length=n)
    group = None if cluster is None else group_codes(cluster, "cluster", length=n)
    if not had_event.any():
        return "no_events"
    if has_constant_column(columns):
        return "constant_covariate"
    if columns.shape[1] >= n:
        return "too_many_covariates"

    scaled = standardised(columns)
    mean_offset = 0.0 if known is None else float(known.mean())
    problem = CoxProblem(
        covariates=scaled.covariates,
        sets=risk_sets(stop_days, had_event, stratum, start_days),
        ties=ties,
        weights=counted,
        offset=None if known is None else known - mean_offset,
    )
    if problem.offset is not None and np.abs(problem.offset).max() > LARGEST_LINEAR_PREDICTOR:
        return "not_converged"
    null = evaluate(problem, np.zeros(columns.shape[1]))
    if reason := _information_problem(problem, null):
        return reason
    climbed = _maximise(problem, null, scaled.reach)
    if isinstance(climbed, str):
        return climbed
    point, iterations = climbed
    return CoxModel(
        fit=_fit_at(problem, null, point, scaled.spread, group, iterations),
        problem=problem,
        point=point,
        centre=scaled.centre,
        spread=scaled.spread,
        mean_offset=mean_offset,
        start_days=start_days,
        stop_days=stop_days,
        event=had_event,
        strata=() if strata is None else tuple(np.unique(np.asarray(strata)).tolist()),
        stratum=stratum,
        cluster=group,
    )


def _weights_and_offset(
    weights: ArrayLike | None, offset: ArrayLike | None, *, length: int
) -> tuple[Floats | None, Floats | None]:
    counted = None if weights is None else finite_vector(weights, "weights")
    known = None if offset is None else finite_vector(offset, "offset")
    if counted is not None and (len(counted) != length or (counted <= 0).any()):
        raise ValueError(f"weights must hold {length} values above 0")
    if known is not None and len(known) != length:
        raise ValueError(f"offset must hold {length} values")
    return counted, known


def _fit_at(
    problem: CoxProblem,
    null: LikelihoodPoint,
    point: LikelihoodPoint,
    spread: Floats,
    group: Integers | None,
    iterations: int,
) -> CoxFit:
    covariance = np.linalg.inv(point.information)
    robust, n_clusters = _sandwich(score_residuals(problem, point), covariance, group)
    units = np.outer(spread, spread)
    return CoxFit(
        coef=point.coef / spread,
        covariance_model=covariance / units,
        covariance_robust=robust / units,
        loglik_null=null.loglik,
        loglik=point.loglik,
        score_test=float(null.score @ np.linalg.solve(null.information, null.score)),
        iterations=iterations,
        n=len(problem.covariates),
        n_events=len(problem.sets.event_rows),
        n_clusters=n_clusters,
    )


def _sandwich(parts: Floats, covariance: Floats, group: Integers | None) -> tuple[Floats, int]:
    """Give the cross product of each group's influence on the coefficients, and how many groups there are.

    parts: the score residuals of the rows.
    """
    parts = sum_by_group(parts, group)
    total = np.zeros_like(covariance)
    for block in blocks(len(parts)):
        influence = parts[block] @ covariance
        total += influence.T @ influence
    return total, len(parts)


def hazard_ratio(
    fit: CoxFit | Reason,
    column: int,
    *,
    conf_level: float,
    variance: Literal["model", "robust"] = "model",
) -> Effect:
    """Ratio of hazards per unit of one column, with a normal interval on the log scale.

    The robust covariance needs more clusters than covariates, and far more to be trusted.
    Source: Cox 1972, as `cox`; Wald interval.
    Checked: tests/reference/test_against_r.py (R coxph).
    """
    if isinstance(fit, str):
        return not_estimable(fit)
    if variance == "robust" and fit.n_clusters <= len(fit.coef):
        return not_estimable("too_few_clusters")
    model, robust = fit.covariance_model[column, column], fit.covariance_robust[column, column]
    if variance == "robust" and robust < NEGLIGIBLE_VARIANCE * model:
        return not_estimable("no_variation")
    std_error = sqrt(model if variance == "model" else robust)
    return wald(float(fit.coef[column]), std_error, conf_level=conf_level, scale="log")


def _maximise(
    problem: CoxProblem, null: LikelihoodPoint, reach: Floats
) -> tuple[LikelihoodPoint, int] | Reason:
    """Climb from zero by Newton's method, halving a step that would go down or out of range.

    Where a covariate (or a combination) orders all events, the likelihood rises for ever: Newton goes
    on adding about one to the linear predictor a step, and the information falls to nothing.
    reach: the largest covariates.
    """
    point = null
    for iteration in range(1, MAX_ITERATIONS + 1):
        if _information_problem(problem, point):
            return "monotone_likelihood"
        step = np.linalg.solve(point.information, point.score)
        following = _advance(problem, point, step, reach)
        if following is None:
            return "not_converged"
        point = following
        # The whole step counts, not what halving left of it: a stuck climb has not arrived.
        if np.abs(step).max() < STEP_TOLERANCE:
            return point, iteration
    return "not_converged"


def _advance(
    problem: CoxProblem, point: LikelihoodPoint, step: Floats, reach: Floats
) -> LikelihoodPoint | None:
    """Take the step, or the largest half, quarter ... of it that goes up; reach: largest covariates."""
    known = 0.0 if problem.offset is None else np.abs(problem.offset).max()
    # Close to the top the likelihood can only be compared up to its rounding error.
    rounding = 1e-12 * (problem.mean_weight + abs(point.loglik))
    for halvings in range(30):
        coef = point.coef + step / 2**halvings
        # What no row can exceed is quickly found, and mostly enough.
        if (
            np.abs(coef) @ reach + known > LARGEST_LINEAR_PREDICTOR
            and np.abs(problem.linear_predictor(coef)).max() > LARGEST_LINEAR_PREDICTOR
        ):
            continue
        following = evaluate(problem, coef)
        if following.loglik < point.loglik - rounding:
            continue
        moved = coef - point.coef
        is_long = np.abs(moved) @ reach >= LONG_STRIDE <= np.abs(problem.covariates @ moved).max()
        if not (is_long and _information_problem(problem, following)):
            return following
    return None


def _information_problem(problem: CoxProblem, point: LikelihoodPoint) -> Reason | None:
    """Name what is wrong where the information cannot be inverted."""
    if (np.diag(point.information) <= SMALLEST_INFORMATION * problem.mean_weight).any():
        return "no_variation"
    return "collinear_covariates" if is_singular(point.information) else None


def sum_by_group(rows: Floats, group: Integers | None) -> Floats:
    """Sum the rows of each group, coded 0, 1, 2 ...; without groups each row is one."""
    if group is None:
        return rows
    return np.column_stack([np.bincount(group, weights=column) for column in rows.T]).astype(float)
