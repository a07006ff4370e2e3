"""Anniversaries and the shortest window, against the calendar of the standard library, day by day."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from primus_eval.definitions import horizon_days, later_by_months

EPOCH = date(1970, 1, 1)


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def numbered(days: list[date]) -> np.ndarray:
    return np.array([(day - EPOCH).days for day in days], dtype=np.int64)


def same_day_later(day: date, months: int) -> date:
    """The rule by hand: the same day of the month, or the last day of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


# Leap years, an ordinary century (1900, 2100) and a leap one (2000), before and after 1970.
SPANS = [
    (date(1899, 11, 1), date(1900, 4, 30)),
    (date(1968, 1, 1), date(1970, 12, 31)),
    (date(1999, 11, 1), date(2000, 4, 30)),
    (date(2023, 1, 1), date(2028, 12, 31)),
    (date(2099, 11, 1), date(2100, 4, 30)),
]


@pytest.mark.parametrize("months", [0, 1, 2, 6, 11, 12, 13, 18, 24, 36, 48, 60, 600, -1, -12, -24, -60])
def test_the_same_day_so_many_months_later(months):
    days = [day for first, last in SPANS for day in days_of(first, last)]
    expected = numbered([same_day_later(day, months) for day in days])
    np.testing.assert_array_equal(later_by_months(numbered(days), months), expected)


@pytest.mark.parametrize("months", [1, 12, 36])
def test_pandas_has_the_same_anniversaries(months):
    days = pd.Series(pd.date_range("2023-01-01", "2028-12-31"))
    later = (days + pd.DateOffset(months=months)).to_numpy().astype("datetime64[D]").astype(np.int64)
    found = later_by_months(days.to_numpy().astype("datetime64[D]").astype(np.int64), months)
    np.testing.assert_array_equal(found, later)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
    ],
)
def test_the_end_of_a_window_by_hand(start, months, end):
    assert later_by_months(numbered([start]), months).tolist() == [(end - EPOCH).days]


def test_no_days_have_no_anniversaries():
    assert later_by_months(np.array([], dtype=np.int64), 12).shape == (0,)


@pytest.mark.parametrize("months", [1, 2, 3, 6, 11, 12, 13, 18, 24, 36, 38, 48, 60])
def test_the_horizon_is_the_shortest_window_of_all_that_begin_and_end_between_1901_and_2099(months):
    starts = days_of(date(1901, 1, 1), same_day_later(date(2099, 12, 31), -months))
    assert horizon_days(months) == min((same_day_later(day, months) - day).days for day in starts)


@pytest.mark.parametrize(("months", "days"), [(1, 28), (12, 365), (24, 730), (36, 1095), (48, 1461)])
def test_horizons_by_hand(months, days):
    assert horizon_days(months) == days
