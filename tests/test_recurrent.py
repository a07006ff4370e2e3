"""Repeated events on the whole path: rows by hand and day by day, what competes, custody, simulation."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_register import DEFINITIONS, Register, random_register, write_folder
from register_by_hand import course_of, grouped

from primus_eval.errors import InputError
from primus_eval.estimators.recurrent import (
    FEWEST_EVENTS,
    OUT_OF_CUSTODY,
    RECURRENT,
    WHILE_THERE,
    Stretches,
    at_liberty,
    earlier_events,
    mean_count_exhibit,
    one_event_each,
    pooled,
    since_last_event,
)
from primus_eval.estimators.result import Estimate
from primus_eval.loaders import load_trial
from primus_eval.measurement import Measurement, measure, start_stop
from primus_eval.methods import METHODS
from primus_eval.numerics.cox import CoxFit, cox, hazard_ratio
from primus_eval.numerics.mean_count import event_histories, mean_count_at, mean_count_difference
from primus_eval.protocol import Analysis
from primus_eval.trial import Trial

COUNTING, LEAVING_OUT, CENSORING = "dk_dst_count", "uk_proven_1y_leave_out", "own_cases"
"""Events in custody count; they are left out; death censors. Windows of two years, one and one."""
NUMBERS = ("estimate", "conf_low", "conf_high", "std_error", "statistic", "p_value")


@pytest.fixture(scope="module")
def register() -> Register:
    return random_register(7, n_people=400)


@pytest.fixture(scope="module")
def trial(register: Register, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return load_trial(write_folder(register, tmp_path_factory.mktemp("register")))


def found(measurement: Measurement, effect_measure: str, method: str, **options: Any) -> tuple[Estimate, ...]:
    named = {"id": "a", "role": "exploratory", "outcome": measurement.outcome.id, "conf_level": 0.95}
    asked = {"effect_measure": effect_measure, "method": method}
    return RECURRENT[effect_measure, method](measurement, Analysis.model_validate(named | asked | options))


def test_every_method_of_the_list_is_there() -> None:
    for measure_, method in RECURRENT:
        assert method in METHODS[measure_]


# Rows ----------------------------------------------------------------------------------------------------


def rows(*given_: tuple[int, int, int, int, bool]) -> pd.DataFrame:
    """Rows as of `start_stop`: row, start_days, stop_days, event, in_custody."""
    return pd.DataFrame(given_, columns=["row", "start_days", "stop_days", "event", "in_custody"])


def told(stretches: Stretches) -> list[tuple[int, float, float, bool]]:
    columns = (stretches.person, stretches.start, stretches.stop, stretches.event)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_several_events_of_a_day_follow_one_another_within_it() -> None:
    given_ = rows((0, 0, 8, 2, False), (0, 8, 10, 0, False), (1, 3, 4, 1, False), (1, 4, 5, 4, False))
    assert told(one_event_each(given_)) == [
        (0, 0, 7.5, True),
        (0, 7.5, 8, True),
        (0, 8, 10, False),
        (1, 3, 4, True),
        (1, 4, 4.25, True),
        (1, 4.25, 4.5, True),
        (1, 4.5, 4.75, True),
        (1, 4.75, 5, True),
    ]


IN_AND_OUT = rows(
    (0, 0, 5, 1, False),
    (0, 5, 6, 2, True),  # events on the day of admission
    (0, 6, 9, 1, True),  # and on a later one
    (0, 9, 20, 0, False),
    (0, 20, 30, 1, True),  # admitted on day 20, without an event on that day
    (1, 0, 4, 1, True),  # in custody from the start
    (1, 4, 8, 0, False),
    (2, 0, 9, 3, True),
)


def test_out_of_custody_by_hand() -> None:
    outside = at_liberty(IN_AND_OUT, with_admission=False)
    assert outside[["row", "start_days", "stop_days", "event"]].to_numpy().tolist() == [
        [0, 0, 5, 1],
        [0, 9, 20, 0],
        [1, 4, 8, 0],
    ]
    with_day = at_liberty(IN_AND_OUT, with_admission=True)
    assert with_day[["row", "start_days", "stop_days", "event"]].to_numpy().tolist() == [
        [0, 0, 5, 1],
        [0, 5, 6, 2],
        [0, 9, 20, 0],
        [0, 20, 21, 0],
        [1, 4, 8, 0],
    ]


def test_the_clock_goes_back_to_zero_after_each_event() -> None:
    given_ = one_event_each(
        rows((0, 0, 4, 0, False), (0, 4, 7, 1, True), (0, 7, 12, 0, False), (1, 0, 3, 1, True))
    )
    earlier = earlier_events(given_)
    assert earlier.tolist() == [0, 0, 1, 0]
    assert told(since_last_event(given_, earlier)) == [
        (0, 0, 4, False),
        (0, 4, 7, True),
        (0, 0, 5, False),
        (1, 0, 3, True),
    ]


def test_numbers_that_few_people_reached_share_a_stratum() -> None:
    number = np.repeat([0, 1, 2, 3], [30, FEWEST_EVENTS, FEWEST_EVENTS - 1, 2])
    happened = np.ones(len(number), dtype=bool)
    together, texts = pooled(number, happened)
    assert np.bincount(together).tolist() == [30, 2 * FEWEST_EVENTS + 1]
    (text,) = texts
    assert text.startswith("From event 2 on, all events of a person share one baseline")
    assert text.endswith("fewer than 10 people had event 3.")
    enough = np.repeat([0, 1], FEWEST_EVENTS)
    assert pooled(enough, np.ones(len(enough), dtype=bool))[1] == ()
    none, texts = pooled(np.zeros(3, dtype=int), np.zeros(3, dtype=bool))
    assert (none.tolist(), texts) == ([0, 0, 0], ())


LIVES = st.lists(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3), st.booleans()), min_size=1, max_size=6),
    min_size=1,
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(LIVES)
def test_cutting_rows_loses_no_day_and_no_event(lives) -> None:
    """Each life is days until a cut, the events on it and whether it was in custody."""
    cut = []
    for row, life in enumerate(lives):
        start = 0
        for days, events, inside in life:
            cut.append((row, start, start + days, events, inside))
            start += days
    given_ = rows(*cut)
    stretches = one_event_each(given_)
    length = stretches.stop - stretches.start
    earlier = earlier_events(stretches)
    gaps = since_last_event(stretches, earlier)
    assert (length > 0).all()
    assert stretches.event.sum() == given_["event"].sum()
    for row in range(len(lives)):
        of_row = stretches.person == row
        assert length[of_row].sum() == pytest.approx(given_.loc[given_["row"] == row, "stop_days"].max())
        assert (stretches.start[of_row][1:] == stretches.stop[of_row][:-1]).all()
        events = stretches.event[of_row]
        assert earlier[of_row].tolist() == [int(events[:at].sum()) for at in range(len(events))]
        clock = 0.0
        for start, stop, event in zip(gaps.start[of_row], gaps.stop[of_row], events, strict=True):
            assert start == pytest.approx(clock)
            clock = 0.0 if event else stop
    outside = at_liberty(given_, with_admission=True)
    assert ((outside["stop_days"] - outside["start_days"]) >= 1).all()


# Day by day ----------------------------------------------------------------------------------------------


def days_of(measurement: Measurement, *, leave_custody: bool | None) -> dict[str, np.ndarray]:
    """One row for each person and day at risk, several where there are several events on the day.

    leave_custody: None to keep days in custody; else whether the day of admission is left out too.
    """
    table = start_stop(measurement)
    per_person: dict[int, list[tuple[bool, int]]] = {row: [] for row in range(len(measurement.frame))}
    for each in table.itertuples():
        stretch = [(each.in_custody, 0)] * (each.stop_days - each.start_days)
        stretch[-1] = (each.in_custody, each.event)
        per_person[each.row] += stretch
    lines = []
    for person, days in per_person.items():
        so_far, since = 0, 0.0
        for day, (inside, events) in enumerate(days[: measurement.horizon_days]):
            admitted = inside and day > 0 and not days[day - 1][0]
            if leave_custody is not None and inside and (leave_custody or not admitted):
                continue
            for part in range(max(events, 1)):
                start, stop = day + part / max(events, 1), day + (part + 1) / max(events, 1)
                lines.append((person, start, stop, events > 0, so_far, start - since, stop - since))
                if events:
                    so_far, since = so_far + 1, stop
    names = ("person", "start", "stop", "event", "earlier", "gap_start", "gap_stop")
    return dict(zip(names, map(np.array, zip(*lines, strict=True)), strict=True))


def by_days(measurement: Measurement, method: str, *, leave_custody: bool | None = None) -> Any:
    days = days_of(measurement, leave_custody=leave_custody)
    strata = None
    if method != "andersen_gill":
        had = np.bincount(days["earlier"][days["event"]])
        strata = np.minimum(days["earlier"], max(number for number, n in enumerate(had) if n >= 10))
    begin, end = ("gap_start", "gap_stop") if method == "pwp_gap_time" else ("start", "stop")
    fit = cox(
        measurement.treated[days["person"]].astype(float)[:, None],
        days[end],
        days["event"],
        start=days[begin],
        strata=strata,
        cluster=days["person"],
    )
    return hazard_ratio(fit, 0, conf_level=0.95, variance="robust")


@pytest.mark.parametrize("name", [COUNTING, LEAVING_OUT])
@pytest.mark.parametrize(
    ("measure_", "method"),
    [("rate_ratio", "andersen_gill"), ("hazard_ratio", "pwp_total_time"), ("hazard_ratio", "pwp_gap_time")],
)
def test_the_regressions_are_those_of_a_row_for_every_day(trial, name, measure_, method) -> None:
    measurement = measure(trial, name)
    (ours,) = found(measurement, measure_, method)
    theirs = by_days(measurement, method)
    for number in NUMBERS:
        # The likelihood of the same days in other rows: its maximum is found to about 1e-9.
        assert getattr(ours.effect, number) == pytest.approx(getattr(theirs, number), rel=1e-8), number
    assert ours.unit == "ratio" and ours.effect.scale == "log"
    assert ours.engine.endswith("numerics.cox")


@pytest.mark.parametrize(("name", "leave_custody"), [(COUNTING, False), (LEAVING_OUT, True)])
def test_at_liberty_days_in_custody_are_not_at_risk(trial, name: str, leave_custody: bool) -> None:
    """The day of admission is at risk, for all, where events on it count; else nobody could have one."""
    measurement = measure(trial, name)
    (ours,) = found(measurement, "rate_ratio", "andersen_gill", exposure="at_liberty")
    theirs = by_days(measurement, "andersen_gill", leave_custody=leave_custody)
    (calendar,) = found(measurement, "rate_ratio", "andersen_gill")
    for number in NUMBERS:
        assert getattr(ours.effect, number) == pytest.approx(getattr(theirs, number), rel=1e-8), number
    assert ours.effect.estimate != pytest.approx(calendar.effect.estimate, rel=1e-3)
    assert OUT_OF_CUSTODY in ours.warnings and OUT_OF_CUSTODY not in calendar.warnings


def test_covariates_and_strata_reach_the_regression(trial) -> None:
    measurement = measure(trial, COUNTING)
    rng = np.random.Generator(np.random.Philox(key=3))
    n = len(measurement.frame)
    age, wing = rng.normal(size=n), rng.integers(0, 3, n)
    age[:40] = np.nan
    protocol = trial.protocol
    before = {"timing": "before_randomisation", "label": "x"}
    spec = protocol.data.participants
    document = protocol.model_dump(by_alias=True, exclude_none=True)
    document["data"]["participants"]["columns"] |= {
        "age": {"type": "number", **before},
        "wing": {"type": "category", "levels": {"0": "0", "1": "1", "2": "2"}, **before},
    }
    wider = replace(trial, protocol=type(protocol).model_validate(document))
    assert spec.columns.keys() < wider.protocol.data.participants.columns.keys()
    given_ = replace(
        measurement, trial=wider, baseline=measurement.baseline.assign(age=age, wing=wing.astype(str))
    )
    options = {"covariates": ["age"], "strata": ["wing"], "missing_covariates": "complete_cases"}
    known = ~np.isnan(age)
    for method in ("andersen_gill", "pwp_total_time"):
        measure_ = "rate_ratio" if method == "andersen_gill" else "hazard_ratio"
        (ours,) = found(given_, measure_, method, **options)
        days = days_of(measurement, leave_custody=None)
        among = known[days["person"]]
        had = np.bincount(days["earlier"][days["event"]])
        number = np.minimum(days["earlier"], max(at for at, n in enumerate(had) if n >= 10))
        person = days["person"][among]
        fit = cox(
            np.column_stack([measurement.treated[person], age[person]]),
            days["stop"][among],
            days["event"][among],
            start=days["start"][among],
            strata=wing[person] + (100 * number[among] if method == "pwp_total_time" else 0),
            cluster=person,
        )
        theirs = hazard_ratio(fit, 0, conf_level=0.95, variance="robust")
        for name in NUMBERS:
            assert getattr(ours.effect, name) == pytest.approx(getattr(theirs, name), rel=1e-8), name
        assert ours.counts.n_treatment + ours.counts.n_control == known.sum()
        assert any("left out" in text for text in ours.warnings)


# Mean counts ---------------------------------------------------------------------------------------------


def terminal_by_hand(measurement: Measurement, register: Register) -> list[bool]:
    definition = measurement.outcome.reoffending
    assert definition is not None
    order = sorted(person["id"] for person in register.people)
    by_id = {person["id"]: person for person in register.people}
    spells, left = grouped(register.custody), grouped(register.status)
    cutoff = measurement.trial.protocol.data.data_cutoff
    ended = []
    for place in measurement.people.tolist():
        id_ = order[place]
        leaving = course_of(by_id[id_], spells[id_], left[id_], definition, cutoff).leaving
        ended.append(leaving is not None and getattr(definition, leaving["kind"]) == "compete")
    return ended


@pytest.mark.parametrize("name", DEFINITIONS)
def test_who_died_is_known_also_of_those_who_had_the_event(trial, register, name: str) -> None:
    measurement = measure(trial, name)
    terminal, event = measurement.frame["terminal"].to_numpy(), measurement.event
    assert terminal.tolist() == terminal_by_hand(measurement, register)
    assert ((terminal & ~event) == measurement.competing).all()


def test_somebody_died_after_the_event(trial) -> None:
    measurement = measure(trial, COUNTING)
    assert (measurement.frame["terminal"] & measurement.frame["event"]).any()


@pytest.mark.parametrize("name", [COUNTING, LEAVING_OUT, CENSORING])
def test_mean_counts_are_those_of_histories_by_hand(trial, register, name: str) -> None:
    measurement = measure(trial, name)
    died = terminal_by_hand(measurement, register)
    units = list(zip(measurement.unit_row.tolist(), measurement.unit_day.tolist(), strict=True))
    exposure = measurement.frame["exposure_days"].tolist()
    arms = []
    for treated in (True, False):
        people = [row for row in range(len(exposure)) if measurement.treated[row] == treated]
        last = {row: exposure[row] + died[row] for row in people}
        for row, day in units:
            if row in last:
                last[row] = max(last[row], day + 1)
        happened = [(people.index(row), day + 1) for row, day in units if row in last]
        arms.append(
            event_histories(
                [last[row] for row in people],
                [who for who, _ in happened],
                [day for _, day in happened],
                terminal=[died[row] for row in people],
            )
        )
    level = {"horizon_days": measurement.horizon_days, "conf_level": 0.95}
    (difference,) = found(measurement, "mean_count_difference", "ghosh_lin")
    assert difference.effect == mean_count_difference(*arms, **level)
    both = found(measurement, "mean_count", "ghosh_lin")
    assert [one.term for one in both] == ["treatment", "control"]
    for ours, histories in zip(both, arms, strict=True):
        assert ours.effect == mean_count_at(histories, **level)
        assert (ours.unit, ours.effect.scale) == ("count", "log")
    assert difference.effect.estimate == pytest.approx(both[0].effect.estimate - both[1].effect.estimate)
    assert (difference.unit, difference.effect.scale, difference.warnings) == ("count", "identity", ())


def test_without_leaving_early_it_is_the_mean_of_the_counts(trial) -> None:
    """Where leaving competes and nothing censors, everyone's count is known: the mean up to the horizon."""
    measurement = measure(trial, "own_decisions")
    definition = measurement.outcome.reoffending
    assert definition is not None
    assert "censor" not in {definition.death, definition.deportation, definition.emigration}
    assert measurement.frame["terminal"].any()
    in_time = measurement.unit_day < measurement.horizon_days
    counts = np.bincount(measurement.unit_row[in_time], minlength=len(measurement.frame))
    for ours, arm in zip(
        found(measurement, "mean_count", "ghosh_lin"),
        (measurement.treated, ~measurement.treated),
        strict=True,
    ):
        assert ours.effect.estimate == pytest.approx(counts[arm].mean(), abs=1e-12)
        error = counts[arm].std() / np.sqrt(arm.sum())
        assert ours.effect.std_error * ours.effect.estimate == pytest.approx(error, abs=1e-12)


