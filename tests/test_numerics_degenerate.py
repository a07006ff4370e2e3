"""Data at the edge of what can be estimated: every function, every situation, always a number or a reason.

EXCEPTIONS lists the reason of every pair that is not estimated.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import numpy as np
import pytest

from primus_eval.numerics.collinearity import rank_problem
from primus_eval.numerics.cox import cox, hazard_ratio
from primus_eval.numerics.effect import Effect, association_test, wald
from primus_eval.numerics.event_table import at, event_table, kaplan_meier
from primus_eval.numerics.logrank import logrank_test
from primus_eval.numerics.proportions import (
    Table2x2,
    fisher_exact_test,
    number_needed_to_treat,
    odds_ratio_wald_log,
    pooled_z_test,
    proportion_wilson,
    risk_difference_miettinen_nurminen,
    risk_difference_newcombe,
    risk_difference_wald,
    risk_ratio_wald_log,
)
from primus_eval.numerics.restricted_mean import restricted_mean_difference, restricted_mean_ratio
from primus_eval.numerics.separation import is_separated
from primus_eval.numerics.survival_difference import survival_at, survival_difference

LEVEL = {"conf_level": 0.95}
ON_DAY_5 = {"conf_level": 0.95, "horizon_days": 5}
Columns = tuple[list[int], list[int], list[int]]

# Days of follow-up, event, treated.
SITUATIONS: dict[str, Columns] = {
    "nobody": ([], [], []),
    "one person": ([4], [1], [1]),
    "one in each arm": ([4, 6], [1, 1], [1, 0]),
    "one arm empty": ([2, 4, 6], [1, 0, 1], [1, 1, 1]),
    "no events": ([6, 7, 8, 9], [0, 0, 0, 0], [1, 1, 0, 0]),
    "all events": ([2, 4, 6, 3, 5, 7], [1, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0]),
    "all events by day 5": ([2, 4, 5, 3, 5, 1], [1, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0]),
    "all on one day": ([3, 3, 3, 3], [1, 1, 1, 1], [1, 1, 0, 0]),
    "half on one day": ([6, 6, 6, 6], [1, 0, 1, 0], [1, 1, 0, 0]),
    "all on day 0": ([0, 0, 0, 0], [1, 1, 1, 1], [1, 1, 0, 0]),
    "none in treatment": ([6, 6, 6, 2, 4, 6], [0, 0, 0, 1, 1, 0], [1, 1, 1, 0, 0, 0]),
    "none in control": ([2, 4, 6, 6, 6, 6], [1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0]),
    "one arm all, one none": ([2, 2, 2, 6, 6, 6], [1, 1, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0]),
    "control seen to day 4": ([2, 6, 6, 3, 4, 4], [1, 0, 0, 1, 0, 0], [1, 1, 1, 0, 0, 0]),
    "same in both arms": ([2, 4, 6, 2, 4, 6], [1, 1, 0, 1, 1, 0], [1, 1, 1, 0, 0, 0]),
}


def counts(event: list[int], treated: list[int]) -> Table2x2:
    pairs = list(zip(event, treated, strict=True))
    return Table2x2(
        events_treatment=pairs.count((1, 1)),
        n_treatment=treated.count(1),
        events_control=pairs.count((1, 0)),
        n_control=treated.count(0),
    )


def cox_of_arm(time: list[int], event: list[int], treated: list[int], variance: str) -> Effect:
    fit = cox(np.array(treated, dtype=float).reshape(-1, 1), time, event)
    return hazard_ratio(fit, 0, variance=variance, **LEVEL)  # type: ignore[arg-type]


FUNCTIONS: dict[str, Callable[[list[int], list[int], list[int]], Effect]] = {
    "wilson": lambda t, e, a: proportion_wilson(sum(e), len(e), **LEVEL),
    "newcombe": lambda t, e, a: risk_difference_newcombe(counts(e, a), **LEVEL),
    "score": lambda t, e, a: risk_difference_miettinen_nurminen(counts(e, a), **LEVEL),
    "wald": lambda t, e, a: risk_difference_wald(counts(e, a), **LEVEL),
    "risk ratio": lambda t, e, a: risk_ratio_wald_log(counts(e, a), **LEVEL),
    "odds ratio": lambda t, e, a: odds_ratio_wald_log(counts(e, a), **LEVEL),
    "nnt": lambda t, e, a: number_needed_to_treat(counts(e, a), better="lower", **LEVEL),
    "pooled z": lambda t, e, a: pooled_z_test(counts(e, a)),
    "fisher": lambda t, e, a: fisher_exact_test(counts(e, a)),
    "survival": lambda t, e, a: survival_at(t, e, **ON_DAY_5),
    "survival difference": lambda t, e, a: survival_difference(t, e, a, **ON_DAY_5),
    "mean difference": lambda t, e, a: restricted_mean_difference(t, e, a, **ON_DAY_5),
    "mean ratio": lambda t, e, a: restricted_mean_ratio(t, e, a, **ON_DAY_5),
    "logrank": lambda t, e, a: logrank_test(t, e, a),
    "cox": lambda t, e, a: cox_of_arm(t, e, a, "model"),
    "cox robust": lambda t, e, a: cox_of_arm(t, e, a, "robust"),
}


def outcome_of(effect: Effect) -> str:
    """Say "yes" or the reason, having checked that every number is one and that they fit together."""
    numbers = (
        effect.estimate,
        effect.conf_low,
        effect.conf_high,
        effect.std_error,
        effect.statistic,
        effect.df,
        effect.p_value,
    )
    assert all(isfinite(number) for number in numbers if number is not None)
    assert effect.p_value is None or 0 <= effect.p_value <= 1
    assert effect.std_error is None or effect.std_error > 1e-9  # zero but for rounding is zero
    assert (effect.conf_low is None) == (effect.conf_high is None)
    if effect.conf_low is not None and effect.conf_high is not None:
        assert effect.estimate is not None and effect.conf_low <= effect.estimate <= effect.conf_high
    if effect.estimate is None:
        assert effect.reason is not None
        assert (effect.p_value is not None) == (effect.reason == "test_only")
    return effect.reason or "yes"


TESTS = ("pooled z", "fisher", "logrank")

BETWEEN_ARMS = (
    "newcombe, score, wald, risk ratio, odds ratio, nnt, pooled z, fisher, "
    "survival difference, mean difference, mean ratio, logrank"
)

# Reason: the functions that give it. All others estimate, or test.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "nobody": {
        "too_few_people": "wilson, survival",
        "one_arm_empty": BETWEEN_ARMS,
        "no_events": "cox, cox robust",
    },
    "one person": {
        "one_arm_empty": BETWEEN_ARMS,
        "no_interval_at_certainty": "survival",
        "constant_covariate": "cox, cox robust",
    },
    "one in each arm": {
        "no_interval_at_certainty": "wald, survival difference, mean difference, mean ratio",
        "everyone_had_the_event": "risk ratio, odds ratio, pooled z, fisher",
        "no_difference": "nnt",
        "monotone_likelihood": "cox, cox robust",
    },
    "one arm empty": {
        "one_arm_empty": BETWEEN_ARMS,
        "constant_covariate": "cox, cox robust",
    },
    "no events": {
        "no_interval_at_certainty": "survival, wald, survival difference, mean difference, mean ratio",
        "no_events": "risk ratio, odds ratio, pooled z, fisher, logrank, cox, cox robust",
        "no_difference": "nnt",
    },
    "all events": {
        "no_interval_at_certainty": "wald",
        "everyone_had_the_event": "risk ratio, odds ratio, pooled z, fisher",
        "no_difference": "nnt",
    },
    "all events by day 5": {
        "everyone_had_the_event": "risk ratio, odds ratio, pooled z, fisher",
        "no_difference": "nnt",
        "no_interval_at_certainty": "survival, wald, survival difference",
    },
    "all on one day": {
        "no_variation": "logrank, cox robust",
        "everyone_had_the_event": "risk ratio, odds ratio, pooled z, fisher",
        "no_difference": "nnt",
        "no_interval_at_certainty": "survival, wald, survival difference, mean difference, mean ratio",
    },
    "half on one day": {
        "no_difference": "nnt",
        "no_interval_at_certainty": "survival, survival difference, mean difference, mean ratio",
    },
    "all on day 0": {
        "no_variation": "logrank, cox robust",
        "everyone_had_the_event": "risk ratio, odds ratio, pooled z, fisher",
        "no_difference": "nnt",
        "no_interval_at_certainty": "survival, wald, survival difference, mean difference",
        "undefined_ratio": "mean ratio",
    },
    "none in treatment": {
        "no_interval_at_certainty": "wald, survival difference, mean difference, mean ratio",
        "no_events_in_one_arm": "risk ratio, odds ratio",
        "interval_passes_infinity": "nnt",
        "monotone_likelihood": "cox, cox robust",
    },
    "none in control": {
        "no_interval_at_certainty": "wald, survival difference, mean difference, mean ratio",
        "no_events_in_one_arm": "risk ratio, odds ratio",
        "interval_passes_infinity": "nnt",
        "monotone_likelihood": "cox, cox robust",
    },
    "one arm all, one none": {
        "no_interval_at_certainty": "wald, survival difference, mean difference, mean ratio",
        "no_events_in_one_arm": "risk ratio, odds ratio",
        "monotone_likelihood": "cox, cox robust",
    },
    "control seen to day 4": {
        "no_difference": "nnt",
        "horizon_beyond_followup": "survival difference, mean difference, mean ratio",
    },
    "same in both arms": {
        "no_difference": "nnt",
    },
}


def expected(function: str, situation: str) -> str:
    for reason, functions in EXCEPTIONS[situation].items():
        if function in functions.split(", "):
            return reason
    return "test_only" if function in TESTS else "yes"


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_number_or_a_reason(function: str, situation: str) -> None:
    assert outcome_of(FUNCTIONS[function](*SITUATIONS[situation])) == expected(function, situation)


@pytest.mark.parametrize("situation", [name for name in SITUATIONS if name != "nobody"])
def test_a_curve_of_numbers(situation: str) -> None:
    time, event, _ = SITUATIONS[situation]
    curve = kaplan_meier(event_table(time, event), conf_level=0.95)
    for values in (curve.survival, curve.std_error, curve.conf_low, curve.conf_high):
        assert ((values >= 0) & (values <= 1)).all()  # a NaN is neither
    assert (curve.conf_low <= curve.survival).all() and (curve.survival <= curve.conf_high).all()
    assert at(curve, 100).survival == curve.survival[-1]


def test_a_curve_of_nobody() -> None:
    curve = kaplan_meier(event_table([], []), conf_level=0.95)
    assert len(curve.survival) == 0
    assert (at(curve, 5).survival, at(curve, 5).at_risk) == (1.0, 0)


def test_a_design_of_nobody_or_of_one() -> None:
    assert not is_separated(np.empty((0, 2)), [])
    assert is_separated([[1, 3]], [1])
    for rows in (0, 1):
        problem = rank_problem(np.ones((rows, 2)), ["a", "b"])
        assert problem is not None and problem.constant == ("a", "b")


def test_an_effect_without_variation_or_beyond_all_numbers_is_not_estimable() -> None:
    assert wald(1.0, 0.0, conf_level=0.95).reason == "no_variation"
    assert wald(1.0, 1000.0, conf_level=0.95, scale="log").reason == "not_converged"
    assert wald(800.0, 1.0, conf_level=0.95, scale="log").reason == "not_converged"
    assert wald(800.0, 1.0, conf_level=0.95).estimate == 800.0


def test_a_rounded_probability_stays_a_probability() -> None:
    assert association_test(None, 1 + 1e-15).p_value == 1.0
