"""Displays of how a programme was delivered: run charts, funnels, exposure, the flow, harm, outcome by dose.

They count the same people as the indicators and are rounded on the same grid. Weeks are shown every fourth
only: from one week to the next a number changes by one person. A month is shown as a value without what it
was divided from. Incidents of few people are said to be of few, and kinds of incidents are not told apart
then. What was changed in a programme leaves in the words of the protocol, whose levels name no person; where
it is somebody's own text it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from primus_eval.disclosure.cells import is_small
from primus_eval.disclosure.coarse import SHARE_STEPS, midpoint
from primus_eval.disclosure.indicators import (
    KIND,
    Beside,
    released_indicators,
    withheld_in,
)
from primus_eval.disclosure.losses import flow_of
from primus_eval.disclosure.shares import (
    is_enough,
    number_shown,
    parts_of,
    rounded_share,
    step_for,
    two_digits,
)
from primus_eval.findings import Cell, Exhibit, Findings

Row = dict[str, Any]

STATES = ("in_contact", "free_no_contact", "custody", "dead_or_abroad", "not_yet_observed")
WEEKS = 4
"""Every which week of an exposure leaves."""

CONTACTS = 2.0
"""The grid for how many contacts the quarter of people with fewest, or most, had."""

FEWEST_MONTHS = 12
"""Months that a run chart needs; with fewer, its rules say nothing."""

FEWEST_VALUES = 5
"""Different values that a rounded run chart needs: with fewer it shows the rounding and not the months."""

PLANNED_STAGES = ("eligible", "informed", "consented")


def released_programme(exhibits: Collection[Exhibit], beside: Beside) -> dict[str, Exhibit]:
    """Return, by id, every exhibit about the delivery of a programme as it may leave.

    Checked: tests/test_release_programme.py.
    """
    found: dict[str, Exhibit] = {}
    indicators = next((item for item in exhibits if item.kind == KIND), None)
    shown = None
    if indicators is not None:
        shown = indicators if _is_done(indicators) else released_indicators(indicators, beside)
        found[shown.id] = shown
    for exhibit in exhibits:
        change = CHANGES.get(exhibit.kind)
        if change is not None:
            found[exhibit.id] = exhibit if _is_done(exhibit) else change(exhibit, beside, shown)
    return found


def _is_done(exhibit: Exhibit) -> bool:
    return exhibit.status == "withheld" or bool(exhibit.notes.get("rounded"))


def reach_tells_of_few(findings: Findings, *, k: int) -> bool:
    """Whether numbers eligible, informed and consenting leave one to k - 1 people between them.

    They stand in the protocol, by group and in all. Beside them stand the numbers assessed and randomised.
    """
    protocol = findings.context["protocol"]
    entries = (protocol.get("process") or {}).get("reach") or []
    totals = [entry for entry in entries if entry["group"] is None] or _added(entries)
    beside = [protocol["design"].get("assessed"), _randomised(findings)]
    chains = [[entry[stage] for stage in PLANNED_STAGES] for entry in entries]
    chains += [[*(entry[stage] for stage in PLANNED_STAGES), *beside] for entry in totals]
    return any(
        is_small(abs(one - other), k)
        for chain in chains
        for one in [*(n for n in chain if n is not None), 0]
        for other in [n for n in chain if n is not None]
    )


def labels_of_changes(findings: Findings) -> set[str]:
    """Return what is said of changes (what, why) by levels that the protocol declares, not in free text."""
    table = findings.context["protocol"]["data"].get("changes")
    if not table:
        return set()
    columns = table.get("columns") or {}
    return {
        name
        for name in ("what", "why")
        if table.get(name) and columns.get(table[name], {}).get("type") == "category"
    }


def _added(entries: Sequence[Row]) -> list[Row]:
    """Add up the groups, stage by stage where each of them has a number."""
    if not entries:
        return []
    columns = {stage: [entry[stage] for entry in entries] for stage in PLANNED_STAGES}
    return [{stage: None if None in numbers else sum(numbers) for stage, numbers in columns.items()}]


def _randomised(findings: Findings) -> int | None:
    flow = flow_of(findings)
    rows: list[Row] = [] if flow is None else list(flow.records())
    numbers = [row["n"] for row in rows if row["stage"] == "randomised" and row["arm"]]
    return None if not numbers or None in numbers else sum(numbers)


def _with_rows(exhibit: Exhibit, rows: Sequence[Row], beside: Beside, **notes: Cell) -> Exhibit:
    return replace(
        exhibit,
        rows=tuple(tuple(row[name] for name in exhibit.columns) for row in rows),
        notes={**exhibit.notes, "rounded": True, "step": beside.k + 1, **notes},
    )


# --- months and units ---


def _run_chart(chart: Exhibit, beside: Beside, indicators: Exhibit | None) -> Exhibit:
    """Show values by month, each so coarse that k more or fewer give the same; thin months are left out."""
    if _is_withheld(chart, indicators):
        return chart.withheld("small_cell")
    rows: list[Row] = []
    coarsest = SHARE_STEPS[0]
    for row in chart.records():
        step = step_for(float(row["denominator"] or 0), beside.k, SHARE_STEPS)
        if step is None or row["value"] is None:
            continue
        coarsest = max(coarsest, step)
        rows.append({**row, "numerator": None, "denominator": None, "value": _to(row["value"], step)})
    if len(rows) < FEWEST_MONTHS:
        return chart.withheld("small_cell")
    if len({row["value"] for row in rows}) < FEWEST_VALUES:
        return chart.withheld("curve_too_coarse")
    median = chart.notes.get("median")
    shown = _to(median, coarsest) if isinstance(median, int | float) else None
    return _with_rows(chart, rows, beside, median=shown)


def _is_withheld(exhibit: Exhibit, indicators: Exhibit | None) -> bool:
    named = exhibit.notes.get("indicator") or exhibit.id.rpartition("/")[2]
    return indicators is not None and str(named) in withheld_in(indicators)


def _to(value: Any, step: float) -> float:
    return round(round(round(value / step, 9)) * step, 6) + 0.0


def _funnel(funnel: Exhibit, beside: Beside, indicators: Exhibit | None) -> Exhibit:
    """Leave units to the breakdown of the indicator: exact limits say of how many people each of them is."""
    return funnel.withheld("differencing")


# --- weeks ---


def _exposure(curve: Exhibit, beside: Beside, indicators: Exhibit | None) -> Exhibit:
    """Show mean contacts every fourth week, as far as 4 k people are observed: k beyond either quarter."""
    k = beside.k
    rows = []
    for row in _every_fourth(curve):
        if row["people"] < 4 * k:
            continue
        people = number_shown(row["people"], beside.of("treatment"), k)
        mean = row["mean_cumulative"]
        edges = {
            name: None if row[name] is None else _to(row[name], CONTACTS) for name in ("low25", "high75")
        }
        step = step_for(row["people"], k)
        shown = None if mean is None or step is None else _to(two_digits(mean), step)
        rows.append({**row, **edges, "people": people, "mean_cumulative": shown})
    return _with_rows(curve, rows, beside) if rows else curve.withheld("small_cell")


def _every_fourth(exhibit: Exhibit) -> list[Row]:
    return [row for row in exhibit.records() if int(row["week"] or 0) % WEEKS == 0]


def _states(states: Exhibit, beside: Beside, indicators: Exhibit | None) -> Exhibit:
    """Round where everyone was, every fourth week; most are where the others are not."""
    rows: list[Row] = []
    for row in _every_fourth(states):
        counts = [int(row[name]) for name in STATES]
        rows.append({**row, **dict(zip(STATES, _parts(counts, beside), strict=True))})
    if not all(is_enough(sum(int(row[name]) for name in STATES), beside.k) for row in rows):
        return states.withheld("small_cell")
    return _with_rows(states, rows, beside)


def _parts(counts: Sequence[int], beside: Beside) -> list[int]:
    total = number_shown(sum(counts), beside.of("treatment"), beside.k)
    return parts_of(counts, total, k=beside.k)


def _contact_blocks(blocks: Exhibit, beside: Beside, indicators: Exhibit | None) -> Exhibit:
    """Round how many had how much contact in four weeks; the blocks are parts of those observed."""
    rows: list[Row] = []
    records: list[Row] = list(blocks.records())
    for block in dict.fromkeys(row["block"] for row in records):
        inside = [row for row in records if row["block"] == block]
        counts = [int(row["people"]) for row in inside]
        if not is_enough(sum(counts), beside.k):
            continue
        rows += [{**row, "people": n} for row, n in zip(inside, _parts(counts, beside), strict=True)]
    return _with_rows(blocks, rows, beside) if rows else blocks.withheld("small_cell")


# --- people ---


def _flow(flow: Exhibit, beside: Beside, indicators: Exhibit | None) -> Exhibit:
    """Round the way through the programme; what the protocol declares is shown as it is, or not at all."""
    rows: list[Row] = []
    for row in flow.records():
        declared = row["stage"] in PLANNED_STAGES
        if declared:
            rows.append({**row, "n": None, "of_n": None} if beside.hide_reach else row)
            continue
        rows.append({**row, **_stage(row, beside)})
    return _with_rows(flow, rows, beside, withheld_counts=beside.hide_reach)


def _stage(row: Row, beside: Beside) -> Row:
    """Round one stage; of how many in all were randomised, the flow of participants says."""
    k, shown = beside.k, beside.of("treatment")
    n = row["n"]
    if n is None:
        return {"of_n": None}
    if row["stage"] == "randomised":
        return {"n": number_shown(n, shown, k), "of_n": None}
    of = None if row["of_n"] is None else number_shown(row["of_n"], shown, k)
    return {"n": midpoint(n, k) if of is None else min(midpoint(n, k), of), "of_n": of}


def _changes(changes: Exhibit, beside: Beside, indicators: Exhibit | None) -> Exhibit:
    """Show what was changed, when and why as far as the protocol names it, without anybody's words."""
    texts = [name for name in ("what", "why") if name not in beside.labels]
    rows = [{**row, **dict.fromkeys(texts)} for row in changes.records()]
    return _with_rows(changes, rows, beside, withheld_texts=bool(texts))


