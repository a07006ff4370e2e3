"""Cumulative curves by arm, laid out: which words stand where around the axes, and how much room they need.

Rooms are in points. `curve_ink` draws what a `CurveChart` holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from primus_eval.figures.canvas import Marks, marks_of
from primus_eval.figures.curve import (
    coincide,
    final_shares,
    is_coarse,
    is_predicted,
    points_of,
    risk_table_frame,
    share_ticks,
    time_ticks,
    top_share,
)
from primus_eval.figures.curve_effects import EffectRows, effect_rows
from primus_eval.figures.curve_words import predicted_notes
from primus_eval.figures.lettering import Block, block, width_pt, wrap
from primus_eval.figures.plot_area import TICK_LABELS_PT
from primus_eval.figures.setting import DAYS_IN, ROLES, Setting, sentence, setting_of
from primus_eval.figures.theme import (
    ARMS,
    BODY_PT,
    GAP_PT,
    MARGIN_PT,
    QUIET,
    SMALL_PT,
    WIDTH_PT,
    leading_pt,
)
from primus_eval.findings import Exhibit, Findings
from primus_eval.vocabulary import ArmRole
from primus_eval.wording import numbers
from primus_eval.wording.quantities import printed

TABLE_ROWS = {"at_risk": "curve.at_risk", "cumulative_events": "curve.events"}
"""Rows of the risk table for each arm: column of the frame and key of its label."""

EFFECT_ROWS = ("curve.estimate", "curve.interval")
"""Keys of the labels of the rows of a difference."""

END_LABEL_ROOM_PT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveChart:
    """What is drawn: numbers, wrapped texts and the room they take."""

    setting: Setting
    frame: pd.DataFrame
    table: pd.DataFrame
    effects: tuple[EffectRows, ...]
    effect_headings: tuple[Block, ...]
    coarse: bool
    horizon_days: float
    shares: list[float]
    top_share: float
    times: list[float]
    heading: Block
    time_label: str
    names: dict[ArmRole, Block]
    end_labels: dict[ArmRole, Block]
    notes: Block
    marks: Marks

    @property
    def left_pt(self) -> float:
        """Room left of the axes: the row labels of the risk table, or the labels of the shares."""
        keys = [*(TABLE_ROWS.values() if len(self.table) else ()), *(EFFECT_ROWS if self.effects else ())]
        rows = [self.setting.say(key) for key in keys]
        counts = [self.setting.count(int(n)) for n in self.table["at_risk"].dropna()]
        widest_count = max((width_pt(text, size_pt=SMALL_PT) for text in counts), default=0.0)
        widest_row = max((width_pt(text, size_pt=SMALL_PT) for text in rows), default=0.0)
        widest_share = max(
            width_pt(numbers.percent(share, 0, self.setting.language), size_pt=SMALL_PT)
            for share in self.shares
        )
        return MARGIN_PT + max(widest_row + 1.5 * GAP_PT + widest_count / 2, widest_share + GAP_PT)

    @property
    def right_pt(self) -> float:
        """Room right of the axes for the labels at the ends of the curves."""
        return (
            2 * GAP_PT + max((label.width_pt for label in self.end_labels.values()), default=0.0) + MARGIN_PT
        )

    @property
    def top_pt(self) -> float:
        """Room above the axes."""
        return MARGIN_PT + self.marks.height_pt + self.heading.height_pt + GAP_PT

    @property
    def time_axis_pt(self) -> float:
        """Room of the labels of the time axis."""
        return TICK_LABELS_PT + leading_pt(BODY_PT) + GAP_PT

    @property
    def table_pt(self) -> float:
        """Room of the risk table."""
        rows = len(TABLE_ROWS) * leading_pt(SMALL_PT) + GAP_PT / 2
        return sum(name.height_pt + rows for name in self.names.values()) if len(self.table) else 0.0

    @property
    def effects_pt(self) -> float:
        """Room of the differences beneath the risk table."""
        rows = len(EFFECT_ROWS) * leading_pt(SMALL_PT) + GAP_PT / 2
        return sum(heading.height_pt + rows for heading in self.effect_headings)

    @property
    def bottom_pt(self) -> float:
        """Room below the axes."""
        tables = self.table_pt + self.effects_pt
        return self.time_axis_pt + tables + GAP_PT / 2 + self.notes.height_pt + MARGIN_PT


def curve_chart(findings: Findings, exhibit: Exhibit, language: str, mark: str | None) -> CurveChart:
    """Lay out the curves of one exhibit; beneath those that were predicted nobody is counted."""
    setting = setting_of(findings, language)
    outcome, population = exhibit.outcome, exhibit.population
    frame = points_of(exhibit)
    counted = risk_table_frame(findings, outcome=outcome, population=population)
    table = counted.head(0) if is_predicted(exhibit) else counted
    last_day = float(frame["time_days"].max())
    highest = float(frame[["incidence", "conf_high"]].max().max())
    horizon = exhibit.notes.get("horizon_days")
    horizon_days = last_day if horizon is None else float(horizon)
    unit, clock = setting.unit, setting.subject.outcome(outcome)["clock_start"]
    heading = setting.say(
        "standardised_curve.heading" if is_predicted(exhibit) else "curve.heading",
        outcome=sentence(setting.outcome(outcome)),
        population=setting.population(population),
    )
    room = WIDTH_PT - 2 * MARGIN_PT
    effects = (
        ()
        if is_predicted(exhibit)
        else effect_rows(findings, outcome=outcome, population=population, setting=setting)
    )
    notes = " ".join(
        [*_notes(exhibit, frame, table, effects, setting), *predicted_notes(findings, exhibit, setting)]
    )
    return CurveChart(
        setting=setting,
        frame=frame,
        table=table,
        effects=effects,
        effect_headings=tuple(block(effect.heading, room, size_pt=SMALL_PT, bold=True) for effect in effects),
        coarse=is_coarse(exhibit),
        horizon_days=horizon_days,
        shares=share_ticks(highest),
        top_share=top_share(highest),
        times=time_ticks(counted, last_day=horizon_days, unit=unit, days_in_unit=DAYS_IN[unit]),
        heading=block(heading, room),
        time_label=setting.say(f"curve.{unit}_since_{clock}"),
        names={
            role: block(
                sentence(setting.arm(role)), room, size_pt=SMALL_PT, bold=True, colour=ARMS[role].text
            )
            for role in ROLES
        },
        end_labels=_end_labels(frame, is_coarse(exhibit), setting),
        notes=block(notes, room, size_pt=SMALL_PT, colour=QUIET),
        marks=marks_of(setting, mark, room_pt=room),
    )


def _end_labels(frame: pd.DataFrame, coarse: bool, setting: Setting) -> dict[ArmRole, Block]:
    """Write the name of each arm and where its curve ends; a share from rounded counts is left out."""
    labels = {}
    for role, end in final_shares(frame).items():
        lines = wrap(sentence(setting.arm(role)), room_pt=END_LABEL_ROOM_PT, bold=True)
        if not coarse:
            lines.append(numbers.percent(end["incidence"], 1, setting.language))
        labels[role] = Block(lines=tuple(lines), bold=True, colour=ARMS[role].text)
    return labels


def _notes(
    exhibit: Exhibit,
    frame: pd.DataFrame,
    table: pd.DataFrame,
    effects: tuple[EffectRows, ...],
    setting: Setting,
) -> list[str]:
    """Say how the table counts, what the bands are and, of a coarsened curve, what it does not show."""
    say, parts = setting.say, []
    level = exhibit.notes.get("conf_level")
    coarse = is_coarse(exhibit)
    if len(table) and not coarse:
        parts.append(say("curve.counted"))
    if level is not None and frame["conf_low"].notna().any():
        level_text = printed(level, "percent_whole", setting.language)
        parts.append(say("curve.bars" if coarse else "curve.bands", level=level_text))
    if effects:
        parts.append(say("curve.differences"))
    grid = exhibit.notes.get("grid_days")
    if coarse and grid is not None:
        parts.append(say("curve.coarse", grid=setting.duration(float(grid))))
    elif coarse:
        parts.append(say("curve.coarse_no_grid"))
    if coincide(frame):
        parts.append(say("curve.coarse_coincide" if coarse else "curve.coincide"))
    return parts
