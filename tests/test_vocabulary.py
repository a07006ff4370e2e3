"""Every word is said once, and what derives from the words cannot drift away from them."""

from __future__ import annotations

import re
from typing import Literal, get_origin

import pytest

from primus_eval import vocabulary
from primus_eval.methods import (
    ADJUSTING_METHODS,
    METHODS,
    METHODS_ON_TIME,
    STRATIFYING_METHODS,
    default_method,
)
from primus_eval.vocabulary import AllocationScheme, ArmRole, EffectMeasure, nearest, words

VOCABULARIES = {name: value for name, value in vars(vocabulary).items() if get_origin(value) is Literal}
ALL_METHODS = {method for methods in METHODS.values() for method in methods}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_the_words_of_a_vocabulary_are_distinct_and_in_small_letters(name):
    found = words(VOCABULARIES[name])
    assert found and len(set(found)) == len(found)
    assert all(re.fullmatch(r"[a-z][a-z_]*", word) for word in found)


def test_words_keep_the_order_in_which_they_were_declared():
    assert words(ArmRole) == ("treatment", "control")


def test_every_effect_measure_has_methods_and_nothing_else_has():
    assert tuple(METHODS) == words(EffectMeasure)
    assert all(len(set(methods)) == len(methods) > 0 for methods in METHODS.values())


@pytest.mark.parametrize("kinds", [ADJUSTING_METHODS, STRATIFYING_METHODS, METHODS_ON_TIME])
def test_a_property_is_said_only_of_methods_that_exist(kinds):
    assert set(kinds) <= ALL_METHODS


@pytest.mark.parametrize("scheme", words(AllocationScheme))
@pytest.mark.parametrize("has_covariates", [False, True])
@pytest.mark.parametrize("measure", words(EffectMeasure))
def test_a_default_method_belongs_to_its_measure_and_adjusts_where_it_can(measure, has_covariates, scheme):
    method = default_method(measure, has_covariates=has_covariates, scheme=scheme)
    assert method in METHODS[measure]
    if has_covariates and set(METHODS[measure]) & set(ADJUSTING_METHODS):
        assert method in ADJUSTING_METHODS


@pytest.mark.parametrize(
    ("measure", "has_covariates", "scheme", "method"),
    [
        ("risk_difference", False, "complete", "newcombe"),
        ("risk_difference", True, "complete", "g_computation"),
        ("odds_ratio", True, "complete", "g_computation"),
        ("hazard_ratio", False, "complete", "cox"),
        ("hazard_ratio", True, "complete", "cox"),
        ("hazard_ratio", False, "cluster", "cox_cluster"),
        ("association_test", False, "complete", "pooled_z"),
    ],
)
def test_the_default_method_is_the_documented_one(measure, has_covariates, scheme, method):
    assert default_method(measure, has_covariates=has_covariates, scheme=scheme) == method


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hazard_ration", "hazard_ratio"),
        ("Hazard_Ratio", "hazard_ratio"),
        ("riskdifference", "risk_difference"),
        ("odds ratio", "odds_ratio"),
        ("zebra", None),
        ("", None),
    ],
)
def test_a_mistyped_word_leads_to_the_one_that_was_meant_or_to_none(typed, meant):
    assert nearest(typed, words(EffectMeasure)) == meant


def test_the_nearest_word_is_returned_as_it_is_written_in_the_list():
    assert nearest("age", ["Age", "Days"]) == "Age"
    assert nearest("age", []) is None
