"""Did they reoffend by the horizon? Contrasts of two proportions, and tests of no association.

Uses the people of whom it is known whether they had the event by the horizon; those whose follow-up
ended before it are left out, and the finding says so (`survival_difference` uses them).
"""

from __future__ import annotations

from collections.abc import Callable

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
from primus_eval.vocabulary import Unit

LEFT_OUT = "People whose follow-up ended before the horizon without the event were left out."


def table_of(measurement: Measurement) -> tuple[Table2x2, tuple[str, ...]]:
    """Count who reoffended by the horizon by arm, among those of whom it is known."""
    known = measurement.known_at_horizon
    table = counts_of(measurement.treated[known], measurement.event[known])
    return table, () if known.all() else (LEFT_OUT,)


def contrast(formula: Callable[..., Effect], unit: Unit) -> Estimator:
    """Make an estimator of a formula on a 2x2 table that gives an interval."""

    def estimator(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
        return _one(measurement, formula, unit, conf_level=analysis.conf_level)

    return estimator


def association(formula: Callable[[Table2x2], Effect]) -> Estimator:
    """Make an estimator of a test on a 2x2 table."""

    def estimator(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
        return _one(measurement, formula, "none")

    return estimator


def _one(
    measurement: Measurement, formula: Callable[..., Effect], unit: Unit, **options: float
) -> tuple[Estimate, ...]:
    table, warnings = table_of(measurement)
    effect = formula(table, **options)
    return (
        Estimate(
            effect=effect,
            unit=unit,
            counts=table,
            engine=own_engine("numerics.proportions"),
            warnings=warnings,
        ),
    )


def needed_to_treat(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate how many people must be offered the programme for one fewer to reoffend."""

    def formula(table: Table2x2, *, conf_level: float) -> Effect:
        return number_needed_to_treat(table, conf_level=conf_level, better=measurement.outcome.better)

    return _one(measurement, formula, "people", conf_level=analysis.conf_level)


def proportions(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the proportion who reoffended in each arm, with Wilson's interval."""
    table, warnings = table_of(measurement)
    arms = {
        "treatment": (table.events_treatment, table.n_treatment),
        "control": (table.events_control, table.n_control),
    }
    return tuple(
        Estimate(
            effect=proportion_wilson(events, n, conf_level=analysis.conf_level)
            if n
            else not_estimable("one_arm_empty"),
            unit="proportion",
            counts=table,
            engine=own_engine("numerics.proportions"),
            term=role,
            warnings=warnings,
        )
        for role, (events, n) in arms.items()
    )


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
