"""What was delivered to whom, and when: the tables of a programme as arrays of days beside the participants.

A day is a number of days since 1970; ends are the first day that no longer counts. Everybody who was offered
the programme is in every array, also those who were never met.

The planned weeks of a person begin so many weeks before release as the protocol says, but not before
randomisation, and end so many weeks after it, but not after the data do. Death, departure and new custody do
not shorten them: they were offered. Somebody who was not released is placed by the planned day of release,
and has no planned weeks where there is none. Within them a person is contactable from release on, while
alive, in the country and out of custody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from primus_eval.measurement.days import FAR, NO_DAY, day_of, days_of
from primus_eval.measurement.spells import Spells, custody_days, in_custody, merged
from primus_eval.numerics.inputs import Bools, Floats, Integers
from primus_eval.protocol.process import Process
from primus_eval.trial import Trial

Texts = np.ndarray
"""Codes of a category as text, "" where missing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Days of each participant, shape (n_people,). `release` is the planned day where none was actual."""

    treated: Bools
    randomised: Integers
    released: Integers
    release: Integers
    gone: Integers
    begin: Integers
    end: Integers
    free_begin: Integers
    free_end: Integers
    contactable_days: Integers

    @property
    def has_release(self) -> Bools:
        """Whether there is a day of release to place weeks by."""
        return self.release != NO_DAY

    @property
    def was_released(self) -> Bools:
        return self.released != NO_DAY

    @property
    def planned_days(self) -> Integers:
        """Days for which contact was planned, up to the end of the data."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contacts:
    """Contacts of those offered the programme, shape (n_contacts,); attempts that failed are not held.

    Contacts of a mode that does not count by itself are left out, held or not, as are rows before
    randomisation, after the data end, or without a day. A contact without a mode is kept.
    """

    row: Integers
    person: Integers
    day: Integers
    held: Bools
    within: Bools
    contactable: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matches:
    """Matches of those offered the programme, shape (n_matches,); an open one ends with the data.

    served_until: the end, or that of the planned weeks where these are over before.
    """

    row: Integers
    person: Integers
    mentor: Integers
    begin: Integers
    end: Integers
    served_until: Integers
    is_open: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Delivered:
    """A trial's programme as delivered."""

    trial: Trial
    process: Process
    conf_level: float
    cut: int
    people: People
    spells: Spells | None
    contacts: Contacts | None
    matches: Matches | None
    contact_pairs: tuple[Integers, Integers] | None

    @property
    def n(self) -> int:
        return len(self.people.treated)

    @property
    def held(self) -> tuple[Integers, Integers]:
        """Person and day of every contact held."""
        assert self.contacts is not None  # asked by those who need contacts
        return self.contacts.person[self.contacts.held], self.contacts.day[self.contacts.held]

    def table(self, name: str) -> pd.DataFrame:
        return self.trial.tables[name]


def delivered_of(trial: Trial) -> Delivered | None:
    """Place the tables of the programme in time; None where no programme was declared."""
    process = trial.protocol.process
    if process is None:
        return None
    cutoff = trial.protocol.data.data_cutoff
    cut = FAR if cutoff is None else day_of(cutoff) + 1
    spells = _spells(trial, cut)
    people = _people(trial, process, spells, cut)
    matches = _matches(trial, people, cut)
    contacts = _contacts(trial, process, people, spells, cut)
    return Delivered(
        trial=trial,
        process=process,
        conf_level=trial.protocol.primary.conf_level,
        cut=cut,
        people=people,
        spells=spells,
        contacts=contacts,
        matches=matches,
        contact_pairs=_contact_pairs(trial, contacts, matches),
    )


def column_days(frame: pd.DataFrame, column: str | None) -> Integers:
    """Return the days of a column, `NO_DAY` where missing, or everywhere where it was not declared."""
    if column is None:
        return np.full(len(frame), NO_DAY, dtype=np.int64)
    return days_of(frame[column]).astype(np.int64)


def column_codes(frame: pd.DataFrame, column: str | None) -> Texts:
    """Return the codes of a category as text, "" where missing, or everywhere where it was not declared."""
    if column is None:
        return np.full(len(frame), "", dtype=object)
    return frame[column].astype("object").fillna("").to_numpy(dtype=object)


def column_yes(frame: pd.DataFrame, column: str | None) -> Bools:
    """Whether a yes/no column says yes; missing is not yes."""
    if column is None:
        return np.zeros(len(frame), dtype=bool)
    return frame[column].fillna(False).to_numpy(dtype=bool)


def column_no(frame: pd.DataFrame, column: str | None) -> Bools:
    """Whether a yes/no column says no; missing is not no."""
    if column is None:
        return np.zeros(len(frame), dtype=bool)
    return ~frame[column].fillna(True).to_numpy(dtype=bool)


def column_ids(frame: pd.DataFrame, column: str | None) -> Integers:
    """Return ids as whole numbers, -1 where missing, or everywhere where they were not declared."""
    if column is None:
        return np.full(len(frame), -1, dtype=np.int64)
    return frame[column].fillna(-1).to_numpy(dtype=np.int64)


def first_day(person: Integers, day: Integers, n: int) -> Integers:
    """Return the first of the days of each person, `FAR` where there is none, shape (n,)."""
    first = np.full(n, FAR, dtype=np.int64)
    np.minimum.at(first, person, day)
    return first


def count_of(person: Integers, n: int) -> Integers:
    """Count the rows of each person, shape (n,)."""
    return np.bincount(person, minlength=n)


