"""Cox's partial likelihood at one coefficient vector: its value, slope, curvature and residuals.

Because the order of summation is exchanged, each row needs one number for the score and takes part in
one weighted cross product for the information, whatever the number of event days. Efron's ties need
only a few scalars per event day. With case weights the tied events of a day each count their mean weight.
Source: Cox 1972, JRSS B 34:187-220; ties Efron 1977, JASA 72:557-565, or Breslow 1974, Biometrics
30:89-99; case weights as in Therneau & Grambsch 2000, Modeling Survival Data, sections 3.3 and 7.1.
Checked: as `cox`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from primus_eval.numerics.inputs import Floats
from primus_eval.numerics.risk_sets import RiskSets, until_each_day

Ties = Literal["efron", "breslow"]

BLOCK = 2048
"""Rows worked on at a time: few enough that the linear algebra library starts no threads for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxProblem:
    """What stays the same from step to step; covariates are centred and of unit spread.

    weights: how much each row counts, > 0; without them 1. offset: a known part of the linear predictor.
    """

    covariates: Floats
    sets: RiskSets
    ties: Ties
    weights: Floats | None = None
    offset: Floats | None = None

    @property
    def mean_weight(self) -> float:
        """Return the scale of likelihood and information: 1 without weights."""
        return 1.0 if self.weights is None else float(self.weights.mean())

    def linear_predictor(self, coef: Floats) -> Floats:
        """Return the log relative risk of each row."""
        from_covariates = self.covariates @ coef
        return from_covariates if self.offset is None else from_covariates + self.offset

    def weighted(self, values: Floats) -> Floats:
        """Multiply one number per row by the weight of the row."""
        return values if self.weights is None else values * self.weights


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardIncrements:
    """Per event day, sums over its tied events l = 0 ... d - 1 of a^j h^k, times their mean case weight.

    h = 1 / (sum of risk over those at risk - a x sum of risk over those dying), a = l / d for Efron's
    ties and 0 for Breslow's. With one event on a day, h is Breslow's increment of the hazard.
    weight: the case weights of the day's events added up, which without weights is their number.
    """

    h: Floats
    ah: Floats
    hh: Floats
    ahh: Floats
    aahh: Floats
    weight: Floats
    log_h: float

    def times(self, per_day: Floats) -> HazardIncrements:
        """Multiply the sums of each event day by a number of that day, as if its events counted so much."""
        sums = (values * per_day for values in (self.h, self.ah, self.hh, self.ahh, self.aahh, self.weight))
        h, ah, hh, ahh, aahh, weight = sums
        return HazardIncrements(h=h, ah=ah, hh=hh, ahh=ahh, aahh=aahh, weight=weight, log_h=self.log_h)


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodPoint:
    """The partial likelihood at one coefficient vector, and what the residuals need of it.

    hazard: for each row the sum of hazard increments it lived through, times its relative risk.
    at_risk, dying: per event day, sums of weight x relative risk (column 0) and of that x covariates.
    increments: per event day, sums over tied events of a^j h^k, see `HazardIncrements`.
    """

    coef: Floats
    loglik: float
    score: Floats
    information: Floats
    relative_risk: Floats
    hazard: Floats
    at_risk: Floats
    dying: Floats
    increments: HazardIncrements


def evaluate(problem: CoxProblem, coef: Floats) -> LikelihoodPoint:
    """Compute log partial likelihood, score and information at one coefficient vector."""
    x, sets = problem.covariates, problem.sets
    linear_predictor = problem.linear_predictor(coef)
    risk = np.exp(linear_predictor)
    counted = problem.weighted(risk)
    at_risk, dying = (
        np.column_stack(sums)
        for sums in zip(
            sets.at_risk_and_event_sums(counted[:, None]),
            sets.at_risk_and_event_sums(x, weights=counted),
            strict=True,
        )
    )
    sums = _increments(at_risk[:, 0], dying[:, 0], problem)
    hazard = risk * hazard_lived_through(sets, sums)
    residual = -hazard
    residual[sets.event_rows] += 1
    return LikelihoodPoint(
        coef=coef,
        loglik=float(problem.weighted(linear_predictor)[sets.event_rows].sum() + sums.log_h),
        score=_sum_of_rows(x, problem.weighted(residual)),
        information=_information(problem, hazard, at_risk[:, 1:], dying[:, 1:], sums),
        relative_risk=risk,
        hazard=hazard,
        at_risk=at_risk,
        dying=dying,
        increments=sums,
    )


def time_varying(problem: CoxProblem, point: LikelihoodPoint, per_day: Floats) -> tuple[Floats, Floats]:
    """Give the score of covariates x g(day), and the information in which each event day counts g.

    per_day: g, one number per event day. The information between x and x g is that with g, the one of
    x g is that with g squared.
    """
    x, sets, sums = problem.covariates, problem.sets, point.increments.times(per_day)
    hazard = point.relative_risk * hazard_lived_through(sets, sums)
    residual = -hazard
    residual[sets.event_rows] += per_day[sets.event_day]
    information = _information(problem, hazard, point.at_risk[:, 1:], point.dying[:, 1:], sums)
    return _sum_of_rows(x, problem.weighted(residual)), information


