"""Adjusted difference of means: one linear regression, whose variance is the same in both arms."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.collinearity import rank_problem
from primus_eval.numerics.effect import Effect, not_estimable, student
from primus_eval.numerics.inputs import finite_vector, matrix

FEWEST_DEGREES = 2
"""Degrees of freedom below which a residual variance says next to nothing."""

ROUNDING = 1e-12
"""A residual sum of squares below this share of the outcome's own is zero but for rounding."""


def adjusted_mean_difference(score: ArrayLike, design: ArrayLike, *, conf_level: float) -> Effect:
    """Estimate the difference of mean scores, treatment minus control, among people alike in the covariates.

    score: shape (n,). design: the arm as 0 and 1 in the first column, then covariates, shape (n, p), without
    a constant. Least squares with Student's t on n - p - 1 degrees of freedom. In a randomised trial the
    difference is that for everybody, whatever the covariates explain. Not estimable with an empty arm, with
    columns that add up from others, or with fewer than FEWEST_DEGREES degrees.

    Source: Fisher 1932, Statistical Methods for Research Workers, 4th ed., 49.1; Senn 1989, Statistics in
    Medicine 8:467-475 (adjusting for the score before).
    Checked: tests/test_numerics_ancova.py (a hand-worked case, coverage); tests/reference (R lm).
    """
    rows = matrix(design, "design")
    y = finite_vector(score, "score")
    if len(y) != len(rows):
        raise ValueError("score must hold one number per row of design")
    arm = rows[:, 0]
    if not len(y) or not (arm == 1).any() or not (arm == 0).any():
        return not_estimable("one_arm_empty")
    df = len(y) - rows.shape[1] - 1
    if df < FEWEST_DEGREES:
        return not_estimable("too_many_covariates" if rows.shape[1] > 1 else "too_few_people")
    problem = rank_problem(rows, [str(number) for number in range(rows.shape[1])])
    if problem is not None:
        return not_estimable("constant_covariate" if problem.constant else "collinear_covariates")
    # From the means, so that a large mean costs no digits; the constant is then no column.
    centred, from_mean = rows - rows.mean(axis=0), y - y.mean()
    basis, upper = np.linalg.qr(centred)
    coef = np.linalg.solve(upper, basis.T @ from_mean)
    residual = from_mean - centred @ coef
    sum_of_squares = float(residual @ residual)
    if sum_of_squares <= ROUNDING * float(from_mean @ from_mean):
        return not_estimable("no_variation")
    unscaled = np.linalg.solve(upper, np.eye(len(upper)))[0]
    std_error = float(np.sqrt(sum_of_squares / df * (unscaled @ unscaled)))
    return student(float(coef[0]), std_error, df=float(df), conf_level=conf_level)
