"""Which comparisons stand in the forest plot, on which axis, and how rows and axes are called."""

from __future__ import annotations

from collections.abc import Sequence

from primus_eval.figures.setting import ASSIGNED, Setting, sentence
from primus_eval.findings import Finding, Findings
from primus_eval.methods import METHODS_ON_TIME
from primus_eval.vocabulary import EffectMeasure
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.quantities import AMOUNT_MEASURES, POINT_MEASURES, printed
from primus_eval.wording.sentences import unit_name
from primus_eval.wording.subject import EVENT_FREE_MEASURES, Subject

PANEL_OF: dict[EffectMeasure, str] = {
    "risk_difference": "risk_difference",
    "survival_difference": "survival_difference",
    "risk_ratio": "ratio",
    "odds_ratio": "ratio",
    "hazard_ratio": "ratio",
    "cause_specific_hazard_ratio": "ratio",
    "subdistribution_hazard_ratio": "ratio",
    "rate_ratio": "ratio",
    "restricted_mean_difference": "restricted_mean_difference",
    "restricted_mean_ratio": "restricted_mean_ratio",
    "restricted_mean_time_lost_difference": "restricted_mean_time_lost_difference",
    "time_ratio": "time_ratio",
    "quantile_difference": "quantile_difference",
    "rate_difference": "rate_difference",
    "mean_count_difference": "mean_count_difference",
    "mean_difference": "mean_difference",
    "common_odds_ratio": "common_odds_ratio",
    "win_ratio": "win_ratio",
}
"""The panel of each effect measure. A number needed to treat has none: it is the reciprocal of a risk
difference in the first panel, and its interval may pass through infinity, which no axis can show."""

RATIO_PANELS = ("ratio", "restricted_mean_ratio", "time_ratio", "common_odds_ratio", "win_ratio")
"""Panels with a logarithmic axis, on which one is no difference."""

BY_PERIOD = "cox_periods"

DEVIATIONS = (
    "amended_before_unblinding",
    "changed_after_unblinding",
    "not_planned",
    "planned_but_missing",
)
"""Verdicts on the plan that a reader must see beside a result."""

PARTS = ("any", "among_those_with_any")
"""Terms of the two parts of a mean; the words for them are those of figures."""


def compared(findings: Findings, subject: Subject) -> list[Finding]:
    """Return the findings that have a place: they compare the arms, on an axis, over the whole window.

    What is about a part of the window answers another question than its neighbours would. What accompanies
    an analysis by period stands in a figure of its own, also where its last period ends with the window.
    """
    by_period = {row.analysis for row in findings.rows if row.method == BY_PERIOD}
    return [
        row
        for row in findings.rows
        if row.effect_measure in PANEL_OF
        and subject.is_about_the_window(row)
        and row.analysis not in by_period
    ]


def panel_name(finding: Finding) -> str:
    """Name the axis of a finding: outcome and measure, and what is added up where it is no event."""
    name = f"{finding.outcome}/{PANEL_OF[finding.effect_measure]}"
    return f"{name}/{finding.quantity}" if finding.quantity else name


def treatment_is_left(finding: Finding, subject: Subject) -> bool | None:
    """Whether less than no effect favours the treatment; None where the plan names no better direction.

    Of wins more are better, and of the odds of a worse level fewer, whatever the outcome says. Whether few
    days in custody are better than many, no outcome says.
    """
    if finding.effect_measure in ("win_ratio", "common_odds_ratio"):
        return finding.effect_measure == "common_odds_ratio"
    if finding.quantity not in ("", "events"):
        return None
    lower_is_better = subject.outcome(finding.outcome).get("better", "lower") == "lower"
    return lower_is_better != (finding.effect_measure in EVENT_FREE_MEASURES)


def panel_label(first: Finding, chosen: Sequence[Finding], setting: Setting) -> str:
    """Call an axis by its measure and unit, and by what it adds up and the outcome where these vary."""
    measure = sentence(setting.word(f"measure.{first.effect_measure}"))
    unit = plain_text(unit_name(first, setting.subject))
    if PANEL_OF[first.effect_measure] == "ratio":
        label = setting.say("forest.ratio")
    else:
        label = setting.say("forest.in_unit", measure=measure, unit=unit) if unit else measure
    if first.quantity and first.effect_measure not in AMOUNT_MEASURES:
        key = "forest.of_any" if first.effect_measure in POINT_MEASURES else "forest.of_quantity"
        label = setting.say(key, panel=label, quantity=setting.say(f"forest.{first.quantity}"))
    if len({finding.outcome for finding in chosen}) > 1:
        return setting.say("forest.with_outcome", panel=label, outcome=setting.outcome(first.outcome))
    return label


def words_about(finding: Finding, chosen: Sequence[Finding], setting: Setting) -> list[str]:
    """Say what tells a row from its neighbours: measure or method first, then role and whatever varies."""
    method = setting.word(f"method.{finding.method}")
    words = [plain_text(setting.subject.role(finding))]
    if PANEL_OF[finding.effect_measure] == "ratio":
        words = [setting.word(f"measure.{finding.effect_measure}"), *words, method]
    else:
        words = [method, *words]
    if finding.conditional:
        words[0] = setting.say("forest.not_randomised", label=words[0])
    if finding.plan_status in DEVIATIONS:
        words.append(setting.word(f"plan_status.{finding.plan_status}"))
    if finding.term:
        words.append(setting.say(f"forest.{finding.term}") if finding.term in PARTS else finding.term)
    if finding.quantile is not None and finding.effect_measure == "quantile_difference":
        share = printed(finding.quantile, "percent_whole", setting.language)
        words.append(setting.say("forest.quantile", share=share))
    words += _adjustment(finding, setting)
    if any(other.population != ASSIGNED for other in chosen):
        words.append(setting.population(finding.population))
    if finding.horizon_days and len({other.horizon_days for other in chosen}) > 1:
        words.append(setting.duration(finding.horizon_days))
    if finding.conf_level and len({other.conf_level for other in chosen} - {None}) > 1:
        level = printed(finding.conf_level, "percent_whole", setting.language)
        words.append(setting.say("forest.level", level=level))
    return words


def choices(finding: Finding, setting: Setting) -> list[str]:
    """Return the choices of an analysis that its method and covariates do not tell, in words."""
    analysis = setting.subject.analysis(finding.analysis)
    made = []
    if analysis.get("strata"):
        labels = [plain_text(setting.subject.column(name)) for name in analysis["strata"]]
        made.append(setting.word("option.strata", names=setting.listed(labels)))
    if finding.covariates and analysis.get("missing_covariates") == "complete_cases":
        made.append(setting.word("option.complete_cases"))
    incomplete = analysis.get("incomplete_followup", "refuse")
    if incomplete != "refuse" and finding.method not in METHODS_ON_TIME:
        made.append(setting.word(f"option.{incomplete}"))
    return made


def _adjustment(finding: Finding, setting: Setting) -> list[str]:
    if not finding.covariates:
        return []
    if len(finding.covariates) > 2:
        return [setting.say("forest.adjusted_for_many", n=setting.count(len(finding.covariates)))]
    labels = [plain_text(setting.subject.column(name)) for name in finding.covariates]
    return [setting.say("forest.adjusted_for", covariates=setting.listed(labels))]
