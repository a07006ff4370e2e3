"""The log-rank test: events in the treatment arm against those expected if the arms did not differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.effect import Effect, association_test, not_estimable, two_sided_p
from primus_eval.numerics.inputs import follow_up, group_codes, yes_no_vector
from primus_eval.numerics.risk_sets import risk_sets
from primus_eval.vocabulary import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRank:
    """Observed and expected events of the treatment arm; chi_square has one degree of freedom."""

    observed_treatment: float
    expected_treatment: float
    variance: float
    chi_square: float
    p_value: float


def logrank(
    time_days: ArrayLike, event: ArrayLike, treated: ArrayLike, strata: ArrayLike | None = None
) -> LogRank | Reason:
    """Test whether the two arms have the same hazard throughout, or say why that cannot be tested.

    On each event day the events are shared out in proportion to the people at risk in each arm, with
    the variance of the hypergeometric distribution. With strata, people are compared within strata
    and the sums are added.
    Source: Mantel 1966, Cancer Chemotherapy Reports 50:163-170; Peto & Peto 1972.
    Checked: tests/reference/test_against_r.py (R survdiff), tests/test_numerics_logrank.py (by hand;
    a day-by-day count).
    """
    time, had_event = follow_up(time_days, event)
    in_treatment = yes_no_vector(treated, "treated", length=len(time))
    codes = group_codes(strata, "strata", length=len(time))
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
    share = at_risk_treated / at_risk
    # The last person at risk leaves nothing to share out: 0 events over 0 others.
    correction = (at_risk - events) / np.maximum(at_risk - 1, 1)
    variance = float((events * share * (1 - share) * correction).sum())
    if variance == 0:
        return "no_variation"
    observed, expected = float(events_treated.sum()), float((events * share).sum())
    chi_square = (observed - expected) ** 2 / variance
    return LogRank(
        observed_treatment=observed,
        expected_treatment=expected,
        variance=variance,
        chi_square=chi_square,
        p_value=two_sided_p(chi_square**0.5),
    )


def logrank_test(
    time_days: ArrayLike, event: ArrayLike, treated: ArrayLike, strata: ArrayLike | None = None
) -> Effect:
    """Give the log-rank test as an effect without an estimate: chi-square on one degree of freedom.

    Source: as `logrank`.
    Checked: tests/reference/test_against_r.py (R survdiff).
    """
    result = logrank(time_days, event, treated, strata)
    if isinstance(result, str):
        return not_estimable(result)
    return association_test(result.chi_square, result.p_value, df=1.0)
