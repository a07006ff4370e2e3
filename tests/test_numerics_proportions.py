"""Two proportions: published tables, cases worked by hand, exact counting, and what must always hold."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, isclose, log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.effect import Effect, normal_quantile
from primus_eval.numerics.proportions import (
    Table2x2,
    fisher_exact_test,
    number_needed_to_treat,
    odds_ratio_wald_log,
    pooled_z_test,
    proportion_wilson,
    risk_difference_miettinen_nurminen,
    risk_difference_newcombe,
    risk_difference_wald,
    risk_ratio_wald_log,
)

DIFFERENCES = (risk_difference_newcombe, risk_difference_wald, risk_difference_miettinen_nurminen)
always = settings(derandomize=True, deadline=None, max_examples=80)


def table(events_treatment: int, n_treatment: int, events_control: int, n_control: int) -> Table2x2:
    return Table2x2(
        events_treatment=events_treatment,
        n_treatment=n_treatment,
        events_control=events_control,
        n_control=n_control,
    )


def ends(effect: Effect) -> tuple[float | None, float | None]:
    return effect.conf_low, effect.conf_high


@st.composite
def tables(draw: st.DrawFn, largest: int = 40) -> Table2x2:
    n_treatment, n_control = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    return table(draw(st.integers(0, n_treatment)), n_treatment, draw(st.integers(0, n_control)), n_control)


# Newcombe 1998, Statistics in Medicine 17:873-890, Table II: methods 10 and 6. Printed to four decimals.
NEWCOMBE_TABLE_II = [
    (table(56, 70, 48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
    (table(9, 10, 3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
    (table(6, 7, 2, 7), (0.0582, 0.8062), (0.0342, 0.8534)),
    (table(5, 56, 0, 29), (-0.0381, 0.1926), (-0.0326, 0.1933)),
    (table(0, 10, 0, 20), (-0.1611, 0.2775), (-0.1658, 0.2844)),
    (table(0, 10, 0, 10), (-0.2775, 0.2775), (-0.2879, 0.2879)),
    (table(10, 10, 0, 20), (0.6791, 1.0000), (0.7156, 1.0000)),
    (table(10, 10, 0, 10), (0.6075, 1.0000), (0.6636, 1.0000)),
]


@pytest.mark.parametrize(("counts", "method_10", "method_6"), NEWCOMBE_TABLE_II)
def test_newcombe_table_ii(
    counts: Table2x2, method_10: tuple[float, float], method_6: tuple[float, float]
) -> None:
    half_a_digit = 0.5e-4 + 1e-12
    newcombe = ends(risk_difference_newcombe(counts, conf_level=0.95))
    score = ends(risk_difference_miettinen_nurminen(counts, conf_level=0.95))
    assert newcombe == pytest.approx(method_10, abs=half_a_digit)
    assert score == pytest.approx(method_6, abs=half_a_digit)


def test_maryland() -> None:
    """The figures of the trial, 48 of 216 against 66 of 216, to the digits in which they are quoted."""
    maryland = table(48, 216, 66, 216)
    newcombe = risk_difference_newcombe(maryland, conf_level=0.95)
    assert newcombe.estimate == pytest.approx(-1 / 12, rel=1e-15)
    assert ends(newcombe) == pytest.approx((-0.16505, -0.00015), abs=0.5e-5)
    assert ends(risk_difference_wald(maryland, conf_level=0.95)) == pytest.approx(
        (-0.16608, -0.00058), abs=0.5e-5
    )
    score = risk_difference_miettinen_nurminen(maryland, conf_level=0.95)
    assert ends(score) == pytest.approx((-0.1659, -0.0001), abs=0.5e-4)


def test_worked_by_hand() -> None:
    """2 of 5 against 3 of 4."""
    counts, z = table(2, 5, 3, 4), normal_quantile(0.95)

    wald = risk_difference_wald(counts, conf_level=0.95)
    variance = 0.4 * 0.6 / 5 + 0.75 * 0.25 / 4  # 0.048 + 0.046875
    assert isclose(wald.estimate or 0, 0.4 - 0.75, rel_tol=1e-12)
    assert isclose(wald.std_error or 0, sqrt(0.094875), rel_tol=1e-12) and isclose(variance, 0.094875)
    assert isclose(wald.conf_low or 0, -0.35 - z * sqrt(variance), rel_tol=1e-12)

    ratio = risk_ratio_wald_log(counts, conf_level=0.95)
    assert isclose(ratio.estimate or 0, (2 / 5) / (3 / 4), rel_tol=1e-12)  # 8 / 15
    assert isclose(ratio.std_error or 0, sqrt(1 / 2 - 1 / 5 + 1 / 3 - 1 / 4), rel_tol=1e-12)
    assert isclose(ratio.conf_high or 0, 8 / 15 * exp(z * sqrt(23 / 60)), rel_tol=1e-12)

    odds = odds_ratio_wald_log(counts, conf_level=0.95)
    assert isclose(odds.estimate or 0, (2 * 1) / (3 * 3), rel_tol=1e-12)
    assert isclose(odds.std_error or 0, sqrt(1 / 2 + 1 / 3 + 1 / 3 + 1 / 1), rel_tol=1e-12)
    assert isclose(odds.statistic or 0, log(2 / 9) / sqrt(13 / 6), rel_tol=1e-12)

    test = pooled_z_test(counts)  # pooled risk 5/9, variance 5/9 x 4/9 x (1/5 + 1/4) = 1/9
    assert isclose(test.statistic or 0, -0.35 * 3, rel_tol=1e-12)

    wilson = proportion_wilson(2, 5, conf_level=0.95)
    for end in ends(wilson):  # each end solves (0.4 - p)^2 = z^2 p (1 - p) / 5
        assert end is not None
        assert isclose((0.4 - end) ** 2, z**2 * end * (1 - end) / 5, rel_tol=1e-12)


def test_the_lady_tasting_tea() -> None:
    """3 of 4 against 1 of 4, Fisher 1935: 2 (16 + 1) of the 70 arrangements are no more likely."""
    assert isclose(fisher_exact_test(table(3, 4, 1, 4)).p_value or 0, 34 / 70, rel_tol=1e-12)


@always
@given(tables())
def test_fisher_equals_counting_the_arrangements(counts: Table2x2) -> None:
    if counts.events in (0, counts.n):
        return

    def arrangements(in_treatment: int) -> int:
        return comb(counts.n_treatment, in_treatment) * comb(counts.n_control, counts.events - in_treatment)

    possible = [arrangements(k) for k in range(counts.events + 1)]
    observed = arrangements(counts.events_treatment)
    exact = Fraction(sum(k for k in possible if k <= observed), sum(possible))
    # The logarithms of factorials cost some digits.
    assert isclose(fisher_exact_test(counts).p_value or 0, float(exact), rel_tol=1e-11)


@always
@given(tables())
def test_swapping_the_arms_turns_every_contrast_round(counts: Table2x2) -> None:
    swapped = table(counts.events_control, counts.n_control, counts.events_treatment, counts.n_treatment)
    for function in DIFFERENCES:
        here, there = function(counts, conf_level=0.9), function(swapped, conf_level=0.9)
        if here.estimate is None:
            assert there == here
            continue
        assert here.estimate == -(there.estimate or 0.0)
        assert here.reason == there.reason
        if here.conf_low is not None and there.conf_high is not None:
            assert here.conf_low == pytest.approx(-there.conf_high, abs=1e-12)
    for ratio in (risk_ratio_wald_log, odds_ratio_wald_log):
        here, there = ratio(counts, conf_level=0.9), ratio(swapped, conf_level=0.9)
        assert here.reason == there.reason
        if here.estimate is not None and there.estimate is not None:
            assert here.estimate * there.estimate == pytest.approx(1, rel=1e-12)
        if here.conf_low is not None and there.conf_high is not None:
            assert here.conf_low * there.conf_high == pytest.approx(1, rel=1e-12)
    here, there = fisher_exact_test(counts), fisher_exact_test(swapped)
    assert here.reason == there.reason
    assert (here.p_value or 0) == pytest.approx(there.p_value or 0, rel=1e-11)


@always
@given(tables())
def test_intervals_hold_the_estimate_and_stay_in_range(counts: Table2x2) -> None:
    for function in (risk_difference_newcombe, risk_difference_miettinen_nurminen):
        narrow, wide = function(counts, conf_level=0.8), function(counts, conf_level=0.99)
        assert narrow.estimate is not None
        edges = (wide.conf_low, narrow.conf_low, narrow.estimate, narrow.conf_high, wide.conf_high)
        numbers = [-1.0, *(edge for edge in edges if edge is not None), 1.0]
        assert len(numbers) == 7
        assert all(low <= high + 1e-15 for low, high in zip(numbers, numbers[1:], strict=False))


@always
@given(tables())
def test_the_score_interval_holds_zero_exactly_when_its_test_says_so(counts: Table2x2) -> None:
    effect = risk_difference_miettinen_nurminen(counts, conf_level=0.95)
    if effect.p_value is None or abs(effect.p_value - 0.05) < 1e-9:
        return
    assert effect.conf_low is not None and effect.conf_high is not None
    assert (effect.conf_low <= 0 <= effect.conf_high) == (effect.p_value > 0.05)


@always
@given(tables())
def test_the_pooled_test_is_pearsons_chi_square(counts: Table2x2) -> None:
    test = pooled_z_test(counts)
    if test.statistic is None:
        assert counts.events in (0, counts.n)
        return
    chi_square = 0.0
    arms = ((counts.events_treatment, counts.n_treatment), (counts.events_control, counts.n_control))
    for events, n in arms:
        for observed, share in ((events, counts.events), (n - events, counts.n - counts.events)):
            expected = n * share / counts.n
            chi_square += (observed - expected) ** 2 / expected
    assert test.statistic**2 == pytest.approx(chi_square, rel=1e-10, abs=1e-12)


def test_number_needed_to_treat_has_the_sign_of_the_benefit() -> None:
    fewer, more = table(10, 100, 30, 100), table(30, 100, 10, 100)
    assert number_needed_to_treat(fewer, conf_level=0.95, better="lower").estimate == pytest.approx(5)
    assert number_needed_to_treat(fewer, conf_level=0.95, better="higher").estimate == pytest.approx(-5)
    assert number_needed_to_treat(more, conf_level=0.95, better="lower").estimate == pytest.approx(-5)
    assert number_needed_to_treat(more, conf_level=0.95, better="higher").estimate == pytest.approx(5)


def test_number_needed_to_treat_inverts_newcombes_ends() -> None:
    counts = table(10, 100, 30, 100)
    low, high = ends(risk_difference_newcombe(counts, conf_level=0.95))
    assert low is not None and high is not None and high < 0
    needed = number_needed_to_treat(counts, conf_level=0.95, better="lower")
    assert ends(needed) == pytest.approx((-1 / low, -1 / high), rel=1e-12)
    harmed = number_needed_to_treat(counts, conf_level=0.95, better="higher")
    assert ends(harmed) == pytest.approx((1 / high, 1 / low), rel=1e-12)


def test_number_needed_to_treat_through_infinity_keeps_its_estimate() -> None:
    effect = number_needed_to_treat(table(10, 50, 12, 50), conf_level=0.95, better="lower")
    assert effect.estimate == pytest.approx(25)
    assert ends(effect) == (None, None) and effect.reason == "interval_passes_infinity"


@pytest.mark.parametrize("bad", [(-1, 5, 0, 5), (6, 5, 0, 5), (0, 5, 0.5, 5), (0, -1, 0, 5)])
def test_an_impossible_table_is_refused(bad: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="0 <= events <= n"):
        table(*bad)
    with pytest.raises(ValueError, match="0 <= events <= n"):
        proportion_wilson(3, 2, conf_level=0.95)
