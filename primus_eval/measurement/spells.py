"""Spells in custody: merged where they overlap or touch, and how many days of a stretch they cover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SPAN = 1 << 32
"""More than the days between any two dates, so that a person and a day are one sortable number."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spells:
    """Disjoint spells [begin, end), sorted by person and day.

    `days_before` has the days in custody of the same array before each spell, over all persons.
    """

    person: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    days_before: np.ndarray

    @property
    def length(self) -> np.ndarray:
        """Days of each spell, shape (n_spells,)."""
        return self.end - self.begin


def merged(person: np.ndarray, begin: np.ndarray, end: np.ndarray) -> Spells:
    """Merge spells of the same person that overlap or touch; those without a day are dropped.

    person: row numbers; begin, end: days, the end no longer in custody; all shape (n,).
    Checked: tests/test_measurement_spells.py, day by day.
    """
    some = end > begin
    person, begin, end = (part[some].astype(np.int64) for part in (person, begin, end))
    order = np.lexsort((begin, person))
    person, begin, end = person[order], begin[order], end[order]
    # Persons do not mix: the numbers of one are all below those of the next.
    latest = np.maximum.accumulate(person * SPAN + end) if len(person) else person
    first = np.ones(len(person), dtype=bool)
    first[1:] = person[1:] * SPAN + begin[1:] > latest[:-1]
    starts = np.flatnonzero(first)
    last = np.append(starts[1:], len(person)) - 1 if len(starts) else starts
    person, begin, end = person[starts], begin[starts], latest[last] - person[starts] * SPAN
    days_before = np.cumsum(end - begin) - (end - begin)
    return Spells(person=person, begin=begin, end=end, days_before=days_before)


def spells_of(spells: Spells, people: range) -> Spells:
    """Return the spells of a stretch of participants, whose rows count from its start."""
    first, last = np.searchsorted(spells.person, [people.start, people.stop])
    days_before = spells.days_before[first:last]
    return Spells(
        person=spells.person[first:last] - people.start,
        begin=spells.begin[first:last],
        end=spells.end[first:last],
        days_before=days_before - days_before[:1],
    )


def _spell_at(spells: Spells, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return the last spell of anybody that begins no later than a person's day; -1 where there is none."""
    keys = spells.person * SPAN + spells.begin
    return np.searchsorted(keys, person.astype(np.int64) * SPAN + day, side="right") - 1


def in_custody(spells: Spells, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Whether each person is in custody on a day, shape (n,)."""
    if not len(spells.person):
        return np.zeros(len(person), dtype=bool)
    at = _spell_at(spells, person, day)
    return (at >= 0) & (spells.person[at] == person) & (day < spells.end[at])


def custody_days(spells: Spells, person: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the days in custody of each person within [begin, end), shape (n,)."""
    return _days_up_to(spells, person, end) - _days_up_to(spells, person, begin)


def _days_up_to(spells: Spells, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Days in custody before a day, of this person and of everybody sorted before: a difference is theirs."""
    if not len(spells.person):
        return np.zeros(len(person), dtype=np.int64)
    at = _spell_at(spells, person, day)
    own = (at >= 0) & (spells.person[at] == person)
    within = np.where(own, np.minimum(day, spells.end[at]) - spells.begin[at], spells.length[at])
    return np.where(at >= 0, spells.days_before[at] + within, 0)


def street_end(spells: Spells, *, start: np.ndarray, days: np.ndarray, outer: np.ndarray) -> np.ndarray:
    """Return the day after each person has had so many days at liberty since start, at most `outer`.

    start, days, outer: for each participant, shape (n_people,). A spell moves the end on by its days if it
    begins before the last day at liberty is over.
    """
    late = np.maximum(spells.begin, start[spells.person])
    at_liberty = late - start[spells.person] - custody_days(spells, spells.person, start[spells.person], late)
    moves = at_liberty < days[spells.person]
    pushed = np.where(moves, np.maximum(spells.end - late, 0), 0)
    extra = np.bincount(spells.person, weights=pushed, minlength=len(start)).astype(np.int64)
    return np.minimum(start + days + extra, outer)
