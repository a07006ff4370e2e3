"""The log-rank test with weights: which days of follow-up count for more in the comparison of the arms.

The plain log-rank test is strongest where the ratio of the hazards is the same throughout. A programme
whose effect wears off, or sets in late, is seen better when early or late days weigh more. The weights
must be chosen before anybody has seen the curves: chosen afterwards they find whatever is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.effect import Effect, association_test, not_estimable, two_sided_p
from primus_eval.numerics.inputs import Floats, Integers, follow_up, group_codes, yes_no_vector
from primus_eval.numerics.risk_sets import risk_sets
from primus_eval.vocabulary import Reason, WeightFamily


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedLogRank:
    """Weighted sum of observed minus expected events of the treatment arm; chi_square has one degree of
    freedom. A score below 0 says that, with these weights, treatment had fewer events than expected."""

    score: float
    variance: float
    chi_square: float
    p_value: float


def weighted_logrank(
    time_days: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    strata: ArrayLike | None = None,
    *,
    family: WeightFamily,
    rho: float = 0.0,
    gamma: float = 0.0,
) -> WeightedLogRank | Reason:
    """Test whether the arms have the same hazard, some days weighing more, or say why it cannot be tested.

    time_days: days to the event or to the end of follow-up, >= 0, shape (n,). event, treated: 0 or 1.
    The weight of an event day is S^rho (1 - S)^gamma under fleming_harrington, where S is the Kaplan-Meier
    estimate of both arms together just before that day; the people at risk under gehan; the square root of
    their number under tarone_ware. With strata, weights are formed and people compared within strata, and
    the sums are added; gehan and tarone_ware therefore give large strata more than their events would.
    Source: Fleming & Harrington 1991, Counting Processes and Survival Analysis, section 7.1; Gehan 1965,
    Biometrika 52:203-223; Tarone & Ware 1977, Biometrika 64:156-160; variance: Klein & Moeschberger 2003,
    Survival Analysis, equation 7.3.3.
    Checked: tests/reference/test_against_r.py (R survdiff and the formula in R),
    tests/test_numerics_weighted_logrank.py (by hand; a day-by-day count; size and power in simulated trials).
    """
    time, had_event = follow_up(time_days, event)
    in_treatment = yes_no_vector(treated, "treated", length=len(time))
    codes = group_codes(strata, "strata", length=len(time))
    if min(rho, gamma) < 0 or not np.isfinite([rho, gamma]).all():
        raise ValueError("rho and gamma must be finite and not negative")
    if in_treatment.all() or not in_treatment.any():
        return "one_arm_empty"
    if not had_event.any():
        return "no_events"
    if not set(codes[in_treatment]) & set(codes[~in_treatment]):
        return "no_stratum_with_both_arms"
    sets = risk_sets(time, had_event, codes)
    everyone_and_treated = np.column_stack((np.ones(len(time)), in_treatment.astype(float)))
    at_risk, at_risk_treated = sets.at_risk_sums(everyone_and_treated).T
    events, events_treated = sets.event_sums(everyone_and_treated).T
    if family == "fleming_harrington":
        survival = _survival_before(at_risk, events, sets.stratum_bounds)
        weight = survival**rho * (1 - survival) ** gamma
    else:
        weight = at_risk if family == "gehan" else np.sqrt(at_risk)
    share = at_risk_treated / at_risk
    # The last person at risk leaves nothing to share out: 0 events over 0 others.
    correction = (at_risk - events) / np.maximum(at_risk - 1, 1)
    variance = float((weight**2 * events * share * (1 - share) * correction).sum())
    if variance == 0:
        return "no_variation"
    score = float((weight * (events_treated - events * share)).sum())
    chi_square = score**2 / variance
    return WeightedLogRank(
        score=score, variance=variance, chi_square=chi_square, p_value=two_sided_p(chi_square**0.5)
    )


def weighted_logrank_test(
    time_days: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    strata: ArrayLike | None = None,
    *,
    family: WeightFamily,
    rho: float = 0.0,
    gamma: float = 0.0,
) -> Effect:
    """Give the weighted log-rank test as an effect without an estimate: chi-square, one degree of freedom.

    Source: as `weighted_logrank`.
    Checked: tests/reference/test_against_r.py (R survdiff and the formula in R).
    """
    result = weighted_logrank(time_days, event, treated, strata, family=family, rho=rho, gamma=gamma)
    if isinstance(result, str):
        return not_estimable(result)
    return association_test(result.chi_square, result.p_value, df=1.0)


def _survival_before(at_risk: Floats, events: Floats, stratum_bounds: Integers) -> Floats:
    """Return the Kaplan-Meier estimate of a stratum just before each of its event days; 1 on the first."""
    before = np.ones(len(at_risk))
    for begin, end in pairwise(stratum_bounds):
        survivors = 1 - events[begin : end - 1] / at_risk[begin : end - 1]
        before[begin + 1 : end] = np.cumprod(survivors)
    return before
