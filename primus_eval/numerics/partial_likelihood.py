"""Cox's partial likelihood at one coefficient vector: its value, slope, curvature and residuals.

Because the order of summation is exchanged, each row needs one number for the score and takes part in
one weighted cross product for the information, whatever the number of event days. Efron's ties need
only a few scalars per event day.
Source: Cox 1972, JRSS B 34:187-220; ties Efron 1977, JASA 72:557-565, or Breslow 1974, Biometrics
30:89-99. Checked: as `cox`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from primus_eval.numerics.inputs import Floats
from primus_eval.numerics.risk_sets import RiskSets

Ties = Literal["efron", "breslow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxProblem:
    """What stays the same from step to step; covariates are centred and of unit spread."""

    covariates: Floats
    sets: RiskSets
    ties: Ties


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardIncrements:
    """Per event day, sums over its tied events l = 0 ... d - 1 of a^j h^k.

    h = 1 / (sum of risk over those at risk - a x sum of risk over those dying), a = l / d for Efron's
    ties and 0 for Breslow's. With one event on a day, h is Breslow's increment of the hazard.
    """

    h: Floats
    ah: Floats
    hh: Floats
    ahh: Floats
    aahh: Floats
    log_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodPoint:
    """The partial likelihood at one coefficient vector, and what the residuals need of it.

    hazard: for each row the sum of hazard increments it lived through, times its relative risk.
    at_risk, dying: per event day, sums of relative risk (column 0) and of relative risk x covariates.
    increments: per event day, sums over tied events of a^j h^k, see `_increments`.
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
    linear_predictor = x @ coef
    risk = np.exp(linear_predictor)
    weighted = np.column_stack((risk, x * risk[:, None]))
    at_risk, dying = sets.at_risk_sums(weighted), sets.event_sums(weighted)
    sums = _increments(at_risk[:, 0], dying[:, 0], sets, problem.ties)

    hazard = sets.sums_while_at_risk(sums.h)
    hazard[sets.event_rows] -= sums.ah[sets.event_day]
    hazard *= risk
    residual = -hazard
    residual[sets.event_rows] += 1

    s, d = at_risk[:, 1:], dying[:, 1:]
    crossed = (s * sums.ahh[:, None]).T @ d
    squares_of_means = (s * sums.hh[:, None]).T @ s - crossed - crossed.T + (d * sums.aahh[:, None]).T @ d
    return LikelihoodPoint(
        coef=coef,
        loglik=float(linear_predictor[sets.event_rows].sum() + sums.log_h),
        score=x.T @ residual,
        information=x.T @ (x * hazard[:, None]) - squares_of_means,
        relative_risk=risk,
        hazard=hazard,
        at_risk=at_risk,
        dying=dying,
        increments=sums,
    )


def _increments(at_risk: Floats, dying: Floats, sets: RiskSets, ties: Ties) -> HazardIncrements:
    day = np.repeat(np.arange(len(at_risk)), sets.events_per_day)
    first_of_day = sets.events_per_day.cumsum() - sets.events_per_day
    a = (np.arange(len(day)) - first_of_day[day]) / sets.events_per_day[day]
    if ties == "breslow":
        a = np.zeros(len(day))
    h = 1 / (at_risk[day] - a * dying[day])

    def per_day(values: Floats) -> Floats:
        return np.bincount(day, weights=values, minlength=len(at_risk)).astype(float)

    return HazardIncrements(
        h=per_day(h),
        ah=per_day(a * h),
        hh=per_day(h * h),
        ahh=per_day(a * h * h),
        aahh=per_day(a * a * h * h),
        log_h=float(np.log(h).sum()),
    )


def score_residuals(problem: CoxProblem, point: LikelihoodPoint) -> Floats:
    """Give each row's own part of the score, shape (n, p); the parts add up to the score.

    An event contributes its covariates minus their mean over the risk set (averaged over the tied
    events of the day); every row, for each increment of hazard it lived through, the opposite.
    """
    x, sets, sums = problem.covariates, problem.sets, point.increments
    s, d = point.at_risk[:, 1:], point.dying[:, 1:]
    mean_times_h = sums.hh[:, None] * s - sums.ahh[:, None] * d
    mean_times_ah = sums.ahh[:, None] * s - sums.aahh[:, None] * d
    mean_at_event = (sums.h[:, None] * s - sums.ah[:, None] * d) / sets.events_per_day[:, None]

    rows, day = sets.event_rows, sets.event_day
    lived_through = sets.sums_while_at_risk(mean_times_h)
    lived_through[rows] -= mean_times_ah[day]
    residuals = point.relative_risk[:, None] * lived_through - point.hazard[:, None] * x
    residuals[rows] += x[rows] - mean_at_event[day]
    return residuals
