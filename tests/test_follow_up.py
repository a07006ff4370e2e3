"""The wait for the clock, the fate of events and days in custody, by arm, against counts made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import mean, quantiles, stdev
from typing import Any

import pytest
from few_people import CONTROL, RANDOMISED, TREATED, conviction, gone, load_few, person, spell
from random_register import (
    CUTOFF,
    DATA_START,
    Register,
    definition_of,
    random_register,
    write_folder,
)
from register_by_hand import DAY, Result, measure_by_hand
from small_trials import small_trial, with_causes

from primus_eval.findings import Exhibit
from primus_eval.follow_up import follow_up_exhibits
from primus_eval.loaders import load_trial
from primus_eval.measurement import measure
from primus_eval.measurement.counting import FATES
from primus_eval.trial import Trial

OUTCOME = "dk_dst_leave_out"
"""Two years from release, decided by the end of the third year after, not in custody; death competes."""

ROLES = ("treatment", "control")
BY_RELEASE: dict[str, list[int | None]] = {"treatment": [10, 20, 30, 40, None], "control": [-5, 0, 15, 20]}
"""Days from randomisation to release; the last of the treated was never released."""

IDS = {"treatment": ["t1", "t2", "t3", "t4", "t5"], "control": ["c1", "c2", "c3", "c4"]}
NOT_LINKED = "c4"


def released(id_: str) -> date:
    role = "treatment" if id_ in IDS["treatment"] else "control"
    wait = BY_RELEASE[role][IDS[role].index(id_)]
    assert wait is not None
    return RANDOMISED + wait * DAY


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    people = [
        person(
            id_,
            TREATED if role == "treatment" else CONTROL,
            released_on=None if wait is None else released(id_),
            linked=id_ != NOT_LINKED,
        )
        for role in ROLES
        for id_, wait in zip(IDS[role], BY_RELEASE[role], strict=True)
    ]
    t1, t2, t3, t4 = map(released, IDS["treatment"][:4])
    c1, c2, c3, c4 = map(released, IDS["control"])
    events = [
        conviction("t1", t1 + 10 * DAY, t1 + 50 * DAY),  # counted
        conviction("t1", t1 - 3 * DAY, t1 + 5 * DAY),  # pseudo-reconviction
        conviction("t2", t2 - 3 * DAY, t2 + 5 * DAY),  # pseudo-reconviction
        conviction("t2", t2 - 4 * DAY, t2 + 5 * DAY),  # pseudo-reconviction
        conviction("t2", t2 + 9 * DAY, date(2016, 1, 1)),  # decided too late: by the end of 2015 it counts
        conviction("t2", t2 + 9 * DAY, date(2015, 12, 31)),  # counted
        conviction("t2", date(2014, 1, 21)),  # outside: the window ends with 20 January
        conviction("t3", t3 + 200 * DAY),  # after leaving
        {**conviction("t4", None, t4 + 9 * DAY)},  # undated
        conviction("t5", RANDOMISED + 9 * DAY),  # of somebody left out: no fate
        {**conviction("c1", c1 + 5 * DAY), "kind": "arrest"},  # no candidate: no fate
        conviction("c2", c2 + 5 * DAY),  # counted
        conviction("c2", c2 + 6 * DAY),  # counted
        {**conviction("c2", c2 + 7 * DAY), "decision_date": None},  # undecided
        conviction("c3", c3 + 70 * DAY),  # in custody
        conviction("c4", c4 + 5 * DAY),  # of somebody not found: no fate
    ]
    custody = [
        spell("t1", t1 + 20 * DAY, t1 + 50 * DAY),  # 30 days
        spell("t2", t2 - 300 * DAY, t2),  # before the window
        spell("t3", t3 + 90 * DAY, t3 + 150 * DAY),  # 10 days, until death
        spell("t5", RANDOMISED - 300 * DAY, None),  # of somebody left out
        spell("c3", c3 + 60 * DAY, c3 + 120 * DAY),  # 60 days
    ]
    status = [gone("t3", "death", t3 + 100 * DAY)]
    folder = tmp_path_factory.mktemp("few")
    yield load_few(folder, people, events=events, custody=custody, status=status)


def exhibits(trial: Trial, outcome: str = OUTCOME) -> dict[str, Exhibit]:
    return {exhibit.kind: exhibit for exhibit in follow_up_exhibits(measure(trial, outcome))}


def by_arm(exhibit: Exhibit) -> dict[str, dict[str, Any]]:
    return {str(row["arm"]): row for row in exhibit.records()}


# --- a few people ------------------------------------------------------------------------------------------


def test_the_wait_is_that_of_everyone_randomised(few: Trial) -> None:
    """Those who were not found in the register, and whose outcome is not known, were released too."""
    treated, control = by_arm(exhibits(few)["clock"]).values()
    assert treated == {
        "arm": "treatment",
        "randomised": 5,
        "started": 4,
        "not_started": 1,
        "wait_median": 25.0,
        "wait_low": 17.5,
        "wait_high": 32.5,
    }
    assert control == {
        "arm": "control",
        "randomised": 4,
        "started": 4,
        "not_started": 0,
        "wait_median": 7.5,
        "wait_low": -1.25,
        "wait_high": 16.25,
    }


def test_every_fate_stands_in_both_arms_in_the_order_of_the_rules(few: Trial) -> None:
    found = exhibits(few)["fates"]
    assert [(row["fate"], row["arm"]) for row in found.records()] == [
        (fate, role) for fate in FATES for role in ROLES
    ]
    some = {
        (row["arm"], row["fate"]): (row["events"], row["people"]) for row in found.records() if row["people"]
    }
    assert some == {
        ("treatment", "counted"): (2, 2),
        ("treatment", "pseudo_reconviction"): (3, 2),
        ("treatment", "decided_too_late"): (1, 1),
        ("treatment", "outside_window"): (1, 1),
        ("treatment", "after_leaving"): (1, 1),
        ("treatment", "undated"): (1, 1),
        ("control", "counted"): (2, 1),
        ("control", "undecided"): (1, 1),
        ("control", "in_custody"): (1, 1),
    }


def test_custody_is_that_within_the_window_of_the_people_analysed(few: Trial) -> None:
    """30, 0, 10 and 0 days of the treated; 0, 0 and 60 of the control arm."""
    treated, control = by_arm(exhibits(few)["custody"]).values()
    assert (treated["people"], treated["in_custody"], treated["mean_days"]) == (4, 2, 10.0)
    assert treated["sd_days"] == pytest.approx(200**0.5)
    assert (control["people"], control["in_custody"], control["mean_days"]) == (3, 1, 20.0)
    assert control["sd_days"] == pytest.approx(1200**0.5)


def test_each_exhibit_says_what_it_is_about_and_which_columns_count_people(few: Trial) -> None:
    found = exhibits(few)
    assert list(found) == ["clock", "observation", "fates", "custody"]
    for kind, exhibit in found.items():
        assert (exhibit.id, exhibit.outcome, exhibit.population) == (f"{kind}/{OUTCOME}", OUTCOME, "assigned")
        assert exhibit.notes == {"horizon_days": 730, "definition": "dk_dst"}
    assert found["clock"].count_columns == ("randomised", "started", "not_started")
    assert found["fates"].count_columns == ("events", "people")
    assert found["custody"].count_columns == ("people", "in_custody")


# --- what is not there -------------------------------------------------------------------------------------


def test_nobody_waits_for_a_clock_that_starts_at_randomisation(few: Trial) -> None:
    assert list(exhibits(few, "own_decisions")) == ["observation", "fates", "custody"]


def test_without_a_table_of_custody_nothing_is_said_of_it(few: Trial) -> None:
    data = few.protocol.data.model_copy(update={"custody": None})
    bare = replace(few, custody=None, protocol=few.protocol.model_copy(update={"data": data}))
    assert list(exhibits(bare, "dk_dst_count")) == ["clock", "observation", "fates"]


def test_of_an_outcome_that_was_delivered_as_measured_only_the_observation_is_known() -> None:
    maryland = load_trial("data/sample/maryland/protocol.toml")
    (observation,) = follow_up_exhibits(measure(maryland, "rearrest_52w"))
    assert observation.rows == (
        ("treatment", 216, 48, 0, 0, 364.0),
        ("control", 216, 66, 0, 0, 364.0),
    )


def test_who_left_early_is_counted_and_the_median_observed_is_that_of_the_mirror_image() -> None:
    """Treatment by hand: events on days 10 and 40, ends on 20, 20, 60 and 100 (the horizon).

    At risk of ending: 5 on day 20 (2 end: 3/5), 2 on day 60 (1 ends: 3/10): the median is day 60.
    """
    trial = small_trial(
        treated=[1] * 6 + [0] * 4,
        days=[10, 20, 20, 40, 60, 100, 100, 100, 100, 100],
        event=[1, 0, 0, 1, 0, 0, 0, 1, 0, 0],
    )
    measurement = measure(trial, "reoffence")
    assert follow_up_exhibits(measurement)[0].rows == (
        ("treatment", 6, 2, 0, 3, 60.0),
        ("control", 4, 1, 0, 0, 100.0),
    )
    died = with_causes(measurement, ["", "death", *[""] * 8])
    assert follow_up_exhibits(died)[0].rows[0] == ("treatment", 6, 2, 1, 2, 60.0)


def test_one_person_has_no_spread_and_nobody_no_mean(tmp_path: Path) -> None:
    people = [person("t1", TREATED), person("c1", CONTROL, released_on=None)]
    trial = load_few(
        tmp_path,
        people,
        events=[conviction("t1", RANDOMISED)],
        custody=[spell("t1", RANDOMISED + DAY, RANDOMISED + 8 * DAY)],
        status=[gone("c1", "death", CUTOFF)],
    )
    found = exhibits(trial)
    treated, control = by_arm(found["custody"]).values()
    assert (treated["people"], treated["mean_days"], treated["sd_days"]) == (1, 7.0, None)
    assert (control["people"], control["in_custody"], control["mean_days"], control["sd_days"]) == (
        0,
        0,
        None,
        None,
    )
    control = by_arm(found["clock"])["control"]
    assert (control["started"], control["not_started"], control["wait_median"]) == (0, 1, None)


# --- many people -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def register() -> Register:
    return random_register(11, n_people=700)


@pytest.fixture(scope="module")
def many(register: Register, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    yield load_trial(write_folder(register, tmp_path_factory.mktemp("many")))


@pytest.fixture(scope="module")
def by_hand(register: Register) -> Result:
    return measure_by_hand(
        [{**person, "in_population": True} for person in register.people],
        register.events,
        register.custody,
        register.status,
        definition_of(OUTCOME),
        data_cutoff=CUTOFF,
        data_start=DATA_START,
    )


def roles_of(register: Register) -> dict[str, str]:
    return {who["id"]: "treatment" if who["arm"] == TREATED else "control" for who in register.people}


def test_the_waits_of_many(many: Trial, register: Register) -> None:
    roles = roles_of(register)
    for role, row in by_arm(exhibits(many)["clock"]).items():
        own = [who for who in register.people if roles[who["id"]] == role]
        waits = [
            (who["released_on"] - who["randomised_on"]).days for who in own if who["released_on"] is not None
        ]
        low, median, high = quantiles(waits, n=4, method="inclusive")
        assert (row["randomised"], row["started"]) == (len(own), len(waits))
        assert row["not_started"] == len(own) - len(waits) > 0
        assert (row["wait_low"], row["wait_median"], row["wait_high"]) == (low, median, high)


def test_the_fates_of_many(many: Trial, register: Register, by_hand: Result) -> None:
    tally = by_hand.tally(register.events, roles_of(register))
    assert {fate for fate, _ in tally} == set(FATES), "a fate that nothing has would show nothing"
    found = {
        (row["fate"], row["arm"]): (row["events"], row["people"]) for row in exhibits(many)["fates"].records()
    }
    assert found == {(fate, role): tally.get((fate, role), (0, 0)) for fate in FATES for role in ROLES}


def test_the_custody_of_many(many: Trial, register: Register, by_hand: Result) -> None:
    roles = roles_of(register)
    for role, row in by_arm(exhibits(many)["custody"]).items():
        days = [one.custody_days or 0 for id_, one in by_hand.people.items() if roles[id_] == role]
        assert (row["people"], row["in_custody"]) == (len(days), sum(each > 0 for each in days))
        # sums of a few hundred whole numbers: floats differ in the last digits only
        assert row["mean_days"] == pytest.approx(mean(days), rel=1e-12)
        assert row["sd_days"] == pytest.approx(stdev(days), rel=1e-12)
