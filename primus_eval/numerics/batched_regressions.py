"""Many small regressions at once: the same people, drawn again and again with different counts.

Each draw is one row of `counts`; sums over people are matrix products, and the steps of all draws are taken
together until each has settled.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import expit

from primus_eval.numerics.collinearity import SMALLEST_EIGENVALUE
from primus_eval.numerics.inputs import Bools, Floats

MOST_ITERATIONS = 60
SETTLED = 1e-10
"""Fitted chances, and logarithms of means, that move by no more than this have settled: Newton's next step
would move them by about its square."""

LARGEST_PREDICTOR = 300.0
"""Linear predictors are kept within what exp can take."""

LONGEST_STEP = 2.0
"""By which a linear predictor of a regression of amounts may move at once."""


def logistic_fits(some: Floats, design: Floats, products: Floats, counts: Floats) -> tuple[Floats, Bools]:
    """Newton's iterations for all draws at once; returns coefficients and whether they were found.

    A draw that separates settles where its fitted chances do.
    """

    def step(coef: Floats, counts: Floats) -> Floats:
        fitted = expit(predictors(coef, design))
        information = weighted_products(counts * fitted * (1 - fitted), products)
        return np.einsum("rij,rj->ri", inverses(information), (counts * (some - fitted)) @ design)

    def moves(coef: Floats, step: Floats) -> Floats:
        return np.abs(expit(predictors(coef + step, design)) - expit(predictors(coef, design))).max(axis=1)

    return _iterated(np.zeros((len(counts), design.shape[1])), step, moves, counts, products)


def log_linear_fits(
    amounts: Floats, design: Floats, products: Floats, counts: Floats
) -> tuple[Floats, Bools]:
    """Newton's iterations for all draws at once: sums of each column times amounts equal those of the fit.

    These are Poisson's equations, asked of amounts that need be no counts; counts: zero where the amount is.
    They start from the regression of the logarithms weighted by the amounts. Long steps are cut.
    """
    some = amounts > 0
    logs = np.log(np.where(some, amounts, 1.0))
    weights = counts * amounts
    start = np.einsum("rij,rj->ri", inverses(weighted_products(weights, products)), (weights * logs) @ design)

    def step(coef: Floats, counts: Floats) -> Floats:
        fitted = np.exp(predictors(coef, design))
        information = weighted_products(counts * fitted, products)
        change = np.einsum("rij,rj->ri", inverses(information), (counts * (amounts - fitted)) @ design)
        longest = np.abs(change @ design[some].T).max(axis=1)
        return change * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300))[:, None]

    def moves(coef: Floats, step: Floats) -> Floats:
        # Somebody with a small share of all amounts is fitted by what rounding leaves of that share.
        predicted = predictors(coef, design[some])
        share = np.exp((predicted - predicted.max(axis=1, keepdims=True)) / 2)
        return (np.abs(step @ design[some].T) * share).max(axis=1)

    return _iterated(start, step, moves, counts, products)


def _iterated(
    coef: Floats,
    step: Callable[[Floats, Floats], Floats],
    moves: Callable[[Floats, Floats], Floats],
    counts: Floats,
    products: Floats,
) -> tuple[Floats, Bools]:
    """Step until nothing moves, each draw for itself; draws without full rank are not tried."""
    has_rank = _has_full_rank(counts, products)
    coef = np.where(has_rank[:, None], coef, 0.0)
    open_, found = np.flatnonzero(has_rank), np.zeros(len(counts), dtype=bool)
    for _ in range(MOST_ITERATIONS):
        if not len(open_):
            break
        change = step(coef[open_], counts[open_])
        settled = moves(coef[open_], change) <= SETTLED
        coef[open_] += change
        found[open_[settled]] = True
        open_ = open_[~settled]
    return coef, found


def predictors(coef: Floats, design: Floats) -> Floats:
    """Linear predictors of every person in every draw."""
    return np.clip(coef @ design.T, -LARGEST_PREDICTOR, LARGEST_PREDICTOR)


def weighted_products(weights: Floats, products: Floats) -> Floats:
    """Sums of weights times the outer products of the design's rows, shape (draws, p, p)."""
    p = round(products.shape[1] ** 0.5)
    return (weights @ products).reshape(len(weights), p, p)


def _has_full_rank(counts: Floats, products: Floats) -> Bools:
    """Whether the design of those drawn has full rank in each draw."""
    information = weighted_products(counts, products)
    size = np.sqrt(np.einsum("rii->ri", information))
    size[size == 0] = 1.0
    scaled = information / (size[:, :, None] * size[:, None, :])
    return np.asarray(np.linalg.eigvalsh(scaled)[:, 0] > SMALLEST_EIGENVALUE)


def inverses(information: Floats) -> Floats:
    """Inverses of symmetric matrices, in units in which their diagonals are one.

    What a singular one lacks is filled with rounding, so that it has an inverse that is not used.
    """
    size = np.sqrt(np.einsum("rii->ri", information))
    size[size == 0] = 1.0
    outer = size[:, :, None] * size[:, None, :]
    scaled = information / outer + 1e-14 * np.eye(information.shape[1])
    return np.asarray(np.linalg.inv(scaled) / outer)
