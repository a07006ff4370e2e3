"""Comparisons of the arms side by side: the numbers and words of the forest plot.

Findings are sorted into panels, so that no axis mixes differences in risk, ratios and times, nor two
measures of which one is better when low and the other when high. `forest_ink.plot_forest` draws them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from primus_eval.figures.setting import ASSIGNED, Setting, sentence, setting_of
from primus_eval.findings import Finding, Findings
from primus_eval.methods import METHODS_ON_TIME
from primus_eval.vocabulary import EffectMeasure
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.quantities import POINT_MEASURES, finding_number, printed
from primus_eval.wording.subject import EVENT_FREE_MEASURES, includes_no_difference
from primus_eval.wording.truth import true_value, truth_number

PANEL_OF: dict[EffectMeasure, str] = {
    "risk_difference": "risk_difference",
    "survival_difference": "survival_difference",
    "risk_ratio": "ratio",
    "odds_ratio": "ratio",
    "hazard_ratio": "ratio",
    "restricted_mean_difference": "restricted_mean_difference",
    "restricted_mean_ratio": "restricted_mean_ratio",
}
"""The panel of each effect measure. A number needed to treat has none: it is the reciprocal of a risk
difference in the first panel, and its interval may pass through infinity, which no axis can show."""

DEVIATIONS = (
    "amended_before_unblinding",
    "changed_after_unblinding",
    "not_planned",
    "planned_but_missing",
)
"""Verdicts on the plan that a reader must see beside a result."""

FOREST_COLUMNS = (
    "panel",
    "finding",
    "role",
    "population",
    "label",
    "detail",
    "estimate",
    "conf_low",
    "conf_high",
    "null",
    "truth",
    "text",
    "status",
    "reason",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One comparison: the finding, how it is called, and its numbers in the unit of the axis.

    truth: what is true, in a simulated trial that knows it.
    """

    finding: Finding
    label: str
    detail: str
    text: str
    estimate: float | None
    conf_low: float | None
    conf_high: float | None
    truth: float | None = None

    @property
    def is_primary(self) -> bool:
        """Whether the plan names it as the answer to the question of the trial."""
        return self.finding.role == "primary"

    @property
    def ends(self) -> tuple[float, float] | None:
        """The interval, None where there is none."""
        return None if self.conf_low is None or self.conf_high is None else (self.conf_low, self.conf_high)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestPanel:
    """Comparisons that share an axis.

    treatment_is_left: values left of the line of no effect favour the treatment.
    """

    name: str
    label: str
    is_ratio: bool
    treatment_is_left: bool
    rows: tuple[ForestRow, ...]

    @property
    def null(self) -> float:
        """The value of no effect."""
        return 1.0 if self.is_ratio else 0.0


def forest_panels(findings: Findings, *, language: str = "en") -> tuple[ForestPanel, ...]:
    """Sort findings that compare the arms into panels; the panel of a primary finding comes first."""
    setting = setting_of(findings, language)
    chosen = [row for row in findings.rows if row.effect_measure in PANEL_OF]
    names = list(dict.fromkeys(_panel_name(finding) for finding in chosen))
    panels = [
        _panel(name, [row for row in chosen if _panel_name(row) == name], chosen, setting) for name in names
    ]
    return tuple(sorted(panels, key=lambda panel: not any(row.is_primary for row in panel.rows)))


def forest_frame(findings: Findings, *, language: str = "en") -> pd.DataFrame:
    """Return one row per comparison, in the order in which they are drawn.

    estimate, conf_low, conf_high, null and truth (of a simulated trial) are in the unit of the panel's
    axis: percentage points, ratios, or the unit in which the protocol reports time; NaN where there is no
    number. `text` is what is printed beside the row: the numbers, or the reason why there are none.
    Checked: tests/test_figures_forest.py.
    """
    rows = [
        (
            panel.name,
            row.finding.finding,
            row.finding.role,
            row.finding.population,
            row.label,
            row.detail,
            row.estimate,
            row.conf_low,
            row.conf_high,
            panel.null,
            row.truth,
            row.text,
            row.finding.status,
            row.finding.reason,
        )
        for panel in forest_panels(findings, language=language)
        for row in panel.rows
    ]
    frame = pd.DataFrame(rows, columns=list(FOREST_COLUMNS))
    return frame.astype(dict.fromkeys(("estimate", "conf_low", "conf_high", "null", "truth"), float))


