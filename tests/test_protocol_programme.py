"""The tables of a programme: which columns they name, of which types, and what a protocol says of a slip."""

from __future__ import annotations

from typing import get_origin

import pytest

from primus_eval.errors import InputError, Problem
from primus_eval.protocol import Custody, Events, Participants, ProgrammeTable, parse_protocol, programme
from primus_eval.protocol.fields import DateColumn, NumberColumn, YesNoColumn
from primus_eval.protocol.keys import column_keys, column_types, keys_of, record_in
from primus_eval.protocol.reference import MINIMAL, protocol_reference
from primus_eval.protocol.table_crossings import TABLES
from primus_eval.schema import Record
from primus_eval.vocabulary import ColumnType, words

PROGRAMME = {name: record for name, record in TABLES.items() if issubclass(record, ProgrammeTable)}

COLUMN = {
    "date": 'type = "date", format = "%Y-%m-%d"',
    "id": 'type = "id"',
    "category": 'type = "category", levels = { mentors = "m", usual = "u" }',
    "yes_no": 'type = "yes_no", yes = ["1"], no = ["0"]',
    "integer": 'type = "integer"',
    "number": 'type = "number"',
    "text": 'type = "text", internal = true',
}


def declared(name: str, *, types: dict[str, str] | None = None) -> str:
    """A table of the programme with every key: each names a column called as itself, with c_ in front."""
    record = PROGRAMME[name]
    chosen = {key.path[-1]: key.types[0] for key in column_keys(record)} | (types or {})
    lists = {key.name for key in keys_of(record) if get_origin(key.hint) is tuple}
    lines = [f"[data.{name}]", f'file = "{name}.csv"']
    lines += ['person = "id"'] if keys_named(record)["person"].field.is_required() else []
    lines += [f'{key} = ["c_{key}"]' if key in lists else f'{key} = "c_{key}"' for key in chosen]
    lines += ["", f"[data.{name}.columns]"]
    lines += [
        f'c_{key} = {{ {COLUMN[kind]}, label = "{key}", timing = "after_randomisation" }}'
        for key, kind in chosen.items()
    ]
    return "\n".join(lines) + "\n\n"


def keys_named(record: type[Record]) -> dict:
    return {key.name: key for key in keys_of(record)}


def with_table(text: str) -> str:
    return MINIMAL.replace("[[outcome]]", f"{text}[[outcome]]", 1)


def problems(text: str) -> tuple[Problem, ...]:
    try:
        parse_protocol(with_table(text))
    except InputError as error:
        return error.problems
    return ()


EVERY_KEY = [
    (name, key.path[-1], key.types) for name, record in PROGRAMME.items() for key in column_keys(record)
]


def test_the_tables_of_a_programme_are_those_that_are_declared():
    written = {
        found
        for found in vars(programme).values()
        if isinstance(found, type) and issubclass(found, ProgrammeTable)
    }
    assert set(PROGRAMME.values()) == written - {ProgrammeTable}
    assert list(PROGRAMME) == [
        *("mentors", "matches", "contacts", "supervision", "services", "needs", "weeks"),
        *("adverse", "changes", "costs"),
    ]


def test_all_tables_can_be_declared_at_once():
    protocol = parse_protocol(with_table("".join(map(declared, PROGRAMME))))
    for name, record in PROGRAMME.items():
        table = getattr(protocol.data, name)
        assert isinstance(table, record)
        assert (table.person == "id") == (name not in ("mentors", "supervision", "changes", "costs"))
        assert (table.other_people, table.duplicate_rows) == ("refuse", "refuse")


@pytest.mark.parametrize("name", PROGRAMME)
def test_a_table_is_enough_with_the_keys_that_it_cannot_do_without(name):
    needed = {key.name for key in keys_of(PROGRAMME[name]) if key.field.is_required()}
    lines = declared(name).split("\n")
    kept = [line for line in lines if line.startswith(("[", "c_")) or line.split(" = ")[0] in needed]
    assert problems("\n".join(kept) + "\n") == ()
    for key in needed:
        (problem,) = problems("\n".join(line for line in kept if not line.startswith(f"{key} = ")) + "\n")
        assert (problem.code, problem.key) == ("PE-F08", f"data.{name}.{key}")


