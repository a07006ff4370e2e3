"""How often a first event happens in each year: the numbers behind the points and their intervals."""

from __future__ import annotations

import pandas as pd

from primus_eval.figures.curve import shown_exhibit
from primus_eval.figures.setting import ASSIGNED, ROLES, Setting, setting_of
from primus_eval.findings import Findings
from primus_eval.wording.quantities import printed

YEAR_COLUMNS = ("arm", "year", "rate", "conf_low", "conf_high")


def yearly_hazards_frame(findings: Findings, *, outcome: str) -> pd.DataFrame:
    """Return the rate of first events of each year, by arm, in events per 100 person-years.

    Columns: arm; year, from 1; rate, conf_low and conf_high. Years of which nothing is shown are left out.
    Checked: tests/test_figures_yearly_hazards.py.
    """
    exhibit = shown_exhibit(findings, f"yearly_hazards/{outcome}")
    rows = [
        [record["arm"], record["year"], *(100 * float(str(record[name])) for name in YEAR_COLUMNS[2:])]
        for role in ROLES
        for record in exhibit.records()
        if record["arm"] == role and all(record[name] is not None for name in YEAR_COLUMNS[2:])
    ]
    frame = pd.DataFrame(rows, columns=list(YEAR_COLUMNS))
    return frame.astype({"year": int, **dict.fromkeys(YEAR_COLUMNS[2:], float)})


def yearly_hazards_alt(findings: Findings, *, outcome: str, language: str = "en") -> str:
    """Say the rates of both arms in a sentence, for a reader who does not see the figure."""
    setting = setting_of(findings, language)
    frame = yearly_hazards_frame(findings, outcome=outcome)
    arms = [_arm_in_words(role, frame, setting) for role in ROLES if (frame["arm"] == role).any()]
    return setting.say(
        "yearly_hazards.alt",
        outcome=setting.outcome(outcome),
        population=setting.population(ASSIGNED),
        arms="; ".join(arms),
    )


def _arm_in_words(role: str, frame: pd.DataFrame, setting: Setting) -> str:
    own = frame[frame["arm"] == role]
    rates = [
        setting.say("yearly_hazards.alt_rate", year=str(year), rate=rate_text(rate, setting))
        for year, rate in zip(own["year"].tolist(), own["rate"].tolist(), strict=True)
    ]
    arm = setting.arm("treatment" if role == "treatment" else "control")
    return setting.say("yearly_hazards.alt_arm", arm=arm, rates=", ".join(rates))


def rate_text(rate: float, setting: Setting) -> str:
    """Print a rate per 100 person-years."""
    return printed(rate, "one_decimal", setting.language)
