"""Risks by curves: nobody who left early can be counted from what is released."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from attacker import analysis, crowd, on_time, protocol_of, trial_of

import primus_eval as pe
from primus_eval.disclosure import release
from primus_eval.disclosure.coarse import coarse_risk_table, midpoint
from primus_eval.disclosure.early import KIND, ROUNDED, without_early_losses
from primus_eval.findings import Exhibit, Finding, Findings
from primus_eval.numerics.cumulative_incidence import incidence_at
from primus_eval.pipeline import evaluate
from primus_eval.simulation import simulate
from primus_eval.simulation.writing import files_of

K = 5
SEEDS = range(1, 13)


def is_whole(inside: Findings, about: Exhibit | Finding) -> bool:
    """Whether an exhibit or a finding is about the whole window of its outcome."""
    day = about.horizon_days if isinstance(about, Finding) else about.notes["horizon_days"]
    windows = {item["id"]: item["horizon_days"] for item in inside.context["protocol"]["outcome"]}
    return bool(day == windows[about.outcome])


def few_left(inside: Findings, target: tuple[str, str]) -> bool:
    """Whether an arm of this outcome and population lost one to four people before the end."""
    rows = [
        row
        for exhibit in inside.exhibits_of(KIND)
        if (exhibit.outcome, exhibit.population) == target and is_whole(inside, exhibit)
        for row in exhibit.records()
    ]
    lost = [int(row["n"]) - int(row["known"]) for row in rows]
    return any(0 < n < K for n in lost) or (target[1] != "assigned" and 0 in lost)


@pytest.fixture(scope="module")
def trials(tmp_path_factory) -> list[tuple[Findings, Findings]]:
    """What simulated trials hold inside, and what is released of them."""
    found = []
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp("trial")
        for name, content in files_of(simulate(people=97, seed=seed, truth_draws=0)).items():
            (folder / name).write_bytes(content)
        inside = evaluate(pe.load_trial(folder))
        found.append((inside, release(inside).findings))
    return found


def curve_rows(findings: Findings) -> list[Finding]:
    return [
        row
        for row in findings.rows
        if row.method == "aalen_johansen"
        and row.effect_measure in ("risk_difference", "proportion")
        and row.status == "estimated"
        and is_whole(findings, row)
    ]


def test_where_few_left_every_number_is_that_of_whole_people(trials):
    seen = 0
    for inside, released in trials:
        for row in curve_rows(released):
            if not few_left(inside, (row.outcome, row.population)):
                continue
            seen += 1
            assert ROUNDED in row.warnings
            assert row.events_treatment is None and row.events_control is None
            assert (row.std_error, row.p_value, row.statistic) == (None, None, None)
            if row.effect_measure == "proportion":
                n = row.n_treatment if row.term == "treatment" else row.n_control
                assert row.estimate * n == pytest.approx(round(row.estimate * n), abs=1e-9)
            exact = next(each for each in inside.rows if each.finding == row.finding)
            assert abs(row.estimate - exact.estimate) <= 0.5 / row.n_treatment + 0.5 / row.n_control
    assert seen > 10


def test_where_many_or_none_left_everyone_the_numbers_are_exact(trials):
    for inside, released in trials:
        for row in curve_rows(released):
            if row.population == "assigned" and not few_left(inside, (row.outcome, row.population)):
                exact = next(each for each in inside.rows if each.finding == row.finding)
                assert replace(row, fingerprint="") == replace(exact, fingerprint="")


def test_no_other_finding_of_the_same_people_tells_how_many_had_the_event(trials):
    for inside, released in trials:
        for row in released.rows:
            if few_left(inside, (row.outcome, row.population)) and row.status != "withheld":
                assert row.events_treatment is None and row.events_control is None


def test_what_was_needed_to_round_does_not_leave(trials):
    assert all(not list(released.exhibits_of(KIND)) for _, released in trials)
    assert all(list(inside.exhibits_of(KIND)) for inside, _ in trials)


def test_the_attack_that_this_answers_works_on_exact_numbers():
    """A risk with its numbers of people and events gives back how many left and when, as it should here."""
    events, n = 14, 40
    day = np.arange(1, n + 1, dtype=float)

    def risk(left: tuple[int, ...]) -> float:
        happened = np.zeros(n, dtype=bool)
        happened[[place for place in range(n) if place not in left][:events]] = True
        time = np.where(happened | np.isin(np.arange(n), left), day, 100.0)
        found = incidence_at(time, happened, np.zeros(n), horizon_days=100, conf_level=0.95).estimate
        assert found is not None
        return found

    told = {left: risk(left) for few in (0, 1, 2) for left in combinations(range(events), few)}
    secret = told[(6,)]
    assert [left for left, value in told.items() if abs(value - secret) < 1e-9] == [(6,)]
    alike = [left for left, value in told.items() if round(value * n) == round(secret * n)]
    assert () in alike and len(alike) > 50, "whole people say little"


def test_a_difference_in_survival_is_rounded_as_that_in_risk_which_it_is():
    """One minus the other: exact, it would tell what the rounded one hides."""
    people = [
        person
        for arm, events, left in (("treatment", 14, 2), ("control", 20, 0))
        for person in (
            *crowd(arm, arrested=events, free=24 - left),
            *crowd(arm, free=left, arrest=("left", 180)),
        )
    ]
    asked = [
        {**on_time("primary", "primary"), "effect_measure": "risk_difference", "method": "kaplan_meier"},
        {**on_time("free"), "effect_measure": "survival_difference"},
    ]
    inside = evaluate(trial_of(people, protocol_of(asked)))
    risk, survival = release(inside).findings.rows
    assert ROUNDED in risk.warnings and ROUNDED in survival.warnings
    assert risk.estimate == -survival.estimate
    assert (risk.conf_low, risk.conf_high) == (-survival.conf_high, -survival.conf_low)
    assert inside.rows[1].estimate != survival.estimate


def test_where_the_risk_of_an_arm_is_not_determined_that_of_the_other_does_not_leave(trials):
    """Alone it has no partner to be rounded with, and exact it would tell of those who left."""
    inside = next(one for one, _ in trials if few_left(one, ("reoffending_2y", "assigned")))
    (known,) = [
        exhibit
        for exhibit in inside.exhibits_of(KIND)
        if (exhibit.outcome, exhibit.population) == ("reoffending_2y", "assigned")
        and is_whole(inside, exhibit)
    ]
    treatment, control = known.rows
    undetermined = replace(known, rows=(treatment, (*control[:3], None)))
    rows = without_early_losses(Findings(exhibits=(undetermined,)), inside.rows, k=K)
    about = [
        row
        for row in rows
        if (row.outcome, row.population) == ("reoffending_2y", "assigned")
        and is_whole(inside, row)
        and row.from_days is None
    ]
    by_curve = [row for row in about if row.method == "aalen_johansen" and row.unit == "proportion"]
    assert by_curve and {row.status for row in by_curve} == {"withheld"}
    assert all(row.events_treatment is None and row.events_control is None for row in about)


# ------------------------------------------------------------------ beside comparisons of yes/no outcomes


def by_curve(id: str, role: str = "secondary", **keys):
    measure = {"effect_measure": "risk_difference", "method": "kaplan_meier"}
    return {**on_time(id, role), **measure, **keys}


def lost_early(treatment: int, control: int, group: str = "a"):
    """Forty people in each arm, of whom some left in the first quarter; the events are always as many."""
    return [
        person
        for arm, events, left in (("treatment", 14, treatment), ("control", 20, control))
        for person in (
            *crowd(arm, group, arrested=events, free=26 - left),
            *crowd(arm, group, free=left, arrest=("left", 90)),
        )
    ]


def shown(people, *asked):
    inside = evaluate(trial_of(people, protocol_of(list(asked))))
    return inside, release(inside).findings


@pytest.mark.parametrize("rule", ["leave_out", "as_event_free", "refuse"])
@pytest.mark.parametrize("measure", [("risk_difference", "newcombe"), ("odds_ratio", "wald_log")])
def test_beside_a_risk_by_curves_no_exact_comparison_of_yes_and_no_is_shown(rule, measure):
    keys = dict(zip(("effect_measure", "method"), measure, strict=True), incomplete_followup=rule)
    _, released = shown(lost_early(3, 2), by_curve("primary", "primary"), analysis("exact", **keys))
    risk, exact = released.rows
    assert ROUNDED in risk.warnings
    assert (exact.status, exact.reason) == ("withheld", "differencing")
    assert (exact.estimate, exact.events_treatment, exact.events_control) == (None, None, None)


def test_what_is_primary_stays_and_the_other_goes():
    exact = analysis("primary", "primary", incomplete_followup="as_event_free")
    _, released = shown(lost_early(3, 2), exact, by_curve("curve"))
    assert [row.status for row in released.rows] == ["estimated", "withheld"]
    (observed,) = released.exhibits_of("observation")
    assert [row["with_event"] for row in observed.records()] == [midpoint(14, K), midpoint(20, K)]


def test_in_a_part_nobody_lost_and_few_lost_look_alike():
    part = {"population": "group_a", "role": "secondary"}
    everyone = [*lost_early(10, 10, "b"), *lost_early(10, 10, "c")]
    for rule in ("leave_out", "as_event_free", "refuse"):
        asked = (
            by_curve("primary", "primary"),
            {**by_curve("curve"), **part},
            {**analysis("exact", incomplete_followup=rule), **part},
        )
        found = set()
        for lost in ((0, 0), (0, 2), (1, 1), (3, 0)):
            _, released = shown([*everyone, *lost_early(*lost)], *asked)
            (row,) = released.of_analysis("exact")
            found.add((row.status, row.reason, row.n_treatment, row.n_control, row.warnings))
        assert found == {("withheld", "differencing", None, None, ())}, rule


def test_in_a_part_that_there_is_no_answer_is_not_a_count_of_who_left():
    part = analysis("exact", incomplete_followup="refuse", population="group_a")
    everyone = [*lost_early(10, 10, "b"), *lost_early(10, 10, "c"), *lost_early(2, 1)]
    _, released = shown(everyone, by_curve("primary", "primary"), part)
    (row,) = released.of_analysis("exact")
    assert (row.status, row.reason, row.n_treatment) == ("withheld", "differencing", None)


def test_every_number_of_events_is_rounded_from_the_same_whole_people():
    """Otherwise the step of one and the step of the other differ by who left early."""
    differ = 0
    for events in range(6, 30):
        people = [
            *crowd("treatment", arrested=events, free=47 - events),
            *crowd("treatment", free=4, arrest=("left", 90)),
            *crowd("control", arrested=20, free=31),
        ]
        inside, released = shown(people, by_curve("primary", "primary"))
        (risk,) = released.rows
        if risk.status != "estimated":
            continue
        (known,) = inside.exhibits_of(KIND)
        whole = round(known.records()[0]["risk"] * 51)
        (observed,) = released.exhibits_of("observation")
        assert observed.records()[0]["with_event"] == midpoint(whole, K)
        differ += midpoint(whole, K) != midpoint(events, K)
        round_table = coarse_risk_table(
            next(iter(inside.exhibits_of("risk_table"))), k=K, at_end={"treatment": whole, "control": 20}
        )
        last = [row for row in round_table.records() if row["arm"] == "treatment"][-1]
        assert last["cumulative_events"] == midpoint(whole, K)
    assert differ, "one of them was rounded to another step before"


def test_a_definition_and_the_fate_of_events_follow_the_whole_people(trials):
    seen = 0
    for inside, released in trials:
        target = ("reoffending_2y", "assigned")
        about = [row for row in released.rows if (row.outcome, row.population) == target]
        if not any(ROUNDED in row.warnings and is_whole(released, row) for row in about):
            continue
        known = next(
            each
            for each in inside.exhibits_of(KIND)
            if (each.outcome, each.population) == target and is_whole(inside, each)
        )
        whole = {row["arm"]: midpoint(round(row["risk"] * row["n"]), K) for row in known.records()}
        for exhibit in released.exhibits:
            if exhibit.status != "estimated" or exhibit.outcome != "reoffending_2y":
                continue
            for row in exhibit.records():
                if exhibit.kind == "observation":
                    assert row["with_event"] == whole[row["arm"]]
                elif exhibit.kind == "fates" and row["fate"] == "counted":
                    assert row["people"] == whole[row["arm"]]
                elif exhibit.kind == "definitions" and row["definition"] == exhibit.outcome:
                    if row["reason"] is None:
                        assert {arm: row[f"events_{arm}"] for arm in whole} == whole
                else:
                    continue
                seen += 1
    assert seen > 10
