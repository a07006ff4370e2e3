"""A narrow axis beside rows of words, as in forest plots and balance plots, and its round ticks.

A strip is a real axis with a real scale, let into a sheet that is measured in points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, exp, floor, log, log10
from typing import TYPE_CHECKING

from primus_eval.figures.canvas import tick_font
from primus_eval.figures.lettering import Block, block, width_pt, write_block
from primus_eval.figures.theme import (
    GAP_PT,
    GRID,
    HAIRLINE_PT,
    PAPER,
    QUIET,
    RULE,
    RULE_PT,
    SMALL_PT,
)
from primus_eval.wording import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST_RATIO = 50.0
"""A ratio beyond this, or below its reciprocal, is an arrow out of the axis; its number is printed."""

NARROW_RATIO = 4.0
"""Below this ratio of its ends a logarithmic axis has evenly counted ticks (0.4, 0.6, 0.8 ...)."""

TICKS_BELOW_PT = 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A scale of a strip: its ends, whether it is logarithmic, and its ticks."""

    low: float
    high: float
    is_log: bool
    ticks: tuple[float, ...]

    def place(self, value: float) -> float:
        """Return where a value lies between the ends, from 0 to 1, or beyond."""
        if self.is_log:
            return log(value / self.low) / log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def linear_scale(values: Sequence[float], *, null: float = 0.0, at_least: float = 0.0) -> Scale:
    """Return a scale that holds the values and the null, with three to six round ticks.

    >>> linear_scale([-16.5, 0.2]).ticks
    (-15.0, -10.0, -5.0, 0.0)
    """
    low, high = min(*values, null, null - at_least), max(*values, null, null + at_least)
    if low == high:
        low, high = low - 1, high + 1
    margin = 0.06 * (high - low)
    low, high = low - margin, high + margin
    return Scale(low=low, high=high, is_log=False, ticks=tuple(linear_ticks(low, high)))


def ratio_scale(values: Sequence[float]) -> Scale:
    """Return a logarithmic scale that holds the ratios and one, cut where a ratio is out of all measure.

    >>> ratio_scale([0.42, 1.0]).ticks
    (0.4, 0.6, 0.8, 1.0)
    """
    low = max(min(*values, 1.0), 1 / WIDEST_RATIO)
    high = min(max(*values, 1.0), WIDEST_RATIO)
    margin = exp(0.06 * max(log(high / low), 0.1))
    low, high = low / margin, high * margin
    if high / low < NARROW_RATIO:
        return Scale(low=low, high=high, is_log=True, ticks=tuple(linear_ticks(low, high)))
    decades = range(floor(log10(low)), ceil(log10(high)) + 1)
    mantissas = (1, 2, 5) if high / low < 200 else (1,)
    candidates = [mantissa * 10.0**decade for decade in decades for mantissa in mantissas]
    ticks = tuple(round(tick, 9) for tick in candidates if low <= tick <= high)
    return Scale(low=low, high=high, is_log=True, ticks=ticks)


