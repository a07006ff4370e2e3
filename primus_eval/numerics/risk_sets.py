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
from scipy.sparse import coo_array

from primus_eval.numerics.inputs import Bools, Floats, Integers

CALENDAR = 4
"""The most days of a calendar per row for which it is worth writing one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSets:
    """The layout of the event days; the two matrices are sparse, (event days, rows).

    Their entries are in the order of the rows, in which sums read the values of the rows fastest.

    first, last: the event days on which each row is at risk, `last` excluded; shape (rows,).
    event_rows, event_day: which rows had an event, and on which event day; shape (events,).
    events_per_day: how many events fall on each event day.
    day_time, day_stratum: when each event day is, and in which stratum.
    changes: 1 on the last day on which a row is at risk, -1 on the day before its first.
    dies: 1 on the day of a row's event.
    stratum_bounds: where each stratum begins in the line of days, and the end of the line.
    """

    first: Integers
    last: Integers
    event_rows: Integers
    event_day: Integers
    events_per_day: Integers
    day_time: Floats
    day_stratum: Integers
    changes: coo_array
    dies: coo_array
    stratum_bounds: Integers

    def at_risk_sums(self, values: Floats, weights: Floats | None = None) -> Floats:
        """Sum `values` (rows, columns), times the weight of the row, over those at risk on each event day."""
        sums = _weighted(self.changes, weights) @ values
        for begin, end in pairwise(self.stratum_bounds):
            sums[begin:end] = sums[begin:end][::-1].cumsum(axis=0)[::-1]
        return sums

    def event_sums(self, values: Floats, weights: Floats | None = None) -> Floats:
        """Sum `values` (rows, columns), times the weight of the row, over the events of each event day."""
        return _weighted(self.dies, weights) @ values

    def sums_while_at_risk(self, per_day: Floats) -> Floats:
        """Sum one number, or one vector, per event day over the days on which each row is at risk."""
        total = np.concatenate((np.zeros_like(per_day[:1]), per_day.cumsum(axis=0)))
        lived_through = total[self.last]
        if self.first.any():
            lived_through -= total[self.first]
        return lived_through


def risk_sets(stop: Floats, event: Bools, strata: Integers, start: Floats | None = None) -> RiskSets:
    """Lay out the risk sets of rows (start, stop] in strata coded 0, 1, 2 ... with at least one event.

    Ties: a row whose stop is an event day is at risk on it; a row whose start is an event day is not.
    """
    times, stop_rank = _distinct(stop)
    # Whole-number keys put the days of stratum 0 before those of stratum 1; comparing them is exact.
    keys = strata * len(times) + stop_rank
    days = np.unique(keys[event])
    last = np.searchsorted(days, keys, side="right")
    strata_begin = np.arange(strata.max(initial=0) + 1) * len(times)
    first_of_stratum = np.searchsorted(days, strata_begin, side="left")[strata]
    first = first_of_stratum
    if start is not None:
        entry_key = strata * len(times) + np.searchsorted(times, start, side="right") - 1
        first = np.searchsorted(days, entry_key, side="right")
    event_rows = np.flatnonzero(event)
    event_day = last[event_rows] - 1
    ever = np.flatnonzero(last > first)
    changing, change_day, change = ever, last[ever] - 1, np.ones(len(ever))
    if start is not None:
        late = np.flatnonzero((last > first) & (first > first_of_stratum))
        changing = np.concatenate((ever, late))
        change_day = np.concatenate((change_day, first[late] - 1))
        change = np.concatenate((change, -np.ones(len(late))))
    shape = (len(days), len(stop))
    return RiskSets(
        first=first,
        last=last,
        event_rows=event_rows,
        event_day=event_day,
        events_per_day=np.bincount(event_day, minlength=len(days)),
        day_time=times[days % len(times)],
        day_stratum=days // len(times),
        changes=coo_array((change, (change_day, changing)), shape=shape),
        dies=coo_array((np.ones(len(event_rows)), (event_day, event_rows)), shape=shape),
        stratum_bounds=np.append(np.flatnonzero(np.diff(days // len(times), prepend=-1)), len(days)),
    )


def _distinct(days: Floats) -> tuple[Floats, Integers]:
    """Return the distinct days in order and the place of each row's day among them.

    Whole days are looked up in a calendar instead of sorted.
    """
    if not len(days) or days.min() < 0 or days.max() >= CALENDAR * len(days):
        return np.unique(days, return_inverse=True)
    whole = days.astype(np.int64)
    if (whole != days).any():
        return np.unique(days, return_inverse=True)
    calendar = np.zeros(whole.max() + 1, dtype=bool)
    calendar[whole] = True
    return np.flatnonzero(calendar).astype(float), (calendar.cumsum() - 1)[whole]


def _weighted(matrix: coo_array, weights: Floats | None) -> coo_array:
    """Multiply each column by its weight."""
    if weights is None:
        return matrix
    return coo_array((matrix.data * weights[matrix.col], (matrix.row, matrix.col)), shape=matrix.shape)
