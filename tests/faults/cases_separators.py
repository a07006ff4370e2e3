"""Faults A08, A10 and A37: separators that are not the declared ones, and lines above the header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fault_case import ROW_NAMES, ROWS, Case, accepted, refused
from fault_edits import on_each_line, on_line
from fault_trial import (
    COMMA,
    MIDDLE,
    SEMICOLON,
    SEPARATORS,
    TAB,
    clean,
)

TEXTS = (COMMA, SEMICOLON, TAB)


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _separators()
    yield from _marks_of_numbers_that_split_rows()
    yield from _lines_above()


def _separators() -> Iterator[Case]:
    names = {",": "commas", ";": "semicolons", "\t": "tabs"}
    for encoding in ("utf-8", "cp1252"):
        for written, name in names.items():
            for declared, other in names.items():
                if written == declared:
                    continue
                delivery = replace(clean(COMMA), separator=written, encoding=encoding).paste(
                    f'[data.participants]\nencoding = "{encoding}"'
                )
                yield refused(
                    "A08",
                    f"{name} where {other} are declared, {encoding}",
                    delivery.paste(f"[data.participants]\nseparator = {SEPARATORS[declared]}"),
                    lines=(1,),
                    mended=True,
                )
    for sign in ("|", ":", "^"):
        delivery = replace(clean(COMMA), separator=sign)
        yield refused("A08", f"separator {sign} that no protocol can declare", delivery, lines=(1,))
    bom = replace(clean(COMMA), separator=";").raw(lambda raw: b"\xef\xbb\xbf" + raw)
    yield refused("A08", "semicolons after a byte order mark", bom, lines=(1,), mended=True)
    old = replace(clean(COMMA), separator=";", end="\r")
    yield refused("A08", "semicolons in a file with old line ends", old, lines=(1,), mended=True)
    unsaid = clean(COMMA).text(lambda text: "sep=;\n" + text.replace(",", ";"))
    yield refused(
        "A08",
        "a first line sep=; of Excel, and semicolons",
        unsaid,
        "A37",
        why="the line stands above the header, which is the first thing to mend",
    )


def _marks_of_numbers_that_split_rows() -> Iterator[Case]:
    for row in ROWS:
        spoilt = clean(COMMA).text(on_line(row + 2, lambda line: line.replace(",1,", ",1,7,", 1)))
        yield refused(
            "A10",
            f"a decimal comma in a comma file, {ROW_NAMES[row]}",
            spoilt,
            "A15",
            why="one row has a field more than the header, whatever put the comma there",
            lines=(row + 2,),
        )
    every = clean(COMMA).text(on_each_line(lambda line: line.replace(",20", ",3,20", 1), header=False))
    yield refused(
        "A10",
        "a decimal comma in every row of a comma file",
        every,
        "A15",
        "A16",
        why="every row has a field more than the header",
        lines=(2, 13),
    )


def _lines_above() -> Iterator[Case]:
    above = {
        1: "# exported for the evaluation\n",
        2: "Udtræk fra registret\nDato: 2024-12-31\n",
        3: "Rapport;;;\nEnhed;Nord;;\n\n",
    }
    for number, lines in above.items():
        for way in TEXTS:
            spoilt = clean(way).text(lambda text, lines=lines: lines + text)
            yield refused("A37", f"{number} lines above the header, {way}", spoilt, mended=True)
            yield accepted(
                "A37",
                f"{number} lines above the header, declared, {way}",
                spoilt.paste(f"[data.participants]\nskip_lines = {number}"),
            )
    spoilt = clean("xlsx").book(_title_above)
    yield refused("A37", "a title above the header, xlsx", spoilt, mended=True)
    yield accepted(
        "A37", "a title above the header, declared, xlsx", spoilt.paste("[data.participants]\nskip_lines = 2")
    )
    broken = clean(COMMA).text(lambda text: "# exported\n" + text).cell(MIDDLE, "days", "x")
    yield refused(
        "A31",
        "a word for a number below a declared line",
        broken.paste("[data.participants]\nskip_lines = 1"),
        lines=(MIDDLE + 3,),
        column="days",
    )
    for number in (1, 3, 50):
        yield refused(
            "A37",
            f"{number} lines declared above the header, and there are none",
            clean(COMMA).paste(f"[data.participants]\nskip_lines = {number}"),
            "A20",
            "A41",
            why="the header is passed over, so that columns are missing, or nothing is left",
            secrets=("Rødovre", "2024-01-15", "71.5"),
        )
    for way in (COMMA, "xlsx"):
        bare = clean(way)
        first, rows = bare.rows[0], bare.rows[1:]
        yield refused(
            "A37",
            f"no header at all, {way}",
            replace(bare, header=first, rows=rows, as_text=frozenset(first)),
            "A20",
            why="no declared column is there; the first row may be a person and is not shown",
            secrets=("2024-01-15", "71.5"),
        )


def _title_above(book: object, sheet: object) -> None:
    sheet.insert_rows(1, amount=2)  # type: ignore[attr-defined]
    sheet["A1"] = "Participants of the trial"  # type: ignore[index]
