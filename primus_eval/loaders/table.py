"""A table of a delivery, opened: its header, and its rows in blocks of text or of typed arrays.

Readers of every format give the same thing, so that one conversion serves them all. Cells are text,
or a pyarrow array where a file is large or typed; a cell that is missing in a typed file is the empty
text. Text of a number is the shortest that reads back the same (12, not 12.0), of a date YYYY-MM-DD.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from primus_eval.errors import Problem
from primus_eval.schema import Coded

if TYPE_CHECKING:
    import pyarrow

    Cells: TypeAlias = list[str] | pyarrow.Array

__all__ = ["Block", "Coded", "TableSource"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some rows of a table: cells by column, and the physical line on which each row begins."""

    columns: dict[str, Cells]
    lines: Sequence[int]
    stored_dates: dict[str, Sequence[bool]] = field(default_factory=dict)
    """Of columns given as text: which cells the file stores as dates, so that no format is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSource:
    """One file of a delivery, opened and hashed.

    `blocks` may be called once; it raises InputError with every problem of form when the last row has
    been read. `remarks` are worth knowing and no error. `file` is the name that messages show.
    """

    file: str
    sha256: str
    header: tuple[str, ...]
    blocks: Callable[[], Iterator[Block]]
    sheet: str | None = None
    as_written: bool = True
    """Whether cells of numbers are as somebody wrote them; a workbook stores them as numbers."""
    codebook: dict[str, Coded] = field(default_factory=dict)
    remarks: tuple[Problem, ...] = ()
    identifying: tuple[Problem, ...] = ()
    """What points at people in the file beside the table: other sheets, comments, lines above the header."""
