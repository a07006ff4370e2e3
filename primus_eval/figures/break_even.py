"""What the programme would have to avert to pay for itself, at each cost per person. Numbers and words.

At a value of V for one averted, a programme that costs C more per person breaks even where C / V are averted
for each person offered it.
"""

from __future__ import annotations

import pandas as pd

from primus_eval.figures.acceptability import value_labels
from primus_eval.figures.plane import currency_of, effect_in_words, shown_exhibit_of
from primus_eval.figures.setting import Setting, setting_of
from primus_eval.findings import Findings
from primus_eval.wording.quantities import printed

NUMBERS = ["cost_per_person", "amount", "needed", "estimate", "conf_low", "conf_high"]


def break_even_frame(findings: Findings) -> pd.DataFrame:
    """Return the effect needed at each value and cost per person, beside what the trial found.

    Columns: value, its id; cost_per_person and amount, in the currency of the evaluation; needed, averted for
    each person; estimate, conf_low, conf_high, averted in the trial, NaN where it has none. Lowest amounts
    first. Checked: tests/test_figures_break_even.py.
    """
    records = shown_exhibit_of(findings, "break_even").records()
    frame = pd.DataFrame(records, columns=["value", *NUMBERS]).astype(dict.fromkeys(NUMBERS, float))
    frame = frame.dropna(subset=["cost_per_person", "amount", "needed"])
    return frame.sort_values(["amount", "cost_per_person"], kind="stable", ignore_index=True)


def own_cost(findings: Findings) -> float:
    """Return what the trial's own programme costs more per person, of all costs that are listed."""
    exhibit = shown_exhibit_of(findings, "break_even")
    own = exhibit.notes.get("cost_per_person")
    if isinstance(own, int | float):
        return float(own)
    costs = break_even_frame(findings)["cost_per_person"]
    return 0.0 if costs.empty else float(costs.iloc[0])


def can_break_even(findings: Findings) -> bool:
    """Whether there is anything to earn back: what costs no more has nothing to avert to pay for itself."""
    return own_cost(findings) > 0


def needed_at(findings: Findings) -> pd.DataFrame:
    """Return one row for each value: what is needed at the trial's own cost."""
    frame, cost = break_even_frame(findings), own_cost(findings)
    first = frame.groupby("value", sort=False).first().reset_index()
    return first.assign(cost_per_person=cost, needed=cost / first["amount"])


def break_even_alt(findings: Findings, *, language: str = "en") -> str:
    """Say in a sentence what is needed at each value, and what the trial found."""
    setting = setting_of(findings, language)
    exhibit = shown_exhibit_of(findings, "break_even")
    rows = needed_at(findings)
    labels = value_labels(findings, setting)
    said = [_needed(labels, row, findings, setting) for _, row in rows.iterrows()]
    cost = printed(own_cost(findings), f"money:{currency_of(findings)}", language)
    about = {
        "outcome": setting.outcome(exhibit.outcome),
        "population": setting.population(exhibit.population),
    }
    needed = setting.say("break_even.alt", cost=cost, needed="; ".join(said), **about)
    return " ".join([needed, *_found(rows, findings, setting)])


def _needed(labels: dict[str, str], row: pd.Series, findings: Findings, setting: Setting) -> str:
    return setting.say(
        "break_even.alt_value",
        label=labels.get(str(row["value"]), str(row["value"])),
        amount=printed(float(row["amount"]), f"money:{currency_of(findings)}", setting.language),
        effect=effect_in_words(float(row["needed"]), findings, setting),
    )


def _found(rows: pd.DataFrame, findings: Findings, setting: Setting) -> list[str]:
    first = rows.iloc[0]
    if first[["estimate", "conf_low", "conf_high"]].isna().any():
        return []
    values = {
        name: effect_in_words(float(first[column]), findings, setting)
        for name, column in (("estimate", "estimate"), ("low", "conf_low"), ("high", "conf_high"))
    }
    return [setting.say(f"break_even.alt_found{'' if first['estimate'] else '_same'}", **values)]
