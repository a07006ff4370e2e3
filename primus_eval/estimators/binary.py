"""Did they reoffend by the horizon? Contrasts of two proportions, and tests of no association.

These need to know of everyone whether they had the event by the horizon. Where follow-up of some ended
earlier without it, there is no answer unless the protocol declares one: leaving them out overstates
risks (those with an event stay), counting them as free of it understates them. Methods on time, such
as risk_difference by kaplan_meier, use what is known of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from primus_eval.estimators.result import Estimate, Estimator, counts_of, own_engine
from primus_eval.measurement import Measurement
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.proportions import (
    Table2x2,
    fisher_exact_test,
    number_needed_to_treat,
    odds_ratio_wald_log,
    pooled_z_test,
    proportion_wilson,
    risk_difference_miettinen_nurminen,
    risk_difference_newcombe,
    risk_difference_wald,
    risk_ratio_wald_log,
)
from primus_eval.protocol import Analysis
from primus_eval.vocabulary import Reason, Unit

LEFT_OUT = (
    "People whose follow-up ended before the horizon without the event were left out, as declared; "
    "this overstates risks."
)
AS_EVENT_FREE = (
    "People whose follow-up ended before the horizon without the event count as free of it, as declared; "
    "this understates risks."
)


FOLLOWUP_INCOMPLETE: Reason = "followup_incomplete_at_horizon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whom a yes/no comparison can use (bool, one per person measured), or why it cannot be made."""

    usable: np.ndarray
    reason: Reason | None = None
    warnings: tuple[str, ...] = ()


def known_by_horizon(measurement: Measurement, analysis: Analysis) -> Known:
    """Apply what the analysis declares about people whose follow-up ended early without the event."""
    known = measurement.known_at_horizon
    everyone = np.ones(len(known), dtype=bool)
    if known.all():
        return Known(usable=everyone)
    if analysis.incomplete_followup == "leave_out":
        reason = None if _some_stay_event_free(measurement, known) else FOLLOWUP_INCOMPLETE
        return Known(usable=known, reason=reason, warnings=(LEFT_OUT,))
    if analysis.incomplete_followup == "as_event_free":
        return Known(usable=everyone, warnings=(AS_EVENT_FREE,))
    return Known(usable=everyone, reason=FOLLOWUP_INCOMPLETE)


def _some_stay_event_free(measurement: Measurement, known: np.ndarray) -> bool:
    """Whether each arm that loses people keeps someone known to be free of the event.

    Where nobody without the event was followed to the horizon, only those with it stay, and the risk of
    the arm would be one whatever happened.
    """
    arms = (measurement.treated, ~measurement.treated)
    return all(known[arm].all() or (known & ~measurement.event)[arm].any() for arm in arms)


def contrast(formula: Callable[..., Effect], unit: Unit) -> Estimator:
    """Make an estimator of a formula on a 2x2 table that gives an interval."""

    def estimator(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
        return _one(measurement, analysis, formula, unit, conf_level=analysis.conf_level)

    return estimator


def association(formula: Callable[[Table2x2], Effect]) -> Estimator:
    """Make an estimator of a test on a 2x2 table."""

    def estimator(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
        return _one(measurement, analysis, formula, "none")

    return estimator


def _one(
    measurement: Measurement,
    analysis: Analysis,
    formula: Callable[..., Effect],
    unit: Unit,
    **options: float,
) -> tuple[Estimate, ...]:
    known = known_by_horizon(measurement, analysis)
    table = counts_of(measurement.treated[known.usable], measurement.event[known.usable])
    return (
        Estimate(
            effect=not_estimable(known.reason) if known.reason else formula(table, **options),
            unit=unit,
            counts=table,
            engine=own_engine("numerics.proportions"),
            warnings=known.warnings,
        ),
    )


def needed_to_treat(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate how many people must be offered the programme for one fewer to reoffend."""

    def formula(table: Table2x2, *, conf_level: float) -> Effect:
        return number_needed_to_treat(table, conf_level=conf_level, better=measurement.outcome.better)

    return _one(measurement, analysis, formula, "people", conf_level=analysis.conf_level)


def proportions(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the proportion who reoffended in each arm, with Wilson's interval."""
    parts = []
    for role in ("treatment", "control"):

        def formula(table: Table2x2, *, conf_level: float, role: str = role) -> Effect:
            events, n = getattr(table, f"events_{role}"), getattr(table, f"n_{role}")
            return (
                proportion_wilson(events, n, conf_level=conf_level) if n else not_estimable("one_arm_empty")
            )

        (estimate,) = _one(measurement, analysis, formula, "proportion", conf_level=analysis.conf_level)
        parts.append(replace(estimate, term=role))
    return tuple(parts)


BINARY: dict[tuple[str, str], Estimator] = {
    ("risk_difference", "newcombe"): contrast(risk_difference_newcombe, "proportion"),
    ("risk_difference", "wald"): contrast(risk_difference_wald, "proportion"),
    ("risk_difference", "miettinen_nurminen"): contrast(risk_difference_miettinen_nurminen, "proportion"),
    ("risk_ratio", "wald_log"): contrast(risk_ratio_wald_log, "ratio"),
    ("odds_ratio", "wald_log"): contrast(odds_ratio_wald_log, "ratio"),
    ("number_needed_to_treat", "newcombe"): needed_to_treat,
    ("association_test", "pooled_z"): association(pooled_z_test),
    ("association_test", "fisher"): association(fisher_exact_test),
    ("proportion", "wilson"): proportions,
}
