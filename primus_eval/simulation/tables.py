"""The tables of a simulated trial as its files hold them: what a register knows at the cut-off.

Every cell is a text, and an empty one is missing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from primus_eval.simulation import courts
from primus_eval.simulation.people import NEVER, People
from primus_eval.simulation.records import Offences, Spells, chosen
from primus_eval.simulation.scenario import AREAS, PRISONS, RISK_GROUPS, Scenario
from primus_eval.simulation.streams import CODES, generator

KIND_CODES = ("J", "F", "C")
SANCTION_CODES = ("P", "S", "W", "F")
REASON_CODES = ("S", "R", "B")
"""Codes of the files, in the order of `courts.KINDS`, `courts.SANCTIONS` and `records.REASONS`."""


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
    people: People, offered: np.ndarray, ids: np.ndarray, scenario: Scenario
) -> pd.DataFrame:
    """Return one row per person, in the order of ids."""
    cutoff = scenario.day("data_cutoff")
    frame = pd.DataFrame(
        {
            "person": ids,
            "arm": np.where(offered, "M", "U"),
            "prison": np.take(PRISONS, people.closed.astype(int)),
            "risk_group": np.take(RISK_GROUPS, people.risk),
            "release_area": np.take(AREAS, people.area),
            "age": _numbers(people.age, known=people.age >= 0),
            "education": _numbers(people.education, known=people.education > 0),
            "randomised_on": dates(people.randomised_on),
            "sentenced_on": dates(people.sentenced_on),
            "released_on": dates(people.released_on, known=people.released_on <= cutoff),
            "met_mentor": _yes_no(offered & people.takes_up),
            "linked": _yes_no(people.linked),
        }
    )
    return in_order(frame, ["person"])


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
            "main": _yes_no(_is_main(offences)),
            "by_police": _yes_no(offences.by_police),
            "sanction": np.where(guilty, np.take(SANCTION_CODES, offences.sanction), ""),
            "fine_dkk": _numbers(offences.fine, known=fined),
            "harm_days": _numbers(offences.harm_days),
        }
    )
    frame.insert(1, "event", codes("E", len(frame), seed=seed, stream=CODES + 1))
    return in_order(frame, ["person", "committed_on", "event"])


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
    gone = np.minimum(people.died_on, people.left_on)[spells.person]
    spells = chosen(spells, people.linked[spells.person] & (spells.from_day <= np.minimum(cutoff, gone)))
    frame = pd.DataFrame(
        {
            "row": spells.person,
            "begins": spells.from_day,
            "ends": np.minimum(spells.to_day, np.minimum(people.died_on, people.left_on)[spells.person]),
            "reason": spells.reason,
        }
    ).sort_values(["row", "begins", "ends"], kind="stable")
    reached = frame.groupby("row")["ends"].cummax().groupby(frame["row"]).shift(fill_value=-NEVER)
    begins = np.maximum(frame["begins"].to_numpy(), reached.to_numpy())
    ends = frame["ends"].to_numpy()
    there = begins < ends
    written = pd.DataFrame(
        {
            "person": ids[frame["row"].to_numpy()],
            "from_date": dates(begins),
            "to_date": dates(ends, known=ends <= cutoff),
            "reason": np.take(REASON_CODES, frame["reason"].to_numpy()),
        }
    )[there & (begins <= cutoff)]
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


def dates(days: np.ndarray, *, known: np.ndarray | None = None) -> np.ndarray:
    """Write days as YYYY-MM-DD, an empty text where one is not known."""
    shown = np.ones(len(days), dtype=bool) if known is None else known
    text = np.where(shown, days, 0).astype("datetime64[D]").astype(str)
    return np.where(shown, text, "").astype(object)


def _numbers(values: np.ndarray, *, known: np.ndarray | None = None) -> np.ndarray:
    text = values.astype(str)
    return (text if known is None else np.where(known, text, "")).astype(object)


def _yes_no(values: np.ndarray) -> np.ndarray:
    return np.where(values, "1", "0").astype(object)
