"""How many events a person has had by then: the ink, in the manner of the cumulative curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from primus_eval.figures.canvas import drawing_look, marks_of, stamp
from primus_eval.figures.curve import HEADROOM, final_shares, shown_exhibit, time_ticks
from primus_eval.figures.curve_chart import END_LABEL_ROOM_PT
from primus_eval.figures.curve_lines import draw_end_labels, draw_steps
from primus_eval.figures.lettering import Block, block, width_pt, wrap, write_block
from primus_eval.figures.mean_count import mean_count_frame, mean_text
from primus_eval.figures.plot_area import TICK_LABELS_PT, dress, new_axes
from primus_eval.figures.setting import ASSIGNED, DAYS_IN, Setting, sentence, setting_of
from primus_eval.figures.strip import Scale, linear_ticks, tick_texts
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
from primus_eval.wording.quantities import printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOWEST_TOP = 0.05
"""The axis goes at least this far, in events for each person, where nobody had any."""


def plot_mean_count(
    findings: Findings,
    *,
    outcome: str | None = None,
    population: str = ASSIGNED,
    language: str = "en",
    mark: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean number of events for each person by day in both arms.

    outcome: left out, that of the first such exhibit. mark: words to stamp on the figure, such as INTERNAL.
    Axes of your own need room around them for the labels: about 1.3 inches to the left and right, 1 below.
    """
    with drawing_look():
        outcome = outcome or next(item.outcome for item in findings.exhibits_of("mean_count"))
        setting = setting_of(findings, language)
        exhibit = shown_exhibit(findings, f"mean_count/{outcome}/{population}")
        frame = mean_count_frame(findings, outcome=outcome, population=population)
        room = WIDTH_PT - 2 * MARGIN_PT
        heading = setting.say(
            "mean_count.heading",
            outcome=sentence(setting.outcome(outcome)),
            population=setting.population(population),
        )
        head = block(heading, room)
        note = block(_note(exhibit, frame, setting), room, size_pt=SMALL_PT, colour=QUIET)
        marks = marks_of(setting, mark, room_pt=room)
        labels, scale = _end_labels(frame, setting), _scale(frame)
        values = tick_texts(scale, language)
        left = MARGIN_PT + max(width_pt(text, size_pt=SMALL_PT) for text in values) + 2 * GAP_PT
        right = 2 * GAP_PT + max((label.width_pt for label in labels.values()), default=0.0) + MARGIN_PT
        below = TICK_LABELS_PT + leading_pt(BODY_PT) + GAP_PT
        above = GAP_PT + head.height_pt
        ax = ax or new_axes(
            left_pt=left,
            right_pt=right,
            top_pt=MARGIN_PT + marks.height_pt + above,
            bottom_pt=below + note.height_pt + MARGIN_PT,
        )
        _draw_axes(ax, exhibit, frame, scale, setting)
        for role in labels:
            draw_steps(ax, frame, role, value="mean_count")
        draw_end_labels(ax, frame, labels, value="mean_count")
        edge = MARGIN_PT - left
        write_block(ax, head, at=(0, 1), frame="axes fraction", shift_pt=(edge, above))
        write_block(ax, note, at=(0, 0), frame="axes fraction", shift_pt=(edge, -below))
        corner = (right - MARGIN_PT, above + marks.height_pt)
        stamp(ax, marks, at=(1, 1), frame="axes fraction", shift_pt=corner)
    return ax


def _draw_axes(ax: Axes, exhibit: Exhibit, frame: pd.DataFrame, scale: Scale, setting: Setting) -> None:
    horizon = exhibit.notes.get("horizon_days")
    last_day = float(frame["time_days"].max() if horizon is None else horizon)
    times = time_ticks(
        pd.DataFrame(), last_day=last_day, unit=setting.unit, days_in_unit=DAYS_IN[setting.unit]
    )
    clock = setting.subject.outcome(exhibit.outcome)["clock_start"]
    dress(
        ax,
        last_day=max(last_day, *times),
        times=times,
        time_labels=[setting.time(time) for time in times],
        top=scale.high,
        values=scale.ticks,
        value_labels=tick_texts(scale, setting.language),
        time_label=setting.say(f"curve.{setting.unit}_since_{clock}"),
    )


def _scale(frame: pd.DataFrame) -> Scale:
    """Return an axis from zero to above everything that is drawn."""
    highest = max(float(frame[["mean_count", "conf_high"]].max().max()), LOWEST_TOP)
    top = highest / (1 - HEADROOM)
    return Scale(low=0.0, high=top, is_log=False, ticks=tuple(linear_ticks(0.0, top)))


def _end_labels(frame: pd.DataFrame, setting: Setting) -> dict[ArmRole, Block]:
    labels = {}
    for role, end in final_shares(frame).items():
        lines = wrap(sentence(setting.arm(role)), room_pt=END_LABEL_ROOM_PT, bold=True)
        lines.append(mean_text(float(end["mean_count"]), setting))
        labels[role] = Block(lines=tuple(lines), bold=True, colour=ARMS[role].text)
    return labels


def _note(exhibit: Exhibit, frame: pd.DataFrame, setting: Setting) -> str:
    level = exhibit.notes.get("conf_level")
    parts = [setting.say("mean_count.no_bands")]
    if level is not None and frame["conf_low"].notna().any():
        parts = [setting.say("mean_count.bands", level=printed(level, "percent_whole", setting.language))]
    if exhibit.notes.get("method") == "ghosh_lin":
        parts.append(setting.say("mean_count.dead"))
    return " ".join(parts)
