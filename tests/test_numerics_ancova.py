"""Adjusted differences of means: by hand, by invariances, and whether intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from primus_eval.numerics.ancova import adjusted_mean_difference


def test_a_case_by_hand():
    """Two parallel lines of slope 1 through (0, 1), (1, 3), (2, 2) and, of the treated, (0, 4), (1, 5).

    Within the arms x and y add up to sum of squares 2.5 and of products 1.5, a slope of 0.6. Means: (1, 2)
    and (0.5, 4.5), so the difference is 2.5 - 0.6 (-0.5) = 2.8. Residual sum of squares 2.5 - 0.9 = 1.6 on 2
    degrees; variance 0.8 (1/3 + 1/2 + 0.25 / 2.5) = 0.8 x 14/15.
    """
    arm, before = np.array([0, 0, 0, 1, 1.0]), np.array([0, 1, 2, 0, 1.0])
    found = adjusted_mean_difference([1, 3, 2, 4, 5], np.column_stack([arm, before]), conf_level=0.95)
    assert found.estimate == pytest.approx(2.8)
    assert found.std_error == pytest.approx(np.sqrt(0.8 * 14 / 15))
    assert found.df == 2


def test_without_covariates_it_is_the_t_test():
    rng = np.random.default_rng(3)
    score, arm = rng.normal(size=30), np.arange(30) % 2
    found = adjusted_mean_difference(score, arm[:, None], conf_level=0.95)
    theirs = ttest_ind(score[arm == 1], score[arm == 0])
    assert (found.statistic, found.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_the_unit_and_the_origin_of_a_scale_do_not_matter():
    rng = np.random.default_rng(4)
    design = np.column_stack([np.arange(40) % 2, rng.normal(size=40)])
    score = rng.normal(size=40)
    plain = adjusted_mean_difference(score, design, conf_level=0.95)
    moved = adjusted_mean_difference(10 * score + 1e7, design * [1, 5] + [0, 1e6], conf_level=0.95)
    assert moved.estimate == pytest.approx(10 * plain.estimate, rel=1e-7)
    assert moved.p_value == pytest.approx(plain.p_value, rel=1e-7)


def test_intervals_cover():
    """2000 trials of 24 people: 95 % are promised, and the errors of a share of 2000 are some 0.5 points."""
    rng = np.random.default_rng(5)
    arm, held = np.arange(24) % 2, 0
    for _ in range(2000):
        before = rng.normal(size=24)
        found = adjusted_mean_difference(
            2 * arm + before + rng.normal(size=24), np.column_stack([arm, before]), conf_level=0.95
        )
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