def test_where_nobody_can_leave_both_methods_are_one(trial) -> None:
    data = trial.protocol.data.model_copy(update={"status": None})
    bare = replace(trial, status=None, protocol=trial.protocol.model_copy(update={"data": data}))
    measurement = measure(bare, COUNTING)
    for measure_ in ("mean_count", "mean_count_difference"):
        one, other = (found(measurement, measure_, method) for method in METHODS[measure_])
        assert [each.effect for each in one] == [each.effect for each in other]
        assert all(each.effect.reason is None for each in one)
    (rates,) = found(measurement, "rate_ratio", "andersen_gill")
    assert WHILE_THERE not in rates.warnings


def test_where_events_may_compete_the_mean_cumulative_function_says_so(trial) -> None:
    measurement = measure(trial, COUNTING)
    for measure_ in ("mean_count", "mean_count_difference"):
        for each in found(measurement, measure_, "mean_cumulative_function"):
            assert (each.effect.estimate, each.effect.reason) == (None, "competing_events")
    for measure_, method in (("rate_ratio", "andersen_gill"), ("hazard_ratio", "pwp_gap_time")):
        (rates,) = found(measurement, measure_, method)
        assert WHILE_THERE in rates.warnings


def test_asking_changes_nothing_in_the_measurement(trial) -> None:
    """Somebody had an event on the day of death, and so one more day than the exposure."""
    measurement = measure(trial, LEAVING_OUT)
    before = measurement.frame.copy()
    late = measurement.unit_day == before["exposure_days"].to_numpy()[measurement.unit_row]
    assert late.any()
    first = [[each.effect for each in found(measurement, *key)] for key in RECURRENT]
    assert mean_count_exhibit(measurement, 0.95) == mean_count_exhibit(measurement, 0.95)
    assert [[each.effect for each in found(measurement, *key)] for key in RECURRENT] == first
    pd.testing.assert_frame_equal(measurement.frame, before)


