"""Who was lost between randomisation and analysis: where that is few people, what else gives it back.

Left out, not observed, followed for less than the window, without a covariate: each is a count of
people. Where one is 1 to k - 1, every number that it could be taken from must be hidden or rounded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from primus_eval.disclosure.cells import Counts, is_small, people_differ_little
from primus_eval.disclosure.groups import (
    Basis,
    GroupCount,
    everyone_by,
    group_counts,
    randomised_by_level,
    randomised_in,
    reach,
    too_many_pieces,
)
from primus_eval.findings import Exhibit, Findings
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import OWN_REASONS

ARMS = ("treatment", "control")
LOSSES = ("excluded", "not_analysed", "not_randomised")
RECEIPT = ("received", "not_received", "receipt_unknown")


def flow_of(findings: Findings) -> Exhibit | None:
    """Return the participant flow, if there is one."""
    return next(iter(findings.exhibits_of("flow")), None)


def hides_losses(findings: Findings, *, k: int) -> bool:
    """Whether the steps of the flow must be hidden: one of them, or the next finding, loses few people.

    Findings of other outcomes and horizons than the flow's count: 100 randomised beside 97 analysed for
    a second outcome says that three were not observed for it. Those that leave out people with a missing
    covariate do not: they are themselves withheld.
    """
    flow = flow_of(findings)
    if flow is None:
        return False
    everyone = [
        group for group in group_counts(findings).values() if not group.column and not group.basis.complete
    ]
    shown = [*followed_in_flow(findings), *_at(flow, "randomised"), *_not_left_out(flow)]
    return flow_has_small_loss(flow, k=k) or any(
        people_differ_little(group.counts, number, k=k) for group in everyone for number in shown
    )


def flow_has_small_loss(flow: Exhibit, *, k: int) -> bool:
    """Whether a step of the flow loses one to k - 1 people, of an arm or before randomisation."""
    records: list[dict[str, Any]] = list(flow.records())
    lost = [row["n"] for row in records if row["stage"] in LOSSES]
    lost += [one[arm] - other[arm] for arm in (1, 3) for one, other in _pairs(flow)]
    before = {row["stage"]: row["n"] for row in records if not row["arm"]}
    if before.get("assessed") is not None and before.get("randomised") is not None:
        lost.append(before["assessed"] - before["randomised"])
    return any(is_small(n, k) for n in lost)


def _pairs(flow: Exhibit) -> list[tuple[Counts, Counts]]:
    return list(zip(_at(flow, "followed"), _at(flow, "followed_to_horizon"), strict=True))


def followed_in_flow(findings: Findings) -> list[Counts]:
    """Return how many were followed, and to the horizon, as counts without events."""
    flow = flow_of(findings)
    return [] if flow is None else [*_at(flow, "followed"), *_at(flow, "followed_to_horizon")]


def randomised_in_flow(findings: Findings) -> list[tuple[int, int]]:
    """Return how many were randomised to treatment and to control, if the flow says it."""
    flow = flow_of(findings)
    return [] if flow is None else [(n[1], n[3]) for n in _at(flow, "randomised")]


def _not_left_out(flow: Exhibit) -> list[Counts]:
    """Return who remains after each reason for leaving people out, in the order in which they are given.

    A declared reason holds for every outcome. Outcomes by rules share the first reasons of measuring too: who
    was not found, whose clock never started, who died before. Two of them may differ in the later ones, such
    as how long people must have been followed. What remains before those, less the number of another outcome,
    counts whom that outcome lost alone.
    """
    remaining: list[Counts] = []
    for _, n_treatment, _, n_control in _at(flow, "randomised"):
        left = {"treatment": n_treatment, "control": n_control}
        for reason in (None, *OWN_REASONS):
            lost = _left_out(flow, reason)
            left = {arm: n - lost[arm] for arm, n in left.items()}
            remaining.append((0, left["treatment"], 0, left["control"]))
    return list(dict.fromkeys(remaining))


def _left_out(flow: Exhibit, reason: str | None) -> dict[str, int]:
    """Count by arm who was left out for a reason of measuring, or, with None, for any declared one."""
    rows = [row for row in flow.records() if row["stage"] == "excluded"]
    return {
        arm: sum(
            _integer(row["n"]) or 0
            for row in rows
            if row["arm"] == arm
            and (row["reason"] not in OWN_REASONS if reason is None else row["reason"] == reason)
        )
        for arm in ARMS
    }


def parts_with_small_loss(findings: Findings, *, k: int) -> set[tuple[str, str]]:
    """Return the outcomes and parts whose curves begin with few people more than a finding has.

    Rounded, the number with which such a curve begins is one more bound on those few.
    """
    groups = list(group_counts(findings).values())
    found = set()
    for table in findings.exhibits_of("risk_table"):
        start = {row["arm"]: _integer(row["at_risk"]) for row in reversed(table.records())}
        numbers = (0, start.get("treatment") or 0, 0, start.get("control") or 0)
        if any(
            people_differ_little(group.counts, numbers, k=k)
            for group in groups
            if group.column and group.population == table.population
        ):
            found.add((table.outcome, table.population))
    return found


def _at(flow: Exhibit, stage: str) -> list[Counts]:
    """Return the people of both arms at one stage of the flow, if they are known, as (0, n, 0, n)."""
    n = {row["arm"]: _integer(row["n"]) for row in flow.records() if row["stage"] == stage}
    treatment, control = n.get("treatment"), n.get("control")
    return [] if treatment is None or control is None else [(0, treatment, 0, control)]


def columns_to_blur(findings: Findings, *, k: int, all_of_them: bool = False) -> set[str]:
    """Return the variables of the baseline table that exact percentages would say too much of.

    Those that are not known of one to k - 1 people of an arm; those that an analysis of complete cases
    uses; and those that define parts of which few people were lost. all_of_them: where the number of
    people randomised is itself hidden.
    """
    blurred = {
        str(row["variable"])
        for exhibit in findings.exhibits_of("baseline")
        for row in exhibit.records()
        if all_of_them or any(is_small(_integer(row[f"missing_{arm}"]), k) for arm in ARMS)
    }
    groups = list(group_counts(findings).values())
    blurred |= {name for group in groups for name in group.basis.complete}
    for column in {group.column for group in groups} - {""}:
        if _loses_few(findings, column, k=k):
            blurred.add(column)
    return blurred


def _loses_few(findings: Findings, column: str, *, k: int) -> bool:
    """Whether few people of a part, or of what parts leave over, were randomised and not analysed."""
    sizes = randomised_by_level(findings, column)
    people = people_counts(findings, column)
    if too_many_pieces({group.levels for group in people}):
        return True
    for basis in {group.basis for group in people}:
        for levels, counts in reach(basis, people).counts.items():
            randomised = randomised_in(levels, sizes)
            if any(is_small(abs(n - used), k) for n, used in zip(randomised, counts, strict=True)):
                return True
    return False


def people_counts(findings: Findings, column: str) -> list[GroupCount]:
    """Return the people of both arms in everyone and in the parts of a column, also from the flow."""
    whole = everyone_by(findings, column)
    found = [
        replace(group, levels=group.levels or whole, counts=group.counts[1::2])
        for group in group_counts(findings).values()
        if group.column in ("", column)
    ]
    flow = flow_of(findings)
    if flow is None:
        return found
    outcome, horizon = str(flow.notes.get("outcome")), flow.notes.get("horizon_days")
    for stage, leaves_out in (("followed", False), ("followed_to_horizon", True)):
        basis = Basis(outcome=outcome, horizon_days=_integer(horizon), leaves_out=leaves_out, complete=())
        found += [
            GroupCount(population=ASSIGNED, column="", levels=whole, basis=basis, counts=number[1::2])
            for number in _at(flow, stage)
        ]
    return found


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) else None
