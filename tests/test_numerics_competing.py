"""Cumulative incidence with competing events: by hand, person by person, collapsed, degenerate, simulated."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_numerics_degenerate import SITUATIONS, Columns, outcome_of

from primus_eval.numerics.cumulative_incidence import (
    aalen_johansen,
    competing_table,
    incidence_at,
    incidence_difference,
)
from primus_eval.numerics.event_table import event_table, kaplan_meier
from primus_eval.numerics.survival_difference import survival_at, survival_difference

EXACT = 1e-12
"""Both sides are sums of a few dozen terms in floating point."""

# Days: 1 a competing event, 2 both kinds of event and a censoring, 4 an event, 5 a censoring.
TIME = [1, 2, 2, 2, 4, 5]
EVENT = [0, 1, 0, 0, 1, 0]
COMPETING = [1, 0, 1, 0, 0, 0]


def test_by_hand() -> None:
    """Day 1: S goes from 1 to 5/6. Day 2, five at risk: F = 5/6 1/5 = 1/6, S = 5/6 3/5 = 1/2. Day 4, two
    at risk: F = 1/6 + 1/2 1/2 = 5/12.

    Variance on day 2: nothing but day 2 and day 1 count. Day 1: (1/6) times the variance of (0 with 1/6,
    q with 5/6), q = (1/6) / (5/6) = 1/5: 1/25 5/36 / 6 = 1/1080. Day 2: (5/6)^2 / 5 times (4/25) = 1/45.
    Together 5/216, the variance of a share of 1/6 among six, as nobody was censored before.
    On day 4: day 1, q = (5/12) / (5/6) = 1/2, 1/4 5/36 / 6 = 5/864. Day 2, q = (5/12 - 1/6) / (1/2) = 1/2:
    1 with 1/5, 0 with 1/5, 1/2 with 3/5, mean 1/2, variance 1/10; (5/6)^2 / 5 / 10 = 1/72. Day 4:
    (1/2)^2 / 2 / 4 = 1/32. Together 5/864 + 12/864 + 27/864 = 11/216.
    """
    curve = aalen_johansen(competing_table(TIME, EVENT, COMPETING), conf_level=0.95)
    assert curve.time_days.tolist() == [1, 2, 4, 5]
    assert curve.at_risk.tolist() == [6, 5, 2, 1]
    assert curve.events.tolist() == [0, 1, 1, 0]
    assert curve.competing.tolist() == [1, 1, 0, 0]
    assert curve.censored.tolist() == [0, 1, 0, 1]
    assert curve.incidence == pytest.approx([0, 1 / 6, 5 / 12, 5 / 12], abs=EXACT)
    assert curve.std_error**2 == pytest.approx([0, 5 / 216, 11 / 216, 11 / 216], abs=EXACT)


def test_the_interval_by_hand() -> None:
    """One of two had the event: 1/2, standard error sqrt(1/8), scale ln(1/2) / 2; z is 1.959964."""
    effect = incidence_at([1, 2], [1, 0], [0, 1], horizon_days=2, conf_level=0.95)
    spread = np.exp(1.959963984540054 * np.sqrt(1 / 8) / (np.log(2) / 2))
    assert (effect.conf_low, effect.conf_high) == pytest.approx((1 - 0.5 ** (1 / spread), 1 - 0.5**spread))
    assert (effect.estimate, effect.std_error) == pytest.approx((0.5, np.sqrt(1 / 8)))


def drawn(seed: int, n: int, *, days: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People on few days, so that events, competing events and censorings share days."""
    rng = np.random.Generator(np.random.Philox(key=seed))
    kind = rng.integers(0, 3, n)
    return rng.integers(1, days, n), kind == 1, kind == 2


SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_equals_passing_on_the_shares_of_the_censored(seed: int) -> None:
    """Everyone has a share of one n-th. Who is censored passes theirs on equally to all who remain.

    Efron's redistribution to the right, in whole fractions: no curve and no product in it. The share of
    those with the event is the incidence, as long as somebody remains to take what is passed on.
    """
    time, event, competing = drawn(seed, 30)
    share = [Fraction(1, len(time))] * len(time)
    curve = aalen_johansen(competing_table(time, event, competing), conf_level=0.95)
    incidence = Fraction(0)
    for step, day in enumerate(curve.time_days):
        today = np.flatnonzero(time == day)
        incidence += sum((share[person] for person in today if event[person]), Fraction(0))
        assert curve.incidence[step] == pytest.approx(float(incidence), abs=EXACT)
        passed_on = sum((share[p] for p in today if not (event[p] or competing[p])), Fraction(0))
        remain = np.flatnonzero(time > day)
        for person in remain:
            share[person] += passed_on / len(remain)


