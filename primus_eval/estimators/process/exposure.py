"""How much contact people had had by each week from release, and where everybody was in each of them.

The mean of contacts so far says little without the strip of states beneath: a curve flattens when people are
in custody as much as when mentors stop coming.
"""

from __future__ import annotations

import numpy as np

from primus_eval.estimators.process.delivered import Delivered
from primus_eval.estimators.process.weeks import STATES, WeekTable
from primus_eval.findings import Exhibit
from primus_eval.protocol import ASSIGNED

WEEKS_PER_BLOCK = 4

LEVELS = {"0": (0, 0), "1": (1, 1), "2_3": (2, 3), "4_more": (4, np.inf)}
"""Contacts in a block of four weeks, fewest and most."""


def exposure_exhibit(delivered: Delivered, weeks: WeekTable) -> Exhibit:
    """Add up the mean number of contacts over the weeks, of everybody whose week is observed.

    Increments of weeks are means over those observed in that week, so that people who are not observed in
    all weeks count in those in which they are; somebody in custody, dead or abroad counts with what there
    was, which is usually nothing. The band holds the middle half of those whose week is observed, by their
    own sums since they were randomised.
    Source: Lawless & Nadeau 1995, Technometrics 37:158-168 (the mean cumulative function).
    Checked: tests/test_process_weeks.py (person by person).
    """
    people = weeks.observed.sum(axis=0)
    contacts = np.where(weeks.observed, weeks.contacts, 0)
    some = people > 0
    increments = np.divide(contacts.sum(axis=0), people, out=np.zeros(len(people)), where=some)
    mean, so_far = np.cumsum(increments), np.cumsum(contacts, axis=1)
    rows = []
    for column in np.flatnonzero(some).tolist():
        low, high = np.quantile(
            so_far[weeks.observed[:, column], column], [0.25, 0.75], method="inverted_cdf"
        )
        row = (int(weeks.week[column]), int(people[column]), float(mean[column]), float(low), float(high))
        rows.append(row)
    return Exhibit(
        id="exposure",
        kind="exposure",
        columns=("week", "people", "mean_cumulative", "low25", "high75"),
        rows=tuple(rows),
        count_columns=("people",),
        population=ASSIGNED,
        notes={"weeks_planned": delivered.process.weeks_after_release},
    )


def exposure_states_exhibit(weeks: WeekTable) -> Exhibit:
    """Count, for each week, where everybody offered the programme was; each week adds up to all of them.

    Checked: tests/test_process_weeks.py (person by person).
    """
    counts = [weeks.in_state(state).sum(axis=0) for state in STATES]
    return Exhibit(
        id="exposure_states",
        kind="exposure_states",
        columns=("week", *STATES),
        rows=tuple(
            (int(week), *(int(count[column]) for count in counts)) for column, week in enumerate(weeks.week)
        ),
        count_columns=STATES,
        population=ASSIGNED,
    )


def contact_blocks_exhibit(weeks: WeekTable) -> Exhibit:
    """Count people with none, one, two or three, or more contacts in each block of four weeks from release.

    A block counts those of whom all four weeks are observed; weeks left over at the end make none.
    Checked: tests/test_process_weeks.py (person by person).
    """
    after = np.flatnonzero(weeks.week >= 0)
    blocks = after[: len(after) // WEEKS_PER_BLOCK * WEEKS_PER_BLOCK].reshape(-1, WEEKS_PER_BLOCK)
    rows = []
    for block, columns in enumerate(blocks, start=1):
        whole = weeks.observed[:, columns].all(axis=1)
        contacts = weeks.contacts[:, columns].sum(axis=1)[whole]
        for level, (fewest, most) in LEVELS.items():
            rows.append((block, level, int(((contacts >= fewest) & (contacts <= most)).sum())))
    return Exhibit(
        id="contact_blocks",
        kind="contact_blocks",
        columns=("block", "level", "people"),
        rows=tuple(rows),
        count_columns=("people",),
        population=ASSIGNED,
    )
