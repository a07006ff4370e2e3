"""An indicator month by month: the points, their median, and what the rules for runs say of them."""

from __future__ import annotations

import pandas as pd

from primus_eval.figures.curve import shown_exhibit
from primus_eval.figures.indicator_words import (
    form_of,
    indicator_of,
    month_text,
    name_of,
    rounded_words,
    value_text,
)
from primus_eval.figures.setting import Setting, setting_of
from primus_eval.findings import Exhibit, Findings

RUN_COLUMNS = ("period", "month", "value", "is_useful")

SIGNALS = ("shift", "crossings")


def run_chart_frame(findings: Findings, *, indicator: str) -> pd.DataFrame:
    """Return the points of an indicator's run chart in order of time.

    Columns: period, counted from one; month such as "2018-04"; value, in the unit of the indicator;
    is_useful, whether the point lies off the median, which is what the rules count, and true
    where values were rounded, since the rules counted exact ones. Months without a
    value are left out.
    Source: Anhøj & Olesen 2014, doi 10.1371/journal.pone.0113825.
    Checked: tests/test_figures_run_chart.py.
    """
    exhibit = run_chart_exhibit(findings, indicator)
    median, is_exact = exhibit.notes.get("median"), not exhibit.notes.get("rounded")
    rows = [
        (record["period"], record["month"], record["value"], not is_exact or record["value"] != median)
        for record in exhibit.records()
        if record["value"] is not None
    ]
    frame = pd.DataFrame(rows, columns=list(RUN_COLUMNS))
    return frame.astype({"period": int, "value": float, "is_useful": bool}).sort_values("period")


def run_chart_exhibit(findings: Findings, indicator: str) -> Exhibit:
    """Return the run chart of an indicator; KeyError where there is none, ValueError if withheld."""
    return shown_exhibit(findings, f"run_chart/{indicator}")


def median_of(exhibit: Exhibit) -> float | None:
    """Return the median that may be drawn: none where there are too few points for a rule."""
    median = exhibit.notes.get("median")
    if exhibit.notes.get("signal") == "too_few_points" or not isinstance(median, int | float):
        return None
    return float(median)


def signal_words(exhibit: Exhibit, setting: Setting) -> str:
    """Say what the rules say: a sign, both signs, none, or that there are too few points."""
    notes, signal = exhibit.notes, str(exhibit.notes.get("signal") or "too_few_points")
    said = {
        "shift": setting.say(
            "run_chart.shift",
            run=_number(notes.get("longest_run")),
            limit=_number(notes.get("longest_run_limit")),
        ),
        "crossings": setting.say(
            "run_chart.crossings",
            crossings=_number(notes.get("crossings")),
            limit=_number(notes.get("crossings_limit")),
        ),
    }
    if signal == "both":
        return " ".join(said.values())
    return said[signal] if signal in SIGNALS else setting.say(f"run_chart.{signal}")


def _number(value: object) -> str:
    return str(value) if isinstance(value, int) else "–"


def run_chart_alt(findings: Findings, *, indicator: str, language: str = "en") -> str:
    """Say in words from when to when, how low and how high, and what the rules say."""
    setting = setting_of(findings, language)
    exhibit = run_chart_exhibit(findings, indicator)
    frame, form = run_chart_frame(findings, indicator=indicator), form_of(findings, indicator)
    text = setting.say(
        "run_chart.alt",
        name=name_of(setting, indicator_of(exhibit)),
        first=month_text(setting, str(frame["month"].iloc[0])),
        last=month_text(setting, str(frame["month"].iloc[-1])),
        n=setting.count(len(frame)),
        low=value_text(float(frame["value"].min()), form, language),
        high=value_text(float(frame["value"].max()), form, language),
        said=signal_words(exhibit, setting),
    )
    median, more = median_of(exhibit), rounded_words(exhibit, setting)
    if median is not None:
        more = [setting.say("run_chart.alt_median", value=value_text(median, form, language)), *more]
    return " ".join([text, *more])
