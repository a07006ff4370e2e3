"""How many people, and how small an effect: published numbers, another library, and the way back."""

from __future__ import annotations

import json
from math import isclose, isfinite

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from person_by_person import plan
from statsmodels.stats.proportion import power_proportions_2indep, samplesize_proportions_2indep_onetail

from primus_eval.findings import Findings, to_json
from primus_eval.planning import detectable_risk, minimum_detectable_effect, people_per_arm

always = settings(derandomize=True, deadline=None, max_examples=100)
RISKS = st.floats(0.01, 0.99)
RATIOS = st.floats(0.2, 5)
POWERS = st.floats(0.5, 0.99)
ALPHAS = st.floats(0.001, 0.2)


@pytest.mark.parametrize(
    ("risk_treatment", "risk_control", "ratio", "people"),
    [
        # R 4.3 power.prop.test(p1 = .3, p2 = .2, power = .8): n = 293.1513; printed to four decimals.
        (0.2, 0.3, 1.0, 293.1513),
        (0.3, 0.2, 1.0, 293.1513),
        # Fleiss, Levin & Paik 2003, equation 4.14 without correction, worked to three decimals.
        (0.4, 0.5, 1.0, 387.339),
        (0.4, 0.5, 0.5, 578.986),
        (0.4, 0.5, 2.0, 291.052),
    ],
)
def test_published_numbers_of_people(risk_treatment, risk_control, ratio, people):
    assert isclose(people_per_arm(risk_treatment, risk_control, ratio=ratio), people, abs_tol=6e-4)


@always
@given(risk_treatment=RISKS, risk_control=RISKS, ratio=RATIOS, alpha=ALPHAS, power=POWERS)
def test_the_number_of_people_is_that_of_statsmodels(risk_treatment, risk_control, ratio, alpha, power):
    assume(abs(risk_treatment - risk_control) > 1e-3)
    reference = samplesize_proportions_2indep_onetail(
        risk_treatment - risk_control, risk_control, power, ratio=ratio, alpha=alpha, alternative="two-sided"
    )
    ours = people_per_arm(risk_treatment, risk_control, ratio=ratio, alpha=alpha, power=power)
    assert isclose(ours, reference, rel_tol=1e-9)  # the same closed formula in double precision


def test_more_power_a_stricter_level_and_a_smaller_difference_need_more_people():
    base = people_per_arm(0.2, 0.3)
    assert people_per_arm(0.2, 0.3, power=0.9) > base
    assert people_per_arm(0.2, 0.3, alpha=0.01) > base
    assert people_per_arm(0.25, 0.3) > base
    assert people_per_arm(0.2, 0.3, ratio=2) < base


@always
@given(first=RISKS, second=RISKS)
def test_with_equal_arms_it_does_not_matter_which_is_which_nor_what_is_counted(first, second):
    assume(abs(first - second) > 1e-3)
    assert isclose(people_per_arm(first, second), people_per_arm(second, first), rel_tol=1e-9)
    assert isclose(people_per_arm(first, second), people_per_arm(1 - first, 1 - second), rel_tol=1e-9)


@always
@given(first=RISKS, second=RISKS, ratio=RATIOS)
def test_either_arm_may_be_called_the_first(first, second, ratio):
    assume(abs(first - second) > 1e-3)
    forward = people_per_arm(first, second, ratio=ratio)
    backward = people_per_arm(second, first, ratio=1 / ratio)
    assert isclose(forward * ratio, backward, rel_tol=1e-9)


