"""What a sheet hides, merges or never calculated, said as problems of the table in it.

Only what stands in the header's row or below counts: titles above a table may be merged.
"""

from __future__ import annotations

from collections.abc import Callable

from primus_eval.errors import Problem
from primus_eval.loaders.sheet_structure import SheetStructure, column_letters, range_of

MOST_CELLS_SAID = 5

SEE = "Show it and look at it. If it is an ordinary one, keep it; if it was hidden to leave it out, ask."


def structure_problems(
    structure: SheetStructure, problem: Callable[..., Problem], *, header_row: int, width: int
) -> list[Problem]:
    """Return what stands in the way of reading a sheet as one sees it.

    problem: makes a problem of this sheet. width: how many columns the table has.
    """
    return [
        *_hidden(structure, problem, header_row, width),
        *_merged(structure, problem, header_row),
        *_cells(
            [place for place in structure.errors if place[0] >= header_row],
            "an error of Excel, such as #N/A or #DIV/0!",
            problem,
            code="PE-A49",
            mend="Mend the formula; or empty the cell, where the value is missing.",
        ),
        *_cells(
            [place for place in structure.uncalculated if place[0] >= header_row],
            "a formula whose result was not saved",
            problem,
            code="PE-A48",
            mend="Open the workbook in Excel, let it calculate, and save; or paste values over the formulas.",
        ),
    ]


def _hidden(
    structure: SheetStructure, problem: Callable[..., Problem], header_row: int, width: int
) -> list[Problem]:
    problems = [
        problem(code="PE-A46", line=row, what="this row is hidden.", mend=SEE)
        for row in structure.hidden_rows
        if row >= header_row
    ]
    for first, last in structure.hidden_columns:
        if first <= width:
            letters = f"{column_letters(first)} to {column_letters(min(last, width))}"
            problems.append(problem(code="PE-A46", what=f"columns {letters} are hidden.", mend=SEE))
    if structure.filtered:
        what = "a filter is active, so that not every row need be shown."
        problems.append(problem(code="PE-A46", what=what, mend="Clear the filter (Data, Clear), and save."))
    return problems


def _merged(structure: SheetStructure, problem: Callable[..., Problem], header_row: int) -> list[Problem]:
    problems = []
    for reference in structure.merged:
        merged = range_of(reference)
        if merged is not None and (merged[2] < header_row or merged[:2] == merged[2:]):
            continue
        what = f"cells {reference} are merged: only the first of them has a value."
        line = None if merged is None else merged[0]
        problems.append(
            problem(code="PE-A47", line=line, what=what, mend="Unmerge them, and fill every cell.")
        )
    return problems


def _cells(
    places: list[tuple[int, int]], what: str, problem: Callable[..., Problem], *, code: str, mend: str
) -> list[Problem]:
    """Say one kind of fault once for each column, with the addresses of the first cells."""
    by_column: dict[int, list[int]] = {}
    for row, column in places:
        by_column.setdefault(column, []).append(row)
    problems = []
    for column, rows in sorted(by_column.items()):
        letters = column_letters(column)
        addresses = ", ".join(f"{letters}{row}" for row in rows[:MOST_CELLS_SAID])
        more = f" and {len(rows) - MOST_CELLS_SAID} more" if len(rows) > MOST_CELLS_SAID else ""
        said = f"{addresses}{more} {'hold' if len(rows) > 1 else 'holds'} {what}."
        problems.append(problem(code=code, line=rows[0], what=said, mend=mend))
    return problems
