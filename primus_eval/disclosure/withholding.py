"""Which findings must be withheld, and why: small cells first, then what their neighbours would give back.

1. An outcome in a population with an unsafe cell is withheld whole, in every finding and exhibit.
2. So are all parts defined by one column where sums and differences of them and of everyone assigned
   count an unsafe group; and for every outcome where such a group has one to k - 1 people at all.
   Counts that rest on different people (some left early, some lack a covariate) give such groups too.
3. Parts defined by one column stand or fall together: all but one would give the last one back. And
   where everyone assigned is withheld, so is every part, because the parts add up.
4. Findings of one population may rest on different people, horizons or outcomes. Where two differ by
   one to k - 1 people or events, the one with the lesser role, or the later one, is withheld. One
   outcome may be a part of another, so outcomes are compared as well.
5. A risk adjusted for groups alone, with nothing measured on a scale, is a table in disguise: whoever
   knows the counts of the arms finds the cells that give its estimate, interval and p-value by trying
   all. The cells are not known here, so it is withheld. So is the word that something adjusted for
   predicts the event without error: in some group all or none had it. `adjusted` withholds more of what is
   adjusted, before anything was fitted.

Whether a finding is withheld depends on all others, also on those that are withheld themselves.
Therefore a larger k never shows more.

Not covered: bounds that follow from two columns together, and numbers in the protocol's own texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

from primus_eval.disclosure.cells import (
    Counts,
    counts_problem,
    difference_problem,
    is_small,
    people_differ_little,
)
from primus_eval.disclosure.groups import (
    Basis,
    GroupCount,
    Levels,
    countable,
    everyone_by,
    group_counts,
    randomised_by_level,
    randomised_in,
    reach,
    too_many_pieces,
)
from primus_eval.disclosure.losses import followed_in_flow, people_counts
from primus_eval.findings import Finding, Findings
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Reason, Role, words

Target = tuple[str, str]
"""An outcome and a population."""


def withheld_targets(findings: Findings, *, k: int) -> dict[Target, Reason]:
    """Return every outcome and population that must be withheld whole, with the reason (rules 1 to 3)."""
    groups = list(group_counts(findings).values())
    withheld: dict[Target, Reason] = {}
    for group in groups:
        problem = counts_problem(group.counts, k=k, in_part=group.column != "")
        if problem:
            withheld[(group.basis.outcome, group.population)] = problem
    for column in sorted({group.column for group in groups} - {""}):
        parts = [group for group in groups if group.column == column]
        unsafe = _unsafe_outcomes(findings, column, groups, k=k) | _outcomes_of(withheld, parts)
        unsafe |= {outcome for outcome, population in withheld if population == ASSIGNED}
        for part in parts:
            if part.basis.outcome in unsafe:
                withheld.setdefault((part.basis.outcome, part.population), "differencing")
    return withheld


def _outcomes_of(withheld: Mapping[Target, Reason], parts: list[GroupCount]) -> set[str]:
    """Return the outcomes of which one of these parts is withheld."""
    return {part.basis.outcome for part in parts if (part.basis.outcome, part.population) in withheld}


def _unsafe_outcomes(findings: Findings, column: str, groups: list[GroupCount], *, k: int) -> set[str]:
    """Return the outcomes for which no part defined by a column may be shown (rule 2)."""
    whole = everyone_by(findings, column)
    parts = [group for group in groups if group.column == column]
    outcomes = {part.basis.outcome for part in parts}
    shown = {part.levels for part in parts} | {whole}
    if too_many_pieces(shown) or _cuts_off_few(findings, column, shown, k=k):
        return outcomes
    about = [replace(group, levels=group.levels or whole) for group in groups if group.column in ("", column)]
    reached = {basis: reach(basis, about) for basis in dict.fromkeys(group.basis for group in about)}
    unsafe = {
        basis.outcome
        for basis, found in reached.items()
        for levels, counts in found.counts.items()
        if counts_problem(counts, k=k, in_part=levels != whole)
    }
    for (one, first), (other, second) in combinations(reached.items(), 2):
        if any(_bases_problem(one, x, other, y, k=k) for x, y in first.beside(second)):
            unsafe |= {one.outcome, other.outcome}
    return (unsafe | _outcomes_with_few_people(findings, column, k=k)) & outcomes


def _outcomes_with_few_people(findings: Findings, column: str, *, k: int) -> set[str]:
    """Return the outcomes for which a countable group has few people, or lost few on the way."""
    people = people_counts(findings, column)
    reached = {basis: reach(basis, people) for basis in dict.fromkeys(group.basis for group in people)}
    few = {
        basis.outcome
        for basis, found in reached.items()
        for numbers in found.counts.values()
        if any(is_small(n, k) for n in numbers)
    }
    for (one, first), (other, second) in combinations(reached.items(), 2):
        for numbers, others in first.beside(second):
            if any(is_small(abs(n - m), k) for n, m in zip(numbers, others, strict=True)):
                few |= {one.outcome, other.outcome}
    return few


def _cuts_off_few(findings: Findings, column: str, shown: set[Levels], *, k: int) -> bool:
    """Whether parts and whole make a group countable that has one to k - 1 people of an arm randomised."""
    sizes = randomised_by_level(findings, column)
    if not sizes:
        return False
    groups = {levels: randomised_in(levels, sizes) for levels in shown}
    return any(is_small(n, k) for people in countable(groups).values() for n in people)


def _bases_problem(one: Basis, first: Counts, other: Basis, second: Counts, *, k: int) -> Reason | None:
    same_people_but_for_covariates = (one.outcome, one.horizon_days, one.leaves_out) == (
        other.outcome,
        other.horizon_days,
        other.leaves_out,
    )
    return difference_problem(
        first,
        second,
        k=k,
        same_outcome=one.outcome == other.outcome,
        in_part=same_people_but_for_covariates,
    )


def withheld_findings(findings: Findings, targets: Mapping[Target, Reason], *, k: int) -> dict[str, Reason]:
    """Return the names of all findings that must be withheld, with the reason (all five rules)."""
    groups = group_counts(findings)
    in_flow = followed_in_flow(findings)
    earlier: dict[tuple[str, Levels], list[GroupCount]] = {}
    withheld: dict[str, Reason] = {}
    for row in sorted(findings.rows, key=lambda row: words(Role).index(row.role)):
        target = (row.outcome, row.population)
        group = groups.get(row.finding)
        if target in targets:
            withheld[row.finding] = targets[target]
        if group is None:
            continue
        others = earlier.setdefault((group.column, group.levels), [])
        lacks_few = group.basis.complete and not group.column and _is_near(group.counts, in_flow, k=k)
        if lacks_few or _is_table_in_disguise(row, findings.context) or _is_near_another(group, others, k=k):
            withheld.setdefault(row.finding, "differencing")
        others.append(group)
    return {row.finding: withheld[row.finding] for row in findings.rows if row.finding in withheld}


def _is_near_another(group: GroupCount, others: list[GroupCount], *, k: int) -> bool:
    return any(_bases_problem(group.basis, group.counts, it.basis, it.counts, k=k) for it in others)


def _is_near(counts: Counts, others: list[Counts], *, k: int) -> bool:
    return any(people_differ_little(counts, other, k=k) for other in others)


def _is_table_in_disguise(row: Finding, context: Mapping[str, Any]) -> bool:
    """Whether an adjusted finding tells of the groups that it was adjusted for (rule 5)."""
    if row.reason in ("separation", "monotone_likelihood", "not_converged"):
        return bool(row.covariates)
    columns = context["protocol"]["data"]["participants"]["columns"]
    return row.method in ("g_computation", "logistic") and all(
        name in columns and columns[name]["type"] in ("yes_no", "category")  # prior offending is a number
        for name in row.covariates
    )