@pytest.mark.parametrize(("name", "key", "kinds"), EVERY_KEY)
def test_a_key_takes_columns_of_its_types_and_of_no_other(name, key, kinds):
    for kind in words(ColumnType):
        found = problems(declared(name, types={key: kind}))
        assert [(problem.code, problem.key) for problem in found] == (
            [] if kind in kinds else [("PE-F09", f"data.{name}.{key}")]
        )


@pytest.mark.parametrize(("name", "key", "kinds"), EVERY_KEY)
def test_a_column_that_is_not_declared_is_named(name, key, kinds):
    (problem,) = problems(declared(name).replace(f'"c_{key}"', f'"c_{key}x"', 1))
    assert (problem.code, problem.key) == ("PE-F09", f"data.{name}.{key}")
    assert f"Did you mean c_{key}?" in problem.mend


@pytest.mark.parametrize("name", PROGRAMME)
def test_the_person_of_a_row_is_no_other_column(name):
    person = declared(name) + f'person = {{ {COLUMN["id"]}, label = "p", timing = "after_randomisation" }}\n'
    (problem,) = problems(person)
    assert (problem.code, problem.key) == ("PE-F09", f"data.{name}.columns.person")


def test_costs_belong_to_arms_of_the_protocol():
    table = declared("costs")
    arm = next(line for line in table.split("\n") if line.startswith("c_arm = "))
    (problem,) = problems(table.replace(arm, arm.replace("usual", "usul")))
    assert problem.key == "data.costs.columns.c_arm.levels.usul"
    assert "Did you mean usual?" in problem.mend


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("mentors", "mentor approved_on trained_on left_on left_reason"),
        ("matches", "person mentor slot start_date end_date end_reason rematch planned_end local"),
        (
            "contacts",
            "person mentor second_mentor date phase mode planned took_place cancelled_by minutes topics",
        ),
        ("supervision", "mentor date kind"),
        ("services", "person domain referred_on started_on provider other_mentoring"),
        ("needs", "person wave date place domain score assessor source"),
        ("adverse", "person date kind severity"),
        ("changes", "date what why planned"),
        ("costs", "item arm person amount currency date"),
    ],
)
def test_what_the_indicators_of_a_programme_count_is_there(table, keys):
    assert set(keys.split()) <= set(keys_named(PROGRAMME[table]))


def test_mentors_are_ids_everywhere():
    found = [kinds for _, key, kinds in EVERY_KEY if key in ("mentor", "second_mentor", "match")]
    assert len(found) == 7 and set(found) == {("id",)}


# --- the types of columns, said once ------------------------------------------------------------------------


def test_the_type_of_a_column_is_found_wherever_it_stands_in_a_type():
    assert column_types(DateColumn) == column_types(DateColumn | None) == ("date",)
    assert column_types(tuple[YesNoColumn, ...]) == ("yes_no",)
    assert column_types(NumberColumn) == ("number", "integer")
    assert column_types(str) == column_types(str | None) == column_types(dict[str, str]) == ()


def test_columns_named_inside_records_are_found_with_their_path():
    found = {key.path: key.types for record in (Events, Custody, Participants) for key in column_keys(record)}
    assert found[("kind", "column")] == ("category",) and found[("harm_days",)] == ("number", "integer")
    assert {("to_date",), ("reason", "column"), ("linked",)} <= set(found)


@pytest.mark.parametrize(("name", "key", "kinds"), EVERY_KEY)
def test_the_page_says_the_type_of_each_column(name, key, kinds):
    section = protocol_reference().split(f"### `[data.{name}]`")[1].split("\n### ")[0]
    (row,) = (line for line in section.split("\n") if line.startswith(f"| `{key}` |"))
    assert f"column of type {' or '.join(f'`{kind}`' for kind in kinds)}" in row


def test_a_record_is_found_inside_a_type():
    inner = record_in(dict[str, Events] | None)
    assert inner is not None and (inner.record, inner.repeats, inner.named) == (Events, False, True)
    assert record_in(str | None) is None
