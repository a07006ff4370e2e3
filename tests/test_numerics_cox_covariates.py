"""Covariates in blocks of rows: the same as numpy says of all rows, whatever the last block holds."""

from __future__ import annotations

import numpy as np
import pytest

from primus_eval.numerics.cox_covariates import has_constant_column, standardised
from primus_eval.numerics.partial_likelihood import BLOCK

LENGTHS = (2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 7)
# Sums of some thousand numbers in another order: a few units in the last place.
ROUNDING = 1e-13


@pytest.mark.parametrize("n", LENGTHS)
def test_centre_spread_and_reach_are_those_of_all_rows(n: int) -> None:
    columns = np.random.default_rng(n).normal((3, -40, 0), (1, 0.01, 200), (n, 3))
    columns[-1] *= 1.5  # the farthest row is the last
    found = standardised(columns)
    centre, spread = columns.mean(axis=0), columns.std(axis=0)
    assert found.centre == pytest.approx(centre, rel=ROUNDING, abs=ROUNDING * spread.max())
    assert found.spread == pytest.approx(spread, rel=ROUNDING)
    # A distance from the centre has the rounding of the centre, here up to 4,000 spreads from zero.
    expected = (columns - centre) / spread
    assert found.covariates == pytest.approx(expected, rel=1e-9, abs=4000 * ROUNDING)
    assert (found.reach == np.abs(found.covariates).max(axis=0)).all()


@pytest.mark.parametrize("n", LENGTHS)
def test_a_column_is_constant_only_if_its_last_row_is_too(n: int) -> None:
    columns = np.column_stack((np.arange(n), np.full(n, 7.0)))
    assert has_constant_column(columns)
    columns[-1, 1] = 8
    assert not has_constant_column(columns)
