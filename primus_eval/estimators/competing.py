"""What a competing event (death, deportation, emigration) means for the methods on time.

A measurement by rules says of each person whether such an event ended observation before the event. Their
risk of the event is then known: it stays at none. So risks and days lost are read from Aalen-Johansen
curves, and Gray's test and the regression of Fine and Gray compare those curves as a whole. Methods that
would take those people for censored say that they cannot answer, and comparisons of rates, in which people
stop counting once they left, say what they compare.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from primus_eval.estimators.covariates import covariates, groups
from primus_eval.estimators.days import followed_to
from primus_eval.estimators.result import Estimate, Estimator, counts_of, own_engine
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.numerics.cumulative_incidence import incidence_at, incidence_difference
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.fine_gray import fine_gray, subdistribution_hazard_ratio
from primus_eval.numerics.gray import gray_test
from primus_eval.numerics.time_lost import time_lost_difference
from primus_eval.protocol import Analysis
from primus_eval.protocol.model import ARM as ASSIGNED_ARM
from primus_eval.vocabulary import Unit

ARM = 0
"""The column of the design that holds the arm."""

CAUSE_SPECIFIC = (
    "People who die or leave the country without having had the event count until then. So this compares "
    "rates among those still there (cause-specific), and does not say how many had the event."
)

EARLY_FOR_MORE = (
    "Days are weighted by one minus the share with the event, to the power {rho}, as declared: early ones "
    "count for more."
)
BY_GROUP = "People of different groups, as declared, may leave early at different rates."


def competed(measurement: Measurement) -> np.ndarray:
    """Return whether a competing event ended observation, of nobody where none is recorded; shape (n,)."""
    if "cause" not in measurement.frame:
        return np.zeros(len(measurement.frame), dtype=bool)
    return measurement.frame["cause"].ne("").to_numpy(dtype=bool)


def may_compete(measurement: Measurement) -> bool:
    """Whether events compete by the rules of the outcome and the tables that are there.

    Whether they did in these data would say of a small group that somebody died, or that nobody did.
    """
    definition = measurement.outcome.reoffending
    if definition is None:
        return bool(competed(measurement).any())
    rules = (definition.death, definition.deportation, definition.emigration)
    return "compete" in rules and measurement.trial.status is not None


def known_exhibit(measurement: Measurement, *, by_day: int | None = None) -> Exhibit:
    """Say of how many people it is known if they had the event by a day, and the risk; `release` needs it.

    by_day: the horizon where it is left out.
    """
    day = by_day or measurement.horizon_days
    rows: list[tuple[Cell, ...]] = []
    time_days, event, competing = followed_to(measurement, day)
    known = measurement.known_at_horizon
    if day < measurement.horizon_days:
        settled = measurement.event | competed(measurement)
        known = settled | known | (measurement.time_days >= day)
    for role, arm in (("treatment", measurement.treated), ("control", ~measurement.treated)):
        risk = None
        if arm.any():
            risk = incidence_at(
                time_days[arm],
                event[arm],
                competing[arm],
                horizon_days=day,
                conf_level=0.95,
            ).estimate
        rows.append((role, int(arm.sum()), int((arm & known).sum()), risk))
    return Exhibit(
        id=f"known/{measurement.outcome.id}/{measurement.population}/{day}d",
        kind="known",
        columns=("arm", "n", "known", "risk"),
        rows=tuple(rows),
        count_columns=("n", "known"),
        outcome=measurement.outcome.id,
        population=measurement.population,
        notes={"horizon_days": day},
    )


def where_nothing_competes(estimator: Estimator) -> Estimator:
    """Keep an estimator that reads competing events as censoring from answering where there are any."""

    def guarded(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
        estimates = estimator(measurement, analysis)
        if not may_compete(measurement):
            return estimates
        return tuple(replace(estimate, effect=not_estimable("competing_events")) for estimate in estimates)

    return guarded


def cause_specific(estimator: Estimator) -> Estimator:
    """Have a comparison of rates say that it is cause-specific where there are competing events."""

    def warned(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
        estimates = estimator(measurement, analysis)
        if not may_compete(measurement):
            return estimates
        return tuple(
            replace(estimate, warnings=(*estimate.warnings, CAUSE_SPECIFIC))
            if estimate.effect.reason in (None, "test_only")
            else estimate
            for estimate in estimates
        )

    return warned


def risk_difference(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the difference in the risk of the event by the horizon, each risk by Aalen-Johansen."""
    effect = incidence_difference(
        measurement.time_days,
        measurement.event,
        competed(measurement),
        measurement.treated,
        horizon_days=measurement.horizon_days,
        conf_level=analysis.conf_level,
    )
    return (_estimate(measurement, effect),)


