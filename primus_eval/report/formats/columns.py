"""How wide the columns of a table are, from the texts in them: for formats that cannot find out themselves.

Widths are in characters of average width, in which a line holds so many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil

from primus_eval.report.display import Row, Table
from primus_eval.wording.pieces import Sentence, plain_text

GUTTER = 3
"""What the space between two columns takes up."""
NARROWEST = 6
LONGEST_WORD = 24
"""A word with more characters, such as a fingerprint, may be broken."""
BOLD = 1.25
"""How much wider bold type is."""
FULLEST = 0.6
"""A table takes up at least so much of a line."""


def widths(table: Table, line: int) -> tuple[int, ...]:
    """Divide a line among the columns of a table, the space between them included.

    Where all texts fit, each column has what its longest asks for; the first takes what a narrow table
    leaves. Where not, the widest columns give way, down to their longest word.
    """
    texts = [list(_texts(table, column)) for column in range(len(table.head))]
    heads = [plain_text(head) for head in table.head]
    asked = [
        max(NARROWEST, _on_four_lines(head), *_lengths(table, place)) + GUTTER
        for place, head in enumerate(heads)
    ]
    least = [
        max(NARROWEST, ceil(BOLD * _longest_word([head])), _longest_word(column)) + GUTTER
        for head, column in zip(heads, texts, strict=True)
    ]
    asked = [max(pair) for pair in zip(asked, least, strict=True)]
    for most in range(max(asked), 0, -1):
        given = [max(low, min(high, most)) for high, low in zip(asked, least, strict=True)]
        if sum(given) <= line:
            break
    given[0] += max(0, round(FULLEST * line) - sum(given))
    return tuple(given)


def shares(table: Table, line: int) -> tuple[float, ...]:
    """Return the share of a line that each column takes up; they never sum to more than one."""
    given = widths(table, line)
    return tuple(width / max(line, sum(given)) for width in given)


def rows_of(table: Table) -> tuple[Row, ...]:
    """Return the rows of all groups."""
    return tuple(row for group in table.groups for row in group.rows)


def lines_of(sentence: Sentence, room: float) -> int:
    """Estimate on how many lines a text stands where so many characters fit on one."""
    return max(1, ceil(len(plain_text(sentence)) / max(1, int(room))))


def _texts(table: Table, column: int) -> Iterator[str]:
    for row in rows_of(table):
        yield from map(plain_text, _cells(row, column))


def _lengths(table: Table, column: int) -> Iterator[int]:
    for row in rows_of(table):
        wide = BOLD if row.emphasis == "primary" else 1
        yield from (ceil(wide * len(plain_text(cell))) for cell in _cells(row, column))


def _cells(row: Row, column: int) -> tuple[Sentence, ...]:
    return (row.header, row.detail) if column == 0 else row.cells[column - 1 : column]


def _on_four_lines(head: str) -> int:
    """Return what a heading asks for that may be broken three times."""
    return ceil(BOLD * len(head) / 4)


def _longest_word(texts: Iterable[str]) -> int:
    words = (word for text in texts for word in text.split(" "))
    return min(LONGEST_WORD, max(map(len, words), default=0))
