"""What came first in each arm: the ink. Two panels of areas that together fill the height.

Dark, hatched and white, so that the areas are told apart in grey.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from primus_eval.figures.canvas import Marks, drawing_look, marks_of, sheet, sheet_width_pt, stamp
from primus_eval.figures.curve import time_ticks
from primus_eval.figures.lettering import Block, block, width_pt, write, write_block
from primus_eval.figures.plot_area import TICK_LABELS_PT, dress, inset
from primus_eval.figures.setting import ASSIGNED, DAYS_IN, ROLES, Setting, sentence, setting_of
from primus_eval.figures.stacked import SHARES, share_labels, spread, stacked_frame
from primus_eval.figures.theme import (
    ARMS,
    BODY_PT,
    GAP_PT,
    HAIRLINE_PT,
    INK,
    MARGIN_PT,
    QUIET,
    RULE_PT,
    SMALL_PT,
    leading_pt,
)
from primus_eval.findings import Findings
from primus_eval.vocabulary import ArmRole
from primus_eval.wording import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT_PT = 170.0
PANEL_GAP_PT = 10.0
SWATCH_PT = 9.0
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
FILLS: dict[str, dict[str, Any]] = {
    "event": {"facecolor": "#4d4d4d", "edgecolor": "#4d4d4d"},
    "competing": {"facecolor": "#d9d9d9", "edgecolor": INK, "hatch": "/////"},
    "neither": {"facecolor": "none", "edgecolor": INK},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    """The figure, wrapped and measured."""

    setting: Setting
    frame: pd.DataFrame
    heading: Block
    key: dict[str, Block]
    names: dict[ArmRole, Block]
    note: Block
    time_label: str
    marks: Marks
    width: float
    panel_width: float
    left: float
    label_room: float

    @property
    def names_pt(self) -> float:
        """Height of the names of the arms."""
        return max(name.height_pt for name in self.names.values())

    @property
    def key_pt(self) -> float:
        """Height of the key."""
        return sum(label.height_pt for label in self.key.values())

    @property
    def plot_y(self) -> float:
        """Where the panels begin."""
        head = MARGIN_PT + self.marks.height_pt + self.heading.height_pt + GAP_PT
        return head + self.key_pt + GAP_PT + self.names_pt + GAP_PT

    @property
    def height(self) -> float:
        """Height of the figure."""
        below = TICK_LABELS_PT + leading_pt(BODY_PT) + GAP_PT
        return self.plot_y + PLOT_PT + below + self.note.height_pt + MARGIN_PT


def plot_stacked(
    findings: Findings,
    *,
    outcome: str | None = None,
    population: str = ASSIGNED,
    language: str = "en",
    mark: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw who had the event, whom a competing event took first, and neither, by day in each arm.

    outcome: left out, that of the first such exhibit. mark: words to stamp on the figure, such as INTERNAL.
    Axes of your own must be high enough; the error says how high.
    """
    with drawing_look():
        outcome = outcome or next(item.outcome for item in findings.exhibits_of("cumulative_incidence"))
        chart = _chart(findings, outcome, population, language, mark, width=sheet_width_pt(ax))
        ax = sheet(ax, height_pt=chart.height)
        _draw_heading(ax, chart)
        for number, role in enumerate(ROLES):
            x = chart.left + number * (chart.panel_width + chart.label_room + PANEL_GAP_PT)
            write_block(ax, chart.names[role], at=(x, chart.plot_y - GAP_PT - chart.names[role].height_pt))
            _draw_panel(ax, chart, role, x, with_shares=number == 0)
    return ax


