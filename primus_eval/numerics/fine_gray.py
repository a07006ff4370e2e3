"""The regression of Fine and Gray: the ratio of subdistribution hazards.

Who had a competing event stays in the risk sets, because they are among those who will not have the event;
their weight falls as fast as censoring would have taken them from sight. So a ratio below 1 means that
fewer have the event by any day, which a ratio of rates among those still there does not. Its size has no
meaning as a rate: read the direction, and the size from the difference of the cumulative incidences.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from primus_eval.numerics.collinearity import is_singular
from primus_eval.numerics.cumulative_incidence import competing_follow_up
from primus_eval.numerics.effect import Effect, not_estimable, wald
from primus_eval.numerics.inputs import Bools, Floats, Integers, group_codes, matrix
from primus_eval.vocabulary import Reason

STEP_TOLERANCE = 1e-9
"""Newton's step, in standard deviations of each covariate, at which the fit has converged."""

MAX_ITERATIONS = 60

LARGEST_LINEAR_PREDICTOR = 200.0
"""Beyond this the products of relative risks are about to leave the range of a number: halve the step."""

SMALLEST_INFORMATION = 1e-11
"""On a covariate of unit spread: below it, the covariate is the same for everyone in every risk set."""

NEGLIGIBLE_VARIANCE = 1e-20
"""A robust variance this small beside that of the model is zero but for rounding: all fell on one day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FineGrayFit:
    """A fitted model with p covariates.

    coef: log subdistribution hazard ratios per unit of each column, shape (p,). covariance: the sandwich,
    which knows that the censoring weights are estimated; covariance_model: the inverse information, which
    treats them as known and the likelihood as a true one, and is too small; both (p, p).
    """

    coef: Floats
    covariance: Floats
    covariance_model: Floats
    loglik_null: float
    loglik: float
    iterations: int
    n: int
    n_events: int
    n_competing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Censoring:
    """Of one group: who is in it, and Kaplan-Meier's share not yet censored.

    days, at_risk, censored: one entry per day with a censoring. on_event_days: the share just before each
    event day. weights: for each person of the group whom a competing event took, 1 over the share just
    before; 0 for others; shape (n,).
    """

    member: Bools
    days: Floats
    at_risk: Floats
    censored: Floats
    on_event_days: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """What stays the same from step to step; covariates are centred and of unit spread.

    last: how many event days each person reached; they are fully at risk on those.
    leaves: 1 at (last, person), so that sums run over days; shape (event days + 1, n).
    """

    covariates: Floats
    time: Floats
    event: Bools
    competing: Bools
    event_days: Floats
    events_per_day: Floats
    last: Integers
    leaves: csr_array
    censoring: tuple[_Censoring, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """The pseudo likelihood at one coefficient vector.

    hazard: each person's cumulative subdistribution hazard over their weighted days at risk. mean: the
    covariates' mean over each risk set. increments: Breslow's of the baseline, one per event day.
    """

    coef: Floats
    loglik: float
    score: Floats
    information: Floats
    risk: Floats
    hazard: Floats
    mean: Floats
    increments: Floats


def fine_gray(
    design: ArrayLike,
    time_days: ArrayLike,
    event: ArrayLike,
    competing: ArrayLike,
    *,
    censoring_groups: ArrayLike | None = None,
) -> FineGrayFit | Reason:
    """Fit log subdistribution hazard ratios, or say why these data do not determine them.

    design: covariates without an intercept, shape (n, p). time_days: days to whichever came first, or to
    the end of follow-up, >= 0, shape (n,). event, competing: 0 or 1, shape (n,), never both 1 in one
    person. censoring_groups: labels; censoring is estimated within each group, and without labels in all
    together: it must not depend on the covariates then. Ties are Breslow's. On a day, events and competing
    events come before censorings.
    With one group everything is what cmprsk::crr gives. With several, crr leaves out of the variance what
    the events of other groups add to the uncertainty of a group's weights; here nothing is left out.
    Source: Fine & Gray 1999, Journal of the American Statistical Association 94:496-509, equations 6 to 8.
    Checked: tests/reference/test_against_r.py (R cmprsk::crr; with several groups mets::cifreg),
    tests/test_numerics_fine_gray.py (person by person; moving the weight of each person; Cox where nothing
    competes; coverage).
    """
    time, had_event, had_competing = competing_follow_up(time_days, event, competing)
    n = len(time)
    columns = matrix(design, "design", rows=n)
    groups = group_codes(censoring_groups, "censoring_groups", length=n)
    if not had_event.any():
        return "no_events"
    if (np.ptp(columns, axis=0) == 0).any():
        return "constant_covariate"
    if columns.shape[1] >= n:
        return "too_many_covariates"
    spread = columns.std(axis=0)
    covariates = (columns - columns.mean(axis=0)) / spread
    problem = _problem(covariates, time, had_event, had_competing, groups)
    null = _evaluate(problem, np.zeros(len(spread)))
    if reason := _information_problem(null.information):
        return reason
    fitted = _maximise(problem, null)
    if isinstance(fitted, str):
        return fitted
    point, iterations = fitted
    model = np.linalg.inv(point.information)
    influence = (_score_residuals(problem, point) + _censoring_residuals(problem, point)) @ model
    units = np.outer(spread, spread)
    return FineGrayFit(
        coef=point.coef / spread,
        covariance=influence.T @ influence / units,
        covariance_model=model / units,
        loglik_null=null.loglik,
        loglik=point.loglik,
        iterations=iterations,
        n=n,
        n_events=int(had_event.sum()),
        n_competing=int(had_competing.sum()),
    )


def subdistribution_hazard_ratio(fit: FineGrayFit | Reason, column: int, *, conf_level: float) -> Effect:
    """Ratio of subdistribution hazards per unit of one column, with a normal interval on the log scale.

    Source: as `fine_gray`; Wald interval.
    Checked: tests/reference/test_against_r.py (R cmprsk::crr).
    """
    if isinstance(fit, str):
        return not_estimable(fit)
    variance = float(fit.covariance[column, column])
    if variance < NEGLIGIBLE_VARIANCE * fit.covariance_model[column, column]:
        return not_estimable("no_variation")
    return wald(float(fit.coef[column]), sqrt(variance), conf_level=conf_level, scale="log")


def _problem(covariates: Floats, time: Floats, event: Bools, competing: Bools, groups: Integers) -> _Problem:
    event_days, events_per_day = np.unique(time[event], return_counts=True)
    last = np.searchsorted(event_days, time, side="right")
    n = len(time)
    return _Problem(
        covariates=covariates,
        time=time,
        event=event,
        competing=competing,
        event_days=event_days,
        events_per_day=events_per_day.astype(float),
        last=last,
        leaves=csr_array((np.ones(n), (last, np.arange(n))), shape=(len(event_days) + 1, n)),
        censoring=tuple(
            _censoring(groups == group, time, event | competing, competing, event_days)
            for group in range(int(groups.max()) + 1)
        ),
    )


def _censoring(member: Bools, time: Floats, seen: Bools, competing: Bools, event_days: Floats) -> _Censoring:
    days, censored = np.unique(time[member & ~seen], return_counts=True)
    members = np.sort(time[member])
    at_risk = len(members) - np.searchsorted(members, days, side="left")
    not_censored = np.concatenate(([1.0], np.cumprod((at_risk - censored) / at_risk)))
    took = member & competing
    weights = np.zeros(len(time))
    weights[took] = 1 / not_censored[np.searchsorted(days, time[took], side="left")]
    return _Censoring(
        member=member,
        days=days,
        at_risk=at_risk.astype(float),
        censored=censored.astype(float),
        on_event_days=not_censored[np.searchsorted(days, event_days, side="left")],
        weights=weights,
    )


def _evaluate(problem: _Problem, coef: Floats) -> _Point:
    x = problem.covariates
    linear_predictor = x @ coef
    risk = np.exp(linear_predictor)
    weighted = np.column_stack((risk, x * risk[:, None]))
    at_risk = _over_reached(problem.leaves @ weighted)
    for group in problem.censoring:
        taken = (problem.leaves @ (weighted * group.weights[:, None])).cumsum(axis=0)[:-1]
        at_risk += taken * group.on_event_days[:, None]
    increments = problem.events_per_day / at_risk[:, 0]
    mean = at_risk[:, 1:] / at_risk[:, :1]
    hazard = risk * _lived_through(problem, increments[:, None])[:, 0]
    return _Point(
        coef=coef,
        loglik=float(
            linear_predictor[problem.event].sum() - (problem.events_per_day * np.log(at_risk[:, 0])).sum()
        ),
        score=x.T @ (problem.event - hazard),
        information=x.T @ (x * hazard[:, None]) - (mean * problem.events_per_day[:, None]).T @ mean,
        risk=risk,
        hazard=hazard,
        mean=mean,
        increments=increments,
    )


def _over_reached(leaving: Floats) -> Floats:
    """Sum over those who reached each event day, from sums over those who left after so many of them."""
    return leaving[::-1].cumsum(axis=0)[::-1][1:]


def _from_day_on(per_day: Floats) -> Floats:
    """Sum a number per event day over the days from each on; the last entry, after all days, is 0."""
    return np.concatenate((per_day[::-1].cumsum(axis=0)[::-1], np.zeros_like(per_day[:1])))


def _lived_through(problem: _Problem, per_day: Floats) -> Floats:
    """Sum (event days, columns) over each person's days at risk, weighted after a competing event."""
    total = np.concatenate((np.zeros_like(per_day[:1]), per_day.cumsum(axis=0)))[problem.last]
    for group in problem.censoring:
        took = np.flatnonzero(group.weights)
        after = _from_day_on(per_day * group.on_event_days[:, None])[problem.last[took]]
        total[took] += after * group.weights[took, None]
    return total


