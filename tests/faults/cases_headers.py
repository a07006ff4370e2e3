"""Faults A17 to A20: names of columns that are missing, double, or not quite those of the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fault_case import Case, accepted, refused
from fault_trial import (
    COMMA,
    SEMICOLON,
    TAB,
    WAYS,
    Delivery,
    clean,
)

TEXTS = (COMMA, SEMICOLON, TAB)


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _headers()


def _headers() -> Iterator[Case]:
    for way in (*TEXTS, "xlsx", "parquet"):
        base = clean(way)
        top = () if way == "parquet" else (1,)  # a Parquet file has no lines, and no header that is one
        yield refused(
            "A17", f"two columns of one name, declared, {way}", base.named("wing", "days"), lines=top
        )
        twice = base.column("note", ["x"] * 12).column("note", ["y"] * 12)
        yield refused("A17", f"two columns of one name, not declared, {way}", twice, lines=top)
        for name in ("id", "wing"):
            yield refused(
                "A18",
                f"a column without a name instead of {name}, {way}",
                base.named(name, ""),
                *(("A15",) if way == "xlsx" else ()),
                why="cells to the right of the last name are cells beyond the table" if way == "xlsx" else "",
                lines=top if way != "xlsx" else (),
            )
        for name in ("id", "days", "group"):
            for label, spaced in (("after", f"{name} "), ("before", f" {name}")):
                yield refused(
                    "A19", f"a space {label} the name {name}, {way}", base.named(name, spaced), lines=top
                )
    yield refused(
        "A18",
        "a name of spaces only",
        clean(COMMA).named("wing", "  "),
        "A19",
        why="a name of spaces begins and ends with a space",
        lines=(1,),
    )
    for label, sign in (("no-break space", "\u00a0"), ("zero-width space", "\u200b"), ("tab", "\t")):
        for way in (COMMA, "xlsx", "parquet"):
            yield refused(
                "A19",
                f"a {label} after the name days, {way}",
                clean(way).named("days", f"days{sign}"),
                "A20",
                "A22",
                why="to a reader of the protocol the column is missing, and its name looks right",
            )
    danish = _region()
    for way in (COMMA, "xlsx", "parquet"):
        two_signs = _region(way).named("område", "omra\u030ade")
        yield refused("A20", f"a name whose å is two signs, {way}", two_signs, column="område")
        for name in ("Område", "OMRÅDE", "omraade", "omåde"):
            yield refused(
                "A20",
                f"{name} instead of område, {way}",
                _region(way).named("område", name),
                column="område",
            )
    yield accepted("A20", "a name with å as one sign", danish)
    for way in WAYS:
        for name in ("id", "group", "days", "start"):
            if way not in (COMMA, "xlsx", "parquet") and name != "days":
                continue
            yield refused("A20", f"no column {name}, {way}", clean(way).named(name, "something"), column=name)
    yield refused(
        "A20", "Days instead of days", clean(COMMA).named("days", "Days"), column="days", says=("Days",)
    )
    forms = _region().column("omra\u030ade", ["x"] * 12)
    yield refused(
        "A20",
        "two names that differ in the form of å only",
        forms,
        "A17",
        "A23",
        why="to a reader there are two columns of one name",
    )


def _region(way: str = COMMA) -> Delivery:
    """The trial with a declared column whose name has a letter beyond ASCII."""
    places = [row[clean(way).header.index("place")] for row in clean(way).rows]
    moved = (
        clean(way)
        .undeclare("place = ")
        .column(
            "område",
            places,
            declared='type = "category", label = "Place", timing = "before_randomisation", levels = '
            '{ "Rødovre" = "R", "Ribe" = "Ri", "Skive" = "S", "Århus" = "Å", "Næstved" = "N" }',
        )
    )
    truth = tuple(
        {("område" if key == "place" else key): value for key, value in person.items()}
        for person in moved.truth
    )
    return replace(moved, truth=truth, as_text=moved.as_text | {"område"})
