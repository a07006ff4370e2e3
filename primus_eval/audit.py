"""What is odd in the tables of a trial, by count and kind: nothing here stops a run, all of it needs a look.

Registers hold spells that overlap and people who offend after their death. Measuring has a rule for each of
these; how often a rule was needed says how far the data can be trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from primus_eval.findings import Exhibit
from primus_eval.measurement.days import NO_DAY, day_of, days_of
from primus_eval.measurement.spells import Spells, in_custody, merged
from primus_eval.protocol import StatusTable
from primus_eval.trial import Trial
from primus_eval.vocabulary import AuditKind

COLUMNS = ("kind", "table", "rows", "people")


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """One kind of oddity: in which table, on how many rows, of how many people."""

    kind: AuditKind
    table: str
    rows: int
    people: int


def audit(trial: Trial) -> tuple[Oddity, ...]:
    """Count what is odd in a trial's tables; kinds that were looked for and not found have zero rows.

    Which kinds are looked for depends on the tables that are there. Checked: tests/test_audit.py.
    """
    return (*_of_participants(trial), *_of_custody(trial), *_of_events(trial), *_of_status(trial))


def audit_exhibit(trial: Trial) -> tuple[Exhibit, ...]:
    """Return the audit as an exhibit; none where the trial has participants alone."""
    if trial.events is None and trial.custody is None and trial.status is None:
        return ()
    rows = tuple((item.kind, item.table, item.rows, item.people) for item in audit(trial))
    return (Exhibit(id="audit", kind="audit", columns=COLUMNS, rows=rows, count_columns=("rows", "people")),)


def _of_participants(trial: Trial) -> Iterator[Oddity]:
    spec = trial.protocol.data.participants
    people = np.arange(len(trial.participants))
    randomised = _dates(trial.participants, spec.randomised_on)
    released = _dates(trial.participants, spec.released_on)
    both = (randomised != NO_DAY) & (released != NO_DAY)
    if spec.randomised_on and spec.released_on:
        yield _oddity("released_before_randomisation", "participants", people, both & (released < randomised))
    if spec.released_on and trial.custody is not None:
        inside = in_custody(_spells(trial), people, released)
        yield _oddity("released_while_in_custody", "participants", people, inside & (released != NO_DAY))
    for name in ("events", "custody"):
        table: pd.DataFrame | None = getattr(trial, name)
        if table is not None:
            without = ~np.isin(people, table["person"].to_numpy())
            yield _oddity("nothing_recorded", name, people, without)
            if spec.linked is not None:
                found = trial.participants[spec.linked].fillna(False).to_numpy(dtype=bool)
                yield _oddity("recorded_but_not_linked", name, people, ~without & ~found)


def _of_custody(trial: Trial) -> Iterator[Oddity]:
    spec = trial.protocol.data.custody
    if trial.custody is None or spec is None:
        return
    person = trial.custody["person"].to_numpy(dtype=np.int64)
    begin, end = days_of(trial.custody[spec.from_date]), days_of(trial.custody[spec.to_date])
    dated = begin != NO_DAY
    yield _oddity("spell_without_beginning", "custody", person, ~dated)
    yield _oddity("spell_reversed", "custody", person, dated & (end != NO_DAY) & (end < begin))
    yield _oddity("spell_without_a_day", "custody", person, dated & (end == begin))
    yield _oddity("spell_without_end", "custody", person, dated & (end == NO_DAY))
    yield _oddity("spell_overlaps", "custody", person, _overlaps(person, begin, _closed(trial, end)))
    died = _died_on(trial)
    if died is not None:
        yield _oddity("after_death", "custody", person, dated & (begin > died[person]))


def _of_events(trial: Trial) -> Iterator[Oddity]:
    spec = trial.protocol.data.events
    if trial.events is None or spec is None:
        return
    person = trial.events["person"].to_numpy(dtype=np.int64)
    offence, decision = _dates(trial.events, spec.offence_date), _dates(trial.events, spec.decision_date)
    used = np.where(offence != NO_DAY, offence, decision)
    yield _oddity("event_without_date", "events", person, used == NO_DAY)
    if spec.kind is not None and spec.kind.column is not None:
        missing = trial.events[spec.kind.column].isna().to_numpy(dtype=bool)
        yield _oddity("event_without_kind", "events", person, missing)
    if spec.offence_date and spec.decision_date:
        yield _oddity(
            "decision_before_offence", "events", person, (decision != NO_DAY) & (decision < offence)
        )
    if trial.custody is not None and spec.offence_date:
        inside = in_custody(_spells(trial), person, offence)
        yield _oddity("offence_in_custody", "events", person, inside & (offence != NO_DAY))
    died = _died_on(trial)
    if died is not None:
        yield _oddity("after_death", "events", person, (used != NO_DAY) & (used > died[person]))


def _of_status(trial: Trial) -> Iterator[Oddity]:
    spec, people = trial.protocol.data.status, trial.protocol.data.participants
    if trial.status is None or spec is None or people.randomised_on is None:
        return
    person = trial.status["person"].to_numpy(dtype=np.int64)
    day, kinds = days_of(trial.status[spec.date]), _status_kinds(trial, spec)
    randomised = _dates(trial.participants, people.randomised_on)[person]
    before = (day != NO_DAY) & (day < randomised)
    yield _oddity("died_before_randomisation", "status", person, before & (kinds == "death"))
    left = np.isin(kinds, ("deportation", "emigration"))
    yield _oddity("left_before_randomisation", "status", person, before & left)


def _oddity(kind: AuditKind, table: str, person: np.ndarray, odd: np.ndarray) -> Oddity:
    return Oddity(kind=kind, table=table, rows=int(odd.sum()), people=len(np.unique(person[odd])))


def _dates(frame: pd.DataFrame, column: str | None) -> np.ndarray:
    if column is None:
        return np.full(len(frame), NO_DAY, dtype=np.int32)
    return days_of(frame[column])


def _closed(trial: Trial, end: np.ndarray) -> np.ndarray:
    """Let spells without an end last as long as the data; without a cut-off, for ever."""
    cutoff = trial.protocol.data.data_cutoff
    last = np.iinfo(np.int32).max if cutoff is None else day_of(cutoff) + 1
    return np.where(end == NO_DAY, last, end)


def _spells(trial: Trial) -> Spells:
    spec = trial.protocol.data.custody
    assert trial.custody is not None and spec is not None  # asked by everyone who calls
    begin = days_of(trial.custody[spec.from_date])
    dated = begin != NO_DAY
    end = _closed(trial, days_of(trial.custody[spec.to_date]))
    return merged(trial.custody["person"].to_numpy(dtype=np.int64)[dated], begin[dated], end[dated])


def _overlaps(person: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Whether a spell begins before an earlier one of the same person has ended."""
    real = np.flatnonzero((begin != NO_DAY) & (end > begin))
    order = real[np.lexsort((end[real], begin[real], person[real]))]
    ends = pd.Series(end[order]).groupby(person[order]).cummax()
    before = ends.groupby(person[order]).shift(fill_value=NO_DAY).to_numpy()
    found = np.zeros(len(person), dtype=bool)
    found[order] = begin[order] < before
    return found


def _died_on(trial: Trial) -> np.ndarray | None:
    """Return the day on which each participant died, a day that never comes for the others."""
    spec = trial.protocol.data.status
    if trial.status is None or spec is None:
        return None
    dead = _status_kinds(trial, spec) == "death"
    deaths = trial.status[dead & trial.status[spec.date].notna().to_numpy()]
    died = np.full(len(trial.participants), np.iinfo(np.int32).max, dtype=np.int64)
    np.minimum.at(died, deaths["person"].to_numpy(dtype=np.int64), days_of(deaths[spec.date]))
    return died


def _status_kinds(trial: Trial, spec: StatusTable) -> np.ndarray:
    """Return what each row of the table of status says, in words of the package; "" where it is missing."""
    assert trial.status is not None  # asked by everyone who calls
    kinds = trial.status[spec.kind.column].astype("object").map(spec.kind.codes)
    return kinds.fillna("").to_numpy(dtype=str)
