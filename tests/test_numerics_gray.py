"""Gray's test by hand, against a day-by-day count, collapsed, degenerate, simulated; what always holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_numerics_degenerate import outcome_of

from primus_eval.numerics.gray import GrayTest, gray, gray_test
from primus_eval.numerics.logrank import LogRank, logrank

always = settings(derandomize=True, deadline=None, max_examples=200)
Trial = tuple[np.ndarray, ...]

# Day, kind (0 censored, 1 event, 2 competing), treated, stratum.
person = st.tuples(st.integers(0, 8), st.integers(0, 2), st.booleans(), st.integers(1, 2))


@st.composite
def trials(draw: st.DrawFn) -> Trial:
    people = draw(st.lists(person, min_size=1, max_size=30))
    time, kind, treated, stratum = (np.array(column) for column in zip(*people, strict=True))
    return time, kind == 1, kind == 2, treated, stratum


def day_by_day(trial: Trial, rho: float = 0.0) -> tuple[float, float]:
    """Score and variance as the paper has them, one day and one arm after the other.

    First the quantities of each day, walking forward; then each event and competing event with what it
    weighs on the score, `c` being what the day and those before have added and `c_all` what all days add.
    """
    time, event, competing, treated = trial[:4]
    arms = (treated, ~treated)
    free, incidence, pooled, c, score = [1.0, 1.0], [0.0, 0.0], 0.0, 0.0, 0.0
    pieces: list[tuple[float, float, float, float]] = []
    for day in sorted(set(time[event | competing].tolist())):
        at_risk = [int((arm & (time >= day)).sum()) for arm in arms]
        d1 = [int((arm & event & (time == day)).sum()) for arm in arms]
        d2 = [int((arm & competing & (time == day)).sum()) for arm in arms]
        alive = [k for k in (0, 1) if at_risk[k]]
        h = {k: at_risk[k] / free[k] for k in alive}
        r = {k: h[k] * (1 - incidence[k]) for k in alive}
        total, step = sum(h.values()), sum(d1) / sum(h.values())
        weight = (1 - pooled) ** rho if pooled < 1 or rho == 0 else 0.0
        a = weight * h[0] * h[1] / total if len(alive) == 2 else 0.0
        if a:
            c += a * step / (1 - pooled)
        if 0 in alive:
            score += weight * (d1[0] - sum(d1) * r[0] / sum(r.values()))
        new_free = [
            free[k] * (at_risk[k] - d1[k] - d2[k]) / at_risk[k] if at_risk[k] else free[k] for k in (0, 1)
        ]
        for k in alive:
            rest = (1 - pooled - step) / new_free[k] if new_free[k] else 0.0
            spread = free[k] * sum(d1) / (total * at_risk[k])
            if sum(d1) > 1:
                spread *= 1 - (sum(d1) - 1) / (total * free[k] - 1)
            pieces.append((a, 1 - rest, c, spread))
            if new_free[k]:
                spread = free[k] ** 2 * d2[k] / at_risk[k] ** 2
                if d2[k] > 1:
                    spread *= 1 - (d2[k] - 1) / (at_risk[k] - 1)
                pieces.append((0.0, rest, c, spread))
            incidence[k] += free[k] * d1[k] / at_risk[k]
        pooled, free = pooled + step, new_free
    return score, sum((a + part * (c - so_far)) ** 2 * spread for a, part, so_far, spread in pieces)


def test_by_hand() -> None:
    """Treatment: event on day 1, censored on 5. Control: competing on day 2, event on 3.

    Day 1: 2 and 2 at risk, one half expected in treatment; pooled incidence 1/4. Day 2: S of control falls
    to 1/2. Day 3: one of each at risk with S 1/2, so 2 and 2 under observation; of them without the event
    2 (1 - 1/2) and 2: one third expected. Score 1 - 1/2 - 1/3. Both event days have a = 4/4; c grows by 1/4
    on day 1 and by 1/4 over 3/4 on day 3. Day 1 in treatment: 1 + (1 - (3/4)/(1/2)) / 3 = 5/6; in control
    1 + (1 - 3/4) / 3 = 13/12; each squared over 4 x 2. Day 2: (3/2) / 3 squared, over 2 x 2. Day 3: twice
    1/8.
    """
    result = gray([1, 5, 2, 3], [1, 0, 0, 1], [0, 0, 1, 0], [1, 1, 0, 0])
    assert isinstance(result, GrayTest)
    variance = (25 / 36 + 169 / 144) / 8 + 1 / 16 + 2 / 8
    assert result.score == pytest.approx(1 / 6, rel=1e-12)
    assert result.variance == pytest.approx(variance, rel=1e-12)
    assert result.chi_square == pytest.approx(32 / 629, rel=1e-12)


@always
@given(trials(), st.sampled_from([0.0, 0.5, 2.0]))
def test_equals_a_day_by_day_count(trial: Trial, rho: float) -> None:
    result = gray(*trial, rho=rho)
    sums = [day_by_day(tuple(column[trial[4] == s] for column in trial), rho) for s in set(trial[4].tolist())]
    score, variance = (sum(column) for column in zip(*sums, strict=True))
    if isinstance(result, str):
        # A variance can also be left where the pooled incidence passed 1; that has its own test.
        assert variance <= 1e-9 or result == "too_few_people"
        return
    assert result.score == pytest.approx(score, rel=1e-9, abs=1e-12)
    assert result.variance == pytest.approx(variance, rel=1e-9)
    assert result.chi_square == pytest.approx(score**2 / variance, rel=1e-8, abs=1e-12)


@always
@given(trials())
def test_it_gives_a_number_or_a_reason_and_does_not_ask_which_arm_is_which(trial: Trial) -> None:
    time, event, competing, treated, strata = trial
    here, there = gray_test(*trial), gray_test(time, event, competing, ~treated, strata)
    assert outcome_of(here) == outcome_of(there)
    if here.statistic is not None:
        assert there.statistic == pytest.approx(here.statistic, rel=1e-7, abs=1e-9)


@always
@given(trials())
def test_the_order_of_people_does_not_matter(trial: Trial) -> None:
    order = np.random.Generator(np.random.Philox(key=len(trial[0]))).permutation(len(trial[0]))
    assert gray(*trial) == gray(*(column[order] for column in trial))


@always
@given(trials())
def test_one_stratum_is_none_and_the_same_people_again_double_every_sum(trial: Trial) -> None:
    once = gray(*trial[:4])
    assert once == gray(*trial[:4], np.ones(len(trial[0])))
    twice = gray(*(np.tile(column, 2) for column in trial[:4]), np.repeat([0, 1], len(trial[0])))
    if isinstance(once, str) or isinstance(twice, str):
        assert once == twice
        return
    assert twice.score == pytest.approx(2 * once.score, rel=1e-12)
    assert twice.variance == pytest.approx(2 * once.variance, rel=1e-12)


@always
@given(trials())
def test_where_nothing_competes_the_score_is_that_of_the_logrank_test(trial: Trial) -> None:
    time, event, _, treated, strata = trial
    ours, theirs = gray(time, event, 0 * event, treated, strata), logrank(time, event, treated, strata)
    if isinstance(ours, GrayTest) and isinstance(theirs, LogRank):
        expected = theirs.observed_treatment - theirs.expected_treatment
        assert ours.score == pytest.approx(expected, rel=1e-9, abs=1e-12)


@always
@given(trials())
def test_without_censoring_who_competed_stays_at_risk(trial: Trial) -> None:
    """The score is that of the log-rank test in which they stay to the end without the event.

    In each arm of a stratum somebody is seen to the end: an arm of which nobody is left tells nothing about
    censoring, and its dead no longer count.
    """
    time, event, _, treated, strata = (
        np.concatenate((column, last))
        for column, last in zip(
            trial, ([9] * 4, [False] * 4, [True] * 4, [True, False] * 2, [1, 1, 2, 2]), strict=True
        )
    )
    ours = gray(time, event, ~event, treated, strata)
    theirs = logrank(np.where(event, time, 99), event, treated, strata)
    if isinstance(ours, GrayTest) and isinstance(theirs, LogRank):
        expected = theirs.observed_treatment - theirs.expected_treatment
        assert ours.score == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_an_arm_copied_onto_the_other_does_not_differ() -> None:
    time, kind = np.tile([1, 2, 2, 3, 5, 6], 2), np.tile([1, 2, 1, 0, 1, 0], 2)
    result = gray(time, kind == 1, kind == 2, np.repeat([1, 0], 6))
    assert isinstance(result, GrayTest)
    assert (result.score, result.p_value) == (pytest.approx(0, abs=1e-12), pytest.approx(1))


def test_it_sees_what_rates_hide_and_not_what_they_show() -> None:
    """Equal rates of the event, but in treatment many die early: fewer reoffend. Log-rank sees nothing."""
    rng = np.random.Generator(np.random.Philox(key=5))
    treated = np.repeat([True, False], 2000)
    event, dies = rng.exponential(300, 4000), rng.exponential(np.where(treated, 150, 1500))
    first = np.minimum(np.minimum(event, dies), 730)
    had, died = first == event, first == dies
    by_incidence, by_rate = gray(first, had, died, treated), logrank(first, had, treated)
    assert isinstance(by_incidence, GrayTest) and isinstance(by_rate, LogRank)
    assert by_incidence.p_value < 1e-12 and by_incidence.score < 0
    assert by_rate.p_value > 0.01


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (([], [], [], []), "one_arm_empty"),
        (([1], [1], [0], [1]), "one_arm_empty"),
        (([1, 2], [0, 0], [1, 0], [1, 0]), "no_events"),
        (([0, 0], [0, 0], [0, 0], [1, 0]), "no_events"),
        (([1, 2], [1, 1], [0, 0], [1, 0], ["a", "b"]), "no_stratum_with_both_arms"),
        (([1, 2], [0, 1], [0, 0], [1, 0]), "no_variation"),  # the other arm has left before
        (([3, 3, 3, 3], [1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0]), "no_variation"),
    ],
)
def test_what_cannot_be_tested_has_a_reason(arguments: tuple[list[int], ...], reason: str) -> None:
    assert gray(*arguments) == reason
    assert gray_test(*arguments).reason == reason


def test_a_pooled_incidence_beyond_one_is_not_tested() -> None:
    """Of a thousand 900 have the event and all but one leave; then half of the twenty others have it."""
    time = [1] * 900 + [2] * 99 + [5] + [3] * 10 + [6] * 10
    event = [1] * 900 + [0] * 99 + [1] + [1] * 10 + [0] * 10
    treated, nobody = [1] * 1000 + [0] * 20, [0] * 1020
    assert gray(time, event, nobody, treated) == "too_few_people"


@pytest.mark.parametrize("rho", [-1.0, float("nan"), float("inf")])
def test_a_weight_is_a_power(rho: float) -> None:
    with pytest.raises(ValueError, match="rho"):
        gray([1, 2], [1, 1], [0, 0], [1, 0], rho=rho)


def test_keeps_its_size() -> None:
    """A thousand trials without an effect on the risk, of which 5 % should be found to have one.

    Bounds are four Monte-Carlo standard errors, sqrt(0.05 0.95 / 1000) = 0.007. Arms are unequal, and in
    one more are censored.
    """
    rng, found = np.random.Generator(np.random.Philox(key=21)), 0
    treated = np.repeat([True, False], [80, 120])
    for _ in range(1000):
        event, dies = rng.exponential(400, 200), rng.exponential(500, 200)
        left = rng.exponential(np.where(treated, 600, 1500))
        first = np.ceil(np.minimum(np.minimum(np.minimum(event, dies), left), 730))
        had, died = first == np.ceil(event), (first == np.ceil(dies)) & (first < np.ceil(event))
        result = gray(first, had, died, treated)
        assert isinstance(result, GrayTest)
        found += result.p_value < 0.05
    assert found / 1000 == pytest.approx(0.05, abs=4 * 0.007)
