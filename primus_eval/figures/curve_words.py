"""What cumulative curves show, in words for a reader who does not see them."""

from __future__ import annotations

from math import isnan

import pandas as pd

from primus_eval.figures.curve import (
    SAME,
    coincide,
    curve_exhibit,
    final_shares,
    gaps,
    is_coarse,
    is_predicted,
    points_of,
    risk_table_frame,
)
from primus_eval.figures.curve_effects import effects_in_words
from primus_eval.figures.setting import ASSIGNED, Setting, setting_of
from primus_eval.findings import Exhibit, Findings
from primus_eval.vocabulary import ArmRole
from primus_eval.wording import numbers
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.sentences import adjustment_sentence


def curve_alt(
    findings: Findings,
    *,
    outcome: str | None = None,
    population: str = ASSIGNED,
    exhibit: Exhibit | str | None = None,
    language: str = "en",
) -> str:
    """Say in a few sentences what the curves show, for a reader who does not see them.

    Of a coarsened curve no share is said: it would contradict the exact result beside it. Arguments are
    those of `plot_curve`.
    """
    setting = setting_of(findings, language)
    curve = curve_exhibit(findings, outcome=outcome, population=population, exhibit=exhibit)
    frame = points_of(curve)
    parts = (_ends_in_words(curve, frame, setting), _shape_in_words(frame, is_coarse(curve), setting))
    if is_predicted(curve):
        assumes = (
            setting.say("standardised_curve.alt_assumes"),
            adjustment_in_words(findings, curve, setting),
        )
        return " ".join(part for part in (*parts, *assumes) if part)
    about = {"outcome": curve.outcome, "population": curve.population}
    effects = effects_in_words(findings, **about, setting=setting)
    starts = _starts_in_words(risk_table_frame(findings, **about), is_coarse(curve), setting)
    return " ".join(part for part in (*parts, effects, starts) if part)


def predicted_notes(findings: Findings, curve: Exhibit, setting: Setting) -> list[str]:
    """Say what a predicted curve is and rests on; nothing of an observed one."""
    if not is_predicted(curve):
        return []
    said = [setting.say("standardised_curve.predicted"), adjustment_in_words(findings, curve, setting)]
    return [part for part in said if part]


def adjustment_in_words(findings: Findings, curve: Exhibit, setting: Setting) -> str:
    """Say what the model of a curve was adjusted for; empty where it was for nothing."""
    rows = findings.of_analysis(str(curve.notes.get("analysis", "")))
    return plain_text(adjustment_sentence(rows[0], setting.subject)) if rows else ""


def _ends_in_words(curve: Exhibit, frame: pd.DataFrame, setting: Setting) -> str:
    """Say what is drawn and, unless it was coarsened, where the curve of each arm ends."""
    ends = final_shares(frame)
    about = {"outcome": setting.outcome(curve.outcome), "population": setting.population(curve.population)}
    if is_coarse(curve):
        arms = setting.listed([setting.arm(role) for role in ends])
        time = setting.duration(float(frame["time_days"].max()))
        return setting.say("curve.alt_coarse", **about, arms=arms, time=time)
    in_words = "; ".join(_end_in_words(role, end, setting) for role, end in ends.items())
    key = "standardised_curve.alt" if is_predicted(curve) else "curve.alt"
    return setting.say(key, **about, ends=in_words)


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
