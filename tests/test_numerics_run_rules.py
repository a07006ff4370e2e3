"""Run charts: limits, the rules by hand, and what is no signal."""

from __future__ import annotations

import pytest

from primus_eval.numerics.run_rules import run_chart, run_limits


@pytest.mark.parametrize(
    ("useful", "run", "crossings"),
    [(10, 6, 2), (12, 7, 3), (14, 7, 4), (20, 7, 6), (24, 8, 8), (30, 8, 10), (60, 9, 23)],
)
def test_limits(useful: int, run: int, crossings: int) -> None:
    """Anhoej & Olesen 2014: log2 of the points plus 3, and the lower 5 % point of the binomial."""
    assert run_limits(useful) == (run, crossings)


def test_by_hand() -> None:
    """Eleven points; three on the median of 5 are passed over, so that the runs are 2, 1, 4 and 1."""
    chart = run_chart([1, 2, 5, 9, 4, 3, 5, 2, 1, 5, 8])
    assert chart is not None
    assert (chart.median, chart.useful) == (4, 10)
    chart = run_chart([1, 2, 5, 9, 4, 3, 5, 6, 7, 5, 8])
    assert chart is not None
    assert (chart.median, chart.useful) == (5, 8)
    assert (chart.longest_run, chart.crossings, chart.signal) == (3, 3, "too_few_points")


@pytest.mark.parametrize(
    ("values", "signal"),
    [
        ([0, 1] * 6, "none"),
        ([0] * 6 + [1] * 6, "crossings"),  # runs of 6 are no longer than 7; 1 crossing is fewer than 3
        ([0] * 10 + [1] * 10, "both"),
        ([0] * 9 + [1, 0] * 6 + [1] * 9, "shift"),
        ([0, 1] * 5 + [1], "too_few_points"),  # ten useful points, whatever they do
        ([3] * 30, "too_few_points"),
    ],
)
def test_signals(values: list[float], signal: str) -> None:
    chart = run_chart(values)
    assert chart is not None and chart.signal == signal


def test_without_points_there_is_no_chart() -> None:
    assert run_chart([]) is None


def test_a_trend_is_no_rule_of_its_own() -> None:
    """Six rising points in the middle of noise, with runs and crossings as they should be."""
    chart = run_chart([5, 1, 5, 1, 5, 1, 2, 2.5, 3.5, 4, 5, 1, 5, 1, 5, 1])
    assert chart is not None and chart.signal == "none"
