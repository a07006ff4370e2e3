"""Quantiles by hand, draws written out, and the interval of every possible draw of small arms."""

from __future__ import annotations

from itertools import product
from math import inf, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.event_table import event_table, kaplan_meier
from primus_eval.numerics.quantiles import quantile_day, quantile_days, quantile_difference
from primus_eval.numerics.streams import Stream

always = settings(max_examples=200, deadline=None, derandomize=True)
person = st.tuples(st.integers(0, 8), st.booleans())
groups = st.lists(person, min_size=1, max_size=20)
shares = st.sampled_from([0.1, 0.25, 0.5, 2 / 3, 0.9])


def of(people: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    time, event = zip(*people, strict=True)
    return np.array(time, dtype=float), np.array(event)


def read_from_the_curve(time: np.ndarray, event: np.ndarray, share: float) -> float:
    """The first day on which one minus Kaplan-Meier is the share or more, to 12 digits; else infinity."""
    curve = kaplan_meier(event_table(time, event), conf_level=0.95)
    for day, survival in zip(curve.time_days, curve.survival, strict=True):
        if round(1 - survival, 12) >= round(share, 12):
            return float(day)
    return inf


@pytest.mark.parametrize(
    ("time", "event", "share", "day"),
    [
        # Incidence 1/5 from day 2, then 1/5 + 4/5 * 1/3 = 7/15 from day 5, 11/15 from day 6.
        ([2, 3, 5, 6, 9], [1, 0, 1, 1, 0], 0.2, 2),
        ([2, 3, 5, 6, 9], [1, 0, 1, 1, 0], 0.21, 5),
        ([2, 3, 5, 6, 9], [1, 0, 1, 1, 0], 7 / 15, 5),
        ([2, 3, 5, 6, 9], [1, 0, 1, 1, 0], 0.7, 6),
        ([2, 3, 5, 6, 9], [1, 0, 1, 1, 0], 0.74, "quantile_not_reached"),
        # A plateau at one half from day 2 to day 3: the day on which the curve got there.
        ([1, 2, 3, 4], [1, 1, 1, 1], 0.5, 2),
        # Ten steps of a tenth: three of them are 0.3 although the product of the fractions is not quite.
        (list(range(1, 11)), [1] * 10, 0.3, 3),
        (list(range(1, 11)), [1] * 10, 1.0, 10),
        ([0, 0, 4], [1, 1, 0], 0.5, 0),
        ([3, 3], [0, 0], 0.1, "quantile_not_reached"),
        ([], [], 0.1, "too_few_people"),
    ],
)
def test_by_hand(time: list[int], event: list[int], share: float, day: float | str) -> None:
    assert quantile_day(time, event, quantile=share) == day


@pytest.mark.parametrize("share", [0, -0.1, 1.1, float("nan")])
def test_a_share_that_is_none_is_a_mistake(share: float) -> None:
    with pytest.raises(ValueError, match="quantile"):
        quantile_day([1], [1], quantile=share)


@always
@given(groups, shares, st.data())
def test_a_draw_is_its_people_written_out(
    people: list[tuple[int, bool]], share: float, data: st.DataObject
) -> None:
    time, event = of(people)
    often = st.lists(st.integers(0, 3), min_size=len(people), max_size=len(people)).filter(any)
    counts = np.array(data.draw(st.lists(often, min_size=1, max_size=4)))
    expected = [read_from_the_curve(np.repeat(time, row), np.repeat(event, row), share) for row in counts]
    assert quantile_days(time, event, counts, quantile=share).tolist() == expected


@always
@given(groups, shares, st.integers(2, 7))
def test_days_counted_in_other_units_move_with_them(
    people: list[tuple[int, bool]], share: float, factor: int
) -> None:
    time, event = of(people)
    day, longer = (quantile_day(t, event, quantile=share) for t in (time, factor * time))
    assert longer == (day if isinstance(day, str) else factor * day)


Arm = tuple[list[int], list[int]]


def both(treatment: Arm, control: Arm) -> tuple[list[int], list[int], list[int]]:
    treated = [1] * len(treatment[0]) + [0] * len(control[0])
    return treatment[0] + control[0], treatment[1] + control[1], treated


def every_draw(arm: Arm, share: float) -> list[float]:
    time, event = (np.array(column) for column in arm)
    draws = (np.array(rows) for rows in product(range(len(time)), repeat=len(time)))
    return [read_from_the_curve(time[rows], event[rows], share) for rows in draws]


def exact_ends(treatment: Arm, control: Arm, share: float, conf_level: float) -> tuple[float, float]:
    """The percentiles of the difference over all pairs of draws, each as likely as the other.

    The percentiles asked for must not lie so close to a step that 20,000 random draws could miss them.
    """
    pairs = list(product(every_draw(treatment, share), every_draw(control, share)))
    lowest = np.sort([-inf if a == b == inf else a - b for a, b in pairs])
    highest = np.sort([inf if a == b == inf else a - b for a, b in pairs])
    tail = (1 - conf_level) / 2
    for values, level in ((lowest, tail), (highest, 1 - tail)):
        steps = np.cumsum(np.unique(values, return_counts=True)[1])[:-1] / len(values)
        assert np.abs(steps - level).min() > 4 * sqrt(level * (1 - level) / 20_000)
    return float(lowest[int(tail * len(pairs))]), float(highest[int((1 - tail) * len(pairs))])


ALL_SEEN = (([4, 7, 11], [1, 1, 1]), ([2, 3, 8], [1, 1, 1]))
ONE_LEFT = (([4, 7, 9, 12], [1, 1, 1, 0]), ([2, 3, 6], [1, 1, 1]))
SOME_LEFT = (([4, 7, 9], [1, 1, 0]), ([2, 3, 6, 8], [1, 0, 1, 1]))


@pytest.mark.parametrize(
    ("arms", "conf_level", "is_finite"),
    [
        (ALL_SEEN, 0.2, True),
        (ALL_SEEN, 0.5, True),
        (ALL_SEEN, 0.8, True),
        (ALL_SEEN, 0.95, True),
        (ONE_LEFT, 0.2, True),
        (ONE_LEFT, 0.62, True),
        (ONE_LEFT, 0.8, True),
        (SOME_LEFT, 0.2, True),
        (SOME_LEFT, 0.62, False),
        (SOME_LEFT, 0.95, False),
    ],
)
def test_the_interval_is_that_of_all_possible_draws(
    arms: tuple[Arm, Arm], conf_level: float, is_finite: bool
) -> None:
    treatment, control = arms
    ends = exact_ends(treatment, control, 0.4, conf_level)
    assert is_finite == (inf not in (-ends[0], ends[1]))
    stream = Stream(seed=3, name="all", replicates=20_000)
    effect = quantile_difference(
        *both(treatment, control), quantile=0.4, stream=stream, conf_level=conf_level
    )
    days = [read_from_the_curve(np.array(arm[0]), np.array(arm[1]), 0.4) for arm in (treatment, control)]
    assert effect.estimate == days[0] - days[1]
    if not is_finite:
        assert (effect.conf_low, effect.reason) == (None, "interval_passes_infinity")
    else:
        assert (effect.conf_low, effect.conf_high, effect.reason) == (*ends, None)


RANDOM = np.random.Generator(np.random.Philox(key=11))
TIME = RANDOM.integers(1, 60, 80).astype(float)
EVENT = RANDOM.random(80) < 0.7
TREATED = np.arange(80) % 2 == 0
STRATUM = np.arange(80) % 3


def difference(time: np.ndarray, event: np.ndarray, treated: np.ndarray, *more: Any, **options: Any) -> Any:
    asked = {"quantile": 0.3, "conf_level": 0.9, "stream": Stream(seed=1, name="a", replicates=400)}
    return quantile_difference(time, event, treated, *more, **(asked | options))


@pytest.mark.parametrize("strata", [None, STRATUM])
def test_the_order_of_the_people_does_not_matter(strata: np.ndarray | None) -> None:
    order = RANDOM.permutation(80)
    once = difference(TIME, EVENT, TREATED, strata)
    again = difference(TIME[order], EVENT[order], TREATED[order], None if strata is None else strata[order])
    assert once == again and once.conf_low < once.conf_high


def test_drawing_within_strata_keeps_their_sizes() -> None:
    """Strata of people who are all alike cannot change when they are drawn: the interval has no width."""
    stratum = np.unique(np.column_stack([TIME, EVENT, TREATED]), axis=0, return_inverse=True)[1].ravel()
    within = difference(TIME, EVENT, TREATED, stratum)
    assert within.conf_low == within.conf_high == within.estimate
    assert difference(TIME, EVENT, TREATED).conf_low < within.conf_low


def test_seed_and_name_decide_the_draws() -> None:
    ends = {
        (effect.conf_low, effect.conf_high)
        for seed, name in ((1, "a"), (1, "a"), (2, "a"), (1, "b"))
        for effect in [
            difference(7.3 * TIME, EVENT, TREATED, stream=Stream(seed=seed, name=name, replicates=200))
        ]
    }
    assert 1 < len(ends) <= 3


@pytest.mark.parametrize(
    ("time", "event", "treated", "reason"),
    [
        ([], [], [], "one_arm_empty"),
        ([3], [1], [1], "one_arm_empty"),
        ([1, 2, 3], [1, 1, 1], [1, 1, 1], "one_arm_empty"),
        ([1, 2, 3, 4], [0, 0, 0, 0], [1, 1, 0, 0], "quantile_not_reached"),
        ([1, 2, 3, 4], [1, 1, 0, 0], [1, 1, 0, 0], "quantile_not_reached"),
        ([0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0], "quantile_not_reached"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(
    time: list[int], event: list[int], treated: list[int], reason: str
) -> None:
    effect = difference(np.array(time), np.array(event), np.array(treated))
    assert (effect.estimate, effect.reason) == (None, reason)


def test_an_arm_of_people_who_are_alike_has_no_interval() -> None:
    for treatment in ([5], [5, 5, 5]):
        time, treated = [*treatment, 1, 2, 9], [1] * len(treatment) + [0] * 3
        effect = difference(np.array(time), np.ones(len(time)), np.array(treated))
        assert (effect.estimate, effect.conf_low, effect.reason) == (4.0, None, "no_interval_at_certainty")


TRIALS = 200


def test_covers_the_truth_in_simulated_trials() -> None:
    """Median days of Weibull times, 60 people an arm, a quarter censored; the truth is the continuous one,
    and days are fine enough (tenths) not to matter. Monte Carlo error of 95 % in 200 trials: 1.5 points; the
    bound below is four of them, above is full coverage (percentiles of steps are a little cautious)."""
    random = np.random.Generator(np.random.Philox(key=6))
    truth = (100 - 70) * np.log(2) ** (1 / 1.3)
    treated = np.repeat([True, False], 60)
    covered, estimates = 0, []
    for trial in range(TRIALS):
        days = random.weibull(1.3, 120) * np.where(treated, 100, 70)
        end = random.uniform(60, 400, 120)
        time, event = np.ceil(10 * np.minimum(days, end)) / 10, days <= end
        stream = Stream(seed=trial, name="coverage", replicates=399)
        effect = quantile_difference(time, event, treated, quantile=0.5, stream=stream, conf_level=0.95)
        assert effect.estimate is not None and effect.conf_low is not None and effect.conf_high is not None
        covered += effect.conf_low <= truth <= effect.conf_high
        estimates.append(effect.estimate)
    assert covered / TRIALS >= 0.95 - 4 * 0.0154
    error = np.std(estimates) / np.sqrt(TRIALS)
    assert np.mean(estimates) == pytest.approx(truth, abs=4 * error)
