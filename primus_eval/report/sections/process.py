"""How the programme was delivered: planned, reached, matched, met, and what either arm received besides.

Everything here describes. What was delivered is held against the programme's own manual and nothing else, and
no number of this section is an effect. What was not collected is said, not left out.
"""

from __future__ import annotations

from typing import Any

from primus_eval.findings import Exhibit
from primus_eval.report.display import Figure, Paragraphs, Section, Table
from primus_eval.report.page import Page
from primus_eval.report.sections.delivery import (
    changes_table,
    coverage_table,
    dose_outcome,
    flow_table,
    harm,
)
from primus_eval.report.sections.indicator_labels import arm_label
from primus_eval.report.sections.indicator_rows import CHAPTERS, indicator_table, unit_table
from primus_eval.report.sections.indicator_values import (
    DOSES,
    FORMS,
    interval,
    n_of_n,
    state_words,
    value,
    whole_row,
)
from primus_eval.vocabulary import Indicator, IndicatorState, words
from primus_eval.wording.pieces import Quoted, Sentence, capitalised, joined, plain_text, uncapitalised
from primus_eval.wording.quantities import count_number, printed

Parts = list[Paragraphs | Table | Figure]


def process_section(page: Page) -> Section:
    """Tell how the programme was delivered; nothing where the plan does not describe it."""
    title = page.say("process.title")
    if not page.protocol.get("process"):
        return Section(id="process", title=title)
    parts: Parts = [Paragraphs(paragraphs=(page.say("process.intro"),)), _planned(page), *flow_table(page)]
    indicators = page.exhibit("indicators")
    if indicators is None or not page.has(indicators):
        said = page.say("process.none") if indicators is None else page.why_not_shown(indicators)
        parts.append(Paragraphs(paragraphs=(said,)))
    else:
        parts += _indicators(page, indicators)
    is_collected = indicators is not None and _is_collected(indicators)
    coverage = coverage_table(page) if is_collected else []
    parts += [*harm(page), *coverage, *changes_table(page), *dose_outcome(page)]
    return Section(id="process", title=title, parts=tuple(parts))


def _indicators(page: Page, exhibit: Exhibit) -> Parts:
    heading = page.say("process.indicators")
    if not _is_collected(exhibit):
        return [Paragraphs(heading=heading, paragraphs=(_nothing_collected(page),))]
    parts: Parts = [
        Paragraphs(heading=heading, paragraphs=(_how_many(page, exhibit),)),
        indicator_table(page, exhibit),
        unit_table(page, exhibit),
        *page.figures_of("run_chart"),
        *page.figures_of("funnel"),
        *([_dose(page, exhibit)] if _is_collected(exhibit, DOSES) else []),
        *page.figures_of("exposure"),
        *page.figures_of("contact_blocks"),
        *([_other_services(page, exhibit)] if _is_collected(exhibit, ("control_services",)) else []),
    ]
    return parts


def _is_collected(exhibit: Exhibit, indicators: tuple[Indicator, ...] = ()) -> bool:
    """Whether anything was collected for some of these indicators, or for any; also what is not shown."""
    return any(
        record["state"] != "not_collected"
        for record in exhibit.records()
        if not indicators or record["indicator"] in indicators
    )


def _nothing_collected(page: Page) -> Sentence:
    """Say that no indicator of any chapter was collected, in place of a table that says so of each."""
    chapters: list[Sentence] = [
        (uncapitalised(plain_text(page.say(f"process.chapter.{chapter}"))),) for chapter in CHAPTERS
    ]
    return page.say("process.nothing_collected", chapters=page.subject.words.listed(chapters))


def _planned(page: Page) -> Paragraphs:
    """Say what was to be delivered, as the protocol has it."""
    process = page.protocol["process"]
    items = [
        _manual(page, process),
        page.say("process.plan.mentors", n=_plain(page, process.get("mentors_per_person", 1), "shortest")),
        _how_much(page, process),
        _how_long(page, process),
        *_for_whom(page, process),
        *_targets(page, process),
    ]
    return Paragraphs(heading=page.say("process.planned"), items=tuple(items))


def _plain(page: Page, stated: float, form: str) -> Quoted:
    """Print a number of the protocol."""
    return Quoted(printed(stated, form, page.subject.language))


def _manual(page: Page, process: dict[str, Any]) -> Sentence:
    if not process.get("manual"):
        return page.say("process.plan.no_manual")
    return page.say("process.plan.manual", manual=page.subject.quote(process["manual"]))


def _how_much(page: Page, process: dict[str, Any]) -> Sentence:
    contacts = process.get("contacts_per_week")
    if contacts is None:
        return page.say("process.plan.no_contacts")
    return page.say("process.plan.contacts", n=_plain(page, contacts, "shortest"))


