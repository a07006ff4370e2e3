"""An indicator by unit of delivery, with the exact limits that chance leaves a unit of its size within."""

from __future__ import annotations

from string import ascii_uppercase

import pandas as pd

from primus_eval.figures.curve import shown_exhibit
from primus_eval.figures.indicator_words import form_of, indicator_of, name_of, value_text
from primus_eval.figures.setting import Setting, setting_of
from primus_eval.findings import Exhibit, Findings
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.quantities import printed

LIMITS = ("low95", "high95", "low998", "high998")

FUNNEL_COLUMNS = ("mark", "label", "numerator", "denominator", "value", *LIMITS, "place")


def funnel_frame(findings: Findings, *, indicator: str, language: str = "en") -> pd.DataFrame:
    """Return the units of a funnel in the alphabetical order of their labels.

    Columns: mark, the letter by which the picture names a unit; label; numerator and denominator; value;
    low95, high95, low998 and high998, the exact limits for a unit of its size; place, "within",
    "beyond_inner" or "beyond_outer".
    Source: Spiegelhalter 2005, doi 10.1002/sim.1970 (exact binomial limits around the benchmark).
    Checked: tests/test_figures_funnel.py.
    """
    setting = setting_of(findings, language)
    exhibit = funnel_exhibit(findings, indicator)
    frame = pd.DataFrame(exhibit.records())
    frame["label"] = [unit_label(setting, str(code)) for code in frame["group"]]
    frame = frame.sort_values("label", key=lambda labels: labels.str.casefold(), ignore_index=True)
    frame["mark"] = [_mark(number) for number in range(len(frame))]
    for name in ("denominator", "value", *LIMITS):
        frame[name] = frame[name].astype(float)
    frame["place"] = "within"
    for place, low, high in (("beyond_inner", "low95", "high95"), ("beyond_outer", "low998", "high998")):
        frame.loc[(frame["value"] < frame[low]) | (frame["value"] > frame[high]), "place"] = place
    return frame[list(FUNNEL_COLUMNS)]


def _mark(number: int) -> str:
    """Return a letter, and after Z two of them: A, B, ... Z, AA, AB."""
    letters = len(ascii_uppercase)
    first = "" if number < letters else ascii_uppercase[number // letters - 1]
    return first + ascii_uppercase[number % letters]


def funnel_exhibit(findings: Findings, indicator: str) -> Exhibit:
    """Return the funnel of an indicator; KeyError where there is none, ValueError if withheld."""
    return shown_exhibit(findings, f"funnel/{indicator}")


def unit_label(setting: Setting, code: str) -> str:
    """Return the label of a unit of delivery; its code where the protocol has none."""
    column = str((setting.subject.protocol.get("process") or {}).get("branch") or "")
    return setting.subject.level(column, code).text


def unit_name(setting: Setting) -> str:
    """Return what a unit of delivery is called within a sentence."""
    column = str((setting.subject.protocol.get("process") or {}).get("branch") or "")
    return plain_text(setting.subject.column_in_sentence(column)) if column else setting.say("funnel.unit")


def n_of(row: pd.Series, setting: Setting) -> str:
    """Print how many of how many a unit has."""
    n, total = (printed(float(row[name]), "whole", setting.language) for name in ("numerator", "denominator"))
    return setting.say("funnel.n_of", n=n, total=total)


def funnel_alt(findings: Findings, *, indicator: str, language: str = "en") -> str:
    """Say of each unit in alphabetical order where it lies, for a reader who does not see the picture."""
    setting = setting_of(findings, language)
    exhibit, form = funnel_exhibit(findings, indicator), form_of(findings, indicator)
    units = [
        setting.say(
            "funnel.alt_unit",
            name=row["label"],
            n=n_of(row, setting),
            value=value_text(float(row["value"]), form, language),
            where=setting.say(f"funnel.{row['place']}"),
        )
        for _, row in funnel_frame(findings, indicator=indicator, language=language).iterrows()
    ]
    return setting.say(
        "funnel.alt",
        name=name_of(setting, indicator_of(exhibit)),
        by=unit_name(setting),
        benchmark=printed(exhibit.notes.get("benchmark"), form, language),
        units="; ".join(units),
    )
