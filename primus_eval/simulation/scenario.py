"""What is put into a simulated trial: every number of the world that it is drawn from.

All of it is invented, to look like a trial of mentors for prisoners in Denmark; nothing was estimated
from anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from primus_eval.errors import InputError, Problem

RISK_GROUPS = ("low", "medium", "high")
PRISONS = ("open", "closed")
AREAS = ("coast", "fjord", "heath", "isles", "lakes", "plain")

ByGroup = tuple[float, float, float]
Rule = tuple[str, str, bool]
"""A field, what it must be, and whether it is."""

MOST_A_YEAR = 100
"""What no rate exceeds: more occasions in a year would be nobody's life, and its days would not hold them."""

RANGES: dict[str, tuple[float, float, str]] = {
    "hazard_ratio": (0, 1, "(]"),
    "frailty_sd": (0, 3, "[]"),
    "age_effect": (-0.2, 0.2, "[]"),
    "met_mentor_slope": (-5, 5, "[]"),
    **dict.fromkeys(("share_in_custody", "share_dismissed", "share_joined", "remand"), (0, 1, "[)")),
    **dict.fromkeys(("foreign", "not_linked", "never_released", "met_mentor"), (0, 1, "[)")),
    **dict.fromkeys(("conviction_lag_months", "fine_lag_months"), (0, 120, "(]")),
    "lag_sd": (0, 3, "[]"),
    "sentence_days": (0, 36_525, "(]"),
    **dict.fromkeys(("recall", "death", "deportation", "emigration"), (0, MOST_A_YEAR, "[]")),
    "recruitment_days": (1, 36_525, "[]"),
    "contacts_per_week": (0, 7, "[]"),
    "contact_spread": (0, 2, "[]"),
    "contacts_held": (0.05, 1, "[]"),
    **dict.fromkeys(("visits_before_release", "visits_in_custody", "met_at_gate"), (0, 1, "[]")),
    **dict.fromkeys(("ended_by_custody", "mentors_from_elsewhere", "supervised"), (0, 1, "[]")),
    **dict.fromkeys(("services_usual", "services_offered", "other_mentoring"), (0, 1, "[]")),
    **dict.fromkeys(("interviewed_free", "interviewed_in_custody"), (0, 1, "[]")),
    "wellbeing_gain": (-50, 50, "[]"),
    "incidents": (0, MOST_A_YEAR, "[]"),
    "cost_per_person": (0, 10_000_000, "[]"),
}
"""From where to where a number may be, and which ends belong to it. Neither infinity nor NaN is inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The truth of a simulated trial. Rates are per year, shares lie between 0 and 1.

    The intensity of offending at liberty is: rate of the risk group x frailty of the person x
    exp(age_effect x (age - 32)) x shape of the time since release x `hazard_ratio` for people who met a
    mentor. So the effect is the same for everybody whom it reaches, and none of those who were offered
    mentors and never met one. How many contacts somebody has changes nothing: neither do services, needs or
    weeks at work, and nothing of these changes offending. Checked: tests/test_simulation.py and
    tests/test_simulation_programme.py recover each from what was drawn.
    """

    hazard_ratio: float = 0.80
    """By what meeting a mentor multiplies the intensity of offending, from release on; at most 1."""
    rates: ByGroup = (0.15, 0.40, 0.65)
    """Offending occasions per year at liberty, once the weeks after release are over, by risk group."""
    shape: tuple[tuple[int, float], ...] = ((0, 2.4), (56, 1.5), (182, 1.0), (365, 0.8), (730, 0.6))
    """From which day since release the intensity is so many times the rate of the group."""
    frailty_sd: float = 0.6
    """Standard deviation of the logarithm of a person's frailty, which has mean 1 in each group."""
    age_effect: float = -0.02
    """What a year of age adds to the logarithm of the intensity."""
    share_in_custody: float = 0.05
    """How intense offending in custody is, beside that at liberty."""
    groups: ByGroup = (0.20, 0.35, 0.45)
    """Shares of the risk groups among those randomised."""
    closed_prison: ByGroup = (0.30, 0.45, 0.60)
    """Share in closed prisons, by risk group."""
    met_mentor: float = 0.85
    """Share of people at average frailty who meet a mentor where they are offered two; frail ones less."""
    met_mentor_slope: float = -0.4
    """What a standard deviation of log-frailty adds to the log-odds of meeting one."""
    conviction_lag_months: float = 5.0
    """Median time from an offence to its decision by a court."""
    fine_lag_months: float = 2.0
    """Median time from an offence to a fine accepted out of court."""
    lag_sd: float = 0.6
    """Standard deviation of the logarithm of both lags."""
    share_dismissed: float = 0.08
    """Share of charges that end without a finding of guilt."""
    share_joined: float = 0.6
    """Share of offences, while another awaits its decision, that are decided together with it."""
    remand: float = 0.4
    """Share of those later imprisoned who await their decision on remand, which becomes the sentence."""
    sentence_days: float = 90.0
    """Median days served of a new prison sentence."""
    recall: float = 0.06
    """Recalls to prison per year in the first two years, for breaches that are no offences."""
    death: float = 0.012
    """Deaths per year."""
    foreign: float = 0.08
    """Share of people who may be deported."""
    deportation: float = 0.12
    """Deportations per year, of these; whether somebody is deported does not depend on offending."""
    emigration: float = 0.004
    """Emigrations per year, which do not depend on offending either."""
    not_linked: float = 0.02
    """Share of people who are not found in the registers."""
    never_released: float = 0.01
    """Share of people who are still in prison at the cut-off, though release was planned."""
    prior_rates: ByGroup = (0.5, 1.1, 1.9)
    """Offending occasions per year at liberty before the index imprisonment, by risk group."""
    contacts_per_week: float = 0.7
    """Contacts held per week, on average, between a person at liberty who is matched and the mentors."""
    contact_spread: float = 0.5
    """Standard deviation of a person's own rate of contacts over its mean, which follows a gamma
    distribution: contacts per week are gamma-Poisson, and depend on nothing else of the person."""
    contacts_held: float = 0.85
    """Share of contacts that take place, of those that are arranged."""
    visits_before_release: float = 0.6
    """How frequent contacts are in prison before release, beside those at liberty."""
    visits_in_custody: float = 0.05
    """How frequent they are in custody after release: contact all but stops."""
    met_at_gate: float = 0.55
    """Share with whom a meeting on the day of release is arranged, of those who are matched by then."""
    ended_by_custody: float = 0.8
    """Share of matches that end for good on the first day of custody after release."""
    mentors_from_elsewhere: float = 0.08
    """Share of matches with a mentor from another area than that of release."""
    supervised: float = 0.65
    """Share of months with a match in which a mentor is supervised."""
    services_usual: float = 0.25
    """Share of the control arm who begin a service of each kind, whatever they need."""
    services_offered: float = 0.40
    """The same share among those offered mentors."""
    other_mentoring: float = 0.08
    """Share of the control arm who find a mentor elsewhere; a quarter of that among those offered two."""
    interviewed_free: float = 0.75
    """Share of people who are interviewed at a wave after release, of those at liberty."""
    interviewed_in_custody: float = 0.6
    """The same share of those in custody on the day."""
    wellbeing_gain: float = 5.0
    """Points of wellbeing that the offer adds at the last wave, for everybody; half of it at the first."""
    incidents: float = 0.03
    """Adverse incidents per year from randomisation to a year after release, in both arms alike."""
    cost_per_person: float = 38_000.0
    """Cost of the programme in DKK for each person who is offered mentors, met or not."""
    recruitment_start: date = date(2017, 1, 1)
    recruitment_days: int = 815
    """How long it takes to randomise everybody, evenly."""
    data_start: date = date(2011, 10, 1)
    data_cutoff: date = date(2024, 3, 31)

    def __post_init__(self) -> None:
        rules = self._rules_of_numbers()
        if all(holds for _, _, holds in rules):
            rules += self._rules_of_days()
        problems = [
            _refused(name, f"must be {wanted}, and is {getattr(self, name)}.")
            for name, wanted, holds in rules
            if not holds
        ]
        if problems:
            raise InputError(problems)

    def _rules_of_numbers(self) -> list[Rule]:
        """Every number is finite and in its range: one that is not a number is in none."""
        starts = [day for day, _ in self.shape]
        return [
            *(self._between(name, *range_) for name, range_ in RANGES.items()),
            ("rates", f"three rates above 0 and at most {MOST_A_YEAR}", _are_rates(self.rates)),
            ("prior_rates", f"three rates above 0 and at most {MOST_A_YEAR}", _are_rates(self.prior_rates)),
            (
                "groups",
                "three shares that add up to 1",
                _are_shares(self.groups) and abs(sum(self.groups) - 1) < 1e-9,
            ),
            ("closed_prison", "three shares from 0 to 1", _are_shares(self.closed_prison)),
            (
                "shape",
                f"days that rise from 0, with multiples above 0 and at most {MOST_A_YEAR}",
                starts[:1] == [0]
                and all(one < other for one, other in pairwise(starts))
                and all(0 < multiple <= MOST_A_YEAR for _, multiple in self.shape),
            ),
        ]

    def _between(self, name: str, low: float, high: float, ends: str) -> Rule:
        """Say in which range a number must be; ends: which ends of it belong to it, as in "[)"."""
        value = getattr(self, name)
        holds = low < value < high or (value == low and ends[0] == "[") or (value == high and ends[1] == "]")
        above, below = ("from" if ends[0] == "[" else "above"), ("to" if ends[1] == "]" else "to below")
        return name, f"{above} {low:g} {below} {high:g}", holds

    def _rules_of_days(self) -> list[Rule]:
        return [
            (
                "data_cutoff",
                "five years or more after recruitment ends",
                (self.data_cutoff - self.recruitment_start).days - self.recruitment_days >= 5 * 365,
            ),
            (
                "data_start",
                "five years or more before recruitment starts",
                (self.recruitment_start - self.data_start).days >= 5 * 366,
            ),
        ]

    def day(self, name: str) -> int:
        """Return one of the dates as days since 1970-01-01."""
        return int(np.datetime64(getattr(self, name), "D").astype(np.int64))


def _are_rates(rates: Sequence[float]) -> bool:
    return len(rates) == 3 and all(0 < rate <= MOST_A_YEAR for rate in rates)


def _are_shares(shares: Sequence[float]) -> bool:
    return len(shares) == 3 and all(0 <= share <= 1 for share in shares)


def _refused(key: str, what: str) -> Problem:
    return Problem(code="PE-S01", key=key, what=what, mend="Choose another value for it.")
