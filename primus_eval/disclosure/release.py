"""Release findings: the one way from what is known inside to what may be shown.

public_data passes everything, with its reason; release withholds and coarsens. What was withheld is
listed with its reason, so that a reader sees that something is missing and why.

Where few people were lost, the numbers assessed and randomised go, and with them the protocol's
fingerprint as it stood: whoever has the rest of the protocol finds the numbers that give a hash by
trying all. It becomes the hash of the protocol without them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from primus_eval.disclosure.adjusted import KIND as COVARIATE_CELLS
from primus_eval.disclosure.adjusted import REASON as SMALL_LEVEL
from primus_eval.disclosure.adjusted import with_small_levels, without_levels, without_terms
from primus_eval.disclosure.cells import is_small
from primus_eval.disclosure.chapters import released_chapters
from primus_eval.disclosure.coarse import (
    can_be_recomputed,
    coarse_baseline,
    coarse_curve,
    coarse_flow,
    coarse_risk_table,
    would_mislead,
)
from primus_eval.disclosure.contributors import KIND as CONTRIBUTORS
from primus_eval.disclosure.contributors import (
    LEVELS,
    dominated,
    has_no_answer_for_few,
    quantile_of_few,
    sums_up,
    too_few_at_a_level,
)
from primus_eval.disclosure.digits import diagnosis_with_few_digits, with_few_digits
from primus_eval.disclosure.early import KIND as KNOWN
from primus_eval.disclosure.early import whole_people, without_early_losses
from primus_eval.disclosure.economics import PLANNED as PRICES
from primus_eval.disclosure.groups import group_counts
from primus_eval.disclosure.indicators import Beside
from primus_eval.disclosure.long_term import AS_SHOWN, said_before
from primus_eval.disclosure.losses import (
    ARMS,
    columns_to_blur,
    hides_losses,
    parts_with_small_loss,
    randomised_in_flow,
)
from primus_eval.disclosure.parts_of_window import (
    about_whole_windows,
    is_part,
    parts_to_withhold,
    without_counts,
)
from primus_eval.disclosure.programme import labels_of_changes, reach_tells_of_few
from primus_eval.disclosure.rounded import ROUNDED, round_exhibit, without_means
from primus_eval.disclosure.scales import LEVELS as SCALE_LEVELS
from primus_eval.disclosure.scales import scores_of, scores_to_withhold, without_scores
from primus_eval.disclosure.view import Released
from primus_eval.disclosure.withholding import Target, withheld_findings, withheld_targets
from primus_eval.errors import DisclosureError, Problem
from primus_eval.findings import Exhibit, Finding, Findings
from primus_eval.numerics.proportions import Table2x2
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Reason

NEVER_LEAVES = (KNOWN, CONTRIBUTORS, LEVELS, COVARIATE_CELLS, AS_SHOWN, SCALE_LEVELS)
"""Exhibits that are there for these rules only."""

DIAGNOSES = ("proportionality", "influence")
INDIVIDUAL = (
    "mean_count",
    "cumulative_incidence",
    "curve_effects",
    "standardised_curve",
    "proportional_odds",
)
"""Exhibits with the day, or the level, of single people: only public or internal reports show them."""


def release(findings: Findings) -> Released:
    """Turn findings into what may leave, under the rules of their protocol.

    Raises DisclosureError where the protocol says internal: such findings are rendered as Internal.
    What was released already is released as it is. Checked: tests/test_release.py.
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
        shown = tuple(exhibit for exhibit in findings.exhibits if exhibit.kind != COVARIATE_CELLS)
        return Released(findings=_with_statement(replace(findings, exhibits=shown), rules, withheld=[]))
    k = int(rules["threshold"])
    whole = _about_events(findings)
    targets = said_before(findings, k=k) | withheld_targets(whole, k=k)
    names = withheld_findings(whole, targets, k=k) | _parts_and_sums(findings, targets, k=k)
    small = with_small_levels(findings, k=k)
    for row in findings.rows:
        if row.analysis in small and (row.outcome, row.population) not in targets:
            names[row.finding] = SMALL_LEVEL
    # that a wave was not delivered says nothing of anybody, and such a row holds no number
    names = {name: why for name, why in names.items() if name not in _not_delivered(findings)}
    hide_losses = hides_losses(whole, k=k)
    rows = tuple(row.withheld(names[row.finding]) if row.finding in names else row for row in findings.rows)
    rows = without_early_losses(findings, rows, k=k)
    rows = tuple(_coarse(row, findings) for row in rows)
    names |= {row.finding: row.reason for row in rows if row.status == "withheld" and row.reason}
    exhibits = _exhibits(findings, rows, targets, k=k, hide_losses=hide_losses)
    withheld: list[dict[str, Any]] = [{"what": name, "reason": reason} for name, reason in names.items()]
    withheld += [
        {"what": exhibit.id, "reason": exhibit.reason} for exhibit in exhibits if exhibit.status == "withheld"
    ]
    withheld += [
        {"what": exhibit.id, "reason": "small_cell"}
        for exhibit in exhibits
        if exhibit.notes.get("withheld_counts") or exhibit.notes.get("withheld_variables")
    ]
    released = Findings(rows=rows, exhibits=exhibits, context=_without_event_rows(findings.context))
    released = _without_sizes(
        released, design=hide_losses, reach=hide_losses or reach_tells_of_few(findings, k=k)
    )
    return Released(findings=_with_statement(released, rules, withheld=withheld))


