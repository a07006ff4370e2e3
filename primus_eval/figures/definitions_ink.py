"""The same people under several definitions of reoffending: the ink.

Two strips side by side: the share in each arm, and the difference with its interval, as in a forest plot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from primus_eval.figures.canvas import drawing_look, marks_of, sheet, sheet_width_pt, stamp
from primus_eval.figures.definitions import DefinitionLine, definition_lines, definitions_exhibit
from primus_eval.figures.lettering import Block, block, width_pt, write_block
from primus_eval.figures.setting import ROLES, Setting, sentence, setting_of
from primus_eval.figures.strip import (
    TICKS_BELOW_PT,
    Directions,
    Scale,
    add_strip,
    directions,
    draw_null,
    linear_scale,
    write_directions,
    write_over,
)
from primus_eval.figures.theme import (
    ARMS,
    GAP_PT,
    INK,
    MARGIN_PT,
    PAPER,
    PRIMARY,
    QUIET,
    RULE,
    SMALL_PT,
    TINT,
    leading_pt,
)
from primus_eval.findings import Exhibit, Findings
from primus_eval.wording.quantities import printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABEL_SHARE = 0.34
SHARES_SHARE = 0.46
"""Of the room of both strips, the part of that of the shares."""

ROW_GAP_PT = 5.0
KEY_GAP_PT = 14.0
OWN_LINE_PT, OTHER_LINE_PT = 2.2, 1.2
OWN_MARKER_PT, OTHER_MARKER_PT = 7.5, 4.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A definition with its words wrapped."""

    line: DefinitionLine
    label: Block
    detail: Block
    text: Block

    @property
    def height(self) -> float:
        """Height of the row without the gap to the next."""
        return max(self.label.height_pt + self.detail.height_pt, self.text.height_pt)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where words, strips and numbers stand, in points."""

    width: float
    label_room: float
    shares_x: float
    shares_width: float
    difference_x: float
    difference_width: float
    number_x: float

    @property
    def number_room(self) -> float:
        """Room for the numbers."""
        return self.width - MARGIN_PT - self.number_x

    @property
    def reason_room(self) -> float:
        """Room for a reason, which takes the place of both strips and the numbers."""
        return self.width - MARGIN_PT - self.shares_x


def plot_definitions(
    findings: Findings,
    *,
    outcome: str = "",
    language: str = "en",
    mark: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share in each arm and the difference under every definition, the protocol's own emphasised.

    outcome: of the comparison; left out, the first. mark: words to stamp on the figure, such as INTERNAL.
    Axes of your own must be high enough; the error says how high.
    """
    with drawing_look():
        setting = setting_of(findings, language)
        exhibit = definitions_exhibit(findings, outcome)
        lines = definition_lines(findings, outcome=outcome, language=language)
        chart = _Chart.of(lines, exhibit, setting, width=sheet_width_pt(ax), mark=mark)
        ax = sheet(ax, height_pt=chart.height)
        chart.draw(ax)
    return ax


def _places(lines: tuple[DefinitionLine, ...], width: float) -> _Places:
    numbers = [line for line in lines if line.is_shown]
    number_room = max((width_pt(line.text, bold=line.is_own) for line in numbers), default=0.0) + 1
    number_room = min(max(number_room, width / 6), width / 3)
    label_room = LABEL_SHARE * (width - 2 * MARGIN_PT)
    shares_x = MARGIN_PT + label_room + 2 * GAP_PT
    number_x = width - MARGIN_PT - number_room
    both = number_x - shares_x - 5 * GAP_PT
    return _Places(
        width=width,
        label_room=label_room,
        shares_x=shares_x,
        shares_width=SHARES_SHARE * both,
        difference_x=shares_x + SHARES_SHARE * both + 3 * GAP_PT,
        difference_width=(1 - SHARES_SHARE) * both,
        number_x=number_x,
    )


