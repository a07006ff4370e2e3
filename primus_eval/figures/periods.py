"""The arms period by period: hazard ratios within periods beside differences in risk up to their ends.

Only what is counted from day 0 compares everyone randomised. Within a later period those are compared who
were still without the event, and they need no longer be alike: such rows are marked.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from primus_eval.figures.forest import in_axis_unit, numbers_of
from primus_eval.figures.forest_words import BY_PERIOD
from primus_eval.figures.setting import Setting, setting_of
from primus_eval.findings import Finding, Findings

PERIOD_COLUMNS = (
    "from_days",
    "to_days",
    "ratio",
    "ratio_low",
    "ratio_high",
    "is_randomised",
    "ratio_text",
    "difference",
    "difference_low",
    "difference_high",
    "difference_text",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A number with its interval in the unit of its axis, and what is printed; without number the reason."""

    estimate: float | None
    ends: tuple[float, float] | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    """One period: its days, the hazard ratio within it, and the difference in risk up to its end.

    is_randomised: whether the ratio compares everyone randomised, as in the first period. difference: None
    where there is no such finding.
    """

    from_days: int
    to_days: int
    label: str
    ratio: Measured
    is_randomised: bool
    difference: Measured | None


def period_analyses(findings: Findings) -> tuple[str, ...]:
    """Return the analyses by period that have a number to show, in the order of the findings."""
    chosen = {row.analysis for row in findings.rows if row.method == BY_PERIOD}
    return tuple(
        dict.fromkeys(row.analysis for row in findings.rows if row.analysis in chosen and _is_drawn(row))
    )


def _is_ratio(row: Finding) -> bool:
    return row.effect_measure == "hazard_ratio" and row.from_days is not None


def _is_difference(row: Finding) -> bool:
    return row.effect_measure == "risk_difference" and row.from_days is None


def _is_drawn(row: Finding) -> bool:
    return (_is_ratio(row) or _is_difference(row)) and row.estimate is not None


def period_rows(findings: Findings, analysis: str, *, language: str = "en") -> tuple[PeriodRow, ...]:
    """Return the periods of one analysis in order of time; ValueError where it has none."""
    setting = setting_of(findings, language)
    found = findings.of_analysis(analysis)
    differences = {row.horizon_days: row for row in found if _is_difference(row)}
    rows = []
    for row in found:
        if not _is_ratio(row) or row.from_days is None or row.horizon_days is None:
            continue
        beside = differences.get(row.horizon_days)
        label = setting.say(
            "periods.period", first=setting.time(row.from_days), last=setting.duration(row.horizon_days)
        )
        rows.append(
            PeriodRow(
                from_days=row.from_days,
                to_days=row.horizon_days,
                label=label,
                ratio=_measured(row, setting),
                is_randomised=not row.conditional,
                difference=None if beside is None else _measured(beside, setting),
            )
        )
    if not rows:
        raise ValueError(f"analysis {analysis!r} has no hazard ratios by period: there is nothing to draw")
    return tuple(sorted(rows, key=lambda row: row.from_days))


def _measured(row: Finding, setting: Setting) -> Measured:
    estimate, low, high = (
        in_axis_unit(getattr(row, name), row, setting) for name in ("estimate", "conf_low", "conf_high")
    )
    ends = None if low is None or high is None else (low, high)
    return Measured(estimate=estimate, ends=ends, text=numbers_of(row, setting))


def periods_frame(findings: Findings, *, analysis: str, language: str = "en") -> pd.DataFrame:
    """Return one row per period: the hazard ratio within it, and the difference in risk up to its end.

    Differences are in percentage points; NaN where there is no number, and the text says why. is_randomised:
    whether the ratio compares everyone randomised.
    Checked: tests/test_figures_periods.py.
    """
    rows = [
        (
            row.from_days,
            row.to_days,
            *_cells(row.ratio)[:3],
            row.is_randomised,
            row.ratio.text,
            *_cells(row.difference),
        )
        for row in period_rows(findings, analysis, language=language)
    ]
    frame = pd.DataFrame(rows, columns=list(PERIOD_COLUMNS))
    numeric = [name for name in PERIOD_COLUMNS if name.startswith(("ratio", "diff")) and "text" not in name]
    return frame.astype(dict.fromkeys(numeric, float))


def _cells(measured: Measured | None) -> tuple[float | None, float | None, float | None, str]:
    if measured is None:
        return None, None, None, ""
    low, high = measured.ends or (None, None)
    return measured.estimate, low, high, measured.text


def periods_alt(findings: Findings, *, analysis: str, language: str = "en") -> str:
    """Say all periods in words, for a reader who does not see the figure."""
    setting = setting_of(findings, language)
    first = findings.of_analysis(analysis)[0]
    said = [
        setting.say(
            "periods.alt_period",
            period=row.label,
            ratio=row.ratio.text.removesuffix("."),
            difference=setting.say("periods.not_there")
            if row.difference is None
            else row.difference.text.removesuffix("."),
        )
        for row in period_rows(findings, analysis, language=language)
    ]
    return setting.say(
        "periods.alt",
        treatment=setting.arm("treatment"),
        control=setting.arm("control"),
        outcome=setting.outcome(first.outcome),
        population=setting.population(first.population),
        periods="; ".join(said),
    )
