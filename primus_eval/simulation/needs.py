"""What people of both arms need, before randomisation and at two interviews after release.

The offer adds to wellbeing and to nothing else. Whether somebody is interviewed depends on whether they
are in custody on the day, and never on the wave before: missing waves are not monotone. Nothing of it
changes offending. Checked: tests/test_simulation_programme.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy.special import ndtri

from primus_eval.simulation.people import NEVER, People, draw_people
from primus_eval.simulation.scenario import Scenario
from primus_eval.simulation.streams import NEED, uniforms
from primus_eval.simulation.tables import dates, in_order, numbers
from primus_eval.simulation.whereabouts import Custody

DOMAINS = ("wellbeing", "loneliness", "housing", "supporters")
WELLBEING, LONELINESS, HOUSING, SUPPORTERS = range(4)
WAVE_DAYS = (0, 91, 365)
"""Days after release; the first wave lies in the two weeks before randomisation."""
WITHIN_DAYS = (14, 14, 28)
"""An interview is held on one of so many days around the day of its wave."""
SHARE_OF_GAIN = (0.0, 0.5, 1.0)
"""Which part of `wellbeing_gain` the offer has brought by each wave."""
INTERVIEWED_BEFORE = 0.97
SHARE_ANSWERED = 0.97
"""Of the questions asked in an interview."""
SHARE_BY_STAFF, SHARE_BY_FORM = 0.15, 0.25
RELATIONSHIP = "relationship"
SHARE_OF_RELATIONSHIP = (0.04, 0.08, 0.20, 0.38, 0.30)
"""Of scores 1 to 5, from people with mentors who are interviewed after release."""

RANGE = ((0, 100), (3, 9), (1, 4), (0, 10))
STEP = (4, 1, 1, 1)
MEAN = np.array([[48.0, 5.4, 2.2, 2.5], [50.0, 5.5, 2.5, 2.5], [54.0, 5.2, 2.8, 2.8]])
"""By wave and domain, for somebody of average frailty without the offer."""
OF_FRAILTY = np.array([-5.0, 0.3, -0.2, -0.3])
"""What one standard deviation of log-frailty adds."""
PERSON_SD, WAVE_SD = np.array([14.0, 1.2, 0.8, 1.2]), np.array([9.0, 0.9, 0.6, 0.8])
COLUMNS = ("person", "wave", "interviewed_on", "domain", "score", "place", "assessor", "source")
TRUTH_SEED, TRUTH_DRAWS = 0, 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueGain:
    """The true difference in mean wellbeing at the last wave, offered minus usual."""

    people: int
    difference: float
    monte_carlo_error: float


def scores(people: People, offered: np.ndarray, wave: int, scenario: Scenario, *, seed: int) -> np.ndarray:
    """Return what everybody would answer at a wave, shape (n, domains), whole points of each scale."""
    first, n = int(people.number[0]), len(people)
    own = ndtri(uniforms(seed, NEED, first=first, people=n, each=4))
    now = ndtri(uniforms(seed, NEED + 1 + wave, first=first, people=n, each=16)[:, :4])
    frailty = people.log_frailty / scenario.frailty_sd if scenario.frailty_sd > 0 else np.zeros(n)
    drawn = MEAN[wave] + frailty[:, None] * OF_FRAILTY + own * PERSON_SD + now * WAVE_SD
    drawn[:, WELLBEING] += np.where(offered, SHARE_OF_GAIN[wave] * scenario.wellbeing_gain, 0)
    low, high = np.array(RANGE).T
    return np.clip(np.array(STEP) * np.rint(drawn / STEP), low, high).astype(np.int64)


@cache
def true_gain(scenario: Scenario, *, draws: int = TRUTH_DRAWS) -> TrueGain:
    """Return what the offer adds to wellbeing at the last wave, which the ends of the scale hold back.

    Everybody is asked with the offer and without, with the same random numbers.
    """
    people = draw_people(scenario, seed=TRUTH_SEED, people=draws, of=draws)
    wave = len(WAVE_DAYS) - 1
    offered, usual = (
        scores(people, np.full(draws, offer), wave, scenario, seed=TRUTH_SEED)[:, WELLBEING]
        for offer in (True, False)
    )
    difference = offered - usual
    return TrueGain(
        people=draws,
        difference=float(difference.mean()),
        monte_carlo_error=float(difference.std() / np.sqrt(draws)),
    )


def needs_table(
    people: People, offered: np.ndarray, custody: Custody, ids: np.ndarray, scenario: Scenario, *, seed: int
) -> pd.DataFrame:
    """Return one row per person, wave and domain asked; a question that was not answered has no score."""
    waves = [_wave(people, offered, custody, ids, wave, scenario, seed) for wave in range(len(WAVE_DAYS))]
    return in_order(pd.concat(waves, ignore_index=True), ["person", "wave"])


def _wave(
    people: People,
    offered: np.ndarray,
    custody: Custody,
    ids: np.ndarray,
    wave: int,
    scenario: Scenario,
    seed: int,
) -> pd.DataFrame:
    u = uniforms(seed, NEED + 1 + wave, first=int(people.number[0]), people=len(people), each=16)[:, 4:]
    day = _days(people, wave, u[:, 0])
    reached = day <= np.minimum(scenario.day("data_cutoff"), np.minimum(people.died_on, people.left_on) - 1)
    inside = custody.holds(np.arange(len(people)), np.minimum(day, scenario.day("data_cutoff")))
    after = np.where(inside, scenario.interviewed_in_custody, scenario.interviewed_free)
    rows = np.flatnonzero(reached & (u[:, 1] < (after if wave else INTERVIEWED_BEFORE)))
    found = scores(people, offered, wave, scenario, seed=seed)[rows]
    answered = u[rows, 2:6] < SHARE_ANSWERED
    answered[:, HOUSING] &= ~inside[rows] | (wave == 0)
    asked = _asked(ids[rows], wave, day[rows], inside[rows], u[rows, 6:8])
    parts = [
        asked.assign(domain=domain, score=numbers(found[:, number], known=answered[:, number]))
        for number, domain in enumerate(DOMAINS)
    ]
    mentored = (offered & people.takes_up)[rows] & (wave > 0)
    score = 1 + np.searchsorted(np.cumsum(SHARE_OF_RELATIONSHIP)[:-1], u[rows, 8], side="right")
    parts.append(asked.assign(domain=RELATIONSHIP, score=numbers(score))[mentored])
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _asked(ids: np.ndarray, wave: int, day: np.ndarray, inside: np.ndarray, u: np.ndarray) -> pd.DataFrame:
    """Return who was interviewed at a wave, when, where and by whom, one row each."""
    by_staff = (u[:, 0] < SHARE_BY_STAFF) | (wave == 0)
    return pd.DataFrame(
        {
            "person": ids,
            "wave": np.full(len(ids), str(wave), dtype=object),
            "interviewed_on": dates(day),
            "place": np.where(inside, "custody", "free").astype(object),
            "assessor": np.where(by_staff, "staff", "interviewer").astype(object),
            "source": np.where((u[:, 1] < SHARE_BY_FORM) & ~inside, "form", "interview").astype(object),
        }
    )


def _days(people: People, wave: int, u: np.ndarray) -> np.ndarray:
    """Return on which day everybody would be interviewed, `NEVER` after no release."""
    jitter = np.floor(WITHIN_DAYS[wave] * u).astype(np.int64)
    if wave == 0:
        return people.randomised_on - 1 - jitter
    known = people.released_on < NEVER
    day = np.where(known, people.released_on, 0) + WAVE_DAYS[wave] - WITHIN_DAYS[wave] // 2 + jitter
    return np.where(known, day, NEVER)
