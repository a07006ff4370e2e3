"""Standardised risks: where they must collapse to simpler things, and by a derivative taken numerically."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from scipy.special import expit

from primus_eval.numerics.effect import not_estimable
from primus_eval.numerics.proportions import Table2x2, risk_difference_wald, risk_ratio_wald_log
from primus_eval.numerics.standardisation import (
    StandardisedRisks,
    marginal_odds_ratio,
    marginal_risk_difference,
    marginal_risk_ratio,
    standardised_risks,
)


def logistic(design: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Fit by Newton's method until nothing moves."""
    coef = np.zeros(design.shape[1])
    for _ in range(50):
        fitted = expit(design @ coef)
        weights = fitted * (1 - fitted)
        step = np.linalg.solve(design.T @ (design * weights[:, None]), design.T @ (outcome - fitted))
        coef = coef + step
    assert np.abs(step).max() < 1e-12
    return coef


def standardise(arm: np.ndarray, covariates: np.ndarray, outcome: np.ndarray) -> StandardisedRisks:
    """Fit and standardise; covariates of shape (n, 0) leave the arms alone in the model."""
    one = np.ones(len(arm))
    design, treated, control = (np.column_stack([one, a, covariates]) for a in (arm, one, 0 * one))
    risks = standardised_risks(
        coef=logistic(design, outcome),
        design=design,
        design_treatment=treated,
        design_control=control,
        outcome=outcome,
    )
    assert isinstance(risks, StandardisedRisks)
    return risks


