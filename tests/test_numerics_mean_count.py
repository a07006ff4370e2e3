"""Mean counts of repeated events: by hand, person by person, collapsed, degenerate, simulated."""

from __future__ import annotations

from dataclasses import fields
from math import isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.against_recurrent import DATA, histories_of
from reference.datasets import fixture

from primus_eval.numerics.cumulative_incidence import aalen_johansen, competing_table
from primus_eval.numerics.effect import Effect
from primus_eval.numerics.event_table import event_table
from primus_eval.numerics.mean_count import (
    EventHistories,
    event_histories,
    mean_count,
    mean_count_at,
    mean_count_difference,
    until,
)

EXACT = 1e-12
"""Both sides are sums of a few dozen terms in floating point."""
LEVEL = {"conf_level": 0.95}

# A: events on days 2 and 5, seen to 10. B: event on day 4, on which B died. C: seen to 6. D: event on day 5.
ENDS, DIED = [10, 4, 6, 10], [0, 1, 0, 0]
PERSON, DAYS = [0, 0, 1, 3], [2, 5, 4, 5]


def test_by_hand() -> None:
    """Day 2: m = 1/4. Day 4, four at risk and all alive before: m = 1/2; then S = 3/4. Day 5, three at risk:
    m = 1/2 + 3/4 2/3 = 1.

    Influences on day 10. From events, each day with weight S / n = 1/4: day 2, A + 3/4, others - 1/4; day 4,
    B + 3/4, others - 1/4; day 5, A and D + 1/3, C - 2/3. In sum A 5/24, B 3/24, C - 7/24, D - 1/24.
    From the death on day 4, after which the mean grows by 1/2, with weight 1 / (4 - 1): B - 1/2 1/3 3/4 =
    - 3/24, others + 1/24. So A 1/4, B 0, C - 1/4, D 0, and the variance is 1/8.
    """
    curve = mean_count(event_histories(ENDS, PERSON, DAYS, terminal=DIED), **LEVEL)
    assert curve.time_days.tolist() == [2, 4, 5, 6, 10]
    assert curve.at_risk.tolist() == [4, 4, 3, 3, 2]
    assert curve.events.tolist() == [1, 1, 2, 0, 0]
    assert curve.mean_count == pytest.approx([1 / 4, 1 / 2, 1, 1, 1], abs=EXACT)
    assert curve.std_error[-1] ** 2 == pytest.approx(1 / 8, abs=EXACT)
    # Day 2: a share of 1/4 among four. Day 4: A and B + 1/2, C and D - 1/2, each by 1/4.
    assert curve.std_error[:2] ** 2 == pytest.approx([3 / 64, 1 / 16], abs=EXACT)
    factor = np.exp(1.959963984540054 / np.sqrt(8))
    assert (curve.conf_low[-1], curve.conf_high[-1]) == pytest.approx((1 / factor, factor), abs=EXACT)


def test_by_hand_without_deaths() -> None:
    """Day 5 now counts in full: m = 1/2 + 2/3 = 7/6.

    Its weight is 1/3: A and D + 1/9, C - 2/9. With days 2 and 4 as before, A 17/72, B 9/72, C - 25/72,
    D - 1/72; the sum of squares is 996/5184 = 83/432.
    """
    effect = mean_count_at(event_histories(ENDS, PERSON, DAYS), horizon_days=10, **LEVEL)
    assert effect.estimate == pytest.approx(7 / 6, abs=EXACT)
    assert (effect.std_error * effect.estimate) ** 2 == pytest.approx(83 / 432, abs=EXACT)
    assert effect.scale == "log"


def test_a_difference_by_hand() -> None:
    with_deaths = event_histories(ENDS, PERSON, DAYS, terminal=DIED)
    without = event_histories(ENDS, PERSON, DAYS)
    effect = mean_count_difference(with_deaths, without, horizon_days=10, **LEVEL)
    assert effect.estimate == pytest.approx(-1 / 6, abs=EXACT)
    assert effect.std_error**2 == pytest.approx(1 / 8 + 83 / 432, abs=EXACT)


# Person by person ----------------------------------------------------------------------------------------


def drawn(seed: int, n: int = 25, days: int = 12, *, with_deaths: bool = True) -> EventHistories:
    """People on few days, so that events, deaths and censorings share days; some have several on one day."""
    rng = np.random.Generator(np.random.Philox(key=seed))
    end, died = rng.integers(1, days, n), rng.random(n) < 0.5
    person = np.repeat(np.arange(n), rng.integers(0, 5, n))
    day = np.ceil(rng.random(len(person)) * end[person])
    return event_histories(end, person, day, terminal=died if with_deaths else None)


