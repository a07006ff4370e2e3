"""Paper to draw on: figures without pyplot, a sheet measured in points, the marks, and the PNG.

`drawing_look` holds matplotlib to its own defaults while a figure is made and while it is written, so
that a notebook's style sheet cannot change a report. It restores what it found.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from primus_eval.figures.lettering import font, width_pt, wrap, write
from primus_eval.figures.setting import Setting
from primus_eval.figures.theme import DPI, GAP_PT, INK, PAPER, SMALL_PT, WIDTH_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS_PER_INCH = 72.0
MARK_HEIGHT_PT = 20.0
TAG_SIZE_PT = SMALL_PT - 0.5
TAG_PADDING_PT = 3.5
TAG_HEIGHT_PT = TAG_SIZE_PT + 2 * TAG_PADDING_PT
NEARLY_WHITE = 0xF0
"""Colours with no channel below this are one colour in a PNG: that of the paper."""


@contextmanager
def drawing_look() -> Iterator[None]:
    """Use matplotlib's defaults, whatever the session has set; the backend is left alone."""
    import matplotlib

    defaults = {
        key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")
    }
    with matplotlib.rc_context({**defaults, "figure.dpi": DPI, "text.parse_math": False}):
        yield


def new_figure(width_pt: float, height_pt: float) -> Figure:
    """Return an empty figure of this size that no pyplot knows of."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    size = (width_pt / POINTS_PER_INCH, height_pt / POINTS_PER_INCH)
    figure = Figure(figsize=size, dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def figure_of(ax: Axes) -> Figure:
    """Return the figure that axes belong to, at the end of all subfigures."""
    figure = ax.figure
    while not hasattr(figure, "savefig"):
        figure = figure.figure
    return cast("Figure", figure)


def size_of(ax: Axes) -> tuple[float, float]:
    """Return width and height of axes in points."""
    width, height = figure_of(ax).get_size_inches() * POINTS_PER_INCH
    box = ax.get_position()
    return float(box.width * width), float(box.height * height)


def sheet_width_pt(ax: Axes | None) -> float:
    """Return how wide a sheet will be: the axes that were given, or a figure of its own."""
    return WIDTH_PT if ax is None else size_of(ax)[0]


def sheet(ax: Axes | None, *, height_pt: float) -> Axes:
    """Return axes whose data coordinates are points, counted from the upper left corner.

    Without axes a figure of exactly this height is made; axes that are too low are refused, because
    a chart with its lower part cut off looks complete.
    """
    if ax is None:
        ax = new_figure(WIDTH_PT, height_pt).add_axes((0, 0, 1, 1))
    width, available = size_of(ax)
    if available < height_pt - 0.5:
        needed = f"{height_pt / POINTS_PER_INCH:.1f}"
        raise ValueError(f"the axes are too low for this figure: at this width it needs {needed} inches")
    ax.set_axis_off()
    ax.set_xlim(0, width)
    ax.set_ylim(available, 0)
    return ax


def tick_font(ax: Axes, *, colour: str) -> None:
    """Set the labels of the ticks in the small size of the theme."""
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set_fontproperties(font(SMALL_PT, bold=False))
        label.set_color(colour)


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that a figure must carry, in rows of tags from the right; a long one fills several rows."""

    rows: tuple[tuple[str, ...], ...]

    @property
    def height_pt(self) -> float:
        """Room that they need above everything else."""
        return len(self.rows) * MARK_HEIGHT_PT


def marks_of(setting: Setting, mark: str | None, *, room_pt: float) -> Marks:
    """Return the marks of a figure: that its data are simulated, and what the caller says."""
    simulated = setting.say("mark.simulated") if setting.is_simulated else None
    words_room = room_pt - 2 * TAG_PADDING_PT
    tags = [
        line
        for text in (simulated, mark)
        if text
        for line in wrap(text, room_pt=words_room, size_pt=TAG_SIZE_PT, bold=True)
    ]
    if sum(_tag_width(tag) + GAP_PT for tag in tags) - GAP_PT <= room_pt:
        return Marks((tuple(tags),) if tags else ())
    return Marks(tuple((tag,) for tag in tags))


def _tag_width(tag: str) -> float:
    return width_pt(tag, size_pt=TAG_SIZE_PT, bold=True) + 2 * TAG_PADDING_PT


def stamp(
    ax: Axes,
    marks: Marks,
    *,
    at: tuple[float, float],
    frame: str = "data",
    shift_pt: tuple[float, float] = (0.0, 0.0),
) -> None:
    """Set the marks as dark tags below and left of a point, which `shift_pt` moves."""
    box = {"boxstyle": f"square,pad={TAG_PADDING_PT / TAG_SIZE_PT}", "facecolor": INK, "edgecolor": "none"}
    for number, row in enumerate(marks.rows):
        right, middle = shift_pt[0], shift_pt[1] - number * MARK_HEIGHT_PT - TAG_HEIGHT_PT / 2
        for tag in row:
            write(
                ax,
                tag,
                at=at,
                frame=frame,
                shift_pt=(right - TAG_PADDING_PT, middle),
                size_pt=TAG_SIZE_PT,
                bold=True,
                colour=PAPER,
                ha="right",
                va="center",
                bbox=box,
            )
            right -= _tag_width(tag) + GAP_PT


def _with_white_paper(palette: list[int]) -> list[int]:
    """Return a palette whose nearly white colour is white.

    The octree merges colours that differ in the last four bits of every channel, and its palette is made
    of means: white paper with a few grey edges would become a shade of white. Tints must be darker.
    """
    colours = [palette[place : place + 3] for place in range(0, len(palette), 3)]
    return [255 if min(colour) >= NEARLY_WHITE else part for colour in colours for part in colour]


def png(figure: Figure) -> bytes:
    """Write a figure as PNG: the same figure gives the same bytes, without the name of the software.

    With a palette of 256 colours, which a chart does not exhaust to the eye, the file is a third of the
    size and written in half the time.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    with drawing_look():
        figure.set_facecolor(PAPER)
        figure.set_dpi(DPI)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())[:, :, :3])
    picture = picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    picture.putpalette(_with_white_paper(picture.getpalette() or []))
    buffer = io.BytesIO()
    picture.save(buffer, format="png", dpi=(DPI, DPI))
    return buffer.getvalue()
