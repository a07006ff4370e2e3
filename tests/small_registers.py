"""Registers of a dozen people, as a delivery on disk: each test says only what is special about its own.

Everyone is randomised on one day, and their window of 100 days begins with their release ten days later. Days
are those of the window; whoever left the country before it is not followed.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from primus_eval.loaders import load_trial
from primus_eval.trial import Trial

HORIZON_DAYS = 100
RANDOMISED, START = date(2019, 12, 22), date(2020, 1, 1)
LONG_AFTER = 600
"""The day of an event and a departure of the first person, as no table may be without a row."""

PROTOCOL = """
[study]
id = "small"
title = "A small trial"
programme = "A programme."
country = "DK"

[design]
allocation.scheme = "simple"

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
data_cutoff = 2021-12-31

[data.participants]
file = "participants.csv"
person = "id"
arm = { column = "group", codes = { "1" = "mentors", "0" = "usual" } }
randomised_on = "randomised"
released_on = "released"

[data.participants.columns]
randomised = { type = "date", label = "Begun", format = "%Y-%m-%d", timing = "before_randomisation" }
released = { type = "date", label = "Released", format = "%Y-%m-%d", timing = "after_randomisation" }
age = { type = "number", label = "Age", timing = "before_randomisation" }
prior = { type = "number", label = "Prior convictions", timing = "before_randomisation" }

[data.events]
file = "events.csv"
person = "id"
offence_date = "date"
kind = { column = "kind", codes = { A = "arrest" } }
harm_days = "harm"
duplicate_rows = "keep"

[data.events.columns]
kind = { type = "category", label = "Kind", levels = { A = "arrest" }, timing = "after_randomisation" }
date = { type = "date", label = "Date", format = "%Y-%m-%d", timing = "after_randomisation" }
harm = { type = "number", label = "Harm", missing = [""], timing = "after_randomisation" }

[data.status]
file = "status.csv"
person = "id"
date = "date"
kind = { column = "kind", codes = { D = "death", E = "emigration" } }

[data.status.columns]
date = { type = "date", label = "Date", format = "%Y-%m-%d", timing = "after_randomisation" }
kind = { type = "category", label = "Kind", levels = { D = "D", E = "E" }, timing = "after_randomisation" }

[[outcome]]
id = "reoffence"
label = "recorded reoffence within 100 days"
people_with = "were recorded as reoffending within 100 days"

[outcome.reoffending]
clock_start = "release"
kinds = ["arrest"]
window_days = 100
death = "DEATH"

[[analysis]]
id = "primary"
role = "primary"
outcome = "reoffence"
effect_measure = "risk_difference"

[resampling]
seed = 1
replicates = 200
"""


def small_register(
    *,
    treated: Sequence[int],
    events: Mapping[int, Sequence[int]],
    harm: Mapping[int, float | None] | float = 10.0,
    left: Mapping[int, int] | None = None,
    died: Mapping[int, int] | None = None,
    deaths_compete: bool = False,
    **columns: Sequence[float],
) -> Trial:
    """A trial from its events, by person; age and prior are filled in where they are not given.

    harm: that of every event of a person, None where it is not known. left, died: the day on which a person
    left the country or died. deaths_compete: whether death is a competing event or ends observation.
    """
    n = len(treated)
    given: dict[str, Sequence[Any]] = {
        "age": [20 + 7 * (person % 5) + person for person in range(n)],
        "prior": [(3 * person) % 4 for person in range(n)],
        **columns,
    }
    harms = dict.fromkeys(range(n), harm) if isinstance(harm, float) else harm
    tables: dict[str, list[list[Any]]] = {
        "participants": [["id", "group", "randomised", "released", "age", "prior"]]
        + [
            [f"p{p:03d}", treated[p], RANDOMISED, START, given["age"][p], given["prior"][p]] for p in range(n)
        ],
        "events": [["id", "kind", "date", "harm"], ["p000", "A", _on(LONG_AFTER), 1]]
        + [[f"p{p:03d}", "A", _on(day), harms.get(p)] for p, days in events.items() for day in days],
        "status": [["id", "kind", "date"], *([["p000", "E", _on(LONG_AFTER)]] if not (left or died) else [])]
        + [[f"p{p:03d}", "D", _on(day)] for p, day in (died or {}).items()]
        + [[f"p{p:03d}", "E", _on(day)] for p, day in (left or {}).items()],
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in tables.items():
            with (Path(folder) / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
        protocol = PROTOCOL.replace("DEATH", "compete" if deaths_compete else "censor")
        (Path(folder) / "protocol.toml").write_text(protocol, encoding="utf-8")
        return load_trial(folder)


def _on(day: int) -> date:
    return START + timedelta(days=day)
