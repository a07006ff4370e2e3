"""Contacts so far and where people were: the ink. A curve with its band above, a strip of states beneath.

The strip is what makes the curve honest: a curve that flattens because people are in custody says something
else than one that flattens because nobody meets them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from primus_eval.figures.canvas import Marks, drawing_look, marks_of, sheet, sheet_width_pt, stamp
from primus_eval.figures.curve import shown_exhibit
from primus_eval.figures.exposure import STATES, exposure_frame, states_frame
from primus_eval.figures.indicator_words import rounded_words
from primus_eval.figures.lettering import Block, block, width_pt, write, write_block
from primus_eval.figures.plot_area import TICK_LABELS_PT, dress, inset
from primus_eval.figures.setting import Setting, setting_of
from primus_eval.figures.strip import Scale, linear_ticks, tick_texts
from primus_eval.figures.theme import (
    BODY_PT,
    CURVE_PT,
    GAP_PT,
    HAIRLINE_PT,
    INK,
    MARGIN_PT,
    PAPER,
    PRIMARY,
    QUIET,
    RULE_PT,
    SMALL_PT,
    leading_pt,
)
from primus_eval.findings import Findings
from primus_eval.wording import numbers
from primus_eval.wording.quantities import printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT_PT = 150.0
STRIP_PT = 92.0
BETWEEN_PT = 12.0
SWATCH_PT = 9.0
LABEL_ROOM_PT = 70.0
SHARE_TICKS = (0.0, 0.5, 1.0)
WEEKS_IN_STEP = (1, 2, 4, 13, 26, 52)
MOST_STEPS = 9
FILLS: dict[str, dict[str, Any]] = {
    "in_contact": {"facecolor": PRIMARY, "edgecolor": PRIMARY},
    "free_no_contact": {"facecolor": "#cfdbe5", "edgecolor": "#cfdbe5"},
    "custody": {"facecolor": INK, "edgecolor": INK},
    "dead_or_abroad": {"facecolor": "#d9d9d9", "edgecolor": INK, "hatch": "/////"},
    "not_yet_observed": {"facecolor": PAPER, "edgecolor": INK},
}
"""Dark, pale, black, hatched and white, so that neighbours are told apart in grey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    """The figure, wrapped and measured; places are in points from the upper left corner."""

    setting: Setting
    curve: pd.DataFrame
    states: pd.DataFrame
    weeks_planned: float | None
    heading: Block
    key: tuple[tuple[str, Block, float, int], ...]
    key_rows: int
    note: Block
    marks: Marks
    scale: Scale
    width: float
    left: float

    @property
    def plot_y(self) -> float:
        """Where the curve begins, beneath the names of the lines across it."""
        return MARGIN_PT + self.marks.height_pt + self.heading.height_pt + GAP_PT + leading_pt(SMALL_PT)

    @property
    def strip_y(self) -> float:
        """Where the strip begins, beneath its key."""
        return self.plot_y + PLOT_PT + BETWEEN_PT + self.key_rows * leading_pt(SMALL_PT) + GAP_PT

    @property
    def plots_end(self) -> float:
        """Where the lower of the two ends."""
        return self.strip_y + STRIP_PT if len(self.states) else self.plot_y + PLOT_PT

    @property
    def panel_width(self) -> float:
        """Width of curve and strip."""
        return self.width - self.left - LABEL_ROOM_PT - GAP_PT - MARGIN_PT

    @property
    def below_pt(self) -> float:
        """Room for the weeks and what they count."""
        return TICK_LABELS_PT + leading_pt(BODY_PT) + GAP_PT

    @property
    def height(self) -> float:
        """Height of the figure."""
        return self.plots_end + self.below_pt + self.note.height_pt + MARGIN_PT

    @property
    def states_end(self) -> float:
        """Where the last state ends: after as many weeks as lie between the last two that are drawn."""
        weeks = self.states["week"].tolist()
        return float(weeks[-1] + (weeks[-1] - weeks[-2] if len(weeks) > 1 else 1))

    @property
    def ends(self) -> tuple[float, float]:
        """Where the axis begins and ends: a state holds to the end of its week."""
        first = float(pd.concat([self.curve["week"], self.states["week"]]).min())
        last = max(
            float(self.curve["week"].max()),
            float(self.states_end if len(self.states) else first),
        )
        return first, last if last > first else first + 1


