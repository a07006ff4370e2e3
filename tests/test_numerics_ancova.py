"""Adjusted differences of means: by hand, by invariances, and whether intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from primus_eval.numerics.ancova import adjusted_mean_difference


def test_a_case_by_hand():
    """Two parallel lines of slope 1 through (0, 1), (1, 3), (2, 2) and, of the treated, (0, 4), (1, 5).

    Within the arms x and y add up to sum of squares 2.5 and of products 1.5, a slope of 0.6. Means: (1, 2)
    and (0.5, 4.5), so the difference is 2.5 - 0.6 (-0.5) = 2.8. Residuals -0.4, 1, -0.6 and -0.2, 0.2. In the
    difference a score weighs -1/3 + 0.2 (x - 1), treated 1/2 + 0.2 (x - 0.5): -8/15, -5/15, -2/15, 0.4, 0.6.
    One minus the leverage is 4/15, 10/15, 4/15 and 0.4, 0.4, so that the squared residuals count 16/15, 1/6,
    1/15 and 0.4, 0.9 times: 0.16 16/15 + 1/6 + 0.36/15 + 0.04 (0.4 + 0.9) = 31/75.
    """
    arm, before = np.array([0, 0, 0, 1, 1.0]), np.array([0, 1, 2, 0, 1.0])
    found = adjusted_mean_difference([1, 3, 2, 4, 5], np.column_stack([arm, before]), conf_level=0.95)
    assert found.estimate == pytest.approx(2.8)
    assert found.std_error == pytest.approx(np.sqrt(31 / 75))


def test_the_degrees_of_freedom_are_those_of_the_whole_matrix_of_residuals():
    rng = np.random.default_rng(8)
    arm = (np.arange(19) < 7).astype(float)
    design = np.column_stack([arm, rng.normal(size=(19, 2))])
    score = design @ [1, 2, 0] + rng.normal(size=19) * np.where(arm == 1, 1, 3)
    found = adjusted_mean_difference(score, design, conf_level=0.95)
    columns = np.column_stack([np.ones(19), design])
    solved = np.linalg.inv(columns.T @ columns) @ columns.T
    away = np.eye(19) - columns @ solved
    residual, left = away @ score, np.diag(away)
    spread = np.where(
        arm == 1,
        (residual[arm == 1] ** 2).sum() / left[arm == 1].sum(),
        (residual[arm == 0] ** 2).sum() / left[arm == 0].sum(),
    )
    of_residuals, share = away @ np.diag(spread) @ away, np.diag(solved[1] ** 2 / left)
    product = share @ of_residuals
    assert found.std_error == pytest.approx(np.sqrt(residual @ share @ residual))
    assert found.df == pytest.approx(np.trace(product) ** 2 / np.trace(product @ product))


def test_without_covariates_it_is_welchs_test():
    rng = np.random.default_rng(3)
    score, arm = rng.normal(size=30), np.arange(30) % 3 == 0
    score[arm] *= 4
    found = adjusted_mean_difference(score, arm[:, None].astype(float), conf_level=0.95)
    theirs = ttest_ind(score[arm], score[~arm], equal_var=False)
    assert (found.statistic, found.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert found.df == pytest.approx(theirs.df)


def test_who_is_alone_in_a_stratum_says_nothing_of_the_spread():
    """The last person is fitted exactly, by an own column: the difference and interval of the others stay."""
    rng = np.random.default_rng(9)
    score, arm = rng.normal(size=13), np.arange(13) % 2.0
    alone = (np.arange(13) == 12).astype(float)
    found = adjusted_mean_difference(score, np.column_stack([arm, alone]), conf_level=0.95)
    without = adjusted_mean_difference(score[:12], arm[:12, None], conf_level=0.95)
    for name in ("estimate", "std_error", "df"):
        assert getattr(found, name) == pytest.approx(getattr(without, name)), name


def test_the_unit_and_the_origin_of_a_scale_do_not_matter():
    rng = np.random.default_rng(4)
    design = np.column_stack([np.arange(40) % 2, rng.normal(size=40)])
    score = rng.normal(size=40)
    plain = adjusted_mean_difference(score, design, conf_level=0.95)
    moved = adjusted_mean_difference(10 * score + 1e7, design * [1, 5] + [0, 1e6], conf_level=0.95)
    assert moved.estimate == pytest.approx(10 * plain.estimate, rel=1e-7)
    assert moved.p_value == pytest.approx(plain.p_value, rel=1e-7)


@pytest.mark.parametrize(
    ("treated", "control", "spread"), [(12, 12, 1.0), (60, 20, 0.7 / 1.5)], ids=["alike", "unequal"]
)
def test_intervals_cover(treated: int, control: int, spread: float):
    """2000 trials: 95 % are promised, and the errors of a share of 2000 are some 0.5 points.

    In the second the larger arm spreads less: one variance for both would hold in about 83 %.
    """
    rng = np.random.default_rng(5)
    arm, held = np.repeat([1.0, 0.0], [treated, control]), 0
    each = np.where(arm == 1, spread, 1.0)
    for _ in range(2000):
        before = rng.normal(size=len(arm))
        score = 2 * arm + before + each * rng.normal(size=len(arm))
        found = adjusted_mean_difference(score, np.column_stack([arm, before]), conf_level=0.95)
        held += found.conf_low <= 2 <= found.conf_high
    assert 0.935 < held / 2000 < 0.965  # three standard errors


@pytest.mark.parametrize(
    ("score", "design", "reason"),
    [
        ([1, 2, 3, 5.0], [[1], [1], [1], [1]], "one_arm_empty"),
        ([], np.empty((0, 1)), "one_arm_empty"),
        ([1, 2, 3.0], [[1], [0], [1]], "too_few_people"),
        ([1, 2, 3, 4.0], [[1, 2], [0, 1], [1, 5], [0, 3]], "too_many_covariates"),
        ([1, 2, 3, 4, 6.0], [[1, 7], [0, 7], [1, 7], [0, 7], [1, 7]], "constant_covariate"),
        ([1, 2, 3, 4, 6.0], [[1, 2], [0, 0], [1, 2], [0, 0], [1, 2]], "collinear_covariates"),
        ([4, 4, 4, 4, 4.0], [[1], [0], [1], [0], [1]], "no_variation"),
        ([5, 4, 5, 4, 5.0], [[1], [0], [1], [0], [1]], "no_variation"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(score, design, reason):
    found = adjusted_mean_difference(score, design, conf_level=0.95)
    assert (found.estimate, found.reason) == (None, reason)
