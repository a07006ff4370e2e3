"""Reporting standards, prefilled: each item with what this report says on it, or left for a person.

The toolkit fills in what it knows and judges nothing: no item is ticked, and no risk of bias is called low
or high.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from primus_eval.report.checklists import Checklist, Item, checklists
from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.economy import economy_of
from primus_eval.report.facts import FACTS, Answer, State
from primus_eval.report.page import Page
from primus_eval.vocabulary import words
from primus_eval.wording.pieces import Link, Quoted, Sentence, capitalised, joined
from primus_eval.wording.quantities import count_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """An item with what answers it."""

    item: Item
    answer: Answer


def checklists_section(page: Page) -> Section:
    """Fill in every standard as far as protocol and findings go."""
    parts: list[Paragraphs | Table] = [Paragraphs(paragraphs=(page.say("checklist.intro"),))]
    for standard in checklists():
        filled = fill(page, standard)
        parts += [_about(page, standard, filled), _table(page, standard, filled)]
    return Section(id="checklists", title=page.say("checklist.title"), parts=tuple(parts))


def fill(page: Page, standard: Checklist) -> tuple[Filled, ...]:
    """Answer each item of a standard by its fact; an item without a fact is left for a person."""
    return tuple(Filled(item=item, answer=_answer(page, item)) for item in standard.item)


def _answer(page: Page, item: Item) -> Answer:
    if item.fact is None:
        return Answer(state="for_a_person", words=page.say("checklist.left"))
    answer = FACTS[item.fact](page)
    if item.is_partial and answer.state == "answered":
        return replace(answer, state="partly")
    return answer


def _about(page: Page, standard: Checklist, filled: tuple[Filled, ...]) -> Paragraphs:
    """Name the standard, count its answers, and say what needs checking against the original."""
    title = page.subject.quote(standard.title)
    reference = page.say("checklist.reference", reference=Quoted(standard.reference))
    return Paragraphs(
        heading=(title,),
        paragraphs=(joined([_counts(page, standard, filled), _checked(page, standard)]), reference),
    )


def _counts(page: Page, standard: Checklist, filled: tuple[Filled, ...]) -> Sentence:
    def count(state: str) -> Sentence:
        found = [entry for entry in filled if entry.answer.state == state]
        source = f"{standard.id}_{state}"
        return (count_number(found, source, language=page.subject.language),)

    total = count_number(filled, f"{standard.id}_items", language=page.subject.language)
    if not standard.is_judged:
        return page.say("checklist.counts", total=total, **{state: count(state) for state in words(State)})
    with_facts = [entry for entry in filled if entry.answer.state != "for_a_person"]
    facts = count_number(with_facts, f"{standard.id}_facts", language=page.subject.language)
    return page.say("checklist.counts_judged", total=total, facts=facts, for_a_person=count("for_a_person"))


def _checked(page: Page, standard: Checklist) -> Sentence:
    """Say which items were read in a source and which were written from memory."""
    semicolon = page.subject.words.entries["list.semicolon"]
    sources = joined([(page.subject.quote(source),) for source in standard.read_in], semicolon)
    if not standard.from_memory:
        return page.say("checklist.confirmed", sources=sources)
    numbers: list[Sentence] = [(Quoted(item.number),) for item in standard.from_memory]
    return page.say("checklist.from_memory", sources=sources, items=page.subject.words.listed(numbers))


def _table(page: Page, standard: Checklist, filled: tuple[Filled, ...]) -> Table:
    return Table(
        id=f"checklist-{standard.id}",
        caption=page.say("checklist.caption", title=page.subject.quote(standard.title)),
        head=tuple(page.say(f"checklist.head.{name}") for name in ("item", "asks", "answer", "where")),
        groups=(Group(rows=tuple(_row(page, standard, entry) for entry in filled)),),
        notes=(page.say("checklist.note_judged" if standard.is_judged else "checklist.note"),),
        is_folded=True,
    )


def _row(page: Page, standard: Checklist, entry: Filled) -> Row:
    item, answer = entry.item, entry.answer
    judged = standard.is_judged and answer.state != "for_a_person"
    state = page.say(f"checklist.state.{'judged' if judged else answer.state}")
    asks = page.say(
        "checklist.asks", topic=page.subject.quote(item.topic), text=page.subject.quote(item.text)
    )
    said = (
        page.say("checklist.answer", state=state, words=capitalised(answer.words))
        if item.fact
        else answer.words
    )
    return Row(header=(Quoted(item.number),), cells=(asks, said, _where(page, answer)))


def _where(page: Page, answer: Answer) -> Sentence:
    """Lead to the section that holds the answer; a dash where the words are all there is."""
    if not answer.section or not IS_THERE.get(answer.section, _always)(page):
        return page.say("dash")
    title = page.subject.words.text(f"{TITLES.get(answer.section, answer.section)}.title")
    return (Link(text=title, target=answer.section),)


def _always(page: Page) -> bool:
    return True


def _has_any(*kinds: str) -> Callable[[Page], bool]:
    def there(page: Page) -> bool:
        return any(page.has(item) for kind in kinds for item in page.findings.exhibits_of(kind))

    return there


def _has_participants(page: Page) -> bool:
    kinds = ("flow", "allocation")
    shown = bool(page.subject.study.get("setting"))
    return shown or any(page.findings.exhibits_of(kind) for kind in kinds)


def _has_certainty(page: Page) -> bool:
    return page.exhibit("detectable") is not None or (
        page.primary is not None and page.primary.conf_low is not None
    )


TITLES = {"definitions": "comparison"}
"""Where the title of a section stands in the catalogue, if not under the section's own name."""

IS_THERE: dict[str, Callable[[Page], bool]] = {
    "counted": lambda page: bool(page.findings.rows),
    "participants": _has_participants,
    "baseline": _has_any("baseline"),
    "certainty": _has_certainty,
    "costs": lambda page: economy_of(page) is not None,
    "definitions": _has_any("definitions"),
    "way": _has_any("clock", "observation", "fates", "custody"),
}
"""When a section that may be missing is there; a test holds that every reference leads somewhere."""
