"""What a number in a sentence may stand for: the span of values that are written so.

"29 %" is written for anything from 28.5 up to 29.5 percent. "One in three" is written for what no other
fraction of as small numbers comes nearer to. All arithmetic is decimal or in fractions, so that a value on
the edge of a span is on the same side on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

PERCENT = Fraction(1, 100)
SMALL_DENOMINATOR = 5
"""Halves, thirds, quarters and fifths are told apart; finer fractions among those as fine as they."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Values from `low` up to, and without, `high`; one value where the two are equal."""

    low: Fraction
    high: Fraction

    def __contains__(self, value: float | Fraction) -> bool:
        exact = value if isinstance(value, Fraction) else exactly(value)
        return self.low <= exact < self.high or exact == self.low == self.high

    def times(self, factor: Fraction) -> Span:
        return Span(low=self.low * factor, high=self.high * factor)

    def turned(self) -> Span | None:
        """Return the span of one over these values, None where that includes infinity."""
        return None if self.low <= 0 else Span(low=1 / self.high, high=1 / self.low)

    @property
    def middle(self) -> Fraction:
        return (self.low + self.high) / 2


def exactly(value: float) -> Fraction:
    """Return the shortest decimal that reads back as this float, as it is printed with all its digits."""
    return Fraction(Decimal(repr(float(value))))


def rounded_to(value: Fraction, unit: Fraction) -> Span:
    """Return what is written as this value, a multiple of this unit; zero is written for zero only.

    >>> 0.2949 in rounded_to(Fraction(29, 100), Fraction(1, 100))
    True
    >>> [value in rounded_to(Fraction(0), Fraction(1, 100)) for value in (0.0, 0.004)]
    [True, False]
    """
    half = unit / 2 if value else Fraction(0)
    return Span(low=value - half, high=value + half)


def just_over(value: Fraction, unit: Fraction) -> Span:
    """Return what is called more than this value: up to one unit more."""
    return Span(low=value, high=value + unit)


def just_under(value: Fraction, unit: Fraction) -> Span:
    """Return what is called less than this value: up to one unit less."""
    return Span(low=value - unit, high=value)


def as_fraction(fraction: Fraction) -> Span:
    """Return what is called this fraction: what no other fraction of as small numbers is nearer to.

    >>> span = as_fraction(Fraction(1, 3))
    >>> round(float(span.low), 3), round(float(span.high), 3)
    (0.292, 0.367)
    """
    order = max(SMALL_DENOMINATOR, fraction.denominator)
    others = [Fraction(k, n) for n in range(1, order + 1) for k in range(n + 1)]
    below = max((other for other in others if other < fraction), default=fraction)
    above = min((other for other in others if other > fraction), default=fraction)
    return Span(low=(below + fraction) / 2, high=(fraction + above) / 2)
