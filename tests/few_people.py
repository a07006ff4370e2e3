"""Registers of a few people, written out row by row: each test says only what is special about its own.

Loaded through files, under the protocol of `random_register`, which declares every column.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from random_register import ARMS, COLUMNS, Register, Row, write_folder

from primus_eval.loaders import load_trial
from primus_eval.trial import Trial

RANDOMISED = date(2012, 1, 1)
TREATED, CONTROL = ARMS["1"], ARMS["0"]


def person(id_: str, arm: str, **known: object) -> Row:
    """Somebody found in the registers, released on the day of randomisation unless it is said."""
    return {
        "id": id_,
        "arm": arm,
        "region": "a",
        "randomised_on": RANDOMISED,
        "released_on": RANDOMISED,
        "sentenced_on": None,
        "community_start_on": None,
        "linked": True,
        "excluded": None,
        **known,
    }


def conviction(id_: str, offence: date | None, decision: date | None = None, **known: object) -> Row:
    """A conviction for an offence of no class; decided on the day of the offence unless it is said."""
    empty: Row = dict.fromkeys(COLUMNS["events"])
    dates = {"offence_date": offence, "decision_date": offence if decision is None else decision}
    return {**empty, "person": id_, "kind": "conviction", **dates, **known}


def spell(id_: str, first: date | None, released: date | None) -> Row:
    return {"person": id_, "from_date": first, "to_date": released, "reason": "sentence"}


def gone(id_: str, kind: str, day: date) -> Row:
    return {"person": id_, "kind": kind, "date": day}


def load_few(
    folder: Path,
    people: Sequence[Row],
    *,
    events: Sequence[Row],
    custody: Sequence[Row],
    status: Sequence[Row],
) -> Trial:
    """Write four tables, none of them empty, and load them."""
    register = Register(people=list(people), events=list(events), custody=list(custody), status=list(status))
    return load_trial(write_folder(register, folder))
