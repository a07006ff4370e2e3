"""The tables of a simulated trial as its files hold them: what a register knows at the cut-off.

Every cell is a text, and an empty one is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from primus_eval.simulation import courts
from primus_eval.simulation.people import NEVER, People
from primus_eval.simulation.records import Offences, Spells, chosen
from primus_eval.simulation.scenario import AREAS, PRISONS, RISK_GROUPS, Scenario
from primus_eval.simulation.streams import BACKGROUND, CODES, generator, uniforms
from primus_eval.simulation.whereabouts import without_overlap

KIND_CODES = ("J", "F", "C")
SANCTION_CODES = ("P", "S", "W", "F")
REASON_CODES = ("S", "R", "B")
"""Codes of the files, in the order of `courts.KINDS`, `courts.SANCTIONS` and `records.REASONS`."""


REFERRERS = ("team_a", "team_b", "team_c", "team_d")
SHARE_REFERRED = (0.40, 0.70, 0.92)
"""Up to which number each of the teams has referred somebody; the last one seldom does."""
SHARE_EARLIER, SHARE_LATER, LARGEST_MOVE, USUAL_WAIT = 0.15, 0.05, 60, 60
"""People released earlier or later than planned, by up to so many days; and who was never released."""


def codes(prefix: str, n: int, *, seed: int, stream: int) -> np.ndarray:
    """Return n different ids in random order, which say nothing of anybody."""
    digits = max(6, len(str(9 * n)))
    low = 10 ** (digits - 1)
    drawn = generator(seed, stream).choice(9 * low, size=n, replace=False) + low
    return np.array([f"{prefix}{code}" for code in drawn], dtype=object)


def person_codes(people: People, *, seed: int) -> np.ndarray:
    """Return the pseudonymous id of each person."""
    return codes("S", len(people), seed=seed, stream=CODES)


def participants_table(
    people: People, offered: np.ndarray, ids: np.ndarray, scenario: Scenario, *, seed: int
) -> pd.DataFrame:
    """Return one row per person, in the order of ids."""
    cutoff = scenario.day("data_cutoff")
    background = uniforms(seed, BACKGROUND, first=int(people.number[0]), people=len(people), each=8)
    frame = pd.DataFrame(
        {
            "person": ids,
            "arm": np.where(offered, "M", "U"),
            "prison": np.take(PRISONS, people.closed.astype(int)),
            "risk_group": np.take(RISK_GROUPS, people.risk),
            "release_area": np.take(AREAS, people.area),
            "age": numbers(people.age, known=people.age >= 0),
            "education": numbers(people.education, known=people.education > 0),
            "randomised_on": dates(people.randomised_on),
            "sentenced_on": dates(people.sentenced_on),
            "released_on": dates(people.released_on, known=people.released_on <= cutoff),
            "met_mentor": yes_no(offered & people.takes_up),
            "linked": yes_no(people.linked),
            "planned_release_on": dates(_planned_release(people, background)),
            "referrer": np.take(REFERRERS, np.searchsorted(SHARE_REFERRED, background[:, 3], side="right")),
        }
    )
    return in_order(frame, ["person"])


def _planned_release(people: People, u: np.ndarray) -> np.ndarray:
    """Return the day on which release was planned at randomisation: mostly the day that it was."""
    released = np.where(people.released_on < NEVER, people.released_on, people.randomised_on + USUAL_WAIT)
    moved = np.where(u[:, 1] < SHARE_EARLIER, 1, np.where(u[:, 1] < SHARE_EARLIER + SHARE_LATER, -1, 0))
    return np.maximum(released + moved * np.floor(LARGEST_MOVE * u[:, 2]), people.randomised_on + 1).astype(
        np.int64
    )


def events_table(
    people: People, offences: Offences, ids: np.ndarray, scenario: Scenario, *, seed: int
) -> pd.DataFrame:
    """Return one row per offence that the registers hold at the cut-off, of people who are linked.

    What was not decided by then, or by the death of the person, is a charge without a decision.
    """
    cutoff = scenario.day("data_cutoff")
    offences = chosen(offences, people.linked[offences.person] & (offences.committed_on <= cutoff))
    order = np.lexsort((offences.decision, offences.committed_on, offences.person))
    offences = chosen(offences, order)
    decided = offences.decided_on <= np.minimum(cutoff, people.died_on[offences.person])
    guilty = decided & (offences.kind != courts.CHARGE)
    fined = guilty & (offences.sanction == courts.FINE)
    frame = pd.DataFrame(
        {
            "person": ids[offences.person],
            "decision": np.where(decided, _decision_codes(offences, seed), ""),
            "kind": np.take(KIND_CODES, np.where(decided, offences.kind, courts.CHARGE)),
            "class": np.take(courts.CLASSES, offences.offence_class),
            "committed_on": dates(offences.committed_on),
            "decided_on": dates(offences.decided_on, known=decided),
            "main": yes_no(_is_main(offences)),
            "by_police": yes_no(offences.by_police),
            "sanction": np.where(guilty, np.take(SANCTION_CODES, offences.sanction), ""),
            "fine_dkk": numbers(offences.fine, known=fined),
            "harm_days": numbers(offences.harm_days),
        }
    )
    events = codes("E", len(frame), seed=seed, stream=CODES + 1)
    frame.insert(1, "event", events)
    order = np.lexsort((events.astype("S"), offences.committed_on, ranks(ids)[offences.person]))
    return frame.take(order).reset_index(drop=True)


def _decision_codes(offences: Offences, seed: int) -> np.ndarray:
    key = pd.MultiIndex.from_arrays([offences.person, offences.decision])
    number, distinct = pd.factorize(key)
    return codes("D", len(distinct), seed=seed, stream=CODES + 2)[number]


def _is_main(offences: Offences) -> np.ndarray:
    """Return whether an offence is the gravest of its decision; the earliest where several are."""
    order = np.lexsort((offences.committed_on, -offences.harm_days, offences.decision, offences.person))
    same_person = np.append(False, np.diff(offences.person[order]) == 0)
    same_decision = np.append(False, np.diff(offences.decision[order]) == 0)
    main = np.zeros(len(order), dtype=bool)
    main[order] = ~(same_person & same_decision)
    return main


def custody_table(people: People, spells: Spells, ids: np.ndarray, scenario: Scenario) -> pd.DataFrame:
    """Return one row per spell, none overlapping another of its person; one that goes on has no end."""
    cutoff = scenario.day("data_cutoff")
    spells = without_overlap(people, chosen(spells, people.linked[spells.person]), until=cutoff)
    written = pd.DataFrame(
        {
            "person": ids[spells.person],
            "from_date": dates(spells.from_day),
            "to_date": dates(spells.to_day, known=spells.to_day <= cutoff),
            "reason": np.take(REASON_CODES, spells.reason),
        }
    )
    return in_order(written, ["person", "from_date"])


def status_table(people: People, ids: np.ndarray, scenario: Scenario) -> pd.DataFrame:
    """Return one row per death, deportation and emigration up to the cut-off, of people who are linked."""
    cutoff = scenario.day("data_cutoff")
    parts = []
    for what, day, happened in (
        ("death", people.died_on, people.died_on <= cutoff),
        ("deportation", people.left_on, people.left_by == 1),
        ("emigration", people.left_on, people.left_by == 2),
    ):
        shown = people.linked & happened & (day <= cutoff)
        if what != "death":
            shown &= day < people.died_on
        parts.append(pd.DataFrame({"person": ids[shown], "what": what, "date": dates(day[shown])}))
    return in_order(pd.concat(parts, ignore_index=True), ["person", "date"])


def in_order(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the rows in the order of these columns, renumbered."""
    return frame.sort_values(by, kind="stable").reset_index(drop=True)


