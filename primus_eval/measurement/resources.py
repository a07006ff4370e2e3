"""What each person used of a resource that has a price, year by year: days, contacts, hours, services.

What the offer brings about counts from randomisation on, so that contacts in prison are costs of it; custody
and decisions count from the day the clock starts. All end with the window of the outcome. A year has 365.25
days from the clock's start, and what lies before it belongs to the first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from primus_eval.measurement.days import FAR, NO_DAY, day_of, days_of
from primus_eval.measurement.spells import custody_days, merged
from primus_eval.protocol.economics import UnitCost
from primus_eval.trial import Trial
from primus_eval.vocabulary import EventKind

DAYS_OF_YEAR = 365.25
DECIDED: tuple[EventKind, ...] = ("decision", "conviction", "sentence")
"""Kinds of events that are a decision, where rows say their kind."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Span:
    """From when until when each participant's use counts, as days, shape (n_people,).

    randomised: from here on the offer; start: from here on custody and decisions; end: the first day that no
    longer counts. runs: of whom these days are known; for others they mean nothing. years: how many years the
    longest window has, a begun one included.
    """

    randomised: np.ndarray
    start: np.ndarray
    end: np.ndarray
    runs: np.ndarray
    years: int

    def year_of(self, person: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Return the year of follow-up in which a day lies, 0 for the first and for what came before."""
        year = np.floor((day - self.start[person]) / DAYS_OF_YEAR).astype(np.int64)
        return np.clip(year, 0, self.years - 1)


def span_of(*, randomised: np.ndarray, start: np.ndarray, end: np.ndarray, runs: np.ndarray) -> Span:
    """Return the spans of participants whose clocks start, with the number of years of the longest."""
    days = np.where(runs, end - start, 0).max(initial=0)
    years = 1 + int(max(days - 1, 0) / DAYS_OF_YEAR)  # two years may be 731 days, and are two
    return Span(randomised=randomised, start=start, end=end, runs=runs, years=years)


def span_without_clock(n_people: int) -> Span:
    """Return the span of an outcome that was observed: every day counts, and all lies in the first year."""
    day = np.full(n_people, FAR, dtype=np.int64)
    runs = np.ones(n_people, dtype=bool)
    return Span(randomised=-day, start=-day, end=day, runs=runs, years=1)


def used(trial: Trial, entry: UnitCost, span: Span) -> np.ndarray:
    """Return how many units each participant used in each year, NaN where not known, shape (n_people, years).

    Checked: tests/test_measurement_costs.py by hand.
    """
    if entry.resource == "per_person_offered":
        return _in_first_year(trial.treated.astype(float), span)
    if entry.resource == "per_person_matched":
        return _in_first_year(_matched(trial).astype(float), span)
    if entry.resource == "per_custody_day":
        return _custody(trial, entry, span)
    if entry.resource == "per_decision":
        return _decisions(trial, span)
    if entry.resource == "per_service":
        return _services(trial, entry, span)
    return _contacts(trial, entry, span)


def _in_first_year(units: np.ndarray, span: Span) -> np.ndarray:
    spread = np.zeros((len(units), span.years))
    spread[:, 0] = units
    return spread


def summed(
    n: int, span: Span, person: np.ndarray, day: np.ndarray, units: np.ndarray, *, first: np.ndarray
) -> np.ndarray:
    """Add up units that lie between a first day and the end of each person's window, by year, (n, years)."""
    inside = (day != NO_DAY) & span.runs[person] & (day >= first[person]) & (day < span.end[person])
    person, day, units = person[inside], day[inside].astype(np.int64), units[inside]
    cell = person * span.years + span.year_of(person, day)
    return np.bincount(cell, weights=units, minlength=n * span.years).reshape(n, span.years)


def _table(trial: Trial, name: str) -> pd.DataFrame | None:
    return trial.tables.get(name)


def _unknown(trial: Trial, span: Span) -> np.ndarray:
    return np.full((len(trial.participants), span.years), np.nan)


def _matched(trial: Trial) -> np.ndarray:
    spec, table = trial.protocol.data.matches, _table(trial, "matches")
    some = np.zeros(len(trial.participants), dtype=bool)
    if spec is not None and table is not None:
        dated = table[spec.start_date].notna().to_numpy()
        some[table["person"].to_numpy(dtype=np.int64)[dated]] = True
    return some


def _contacts(trial: Trial, entry: UnitCost, span: Span) -> np.ndarray:
    """Contacts that were held, their hours, or the hours of all mentors present."""
    spec, table = trial.protocol.data.contacts, _table(trial, "contacts")
    if spec is None or table is None:
        return _unknown(trial, span)
    held = table[spec.took_place].fillna(False).to_numpy(dtype=bool) & _coded(table, spec.mode, entry.codes)
    units = np.ones(len(table))
    if entry.resource != "per_contact":
        if spec.minutes is None:
            return _unknown(trial, span)
        units = _hours(table[spec.minutes].to_numpy(dtype=float, na_value=np.nan), held)
    if entry.resource == "per_volunteer_hour" and spec.second_mentor is not None:
        units = units * (1 + table[spec.second_mentor].notna().to_numpy())
    person = table["person"].to_numpy(dtype=np.int64)
    day = days_of(table[spec.date])
    return summed(len(trial.participants), span, person[held], day[held], units[held], first=span.randomised)


def _hours(minutes: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Return hours; a contact of unknown length takes the mean of those held whose length is known.

    To take the cost of its participant for unknown would leave out those who met their mentors most.
    """
    known = held & ~np.isnan(minutes)
    typical = minutes[known].mean() if known.any() else np.nan
    return np.where(np.isnan(minutes), typical, minutes) / 60


def _services(trial: Trial, entry: UnitCost, span: Span) -> np.ndarray:
    """Services that began; where no day of beginning is delivered, those that people were referred to."""
    spec, table = trial.protocol.data.services, _table(trial, "services")
    if spec is None or table is None:
        return _unknown(trial, span)
    dated = spec.started_on or spec.referred_on
    if dated is None:
        return _unknown(trial, span)
    wanted = _coded(table, spec.domain, entry.codes)
    person = table["person"].to_numpy(dtype=np.int64)[wanted]
    day = days_of(table[dated])[wanted]
    return summed(len(trial.participants), span, person, day, np.ones(len(day)), first=span.randomised)


def _decisions(trial: Trial, span: Span) -> np.ndarray:
    """Different decisions dated within the window; rows that share the id of a decision are one."""
    spec, table = trial.protocol.data.events, trial.events
    if spec is None or table is None or spec.decision_date is None:
        return _unknown(trial, span)
    wanted = np.ones(len(table), dtype=bool)
    if spec.kind is not None:
        kinds = [code for code, kind in spec.kind.codes.items() if kind in DECIDED]
        wanted = _coded(table, spec.kind.column, tuple(kinds) or ("",))
    rows = pd.DataFrame({"person": table["person"], "day": days_of(table[spec.decision_date])})[wanted]
    if spec.decision is not None:
        rows["decision"] = table.loc[wanted, spec.decision]
        named = rows["decision"].notna()
        rows = pd.concat([rows[named].drop_duplicates(["person", "decision"]), rows[~named]])
    person, day = rows["person"].to_numpy(dtype=np.int64), rows["day"].to_numpy()
    return summed(len(trial.participants), span, person, day, np.ones(len(day)), first=span.start)


def _custody(trial: Trial, entry: UnitCost, span: Span) -> np.ndarray:
    """Days in custody for the priced reasons; spells that overlap count once, open ones last."""
    spec, table, cutoff = trial.protocol.data.custody, trial.custody, trial.protocol.data.data_cutoff
    if spec is None or table is None or cutoff is None:
        return _unknown(trial, span)
    begin, end = days_of(table[spec.from_date]), days_of(table[spec.to_date])
    end = np.where(end == NO_DAY, day_of(cutoff) + 1, end)
    counts = begin != NO_DAY
    if entry.codes and spec.reason is not None:
        codes = tuple(code for code, reason in spec.reason.codes.items() if reason in entry.codes)
        counts &= _coded(table, spec.reason.column, codes or ("",))
    person = table["person"].to_numpy(dtype=np.int64)
    spells = merged(person[counts], begin[counts], end[counts])
    people = np.flatnonzero(span.runs)
    found = np.zeros((len(trial.participants), span.years))
    start, stop = span.start[people], span.end[people]
    for year in range(span.years):
        first = np.minimum(start + int(DAYS_OF_YEAR * year), stop)
        last = stop if year == span.years - 1 else np.minimum(start + int(DAYS_OF_YEAR * (year + 1)), stop)
        found[people, year] = custody_days(spells, people, first, last)
    return found


def _coded(table: pd.DataFrame, column: str | None, codes: tuple[str, ...]) -> np.ndarray:
    """Whether each row has one of these codes, all rows where none is named, shape (n_rows,)."""
    if not codes or column is None:
        return np.ones(len(table), dtype=bool)
    return table[column].isin(list(codes)).to_numpy(dtype=bool)
