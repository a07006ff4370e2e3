"""A hazard ratio that is not the same throughout: one for each period, or one that changes with time.

The log hazard ratio of the arms on a day is a sum of functions of that day times coefficients. On one event
day everyone of an arm shares it, so the sums over risk sets are taken arm by arm and then combined: the
likelihood is that of rows split at every event day, and no row is split.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigh

from primus_eval.numerics.collinearity import is_singular
from primus_eval.numerics.cox import (
    LARGEST_LINEAR_PREDICTOR,
    LONG_STRIDE,
    MAX_ITERATIONS,
    SMALLEST_INFORMATION,
    STEP_TOLERANCE,
)
from primus_eval.numerics.effect import Effect, association_test, not_estimable, two_sided_p, wald
from primus_eval.numerics.inputs import Bools, Floats, follow_up, group_codes, matrix, yes_no_vector
from primus_eval.numerics.risk_sets import RiskSets, risk_sets
from primus_eval.vocabulary import Reason, TimeFunction

FLAT = 1e-6
"""Where a standard error is a thousand times what it was at no effect, the likelihood rises for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangingRatio:
    """at: the hazard ratio on each day asked for; change: the test that it does not change with time."""

    at: tuple[Effect, ...]
    change: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """What stays the same from step to step.

    covariates: of unit spread, centred, (n, p). of_day: the functions of each event day, (event days, q).
    treatment_counts, control_counts: 0 on the event days on which an arm counts for nothing, else 1.
    """

    sets: RiskSets
    treated: Bools
    covariates: Floats
    of_day: Floats
    treatment_counts: Floats
    control_counts: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    coef: Floats
    loglik: float
    score: Floats
    information: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """Sums of relative risks on each event day: of everyone, of the treated, times all columns, and of the
    treated times their covariates."""

    total: Floats
    treated: Floats
    columns: Floats
    treated_covariates: Floats


def hazard_ratio_by_period(
    time_days: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    *,
    periods_days: tuple[float, ...],
    conf_level: float,
) -> tuple[Effect, ...]:
    """Ratio of hazards within each period, among the people who had no event before it.

    time_days: days to the event or to the end of follow-up, >= 0, shape (n,). event, treated: 0 or 1.
    covariates: shape (n, p), with the same effect in every period. strata: labels.
    periods_days: 0, then the day on which each period ends; an event on that day is of the period that ends.
    One fit for all periods, Efron's ties, model-based variance. A period whose ratio has no finite maximum
    has a reason, and the others are what they are when that ratio has gone to its limit.
    Source: Cox 1972, JRSS B 34:187-220, section 8; Therneau & Grambsch 2000, Modeling Survival Data, 6.2.
    Checked: tests/reference/test_against_r.py (R coxph on rows of survSplit),
    tests/test_numerics_time_varying.py (by hand; split rows; coverage).
    """
    begins, ends = np.array(periods_days[:-1]), np.array(periods_days[1:])
    if len(ends) == 0 or begins[0] != 0 or (begins >= ends).any():
        raise ValueError("periods_days must begin at 0 and ascend")
    time, had_event = follow_up(time_days, event)
    had_event = had_event & (time <= ends[-1])
    time = np.minimum(time, ends[-1])
    in_treatment = yes_no_vector(treated, "treated", length=len(time))
    reasons = [
        _period_reason(time, had_event, in_treatment, (first, last)) for first, last in pairwise(periods_days)
    ]
    if all(reasons):
        return tuple(not_estimable(reason) for reason in reasons if reason)
    sets = risk_sets(time, had_event, group_codes(strata, "strata", length=len(time)))
    period = np.searchsorted(ends, sets.day_time)
    problem, monotone = _by_period(sets, in_treatment, _unit_spread(covariates, len(time)), period, len(ends))
    reasons = [said or found for said, found in zip(reasons, monotone, strict=True)]
    left = [index for index, reason in enumerate(reasons) if reason is None]
    fitted = _fit(problem, left) if left else "no_variation"
    effects = [not_estimable(reason or "no_variation") for reason in reasons]
    for place, index in enumerate(left):
        effects[index] = _ratio(fitted, np.eye(len(left))[place], conf_level=conf_level)
    return tuple(effects)


