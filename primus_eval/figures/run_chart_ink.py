"""An indicator month by month: the ink. Points on the median are open: the rules do not count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from primus_eval.figures.canvas import drawing_look, marks_of, stamp
from primus_eval.figures.indicator_words import form_of, name_of, rounded_words, short_month, value_text
from primus_eval.figures.lettering import Block, block, width_pt, write_block
from primus_eval.figures.plot_area import TICK_LABELS_PT, dress, new_axes
from primus_eval.figures.run_chart import median_of, run_chart_exhibit, run_chart_frame, signal_words
from primus_eval.figures.setting import Setting, setting_of
from primus_eval.figures.strip import Scale, linear_ticks, tick_texts
from primus_eval.figures.theme import (
    BODY_PT,
    GAP_PT,
    INK,
    MARGIN_PT,
    PAPER,
    PRIMARY,
    QUIET,
    RULE_PT,
    SMALL_PT,
    WIDTH_PT,
    leading_pt,
)
from primus_eval.findings import Findings
from primus_eval.wording import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT_PT = 150.0
POINT_PT = 5.0
HEADROOM = 0.08
LABEL_ROOM_PT = 78.0


def plot_run_chart(
    findings: Findings,
    *,
    indicator: str | None = None,
    language: str = "en",
    mark: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw an indicator month by month with its median, and say beneath what the rules say.

    indicator: left out, that of the first run chart. mark: words to stamp on the figure, such as INTERNAL.
    Under the fewest points that the rules need, neither median nor rule is drawn.
    Axes of your own need room around them for the labels: about 1.3 inches at the sides, 1 above and below.
    """
    with drawing_look():
        indicator = indicator or findings.exhibits_of("run_chart")[0].id.rpartition("/")[2]
        setting = setting_of(findings, language)
        exhibit = run_chart_exhibit(findings, indicator)
        frame, form = run_chart_frame(findings, indicator=indicator), form_of(findings, indicator)
        median = median_of(exhibit)
        room = WIDTH_PT - 2 * MARGIN_PT
        head = block(setting.say("run_chart.heading", name=name_of(setting, indicator)), room)
        said = [signal_words(exhibit, setting)]
        said += [] if median is None else [setting.say("run_chart.about")]
        said += rounded_words(exhibit, setting)
        note = block(" ".join(said), room, size_pt=SMALL_PT, colour=QUIET)
        marks = marks_of(setting, mark, room_pt=room)
        scale = _scale(frame, form)
        labels = value_ticks(scale, form, language)
        left = MARGIN_PT + max(width_pt(text, size_pt=SMALL_PT) for text in labels) + 2 * GAP_PT
        # Without a median there is no label beside the plot, but the last month stands centred below its end.
        right = MARGIN_PT + (2 * GAP_PT + LABEL_ROOM_PT if median is not None else 30.0)
        below = TICK_LABELS_PT + leading_pt(BODY_PT) + GAP_PT
        above = GAP_PT + head.height_pt
        ax = ax or new_axes(
            left_pt=left,
            right_pt=right,
            top_pt=MARGIN_PT + marks.height_pt + above,
            bottom_pt=below + note.height_pt + MARGIN_PT,
            plot_pt=PLOT_PT,
        )
        _dress(ax, frame, scale, labels, setting, across_pt=WIDTH_PT - left - right)
        _draw_points(ax, frame, has_median=median is not None)
        if median is not None:
            _draw_median(
                ax, median, setting.say("run_chart.median", value=value_text(median, form, language))
            )
        write_block(ax, head, at=(0, 1), frame="axes fraction", shift_pt=(MARGIN_PT - left, above))
        write_block(ax, note, at=(0, 0), frame="axes fraction", shift_pt=(MARGIN_PT - left, -below))
        corner = (right - MARGIN_PT, above + marks.height_pt)
        stamp(ax, marks, at=(1, 1), frame="axes fraction", shift_pt=corner)
    return ax


def _scale(frame: pd.DataFrame, form: str) -> Scale:
    """Return an axis from zero to above the highest point; of shares never far beyond all."""
    highest = max(float(frame["value"].max()), 0.05)
    top = highest / (1 - HEADROOM)
    ticks = linear_ticks(0.0, min(top, 1.0) if form == "percent" else top)
    return Scale(low=0.0, high=top, is_log=False, ticks=tuple(ticks))


def value_ticks(scale: Scale, form: str, language: str) -> list[str]:
    """Write the ticks of an axis of values: shares in percent, others as they are."""
    if form != "percent":
        return tick_texts(scale, language)
    whole = all(abs(100 * tick - round(100 * tick)) < 1e-9 for tick in scale.ticks)
    return [numbers.percent(tick, 0 if whole else 1, language) for tick in scale.ticks]


def _dress(
    ax: Axes, frame: pd.DataFrame, scale: Scale, labels: list[str], setting: Setting, *, across_pt: float
) -> None:
    periods = frame["period"].to_numpy()
    texts = [short_month(setting, str(month)) for month in frame["month"]]
    widest = max(width_pt(text, size_pt=SMALL_PT) for text in texts) + GAP_PT
    span = float(periods[-1] - periods[0] + 1)
    step = 1
    while step * across_pt / span < widest:
        step += 1
    shown = [number for number, period in enumerate(periods) if (period - periods[0]) % step == 0]
    dress(
        ax,
        last_day=float(periods[-1]) + 0.5,
        times=[float(periods[number]) for number in shown],
        time_labels=[texts[number] for number in shown],
        top=scale.high,
        values=scale.ticks,
        value_labels=labels,
        time_label=setting.say("run_chart.axis"),
    )
    ax.set_xlim(float(periods[0]) - 0.5, float(periods[-1]) + 0.5)


def _draw_points(ax: Axes, frame: pd.DataFrame, *, has_median: bool) -> None:
    """Draw the months; joined, and open where on the median, only where there is a median to read them by."""
    if has_median:
        ax.plot(
            frame["period"], frame["value"], color=PRIMARY, linewidth=RULE_PT, label="months", clip_on=False
        )
    filled = frame["is_useful"] if has_median else frame["is_useful"] | True
    for is_filled, fill in ((True, PRIMARY), (False, PAPER)):
        own = frame[filled == is_filled]
        ax.plot(
            own["period"],
            own["value"],
            linestyle="none",
            marker="o",
            markersize=POINT_PT,
            markerfacecolor=fill,
            markeredgecolor=PRIMARY,
            label="points" if is_filled else "points on the median",
            clip_on=False,
            zorder=3,
        )


def _draw_median(ax: Axes, median: float, said: str) -> None:
    ax.axhline(median, color=INK, linewidth=RULE_PT, label="median")
    label: Block = block(said, LABEL_ROOM_PT, size_pt=SMALL_PT)
    write_block(
        ax,
        label,
        at=(1, median),
        frame=("axes fraction", "data"),
        shift_pt=(GAP_PT, label.height_pt / 2),
    )
