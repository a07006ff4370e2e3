"""Whether two numbers of a sentence are the interval of a finding, in whichever unit they are written."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from primus_eval.claims.amounts import PERCENT, exactly
from primus_eval.claims.said import Interval, Quantity
from primus_eval.findings import Finding
from primus_eval.methods import ONE_ARM
from primus_eval.wording.quantities import DAYS_PER_WEEK, TIME_MEASURES
from primus_eval.wording.subject import null_of

NOBODY = Fraction(5, 1000)
"""An end nearer to no difference in risk than half a person in 100 may be called none."""


def is_interval_of(interval: Interval, row: Finding, *, flips: bool = False) -> bool:
    """Whether the ends that a sentence gives are those of a finding's interval, in either order.

    flips: whether the sentence says the contrast the other way round. Ends on either side of no difference
    must be told apart by their signs or directions.
    """
    if row.conf_low is None or row.conf_high is None:
        return False
    ends = (row.conf_low, row.conf_high)
    is_on_both_sides = row.conf_low < null_of(row) < row.conf_high and _is_contrast(row)
    if is_on_both_sides and not all(_shows_its_side(end, row) for end in (interval.low, interval.high)):
        return False
    return any(
        _is_end(interval.low, first, row, flips=flips) and _is_end(interval.high, second, row, flips=flips)
        for first, second in (ends, ends[::-1])
    )


def _is_contrast(row: Finding) -> bool:
    return row.effect_measure not in (*ONE_ARM, "number_needed_to_treat")


def _shows_its_side(end: Quantity, row: Finding) -> bool:
    """Whether an end says on which side of no difference it lies: by a direction, or as a ratio itself."""
    is_itself = row.unit == "ratio" and end.kind in ("number", "ratio")
    return bool(end.direction) or end.kind == "none" or is_itself


def _is_end(end: Quantity, value: float, row: Finding, *, flips: bool) -> bool:
    """Whether an end is written so, in whichever unit; a direction that is said must be its own."""
    exact, null = exactly(value), Fraction(null_of(row))
    if end.kind == "none":
        nearly = row.unit == "proportion" and abs(exact) < NOBODY
        return exact == null or nearly
    if end.direction and _is_contrast(row):
        is_down = (exact < null) != flips
        if (end.direction == "down") != is_down:
            return False
    return any(form in end.span for form in _forms(end, exact, row))


def _forms(end: Quantity, exact: Fraction, row: Finding) -> tuple[Fraction, ...]:
    """Return the values as which an end may be written: as it is, in percent, in weeks, in whole people."""
    size = abs(exact)
    is_percent = end.kind in ("share", "points", "relative")
    if row.unit == "points" and end.kind == "points":
        return (size * PERCENT,)  # points of a score; the word is read as percentage points
    if row.unit == "ratio":
        return (abs(exact - 1),) if is_percent else (exact, 100 * abs(exact - 1))
    if row.unit == "proportion":
        return (size,) if is_percent else (size, 100 * size)
    if row.effect_measure in TIME_MEASURES:
        return (size,) if end.kind == "time" else (size, size / DAYS_PER_WEEK)
    if row.effect_measure == "number_needed_to_treat":
        return Fraction(floor(size)), Fraction(ceil(size))
    return (size,)
