"""What if everybody had been assigned to one arm: shares from a Cox model, averaged over all people.

The model gives each person two curves, one under either arm; their averages differ by what the programme does
to the share with the event (standardisation, also called g-formula). It allows for covariates where some were
not followed to the end. It assumes hazards in proportion throughout, so that the difference at the horizon
rests on every day before it, and that leaving early has nothing to do with the event among people alike in
arm, covariates and stratum. People whom a competing event took are not like those still followed: where
events may compete it does not answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from primus_eval.estimators.competing import may_compete, where_nothing_competes
from primus_eval.estimators.covariates import Covariates, covariates, groups
from primus_eval.estimators.curves import tick_days
from primus_eval.estimators.result import Estimate, Estimator, counts_of, own_engine
from primus_eval.estimators.timing import negative
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.numerics.cox import CoxModel, fit_cox
from primus_eval.numerics.cox_curves import (
    StandardisedSurvival,
    standardised_difference,
    standardised_survival,
    survival_ends,
)
from primus_eval.numerics.effect import Effect
from primus_eval.protocol import Analysis
from primus_eval.vocabulary import Reason

METHOD = "cox_standardised"
ARM = 0
"""The column of the design that holds the arm."""

PROPORTIONAL = (
    "Both shares follow from one ratio of hazards, taken to be the same on all days (proportional hazards)."
)

MOST_POINTS = 104
"""A curve with more event days is told on so many of them; a step is late by a hundredth of the curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fitted:
    """The model of the people in `adjusting.kept`, or why there is none."""

    model: CoxModel | Reason
    adjusting: Covariates


def risk_difference(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate how far the share with the event by the horizon differs, had everybody been in either arm."""
    return _estimate(measurement, analysis, negative)


def survival_difference(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate how far the share still without the event differs, had everybody been in either arm."""
    return _estimate(measurement, analysis, lambda effect: effect)


def _estimate(
    measurement: Measurement, analysis: Analysis, read: Callable[[Effect], Effect]
) -> tuple[Estimate, ...]:
    fitted = _fit(measurement, analysis)
    effect = standardised_difference(
        fitted.model, ARM, horizon_days=measurement.horizon_days, conf_level=analysis.conf_level
    )
    kept = fitted.adjusting.kept
    said = (PROPORTIONAL,) if effect.estimate is not None else ()
    return (
        Estimate(
            effect=read(effect),
            unit="proportion",
            counts=counts_of(measurement.treated[kept], measurement.event[kept]),
            engine=own_engine("numerics.cox_curves"),
            warnings=(*fitted.adjusting.warnings, *said),
        ),
    )


def _fit(measurement: Measurement, analysis: Analysis) -> _Fitted:
    adjusting = covariates(measurement, analysis, among=np.ones(len(measurement.frame), dtype=bool))
    kept = adjusting.kept
    treated, time_days = measurement.treated[kept], measurement.time_days[kept]
    event = measurement.event[kept]
    reason = _why_not(treated, time_days, event, measurement.horizon_days) or adjusting.reason
    if reason is not None:
        return _Fitted(model=reason, adjusting=adjusting)
    strata = groups(measurement, analysis.strata)
    model = fit_cox(
        np.column_stack([treated.astype(float), adjusting.matrix]),
        time_days,
        event,
        strata=None if strata is None else strata[kept],
    )
    return _Fitted(model=model, adjusting=adjusting)


def _why_not(
    treated: np.ndarray, time_days: np.ndarray, event: np.ndarray, horizon_days: float
) -> Reason | None:
    """Say why arms cannot be compared at the horizon: the model would carry a curve on that nobody saw."""
    if treated.all() or not treated.any():
        return "one_arm_empty"
    if event.all():
        return "everyone_had_the_event"
    for arm in (treated, ~treated):
        last = time_days[arm].max()
        if last < horizon_days and not event[arm & (time_days == last)].all():
            return "horizon_beyond_followup"
    return None


def standardised_exhibit(measurement: Measurement, analysis: Analysis) -> tuple[Exhibit, ...]:
    """Draw up the share with the event by day, had everybody been assigned to either arm.

    Each interval is for its own day alone, on the log-log scale. Nothing where the model gives no answer.
    Steps are at days on which single people had the event: individual data.
    Checked: tests/test_standardised_curves.py.
    """
    fitted = _fit(measurement, analysis)
    if may_compete(measurement) or not isinstance(fitted.model, CoxModel):
        return ()
    unit = measurement.trial.protocol.study.report_unit
    ticks = tick_days(measurement.horizon_days, unit)
    curves = standardised_survival(fitted.model, ARM, _days(fitted.model, ticks))
    if not isinstance(curves, StandardisedSurvival):
        return ()
    return (
        Exhibit(
            id=f"standardised_curve/{analysis.id}/{measurement.population}",
            kind="standardised_curve",
            columns=("arm", "time_days", "incidence", "conf_low", "conf_high"),
            rows=(
                *_rows("treatment", curves, conf_level=analysis.conf_level),
                *_rows("control", curves, conf_level=analysis.conf_level),
            ),
            outcome=measurement.outcome.id,
            population=measurement.population,
            notes={
                "analysis": analysis.id,
                "horizon_days": measurement.horizon_days,
                "conf_level": analysis.conf_level,
                "coarse": False,
                "grid_days": None,
                "report_unit": unit,
                "method": METHOD,
                "engine": own_engine("numerics.cox_curves"),
            },
        ),
    )


def _days(model: CoxModel, ticks: tuple[int, ...]) -> np.ndarray:
    """Return the days of the risk table and those with events, of many events some, evenly chosen."""
    days = np.unique(model.stop_days[model.event])
    if len(days) > MOST_POINTS:
        days = days[np.linspace(0, len(days) - 1, MOST_POINTS).round().astype(int)]
    return np.union1d(days, np.array(ticks, dtype=float))


def _rows(role: str, curves: StandardisedSurvival, *, conf_level: float) -> list[tuple[Cell, ...]]:
    survival, std_error = (
        (curves.survival_treatment, curves.std_error_treatment)
        if role == "treatment"
        else (curves.survival_control, curves.std_error_control)
    )
    low, high = survival_ends(survival, std_error, conf_level=conf_level)
    rows: list[tuple[Cell, ...]] = []
    for day, share, lower, upper in zip(curves.time_days, survival, low, high, strict=True):
        certain = share in (0.0, 1.0)
        ends = (None, None) if certain else (float(1 - upper), float(1 - lower))
        rows.append((role, float(day), float(1 - share), *ends))
    return rows


COX_CURVES: dict[tuple[str, str], Estimator] = {
    ("risk_difference", METHOD): where_nothing_competes(risk_difference),
    ("survival_difference", METHOD): where_nothing_competes(survival_difference),
}
