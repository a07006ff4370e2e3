"""The forest plot: the ink. One strip per panel, the words to its left, the numbers to its right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from primus_eval.figures.canvas import (
    drawing_look,
    marks_of,
    sheet,
    sheet_width_pt,
    stamp,
)
from primus_eval.figures.forest import ForestPanel, ForestRow, forest_panels, panel_directions
from primus_eval.figures.lettering import Block, block, width_pt, write_block
from primus_eval.figures.setting import Setting, sentence, setting_of
from primus_eval.figures.strip import (
    TICKS_BELOW_PT,
    Directions,
    Scale,
    add_strip,
    directions,
    draw_null,
    linear_scale,
    ratio_scale,
    write_directions,
    write_over,
)
from primus_eval.figures.theme import (
    GAP_PT,
    INK,
    MARGIN_PT,
    OKABE_ITO,
    PAPER,
    PRIMARY,
    QUIET,
    SMALL_PT,
    TINT,
    leading_pt,
)
from primus_eval.findings import Findings
from primus_eval.wording.quantities import printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHEET_PT = 570.0
"""Height of a forest that keeps its size on a page of A4 with a caption."""
LABEL_SHARE = 0.4
ROW_GAP_PT = 5.0
PANEL_GAP_PT = 14.0
PRIMARY_LINE_PT, OTHER_LINE_PT = 2.2, 1.2
PRIMARY_MARKER_PT, OTHER_MARKER_PT = 7.5, 4.5
TRUTH_MARKER_PT = 9.0
TRUTH_LINE_PT = 1.4
TRUTH = OKABE_ITO["vermillion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where the words, the strip and the numbers stand, in points."""

    width: float
    label_room: float
    strip_x: float
    strip_width: float
    number_x: float

    @property
    def reason_room(self) -> float:
        """Room for a reason, which takes the place of strip and numbers."""
        return self.width - MARGIN_PT - self.strip_x


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A row with its words wrapped."""

    row: ForestRow
    label: Block
    detail: Block
    text: Block

    @property
    def height(self) -> float:
        """Height of the row without the gap to the next."""
        return max(self.label.height_pt + self.detail.height_pt, self.text.height_pt)


def plot_forest(
    findings: Findings,
    *,
    language: str = "en",
    mark: str | None = None,
    panels: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw every comparison of the arms that has a place on an axis, the primary one emphasised.

    mark: words to stamp on the figure, such as INTERNAL. panels: names of those to draw, as `forest_sheets`
    deals them out; all where left out. Axes of your own must be high enough; the error says how high.
    """
    with drawing_look():
        setting = setting_of(findings, language)
        shown = _named(forest_panels(findings, language=language), panels)
        if not shown:
            raise ValueError("no finding compares the arms: there is nothing to draw")
        columns = _columns(shown, sheet_width_pt(ax))
        marks = marks_of(setting, mark, room_pt=columns.width - 2 * MARGIN_PT)
        top = MARGIN_PT + marks.height_pt
        charts = _charts(shown, columns, setting)
        heights = [chart.height for chart in charts]
        key = _truth_key(shown, setting, columns.width)
        total = top + sum(heights) + PANEL_GAP_PT * (len(charts) - 1) + MARGIN_PT
        ax = sheet(ax, height_pt=total + (key.height_pt + GAP_PT if key.lines else 0.0))
        y = top
        for chart in charts:
            chart.draw(ax, y, setting)
            y += chart.height + PANEL_GAP_PT
        if key.lines:
            _draw_truth_key(ax, key, total - MARGIN_PT + GAP_PT)
        stamp(ax, marks, at=(columns.width - MARGIN_PT, MARGIN_PT))
    return ax


def forest_sheets(findings: Findings, *, language: str = "en") -> tuple[tuple[str, ...], ...]:
    """Deal the panels out, by name and in their order, to sheets that can each be read on a page of A4."""
    setting = setting_of(findings, language)
    panels = forest_panels(findings, language=language)
    if not panels:
        return ()
    with drawing_look():
        charts = _charts(panels, _columns(panels, sheet_width_pt(None)), setting)
    sheets: list[list[str]] = []
    room = 0.0
    for panel, chart in zip(panels, charts, strict=True):
        if not sheets or chart.height > room:
            sheets.append([])
            room = SHEET_PT
        sheets[-1].append(panel.name)
        room -= chart.height + PANEL_GAP_PT
    return tuple(map(tuple, sheets))


def _named(panels: tuple[ForestPanel, ...], names: Sequence[str] | None) -> tuple[ForestPanel, ...]:
    return tuple(panel for panel in panels if names is None or panel.name in names)


