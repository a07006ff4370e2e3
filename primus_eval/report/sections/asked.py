"""What juries ask for next - process, needs, later years, costs - and what this report holds of each."""

from __future__ import annotations

from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.documented import process_evidence
from primus_eval.report.evidence import Evidence, outcome_evidence
from primus_eval.report.page import Page
from primus_eval.report.sections.chapters import chapters_there
from primus_eval.wording.pieces import Sentence, joined


def asked_section(page: Page) -> Section:
    """Open the chapters that juries ask for: which of them there are, and what is documented of delivery."""
    return Section(
        id="asked",
        title=page.say("asked.title"),
        parts=(
            Paragraphs(paragraphs=(page.say("asked.intro"),), items=_chapters(page)),
            evidence_table(
                page,
                process_evidence(page),
                id="process-documented",
                caption=page.say("sheet.process_caption"),
            ),
        ),
    )


def _chapters(page: Page) -> tuple[Sentence, ...]:
    """Say of each chapter that it is in the full report, or what is not known without it."""
    said = {
        name: page.say(f"asked.{'there' if there else 'missing'}.{name}")
        for name, there in chapters_there(page).items()
    }
    said["long_term"] = joined([_follow_up(page), said["long_term"]])
    return tuple(said.values())


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


def _follow_up(page: Page) -> Sentence:
    return next(item for item in outcome_evidence(page) if item.name == "follow_up").words
