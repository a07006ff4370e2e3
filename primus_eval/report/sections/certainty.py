"""How sure one can be: what the interval leaves out, how small an effect could be found, which p-values.

Where several defensible methods give p-values on the same question, all are shown with what each asks.
The role in the plan decides which analysis answers the question; no p-value is chosen.
"""

from __future__ import annotations

from math import inf, log

from primus_eval.findings import COUNTS, Exhibit, Finding
from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page, value_of
from primus_eval.tables import interval_group, is_below_level, p_value_groups
from primus_eval.wording.pieces import Piece, Sentence, capitalised, joined
from primus_eval.wording.plain import change, changed_in_100
from primus_eval.wording.quantities import POINT_MEASURES, count_number
from primus_eval.wording.sentences import measure, p_value
from primus_eval.wording.subject import includes_no_difference

CLOSE_SHARE = 0.05
"""An end nearer to no difference than this share of the interval's width is called close to it."""


def certainty_section(page: Page) -> Section:
    """Say what the data leave open."""
    parts: list[Paragraphs | Table] = []
    if page.primary is not None and page.primary.conf_low is not None:
        parts.append(_interval(page, page.primary))
    detectable = page.exhibit("detectable")
    if detectable is not None or (page.subject.allots_clusters and page.protocol.get("planning")):
        parts.append(_detectable(page, detectable))
    for group in p_value_groups(page.findings):
        if len(group) > 1:
            parts += _p_values(page, group)
    return Section(id="certainty", title=page.say("certainty.title"), parts=tuple(parts))


def interval_sentences(page: Page, primary: Finding) -> tuple[Sentence, ...]:
    """Say in words what the interval of the primary result leaves out and what it includes."""
    low, high = _end(page, primary, "conf_low"), _end(page, primary, "conf_high")
    near_low, near_high = _distances(primary)
    near, far = (low, high) if near_low < near_high else (high, low)
    closely = "_closely" if ends_close(primary) else ""
    if includes_no_difference(primary):
        return (page.say(f"certainty.includes_none{closely}", low=low, high=high, near=near, far=far),)
    return (page.say(f"certainty.excludes_none{closely}", near=near, far=far),)


def ends_close(finding: Finding) -> bool:
    """Whether an end of the interval lies so near no difference that another method may carry it across.

    Ratios are compared on the log scale, on which a half is as far from one as two.
    """
    if finding.conf_low is None or finding.conf_high is None:
        return False
    width = _from_null(finding, finding.conf_high) - _from_null(finding, finding.conf_low)
    return width < inf and min(_distances(finding)) < CLOSE_SHARE * width


def _distances(finding: Finding) -> tuple[float, float]:
    """Return how far both ends of the interval are from no difference."""
    ends = (finding.conf_low or 0.0, finding.conf_high or 0.0)
    low, high = (abs(_from_null(finding, end)) for end in ends)
    return low, high


def _from_null(finding: Finding, value: float) -> float:
    """Return a value less no difference, for ratios on the log scale; a ratio of zero is infinitely far."""
    if finding.unit != "ratio":
        return value
    return log(value) if value > 0 else -inf


def _end(page: Page, finding: Finding, field: str) -> Sentence:
    if finding.effect_measure in POINT_MEASURES:
        return changed_in_100(finding, field, page.subject)
    return change(finding, field, page.subject)


