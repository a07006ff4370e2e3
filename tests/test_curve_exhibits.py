"""What stands beside curves: differences up to each day, and what came first, against naive counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_trials import HORIZON_DAYS, small_trial, with_causes

from primus_eval.estimators.curves import effect_exhibit, stacked_exhibit, tick_days
from primus_eval.measurement import Measurement, measure

TICKS = tick_days(HORIZON_DAYS, "days")[1:]
TREATED = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
DAYS = [5, 40, 60, 100, 100, 10, 10, 30, 70, 100]
EVENT = [1, 0, 1, 0, 0, 1, 1, 0, 1, 0]
CAUSES = ["", "death", "", "", "", "", "", "emigration", "", ""]
"""Nobody is censored before the end, so that every share is a count of people."""


def trial(*, competing: bool) -> Measurement:
    event = EVENT if competing else [int(day < 100) for day in DAYS]
    measured = measure(small_trial(treated=TREATED, days=DAYS, event=event), "reoffence")
    return with_causes(measured, CAUSES) if competing else measured


def by_hand(measured: Measurement, day: float) -> dict[str, float]:
    """Shares and mean days as plain means over people: without censoring the estimates are no more."""
    time, event, treated = measured.time_days, measured.event, measured.treated
    had = event & (time <= day)
    free = np.minimum(time, day)
    lost = np.where(had, day - time, 0.0)
    return {
        "risk_difference": float(had[treated].mean() - had[~treated].mean()),
        "restricted_mean_difference": float(free[treated].mean() - free[~treated].mean()),
        "restricted_mean_time_lost_difference": float(lost[treated].mean() - lost[~treated].mean()),
    }


@pytest.mark.parametrize(
    ("competing", "mean"),
    [(False, "restricted_mean_difference"), (True, "restricted_mean_time_lost_difference")],
)
def test_differences_are_those_of_plain_means_up_to_each_day(competing: bool, mean: str) -> None:
    measured = trial(competing=competing)
    exhibit = effect_exhibit(measured, conf_level=0.9)
    assert exhibit.id == "curve_effects/reoffence/assigned" and exhibit.notes["conf_level"] == 0.9
    assert [(row[0], row[1]) for row in exhibit.rows] == [
        (float(day), measure_) for day in TICKS for measure_ in ("risk_difference", mean)
    ]
    for record in exhibit.records():
        day, name, estimate = float(str(record["time_days"])), str(record["measure"]), record["estimate"]
        assert estimate == pytest.approx(by_hand(measured, day)[name], abs=1e-12)
        low, high = record["conf_low"], record["conf_high"]
        if low is not None:
            assert float(str(low)) < float(str(estimate)) < float(str(high))


def test_some_interval_is_there_and_narrower_at_a_lower_level() -> None:
    measured = trial(competing=True)
    narrow, wide = (effect_exhibit(measured, conf_level=level).records() for level in (0.5, 0.99))
    widths = [
        (float(str(one["conf_high"])) - float(str(one["conf_low"])), float(str(two["conf_high"])))
        for one, two in zip(narrow, wide, strict=True)
        if one["conf_low"] is not None
    ]
    assert widths
    for one, two in zip(narrow, wide, strict=True):
        if one["conf_low"] is not None:
            assert float(str(two["conf_low"])) < float(str(one["conf_low"]))


def shares(measured: Measurement, role: str, cause: str) -> list[tuple[float, float]]:
    (exhibit,) = stacked_exhibit(measured)
    rows: list[Any] = [row for row in exhibit.rows if row[:2] == (role, cause)]
    return [(row[2], row[3]) for row in rows]


@pytest.mark.parametrize("role", ["treatment", "control"])
def test_what_came_first_is_counted_by_day(role: str) -> None:
    measured = trial(competing=True)
    arm = measured.treated if role == "treatment" else ~measured.treated
    died = np.array([bool(cause) for cause in CAUSES])
    for cause, took in (("event", measured.event), ("competing", died)):
        found = shares(measured, role, cause)
        assert found[0] == (0.0, 0.0) and found[-1][0] == HORIZON_DAYS
        for day, share in found:
            assert share == pytest.approx((took & (measured.time_days <= day))[arm].mean(), abs=1e-12)


def test_where_nothing_may_compete_there_is_nothing_to_stack() -> None:
    assert stacked_exhibit(trial(competing=False)) == ()


def test_both_shares_and_neither_add_up_with_censoring_too() -> None:
    days, event = [5, 40, 60, 80, 20, 10, 10, 30, 70, 90], [1, 0, 1, 0, 0, 1, 1, 0, 1, 0]
    given = measure(small_trial(treated=TREATED, days=days, event=event), "reoffence")
    measured = with_causes(given, CAUSES)
    for role in ("treatment", "control"):
        had, other = shares(measured, role, "event"), shares(measured, role, "competing")
        assert [day for day, _ in had] == [day for day, _ in other]
        free = 1.0  # without either, by the product of the days
        arm = measured.treated if role == "treatment" else ~measured.treated
        died = np.array([bool(cause) for cause in CAUSES])
        for (day, one), (_, two) in zip(had, other, strict=True):
            at_risk = (measured.time_days[arm] >= day).sum()
            leaving = ((measured.event | died)[arm] & (measured.time_days[arm] == day)).sum()
            free *= 1 - leaving / at_risk
            assert one + two + free == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("treated", "days", "event", "causes"),
    [
        ([1, 1, 1], [10, 40, 100], [0, 1, 0], ["death", "", ""]),  # one arm empty
        ([1, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0], ["", "", "", "death"]),  # nobody followed
        ([1, 0, 1, 0], [100, 100, 100, 5], [0, 0, 0, 0], ["", "", "", "death"]),  # competing events only
        ([1, 0], [7, 7], [1, 1], ["", ""]),  # everyone on one day
    ],
)
def test_degenerate_trials_leave_cells_empty(
    treated: list[int], days: list[float], event: list[int], causes: list[str]
) -> None:
    given = measure(small_trial(treated=treated, days=days, event=event), "reoffence")
    measured = with_causes(given, causes)
    exhibit = effect_exhibit(measured, conf_level=0.95)
    assert len(exhibit.rows) == 2 * len(TICKS)
    for exhibit in stacked_exhibit(measured):
        assert all(0 <= float(str(record["incidence"])) <= 1 for record in exhibit.records())