def linear_ticks(low: float, high: float) -> list[float]:
    """Return at most seven round values within an interval: multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / 6
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [round(number * step, 9) for number in range(first, last + 1)]


def tick_texts(scale: Scale, language: str) -> list[str]:
    """Write ticks with as many decimals as any of them needs; on an axis of decades each with its own.

    >>> tick_texts(linear_scale([0.5, 1.3]), "en"), tick_texts(ratio_scale([0.1, 9.0]), "en")
    (['0.0', '0.5', '1.0'], ['0.1', '0.2', '0.5', '1', '2', '5', '10'])
    """
    digits = [_digits(tick) for tick in scale.ticks]
    if not (scale.is_log and scale.high / scale.low >= NARROW_RATIO):
        digits = [max(digits, default=0)] * len(digits)
    return [numbers.decimal(tick, number, language) for tick, number in zip(scale.ticks, digits, strict=True)]


def with_room(scale: Scale, *, null: float, width: float, language: str) -> Scale:
    """Leave out ticks, every second or more, until their labels fit beside each other; null's stays.

    width: of the strip, in points.
    """
    ticks = scale.ticks
    anchor = min(range(len(ticks)), key=lambda number: abs(ticks[number] - null), default=0)
    for step in range(1, len(ticks) + 1):
        thinner = replace(scale, ticks=tuple(ticks[anchor % step :: step]))
        texts = tick_texts(thinner, language)
        rooms = [width_pt(text, size_pt=SMALL_PT) for text in texts]
        places = [scale.place(tick) * width for tick in thinner.ticks]
        if all(
            places[number + 1] - places[number] >= (rooms[number] + rooms[number + 1]) / 2 + GAP_PT / 2
            for number in range(len(places) - 1)
        ):
            return thinner
    return scale


def _digits(tick: float) -> int:
    return next((digits for digits in range(6) if abs(round(tick, digits) - tick) < 1e-9), 6)


def add_strip(
    ax: Axes, scale: Scale, *, x: float, y: float, width: float, height: float, language: str
) -> Axes:
    """Let a strip into a sheet, placed in points. Its own y counts points down from its upper edge."""
    total_width, total_height = ax.get_xlim()[1], ax.get_ylim()[0]
    place = (x / total_width, 1 - (y + height) / total_height, width / total_width, height / total_height)
    strip = ax.inset_axes(place)
    strip.patch.set_visible(False)
    strip.set_ylim(height, 0)
    if scale.is_log:
        strip.set_xscale("log")
        strip.minorticks_off()
    strip.set_xlim(scale.low, scale.high)
    strip.set_yticks([])
    strip.set_xticks(scale.ticks, tick_texts(scale, language))
    tick_font(strip, colour=QUIET)
    strip.tick_params(axis="x", which="major", length=3, width=HAIRLINE_PT, color=RULE, pad=2.5)
    strip.grid(axis="x", color=GRID, linewidth=HAIRLINE_PT)
    strip.set_axisbelow(True)
    for side in ("top", "left", "right"):
        strip.spines[side].set_visible(False)
    strip.spines["bottom"].set(color=RULE, linewidth=HAIRLINE_PT)
    return strip


def write_over(strip: Axes, words: Block, *, y: float, row: tuple[float, float], fill: str = PAPER) -> None:
    """Write words where a row has nothing to draw; the lines of the strip are left out of the whole row.

    row: upper and lower edge. fill: what is behind the row.
    """
    from matplotlib.patches import Rectangle

    gap = Rectangle((0, row[0]), 1, row[1] - row[0], transform=strip.get_yaxis_transform(), zorder=2)
    gap.set(facecolor=fill, linewidth=0, label="nothing to draw")
    strip.add_patch(gap)
    write_block(strip, words, at=(0, y), frame=("axes fraction", "data"))


def draw_null(strip: Axes, null: float) -> None:
    """Draw the line of no effect or no difference."""
    strip.axvline(null, color=QUIET, linewidth=RULE_PT, zorder=1.5, label="no effect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """What the two directions of an axis mean, wrapped into its length; places in points.

    On either side of the null where each fits there on one line, else one below the other, each at its end.
    """

    left: Block
    right: Block
    left_end: float
    right_start: float | None
    from_x: float
    to_x: float

    @property
    def height_pt(self) -> float:
        """Height of both."""
        if self.right_start is None:
            return self.left.height_pt + self.right.height_pt
        return max(self.left.height_pt, self.right.height_pt)


def directions(left: str, right: str, *, null_x: float, from_x: float, to_x: float) -> Directions:
    """Place what the two directions mean under an axis that goes from one place to another."""
    texts = (f"\u2190 {left}", f"{right} \u2192")
    rooms = (null_x - GAP_PT - from_x, to_x - null_x - GAP_PT)
    beside = all(width_pt(text, size_pt=SMALL_PT) <= room for text, room in zip(texts, rooms, strict=True))
    left_block, right_block = (block(text, to_x - from_x, size_pt=SMALL_PT, colour=QUIET) for text in texts)
    return Directions(
        left=left_block,
        right=right_block,
        left_end=null_x - GAP_PT,
        right_start=null_x + GAP_PT if beside else None,
        from_x=from_x,
        to_x=to_x,
    )


def write_directions(ax: Axes, both: Directions, *, y: float) -> None:
    """Write what the two directions mean, from a height on."""
    if both.right_start is None:
        write_block(ax, both.left, at=(both.from_x, y))
        write_block(ax, both.right, at=(both.to_x, y + both.left.height_pt), ha="right")
    else:
        write_block(ax, both.left, at=(both.left_end, y), ha="right")
        write_block(ax, both.right, at=(both.right_start, y))
