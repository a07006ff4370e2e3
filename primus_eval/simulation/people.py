"""Who is randomised: risk, prison, age, the index imprisonment, release, and what ends observation."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import expit, logit, ndtri

from primus_eval.simulation.scenario import AREAS, Scenario
from primus_eval.simulation.streams import PERSON, uniforms

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
NEVER = np.iinfo(np.int64).max // 4
"""A day that does not come."""

LONGEST_WAIT_FOR_RELEASE = 240
"""Days from randomisation, so that everybody is followed long enough at the cut-off of a `Scenario`."""

YOUNGEST, OLDEST, TYPICAL_AGE = 19, 64, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Arrays of shape (n,). Days are counted since 1970-01-01; `NEVER` where there is none.

    risk: number of the risk group. closed: in a closed prison. takes_up: meets a mentor if offered.
    intensity: of offending per year, before the shape of time and the mentors. left_on and left_by:
    the first of deportation (1) and emigration (2), 0 for neither.
    """

    number: np.ndarray
    risk: np.ndarray
    closed: np.ndarray
    area: np.ndarray
    age: np.ndarray
    education: np.ndarray
    log_frailty: np.ndarray
    intensity: np.ndarray
    prior_intensity: np.ndarray
    takes_up: np.ndarray
    linked: np.ndarray
    randomised_on: np.ndarray
    admitted_on: np.ndarray
    sentenced_on: np.ndarray
    released_on: np.ndarray
    died_on: np.ndarray
    left_on: np.ndarray
    left_by: np.ndarray
    recalled_on: np.ndarray
    recall_days: np.ndarray

    def __len__(self) -> int:
        return len(self.number)

    def where(self, chosen: np.ndarray) -> People:
        """Return some of them, in the same order."""
        return People(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def draw_people(
    scenario: Scenario, *, seed: int, people: int, first: int = 0, of: int | None = None
) -> People:
    """Draw people first, first + 1, ... of a trial of so many, in the order of their randomisation.

    Only the days depend on how many there are in all, because everybody is recruited within a fixed time.
    """
    u = uniforms(seed, PERSON, first=first, people=people, each=28)
    number = np.arange(first, first + people)
    risk = np.searchsorted(np.cumsum(scenario.groups)[:2], u[:, 0], side="right")
    age = np.clip(np.rint(33 + 8.5 * ndtri(u[:, 1])), YOUNGEST, OLDEST).astype(np.int64)
    log_frailty = scenario.frailty_sd * ndtri(u[:, 2])
    person = np.exp(log_frailty - scenario.frailty_sd**2 / 2 + scenario.age_effect * (age - TYPICAL_AGE))
    randomised = scenario.day("recruitment_start") + np.floor(
        (number + u[:, 3]) / (of or first + people) * scenario.recruitment_days
    ).astype(np.int64)
    served = _days(300 * np.exp(0.6 * ndtri(u[:, 4])), least=60)
    remand = np.minimum(_days(90 * np.exp(0.5 * ndtri(u[:, 5])), least=14), served - 30)
    died = _within(scenario.death, u[:, 6], after=randomised)
    wait = np.minimum(_days(60 * np.exp(0.45 * ndtri(u[:, 7])), least=7), LONGEST_WAIT_FOR_RELEASE)
    released = randomised + wait
    inside = (u[:, 8] < scenario.never_released) | (died <= released)
    released = np.where(inside, NEVER, released)
    deported = np.where(
        u[:, 9] < scenario.foreign, _within(scenario.deportation, u[:, 10], after=released), NEVER
    )
    emigrated = _within(scenario.emigration, u[:, 11], after=released)
    standardised = log_frailty / scenario.frailty_sd if scenario.frailty_sd > 0 else np.zeros(people)
    return People(
        number=number,
        risk=risk,
        closed=u[:, 12] < np.take(scenario.closed_prison, risk),
        area=np.floor(u[:, 13] * len(AREAS)).astype(np.int64),
        age=np.where(u[:, 14] < 0.04, -1, age),
        education=np.where(u[:, 15] < 0.10, 0, 1 + np.searchsorted([0.6, 0.9], u[:, 16])),
        log_frailty=log_frailty,
        intensity=np.take(scenario.rates, risk) * person,
        prior_intensity=np.take(scenario.prior_rates, risk) * person,
        takes_up=u[:, 17] < expit(logit(scenario.met_mentor) + scenario.met_mentor_slope * standardised),
        linked=u[:, 18] >= scenario.not_linked,
        randomised_on=randomised,
        admitted_on=randomised - served,
        sentenced_on=randomised - served + remand,
        released_on=released,
        died_on=died,
        left_on=np.minimum(deported, emigrated),
        left_by=np.where(deported <= emigrated, 1, 2) * (np.minimum(deported, emigrated) < NEVER),
        recalled_on=_recalled(scenario, u[:, 19], released),
        recall_days=20 + np.floor(41 * u[:, 20]).astype(np.int64),
    )


def _days(lengths: np.ndarray, *, least: int) -> np.ndarray:
    return np.maximum(np.rint(lengths), least).astype(np.int64)


def _within(rate: float, u: np.ndarray, *, after: np.ndarray) -> np.ndarray:
    """Return the day of something that happens at a constant rate per year, from the next day on."""
    if rate <= 0:
        return np.full(len(u), NEVER)
    waits = 1 + np.floor(-np.log(u) / rate * DAYS_PER_YEAR).astype(np.int64)
    return np.where(after < NEVER, np.minimum(after, NEVER - waits) + waits, NEVER)


def _recalled(scenario: Scenario, u: np.ndarray, released: np.ndarray) -> np.ndarray:
    day = _within(scenario.recall, u, after=released)
    return np.where(day - np.minimum(released, day) <= 2 * DAYS_PER_YEAR, day, NEVER)
