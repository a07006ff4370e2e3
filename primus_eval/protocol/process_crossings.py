"""Checks across a protocol: the columns, codes and topics that [process] names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from primus_eval.protocol.lines import KeyPath
from primus_eval.protocol.page import Page, codes_of, levels_of, texts

CODED = {
    "endings": ("matches", "end_reason"),
    "cancellations": ("contacts", "cancelled_by"),
    "phases": ("contacts", "phase"),
}
"""Keys that give codes a meaning, and whose codes these are."""


def check_process(page: Page) -> None:
    """What [process] names is there: columns of participants, codes of its tables, domains and topics."""
    if page.table("process"):
        _check_people(page)
        for key, (table, column) in CODED.items():
            _check_codes(page, key, page.table("process", key), table=table, column=column)
        modes = dict.fromkeys(texts(page.table("process").get("modes_not_counted")))
        _check_codes(page, "modes_not_counted", modes, table="contacts", column="mode")
        _check_needs(page)


def _check_people(page: Page) -> None:
    columns, process = page.columns(), page.table("process")
    if "planned_release_on" in process:
        path: KeyPath = ("process", "planned_release_on")
        # Planned before randomisation, but a day after it: either timing may be declared.
        page.require_column(path, process["planned_release_on"], columns, kinds=("date",))
    for key in ("branch", "referrer"):
        if key in process:
            page.require_column(("process", key), process[key], columns, kinds=("category",), before=True)
    risk = page.table("process", "risk")
    column = risk.get("column")
    path = ("process", "risk", "column")
    if risk and page.require_column(path, column, columns, kinds=("category",), before=True):
        for code in texts(risk.get("in")):
            page.require_known(("process", "risk", "in"), code, codes_of(columns[str(column)]), "code")


def _check_codes(page: Page, key: str, codes: Mapping[str, Any], *, table: str, column: str) -> None:
    """Require that codes with a meaning are codes of the column that the table names for them."""
    if not codes:
        return
    named = page.table("data", table).get(column)
    if not isinstance(named, str):
        page.say(
            ("process", key),
            f"gives codes a meaning, but [data.{table}] names no column {column}.",
            f"Add {column} to [data.{table}], or remove {key}.",
        )
        return
    levels = levels_of(page.columns(table).get(named, {}))
    for code in codes:
        page.require_known(("process", key), code, levels, f"code of {named}")


def _check_needs(page: Page) -> None:
    """A need names a domain that is assessed, services that there are, and a topic of contacts."""
    process = page.table("process")
    domains = _domains(page, "needs")
    if "relationship" in process:
        page.require_known(("process", "relationship"), process["relationship"], domains, "domain of needs")
    rules = process.get("need")
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        if not isinstance(rule, Mapping):
            continue
        path: KeyPath = ("process", "need", index)
        page.require_known((*path, "domain"), rule.get("domain"), domains, "domain of needs")
        for service in texts(rule.get("services")):
            page.require_known((*path, "services"), service, _domains(page, "services"), "domain of services")
        if "topic" in rule:
            topics = texts(page.table("data", "contacts").get("topics"))
            page.require_known((*path, "topic"), rule["topic"], topics, "topic of contacts")


def _domains(page: Page, table: str) -> list[str]:
    named = page.table("data", table).get("domain")
    return levels_of(page.columns(table).get(named, {})) if isinstance(named, str) else []
