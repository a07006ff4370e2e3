"""The flow chart of a trial after CONSORT, laid out: boxes, lines and words, each in its place.

One spine from assessment to randomisation, then a column for each arm; whoever leaves goes into a
box beside the line that they leave. Everything is placed in points from the upper left corner, from
measured text, so that boxes are as large as their words and the two arms stay level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from primus_eval.figures.flow import RECEIPT
from primus_eval.figures.lettering import Block, block, width_pt
from primus_eval.figures.setting import ROLES, Setting, sentence
from primus_eval.figures.theme import ARMS, BODY_PT, GAP_PT, INK, MARGIN_PT, PAPER, QUIET, SMALL_PT, TINT
from primus_eval.vocabulary import ArmRole

PADDING_PT = 6.0
STEP_PT = 17.0
"""Length of an arrow from one box to the next."""

BRANCH_PT = 16.0
"""Length of an arrow from the line to a box of those who leave it."""

COLUMN_GAP_PT = 18.0
PHASES = ("enrolment", "allocation", "follow_up", "analysis")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number of people as printed, or the words that stand in its place."""

    text: str
    is_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a box: words to the left, their number to the right."""

    words: Block
    number: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box of rows, with its left edge and width; its place down the page comes later."""

    x: float
    width: float
    rows: tuple[Row, ...]
    fill: str = PAPER
    edge: str = INK
    band: str | None = None

    @property
    def height(self) -> float:
        """Height that its words need."""
        return 2 * PADDING_PT + sum(row.words.height_pt for row in self.rows)


@dataclass(slots=True)
class Page:
    """Boxes, lines and words as they have been placed, in points from the upper left corner."""

    boxes: list[tuple[Box, float, float]] = field(default_factory=list)
    arrows: list[tuple[tuple[float, float], tuple[float, float]]] = field(default_factory=list)
    lines: list[list[tuple[float, float]]] = field(default_factory=list)
    words: list[tuple[Block, float, float]] = field(default_factory=list)

    def level(self, boxes: Sequence[Box], y: float) -> float:
        """Place boxes side by side at one height and return where they end."""
        height = max((box.height for box in boxes), default=0.0)
        self.boxes += [(box, y, height) for box in boxes]
        return y + height


def flow_page(frame: pd.DataFrame, setting: Setting, *, width: float, top: float) -> tuple[Page, float]:
    """Place everything and return the page and where it ends."""
    phases = {
        name: block(setting.say(f"flow.phase_{name}"), width / 4, size_pt=SMALL_PT, bold=True, colour=QUIET)
        for name in PHASES
    }
    left = MARGIN_PT + max(phase.width_pt for phase in phases.values()) + 2 * GAP_PT
    page = Page()
    y, tops = _enrolment(page, frame, setting, left=left, right=width - MARGIN_PT, y=top)
    y, tops_of_arms = _arms(page, frame, setting, left=left, right=width - MARGIN_PT, y=y)
    page.words += [
        (phases[name], MARGIN_PT, place + PADDING_PT)
        for name, place in zip(PHASES, (tops, *tops_of_arms), strict=True)
    ]
    if (frame["shown"] == setting.say("flow.not_shown")).any():
        note = block(
            setting.say("flow.not_shown_note"), width - 2 * MARGIN_PT, size_pt=SMALL_PT, colour=QUIET
        )
        page.words.append((note, MARGIN_PT, y + GAP_PT))
        y += GAP_PT + note.height_pt
    return page, y


def _enrolment(
    page: Page, frame: pd.DataFrame, setting: Setting, *, left: float, right: float, y: float
) -> tuple[float, float]:
    """Place assessment, those not randomised, and randomisation; return where it ends and where it began."""
    spine, width = (left + right) / 2, (right - left - COLUMN_GAP_PT) / 2
    shared = frame[frame["arm"] == ""]
    began = y
    y = page.level([_spine_box(shared, "assessed", setting, spine - width / 2, width)], y)
    losses = shared[shared["stage"] == "not_randomised"]
    side = None
    if len(losses):
        x = spine + BRANCH_PT
        side = _loss_box(losses, "not_randomised", setting, x=x, width=right - x)
    y = _step_down(page, y, [spine], [side], to_the_left=[False])
    y = page.level([_spine_box(shared, "randomised", setting, spine - width / 2, width, fill=TINT)], y)
    return y, began


def _spine_box(
    frame: pd.DataFrame, stage: str, setting: Setting, x: float, width: float, fill: str = PAPER
) -> Box:
    return Box(x=x, width=width, rows=_rows(frame, [stage], setting, width, bold=1), fill=fill)


def _arms(
    page: Page, frame: pd.DataFrame, setting: Setting, *, left: float, right: float, y: float
) -> tuple[float, list[float]]:
    """Place the columns of the arms; return where they end and where each phase begins."""
    columns = _Columns(left=left, right=right)
    y = _split(page, columns, y)
    tops = [y]
    y = page.level(_allocation(frame, setting, columns), y)
    for loss, stages in (("excluded", ("followed", "followed_to_horizon")), ("not_analysed", ("analysed",))):
        y = _step_down(
            page, y, columns.spines, _losses(frame, loss, setting, columns), to_the_left=[True, False]
        )
        tops.append(y)
        boxes = [
            Box(x=x, width=columns.width, rows=_rows(part, stages, setting, columns.width, bold=1))
            for x, part in zip(columns.places, _by_arm(frame), strict=True)
        ]
        y = page.level(boxes, y)
    return y, tops


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """The two columns of the arms. Their lines run near the middle, so that losses stand outside."""

    left: float
    right: float

    @property
    def width(self) -> float:
        """Width of a column."""
        return (self.right - self.left - COLUMN_GAP_PT) / 2

    @property
    def places(self) -> list[float]:
        """Left edges of the columns."""
        return [self.left, self.right - self.width]

    @property
    def spines(self) -> list[float]:
        """Where the lines of the columns run."""
        return [self.left + self.width - 2 * BRANCH_PT, self.right - self.width + 2 * BRANCH_PT]


