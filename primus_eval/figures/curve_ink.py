"""Cumulative curves by arm above a risk table that shares their axis: the ink.

The table is written at the same data coordinates as the curves, so that the two cannot drift apart.
A curve that was coarsened for release is drawn as points: between its grid days nothing is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from primus_eval.figures.canvas import (
    POINTS_PER_INCH,
    drawing_look,
    figure_of,
    new_figure,
    size_of,
    stamp,
    tick_font,
)
from primus_eval.figures.curve import final_shares
from primus_eval.figures.curve_chart import TABLE_ROWS, TICK_LABELS_PT, CurveChart, curve_chart
from primus_eval.figures.lettering import write, write_block
from primus_eval.figures.setting import ASSIGNED
from primus_eval.figures.theme import (
    ARMS,
    CURVE_PT,
    GAP_PT,
    GRID,
    HAIRLINE_PT,
    MARGIN_PT,
    PAPER,
    QUIET,
    RULE,
    RULE_PT,
    SMALL_PT,
    WIDTH_PT,
    leading_pt,
)
from primus_eval.findings import Findings
from primus_eval.vocabulary import ArmRole
from primus_eval.wording import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

PLOT_HEIGHT_PT = 214.0
DODGE_PT = 2.5
POINT_EDGE_PT = 1.5
BAR_PT = 1.2
BAR_END_PT = 4.0
LABEL_GAP_PT = 6.0
"""Distance between the labels of two curves."""

NOT_SHOWN = "\u2013"


def plot_curve(
    findings: Findings,
    *,
    outcome: str | None = None,
    population: str = ASSIGNED,
    language: str = "en",
    mark: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the cumulative curves of one outcome in one population, with the risk table beneath.

    outcome: left out, that of the first curve there is. mark: words to stamp on the figure, such as
    INTERNAL. Axes of your own need room around them for the labels: about 1.3 inches to the left and
    right, 2 below.
    """
    with drawing_look():
        outcome = outcome or next(curve.outcome for curve in findings.exhibits_of("curve"))
        chart = curve_chart(findings, outcome, population, language, mark)
        ax = ax or _new_axes(chart)
        _draw_axes(ax, chart)
        for role in final_shares(chart.frame):
            (_draw_points if chart.coarse else _draw_steps)(ax, chart, role)
        _draw_end_labels(ax, chart)
        _draw_risk_table(ax, chart)
        _draw_heading_and_notes(ax, chart)
    return ax


def _new_axes(chart: CurveChart) -> Axes:
    height = chart.top_pt + PLOT_HEIGHT_PT + chart.bottom_pt
    across = WIDTH_PT - chart.left_pt - chart.right_pt
    place = (
        chart.left_pt / WIDTH_PT,
        chart.bottom_pt / height,
        across / WIDTH_PT,
        PLOT_HEIGHT_PT / height,
    )
    return new_figure(WIDTH_PT, height).add_axes(place)


def _draw_axes(ax: Axes, chart: CurveChart) -> None:
    language = chart.setting.language
    ax.set_xlim(0, max(chart.horizon_days, *chart.times))
    ax.set_ylim(0, chart.top_share)
    ax.set_xticks(chart.times, [chart.setting.time(time) for time in chart.times])
    ax.set_yticks(chart.shares, [numbers.percent(share, 0, language) for share in chart.shares])
    tick_font(ax, colour=QUIET)
    ax.tick_params(axis="x", length=3.5, width=RULE_PT, color=RULE, pad=3)
    ax.tick_params(axis="y", length=0, pad=4)
    ax.grid(axis="y", color=GRID, linewidth=HAIRLINE_PT)
    ax.set_axisbelow(True)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set(color=RULE, linewidth=RULE_PT)
    write(
        ax,
        chart.time_label,
        at=(0.5, 0),
        frame="axes fraction",
        shift_pt=(0, -TICK_LABELS_PT),
        ha="center",
        va="top",
    )


