"""Numbers such as 2.500 are remarked on where every number with a point could be thousands with dots."""

from __future__ import annotations

import pyarrow
import pytest

from primus_eval.loaders.thousands import Dotted, dotted, may_be_thousands
from primus_eval.schema import Column

KRONER = ["2.500", "12.750", "999", "", "-100.000"]


def column(type: str = "number", **declared: object) -> Column:
    return Column(type=type, label="x", timing="before_randomisation", **declared)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (KRONER, Dotted(like=True, padded=True)),
        (["2.125", "+3.375"], Dotted(like=True)),
        (["2.500", "2.5"], Dotted(like=True, unlike=True, padded=True)),
        (["0.125"], Dotted(unlike=True)),  # no thousands begin with a zero
        (["1234.500"], Dotted(unlike=True)),
        (["1.234.567"], Dotted(unlike=True)),
        (["2.500", ".", "9.9"], Dotted(like=True, padded=True)),  # codes declared as missing
        (["999", "12", ""], Dotted()),
        ([], Dotted()),
    ],
)
def test_what_the_cells_with_a_point_look_like(cells: list[str], found: Dotted) -> None:
    assert dotted(cells, (".", "9.9")) == found
    assert dotted(pyarrow.array(cells, type=pyarrow.string()), (".", "9.9")) == found
    assert dotted(cells[:1], (".", "9.9")) | dotted(cells[1:], (".", "9.9")) == found


def test_numbers_stored_as_numbers_are_not_looked_at() -> None:
    assert dotted(pyarrow.array([2.125, 1.5]), ()) == Dotted()


def test_only_numbers_with_a_decimal_point_and_room_for_a_thousand_are_looked_at() -> None:
    assert may_be_thousands(column(), ".") and may_be_thousands(column(maximum=1000), ".")
    assert not may_be_thousands(column(), ",")
    assert not may_be_thousands(column("integer"), ".")
    assert not may_be_thousands(column(maximum=999), ".")