def _split(page: Page, columns: _Columns, y: float) -> float:
    """Draw the line that parts from randomisation into the arms, and return where its arrows end."""
    middle, bar, end = (columns.left + columns.right) / 2, y + STEP_PT / 2, y + 1.25 * STEP_PT
    page.lines.append([(middle, y), (middle, bar)])
    page.lines.append([(columns.spines[0], bar), (columns.spines[1], bar)])
    page.arrows += [((spine, bar), (spine, end)) for spine in columns.spines]
    return end


def _by_arm(frame: pd.DataFrame) -> list[pd.DataFrame]:
    return [frame[frame["arm"] == role] for role in ROLES]


def _allocation(frame: pd.DataFrame, setting: Setting, columns: _Columns) -> list[Box]:
    """Make the boxes that say who was assigned to each arm, and who received what."""
    stages = ("randomised", *RECEIPT)
    return [
        Box(
            x=x,
            width=columns.width,
            band=ARMS[role].line,
            rows=(_head(role, setting, columns.width), *_rows(part, stages, setting, columns.width)),
        )
        for role, x, part in zip(ROLES, columns.places, _by_arm(frame), strict=True)
    ]


def _losses(frame: pd.DataFrame, stage: str, setting: Setting, columns: _Columns) -> list[Box | None]:
    """Make the boxes of those who leave both arms at one stage; none where nobody leaves either."""
    if not (frame["stage"] == stage).any():
        return [None, None]
    width = columns.width - 3 * BRANCH_PT
    places = [columns.left, columns.right - width]
    return [
        _loss_box(part[part["stage"] == stage], stage, setting, x=x, width=width)
        for x, part in zip(places, _by_arm(frame), strict=True)
    ]


def _step_down(
    page: Page,
    y: float,
    spines: Sequence[float],
    sides: Sequence[Box | None],
    *,
    to_the_left: Sequence[bool],
) -> float:
    """Draw the arrows to the next boxes, past the boxes of those who leave, and return where they end."""
    room = max((side.height for side in sides if side), default=0.0)
    end = y + (room + STEP_PT if room else STEP_PT)
    for spine, side, is_left in zip(spines, sides, to_the_left, strict=True):
        page.arrows.append(((spine, y), (spine, end)))
        if side:
            page.boxes.append((side, y + STEP_PT / 2 - 2, side.height))
            edge = side.x + side.width if is_left else side.x
            height = y + STEP_PT / 2 - 2 + side.height / 2
            page.arrows.append(((spine, height), (edge, height)))
    return end


def _head(role: ArmRole, setting: Setting, width: float) -> Row:
    room = width - 2 * PADDING_PT
    return Row(words=block(sentence(setting.arm(role)), room, bold=True, colour=ARMS[role].text))


def _rows(
    frame: pd.DataFrame, stages: Sequence[str], setting: Setting, width: float, *, bold: int = 0
) -> tuple[Row, ...]:
    """Make the rows of a box, one for each of the stages that the frame has; the first `bold` are bold."""
    rows: list[Row] = []
    for stage in stages:
        for record in frame[frame["stage"] == stage].to_dict("records"):
            is_assigned = stage == "randomised" and record["arm"]
            label = setting.say("flow.assigned") if is_assigned else record["label"]
            rows.append(_row(label, _number(record), width, bold=len(rows) < bold))
    return tuple(rows)


def _number(record: Mapping[Any, Any]) -> Number:
    return Number(text=record["shown"], is_known=not pd.isna(record["n"]))


def _loss_box(frame: pd.DataFrame, stage: str, setting: Setting, *, x: float, width: float) -> Box:
    """Make the box of those who leave at one stage: how many, and for which reasons.

    A single reason needs no number of its own. Where no number is shown, no reason is either.
    """
    records = frame.to_dict("records")
    unknown = [_number(record) for record in records if pd.isna(record["n"])]
    total = Number(text=setting.count(int(frame["n"].sum())))
    rows = [
        _row(
            setting.say(f"flow.{stage}"),
            unknown[0] if unknown else total,
            width,
            bold=True,
            size_pt=SMALL_PT,
        )
    ]
    if len(unknown) < len(records):
        numbers = [None] if len(records) == 1 else [_number(record) for record in records]
        rows += [
            _row(record["label"], number, width, size_pt=SMALL_PT)
            for record, number in zip(records, numbers, strict=True)
        ]
    return Box(x=x, width=width, rows=tuple(rows), fill=TINT, edge=TINT)


def _row(
    label: str, number: Number | None, width: float, *, bold: bool = False, size_pt: float = BODY_PT
) -> Row:
    room = width - 2 * PADDING_PT
    if number:
        room -= width_pt(number.text, size_pt=size_pt, bold=bold and number.is_known) + GAP_PT
    return Row(words=block(sentence(label), room, size_pt=size_pt, bold=bold), number=number)
