"""Adjusted difference of means: one linear regression, whose variance may differ between people."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.collinearity import rank_problem
from primus_eval.numerics.effect import Effect, not_estimable, student
from primus_eval.numerics.inputs import finite_vector, matrix

FEWEST_DEGREES = 2
"""Degrees of freedom below which a residual variance says next to nothing."""

FITTED_EXACTLY = 1e-9
"""One minus a leverage below which a person's residual is zero but for rounding."""

ROUNDING = 1e-12
"""A residual sum of squares below this share of the outcome's own is zero but for rounding."""


def adjusted_mean_difference(score: ArrayLike, design: ArrayLike, *, conf_level: float) -> Effect:
    """Estimate the difference of mean scores, treatment minus control, among people alike in the covariates.

    score: shape (n,). design: the arm as 0 and 1 in the first column, then covariates, shape (n, p), without
    a constant. Least squares; each squared residual, over one minus its leverage, stands for the variance of
    its person (HC2), so that arms may differ in size and in spread. Without covariates the standard error is
    Welch's, and so are the degrees of freedom: with covariates too they follow from how far that variance
    would vary if each arm had one variance, taken from its residuals. In a randomised trial the difference
    is that for everybody, whatever the covariates explain. Not estimable with fewer than two people in an
    arm, with columns that add up from others, or with fewer than FEWEST_DEGREES residual degrees.

    Source: Fisher 1932, Statistical Methods for Research Workers, 4th ed., 49.1; Senn 1989, Statistics in
    Medicine 8:467-475 (adjusting for the score before); MacKinnon and White 1985, Journal of Econometrics
    29:305-325 (HC2); Satterthwaite 1946, Biometrics Bulletin 2:110-114, and Welch 1947, Biometrika 34:28-35
    (degrees of freedom); Bell and McCaffrey 2002, Survey Methodology 28:169-181 (those of a regression).
    Checked: tests/test_numerics_ancova.py (a hand-worked case, coverage); tests/reference (R).
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
    if min((arm == 1).sum(), (arm == 0).sum()) < 2:
        return not_estimable("too_few_people")  # the spread of one person is not known
    whole = np.column_stack([np.full(len(y), 1 / np.sqrt(len(y))), basis])
    weight = basis @ np.linalg.solve(upper, np.eye(len(upper)))[0]
    variance, degrees = _robust(residual, weight, whole, arm)
    if variance <= 0:
        return not_estimable("no_variation")
    return student(float(coef[0]), float(np.sqrt(variance)), df=degrees, conf_level=conf_level)


def _robust(
    residual: np.ndarray, weight: np.ndarray, basis: np.ndarray, arm: np.ndarray
) -> tuple[float, float]:
    """Return the variance of the weighted sum of scores, and its degrees of freedom.

    weight: of each person's score in the coefficient. basis: orthonormal, the constant included. Whoever is
    fitted exactly, as the only one of a stratum, has no residual and no weight.
    """
    left = 1 - (basis * basis).sum(axis=1)
    exact = left < FITTED_EXACTLY
    share = np.where(exact, 0.0, weight**2 / np.where(exact, 1.0, left))
    spread = np.zeros(len(arm))
    for one in (arm == 1, arm == 0):
        spread[one] = (residual[one] @ residual[one]) / max(left[one].sum(), FITTED_EXACTLY)
    # The residuals' covariance is spread on the diagonal plus sides @ inner @ sides.T, never n by n.
    sides = np.column_stack([basis, spread[:, None] * basis])
    rank = basis.shape[1]
    inner = np.block(
        [[basis.T @ (spread[:, None] * basis), -np.eye(rank)], [-np.eye(rank), np.zeros((rank, rank))]]
    )
    added = ((sides @ inner) * sides).sum(axis=1)
    crossed = inner @ (sides.T @ (share[:, None] * sides))
    trace = float(share @ (spread + added))
    squares = float((share**2 * spread) @ (spread + 2 * added) + np.trace(crossed @ crossed))
    variance = float(share @ residual**2)
    return (variance, trace**2 / squares) if squares > 0 else (0.0, 0.0)
