"""Days as whole numbers: days since 1970-01-01, which arrays compare faster than dates."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

NO_DAY = int(np.iinfo(np.int32).min)
"""What stands where a date is missing: before every day."""

FAR = int(np.iinfo(np.int32).max)
"""A day that never comes."""


def days_of(dates: pd.Series) -> np.ndarray:
    """Return dates as days, `NO_DAY` where missing; int32, shape (n,)."""
    values = dates.to_numpy().astype("datetime64[D]")
    missing = np.isnat(values)
    days = values.astype(np.int64)
    days[missing] = NO_DAY
    return days.astype(np.int32)


def day_of(day: date) -> int:
    """Return one date as a day."""
    return int(np.datetime64(day, "D").astype(np.int64))
