"""The mean number of events a person has had by a day, where people may have several.

Two answers by one formula. Where nothing but the end of the study ends observation, the mean count is the
sum over days of events by people at risk, d / n, whatever makes some people have many (the mean cumulative
function). Where death, or leaving the country, ends it, the dead have no more events, and each day's rate
counts only for the share still there: the sum of S d / n, with S the share not dead before the day. The
first answers for the second only if nobody dies; taking the dead for censored would answer for a world
without death.

Assumed: who is still observed on a day has events that day at the same rate as those no longer observed
would have. Nothing is assumed of how the events of one person hang together: the variance adds up, for
each person, all they did to the estimate.

Convention: everyone is followed from day 0. A person is at risk on a day when end_days >= that day; events
and deaths of a day come before its censorings, and on the day of death events still count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot, prod

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.effect import Effect, normal_quantile, not_estimable, wald, without_interval
from primus_eval.numerics.inputs import Bools, Floats, Integers, finite_vector, follow_up
from primus_eval.vocabulary import Reason

NEGLIGIBLE_VARIANCE = 1e-12
"""Beside the uncentred second moment of what people add: a variance as small is zero but for rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHistories:
    """How long each of n people was followed, whether death ended it, and when each event was.

    end_days, terminal: shape (n,). person, event_days: whose each event is, and when; shape (events,).
    """

    end_days: Floats
    terminal: Bools
    person: Integers
    event_days: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanCount:
    """The mean count just after each day on which someone had an event or was last seen; before it is 0.

    events counts events, not people; at_risk people. std_error is on the scale of the mean, conf_low and
    conf_high are normal on the scale of its logarithm. Where the mean is 0, or everyone had the same, there
    is no interval: std_error is 0 and both ends equal the mean. Read them as "no interval".
    """

    time_days: Floats
    at_risk: Integers
    events: Integers
    mean_count: Floats
    std_error: Floats
    conf_low: Floats
    conf_high: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Counts per distinct day, and the place among the days of each person's end and each event."""

    days: Floats
    end_at: Integers
    event_at: Integers
    at_risk: Floats
    events: Floats
    deaths: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Jumps:
    """What each person adds to k sums on a day, at the place `at` among the days; shape (jumps,), (jumps, k).

    Sorted by person and day, one for each of both.
    """

    person: Integers
    at: Integers
    size: Floats


def event_histories(
    end_days: ArrayLike, person: ArrayLike, event_days: ArrayLike, *, terminal: ArrayLike | None = None
) -> EventHistories:
    """Check and hold the event histories of n people, in any order.

    end_days: last day of follow-up, >= 0, shape (n,). terminal: 1 where death ended it, else 0; without it
    nobody died. person: 0 ... n - 1, shape (events,). event_days: 0 <= day <= end of that person.
    """
    ends, died = follow_up(end_days, np.zeros(np.shape(end_days)) if terminal is None else terminal)
    days = finite_vector(event_days, "event_days")
    whose = np.asarray(person)
    if whose.shape != days.shape or not (np.issubdtype(whose.dtype, np.integer) or len(whose) == 0):
        raise ValueError("person must hold a whole number for each event")
    whose = whose.astype(np.int64)
    if len(whose) and (whose.min() < 0 or whose.max() >= len(ends)):
        raise ValueError("person must lie between 0 and the number of people less 1")
    if (days < 0).any() or (days > ends[whose]).any():
        raise ValueError("event_days must lie between 0 and the end of the person's follow-up")
    return EventHistories(end_days=ends, terminal=died, person=whose, event_days=days)


def until(histories: EventHistories, horizon_days: float) -> EventHistories:
    """Return the same histories, looked at no longer than up to and including a day."""
    seen = histories.event_days <= horizon_days
    return replace(
        histories,
        end_days=np.minimum(histories.end_days, horizon_days),
        terminal=histories.terminal & (histories.end_days <= horizon_days),
        person=histories.person[seen],
        event_days=histories.event_days[seen],
    )


