"""Dose: when contact began, how much of it there was, where its gaps are, and how long it lasted.

Everybody offered the programme counts, with no contact where there was none. A share of people by a day after
release is of those for whom that day lies within the data; somebody who died or left the country before they
were released counts, without contact.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from primus_eval.estimators.process.catalogue import CatalogueEntry
from primus_eval.estimators.process.delivered import (
    Contacts,
    Delivered,
    column_codes,
    count_of,
    first_day,
    sum_of,
)
from primus_eval.estimators.process.matching import first_match
from primus_eval.estimators.process.measures import Mean, Median, Ratio, Share, Waiting
from primus_eval.estimators.process.rows import Part, with_groups
from primus_eval.estimators.process.weeks import week_table
from primus_eval.measurement.days import FAR
from primus_eval.measurement.spells import SPAN, custody_days, in_custody
from primus_eval.numerics.inputs import Bools, Floats, Integers
from primus_eval.vocabulary import Phase, words

AT_THE_GATE_DAYS = 4
"""The day of release and the three after it."""

MONTH_DAYS = 30
GAP_DAYS = 28

MINUTES_PER_HOUR = 60


def started_before_release(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many met a mentor before release, of those whose release, actual or planned, is known."""
    people = delivered.people
    share = Share(
        has=first_met(delivered) < np.where(people.was_released, people.released, FAR),
        asked=people.treated & people.has_release,
        pairs=delivered.contact_pairs,
    )
    yield from with_groups(delivered, share, entry)


