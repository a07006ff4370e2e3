"""Cox regression: by hand, against the partial likelihood written out, and what must always hold."""

from __future__ import annotations

from itertools import product
from math import log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.cox import CoxFit, cox, hazard_ratio
from primus_eval.numerics.effect import not_estimable

always = settings(derandomize=True, deadline=None, max_examples=200)
TIES = ("efron", "breslow")


def fitted(*arguments: Any, **options: Any) -> CoxFit:
    fit = cox(*arguments, **options)
    assert isinstance(fit, CoxFit)
    return fit


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def simulated(seed: int, n: int = 60) -> dict[str, np.ndarray]:
    """Draw rows (start, stop] with ties, three strata and two covariates, one of them whole-numbered."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 4, n)
    return {
        "design": np.column_stack([rng.integers(0, 2, n), rng.integers(18, 50, n)]).astype(float),
        "start": start,
        "stop": start + rng.integers(1, 9, n),
        "event": rng.integers(0, 2, n),
        "strata": rng.integers(0, 3, n),
    }


# ---- by hand -------------------------------------------------------------------------------------


def test_two_events_by_hand() -> None:
    """Events on day 1 (x = 1) and day 2 (x = 0), x = 1 seen until day 3.

    With r = exp(b) the likelihood is r/(2r + 1) x 1/(1 + r); its derivative in b vanishes at 2 r^2 = 1.
    """
    fit = fitted(column(1, 0, 1), [1, 2, 3], [1, 1, 0])
    r = sqrt(1 / 2)
    assert fit.coef[0] == pytest.approx(log(r), rel=1e-12)
    information = 2 * r / (2 * r + 1) ** 2 + r / (1 + r) ** 2
    assert fit.covariance_model[0, 0] == pytest.approx(1 / information, rel=1e-12)
    assert fit.loglik == pytest.approx(log(r / (2 * r + 1) / (1 + r)), rel=1e-12)
    assert fit.loglik_null == pytest.approx(log(1 / 3 * 1 / 2), rel=1e-12)
    # At b = 0: score 1 - 2/3 - 1/2 = -1/6, information 2/9 + 1/4 = 17/36.
    assert fit.score_test == pytest.approx((1 / 6) ** 2 / (17 / 36), rel=1e-12)
    # The parts of the score at the maximum: day 1 has mean m = 2r/(2r + 1) and hazard 1/(2r + 1),
    # day 2 has mean k = r/(1 + r) and hazard 1/(1 + r).
    m, k = 2 * r / (2 * r + 1), r / (1 + r)
    first = (1 - m) - r * (1 - m) / (2 * r + 1)
    second = (0 - k) - (0 - m) / (2 * r + 1) - (0 - k) / (1 + r)
    third = -r * (1 - m) / (2 * r + 1) - r * (1 - k) / (1 + r)
    assert first + second + third == pytest.approx(0, abs=1e-15)
    robust = (first**2 + second**2 + third**2) / information**2
    assert fit.covariance_robust[0, 0] == pytest.approx(robust, rel=1e-12)


def test_two_events_on_one_day_by_hand() -> None:
    """Events of x = 1 and x = 0 on day 1, x = 0 survives.

    Efron: r / ((r + 2) (r + 3)/2), largest at r = sqrt(6). Breslow: r / (r + 2)^2, largest at r = 2.
    """
    for ties, r in (("efron", sqrt(6)), ("breslow", 2)):
        fit = fitted(column(1, 0, 0), [1, 1, 2], [1, 1, 0], ties=ties)
        assert fit.coef[0] == pytest.approx(log(r), rel=1e-12)
    at_most = sqrt(6) / ((sqrt(6) + 2) * (sqrt(6) + 3) / 2)
    assert fitted(column(1, 0, 0), [1, 1, 2], [1, 1, 0]).loglik == pytest.approx(log(at_most), rel=1e-12)


def test_hazard_ratio_by_hand() -> None:
    fit = fitted(column(1, 0, 1), [1, 2, 3], [1, 1, 0])
    effect = hazard_ratio(fit, 0, conf_level=0.95)
    assert effect.estimate == pytest.approx(sqrt(1 / 2), rel=1e-12)
    assert effect.scale == "log"
    assert effect.statistic == pytest.approx(fit.coef[0] / sqrt(fit.covariance_model[0, 0]), rel=1e-12)


# ---- against the partial likelihood written out ----------------------------------------------------


def written_out(
    data: dict[str, np.ndarray], coef: np.ndarray, ties: str
) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Sum log-likelihood, score, information and each row's part of the score, event by event.

    On a day with d events, Efron's l-th event (l = 0 ... d - 1) is compared with the risk set in which
    each of the d dying people counts 1 - l/d; Breslow's, with the full risk set.
    """
    x, risk = data["design"], np.exp(data["design"] @ coef)
    n, p = x.shape
    loglik, score, information, parts = 0.0, np.zeros(p), np.zeros((p, p)), np.zeros((n, p))
    days = product(np.unique(data["strata"]), np.unique(data["stop"]))
    for stratum, day in days:
        at_risk = (data["strata"] == stratum) & (data["start"] < day) & (day <= data["stop"])
        dying = np.flatnonzero(at_risk & (data["event"] == 1) & (data["stop"] == day))
        for order in range(len(dying)):
            share = at_risk.astype(float)
            if ties == "efron":
                share[dying] = 1 - order / len(dying)
            weight = share * risk
            total = weight.sum()
            mean = weight @ x / total
            loglik += np.log(risk[dying[order]]) - np.log(total)
            score += x[dying[order]] - mean
            information += (x - mean).T @ (weight[:, None] * (x - mean)) / total
            parts[dying] += (x[dying] - mean) / len(dying)
            parts -= weight[:, None] * (x - mean) / total
    return float(loglik), score, information, parts


