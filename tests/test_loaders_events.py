"""Events are joined to participants, each is kept or counted, and none stands twice unseen."""

from __future__ import annotations

import random
from collections import Counter

import pandas as pd
import pytest
from delivered_tables import DATE, EVENTS, Row, events, load, people, plan, refused
from loaded_people import as_parquet, places

from primus_eval.loaders.joined import NOT_A_PARTICIPANT

LEAVE_OUT = plan(events={"other_people": "leave_out"})
KEEP = plan(events={"duplicate_rows": "keep"})


def kept(frame: pd.DataFrame, who: list[Row]) -> list[tuple[str, ...]]:
    """The rows of a Trial's events as they stood in the file, with the id of each person."""
    ids = sorted(row["id"] for row in who)
    days = {name: frame[name].dt.strftime("%Y-%m-%d").fillna("") for name in ("offence", "decision")}
    return [
        (ids[person], *cells)
        for person, *cells in zip(
            frame["person"], days["offence"], days["decision"], frame["kind"], strict=True
        )
    ]


def as_rows(what: list[Row]) -> list[tuple[str, ...]]:
    return [(row["id"], row["offence"], row["decision"], row["kind"]) for row in what]


# --- whose they are -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_each_event_is_joined_to_its_person_in_the_order_of_the_file(tmp_path, seed):
    what = random.Random(seed).sample(events(people()), 24)
    trial = load(tmp_path, plan(), people(), what)
    assert trial.events is not None
    assert kept(trial.events, people()) == as_rows(what)
    assert [account.rows_read for account in trial.accounts] == [12, 24]
    assert all(not account.rows_left_out for account in trial.accounts)


def test_a_person_is_a_row_of_the_participants_sorted_by_id(tmp_path):
    trial = load(tmp_path, plan(), people(), [{**events(people())[0], "id": "P007"}])
    assert trial.events is not None
    (row,) = trial.events["person"]
    (expected,) = (person for person in people() if person["id"] == "P007")
    assert trial.participants["days"][row] == float(expected["days"])
    assert "id" not in trial.events


def test_events_as_text_and_as_typed_columns_are_the_same_events(tmp_path):
    what = events(people())
    text = load(tmp_path, plan(), people(), what)
    columns = {name: [row[name] for row in what] for name in what[0]}
    typed = {
        **columns,
        "offence": pd.to_datetime(columns["offence"]).date,
        "kind": pd.Categorical(columns["kind"]),
    }
    (tmp_path / "events.parquet").write_bytes(as_parquet(typed))
    stored = load(tmp_path, plan(events={"file": "events.parquet"}), None)
    assert text.events is not None and stored.events is not None
    pd.testing.assert_frame_equal(text.events, stored.events)


def test_events_of_others_and_of_nobody_are_refused_on_their_lines(tmp_path):
    what = events(people())
    for row, id_ in ((3, "P999"), (5, ""), (9, "P7"), (23, "p007")):
        what[row]["id"] = id_
    found = refused(tmp_path, plan(), people(), what)
    assert sorted(places(found)) == [
        ("PE-C35", 5, "id"),
        ("PE-C35", 11, "id"),
        ("PE-C35", 25, "id"),
        ("PE-C37", 7, "id"),
    ]
    assert all(each.file == "events.csv" for each in found)
    assert {each.paste for each in found if each.code == "PE-C35"} == {
        '[data.events]\nother_people = "leave_out"'
    }


def test_ids_that_have_lost_their_zeros_are_said_to_have_and_not_left_out(tmp_path):
    who = [{**row, "id": f"{place:04d}"} for place, row in enumerate(people(), start=7)]
    what = [{**row, "id": str(7 + place % 9)} for place, row in enumerate(events(people()))]
    what[0]["id"] = who[-1]["id"]  # one is written as it should be
    found = [each for each in refused(tmp_path, plan(), who, what) if each.code == "PE-C35"]
    strange = {row["id"] for row in what[1:]} - {row["id"] for row in who}
    assert {each.paste for each in found} == {None}
    (said,) = {each.what for each in found}
    assert "ids of the participants: `####` (4 signs); here: `#` to `##` (1 to 2 signs)" in said
    assert f"With zeros put in front {len(strange)} of {len(strange)} ids would match." in said


