"""A delivery in a folder for tests of preflight: a protocol, participants and events, from a few choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

PROTOCOL = """\
[study]
id = "folder"
title = "A folder of a delivery"
programme = "Something was done."
country = "DK"

[design]
allocation = {{ scheme = "simple" }}

[[arm]]
id = "mentors"
label = "mentors"
role = "treatment"

[[arm]]
id = "usual"
label = "usual services"
role = "control"

[data]
data_cutoff = 2024-12-31

[data.participants]
file = "participants.csv"
person = "person"
arm = {{ column = "arm", codes = {{ "1" = "mentors", "0" = "usual" }} }}
linked = "linked"
randomised_on = "randomised"
quasi_identifiers = ["sex", "town"]
{participants}

[data.participants.columns]
sex = {{ type = "yes_no", label = "Woman", yes = ["w"], no = ["m"], {before} }}
town = {{ type = "category", label = "Town", {empty}, levels = {{ a = "A", b = "B", c = "C" }}, {before} }}
linked = {{ type = "yes_no", label = "Linked", yes = ["1"], no = ["0"], {empty}, {after} }}
randomised = {{ type = "date", label = "Randomised", {iso}, {before} }}
days = {{ type = "integer", label = "Days", {empty}, {after} }}
event = {{ type = "yes_no", label = "Event", yes = ["1"], no = ["0"], {empty}, {after} }}
{columns}

[data.events]
file = "events.csv"
person = "person"
offence_date = "offence"
decision_date = "decision"
duplicate_rows = "keep"

[data.events.columns]
offence = {{ type = "date", label = "Offence", {iso}, {empty}, {after} }}
decision = {{ type = "date", label = "Decision", {iso}, {empty}, {after} }}

[[outcome]]
id = "year"
label = "recorded reoffending within a year"
people_with = "were recorded as reoffending within a year"
definition = "As recorded."
observed = {{ time = "days", event = "event", unit = "days" }}
clock_start = "randomisation"
horizon_days = 365

[[analysis]]
id = "primary"
role = "primary"
outcome = "year"
effect_measure = "risk_difference"
method = "kaplan_meier"
{analyses}

[disclosure]
threshold = {threshold}
"""

SHORT = {
    "before": 'timing = "before_randomisation"',
    "after": 'timing = "after_randomisation"',
    "empty": 'missing = [""]',
    "iso": 'format = "%Y-%m-%d"',
}
"""What the declarations of columns have in common."""

DAY = date(2022, 1, 15)


def write_folder(
    folder: Path,
    people: Sequence[Mapping[str, Any]],
    events: Sequence[Mapping[str, Any]] = (),
    *,
    threshold: int = 5,
    participants: str = "",
    columns: str = "",
    analyses: str = "",
) -> Path:
    """Write a protocol and its two tables; return the folder."""
    text = PROTOCOL.format(
        threshold=threshold, participants=participants, columns=columns, analyses=analyses, **SHORT
    )
    (folder / "protocol.toml").write_text(text, encoding="utf-8")
    _write(folder / "participants.csv", people)
    nothing_known = {"person": people[0]["person"], "offence": "", "decision": ""}
    _write(folder / "events.csv", events or [nothing_known])
    return folder


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([str(row.get(name, "")) for name in names] for row in rows)]
    path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")


def person(number: int, arm: str, **keys: Any) -> dict[str, Any]:
    """One participant, followed for a year without the event unless said otherwise."""
    usual = {"sex": "wm"[number // 2 % 2], "town": "ab"[number // 4 % 2], "linked": "1"}
    followed = {"randomised": DAY + timedelta(days=number % 28), "days": 365, "event": "0"}
    return {"person": f"P{number:05d}", "arm": arm, **usual, **followed, **keys}


def event_of(row: Mapping[str, Any], day: date, lag_days: int | None = 70) -> dict[str, Any]:
    """One event of a participant."""
    decided = "" if lag_days is None else day + timedelta(days=lag_days)
    return {"person": row["person"], "offence": day, "decision": decided}


def crowd(each: int = 60, *, seed: int = 1) -> list[dict[str, Any]]:
    """As many people in each arm, of whom about a third had the event."""
    rng = np.random.default_rng(seed)
    people = []
    for number in range(2 * each):
        happened = rng.random() < 0.35
        days = int(rng.integers(1, 365)) if happened else 365
        people.append(person(number, "10"[number % 2], days=days, event=str(int(happened))))
    return people
