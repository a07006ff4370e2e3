"""Event table, Kaplan-Meier, survival difference and restricted mean: by hand, and what must always hold."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.effect import Effect, normal_quantile
from primus_eval.numerics.event_table import at, event_table, is_determined, kaplan_meier
from primus_eval.numerics.restricted_mean import (
    RestrictedMean,
    restricted_mean,
    restricted_mean_difference,
    restricted_mean_ratio,
)
from primus_eval.numerics.survival_difference import survival_at, survival_difference

always = settings(derandomize=True, deadline=None, max_examples=60)
Z = normal_quantile(0.95)

# Seven people: events on days 2, 3, 5, 5, 8; last seen without one on days 3 and 7.
TIME, EVENT = [2, 3, 3, 5, 5, 7, 8], [1, 1, 0, 1, 1, 0, 1]


@st.composite
def follow_ups(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    people = draw(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=25))
    return np.array([time for time, _ in people]), np.array([event for _, event in people])


@st.composite
def trials(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a small trial in which both arms have people who are followed to day 12."""
    person = st.tuples(st.integers(1, 12), st.booleans(), st.booleans())
    people = [*draw(st.lists(person, min_size=2, max_size=25)), (12, False, True), (12, False, False)]
    return tuple(np.array(column) for column in zip(*people, strict=True))  # type: ignore[return-value]


def mean_of(time: object, event: object, horizon_days: float) -> RestrictedMean:
    result = restricted_mean(np.asarray(time), np.asarray(event), horizon_days=horizon_days)
    assert isinstance(result, RestrictedMean)
    return result


def test_event_table_by_hand() -> None:
    table = event_table(TIME, EVENT)
    assert table.time_days.tolist() == [2, 3, 5, 7, 8]
    assert table.at_risk.tolist() == [7, 6, 4, 2, 1]
    assert table.events.tolist() == [1, 1, 2, 0, 1]
    assert table.censored.tolist() == [0, 1, 0, 1, 0]


def test_kaplan_meier_by_hand() -> None:
    curve = kaplan_meier(event_table(TIME, EVENT), conf_level=0.95)
    on_day_5 = 6 / 7 * 5 / 6 * 2 / 4  # 5/14
    assert curve.survival == pytest.approx([6 / 7, 5 / 7, 5 / 14, 5 / 14, 0], rel=1e-12)
    # Greenwood: 1/(7x6), + 1/(6x5), + 2/(4x2), + 0.
    sums = [1 / 42, 2 / 35, 43 / 140, 43 / 140]
    by_hand = [s * sqrt(v) for s, v in zip([6 / 7, 5 / 7, 5 / 14, 5 / 14], sums, strict=True)]
    assert curve.std_error == pytest.approx([*by_hand, 0], rel=1e-12)
    spread = Z * sqrt(43 / 140) / -log(on_day_5)
    assert curve.conf_low[2] == pytest.approx(on_day_5 ** exp(spread), rel=1e-12)
    assert curve.conf_high[2] == pytest.approx(on_day_5 ** exp(-spread), rel=1e-12)


def test_the_curve_has_no_interval_at_certainty_and_says_so_by_equal_ends() -> None:
    curve = kaplan_meier(event_table([1, 2, 2, 3, 5], [0, 1, 0, 1, 1]), conf_level=0.95)
    assert (curve.survival[0], curve.conf_low[0], curve.conf_high[0], curve.std_error[0]) == (1, 1, 1, 0)
    assert (curve.survival[-1], curve.conf_low[-1], curve.conf_high[-1], curve.std_error[-1]) == (0, 0, 0, 0)
    assert curve.conf_low[1] < curve.survival[1] < curve.conf_high[1]


@pytest.mark.parametrize(
    ("day", "survival", "at_risk"),
    [
        (0, 1, 7),
        (1.9, 1, 7),
        (2, 6 / 7, 7),
        (2.1, 6 / 7, 6),
        (3, 5 / 7, 6),
        (6, 5 / 14, 2),
        (8, 0, 1),
        (9, 0, 0),
    ],
)
def test_reading_the_curve_on_a_day(day: float, survival: float, at_risk: int) -> None:
    point = at(kaplan_meier(event_table(TIME, EVENT), conf_level=0.95), day)
    assert point.survival == pytest.approx(survival, rel=1e-12)
    assert point.at_risk == at_risk


