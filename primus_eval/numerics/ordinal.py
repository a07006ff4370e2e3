"""Levels of seriousness: one odds ratio for all of them, and whether one is enough.

The proportional odds model says that treatment multiplies the odds of being beyond any given level by one and
the same number. `cumulative_logit` fits it; `binary_logits` fits each cut by itself, and `brant_test` asks
whether the answers differ by more than chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, log_expit, logit
from scipy.stats import chi2

from primus_eval.numerics.collinearity import is_singular, rank_problem
from primus_eval.numerics.effect import Effect, association_test, not_estimable, wald
from primus_eval.numerics.inputs import Floats, Integers, finite_vector, matrix
from primus_eval.numerics.separation import is_separated
from primus_eval.vocabulary import Reason

MOST_ITERATIONS = 100
SETTLED = 1e-8
"""A Newton step smaller than this, in standard errors, is the last: the next would be about its square."""

MOST_HALVINGS = 30

ROUNDING = 1e-11
"""A likelihood that falls by less than this share has not fallen but been rounded."""

SUSPICIOUS = 12.0
"""Beyond this linear predictor a chance is 0 or 1 to five digits: then separation is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativeLogit:
    """A fit of logit P(beyond level k) = coef . x - threshold_k.

    coef: log odds ratios, shape (p,); covariance: inverse observed information, their part, shape (p, p).
    thresholds: one fewer than levels that occur. n_levels: how many occur.
    """

    coef: Floats
    covariance: Floats
    thresholds: Floats
    log_likelihood: float
    n_levels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryLogits:
    """Logistic regressions of being beyond each cut; the first column of the coefficients is the constant.

    coef: shape (cuts, p + 1). covariance: of all coefficients with all, shape (cuts, p + 1, cuts, p + 1).
    separated: the cuts without a finite maximum; their coefficients are NaN.
    """

    coef: Floats
    covariance: Floats
    separated: tuple[int, ...]


def cumulative_logit(levels: ArrayLike, design: ArrayLike) -> CumulativeLogit | Reason:
    """Fit proportional odds by maximum likelihood.

    levels: numbers whose order is that of the levels, shape (n,); levels that nobody has do not matter.
    design: the arm and covariates without a constant, shape (n, p). A positive coefficient means higher
    levels. Newton's iterations with the observed information on a concave likelihood, halved where a step
    would not climb. Without a finite maximum the reason is "separation".

    Source: McCullagh 1980, Journal of the Royal Statistical Society B 42:109-142; concavity Pratt 1981,
    Journal of the American Statistical Association 76:103-106.
    Checked: tests/test_numerics_ordinal.py (a two-level table in closed form, the likelihood written out);
    tests/reference/test_against_r.py (R ordinal::clm, MASS::polr).
    """
    rows = matrix(design, "design")
    codes = _codes(levels, len(rows))
    n_levels = int(codes.max(initial=0)) + 1
    if n_levels < 2:
        return "too_few_levels"
    if rank := rank_problem(rows, [str(number) for number in range(rows.shape[1])]):
        return "constant_covariate" if rank.constant else "collinear_covariates"
    below = np.cumsum(np.bincount(codes))[:-1] / len(codes)
    at = np.concatenate([logit(below), np.zeros(rows.shape[1])])
    n_cuts = n_levels - 1
    value, score, information = _evaluate(at, codes, rows)
    converged = False
    for _ in range(MOST_ITERATIONS):
        if not np.isfinite(information).all() or is_singular(information):
            break
        step = np.linalg.solve(information, score)
        converged = np.sqrt(max(float(step @ score), 0.0)) <= SETTLED
        trial = _evaluate(at + step, codes, rows)
        for _ in range(0 if converged else MOST_HALVINGS):
            if trial[0] >= value - ROUNDING * (1 + abs(value)):
                break
            step = step / 2
            trial = _evaluate(at + step, codes, rows)
        at = at + step
        value, score, information = trial
        if converged:
            break
    predictor = rows @ at[n_cuts:]
    extreme = float(np.abs(at[:n_cuts][:, None] - [predictor.min(), predictor.max()]).max())
    if (not converged or extreme > SUSPICIOUS) and _no_maximum(codes, rows):
        return "separation"
    if not converged:
        return "not_converged"
    covariance = np.linalg.inv(information)
    return CumulativeLogit(
        coef=at[n_cuts:],
        covariance=covariance[n_cuts:, n_cuts:],
        thresholds=at[:n_cuts],
        log_likelihood=value,
        n_levels=n_levels,
    )


