"""What stands beneath cumulative curves, at the days of their axis: people at risk, and the differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from primus_eval.figures.canvas import size_of
from primus_eval.figures.curve_chart import TABLE_ROWS, CurveChart
from primus_eval.figures.curve_effects import NOT_SHOWN, days_with_room
from primus_eval.figures.lettering import write, write_block
from primus_eval.figures.theme import GAP_PT, INK, MARGIN_PT, QUIET, SMALL_PT, leading_pt

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_risk_table(ax: Axes, chart: CurveChart) -> None:
    """Write the risk table beneath the axis."""
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
            _write_name(ax, chart, chart.setting.say(key), middle)
            for time_days, count in zip(arm["time_days"], arm[column], strict=True):
                shown = NOT_SHOWN if pd.isna(count) else chart.setting.count(int(count))
                _write_cell(ax, shown, time_days, middle)
            down -= leading_pt(SMALL_PT)
        down -= GAP_PT / 2


def draw_effects(ax: Axes, chart: CurveChart) -> None:
    """Write the differences up to each day beneath the risk table, at as many days as there is room for."""
    edge = MARGIN_PT - chart.left_pt
    down = -(chart.time_axis_pt + chart.table_pt)
    per_day = size_of(ax)[0] / ax.get_xlim()[1]
    days = days_with_room(chart.effects, per_day)
    for effect, heading in zip(chart.effects, chart.effect_headings, strict=True):
        write_block(ax, heading, at=(0, 0), frame="axes fraction", shift_pt=(edge, down))
        down -= heading.height_pt
        for row, name in enumerate(("curve.estimate", "curve.interval")):
            middle = down - leading_pt(SMALL_PT) / 2
            _write_name(ax, chart, chart.setting.say(name), middle)
            for time_days in days:
                colour = QUIET if row else INK
                _write_cell(ax, effect.cells[time_days][row], time_days, middle, colour=colour)
            down -= leading_pt(SMALL_PT)
        down -= GAP_PT / 2


def _write_name(ax: Axes, chart: CurveChart, name: str, middle: float) -> None:
    write(
        ax,
        name,
        at=(0, 0),
        frame="axes fraction",
        shift_pt=(MARGIN_PT - chart.left_pt, middle),
        size_pt=SMALL_PT,
        colour=QUIET,
        va="center_baseline",
    )


def _write_cell(ax: Axes, text: str, time_days: float, middle: float, *, colour: str = INK) -> None:
    write(
        ax,
        text,
        at=(time_days, 0),
        frame=("data", "axes fraction"),
        shift_pt=(0.0, middle),
        size_pt=SMALL_PT,
        colour=colour,
        ha="center",
        va="center_baseline",
    )