def weeks_before_release(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield the median of weeks from the first meeting to release; 0 for those not met by then."""
    people = delivered.people
    before = np.maximum(people.released - first_met(delivered), 0) / 7
    asked = people.treated & people.was_released
    median = Median(values=np.where(asked, before, 0.0), asked=asked, pairs=delivered.contact_pairs)
    yield from with_groups(delivered, median, entry)


def met_at_gate(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many were met on the day of release or in the three days after, of those released."""
    has, due = in_contact_between(delivered, 0, AT_THE_GATE_DAYS)
    asked = due & delivered.people.was_released
    yield from with_groups(delivered, Share(has=has, asked=asked, pairs=delivered.contact_pairs), entry)


def contact_first_month(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many had a contact in the 30 days from release on."""
    has, due = in_contact_between(delivered, 0, MONTH_DAYS)
    yield from with_groups(delivered, Share(has=has, asked=due, pairs=delivered.contact_pairs), entry)


def full_course(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many had a contact in the last 30 days of the planned weeks."""
    last = 7 * delivered.process.weeks_after_release
    has, due = in_contact_between(delivered, max(last - MONTH_DAYS, 0), last)
    yield from with_groups(delivered, Share(has=has, asked=due, pairs=delivered.contact_pairs), entry)


def first_met(delivered: Delivered) -> Integers:
    """Return the day of the first contact held with each participant, `FAR` where there was none."""
    person, day = delivered.held
    return first_day(person, day, delivered.n)


def in_contact_between(delivered: Delivered, begin: int, end: int) -> tuple[Bools, Bools]:
    """Tell who had a contact from day `begin` after release to before day `end`, and who should be counted.

    Counted are those offered the programme for whom these days lie within the data, and those who died or
    left the country before they were released.
    """
    people = delivered.people
    person, day = delivered.held
    since = day - people.released[person]
    inside = people.was_released[person] & (since >= begin) & (since < end)
    has = count_of(person[inside], delivered.n) > 0
    over = people.was_released & (people.released + end <= delivered.cut)
    never = ~people.was_released & (people.gone < delivered.cut)
    return has, people.treated & (over | never)


def contacts_per_planned_week(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield contacts held in the planned weeks, by all planned weeks of everybody offered the programme."""
    contacts, people = _contacts(delivered), delivered.people
    held = contacts.person[contacts.held & contacts.within]
    yield from with_groups(delivered, _per_week(delivered, held, people.planned_days), entry)


def contacts_per_contactable_week(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield contacts held while contactable, by the weeks in which people were."""
    contacts, people = _contacts(delivered), delivered.people
    held = contacts.person[contacts.held & contacts.contactable]
    yield from with_groups(delivered, _per_week(delivered, held, people.contactable_days), entry)


def contact_in_custody(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield contacts held in new custody, by weeks in it, from release to the planned end of contact."""
    contacts, people, spells = _contacts(delivered), delivered.people, delivered.spells
    assert spells is not None  # the indicator needs custody
    everybody = np.arange(delivered.n)
    inside = custody_days(spells, everybody, people.free_begin, people.free_end)
    after = (people.free_begin[contacts.person] <= contacts.day) & (
        contacts.day < people.free_end[contacts.person]
    )
    held = contacts.held & after & in_custody(spells, contacts.person, contacts.day)
    yield from with_groups(delivered, _per_week(delivered, contacts.person[held], inside), entry)


def regular_weeks(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield in how many weeks in which people could be met there was a contact; see `weeks` for the weeks."""
    table = week_table(delivered)
    free = (table.in_state("in_contact") | table.in_state("free_no_contact")).sum(axis=1)
    met = table.in_contact.sum(axis=1)
    whole, part = np.zeros(delivered.n), np.zeros(delivered.n)
    whole[table.person], part[table.person] = free, met
    ratio = Ratio(part=part, whole=whole, asked=whole > 0, is_share=True, pairs=delivered.contact_pairs)
    yield from with_groups(delivered, ratio, entry)


def first_gap(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many of those matched went 28 days without a contact though they could be met.

    Days count from release, or from the match where that came later, to the end of the planned weeks. New
    custody, death and leaving the country come first for some; the gap wins on the day itself.
    """
    people, first = delivered.people, first_match(delivered)
    start = np.maximum(people.free_begin, first)
    asked = people.treated & people.was_released & (start < people.free_end)
    planned_end = np.minimum(people.end, delivered.cut)
    stop = _first_unmeetable(delivered, start)
    end = np.minimum(stop, planned_end)
    gap = _first_gap(delivered, start, asked)
    event = asked & (gap <= end)
    competing = asked & ~event & (stop < planned_end)
    time = np.where(event, gap, end) - start
    waiting = Waiting(
        time_days=np.where(asked, np.maximum(time, 0), 0),
        event=event,
        competing=competing,
        asked=asked,
        horizon_days=7 * delivered.process.weeks_after_release,
        pairs=delivered.contact_pairs,
    )
    yield from with_groups(delivered, waiting, entry)


def _first_unmeetable(delivered: Delivered, start: Integers) -> Integers:
    """Return the first day, from a start on, of custody, death or departure; `FAR` where there is none."""
    people, spells = delivered.people, delivered.spells
    assert spells is not None  # the indicator needs custody
    keys = spells.person * SPAN + spells.end
    person = np.arange(delivered.n)
    # The first spell that has not ended by the start is the one the person is in, or the next.
    at = np.searchsorted(keys, person * SPAN + start, side="right")
    own = at < len(keys)
    own[own] = spells.person[at[own]] == person[own]
    inside = np.full(delivered.n, FAR, dtype=np.int64)
    inside[own] = np.maximum(spells.begin[at[own]], start[own])
    return np.minimum(inside, people.gone)


def _first_gap(delivered: Delivered, start: Integers, asked: Bools) -> Integers:
    """Return the day on which 28 days without contact were over for the first time; `FAR` where never."""
    person, day = delivered.held
    later = asked[person] & (day >= start[person])
    who = np.concatenate([np.flatnonzero(asked), person[later]])
    when = np.concatenate([start[asked], day[later]])
    order = np.argsort(who * SPAN + when, kind="stable")
    who, when = who[order], when[order]
    is_last = np.append(who[1:] != who[:-1], True) if len(who) else np.zeros(0, dtype=bool)
    wide = np.append(np.diff(when), 0) >= GAP_DAYS
    return first_day(who[is_last | wide], when[is_last | wide] + GAP_DAYS, delivered.n)


def hours(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield the mean of hours of contact over everybody offered the programme, and its parts.

    Contacts of which nobody wrote down how long they took add nothing: the hours are at least so many.
    """
    contacts, spec = _contacts(delivered), delivered.trial.protocol.data.contacts
    assert spec is not None and spec.minutes is not None  # the indicator needs them
    frame = delivered.table("contacts")
    rows, person = contacts.row[contacts.held], contacts.person[contacts.held]
    taken = frame[spec.minutes].fillna(0).to_numpy(dtype=float)[rows] / MINUTES_PER_HOUR
    yield _hours(delivered, person, taken)
    phases = column_codes(frame, spec.phase)[rows]
    for phase in words(Phase) if delivered.process.phases else ():
        codes = [code for code, word in delivered.process.phases.items() if word == phase]
        yield _hours(delivered, person, taken * np.isin(phases, codes), breakdown="phase", group=phase)
    modes = column_codes(frame, spec.mode)[rows]
    for mode in (spec.columns[spec.mode].levels or {}) if spec.mode else ():
        if mode not in delivered.process.modes_not_counted:
            yield _hours(delivered, person, taken * (modes == mode), breakdown="mode", group=mode)


def _hours(delivered: Delivered, person: Integers, taken: Floats, **where: str) -> Part:
    mean = Mean(
        values=sum_of(person, taken, delivered.n),
        asked=delivered.people.treated,
        pairs=delivered.contact_pairs,
    )
    numbers = mean.among(np.ones(delivered.n, dtype=bool), delivered.conf_level)
    return Part(numbers=numbers, **where)  # type: ignore[arg-type]


def _per_week(delivered: Delivered, person: Integers, days: Integers) -> Ratio:
    return Ratio(
        part=count_of(person, delivered.n).astype(float),
        whole=days / 7,
        asked=delivered.people.treated,
        is_share=False,
        pairs=delivered.contact_pairs,
    )


def _contacts(delivered: Delivered) -> Contacts:
    assert delivered.contacts is not None  # asked by those who need contacts
    return delivered.contacts
