"""What a page is made of: tables, figures and paragraphs whose every cell is a sentence of pieces.

Sections build these from findings; templates only lay them out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from primus_eval.wording.pieces import Sentence

WIDE = 4
"""A table with as many columns may not fit the screen of a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table: a header cell, then the others; `across` fills the cells that are left.

    detail: a second line in the header cell; remarks: lines of their own beneath the row.
    emphasis: "primary" for what the plan puts first, "part" for a level of a characteristic or of a stage,
    or the state of an item of evidence (a word of `EvidenceState`).
    """

    header: Sentence
    detail: Sentence = ()
    remarks: tuple[Sentence, ...] = ()
    cells: tuple[Sentence, ...] = ()
    across: Sentence = ()
    emphasis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows under a common heading."""

    rows: tuple[Row, ...]
    header: Sentence = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a caption, column headings, groups of rows and notes beneath.

    numeric: which columns, counted from zero at the header column, are set as numbers. is_folded: shown
    when asked for, because a figure beside it says the same.
    """

    id: str
    caption: Sentence
    head: tuple[Sentence, ...]
    groups: tuple[Group, ...]
    notes: tuple[Sentence, ...] = ()
    numeric: frozenset[int] = frozenset()
    is_folded: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether a narrow screen may have to scroll it sideways."""
        return len(self.head) >= WIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture: the bytes of a PNG, what it shows in words, and its caption.

    kind: the key of its caption, as `figures.Drawing` lists them. exhibit: id of the exhibit drawn, if it is
    one.
    """

    id: str
    kind: str
    exhibit: str
    png: bytes
    alt: str
    width_px: int
    height_px: int
    caption: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraphs:
    """A heading with paragraphs beneath it, and perhaps a list."""

    heading: Sentence = ()
    paragraphs: tuple[Sentence, ...] = ()
    items: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the report, its parts in the order in which they are printed."""

    id: str
    title: Sentence
    parts: tuple[Paragraphs | Table | Figure, ...] = field(default=())
