"""Whether hazard ratios stay the same in the course of follow-up: a score test, column by column and overall.

The model is widened by x g(t), a covariate whose log hazard ratio changes with a function g of time. Its
coefficient is zero if hazards are proportional, and the score test asks how steeply the likelihood would rise
there. All it needs is the slope and the information at the fitted model, exact for Efron's ties too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import gammaincc

from primus_eval.numerics.collinearity import is_singular
from primus_eval.numerics.cox import SMALLEST_INFORMATION, CoxModel
from primus_eval.numerics.effect import Effect, association_test, not_estimable
from primus_eval.numerics.inputs import Floats
from primus_eval.numerics.partial_likelihood import time_varying
from primus_eval.numerics.risk_sets import risk_sets

Transform = Literal["km", "identity", "log", "rank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProportionalityTest:
    """Chi-square tests of constant hazard ratios: of each column on 1 degree of freedom, and of all at once.

    In each Effect `statistic` is the chi-square, `df` its degrees of freedom; there is no estimate. A test
    that the data do not determine has its reason.
    """

    transform: Transform
    by_column: tuple[Effect, ...]
    overall: Effect


def proportionality(model: CoxModel, *, transform: Transform = "km") -> ProportionalityTest:
    """Test whether the hazard ratio of each column is constant over time.

    transform: the g of time along which the log hazard ratio may change. "km": one minus Kaplan-Meier of all
    rows (without strata and weights) just before that day, which stretches time where most events are;
    "identity": days; "log": the logarithm of days, so that no event may lie on day 0; "rank": the mean rank
    of the day among all last days. A large p-value is no proof of proportional hazards: with few events only
    gross departures show. The test rests on the information of the model, whatever the clusters are.
    Source: score test of Grambsch & Therneau 1994, Biometrika 81:515-526, without their approximation that
    the variance of the covariates is the same in all risk sets.
    Checked: tests/reference/test_against_r.py (R cox.zph), tests/test_numerics_proportionality.py (the rows
    split at every event day and x g(t) put into the model).
    """
    sets = model.problem.sets
    of_day = _function_of_time(model, transform)
    among_events = of_day[sets.event_day]
    spread = among_events.std()
    if spread <= 1e-12 * np.abs(among_events).max():
        none = not_estimable("no_variation")
        return ProportionalityTest(transform=transform, by_column=(none,) * len(model.spread), overall=none)
    score, remaining = _score_beyond_the_model(model, (of_day - among_events.mean()) / spread)
    return ProportionalityTest(
        transform=transform,
        by_column=tuple(
            _test(model, score[[column]], remaining[np.ix_([column], [column])])
            for column in range(len(score))
        ),
        overall=_test(model, score, remaining),
    )


def _score_beyond_the_model(model: CoxModel, of_day: Floats) -> tuple[Floats, Floats]:
    """Give the score of x g(t), and its information once the model's own columns have taken their part."""
    score, between = time_varying(model.problem, model.point, of_day)
    _, own = time_varying(model.problem, model.point, of_day**2)
    return score, own - between @ np.linalg.solve(model.point.information, between)


def _test(model: CoxModel, score: Floats, information: Floats) -> Effect:
    if (np.diag(information) <= SMALLEST_INFORMATION * model.problem.mean_weight).any():
        return not_estimable("no_variation")
    if is_singular(information):
        return not_estimable("collinear_covariates")
    chi_square = float(score @ np.linalg.solve(information, score))
    df = len(score)
    return association_test(chi_square, float(gammaincc(df / 2, chi_square / 2)), df=df)


def _function_of_time(model: CoxModel, transform: Transform) -> Floats:
    """Give g on each event day."""
    days = model.problem.sets.day_time
    if transform == "km":
        everyone = np.zeros(len(model.stop_days), dtype=np.int64)
        pooled = risk_sets(model.stop_days, model.event, everyone, model.start_days)
        at_risk = pooled.at_risk_sums(np.ones((len(everyone), 1)))[:, 0]
        just_before = np.cumprod(np.append(1.0, 1 - pooled.events_per_day / at_risk))[:-1]
        return 1 - just_before[np.searchsorted(pooled.day_time, days)]
    if transform == "rank":
        in_order = np.sort(model.stop_days)
        below, up_to = (np.searchsorted(in_order, days, side=side) for side in ("left", "right"))
        return (below + up_to + 1) / 2
    if transform == "log":
        if (days == 0).any():
            raise ValueError("the logarithm of days needs all events after day 0")
        return np.log(days)
    return days
