"""Faults B01 to B11, B14 and B15: direct identifiers, in any column, read or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from fault_case import ROW_NAMES, ROWS, Case, accepted, identified
from fault_persons import (
    ACCOUNTS,
    ADDRESSES,
    CASE_NUMBERS,
    CPR,
    DEVICES,
    EARLY,
    FAILING,
    FIRMS,
    HASHES,
    INTERNAL,
    LETTERED,
    LONG_PHONES,
    MAILS,
    NAMES,
    NINTH,
    PHONES,
    PLACES,
    REPLACED,
    STREETS,
)
from fault_trial import COMMA, MIDDLE, SEMICOLON, TAB, clean


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _in_each_place("B01", "CPR numbers with a hyphen", CPR)
    yield from _in_each_place("B02", "CPR numbers without a hyphen", [n.replace("-", "") for n in CPR])
    yield from _as_numbers()
    yield from _in_each_place("B05", "replacement numbers", REPLACED, others=("B01",), ways=(COMMA, "xlsx"))
    yield from _in_each_place("B05", "numbers with letters", LETTERED, others=("B01",), ways=(COMMA, "xlsx"))
    yield from _in_each_place("B06", "names", NAMES, ways=(COMMA, SEMICOLON, "xlsx", "parquet"))
    yield from _in_each_place("B07", "addresses of mail", MAILS, ways=(COMMA, TAB, "xlsx", "parquet"))
    yield from _in_each_place("B08", "telephone numbers with +45", LONG_PHONES, ways=(COMMA, "xlsx"))
    yield from _under_a_name("B08", "tlf", [phone.replace(" ", "") for phone in PHONES], others=("B16",))
    yield from _under_a_name("B08", "mobil", PHONES, others=("B16",))
    yield from _in_each_place("B09", "streets and towns", STREETS, ways=(COMMA, "xlsx"), others=("B13",))
    yield from _under_a_name("B10", "cvr", FIRMS, others=("B16", "B08"))
    yield from _in_each_place("B11", "numbers of police cases", CASE_NUMBERS, ways=(COMMA, "xlsx", "parquet"))
    for kind, hashes in HASHES.items():
        yield from _in_each_place("B14", f"{kind} of CPR numbers", hashes, ways=(COMMA, "parquet"))
    capital = [text.upper() for text in HASHES["md5"]]
    yield from _in_each_place("B14", "md5 of CPR numbers in capitals", capital, ways=(COMMA,))
    yield from _in_each_place("B15", "addresses of computers", ADDRESSES, ways=(COMMA, "xlsx"))
    yield from _in_each_place("B15", "points on a map", PLACES, ways=(COMMA,))
    yield from _under_a_name("B15", "imei", DEVICES, others=("B16",))
    yield from _in_each_place("B21", "numbers of bank accounts", ACCOUNTS, ways=(COMMA, "xlsx"))
    yield from _single_values()


def _in_each_place(
    fault: str,
    name: str,
    values: Sequence[str],
    *,
    ways: Sequence[str] = (COMMA, SEMICOLON, TAB, "utf-16 tab", "xlsx", "parquet"),
    others: Sequence[str] = (),
) -> Iterator[Case]:
    """In a column that is not read, in each format; as text that is read for notebooks; and as ids.

    Ids become numbers at the door and stand in no output, so that they are read whatever they are.
    """
    for way in ways:
        spoilt = clean(way).column("x9", values)
        spoilt = replace(spoilt, as_text=spoilt.as_text | {"x9"})
        yield identified(
            fault, f"{name} in a column not read, {way}", spoilt, others, says=NINTH, secrets=tuple(values)
        )
    ids = clean(COMMA).cells("id", values)
    yield accepted(fault, f"{name} as ids", ids.true_of_all(id=values), secrets=tuple(values))
    text = clean(COMMA).column("x9", values, declared=INTERNAL)
    yield identified(fault, f"{name} in text for notebooks", text, others, column="x9", secrets=tuple(values))


def _under_a_name(fault: str, name: str, values: Sequence[str], *, others: Sequence[str]) -> Iterator[Case]:
    for way in (COMMA, "xlsx", "parquet"):
        spoilt = clean(way).column(name, values)
        spoilt = replace(spoilt, as_text=spoilt.as_text | {name})
        yield identified(
            fault,
            f"such numbers in a column {name}, {way}",
            spoilt,
            others,
            says=NINTH,
            secrets=tuple(values),
        )


def _as_numbers() -> Iterator[Case]:
    whole = [int(number) for number in EARLY]
    for way in (COMMA, "xlsx", "parquet"):
        spoilt = clean(way).column("x9", [str(number) for number in whole])
        yield identified(
            "B03",
            f"CPR numbers as whole numbers without their zero, {way}",
            spoilt,
            ("B02",),
            says=NINTH,
            secrets=tuple(map(str, whole)),
        )
    declared = clean(COMMA).column(
        "x9",
        [str(number) for number in whole],
        declared='type = "integer", label = "Number", timing = "before_randomisation"',
    )
    yield identified(
        "B03",
        "such numbers in a column of whole numbers",
        declared,
        ("B02",),
        column="x9",
        secrets=tuple(map(str, whole)),
    )
    yield from _in_each_place(
        "B04", "CPR numbers that fail modulus 11", FAILING, ways=(COMMA, "xlsx"), others=("B01",)
    )


def _single_values() -> Iterator[Case]:
    """One identifier among harmless cells is one too many."""
    for fault, value in (("B01", CPR[3]), ("B07", MAILS[4])):
        for way in (COMMA, "xlsx", "parquet"):
            for row in ROWS if way == COMMA else (MIDDLE,):
                yield identified(
                    fault,
                    f"one such value among harmless cells, {ROW_NAMES[row]}, {way}",
                    clean(way).cell(row, "wing", value),
                    ("B13",),
                    says=("column 8|'wing'",),
                    secrets=(value,),
                )
        inside = [f"asked on the day, {value}, twice" if n == MIDDLE else "nothing" for n in range(12)]
        text = clean(COMMA).column("x9", inside, declared=INTERNAL)
        yield identified(
            fault, "one such value inside free text", text, ("B13",), column="x9", secrets=(value,)
        )
