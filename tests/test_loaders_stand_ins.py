"""Numbers such as 999 in a column without limits are remarked on where they stand far from all others."""

from __future__ import annotations

import numpy as np
import pytest

from primus_eval.loaders.stand_ins import suspected_codes
from primus_eval.schema import Column


def column(type: str = "integer", **declared: object) -> Column:
    return Column(type=type, label="x", timing="before_randomisation", **declared)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ([0, 4, 33, 999], ["999"]),
        ([0, 4, 33, 99], []),  # three times the largest, and not more
        ([0, 4, 32, 99, 99], ["99"]),
        ([0, 4, -9], ["-9"]),
        ([-1, 2, -9], ["-9"]),
        ([-1, 3, -9], []),
        ([-4, 4, -9], []),
        ([2, 3, 99, 999, 9999, -9, -99], ["99", "999", "9999", "-9", "-99"]),
        ([2, 3, 98, 555], []),
        ([999, 999], []),  # nothing to compare with
        ([0, 0, 99], ["99"]),
        ([], []),
    ],
)
def test_what_stands_far_from_all_others_is_suspected(values: list[int], codes: list[str]) -> None:
    cells = np.array([*values, np.nan])
    assert suspected_codes([cells], column()) == codes
    assert suspected_codes([cells[:2], cells[2:]], column()) == codes  # however the rows come


def test_a_declared_limit_is_the_answer_on_its_side() -> None:
    cells = [np.array([1.0, 5.0, 999.0, -9.0])]
    assert suspected_codes(cells, column(minimum=-9)) == ["999"]
    assert suspected_codes(cells, column(maximum=999)) == ["-9"]
    assert suspected_codes(cells, column(minimum=-9, maximum=999)) == []


def test_only_whole_numbers_are_looked_at() -> None:
    assert suspected_codes([np.array([1.5, 999.0])], column("number")) == []
