"""The arms period by period, laid out: what stands where, and how much room it needs, in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from primus_eval.figures.canvas import Marks, marks_of
from primus_eval.figures.forest_words import treatment_is_left
from primus_eval.figures.lettering import Block, block, width_pt
from primus_eval.figures.periods import Measured, PeriodRow, period_rows
from primus_eval.figures.setting import ROLES, Setting, sentence, setting_of
from primus_eval.figures.strip import (
    TICKS_BELOW_PT,
    Directions,
    Scale,
    directions,
    linear_scale,
    ratio_scale,
    with_room,
)
from primus_eval.figures.theme import GAP_PT, MARGIN_PT, QUIET, SMALL_PT
from primus_eval.findings import Finding, Findings
from primus_eval.wording.quantities import printed

LABEL_SHARE = 0.2
ROW_GAP_PT = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One strip with its numbers: where it stands, its scale, its heading and what its directions mean."""

    x: float
    width: float
    number_x: float
    number_room: float
    null: float
    scale: Scale | None
    heading: Block
    captions: Directions | None

    @property
    def room(self) -> float:
        """From the beginning of the strip to the end of the numbers."""
        return self.number_x + self.number_room - self.x


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One period with its words wrapped: its label, and of each half the numbers and what is said below."""

    row: PeriodRow
    label: Block
    texts: tuple[Block, Block]
    remark: Block

    @property
    def height(self) -> float:
        """Height of the row without the gap to the next."""
        ratio, difference = self.texts
        return max(self.label.height_pt, ratio.height_pt + self.remark.height_pt, difference.height_pt)

    @property
    def measured(self) -> tuple[Measured, Measured | None]:
        """The ratio and the difference."""
        return self.row.ratio, self.row.difference


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodsChart:
    """The whole figure, wrapped and measured."""

    setting: Setting
    marks: Marks
    width: float
    heading: Block
    halves: tuple[Half, Half]
    lines: tuple[Line, ...]
    key: tuple[Block, Block]

    @property
    def strips_y(self) -> float:
        """Where the strips begin."""
        head = MARGIN_PT + self.marks.height_pt + self.heading.height_pt + GAP_PT
        return head + max(half.heading.height_pt for half in self.halves) + GAP_PT

    @property
    def rows_height(self) -> float:
        """Height of all rows."""
        return sum(line.height + ROW_GAP_PT for line in self.lines)

    @property
    def captions_height(self) -> float:
        """Height of what the directions mean."""
        return max((half.captions.height_pt for half in self.halves if half.captions), default=0.0)

    @property
    def key_y(self) -> float:
        """Where the key begins."""
        return self.strips_y + self.rows_height + TICKS_BELOW_PT + self.captions_height + GAP_PT

    @property
    def height(self) -> float:
        """Height of the figure."""
        return self.key_y + sum(text.height_pt for text in self.key) + MARGIN_PT


def periods_chart(
    findings: Findings, analysis: str, language: str, mark: str | None, *, width: float
) -> PeriodsChart:
    """Lay out the periods of one analysis in a figure of this width."""
    setting = setting_of(findings, language)
    rows = period_rows(findings, analysis, language=language)
    about = findings.of_analysis(analysis)[0]
    room = width - 2 * MARGIN_PT
    label_room = min(
        max(width_pt(sentence(row.label), size_pt=SMALL_PT) for row in rows) + 1, LABEL_SHARE * room
    )
    halves = _halves(rows, about, setting, from_x=MARGIN_PT + label_room + 2 * GAP_PT, to_x=width - MARGIN_PT)
    heading = setting.say(
        "periods.heading",
        outcome=sentence(setting.outcome(about.outcome)),
        population=setting.population(about.population),
    )
    fair, not_fair = (
        block(setting.say(f"periods.{name}"), room - 4 * GAP_PT, size_pt=SMALL_PT, colour=QUIET)
        for name in ("fair", "not_fair")
    )
    return PeriodsChart(
        setting=setting,
        marks=marks_of(setting, mark, room_pt=room),
        width=width,
        heading=block(heading, room),
        halves=halves,
        lines=tuple(_line(row, label_room, halves, setting) for row in rows),
        key=(fair, not_fair),
    )


def _halves(
    rows: Sequence[PeriodRow], about: Finding, setting: Setting, *, from_x: float, to_x: float
) -> tuple[Half, Half]:
    level = printed(about.conf_level, "percent_whole", setting.language)
    ratios = [row.ratio for row in rows]
    differences = [row.difference for row in rows if row.difference is not None]
    rooms = [_number_room(members, (to_x - from_x) / 4) for members in (ratios, differences)]
    width = (to_x - from_x - sum(rooms) - 6 * GAP_PT) / 2
    arms = [setting.say("periods.favours", arm=setting.arm(role)) for role in ROLES]
    is_left = treatment_is_left(about, setting.subject)
    directed = (
        [setting.say(f"periods.{name}", arm=setting.arm("treatment")) for name in ("lower", "higher")],
        arms if is_left else arms[::-1],
    )
    values = [
        [value for item in members for value in (item.estimate, *(item.ends or ())) if value is not None]
        for members in (ratios, differences)
    ]
    above_zero = [value for value in values[0] if value > 0]
    scales = (
        ratio_scale(above_zero) if above_zero else None,
        linear_scale(values[1]) if values[1] else None,
    )
    halves = []
    x = from_x
    for number, name in enumerate(("ratio", "difference")):
        scale, null = scales[number], 1.0 - number
        if scale is not None:
            scale = with_room(scale, null=null, width=width, language=setting.language)
        number_x = x + width + GAP_PT
        captions = None
        if scale is not None:
            left, right = directed[number]
            captions = directions(
                left,
                right,
                null_x=x + scale.place(null) * width,
                from_x=x,
                to_x=number_x + rooms[number],
            )
        halves.append(
            Half(
                x=x,
                width=width,
                number_x=number_x,
                number_room=rooms[number],
                null=null,
                scale=scale,
                heading=block(
                    setting.say(f"periods.{name}", level=level),
                    number_x + rooms[number] - x,
                    size_pt=SMALL_PT,
                    bold=True,
                ),
                captions=captions,
            )
        )
        x = number_x + rooms[number] + 4 * GAP_PT
    return halves[0], halves[1]


def _number_room(members: Sequence[Measured], most: float) -> float:
    shown = [width_pt(item.text, size_pt=SMALL_PT) for item in members if item.estimate is not None]
    return min(max(shown, default=0.0) + 1, most)


def _line(row: PeriodRow, label_room: float, halves: tuple[Half, Half], setting: Setting) -> Line:
    def words(measured: Measured | None, half: Half) -> Block:
        if measured is None:
            return block("", half.room, size_pt=SMALL_PT)
        if measured.estimate is None:
            return block(measured.text, half.room, size_pt=SMALL_PT, colour=QUIET)
        return block(measured.text, half.number_room, size_pt=SMALL_PT)

    is_marked = not row.is_randomised and row.ratio.estimate is not None
    remark = setting.say("periods.not_randomised") if is_marked else ""
    return Line(
        row=row,
        label=block(sentence(row.label), label_room, size_pt=SMALL_PT),
        texts=(words(row.ratio, halves[0]), words(row.difference, halves[1])),
        remark=block(remark, halves[0].number_room, size_pt=SMALL_PT - 1, colour=QUIET),
    )
