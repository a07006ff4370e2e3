"""Random numbers for resampling: whatever is asked for later, what came before stays the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.streams import BLOCK, Stream, resampled_counts

always = settings(derandomize=True, deadline=None, max_examples=200)


def counts(groups: np.ndarray, *, replicates: int, seed: int = 1, name: str = "primary") -> np.ndarray:
    blocks = list(resampled_counts(Stream(seed=seed, name=name, replicates=replicates), groups))
    return np.concatenate(blocks) if blocks else np.empty((0, len(groups)), dtype=np.int64)


def groups_of(sizes: list[int]) -> np.ndarray:
    return np.random.default_rng(len(sizes)).permutation(np.repeat(np.arange(len(sizes)), sizes))


@pytest.mark.parametrize(
    ("fewer", "more"), [(1000, 2000), (1, 2), (499, 500), (500, 501), (501, 1499), (0, 1)]
)
def test_a_shorter_run_is_the_beginning_of_a_longer_one(fewer: int, more: int) -> None:
    groups = groups_of([5, 9, 3])
    long = counts(groups, replicates=more)
    assert (counts(groups, replicates=fewer) == long[:fewer]).all()
    assert long.shape == (more, 17)


@always
@given(
    st.lists(st.integers(0, 7), min_size=0, max_size=4), st.integers(0, 2**63 - 1), st.integers(1, BLOCK + 2)
)
def test_each_group_keeps_its_number_of_people(sizes: list[int], seed: int, replicates: int) -> None:
    groups = groups_of(sizes)
    drawn = counts(groups, replicates=replicates, seed=seed)
    assert drawn.shape == (replicates, sum(sizes)) and (drawn >= 0).all()
    for group, size in enumerate(sizes):
        assert (drawn[:, groups == group].sum(axis=1) == size).all()


def test_blocks_never_overlap() -> None:
    """Each block counts up from a number of its own, further from the next than any block can draw."""
    words = []
    for _, generator in Stream(seed=5, name="primary", replicates=5 * BLOCK).generators():
        state = generator.bit_generator.state["state"]
        counter = sum(int(word) << (64 * place) for place, word in enumerate(state["counter"]))
        words.append(counter)
        assert state["key"].tolist() == [5, state["key"][1]]
    # 64-bit numbers: four to a count. Even ten million people drawn 500 times stay far below 2^64 counts.
    assert np.diff(words).tolist() == [1 << 192] * 4
    draws = [g.random(100_000) for _, g in Stream(seed=5, name="primary", replicates=3 * BLOCK).generators()]
    assert len(np.unique(np.concatenate(draws))) == 300_000


def test_blocks_can_be_drawn_in_any_order() -> None:
    stream = Stream(seed=5, name="primary", replicates=4 * BLOCK)
    forward = [generator.random(3).tolist() for _, generator in stream.generators()]
    backward = [generator.random(3).tolist() for _, generator in reversed(list(stream.generators()))]
    assert backward[::-1] == forward
    assert [size for size, _ in Stream(seed=5, name="a", replicates=BLOCK + 7).generators()] == [BLOCK, 7]


@pytest.mark.parametrize("other", [{"seed": 2}, {"name": "primary "}, {"name": ""}])
def test_another_seed_or_analysis_draws_otherwise(other: dict) -> None:
    groups = groups_of([40, 40])
    here, there = counts(groups, replicates=600), counts(groups, replicates=600, **other)
    assert (here != there).any(axis=1).all()


def test_the_same_seed_draws_the_same_on_every_machine() -> None:
    """Written down once: a change of any library that changed the draws would be noticed."""
    drawn = counts(np.array([0, 0, 0, 1, 1, 1, 1]), replicates=502, seed=20261123)
    weights = np.arange(7)
    assert (drawn[[0, 1, 500, 501]] @ 10 ** weights[::-1]).tolist() == WRITTEN_DOWN


WRITTEN_DOWN = [1021201, 1112020, 2101111, 301120]


def test_every_person_is_drawn_equally_often_and_every_pair_equally_rarely() -> None:
    """How often one of k people is drawn has mean 1 and variance 1 - 1/k; two of them covary -1/k."""
    sizes, replicates = [12, 5, 1], 20_000
    groups = groups_of(sizes)
    drawn = counts(groups, replicates=replicates, seed=3)
    covariance = np.cov(drawn.T)
    same = groups[:, None] == groups
    size = np.array(sizes)[groups]
    expected = np.where(same, np.eye(len(groups)) - 1 / size[:, None], 0)
    # Four standard errors and a half, as there are some three hundred numbers.
    assert np.abs(drawn.mean(axis=0) - 1).max() < 4.5 / np.sqrt(replicates)
    assert np.abs(covariance - expected).max() < 4.5 * np.sqrt(2.5 / replicates)
    assert (drawn[:, groups == 2] == 1).all()


def test_each_way_of_drawing_comes_as_often_as_it_should() -> None:
    """Three people: each of the 27 ordered draws equally likely, so that (1, 1, 1) comes 6 times in 27."""
    drawn = counts(np.zeros(3, dtype=int), replicates=27_000, seed=4)
    found, times = np.unique(drawn, axis=0, return_counts=True)
    ways = {3: 1, 2: 3, 1: 6}
    expected = np.array([ways[int(row.max())] for row in found]) * 1000
    assert len(found) == 10
    chi_square = float(((times - expected) ** 2 / expected).sum())
    assert chi_square < 27.9  # the 99.9th percentile on nine degrees of freedom


def test_nobody_and_one_person() -> None:
    assert counts(np.array([], dtype=int), replicates=3).shape == (3, 0)
    assert counts(np.array([0]), replicates=3).tolist() == [[1], [1], [1]]
    assert counts(np.array([0, 0]), replicates=0).shape == (0, 2)
