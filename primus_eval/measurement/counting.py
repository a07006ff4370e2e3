"""Count what candidates become: pure arithmetic on arrays, the same for all people at once or for some.

People do not touch each other here, so that a register may be counted in parts of its people and the
parts be joined; and nothing depends on the order of the events, so that the parts may come from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from primus_eval.definitions import Reoffending
from primus_eval.measurement.candidates import NO_UNIT, Candidates
from primus_eval.measurement.days import FAR, NO_DAY
from primus_eval.measurement.spells import SPAN, Spells, in_custody

LARGEST_EXACT = float(1 << 53)
"""Up to here doubles hold every whole number."""

Fate = Literal[
    "counted",
    "undated",
    "pseudo_reconviction",
    "outside_window",
    "undecided",
    "decided_too_late",
    "after_leaving",
    "in_custody",
]
"""What becomes of a candidate; of several reasons against it the first in this order."""

FATES: tuple[Fate, ...] = get_args(Fate)
_NUMBER = {fate: number for number, fate in enumerate(FATES)}
_NO_FATE = len(FATES)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bounds:
    """When events of each participant count, shape (n_people,); days, ends are the first that does not count.

    measured: whether the person is measured at all. start, end: the window. outer: the latest day of any
    window. deadline: of decisions, FAR without one. left_on: the day on which the person died or left, on
    which an event still counts; FAR where they did neither.
    """

    measured: np.ndarray
    start: np.ndarray
    end: np.ndarray
    outer: np.ndarray
    deadline: np.ndarray
    left_on: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """What was counted of each participant, shape (n_people,), and of each counted unit, shape (n_units,).

    fates: candidates of each person by what became of them, shape (len(FATES), n_people). unit_person,
    unit_day: the first day of each counted unit, sorted. It travels from the workers of a cluster: types are
    the smallest that hold every value, and nothing is held that follows from the rest.
    """

    harm_days: np.ndarray
    most_serious_harm_days: np.ndarray
    fates: np.ndarray
    unit_person: np.ndarray
    unit_day: np.ndarray

    @property
    def n_people(self) -> int:
        """How many participants these are."""
        return len(self.harm_days)

    @property
    def n_events(self) -> np.ndarray:
        """Counted units of each participant, shape (n_people,)."""
        return np.bincount(self.unit_person, minlength=self.n_people)

    @property
    def first_day(self) -> np.ndarray:
        """The first counted day of each participant, shape (n_people,); FAR where nothing was counted."""
        first = np.full(self.n_people, FAR, dtype=np.int64)
        first[self.unit_person[::-1]] = self.unit_day[::-1]  # the first of each person is written last
        return first


Counter = Callable[[Reoffending, Bounds, Spells], Counted]
"""Counts the events of all participants, wherever these lie: in a frame, in a file, on a cluster."""


def count(found: Candidates, bounds: Bounds, spells: Spells, definition: Reoffending) -> Counted:
    """Decide the fate of every candidate and add up what counts.

    Checked: tests/test_measure_against_hand.py, one person at a time.
    """
    n_people = len(bounds.start)
    person = found.person.astype(np.intp, copy=False)  # by this type arrays are indexed without a copy
    fate = _fates(found, person, bounds, spells, definition)
    fates = _by_person(fate, person, n_people)
    kept = np.flatnonzero(fate == _NUMBER["counted"])
    person = person[kept]
    harm = np.nan_to_num(found.harm_days[kept])
    most = np.zeros(n_people)
    np.maximum.at(most, person, harm)
    unit_person, unit_day = _units(person, found.day[kept], found.unit[kept], definition)
    return Counted(
        harm_days=_sums(person, harm, n_people),
        most_serious_harm_days=most,
        fates=fates,
        unit_person=unit_person,
        unit_day=unit_day,
    )


def _fates(
    found: Candidates,
    person: np.ndarray,
    bounds: Bounds,
    spells: Spells,
    definition: Reoffending,
) -> np.ndarray:
    """Give each candidate the number of its fate: later lines have the last word, in the order of FATES.

    person: `found.person`. Candidates of people who are not measured get _NO_FATE.
    """
    day, offence, decision = found.day, found.offence_day, found.decision_day
    # Nothing is on or after the start of those who are not measured.
    start = np.where(bounds.measured, bounds.start, FAR).astype(np.int32)[person]
    fate = np.where(bounds.measured, _NUMBER["outside_window"], _NO_FATE).astype(np.int8)[person]
    inside = np.flatnonzero(day >= start)  # most events of a register are not
    inside = inside[day[inside] < bounds.end[person[inside]]]
    fate[inside] = _fates_inside(day[inside], decision[inside], person[inside], bounds, spells, definition)
    if definition.pseudo_reconvictions == "drop":
        decided_by = bounds.outer if definition.decision_lag is None else bounds.deadline
        early = np.flatnonzero((decision >= start) & (offence < start) & (offence != NO_DAY))
        pseudo = early[decision[early] < decided_by[person[early]]]
        fate[pseudo] = _NUMBER["pseudo_reconviction"]
    undated = np.flatnonzero(day == NO_DAY)
    fate[undated[bounds.measured[person[undated]]]] = _NUMBER["undated"]
    return fate


def _fates_inside(
    day: np.ndarray,
    decision: np.ndarray,
    person: np.ndarray,
    bounds: Bounds,
    spells: Spells,
    definition: Reoffending,
) -> np.ndarray:
    """Give events within the window the numbers of their fates, as `_fates` does."""
    fate = np.full(len(day), _NUMBER["counted"], dtype=np.int8)
    if definition.offences_in_custody == "leave_out":
        fate[in_custody(spells, person, day)] = _NUMBER["in_custody"]
    fate[day > bounds.left_on[person]] = _NUMBER["after_leaving"]
    fate[decision >= bounds.deadline[person]] = _NUMBER["decided_too_late"]
    if definition.decision_lag is not None:
        fate[decision == NO_DAY] = _NUMBER["undecided"]
    return fate


def _sums(person: np.ndarray, harm: np.ndarray, n_people: int) -> np.ndarray:
    """Add up for each person, so that no sum depends on the order of the rows.

    Sums of whole numbers do not, as long as every sum is exact; those of others are made in one order.
    """
    if np.abs(harm).sum() >= LARGEST_EXACT or (np.floor(harm) != harm).any():
        order = np.lexsort((harm, person))
        person, harm = person[order], harm[order]
    return np.bincount(person, weights=harm, minlength=n_people)


def _by_person(fate: np.ndarray, person: np.ndarray, n_people: int) -> np.ndarray:
    """Count candidates by fate and person, shape (len(FATES), n_people)."""
    cell = np.multiply(fate, n_people, dtype=np.intp)
    cell += person
    n_cells = (_NO_FATE + 1) * n_people
    counts = np.bincount(cell, minlength=n_cells).reshape(-1, n_people)[:_NO_FATE]
    return counts.astype(np.min_scalar_type(counts.max(initial=0)))


def _units(
    person: np.ndarray, day: np.ndarray, unit: np.ndarray, definition: Reoffending
) -> tuple[np.ndarray, np.ndarray]:
    """Return person and first day of each counting unit, sorted by person and day."""
    if definition.counting_unit in ("decision", "case"):
        first = _first_of_each(person, day, unit)
        person, day = person[first], day[first]
    keys = np.sort(person * SPAN + (day - np.int64(NO_DAY)))
    if definition.counting_unit == "incident_day":
        keys = np.unique(keys)
    return (keys // SPAN).astype(np.int32), (keys % SPAN + NO_DAY).astype(np.int32)


def _first_of_each(person: np.ndarray, day: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Return where the first day of each unit of a person stands; what has no unit is one by itself."""
    order = np.lexsort((day, unit, person))
    person, unit = person[order], unit[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (person[1:] != person[:-1]) | (unit[1:] != unit[:-1]) | (unit[1:] == NO_UNIT)
    return order[begins]


def ranges(n_people: int, parts: int) -> list[range]:
    """Cut the rows of the participants into so many stretches of about equal length, none of them empty."""
    edges = np.linspace(0, n_people, max(1, min(parts, n_people)) + 1).astype(int).tolist()
    return [range(first, last) for first, last in pairwise(edges)]


def bounds_of(bounds: Bounds, people: range) -> Bounds:
    """Return the bounds of a stretch of participants, days as short as `days_of` gives them."""
    rows = slice(people.start, people.stop)
    days = {
        name: getattr(bounds, name)[rows].astype(np.int32)
        for name in ("start", "end", "outer", "deadline", "left_on")
    }
    return Bounds(measured=bounds.measured[rows], **days)


def joined(parts: Sequence[Counted]) -> Counted:
    """Join what was counted of stretches of participants, in their order and without a gap."""
    starts = np.cumsum([0, *(part.n_people for part in parts)])
    return Counted(
        harm_days=np.concatenate([part.harm_days for part in parts]),
        most_serious_harm_days=np.concatenate([part.most_serious_harm_days for part in parts]),
        fates=np.concatenate([part.fates for part in parts], axis=1),
        unit_person=np.concatenate(
            [part.unit_person + start for part, start in zip(parts, starts, strict=False)]
        ),
        unit_day=np.concatenate([part.unit_day for part in parts]),
    )


def same(one: Counted, other: Counted) -> bool:
    """Whether two counts are equal in every number."""
    return all(np.array_equal(getattr(one, item.name), getattr(other, item.name)) for item in fields(Counted))