def _row(line: DefinitionLine, places: _Places) -> _Row:
    if not line.is_shown:
        text = block(line.text, places.reason_room, size_pt=SMALL_PT, colour=QUIET)
    else:
        text = block(line.text, places.number_room, bold=line.is_own)
    return _Row(
        line=line,
        label=block(line.label, places.label_room, size_pt=SMALL_PT, bold=line.is_own),
        detail=block(line.detail, places.label_room, size_pt=SMALL_PT, colour=QUIET),
        text=text,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    """The whole figure, wrapped and measured."""

    setting: Setting
    places: _Places
    mark: str | None
    key: _Key
    heads: tuple[Block, Block]
    rows: tuple[_Row, ...]
    shares: Scale | None
    differences: Scale | None
    captions: Directions | None
    note: Block

    @classmethod
    def of(
        cls,
        lines: tuple[DefinitionLine, ...],
        exhibit: Exhibit,
        setting: Setting,
        *,
        width: float,
        mark: str | None,
    ) -> _Chart:
        """Wrap the words and choose the scales."""
        places = _places(lines, width)
        shares = [share for line in lines for share in line.shares.values()]
        known = [
            value for line in lines for value in (line.estimate, *(line.ends or ())) if value is not None
        ]
        differences = linear_scale(known) if known else None
        level = printed(exhibit.notes.get("conf_level"), "percent_whole", setting.language)
        note, difference = "", "difference"
        if exhibit.notes.get("rounded"):
            difference = "difference_range"
            note = setting.say("definitions.rounded", step=setting.count(int(str(exhibit.notes["step"]))))
        heads = (
            block(setting.say("definitions.shares"), places.shares_width, size_pt=SMALL_PT, colour=QUIET),
            block(
                setting.say(f"definitions.{difference}", level=level),
                width - MARGIN_PT - places.difference_x,
                size_pt=SMALL_PT,
                colour=QUIET,
            ),
        )
        return cls(
            setting=setting,
            places=places,
            mark=mark,
            key=_Key.of(setting, width - 2 * MARGIN_PT),
            heads=heads,
            rows=tuple(_row(line, places) for line in lines),
            shares=linear_scale(shares) if shares else None,
            differences=differences,
            captions=_captions(exhibit, differences, places, setting),
            note=block(note, width - 2 * MARGIN_PT, size_pt=SMALL_PT, colour=QUIET),
        )

    @property
    def top(self) -> float:
        """Where the first thing below the marks begins."""
        return MARGIN_PT + marks_of(self.setting, self.mark, room_pt=self._room).height_pt

    @property
    def _room(self) -> float:
        return self.places.width - 2 * MARGIN_PT

    @property
    def head_height(self) -> float:
        """Height of the key of the arms and of the headings of the strips."""
        return self.key.height_pt + max(head.height_pt for head in self.heads) + 2 * GAP_PT

    @property
    def rows_height(self) -> float:
        """Height of all rows."""
        return sum(row.height + ROW_GAP_PT for row in self.rows)

    @property
    def foot_height(self) -> float:
        """Height of the ticks, of what the directions mean and of the note."""
        captions = self.captions.height_pt if self.captions else 0.0
        note = GAP_PT + self.note.height_pt if self.note.lines else 0.0
        return (TICKS_BELOW_PT if self.differences else 0.0) + captions + note

    @property
    def height(self) -> float:
        """Height of the figure."""
        return self.top + self.head_height + self.rows_height + self.foot_height + MARGIN_PT

    def draw(self, ax: Axes) -> None:
        """Draw everything from the upper edge on."""
        y = self.top
        self.key.draw(ax, y)
        y += self.key.height_pt + GAP_PT
        write_block(ax, self.heads[0], at=(self.places.shares_x, y))
        write_block(ax, self.heads[1], at=(self.places.difference_x, y))
        y = self.top + self.head_height
        strips = self._strips(ax, y)
        down = 0.0
        for row in self.rows:
            self._draw_row(ax, strips, row, y, down)
            down += row.height + ROW_GAP_PT
        below = y + self.rows_height + (TICKS_BELOW_PT if self.differences else 0.0)
        if self.captions:
            write_directions(ax, self.captions, y=below)
            below += self.captions.height_pt
        write_block(ax, self.note, at=(MARGIN_PT, below + GAP_PT))
        marks = marks_of(self.setting, self.mark, room_pt=self._room)
        stamp(ax, marks, at=(self.places.width - MARGIN_PT, MARGIN_PT))

    def _strips(self, ax: Axes, y: float) -> tuple[Axes, Axes] | None:
        if self.shares is None or self.differences is None:
            return None
        height, language = self.rows_height, self.setting.language
        shares = add_strip(
            ax,
            self.shares,
            x=self.places.shares_x,
            y=y,
            width=self.places.shares_width,
            height=height,
            language=language,
        )
        difference = add_strip(
            ax,
            self.differences,
            x=self.places.difference_x,
            y=y,
            width=self.places.difference_width,
            height=height,
            language=language,
        )
        draw_null(difference, 0.0)
        return shares, difference

    def _draw_row(self, ax: Axes, strips: tuple[Axes, Axes] | None, row: _Row, y: float, down: float) -> None:
        from matplotlib.patches import Rectangle

        places, top = self.places, y + down
        if row.line.is_own:
            ax.add_patch(
                Rectangle(
                    (MARGIN_PT / 2, top - ROW_GAP_PT / 2),
                    places.width - MARGIN_PT,
                    row.height + ROW_GAP_PT,
                    facecolor=TINT,
                    linewidth=0,
                    zorder=0,
                )
            )
        write_block(ax, row.label, at=(MARGIN_PT, top))
        write_block(ax, row.detail, at=(MARGIN_PT, top + row.label.height_pt))
        middle = (row.height - row.text.height_pt) / 2
        if row.line.is_shown:
            write_block(ax, row.text, at=(places.number_x, top + middle))
            if strips:
                _draw_shares(strips[0], row.line, down + row.height / 2)
                _draw_difference(strips[1], row.line, down + row.height / 2)
        elif strips:
            edges = (down - ROW_GAP_PT / 2, down + row.height + ROW_GAP_PT / 2)
            fill = TINT if row.line.is_own else PAPER
            nothing = block("", places.difference_width)
            for strip in strips:
                write_over(strip, nothing, y=down + middle, row=edges, fill=fill)
            # in the strip that is drawn last, so that the lines of neither run through the words
            left = (places.shares_x - places.difference_x) / places.difference_width
            write_block(strips[1], row.text, at=(left, down + middle), frame=("axes fraction", "data"))
        else:
            write_block(ax, row.text, at=(places.shares_x, top + middle))


def _captions(exhibit: Exhibit, scale: Scale | None, places: _Places, setting: Setting) -> Directions | None:
    """Say which direction of the difference favours which arm."""
    if scale is None:
        return None
    lower = setting.subject.outcome(exhibit.outcome).get("better", "lower") == "lower"
    arms = [setting.say("definitions.favours", arm=setting.arm(role)) for role in ROLES]
    left, right = arms if lower else reversed(arms)
    return directions(
        left,
        right,
        null_x=places.difference_x + scale.place(0.0) * places.difference_width,
        from_x=places.shares_x,
        to_x=places.width - MARGIN_PT,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """Which marker is which arm: side by side where both fit on one line, else one below the other."""

    names: tuple[Block, ...]
    is_beside: bool

    @classmethod
    def of(cls, setting: Setting, room: float) -> _Key:
        """Wrap the names of the arms."""
        names = tuple(
            block(
                sentence(setting.arm(role)),
                room - KEY_GAP_PT,
                size_pt=SMALL_PT,
                bold=True,
                colour=ARMS[role].text,
            )
            for role in ROLES
        )
        needed = sum(2 * KEY_GAP_PT + name.width_pt for name in names) - KEY_GAP_PT
        return cls(names=names, is_beside=needed <= room and all(len(name.lines) == 1 for name in names))

    @property
    def height_pt(self) -> float:
        """Height of the key."""
        heights = [name.height_pt for name in self.names]
        return max(heights) if self.is_beside else sum(heights)

    def draw(self, ax: Axes, y: float) -> None:
        """Draw the key from a height on."""
        x = MARGIN_PT
        for role, name in zip(ROLES, self.names, strict=True):
            style = ARMS[role]
            ax.plot(
                [x + KEY_GAP_PT / 3],
                [y + leading_pt(SMALL_PT) / 2],
                marker=style.marker,
                markersize=style.point_size,
                color=style.line,
                markerfacecolor=style.line if style.is_filled else PAPER,
                clip_on=False,
            )
            write_block(ax, name, at=(x + KEY_GAP_PT, y))
            if self.is_beside:
                x += 2 * KEY_GAP_PT + name.width_pt
            else:
                y += name.height_pt


def _draw_shares(strip: Axes, line: DefinitionLine, y: float) -> None:
    """Draw the share of each arm, joined so that the distance is seen."""
    strip.plot(list(line.shares.values()), [y, y], color=RULE, linewidth=OTHER_LINE_PT, zorder=2)
    for role in reversed(ROLES):  # the open, larger points first, so that both are seen in one place
        style = ARMS[role]
        strip.plot(
            [line.shares[role]],
            [y],
            marker=style.marker,
            markersize=style.point_size,
            color=style.line,
            markerfacecolor=style.line if style.is_filled else PAPER,
            zorder=4,
            label=f"{line.name}/{role}",
        )


def _draw_difference(strip: Axes, line: DefinitionLine, y: float) -> None:
    """Draw an interval and, where there is one, its estimate; an interval alone has a bar at each end."""
    colour = PRIMARY if line.is_own else INK
    if line.ends:
        width = OWN_LINE_PT if line.is_own else OTHER_LINE_PT
        strip.plot(
            line.ends,
            [y, y],
            color=colour,
            linewidth=width,
            solid_capstyle="butt",
            zorder=3,
            marker="|" if line.estimate is None else "",
            markersize=OTHER_MARKER_PT + width,
        )
    if line.estimate is None:
        return
    strip.plot(
        [line.estimate],
        [y],
        marker="s" if line.is_own else "o",
        markersize=OWN_MARKER_PT if line.is_own else OTHER_MARKER_PT,
        markerfacecolor=colour,
        markeredgecolor=colour,
        zorder=4,
        label=line.name,
    )
