"""How often mentors and the person they mentor met: a gamma-Poisson number of contacts, and attempts.

What is arranged follows a Poisson process with a rate of each person's own, from the first meeting to the
end of the matches. It is thinned in prison before release, and all but stops in custody after it. Nothing
of it changes what people do (`offending` does not read it): whoever fails early has few contacts only
because there was no time for more. Checked: tests/test_survivorship.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from primus_eval.simulation.mentors import SLOTS, TRIES, YEAR_DAYS, Matches
from primus_eval.simulation.people import LONGEST_WAIT_FOR_RELEASE, NEVER, People
from primus_eval.simulation.scenario import Scenario
from primus_eval.simulation.streams import BACKGROUND, CONTACT, uniforms
from primus_eval.simulation.whereabouts import Custody

FIRST_MEETING, GATE, ORDINARY = 0, 1, 2
"""Streams of a person's contacts: the first meeting, the day of release, and all others in turn."""
MOST_OCCASIONS = 3_000
"""A guard: nobody comes near it under rates that `Scenario` allows to be sensible."""
SLOWEST, NEVER_MET = 1e-9, 1e6
"""The lowest rate per day that is told from none, and more days than any course has."""
LONGEST_TO_FIRST_MEETING = 7
LONGEST_COURSE = LONGEST_WAIT_FOR_RELEASE + YEAR_DAYS
"""Days from randomisation in which mentors come, also to who is not released."""
PHASES = ("prison", "gate", "after")
PRISON, AT_GATE, AFTER = range(3)
MODES = ("visit", "meeting", "telephone", "text")
VISIT, MEETING, TELEPHONE, TEXT = range(4)
SHARE_OF_MODE = (0.12, 0.54, 0.24, 0.10)
"""After release. `contacts_per_week` does not count text messages, which come on top."""
SHARE_OF_VISITS = 0.85
"""In prison, where all other contacts are by telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Contacts before thinning, one row each; kind: `FIRST_MEETING`, `GATE` or `ORDINARY`."""

    person: np.ndarray
    day: np.ndarray
    kind: np.ndarray
    u: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """One row per contact arranged. u: eight numbers of each row, for what it was like, shape (rows, 8)."""

    person: np.ndarray
    day: np.ndarray
    held: np.ndarray
    phase: np.ndarray
    mode: np.ndarray
    u: np.ndarray

    def __len__(self) -> int:
        return len(self.person)


def contacts_of(
    people: People, matches: Matches, custody: Custody, scenario: Scenario, *, seed: int
) -> Contacts:
    """Return every contact that was arranged with people who were matched, up to the cut-off."""
    wanted = _wanted(people, matches, scenario, seed=seed)
    kept = _kept(people, matches, custody, wanted, scenario)
    person, day, kind, u = (part[kept] for part in (wanted.person, wanted.day, wanted.kind, wanted.u))
    released = people.released_on[person]
    inside = (day < released) | custody.holds(person, day)
    phase = np.where(inside, PRISON, np.where(day == released, AT_GATE, AFTER))
    return Contacts(
        person=person,
        day=day,
        held=(kind == FIRST_MEETING) | (u[:, 3] < scenario.contacts_held),
        phase=phase,
        mode=_modes(phase, kind, u[:, 2]),
        u=u,
    )


def own_rates(people: People, scenario: Scenario, *, seed: int) -> np.ndarray:
    """Return each person's contacts per week at liberty, shape (n,), gamma with the declared mean."""
    u = uniforms(seed, BACKGROUND, first=int(people.number[0]), people=len(people), each=8)[:, 0]
    if scenario.contact_spread == 0:
        return np.full(len(people), scenario.contacts_per_week)
    shape = scenario.contact_spread**-2
    return scenario.contacts_per_week * gammaincinv(shape, u) / shape


