"""Cox regression with Firth's penalty: finite where the plain likelihood rises for ever.

The penalised likelihood is the partial likelihood plus half the logarithm of the determinant of its
information (Jeffreys' prior). Its slope is known in closed form: with the risk sets as distributions of
covariates, it is a third central moment of each, seen in the metric of the inverse information.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, sqrt
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.collinearity import is_singular
from primus_eval.numerics.effect import Effect, normal_quantile, not_estimable, two_sided_p
from primus_eval.numerics.inputs import Bools, Floats, finite_vector, follow_up, group_codes, matrix
from primus_eval.numerics.partial_likelihood import CoxProblem, LikelihoodPoint, Ties, evaluate
from primus_eval.numerics.risk_sets import risk_sets
from primus_eval.vocabulary import Reason

STEP_TOLERANCE = 1e-10
"""A step, in standard deviations of each covariate, at which a climb or a search has arrived."""

STEP_TOLERANCE_ON_A_PROFILE = 1e-6
"""There only the height is wanted, and at the top that is off by the square of what the place is off."""

MAX_ITERATIONS = 100

LARGEST_LINEAR_PREDICTOR = 200.0
"""Beyond this, products of relative risks are about to leave the range of a number."""

SMALLEST_INFORMATION = 1e-11
"""On a covariate of unit spread at no effect: below it, the covariate is the same in every risk set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PenalisedPoint:
    """The penalised likelihood at one coefficient vector: value, slope, and what the plain one is there."""

    plain: LikelihoodPoint
    loglik: float
    score: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class FirthFit:
    """A Cox model fitted with Firth's penalty, p covariates.

    coef: log hazard ratios per unit of each column, shape (p,).
    covariance_model: inverse information of the unpenalised likelihood at `coef`, shape (p, p).
    loglik_null, loglik: penalised, at no effect and at `coef`; they depend on the units of the columns,
    their difference does not. Here each column has standard deviation 1.
    problem, point, spread: what profiles start from; coefficients there are per standard deviation.
    """

    coef: Floats
    covariance_model: Floats
    loglik_null: float
    loglik: float
    iterations: int
    n: int
    n_events: int
    problem: CoxProblem
    point: PenalisedPoint
    spread: Floats


def firth(
    design: ArrayLike,
    stop: ArrayLike,
    event: ArrayLike,
    *,
    start: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    ties: Ties = "efron",
) -> FirthFit | Reason:
    """Fit log hazard ratios by penalised partial likelihood, or say why these data do not determine them.

    The question is that of `cox`; the answer is less biased where events are few, and exists where one
    arm has none. Arguments as in `cox`. Ties are Efron's unless asked otherwise, in the likelihood and in
    the information of the penalty; other programs use Breslow's in both.
    Source: Heinze & Schemper 2001, Biometrics 57:114-119, after Firth 1993, Biometrika 80:27-38; the
    slope of the penalty for Efron's ties is derived in `_slope_of_the_penalty`.
    Checked: tests/reference/against_firth.py (R: coxph's likelihood and information, climbed by R code of
    our own; coxphf for Breslow's ties), tests/test_numerics_firth.py (by hand; the penalised likelihood
    written out event by event).
    """
    stop_days, had_event = follow_up(stop, event)
    n = len(stop_days)
    columns = matrix(design, "design", rows=n)
    start_days = None if start is None else finite_vector(start, "start")
    if start_days is not None and (len(start_days) != n or (start_days >= stop_days).any()):
        raise ValueError("start must lie before stop in every row")
    stratum = group_codes(strata, "strata", length=n)
    if not had_event.any():
        return "no_events"
    if (np.ptp(columns, axis=0) == 0).any():
        return "constant_covariate"
    if columns.shape[1] >= n:
        return "too_many_covariates"

    spread = columns.std(axis=0)
    problem = CoxProblem(
        covariates=(columns - columns.mean(axis=0)) / spread,
        sets=risk_sets(stop_days, had_event, stratum, start_days),
        ties=ties,
    )
    plain = evaluate(problem, np.zeros(len(spread)))
    if (np.diag(plain.information) <= SMALLEST_INFORMATION).any():
        return "no_variation"
    if is_singular(plain.information):
        return "collinear_covariates"
    null = cast(PenalisedPoint, penalised(problem, plain.coef))
    climbed = _climb(problem, null, free=np.ones(len(spread), dtype=bool), tolerance=STEP_TOLERANCE)
    if climbed is None:
        return "not_converged"
    point, iterations = climbed
    return FirthFit(
        coef=point.plain.coef / spread,
        covariance_model=np.linalg.inv(point.plain.information) / np.outer(spread, spread),
        loglik_null=null.loglik,
        loglik=point.loglik,
        iterations=iterations,
        n=n,
        n_events=int(had_event.sum()),
        problem=problem,
        point=point,
        spread=spread,
    )


