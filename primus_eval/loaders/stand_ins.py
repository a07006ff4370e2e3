"""Numbers such as 999 in a column without limits: often a code for unknown that nobody declared."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from primus_eval.errors import Problem
from primus_eval.schema import Column

SUSPECTED = (99.0, 999.0, 9999.0, -9.0, -99.0)
"""Numbers that are no one's value where they stand far from all others, and are shown for that reason."""

FAR_OUTSIDE = 3.0
"""How many times the largest other absolute value a number is above, to be far outside the rest."""


def suspected_codes(blocks: Sequence[np.ndarray], column: Column) -> list[str]:
    """Return the numbers of a column of whole numbers that may be codes for unknown.

    blocks: its values, NaN where missing. A number is suspected where the column declares no limit on its
    side and where it is more than FAR_OUTSIDE times as large as any other, or the only kind below zero.

    Checked: tests/test_loaders_stand_ins.py.
    """
    if column.type != "integer" or (column.minimum is not None and column.maximum is not None):
        return []
    edges = {np.fmin.reduce(block) for block in blocks if len(block)}
    edges |= {np.fmax.reduce(block) for block in blocks if len(block)}
    if not edges & {*SUSPECTED}:
        return []  # what stands far outside is the largest, or the smallest, of some block
    lowest, highest = np.inf, -np.inf
    found = set()
    for block in blocks:
        codes = np.isin(block, SUSPECTED)
        found |= set(block[codes].tolist())
        others = block[~codes & ~np.isnan(block)]
        if len(others):
            lowest, highest = min(lowest, float(others.min())), max(highest, float(others.max()))
    if lowest > highest:  # nothing to compare with
        return []
    largest = max(abs(lowest), abs(highest))
    return [
        f"{code:.0f}"
        for code in SUSPECTED
        if code in found
        and (column.maximum if code > 0 else column.minimum) is None
        and (abs(code) > FAR_OUTSIDE * largest or (code < 0 <= lowest))
    ]


def remark(codes: Sequence[str], column: str) -> Problem:
    """Say that a column holds such numbers; the line to paste is the key of the column alone."""
    shown = " and ".join(codes)
    return Problem(
        code="PE-A76",
        column=column,
        what=f"holds {shown}, far outside the other values of a column without limits; "
        f"it was read as {'a number' if len(codes) == 1 else 'numbers'}.",
        mend="Such a number is often a code for unknown: ask. If it is one, declare it as missing; if not, "
        "declare limits.",
        paste=f"missing = {json.dumps(list(codes))}",
    )