def common_odds_ratio(fit: CumulativeLogit | Reason, column: int, *, conf_level: float) -> Effect:
    """Read the odds ratio of being at a higher level from a fit, with its Wald interval and test.

    Source: McCullagh 1980, Journal of the Royal Statistical Society B 42:109-142.
    Checked: tests/reference/test_against_r.py (R ordinal::clm).
    """
    if not isinstance(fit, CumulativeLogit):
        return not_estimable(fit)
    std_error = float(np.sqrt(fit.covariance[column, column]))
    return wald(float(fit.coef[column]), std_error, conf_level=conf_level, scale="log")


def binary_logits(levels: ArrayLike, design: ArrayLike) -> BinaryLogits | Reason:
    """Fit each cut between levels that occur by itself: beyond it or not.

    levels, design: as in `cumulative_logit`. The covariance between two cuts uses that being beyond the
    higher one means being beyond the lower.

    Source: Brant 1990, Biometrics 46:1171-1178.
    Checked: tests/test_numerics_ordinal.py (a 2 x 3 table in closed form); tests/reference/test_against_r.py
    (R glm).
    """
    rows = matrix(design, "design")
    codes = _codes(levels, len(rows))
    n_cuts = int(codes.max(initial=0))
    if n_cuts < 1:
        return "too_few_levels"
    if rank := rank_problem(rows, [str(number) for number in range(rows.shape[1])]):
        return "constant_covariate" if rank.constant else "collinear_covariates"
    full = np.column_stack([np.ones(len(rows)), rows])
    beyond = codes[:, None] > np.arange(n_cuts)
    fits = [_logistic(full, beyond[:, cut]) for cut in range(n_cuts)]
    size = full.shape[1]
    coef = np.array([np.full(size, np.nan) if fit is None else fit for fit in fits])
    covariance = np.full((n_cuts, size, n_cuts, size), np.nan)
    finite = [cut for cut, fit in enumerate(fits) if fit is not None]
    chance = expit(full @ coef[finite].T)
    inverse = {
        cut: np.linalg.inv(_cross(full, chance[:, at] * (1 - chance[:, at]))) for at, cut in enumerate(finite)
    }
    for at, low in enumerate(finite):
        for later, high in enumerate(finite[at:], start=at):
            between = _cross(full, chance[:, later] * (1 - chance[:, at]))
            block = inverse[low] @ between @ inverse[high]
            covariance[low, :, high, :], covariance[high, :, low, :] = block, block.T
    separated = tuple(cut for cut, fit in enumerate(fits) if fit is None)
    return BinaryLogits(coef=coef, covariance=covariance, separated=separated)


def odds_ratio_at(fits: BinaryLogits, cut: int, column: int, *, conf_level: float) -> Effect:
    """Read the odds ratio of being beyond one cut, with its Wald interval.

    Source: Brant 1990, Biometrics 46:1171-1178.
    Checked: tests/reference/test_against_r.py (R glm).
    """
    if cut in fits.separated:
        return not_estimable("separation")
    at = column + 1
    std_error = float(np.sqrt(fits.covariance[cut, at, cut, at]))
    return wald(float(fits.coef[cut, at]), std_error, conf_level=conf_level, scale="log")


def brant_test(fits: BinaryLogits | Reason, columns: tuple[int, ...]) -> Effect:
    """Test whether the odds ratios of these columns are the same at every cut.

    columns: of the design; one for the arm alone, all for the model. A Wald test of cut against cut; a large
    chi-square says that one common odds ratio hides differences. It has little power in small trials: a large
    p-value does not show that the odds are proportional.

    Source: Brant 1990, Biometrics 46:1171-1178.
    Checked: tests/test_numerics_ordinal.py (a 2 x 3 table in closed form); tests/reference/test_against_r.py
    (R glm and the formula).
    """
    if not isinstance(fits, BinaryLogits):
        return not_estimable(fits)
    n_cuts = len(fits.coef)
    if n_cuts < 2:
        return not_estimable("too_few_levels")
    if fits.separated:
        return not_estimable("separation")
    picked = np.array(columns) + 1
    coef = fits.coef[:, picked].ravel()
    covariance = fits.covariance[:, picked][:, :, :, picked].reshape(len(coef), len(coef))
    contrast = np.kron(np.column_stack([np.ones(n_cuts - 1), -np.eye(n_cuts - 1)]), np.eye(len(picked)))
    spread = contrast @ covariance @ contrast.T
    if (np.diag(spread) <= 0).any() or is_singular(spread):
        return not_estimable("no_variation")  # few people: the formula need not give a covariance
    apart = contrast @ coef
    statistic, df = float(apart @ np.linalg.solve(spread, apart)), float(len(apart))
    return association_test(statistic, float(chi2.sf(statistic, df)), df=df)


