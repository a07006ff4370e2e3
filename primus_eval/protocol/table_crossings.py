"""Checks across a protocol: the columns that the tables of the data name, and the codes of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_origin

from primus_eval.protocol.keys import column_keys, keys_of, record_in
from primus_eval.protocol.lines import KeyPath
from primus_eval.protocol.page import GROUPING, NUMERIC, Columns, Page, levels_of, texts
from primus_eval.protocol.table_file import TableFile
from primus_eval.protocol.tables import Data
from primus_eval.vocabulary import (
    OWN_REASONS,
    ColumnType,
    CustodyReason,
    EventKind,
    Sanction,
    StatusMeaning,
    words,
)

QUASI: tuple[ColumnType, ...] = (*NUMERIC, *GROUPING, "date")
"""What a quasi-identifier may be: what a person could be known by, and no free text."""

TABLES: dict[str, type[TableFile]] = {
    key.name: inner.record
    for key in keys_of(Data)
    if (inner := record_in(key.hint)) is not None and issubclass(inner.record, TableFile)
}
"""Every table that the data of a trial may have, by its key."""

CODED: dict[tuple[str, str], tuple[str, ...]] = {
    ("events", "kind"): words(EventKind),
    ("events", "sanction"): words(Sanction),
    ("events", "offence_class"): (),
    ("custody", "reason"): words(CustodyReason),
    ("status", "kind"): words(StatusMeaning),
}
"""Columns whose codes are given a meaning, with the words for it; with words, every code must have one."""


def check_tables(page: Page) -> None:
    """Every column that a table names is declared, of the right type, and every code has its meaning."""
    for name, record in TABLES.items():
        if page.table("data", name):
            _check_named_columns(page, name, record)
            _check_reserved_names(page, name)
    for (name, key), meanings in CODED.items():
        _check_codes(page, name, key, meanings)
    _check_arms_of_costs(page)


def check_participants(page: Page) -> None:
    """Arms have codes, and what is known of a person is neither the arm nor the id again."""
    columns = page.columns()
    _check_codes_of_arms(page)
    _check_received(page)
    _check_randomised_on(page, columns)
    _check_reasons(page, columns)
    table = page.table("data", "participants")
    for name in texts(table.get("quasi_identifiers")):
        path: KeyPath = ("data", "participants", "quasi_identifiers")
        page.require_column(path, name, columns, kinds=QUASI)
    assigned = page.table("data", "participants", "arm").get("column")
    for reserved in (table.get("person"), assigned):
        if isinstance(reserved, str) and reserved in columns:
            page.say(
                ("data", "participants", "columns", reserved),
                "is the column of the person or of the arm.",
                "Remove it here: it is read already, and never shown.",
            )
    if "arm" in columns:
        page.say(
            ("data", "participants", "columns", "arm"),
            "the name arm is kept for the arm of the protocol.",
            "Rename this column in the file and here.",
        )


def _check_named_columns(page: Page, name: str, record: type[TableFile]) -> None:
    columns = page.columns(name)
    lists = {(key.name,) for key in keys_of(record) if get_origin(key.hint) is tuple}
    for key in column_keys(record):
        path: KeyPath = ("data", name, *key.path)
        if path == ("data", "participants", "received") and _received_is_arm(page):
            continue
        value = page.table("data", name, *key.path[:-1]).get(key.path[-1])
        for named in texts(value) if key.path in lists else [value]:
            page.require_column(path, named, columns, kinds=key.types)


def _check_reserved_names(page: Page, name: str) -> None:
    """The ids of rows are read already, and rows are joined to participants by a column called person."""
    if name == "participants":
        return
    table, columns = page.table("data", name), page.columns(name)
    for key in ("person", "event"):
        reserved = table.get(key)
        if isinstance(reserved, str) and reserved in columns:
            page.say(
                ("data", name, "columns", reserved),
                f"is the column of the {key}.",
                "Remove it here: it is read already, and never shown.",
            )
    if "person" in columns and table.get("person") != "person":
        page.say(
            ("data", name, "columns", "person"),
            "the name person is kept for the person of a row.",
            "Rename this column in the file and here.",
        )


def _check_codes(page: Page, name: str, key: str, meanings: tuple[str, ...]) -> None:
    """Every code with a meaning is one of the column; where all need one, none is left out."""
    table = page.table("data", name, key)
    column, codes = table.get("column"), table.get("codes")
    levels = levels_of(page.columns(name).get(column, {})) if isinstance(column, str) else []
    if not levels or not isinstance(codes, Mapping):
        return
    path: KeyPath = ("data", name, key, "codes")
    for code in codes:
        page.require_known((*path, code), code, levels, f"code of {column}")
    without = [level for level in levels if level not in codes]
    if codes and without and meanings:
        page.say(
            path,
            f"codes of {column} without a meaning: {', '.join(without)}.",
            f"Give each code one of these: {', '.join(meanings)}.",
        )


def _check_arms_of_costs(page: Page) -> None:
    column = page.table("data", "costs").get("arm")
    if isinstance(column, str):
        for level in levels_of(page.columns("costs").get(column, {})):
            path: KeyPath = ("data", "costs", "columns", column, "levels", level)
            page.require_known(path, level, page.ids("arm"), "arm")


def _check_codes_of_arms(page: Page) -> None:
    path: KeyPath = ("data", "participants", "arm", "codes")
    codes, arms = page.table(*path), page.ids("arm")
    for code, arm in codes.items():
        page.require_known((*path, code), arm, arms, "arm")
    for arm in arms:
        if codes and arm not in codes.values():
            page.say(path, f"no code means {arm!r}.", "Give each arm a code.")


def _received_is_arm(page: Page) -> bool:
    table = page.table("data", "participants")
    assigned: Any = page.table("data", "participants", "arm").get("column")
    return "received" in table and table["received"] == assigned


def _check_received(page: Page) -> None:
    if _received_is_arm(page):
        page.say(
            ("data", "participants", "received"),
            "is the column of the arm.",
            "The arm is what was assigned. Name the column of what was received, or remove this line; "
            "where the arm column holds what was received, name the one that holds what was assigned.",
            code="PE-C09",
        )


def _check_randomised_on(page: Page, columns: Columns) -> None:
    name = page.table("data", "participants").get("randomised_on")
    column = columns.get(name, {}) if isinstance(name, str) else {}
    if column.get("type") == "date" and column.get("timing") == "after_randomisation":
        page.say(
            ("data", "participants", "randomised_on"),
            f"column {name!r} is declared as measured after randomisation.",
            'Give this column timing = "before_randomisation", or name the one that holds the day.',
            code="PE-C10",
        )


def _check_reasons(page: Page, columns: Columns) -> None:
    excluded = str(page.table("data", "participants").get("excluded"))
    levels = levels_of(columns.get(excluded, {}))
    for code in OWN_REASONS:
        if code in levels:
            page.say(
                ("data", "participants", "columns", excluded, "levels"),
                f"{code} is a reason that the program gives itself.",
                "Use another code for this reason.",
            )
