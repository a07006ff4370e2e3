"""The balance plot: the ink. One dot per baseline characteristic, no test."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import isnan
from typing import TYPE_CHECKING

import pandas as pd

from primus_eval.figures.balance import LIMIT, balance_frame, balance_note
from primus_eval.figures.canvas import (
    Marks,
    drawing_look,
    marks_of,
    sheet,
    sheet_width_pt,
    stamp,
)
from primus_eval.figures.lettering import Block, block, width_pt, write_block
from primus_eval.figures.setting import Setting, setting_of
from primus_eval.figures.strip import (
    TICKS_BELOW_PT,
    Directions,
    Scale,
    add_strip,
    directions,
    draw_null,
    linear_scale,
    write_directions,
)
from primus_eval.figures.theme import BAND, GAP_PT, INK, MARGIN_PT, PRIMARY, QUIET, RULE_PT, SMALL_PT
from primus_eval.findings import Findings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABEL_SHARE = 0.42
WORDS_ROOM_PT = 84.0
ROW_GAP_PT = 3.0
MARKER_PT = 6.0
LEAST_REACH = 0.25
"""The axis reaches at least this far either way, so that small differences look small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    """The plot, wrapped and measured; places are in points."""

    frame: pd.DataFrame
    width: float
    number_x: float
    strip_x: float
    top: float
    heading: Block
    labels: tuple[Block, ...]
    texts: tuple[Block, ...]
    scale: Scale
    captions: Directions
    note: Block
    marks: Marks

    @property
    def strip_width(self) -> float:
        """Length of the axis."""
        return self.number_x - 2 * GAP_PT - self.strip_x

    @property
    def heights(self) -> list[float]:
        """Height of each row."""
        pairs = zip(self.labels, self.texts, strict=True)
        return [max(label.height_pt, text.height_pt) + ROW_GAP_PT for label, text in pairs]

    @property
    def strip_y(self) -> float:
        """Upper edge of the rows."""
        return self.top + self.heading.height_pt + GAP_PT

    @property
    def captions_y(self) -> float:
        """Upper edge of what the directions mean."""
        return self.strip_y + sum(self.heights) + TICKS_BELOW_PT

    @property
    def note_y(self) -> float:
        """Upper edge of the note."""
        return self.captions_y + self.captions.height_pt + GAP_PT

    @property
    def height(self) -> float:
        """Height of the whole figure."""
        return self.note_y + self.note.height_pt + MARGIN_PT


def plot_balance(
    findings: Findings, *, language: str = "en", mark: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the standardised mean difference of every baseline characteristic.

    mark: words to stamp on the figure, such as INTERNAL. Axes of your own must be high enough; the
    error says how high.
    """
    with drawing_look():
        setting = setting_of(findings, language)
        frame = balance_frame(findings, language=language)
        note = balance_note(findings, language=language)
        chart = _chart(frame, note, setting, width=sheet_width_pt(ax), mark=mark)
        ax = sheet(ax, height_pt=chart.height)
        _draw_strip(ax, chart, setting.language)
        _write(ax, chart)
    return ax


def _chart(frame: pd.DataFrame, note: str, setting: Setting, *, width: float, mark: str | None) -> _Chart:
    room = width - 2 * MARGIN_PT
    marks = marks_of(setting, mark, room_pt=room)
    treatment, control = setting.arm("treatment"), setting.arm("control")
    label_room = min(max(width_pt(label) for label in frame["label"]) + 1, LABEL_SHARE * room)
    texts = tuple(_number(text, smd) for text, smd in zip(frame["text"], frame["smd"], strict=True))
    strip_x = MARGIN_PT + label_room + 2 * GAP_PT
    number_x = width - MARGIN_PT - max(text.width_pt for text in texts)
    scale = linear_scale([*frame["smd"].dropna(), 0.0], at_least=LEAST_REACH)
    null_x = strip_x + scale.place(0.0) * (number_x - 2 * GAP_PT - strip_x)
    return _Chart(
        frame=frame,
        width=width,
        number_x=number_x,
        strip_x=strip_x,
        top=MARGIN_PT + marks.height_pt,
        heading=block(setting.say("balance.heading", treatment=treatment, control=control), room),
        labels=tuple(block(label, label_room) for label in frame["label"]),
        texts=texts,
        scale=scale,
        captions=directions(
            setting.say("balance.lower", arm=treatment),
            setting.say("balance.higher", arm=treatment),
            null_x=null_x,
            from_x=strip_x,
            to_x=number_x - 2 * GAP_PT,
        ),
        note=block(note, room, size_pt=SMALL_PT, colour=QUIET),
        marks=marks,
    )


def _number(text: str, smd: float) -> Block:
    if isnan(smd):
        return block(text, WORDS_ROOM_PT, size_pt=SMALL_PT, colour=QUIET)
    return block(text, WORDS_ROOM_PT)


def _draw_strip(ax: Axes, chart: _Chart, language: str) -> None:
    strip = add_strip(
        ax,
        chart.scale,
        x=chart.strip_x,
        y=chart.strip_y,
        width=chart.strip_width,
        height=sum(chart.heights),
        language=language,
    )
    strip.axvspan(-LIMIT, LIMIT, color=BAND, linewidth=0, zorder=0, label="small differences")
    draw_null(strip, 0.0)
    ends = list(accumulate(chart.heights))
    middles = [end - height / 2 for end, height in zip(ends, chart.heights, strict=True)]
    known = [(smd, y) for smd, y in zip(chart.frame["smd"], middles, strict=True) if not isnan(smd)]
    for smd, y in known:
        strip.plot([0, smd], [y, y], color=PRIMARY, linewidth=RULE_PT, zorder=2)
    strip.plot(
        [smd for smd, _ in known],
        [y for _, y in known],
        linestyle="none",
        marker="o",
        markersize=MARKER_PT,
        color=PRIMARY,
        zorder=3,
        label="smd",
    )


def _write(ax: Axes, chart: _Chart) -> None:
    write_block(ax, chart.heading, at=(MARGIN_PT, chart.top))
    number_end = chart.number_x + width_pt("\u22120.00")
    y = chart.strip_y
    for label, text, height in zip(chart.labels, chart.texts, chart.heights, strict=True):
        write_block(ax, label, at=(MARGIN_PT, y + (height - label.height_pt) / 2))
        is_number = text.colour == INK
        place = (number_end if is_number else chart.number_x, y + (height - text.height_pt) / 2)
        write_block(ax, text, at=place, ha="right" if is_number else "left")
        y += height
    write_directions(ax, chart.captions, y=chart.captions_y)
    write_block(ax, chart.note, at=(MARGIN_PT, chart.note_y))
    stamp(ax, chart.marks, at=(chart.width - MARGIN_PT, MARGIN_PT))
