"""The cost-effectiveness plane: the ink."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from primus_eval.figures.canvas import drawing_look, marks_of
from primus_eval.figures.lettering import write
from primus_eval.figures.plane import (
    currency_of,
    effect_in_words,
    effect_kind,
    plane_frame,
    quadrant_texts,
    shown_plane,
    signed_cost,
)
from primus_eval.figures.plot_area import PLOT_HEIGHT_PT
from primus_eval.figures.setting import Setting, sentence, setting_of
from primus_eval.figures.strip import Scale, linear_ticks, with_room
from primus_eval.figures.theme import (
    GAP_PT,
    INK,
    MARGIN_PT,
    PAPER,
    PRIMARY,
    QUIET,
    RULE_PT,
    SMALL_PT,
    TINT,
    WIDTH_PT,
    leading_pt,
)
from primus_eval.figures.titled import ROOM_PT, titled_axes, titles_of
from primus_eval.findings import Findings
from primus_eval.wording.quantities import printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT_PT = PLOT_HEIGHT_PT + 46
CORNER_PT = 2 * leading_pt(SMALL_PT) + 2 * GAP_PT
"""Room for the two lines of a corner, above and below everything that is drawn."""
LEAST = 0.25
"""Each side of no difference in cost takes up at least this share of what is drawn."""
TO_100 = 100.0
NEAR_EDGE = 0.5
"""Beyond this part of an axis words are set towards its middle."""


def plot_plane(
    findings: Findings, *, language: str = "en", mark: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the estimate with its ellipses on the plane of effects and costs, and name its quadrants.

    mark: words to stamp on the figure, such as INTERNAL. Axes of your own need room around them for the
    words: about 1 inch above and below.
    """
    with drawing_look():
        setting = setting_of(findings, language)
        exhibit, frame = shown_plane(findings), plane_frame(findings)
        titles = titles_of(
            heading=setting.say(
                "plane.heading",
                outcome=sentence(setting.outcome(exhibit.outcome)),
                population=setting.population(exhibit.population),
            ),
            upright=setting.say("plane.upright", currency=currency_of(findings)),
            along=setting.say(f"plane.along_{effect_kind(findings)}"),
            note=_note(findings, frame, setting),
            marks=marks_of(setting, mark, room_pt=ROOM_PT),
            over_pt=GAP_PT,
        )
        across = with_room(
            _across(frame, exhibit.notes.get("effect")), null=0.0, width=WIDTH_PT - 90, language=language
        )
        up = _up(frame, exhibit.notes.get("cost"))
        ax = titled_axes(ax, titles, across=across, up=up, language=language, plot_pt=PLOT_PT)
        for at in (ax.axhline, ax.axvline):
            at(0, color=QUIET, linewidth=RULE_PT, zorder=1.5, label="no difference")
        _draw_ellipses(ax, frame)
        _draw_estimate(ax, findings, setting)
        _name_quadrants(ax, quadrant_texts(findings, language))
    return ax


def _across(frame: pd.DataFrame, effect: object) -> Scale:
    """Return an axis of effects of 100 people, as far to either side of no difference."""
    values = [*frame["effect"], *([float(effect)] if isinstance(effect, int | float) else [])]
    most = 1.1 * TO_100 * max(max(map(abs, values), default=0.0), 0.005)
    return Scale(low=-most, high=most, is_log=False, ticks=tuple(linear_ticks(-most, most)))


def _up(frame: pd.DataFrame, cost: object) -> Scale:
    """Return an axis of costs that holds no difference, with room for words above and below."""
    values = [0.0, *frame["cost"], *([float(cost)] if isinstance(cost, int | float) else [])]
    span = (max(values) - min(values)) or 1.0
    low, high = min(min(values), -LEAST * span), max(max(values), LEAST * span)
    ticks = tuple(linear_ticks(low, high))
    room = CORNER_PT / (PLOT_PT - 2 * CORNER_PT) * (high - low)
    return replace(Scale(low=low - room, high=high + room, is_log=False, ticks=ticks))


def _draw_ellipses(ax: Axes, frame: pd.DataFrame) -> None:
    for number, (level, points) in enumerate(frame.groupby("ellipse", sort=True)):
        x, y = TO_100 * points["effect"], points["cost"]
        closed_x, closed_y = [*x, x.iloc[0]], [*y, y.iloc[0]]
        ax.fill(x, y, color=TINT, alpha=0.55, linewidth=0, zorder=1.2)
        style = "solid" if number == 0 else (0, (4, 2))
        ax.plot(
            closed_x,
            closed_y,
            color=PRIMARY,
            linewidth=1.3,
            linestyle=style,
            zorder=2,
            label=f"ellipse {level:g}",
        )


def _draw_estimate(ax: Axes, findings: Findings, setting: Setting) -> None:
    notes = shown_plane(findings).notes
    effect, cost = notes.get("effect"), notes.get("cost")
    if not isinstance(effect, int | float) or not isinstance(cost, int | float):
        return
    x = TO_100 * effect
    ax.plot([x], [cost], marker="o", markersize=6, color=INK, linestyle="none", zorder=4, label="estimate")
    text = ", ".join((signed_cost(cost, findings, setting), effect_in_words(effect, findings, setting)))
    lowest = min((cost, *plane_frame(findings)["cost"]))
    part = x / ax.get_xlim()[1]
    ha = "right" if part > NEAR_EDGE else "left" if part < -NEAR_EDGE else "center"
    plain = {"boxstyle": "square,pad=0.05", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.85}
    shift = (0.0, -leading_pt(SMALL_PT))
    write(
        ax, text, at=(x, lowest), shift_pt=shift, size_pt=SMALL_PT, ha=ha, va="center", zorder=5, bbox=plain
    )


def _name_quadrants(ax: Axes, texts: dict[str, tuple[str, str]]) -> None:
    """Write what each corner means into it, above and below everything that is drawn."""
    for name, (words, share) in texts.items():
        is_north, is_east = name[0] == "n", name[1] == "e"
        side = -MARGIN_PT if is_east else MARGIN_PT
        top = -GAP_PT if is_north else CORNER_PT - GAP_PT
        for row, (text, bold) in enumerate(((words, True), (share, False))):
            write(
                ax,
                text,
                at=(1.0 if is_east else 0.0, 1.0 if is_north else 0.0),
                frame="axes fraction",
                shift_pt=(side, top - (row + 0.5) * leading_pt(SMALL_PT)),
                size_pt=SMALL_PT,
                bold=bold,
                colour=INK if bold else QUIET,
                ha="right" if is_east else "left",
                va="center",
            )


def _note(findings: Findings, frame: pd.DataFrame, setting: Setting) -> str:
    levels = [
        printed(level / TO_100, "percent_whole", setting.language) for level in sorted(set(frame["ellipse"]))
    ]
    notes = shown_plane(findings).notes
    parts = [setting.say("plane.ellipses", levels=setting.listed(levels))] if levels else []
    if isinstance(notes.get("ne"), int | float):
        parts.append(setting.say("plane.resamples"))
    axis = notes.get("axis")
    if isinstance(axis, int | float) and axis > 0:
        share = printed(float(axis), "percent_bound", setting.language)
        parts.append(setting.say("plane.on_axis", share=share))
    return " ".join(parts)
