"""How many had the event by then: the numbers behind cumulative curves and the risk table beneath them.

Curves rise from zero (one minus Kaplan-Meier, or Aalen-Johansen where events compete). Beside the observed
curve of an outcome there may be predicted ones, which an analysis standardised by a Cox model: they are
named by the id of their exhibit. `curve_ink.plot_curve` draws what the two frames hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, isnan
from typing import Any

import pandas as pd

from primus_eval.figures.setting import ASSIGNED, ROLES
from primus_eval.findings import Exhibit, Findings
from primus_eval.vocabulary import ArmRole, TimeUnit

CURVE_COLUMNS = ("arm", "time_days", "incidence", "conf_low", "conf_high")
RISK_COLUMNS = ("arm", "time_days", "at_risk", "cumulative_events")

ROUND_STEPS: dict[TimeUnit, tuple[int, ...]] = {
    "weeks": (1, 2, 4, 13, 26, 52, 104, 260, 520),
    "days": (1, 5, 10, 30, 90, 180, 365, 730, 1825),
}
"""Steps of the time axis that a reader can count in: weeks by quarters of a year, days by months."""

MOST_TIME_STEPS = 6

HEADROOM = 0.08
"""Share of the axis that stays free above the highest point, interval or not."""

SAME = 1e-9
"""Shares closer than this are the same number with the noise of floating-point arithmetic."""


PREDICTED = "standardised_curve"
"""The kind of the exhibits whose curves follow from a Cox model."""


def curve_frame(
    findings: Findings,
    *,
    outcome: str | None = None,
    population: str = ASSIGNED,
    exhibit: Exhibit | str | None = None,
) -> pd.DataFrame:
    """Return the points of the cumulative curves by arm, in order of time.

    outcome: left out, that of the first curve there is. exhibit: a curve by itself or by its id, in place of
    outcome and population, such as "standardised_curve/adjusted/assigned".
    Columns: arm; time_days; incidence, conf_low and conf_high as proportions, NaN where the exhibit has
    none. Up to the horizon. Where people were still followed after an arm's last row, its curve is
    carried on to the horizon at the last value; a coarsened curve never is.
    Checked: tests/test_figures_curve.py.
    """
    return points_of(curve_exhibit(findings, outcome=outcome, population=population, exhibit=exhibit))


def points_of(curve: Exhibit) -> pd.DataFrame:
    """Return the points of one curve as `curve_frame` does."""
    horizon = curve.notes.get("horizon_days")
    rows: list[tuple[Any, ...]] = []
    for role in ROLES:
        rows += _points_of_arm(curve, role, None if horizon is None else float(horizon))
    frame = pd.DataFrame(rows, columns=list(CURVE_COLUMNS))
    return frame.astype(dict.fromkeys(CURVE_COLUMNS[1:], float))


def curve_exhibit(
    findings: Findings,
    *,
    outcome: str | None = None,
    population: str = ASSIGNED,
    exhibit: Exhibit | str | None = None,
) -> Exhibit:
    """Return the curve that is asked for; KeyError where there is none, ValueError if withheld."""
    if exhibit is not None:
        return shown_exhibit(findings, exhibit if isinstance(exhibit, str) else exhibit.id)
    outcome = outcome or next((curve.outcome for curve in findings.exhibits_of("curve")), "")
    return shown_exhibit(findings, f"curve/{outcome}/{population}")


def is_predicted(curve: Exhibit) -> bool:
    """Tell whether a curve follows from a model, so that no people are counted along it."""
    return curve.kind == PREDICTED


def _points_of_arm(exhibit: Exhibit, role: ArmRole, horizon_days: float | None) -> list[tuple[Any, ...]]:
    records: list[dict[str, Any]] = [record for record in exhibit.records() if record["arm"] == role]
    if horizon_days is not None:
        records = [record for record in records if record["time_days"] <= horizon_days]
    points = [tuple(record[name] for name in CURVE_COLUMNS) for record in records]
    if horizon_days is None or is_coarse(exhibit) or not points:
        return points
    if points[-1][1] < horizon_days and _someone_left(records[-1]):
        points.append((role, horizon_days, *points[-1][2:]))
    return points


def _someone_left(record: Mapping[str, Any]) -> bool:
    """Tell whether anyone was followed beyond this row; not where the counts are not shown."""
    at_risk, events, censored = (record.get(name) for name in ("at_risk", "events", "censored"))
    if at_risk is None or events is None or censored is None:
        return False
    return bool(at_risk > events + censored)


def risk_table_frame(findings: Findings, *, outcome: str, population: str = ASSIGNED) -> pd.DataFrame:
    """Return the risk table beneath the curves: arm, time_days, at_risk, cumulative_events.

    Counts are Int64, NA where they are not shown. No rows where there is no such table to show.
    """
    name = f"risk_table/{outcome}/{population}"
    exhibit = next((item for item in findings.exhibits if item.id == name), None)
    records = exhibit.records() if exhibit is not None and exhibit.status == "estimated" else []
    rows = [tuple(record[name] for name in RISK_COLUMNS) for record in records]
    frame = pd.DataFrame(rows, columns=list(RISK_COLUMNS))
    return frame.astype({"time_days": float, "at_risk": "Int64", "cumulative_events": "Int64"})


def shown_exhibit(findings: Findings, id: str) -> Exhibit:
    """Return an exhibit that has something to show; KeyError where there is none, ValueError if withheld."""
    exhibit = next((item for item in findings.exhibits if item.id == id), None)
    if exhibit is None:
        raise KeyError(id)
    if exhibit.status != "estimated":
        raise ValueError(f"{id} is {exhibit.status} ({exhibit.reason}): there is nothing to draw")
    if not exhibit.rows:
        raise ValueError(f"{id} has no rows: there is nothing to draw")
    return exhibit


def is_coarse(curve: Exhibit) -> bool:
    """Tell whether a curve was coarsened for release."""
    return bool(curve.notes.get("coarse"))


def time_ticks(table: pd.DataFrame, *, last_day: float, unit: TimeUnit, days_in_unit: int) -> list[float]:
    """Return the ticks of the time axis in days: those of the risk table, or else round ones.

    >>> time_ticks(pd.DataFrame(), last_day=364.0, unit="weeks", days_in_unit=7)
    [0.0, 91.0, 182.0, 273.0, 364.0]
    """
    if len(table):
        return sorted(set(table["time_days"]))
    span = last_day / days_in_unit
    step = next((step for step in ROUND_STEPS[unit] if span / step <= MOST_TIME_STEPS), ceil(span))
    return [float(days_in_unit * step * number) for number in range(int(span / step + 1e-9) + 1)]


def top_share(highest: float) -> float:
    """Return where the axis of shares ends: at its last tick, or higher for headroom above all that is drawn.

    >>> top_share(0.35), round(top_share(0.92), 4), round(top_share(1.0), 4)
    (0.4, 1.0, 1.087)
    """
    last_tick = share_ticks(highest)[-1]
    return last_tick if isnan(highest) else max(last_tick, highest / (1 - HEADROOM))


def share_ticks(highest: float) -> list[float]:
    """Return round shares from zero to the next above the highest that is drawn; never beyond one.

    >>> share_ticks(0.37), share_ticks(0.0), share_ticks(1.0)[-1]
    ([0.0, 0.1, 0.2, 0.3, 0.4], [0.0, 0.01, 0.02, 0.03, 0.04, 0.05], 1.0)
    """
    thousandths = 50.0 if isnan(highest) else max(min(highest, 1.0) * 1000, 50.0)
    step = next(step for step in (10, 20, 50, 100, 200) if thousandths / step <= 5)
    return [number * step / 1000 for number in range(ceil(thousandths / step - 1e-9) + 1)]


def final_shares(frame: pd.DataFrame) -> dict[ArmRole, pd.Series]:
    """Return the last point of each arm's curve, for the arms that have one."""
    rows = {role: frame[frame["arm"] == role] for role in ROLES}
    return {role: part.iloc[-1] for role, part in rows.items() if len(part)}


def gaps(frame: pd.DataFrame) -> pd.Series:
    """Return treatment minus control at every time at which either curve has a point, by time in days.

    As steps, each share holding to its arm's next point; empty where an arm has no curve, and up to where
    the first of the two ends. Points of coarsened curves share their days, so that no step is read there.
    """
    known = frame.dropna(subset="incidence")
    last_days = known.groupby("arm")["time_days"].max()
    if len(last_days) < len(ROLES):
        return pd.Series(dtype=float)
    shares = known.pivot(index="time_days", columns="arm", values="incidence").sort_index()
    steps = shares[shares.index <= last_days.min()].ffill().dropna()
    return steps["treatment"] - steps["control"]


def coincide(frame: pd.DataFrame) -> bool:
    """Tell whether both arms have a curve and the two are one line."""
    gap = gaps(frame)
    return len(gap) > 0 and bool((gap.abs() < SAME).all())
