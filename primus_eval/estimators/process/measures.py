"""What an indicator counts, for each person or mentor, and what comes of it in any group of them.

A measure holds arrays over units and computes its numbers among some of them, so that a breakdown is the same
measure in each part. Numbers are exact counts beside an Effect, which has the reason where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from primus_eval.numerics.cumulative_incidence import incidence_at
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.event_table import at, event_table, is_determined, kaplan_meier
from primus_eval.numerics.inputs import Bools, Floats, Integers
from primus_eval.numerics.medians import median_days, median_days_competing, median_order
from primus_eval.numerics.person_weeks import mean_of_persons, pooled_ratio
from primus_eval.numerics.proportions import proportion_wilson

Units = Literal["people", "mentors"]
Pairs = tuple[Integers, Integers]
"""Person and mentor of every contact or match that a measure rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers of one row: n of N, people and mentors behind them, and the estimate.

    people: in the denominator; people_with: in the numerator. mentors: those whom the row rests on.
    top_two: the share of the numerator that its two largest contributors make up; None where each person
    counts once.
    """

    numerator: float | int | None
    denominator: float | int | None
    people: int | None
    people_with: int | None
    mentors: int | None = None
    top_two: float | None = None
    effect: Effect


class Measure(Protocol):
    """Something that can be counted among some of its units."""

    @property
    def units(self) -> Units: ...

    def among(self, group: Bools, conf_level: float) -> Numbers: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Share:
    """How many of those in question have it; `has` and `asked` over units, shape (n,)."""

    has: Bools
    asked: Bools
    pairs: Pairs | None = None
    units: Units = "people"

    def among(self, group: Bools, conf_level: float) -> Numbers:
        asked = self.asked & group
        n, events = int(asked.sum()), int((self.has & asked).sum())
        effect = proportion_wilson(events, n, conf_level=conf_level)
        return _of_units(self.units, events, n, n, events, effect, mentors_of(self.pairs, asked))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ratio:
    """A sum over units divided by another, such as contacts by weeks; `part`, `whole`: shape (n,)."""

    part: Floats
    whole: Floats
    asked: Bools
    is_share: bool
    pairs: Pairs | None = None
    units: Units = "people"

    def among(self, group: Bools, conf_level: float) -> Numbers:
        asked = self.asked & group
        part, whole = np.where(asked, self.part, 0), np.where(asked, self.whole, 0)
        effect = pooled_ratio(part, whole, is_share=self.is_share, conf_level=conf_level)
        return replace(
            _of_units(
                self.units,
                _plain(part.sum()),
                _plain(whole.sum()) if whole.any() else 0,
                int(asked.sum()),
                int((part > 0).sum()),
                effect,
                mentors_of(self.pairs, asked),
            ),
            top_two=top_two(part),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mean:
    """The mean of a value over persons, such as hours; the numerator is the sum of the values."""

    values: Floats
    asked: Bools
    pairs: Pairs | None = None
    units: Units = "people"

    def among(self, group: Bools, conf_level: float) -> Numbers:
        asked = self.asked & group
        values = self.values[asked]
        n = len(values)
        effect = mean_of_persons(values, conf_level=conf_level)
        with_some = int((values > 0).sum())
        numbers = _of_units(
            self.units, _plain(values.sum()), n, n, with_some, effect, mentors_of(self.pairs, asked)
        )
        return replace(numbers, top_two=top_two(values))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Median:
    """The median of a value over persons; people_with counts those above zero."""

    values: Floats
    asked: Bools
    pairs: Pairs | None = None
    units: Units = "people"

    def among(self, group: Bools, conf_level: float) -> Numbers:
        asked = self.asked & group
        values = self.values[asked]
        n, with_some = len(values), int((values > 0).sum())
        effect = median_order(values, conf_level=conf_level)
        return _of_units(self.units, with_some, n, n, with_some, effect, mentors_of(self.pairs, asked))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waiting:
    """Days until something, which some still wait for, and for some of whom something else came first.

    competing is None where nothing competes: then the curve is Kaplan-Meier's. horizon_days: the share who
    had the event by then is asked for, or where it is None the day by which half had had it. stays: the share
    without the event is asked for instead, and n counts those known to have stayed.
    """

    time_days: Integers
    event: Bools
    asked: Bools
    competing: Bools | None = None
    horizon_days: int | None = None
    stays: bool = False
    pairs: Pairs | None = None
    units: Units = "people"

    def among(self, group: Bools, conf_level: float) -> Numbers:
        asked = self.asked & group
        time, event = self.time_days[asked].astype(float), self.event[asked]
        n = len(time)
        had = int((time > (self.horizon_days or 0)).sum()) if self.stays else int(self._had(time, event))
        effect = self._effect(asked, time, event, conf_level) if n else not_estimable("too_few_people")
        return _of_units(self.units, had, n, n, had, effect, mentors_of(self.pairs, asked))

    def _had(self, time: Floats, event: Bools) -> int:
        return int((event & (time <= (np.inf if self.horizon_days is None else self.horizon_days))).sum())

    def _effect(self, asked: Bools, time: Floats, event: Bools, conf_level: float) -> Effect:
        if self.competing is not None:
            competing = self.competing[asked]
            if self.horizon_days is None:
                return median_days_competing(time, event, competing, conf_level=conf_level)
            return incidence_at(time, event, competing, horizon_days=self.horizon_days, conf_level=conf_level)
        if self.horizon_days is None:
            return median_days(time, event, conf_level=conf_level)
        return _still_without(time, event, self.horizon_days, conf_level)


def _still_without(time: Floats, event: Bools, horizon_days: int, conf_level: float) -> Effect:
    table = event_table(time, event)
    if not is_determined(table, horizon_days):
        return not_estimable("horizon_beyond_followup")
    point = at(kaplan_meier(table, conf_level=conf_level), horizon_days)
    if point.survival in (0.0, 1.0):
        return Effect(estimate=point.survival, reason="no_interval_at_certainty")
    return Effect(
        estimate=point.survival,
        conf_low=point.conf_low,
        conf_high=point.conf_high,
        std_error=point.std_error,
    )


def mentors_of(pairs: Pairs | None, people: Bools) -> int | None:
    """Count the mentors of these people; None where nobody said who they were."""
    if pairs is None:
        return None
    person, mentor = pairs
    return len(np.unique(mentor[people[person]]))


def top_two(parts: Floats) -> float | None:
    """Return the share of a sum that its two largest parts make up; None where there is nothing."""
    total = float(parts.sum())
    return float(np.sort(parts)[-2:].sum()) / total if total > 0 else None


def _plain(value: float) -> float | int:
    """Return a sum as a whole number where it is one."""
    return int(value) if float(value).is_integer() else float(value)


def _of_units(
    units: Units,
    numerator: float | int,
    denominator: float | int,
    n: int,
    n_with: int,
    effect: Effect,
    mentors: int | None,
) -> Numbers:
    """Fill in who the units are: mentors are counted as mentors, and are no participants."""
    if units == "mentors":
        return Numbers(
            numerator=numerator,
            denominator=denominator,
            people=None,
            people_with=None,
            mentors=n,
            effect=effect,
        )
    return Numbers(
        numerator=numerator,
        denominator=denominator,
        people=n,
        people_with=n_with,
        mentors=mentors,
        effect=effect,
    )
