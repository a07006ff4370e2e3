"""The acceptability curve: the ink."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from primus_eval.figures.acceptability import acceptability_frame, declared_values
from primus_eval.figures.canvas import drawing_look, marks_of
from primus_eval.figures.plane import currency_of, shown_exhibit_of
from primus_eval.figures.setting import Setting, sentence, setting_of
from primus_eval.figures.strip import Scale, linear_ticks, with_room
from primus_eval.figures.theme import CURVE_PT, GRID, HAIRLINE_PT, INK, MARGIN_PT, PRIMARY, WIDTH_PT
from primus_eval.figures.titled import ROOM_PT, label_row_pt, mark_place, titled_axes, titles_of
from primus_eval.findings import Findings
from primus_eval.wording.quantities import printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RIGHT_PT = 5 * MARGIN_PT
ROUNDED_UP = 1.02


def plot_acceptability(
    findings: Findings, *, language: str = "en", mark: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how often the programme pays at each value of one averted, and mark the values declared.

    mark: words to stamp on the figure, such as INTERNAL. Axes of your own need room around them for the
    words: about 1 inch above and below.
    """
    with drawing_look():
        setting = setting_of(findings, language)
        exhibit, frame = shown_exhibit_of(findings, "acceptability"), acceptability_frame(findings)
        across = _across(frame, language)
        values = {
            id: (label, amount)
            for id, (label, amount) in declared_values(findings, setting).items()
            if amount <= across.high
        }
        titles = titles_of(
            heading=setting.say(
                "acceptability.heading",
                outcome=sentence(setting.outcome(exhibit.outcome)),
                population=setting.population(exhibit.population),
            ),
            upright=setting.say("acceptability.upright"),
            along=setting.say("acceptability.along", currency=currency_of(findings)),
            note=_note(frame, values, currency_of(findings), setting),
            marks=marks_of(setting, mark, room_pt=ROOM_PT),
            over_pt=label_row_pt(len(values)),
        )
        up = Scale(low=0.0, high=100.0, is_log=False, ticks=tuple(linear_ticks(0.0, 100.0)))
        ax = titled_axes(ax, titles, across=across, up=up, language=language, right_pt=RIGHT_PT)
        ax.axhline(50, color=GRID, linewidth=HAIRLINE_PT * 2, zorder=1.1, label="even")
        _draw(ax, frame)
        for row, (_, amount) in enumerate(values.values()):
            text = printed(amount, f"money:{currency_of(findings)}", language)
            mark_place(ax, text, x=amount, row=row, rows=len(values), right_pt=RIGHT_PT)
    return ax


def _across(frame: pd.DataFrame, language: str) -> Scale:
    most = ROUNDED_UP * max(float(frame["amount"].max()), 1.0)
    scale = Scale(low=0.0, high=most, is_log=False, ticks=tuple(linear_ticks(0.0, most)))
    return with_room(scale, null=0.0, width=WIDTH_PT - 80, language=language)


def _draw(ax: Axes, frame: pd.DataFrame) -> None:
    """Draw the normal curve as a line, and the shares of resamples as points on top of it."""
    ax.plot(
        frame["amount"],
        100 * frame["probability"],
        color=PRIMARY,
        linewidth=CURVE_PT,
        zorder=2.5,
        label="normal",
    )
    if frame["share_of_draws"].notna().any():
        ax.plot(
            frame["amount"],
            100 * frame["share_of_draws"],
            linestyle="none",
            marker="o",
            markersize=3.2,
            markerfacecolor="none",
            markeredgecolor=INK,
            markeredgewidth=0.9,
            zorder=3,
            label="share of resamples",
        )


def _note(frame: pd.DataFrame, values: dict[str, tuple[str, float]], currency: str, setting: Setting) -> str:
    """Say what is drawn, and name the values marked, whose names have no room over the plot."""
    drawn = "with_draws" if frame["share_of_draws"].notna().any() else "normal_only"
    named = [
        setting.say(
            "acceptability.value",
            label=label,
            amount=printed(amount, f"money:{currency}", setting.language),
        )
        for label, amount in values.values()
    ]
    marked = [setting.say("acceptability.marked", values="; ".join(named))] if named else []
    no_probability = setting.say("acceptability.no_probability")
    return " ".join([setting.say(f"acceptability.{drawn}"), *marked, no_probability])
