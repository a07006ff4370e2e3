"""Holm's method: by hand, as the closed test that it stands for, and with tests that could not be made."""

from __future__ import annotations

from itertools import combinations

import pytest

from primus_eval.numerics.holm import holm


def test_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


@pytest.mark.parametrize(
    "p_values", [(0.01, 0.02, 0.03), (0.5, 0.01, 0.2), (0.9, 0.02, 0.02), (0.013, 0.3, 0.024)]
)
def test_it_is_the_closed_test(p_values):
    """A hypothesis falls when every set that holds it falls by Bonferroni: the largest such p is adjusted."""
    members = range(len(p_values))
    sets = [chosen for size in (1, 2, 3) for chosen in combinations(members, size)]
    for one, adjusted in zip(members, holm(p_values), strict=True):
        closed = max(len(each) * min(p_values[i] for i in each) for each in sets if one in each)
        assert adjusted == pytest.approx(min(closed, 1.0))


def test_a_test_that_could_not_be_made_stays_a_member():
    assert holm([0.01, None, 0.04]) == pytest.approx((0.03, None, 0.08))
    assert holm([0.01, 0.04])[0] < holm([0.01, 0.04, None])[0]
    assert holm([None, None]) == (None, None) and holm([]) == ()


def test_order_does_not_matter_and_none_exceeds_one():
    assert holm([0.7, 0.01]) == holm([0.01, 0.7])[::-1]
    assert max(holm([0.6, 0.7, 0.8])) == 1.0


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, wrong])
