"""What is said once of a cell, and not again in other words.

A cell whose fault has been found is empty from then on; that it is empty is no news.
"""

from __future__ import annotations

from primus_eval.errors import Problem

TOTALS, EMPTY_LOOKING = "PE-A38", ("PE-A48", "PE-A49")
ECHOES = ("PE-A69", "PE-C04", "PE-C37", "PE-C46")
"""What is said of an empty cell, and is no help where a workbook could not say what is in it."""


def without_echoes(problems: list[Problem]) -> list[Problem]:
    """Drop what else is said of a cell, or of a row of totals, whose fault has been found."""
    unread = {(each.file, each.line) for each in problems if each.code in EMPTY_LOOKING}
    totals = {(each.file, each.line) for each in problems if each.code == TOTALS} - unread
    return [
        each
        for each in problems
        if (each.code == TOTALS and (each.file, each.line) in totals)
        or (
            (each.file, each.line) not in totals
            and not (each.code in (*ECHOES, TOTALS) and (each.file, each.line) in unread)
        )
    ]
