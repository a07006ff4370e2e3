"""Where people are on a day: in custody, dead or abroad, from spells that no longer overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from primus_eval.simulation.people import NEVER, People
from primus_eval.simulation.records import Spells, chosen

ONE_PERSON = 1 << 32
"""More than any day that happens: person x this + day puts all spells into one order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """Spells in custody without overlap, by person and day."""

    spells: Spells

    def holds(self, person: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Return whether each of these people is in custody on each of these days, shape (rows,)."""
        if not len(self.spells):
            return np.zeros(len(person), dtype=bool)
        keys = self.spells.person * ONE_PERSON + self.spells.from_day
        found = np.searchsorted(keys, person * ONE_PERSON + day, side="right") - 1
        spell = np.maximum(found, 0)
        same = (found >= 0) & (self.spells.person[spell] == person)
        return same & (day < self.spells.to_day[spell])

    def first_after(self, people: People) -> np.ndarray:
        """Return the first day in custody after release, shape (n,); `NEVER` where there is none."""
        first = np.full(len(people), NEVER)
        after = self.spells.from_day > people.released_on[self.spells.person]
        np.minimum.at(first, self.spells.person[after], self.spells.from_day[after])
        return first


def without_overlap(people: People, spells: Spells, *, until: int) -> Spells:
    """Return spells up to a day, cut where an earlier one of the person lasts longer, in order.

    They end with death or departure.
    """
    gone = np.minimum(people.died_on, people.left_on)
    spells = chosen(spells, spells.from_day <= np.minimum(until, gone[spells.person]))
    ends = np.minimum(spells.to_day, gone[spells.person])
    order = np.lexsort((ends, spells.from_day, spells.person))
    spells, ends = chosen(spells, order), ends[order]
    begins = np.maximum(spells.from_day, _reached_before(spells.person, ends))
    cut = Spells(person=spells.person, from_day=begins, to_day=ends, reason=spells.reason)
    return chosen(cut, (begins < ends) & (begins <= until))


def _reached_before(person: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return the last day that earlier rows of the same person reach; a day long past for the first row.

    Rows are in order of the person: a running maximum over all of them restarts at each, because each
    person's ends are lifted above those of the people before.
    """
    if not len(person):
        return ends
    day = np.minimum(ends, ONE_PERSON - 1)
    first = np.append(True, np.diff(person) != 0)
    lifted = np.maximum.accumulate(person * ONE_PERSON + day)
    before = np.append(0, lifted[:-1]) - person * ONE_PERSON
    return np.where(first, -NEVER, np.where(before >= ONE_PERSON - 1, NEVER, before))