@pytest.mark.parametrize(
    ("last_event", "day", "expected"), [(1, 8, True), (0, 8, True), (1, 9, True), (0, 9, False)]
)
def test_a_day_is_determined_by_follow_up_or_by_nobody_left(
    last_event: int, day: int, expected: bool
) -> None:
    assert is_determined(event_table(TIME, [*EVENT[:-1], last_event]), day) is expected


def test_restricted_mean_by_hand() -> None:
    result = mean_of(TIME, EVENT, 6)
    # Area to day 6: 2 x 1 + 1 x 6/7 + 2 x 5/7 + 1 x 5/14.
    assert result.mean_days == pytest.approx(65 / 14, rel=1e-12)
    # Still to come after days 2, 3, 5: 37/14, 25/14, 5/14.
    variance = (37 / 14) ** 2 / 42 + (25 / 14) ** 2 / 30 + (5 / 14) ** 2 * 2 / 8
    assert result.std_error_days == pytest.approx(sqrt(variance), rel=1e-12)


def test_restricted_mean_of_two_by_hand() -> None:
    """Events on days 1 and 2: area 1 + 1/2; half a day still to come after day 1, nothing after day 2."""
    result = mean_of([1, 2], [1, 1], 3)
    assert result.mean_days == pytest.approx(1.5, rel=1e-12)
    assert result.std_error_days == pytest.approx(sqrt((1 / 2) ** 2 / (2 * 1)), rel=1e-12)


def test_contrasts_by_hand() -> None:
    """The seven against four people with events on days 1 and 4, followed to day 6."""
    time, event = [*TIME, 1, 4, 6, 6], [*EVENT, 1, 1, 0, 0]
    arm = [1] * 7 + [0] * 4
    options = {"horizon_days": 6, "conf_level": 0.95}
    difference = survival_difference(time, event, arm, **options)
    variance = (5 / 14) ** 2 * 43 / 140 + (1 / 2) ** 2 * (1 / 12 + 1 / 6)
    assert difference.estimate == pytest.approx(5 / 14 - 1 / 2, rel=1e-12)
    assert difference.std_error == pytest.approx(sqrt(variance), rel=1e-12)

    # Control: 1 x 1 + 3 x 3/4 + 2 x 1/2; still to come after days 1 and 4: 13/4 and 1.
    control, control_variance = 17 / 4, (13 / 4) ** 2 / 12 + 1 / 6
    treated = mean_of(TIME, EVENT, 6)
    means = restricted_mean_difference(time, event, arm, **options)
    assert means.estimate == pytest.approx(65 / 14 - control, rel=1e-12)
    assert means.std_error == pytest.approx(sqrt(treated.std_error_days**2 + control_variance), rel=1e-12)
    ratio = restricted_mean_ratio(time, event, arm, **options)
    assert ratio.estimate == pytest.approx(65 / 14 / control, rel=1e-12)
    log_variance = (treated.std_error_days * 14 / 65) ** 2 + control_variance / control**2
    assert ratio.std_error == pytest.approx(sqrt(log_variance), rel=1e-12)


def test_survival_in_one_group() -> None:
    effect = survival_at(TIME, EVENT, horizon_days=5, conf_level=0.95)
    point = at(kaplan_meier(event_table(TIME, EVENT), conf_level=0.95), 5)
    assert (effect.estimate, effect.conf_low, effect.conf_high, effect.std_error) == (
        point.survival,
        point.conf_low,
        point.conf_high,
        point.std_error,
    )
    for horizon, certain in ((1, 1), (8, 0)):
        effect = survival_at(TIME, EVENT, horizon_days=horizon, conf_level=0.95)
        assert effect == Effect(estimate=certain, reason="no_interval_at_certainty")


@always
@given(trials())
def test_without_censoring_survival_is_the_share_without_the_event(trial: tuple[np.ndarray, ...]) -> None:
    time, _, _ = trial
    for day in (3, 7):
        effect = survival_at(time, np.ones(len(time)), horizon_days=day, conf_level=0.95)
        share = (time > day).mean()
        assert effect.estimate == pytest.approx(share, rel=1e-12, abs=1e-12)
        if effect.std_error is not None:
            assert effect.std_error == pytest.approx(sqrt(share * (1 - share) / len(time)), rel=1e-12)


@always
@given(trials())
def test_without_censoring_the_restricted_mean_is_a_plain_mean(trial: tuple[np.ndarray, ...]) -> None:
    time, _, _ = trial
    result = mean_of(time, np.ones(len(time)), 8)
    until_8 = np.minimum(time, 8)
    assert result.mean_days == pytest.approx(until_8.mean(), rel=1e-12)
    assert result.std_error_days == pytest.approx(until_8.std() / sqrt(len(time)), rel=1e-11, abs=1e-12)


