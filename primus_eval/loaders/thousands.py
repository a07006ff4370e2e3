"""Numbers such as 2.500 in a column read with a decimal point: perhaps thousands divided by dots."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from primus_eval.errors import Problem
from primus_eval.loaders.numbers import is_text
from primus_eval.schema import Column

if TYPE_CHECKING:
    from primus_eval.loaders.table import Cells

SMALLEST = 1000.0
"""What is divided by dots is a thousand or more."""

_LIKE = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"
_PATTERN = re.compile(_LIKE)


@dataclass(frozen=True, slots=True)
class Dotted:
    """What some cells with a point look like.

    like: some have three digits after it and one to three before it, the first not a zero; unlike: some are
    written otherwise, so that the point is a decimal mark; padded: some that are alike end in a zero, as no
    number does that a file stores as one.
    """

    like: bool = False
    unlike: bool = False
    padded: bool = False

    def __or__(self, other: Dotted) -> Dotted:
        return Dotted(self.like or other.like, self.unlike or other.unlike, self.padded or other.padded)


def may_be_thousands(column: Column, decimal: str) -> bool:
    """Whether cells of a column are worth looking at: a declared limit may be the answer already."""
    out_of_limits = column.maximum is not None and column.maximum < SMALLEST
    return column.type == "number" and decimal == "." and not out_of_limits


def dotted(cells: Cells, missing: Collection[str]) -> Dotted:
    """Say what the cells with a point look like, but for codes declared as missing.

    Checked: tests/test_loaders_thousands.py.
    """
    if isinstance(cells, list):
        texts = {cell for cell in cells if "." in cell and cell not in missing}
        like = {text for text in texts if _PATTERN.fullmatch(text)}
        return Dotted(bool(like), len(like) < len(texts), any(text.endswith("0") for text in like))
    if not is_text(cells):
        return Dotted()
    import pyarrow
    import pyarrow.compute as compute

    kept = cells.filter(compute.match_substring(cells, "."))
    codes = pyarrow.array(list(missing), type=cells.type)
    kept = kept.filter(compute.invert(compute.is_in(kept, value_set=codes)))
    alike = kept.filter(compute.match_substring_regex(kept, _LIKE))
    padded = compute.any(compute.ends_with(alike, "0")).as_py()
    return Dotted(len(alike) > 0, len(alike) < len(kept), bool(padded))


def remark(column: str) -> Problem:
    """Say that a column looks so."""
    return Problem(
        code="PE-A77",
        column=column,
        what="each number with a point has three digits after it, as thousands divided by dots have; the "
        "point was read as the decimal mark, so that #.### is less than ten.",
        mend='Ask. If the dots divide thousands, have the file made without them; with decimal = "," such '
        "cells are refused until then, and not misread.",
    )
