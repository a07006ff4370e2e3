"""How an outcome is counted: one rule, one small table, the answer in the same table.

Left of the double bar is what the file says: the arm, the time, whether follow-up ended with the event, a
reason for leaving the person out, the prison. Right of it is what is counted: the time in days, the event by
the horizon, and whether the person reoffended, where "-" means that nobody knows; or why the person is left
out. The horizon is 100 days.
"""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from person_by_person import CONTROL, TREATMENT, extended, plan, trial_from

from primus_eval.errors import InputError
from primus_eval.measurement import Measurement, measure
from primus_eval.protocol.reference import MINIMAL
from primus_eval.trial import Trial

COLUMNS = """
[left_out]
type = "category"
label = "Left out"
timing = "after_randomisation"
levels = { died = "died before release", withdrew = "withdrew consent" }

[prison]
type = "category"
label = "Prison"
timing = "before_randomisation"
levels = { open = "open", closed = "closed" }
"""
OUTCOME = tomllib.loads(MINIMAL)["outcome"][0]
POPULATIONS = [
    {"id": name, "label": name, "where": {"column": "prison", "in": [name]}} for name in ("open", "closed")
]
YES_NO = {"yes": True, "no": False, "-": None}


def trial_of(rows: list[dict[str, Any]], *, horizon_days: int = 100, **observed: str) -> Trial:
    """A trial of people with arm, days, again, left_out and prison, observed as the keywords declare."""
    outcome = extended(OUTCOME, {"horizon_days": horizon_days, "observed": observed})
    protocol = plan(
        COLUMNS, outcome=[outcome], population=POPULATIONS, data={"participants": {"excluded": "left_out"}}
    )
    return trial_from([{"prison": "open", **row} for row in rows], protocol)


def table(text: str) -> tuple[list[dict[str, Any]], list[list[str]]]:
    """Read a table of a rule: the rows of the file, and the cells of the answer."""
    _, *lines = [line.strip() for line in text.strip().split("\n")]
    rows, answers = [], []
    for line in lines:
        given, answer = line.split("||")
        arm, days, again, left_out, prison = (cell.strip() for cell in given.split("|"))
        rows.append(
            {
                "arm": {"T": TREATMENT, "C": CONTROL}[arm],
                "days": None if days == "-" else float(days),
                "again": YES_NO[again],
                "left_out": None if left_out == "-" else left_out,
                "prison": None if prison == "-" else prison,
            }
        )
        answers.append([cell.strip() for cell in answer.split("|")])
    return rows, answers


def check(text: str, *, population: str = "assigned", **observed: str) -> Measurement:
    """Measure the people of a table and compare each with the answer."""
    rows, answers = table(text)
    measurement = measure(trial_of(rows, **observed), "reoffence", population=population)
    analysed = [answer for answer in answers if len(answer) == 3]
    frame = measurement.frame
    assert frame["time_days"].tolist() == [float(days) for days, _, _ in analysed]
    assert frame["event"].tolist() == [YES_NO[event] for _, event, _ in analysed]
    assert [None if cell is pd.NA else cell for cell in frame["reoffended"]] == [
        YES_NO[reoffended] for _, _, reoffended in analysed
    ]
    arms = [row["arm"] == TREATMENT for row, answer in zip(rows, answers, strict=True) if len(answer) == 3]
    assert measurement.treated.tolist() == arms
    counted = {(each.reason, each.arm): each.n for each in measurement.excluded if each.n}
    left = [
        (answer[0], "treatment" if row["arm"] == TREATMENT else "control")
        for row, answer in zip(rows, answers, strict=True)
        if len(answer) == 1
    ]
    assert counted == {key: left.count(key) for key in left}
    return measurement


def refused(text: str, **observed: str) -> str:
    with pytest.raises(InputError) as caught:
        measure(trial_of(table(text)[0], **observed), "reoffence")
    (problem,) = caught.value.problems
    assert problem.column == "days" and problem.line is None
    return f"{problem.code} {problem.what}"


def test_an_event_by_the_horizon_is_counted_and_one_after_it_is_not():
    check("""
        arm | time | event | left out | prison || days | event | reoffended
        T   |    1 | yes   | -        | open   ||    1 | yes   | yes
        T   |   99 | yes   | -        | open   ||   99 | yes   | yes
        T   |  100 | yes   | -        | open   ||  100 | yes   | yes
        C   |  101 | yes   | -        | open   ||  100 | no    | no
        C   | 9999 | yes   | -        | open   ||  100 | no    | no
    """)


