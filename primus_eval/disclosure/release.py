"""Release findings: the one way from what is known inside to what may be shown.

public_data passes everything, with its reason; release withholds and coarsens. What was withheld is
listed with its reason, so that a reader sees that something is missing and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from primus_eval.disclosure.cells import is_small
from primus_eval.disclosure.coarse import (
    coarse_baseline,
    coarse_curve,
    coarse_flow,
    coarse_risk_table,
    flow_has_small_loss,
)
from primus_eval.disclosure.view import Released
from primus_eval.disclosure.withholding import Target, withheld_findings, withheld_targets
from primus_eval.errors import DisclosureError, Problem
from primus_eval.findings import Exhibit, Findings
from primus_eval.vocabulary import Reason


def release(findings: Findings) -> Released:
    """Turn findings into what may leave, under the rules of their protocol.

    Raises DisclosureError where the protocol says internal: such findings are rendered as Internal.
    """
    rules = findings.context["protocol"]["disclosure"]
    if rules["profile"] == "internal":
        raise DisclosureError(
            Problem(
                code="PE-R01",
                key="disclosure.profile",
                what="the protocol keeps these findings internal, so they cannot be released.",
                mend='Set profile = "release", or render them as Internal.',
            )
        )
    if rules["profile"] == "public_data":
        return Released(findings=_with_statement(findings, rules, withheld=[]))
    k = int(rules["threshold"])
    targets = withheld_targets(findings, k=k)
    names = withheld_findings(findings, targets, k=k)
    rows = tuple(row.withheld(names[row.finding]) if row.finding in names else row for row in findings.rows)
    flow = next(iter(findings.exhibits_of("flow")), None)
    small_loss = flow is not None and flow_has_small_loss(flow, k=k)
    exhibits = _exhibits(findings, targets, k=k, small_loss=small_loss)
    withheld: list[dict[str, Any]] = [{"what": name, "reason": reason} for name, reason in names.items()]
    withheld += [
        {"what": exhibit.id, "reason": exhibit.reason} for exhibit in exhibits if exhibit.status == "withheld"
    ]
    withheld += [
        {"what": exhibit.id, "reason": "small_cell"}
        for exhibit in exhibits
        if exhibit.notes.get("withheld_counts") or exhibit.notes.get("withheld_variables")
    ]
    released = Findings(rows=rows, exhibits=exhibits, context=_context(findings.context, small_loss))
    return Released(findings=_with_statement(released, rules, withheld=withheld))


def _with_statement(
    findings: Findings, rules: Mapping[str, Any], *, withheld: list[dict[str, Any]]
) -> Findings:
    statement = {
        "profile": rules["profile"],
        "threshold": rules["threshold"],
        "reason": rules["reason"],
        "withheld": withheld,
    }
    return replace(findings, context={**findings.context, "disclosure": statement})


def _exhibits(
    findings: Findings, targets: Mapping[Target, Reason], *, k: int, small_loss: bool
) -> tuple[Exhibit, ...]:
    rounded = {
        (table.outcome, table.population): coarse_risk_table(table, k=k)
        for table in findings.exhibits_of("risk_table")
        if (table.outcome, table.population) not in targets
    }
    released = []
    for exhibit in findings.exhibits:
        target = (exhibit.outcome, exhibit.population)
        if target in targets:
            exhibit = exhibit.withheld(targets[target])
        elif exhibit.kind == "curve":
            table = rounded.get(target)
            exhibit = coarse_curve(exhibit, table) if table else exhibit.withheld("individual_level")
        elif exhibit.kind == "risk_table":
            exhibit = rounded[target]
        elif exhibit.kind == "flow":
            exhibit = coarse_flow(exhibit, k=k)
        elif exhibit.kind == "baseline":
            exhibit = coarse_baseline(exhibit, k=k)
        elif _has_small_count(exhibit, k):
            exhibit = exhibit.withheld("small_cell")
        elif exhibit.kind == "allocation" and small_loss:
            exhibit = exhibit.withheld("differencing")
        released.append(exhibit)
    return tuple(released)


def _has_small_count(exhibit: Exhibit, k: int) -> bool:
    return any(
        is_small(value, k)
        for row in exhibit.records()
        for name in exhibit.count_columns
        if isinstance(value := row[name], int)
    )


def _context(context: Mapping[str, Any], small_loss: bool) -> dict[str, Any]:
    """Drop the numbers of people from the context that would give a small loss back."""
    if not small_loss:
        return dict(context)
    design = {**context["protocol"]["design"], "assessed": None, "not_randomised": []}
    return {
        **context,
        "protocol": {**context["protocol"], "design": design},
        "accounts": [{**account, "rows_read": None} for account in context["accounts"]],
    }
