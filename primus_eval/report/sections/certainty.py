"""How sure one can be: what the interval leaves out, how small an effect could be found, which p-values.

Where several defensible methods give p-values on the same question, all are shown with what each asks.
The role in the plan decides which analysis answers the question; no p-value is chosen.
"""

from __future__ import annotations

from primus_eval.findings import Exhibit, Finding
from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page, value_of
from primus_eval.tables import interval_group, is_below_level, p_value_groups
from primus_eval.wording.pieces import Piece, Sentence, capitalised, joined
from primus_eval.wording.plain import change, fewer_or_more
from primus_eval.wording.quantities import POINT_MEASURES, count_number
from primus_eval.wording.sentences import measure
from primus_eval.wording.subject import includes_no_difference, null_of

CLOSE_SHARE = 0.05
"""An end nearer to no difference than this share of the interval's width is called close to it."""


def certainty_section(page: Page) -> Section:
    """Say what the data leave open."""
    parts: list[Paragraphs | Table] = []
    if page.primary is not None and page.primary.conf_low is not None:
        parts.append(_interval(page, page.primary))
    detectable = page.exhibit("detectable")
    if detectable is not None:
        parts.append(_detectable(page, detectable))
    for group in p_value_groups(page.findings):
        if len(group) > 1:
            parts += _p_values(page, group)
    return Section(id="certainty", title=page.say("certainty.title"), parts=tuple(parts))


def interval_sentences(page: Page, primary: Finding) -> tuple[Sentence, ...]:
    """Say in words what the interval of the primary result leaves out and what it includes."""
    low, high = _end(page, primary, "conf_low"), _end(page, primary, "conf_high")
    if includes_no_difference(primary):
        return (page.say("certainty.includes_none", low=low, high=high),)
    low_is_near = abs((primary.conf_low or 0.0) - null_of(primary)) < abs(
        (primary.conf_high or 0.0) - null_of(primary)
    )
    near, far = (low, high) if low_is_near else (high, low)
    key = "certainty.excludes_none_closely" if ends_close(primary) else "certainty.excludes_none"
    return (page.say(key, near=near, far=far),)


def ends_close(finding: Finding) -> bool:
    """Whether an end of the interval lies so near no difference that another method may carry it across."""
    if finding.conf_low is None or finding.conf_high is None:
        return False
    width = finding.conf_high - finding.conf_low
    ends = (finding.conf_low, finding.conf_high)
    return min(abs(end - null_of(finding)) for end in ends) < CLOSE_SHARE * width


def _end(page: Page, finding: Finding, field: str) -> Sentence:
    if finding.effect_measure in POINT_MEASURES:
        return page.say("certainty.in_100", change=fewer_or_more(finding, field, page.subject))
    if finding.effect_measure in ("number_needed_to_treat", "proportion", "association_test"):
        return (page.own(finding, field),)
    return change(finding, field, page.subject)


def _interval(page: Page, primary: Finding) -> Paragraphs:
    about = page.say(
        "certainty.about",
        measure=measure(primary, page.subject),
        population=page.subject.population(primary.population),
        level=page.own(primary, "conf_level"),
        method=page.subject.method(primary),
    )
    paragraphs = [joined([capitalised(about), *interval_sentences(page, primary)])]
    alike = interval_group(page.findings, primary)
    if len(alike) > 1:
        paragraphs.append(_how_many_include_none(page, alike))
    return Paragraphs(heading=page.say("certainty.interval_heading"), paragraphs=tuple(paragraphs))


def _how_many_include_none(page: Page, alike: list[Finding]) -> Sentence:
    including = [row for row in alike if includes_no_difference(row)]
    language = page.subject.language
    numbers = {
        "n": count_number(alike, "intervals", language=language),
        "including": count_number(including, "intervals_including_no_difference", language=language),
    }
    if len(including) in (0, len(alike)):
        return page.say(f"certainty.intervals_{'all' if including else 'none'}", **numbers)
    return page.subject.words.counted("certainty.intervals_some", len(including), **numbers)


