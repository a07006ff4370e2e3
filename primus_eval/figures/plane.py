"""The cost-effectiveness plane: what the programme costs more, against how much it averts.

The numbers and words behind it. Effects are averted people or events for each person offered the programme:
control minus treatment, so that more is better; costs are treatment minus control.
"""

from __future__ import annotations

import pandas as pd

from primus_eval.figures.setting import Setting, setting_of
from primus_eval.findings import Exhibit, Findings
from primus_eval.wording.quantities import printed

QUADRANTS = ("nw", "ne", "sw", "se")
"""North is dearer, south cheaper; east averts more, west less. In the order in which they are read."""


def shown_plane(findings: Findings) -> Exhibit:
    """Return the exhibit of the plane, or raise ValueError where there is nothing to draw."""
    return shown_exhibit_of(findings, "plane")


def shown_exhibit_of(findings: Findings, kind: str) -> Exhibit:
    """Return the one exhibit of a kind, or raise ValueError where it has nothing to draw."""
    found = next((item for item in findings.exhibits_of(kind) if item.status == "estimated"), None)
    if found is None or not found.rows:
        raise ValueError(f"there is no {kind} to draw")
    return found


def plane_frame(findings: Findings) -> pd.DataFrame:
    """Return the points of the confidence ellipses in the order in which they are drawn.

    Columns: ellipse, its level in percent; effect, averted for each person; cost, per person in the
    currency of the evaluation. Checked: tests/test_figures_plane.py.
    """
    frame = pd.DataFrame(shown_plane(findings).records(), columns=["ellipse", "effect", "cost"])
    return frame.sort_values("ellipse", kind="stable", ignore_index=True).astype(float)


def currency_of(findings: Findings) -> str:
    """Return the currency of an economic evaluation."""
    return str(findings.context["economics"]["currency"])


def effect_kind(findings: Findings) -> str:
    """Return what is averted: a person who reoffends, or an event."""
    return str(findings.context["economics"].get("effect", "person"))


def quadrant_texts(findings: Findings, language: str) -> dict[str, tuple[str, str]]:
    """Return for each quadrant what lies there in words, and the share of resamples that do.

    The share is empty where nothing was resampled.
    """
    setting = setting_of(findings, language)
    notes = shown_plane(findings).notes
    return {name: (setting.say(f"plane.{name}"), _share(notes.get(name), setting)) for name in QUADRANTS}


def _share(value: object, setting: Setting) -> str:
    if not isinstance(value, int | float):
        return ""
    return setting.say("plane.share", share=printed(float(value), "percent_bound", setting.language))


def plane_alt(findings: Findings, *, language: str = "en") -> str:
    """Say in a sentence where the estimate lies and what share of resamples each quadrant holds."""
    setting = setting_of(findings, language)
    exhibit = shown_plane(findings)
    notes = exhibit.notes
    shares = [
        setting.say("plane.alt_share", quadrant=words, share=share)
        for words, share in quadrant_texts(findings, language).values()
        if share
    ]
    said = setting.say(
        "plane.alt" if notes.get("effect") else "plane.alt_same",
        outcome=setting.outcome(exhibit.outcome),
        population=setting.population(exhibit.population),
        cost=signed_cost(notes.get("cost"), findings, setting),
        effect=effect_in_words(notes.get("effect"), findings, setting),
    )
    return " ".join(
        [said, *([setting.say("plane.alt_shares", shares=setting.listed(shares))] if shares else [])]
    )


def signed_cost(value: object, findings: Findings, setting: Setting) -> str:
    """Say a difference in cost: so much more or less for each person."""
    if not isinstance(value, int | float):
        return setting.word("dash")
    if value == 0:
        return setting.word("economic.no_money")
    key = "economic.money_more" if value > 0 else "economic.money_less"
    text = printed(float(value), f"money_apart:{currency_of(findings)}", setting.language)
    return setting.word(key, n=text)


def effect_in_words(value: object, findings: Findings, setting: Setting) -> str:
    """Say what is averted of 100 people: so many fewer, or more."""
    if not isinstance(value, int | float):
        return setting.word("dash")
    if value == 0:
        return setting.word("change.none")
    text = printed(float(value), "fewer_of_100", setting.language)
    return setting.word("change.fewer" if value > 0 else "change.more", n=text)
