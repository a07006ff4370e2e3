"""What is true: the risk of each group with and without the offer of mentors, by what would happen to many.

Each of many people is followed twice, once with the offer and once without, with the same random numbers.
The risk is by the main definition of the trial (`counts`): an offence in the two years from the day of
release, found guilty of by the end of the third calendar year after that of release, traffic fines below
DKK 2,500 left out; death competes. Nobody is deported or emigrates here: those are censored, at times that
depend on nothing, and what an analysis then estimates is the risk without them.
Checked: tests/test_simulation.py, against `measure` on a trial that was loaded from its files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from primus_eval.definitions import later_by_months
from primus_eval.simulation import courts
from primus_eval.simulation.offending import follow
from primus_eval.simulation.people import NEVER, People, draw_people
from primus_eval.simulation.records import Offences
from primus_eval.simulation.scenario import RISK_GROUPS, Scenario

WINDOW_MONTHS = 24
LAG_CALENDAR_YEARS = 3
SMALLEST_FINE = 2500
TRUTH_DRAWS = 200_000
CHUNK = 20_000
EVERYONE = "everyone"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueRisk:
    """The true risks of one group of people, and the Monte Carlo error of their difference."""

    group: str
    people: int
    offered: float
    usual: float
    difference: float
    monte_carlo_error: float


@cache
def true_risks(scenario: Scenario, *, draws: int = TRUTH_DRAWS, seed: int = 0) -> tuple[TrueRisk, ...]:
    """Return the true risks of everyone released and of each risk group, from so many people in each arm.

    seed: of these people, who are none of the trial's. The error is that of a mean of paired differences.
    """
    risk, offered, usual = (
        np.concatenate(parts) for parts in zip(*_chunks(scenario, draws, seed), strict=True)
    )
    groups = [(EVERYONE, np.ones(len(risk), dtype=bool))]
    groups += [(name, risk == number) for number, name in enumerate(RISK_GROUPS)]
    return tuple(_risk(name, offered[who], usual[who]) for name, who in groups if who.any())


def _chunks(scenario: Scenario, draws: int, seed: int) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    found = []
    for first in range(0, draws, CHUNK):
        drawn = draw_people(scenario, seed=seed, first=first, people=min(CHUNK, draws - first), of=draws)
        people = replace(drawn, left_on=np.full(len(drawn), NEVER))
        with_offer, without = (
            reoffended(people, _until_window_ends(people, np.full(len(people), offer), scenario, seed))
            for offer in (True, False)
        )
        clock = people.released_on < NEVER
        found.append((people.risk[clock], with_offer[clock], without[clock]))
    return found


def _until_window_ends(people: People, offered: np.ndarray, scenario: Scenario, seed: int) -> Offences:
    return follow(people, offered, scenario, seed=seed, until=window_end(people.released_on) - 1)[0]


def _risk(group: str, offered: np.ndarray, usual: np.ndarray) -> TrueRisk:
    difference = offered.astype(float) - usual.astype(float)
    return TrueRisk(
        group=group,
        people=len(difference),
        offered=float(offered.mean()),
        usual=float(usual.mean()),
        difference=float(difference.mean()),
        monte_carlo_error=float(difference.std() / np.sqrt(len(difference))),
    )


def window_end(released_on: np.ndarray) -> np.ndarray:
    """Return the first day after the window; `NEVER` where nobody was released."""
    known = released_on < NEVER
    return np.where(known, later_by_months(np.where(known, released_on, 0), WINDOW_MONTHS), NEVER)


def counts(people: People, offences: Offences) -> np.ndarray:
    """Return whether each offence is one that the trial's main definition counts, shape (rows,)."""
    released = people.released_on[offences.person]
    known = released < NEVER
    year = np.where(known, released, 0).astype("datetime64[D]").astype("datetime64[Y]")
    deadline = (year + np.timedelta64(LAG_CALENDAR_YEARS + 1, "Y")).astype("datetime64[D]").astype(np.int64)
    in_window = known & (released <= offences.committed_on)
    in_window &= offences.committed_on < window_end(released)
    small = (offences.fine > 0) & (offences.fine < SMALLEST_FINE)
    small &= offences.offence_class == courts.TRAFFIC
    decided = np.minimum(offences.decided_on, NEVER) < deadline
    decided &= offences.decided_on <= people.died_on[offences.person]
    return in_window & decided & (offences.kind != courts.CHARGE) & ~small


def reoffended(people: People, offences: Offences) -> np.ndarray:
    """Return whether each person has an offence that counts, shape (n,)."""
    found = np.zeros(len(people), dtype=bool)
    found[offences.person[counts(people, offences)]] = True
    return found
