"""Faults A25 to A29: ids that lost their zeros or their digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fault_case import ROWS, Case, accepted, refused, spread
from fault_trial import COMMA, FIRST, MIDDLE, PEOPLE, SEMICOLON, TAB, Delivery, clean

TYPED = ("xlsx", "parquet")


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _ids()


def _with_ids(way: str, first: object, second: object) -> Delivery:
    truth = clean(way).true(FIRST, id=str(first)).true(1, id=str(second))
    return truth.cell(FIRST, "id", first).cell(1, "id", second)


def _in_workbook(delivery: Delivery) -> Delivery:
    return replace(delivery, kind="xlsx", file="participants.xlsx").paste(
        '[data.participants]\nfile = "participants.xlsx"'
    )


def _ids() -> Iterator[Case]:
    ways = (COMMA, SEMICOLON, TAB, "utf-16 tab", "xlsx", "parquet")
    pairs = (
        ("A25", "leading zeros", "004217", "4217"),
        ("A26", "above 2^53", "9007199254740993", "9007199254740992"),
        ("A27", "1e5 and 100000", "1e5", "100000"),
        ("A27", "letters in two cases", "a7", "A7"),
    )
    for fault, name, first, second in pairs:
        for way in ways:
            yield accepted(fault, f"ids {name}, {way}", _with_ids(way, first, second))
    whole = clean("parquet").cells("id", [int(row[0]) for row in PEOPLE])
    whole = replace(whole, as_text=whole.as_text - {"id"}).true_of_all(
        id=[str(int(row[0])) for row in PEOPLE]
    )
    yield accepted("A25", "ids stored as whole numbers, parquet", whole)
    yield accepted("A25", "ids stored as whole numbers, xlsx", _in_workbook(whole))
    large = _with_ids("parquet", 9007199254740993, 9007199254740992)
    large = large.cells("id", [9007199254740993 + row for row in range(12)])
    large = replace(large, as_text=large.as_text - {"id"})
    yield accepted(
        "A26",
        "ids above 2^53 stored as whole numbers, parquet",
        large.true_of_all(id=[str(9007199254740993 + row) for row in range(12)]),
    )
    for way in TYPED:
        rounded = replace(clean(way), as_text=clean(way).as_text - {"id"})
        rounded = rounded.cells("id", [1e17 + 64 * row for row in range(12)])
        yield refused(
            "A26",
            f"ids above 2^53 stored as floating-point numbers, {way}",
            rounded,
            "A28",
            "A29",
            why="digits are gone, as in a number that Excel shortened",
            column="id",
        )
    yield refused(
        "A26",
        "an id above 2^53 beside a missing id",
        _with_ids(COMMA, "9007199254740993", ""),
        "C37",
        why="the missing id is what is wrong; the other is text and keeps its digits",
        column="id",
        lines=(3,),
    )
    for value in ("1,23E+09", "1.23E+09", "4.5E+11", "7,00421E+11"):
        way = SEMICOLON if "," in value else COMMA
        yield from spread(
            "A28",
            f"id {value}",
            "id",
            value,
            ways=(way, TAB, "xlsx"),
            rows=ROWS if value == "1,23E+09" else (MIDDLE,),
        )
    for way in (COMMA, SEMICOLON, "xlsx", "parquet"):
        ended = clean(way).cells("id", [f"{int(row[0])}.0" for row in PEOPLE])
        yield refused("A29", f"all ids end in .0, {way}", ended, column="id", secrets=("4217.0",))
    yield from spread("A29", "one id ends in .0", "id", "4217.0", ways=(COMMA,))
