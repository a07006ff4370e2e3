"""How many events a person has had by then, first and later ones: the numbers behind the mean curves."""

from __future__ import annotations

from math import isnan

import pandas as pd

from primus_eval.figures.curve import final_shares, shown_exhibit
from primus_eval.figures.setting import ASSIGNED, ROLES, Setting, setting_of
from primus_eval.findings import Findings
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.quantities import printed

MEAN_COLUMNS = ("arm", "time_days", "mean_count", "conf_low", "conf_high")


def mean_count_frame(findings: Findings, *, outcome: str, population: str = ASSIGNED) -> pd.DataFrame:
    """Return the steps of the mean number of events for each person, by arm and in order of time.

    Columns: arm; time_days; mean_count, conf_low and conf_high, NaN where the exhibit has no interval. Up to
    the horizon.
    Checked: tests/test_figures_mean_count.py.
    """
    exhibit = shown_exhibit(findings, f"mean_count/{outcome}/{population}")
    horizon = exhibit.notes.get("horizon_days")
    rows = [
        [record[name] for name in MEAN_COLUMNS]
        for role in ROLES
        for record in exhibit.records()
        if record["arm"] == role and (horizon is None or float(str(record["time_days"])) <= float(horizon))
    ]
    frame = pd.DataFrame(rows, columns=list(MEAN_COLUMNS))
    return frame.astype(dict.fromkeys(MEAN_COLUMNS[1:], float))


def mean_count_alt(
    findings: Findings, *, outcome: str, population: str = ASSIGNED, language: str = "en"
) -> str:
    """Say in a sentence where the curves end, for a reader who does not see them."""
    setting = setting_of(findings, language)
    frame = mean_count_frame(findings, outcome=outcome, population=population)
    ends = [_end_in_words(role, end, setting) for role, end in final_shares(frame).items()]
    about = {"outcome": setting.outcome(outcome), "population": setting.population(population)}
    return setting.say("mean_count.alt", **about, ends="; ".join(ends))


def _end_in_words(role: ArmRole, end: pd.Series, setting: Setting) -> str:
    values = {
        "arm": setting.arm(role),
        "mean": mean_text(float(end["mean_count"]), setting),
        "time": setting.duration(float(end["time_days"])),
    }
    if isnan(end["conf_low"]):
        return setting.say("mean_count.alt_end", **values)
    low, high = (mean_text(float(end[name]), setting) for name in ("conf_low", "conf_high"))
    return setting.say("mean_count.alt_end_interval", **values, low=low, high=high)


def mean_text(value: float, setting: Setting) -> str:
    """Print a mean number of events."""
    return printed(value, "amount", setting.language)