def _draw_steps(ax: Axes, chart: CurveChart, role: ArmRole) -> None:
    style = ARMS[role]
    arm = chart.frame[chart.frame["arm"] == role]
    _draw_band(ax, arm, role)
    ax.plot(
        arm["time_days"],
        arm["incidence"],
        drawstyle="steps-post",
        color=style.line,
        linestyle=style.line_style,
        linewidth=CURVE_PT,
        solid_capstyle="butt",
        clip_on=False,
        label=role,
        zorder=3,
    )
    ax.plot(
        arm["time_days"].iloc[-1:],
        arm["incidence"].iloc[-1:],
        linestyle="none",
        marker=style.marker,
        markersize=style.point_size,
        markeredgewidth=POINT_EDGE_PT,
        markerfacecolor=style.line if style.is_filled else PAPER,
        color=style.line,
        label=f"end of {role}",
        clip_on=False,
        zorder=5 if style.is_filled else 4,
    )


def _draw_band(ax: Axes, arm: pd.DataFrame, role: ArmRole) -> None:
    """Shade the intervals of a curve between thin edges, so that two bands stay two in grey.

    A band has no width at its last point, where the curve may have taken a step: there a bar says it.
    """
    style = ARMS[role]
    ax.fill_between(
        arm["time_days"],
        arm["conf_low"],
        arm["conf_high"],
        where=arm["conf_low"].notna(),
        step="post",
        color=style.line,
        alpha=style.band_alpha,
        linewidth=0,
    )
    known = arm.dropna(subset=["conf_low", "conf_high"])
    for end in ("conf_low", "conf_high"):
        ax.plot(
            known["time_days"],
            known[end],
            drawstyle="steps-post",
            color=style.line,
            alpha=style.edge_alpha,
            linestyle=style.line_style,
            linewidth=HAIRLINE_PT,
            label=f"{end} of {role}",
            zorder=2,
        )
    last = arm.iloc[-1]
    if pd.isna(last["conf_low"]):
        return
    ax.plot(
        [last["time_days"]] * 2,
        [last["conf_low"], last["conf_high"]],
        color=style.line,
        linewidth=BAR_PT,
        marker="_",
        markersize=BAR_END_PT,
        transform=ax.transData + _aside(ax, role),
        clip_on=False,
        label=f"interval at the end of {role}",
        zorder=3,
    )


def _aside(ax: Axes, role: ArmRole) -> Transform:
    """Return a small move to the left or right, so that the bars of two arms on one day are both seen."""
    from matplotlib.transforms import ScaledTranslation

    dodge = -DODGE_PT if role == "treatment" else DODGE_PT
    return ScaledTranslation(dodge / POINTS_PER_INCH, 0, figure_of(ax).dpi_scale_trans)


def _draw_points(ax: Axes, chart: CurveChart, role: ArmRole) -> None:
    """Draw a coarsened curve: what is known are its points; the thin lines only lead the eye."""
    style = ARMS[role]
    arm = chart.frame[chart.frame["arm"] == role]
    later = arm[arm["time_days"] > 0]
    ax.vlines(
        later["time_days"],
        later["conf_low"],
        later["conf_high"],
        color=style.line,
        linewidth=RULE_PT,
        transform=ax.transData + _aside(ax, role),
        clip_on=False,
    )
    ax.plot(
        arm["time_days"],
        arm["incidence"],
        color=style.line,
        linestyle=style.line_style,
        linewidth=RULE_PT,
        marker=style.marker,
        markersize=style.point_size,
        markeredgewidth=POINT_EDGE_PT,
        markerfacecolor=style.line if style.is_filled else "none",
        markevery=list(range(len(arm) - len(later), len(arm))),
        label=role,
        clip_on=False,
        zorder=3,
    )


