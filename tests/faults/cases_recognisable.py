"""Faults B12, B13 and B16 to B20: what makes people recognisable without naming them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fault_case import Case, accepted, identified, pe
from fault_persons import BIRTHS, CPR, INTERNAL, NINTH, NOTES, WORDS
from fault_trial import COMMA, clean


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _births()
    yield from _free_text()
    yield from _words_of_headers()
    yield from _quasi_identifiers()
    yield from _about_the_file()


def _births() -> Iterator[Case]:
    for name in ("foedselsdato", "birth_date", "fødselsdag", "date_of_birth"):
        spoilt = clean(COMMA).column(name, [day.isoformat() for day in BIRTHS])
        yield identified(
            "B12",
            f"dates of birth in {name}",
            spoilt,
            ("B16",),
            says=NINTH,
            secrets=tuple(day.isoformat() for day in BIRTHS),
            why="the name of the column says it too",
        )
    declared = clean(COMMA).column(
        "birth",
        [day.isoformat() for day in BIRTHS],
        declared='type = "date", format = "%Y-%m-%d", label = "Born", timing = "before_randomisation"',
    )
    yield identified("B12", "dates of birth in a declared column", declared, ("B16",), column="birth")
    for way in ("xlsx", "parquet"):
        yield identified(
            "B12",
            f"stored dates of birth, {way}",
            clean(way).column("foedselsdato", BIRTHS),
            ("B16",),
            says=NINTH,
        )


def _free_text() -> Iterator[Case]:
    yield identified(
        "B13",
        "free text declared and not marked internal",
        clean(COMMA).column(
            "note", NOTES, declared='type = "text", label = "Note", timing = "before_randomisation"'
        ),
        ("F08",),
        why="it is the protocol that is wrong",
        stage="protocol",
        file="protocol.toml",
    )
    dropped = clean(COMMA).column("x9", NOTES, declared=INTERNAL)
    yield accepted("B13", "free text that is marked internal", dropped.true_of_all(x9=NOTES))
    grouped = clean(COMMA).column(
        "x9",
        NOTES,
        declared='type = "id", label = "Note", timing = "before_randomisation"',
    )
    codes = [str(list(dict.fromkeys(NOTES)).index(note)) for note in NOTES]
    yield accepted("B13", "free text declared as ids", grouped.true_of_all(x9=codes), secrets=tuple(NOTES))


def _words_of_headers() -> Iterator[Case]:
    for word in WORDS:
        empty = clean(COMMA).column(word, [""] * 12)
        yield Case(
            fault="B16",
            what=f"an empty column called {word}",
            delivery=empty,
            stage="check",
            says=(rf"PE-B16\][^\[]*'{word}'",),
        )
        full = clean(COMMA).column(word, [f"k{n % 4}" for n in range(12)])
        yield Case(
            fault="B16",
            what=f"a column called {word} with short codes",
            delivery=full,
            stage="check",
            says=(rf"PE-B16\][^\[]*'{word}'",),
        )
    declared = clean(COMMA).column("navn", ["1", "0"] * 6)
    harmless = declared.paste('[data.participants]\nharmless = { navn = "number of the wing" }')
    yield accepted("B16", "such a column declared harmless", harmless)


def _quasi_identifiers() -> Iterator[Case]:
    yield Case(
        fault="B17",
        what="age and place that only one person shares",
        delivery=clean(COMMA).paste('[data.participants]\nquasi_identifiers = ["age", "place"]'),
        stage="check",
        says=(r"PE-B17\]",),
    )
    yield Case(
        fault="B19",
        what="exact dates in a column",
        delivery=clean(COMMA),
        stage="check",
        says=(r"PE-B19\].*start",),
    )
    yield Case(
        fault="B20",
        what="a category that one person has",
        delivery=clean(COMMA),
        stage="check",
        secrets=("Rødovre", "Næstved"),
    )


def _about_the_file() -> Iterator[Case]:
    def author(book: Any, sheet: Any) -> None:
        book.properties.creator = "Jens Hansen"
        book.properties.lastModifiedBy = "Mette Nielsen"

    yield Case(
        fault="B18",
        what="names of people in the properties of a workbook",
        delivery=clean("xlsx").book(author),
        stage="check",
        says=(r"PE-B18\]",),
        secrets=("Jens Hansen", "Mette Nielsen"),
    )
    for place, name in (("first", f"{CPR[0]}.csv"), ("last", f"people of {CPR[1]}.csv")):
        yield Case(
            fault="B18",
            what=f"a CPR number in the name of the file, {place}",
            delivery=clean(COMMA).other_file(name),
            codes=(pe("B18"), pe("B01")),
            file="-",
            why="the number in the name is a CPR number",
            secrets=(CPR[0], CPR[1]),
        )
