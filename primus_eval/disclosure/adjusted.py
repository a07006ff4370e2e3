"""What is adjusted for, where few people of a group make up a level of it.

Whether a model can be fitted at all, and what its diagnoses say, depends on how the few people at a level of
a covariate fared: with one man from the isles, a Cox model answers where he was arrested and does not where
he was not. So an adjusted analysis is withheld where a group that it adjusts for has few people, or few or
none of them had what the analysis is about, or few or none had not. That is decided by counts made before
anything was fitted, for every method alike, and never by a result; what cannot be estimated is treated like
what can.
"""

from __future__ import annotations

from dataclasses import replace

from primus_eval.disclosure.cells import cell_problem
from primus_eval.findings import Exhibit, Finding, Findings
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Reason

KIND = "covariate_cells"
"""The kind of exhibit that counts the groups adjusted for; it never leaves."""

REASON: Reason = "small_covariate_level"

SAYS_LEVELS: tuple[Reason, ...] = ("constant_covariate", "collinear_covariates")
"""Reasons for there being no answer that say something of every member of a group."""

CONSTANT, ADDS_UP = "Constant: ", "Each adds up from the others: "
UNNAMED = {
    CONSTANT: "Something adjusted for is the same for everybody.",
    ADDS_UP: "What was adjusted for says the same thing twice.",
}
WERE_REPLACED = "Missing covariates were replaced by "
STAND_IN = (
    "Where a covariate is missing, the mean or the most frequent category stands in; where enough people "
    "lack a value, with an indicator of lacking it."
)


def with_small_levels(findings: Findings, *, k: int) -> set[str]:
    """Return the analyses that adjust for a group of which few people could be told apart.

    Checked: tests/test_release_adjusted.py.
    """
    found = {
        str(exhibit.notes["analysis"])
        for exhibit in findings.exhibits_of(KIND)
        if any(
            cell_problem(int(str(row["with_it"])), int(str(row["people"])), k=k, in_part=True)
            for row in exhibit.records()
        )
    }
    in_parts = {
        row.analysis for row in findings.rows if row.population != ASSIGNED and row.reason in SAYS_LEVELS
    }
    return found | in_parts


def without_levels(row: Finding, *, rule: str) -> Finding:
    """Return an adjusted finding whose warnings say nothing of any group.

    rule: what the analysis does about missing covariates. It is said whether or not anybody lacks a value.
    """
    if not row.covariates or row.status == "withheld":
        return row
    kept = [
        _unnamed(text) for text in row.warnings if not text.startswith(WERE_REPLACED) and text != STAND_IN
    ]
    stand_in = (STAND_IN,) if rule == "mean_and_indicator" else ()
    return replace(row, warnings=(*stand_in, *kept))


def _unnamed(warning: str) -> str:
    return next((text for start, text in UNNAMED.items() if warning.startswith(start)), warning)


def without_terms(proportionality: Exhibit) -> Exhibit:
    """Return tests of proportional hazards in a part without those of covariates: they name its levels."""
    if proportionality.population == ASSIGNED or proportionality.kind != "proportionality":
        return proportionality
    return replace(proportionality, rows=tuple(row for row in proportionality.rows if row[0] == "arm"))
