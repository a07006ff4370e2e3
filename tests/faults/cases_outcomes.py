"""Faults C14 to C16, C18 to C21 and C33: observed times, events and their dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from fault_case import ROW_NAMES, ROWS, Case, accepted, refused
from fault_trial import COMMA, HEADER, MIDDLE, PEOPLE, SEMICOLON, Delivery, clean

FEW = (COMMA, SEMICOLON, "xlsx", "parquet")


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _times()
    yield from _event_dates()
    yield from _event_codes()


def _times() -> Iterator[Case]:
    for row in ROWS:
        for way in FEW if row == MIDDLE else (COMMA,):
            spoilt = clean(way).cell(row, "days", "-5")
            yield refused(
                "C14", f"a time below zero, {ROW_NAMES[row]}, {way}", spoilt, column="days", stage="measure"
            )
            zero = clean(way).cell(row, "days", "0").true(row, days="0")
            yield refused(
                "C15",
                f"an event at time zero, {ROW_NAMES[row]}, {way}",
                zero,
                column="days",
                stage="measure",
                mended=True,
            )
            yield accepted(
                "C15",
                f"an event at time zero, declared, {ROW_NAMES[row]}, {way}",
                zero.paste('[[outcome]]\nobserved.zero_time = "half_day"'),
                stage="measure",
            )
    for way in FEW:
        at_once = clean(way).cell(4, "days", "0").true(4, days="0")
        yield accepted("C16", f"follow-up that ends on day zero, {way}", at_once, stage="measure")
    coarse = clean(COMMA).swap('days = { type = "integer"', 'days = { type = "number"')
    yield refused(
        "C33",
        "a time that need not be whole days",
        coarse,
        "F09",
        why="the protocol names a column of another type",
        stage="protocol",
        file="protocol.toml",
    )


def _with_event_dates(way: str = COMMA) -> Delivery:
    start = [date.fromisoformat(row[HEADER.index("start")]) for row in PEOPLE]
    days = [
        (day + timedelta(days=int(row[2]))).isoformat() if row[3] == "1" else ""
        for day, row in zip(start, PEOPLE, strict=True)
    ]
    dated = clean(way).column(
        "again_on",
        days,
        declared='type = "date", format = "%Y-%m-%d", label = "On", timing = "after_randomisation", '
        'missing = [""]',
    )
    return dated.true_of_all(again_on=[day or None for day in days]).paste(
        '[[outcome]]\nobserved.event_date = "again_on"'
    )


def _event_dates() -> Iterator[Case]:
    for way in (COMMA, "xlsx", "parquet"):
        dated = _with_event_dates(way)
        yield accepted("C18", f"events and their dates agree, {way}", dated, stage="measure")
        for row in (1, 4, 10) if way == COMMA else (4,):
            spoilt = dated.cell(row, "again_on", "2024-11-02")
            yield refused(
                "C18",
                f"a date of an event that did not happen, row {row}, {way}",
                spoilt,
                stage="measure",
                secrets=("2024-11-02",),
                column="again_on",
                lines=(row + 2,),
            )
        for row in ROWS if way == COMMA else (MIDDLE,):
            yield refused(
                "C19",
                f"an event without its date, {ROW_NAMES[row]}, {way}",
                dated.cell(row, "again_on", ""),
                stage="measure",
                column="again_on",
                lines=(row + 2,),
            )


def _event_codes() -> Iterator[Case]:
    for fault, name, yes, no in (("C20", "1 and 2", "2", "1"), ("C21", "1 and -1", "1", "-1")):
        for way in FEW:
            coded = clean(way).cells("again", [yes if row[3] == "1" else no for row in PEOPLE])
            yield refused(
                fault,
                f"an event coded {name}, {way}",
                coded,
                "A21",
                "A30",
                why="the code is one that was not declared",
                column="again",
            )
            declared = coded.swap('yes = ["1"], no = ["0"]', f'yes = ["{yes}"], no = ["{no}"]')
            yield accepted(fault, f"an event coded {name}, declared, {way}", declared)
