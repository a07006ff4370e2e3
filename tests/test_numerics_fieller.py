"""Fieller's three kinds of set and the curve of acceptability, against R and against each other."""

import numpy as np
import pytest
from economic_references import R
from scipy.special import ndtr

from primus_eval.numerics.acceptability import (
    acceptability,
    acceptability_at_infinity,
    ellipse,
    near_axis,
    quadrants,
    share_of_draws,
)
from primus_eval.numerics.effect import normal_quantile
from primus_eval.numerics.fieller import fieller_set
from primus_eval.numerics.net_benefit import Joint

Z = normal_quantile(0.95)


def case(averted, cost, se_averted, se_cost, covariance):
    return Joint(
        cost=cost, averted=averted, var_cost=se_cost**2, var_averted=se_averted**2, covariance=covariance
    )


CASES = {
    "interval": case(0.20, 30000, 0.05, 8000, -50),
    "two_rays": case(0.10, 30000, 0.095, 8000, -120),
    "whole_line": case(0.02, 3000, 0.095, 8000, -120),
    "dominant": case(0.20, -30000, 0.05, 8000, -50),
}


@pytest.mark.parametrize("name", CASES)
def test_the_set_is_that_of_r(name):
    found, reference = fieller_set(CASES[name], quantile=Z), R[f"fieller_{name}"]
    assert found.kind == ("interval" if name == "dominant" else name)
    if reference["roots"] == 0:
        assert (found.low, found.high) == (None, None)
        return
    roots = (reference["root_1"], reference["root_2"])
    assert (found.low, found.high) == pytest.approx(roots, rel=1e-6)  # R's are found by bisection


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("ratio", [-1e7, -3e5, -2e4, 0.0, 4e4, 1.6e5, 2.5e5, 1e6, 1e9])
def test_a_ratio_is_in_the_set_just_where_the_test_does_not_refute_it(name, ratio):
    both = CASES[name]
    found = fieller_set(both, quantile=Z)
    accepted = (both.cost - ratio * both.averted) ** 2 <= Z**2 * both.variance_at(ratio)
    inside = {
        "interval": lambda: found.low <= ratio <= found.high,
        "two_rays": lambda: not found.low < ratio < found.high,
        "whole_line": lambda: True,
    }[found.kind]()
    assert inside == accepted


@pytest.mark.parametrize("name", ["interval", "two_rays"])
def test_acceptability_is_a_tail_at_the_ends_of_the_set(name):
    both = CASES[name]
    found = fieller_set(both, quantile=Z)
    at_ends = sorted(acceptability(both, end) for end in (found.low, found.high))
    wanted = sorted(R[f"fieller_{name}"][f"acceptability_{root}"] for root in (1, 2))
    assert at_ends == pytest.approx(wanted, abs=1e-9)
    for share in at_ends:
        assert min(abs(share - 0.025), abs(share - 0.975)) < 1e-12


def test_acceptability_at_nought_and_at_infinity():
    both = CASES["two_rays"]
    assert acceptability(both, 0.0) == pytest.approx(ndtr(-30000 / 8000), rel=1e-12)
    assert acceptability_at_infinity(both) == pytest.approx(ndtr(0.10 / 0.095), rel=1e-12)
    assert acceptability(both, 1e12) == pytest.approx(acceptability_at_infinity(both), rel=1e-6)


def test_the_curve_need_not_rise_nor_reach_one():
    saves_but_harms = case(-0.1, -30000, 0.05, 8000, 0)
    assert acceptability(saves_but_harms, 0) > 0.99 > acceptability(saves_but_harms, 1e6)


def test_one_ray_where_the_quadratic_term_is_nought():
    found = fieller_set(case(1.0, 10.0, 1 / 2, 1.0, 0.0), quantile=2.0)
    assert (found.kind, found.low, found.high) == ("two_rays", None, pytest.approx((100 - 4) / 20))


def test_a_ratio_without_any_doubt_is_an_interval_of_no_length():
    found = fieller_set(case(0.3, 0.1, 0.0, 0.0, 0.0), quantile=Z)
    assert found.kind == "interval"
    assert (found.low, found.high) == pytest.approx((1 / 3, 1 / 3), rel=1e-6)


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_an_ellipse_holds_its_share(share):
    both = CASES["two_rays"]
    scale = np.sqrt([both.var_averted, both.var_cost])
    inverse = np.linalg.inv([[1, (slant := both.covariance / scale.prod())], [slant, 1]])

    def distance(points):
        away = (points - [both.averted, both.cost]) / scale
        return np.einsum("ij,jk,ik->i", away, inverse, away)

    around = distance(np.array(ellipse(both, share=share, points=36)))
    rng = np.random.Generator(np.random.Philox(key=[1, 1]))
    first, second = rng.standard_normal((2, 40_000))
    drawn = np.column_stack([first, slant * first + np.sqrt(1 - slant**2) * second])
    inside = distance(drawn * scale + [both.averted, both.cost]) <= around[0]
    assert np.ptp(around) < 1e-8
    assert inside.mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 40_000))


def test_ties_belong_to_no_quadrant_and_are_not_in_favour():
    cost, averted = np.array([1.0, -1, 0, 2, -2]), np.array([1.0, 1, 1, 0, -1])
    found = quadrants(cost, averted)
    assert (found.ne, found.se, found.nw, found.sw, found.axis) == (0.2, 0.2, 0.0, 0.2, 0.4)
    assert share_of_draws(cost, averted, 1.0) == (0.6, 0.2)  # in favour; without net benefit


def test_near_an_axis_is_within_the_interval_of_either_difference():
    assert near_axis(case(0.2, 10000, 0.05, 8000, 0), conf_level=0.95)
    assert near_axis(case(0.05, 30000, 0.05, 8000, 0), conf_level=0.95)
    assert not near_axis(CASES["interval"], conf_level=0.95)
