"""What cannot be concluded: the protocol's own cautions and those that hold for every such trial."""

from __future__ import annotations

from collections.abc import Iterator

from primus_eval.report.analysed import followed_for_less
from primus_eval.report.display import Paragraphs, Section
from primus_eval.report.page import Page
from primus_eval.wording.pieces import Sentence, capitalised


def limits_section(page: Page) -> Section:
    """List what the result does not say."""
    cautions = tuple((page.subject.quote(text),) for text in page.subject.study.get("cautions", ()))
    parts = []
    if cautions:
        parts.append(Paragraphs(heading=page.say("limits.this_trial"), items=cautions))
    parts.append(Paragraphs(heading=page.say("limits.every_trial"), items=_general(page)))
    return Section(id="limits", title=page.say("limits.title"), parts=tuple(parts))


def _general(page: Page) -> tuple[Sentence, ...]:
    general = [page.say("limits.recorded")]
    primary = page.primary
    if primary is not None:
        population = page.subject.population_of(primary)
        outcome = page.subject.outcome_label(primary.outcome)
        general.append(page.say("limits.population", population=population))
        general.append(page.say("limits.window", outcome=outcome))
    general.append(page.say("limits.average"))
    general += [page.say(f"limits.{name}") for name in _where_they_apply(page)]
    if not page.subject.is_registered:
        general.append(page.say("limits.unregistered"))
    return tuple(capitalised(sentence) for sentence in general)


def _where_they_apply(page: Page) -> Iterator[str]:
    """Name the cautions that hold for some trials only."""
    rows = page.findings.rows
    less = followed_for_less(page)
    if less or (less is None and page.exhibit("flow") is not None):
        yield "censoring" if less else "censoring_withheld"
    yield "competing"
    if any(page.subject.outcome(row.outcome).get("clock_start") == "release" for row in rows):
        yield "release"
    if any(row.effect_measure == "hazard_ratio" and row.status == "estimated" for row in rows):
        yield "hazard_ratio"
    if any(row.plan_status == "as_planned" for row in rows):
        yield "as_planned"
