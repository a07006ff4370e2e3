"""Weighted log-rank tests, quantiles and pseudo-values, ours beside R's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import numpy as np
from reference.comparison import Comparison, compare, compare_effect
from reference.datasets import Columns, fixture, maryland, tied

from primus_eval.numerics.pseudo_observations import pseudo_value_difference, pseudo_values
from primus_eval.numerics.quantiles import quantile_day
from primus_eval.numerics.weighted_logrank import WeightedLogRank, weighted_logrank, weighted_logrank_test

FIXTURE = "timing"

FORMULA = "`survdiff(rho = )`; with other weights the formula in base R, a day at a time"
R_FUNCTIONS = {
    "weighted_logrank": FORMULA,
    "weighted_logrank_test": FORMULA,
    "quantile_day": "`quantile` of `survfit`",
    "pseudo_values": "`survfit`, of a state where events compete, once without each person",
    "pseudo_value_difference": '`lm` on those, `sandwich::vcovHC(type = "HC2")` and `pt`',
}

LOOSER: dict[tuple[str, str], str] = {}

WITHOUT_R = [
    ("Weighted log-rank, by hand", "test_numerics_weighted_logrank.py::test_by_hand"),
    (
        "Weighted log-rank: a count stratum by stratum and day by day",
        "test_numerics_weighted_logrank.py::test_equals_a_day_by_day_count",
    ),
    (
        "Weighted log-rank: rejects one true hypothesis in twenty in simulated trials",
        "test_numerics_weighted_logrank.py::test_rejects_as_rarely_as_it_says",
    ),
    ("Quantiles, by hand", "test_numerics_quantiles.py::test_by_hand"),
    (
        "Quantiles of draws: each draw written out as rows of people",
        "test_numerics_quantiles.py::test_a_draw_is_its_people_written_out",
    ),
    (
        "Interval of a difference in quantiles: every possible draw of two small arms",
        "test_numerics_quantiles.py::test_the_interval_is_that_of_all_possible_draws",
    ),
    (
        "Interval of a difference in quantiles: coverage in simulated trials",
        "test_numerics_quantiles.py::test_covers_the_truth_in_simulated_trials",
    ),
    ("Pseudo-values, by hand", "test_numerics_pseudo_observations.py::test_by_hand"),
    (
        "Pseudo-values: each person left out in turn",
        "test_numerics_pseudo_observations.py::test_equals_leaving_out_each_person_in_turn",
    ),
    (
        "Pseudo-values where nobody left early: differences of means with Neyman's variance",
        "test_numerics_pseudo_observations.py::test_where_nobody_left_early_it_is_a_plain_comparison_of_means",
    ),
    (
        "Pseudo-values: coverage where follow-up ends earlier in one arm, in simulated trials",
        "test_numerics_pseudo_observations.py::test_covers_the_truth_where_one_arm_leaves_earlier",
    ),
    (
        "Time ratios: R survreg, three shapes with and without covariates",
        "test_timing_methods.py::test_time_ratios_are_those_of_survreg",
    ),
    (
        "Time ratios: the likelihoods as scipy.stats writes them, their derivatives by differences",
        "test_timing_methods.py::test_likelihoods_are_those_of_scipy",
    ),
    (
        "Time ratios: when no estimate is best, by the rule for two arms found on paper",
        "test_timing_methods.py::test_no_maximum_by_the_rule_for_two_arms",
    ),
]


def comparisons() -> Iterator[Comparison]:
    """Yield every output of every function on every data set for which R has an answer."""
    for name, columns, arm in (("Maryland", maryland(), "fin"), ("tied", tied(), "treated")):
        theirs = fixture(FIXTURE)[name.lower()]
        for case in theirs["weighted_logrank"]:
            yield from of_weighted_logrank(name, columns, arm, case)
        for case in theirs["quantiles"]:
            in_arm = columns[arm] == case["arm"]
            day = quantile_day(columns["time"][in_arm], columns["event"][in_arm], quantile=case["quantile"])
            ours = SimpleNamespace(
                day=None if isinstance(day, str) else day
            )  # R too has none where there is none
            yield from compare("quantile_day", name, ours, case, ("day",))
        for case in theirs["pseudo"]:
            yield from of_pseudo_values(name, columns, arm, case, theirs["conf_level"])


def of_weighted_logrank(data: str, columns: Columns, arm: str, case: dict[str, Any]) -> Iterator[Comparison]:
    strata = case.get("strata")
    data_of = (columns["time"], columns["event"], columns[arm], None if strata is None else columns[strata])
    weights = {name: case[name] for name in ("family", "rho", "gamma")}
    label = data if strata is None else f"{data}, stratified"
    test = weighted_logrank(*data_of, **weights)
    assert isinstance(test, WeightedLogRank)
    yield from compare("weighted_logrank", label, test, case, tuple(field.name for field in fields(test)))
    effect = {"statistic": case["chi_square"], "df": 1, "p_value": case["p_value"]}
    yield from compare_effect(
        "weighted_logrank_test", label, weighted_logrank_test(*data_of, **weights), effect
    )


def of_pseudo_values(
    data: str, columns: Columns, arm: str, case: dict[str, Any], conf_level: float
) -> Iterator[Comparison]:
    free = case["quantity"] == "days_free"
    event = columns["event"] if free else columns["first"]
    competing = np.zeros(len(event)) if free else columns["competing"]
    asked = {"horizon_days": case["horizon_days"], "quantity": case["quantity"]}
    label = f"{data}, {case['quantity'].replace('_', ' ')} by day {case['horizon_days']}"
    ours = np.empty(len(event))
    for in_arm in (columns[arm] == 1, columns[arm] == 0):
        ours[in_arm] = pseudo_values(columns["time"][in_arm], event[in_arm], competing[in_arm], **asked)
    # A value may be nearly 0 where what it is the difference of is not: rounding is relative to the latter.
    size = 1 if case["quantity"] == "risk" else case["horizon_days"]
    theirs = {"values": np.array(case["values"]) + size}
    yield from compare("pseudo_values", label, SimpleNamespace(values=ours + size), theirs, ("values",))
    covariates = np.column_stack([columns[name] for name in case["covariates"]])
    for adjustment, matrix in (("unadjusted", None), ("adjusted", covariates)):
        effect = pseudo_value_difference(
            columns["time"], event, competing, columns[arm], matrix, **asked, conf_level=conf_level
        )
        yield from compare_effect(
            "pseudo_value_difference", f"{label}, {adjustment}", effect, case[adjustment]
        )
