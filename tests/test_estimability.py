"""Every cell of docs/estimability.md, held to a fresh run; the reasoning behind the cells is below."""

from __future__ import annotations

from pathlib import Path

import pytest
from estimability import (
    COMPETING,
    COVARIATES,
    EVENTS,
    KEYS,
    PEOPLE,
    REGISTER_COMPETING,
    REGISTER_COVARIATES,
    REGISTER_EVENTS,
    REGISTER_KEYS,
    REGISTER_PEOPLE,
    REGISTER_TABLES,
    SCORE_KEYS,
    TABLES,
    answer,
    page,
)

from primus_eval.estimators import ESTIMATORS
from primus_eval.methods import ABOUT

PAGE = Path(__file__).parents[1] / "docs" / "estimability.md"


def test_the_page_is_what_the_estimators_answer() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("key", KEYS, ids=" ".join)
def test_no_estimator_crashes_or_answers_without_a_reason(key: tuple[str, str]) -> None:
    """A finding refuses NaN and infinity itself, so a bad number would raise here."""
    for _, situations in TABLES:
        for situation in situations.values():
            assert answer(key, situation)


@pytest.mark.parametrize("key", REGISTER_KEYS, ids=" ".join)
def test_nor_one_that_reads_all_events_or_adds_up_a_quantity(key: tuple[str, str]) -> None:
    for _, situations in REGISTER_TABLES:
        for situation in situations.values():
            assert answer(key, situation)


def test_the_page_is_about_every_estimator() -> None:
    assert sorted((*KEYS, *REGISTER_KEYS, *SCORE_KEYS)) == sorted(ESTIMATORS)


ON_TABLES = [
    ("risk_difference", "newcombe"),
    ("risk_difference", "wald"),
    ("risk_ratio", "wald_log"),
    ("odds_ratio", "wald_log"),
    ("association_test", "fisher"),
    ("risk_difference", "g_computation"),
]
REGRESSIONS = [key for key in KEYS if key[1] in ("g_computation", "logistic")]
COX = [key for key in KEYS if key[1] in ("cox", "cox_robust", "cox_cluster")]


@pytest.mark.parametrize("key", KEYS, ids=" ".join)
def test_an_ordinary_trial_is_answered(key: tuple[str, str]) -> None:
    expected = "test" if key[0] == "association_test" else "estimate"
    if key[0] == "number_needed_to_treat":
        expected = "no interval: interval_passes_infinity"  # the difference of 3/8 and 5/8 may be zero
    if key[0] == "quantile_difference":
        expected = (
            "no interval: interval_passes_infinity"  # in some draws fewer than a quarter of eight had it
        )
    if key[1] == "cox_bootstrap":
        expected = "not estimable: too_many_failed_draws"  # eight events, and two covariates to fit
    assert answer(key, EVENTS["ordinary"]) == expected


@pytest.mark.parametrize("key", KEYS, ids=" ".join)
def test_an_empty_arm_is_never_compared(key: tuple[str, str]) -> None:
    said = answer(key, PEOPLE["one arm is empty"]).split("; ")
    assert "not estimable: one_arm_empty" in said
    compared = {"estimate", "test"} & set(said)
    assert not compared or key[0] == "proportion"  # of one arm alone, that with people


@pytest.mark.parametrize("key", ON_TABLES, ids=" ".join)
def test_a_yes_no_outcome_is_not_made_up_where_follow_up_ended_early(key: tuple[str, str]) -> None:
    expected = "not estimable: followup_incomplete_at_horizon"
    assert answer(key, PEOPLE["follow-up of all ends on day 80"]) == expected


READ_AS_CENSORED = [key for key in KEYS if key[1] in ("kaplan_meier", "greenwood", "cox_standardised")]
WITH_COMPETING = [key for key in KEYS if key[1] == "aalen_johansen"]


@pytest.mark.parametrize("situation", COMPETING)
@pytest.mark.parametrize("key", READ_AS_CENSORED, ids=" ".join)
def test_a_competing_event_is_not_read_as_censoring(key: tuple[str, str], situation: str) -> None:
    """Not even that of one person, in one arm."""
    assert answer(key, COMPETING[situation]) == "not estimable: competing_events"


@pytest.mark.parametrize("key", WITH_COMPETING, ids=" ".join)
def test_risks_with_competing_events_are_estimated(key: tuple[str, str]) -> None:
    for situation in ("some died", "one person died", "some died, some left early"):
        assert answer(key, COMPETING[situation]) == "estimate"
    assert answer(key, COMPETING["all without the event in the treatment arm died"]) == "estimate"


@pytest.mark.parametrize("key", ON_TABLES, ids=" ".join)
def test_who_died_without_the_event_is_known_not_to_have_had_it(key: tuple[str, str]) -> None:
    expected = "test" if key[0] == "association_test" else "estimate"
    assert answer(key, COMPETING["some died"]) == expected
    expected = "not estimable: followup_incomplete_at_horizon"
    assert answer(key, COMPETING["some died, some left early"]) == expected


@pytest.mark.parametrize("key", COX, ids=" ".join)
def test_no_event_in_one_arm_has_no_finite_hazard_ratio(key: tuple[str, str]) -> None:
    assert answer(key, EVENTS["no event in the treatment arm"]) == "not estimable: monotone_likelihood"


