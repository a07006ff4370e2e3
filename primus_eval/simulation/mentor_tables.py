"""The tables of mentors, of matches and of supervision as their files hold them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from primus_eval.simulation.mentors import COMPLETED, END_REASONS, LEFT_REASONS, Matches, Mentors
from primus_eval.simulation.people import DAYS_PER_MONTH, NEVER, People
from primus_eval.simulation.scenario import AREAS, Scenario
from primus_eval.simulation.streams import APPLICANT, CODES, MENTOR, SUPERVISION, uniforms
from primus_eval.simulation.tables import codes, dates, in_order, numbers, stacked, yes_no

APPROVAL_DAYS, APPROVAL_SD = 60, 0.35
TRAINING_HOURS = (12, 16, 20)
SHARE_UNTRAINED = 0.05
"""Mentors of whose training nothing is known."""
SHARE_WAITING, SHARE_UNUSED = 0.06, 0.10
"""Applicants who were never approved, and mentors who were never matched, beside each mentor who was."""
SUPERVISION_KINDS = ("alone", "group", "telephone")
SHARE_OF_SUPERVISION = (0.3, 0.5, 0.2)
EARLY_PART = 0.9
"""Meetings are in this part of a month, so that those of two months are never on one day."""


def mentors_table(mentors: Mentors, scenario: Scenario, *, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return one row per mentor or applicant, and the codes of those who were matched."""
    waiting, unused = (int(np.ceil(share * len(mentors))) for share in (SHARE_WAITING, SHARE_UNUSED))
    total = len(mentors) + unused + waiting
    extra = uniforms(seed, APPLICANT, first=0, people=unused + waiting, each=4)
    cutoff = scenario.day("data_cutoff")
    applied = scenario.day("recruitment_start") + scenario.recruitment_days * extra[:, 0]
    u = uniforms(seed, MENTOR, first=0, people=total, each=8)
    delay = np.rint(APPROVAL_DAYS * np.exp(APPROVAL_SD * ndtri(u[:, 0]))).astype(np.int64)
    approved = np.append(mentors.approved_on, applied.astype(np.int64) + delay[len(mentors) :])
    area = np.append(mentors.area, np.floor(len(AREAS) * extra[:, 1]).astype(np.int64))
    left = np.append(mentors.left_on, np.full(unused + waiting, NEVER))
    why = np.append(mentors.left_by, np.zeros(unused + waiting, dtype=np.int64))
    is_mentor = np.arange(total) < len(mentors) + unused
    trained = is_mentor & (u[:, 1] >= SHARE_UNTRAINED)
    names = codes("M", total, seed=seed, stream=CODES + 3)
    hours = np.take(TRAINING_HOURS, np.floor(len(TRAINING_HOURS) * u[:, 3]).astype(np.int64))
    frame = pd.DataFrame(
        {
            "mentor": names,
            "area": np.take(AREAS, area),
            "recruited_on": dates(approved - delay),
            "approved_on": dates(approved, known=is_mentor),
            "trained_on": dates(approved - 30 + np.floor(45 * u[:, 2]).astype(np.int64), known=trained),
            "training_hours": numbers(hours, known=trained),
            "left_on": dates(left, known=left <= cutoff),
            "left_reason": np.where(left <= cutoff, np.take(LEFT_REASONS, why), ""),
        }
    )
    return in_order(frame, ["mentor"]), names[: len(mentors)]


def matches_table(
    people: People,
    mentors: Mentors,
    matches: Matches,
    ids: np.ndarray,
    names: np.ndarray,
    scenario: Scenario,
) -> pd.DataFrame:
    """Return one row per person and mentor; what goes on at the cut-off has no end."""
    cutoff = scenario.day("data_cutoff")
    over = matches.ended <= cutoff
    frame = pd.DataFrame(
        {
            "person": ids[matches.person],
            "mentor": names[matches.mentor],
            "slot": numbers(matches.slot + 1),
            "matched_on": dates(matches.began),
            "ended_on": dates(matches.ended, known=over),
            "end_reason": np.where(over, np.take(END_REASONS, matches.reason), ""),
            "planned_end": np.where(over, yes_no(matches.reason == COMPLETED), ""),
            "rematch": yes_no(matches.nth > 0),
            "local": yes_no(mentors.area[matches.mentor] == people.area[matches.person]),
        }
    )
    return in_order(frame, ["person", "slot", "matched_on"])


def supervision_table(
    mentors: Mentors, matches: Matches, names: np.ndarray, scenario: Scenario, *, seed: int
) -> pd.DataFrame:
    """Return one row per meeting: at most one in each month from the first match to the end of the last."""
    cutoff = scenario.day("data_cutoff")
    begins, ends = np.full(len(mentors), NEVER), np.full(len(mentors), -NEVER)
    np.minimum.at(begins, matches.mentor, matches.began)
    np.maximum.at(ends, matches.mentor, np.minimum(matches.ended, cutoff))
    parts = []
    for month in range(int((ends - begins).max(initial=-1) // DAYS_PER_MONTH) + 1):
        u = uniforms(seed, SUPERVISION + month, first=0, people=len(mentors), each=4)
        met_on = begins + np.floor((month + EARLY_PART * u[:, 0]) * DAYS_PER_MONTH).astype(np.int64)
        rows = np.flatnonzero((u[:, 1] < scenario.supervised) & (met_on <= ends))
        parts.append((rows, met_on[rows], np.searchsorted(np.cumsum(SHARE_OF_SUPERVISION)[:-1], u[rows, 2])))
    rows, days, kinds = stacked(parts, columns=3)
    frame = pd.DataFrame(
        {"mentor": names[rows], "met_on": dates(days), "kind": np.take(SUPERVISION_KINDS, kinds)}
    )
    return in_order(frame, ["mentor", "met_on"])