def _detectable(page: Page, exhibit: Exhibit) -> Paragraphs:
    heading = page.say("detectable.heading")
    if not page.has(exhibit):
        return Paragraphs(heading=heading, paragraphs=(page.why_not_shown(exhibit),))
    treatment, control = page.arms()
    known: dict[str, Sentence | Piece] = {
        "treatment": treatment,
        "control": control,
        "control_risk": page.cell(exhibit, 0, "control_risk", "percent_whole"),
        "power": page.cell(exhibit, 0, "power", "percent_whole"),
        "alpha": page.cell(exhibit, 0, "alpha", "percent_whole"),
        "n_treatment": page.cell(exhibit, 0, "n_treatment", "whole"),
        "n_control": page.cell(exhibit, 0, "n_control", "whole"),
    }
    if value_of(exhibit, 0, "difference") is None:
        sentence = page.say("detectable.never", **known)
    else:
        sentence = page.say(
            "detectable.found",
            difference=page.cell(exhibit, 0, "difference", "fewer_of_100"),
            treatment_risk=page.cell(exhibit, 0, "treatment_risk", "percent"),
            **known,
        )
    assumed = page.say(f"detectable.{exhibit.notes['assumed']}", **known)
    source = page.say("detectable.source", source=page.subject.quote(page.protocol["planning"]["source"]))
    people = page.say("detectable.people", **known)
    smaller = page.say("detectable.smaller") if _is_smaller(page, exhibit) else ()
    return Paragraphs(
        heading=heading,
        paragraphs=(joined([assumed, source]), joined([capitalised(people), sentence, smaller])),
    )


def _is_smaller(page: Page, exhibit: Exhibit) -> bool:
    """Whether the primary difference in risk is smaller than what the trial had a good chance to find."""
    difference, primary = value_of(exhibit, 0, "difference"), page.primary
    if not isinstance(difference, float) or primary is None or primary.estimate is None:
        return False
    return primary.effect_measure == "risk_difference" and abs(primary.estimate) < abs(difference)


def _p_values(page: Page, group: list[Finding]) -> list[Paragraphs | Table]:
    below = [row for row in group if is_below_level(row)]
    language = page.subject.language
    about: dict[str, Sentence | Piece] = {
        "outcome": page.subject.outcome_label(group[0].outcome),
        "population": page.subject.population(group[0].population),
        "n": count_number(group, "p_values", language=language),
        "smallest": page.own(group[0], "p_value"),
        "largest": page.own(group[-1], "p_value"),
        "below": count_number(below, "p_values_below", language=language),
        "above": count_number(group[len(below) :], "p_values_above", language=language),
        "level": page.own(group[0], "conf_level", "level_left"),
    }
    agree = len(below) in (0, len(group))
    key = "p_values.levels" if not _share_a_level(group) else "p_values.agree" if agree else "p_values.differ"
    paragraphs = [page.say("p_values.intro", **about), page.say(key, **about)]
    if page.primary is not None and _about(page.primary) == _about(group[0]):
        has_p = page.primary.p_value is not None
        paragraphs.append(page.say("p_values.primary_has" if has_p else "p_values.primary_has_none"))
        if not page.subject.is_registered:
            paragraphs.append(page.say("p_values.unregistered"))
    return [
        Paragraphs(heading=page.say("p_values.heading"), paragraphs=tuple(paragraphs)),
        _p_value_table(page, group, about),
    ]


def _about(finding: Finding) -> tuple[str, str, int | None]:
    return finding.outcome, finding.population, finding.horizon_days


def _share_a_level(group: list[Finding]) -> bool:
    return len({row.conf_level for row in group}) == 1


def _p_value_table(page: Page, group: list[Finding], about: dict[str, Sentence | Piece]) -> Table:
    rows = [
        Row(
            header=(page.own(row, "p_value"),),
            cells=(
                page.say(
                    "p_values.analysis",
                    measure=capitalised(measure(row, page.subject)),
                    method=page.subject.method(row),
                ),
                capitalised(page.say(f"role.{row.role}")),
                page.subject.asks(row),
            ),
            emphasis="primary" if row.role == "primary" else "",
        )
        for row in group
    ]
    below = sum(bool(is_below_level(row)) for row in group)
    groups = [
        Group(header=page.say(key, **about), rows=tuple(part))
        for key, part in (("p_values.group_below", rows[:below]), ("p_values.group_above", rows[below:]))
        if part
    ]
    return Table(
        id=f"p-values-{group[0].outcome}-{group[0].population}-{group[0].horizon_days}",
        caption=page.say("p_values.caption", **about),
        head=tuple(page.say(f"column.{name}") for name in ("p", "analysis", "role", "asks")),
        groups=tuple(groups) if _share_a_level(group) else (Group(rows=tuple(rows)),),
    )