def mean_count(histories: EventHistories, *, conf_level: float) -> MeanCount:
    """Estimate the mean number of events per person by each day, of people of whom some may die.

    Without deaths it is the Nelson-Aalen type estimate, the mean cumulative function, with the robust
    variance of Lawless & Nadeau; with deaths it is Ghosh & Lin's. The variance is the sum of the squared
    influences of the people on the estimate (the infinitesimal jackknife), with no factor for small
    samples: where everyone is observed to the end, it is that of a plain mean of counts, the mean squared
    deviation (divisor n) by n. The influence of deaths is that on the Kaplan-Meier curve S as it is
    computed, so with 1 / (n - d) for d deaths among n at risk, where Ghosh & Lin's limit has 1 / n.
    Source: Nelson 1988, Journal of Quality Technology 20:24-35; Lawless & Nadeau 1995, Technometrics
    37:158-168; with deaths Ghosh & Lin 2000, Biometrics 56:554-562; normal interval for the logarithm.
    Checked: tests/reference/against_recurrent.py (R survfit, its influences; mets recurrentMarginal),
    tests/test_numerics_mean_count.py (by hand, person by person, coverage in simulated trials).
    """
    if len(histories.end_days) == 0:
        none, zero = np.empty(0), np.empty(0, dtype=np.int64)
        return MeanCount(
            time_days=none,
            at_risk=zero,
            events=zero,
            mean_count=none,
            std_error=none,
            conf_low=none,
            conf_high=none,
        )
    table = _table(histories)
    before = _alive_before(table)
    mean = np.cumsum(before * table.events / table.at_risk)
    std_error = np.sqrt(_variance(histories, table, before, mean))
    low, high = _ends(mean, std_error, normal_quantile(conf_level))
    return MeanCount(
        time_days=table.days,
        at_risk=table.at_risk.astype(np.int64),
        events=table.events.astype(np.int64),
        mean_count=mean,
        std_error=std_error,
        conf_low=low,
        conf_high=high,
    )


def mean_count_at(histories: EventHistories, *, horizon_days: float, conf_level: float) -> Effect:
    """Mean number of events per person by the horizon in one group, with an interval on the log scale.

    A mean of 0, or that of people who all had the same number, is given without an interval.
    Source: as `mean_count`.
    Checked: tests/reference/against_recurrent.py (R survfit, its influences).
    """
    if len(histories.end_days) == 0:
        return not_estimable("too_few_people")
    point = _point(histories, horizon_days)
    if not isinstance(point, tuple):
        return not_estimable(point)
    mean, std_error = point
    if std_error == 0:
        return without_interval(mean)
    (low,), (high,) = _ends(np.array([mean]), np.array([std_error]), normal_quantile(conf_level))
    return Effect(
        estimate=mean, conf_low=float(low), conf_high=float(high), std_error=std_error / mean, scale="log"
    )


def mean_count_difference(
    treatment: EventHistories, control: EventHistories, *, horizon_days: float, conf_level: float
) -> Effect:
    """Difference in the mean number of events per person by the horizon, with a normal interval.

    The arms are independent, so variances add. Without interval where an arm has no variance, as when
    nobody in it had an event.
    Source: as `mean_count`, in each arm.
    Checked: tests/reference/against_recurrent.py (R survfit, its influences),
    tests/test_numerics_mean_count.py (coverage in simulated trials).
    """
    if not len(treatment.end_days) or not len(control.end_days):
        return not_estimable("one_arm_empty")
    points = []
    for arm in (treatment, control):
        point = _point(arm, horizon_days)
        if not isinstance(point, tuple):
            return not_estimable(point)
        points.append(point)
    (mean_treatment, error_treatment), (mean_control, error_control) = points
    difference = mean_treatment - mean_control
    if 0 in (error_treatment, error_control):
        return without_interval(difference)
    return wald(difference, hypot(error_treatment, error_control), conf_level=conf_level)


def _point(histories: EventHistories, horizon_days: float) -> tuple[float, float] | Reason:
    """Return mean and standard error at the horizon, or why the data do not determine them.

    They do when someone was followed that long, and also when the last people seen all died, because
    nobody is left whose later days are unknown.
    """
    if not np.isfinite(horizon_days) or horizon_days < 0:
        raise ValueError("horizon_days must be finite and not negative")
    last = histories.end_days.max()
    if last < horizon_days and not histories.terminal[histories.end_days == last].all():
        return "horizon_beyond_followup"
    curve = mean_count(until(histories, horizon_days), conf_level=0.95)
    return float(curve.mean_count[-1]), float(curve.std_error[-1])


def _table(histories: EventHistories) -> _Table:
    both = np.concatenate((histories.end_days, histories.event_days))
    days, place = np.unique(both, return_inverse=True)
    end_at, event_at = place[: len(histories.end_days)], place[len(histories.end_days) :]
    leaving = np.bincount(end_at, minlength=len(days))
    return _Table(
        days=days,
        end_at=end_at,
        event_at=event_at,
        at_risk=leaving[::-1].cumsum()[::-1].astype(float),
        events=np.bincount(event_at, minlength=len(days)).astype(float),
        deaths=np.bincount(end_at[histories.terminal], minlength=len(days)).astype(float),
    )


def _alive_before(table: _Table) -> Floats:
    after = np.cumprod((table.at_risk - table.deaths) / table.at_risk)
    return np.concatenate(([1.0], after[:-1]))


