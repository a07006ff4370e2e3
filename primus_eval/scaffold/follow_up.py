"""How long people were followed: the unit of the time column, and a usual window that it covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from primus_eval.scaffold import words

DAYS_PER_WEEK = 7
WINDOWS = {
    "days": (1826, 1095, 730, 365, 182, 91, 28, 7, 1),
    "weeks": (260, 156, 104, 52, 26, 13, 4, 1),
}
"""Usual windows of follow-up, the longest first: five years, three, two and one, half of one, and less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A guess of the window of an outcome, and whether all were followed to its end or to the event."""

    unit: str = "days"
    window: int = 365
    is_complete: bool = True

    @property
    def window_days(self) -> int:
        """The window in days."""
        return self.window * (DAYS_PER_WEEK if self.unit == "weeks" else 1)


def follow_up(name: str, times: Sequence[str], events: Sequence[str], *, no: Sequence[str]) -> FollowUp:
    """Guess the longest usual window that half of the people without the event were followed for.

    name: of the column of times. times, events: its cells and those of the event, one per person. no: the
    codes of the event column that mean that it did not happen. A usual window says nothing of any person.
    """
    unit = "weeks" if words.WEEKS.search(name) else "days"
    without = sorted(
        int(time) for time, event in zip(times, events, strict=True) if event in no and time.isdecimal()
    )
    if not without:
        return FollowUp(unit=unit, window=WINDOWS[unit][3])
    median = without[len(without) // 2]
    window = next((window for window in WINDOWS[unit] if window <= median), 1)
    return FollowUp(unit=unit, window=window, is_complete=without[0] >= window)
