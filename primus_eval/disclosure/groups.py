"""Which groups of people a reader could count by adding and subtracting what would be shown.

A released count is about a population (a set of levels of one column, or everyone) and about those of
it whom an analysis can use, its basis. Sums and differences of counts on one basis count other groups:
low = everyone - medium - high. `countable` lists all of them, by linear algebra over the levels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from primus_eval.disclosure.cells import Counts, counts_of
from primus_eval.findings import Finding, Findings
from primus_eval.methods import METHODS_ON_TIME
from primus_eval.protocol import ASSIGNED

Levels = frozenset[str]

MISSING = ""
"""The level of people of whom the column is not known; a code of the data is never empty here."""

MOST_PIECES = 12
"""Into how many pieces the populations of one column may cut the trial before we stop looking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Whom of a population an analysis uses.

    Everyone followed; or, where it leaves_out people with incomplete follow-up, those of whom the
    status at the horizon is known; or only those complete in some covariates.
    """

    outcome: str
    horizon_days: int | None
    leaves_out: bool
    complete: tuple[str, ...]

    def is_like(self, other: Basis) -> bool:
        """Whether both are about one outcome and horizon, so that they differ in people at most."""
        return (self.outcome, self.horizon_days) == (other.outcome, other.horizon_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCount:
    """The counts of one population on one basis. `column` is empty for everyone assigned."""

    population: str
    column: str
    levels: Levels
    basis: Basis
    counts: Counts


def group_counts(findings: Findings) -> dict[str, GroupCount]:
    """Return, by the name of the finding, what each finding that has counts would show of people."""
    return {
        row.finding: group for row in findings.rows if (group := _group(row, findings.context)) is not None
    }


def _group(row: Finding, context: Mapping[str, Any]) -> GroupCount | None:
    counts = counts_of(row)
    if counts is None:
        return None
    protocol = context["protocol"]
    analysis = next(item for item in protocol["analysis"] if item["id"] == row.analysis)
    parts = (
        {} if row.population == ASSIGNED else {item["id"]: item["where"] for item in protocol["population"]}
    )
    column, codes = "", list[str]()
    if row.population in parts:
        column, codes = parts[row.population]["column"], parts[row.population]["in"]
    leaves_out = analysis["incomplete_followup"] == "leave_out" and row.method not in METHODS_ON_TIME
    complete_cases = analysis["missing_covariates"] == "complete_cases"
    return GroupCount(
        population=row.population,
        column=column,
        levels=frozenset(_level(protocol, column, code) for code in codes),
        basis=Basis(
            outcome=row.outcome,
            horizon_days=row.horizon_days,
            leaves_out=leaves_out,
            complete=tuple(sorted(row.covariates)) if complete_cases else (),
        ),
        counts=counts,
    )


def all_levels(protocol: Mapping[str, Any], column: str) -> Levels:
    """Return every level of a grouping column, without missing; yes and no for yes_no."""
    declared = protocol["data"]["participants"]["columns"][column]
    return frozenset(declared["levels"] or ("yes", "no"))


def everyone_by(findings: Findings, column: str) -> Levels:
    """Return the levels that everyone assigned is in: all, and missing unless it is known of everyone."""
    levels = all_levels(findings.context["protocol"], column)
    missing = randomised_by_level(findings, column).get(frozenset([MISSING]))
    return levels if missing == (0, 0) else levels | {MISSING}


def _level(protocol: Mapping[str, Any], column: str, code: str) -> str:
    """Return the level that a code of the data means."""
    declared = protocol["data"]["participants"]["columns"][column]
    if declared["levels"]:
        return code
    return "yes" if code in declared["yes"] else "no"


def too_many_pieces(groups: Iterable[Levels]) -> bool:
    """Whether so many populations are defined by one column that `countable` would not end in time."""
    return len(_pieces(groups)) > MOST_PIECES


def countable(groups: Mapping[Levels, Counts]) -> dict[Levels, Counts]:
    """Return every group whose counts follow from these by addition and subtraction, these included.

    Groups are cut into the pieces that none of them divides; a set of pieces is countable where its
    indicator lies in the span of theirs.

    >>> found = countable({frozenset("abc"): (9, 90), frozenset("a"): (4, 30), frozenset("b"): (3, 30)})
    >>> found[frozenset("c")]
    (2, 30)
    """
    pieces = _pieces(groups)
    shown = np.array([[piece <= levels for piece in pieces] for levels in groups], dtype=float)
    solution = np.linalg.pinv(shown)
    unions = np.array(list(product((0.0, 1.0), repeat=len(pieces))))[1:]
    weights = unions @ solution
    follows = np.abs(weights @ shown - unions).max(axis=1) < 1e-6
    counts = np.rint(weights @ np.array(list(groups.values()), dtype=float)).astype(int)
    return {
        frozenset().union(*(piece for piece, is_in in zip(pieces, union, strict=True) if is_in)): tuple(
            map(int, numbers)
        )
        for union, numbers, is_known in zip(unions, counts, follows, strict=True)
        if is_known
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What can be counted on one basis.

    shown: the groups that findings on this basis show. certain: what follows from them and from findings
    that differ in covariates only. counts: what follows if findings on any basis stand in.
    """

    shown: frozenset[Levels]
    certain: Mapping[Levels, Counts]
    counts: Mapping[Levels, Counts]

    def beside(self, other: Reach) -> list[tuple[Counts, Counts]]:
        """Return the two counts of every group that both reach, unless findings show both of them."""
        common = (self.certain.keys() & other.certain.keys()) - (self.shown & other.shown)
        return [(self.certain[levels], other.certain[levels]) for levels in common]


