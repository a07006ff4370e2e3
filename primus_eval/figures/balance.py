"""How alike the arms were when they were randomised: the numbers and words of the balance plot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from primus_eval.figures.curve import shown_exhibit
from primus_eval.figures.setting import Setting, sentence, setting_of
from primus_eval.findings import Exhibit, Findings
from primus_eval.wording import numbers
from primus_eval.wording.pieces import plain_text

LIMIT = 0.1
"""Differences below this are shaded as small (Austin 2009, Statistics in Medicine 28:3083). It is a guide
to the eye, not a test: after a correct randomisation any difference is chance."""

BALANCE_COLUMNS = ("variable", "level", "label", "smd", "text")


def balance_frame(findings: Findings, *, language: str = "en") -> pd.DataFrame:
    """Return one row per baseline characteristic: variable, level, label, smd, text.

    smd: standardised mean difference, treatment minus control, NaN where there is none; `text` is what
    is printed for it. In the order of the baseline table. Checked: tests/test_figures_balance.py.
    """
    setting = setting_of(findings, language)
    exhibit = shown_exhibit(findings, "baseline")
    digits = _digits_by_variable(exhibit)
    rows = [
        (
            record["variable"],
            record["level"],
            _label(record, setting),
            record["smd"],
            _text(record, exhibit, setting, digits[record["variable"]]),
        )
        for record in exhibit.records()
    ]
    return pd.DataFrame(rows, columns=list(BALANCE_COLUMNS)).astype({"smd": float})


def _label(record: Mapping[str, Any], setting: Setting) -> str:
    """Name a characteristic in the language of the figure, with its unit or its level."""
    subject, variable = setting.subject, str(record["variable"])
    label = plain_text(subject.column(variable, str(record["label"])))
    if record["level_label"]:
        level = subject.level(variable, str(record["level"]), str(record["level_label"])).text
        return sentence(setting.say("balance.level", variable=label, level=level))
    unit = subject.unit_of(variable, str(record["unit"])).text
    return sentence(setting.say("balance.unit", variable=label, unit=unit) if unit else label)


def _digits_by_variable(exhibit: Exhibit) -> dict[Any, int]:
    """Return the decimals that the differences of each variable have.

    Where values were rounded for release, not one more is printed than they may have been rounded to.
    """
    by_variable: dict[Any, list[float]] = {}
    for record in exhibit.records():
        known: list[float] = by_variable.setdefault(record["variable"], [])
        if isinstance(record["smd"], int | float):
            known.append(float(record["smd"]))
    return {
        variable: 1 if is_rounded(exhibit) and all(_is_tenth(smd) for smd in known) else 2
        for variable, known in by_variable.items()
    }


def is_rounded(baseline: Exhibit) -> bool:
    """Tell whether the values of a baseline table were rounded for release."""
    return bool(baseline.notes.get("rounded"))


def _is_tenth(smd: float) -> bool:
    return abs(smd - round(smd, 1)) < 1e-9


def _text(record: Mapping[str, Any], exhibit: Exhibit, setting: Setting, digits: int) -> str:
    if record["smd"] is not None:
        return numbers.decimal(record["smd"], digits, setting.language)
    is_withheld = record["value_treatment"] is None and bool(exhibit.notes.get("withheld_variables"))
    return setting.say("balance.not_shown" if is_withheld else "balance.undefined")


def balance_note(findings: Findings, *, language: str = "en") -> str:
    """Say beneath the plot what is shaded, that values are rounded, and why some are not shown."""
    setting = setting_of(findings, language)
    frame = balance_frame(findings, language=language)
    parts = [setting.say("balance.band", limit=numbers.decimal(LIMIT, 1, setting.language))]
    if is_rounded(shown_exhibit(findings, "baseline")) and frame["smd"].notna().any():
        parts.append(setting.say("balance.rounded"))
    if _withheld(frame, setting):
        parts.append(setting.say("balance.withheld"))
    return " ".join(parts)


def _withheld(frame: pd.DataFrame, setting: Setting) -> int:
    return int((frame["text"] == setting.say("balance.not_shown")).sum())


def balance_alt(findings: Findings, *, language: str = "en") -> str:
    """Say in words between which values the differences lie, and which are beyond the shaded ones.

    And whether they are rounded, and how many rows are withheld.
    """
    setting = setting_of(findings, language)
    frame = balance_frame(findings, language=language)
    parts = [_range_in_words(frame.dropna(subset="smd"), setting)]
    if is_rounded(shown_exhibit(findings, "baseline")) and frame["smd"].notna().any():
        parts.append(setting.say("balance.rounded"))
    if withheld := _withheld(frame, setting):
        n, total = setting.count(withheld), setting.count(len(frame))
        parts.append(setting.say("balance.alt_withheld", n=n, total=total))
    return " ".join(parts)


def _range_in_words(known: pd.DataFrame, setting: Setting) -> str:
    if not len(known):
        return setting.say("balance.alt_empty")
    limit = numbers.decimal(LIMIT, 1, setting.language)
    beyond = known[known["smd"].abs() >= LIMIT]
    names = [f"{label} ({text})" for label, text in zip(beyond["label"], beyond["text"], strict=True)]
    texts = known.sort_values("smd", kind="stable")["text"]
    text = setting.say(
        "balance.alt",
        treatment=setting.arm("treatment"),
        control=setting.arm("control"),
        n=setting.count(len(known)),
        low=texts.iloc[0],
        high=texts.iloc[-1],
    )
    if not names:
        return f"{text} {setting.say('balance.alt_none', limit=limit)}"
    return f"{text} {setting.say('balance.alt_beyond', limit=limit, labels=setting.listed(names))}"
