"""Repeated events on the whole path: rows by hand and day by day, what competes, custody, simulation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_register import DEFINITIONS, Register, random_register, write_folder
from register_by_hand import course_of, grouped

from primus_eval.errors import InputError
from primus_eval.estimators.adjusted import FEW_PEOPLE
from primus_eval.estimators.frequency import FREQUENCY
from primus_eval.estimators.liberty import (
    ARRESTED_AT_ONCE,
    FROM_ADMISSION_ON,
    OUT_OF_CUSTODY,
    at_liberty,
)
from primus_eval.estimators.recurrent import (
    FEWEST_EVENTS,
    LATER_TOGETHER,
    RECURRENT,
    WHILE_THERE,
    Stretches,
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
from primus_eval.numerics.cox import CoxFit, cox
from primus_eval.numerics.mean_count import event_histories, mean_count_at, mean_count_difference
from primus_eval.numerics.repeated_events import repeated_events_ratio
from primus_eval.protocol import Analysis
from primus_eval.trial import Trial

COUNTING, LEAVING_OUT, CENSORING = "dk_dst_count", "uk_proven_1y_leave_out", "own_cases"
"""Events in custody count; they are left out; death censors. Windows of two years, one and one."""
NUMBERS = ("estimate", "conf_low", "conf_high", "std_error", "statistic", "df", "p_value")


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
    assert texts == (LATER_TOGETHER,)
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

    leave_custody: None to keep days in custody; else whether the day of admission is left out too. What
    happened after the horizon, in a longer window, is put on the last day.
    """
    table, horizon = start_stop(measurement), measurement.horizon_days
    per_person: dict[int, list[tuple[bool, int]]] = {row: [] for row in range(len(measurement.frame))}
    for each in table.itertuples():
        stretch = [(each.in_custody, 0)] * (each.stop_days - each.start_days)
        stretch[-1] = (each.in_custody, each.event)
        per_person[each.row] += stretch
    lines = []
    for person, days in per_person.items():
        so_far, since = 0, 0.0
        later = sum(events for _, events in days[horizon:])
        if later:
            days[horizon - 1] = (days[horizon - 1][0], days[horizon - 1][1] + later)
        for day, (inside, events) in enumerate(days[:horizon]):
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
    return repeated_events_ratio(fit, 0, conf_level=0.95)


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
    said = {FROM_ADMISSION_ON, ARRESTED_AT_ONCE} if leave_custody else {OUT_OF_CUSTODY}
    every = {OUT_OF_CUSTODY, FROM_ADMISSION_ON, ARRESTED_AT_ONCE}
    assert every & set(ours.warnings) == said and not every & set(calendar.warnings)
    days = days_of(measurement, leave_custody=leave_custody)
    with_event = set(days["person"][days["event"]].tolist())
    people = [set(np.flatnonzero(measurement.treated == treated).tolist()) for treated in (True, False)]
    counts = ours.counts
    assert [counts.n_treatment, counts.n_control] == [len(arm) for arm in people]
    assert [counts.events_treatment, counts.events_control] == [len(arm & with_event) for arm in people]


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
        theirs = repeated_events_ratio(fit, 0, conf_level=0.95)
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
    in_time = np.minimum(measurement.unit_day, measurement.horizon_days - 1)
    units = list(zip(measurement.unit_row.tolist(), in_time.tolist(), strict=True))
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
    counts = measurement.frame["n_events"].to_numpy()
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
        assert sum(step["events"] for step in steps) == measurement.frame["n_events"][arm].sum()


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


# What all methods for repeated events agree on -----------------------------------------------------------

YEAR_FROM_RELEASE = "uk_proven_1y_{}"
"""Twelve months from release; events in custody count, or are left_out."""
RELEASED_FROM = date(2015, 4, 1)


def lived(lives: list[tuple[int, list[int], list[tuple[int, int]]]], folder: Path) -> Trial:
    """A trial of people of whom every other one is treated.

    lives: day of release after 1 April 2015, and in days from then the offences and the spells [begin, end).
    """
    people, events, custody = [], [], []
    for number, (released, offences, spells) in enumerate(lives):
        id_, start = f"p{number:04d}", RELEASED_FROM + timedelta(released)
        before = {"randomised_on": start - timedelta(30), "sentenced_on": start - timedelta(300)}
        arm = "usual" if number % 2 else "mentors"
        known = {"region": "a", "linked": True, "excluded": None, "community_start_on": None}
        people.append({"id": id_, "arm": arm, "released_on": start, **before, **known})
        for offence in offences:
            day = start + timedelta(offence)
            event = {"person": id_, "offence_date": day, "decision_date": day + timedelta(20)}
            what = {"kind": "conviction", "offence_class": "theft", "sanction": "fine", "harm_days": 1.0}
            empty = dict.fromkeys(("fine_amount", "police_initiated", "main_offence", "decision", "case"))
            events.append(event | what | empty)
        for begin, end in [(-300, -200), *spells]:
            days = {"from_date": start + timedelta(begin), "to_date": start + timedelta(end)}
            custody.append({"person": id_, "reason": "remand", **days})
    # Long after every window: a table must have a row.
    status = [{"person": "p0000", "kind": "death", "date": RELEASED_FROM + timedelta(1500)}]
    return load_trial(
        write_folder(Register(people=people, events=events, custody=custody, status=status), folder)
    )


