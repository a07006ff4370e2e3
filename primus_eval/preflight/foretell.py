"""What each analysis of a protocol will do: computed, not computable and why, withheld and why.

Everything is computed as a run computes it, and released as a run releases it; only the verdicts are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from primus_eval.disclosure import release
from primus_eval.errors import InputError, Problem
from primus_eval.estimators import method_of
from primus_eval.evaluation import Measured, findings_of, targets_of
from primus_eval.findings import Exhibit, Finding, Findings, concatenate
from primus_eval.measurement import Measurement, measure
from primus_eval.preflight.records import AnalysisRead, Verdict
from primus_eval.protocol import ASSIGNED, Analysis
from primus_eval.trial import Trial
from primus_eval.vocabulary import Indicator, words
from primus_eval.wording.catalogue import words_in

EXHIBITS = {
    "allocation": "the sizes of the arms beside what the allocation allows",
    "baseline": "the table of who they were",
    "curve": "the curve",
    "risk_table": "the curve",
    "detectable": "the minimum detectable effect",
    "flow": "the flow of participants",
    "known": "of how many people the outcome is known",
    "clock": "the wait until follow-up began",
    "fates": "what became of recorded events",
    "custody": "days in custody",
    "audit": "oddities in the tables",
    "definitions": "the trial under other definitions",
    "observation": "how long people were observed",
    "levels": "the numbers of people at each level",
    "covariate_cells": "the numbers of people in each group adjusted for",
    "contributors": "how sums over people are made up",
    "proportionality": "the tests of proportional hazards",
    "influence": "the numbers of influential people",
    "mean_count": "the curve of the mean number of events",
    "cumulative_incidence": "the curves of events and competing events",
    "curve_effects": "differences along the curves",
    "standardised_curve": "the curve from a Cox model",
    "proportional_odds": "the odds ratios at each line between levels",
    "scale_waves": "who was assessed where and when",
    "scale_ends": "who was at an end of the scale before",
    "scale_assessors": "who assessed",
    "scale_model": "the differences at each wave",
    "weeks_divided": "how the weeks were spent",
    "holm": "the p-values adjusted together",
    "scale_levels": "the numbers of people at each level of the scale",
    "indicators": "the indicators of the process evaluation",
    "coverage": "what the frameworks ask for",
    "programme_flow": "the way through the programme",
    "programme_changes": "the changes of the programme",
    "run_chart": "the chart over the months",
    "funnel": "the comparison of units",
    "exposure": "contact by week from release",
    "exposure_states": "where people were by week from release",
    "contact_blocks": "contacts in blocks of weeks",
    "harm": "the table of incidents",
    "outcome_by_dose": "the outcome by dose",
    "horizons": "the declared horizons",
    "yearly_hazards": "how often a first event happens in each year",
    "eventual_return": "the share that never returns",
    "since_last_report": "what changed since the last report",
    "decomposition": "where a change since the last report comes from",
    "unit_costs": "the prices",
    "costs_by_arm": "the costs by arm",
    "economic_result": "costs, effects and net benefit",
    "acceptability": "the chance that it pays, by the value of one",
    "plane": "costs beside effects",
    "break_even": "the effect at which it pays back",
    "budget_impact": "the impact on budgets",
    "transported": "calculations of others that carry the effect over",
}
"""What each kind of exhibit is called; a reader is shown no kind by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """Every analysis with its verdict, and what else of the report will be withheld."""

    analyses: tuple[AnalysisRead, ...] = ()
    withheld_exhibits: tuple[str, ...] = ()


def measured(trial: Trial) -> tuple[Measured, tuple[Problem, ...]]:
    """Measure every outcome in every population that an analysis asks for; return problems beside."""
    found: dict[tuple[str, str], Measurement] = {}
    problems: list[Problem] = []
    targets = [*targets_of(trial.protocol), *((outcome.id, ASSIGNED) for outcome in trial.protocol.outcome)]
    for outcome, population in dict.fromkeys(targets):
        try:
            found[outcome, population] = measure(trial, outcome, population=population)
        except InputError as error:
            problems += error.problems
    return found, tuple(dict.fromkeys(problems))


def foretell(trial: Trial, measurements: Measured) -> Foretold:
    """Say what will become of each analysis; of one that cannot be measured nothing is said here."""
    protocol = trial.protocol
    inside = concatenate([findings_of(trial, measurements), Findings(context=_context(trial))])
    shown = inside if protocol.disclosure.profile == "internal" else release(inside).findings
    analyses = [item for item in protocol.analysis if (item.outcome, item.population) in measurements]
    return Foretold(
        analyses=tuple(
            _analysis(trial, item, inside.of_analysis(item.id), shown.of_analysis(item.id))
            for item in analyses
        ),
        withheld_exhibits=_withheld(shown.exhibits),
    )


def _context(trial: Trial) -> dict[str, object]:
    """What a release looks at besides findings and exhibits."""
    return {
        "protocol": trial.protocol.model_dump(mode="json", by_alias=True),
        "fingerprint": trial.protocol.fingerprint,
        "accounts": [],
    }


def _analysis(
    trial: Trial, analysis: Analysis, inside: tuple[Finding, ...], shown: tuple[Finding, ...]
) -> AnalysisRead:
    verdict: Verdict = "computed"
    why = None
    withheld = [row.reason for row in shown if row.status == "withheld"]
    impossible = [row.reason for row in shown if row.status == "not_estimable"]
    if "small_covariate_level" in withheld:
        # decided before anything was fitted: whether a model can be fitted tells of the same few people
        verdict, why = "withheld", _in_words(*withheld)
    elif any(row.status == "not_estimable" for row in inside):
        verdict = "not_computed"
        # Where the reason would be withheld from a report, it counts few people, and is not said here.
        why = _in_words(*impossible) if impossible else "the reason would show a small number of people"
    elif withheld:
        verdict, why = "withheld", _in_words(*withheld)
    return AnalysisRead(
        analysis=analysis.id,
        role=analysis.role,
        outcome=analysis.outcome,
        population=analysis.population,
        effect_measure=analysis.effect_measure,
        method=method_of(analysis, trial.protocol),
        is_default_method=analysis.method is None,
        verdict=verdict,
        why=why,
    )


def _in_words(*reasons: str | None) -> str:
    words = words_in("en")
    return "; ".join(dict.fromkeys(words.text(f"reason.{reason}") for reason in reasons if reason))


def _withheld(exhibits: tuple[Exhibit, ...]) -> tuple[str, ...]:
    """Name what else of a report will be withheld, and why; a curve and its numbers at risk are one."""
    items = [
        f"{EXHIBITS.get(exhibit.kind, exhibit.kind)}{_about(exhibit)}, because {_in_words(exhibit.reason)}"
        for exhibit in exhibits
        if exhibit.status == "withheld"
    ]
    return tuple(dict.fromkeys(items))


def _about(exhibit: Exhibit) -> str:
    """Say of what an exhibit is: an outcome in a population, or an indicator."""
    if exhibit.outcome:
        return f" of {exhibit.outcome} in {exhibit.population}"
    indicator = exhibit.id.partition("/")[2]
    known = words(Indicator)
    return f" of {words_in('en').text(f'indicator.{indicator}.name')}" if indicator in known else ""
