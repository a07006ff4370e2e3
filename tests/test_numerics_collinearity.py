"""Constant and collinear covariates: the names found are the names put in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.collinearity import RankProblem, is_singular, rank_problem

always = settings(derandomize=True, deadline=None, max_examples=60)
RNG = np.random.default_rng(11)
N = 50
AGE, PRIORS = RNG.integers(18, 60, N).astype(float), RNG.poisson(3, N).astype(float)
REGION = RNG.integers(0, 3, N)
NORTH, SOUTH, EAST = (1.0 * (region == REGION) for region in range(3))


@pytest.mark.parametrize(
    ("columns", "constant", "collinear"),
    [
        ({"age": AGE, "priors": PRIORS}, (), ()),
        ({"age": AGE, "men": np.ones(N)}, ("men",), ()),
        ({"age": AGE, "months": 12 * AGE, "priors": PRIORS}, (), ("age", "months")),
        ({"age": AGE, "priors": PRIORS, "sum": AGE + 2 * PRIORS - 7}, (), ("age", "priors", "sum")),
        ({"north": NORTH, "age": AGE, "south": SOUTH, "east": EAST}, (), ("north", "south", "east")),
        ({"north": NORTH, "south": SOUTH}, (), ()),
        ({"men": np.ones(N), "age": AGE, "again": AGE}, ("men",), ("age", "again")),
        # Units of a billion and of a billionth are still two different things.
        ({"age": 1e9 * AGE, "priors": 1e-9 * PRIORS}, (), ()),
        ({"age": AGE, "almost": AGE + 1e-4 * PRIORS}, (), ()),
    ],
)
def test_finds_what_was_put_in(
    columns: dict[str, np.ndarray], constant: tuple[str, ...], collinear: tuple[str, ...]
) -> None:
    expected = RankProblem(constant=constant, collinear=collinear) if constant or collinear else None
    assert rank_problem(np.column_stack(list(columns.values())), list(columns)) == expected


@always
@given(st.permutations(["age", "priors", "north", "south", "sum"]))
def test_the_order_of_columns_does_not_matter(order: list[str]) -> None:
    columns = {"age": AGE, "priors": PRIORS, "north": NORTH, "south": SOUTH, "sum": AGE - 3 * PRIORS}
    problem = rank_problem(np.column_stack([columns[name] for name in order]), order)
    assert problem is not None
    assert set(problem.collinear) == {"age", "priors", "sum"}
    assert list(problem.collinear) == [name for name in order if name in problem.collinear]


def test_dropping_any_one_of_the_set_helps() -> None:
    names = ["north", "age", "south", "priors", "east"]
    columns = np.column_stack([NORTH, AGE, SOUTH, PRIORS, EAST])
    problem = rank_problem(columns, names)
    assert problem is not None
    for name in problem.collinear:
        kept = [index for index, other in enumerate(names) if other != name]
        assert rank_problem(columns[:, kept], [names[index] for index in kept]) is None


def test_more_columns_than_people() -> None:
    problem = rank_problem(RNG.normal(size=(3, 5)), list("abcde"))
    assert problem is not None and problem.collinear


def test_one_name_per_column() -> None:
    with pytest.raises(ValueError, match="one name per column"):
        rank_problem(np.ones((3, 2)), ["only"])


def test_singular_information_in_any_units() -> None:
    centred = np.column_stack([AGE - AGE.mean(), 1e6 * (PRIORS - PRIORS.mean())])
    assert not is_singular(centred.T @ centred)
    added = np.column_stack([centred, centred.sum(axis=1)])
    assert is_singular(added.T @ added)
