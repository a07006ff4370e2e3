"""What cumulative curves show, in words for a reader who does not see them."""

from __future__ import annotations

from math import isnan

import pandas as pd

from primus_eval.figures.curve import (
    SAME,
    coincide,
    curve_frame,
    final_shares,
    gaps,
    is_coarse,
    risk_table_frame,
    shown_exhibit,
)
from primus_eval.figures.curve_effects import effects_in_words
from primus_eval.figures.setting import ASSIGNED, Setting, setting_of
from primus_eval.findings import Findings
from primus_eval.vocabulary import ArmRole
from primus_eval.wording import numbers


def curve_alt(findings: Findings, *, outcome: str, population: str = ASSIGNED, language: str = "en") -> str:
    """Say in a few sentences what the curves show, for a reader who does not see them.

    Of a coarsened curve no share is said: it would contradict the exact result beside it.
    """
    setting = setting_of(findings, language)
    coarse = is_coarse(shown_exhibit(findings, f"curve/{outcome}/{population}"))
    frame = curve_frame(findings, outcome=outcome, population=population)
    table = risk_table_frame(findings, outcome=outcome, population=population)
    about = {"outcome": setting.outcome(outcome), "population": setting.population(population)}
    ends = final_shares(frame)
    if coarse:
        arms = setting.listed([setting.arm(role) for role in ends])
        time = setting.duration(float(frame["time_days"].max()))
        text = setting.say("curve.alt_coarse", **about, arms=arms, time=time)
    else:
        in_words = [_end_in_words(role, end, setting) for role, end in ends.items()]
        text = setting.say("curve.alt", **about, ends="; ".join(in_words))
    shape = _shape_in_words(frame, coarse, setting)
    effects = effects_in_words(findings, outcome=outcome, population=population, setting=setting)
    starts = _starts_in_words(table, coarse, setting)
    return " ".join(part for part in (text, shape, effects, starts) if part)


def _shape_in_words(frame: pd.DataFrame, coarse: bool, setting: Setting) -> str:
    """Say where the gap between the curves is widest and whether they cross."""
    gap = gaps(frame)
    if not len(gap):
        return ""
    if coincide(frame):
        return setting.say("curve.coarse_coincide" if coarse else "curve.coincide")
    widest = int(gap.abs().round(9).argmax())  # the first of several, whatever the noise
    crosses = bool((gap > SAME).any() and (gap < -SAME).any())
    return setting.say(
        "curve.alt_crossing" if crosses else "curve.alt_apart",
        time=setting.duration(float(gap.index[widest])),
        arm=setting.arm("treatment" if gap.iloc[widest] > 0 else "control"),
    )


def _starts_in_words(table: pd.DataFrame, coarse: bool, setting: Setting) -> str:
    starting = table[(table["time_days"] == 0) & table["at_risk"].notna()]
    if not len(starting):
        return ""
    starts = [
        setting.say("curve.alt_start", arm=setting.arm(role), n=setting.count(int(n)))
        for role, n in zip(starting["arm"], starting["at_risk"], strict=True)
    ]
    key = "curve.alt_starts_rounded" if coarse else "curve.alt_starts"
    return setting.say(key, starts=setting.listed(starts))


def _end_in_words(role: ArmRole, end: pd.Series, setting: Setting) -> str:
    values = {
        "arm": setting.arm(role),
        "share": numbers.percent(end["incidence"], 1, setting.language),
        "time": setting.duration(float(end["time_days"])),
    }
    if isnan(end["conf_low"]):
        return setting.say("curve.alt_end", **values)
    low, high = (numbers.percent(end[name], 1, setting.language) for name in ("conf_low", "conf_high"))
    return setting.say("curve.alt_end_interval", **values, low=low, high=high)
