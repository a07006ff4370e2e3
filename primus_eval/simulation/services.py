"""What else people of both arms receive: services, weeks with a code of a register, adverse incidents."""

from __future__ import annotations

import numpy as np
import pandas as pd

from primus_eval.simulation.people import DAYS_PER_YEAR, NEVER, People
from primus_eval.simulation.scenario import Scenario
from primus_eval.simulation.streams import INCIDENT, SERVICE, STRETCH, uniforms
from primus_eval.simulation.tables import dates, in_order, stacked

KINDS = ("housing", "work", "health", "network", "debt")
PROVIDERS = ("municipality", "prison_service", "association")
SHARE_STARTED = 0.75
"""Of those referred, where so many are."""
EARLIEST_REFERRAL, LATEST_REFERRAL = -60, 180
"""Days from release, and never before randomisation."""
LONGEST_WAIT = 90
"""Days from referral to the start of a service."""

REGISTER_CODES = ("work", "education", "benefit", "sick")
SHARE_OF_CODE = (0.16, 0.08, 0.36, 0.10, 0.30)
"""What a stretch of weeks is; the last share is without a code and has no row."""
MEAN_WEEKS, WEEKS_FOLLOWED = 14, 104

INCIDENT_KINDS = ("threat", "conflict", "self_harm", "confidentiality")
SHARE_OF_INCIDENT = (0.35, 0.30, 0.20, 0.15)
SHARE_SERIOUS = 0.4
MOST_INCIDENTS = 2_000


def services_table(
    people: People, offered: np.ndarray, ids: np.ndarray, scenario: Scenario, *, seed: int
) -> pd.DataFrame:
    """Return one row per service that somebody was referred to, and per mentor found elsewhere."""
    usual = np.where(offered, scenario.services_offered, scenario.services_usual)
    elsewhere = scenario.other_mentoring * np.where(offered, 0.25, 1.0)
    parts = [
        _service(people, ids, share, kind, other, SERVICE + number, scenario, seed)
        for number, (kind, share, other) in enumerate(
            [*((kind, usual, "0") for kind in KINDS), ("network", elsewhere, "1")]
        )
    ]
    return in_order(pd.concat(parts, ignore_index=True), ["person", "domain", "other_mentoring"])


def _service(
    people: People,
    ids: np.ndarray,
    share: np.ndarray,
    kind: str,
    other: str,
    stream: int,
    scenario: Scenario,
    seed: int,
) -> pd.DataFrame:
    """Return those referred to one kind of service; share: of people who start it, shape (n,)."""
    u = uniforms(seed, stream, first=int(people.number[0]), people=len(people), each=8)
    referred = np.minimum(share / SHARE_STARTED, 1)
    released = np.where(people.released_on < NEVER, people.released_on, people.randomised_on)
    span = LATEST_REFERRAL - EARLIEST_REFERRAL
    day = released + EARLIEST_REFERRAL + np.floor(span * u[:, 2]).astype(np.int64)
    day = np.maximum(day, people.randomised_on + 1)
    start = day + np.floor(LONGEST_WAIT * u[:, 3] ** 2).astype(np.int64)
    last = _last_day(people, scenario)
    rows = np.flatnonzero((u[:, 0] < referred) & (day <= last))
    started = (u[rows, 1] * referred[rows] < share[rows]) & (start <= last)[rows]
    provider = np.searchsorted((0.55, 0.75), u[rows, 4], side="right")
    if other == "1":
        provider = np.full(len(rows), PROVIDERS.index("association"))
    return pd.DataFrame(
        {
            "person": ids[rows],
            "domain": np.full(len(rows), kind, dtype=object),
            "referred_on": dates(day[rows]),
            "started_on": dates(start[rows], known=started),
            "provider": np.take(np.array(PROVIDERS, dtype=object), provider),
            "other_mentoring": np.full(len(rows), other, dtype=object),
        }
    )


def weeks_table(people: People, ids: np.ndarray, scenario: Scenario, *, seed: int) -> pd.DataFrame:
    """Return one row per stretch of weeks with one code, in the two years from release, whole weeks each.

    The register goes on as if nobody were ever imprisoned again: days in custody are to be taken out. It
    ends with death and departure, and holds nobody who is not linked.
    """
    first = int(people.number[0])
    known = people.linked & (people.released_on < NEVER)
    monday = np.where(known, people.released_on, 0)
    monday = monday - (monday + 3) % 7 + 7
    last = np.minimum(monday + 7 * WEEKS_FOLLOWED - 1, _last_day(people, scenario))
    parts: list[tuple[np.ndarray, ...]] = []
    while (going := known & (monday <= last)).any():
        u = uniforms(seed, STRETCH + len(parts), first=first, people=len(people), each=4)
        weeks = 1 + np.floor(-np.log(u[:, 0]) * (MEAN_WEEKS - 0.5)).astype(np.int64)
        sunday = np.minimum(monday + 7 * weeks - 1, last)
        code = _which(SHARE_OF_CODE, u[:, 1])
        rows = np.flatnonzero(going & (code < len(REGISTER_CODES)))
        parts.append((rows, monday[rows], sunday[rows], code[rows]))
        monday = sunday + 1
    person, begins, ends, code = stacked(parts, columns=4)
    frame = pd.DataFrame(
        {
            "person": ids[person],
            "from_date": dates(begins),
            "to_date": dates(ends),
            "code": np.take(np.array(REGISTER_CODES, dtype=object), code),
        }
    )
    return in_order(frame, ["person", "from_date"])


def adverse_table(people: People, ids: np.ndarray, scenario: Scenario, *, seed: int) -> pd.DataFrame:
    """Return one row per incident of either arm, from randomisation to a year after release."""
    until = np.where(people.released_on < NEVER, people.released_on, people.randomised_on) + 365
    last = np.minimum(until, _last_day(people, scenario))
    spent, parts = np.zeros(len(people)), []
    for occasion in range(MOST_INCIDENTS if scenario.incidents > 0 else 0):
        u = uniforms(seed, INCIDENT + occasion, first=int(people.number[0]), people=len(people), each=4)
        spent -= np.log(u[:, 0]) / scenario.incidents * DAYS_PER_YEAR
        day = people.randomised_on + 1 + np.floor(np.minimum(spent, 1e7)).astype(np.int64)
        rows = np.flatnonzero(day <= last)
        if not len(rows):
            break
        parts.append((rows, day[rows], _which(SHARE_OF_INCIDENT, u[rows, 1]), u[rows, 2] < SHARE_SERIOUS))
    person, day, kind, serious = stacked(parts, columns=4)
    frame = pd.DataFrame(
        {
            "person": ids[person],
            "date": dates(day),
            "kind": np.take(np.array(INCIDENT_KINDS, dtype=object), kind),
            "severity": np.where(serious == 1, "serious", "minor").astype(object),
        }
    )
    return in_order(frame, ["person", "date"])


def _last_day(people: People, scenario: Scenario) -> np.ndarray:
    """Return the last day on which anything can be known of somebody, shape (n,)."""
    gone = np.minimum(people.died_on, people.left_on) - 1
    return np.minimum(gone, scenario.day("data_cutoff"))


def _which(shares: tuple[float, ...], u: np.ndarray) -> np.ndarray:
    return np.searchsorted(np.cumsum(shares)[:-1], u, side="right")