def weighted_mean(given: EventHistories, weight: np.ndarray, day: float) -> float:
    """Ghosh and Lin's estimate where each person counts `weight` times."""
    alive, mean = 1.0, 0.0
    for today in sorted(set(given.end_days) | set(given.event_days)):
        if today > day:
            break
        at_risk = sum(w for w, end in zip(weight, given.end_days, strict=True) if end >= today)
        who = [p for p, d in zip(given.person, given.event_days, strict=True) if d == today]
        mean += alive * sum(weight[p] for p in who) / at_risk
        dead = (given.end_days == today) & given.terminal
        alive *= 1 - weight[dead].sum() / at_risk
    return mean


SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_variance_is_that_of_moving_each_persons_weight(seed: int) -> None:
    """The infinitesimal jackknife: the sum of the squared derivatives by the weights of the people."""
    given, step, one = drawn(seed), 1e-5, np.ones(25)
    curve = mean_count(given, **LEVEL)
    for at in (2, 5, -1):
        day = curve.time_days[at]
        derivatives = [
            weighted_mean(given, one + step * person, day) - weighted_mean(given, one - step * person, day)
            for person in np.eye(25)
        ]
        jackknife = np.sqrt((np.array(derivatives) ** 2).sum()) / (2 * step)
        assert curve.mean_count[at] == pytest.approx(weighted_mean(given, one, day), abs=EXACT)
        # A central difference with a step of 1e-5 errs by 1e-10 or so in what is of the order of 0.1.
        assert curve.std_error[at] == pytest.approx(jackknife, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_dies_and_it_is_the_mean_cumulative_function_written_out(seed: int) -> None:
    """Lawless and Nadeau's sums over people and days, as they print them."""
    given = drawn(seed, with_deaths=False)
    curve = mean_count(given, **LEVEL)
    mean, parts = 0.0, np.zeros(25)
    for step, today in enumerate(curve.time_days):
        at_risk = given.end_days >= today
        had = np.bincount(given.person[given.event_days == today], minlength=25)
        rate = had.sum() / at_risk.sum()
        mean += rate
        parts += np.where(at_risk, (had - rate) / at_risk.sum(), 0)
        assert curve.mean_count[step] == pytest.approx(mean, abs=EXACT)
        assert curve.std_error[step] == pytest.approx(np.sqrt((parts**2).sum()), abs=EXACT)


@pytest.mark.parametrize("data", DATA)
def test_its_limit_is_the_variance_of_mets(data: str) -> None:
    """With 1/n for 1/(n - d) in the influence of deaths it is, to rounding, what `mets` prints."""
    theirs = fixture("recurrent")[data]["mets"]
    history = theirs["history"]
    person = np.array(history["person"]) - 1
    given = event_histories(history["end_days"], person, history["event_days"], terminal=history["terminal"])
    n = len(given.end_days)
    alive, mean, found = 1.0, 0.0, {}
    events, deaths, before = np.zeros(n), np.zeros(n), np.zeros(n)
    for today in sorted(set(given.end_days) | set(given.event_days)):
        at_risk = given.end_days >= today
        had = np.bincount(given.person[given.event_days == today], minlength=n)
        died = (given.end_days == today) & given.terminal
        many = at_risk.sum()
        events += alive / many * (had - at_risk * had.sum() / many)
        mean += alive * had.sum() / many
        of_death = (died - at_risk * died.sum() / many) / many
        deaths, before = deaths + of_death, before + mean * of_death
        found[today] = np.sqrt(((events - mean * deaths + before) ** 2).sum())
        alive *= 1 - died.sum() / many
    days = np.array(list(found))
    ours = np.array(list(found.values()))[np.searchsorted(days, np.array(theirs["time_days"]) - 1e-9)]
    assert ours == pytest.approx(theirs["std_error"], rel=1e-12)


# Special cases that collapse -----------------------------------------------------------------------------


@pytest.mark.parametrize("with_deaths", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_observed_to_the_end_it_is_the_plain_mean(seed: int, with_deaths: bool) -> None:
    """Followed to day 10 or to death: the mean of the counts, SD / sqrt(n) with the divisor n in the SD."""
    given = drawn(seed, n=30, with_deaths=with_deaths)
    ends = np.where(given.terminal, given.end_days, 12)
    whole = event_histories(ends, given.person, given.event_days, terminal=given.terminal)
    counts = np.bincount(given.person, minlength=30)
    effect = mean_count_at(whole, horizon_days=12, **LEVEL)
    assert effect.estimate == pytest.approx(counts.mean(), abs=EXACT)
    assert effect.std_error * effect.estimate == pytest.approx(counts.std() / np.sqrt(30), abs=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_where_the_first_event_ends_follow_up_it_is_its_cumulative_hazard(seed: int) -> None:
    rng = np.random.Generator(np.random.Philox(key=seed))
    time, event = rng.integers(1, 12, 40), rng.random(40) < 0.6
    curve = mean_count(event_histories(time, np.flatnonzero(event), time[event]), **LEVEL)
    table = event_table(time, event)
    assert curve.mean_count == pytest.approx(np.cumsum(table.events / table.at_risk), abs=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_where_the_first_event_is_terminal_too_it_is_its_cumulative_incidence(seed: int) -> None:
    """Then nobody has a second, and the mean count is the risk: Aalen and Johansen's, with its variance."""
    rng = np.random.Generator(np.random.Philox(key=seed))
    time, kind = rng.integers(1, 12, 40), rng.integers(0, 3, 40)
    event = kind == 1
    ours = mean_count(event_histories(time, np.flatnonzero(event), time[event], terminal=kind > 0), **LEVEL)
    theirs = aalen_johansen(competing_table(time, event, kind == 2), **LEVEL)
    assert ours.mean_count == pytest.approx(theirs.incidence, abs=EXACT)
    assert ours.std_error == pytest.approx(theirs.std_error, abs=EXACT)


def test_the_dead_have_no_more_events() -> None:
    """One of two dies before anything happens: the other's two events are one a person, not two."""
    alone = {"person": [1, 1], "event_days": [3, 6]}
    with_death = mean_count_at(
        event_histories([1, 9], **alone, terminal=[1, 0]), horizon_days=9, conf_level=0.95
    )
    censored = mean_count_at(event_histories([1, 9], **alone), horizon_days=9, conf_level=0.95)
    assert (with_death.estimate, censored.estimate) == (1.0, 2.0)


def test_a_day_is_looked_at_until_it_is_over() -> None:
    given = event_histories([5, 9], [0, 1], [5, 8], terminal=[1, 0])
    seen = until(given, 5)
    assert (seen.end_days.tolist(), seen.terminal.tolist()) == ([5, 5], [True, False])
    assert (seen.person.tolist(), seen.event_days.tolist()) == ([0], [5])
    assert until(given, 4).terminal.tolist() == [False, False]


# Properties ----------------------------------------------------------------------------------------------

LIVES = st.lists(
    st.tuples(st.integers(0, 12), st.booleans(), st.lists(st.floats(0, 1), max_size=4)),
    min_size=1,
    max_size=12,
)


def of_lives(lives: list[tuple[int, bool, list[float]]]) -> EventHistories:
    """Each person's end, whether it was death, and when in that time the events were."""
    person = [number for number, (_, _, events) in enumerate(lives) for _ in events]
    days = [round(end * share) for end, _, events in lives for share in events]
    return event_histories(
        [end for end, _, _ in lives],
        np.array(person, dtype=int),
        days,
        terminal=[died for _, died, _ in lives],
    )


@settings(max_examples=200, deadline=None)
@given(LIVES, st.randoms(use_true_random=False))
def test_never_falls_and_does_not_depend_on_the_order(lives, random) -> None:
    curve = mean_count(of_lives(lives), **LEVEL)
    assert (np.diff(curve.mean_count, prepend=0) >= 0).all()
    assert (curve.conf_low <= curve.mean_count).all() and (curve.mean_count <= curve.conf_high).all()
    shuffled = [(end, died, random.sample(events, len(events))) for end, died, events in lives]
    random.shuffle(shuffled)
    other = mean_count(of_lives(shuffled), **LEVEL)
    for field in fields(curve):
        assert getattr(other, field.name) == pytest.approx(getattr(curve, field.name), rel=1e-9, abs=EXACT)


@settings(max_examples=200, deadline=None)
@given(LIVES)
def test_everyone_twice_says_the_same_with_half_the_variance(lives) -> None:
    once, twice = (mean_count(of_lives(people), **LEVEL) for people in (lives, lives * 2))
    assert twice.mean_count == pytest.approx(once.mean_count, abs=EXACT)
    assert twice.std_error == pytest.approx(once.std_error / np.sqrt(2), rel=1e-9, abs=EXACT)


@settings(max_examples=200, deadline=None)
@given(LIVES)
def test_taking_the_dead_for_censored_never_gives_fewer_events(lives) -> None:
    given_ = of_lives(lives)
    censored = event_histories(given_.end_days, given_.person, given_.event_days)
    assert (mean_count(given_, **LEVEL).mean_count <= mean_count(censored, **LEVEL).mean_count + EXACT).all()


@settings(max_examples=200, deadline=None)
@given(LIVES, LIVES, st.integers(0, 14))
def test_a_number_or_a_reason(treatment, control, horizon: int) -> None:
    arms = of_lives(treatment), of_lives(control)
    difference = mean_count_difference(*arms, horizon_days=horizon, **LEVEL)
    other_way = mean_count_difference(*reversed(arms), horizon_days=horizon, **LEVEL)
    alone = mean_count_at(arms[0], horizon_days=horizon, **LEVEL)
    for effect in (difference, alone):
        assert_a_number_or_a_reason(effect)
    assert difference.reason in (None, "horizon_beyond_followup", "no_interval_at_certainty")
    if difference.estimate is not None:
        assert other_way.estimate == pytest.approx(-difference.estimate, abs=EXACT)
        assert other_way.std_error == difference.std_error
        assert alone.estimate is not None


def assert_a_number_or_a_reason(effect: Effect) -> None:
    numbers = [effect.estimate, effect.conf_low, effect.conf_high, effect.std_error]
    assert all(number is None or isfinite(number) for number in numbers)
    assert (effect.reason is None) == (None not in numbers)


# The edges -----------------------------------------------------------------------------------------------


def arm(ends: list[int], *events: tuple[int, int], died: list[int] | None = None) -> EventHistories:
    person, days = (np.array(part, dtype=int) for part in zip(*events, strict=True)) if events else ([], [])
    return event_histories(ends, person, days, terminal=died)


ORDINARY = arm([9, 9, 6], (0, 2), (0, 3), (1, 5))


@pytest.mark.parametrize(
    ("treatment", "control", "reason", "estimate"),
    [
        (arm([]), ORDINARY, "one_arm_empty", None),
        (ORDINARY, arm([]), "one_arm_empty", None),
        (arm([5, 5], (0, 2)), ORDINARY, "horizon_beyond_followup", None),
        (arm([9, 9]), arm([9, 9]), "no_interval_at_certainty", 0.0),
        (arm([9, 9]), ORDINARY, "no_interval_at_certainty", -1.0),
        (arm([9], (0, 3)), ORDINARY, "no_interval_at_certainty", 0.0),
        (arm([9, 9, 9], (0, 3), (1, 3), (2, 3)), ORDINARY, "no_interval_at_certainty", 0.0),
        (arm([0, 0], died=[1, 1]), ORDINARY, "no_interval_at_certainty", -1.0),
        (arm([0, 0]), ORDINARY, "horizon_beyond_followup", None),
    ],
)
def test_what_is_not_determined_has_a_reason(treatment, control, reason, estimate) -> None:
    effect = mean_count_difference(treatment, control, horizon_days=9, **LEVEL)
    assert effect.reason == reason
    assert effect.estimate == (None if estimate is None else pytest.approx(estimate, abs=EXACT))
    assert effect.std_error is None


def test_who_all_died_is_known_for_ever() -> None:
    """Two events of one of two people, both dead by day 5: one a person, also by day 100."""
    effect = mean_count_at(arm([4, 5], (0, 2), (0, 2), died=[1, 1]), horizon_days=100, **LEVEL)
    assert effect.estimate == 1.0
    assert effect.std_error == pytest.approx(1 / np.sqrt(2))
    last_unknown = arm([4, 5, 5], (0, 2), died=[1, 1, 0])
    assert mean_count_at(last_unknown, horizon_days=100, **LEVEL).reason == "horizon_beyond_followup"


def test_nobody_is_nothing() -> None:
    assert mean_count_at(arm([]), horizon_days=9, **LEVEL).reason == "too_few_people"
    assert all(
        len(getattr(mean_count(arm([]), **LEVEL), field.name)) == 0
        for field in fields(mean_count(ORDINARY, **LEVEL))
    )


@pytest.mark.parametrize("same", [1, 3, 7])
def test_people_who_all_had_the_same_have_no_variance_but_for_rounding(same: int) -> None:
    """Ten thousand people, the same days: the variance is exactly 0, whatever rounding leaves of it."""
    n = 10_000
    person, days = np.tile(np.arange(n), same), np.repeat(np.arange(1, same + 1), n)
    curve = mean_count(event_histories(np.full(n, 30), person, days), **LEVEL)
    assert curve.mean_count[-1] == pytest.approx(same)
    assert (curve.std_error == 0).all()
    one_more = mean_count(event_histories(np.full(n, 30), np.append(person, 0), np.append(days, 9)), **LEVEL)
    assert one_more.std_error[-1] == pytest.approx(np.sqrt((1 / n) * (1 - 1 / n) / n), rel=1e-6)


@pytest.mark.parametrize(
    ("ends", "person", "days", "message"),
    [
        ([5], [0], [6], "event_days"),
        ([5], [0], [-1], "event_days"),
        ([5], [1], [3], "person"),
        ([5], [-1], [3], "person"),
        ([5], [0.5], [3], "person"),
        ([5], [0, 0], [3], "person"),
        ([-1], [], [], "time_days"),
    ],
)
def test_what_cannot_be_is_refused(ends, person, days, message) -> None:
    with pytest.raises(ValueError, match=message):
        event_histories(ends, person, days)


@pytest.mark.parametrize("horizon", [-1, float("nan"), float("inf")])
def test_a_horizon_that_cannot_be_is_refused(horizon: float) -> None:
    with pytest.raises(ValueError, match="horizon_days"):
        mean_count_at(ORDINARY, horizon_days=horizon, **LEVEL)


def test_the_reference_data_have_what_makes_it_hard() -> None:
    """Several events of a person on a day, deaths on days of events, censorings on days of deaths."""
    tied = histories_of("tied")
    pairs = list(zip(tied.person.tolist(), tied.event_days.tolist(), strict=True))
    assert len(set(pairs)) < len(pairs)
    of_death = tied.end_days[tied.terminal]
    assert np.isin(of_death, tied.event_days).any()
    assert np.isin(of_death, tied.end_days[~tied.terminal]).any()


# Simulated trials ----------------------------------------------------------------------------------------

TRIALS, PEOPLE, HORIZON = 600, 150, 365
DEATHS = 1 / 900


def simulated(rng: np.random.Generator, rate: float) -> EventHistories:
    """People who differ fourfold in how often they reoffend, some dying, a fifth censored at random."""
    frailty = rng.gamma(1.0, 1.0, PEOPLE)
    death = rng.exponential(1 / DEATHS, PEOPLE)
    leaves = np.where(rng.random(PEOPLE) < 0.2, rng.uniform(100, HORIZON, PEOPLE), HORIZON)
    end = np.minimum(death, leaves)
    person = np.repeat(np.arange(PEOPLE), rng.poisson(frailty * rate * end))
    days = rng.uniform(0, end[person])
    return event_histories(end, person, days, terminal=death <= leaves)


def true_mean(rate: float) -> float:
    """The integral of the rate times the share still alive."""
    return rate / DEATHS * (1 - np.exp(-DEATHS * HORIZON))


def test_covers_the_truth_in_simulated_trials() -> None:
    """Six hundred trials of 2 x 150: bias, standard error and coverage.

    Bounds are four Monte-Carlo standard errors: of the mean, SD / sqrt(600); of a coverage of 0.95,
    sqrt(0.95 0.05 / 600) = 0.0089; of a standard deviation, 1 / sqrt(1200) = 2.9 % of it. The interval
    of one arm of 150 with such differences between people covers a little less: 0.945 is expected.
    """
    rng = np.random.Generator(np.random.Philox(key=11))
    rates = (1 / 250, 1 / 180)
    truth = true_mean(rates[0]) - true_mean(rates[1])
    level = {"horizon_days": HORIZON, **LEVEL}
    estimates, errors, covered, covered_alone, naive = [], [], [], [], []
    for _ in range(TRIALS):
        arms = [simulated(rng, rate) for rate in rates]
        found, alone = mean_count_difference(*arms, **level), mean_count_at(arms[0], **level)
        censored = event_histories(arms[0].end_days, arms[0].person, arms[0].event_days)
        estimates.append(found.estimate)
        errors.append(found.std_error)
        covered.append(found.conf_low <= truth <= found.conf_high)
        covered_alone.append(alone.conf_low <= true_mean(rates[0]) <= alone.conf_high)
        naive.append(mean_count_at(censored, **level).estimate)
    spread = np.std(estimates)
    assert abs(np.mean(estimates) - truth) < 4 * spread / np.sqrt(TRIALS)
    assert np.mean(errors) == pytest.approx(spread, rel=4 * 0.029)
    assert np.mean(covered) == pytest.approx(0.95, abs=4 * 0.0089)
    assert np.mean(covered_alone) == pytest.approx(0.945, abs=4 * 0.0089)
    assert np.mean(naive) > true_mean(rates[0]) * 1.1  # what ignoring death would have said
