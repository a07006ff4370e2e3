"""Days and anniversaries: when a window of months ends, and how many days it surely has."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

FIRST_DAY = date(2001, 1, 1).toordinal()
"""Every window that is possible begins within the four years and some days after it."""


def later_by_months(days: np.ndarray, months: int) -> np.ndarray:
    """Return the same day of the month, so many months later; where that month is shorter, its last day.

    days: days since 1970-01-01, shape (n,), whole numbers. So a year after 29 February 2024 is 28 February
    2025. Source: the rule of SQL for adding intervals of months. Checked: tests/test_definitions_windows.py,
    against the calendar arithmetic of Python and pandas.

    >>> import numpy as np
    >>> later_by_months(np.array([19782]), 12).astype("datetime64[D]")[0]
    np.datetime64('2025-02-28')
    """
    import numpy as np  # here, because a protocol is read without it

    dates = np.asarray(days, dtype=np.int64).astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    day_of_month = dates - month.astype("datetime64[D]")
    target = month + np.timedelta64(months, "M")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.minimum(target.astype("datetime64[D]") + day_of_month, last).astype(np.int64)


@cache
def horizon_days(months: int) -> int:
    """Return the fewest days that a window of so many months can have, from 1901 to 2099.

    Nobody is observed for less, so that everybody can be compared up to this day.

    >>> horizon_days(12), horizon_days(24), horizon_days(48)
    (365, 730, 1461)
    """
    starts = [date.fromordinal(FIRST_DAY + day) for day in range(4 * 366)]
    return min((_same_day_later(start, months) - start).days for start in starts)


def _same_day_later(day: date, months: int) -> date:
    """The rule of `later_by_months` for one date."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
