"""Hazard ratios that are not the same throughout: by hand, on split rows, event by event, in simulations."""

from __future__ import annotations

from dataclasses import astuple
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.cox import CoxFit, cox, hazard_ratio
from primus_eval.numerics.effect import Effect
from primus_eval.numerics.time_varying import hazard_ratio_by_period, hazard_ratio_over_time

PERIODS = (0, 20, 50, 100)
LEVEL = 0.95


def by_period(*data: Any, periods: tuple[float, ...] = PERIODS) -> tuple[Effect, ...]:
    return hazard_ratio_by_period(*data, periods_days=periods, conf_level=LEVEL)


def over_time(*data: Any, at: tuple[float, ...] = (10, 60), function: Any = "log_days") -> Any:
    return hazard_ratio_over_time(*data, at_days=at, time_function=function, conf_level=LEVEL)


def people(seed: int, n: int = 150) -> dict[str, Any]:
    """Draw people with tied days, two covariates and strata."""
    rng = np.random.default_rng(seed)
    treated = rng.integers(0, 2, n)
    z = np.column_stack([rng.normal(size=n), rng.integers(0, 2, n)])
    days = np.ceil(rng.exponential(60 * np.exp(0.4 * treated - 0.3 * z[:, 0]))).clip(max=110)
    event = (days < 110) & (rng.random(n) < 0.9)
    return {"time": days, "event": event, "treated": treated, "z": z, "strata": rng.integers(0, 3, n)}


# --- by hand ------------------------------------------------------------------------------------------------


def test_by_hand():
    # Three and three at risk; a treated event on day 5 and a control event on day 10, which is still of the
    # first period: x / (3x + 3) times 1 / (2x + 3) is largest at x = sqrt(3 / 2). In the second, two and two:
    # a control event, then a treated one: 1 / (2x + 2) times x / (2x + 1) is largest at x = sqrt(1 / 2).
    time = [5, 15, 20, 10, 12, 20]
    event = [1, 1, 0, 1, 1, 0]
    first, second = by_period(time, event, [1, 1, 1, 0, 0, 0], periods=(0, 10, 20))
    x, y = sqrt(3 / 2), sqrt(1 / 2)
    assert first.estimate == pytest.approx(x, rel=1e-12)
    assert second.estimate == pytest.approx(y, rel=1e-12)
    information = x / (x + 1) ** 2 + 6 * x / (2 * x + 3) ** 2, y / (y + 1) ** 2 + 2 * y / (2 * y + 1) ** 2
    assert first.std_error == pytest.approx(1 / sqrt(information[0]), rel=1e-12)
    assert second.std_error == pytest.approx(1 / sqrt(information[1]), rel=1e-12)


@pytest.mark.parametrize("function", ["days", "log_days"])
def test_a_ratio_over_time_by_hand(function):
    # Two event days, on each a treated and a control event, tied: with two coefficients each day has a ratio
    # of its own. Day 5, three and five at risk: x / (3x + 5) / (2.5x + 4.5) is largest at sqrt(3). Day 20,
    # two and four: x / (2x + 4) / (1.5x + 3.5) is largest at sqrt(14 / 3).
    time = [5, 20, 30, 5, 20, 30, 30, 30]
    event = [1, 1, 0, 1, 1, 0, 0, 0]
    result = over_time(time, event, [1, 1, 1, 0, 0, 0, 0, 0], at=(5, 20), function=function)
    x, y = sqrt(3), sqrt(14 / 3)
    assert [effect.estimate for effect in result.at] == pytest.approx([x, y], rel=1e-12)
    variance = (
        1 / (15 * x / (3 * x + 5) ** 2 + 11.25 * x / (2.5 * x + 4.5) ** 2),
        1 / (8 * y / (2 * y + 4) ** 2 + 5.25 * y / (1.5 * y + 3.5) ** 2),
    )
    assert [effect.std_error for effect in result.at] == pytest.approx(np.sqrt(variance), rel=1e-12)
    assert result.change.statistic == pytest.approx(log(y / x) ** 2 / sum(variance), rel=1e-11)
    assert (result.change.df, result.change.reason) == (1.0, "test_only")


# --- rows split ---------------------------------------------------------------------------------------------