@pytest.mark.parametrize(("seed", "ties"), [*product(range(4), TIES)])
def test_equals_the_partial_likelihood_written_out(seed: int, ties: str) -> None:
    data = simulated(seed)
    fit = fitted(**data, ties=ties)
    loglik, score, information, parts = written_out(data, fit.coef, ties)
    null, null_score, null_information, _ = written_out(data, np.zeros(2), ties)
    covariance = np.linalg.inv(information)
    # Ages around 34 are centred by the engine and not here: some digits of the score are lost.
    assert np.abs(score).max() < 1e-9
    assert fit.loglik == pytest.approx(loglik, rel=1e-12)
    assert fit.loglik_null == pytest.approx(null, rel=1e-12)
    assert fit.covariance_model == pytest.approx(covariance, rel=1e-10)
    assert fit.covariance_robust == pytest.approx(covariance @ parts.T @ parts @ covariance, rel=1e-10)
    assert fit.score_test == pytest.approx(
        null_score @ np.linalg.solve(null_information, null_score), rel=1e-10
    )


def test_no_other_coefficients_are_more_likely() -> None:
    data = simulated(5)
    fit = fitted(**data)
    for direction in product((-1e-3, 0, 1e-3), repeat=2):
        assert written_out(data, fit.coef + np.array(direction), "efron")[0] <= fit.loglik + 1e-12


def test_clusters_sum_their_parts_before_squaring() -> None:
    data = simulated(6)
    cluster = np.arange(60) % 12
    fit = fitted(**data, cluster=cluster)
    _, _, information, parts = written_out(data, fit.coef, "efron")
    sums = np.array([parts[cluster == c].sum(axis=0) for c in range(12)]) @ np.linalg.inv(information)
    assert fit.covariance_robust == pytest.approx(sums.T @ sums, rel=1e-10)
    assert fit.n_clusters == 12
    assert fit.covariance_model == pytest.approx(fitted(**data).covariance_model, rel=1e-14)


# ---- what must always hold -------------------------------------------------------------------------

seeds = st.integers(0, 10_000)


@always
@given(seeds)
def test_row_order_does_not_matter(seed: int) -> None:
    data = simulated(seed)
    order = np.random.default_rng(seed).permutation(60)
    assert_same(fitted(**data), fitted(**{name: values[order] for name, values in data.items()}))


@always
@given(seeds, st.sampled_from([1 / 7, 1 / 3, 7.0, 24.0]))
def test_the_unit_of_time_does_not_matter(seed: int, unit: float) -> None:
    data = simulated(seed)
    assert_same(
        fitted(**data), fitted(**{**data, "start": data["start"] * unit, "stop": data["stop"] * unit})
    )