def _charts(panels: tuple[ForestPanel, ...], columns: _Columns, setting: Setting) -> list[_Chart]:
    """Lay each panel out; a heading of the columns that the panel above has already is left out."""
    headings = [_column_heading(panel, setting) for panel in panels]
    return [
        _Chart.of(panel, columns, setting, "" if number and heading == headings[number - 1] else heading)
        for number, (panel, heading) in enumerate(zip(panels, headings, strict=True))
    ]


def _truth_key(panels: tuple[ForestPanel, ...], setting: Setting, width: float) -> Block:
    """Return what the marker of a true value means; nothing where no true value is known."""
    known = any(row.truth is not None for panel in panels for row in panel.rows)
    text = sentence(setting.say("forest.truth")) if known else ""
    return block(text, width - 2 * MARGIN_PT - 2 * TRUTH_MARKER_PT, size_pt=SMALL_PT, colour=QUIET)


def _draw_truth_key(ax: Axes, key: Block, y: float) -> None:
    middle = y + leading_pt(SMALL_PT) / 2
    _mark_truth(ax, MARGIN_PT + TRUTH_MARKER_PT / 2, middle)
    write_block(ax, key, at=(MARGIN_PT + 2 * TRUTH_MARKER_PT, y))


def _mark_truth(ax: Axes, x: float, y: float, label: str = "what the diamond means") -> None:
    """Draw a true value as an open diamond, through which the estimate is seen."""
    ax.plot(
        [x],
        [y],
        marker="D",
        markersize=TRUTH_MARKER_PT,
        markerfacecolor="none",
        markeredgecolor=TRUTH,
        markeredgewidth=TRUTH_LINE_PT,
        zorder=5,
        clip_on=False,
        label=label,
    )


def _columns(panels: tuple[ForestPanel, ...], width: float) -> _Columns:
    rows = [row for panel in panels for row in panel.rows]
    numbers = [row for row in rows if row.estimate is not None]
    number_room = max((width_pt(row.text, bold=row.is_primary) for row in numbers), default=0.0) + 1
    number_room = min(max(number_room, width / 5), width / 3)
    labels = [
        max(width_pt(row.label, bold=row.is_primary), width_pt(row.detail, size_pt=SMALL_PT)) for row in rows
    ]
    label_room = min(max(labels) + 1, LABEL_SHARE * (width - 2 * MARGIN_PT))
    strip_x = MARGIN_PT + label_room + 2 * GAP_PT
    number_x = width - MARGIN_PT - number_room
    return _Columns(
        width=width,
        label_room=label_room,
        strip_x=strip_x,
        strip_width=number_x - 2 * GAP_PT - strip_x,
        number_x=number_x,
    )