def split(data: dict[str, Any], cuts: list[float]) -> dict[str, Any]:
    """Split each person's follow-up at these days, one row at a time."""
    rows = []
    for person, (stop, event) in enumerate(zip(data["time"], data["event"], strict=True)):
        edges = [0.0, *(cut for cut in cuts if cut < stop), stop]
        for piece, (begin, end) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
            rows.append((person, piece, begin, end, bool(event) and end == stop))
    person, piece, begin, end, event = (np.array(column) for column in zip(*rows, strict=True))
    return {"person": person, "piece": piece, "start": begin, "stop": end, "event": event}


CASES = [(False, False), (True, False), (True, True)]


def given_to(data: dict[str, Any], adjusted: bool, stratified: bool) -> tuple[Any, ...]:
    return (
        *(data["time"], data["event"], data["treated"]),
        data["z"] if adjusted else None,
        data["strata"] if stratified else None,
    )


def plain(rows: dict[str, Any], columns: list[np.ndarray], data: dict[str, Any], case: Any) -> CoxFit:
    adjusted, stratified = case
    person = rows["person"]
    design = np.column_stack([*columns, *(data["z"][person].T if adjusted else ())])
    strata = data["strata"][person] if stratified else None
    fit = cox(design, rows["stop"], rows["event"], start=rows["start"], strata=strata)
    assert isinstance(fit, CoxFit)
    return fit


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(4))
def test_periods_are_those_of_split_rows(seed, case):
    data = people(seed)
    effects = by_period(*given_to(data, *case))
    inside = {
        **data,
        "time": data["time"].clip(max=PERIODS[-1]),
        "event": data["event"] & (data["time"] <= PERIODS[-1]),
    }
    rows = split(inside, list(PERIODS[1:-1]))
    arm = data["treated"][rows["person"]]
    fit = plain(rows, [arm * (rows["piece"] == period) for period in range(3)], data, case)
    for period, effect in enumerate(effects):
        # Both are iterated until steps are below 1e-9, after which the error is that of rounding.
        same(effect, hazard_ratio(fit, period, conf_level=LEVEL), rel=1e-9)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("function", ["days", "log_days"])
def test_a_changing_ratio_is_that_of_split_rows(function, case):
    data = people(11)
    result = over_time(*given_to(data, *case), at=(0, 30), function=function)
    rows = split(data, sorted(set(data["time"][data["event"]])))
    arm = data["treated"][rows["person"]]
    g = np.log(rows["stop"] + 1) if function == "log_days" else rows["stop"]
    fit = plain(rows, [arm.astype(float), arm * g], data, case)
    same(result.at[0], hazard_ratio(fit, 0, conf_level=LEVEL), rel=1e-8)
    z = fit.coef[1] / sqrt(fit.covariance_model[1, 1])
    assert result.change.statistic == pytest.approx(z**2, rel=1e-8)
    later = log(31) if function == "log_days" else 30
    assert result.at[1].estimate == pytest.approx(exp(fit.coef[0] + fit.coef[1] * later), rel=1e-8)


def same(ours: Effect, theirs: Effect, *, rel: float) -> None:
    assert ours.reason == theirs.reason
    for mine, other in zip(astuple(ours), astuple(theirs), strict=True):
        assert mine == (pytest.approx(other, rel=rel) if isinstance(other, float) else other)


# --- event by event -----------------------------------------------------------------------------------------


def log_likelihood(data: dict[str, Any], of_arm: Any, gamma: np.ndarray) -> float:
    """Write Efron's partial likelihood out, an event day and an event at a time."""
    total = 0.0
    for day in sorted(set(data["time"][data["event"]])):
        relative = np.exp(data["treated"] * of_arm(day) + data["z"] @ gamma)
        dying = data["event"] & (data["time"] == day)
        for number in range(dying.sum()):
            there = relative[data["time"] >= day].sum() - number / dying.sum() * relative[dying].sum()
            total -= log(there)
        total += np.log(relative[dying]).sum()
    return total


