"""Every finding and exhibit of a trial from what was measured, for a run and for foretelling one."""

from __future__ import annotations

from collections.abc import Mapping

from primus_eval.audit import audit_exhibit
from primus_eval.baseline import allocation_check, baseline_table
from primus_eval.comparison import compare_definitions
from primus_eval.estimators import curve_exhibits, estimate, known_exhibit, method_of
from primus_eval.estimators.covariates import covariate_cells
from primus_eval.estimators.cox_curves import METHOD as STANDARDISED
from primus_eval.estimators.cox_curves import standardised_exhibit
from primus_eval.estimators.curves import effect_exhibit, stacked_exhibit
from primus_eval.estimators.diagnostics import diagnostics
from primus_eval.estimators.economics import economic_exhibits
from primus_eval.estimators.levels import levels_of_scale, proportional_odds_exhibit
from primus_eval.estimators.long_term import is_refused, long_term_exhibits
from primus_eval.estimators.process import process_exhibits, with_cost
from primus_eval.estimators.recurrent import mean_count_exhibit
from primus_eval.estimators.scale_waves import scale_exhibits
from primus_eval.estimators.scales import holm_exhibits
from primus_eval.findings import Exhibit, Findings, concatenate
from primus_eval.flow import participant_flow
from primus_eval.follow_up import contributor_exhibit, follow_up_exhibits, level_exhibit
from primus_eval.measurement import Measurement
from primus_eval.methods import ABOUT, METHODS_ON_TIME
from primus_eval.planning import minimum_detectable_effect
from primus_eval.protocol import ASSIGNED, Analysis, Protocol
from primus_eval.protocol.economics import Economics
from primus_eval.trial import Trial

Measured = Mapping[tuple[str, str], Measurement]
"""Measurements by outcome and population."""


def targets_of(protocol: Protocol) -> tuple[tuple[str, str], ...]:
    """Return every outcome and population of a protocol, the primary outcome in everyone first."""
    asked = [(analysis.outcome, analysis.population) for analysis in protocol.analysis]
    return tuple(dict.fromkeys([(protocol.primary.outcome, ASSIGNED), *asked]))


def findings_of(trial: Trial, measured: Measured, *, appraised: Economics | None = None) -> Findings:
    """Carry out every analysis of which the outcome was measured, and draw up every exhibit of the report.

    appraised: an economic evaluation of a signed appraisal, for a protocol that planned none.
    What cannot be estimated is a finding that says why. Extended follow-up that not everybody can have
    reached has such a finding and no exhibits. The result is internal, and has no context yet.
    """
    protocol = trial.protocol
    analyses = [item for item in protocol.analysis if (item.outcome, item.population) in measured]
    found = concatenate(
        [estimate(measured[item.outcome, item.population], item) for item in analyses] or [Findings()]
    )
    over_years = long_term_exhibits(trial, measured)
    measured = {target: each for target, each in measured.items() if not is_refused(each)}
    analyses = [item for item in analyses if (item.outcome, item.population) in measured]
    exhibits = [
        *_flow(trial, measured),
        allocation_check(trial),
        baseline_table(trial),
        *audit_exhibit(trial),
        *(
            exhibit
            for target in dict.fromkeys((item.outcome, item.population) for item in analyses)
            for exhibit in (
                *_by_day(measured[target], conf_level=protocol.primary.conf_level),
                *_contributors(measured, target),
            )
        ),
        *_mean_counts(protocol, measured),
        *_known_by_day(protocol, measured),
        *(exhibit for item in analyses for exhibit in _cells(measured, item)),
        *(
            exhibit
            for outcome in dict.fromkeys(item.outcome for item in analyses)
            if (outcome, ASSIGNED) in measured
            for exhibit in follow_up_exhibits(measured[outcome, ASSIGNED])
        ),
        *(
            exhibit
            for item in analyses
            for exhibit in _beside(measured[item.outcome, item.population], item, method_of(item, protocol))
        ),
        *_comparison(trial, measured),
        *_detectable(trial, found),
        *over_years,
        *scale_exhibits(trial, measured),
        *holm_exhibits(protocol, found),
        *economic_exhibits(
            trial,
            measured,
            protocol.economics or appraised,
            declared_in="appraisal" if protocol.economics is None else "protocol",
        ),
        *process_exhibits(trial, measured),
    ]
    return concatenate([found, Findings(exhibits=tuple(with_cost(exhibits)))])


