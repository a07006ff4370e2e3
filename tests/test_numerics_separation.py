"""Separation of a binary outcome: cases seen by eye, and every direction tried."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.separation import is_separated

always = settings(derandomize=True, deadline=None, max_examples=150)
ONE = np.ones(6)


@pytest.mark.parametrize(
    ("covariate", "outcome", "expected"),
    [
        ([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1], True),  # complete: cut between 3 and 4
        ([1, 2, 3, 3, 5, 6], [0, 0, 0, 1, 1, 1], True),  # quasi-complete: both outcomes at 3
        ([1, 2, 4, 3, 5, 6], [0, 0, 0, 1, 1, 1], False),  # 3 and 4 have changed places
        ([0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 1, 1], True),  # everyone in one arm
        ([0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 0], True),  # nobody in one arm
        ([0, 0, 0, 1, 1, 1], [0, 1, 0, 0, 1, 1], False),
        ([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], True),  # the intercept alone will do
        ([1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0], True),
        ([1e9, 2e9, 4e9, 3e9, 5e9, 6e9], [0, 0, 0, 1, 1, 1], False),  # units do not matter
        ([1e-9, 2e-9, 3e-9, 4e-9, 5e-9, 6e-9], [0, 0, 0, 1, 1, 1], True),
    ],
)
def test_one_covariate_by_eye(covariate: list[float], outcome: list[int], expected: bool) -> None:
    assert is_separated(np.column_stack([ONE, covariate]), outcome) is expected


def test_only_two_covariates_together_separate() -> None:
    """Events lie above the line x + y = 3; neither coordinate alone tells them apart."""
    x, y = np.array([[0, 2, 1, 4, 1, 3], [2, 0, 1, 0, 3, 3]])
    outcome = x + y > 3
    assert is_separated(np.column_stack([ONE, x, y]), outcome)
    assert not is_separated(np.column_stack([ONE, x]), outcome)
    assert not is_separated(np.column_stack([ONE, y]), outcome)


def test_a_repeated_column_separates_nothing() -> None:
    covariate = np.array([1, 2, 4, 3, 5, 6])
    assert not is_separated(np.column_stack([ONE, covariate, covariate, 0 * ONE]), [0, 0, 0, 1, 1, 1])


def separated_in_the_plane(points: np.ndarray, outcome: np.ndarray) -> bool:
    """Try every direction that could be the first to separate: along and across each pair of points.

    A plane through an intercept and two covariates separates if, along some direction, no event lies
    below another outcome, and not all lie on one line across. Between two neighbouring directions of
    pairs the order of the points does not change, so directions in between are tried too.
    """
    pairs = points[:, None, :] - points[None, :, :]
    angles = np.unique(np.arctan2(pairs[..., 1], pairs[..., 0]).ravel() + np.pi / 2)
    angles = np.concatenate([angles, (angles + np.roll(angles, -1)) / 2, angles + 1e-4, [0, 1, 2, 3]])
    for angle in np.concatenate([angles, angles + np.pi]):
        along = np.round(points @ [np.cos(angle), np.sin(angle)], 9)
        if not outcome.any() or outcome.all():
            return True
        lowest_event, highest_other = along[outcome].min(), along[~outcome].max()
        if lowest_event >= highest_other and along.max() > along.min():
            return True
    return False


@always
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), min_size=2, max_size=9))
def test_two_covariates_against_every_direction(people: list[tuple[int, int, bool]]) -> None:
    points = np.array([[x, y] for x, y, _ in people], dtype=float)
    outcome = np.array([event for _, _, event in people])
    design = np.column_stack([np.ones(len(people)), points])
    assert is_separated(design, outcome) == separated_in_the_plane(points, outcome)


def test_a_programme_without_failures_separates() -> None:
    rng = np.random.default_rng(7)
    arm, age = rng.integers(0, 2, 300), rng.integers(18, 60, 300)
    outcome = rng.integers(0, 2, 300)
    design = np.column_stack([np.ones(300), arm, age])
    assert not is_separated(design, outcome)
    assert is_separated(design, outcome * (1 - arm))
