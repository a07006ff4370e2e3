"""The outcome of those with more and with fewer contacts: not an effect, and said to be none.

Who fails early cannot have had many contacts. Even where contacts do nothing at all, people with many of them
reoffend less. The rate per contactable week and the landmark are beside it because in them that difference
goes away where it is made by time alone; they compare people who chose, and are no effects either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from primus_eval.estimators.process.delivered import Delivered, count_of
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.numerics.inputs import Bools, Floats
from primus_eval.numerics.proportions import proportion_wilson
from primus_eval.protocol import ASSIGNED

LANDMARK_DAYS = 91
WARNING = "not_an_effect"


def dose_outcome_exhibit(
    delivered: Delivered, measured: Mapping[tuple[str, str], Measurement]
) -> Exhibit | None:
    """Compare the primary outcome above and below the median of contacts, in three ways.

    completed_dose: contacts held in all planned weeks. per_contactable_week: by the weeks of each person.
    landmark: contacts of the first 13 weeks, among people without the outcome then; the outcome after it.
    Of those offered the programme, of whom the outcome is known. People at the median are below it.
    None where the protocol does not ask for it, or contacts or the outcome are not there.
    Source: Anderson, Cain & Gelber 1983, Journal of Clinical Oncology 1:710-719 (the landmark).
    Checked: tests/test_process_rows.py (by hand).
    """
    outcome = delivered.trial.protocol.primary.outcome
    measurement = measured.get((outcome, ASSIGNED))
    ready = delivered.process.outcome_by_dose and delivered.contacts is not None
    if not ready or measurement is None or not delivered.people.was_released.any():
        return None
    rows = [
        row
        for view, (dose, among, had) in _views(delivered, measurement).items()
        for row in _rows(view, dose, among, had, delivered.conf_level)
    ]
    return Exhibit(
        id="outcome_by_dose",
        kind="outcome_by_dose",
        columns=("view", "level", "people", "events", "estimate", "conf_low", "conf_high", "warning"),
        rows=tuple(rows),
        count_columns=("people", "events"),
        outcome=outcome,
        population=ASSIGNED,
        notes={"landmark_days": LANDMARK_DAYS, "warning": WARNING},
    )


def _views(delivered: Delivered, measurement: Measurement) -> dict[str, tuple[Floats, Bools, Bools]]:
    """Return, for each way of looking, dose, who is looked at, and who had the outcome; shape (n_people,)."""
    people, contacts, n = delivered.people, delivered.contacts, delivered.n
    assert contacts is not None  # asked before
    known, had, time = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool), np.zeros(n)
    known[measurement.people] = measurement.known_at_horizon
    had[measurement.people] = measurement.event
    time[measurement.people] = measurement.time_days
    known &= people.treated
    held = contacts.held & contacts.within
    dose = count_of(contacts.person[held], n).astype(float)
    views = {"completed_dose": (dose, known, had)}
    if delivered.spells is not None:
        free = count_of(contacts.person[contacts.held & contacts.contactable], n)
        weeks = people.contactable_days / 7
        rate = np.divide(free, weeks, out=np.zeros(n), where=weeks > 0)
        views["per_contactable_week"] = (rate, known & (weeks > 0), had)
    early = contacts.held & people.was_released[contacts.person]
    since = contacts.day - people.released[contacts.person]
    first = count_of(contacts.person[early & (since >= 0) & (since < LANDMARK_DAYS)], n).astype(float)
    if measurement.horizon_days > LANDMARK_DAYS:
        views["landmark"] = (first, known & people.was_released & (time > LANDMARK_DAYS), had)
    return views


def _rows(view: str, dose: Floats, among: Bools, had: Bools, conf_level: float) -> Iterator[tuple[Cell, ...]]:
    if not among.any():
        return
    high = dose > np.median(dose[among])
    for level, group in (("low", among & ~high), ("high", among & high)):
        people, events = int(group.sum()), int((group & had).sum())
        effect = proportion_wilson(events, people, conf_level=conf_level)
        yield view, level, people, events, effect.estimate, effect.conf_low, effect.conf_high, WARNING