def _harm(harm: Exhibit, beside: Beside, indicators: Exhibit | None) -> Exhibit:
    """Show incidents by arm: none, of one to k + 1 people (no number), or rounded.

    Kinds and severities are parts of them, and are left out unless each is of nobody or of more than k + 1
    people.
    """
    k = beside.k
    records: list[Row] = list(harm.records())
    apart = [row for row in records if row["kind"] or row["severity"]]
    hide = any(is_small(row["people"], k + 2) for row in apart)
    rows = [
        {
            **row,
            **_incidents(row, k),
            "of_people": None
            if row["of_people"] is None
            else number_shown(row["of_people"], beside.of(row["arm"]), k),
        }
        for row in records
        if not hide or not (row["kind"] or row["severity"])
    ]
    return _with_rows(harm, rows, beside, withheld_counts=hide)


def _incidents(row: Row, k: int) -> Row:
    people, incidents = row["people"], row["incidents"]
    if people is None or incidents is None or is_small(people, k + 2):
        return {"people": None, "incidents": None}
    return {"people": midpoint(people, k), "incidents": midpoint(incidents, k)}


def _by_dose(table: Exhibit, beside: Beside, indicators: Exhibit | None) -> Exhibit:
    """Show the outcome by dose as rounded shares, where each group is large and has some of either kind."""
    k = beside.k
    records: list[Row] = list(table.records())
    if table.outcome in beside.hidden:
        return table.withheld("differencing")
    for row in records:
        events, people = row["events"], row["people"]
        if events is None or not is_enough(people, k) or min(events, people - events) < k:
            return table.withheld("small_cell")
    conf_level = table.notes.get("conf_level", 0.95)
    rows = []
    for row in records:
        share = rounded_share(
            row["events"],
            row["people"],
            k=k,
            conf_level=conf_level if isinstance(conf_level, float) else None,
        )
        rows.append(
            {
                **row,
                "events": share.numerator,
                "people": share.denominator,
                "estimate": share.estimate,
                "conf_low": share.conf_low,
                "conf_high": share.conf_high,
            }
        )
    return _with_rows(table, rows, beside)


def _coverage(grid: Exhibit, beside: Beside, indicators: Exhibit | None) -> Exhibit:
    """Say withheld of every element whose indicator is."""
    gone = set() if indicators is None else withheld_in(indicators)
    rows = [
        {**row, "state": "withheld"} if row["indicator"] in gone and row["state"] != "not_collected" else row
        for row in grid.records()
    ]
    return _with_rows(grid, rows, beside)


CHANGES: dict[str, Callable[[Exhibit, Beside, Exhibit | None], Exhibit]] = {
    "coverage": _coverage,
    "run_chart": _run_chart,
    "funnel": _funnel,
    "exposure": _exposure,
    "exposure_states": _states,
    "contact_blocks": _contact_blocks,
    "programme_flow": _flow,
    "programme_changes": _changes,
    "harm": _harm,
    "outcome_by_dose": _by_dose,
}
"""How an exhibit of each kind leaves."""
