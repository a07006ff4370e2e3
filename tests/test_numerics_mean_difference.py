"""Bootstrapped means: every draw of a few people enumerated, closed forms, coverage, reasons."""

from __future__ import annotations

from itertools import product
from math import isfinite, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.effect import Effect
from primus_eval.numerics.mean_difference import bootstrap_mean, bootstrap_mean_difference
from primus_eval.numerics.streams import Stream


def stream(replicates: int = 2000, seed: int = 20230601) -> Stream:
    return Stream(seed=seed, name="harm", replicates=replicates)


TREATED, CONTROLS = [0.0, 2.0, 10.0], [1.0, 5.0, 6.0]
SIX, ARMS = [*TREATED, *CONTROLS], [1, 1, 1, 0, 0, 0]


def all_draws() -> list[tuple[float, float]]:
    """Difference and squared standard error of each of the 27 x 27 draws, all equally likely."""
    found = []
    for ours, theirs in product(product(TREATED, repeat=3), product(CONTROLS, repeat=3)):
        squared = float(np.var(ours) / 3 + np.var(theirs) / 3)
        found.append((sum(ours) / 3 - sum(theirs) / 3, squared))
    return found


def test_draws_are_those_of_the_whole_list() -> None:
    """The standard deviation of 40,000 draws and that of the list of all differ by less than 4 sigma."""
    n = 40_000
    effect = bootstrap_mean_difference(SIX, ARMS, stream=stream(n), conf_level=0.5)
    differences = np.array([difference for difference, _ in all_draws()])
    assert effect.estimate == pytest.approx(0.0, abs=1e-12)
    variance = differences.var()
    fourth = ((differences - differences.mean()) ** 4).mean()
    sigma = sqrt((fourth - variance**2) / n)
    assert effect.std_error is not None
    assert abs(effect.std_error**2 - variance) < 4 * sigma
    assert variance == pytest.approx(np.var(TREATED) / 3 + np.var(CONTROLS) / 3, rel=1e-12)


@pytest.mark.parametrize("conf_level", [0.5, 0.8])
def test_the_interval_reaches_to_the_quantile_of_the_whole_list(conf_level: float) -> None:
    """As many of all draws as wanted lie no further from the estimate, in their standard errors."""
    n = 40_000
    effect = bootstrap_mean_difference(SIX, ARMS, stream=stream(n), conf_level=conf_level)
    own = sqrt(np.var(TREATED) / 3 + np.var(CONTROLS) / 3)
    assert effect.conf_high is not None and effect.estimate is not None and effect.conf_low is not None
    reach = (effect.conf_high - effect.estimate) / own
    assert effect.estimate - effect.conf_low == pytest.approx(reach * own, rel=1e-12)
    distances = np.array(
        [
            abs(difference) / sqrt(squared) if squared else (np.inf if difference else 0.0)
            for difference, squared in all_draws()
        ]
    )
    sigma = sqrt(conf_level * (1 - conf_level) / n)
    assert (distances < reach - 1e-9).mean() <= conf_level + 4 * sigma
    assert (distances < reach + 1e-9).mean() >= conf_level - 4 * sigma


def test_the_interval_of_one_mean_is_that_of_the_whole_list() -> None:
    values, n = [0.0, 1.0, 3.0, 9.0], 40_000
    effect = bootstrap_mean(values, stream=stream(n), conf_level=0.5)
    mean, own = float(np.mean(values)), float(np.std(values))
    distances = np.array(
        [(np.mean(draw) - mean) / np.std(draw) if np.std(draw) else np.sign(np.mean(draw) - mean) * np.inf
         for draw in product(values, repeat=4)]
    )  # fmt: skip
    assert effect.conf_low is not None and effect.conf_high is not None
    for end, share in ((effect.conf_high, 0.25), (effect.conf_low, 0.75)):
        at = (mean - end) / own
        sigma = sqrt(share * (1 - share) / n)
        assert (distances < at - 1e-9).mean() <= share + 4 * sigma
        assert (distances < at + 1e-9).mean() >= share - 4 * sigma
    assert effect.std_error == pytest.approx(own / 2, rel=4 / sqrt(n))


def test_the_standard_error_is_the_closed_form_within_arm_and_stratum() -> None:
    generator = np.random.Generator(np.random.Philox(3))
    values = np.where(generator.random(400) < 0.5, 0, generator.lognormal(3, 1, 400))
    arm, strata = np.arange(400) % 2, np.arange(400) // 130
    values = values + 30 * strata
    n = 20_000
    for labels in (None, strata):
        effect = bootstrap_mean_difference(values, arm, strata=labels, stream=stream(n), conf_level=0.95)
        squared = 0.0
        for one in (0, 1):
            for stratum in (None,) if labels is None else (0, 1, 2, 3):
                members = (arm == one) & (True if stratum is None else strata == stratum)
                if members.any():
                    squared += members.sum() * values[members].var() / (arm == one).sum() ** 2
        assert effect.std_error == pytest.approx(sqrt(squared), rel=4 / sqrt(2 * n))
        assert effect.estimate == pytest.approx(values[arm == 1].mean() - values[arm == 0].mean(), rel=1e-12)


