"""Faults A55 to A57, A59, A61 and A72: formats of dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from fault_case import ROW_NAMES, ROWS, Case, accepted, refused, spread
from fault_edits import DATES, FORMAT, dates_as_text, dates_written, with_format
from fault_trial import COMMA, FIRST, MIDDLE, SEMICOLON, TAB, clean

DANISH = [
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
]


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _other_formats()
    yield from _mixed_formats()
    yield from _days_that_are_none()
    yield from _danish_months()
    yield from _no_format()


def _other_formats() -> Iterator[Case]:
    for pattern in ("%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d", "%m/%d/%Y", "%d-%m-%y"):
        shown = datetime(2024, 12, 31).strftime(pattern)
        for way in (COMMA, "xlsx", "parquet") if pattern == "%d-%m-%Y" else (COMMA, SEMICOLON):
            others = ("A56", "A57") if "/" in pattern or "%y" in pattern else ("A56",)
            yield refused(
                "A55",
                f"dates such as {shown} where 2024-12-31 is declared, {way}",
                dates_written(pattern, way),
                *others,
                why="the protocol has one format and the file another; some of them exchange day and month",
                column="start",
                lines=(2, 13),
                secrets=(DATES[0].strftime(pattern),),
            )
            yield accepted(
                "A55",
                f"dates such as {shown}, declared, {way}",
                with_format(dates_written(pattern, way), pattern),
            )
    early = [date(2024, 1 + row, 12 - row) for row in range(12)]
    both_ways = clean(COMMA).cells("start", [day.strftime("%d-%m-%Y") for day in early])
    yield refused(
        "A55",
        "dates that have a meaning with day first and with month first",
        both_ways,
        "A56",
        why="the protocol has one format and the file another",
        column="start",
    )
    yield accepted(
        "A55",
        "such dates under a declared format",
        with_format(both_ways, "%d-%m-%Y").true_of_all(start=[day.isoformat() for day in early]),
    )


def _mixed_formats() -> Iterator[Case]:
    for way in (COMMA, TAB, "xlsx", "parquet"):
        for row in ROWS if way == COMMA else (MIDDLE,):
            one = dates_as_text(way).cell(row, "start", DATES[row].strftime("%d-%m-%Y"))
            yield refused(
                "A56",
                f"one date with the day first, {ROW_NAMES[row]}, {way}",
                one,
                "A55",
                why="it is one cell that is not written as declared, and its line is named",
                column="start",
                lines=(row + 2,),
            )
    half = clean(COMMA).cells(
        "start", [day.isoformat() if row % 2 else day.strftime("%d.%m.%Y") for row, day in enumerate(DATES)]
    )
    yield refused("A56", "every second date in another format", half, column="start")
    for declared, text in (("%Y-%m-%d", "not declared"), ("%m/%d/%y", "month first declared")):
        two = clean(COMMA).cells("start", ["01/02/24"] + ["13/02/24"] * 11)
        yield refused(
            "A57",
            f"01/02/24 and 13/02/24, {text}",
            with_format(two, declared),
            "A55",
            "A56",
            "A59",
            why="13 is no month" if declared != "%Y-%m-%d" else "no cell is written as declared",
            column="start",
        )
    two = clean(COMMA).cells("start", ["01/02/24"] + ["13/02/24"] * 11)
    yield accepted(
        "A57",
        "01/02/24 and 13/02/24, day first declared",
        with_format(two, "%d/%m/%y").true_of_all(start=["2024-02-01"] + ["2024-02-13"] * 11),
    )


def _days_that_are_none() -> Iterator[Case]:
    for value in ("2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-01-00"):
        ways = (COMMA, SEMICOLON, "xlsx", "parquet") if value == "2024-02-30" else (COMMA,)
        yield from spread("A59", value, "start", value, ways=ways, rows=ROWS if len(ways) > 1 else (MIDDLE,))
    leap = clean(COMMA).cell(FIRST, "start", "2024-02-29").cell(2, "start", "2000-02-29")
    yield accepted(
        "A63", "29 February of leap years", leap.true(FIRST, start="2024-02-29").true(2, start="2000-02-29")
    )
    yield refused(
        "A63",
        "29 February of 1900, which was no leap year",
        clean(COMMA).cell(FIRST, "start", "1900-02-29"),
        "A59",
        why="there was no such day",
        column="start",
        lines=(2,),
    )


def _danish_months() -> Iterator[Case]:
    written = [f"{day.day}. {DANISH[day.month - 1]} {day.year}" for day in DATES]
    for way in (COMMA, SEMICOLON, "xlsx", "parquet"):
        delivery = dates_as_text(way).cells("start", written)
        yield accepted(
            "A61", f"2. maj 2024 under a declared format, {way}", with_format(delivery, "%-d. %B %Y")
        )
        yield refused(
            "A61",
            f"2. maj 2024 where 02. maj 2024 is declared, {way}",
            with_format(delivery, "%d. %B %Y"),
            "A56",
            why="some cells are not written as declared; the format without a zero fits all of them",
            column="start",
            mended=True,
        )
        yield refused(
            "A61",
            f"2. maj 2024 where 2024-05-02 is declared, {way}",
            delivery,
            "A55",
            "A56",
            why="the cells are not written as declared",
            column="start",
            mended=True,
        )
    english = clean(COMMA).cell(MIDDLE, "start", "May 13, 2024")
    yield refused(
        "A61",
        "May 13, 2024 where 2024-05-13 is declared",
        english,
        "A55",
        "A56",
        why="the cell is not written as declared",
        column="start",
        lines=(MIDDLE + 2,),
    )


def _no_format() -> Iterator[Case]:
    for way in (COMMA, SEMICOLON, TAB):
        yield refused(
            "A72",
            f"dates as text and no format, {way}",
            clean(way).swap(f", {FORMAT}", ""),
            column="start",
            mended=True,
        )
    for way in ("xlsx", "parquet"):
        yield accepted("A72", f"stored dates and no format, {way}", clean(way).swap(f", {FORMAT}", ""))
        yield refused(
            "A72",
            f"dates as text and no format, {way}",
            dates_as_text(way).swap(f", {FORMAT}", ""),
            column="start",
            mended=True,
        )
    one = clean("xlsx").cell(MIDDLE, "start", "ca. maj").swap(f", {FORMAT}", "")
    yield refused(
        "A72",
        "one text among stored dates and no format, xlsx",
        one,
        "A59",
        why="the text is no date in any format",
        column="start",
        lines=(MIDDLE + 2,),
        says=(r"1 of 12 cells is text; the others are dates of the file",),
    )
    for pattern in ("%d-%m-%Y", "%d.%m.%Y"):
        late = dates_written(pattern)
        yield refused(
            "A72",
            f"dates written {pattern} and no format",
            late.swap(f", {FORMAT}", ""),
            "A55",
            why="the format that is missing is also one that must be chosen",
            column="start",
            mended=True,
        )
    early = [date(2024, 1 + row, 12 - row).strftime("%d-%m-%Y") for row in range(12)]
    both = clean(COMMA).cells("start", early).swap(f", {FORMAT}", "")
    yield refused(
        "A72",
        "dates that may have the day or the month first, and no format",
        both,
        "A55",
        "A57",
        why="which of the two is meant cannot be told",
        column="start",
    )