def test_no_step_aside_goes_higher():
    data = people(5, n=60)
    adjusted = {**data, "z": data["z"][:, :1]}
    effects = by_period(data["time"], data["event"], data["treated"], adjusted["z"])
    adjusted["event"] = data["event"] & (data["time"] <= PERIODS[-1])
    logs = np.array([log(effect.estimate or 0) for effect in effects])

    def profile(ratios: np.ndarray) -> float:
        """The highest over the covariate, found by narrowing a bracket."""
        low, high = -3.0, 3.0
        for _ in range(36):
            a, b = low + 0.382 * (high - low), low + 0.618 * (high - low)
            higher = [
                log_likelihood(
                    adjusted, lambda day: ratios[np.searchsorted(PERIODS[1:], day)], np.array([gamma])
                )
                for gamma in (a, b)
            ]
            low, high = (low, b) if higher[0] > higher[1] else (a, high)
        return max(higher)

    top = profile(logs)
    for period, effect in enumerate(effects):
        for step in (-0.01, 0.01):
            aside = profile(logs + step * (np.arange(3) == period))
            # One coefficient moved, the covariate following: half the square of the step in standard errors
            # is lost, but for what the other periods' coefficients would have won back.
            assert top - aside > 0
            assert top - aside == pytest.approx(0.5 * (step / (effect.std_error or 0)) ** 2, rel=0.05)


# --- what it must collapse to, and what must not matter -----------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_one_period_is_the_plain_cox_model(case):
    data = people(2)
    (effect,) = by_period(*given_to(data, *case), periods=(0, 110))
    rows = split(data, [])
    fit = plain(rows, [data["treated"].astype(float)], data, case)
    same(effect, hazard_ratio(fit, 0, conf_level=LEVEL), rel=1e-10)


SMALL = st.lists(
    st.tuples(st.integers(0, 12), st.booleans(), st.booleans(), st.integers(0, 2), st.booleans()), max_size=25
)


def columns(rows: list[tuple[Any, ...]]) -> tuple[np.ndarray, ...]:
    table = np.array(rows, dtype=float).reshape(-1, 5)
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3:4], table[:, 4]


def all_effects(
    time: Any, event: Any, treated: Any, z: Any = None, strata: Any = None, *, scale: float = 1
) -> list[Effect]:
    periods = (0, 3 * scale, 6 * scale, 10 * scale)
    changing = over_time(time, event, treated, z, strata, at=(2 * scale, 7 * scale), function="days")
    return [*by_period(time, event, treated, z, strata, periods=periods), *changing.at, changing.change]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(rows=SMALL, adjusted=st.booleans(), stratified=st.booleans())
def test_there_is_a_number_or_a_reason_and_swapped_arms_turn_it_over(rows, adjusted, stratified):
    time, event, treated, z, strata = columns(rows)
    more = (z if adjusted else None, strata if stratified else None)
    found = all_effects(time, event, treated, *more)
    turned = all_effects(time, event, 1 - treated, *more)
    for effect, other in zip(found, turned, strict=True):
        numbers = [number for number in astuple(effect) if isinstance(number, float)]
        assert np.isfinite(numbers).all()
        assert (effect.estimate is None) == (effect.reason is not None)
        assert effect.reason == other.reason
        if effect.estimate is not None and effect.conf_high is not None and effect.conf_low is not None:
            # Where the likelihood is all but flat the top is not known to more digits.
            assert other.estimate == pytest.approx(1 / effect.estimate, rel=1e-5)
            assert other.conf_low == pytest.approx(1 / effect.conf_high, rel=1e-5)
            assert effect.conf_low < effect.estimate < effect.conf_high


@settings(derandomize=True, max_examples=200, deadline=None)
@given(rows=SMALL, seed=st.integers(0, 1000))
def test_neither_the_order_of_people_nor_the_unit_of_time_matters(rows, seed):
    time, event, treated, z, _ = columns(rows)
    order = np.random.default_rng(seed).permutation(len(time))
    found = all_effects(time, event, treated, z)
    others = all_effects(time[order] * 7, event[order], treated[order], z[order], scale=7)
    for effect, other in zip(found, others, strict=True):
        assert effect.reason == other.reason
        if effect.estimate is not None:
            assert other.estimate == pytest.approx(effect.estimate, rel=1e-5)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(rows=SMALL)
