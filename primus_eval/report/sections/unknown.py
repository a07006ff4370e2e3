"""What nobody knows after this trial: not settled, not collected, not shown, not followed long enough."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from primus_eval.findings import Exhibit, Finding
from primus_eval.report.display import Paragraphs
from primus_eval.report.economy import as_shown, economy_of
from primus_eval.report.page import Page, value_of
from primus_eval.report.sections.cost_words import whether_it_pays
from primus_eval.wording import numbers
from primus_eval.wording.pieces import Quoted, Sentence, capitalised, joined
from primus_eval.wording.plain import changed_in_100, end_in_100
from primus_eval.wording.quantities import count_number
from primus_eval.wording.sentences import measure
from primus_eval.wording.subject import ASSIGNED, includes_no_difference

NOT_THERE = ("not_collected", "withheld", "not_estimable")

MOST_NAMES = 6
"""So many withheld results are named; the rest is counted."""


def unknown_list(page: Page, chapters: Mapping[str, bool]) -> Paragraphs:
    """List what is not known, the effect first.

    chapters: of each chapter, whether this report has it.
    """
    items = [
        *_effect(page),
        *_pays(page),
        *_secondary(page),
        *_indicators_not_there(page),
        *_results_withheld(page),
        *_immature(page),
        *(page.say(f"chapters.without.{name}") for name, there in chapters.items() if not there),
    ]
    said = tuple(items) or (page.say("chapters.nothing_unknown"),)
    return Paragraphs(heading=page.say("chapters.unknown"), items=said)


def _effect(page: Page) -> list[Sentence]:
    """Say that the primary result leaves it open whether there is a difference, where it does."""
    primary = page.primary
    if primary is None or primary.conf_low is None or not includes_no_difference(primary):
        return []
    about: dict[str, Sentence] = {
        "outcome": page.subject.outcome_of(primary),
        "treatment": (page.subject.arm("treatment"),),
    }
    if primary.effect_measure != "risk_difference":
        return [page.say("chapters.effect_elsewhere", **about)]
    low, high = (end_in_100(primary, end, page.subject) for end in ("conf_low", "conf_high"))
    return [
        page.say(
            "chapters.effect_unknown",
            **about,
            role=page.subject.role(primary),
            population=page.subject.population_of(primary),
            change=changed_in_100(primary, "estimate", page.subject),
            level=page.say("joint.level", level=page.own(primary, "conf_level")),
            low=low,
            high=high,
        )
    ]


def _pays(page: Page) -> list[Sentence]:
    economy = economy_of(page)
    if economy is None:
        return []
    places = whether_it_pays(economy)
    if not places:
        return [page.say("chapters.pays_not_shown")]
    return [page.say("chapters.pays_unknown")] if "includes" in places else []


def _secondary(page: Page) -> list[Sentence]:
    """Say the same of the secondary result that stands further down the page."""
    chosen = (page.protocol.get("multiplicity") or {}).get("primary_secondary")
    rows = page.findings.of_analysis(str(chosen)) if chosen else ()
    if not rows or rows[0].conf_low is None or not includes_no_difference(rows[0]):
        return []
    return [
        page.say(
            "chapters.secondary_unknown",
            outcome=page.subject.outcome_of(rows[0]),
            treatment=page.subject.arm("treatment"),
        )
    ]


def _indicators_not_there(page: Page) -> list[Sentence]:
    exhibit = page.exhibit("indicators")
    if exhibit is None:
        return []
    if not page.has(exhibit):
        return [page.why_not_shown(exhibit)]
    whole = [record for record in exhibit.records() if not record["breakdown"]]
    items = []
    for state in NOT_THERE:
        names = dict.fromkeys(str(record["indicator"]) for record in whole if record["state"] == state)
        named = [page.say(f"indicator.{name}.name") for name in names]
        if named:
            items.append(page.say(f"chapters.{state}", names=_in_a_row(page, named)))
    return items


def _in_a_row(page: Page, names: list[Sentence]) -> Sentence:
    return joined(names, page.subject.words.entries["list.semicolon"])


def _results_withheld(page: Page) -> list[Sentence]:
    """Name the results that are withheld, those on everybody's whole window first, and count the rest."""
    withheld = [row for row in page.findings.rows if row.status == "withheld"]
    if not withheld:
        return []
    named: dict[Sentence, list[Finding]] = {}
    for row in sorted(withheld, key=lambda row: _is_in_part(page, row)):
        named.setdefault(_name(page, row), []).append(row)
    names = list(named)[:MOST_NAMES]
    rest = len(withheld) - sum(len(named[name]) for name in names)
    shown = [page.say("chapters.several", name=name, n=_n(page, named[name])) for name in names]
    if rest:
        shown.append(page.say("chapters.more", n=as_shown(page, rest, "results_withheld_not_named")))
    language = page.subject.language
    return [
        page.say(
            "chapters.results_withheld",
            n=count_number(withheld, "results_withheld", language=language),
            total=count_number(page.findings.rows, "results", language=language),
            names=_in_a_row(page, shown),
        )
    ]


def _n(page: Page, rows: list[Finding]) -> Sentence:
    """Say how many results a name stands for, where it is more than one."""
    if len(rows) == 1:
        return ()
    return page.say("chapters.results", n=as_shown(page, len(rows), "results_of_one_name"))


def _is_in_part(page: Page, finding: Finding) -> tuple[bool, bool]:
    return finding.population != ASSIGNED, not page.subject.is_about_the_window(finding)


def _name(page: Page, finding: Finding) -> Sentence:
    """Name a result by its outcome and measure, and by its people where they are a part of everybody."""
    is_whole = page.subject.is_about_the_window(finding)
    name = page.say(
        f"chapters.result{'' if is_whole else '_in_parts'}",
        outcome=page.subject.outcome_label(finding.outcome),
        measure=measure(finding, page.subject),
    )
    if finding.population == ASSIGNED:
        return name
    who = (page.subject.who(finding.population),)
    return page.say("chapters.result_of", result=name, who=who)


def _immature(page: Page) -> list[Sentence]:
    """Say which declared horizons nobody can speak of yet, and from when on."""
    exhibit = page.exhibit("horizons")
    if exhibit is None or not page.has(exhibit):
        return []
    return [
        _not_yet(page, exhibit, row)
        for row, record in enumerate(exhibit.records())
        if record["complete"] is False
    ]


def _not_yet(page: Page, exhibit: Exhibit, row: int) -> Sentence:
    outcome = capitalised(page.subject.outcome_label(str(value_of(exhibit, row, "outcome"))))
    ready = value_of(exhibit, row, "complete_on")
    if not isinstance(ready, str) or not ready:
        return page.say("chapters.immature", outcome=outcome)
    day = Quoted(numbers.day(date.fromisoformat(ready), page.subject.language))
    return page.say("chapters.immature_until", outcome=outcome, day=day)