def _not_delivered(findings: Findings) -> set[str]:
    return {row.finding for row in findings.rows if row.reason == "wave_not_there"}


def _about_events(findings: Findings) -> Findings:
    """Return the findings that leave with numbers of people: about events, and about whole windows."""
    return without_scores(about_whole_windows(findings))


def _parts_and_sums(findings: Findings, targets: Mapping[Target, Reason], *, k: int) -> dict[str, Reason]:
    """Say which findings about a part of the window, and which sums over people, are withheld, and why."""
    few, sums = parts_to_withhold(without_scores(findings), k=k), dominated(findings, k=k)
    levels = too_few_at_a_level(findings, k=k)
    found: dict[str, Reason] = scores_to_withhold(
        findings, k=k, dominated={target for target, quantities in sums.items() if quantities}
    )
    for row in findings.rows:
        target = (row.outcome, row.population)
        if is_part(row, findings.context) and (target in targets or target in few):
            found[row.finding] = targets.get(target, "small_cell")
        elif set(sums_up(row)) & sums.get(target, set()):
            found[row.finding] = "dominated_by_few"
        elif row.analysis in levels:
            found[row.finding] = "small_cell"
        elif has_no_answer_for_few(row):
            found[row.finding] = "differencing"
        elif quantile := quantile_of_few(row, k=k):
            found[row.finding] = quantile
    return found


def _coarse(row: Finding, findings: Findings) -> Finding:
    part = is_part(row, findings.context)
    asked = (item for item in findings.context["protocol"]["analysis"] if item["id"] == row.analysis)
    if row.status == "withheld":
        # which engine answered, and on which scale, says whether there was an answer
        return replace(row, engine="", scale="identity")
    row = without_levels(row, rule=next(asked)["missing_covariates"])
    row = with_few_digits(row, is_part=part)
    return without_counts(row) if part or row.outcome in scores_of(findings.context) else row


def _with_statement(
    findings: Findings, rules: Mapping[str, Any], *, withheld: list[dict[str, Any]]
) -> Findings:
    """Say what was withheld, after what an earlier release of the same findings said."""
    before = list(findings.context.get("disclosure", {}).get("withheld", []))
    statement = {
        "profile": rules["profile"],
        "threshold": rules["threshold"],
        "reason": rules["reason"],
        "withheld": before + [item for item in withheld if item not in before],
    }
    return replace(findings, context={**findings.context, "disclosure": statement})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaving:
    """What decides how an exhibit leaves: the rules, the rows that leave, and what follows from both.

    sizes: people of both arms in released findings, by population. tables: rounded risk tables. too_near:
    parts of the trial that lost few. hidden: outcomes of which nothing on everyone is shown. gone: analyses
    of which something is withheld, and with it what stands beside them: that it is there would say that there
    was an answer. sums: quantities of which nothing may be said. blurred, defining, strata: columns whose
    numbers of people must not follow, that define a part, that allocation was stratified by. whole: the whole
    people that risks by curves are shown as. chapters: exhibits on delivery, needs, later years and costs, as
    they leave.
    """

    k: int
    hide_losses: bool
    rows: tuple[Finding, ...]
    targets: Mapping[Target, Reason]
    sizes: Mapping[str, list[tuple[int, int]]]
    tables: Mapping[Target, Exhibit]
    too_near: Collection[Target]
    hidden: Collection[str]
    gone: Collection[str]
    sums: Mapping[Target, set[str]]
    blurred: set[str]
    defining: set[str]
    strata: set[str]
    whole: Mapping[Target, Table2x2]
    chapters: Mapping[str, Exhibit]


