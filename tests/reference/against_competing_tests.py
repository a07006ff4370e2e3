"""Gray's test, the regression of Fine and Gray, and restricted mean time lost beside R's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
from reference.comparison import Comparison, compare, compare_effect
from reference.datasets import Columns, fixture, maryland, tied

from primus_eval.numerics.fine_gray import FineGrayFit, fine_gray, subdistribution_hazard_ratio
from primus_eval.numerics.gray import GrayTest, gray, gray_test
from primus_eval.numerics.time_lost import TimeLost, restricted_mean_time_lost, time_lost_difference

FIXTURE = "competing_tests"

R_FUNCTIONS = {
    "gray": "`cmprsk::cuminc`; score and variance from the routine behind it",
    "gray_test": "`cmprsk::cuminc`",
    "fine_gray": "`cmprsk::crr`, iterated to the end; covariance by group: `mets::cifreg`",
    "subdistribution_hazard_ratio": "`cmprsk::crr`",
    "restricted_mean_time_lost": "`survfit` of a state, `rmean`, standard error by `influence`",
    "time_lost_difference": "`survfit` of a state, `rmean`, in each arm; `qt`, `pt`",
}

LOOSER: dict[tuple[str, str], str] = {}

WITHOUT_R = [
    (
        "Gray's test: score and variance counted day by day",
        "test_numerics_gray.py::test_equals_a_day_by_day_count",
    ),
    ("Gray's test, by hand", "test_numerics_gray.py::test_by_hand"),
    ("Gray's test: size in simulated trials", "test_numerics_gray.py::test_keeps_its_size"),
    (
        "Fine and Gray: likelihood, score, information and residuals written out person by person",
        "test_numerics_fine_gray.py::test_equals_the_formulas_written_out",
    ),
    (
        "Its variance with several censoring groups: how the estimate moves with the weight of each person",
        "test_numerics_fine_gray.py::test_the_residuals_are_how_the_score_moves_with_a_persons_weight",
    ),
    (
        "Fine and Gray where nothing competes: the Cox regression with Breslow's ties",
        "test_numerics_fine_gray.py::test_where_nothing_competes_it_is_cox",
    ),
    (
        "Fine and Gray without censoring: the Cox regression with competing people kept to the end",
        "test_numerics_fine_gray.py::test_without_censoring_it_is_cox_with_competing_people_kept",
    ),
    (
        "Fine and Gray: bias, standard error and coverage in simulated trials",
        "test_numerics_fine_gray.py::test_covers_the_truth_in_simulated_trials",
    ),
    ("Mean time lost and its variance, by hand", "test_numerics_time_lost.py::test_by_hand"),
    (
        "Its variance: how the estimate moves with the weight of each person",
        "test_numerics_time_lost.py::test_the_variance_is_that_of_moving_each_persons_weight",
    ),
    (
        "Mean time lost where nothing competes: the horizon less the restricted mean, with its variance",
        "test_numerics_time_lost.py::test_where_nothing_competes_it_is_what_the_restricted_mean_leaves",
    ),
    (
        "Mean time lost without censoring: the plain mean of the days lost and its standard error",
        "test_numerics_time_lost.py::test_without_censoring_it_is_a_plain_mean",
    ),
    (
        "Mean time lost: bias, standard error and coverage in simulated trials",
        "test_numerics_time_lost.py::test_covers_the_truth_in_simulated_trials",
    ),
    (
        "Difference in mean time lost: t covers better than the normal quantile in small arms",
        "test_numerics_time_lost.py::test_t_covers_better_in_small_arms",
    ),
    (
        "Difference of cumulative incidences: its interval covers better than the normal one in small arms",
        "test_numerics_competing.py::test_the_interval_covers_in_small_arms",
    ),
]


def comparisons() -> Iterator[Comparison]:
    for data, columns, arm in (("Maryland", maryland(), "fin"), ("tied", tied(), "treated")):
        theirs = fixture(FIXTURE)[data.lower()]
        for case in theirs["gray"]:
            yield from of_gray(data, columns, case)
        for case in theirs["fine_gray"]:
            yield from of_fine_gray(data, columns, case)
        for case in theirs["by_group"]:
            yield from of_groups(data, columns, case)
        for case in theirs["time_lost"]:
            yield from of_time_lost(data, columns, arm, case)


def of_gray(data: str, columns: Columns, case: dict[str, Any]) -> Iterator[Comparison]:
    strata = case["strata"]
    people = [columns[name] for name in ("time", "first", "competing", case["arm"])]
    within = None if strata is None else columns[strata]
    result = gray(*people, within, rho=case["rho"])
    assert isinstance(result, GrayTest)
    label = f"{data}, rho {case['rho']}" + (f", strata {strata}" if strata else "")
    yield from compare("gray", label, result, case, tuple(field.name for field in fields(result)))
    effect = {"statistic": case["chi_square"], "df": 1, "p_value": case["p_value"]}
    yield from compare_effect("gray_test", label, gray_test(*people, within, rho=case["rho"]), effect)


def of_fine_gray(data: str, columns: Columns, case: dict[str, Any]) -> Iterator[Comparison]:
    groups = case["censoring_groups"]
    fit = fine_gray(
        np.column_stack([columns[name] for name in case["columns"]]),
        columns["time"],
        columns["first"],
        columns["competing"],
        censoring_groups=None if groups is None else columns[groups],
    )
    assert isinstance(fit, FineGrayFit)
    label = data if groups is None else f"{data}, censoring by {groups}"
    outputs = tuple(field.name for field in fields(fit) if field.name != "iterations")
    if groups is not None:
        # The variance of crr lacks a part then, see `fine_gray`; ours is held to that of mets.
        outputs = tuple(output for output in outputs if output != "covariance")
    yield from compare("fine_gray", label, fit, case, outputs)
    if groups is None:
        for column, theirs in enumerate(case["subdistribution_hazard_ratio"]):
            effect = subdistribution_hazard_ratio(fit, column, conf_level=case["conf_level"])
            yield from compare_effect("subdistribution_hazard_ratio", label, effect, theirs)


def of_groups(data: str, columns: Columns, case: dict[str, Any]) -> Iterator[Comparison]:
    """Compare the fit with censoring by group, on days pulled apart as in make_competing_tests.R."""
    row = np.arange(1, len(columns["time"]) + 1)
    early = 30 + (row * 11) % 150
    leaves = (row % 7 == 0) & (columns["time"] > early)
    fit = fine_gray(
        np.column_stack([columns[name] for name in case["columns"]]),
        np.where(leaves, early, columns["time"]) + (row * 37 % 997) / 1000,
        columns["first"] & ~leaves,
        columns["competing"] & ~leaves,
        censoring_groups=columns[case["censoring_groups"]],
    )
    label = f"{data} pulled apart, censoring by {case['censoring_groups']}"
    yield from compare("fine_gray", label, fit, case, ("coef", "covariance"))


def of_time_lost(data: str, columns: Columns, arm: str, case: dict[str, Any]) -> Iterator[Comparison]:
    people = [columns[name] for name in ("time", "first", "competing")]
    horizon = {"horizon_days": case["horizon_days"]}
    for role, rows in (("treatment", columns[arm] == 1), ("control", columns[arm] == 0)):
        lost = restricted_mean_time_lost(*(column[rows] for column in people), **horizon)
        assert isinstance(lost, TimeLost)
        theirs = case["restricted_mean_time_lost"][role]
        outputs = ("mean_days", "std_error_days")
        yield from compare("restricted_mean_time_lost", f"{data}, {role}", lost, theirs, outputs)
    difference = time_lost_difference(*people, columns[arm], **horizon, conf_level=case["conf_level"])
    yield from compare_effect("time_lost_difference", data, difference, case["time_lost_difference"])
