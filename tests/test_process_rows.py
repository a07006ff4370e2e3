"""Indicators by hand: eight people offered a programme, two not, and what published programmes printed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from process_trials import PROCESS, RELEASE, process_protocol, process_trial
from small_trials import HORIZON_DAYS

from primus_eval.estimators.process import process_exhibits, with_cost
from primus_eval.estimators.process.catalogue import CATALOGUE
from primus_eval.estimators.process.indicators import COMPUTED
from primus_eval.findings import Exhibit
from primus_eval.measurement import measure
from primus_eval.trial import Trial
from primus_eval.vocabulary import Indicator, words

DAY = RELEASE  # of release of everybody by hand


def by_hand(
    tables: dict[str, dict[str, Any]], *, people: int = 8, controls: int = 2, **process: Any
) -> Trial:
    """People randomised 100 days before their release on one day, the offered ones first."""
    n = people + controls
    protocol = process_protocol(tuple(tables), process=process)
    return process_trial(
        protocol,
        treated=[1] * people + [0] * controls,
        randomised=[DAY - 100] * n,
        released=[DAY] * n,
        tables=tables,
    )


def exhibits_of(trial: Trial) -> dict[str, Exhibit]:
    return {exhibit.id: exhibit for exhibit in process_exhibits(trial, {})}


def rows_of(trial: Trial, indicator: str) -> list[dict[str, Any]]:
    return [row for row in exhibits_of(trial)["indicators"].records() if row["indicator"] == indicator]


def main(trial: Trial, indicator: str) -> dict[str, Any]:
    rows = [row for row in rows_of(trial, indicator) if row["breakdown"] == ""]
    assert len(rows) == 1
    return rows[0]


def parts(trial: Trial, indicator: str, breakdown: str) -> dict[str, tuple[Any, Any]]:
    rows = [row for row in rows_of(trial, indicator) if row["breakdown"] == breakdown]
    return {
        row["group"] + (f"/{row['arm']}" if row["group"] != row["arm"] and breakdown != "reason" else ""): (
            row["numerator"],
            row["denominator"],
        )
        for row in rows
    }


def test_the_catalogue_is_the_vocabulary_and_everything_has_its_way() -> None:
    assert tuple(entry.id for entry in CATALOGUE) == words(Indicator)
    assert {*COMPUTED, "cost_per_person"} == set(words(Indicator))
    assert len({entry.number for entry in CATALOGUE}) == len(CATALOGUE) == 36


def test_without_a_programme_there_is_nothing() -> None:
    trial = by_hand({})
    without = trial.protocol.model_copy(update={"process": None})
    assert process_exhibits(replace(trial, protocol=without), {}) == []


def test_without_tables_every_indicator_says_that_it_was_not_collected() -> None:
    """Not collected is a row, not a blank; what participants and protocol tell is there."""
    exhibits = exhibits_of(by_hand({}, branch=None, referrer=None, risk=None))
    rows = exhibits["indicators"].records()
    assert [row["indicator"] for row in rows] == list(words(Indicator))
    assert {row["state"] for row in rows} == {"not_collected"}
    assert all(row["estimate"] is None and row["numerator"] is None for row in rows)
    grid = exhibits["coverage"].records()
    assert {row["state"] for row in grid} == {"not_collected"}
    assert len({(row["framework"], row["element"]) for row in grid}) == 31
    assert "harm" not in exhibits and "exposure" not in exhibits


def contacts(*rows: tuple[int, int, bool], **more: list[Any]) -> dict[str, Any]:
    """Contacts as (person, day after release, held)."""
    return {
        "person": [row[0] for row in rows],
        "day": [DAY + row[1] for row in rows],
        "held": [row[2] for row in rows],
        **more,
    }


def test_dose_and_gate_by_hand_with_those_never_met() -> None:
    """Six of eight never met stay in every denominator (as 0 of 9 visits did in Elmira)."""
    trial = by_hand(
        {"contacts": contacts((0, -14, True), (0, 3, True), (0, 30, True), (1, 4, True), (2, 0, False))}
    )
    dose = main(trial, "contacts_per_planned_week")
    assert (dose["numerator"], dose["denominator"], dose["people"], dose["people_with"]) == (4, 480, 8, 2)
    assert dose["top_two"] == 1
    assert main(trial, "contacts_per_contactable_week")["state"] == "not_collected"  # without custody
    for indicator, n in (("started_before_release", 1), ("met_at_gate", 1), ("contact_first_month", 2)):
        assert (main(trial, indicator)["numerator"], main(trial, indicator)["denominator"]) == (n, 8)
    weeks = main(trial, "weeks_before_release")
    assert (weeks["estimate"], weeks["people_with"], weeks["conf_high"]) == (0, 1, 2)
    assert main(trial, "full_course")["numerator"] == 0
    stages = {row["stage"]: (row["n"], row["of_n"]) for row in exhibits_of(trial)["programme_flow"].records()}
    assert stages["randomised"] == (8, 10) and "matched" not in stages
    assert (stages["met_before_release"], stages["met_at_gate"], stages["month_1"]) == (
        (1, 8),
        (1, 8),
        (2, 8),
    )
    assert stages["month_12"] == (0, 8)


def test_hours_planned_and_cancelled_by_hand() -> None:
    trial = by_hand(
        {
            "contacts": contacts(
                *(
                    (0, 1, True),
                    (0, 2, True),
                    (0, 3, False),
                    (0, 4, False),
                    (1, 1, True),
                    (1, 2, False),
                    (2, 2, False),
                    (3, 1, True),
                ),
                planned=[True, True, True, True, False, True, True, True],
                by=[None, None, "p", "p", None, "m", "x", None],
                mode=["visit", "call", "visit", "text", "call", "visit", "call", "text"],
                phase=["gate", "outside", None, None, "outside", None, None, "outside"],
                minutes=[60, 30, None, None, 30, None, None, 600],
            )
        }
    )
    held = main(trial, "planned_held")
    assert (held["numerator"], held["denominator"], held["people"]) == (
        2,
        5,
        3,
    )  # texts: none
    assert parts(trial, "cancelled_by", "reason") == {
        "participant": (1, 3),
        "mentor": (1, 3),
        "prison": (0, 3),
        "other": (0, 3),
        "unknown": (1, 3),
    }
    assert (main(trial, "cancelled_by")["numerator"], main(trial, "cancelled_by")["denominator"]) == (2, 3)
    hours = main(trial, "hours")
    assert (hours["numerator"], hours["denominator"], hours["estimate"]) == (2, 8, 0.25)
    assert parts(trial, "hours", "phase")["gate/treatment"] == (1, 8)
    assert parts(trial, "hours", "mode") == {"visit/treatment": (1, 8), "call/treatment": (1, 8)}


def test_endings_take_in_codes_without_a_meaning() -> None:
    """Exits that nobody recorded are unknown, so that rows add up to all (1 in 5, 2 in 5, the rest)."""
    trial = by_hand(
        {
            "matches": {
                "person": [0, 1, 2, 3, 4, 5],
                "mentor": [0, 1, 2, 3, 4, 5],
                "begin": [DAY] * 6,
                "end": [DAY + 100] * 5 + [None],
                "why": ["done", "theirs", "theirs", "strange", None, None],
                "as_planned": [True, False, False, False, None, None],
            }
        }
    )
    found = parts(trial, "ending", "reason")
    assert sum(n for n, _ in found.values()) == 6 and {n for _, n in found.values()} == {6}
    assert (found["planned"], found["participant"], found["unknown"], found["open"]) == (
        *((1, 6), (2, 6), (2, 6), (1, 6)),
    )
    assert (main(trial, "matched")["numerator"], main(trial, "matched")["denominator"]) == (6, 8)


def test_a_new_mentor_in_time() -> None:
    """Two early ends by the mentor: one followed after 30 days, the other after 31."""
    trial = by_hand(
        {
            "matches": {
                "person": [0, 0, 1, 1],
                "mentor": [0, 1, 2, 3],
                "begin": [DAY, DAY + 40, DAY, DAY + 41],
                "end": [DAY + 10, DAY + 90, DAY + 10, DAY + 90],
                "why": ["ours", "done", "ours", "done"],
                "local": [True, False, None, True],
            }
        }
    )
    rematched = main(trial, "rematched")
    assert (rematched["numerator"], rematched["denominator"]) == (1, 2)
    local = main(trial, "local_match")
    assert (local["numerator"], local["denominator"], local["mentors"]) == (2, 3, 3)
    waited = main(trial, "days_to_match")
    assert (waited["numerator"], waited["state"], waited["reason"]) == (
        2,
        "not_estimable",
        "quantile_not_reached",
    )


def test_mentors_by_hand() -> None:
    """Four applied, three approved; one trained after the match, one at an unknown time, one left in time."""
    trial = by_hand(
        {
            "mentors": {
                "mentor": [0, 1, 2, 3],
                "branch": ["coast", "coast", "fjord", "fjord"],
                "applied": [DAY - 300] * 4,
                "approved": [DAY - 290, DAY - 280, DAY - 270, None],
                "trained": [DAY - 200, DAY + 50, None, None],
                "left": [None, None, DAY - 100, None],
            },
            "matches": {
                "person": [0, 1, 2],
                "mentor": [0, 1, 2],
                "begin": [DAY, DAY, DAY - 90],
                "end": [DAY + 61, DAY + 10, DAY + 5],
            },
            "supervision": {"mentor": [0, 0, 1], "day": [DAY + 3, DAY + 4, DAY + 40]},
        }
    )
    trained = main(trial, "trained_before_match")
    assert (trained["numerator"], trained["denominator"], trained["mentors"], trained["people"]) == (
        1,
        2,
        2,
        None,
    )
    approval = main(trial, "approval_days")
    assert (approval["numerator"], approval["denominator"], approval["estimate"]) == (3, 4, 20)
    stayed = main(trial, "mentors_retained")
    assert (stayed["numerator"], stayed["denominator"]) == (2, 3)
    assert stayed["estimate"] == pytest.approx(2 / 3)
    # Open on the first day of a month: mentor 2 in November, December, January; 0 in January, February,
    # March (the match ends on the 2nd); 1 in January. Supervised in their month: 0 in January.
    months = main(trial, "supervised")
    assert (months["numerator"], months["denominator"], months["mentors"]) == (1, 7, 3)
    # Places for two mentors: 1, 1, 3, 1 and 1 people; mentors active: two (the third had left).
    capacity = main(trial, "mentor_capacity")
    assert (capacity["numerator"], capacity["denominator"]) == (10, 14)


def services(*people: int, other: bool = False) -> dict[str, Any]:
    n = len(people)
    return {
        "person": list(people),
        "domain": ["housing"] * n,
        "began": [DAY + 10] * n,
        "other_mentoring": [other] * n,
    }


def test_services_of_one_arm_alone_are_no_comparison() -> None:
    """A scheme without figures for anybody else has nothing to be compared with."""
    assert main(by_hand({"services": services(0, 1)}), "control_services")["state"] == "not_collected"
    both = by_hand({"services": services(0, 1, 9, other=True)})
    row = main(both, "control_services")
    assert (row["arm"], row["numerator"], row["denominator"]) == ("control", 1, 2)
    assert parts(both, "control_services", "arm") == {"treatment": (2, 8), "control": (1, 2)}
    kinds = parts(both, "control_services", "kind")
    assert kinds == {"other_mentoring/treatment": (2, 8), "other_mentoring/control": (1, 2)}


def test_needs_met_and_worked_on_by_hand() -> None:
    trial = by_hand(
        {
            "needs": {
                "person": [0, 1, 2, 3, 8, 9],
                "day": [DAY - 110] * 6,
                "domain": ["roof"] * 6,
                "score": [1, 2, 3, 2, 1, 2],
                "wave": [0, 0, 0, 1, 0, 0],
            },
            "services": {
                "person": [0, 1, 8, 9],
                "domain": ["housing", "housing", "work", "housing"],
                "began": [DAY + 90, DAY + 91, DAY, DAY - 120],
            },
            "contacts": contacts((0, 1, True), (1, 1, False), about_housing=[True, True]),
        }
    )
    assert parts(trial, "need_met", "arm") == {"treatment": (1, 2), "control": (0, 2)}
    worked = main(trial, "needs_worked_on")
    assert (worked["numerator"], worked["denominator"]) == (1, 2)


def test_relationship_by_wave_with_missingness_that_is_not_monotone() -> None:
    """Waves at which 5, 3 and 4 of 8 answered: who missed the second may answer the third."""
    answered = [
        (0, 1),
        (1, 1),
        (2, 1),
        (3, 1),
        (4, 1),
        (0, 2),
        (1, 2),
        (2, 2),
        (0, 3),
        (3, 3),
        (4, 3),
        (5, 3),
    ]
    trial = by_hand(
        {
            "needs": {
                "person": [person for person, _ in answered],
                "day": [DAY + 30 * wave for _, wave in answered],
                "domain": ["bond"] * len(answered),
                "score": [float(wave) for _, wave in answered],
                "wave": [wave for _, wave in answered],
            }
        }
    )
    waves = {key.partition("/")[0]: value for key, value in parts(trial, "relationship", "wave").items()}
    assert waves == {"1": (5, 8), "2": (3, 8), "3": (4, 8)}
    last = main(trial, "relationship")  # 3, 2, 2, 3, 3, 3: each person's last
    assert (last["numerator"], last["denominator"]) == (6, 8)
    assert last["estimate"] == pytest.approx(16 / 6)


def test_published_shares_of_assessments_and_waves() -> None:
    """2341, 1413, 621 and 189 assessments; interviews of 2682 people of whom 1497, 1564 and 1638 answered."""
    for first, later, shares in (
        (2341, (1413, 621, 189), (0.6036, 0.2653, 0.0807)),
        (2682, (1497, 1564, 1638), (0.558, 0.583, 0.611)),
    ):
        person = [each for n in later for each in range(n)]
        wave = [number for number, n in enumerate(later, start=1) for _ in range(n)]
        needs = {
            "person": person,
            "day": [DAY + 30 * number for number in wave],
            "domain": ["bond"] * len(wave),
            "score": [4.0] * len(wave),
            "wave": wave,
        }
        rows = rows_of(by_hand({"needs": needs}, people=first), "relationship")
        found = [row["numerator"] / row["denominator"] for row in rows if row["breakdown"] == "wave"]
        assert found == [pytest.approx(share, abs=0.0005) for share in shares]


def test_reach_without_those_eligible_is_not_collected() -> None:
    """152 referrals against a target of 150 leave open how many were eligible, and how many were told."""
    trial = by_hand({}, reach=[{"consented": 152}])
    assert [main(trial, indicator)["state"] for indicator in ("informed", "consented", "representative")] == [
        "not_collected"
    ] * 3
    assert [row[0] for row in exhibits_of(trial)["programme_flow"].rows] == ["randomised"]


def test_reach_by_hand() -> None:
    reach = [
        {"group": "open", "eligible": 60, "informed": 50, "consented": 30},
        {"group": "closed", "eligible": 40, "informed": 20, "consented": 10},
    ]
    trial = by_hand({}, reach=reach)
    assert (main(trial, "informed")["numerator"], main(trial, "informed")["denominator"]) == (70, 100)
    assert (main(trial, "consented")["numerator"], main(trial, "consented")["denominator"]) == (40, 70)
    # Open prisons: 30 of 40 who took part, 60 of 100 eligible.
    expected = (0.75 - 0.6) / ((0.75 * 0.25 + 0.6 * 0.4) / 2) ** 0.5
    assert main(trial, "representative")["estimate"] == pytest.approx(expected)


def test_harm_is_there_with_zero_rows() -> None:
    trial = by_hand({"adverse": {"person": [0, 0, 9], "day": [DAY, DAY, DAY - 101], "kind": ["threat"] * 3}})
    rows = {(row[0], row[1], row[2]): row[3:] for row in exhibits_of(trial)["harm"].rows}
    assert rows["", "", "treatment"] == (2, 1, 8)
    assert rows["", "", "control"] == (0, 0, 2)  # the one of a control came before randomisation
    assert rows["breach", "", "control"] == (0, 0, 2)
    incidents = main(trial, "incidents")
    assert (incidents["numerator"], incidents["denominator"], incidents["people_with"]) == (2, 8, 1)
    none = by_hand({"adverse": {"person": [], "day": [], "kind": []}})
    assert exhibits_of(none)["harm"].rows[:2] == (
        ("", "", "treatment", 0, 0, 8),
        ("", "", "control", 0, 0, 2),
    )
    assert main(none, "incidents")["conf_high"] == pytest.approx(3.6889 / 8, rel=1e-4)


def test_changes_by_hand() -> None:
    trial = by_hand(
        {"changes": {"day": [DAY + 40, DAY], "what": ["later", "first"], "planned": [False, True]}}
    )
    rows = exhibits_of(trial)["programme_changes"].rows
    assert rows == (("2020-01", "first", None, True), ("2020-02", "later", None, False))
    assert main(trial, "adaptations")["numerator"] == 2
    assert {row["group"]: row["numerator"] for row in rows_of(trial, "adaptations")} == {
        "": 2,
        "planned": 1,
        "not_planned": 1,
    }


def test_the_outcome_by_dose_is_there_only_where_asked_for_and_says_what_it_is_not() -> None:
    table = contacts(*[(person, day, True) for person in range(4) for day in range(1, 4)])
    for asked in (False, True):
        protocol = process_protocol(("contacts", "custody"), process={"outcome_by_dose": asked})
        trial = process_trial(
            protocol,
            treated=[1] * 8 + [0] * 2,
            randomised=[DAY - 100] * 10,
            released=[DAY] * 10,
            event=[0, 0, 0, 1, 1, 1, 1, 0, 1, 1],
            days=[HORIZON_DAYS] * 3 + [95, 50, 50, 50, HORIZON_DAYS, 50, 50],
            tables={"contacts": table, "custody": {"person": [], "from_day": [], "to_day": []}},
        )
        measured = {("reoffence", "assigned"): measure(trial, "reoffence")}
        found = [each for each in process_exhibits(trial, measured) if each.kind == "outcome_by_dose"]
        assert len(found) == asked
    rows = {(row["view"], row["level"]): row for row in found[0].records()}
    assert (rows["completed_dose", "high"]["people"], rows["completed_dose", "high"]["events"]) == (4, 1)
    assert (rows["completed_dose", "low"]["people"], rows["completed_dose", "low"]["events"]) == (4, 3)
    # At 13 weeks five are without the outcome, four of them with contacts; the median is theirs.
    assert rows["landmark", "low"]["people"] == 5 and rows["landmark", "low"]["events"] == 1
    assert {row["warning"] for row in rows.values()} == {"not_an_effect"}


def test_a_funnel_needs_twelve_people_in_every_branch() -> None:
    for smallest, drawn in ((11, False), (12, True)):
        branch = ["coast"] * 20 + ["fjord"] * smallest
        n = len(branch)
        matches = {
            "person": list(range(0, n, 2)),
            "mentor": list(range(0, n, 2)),
            "begin": [DAY] * len(range(0, n, 2)),
        }
        trial = process_trial(
            process_protocol(("matches",)),
            treated=[1] * n,
            randomised=[DAY - 10] * n,
            released=[DAY] * n,
            branch=branch,
            tables={"matches": matches},
        )
        assert ("funnel/matched" in exhibits_of(trial)) == drawn
    funnel = exhibits_of(trial)["funnel/matched"]
    assert funnel.notes == {"indicator": "matched", "benchmark": 0.5, "fewest": 12}
    assert funnel.rows[1][:6] == ("fjord", 6, 12, 0.5, 3 / 12, 9 / 12)


def test_the_cost_per_person_comes_from_the_costs() -> None:
    columns = ("variant", "item", "arm", "people", "users", "mean", "sd", "share_missing")
    costs = Exhibit(
        id="costs_by_arm",
        kind="costs_by_arm",
        columns=columns,
        rows=(
            ("base", "accounts", "treatment", 8, 8, 250.0, 0.0, 0.0),
            ("base", "met", "treatment", 8, 4, 50.0, 1.0, 0.0),
            ("base", "therapy", "treatment", 8, 1, 90.0, 1.0, 0.0),
            ("base", "hours", "treatment", 8, 8, 30.0, 1.0, 0.0),
            ("base", "total", "treatment", 8, 8, 420.0, 1.0, 0.0),
            ("base", "therapy", "control", 2, 2, 9.0, 1.0, 0.0),
            ("base", "total", "control", 2, 2, 9.0, 1.0, 0.0),
            ("marginal_30", "total", "treatment", 8, 8, 400.0, 1.0, 0.0),
        ),
        notes={"delivery_accounts": True, "delivery_met": True, "payer_therapy": "state"},
    )
    drawn = process_exhibits(by_hand({}), {})
    filled = {each.id: each for each in with_cost([*drawn, costs])}
    row = next(row for row in filled["indicators"].records() if row["indicator"] == "cost_per_person")
    assert (row["state"], row["estimate"], row["denominator"]) == (
        "reported",
        300.0,
        8,
    )  # delivery
    assert ("reaim", "cost", "cost_per_person", "reported") in filled["coverage"].rows
    assert with_cost(drawn) == drawn
    assert with_cost([*drawn, replace(costs, notes={})])[: len(drawn)] == drawn  # nothing delivers


def test_targets_are_those_of_the_protocol() -> None:
    trial = by_hand({"matches": {"person": [], "mentor": [], "begin": []}}, **{"targets": PROCESS["targets"]})
    assert main(trial, "matched")["target"] == 1
    assert {row["target"] for row in rows_of(trial, "matched") if row["breakdown"]} == {None}
