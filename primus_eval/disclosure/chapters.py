"""The exhibits of delivery, needs, later years and costs, each chapter by its own rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from primus_eval.disclosure.economics import COSTS, Around, released_economics, with_cost_shown
from primus_eval.disclosure.indicators import KIND as INDICATORS
from primus_eval.disclosure.indicators import Beside
from primus_eval.disclosure.long_term import released_long_term
from primus_eval.disclosure.programme import released_programme
from primus_eval.disclosure.scales import released_scales, scores_of
from primus_eval.findings import Exhibit, Finding, Findings
from primus_eval.numerics.proportions import Table2x2
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Reason

Target = tuple[str, str]


def released_chapters(
    findings: Findings,
    rows: Sequence[Finding],
    beside: Beside,
    *,
    targets: Mapping[Target, Reason],
    sizes: Sequence[tuple[int, int]],
    whole: Mapping[Target, Table2x2],
    dominated: Mapping[Target, Collection[str]],
) -> dict[str, Exhibit]:
    """Return, by id, every exhibit of these chapters as it may leave.

    rows: findings as they leave. targets: what is withheld whole. sizes: people of both arms in released
    findings on everyone. whole: the whole people that risks by curves are shown as. dominated: quantities of
    which nothing may be said.
    """
    gone = {row.analysis for row in rows if row.status == "withheld"}
    around = Around(beside=beside, rows=rows, targets=targets, whole=whole, dominated=dominated)
    economics = released_economics(findings.exhibits, around)
    costs = next((item for item in economics.values() if item.kind == COSTS), None)
    given = [with_cost_shown(item, costs) if item.kind == INDICATORS else item for item in findings.exhibits]
    few = {outcome for (outcome, population), sums in dominated.items() if sums and population == ASSIGNED}
    return {
        **released_programme(given, beside),
        **released_scales(given, beside, ends=scores_of(findings.context), gone=gone, dominated=few),
        **released_long_term(given, beside, rows=rows, sizes=sizes, whole=whole, gone=gone),
        **economics,
    }
