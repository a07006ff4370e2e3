"""Ratios of sums over persons: each person left out, coverage, and what has no interval."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from primus_eval.numerics.person_weeks import mean_of_persons, pooled_ratio
from primus_eval.numerics.rare_events import rate_exact

LEVEL = {"conf_level": 0.95}


def test_the_standard_error_is_that_of_leaving_each_person_out() -> None:
    part, whole = np.array([3.0, 0, 7, 2]), np.array([10.0, 4, 9, 30])
    ratio = part.sum() / whole.sum()
    moves = [np.delete(part, person).sum() / np.delete(whole, person).sum() - ratio for person in range(4)]
    std_error = sqrt(sum(move**2 for move in moves))
    rate = pooled_ratio(part, whole, is_share=False, **LEVEL)
    assert rate.std_error == pytest.approx(std_error / ratio, rel=1e-12)
    share = pooled_ratio(part, whole, is_share=True, **LEVEL)
    assert share.std_error == pytest.approx(std_error / (ratio * (1 - ratio)), rel=1e-12)
    assert rate.p_value is None and share.p_value is None


def test_covers_the_truth_in_simulated_programmes() -> None:
    """Fifty people, contacts that vary far more than Poisson counts over weeks that differ: 95 % to 1.5 %.

    Monte Carlo error at 2,000 programmes is 0.5 %; the tolerance of 1.5 % is three times that.
    """
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(2000):
        weeks = rng.uniform(5, 60, 50)
        contacts = rng.poisson(rng.gamma(2, 0.35, 50) * weeks)
        found = pooled_ratio(contacts, weeks, is_share=False, **LEVEL)
        assert found.conf_low is not None and found.conf_high is not None
        held += found.conf_low <= 0.7 <= found.conf_high
    assert held / 2000 == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(
    ("part", "whole", "is_share", "estimate", "reason"),
    [
        ([], [], False, None, "no_exposure"),
        ([0, 0], [0, 0], False, None, "no_exposure"),
        ([0, 0], [3, 4], False, 0.0, "no_interval_at_certainty"),
        ([3, 4], [3, 4], True, 1.0, "no_interval_at_certainty"),
        ([2, 4], [1, 2], False, 2.0, "no_interval_at_certainty"),  # all alike
        ([2, 0], [4, 0], True, 0.5, "no_interval_at_certainty"),  # one person alone
    ],
)
def test_what_has_no_interval(part: list, whole: list, is_share: bool, estimate: float, reason: str) -> None:
    found = pooled_ratio(part, whole, is_share=is_share, **LEVEL)
    assert (found.estimate, found.reason, found.conf_low) == (estimate, reason, None)


def test_mean_by_hand() -> None:
    """1, 2 and 6: mean 3, standard deviation sqrt(7), t of 4.3027 on two degrees of freedom."""
    found = mean_of_persons([1, 2, 6], **LEVEL)
    assert found.estimate == 3
    assert found.conf_high == pytest.approx(3 + 4.30265273 * sqrt(7 / 3), rel=1e-8)
    assert mean_of_persons([], **LEVEL).reason == "too_few_people"
    assert mean_of_persons([4, 4], **LEVEL).reason == "no_interval_at_certainty"


def test_no_incident_has_an_upper_end() -> None:
    """The rule of three: none among 100 people leaves up to 3.7 in a hundred (two-sided)."""
    found = rate_exact(0, 100, **LEVEL)
    assert (found.estimate, found.conf_low) == (0, 0)
    assert found.conf_high == pytest.approx(-np.log(0.025) / 100, rel=1e-12)
    assert rate_exact(0, 0, **LEVEL).reason == "no_exposure"
