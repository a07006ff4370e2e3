"""How reoffending was counted: each outcome's rules in words, or what the protocol says of one measured."""

from __future__ import annotations

from primus_eval.definitions import PRESETS, Reoffending, preset
from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page
from primus_eval.wording.definition import definition_rows
from primus_eval.wording.pieces import Quoted, Sentence, capitalised, joined

NOT_RULES = ("preset", "official", "unknown")
"""Fields of a definition that say where it comes from, and not what counts."""


def counted_section(page: Page) -> Section:
    """Say of every outcome of an analysis what counts, on what the rules rest, and up to which day."""
    ids = list(dict.fromkeys(row.outcome for row in page.findings.rows))
    by_rules = [page.subject.rules(id) is not None for id in ids]
    intro = "rules" if all(by_rules) else "both" if any(by_rules) else "observed"
    parts = [_table(page, id) for id in ids]
    heading = Paragraphs(paragraphs=(page.say(f"counted.intro_{intro}"),))
    return Section(id="counted", title=page.say("counted.title"), parts=(heading, *parts) if ids else ())


def _table(page: Page, id: str) -> Table:
    definition = page.subject.rules(id)
    rows = _observed(page, id) if definition is None else _rules(page, definition)
    return Table(
        id=f"counted-{id}",
        caption=page.say("counted.caption", outcome=capitalised(page.subject.outcome_label(id))),
        head=(page.say("column.topic"), page.say("column.rule")),
        groups=(Group(rows=tuple(rows)),),
        notes=_notes(page, definition),
    )


def _observed(page: Page, id: str) -> list[Row]:
    outcome = page.subject.outcome(id)
    stated = outcome.get("definition")
    said: Sentence = (page.subject.quote(stated),) if stated else page.say("dash")
    clock = page.say(f"definition.clock_start.{outcome.get('clock_start', 'release')}")
    return [
        Row(header=page.say("counted.observed"), cells=(said,)),
        Row(header=page.say("definition.clock"), cells=(clock,)),
        Row(header=page.say("counted.horizon"), cells=(_horizon(page, outcome["horizon_days"], "days"),)),
    ]


def _rules(page: Page, definition: Reoffending) -> list[Row]:
    """Put the rules in rows by topic; what they rest on stands first, the horizon after the window."""
    rows = []
    for topic in definition_rows(
        definition, language=page.subject.language, class_name=page.subject.offence_class
    ):
        said: list[Sentence] = [(Quoted(sentence),) for sentence in topic.sentences]
        if topic.topic == "rules":
            said.append(_replaced(page, definition))
        rows.append(Row(header=(topic.label,), cells=(joined(said),)))
        if topic.topic == "window":
            length = "days" if definition.window_months is None else "months"
            horizon = _horizon(page, definition.horizon_days, length)
            rows.append(Row(header=page.say("counted.horizon"), cells=(horizon,)))
    return rows


def _horizon(page: Page, days: int, length: str) -> Sentence:
    return page.say(f"counted.horizon_{length}", n=Quoted(str(days)))


def _replaced(page: Page, definition: Reoffending) -> Sentence:
    """Name the points on which a definition differs from the statistic that it rests on."""
    if definition.preset is None:
        return ()
    fields = replaced_fields(definition)
    if not fields:
        return page.say("counted.replaces_nothing")
    named = [page.say(f"definition.unknown.{field}") for field in fields]
    return page.say("counted.replaces", fields=page.subject.words.listed(named))


def replaced_fields(definition: Reoffending) -> tuple[str, ...]:
    """Return the fields in which a definition differs from its preset, a window in either unit once."""
    if definition.preset is None or definition.preset not in PRESETS:
        return ()
    base = preset(definition.preset, official=definition.official)
    fields = [
        name
        for name in Reoffending.model_fields
        if name not in NOT_RULES and getattr(definition, name) != getattr(base, name)
    ]
    both = {"window_months", "window_days"} <= set(fields)
    return tuple(name for name in fields if not (both and name == "window_days"))


def _notes(page: Page, definition: Reoffending | None) -> tuple[Sentence, ...]:
    """Say beneath a table of rules what the data did not hold, and that an official figure is another."""
    if definition is None:
        return ()
    data = page.protocol["data"]
    missing = []
    if data.get("status") is None:
        missing.append(page.say("counted.no_status"))
    if data["participants"].get("linked") is None:
        missing.append(page.say("counted.no_linked"))
    if definition.preset is None:
        return tuple(missing)
    return (*missing, page.say("counted.unlike_preset"))