def trial(seed: int = 3, n: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    arm, covariates = rng.integers(0, 2, n).astype(float), rng.normal(size=(n, 2))
    outcome = rng.random(n) < expit(-0.5 - 0.6 * arm + covariates @ [0.8, -0.4])
    return arm, covariates, outcome.astype(float)


def test_without_covariates_it_is_the_plain_comparison_of_risks() -> None:
    """48 of 216 against 66 of 216: the sandwich collapses to the unpooled variance of Wald and of Katz."""
    arm = np.repeat([1.0, 0.0], 216)
    outcome = np.concatenate([np.arange(216) < 48, np.arange(216) < 66]).astype(float)
    risks = standardise(arm, np.empty((432, 0)), outcome)
    table = Table2x2(events_treatment=48, n_treatment=216, events_control=66, n_control=216)
    for ours, plain in (
        (marginal_risk_difference(risks, conf_level=0.95), risk_difference_wald(table, conf_level=0.95)),
        (marginal_risk_ratio(risks, conf_level=0.95), risk_ratio_wald_log(table, conf_level=0.95)),
    ):
        assert ours.estimate == pytest.approx(plain.estimate, rel=1e-12)
        assert ours.std_error == pytest.approx(plain.std_error, rel=1e-12)
        assert ours.p_value == pytest.approx(plain.p_value, rel=1e-10)
    assert risks.covariance[0, 1] == pytest.approx(0, abs=1e-17)


def test_a_category_in_full_gives_the_weighted_mean_of_its_strata() -> None:
    """Arm, stratum and their product: predictions are the observed risks of four cells.

    Treatment 2 of 4 and 3 of 5, control 1 of 3 and 6 of 8, strata of 7 and 13 people.
    """
    arm = np.repeat([1.0, 1.0, 0.0, 0.0], [4, 5, 3, 8])
    stratum = np.repeat([0.0, 1.0, 0.0, 1.0], [4, 5, 3, 8])
    outcome = np.concatenate([np.arange(n) < x for x, n in ((2, 4), (3, 5), (1, 3), (6, 8))]).astype(float)
    one = np.ones(20)

    def design(a: np.ndarray) -> np.ndarray:
        return np.column_stack([one, a, stratum, a * stratum])

    risks = standardised_risks(
        coef=logistic(design(arm), outcome),
        design=design(arm),
        design_treatment=design(one),
        design_control=design(0 * one),
        outcome=outcome,
    )
    assert isinstance(risks, StandardisedRisks)
    assert risks.risk_treatment == pytest.approx((7 * 2 / 4 + 13 * 3 / 5) / 20, rel=1e-12)
    assert risks.risk_control == pytest.approx((7 * 1 / 3 + 13 * 6 / 8) / 20, rel=1e-12)
    # Sampling within cells, plus sampling of the strata: (difference of the risks)^2 q (1 - q) / n.
    within = (7 / 20) ** 2 * (1 / 4) / 4 + (13 / 20) ** 2 * (6 / 25) / 5
    between = (2 / 4 - 3 / 5) ** 2 * 7 / 20 * 13 / 20 / 20
    assert risks.covariance[0, 0] == pytest.approx(within + between, rel=1e-12)
    assert risks.covariance[0, 1] == pytest.approx((0.5 - 0.6) * (1 / 3 - 3 / 4) * 91 / 400 / 20, rel=1e-10)


def test_contrasts_follow_from_the_risks_by_the_delta_method() -> None:
    risks = standardise(*trial())
    r1, r0, ((v11, v10), (_, v00)) = risks.risk_treatment, risks.risk_control, risks.covariance
    difference = marginal_risk_difference(risks, conf_level=0.95)
    assert difference.estimate == pytest.approx(r1 - r0, rel=1e-12)
    assert difference.std_error == pytest.approx(sqrt(v11 - 2 * v10 + v00), rel=1e-12)
    ratio = marginal_risk_ratio(risks, conf_level=0.95)
    assert ratio.estimate == pytest.approx(r1 / r0, rel=1e-12) and ratio.scale == "log"
    assert ratio.std_error == pytest.approx(sqrt(v11 / r1**2 - 2 * v10 / (r1 * r0) + v00 / r0**2), rel=1e-12)
    odds = marginal_odds_ratio(risks, conf_level=0.95)
    o1, o0 = r1 * (1 - r1), r0 * (1 - r0)
    assert odds.statistic == pytest.approx(
        log(r1 * (1 - r0) / ((1 - r1) * r0)) / sqrt(v11 / o1**2 - 2 * v10 / (o1 * o0) + v00 / o0**2),
        rel=1e-12,
    )


def test_swapping_the_arms_swaps_the_risks() -> None:
    arm, covariates, outcome = trial()
    here, there = standardise(arm, covariates, outcome), standardise(1 - arm, covariates, outcome)
    assert there.risk_treatment == pytest.approx(here.risk_control, rel=1e-12)
    assert there.covariance == pytest.approx(here.covariance[::-1, ::-1], rel=1e-10)


def test_row_order_and_repeated_rows() -> None:
    arm, covariates, outcome = trial()
    here = standardise(arm, covariates, outcome)
    order = np.random.default_rng(1).permutation(200)
    shuffled = standardise(arm[order], covariates[order], outcome[order])
    assert shuffled.covariance == pytest.approx(here.covariance, rel=1e-10)
    twice = standardise(np.tile(arm, 2), np.tile(covariates, (2, 1)), np.tile(outcome, 2))
    assert twice.risk_control == pytest.approx(here.risk_control, rel=1e-12)
    assert twice.covariance == pytest.approx(here.covariance / 2, rel=1e-10)


def test_what_cannot_be_estimated_has_a_reason() -> None:
    one, arm = np.ones(8), np.tile([1.0, 0.0], 4)
    outcome = np.repeat([1.0, 0.0], 4)

    def reason(coef: list[float], design: np.ndarray) -> object:
        return standardised_risks(
            coef=coef, design=design, design_treatment=design, design_control=design, outcome=outcome
        )

    assert reason([0, 0, 0], np.column_stack([one, arm, 1 - arm])) == "collinear_covariates"
    assert reason([0, 800], np.column_stack([one, 2 * outcome - 1])) == "separation"
    assert marginal_risk_difference("separation", conf_level=0.95) == not_estimable("separation")
    certain = StandardisedRisks(risk_treatment=0.0, risk_control=1.0, covariance=np.eye(2))
    for function in (marginal_risk_ratio, marginal_odds_ratio):
        assert function(certain, conf_level=0.95).reason == "undefined_ratio"