@always
@given(seeds)
def test_coding_the_other_arm_turns_the_sign(seed: int) -> None:
    data = simulated(seed)
    other = data["design"] * [-1, 1] + [1, 0]
    here, there = fitted(**data), fitted(**{**data, "design": other})
    assert there.coef == pytest.approx(here.coef * [-1, 1], rel=1e-9, abs=1e-11)
    assert there.covariance_robust == pytest.approx(here.covariance_robust * [[1, -1], [-1, 1]], rel=1e-9)


@always
@given(seeds)
def test_shifting_and_scaling_a_covariate_scales_its_coefficient(seed: int) -> None:
    data = simulated(seed)
    here, there = fitted(**data), fitted(**{**data, "design": data["design"] * [1, 12] + [0, 1e6]})
    # A shift of a million costs six of the sixteen digits of the covariate.
    assert there.coef == pytest.approx(here.coef / [1, 12], rel=1e-7, abs=1e-10)
    assert there.covariance_model == pytest.approx(here.covariance_model / [[1, 12], [12, 144]], rel=1e-7)


@always
@given(seeds)
def test_splitting_follow_up_into_rows_changes_nothing(seed: int) -> None:
    """A row (start, stop] becomes (start, cut] without and (cut, stop] with its event, together a cluster."""
    data = simulated(seed)
    cut = (data["start"] + data["stop"]) / 2
    halves = {
        "design": np.tile(data["design"], (2, 1)),
        "start": np.concatenate([data["start"], cut]),
        "stop": np.concatenate([cut, data["stop"]]),
        "event": np.concatenate([np.zeros(60), data["event"]]),
        "strata": np.tile(data["strata"], 2),
    }
    assert_same(fitted(**data), fitted(**halves, cluster=np.tile(np.arange(60), 2)))


@always
@given(seeds)
def test_starting_on_day_0_is_the_same_as_no_start(seed: int) -> None:
    data = simulated(seed)
    without = {name: values for name, values in data.items() if name != "start"}
    assert_same(fitted(**without), fitted(**{**data, "start": np.zeros(60)}))


@always
@given(seeds)
def test_a_stratum_without_events_changes_nothing(seed: int) -> None:
    data = simulated(seed)
    more = simulated(seed + 1)
    both = {name: np.concatenate([data[name], more[name]]) for name in data}
    both["event"][60:] = 0
    both["strata"][60:] += 3
    assert_same(fitted(**data), fitted(**both))


@always
@given(seeds)
def test_the_same_people_in_further_strata_halve_the_model_variance(seed: int) -> None:
    data = simulated(seed)
    twice = {name: np.concatenate([values, values]) for name, values in data.items()}
    twice["strata"][60:] += 3
    once, both = fitted(**data), fitted(**twice, cluster=np.tile(np.arange(60), 2))
    assert both.coef == pytest.approx(once.coef, rel=1e-9, abs=1e-11)
    assert both.covariance_model == pytest.approx(once.covariance_model / 2, rel=1e-9)
    # As clusters the pairs know no more than one person did.
    assert both.covariance_robust == pytest.approx(once.covariance_robust, rel=1e-9)


def assert_same(here: CoxFit, there: CoxFit) -> None:
    assert there.coef == pytest.approx(here.coef, rel=1e-9, abs=1e-11)
    assert there.loglik == pytest.approx(here.loglik, rel=1e-11)
    assert there.loglik_null == pytest.approx(here.loglik_null, rel=1e-11)
    assert there.covariance_model == pytest.approx(here.covariance_model, rel=1e-9)
    assert there.covariance_robust == pytest.approx(here.covariance_robust, rel=1e-9)


# ---- what cannot be estimated has a reason -----------------------------------------------------------

DAYS = np.arange(1, 13)
EVENTS = DAYS % 3 > 0
ARM = (DAYS % 2).astype(float)


@pytest.mark.parametrize(
    ("design", "event", "reason"),
    [
        (ARM[:, None], np.zeros(12), "no_events"),
        (np.ones((12, 1)), EVENTS, "constant_covariate"),
        (np.column_stack([ARM, 1 - ARM]), EVENTS, "collinear_covariates"),
        (np.column_stack([ARM, DAYS, 3 * DAYS - 2 * ARM + 5]), EVENTS, "collinear_covariates"),
        (ARM[:, None], EVENTS & (ARM == 0), "monotone_likelihood"),
        (ARM[:, None], EVENTS & (ARM == 1), "monotone_likelihood"),
        (np.column_stack([ARM, DAYS]), EVENTS, "monotone_likelihood"),  # the earlier, the smaller
        (np.eye(12), EVENTS, "too_many_covariates"),
    ],
)
def test_a_fit_that_does_not_exist_has_a_reason(design: np.ndarray, event: np.ndarray, reason: str) -> None:
    assert cox(design, DAYS, event) == reason
    assert hazard_ratio(cox(design, DAYS, event), 0, conf_level=0.95) == not_estimable(reason)  # type: ignore[arg-type]