def _codes(levels: ArrayLike, n: int) -> Integers:
    values = finite_vector(levels, "levels")
    if len(values) != n:
        raise ValueError("levels must hold one number per row of design")
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _evaluate(at: Floats, codes: Integers, rows: Floats) -> tuple[float, Floats, Floats]:
    """Return log-likelihood, score and observed information at thresholds and coefficients.

    A person of level k lies between threshold k - 1 and k: with u and l their distances from the linear
    predictor, log P = log F(u) + log F(-l) + log(1 - exp(l - u)). The last term depends on the thresholds
    alone, which keeps digits far in the tails.
    """
    n_cuts = int(codes.max())
    thresholds, coef = at[:n_cuts], at[n_cuts:]
    gaps = np.diff(thresholds)
    if (gaps <= 0).any():
        return -np.inf, np.zeros_like(at), np.zeros((len(at), len(at)))
    edges = np.concatenate([[-np.inf], thresholds, [np.inf]])
    predictor = rows @ coef
    upper, lower = edges[codes + 1] - predictor, edges[codes] - predictor
    n_at = np.bincount(codes, minlength=n_cuts + 1)[1:-1].astype(float)
    value = float((log_expit(upper) + log_expit(-lower)).sum() + n_at @ np.log(-np.expm1(-gaps)))
    up, down = expit(-upper), expit(lower)  # slopes in the upper and, with its sign turned, the lower edge
    weight_up, weight_down = up * (1 - up), down * (1 - down)
    pull = np.exp(-gaps) / -np.expm1(-gaps)
    score = np.concatenate([_at_edges(codes, up, -down), rows.T @ (down - up)])
    score[: n_cuts - 1] -= n_at * pull
    score[1:n_cuts] += n_at * pull
    information = np.zeros((len(at), len(at)))
    diagonal = np.arange(n_cuts)
    curve = n_at * pull * (1 + pull)
    information[diagonal, diagonal] = _at_edges(codes, weight_up, weight_down)
    information[diagonal[:-1], diagonal[:-1]] += curve
    information[diagonal[1:], diagonal[1:]] += curve
    information[diagonal[:-1], diagonal[1:]] = information[diagonal[1:], diagonal[:-1]] = -curve
    information[n_cuts:, n_cuts:] = _cross(rows, weight_up + weight_down)
    for column in range(rows.shape[1]):
        x = rows[:, column]
        mixed = _at_edges(codes, weight_up * x, weight_down * x)
        information[:n_cuts, n_cuts + column] = information[n_cuts + column, :n_cuts] = -mixed
    return value, score, information


def _at_edges(codes: Integers, upper: Floats, lower: Floats) -> Floats:
    """Add up for each threshold what people have of it as their upper edge and as their lower one."""
    n_levels = int(codes.max()) + 1
    from_below = np.bincount(codes, weights=upper, minlength=n_levels)[:-1]
    return np.asarray(from_below + np.bincount(codes, weights=lower, minlength=n_levels)[1:])


def _no_maximum(codes: Integers, rows: Floats) -> bool:
    """Whether some direction raises the likelihood for ever.

    That is a direction in which nobody's upper edge comes down and nobody's lower edge goes up, and some
    moves: the question of `is_separated` for each person's one or two edges, below or not below.
    """
    n_cuts = int(codes.max())
    marks = np.eye(n_cuts)
    has_upper, has_lower = codes < n_cuts, codes > 0
    edges = np.vstack(
        [
            np.column_stack([marks[codes[has_upper]], -rows[has_upper]]),
            np.column_stack([marks[codes[has_lower] - 1], -rows[has_lower]]),
        ]
    )
    is_below = np.repeat([True, False], [int(has_upper.sum()), int(has_lower.sum())])
    return is_separated(edges, is_below)


def _logistic(full: Floats, outcome: np.ndarray) -> Floats | None:
    """Fit a logistic regression by Newton's method, None where there is no finite maximum."""
    coef = np.zeros(full.shape[1])
    coef[0] = logit(outcome.mean())
    for _ in range(MOST_ITERATIONS):
        fitted = expit(full @ coef)
        information = _cross(full, fitted * (1 - fitted))
        if (np.diag(information) <= 0).any() or is_singular(information):
            return None
        score = full.T @ (outcome - fitted)
        step = np.linalg.solve(information, score)
        coef = coef + step * min(1.0, 5.0 / max(float(np.abs(full @ step).max()), 5.0))
        if np.sqrt(max(float(step @ score), 0.0)) <= SETTLED:
            break
    else:
        return None
    extreme = np.abs(full @ coef).max() > SUSPICIOUS
    return None if extreme and is_separated(full, outcome) else coef


def _cross(rows: Floats, weights: Floats) -> Floats:
    return np.asarray(rows.T @ (rows * weights[:, None]))
