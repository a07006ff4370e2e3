"""Differences in cost and effect, their covariance and net benefit, against R with HC2 errors."""

import numpy as np
import pytest
from economic_references import COST, HARM, TREATED, R

from primus_eval.numerics.net_benefit import (
    arms_of,
    joint,
    normal_net_benefit,
    welch_averted,
    welch_cost_difference,
    welch_net_benefit,
)

ARMS = arms_of(COST, HARM, TREATED)
EXACT = 1e-10  # the same sums in another order


def test_the_two_differences_and_their_covariance_are_those_of_r():
    both = joint(*ARMS)
    for name, value in R["joint"].items():
        assert getattr(both, name) == pytest.approx(value, rel=1e-8), name  # R's is a difference of variances


def test_the_covariance_of_what_is_averted_has_the_opposite_sign_of_that_among_people():
    harm = np.array([0, 1, 0, 1, 0, 1, 0, 1.0])
    both = joint(*arms_of(100 * harm, harm, [1, 1, 1, 1, 0, 0, 0, 0]))
    assert both.covariance < 0


@pytest.mark.parametrize("value", [0, 20000, 505300])
def test_net_benefit_is_that_of_a_regression_with_hc2_errors(value):
    effect = welch_net_benefit(*ARMS, value=value, conf_level=0.95)
    for name, reference in R[f"net_benefit_{value}"].items():
        assert getattr(effect, name) == pytest.approx(reference, rel=EXACT), name


def test_a_value_of_nought_leaves_the_cost_with_its_sign_changed():
    nothing = welch_net_benefit(*ARMS, value=0, conf_level=0.9)
    cost = welch_cost_difference(*ARMS, conf_level=0.9)
    assert (nothing.estimate, nothing.conf_low) == pytest.approx((-cost.estimate, -cost.conf_high), rel=EXACT)


def test_averted_is_control_minus_treatment():
    both = arms_of([1, 2, 3, 4], [0, 1, 1, 1], [1, 1, 0, 0])
    assert joint(*both).averted == 0.5
    assert welch_averted(*both, conf_level=0.95).reason == "no_interval_at_certainty"  # all controls alike


def test_nothing_varies():
    both = arms_of([5, 5, 5, 5], [1, 1, 1, 1], [1, 1, 0, 0])
    assert welch_net_benefit(*both, value=10, conf_level=0.95).reason == "no_variation"
    assert normal_net_benefit(joint(*both), value=10, conf_level=0.95).reason == "no_variation"


def test_an_arm_of_one_is_refused():
    with pytest.raises(ValueError, match="two people"):
        arms_of([1, 2, 3], [0, 0, 1], [1, 0, 0])