def test_events_on_the_last_day_of_a_longer_window_are_used(tmp_path: Path) -> None:
    """Windows with 29 February 2016 have 366 days, and everybody is compared up to day 365.

    Half the controls offend on the last of the 366 days, a quarter of the treated on the day before it.
    """
    lives = []
    for number in range(160):
        offences = [365] if number % 4 == 1 else [364] if number % 8 == 0 else []
        lives.append((number, offences, []))
    measurement = measure(lived(lives, tmp_path), YEAR_FROM_RELEASE.format("count"))
    assert (measurement.horizon_days, measurement.unit_day.max()) == (365, 365)
    assert (measurement.frame["exposure_days"] == 366).all()
    (difference,) = found(measurement, "mean_count_difference", "ghosh_lin")
    assert difference.effect.estimate == pytest.approx(20 / 80 - 40 / 80, abs=1e-12)
    ratios = [found(measurement, "rate_ratio", "andersen_gill")]
    ratios += [found(measurement, "hazard_ratio", name) for name in ("pwp_total_time", "pwp_gap_time")]
    for (ratio,) in ratios:
        # All events are on day 365: with Efron's ties the ratio is about that of log(3/4) to log(1/2).
        assert ratio.effect.estimate == pytest.approx(np.log(0.75) / np.log(0.5), rel=0.03)
        assert ratio.counts == difference.counts
    counts = difference.counts
    assert (counts.events_treatment, counts.n_treatment) == (20, 80)
    assert (counts.events_control, counts.n_control) == (40, 80)
    exhibit = mean_count_exhibit(measurement, 0.95)
    events = exhibit.columns.index("events")
    assert sum(row[events] for row in exhibit.rows) == 60


