"""Custody, status and the programme's own tables: joined as events are, accounted for, and described."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from delivered_tables import AFTER, DATE, Row, load, people, plan, refused, write
from loaded_people import as_parquet, places

from primus_eval.disclosure.release import release
from primus_eval.errors import DisclosureError
from primus_eval.findings import Findings
from primus_eval.loaders.delivery import read_delivery
from primus_eval.loaders.joined import NOT_A_PARTICIPANT
from primus_eval.measurement import measure
from primus_eval.preflight import as_text, examine
from primus_eval.preflight.delivered import tables_read
from primus_eval.preflight.foretell import measured
from primus_eval.preflight.outcomes import outcomes_read
from primus_eval.protocol import Protocol
from primus_eval.trial import Trial

ID = {"type": "id", **AFTER}
DAY = {**DATE, **AFTER}
CUSTODY: dict[str, Any] = {
    "file": "custody.csv",
    "person": "id",
    "from_date": "in",
    "to_date": "out",
    "reason": {"column": "why", "codes": {"s": "sentence", "r": "remand"}},
    "columns": {
        "in": DAY,
        "out": DAY,
        "why": {"type": "category", "levels": {"s": "Sentence", "r": "Remand"}, "missing": [""], **AFTER},
    },
}
STATUS: dict[str, Any] = {
    "file": "status.csv",
    "person": "id",
    "date": "day",
    "kind": {"column": "what", "codes": {"d": "death", "e": "emigration"}},
    "columns": {
        "day": DAY,
        "what": {"type": "category", "levels": {"d": "Death", "e": "Emigration"}, "missing": [""], **AFTER},
    },
}
MATCHES: dict[str, Any] = {
    "file": "matches.csv",
    "person": "id",
    "mentor": "mentor",
    "start_date": "from",
    "end_date": "until",
    "columns": {"mentor": ID, "from": DAY, "until": DAY},
}
MENTORS: dict[str, Any] = {"file": "mentors.csv", "mentor": "mentor", "columns": {"mentor": ID}}
COSTS: dict[str, Any] = {
    "file": "costs.csv",
    "person": "id",
    "item": "item",
    "amount": "amount",
    "currency": "currency",
    "date": "day",
    "columns": {
        "item": {"type": "category", "levels": {"fare": "Fare", "rent": "Rent"}, **AFTER},
        "amount": {"type": "number", **AFTER},
        "currency": {"type": "category", "levels": {"DKK": "DKK"}, **AFTER},
        "day": DAY,
    },
}


def spells(of: Sequence[Row]) -> list[Row]:
    """Two spells of each person; some go on, some are reversed or overlap, one has no reason."""
    return [
        {
            "id": person["id"],
            "in": f"2022-{5 + number:02d}-{row + 1:02d}",
            "out": "" if row == 3 else f"2022-{6 if row != 5 else 4:02d}-20",
            "why": "" if row == 7 else "sr"[number],
        }
        for row, person in enumerate(of)
        for number in range(2)
    ]


def departures(of: Sequence[Row]) -> list[Row]:
    return [{"id": row["id"], "day": "2022-09-01", "what": "de"[n % 2]} for n, row in enumerate(of)]


def matched(of: Sequence[Row]) -> list[Row]:
    return [
        {"id": row["id"], "mentor": f"M{(n + slot) % 5}", "from": "2022-03-20", "until": ""}
        for n, row in enumerate(of)
        for slot in range(2)
    ]


def loaded(folder: Path, protocol: Protocol, who: Sequence[Row] | None = None, **tables: list[Row]) -> Trial:
    for name, rows in tables.items():
        write(folder / f"{name}.csv", rows)
    return load(folder, protocol, people() if who is None else who)


def not_loaded(folder: Path, protocol: Protocol, **tables: list[Row]) -> list[tuple[str, int | None, Any]]:
    for name, rows in tables.items():
        write(folder / f"{name}.csv", rows)
    return places(refused(folder, protocol, people()))


def with_ids(frame: pd.DataFrame, *names: str) -> list[tuple[str, ...]]:
    """The rows of a table of a Trial as they stood in the file, with the id of each person."""
    ids = sorted(row["id"] for row in people())
    cells = [
        frame[name].dt.strftime("%Y-%m-%d").fillna("")
        if frame[name].dtype.kind == "M"
        else frame[name].astype(object).fillna("")
        for name in names
    ]
    return [(ids[person], *rest) for person, *rest in zip(frame["person"], *cells, strict=True)]


# --- whose they are ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_each_spell_and_departure_is_joined_to_its_person_in_the_order_of_the_file(tmp_path, seed):
    chance = random.Random(seed)
    custody, status = chance.sample(spells(people()), 24), chance.sample(departures(people()), 12)
    protocol = plan(events=None, custody=CUSTODY, status=STATUS)
    trial = loaded(tmp_path, protocol, custody=custody, status=status)
    assert trial.custody is not None and trial.status is not None and trial.events is None
    assert with_ids(trial.custody, "in", "out", "why") == [tuple(row.values()) for row in custody]
    assert with_ids(trial.status, "day", "what") == [tuple(row.values()) for row in status]
    assert "id" not in {*trial.custody, *trial.status}
    assert [(each.file, each.rows_read) for each in trial.accounts] == [
        ("participants.csv", 12),
        ("custody.csv", 24),
        ("status.csv", 12),
    ]


def test_a_person_is_the_same_row_in_every_table(tmp_path):
    protocol = plan(custody=CUSTODY, status=STATUS, matches=MATCHES)
    seven = [{"id": "P007"}]
    trial = loaded(
        tmp_path,
        protocol,
        events=[{**seven[0], "offence": "2022-05-01", "decision": "", "kind": "theft"}],
        custody=spells(seven),
        status=departures(seven),
        matches=matched(seven),
    )
    frames = (trial.events, trial.custody, trial.status, trial.tables["matches"])
    (row,) = {int(person) for frame in frames if frame is not None for person in frame["person"]}
    (expected,) = (person for person in people() if person["id"] == "P007")
    assert trial.participants["days"][row] == float(expected["days"])


def test_types_are_those_that_the_interface_promises(tmp_path):
    protocol = plan(events=None, custody=CUSTODY, status=STATUS, mentors=MENTORS, matches=MATCHES)
    trial = loaded(
        tmp_path,
        protocol,
        custody=spells(people()),
        status=departures(people()),
        matches=matched(people()),
        mentors=[{"mentor": f"M{n}"} for n in range(6)],
    )
    assert trial.custody is not None and trial.status is not None
    assert trial.custody["in"].dtype == trial.status["day"].dtype == np.dtype("datetime64[s]")
    assert list(trial.custody["why"].cat.categories) == ["s", "r"]
    assert set(trial.tables) == {"mentors", "matches"}
    assert trial.tables["matches"]["mentor"].dtype == "Int64"
    assert "person" not in trial.tables["mentors"]


def test_ids_of_decisions_and_cases_are_columns_of_whole_numbers(tmp_path):
    columns = {
        **{name: {**DATE, **AFTER} for name in ("offence", "decision")},
        "verdict": ID,
        "case": {**ID, "missing": [""]},
    }
    protocol = plan(events={"decision": "verdict", "case": "case", "columns": columns})
    rows = [
        {"id": "P001", "offence": f"2022-05-0{n}", "decision": "", "verdict": verdict, "case": case}
        for n, (verdict, case) in enumerate([("V1", "C9"), ("V1", ""), ("V2", "C9")], start=1)
    ]
    trial = loaded(tmp_path, protocol, events=rows)
    assert trial.events is not None
    first, second, third = trial.events["verdict"]
    assert first == second != third
    assert trial.events["case"].isna().tolist() == [False, True, False]


def test_spells_as_text_and_as_typed_columns_are_the_same(tmp_path):
    what = spells(people())
    text = loaded(tmp_path, plan(events=None, custody=CUSTODY), custody=what)
    columns: dict[str, Any] = {name: [row[name] or None for row in what] for name in what[0]}
    columns |= {name: pd.to_datetime(columns[name]).date for name in ("in", "out")}
    columns |= {"out": [None if pd.isna(day) else day for day in columns["out"]]}
    (tmp_path / "custody.parquet").write_bytes(as_parquet(columns))
    stored = load(tmp_path, plan(events=None, custody={**CUSTODY, "file": "custody.parquet"}), None)
    assert text.custody is not None and stored.custody is not None
    pd.testing.assert_frame_equal(text.custody, stored.custody)


@pytest.mark.parametrize(
    ("name", "spec", "rows"), [("custody", CUSTODY, spells), ("status", STATUS, departures)]
)
def test_rows_of_others_and_of_nobody_are_refused_with_the_line_that_leaves_them_out(
    tmp_path, name, spec, rows
):
    what = rows(people())
    what[3]["id"], what[5]["id"] = "P999", ""
    write(tmp_path / f"{name}.csv", what)
    found = refused(tmp_path, plan(events=None, **{name: spec}), people())
    assert sorted(places(found)) == [("PE-C35", 5, "id"), ("PE-C37", 7, "id")]
    pastes = {each.code: each.paste for each in found}
    assert pastes == {"PE-C35": f'[data.{name}]\nother_people = "leave_out"', "PE-C37": None}

    what[5]["id"] = "P888"
    trial = loaded(
        tmp_path, plan(events=None, **{name: {**spec, "other_people": "leave_out"}}), **{name: what}
    )
    account = trial.accounts[1]
    assert account.rows_left_out == {NOT_A_PARTICIPANT: 2}
    assert account.rows_read == len(what) == len(getattr(trial, name)) + 2


def test_ids_that_never_agree_are_one_fault_of_the_file(tmp_path):
    what = [{**row, "id": row["id"].replace("P0", "P")} for row in spells(people())]
    protocol = plan(events=None, custody={**CUSTODY, "other_people": "leave_out"})
    assert not_loaded(tmp_path, protocol, custody=what) == [("PE-C35", None, "id")]


# --- rows that stand twice, and rows that lack their day ----------------------------------------------------


def test_rows_that_stand_twice_are_kept_in_custody_and_refused_elsewhere(tmp_path):
    custody, status, match = (rows(people()) for rows in (spells, departures, matched))
    for rows in (custody, status, match):
        rows.append(rows[1])
    protocol = plan(events=None, custody=CUSTODY, status=STATUS, matches=MATCHES)
    for name, rows in (("custody", custody), ("status", status), ("matches", match)):
        write(tmp_path / f"{name}.csv", rows)
    found = refused(tmp_path, protocol, people())
    assert [(each.code, each.file, each.line, each.paste) for each in found] == [
        ("PE-A45", "status.csv", 14, '[data.status]\nduplicate_rows = "keep"'),
        ("PE-A45", "matches.csv", 26, '[data.matches]\nduplicate_rows = "keep"'),
    ]
    kept = {"duplicate_rows": "keep"}
    protocol = plan(events=None, custody=CUSTODY, status={**STATUS, **kept}, matches={**MATCHES, **kept})
    assert [each.rows_read for each in load(tmp_path, protocol, None).accounts] == [12, 25, 13, 25]


def test_a_mentor_who_stands_twice_is_refused_though_the_row_is_about_no_participant(tmp_path):
    rows = [{"mentor": each} for each in ("M1", "M2", "M1")]
    assert not_loaded(tmp_path, plan(events=None, mentors=MENTORS), mentors=rows) == [("PE-A45", 4, None)]


def test_a_spell_without_its_first_day_and_a_death_without_its_day_are_refused(tmp_path):
    custody, status = spells(people()), departures(people())
    custody[4]["in"] = status[2]["day"] = status[3]["what"] = ""
    protocol = plan(events=None, custody=CUSTODY, status=STATUS)
    assert not_loaded(tmp_path, protocol, custody=custody, status=status) == [
        ("PE-C46", 6, "in"),
        ("PE-C46", 4, "day"),
        ("PE-C46", 5, "what"),
    ]


def test_a_day_that_is_no_date_is_said_once(tmp_path):
    custody = spells(people())
    custody[4]["in"] = "2022-02-30"
    assert not_loaded(tmp_path, plan(events=None, custody=CUSTODY), custody=custody) == [("PE-A59", 6, "in")]


def test_dates_after_the_cut_off_are_refused_in_registers_and_not_in_the_programme(tmp_path):
    custody = spells(people())
    custody[2]["out"] = "2022-12-01"
    match = matched(people())
    match[2]["from"] = "2022-12-01"
    protocol = plan(
        events=None, custody=CUSTODY, matches=MATCHES, data_cutoff=pd.Timestamp("2022-11-30").date()
    )
    assert not_loaded(tmp_path, protocol, custody=custody, matches=match) == [("PE-A64", 4, "out")]


def test_a_cost_may_be_of_a_person_or_of_nobody(tmp_path):
    rows = [
        {"id": id_, "item": item, "amount": "10", "currency": "DKK", "day": "2022-05-01"}
        for id_, item in (("P002", "fare"), ("", "rent"))
    ]
    trial = loaded(tmp_path, plan(events=None, costs=COSTS), costs=rows)
    assert trial.tables["costs"]["person"].tolist() == [2, pd.NA]
    rows.append({**rows[0], "id": "P999"})
    assert not_loaded(tmp_path, plan(events=None, costs=COSTS), costs=rows) == [("PE-C35", 4, "id")]


def test_every_table_is_looked_through_for_people(tmp_path):
    rows = [{**row, "note": "call anna.smith@example.org"} for row in matched(people())]
    write(tmp_path / "matches.csv", rows)
    found = refused(tmp_path, plan(events=None, matches=MATCHES), people(), kind=DisclosureError)
    assert [(each.code, each.file) for each in found] == [("PE-B07", "matches.csv")]


def test_a_column_called_person_is_not_taken_for_the_participants(tmp_path):
    columns = {**CUSTODY["columns"], "person": {"type": "integer", **AFTER}}
    write(tmp_path / "participants.csv", people())
    write(tmp_path / "custody.csv", [{**row, "person": "99"} for row in spells(people())])
    protocol = plan(events=None, custody={**CUSTODY, "columns": columns})
    frame = read_delivery(protocol.data, tmp_path).joined["custody"].table.frame
    assert with_ids(frame, "in") == [(row["id"], row["in"]) for row in spells(people())]


def test_a_table_that_is_not_there_leaves_the_others_to_be_checked(tmp_path):
    status = departures(people())
    status[0]["id"] = "P999"
    write(tmp_path / "status.csv", status)
    found = refused(tmp_path, plan(events=None, custody=CUSTODY, status=STATUS), people())
    assert [each.code for each in found] == ["PE-A67", "PE-C35"]


# --- what a preflight and a release say of them -------------------------------------------------------------


def test_a_preflight_describes_every_table(tmp_path):
    protocol = plan(events=None, custody=CUSTODY, status=STATUS, mentors=MENTORS, matches=MATCHES)
    tables = {
        "participants": people(),
        "custody": spells(people()),
        "status": departures(people()[:3]),
        "matches": matched(people()),
        "mentors": [{"mentor": f"M{n}"} for n in range(6)],
    }
    for name, rows in tables.items():
        write(tmp_path / f"{name}.csv", rows)
    read = tables_read(read_delivery(protocol.data, tmp_path), protocol.data, k=5)
    assert {table.key: (str(table.rows), table.rows_are) for table in read} == {
        "data.participants": ("12", "one per person randomised"),
        "data.custody": ("24", "one per spell in custody"),
        "data.status": ("fewer than 5", "one per death, deportation or emigration"),
        "data.mentors": ("6", "one per mentor"),
        "data.matches": ("24", "one per mentor of a participant"),
    }
    uses = {table.key: {column.name: column.use for column in table.columns} for table in read}
    assert uses["data.custody"] == {
        "id": "id of the person",
        "in": "first day in custody",
        "out": "day of release",
        "why": "why",
    }
    assert uses["data.status"] == {"id": "id of the person", "day": "day", "what": "what it is"}
    months = {table.key: [(column.first, column.last) for column in table.columns] for table in read}
    assert months["data.custody"][1] == ("2022-05", "2022-06")
    assert set(months["data.status"]) == {(None, None)}  # three people


def test_a_release_shows_the_rows_of_participants_alone(tmp_path):
    protocol = plan(events=None, custody=CUSTODY, status=STATUS)
    trial = loaded(tmp_path, protocol, custody=spells(people()), status=departures(people()))
    context = {
        "protocol": trial.protocol.model_dump(mode="json", by_alias=True),
        "fingerprint": trial.protocol.fingerprint,
        "accounts": [
            {
                "file": each.file,
                "rows_read": each.rows_read,
                "rows_left_out": {NOT_A_PARTICIPANT: 2},
                "columns_not_read": [],
            }
            for each in trial.accounts
        ],
    }
    shown = release(Findings(rows=(), exhibits=(), context=context)).findings.context["accounts"]
    assert [(each["rows_read"], each["rows_left_out"]) for each in shown[1:]] == [(None, {})] * 2


# --- an outcome by rules ------------------------------------------------------------------------------------

RULES = {"kinds": ["conviction"], "window_days": 100, "clock_start": "randomisation"}


def by_rules(**data: Any) -> Protocol:
    """The trial of the other tests with an outcome by rules in place of an observed one."""
    protocol = plan(
        {"randomised_on": "start", "linked": "found"},
        {"kind": {"every": "conviction"}},
        columns={"found": {"type": "yes_no", "yes": ["y"], "no": ["n"], **AFTER}},
        data_cutoff=pd.Timestamp("2022-11-30").date(),
        **data,
    )
    document = protocol.model_dump(by_alias=True, exclude_none=True)
    outcome = document["outcome"][0]
    document["outcome"] = [
        {"reoffending": RULES, **{key: outcome[key] for key in ("id", "label", "people_with")}}
    ]
    return Protocol.model_validate(document)


def a_trial_by_rules(folder: Path, not_found: int) -> Trial:
    who = [{**row, "found": "n" if place < not_found else "y"} for place, row in enumerate(people(24))]
    what = [
        {"id": who[20]["id"], "offence": "2022-05-01", "decision": "2022-06-01", "kind": "theft"},
    ]
    return loaded(folder, by_rules(), who, events=what)


def test_a_trial_by_rules_loads_and_is_measured(tmp_path):
    trial = a_trial_by_rules(tmp_path, not_found=6)
    (outcome,) = trial.protocol.outcome
    measurement = measure(trial, outcome.id)
    assert len(measurement.frame) == 18 and measurement.event.sum() == 1
    (read,) = outcomes_read(trial, measured(trial)[0])
    assert (str(read.measured), read.longest_days, str(read.ended_early)) == ("18", 100, "0")


@pytest.mark.parametrize("not_found", [1, 3])
def test_few_people_left_out_for_a_reason_are_not_given_back(tmp_path, not_found):
    trial = a_trial_by_rules(tmp_path, not_found=not_found)
    (read,) = outcomes_read(trial, measured(trial)[0])
    assert read.measured.n is None


@pytest.mark.parametrize(("died", "shown"), [(3, "not shown"), (6, "12")])
def test_few_people_left_out_for_what_no_column_tells_are_not_given_back(tmp_path, died, shown):
    who = [{**row, "found": "n" if died <= place < died + 6 else "y"} for place, row in enumerate(people(24))]
    gone = [{"id": row["id"], "day": "2022-02-01", "what": "d"} for row in who[:died]]
    what = [{"id": who[20]["id"], "offence": "2022-05-01", "decision": "", "kind": "theft"}]
    trial = loaded(tmp_path, by_rules(status=STATUS), who, events=what, status=gone)
    (read,) = outcomes_read(trial, measured(trial)[0])
    assert str(read.measured) == shown


def test_check_goes_through_a_folder_with_all_tables(tmp_path):
    a_trial_by_rules(tmp_path, not_found=6)
    (tmp_path / "protocol.toml").write_text(BY_RULES, encoding="utf-8")
    write(tmp_path / "custody.csv", spells(people(12)))
    write(tmp_path / "status.csv", departures(people(12)))
    found = examine(tmp_path)
    assert found.problems == () and found.identifying == ()
    said = as_text(found)
    for name in ("participants", "events", "custody", "status"):
        assert f"Table {name}.csv" in said
    assert "followed for up to 100 days; the horizon is 100" in said


BY_RULES = """\
[study]
id = "by_rules"
title = "A trial by rules"
programme = "A programme."
country = "DK"