def _exhibits(
    findings: Findings,
    rows: tuple[Finding, ...],
    targets: Mapping[Target, Reason],
    *,
    k: int,
    hide_losses: bool,
) -> tuple[Exhibit, ...]:
    """Release each exhibit by its kind; some are there for these rules only."""
    whole = _about_events(findings)
    sizes = _sizes(rows)
    windows = {item["id"]: item["horizon_days"] for item in findings.context["protocol"]["outcome"]}
    of_whole_people = {
        (outcome, population): table
        for (outcome, population, day), table in whole_people(findings, rows, k=k).items()
        if day == windows.get(outcome)
    }
    sizes_in = {
        population: [pair for (_, other), pairs in sizes.items() if other == population for pair in pairs]
        for population in {ASSIGNED, *(exhibit.population for exhibit in findings.exhibits)}
    }
    about_all = [row for row in rows if row.population == ASSIGNED]
    hidden = {row.outcome for row in about_all}
    hidden -= {row.outcome for row in about_all if row.status != "withheld"}
    randomised = [] if hide_losses else randomised_in_flow(findings)
    beside = Beside(
        k=k,
        shown={
            arm: [pair[place] for pair in (*randomised, *sizes_in[ASSIGNED])]
            for place, arm in enumerate(ARMS)
        },
        hide_losses=hide_losses,
        hide_reach=hide_losses or reach_tells_of_few(findings, k=k),
        hidden=hidden,
        labels=labels_of_changes(findings),
    )
    leaving = _Leaving(
        k=k,
        hide_losses=hide_losses,
        rows=rows,
        targets=targets,
        sizes=sizes_in,
        tables={
            (table.outcome, table.population): coarse_risk_table(
                table,
                k=k,
                hide_losses=hide_losses,
                shown=sizes_in[table.population],
                at_end=_events(of_whole_people.get((table.outcome, table.population))),
            )
            for table in findings.exhibits_of("risk_table")
            if table.status != "withheld"
        },
        too_near=parts_with_small_loss(whole, k=k),
        hidden=hidden,
        gone={row.analysis for row in rows if row.status == "withheld"},
        sums=dominated(findings, k=k),
        blurred=columns_to_blur(whole, k=k, all_of_them=hide_losses),
        defining={group.column for group in group_counts(whole).values()},
        strata=set(findings.context["protocol"]["design"]["allocation"]["strata"]),
        whole=of_whole_people,
        chapters=released_chapters(
            findings,
            rows,
            beside,
            targets=targets,
            sizes=sizes_in[ASSIGNED],
            whole=of_whole_people,
            dominated=dominated(findings, k=k),
        ),
    )
    return tuple(
        _exhibit(item, leaving)
        for item in findings.exhibits
        if item.kind not in NEVER_LEAVES and item.notes.get("analysis") not in leaving.gone
    )


def _events(table: Table2x2 | None) -> dict[str, int] | None:
    return None if table is None else {"treatment": table.events_treatment, "control": table.events_control}


def _exhibit(exhibit: Exhibit, leaving: _Leaving) -> Exhibit:
    """Release one exhibit; one of an unknown kind is shown only if none of its counts is small."""
    k, target = leaving.k, (exhibit.outcome, exhibit.population)
    if exhibit.status == "withheld" or exhibit.kind == PRICES:
        return exhibit
    if target in leaving.targets:
        return exhibit.withheld(leaving.targets[target])
    if exhibit.id in leaving.chapters:
        return leaving.chapters[exhibit.id]
    if exhibit.kind in ("curve", "risk_table"):
        return _by_time(exhibit, leaving)
    if exhibit.kind == "flow":
        shown = leaving.sizes[ASSIGNED]
        return coarse_flow(exhibit, k=k, hide=leaving.hide_losses, shown=shown)
    if exhibit.kind == "baseline":
        hidden = leaving.blurred & leaving.defining
        return coarse_baseline(exhibit, k=k, blurred=leaving.blurred, hidden=hidden)
    if exhibit.kind in ROUNDED:
        return _rounded(exhibit, leaving)
    if exhibit.kind in DIAGNOSES:
        return without_terms(diagnosis_with_few_digits(exhibit, k=k))
    if exhibit.kind in INDIVIDUAL:
        return exhibit.withheld("individual_level")
    if _has_small_count(exhibit, k):
        return exhibit.withheld("small_cell")
    gives_back = (
        exhibit.kind == "allocation" and (leaving.hide_losses or bool(leaving.strata & leaving.blurred))
    ) or (exhibit.kind == "detectable" and not _is_size_shown(exhibit, leaving.rows))
    return exhibit.withheld("differencing") if gives_back else exhibit


def _by_time(exhibit: Exhibit, leaving: _Leaving) -> Exhibit:
    """Release a curve or its risk table, as far as the rounded table does not mislead."""
    target = (exhibit.outcome, exhibit.population)
    if target in leaving.too_near:
        return exhibit.withheld("differencing")
    table = leaving.tables.get(target)
    if table is not None and would_mislead(table, k=leaving.k):
        return exhibit.withheld("curve_too_coarse")
    return _curve(exhibit, table) if exhibit.kind == "curve" or table is None else table