def hazard_ratio_over_time(
    time_days: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    *,
    at_days: tuple[float, ...],
    time_function: TimeFunction,
    conf_level: float,
) -> ChangingRatio:
    """Ratio of hazards on given days, where its logarithm is a + b g(day), and the test of b = 0.

    time_days, event, treated, covariates, strata: as in `hazard_ratio_by_period`.
    time_function: g is the day, or log(day + 1), which is finite from the first day on.
    On each day a normal interval for the logarithm; for the change the Wald test, as chi-square.
    Source: Cox 1972, JRSS B 34:187-220, section 8; Therneau & Grambsch 2000, Modeling Survival Data, 6.4.
    Checked: tests/reference/test_against_r.py (R coxph with tt), tests/test_numerics_time_varying.py (by
    hand; rows split at every event day; coverage).
    """
    time, had_event = follow_up(time_days, event)
    in_treatment = yes_no_vector(treated, "treated", length=len(time))
    fitted = _fit_over_time(
        time,
        had_event,
        in_treatment,
        _unit_spread(covariates, len(time)),
        group_codes(strata, "strata", length=len(time)),
        time_function,
    )
    if isinstance(fitted, str):
        return ChangingRatio(at=(not_estimable(fitted),) * len(at_days), change=not_estimable(fitted))
    coef, covariance, centre, spread = fitted
    found = coef, covariance
    days = (_function(np.array(at_days, dtype=float), time_function) - centre) / spread
    statistic = coef[1] / np.sqrt(covariance[1, 1])
    return ChangingRatio(
        at=tuple(_ratio(found, np.array([1.0, day]), conf_level=conf_level) for day in days),
        change=association_test(float(statistic**2), two_sided_p(float(statistic)), df=1.0),
    )


def _fit_over_time(
    time: Floats,
    event: Bools,
    treated: Bools,
    covariates: Floats | Reason,
    stratum: np.ndarray,
    time_function: TimeFunction,
) -> tuple[Floats, Floats, float, float] | Reason:
    """Fit a + b (g - centre) / spread, in which rounding does no harm, and return centre and spread too."""
    if treated.all() or not treated.any():
        return "one_arm_empty"
    if not event.any():
        return "no_events"
    if not (event & treated).any() or not (event & ~treated).any():
        return "no_events_in_one_arm"
    if isinstance(covariates, str):
        return covariates
    sets = risk_sets(time, event, stratum)
    compares = _both_at_risk(sets, treated)
    g = _function(sets.day_time, time_function)
    if not compares.any() or np.ptp(g[compares]) == 0:
        return "no_variation"
    centre, spread = float(g[compares].mean()), float(g[compares].std())
    of_day = np.column_stack([compares, np.where(compares, (g - centre) / spread, 0.0)])
    ones = np.ones(len(g))
    fitted = _fit(
        _Problem(
            sets=sets,
            treated=treated,
            covariates=covariates,
            of_day=of_day,
            treatment_counts=ones,
            control_counts=ones,
        ),
        [0, 1],
    )
    return fitted if isinstance(fitted, str) else (*fitted, centre, spread)


def _function(days: Floats, time_function: TimeFunction) -> Floats:
    return np.log1p(days) if time_function == "log_days" else days


def _unit_spread(covariates: ArrayLike | None, n: int) -> Floats | Reason:
    if covariates is None or np.shape(covariates) == (n, 0):
        return np.empty((n, 0))
    columns = matrix(covariates, "covariates", rows=n)
    if columns.shape[1] + 1 >= n:
        return "too_many_covariates"
    if (np.ptp(columns, axis=0) == 0).any():
        return "constant_covariate"
    return (columns - columns.mean(axis=0)) / columns.std(axis=0)


def _period_reason(time: Floats, event: Bools, treated: Bools, period: tuple[float, float]) -> Reason | None:
    """Say why a period has no ratio, whatever the strata."""
    begin, end = period
    there = time > begin if begin else np.ones(len(time), dtype=bool)
    if not (there & treated).any() or not (there & ~treated).any():
        return "too_few_at_landmark" if begin else "one_arm_empty"
    events = event & (time <= end) & there
    if not events.any():
        return "no_events"
    if not (events & treated).any() or not (events & ~treated).any():
        return "no_events_in_one_arm"
    return None