@pytest.mark.parametrize(
    "question",
    [
        {"risk_treatment": 0.3, "risk_control": 0.3},
        {"risk_treatment": -0.1, "risk_control": 0.3},
        {"risk_treatment": 0.2, "risk_control": 1.1},
        {"risk_treatment": float("nan"), "risk_control": 0.3},
        {"risk_treatment": 0.2, "risk_control": 0.3, "ratio": 0},
        {"risk_treatment": 0.2, "risk_control": 0.3, "ratio": -1},
        {"risk_treatment": 0.2, "risk_control": 0.3, "ratio": float("inf")},
        {"risk_treatment": 0.2, "risk_control": 0.3, "alpha": 5},
        {"risk_treatment": 0.2, "risk_control": 0.3, "alpha": 0},
        {"risk_treatment": 0.2, "risk_control": 0.3, "alpha": 1},
        {"risk_treatment": 0.2, "risk_control": 0.3, "alpha": 0.05, "power": 0.025},
        {"risk_treatment": 0.2, "risk_control": 0.3, "power": 1},
        {"risk_treatment": 0.2, "risk_control": 0.3, "power": 80},
        {"risk_treatment": 0.2, "risk_control": 0.3, "power": 0.01},
    ],
)
def test_a_question_without_an_answer_is_refused_and_never_answered_by_infinity(question):
    with pytest.raises(ValueError, match=r"lies between|equal|above 0"):
        people_per_arm(**question)


def test_a_risk_may_be_none_or_certain_and_power_little_more_than_the_level():
    # With a risk of 0 only the control arm varies: (1.96 sqrt(2 * .15 * .85) + .8416 sqrt(.3 * .7))^2 / .09.
    assert isclose(people_per_arm(0.0, 0.3), 21.0196, abs_tol=5e-5)
    assert isclose(people_per_arm(1.0, 0.7), people_per_arm(0.0, 0.3), rel_tol=1e-12)
    assert isclose(people_per_arm(0.7, 1.0), people_per_arm(0.3, 0.0), rel_tol=1e-12)
    assert 0 < people_per_arm(0.2, 0.3, alpha=0.05, power=0.03) < 1


# --- the way back -------------------------------------------------------------------------------------------


@always
@given(
    risk_control=RISKS,
    n_treatment=st.integers(2, 5000),
    n_control=st.integers(2, 5000),
    alpha=ALPHAS,
    power=POWERS,
    lower=st.booleans(),
)
def test_the_detectable_risk_needs_just_the_people_there_are(
    risk_control, n_treatment, n_control, alpha, power, lower
):
    risk = detectable_risk(
        risk_control, n_treatment=n_treatment, n_control=n_control, alpha=alpha, power=power, lower=lower
    )
    ratio = n_control / n_treatment
    certain = 0.0 if lower else 1.0
    if risk is None:
        assert (
            people_per_arm(certain, risk_control, ratio=ratio, alpha=alpha, power=power) > n_treatment * 0.999
        )
        return
    assert (risk < risk_control) == lower
    needed = people_per_arm(risk, risk_control, ratio=ratio, alpha=alpha, power=power)
    # The root is found to 1e-12 in the risk; the number of people changes fastest for large trials.
    assert isclose(needed, n_treatment, rel_tol=1e-6)


