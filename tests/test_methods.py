"""One table says what each method takes: it names everything, says nothing twice, and holds together."""

from __future__ import annotations

from dataclasses import fields

import pytest

from primus_eval import methods
from primus_eval.methods import (
    ABOUT,
    CONDITIONAL_METHODS,
    KEYS_OF_METHODS,
    METHODS,
    NEVER_PRIMARY,
    ONE_ARM,
    RULES_DEFAULT,
    Method,
    default_method,
)
from primus_eval.protocol.method_crossings import EXAMPLES, NEEDED
from primus_eval.protocol.model import Analysis
from primus_eval.vocabulary import EffectMeasure, Exposure, PriorityBy, Quantity, words

NAMED = {method for named in METHODS.values() for method in named}


def test_every_method_of_a_measure_is_in_the_table_and_every_entry_is_a_method_of_one():
    assert set(ABOUT) == NAMED


@pytest.mark.parametrize("name", ABOUT)
def test_an_entry_asks_for_keys_that_an_analysis_has_and_no_key_twice(name):
    about = ABOUT[name]
    keys = (*about.keys, *about.may_say)
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(KEYS_OF_METHODS) <= set(Analysis.model_fields)


def test_every_key_of_methods_is_understood_by_some_method_and_shown_by_an_example_where_it_is_needed():
    used = {key for about in ABOUT.values() for key in (*about.keys, *about.may_say)}
    assert used == set(KEYS_OF_METHODS)
    assert set(EXAMPLES) == {key for about in ABOUT.values() for key in about.keys}
    assert all(key in example for key, example in EXAMPLES.items())


def test_a_key_of_a_method_may_be_left_out_of_an_analysis():
    assert not any(Analysis.model_fields[key].is_required() for key in KEYS_OF_METHODS)


def test_what_needs_a_table_is_a_word_that_an_analysis_may_use():
    assert set(NEEDED) <= {*words(Quantity), *words(PriorityBy), *words(Exposure)}


@pytest.mark.parametrize("measure", words(EffectMeasure))
@pytest.mark.parametrize("by_rules", [False, True])
def test_a_default_asks_for_what_its_measure_cannot_do_without_and_is_a_randomised_comparison(
    measure, by_rules
):
    method = default_method(measure, has_covariates=False, scheme="complete", by_rules=by_rules)
    asked = {*ABOUT[method].keys, *(("covariates",) if ABOUT[method].covariates == "must" else ())}
    alike = [name for name in METHODS[measure] if ABOUT[name].reads != "score"]
    assert all(asked <= {*ABOUT[other].keys, *EVERY} for other in alike)
    assert not ABOUT[method].conditional
    assert ABOUT[method].strata != "must"


EVERY = ("covariates",)


def test_the_default_of_outcomes_by_rules_counts_deaths_and_belongs_to_risks():
    risks = [measure for measure, named in METHODS.items() if RULES_DEFAULT in named]
    assert risks == ["risk_difference", "restricted_mean_time_lost_difference", "proportion"]
    assert all(
        default_method(measure, has_covariates=False, scheme="complete", by_rules=True) == RULES_DEFAULT
        for measure in risks
    )


def test_a_cluster_trial_has_a_default_that_knows_of_clusters_where_there_is_one():
    for measure, named in METHODS.items():
        method = default_method(measure, has_covariates=False, scheme="cluster")
        assert (method == "cox_cluster") == ("cox_cluster" in named)


def test_what_compares_people_chosen_by_what_came_later_is_just_this():
    by_time = ("landmark", "aalen_johansen_window", "cox_periods", "cox_landmark", "cox_time_varying")
    assert (*by_time, "pwp_total_time", "pwp_gap_time") == CONDITIONAL_METHODS


def test_what_describes_one_arm_and_what_is_only_a_test_is_never_primary():
    assert set(ONE_ARM) < set(NEVER_PRIMARY) <= set(words(EffectMeasure))


def test_every_property_of_a_method_is_explained_where_it_is_declared():
    about = Method.__doc__ or ""
    told = {item.name for item in fields(Method)} - {"covariates", "strata"}
    assert all(f"{name}:" in about for name in told)


def test_lists_of_methods_follow_from_the_table():
    lists = {name: value for name, value in vars(methods).items() if name.endswith("_METHODS")}
    assert len(lists) >= 3
    order = list(ABOUT)
    for named in lists.values():
        assert [order.index(name) for name in named if name in order] == sorted(
            order.index(name) for name in named if name in order
        )
