"""What measuring gives: a row for each person analysed, a reason for each left out, a fate for each event."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from primus_eval.protocol import Outcome
from primus_eval.trial import Trial
from primus_eval.vocabulary import ArmRole, Quantity

OBSERVED = "observed"
"""What the definition of an outcome is called that was delivered as measured."""


COLUMN_OF: dict[Quantity, str] = {
    "events": "n_events",
    "harm_days": "harm_days",
    "most_serious_harm_days": "most_serious_harm_days",
    "custody_days": "custody_days",
    "cost": "cost",
}
"""The column of a measurement's frame that holds each quantity; cost only where the protocol prices it."""


def has_days(outcome: Outcome) -> bool:
    """Whether an outcome is an event that happens on a day, and no score or number of weeks."""
    return outcome.scale is None and outcome.register_weeks is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """How many people of one arm were left out for one reason.

    `reason` is a word of ours or the code of a declared reason; `label` what a reader is shown.
    """

    reason: str
    label: str
    arm: ArmRole
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of events that could count: how many, of how many people analysed in one arm."""

    fate: str
    arm: ArmRole
    events: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Measurement:
    """One outcome in one population: one row per person analysed, everyone else with a reason.

    `frame` has the columns treated (bool), time_days (follow-up to the first event or its end, cut
    at the horizon), event (bool, by then) and reoffended (boolean, missing where it is not known). An outcome
    by rules has also cause (death, deportation or emigration where these end follow-up as competing events,
    else empty), n_events, harm_days, most_serious_harm_days, custody_days (NaN where not known),
    exposure_days and terminal (bool, whether a competing event ended the exposure, also of those who had the
    event before). `people` are the rows of these people among the participants; `baseline` has the same rows
    and the columns of the protocol that were measured before randomisation. `unit_row` and `unit_day` have
    the row of `frame` and the day of follow-up of every counted unit.

    A score is no event and has no day: its frame has score (NaN where not observed at the wave of
    comparison), baseline_score and state (a word of `WaveState`), and `repeated` has row (of `frame`), wave
    and score of every assessment after baseline. Weeks with a code of a register are the score of that
    outcome, whose event is whether they were more than a declared share.
    """

    trial: Trial
    outcome: Outcome
    population: str
    horizon_days: int
    frame: pd.DataFrame
    baseline: pd.DataFrame
    excluded: tuple[Exclusion, ...]
    people: np.ndarray
    definition: str = OBSERVED
    tally: tuple[Tally, ...] = ()
    unit_row: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    unit_day: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    repeated: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __repr__(self) -> str:
        return f"Measurement({self.outcome.id}, {self.population}, {len(self.frame)} people)"

    @property
    def has_days(self) -> bool:
        """Whether the outcome is an event that happens on a day, so that there are curves and rates."""
        return has_days(self.outcome)

    @property
    def has_events(self) -> bool:
        """Whether people can be counted who had the outcome: not where it is a score."""
        weeks = self.outcome.register_weeks
        return self.has_days or (weeks is not None and weeks.more_than is not None)

    @property
    def score(self) -> np.ndarray:
        """The score of each person, or their weeks; NaN where not observed, and of an event; shape (n,)."""
        if "score" not in self.frame:
            return np.full(len(self.frame), np.nan)
        return self.frame["score"].to_numpy(dtype=float)

    @property
    def treated(self) -> np.ndarray:
        """Whether each person analysed was assigned to treatment, shape (n,)."""
        return self.frame["treated"].to_numpy(dtype=bool)

    @property
    def time_days(self) -> np.ndarray:
        """Days to the first event or to the end of follow-up, shape (n,)."""
        return self.frame["time_days"].to_numpy(dtype=float)

    @property
    def event(self) -> np.ndarray:
        """Whether follow-up ended with the event, shape (n,)."""
        return self.frame["event"].to_numpy(dtype=bool)

    @property
    def competing(self) -> np.ndarray:
        """Whether follow-up ended with a competing event, shape (n,)."""
        if "cause" not in self.frame:
            return np.zeros(len(self.frame), dtype=bool)
        return (self.frame["cause"] != "").to_numpy(dtype=bool)

    @property
    def known_at_horizon(self) -> np.ndarray:
        """Whether it is known of each person if they had the event by the horizon, shape (n,)."""
        return self.frame["reoffended"].notna().to_numpy(dtype=bool)
