"""What offences are, and what becomes of them: class, police effort, sanction, lag, fine, days of harm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from primus_eval.simulation.people import DAYS_PER_MONTH
from primus_eval.simulation.scenario import Scenario

CLASSES = ("property", "violence", "drugs", "traffic", "weapons", "other")
PROPERTY, VIOLENCE, DRUGS, TRAFFIC, WEAPONS, OTHER = range(6)
SHARE_OF_CLASS = (0.33, 0.14, 0.17, 0.20, 0.04, 0.12)
FOUND_BY_POLICE = (0.03, 0.03, 0.80, 0.85, 0.70, 0.10)
HARM_DAYS = (15.0, 60.0, 12.0, 2.0, 20.0, 8.0)
HARM_SD = 0.5
"""Median days of harm of each class and the standard deviation of their logarithm; no published index."""

SANCTIONS = ("imprisonment", "suspended", "community", "fine")
IMPRISONMENT, SUSPENDED, COMMUNITY, FINE = range(4)
SHARE_OF_SANCTION = np.array(
    [
        [0.40, 0.15, 0.12, 0.33],
        [0.55, 0.20, 0.15, 0.10],
        [0.20, 0.10, 0.05, 0.65],
        [0.08, 0.04, 0.03, 0.85],
        [0.30, 0.20, 0.10, 0.40],
        [0.10, 0.10, 0.10, 0.70],
    ]
)
"""By class of the offence that a decision is about."""
ACCEPTED = (0.40, 0.10, 0.70, 0.85, 0.40, 0.50)
"""Share of fines that are accepted out of court, by class."""

KINDS = ("conviction", "decision", "charge")
CONVICTION, DECISION, CHARGE = range(3)
"""Found guilty by a court; a fine accepted out of court; charged, and not found guilty."""

FINE_STEP = 500
MEDIAN_FINE, MEDIAN_TRAFFIC_FINE, FINE_SD = 3000.0, 1500.0, 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of an offence, arrays of shape (n,); `fine` is 0 where the sanction is none."""

    kind: np.ndarray
    sanction: np.ndarray
    lag_days: np.ndarray
    fine: np.ndarray


def class_of(u: np.ndarray) -> np.ndarray:
    """Return a class of offences for each number between 0 and 1."""
    return np.searchsorted(np.cumsum(SHARE_OF_CLASS)[:-1], u, side="right")


def found_by_police(classes: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Return whether each offence came to light because the police looked for it."""
    return u < np.take(FOUND_BY_POLICE, classes)


def harm_of(classes: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Return whole days of harm, at least one."""
    drawn = np.take(HARM_DAYS, classes) * np.exp(HARM_SD * ndtri(u))
    return np.maximum(np.rint(drawn), 1).astype(np.int64)


def outcome_of(scenario: Scenario, classes: np.ndarray, u: np.ndarray) -> Outcome:
    """Return what becomes of offences of these classes; u has shape (n, 5)."""
    shares = np.cumsum(SHARE_OF_SANCTION, axis=1)[classes, :-1]
    sanction = (u[:, :1] >= shares).sum(axis=1)
    dismissed = u[:, 1] < scenario.share_dismissed
    accepted = (sanction == FINE) & (u[:, 2] < np.take(ACCEPTED, classes)) & ~dismissed
    months = np.where(accepted, scenario.fine_lag_months, scenario.conviction_lag_months)
    lag = np.rint(months * DAYS_PER_MONTH * np.exp(scenario.lag_sd * ndtri(u[:, 3])))
    median = np.where(classes == TRAFFIC, MEDIAN_TRAFFIC_FINE, MEDIAN_FINE)
    fine = FINE_STEP * np.maximum(np.rint(median * np.exp(FINE_SD * ndtri(u[:, 4])) / FINE_STEP), 1)
    return Outcome(
        kind=np.where(dismissed, CHARGE, np.where(accepted, DECISION, CONVICTION)),
        sanction=sanction,
        lag_days=np.maximum(lag, 1).astype(np.int64),
        fine=np.where((sanction == FINE) & ~dismissed, fine, 0).astype(np.int64),
    )
