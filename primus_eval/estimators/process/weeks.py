"""Week by week from release: who of those offered the programme could be met, who was, who was elsewhere.

Week 0 begins on the day of release, weeks before it are negative. A week is observed where the person was
randomised when it began and the data reach to its end. Its state is where most of its days were spent:
contactable on four or more of them is free; otherwise custody, or dead or abroad, whichever has more days
(as many: dead or abroad). Before release everybody alive and in the country is in custody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from primus_eval.estimators.process.delivered import Delivered
from primus_eval.measurement.spells import custody_days
from primus_eval.numerics.inputs import Bools, Integers

MOST_DAYS = 4
"""Days of a week that are more than half of it."""

STATES = ("in_contact", "free_no_contact", "custody", "dead_or_abroad", "not_yet_observed")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeekTable:
    """Weeks of those offered the programme; person: their rows, week: the weeks; others (people, weeks).

    contacts: all that were held. met: whether one was held on a day on which the person was contactable.
    """

    person: Integers
    week: Integers
    observed: Bools
    free: Bools
    away: Bools
    contacts: Integers
    met: Bools

    @property
    def in_contact(self) -> Bools:
        return self.observed & self.free & self.met

    def in_state(self, state: str) -> Bools:
        """Whether each week of each person was spent in a state, of `STATES`; each in exactly one."""
        return {
            "in_contact": self.in_contact,
            "free_no_contact": self.observed & self.free & ~self.met,
            "custody": self.observed & ~self.free & ~self.away,
            "dead_or_abroad": self.observed & ~self.free & self.away,
            "not_yet_observed": ~self.observed,
        }[state]


def week_table(delivered: Delivered) -> WeekTable:
    """Lay out the planned weeks of everybody offered the programme.

    Checked: tests/test_process_weeks.py (person by person, day by day).
    """
    people, process = delivered.people, delivered.process
    person = np.flatnonzero(people.treated)
    week = np.arange(-process.weeks_before_release, process.weeks_after_release)
    shape = (len(person), len(week))
    observed, free, away = (np.zeros(shape, dtype=bool) for _ in range(3))
    for column, number in enumerate(week.tolist()):
        begin = people.release[person] + 7 * number
        observed[:, column] = (
            people.has_release[person] & (begin >= people.randomised[person]) & (begin + 7 <= delivered.cut)
        )
        days = _contactable_days(delivered, person, begin)
        gone = np.clip(begin + 7 - people.gone[person], 0, 7)
        free[:, column] = days >= MOST_DAYS
        away[:, column] = gone >= 7 - days - gone
    contacts, met = _contacts(delivered, person, week)
    return WeekTable(
        person=person, week=week, observed=observed, free=free, away=away, contacts=contacts, met=met
    )


def _contactable_days(delivered: Delivered, person: Integers, begin: Integers) -> Integers:
    people = delivered.people
    low, high = people.free_begin[person], people.free_end[person]
    start, stop = np.clip(begin, low, high), np.clip(begin + 7, low, high)
    if delivered.spells is None:
        return stop - start
    return stop - start - custody_days(delivered.spells, person, start, stop)


def _contacts(delivered: Delivered, person: Integers, week: Integers) -> tuple[Integers, Bools]:
    """Return how many contacts were held in each week, and whether any while contactable."""
    shape = (len(person), len(week))
    contacts = delivered.contacts
    if contacts is None or not len(week):
        return np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
    people = delivered.people
    place = np.full(delivered.n, -1, dtype=np.int64)
    place[person] = np.arange(len(person))
    since = np.floor_divide(contacts.day - people.release[contacts.person], 7) - week[0]
    inside = contacts.held & people.has_release[contacts.person] & (since >= 0) & (since < len(week))
    cell = place[contacts.person] * len(week) + since
    size = shape[0] * shape[1]
    all_ = np.bincount(cell[inside], minlength=size).reshape(shape)
    met = np.bincount(cell[inside & contacts.contactable], minlength=size).reshape(shape) > 0
    return all_, met
