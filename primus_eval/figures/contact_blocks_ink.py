"""How many were met how often: the ink. One hue from pale to dark, with the percentage in every cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from primus_eval.figures.canvas import drawing_look, marks_of, sheet, sheet_width_pt, stamp
from primus_eval.figures.contact_blocks import LEVELS, contact_blocks_frame, level_labels
from primus_eval.figures.curve import shown_exhibit
from primus_eval.figures.indicator_words import rounded_words
from primus_eval.figures.lettering import block, width_pt, wrap, write, write_block
from primus_eval.figures.setting import Setting, sentence, setting_of
from primus_eval.figures.theme import (
    BODY_PT,
    GAP_PT,
    HAIRLINE_PT,
    INK,
    MARGIN_PT,
    PAPER,
    PRIMARY,
    QUIET,
    RULE,
    SMALL_PT,
    leading_pt,
)
from primus_eval.findings import Findings
from primus_eval.wording.quantities import printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL_PT = 26.0
WIDEST_CELL_PT = 40.0
LABEL_ROOM_PT = 92.0
CELL_TEXT_PT = SMALL_PT - 1
DARK_FROM = 0.55
"""From this share on a cell is dark enough to need white figures."""


def plot_contact_blocks(
    findings: Findings, *, language: str = "en", mark: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw for each block of four weeks the share of people who were met never, once, or more often.

    mark: words to stamp on the figure, such as INTERNAL. Axes of your own must be high enough; the error says
    how high.
    """
    with drawing_look():
        setting, width = setting_of(findings, language), sheet_width_pt(ax)
        frame = contact_blocks_frame(findings)
        room = width - 2 * MARGIN_PT
        head = block(setting.say("contact_blocks.heading"), room)
        exhibit = shown_exhibit(findings, "contact_blocks")
        says = [setting.say("contact_blocks.note"), *rounded_words(exhibit, setting)]
        note = block(" ".join(says), room, size_pt=SMALL_PT, colour=QUIET)
        marks = marks_of(setting, mark, room_pt=room)
        top = MARGIN_PT + marks.height_pt + head.height_pt + GAP_PT
        floor = top + len(LEVELS) * CELL_PT
        below = floor + 2 * leading_pt(SMALL_PT) + leading_pt(BODY_PT)
        ax = sheet(ax, height_pt=below + note.height_pt + MARGIN_PT)
        stamp(ax, marks, at=(width - MARGIN_PT, MARGIN_PT))
        write_block(ax, head, at=(MARGIN_PT, MARGIN_PT + marks.height_pt))
        _draw_levels(ax, setting, top=top)
        _draw_cells(ax, frame, setting, top=top, room=room - LABEL_ROOM_PT - GAP_PT)
        write_block(ax, note, at=(MARGIN_PT, below))
    return ax


def _draw_levels(ax: Axes, setting: Setting, *, top: float) -> None:
    """Name the rows, the most frequent contact on top."""
    for number, (_, label) in enumerate(reversed(level_labels(setting).items())):
        lines = wrap(sentence(label), room_pt=LABEL_ROOM_PT, size_pt=SMALL_PT)
        middle = top + (number + 0.5) * CELL_PT - len(lines) * leading_pt(SMALL_PT) / 2
        text = block(sentence(label), LABEL_ROOM_PT, size_pt=SMALL_PT)
        write_block(ax, text, at=(MARGIN_PT, middle))


def _draw_cells(ax: Axes, frame: pd.DataFrame, setting: Setting, *, top: float, room: float) -> None:
    from matplotlib.patches import Rectangle

    blocks = list(dict.fromkeys(frame["block"]))
    width = min(room / len(blocks), WIDEST_CELL_PT)
    left = MARGIN_PT + LABEL_ROOM_PT + GAP_PT
    for _, cell in frame.iterrows():
        share = float(cell["share"])
        row = len(LEVELS) - 1 - LEVELS.index(str(cell["level"]))
        corner = (left + blocks.index(cell["block"]) * width, top + row * CELL_PT)
        known = share == share  # NaN where a number of the block is withheld
        fill = _mixed(share) if known else PAPER
        patch = Rectangle(corner, width, CELL_PT, facecolor=fill, edgecolor=RULE, linewidth=HAIRLINE_PT)
        patch.set(label=f"block {cell['block']}, level {cell['level']}", hatch="" if known else "/////")
        ax.add_patch(patch)
        text = printed(100 * share, "nearest", setting.language) if known else ""
        if width_pt(text, size_pt=CELL_TEXT_PT) > width - 2:
            continue
        middle = (corner[0] + width / 2, corner[1] + CELL_PT / 2)
        colour = PAPER if known and share >= DARK_FROM else INK
        write(ax, text, at=middle, size_pt=CELL_TEXT_PT, colour=colour, ha="center", va="center_baseline")
    _draw_axis(ax, blocks, setting, left=left, floor=top + len(LEVELS) * CELL_PT, width=width)


def _mixed(share: float) -> str:
    """Return the hue of the theme, as pale as a share is small."""
    paper, hue = (tuple(int(code[at : at + 2], 16) for at in (1, 3, 5)) for code in (PAPER, PRIMARY))
    mixed = (round(p + (h - p) * min(max(share, 0.0), 1.0)) for p, h in zip(paper, hue, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _draw_axis(
    ax: Axes, blocks: list[int], setting: Setting, *, left: float, floor: float, width: float
) -> None:
    """Write the numbers of the blocks, every second or more where they would meet, and what they count."""
    texts = [printed(block, "whole", setting.language) for block in blocks]
    widest = max(width_pt(text, size_pt=SMALL_PT) for text in texts) + GAP_PT / 2
    step = 1
    while step * width < widest:
        step += 1
    for number in range(0, len(blocks), step):
        at = (left + (number + 0.5) * width, floor + leading_pt(SMALL_PT))
        write(ax, texts[number], at=at, size_pt=SMALL_PT, colour=QUIET, ha="center")
    middle = (left + len(blocks) * width / 2, floor + leading_pt(SMALL_PT) + leading_pt(BODY_PT))
    label = setting.say("contact_blocks.axis")
    half = width_pt(label, size_pt=BODY_PT) / 2
    write(ax, label, at=(max(middle[0], MARGIN_PT + half), middle[1]), ha="center")
