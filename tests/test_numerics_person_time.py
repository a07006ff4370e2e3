"""Rates, their difference, and regressions of counts: by hand, by brute force, and in simulated trials."""

from __future__ import annotations

from itertools import product
from math import exp, isfinite, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom, t

from primus_eval.estimators.frequency import fit_poisson
from primus_eval.numerics.count_regression import (
    NegativeBinomialFit,
    PoissonFit,
    _log_remainder,
    is_unbounded,
    negative_binomial,
    negative_binomial_rate_ratio,
    poisson_rate_ratio,
    poisson_variances,
)
from primus_eval.numerics.effect import Effect
from primus_eval.numerics.person_time import person_rate, person_rate_difference

LEVEL = {"conf_level": 0.95}
EXACT = {"rel": 1e-12}


def arms(treated: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(treated)), treated]).astype(float)


def fitted(design: np.ndarray, events: np.ndarray, days: np.ndarray) -> PoissonFit:
    fit, warnings = fit_poisson(design, events.astype(float), days.astype(float))
    assert isinstance(fit, PoissonFit) and not warnings
    return fit


def test_by_hand() -> None:
    """Three treated with 1, 0, 2 events in 100, 200, 300 days; two controls with 3 and 1 in 100 each."""
    treated = np.array([1, 1, 1, 0, 0])
    events, days = np.array([1, 0, 2, 3, 1]), np.array([100, 200, 300, 100, 100])
    # Rates 3/600 and 4/200 a day. Residuals 0.5, -1, 0.5 and 1, -1; without each, 500, 400, 300 and 100 days.
    variance_treatment = (0.5 / 500) ** 2 + (1 / 400) ** 2 + (0.5 / 300) ** 2
    variance_control = 2 * (1 / 100) ** 2
    rate = person_rate(events[:3], days[:3], **LEVEL)
    assert rate.estimate == pytest.approx(36525 * 3 / 600, **EXACT)
    assert rate.std_error == pytest.approx(sqrt(variance_treatment) / (3 / 600), **EXACT)
    half = t.ppf(0.975, 2) * sqrt(variance_treatment) / (3 / 600)
    assert rate.conf_high == pytest.approx(36525 * 3 / 600 * exp(half), rel=1e-11)
    assert (rate.df, rate.scale, rate.statistic, rate.p_value) == (2, "log", None, None)
    difference = person_rate_difference(events, days, treated, **LEVEL)
    assert difference.estimate == pytest.approx(36525 * (3 / 600 - 4 / 200), **EXACT)
    assert difference.std_error == pytest.approx(36525 * sqrt(variance_treatment + variance_control), **EXACT)
    assert difference.df == 3
    fit = fitted(arms(treated), events, days)
    ratio = poisson_rate_ratio(fit, 1, **LEVEL)
    assert ratio.estimate == pytest.approx((3 / 600) / (4 / 200), **EXACT)
    assert ratio.std_error == pytest.approx(sqrt(1 / 3 + 1 / 4), **EXACT)
    assert ratio.conf_low == pytest.approx(0.25 * exp(-1.959963984540054 * sqrt(7 / 12)), **EXACT)
    robust = poisson_rate_ratio(fit, 1, variance="robust", **LEVEL)
    squared = variance_treatment / (3 / 600) ** 2 + variance_control / (4 / 200) ** 2
    assert (robust.std_error, robust.df) == (pytest.approx(sqrt(squared), **EXACT), 3)
    # Means 0.5, 1, 1.5 and 2, 2: Pearson's chi-square 0.5 + 1 + 1/6 + 0.5 + 0.5 on 3 degrees of freedom.
    quasi = poisson_rate_ratio(fit, 1, variance="quasi", **LEVEL)
    assert quasi.std_error == pytest.approx(sqrt((8 / 3) / 3 * 7 / 12), **EXACT)
    # Squared residuals 3.5 less 7 events, over the root of twice 0.25 + 1 + 2.25 + 4 + 4.
    assert fit.overdispersion == pytest.approx((3.5 - 7) / sqrt(23), **EXACT)


