"""Checks across a protocol: what a definition of reoffending needs of the data is declared there.

Works on the definition with all that its preset says; one that cannot be read is left to the records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from primus_eval.definitions import Reoffending
from primus_eval.protocol.keys import WORKED_OUT, column_types, keys_of
from primus_eval.protocol.lines import KeyPath
from primus_eval.protocol.needs import Need, classes_named, needs_of
from primus_eval.protocol.page import Page, levels_of, texts
from primus_eval.protocol.table_crossings import TABLES
from primus_eval.vocabulary import nearest

WRITTEN = {
    "kind": 'kind = { column = "...", codes = { "..." = "..." } }, or kind.every = "conviction"',
    "sanction": 'sanction = { column = "...", codes = { "..." = "fine" } }',
    "offence_class": 'offence_class = { column = "..." }',
    "reason": 'reason = { column = "...", codes = { "..." = "remand" } }',
}
"""How keys of a table are written that are more than the name of a column."""


def check_definitions(page: Page) -> None:
    """Every outcome by rules finds in the data what its rules ask for."""
    by_rules = [(index, entry) for index, entry in page.entries("outcome") if "reoffending" in entry]
    if by_rules and page.table("data", "participants"):
        _check_cutoff(page)
    for index, entry in by_rules:
        path: KeyPath = ("outcome", index, "reoffending")
        _check_worked_out(page, path)
        definition = definition_in(entry)
        if definition is not None and page.table("data", "participants"):
            _check_needs(page, path, definition)
            _check_words(page, path, definition)
            _check_classes(page, path, definition)
            _check_currency(page, path, definition)


def definitions_of(page: Page) -> dict[str, Reoffending]:
    """Return the definition of each outcome by rules that can be read, by the id of the outcome."""
    read = {str(entry.get("id")): definition_in(entry) for _, entry in page.entries("outcome")}
    return {name: definition for name, definition in read.items() if definition is not None}


def definition_in(outcome: Mapping[str, Any]) -> Reoffending | None:
    """Return the definition of an outcome with all that its preset says; None where there is none to read."""
    rules = outcome.get("reoffending")
    if not isinstance(rules, Mapping) or not isinstance(rules.get("preset", ""), str):
        return None
    told = {key: value for key, value in rules.items() if key not in WORKED_OUT[Reoffending]}
    try:
        return Reoffending.model_validate(told)
    except ValidationError:
        return None


def _check_worked_out(page: Page, path: KeyPath) -> None:
    for key in WORKED_OUT[Reoffending]:
        if key in page.table(*path):
            page.say(
                (*path, key), "follows from the preset, and is not declared.", "Remove it.", code="PE-F07"
            )


def _check_cutoff(page: Page) -> None:
    """Without the two days nobody can say who was followed for long enough to be counted."""
    wanted = (
        (("data", "data_cutoff"), "data_cutoff", "the last day that the registers cover, such as 2026-06-30"),
        (("data", "participants", "randomised_on"), "randomised_on", "the date column of randomisation"),
    )
    for path, key, about in wanted:
        if key not in page.table(*path[:-1]):
            page.say(
                path,
                what="is missing: without it nobody can say who was followed for long enough.",
                mend=f"Add {key}, {about}, below [{'.'.join(path[:-1])}].",
                code="PE-C41",
                paste=_paste(page, path[1], key) if len(path) > 2 else None,
            )


def _check_needs(page: Page, path: KeyPath, definition: Reoffending) -> None:
    without = set()
    for need in needs_of(definition):
        table = page.table("data", need.table)
        if need.key is None and not table:
            without.add(need.table)
            page.say(
                (*path, need.field),
                what=f"needs the table [data.{need.table}], which is not declared.",
                mend=f"Add [data.{need.table}] with its file and columns, or change {need.field}.",
                code="PE-F25",
            )
        elif need.key not in (None, "randomised_on") and need.key not in table and need.table not in without:
            _say_key_missing(page, path, need)


def _say_key_missing(page: Page, path: KeyPath, need: Need) -> None:
    key = str(need.key)
    line = WRITTEN.get(key, f'{key} = "..."')
    about = next(each.field.description for each in keys_of(TABLES[need.table]) if each.name == key)
    page.say(
        (*path, need.field),
        what=f"needs {key} of [data.{need.table}] ({about}), which is not declared.",
        mend=f"Add {line} below [data.{need.table}], or change {need.field}.",
        code="PE-F25",
        paste=_paste(page, need.table, key),
    )


def _paste(page: Page, table: str, key: str) -> str | None:
    """The line that names a column, where one of the right type has the very name of the key."""
    types = next(column_types(each.hint) for each in keys_of(TABLES[table]) if each.name == key)
    fits = page.columns(table).get(key, {}).get("type") in types
    return f'[data.{table}]\n{key} = "{key}"' if fits else None


def _check_words(page: Page, path: KeyPath, definition: Reoffending) -> None:
    """Of the words by which a definition chooses rows, one at least is what some code means."""
    chosen: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
        ("kinds", "events", "kind", definition.kinds),
        ("sanctions", "events", "sanction", definition.sanctions),
        ("fine_below", "events", "sanction", ("fine",) if definition.fine_below is not None else ()),
        ("custody_reasons", "custody", "reason", definition.custody_reasons),
    )
    for field, table, key, wanted in chosen:
        coded = page.table("data", table, key)
        codes = coded.get("codes", {})
        meant = [*(codes.values() if isinstance(codes, Mapping) else ()), *texts([coded.get("every")])]
        if meant and wanted and not any(word in meant for word in wanted):
            page.say(
                (*path, field),
                what=f"no code of [data.{table}] {key} means {' or '.join(wanted)}.",
                mend=f"Give a code this meaning in [data.{table}] {key}, or change {field}.",
                code="PE-F25",
            )


def _check_classes(page: Page, path: KeyPath, definition: Reoffending) -> None:
    """A class of offences is what a code is said to mean, or a code that is left to mean itself."""
    coded = page.table("data", "events", "offence_class")
    column, codes = coded.get("column"), coded.get("codes", {})
    levels = levels_of(page.columns("events").get(column, {})) if isinstance(column, str) else []
    if not levels or not isinstance(codes, Mapping):
        return
    known = [*texts(list(codes.values())), *(level for level in levels if level not in codes)]
    for field, classes in classes_named(definition).items():
        place: KeyPath = (*path, field, "classes") if field == "fine_below" else (*path, field)
        for name in classes:
            if name not in known:
                close = nearest(name, known)
                page.say(
                    place,
                    what=f"no code of {column} means {name}.",
                    mend=f"{f'Did you mean {close}? ' if close else ''}Say which do below [data.events]: "
                    f'offence_class = {{ column = "{column}", codes = {{ "..." = "{name}" }} }}.',
                    code="PE-F25",
                )


def _check_currency(page: Page, path: KeyPath, definition: Reoffending) -> None:
    """Amounts of fines are compared in the currency in which the column holds them, where it says so."""
    fine, column = definition.fine_below, page.table("data", "events").get("fine_amount")
    unit = page.columns("events").get(column, {}).get("unit") if isinstance(column, str) else None
    if fine is None or not isinstance(unit, str) or unit == fine.currency:
        return
    page.say(
        (*path, "fine_below", "currency"),
        what=f"is {fine.currency}, but {column} holds amounts in {unit}.",
        mend=f"Write fine_below in the currency of the column, or correct the column: unit = "
        f'"{fine.currency}".',
        code="PE-F25",
    )