def _beside(measurement: Measurement, analysis: Analysis, method: str) -> list[Exhibit]:
    """Draw up what stands beside the result of one analysis: what its model assumes, and what it gives."""
    exhibits = list(diagnostics(measurement, analysis, method))
    if method == STANDARDISED:
        exhibits += standardised_exhibit(measurement, analysis)
    if analysis.effect_measure == "common_odds_ratio":
        cuts = proportional_odds_exhibit(measurement, analysis)
        exhibits += [] if cuts is None else [cuts]
        exhibits += levels_of_scale(measurement, analysis)
    return exhibits


def _by_day(measurement: Measurement, *, conf_level: float) -> list[Exhibit]:
    """Draw up what follows an outcome day by day; nothing of a score, which has no days."""
    if not measurement.has_days:
        return []
    return [
        *curve_exhibits(measurement, conf_level=conf_level),
        *_effects(measurement, conf_level=conf_level),
        *stacked_exhibit(measurement),
        known_exhibit(measurement),
    ]


def _contributors(measured: Measured, target: tuple[str, str]) -> list[Exhibit]:
    """Say how sums are made up in a population and, of a part, among everyone else."""
    exhibits = [contributor_exhibit(measured[target])]
    everyone = measured.get((target[0], ASSIGNED))
    if everyone is not None and target[1] != ASSIGNED:
        exhibits.append(contributor_exhibit(everyone, beside=measured[target]))
    return [exhibit for exhibit in exhibits if exhibit is not None]


def _cells(measured: Measured, analysis: Analysis) -> list[Exhibit]:
    """Count the people at each level of seriousness, and in each group adjusted for: for a release only."""
    target = analysis.outcome, analysis.population
    everyone = measured.get((analysis.outcome, ASSIGNED))
    exhibits = [level_exhibit(measured[target], analysis), covariate_cells(measured[target], analysis)]
    if everyone is not None and analysis.population != ASSIGNED:
        exhibits.append(level_exhibit(everyone, analysis, beside=measured[target]))
    return [exhibit for exhibit in exhibits if exhibit is not None]


def _mean_counts(protocol: Protocol, measured: Measured) -> list[Exhibit]:
    """Draw up the mean number of events over follow-up where an analysis follows all events day by day."""
    targets = {
        (item.outcome, item.population): None
        for item in protocol.analysis
        if (item.outcome, item.population) in measured and ABOUT[method_of(item, protocol)].cuts
    }
    conf_level = protocol.primary.conf_level
    return [mean_count_exhibit(measured[target], conf_level) for target in targets]


def _known_by_day(protocol: Protocol, measured: Measured) -> list[Exhibit]:
    """Say of whom the outcome is known on each day within the window on which a period ends."""
    days = {
        (item.outcome, item.population, day): None
        for item in protocol.analysis
        if (item.outcome, item.population) in measured
        for day in item.periods_days
        if 0 < day < measured[item.outcome, item.population].horizon_days
    }
    return [known_exhibit(measured[outcome, population], by_day=day) for outcome, population, day in days]


def _flow(trial: Trial, measured: Measured) -> list[Exhibit]:
    primary = trial.protocol.primary
    about = measured.get((primary.outcome, ASSIGNED))
    if about is None:
        return []
    on_time = method_of(primary, trial.protocol) in METHODS_ON_TIME
    leaves_out_early = primary.incomplete_followup == "leave_out" and not on_time
    return [participant_flow(about, leaves_out_early=leaves_out_early)]


def _comparison(trial: Trial, measured: Measured) -> list[Exhibit]:
    declared = trial.protocol.comparison
    if declared is None or (declared.outcome, ASSIGNED) not in measured:
        return []
    return [compare_definitions(trial, conf_level=trial.protocol.primary.conf_level)]


def _effects(measurement: Measurement, *, conf_level: float) -> list[Exhibit]:
    """Compare the curves day by day; not where clusters were allotted, whose people are not independent."""
    if measurement.trial.protocol.design.allocation.scheme == "cluster":
        return []
    return [effect_exhibit(measurement, conf_level=conf_level)]


def _detectable(trial: Trial, found: Findings) -> list[Exhibit]:
    rows = found.of_analysis(trial.protocol.primary.id)
    if not rows:
        return []
    exhibit = minimum_detectable_effect(
        trial.protocol, n_treatment=rows[0].n_treatment or 0, n_control=rows[0].n_control or 0
    )
    return [] if exhibit is None else [exhibit]
