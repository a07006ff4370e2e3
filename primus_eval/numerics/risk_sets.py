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
    """The layout of the event days.

    The matrices are sparse, with a column for each row; their entries are in the order of the rows, in which
    sums read the values of the rows fastest.

    first, last: the event days on which each row is at risk, `last` excluded; shape (rows,).
    event_rows, event_day: which rows had an event, and on which event day; shape (events,).
    events_per_day: how many events fall on each event day.
    day_time, day_stratum: when each event day is, and in which stratum.
    tied_day, tied_share: for every event, day after day, its event day, and how many of the day's events
    stand before it, as a share of them; shape (events,).
    leaves: 1 on the last day on which a row is at risk; days of leaving without an event stand first, those
    of an event after them; (2 x event days, rows).
    enters: 1 on the day before the first on which a row is at risk; (event days, rows); None if all are at
    risk from the start.
    dies: 1 on the day of a row's event; (event days, rows).
    stratum_bounds: where each stratum begins in the line of days, and the end of the line.
    """

    first: Integers
    last: Integers
    event_rows: Integers
    event_day: Integers
    events_per_day: Integers
    day_time: Floats
    day_stratum: Integers
    tied_day: Integers
    tied_share: Floats
    leaves: coo_array
    enters: coo_array | None
    dies: coo_array
    stratum_bounds: Integers

    def at_risk_and_event_sums(self, values: Floats, weights: Floats | None = None) -> tuple[Floats, Floats]:
        """Sum `values` (rows, columns), times the weight of the row, over those at risk and over the events.

        Both per event day; one reading of the rows gives both.
        """
        left = _weighted(self.leaves, weights) @ values
        days = len(self.day_time)
        at_risk, dying = left[:days], left[days:]
        at_risk += dying
        if self.enters is not None:
            at_risk -= _weighted(self.enters, weights) @ values
        for begin, end in pairwise(self.stratum_bounds):
            at_risk[begin:end] = at_risk[begin:end][::-1].cumsum(axis=0)[::-1]
        return at_risk, dying

    def at_risk_sums(self, values: Floats) -> Floats:
        """Sum `values` (rows, columns) over those at risk on each event day."""
        return self.at_risk_and_event_sums(values)[0]

    def event_sums(self, values: Floats) -> Floats:
        """Sum `values` (rows, columns) over the events of each event day."""
        return self.dies @ values

    def sums_while_at_risk(self, per_day: Floats) -> Floats:
        """Sum one number, or one vector, per event day over the days on which each row is at risk."""
        total = until_each_day(per_day)
        lived_through = total[self.last]
        if self.first.any():
            lived_through -= total[self.first]
        return lived_through


def until_each_day(per_day: Floats) -> Floats:
    """Sum over the event days before each one, and last over all of them."""
    return np.concatenate((np.zeros_like(per_day[:1]), per_day.cumsum(axis=0)))


def risk_sets(stop: Floats, event: Bools, strata: Integers, start: Floats | None = None) -> RiskSets:
    """Lay out the risk sets of rows (start, stop] in strata coded 0, 1, 2 ... with at least one event.

    Ties: a row whose stop is an event day is at risk on it; a row whose start is an event day is not.
    """
    times, stop_rank = _distinct(stop)
    # Whole-number keys put the days of stratum 0 before those of stratum 1; comparing them is exact.
    keys = strata * len(times) + stop_rank
    n_strata = int(strata.max(initial=0)) + 1
    days, last = _days_until(keys, event, n_strata * len(times))
    strata_begin = np.arange(n_strata) * len(times)
    first = np.searchsorted(days, strata_begin, side="left")[strata]
    late = np.zeros(len(stop), dtype=bool)
    if start is not None:
        entry_key = strata * len(times) + np.searchsorted(times, start, side="right") - 1
        entry = np.searchsorted(days, entry_key, side="right")
        first, late = entry, (last > entry) & (entry > first)
    event_rows = np.flatnonzero(event)
    event_day = last[event_rows] - 1
    events_per_day = np.bincount(event_day, minlength=len(days))
    tied_day = np.repeat(np.arange(len(days)), events_per_day)
    before = np.arange(len(tied_day)) - (events_per_day.cumsum() - events_per_day)[tied_day]
    ever = np.flatnonzero(last > first)
    return RiskSets(
        first=first,
        last=last,
        event_rows=event_rows,
        event_day=event_day,
        events_per_day=events_per_day,
        day_time=times[days % len(times)],
        day_stratum=days // len(times),
        tied_day=tied_day,
        tied_share=before / events_per_day[tied_day],
        leaves=_ones((last - 1 + len(days) * event)[ever], ever, shape=(2 * len(days), len(stop))),
        enters=_ones(first[late] - 1, np.flatnonzero(late), shape=(len(days), len(stop)))
        if late.any()
        else None,
        dies=_ones(event_day, event_rows, shape=(len(days), len(stop))),
        stratum_bounds=np.append(np.flatnonzero(np.diff(days // len(times), prepend=-1)), len(days)),
    )


def _days_until(keys: Integers, event: Bools, end: int) -> tuple[Integers, Integers]:
    """Return the distinct keys of events, below `end`, and how many of them lie at or below each key."""
    of_events = keys[event]
    if end > CALENDAR * len(keys):
        days = np.unique(of_events)
        return days, np.searchsorted(days, keys, side="right")
    has_event = np.zeros(end, dtype=bool)
    has_event[of_events] = True
    return np.flatnonzero(has_event), has_event.cumsum()[keys]


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


def _ones(day: Integers, row: Integers, *, shape: tuple[int, int]) -> coo_array:
    return coo_array((np.ones(len(row)), (day, row)), shape=shape)


def _weighted(matrix: coo_array, weights: Floats | None) -> coo_array:
    """Multiply each column by its weight."""
    if weights is None:
        return matrix
    return coo_array((matrix.data * weights[matrix.col], (matrix.row, matrix.col)), shape=matrix.shape)