def ranks(ids: np.ndarray) -> np.ndarray:
    """Return the place of each id in their order, so that rows can be put into it by whole numbers."""
    rank = np.empty(len(ids), dtype=np.int64)
    rank[np.argsort(ids.astype("S"), kind="stable")] = np.arange(len(ids))
    return rank


def stacked(parts: Sequence[tuple[np.ndarray, ...]], *, columns: int) -> tuple[np.ndarray, ...]:
    """Put the columns of several parts below each other; without a part they are empty."""
    none = np.zeros(0, dtype=np.int64)
    return tuple(np.concatenate([none, *(part[place] for part in parts)]) for place in range(columns))


def dates(days: np.ndarray, *, known: np.ndarray | None = None) -> np.ndarray:
    """Write days as YYYY-MM-DD, an empty text where one is not known."""
    shown = np.ones(len(days), dtype=bool) if known is None else known
    text = np.where(shown, days, 0).astype("datetime64[D]").astype(str)
    return np.where(shown, text, "").astype(object)


def numbers(values: np.ndarray, *, known: np.ndarray | None = None) -> np.ndarray:
    """Write whole numbers, an empty text where one is not known."""
    text = values.astype(str)
    return (text if known is None else np.where(known, text, "")).astype(object)


def yes_no(values: np.ndarray) -> np.ndarray:
    """Write truths as 1 and 0."""
    return np.where(values, "1", "0").astype(object)