def _maximise(problem: _Problem, null: _Point) -> tuple[_Point, int] | Reason:
    """Climb from zero by Newton's method; where the likelihood rises for ever the information vanishes."""
    point = null
    for iteration in range(1, MAX_ITERATIONS + 1):
        if _information_problem(point.information):
            return "monotone_likelihood"
        step = np.linalg.solve(point.information, point.score)
        following = _advance(problem, point, step)
        if following is None:
            return "not_converged"
        point = following
        if np.abs(step).max() < STEP_TOLERANCE:
            return point, iteration
    return "not_converged"


def _advance(problem: _Problem, point: _Point, step: Floats) -> _Point | None:
    # Close to the top the likelihood can only be compared up to its rounding error.
    rounding = 1e-12 * (1 + abs(point.loglik))
    for halvings in range(30):
        coef = point.coef + step / 2**halvings
        if np.abs(problem.covariates @ coef).max() > LARGEST_LINEAR_PREDICTOR:
            continue
        following = _evaluate(problem, coef)
        if following.loglik >= point.loglik - rounding:
            return following
    return None


def _information_problem(information: Floats) -> Reason | None:
    if (np.diag(information) <= SMALLEST_INFORMATION).any():
        return "no_variation"
    return "collinear_covariates" if is_singular(information) else None


