"""What cannot be concluded: the protocol's own cautions and those that hold for every such trial."""

from __future__ import annotations

from collections.abc import Iterator

from primus_eval.report.analysed import followed_for_less
from primus_eval.report.display import Paragraphs, Section
from primus_eval.report.page import Page
from primus_eval.wording.pieces import Sentence, capitalised

ELSEWHERE = ("leaving", "hazard_ratio", "as_planned")
"""Cautions about what the full report alone holds."""


def limits_section(page: Page) -> Section:
    """List what the result does not say."""
    return _section(page, left_out=())


def limits_in_short(page: Page) -> Section:
    """List what the result does not say, without what refers to the full report."""
    return _section(page, left_out=ELSEWHERE)


def _section(page: Page, *, left_out: tuple[str, ...]) -> Section:
    cautions = tuple((page.subject.quote(text),) for text in page.subject.study.get("cautions", ()))
    parts = []
    if cautions:
        parts.append(Paragraphs(heading=page.say("limits.this_trial"), items=cautions))
    parts.append(Paragraphs(heading=page.say("limits.every_trial"), items=_general(page, left_out)))
    return Section(id="limits", title=page.say("limits.title"), parts=tuple(parts))


def _general(page: Page, left_out: tuple[str, ...]) -> tuple[Sentence, ...]:
    general = [page.say("limits.recorded")]
    primary = page.primary
    if primary is not None:
        population = page.subject.population_of(primary)
        outcome = page.subject.outcome_label(primary.outcome)
        general.append(page.say("limits.population", population=population))
        general.append(page.say("limits.window", outcome=outcome))
    general.append(page.say("limits.average"))
    general += [page.say(f"limits.{name}") for name in _where_they_apply(page) if name not in left_out]
    if not page.subject.is_plan_shown_first:
        late = page.subject.is_registered_late
        general.append(page.say("limits.registered_late" if late else "limits.unregistered"))
    return tuple(capitalised(sentence) for sentence in general)


def _of_outcomes(page: Page) -> Iterator[str]:
    """Name the cautions that come with how the outcomes were counted."""
    ids = dict.fromkeys(row.outcome for row in page.findings.rows)
    definitions = [page.subject.rules(id) for id in ids]
    if None in definitions or not definitions:
        yield "competing"
    by_rules = [definition for definition in definitions if definition is not None]
    if by_rules:
        yield "leaving"
    for rule in dict.fromkeys(definition.custody for definition in by_rules):
        yield f"custody_{rule}"
    if by_rules and page.protocol["data"]["participants"].get("linked") is not None:
        yield "not_linked"
    for start in dict.fromkeys(str(page.subject.outcome(id).get("clock_start")) for id in ids):
        if start != "randomisation":
            yield f"clock_{start}"


def _where_they_apply(page: Page) -> Iterator[str]:
    """Name the cautions that hold for some trials only."""
    rows = page.findings.rows
    less = followed_for_less(page)
    if less or (less is None and page.exhibit("flow") is not None):
        yield "censoring" if less else "censoring_withheld"
    yield from _of_outcomes(page)
    if page.subject.allots_clusters:
        yield "clusters"
    if any(row.effect_measure == "hazard_ratio" and row.status == "estimated" for row in rows):
        yield "hazard_ratio"
    if any(row.plan_status == "as_planned" for row in rows):
        yield "as_planned"
