"""Ids in a sheet that Excel has changed: zeros lost, digits lost, a text turned into a date."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

from primus_eval.errors import Problem

FIFTEEN_DIGITS = 1e15
"""Excel keeps fifteen digits of a number; what stood after them is zeros."""

AS_TEXT = (
    "Export the table again with this column as text; formatting it as text afterwards does not bring back "
)


class IdCells:
    """What the cells of one column of ids are, row by row."""

    def __init__(self, column: str) -> None:
        self.column = column
        self.number_at = self.zeros_at = self.date_at = self.long_at = 0

    def look(self, cells: Sequence[object], lines: Sequence[int]) -> None:
        """Note the first row of each kind of cell that Excel may have changed."""
        for cell, line in zip(cells, lines, strict=True):
            if isinstance(cell, str):
                if not self.zeros_at and cell[:1] == "0" and cell.isdigit() and len(cell) > 1:
                    self.zeros_at = line
            elif isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
                self.date_at = self.date_at or line
            elif isinstance(cell, float | int):
                self.number_at = self.number_at or line
                if abs(cell) >= FIFTEEN_DIGITS:
                    self.long_at = self.long_at or line

    def problems(self, padded_at: int, place: Callable[..., Problem]) -> list[Problem]:
        """Return what is wrong with the ids. padded_at: first row of a number shown with zeros in front."""
        mixed_at = self.number_at if self.zeros_at and not padded_at else 0
        found = (
            (
                "PE-A25",
                padded_at,
                "holds numbers that Excel only shows with zeros in front: the ids themselves have none.",
                AS_TEXT + "the zeros.",
            ),
            (
                "PE-A25",
                mixed_at,
                "holds ids with zeros in front as text, and others as numbers that cannot have any.",
                AS_TEXT + "the zeros.",
            ),
            (
                "PE-A25",
                self.date_at,
                "holds dates where ids should be.",
                AS_TEXT + "what Excel took for a date.",
            ),
            (
                "PE-A26",
                self.long_at,
                "holds numbers of more than 15 digits, of which Excel keeps 15.",
                AS_TEXT + "them.",
            ),
        )
        return [
            place(code=code, line=line, column=self.column, what=f"this column {what}", mend=mend)
            for code, line, what, mend in found
            if line
        ]
