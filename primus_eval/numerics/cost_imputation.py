"""Costs and effects that are not all known: imputed together, within each arm, several times over.

A missing value is replaced by that of a person who looks alike, so that imputed costs are costs that occur,
zeros and large ones among them, and none is below zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.inputs import Bools, Floats, matrix, yes_no_vector
from primus_eval.numerics.net_benefit import Joint

DONORS = 5
"""How many people who look most alike one is drawn from."""

ROUNDS = 10
"""How often cost and harm are imputed in turn before a data set is taken."""


def imputed(
    cost: ArrayLike,
    harm: ArrayLike,
    treated: ArrayLike,
    *,
    auxiliaries: ArrayLike,
    generator: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Fill in missing costs and harms once, by predictive mean matching within arms.

    cost, harm: shape (n,), NaN where missing; auxiliaries: what is known of everybody, shape (n, k), finite.
    Each is regressed on the other and the auxiliaries with coefficients drawn from their posterior, and takes
    the value of one of the five people whose prediction is nearest. Assumes that who is missing is so at
    random, given these.
    Source: Little 1988, Journal of Business & Economic Statistics 6:287-296; van Buuren 2018, Flexible
    Imputation of Missing Data, algorithm 3.3; by arm: Faria, Gomes, Epstein & White 2014, PharmacoEconomics
    32:1157-1170.
    Checked: tests/test_numerics_cost_imputation.py (nothing missing; values of donors only; bias removed).
    """
    money, events = np.array(cost, dtype=float), np.array(harm, dtype=float)
    arm = yes_no_vector(treated, "treated", length=len(money))
    known = matrix(auxiliaries, "auxiliaries", rows=len(money))
    for members in (arm, ~arm):
        columns = np.column_stack([money[members], events[members]])
        filled = _chained(columns, known[members], generator)
        money[members], events[members] = filled.T
    return money, events


def _chained(columns: Floats, known: Floats, generator: np.random.Generator) -> Floats:
    """Impute both columns of one arm in turn; where a column has no donor the arm cannot be imputed."""
    missing = np.isnan(columns)
    if not missing.any():
        return columns
    if missing.all(axis=0).any():
        raise ValueError("an arm of which no cost or no harm is known cannot be imputed")
    filled = columns.copy()
    for column in range(2):
        donors = columns[~missing[:, column], column]
        filled[missing[:, column], column] = generator.choice(donors, size=int(missing[:, column].sum()))
    for _ in range(ROUNDS):
        for column in range(2):
            where = missing[:, column]
            if where.any():
                predictors = np.column_stack([np.ones(len(filled)), known, filled[:, 1 - column]])
                filled[where, column] = _matched(filled[:, column], predictors, where, generator)
    return filled


def _matched(values: Floats, predictors: Floats, missing: Bools, generator: np.random.Generator) -> Floats:
    observed = ~missing
    x, y = predictors[observed], values[observed]
    inverse = np.linalg.pinv(x.T @ x)
    centre = inverse @ x.T @ y
    df = max(len(y) - np.linalg.matrix_rank(x), 1)
    spread = float(((y - x @ centre) ** 2).sum()) / generator.chisquare(df)
    root = np.linalg.cholesky(spread * inverse + 1e-12 * np.eye(len(centre)) * np.trace(inverse) * spread)
    drawn = centre + root @ generator.standard_normal(len(centre)) if spread > 0 else centre
    distance = np.abs((predictors[missing] @ drawn)[:, None] - (x @ centre)[None, :])
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :DONORS]
    picked = generator.integers(0, nearest.shape[1], size=len(nearest))
    return np.asarray(y[nearest[np.arange(len(nearest)), picked]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """The estimates of several imputed data sets in one, and the variance between them."""

    joint: Joint
    between_cost: float
    between_averted: float
    between_covariance: float
    sets: int

    def df_at(self, value: float | None) -> float:
        """Return Rubin's degrees of freedom of the net benefit at a value; of the cost alone for None."""
        if value is None:
            between, total = self.between_cost, self.joint.var_cost
        else:
            between = (
                value**2 * self.between_averted + self.between_cost - 2 * value * self.between_covariance
            )
            total = self.joint.variance_at(value)
        return rubin_df(between=between, total=total, sets=self.sets)


def rubin_df(*, between: float, total: float, sets: int) -> float:
    """Return (m - 1) / lambda^2, lambda being the share of the variance that lies between imputations."""
    share = (1 + 1 / sets) * between / total if total > 0 else 0.0
    return (sets - 1) / max(share, 1e-6) ** 2


def pooled(estimates: Sequence[Joint]) -> Pooled:
    """Combine the estimates of imputed data sets by Rubin's rules, their covariance too.

    Total = mean of the variances within + (1 + 1/m) x variance between, for the whole matrix.
    Source: Rubin 1987, Multiple Imputation for Nonresponse in Surveys, 3.1.
    Checked: tests/test_numerics_cost_imputation.py by hand.
    """
    sets = len(estimates)
    if sets < 2:
        raise ValueError("pooling needs two imputed data sets")
    points = np.array([[each.averted, each.cost] for each in estimates])
    within = np.mean([[each.var_averted, each.covariance, each.var_cost] for each in estimates], axis=0)
    between = np.cov(points.T)
    extra = (1 + 1 / sets) * between
    averted, cost = points.mean(axis=0)
    return Pooled(
        joint=Joint(
            cost=float(cost),
            averted=float(averted),
            var_averted=float(within[0] + extra[0, 0]),
            covariance=float(within[1] + extra[0, 1]),
            var_cost=float(within[2] + extra[1, 1]),
        ),
        between_cost=float(between[1, 1]),
        between_averted=float(between[0, 0]),
        between_covariance=float(between[0, 1]),
        sets=sets,
    )
