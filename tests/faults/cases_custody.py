"""Fault C46, and faults C35, C37 and A45, in the tables of custody and status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from fault_case import Case, accepted, refused
from fault_trial import COMMA, Delivery, clean

CUSTODY = (
    ("person", "in", "out"),
    ("004217", "2024-02-14", "2024-05-20"),
    ("002944", "2024-04-12", "2024-04-11"),
    ("002944", "2024-07-01", "2024-09-30"),
    ("005573", "2024-09-29", ""),
    ("002944", "2024-08-01", "2024-10-30"),
)
"""One spell is reversed, one goes on, two overlap: all are read."""

STATUS = (
    ("person", "day", "what"),
    ("000386", "2024-06-14", "D"),
    ("009061", "2024-12-31", "U"),
    ("001808", "2024-12-01", "E"),
)
PROTOCOL = """
[data.custody]
file = "custody.csv"
person = "person"
from_date = "in"
to_date = "out"

[data.custody.columns]
in = { type = "date", label = "In", timing = "after_randomisation", format = "%Y-%m-%d", missing = [""] }
out = { type = "date", label = "Out", timing = "after_randomisation", format = "%Y-%m-%d", missing = [""] }

[data.status]
file = "status.csv"
person = "person"
date = "day"
kind = { column = "what", codes = { "D" = "death", "U" = "emigration", "E" = "deportation" } }

[data.status.columns]
day = { type = "date", label = "Day", timing = "after_randomisation", format = "%Y-%m-%d", missing = [""] }
what = { type = "category", label = "What", timing = "after_randomisation", missing = [""], \
levels = { "D" = "death", "U" = "left", "E" = "expelled" } }
"""

Rows = Sequence[Sequence[str]]


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield accepted("C46", "tables of custody and status", _with())
    yield from _whose()
    yield from _without_a_day()
    yield from _twice()


def _file(rows: Rows) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()


def _with(custody: Rows = CUSTODY, status: Rows = STATUS) -> Delivery:
    base = clean(COMMA)
    return replace(
        base,
        protocol=base.protocol.replace("\n[[outcome]]", f"{PROTOCOL}\n[[outcome]]"),
        beside={"custody.csv": _file(custody), "status.csv": _file(status)},
    )


def _cell(rows: Rows, row: int, column: str, value: str) -> Rows:
    changed = [list(each) for each in rows]
    changed[row][rows[0].index(column)] = value
    return changed


def _whose() -> Iterator[Case]:
    for name, rows in (("custody", CUSTODY), ("status", STATUS)):
        stranger = _with(**{name: _cell(rows, 2, "person", "009999")})
        more: dict[str, Any] = {"file": f"{name}.csv", "column": "person", "lines": (3,)}
        yield refused("C35", f"a row of nobody in {name}", stranger, secrets=("009999",), **more)
        nobody = _with(**{name: _cell(rows, 2, "person", "")})
        yield refused("C37", f"a row without a person in {name}", nobody, **more)


def _without_a_day() -> Iterator[Case]:
    for row in (1, 3, 5):
        yield refused(
            "C46",
            f"a spell without its first day, row {row}",
            _with(custody=_cell(CUSTODY, row, "in", "")),
            file="custody.csv",
            column="in",
            lines=(row + 1,),
        )
    for column in ("day", "what"):
        yield refused(
            "C46",
            f"no {column} in the status",
            _with(status=_cell(STATUS, 2, column, "")),
            file="status.csv",
            column=column,
            lines=(3,),
        )


def _twice() -> Iterator[Case]:
    yield accepted("A45", "a spell that stands twice", _with(custody=[*CUSTODY, CUSTODY[1]]))
    twice = _with(status=[*STATUS, STATUS[1]])
    yield refused("A45", "a death that stands twice", twice, file="status.csv", lines=(5,), mended=True)
