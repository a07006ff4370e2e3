"""How often a first event happens in each year, among those still free of it.

A cumulative curve never falls, so that it hides whether the risk itself does. Year by year it shows: the
rate is first events per year of persons who were still free of it and still observed. From the second year
on, the people at risk are those without an event so far, and the arms are no longer those randomised.

Convention: a year ends with its last day. Time is counted to the end of the day of the event, see
`estimators.days`; an event is in a year where begin < time <= end, and who is at risk in it has time > begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri

from primus_eval.numerics.inputs import Bools, Floats, finite_vector, follow_up, yes_no_vector

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyHazard:
    """One year: people free of the event when it begins, first events in it, and what follows.

    hazard: events per person at risk, a proportion; None where somebody was lost in the year, because what
    became of them is not known. rate: events per year of persons; conf_low, conf_high: its interval. None
    where nobody was observed.
    """

    year: int
    at_risk: int
    events: int
    person_years: float
    hazard: float | None
    rate: float | None
    conf_low: float | None
    conf_high: float | None


def year_ends(horizon_days: float) -> tuple[float, ...]:
    """Return the last day of each whole year of a window, in days from its beginning.

    Years are those of the calendar: a window of 24 months has at least 730 days, one of 60 months 1826. A
    window one day or two short of whole years, such as 52 weeks, has them; what is left of a year has none.

    >>> year_ends(730), year_ends(364), year_ends(1826)[-1], year_ends(540)
    ((365.0, 730.0), (364.0,), 1826.0, (365.0,))
    """
    years = int((horizon_days + 2) // DAYS_PER_YEAR)
    return tuple(float(min(int(DAYS_PER_YEAR * year), horizon_days)) for year in range(1, years + 1))


def yearly_hazards(
    time_days: ArrayLike,
    event: ArrayLike,
    lost: ArrayLike,
    *,
    ends_days: Sequence[float],
    conf_level: float,
) -> tuple[YearlyHazard, ...]:
    """Count who was free of the event when each year began, and who had it in that year.

    time_days: days to the first event or to the end of observation, above 0, shape (n,). event: whether it
    ended with the event. lost: whether it ended with neither the event nor one that made it impossible.
    ends_days: the last day of each year, ascending. The interval of the rate is exact for a Poisson count.
    Source: Garwood 1936, Biometrika 28:437-442.
    Checked: tests/test_numerics_yearly_hazards.py (1445 people of Chung, Schmidt & Witte 1991; R
    poisson.test; by hand).
    """
    time, had_event = follow_up(time_days, event)
    was_lost = yes_no_vector(lost, "lost", length=len(time))
    ends = finite_vector(ends_days, "ends_days")
    if (np.diff(ends, prepend=0.0) <= 0).any():
        raise ValueError("ends_days must ascend from above 0")
    begins = np.concatenate(([0.0], ends[:-1]))
    return tuple(
        _year(number, time, had_event, was_lost, float(begin), float(end), conf_level)
        for number, (begin, end) in enumerate(zip(begins, ends, strict=True), 1)
    )


def _year(
    number: int, time: Floats, event: Bools, lost: Bools, begin: float, end: float, conf_level: float
) -> YearlyHazard:
    at_risk = time > begin
    events = int((event & at_risk & (time <= end)).sum())
    people = int(at_risk.sum())
    person_years = float((np.minimum(time[at_risk], end) - begin).sum() / DAYS_PER_YEAR)
    known = people > 0 and not bool((lost & at_risk & (time < end)).any())
    low, high = poisson_interval(events, conf_level=conf_level)
    observed = person_years > 0
    return YearlyHazard(
        year=number,
        at_risk=people,
        events=events,
        person_years=person_years,
        hazard=events / people if known else None,
        rate=events / person_years if observed else None,
        conf_low=low / person_years if observed else None,
        conf_high=high / person_years if observed else None,
    )


def poisson_interval(events: int, *, conf_level: float) -> tuple[float, float]:
    """Return the exact interval for the mean of a Poisson count; its lower end is 0 where the count is.

    Source: Garwood 1936, Biometrika 28:437-442.
    Checked: tests/test_numerics_yearly_hazards.py (R poisson.test).

    >>> [round(end, 4) for end in poisson_interval(3, conf_level=0.95)]
    [0.6187, 8.7673]
    """
    tail = (1 - conf_level) / 2
    low = float(chdtri(2 * events, 1 - tail)) / 2 if events else 0.0
    return low, float(chdtri(2 * events + 2, tail)) / 2