def _score_residuals(problem: _Problem, point: _Point) -> Floats:
    """Give each person's own part of the score, as if the censoring weights were known; shape (n, p)."""
    x, event = problem.covariates, problem.event
    means = _lived_through(problem, point.mean * point.increments[:, None])
    residuals = point.risk[:, None] * means - point.hazard[:, None] * x
    residuals[event] += x[event] - point.mean[problem.last[event] - 1]
    return residuals


def _censoring_residuals(problem: _Problem, point: _Point) -> Floats:
    """Give what each person adds to the score by taking part in the estimate of censoring; shape (n, p).

    A censoring lowers the weights, on the days from it on, of those whom a competing event took before.
    `pull` is by how much that changes the score. Who is censored adds it, over the number at risk; everyone
    who was at risk of a censoring takes away their part of what it was expected to add.
    """
    x = problem.covariates
    weighted = np.column_stack((point.risk, x * point.risk[:, None]))
    residuals = np.zeros_like(x)
    for group in problem.censoring:
        if not len(group.days):
            continue
        took = np.flatnonzero(group.weights)
        took = took[np.argsort(problem.time[took], kind="stable")]
        before = np.searchsorted(problem.time[took], group.days, side="left")
        sums = (weighted[took] * group.weights[took, None]).cumsum(axis=0)
        taken = np.concatenate((np.zeros((1, sums.shape[1])), sums))[before]
        increments = (point.increments * group.on_event_days)[:, None]
        on = np.searchsorted(problem.event_days, group.days, side="left")
        remaining, means = _from_day_on(increments)[on], _from_day_on(increments * point.mean)[on]
        pull = (taken[:, 1:] * remaining - taken[:, :1] * means) / group.at_risk[:, None]
        expected = (pull * (group.censored / group.at_risk)[:, None]).cumsum(axis=0)
        rows = np.flatnonzero(group.member)
        reached = np.searchsorted(group.days, problem.time[rows], side="right")
        residuals[rows] -= np.concatenate((np.zeros_like(expected[:1]), expected))[reached]
        censored = rows[~(problem.event | problem.competing)[rows]]
        residuals[censored] += pull[np.searchsorted(group.days, problem.time[censored])]
    return residuals
