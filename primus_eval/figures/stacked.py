"""What came first in each arm, the event or something that ended it all: the numbers behind the areas."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from primus_eval.figures.curve import shown_exhibit
from primus_eval.figures.setting import ASSIGNED, ROLES, Setting, setting_of
from primus_eval.findings import Findings
from primus_eval.wording import numbers

SHARES = ("event", "competing", "neither")
"""The three shares, from the bottom of the figure up; they add up to one."""

STACKED_COLUMNS = ("arm", "time_days", *SHARES)


def stacked_frame(findings: Findings, *, outcome: str, population: str = ASSIGNED) -> pd.DataFrame:
    """Return the shares who had the event, whom something else took first, and neither, by arm and day.

    Columns: arm; time_days; event, competing and neither as proportions. In order of time, up to the
    horizon; each row holds from its day to the next of its arm.
    Checked: tests/test_figures_stacked.py.
    """
    exhibit = shown_exhibit(findings, f"cumulative_incidence/{outcome}/{population}")
    long = pd.DataFrame(exhibit.records())
    horizon = exhibit.notes.get("horizon_days")
    if horizon is not None:
        long = long[long["time_days"] <= float(horizon)]
    parts = []
    for role in ROLES:
        own = long[long["arm"] == role]
        wide = own.pivot(index="time_days", columns="cause", values="incidence").sort_index().ffill()
        wide = wide.reindex(columns=["event", "competing"]).fillna(0.0).reset_index()
        parts.append(wide.assign(arm=role))
    frame = pd.concat([part for part in parts if len(part)], ignore_index=True)
    left = 1 - frame["event"] - frame["competing"]
    frame["neither"] = left.clip(lower=0.0)
    return frame[list(STACKED_COLUMNS)].astype(dict.fromkeys(STACKED_COLUMNS[1:], float))


def share_labels(setting: Setting, outcome: str) -> dict[str, str]:
    """Say what each share is; of what may compete, what the rules of the outcome name."""
    rules = setting.subject.rules(outcome)
    kinds = [
        setting.say(f"stacked.{kind}")
        for kind in ("death", "deportation", "emigration")
        if rules is not None and getattr(rules, kind) == "compete"
    ]
    competing = (
        setting.say("stacked.competing", kinds=setting.listed(kinds))
        if kinds
        else setting.say("stacked.competing_unnamed")
    )
    return {
        "event": setting.say("stacked.event"),
        "competing": competing,
        "neither": setting.say("stacked.neither"),
    }


def spread(wanted: Sequence[float], *, room: float, floor: float, ceiling: float) -> list[float]:
    """Move the middles of labels, in rising order, apart until each has its room between floor and ceiling.

    >>> spread([5.0, 6.0, 50.0], room=10.0, floor=0.0, ceiling=55.0)
    [5.0, 15.0, 50.0]
    >>> spread([40.0, 52.0, 54.0], room=10.0, floor=0.0, ceiling=55.0)
    [30.0, 40.0, 50.0]
    """
    places: list[float] = []
    for middle in wanted:
        places.append(max(middle, places[-1] + room if places else floor + room / 2))
    limit = ceiling - room / 2
    for number in reversed(range(len(places))):
        places[number] = min(places[number], limit)
        limit = places[number] - room
    return places


def stacked_alt(findings: Findings, *, outcome: str, population: str = ASSIGNED, language: str = "en") -> str:
    """Say in a sentence how large the shares are at the end, for a reader who does not see them."""
    setting = setting_of(findings, language)
    frame = stacked_frame(findings, outcome=outcome, population=population)
    arms = []
    for role in ROLES:
        own = frame[frame["arm"] == role]
        if not len(own):
            continue
        end = own.iloc[-1]
        shares = {name: numbers.percent(float(end[name]), 1, language) for name in SHARES}
        time = setting.duration(float(end["time_days"]))
        arms.append(setting.say("stacked.alt_arm", arm=setting.arm(role), time=time, **shares))
    about = {"outcome": setting.outcome(outcome), "population": setting.population(population)}
    return setting.say("stacked.alt", **about, arms="; ".join(arms))