def _panel_name(finding: Finding) -> str:
    return f"{finding.outcome}/{PANEL_OF[finding.effect_measure]}"


def _panel(name: str, members: Sequence[Finding], chosen: Sequence[Finding], setting: Setting) -> ForestPanel:
    first = members[0]
    lower_is_better = setting.subject.outcome(first.outcome).get("better", "lower") == "lower"
    ordered = sorted(members, key=lambda finding: finding.role != "primary")
    return ForestPanel(
        name=name,
        label=_panel_label(first, chosen, setting),
        is_ratio=PANEL_OF[first.effect_measure] in ("ratio", "restricted_mean_ratio"),
        treatment_is_left=lower_is_better != (first.effect_measure in EVENT_FREE_MEASURES),
        rows=_told_apart([_row(finding, chosen, setting) for finding in ordered], setting),
    )


def _panel_label(first: Finding, chosen: Sequence[Finding], setting: Setting) -> str:
    measure = sentence(setting.word(f"measure.{first.effect_measure}"))
    kind = PANEL_OF[first.effect_measure]
    if kind == "ratio":
        label = setting.say("forest.ratio")
    elif first.effect_measure in POINT_MEASURES:
        label = setting.say("forest.in_unit", measure=measure, unit=setting.word("unit.points"))
    elif kind == "restricted_mean_difference":
        label = setting.say("forest.in_unit", measure=measure, unit=setting.word(f"unit.{setting.unit}"))
    else:
        label = measure
    if len({finding.outcome for finding in chosen}) > 1:
        return setting.say("forest.with_outcome", panel=label, outcome=setting.outcome(first.outcome))
    return label


def _row(finding: Finding, chosen: Sequence[Finding], setting: Setting) -> ForestRow:
    label, *detail = _words_about(finding, chosen, setting)
    return ForestRow(
        finding=finding,
        label=sentence(label),
        detail=", ".join(detail),
        text=_text(finding, setting),
        estimate=_in_axis_unit(finding.estimate, finding, setting),
        conf_low=_in_axis_unit(finding.conf_low, finding, setting),
        conf_high=_in_axis_unit(finding.conf_high, finding, setting),
        truth=_in_axis_unit(true_value(finding, setting.subject), finding, setting),
    )


def _told_apart(rows: Sequence[ForestRow], setting: Setting) -> tuple[ForestRow, ...]:
    """Add what tells rows of one label apart: choices that not all of them made, at last the analysis."""
    choices = {id(row): _choices(row.finding, setting) for row in rows}
    named = []
    for row in rows:
        others = [choices[id(other)] for other in rows if other.label == row.label]
        own = [choice for choice in choices[id(row)] if not all(choice in other for other in others)]
        named.append(replace(row, detail=", ".join((row.detail, *own))))
    words = Counter((row.label, row.detail) for row in named)
    return tuple(
        replace(row, detail=f"{row.detail}, {row.finding.analysis}")
        if words[row.label, row.detail] > 1
        else row
        for row in named
    )


def _choices(finding: Finding, setting: Setting) -> list[str]:
    """Return the choices of an analysis that its method and covariates do not tell, in words."""
    analysis = setting.subject.analysis(finding.analysis)
    choices = []
    if analysis.get("strata"):
        labels = [plain_text(setting.subject.column(name)) for name in analysis["strata"]]
        choices.append(setting.word("option.strata", names=setting.listed(labels)))
    if finding.covariates and analysis.get("missing_covariates") == "complete_cases":
        choices.append(setting.word("option.complete_cases"))
    incomplete = analysis.get("incomplete_followup", "refuse")
    if incomplete != "refuse" and finding.method not in METHODS_ON_TIME:
        choices.append(setting.word(f"option.{incomplete}"))
    return choices


