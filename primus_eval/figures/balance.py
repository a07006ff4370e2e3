"""How alike the arms were when they were randomised: the numbers and words of the balance plot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from primus_eval.figures.curve import shown_exhibit
from primus_eval.figures.setting import Setting, sentence, setting_of
from primus_eval.findings import Exhibit, Findings
from primus_eval.schema import text_in
from primus_eval.wording import numbers

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
    rows = [
        (
            record["variable"],
            record["level"],
            _label(record, setting),
            record["smd"],
            _text(record, exhibit, setting),
        )
        for record in exhibit.records()
    ]
    return pd.DataFrame(rows, columns=list(BALANCE_COLUMNS)).astype({"smd": float})


def _label(record: Mapping[str, Any], setting: Setting) -> str:
    """Name a characteristic in the language of the figure, with its unit or its level."""
    column = setting.subject.protocol["data"]["participants"]["columns"].get(record["variable"]) or {}
    label = text_in(column["label"], setting.language) if column else str(record["label"])
    if record["level_label"]:
        texts = (column.get("levels") or {}).get(record["level"])
        level = text_in(texts, setting.language) if texts else str(record["level_label"])
        return sentence(setting.say("balance.level", variable=label, level=level))
    unit = record["unit"]
    return sentence(setting.say("balance.unit", variable=label, unit=unit) if unit else label)


def _text(record: Mapping[str, Any], exhibit: Exhibit, setting: Setting) -> str:
    if record["smd"] is not None:
        return numbers.decimal(record["smd"], 2, setting.language)
    is_withheld = record["value_treatment"] is None and bool(exhibit.notes.get("withheld_variables"))
    return setting.say("balance.not_shown" if is_withheld else "balance.undefined")


def balance_alt(findings: Findings, *, language: str = "en") -> str:
    """Say in words between which values the differences lie, and which are beyond the shaded ones."""
    setting = setting_of(findings, language)
    known = balance_frame(findings, language=language).dropna(subset="smd")
    if not len(known):
        return setting.say("balance.alt_empty")
    limit = numbers.decimal(LIMIT, 1, setting.language)
    beyond = known[known["smd"].abs() >= LIMIT]
    names = [f"{label} ({text})" for label, text in zip(beyond["label"], beyond["text"], strict=True)]
    text = setting.say(
        "balance.alt",
        treatment=setting.arm("treatment"),
        control=setting.arm("control"),
        n=setting.count(len(known)),
        low=numbers.decimal(float(known["smd"].min()), 2, setting.language),
        high=numbers.decimal(float(known["smd"].max()), 2, setting.language),
    )
    if not names:
        return f"{text} {setting.say('balance.alt_none', limit=limit)}"
    return f"{text} {setting.say('balance.alt_beyond', limit=limit, labels=setting.listed(names))}"
