"""Which covariates make a regression impossible: the constant ones, or a set that adds up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import qr, solve_triangular

from primus_eval.numerics.inputs import Floats, matrix

RANK_TOLERANCE = 1e-9
"""A column (centred, of length 1) that others explain up to this remainder is explained exactly."""

COEFFICIENT_TOLERANCE = 1e-7
"""A column with a smaller share in that explanation takes no part in it."""

SMALLEST_EIGENVALUE = 1e-11
"""Of an information matrix scaled like a correlation: below it, columns add up. Rounding leaves 1e-15."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankProblem:
    """Names, in the order of the design. If `collinear` is not empty, dropping any one of it helps.

    constant: columns with one value. collinear: columns of which each is a sum of the others' multiples
    and a constant; no smaller part of the set is.
    """

    constant: tuple[str, ...]
    collinear: tuple[str, ...]


def rank_problem(design: ArrayLike, names: Sequence[str]) -> RankProblem | None:
    """Find constant columns and one smallest exactly collinear set, or return None if there are none.

    design: covariates without the intercept, shape (n, p); an intercept is understood, so that the
    columns of all categories of a variable are collinear. names: one per column. After mending one set
    ask again; there may be another.
    Source: rank-revealing QR with column pivoting, Golub & Van Loan 2013, Matrix Computations, 5.4.2.
    Checked: tests/test_numerics_collinearity.py (sets known by construction).
    """
    columns = matrix(design, "design")
    if len(names) != columns.shape[1]:
        raise ValueError("names must hold one name per column of design")
    varies = np.flatnonzero(np.ptp(columns, axis=0) > 0) if len(columns) else np.array([], dtype=int)
    constant = tuple(name for index, name in enumerate(names) if index not in varies)
    collinear = tuple(names[index] for index in sorted(varies[_dependent_set(columns[:, varies])]))
    return RankProblem(constant=constant, collinear=collinear) if constant or collinear else None


def is_singular(information: Floats) -> bool:
    """Tell whether an information matrix (symmetric, positive diagonal) is singular to working precision.

    Scaled to a unit diagonal first, so that units of measurement do not matter.
    """
    scale = np.sqrt(np.diag(information))
    return bool(np.linalg.eigvalsh(information / np.outer(scale, scale))[0] < SMALLEST_EIGENVALUE)


def _dependent_set(columns: Floats) -> list[int]:
    """Return the indices of one dependent column and of those that explain it; empty at full rank."""
    if columns.shape[1] == 0:
        return []
    centred = columns - columns.mean(axis=0)
    _, upper, pivots = qr(centred / np.linalg.norm(centred, axis=0), mode="economic", pivoting=True)
    rank = int((np.abs(np.diag(upper)) > RANK_TOLERANCE).sum())
    if rank == columns.shape[1]:
        return []
    # The pivots beyond the rank are sums of those before; the basis makes each such sum unique.
    shares = solve_triangular(upper[:rank, :rank], upper[:rank, rank])
    return [
        int(pivots[rank]),
        *(int(pivots[k]) for k in np.flatnonzero(np.abs(shares) > COEFFICIENT_TOLERANCE)),
    ]
