"""A page for a minister: what was delivered to whom, what is unknown, what lasts, what it cost.

Made of what the chapters of the full report say at length. What is not known stands as plainly as what is.
"""

from __future__ import annotations

from primus_eval.findings import Exhibit, Finding
from primus_eval.report.display import Paragraphs, Section, Table
from primus_eval.report.economy import EXHIBITS, economy_of
from primus_eval.report.page import Page, value_of
from primus_eval.report.sections.core_indicators import core_table
from primus_eval.report.sections.cost_words import (
    break_even_sentences,
    cost_sentence,
    counted_sentence,
    gross_cost_sentence,
)
from primus_eval.report.sections.unknown import unknown_list
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.pieces import Sentence, capitalised, joined
from primus_eval.wording.plain import changed_in_100, end_in_100
from primus_eval.wording.quantities import POINT_MEASURES
from primus_eval.wording.sentences import plain_sentence
from primus_eval.wording.subject import ASSIGNED

MOST_VALUES = 2
"""A page has room for so many values of one averted."""

MOST_MEANS = 2
"""A page has room for so many means of what was known of people before."""

ARMS: tuple[ArmRole, ...] = ("treatment", "control")


def chapters_in_short(page: Page) -> Section:
    """Give the chapters on delivery, needs, long term and cost on a page; nothing where none was declared."""
    title = page.say("chapters.title")
    if not any(chapters_there(page).values()):
        return Section(id="chapters", title=title)
    parts: list[Paragraphs | Table] = [
        *_people(page),
        *core_table(page),
        unknown_list(page, chapters_there(page)),
        *_needs(page),
        *_long_term(page),
        _cost(page),
    ]
    return Section(id="chapters", title=title, parts=tuple(parts))


def chapters_there(page: Page) -> dict[str, bool]:
    """Say of each chapter whether this report has it, in their order."""
    outcomes = page.protocol["outcome"]
    return {
        "process": bool(page.protocol.get("process")),
        "needs": any(outcome.get("scale") or outcome.get("register_weeks") for outcome in outcomes),
        "long_term": bool(page.protocol.get("long_term")),
        "costs": economy_of(page) is not None,
    }


def _people(page: Page) -> tuple[Paragraphs, ...]:
    """Say who they were: how many of each arm the primary result is about, and how old, or the like."""
    primary = page.primary
    if primary is None or None in (primary.n_treatment, primary.n_control):
        return ()
    said = page.say(
        "chapters.people",
        people=capitalised((page.subject.people,)),
        **{arm: (page.subject.arm(arm),) for arm in ARMS},
        **{f"n_{arm}": page.own(primary, f"n_{arm}") for arm in ARMS},
    )
    return (Paragraphs(paragraphs=(joined([said, *_characteristics(page)]),)),)


def _characteristics(page: Page) -> list[Sentence]:
    """Give the means of what was known of them before, such as their age, where both arms are shown."""
    baseline = page.exhibit("baseline")
    if baseline is None or not page.has(baseline):
        return []
    rows = [
        row
        for row, record in enumerate(baseline.records())
        if record["kind"] == "mean_sd" and None not in (record["value_treatment"], record["value_control"])
    ]
    return [_mean(page, baseline, row) for row in rows[:MOST_MEANS]]


def _mean(page: Page, baseline: Exhibit, row: int) -> Sentence:
    name, label, unit = (str(value_of(baseline, row, field) or "") for field in ("variable", "label", "unit"))
    return page.say(
        "chapters.mean",
        label=page.subject.column(name, label),
        unit=(page.subject.unit_of(name, unit),) if unit else (),
        **{arm: (page.cell(baseline, row, f"value_{arm}", "shortest"),) for arm in ARMS},
    )


def _needs(page: Page) -> tuple[Paragraphs, ...]:
    """Say the secondary result that the plan puts first, and how many others there are."""
    chosen = (page.protocol.get("multiplicity") or {}).get("primary_secondary")
    rows = page.findings.of_analysis(str(chosen)) if chosen else ()
    if not rows:
        return ()
    said = plain_sentence(rows[0], page.subject, page.findings)
    return (Paragraphs(heading=page.say("chapters.needs"), paragraphs=(said,)),)


def _long_term(page: Page) -> tuple[Paragraphs, ...]:
    """Say for each declared horizon what the arms differ by, or that it cannot be said."""
    declared = page.protocol.get("long_term")
    if not declared:
        return ()
    items = tuple(_horizon(page, str(outcome)) for outcome in declared["outcomes"])
    return (Paragraphs(heading=page.say("chapters.long_term"), items=items),)


def _horizon(page: Page, outcome: str) -> Sentence:
    name = capitalised(page.subject.outcome_label(outcome))
    finding = _difference(page, outcome)
    if finding is None:
        return page.say("chapters.horizon_none", outcome=name)
    if finding.status != "estimated" or finding.estimate is None:
        return _absent(page, finding, name)
    change = changed_in_100(finding, "estimate", page.subject)
    said = page.say("chapters.horizon", outcome=name, change=change, role=page.say(f"role.{finding.role}"))
    if finding.conf_low is None:
        return said
    low, high = (end_in_100(finding, end, page.subject) for end in ("conf_low", "conf_high"))
    level = page.say("joint.level", level=page.own(finding, "conf_level"))
    return joined([said, page.say("chapters.horizon_interval", level=level, low=low, high=high)])


def _absent(page: Page, finding: Finding, name: Sentence) -> Sentence:
    """Say that a horizon has no result, and why: in the fewest words where it protects people."""
    own = f"chapters.protects.{finding.reason}"
    if finding.status == "withheld" and own in page.subject.words:
        return page.say("chapters.horizon_withheld", outcome=name, reason=page.say(own))
    return page.say("chapters.horizon_absent", outcome=name, reason=page.say(f"reason.{finding.reason}"))


def _difference(page: Page, outcome: str) -> Finding | None:
    """Return the difference in risk at the end of a window in everyone, the most important analysis first."""
    of_window = [
        row
        for row in page.findings.rows
        if (row.outcome, row.population) == (outcome, ASSIGNED)
        and row.effect_measure in POINT_MEASURES
        and not row.conditional
        and page.subject.is_about_the_window(row)
    ]
    return next((row for row in of_window if row.role == "primary"), next(iter(of_window), None))


def _cost(page: Page) -> Paragraphs:
    """Say what it cost per person, and what it would have to achieve to break even."""
    heading = page.say("chapters.cost")
    economy = economy_of(page)
    if economy is None:
        return Paragraphs(heading=heading, paragraphs=(page.say("asked.no_costs"),))
    cost = joined([*cost_sentence(economy), *gross_cost_sentence(economy), *counted_sentence(economy)])
    said = [*([cost] if cost_sentence(economy) else []), *break_even_sentences(economy)[:MOST_VALUES]]
    missing = [item for kind in EXHIBITS for item in page.findings.exhibits_of(kind) if not page.has(item)]
    if not said:
        said = [page.why_not_shown(item) for item in missing[:1]] or [page.say("costs.nothing")]
    elif not economy.is_planned:
        said.insert(0, page.say("chapters.cost_exploratory"))
    return Paragraphs(heading=heading, paragraphs=tuple(said))
