"""A trial of two tables, participants and events, that a test changes before it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from primus_eval.errors import InputError, PrimusError, Problem
from primus_eval.loaders import load_trial
from primus_eval.protocol import Protocol
from primus_eval.protocol.reference import MINIMAL
from primus_eval.trial import Trial

Row = dict[str, str]

BEFORE, AFTER = ({"label": "A column", "timing": f"{when}_randomisation"} for when in ("before", "after"))
DATE = {"type": "date", "format": "%Y-%m-%d", "missing": [""]}

PARTICIPANTS: dict[str, Any] = {
    "file": "participants.csv",
    "person": "id",
    "arm": {"column": "group", "codes": {"1": "mentors", "0": "usual"}},
    "columns": {
        "days": {"type": "integer", **AFTER},
        "again": {"type": "yes_no", "yes": ["1"], "no": ["0"], **AFTER},
        "town": {"type": "category", "levels": {"a": "A", "b": "B", "c": "C"}, **BEFORE},
        "start": {**DATE, **BEFORE},
    },
}
EVENTS: dict[str, Any] = {
    "file": "events.csv",
    "person": "id",
    "columns": {
        "offence": {**DATE, **AFTER},
        "decision": {**DATE, **AFTER},
        "kind": {"type": "category", "levels": {"theft": "Theft", "violence": "Violence"}, **AFTER},
    },
    "offence_date": "offence",
    "decision_date": "decision",
}


def plan(
    participants: Mapping[str, Any] = {},
    events: Mapping[str, Any] | None = {},
    *,
    columns: Mapping[str, Any] = {},
    observed: Mapping[str, Any] = {},
    **data: Any,
) -> Protocol:
    """A protocol of both tables; columns: of the participants, in addition; no events where that is None."""
    document = tomllib.loads(MINIMAL)
    table = {**PARTICIPANTS, **participants}
    table["columns"] = {**table["columns"], **columns}
    document["data"] = {"participants": table, **data}
    if events is not None:
        document["data"]["events"] = {**EVENTS, **events}
    document["outcome"][0]["observed"].update(observed)
    return Protocol.model_validate(document)


def people(n: int = 12) -> list[Row]:
    """People in turn in one arm and the other; ids do not come in order."""
    return [
        {
            "id": f"P{(row * 7) % n:03d}",
            "group": "10"[row % 2],
            "days": str(30 + row),
            "again": "01"[row % 3 == 0],
            "town": "abc"[row % 3],
            "start": f"2022-03-{row + 1:02d}",
        }
        for row in range(n)
    ]


def events(of: Sequence[Row], each: int = 2) -> list[Row]:
    """The same number of different events of each person."""
    return [
        {
            "id": person["id"],
            "offence": f"2022-{4 + number:02d}-{row + 1:02d}",
            "decision": f"2022-{6 + number:02d}-{row + 1:02d}",
            "kind": ("theft", "violence")[number % 2],
        }
        for row, person in enumerate(of)
        for number in range(each)
    ]


def write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows as CSV; a name that only some rows have is empty in the others."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    lines = [header, *([row.get(name, "") for name in header] for row in rows)]
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")


def load(
    folder: Path, protocol: Protocol, who: Sequence[Row] | None, what: Sequence[Row] | None = None
) -> Trial:
    """Write the tables that are given, and read what the protocol names."""
    if who is not None:
        write(folder / "participants.csv", who)
    if what is not None:
        write(folder / "events.csv", what)
    return load_trial(protocol, folder)


def refused(
    folder: Path,
    protocol: Protocol,
    who: Sequence[Row] | None,
    what: Sequence[Row] | None = None,
    *,
    kind: type[PrimusError] = InputError,
) -> tuple[Problem, ...]:
    """The problems with which the tables are refused; the kind of error is exactly this one."""
    with pytest.raises(kind) as caught:
        load(folder, protocol, who, what)
    assert type(caught.value) is kind
    return caught.value.problems