def test_the_curves_end_in_the_mean_counts(trial) -> None:
    measurement = measure(trial, COUNTING)
    exhibit = mean_count_exhibit(measurement, 0.95)
    assert (exhibit.kind, exhibit.notes["method"], exhibit.notes["coarse"]) == (
        "mean_count",
        "ghosh_lin",
        False,
    )
    for ours in found(measurement, "mean_count", "ghosh_lin"):
        steps = [dict(zip(exhibit.columns, row, strict=True)) for row in exhibit.rows if row[0] == ours.term]
        first, last = steps[0], steps[-1]
        arm = measurement.treated == (ours.term == "treatment")
        assert (first["time_days"], first["at_risk"], first["mean_count"]) == (0.0, arm.sum(), 0.0)
        assert last["time_days"] == measurement.horizon_days
        assert last["mean_count"] == ours.effect.estimate
        assert last["conf_low"] == pytest.approx(ours.effect.conf_low)
        in_time = arm[measurement.unit_row] & (measurement.unit_day < measurement.horizon_days)
        assert sum(step["events"] for step in steps) == in_time.sum()


# What is not determined ----------------------------------------------------------------------------------

ALL = tuple(RECURRENT)


@pytest.mark.parametrize(("measure_", "method"), ALL)
def test_one_arm_alone_is_not_compared(trial, measure_: str, method: str) -> None:
    measurement = measure(trial, COUNTING)
    alone = replace(measurement, frame=measurement.frame.assign(treated=True))
    reasons = [each.effect.reason for each in found(alone, measure_, method)]
    if method == "mean_cumulative_function":
        assert set(reasons) == {"competing_events"}
    elif measure_ == "mean_count":
        assert reasons == [None, "one_arm_empty"]
    else:
        assert reasons == ["one_arm_empty"]


