"""Exhibits that may leave although they start from individuals: coarse curves, flow, baseline.

A raw Kaplan-Meier curve is individual data: most of its steps are one person. A released curve is
read at the days of the risk table only; its cumulative counts are rounded to the midpoints of steps
of k + 1 people (so that one to k cannot be told apart), and it is recomputed from the rounded counts.
Effects and intervals stay exact; they come from other findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from primus_eval.disclosure.cells import is_small
from primus_eval.findings import Cell, Exhibit

BASELINE_COUNTS = ("n_treatment", "n_control", "count_treatment", "count_control")


def midpoint(count: int, k: int) -> int:
    """Round a count of people to the midpoint of a step of k + 1; zero stays zero.

    With k = 5, counts of 1 to 6 become 3, 7 to 12 become 9. The rule is that of OpenSAFELY ("midpoint
    6"), whose steps have six people.

    >>> [midpoint(count, 5) for count in (0, 1, 6, 7, 12)]
    [0, 3, 3, 9, 9]
    """
    step = k + 1
    return 0 if count == 0 else -(-count // step) * step - step // 2


def coarse_risk_table(table: Exhibit, *, k: int) -> Exhibit:
    """Round a risk table: events and censorings to midpoints, people at risk as what they leave."""
    rows: list[tuple[Cell, ...]] = []
    for arm, points in _by_arm(table):
        people = midpoint(int(points[0]["at_risk"]), k)
        gone_before = 0
        for point in points:
            events = midpoint(int(point["cumulative_events"]), k)
            censored = midpoint(int(point["cumulative_censored"]), k)
            at_risk = max(people - gone_before, 0)
            if at_risk < k:
                break
            rows.append((arm, point["time_days"], at_risk, events, censored))
            gone_before = events + censored
    return replace(table, rows=tuple(rows), notes={**table.notes, "coarse": True})


def coarse_curve(curve: Exhibit, rounded: Exhibit) -> Exhibit:
    """Recompute a curve from a rounded risk table; it has no interval of its own.

    Within a step of the grid the rounded events are shared by the people at risk at its beginning.
    """
    rows: list[tuple[Cell, ...]] = []
    for arm, points in _by_arm(rounded):
        survival, events_before, censored_before = 1.0, 0, 0
        at_risk = points[0]["at_risk"] if points else 0
        for point in points:
            events = point["cumulative_events"] - events_before
            if at_risk:
                survival *= max(1 - events / at_risk, 0.0)
            censored = point["cumulative_censored"] - censored_before
            rows.append((arm, point["time_days"], at_risk, events, censored, 1 - survival, None, None))
            events_before, censored_before = point["cumulative_events"], point["cumulative_censored"]
            at_risk = max(at_risk - events - censored, 0)
    days = sorted({float(row[1]) for row in rounded.rows if isinstance(row[1], int | float)})
    grid = days[1] - days[0] if len(days) > 1 else None
    notes = {**curve.notes, "coarse": True, "grid_days": grid}
    return replace(curve, rows=tuple(rows), notes=notes)


def flow_has_small_loss(flow: Exhibit, *, k: int) -> bool:
    """Whether a step of the flow loses one to k - 1 people of an arm."""
    lost = ("excluded", "not_analysed", "not_randomised")
    early = _early(flow)
    return any(is_small(n, k) for n in early) or any(
        is_small(row["n"], k) for row in _records(flow) if row["stage"] in lost
    )


def _early(flow: Exhibit) -> list[int]:
    numbers = {(row["stage"], row["arm"]): row["n"] for row in _records(flow)}
    return [
        numbers[("followed", arm)] - numbers[("followed_to_horizon", arm)] for arm in ("treatment", "control")
    ]


def coarse_flow(flow: Exhibit, *, k: int) -> Exhibit:
    """Withhold the steps of a flow that give back a loss of one to k - 1 people.

    Where a loss is that small, only the numbers analysed stay: with the numbers randomised beside
    them, the loss would be their difference. Receipt is withheld alone where only it is small.
    """
    hide_losses = flow_has_small_loss(flow, k=k)
    receipt = ("received", "not_received", "receipt_unknown")
    hide_receipt = any(is_small(row["n"], k) for row in _records(flow) if row["stage"] in receipt)
    rows = []
    for row in _records(flow):
        is_receipt = row["stage"] in receipt
        hidden = hide_losses and row["stage"] != "analysed" or hide_receipt and is_receipt
        rows.append((row["stage"], row["arm"], row["reason"], row["label"], None if hidden else row["n"]))
    notes = {**flow.notes, "withheld_counts": hide_losses or hide_receipt}
    return replace(flow, rows=tuple(rows), notes=notes)


def coarse_baseline(baseline: Exhibit, *, k: int) -> Exhibit:
    """Round a baseline table and withhold variables with a small group.

    Counts leave as whole percentages only, means and spreads with three significant digits, so that
    the exact number of people does not follow. A variable with a group of one to k - 1 people in
    either arm is withheld whole, because its other groups would give the small one back.
    """
    small = {row["variable"] for row in _records(baseline) if _has_small_group(row, k)}
    rows = tuple(
        tuple(_coarse_cell(name, row, k, hide=row["variable"] in small) for name in baseline.columns)
        for row in _records(baseline)
    )
    return replace(baseline, rows=rows, notes={"rounded": True, "withheld_variables": len(small)})


def _has_small_group(row: dict[str, Any], k: int) -> bool:
    for arm in ("treatment", "control"):
        n, count = row[f"n_{arm}"], row[f"count_{arm}"]
        if row["kind"] == "share" and (is_small(count, k) or is_small(n - count, k)):
            return True
        if row["kind"] == "mean_sd" and n < 2 * k:
            return True
    return False


def _coarse_cell(name: str, row: dict[str, Any], k: int, *, hide: bool) -> Cell:
    value: Cell = row[name]
    if name in BASELINE_COUNTS:
        return None
    if name.startswith("missing_"):
        return None if is_small(row[name], k) else value
    if name.startswith(("value_", "spread_")) or name == "smd":
        if hide or not isinstance(value, float):
            return None
        if name == "smd" or row["kind"] == "share":
            return round(value, 2) + 0.0  # never -0.0
        return float(f"{value:.3g}")
    return value


def _records(exhibit: Exhibit) -> list[dict[str, Any]]:
    return list(exhibit.records())


def _by_arm(exhibit: Exhibit) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    for arm in ("treatment", "control"):
        points = [row for row in _records(exhibit) if row["arm"] == arm]
        if points:
            yield arm, points