def reach(basis: Basis, groups: Sequence[GroupCount]) -> Reach:
    """Find what the groups of one column, and everyone, make countable on a basis.

    Where a group was not analysed on it, what it was analysed on for the same outcome and horizon stands
    in: the events are the same whoever is left out, and where nobody was, the people are, too.
    """
    own = {group.levels: group.counts for group in groups if group.basis == basis}
    like = [group for group in groups if group.basis.is_like(basis) and group.basis != basis]
    near = [group for group in like if group.basis.leaves_out == basis.leaves_out]
    lent = _with_stand_ins(own, near)
    everything = _with_stand_ins(lent, like)
    stand_ins = lent.keys() - own.keys()
    return Reach(
        shown=frozenset(own),
        certain={levels: counts for levels, counts in countable(lent).items() if levels not in stand_ins},
        counts=countable(everything),
    )


def _with_stand_ins(shown: Mapping[Levels, Counts], others: Sequence[GroupCount]) -> dict[Levels, Counts]:
    """Add counts of groups that do not follow already, so that no two of them contradict each other."""
    added = dict(shown)
    for other in others:
        if other.levels not in countable(added):
            added[other.levels] = other.counts
    return added


def _pieces(groups: Iterable[Levels]) -> Sequence[Levels]:
    """Cut all levels into sets of levels that every group holds whole or not at all."""
    levels = sorted(frozenset().union(*groups))
    by_membership: dict[tuple[bool, ...], set[str]] = {}
    for level in levels:
        by_membership.setdefault(tuple(level in group for group in groups), set()).add(level)
    return [frozenset(piece) for piece in by_membership.values()]


def randomised_by_level(findings: Findings, column: str) -> dict[Levels, Counts]:
    """Return how many people of each arm were randomised in each level, from the baseline table.

    Empty where the findings have no such table, or where its counts were withheld before.
    """
    sizes: dict[Levels, Counts] = {}
    for exhibit in findings.exhibits_of("baseline"):
        for row in exhibit.records():
            if row["variable"] != column or row["kind"] != "share":
                continue
            counts = [_whole_number(row[f"count_{arm}"]) for arm in ("treatment", "control")]
            known = [_whole_number(row[f"n_{arm}"]) for arm in ("treatment", "control")]
            missing = [_whole_number(row[f"missing_{arm}"]) for arm in ("treatment", "control")]
            if None in (*counts, *known, *missing):
                return {}
            sizes[frozenset([str(row["level"])])] = tuple(n or 0 for n in counts)
            if row["level"] == "yes":
                sizes[frozenset(["no"])] = tuple(
                    (n or 0) - (x or 0) for n, x in zip(known, counts, strict=True)
                )
            sizes[frozenset([MISSING])] = tuple(n or 0 for n in missing)
    return sizes


def randomised_in(levels: Levels, sizes: Mapping[Levels, Counts]) -> Counts:
    """Add up how many people of each arm were randomised in some levels."""
    return tuple(sum(sizes.get(frozenset([level]), (0, 0))[arm] for level in levels) for arm in (0, 1))


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) else None
