"""Covariates centred and brought to unit spread, so that steps and tolerances mean the same for each.

Written for half a million rows: a block of rows is worked on while it is in the processor's cache, and
blocks are laid on each other, which compares and adds whole blocks instead of one short row at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from primus_eval.numerics.inputs import Floats
from primus_eval.numerics.partial_likelihood import BLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Standardised:
    """The columns of a design as (column - centre) / spread.

    covariates: shape (n, p). centre: means; spread: standard deviations, with divisor n, shape (p,).
    reach: the largest covariate without its sign, shape (p,).
    """

    covariates: Floats
    centre: Floats
    spread: Floats
    reach: Floats


def blocks(rows: int) -> Iterator[slice]:
    """Cut rows into blocks, the last of which may be shorter."""
    return (slice(begin, min(begin + BLOCK, rows)) for begin in range(0, rows, BLOCK))


def has_constant_column(columns: Floats) -> bool:
    """Tell whether a column of a design with at least one row holds one value only."""
    # Nearly every column varies within its first rows; only the others are read to the end.
    doubtful = np.flatnonzero((columns[:BLOCK] == columns[0]).all(axis=0))
    return any(bool((columns[:, column] == columns[0, column]).all()) for column in doubtful)


def standardised(columns: Floats) -> Standardised:
    """Centre and scale columns of which none is constant."""
    n = len(columns)
    covariates = np.empty(columns.shape)
    laid = np.zeros((min(BLOCK, n), columns.shape[1]))
    for block in blocks(n):
        rows = columns[block]
        laid[: len(rows)] += rows
    centre = laid.sum(axis=0) / n
    laid[:] = 0
    for block in blocks(n):
        rows = np.subtract(columns[block], centre, out=covariates[block])
        laid[: len(rows)] += rows * rows
    spread = np.sqrt(laid.sum(axis=0) / n)
    laid[:] = 0
    for block in blocks(n):
        rows = covariates[block]
        rows /= spread
        np.maximum(laid[: len(rows)], np.abs(rows), out=laid[: len(rows)])
    return Standardised(covariates=covariates, centre=centre, spread=spread, reach=laid.max(axis=0))