def overdispersed(n: int, seed: int, *, alpha: float = 1.5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Design with a covariate, events, days; half in treatment."""
    rng = np.random.default_rng(seed)
    treated, age = np.arange(n) % 2, rng.normal(size=n)
    days = rng.integers(60, 366, n).astype(float)
    rate = np.exp(0.5 - 0.3 * treated + 0.3 * age) * rng.gamma(1 / alpha, alpha, n)
    return np.column_stack([np.ones(n), treated, age]), rng.poisson(rate * days / 365).astype(float), days


def test_the_variance_is_that_of_leaving_each_person_out() -> None:
    design, events, days = overdispersed(40, 1)
    treated = design[:, 1] == 1
    squared = {}
    for arm in (True, False):
        count, at_risk = events[treated == arm], days[treated == arm]
        rate = count.sum() / at_risk.sum()
        out = [(count.sum() - y) / (at_risk.sum() - e) - rate for y, e in zip(count, at_risk, strict=True)]
        squared[arm] = sum(move**2 for move in out)
        assert person_rate(count, at_risk, **LEVEL).std_error == pytest.approx(
            sqrt(squared[arm]) / rate, rel=1e-11
        )
    difference = person_rate_difference(events, days, treated, **LEVEL)
    assert difference.std_error == pytest.approx(36525 * sqrt(squared[True] + squared[False]), rel=1e-11)


def test_covers_the_truth_in_simulated_trials() -> None:
    """97 people, rates 0.9 and 1.5 a year, a fifth followed for part of it, gamma rates (alpha 1.5).

    With 20,000 trials of this kind: ratio 0.9446 (HC3, t), 0.9369 (HC0, normal), 0.7798 (Poisson); rate
    0.9411; difference 0.9484, from the intervals of two rates (MOVER) 0.9470. Here 2,000.
    """
    rng, trials, sizes, means = np.random.default_rng(20261126), 2000, (48, 49), (0.9, 1.5)
    counts, years = [], []
    for n, mean in zip(sizes, means, strict=True):
        part = np.where(rng.random((trials, n)) < 0.2, rng.integers(30, 365, (trials, n)), 365) / 365
        years.append(part)
        counts.append(rng.poisson(mean * part * rng.gamma(1 / 1.5, 1.5, (trials, n))).astype(float))
    treated, design = np.repeat([1, 0], sizes), arms(np.repeat([1, 0], sizes))
    covered = dict.fromkeys(("rate", "difference", "model", "robust", "quasi", "HC0"), 0)
    for trial in range(trials):
        y = np.concatenate([part[trial] for part in counts])
        days = 365.25 * np.concatenate([part[trial] for part in years])
        rates = [y[treated == arm].sum() / days[treated == arm].sum() for arm in (1, 0)]
        fit = poisson_variances(
            coef=[log(rates[1]), log(rates[0] / rates[1])], design=design, events=y, person_days=days
        )
        one = person_rate(y[treated == 0], days[treated == 0], **LEVEL)
        covered["rate"] += one.conf_low <= 150 <= one.conf_high
        two = person_rate_difference(y, days, treated, **LEVEL)
        covered["difference"] += two.conf_low <= -60 <= two.conf_high
        for variance in ("model", "robust", "quasi"):
            ratio = poisson_rate_ratio(fit, 1, variance=variance, **LEVEL)
            covered[variance] += ratio.conf_low <= 0.6 <= ratio.conf_high
        residual = y - days * np.where(treated, *rates)
        hc0 = sum((residual[treated == arm] ** 2).sum() / y[treated == arm].sum() ** 2 for arm in (1, 0))
        covered["HC0"] += abs(log(rates[0] / rates[1] / 0.6)) <= 1.959964 * sqrt(hc0)
    share = {name: count / trials for name, count in covered.items()}
    band = 3.3 * sqrt(0.95 * 0.05 / trials)
    assert all(abs(share[name] - 0.95) < band + 0.009 for name in ("rate", "difference", "robust", "quasi"))
    assert share["model"] < 0.82 and share["HC0"] < share["robust"]


def loglik(beta: np.ndarray, alpha: float, data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> float:
    design, events, days = data
    mean = np.exp(design @ beta) * days
    return float(nbinom.logpmf(events, 1 / alpha, 1 / (1 + alpha * mean)).sum())


@pytest.mark.parametrize("alpha", [0.5, 1.5, 8.0])
def test_is_the_maximum_of_the_likelihood_of_scipy(alpha: float) -> None:
    data = overdispersed(120, 3, alpha=alpha)
    design, events, days = data
    fit = negative_binomial(coef=fitted(*data).coef, design=design, events=events, person_days=days)
    assert isinstance(fit, NegativeBinomialFit)
    assert fit.loglik == pytest.approx(loglik(fit.coef, fit.alpha, data), rel=1e-11)
    at, h = np.append(fit.coef, log(fit.alpha)), 1e-3

    def value(*moves: tuple[int, int]) -> float:
        moved = at.copy()
        for column, sign in moves:
            moved[column] += sign * h
        return loglik(moved[:-1], exp(moved[-1]), data)

    size = range(len(at))
    slope = [(value((i, 1)) - value((i, -1))) / (2 * h) for i in size]
    signs = [(a, b) for a, b in product((1, -1), repeat=2)]
    curvature = [
        [sum(a * b * value((i, a), (j, b)) for a, b in signs) / (4 * h * h) for j in size] for i in size
    ]
    assert np.abs(slope).max() < 1e-4
    assert np.diag(np.linalg.inv(-np.array(curvature)))[:-1] == pytest.approx(
        np.diag(fit.covariance), rel=1e-4
    )


def test_without_overdispersion_it_is_the_poisson_regression() -> None:
    treated = np.arange(40) % 2
    events, days = 1.0 + np.arange(40) % 3, np.full(40, 365.0)
    poisson = fitted(arms(treated), events, days)
    assert poisson.overdispersion < 0
    fit = negative_binomial(coef=poisson.coef, design=arms(treated), events=events, person_days=days)
    assert isinstance(fit, NegativeBinomialFit) and fit.alpha == 0
    assert negative_binomial_rate_ratio(fit, 1, **LEVEL) == poisson_rate_ratio(poisson, 1, **LEVEL)
    near = loglik(fit.coef, 1e-6, (arms(treated), events, days))
    assert near < fit.loglik and near == pytest.approx(fit.loglik, rel=1e-5)


def test_a_likelihood_that_falls_at_alpha_0_may_rise_again() -> None:
    """One person is at risk for far longer than the others and is fitted well by a Poisson count."""
    days = np.array([400.0, 3, 5, 2, 4, 400_000, 3, 4])
    events = np.array([2.0, 3, 0, 4, 0, 4000, 5, 0])
    treated = np.array([1, 0, 1, 0, 1, 0, 0, 1])
    data = (arms(treated), events, days)
    poisson = fitted(*data)
    mean = np.exp(data[0] @ poisson.coef) * days
    assert ((events - mean) ** 2 - events).sum() < 0
    fit = negative_binomial(coef=poisson.coef, design=data[0], events=events, person_days=days)
    assert isinstance(fit, NegativeBinomialFit) and fit.alpha > 0.1
    assert fit.loglik == pytest.approx(loglik(fit.coef, fit.alpha, data), rel=1e-11)


def test_the_series_meets_the_closed_form() -> None:
    below, above = (_log_remainder(np.array([x])) for x in (0.1 - 1e-12, 0.1))
    assert below[0] == pytest.approx(above[0], rel=1e-11) and below[1] == pytest.approx(above[1], rel=1e-10)
    assert [float(part[0]) for part in _log_remainder(np.array([0.0]))] == pytest.approx([1 / 2, -2 / 3])


@pytest.mark.parametrize(
    ("column", "events", "unbounded"),
    [
        ([0, 0, 1, 1], [1, 2, 0, 0], True),
        ([0, 0, 1, 1], [1, 2, 0, 1], False),
        ([1, 1, 2, 3], [2, 1, 0, 0], True),  # falls for ever with the covariate above 1
        ([1, 1, 0, 3], [2, 1, 0, 0], False),  # people without an event on both sides
        ([1, 2, 0, 3], [2, 1, 0, 0], False),
    ],
)
def test_unbounded_by_hand(column: list[int], events: list[int], unbounded: bool) -> None:
    assert is_unbounded(arms(np.array(column)), events) is unbounded


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 2)), min_size=4, max_size=9))
def test_unbounded_against_every_direction(people: list[tuple[int, int, int]]) -> None:
    x, arm, events = (np.array(values, dtype=float) for values in zip(*people, strict=True))
    design = np.column_stack([np.ones(len(x)), arm, x])
    if np.linalg.matrix_rank(design) < 3:
        return
    # Where there is a direction, its edges are ratios of small whole numbers.
    directions = design @ np.array(list(product(range(-9, 10), repeat=3))).T
    some = np.abs(directions[events > 0]).max(axis=0, initial=0) == 0
    others = directions[events == 0]
    expected = bool(
        (some & (others.max(axis=0, initial=-1) <= 0) & (others.min(axis=0, initial=0) < 0)).any()
    )
    assert is_unbounded(design, events) is expected


PEOPLE = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 400), st.integers(0, 1)), min_size=0, max_size=12
)


def all_effects(events: np.ndarray, days: np.ndarray, treated: np.ndarray) -> list[Effect]:
    among = [person_rate(events[treated == arm], days[treated == arm], **LEVEL) for arm in (1, 0)]
    return [*among, person_rate_difference(events, days, treated, **LEVEL)]


def all_ratios(events: np.ndarray, days: np.ndarray, treated: np.ndarray) -> list[Effect]:
    # With the arm alone the maximum is that of two rates.
    rates = [events[treated == arm].sum() / days[treated == arm].sum() for arm in (1, 0)]
    coef = [log(rates[1]), log(rates[0] / rates[1])]
    fit = poisson_variances(coef=coef, design=arms(treated), events=events, person_days=days)
    counted = negative_binomial(coef=coef, design=arms(treated), events=events, person_days=days)
    kinds = ("model", "robust", "quasi")
    ratios = [poisson_rate_ratio(fit, 1, variance=kind, **LEVEL) for kind in kinds]
    return [*ratios, negative_binomial_rate_ratio(counted, 1, **LEVEL)]


@settings(max_examples=200, deadline=None)
@given(PEOPLE)
def test_a_number_or_a_reason_and_the_order_of_people_means_nothing(
    people: list[tuple[int, int, int]],
) -> None:
    events, days, treated = (np.array([one[part] for one in people], dtype=float) for part in range(3))
    turned = slice(None, None, -1)
    pairs = list(
        zip(
            all_effects(events, days, treated),
            all_effects(events[turned], days[turned], treated[turned]),
            strict=True,
        )
    )
    if events[treated == 1].sum() and events[treated == 0].sum():
        ours, others = (all_ratios(events[part], days[part], treated[part]) for part in (slice(None), turned))
        pairs += zip(ours, others, strict=True)
    for one, other in pairs:
        assert one.estimate is not None or one.reason is not None
        for name in ("estimate", "conf_low", "conf_high", "std_error", "p_value"):
            mine, theirs = getattr(one, name), getattr(other, name)
            assert (mine is None) == (theirs is None)
            if mine is not None:
                assert isfinite(mine) and mine == pytest.approx(theirs, rel=1e-7, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 50))
def test_exchanging_arms_and_stretching_time(seed: int, factor: int) -> None:
    """Ratios turn over and differences change sign; a ratio does not depend on the unit of time."""
    design, events, days = overdispersed(30, seed)
    treated = design[:, 1]
    if not (events[treated == 1].sum() and events[treated == 0].sum()):
        return
    for ours, swapped, stretched in zip(
        all_ratios(events, days, treated),
        all_ratios(events, days, 1 - treated),
        all_ratios(events, factor * days, treated),
        strict=True,
    ):
        if ours.estimate is None:
            assert ours.reason == swapped.reason
            continue
        assert ours.estimate * swapped.estimate == pytest.approx(1, rel=1e-8)
        assert ours.conf_low * swapped.conf_high == pytest.approx(1, rel=1e-7)
        assert stretched.conf_high == pytest.approx(ours.conf_high, rel=1e-7)
    ours, swapped = (person_rate_difference(events, days, arm, **LEVEL) for arm in (treated, 1 - treated))
    assert ours.estimate == pytest.approx(-swapped.estimate, rel=1e-12)


def test_reasons() -> None:
    one, many = np.array([1.0]), np.array([2.0, 2, 2])
    assert person_rate([], [], **LEVEL).reason == person_rate(one, one, **LEVEL).reason == "too_few_people"
    nobody = person_rate(0 * many, many, **LEVEL)
    assert (nobody.estimate, nobody.conf_low, nobody.reason) == (0.0, None, "no_interval_at_certainty")
    assert person_rate(many, 3 * many, **LEVEL).reason == "no_interval_at_certainty"
    assert person_rate_difference(many, many, [1, 1, 1], **LEVEL).reason == "one_arm_empty"
    assert person_rate_difference(many, many, [1, 1, 0], **LEVEL).reason == "too_few_people"
    pair = fitted(arms(np.array([1, 0])), one.repeat(2), one.repeat(2))
    assert poisson_rate_ratio(pair, 1, **LEVEL).estimate == pytest.approx(1)
    for variance in ("robust", "quasi"):
        assert poisson_rate_ratio(pair, 1, variance=variance, **LEVEL).reason == "too_few_people"
    same = fitted(arms(np.array([1, 1, 0, 0])), one.repeat(4), one.repeat(4))
    for variance in ("robust", "quasi"):
        assert poisson_rate_ratio(same, 1, variance=variance, **LEVEL).reason == "no_variation"
    assert poisson_rate_ratio("separation", 1, **LEVEL).reason == "separation"
    assert negative_binomial_rate_ratio("not_converged", 1, **LEVEL).reason == "not_converged"


@pytest.mark.parametrize(("events", "days"), [([0.5], [1]), ([-1], [1]), ([1], [0]), ([1, 2], [1])])
def test_what_is_no_count_is_refused(events: list[float], days: list[float]) -> None:
    with pytest.raises(ValueError, match="events|person_days"):
        person_rate(events, days, **LEVEL)