def test_others_are_left_out_and_counted_where_the_protocol_says_so(tmp_path):
    what = events(people())
    strangers = [{**row, "id": f"X{place}"} for place, row in enumerate(what[:7])]
    trial = load(tmp_path, LEAVE_OUT, people(), [*strangers, *what])
    assert trial.events is not None
    assert kept(trial.events, people()) == as_rows(what)
    account = trial.accounts[1]
    assert account.rows_read == 31
    assert account.rows_left_out == {NOT_A_PARTICIPANT: 7}
    assert account.rows_read == len(trial.events) + sum(account.rows_left_out.values())


def test_an_event_of_nobody_is_refused_even_where_others_are_left_out(tmp_path):
    what = events(people())
    what[4]["id"] = ""
    assert places(refused(tmp_path, LEAVE_OUT, people(), what)) == [("PE-C37", 6, "id")]


@pytest.mark.parametrize("protocol", [plan(), LEAVE_OUT], ids=["refuse", "leave out"])
def test_ids_that_never_agree_are_one_fault_of_the_file_and_never_left_out(tmp_path, protocol):
    what = [{**row, "id": row["id"].replace("P0", "P")} for row in events(people())]
    (problem,) = refused(tmp_path, protocol, people(), what)
    assert places([problem]) == [("PE-C35", None, "id")]
    assert problem.paste is None


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda who: who[3].update(id=""), id="an id is empty"),
        pytest.param(lambda who: who[3].update(town="zz"), id="a cell does not fit"),
    ],
)
def test_who_the_participants_are_stays_known_where_their_cells_are_wrong(tmp_path, spoil):
    who, what = people(), events(people()[:3])
    what[0]["id"] = "P999"
    spoil(who)
    codes = {each.code for each in refused(tmp_path, plan(), who, what)}
    assert "PE-C35" in codes and len(codes) == 2


@pytest.mark.parametrize("gone", ["the file", "the ids", "a row"])
def test_nobody_is_called_a_stranger_while_the_participants_are_not_known(tmp_path, gone):
    who, what = people(), events(people())
    what[4]["id"] = ""
    if gone == "the ids":
        who = [{("number" if name == "id" else name): row[name] for name in row} for row in who]
    if gone == "a row":
        who[2]["town"] = "a,b"  # one field too many, so that this row is not read
    found = refused(tmp_path, plan(), None if gone == "the file" else who, what)
    said = {"the file": "PE-A67", "the ids": "PE-A20", "a row": "PE-A15"}
    assert {each.code for each in found} == {said[gone], "PE-C37"}


# --- events that stand twice --------------------------------------------------------------------------------


