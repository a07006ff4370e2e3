"""Each output within its tolerance of R's, and no function left out."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from reference.against_r import LOOSER, R_FUNCTIONS, comparisons
from reference.comparison import TOLERANCE, Comparison
from reference.datasets import fixture, maryland

from primus_eval.numerics.cox import CoxFit, cox, hazard_ratio
from primus_eval.numerics.restricted_mean import restricted_mean_difference


@cache
def all_comparisons() -> tuple[Comparison, ...]:
    return tuple(comparisons())


@pytest.mark.parametrize("function", R_FUNCTIONS)
def test_agrees_with_r(function: str) -> None:
    compared = [comparison for comparison in all_comparisons() if comparison.function == function]
    beyond = [comparison for comparison in compared if not comparison.disagreement <= comparison.tolerance]
    assert compared and not beyond


def test_every_comparison_is_of_a_listed_function() -> None:
    assert {comparison.function for comparison in all_comparisons()} == set(R_FUNCTIONS)


def test_a_looser_tolerance_has_its_reason_and_a_reason_its_tolerance() -> None:
    looser = {(c.function, c.output) for c in all_comparisons() if c.tolerance > TOLERANCE}
    assert looser == set(LOOSER)


def test_a_disagreement_would_be_noticed() -> None:
    exact, off, missing = np.array([1.0, 0.0]), np.array([1.0, 1e-7]), np.array([1.0, np.nan])

    def disagreement(ours: np.ndarray) -> float:
        return Comparison(function="f", output="estimate", data="d", ours=ours, theirs=exact).disagreement

    assert disagreement(exact) == 0
    assert not disagreement(off) <= 1e-6
    assert not disagreement(missing) <= 1e-6
    assert not disagreement(exact[:1]) <= 1e-6


def test_maryland_of_lifelines_is_maryland_of_r() -> None:
    """R stored, for each column, the sum of value times row number, which no other order or value gives."""
    columns = maryland()
    rows = np.arange(1, 433)
    for name, weighted_sum in fixture("follow_up")["maryland_weighted_sums"].items():
        assert (columns[name] * rows).sum() == weighted_sum


def test_the_figures_of_maryland_as_they_are_quoted() -> None:
    """What the literature and other software print of this trial, to the digits they print.

    The coefficient of financial aid with seven covariates, -0.379 (0.191), is in Allison 1995, Survival
    Analysis Using the SAS System, and in Fox's appendix on Cox regression. lifelines prints 0.187371 for
    the robust standard error of the second fit; R and the formula give 0.191121.
    """
    found = {(c.function, c.output, c.data): c.ours for c in all_comparisons()}
    columns = maryland()
    seven = ("fin", "age", "race", "wexp", "mar", "paro", "prio")

    def fit(*names: str) -> CoxFit:
        design = np.column_stack([columns[name] for name in names])
        result = cox(design, columns["time"], columns["event"])
        assert isinstance(result, CoxFit)
        return result

    alone = hazard_ratio(fit("fin"), 0, conf_level=0.95)
    assert (alone.estimate, alone.conf_low, alone.conf_high) == pytest.approx(
        (0.6914, 0.4767, 1.0028), abs=5e-5
    )
    adjusted = fit(*seven)
    assert adjusted.coef[0] == pytest.approx(-0.379422, abs=5e-7)
    assert adjusted.covariance_model[0, 0] ** 0.5 == pytest.approx(0.191379, abs=5e-7)
    assert fit("fin", "age", "prio").covariance_robust[0, 0] ** 0.5 == pytest.approx(0.191121, abs=5e-7)
    standardised = "marginal_risk_difference"
    assert found[standardised, "estimate", "Maryland"] == pytest.approx(-0.0791628, abs=5e-8)
    assert found[standardised, "std_error", "Maryland"] == pytest.approx(0.041491, abs=5e-7)
    means = restricted_mean_difference(
        columns["time"], columns["event"], columns["fin"], horizon_days=364, conf_level=0.95
    )
    assert means.estimate == pytest.approx(7 * 2.0417, abs=7 * 5e-5)
    assert means.std_error == pytest.approx(7 * 1.21305, abs=7 * 5e-6)