def test_nobody_is_followed_past_the_horizon():
    check("""
        arm | time | event | left out | prison || days | event | reoffended
        T   |  100 | no    | -        | open   ||  100 | no    | no
        C   |  101 | no    | -        | open   ||  100 | no    | no
        C   | 9999 | no    | -        | open   ||  100 | no    | no
    """)


def test_follow_up_that_ended_early_without_the_event_is_not_did_not_reoffend():
    found = check("""
        arm | time | event | left out | prison || days | event | reoffended
        T   |   99 | no    | -        | open   ||   99 | no    | -
        C   |    1 | no    | -        | open   ||    1 | no    | -
        C   |   99 | yes   | -        | open   ||   99 | yes   | yes
    """)
    assert found.known_at_horizon.tolist() == [False, False, True]


def test_no_follow_up_at_all_is_kept_and_unknown():
    check("""
        arm | time | event | left out | prison || days | event | reoffended
        T   |    0 | no    | -        | open   ||    0 | no    | -
        C   |  100 | no    | -        | open   ||  100 | no    | no
    """)


def test_a_week_is_seven_days():
    check(
        """
        arm | time | event | left out | prison || days | event | reoffended
        T   |    1 | yes   | -        | open   ||    7 | yes   | yes
        T   |   14 | yes   | -        | open   ||   98 | yes   | yes
        C   |   14 | no    | -        | open   ||   98 | no    | -
        C   |   15 | yes   | -        | open   ||  100 | no    | no
        """,
        unit="weeks",
    )


def test_an_event_at_time_zero_is_refused_where_nothing_else_was_declared():
    said = refused("""
        arm | time | event | left out | prison ||
        T   |    0 | yes   | -        | open   ||
        C   |    0 | no    | -        | open   ||
    """)
    assert said == "PE-C15 holds an event at time zero (1 of 2 rows)."


def test_an_event_at_time_zero_is_half_a_day_where_that_was_declared():
    check(
        """
        arm | time | event | left out | prison || days | event | reoffended
        T   |    0 | yes   | -        | open   ||  0.5 | yes   | yes
        C   |    0 | no    | -        | open   ||    0 | no    | -
        """,
        zero_time="half_day",
    )


def test_half_a_day_is_half_a_day_in_weeks_too():
    check(
        """
        arm | time | event | left out | prison || days | event | reoffended
        T   |    0 | yes   | -        | open   ||  0.5 | yes   | yes
        """,
        zero_time="half_day",
        unit="weeks",
    )


@pytest.mark.parametrize("zero_time", ["refuse", "half_day"])
def test_a_time_below_zero_is_refused_even_of_someone_left_out(zero_time):
    said = refused(
        """
        arm | time | event | left out | prison ||
        T   |   -1 | no    | died     | open   ||
        C   |  -30 | yes   | -        | open   ||
        C   |    0 | no    | -        | open   ||
        C   |   30 | yes   | -        | open   ||
        """,
        zero_time=zero_time,
    )
    assert said == "PE-C14 holds a time below zero (2 of 4 rows)."


def test_whoever_lacks_the_time_or_the_event_is_left_out_and_said_so():
    check("""
        arm | time | event | left out | prison || days | event | reoffended
        T   |    - | yes   | -        | open   || outcome_not_observed
        T   |   10 | -     | -        | open   || outcome_not_observed
        C   |    - | -     | -        | open   || outcome_not_observed
        C   |    0 | -     | -        | open   || outcome_not_observed
        C   |   10 | yes   | -        | open   ||   10 | yes   | yes
    """)


def test_a_declared_reason_leaves_a_person_out_whatever_was_observed():
    found = check("""
        arm | time | event | left out | prison || days | event | reoffended
        T   |    - | -     | died     | open   || died
        T   |   10 | yes   | withdrew | open   || withdrew
        C   |   10 | yes   | withdrew | open   || withdrew
        C   |  100 | no    | -        | open   ||  100 | no    | no
    """)
    assert {each.label for each in found.excluded} == {"died before release", "withdrew consent"}


def test_whoever_is_not_of_the_population_is_left_out_before_any_other_reason():
    check(
        """
        arm | time | event | left out | prison || days | event | reoffended
        T   |   10 | yes   | -        | open   ||   10 | yes   | yes
        T   |   10 | yes   | -        | closed || not_in_population
        C   |    - | -     | died     | closed || not_in_population
        C   |    - | -     | died     | open   || died
        C   |   10 | yes   | -        | -      || not_in_population
        """,
        population="open",
    )


def test_a_reason_of_ours_is_its_own_label_where_no_column_of_reasons_is_declared():
    trial = trial_from([{"arm": TREATMENT, "days": None}, {"arm": CONTROL}], plan(""))
    (first, second) = measure(trial, "reoffence").excluded
    assert (first.reason, first.label, first.n) == ("outcome_not_observed", "outcome_not_observed", 1)
    assert (second.arm, second.n) == ("control", 0)


