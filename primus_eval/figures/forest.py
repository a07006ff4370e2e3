"""Comparisons of the arms side by side: the numbers and words of the forest plot.

Findings are sorted into panels, so that no axis mixes differences in risk, ratios and times, nor two
measures of which one is better when low and the other when high. `forest_ink.plot_forest` draws them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from primus_eval.figures.forest_words import (
    PANEL_OF,
    RATIO_PANELS,
    choices,
    compared,
    panel_label,
    panel_name,
    treatment_is_left,
    words_about,
)
from primus_eval.figures.setting import ROLES, Setting, sentence, setting_of
from primus_eval.findings import Finding, Findings
from primus_eval.wording.quantities import POINT_MEASURES, TIME_MEASURES, finding_number
from primus_eval.wording.subject import includes_no_difference, subject_of
from primus_eval.wording.truth import true_value, truth_number

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

    treatment_is_left: values left of the line of no effect favour the treatment; None where the plan does
    not say which direction is better.
    """

    name: str
    label: str
    is_ratio: bool
    treatment_is_left: bool | None
    rows: tuple[ForestRow, ...]

    @property
    def null(self) -> float:
        """The value of no effect."""
        return 1.0 if self.is_ratio else 0.0


def forest_panels(findings: Findings, *, language: str = "en") -> tuple[ForestPanel, ...]:
    """Sort findings that compare the arms over the whole window into panels, that of the primary first."""
    setting = setting_of(findings, language)
    chosen = compared(findings, setting.subject)
    names = list(dict.fromkeys(panel_name(finding) for finding in chosen))
    panels = [
        _panel(name, [row for row in chosen if panel_name(row) == name], chosen, setting) for name in names
    ]
    return tuple(sorted(panels, key=lambda panel: not any(row.is_primary for row in panel.rows)))


def forest_frame(findings: Findings, *, language: str = "en") -> pd.DataFrame:
    """Return one row per comparison, in the order in which they are drawn.

    estimate, conf_low, conf_high, null and truth (of a simulated trial) are in the unit of the panel's
    axis: percentage points, ratios, amounts, or the unit in which the protocol reports time; NaN where there
    is no number. `text` is what is printed beside the row: the numbers, or the reason why there are none.
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


def _panel(name: str, members: Sequence[Finding], chosen: Sequence[Finding], setting: Setting) -> ForestPanel:
    first = members[0]
    ordered = sorted(members, key=lambda finding: finding.role != "primary")
    return ForestPanel(
        name=name,
        label=panel_label(first, chosen, setting),
        is_ratio=PANEL_OF[first.effect_measure] in RATIO_PANELS,
        treatment_is_left=treatment_is_left(first, setting.subject),
        rows=_told_apart([_row(finding, chosen, setting) for finding in ordered], setting),
    )


def _row(finding: Finding, chosen: Sequence[Finding], setting: Setting) -> ForestRow:
    label, *detail = words_about(finding, chosen, setting)
    return ForestRow(
        finding=finding,
        label=sentence(label),
        detail=", ".join(detail),
        text=numbers_of(finding, setting),
        estimate=in_axis_unit(finding.estimate, finding, setting),
        conf_low=in_axis_unit(finding.conf_low, finding, setting),
        conf_high=in_axis_unit(finding.conf_high, finding, setting),
        truth=in_axis_unit(true_value(finding, setting.subject), finding, setting),
    )


def _told_apart(rows: Sequence[ForestRow], setting: Setting) -> tuple[ForestRow, ...]:
    """Add what tells rows of one label apart: choices that not all of them made, at last the analysis."""
    made = {id(row): choices(row.finding, setting) for row in rows}
    named = []
    for row in rows:
        others = [made[id(other)] for other in rows if other.label == row.label]
        own = [choice for choice in made[id(row)] if not all(choice in other for other in others)]
        named.append(replace(row, detail=", ".join((row.detail, *own))))
    words = Counter((row.label, row.detail) for row in named)
    return tuple(
        replace(row, detail=f"{row.detail}, {row.finding.analysis}")
        if words[row.label, row.detail] > 1
        else row
        for row in named
    )


def numbers_of(finding: Finding, setting: Setting) -> str:
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


def in_axis_unit(value: float | None, finding: Finding, setting: Setting) -> float | None:
    """Return a number of a finding in the unit of its axis."""
    if value is None:
        return None
    if finding.effect_measure in POINT_MEASURES:
        return value * 100
    if finding.effect_measure in TIME_MEASURES:
        return setting.in_unit(value)
    return value


def panel_directions(panel: ForestPanel, setting: Setting) -> tuple[str, str]:
    """Say what less and more than no effect mean: which arm it favours, or how the treatment's amount is."""
    if panel.treatment_is_left is None:
        arm = setting.arm("treatment")
        return setting.say("forest.less", arm=arm), setting.say("forest.more", arm=arm)
    treatment, control = (setting.say("forest.favours", arm=setting.arm(role)) for role in ROLES)
    return (treatment, control) if panel.treatment_is_left else (control, treatment)


def forest_alt(findings: Findings, *, language: str = "en", panels: Sequence[str] | None = None) -> str:
    """Say in words how many comparisons there are, the primary one, and how many include no difference.

    panels: names of those that are drawn; all of them where left out.
    """
    setting = setting_of(findings, language)
    drawn = forest_panels(findings, language=language)
    rows = [row for panel in drawn if panels is None or panel.name in panels for row in panel.rows]
    verdicts = [includes_no_difference(row.finding) for row in rows]
    withheld = sum(row.finding.status == "withheld" for row in rows)
    key = "forest.alt_withheld" if withheld else "forest.alt"
    text = setting.say(
        f"{key}_one" if len(rows) == 1 else key,
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
    return any(row.conf_low is not None for row in compared(findings, subject_of(findings)))
