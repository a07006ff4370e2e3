"""Faults A58, A60, A62, A64 and A65: dates that are numbers, mean missing, have a time, or come too late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fault_case import ROW_NAMES, ROWS, Case, accepted, refused, spread
from fault_edits import DATES, FORMAT, dates_as_text, dates_written, with_format
from fault_trial import COMMA, FIRST, MIDDLE, SEMICOLON, Delivery, clean

CUTOFF = "[data]\ndata_cutoff = "


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _serial_numbers()
    yield from _sentinels()
    yield from _zones_and_times()
    yield from _cutoff()


def _serial_numbers() -> Iterator[Case]:
    serials = [str((day - date(1899, 12, 30)).days) for day in DATES]
    for way in (COMMA, SEMICOLON, "xlsx", "parquet"):
        for name, delivery in (("text", dates_as_text(way)), ("numbers", clean(way))):
            if name == "numbers" and way in (COMMA, SEMICOLON):
                continue
            written = delivery.cells("start", serials)
            yield refused(
                "A58", f"serial numbers of Excel as {name}, {way}", written, column="start", mended=True
            )
            yield accepted(
                "A58",
                f"serial numbers of Excel as {name}, declared, {way}",
                with_format(written, "excel_1900"),
            )
    yield from spread(
        "A58",
        "one serial number of Excel",
        "start",
        "45292",
        ways=(COMMA, "parquet"),
        codes=("PE-A58", "PE-A56"),
        why="one cell differs from the others, which are written as declared",
    )


def _sentinels() -> Iterator[Case]:
    for value in ("1900-01-01", "9999-12-31", "1899-12-30", "2999-12-31"):
        for way in (COMMA, SEMICOLON, "parquet") if value == "9999-12-31" else (COMMA,):
            for row in ROWS if way == COMMA else (MIDDLE,):
                written = dates_as_text(way).cell(row, "start", value).true(row, start=None)
                yield refused(
                    "A60",
                    f"{value}, {ROW_NAMES[row]}, {way}",
                    written,
                    column="start",
                    lines=(row + 2,),
                    mended=True,
                )
                yield accepted(
                    "A60",
                    f"{value} declared missing, {ROW_NAMES[row]}, {way}",
                    written.swap(FORMAT, f'{FORMAT}, missing = ["{value}"]'),
                )
    for way in ("xlsx", "parquet"):
        stored = clean(way).cell(MIDDLE, "start", date(9999, 12, 31))
        yield refused("A60", f"a stored 9999-12-31, {way}", stored, column="start", lines=(MIDDLE + 2,))


def _stored(values: Sequence[Any], way: str = "parquet") -> Delivery:
    return clean(way).cells("start", values)


def _zones_and_times() -> Iterator[Case]:
    midnight = [datetime(day.year, day.month, day.day) for day in DATES]
    for way in ("xlsx", "parquet"):
        yield accepted("A65", f"stored dates with the time 00:00, {way}", _stored(midnight, way))
        later = [midnight[0] + timedelta(hours=13, minutes=45), *midnight[1:]]
        yield refused(
            "A65",
            f"one stored date with a time of day, {way}",
            _stored(later, way),
            column="start",
            lines=(2,),
        )
    zoned = [moment.replace(tzinfo=UTC) for moment in midnight]
    yield refused(
        "A62",
        "stored times with a zone, parquet",
        _stored(zoned),
        "A65",
        why="a zone belongs to a time of day",
        column="start",
    )
    for value in ("2024-03-31T00:00:00+01:00", "2024-03-31T02:30:00Z", "2024-03-31 00:00:00+02:00"):
        yield from spread(
            "A62",
            value,
            "start",
            value,
            ways=(COMMA,),
            rows=(MIDDLE,),
            codes=("PE-A62", "PE-A65"),
            why="a zone belongs to a time of day",
        )
    for value in ("2024-03-31 13:45:00", "2024-03-31 13:45", "2024-03-31T23:59:59"):
        for way in (COMMA, "xlsx", "parquet"):
            yield from spread("A65", f"{value}, {way}", "start", value, ways=(way,), rows=(MIDDLE,))
    yield accepted("A62", "the days around the change to summer time", clean(COMMA))
    timed = dates_written("%Y-%m-%d %H:%M").cell(FIRST, "start", "2024-01-15 23:30")
    yield accepted(
        "A65", "a time of day, declared", with_format(timed, "%Y-%m-%d %H:%M"), remarks=("PE-A65",)
    )


def _cutoff() -> Iterator[Case]:
    for way in (COMMA, SEMICOLON, "xlsx", "parquet"):
        base = clean(way).swap("[data.participants]\n", f"{CUTOFF}2024-12-23\n\n[data.participants]\n")
        yield refused(
            "A64", f"a date one day after the last of the registers, {way}", base, column="start", lines=(13,)
        )
        on_the_day = base.swap("2024-12-23", "2024-12-24")
        yield accepted("A64", f"a date on the last day of the registers, {way}", on_the_day)
    for row in ROWS:
        base = clean(COMMA).swap("[data.participants]\n", f"{CUTOFF}2024-12-31\n\n[data.participants]\n")
        yield refused(
            "A64",
            f"a date of the next year, {ROW_NAMES[row]}",
            base.cell(row, "start", "2025-01-01"),
            column="start",
            lines=(row + 2,),
            secrets=("2025-01-01",),
        )
