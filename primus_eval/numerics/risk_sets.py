"""Who is at risk on which event day, laid out once and used for every sum over risk sets.

An event day is a distinct day with an event within a stratum; the days of all strata stand in one
line, stratum after stratum. A row (start, stop] is at risk on the days `first` to `last - 1` of that
line. A sum over a risk set is the sum on the following day, plus the rows that leave in between, minus
those that enter: one cumulative sum per stratum, and no loop over people or days.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from primus_eval.numerics.inputs import Bools, Floats, Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSets:
    """The layout of the event days; the two matrices are sparse, (event days, rows).

    first, last: the event days on which each row is at risk, `last` excluded; shape (rows,).
    event_rows, event_day: which rows had an event, and on which event day; shape (events,).
    events_per_day: how many events fall on each event day.
    changes: 1 on the last day on which a row is at risk, -1 on the day before its first.
    dies: 1 on the day of a row's event.
    stratum_bounds: where each stratum begins in the line of days, and the end of the line.
    """

    first: Integers
    last: Integers
    event_rows: Integers
    event_day: Integers
    events_per_day: Integers
    changes: csr_array
    dies: csr_array
    stratum_bounds: Integers

    def at_risk_sums(self, values: Floats) -> Floats:
        """Sum `values` (rows, columns) over the rows at risk on each event day."""
        sums = self.changes @ values
        for begin, end in pairwise(self.stratum_bounds):
            sums[begin:end] = sums[begin:end][::-1].cumsum(axis=0)[::-1]
        return sums

    def event_sums(self, values: Floats) -> Floats:
        """Sum `values` (rows, columns) over the rows with an event on each event day."""
        return self.dies @ values

    def sums_while_at_risk(self, per_day: Floats) -> Floats:
        """Sum one number, or one vector, per event day over the days on which each row is at risk."""
        total = np.concatenate((np.zeros_like(per_day[:1]), per_day.cumsum(axis=0)))
        return total[self.last] - total[self.first]


def risk_sets(stop: Floats, event: Bools, strata: Integers, start: Floats | None = None) -> RiskSets:
    """Lay out the risk sets of rows (start, stop] in strata coded 0, 1, 2 ... with at least one event.

    Ties: a row whose stop is an event day is at risk on it; a row whose start is an event day is not.
    """
    times, stop_rank = np.unique(stop, return_inverse=True)
    # Whole-number keys put the days of stratum 0 before those of stratum 1; comparing them is exact.
    keys = strata * len(times) + stop_rank
    days = np.unique(keys[event])
    last = np.searchsorted(days, keys, side="right")
    first_of_stratum = np.searchsorted(days, strata * len(times), side="left")
    first = first_of_stratum
    if start is not None:
        entry_key = strata * len(times) + np.searchsorted(times, start, side="right") - 1
        first = np.searchsorted(days, entry_key, side="right")
    event_rows = np.flatnonzero(event)
    event_day = last[event_rows] - 1
    ever = np.flatnonzero(last > first)
    late = np.flatnonzero((last > first) & (first > first_of_stratum))
    shape = (len(days), len(stop))
    return RiskSets(
        first=first,
        last=last,
        event_rows=event_rows,
        event_day=event_day,
        events_per_day=np.bincount(event_day, minlength=len(days)),
        changes=_indicator(last[ever] - 1, ever, shape) - _indicator(first[late] - 1, late, shape),
        dies=_indicator(event_day, event_rows, shape),
        stratum_bounds=np.append(np.flatnonzero(np.diff(days // len(times), prepend=-1)), len(days)),
    )


def _indicator(days: Integers, rows: Integers, shape: tuple[int, int]) -> csr_array:
    return csr_array((np.ones(len(days)), (days, rows)), shape=shape)