def test_covers_the_truth_in_simulated_trials() -> None:
    """48 people an arm, log-normal amounts (sd 1.2) for 35 % and 60 %: 400 trials of 95 % intervals.

    Measured with 1,500 trials: symmetric studentised 92.6 %, percentile 89.6 %, BCa 86.3 %. Held to what
    400 trials can tell from 90 %: above it minus 2 standard errors, which BCa would not be.
    """
    generator = np.random.Generator(np.random.Philox(20240607))
    truth = 0.35 * np.exp(2.7 + 0.72) - 0.6 * np.exp(3.2 + 0.72)
    arm, covered, trials = np.repeat([1, 0], 48), 0, 400
    for trial in range(trials):
        some = generator.random(96) < np.where(arm == 1, 0.35, 0.6)
        amounts = some * generator.lognormal(np.where(arm == 1, 2.7, 3.2), 1.2)
        effect = bootstrap_mean_difference(amounts, arm, stream=stream(499, seed=trial), conf_level=0.95)
        assert effect.conf_low is not None and effect.conf_high is not None
        covered += effect.conf_low <= truth <= effect.conf_high
    assert covered / trials > 0.90 - 2 * sqrt(0.9 * 0.1 / trials)


def numbers(effect: Effect) -> tuple[float | None, ...]:
    return effect.estimate, effect.conf_low, effect.conf_high, effect.std_error


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others() -> None:
    first, again = (bootstrap_mean_difference(SIX, ARMS, stream=stream(), conf_level=0.5) for _ in range(2))
    other = bootstrap_mean_difference(SIX, ARMS, stream=stream(seed=7), conf_level=0.5)
    assert first == again and first.std_error != other.std_error
    assert first.p_value is None and first.statistic is None


amounts = st.lists(st.integers(0, 50), min_size=8, max_size=20)


@settings(max_examples=200, deadline=None)
@given(values=amounts, shift=st.integers(0, 1000), scale=st.sampled_from([0.5, 2.0, 64.0]))
def test_swapping_arms_turns_the_sign_and_units_do_not_matter(
    values: list[int], shift: int, scale: float
) -> None:
    arm = np.arange(len(values)) % 2
    given_ = np.array(values, dtype=float)
    draws = stream(200)

    def found(amounts: np.ndarray, arm: np.ndarray) -> Effect:
        return bootstrap_mean_difference(amounts, arm, stream=draws, conf_level=0.9)

    plain, scaled, moved = found(given_, arm), found(scale * given_, arm), found(given_ + shift, arm)
    assert plain.reason == scaled.reason == moved.reason
    for one, of_scaled, of_moved in zip(numbers(plain), numbers(scaled), numbers(moved), strict=True):
        assert (one is None) == (of_scaled is None) == (of_moved is None)
        if one is not None and of_scaled is not None:
            assert isfinite(one)
            assert of_scaled == pytest.approx(scale * one, rel=1e-9, abs=1e-9)
            assert of_moved == pytest.approx(one, rel=1e-7, abs=1e-7)
    if plain.estimate is not None:
        turned = found(given_, 1 - arm)
        assert turned.estimate == pytest.approx(-plain.estimate, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("values", "arms", "reason"),
    [
        ([], [], "one_arm_empty"),
        ([1.0, 2.0], [1, 1], "one_arm_empty"),
        ([1.0, 2.0, 3.0], [1, 0, 0], "too_few_people"),
        ([0.0] * 6, ARMS, "no_interval_at_certainty"),
        ([0.0, 0.0, 0.0, 1.0, 5.0, 6.0], ARMS, "no_interval_at_certainty"),
        ([0.0, 9.0, 0.0, 9.0], [1, 1, 0, 0], "too_many_failed_draws"),
    ],
)
def test_what_cannot_be_answered_has_a_reason(values: list[float], arms: list[int], reason: str) -> None:
    effect = bootstrap_mean_difference(values, arms, stream=stream(400), conf_level=0.95)
    assert effect.reason == reason and effect.conf_low is None and effect.std_error is None


def test_strata_of_people_who_are_alike_vary_in_nothing() -> None:
    effect = bootstrap_mean_difference(
        [0, 0, 4, 4, 0, 0, 5, 5], [1, 1, 1, 1, 0, 0, 0, 0], strata=[0, 0, 1, 1] * 2,
        stream=stream(200), conf_level=0.95,
    )  # fmt: skip
    assert effect.reason == "no_variation"


@pytest.mark.parametrize(
    ("values", "reason"),
    [([], "too_few_people"), ([3.0], "too_few_people"), ([2.0, 2.0], "no_interval_at_certainty"),
     ([0.0, 0.0, 9.0], "too_many_failed_draws")],
)  # fmt: skip
def test_one_mean_that_cannot_be_answered_has_a_reason(values: list[float], reason: str) -> None:
    assert bootstrap_mean(values, stream=stream(400), conf_level=0.95).reason == reason


def test_a_mean_does_not_reach_below_what_is_possible() -> None:
    values = [0.0] * 30 + [1.0, 2.0, 4.0, 90.0, 2.0, 3.0]
    free = bootstrap_mean(values, stream=stream(), conf_level=0.99)
    held = bootstrap_mean(values, stream=stream(), conf_level=0.99, lowest=2.0)
    assert free.conf_low is not None and free.conf_low < 2.0 and held.conf_low == 2.0
    assert held.conf_high == free.conf_high


def test_a_long_run_begins_with_a_short_one() -> None:
    """With draws of its own for 500 people at a time, nothing depends on how many are wanted in all."""
    many = bootstrap_mean_difference(SIX * 50, ARMS * 50, stream=stream(4000), conf_level=0.95)
    few = bootstrap_mean_difference(SIX * 50, ARMS * 50, stream=stream(500), conf_level=0.95)
    assert many.estimate == few.estimate
    assert many.std_error == pytest.approx(few.std_error, rel=0.15)
