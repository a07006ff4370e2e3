"""The share who have had the event by a day, where something else may make the event impossible first.

A competing event (death, leaving the country) ends a person's chance of the event: after it they will
not have it. Censoring leaves open whether they will. One minus Kaplan-Meier treats the dead like people
whose later days are unknown, and so answers for a world without death; the Aalen-Johansen estimate
answers for the people there were. Where nothing competes the two are one.

Convention: as `event_table`; events and competing events of a day come before its censorings.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.effect import Effect, normal_quantile, not_estimable, without_interval
from primus_eval.numerics.inputs import Bools, Floats, Integers, follow_up, yes_no_vector
from primus_eval.vocabulary import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetingTable:
    """One entry per distinct day on which someone had either event or was last seen, in order of days."""

    time_days: Floats
    at_risk: Integers
    events: Integers
    competing: Integers
    censored: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativeIncidence:
    """The curve just after each day of a table; before the first day it is 0.

    The interval does not exist where the incidence is 0 or 1. There std_error is 0 and both ends equal
    the incidence: read them as "no interval", not as certainty.
    """

    time_days: Floats
    at_risk: Integers
    events: Integers
    competing: Integers
    censored: Integers
    incidence: Floats
    std_error: Floats
    conf_low: Floats
    conf_high: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """Per day of a table: the share without either event before and after it, and the incidence after."""

    before: Floats
    after: Floats
    incidence: Floats


def competing_table(time_days: ArrayLike, event: ArrayLike, competing: ArrayLike) -> CompetingTable:
    """Count who was at risk, had the event, had a competing event and was last seen, on each distinct day.

    time_days: days to whichever came first, or to the end of follow-up, >= 0, shape (n,). event,
    competing: 0 or 1, shape (n,), never both 1 in one person.
    Checked: tests/reference/test_against_r.py (R survfit), tests/test_numerics_competing.py (by hand).
    """
    time, had_event, had_competing = competing_follow_up(time_days, event, competing)
    days, day_of_person = np.unique(time, return_inverse=True)
    leaving = np.bincount(day_of_person, minlength=len(days))
    events = np.bincount(day_of_person[had_event], minlength=len(days))
    competed = np.bincount(day_of_person[had_competing], minlength=len(days))
    return CompetingTable(
        time_days=days,
        at_risk=leaving[::-1].cumsum()[::-1],
        events=events,
        competing=competed,
        censored=leaving - events - competed,
    )


def aalen_johansen(table: CompetingTable, *, conf_level: float) -> CumulativeIncidence:
    """Estimate the share who have had the event by each day, in the presence of competing events.

    The estimate is the sum over days of S d / n, with S the share without either event before the day,
    d the events and n the people at risk. Its variance is the Greenwood-type one: on each day people at
    risk fall into event, competing event and neither (a multinomial), and days add up. R's survfit gives
    the same number as the infinitesimal jackknife; the variance of cmprsk::cuminc (Aalen 1978) differs.
    The interval is normal on the scale log(-log(1 - incidence)).
    Source: Aalen & Johansen 1978, Scandinavian Journal of Statistics 5:141-150; variance: Allignol,
    Schumacher & Beyersmann 2010, Biometrical Journal 52:126-137, the Greenwood-type estimator; interval:
    Beyersmann, Allignol & Schumacher 2012, Competing Risks and Multistate Models with R, equation 4.21.
    Checked: tests/reference/test_against_r.py (R survfit and etm), tests/test_numerics_competing.py (by
    hand, person by person, coverage in simulated trials).
    """
    course = _course(table)
    variances = [_variance(table, course, step) for step in range(len(table.time_days))]
    std_error = np.sqrt(np.array(variances, dtype=float))
    low, high = _ends(course.incidence, std_error, normal_quantile(conf_level))
    return CumulativeIncidence(
        time_days=table.time_days,
        at_risk=table.at_risk,
        events=table.events,
        competing=table.competing,
        censored=table.censored,
        incidence=course.incidence,
        std_error=std_error,
        conf_low=low,
        conf_high=high,
    )


def incidence_at(
    time_days: ArrayLike,
    event: ArrayLike,
    competing: ArrayLike,
    *,
    horizon_days: float,
    conf_level: float,
) -> Effect:
    """Share of one group who had the event by the horizon, in the presence of competing events.

    A share of exactly 0 or 1 has no interval; the estimate is given without one.
    Source: as `aalen_johansen`.
    Checked: tests/reference/test_against_r.py (R survfit and etm).
    """
    time, had_event, had_competing = competing_follow_up(time_days, event, competing)
    if len(time) == 0:
        return not_estimable("too_few_people")
    point = _point(time, had_event, had_competing, horizon_days)
    if not isinstance(point, tuple):
        return not_estimable(point)
    incidence, std_error = point
    if incidence in (0.0, 1.0):
        return Effect(estimate=incidence, reason="no_interval_at_certainty")
    low, high = _ends(np.array([incidence]), np.array([std_error]), normal_quantile(conf_level))
    return Effect(estimate=incidence, conf_low=float(low[0]), conf_high=float(high[0]), std_error=std_error)


def incidence_difference(
    time_days: ArrayLike,
    event: ArrayLike,
    competing: ArrayLike,
    treated: ArrayLike,
    *,
    horizon_days: float,
    conf_level: float,
) -> Effect:
    """Difference in the share who had the event by the horizon, treatment minus control.

    Both shares are Aalen-Johansen estimates. The interval is put together from theirs on the scale
    log(-log(1 - incidence)) by the method of variance estimates recovery, as Newcombe's is from Wilson's
    for plain shares: the estimate less the root of the sum of squares of the distances from one share to
    its lower and from the other to its upper end. So it never leaves -1 to 1, and in arms of 20 and 50 it
    covers closer to what it says, or more, than the normal interval does. No p-value belongs to it; the
    standard error is that of the difference. No interval is given where nobody, or everybody, in an arm had
    the event: that arm has none.
    Source: as `aalen_johansen`; interval: Zou & Donner 2008, Statistics in Medicine 27:1693-1702.
    Checked: tests/reference/test_against_r.py (R survfit and etm), tests/test_numerics_competing.py
    (coverage), tests/benchmarks/coverage_of_incidence.py (coverage beside the normal interval).
    """
    time, had_event, had_competing = competing_follow_up(time_days, event, competing)
    in_treatment = yes_no_vector(treated, "treated", length=len(time))
    if in_treatment.all() or not in_treatment.any():
        return not_estimable("one_arm_empty")
    points = []
    for arm in (in_treatment, ~in_treatment):
        point = _point(time[arm], had_event[arm], had_competing[arm], horizon_days)
        if not isinstance(point, tuple):
            return not_estimable(point)
        points.append(point)
    (treatment, error_treatment), (control, error_control) = points
    difference = treatment - control
    if {treatment, control} & {0.0, 1.0}:
        return without_interval(difference)
    shares, errors = np.array([treatment, control]), np.array([error_treatment, error_control])
    (low, low_control), (high, high_control) = _ends(shares, errors, normal_quantile(conf_level))
    return Effect(
        estimate=difference,
        conf_low=difference - hypot(treatment - low, high_control - control),
        conf_high=difference + hypot(high - treatment, control - low_control),
        std_error=hypot(error_treatment, error_control),
    )


def competing_follow_up(
    time_days: ArrayLike, event: ArrayLike, competing: ArrayLike
) -> tuple[Floats, Bools, Bools]:
    """Return follow-up times, and indicators of the event and of a competing one, never both in a person."""
    time, had_event = follow_up(time_days, event)
    had_competing = yes_no_vector(competing, "competing", length=len(time))
    if (had_event & had_competing).any():
        raise ValueError("event and competing must not both be 1 in one person")
    return time, had_event, had_competing


def is_determined(table: CompetingTable, day: float) -> bool:
    """Whether the data say what the incidence is on this day; the table has at least one day.

    They do when someone was followed that long, and also when the last people seen all had one of the
    events, because nobody is left whose later days are unknown.
    """
    return bool(table.time_days[-1] >= day or table.censored[-1] == 0)


def _point(
    time: Floats, had_event: Bools, had_competing: Bools, horizon_days: float
) -> tuple[float, float] | Reason:
    """Return incidence and standard error at the horizon, or why the data do not determine them."""
    if not np.isfinite(horizon_days) or horizon_days < 0:
        raise ValueError("horizon_days must be finite and not negative")
    table = competing_table(time, had_event, had_competing)
    if not is_determined(table, horizon_days):
        return "horizon_beyond_followup"
    step = int(np.searchsorted(table.time_days, horizon_days, side="right")) - 1
    if step < 0:
        return 0.0, 0.0
    course = _course(table)
    return float(course.incidence[step]), float(np.sqrt(_variance(table, course, step)))


def _course(table: CompetingTable) -> _Course:
    either = table.events + table.competing
    after = np.cumprod((table.at_risk - either) / table.at_risk)
    before = np.concatenate(([1.0], after[:-1]))[: len(after)]
    incidence = np.cumsum(before * table.events / table.at_risk)
    # Where nobody is left and nothing competed it is 1, which the sum may miss by rounding.
    everyone = (after == 0) & (np.cumsum(table.competing) == 0)
    return _Course(before=before, after=after, incidence=np.where(everyone, 1.0, incidence))


def _variance(table: CompetingTable, course: _Course, step: int) -> float:
    """Return the variance of the incidence after a day, the sum of what each day up to it adds.

    A day adds S^2 / n times the variance, over the people at risk, of what became of them: 1 after the
    event, 0 after a competing one, q after neither, where q is the chance of the event in the days that
    remain up to `step`. Written by pairs, p1 p2 + p1 p0 (1 - q)^2 + p2 p0 q^2, so that nothing cancels.
    """
    if course.incidence[step] in (0.0, 1.0):
        return 0.0
    days = slice(0, step + 1)
    at_risk = table.at_risk[days].astype(float)
    event, competing = table.events[days] / at_risk, table.competing[days] / at_risk
    neither = (table.at_risk - table.events - table.competing)[days] / at_risk
    after = course.after[days]
    to_come = course.incidence[step] - course.incidence[days]
    later = np.zeros(len(after))
    np.divide(to_come, after, out=later, where=after > 0)
    spread = event * competing + neither * (event * (1 - later) ** 2 + competing * later**2)
    return float((course.before[days] ** 2 * spread / at_risk).sum())


def _ends(incidence: Floats, std_error: Floats, z: float) -> tuple[Floats, Floats]:
    low, high = incidence.copy(), incidence.copy()
    inside = (incidence > 0) & (incidence < 1)
    rest = 1 - incidence[inside]
    spread = np.exp(z * std_error[inside] / (-rest * np.log(rest)))
    low[inside], high[inside] = 1 - rest ** (1 / spread), 1 - rest**spread
    return low, high
