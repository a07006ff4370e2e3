"""Proportional odds: closed forms, the likelihood written out, Brant's test, invariants, reasons."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.effect import Effect
from primus_eval.numerics.ordinal import (
    BinaryLogits,
    CumulativeLogit,
    _evaluate,
    binary_logits,
    brant_test,
    common_odds_ratio,
    cumulative_logit,
    odds_ratio_at,
)
from primus_eval.numerics.proportions import Table2x2, odds_ratio_wald_log


def people_of(treated: list[int], control: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Levels and design of a table: how many people of each arm are on each level."""
    levels = np.repeat([*range(len(treated)), *range(len(control))], [*treated, *control])
    return levels, np.repeat([1.0, 0.0], [sum(treated), sum(control)])[:, None]


def fitted(treated: list[int], control: list[int]) -> CumulativeLogit:
    fit = cumulative_logit(*people_of(treated, control))
    assert isinstance(fit, CumulativeLogit)
    return fit


def test_two_levels_are_a_two_by_two_table() -> None:
    effect = common_odds_ratio(fitted([12, 8], [5, 15]), 0, conf_level=0.9)
    table = Table2x2(events_treatment=8, n_treatment=20, events_control=15, n_control=20)
    woolf = odds_ratio_wald_log(table, conf_level=0.9)
    for name in ("estimate", "conf_low", "conf_high", "std_error", "statistic", "p_value"):
        assert getattr(effect, name) == pytest.approx(getattr(woolf, name), rel=1e-12)
    assert effect.estimate == pytest.approx((8 * 5) / (12 * 15), rel=1e-12)
    assert effect.std_error == pytest.approx(sqrt(1 / 8 + 1 / 12 + 1 / 15 + 1 / 5), rel=1e-12)


def test_an_exactly_proportional_table_by_hand() -> None:
    """Controls 4, 4, 4: odds of being beyond a cut 2 and 1/2. Treated 10, 6, 4: 1 and 1/4, half at both."""
    fit = fitted([10, 6, 4], [4, 4, 4])
    assert fit.coef[0] == pytest.approx(log(1 / 2), abs=1e-12)
    assert fit.thresholds == pytest.approx([log(1 / 2), log(2)], abs=1e-12)
    by_hand = sum(n * log(p) for n, p in zip([10, 6, 4, 4, 4, 4], [0.5, 0.3, 0.2] + [1 / 3] * 3, strict=True))
    assert fit.log_likelihood == pytest.approx(by_hand, rel=1e-13)


def written_out(at: np.ndarray, levels: np.ndarray, design: np.ndarray) -> float:
    n_cuts = len(set(levels.tolist())) - 1
    total = 0.0
    for level, row in zip(levels.tolist(), design, strict=True):

        def below(cut: int, row: np.ndarray = row) -> float:
            if cut < 0:
                return 0.0
            return 1.0 if cut == n_cuts else 1 / (1 + exp(-(at[cut] - float(row @ at[n_cuts:]))))

        total += log(below(level) - below(level - 1))
    return total


def some_people(n: int = 90) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.Generator(np.random.Philox(8))
    design = np.column_stack([np.arange(n) % 2, generator.normal(size=n)])
    latent = design @ [-0.7, 0.5] + generator.logistic(size=n)
    return np.searchsorted([-1.0, 0.3, 1.5], latent), design


