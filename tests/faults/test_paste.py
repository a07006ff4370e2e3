"""Pasting a line into a protocol does what its reader would do, and nothing else."""

from __future__ import annotations

import tomllib

import pytest
from fault_paste import pasted
from fault_trial import PROTOCOL

PASTES = {
    "a new key of a table": ('[data.participants]\nseparator = ";"', ("separator",), ";"),
    "a key that stands there": ('[data.participants]\nfile = "b.csv"', ("file",), "b.csv"),
    "a key of a column in braces": (
        '[data.participants.columns]\nage.unit = "years"',
        ("columns", "age", "unit"),
        "years",
    ),
    "a key that stands in braces": (
        '[data.participants.columns]\nage.missing = ["", "-9"]',
        ("columns", "age", "missing"),
        ["", "-9"],
    ),
    "a whole column": (
        '[data.participants.columns]\nage = { type = "integer", label = "Age" }',
        ("columns", "age"),
        {"type": "integer", "label": "Age"},
    ),
    "a column by its own header": (
        '[data.participants.columns.days]\nunit = "days"',
        ("columns", "days", "unit"),
        "days",
    ),
    "a column whose name is quoted": (
        '[data.participants.columns]\n"køn, a" = { type = "id" }',
        ("columns", "køn, a"),
        {"type": "id"},
    ),
    "a key with a dot": ('[data.participants]\narm.column = "arm"', ("arm", "column"), "arm"),
    "a value with commas and brackets": (
        '[data.participants]\nharmless = { x = "a, [b] = {c}" }',
        ("harmless", "x"),
        "a, [b] = {c}",
    ),
}


@pytest.mark.parametrize(("paste", "path", "value"), PASTES.values(), ids=PASTES)
def test_one_value_is_set_and_all_others_stay(paste, path, value):
    before, after = tomllib.loads(PROTOCOL), tomllib.loads(pasted(PROTOCOL, paste))
    tables = [document["data"]["participants"] for document in (before, after)]
    for key in path[:-1]:
        tables = [table.setdefault(key, {}) for table in tables]
    assert tables[1][path[-1]] == value
    for table in tables:
        table.pop(path[-1], None)
    assert before == after


def test_a_key_of_an_entry_of_a_list_is_set():
    after = tomllib.loads(pasted(PROTOCOL, '[[outcome]]\nobserved.zero_time = "half_day"'))
    assert after["outcome"][0]["observed"]["zero_time"] == "half_day"


def test_a_header_that_is_not_there_is_added():
    after = tomllib.loads(pasted(PROTOCOL, "[data]\ndata_cutoff = 2024-12-31"))
    assert str(after["data"]["data_cutoff"]) == "2024-12-31"


@pytest.mark.parametrize(
    "paste", ['separator = ";"', "[data.participants]", "", "[data.participants]\nfile = "]
)
def test_what_nobody_could_paste_is_refused(paste):
    with pytest.raises(ValueError):
        pasted(PROTOCOL, paste)
