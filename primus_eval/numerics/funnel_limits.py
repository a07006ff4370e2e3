"""How far from a common proportion may a unit of so many people lie by chance? Exact, and so in steps.

The limits take the benchmark as known. Where it is the mean of a handful of units it is not, and a unit that
makes up much of the mean pulls it towards itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

from primus_eval.numerics.inputs import Floats, Integers, finite_vector

SMALLEST_UNIT = 12
"""People of a unit below which limits leave hardly any number outside, and no funnel is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelLimits:
    """Fewest and most people of each unit inside its limits, both of them inside; shape (units,)."""

    fewest: Integers
    most: Integers
    low: Floats
    high: Floats


def funnel_limits(units: ArrayLike, *, benchmark: float, coverage: float) -> FunnelLimits:
    """Return the numbers of people that lie inside the limits of each unit, and the same as proportions.

    units: people of each unit, whole numbers of at least 1, shape (units,). benchmark: the proportion that
    holds everywhere, strictly between 0 and 1. coverage: 0.95 or 0.998, of which half lies on either side:
    below, and above, each a chance of no more than (1 - coverage) / 2.
    Source: Spiegelhalter 2005, Statistics in Medicine 24:1185-1202, appendix A.1.1, without interpolation
    between whole numbers.
    Checked: tests/reference/against_process.py (R qbinom), tests/test_numerics_funnel_limits.py (tails added
    up).
    """
    people = finite_vector(units, "units")
    if (people < 1).any() or (people != np.floor(people)).any():
        raise ValueError("units must be whole numbers of at least 1")
    if not 0 < benchmark < 1 or not 0 < coverage < 1:
        raise ValueError("benchmark and coverage must lie strictly between 0 and 1")
    tail = (1 - coverage) / 2
    fewest = binom.ppf(tail, people, benchmark).astype(np.int64)
    most = binom.isf(tail, people, benchmark).astype(np.int64)
    return FunnelLimits(fewest=fewest, most=most, low=fewest / people, high=most / people)