def _by_period(
    sets: RiskSets, treated: Bools, covariates: Floats | Reason, period: np.ndarray, periods: int
) -> tuple[_Problem, list[Reason | None]]:
    """Set up the fit, in which a ratio without a finite maximum is at its limit, and name such ratios.

    Only days on which both arms are at risk compare them. If all their events within a period are of one arm,
    the ratio grows or falls without end, and in the limit the other arm is not there on these days.
    """
    compares = _both_at_risk(sets, treated)
    of_treated = sets.event_sums(treated[:, None].astype(float))[:, 0] > 0
    of_control = sets.event_sums((~treated)[:, None].astype(float))[:, 0] > 0
    reasons: list[Reason | None] = []
    counts = np.ones((2, len(period)))
    for index in range(periods):
        days = compares & (period == index)
        some_treated, some_control = bool(of_treated[days].any()), bool(of_control[days].any())
        both = some_treated and some_control
        reasons.append(None if both else "monotone_likelihood" if days.any() else "no_variation")
        if not both:
            counts[:, days] = [[some_treated], [some_control]]
    within = (period[:, None] == np.arange(periods)) & compares[:, None]
    if isinstance(covariates, str):
        reasons = [covariates for _ in reasons]
        covariates = np.empty((len(treated), 0))
    problem = _Problem(
        sets=sets,
        treated=treated,
        covariates=covariates,
        of_day=within.astype(float),
        treatment_counts=counts[0],
        control_counts=counts[1],
    )
    return problem, reasons


def _both_at_risk(sets: RiskSets, treated: Bools) -> Bools:
    numbers = sets.at_risk_sums(np.column_stack([treated, ~treated]).astype(float))
    return np.logical_and(numbers[:, 0] > 0, numbers[:, 1] > 0)


def _ratio(fitted: tuple[Floats, Floats] | Reason, of_coef: Floats, *, conf_level: float) -> Effect:
    if isinstance(fitted, str):
        return not_estimable(fitted)
    coef, covariance = fitted
    std_error = float(np.sqrt(of_coef @ covariance @ of_coef))
    return wald(float(of_coef @ coef), std_error, conf_level=conf_level, scale="log")


def _fit(problem: _Problem, columns: list[int]) -> tuple[Floats, Floats] | Reason:
    """Maximise over these functions of the day and all covariates; return what is of the functions."""
    problem = _Problem(
        sets=problem.sets,
        treated=problem.treated,
        covariates=problem.covariates,
        of_day=problem.of_day[:, columns],
        treatment_counts=problem.treatment_counts,
        control_counts=problem.control_counts,
    )
    q = len(columns)
    point = null = _evaluate(problem, np.zeros(q + problem.covariates.shape[1]))
    if (np.diag(null.information) <= SMALLEST_INFORMATION).any():
        return "no_variation"
    if is_singular(null.information):
        return "collinear_covariates"
    for _ in range(MAX_ITERATIONS):
        if _has_gone_flat(point, null):
            return "monotone_likelihood"
        step = np.linalg.solve(point.information, point.score)
        following = _advance(problem, point, step, null)
        if following is None:
            return "not_converged"
        point = following
        if np.abs(step).max() < STEP_TOLERANCE:
            return point.coef[:q], np.linalg.inv(point.information)[:q, :q]
    return "not_converged"


def _advance(problem: _Problem, point: _Point, step: Floats, null: _Point) -> _Point | None:
    """Take a Newton step, halved until it goes up and stays in range, as the plain Cox model does."""
    rounding = 1e-12 * (1 + abs(point.loglik))
    for halvings in range(30):
        coef = point.coef + step / 2**halvings
        if _largest(problem, coef) > LARGEST_LINEAR_PREDICTOR:
            continue
        following = _evaluate(problem, coef)
        if following.loglik < point.loglik - rounding:
            continue
        if _largest(problem, coef - point.coef) < LONG_STRIDE or not _has_gone_flat(following, null):
            return following
    return None


def _largest(problem: _Problem, coef: Floats) -> float:
    """Return the largest that a linear predictor with these coefficients can be."""
    q = problem.of_day.shape[1]
    of_arm = np.abs(problem.of_day @ coef[:q]).max(initial=0)
    return float(of_arm + np.abs(problem.covariates @ coef[q:]).max(initial=0))


def _has_gone_flat(point: _Point, null: _Point) -> bool:
    """Tell whether the information in some direction is next to nothing beside what it was at no effect.

    So it is on the way to a maximum at infinity, and long before rounding could hide it.
    """
    shares = eigh(point.information, null.information, eigvals_only=True)
    return bool(shares[0] < FLAT)