def firth_hazard_ratio(fit: FirthFit | Reason, column: int, *, conf_level: float) -> Effect:
    """Ratio of hazards per unit of one column, with an interval by profile penalised likelihood.

    The interval holds the values that the penalised likelihood ratio test does not reject, so that it
    excludes 1 exactly where p < 1 - conf_level; it is not symmetric on any scale. `statistic` is the
    chi-square of that test of no effect, on one degree of freedom. The penalty is that of the whole model
    in all of them. `std_error` is that of the information at the estimate and plays no part in either.
    Source: Heinze & Schemper 2001, Biometrics 57:114-119; profiles Venzon & Moolgavkar 1988, Applied
    Statistics 37:87-94.
    Checked: as `firth`.
    """
    if isinstance(fit, str):
        return not_estimable(fit)
    no_effect = _profile(fit, column, 0.0)
    quantile = normal_quantile(conf_level)
    ends = [_end(fit, column, quantile, side=side) for side in (-1, 1)]
    if no_effect is None or ends[0] is None or ends[1] is None:
        return not_estimable("not_converged")
    root = _root(fit, no_effect)
    spread = fit.spread[column]
    return Effect(
        estimate=exp(fit.coef[column]),
        conf_low=exp(ends[0] / spread),
        conf_high=exp(ends[1] / spread),
        std_error=sqrt(fit.covariance_model[column, column]),
        statistic=root**2,
        df=1.0,
        p_value=two_sided_p(root),
        scale="log",
    )


def penalised(problem: CoxProblem, coef: Floats) -> PenalisedPoint | None:
    """Compute the penalised likelihood and its slope; None where the information is as good as zero."""
    if np.abs(problem.covariates @ coef).max() > LARGEST_LINEAR_PREDICTOR:
        return None
    plain = evaluate(problem, coef)
    if (np.diag(plain.information) <= 0).any() or is_singular(plain.information):
        return None
    return PenalisedPoint(
        plain=plain,
        loglik=plain.loglik + float(np.linalg.slogdet(plain.information)[1]) / 2,
        score=plain.score + _slope_of_the_penalty(problem, plain),
    )


def _slope_of_the_penalty(problem: CoxProblem, point: LikelihoodPoint) -> Floats:
    """Half the derivative of log det information.

    The k-th event is drawn from its risk set in proportion to relative risk (a tied one counts 1 - a of
    those who die that day). With m the mean of covariates x in that draw, C their covariance and J the
    inverse of the information, which is the sum of the C, the derivative of log det is the sum over events of
    E[(x - m)' J (x - m) (x - m)] = E[x q] - m E[q] - 2 C J m, where q = x' J x.
    """
    x, sets = problem.covariates, problem.sets
    risk = point.relative_risk
    inverse = np.linalg.inv(point.information)
    rotated = x @ inverse
    q = (rotated * x).sum(axis=1)

    tied = sets.events_per_day
    day = np.repeat(np.arange(len(tied)), tied)
    order = np.arange(len(day)) - (tied.cumsum() - tied)[day]
    a = (order / tied[day] if problem.ties == "efron" else np.zeros(len(day)))[:, None]
    h = 1 / (point.at_risk[day, :1] - a * point.dying[day, :1])

    def mean_at_events(at_risk: Floats, dying: Floats) -> Floats:
        return (at_risk[day] - a * dying[day]) * h

    def per_day(values: Floats) -> Floats:
        return np.add.reduceat(values, tied.cumsum() - tied, axis=0)

    mean = mean_at_events(point.at_risk[:, 1:], point.dying[:, 1:])
    risk_q = (risk * q)[:, None]
    mean_q = mean_at_events(sets.at_risk_sums(risk_q), sets.event_sums(risk_q))[:, 0]
    # For each row the sum of means over the increments of hazard it lived through.
    lived_through = sets.sums_while_at_risk(per_day(h * mean))
    lived_through[sets.event_rows] -= per_day(a * h * mean)[sets.event_day]
    second_moments = x.T @ (risk * (rotated * lived_through).sum(axis=1))
    covariances = second_moments - mean.T @ ((mean @ inverse) * mean).sum(axis=1)
    return (x.T @ (point.hazard * q) - mean.T @ mean_q - 2 * covariances) / 2