@pytest.mark.parametrize("key", REGRESSIONS, ids=" ".join)
def test_a_separated_regression_is_not_answered_with_a_large_number(key: tuple[str, str]) -> None:
    situation = COVARIATES["covariate that separates those with the event"]
    assert answer(key, situation) == "not estimable: separation"


@pytest.mark.parametrize("key", [*REGRESSIONS, *COX], ids=" ".join)
def test_covariates_that_cannot_be_used_are_named_as_the_reason(key: tuple[str, str]) -> None:
    assert answer(key, COVARIATES["constant covariate"]) == "not estimable: constant_covariate"
    assert answer(key, COVARIATES["covariate equal to the arm"]) == "not estimable: collinear_covariates"
    assert answer(key, COVARIATES["two collinear covariates"]) == "not estimable: collinear_covariates"
    assert answer(key, COVARIATES["more covariates than people"]) == "not estimable: too_many_covariates"


# All events, and sums -------------------------------------------------------------------------------------

ADJUSTING = [key for key in REGISTER_KEYS if ABOUT[key[1]].covariates == "may"]
SUMS = [key for key in REGISTER_KEYS if ABOUT[key[1]].reads == "quantity" and key[0] != "win_ratio"]
RATIOS_OF_EVENTS = [key for key in REGISTER_KEYS if key[0] in ("rate_ratio", "hazard_ratio")]
FEW_WITH_ANY = [key for key in SUMS if key[0] != "common_odds_ratio"]
"""Means need some people in each arm with any of the quantity, and here three or four have."""


@pytest.mark.parametrize("key", [key for key in REGISTER_KEYS if key not in FEW_WITH_ANY], ids=" ".join)
def test_an_ordinary_register_is_answered(key: tuple[str, str]) -> None:
    assert answer(key, REGISTER_EVENTS["ordinary"]) == "estimate"


@pytest.mark.parametrize("key", FEW_WITH_ANY, ids=" ".join)
def test_a_mean_is_answered_where_enough_people_have_any(key: tuple[str, str]) -> None:
    assert answer(key, REGISTER_EVENTS["everyone had the event, once"]).startswith("estimate")
    assert "too_few_people" in answer(key, REGISTER_EVENTS["ordinary"])


@pytest.mark.parametrize("key", REGISTER_KEYS, ids=" ".join)
def test_an_empty_arm_of_a_register_is_never_compared(key: tuple[str, str]) -> None:
    assert answer(key, REGISTER_PEOPLE["one arm is empty"]).endswith("not estimable: one_arm_empty")
    assert "not estimable: one_arm_empty" in answer(key, REGISTER_PEOPLE["one person"])


@pytest.mark.parametrize("key", RATIOS_OF_EVENTS, ids=" ".join)
def test_no_event_in_one_arm_has_no_finite_ratio_of_rates(key: tuple[str, str]) -> None:
    regression = key[1] in ("andersen_gill", "pwp_total_time", "pwp_gap_time")
    reason = "monotone_likelihood" if regression else "no_events_in_one_arm"
    assert answer(key, REGISTER_EVENTS["no event in the treatment arm"]) == f"not estimable: {reason}"
    assert answer(key, REGISTER_EVENTS["no events"]) == "not estimable: no_events"
    nobody_followed = answer(key, REGISTER_PEOPLE["all left on the first day"])
    assert nobody_followed == "not estimable: no_exposure"


@pytest.mark.parametrize("key", SUMS, ids=" ".join)
def test_a_sum_is_not_made_up_where_follow_up_ended_early(key: tuple[str, str]) -> None:
    expected = "not estimable: followup_incomplete_at_horizon"
    for situation in ("some left early", "all left on day 80"):
        assert answer(key, REGISTER_PEOPLE[situation]) == expected
    assert answer(key, REGISTER_COMPETING["some died, some left early"]) == expected
    assert answer(key, REGISTER_COMPETING["some died"]) != expected


@pytest.mark.parametrize("measure_", ["mean_count", "mean_count_difference"])
def test_a_mean_number_of_events_counts_the_dead_as_having_no_more(measure_: str) -> None:
    for situation in REGISTER_COMPETING.values():
        refused = answer((measure_, "mean_cumulative_function"), situation)
        assert refused == "not estimable: competing_events"
    assert (
        answer((measure_, "ghosh_lin"), REGISTER_COMPETING["everyone in the treatment arm died"])
        == "estimate"
    )


@pytest.mark.parametrize("key", ADJUSTING, ids=" ".join)
def test_covariates_of_a_register_that_cannot_be_used_are_named_as_the_reason(key: tuple[str, str]) -> None:
    collinear = "not estimable: collinear_covariates"
    assert answer(key, REGISTER_COVARIATES["constant covariate"]) == "not estimable: constant_covariate"
    assert answer(key, REGISTER_COVARIATES["covariate equal to the arm"]) == collinear
    assert answer(key, REGISTER_COVARIATES["two collinear covariates"]) == collinear
    too_many = answer(key, REGISTER_COVARIATES["more covariates than people"])
    assert too_many == "not estimable: too_many_covariates"
