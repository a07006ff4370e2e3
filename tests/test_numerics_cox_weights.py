"""Cox regression with case weights and offsets: written out event by event, and what must always hold."""

from __future__ import annotations

from itertools import product
from math import log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.cox import CoxFit, cox

always = settings(derandomize=True, deadline=None, max_examples=200)
TIES = ("efron", "breslow")
seeds = st.integers(0, 10_000)
N = 40


def fitted(*arguments: Any, **options: Any) -> CoxFit:
    fit = cox(*arguments, **options)
    assert isinstance(fit, CoxFit)
    return fit


def simulated(seed: int) -> dict[str, Any]:
    """Draw rows (start, stop] with ties, two strata, two covariates, weights and offsets."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 3, N)
    return {
        "design": np.column_stack([rng.integers(0, 2, N), rng.normal(30, 8, N)]).astype(float),
        "start": start,
        "stop": start + rng.integers(1, 8, N),
        "event": rng.random(N) < 0.6,
        "strata": rng.integers(0, 2, N),
        "weights": rng.choice([0.5, 1, 1.7, 3], N),
        "offset": rng.normal(0, 0.5, N),
    }


def test_a_weighted_maximum_by_hand() -> None:
    """Events on day 1 (x = 1, weight 2) and day 2 (x = 0, weight 1), x = 1 (weight 1) seen until day 3.

    With r = exp(b) the likelihood is (r / (3r + 1))^2 x 1 / (1 + r), largest at 3 r^2 - r - 2 = 0, so r = 1.
    """
    fit = fitted(np.array([[1.0], [0], [1]]), [1, 2, 3], [1, 1, 0], weights=[2, 1, 1])
    assert fit.coef[0] == pytest.approx(0, abs=1e-12)
    assert fit.loglik == pytest.approx(2 * log(1 / 4) + log(1 / 2), rel=1e-12)
    # Twice the variance of x in the first risk set, 3/4 x 1/4, and once that in the second, 1/4.
    assert fit.covariance_model[0, 0] == pytest.approx(1 / (2 * 3 / 16 + 1 / 4), rel=1e-12)


def test_an_offset_moves_the_maximum_by_hand() -> None:
    """In the case above without weights r = sqrt(1/2); if it is known that x doubles the risk, r is half."""
    x = np.array([[1.0], [0], [1]])
    fit = fitted(x, [1, 2, 3], [1, 1, 0], offset=log(2) * x[:, 0])
    assert fit.coef[0] == pytest.approx(log(sqrt(1 / 2) / 2), rel=1e-12)


# ---- against the partial likelihood written out ----------------------------------------------------


def written_out(
    data: dict[str, Any], coef: np.ndarray, ties: str
) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Sum log-likelihood, score, information and each row's part of the score, event by event.

    Of d events on a day each counts their mean weight; Efron's l-th is compared with the risk set in which
    each of the d dying counts 1 - l/d of its weight.
    """
    x, w = data["design"], data["weights"]
    risk = w * np.exp(x @ coef + data["offset"])
    loglik, score, information, parts = 0.0, np.zeros(2), np.zeros((2, 2)), np.zeros((N, 2))
    for stratum, day in product(np.unique(data["strata"]), np.unique(data["stop"])):
        at_risk = (data["strata"] == stratum) & (data["start"] < day) & (day <= data["stop"])
        dying = np.flatnonzero(at_risk & data["event"] & (data["stop"] == day))
        loglik += (w[dying] * (x[dying] @ coef + data["offset"][dying])).sum()
        for order in range(len(dying)):
            share = at_risk.astype(float)
            if ties == "efron":
                share[dying] = 1 - order / len(dying)
            counted, each = share * risk, w[dying].mean()
            mean = counted @ x / counted.sum()
            loglik -= each * np.log(counted.sum())
            information += each * (x - mean).T @ (counted[:, None] * (x - mean)) / counted.sum()
            parts[dying] += w[dying, None] * (x[dying] - mean) / len(dying)
            parts -= each * counted[:, None] * (x - mean) / counted.sum()
            score += each * (w[dying] @ x[dying] / w[dying].sum() - mean)
    return float(loglik), score, information, parts


@pytest.mark.parametrize(("seed", "ties"), [*product(range(3), TIES)])
def test_equals_the_weighted_partial_likelihood_written_out(seed: int, ties: str) -> None:
    data = simulated(seed)
    fit = fitted(**data, cluster=np.arange(N) % 11, ties=ties)
    loglik, score, information, parts = written_out(data, fit.coef, ties)
    null, null_score, null_information, _ = written_out(data, np.zeros(2), ties)
    covariance = np.linalg.inv(information)
    by_cluster = np.array([parts[np.arange(N) % 11 == c].sum(axis=0) for c in range(11)]) @ covariance
    assert np.abs(score).max() < 1e-9 and np.abs(parts.sum(axis=0)).max() < 1e-9
    assert (fit.loglik, fit.loglik_null) == pytest.approx((loglik, null), rel=1e-12)
    assert fit.covariance_model == pytest.approx(covariance, rel=1e-9)
    assert fit.covariance_robust == pytest.approx(by_cluster.T @ by_cluster, rel=1e-9)
    assert fit.score_test == pytest.approx(null_score @ np.linalg.solve(null_information, null_score))


# ---- what must always hold -------------------------------------------------------------------------