@pytest.mark.parametrize("risk_control", [0.05, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("lower", [True, False])
def test_no_risk_nearer_to_the_control_risk_could_be_found(risk_control, lower):
    found = detectable_risk(risk_control, n_treatment=400, n_control=300, alpha=0.05, power=0.8, lower=lower)
    grid = np.linspace(0 if lower else 1, risk_control, 2001)[:-1]
    enough = [risk for risk in grid if people_per_arm(risk, risk_control, ratio=0.75) <= 400]
    nearest = max(enough) if lower else min(enough)
    assert found is not None and abs(found - nearest) < 1 / 2000


def test_the_power_at_the_detectable_risk_is_the_power_asked_for():
    risk = detectable_risk(0.3, n_treatment=216, n_control=216, alpha=0.05, power=0.8)
    assert risk is not None
    power = power_proportions_2indep(risk - 0.3, 0.3, 216, ratio=1, alpha=0.05).power
    # statsmodels adds the chance of a result in the wrong direction, which is below 1e-5 here.
    assert isclose(power, 0.8, abs_tol=1e-5)


@always
@given(risk_control=RISKS, n=st.integers(5, 2000))
def test_looking_above_is_looking_below_for_the_opposite_outcome(risk_control, n):
    numbers = {"n_treatment": n, "n_control": n, "alpha": 0.05, "power": 0.8}
    above = detectable_risk(risk_control, **numbers, lower=False)
    below = detectable_risk(1 - risk_control, **numbers, lower=True)
    if above is None or below is None:
        assert above is None and below is None
    else:
        assert isclose(above, 1 - below, abs_tol=1e-8)


def test_where_not_even_a_risk_of_none_could_be_found_there_is_no_answer():
    assert detectable_risk(0.05, n_treatment=20, n_control=20, alpha=0.05, power=0.8) is None
    assert detectable_risk(0.95, n_treatment=20, n_control=20, alpha=0.05, power=0.8, lower=False) is None
    assert detectable_risk(0.3, n_treatment=1, n_control=1, alpha=0.05, power=0.8) is None


@pytest.mark.parametrize("risk_control", [1e-12, 1e-9, 1e-6, 0.5, 1 - 1e-6, 1 - 1e-9])
@pytest.mark.parametrize("n", [1, 10**4, 10**9])
@pytest.mark.parametrize("lower", [True, False])
def test_an_extreme_risk_or_size_gives_a_risk_or_nothing(risk_control, n, lower):
    risk = detectable_risk(risk_control, n_treatment=n, n_control=n, alpha=0.05, power=0.8, lower=lower)
    assert risk is None or (0 <= risk <= 1 and isfinite(risk))


# --- from a protocol ----------------------------------------------------------------------------------------

INPUTS = {"control_risk": 0.3, "power": 0.9, "alpha": 0.1, "assumed": "after_outcomes", "source": "A guess."}


def test_a_minimum_detectable_effect_rests_on_the_inputs_of_the_protocol_and_says_so():
    exhibit = minimum_detectable_effect(plan("", planning=INPUTS), n_treatment=216, n_control=108)
    assert exhibit is not None
    (row,) = exhibit.records()
    risk = detectable_risk(0.3, n_treatment=216, n_control=108, alpha=0.1, power=0.9)
    assert row["treatment_risk"] == risk and risk is not None
    assert row["difference"] == risk - 0.3 < 0
    assert (row["power"], row["alpha"], row["n_treatment"], row["n_control"]) == (0.9, 0.1, 216, 108)
    assert exhibit.notes == {"assumed": "after_outcomes", "source": "A guess."}
    assert exhibit.count_columns == ("n_treatment", "n_control")
    assert (exhibit.outcome, exhibit.population) == ("reoffence", "assigned")


def test_where_more_is_better_the_effect_is_looked_for_above():
    protocol = plan("", planning=INPUTS)
    better = protocol.model_copy(
        update={"outcome": (protocol.outcome[0].model_copy(update={"better": "higher"}),)}
    )
    exhibit = minimum_detectable_effect(better, n_treatment=200, n_control=200)
    assert exhibit is not None and exhibit.records()[0]["difference"] > 0  # type: ignore[operator]


def test_an_effect_that_cannot_be_found_is_empty_and_not_a_number_that_is_none():
    exhibit = minimum_detectable_effect(plan("", planning=INPUTS), n_treatment=3, n_control=3)
    assert exhibit is not None
    assert exhibit.records()[0]["treatment_risk"] is exhibit.records()[0]["difference"] is None
    json.loads(to_json(Findings(exhibits=(exhibit,))))


def test_without_inputs_or_without_an_arm_there_is_no_minimum_detectable_effect():
    assert minimum_detectable_effect(plan(""), n_treatment=10, n_control=10) is None
    assert minimum_detectable_effect(plan("", planning=INPUTS), n_treatment=0, n_control=10) is None
    assert minimum_detectable_effect(plan("", planning=INPUTS), n_treatment=10, n_control=0) is None
