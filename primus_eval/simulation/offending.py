"""What people do after release: offences at an intensity that peaks early, their decisions, new custody.

Occasions of a person form a Poisson process of the intensity of `Scenario` for somebody at liberty
without mentors. An occasion is kept with probability `hazard_ratio` where mentors were met, and with
probability `share_in_custody` in custody; so the kept ones have the intensity that is declared, and the
same person with and without mentors shares every random number. Source of thinning: Lewis & Shedler
(1979), Simulation of nonhomogeneous Poisson processes by thinning.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from primus_eval.simulation import courts
from primus_eval.simulation.people import DAYS_PER_YEAR, NEVER, People
from primus_eval.simulation.records import RECALL, REMAND, SENTENCE, Offences, Spells, chosen, joined
from primus_eval.simulation.scenario import Scenario
from primus_eval.simulation.streams import OFFENCE, uniforms

NUMBERS_EACH = 20
MOST_OCCASIONS = 400
"""A guard: nobody comes near it under rates that `Scenario` allows to be sensible."""
SHARE_WITH_TWO, SHARE_WITH_THREE = 0.20, 0.08
"""Occasions with a second offence, and with a third one too."""
JOINED_DAYS_BEFORE = 14
"""An offence so many days before a pending decision comes too late to be decided in it."""
LONGEST_ARREST_DELAY, LONGEST_WAIT = 10, 150
"""Days from an offence to remand, and from a sentence to prison for those who wait at home."""
SENTENCE_SD, SHORTEST_SENTENCE = 0.8, 7
FOREVER = 60 * DAYS_PER_YEAR


@dataclass(slots=True)
class _State:
    """What is known of people while their occasions are gone through, in order of time."""

    spent: np.ndarray
    decided_on: np.ndarray
    decision: np.ndarray
    kind: np.ndarray
    sanction: np.ndarray
    fine: np.ndarray
    custody: list[tuple[np.ndarray, np.ndarray]]


def follow(
    people: People, offered: np.ndarray, scenario: Scenario, *, seed: int, until: np.ndarray
) -> tuple[Offences, Spells]:
    """Return what people do from release to a last day, and when they are in custody for it.

    offered: whether mentors are offered, shape (n,). until: the last day that is needed; nothing happens
    after death or departure anyhow.
    """
    n = len(people)
    last = np.minimum(np.minimum(until, people.died_on), people.left_on)
    recall_ends = np.minimum(people.recalled_on, NEVER) + people.recall_days
    state = _State(
        spent=np.zeros(n),
        decided_on=np.full(n, -NEVER),
        decision=np.zeros(n, dtype=np.int64),
        kind=np.zeros(n, dtype=np.int64),
        sanction=np.zeros(n, dtype=np.int64),
        fine=np.zeros(n, dtype=np.int64),
        custody=[(people.recalled_on, recall_ends)],
    )
    ratio = np.where(offered & people.takes_up, scenario.hazard_ratio, 1.0)
    first = int(people.number[0]) if n else 0
    offences, spells = [_nothing()], [_recalls(people, recall_ends)]
    for occasion in range(MOST_OCCASIONS):
        u = uniforms(seed, OFFENCE + occasion, first=first, people=n, each=NUMBERS_EACH)
        state.spent += -np.log(u[:, 0]) / people.intensity
        day = _day_of(people.released_on, state.spent, scenario)
        if not (day <= last).any():
            break
        inside = _in_custody(state.custody, day)
        kept = (day <= last) & (u[:, 1] < ratio) & (~inside | (u[:, 2] < scenario.share_in_custody))
        rows = np.flatnonzero(kept)
        classes = courts.class_of(u[rows, 3])
        new = _decide(state, rows, day[rows], classes, u[rows], scenario)
        offences.append(_offences(state, rows, day[rows], classes, inside[rows], u[rows], occasion))
        spells.append(_imprison(state, rows[new], day[rows[new]], inside[rows[new]], u[rows[new]], scenario))
    return joined(offences), joined(spells)


def cumulative_shape(days: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Return years at the intensity of the group to which so many days since release amount."""
    starts, sums = _pieces(scenario)
    return np.interp(days, starts, sums)