def assert_same(here: CoxFit, there: CoxFit) -> None:
    assert there.coef == pytest.approx(here.coef, rel=1e-8, abs=1e-10)
    assert there.loglik == pytest.approx(here.loglik, rel=1e-10)
    assert there.covariance_model == pytest.approx(here.covariance_model, rel=1e-8)
    assert there.covariance_robust == pytest.approx(here.covariance_robust, rel=1e-8)


@always
@given(seeds)
def test_under_breslows_ties_a_weight_is_a_number_of_rows(seed: int) -> None:
    data = simulated(seed)
    times = np.random.default_rng(seed).integers(1, 4, N)
    rows = {name: np.repeat(values, times, axis=0) for name, values in data.items() if name != "weights"}
    weighted = fitted(**{**data, "weights": times}, ties="breslow")
    assert_same(weighted, fitted(**rows, cluster=np.repeat(np.arange(N), times), ties="breslow"))


def test_under_efrons_ties_a_weight_is_not_a_number_of_rows() -> None:
    """Two rows are tied with each other; the documentation of `cox` says so."""
    data = simulated(1)
    twice = {name: np.repeat(values, 2, axis=0) for name, values in data.items() if name != "weights"}
    difference = fitted(**{**data, "weights": np.full(N, 2)}).coef - fitted(**twice).coef
    assert np.abs(difference / fitted(**twice).coef).max() > 1e-4


@always
@given(seeds, st.sampled_from([1e-12, 1 / 3, 1e9]), st.sampled_from(TIES))
def test_weights_times_a_number_divide_the_model_variance(seed: int, factor: float, ties: Any) -> None:
    data = simulated(seed)
    here = fitted(**data, ties=ties)
    there = fitted(**{**data, "weights": factor * data["weights"]}, ties=ties)
    assert there.coef == pytest.approx(here.coef, rel=1e-8, abs=1e-10)
    assert there.covariance_model * factor == pytest.approx(here.covariance_model, rel=1e-8)
    assert there.covariance_robust == pytest.approx(here.covariance_robust, rel=1e-8)
    assert there.score_test == pytest.approx(factor * here.score_test, rel=1e-8)


@always
@given(seeds, st.sampled_from(TIES))
def test_equal_weights_and_a_constant_offset_change_nothing(seed: int, ties: Any) -> None:
    data = {**simulated(seed), "weights": np.ones(N), "offset": np.full(N, 150.0)}
    plain = {name: values for name, values in data.items() if name not in ("weights", "offset")}
    assert_same(fitted(**plain, ties=ties), fitted(**data, ties=ties))


@always
@given(seeds, st.sampled_from(TIES), st.floats(-2, 2))
def test_what_the_offset_knows_the_coefficient_need_not_say(seed: int, ties: Any, known: float) -> None:
    data = simulated(seed)
    here = fitted(**data, ties=ties)
    there = fitted(**{**data, "offset": data["offset"] + known * data["design"][:, 0]}, ties=ties)
    assert there.coef == pytest.approx(here.coef - [known, 0], rel=1e-8, abs=1e-9)
    assert there.covariance_robust == pytest.approx(here.covariance_robust, rel=1e-8)


# ---- what cannot be estimated has a reason ---------------------------------------------------------

DAYS = np.arange(1, 13)
EVENTS = DAYS % 3 > 0
ARM = (DAYS % 2).astype(float)


@pytest.mark.parametrize("weights", [None, np.full(12, 1e-9), np.geomspace(1e-4, 1e4, 12), np.full(12, 1e8)])
@pytest.mark.parametrize("offset", [None, np.linspace(-5, 5, 12), -8 * ARM, 8 * ARM])
@pytest.mark.parametrize(
    ("design", "event", "reason"),
    [
        (ARM[:, None], EVENTS & (ARM == 0), "monotone_likelihood"),
        (ARM[:, None], EVENTS & (ARM == 1), "monotone_likelihood"),
        (np.column_stack([ARM, DAYS]), EVENTS, "monotone_likelihood"),
        (np.column_stack([ARM, 1 - ARM]), EVENTS, "collinear_covariates"),
        (ARM[:, None], np.zeros(12), "no_events"),
        (ARM[:, None], EVENTS, None),
    ],
)
def test_a_maximum_that_does_not_exist_is_noticed_whatever_the_weights(
    design: np.ndarray, event: np.ndarray, reason: str | None, weights: Any, offset: Any
) -> None:
    fit = cox(design, DAYS, event, weights=weights, offset=offset)
    assert (None if isinstance(fit, CoxFit) else fit) == reason


def test_an_offset_beyond_the_range_of_numbers_has_a_reason() -> None:
    assert cox(ARM[:, None], DAYS, EVENTS, offset=1000 * ARM) == "not_converged"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": np.zeros(12)}, "weights must hold 12 values above 0"),
        ({"weights": -ARM}, "weights must hold 12 values above 0"),
        ({"weights": [1.0]}, "weights must hold 12 values above 0"),
        ({"weights": np.full(12, np.inf)}, "weights must be one-dimensional and finite"),
        ({"offset": [1.0]}, "offset must hold 12 values"),
        ({"offset": np.full(12, np.nan)}, "offset must be one-dimensional and finite"),
    ],
)
def test_impossible_weights_and_offsets_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cox(ARM[:, None], DAYS, EVENTS, **options)
