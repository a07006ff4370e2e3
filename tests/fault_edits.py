"""Ways to spoil a delivery that cases of several faults share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from fault_trial import COMMA, HEADER, PEOPLE, Delivery, clean

DATES = [date.fromisoformat(row[HEADER.index("start")]) for row in PEOPLE]
FORMAT = 'format = "%Y-%m-%d"'


def on_line(number: int, edit: Callable[[str], str]) -> Callable[[str], str]:
    """Edit one physical line, counted from one."""

    def edited(text: str) -> str:
        lines = text.split("\n")
        lines[number - 1] = edit(lines[number - 1])
        return "\n".join(lines)

    return edited


def on_each_line(edit: Callable[[str], str], *, header: bool) -> Callable[[str], str]:
    """Edit every row, and the header or not."""

    def edited(text: str) -> str:
        first, *lines = text.rstrip("\n").split("\n")
        return "\n".join([edit(first) if header else first, *map(edit, lines)]) + "\n"

    return edited


def dates_as_text(way: str) -> Delivery:
    """The clean trial; typed files hold its dates as text."""
    return replace(clean(way), as_text=clean(way).as_text | {"start"})


def dates_written(pattern: str, way: str = COMMA) -> Delivery:
    """The clean trial with its dates written in another way, not declared."""
    return dates_as_text(way).cells("start", [day.strftime(pattern) for day in DATES])


def with_format(delivery: Delivery, pattern: str) -> Delivery:
    """The delivery with another declared format of its dates."""
    return delivery.swap(FORMAT, f'format = "{pattern}"')
