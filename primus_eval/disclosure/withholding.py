"""Which findings must be withheld, and why: small cells first, then what their neighbours would give back.

1. An outcome in a population with an unsafe cell is withheld whole, in every finding and exhibit.
2. So is a part of the trial whose remainder within everyone assigned is unsafe: the remainder is
   what a reader gets by subtraction.
3. Parts defined by one column stand or fall together: all but one would give the last one back. And
   where everyone assigned is withheld, so is every part, because the parts add up.
4. Within what is left, findings of one outcome and population may rest on different people (some have
   a missing covariate, or left early). Where two differ by one to k - 1 people, the one with the lesser
   role, or the later one, is withheld.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from primus_eval.disclosure.cells import (
    Counts,
    counts_of,
    counts_problem,
    difference_problem,
    remainder,
)
from primus_eval.findings import Findings
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Reason, Role, words

Target = tuple[str, str]
"""An outcome and a population."""


def withheld_targets(findings: Findings, *, k: int) -> dict[Target, Reason]:
    """Return every outcome and population that must be withheld whole, with the reason (rules 1 to 3)."""
    counts = _counts(findings)
    withheld: dict[Target, Reason] = {}
    for (outcome, population), cells in counts.items():
        in_part = population != ASSIGNED
        problems = [counts_problem(cell, k=k, in_part=in_part) for cell in cells]
        if in_part:
            wholes = counts.get((outcome, ASSIGNED), [])
            problems += [_remainder_problem(whole, cell, k=k) for whole in wholes for cell in cells]
        reason = next((problem for problem in problems if problem), None)
        if reason:
            withheld[(outcome, population)] = reason
    return withheld | _siblings(withheld, counts, columns=_columns(findings.context))


def withheld_findings(findings: Findings, targets: Mapping[Target, Reason], *, k: int) -> dict[str, Reason]:
    """Return the names of all findings that must be withheld, with the reason (all four rules)."""
    withheld: dict[str, Reason] = {}
    kept: dict[Target, set[Counts]] = {}
    for row in sorted(findings.rows, key=lambda row: words(Role).index(row.role)):
        target = (row.outcome, row.population)
        counts = counts_of(row)
        if target in targets:
            withheld[row.finding] = targets[target]
        elif counts is not None:
            others = kept.setdefault(target, set())
            if any(difference_problem(other, counts, k=k) for other in others):
                withheld[row.finding] = "differencing"
            else:
                others.add(counts)
    return {row.finding: withheld[row.finding] for row in findings.rows if row.finding in withheld}


def _remainder_problem(whole: Counts, part: Counts, *, k: int) -> Reason | None:
    """Say why a part may not stand beside the whole: those left over are too few, or all alike."""
    rest = remainder(whole, part)
    if not (rest[1] or rest[3]):
        return None
    return "differencing" if counts_problem(rest, k=k, in_part=True) else None


def _counts(findings: Findings) -> dict[Target, list[Counts]]:
    counts: dict[Target, list[Counts]] = {}
    for row in findings.rows:
        cells = counts_of(row)
        if cells is not None:
            counts.setdefault((row.outcome, row.population), []).append(cells)
    return counts


def _columns(context: Mapping[str, Any]) -> dict[str, str]:
    """Return the column that defines each population of the protocol."""
    return {item["id"]: item["where"]["column"] for item in context["protocol"]["population"]}


def _siblings(
    withheld: Mapping[Target, Reason], counts: Mapping[Target, list[Counts]], *, columns: Mapping[str, str]
) -> dict[Target, Reason]:
    more: dict[Target, Reason] = {}
    for outcome, population in counts:
        if (outcome, population) in withheld or population == ASSIGNED:
            continue
        whole_withheld = (outcome, ASSIGNED) in withheld
        sibling_withheld = any(
            other_outcome == outcome and other != ASSIGNED and columns.get(other) == columns.get(population)
            for other_outcome, other in withheld
        )
        if whole_withheld or sibling_withheld:
            more[(outcome, population)] = "differencing"
    return more
