"""What is compatible with the data for a ratio of two estimates: an interval, two rays, or every number.

A ratio whose denominator may be zero has no interval, and a pair of numbers alone does not say whether what
lies between them, or all but what lies between them, is meant. The kind of the set is part of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from primus_eval.numerics.net_benefit import Joint
from primus_eval.vocabulary import FiellerSet


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioSet:
    """The set of ratios that the data do not refute.

    interval: from low to high. two_rays: up to low, and from high on. whole_line: no ends, both None; one
    end may also be missing where the set is a single ray.
    """

    kind: FiellerSet
    low: float | None
    high: float | None


def fieller_set(both: Joint, *, quantile: float) -> RatioSet:
    """Return all values r for which cost - r x averted does not differ from zero.

    quantile: of the standard normal distribution, 1.96 for 95 %. With a = averted^2 - q^2 Var(averted),
    b = averted x cost - q^2 Cov, c = cost^2 - q^2 Var(cost), the set is a r^2 - 2 b r + c <= 0: an interval
    where a > 0, that is where what is averted differs from zero itself; where a < 0 the outside of the roots,
    or everything where there are none.
    Source: Fieller 1954, Journal of the Royal Statistical Society B 16:175-185.
    Checked: tests/test_numerics_fieller.py (three kinds of set against R; the test inverted on a grid).
    """
    square = quantile**2
    a = both.averted**2 - square * both.var_averted
    b = both.averted * both.cost - square * both.covariance
    c = both.cost**2 - square * both.var_cost
    if a == 0:
        return _linear(b, c)
    discriminant = b**2 - a * c
    if a > 0:
        discriminant = max(discriminant, 0.0)  # the ratio itself is in the set; below zero is rounding
    if discriminant < 0:
        return RatioSet(kind="whole_line", low=None, high=None)
    low, high = _roots(a, b, c, sqrt(discriminant))
    return RatioSet(kind="interval" if a > 0 else "two_rays", low=low, high=high)


def _roots(a: float, b: float, c: float, root: float) -> tuple[float, float]:
    """Solve a r^2 - 2 b r + c = 0 without the difference of two numbers that are nearly alike."""
    far = b + root if b >= 0 else b - root
    first = far / a
    second = c / far if far != 0 else -first
    return min(first, second), max(first, second)


def _linear(b: float, c: float) -> RatioSet:
    """The quadratic term is nought: one ray, or everything."""
    if b == 0:
        return RatioSet(kind="whole_line", low=None, high=None)
    end = c / (2 * b)
    return RatioSet(kind="two_rays", low=None if b > 0 else end, high=end if b > 0 else None)