def without_events(measurement: Measurement) -> Measurement:
    none = np.empty(0, dtype=np.int64)
    frame = measurement.frame.assign(event=False, n_events=0)
    return replace(measurement, frame=frame, unit_row=none, unit_day=none)


@pytest.mark.parametrize(("measure_", "method"), ALL)
def test_without_events_there_is_a_reason(trial, measure_: str, method: str) -> None:
    given_ = without_events(measure(trial, COUNTING))
    for each in found(given_, measure_, method):
        expected = {"rate_ratio": "no_events", "hazard_ratio": "no_events"}.get(
            measure_, "no_interval_at_certainty"
        )
        assert each.effect.reason == (
            "competing_events" if method == "mean_cumulative_function" else expected
        )
        assert each.warnings == ()
    assert all(row[4] == 0 and row[5] is None for row in mean_count_exhibit(given_, 0.95).rows)


@pytest.mark.parametrize(("measure_", "method"), ALL)
def test_nobody_is_no_comparison(trial, measure_: str, method: str) -> None:
    measurement = without_events(measure(trial, COUNTING))
    empty = replace(
        measurement,
        frame=measurement.frame.iloc[:0],
        baseline=measurement.baseline.iloc[:0],
        people=measurement.people[:0],
    )
    for each in found(empty, measure_, method):
        assert each.effect.reason == (
            "competing_events" if method == "mean_cumulative_function" else "one_arm_empty"
        )
    assert mean_count_exhibit(empty, 0.95).rows == ()