@pytest.fixture(scope="module")
def sooner_arrested(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Both arms offend alike; arrests are on the day for nine in ten of the treated, five of the others."""
    rng, lives = np.random.Generator(np.random.Philox(key=17)), []
    for number in range(800):
        offences: list[int] = []
        spells: list[tuple[int, int]] = []
        at = rng.exponential(240)
        while at < 365:
            wait = 0 if rng.random() < (0.5 if number % 2 else 0.9) else int(rng.integers(3, 30))
            arrest = int(at) + wait
            offences.append(int(at))
            spells.append((arrest, arrest + 60))
            at = arrest + 61 + rng.exponential(240)
        lives.append((int(rng.integers(0, 300)), offences, spells))
    return lived(lives, tmp_path_factory.mktemp("arrested"))


RATE_RATIOS = ("poisson", "poisson_robust", "quasi_poisson", "negative_binomial")


def rate_ratio(measurement: Measurement, method: str, **options: Any) -> Estimate:
    key = ("rate_ratio", method)
    named = {"id": "a", "role": "exploratory", "outcome": measurement.outcome.id}
    asked = {"effect_measure": "rate_ratio", "method": method, "exposure": "at_liberty"}
    estimator = (RECURRENT | FREQUENCY)[key]
    (one,) = estimator(measurement, Analysis.model_validate(named | asked | options))
    return one


def test_at_liberty_means_the_same_in_every_method(sooner_arrested: Trial) -> None:
    """Dropping the offence that led to the arrest gave a ratio of 0.24; in truth it is 1.

    The rates of both are constant, so that the ratio of Andersen & Gill is that of the counts but for how
    days at risk lie over the year.
    """
    measurement = measure(sooner_arrested, YEAR_FROM_RELEASE.format("count"))
    by_model = rate_ratio(measurement, "andersen_gill")
    assert OUT_OF_CUSTODY in by_model.warnings
    for method in RATE_RATIOS:
        ours = rate_ratio(measurement, method)
        assert abs(np.log(ours.effect.estimate)) < 3 * ours.effect.std_error < 0.4
        assert ours.effect.estimate == pytest.approx(by_model.effect.estimate, rel=0.01)
        assert ours.counts.events_treatment == by_model.counts.events_treatment
        assert ours.counts.events_control == by_model.counts.events_control
        assert OUT_OF_CUSTODY in ours.warnings and ARRESTED_AT_ONCE not in ours.warnings


def test_where_the_day_of_admission_does_not_count_it_is_said(sooner_arrested: Trial) -> None:
    measurement = measure(sooner_arrested, YEAR_FROM_RELEASE.format("leave_out"))
    for method in ("andersen_gill", *RATE_RATIOS):
        ours = rate_ratio(measurement, method)
        assert ours.effect.estimate < 0.5
        assert {FROM_ADMISSION_ON, ARRESTED_AT_ONCE} <= set(ours.warnings)
        assert OUT_OF_CUSTODY not in ours.warnings


# Intervals of ratios -------------------------------------------------------------------------------------


def fit_of(n_clusters: int, *, model: float = 0.02, robust: float = 0.03) -> CoxFit:
    """A fit of two columns, of which only the numbers that an interval needs mean something."""
    return CoxFit(
        coef=np.array([-0.4, 0.1]),
        covariance_model=np.eye(2) * model,
        covariance_robust=np.eye(2) * robust,
        loglik_null=-10.0,
        loglik=-9.0,
        score_test=2.0,
        iterations=4,
        n=50,
        n_events=9,
        n_clusters=n_clusters,
    )


def test_the_interval_by_hand() -> None:
    """Twelve people, two columns: the variance times 12 / 10, and t of 10 degrees of freedom."""
    effect = repeated_events_ratio(fit_of(12), 0, conf_level=0.95)
    std_error = (0.03 * 12 / 10) ** 0.5
    quantile = 2.228139  # of t with 10 degrees of freedom, as tables have it
    assert (effect.df, effect.scale) == (10, "log")
    assert effect.std_error == pytest.approx(std_error, rel=1e-14)
    assert effect.conf_low == pytest.approx(np.exp(-0.4 - quantile * std_error), rel=1e-6)
    assert effect.conf_high == pytest.approx(np.exp(-0.4 + quantile * std_error), rel=1e-6)


def test_without_people_or_variation_there_is_no_interval() -> None:
    level = {"conf_level": 0.95}
    assert repeated_events_ratio(fit_of(2), 0, **level).reason == "too_few_clusters"
    assert repeated_events_ratio(fit_of(3), 0, **level).reason is None
    assert repeated_events_ratio(fit_of(12, robust=1e-24), 0, **level).reason == "no_variation"
    assert repeated_events_ratio("no_events", 0, **level).reason == "no_events"


@pytest.mark.parametrize(("n_people", "is_few"), [(39, True), (41, False)])
def test_few_people_for_the_covariates_are_said(trial: Trial, n_people: int, is_few: bool) -> None:
    """Two coefficients want forty people at risk; without covariates there is nothing to say."""
    measurement = with_age(trial, measure(trial, COUNTING))
    followed = np.flatnonzero(measurement.frame["exposure_days"].to_numpy() > 0)[:n_people]
    given_ = first_people(measurement, followed)
    for measure_, method in (("rate_ratio", "andersen_gill"), ("hazard_ratio", "pwp_gap_time")):
        (ours,) = found(given_, measure_, method, covariates=["age"])
        assert ours.effect.reason is None and ours.effect.df == n_people - 2
        assert (FEW_PEOPLE in ours.warnings) == is_few
        (plain,) = found(given_, measure_, method)
        assert FEW_PEOPLE not in plain.warnings and plain.effect.df == n_people - 1


def with_age(trial: Trial, measurement: Measurement) -> Measurement:
    document = trial.protocol.model_dump(by_alias=True, exclude_none=True)
    age = {"type": "number", "timing": "before_randomisation", "label": "Age"}
    document["data"]["participants"]["columns"]["age"] = age
    wider = replace(trial, protocol=type(trial.protocol).model_validate(document))
    ages = np.random.Generator(np.random.Philox(key=4)).normal(size=len(measurement.frame))
    return replace(measurement, trial=wider, baseline=measurement.baseline.assign(age=ages))


def first_people(measurement: Measurement, rows: np.ndarray) -> Measurement:
    """The measurement of some of its people."""
    theirs = np.isin(measurement.unit_row, rows)
    return replace(
        measurement,
        frame=measurement.frame.iloc[rows].reset_index(drop=True),
        baseline=measurement.baseline.iloc[rows].reset_index(drop=True),
        people=measurement.people[rows],
        unit_row=np.searchsorted(rows, measurement.unit_row[theirs]),
        unit_day=measurement.unit_day[theirs],
    )


# Simulated trials ----------------------------------------------------------------------------------------

TRIALS, PEOPLE, HORIZON = 300, 120, 365


def test_the_rate_ratio_covers_the_truth_where_some_people_have_many_events() -> None:
    """Three hundred trials of 2 x 120, frailty of variance 1, whole days, a fifth censored.

    Bounds are four Monte-Carlo standard errors: of a coverage of 0.95, sqrt(0.95 0.05 / 300) = 0.0126; of
    a standard deviation, 1 / sqrt(600) = 4.1 % of it.
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
        effect = repeated_events_ratio(fit, 0, conf_level=0.95)
        estimates.append(fit.coef[0])
        errors.append(effect.std_error)
        naive.append(fit.covariance_model[0, 0] ** 0.5)
        covered.append(effect.conf_low <= np.exp(truth) <= effect.conf_high)
    spread = np.std(estimates)
    assert abs(np.mean(estimates) - truth) < 4 * spread / np.sqrt(TRIALS)
    assert np.mean(errors) == pytest.approx(spread, rel=4 * 0.041)
    assert np.mean(covered) == pytest.approx(0.95, abs=4 * 0.0126)
    assert np.mean(naive) < 0.7 * spread  # what taking the events of a person for unrelated would have said
