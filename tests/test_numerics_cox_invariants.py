"""Cox regression: what must hold by its nature, on two hundred generated trials each."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from primus_eval.numerics.cox import CoxFit, CoxModel, cox, fit_cox
from primus_eval.numerics.logrank import LogRank, logrank

always = settings(derandomize=True, deadline=None, max_examples=200)
seeds = st.integers(0, 10_000)
ties = st.sampled_from(["efron", "breslow"])
N = 40


def fitted(*arguments: Any, **options: Any) -> CoxFit:
    fit = cox(*arguments, **options)
    assert isinstance(fit, CoxFit)
    return fit


def trial(seed: int, n: int = N) -> dict[str, Any]:
    """Draw people with ties, an arm, a covariate and two strata; nobody leaves on day 0."""
    rng = np.random.default_rng(seed)
    return {
        "design": np.column_stack([rng.integers(0, 2, n), rng.normal(0, 1, n)]).astype(float),
        "stop": rng.integers(1, 9, n).astype(float),
        "event": rng.random(n) < 0.6,
        "strata": rng.integers(0, 2, n),
    }


def assert_same(here: CoxFit, there: CoxFit) -> None:
    assert there.coef == pytest.approx(here.coef, rel=1e-8, abs=1e-10)
    assert there.loglik == pytest.approx(here.loglik, rel=1e-11)
    assert there.score_test == pytest.approx(here.score_test, rel=1e-8, abs=1e-10)
    assert there.covariance_model == pytest.approx(here.covariance_model, rel=1e-8)
    assert there.covariance_robust == pytest.approx(here.covariance_robust, rel=1e-8)


@always
@given(seeds, ties, st.sampled_from([np.square, np.exp, np.log1p, lambda days: days**0.1]))
def test_only_the_order_of_days_matters(seed: int, rule: Any, stretched: Any) -> None:
    data = trial(seed)
    assert_same(fitted(**data, ties=rule), fitted(**{**data, "stop": stretched(data["stop"])}, ties=rule))


@always
@given(seeds, ties)
def test_people_who_leave_before_the_first_event_change_nothing(seed: int, rule: Any) -> None:
    """Only that each is a cluster without any influence."""
    data, more = trial(seed), trial(seed + 1, n=7)
    with_more = {name: np.concatenate([data[name], more[name]]) for name in data}
    with_more["stop"][N:], with_more["event"][N:] = 0.5, False
    assert_same(fitted(**data, ties=rule), fitted(**with_more, ties=rule))


@always
@given(seeds, ties)
def test_a_censoring_may_move_as_long_as_it_crosses_no_event(seed: int, rule: Any) -> None:
    """Events lie on whole days, and who leaves on the day of an event was still at risk."""
    data = trial(seed)
    later = np.random.default_rng(seed).uniform(0, 0.99, N) * ~data["event"]
    assert_same(fitted(**data, ties=rule), fitted(**{**data, "stop": data["stop"] + later}, ties=rule))


@always
@given(seeds)
def test_without_ties_the_score_test_is_the_logrank_test(seed: int) -> None:
    data = trial(seed)
    days = np.random.default_rng(seed).permutation(N)
    arm = data["design"][:, 0]
    test = logrank(days, data["event"], arm, data["strata"])
    assert isinstance(test, LogRank)
    fit = fitted(arm[:, None], days, data["event"], strata=data["strata"])
    assert fit.score_test == pytest.approx(test.chi_square, rel=1e-10, abs=1e-12)


def test_with_ties_the_score_test_is_not_the_logrank_test() -> None:
    data = trial(1)
    arm = data["design"][:, 0]
    test = logrank(data["stop"], data["event"], arm)
    assert isinstance(test, LogRank)
    assert abs(fitted(arm[:, None], data["stop"], data["event"]).score_test / test.chi_square - 1) > 1e-3


@always
@given(seeds, ties)
def test_one_stratum_is_none_and_a_copy_in_another_stratum_doubles_the_score_test(
    seed: int, rule: Any
) -> None:
    data = {**trial(seed), "strata": np.full(N, 3)}
    once = fitted(**data, ties=rule)
    assert_same(once, fitted(**{**data, "strata": None}, ties=rule))
    twice = {name: np.concatenate([values, values]) for name, values in data.items()}
    twice["strata"][N:] = 4
    both = fitted(**twice, ties=rule)
    assert both.score_test == pytest.approx(2 * once.score_test, rel=1e-9)
    assert both.loglik == pytest.approx(2 * once.loglik, rel=1e-11)


@always
@given(seeds, ties)
def test_the_fit_is_a_maximum_and_more_covariates_never_fit_worse(seed: int, rule: Any) -> None:
    data = trial(seed)
    model = fit_cox(**data, ties=rule)
    assert isinstance(model, CoxModel)
    assert np.abs(model.point.score).max() < 1e-8
    assert (np.linalg.eigvalsh(model.fit.covariance_model) > 0).all()
    fewer = fitted(**{**data, "design": data["design"][:, :1]}, ties=rule)
    assert fewer.loglik_null == pytest.approx(model.fit.loglik_null, rel=1e-12)
    assert model.fit.loglik_null <= fewer.loglik + 1e-10 <= model.fit.loglik + 2e-10


@always
@given(seeds)
def test_breslow_is_a_poisson_regression(seed: int) -> None:
    """One row per person and event day on which they are at risk, one intercept per day, no offset."""
    data = {**trial(seed, n=20), "strata": np.zeros(20)}
    fit = cox(**data, ties="breslow")
    if isinstance(fit, str):
        reject()
    assume(np.abs(fit.coef).max() < 3)
    days = np.unique(data["stop"][data["event"]])
    person, day = np.nonzero(data["stop"][:, None] >= days)
    design = np.column_stack([np.eye(len(days))[day], data["design"][person]])
    had_it = data["event"][person] & (data["stop"][person] == days[day])
    coef, covariance = poisson(design, had_it.astype(float))
    assert coef[-2:] == pytest.approx(fit.coef, rel=1e-6, abs=1e-8)
    assert covariance[-2:, -2:] == pytest.approx(fit.covariance_model, rel=1e-6)


def poisson(design: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit by iteratively reweighted least squares, begun at the counts themselves."""
    expected = count + 0.5
    for _ in range(60):
        working = np.log(expected) + (count - expected) / expected
        covariance = np.linalg.inv(design.T @ (expected[:, None] * design))
        coef = covariance @ design.T @ (expected * working)
        expected = np.exp(design @ coef)
    return coef, np.linalg.inv(design.T @ (expected[:, None] * design))