def _variance(histories: EventHistories, table: _Table, before: Floats, mean: Floats) -> Floats:
    """Return the variance after each day: over people, the sum of the squares of their influences.

    The influence of a person on the mean m(t) is
        U(t) = integral S / n dM - integral (m(t) - m(s)) / (n - d) dD,
    where dM is what they added to the events less what people at risk add on average, and dD the same for
    deaths. It is P - m(t) Q + W with the sums P of S / n dM, Q of 1 / (n - d) dD and W of m / (n - d) dD,
    so that six sums of products, followed from day to day, give the squares of U for every day at once.
    """
    survivors = table.at_risk - table.deaths
    of_death = np.divide(1.0, survivors, out=np.zeros(len(survivors)), where=survivors > 0)
    weights = np.column_stack((before / table.at_risk, of_death, mean * of_death))
    event_share, death_share = table.events / table.at_risk, table.deaths / table.at_risk
    expected = weights * np.column_stack((event_share, death_share, death_share))

    dead = np.flatnonzero(histories.terminal)
    n_events = len(table.event_at)
    added = np.zeros((n_events + len(dead), 3))
    added[:n_events, 0] = weights[table.event_at, 0]
    added[n_events:, 1:] = weights[table.end_at[dead], 1:]
    jumps = _jumps(
        np.concatenate((histories.person, dead)),
        np.concatenate((table.event_at, table.end_at[dead])),
        added,
        n_days=len(mean),
    )
    sums = slice(0, 3 if len(dead) else 1)  # without deaths Q and W are nothing
    products, uncentred = _sums_of_products(
        replace(jumps, size=jumps.size[:, sums]), expected[:, sums], table
    )
    shares = np.column_stack((np.ones(len(mean)), -mean, np.ones(len(mean))))[:, sums]
    variance = (shares[:, :, None] * products * shares[:, None, :]).sum(axis=(1, 2))
    size = (shares**2 * uncentred).sum(axis=1)
    return np.where(variance > NEGLIGIBLE_VARIANCE * size, variance, 0.0)


def _jumps(person: Integers, at: Integers, added: Floats, *, n_days: int) -> _Jumps:
    """Add up what falls on one day of a person, and sort by person and day."""
    key = person * n_days + at
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1) != 0)
    size = np.add.reduceat(added[order], first, axis=0) if len(first) else added
    return _Jumps(person=person[order][first], at=at[order][first], size=size)


def _sums_of_products(jumps: _Jumps, expected: Floats, table: _Table) -> tuple[Floats, Floats]:
    """Follow k sums X of each person from day to day; return the sums over people of X_k X_l after each day.

    A person's X grows by their jumps, and falls by `expected` on every day on which they are at risk. So its
    products change by X dX' + X' dX + dX dX' for those at risk, with X as it was before the day. Returns
    shape (days, k, k), and the sums of squares without the fall, shape (days, k).
    """
    at, size, n_days = jumps.at, jumps.size, len(expected)
    fallen = expected.cumsum(axis=0) - expected
    grown = _earlier_jumps(jumps)
    earlier = grown - fallen[at]
    at_risk = table.at_risk[:, None]

    # Who had an event counts among those at risk from the day after it until the end.
    last = table.end_at[jumps.person]
    still = (_by_day(size, at + 1, n_days) - _by_day(size, last + 1, n_days)).cumsum(axis=0)
    before = still - at_risk * fallen
    today = _by_day(size, at, n_days)
    crossed = _by_day(earlier[:, :, None] * size[:, None, :], at, n_days)
    crossed -= (before + today)[:, :, None] * expected[:, None, :]
    squares = _by_day(size[:, :, None] * size[:, None, :], at, n_days)
    squares += (at_risk * expected)[:, :, None] * expected[:, None, :]
    uncentred = _by_day((2 * grown + size) * size, at, n_days)
    return (crossed + crossed.transpose(0, 2, 1) + squares).cumsum(axis=0), uncentred.cumsum(axis=0)


def _earlier_jumps(jumps: _Jumps) -> Floats:
    """Add up the jumps of the same person before each, shape (jumps, k)."""
    running = jumps.size.cumsum(axis=0) - jumps.size
    first = np.flatnonzero(np.diff(jumps.person, prepend=-1) != 0)
    repeats = np.diff(np.append(first, len(running)))
    return running - np.repeat(running[first], repeats, axis=0)


def _by_day(values: Floats, at: Integers, n_days: int) -> Floats:
    """Add up values (n, ...) by the place of their day; what lies after the last day is dropped."""
    columns = values.reshape(len(values), prod(values.shape[1:])).T
    sums = [np.bincount(at, weights=column, minlength=n_days + 1)[:n_days] for column in columns]
    return np.column_stack(sums).astype(float).reshape(n_days, *values.shape[1:])


def _ends(mean: Floats, std_error: Floats, z: float) -> tuple[Floats, Floats]:
    low, high = mean.copy(), mean.copy()
    some = std_error > 0
    spread = np.exp(z * std_error[some] / mean[some])
    low[some], high[some] = mean[some] / spread, mean[some] * spread
    return low, high
