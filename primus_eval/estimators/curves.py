"""The curve of cumulative reoffending by arm and what belongs to it, as exhibits.

The curve is one minus Kaplan-Meier with log-log intervals (lifelines); where events may
compete it is the Aalen-Johansen estimate, with intervals on the same scale. In the risk table "at risk"
counts people still followed just before that day; events and censorings are counted up to and
including it, competing events among the censorings. Raw steps are individual data: `release` coarsens
them. At the same days `effect_exhibit` compares the curves, and `stacked_exhibit` sets competing events
upon the event.
"""

from __future__ import annotations

import math

import numpy as np

from primus_eval.estimators.competing import competed, may_compete
from primus_eval.estimators.days import followed_to
from primus_eval.estimators.result import kept_warnings, library_engine, own_engine
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.numerics.cumulative_incidence import (
    aalen_johansen,
    competing_table,
    incidence_difference,
    is_determined,
)
from primus_eval.numerics.effect import Effect
from primus_eval.numerics.restricted_mean import restricted_mean_difference
from primus_eval.numerics.time_lost import time_lost_difference
from primus_eval.vocabulary import EffectMeasure, TimeUnit

TICK_STEPS: dict[TimeUnit, tuple[int, ...]] = {
    "days": (1, 7, 30, 90, 180, 365, 730),
    "weeks": (7, 14, 28, 91, 182, 364, 728),
}
MOST_INTERVALS = 6


def tick_days(horizon_days: int, unit: TimeUnit) -> tuple[int, ...]:
    """Choose the days at which a risk table is read: round in the unit, the horizon last.

    >>> tick_days(364, "weeks")
    (0, 91, 182, 273, 364)
    >>> tick_days(730, "days")
    (0, 180, 360, 540, 730)
    """
    steps = TICK_STEPS[unit]
    step = next((step for step in steps if horizon_days / step <= MOST_INTERVALS), None)
    step = step or steps[-1] * math.ceil(horizon_days / steps[-1] / MOST_INTERVALS)
    ticks = [day for day in range(0, horizon_days, step) if day == 0 or horizon_days - day >= step / 2]
    return (*ticks, horizon_days)


def curve_exhibits(measurement: Measurement, *, conf_level: float) -> tuple[Exhibit, Exhibit]:
    """Draw up the cumulative reoffending of both arms, as steps and as a risk table."""
    protocol = measurement.trial.protocol
    unit = protocol.study.report_unit
    about = f"{measurement.outcome.id}/{measurement.population}"
    competing = may_compete(measurement)
    steps = _steps_with_competing if competing else _steps
    notes: dict[str, Cell] = {
        "horizon_days": measurement.horizon_days,
        "conf_level": conf_level,
        "coarse": False,
        "grid_days": None,
        "report_unit": unit,
        "method": "aalen_johansen" if competing else "kaplan_meier",
        "engine": own_engine("numerics.cumulative_incidence")
        if competing
        else library_engine("lifelines", "KaplanMeierFitter"),
    }
    arms = (("treatment", measurement.treated), ("control", ~measurement.treated))
    rows = [row for role, in_arm in arms for row in steps(measurement, role, in_arm, conf_level=conf_level)]
    if protocol.design.allocation.scheme == "cluster":
        rows = [(*row[:-2], None, None) for row in rows]  # intervals that take people to be independent
    curve = Exhibit(
        id=f"curve/{about}",
        kind="curve",
        columns=("arm", "time_days", "at_risk", "events", "censored", "incidence", "conf_low", "conf_high"),
        rows=tuple(rows),
        count_columns=("at_risk", "events", "censored"),
        outcome=measurement.outcome.id,
        population=measurement.population,
        notes=notes,
    )
    ticks = tick_days(measurement.horizon_days, unit)
    table = Exhibit(
        id=f"risk_table/{about}",
        kind="risk_table",
        columns=("arm", "time_days", "at_risk", "cumulative_events", "cumulative_censored"),
        rows=tuple(_at(measurement, role, in_arm, day) for role, in_arm in arms for day in ticks),
        count_columns=("at_risk", "cumulative_events", "cumulative_censored"),
        outcome=measurement.outcome.id,
        population=measurement.population,
        notes=notes,
    )
    return curve, table


def _steps(
    measurement: Measurement, role: str, in_arm: np.ndarray, *, conf_level: float
) -> list[tuple[Cell, ...]]:
    if not in_arm.any():
        return []
    from lifelines import KaplanMeierFitter

    with kept_warnings():  # lifelines warns of log(0) where everyone has had the event: ends are empty there
        fitter = KaplanMeierFitter(alpha=1 - conf_level).fit(
            measurement.time_days[in_arm], measurement.event[in_arm]
        )
    survival = fitter.survival_function_.iloc[:, 0]
    ends = fitter.confidence_interval_survival_function_
    table = fitter.event_table
    rows: list[tuple[Cell, ...]] = []
    for day in survival.index:
        incidence = 1 - float(survival[day])
        certain = incidence in (0.0, 1.0)
        rows.append(
            (
                role,
                float(day),
                int(table.at[day, "at_risk"]),
                int(table.at[day, "observed"]),
                int(table.at[day, "censored"]),
                incidence,
                None if certain else 1 - float(ends.at[day, ends.columns[1]]),
                None if certain else 1 - float(ends.at[day, ends.columns[0]]),
            )
        )
    return rows