def test_events_after_the_last_period_and_a_period_without_events_change_nothing(rows):
    time, event, treated, z, _ = columns(rows)
    periods = (0, 3, 6, 10)
    cut = np.minimum(time, 10), event * (time <= 10), treated, z
    assert by_period(time, event, treated, z, periods=periods) == by_period(*cut, periods=periods)
    early = by_period(time, event * (time <= 6), treated, z, periods=(0, 3, 6))
    more = by_period(time, event * (time <= 6), treated, z, periods=(0, 3, 6, 12))
    assert more[2].reason in ("no_events", "too_few_at_landmark", "one_arm_empty")
    assert [effect.reason for effect in more[:2]] == [effect.reason for effect in early]
    for effect, other in zip(early, more, strict=False):
        if effect.estimate is not None:
            assert other.estimate == pytest.approx(effect.estimate, rel=1e-5)


# --- what the data do not determine -------------------------------------------------------------------------

ALL = [1, 1, 1, 1, 0, 0, 0, 0]
LATE = [60, 70, 90, 100, 65, 75, 95, 100]
DEGENERATE: list[tuple[str, list[Any], list[Any], list[Any], list[str | None]]] = [
    ("nobody", [], [], [], ["one_arm_empty", "too_few_at_landmark", "too_few_at_landmark"]),
    ("one person", [40], [1], [1], ["one_arm_empty", "too_few_at_landmark", "too_few_at_landmark"]),
    ("one arm", LATE, [1] * 8, [1] * 8, ["one_arm_empty", "too_few_at_landmark", "too_few_at_landmark"]),
    ("no events", LATE, [0] * 8, ALL, ["no_events"] * 3),
    ("all left on day 0", [0] * 8, [0] * 8, ALL, ["no_events", *["too_few_at_landmark"] * 2]),
    ("late events only", LATE, [1] * 8, ALL, ["no_events", "no_events", None]),
    ("events in one arm", LATE, [1, 1, 1, 1, 0, 0, 0, 0], ALL, ["no_events", "no_events", "no_events_in"]),
    ("an arm gone by day 50", [10, 30, 40, 45, 15, 35, 60, 70], [1] * 8, ALL, [None, None, "too_few_at"]),
    ("all on one day", [30] * 8, [1, 1, 0, 0, 1, 0, 0, 0], ALL, ["no_events", None, "too_few_at_landmark"]),
]  # fmt: skip


@pytest.mark.parametrize("situation", DEGENERATE, ids=lambda situation: situation[0])
def test_each_period_has_a_number_or_its_reason(situation):
    _, time, event, treated, reasons = situation
    found = [effect.reason for effect in by_period(time, event, treated)]
    for reason, wanted in zip(found, reasons, strict=True):
        assert reason == wanted or (reason or "").startswith(wanted or "none")


def test_a_period_at_its_limit_leaves_the_others_what_they_are_without_that_arm():
    data = people(3)
    in_second = (data["time"] > 20) & (data["time"] <= 50)
    event = data["event"] & ~(in_second & (data["treated"] == 1))
    effects = by_period(data["time"], event, data["treated"], data["z"])
    assert effects[1].reason == "no_events_in_one_arm"
    rows = split(
        {**data, "event": event & (data["time"] <= 100), "time": data["time"].clip(max=100)}, [20, 50]
    )
    arm = data["treated"][rows["person"]]
    there = ~((arm == 1) & (rows["piece"] == 1))
    kept = {name: column[there] for name, column in rows.items()}
    fit = plain(kept, [(arm * (rows["piece"] == period))[there] for period in (0, 2)], data, (True, False))
    same(effects[0], hazard_ratio(fit, 0, conf_level=LEVEL), rel=1e-9)
    same(effects[2], hazard_ratio(fit, 1, conf_level=LEVEL), rel=1e-9)


def test_strata_may_leave_nothing_to_compare_within_a_period():
    time, event = [10, 30, 40, 60, 15, 35, 45, 70], [1, 1, 0, 0, 1, 1, 0, 0]
    apart = by_period(time, event, ALL, None, ALL)
    assert [effect.reason for effect in apart] == ["no_variation", "no_variation", "no_events"]
    # The treated of stratum 0 have events on days on which nobody else of that stratum is there.
    strata = [0, 0, 0, 0, 1, 1, 0, 0]
    assert [effect.reason for effect in by_period(time, event, ALL, None, strata)][:2] == [
        "monotone_likelihood",
        "monotone_likelihood",
    ]


