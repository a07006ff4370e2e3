"""A delivery is read whole: every person in one arm, every row accounted for, every problem at once."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from delivered_tables import AFTER, BEFORE, DATE, EVENTS, PARTICIPANTS, events, load, people, plan, refused
from loaded_people import places

from primus_eval.loaders.delivery import read_delivery
from primus_eval.loaders.typed import _completed
from primus_eval.schema import Column

ALONE = plan(events=None)


# --- who was randomised -------------------------------------------------------------------------------------


def test_an_id_that_stands_twice_is_named_with_its_first_line_and_whether_the_arms_differ(tmp_path):
    who = people()
    who.append({**who[0], "town": "b"})  # the same arm
    who.append({**who[1], "group": "1"})  # the other one
    found = refused(tmp_path, ALONE, who)
    assert places(found) == [("PE-C01", 14, "id"), ("PE-C02", 15, "id")]
    assert [each.what.split(" already")[0] for each in found] == [
        "this id stood on line 2",
        "this id stood on line 3",
    ]


def test_a_person_without_an_arm_or_in_an_unknown_one_is_never_left_out(tmp_path):
    who = people()
    who[3]["group"], who[5]["group"], who[6]["group"] = "", "2", "2"
    found = refused(tmp_path, ALONE, who)
    assert sorted(places(found)) == [
        ("PE-C04", 5, "group"),
        ("PE-C05", 7, "group"),
        ("PE-C05", 8, "group"),
    ]
    assert all("'1', '0'" in each.mend for each in found)


def test_everyone_in_one_arm_is_no_trial(tmp_path):
    who = [{**row, "group": "1"} for row in people()]
    assert places(refused(tmp_path, ALONE, who)) == [("PE-C07", None, "group")]
    who[0]["group"] = "9"  # of whom is not known which arm
    assert {each.code for each in refused(tmp_path, ALONE, who)} == {"PE-C05"}


@pytest.mark.parametrize(("declared", "codes"), [(12, []), (13, ["PE-A40"]), (11, ["PE-A40"])])
def test_the_declared_number_of_rows_is_compared(tmp_path, declared, codes):
    protocol = plan({"rows": declared}, None)
    if not codes:
        assert load(tmp_path, protocol, people()).accounts[0].rows_read == 12
        return
    (problem,) = refused(tmp_path, protocol, people())
    assert (problem.code, problem.file, problem.key) == (
        "PE-A40",
        "participants.csv",
        "data.participants.rows",
    )
    assert "12 rows" in problem.what and str(declared) in problem.what


def test_rows_that_are_missing_are_not_counted_twice_where_one_could_not_be_read(tmp_path):
    who = people()
    who[4]["town"] = "a,b"
    protocol = plan({"rows": 12}, None)
    design = protocol.design.model_copy(update={"assessed": 12})
    found = refused(tmp_path, protocol.model_copy(update={"design": design}), who)
    assert places(found) == [("PE-A15", 6, None)]


@pytest.mark.parametrize(
    ("assessed", "left", "accepted"),
    [(12, [], True), (15, [3], True), (20, [], True), (11, [], False), (15, [2], False)],
)
def test_the_numbers_of_the_recruitment_agree_with_the_rows(tmp_path, assessed, left, accepted):
    document = plan(events=None).model_dump(by_alias=True, exclude_none=True)
    document["design"]["assessed"] = assessed
    document["design"]["not_randomised"] = [{"reason": {"en": "declined"}, "n": n} for n in left]
    protocol = type(ALONE).model_validate(document)
    if accepted:
        assert len(load(tmp_path, protocol, people()).participants) == 12
    else:
        assert [each.code for each in refused(tmp_path, protocol, people())] == ["PE-C31"]


# --- before randomisation, and after ------------------------------------------------------------------------


def test_what_was_measured_before_randomisation_is_dated_before_it(tmp_path):
    protocol = plan({"randomised_on": "start"}, None, columns={"interview": {**DATE, **BEFORE}})
    who = [{**row, "interview": row["start"]} for row in people()]
    who[2]["interview"], who[7]["interview"], who[8]["interview"] = "2022-01-01", "2022-03-09", ""
    assert places(refused(tmp_path, protocol, who)) == [("PE-C12", 9, "interview")]
    later = plan({"randomised_on": "start"}, None, columns={"interview": {**DATE, **AFTER}})
    assert len(load(tmp_path, later, who).participants) == 12


def test_a_column_that_gives_the_arm_away_was_not_measured_before_it(tmp_path):
    mentor: dict[str, Any] = {"type": "yes_no", "yes": ["y"], "no": ["n"], "missing": [""]}
    who = [{**row, "mentor": "ny"[row["group"] == "1"]} for row in people()]
    found = refused(tmp_path, plan(events=None, columns={"mentor": {**mentor, **BEFORE}}), who)
    assert places(found) == [("PE-C11", None, "mentor")]
    for protocol in (
        plan(events=None, columns={"mentor": {**mentor, **AFTER}}),
        plan({"received": "mentor"}, None, columns={"mentor": {**mentor, **AFTER}}),
    ):
        assert len(load(tmp_path, protocol, who).participants) == 12
    who[0]["mentor"] = "n"
    assert (
        len(load(tmp_path, plan(events=None, columns={"mentor": {**mentor, **BEFORE}}), who).participants)
        == 12
    )


# --- outcomes that were already measured --------------------------------------------------------------------


def test_no_time_is_below_zero_and_an_event_at_zero_has_to_be_declared(tmp_path):
    who = people()
    who[1].update(days="-1", again="0")
    who[2].update(days="0", again="1")
    who[4].update(days="0", again="0")
    found = refused(tmp_path, ALONE, who)
    assert places(found) == [("PE-C14", 3, "days"), ("PE-C15", 4, "days")]
    paste = found[1].paste
    assert paste is not None
    who[1]["days"] = "1"
    (mended,) = tomllib.loads(paste)["outcome"]
    assert len(load(tmp_path, plan(events=None, observed=mended["observed"]), who).participants) == 12


def test_the_day_of_the_event_stands_exactly_where_there_was_one(tmp_path):
    protocol = plan(events=None, columns={"day": {**DATE, **AFTER}}, observed={"event_date": "day"})
    who = [{**row, "day": "2022-09-01" if row["again"] == "1" else ""} for row in people()]
    assert len(load(tmp_path, protocol, who).participants) == 12
    assert who[0]["again"] == "1" and who[1]["again"] == "0"
    who[0]["day"], who[1]["day"] = "", "2022-09-02"
    assert sorted(places(refused(tmp_path, protocol, who))) == [("PE-C18", 3, "day"), ("PE-C19", 2, "day")]


# --- everything at once -------------------------------------------------------------------------------------


def test_problems_of_both_tables_come_in_one_error_in_the_order_of_the_tables(tmp_path):
    who, what = people(), events(people())
    who[1]["days"], who[2]["group"], who[4]["id"] = "many", "x", who[0]["id"]
    what[0]["kind"], what[1]["offence"], what[2]["id"] = "fraud", "1. maj", "P999"
    found = refused(tmp_path, plan(), who, what)
    assert {(each.file, each.code) for each in found} >= {
        ("participants.csv", "PE-A31"),
        ("participants.csv", "PE-C05"),
        ("participants.csv", "PE-C01"),
        ("events.csv", "PE-A21"),
        ("events.csv", "PE-C35"),
    }
    assert any(each.file == "events.csv" and each.column == "offence" for each in found)
    files = [each.file for each in found]
    assert files == sorted(files, reverse=True)


def test_a_missing_file_does_not_hide_the_problems_of_the_other(tmp_path):
    what = events(people())
    what[0]["kind"] = "fraud"
    found = refused(tmp_path, plan(), None, what)
    assert {(each.code, each.file) for each in found} == {
        ("PE-A67", "participants.csv"),
        ("PE-A21", "events.csv"),
    }


def test_reading_never_raises_for_bad_input_and_keeps_what_was_read(tmp_path):
    (tmp_path / "participants.csv").write_text("id,group\nP1,1\n", encoding="utf-8")
    delivery = read_delivery(plan().data, tmp_path)
    assert delivery.events is None and delivery.participants is not None
    assert {each.code for each in delivery.problems} == {"PE-A20", "PE-A67"}
    assert delivery.participants.rows_read == 1
    assert not delivery.identifying


def test_no_row_is_lost_between_the_file_and_the_trial(tmp_path):
    who = [{**row, "unread": "x"} for row in people(97)]
    for row in who:
        row["start"] = "2022-03-01"
    trial = load(tmp_path, plan(), who, events(people()))
    assert [account.rows_read for account in trial.accounts] == [97, 24]
    assert len(trial.participants) == 97 and trial.events is not None and len(trial.events) == 24
    assert trial.accounts[0].columns_not_read == ("unread",)
    by_id = sorted(who, key=lambda row: row["id"])
    assert trial.participants["days"].tolist() == [float(row["days"]) for row in by_id]
    assert trial.participants["town"].tolist() == [row["town"] for row in by_id]


# --- lines to paste -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "row", "name", "cell", "key"),
    [
        ("participants", 1, "again", "ja", "yes"),
        ("participants", 1, "days", "NA", "missing"),
        ("events", 3, "kind", "", "missing"),
        ("events", 3, "offence", "3.5.2022", None),
    ],
)
def test_a_line_to_paste_is_the_whole_declaration_below_its_header(tmp_path, table, row, name, cell, key):
    rows = {"participants": people(), "events": events(people())}
    rows[table][row][name] = cell
    (problem,) = refused(tmp_path, plan(), rows["participants"], rows["events"])
    if key is None:
        assert problem.paste is None or problem.paste.startswith("[data.events.columns]\noffence = {")
        return
    assert problem.paste is not None
    header, line = problem.paste.split("\n")
    assert header == f"[data.{table}.columns]"
    declared = (PARTICIPANTS if table == "participants" else EVENTS)["columns"]
    pasted = tomllib.loads(line)
    assert set(pasted) == {name}
    assert set(declared[name]) - {key} <= set(pasted[name])
    assert pasted[name][key] == [*declared[name].get(key, []), cell]
    changed = {**declared, name: pasted[name]}
    protocol = plan(**{table: {"columns": changed}}) if table == "events" else plan(columns=changed)
    load(tmp_path, protocol, rows["participants"], rows["events"])


def test_keys_to_paste_are_added_to_what_is_declared():
    column = Column.model_validate({"type": "yes_no", "yes": ["1"], "no": ["0"], "unit": "x", **BEFORE})
    paste = _completed('yes = ["ja", "1"]\nmissing = [""]', "a b", column, "data.events")
    header, line = paste.split("\n")
    assert header == "[data.events.columns]"
    assert tomllib.loads(line) == {
        "a b": {**BEFORE, "type": "yes_no", "unit": "x", "yes": ["1", "ja"], "no": ["0"], "missing": [""]}
    }
    levels = Column.model_validate({"type": "category", "levels": {"1": "low"}, **BEFORE})
    line = _completed('levels = { "2" = "high" }', "x", levels, "data.events").split("\n")[1]
    assert tomllib.loads(line)["x"]["levels"] == {"1": "low", "2": "high"}


def test_a_decimal_mark_belongs_to_the_table_and_a_whole_paste_is_left_alone():
    column = Column.model_validate({"type": "number", **BEFORE})
    assert _completed('decimal = ","', "x", column, "data.events") == '[data.events]\ndecimal = ","'
    whole = '[data.participants]\nencoding = "cp1252"'
    assert _completed(whole, "x", column, "data.events") == whole


def test_what_is_written_of_a_delivery_shows_no_id_and_no_cell():
    from pathlib import Path

    from primus_eval.loaders.delivery import read_delivery
    from primus_eval.protocol import read_protocol

    folder = Path(__file__).parent / "trials" / "mentoring"
    delivery = read_delivery(read_protocol(folder).data, folder)
    written = repr(delivery)
    assert len(delivery.ids) > 200 and not any(id_ in written for id_ in delivery.ids)
    assert "frame=" not in written
