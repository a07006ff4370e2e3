"""A row of a comma file that is too long because a number in it was written with a decimal comma."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, islice

from primus_eval.protocol import TableFile
from primus_eval.protocol.tables import Participants
from primus_eval.schema import Column

SPLITS_TRIED = 1_000
_DIGITS = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.][0-9]+)?")


def decimal_comma(cells: Sequence[str], header: Sequence[str], spec: TableFile) -> int | None:
    """Return the first column of a row that is too long whose number was probably split at its decimal comma.

    Cells are joined where the row, so joined, fits what is declared; None where no way of joining does.
    """
    extra = len(cells) - len(header)
    starts = [
        place
        for place in range(len(cells) - 1)
        if _NUMBER.fullmatch(cells[place]) and _DIGITS.fullmatch(cells[place + 1])
    ]
    for chosen in islice(combinations(starts, extra), SPLITS_TRIED):
        joined: list[str] = []
        columns: list[int] = []
        place = 0
        while place < len(cells):
            is_split = place in chosen
            if is_split:
                columns.append(len(joined))
            joined.append(f"{cells[place]}.{cells[place + 1]}" if is_split else cells[place])
            place += 2 if is_split else 1
        if len(joined) == len(header) and _fits(joined, set(columns), header, spec):
            return columns[0]
    return None


def _fits(cells: Sequence[str], joined: set[int], header: Sequence[str], spec: TableFile) -> bool:
    """Whether a row could be one of the table, with numbers put together in some columns."""
    arm = spec.arm if isinstance(spec, Participants) else None
    not_numbers = {getattr(spec, key, None) for key in ("person", "event")} | {arm.column if arm else None}
    for place, (name, cell) in enumerate(zip(header, cells, strict=True)):
        if arm is not None and name == arm.column and cell not in arm.codes:
            return False
        column = spec.columns.get(name)
        if place in joined:
            if name in not_numbers or (column is not None and column.type not in ("integer", "number")):
                return False
        elif column is not None and not _could_be(cell, column):
            return False
    return True


def _could_be(cell: str, column: Column) -> bool:
    if cell in column.missing or column.type in ("date", "id", "text"):
        return True
    if column.type in ("integer", "number"):
        return _NUMBER.fullmatch(cell) is not None
    return cell in (*column.yes, *column.no, *(column.levels or {}))
