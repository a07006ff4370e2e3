"""Draw a whole trial: people, arms, what they do, what the registers and the programme hold of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from primus_eval.errors import InputError, Problem
from primus_eval.simulation.accounts import changes_table, costs_table
from primus_eval.simulation.allocation import allocate
from primus_eval.simulation.before import earlier_offences, index_imprisonment
from primus_eval.simulation.contact_table import contacts_table
from primus_eval.simulation.contacts import contacts_of
from primus_eval.simulation.mentor_tables import matches_table, mentors_table, supervision_table
from primus_eval.simulation.mentors import match
from primus_eval.simulation.needs import needs_table, true_gain
from primus_eval.simulation.offending import follow
from primus_eval.simulation.people import People, draw_people
from primus_eval.simulation.protocol_text import protocol_text
from primus_eval.simulation.records import Offences, Spells, joined
from primus_eval.simulation.scenario import PRISONS, Scenario
from primus_eval.simulation.services import adverse_table, services_table, weeks_table
from primus_eval.simulation.tables import (
    custody_table,
    events_table,
    participants_table,
    person_codes,
    status_table,
)
from primus_eval.simulation.truth import TRUTH_DRAWS, TrueRisk, true_risks
from primus_eval.simulation.whereabouts import Custody, without_overlap

FEWEST_PEOPLE, MOST_PEOPLE = 8, 1_000_000
FEWEST_DRAWS = 1_000
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SimulatedTrial:
    """A simulated trial as its files would hold it, and what is true of it.

    tables: by name of the file without ending; every cell is a text. truth: the true risks of everyone and
    of each risk group, empty where none were asked for.
    """

    people: int
    seed: int
    scenario: Scenario
    tables: Mapping[str, pd.DataFrame]
    protocol_text: str
    truth: tuple[TrueRisk, ...]

    def __repr__(self) -> str:
        return f"SimulatedTrial(people={self.people}, seed={self.seed})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What happened in a trial, before registers record it."""

    people: People
    offered: np.ndarray
    offences: Offences
    """After release."""
    spells: Spells
    """After release."""


def simulate(
    *,
    people: int = 97,
    seed: int = 1,
    scenario: Scenario | None = None,
    truth_draws: int = TRUTH_DRAWS,
) -> SimulatedTrial:
    """Draw a trial of two mentors for prisoners, of whom no person exists, with a known truth.

    people: how many are randomised, 8 or more. seed: a whole number from 0. scenario: the world that it is
    drawn from. truth_draws: how many people are followed in each arm to find the true risks, 1,000 or more;
    0 for none. The same arguments give the same trial, to the byte. Raises InputError for impossible ones.

    >>> trial = simulate(people=20, seed=3, truth_draws=0)
    >>> trial, len(trial.tables["participants"])
    (SimulatedTrial(people=20, seed=3), 20)
    """
    _require(people, seed, truth_draws)
    world = scenario or Scenario()
    truth = true_risks(world, draws=truth_draws) if truth_draws else ()
    tables = _tables(draw(world, people=people, seed=seed), world, seed)
    return SimulatedTrial(
        people=people,
        seed=seed,
        scenario=world,
        tables=MappingProxyType(tables),
        protocol_text=protocol_text(
            world,
            people=people,
            seed=seed,
            truth=truth,
            by_prison=_by_prison(tables["participants"]),
            gain=true_gain(world, draws=truth_draws) if truth_draws else None,
        ),
        truth=truth,
    )


def draw(scenario: Scenario, *, people: int, seed: int) -> Drawn:
    """Draw everybody with their arm, and what they do from release to the cut-off."""
    everyone = draw_people(scenario, seed=seed, people=people, of=people)
    offered = allocate(everyone, seed=seed)
    until = np.full(people, scenario.day("data_cutoff"))
    offences, spells = follow(everyone, offered, scenario, seed=seed, until=until)
    return Drawn(people=everyone, offered=offered, offences=offences, spells=spells)


def _tables(drawn: Drawn, scenario: Scenario, seed: int) -> dict[str, pd.DataFrame]:
    people, offered = drawn.people, drawn.offered
    ids = person_codes(people, seed=seed)
    offences = joined([earlier_offences(people, scenario, seed=seed), drawn.offences])
    spells = joined([index_imprisonment(people), drawn.spells])
    return {
        "participants": participants_table(people, offered, ids, scenario, seed=seed),
        "events": events_table(people, offences, ids, scenario, seed=seed),
        "custody": custody_table(people, spells, ids, scenario),
        "status": status_table(people, ids, scenario),
        **_programme(people, offered, spells, ids, scenario, seed),
    }


def _by_prison(participants: pd.DataFrame) -> dict[str, int]:
    counts = participants["prison"].value_counts()
    return {prison: int(counts.get(prison, 0)) for prison in PRISONS}


def _programme(
    people: People, offered: np.ndarray, spells: Spells, ids: np.ndarray, scenario: Scenario, seed: int
) -> dict[str, pd.DataFrame]:
    """Return the tables of what was delivered, and of what else is known of both arms."""
    until = scenario.day("data_cutoff")
    custody = Custody(spells=without_overlap(people, spells, until=until))
    mentors, matches = match(people, offered, custody.first_after(people), scenario, seed=seed)
    of_mentors, names = mentors_table(mentors, scenario, seed=seed)
    contacts = contacts_of(people, matches, custody, scenario, seed=seed)
    return {
        "mentors": of_mentors,
        "matches": matches_table(people, mentors, matches, ids, names, scenario),
        "contacts": contacts_table(people, matches, contacts, ids, names),
        "supervision": supervision_table(mentors, matches, names, scenario, seed=seed),
        "services": services_table(people, offered, ids, scenario, seed=seed),
        "needs": needs_table(people, offered, custody, ids, scenario, seed=seed),
        "weeks": weeks_table(people, ids, scenario, seed=seed),
        "adverse": adverse_table(people, ids, scenario, seed=seed),
        "changes": changes_table(scenario),
        "costs": costs_table(offered, scenario),
    }


def _require(people: int, seed: int, truth_draws: int) -> None:
    problems = []
    if not FEWEST_PEOPLE <= people <= MOST_PEOPLE:
        problems.append(
            _impossible(
                "people", f"a trial of {people} cannot be drawn; {FEWEST_PEOPLE} to {MOST_PEOPLE:,} can."
            )
        )
    if not 0 <= seed <= LARGEST_SEED:
        problems.append(_impossible("seed", f"must be a whole number from 0 to {LARGEST_SEED}."))
    if truth_draws and truth_draws < FEWEST_DRAWS:
        problems.append(
            _impossible(
                "truth-draws", f"{truth_draws} are too few for a truth; 0 (none) or {FEWEST_DRAWS:,} up."
            )
        )
    if problems:
        raise InputError(problems)


def _impossible(key: str, what: str) -> Problem:
    return Problem(code="PE-S02", key=key, what=what, mend="Choose another number.")