def weighted_incidence(
    time: np.ndarray, event: np.ndarray, competing: np.ndarray, weight: np.ndarray, horizon: float
) -> float:
    free, incidence = 1.0, 0.0
    for day in sorted(set(time[time <= horizon])):
        today, at_risk = time == day, weight[time >= day].sum()
        incidence += free * weight[today & event].sum() / at_risk
        free *= 1 - weight[today & (event | competing)].sum() / at_risk
    return incidence


@pytest.mark.parametrize("seed", SEEDS)
def test_the_variance_is_that_of_moving_each_persons_weight(seed: int) -> None:
    """The infinitesimal jackknife: the sum of the squared derivatives by the weights of the people."""
    time, event, competing = drawn(seed, 25)
    table = competing_table(time, event, competing)
    curve = aalen_johansen(table, conf_level=0.95)
    step, one, horizon = 1e-5, np.ones(len(time)), 7
    derivatives = [
        weighted_incidence(time, event, competing, one + step * person, horizon)
        - weighted_incidence(time, event, competing, one - step * person, horizon)
        for person in np.eye(len(time))
    ]
    jackknife = np.sqrt((np.array(derivatives) ** 2).sum()) / (2 * step)
    last = np.searchsorted(curve.time_days, horizon, side="right") - 1
    # A central difference with a step of 1e-5 errs by 1e-10 or so in what is of the order of 0.1.
    assert curve.std_error[last] == pytest.approx(jackknife, rel=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_where_nothing_competes_it_is_one_minus_kaplan_meier(seed: int) -> None:
    time, event, _ = drawn(seed, 40)
    ours = aalen_johansen(competing_table(time, event, np.zeros(40)), conf_level=0.9)
    theirs = kaplan_meier(event_table(time, event), conf_level=0.9)
    assert ours.incidence == pytest.approx(1 - theirs.survival, abs=EXACT)
    assert ours.std_error == pytest.approx(theirs.std_error, abs=EXACT)
    assert ours.conf_low == pytest.approx(1 - theirs.conf_high, abs=EXACT)
    assert ours.conf_high == pytest.approx(1 - theirs.conf_low, abs=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_censoring_it_is_a_share_of_people(seed: int) -> None:
    rng = np.random.Generator(np.random.Philox(key=seed))
    time, event = rng.integers(1, 10, 30), rng.integers(0, 2, 30).astype(bool)
    effect = incidence_at(time, event, ~event, horizon_days=6, conf_level=0.95)
    share = (event & (time <= 6)).mean()
    assert effect.estimate == pytest.approx(share, abs=EXACT)
    assert effect.std_error == pytest.approx(np.sqrt(share * (1 - share) / 30), abs=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_incidences_and_those_free_of_either_are_everyone(seed: int) -> None:
    time, event, competing = drawn(seed, 40)
    one = aalen_johansen(competing_table(time, event, competing), conf_level=0.95)
    other = aalen_johansen(competing_table(time, competing, event), conf_level=0.95)
    free = kaplan_meier(event_table(time, event | competing), conf_level=0.95)
    assert one.incidence + other.incidence + free.survival == pytest.approx(np.ones(len(one.incidence)))


def test_a_competing_event_counts_whenever_it_was_and_a_censoring_does_not() -> None:
    level = {"horizon_days": 10, "conf_level": 0.95}
    died_early = incidence_at([1, 5, 10, 10], [0, 1, 0, 0], [1, 0, 0, 0], **level)
    died_late = incidence_at([9, 5, 10, 10], [0, 1, 0, 0], [1, 0, 0, 0], **level)
    left_early = incidence_at([1, 5, 10, 10], [0, 1, 0, 0], [0, 0, 0, 0], **level)  # Kaplan-Meier
    assert died_early.estimate == pytest.approx(1 / 4) == pytest.approx(died_late.estimate)
    assert left_early.estimate == pytest.approx(1 / 3)


# ----------------------------------------------------------------------------------- degenerate data

ON_DAY_5 = {"conf_level": 0.95, "horizon_days": 5}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_without_competing_events_it_answers_and_declines_as_kaplan_meier_does(situation: str) -> None:
    time, event, treated = SITUATIONS[situation]
    nobody = [0] * len(time)
    pairs = (
        (incidence_at(time, event, nobody, **ON_DAY_5), survival_at(time, event, **ON_DAY_5)),
        (
            incidence_difference(time, event, nobody, treated, **ON_DAY_5),
            survival_difference(time, event, treated, **ON_DAY_5),
        ),
    )
    for ours, theirs in pairs:
        assert outcome_of(ours) == outcome_of(theirs)
        if theirs.std_error is not None:
            assert ours.std_error == pytest.approx(theirs.std_error, abs=EXACT)


CERTAIN = "no_interval_at_certainty"
# Days, event, competing, treated; what one group answers by day 5, and what the difference answers.
COMPETING_SITUATIONS: dict[str, tuple[Columns, list[int], str, str]] = {
    "everyone competes": (([1, 2, 3, 4], [0, 0, 0, 0], [1, 1, 0, 0]), [1, 1, 1, 1], CERTAIN, CERTAIN),
    "an arm competes": (([1, 2, 3, 6], [0, 0, 1, 0], [1, 1, 0, 0]), [1, 1, 0, 0], "yes", CERTAIN),
    "all followed had one or the other": (
        ([1, 2, 3, 4], [1, 0, 1, 0], [1, 1, 0, 0]),
        [0, 1, 0, 1],
        "yes",
        "yes",
    ),
    "the last of an arm is censored": (
        ([1, 2, 3, 4], [1, 0, 1, 0], [1, 1, 0, 0]),
        [0, 1, 0, 0],
        "horizon_beyond_followup",
        "horizon_beyond_followup",
    ),
    "all after the horizon": (([6, 7, 8, 9], [1, 0, 1, 0], [1, 1, 0, 0]), [0, 1, 0, 1], CERTAIN, CERTAIN),
    "all on one day": (([3, 3, 3, 3], [1, 0, 1, 0], [1, 1, 0, 0]), [0, 1, 0, 1], "yes", "yes"),
    "one arm empty": (([1, 2, 3, 6], [1, 0, 1, 0], [1, 1, 1, 1]), [0, 1, 0, 0], "yes", "one_arm_empty"),
    "nobody": (([], [], []), [], "too_few_people", "one_arm_empty"),
}


@pytest.mark.parametrize("situation", COMPETING_SITUATIONS)
def test_a_number_or_a_reason(situation: str) -> None:
    (time, event, treated), competing, alone, between = COMPETING_SITUATIONS[situation]
    assert outcome_of(incidence_at(time, event, competing, **ON_DAY_5)) == alone
    assert outcome_of(incidence_difference(time, event, competing, treated, **ON_DAY_5)) == between
    curve = aalen_johansen(competing_table(time, event, competing), conf_level=0.95)
    for values in (curve.incidence, curve.std_error, curve.conf_low, curve.conf_high):
        assert ((values >= 0) & (values <= 1)).all()  # a NaN is neither
    assert (curve.conf_low <= curve.incidence).all() and (curve.incidence <= curve.conf_high).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_curve_never_falls_and_holds_its_interval(seed: int) -> None:
    curve = aalen_johansen(competing_table(*drawn(seed, 60, days=40)), conf_level=0.95)
    assert (np.diff(curve.incidence) >= 0).all()
    assert (curve.conf_low <= curve.incidence).all() and (curve.incidence <= curve.conf_high).all()
    assert ((curve.std_error == 0) == np.isin(curve.incidence, (0.0, 1.0))).all()


def test_a_certain_incidence_is_exactly_certain() -> None:
    """Forty-nine steps of 1/49 do not sum to 1 in floating point."""
    curve = aalen_johansen(competing_table(range(1, 50), [1] * 49, [0] * 49), conf_level=0.95)
    assert np.full(49, 1 / 49).cumsum()[-1] != 1.0
    assert (curve.incidence[-1], curve.std_error[-1]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("event", "competing"), [([1, 0], [1, 0]), ([1, 0], [0, 2]), ([1, 0], [0]), ([2, 0], [0, 0])]
)
def test_what_cannot_be_is_refused(event: list[int], competing: list[int]) -> None:
    with pytest.raises(ValueError, match="event|competing"):
        competing_table([1, 2], event, competing)


@pytest.mark.parametrize("horizon", [-1, float("inf"), float("nan")])
def test_a_horizon_is_a_day(horizon: float) -> None:
    with pytest.raises(ValueError, match="horizon_days"):
        incidence_at([1], [1], [0], horizon_days=horizon, conf_level=0.95)


# ---------------------------------------------------------------------------------------- simulation

TRIALS, PEOPLE, HORIZON = 1000, 150, 365


def simulated(rng: np.random.Generator, rate: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One arm, constant rates a day: of the event, of a competing event (1/500), of censoring (1/700)."""
    event, competing, censored = (rng.exponential(1 / r, PEOPLE) for r in (rate, 1 / 500, 1 / 700))
    first = np.minimum(np.minimum(event, competing), censored)
    time = np.minimum(np.ceil(first), 2 * HORIZON)
    return time, (first == event) & (first <= 2 * HORIZON), (first == competing) & (first <= 2 * HORIZON)


def true_risk(rate: float) -> float:
    either = rate + 1 / 500
    return float(rate / either * (1 - np.exp(-either * HORIZON)))


def test_covers_the_truth_in_simulated_trials() -> None:
    """A thousand trials of 2 x 150, a fifth censored before the horizon: bias, standard error and coverage.

    Bounds are four Monte-Carlo standard errors: of the mean, SD / sqrt(1000); of a coverage of 0.95,
    sqrt(0.95 0.05 / 1000) = 0.007; of a standard deviation, 1 / sqrt(2000) = 2.2 % of it.
    """
    rng = np.random.Generator(np.random.Philox(key=20))
    rates = (1 / 600, 1 / 400)
    truth = true_risk(rates[0]) - true_risk(rates[1])
    at_horizon = {"horizon_days": HORIZON, "conf_level": 0.95}
    estimates, errors, covered, covered_alone, naive = [], [], [], [], []
    treated = np.repeat([True, False], PEOPLE)
    for _ in range(TRIALS):
        arms = [simulated(rng, rate) for rate in rates]
        time, event, competing = (np.concatenate(both) for both in zip(*arms, strict=True))
        found = incidence_difference(time, event, competing, treated, **at_horizon)
        alone = incidence_at(*arms[0], **at_horizon)
        by_kaplan_meier = survival_at(*arms[0][:2], **at_horizon)
        estimates.append(found.estimate)
        errors.append(found.std_error)
        covered.append(found.conf_low <= truth <= found.conf_high)
        covered_alone.append(alone.conf_low <= true_risk(rates[0]) <= alone.conf_high)
        naive.append(1 - by_kaplan_meier.estimate)
    spread = np.std(estimates)
    assert abs(np.mean(estimates) - truth) < 4 * spread / np.sqrt(TRIALS)
    assert np.mean(errors) == pytest.approx(spread, rel=4 * 0.022)
    assert np.mean(covered) == pytest.approx(0.95, abs=4 * 0.007)
    assert np.mean(covered_alone) == pytest.approx(0.95, abs=4 * 0.007)
    assert np.mean(naive) - true_risk(rates[0]) > 0.05  # what ignoring death would have said


def test_the_interval_covers_in_small_arms() -> None:
    """Two thousand trials of 2 x 20 in which the normal interval covers 92 % of the time, and ours 95 %.

    Bounds are four Monte-Carlo standard errors: of a coverage of 0.95, 0.0049; of the difference of two
    coverages on the same trials, sqrt(0.04 / 2000) = 0.0045, as they disagree in some 4 % of trials.
    More situations are in tests/benchmarks/coverage_of_incidence.md.
    """
    rng = np.random.Generator(np.random.Philox(key=24))
    treated, truth = np.repeat([True, False], 20), true_risk(1 / 600) - true_risk(1 / 400)
    covered, by_normal = [], []
    for _ in range(2000):
        event, dies, left = (
            rng.exponential(days, 40) for days in (np.where(treated, 600.0, 400.0), 500.0, 700.0)
        )
        time = np.minimum(np.minimum(np.minimum(event, dies), left), 2 * HORIZON)
        found = incidence_difference(
            time, time == event, time == dies, treated, horizon_days=HORIZON, conf_level=0.95
        )
        if found.conf_low is not None:
            covered.append(found.conf_low <= truth <= found.conf_high)
            by_normal.append(abs(found.estimate - truth) <= 1.959964 * found.std_error)
            assert found.conf_low >= -1 and found.conf_high <= 1
    assert np.mean(covered) == pytest.approx(0.95, abs=4 * 0.0049)
    assert np.mean(covered) - np.mean(by_normal) > 4 * 0.0045


# ---------------------------------------------------------------------------------------- invariants

always = settings(derandomize=True, deadline=None, max_examples=200)
one_person = st.tuples(st.integers(0, 8), st.integers(0, 2), st.booleans())
People = tuple[np.ndarray, ...]


@st.composite
def people(draw: st.DrawFn) -> People:
    drawn_people = draw(st.lists(one_person, min_size=1, max_size=30))
    time, kind, treated = (np.array(column) for column in zip(*drawn_people, strict=True))
    return time, kind == 1, kind == 2, treated


def incidence_of(time: np.ndarray, event: np.ndarray, competing: np.ndarray) -> np.ndarray:
    return aalen_johansen(competing_table(time, event, competing), conf_level=0.95).incidence


@always
@given(people())
def test_the_incidences_of_all_causes_and_those_free_of_any_are_everyone(trial: People) -> None:
    time, event, competing, _ = trial
    free = kaplan_meier(event_table(time, event | competing), conf_level=0.95).survival
    total = incidence_of(time, event, competing) + incidence_of(time, competing, event) + free
    assert total == pytest.approx(np.ones(len(free)), abs=EXACT)


@always
@given(people())
def test_one_cause_is_kaplan_meier_and_one_of_two_is_no_more(trial: People) -> None:
    time, event, competing, _ = trial
    by_kaplan_meier = 1 - kaplan_meier(event_table(time, event), conf_level=0.95).survival
    assert incidence_of(time, event, 0 * event) == pytest.approx(by_kaplan_meier, abs=EXACT)
    assert (incidence_of(time, event, competing) <= by_kaplan_meier + EXACT).all()


@always
@given(people())
def test_without_censoring_the_incidence_is_the_share_by_each_day(trial: People) -> None:
    time, event, _, _ = trial
    shares = [(event & (time <= day)).mean() for day in np.unique(time)]
    assert incidence_of(time, event, ~event) == pytest.approx(shares, abs=EXACT)


@always
@given(people())
def test_the_order_of_people_does_not_matter_and_asking_twice_gives_the_same_bits(trial: People) -> None:
    time, event, competing, _ = trial
    order = np.random.Generator(np.random.Philox(key=len(time))).permutation(len(time))
    once = aalen_johansen(competing_table(time, event, competing), conf_level=0.95)
    again = aalen_johansen(competing_table(time[order], event[order], competing[order]), conf_level=0.95)
    assert once.incidence.tobytes() == again.incidence.tobytes()
    assert once.std_error.tobytes() == again.std_error.tobytes()


@always
@given(people(), st.integers(0, 8))
def test_the_difference_turns_with_the_arms_and_its_interval_stays_within_bounds(
    trial: People, horizon: int
) -> None:
    time, event, competing, treated = trial
    asked = {"horizon_days": horizon, "conf_level": 0.9}
    here = incidence_difference(time, event, competing, treated, **asked)
    there = incidence_difference(time, event, competing, ~treated, **asked)
    assert outcome_of(here) == outcome_of(there)
    if here.conf_low is None:
        return
    assert there.estimate == pytest.approx(-here.estimate, abs=EXACT)
    assert (there.conf_low, there.conf_high) == pytest.approx((-here.conf_high, -here.conf_low), abs=EXACT)
    assert here.conf_low >= -1 and here.conf_high <= 1
    wider = incidence_difference(time, event, competing, treated, horizon_days=horizon, conf_level=0.95)
    assert wider.conf_low <= here.conf_low and here.conf_high <= wider.conf_high
