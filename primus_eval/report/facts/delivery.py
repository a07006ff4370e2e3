"""Facts on delivery: by what manual, by whom, how much, tailored how, changed how, and how true to the plan.

A plan answers how a programme was to be delivered, an indicator how it was. Where neither is there, the table
from which it could be told is named, delivered or not.
"""

from __future__ import annotations

from primus_eval.report.documented import process_evidence
from primus_eval.report.evidence import Evidence
from primus_eval.report.facts.answer import (
    STATES,
    Answer,
    Fact,
    answered,
    for_a_person,
    partly,
    partly_in_words,
)
from primus_eval.report.page import Page
from primus_eval.report.sections.indicator_values import n_of_n, reported_row, value
from primus_eval.wording.pieces import Quoted, Sentence, joined
from primus_eval.wording.quantities import count_number, printed


def delivery(page: Page) -> Answer:
    """How the programme was delivered, by its indicators."""
    item = _evidence(page, "delivery")
    state = STATES[item.state]
    section = _section(page) if state != "for_a_person" else ""
    return Answer(state=state, words=item.words, section=section)


def delivered_and_taken_up(page: Page) -> Answer:
    """How far the programme was delivered and taken up; whether that is as planned is for a person."""
    items = [_evidence(page, name) for name in ("uptake", "delivery")]
    known = [item for item in items if item.state != "not_reported"]
    if not known:
        return Answer(state="for_a_person", words=items[0].words)
    section = _section(page) if items[1] in known else "participants"
    return partly_in_words(joined([item.words for item in known]), section)


def _evidence(page: Page, name: str) -> Evidence:
    return next(item for item in process_evidence(page) if item.name == name)


def _section(page: Page) -> str:
    """Return the section that says more: the chapter on delivery, or what a jury asks for."""
    return "process" if page.protocol.get("process") else "asked"


def _of_table(page: Page, name: str, key: str) -> Answer:
    """Say of a table of the programme that it was delivered, or not."""
    there = page.protocol["data"].get(name) is not None
    return for_a_person(page, "table.delivered" if there else "table.missing", about=page.say(f"fact.{key}"))


def _indicator(page: Page, name: str) -> Sentence:
    """Say what an indicator comes to; empty where it is not reported."""
    exhibit, row = page.exhibit("indicators"), reported_row(page, name)
    if exhibit is None or row is None:
        return ()
    return page.say(
        "evidence.delivery.indicator",
        name=page.say(f"indicator.{name}.name"),
        n=n_of_n(page, exhibit, row),
        value=value(page, exhibit, row),
    )


def materials(page: Page) -> Answer:
    """Which manual the programme follows; where it can be had is in no protocol."""
    manual = (page.protocol.get("process") or {}).get("manual")
    if not manual:
        return for_a_person(page, "materials.none")
    return partly(page, "materials.manual", "process", manual=page.subject.quote(manual))


def providers(page: Page) -> Answer:
    """Who delivered it, as far as training is counted."""
    said = _indicator(page, "trained_before_match")
    if not said:
        return _of_table(page, "mentors", "providers")
    return partly_in_words(said, "process")


def providers_assigned(page: Page) -> Answer:
    """How those who deliver came to the people they met: how many were matched, and not by which rule."""
    said = _indicator(page, "matched")
    if not said:
        return _of_table(page, "matches", "providers")
    return partly_in_words(joined([page.say("fact.providers_assigned"), said]), "process")


def dose(page: Page) -> Answer:
    """How often, and for how long, contact was planned, and how much there was."""
    process = page.protocol.get("process")
    if not process or process.get("contacts_per_week") is None:
        return _of_table(page, "contacts", "dose")
    numbers = {
        "contacts": process["contacts_per_week"],
        "before": process.get("weeks_before_release") or 0,
        "after": process["weeks_after_release"],
    }
    language = page.subject.language
    texts = {name: Quoted(printed(number, "shortest", language)) for name, number in numbers.items()}
    return answered(page, "planned_dose", "process", **texts)


def tailoring(page: Page) -> Answer:
    """Whether contacts were to answer the needs of the person, and did."""
    rules = (page.protocol.get("process") or {}).get("need") or ()
    if not rules:
        return for_a_person(page, "tailoring.none")
    n = count_number(rules, "needs_with_a_rule", language=page.subject.language)
    planned = page.say("fact.tailoring.rules", n=n)
    return partly_in_words(joined([planned, _indicator(page, "needs_worked_on")]), "process")


def modifications(page: Page) -> Answer:
    """What was changed while the trial ran."""
    changes = page.exhibit("programme_changes")
    if changes is None:
        return _of_table(page, "changes", "modifications")
    if changes.status != "estimated":
        return for_a_person(page, "changes_withheld")
    n = count_number(changes.rows, "programme_changes", language=page.subject.language)
    return answered(page, "changes_listed", "process", n=n)


def fidelity_planned(page: Page) -> Answer:
    """By which targets, and by what supervision, delivery was to be kept to the plan."""
    targets = (page.protocol.get("process") or {}).get("targets") or ()
    supervised = _indicator(page, "supervised")
    if not targets and not supervised:
        return _of_table(page, "supervision", "supervision")
    n = count_number(targets, "targets", language=page.subject.language)
    return partly_in_words(joined([page.say("fact.fidelity_planned", n=n), supervised]), "process")


DELIVERY: dict[str, Fact] = {
    "delivered": delivered_and_taken_up,
    "delivery": delivery,
    "materials": materials,
    "providers": providers,
    "providers_assigned": providers_assigned,
    "dose": dose,
    "tailoring": tailoring,
    "modifications": modifications,
    "supervision": fidelity_planned,
}
