"""What juries ask for next - process, long-term follow-up, costs - and what this report holds of each."""

from __future__ import annotations

from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.documented import process_evidence
from primus_eval.report.evidence import Evidence, outcome_evidence
from primus_eval.report.page import Page
from primus_eval.wording.pieces import Sentence, joined


def asked_section(page: Page) -> Section:
    """Say of process indicators, long-term follow-up and costs whether they are here, and what is."""
    return Section(
        id="asked",
        title=page.say("asked.title"),
        parts=(
            Paragraphs(paragraphs=(page.say("asked.intro"),)),
            evidence_table(
                page, process_evidence(page), id="process", caption=page.say("sheet.process_caption")
            ),
            Paragraphs(heading=page.say("asked.long_term"), paragraphs=(_long_term(page),)),
            Paragraphs(heading=page.say("asked.costs"), paragraphs=(page.say("asked.no_costs"),)),
        ),
    )


def evidence_table(page: Page, items: tuple[Evidence, ...], *, id: str, caption: Sentence) -> Table:
    """Lay items of evidence out: what is asked, whether it is documented, and in words what is."""
    return Table(
        id=id,
        caption=caption,
        head=tuple(page.say(f"sheet.{name}") for name in ("evidence_head", "state_head", "words_head")),
        groups=(Group(rows=tuple(_row(page, item) for item in items)),),
    )


def _row(page: Page, item: Evidence) -> Row:
    if item.state == "not_applicable":
        return Row(header=item.title, across=item.words)
    return Row(header=item.title, cells=(page.say(f"state.{item.state}"), item.words), emphasis=item.state)


def _long_term(page: Page) -> Sentence:
    follow_up = next(item for item in outcome_evidence(page) if item.name == "follow_up")
    return joined([follow_up.words, page.say("asked.no_later")])
