"""How wide the columns of a table are on paper, and about how high it comes out.

Widths are estimated in characters of running text, because the template knows the widths of its type only
once the columns stand.
"""

from __future__ import annotations

from primus_eval.report.display import Row, Table
from primus_eval.report.formats.columns import lines_of, rows_of
from primus_eval.wording.pieces import Sentence, plain_text

LINE, COLUMN = 148, 78
"""Characters of a table's type on the width of a page, and on that of one column of the sheet."""

LONGEST_WORD = {LINE: 18, COLUMN: 12}
"""Characters of a word for which a column makes room on a line; a longer one is hyphenated."""

LONGEST_NUMBER, LONGEST_DETAIL, LONGEST_CELL = 20, 40, 90
"""Characters up to which a number is kept on one line, and for which a column asks at most."""

GUTTER = 3
"""Characters between two columns."""

WIDE, BOLD = 1.2, 1.45
"""How much wider than running text a single word or a number may be, in plain and in bold type."""

KEPT_TOGETHER = 12
"""A table that is estimated to have no more lines than this is not divided between pages."""


def widths_of(table: Table, line: int, *, bold_headers: bool = False) -> list[float]:
    """Divide a line among the columns of a table, as shares of one.

    line: LINE or COLUMN. Each column gets its longest word or its longest number; what is left goes
    to the columns in proportion to what else their longest texts need.
    """
    needs = [_needs(table, column, line, bold_headers) for column in range(len(table.head))]
    spare = max(0.0, line - sum(least for least, _ in needs))
    more = sum(wanted - least for least, wanted in needs)
    part = min(1.0, spare / more) if more else 0.0
    given = [least + part * (wanted - least) for least, wanted in needs]
    return [width / sum(given) for width in given]


def is_short(table: Table, widths: list[float], line: int) -> bool:
    """Return whether a table had better not be divided between pages."""
    lines = sum(_height(row, widths, line) for row in rows_of(table))
    return lines + len(table.groups) <= KEPT_TOGETHER


def _needs(table: Table, column: int, line: int, bold_headers: bool) -> tuple[float, float]:
    """Return how many characters a column needs at least, and how many it could use."""
    head = table.head[column]
    least, wanted = BOLD * _longest_word(head, line), BOLD * len(plain_text(head)) / 2
    for row in rows_of(table):
        cells = (row.header, *row.cells)
        if column >= len(cells):
            continue
        length = len(plain_text(cells[column]))
        is_number = column in table.numeric and length <= LONGEST_NUMBER
        is_bold = row.emphasis == "primary" or bold_headers and column == 0
        unbroken = length if is_number else _longest_word(cells[column], line)
        least = max(least, (BOLD if is_bold else WIDE) * unbroken)
        detail = min(len(plain_text(row.detail)), LONGEST_DETAIL) if column == 0 else 0
        wanted = max(wanted, min(length, LONGEST_CELL), detail)
    return least + GUTTER, max(least, wanted) + GUTTER


def _longest_word(sentence: Sentence, line: int) -> int:
    return min(LONGEST_WORD[line], max(map(len, plain_text(sentence).split(" ")), default=0))


def _height(row: Row, widths: list[float], line: int) -> int:
    """Estimate how many lines a row is high."""
    columns = zip((row.header, *row.cells), widths, strict=False)
    highest = max(lines_of(cell, line * width) for cell, width in columns)
    return highest + sum(lines_of(remark, line) for remark in row.remarks) + bool(row.detail)