[design]
allocation.scheme = "simple"

[[arm]]
id = "mentors"
label = "a mentor"
role = "treatment"

[[arm]]
id = "usual"
label = "usual services"
role = "control"

[data]
data_cutoff = 2022-11-30

[data.participants]
file = "participants.csv"
person = "id"
arm = { column = "group", codes = { "1" = "mentors", "0" = "usual" } }
randomised_on = "start"
linked = "found"

[data.participants.columns]
start = { type = "date", label = "Start", timing = "before_randomisation", format = "%Y-%m-%d" }
found = { type = "yes_no", label = "Found", timing = "after_randomisation", yes = ["y"], no = ["n"] }

[data.events]
file = "events.csv"
person = "id"
offence_date = "offence"
decision_date = "decision"
kind.every = "conviction"

[data.events.columns]
offence = { type = "date", label = "Offence", timing = "after_randomisation", format = "%Y-%m-%d" }
decision = { type = "date", label = "Decision", timing = "after_randomisation", format = "%Y-%m-%d" }

[data.custody]
file = "custody.csv"
person = "id"
from_date = "in"
to_date = "out"
other_people = "leave_out"

[data.custody.columns]
in = { type = "date", label = "In", timing = "after_randomisation", format = "%Y-%m-%d" }
out = { type = "date", label = "Out", timing = "after_randomisation", format = "%Y-%m-%d", missing = [""] }

[data.status]
file = "status.csv"
person = "id"
date = "day"
kind = { column = "what", codes = { "d" = "death", "e" = "emigration" } }

[data.status.columns]
day = { type = "date", label = "Day", timing = "after_randomisation", format = "%Y-%m-%d" }
what = { type = "category", label = "What", timing = "after_randomisation", \
levels = { "d" = "Death", "e" = "Emigration" } }

[[outcome]]
id = "reconviction"
label = "recorded reconviction within 100 days"
people_with = "were recorded as reconvicted within 100 days"
reoffending = { kinds = ["conviction"], window_days = 100, clock_start = "randomisation" }

[[analysis]]
id = "primary"
role = "primary"
outcome = "reconviction"
effect_measure = "risk_difference"
"""
