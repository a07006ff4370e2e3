"""Calendar months: which there are, in which month a day lies, which matches were open as a month began."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, overload

import numpy as np

from primus_eval.estimators.process.delivered import Delivered
from primus_eval.measurement.days import FAR, NO_DAY
from primus_eval.numerics.inputs import Floats, Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Months:
    """Months of the calendar in a row, from the first match or contact to the last whole one in the data.

    first: the first day of each, shape (months,). after: the day after the last of them.
    """

    first: Integers
    after: int

    def index_of(self, day: Integers) -> Integers:
        """Return the place of the month of each day, -1 outside of them."""
        inside = (day >= (self.first[0] if len(self.first) else FAR)) & (day < self.after)
        return np.where(inside, np.searchsorted(self.first, day, side="right") - 1, -1)

    @property
    def names(self) -> list[str]:
        """The months as 2018-04."""
        return [str(day.astype("datetime64[D]").astype("datetime64[M]")) for day in self.first]

    def sums(self, day: Integers) -> Integers:
        """Count the days given that lie in each month."""
        index = self.index_of(day)
        return np.bincount(index[index >= 0], minlength=len(self.first))

    def covered(self, begin: Integers, end: Integers) -> Floats:
        """Add up the days of stretches [begin, end) that lie in each month."""
        edges = np.append(self.first, self.after)
        some = end > begin
        # Days before an edge, over all stretches: those begun by then, less those ended.
        lengths = _days_before(edges, begin[some]) - _days_before(edges, end[some])
        return np.diff(lengths).astype(float)


def _days_before(edges: Integers, begin: Integers) -> Integers:
    """Add up, for each edge, the days from each beginning to it."""
    ordered = np.sort(begin)
    count = np.searchsorted(ordered, edges, side="right")
    return count * edges - np.append(0, np.cumsum(ordered))[count]


def months_of(delivered: Delivered) -> Months:
    """Return the months of a programme; those that the data do not reach the end of are left out."""
    begun = [delivered.matches.begin] if delivered.matches is not None else []
    seen = [*begun]
    if delivered.matches is not None:
        served_until = delivered.matches.served_until
        seen.append(served_until[served_until != FAR])
    if delivered.contacts is not None:
        begun.append(delivered.contacts.day)
        seen.append(delivered.contacts.day)
    days = np.concatenate([np.empty(0, dtype=np.int64), *begun])
    if not len(days):
        return Months(first=np.empty(0, dtype=np.int64), after=NO_DAY)
    last = int(np.concatenate(seen).max()) + 1
    first_month = days.min().astype("datetime64[D]").astype("datetime64[M]")
    last_month = np.datetime64(last - 1, "D").astype("datetime64[M]") + 1
    if delivered.cut != FAR:
        last_month = min(last_month, np.datetime64(delivered.cut, "D").astype("datetime64[M]"))
    last_month = max(last_month, first_month)
    starts = np.arange(first_month, last_month + 1).astype("datetime64[D]").astype(np.int64)
    return Months(first=starts[:-1], after=int(starts[-1]))


@overload
def open_in_months(
    delivered: Delivered, months: Months, *, by_mentor: Literal[True]
) -> tuple[Integers, Integers, Integers]: ...


@overload
def open_in_months(delivered: Delivered, months: Months) -> tuple[Integers, Integers]: ...


def open_in_months(
    delivered: Delivered, months: Months, *, by_mentor: bool = False
) -> tuple[Integers, Integers] | tuple[Integers, Integers, Integers]:
    """Return who had an open match on the first day of which month: person and month, each pair once.

    A match that goes on after the planned weeks is open up to their end. by_mentor: each match with its
    mentor, and not each pair once.
    """
    matches = delivered.matches
    assert matches is not None  # asked by those who need matches
    first = np.searchsorted(months.first, matches.begin, side="left")
    last = np.searchsorted(months.first, matches.served_until, side="left")
    n = np.maximum(last - first, 0)
    index = np.repeat(np.arange(len(n)), n)
    month = np.arange(len(index)) - np.repeat(np.cumsum(n) - n, n) + first[index]
    if by_mentor:
        return matches.person[index], month, matches.mentor[index]
    size = max(len(months.first), 1)
    pairs = np.unique(matches.person[index] * size + month)
    return pairs // size, pairs % size
