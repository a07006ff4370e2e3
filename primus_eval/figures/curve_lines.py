"""Lines that rise by arm: steps with their bands, points, and the labels at their ends.

A frame has a row per arm and day: arm, time_days, conf_low, conf_high, and the value that is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from primus_eval.figures.canvas import POINTS_PER_INCH, figure_of, size_of
from primus_eval.figures.curve import final_shares
from primus_eval.figures.lettering import Block, write_block
from primus_eval.figures.theme import ARMS, CURVE_PT, GAP_PT, HAIRLINE_PT, PAPER, RULE_PT
from primus_eval.vocabulary import ArmRole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

DODGE_PT = 2.5
POINT_EDGE_PT = 1.5
BAR_PT = 1.2
BAR_END_PT = 4.0
LABEL_GAP_PT = 6.0
"""Distance between the labels of two curves."""


def draw_steps(ax: Axes, frame: pd.DataFrame, role: ArmRole, *, value: str = "incidence") -> None:
    """Draw the steps of one arm with their band, and a point where they end."""
    style = ARMS[role]
    arm = frame[frame["arm"] == role]
    _draw_band(ax, arm, role)
    ax.plot(
        arm["time_days"],
        arm[value],
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
        arm[value].iloc[-1:],
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


def draw_points(ax: Axes, frame: pd.DataFrame, role: ArmRole) -> None:
    """Draw a coarsened curve: what is known are its points; the thin lines only lead the eye."""
    style = ARMS[role]
    arm = frame[frame["arm"] == role]
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


def draw_end_labels(
    ax: Axes, frame: pd.DataFrame, labels: dict[ArmRole, Block], *, value: str = "incidence"
) -> None:
    """Write the label of each arm beside the end of its curve, with a leader if it had to move."""
    across_pt, up_pt = size_of(ax)
    per_value, per_day = up_pt / ax.get_ylim()[1], across_pt / ax.get_xlim()[1]
    ends = final_shares(frame)
    wanted = {role: float(end[value]) * per_value for role, end in ends.items()}
    heights = {role: label.height_pt for role, label in labels.items()}
    for role, middle in apart(wanted, heights, ceiling=up_pt + GAP_PT).items():
        upper = middle + heights[role] / 2
        write_block(ax, labels[role], at=(1, 0), frame="axes fraction", shift_pt=(2 * GAP_PT, upper))
        to_edge = across_pt - float(ends[role]["time_days"]) * per_day
        if abs(middle - wanted[role]) > 2 or to_edge > 1:
            ax.annotate(
                "",
                xy=(float(ends[role]["time_days"]), float(ends[role][value])),
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