@always
@given(seeds, st.integers(2, 4))
def test_copies_of_a_person_in_one_cluster_leave_the_robust_variance_under_breslow(
    seed: int, times: int
) -> None:
    data = trial(seed)
    copies = {name: np.repeat(values, times, axis=0) for name, values in data.items()}
    once = fitted(**data, ties="breslow")
    often = fitted(**copies, cluster=np.repeat(np.arange(N), times), ties="breslow")
    assert often.coef == pytest.approx(once.coef, rel=1e-8, abs=1e-10)
    assert often.covariance_robust == pytest.approx(once.covariance_robust, rel=1e-8)
    assert often.covariance_model == pytest.approx(once.covariance_model / times, rel=1e-8)


def test_copies_of_a_person_move_efrons_estimate() -> None:
    data = trial(1)
    copies = {name: np.repeat(values, 2, axis=0) for name, values in data.items()}
    often = fitted(**copies, cluster=np.repeat(np.arange(N), 2))
    assert abs(often.coef / fitted(**data).coef - 1).max() > 1e-4


@always
@given(seeds, ties)
def test_recoding_the_arm_inverts_the_ratio(seed: int, rule: Any) -> None:
    data = trial(seed)
    there = fitted(**{**data, "design": data["design"] * [-1, 1] + [1, 0]}, ties=rule)
    here = fitted(**data, ties=rule)
    assert exp(there.coef[0]) == pytest.approx(1 / exp(here.coef[0]), rel=1e-8)
    assert there.loglik == pytest.approx(here.loglik, rel=1e-12)