def _pieces(scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    starts = np.array([*(day for day, _ in scenario.shape), FOREVER], dtype=float)
    heights = np.array([height for _, height in scenario.shape])
    return starts, np.concatenate([[0.0], np.cumsum(np.diff(starts) * heights)]) / DAYS_PER_YEAR


def _day_of(released_on: np.ndarray, spent: np.ndarray, scenario: Scenario) -> np.ndarray:
    starts, sums = _pieces(scenario)
    since = np.floor(np.interp(spent, sums, starts)).astype(np.int64)
    return np.where(released_on < NEVER, np.minimum(released_on, NEVER - since) + since, NEVER)


def _in_custody(custody: list[tuple[np.ndarray, np.ndarray]], day: np.ndarray) -> np.ndarray:
    inside = np.zeros(len(day), dtype=bool)
    for begins, ends in custody:
        inside |= (begins <= day) & (day < ends)
    return inside


def _decide(
    state: _State, rows: np.ndarray, day: np.ndarray, classes: np.ndarray, u: np.ndarray, scenario: Scenario
) -> np.ndarray:
    """Settle by which decision each offence is dealt with; return whether it is one of its own."""
    fate = courts.outcome_of(scenario, classes, u[:, [6, 7, 15, 5, 8]])
    pending = day < state.decided_on[rows] - JOINED_DAYS_BEFORE
    new = ~(pending & (u[:, 4] < scenario.share_joined))
    own = rows[new]
    state.decision[own] += 1
    state.decided_on[own] = day[new] + fate.lag_days[new]
    state.kind[own] = fate.kind[new]
    state.sanction[own] = fate.sanction[new]
    state.fine[own] = fate.fine[new]
    return new


def _offences(
    state: _State,
    rows: np.ndarray,
    day: np.ndarray,
    classes: np.ndarray,
    inside: np.ndarray,
    u: np.ndarray,
    occasion: int,
) -> Offences:
    """Return the offences of one occasion of each person: one, sometimes two or three."""
    size = 1 + (u[:, 11] < SHARE_WITH_TWO + SHARE_WITH_THREE) + (u[:, 11] < SHARE_WITH_THREE)
    parts = []
    for nth, (class_u, harm_u, police_u) in enumerate(((3, 16, 10), (12, 17, 18), (13, 19, 14))):
        has = size > nth
        who = rows[has]
        kinds = classes[has] if nth == 0 else courts.class_of(u[has, class_u])
        parts.append(
            Offences(
                person=who,
                occasion=np.full(len(who), occasion),
                decision=state.decision[who],
                committed_on=day[has],
                decided_on=state.decided_on[who],
                offence_class=kinds,
                kind=state.kind[who],
                sanction=state.sanction[who],
                fine=state.fine[who],
                by_police=courts.found_by_police(kinds, u[has, police_u]),
                harm_days=courts.harm_of(kinds, u[has, harm_u]),
                in_custody=inside[has],
            )
        )
    return joined(parts)


def _imprison(
    state: _State, rows: np.ndarray, day: np.ndarray, inside: np.ndarray, u: np.ndarray, scenario: Scenario
) -> Spells:
    """Return the spells that new decisions bring: the sentence, and remand that becomes it."""
    guilty = (state.sanction[rows] == courts.IMPRISONMENT) & (state.kind[rows] == courts.CONVICTION)
    rows, day, inside, u = rows[guilty], day[guilty], inside[guilty], u[guilty]
    decided = state.decided_on[rows]
    arrested = day + 1 + np.floor(LONGEST_ARREST_DELAY * u[:, 14]).astype(np.int64)
    remand = (u[:, 9] < scenario.remand) & ~inside & (arrested < decided)
    begins = decided + np.where(remand, 0, np.floor(LONGEST_WAIT * u[:, 14]).astype(np.int64))
    length = np.rint(scenario.sentence_days * np.exp(SENTENCE_SD * ndtri(u[:, 8])))
    ends = begins + np.maximum(length, SHORTEST_SENTENCE).astype(np.int64)
    n = len(state.spent)
    first, last = np.full(n, NEVER), np.full(n, NEVER)
    first[rows], last[rows] = np.where(remand, arrested, begins), ends
    state.custody.append((first, last))
    sentences = _spells(rows, begins, ends, SENTENCE)
    return joined([chosen(_spells(rows, arrested, decided, REMAND), remand), sentences])


def _recalls(people: People, ends: np.ndarray) -> Spells:
    rows = np.flatnonzero(people.recalled_on < NEVER)
    return _spells(rows, people.recalled_on[rows], ends[rows], RECALL)


def _spells(person: np.ndarray, from_day: np.ndarray, to_day: np.ndarray, reason: int) -> Spells:
    return Spells(person=person, from_day=from_day, to_day=to_day, reason=np.full(len(person), reason))


def _nothing() -> Offences:
    none = np.zeros(0, dtype=np.int64)
    names = ("person", "occasion", "decision", "committed_on", "decided_on", "offence_class", "kind")
    whole = {name: none for name in (*names, "sanction", "fine", "harm_days")}
    return Offences(**whole, by_police=none.astype(bool), in_custody=none.astype(bool))