def few_kinds(seed: int, n: int = 60) -> list[Row]:
    """Events that are often alike, with dates that are often not known."""
    chance = random.Random(seed)
    days = ["", "2022-05-01", "2022-05-02"]
    return [
        {
            "id": chance.choice(people())["id"],
            "offence": chance.choice(days),
            "decision": chance.choice(["", "2022-07-01"]),
            "kind": chance.choice(["theft", "violence"]),
        }
        for _ in range(n)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_rows_alike_in_every_column_are_those_that_a_plain_comparison_finds(tmp_path, seed):
    what = few_kinds(seed)
    rows = as_rows(what)
    expected = [line for line, row in enumerate(rows, start=2) if row in rows[: line - 2]]
    assert len(expected) > 3
    found = refused(tmp_path, plan(), people(), what)
    assert places(found) == [("PE-A45", line, None) for line in expected]
    assert {each.paste for each in found} == {'[data.events]\nduplicate_rows = "keep"'}
    trial = load(tmp_path, KEEP, people(), what)
    assert trial.events is not None
    assert Counter(kept(trial.events, people())) == Counter(rows)


def test_what_no_column_of_the_protocol_tells_apart_is_alike(tmp_path):
    what = [{**row, "unread": str(place)} for place, row in enumerate(events(people()))]
    what.append({**what[0], "unread": "99"})
    assert places(refused(tmp_path, plan(), people(), what)) == [("PE-A45", 26, None)]


def test_events_of_two_other_people_are_not_called_copies(tmp_path):
    what = events(people())
    strangers = [{**what[0], "id": f"X{number}"} for number in range(5)]
    trial = load(tmp_path, LEAVE_OUT, people(), [*what, *strangers])
    assert trial.accounts[1].rows_left_out == {NOT_A_PARTICIPANT: 5}


NUMBERED = plan(events={"event": "number"})


def test_an_id_tells_events_apart_that_are_alike_otherwise_and_stands_once(tmp_path):
    what = [{**row, "number": f"E{place:03d}"} for place, row in enumerate(few_kinds(1))]
    assert load(tmp_path, NUMBERED, people(), what).accounts[1].rows_read == 60
    for row in (7, 8, 50):
        what[row]["number"] = "E003"
    what[20]["number"] = "e003"  # another id
    assert places(refused(tmp_path, NUMBERED, people(), what)) == [
        ("PE-A45", line, None) for line in (9, 10, 52)
    ]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_events_without_an_id_are_named_and_not_called_copies_of_each_other(tmp_path, kind):
    what = [{**row, "number": f"E{place}"} for place, row in enumerate(events(people()))]
    what[2]["number"] = what[6]["number"] = ""
    protocol = plan(events={"event": "number", "file": f"events.{kind}"})
    if kind == "parquet":
        columns = {name: [row[name] or None for row in what] for name in what[0]}
        (tmp_path / "events.parquet").write_bytes(as_parquet(columns))
    found = refused(tmp_path, protocol, people(), what if kind == "csv" else None)
    assert places(found) == [("PE-C37", 4, "number"), ("PE-C37", 8, "number")]


# --- their days ---------------------------------------------------------------------------------------------


def test_a_decision_before_its_offence_is_named_and_one_on_its_day_is_not(tmp_path):
    what = events(people())
    what[3].update(decision=what[3]["offence"])
    what[4].update(decision="2022-01-01")
    what[5].update(decision="")
    what[6].update(offence="")
    found = refused(tmp_path, plan(), people(), what)
    assert places(found) == [("PE-C40", 6, "decision")]


def test_dates_after_the_cut_off_are_named_in_both_tables_on_their_own_lines(tmp_path):
    who, what = people(), events(people())
    who[2]["start"] = "2022-12-01"
    what[5]["decision"] = "2022-12-01"
    what[8]["decision"] = "2022-11-30"
    strangers = [{**what[0], "id": f"X{number}"} for number in range(3)]
    protocol = plan(events={"other_people": "leave_out"}, data_cutoff=pd.Timestamp("2022-11-30").date())
    found = refused(tmp_path, protocol, who, [*strangers, *what])
    assert [(each.file, *places([each])[0]) for each in found] == [
        ("participants.csv", "PE-A64", 4, "start"),
        ("events.csv", "PE-A64", 10, "decision"),  # three rows of others stand above it
    ]


def test_a_table_of_which_nothing_but_the_person_is_read_is_a_table(tmp_path):
    bare = {name: None for name in ("offence_date", "decision_date")}
    protocol = plan(events={**bare, "columns": {}, "duplicate_rows": "keep"})
    trial = load(tmp_path, protocol, people(), events(people()))
    assert trial.events is not None
    assert list(trial.events) == ["person"]
    assert len(trial.events) == 24
    assert set(EVENTS["columns"]) <= set(trial.accounts[1].columns_not_read) and DATE["type"] == "date"
