"""What figures of indicators share: their names, how their values are printed, months in words."""

from __future__ import annotations

from collections.abc import Mapping

from primus_eval.figures.setting import Setting
from primus_eval.findings import Exhibit, Findings
from primus_eval.wording.quantities import printed

FORMS: Mapping[str, str] = {"proportion": "percent", "per_week": "amount", "ratio": "ratio"}
"""How values over months or units are printed, by the unit of their indicator."""


def indicator_of(exhibit: Exhibit) -> str:
    """Return the indicator that an exhibit such as run_chart/matched is about."""
    return str(exhibit.notes.get("indicator") or exhibit.id.rpartition("/")[2])


def name_of(setting: Setting, indicator: str) -> str:
    """Return the short name of an indicator."""
    return setting.word(f"indicator.{indicator}.name")


def form_of(findings: Findings, indicator: str) -> str:
    """Return the form in which the values of an indicator are printed, by its unit among the indicators."""
    units = (
        str(record["unit"])
        for exhibit in findings.exhibits_of("indicators")
        for record in exhibit.records()
        if record["indicator"] == indicator
    )
    return FORMS.get(next((unit for unit in units if unit in FORMS), "proportion"), "percent")


def rounded_words(exhibit: Exhibit, setting: Setting) -> list[str]:
    """Say that numbers were rounded for release, where they were."""
    if not exhibit.notes.get("rounded"):
        return []
    return [setting.say("run_chart.rounded" if exhibit.kind == "run_chart" else "exposure.rounded")]


def value_text(value: float, form: str, language: str) -> str:
    """Print a value of an indicator."""
    return printed(value, form, language)


def month_text(setting: Setting, stored: str) -> str:
    """Write a month such as 2018-04 in words; what is none as it stands."""
    year, _, month = stored.partition("-")
    if not month.isdigit() or not 1 <= int(month) <= 12:
        return stored
    return f"{setting.word('date.months').split()[int(month) - 1]} {year}"


def short_month(setting: Setting, stored: str) -> str:
    """Write a month in three letters and its year, for an axis."""
    name, _, year = month_text(setting, stored).partition(" ")
    return f"{name[:3]} {year}" if year else stored