def _matched_days(people: People, matches: Matches, scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """Return the first day with a mentor and the last day on which one may be met, shape (n,) each."""
    begins, ended = np.full(len(people), NEVER), np.full(len(people), -NEVER)
    np.minimum.at(begins, matches.person, matches.began)
    np.maximum.at(ended, matches.person, matches.ended)
    latest = np.minimum(people.randomised_on + LONGEST_COURSE, scenario.day("data_cutoff"))
    gone = np.minimum(people.died_on, people.left_on) - 1
    return begins, np.minimum(ended, np.minimum(latest, gone))


def _wanted(people: People, matches: Matches, scenario: Scenario, *, seed: int) -> _Wanted:
    """Return the first meeting, that on the day of release and all others, occasion by occasion."""
    first, n = int(people.number[0]), len(people)
    begins, last = _matched_days(people, matches, scenario)
    u = [uniforms(seed, CONTACT + kind, first=first, people=n, each=8) for kind in (FIRST_MEETING, GATE)]
    start = np.minimum(begins + np.floor(LONGEST_TO_FIRST_MEETING * u[0][:, 0]).astype(np.int64), last)
    met, released = begins <= last, people.released_on
    gate = (u[1][:, 0] < scenario.met_at_gate) & (start < released) & (released <= last)
    parts = [_part(met, start, FIRST_MEETING, u[0]), _part(gate, released, GATE, u[1])]
    daily = own_rates(people, scenario, seed=seed) / scenario.contacts_held / (1 - SHARE_OF_MODE[TEXT]) / 7
    spent = np.zeros(n)
    for occasion in range(MOST_OCCASIONS if scenario.contacts_per_week > 0 else 0):
        numbers = uniforms(seed, CONTACT + ORDINARY + occasion, first=first, people=n, each=8)
        spent -= np.log(numbers[:, 0]) / np.maximum(daily, SLOWEST)
        day = start + 1 + np.floor(np.minimum(spent, NEVER_MET)).astype(np.int64)
        if not (day <= last).any():
            break
        parts.append(_part(day <= last, day, ORDINARY, numbers))
    person, day, kind, drawn = (np.concatenate(part) for part in zip(*parts, strict=True))
    return _Wanted(person=person, day=day, kind=kind, u=drawn)


def _part(
    who: np.ndarray, day: np.ndarray, kind: int, u: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rows = np.flatnonzero(who)
    return rows, day[rows], np.full(len(rows), kind), u[rows]


def _kept(
    people: People, matches: Matches, custody: Custody, wanted: _Wanted, scenario: Scenario
) -> np.ndarray:
    """Return which of them are arranged: a mentor is there, and prison lets it be, shape (rows,)."""
    there = (present(people, matches, wanted.person, wanted.day) >= 0).any(axis=1)
    before = wanted.day < people.released_on[wanted.person]
    inside = custody.holds(wanted.person, wanted.day)
    after = np.where(inside, scenario.visits_in_custody, 1.0)
    chance = np.where(before, scenario.visits_before_release, after)
    return there & ((wanted.kind != ORDINARY) | (wanted.u[:, 1] < chance))


def _modes(phase: np.ndarray, kind: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Return how people met: mentors come to prison, to the gate, and to the first meeting."""
    after = np.searchsorted(np.cumsum(SHARE_OF_MODE)[:-1], u, side="right")
    after = np.where((phase == AT_GATE) | (kind == FIRST_MEETING), MEETING, after)
    in_prison = np.where((u < SHARE_OF_VISITS) | (kind == FIRST_MEETING), VISIT, TELEPHONE)
    return np.where(phase == PRISON, in_prison, after)


def present(people: People, matches: Matches, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return the mentor of each place on each day, -1 where it is empty, shape (rows, places)."""
    shape = (SLOTS, TRIES, len(people))
    began, ended, mentor = np.full(shape, NEVER), np.full(shape, -NEVER), np.full(shape, -1)
    place = (matches.slot, matches.nth, matches.person)
    began[place], ended[place], mentor[place] = matches.began, matches.ended, matches.mentor
    found = np.full((len(person), SLOTS), -1)
    for slot in range(SLOTS):
        for nth in range(TRIES):
            there = (began[slot, nth, person] <= day) & (day <= ended[slot, nth, person])
            found[there, slot] = mentor[slot, nth, person[there]]
    return found
