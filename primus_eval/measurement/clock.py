"""The clock of each participant: when the window begins and ends, until when is decided, who is mature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from primus_eval.definitions import Reoffending, later_by_months
from primus_eval.measurement.days import FAR, NO_DAY


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clock:
    """Days of each participant, shape (n_people,); all ends are the first day that no longer counts.

    start: first day of the window. end: its end by the calendar. outer: the latest that it can end (later
    than `end` in a window of days at liberty only). deadline: the first day on which a decision is too
    late, FAR without a decision lag. Where a person has no start the other days mean nothing.
    """

    start: np.ndarray
    end: np.ndarray
    outer: np.ndarray
    deadline: np.ndarray

    @property
    def runs(self) -> np.ndarray:
        """Whether a person's clock starts at all."""
        return self.start != NO_DAY

    @property
    def complete_on(self) -> np.ndarray:
        """The first day on which everything that counts has been seen."""
        return np.where(self.deadline == FAR, self.outer, np.maximum(self.outer, self.deadline))


def clock_of(start: np.ndarray, definition: Reoffending) -> Clock:
    """Set the clock of a definition for each participant; start: days, NO_DAY where there is none."""
    days, day_of_person = _calendar(np.where(start == NO_DAY, 0, start.astype(np.int64)))
    end = _end(days, definition)
    outer = _outer(days, end, definition)
    deadline = _deadline(days, outer, definition)
    end, outer, deadline = (each[day_of_person] for each in (end, outer, deadline))
    return Clock(start=start.astype(np.int64), end=end, outer=outer, deadline=deadline)


def _calendar(begun: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return days on which clocks start, and where in them each person's is: dates are slow to reckon with.

    That is every day between the first and the last where many people share them, else the day of each.
    """
    first, last = begun.min(initial=0), begun.max(initial=0)
    if last - first < len(begun):
        return np.arange(first, last + 1), begun - first
    return begun, np.arange(len(begun))


def _end(start: np.ndarray, definition: Reoffending) -> np.ndarray:
    if definition.window_months is not None:
        return later_by_months(start, definition.window_months)
    return start + (definition.window_days or 0)


def _outer(start: np.ndarray, end: np.ndarray, definition: Reoffending) -> np.ndarray:
    extension = definition.street_extension_months
    if extension is None:
        return end
    if definition.window_months is None:
        return later_by_months(end, extension)
    return later_by_months(start, definition.window_months + extension)


def _deadline(start: np.ndarray, outer: np.ndarray, definition: Reoffending) -> np.ndarray:
    lag = definition.decision_lag
    if lag is None:
        return np.full(len(start), FAR, dtype=np.int64)
    if lag.months_after_index is not None:
        return later_by_months(start, lag.months_after_index)
    if lag.days_after_window is not None:
        return outer + lag.days_after_window
    year = start.astype("datetime64[D]").astype("datetime64[Y]")
    return (year + ((lag.calendar_years or 0) + 1)).astype("datetime64[D]").astype(np.int64)


def is_mature(clock: Clock, *, randomised: np.ndarray, among: np.ndarray, cutoff: int) -> np.ndarray:
    """Whether each participant was randomised early enough, shape (n_people,).

    among: whose maturity decides, shape (n_people,). Everybody randomised on or after the first of them who
    cannot have been followed to the end is immature, also those who happen to have been: choosing people by
    the length of their follow-up would choose them by when they were released.
    """
    incomplete = among & (clock.complete_on > cutoff + 1)
    if not incomplete.any():
        return np.ones(len(randomised), dtype=bool)
    return randomised < randomised[incomplete].min()
