"""What is odd in the tables of a trial: one oddity put into clean tables is found, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from few_people import CONTROL, RANDOMISED, TREATED, conviction, gone, load_few, person, spell
from random_register import CUTOFF, Row
from register_by_hand import DAY

from primus_eval.audit import audit, audit_exhibit
from primus_eval.loaders import load_trial
from primus_eval.trial import Trial
from primus_eval.vocabulary import AuditKind, words

Tables = dict[str, list[Row]]
Found = dict[tuple[str, str], tuple[int, int]]
"""Rows and people by kind and table, where there are any."""

RELEASED = RANDOMISED + 30 * DAY
ADMITTED = RANDOMISED - 200 * DAY
OFFENDED = RELEASED + 10 * DAY
DIED = RELEASED + 400 * DAY


def clean() -> Tables:
    """Four people, each with a spell that ends on the day of release and an offence after it; one died."""
    ids = ("t1", "t2", "c1", "c2")
    return {
        "people": [person(id_, TREATED if id_[0] == "t" else CONTROL, released_on=RELEASED) for id_ in ids],
        "events": [conviction(id_, OFFENDED) for id_ in ids],
        "custody": [spell(id_, ADMITTED, RELEASED) for id_ in ids],
        "status": [gone("t1", "death", DIED)],
    }


def of(tables: Tables, table: str, id_: str) -> Row:
    """The first row of a person in a table."""
    return next(row for row in tables[table] if row.get("person", row.get("id")) == id_)


def found_in(trial: Trial) -> Found:
    rows = audit(trial)
    assert len({(item.kind, item.table) for item in rows}) == len(rows)
    return {(item.kind, item.table): (item.rows, item.people) for item in rows if item.rows or item.people}


def load(tables: Tables, folder: Path) -> Trial:
    return load_few(
        folder, tables["people"], **{name: tables[name] for name in ("events", "custody", "status")}
    )


# --- one oddity --------------------------------------------------------------------------------------------


def released_before(tables: Tables) -> None:
    of(tables, "people", "t1")["randomised_on"] = RELEASED + DAY


def released_on_the_day(tables: Tables) -> None:
    of(tables, "people", "t1")["randomised_on"] = RELEASED


def never_released(tables: Tables) -> None:
    of(tables, "people", "t1")["released_on"] = None


def released_inside(tables: Tables) -> None:
    for id_ in ("t1", "c1"):
        of(tables, "custody", id_)["to_date"] = RELEASED + DAY


def no_event(tables: Tables) -> None:
    tables["events"].remove(of(tables, "events", "t1"))


def no_spell(tables: Tables) -> None:
    tables["custody"].remove(of(tables, "custody", "c1"))


def not_linked(tables: Tables) -> None:
    of(tables, "people", "c1")["linked"] = False
    of(tables, "people", "c2")["linked"] = None  # not known is not found
    tables["events"].append(conviction("c1", OFFENDED + DAY))


def not_linked_and_not_recorded(tables: Tables) -> None:
    of(tables, "people", "c1")["linked"] = False
    no_spell(tables)
    tables["events"].remove(of(tables, "events", "c1"))


def reversed_spell(tables: Tables) -> None:
    tables["custody"].append(spell("c1", OFFENDED + DAY, OFFENDED))


def no_day(tables: Tables) -> None:
    tables["custody"].append(spell("c1", OFFENDED, OFFENDED))


def no_end(tables: Tables) -> None:
    tables["custody"].append(spell("c1", OFFENDED + DAY, None))


def overlapping(tables: Tables) -> None:
    """A long spell holds two short ones, the second of which begins after the first has ended."""
    inside = [
        spell("c1", ADMITTED + 10 * DAY, ADMITTED + 20 * DAY),
        spell("c1", ADMITTED + 30 * DAY, ADMITTED + 40 * DAY),
    ]
    tables["custody"] = [*inside, *tables["custody"]]


def overlapping_an_open_one(tables: Tables) -> None:
    tables["custody"] += [spell("c1", OFFENDED + DAY, None), spell("c1", CUTOFF, None)]


def touching(tables: Tables) -> None:
    tables["custody"].append(spell("c1", ADMITTED - 30 * DAY, ADMITTED))


def of_two_people(tables: Tables) -> None:
    """The spells of one person say nothing of another's."""
    of(tables, "custody", "c1")["from_date"] = ADMITTED + 5 * DAY


