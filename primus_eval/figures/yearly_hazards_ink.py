"""How often a first event happens in each year: the ink. Points with exact intervals, arms side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from primus_eval.figures.canvas import drawing_look, figure_of, marks_of
from primus_eval.figures.curve import HEADROOM, shown_exhibit
from primus_eval.figures.curve_chart import END_LABEL_ROOM_PT
from primus_eval.figures.lettering import Block, wrap, write_block
from primus_eval.figures.setting import ASSIGNED, ROLES, Setting, sentence, setting_of
from primus_eval.figures.strip import Scale, linear_ticks
from primus_eval.figures.theme import ARMS, GAP_PT, MARGIN_PT, PAPER, RULE_PT
from primus_eval.figures.titled import ROOM_PT, titled_axes, titles_of
from primus_eval.figures.yearly_hazards import yearly_hazards_frame
from primus_eval.findings import Exhibit, Findings
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.quantities import printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ASIDE: dict[ArmRole, float] = {"treatment": -0.09, "control": 0.09}
"""How far the points of an arm stand from the middle of their year, in years."""

LOWEST_TOP = 5.0
"""The axis goes at least this far, in events per 100 person-years, where nobody had any."""


def plot_yearly_hazards(
    findings: Findings,
    *,
    outcome: str | None = None,
    language: str = "en",
    mark: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the rate of first events in each year, by arm, with exact intervals.

    outcome: left out, that of the first such exhibit. mark: words to stamp on the figure, such as INTERNAL.
    """
    with drawing_look():
        outcome = outcome or next(item.outcome for item in findings.exhibits_of("yearly_hazards"))
        setting = setting_of(findings, language)
        exhibit = shown_exhibit(findings, f"yearly_hazards/{outcome}")
        frame = yearly_hazards_frame(findings, outcome=outcome)
        labels = _labels(setting)
        titles = titles_of(
            heading=setting.say(
                "yearly_hazards.heading",
                outcome=sentence(setting.outcome(outcome)),
                population=setting.population(ASSIGNED),
            ),
            upright=setting.say("yearly_hazards.axis"),
            along=setting.say("yearly_hazards.year"),
            note=_note(exhibit, setting),
            marks=marks_of(setting, mark, room_pt=ROOM_PT),
            over_pt=0.0,
        )
        right = 2.5 * GAP_PT + max(label.width_pt for label in labels.values()) + MARGIN_PT
        ax = titled_axes(
            ax, titles, across=_years(frame), up=_rates(frame), language=language, right_pt=right
        )
        for role in ROLES:
            _draw_arm(ax, frame[frame["arm"] == role], role)
        _write_labels(ax, labels)
    return ax


def _years(frame: pd.DataFrame) -> Scale:
    last = int(frame["year"].max())
    return Scale(
        low=0.5, high=last + 0.5, is_log=False, ticks=tuple(float(year) for year in range(1, last + 1))
    )


def _rates(frame: pd.DataFrame) -> Scale:
    top = max(float(frame["conf_high"].max()), LOWEST_TOP) / (1 - HEADROOM)
    return Scale(low=0.0, high=top, is_log=False, ticks=tuple(linear_ticks(0.0, top)))


def _draw_arm(ax: Axes, arm: pd.DataFrame, role: ArmRole) -> None:
    style = ARMS[role]
    places = arm["year"] + ASIDE[role]
    ax.vlines(places, arm["conf_low"], arm["conf_high"], color=style.line, linewidth=2 * RULE_PT, zorder=2)
    ax.plot(
        places,
        arm["rate"],
        color=style.line,
        linestyle="none",
        marker=style.marker,
        markersize=6.0,
        markeredgewidth=2 * RULE_PT,
        markerfacecolor=style.line if style.is_filled else PAPER,
        label=role,
        clip_on=False,
        zorder=3,
    )


def _labels(setting: Setting) -> dict[ArmRole, Block]:
    return {
        role: Block(
            lines=tuple(wrap(sentence(setting.arm(role)), room_pt=END_LABEL_ROOM_PT, bold=True)),
            bold=True,
            colour=ARMS[role].text,
        )
        for role in ROLES
    }


def _write_labels(ax: Axes, labels: dict[ArmRole, Block]) -> None:
    """Name the arms in their colours to the right of the plot, each after its marker."""
    from matplotlib.transforms import offset_copy

    down = 0.0
    for role, label in labels.items():
        style = ARMS[role]
        middle = -(down + label.height_pt / max(len(label.lines), 1) / 2)
        write_block(ax, label, at=(1, 1), frame="axes fraction", shift_pt=(2.5 * GAP_PT, -down))
        ax.plot(
            [1.0],
            [1.0],
            transform=offset_copy(ax.transAxes, fig=figure_of(ax), x=GAP_PT, y=middle, units="points"),
            marker=style.marker,
            markersize=6.0,
            markeredgewidth=2 * RULE_PT,
            color=style.line,
            markerfacecolor=style.line if style.is_filled else PAPER,
            linestyle="none",
            clip_on=False,
        )
        down += label.height_pt + GAP_PT


def _note(exhibit: Exhibit, setting: Setting) -> str:
    level = printed(exhibit.notes.get("conf_level"), "percent_whole", setting.language)
    return setting.say("yearly_hazards.bars", level=level)