def _how_long(page: Page, process: dict[str, Any]) -> Sentence:
    words, weeks = page.subject.words, process["weeks_after_release"]
    after = words.counted("process.plan.so_many_weeks", weeks, n=_plain(page, weeks, "whole"))
    before = process.get("weeks_before_release") or 0
    if not before:
        return page.say("process.plan.from_release", after=after)
    first = words.counted("process.plan.so_many_weeks", before, n=_plain(page, before, "whole"))
    return page.say("process.plan.weeks", before=first, after=after)


def _for_whom(page: Page, process: dict[str, Any]) -> tuple[Sentence, ...]:
    risk = process.get("risk")
    if not risk:
        return ()
    levels: list[Sentence] = [(page.subject.level(risk["column"], code),) for code in risk["in"]]
    listed = page.subject.words.listed(levels)
    about = page.subject.column_in_sentence(risk["column"])
    return (page.say("process.plan.risk", about=about, levels=listed),)


def _targets(page: Page, process: dict[str, Any]) -> list[Sentence]:
    targets = process.get("targets") or ()
    if not targets:
        return [page.say("process.plan.no_target")]
    by_source: dict[Quoted, list[Sentence]] = {}
    for target in targets:
        named = {
            "name": page.say(f"indicator.{target['indicator']}.name"),
            "value": _target_value(page, target),
        }
        source = page.subject.quote(target["source"])
        by_source.setdefault(source, []).append(page.say("process.plan.target", **named))
    return [
        page.say("process.plan.targets", source=source, targets=joined(named, separator="; "))
        for source, named in by_source.items()
    ]


def _target_value(page: Page, target: dict[str, Any]) -> Sentence:
    """Print a target in the unit of its indicator; where the indicator has none, as the plan has it."""
    exhibit = page.exhibit("indicators")
    records = exhibit.records() if exhibit is not None else []
    units = [str(record["unit"]) for record in records if record["indicator"] == target["indicator"]]
    unit = next((unit for unit in units if unit in FORMS), "count")
    return page.say(f"process.unit.{unit}", value=_plain(page, target["value"], FORMS.get(unit, "shortest")))


def _how_many(page: Page, exhibit: Exhibit) -> Sentence:
    """Say how many indicators there are in each state."""
    records = exhibit.records()
    states = {str(one["indicator"]): str(one["state"]) for one in records if not one["breakdown"]}
    language = page.subject.language
    listed = []
    for state in words(IndicatorState):
        members = [name for name, known in states.items() if known == state]
        n = count_number(members, f"indicators_{state}", language=language)
        if members:
            listed.append(page.say(f"process.how_many.{state}", n=n))
    total = count_number(states, "indicators", language=language)
    said = page.say("process.how_many.all", n=total, states=page.subject.words.listed(listed))
    unknown = page.say("process.how_many.unknown") if "not_collected" in states.values() else ()
    return joined([said, unknown])


def _dose(page: Page, exhibit: Exhibit) -> Paragraphs:
    """Give the dose by both denominators, each with what it answers."""
    items = tuple(_one_dose(page, exhibit, indicator) for indicator in DOSES)
    return Paragraphs(
        heading=page.say("process.dose"), paragraphs=(page.say("process.dose_why"),), items=items
    )


def _one_dose(page: Page, exhibit: Exhibit, indicator: str) -> Sentence:
    row = whole_row(exhibit, indicator)
    state: Sentence = page.say("indicator_state.not_collected")
    if row is not None and exhibit.records()[row]["state"] == "reported":
        state = page.say(
            "process.dose_value",
            value=value(page, exhibit, row),
            interval=interval(page, exhibit, row),
            n=n_of_n(page, exhibit, row),
        )
    elif row is not None:
        state = state_words(page, exhibit.records()[row])
    return page.say(f"process.dose_by.{indicator}", state=state)


def _other_services(page: Page, exhibit: Exhibit) -> Paragraphs:
    """Say what either arm received besides, also where it is nothing or unknown."""
    records = exhibit.records()
    rows = [row for row, record in enumerate(records) if record["indicator"] == "control_services"]
    by_arm = [row for row in rows if records[row]["breakdown"] == "arm"]
    items = tuple(_one_service(page, exhibit, row) for row in by_arm or rows[:1])
    return Paragraphs(
        heading=page.say("process.services"),
        paragraphs=(page.say("process.services_why"),),
        items=items or (page.say("indicator_state.not_collected"),),
    )


def _one_service(page: Page, exhibit: Exhibit, row: int) -> Sentence:
    record = exhibit.records()[row]
    label = capitalised(arm_label(page, str(record["arm"] or "control")))
    if record["state"] != "reported":
        return page.say("process.labelled", label=label, said=state_words(page, record))
    said = page.say(
        "process.dose_value",
        value=value(page, exhibit, row),
        interval=interval(page, exhibit, row),
        n=n_of_n(page, exhibit, row),
    )
    return page.say("process.labelled", label=label, said=said)
