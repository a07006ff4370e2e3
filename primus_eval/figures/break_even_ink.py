"""What the programme would have to avert to pay for itself: the ink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from primus_eval.figures.acceptability import value_labels
from primus_eval.figures.break_even import break_even_frame, needed_at, own_cost
from primus_eval.figures.canvas import drawing_look, marks_of, size_of
from primus_eval.figures.lettering import wrap, write
from primus_eval.figures.plane import currency_of, effect_in_words, effect_kind, shown_exhibit_of
from primus_eval.figures.setting import Setting, sentence, setting_of
from primus_eval.figures.strip import Scale, linear_ticks, with_room
from primus_eval.figures.theme import (
    BAND,
    CURVE_PT,
    GAP_PT,
    INK,
    PAPER,
    PRIMARY,
    QUIET,
    RULE_PT,
    SMALL_PT,
    WIDTH_PT,
    leading_pt,
)
from primus_eval.figures.titled import ROOM_PT, label_row_pt, mark_place, titled_axes, titles_of
from primus_eval.findings import Findings
from primus_eval.wording.quantities import printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABEL_PT = 118.0
"""Room beside the plot for the names of the lines."""
BEYOND_COST, BEYOND = 1.6, 1.12
DASHES: tuple[Any, ...] = ("solid", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
"""One style of line for each value, so that lines are told apart in grey."""
LEAST = 0.01


def plot_break_even(
    findings: Findings, *, language: str = "en", mark: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the effect needed by cost per person, a line for each value, with what the trial found as a band.

    mark: words to stamp on the figure, such as INTERNAL. Axes of your own need room around them for the
    words: about 1.7 inches to the right, 1 above and below.
    """
    with drawing_look():
        setting = setting_of(findings, language)
        exhibit, rows = shown_exhibit_of(findings, "break_even"), needed_at(findings)
        titles = titles_of(
            heading=setting.say(
                "break_even.heading",
                outcome=sentence(setting.outcome(exhibit.outcome)),
                population=setting.population(exhibit.population),
            ),
            upright=setting.say(f"break_even.upright_{effect_kind(findings)}"),
            along=setting.say("break_even.along", currency=currency_of(findings)),
            note=_note(findings, rows, setting),
            marks=marks_of(setting, mark, room_pt=ROOM_PT),
            over_pt=label_row_pt(1),
        )
        across, up = _across(findings, language), _up(rows)
        ax = titled_axes(ax, titles, across=across, up=up, language=language, right_pt=LABEL_PT + GAP_PT)
        _draw_found(ax, rows.iloc[0])
        _draw_lines(ax, rows, findings, setting)
        cost = own_cost(findings)
        own = setting.say("break_even.own", cost=printed(cost, f"money:{currency_of(findings)}", language))
        mark_place(ax, own, x=cost, row=0, rows=1, right_pt=LABEL_PT)
    return ax


def _across(findings: Findings, language: str) -> Scale:
    most = BEYOND_COST * max(float(break_even_frame(findings)["cost_per_person"].max()), 1.0)
    scale = Scale(low=0.0, high=most, is_log=False, ticks=tuple(linear_ticks(0.0, most)))
    return with_room(scale, null=0.0, width=WIDTH_PT - LABEL_PT - 70, language=language)


def _up(rows: pd.DataFrame) -> Scale:
    """Return an axis of effects of 100 people that holds the interval and the whole of every line."""
    found = [float(value) for value in rows[["estimate", "conf_low", "conf_high"]].iloc[0].dropna()]
    high = BEYOND * 100 * max(BEYOND_COST * float(rows["needed"].max()), *found, LEAST)
    low = BEYOND * 100 * min(0.0, *found, 0.0)
    return Scale(low=low, high=high, is_log=False, ticks=tuple(linear_ticks(low, high)))


def _draw_found(ax: Axes, row: pd.Series) -> None:
    if not row[["conf_low", "conf_high"]].isna().any():
        low, high = 100 * row["conf_low"], 100 * row["conf_high"]
        ax.axhspan(low, high, color=BAND, linewidth=0, zorder=0.5, label="interval")
        for end in (low, high):
            ax.axhline(end, color=QUIET, linewidth=0.5, zorder=1.1, label="end of interval")
    if row["estimate"] == row["estimate"]:
        ax.axhline(100 * row["estimate"], color=INK, linewidth=RULE_PT, zorder=1.4, label="estimate")
    ax.axhline(0, color=QUIET, linewidth=RULE_PT, zorder=1.3, label="no effect")


def _draw_lines(ax: Axes, rows: pd.DataFrame, findings: Findings, setting: Setting) -> None:
    """Draw a line for each value from no cost on; its name stands where it leaves the plot."""
    labels = value_labels(findings, setting)
    most = ax.get_xlim()[1]
    ends = {}
    for number, (_, row) in enumerate(rows.iterrows()):
        end = 100 * most / row["amount"]
        style = DASHES[number % len(DASHES)]
        id = str(row["value"])
        ax.plot([0, most], [0, end], color=PRIMARY, linewidth=CURVE_PT, linestyle=style, zorder=2.5, label=id)
        x, y = row["cost_per_person"], 100 * row["needed"]
        ax.plot([x], [y], marker="o", markersize=5.5, color=INK, linestyle="none", zorder=4, label="needed")
        text = printed(float(row["needed"]), "fewer_of_100", setting.language)
        plain = {"boxstyle": "square,pad=0.05", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.85}
        shift = (-GAP_PT, 0.6 * leading_pt(SMALL_PT))
        write(
            ax, text, at=(x, y), shift_pt=shift, size_pt=SMALL_PT, bold=True, ha="right", zorder=5, bbox=plain
        )
        worth = printed(float(row["amount"]), f"money:{currency_of(findings)}", setting.language)
        name = setting.say("acceptability.value", label=labels.get(id, id), amount=worth)
        ends[end] = wrap(name, room_pt=LABEL_PT - GAP_PT, size_pt=SMALL_PT)
    _write_ends(ax, ends)


def _write_ends(ax: Axes, ends: dict[float, list[str]]) -> None:
    """Write the names beside the ends of their lines, from above, each below the one before it."""
    low, high = ax.get_ylim()
    _, height_pt = size_of(ax)
    step = leading_pt(SMALL_PT)
    used = height_pt + step
    for end in sorted(ends, reverse=True):
        lines = ends[end]
        top = min((end - low) / (high - low) * height_pt + len(lines) * step / 2, used - GAP_PT)
        for number, line in enumerate(lines):
            place = top - (number + 0.5) * step
            write(
                ax,
                line,
                at=(1, 0),
                frame="axes fraction",
                shift_pt=(GAP_PT, place),
                size_pt=SMALL_PT,
                va="center",
            )
        used = top - len(lines) * step


def _note(findings: Findings, rows: pd.DataFrame, setting: Setting) -> str:
    first = rows.iloc[0]
    parts = [setting.say("break_even.lines")]
    if not first[["estimate", "conf_low", "conf_high"]].isna().any():
        values = {
            name: effect_in_words(float(first[column]), findings, setting)
            for name, column in (("estimate", "estimate"), ("low", "conf_low"), ("high", "conf_high"))
        }
        parts.append(setting.say("break_even.band", **values))
    return " ".join(parts)
