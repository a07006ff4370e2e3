"""Trials with the tables of a programme, made in memory: by hand, or drawn with all that may go wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from small_trials import small_protocol

from primus_eval.measurement.days import day_of
from primus_eval.protocol import Protocol
from primus_eval.trial import Trial

RELEASE = day_of(date(2020, 1, 1))
"""A day that hand-made trials count from."""

BRANCHES = {"coast": "Coast", "fjord": "Fjord", "heath": "Heath"}
AFTER = {"timing": "after_randomisation"}
BEFORE = {"timing": "before_randomisation"}
DATE = {"type": "date", "format": "%Y-%m-%d", "label": "Day", "missing": [""]}
YES_NO = {"type": "yes_no", "label": "Yes", "yes": ["1"], "no": ["0"], "missing": [""]}
ID = {"type": "id", "label": "Id"}
NUMBER = {"type": "number", "label": "Number", "missing": [""]}


def category(*levels: str) -> dict[str, Any]:
    return {
        "type": "category",
        "label": "Kind",
        "levels": {level: level for level in levels},
        "missing": [""],
    }


TABLES: dict[str, dict[str, Any]] = {
    "custody": {"from_date": "from_day", "to_date": "to_day"},
    "status": {
        "date": "day",
        "kind": {
            "column": "what",
            "codes": {"death": "death", "emigration": "emigration", "back": "other"},
        },
    },
    "mentors": {
        "mentor": "mentor",
        "branch": "branch",
        "recruited_on": "applied",
        "approved_on": "approved",
        "trained_on": "trained",
        "left_on": "left",
    },
    "matches": {
        "mentor": "mentor",
        "start_date": "begin",
        "end_date": "end",
        "end_reason": "why",
        "planned_end": "as_planned",
        "local": "local",
    },
    "contacts": {
        "date": "day",
        "took_place": "held",
        "planned": "planned",
        "mentor": "mentor",
        "second_mentor": "second",
        "phase": "phase",
        "mode": "mode",
        "cancelled_by": "by",
        "minutes": "minutes",
        "topics": ["about_housing"],
    },
    "supervision": {"mentor": "mentor", "date": "day"},
    "services": {
        "domain": "domain",
        "started_on": "began",
        "other_mentoring": "other_mentoring",
    },
    "needs": {"date": "day", "domain": "domain", "score": "score", "wave": "wave"},
    "adverse": {"date": "day", "kind": "kind", "severity": "severity"},
    "changes": {"date": "day", "what": "what", "planned": "planned"},
}
"""Keys of each table and the columns that they name."""

COLUMNS: dict[str, dict[str, dict[str, Any]]] = {
    "custody": {"from_day": DATE, "to_day": DATE},
    "status": {"day": DATE, "what": category("death", "emigration", "back")},
    "mentors": {
        "mentor": ID,
        "branch": category(*BRANCHES),
        "applied": DATE,
        "approved": DATE,
        "trained": DATE,
        "left": DATE,
    },
    "matches": {
        "mentor": ID,
        "begin": DATE,
        "end": DATE,
        "why": category("done", "theirs", "ours", "strange"),
        "as_planned": YES_NO,
        "local": YES_NO,
    },
    "contacts": {
        "day": DATE,
        "held": YES_NO,
        "planned": YES_NO,
        "mentor": ID | {"missing": [""]},
        "second": ID | {"missing": [""]},
        "phase": category("inside", "gate", "outside"),
        "mode": category("visit", "call", "text"),
        "by": category("p", "m", "x"),
        "minutes": NUMBER,
        "about_housing": YES_NO,
    },
    "supervision": {"mentor": ID, "day": DATE},
    "services": {
        "domain": category("housing", "work"),
        "began": DATE,
        "other_mentoring": YES_NO,
    },
    "needs": {
        "day": DATE,
        "domain": category("roof", "bond"),
        "score": NUMBER,
        "wave": {"type": "integer", "label": "Wave"},
    },
    "adverse": {"day": DATE, "kind": category("threat", "breach"), "severity": category("low", "high")},
    "changes": {"day": DATE, "what": {"type": "text", "label": "What", "internal": True}, "planned": YES_NO},
}

PROCESS: dict[str, Any] = {
    "mentors_per_person": 2,
    "weeks_before_release": 8,
    "weeks_after_release": 52,
    "branch": "branch",
    "referrer": "referrer",
    "risk": {"column": "risk", "in": ["high"]},
    "relationship": "bond",
    "endings": {"done": "planned", "theirs": "participant", "ours": "mentor"},
    "cancellations": {"p": "participant", "m": "mentor"},
    "phases": {"inside": "prison", "gate": "gate", "outside": "after_release"},
    "modes_not_counted": ["text"],
    "need": [{"domain": "roof", "at_most": 2, "services": ["housing"], "topic": "about_housing"}],
    "targets": [{"indicator": "matched", "value": 1, "source": "own manual"}],
}


def process_protocol(
    tables: Sequence[str] = tuple(TABLES),
    *,
    process: Mapping[str, Any] | None = None,
    cutoff: date | None = date(2022, 12, 31),
    planned_release: bool = False,
) -> Protocol:
    """A protocol with these tables of the programme; `process` changes keys of its part of the protocol."""
    document = small_protocol().model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    participants = document["data"]["participants"]
    columns: dict[str, Any] = {
        "branch": category(*BRANCHES) | BEFORE,
        "risk": category("low", "high") | BEFORE,
        "referrer": category("team_a", "team_b") | BEFORE,
        "randomised": DATE | BEFORE,
        "released": DATE | AFTER,
        "planned_release": DATE | BEFORE,
    }
    participants["columns"] |= columns
    participants |= {"randomised_on": "randomised", "released_on": "released"}
    data: dict[str, Any] = {"participants": participants}
    if cutoff is not None:
        data["data_cutoff"] = cutoff
    for name in tables:
        declared = {column: each | AFTER for column, each in COLUMNS[name].items()}
        data[name] = {"file": f"{name}.csv", **TABLES[name], "columns": declared}
        if name not in ("mentors", "supervision", "changes"):
            data[name]["person"] = "id"
    told = PROCESS | ({"planned_release_on": "planned_release"} if planned_release else {})
    return Protocol.model_validate(document | {"data": data, "process": told | dict(process or {})})


def process_trial(
    protocol: Protocol,
    *,
    treated: Sequence[int],
    randomised: Sequence[int | None],
    released: Sequence[int | None],
    tables: Mapping[str, Mapping[str, Sequence[Any]]],
    **columns: Sequence[Any],
) -> Trial:
    """A trial from its columns; days are whole numbers since 1970, None where missing."""
    n = len(treated)
    given: dict[str, Sequence[Any]] = {
        "branch": ["coast"] * n,
        "risk": ["low"] * n,
        "referrer": ["team_a"] * n,
        "planned_release": [None] * n,
        "event": [0] * n,
        "days": [100.0] * n,
        **columns,
    }
    frame = pd.DataFrame(
        {
            "arm": pd.Series(np.where(np.asarray(treated) == 1, "mentors", "usual"), dtype="object"),
            "days": pd.Series(given["days"], dtype="float64"),
            "age": pd.Series([30.0] * n),
            "prior": pd.Series([1.0] * n),
            "prison": pd.Series(["open"] * n, dtype="object"),
            "wing": pd.Series(["1"] * n, dtype="object"),
            "event": pd.Series(np.asarray(given["event"]) == 1, dtype="boolean"),
            "randomised": dates(randomised),
            "released": dates(released),
            "planned_release": dates(given["planned_release"]),
            **{name: pd.Series(given[name], dtype="object") for name in ("branch", "risk", "referrer")},
        }
    )
    frames = {name: typed(name, protocol, rows) for name, rows in tables.items()}
    return Trial(
        protocol=protocol,
        participants=frame,
        accounts=(),
        custody=frames.pop("custody", None),
        status=frames.pop("status", None),
        tables=frames,
    )


def typed(name: str, protocol: Protocol, rows: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """A table in the types that loaders give; columns that are left out are missing everywhere."""
    columns = getattr(protocol.data, name).columns
    n = len(next(iter(rows.values()), []))
    frame = {}
    if "person" in rows:
        frame["person"] = pd.Series(np.asarray(rows["person"], dtype=np.int32))
    for column, about in columns.items():
        cells = rows.get(column, [None] * n)
        if about.type == "date":
            frame[column] = dates(cells)
        elif about.type == "id":
            frame[column] = pd.Series(cells, dtype="Int64")
        elif about.type == "yes_no":
            frame[column] = pd.Series(cells, dtype="boolean")
        elif about.type == "category":
            frame[column] = pd.Series(pd.Categorical(cells, categories=list(about.levels)))
        elif about.type == "text":
            frame[column] = pd.Series(cells, dtype="object")
        else:
            frame[column] = pd.Series(cells, dtype="float64")
    return pd.DataFrame(frame)


def dates(days: Sequence[int | None]) -> pd.Series:
    cells = np.array([np.datetime64("NaT") if day is None else np.datetime64(int(day), "D") for day in days])
    return pd.Series(cells.astype("datetime64[s]"))


def drawn_trial(people: int, seed: int, **protocol: Any) -> Trial:
    """A trial drawn with whatever may happen: late and missing releases, custody, deaths, odd contacts."""
    rng = np.random.default_rng(seed)
    chosen = process_protocol(
        ("custody", "status", "mentors", "matches", "contacts", "supervision", "adverse"),
        planned_release=True,
        **protocol,
    )
    randomised = RELEASE + rng.integers(0, 700, people)
    released = randomised + rng.integers(-10, 200, people)
    none = rng.random(people) < 0.05
    planned = released + rng.integers(-30, 30, people)
    who, day, rows = _drawn_contacts(rng, people, released)
    spells = rng.integers(0, people, people)
    begin = released[spells] + rng.integers(-200, 400, people)
    gone = rng.choice(people, people // 8, replace=False)
    matched = rng.integers(0, people, people)
    start = randomised[matched] + rng.integers(-5, 150, people)
    length = rng.integers(0, 400, people)
    return process_trial(
        chosen,
        treated=(rng.random(people) < 0.6).astype(int).tolist(),
        randomised=randomised.tolist(),
        released=[None if no else int(each) for each, no in zip(released, none, strict=True)],
        planned_release=[
            None if no else int(each) for each, no in zip(planned, rng.random(people) < 0.3, strict=True)
        ],
        branch=rng.choice(list(BRANCHES), people).tolist(),
        risk=rng.choice(["low", "high"], people).tolist(),
        tables={
            "custody": {
                "person": spells,
                "from_day": begin.tolist(),
                "to_day": [
                    None if no else int(end)
                    for end, no in zip(
                        begin + rng.integers(0, 120, people), rng.random(people) < 0.05, strict=True
                    )
                ],
            },
            "status": {
                "person": gone,
                "day": (released[gone] + rng.integers(-60, 400, len(gone))).tolist(),
                "what": rng.choice(["death", "emigration", "back"], len(gone)).tolist(),
            },
            "mentors": {
                "mentor": list(range(40)),
                "branch": rng.choice(list(BRANCHES), 40).tolist(),
                "applied": (RELEASE + rng.integers(-200, 300, 40)).tolist(),
                "approved": (RELEASE + rng.integers(300, 400, 40)).tolist(),
                "trained": (RELEASE + rng.integers(300, 400, 40)).tolist(),
                "left": [None] * 40,
            },
            "matches": {
                "person": matched,
                "mentor": rng.integers(0, 40, people).tolist(),
                "begin": start.tolist(),
                "end": [
                    None if no else int(end)
                    for end, no in zip(start + length, rng.random(people) < 0.2, strict=True)
                ],
                "why": rng.choice(["done", "theirs", "ours", "strange"], people).tolist(),
            },
            "contacts": {"person": who, "day": day, **rows},
            "supervision": {
                "mentor": rng.integers(0, 40, 300).tolist(),
                "day": (RELEASE + rng.integers(0, 900, 300)).tolist(),
            },
            "adverse": {
                "person": rng.integers(0, people, 5),
                "day": (RELEASE + rng.integers(0, 900, 5)).tolist(),
                "kind": rng.choice(["threat", "breach"], 5).tolist(),
            },
        },
    )


def _drawn_contacts(
    rng: np.random.Generator, people: int, released: np.ndarray
) -> tuple[np.ndarray, list[Any], dict[str, Any]]:
    number = rng.poisson(rng.gamma(1, 25, people))
    who = np.repeat(np.arange(people), number)
    rows = len(who)
    day = released[who] + rng.integers(-80, 420, rows)
    undated = rng.random(rows) < 0.01
    return (
        who,
        [None if no else int(each) for each, no in zip(day, undated, strict=True)],
        {
            "held": (rng.random(rows) < 0.8).tolist(),
            "planned": (rng.random(rows) < 0.9).tolist(),
            "mentor": rng.integers(0, 40, rows).tolist(),
            "mode": rng.choice(["visit", "call", "text"], rows).tolist(),
            "minutes": rng.integers(5, 120, rows).astype(float).tolist(),
        },
    )