def hazard_lived_through(sets: RiskSets, sums: HazardIncrements) -> Floats:
    """Sum the hazard increments over the event days on which each row is at risk, at a relative risk of 1."""
    total = sets.sums_while_at_risk(sums.h)
    total[sets.event_rows] -= sums.ah[sets.event_day]
    return total


def _information(problem: CoxProblem, hazard: Floats, s: Floats, d: Floats, sums: HazardIncrements) -> Floats:
    """Sum the variances of the covariates over the risk sets; s, d: their sums at risk and dying."""
    x = problem.covariates
    crossed = (s * sums.ahh[:, None]).T @ d
    squares_of_means = (s * sums.hh[:, None]).T @ s - crossed - crossed.T + (d * sums.aahh[:, None]).T @ d
    return _cross_product(x, problem.weighted(hazard)) - squares_of_means


def _cross_product(x: Floats, weights: Floats) -> Floats:
    """Return x' diag(weights) x, in blocks of rows that stay in the processor's cache."""
    total = np.zeros((x.shape[1], x.shape[1]))
    for block in _blocks(x):
        total += x[block].T @ (x[block] * weights[block, None])
    return total


def _blocks(x: Floats) -> Iterator[slice]:
    return (slice(begin, begin + BLOCK) for begin in range(0, len(x), BLOCK))


def _sum_of_rows(x: Floats, weights: Floats) -> Floats:
    """Return x' weights, in the same blocks."""
    return np.sum([weights[block] @ x[block] for block in _blocks(x)], axis=0)


def _increments(at_risk: Floats, dying: Floats, problem: CoxProblem) -> HazardIncrements:
    sets = problem.sets
    day = sets.tied_day
    a = sets.tied_share if problem.ties == "efron" else np.zeros(len(day))
    h = 1 / (at_risk[day] - a * dying[day])
    first_of_day = sets.events_per_day.cumsum() - sets.events_per_day
    mean_weight = np.ones(len(at_risk))
    if problem.weights is not None:
        of_events = problem.weights[sets.event_rows]
        mean_weight = np.bincount(sets.event_day, weights=of_events) / sets.events_per_day

    def per_day(values: Floats) -> Floats:
        return np.add.reduceat(values, first_of_day) * mean_weight

    ah = a * h
    return HazardIncrements(
        h=per_day(h),
        ah=per_day(ah),
        hh=per_day(h * h),
        ahh=per_day(ah * h),
        aahh=per_day(ah * ah),
        weight=sets.events_per_day * mean_weight,
        log_h=float(per_day(np.log(h)).sum()),
    )


def mean_at_events(point: LikelihoodPoint) -> Floats:
    """Give, per event day, the mean of the covariates in the risk set, averaged over the tied events."""
    s, d, sums = point.at_risk[:, 1:], point.dying[:, 1:], point.increments
    return (sums.h[:, None] * s - sums.ah[:, None] * d) / sums.weight[:, None]


def mean_times_increments(point: LikelihoodPoint) -> tuple[Floats, Floats]:
    """Give, per event day, sums over the tied events of h x the mean of the covariates, and of a h x it."""
    s, d, sums = point.at_risk[:, 1:], point.dying[:, 1:], point.increments
    return sums.hh[:, None] * s - sums.ahh[:, None] * d, sums.ahh[:, None] * s - sums.aahh[:, None] * d


def score_residuals(problem: CoxProblem, point: LikelihoodPoint) -> Floats:
    """Give each row's own part of the score, shape (n, p); the parts add up to the score.

    An event contributes its covariates minus their mean over the risk set (averaged over the tied
    events of the day); every row, for each increment of hazard it lived through, the opposite. A row's
    part counts as much as its weight.
    """
    x, sets = problem.covariates, problem.sets
    mean_times_h, mean_times_ah = mean_times_increments(point)
    rows, day = sets.event_rows, sets.event_day
    total = until_each_day(mean_times_h)
    # Who has an event lives through a part of the last day's increments only: a line of its own for each day.
    lines = np.concatenate((total, total[1:] - mean_times_ah))
    line = sets.last.copy()
    line[rows] += len(mean_times_h)
    own = -point.hazard
    own[rows] += 1
    begins_late = sets.first.any()
    residuals = np.empty(x.shape)
    for block in _blocks(x):
        part = np.take(lines, line[block], axis=0, out=residuals[block], mode="clip")
        if begins_late:
            part -= total[sets.first[block]]
        part *= point.relative_risk[block, None]
        part += own[block, None] * x[block]
    residuals[rows] -= mean_at_events(point)[day]
    return residuals if problem.weights is None else residuals * problem.weights[:, None]