def _words_about(finding: Finding, chosen: Sequence[Finding], setting: Setting) -> list[str]:
    """Say what tells a row from its neighbours: measure or method first, then role and whatever varies."""
    method = setting.word(f"method.{finding.method}")
    words = [setting.word(f"role.{finding.role}")]
    if PANEL_OF[finding.effect_measure] == "ratio":
        words = [setting.word(f"measure.{finding.effect_measure}"), *words, method]
    else:
        words = [method, *words]
    if finding.plan_status in DEVIATIONS:
        words.append(setting.word(f"plan_status.{finding.plan_status}"))
    if finding.term:
        words.append(finding.term)
    words += _adjustment(finding, setting)
    if any(other.population != ASSIGNED for other in chosen):
        words.append(setting.population(finding.population))
    if finding.horizon_days and len({other.horizon_days for other in chosen}) > 1:
        words.append(setting.duration(finding.horizon_days))
    if finding.conf_level and len({other.conf_level for other in chosen} - {None}) > 1:
        level = printed(finding.conf_level, "percent_whole", setting.language)
        words.append(setting.say("forest.level", level=level))
    return words


def _adjustment(finding: Finding, setting: Setting) -> list[str]:
    if not finding.covariates:
        return []
    if len(finding.covariates) > 2:
        return [setting.say("forest.adjusted_for_many", n=setting.count(len(finding.covariates)))]
    labels = [plain_text(setting.subject.column(name)) for name in finding.covariates]
    return [setting.say("forest.adjusted_for", covariates=setting.listed(labels))]


def _text(finding: Finding, setting: Setting) -> str:
    """Print the numbers of a row, or the reason why there are none."""
    if finding.status != "estimated" or finding.estimate is None:
        reason = setting.word(f"reason.{finding.reason}")
        status = "not_estimable" if finding.status == "estimated" else finding.status
        return setting.word(f"absent_short.{status}", reason=reason)
    estimate, low, high = (
        finding_number(finding, name, language=setting.language, time_unit=setting.unit).text
        for name in ("estimate", "conf_low", "conf_high")
    )
    if finding.conf_low is None:
        return setting.say("forest.no_interval", estimate=estimate)
    return setting.say("forest.number", estimate=estimate, low=low, high=high)


def _in_axis_unit(value: float | None, finding: Finding, setting: Setting) -> float | None:
    if value is None:
        return None
    if finding.effect_measure in POINT_MEASURES:
        return value * 100
    if finding.effect_measure == "restricted_mean_difference":
        return setting.in_unit(value)
    return value


def forest_alt(findings: Findings, *, language: str = "en") -> str:
    """Say in words how many comparisons there are, the primary one, and how many include no difference."""
    setting = setting_of(findings, language)
    rows = [row for panel in forest_panels(findings, language=language) for row in panel.rows]
    verdicts = [includes_no_difference(row.finding) for row in rows]
    withheld = sum(row.finding.status == "withheld" for row in rows)
    text = setting.say(
        "forest.alt_withheld" if withheld else "forest.alt",
        n=setting.count(len(rows)),
        withheld=setting.count(withheld),
        treatment=setting.arm("treatment"),
        control=setting.arm("control"),
    )
    for row in rows:
        if row.is_primary:
            text += " " + setting.say(
                "forest.alt_primary",
                measure=setting.word(f"measure.{row.finding.effect_measure}"),
                population=setting.population(row.finding.population),
                text=row.text.removesuffix("."),
            )
    text += "".join(f" {_truth_in_words(row, setting)}" for row in rows if row.truth is not None)
    known = [verdict for verdict in verdicts if verdict is not None]
    return f"{text} " + setting.say(
        "forest.alt_intervals", n=setting.count(sum(known)), total=setting.count(len(known))
    )


def _truth_in_words(row: ForestRow, setting: Setting) -> str:
    value = true_value(row.finding, setting.subject)
    assert value is not None  # the row has it in the unit of its axis
    number = truth_number(row.finding, value, "", setting.subject)
    return setting.say("forest.alt_truth", label=f"{row.label}, {row.detail}", value=number.text)


def has_interval(findings: Findings) -> bool:
    """Tell whether there is any comparison with an interval, so that a forest plot has something to show."""
    return any(row.effect_measure in PANEL_OF and row.conf_low is not None for row in findings.rows)