@pytest.mark.parametrize(
    ("time", "event", "treated", "z", "reason"),
    [
        ([], [], [], None, "one_arm_empty"),
        (LATE, [1] * 8, [1] * 8, None, "one_arm_empty"),
        (LATE, [0] * 8, ALL, None, "no_events"),
        (LATE, ALL, ALL, None, "no_events_in_one_arm"),
        ([30] * 8, [1, 1, 0, 0, 1, 0, 0, 0], ALL, None, "no_variation"),
        ([10, 20, 90, 90, 30, 40, 90, 90], [1, 1, 0, 0, 1, 1, 0, 0], ALL, None, "monotone_likelihood"),
        (LATE, [1] * 8, ALL, np.ones((8, 1)), "constant_covariate"),
        (LATE, [1] * 8, ALL, np.array(ALL)[:, None], "collinear_covariates"),
        (LATE, [1] * 8, ALL, np.eye(8)[:, :7], "too_many_covariates"),
    ],
)
def test_a_changing_ratio_that_the_data_do_not_determine_has_its_reason(time, event, treated, z, reason):
    result = over_time(time, event, treated, z)
    assert [effect.reason for effect in (*result.at, result.change)] == [reason] * 3


def test_a_covariate_that_orders_the_events_has_no_finite_coefficient():
    z = -np.array(LATE, dtype=float)[:, None]
    assert by_period(LATE, [1] * 8, ALL, z)[2].reason == "monotone_likelihood"


@pytest.mark.parametrize("periods", [(0,), (), (5, 10), (0, 10, 10), (0, 20, 10)])
def test_periods_begin_at_0_and_ascend(periods):
    with pytest.raises(ValueError, match="begin at 0 and ascend|index"):
        by_period(LATE, [1] * 8, ALL, periods=periods)


# --- simulated trials ---------------------------------------------------------------------------------------


def simulated(rng: np.random.Generator, log_ratio: np.ndarray, n: int) -> tuple[np.ndarray, ...]:
    """Draw days of events from a hazard of 1.5 % a day and a ratio for each day; a third leave at random."""
    treated = np.arange(n) % 2
    hazard = 0.015 * np.exp(np.outer(treated, log_ratio))
    lived = np.cumsum(hazard, axis=1)
    day = (lived < rng.exponential(size=n)[:, None]).sum(axis=1) + 1.0
    left = np.where(rng.random(n) < 1 / 3, rng.integers(1, len(log_ratio), n), len(log_ratio))
    return np.minimum(day, left), day <= left, treated


# With 300 trials the share covered has a standard error of 1.3 percentage points.
LEAST, MOST = 0.91, 0.985


def test_covers_the_truth_in_simulated_trials():
    rng = np.random.default_rng(20261123)
    truth = np.log([0.5, 1.0, 1.4])
    of_day = truth[np.searchsorted(PERIODS[1:], np.arange(1, 101))]
    covered = np.zeros(3)
    for _ in range(300):
        for period, effect in enumerate(by_period(*simulated(rng, of_day, 240))):
            assert effect.conf_low is not None and effect.conf_high is not None
            covered[period] += effect.conf_low <= exp(truth[period]) <= effect.conf_high
    assert ((covered / 300 > LEAST) & (covered / 300 < MOST)).all()


def test_a_changing_ratio_covers_the_truth_in_simulated_trials():
    rng = np.random.default_rng(20261124)
    days = np.arange(1, 101)
    of_day = -1 + 0.25 * np.log1p(days)
    covered, unchanged = np.zeros(2), 0
    for _ in range(300):
        result = over_time(*simulated(rng, of_day, 240))
        for place, (day, effect) in enumerate(zip((10, 60), result.at, strict=True)):
            covered[place] += effect.conf_low <= exp(-1 + 0.25 * log(day + 1)) <= effect.conf_high
        steady = over_time(*simulated(rng, np.full(100, -0.4), 120))
        unchanged += steady.change.p_value > 0.05
    assert ((covered / 300 > LEAST) & (covered / 300 < MOST)).all()
    assert LEAST < unchanged / 300 < MOST