def test_equals_the_likelihood_written_out() -> None:
    """Value, score and information at the maximum and elsewhere, by differences of the sum over people."""
    levels, design = some_people()
    fit = cumulative_logit(levels, design)
    assert isinstance(fit, CumulativeLogit)
    maximum = np.concatenate([fit.thresholds, fit.coef])
    step = 1e-5
    for at in (maximum, maximum + [0.3, 0.1, 0.2, -0.4, 0.2]):
        value, score, information = _evaluate(at, levels, design)
        assert value == pytest.approx(written_out(at, levels, design), rel=1e-12)
        for one in range(5):
            up, down = at.copy(), at.copy()
            up[one] += step
            down[one] -= step
            slope = (written_out(up, levels, design) - written_out(down, levels, design)) / (2 * step)
            assert score[one] == pytest.approx(slope, abs=1e-7)
            _, above, _ = _evaluate(up, levels, design)
            _, under, _ = _evaluate(down, levels, design)
            assert information[one] == pytest.approx(-(above - under) / (2 * step), abs=1e-6)
    assert fit.log_likelihood == pytest.approx(written_out(maximum, levels, design), rel=1e-13)
    assert _evaluate(maximum, levels, design)[1] == pytest.approx(np.zeros(5), abs=1e-9)
    information = _evaluate(maximum, levels, design)[2]
    assert fit.covariance == pytest.approx(np.linalg.inv(information)[3:, 3:], rel=1e-12)


def test_the_score_at_no_effect_is_wilcoxons_statistic() -> None:
    """At an odds ratio of one the slope is n U / 2 ... : the treated people's mid-ranks from their mean."""
    levels, design = people_of([7, 2, 4, 1], [3, 5, 2, 6])
    below = np.cumsum([10, 7, 6])
    at = np.concatenate([np.log(below / (30 - below)), [0.0]])
    _, score, _ = _evaluate(at, levels, design)
    midranks = np.array([(10 + 1) / 2, 10 + 8 / 2, 17 + 7 / 2, 23 + 8 / 2])[levels]
    from_mean = (midranks - 15.5)[design[:, 0] == 1].sum()
    assert score[3] == pytest.approx(2 * from_mean / 30, rel=1e-12)
    assert score[:3] == pytest.approx(np.zeros(3), abs=1e-12)


def test_brant_of_a_table_in_closed_form() -> None:
    """Arms 10, 6, 4 and 5, 6, 9: the log odds ratios at the cuts, and their covariance, arm by arm.

    In one arm with shares q1 > q2 beyond the cuts, the variance of a logit is 1 / (n q (1 - q)), and the
    covariance of the two q2 (1 - q1) / (n q1 (1 - q1) q2 (1 - q2)) = 1 / (n q1 (1 - q2)).
    """
    levels, design = people_of([10, 6, 4], [5, 6, 9])
    fits = binary_logits(levels, design)
    assert isinstance(fits, BinaryLogits)
    arms = [(20, 0.5, 0.2), (20, 0.75, 0.45)]

    def logit(share: float) -> float:
        return log(share / (1 - share))

    apart = (logit(0.5) - logit(0.75)) - (logit(0.2) - logit(0.45))
    variance = sum(
        1 / (n * q1 * (1 - q1)) + 1 / (n * q2 * (1 - q2)) - 2 / (n * q1 * (1 - q2)) for n, q1, q2 in arms
    )
    test = brant_test(fits, (0,))
    assert test.statistic == pytest.approx(apart**2 / variance, rel=1e-10)
    assert test.df == 1 and test.reason == "test_only"
    for cut, (ours, theirs) in enumerate([((10, 10), (15, 5)), ((4, 16), (9, 11))]):
        effect = odds_ratio_at(fits, cut, 0, conf_level=0.95)
        assert effect.estimate == pytest.approx(ours[0] * theirs[1] / (ours[1] * theirs[0]), rel=1e-12)
        assert effect.std_error == pytest.approx(sqrt(sum(1 / cell for cell in (*ours, *theirs))), rel=1e-12)


def test_brant_keeps_its_level_and_finds_what_is_not_proportional() -> None:
    """1,000 trials of 200 with one odds ratio: the 5 % test says so in 5 %, within 4 standard errors."""
    generator = np.random.Generator(np.random.Philox(15))
    arm = (np.arange(200) % 2).astype(float)
    rejected = 0
    for _ in range(1000):
        levels = np.searchsorted([-0.5, 0.5, 1.5], -0.5 * arm + generator.logistic(size=200))
        p_value = brant_test(binary_logits(levels, arm[:, None]), (0,)).p_value
        assert p_value is not None
        rejected += p_value < 0.05
    assert abs(rejected / 1000 - 0.05) < 4 * sqrt(0.05 * 0.95 / 1000)
    crossing = binary_logits(*people_of([60, 5, 35], [35, 55, 10]))
    p_value = brant_test(crossing, (0,)).p_value
    assert p_value is not None and p_value < 1e-6


