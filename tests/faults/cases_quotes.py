"""Faults A33 to A36: quotes, and what ends a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fault_case import ROW_NAMES, ROWS, Case, accepted, refused
from fault_edits import on_line
from fault_trial import (
    COMMA,
    FIRST,
    MIDDLE,
    SEMICOLON,
    TAB,
    TEXT_WAYS,
    clean,
)

TEXTS = (COMMA, SEMICOLON, TAB)


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _quotes()
    yield from _line_ends()


def _quotes() -> Iterator[Case]:
    for way in TEXTS:
        separator = clean(way).separator
        for row in ROWS:
            opened = clean(way).text(
                on_line(
                    row + 2,
                    lambda line, s=separator: line.replace(f"{s}T{s}", f'{s}"T{s}').replace(
                        f"{s}NA{s}", f'{s}"NA{s}'
                    ),
                )
            )
            yield refused(
                "A33", f"a quote that is not closed, {ROW_NAMES[row]}, {way}", opened, lines=(row + 2,)
            )
            stray = clean(way).text(
                on_line(row + 2, lambda line, s=separator: line.rpartition(s)[0] + f'{s}A"1')
            )
            yield refused(
                "A34", f"a stray quote in a field, {ROW_NAMES[row]}, {way}", stray, lines=(row + 2,)
            )
        after = clean(way).text(on_line(7, lambda line, s=separator: line.rpartition(s)[0] + f'{s}"A"1'))
        yield refused(
            "A34",
            f"text after a closing quote, {way}",
            after,
            "A33",
            why="the quote may also be one that was not closed",
            lines=(7,),
        )
    header = clean(COMMA).text(lambda text: '"' + text)
    yield refused("A33", "a quote that is not closed in the header", header, lines=(1,))


def _line_ends() -> Iterator[Case]:
    for way in TEXTS:
        for row in ROWS:
            yield accepted(
                "A35",
                f"a line break in quotes, {ROW_NAMES[row]}, {way}",
                clean(way).cell(row, "wing", "A1\nnorth"),
            )
        later = clean(way).cell(FIRST, "wing", "A\n1").cell(2, "wing", "B\n\n2").cell(MIDDLE, "days", "x")
        yield refused(
            "A31",
            f"a word for a number, below line breaks in quotes, {way}",
            later,
            lines=(MIDDLE + 2 + 3,),
            column="days",
        )
    yield accepted("A35", "a line break of Windows in quotes", clean(COMMA).cell(3, "wing", "A\r\n1"))
    for name, end in (("old", "\r"), ("Windows", "\r\n")):
        for way in TEXT_WAYS:
            yield accepted("A36", f"{name} line ends, {way}", replace(clean(way), end=end))
        yield refused(
            "A31",
            f"a word for a number in a file with {name} line ends",
            replace(clean(COMMA), end=end).cell(MIDDLE, "days", "x"),
            lines=(MIDDLE + 2,),
            column="days",
        )
    no_end = clean(COMMA).text(lambda text: text.rstrip("\n"))
    yield accepted("A36", "no line end after the last row", no_end)
    yield accepted(
        "A36", "two kinds of line ends in one file", clean(COMMA).text(on_line(4, lambda line: line + "\r"))
    )
