"""How ids of two files are written, where they do not match: by form and length, never an id.

Ids that went through a spreadsheet lose the zeros in front of them, and then match nobody, or somebody else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from primus_eval.errors import shape_of

FORMS_SHOWN = 3
MOST_ZEROS = 18
"""Zeros that are tried in front of an id: no register pads a number to more digits."""

_DIGITS = re.compile("[0-9]+")


def how_written(strange: Collection[str], known: Collection[str]) -> str:
    """Say how ids that match nobody are written, and those of the participants; nothing where alike.

    >>> how_written({"7", "120"}, {"0007", "0120", "0300"})
    'ids of the participants: `####` (4 signs); here: `#` to `###` (1 to 3 signs)'
    """
    here, there = _forms(strange), _forms(known)
    if not strange or not known or here == there:
        return ""
    return f"ids of the participants: {there}; here: {here}"


def with_zeros(strange: Collection[str], known: Collection[str]) -> int:
    """Count the ids that would match a participant with zeros put in front.

    >>> with_zeros({"7", "120", "9"}, {"0007", "0120", "0300"})
    2
    """
    longest = max(map(len, known), default=0)
    people = set(known)
    return sum(
        any("0" * zeros + id_ in people for zeros in range(1, min(longest - len(id_), MOST_ZEROS) + 1))
        for id_ in strange
        if _DIGITS.fullmatch(id_)
    )


def _forms(ids: Iterable[str]) -> str:
    """Describe how ids are written: as a range of lengths where all are digits, else their usual forms."""
    ids = [id_ for id_ in ids if id_]
    if ids and all(map(_DIGITS.fullmatch, ids)):
        shapes = list(dict.fromkeys(shape_of(end) for end in (min(ids, key=len), max(ids, key=len))))
        return f"{' to '.join(f'`{shape}`' for shape in shapes)} ({_lengths(ids)})"
    times = Counter(map(shape_of, ids))
    usual = sorted(times, key=lambda shape: (-times[shape], shape))
    more = ", ..." if len(usual) > FORMS_SHOWN else ""
    return f"{', '.join(f'`{shape}`' for shape in usual[:FORMS_SHOWN])}{more} ({_lengths(ids)})"


def _lengths(ids: list[str]) -> str:
    low, high = min(map(len, ids), default=0), max(map(len, ids), default=0)
    if low < high:
        return f"{low} to {high} signs"
    return f"{low} sign{'' if low == 1 else 's'}"