def _climb(
    problem: CoxProblem, begin: PenalisedPoint, *, free: Bools, tolerance: float
) -> tuple[PenalisedPoint, int] | None:
    """Maximise over the free coefficients by Newton's method.

    The curvature is the information plus that of the penalty, which is learnt from the change of the slope
    from step to step (symmetric rank one); where their sum does not curve downwards, the information alone.
    """
    point = begin
    of_penalty: Floats = np.zeros((int(free.sum()), int(free.sum())))
    if not free.any():
        return point, 0
    for iteration in range(1, MAX_ITERATIONS + 1):
        information = point.plain.information[np.ix_(free, free)]
        curvature: Floats = information + of_penalty
        if np.linalg.eigvalsh(curvature)[0] <= 1e-3 * np.linalg.eigvalsh(information)[0]:
            curvature = information
        step = np.zeros(len(free))
        step[free] = np.linalg.solve(curvature, point.score[free])
        following = _advance(problem, point, step)
        if following is None:
            return None
        moved = (following.plain.coef - point.plain.coef)[free]
        change = (point.score - following.score)[free]
        change -= following.plain.information[np.ix_(free, free)] @ moved + of_penalty @ moved
        if abs(change @ moved) > 1e-8 * np.linalg.norm(change) * np.linalg.norm(moved):
            of_penalty = of_penalty + np.outer(change, change) / (change @ moved)
        point = following
        if np.abs(step).max() < tolerance:
            return point, iteration
    return None


def _advance(problem: CoxProblem, point: PenalisedPoint, step: Floats) -> PenalisedPoint | None:
    """Take a step, halved until it goes up and stays in range."""
    # Close to the top the likelihood can only be compared up to its rounding error.
    rounding = 1e-12 * (1 + abs(point.loglik))
    for halvings in range(30):
        following = penalised(problem, point.plain.coef + step / 2**halvings)
        if following is not None and following.loglik >= point.loglik - rounding:
            return following
    return None


def _profile(
    fit: FirthFit, column: int, value: float, near: PenalisedPoint | None = None
) -> PenalisedPoint | None:
    """Maximise over the other coefficients with one held at `value`, per standard deviation of its column.

    near: the maximum of a value nearby, from which the others begin along their tangent.
    """
    near = near or fit.point
    free = np.arange(len(fit.coef)) != column
    coef, information = near.plain.coef.copy(), near.plain.information
    moved = value - coef[column]
    coef[column] = value
    coef[free] -= np.linalg.solve(information[np.ix_(free, free)], information[free, column]) * moved
    begin = penalised(fit.problem, coef)
    if begin is None:
        return None
    climbed = _climb(fit.problem, begin, free=free, tolerance=STEP_TOLERANCE_ON_A_PROFILE)
    return None if climbed is None else climbed[0]


def _root(fit: FirthFit, point: PenalisedPoint) -> float:
    """Signed-root distance from the maximum: its square is the likelihood ratio chi-square."""
    return sqrt(max(0.0, 2 * (fit.loglik - point.loglik)))


def _end(fit: FirthFit, column: int, quantile: float, *, side: int) -> float | None:
    """Find the value on one side of the estimate at which the signed root is `quantile`.

    The root is nearly linear in the value, so Newton's method on it takes few steps; a bracket keeps it from
    going astray. The slope of a profile is that of the penalised likelihood in its own direction.
    """
    estimate = float(fit.point.plain.coef[column])
    std_error = sqrt(np.linalg.inv(fit.point.plain.information)[column, column])
    inside, outside = 0.0, inf
    distance, near = quantile * std_error, fit.point
    for _ in range(MAX_ITERATIONS):
        point = _profile(fit, column, estimate + side * distance, near)
        if point is None:
            outside, following = distance, inf
        else:
            near, root = point, _root(fit, point)
            inside, outside = (distance, outside) if root < quantile else (inside, distance)
            falling = -side * float(point.score[column])
            following = distance - (root - quantile) * root / falling if falling > 0 else inf
        if abs(following - distance) < STEP_TOLERANCE:
            return estimate + side * following
        farthest = outside if outside < inf else 2 * distance
        if not inside < following < farthest:
            following = (inside + outside) / 2 if outside < inf else farthest
        distance = following
    return None
