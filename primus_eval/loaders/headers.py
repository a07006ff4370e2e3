"""The header of a table, and rows that look like a header or a total: alike for text files and sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from primus_eval.errors import Problem
from primus_eval.loaders.declared import name_of, person_column
from primus_eval.protocol import Events, Participants, TableFile

ROWS_SEARCHED = 50
"""Rows that are looked through for a header that does not stand where it was declared."""

TOTAL = re.compile(r"(total|sum|i alt|ialt|antal)\b")
"""How the first cell of a row of totals begins, in English and Danish."""


def header_of(spec: TableFile) -> str:
    """Return the header of the part of a protocol that describes this table, to begin lines to be pasted."""
    return f"[data.{name_of(spec)}]"


def declared_names(spec: TableFile) -> tuple[str, ...]:
    """Return every column of a table that its part of a protocol names."""
    names = [person_column(spec), spec.event if isinstance(spec, Events) else None]
    if isinstance(spec, Participants):
        names.append(spec.arm.column)
    return tuple(dict.fromkeys(name for name in (*names, *spec.columns) if name is not None))


def id_columns(spec: TableFile) -> tuple[str, ...]:
    """Return the columns whose cells are names of things, where a zero in front counts."""
    names = [person_column(spec), spec.event if isinstance(spec, Events) else None]
    typed = [name for name, column in spec.columns.items() if column.type == "id"]
    return tuple(dict.fromkeys(name for name in (*names, *typed) if name is not None))


def header_problems(
    header: Sequence[str], *, file: str, line: int | None = None, sheet: str | None = None
) -> list[Problem]:
    """Return what is wrong with the names of the columns, each kind once.

    Names are said by the position of the column, since a first line may be a person and no header.

    Checked: tests/test_loaders_formats.py.
    """
    times: dict[str, list[int]] = {}
    for position, name in enumerate(header, start=1):
        times.setdefault(name, []).append(position)
    twice = [
        position for name, positions in times.items() if name and len(positions) > 1 for position in positions
    ]
    unnamed = [position for position, name in enumerate(header, start=1) if not name.strip()]
    spaced = [
        position for position, name in enumerate(header, start=1) if name.strip() and name != name.strip()
    ]
    found = (
        ("PE-A17", twice, "have the same name as another column.", "Rename all but one of them."),
        ("PE-A18", unnamed, "have no name.", "Name them, or remove them."),
        ("PE-A19", spaced, "have a name that begins or ends with a space.", "Remove the space."),
    )
    return [
        Problem(
            code=code,
            file=file,
            sheet=sheet,
            line=line,
            what=f"columns {_listed(positions)} {what}",
            mend=mend,
        )
        for code, positions, what, mend in found
        if positions
    ]


def header_further_down(
    rows: Iterable[Sequence[str]], spec: TableFile, *, file: str, sheet: str | None = None
) -> Problem | None:
    """Say that the header stands further down, where the declared columns are found there and not here.

    rows: the row that should be the header, and those below it; some ROWS_SEARCHED of them are looked at.
    """
    declared = set(declared_names(spec))
    found = [
        len(declared.intersection(map(str.strip, row)))
        for row, _ in zip(rows, range(ROWS_SEARCHED), strict=False)
    ]
    if not found or found[0] or 2 * max(found) < len(declared) or not max(found):
        return None
    further = found.index(max(found))
    return Problem(
        code="PE-A37",
        file=file,
        sheet=sheet,
        line=spec.skip_lines + 1,
        what=f"names no declared column; {max(found)} of {len(declared)} stand {further} rows further down.",
        mend="Say how many lines stand above the header.",
        paste=f"{header_of(spec)}\nskip_lines = {spec.skip_lines + further}",
    )


def is_total(id_cell: str) -> bool:
    """Whether a last row is a row of totals, from its cell in the column of ids.

    >>> is_total("I alt"), is_total(""), is_total("Total (n)"), is_total("0815"), is_total("SUM001")
    (True, True, True, False, False)
    """
    cell = id_cell.strip().casefold()
    return not cell or TOTAL.match(cell) is not None


def total_row(*, file: str, line: int, sheet: str | None = None) -> Problem:
    """Say that the last row counts the rows above it, and is no person."""
    return Problem(
        code="PE-A38",
        file=file,
        sheet=sheet,
        line=line,
        what="the last row has no id, or begins with a word such as total: it is not a row of the table.",
        mend="Remove the row; before you do, compare the number that it gives with the number of people.",
    )


def _listed(positions: Sequence[int]) -> str:
    shown = ", ".join(map(str, positions[:10]))
    return shown + (f" and {len(positions) - 10} more" if len(positions) > 10 else "")
