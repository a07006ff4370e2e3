"""Axes of time and of what adds up along it, as curves and areas are drawn on, dressed alike everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from primus_eval.figures.canvas import new_figure, tick_font
from primus_eval.figures.lettering import write
from primus_eval.figures.theme import GRID, HAIRLINE_PT, QUIET, RULE, RULE_PT, WIDTH_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT_HEIGHT_PT = 214.0
TICK_LABELS_PT = 16.0


def new_axes(
    *, left_pt: float, right_pt: float, top_pt: float, bottom_pt: float, plot_pt: float = PLOT_HEIGHT_PT
) -> Axes:
    """Return axes in a figure of their own, with these rooms around them."""
    height = top_pt + plot_pt + bottom_pt
    across = WIDTH_PT - left_pt - right_pt
    place = (left_pt / WIDTH_PT, bottom_pt / height, across / WIDTH_PT, plot_pt / height)
    return new_figure(WIDTH_PT, height).add_axes(place)


def inset(ax: Axes, *, x: float, y: float, width: float, height: float) -> Axes:
    """Let axes into a sheet; the place of their upper left corner and their size are in points."""
    total_width, total_height = ax.get_xlim()[1], ax.get_ylim()[0]
    place = (x / total_width, 1 - (y + height) / total_height, width / total_width, height / total_height)
    return ax.inset_axes(place)


def dress(
    ax: Axes,
    *,
    last_day: float,
    times: Sequence[float],
    time_labels: Sequence[str],
    top: float,
    values: Sequence[float],
    value_labels: Sequence[str],
    time_label: str,
) -> None:
    """Set limits, ticks, the lines across and the label of the time axis."""
    ax.set_xlim(0, last_day)
    ax.set_ylim(0, top)
    ax.set_xticks(times, time_labels)
    ax.set_yticks(values, value_labels)
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
        time_label,
        at=(0.5, 0),
        frame="axes fraction",
        shift_pt=(0, -TICK_LABELS_PT),
        ha="center",
        va="top",
    )
