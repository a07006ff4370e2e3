"""Shares of people rounded so that no two of them count the few who are in one and not in the other.

Some numbers of a programme are nested: whoever had two mentors was matched, whoever was met at the gate was
met in the first month. Shown exactly, each pair of them counts a group. Rounded to the midpoints of one
grid of steps of k + 1, two numbers differ by none to k people or by more than that can be as few as one:
no difference of two of them is known to be one to k - 1. So it is with what a rounded number leaves of an
exact one.

Parts that add up are more than pairs: where all are rounded, their sum can pin them to the ends of their
steps. So the largest part is not rounded but shown as what the others leave, and says nothing of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf, log10

from primus_eval.disclosure.coarse import SHARE_STEPS, behind, midpoint, nearest_shown
from primus_eval.numerics.proportions import proportion_wilson

FEWEST_STEPS = 4
"""Steps of rounding that a number of people needs before a share of it is worth showing."""

DIGITS = 2
RATE_STEPS = (*SHARE_STEPS, 0.5, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Some of a number of people, both rounded, and the interval of whatever they hide."""

    numerator: int
    denominator: int
    estimate: float | None
    conf_low: float | None
    conf_high: float | None


def number_shown(people: int, shown: Sequence[int], k: int) -> int:
    """Return an exact number that is shown and differs by less than k, or else the midpoint of the step.

    So a number of people is shown as one that a reader has anyway, or is known to be k away from all of them.

    >>> number_shown(46, [48], 5), number_shown(43, [48], 5)
    (48, 45)
    """
    if people == 0:
        return 0
    near = nearest_shown(people, shown, k)
    return near if near in shown else midpoint(people, k)


def is_enough(people: int | None, k: int) -> bool:
    """Whether a share of so many people, rounded, still says something."""
    return people is not None and people >= FEWEST_STEPS * (k + 1)


def rounded_share(
    some: int,
    people: int,
    *,
    k: int,
    shown: Sequence[int] = (),
    conf_level: float | None = 0.95,
    rest: int | None = None,
    slack: int = 0,
) -> Share:
    """Round some of a number of people; the interval holds those of all counts that round alike.

    rest: where this part of the people is what the other parts leave, their number; then it may be off by
    slack people. Source of the interval: Wilson (1927). Checked: tests/test_release_programme.py.
    """
    of = number_shown(people, shown, k)
    part = min(midpoint(some, k) if rest is None else max(rest, 0), of)
    if of == 0:
        return Share(numerator=part, denominator=of, estimate=None, conf_low=None, conf_high=None)
    low, high = (part - slack, part + slack) if rest is not None else behind(midpoint(some, k), k)
    fewest, most = (of - (k - 1), of + (k - 1)) if of in shown else behind(of, k)
    ends: tuple[float | None, float | None] = (None, None)
    if conf_level is not None:
        least = proportion_wilson(max(min(low, most), 0), most, conf_level=conf_level)
        fewest = max(fewest, 1)
        greatest = proportion_wilson(min(high, fewest), fewest, conf_level=conf_level)
        ends = (least.conf_low, greatest.conf_high)
    return Share(numerator=part, denominator=of, estimate=part / of, conf_low=ends[0], conf_high=ends[1])


def parts_of(counts: Sequence[int], total: int, *, k: int) -> list[int]:
    """Round the parts of a total that is shown; the largest is what the others leave.

    >>> parts_of([40, 5, 3, 0], 48, k=5)
    [42, 3, 3, 0]
    """
    rounded = [midpoint(count, k) for count in counts]
    largest = max(range(len(counts)), key=lambda place: counts[place])
    rounded[largest] = max(total - (sum(rounded) - rounded[largest]), 0)
    return rounded


def rounded_sum(total: float, k: int) -> float:
    """Round a sum over people (weeks, contacts, hours) to two digits, a small one to a step of k + 1.

    >>> rounded_sum(1432, 5), rounded_sum(37, 5), rounded_sum(0, 5)
    (1400.0, 39.0, 0.0)
    """
    return float(midpoint(round(total), k)) if total <= 100 else two_digits(total)


def rounded_rate(rate: float, units: float | None, k: int) -> float:
    """Round a rate so coarsely that k contacts, or k people, more or fewer give the same.

    units: what it is a rate of, such as weeks; where that is not known, two digits are shown.

    >>> rounded_rate(0.7034, 2400, 5), rounded_rate(0.7034, 60, 5), rounded_rate(23.46, None, 5)
    (0.7, 0.7, 23.0)
    """
    rate = two_digits(rate)
    step = step_for(units, k) if units is not None else None
    return rate if step is None else round(round(round(rate / step, 9)) * step, 6) + 0.0


def rounded_interval(
    ends: tuple[float | None, float | None], value: float | None, *, step: float | None, most: float
) -> tuple[float | None, float | None]:
    """Round an interval outwards, to two digits or a coarser step, until the value shown lies within it.

    value: as it is shown. step: that k more or fewer do not exceed, None where there is none. most: the
    greatest value there is. Only at the ends of the scale, zero and most, may an end be the value.

    >>> rounded_interval((0.4123, 0.5832), 0.6, step=0.01, most=1.0)
    (0.41, 0.61)
    >>> rounded_interval((0.0, 0.93), 0.0, step=0.25, most=1.0)
    (0.0, 1.0)
    """
    low, high = ends
    if low is None or high is None:
        return None, None
    least = 0.0 if low >= 0 else -inf
    width = max(step or 0.0, _second_digit(high))
    low, high = _whole_steps(floor, low, width), _whole_steps(ceil, high, width)
    if value is not None and low >= value:
        low = _whole_steps(ceil, value, width) - width
    if value is not None and high <= value:
        high = _whole_steps(floor, value, width) + width
    return max(round(low, 6), least) + 0.0, min(round(high, 6), most)


def _second_digit(value: float) -> float:
    """Return the place of the second significant digit: 0.01 of 0.58, 1 of 37."""
    return 10.0 ** (floor(log10(abs(value))) - 1) if value else 0.01


def _whole_steps(to: Callable[[float], int], value: float, step: float) -> float:
    return to(round(value / step, 9)) * step


def step_for(units: float, k: int, steps: Sequence[float] = RATE_STEPS) -> float | None:
    """Return the first step that k of so many units do not exceed, None if none is so coarse.

    >>> step_for(500, 5), step_for(48, 5), step_for(3, 5)
    (0.01, 0.25, None)
    """
    return next((step for step in steps if units > 0 and step >= k / units), None)


def two_digits(value: float) -> float:
    """Round to two significant digits.

    >>> two_digits(0.10349), two_digits(-0.0)
    (0.1, 0.0)
    """
    return float(f"{value:.{DIGITS}g}") + 0.0