def _interval(page: Page, primary: Finding) -> Paragraphs:
    about = page.say(
        "certainty.about",
        measure=measure(primary, page.subject),
        population=page.subject.population_of(primary),
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
    numbers: dict[str, Sentence | Piece] = {
        "n": count_number(alike, "intervals", language=language),
        "including": count_number(including, "intervals_including_no_difference", language=language),
        "population": page.subject.population_of(*alike),
        "span": _up_to(page, alike[0]),
    }
    if len(including) in (0, len(alike)):
        form = "two" if len(alike) == 2 else "other"
        return page.say(f"certainty.intervals_{'all' if including else 'none'}.{form}", **numbers)
    return page.subject.words.counted("certainty.intervals_some", len(including), **numbers)


def _up_to(page: Page, finding: Finding) -> Sentence:
    """Say how far findings count; nothing where that is not known."""
    if finding.horizon_days is None:
        return ()
    unit = page.say(f"unit.{page.subject.time_unit}")
    return page.say("certainty.up_to", horizon=page.own(finding, "horizon_days"), unit=unit)


def _detectable(page: Page, exhibit: Exhibit | None) -> Paragraphs:
    heading = page.say("detectable.heading")
    if exhibit is None or page.subject.allots_clusters:
        return Paragraphs(heading=heading, paragraphs=(page.say("detectable.clusters"),))
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
        n = page.cell(exhibit, 0, "difference", "fewer_of_100")
        better = page.subject.outcome(exhibit.outcome).get("better", "lower")
        sentence = page.say(
            "detectable.found",
            change=page.say("change.more" if better == "higher" else "change.fewer", n=n),
            treatment_risk=page.cell(exhibit, 0, "treatment_risk", "percent"),
            **known,
        )
    assumed = page.say(f"detectable.{exhibit.notes['assumed']}", **known)
    source = page.say("detectable.source", source=page.subject.quote(page.protocol["planning"]["source"]))
    people = page.say("detectable.people", **known)
    return Paragraphs(
        heading=heading,
        paragraphs=(
            joined([assumed, source]),
            joined([sentence, capitalised(people), _of_two_shares(page)]),
        ),
    )


def _of_two_shares(page: Page) -> Sentence:
    """Say that the calculation is about two shares, where the primary analysis compares something else."""
    primary = page.primary
    if primary is None or primary.effect_measure in ("risk_difference", "survival_difference"):
        return ()
    return page.say("detectable.two_shares", measure=measure(primary, page.subject))


def _p_values(page: Page, group: list[Finding]) -> list[Paragraphs | Table]:
    below = [row for row in group if is_below_level(row)]
    language = page.subject.language
    about: dict[str, Sentence | Piece] = {
        "outcome": page.subject.outcome_label(group[0].outcome),
        "population": page.subject.population_of(*group),
        "n": count_number(group, "p_values", language=language),
        "smallest": p_value(group[0], page.subject),
        "largest": p_value(group[-1], page.subject),
        "below": count_number(below, "p_values_below", language=language),
        "above": count_number(group[len(below) :], "p_values_above", language=language),
        "level": page.own(group[0], "conf_level", "level_left"),
    }
    agree = len(below) in (0, len(group))
    key = "p_values.levels" if not _share_a_level(group) else "p_values.agree" if agree else "p_values.differ"
    same_people = page.say("p_values.same_people") if _share_counts(group) else ()
    paragraphs = [joined([page.say("p_values.intro", **about), same_people]), page.say(key, **about)]
    if page.primary is not None and _about(page.primary) == _about(group[0]):
        paragraphs.append(page.say(f"p_values.{_place_of(page.primary)}"))
        if not page.subject.is_plan_shown_first:
            late = page.subject.is_registered_late
            paragraphs.append(page.say("p_values.registered_late" if late else "p_values.unregistered"))
    return [
        Paragraphs(heading=page.say("p_values.heading"), paragraphs=tuple(paragraphs)),
        _p_value_table(page, group, about),
    ]


def _about(finding: Finding) -> tuple[str, str, int | None]:
    return finding.outcome, finding.population, finding.horizon_days


def _place_of(primary: Finding) -> str:
    """Say whether the primary result has a p-value, is an estimate with an interval alone, or neither."""
    if primary.p_value is not None:
        return "primary_has"
    return "primary_lacks" if primary.conf_low is None else "primary_has_none"


def _share_counts(group: list[Finding]) -> bool:
    """Whether all findings rest on the same known numbers of people and of events."""
    counts = {tuple(getattr(row, name) for name in COUNTS) for row in group}
    return len(counts) == 1 and None not in counts.pop()


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
                capitalised(page.subject.role(row)),
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
