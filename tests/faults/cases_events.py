"""Fault C35, and faults of files in the table of events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from fault_case import Case, accepted, refused
from fault_trial import COMMA, Delivery, clean

EVENTS_HEADER = ("person", "number", "kind", "offence", "decision")
EVENTS = (
    ("004217", "e01", "theft", "2024-02-14", "2024-05-20"),
    ("002944", "e02", "violence", "2024-04-12", "2024-06-11"),
    ("002944", "e03", "theft", "2024-07-01", "2024-09-30"),
    ("005573", "e04", "theft", "2024-11-29", "2024-12-20"),
    ("003492", "e05", "violence", "2024-12-21", "2024-12-31"),
    ("008736", "e06", "theft", "2024-11-03", "2024-12-13"),
)
EVENTS_PROTOCOL = """
[data.events]
file = "events.csv"
person = "person"
event = "number"
offence_date = "offence"
decision_date = "decision"

[data.events.columns]
kind = { type = "category", label = "Kind", timing = "after_randomisation", \
levels = { "theft" = "theft", "violence" = "violence" } }
offence = { type = "date", label = "Offence", timing = "after_randomisation", format = "%Y-%m-%d" }
decision = { type = "date", label = "Decision", timing = "after_randomisation", format = "%Y-%m-%d" }
"""


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _events()


def _events_file(
    rows: Sequence[Sequence[str]], header: Sequence[str] = EVENTS_HEADER, mark: str = ","
) -> bytes:
    return "".join(mark.join(row) + "\n" for row in (header, *rows)).encode()


def _with_events(content: bytes, *, base: Delivery | None = None) -> Delivery:
    base = base or clean(COMMA)
    protocol = base.protocol.replace("\n[[outcome]]", f"{EVENTS_PROTOCOL}\n[[outcome]]")
    return replace(base, protocol=protocol, beside={"events.csv": content})


def _event_cell(row: int, column: str, value: str) -> Delivery:
    place = EVENTS_HEADER.index(column)
    rows = [list(event) for event in EVENTS]
    rows[row][place] = value
    return _with_events(_events_file(rows))


def _events() -> Iterator[Case]:
    yield accepted("C35", "a table of events", _with_events(_events_file(EVENTS)))
    in_events: dict[str, Any] = {"file": "events.csv"}
    for row in (0, 3, 5):
        yield refused(
            "C35",
            f"an event of nobody, row {row}",
            _event_cell(row, "person", "009999"),
            column="person",
            lines=(row + 2,),
            secrets=("009999",),
            **in_events,
        )
        for value, code in (("2024-02-30", "A59"), ("14-02-2024", "A56")):
            yield refused(
                code,
                f"{value} in the events, row {row}",
                _event_cell(row, "offence", value),
                *(("A55",) if code == "A56" else ()),
                why="the cell is not written as declared" if code == "A56" else "",
                column="offence",
                lines=(row + 2,),
                secrets=(value,),
                **in_events,
            )
        yield refused(
            "C37",
            f"an event without a person, row {row}",
            _event_cell(row, "person", ""),
            "C35",
            "A38",
            why="the event belongs to nobody, or the last row is one of sums",
            lines=(row + 2,),
            **in_events,
        )
    yield refused(
        "C35",
        "events whose people have lost their zeros",
        _with_events(_events_file([[str(int(row[0])), *row[1:]] for row in EVENTS])),
        "A25",
        why="what was lost can be seen from the ids",
        column="person",
        says=(r"`######` \(6 signs\); here: `####` \(4 signs\)", "in front 5 of 5 ids would match"),
        **in_events,
    )
    bare = EVENTS_PROTOCOL.replace('event = "number"\n', "")
    twice = _with_events(_events_file([*EVENTS, EVENTS[2]]))
    for place in (0, 2, 5):
        rows = [*EVENTS, EVENTS[place]]
        unnumbered = _with_events(_events_file(rows))
        unnumbered = replace(unnumbered, protocol=unnumbered.protocol.replace(EVENTS_PROTOCOL, bare))
        yield refused(
            "A45",
            f"an event that stands twice, row {place}",
            unnumbered,
            lines=(8,),
            mended=True,
            **in_events,
        )
    yield accepted(
        "A45",
        "an event that stands twice, declared",
        unnumbered.paste('[data.events]\nduplicate_rows = "keep"'),
    )
    yield refused(
        "A45",
        "an event whose number stands twice",
        twice,
        "C35",
        "C01",
        why="two rows of one number multiply the event",
        lines=(8,),
        **in_events,
    )
    semicolons = _with_events(_events_file(EVENTS, mark=";"))
    yield refused("A08", "semicolons in the events", semicolons, lines=(1,), mended=True, **in_events)
    letters = _with_events(
        _events_file([[*row[:2], "tyværi", *row[3:]] for row in EVENTS]).decode().encode("cp1252")
    )
    letters = letters.swap('"theft" = "theft"', '"tyværi" = "theft"')
    yield refused("A02", "CP1252 letters in the events", letters, lines=(2,), mended=True, **in_events)
    for missing in ("person", "offence", "kind"):
        header = tuple("something" if name == missing else name for name in EVENTS_HEADER)
        yield refused(
            "A20",
            f"no column {missing} in the events",
            _with_events(_events_file(EVENTS, header)),
            column=missing,
            **in_events,
        )
    early = _event_cell(1, "decision", "2024-04-11")
    yield refused(
        "C40", "a decision one day before its offence", early, column="decision", lines=(3,), **in_events
    )
    late = _event_cell(4, "decision", "2025-01-02")
    cut = late.swap("[data.participants]\n", "[data]\ndata_cutoff = 2024-12-31\n\n[data.participants]\n")
    yield refused(
        "A64",
        "a decision after the last day of the registers",
        cut,
        column="decision",
        lines=(6,),
        **in_events,
    )
    unknown = _event_cell(2, "kind", "Theft")
    yield refused("A21", "an undeclared kind of event", unknown, column="kind", lines=(4,), **in_events)
    cpr = _with_events(_events_file([[row[0], f"1{n}0385-111{n}", *row[2:]] for n, row in enumerate(EVENTS)]))
    yield accepted(
        "B01", "CPR numbers as ids of events", cpr, secrets=tuple(f"1{n}0385-111{n}" for n in range(6))
    )
    yield refused("A41", "a table of events without rows", _with_events(_events_file([])), **in_events)
    absent = replace(_with_events(b""), beside={})
    yield refused("A67", "the table of events is not there", absent, **in_events)
    events = _with_events(_events_file(EVENTS))
    more = events.paste("[data.events]\nrows = 7")
    yield refused("A40", "six events where seven are declared", more, **in_events)
    other = events.paste(f'[data.events]\nsha256 = "{"0" * 64}"')
    yield refused("F18", "another sha256 of the events", other, **in_events)
