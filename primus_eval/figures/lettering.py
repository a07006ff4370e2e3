"""Text on a figure: measured before it is placed, wrapped to its room, and never read as mathematics.

Every figure writes through `write` alone. It keeps three promises: a dollar sign is a dollar sign, a
label that begins with an underscore is drawn like any other, and a character that the typeface
lacks is drawn as a box instead of raising a warning. The typeface is the file that matplotlib ships, not what
a search of the machine's fonts would find, so that a text is as long on every machine.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primus_eval.figures.theme import BODY_PT, DPI, INK, leading_pt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Annotation

CAP_HEIGHT = 0.73
"""Height of a capital of the typeface, in multiples of its size."""

MISSING_GLYPH = "\u25a1"
MOST_LINES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines of one size, weight and colour, already wrapped."""

    lines: tuple[str, ...]
    size_pt: float = BODY_PT
    bold: bool = False
    colour: str = INK

    @property
    def height_pt(self) -> float:
        """Height of all lines."""
        return len(self.lines) * leading_pt(self.size_pt)

    @property
    def width_pt(self) -> float:
        """Width of the longest line."""
        return max((width_pt(line, size_pt=self.size_pt, bold=self.bold) for line in self.lines), default=0.0)


def block(
    text: str, room_pt: float, *, size_pt: float = BODY_PT, bold: bool = False, colour: str = INK
) -> Block:
    """Wrap a text into a block no wider than `room_pt`."""
    lines = wrap(text, room_pt=room_pt, size_pt=size_pt, bold=bold)
    return Block(lines=tuple(lines), size_pt=size_pt, bold=bold, colour=colour)


def wrap(text: str, *, room_pt: float, size_pt: float = BODY_PT, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than `room_pt`: between words, inside a word that is too long.

    What does not fit in eight lines is cut with an ellipsis.
    """

    def fits(line: str) -> bool:
        return width_pt(line, size_pt=size_pt, bold=bold) <= room_pt

    lines: list[str] = []
    current = ""
    for word in drawable(text).split(" "):  # other spaces hold a number and its sign together
        joined = f"{current} {word}".strip()
        if fits(joined):
            current = joined
            continue
        if current:
            lines.append(current)
        while not fits(word) and len(word) > 1:
            taken = _longest_fitting(word, fits)
            lines.append(word[:taken])
            word = word[taken:]
        current = word
    lines += [current] if current else []
    if len(lines) > MOST_LINES:
        last = lines[MOST_LINES - 1]
        while last and not fits(f"{last}\u2026"):
            last = last[:-1]
        lines = [*lines[: MOST_LINES - 1], f"{last.rstrip()}\u2026"]
    return lines


def _longest_fitting(word: str, fits: Any) -> int:
    low, high = 1, len(word) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(word[:middle]) else (low, middle - 1)
    return low


def width_pt(text: str, *, size_pt: float = BODY_PT, bold: bool = False) -> float:
    """Return how wide a line of text will be drawn."""
    return _width_pt(text, size_pt, bold)


@lru_cache(maxsize=8192)
def _width_pt(text: str, size_pt: float, bold: bool) -> float:
    drawn = drawable(text)
    if not drawn:
        return 0.0
    width, _, _ = _renderer().get_text_width_height_descent(drawn, font(size_pt, bold=bold), False)
    return float(width) * 72 / DPI


def drawable(text: str) -> str:
    """Return a text with spaces for line breaks and the like, and boxes for what the typeface lacks.

    >>> drawable("Gr\\u00f8n\\nstart"), drawable("\\u4f60_x $\\\\frac$")
    ('Grøn start', '□_x $\\\\frac$')
    """
    return "".join(_drawable(character) for character in text)


@lru_cache(maxsize=4096)
def _drawable(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if kind == "Cf":  # reordering marks, joiners: nothing to see
        return ""
    return character if ord(character) in _characters() else MISSING_GLYPH


@lru_cache
def _characters() -> frozenset[int]:
    from matplotlib.font_manager import get_font

    return frozenset(get_font(_font_file(False)).get_charmap()) & frozenset(
        get_font(_font_file(True)).get_charmap()
    )


@lru_cache
def _renderer() -> RendererAgg:
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(16, 16, DPI)


@lru_cache
def font(size_pt: float, *, bold: bool) -> FontProperties:
    """Return the typeface in a size, for the texts that matplotlib makes itself."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=_font_file(bold), size=size_pt)


def _font_file(bold: bool) -> str:
    import matplotlib

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name)


def write(
    ax: Axes,
    text: str,
    *,
    at: tuple[float, float],
    frame: Any = "data",
    shift_pt: tuple[float, float] = (0.0, 0.0),
    size_pt: float = BODY_PT,
    bold: bool = False,
    colour: str = INK,
    ha: str = "left",
    va: str = "baseline",
    **more: Any,
) -> Annotation:
    """Write one line at a point of `frame` (as in `Axes.annotate`), moved by `shift_pt` points."""
    return ax.annotate(
        drawable(text),
        xy=at,
        xycoords=frame,
        xytext=shift_pt,
        textcoords="offset points",
        ha=ha,
        va=va,
        color=colour,
        fontproperties=font(size_pt, bold=bold),
        parse_math=False,
        annotation_clip=False,
        **more,
    )


def write_block(
    ax: Axes,
    lines: Block,
    *,
    at: tuple[float, float],
    frame: Any = "data",
    shift_pt: tuple[float, float] = (0.0, 0.0),
    ha: str = "left",
) -> None:
    """Write the lines of a block below each other; `at` plus `shift_pt` is the upper edge."""
    step = leading_pt(lines.size_pt)
    to_baseline = (step + CAP_HEIGHT * lines.size_pt) / 2
    for number, line in enumerate(lines.lines):
        write(
            ax,
            line,
            at=at,
            frame=frame,
            shift_pt=(shift_pt[0], shift_pt[1] - number * step - to_baseline),
            size_pt=lines.size_pt,
            bold=lines.bold,
            colour=lines.colour,
            ha=ha,
        )
