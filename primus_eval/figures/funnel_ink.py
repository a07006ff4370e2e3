"""An indicator by unit of delivery: the ink. Units are letters, named in alphabetical order beneath.

Limits are exact and hold for the sizes that units have; between two sizes they step halfway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from primus_eval.figures.canvas import drawing_look, marks_of, stamp
from primus_eval.figures.funnel import LIMITS, funnel_exhibit, funnel_frame, n_of, unit_name
from primus_eval.figures.indicator_words import form_of, name_of, rounded_words, value_text
from primus_eval.figures.lettering import Block, block, width_pt, write, write_block
from primus_eval.figures.plot_area import TICK_LABELS_PT, dress, new_axes
from primus_eval.figures.run_chart_ink import value_ticks
from primus_eval.figures.setting import Setting, setting_of
from primus_eval.figures.stacked import spread
from primus_eval.figures.strip import Scale, linear_ticks
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
from primus_eval.wording.quantities import printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT_PT = 170.0
POINT_PT = 5.5
LABEL_ROOM_PT = 96.0
KEY_COLUMNS = 2
DASHES = (4.0, 2.0)


def plot_funnel(
    findings: Findings,
    *,
    indicator: str | None = None,
    language: str = "en",
    mark: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw an indicator by the size of units, with stepped exact limits around all units together.

    indicator: left out, that of the first funnel. mark: words to stamp on the figure, such as INTERNAL.
    Axes of your own need room around them for the labels: about 1.5 inches at the sides, 2 below.
    """
    with drawing_look():
        indicator = indicator or findings.exhibits_of("funnel")[0].id.rpartition("/")[2]
        setting = setting_of(findings, language)
        exhibit, form = funnel_exhibit(findings, indicator), form_of(findings, indicator)
        frame = funnel_frame(findings, indicator=indicator, language=language)
        room = WIDTH_PT - 2 * MARGIN_PT
        by = unit_name(setting)
        head = block(setting.say("funnel.heading", name=name_of(setting, indicator), by=by), room)
        says = [setting.say("funnel.note"), *rounded_words(exhibit, setting)]
        note = block(" ".join(says), room, size_pt=SMALL_PT, colour=QUIET)
        key = _key(frame, form, setting, room=(room - GAP_PT) / KEY_COLUMNS)
        key_pt = sum(_heights(key))
        marks = marks_of(setting, mark, room_pt=room)
        scale = _scale(frame, form)
        labels = value_ticks(scale, form, language)
        benchmark = printed(exhibit.notes.get("benchmark"), form, language)
        name = block(setting.say("funnel.benchmark", value=benchmark), LABEL_ROOM_PT, size_pt=SMALL_PT)
        left = MARGIN_PT + max(width_pt(text, size_pt=SMALL_PT) for text in labels) + 2 * GAP_PT
        right = MARGIN_PT + GAP_PT + LABEL_ROOM_PT
        below = TICK_LABELS_PT + leading_pt(BODY_PT) + GAP_PT
        above = GAP_PT + head.height_pt
        ax = ax or new_axes(
            left_pt=left,
            right_pt=right,
            top_pt=MARGIN_PT + marks.height_pt + above,
            bottom_pt=below + key_pt + GAP_PT + note.height_pt + MARGIN_PT,
            plot_pt=PLOT_PT,
        )
        first, last = _dress(ax, frame, scale, labels, setting)
        _draw_limits(ax, frame, first, last)
        level = exhibit.notes.get("benchmark")
        if isinstance(level, int | float):
            ax.plot([first, last], [level, level], color=INK, linewidth=RULE_PT, dashes=DASHES, label="all")
            middle = (GAP_PT, name.height_pt / 2)
            write_block(ax, name, at=(1, float(level)), frame=("axes fraction", "data"), shift_pt=middle)
        _draw_units(ax, frame, scale, first=first, last=last, across_pt=WIDTH_PT - left - right)
        edge = MARGIN_PT - left
        write_block(ax, head, at=(0, 1), frame="axes fraction", shift_pt=(edge, above))
        _write_key(ax, key, edge=edge, below=below, column=(room + GAP_PT) / KEY_COLUMNS)
        write_block(ax, note, at=(0, 0), frame="axes fraction", shift_pt=(edge, -below - key_pt - GAP_PT))
        corner = (right - MARGIN_PT, above + marks.height_pt)
        stamp(ax, marks, at=(1, 1), frame="axes fraction", shift_pt=corner)
    return ax


