"""Estimate effects: one function per (effect measure, method), named in the protocol.

`ESTIMATORS` is the whole list; `estimate` runs the one that an analysis names and returns Findings.
To add one: write a function (Measurement, Analysis) -> tuple[Estimate, ...], enter it in its module's
dictionary and in `METHODS` and `ABOUT` of `methods.py`, and check it against R in tests/reference.
"""

from __future__ import annotations

from primus_eval.errors import InputError, Problem
from primus_eval.estimators.adjusted import ADJUSTED
from primus_eval.estimators.binary import BINARY
from primus_eval.estimators.competing import COMPETING, known_exhibit
from primus_eval.estimators.cox_curves import COX_CURVES
from primus_eval.estimators.curves import curve_exhibits
from primus_eval.estimators.frequency import FREQUENCY
from primus_eval.estimators.hazard import HAZARD
from primus_eval.estimators.hazard_alternatives import HAZARD_ALTERNATIVES
from primus_eval.estimators.long_term import (
    LONG_TERM,
    is_refused,
    n_not_mature,
    of_those_randomised_early,
    refused,
)
from primus_eval.estimators.parametric import PARAMETRIC
from primus_eval.estimators.pseudo import PSEUDO
from primus_eval.estimators.recurrent import RECURRENT
from primus_eval.estimators.result import Estimate, Estimator
from primus_eval.estimators.scales import SCALES, lacks_wave
from primus_eval.estimators.severity import SEVERITY
from primus_eval.estimators.timing import TIMING
from primus_eval.estimators.transition import TRANSITION
from primus_eval.findings import Finding, Findings, slug
from primus_eval.measurement import Measurement
from primus_eval.measurement.records import has_days
from primus_eval.methods import ABOUT, Method, default_method
from primus_eval.protocol import Analysis, Protocol
from primus_eval.vocabulary import PlanStatus, Status

__all__ = ["ESTIMATORS", "curve_exhibits", "estimate", "known_exhibit", "method_of", "plan_status_of"]

ESTIMATORS: dict[tuple[str, str], Estimator] = {
    **BINARY,
    **ADJUSTED,
    **TIMING,
    **PSEUDO,
    **PARAMETRIC,
    **COMPETING,
    **HAZARD,
    **HAZARD_ALTERNATIVES,
    **COX_CURVES,
    **TRANSITION,
    **LONG_TERM,
    **RECURRENT,
    **FREQUENCY,
    **SEVERITY,
    **SCALES,
}


def estimate(measurement: Measurement, analysis: Analysis | str) -> Findings:
    """Run one analysis of the protocol on a measurement of its outcome and population.

    analysis: an Analysis or its id. The result has one finding, or one per arm for a proportion; what
    these data do not determine is a finding with status not_estimable and a reason.
    """
    if not isinstance(measurement, Measurement):
        raise TypeError("estimate takes a Measurement: first measure")
    protocol = measurement.trial.protocol
    if isinstance(analysis, str):
        analysis = protocol.analysis_of(analysis)
    asked, given = (analysis.outcome, analysis.population), (measurement.outcome.id, measurement.population)
    if asked != given:
        raise InputError(
            Problem(
                code="PE-C39",
                key=f"analysis {analysis.id}",
                what=f"is about outcome {asked[0]} in population {asked[1]}; "
                f"what was measured is {given[0]} in {given[1]}.",
                mend=f'Give it measure(trial, "{asked[0]}", population="{asked[1]}").',
            )
        )
    estimator = ESTIMATORS[(analysis.effect_measure, method_of(analysis, protocol))]
    rows = tuple(_finding(measurement, analysis, result) for result in estimator(measurement, analysis))
    if lacks_wave(measurement):
        return Findings(rows=tuple(refused(row, reason="wave_not_there") for row in rows))
    if is_refused(measurement):
        return Findings(rows=tuple(map(refused, rows)))
    return Findings(rows=tuple(map(of_those_randomised_early, rows)) if n_not_mature(measurement) else rows)


def method_of(analysis: Analysis, protocol: Protocol) -> str:
    """Return the method an analysis names, or the default for what it asks."""
    return analysis.method or default_method(
        analysis.effect_measure,
        has_covariates=bool(analysis.covariates),
        scheme=protocol.design.allocation.scheme,
        by_rules=protocol.outcome_of(analysis.outcome).reoffending is not None,
        of_scores=not has_days(protocol.outcome_of(analysis.outcome)),
    )


def is_conditional(analysis: Analysis, about: Method) -> bool:
    """Tell whether an analysis compares people, or counts days, chosen by what happened later."""
    return about.conditional or analysis.exposure == "at_liberty"


def _quantity(measurement: Measurement, analysis: Analysis) -> str:
    """Name what is added up or scored for each person, nothing where an event is counted."""
    if ABOUT[method_of(analysis, measurement.trial.protocol)].reads == "score":
        return "weeks" if measurement.outcome.scale is None else "score"
    if analysis.seriousness is not None:
        return analysis.seriousness.quantity
    return analysis.quantity or ""


def plan_status_of(analysis: Analysis, protocol: Protocol) -> PlanStatus:
    """Say whether an analysis was promised: nothing is as planned where nothing was registered."""
    if not analysis.planned:
        return "not_planned"
    return "unregistered" if protocol.study.registration is None else "as_planned"


def _finding(measurement: Measurement, analysis: Analysis, result: Estimate) -> Finding:
    protocol = measurement.trial.protocol
    effect = result.effect
    is_test = effect.reason == "test_only"
    measure = result.effect_measure or analysis.effect_measure
    method = result.method or method_of(analysis, protocol)
    horizon_days = result.horizon_days or measurement.horizon_days
    resampling = protocol.resampling
    about = ABOUT[method]
    counts_events = measurement.has_events and about.reads != "score"
    status: Status = "estimated" if effect.estimate is not None or is_test else "not_estimable"
    return Finding(
        finding=slug(
            analysis.id,
            measurement.population,
            measure,
            protocol.contrast,
            result.term,
            f"{horizon_days}d",
        ),
        analysis=analysis.id,
        role=analysis.role,
        plan_status=plan_status_of(analysis, protocol),
        outcome=measurement.outcome.id,
        definition=measurement.definition,
        population=measurement.population,
        effect_measure=measure,
        method=method,
        contrast=protocol.contrast,
        term=result.term,
        horizon_days=horizon_days,
        from_days=result.from_days,
        estimate=effect.estimate,
        conf_low=effect.conf_low,
        conf_high=effect.conf_high,
        conf_level=analysis.conf_level,
        std_error=effect.std_error,
        statistic=effect.statistic,
        df=effect.df,
        scale=effect.scale,
        p_value=effect.p_value,
        unit=result.unit,
        n_treatment=result.counts.n_treatment,
        n_control=result.counts.n_control,
        events_treatment=result.counts.events_treatment if counts_events else None,
        events_control=result.counts.events_control if counts_events else None,
        status=status,
        reason=effect.reason,
        engine=result.engine,
        seed=resampling.seed if resampling is not None and about.draws else None,
        conditional=is_conditional(analysis, about) if result.conditional is None else result.conditional,
        quantity=_quantity(measurement, analysis),
        quantile=analysis.quantile,
        warnings=result.warnings,
        fingerprint=protocol.fingerprint,
        covariates=analysis.covariates if result.covariates is None else result.covariates,
    )