def _line(row: ForestRow, columns: _Columns) -> _Line:
    if row.estimate is None:
        text = block(row.text, columns.reason_room, size_pt=SMALL_PT, colour=QUIET)
    else:
        room = columns.width - MARGIN_PT - columns.number_x
        text = block(row.text, room, bold=row.is_primary)
    return _Line(
        row=row,
        label=block(row.label, columns.label_room, bold=row.is_primary),
        detail=block(row.detail, columns.label_room, size_pt=SMALL_PT, colour=QUIET),
        text=text,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    """A panel, wrapped and measured."""

    panel: ForestPanel
    columns: _Columns
    heading: Block
    column_heading: Block
    lines: tuple[_Line, ...]
    scale: Scale | None
    captions: Directions | None

    @classmethod
    def of(cls, panel: ForestPanel, columns: _Columns, setting: Setting, column_heading: str) -> _Chart:
        """Wrap the words of a panel and choose its scale."""
        scale = _scale(panel)
        captions = None
        if scale:
            left, right = panel_directions(panel, setting)
            null_x = columns.strip_x + scale.place(panel.null) * columns.strip_width
            captions = directions(
                left,
                right,
                null_x=null_x,
                from_x=columns.strip_x,
                to_x=columns.strip_x + columns.strip_width,
            )
        room = columns.number_x - MARGIN_PT - GAP_PT
        number_room = columns.width - MARGIN_PT - columns.number_x
        return cls(
            panel=panel,
            columns=columns,
            heading=block(panel.label, room, bold=True),
            column_heading=block(column_heading, number_room, size_pt=SMALL_PT, colour=QUIET),
            lines=tuple(_line(row, columns) for row in panel.rows),
            scale=scale,
            captions=captions,
        )

    @property
    def head_height(self) -> float:
        """Height of the headings."""
        return max(self.heading.height_pt, self.column_heading.height_pt) + GAP_PT

    @property
    def rows_height(self) -> float:
        """Height of all rows."""
        return sum(line.height + ROW_GAP_PT for line in self.lines)

    @property
    def foot_height(self) -> float:
        """Height of the labels of the strip and of what its directions mean."""
        if not self.captions:
            return 0.0
        return TICKS_BELOW_PT + self.captions.height_pt

    @property
    def height(self) -> float:
        """Height of the panel."""
        return self.head_height + self.rows_height + self.foot_height

    def draw(self, ax: Axes, y: float, setting: Setting) -> None:
        """Draw the panel from a height on."""
        columns = self.columns
        write_block(ax, self.heading, at=(MARGIN_PT, y))
        write_block(ax, self.column_heading, at=(columns.number_x, y))
        y += self.head_height
        strip = None
        if self.scale:
            strip = add_strip(
                ax,
                self.scale,
                x=columns.strip_x,
                y=y,
                width=columns.strip_width,
                height=self.rows_height,
                language=setting.language,
            )
            draw_null(strip, self.panel.null)
        down = 0.0
        for number, line in enumerate(self.lines, start=1):
            after = down + line.height + (ROW_GAP_PT if number == len(self.lines) else ROW_GAP_PT / 2)
            _draw_words(ax, strip, line, columns, y + down)
            if strip and self.scale and line.row.estimate is None:
                write_over(
                    strip,
                    line.text,
                    y=down + (line.height - line.text.height_pt) / 2,
                    row=(down - ROW_GAP_PT / 2, after),
                    fill=TINT if line.row.is_primary else PAPER,
                )
            elif strip and self.scale:
                _draw_interval(strip, line.row, self.scale, down + line.height / 2)
            down += line.height + ROW_GAP_PT
        if self.captions:
            write_directions(ax, self.captions, y=y + self.rows_height + TICKS_BELOW_PT)


def _column_heading(panel: ForestPanel, setting: Setting) -> str:
    levels = {row.finding.conf_level for row in panel.rows} - {None}
    if len(levels) == 1:
        level = printed(levels.pop(), "percent_whole", setting.language)
        return setting.say("forest.interval", level=level)
    return setting.say("forest.interval_mixed") if levels else ""


def _scale(panel: ForestPanel) -> Scale | None:
    values = [
        value
        for row in panel.rows
        if row.estimate is not None
        for value in (row.estimate, *(row.ends or ()), row.truth)
        if value is not None
    ]
    if panel.is_ratio:
        values = [value for value in values if value > 0]
        return ratio_scale(values) if values else None
    return linear_scale(values) if values else None


def _draw_words(ax: Axes, strip: Axes | None, line: _Line, columns: _Columns, y: float) -> None:
    from matplotlib.patches import Rectangle

    if line.row.is_primary:
        width, height = columns.width - MARGIN_PT, line.height + ROW_GAP_PT
        ax.add_patch(
            Rectangle(
                (MARGIN_PT / 2, y - ROW_GAP_PT / 2), width, height, facecolor=TINT, linewidth=0, zorder=0
            )
        )
    write_block(ax, line.label, at=(MARGIN_PT, y))
    write_block(ax, line.detail, at=(MARGIN_PT, y + line.label.height_pt))
    middle = y + (line.height - line.text.height_pt) / 2
    if line.row.estimate is not None:
        write_block(ax, line.text, at=(columns.number_x, middle))
    elif strip is None:
        write_block(ax, line.text, at=(columns.strip_x, middle))


def _draw_interval(strip: Axes, row: ForestRow, scale: Scale, y: float) -> None:
    """Draw one interval; an end beyond the axis becomes an arrow, an estimate without interval a ring."""
    if row.estimate is None or (scale.is_log and row.estimate <= 0):
        return
    colour = PRIMARY if row.is_primary else INK
    if row.ends:
        low, high = max(row.ends[0], scale.low), min(row.ends[1], scale.high)
        width = PRIMARY_LINE_PT if row.is_primary else OTHER_LINE_PT
        strip.plot([low, high], [y, y], color=colour, linewidth=width, solid_capstyle="butt", zorder=3)
        for end, marker, beyond in (
            (low, "<", row.ends[0] < scale.low),
            (high, ">", row.ends[1] > scale.high),
        ):
            if beyond:
                strip.plot([end], [y], marker=marker, color=colour, markersize=5, clip_on=False, zorder=4)
    if scale.low <= row.estimate <= scale.high:
        strip.plot(
            [row.estimate],
            [y],
            marker="s" if row.is_primary else "o",
            markersize=PRIMARY_MARKER_PT if row.is_primary else OTHER_MARKER_PT,
            markerfacecolor=colour if row.ends else PAPER,
            markeredgecolor=colour,
            zorder=4,
            label=row.finding.finding,
        )
    if row.truth is not None and scale.low <= row.truth <= scale.high:
        _mark_truth(strip, row.truth, y, label=f"true value of {row.finding.finding}")