def _draw_end_labels(ax: Axes, chart: CurveChart) -> None:
    """Write the label of each arm beside the end of its curve, with a leader if it had to move."""
    across_pt, up_pt = size_of(ax)
    per_share, per_day = up_pt / chart.top_share, across_pt / ax.get_xlim()[1]
    ends = final_shares(chart.frame)
    wanted = {role: float(end["incidence"]) * per_share for role, end in ends.items()}
    heights = {role: label.height_pt for role, label in chart.end_labels.items()}
    for role, middle in apart(wanted, heights, ceiling=up_pt + GAP_PT).items():
        upper = middle + heights[role] / 2
        write_block(
            ax, chart.end_labels[role], at=(1, 0), frame="axes fraction", shift_pt=(2 * GAP_PT, upper)
        )
        to_edge = across_pt - float(ends[role]["time_days"]) * per_day
        if abs(middle - wanted[role]) > 2 or to_edge > 1:
            ax.annotate(
                "",
                xy=(float(ends[role]["time_days"]), float(ends[role]["incidence"])),
                xytext=(to_edge + 2 * GAP_PT - 2, middle - wanted[role]),
                textcoords="offset points",
                arrowprops={
                    "arrowstyle": "-",
                    "color": ARMS[role].line,
                    "linewidth": HAIRLINE_PT,
                    "shrinkA": 0,
                    "shrinkB": 2,
                },
                annotation_clip=False,
            )


def apart(
    wanted: dict[ArmRole, float], heights: dict[ArmRole, float], *, ceiling: float
) -> dict[ArmRole, float]:
    """Move the middles of two labels apart until a gap is between them, from zero to a ceiling.

    >>> apart({"treatment": 60.0, "control": 64.0}, {"treatment": 20.0, "control": 20.0}, ceiling=200.0)
    {'treatment': 49.0, 'control': 75.0}
    """
    if len(wanted) < 2:
        return wanted
    lower, upper = sorted(wanted, key=lambda role: wanted[role])
    room = (heights[lower] + heights[upper]) / 2 + LABEL_GAP_PT
    shift = max(room - (wanted[upper] - wanted[lower]), 0.0) / 2
    low = max(wanted[lower] - shift, heights[lower] / 2)
    high = min(max(wanted[upper] + shift, low + room), ceiling - heights[upper] / 2)
    moved = {lower: min(low, high - room), upper: high}
    return {role: moved[role] for role in wanted}


def _draw_risk_table(ax: Axes, chart: CurveChart) -> None:
    if not len(chart.table):
        return
    edge = MARGIN_PT - chart.left_pt
    down = -chart.time_axis_pt
    for role, name in chart.names.items():
        write_block(ax, name, at=(0, 0), frame="axes fraction", shift_pt=(edge, down))
        down -= name.height_pt
        arm = chart.table[chart.table["arm"] == role]
        for column, key in TABLE_ROWS.items():
            middle = down - leading_pt(SMALL_PT) / 2
            write(
                ax,
                chart.setting.say(key),
                at=(0, 0),
                frame="axes fraction",
                shift_pt=(edge, middle),
                size_pt=SMALL_PT,
                colour=QUIET,
                va="center_baseline",
            )
            for time_days, count in zip(arm["time_days"], arm[column], strict=True):
                write(
                    ax,
                    NOT_SHOWN if pd.isna(count) else chart.setting.count(int(count)),
                    at=(time_days, 0),
                    frame=("data", "axes fraction"),
                    shift_pt=(0.0, middle),
                    size_pt=SMALL_PT,
                    ha="center",
                    va="center_baseline",
                )
            down -= leading_pt(SMALL_PT)
        down -= GAP_PT / 2


def _draw_heading_and_notes(ax: Axes, chart: CurveChart) -> None:
    edge = MARGIN_PT - chart.left_pt
    above = GAP_PT + chart.heading.height_pt
    write_block(ax, chart.heading, at=(0, 1), frame="axes fraction", shift_pt=(edge, above))
    below = -(chart.time_axis_pt + chart.table_pt + GAP_PT / 2)
    write_block(ax, chart.notes, at=(0, 0), frame="axes fraction", shift_pt=(edge, below))
    corner = (chart.right_pt - MARGIN_PT, above + chart.marks.height_pt)
    stamp(ax, chart.marks, at=(1, 1), frame="axes fraction", shift_pt=corner)
