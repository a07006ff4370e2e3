"""What a definition of reoffending needs of the data: which tables, and which of their columns.

A definition that asks for what no file holds would be carried out as if it did not ask: offences decided too
late would count, days in custody would be days at liberty. So it must be declared, or the definition changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from primus_eval.definitions import Reoffending
from primus_eval.vocabulary import ClockStart, DateUsed

CLOCK_COLUMNS: dict[ClockStart, str] = {
    "release": "released_on",
    "randomisation": "randomised_on",
    "sentence": "sentenced_on",
    "community_start": "community_start_on",
}
"""The key of the participants that names the day on which the clock starts."""

DATE_COLUMNS: dict[DateUsed, str] = {"offence": "offence_date", "decision": "decision_date"}
"""The key of the events that names the day of an event."""


class Need(NamedTuple):
    """A table of the data, or a key of it, that a field of a definition cannot do without."""

    field: str
    table: str
    key: str | None = None


def needs_of(definition: Reoffending) -> tuple[Need, ...]:
    """Return what a definition needs of the data, each thing once, with the first field that needs it.

    Needs of every definition alike, the day of randomisation and the last day of the registers, are not
    among them. Checked: tests/test_protocol_definitions.py.

    >>> [need.key for need in needs_of(Reoffending(kinds=("arrest",), window_months=12))]
    ['released_on', None, 'kind', 'offence_date']
    """
    found = [
        Need("clock_start", "participants", CLOCK_COLUMNS[definition.clock_start]),
        Need("kinds", "events"),
        Need("kinds", "events", "kind"),
        Need("date_used", "events", DATE_COLUMNS[definition.date_used]),
        *(Need(field, "events", key) for field, key in _of_events(definition)),
        *(Need(field, "custody", key) for field, key in _of_custody(definition)),
    ]
    return tuple({(need.table, need.key): need for need in reversed(found)}.values())[::-1]


def _of_events(definition: Reoffending) -> Iterator[tuple[str, str]]:
    fine = definition.fine_below
    if definition.decision_lag is not None:
        yield "decision_lag", "decision_date"
    if definition.date_used == "decision" and definition.pseudo_reconvictions == "drop":
        yield "pseudo_reconvictions", "offence_date"
    if definition.sanctions:
        yield "sanctions", "sanction"
    if fine is not None:
        yield "fine_below", "sanction"
        yield "fine_below", "fine_amount"
    for field in classes_named(definition):
        yield field, "offence_class"
    if definition.police_initiated == "leave_out":
        yield "police_initiated", "police_initiated"
    if definition.offences == "main_only":
        yield "offences", "main_offence"
    if definition.counting_unit in ("decision", "case"):
        yield "counting_unit", definition.counting_unit


def _of_custody(definition: Reoffending) -> Iterator[tuple[str, str | None]]:
    if definition.custody == "street":
        yield "custody", None
    if definition.offences_in_custody == "leave_out":
        yield "offences_in_custody", None
    if definition.custody_reasons:
        yield "custody_reasons", None
        yield "custody_reasons", "reason"


def classes_named(definition: Reoffending) -> dict[str, tuple[str, ...]]:
    """Return the classes of offences that a definition names, by the field that names them."""
    fine = definition.fine_below
    named = {
        "classes": definition.classes,
        "classes_left_out": definition.classes_left_out,
        "fine_below": fine.classes if fine is not None else (),
    }
    return {field: classes for field, classes in named.items() if classes}
