"""The rows of a sheet below its header, as blocks of text, and everything that is wrong with them.

Empty rows below the table are dropped; an empty row inside it, a cell right of the header and a row of
totals are errors. Everything is said at once, after the last row.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from primus_eval.errors import InputError, Problem
from primus_eval.loaders.declared import id_of_every_row
from primus_eval.loaders.headers import id_columns, is_total, total_row
from primus_eval.loaders.sheet_faults import structure_problems
from primus_eval.loaders.sheet_structure import SheetStructure, column_letters
from primus_eval.loaders.table import Block
from primus_eval.loaders.typed_cells import date_text, number_text, time_text
from primus_eval.loaders.workbook_ids import IdCells
from primus_eval.protocol import TableFile

if TYPE_CHECKING:
    from primus_eval.loaders.table import Cells

Row = Sequence[Any]

BLOCK_ROWS = 20_000
MOST_PROBLEMS = 10_000

CERTAIN_SINCE = datetime.date(1900, 3, 1)
"""Excel counts a 29 February 1900 that never was, so earlier days are off by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """What is known of a table in a sheet before its rows are read.

    header_row: row of the header, counted from one. padded_styles: styles that show a number with zeros
    in front.
    """

    spec: TableFile
    file: str
    header: tuple[str, ...]
    header_row: int
    from_1904: bool
    structure: SheetStructure
    padded_styles: frozenset[int]

    def problem(self, **said: Any) -> Problem:
        """Return a problem of this table; a sheet is named where the protocol names it."""
        return Problem(file=self.file, sheet=self.spec.sheet, **said)


def blocks_of(table: SheetTable, rows: Iterator[Row]) -> Iterator[Block]:
    """Give the rows below the header, and raise everything that is wrong with the sheet after the last."""
    problems = structure_problems(
        table.structure, table.problem, header_row=table.header_row, width=len(table.header)
    )
    ids = {name: IdCells(name) for name in id_columns(table.spec) if name in table.header}
    last_line = 0
    last_row: Row = ()
    for cells, lines in _batches(table, rows, problems):
        last_line, last_row = lines[-1], cells[-1]
        columns = dict(zip(table.header, zip(*cells, strict=True), strict=True))
        for name, looked_at in ids.items():
            looked_at.look(columns[name], lines)
        yield _block(table, columns, lines, problems)
    for name, looked_at in ids.items():
        problems += looked_at.problems(_padded_at(table, name), table.problem)
    problems += _end_problems(table, last_row, last_line)
    if problems:
        raise InputError(problems)


def cell_text(cell: Any, decimal: str = ".") -> str:
    """Return the text of a cell, whatever Excel stores it as."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return number_text(cell, decimal)
    return date_text(cell) if isinstance(cell, datetime.date) else time_text(cell)


def is_empty(row: Row) -> bool:
    """Whether no cell of a row holds anything but spaces."""
    return all(type(cell) is str and not cell.strip() for cell in row)


def _batches(
    table: SheetTable, rows: Iterator[Row], problems: list[Problem]
) -> Iterator[tuple[list[Row], list[int]]]:
    """Give rows that hold something, many at a time."""
    width = len(table.header)
    cells: list[Row] = []
    lines: list[int] = []
    empty: list[int] = []
    for line, row in enumerate(rows, start=table.header_row + 1):
        if is_empty(row):
            empty.append(line)
            continue
        problems += [_empty_row(table, above) for above in empty]
        empty.clear()
        if len(row) > width and not is_empty(row[width:]):
            problems.append(_right_of_header(table, line))
        cells.append(row[:width])
        lines.append(line)
        _require_few(table, problems)
        if len(cells) == BLOCK_ROWS:
            yield cells, lines
            cells, lines = [], []
    if cells:
        yield cells, lines


def _block(table: SheetTable, columns: Mapping[str, Row], lines: list[int], problems: list[Problem]) -> Block:
    text = partial(cell_text, decimal=table.spec.decimal)
    texts: dict[str, Cells] = {}
    stored_dates: dict[str, Sequence[bool]] = {}
    for name, cells in columns.items():
        texts[name] = [cell if type(cell) is str else text(cell) for cell in cells]
        are_dates = [isinstance(cell, datetime.date) for cell in cells]
        if any(are_dates):
            stored_dates[name] = are_dates
            if not table.from_1904:
                problems += _before_certain(table, name, cells, lines)
    return Block(columns=texts, lines=lines, stored_dates=stored_dates)


def _require_few(table: SheetTable, problems: list[Problem]) -> None:
    if len(problems) > MOST_PROBLEMS:
        what = f"has more than {MOST_PROBLEMS} problems; the rest was not read."
        raise InputError([*problems, table.problem(code="PE-A73", what=what, mend="Mend these first.")])


def _empty_row(table: SheetTable, line: int) -> Problem:
    return table.problem(
        code="PE-A14",
        line=line,
        what="this row is empty, and there are rows below it.",
        mend="Remove the row; remove notes below the table too.",
    )


def _right_of_header(table: SheetTable, line: int) -> Problem:
    last = column_letters(len(table.header))
    return table.problem(
        code="PE-A15",
        line=line,
        what=f"this row has a cell to the right of column {last}, the last with a name.",
        mend="Give the column a name, or remove the cell.",
    )


def _before_certain(table: SheetTable, name: str, cells: Row, lines: list[int]) -> list[Problem]:
    early = [
        line
        for cell, line in zip(cells, lines, strict=True)
        if isinstance(cell, datetime.date) and date_text(cell) < CERTAIN_SINCE.isoformat()
    ]
    position = column_letters(table.header.index(name) + 1)
    what = (
        f"column {position} holds a date before March 1900, which Excel counts wrongly; "
        "often it is a small number formatted as a date."
    )
    mend = "Correct the cell, or its number format."
    return [table.problem(code="PE-A60", line=line, what=what, mend=mend) for line in early]


def _padded_at(table: SheetTable, name: str) -> int:
    """Return the first row of a number in this column that is shown with zeros in front, or 0."""
    position = table.header.index(name) + 1
    rows = (
        row
        for (column, style), row in table.structure.number_styles.items()
        if column == position and style in table.padded_styles and row > table.header_row
    )
    return min(rows, default=0)


def _end_problems(table: SheetTable, last_row: Row, last_line: int) -> list[Problem]:
    if not last_line and table.spec.may_be_empty:
        return []
    if not last_line:
        return [
            table.problem(code="PE-A41", what="holds a header and no rows.", mend="Export the table again.")
        ]
    person = id_of_every_row(table.spec)
    if person not in table.header or not is_total(cell_text(last_row[table.header.index(person)])):
        return []
    return [total_row(file=table.file, line=last_line, sheet=table.spec.sheet)]