def _chart(
    findings: Findings, outcome: str, population: str, language: str, mark: str | None, *, width: float
) -> _Chart:
    setting = setting_of(findings, language)
    room = width - 2 * MARGIN_PT
    label_room = GAP_PT + width_pt(numbers.percent(0.99, 1, language) + "0", size_pt=SMALL_PT)
    left = MARGIN_PT + width_pt(numbers.percent(1.0, 0, language), size_pt=SMALL_PT) + GAP_PT
    panel_width = (width - MARGIN_PT - left - 2 * label_room - PANEL_GAP_PT) / 2
    heading = setting.say(
        "stacked.heading",
        outcome=sentence(setting.outcome(outcome)),
        population=setting.population(population),
    )
    labels = share_labels(setting, outcome)
    clock = setting.subject.outcome(outcome)["clock_start"]
    return _Chart(
        setting=setting,
        frame=stacked_frame(findings, outcome=outcome, population=population),
        heading=block(heading, room),
        key={name: block(labels[name], room - 2 * SWATCH_PT, size_pt=SMALL_PT) for name in reversed(SHARES)},
        names={
            role: block(
                sentence(setting.arm(role)),
                panel_width + label_room,
                size_pt=SMALL_PT,
                bold=True,
                colour=ARMS[role].text,
            )
            for role in ROLES
        },
        note=block(setting.say("stacked.note"), room, size_pt=SMALL_PT, colour=QUIET),
        time_label=setting.say(f"curve.{setting.unit}_since_{clock}"),
        marks=marks_of(setting, mark, room_pt=room),
        width=width,
        panel_width=panel_width,
        left=left,
        label_room=label_room,
    )


def _draw_heading(ax: Axes, chart: _Chart) -> None:
    from matplotlib.patches import Rectangle

    stamp(ax, chart.marks, at=(chart.width - MARGIN_PT, MARGIN_PT))
    y = MARGIN_PT + chart.marks.height_pt
    write_block(ax, chart.heading, at=(MARGIN_PT, y))
    y += chart.heading.height_pt + GAP_PT
    for name, label in chart.key.items():  # in the order of the areas, from above
        top = y + (leading_pt(SMALL_PT) - SWATCH_PT) / 2
        swatch = Rectangle((MARGIN_PT, top), SWATCH_PT, SWATCH_PT, linewidth=HAIRLINE_PT, **FILLS[name])
        ax.add_patch(swatch)
        write_block(ax, label, at=(MARGIN_PT + 2 * SWATCH_PT, y))
        y += label.height_pt
    below = chart.plot_y + PLOT_PT + TICK_LABELS_PT + leading_pt(BODY_PT) + GAP_PT
    write_block(ax, chart.note, at=(MARGIN_PT, below))


def _draw_panel(ax: Axes, chart: _Chart, role: ArmRole, x: float, *, with_shares: bool) -> None:
    setting, own = chart.setting, chart.frame[chart.frame["arm"] == role]
    last_day = float(chart.frame["time_days"].max())
    times = time_ticks(
        pd.DataFrame(), last_day=last_day, unit=setting.unit, days_in_unit=DAYS_IN[setting.unit]
    )
    panel = inset(ax, x=x, y=chart.plot_y, width=chart.panel_width, height=PLOT_PT)
    dress(
        panel,
        last_day=last_day or 1.0,
        times=times,
        time_labels=[setting.time(time) for time in times],
        top=1.0,
        values=TICKS,
        value_labels=[numbers.percent(tick, 0, setting.language) if with_shares else "" for tick in TICKS],
        time_label=chart.time_label,
    )
    if not len(own):
        return
    lower = pd.Series(0.0, index=own.index)
    for name in SHARES:
        upper = lower + own[name]
        panel.fill_between(
            own["time_days"], lower, upper, step="post", linewidth=0, label=f"{name} of {role}", **FILLS[name]
        )
        lower = upper
        panel.plot(
            own["time_days"],
            upper,
            drawstyle="steps-post",
            color=INK,
            linewidth=RULE_PT,
            clip_on=False,
            label=f"upper edge of {name} of {role}",
        )
    _label_shares(panel, chart, own.iloc[-1])


def _label_shares(panel: Axes, chart: _Chart, end: pd.Series) -> None:
    """Write the three shares at the end of a panel, each beside its area as far as there is room."""
    middles, below = [], 0.0
    for name in SHARES:
        middles.append((below + float(end[name]) / 2) * PLOT_PT)
        below += float(end[name])
    places = spread(middles, room=leading_pt(SMALL_PT), floor=0.0, ceiling=PLOT_PT)
    for name, place in zip(SHARES, places, strict=True):
        write(
            panel,
            numbers.percent(float(end[name]), 1, chart.setting.language),
            at=(1, 0),
            frame="axes fraction",
            shift_pt=(GAP_PT, place),
            size_pt=SMALL_PT,
            bold=name == "event",
            va="center_baseline",
        )
