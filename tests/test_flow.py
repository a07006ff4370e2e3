"""Everyone is followed from assessment to analysis; sums reconcile, and what is not known is not zero."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from person_by_person import CONTROL, TREATMENT, plan, trial_from

from primus_eval.findings import Exhibit, Findings, from_json, to_json
from primus_eval.flow import COLUMNS, participant_flow
from primus_eval.loaders import load_trial
from primus_eval.measurement import measure

MENTORING = Path(__file__).parent / "trials" / "mentoring"

DECLARED = """
met = { type = "yes_no", label = "Met", yes = ["1"], no = ["0"], timing = "after_randomisation" }

[left_out]
type = "category"
label = "Left out"
timing = "after_randomisation"
levels = { died = "died before release" }
"""
ROLES = {TREATMENT: "treatment", CONTROL: "control"}


def flow_of(
    rows: list[dict[str, Any]],
    *,
    design: dict[str, Any] | None = None,
    received: str | None = "met",
    **options: Any,
) -> Exhibit:
    participants = {"excluded": "left_out"} | ({"received": received} if received else {})
    protocol = plan(DECLARED, design=design or {}, data={"participants": participants})
    return participant_flow(measure(trial_from(rows, protocol), "reoffence"), **options)


def people(arm: str, number: int, **cells: Any) -> list[dict[str, Any]]:
    return [{"arm": arm, "met": False, **cells}] * number


PEOPLE = [
    *people(TREATMENT, 4, met=True, again=True, days=10),
    *people(TREATMENT, 3, met=True),
    *people(TREATMENT, 2, days=30),
    *people(TREATMENT, 1, left_out="died", days=None, again=None),
    *people(CONTROL, 5),
    *people(CONTROL, 1, days=None),
    *people(CONTROL, 1, days=364, met=True),
]


def written(flow: Exhibit) -> list[str]:
    """The rows of a flow as short lines; what counts nobody in an arm is left out."""
    rows = [[str(cell) for cell in row if cell != ""] for row in flow.rows]
    return [" ".join(row) for row in rows if not (row[0] == "excluded" and row[-1] == "0")]


def n_of(flow: Exhibit, stage: str, arm: str = "") -> int | None:
    """How many stand at a stage of an arm, over all reasons; None where it is not known."""
    found = [row["n"] for row in flow.records() if (row["stage"], row["arm"]) == (stage, arm)]
    return None if None in found else sum(found)  # type: ignore[arg-type]


def test_everyone_is_followed_by_arm_with_reasons():
    design = {
        "assessed": 30,
        "not_randomised": [
            {"reason": "declined", "n": 8},
            {"reason": {"en": "moved", "da": "flyttet"}, "n": 5},
        ],
    }
    assert written(flow_of(PEOPLE, design=design)) == [
        "assessed 30",
        "not_randomised reason_1 declined 8",
        "not_randomised reason_2 moved 5",
        "randomised 17",
        "randomised treatment 10",
        "received treatment 7",
        "not_received treatment 3",
        "excluded treatment died died before release 1",
        "followed treatment 9",
        "followed_to_horizon treatment 7",
        "analysed treatment 9",
        "randomised control 7",
        "received control 6",
        "not_received control 1",
        "excluded control outcome_not_observed outcome_not_observed 1",
        "followed control 6",
        "followed_to_horizon control 5",
        "analysed control 6",
    ]


def test_an_analysis_that_leaves_out_early_leavers_shows_them():
    flow = flow_of(PEOPLE, leaves_out_early=True)
    assert "not_analysed treatment followup_ended_early 2" in written(flow)
    assert "not_analysed control followup_ended_early 1" in written(flow)
    assert (n_of(flow, "analysed", "treatment"), n_of(flow, "analysed", "control")) == (7, 5)


def test_a_flow_says_what_it_is_about_and_which_column_counts_people():
    flow = flow_of(PEOPLE)
    assert (flow.columns, flow.count_columns) == (COLUMNS, ("n",))
    assert (flow.population, flow.outcome) == ("assigned", "")
    assert flow.notes == {"horizon_days": 365, "outcome": "reoffence"}
    found = Findings(exhibits=(flow,))
    assert from_json(to_json(found)) == found


def test_what_was_not_recorded_is_none_and_not_zero():
    flow = flow_of(PEOPLE, received=None)
    assert n_of(flow, "assessed") is None
    for role in ROLES.values():
        assert n_of(flow, "received", role) is None and n_of(flow, "not_received", role) is None
    assert all(row["n"] is not None for row in flow.records() if row["stage"] in ("randomised", "analysed"))


def test_who_received_what_they_were_assigned_to_is_the_programme_in_one_arm_and_its_absence_in_the_other():
    rows = [
        *people(TREATMENT, 3, met=True),
        *people(TREATMENT, 1),
        *people(CONTROL, 5),
        *people(CONTROL, 2, met=True),
    ]
    flow = flow_of(rows)
    assert (n_of(flow, "received", "treatment"), n_of(flow, "not_received", "treatment")) == (3, 1)
    assert (n_of(flow, "received", "control"), n_of(flow, "not_received", "control")) == (5, 2)


def test_people_of_whom_receipt_is_not_known_are_counted_apart():
    flow = flow_of([*PEOPLE, *people(TREATMENT, 2, met=None)])
    assert (n_of(flow, "received", "treatment"), n_of(flow, "not_received", "treatment")) == (7, 3)
    assert n_of(flow, "receipt_unknown", "treatment") == 2
    assert not any(row["stage"] == "receipt_unknown" for row in flow.records() if row["arm"] == "control")
    nobody = flow_of([*people(TREATMENT, 2, met=None), *people(CONTROL, 1, met=None)])
    assert n_of(nobody, "received", "control") == n_of(nobody, "not_received", "treatment") == 0


def test_an_arm_that_nobody_is_analysed_in_is_zero():
    flow = flow_of([*people(TREATMENT, 2), *people(CONTROL, 3, left_out="died")])
    assert n_of(flow, "followed", "control") == n_of(flow, "analysed", "control") == 0
    assert n_of(flow, "randomised", "control") == 3


@pytest.mark.parametrize(
    "design",
    [
        {"assessed": 17},
        {"assessed": 40},
        {"assessed": 17, "not_randomised": [{"reason": "declined", "n": 0}]},
        {"not_randomised": [{"reason": "declined", "n": 99}]},
    ],
)
def test_numbers_before_randomisation_that_may_be_true_pass(design):
    assert n_of(flow_of(PEOPLE, design=design), "randomised") == 17


def test_the_flow_of_the_mentoring_trial_is_what_its_file_says():
    with open(MENTORING / "participants.csv", encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter=";"))
    flow = participant_flow(
        measure(load_trial(MENTORING / "protocol.toml"), "reoffence_2y"), leaves_out_early=True
    )
    assert [n_of(flow, stage) for stage in ("assessed", "not_randomised", "randomised")] == [260, 42, 218]
    for code, role in (("M", "treatment"), ("U", "control")):
        arm = [row for row in rows if row["arm"] == code]
        followed = [row for row in arm if not row["left_out"]]
        full = [row for row in followed if row["reoffended"] == "1" or int(row["days"]) >= 730]
        assert n_of(flow, "randomised", role) == len(arm)
        as_assigned = "1" if role == "treatment" else "0"
        assert n_of(flow, "received", role) == Counter(row["met_mentor"] for row in arm)[as_assigned]
        assert n_of(flow, "excluded", role) == len(arm) - len(followed)
        assert n_of(flow, "followed_to_horizon", role) == n_of(flow, "analysed", role) == len(full)


ANYONE = st.fixed_dictionaries(
    {
        "arm": st.sampled_from(list(ROLES)),
        "days": st.one_of(st.none(), st.integers(1, 500)),
        "again": st.sampled_from([True, False, None]),
        "met": st.sampled_from([True, False, None]),
        "left_out": st.sampled_from([None, None, "died"]),
    }
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(rows=st.lists(ANYONE, min_size=1, max_size=20), leaves_out_early=st.booleans())
def test_whoever_takes_part_each_stage_is_the_sum_of_the_next(rows, leaves_out_early):
    flow = flow_of(rows, leaves_out_early=leaves_out_early)
    arms = {
        role: {stage: n_of(flow, stage, role) for stage in {row[0] for row in flow.rows}}
        for role in ROLES.values()
    }
    for n in arms.values():
        assert n["randomised"] == n["received"] + n["not_received"] + n.get("receipt_unknown", 0)
        assert n["randomised"] == n.get("excluded", 0) + n["followed"]
        assert n["followed"] == n["analysed"] + n.get("not_analysed", 0)
        assert n["followed_to_horizon"] <= n["followed"]
        assert n["analysed"] == (n["followed_to_horizon"] if leaves_out_early else n["followed"])
    assert sum(n["randomised"] for n in arms.values()) == n_of(flow, "randomised") == len(rows)
