"""What a sentence says, as records: its numbers and what they count, its intervals and windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from primus_eval.claims.amounts import Span
from primus_eval.claims.marked import Marked

Kind = Literal[
    "share", "count", "points", "relative", "ratio", "time", "needed", "p_value", "number", "year", "none"
]
"""What a number counts: a share of people, x of y people, percentage points (or people in 100), percent of a
share, so many times, days, people needed, a p-value, anything else, a year, and "none" as an end."""

Direction = Literal["", "down", "up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number of the sentence: as it is written, what it counts, and the values that are written so."""

    written: str
    kind: Kind
    span: Span
    direction: Direction = ""
    of: int | None = None
    """Of how many people, where people are counted."""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The two ends of an interval that the sentence gives."""

    low: Quantity
    high: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a sentence says."""

    text: str
    language: str
    marked: Marked
    quantities: tuple[Quantity, ...] = ()
    intervals: tuple[Interval, ...] = ()
    levels: tuple[Quantity, ...] = ()
    """At what level an interval is said to be."""
    windows: tuple[Span, ...] = ()
    """Days within which events are said to be counted."""
    is_about_a_part: bool = False
    """Whether it names the day on which a part of follow-up begins as well as that on which it ends."""
    pairs: frozenset[int] = frozenset()
    """Which quantities are the later one of `from x to y`: y is that of the treatment arm."""
