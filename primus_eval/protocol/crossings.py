"""What one part of a protocol says of another must be true: ids, words, columns, what a definition needs.

Works on the document as read, before it is known to be valid, so that a wrong key in one table does
not hide a wrong reference in another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from primus_eval.errors import Problem
from primus_eval.protocol.analysis_crossings import check_analyses, check_truth
from primus_eval.protocol.definition_crossings import check_definitions
from primus_eval.protocol.design_crossings import (
    check_allocation,
    check_arms,
    check_cluster_trial,
    check_disclosure,
    check_populations,
    check_unique_ids,
)
from primus_eval.protocol.economics_crossings import check_economics
from primus_eval.protocol.lines import KeyPath
from primus_eval.protocol.long_term_crossings import check_long_term
from primus_eval.protocol.outcome_crossings import check_comparison, check_outcomes, check_prior_offending
from primus_eval.protocol.page import Page
from primus_eval.protocol.process_crossings import check_process
from primus_eval.protocol.scale_crossings import (
    check_analyses_of_scores,
    check_multiplicity,
    check_scores,
)
from primus_eval.protocol.table_crossings import check_participants, check_tables

CHECKS: tuple[Callable[[Page], None], ...] = (
    check_unique_ids,
    check_arms,
    check_tables,
    check_participants,
    check_allocation,
    check_populations,
    check_outcomes,
    check_definitions,
    check_prior_offending,
    check_comparison,
    check_scores,
    check_analyses,
    check_analyses_of_scores,
    check_multiplicity,
    check_long_term,
    check_process,
    check_economics,
    check_truth,
    check_cluster_trial,
    check_disclosure,
)


def crossing_problems(document: Mapping[str, Any], *, lines: dict[KeyPath, int], file: str) -> list[Problem]:
    """Return every reference of a protocol that leads nowhere or to the wrong kind of thing."""
    page = Page(document, lines, file)
    for check in CHECKS:
        check(page)
    return page.problems
