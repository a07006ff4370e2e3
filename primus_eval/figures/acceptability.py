"""The acceptability curve: how often the programme pays at each value of one averted. Numbers and words.

A share of resamples, or a one-sided tail of a normal distribution: a probability only under a flat prior.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from primus_eval.figures.plane import currency_of, shown_exhibit_of
from primus_eval.figures.setting import Setting, setting_of
from primus_eval.findings import Findings
from primus_eval.wording.quantities import printed

COLUMNS = ["amount", "probability", "share_of_draws"]


def acceptability_frame(findings: Findings) -> pd.DataFrame:
    """Return the curve in order of what one averted is worth.

    Columns: amount, in the currency of the evaluation; probability, by normal theory; share_of_draws, NaN
    where nothing was resampled. Checked: tests/test_figures_acceptability.py.
    """
    records = shown_exhibit_of(findings, "acceptability").records()
    frame = pd.DataFrame(records, columns=COLUMNS).astype(float)
    return frame.sort_values("amount", kind="stable", ignore_index=True)


def declared_values(findings: Findings, setting: Setting) -> dict[str, tuple[str, float]]:
    """Return label and amount of every declared value that the results name, by its id, lowest first."""
    amounts = {
        str(record["value"]): float(record["amount"])
        for exhibit in findings.exhibits_of("economic_result")
        for record in exhibit.records()
        if record["value"] and record["variant"] == "base" and isinstance(record["amount"], int | float)
    }
    labels = value_labels(findings, setting)
    ordered = sorted(amounts.items(), key=lambda item: item[1])
    return {id: (labels.get(id, id), amount) for id, amount in ordered}


def value_labels(findings: Findings, setting: Setting) -> dict[str, str]:
    """Return the labels of the declared values by their ids."""
    economics: Mapping[str, Any] = findings.context["economics"]
    return {value["id"]: setting.subject.quote(value["label"]).text for value in economics.get("value", ())}


def chance_at(frame: pd.DataFrame, amount: float) -> pd.Series | None:
    """Return the row of the curve at an amount; None where it has none there."""
    at = frame[(frame["amount"] - amount).abs() <= 1e-9 * max(1.0, amount)]
    return None if at.empty else at.iloc[0]


def acceptability_alt(findings: Findings, *, language: str = "en") -> str:
    """Say in a sentence what the curve is at nothing and at each declared value."""
    setting = setting_of(findings, language)
    frame = acceptability_frame(findings)
    exhibit = shown_exhibit_of(findings, "acceptability")
    ends = [("", float(frame["amount"].iloc[0])), *declared_values(findings, setting).values()]
    said = []
    for label, amount in ends:
        row = chance_at(frame, amount)
        if row is not None:
            said.append(_point(label, row, findings, setting))
    return setting.say(
        "acceptability.alt",
        outcome=setting.outcome(exhibit.outcome),
        population=setting.population(exhibit.population),
        points="; ".join(said),
    )


def _point(label: str, row: pd.Series, findings: Findings, setting: Setting) -> str:
    shares = row["share_of_draws"]
    value = float(row["probability"] if shares != shares else shares)
    return setting.say(
        f"acceptability.alt_{'value' if label else 'point'}",
        amount=printed(float(row["amount"]), f"money:{currency_of(findings)}", setting.language),
        share=printed(value, "percent_bound", setting.language),
        **({"label": label} if label else {}),
    )
