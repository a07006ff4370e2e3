"""Faults A13 to A16 and A38 to A45: rows of the wrong length, and the ends and sizes of files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fault_case import ROW_NAMES, ROWS, Case, accepted, refused
from fault_edits import on_each_line, on_line
from fault_trial import (
    COMMA,
    LAST,
    MIDDLE,
    SEMICOLON,
    TAB,
    TEXT_WAYS,
    WAYS,
    clean,
)

TEXTS = (COMMA, SEMICOLON, TAB)
SECRET = "SECRET-7731"


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _nul_bytes()
    yield from _ragged_rows()
    yield from _last_rows()
    yield from _empty_files()
    yield from _sizes()
    yield from _duplicate_rows()


def _nul_bytes() -> Iterator[Case]:
    for column, value in (("days", "3\x000"), ("id", "00\x004217"), ("group", "T\x00"), ("wing", "A\x00")):
        for row in ROWS if column == "days" else (MIDDLE,):
            yield refused(
                "A13",
                f"a NUL in {column}, {ROW_NAMES[row]}, {COMMA}",
                clean(COMMA).cell(row, column, value),
                lines=(row + 2,),
            )
    for way in TEXT_WAYS[1:]:
        yield refused(
            "A13", f"a NUL in days, {way}", clean(way).cell(LAST, "days", "3\x000"), lines=(LAST + 2,)
        )
    yield refused("A13", "a NUL in the header", clean(COMMA).named("wing", "w\x00ing"), lines=(1,))
    yield refused("A13", "NULs after the last row", clean(COMMA).raw(lambda raw: raw + b"\0" * 512))
    for column in ("id", "place"):
        yield refused(
            "A13",
            f"a NUL in {column}, parquet",
            clean("parquet").cell(MIDDLE, column, "00\x0042"),
            "A21" if column == "place" else "E15",
            why="in a typed file a NUL is a control character like others, or part of an undeclared code",
            lines=(MIDDLE + 2,),
        )


def _ragged_rows() -> Iterator[Case]:
    for way in TEXTS:
        separator = clean(way).separator
        for row in ROWS:
            short = clean(way).text(on_line(row + 2, lambda line, s=separator: line.rpartition(s)[0]))
            last = {"why": "the last row is short where a file was cut off"} if row == LAST else {}
            yield refused(
                "A14",
                f"a short row, {ROW_NAMES[row]}, {way}",
                short,
                *(("A40",) if last else ()),
                lines=(row + 2,),
                **last,
            )
            long = clean(way).text(on_line(row + 2, lambda line, s=separator: f"{line}{s}{SECRET}"))
            yield refused(
                "A15", f"a long row, {ROW_NAMES[row]}, {way}", long, lines=(row + 2,), secrets=(SECRET,)
            )
        spare = on_each_line(lambda line, s=separator: line + s, header=False)
        yield refused("A16", f"a spare separator after every row, {way}", clean(way).text(spare), lines=(2,))
        yield refused(
            "A16",
            f"a spare separator after every line, {way}",
            clean(way).text(on_each_line(lambda line, s=separator: line + s, header=True)),
            "A18",
            why="the header has it too, so that a column without a name is there",
            lines=(1,),
        )
    both = clean(COMMA).text(on_line(4, lambda line: line + ",x")).text(on_line(9, lambda line: line[:-3]))
    yield refused("A15", "a long row and a short row, both named", both, lines=(4,))
    many = clean(COMMA).text(
        lambda text: "\n".join(
            line + (",x" if n in (3, 6, 11) else "") for n, line in enumerate(text.split("\n"), start=1)
        )
    )
    yield refused("A15", "three long rows, all named", many, lines=(3, 6, 11))
    blank = clean(COMMA).text(on_line(6, lambda line: line + "\n"))
    yield refused("A14", "an empty line among the rows", blank, lines=(7,))
    yield refused(
        "A14",
        "a row of separators only",
        clean(COMMA).row([""] * 8, at=MIDDLE),
        "C37",
        "A38",
        why="the row has all its fields, and nobody in them",
        lines=(MIDDLE + 2,),
    )
    single = clean(COMMA).text(on_line(5, lambda line: SECRET))
    yield refused("A14", "a row of one field", single, lines=(5,), secrets=(SECRET,))


def _last_rows() -> Iterator[Case]:
    for word in ("Total", "I alt", "Sum", "TOTAL"):
        for way in (COMMA, SEMICOLON, "xlsx", "parquet") if word == "Total" else (COMMA,):
            total = clean(way).row([word, "", "2315", "5", "", "", "", ""])
            yield refused("A38", f"a last row {word}, {way}", total, lines=(14,))
    named = clean(COMMA).row(["", "", "Total", "5", "", "", "", ""])
    yield refused(
        "A38", "a last row of sums without an id", named, "C37", why="nobody has an empty id", lines=(14,)
    )
    short = clean(COMMA).text(lambda text: text + "Total,12\n")
    yield refused("A38", "a short last row of sums", short, "A14", why="the row is short too", lines=(14,))
    for name, edit in (
        ("on a line of its own", lambda raw: raw + b"\x1a"),
        ("on a line of its own, ended", lambda raw: raw + b"\x1a\n"),
        ("after the last cell", lambda raw: raw.rstrip(b"\n") + b"\x1a"),
    ):
        yield refused("A39", f"the sign Ctrl-Z {name}", clean(COMMA).raw(edit))
    for cut in (4, 12, 20, 30):
        yield refused(
            "A40",
            f"the file cut off {cut} bytes before its end",
            clean(COMMA).raw(lambda raw, cut=cut: raw[:-cut]),
            "A14",
            why="the last row is short, whatever shortened it",
            lines=(13,),
        )
    import hashlib

    whole = hashlib.sha256(clean(COMMA).content()).hexdigest()
    held = clean(COMMA).paste(f'[data.participants]\nsha256 = "{whole}"')
    yield accepted("F18", "the contents that the protocol was written for", held)
    for cut in (1, 2, 3):
        yield refused(
            "A40",
            f"the last cell cut off by {cut} bytes, sha256 declared",
            held.raw(lambda raw, cut=cut: raw[:-cut]),
            "F18",
            why="the file is not the one that the protocol was written for",
        )
    yield accepted("A40", "the declared number of rows", clean(COMMA).paste("[data.participants]\nrows = 12"))
    for way in (COMMA, "xlsx", "parquet"):
        for rows in (11, 13):
            declared = clean(way).paste(f"[data.participants]\nrows = {rows}")
            yield refused(
                "A40", f"12 rows where {rows} are declared, {way}", declared, "C31", why="fewer people"
            )
    yield refused(
        "A40",
        "half of a workbook",
        clean("xlsx").raw(lambda raw: raw[: len(raw) // 2]),
        "A68",
        why="what is left is no workbook",
    )
    yield refused(
        "A40",
        "half of a Parquet file",
        clean("parquet").raw(lambda raw: raw[: len(raw) // 2]),
        "A68",
        why="what is left is no Parquet file",
    )


def _empty_files() -> Iterator[Case]:
    for name, content in (
        ("an empty file", b""),
        ("a byte order mark only", b"\xef\xbb\xbf"),
        ("empty lines only", b"\n\n\n"),
    ):
        others = ("A14", "A18", "A37") if name == "empty lines only" else ()
        yield refused(
            "A41",
            name,
            clean(COMMA).raw(lambda _, content=content: content),
            *others,
            why="an empty line is also a short one" if others else "",
        )
    for way in WAYS:
        yield refused("A41", f"a header only, {way}", replace(clean(way), rows=()))
    yield refused("A41", "a header without a line end", clean(COMMA).text(lambda text: text.split("\n")[0]))
    blank = clean("xlsx").book(lambda book, sheet: sheet.delete_rows(1, 20))
    yield refused("A41", "an empty sheet", blank)


def _sizes() -> Iterator[Case]:
    for way, column in ((COMMA, "wing"), (COMMA, "id"), ("parquet", "id")):
        yield refused(
            "A42",
            f"a field of a million characters in {column}, {way}",
            clean(way).cell(MIDDLE, column, "x" * 1_100_000),
            "A73",
            why="a stated limit is exceeded",
            secrets=("x" * 40,),
        )
    wide = clean(COMMA).text(
        lambda text: "\n".join(line + "," * 100_000 for line in text.rstrip("\n").split("\n")[:3]) + "\n"
    )
    named = clean(COMMA).text(
        lambda text: text.split("\n")[0] + "".join(f",c{n}" for n in range(100_000)) + "\n"
    )
    yield refused(
        "A42", "a hundred thousand columns without names", wide, "A73", "A18", why="they have no names"
    )
    yield refused(
        "A42",
        "a hundred thousand columns and no rows",
        named,
        "A73",
        "A41",
        why="there is no row, which may be seen first",
    )
    for cell, number in (
        ("20.123456789012345678", 20.123456789012345678),
        ("33.3000000000000000000001", 33.3),
        ("0000000000000000000000021.5", 21.5),
        ("1.5e1", 15.0),
    ):
        for way in (COMMA, "xlsx", "parquet"):
            delivery = replace(clean(way), as_text=clean(way).as_text | {"age"})
            exact = repr(number).removesuffix(".0")
            rounded = ("PE-A43",) if len(cell.strip("0")) > 18 else ()
            yield accepted(
                "A43", f"{cell}, {way}", delivery.cell(1, "age", cell).true(1, age=exact), remarks=rounded
            )


def _duplicate_rows() -> Iterator[Case]:
    for way in (*TEXTS, "xlsx", "parquet"):
        again = clean(way).row(clean(way).rows[MIDDLE])
        yield refused(
            "A45",
            f"a row that stands twice, {way}",
            again,
            "C01",
            why="among participants it is also an id that stands twice",
            lines=(14,),
        )