def _rounded(exhibit: Exhibit, leaving: _Leaving) -> Exhibit:
    """Round an exhibit of counts; without means of which few people make up the sum."""
    if exhibit.kind in ("fates", "custody", "observation") and exhibit.outcome in leaving.hidden:
        return exhibit.withheld("differencing")
    shown = leaving.sizes.get(exhibit.population, [])
    exhibit = round_exhibit(
        exhibit,
        k=leaving.k,
        shown=shown,
        hide_losses=leaving.hide_losses,
        whole=leaving.whole.get((exhibit.outcome, exhibit.population)),
    )
    few = "custody_days" in leaving.sums.get((exhibit.outcome, exhibit.population), set())
    return without_means(exhibit) if exhibit.kind == "custody" and few else exhibit


def _curve(curve: Exhibit, table: Exhibit | None) -> Exhibit:
    """Release a curve as far as a rounded risk table gives it."""
    if table is None:
        return curve.withheld("individual_level")
    return coarse_curve(curve, table) if can_be_recomputed(curve) else curve.withheld("curve_too_coarse")


def _sizes(rows: tuple[Finding, ...]) -> dict[Target, list[tuple[int, int]]]:
    """Return the people of both arms that released findings show, by outcome and population."""
    sizes: dict[Target, list[tuple[int, int]]] = {}
    for row in rows:
        if row.n_treatment is not None and row.n_control is not None:
            sizes.setdefault((row.outcome, row.population), []).append((row.n_treatment, row.n_control))
    return sizes


def _has_small_count(exhibit: Exhibit, k: int) -> bool:
    return any(
        is_small(value, k)
        for row in exhibit.records()
        for name in exhibit.count_columns
        if isinstance(value := row[name], int)
    )


def _is_size_shown(detectable: Exhibit, rows: tuple[Finding, ...]) -> bool:
    """Whether a released finding has the numbers of people that a minimum detectable effect rests on."""
    shown = _sizes(rows).get((detectable.outcome, detectable.population), [])
    return all((row["n_treatment"], row["n_control"]) in shown for row in detectable.records())


def _without_event_rows(context: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the number of participants read, and of no other table: rows of events count what people did.

    Nor their hashes: whoever guesses the few rows of a table of deaths could see that the guess is right.
    Names of columns that nobody declared are counted and not shown: anything may stand in them. The accounts
    of a former delivery are kept alike.
    """
    accounts = [
        {**account, "columns_not_read": [], "n_columns_not_read": _unread(account)}
        for account in context.get("accounts", [])
    ]
    first, others = accounts[:1], accounts[1:]
    hidden = [{**account, "rows_read": None, "rows_left_out": {}, "sha256": None} for account in others]
    kept = {**context, "accounts": [*first, *hidden]}
    former = context.get("former")
    return kept if former is None else {**kept, "former": _without_event_rows(former)}


def _unread(account: Mapping[str, Any]) -> int:
    return int(account.get("n_columns_not_read", len(account["columns_not_read"])))


def _labels_of(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Keep whom the numbers of reach are about, in every language, and none of the numbers."""
    return [{**dict.fromkeys(entry), "group": entry["group"]} for entry in entries if entry.get("group")]


def _without_sizes(findings: Findings, *, design: bool, reach: bool) -> Findings:
    """Drop the numbers of people that would give a small loss back, and the hash that they went into.

    design: those assessed, randomised and read. reach: those eligible, informed and consenting.
    """
    protocol = findings.context["protocol"]
    process = protocol.get("process")
    reach = reach and bool(process and process["reach"])
    if not design and not reach:
        return findings
    if design:
        protocol = {**protocol, "design": {**protocol["design"], "assessed": None, "not_randomised": []}}
    if reach:
        protocol = {**protocol, "process": {**process, "reach": _labels_of(process["reach"])}}
    fingerprint = hashlib.sha256(
        json.dumps(protocol, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
    context: dict[str, Any] = {
        **findings.context,
        "protocol": protocol,
        "fingerprint": fingerprint,
    }
    if "former" in context:
        context["former"] = {**findings.context["former"], "fingerprint": None}
    for told in [context, context.get("former")] if design else []:
        if told is not None:
            told["accounts"] = [{**account, "rows_read": None} for account in told["accounts"]]
    rows = tuple(replace(row, fingerprint=fingerprint) for row in findings.rows)
    return Findings(rows=rows, exhibits=findings.exhibits, context=context)
