"""What goes where on the pages of a Word document: paper, pictures, columns and rows that stay together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from primus_eval.report.display import Figure, Row, Table
from primus_eval.report.formats.columns import widths
from primus_eval.vocabulary import ReportDepth
from primus_eval.wording.pieces import Sentence

TABLE_PT = 8.5
LETTER = 0.47
"""The mean width of a letter, in multiples of the size of the type."""

TOGETHER = 8
"""A table of so few rows is not broken across pages; a longer one keeps rows at its ends together."""

EMU_PER_TWIP, EMU_PER_MM = 635, 36000
LANDSCAPE_MM, PORTRAIT_MM = 105, 205
"""How tall a picture may be that is wider than tall, and any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A page of A4, in twentieths of a point (twips). scale: of all type; air: of the space between."""

    scale: float
    air: float
    side: int
    top: int
    bottom: int
    edge: int
    width: int = 11906
    height: int = 16838
    gap: int = 400

    @property
    def room(self) -> int:
        """The width of a line."""
        return self.width - 2 * self.side

    @property
    def columns(self) -> tuple[int, int]:
        """The widths of two columns: what was found needs more room than what was judged."""
        judged = round(0.42 * self.room)
        return judged, self.room - self.gap - judged


PAPERS: Mapping[ReportDepth, Paper] = {
    "full": Paper(scale=1.0, air=1.0, side=1134, top=1360, bottom=1134, edge=567),
    "jury": Paper(scale=0.84, air=0.6, side=1020, top=1130, bottom=900, edge=480),
    "summary": Paper(scale=0.79, air=0.45, side=737, top=760, bottom=600, edge=340),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture's part of the file; width and height in English metric units."""

    number: int
    file: str
    relation: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a table, the heading of a group of rows, or a remark. keep: on one page with the next line."""

    keep: bool = False
    row: Row | None = None
    group: Sentence = ()
    remark: Sentence = ()


def picture_of(number: int, figure: Figure, paper: Paper) -> Picture:
    """Fit a picture to the width of a line, and to a part of the height of a page."""
    tallest_mm = LANDSCAPE_MM if figure.width_px > figure.height_px else PORTRAIT_MM
    across = EMU_PER_TWIP * paper.room / figure.width_px
    scale = min(across, paper.scale * EMU_PER_MM * tallest_mm / figure.height_px)
    return Picture(
        number=number,
        file=f"figure{number}.png",
        relation=f"figure{number}",
        width=round(scale * figure.width_px),
        height=round(scale * figure.height_px),
    )


def lines_of(table: Table) -> list[Line]:
    """Return the lines of a table, and which of them must not be parted from the next."""
    lines: list[Line] = []
    for group in table.groups:
        if group.header:
            lines.append(Line(group=group.header, keep=True))
        for row in group.rows:
            lines.append(Line(row=row, keep=bool(row.remarks)))
            lines += [
                Line(remark=remark, keep=n < len(row.remarks)) for n, remark in enumerate(row.remarks, 1)
            ]
    last = len(lines) - 1
    is_short = last < TOGETHER
    return [
        replace(line, keep=bool(table.notes))
        if n == last
        else replace(line, keep=line.keep or is_short or n < 2 or n == last - 1)
        for n, line in enumerate(lines)
    ]


def columns_of(table: Table, room: int, paper: Paper) -> tuple[int, ...]:
    """Divide a line of so many twips among the columns of a table."""
    letters = int(room / (20 * TABLE_PT * LETTER * paper.scale))
    asked = widths(table, letters)
    return tuple(int(room * width / max(letters, sum(asked))) for width in asked)
