"""The flow chart of a trial after CONSORT: the ink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from primus_eval.figures.canvas import (
    drawing_look,
    marks_of,
    sheet,
    sheet_width_pt,
    stamp,
)
from primus_eval.figures.flow import flow_frame
from primus_eval.figures.flow_page import PADDING_PT, Box, Page, flow_page
from primus_eval.figures.lettering import Block, write_block
from primus_eval.figures.setting import setting_of
from primus_eval.figures.theme import INK, MARGIN_PT, QUIET, RULE_PT
from primus_eval.findings import Findings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BAND_PT = 3.0


def plot_flow(
    findings: Findings, *, language: str = "en", mark: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the flow of participants from assessment to analysis, by arm.

    mark: words to stamp on the figure, such as INTERNAL. Axes of your own must be high enough; the
    error says how high. Raises FlowDoesNotAddUp rather than draw numbers that contradict each other.
    """
    with drawing_look():
        setting = setting_of(findings, language)
        frame = flow_frame(findings, language=language)
        width = sheet_width_pt(ax)
        marks = marks_of(setting, mark, room_pt=width - 2 * MARGIN_PT)
        page, bottom = flow_page(frame, setting, width=width, top=MARGIN_PT + marks.height_pt)
        ax = sheet(ax, height_pt=bottom + MARGIN_PT)
        _draw(ax, page)
        stamp(ax, marks, at=(width - MARGIN_PT, MARGIN_PT))
    return ax


def _draw(ax: Axes, page: Page) -> None:
    from matplotlib.patches import Rectangle

    for points in page.lines:
        ax.plot(*zip(*points, strict=True), color=INK, linewidth=RULE_PT, solid_capstyle="projecting")
    for start, end in page.arrows:
        ax.annotate(
            "",
            xy=end,
            xytext=start,
            arrowprops={
                "arrowstyle": "-|>,head_length=0.35,head_width=0.18",
                "color": INK,
                "linewidth": RULE_PT,
                "shrinkA": 0,
                "shrinkB": 0,
            },
            annotation_clip=False,
        )
    for box, y, height in page.boxes:
        outline = Rectangle((box.x, y), box.width, height, linewidth=RULE_PT, zorder=2)
        outline.set(facecolor=box.fill, edgecolor=box.edge)
        ax.add_patch(outline)
        if box.band:
            ax.add_patch(Rectangle((box.x, y), box.width, BAND_PT, linewidth=0, facecolor=box.band, zorder=3))
        _draw_rows(ax, box, y + PADDING_PT)
    for words, x, y in page.words:
        write_block(ax, words, at=(x, y))


def _draw_rows(ax: Axes, box: Box, y: float) -> None:
    for row in box.rows:
        write_block(ax, row.words, at=(box.x + PADDING_PT, y))
        if row.number:
            number = Block(
                lines=(row.number.text,),
                size_pt=row.words.size_pt,
                bold=row.words.bold and row.number.is_known,
                colour=INK if row.number.is_known else QUIET,
            )
            write_block(ax, number, at=(box.x + box.width - PADDING_PT, y), ha="right")
        y += row.words.height_pt