tables = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=5)


@settings(max_examples=200, deadline=None)
@given(table=tables)
def test_turning_the_scale_or_the_arms_inverts_the_odds_ratio(table: list[tuple[int, int]]) -> None:
    """And whatever the table, the answer is finite or a reason."""
    levels, design = people_of([ours for ours, _ in table], [theirs for _, theirs in table])
    if not len(levels):
        return

    def effect(levels: np.ndarray, design: np.ndarray) -> Effect:
        return common_odds_ratio(cumulative_logit(levels, design), 0, conf_level=0.95)

    plain, turned, swapped = effect(levels, design), effect(-levels, design), effect(levels, 1 - design)
    stretched = effect(levels**3 + 10 * levels, design)
    assert plain.reason == turned.reason == swapped.reason == stretched.reason
    if plain.estimate is None:
        assert plain.reason in ("too_few_levels", "constant_covariate", "separation")
        return
    assert stretched == plain
    for other in (turned, swapped):
        assert other.estimate == pytest.approx(1 / plain.estimate, rel=1e-7)
        assert other.std_error == pytest.approx(plain.std_error, rel=1e-7)


@pytest.mark.parametrize(
    ("treated", "control", "reason"),
    [
        ([5, 0, 0], [5, 0, 0], "too_few_levels"),
        ([5, 3], [0, 0], "constant_covariate"),
        ([5, 0, 0], [2, 3, 1], "separation"),
        ([5, 0, 0], [0, 3, 1], "separation"),
        ([4, 1, 0], [0, 3, 2], "separation"),
        ([4, 1, 1], [0, 3, 2], None),
        ([0, 5, 0], [3, 0, 2], None),
        ([1, 0], [0, 1], "separation"),
    ],
)
def test_what_has_no_maximum_has_a_reason(treated: list[int], control: list[int], reason: str | None) -> None:
    fit = cumulative_logit(*people_of(treated, control))
    assert (None if isinstance(fit, CumulativeLogit) else fit) == reason


def test_a_covariate_that_orders_the_levels_separates() -> None:
    levels = np.repeat([0, 1, 2], 6)
    design = np.column_stack([np.arange(18) % 2, np.arange(18.0)])
    assert cumulative_logit(levels, design) == "separation"
    assert cumulative_logit(levels, np.column_stack([design, design[:, 1]])) == "collinear_covariates"


def test_large_effects_are_no_separation() -> None:
    """One person on the wrong side is enough for a finite maximum, however far it is."""
    fit = fitted([100_000, 0, 1], [1, 0, 100_000])
    assert fit.coef[0] == pytest.approx(-2 * log(100_000), rel=1e-9)


def test_cuts_that_cannot_be_compared_have_no_odds_ratio_and_no_test() -> None:
    fits = binary_logits(*people_of([5, 3, 0], [2, 3, 1]))
    assert isinstance(fits, BinaryLogits) and fits.separated == (1,)
    assert odds_ratio_at(fits, 1, 0, conf_level=0.95).reason == "separation"
    assert odds_ratio_at(fits, 0, 0, conf_level=0.95).estimate == pytest.approx(3 * 2 / (5 * 4), rel=1e-12)
    assert brant_test(fits, (0,)).reason == "separation"
    assert brant_test(binary_logits(*people_of([5, 3], [2, 3])), (0,)).reason == "too_few_levels"
    assert brant_test("too_few_levels", (0,)).reason == "too_few_levels"
    assert binary_logits(*people_of([5], [2])) == "too_few_levels"


def test_levels_and_rows_must_match() -> None:
    with pytest.raises(ValueError, match="one number per row"):
        cumulative_logit([0, 1, 2], np.ones((2, 1)))