def test_an_arm_or_everyone_may_be_left_out():
    found = check("""
        arm | time | event | left out | prison || days | event | reoffended
        T   |   10 | yes   | died     | open   || died
        C   |    - | yes   | -        | open   || outcome_not_observed
    """)
    assert len(found.frame) == 0


def test_baseline_holds_what_was_measured_before_and_the_same_people():
    found = check("""
        arm | time | event | left out | prison || days | event | reoffended
        T   |    - | yes   | -        | closed || outcome_not_observed
        C   |   10 | yes   | -        | open   ||   10 | yes   | yes
    """)
    assert list(found.baseline) == ["prison"]
    assert found.baseline["prison"].tolist() == ["open"]


@pytest.mark.parametrize(("outcome", "population"), [("reoffense", "assigned"), ("reoffence", "opne")])
def test_an_outcome_or_a_population_that_does_not_exist_is_named(outcome, population):
    with pytest.raises(InputError, match="Did you mean"):
        measure(trial_of([{"arm": TREATMENT, "days": 1.0, "again": True}]), outcome, population=population)


# --- what must always hold ----------------------------------------------------------------------------------

PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "arm": st.sampled_from([TREATMENT, CONTROL]),
            "days": st.one_of(st.none(), st.integers(1, 150).map(float)),
            "again": st.sampled_from([True, False, None]),
            "left_out": st.sampled_from([None, None, "died", "withdrew"]),
            "prison": st.sampled_from(["open", "closed", None]),
        }
    ),
    min_size=1,
    max_size=25,
)
always = settings(derandomize=True, deadline=None, max_examples=60)


@always
@given(people=PEOPLE, population=st.sampled_from(["assigned", "open", "closed"]), horizon=st.integers(1, 160))
def test_everyone_is_measured_or_left_out_for_one_reason_in_each_arm(people, population, horizon):
    trial = trial_of(people, horizon_days=horizon)
    before = trial.participants.copy()
    found = measure(trial, "reoffence", population=population)
    for role, arm in (("treatment", TREATMENT), ("control", CONTROL)):
        randomised = sum(person["arm"] == arm for person in people)
        analysed = int((found.treated == (role == "treatment")).sum())
        assert analysed + sum(each.n for each in found.excluded if each.arm == role) == randomised
    assert len(found.baseline) == len(found.frame)
    pd.testing.assert_frame_equal(trial.participants, before)


@always
@given(people=PEOPLE, horizon=st.integers(1, 160))
def test_times_end_at_the_horizon_and_only_full_follow_up_or_an_event_is_knowledge(people, horizon):
    found = measure(trial_of(people, horizon_days=horizon), "reoffence")
    assert (found.time_days <= horizon).all() and np.isfinite(found.time_days).all()
    assert (found.known_at_horizon == (found.event | (found.time_days == horizon))).all()
    known = found.frame["reoffended"][found.known_at_horizon].to_numpy(dtype=bool)
    assert (known == found.event[found.known_at_horizon]).all()


@always
@given(people=PEOPLE, horizon=st.integers(1, 100), later=st.integers(1, 400))
def test_what_happens_after_the_horizon_changes_nothing(people, horizon, later):
    moved = [
        person | {"days": person["days"] + later} if (person["days"] or 0) > horizon else person
        for person in people
    ]
    first, second = (measure(trial_of(each, horizon_days=horizon), "reoffence") for each in (people, moved))
    pd.testing.assert_frame_equal(first.frame, second.frame)
    assert first.excluded == second.excluded


@always
@given(people=PEOPLE, horizon=st.integers(1, 20))
def test_weeks_are_days_times_seven(people, horizon):
    in_days = [person | {"days": person["days"] and 7 * person["days"]} for person in people]
    by_weeks = measure(trial_of(people, unit="weeks", horizon_days=7 * horizon), "reoffence")
    by_days = measure(trial_of(in_days, horizon_days=7 * horizon), "reoffence")
    pd.testing.assert_frame_equal(by_weeks.frame, by_days.frame)


@always
@given(people=PEOPLE)
def test_populations_divide_everyone(people):
    trial = trial_of([person | {"prison": person["prison"] or "open"} for person in people])
    parts = [measure(trial, "reoffence", population=name) for name in ("open", "closed")]
    whole = measure(trial, "reoffence")
    assert sum(len(part.frame) for part in parts) == len(whole.frame)
    assert sum(part.event.sum() for part in parts) == whole.event.sum()