def dead_before(tables: Tables) -> None:
    """One died the day before randomisation, with rows from after it; a second death says no more."""
    tables["status"] += [gone("c1", "death", RANDOMISED - DAY), gone("c1", "death", RANDOMISED)]


def away_before(tables: Tables) -> None:
    days = (RANDOMISED - DAY, RANDOMISED - 90 * DAY)
    tables["status"] += [gone("c1", "emigration", day) for day in days]
    tables["status"].append(gone("c2", "deportation", RANDOMISED - DAY))


def away_on_the_day(tables: Tables) -> None:
    tables["status"] += [gone("c1", "emigration", RANDOMISED), gone("c2", "deportation", RANDOMISED + DAY)]


def no_kind(tables: Tables) -> None:
    tables["events"].append({**conviction("c1", OFFENDED), "kind": None})


def no_date(tables: Tables) -> None:
    tables["events"].append({**conviction("c1", None), "decision_date": None})


def decided_only(tables: Tables) -> None:
    tables["events"].append(conviction("c1", None, OFFENDED + DAY))


def offence_inside(tables: Tables) -> None:
    tables["events"] += [conviction("c1", ADMITTED), conviction("c1", RELEASED - DAY)]


def offence_at_the_gates(tables: Tables) -> None:
    tables["events"] += [conviction("c1", ADMITTED - DAY), conviction("c1", RELEASED)]


def event_of_the_dead(tables: Tables) -> None:
    tables["events"] += [conviction("t1", DIED + DAY), conviction("t1", None, DIED + DAY)]
    tables["status"].append(gone("t1", "death", DIED + 9 * DAY))  # the first of two deaths counts


def event_on_the_day_of_death(tables: Tables) -> None:
    """Also one that was decided later, and one of somebody who emigrated."""
    tables["events"] += [conviction("t1", DIED), conviction("t1", DIED - DAY, DIED + DAY)]
    tables["status"].append(gone("c1", "emigration", RELEASED))


def spell_of_the_dead(tables: Tables) -> None:
    tables["custody"].append(spell("t1", DIED + DAY, DIED + 3 * DAY))


def spell_on_the_day_of_death(tables: Tables) -> None:
    tables["custody"].append(spell("t1", DIED, DIED + 3 * DAY))


ODDITIES: list[tuple[Callable[[Tables], None], Found]] = [
    (released_before, {("released_before_randomisation", "participants"): (1, 1)}),
    (released_inside, {("released_while_in_custody", "participants"): (2, 2)}),
    (no_event, {("nothing_recorded", "events"): (1, 1)}),
    (no_spell, {("nothing_recorded", "custody"): (1, 1)}),
    (
        not_linked,
        {("recorded_but_not_linked", "events"): (2, 2), ("recorded_but_not_linked", "custody"): (2, 2)},
    ),
    (reversed_spell, {("spell_reversed", "custody"): (1, 1)}),
    (no_day, {("spell_without_a_day", "custody"): (1, 1)}),
    (no_end, {("spell_without_end", "custody"): (1, 1)}),
    (overlapping, {("spell_overlaps", "custody"): (2, 1)}),
    (
        overlapping_an_open_one,
        {("spell_without_end", "custody"): (2, 1), ("spell_overlaps", "custody"): (1, 1)},
    ),
    (no_date, {("event_without_date", "events"): (1, 1)}),
    (no_kind, {("event_without_kind", "events"): (1, 1)}),
    (
        dead_before,
        {
            ("died_before_randomisation", "status"): (1, 1),
            ("after_death", "events"): (1, 1),
        },
    ),
    (away_before, {("left_before_randomisation", "status"): (3, 2)}),
    (offence_inside, {("offence_in_custody", "events"): (2, 1)}),
    (event_of_the_dead, {("after_death", "events"): (2, 1)}),
    (spell_of_the_dead, {("after_death", "custody"): (1, 1)}),
]
NOTHING_ODD = [
    released_on_the_day,
    away_on_the_day,
    never_released,
    touching,
    of_two_people,
    decided_only,
    offence_at_the_gates,
    event_on_the_day_of_death,
    spell_on_the_day_of_death,
]


def named(value: object) -> str:
    return getattr(value, "__name__", "")


