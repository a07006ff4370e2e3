"""Spoilt tables of text: cells, rows and columns that do not belong."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from fuzz.drawing import Draw
from fuzz.nasty import NASTY_CELLS

Rows = list[list[str]]
SEPARATORS = {"csv": ",", "semicolon": ";", "tsv": "\t"}
OTHER_CODECS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "latin-1",
    "cp850",
)


def cell(rows: Rows, draw: Draw) -> None:
    """Write another value into a cell, seldom into the header."""
    row = draw.one(rows if draw.chance(0.1) or len(rows) < 2 else rows[1:])
    if row:
        row[draw.below(len(row))] = draw.one(NASTY_CELLS)


def part_of_cell(rows: Rows, draw: Draw) -> None:
    """Add a piece to a cell."""
    row = draw.one(rows)
    if row:
        at, piece = draw.below(len(row)), draw.one(NASTY_CELLS)
        row[at] = draw.one((row[at] + piece, piece + row[at]))


def whole_column(rows: Rows, draw: Draw) -> None:
    """Write the same value into all cells of a column."""
    at, value = draw.below(max(map(len, rows), default=0) or 1), draw.one(NASTY_CELLS)
    for row in rows[1:]:
        if at < len(row):
            row[at] = value


def swap_cells(rows: Rows, draw: Draw) -> None:
    """Let two cells of a row change places."""
    row = draw.one(rows)
    if row:
        one, other = draw.below(len(row)), draw.below(len(row))
        row[one], row[other] = row[other], row[one]


def row_dropped(rows: Rows, draw: Draw) -> None:
    rows.pop(draw.below(len(rows)))


def row_twice(rows: Rows, draw: Draw) -> None:
    rows.insert(draw.below(len(rows) + 1), list(draw.one(rows)))


def rows_swapped(rows: Rows, draw: Draw) -> None:
    one, other = draw.below(len(rows)), draw.below(len(rows))
    rows[one], rows[other] = rows[other], rows[one]


def ragged(rows: Rows, draw: Draw) -> None:
    """Make a row longer or shorter."""
    row = draw.one(rows)
    if row and draw.chance(0.5):
        row.pop(draw.below(len(row)))
    else:
        row.insert(draw.below(len(row) + 1), draw.one(("", draw.one(NASTY_CELLS))))


def odd_row(rows: Rows, draw: Draw) -> None:
    """Put a row of another kind between the others."""
    width = len(rows[0])
    rows.insert(
        draw.below(len(rows) + 1), draw.one(([], [""] * width, ["Total"], ["Total"] + [""] * (width - 1)))
    )


def column_dropped(rows: Rows, draw: Draw) -> None:
    at = draw.below(len(rows[0]) or 1)
    for row in rows:
        del row[at : at + 1]


def column_twice(rows: Rows, draw: Draw) -> None:
    """Copy a column to another place, its name too in half of all cases."""
    at, to, same = draw.below(len(rows[0]) or 1), draw.below(len(rows[0]) + 1), draw.chance(0.5)
    for number, row in enumerate(rows):
        row[to:to] = row[at : at + 1] if number or same else ["copy"]


def columns_swapped(rows: Rows, draw: Draw) -> None:
    one, other = draw.below(len(rows[0]) or 1), draw.below(len(rows[0]) or 1)
    for row in rows:
        if max(one, other) < len(row):
            row[one], row[other] = row[other], row[one]


def header(rows: Rows, draw: Draw) -> None:
    """Change a name in the header."""
    if rows[0]:
        at = draw.below(len(rows[0]))
        name = rows[0][at]
        rows[0][at] = draw.one((name.upper(), f" {name}", f"{name}\u200b", draw.one(rows[0]), "", name[:-1]))


MUTATIONS: tuple[Callable[[Rows, Draw], None], ...] = (
    *[cell] * 6,
    part_of_cell,
    whole_column,
    swap_cells,
    row_dropped,
    row_twice,
    rows_swapped,
    ragged,
    odd_row,
    column_dropped,
    column_twice,
    columns_swapped,
    header,
)


def spoil(table: bytes, kind: str, encoding: str, draw: Draw) -> tuple[bytes, list[str]]:
    """Spoil a table of text in a few ways, and how it is written; return the ways, too."""
    rows = list(csv.reader(io.StringIO(table.decode(encoding), newline=""), delimiter=SEPARATORS[kind]))
    told = spoil_rows(rows, draw)
    separator = SEPARATORS[kind] if draw.chance(0.95) else draw.one((",", ";", "\t", "|"))
    codec = encoding if draw.chance(0.93) else draw.one(OTHER_CODECS)
    page = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if draw.chance(0.3) else csv.QUOTE_MINIMAL
    end = draw.one(("\r\n", "\r\n", "\n", "\r"))
    csv.writer(page, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)
    errors = "surrogatepass" if codec.startswith("utf") else "replace"
    return page.getvalue().encode(codec, errors), [*told, f"{codec} {separator!r}"]


def spoil_rows(rows: Rows, draw: Draw) -> list[str]:
    """Spoil rows in place in a few ways; return which."""
    told = []
    for _ in range(draw.few(4)):
        if not rows:
            break
        way = draw.one(MUTATIONS)
        way(rows, draw)
        told.append(way.__name__)
    return told
