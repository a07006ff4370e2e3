"""A trial of sixty people on disk, as two deliveries a year apart saw it: tests spoil what they are about."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

THEN, NOW = date(2021, 12, 31), date(2022, 12, 31)
PEOPLE = 60
Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Edit = Callable[[Tables], None]

RULES = 'kinds = ["conviction"], clock_start = "release", death = "compete", emigration = "censor"'


def _outcome(id: str, months: int, words: str) -> str:
    return f"""
[[outcome]]
id = "{id}"
label = "recorded conviction within {words} of release"
people_with = "were recorded as convicted within {words} of release"
reoffending = {{ {RULES}, window_months = {months} }}

[[analysis]]
id = "{id}"
role = "{"primary" if months == 12 else "secondary"}"
outcome = "{id}"
effect_measure = "risk_difference"
"""


PROTOCOL = f"""
[study]
id = "followed"
title = "A trial followed for years"
programme = "A programme."
country = "DK"

[design]
allocation = {{ scheme = "stratified_blocked", strata = ["prison"], block_size = 4 }}

[[arm]]
id = "mentors"
label = "mentors"
role = "treatment"

[[arm]]
id = "usual"
label = "usual services"
role = "control"

[data]
data_start = 2010-01-01
data_cutoff = {THEN}

[data.participants]
file = "participants.csv"
person = "id"
arm = {{ column = "group", codes = {{ "1" = "mentors", "0" = "usual" }} }}
randomised_on = "randomised"
released_on = "released"

[data.participants.columns]
prison.type = "category"
prison.label = "Prison"
prison.levels = {{ open = "open", closed = "closed" }}
prison.timing = "before_randomisation"
age = {{ type = "integer", label = "Age", timing = "before_randomisation" }}
randomised = {{ type = "date", label = "Randomised", format = "%Y-%m-%d", timing = "before_randomisation" }}
released = {{ type = "date", label = "Released", format = "%Y-%m-%d", timing = "after_randomisation" }}

[data.events]
file = "events.csv"
person = "id"
offence_date = "committed"
decision_date = "decided"
kind = {{ column = "kind", codes = {{ C = "conviction" }} }}
offence_class = {{ column = "class" }}

[data.events.columns]
kind.type = "category"
kind.label = "Kind"
kind.levels = {{ C = "conviction" }}
kind.timing = "after_randomisation"
class.type = "category"
class.label = "Class"
class.levels = {{ theft = "theft", violence = "violence" }}
class.timing = "after_randomisation"
committed = {{ type = "date", label = "Committed", format = "%Y-%m-%d", timing = "after_randomisation" }}
decided = {{ type = "date", label = "Decided", format = "%Y-%m-%d", timing = "after_randomisation" }}

[data.status]
file = "status.csv"
person = "id"
date = "date"
kind = {{ column = "what", codes = {{ death = "death", emigration = "emigration" }} }}

[data.status.columns]
what.type = "category"
what.label = "What"
what.levels = {{ death = "death", emigration = "emigration" }}
what.timing = "after_randomisation"
date = {{ type = "date", label = "Day", format = "%Y-%m-%d", timing = "after_randomisation" }}
{_outcome("one_year", 12, "one year")}
{_outcome("two_years", 24, "two years")}
{_outcome("five_years", 60, "five years")}

[[analysis]]
id = "between"
role = "secondary"
outcome = "two_years"
effect_measure = "risk_difference"
method = "aalen_johansen_window"
periods_days = [0, 365, 730]

[long_term]
outcomes = ["one_year", "two_years", "five_years"]
windows = true
eventual_return = true

[disclosure]
profile = "internal"
"""


def everything() -> Tables:
    """Everything that ever happens: half of the people are convicted once, the sixtieth dies."""
    people, events = [], []
    for number in range(PEOPLE):
        id_ = f"P{100_001 + number}"
        begun = date(2019, 1, 1) + timedelta(days=number)
        released = begun + timedelta(days=30)
        people.append(
            {
                "id": id_,
                "group": str(number % 2),
                "prison": ("open", "closed")[number // 2 % 2],
                "age": str(20 + number),
                "randomised": str(begun),
                "released": str(released),
            }
        )
        if number % 4 in (0, 3):
            offence = released + timedelta(days=20 + 22 * number)
            events.append(
                {
                    "id": id_,
                    "kind": "C",
                    "class": "theft",
                    "committed": str(offence),
                    "decided": str(offence + timedelta(days=60)),
                }
            )
    status = [
        {"id": "P100002", "what": "death", "date": "2020-06-01"},
        {"id": "P100060", "what": "death", "date": "2022-05-01"},
        {"id": "P100003", "what": "emigration", "date": "2022-06-01"},
    ]
    return {"participants": people, "events": events, "status": status}


def seen_by(tables: Tables, cutoff: date) -> Tables:
    """What registers read on a day hold: decisions and departures by then."""
    return {
        "participants": [dict(row) for row in tables["participants"]],
        "events": [dict(row) for row in tables["events"] if row["decided"] <= str(cutoff)],
        "status": [dict(row) for row in tables["status"] if row["date"] <= str(cutoff)],
    }


def write(folder: Path, tables: Tables, *, protocol: str | None = None, names: str = "{}.csv") -> Path:
    """Write a delivery, and its protocol where one is given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / names.format(name)).open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    if protocol is not None:
        (folder / "protocol.toml").write_text(protocol, encoding="utf-8")
    return folder


def pair(folder: Path, edit: Edit = lambda tables: None, *, protocol: str = PROTOCOL) -> tuple[Path, Path]:
    """Write both deliveries; the later one edited."""
    later = seen_by(everything(), NOW)
    edit(later)
    former = write(folder / "former", seen_by(everything(), THEN), protocol=protocol)
    return former, write(folder / "later", later)


def of_person(tables: Tables, name: str, id_: str) -> dict[str, str]:
    """The first row of a person in a table."""
    return next(row for row in tables[name] if row["id"] == id_)
