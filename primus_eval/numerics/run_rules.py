"""Is a series of monthly values more than noise about its median? Two rules, and no others.

A run is a row of points on the same side of the median, a crossing a step from one side to the other. Points
on the median are neither, and are passed over. A shift of the process makes runs longer and crossings fewer.
A rule on trends is not among them: it finds next to nothing that these two miss, and much that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

from primus_eval.numerics.inputs import finite_vector

FEWEST_USEFUL = 12
"""Points off the median below which no signal is read from a chart."""

MISSED = 0.05
"""The chance of so few crossings by accident at which they are called too few."""

RunSignal = Literal["shift", "crossings", "both", "none", "too_few_points"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChart:
    """What the rules say of one series.

    median: of all points. useful: points off the median. longest_run, crossings: among these. A run longer
    than longest_run_limit, or fewer crossings than crossings_limit, is a signal; both limits are None where
    there are no two points to have a crossing between.
    """

    median: float
    useful: int
    longest_run: int
    longest_run_limit: int | None
    crossings: int
    crossings_limit: int | None
    signal: RunSignal


def run_limits(useful: int) -> tuple[int, int]:
    """Return the longest run, and the fewest crossings, that so many useful points may have by accident.

    useful: points off the median, at least 2.
    Source: Anhoej & Olesen 2014, PLoS ONE 9(11):e113825: a run longer than log2(n) + 3, rounded to the
    nearest whole number; fewer crossings than the lower 5 % point of a binomial of n - 1 and one half.
    Checked: tests/reference/against_process.py (R qbinom), tests/test_numerics_run_rules.py (known limits).
    """
    if useful < 2:
        raise ValueError("limits need at least two points off the median")
    return round(log2(useful) + 3), int(binom.ppf(MISSED, useful - 1, 0.5))


def run_chart(values: ArrayLike) -> RunChart | None:
    """Hold a series against the two rules; None where there are no points.

    values: one for each period, in order of time, shape (n,). Under `FEWEST_USEFUL` points off the median
    the signal is too_few_points, whatever the points do.
    Source: as `run_limits`; the median is that of all points.
    Checked: tests/test_numerics_run_rules.py (by hand).
    """
    series = finite_vector(values, "values")
    if not len(series):
        return None
    median = float(np.median(series))
    above = (series > median)[series != median]
    useful = len(above)
    turns = np.flatnonzero(np.diff(above))
    longest = int(np.diff(turns, prepend=-1, append=useful - 1).max()) if useful else 0
    limits: tuple[int, int] | tuple[None, None] = run_limits(useful) if useful > 1 else (None, None)
    return RunChart(
        median=median,
        useful=useful,
        longest_run=longest,
        longest_run_limit=limits[0],
        crossings=len(turns),
        crossings_limit=limits[1],
        signal=_signal(useful, longest, len(turns)),
    )


def _signal(useful: int, longest: int, crossings: int) -> RunSignal:
    if useful < FEWEST_USEFUL:
        return "too_few_points"
    longest_limit, crossings_limit = run_limits(useful)
    shifted, few = longest > longest_limit, crossings < crossings_limit
    if shifted and few:
        return "both"
    return "shift" if shifted else "crossings" if few else "none"
