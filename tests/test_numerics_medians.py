"""Medians with intervals: every sample, by hand, and what cannot be read off a curve."""

from __future__ import annotations

from itertools import product

import pytest

from primus_eval.numerics.medians import median_days, median_days_competing, median_order

LEVEL = {"conf_level": 0.95}


def test_ranks() -> None:
    """Of 10 the 2nd and the 9th, of 25 the 8th and the 18th: the table of the sign test."""
    assert (median_order(range(1, 11), **LEVEL).conf_low, median_order(range(1, 11), **LEVEL).conf_high) == (
        2,
        9,
    )
    assert (median_order(range(1, 26), **LEVEL).conf_low, median_order(range(1, 26), **LEVEL).conf_high) == (
        8,
        18,
    )


def test_covers_the_median_in_every_sample() -> None:
    """Samples of 8 of a value that is 0, 1 or 2 with equal chance: the interval holds 1 in 95 % or more."""
    samples = list(product((0, 1, 2), repeat=8))
    held = 0
    for sample in samples:
        found = median_order(sample, **LEVEL)
        assert found.conf_low is not None and found.conf_high is not None
        held += found.conf_low <= 1 <= found.conf_high
    assert held / len(samples) >= 0.95


@pytest.mark.parametrize("n", [1, 5])
def test_five_values_are_too_few_for_an_interval(n: int) -> None:
    found = median_order(range(n), **LEVEL)
    assert (found.estimate, found.conf_low, found.reason) == ((n - 1) / 2, None, "too_few_people")


def test_nobody_has_no_median() -> None:
    for found in (median_order([], **LEVEL), median_days([], [], **LEVEL)):
        assert (found.estimate, found.reason) == (None, "too_few_people")


def test_a_curve_that_does_not_reach_one_half() -> None:
    found = median_days([1, 2, 3, 9, 9, 9, 9], [1, 1, 1, 0, 0, 0, 0], **LEVEL)
    assert (found.estimate, found.reason) == (None, "quantile_not_reached")
    found = median_days([1, 2, 3, 4, 9, 9, 9], [1, 1, 1, 1, 0, 0, 0], **LEVEL)
    assert (found.estimate, found.conf_low, found.reason) == (4, None, "interval_passes_infinity")


def test_competing_events_keep_people_from_ever_reaching_it() -> None:
    """Of ten, four have the event on days 1 to 4 and six something else on day 5: half never have it."""
    days, event = [1, 2, 3, 4, 5, 5, 5, 5, 5, 5], [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    other = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    assert median_days_competing(days, event, other, **LEVEL).reason == "quantile_not_reached"
    found = median_days_competing([*days, 6, 6, 6, 6], [*event, 1, 1, 1, 1], [*other, 0, 0, 0, 0], **LEVEL)
    assert found.estimate == 6  # 4 of 14 by day 4, 8 of 14 on day 6


def test_without_competing_events_it_is_the_median_of_kaplan_and_meier() -> None:
    days = [3, 5, 5, 8, 12, 14, 20, 21, 30, 41, 41, 50] * 2
    event = [1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1] * 2
    without, alone = median_days_competing(days, event, [0] * 24, **LEVEL), median_days(days, event, **LEVEL)
    assert alone.estimate is not None and alone.conf_low is not None and alone.conf_high is not None
    assert (without.estimate, without.conf_low, without.conf_high) == (
        alone.estimate,
        alone.conf_low,
        alone.conf_high,
    )
