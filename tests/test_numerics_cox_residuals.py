"""Residuals of Cox regression: by hand, what they add up to, and how the fit moves with each person."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.cox import CoxModel, fit_cox
from primus_eval.numerics.cox_residuals import influence, martingale_residuals, schoenfeld_residuals

always = settings(derandomize=True, deadline=None, max_examples=200)
seeds = st.integers(0, 10_000)
ties = st.sampled_from(["efron", "breslow"])
N = 40


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


def fitted(*arguments: Any, **options: Any) -> CoxModel:
    model = fit_cox(*arguments, **options)
    assert isinstance(model, CoxModel)
    return model


def test_by_hand() -> None:
    """Events on day 1 (x = 1) and day 2 (x = 0), x = 1 seen until day 3: the maximum is at r = sqrt(1/2)."""
    model = fitted(np.array([[1.0], [0], [1]]), [1, 2, 3], [1, 1, 0])
    r = sqrt(1 / 2)
    first_day, second_day = 1 / (2 * r + 1), 1 / (1 + r)
    expected = [r * first_day, first_day + second_day, r * (first_day + second_day)]
    assert martingale_residuals(model) == pytest.approx(np.array([1, 1, 0]) - expected, rel=1e-12)
    events = schoenfeld_residuals(model)
    assert events.row.tolist() == [0, 1] and events.time_days.tolist() == [1, 2]
    parts = [1 - 2 * r * first_day, -r * second_day]
    assert events.residuals[:, 0] == pytest.approx(parts, rel=1e-12)
    information = 2 * r / (2 * r + 1) ** 2 + r / (1 + r) ** 2
    scaled = np.log(r) + 2 * np.array(parts) / information
    assert events.scaled[:, 0] == pytest.approx(scaled, rel=1e-12)


def test_two_events_on_one_day_by_hand() -> None:
    """Events of x = 1 and x = 0 on day 1, x = 0 survives; r = sqrt(6).

    The increments are 1 / (r + 2) and 2 / (r + 3); of the second each who dies bears one half. The means
    of x are r / (r + 2) and (r / 2) / ((r + 3) / 2).
    """
    model = fitted(np.array([[1.0], [0], [0]]), [1, 1, 2], [1, 1, 0])
    r = sqrt(6)
    first, second = 1 / (r + 2), 2 / (r + 3)
    expected = [r * (first + second / 2), first + second / 2, first + second]
    assert martingale_residuals(model) == pytest.approx(np.array([1, 1, 0]) - expected, rel=1e-12)
    mean = (r / (r + 2) + r / (r + 3)) / 2
    assert schoenfeld_residuals(model).residuals[:, 0] == pytest.approx([1 - mean, -mean], rel=1e-12)


@always
@given(seeds, ties)
def test_residuals_add_up_to_zero(seed: int, rule: Any) -> None:
    """Also within each stratum, for martingale residuals; and times the covariates, which is the score."""
    data = simulated(seed)
    model = fitted(**data, ties=rule)
    counted = data["weights"] * martingale_residuals(model)
    assert np.bincount(data["strata"], counted) == pytest.approx([0, 0], abs=1e-10)
    assert counted @ data["design"] == pytest.approx([0, 0], abs=1e-7)
    events = schoenfeld_residuals(model)
    assert events.weight @ events.residuals == pytest.approx([0, 0], abs=1e-7)
    assert events.weight.tolist() == data["weights"][data["event"]].tolist()
    # Scaled, they are the coefficients on average.
    average = events.weight @ events.scaled / events.weight.sum()
    assert average == pytest.approx(model.fit.coef, rel=1e-7, abs=1e-9)
    assert influence(model).sum(axis=0) == pytest.approx([0, 0], abs=1e-9)


@always
@given(seeds, ties)
def test_the_cross_product_of_influence_is_the_robust_covariance(seed: int, rule: Any) -> None:
    model = fitted(**simulated(seed), cluster=np.arange(N) % 13, ties=rule)
    moved = influence(model)
    assert moved.shape == (13, 2)
    assert moved.T @ moved == pytest.approx(model.fit.covariance_robust, rel=1e-10)


@pytest.mark.parametrize("rule", ["efron", "breslow"])
def test_influence_is_the_derivative_by_each_weight(rule: Any) -> None:
    """Times the weight. A central difference of width h is right to about h squared."""
    data = simulated(3)
    h = 1e-4
    wanted = np.zeros((N, 2))
    for person in range(N):
        ends = []
        for sign in (1, -1):
            weights = data["weights"].copy()
            weights[person] += sign * h
            ends.append(fitted(**{**data, "weights": weights}, ties=rule).fit.coef)
        wanted[person] = data["weights"][person] * (ends[0] - ends[1]) / (2 * h)
    found = influence(fitted(**data, ties=rule))
    assert found / np.abs(wanted).max(axis=0) == pytest.approx(wanted / np.abs(wanted).max(axis=0), abs=1e-6)


def test_influence_is_about_what_leaving_a_person_out_changes() -> None:
    rng = np.random.default_rng(5)
    data = {
        "design": np.column_stack([rng.integers(0, 2, 300), rng.normal(size=300)]).astype(float),
        "stop": rng.integers(1, 200, 300),
        "event": rng.random(300) < 0.6,
    }
    model = fitted(**data)
    left_out = [
        model.fit.coef - fitted(**{name: np.delete(v, person, axis=0) for name, v in data.items()}).fit.coef
        for person in range(0, 300, 10)
    ]
    moved = influence(model)[::10]
    assert np.corrcoef(moved[:, 0], np.array(left_out)[:, 0])[0, 1] > 0.999
    assert np.abs(moved - left_out).max() < 0.1 * np.abs(moved).max()
