"""The log-rank test by hand, against a day-by-day count, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.cox import CoxFit, cox
from primus_eval.numerics.logrank import LogRank, logrank, logrank_test

always = settings(derandomize=True, deadline=None, max_examples=80)
person = st.tuples(st.integers(0, 8), st.booleans(), st.booleans(), st.integers(1, 3))


@st.composite
def stratified_trials(draw: st.DrawFn) -> tuple[np.ndarray, ...]:
    people = draw(st.lists(person, min_size=2, max_size=30))
    return tuple(np.array(column) for column in zip(*people, strict=True))


def day_by_day(
    time: np.ndarray, event: np.ndarray, treated: np.ndarray, strata: np.ndarray
) -> tuple[float, float, float]:
    """Count observed, expected and hypergeometric variance, one stratum and one day after the other."""
    observed = expected = variance = 0.0
    for stratum in set(strata.tolist()):
        for day in set(time[event & (strata == stratum)].tolist()):
            here = (strata == stratum) & (time >= day)
            n, n_treated = here.sum(), (here & treated).sum()
            dying = here & event & (time == day)
            d = dying.sum()
            observed += (dying & treated).sum()
            expected += d * n_treated / n
            if n > 1:
                variance += d * (n_treated / n) * (1 - n_treated / n) * (n - d) / (n - 1)
    return observed, expected, variance


def test_by_hand() -> None:
    """Treatment 2+ 3 5, control 1 3 4 6+; at risk, of these treated, events: 7 3 1, 5 2 2, 3 1 1, 2 1 1."""
    result = logrank([2, 3, 5, 1, 3, 4, 6], [0, 1, 1, 1, 1, 1, 0], [1, 1, 1, 0, 0, 0, 0])
    assert isinstance(result, LogRank)
    expected = 3 / 7 + 2 * 2 / 5 + 1 / 3 + 1 / 2
    variance = 12 / 49 + 2 * (2 / 5) * (3 / 5) * (3 / 4) + 2 / 9 + 1 / 4
    assert result.observed_treatment == 2
    assert result.expected_treatment == pytest.approx(expected, rel=1e-12)
    assert result.variance == pytest.approx(variance, rel=1e-12)
    assert result.chi_square == pytest.approx((2 - expected) ** 2 / variance, rel=1e-12)


@always
@given(stratified_trials())
def test_equals_a_day_by_day_count(trial: tuple[np.ndarray, ...]) -> None:
    result = logrank(*trial)
    observed, expected, variance = day_by_day(*trial)
    if isinstance(result, str):
        assert variance == pytest.approx(0, abs=1e-12)
        return
    assert result.observed_treatment == observed
    assert result.expected_treatment == pytest.approx(expected, rel=1e-12)
    assert result.variance == pytest.approx(variance, rel=1e-12)


@always
@given(stratified_trials())
def test_swapping_the_arms_keeps_the_test(trial: tuple[np.ndarray, ...]) -> None:
    time, event, treated, strata = trial
    here, there = logrank_test(time, event, treated, strata), logrank_test(time, event, ~treated, strata)
    assert here.reason == there.reason
    if here.statistic is not None:
        assert there.statistic == pytest.approx(here.statistic, rel=1e-9, abs=1e-12)


@always
@given(stratified_trials())
def test_the_same_people_in_a_second_stratum_double_every_sum(trial: tuple[np.ndarray, ...]) -> None:
    time, event, treated, _ = trial
    once = logrank(time, event, treated)
    strata = np.repeat([0, 1], len(time))
    twice = logrank(np.tile(time, 2), np.tile(event, 2), np.tile(treated, 2), strata)
    if isinstance(once, str) or isinstance(twice, str):
        assert twice == once
        return
    assert twice.observed_treatment == 2 * once.observed_treatment
    assert twice.variance == pytest.approx(2 * once.variance, rel=1e-12)
    assert twice.chi_square == pytest.approx(2 * once.chi_square, rel=1e-9, abs=1e-12)


@always
@given(st.permutations(range(1, 13)), st.lists(st.booleans(), min_size=12, max_size=12))
def test_without_ties_it_is_the_score_test_of_a_cox_model(days: list[int], treated: list[bool]) -> None:
    event = np.arange(12) % 3 > 0
    test = logrank(days, event, treated)
    fit = cox(np.array(treated, dtype=float)[:, None], days, event)
    if isinstance(test, LogRank) and isinstance(fit, CoxFit):
        assert test.chi_square == pytest.approx(fit.score_test, rel=1e-10)


def test_the_effect_is_a_test_without_an_estimate() -> None:
    effect = logrank_test([2, 3, 5, 1, 3, 4, 6], [0, 1, 1, 1, 1, 1, 0], [1, 1, 1, 0, 0, 0, 0])
    assert (effect.estimate, effect.df, effect.reason) == (None, 1.0, "test_only")
    assert effect.p_value is not None and effect.statistic is not None


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (([1, 2], [1, 1], [1, 1]), "one_arm_empty"),
        (([1, 2], [0, 0], [1, 0]), "no_events"),
        (([1, 2], [1, 1], [1, 0], ["a", "b"]), "no_stratum_with_both_arms"),
        # The event happens after the other arm has left.
        (([1, 2], [0, 1], [1, 0]), "no_variation"),
    ],
)
def test_what_cannot_be_tested_has_a_reason(arguments: tuple[list[int], ...], reason: str) -> None:
    assert logrank(*arguments) == reason
    assert logrank_test(*arguments).reason == reason
