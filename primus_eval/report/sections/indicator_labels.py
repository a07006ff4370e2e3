"""What the parts of an indicator are called: branches, arms, reasons, domains.

Labels come from the protocol; where a group is one of our own words, from the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from primus_eval.findings import Cell
from primus_eval.report.page import Page
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.pieces import Quoted, Sentence, capitalised, joined

UNITS_OF_DELIVERY = ("branch", "risk", "referrer")
"""Breakdowns that stand in a table of their own, because they repeat many indicators."""

LEVELS_OF: Mapping[str, tuple[tuple[str, str], ...]] = {
    "branch": (("mentors", "branch"),),
    "mode": (("contacts", "mode"),),
    "domain": (("needs", "domain"), ("services", "domain")),
    "kind": (("adverse", "kind"), ("services", "provider")),
    "severity": (("adverse", "severity"),),
}
"""For each breakdown the tables of the programme, and the keys of their columns, that may name its groups."""

OWN_WORDS: Mapping[tuple[str, str], str] = {
    ("ending", "reason"): "process.ending",
    ("cancelled_by", "reason"): "process.cancelled_by",
    ("adaptations", "kind"): "process.change",
    ("control_services", "kind"): "process.service",
    ("hours", "phase"): "process.phase",
}
"""The parts of the catalogue that name the groups of a breakdown of an indicator."""


def part_label(page: Page, records: list[dict[str, Cell]], row: int) -> Sentence:
    """Name a part of an indicator: its group, and its arm where there are parts of both arms."""
    record = records[row]
    indicator, breakdown = str(record["indicator"]), str(record["breakdown"])
    label: Sentence = ()
    if record["group"]:
        label = group_label(page, breakdown, str(record["group"]), indicator=indicator)
    if breakdown in UNITS_OF_DELIVERY:
        label = page.say("process.part", what=_dimension(page, breakdown), label=label)
    arms = {
        other["arm"]
        for other in records
        if (other["indicator"], other["breakdown"]) == (indicator, breakdown)
    }
    if breakdown != "arm" and len(arms) > 1 and record["arm"]:
        label = joined([label, arm_label(page, str(record["arm"]))], separator=", ")
    return capitalised(label)


def every_part_label(page: Page, breakdown: str) -> Sentence:
    """Name all parts of a breakdown by units of delivery at once."""
    column = participants_column(page, breakdown)
    what = page.subject.column_in_sentence(column) if column else page.say(f"process.by.{breakdown}")
    return page.say("process.every_part", what=what)


def arm_label(page: Page, role: str) -> Sentence:
    """Name an arm by its role."""
    known: ArmRole = "treatment" if role == "treatment" else "control"
    return (page.subject.arm(known),)


def group_label(page: Page, breakdown: str, code: str, *, indicator: str = "") -> Sentence:
    """Name a group of a breakdown: by the protocol or our own words; a code of neither is quoted."""
    if breakdown == "arm":
        return arm_label(page, code)
    if breakdown == "reach":
        groups = [entry.get("group") for entry in page.protocol["process"].get("reach") or ()]
        return (page.subject.stated(code, *(text for text in groups if text)),)
    if breakdown == "wave":
        return page.say("process.wave", n=Quoted(code))
    column = participants_column(page, breakdown)
    if code in _levels(page, "participants", column):
        return (page.subject.level(column, code),)
    own = f"{OWN_WORDS.get((indicator, breakdown), '')}.{code}"
    if own in page.subject.words:
        return page.say(own)
    for table, key in LEVELS_OF.get(breakdown, ()):
        found = level_of(page, table, key, code)
        if found is not None:
            return (found,)
    return (Quoted(code),)


def level_of(page: Page, table: str, key: str, code: str) -> Quoted | None:
    """Return the label of a code in the column that a table has for a key; None without one."""
    declared = page.protocol["data"].get(table) or {}
    label = _levels(page, table, str(declared.get(key))).get(code)
    return None if label is None else page.subject.quote(label)


def participants_column(page: Page, breakdown: str) -> str:
    """Return the column of the participants that a breakdown rests on; empty for other breakdowns."""
    process = page.protocol.get("process") or {}
    if breakdown == "risk":
        return str((process.get("risk") or {}).get("column") or "")
    return str(process.get(breakdown) or "") if breakdown in UNITS_OF_DELIVERY else ""


def _dimension(page: Page, breakdown: str) -> Sentence:
    column = participants_column(page, breakdown)
    return page.subject.column(column) if column else page.say(f"process.by.{breakdown}")


def _levels(page: Page, table: str, column: str) -> Mapping[str, Any]:
    """Return the labels of the codes of a column of a table."""
    declared = page.protocol["data"].get(table) or {}
    levels: Mapping[str, Any] = ((declared.get("columns") or {}).get(column) or {}).get("levels") or {}
    return levels
