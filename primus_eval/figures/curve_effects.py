"""What the curves differ by, up to each day of the risk table: the numbers beneath them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from primus_eval.figures.curve import is_coarse
from primus_eval.figures.lettering import width_pt
from primus_eval.figures.setting import ASSIGNED, Setting, sentence
from primus_eval.figures.theme import SMALL_PT
from primus_eval.findings import Exhibit, Findings
from primus_eval.wording.quantities import POINT_MEASURES, printed

EFFECT_COLUMNS = ("time_days", "measure", "estimate", "conf_low", "conf_high")

NOT_SHOWN = "\u2013"
CELL_GAP_PT = 5.0
"""Distance between two cells of one row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRows:
    """One difference: its heading, and by day what is printed, the estimate and beneath it the interval."""

    measure: str
    heading: str
    cells: Mapping[float, tuple[str, str]]


def effects_frame(findings: Findings, *, outcome: str, population: str = ASSIGNED) -> pd.DataFrame:
    """Return the differences up to each day, treatment minus control: as proportions, and in days.

    Columns: time_days, measure, estimate, conf_low, conf_high; NaN where there is none. No rows where the
    exhibit is not there or the curve was coarsened: exact differences do not belong beneath rounded curves.
    Checked: tests/test_figures_curve_effects.py.
    """
    exhibit = _exhibit(findings, outcome, population)
    rows = (
        [] if exhibit is None else [[record[name] for name in EFFECT_COLUMNS] for record in exhibit.records()]
    )
    frame = pd.DataFrame(rows, columns=list(EFFECT_COLUMNS))
    return frame.astype(dict.fromkeys(("time_days", "estimate", "conf_low", "conf_high"), float))


def _exhibit(findings: Findings, outcome: str, population: str) -> Exhibit | None:
    shown = {exhibit.id: exhibit for exhibit in findings.exhibits if exhibit.status == "estimated"}
    curve = shown.get(f"curve/{outcome}/{population}")
    if curve is not None and is_coarse(curve):
        return None
    return shown.get(f"curve_effects/{outcome}/{population}")


def effect_rows(
    findings: Findings, *, outcome: str, population: str, setting: Setting
) -> tuple[EffectRows, ...]:
    """Print the differences of each measure, in the order in which the exhibit has them."""
    exhibit = _exhibit(findings, outcome, population)
    frame = effects_frame(findings, outcome=outcome, population=population)
    if exhibit is None:
        return ()
    level = printed(exhibit.notes.get("conf_level"), "percent_whole", setting.language)
    rows = []
    for measure in dict.fromkeys(frame["measure"]):
        own = frame[frame["measure"] == measure]
        heading = setting.say(
            "curve.difference",
            measure=sentence(setting.word(f"measure.{measure}")),
            unit=unit_of(measure, setting),
            treatment=setting.arm("treatment"),
            control=setting.arm("control"),
            level=level,
        )
        rows.append(
            EffectRows(
                measure=measure,
                heading=heading,
                cells={float(row["time_days"]): _cell(row, measure, setting) for _, row in own.iterrows()},
            )
        )
    return tuple(rows)


def unit_of(measure: str, setting: Setting) -> str:
    """Return the unit in which a difference is printed."""
    return setting.word("unit.points" if measure in POINT_MEASURES else f"unit.{setting.unit}")


def _cell(row: pd.Series, measure: str, setting: Setting) -> tuple[str, str]:
    form = "points" if measure in POINT_MEASURES else setting.unit
    estimate, low, high = (
        None if pd.isna(row[name]) else printed(float(row[name]), form, setting.language)
        for name in ("estimate", "conf_low", "conf_high")
    )
    interval = None if low is None or high is None else setting.say("curve.from_to", low=low, high=high)
    return estimate or NOT_SHOWN, interval or NOT_SHOWN


def days_with_room(effects: Sequence[EffectRows], per_day_pt: float) -> list[float]:
    """Return the days at which cells are written: all, or every second, third ..., counted from the last.

    per_day_pt: how many points a day is wide. The first cell must not reach beyond the beginning of the axis.
    """
    days = sorted({day for effect in effects for day in effect.cells})
    widths = {
        day: max(width_pt(text, size_pt=SMALL_PT) for effect in effects for text in effect.cells[day])
        for day in days
    }

    def fits(chosen: list[float]) -> bool:
        beside = all(
            (later - day) * per_day_pt >= (widths[day] + widths[later]) / 2 + CELL_GAP_PT
            for day, later in pairwise(chosen)
        )
        return beside and chosen[0] * per_day_pt >= widths[chosen[0]] / 2

    thinned = (days[::-1][::step][::-1] for step in range(1, len(days)))
    return next((chosen for chosen in thinned if fits(chosen)), days[-1:])


def effects_in_words(findings: Findings, *, outcome: str, population: str, setting: Setting) -> str:
    """Say the differences up to the last day, for a reader who does not see them."""
    said = []
    for effect in effect_rows(findings, outcome=outcome, population=population, setting=setting):
        last = max(effect.cells)
        estimate, interval = effect.cells[last]
        if estimate == NOT_SHOWN:
            continue
        said.append(
            setting.say(
                "curve.alt_difference" if interval != NOT_SHOWN else "curve.alt_difference_alone",
                measure=sentence(setting.word(f"measure.{effect.measure}")),
                unit=unit_of(effect.measure, setting),
                time=setting.duration(last),
                estimate=estimate,
                interval=interval,
            )
        )
    return " ".join(said)
