"""Who mentored whom: two mentors for each person who met one, from the area of release."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
import pandas as pd

from primus_eval.simulation.people import NEVER, People
from primus_eval.simulation.scenario import AREAS, Scenario
from primus_eval.simulation.streams import CODES, MATCH, uniforms
from primus_eval.simulation.tables import codes, dates, in_order

SLOTS = 2
YEAR_DAYS = 365
"""The mentors stay until so long after release."""
END_REASONS = ("completed", "mentee", "mentor", "died", "left_country")
SHARE_ENDED_BY_MENTEE, SHARE_ENDED_BY_MENTOR = 0.18, 0.08
APPROVAL_DAYS = 60


def mentor_tables(
    people: People, offered: np.ndarray, ids: np.ndarray, scenario: Scenario, *, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table of mentors and that of matches, which has a row for each of the two places.

    A mentor has one person after the other; only who is free on the day of the match is chosen.
    """
    cutoff = scenario.day("data_cutoff")
    matched = np.flatnonzero(offered & people.takes_up)
    u = uniforms(seed, MATCH, first=int(people.number[0]), people=len(people), each=8)
    began = people.randomised_on + 3 + np.floor(25 * u[:, 0]).astype(np.int64)
    rows: list[tuple[int, int, int, int, int, int]] = []
    mentors: list[tuple[int, int]] = []
    free_from: dict[int, list[tuple[int, int]]] = {area: [] for area in range(len(AREAS))}
    for person in sorted(matched, key=lambda row: (began[row], row)):
        area = int(people.area[person])
        ends, reasons = _ends(people, int(person), int(began[person]), u[person], cutoff)
        pair = [_mentor(free_from[area], mentors, area, int(began[person]), v) for v in u[person, 6:8]]
        for slot, mentor in enumerate(pair):
            heappush(free_from[area], (ends[slot], mentor))
            rows.append((int(person), slot + 1, mentor, int(began[person]), ends[slot], reasons[slot]))
    names = codes("M", len(mentors), seed=seed, stream=CODES + 3)
    return _mentors(mentors, names), _matches(rows, ids, names, cutoff)


def _ends(people: People, person: int, began: int, u: np.ndarray, cutoff: int) -> tuple[list[int], list[int]]:
    """Return when and why each of the two matches of a person ended."""
    released = int(people.released_on[person])
    planned = released + YEAR_DAYS if released < NEVER else NEVER
    ends, reasons = [], []
    for slot in range(SLOTS):
        chance, share = u[1 + 2 * slot], u[2 + 2 * slot]
        end, why = planned, 0
        if chance < SHARE_ENDED_BY_MENTEE + SHARE_ENDED_BY_MENTOR:
            end = began + 30 + int(share * (min(planned, cutoff) - began - 30))
            why = 1 if chance < SHARE_ENDED_BY_MENTEE else 2
        for day, reason in ((int(people.died_on[person]), 3), (int(people.left_on[person]), 4)):
            if day < end:
                end, why = day, reason
        ends.append(max(end, began))
        reasons.append(why)
    return ends, reasons


def _mentor(
    free_from: list[tuple[int, int]], mentors: list[tuple[int, int]], area: int, day: int, u: float
) -> int:
    """Take the mentor of an area who has been free for longest, or approve a new one in time."""
    if free_from and free_from[0][0] <= day:
        return heappop(free_from)[1]
    mentors.append((area, day - 10 - int(200 * u)))
    return len(mentors) - 1


def _mentors(mentors: list[tuple[int, int]], names: np.ndarray) -> pd.DataFrame:
    area = np.array([area for area, _ in mentors], dtype=np.int64)
    approved = np.array([day for _, day in mentors], dtype=np.int64)
    frame = pd.DataFrame(
        {
            "mentor": names,
            "area": np.take(AREAS, area) if len(area) else names,
            "recruited_on": dates(approved - APPROVAL_DAYS),
            "approved_on": dates(approved),
        }
    )
    return in_order(frame, ["mentor"])


def _matches(
    rows: list[tuple[int, int, int, int, int, int]], ids: np.ndarray, names: np.ndarray, cutoff: int
) -> pd.DataFrame:
    person, slot, mentor, began, ended, why = np.array(rows, dtype=np.int64).reshape(-1, 6).T
    over = ended <= cutoff
    frame = pd.DataFrame(
        {
            "person": ids[person],
            "mentor": names[mentor],
            "slot": slot.astype(str),
            "matched_on": dates(began),
            "ended_on": dates(ended, known=over),
            "end_reason": np.where(over, np.take(END_REASONS, why), ""),
        }
    )
    return in_order(frame, ["person", "slot"])
