"""Findings about a part of the window: periods, landmarks, and what had happened by their ends.

A period has fewer events than the window, and two findings by different days differ by the events in between.
So such findings leave without numbers of people, and only where every count that they and the whole window
give by subtraction is large enough. What they show never decides whether the whole window is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from primus_eval.disclosure.cells import Counts, counts_of, counts_problem, is_small
from primus_eval.findings import Finding, Findings
from primus_eval.protocol import ASSIGNED

Target = tuple[str, str]

FROM_A_LANDMARK = ("landmark", "cox_landmark")
"""Methods whose numbers of people say who was gone before a day."""


def is_part(row: Finding, context: Mapping[str, Any]) -> bool:
    """Whether a finding is about less than the window of its outcome."""
    outcomes = context["protocol"]["outcome"]
    whole = next((item["horizon_days"] for item in outcomes if item["id"] == row.outcome), row.horizon_days)
    return row.from_days is not None or row.horizon_days != whole


def about_whole_windows(findings: Findings) -> Findings:
    """Return the findings that are about the whole window of their outcome."""
    rows = tuple(row for row in findings.rows if not is_part(row, findings.context))
    return replace(findings, rows=rows)


def parts_to_withhold(findings: Findings, *, k: int) -> set[Target]:
    """Return the outcomes and populations of which no part of the window may be shown.

    Some period, or some time between two days that findings speak of, has an arm with one to k - 1 events, or
    with one to k - 1 people without; in a part of the trial also one with none.
    """
    about: dict[Target, list[Finding]] = {}
    for row in findings.rows:
        about.setdefault((row.outcome, row.population), []).append(row)
    return {
        target
        for target, rows in about.items()
        if any(is_part(row, findings.context) for row in rows) and _counts_few(rows, target, k=k)
    }


def _counts_few(rows: list[Finding], target: Target, *, k: int) -> bool:
    in_part = target[1] != ASSIGNED
    until: dict[int, set[Counts]] = {}
    periods: set[Counts] = set()
    landmarks: set[tuple[int, Counts]] = set()
    for row in rows:
        counts = counts_of(row)
        if counts is None:
            continue
        if row.from_days:
            periods.add(counts)
        else:
            until.setdefault(row.horizon_days or 0, set()).add(counts)
        if row.method in FROM_A_LANDMARK:
            landmarks.add((row.horizon_days or 0, counts))
    cumulative = [counts for day in sorted(until) for counts in until[day]]
    if any(counts_problem(counts, k=k, in_part=in_part) for counts in [*cumulative, *periods]):
        return True
    days = sorted(until)
    between = [
        abs(later[arm] - earlier[arm])
        for first, last in pairwise(days)
        for earlier in until[first]
        for later in until[last]
        for arm in (0, 2)
    ]
    between += [
        left
        for day, counts in landmarks
        for whole in until.get(day, set())
        for left in _gone_before(counts, whole)
    ]
    return any(is_small(events, k) or (in_part and events == 0) for events in between)


def _gone_before(landmark: Counts, whole: Counts) -> list[int]:
    """Return by arm the events before a landmark, and the people who left before it without one."""
    events = [whole[arm] - landmark[arm] for arm in (0, 2)]
    people = [whole[arm] - landmark[arm] for arm in (1, 3)]
    return [*events, *(n - x for n, x in zip(people, events, strict=True))]


def without_counts(row: Finding) -> Finding:
    """Return a finding about a part of the window without its numbers of people."""
    return replace(row, n_treatment=None, n_control=None, events_treatment=None, events_control=None)
