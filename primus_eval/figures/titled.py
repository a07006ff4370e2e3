"""A chart with words around it: heading, room over the plot, what its axes count, note and marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from primus_eval.figures.canvas import Marks, stamp, tick_font
from primus_eval.figures.lettering import Block, block, width_pt, write, write_block
from primus_eval.figures.plot_area import PLOT_HEIGHT_PT, TICK_LABELS_PT, new_axes
from primus_eval.figures.strip import Scale, tick_texts
from primus_eval.figures.theme import (
    BODY_PT,
    GAP_PT,
    GRID,
    HAIRLINE_PT,
    MARGIN_PT,
    PAPER,
    QUIET,
    RULE,
    RULE_PT,
    SMALL_PT,
    WIDTH_PT,
    leading_pt,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOM_PT = WIDTH_PT - 2 * MARGIN_PT
"""How wide the words above and below a chart may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """The words around a chart, wrapped.

    over_pt: room between the words above and the plot, for labels that reach out of it.
    """

    head: Block
    upright: Block
    along: Block
    note: Block
    marks: Marks
    over_pt: float = 0.0


def titles_of(*, heading: str, upright: str, along: str, note: str, marks: Marks, over_pt: float) -> Titles:
    """Wrap the words around a chart: its heading, what its axes count, and a note beneath."""
    return Titles(
        head=block(heading, ROOM_PT),
        upright=_small(upright),
        along=_small(along),
        note=_small(note),
        marks=marks,
        over_pt=over_pt,
    )


def _small(text: str) -> Block:
    return block(text, ROOM_PT, size_pt=SMALL_PT, colour=QUIET)


def titled_axes(
    ax: Axes | None,
    titles: Titles,
    *,
    across: Scale,
    up: Scale,
    language: str,
    right_pt: float = 3 * MARGIN_PT,
    plot_pt: float = PLOT_HEIGHT_PT,
) -> Axes:
    """Return axes with both scales, their ticks and grid, and the words around them."""
    texts = tick_texts(up, language)
    left = MARGIN_PT + max(width_pt(text, size_pt=SMALL_PT) for text in texts) + 2 * GAP_PT
    above = GAP_PT + titles.head.height_pt + GAP_PT + titles.upright.height_pt + titles.over_pt
    below = TICK_LABELS_PT + titles.along.height_pt + GAP_PT
    ax = ax or new_axes(
        left_pt=left,
        right_pt=right_pt,
        top_pt=MARGIN_PT + titles.marks.height_pt + above,
        bottom_pt=below + titles.note.height_pt + MARGIN_PT,
        plot_pt=plot_pt,
    )
    _dress(ax, across, up, texts, language)
    edge = MARGIN_PT - left
    upright_pt = above - titles.head.height_pt - GAP_PT
    write_block(ax, titles.head, at=(0, 1), frame="axes fraction", shift_pt=(edge, above))
    write_block(ax, titles.upright, at=(0, 1), frame="axes fraction", shift_pt=(edge, upright_pt))
    write_block(
        ax, titles.along, at=(0.5, 0), frame="axes fraction", shift_pt=(0, -TICK_LABELS_PT), ha="center"
    )
    write_block(ax, titles.note, at=(0, 0), frame="axes fraction", shift_pt=(edge, -below))
    corner = (right_pt - MARGIN_PT, above + titles.marks.height_pt)
    stamp(ax, titles.marks, at=(1, 1), frame="axes fraction", shift_pt=corner)
    return ax


def _dress(ax: Axes, across: Scale, up: Scale, texts: list[str], language: str) -> None:
    ax.set_xlim(across.low, across.high)
    ax.set_ylim(up.low, up.high)
    ax.set_xticks(across.ticks, tick_texts(across, language))
    ax.set_yticks(up.ticks, texts)
    tick_font(ax, colour=QUIET)
    ax.tick_params(axis="x", length=3.5, width=RULE_PT, color=RULE, pad=3)
    ax.tick_params(axis="y", length=0, pad=4)
    ax.grid(axis="y", color=GRID, linewidth=HAIRLINE_PT)
    ax.set_axisbelow(True)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set(color=RULE, linewidth=RULE_PT)


def mark_place(ax: Axes, text: str, *, x: float, row: int, rows: int, right_pt: float) -> None:
    """Draw an upright line at a place of the axis, up to a label in a row of its own over the plot.

    The label stands on whichever side of the line it has room; right_pt: room to the right of the plot.
    """
    height = (rows - row - 0.5) * leading_pt(SMALL_PT)
    low, high = ax.get_xlim()
    box = ax.get_position()
    plot_pt = box.width * WIDTH_PT
    room = (high - x) / (high - low) * plot_pt + right_pt - MARGIN_PT
    fits = width_pt(text, size_pt=SMALL_PT) + GAP_PT <= room
    dotted: dict[str, Any] = {"color": QUIET, "linewidth": RULE_PT, "linestyle": (0, (1, 2))}
    ax.axvline(x, zorder=1.6, label=text, **dotted)
    ax.annotate(
        "",
        xy=(x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, height),
        textcoords="offset points",
        arrowprops={"arrowstyle": "-", "shrinkA": 0, "shrinkB": 0, **dotted},
        annotation_clip=False,
    )
    write(
        ax,
        text,
        at=(x, 1),
        frame=("data", "axes fraction"),
        shift_pt=(GAP_PT / 2 if fits else -GAP_PT / 2, height),
        size_pt=SMALL_PT,
        colour=QUIET,
        ha="left" if fits else "right",
        va="center",
        bbox={"boxstyle": "square,pad=0.1", "facecolor": PAPER, "edgecolor": "none"},
    )


def label_row_pt(rows: int) -> float:
    """Return the room that so many rows of labels need over a plot."""
    return rows * leading_pt(SMALL_PT) + (BODY_PT if rows else 0)
