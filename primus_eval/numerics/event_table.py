"""Counts at each distinct day of follow-up, and the Kaplan-Meier curve drawn from them.

Convention: a person is at risk on a day when time_days >= that day; where an event and a censoring
fall on the same day, the event comes first. Everyone is followed from day 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.effect import normal_quantile
from primus_eval.numerics.inputs import Floats, Integers, follow_up


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTable:
    """One entry per distinct day on which someone had the event or was last seen, in order of days."""

    time_days: Floats
    at_risk: Integers
    events: Integers
    censored: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class KaplanMeier:
    """The curve just after each day of an event table; before the first day it is 1.

    std_error is Greenwood's, on the scale of the survival itself, and 0 where survival is 1 or 0.
    The log-log interval does not exist where survival is 1 or 0. There both ends equal the survival:
    read them as "no interval", not as certainty. (R's survfit prints NA for both.)
    """

    time_days: Floats
    at_risk: Integers
    events: Integers
    censored: Integers
    survival: Floats
    std_error: Floats
    conf_low: Floats
    conf_high: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class PointOnCurve:
    """A Kaplan-Meier curve read on one day; at_risk counts those still followed just before it."""

    survival: float
    std_error: float
    conf_low: float
    conf_high: float
    at_risk: int


def event_table(time_days: ArrayLike, event: ArrayLike) -> EventTable:
    """Count who was at risk, who had the event and who was last seen, on each distinct day.

    time_days: days to the event or to the end of follow-up, >= 0, shape (n,). event: 0 or 1, shape (n,).
    Checked: tests/reference/test_against_r.py (R survfit), tests/test_numerics_survival.py (by hand).
    """
    time, had_event = follow_up(time_days, event)
    days, day_of_person = np.unique(time, return_inverse=True)
    leaving = np.bincount(day_of_person, minlength=len(days))
    events = np.bincount(day_of_person[had_event], minlength=len(days))
    at_risk = leaving[::-1].cumsum()[::-1]
    return EventTable(time_days=days, at_risk=at_risk, events=events, censored=leaving - events)


def kaplan_meier(table: EventTable, *, conf_level: float) -> KaplanMeier:
    """Estimate the share still without the event after each day, with Greenwood's standard error.

    Source: Kaplan & Meier 1958, JASA 53:457-481; Greenwood 1926; the log-log interval is that of
    Kalbfleisch & Prentice 2002, The Statistical Analysis of Failure Time Data, section 1.4.
    Checked: tests/reference/test_against_r.py (R survfit, conf.type "log-log"),
    tests/test_numerics_survival.py (by hand).
    """
    survival, relative_variance = survival_and_variance(table)
    relative_error = np.sqrt(relative_variance)
    low, high = _log_log_ends(survival, relative_error, normal_quantile(conf_level))
    return KaplanMeier(
        time_days=table.time_days,
        at_risk=table.at_risk,
        events=table.events,
        censored=table.censored,
        survival=survival,
        std_error=survival * relative_error,
        conf_low=low,
        conf_high=high,
    )


def survival_and_variance(table: EventTable) -> tuple[Floats, Floats]:
    """Return the curve and Greenwood's sum, the variance of its logarithm where that exists."""
    survivors = table.at_risk - table.events
    survival = np.cumprod(survivors / table.at_risk)
    # A day that leaves no survivors would add infinity, times a survival of zero: it adds nothing here.
    terms = np.zeros(len(survival))
    np.divide(table.events, table.at_risk * survivors.astype(float), out=terms, where=survivors > 0)
    return survival, np.cumsum(terms)


def _log_log_ends(survival: Floats, relative_error: Floats, z: float) -> tuple[Floats, Floats]:
    low, high = survival.copy(), survival.copy()
    inside = (survival > 0) & (survival < 1)
    log_survival = np.log(survival[inside])
    spread = np.exp(z * relative_error[inside] / -log_survival)
    low[inside] = np.exp(log_survival * spread)
    high[inside] = np.exp(log_survival / spread)
    return low, high


def at(curve: KaplanMeier, day: float) -> PointOnCurve:
    """Read the curve on a day: the value after that day's events.

    After the last day of the table the last value is carried on; ask `is_determined` before quoting it.
    """
    at_risk = curve.at_risk[np.searchsorted(curve.time_days, day, side="left") :]
    waiting = int(at_risk[0]) if len(at_risk) else 0
    step = int(np.searchsorted(curve.time_days, day, side="right")) - 1
    if step < 0:
        return PointOnCurve(survival=1.0, std_error=0.0, conf_low=1.0, conf_high=1.0, at_risk=waiting)
    return PointOnCurve(
        survival=float(curve.survival[step]),
        std_error=float(curve.std_error[step]),
        conf_low=float(curve.conf_low[step]),
        conf_high=float(curve.conf_high[step]),
        at_risk=waiting,
    )


def is_determined(table: EventTable, day: float) -> bool:
    """Tell whether the data determine survival up to `day`.

    They do when someone was followed that long, and also when the last people seen all had the event,
    because nobody is left whose later days are unknown.
    """
    return len(table.time_days) > 0 and bool(table.time_days[-1] >= day or table.censored[-1] == 0)
