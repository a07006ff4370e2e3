"""Exhibits that may leave although they start from individuals: coarse curves, flow, baseline.

A raw Kaplan-Meier curve is individual data: most of its steps are one person. A released curve is
read at the days of the risk table only; its cumulative counts are rounded to the midpoints of steps
of k + 1 people (so that one to k cannot be told apart), and it is recomputed from the rounded counts.
Effects and intervals stay exact; they come from other findings.

Percentages and means of a baseline table can give back how many people they are of: 0.45 can be a
share of 31 people and not of 32. Where that number is hidden, they are rounded so coarsely that k
numbers of people fit equally well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import ceil, log10
from typing import Any

from primus_eval.disclosure.cells import is_small
from primus_eval.disclosure.losses import ARMS, RECEIPT
from primus_eval.findings import Cell, Exhibit
from primus_eval.protocol import ASSIGNED

BASELINE_COUNTS = ("n_treatment", "n_control", "count_treatment", "count_control")

SHARE_STEPS = (0.01, 0.05, 0.1, 0.25)
"""To which a share of people may be rounded."""


def midpoint(count: int, k: int) -> int:
    """Round a count of people to the midpoint of a step of k + 1; zero stays zero.

    With k = 5, counts of 1 to 6 become 3, 7 to 12 become 9. The rule is that of OpenSAFELY ("midpoint
    6"), whose steps have six people.

    >>> [midpoint(count, 5) for count in (0, 1, 6, 7, 12)]
    [0, 3, 3, 9, 9]
    """
    step = k + 1
    return 0 if count == 0 else -(-count // step) * step - step // 2


def behind(rounded: int, k: int) -> tuple[int, int]:
    """Return the fewest and the most people that round to a midpoint.

    >>> behind(0, 5), behind(3, 5), behind(45, 5)
    ((0, 0), (1, 6), (43, 48))
    """
    if rounded == 0:
        return 0, 0
    most = rounded + (k + 1) // 2
    return most - k, most


def coarse_risk_table(
    table: Exhibit,
    *,
    k: int,
    hide_losses: bool = False,
    shown: Sequence[tuple[int, int]] = (),
    at_end: Mapping[str, int] | None = None,
) -> Exhibit:
    """Round a risk table: events and censorings to midpoints, people at risk as what they leave.

    In a part of the trial none are rounded like one: "no events so far" is about every member, and
    "somebody left" may be all that was missing to count who left; so with censorings in everyone where
    losses are hidden. At the horizon follow-up ends for all who had no event; their number is what the
    rounded numbers leave, because rounding it too would say a second thing about how many were followed.

    shown: the people of both arms in released findings about the same population. Where these differ by
    one to k - 1, the table begins with their number: its own, rounded, could give the difference away.
    at_end: by arm, the whole people that a risk by curves is shown as; at the horizon their number is
    rounded, because the number of events, rounded, could differ from it by who left early.
    """
    if table.notes.get("coarse"):
        return table
    in_part = table.population != ASSIGNED
    fewest_events, fewest_censored = int(in_part), int(in_part or hide_losses)
    horizon = table.notes.get("horizon_days")
    rows: list[tuple[Cell, ...]] = []
    for arm, points in _by_arm(table):
        analysed = [numbers[ARMS.index(arm)] for numbers in shown]
        people = midpoint(nearest_shown(int(points[0]["at_risk"]), analysed, k), k)
        censored = 0
        for point in points:
            begun, ended = point["time_days"] > 0, point["time_days"] == horizon
            happened = int(point["cumulative_events"])
            if ended and at_end is not None:
                happened = at_end[arm]
            events = midpoint(max(happened, begun * fewest_events), k)
            left = midpoint(max(int(point["cumulative_censored"]), begun * fewest_censored), k)
            left = max(left, censored)
            at_risk = people - events - (censored if ended else left)
            if at_risk < k:
                break
            censored = max(censored, people - events) if ended else left
            rows.append((arm, point["time_days"], at_risk, events, censored))
    return replace(table, rows=tuple(rows), notes={**table.notes, "coarse": True})


def nearest_shown(people: int, shown: Sequence[int], k: int) -> int:
    """Return the number of people, or one that is shown and differs from it by one to k - 1.

    >>> nearest_shown(120, [119, 60], 5), nearest_shown(120, [119, 120], 5), nearest_shown(120, [100], 5)
    (119, 120, 120)
    """
    if people in shown:
        return people
    return next((number for number in shown if is_small(abs(people - number), k)), people)


LARGEST_DISTORTION = 0.03
"""How far rounding may move a released curve from the true one, as a proportion of the people."""


def would_mislead(table: Exhibit, *, k: int) -> bool:
    """Whether rounding to steps of k + 1 could move the curve of an arm by more than LARGEST_DISTORTION.

    Half a step of people, of those followed at the beginning; with k = 5 an arm needs a hundred people.
    """
    people = [int(points[0]["at_risk"]) for _, points in _by_arm(table)]
    return len(people) < len(ARMS) or any((k + 1) / 2 > LARGEST_DISTORTION * n for n in people)


def can_be_recomputed(curve: Exhibit) -> bool:
    """Whether a curve follows from its risk table.

    Not where there were competing events: the table counts those who died or left the country among the
    censored, and the curve recomputed from it would be one of a world in which nobody does.
    """
    return curve.notes.get("method") != "aalen_johansen"


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


def coarse_flow(flow: Exhibit, *, k: int, hide: bool, shown: Collection[tuple[int, int]]) -> Exhibit:
    """Withhold the steps of a flow that give back a loss of one to k - 1 people.

    hide: whether there is such a loss. Then only the numbers analysed stay, and these only where a
    released finding has them too (shown: people in treatment and control): beside any other number of
    people the loss would be their difference. Receipt is withheld alone where only it is small.
    """
    if flow.notes.get("withheld_counts"):
        return flow
    records = _records(flow)
    analysed = {row["arm"]: row["n"] for row in records if row["stage"] == "analysed"}
    kept = {"analysed"} if tuple(analysed.get(arm) for arm in ARMS) in shown else set()
    hide_receipt = any(is_small(row["n"], k) for row in records if row["stage"] in RECEIPT)
    is_recorded = any(row["n"] is not None for row in records if row["stage"] in RECEIPT)
    if is_recorded and (hide or hide_receipt):
        records = _with_unknown_receipt(records)
    rows = []
    for row in records:
        hidden = hide and row["stage"] not in kept or hide_receipt and row["stage"] in RECEIPT
        rows.append((row["stage"], row["arm"], row["reason"], row["label"], None if hidden else row["n"]))
    return replace(flow, rows=tuple(rows), notes={**flow.notes, "withheld_counts": hide or hide_receipt})


def _with_unknown_receipt(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give both arms a row for receipt that is not known: that there is none is withheld as well."""
    found = []
    for row in records:
        if row["stage"] != "receipt_unknown":
            found.append(row)
        if row["stage"] == "not_received":
            found.append({**row, "stage": "receipt_unknown"})
    return found


def coarse_baseline(
    baseline: Exhibit, *, k: int, blurred: Collection[str], hidden: Collection[str] = ()
) -> Exhibit:
    """Round a baseline table and withhold variables with a small group.

    Counts leave as whole percentages only, means and spreads with three significant digits. A variable
    with a group of one to k - 1 people in either arm is withheld whole, because its other groups would
    give the small one back. blurred: variables of which the number of people must not follow; they are
    rounded more coarsely, and how many are missing is not said. hidden: those of them that are withheld
    because other numbers are about the same groups, and two roundings of a number tell more than one.
    """
    if baseline.notes.get("rounded"):
        return baseline
    records = _records(baseline)
    steps = {id(row): _step(row, k) if row["variable"] in blurred else 0.0 for row in records}
    withheld = {*hidden} | {
        row["variable"] for row in records if _has_small_group(row, k) or steps[id(row)] is None
    }
    rows = tuple(
        tuple(
            _coarse_cell(name, row, k, hide=row["variable"] in withheld, step=steps[id(row)])
            for name in baseline.columns
        )
        for row in records
    )
    withheld &= {row["variable"] for row in records}
    notes: dict[str, Cell] = {"rounded": True, "withheld_variables": len(withheld)}
    return replace(baseline, rows=rows, notes=notes)


def _has_small_group(row: dict[str, Any], k: int) -> bool:
    for arm in ARMS:
        n, count = row[f"n_{arm}"], row[f"count_{arm}"]
        if row["kind"] == "share" and (is_small(count, k) or is_small(n - count, k)):
            return True
        if row["kind"] == "mean_sd" and (n < 2 * k or is_small(count, k)):
            return True  # where few differ from all others, mean and spread say by how much
    return False


def _step(row: dict[str, Any], k: int) -> float | None:
    """Return a rounding step so coarse that k people more or fewer give the same; None if none will do.

    A share or a mean of whole numbers moves by at least 1 / n for every person that it counts.
    """
    needed = k / max(1, min(row[f"n_{arm}"] for arm in ARMS))
    if row["kind"] == "share":
        return next((step for step in SHARE_STEPS if step >= needed), None)
    return float(10.0 ** ceil(log10(needed)))


def _coarse_cell(name: str, row: dict[str, Any], k: int, *, hide: bool, step: float | None) -> Cell:
    """Return one cell of a released baseline table; a step above zero is that of a blurred variable."""
    value: Cell = row[name]
    if name in BASELINE_COUNTS:
        return None
    if name.startswith("missing_"):
        return None if step != 0.0 or is_small(row[name], k) else value
    if not name.startswith(("value_", "spread_")) and name != "smd":
        return value
    if hide or not isinstance(value, float):
        return None
    if name == "smd":
        return round(value, 1 if step else 2) + 0.0  # never -0.0
    if row["kind"] == "share":
        if step and name.startswith("spread_"):
            return None  # it would tell the share more exactly than the share itself
        return _to_step(value, step or SHARE_STEPS[0])
    return float(f"{value:.3g}") if not step else _to_step(float(f"{value:.3g}"), step)


def _to_step(value: float, step: float) -> float:
    """Round to a multiple of a step, halves to the even one.

    So a share and its complement add up to one; where they did not, they would both be halves, and there
    are few numbers of people of which they can be.

    >>> _to_step(0.35, 0.1), _to_step(0.65, 0.1), _to_step(33.4, 1.0)
    (0.4, 0.6, 33.0)
    """
    return round(round(round(value / step, 9)) * step, 6) + 0.0


def _records(exhibit: Exhibit) -> list[dict[str, Any]]:
    return list(exhibit.records())


def _by_arm(exhibit: Exhibit) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    for arm in ARMS:
        points = [row for row in _records(exhibit) if row["arm"] == arm]
        if points:
            yield arm, points
