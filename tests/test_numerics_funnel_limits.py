"""Funnel limits: as published for units of a few people, and as the tails of the binomial added up."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest

from primus_eval.numerics.funnel_limits import funnel_limits


@pytest.mark.parametrize(
    ("n", "inner", "outer"),
    [
        (5, (1, 5), (0, 5)),
        (8, (3, 8), (1, 8)),
        (12, (5, 11), (3, 12)),
        (16, (7, 15), (5, 16)),
        (24, (12, 21), (10, 23)),
    ],
)
def test_small_units(n: int, inner: tuple[int, int], outer: tuple[int, int]) -> None:
    for coverage, expected in ((0.95, inner), (0.998, outer)):
        limits = funnel_limits([n], benchmark=0.7, coverage=coverage)
        assert (limits.fewest[0], limits.most[0]) == expected
        assert (limits.low[0], limits.high[0]) == (expected[0] / n, expected[1] / n)


@pytest.mark.parametrize("share", [Fraction(7, 10), Fraction(1, 8), Fraction(1, 2)])
def test_limits_are_the_tails_added_up(share: Fraction) -> None:
    """Outside lies a chance of at most half the rest on either side, and one more would be too many."""
    tail = Fraction(25, 1000)
    for n in range(1, 41):
        chances = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
        limits = funnel_limits([n], benchmark=float(share), coverage=0.95)
        fewest, most = int(limits.fewest[0]), int(limits.most[0])
        assert sum(chances[:fewest]) < tail <= sum(chances[: fewest + 1])
        assert sum(chances[most + 1 :]) <= tail < sum(chances[most:])


@pytest.mark.parametrize(("units", "benchmark"), [([0], 0.5), ([2.5], 0.5), ([10], 0.0), ([10], 1.0)])
def test_what_has_no_limits_is_refused(units: list[float], benchmark: float) -> None:
    with pytest.raises(ValueError):
        funnel_limits(units, benchmark=benchmark, coverage=0.95)
