"""Faults A66 to A68, A71 and F15: files of another kind, damaged files, folders of parts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from fault_case import Case, accepted, refused
from fault_trial import COMMA, Delivery, clean

TRAP = b"cos\nsystem\n(S'touch TRAP'\ntR."


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _kinds_of_file()
    yield from _code_in_files()
    yield from _folders_of_parts()
    yield from _odd_columns()


def _kinds_of_file() -> Iterator[Case]:
    for ending in ("xls", "ods", "json", "db", "docx", "pdf", "zip", "csv.gz", "xlsb", "sqlite"):
        packed = ending in ("zip", "csv.gz")
        yield refused(
            "A66",
            f"a file called .{ending}",
            clean(COMMA).other_file(f"participants.{ending}", clean(COMMA).content()),
            *(("A70",) if packed else ()),
            why="the file is an archive by its name" if packed else "",
        )
    yield refused(
        "A66", "a file without an ending", clean(COMMA).other_file("participants", clean(COMMA).content())
    )
    yield refused("A67", "the file is not there", replace(clean(COMMA).other_file("people.csv"), file=""))
    content = clean(COMMA).content()
    for kind in ("xlsx", "parquet", "dta", "sav", "sas7bdat", "xpt"):
        named = clean(COMMA).other_file(f"participants.{kind}", content)
        yield refused("A68", f"text called .{kind}", named)
        noise = clean(COMMA).other_file(f"participants.{kind}", bytes(range(256)) * 8)
        yield refused("A68", f"noise called .{kind}", noise)
        yield refused(
            "A68",
            f"an empty file called .{kind}",
            clean(COMMA).other_file(f"participants.{kind}", b""),
            "A41",
            why="the file is empty",
        )
    for kind in ("xlsx", "parquet"):
        yield refused(
            "A68",
            f"a file of kind {kind} called .csv",
            clean(COMMA).raw(lambda _, kind=kind: clean(kind).content()),
            "A02",
            "A13",
            why="read as text it has bytes that no text has",
        )


def _code_in_files() -> Iterator[Case]:
    import numpy

    arrays = io.BytesIO()
    numpy.savez(arrays, table=numpy.array([{"a": 1}], dtype=object))
    contents = {
        "pkl": TRAP, "pickle": TRAP, "joblib": TRAP, "npz": arrays.getvalue(), "npy": TRAP,
        "rds": b"X\n\0\0\0\x03", "rda": b"RDX3\n", "RData": b"RDX3\n", "feather": b"ARROW1", "h5": b"\x89HDF",
    }  # fmt: skip
    for ending, content in contents.items():
        yield refused(
            "F15",
            f"a file .{ending}, which can hold code or objects",
            clean(COMMA).other_file(f"participants.{ending}", content),
            "A66",
            why="files of this kind are not read",
        )
    for kind in ("csv", "xlsx", "parquet", "dta", "sav"):
        yield refused(
            "F15",
            f"a pickle called .{kind}",
            clean(COMMA).other_file(f"participants.{kind}", TRAP),
            "A68",
            "A08",
            "A20",
            "A33",
            "A37",
            why="read as what it is called, it is damaged, or a text without our columns",
        )


def _parts(way: str, *parts: tuple[str, bytes]) -> Delivery:
    named = replace(clean(way).paste('[data.participants]\nfile = "parts"'), file="")
    return replace(named, beside={f"parts/{name}": content for name, content in parts})


def _folders_of_parts() -> Iterator[Case]:
    for way in (COMMA, "xlsx", "parquet"):
        ending = clean(way).kind
        first, second = clean(way).keep(range(6)), clean(way).keep(range(6, 12))
        names = (f"part-1.{ending}", f"part-2.{ending}")

        def both(one: Delivery, two: Delivery, way: str = way, names: tuple[str, str] = names) -> Delivery:
            return _parts(way, (names[0], one.content()), (names[1], two.content()))

        yield accepted("A71", f"a folder of two parts, {ending}", both(first, second))
        yield refused(
            "A71",
            f"two parts with other columns, {ending}",
            both(first, second.named("wing", "hall")),
            file=names[1],
        )
        yield refused(
            "A71",
            f"two parts, one without days, {ending}",
            both(first, second.named("days", "time")),
            "A20",
            why="the column is also missing from the second part",
            file=names[1],
        )
        yield refused(
            "A31",
            f"a word for a number in the second part, {ending}",
            both(first, replace(second, as_text=second.as_text | {"days"}).cell(3, "days", "x")),
            lines=(5,),
            column="days",
            file=names[1],
        )
        yield refused(
            "C01",
            f"a person in both parts, {ending}",
            both(first, second.cell(2, "id", "009061")),
            "C02",
            why="the two rows may differ in their arm",
            lines=(4,),
            column="id",
            file=names[1],
        )
        moved = second.header[::-1], tuple(row[::-1] for row in second.rows)
        turned = replace(second, header=moved[0], rows=moved[1])
        yield accepted(
            "A71", f"two parts with the same columns in another order, {ending}", both(first, turned)
        )
    empty = replace(clean(COMMA).paste('[data.participants]\nfile = "parts"'), file="").folder(
        lambda folder: (folder / "parts").mkdir()
    )
    yield refused(
        "A67", "an empty folder of parts", empty, "A41", "A66", "A71", why="there is no table in it"
    )
    mixed = _parts(
        COMMA,
        ("part-1.csv", clean(COMMA).keep(range(6)).content()),
        ("part-2.parquet", clean("parquet").keep(range(6, 12)).content()),
    )
    yield accepted("A71", "parts of two kinds of file with the same columns", mixed)


def _odd_columns() -> Iterator[Case]:
    lists = clean("parquet").column("codes", [[1, 2]] * 12)
    yield refused("A74", "a column of lists, not read", lists)
    declared = 'type = "category", label = "Codes", timing = "before_randomisation", levels = { "1" = "one" }'
    yield refused(
        "A74",
        "a column of lists, declared",
        clean("parquet").column("codes", [[1, 2]] * 12, declared=declared),
        column="codes",
    )
