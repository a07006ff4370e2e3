"""Who mentored whom: two mentors for each person who met one, and another where a mentor gave up early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from primus_eval.simulation.people import NEVER, People
from primus_eval.simulation.scenario import AREAS, Scenario
from primus_eval.simulation.streams import ENDING, MATCH, uniforms

SLOTS, TRIES = 2, 2
"""Places for mentors of each person, and how many may fill a place one after the other."""
YEAR_DAYS = 365
"""The mentors stay until so long after release."""
END_REASONS = ("completed", "mentee", "mentor", "died", "left_country", "custody")
COMPLETED, BY_MENTEE, BY_MENTOR, DIED, LEFT_COUNTRY, CUSTODY = range(6)
SHARE_ENDED_BY_MENTEE, SHARE_ENDED_BY_MENTOR = 0.18, 0.08
LEFT_REASONS = ("commitment_over", "time", "moved")
SHARE_LEAVING, SHARE_LEAVING_WHO_GAVE_UP, SHARE_MOVED = 0.15, 0.60, 0.20
"""Mentors who leave the programme when a match ends; when they ended it themselves; those who moved away."""
FEWEST_DAYS_LEFT = 60
"""A place is not filled again so shortly before the planned end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentors:
    """One row per mentor who was ever matched. left_on: `NEVER` for who stays; left_by: number of why."""

    area: np.ndarray
    approved_on: np.ndarray
    left_on: np.ndarray
    left_by: np.ndarray

    def __len__(self) -> int:
        return len(self.area)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """One row per person and mentor. slot and nth count from 0; nth is 1 where a mentor was replaced."""

    person: np.ndarray
    slot: np.ndarray
    nth: np.ndarray
    mentor: np.ndarray
    began: np.ndarray
    ended: np.ndarray
    reason: np.ndarray

    def __len__(self) -> int:
        return len(self.person)


class _Pool:
    """Mentors by area, each with one person at a time; a new one is approved where none is free."""

    def __init__(self) -> None:
        self.free_from: dict[int, list[tuple[int, int]]] = {area: [] for area in range(len(AREAS))}
        self.rows: list[list[int]] = []

    def take(self, area: int, day: int, u: float) -> int:
        """Take the mentor of an area who has been free for longest, or approve a new one in time."""
        free = self.free_from[area]
        if free and free[0][0] <= day:
            return heappop(free)[1]
        self.rows.append([area, day - 10 - int(200 * u), NEVER, 0])
        return len(self.rows) - 1

    def give_back(self, mentor: int, day: int, reason: int, u: float) -> None:
        """A match is over: the mentor is free for another person, or leaves the programme."""
        gave_up = reason == BY_MENTOR
        if u < (SHARE_LEAVING_WHO_GAVE_UP if gave_up else SHARE_LEAVING):
            self.rows[mentor][2:] = [day, 2 if u < SHARE_MOVED * SHARE_LEAVING else int(gave_up)]
        else:
            heappush(self.free_from[self.rows[mentor][0]], (day, mentor))

    def mentors(self) -> Mentors:
        area, approved, left, why = np.array(self.rows, dtype=np.int64).reshape(-1, 4).T
        return Mentors(area=area, approved_on=approved, left_on=left, left_by=why)


def match(
    people: People, offered: np.ndarray, in_custody_from: np.ndarray, scenario: Scenario, *, seed: int
) -> tuple[Mentors, Matches]:
    """Return the mentors and all matches up to the cut-off, in order of time.

    in_custody_from: first day in custody after release, shape (n,), where some matches end for good.
    """
    first = int(people.number[0])
    u = uniforms(seed, MATCH, first=first, people=len(people), each=8)
    more = uniforms(seed, ENDING, first=first, people=len(people), each=16).reshape(-1, SLOTS, TRIES, 4)
    began = people.randomised_on + 3 + np.floor(25 * u[:, 0]).astype(np.int64)
    wanted = [
        (int(began[person]), int(person), slot, 0)
        for person in np.flatnonzero(offered & people.takes_up)
        for slot in range(SLOTS)
    ]
    heapify(wanted)
    pool, rows = _Pool(), []
    while wanted:
        day, person, slot, nth = heappop(wanted)
        returns, leaves, elsewhere, wait = more[person, slot, nth]
        area = (int(people.area[person]) + (elsewhere < scenario.mentors_from_elsewhere)) % len(AREAS)
        mentor = pool.take(area, day, u[person, 6 + slot])
        custody = int(in_custody_from[person])
        limit = custody if custody > day and returns < scenario.ended_by_custody else NEVER
        planned, end, why = _end(people, person, day, u[person, 1 + 2 * slot :], nth, limit, scenario)
        pool.give_back(mentor, end, why, leaves)
        rows.append((person, slot, nth, mentor, day, end, why))
        again = end + 5 + int(25 * wait)
        if why == BY_MENTOR and again + FEWEST_DAYS_LEFT < min(planned, scenario.day("data_cutoff")):
            heappush(wanted, (again, person, slot, 1))
    return pool.mentors(), _matches(rows)


def _end(
    people: People, person: int, began: int, u: np.ndarray, nth: int, limit: int, scenario: Scenario
) -> tuple[int, int, int]:
    """Return the planned end of a match, its end, and why it ended; u: whether early, and how early."""
    released = int(people.released_on[person])
    planned = released + YEAR_DAYS if released < NEVER else NEVER
    end, why = planned, COMPLETED
    if nth == 0 and u[0] < SHARE_ENDED_BY_MENTEE + SHARE_ENDED_BY_MENTOR:
        last = min(planned, scenario.day("data_cutoff"))
        end = began + 30 + int(u[1] * (last - began - 30))
        why = BY_MENTEE if u[0] < SHARE_ENDED_BY_MENTEE else BY_MENTOR
    for day, reason in (
        (int(people.died_on[person]), DIED),
        (int(people.left_on[person]), LEFT_COUNTRY),
        (limit, CUSTODY),
    ):
        if day < end:
            end, why = day, reason
    return planned, max(end, began), why


def _matches(rows: Sequence[tuple[int, ...]]) -> Matches:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 7).T
    names = ("person", "slot", "nth", "mentor", "began", "ended", "reason")
    return Matches(**dict(zip(names, columns, strict=True)))
