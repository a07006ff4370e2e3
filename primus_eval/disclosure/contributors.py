"""Sums over people of which few make up most: numbers of events, days of harm, days in custody.

A mean is a sum by another name. Where one or two people account for nearly all of it, or few have any, it
says something of them (the rules of dominance that statistical offices use: Hundepool et al. 2012,
Statistical Disclosure Control, section 4.2). Numbers of events also count the people who have more than one:
beside how many people had an event, the number of events says how many there were beyond.
"""

from __future__ import annotations

from collections.abc import Mapping

from primus_eval.disclosure.cells import is_small
from primus_eval.findings import Cell, Finding, Findings
from primus_eval.protocol import ASSIGNED

KIND = "contributors"
"""The kind of exhibit that says who makes up the sums; it never leaves."""

MOST_OF_TWO = 0.9
"""The share of a sum that two people may account for at most."""

LEAST_OF_OTHERS = 0.1
"""What all others must add up to at least, as a share of the largest one's part."""

OF_EVENTS = ("rate_ratio", "rate_difference", "rate", "mean_count_difference", "mean_count")
CONDITIONAL_ON_EVENTS = ("pwp_total_time", "pwp_gap_time")


def dominated(findings: Findings, *, k: int) -> dict[tuple[str, str], set[str]]:
    """Return, by outcome and population, the quantities of which nothing may be said."""
    return {
        (exhibit.outcome, exhibit.population): {
            str(row["quantity"])
            for row in exhibit.records()
            if _is_dominated(row, k=k, in_part=exhibit.population != ASSIGNED)
        }
        for exhibit in findings.exhibits_of(KIND)
    }


def sums_up(row: Finding) -> tuple[str, ...]:
    """Return the quantities that a finding adds up over people; none for one about first events."""
    if row.effect_measure in OF_EVENTS or row.method in CONDITIONAL_ON_EVENTS:
        return ("events",)
    if row.effect_measure == "win_ratio":
        return ("events", "harm_days", "custody_days")
    return (row.quantity,) if row.quantity else ()


def _is_dominated(row: Mapping[str, Cell], *, k: int, in_part: bool) -> bool:
    people, some, several = (int(str(row[name])) for name in ("people", "some", "several"))
    total, first, second = (float(str(row[name])) for name in ("total", "largest", "second"))
    if is_small(some, k) or is_small(people - some, k) or (in_part and some in (0, people)):
        return True
    if row["quantity"] == "events" and is_small(several, k):
        return True
    if total == 0:
        return False
    return first + second > MOST_OF_TWO * total or total - first - second < LEAST_OF_OTHERS * first
