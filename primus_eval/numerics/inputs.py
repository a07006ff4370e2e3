"""What every formula demands of its arrays, said once.

A breach is a programming error and raises `ValueError`: files and protocols are checked long before
they come here. Messages name the array and the demand, never a value that belongs to a person.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.signedinteger[Any]]
Bools = NDArray[np.bool_]


def finite_vector(values: ArrayLike, name: str) -> Floats:
    """Return `values` as a vector of finite floats."""
    vector = np.asarray(values, dtype=float)
    if vector.ndim != 1 or not np.isfinite(vector).all():
        raise ValueError(f"{name} must be one-dimensional and finite")
    return vector


def yes_no_vector(values: ArrayLike, name: str, *, length: int) -> Bools:
    """Return a vector of `length` booleans from booleans or from the numbers 0 and 1."""
    vector = np.asarray(values)
    if vector.shape != (length,) or not np.isin(vector, (0, 1)).all():
        raise ValueError(f"{name} must hold {length} values of 0 or 1")
    return vector.astype(bool)


def follow_up(time_days: ArrayLike, event: ArrayLike) -> tuple[Floats, Bools]:
    """Return follow-up times (finite, not negative) and event indicators of the same length."""
    time = finite_vector(time_days, "time_days")
    if (time < 0).any():
        raise ValueError("time_days must not be negative")
    return time, yes_no_vector(event, "event", length=len(time))


def matrix(values: ArrayLike, name: str, *, rows: int | None = None) -> Floats:
    """Return a two-dimensional array of finite floats with at least one column."""
    array = np.asarray(values, dtype=float)
    if array.ndim != 2 or array.shape[1] == 0 or not np.isfinite(array).all():
        raise ValueError(f"{name} must be two-dimensional and finite, with at least one column")
    if rows is not None and len(array) != rows:
        raise ValueError(f"{name} must have {rows} rows")
    return array


def group_codes(labels: ArrayLike | None, name: str, *, length: int) -> Integers:
    """Return 0, 1, 2 ... for the sorted distinct labels; without labels everyone is in group 0."""
    if labels is None:
        return np.zeros(length, dtype=np.int64)
    codes = np.unique(np.asarray(labels), return_inverse=True)[1]
    if codes.shape != (length,):
        raise ValueError(f"{name} must hold {length} labels")
    return codes.astype(np.int64)