def plot_exposure(
    findings: Findings, *, language: str = "en", mark: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the mean number of contacts so far with the middle half of people, and where everybody was.

    mark: words to stamp on the figure, such as INTERNAL. Axes of your own must be high enough; the error says
    how high.
    """
    with drawing_look():
        chart = _chart(findings, language, mark, width=sheet_width_pt(ax))
        ax = sheet(ax, height_pt=chart.height)
        stamp(ax, chart.marks, at=(chart.width - MARGIN_PT, MARGIN_PT))
        write_block(ax, chart.heading, at=(MARGIN_PT, MARGIN_PT + chart.marks.height_pt))
        _draw_curve(ax, chart)
        if len(chart.states):
            _draw_key(ax, chart)
            _draw_strip(ax, chart)
        write_block(ax, chart.note, at=(MARGIN_PT, chart.plots_end + chart.below_pt))
    return ax


def _chart(findings: Findings, language: str, mark: str | None, *, width: float) -> _Chart:
    setting = setting_of(findings, language)
    curve, states = exposure_frame(findings), states_frame(findings)
    room = width - 2 * MARGIN_PT
    exhibit = shown_exhibit(findings, "exposure")
    planned = exhibit.notes.get("weeks_planned")
    top = max(float(curve[["mean_cumulative", "high75"]].max().max()), 0.5) * 1.08
    scale = Scale(low=0.0, high=top, is_log=False, ticks=tuple(linear_ticks(0.0, top)))
    labels = [*tick_texts(scale, language), numbers.percent(1.0, 0, language)]
    key, rows = _key(setting, room)
    says = [setting.say("exposure.band"), *([setting.say("exposure.strip")] if len(states) else [])]
    says += rounded_words(exhibit, setting)
    return _Chart(
        setting=setting,
        curve=curve,
        states=states,
        weeks_planned=float(planned) if isinstance(planned, int | float) else None,
        heading=block(setting.say("exposure.heading"), room),
        key=key,
        key_rows=rows,
        note=block(" ".join(says), room, size_pt=SMALL_PT, colour=QUIET),
        marks=marks_of(setting, mark, room_pt=room),
        scale=scale,
        width=width,
        left=MARGIN_PT + max(width_pt(text, size_pt=SMALL_PT) for text in labels) + 2 * GAP_PT,
    )


def _key(setting: Setting, room: float) -> tuple[tuple[tuple[str, Block, float, int], ...], int]:
    """Place the states beside each other in rows: name, label, distance from the left, row."""
    placed: list[tuple[str, Block, float, int]] = []
    x, row = 0.0, 0
    for name in STATES:
        label = block(setting.say(f"exposure.{name}"), room - 2 * SWATCH_PT, size_pt=SMALL_PT)
        width = SWATCH_PT + GAP_PT + label.width_pt + 2 * GAP_PT
        if placed and x + width > room:
            x, row = 0.0, row + 1
        placed.append((name, label, x, row))
        x += width
    return tuple(placed), row + 1


def _week_ticks(first: float, last: float) -> list[float]:
    """Return round weeks, zero among them where it lies between the ends.

    >>> _week_ticks(-8.0, 52.0)
    [0.0, 13.0, 26.0, 39.0, 52.0]
    """
    span = last - first
    step = next((step for step in WEEKS_IN_STEP if span / step <= MOST_STEPS), max(WEEKS_IN_STEP))
    start = int(-(-first // step))
    return [float(step * number) for number in range(start, int(last // step) + 1)]


def _dress(
    panel: Axes, chart: _Chart, *, top: float, values: list[float], labels: list[str], is_low: bool
) -> None:
    first, last = chart.ends
    ticks = _week_ticks(first, last)
    texts = [numbers.decimal(tick, 0, chart.setting.language) if is_low else "" for tick in ticks]
    dress(
        panel,
        last_day=last,
        times=ticks,
        time_labels=texts,
        top=top,
        values=values,
        value_labels=labels,
        time_label=chart.setting.say("exposure.axis") if is_low else "",
    )
    panel.set_xlim(first, last)


def _draw_curve(ax: Axes, chart: _Chart) -> None:
    panel = inset(ax, x=chart.left, y=chart.plot_y, width=chart.panel_width, height=PLOT_PT)
    texts = tick_texts(chart.scale, chart.setting.language)
    _dress(
        panel,
        chart,
        top=chart.scale.high,
        values=list(chart.scale.ticks),
        labels=texts,
        is_low=not len(chart.states),
    )
    curve = chart.curve
    banded = curve.dropna(subset=["low25", "high75"])
    panel.fill_between(
        banded["week"],
        banded["low25"],
        banded["high75"],
        color=PRIMARY,
        alpha=0.16,
        linewidth=0,
        label="band",
    )
    panel.plot(curve["week"], curve["mean_cumulative"], color=PRIMARY, linewidth=CURVE_PT, label="mean")
    _draw_days(panel, chart)
    end = curve.iloc[-1]
    said = printed(float(end["mean_cumulative"]), "amount", chart.setting.language)
    label = block(
        chart.setting.say("exposure.mean", value=said),
        LABEL_ROOM_PT,
        size_pt=SMALL_PT,
        bold=True,
        colour=PRIMARY,
    )
    height = (float(end["mean_cumulative"]) / chart.scale.high) * PLOT_PT
    top = min(max(height + label.height_pt / 2, label.height_pt), PLOT_PT)
    write_block(panel, label, at=(1, 0), frame="axes fraction", shift_pt=(GAP_PT, top))


def _draw_days(panel: Axes, chart: _Chart) -> None:
    """Draw release and the end of the plan as lines across, where they lie between the ends."""
    first, last = chart.ends
    days = [("release", 0.0), ("planned_end", chart.weeks_planned)]
    taken = float("-inf")
    for name, week in days:
        if week is None or not first < week <= last:
            continue
        panel.axvline(week, color=QUIET, linewidth=HAIRLINE_PT, linestyle=(0, (2, 2)), label=name)
        text = chart.setting.say(f"exposure.{name}")
        half = width_pt(text, size_pt=SMALL_PT) / 2
        place = (week - first) / (last - first) * chart.panel_width
        if place - half < taken:
            continue
        taken = place + half + GAP_PT
        write(
            panel,
            text,
            at=(week, 1),
            frame=("data", "axes fraction"),
            shift_pt=(0, 2),
            size_pt=SMALL_PT,
            colour=QUIET,
            ha="center",
        )


def _draw_key(ax: Axes, chart: _Chart) -> None:
    from matplotlib.patches import Rectangle

    y = chart.plot_y + PLOT_PT + BETWEEN_PT
    for name, label, x, row in chart.key:
        top = y + row * leading_pt(SMALL_PT)
        corner = (MARGIN_PT + x, top + (leading_pt(SMALL_PT) - SWATCH_PT) / 2)
        swatch: dict[str, Any] = {**FILLS[name], "edgecolor": INK}
        ax.add_patch(Rectangle(corner, SWATCH_PT, SWATCH_PT, linewidth=HAIRLINE_PT, **swatch))
        write_block(ax, label, at=(MARGIN_PT + x + SWATCH_PT + GAP_PT, top))


def _draw_strip(ax: Axes, chart: _Chart) -> None:
    panel = inset(ax, x=chart.left, y=chart.strip_y, width=chart.panel_width, height=STRIP_PT)
    texts = [numbers.percent(tick, 0, chart.setting.language) for tick in SHARE_TICKS]
    _dress(panel, chart, top=1.0, values=list(SHARE_TICKS), labels=texts, is_low=True)
    last = chart.states.iloc[[-1]]
    states = pd.concat([chart.states, last.assign(week=chart.states_end)], ignore_index=True)
    lower = pd.Series(0.0, index=states.index)
    for name in STATES:
        upper = (lower + states[name]).clip(upper=1.0)
        panel.fill_between(states["week"], lower, upper, step="post", linewidth=0, label=name, **FILLS[name])
        panel.plot(
            states["week"],
            upper,
            drawstyle="steps-post",
            color=INK,
            linewidth=HAIRLINE_PT,
            label=f"edge of {name}",
        )
        lower = upper
    panel.axhline(0.0, color=INK, linewidth=RULE_PT, label="floor")