def proportions(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the proportion with the event by the horizon in each arm by Aalen-Johansen."""
    arms = (("treatment", measurement.treated), ("control", ~measurement.treated))
    return tuple(
        _estimate(measurement, _proportion(measurement, analysis, in_arm), term=term) for term, in_arm in arms
    )


def _proportion(measurement: Measurement, analysis: Analysis, in_arm: np.ndarray) -> Effect:
    if not in_arm.any():
        return not_estimable("one_arm_empty")
    return incidence_at(
        measurement.time_days[in_arm],
        measurement.event[in_arm],
        competed(measurement)[in_arm],
        horizon_days=measurement.horizon_days,
        conf_level=analysis.conf_level,
    )


def time_lost(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the difference in the mean days lost to the event out of the window.

    Who has the event on day 100 of 365 loses 265 days; who never has it, also because a competing event
    came first, loses none. Below zero, people in the treatment arm stayed without it for longer.
    """
    effect = time_lost_difference(
        measurement.time_days,
        measurement.event,
        competed(measurement),
        measurement.treated,
        horizon_days=measurement.horizon_days,
        conf_level=analysis.conf_level,
    )
    return (_estimate(measurement, effect, unit="days", module="time_lost"),)


def gray(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Test whether the curves of the risk of the event are the same in both arms, within strata if named.

    With a rho, days on which few had the event so far count for more.
    """
    effect = gray_test(
        measurement.time_days,
        measurement.event,
        competed(measurement),
        measurement.treated,
        groups(measurement, analysis.strata),
        rho=analysis.rho or 0.0,
    )
    weighted = (EARLY_FOR_MORE.format(rho=f"{analysis.rho:g}"),) if analysis.rho else ()
    return (replace(_estimate(measurement, effect, unit="none", module="gray"), warnings=weighted),)


def subdistribution(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the ratio of subdistribution hazards, given the covariates.

    It assumes that the ratio is the same throughout, and that within the censoring groups, or among all
    people where none are named, censoring depends neither on the arm nor on covariates.
    """
    adjusting = covariates(measurement, analysis, among=np.ones(len(measurement.frame), dtype=bool))
    kept = adjusting.kept
    treated = measurement.treated[kept]
    if treated.all() or not treated.any():
        effect = not_estimable("one_arm_empty")
    elif adjusting.reason is not None:
        effect = not_estimable(adjusting.reason)
    else:
        fit = fine_gray(
            np.column_stack([treated.astype(float), adjusting.matrix]),
            measurement.time_days[kept],
            measurement.event[kept],
            competed(measurement)[kept],
            censoring_groups=_censoring_groups(measurement, analysis)[kept],
        )
        effect = subdistribution_hazard_ratio(fit, ARM, conf_level=analysis.conf_level)
    estimate = _estimate(measurement, effect, unit="ratio", module="fine_gray")
    counts = counts_of(treated, measurement.event[kept])
    grouped = (BY_GROUP,) if analysis.censoring_groups else ()
    return (replace(estimate, counts=counts, warnings=(*adjusting.warnings, *grouped)),)


def _censoring_groups(measurement: Measurement, analysis: Analysis) -> np.ndarray:
    """Number the groups that may leave early at different rates, shape (n,)."""
    columns = tuple(name for name in analysis.censoring_groups if name != ASSIGNED_ARM)
    alike = groups(measurement, columns)
    codes = np.zeros(len(measurement.frame), dtype=np.int64) if alike is None else alike.astype(np.int64)
    by_arm = ASSIGNED_ARM in analysis.censoring_groups
    return 2 * codes + measurement.treated if by_arm else codes


def _estimate(
    measurement: Measurement,
    effect: Effect,
    *,
    unit: Unit = "proportion",
    module: str = "cumulative_incidence",
    term: str = "",
) -> Estimate:
    return Estimate(
        effect=effect,
        unit=unit,
        counts=counts_of(measurement.treated, measurement.event),
        engine=own_engine(f"numerics.{module}"),
        term=term,
    )


COMPETING: dict[tuple[str, str], Estimator] = {
    ("risk_difference", "aalen_johansen"): risk_difference,
    ("proportion", "aalen_johansen"): proportions,
    ("restricted_mean_time_lost_difference", "aalen_johansen"): time_lost,
    ("association_test", "gray"): gray,
    ("subdistribution_hazard_ratio", "fine_gray"): subdistribution,
}
