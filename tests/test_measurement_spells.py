"""Spells in custody against sets of days: what a calendar with crosses in it would say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.measurement.spells import Spells, custody_days, in_custody, merged, street_end

N_PEOPLE = 3
SPELL = st.tuples(st.integers(0, N_PEOPLE - 1), st.integers(-5, 40), st.integers(-3, 20))


def crossed(spells: list[tuple[int, int, int]]) -> list[set[int]]:
    """Cross out the days of every spell (person, first day, length) in one calendar for each person."""
    days: list[set[int]] = [set() for _ in range(N_PEOPLE)]
    for person, begin, length in spells:
        days[person] |= set(range(begin, begin + length))
    return days


def as_spells(spells: list[tuple[int, int, int]]) -> Spells:
    table = np.array(spells, dtype=np.int64).reshape(-1, 3)
    return merged(table[:, 0], table[:, 1], table[:, 1] + table[:, 2])


@settings(max_examples=300, deadline=None)
@given(st.lists(SPELL, max_size=12))
def test_merged_spells_cover_the_same_days_and_are_apart(spells):
    found, days = as_spells(spells), crossed(spells)
    covered: list[set[int]] = [set() for _ in range(N_PEOPLE)]
    for person, begin, end in zip(found.person, found.begin, found.end, strict=True):
        assert not covered[person] & set(range(begin - 1, end + 1)), "spells overlap or touch"
        covered[person] |= set(range(begin, end))
    assert covered == days


@settings(max_examples=300, deadline=None)
@given(st.lists(SPELL, max_size=12), st.integers(-10, 70), st.integers(0, 40))
def test_days_in_custody_are_the_crosses_between_two_days(spells, begin, length):
    found, days = as_spells(spells), crossed(spells)
    people = np.arange(N_PEOPLE)
    inside = in_custody(found, people, np.full(N_PEOPLE, begin))
    counted = custody_days(found, people, np.full(N_PEOPLE, begin), np.full(N_PEOPLE, begin + length))
    for person in people:
        assert inside[person] == (begin in days[person])
        assert counted[person] == len(days[person] & set(range(begin, begin + length)))


@settings(max_examples=300, deadline=None)
@given(st.lists(SPELL, max_size=12), st.integers(-10, 30), st.integers(1, 30), st.integers(0, 40))
def test_street_time_ends_the_day_after_the_last_day_at_liberty(spells, start, days, more):
    found, calendar = as_spells(spells), crossed(spells)
    outer = start + days + more
    ends = street_end(
        found,
        start=np.full(N_PEOPLE, start),
        days=np.full(N_PEOPLE, days),
        outer=np.full(N_PEOPLE, outer),
    )
    for person in range(N_PEOPLE):
        at_liberty, day = 0, start
        while at_liberty < days and day < outer:
            at_liberty += day not in calendar[person]
            day += 1
        assert ends[person] == day


@pytest.mark.parametrize("day", [-1, 0, 5])
def test_nobody_is_in_custody_without_spells(day):
    none = as_spells([])
    assert not in_custody(none, np.array([0]), np.array([day])).any()
    assert custody_days(none, np.array([0]), np.array([0]), np.array([day]))[0] == 0
