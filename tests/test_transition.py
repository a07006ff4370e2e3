"""The transition, estimator by estimator: what stands for which days, and what compares everyone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from estimability import COMPETING as COMPETING_EVENTS
from estimability import EVENTS, HALVES, MIXED_DAYS, MIXED_EVENTS, PEOPLE
from random_register import random_register, write_folder
from reference.datasets import fixture, maryland, tied
from reference.test_estimators import trial_of
from small_trials import small_trial, with_causes

from primus_eval import estimators
from primus_eval.estimators.competing import CAUSE_SPECIFIC, COMPETING, known_exhibit
from primus_eval.estimators.days import end_of_day, followed_to
from primus_eval.estimators.hazard import cox_model
from primus_eval.estimators.result import Estimate
from primus_eval.estimators.transition import TRANSITION, counts_within
from primus_eval.loaders import load_trial
from primus_eval.measurement import Measurement, measure
from primus_eval.methods import ABOUT
from primus_eval.numerics.cumulative_incidence import incidence_difference
from primus_eval.numerics.effect import Effect
from primus_eval.numerics.restricted_mean import restricted_mean_difference
from primus_eval.numerics.time_lost import time_lost_difference
from primus_eval.numerics.time_varying import hazard_ratio_over_time
from primus_eval.protocol import Analysis
from primus_eval.trial import Trial

DATA: dict[str, tuple[Any, str, int, tuple[str, ...]]] = {
    "maryland": (maryland, "fin", 364, ("age", "race", "prio")),
    "tied": (tied, "treated", 182, ("age", "employed", "stratum")),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "cox_periods": {"periods_days": [0, 20, 50, 100]},
    "cox_landmark": {"landmark_days": 20},
    "landmark": {"landmark_days": 20},
    "cox_time_varying": {"at_days": [10, 60], "time_function": "log_days"},
}


@cache
def measured(name: str, *, competing: bool = False) -> Measurement:
    """A reference data set as a trial; with competing events where R too calls some so."""
    read, arm, horizon, baseline = DATA[name]
    columns = read()
    if competing:
        columns = {**columns, "event": columns["first"]}
    measurement = measure(trial_of(columns, arm=arm, baseline=baseline, horizon_days=horizon), "reoffence")
    if not competing:
        return measurement
    took = columns["competing"] & (columns["time"] <= horizon)
    return with_causes(measurement, np.where(took, "emigration", "").tolist())


def asked(measure_: str, method: str, **options: Any) -> Analysis:
    document = {"id": "a", "role": "secondary", "outcome": "reoffence", "effect_measure": measure_}
    return Analysis.model_validate(document | {"method": method} | (options or OPTIONS.get(method, {})))


def found(measurement: Measurement, measure_: str, method: str, **options: Any) -> tuple[Estimate, ...]:
    return TRANSITION[measure_, method](measurement, asked(measure_, method, **options))


def agrees(estimate: Estimate, theirs: dict[str, float]) -> None:
    assert estimate.effect.reason is None
    for name, value in theirs.items():
        assert getattr(estimate.effect, name) == pytest.approx(value, rel=1e-9), name


def same(estimate: Estimate, effect: Effect) -> None:
    """Follow-up cut at a day gives the same sums as longer follow-up read at it, in another order."""
    for name in ("estimate", "conf_low", "conf_high", "std_error", "statistic", "df", "p_value"):
        ours, theirs = getattr(estimate.effect, name), getattr(effect, name)
        assert ours == (theirs and pytest.approx(theirs, rel=1e-12)), name


# --- the numbers are those of R -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("name", DATA)
def test_within_periods_the_numbers_are_those_of_r(name, number):
    case = fixture("transition")[name]["periods"][number]
    strata = [case["strata"]] if case["strata"] else []
    days, chosen = case["periods_days"], {"covariates": case["covariates"], "strata": strata}
    estimates = found(measured(name), "hazard_ratio", "cox_periods", periods_days=days, **chosen)
    for estimate, theirs in zip(estimates[:3], case["effects"], strict=True):
        agrees(estimate, theirs)


@pytest.mark.parametrize("name", DATA)
def test_on_given_days_the_numbers_are_those_of_r(name):
    if name == "tied":  # R had all of the follow-up
        read, arm, _, baseline = DATA[name]
        end = int(read()["time"].max())
        measurement = measure(trial_of(read(), arm=arm, baseline=baseline, horizon_days=end), "reoffence")
    else:
        measurement = measured(name)
    for case in fixture("transition")[name]["over_time"]:
        options = {key: case[key] for key in ("at_days", "time_function", "covariates")}
        options["strata"] = [case["strata"]] if case["strata"] else []
        estimates = found(measurement, "hazard_ratio", "cox_time_varying", **options)
        for estimate, theirs in zip(estimates, case["effects"], strict=True):
            agrees(estimate, theirs)
            (text,) = estimate.warnings
            assert f"chi-square {case['change']['statistic']:.1f} on 1 degree" in text


@pytest.mark.parametrize("name", DATA)
def test_from_a_landmark_on_the_numbers_are_those_of_r(name):
    theirs = fixture("transition")[name]["landmark"]
    day = theirs["landmark_days"]
    (ratio,) = found(
        measured(name), "hazard_ratio", "cox_landmark", landmark_days=day, covariates=theirs["covariates"]
    )
    agrees(ratio, theirs["hazard_ratio"])
    assert (ratio.counts.n_treatment, ratio.counts.n_control) == tuple(theirs["n"].values())
    (risk,) = found(measured(name, competing=True), "risk_difference", "landmark", landmark_days=day)
    agrees(risk, theirs["risk_difference"])
    assert risk.counts.n_treatment == ratio.counts.n_treatment
    assert (ratio.from_days, risk.from_days) == (day, day)


# --- what stands for which days -----------------------------------------------------------------------------


def test_periods_are_told_with_what_everyone_gained_by_their_ends():
    estimates = found(EVENTS["ordinary"](), "hazard_ratio", "cox_periods")
    ratios, up_to = estimates[:3], estimates[3:]
    assert [(one.term, one.from_days, one.horizon_days) for one in ratios] == [
        ("day_0_to_20", 0, 20),
        ("day_20_to_50", 20, 50),
        ("day_50_to_100", 50, 100),
    ]
    assert [one.conditional for one in ratios] == [False, True, True]
    assert [(one.effect_measure, one.horizon_days) for one in up_to] == [
        (name, end) for end in (20, 50, 100) for name in ("risk_difference", "restricted_mean_difference")
    ]
    assert all(one.conditional is False and one.from_days is None and one.term == "" for one in up_to)


def test_each_period_counts_who_was_at_risk_when_it_began_and_the_events_in_it():
    # On days 10 20 40 and 20 the treated: two events by day 20, the second on its last day; one until day 50.
    ratios = found(EVENTS["ordinary"](), "hazard_ratio", "cox_periods")[:3]
    assert [(one.counts.n_treatment, one.counts.events_treatment) for one in ratios] == [
        (8, 2),
        (6, 1),
        (5, 0),
    ]
    assert [(one.counts.n_control, one.counts.events_control) for one in ratios] == [(8, 2), (6, 1), (5, 2)]


@pytest.mark.parametrize(("day", "counted"), [(9.0, (1, 0)), (10.0, (1, 0)), (10.5, (0, 1)), (0.0, (1, 0))])
def test_an_event_on_the_last_day_of_a_period_is_in_it(day, counted):
    one = np.array([True])
    periods = ((0, 10), (10, 20))
    events = [
        counts_within(one, np.array([day]), one, begin=begin, end=end).events_treatment
        for begin, end in periods
    ]
    assert tuple(events) == counted


@pytest.mark.parametrize("name", DATA)
def test_what_everyone_gained_is_what_its_formula_says(name):
    measurement = measured(name)
    days = fixture("transition")[name]["periods"][0]["periods_days"]
    up_to = found(measurement, "hazard_ratio", "cox_periods", periods_days=days)[3:]
    data = measurement.time_days, measurement.event
    nobody = np.zeros(len(measurement.event), dtype=bool)
    for end, risk, mean in zip(days[1:], up_to[::2], up_to[1::2], strict=True):
        until = {"horizon_days": end, "conf_level": 0.95}
        same(risk, incidence_difference(*data, nobody, measurement.treated, **until))
        same(mean, restricted_mean_difference(*data, measurement.treated, **until))
        assert risk.counts == mean.counts
        assert risk.counts.n_treatment + risk.counts.n_control == len(measurement.event)


def test_where_events_compete_days_lost_take_the_place_of_days_without_and_ratios_say_so():
    measurement = measured("tied", competing=True)
    estimates = found(measurement, "hazard_ratio", "cox_periods", periods_days=[0, 49, 126, 182])
    assert all(CAUSE_SPECIFIC in one.warnings for one in estimates[:3])
    assert all(CAUSE_SPECIFIC not in one.warnings for one in estimates[3:])
    competing = measurement.frame["cause"].ne("").to_numpy()
    lost = time_lost_difference(
        *(measurement.time_days, measurement.event, competing, measurement.treated),
        horizon_days=126,
        conf_level=0.95,
    )
    same(estimates[6], lost)
    assert estimates[6].effect_measure == "restricted_mean_time_lost_difference"
    for method in ("cox_landmark", "cox_time_varying"):
        assert CAUSE_SPECIFIC in found(measurement, "hazard_ratio", method)[0].warnings
    assert found(measurement, "risk_difference", "landmark")[0].warnings == ()


def test_a_changing_ratio_is_told_for_its_days():
    estimates = found(measured("tied"), "hazard_ratio", "cox_time_varying")
    assert [(one.term, one.from_days, one.horizon_days) for one in estimates] == [
        ("day_10", 10, 10),
        ("day_60", 60, 60),
    ]
    assert all(one.conditional for one in estimates)
    assert (
        estimates[0].warnings[0].startswith("The test that the hazard ratio does not change with time: chi-")
    )


def test_what_conditions_on_later_events_is_known_to_the_table_of_methods():
    assert all(ABOUT[method].conditional for _, method in TRANSITION)


def test_what_compares_everyone_beside_adjusted_ratios_is_not_called_adjusted():
    trial = small_trial(treated=HALVES, days=MIXED_DAYS, event=MIXED_EVENTS)
    analysis = asked("hazard_ratio", "cox_periods", **OPTIONS["cox_periods"], covariates=["age"])
    findings = estimators.estimate(measure(trial, "reoffence"), analysis).rows
    told = {(row.effect_measure, row.covariates) for row in findings}
    assert told == {
        ("hazard_ratio", ("age",)),
        ("risk_difference", ()),
        ("restricted_mean_difference", ()),
    }
    plain = found(measure(trial, "reoffence"), "hazard_ratio", "cox_periods")[3:]
    assert [row.estimate for row in findings[3:]] == [one.effect.estimate for one in plain]


# --- which days "up to a day" are ---------------------------------------------------------------------------

BY_RULES = ("dk_dst_count", "uk_proven_1y_leave_out", "own_cases")
DAY = 89
"""The end of a period: with these rules there are events on days 88 and 89, its last and the one after."""


@pytest.fixture(scope="module")
def trial_by_rules(tmp_path_factory) -> Trial:
    """A register drawn by chance, read to a day by which everybody was followed long enough."""
    folder = write_folder(random_register(11, n_people=1500), tmp_path_factory.mktemp("register"))
    trial = load_trial(folder)
    data = trial.protocol.data.model_copy(update={"data_cutoff": date(2060, 1, 1)})
    return replace(trial, protocol=trial.protocol.model_copy(update={"data": data}))


def by_rules(trial: Trial, name: str, **rules: Any) -> Measurement:
    """Measure by the rules of that name and by others in their place.

    Leaving the country censors, death competes, and no decision is too late, whatever the window.
    """
    common = {"death": "compete", "deportation": "censor", "emigration": "censor", "decision_lag": None}
    outcome = trial.protocol.outcome_of(name)
    assert outcome.reoffending is not None
    changed = outcome.model_copy(
        update={"reoffending": outcome.reoffending.model_copy(update=common | rules)}
    )
    protocol = trial.protocol.model_copy(update={"outcome": (changed,), "prior_offending": ()})
    return measure(replace(trial, protocol=protocol), name)


def both_windows(trial: Trial, name: str) -> tuple[Measurement, Measurement]:
    """The same people over a year, and over a window of 89 days."""
    year = by_rules(trial, name, window_days=365, window_months=None)
    short = by_rules(trial, name, window_days=DAY, window_months=None)
    np.testing.assert_array_equal(year.people, short.people)
    return year, short


@pytest.mark.parametrize("name", BY_RULES)
def test_what_was_seen_up_to_a_day_is_what_a_window_that_ends_on_it_holds(trial_by_rules, name):
    year, short = both_windows(trial_by_rules, name)
    last = year.event & (year.time_days == DAY)
    assert last.any() and (year.event & (year.time_days == DAY - 1)).any(), "nobody at the edge"
    for ours, theirs in zip(
        followed_to(year, DAY), (short.time_days, short.event, short.competing), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)
    assert (end_of_day(year)[last] == DAY + 1).all()
    assert end_of_day(year).min() == 1 and end_of_day(year).max() == 365
    for ours, theirs in zip(
        followed_to(year, 365), (year.time_days, year.event, year.competing), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", BY_RULES)
def test_effects_up_to_a_day_are_those_of_a_window_that_ends_on_it(trial_by_rules, name):
    year, short = both_windows(trial_by_rules, name)
    estimates = found(year, "hazard_ratio", "cox_periods", periods_days=[0, DAY, 365])
    first, later, risk, days, last_risk, last_days = estimates
    (theirs,) = cox_model(short, asked("hazard_ratio", "cox"))
    # lifelines, the engine of the plain model, is iterated to 1e-8.
    assert first.effect.estimate == pytest.approx(theirs.effect.estimate, rel=1e-8)
    assert first.effect.std_error == pytest.approx(theirs.effect.std_error, rel=1e-8)
    assert first.counts == theirs.counts == risk.counts == days.counts
    lost = ("restricted_mean_time_lost_difference", "aalen_johansen")
    for measurement, ours in ((short, (risk, days)), (year, (last_risk, last_days))):
        for one, key in zip(ours, (("risk_difference", "aalen_johansen"), lost), strict=True):
            (alone,) = COMPETING[key](measurement, asked(*key))
            assert one.effect == alone.effect
            assert one.counts == alone.counts
    events = [one.counts.events_treatment + one.counts.events_control for one in (first, later, last_risk)]
    assert events[0] + events[1] == events[2]


@pytest.mark.parametrize("name", BY_RULES)
def test_what_release_needs_of_a_day_is_what_it_needs_of_a_window_that_ends_on_it(trial_by_rules, name):
    year, short = both_windows(trial_by_rules, name)
    assert known_exhibit(year, by_day=DAY).rows == known_exhibit(short).rows


@pytest.mark.parametrize("name", BY_RULES)
def test_from_a_landmark_on_the_days_after_it_count(trial_by_rules, name):
    """The event of the 90th day is after the landmark, that of the 89th is not; the whole is both parts."""
    year, short = both_windows(trial_by_rules, name)
    (ratio,) = found(year, "hazard_ratio", "cox_landmark", landmark_days=DAY)
    (risk,) = found(year, "risk_difference", "landmark", landmark_days=DAY)
    (whole,) = COMPETING["risk_difference", "aalen_johansen"](year, asked("risk_difference", "wald"))
    for events, of_all, before in (
        (ratio.counts.events_treatment, whole.counts.events_treatment, short.event & short.treated),
        (ratio.counts.events_control, whole.counts.events_control, short.event & ~short.treated),
    ):
        assert events == of_all - before.sum()
    assert risk.counts == ratio.counts
    later = found(year, "hazard_ratio", "cox_periods", periods_days=[0, DAY, 365])[1]
    assert ratio.counts == later.counts
    assert ratio.effect.estimate == pytest.approx(later.effect.estimate, rel=1e-8)


def test_a_change_with_time_is_read_at_the_end_of_the_day_of_the_event(trial_by_rules):
    year = by_rules(trial_by_rules, BY_RULES[0], window_days=365, window_months=None)
    ours = found(year, "hazard_ratio", "cox_time_varying", at_days=[1, 91], time_function="days")
    theirs = hazard_ratio_over_time(
        np.minimum(np.floor(year.time_days) + 1, 365),
        *(year.event, year.treated),
        at_days=(1, 91),
        time_function="days",
        conf_level=0.95,
    )
    assert tuple(one.effect for one in ours) == theirs.at


def test_an_event_on_the_day_that_only_long_months_have_is_on_the_last_day(trial_by_rules):
    """A year of 366 days and a horizon of 365: the events of day 365 are of the last period, and counted."""
    months = by_rules(trial_by_rules, BY_RULES[0], window_months=12, window_days=None)
    assert months.horizon_days == 365
    of_day_365 = months.event & (months.time_days == 365)
    assert of_day_365.any()
    last = found(months, "hazard_ratio", "cox_periods", periods_days=[0, 364, 365])[1]
    on_last_days = months.event & (end_of_day(months) == 365)
    assert last.counts.events_treatment + last.counts.events_control == on_last_days.sum()
    assert on_last_days.sum() >= of_day_365.sum()
    time_days, event, competing = followed_to(months, 365)
    assert (time_days == months.time_days).all() and (event == months.event).all()
    assert (competing == months.competing).all()
    assert end_of_day(months).max() == 365


def test_times_that_were_observed_say_when_follow_up_ended():
    measurement = EVENTS["ordinary"]()
    assert (end_of_day(measurement) == measurement.time_days).all()
    time_days, event, _ = followed_to(measurement, 20)
    assert (time_days == np.minimum(measurement.time_days, 20)).all()
    assert (event == (measurement.event & (measurement.time_days <= 20))).all()
    assert (event & (measurement.time_days == 20)).any()


# --- what it must collapse to -------------------------------------------------------------------------------


@pytest.mark.parametrize("strata", [(), ("stratum",)])
def test_one_period_and_a_landmark_on_day_0_are_the_plain_cox_model(strata):
    measurement = measured("tied")
    plain = asked("hazard_ratio", "cox", covariates=["age", "employed"], strata=list(strata))
    (theirs,) = cox_model(measurement, plain)
    one = plain.model_copy(update={"periods_days": (0, 182), "landmark_days": 0})
    period = TRANSITION["hazard_ratio", "cox_periods"](measurement, one)[0]
    (landmark,) = TRANSITION["hazard_ratio", "cox_landmark"](measurement, one)
    for ours in (period, landmark):
        assert ours.counts == theirs.counts
        # lifelines, the engine of the plain model, is iterated to 1e-8.
        assert ours.effect.estimate == pytest.approx(theirs.effect.estimate, rel=1e-8)
        assert ours.effect.std_error == pytest.approx(theirs.effect.std_error, rel=1e-8)


def test_a_landmark_on_day_0_compares_everyone():
    measurement = measured("tied", competing=True)
    analysis = asked("risk_difference", "landmark").model_copy(update={"landmark_days": 0})
    (ours,) = TRANSITION["risk_difference", "landmark"](measurement, analysis)
    competing = measurement.frame["cause"].ne("").to_numpy()
    assert ours.effect == incidence_difference(
        *(measurement.time_days, measurement.event, competing, measurement.treated),
        horizon_days=182,
        conf_level=0.95,
    )


def test_a_landmark_compares_those_still_there_with_the_clock_at_zero():
    trial = small_trial(
        treated=[1, 1, 1, 1, 0, 0, 0, 0],
        days=[10, 40, 60, 100, 20, 30, 50, 100],
        event=[1, 1, 1, 0, 1, 1, 1, 0],
    )
    # On day 20 one of each arm has had the event: of three left, two and two have it by day 100.
    (risk,) = found(measure(trial, "reoffence"), "risk_difference", "landmark")
    assert (risk.counts.n_treatment, risk.counts.n_control) == (3, 3)
    assert risk.effect.estimate == pytest.approx(0, abs=1e-12)
    assert risk.effect.std_error == pytest.approx(np.sqrt(2 * (2 / 3 * 1 / 3) / 3), rel=1e-12)


# --- awkward trials -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", TRANSITION, ids="/".join)
@pytest.mark.parametrize("situation", [*EVENTS, *PEOPLE, *COMPETING_EVENTS])
def test_in_awkward_trials_there_is_a_number_or_a_reason(key, situation):
    make: Callable[[], Measurement] = {**EVENTS, **PEOPLE, **COMPETING_EVENTS}[situation]
    for options in ({}, {"covariates": ["age", "prior"]}, {"strata": ["prison"]}):
        if key[1] == "landmark" and options:
            continue
        for estimate in found(make(), *key, **OPTIONS[key[1]], **options):
            assert (estimate.effect.estimate is None) == (
                estimate.effect.reason not in (None, "no_interval_at_certainty")
            )


@pytest.mark.parametrize("key", [key for key in TRANSITION if "landmark" in key[1]], ids="/".join)
def test_a_landmark_that_an_arm_does_not_reach_says_so(key):
    ordinary = EVENTS["ordinary"]()
    early = ordinary.frame["time_days"].where(~ordinary.frame["treated"], 5)
    (estimate,) = found(replace(ordinary, frame=ordinary.frame.assign(time_days=early)), *key)
    assert estimate.effect.reason == "too_few_at_landmark"
    (estimate,) = found(PEOPLE["one arm is empty"](), *key)
    assert estimate.effect.reason == "one_arm_empty"


def test_a_period_without_events_in_an_arm_leaves_the_others_with_their_numbers():
    reasons = [one.effect.reason for one in found(EVENTS["ordinary"](), "hazard_ratio", "cox_periods")[:3]]
    assert reasons == [None, None, "no_events_in_one_arm"]


def test_covariates_that_cannot_be_used_are_the_reason_of_every_ratio():
    trial = small_trial(treated=[1, 0] * 8, days=[10, 30, 60, 90] * 4, event=[1] * 16, age=[30] * 16)
    for method in ("cox_periods", "cox_landmark", "cox_time_varying"):
        estimates = found(
            measure(trial, "reoffence"), "hazard_ratio", method, **OPTIONS[method], covariates=["age"]
        )
        ratios = [one for one in estimates if one.unit == "ratio"]
        assert {one.effect.reason for one in ratios} == {"constant_covariate"}
