"""Contacts so far for everybody offered the programme, and where they were: the numbers behind both."""

from __future__ import annotations

import pandas as pd

from primus_eval.figures.curve import shown_exhibit
from primus_eval.figures.setting import Setting, setting_of
from primus_eval.findings import Findings
from primus_eval.wording.quantities import printed

STATES = ("in_contact", "free_no_contact", "custody", "dead_or_abroad", "not_yet_observed")
"""Where people were in a week, from the bottom of the strip up; the shares add up to one."""

EXPOSURE_COLUMNS = ("week", "mean_cumulative", "low25", "high75")
STATE_COLUMNS = ("week", *STATES)


def exposure_frame(findings: Findings) -> pd.DataFrame:
    """Return the mean number of contacts held so far, by week from release (negative before it).

    Columns: week; mean_cumulative, contacts for each person; low25 and high75, between which the middle half
    of people lies, NaN where it is not shown. Everybody randomised to treatment stays in the mean.
    Checked: tests/test_figures_exposure.py.
    """
    records = shown_exhibit(findings, "exposure").records()
    rows = [[record[name] for name in EXPOSURE_COLUMNS] for record in records]
    frame = pd.DataFrame(rows, columns=list(EXPOSURE_COLUMNS)).astype(float)
    return frame.dropna(subset="mean_cumulative").sort_values("week", ignore_index=True)


def states_frame(findings: Findings) -> pd.DataFrame:
    """Return the share of everybody randomised to treatment in each state, by week from release.

    Columns: week; the shares of STATES. A week of which a number is withheld is left out; no rows where the
    exhibit is not there or withheld.
    """
    exhibit = next(iter(findings.exhibits_of("exposure_states")), None)
    records = exhibit.records() if exhibit is not None and exhibit.status == "estimated" else []
    rows = [[record[name] for name in STATE_COLUMNS] for record in records]
    frame = pd.DataFrame(rows, columns=list(STATE_COLUMNS)).astype(float).dropna()
    everybody = frame[list(STATES)].sum(axis=1)
    frame = frame[everybody > 0].copy()
    frame[list(STATES)] = frame[list(STATES)].div(everybody[everybody > 0], axis=0)
    return frame.sort_values("week", ignore_index=True)


def exposure_alt(findings: Findings, *, language: str = "en") -> str:
    """Say where the curve ends and where people were in the last week that was seen."""
    setting = setting_of(findings, language)
    end = exposure_frame(findings).iloc[-1]
    week = printed(float(end["week"]), "nearest", language)
    parts = [
        setting.say(
            "exposure.alt", mean=printed(float(end["mean_cumulative"]), "amount", language), week=week
        )
    ]
    if not end[["low25", "high75"]].isna().any():
        low, high = (printed(float(end[name]), "shortest", language) for name in ("low25", "high75"))
        parts.append(setting.say("exposure.alt_half", low=low, high=high))
    return " ".join([*parts, *_states_in_words(findings, setting)])


def _states_in_words(findings: Findings, setting: Setting) -> list[str]:
    exhibit = next(iter(findings.exhibits_of("exposure_states")), None)
    records = exhibit.records() if exhibit is not None and exhibit.status == "estimated" else []
    whole = [record for record in records if all(record[name] is not None for name in STATES)]
    if not whole:
        return []
    last = max(whole, key=lambda record: float(str(record["week"])))
    listed = [
        setting.say(
            "exposure.alt_state",
            n=printed(last[name], "whole", setting.language),
            state=_lower(setting.say(f"exposure.{name}")),
        )
        for name in STATES
    ]
    total = sum(int(str(last[name])) for name in STATES)
    return [
        setting.say(
            "exposure.alt_states",
            week=printed(last["week"], "nearest", setting.language),
            n=printed(total, "whole", setting.language),
            states=setting.listed(listed),
        )
    ]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
