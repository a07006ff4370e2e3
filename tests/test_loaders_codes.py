"""Ids become whole numbers: the same for the same text and for no other, however they are stored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.loaders.codes import (
    LARGEST_TABLE,
    NOBODY,
    NOTHING,
    OTHER,
    Numbered,
    Positions,
    codes_of,
    numbered,
    repeated,
)

FORMS = st.sampled_from(["P{:03d}", "{:03d}", "{}", "{:04d}-x", "é{:02d}", "{:020d}", "P{:018d}"])
NUMBERS = st.integers(0, 120)
IDS = st.one_of(
    st.builds(lambda form, number: form.format(number), FORMS, NUMBERS),
    st.sampled_from(["a", "A", "a ", "1e5", "100000", "1", "01", "P1", "ø", "x" * 40]),
)
ONE_FORM = st.builds(
    lambda form, numbers: [form.format(number) for number in numbers],
    FORMS,
    st.lists(NUMBERS, min_size=1, max_size=20, unique=True),
)
PEOPLE = st.one_of(ONE_FORM, st.lists(IDS, max_size=12, unique=True))
STORED = st.sampled_from(["list", "string", "large_string", "dictionary"])


def stored(cells: list[str], how: str) -> Any:
    """The cells as a reader of some format hands them on; Arrow has null for an empty cell here and there."""
    if how == "list":
        return cells
    sparse = [None if not cell and place % 2 else cell for place, cell in enumerate(cells)]
    if how == "dictionary":
        return pyarrow.array(sparse, type=pyarrow.string()).dictionary_encode()
    return pyarrow.array(sparse, type=pyarrow.large_string() if how == "large_string" else pyarrow.string())


@st.composite
def delivered(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Ids of participants, and blocks of ids of events: theirs, those of others, and empty ones."""
    ids = draw(PEOPLE)
    cell = st.one_of(st.sampled_from(ids), IDS, st.just("")) if ids else IDS
    known = st.lists(st.sampled_from(ids), max_size=8) if ids else st.just([])
    return ids, draw(st.lists(st.one_of(st.lists(cell, max_size=8), known), max_size=5))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(made=delivered(), how=st.data())
def test_positions_are_those_of_a_plain_search_however_ids_are_stored(made, how):
    ids, blocks = made
    expected = [
        ids.index(cell) if cell in ids else OTHER if cell else NOBODY for block in blocks for cell in block
    ]
    positions = Positions(ids)
    kinds = [how.draw(STORED) for _ in blocks]
    found = positions.joined([positions(stored(b, kind)) for b, kind in zip(blocks, kinds, strict=True)])
    assert found.tolist() == expected
    assert found.dtype == np.int32


@settings(derandomize=True, deadline=None, max_examples=150)
@given(made=delivered(), kind=STORED)
def test_two_ids_have_one_number_exactly_where_their_texts_are_equal(made, kind):
    _, blocks = made
    cells = [cell for block in blocks for cell in block]
    codes = codes_of([numbered(stored(block, kind)) for block in blocks])
    assert len(codes) == len(cells)
    assert [code == NOTHING for code in codes] == [not cell for cell in cells]
    assert all(code >= 0 for code, cell in zip(codes, cells, strict=True) if cell)
    pairs = set(zip(codes.tolist(), cells, strict=True))
    assert len(pairs) == len({code for code, _ in pairs}) == len({cell for _, cell in pairs})


@settings(derandomize=True, deadline=None, max_examples=100)
@given(codes=st.lists(st.one_of(st.integers(-1, 12), st.sampled_from([10**18 - 1, 10**17]))))
def test_rows_that_repeat_a_number_are_those_of_a_plain_search(codes):
    expected = [row for row, code in enumerate(codes) if code in codes[:row]]
    assert repeated(np.array(codes, dtype=np.int64)).tolist() == expected


def test_ids_written_alike_become_their_digits():
    found = numbered(pyarrow.array(["P007-a", "P012-a"]))
    assert found == Numbered(b"P000-a", found.numbers)
    assert found.numbers.tolist() == [7, 12]


@pytest.mark.parametrize(
    "ids",
    [
        ["7", "007"],  # the same number, another id
        ["P1", "Q2"],
        ["1a", "a1"],
        ["0" * 19, "1" * 19],  # more digits than the number holds
        ["", ""],
        ["1", None],
        ["१", "१"],  # a digit, but not of ASCII; two bytes and more
    ],
)
def test_ids_written_in_several_ways_stay_texts(ids):
    cells = pyarrow.array(ids, type=pyarrow.string())
    found = numbered(cells)
    assert not isinstance(found, Numbered) or len(set(ids)) == 1
    assert len(set(codes_of([found]).tolist())) == len(set(ids))


def test_large_numbers_are_searched_for_and_not_tabled():
    ids = [str(LARGEST_TABLE), str(LARGEST_TABLE + 7)]
    positions = Positions(ids)
    blocks = [positions(pyarrow.array([ids[1], str(LARGEST_TABLE + 1), ids[0]]))]
    assert not isinstance(blocks[0], np.ndarray)
    assert positions.joined(blocks).tolist() == [1, OTHER, 0]


def test_whole_numbers_that_a_file_stores_are_their_digits():
    positions = Positions(["7", "12"])
    assert positions.joined([positions(pyarrow.array([12, None, 7, 8]))]).tolist() == [1, NOBODY, 0, OTHER]


def test_nothing_is_known_of_nobody():
    assert Positions([]).joined([]).tolist() == []
    assert codes_of([]).tolist() == []
    positions = Positions([])
    assert positions.joined([positions(["a", ""])]).tolist() == [OTHER, NOBODY]


def test_blocks_in_two_forms_are_told_apart_by_their_texts():
    blocks = [numbered(pyarrow.array(ids)) for ids in (["P01", "P02"], ["001", "002"], ["P01", "001"])]
    assert [isinstance(block, Numbered) for block in blocks] == [True, True, False]
    assert codes_of(blocks).tolist() == [0, 1, 2, 3, 0, 2]


@pytest.mark.parametrize("kind", ["list", "string", "large_string", "dictionary"])
def test_a_participant_without_an_id_is_nobody(kind):
    positions = Positions(["", "a"])
    assert positions.joined([positions(stored(["a", "", "b"], kind))]).tolist() == [1, NOBODY, OTHER]


@pytest.mark.parametrize("how", ["list", "string", "large_string", "dictionary"])
def test_ids_of_others_that_are_written_otherwise_are_kept_to_see_how(how):
    positions = Positions(["0007", "0120", "0300"])
    blocks = [positions(stored(cells, how)) for cells in (["7", "120", "", "0300"], ["12", "7"])]
    assert positions.joined(blocks).tolist() == [OTHER, OTHER, NOBODY, 2, OTHER, OTHER]
    assert positions.strange == {"7", "120", "12"}
    assert positions.known == ("0007", "0120", "0300")