@pytest.mark.parametrize(("measure_", "method"), ALL)
def test_a_window_of_days_at_liberty_is_refused(trial, measure_: str, method: str) -> None:
    street = next(name for name in DEFINITIONS if name.endswith("_street"))
    measurement = measure(trial, street)
    for ask in (
        partial(found, measurement, measure_, method),
        partial(mean_count_exhibit, measurement, 0.95),
    ):
        with pytest.raises(InputError) as caught:
            ask()
        assert [problem.code for problem in caught.value.problems] == ["PE-C49"]


# Simulated trials ----------------------------------------------------------------------------------------

TRIALS, PEOPLE, HORIZON = 300, 120, 365


def test_the_rate_ratio_covers_the_truth_where_some_people_have_many_events() -> None:
    """Three hundred trials of 2 x 120, frailty of variance 1, whole days, a fifth censored.

    Bounds are four Monte-Carlo standard errors: of a coverage of 0.95, sqrt(0.95 0.05 / 300) = 0.0126; of
    a standard deviation, 1 / sqrt(600) = 4.1 % of it. The robust variance of 240 people is known to be a
    little small: a coverage of 0.945 is expected.
    """
    rng = np.random.Generator(np.random.Philox(key=5))
    truth, estimates, errors, naive, covered = np.log(0.7), [], [], [], []
    treated = np.repeat([1.0, 0.0], PEOPLE)
    for _ in range(TRIALS):
        end = np.where(rng.random(2 * PEOPLE) < 0.2, rng.integers(100, HORIZON, 2 * PEOPLE), HORIZON)
        rate = rng.gamma(1.0, 1.0, 2 * PEOPLE) / 180 * np.exp(truth * treated)
        person = np.repeat(np.arange(2 * PEOPLE), rng.poisson(rate * end))
        day = np.ceil(rng.uniform(0, end[person]))
        cuts = pd.DataFrame(
            {
                "row": np.append(person, np.arange(2 * PEOPLE)),
                "stop_days": np.append(day, end).astype(int),
                "event": np.repeat([1, 0], [len(person), 2 * PEOPLE]),
            }
        )
        cuts = cuts.groupby(["row", "stop_days"], as_index=False)["event"].sum()
        cuts["start_days"] = cuts.groupby("row")["stop_days"].shift(fill_value=0)
        stretches = one_event_each(cuts)
        fit = cox(
            treated[stretches.person][:, None],
            stretches.stop,
            stretches.event,
            start=stretches.start,
            cluster=stretches.person,
        )
        assert isinstance(fit, CoxFit)
        effect = hazard_ratio(fit, 0, conf_level=0.95, variance="robust")
        estimates.append(fit.coef[0])
        errors.append(effect.std_error)
        naive.append(fit.covariance_model[0, 0] ** 0.5)
        covered.append(effect.conf_low <= np.exp(truth) <= effect.conf_high)
    spread = np.std(estimates)
    assert abs(np.mean(estimates) - truth) < 4 * spread / np.sqrt(TRIALS)
    assert np.mean(errors) == pytest.approx(spread, rel=4 * 0.041)
    assert np.mean(covered) == pytest.approx(0.945, abs=4 * 0.0126)
    assert np.mean(naive) < 0.7 * spread  # what taking the events of a person for unrelated would have said
