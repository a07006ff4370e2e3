"""The page of indicators says what the catalogue says, and ids of mentors are the same in every table."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from primus_eval.estimators.process.page import page
from primus_eval.loaders import codes

PAGE = Path(__file__).parent.parent / "docs" / "indicators.md"


def test_the_page_is_fresh() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(), "run: python -m primus_eval.estimators.process.page > docs/indicators.md"


def test_an_id_has_one_number_in_every_table_and_way_of_reading() -> None:
    """Read as a list, as an array, or as digits alone, in another order, and with an empty cell."""
    pyarrow = __import__("pyarrow")
    numbering = codes.Numbering()
    first = numbering([["M12", "M07", "", "M12"], ["M30"]])
    assert first.tolist() == [first[0], first[1], codes.NOTHING, first[0], first[4]]
    assert len({*first.tolist()}) == 4
    as_array = pyarrow.array(["M30", "M07", "M99"], pyarrow.string())
    digits = codes.numbered(as_array)
    assert isinstance(digits, codes.Numbered)
    for blocks in ([as_array], [digits], [["M30"], ["M07", "M99"]]):
        again = numbering(blocks)
        assert again[:2].tolist() == [first[4], first[1]]
        assert again[2] not in first
    assert numbering([]).dtype == np.int64 and len(numbering([])) == 0
