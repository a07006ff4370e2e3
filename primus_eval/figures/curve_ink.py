"""Cumulative curves by arm above a risk table that shares their axis: the ink.

The table, and the differences beneath it, are written at the same data coordinates as the curves, so that
they cannot drift apart. A curve that was coarsened for release is drawn as points: between its grid days
nothing is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from primus_eval.figures.canvas import drawing_look, stamp
from primus_eval.figures.curve import curve_exhibit, final_shares
from primus_eval.figures.curve_chart import CurveChart, curve_chart
from primus_eval.figures.curve_lines import draw_end_labels, draw_points, draw_steps
from primus_eval.figures.curve_table_ink import draw_effects, draw_risk_table
from primus_eval.figures.lettering import write_block
from primus_eval.figures.plot_area import dress, new_axes
from primus_eval.figures.setting import ASSIGNED
from primus_eval.figures.theme import GAP_PT, MARGIN_PT
from primus_eval.findings import Exhibit, Findings
from primus_eval.wording import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_curve(
    findings: Findings,
    *,
    outcome: str | None = None,
    population: str = ASSIGNED,
    exhibit: Exhibit | str | None = None,
    language: str = "en",
    mark: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the cumulative curves of one outcome in one population, with the risk table beneath.

    outcome: left out, that of the first curve there is. exhibit: a curve by itself or by its id, in place of
    outcome and population, such as "standardised_curve/adjusted/assigned": what a Cox model predicts has no
    risk table. mark: words to stamp on the figure, such as INTERNAL. Axes of your own need room around them
    for the labels: about 1.3 inches to the left and right, 2 below, and 3 where differences stand there.
    """
    with drawing_look():
        curve = curve_exhibit(findings, outcome=outcome, population=population, exhibit=exhibit)
        chart = curve_chart(findings, curve, language, mark)
        ax = ax or new_axes(
            left_pt=chart.left_pt, right_pt=chart.right_pt, top_pt=chart.top_pt, bottom_pt=chart.bottom_pt
        )
        _draw_axes(ax, chart)
        for role in final_shares(chart.frame):
            (draw_points if chart.coarse else draw_steps)(ax, chart.frame, role)
        draw_end_labels(ax, chart.frame, chart.end_labels)
        draw_risk_table(ax, chart)
        draw_effects(ax, chart)
        _draw_heading_and_notes(ax, chart)
    return ax


def _draw_axes(ax: Axes, chart: CurveChart) -> None:
    language = chart.setting.language
    dress(
        ax,
        last_day=max(chart.horizon_days, *chart.times),
        times=chart.times,
        time_labels=[chart.setting.time(time) for time in chart.times],
        top=chart.top_share,
        values=chart.shares,
        value_labels=[numbers.percent(share, 0, language) for share in chart.shares],
        time_label=chart.time_label,
    )


def _draw_heading_and_notes(ax: Axes, chart: CurveChart) -> None:
    edge = MARGIN_PT - chart.left_pt
    above = GAP_PT + chart.heading.height_pt
    write_block(ax, chart.heading, at=(0, 1), frame="axes fraction", shift_pt=(edge, above))
    below = -(chart.time_axis_pt + chart.table_pt + chart.effects_pt + GAP_PT / 2)
    write_block(ax, chart.notes, at=(0, 0), frame="axes fraction", shift_pt=(edge, below))
    corner = (chart.right_pt - MARGIN_PT, above + chart.marks.height_pt)
    stamp(ax, chart.marks, at=(1, 1), frame="axes fraction", shift_pt=corner)
