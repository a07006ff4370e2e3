"""The table of contacts as its file holds it: who came, how long it took, what it was about."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
from scipy.special import ndtri

from primus_eval.simulation.contacts import MODES, TELEPHONE, TEXT, Contacts, present
from primus_eval.simulation.mentors import Matches
from primus_eval.simulation.people import People
from primus_eval.simulation.tables import dates, ranks, yes_no

PHASES = ("prison", "gate", "after")
"""Codes of the file, in the order of `contacts.PRISON` and those after it."""
SHARE_PLANNED = 0.85
"""Of contacts held; one that failed was always planned."""
SHARE_OF_BOTH = 0.45
"""Share of meetings with both mentors, where there are two."""
MEDIAN_MINUTES = np.array([60.0, 75.0, 15.0, 5.0])
MINUTES_SD, STEP_MINUTES = 0.4, 5
"""By mode; the standard deviation of the logarithm; minutes are written in steps."""
CANCELLED_BY = ("participant", "mentor", "prison", "other")
SHARE_CANCELLED = np.array([[0.25, 0.25, 0.40, 0.10], [0.50, 0.30, 0.10, 0.10], [0.60, 0.30, 0.0, 0.10]])
"""Who cancels, by phase."""
TOPICS = {"housing": 0.30, "work": 0.35, "health": 0.20, "network": 0.25}
"""What is worked on, and in which share of contacts held."""


def contacts_table(
    people: People, matches: Matches, contacts: Contacts, ids: np.ndarray, names: np.ndarray
) -> pd.DataFrame:
    """Return one row per contact arranged, also those that failed, in order of person and day."""
    rows = _in_order(contacts, ids)
    u, held = rows.u, rows.held
    first, second = _who_came(present(people, matches, rows.person, rows.day), rows)
    return pd.DataFrame(
        {
            "person": ids[rows.person],
            "date": dates(rows.day),
            "mentor": names[first],
            "second_mentor": np.where(second >= 0, names[second], ""),
            "phase": np.take(np.array(PHASES, dtype=object), rows.phase),
            "mode": np.take(np.array(MODES, dtype=object), rows.mode),
            "planned": yes_no(~held | (u[:, 4] < SHARE_PLANNED)),
            "held": yes_no(held),
            "cancelled_by": _cancelled_by(rows),
            "minutes": _minutes(rows),
            **{
                f"topic_{topic}": np.where(held, yes_no(_digits(u[:, 7], place) < share), "")
                for place, (topic, share) in enumerate(TOPICS.items())
            },
        }
    )


def _in_order(contacts: Contacts, ids: np.ndarray) -> Contacts:
    order = np.lexsort((contacts.u[:, 0], contacts.day, ranks(ids)[contacts.person]))
    return Contacts(**{field.name: getattr(contacts, field.name)[order] for field in fields(Contacts)})


def _who_came(mentors: np.ndarray, rows: Contacts) -> tuple[np.ndarray, np.ndarray]:
    """Return the mentor who came and a second one, -1 where there was one alone."""
    two = (mentors >= 0).all(axis=1)
    both = two & (rows.mode != TELEPHONE) & (rows.mode != TEXT) & (rows.u[:, 5] < SHARE_OF_BOTH)
    other = np.where(two, (rows.u[:, 5] * 1e6).astype(np.int64) % 2, mentors[:, 0] < 0)
    alone = np.take_along_axis(mentors, other[:, None].astype(np.int64), axis=1)[:, 0]
    return np.where(both, mentors[:, 0], alone), np.where(both, mentors[:, 1], -1)


def _cancelled_by(rows: Contacts) -> np.ndarray:
    shares = np.cumsum(SHARE_CANCELLED, axis=1)[rows.phase, :-1]
    who = (rows.u[:, 6:7] >= shares).sum(axis=1)
    return np.where(rows.held, "", np.take(np.array(CANCELLED_BY, dtype=object), who))


def _minutes(rows: Contacts) -> np.ndarray:
    drawn = MEDIAN_MINUTES[rows.mode] * np.exp(MINUTES_SD * ndtri(rows.u[:, 6]))
    steps = np.maximum(np.rint(drawn / STEP_MINUTES), 1).astype(np.int64)
    known, of_steps = np.unique(steps, return_inverse=True)
    text = np.array([str(STEP_MINUTES * step) for step in known], dtype=object)
    return np.where(rows.held & (rows.mode != TEXT), text[of_steps], "")


def _digits(u: np.ndarray, place: int) -> np.ndarray:
    """Return a number between 0 and 1 made of three decimals of u, others for each place."""
    return np.floor(u * 1000.0 ** (place + 1)) % 1000 / 1000