def test_a_rare_covariate_without_events_is_noticed() -> None:
    """One person in 400 has it and has no event: the coefficient runs away, however small its spread."""
    rng = np.random.default_rng(1)
    rare = np.zeros(400)
    rare[7] = 1
    event = rng.integers(0, 2, 400)
    event[7] = 0
    stop = rng.integers(5, 60, 400)
    assert cox(np.column_stack([rng.integers(0, 2, 400), rare]), stop, event) == "monotone_likelihood"


def test_an_arm_that_is_the_same_in_each_stratum_has_no_variation() -> None:
    assert cox(ARM[:, None], DAYS, EVENTS, strata=ARM) == "no_variation"


def test_a_strong_but_finite_effect_is_not_called_monotone() -> None:
    """Hazards a thousandfold apart, with one exception that keeps the maximum finite."""
    arm = np.repeat([1.0, 0.0], 50)
    stop = np.concatenate([np.arange(1, 51), np.arange(50, 100)])
    stop[99] = 45
    fit = fitted(arm[:, None], stop, np.ones(100))
    assert 3 < fit.coef[0] < 12
    loglik, score, _, _ = written_out(
        {
            "design": arm[:, None],
            "start": np.zeros(100),
            "stop": stop,
            "event": np.ones(100),
            "strata": np.zeros(100),
        },
        fit.coef,
        "efron",
    )
    assert fit.loglik == pytest.approx(loglik, rel=1e-12) and np.abs(score).max() < 1e-9


def skewed_trial(seed: int) -> dict[str, np.ndarray]:
    """Draw a covariate so skewed that Newton's full steps go down or out of range."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(6, 60))
    covariate = np.exp(rng.normal(size=(n, 1)) * rng.choice([1, 2, 3, 5]))
    stop = np.ceil(100 * rng.exponential(1, n) / np.clip(covariate[:, 0], 1e-3, 1e3))
    return {"design": covariate, "stop": stop, "event": rng.random(n) < 0.8}


@pytest.mark.parametrize("seed", [0, 1, 199, 853])
def test_a_step_too_far_is_halved(seed: int) -> None:
    """Seeds 0 and 1: a full step lowers the likelihood. 199 and 853: it goes out of range."""
    data = skewed_trial(seed)
    fit = fitted(**data)
    rows = {**data, "start": np.full(fit.n, -1), "strata": np.zeros(fit.n)}
    loglik, score, information, _ = written_out(rows, fit.coef, "efron")
    assert fit.loglik == pytest.approx(loglik, rel=1e-12)
    assert abs(score[0]) / sqrt(information[0, 0]) < 1e-9


@pytest.mark.parametrize("seed", [23, 69, 160])
def test_a_fit_beyond_the_range_of_numbers_has_a_reason(seed: int) -> None:
    assert cox(**skewed_trial(seed)) == "not_converged"


def test_a_robust_variance_needs_more_clusters_than_covariates() -> None:
    data = simulated(3)
    for clusters, reason in ((1, "too_few_clusters"), (2, "too_few_clusters"), (3, None)):
        fit = fitted(**data, cluster=np.arange(60) % clusters)
        assert hazard_ratio(fit, 0, conf_level=0.95, variance="robust").reason == reason
        assert hazard_ratio(fit, 0, conf_level=0.95).reason is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start": DAYS}, "start must lie before stop"),
        ({"start": [0]}, "start must lie before stop"),
        ({"strata": [1, 2]}, "strata must hold 12"),
        ({"cluster": [1, 2]}, "cluster must hold 12"),
    ],
)
def test_impossible_rows_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cox(ARM[:, None], DAYS, EVENTS, **options)


def test_an_impossible_design_is_refused() -> None:
    for design in (ARM, np.full((12, 1), np.nan), np.ones((12, 0)), ARM[:5, None]):
        with pytest.raises(ValueError, match="design"):
            cox(design, DAYS, EVENTS)