def sum_of(person: Integers, values: Floats, n: int) -> Floats:
    """Add up the values of each person, shape (n,)."""
    return np.bincount(person, weights=values, minlength=n).astype(float)


def _people(trial: Trial, process: Process, spells: Spells | None, cut: int) -> People:
    spec = trial.protocol.data.participants
    randomised = column_days(trial.participants, spec.randomised_on)
    released = column_days(trial.participants, spec.released_on)
    planned = column_days(trial.participants, process.planned_release_on)
    release = np.where(released == NO_DAY, planned, released)
    placed = release != NO_DAY
    end = np.where(placed, np.minimum(release + 7 * process.weeks_after_release, cut), 0)
    begin = np.maximum(release - 7 * process.weeks_before_release, randomised)
    begin = np.where(placed, np.minimum(begin, end), 0)
    gone = _gone(trial, randomised)
    free_end = np.where(released == NO_DAY, 0, np.minimum(end, gone))
    free_begin = np.where(released == NO_DAY, 0, np.minimum(np.maximum(released, randomised), free_end))
    contactable = free_end - free_begin
    if spells is not None:
        contactable = contactable - custody_days(spells, np.arange(len(release)), free_begin, free_end)
    return People(
        treated=trial.treated,
        randomised=randomised,
        released=released,
        release=release,
        gone=gone,
        begin=begin,
        end=end,
        free_begin=free_begin,
        free_end=free_end,
        contactable_days=contactable,
    )


def _gone(trial: Trial, randomised: Integers) -> Integers:
    """Return the day on which each person died or left the country after randomisation, else `FAR`."""
    spec, n = trial.protocol.data.status, len(trial.participants)
    if trial.status is None or spec is None:
        return np.full(n, FAR, dtype=np.int64)
    meanings = pd.Series(column_codes(trial.status, spec.kind.column)).map(spec.kind.codes)
    person = trial.status["person"].to_numpy(dtype=np.int64)
    day = column_days(trial.status, spec.date)
    ends = meanings.isin(["death", "deportation", "emigration"]).to_numpy(dtype=bool)
    ends &= (day != NO_DAY) & (day >= randomised[person])
    return first_day(person[ends], day[ends], n)


def _spells(trial: Trial, cut: int) -> Spells | None:
    spec = trial.protocol.data.custody
    if trial.custody is None or spec is None:
        return None
    begin, end = column_days(trial.custody, spec.from_date), column_days(trial.custody, spec.to_date)
    end = np.where(end == NO_DAY, cut, end)
    dated = begin != NO_DAY
    person = trial.custody["person"].to_numpy(dtype=np.int64)
    return merged(person[dated], begin[dated], end[dated])


def _contacts(
    trial: Trial, process: Process, people: People, spells: Spells | None, cut: int
) -> Contacts | None:
    spec = trial.protocol.data.contacts
    if spec is None or "contacts" not in trial.tables:
        return None
    frame = trial.tables["contacts"]
    person = frame["person"].to_numpy(dtype=np.int64)
    day = column_days(frame, spec.date)
    used = people.treated[person] & (day != NO_DAY) & (day >= people.randomised[person]) & (day < cut)
    counts = ~np.isin(column_codes(frame, spec.mode), list(process.modes_not_counted))
    held = column_yes(frame, spec.took_place)
    row = np.flatnonzero(used & counts)
    person, day, held = person[row], day[row], held[row]
    free = (people.free_begin[person] <= day) & (day < people.free_end[person])
    if spells is not None:
        free &= ~in_custody(spells, person, day)
    return Contacts(
        row=row,
        person=person,
        day=day,
        held=held,
        within=(people.begin[person] <= day) & (day < people.end[person]),
        contactable=free,
    )


def _matches(trial: Trial, people: People, cut: int) -> Matches | None:
    spec = trial.protocol.data.matches
    if spec is None or "matches" not in trial.tables:
        return None
    frame = trial.tables["matches"]
    person = frame["person"].to_numpy(dtype=np.int64)
    begin, end = column_days(frame, spec.start_date), column_days(frame, spec.end_date)
    used = people.treated[person] & (begin != NO_DAY) & (begin >= people.randomised[person]) & (begin < cut)
    row = np.flatnonzero(used)
    is_open = (end == NO_DAY) | (end >= cut)
    end = np.where(is_open, cut, end)
    planned_end = np.where(people.has_release, people.end, FAR)[person]
    return Matches(
        row=row,
        person=person[row],
        mentor=column_ids(frame, spec.mentor)[row],
        begin=begin[row],
        end=end[row],
        served_until=np.minimum(end, planned_end)[row],
        is_open=is_open[row],
    )


def _contact_pairs(
    trial: Trial, contacts: Contacts | None, matches: Matches | None
) -> tuple[Integers, Integers] | None:
    """Return person and mentor of every contact held; of every match, where contacts do not say who came."""
    spec = trial.protocol.data.contacts
    if contacts is not None and spec is not None and spec.mentor is not None:
        frame = trial.tables["contacts"]
        rows = contacts.row[contacts.held]
        mentors = [column_ids(frame, name)[rows] for name in (spec.mentor, spec.second_mentor)]
        person = np.tile(contacts.person[contacts.held], 2)
        mentor = np.concatenate(mentors)
        return person[mentor >= 0], mentor[mentor >= 0]
    return None if matches is None else (matches.person, matches.mentor)