def _scale(frame: pd.DataFrame, form: str) -> Scale:
    """Return an axis that holds every limit and unit, with ticks at round values."""
    known = frame[["value", *LIMITS]].to_numpy()
    low, high = float(known.min()), float(known.max())
    margin = max(0.06 * (high - low), 0.02)
    low, high = max(low - margin, -margin), high + margin
    ticks = linear_ticks(max(low, 0.0), min(high, 1.0) if form == "percent" else high)
    return Scale(low=low, high=high, is_log=False, ticks=tuple(ticks))


def _dress(
    ax: Axes, frame: pd.DataFrame, scale: Scale, labels: list[str], setting: Setting
) -> tuple[float, float]:
    sizes = frame["denominator"]
    margin = max(0.08 * float(sizes.max() - sizes.min()), 2.0)
    first, last = float(sizes.min()) - margin, float(sizes.max()) + margin
    ticks = [tick for tick in linear_ticks(first, last) if tick == round(tick)]
    dress(
        ax,
        last_day=last,
        times=ticks,
        time_labels=[numbers.whole(int(tick), setting.language) for tick in ticks],
        top=scale.high,
        values=scale.ticks,
        value_labels=labels,
        time_label=setting.say("funnel.axis"),
    )
    ax.set_xlim(first, last)
    ax.set_ylim(scale.low, scale.high)
    return first, last


def _draw_limits(ax: Axes, frame: pd.DataFrame, first: float, last: float) -> None:
    own = frame.drop_duplicates("denominator").sort_values("denominator")
    sizes = own["denominator"].to_list()
    edges = [first, *((a + b) / 2 for a, b in zip(sizes, sizes[1:], strict=False)), last]
    for name in LIMITS:
        ends = own[name].to_list()
        ax.plot(
            edges,
            [ends[0], *ends],
            drawstyle="steps-pre",
            color=QUIET,
            linewidth=RULE_PT if name.endswith("95") else 2 * RULE_PT,
            label=name,
        )


def _draw_units(
    ax: Axes, frame: pd.DataFrame, scale: Scale, *, first: float, last: float, across_pt: float
) -> None:
    """Draw the units, each with its letter beside it; letters that would meet are set apart."""
    ax.plot(
        frame["denominator"],
        frame["value"],
        linestyle="none",
        marker="o",
        markersize=POINT_PT,
        color=PRIMARY,
        label="units",
        zorder=3,
    )
    near = leading_pt(SMALL_PT) + POINT_PT
    across = (frame["denominator"] - first) / (last - first) * across_pt
    column = 0.0
    columns: list[list[int]] = []
    for number in across.sort_values(kind="stable").index:
        if not columns or across[number] - column > near:
            columns.append([])
            column = float(across[number])
        columns[-1].append(int(number))
    for members in columns:
        height = {number: scale.place(float(frame["value"][number])) * PLOT_PT for number in members}
        members.sort(key=height.__getitem__)
        places = spread([height[n] for n in members], room=leading_pt(SMALL_PT), floor=0.0, ceiling=PLOT_PT)
        side = max(float(across[number]) for number in members) + POINT_PT
        for number, place in zip(members, places, strict=True):
            write(
                ax,
                str(frame["mark"][number]),
                at=(0, 0),
                frame="axes fraction",
                shift_pt=(side, place),
                size_pt=SMALL_PT,
                bold=True,
                va="center_baseline",
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5},
            )


def _key(frame: pd.DataFrame, form: str, setting: Setting, *, room: float) -> list[list[Block]]:
    """Wrap the names of the units into rows of columns, in alphabetical order row by row."""
    blocks = [
        block(
            setting.say(
                "funnel.key",
                mark=row["mark"],
                name=row["label"],
                n=n_of(row, setting),
                value=value_text(float(row["value"]), form, setting.language),
            ),
            room,
            size_pt=SMALL_PT,
        )
        for _, row in frame.iterrows()
    ]
    return [blocks[place : place + KEY_COLUMNS] for place in range(0, len(blocks), KEY_COLUMNS)]


def _heights(key: list[list[Block]]) -> list[float]:
    return [max(entry.height_pt for entry in row) for row in key]


def _write_key(ax: Axes, key: list[list[Block]], *, edge: float, below: float, column: float) -> None:
    down = below
    for row, height in zip(key, _heights(key), strict=True):
        for number, entry in enumerate(row):
            shift = (edge + number * column, -down)
            write_block(ax, entry, at=(0, 0), frame="axes fraction", shift_pt=shift)
        down += height
