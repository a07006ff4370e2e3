"""Fidelity and quality: was it delivered as planned, about what was needed, and how good was the bond?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from primus_eval.estimators.process.catalogue import CatalogueEntry
from primus_eval.estimators.process.delivered import (
    Delivered,
    column_codes,
    column_days,
    column_no,
    column_yes,
    count_of,
)
from primus_eval.estimators.process.measures import Mean, Numbers, Ratio, Share
from primus_eval.estimators.process.needs import found_at_start
from primus_eval.estimators.process.rows import Part, with_groups
from primus_eval.measurement.days import NO_DAY
from primus_eval.numerics.effect import Effect
from primus_eval.numerics.inputs import Bools, Integers
from primus_eval.vocabulary import CancelledBy, words

UNKNOWN = "unknown"


def planned_held(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many of the planned contacts were held."""
    person, held = planned_contacts(delivered)
    yield from with_groups(delivered, _of_contacts(delivered, person, held), entry)


def planned_contacts(delivered: Delivered) -> tuple[Integers, Bools]:
    """Return the person of each planned contact, and whether it was held."""
    contacts, rows = delivered.contacts, planned_rows(delivered)
    assert contacts is not None  # `planned_rows` has them
    return contacts.person[rows], contacts.held[rows]


def planned_rows(delivered: Delivered) -> Bools:
    contacts, spec = delivered.contacts, delivered.trial.protocol.data.contacts
    assert contacts is not None and spec is not None  # asked by those who need contacts
    return column_yes(delivered.table("contacts"), spec.planned)[contacts.row]


def cancelled_by(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield who cancelled the planned contacts that were not held: the whole is those of which it is known.

    Every one of them is in one part, of somebody or of `unknown`, which takes in codes without a meaning.
    """
    contacts, spec = delivered.contacts, delivered.trial.protocol.data.contacts
    assert contacts is not None and spec is not None  # the indicator needs them
    rows = planned_rows(delivered) & ~contacts.held
    codes = column_codes(delivered.table("contacts"), spec.cancelled_by)[contacts.row[rows]]
    who = np.full(len(codes), UNKNOWN, dtype=object)
    for code, word in delivered.process.cancellations.items():
        who[codes == code] = word
    person, everybody = contacts.person[rows], np.ones(delivered.n, dtype=bool)
    known = _of_contacts(delivered, person, who != UNKNOWN)
    yield Part(numbers=known.among(everybody, delivered.conf_level))
    for group in (*words(CancelledBy), UNKNOWN):
        numbers = _of_contacts(delivered, person, who == group).among(everybody, delivered.conf_level)
        yield Part(numbers=numbers, breakdown="reason", group=group)


def _of_contacts(delivered: Delivered, person: Integers, has: Bools) -> Ratio:
    whole = count_of(person, delivered.n).astype(float)
    return Ratio(
        part=count_of(person[has], delivered.n).astype(float),
        whole=whole,
        asked=whole > 0,
        is_share=True,
        pairs=delivered.contact_pairs,
    )


def needs_worked_on(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many of the needs found at the start a contact worked on, and of each need how many."""
    everybody = np.ones(delivered.n, dtype=bool)
    worked, found = [], []
    for rule in delivered.process.need:
        if rule.topic is not None:
            has_need = (found_at_start(delivered, rule) != NO_DAY) & delivered.people.treated
            found.append((rule.domain, has_need))
            worked.append(has_need & _worked_on(delivered, rule.topic))
    whole = sum((need.astype(float) for _, need in found), np.zeros(delivered.n))
    part = sum((each.astype(float) for each in worked), np.zeros(delivered.n))
    pairs = delivered.contact_pairs
    ratio = Ratio(part=part, whole=whole, asked=whole > 0, is_share=True, pairs=pairs)
    yield Part(numbers=ratio.among(everybody, delivered.conf_level))
    for (domain, need), each in zip(found, worked, strict=True):
        share = Ratio(
            part=each.astype(float), whole=need.astype(float), asked=need, is_share=True, pairs=pairs
        )
        numbers = share.among(everybody, delivered.conf_level)
        yield Part(numbers=numbers, breakdown="domain", group=domain)


def _worked_on(delivered: Delivered, topic: str) -> Bools:
    contacts = delivered.contacts
    assert contacts is not None  # asked by those who need contacts
    about = column_yes(delivered.table("contacts"), topic)[contacts.row] & contacts.held
    return count_of(contacts.person[about], delivered.n) > 0


def adaptations(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many changes of the programme were written down, and how many of them were planned.

    A number of changes has no uncertainty: they are all there were, or all that somebody wrote down.
    """
    spec = delivered.trial.protocol.data.changes
    assert spec is not None  # the indicator needs it
    frame = delivered.table("changes")
    yield _changes(len(frame))
    if spec.planned is not None:
        planned, unplanned = column_yes(frame, spec.planned), column_no(frame, spec.planned)
        yield _changes(int(planned.sum()), group="planned")
        yield _changes(int(unplanned.sum()), group="not_planned")


def _changes(n: int, group: str = "") -> Part:
    numbers = Numbers(
        numerator=n, denominator=None, people=None, people_with=None, effect=Effect(estimate=float(n))
    )
    return Part(numbers=numbers, breakdown="kind" if group else None, group=group, arm="")


def relationship(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield the mean score of the relationship, of those who answered: their last answer, and by wave.

    n of N is how many answered, of everybody offered the programme: those who did are those who stayed.
    """
    spec = delivered.trial.protocol.data.needs
    assert spec is not None  # the indicator needs it
    frame = delivered.table("needs")
    asked = column_codes(frame, spec.domain) == delivered.process.relationship
    answered = asked & frame[spec.score].notna().to_numpy(dtype=bool)
    answered &= delivered.people.treated[frame["person"].to_numpy(dtype=np.int64)]
    yield _score(delivered, answered)
    if spec.wave is not None:
        waves = frame[spec.wave].to_numpy(dtype=float)
        for wave in np.unique(waves[asked & ~np.isnan(waves)]).astype(int).tolist():
            yield _score(delivered, answered & (waves == wave), group=str(wave))


def _score(delivered: Delivered, rows: Bools, group: str = "") -> Part:
    """Return the mean of each person's last score among these rows."""
    spec = delivered.trial.protocol.data.needs
    assert spec is not None  # asked by those who need it
    frame = delivered.table("needs")
    person = frame["person"].to_numpy(dtype=np.int64)[rows]
    score, day = frame[spec.score].to_numpy(dtype=float)[rows], column_days(frame, spec.date)[rows]
    order = np.lexsort((day, person))
    values = np.full(delivered.n, np.nan)
    values[person[order]] = score[order]  # of several rows of a person the last stays
    has = ~np.isnan(values)
    effect = Mean(values=np.where(has, values, 0.0), asked=has).among(has, delivered.conf_level).effect
    responded = Share(has=has, asked=delivered.people.treated).among(
        np.ones(delivered.n, dtype=bool), delivered.conf_level
    )
    numbers = Numbers(
        numerator=responded.numerator,
        denominator=responded.denominator,
        people=responded.people,
        people_with=responded.people_with,
        effect=effect,
    )
    return Part(numbers=numbers, breakdown="wave" if group else None, group=group)
