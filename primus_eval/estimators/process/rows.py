"""The rows of the exhibit of indicators: the whole, and parts of it, each with its state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from primus_eval.estimators.process.catalogue import Breakdown, CatalogueEntry
from primus_eval.estimators.process.delivered import Delivered, column_codes
from primus_eval.estimators.process.measures import Measure, Numbers
from primus_eval.findings import Cell
from primus_eval.numerics.inputs import Bools
from primus_eval.vocabulary import IndicatorState

COLUMNS = (
    "indicator",
    "breakdown",
    "group",
    "arm",
    "state",
    "reason",
    "numerator",
    "denominator",
    "people",
    "people_with",
    "mentors",
    "top_two",
    "estimate",
    "conf_low",
    "conf_high",
    "unit",
    "method",
    "target",
    "conf_level",
)
COUNT_COLUMNS = ("numerator", "denominator", "people", "people_with", "mentors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The numbers of an indicator as a whole (breakdown and group are empty), or of a group."""

    numbers: Numbers
    breakdown: Breakdown | None = None
    group: str = ""
    arm: str = "treatment"


def with_groups(delivered: Delivered, measure: Measure, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield a measure as a whole, and by branch and risk where the indicator is broken down by them."""
    arm = "treatment" if measure.units == "people" else ""
    n = delivered.n if measure.units == "people" else len(delivered.table("mentors"))
    everybody = np.ones(n, dtype=bool)
    yield Part(numbers=measure.among(everybody, delivered.conf_level), arm=arm)
    for breakdown in entry.breakdowns:
        for group, members in groups_of(delivered, breakdown, mentors=measure.units == "mentors").items():
            numbers = measure.among(members, delivered.conf_level)
            yield Part(numbers=numbers, breakdown=breakdown, group=group, arm=arm)


def groups_of(delivered: Delivered, breakdown: Breakdown, *, mentors: bool = False) -> dict[str, Bools]:
    """Return the members of each group, in the order of the protocol's codes; none where none are declared.

    Groups are of participants, or of mentors: whether each one belongs to it. Only `branch` and `risk` are
    groups of units; other breakdowns are of what happened.
    """
    data, process = delivered.trial.protocol.data, delivered.process
    if mentors:
        spec = data.mentors
        if breakdown != "branch" or spec is None or spec.branch is None:
            return {}
        if "mentors" not in delivered.trial.tables:
            return {}
        codes, levels = (
            column_codes(delivered.table("mentors"), spec.branch),
            spec.columns[spec.branch].levels,
        )
    else:
        column = {"branch": process.branch, "risk": process.risk.column if process.risk else None}.get(
            breakdown
        )
        if column is None:
            return {}
        codes = column_codes(delivered.trial.participants, column)
        levels = data.participants.columns[column].levels
    return {level: codes == level for level in levels or {}}


def not_collected(entry: CatalogueEntry) -> tuple[Cell, ...]:
    """Return the row of an indicator whose tables are not there."""
    of_arm = {"reach": "", "organisation": "", "contrast": "control"}
    arm = "treatment" if entry.id == "need_met" else of_arm.get(entry.chapter, "treatment")
    empty: dict[str, Cell] = dict.fromkeys(COLUMNS)
    told: dict[str, Cell] = {
        "indicator": entry.id,
        "breakdown": "",
        "group": "",
        "arm": arm,
        "state": "not_collected",
        "unit": entry.unit,
        "method": entry.method,
    }
    return tuple((empty | told).values())


def row_of(entry: CatalogueEntry, part: Part, *, target: float | None, conf_level: float) -> tuple[Cell, ...]:
    """Return one row of the exhibit; a number that cannot be estimated has its reason and its counts."""
    numbers, effect = part.numbers, part.numbers.effect
    counts_alone = effect.estimate is None and effect.reason is None
    state: IndicatorState = "reported" if effect.estimate is not None or counts_alone else "not_estimable"
    return (
        entry.id,
        part.breakdown or "",
        part.group,
        part.arm,
        state,
        effect.reason,
        numbers.numerator,
        numbers.denominator,
        numbers.people,
        numbers.people_with,
        numbers.mentors,
        numbers.top_two,
        effect.estimate,
        effect.conf_low,
        effect.conf_high,
        entry.unit,
        entry.method,
        target,
        conf_level if effect.conf_low is not None else None,
    )
