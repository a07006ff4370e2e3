"""What is odd in the tables, by kind: how often a rule of counting was needed."""

from __future__ import annotations

from primus_eval.findings import Exhibit
from primus_eval.report.display import Group, Paragraphs, Row, Table
from primus_eval.report.page import Page, value_of
from primus_eval.report.sections.way import count_cell, rounding_notes
from primus_eval.wording.pieces import Sentence, capitalised


def audit_parts(page: Page) -> list[Paragraphs | Table]:
    """List the oddities that were found, and name those that were looked for and not found."""
    audit = page.exhibit("audit")
    if audit is None:
        return []
    heading = page.say("audit.heading")
    if not page.has(audit):
        return [Paragraphs(heading=heading, paragraphs=(page.why_not_shown(audit),))]
    found = [row for row in range(len(audit.rows)) if value_of(audit, row, "people") != 0]
    absent = [_name(page, audit, row) for row in range(len(audit.rows)) if row not in found]
    kinds = page.subject.words.listed(absent)
    if not found:
        return [Paragraphs(heading=heading, paragraphs=(page.say("audit.none", kinds=kinds),))]
    notes = (page.say("audit.not_found", kinds=kinds),) if absent else ()
    table = Table(
        id="audit",
        caption=page.say("audit.caption"),
        head=tuple(page.say(f"column.{name}") for name in ("oddity", "table", "rows", "people_count")),
        groups=(Group(rows=tuple(_row(page, audit, row) for row in found)),),
        notes=(*notes, *rounding_notes(page, audit)),
        numeric=frozenset({2, 3}),
    )
    return [Paragraphs(heading=heading, paragraphs=(page.say("audit.intro"),)), table]


def _row(page: Page, audit: Exhibit, row: int) -> Row:
    return Row(
        header=capitalised(page.say(f"audit.{value_of(audit, row, 'kind')}")),
        cells=(
            page.say(f"audit.table.{value_of(audit, row, 'table')}"),
            count_cell(page, audit, row, "rows"),
            count_cell(page, audit, row, "people"),
        ),
    )


def _name(page: Page, audit: Exhibit, row: int) -> Sentence:
    return page.say(
        "audit.in_table",
        kind=page.say(f"audit.{value_of(audit, row, 'kind')}"),
        table=page.say(f"audit.table.{value_of(audit, row, 'table')}"),
    )
