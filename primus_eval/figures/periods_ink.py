"""The arms period by period: the ink. Two strips side by side, as in a forest plot.

Filled markers and full lines compare everyone randomised; hollow ones with broken lines do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from primus_eval.figures.canvas import drawing_look, sheet, sheet_width_pt, stamp
from primus_eval.figures.lettering import block, write_block
from primus_eval.figures.periods import Measured, period_analyses
from primus_eval.figures.periods_chart import ROW_GAP_PT, Half, Line, PeriodsChart, periods_chart
from primus_eval.figures.strip import (
    TICKS_BELOW_PT,
    Scale,
    add_strip,
    draw_null,
    write_directions,
    write_over,
)
from primus_eval.figures.theme import GAP_PT, INK, MARGIN_PT, PAPER, SMALL_PT, leading_pt
from primus_eval.findings import Findings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE_PT = 1.4
MARKER_PT = 6.0
BROKEN = (0.0, (3.0, 2.0))


def plot_periods(
    findings: Findings,
    *,
    analysis: str | None = None,
    language: str = "en",
    mark: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the hazard ratio within each period beside the difference in risk up to its end.

    analysis: left out, the first by periods. mark: words to stamp on the figure, such as INTERNAL. Axes of
    your own must be high enough; the error says how high.
    """
    with drawing_look():
        analysis = analysis or next(iter(period_analyses(findings)))
        chart = periods_chart(findings, analysis, language, mark, width=sheet_width_pt(ax))
        ax = sheet(ax, height_pt=chart.height)
        stamp(ax, chart.marks, at=(chart.width - MARGIN_PT, MARGIN_PT))
        write_block(ax, chart.heading, at=(MARGIN_PT, MARGIN_PT + chart.marks.height_pt))
        strips = [_draw_strip(ax, chart, half) for half in chart.halves]
        down = 0.0
        for line in chart.lines:
            _draw_line(ax, chart, strips, line, down)
            down += line.height + ROW_GAP_PT
        for half in chart.halves:
            if half.captions:
                write_directions(ax, half.captions, y=chart.strips_y + chart.rows_height + TICKS_BELOW_PT)
        _draw_key(ax, chart)
    return ax


def _draw_strip(ax: Axes, chart: PeriodsChart, half: Half) -> Axes | None:
    write_block(ax, half.heading, at=(half.x, chart.strips_y - GAP_PT - half.heading.height_pt))
    if half.scale is None:
        return None
    strip = add_strip(
        ax,
        half.scale,
        x=half.x,
        y=chart.strips_y,
        width=half.width,
        height=chart.rows_height,
        language=chart.setting.language,
    )
    draw_null(strip, half.null)
    return strip


def _draw_line(ax: Axes, chart: PeriodsChart, strips: Sequence[Axes | None], line: Line, down: float) -> None:
    y, middle = chart.strips_y + down, down + line.height / 2
    write_block(ax, line.label, at=(MARGIN_PT, y + (line.height - line.label.height_pt) / 2))
    for number, (half, strip, measured, text) in enumerate(
        zip(chart.halves, strips, line.measured, line.texts, strict=True)
    ):
        if measured is None:
            continue
        remark = line.remark if number == 0 else block("", half.room)
        upper = (line.height - text.height_pt - remark.height_pt) / 2
        if measured.estimate is None and strip is not None:
            edges = (down - ROW_GAP_PT / 2, down + line.height + ROW_GAP_PT / 2)
            write_over(strip, text, y=down + upper, row=edges)
            continue
        write_block(ax, text, at=(half.x if measured.estimate is None else half.number_x, y + upper))
        write_block(ax, remark, at=(half.number_x, y + upper + text.height_pt))
        if strip is not None and half.scale is not None:
            is_fair = number == 1 or line.row.is_randomised
            _draw_interval(strip, measured, half.scale, middle, is_fair=is_fair)


def _draw_interval(strip: Axes, measured: Measured, scale: Scale, y: float, *, is_fair: bool) -> None:
    """Draw one interval; an end beyond the axis becomes an arrow."""
    if measured.ends:
        low, high = max(measured.ends[0], scale.low), min(measured.ends[1], scale.high)
        strip.plot(
            [low, high],
            [y, y],
            color=INK,
            linewidth=LINE_PT,
            linestyle="solid" if is_fair else BROKEN,
            zorder=3,
        )
        for end, marker, beyond in (
            (low, "<", measured.ends[0] < scale.low),
            (high, ">", measured.ends[1] > scale.high),
        ):
            if beyond:
                strip.plot([end], [y], marker=marker, color=INK, markersize=5, clip_on=False, zorder=4)
    if measured.estimate is not None and scale.low <= measured.estimate <= scale.high:
        _draw_marker(strip, measured.estimate, y, is_fair=is_fair)


def _draw_marker(ax: Axes, x: float, y: float, *, is_fair: bool) -> None:
    ax.plot(
        [x],
        [y],
        marker="s" if is_fair else "o",
        markersize=MARKER_PT,
        markerfacecolor=INK if is_fair else PAPER,
        markeredgecolor=INK,
        clip_on=False,
        zorder=4,
        label="randomised" if is_fair else "not randomised",
    )


def _draw_key(ax: Axes, chart: PeriodsChart) -> None:
    y = chart.key_y
    for text, is_fair in zip(chart.key, (True, False), strict=True):
        middle = y + leading_pt(SMALL_PT) / 2
        ends = [MARGIN_PT, MARGIN_PT + 3 * GAP_PT]
        ax.plot(ends, [middle] * 2, color=INK, linewidth=LINE_PT, linestyle="solid" if is_fair else BROKEN)
        _draw_marker(ax, sum(ends) / 2, middle, is_fair=is_fair)
        write_block(ax, text, at=(MARGIN_PT + 4 * GAP_PT, y))
        y += text.height_pt