def _steps_with_competing(
    measurement: Measurement, role: str, in_arm: np.ndarray, *, conf_level: float
) -> list[tuple[Cell, ...]]:
    """Return the steps of a curve with competing events, beginning at day 0 as lifelines' do."""
    table = competing_table(
        measurement.time_days[in_arm], measurement.event[in_arm], competed(measurement)[in_arm]
    )
    curve = aalen_johansen(table, conf_level=conf_level)
    rows: list[tuple[Cell, ...]] = []
    if in_arm.any() and curve.time_days[0] > 0:
        rows.append((role, 0.0, int(curve.at_risk[0]), 0, 0, 0.0, None, None))
    for step, day in enumerate(curve.time_days):
        incidence = float(curve.incidence[step])
        certain = incidence in (0.0, 1.0)
        rows.append(
            (
                role,
                float(day),
                int(curve.at_risk[step]),
                int(curve.events[step]),
                int(curve.competing[step] + curve.censored[step]),
                incidence,
                None if certain else float(curve.conf_low[step]),
                None if certain else float(curve.conf_high[step]),
            )
        )
    return rows


def _at(measurement: Measurement, role: str, in_arm: np.ndarray, day: int) -> tuple[Cell, ...]:
    time_days, event = measurement.time_days[in_arm], measurement.event[in_arm]
    by_then = time_days <= day
    return (
        role,
        float(day),
        int((time_days >= day).sum()),
        int((by_then & event).sum()),
        int((by_then & ~event).sum()),
    )


def effect_exhibit(measurement: Measurement, *, conf_level: float) -> Exhibit:
    """Compare everyone randomised up to each day of the risk table but the first: risks, and mean time.

    The difference in risk is that of Aalen and Johansen's curves, of Kaplan and Meier's where nothing may
    compete; mean time is that without the event, or where events may compete that lost to it. Treatment
    minus control. Cells are empty where the data do not determine a number. Each interval is for its own day
    alone.
    Checked: tests/test_curve_exhibits.py.
    """
    ticks = tick_days(measurement.horizon_days, measurement.trial.protocol.study.report_unit)
    return Exhibit(
        id=f"curve_effects/{measurement.outcome.id}/{measurement.population}",
        kind="curve_effects",
        columns=("time_days", "measure", "estimate", "conf_low", "conf_high"),
        rows=tuple(
            (float(day), measure, effect.estimate, effect.conf_low, effect.conf_high)
            for day in ticks[1:]
            for measure, effect in _effects_by(measurement, day, conf_level=conf_level)
        ),
        outcome=measurement.outcome.id,
        population=measurement.population,
        notes={
            "horizon_days": measurement.horizon_days,
            "conf_level": conf_level,
            "report_unit": measurement.trial.protocol.study.report_unit,
        },
    )


def _effects_by(
    measurement: Measurement, day: int, *, conf_level: float
) -> tuple[tuple[EffectMeasure, Effect], tuple[EffectMeasure, Effect]]:
    time_days, event, competing = followed_to(measurement, day)
    treated, until = measurement.treated, {"horizon_days": float(day), "conf_level": conf_level}
    risks = incidence_difference(time_days, event, competing, treated, **until)
    if may_compete(measurement):
        lost = time_lost_difference(time_days, event, competing, treated, **until)
        return ("risk_difference", risks), ("restricted_mean_time_lost_difference", lost)
    free = restricted_mean_difference(time_days, event, treated, **until)
    return ("risk_difference", risks), ("restricted_mean_difference", free)


def stacked_exhibit(measurement: Measurement) -> tuple[Exhibit, ...]:
    """Draw up who had the event, and to whom a competing event came first, by day in each arm.

    Both shares are Aalen-Johansen estimates, so that they and the share with neither add up to one. Nothing
    where no event may compete. Raw steps are individual data.
    Checked: tests/test_curve_exhibits.py.
    """
    if not may_compete(measurement):
        return ()
    arms = (("treatment", measurement.treated), ("control", ~measurement.treated))
    return (
        Exhibit(
            id=f"cumulative_incidence/{measurement.outcome.id}/{measurement.population}",
            kind="cumulative_incidence",
            columns=("arm", "cause", "time_days", "incidence"),
            rows=tuple(row for role, in_arm in arms for row in _stacked_steps(measurement, role, in_arm)),
            outcome=measurement.outcome.id,
            population=measurement.population,
            notes={
                "horizon_days": measurement.horizon_days,
                "coarse": False,
                "report_unit": measurement.trial.protocol.study.report_unit,
                "method": "aalen_johansen",
                "engine": own_engine("numerics.cumulative_incidence"),
            },
        ),
    )


def _stacked_steps(measurement: Measurement, role: str, in_arm: np.ndarray) -> list[tuple[Cell, ...]]:
    """Return the steps of both shares, from day 0 to the last day on which they are known."""
    if not in_arm.any():
        return []
    time_days, horizon = measurement.time_days[in_arm], float(measurement.horizon_days)
    event, competing = measurement.event[in_arm], competed(measurement)[in_arm]
    rows: list[tuple[Cell, ...]] = []
    for cause, counted, other in (("event", event, competing), ("competing", competing, event)):
        table = competing_table(time_days, counted, other)
        curve = aalen_johansen(table, conf_level=0.95)
        steps = [
            (float(day), float(share)) for day, share in zip(curve.time_days, curve.incidence, strict=True)
        ]
        if steps[0][0] > 0:
            steps.insert(0, (0.0, 0.0))
        if steps[-1][0] < horizon and is_determined(table, horizon):
            steps.append((horizon, steps[-1][1]))
        rows += [(role, cause, *step) for step in steps if step[0] <= horizon]
    return rows
