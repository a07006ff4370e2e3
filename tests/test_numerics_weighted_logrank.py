"""The weighted log-rank test by hand, against a day-by-day count, and what must always hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.logrank import LogRank, logrank
from primus_eval.numerics.weighted_logrank import WeightedLogRank, weighted_logrank, weighted_logrank_test

always = settings(max_examples=200, deadline=None, derandomize=True)
person = st.tuples(st.integers(0, 8), st.booleans(), st.booleans(), st.integers(1, 3))
power = st.sampled_from([0.0, 0.5, 1.0, 2.0])
weighting = st.one_of(
    st.fixed_dictionaries({"family": st.just("fleming_harrington"), "rho": power, "gamma": power}),
    st.fixed_dictionaries({"family": st.sampled_from(["gehan", "tarone_ware"])}),
)
TREATMENT_2_3_5 = ([2, 3, 5, 1, 3, 4, 6], [0, 1, 1, 1, 1, 1, 0], [1, 1, 1, 0, 0, 0, 0])


@st.composite
def stratified_trials(draw: st.DrawFn) -> tuple[np.ndarray, ...]:
    people = draw(st.lists(person, min_size=2, max_size=30))
    return tuple(np.array(column) for column in zip(*people, strict=True))


def weight_of(survival: float, n: int, *, family: str, rho: float = 0.0, gamma: float = 0.0) -> float:
    if family == "gehan":
        return n
    return n**0.5 if family == "tarone_ware" else survival**rho * (1 - survival) ** gamma


def day_by_day(
    time: np.ndarray, event: np.ndarray, treated: np.ndarray, strata: np.ndarray, **weights: Any
) -> tuple[float, float]:
    """Add up score and variance, one stratum and one day after the other."""
    score = variance = 0.0
    for stratum in set(strata.tolist()):
        survival = 1.0
        for day in sorted(set(time[event & (strata == stratum)].tolist())):
            here = (strata == stratum) & (time >= day)
            n, n_treated = int(here.sum()), int((here & treated).sum())
            dying = here & event & (time == day)
            d, weight = int(dying.sum()), weight_of(survival, n, **weights)
            score += weight * ((dying & treated).sum() - d * n_treated / n)
            if n > 1:
                spread = d * (n_treated / n) * (1 - n_treated / n) * (n - d) / (n - 1)
                variance += weight**2 * spread
            survival *= 1 - d / n
    return score, variance


@pytest.mark.parametrize(
    ("weights", "on_days"),
    [
        # Kaplan-Meier of both arms just before days 1, 3, 4 and 5: 1, 6/7, 18/35, 12/35.
        ({"family": "fleming_harrington", "rho": 1}, (1, 6 / 7, 18 / 35, 12 / 35)),
        ({"family": "fleming_harrington", "gamma": 1}, (0, 1 / 7, 17 / 35, 23 / 35)),
        (
            {"family": "fleming_harrington", "rho": 1, "gamma": 2},
            (0, 6 / 7 / 49, 18 / 35 * (17 / 35) ** 2, 12 / 35 * (23 / 35) ** 2),
        ),
        ({"family": "gehan"}, (7, 5, 3, 2)),
        ({"family": "tarone_ware"}, (7**0.5, 5**0.5, 3**0.5, 2**0.5)),
    ],
)
def test_by_hand(weights: dict[str, Any], on_days: tuple[float, ...]) -> None:
    """At risk, of these treated, events: 7 3 1 on day 1, 5 2 2 on day 3, 3 1 1 on day 4, 2 1 1 on day 5."""
    result = weighted_logrank(*TREATMENT_2_3_5, **weights)
    assert isinstance(result, WeightedLogRank)
    minus_expected = (0 - 3 / 7, 1 - 4 / 5, 0 - 1 / 3, 1 - 1 / 2)
    spread = (12 / 49, 2 * (2 / 5) * (3 / 5) * (3 / 4), 2 / 9, 1 / 4)
    score = sum(w * d for w, d in zip(on_days, minus_expected, strict=True))
    variance = sum(w**2 * v for w, v in zip(on_days, spread, strict=True))
    assert result.score == pytest.approx(score, rel=1e-12)
    assert result.variance == pytest.approx(variance, rel=1e-12)
    assert result.chi_square == pytest.approx(score**2 / variance, rel=1e-12)


@always
@given(stratified_trials(), weighting)
def test_equals_a_day_by_day_count(trial: tuple[np.ndarray, ...], weights: dict[str, Any]) -> None:
    result = weighted_logrank(*trial, **weights)
    score, variance = day_by_day(*trial, **weights)
    if isinstance(result, str):
        assert variance == pytest.approx(0, abs=1e-12)
        return
    assert result.score == pytest.approx(score, rel=1e-11, abs=1e-12)
    assert result.variance == pytest.approx(variance, rel=1e-11)


@always
@given(stratified_trials())
def test_without_powers_it_is_the_plain_test(trial: tuple[np.ndarray, ...]) -> None:
    plain, weighted = logrank(*trial), weighted_logrank(*trial, family="fleming_harrington")
    if isinstance(plain, str):
        assert weighted == plain
        return
    assert isinstance(weighted, WeightedLogRank) and isinstance(plain, LogRank)
    assert weighted.score == pytest.approx(plain.observed_treatment - plain.expected_treatment, abs=1e-12)
    assert weighted.variance == pytest.approx(plain.variance, rel=1e-12)
    assert weighted.p_value == pytest.approx(plain.p_value, rel=1e-9)


@always
@given(stratified_trials(), weighting)
def test_swapping_the_arms_turns_the_score(trial: tuple[np.ndarray, ...], weights: dict[str, Any]) -> None:
    time, event, treated, strata = trial
    here = weighted_logrank(time, event, treated, strata, **weights)
    there = weighted_logrank(time, event, ~treated, strata, **weights)
    if isinstance(here, str) or isinstance(there, str):
        assert here == there
        return
    assert there.score == pytest.approx(-here.score, rel=1e-9, abs=1e-9)
    assert there.variance == pytest.approx(here.variance, rel=1e-9)


@always
@given(stratified_trials(), weighting)
def test_only_the_order_of_the_days_counts(trial: tuple[np.ndarray, ...], weights: dict[str, Any]) -> None:
    time, *others = trial
    assert weighted_logrank(time, *others, **weights) == weighted_logrank(3 * time**2 + 1, *others, **weights)


@always
@given(stratified_trials(), weighting)
def test_the_same_people_in_a_second_stratum_double_the_test(
    trial: tuple[np.ndarray, ...], weights: dict[str, Any]
) -> None:
    time, event, treated, _ = trial
    once = weighted_logrank(time, event, treated, **weights)
    strata = np.repeat([0, 1], len(time))
    twice = weighted_logrank(np.tile(time, 2), np.tile(event, 2), np.tile(treated, 2), strata, **weights)
    if isinstance(once, str) or isinstance(twice, str):
        assert twice == once
        return
    assert twice.chi_square == pytest.approx(2 * once.chi_square, rel=1e-9, abs=1e-12)


def test_an_arm_copied_onto_the_other_does_not_differ() -> None:
    time, event = [2, 3, 3, 5, 7] * 2, [1, 1, 0, 1, 0] * 2
    effect = weighted_logrank_test(time, event, [1] * 5 + [0] * 5, family="fleming_harrington", rho=1)
    assert (effect.statistic, effect.p_value, effect.df) == (0.0, 1.0, 1.0)
    assert (effect.estimate, effect.reason) == (None, "test_only")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (([], [], []), "one_arm_empty"),
        (([1, 2], [1, 1], [1, 1]), "one_arm_empty"),
        (([1, 2], [0, 0], [1, 0]), "no_events"),
        (([1, 2], [1, 1], [1, 0], ["a", "b"]), "no_stratum_with_both_arms"),
        (([1, 2], [0, 1], [1, 0]), "no_variation"),
        # One day of events, on which everyone is still there: 1 - S is 0, and late weights have no say.
        (([3, 3, 6, 6], [1, 1, 0, 0], [1, 0, 1, 0]), "no_variation"),
    ],
)
def test_what_cannot_be_tested_has_a_reason(arguments: tuple[list[int], ...], reason: str) -> None:
    assert weighted_logrank(*arguments, family="fleming_harrington", gamma=1) == reason
    assert weighted_logrank_test(*arguments, family="fleming_harrington", gamma=1).reason == reason


@pytest.mark.parametrize("powers", [{"rho": -1.0}, {"gamma": float("nan")}])
def test_a_power_that_is_none_is_a_mistake(powers: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="rho and gamma"):
        weighted_logrank([1, 2], [1, 1], [1, 0], family="fleming_harrington", **powers)


TRIALS = 1000
EARLY: dict[str, Any] = {"family": "fleming_harrington", "rho": 1.0}
LATE: dict[str, Any] = {"family": "fleming_harrington", "gamma": 1.0}
GEHAN, TARONE_WARE = {"family": "gehan"}, {"family": "tarone_ware"}


def rejections(*weightings: dict[str, Any], trials: int, late_effect: bool) -> list[float]:
    """The share of simulated trials of 100 people in which each test rejects at 5 %."""
    random = np.random.Generator(np.random.Philox(key=20))
    treated = np.arange(100) % 2 == 1
    rejected = np.zeros(len(weightings))
    for _ in range(trials):
        days = random.exponential(200, 100)
        if late_effect:  # from day 120 on treatment leaves a third of the hazard
            days = np.where(treated & (days > 120), 120 + 3 * (days - 120), days)
        end = random.uniform(100, 400, 100)
        time, event = np.ceil(np.minimum(days, end)), days <= end
        for number, weights in enumerate(weightings):
            test = weighted_logrank(time, event, treated, **weights)
            rejected[number] += isinstance(test, WeightedLogRank) and test.p_value < 0.05
    return (rejected / trials).tolist()


def test_rejects_as_rarely_as_it_says() -> None:
    """Monte Carlo error of 5 % in 1000 trials: 0.7 points; the bound is four of them."""
    found = rejections(EARLY, LATE, GEHAN, TARONE_WARE, trials=TRIALS, late_effect=False)
    assert found == pytest.approx([0.05] * 4, abs=0.028)


def test_late_weights_see_a_late_effect_better() -> None:
    late, early = rejections(LATE, EARLY, trials=200, late_effect=True)
    assert late > early + 0.15