def _evaluate(problem: _Problem, coef: Floats) -> _Point:
    """Compute log partial likelihood, score and information, as `partial_likelihood.evaluate` does."""
    sets, z, of_day = problem.sets, problem.covariates, problem.of_day
    q = of_day.shape[1]
    of_arm = of_day @ coef[:q]
    of_people = z @ coef[q:]
    risk = np.exp(of_people)
    factors = problem.treatment_counts * np.exp(of_arm), problem.control_counts
    by_arm = _by_arm(problem, risk)
    at_risk = _combined(sets.at_risk_sums(by_arm), factors, of_day)
    dying = _combined(sets.event_sums(by_arm), factors, of_day)

    day = np.repeat(np.arange(len(of_day)), sets.events_per_day)
    first_of_day = sets.events_per_day.cumsum() - sets.events_per_day
    share = (np.arange(len(day)) - first_of_day[day]) / sets.events_per_day[day]
    increment = 1 / (at_risk.total[day] - share * dying.total[day])

    def per_day(values: Floats) -> Floats:
        return np.bincount(day, weights=values, minlength=len(of_day)).astype(float)

    h, ah = per_day(increment), per_day(share * increment)
    hh, ahh = per_day(increment**2), per_day(share * increment**2)
    aahh = per_day((share * increment) ** 2)

    rows = sets.event_rows
    treated_events = sets.event_sums(problem.treated[:, None].astype(float))[:, 0]
    observed = np.concatenate([of_day.T @ treated_events, z[rows].sum(axis=0)])
    s, d = at_risk.columns, dying.columns
    crossed = (s * ahh[:, None]).T @ d
    squares_of_means = (s * hh[:, None]).T @ s - crossed - crossed.T + (d * aahh[:, None]).T @ d
    return _Point(
        coef=coef,
        loglik=float(of_people[rows].sum() + of_arm @ treated_events + np.log(increment).sum()),
        score=observed - h @ s + ah @ d,
        information=_second_moments(problem, at_risk, dying, risk, factors, (h, ah)) - squares_of_means,
    )


def _by_arm(problem: _Problem, risk: Floats) -> Floats:
    """Return each row's risk and risk x covariates twice, for the sums of the treated and of the others."""
    columns = np.column_stack((risk, problem.covariates * risk[:, None]))
    return np.column_stack((columns * problem.treated[:, None], columns * ~problem.treated[:, None]))


def _combined(by_arm: Floats, factors: tuple[Floats, Floats], of_day: Floats) -> _Sums:
    half = by_arm.shape[1] // 2
    treated, control = by_arm[:, :half] * factors[0][:, None], by_arm[:, half:] * factors[1][:, None]
    return _Sums(
        total=treated[:, 0] + control[:, 0],
        treated=treated[:, 0],
        columns=np.column_stack((of_day * treated[:, :1], treated[:, 1:] + control[:, 1:])),
        treated_covariates=treated[:, 1:],
    )


def _second_moments(
    problem: _Problem,
    at_risk: _Sums,
    dying: _Sums,
    risk: Floats,
    factors: tuple[Floats, Floats],
    increments: tuple[Floats, Floats],
) -> Floats:
    """Sum risk x squares and products of all columns over the risk sets, times the hazard of each day."""
    sets, z, of_day, (h, ah) = problem.sets, problem.covariates, problem.of_day, increments
    lived = np.where(problem.treated, _until_last(sets, h * factors[0]), _until_last(sets, h * factors[1]))
    rows, day = sets.event_rows, sets.event_day
    lived[rows] -= ah[day] * np.where(problem.treated[rows], factors[0][day], factors[1][day])
    of_arm = of_day.T @ (of_day * (h * at_risk.treated - ah * dying.treated)[:, None])
    mixed = of_day.T @ (h[:, None] * at_risk.treated_covariates - ah[:, None] * dying.treated_covariates)
    of_people = z.T @ (z * (risk * lived)[:, None])
    return np.block([[of_arm, mixed], [mixed.T, of_people]])


def _until_last(sets: RiskSets, per_day: Floats) -> Floats:
    """Sum a number of each event day over the days on which each row is at risk, everyone from day 0 on.

    Stratum by stratum: as differences of sums over all strata, small hazards would be lost beside large ones.
    """
    until = per_day.copy()
    for begin, end in pairwise(sets.stratum_bounds):
        until[begin:end] = until[begin:end].cumsum()
    return np.where(sets.last > sets.first, until[sets.last - 1], 0.0)