@always
@given(follow_ups())
def test_repeating_every_person_leaves_the_curve_and_halves_its_variance(
    people: tuple[np.ndarray, np.ndarray],
) -> None:
    once = kaplan_meier(event_table(*people), conf_level=0.95)
    time, event = (np.repeat(column, 2) for column in people)
    twice = kaplan_meier(event_table(time, event), conf_level=0.95)
    assert twice.survival == pytest.approx(once.survival, rel=1e-12)
    assert twice.at_risk.tolist() == (2 * once.at_risk).tolist()
    # Greenwood's terms d / (n (n - d)) become 2d / (2n 2(n - d)).
    assert twice.std_error == pytest.approx(once.std_error / sqrt(2), rel=1e-12)


@always
@given(trials(), st.randoms(use_true_random=False))
def test_row_order_and_unit_of_time_do_not_matter(trial: tuple[np.ndarray, ...], random: object) -> None:
    time, event, treated = trial
    order = list(range(len(time)))
    random.shuffle(order)  # type: ignore[attr-defined]
    options = {"horizon_days": 10, "conf_level": 0.95}
    in_weeks = {"horizon_days": 10 / 7, "conf_level": 0.95}
    for function in (survival_difference, restricted_mean_difference, restricted_mean_ratio):
        here = function(time, event, treated, **options)
        shuffled = function(time[order], event[order], treated[order], **options)
        assert shuffled == here
        weeks = function(time / 7, event, treated, **in_weeks)
        unit = 7 if function is restricted_mean_difference else 1
        assert weeks.reason == here.reason
        if here.estimate is not None and weeks.estimate is not None:
            assert weeks.estimate * unit == pytest.approx(here.estimate, rel=1e-9, abs=1e-9)
            assert weeks.p_value == pytest.approx(here.p_value, abs=1e-9)


@always
@given(trials())
def test_swapping_the_arms_turns_every_contrast_round(trial: tuple[np.ndarray, ...]) -> None:
    time, event, treated = trial
    options = {"horizon_days": 12, "conf_level": 0.95}
    for function in (survival_difference, restricted_mean_difference):
        here, there = (function(time, event, arm, **options) for arm in (treated, ~treated))
        assert there.reason == here.reason
        if here.estimate is not None and there.estimate is not None:
            assert there.estimate == pytest.approx(-here.estimate, abs=1e-12)
        if here.conf_high is not None and there.conf_low is not None:
            assert there.conf_low == pytest.approx(-here.conf_high, abs=1e-12)
            assert there.p_value == pytest.approx(here.p_value, rel=1e-12)
    here, there = (restricted_mean_ratio(time, event, arm, **options) for arm in (treated, ~treated))
    if here.estimate is not None and there.estimate is not None:
        assert there.estimate * here.estimate == pytest.approx(1, rel=1e-12)
    if here.conf_high is not None and there.conf_low is not None:
        assert there.conf_low * here.conf_high == pytest.approx(1, rel=1e-12)


@always
@given(trials())
def test_what_happens_after_the_horizon_changes_nothing(trial: tuple[np.ndarray, ...]) -> None:
    time, event, treated = trial
    later = np.where(time > 6, 6 + 2 * (time - 6), time)
    never = np.where(time > 6, 0, event)
    for function in (survival_difference, restricted_mean_difference, restricted_mean_ratio):
        options = {"horizon_days": 6, "conf_level": 0.95}
        assert function(later, never, treated, **options) == function(time, event, treated, **options)


@pytest.mark.parametrize(
    ("time", "event", "message"),
    [
        ([1, -1], [0, 1], "negative"),
        ([1, np.nan], [0, 1], "finite"),
        ([1, np.inf], [0, 1], "finite"),
        ([1, 2], [0, 2], "0 or 1"),
        ([1, 2], [0, 1, 1], "2 values"),
        ([[1, 2]], [[0, 1]], "one-dimensional"),
    ],
)
def test_impossible_follow_up_is_refused(time: object, event: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        event_table(np.array(time), np.array(event))


@pytest.mark.parametrize("horizon_days", [-1, np.inf, np.nan])
def test_an_impossible_horizon_is_refused(horizon_days: float) -> None:
    with pytest.raises(ValueError, match="horizon_days"):
        survival_at(TIME, EVENT, horizon_days=horizon_days, conf_level=0.95)
    with pytest.raises(ValueError, match="horizon_days"):
        restricted_mean(TIME, EVENT, horizon_days=horizon_days)