@pytest.mark.parametrize(("change", "found"), ODDITIES, ids=named)
def test_an_oddity_is_found_and_no_other(
    change: Callable[[Tables], None], found: Found, tmp_path: Path
) -> None:
    tables = clean()
    change(tables)
    assert found_in(load(tables, tmp_path)) == found


@pytest.mark.parametrize("change", NOTHING_ODD, ids=named)
def test_what_is_just_not_odd_is_not_found(change: Callable[[Tables], None], tmp_path: Path) -> None:
    tables = clean()
    change(tables)
    assert tables != clean()
    assert found_in(load(tables, tmp_path)) == {}


def test_somebody_without_a_link_and_without_a_record_is_only_the_latter(tmp_path: Path) -> None:
    tables = clean()
    not_linked_and_not_recorded(tables)
    assert found_in(load(tables, tmp_path)) == {
        ("nothing_recorded", "events"): (1, 1),
        ("nothing_recorded", "custody"): (1, 1),
    }


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    yield load(deepcopy(clean()), tmp_path_factory.mktemp("clean"))


def test_a_decision_before_its_offence(plain: Trial) -> None:
    """The reader refuses such a row, as it does the next; a trial made in memory can hold one."""
    assert plain.events is not None
    events = plain.events.copy()
    events.loc[0, "decided"] = pd.Timestamp(OFFENDED - DAY)
    events.loc[1, "decided"] = pd.NaT
    assert found_in(replace(plain, events=events)) == {("decision_before_offence", "events"): (1, 1)}


def test_a_spell_without_a_beginning(plain: Trial) -> None:
    assert plain.custody is not None
    custody = pd.concat([plain.custody, plain.custody.iloc[[1]]], ignore_index=True)
    custody.loc[[1, 4], "from"] = pd.NaT
    custody.loc[4, "to"] = pd.NaT  # without an end as well: said once
    found = found_in(replace(plain, custody=custody))
    assert found == {("spell_without_beginning", "custody"): (2, 1)}


def test_every_kind_of_the_vocabulary_is_put_in_by_a_test() -> None:
    kinds = {kind for _, found in ODDITIES for kind, _ in found}
    assert kinds | {"decision_before_offence", "spell_without_beginning"} == set(words(AuditKind))


# --- what is looked for ------------------------------------------------------------------------------------


def without(trial: Trial, *tables: str) -> Trial:
    gone: dict[str, Any] = dict.fromkeys(tables)
    data = trial.protocol.data.model_copy(update=gone)
    return replace(trial, protocol=trial.protocol.model_copy(update={"data": data}), **gone)


def test_what_was_looked_for_and_not_found_has_zero_rows(plain: Trial) -> None:
    found = audit(plain)
    assert {(item.rows, item.people) for item in found} == {(0, 0)}
    assert {item.kind for item in found} == set(words(AuditKind))


def test_nothing_is_looked_for_in_a_table_that_is_not_there(plain: Trial) -> None:
    events_alone = {(item.kind, item.table) for item in audit(without(plain, "custody", "status"))}
    assert events_alone == {
        ("released_before_randomisation", "participants"),
        ("nothing_recorded", "events"),
        ("recorded_but_not_linked", "events"),
        ("event_without_date", "events"),
        ("event_without_kind", "events"),
        ("decision_before_offence", "events"),
    }


def test_without_a_last_day_an_open_spell_goes_on_for_ever(tmp_path: Path) -> None:
    tables = clean()
    no_end(tables)
    tables["events"].append(conviction("c1", date(2019, 1, 1)))
    trial = load(tables, tmp_path)
    data = trial.protocol.data.model_copy(update={"data_cutoff": None})
    unbounded = replace(trial, protocol=trial.protocol.model_copy(update={"data": data}))
    expected = {("spell_without_end", "custody"): (1, 1), ("offence_in_custody", "events"): (1, 1)}
    assert found_in(trial) == found_in(unbounded) == expected


def test_the_exhibit_holds_every_kind_and_counts_rows_and_people(plain: Trial) -> None:
    (exhibit,) = audit_exhibit(plain)
    assert (exhibit.kind, exhibit.count_columns) == ("audit", ("rows", "people"))
    assert [row[:2] for row in exhibit.rows] == [(item.kind, item.table) for item in audit(plain)]


def test_participants_alone_have_no_exhibit() -> None:
    assert audit_exhibit(load_trial("data/sample/maryland/protocol.toml")) == ()
