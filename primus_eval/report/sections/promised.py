"""What was promised: registration, the analyses with their roles, the fingerprint."""

from __future__ import annotations

from primus_eval.findings import Finding
from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page
from primus_eval.vocabulary import Role, words
from primus_eval.wording.pieces import Quoted, Sentence, capitalised
from primus_eval.wording.sentences import measure, registration_sentence


def promised_section(page: Page) -> Section:
    """Say what was promised in advance, and which analyses have which role."""
    parts = (_statement(page), _analyses(page), _multiplicity(page))
    return Section(id="promised", title=page.say("promised.title"), parts=parts)


def _statement(page: Page) -> Paragraphs:
    paragraphs = [registration_sentence(page.subject)]
    if not page.subject.is_plan_shown_first:
        paragraphs.append(page.say("promised.unregistered_means"))
    if page.fingerprint:
        fingerprint = Quoted(page.fingerprint[:16])
        paragraphs.append(page.say("promised.fingerprint", fingerprint=fingerprint))
    return Paragraphs(paragraphs=tuple(paragraphs))


def _analyses(page: Page) -> Table:
    """List the analyses by role; what is the same for all of them stands once beneath the table."""
    firsts = list({row.analysis: row for row in reversed(page.findings.rows)}.values())[::-1]
    columns = {name: [_column(page, row, name) for row in firsts] for name in ("outcome", "people", "plan")}
    shared = {name: cells[0] for name, cells in columns.items() if len(set(cells)) == 1}
    shown = [name for name in columns if name not in shared]
    groups = []
    for role in words(Role):
        rows = [
            Row(
                header=capitalised(measure(row, page.subject)),
                cells=(
                    capitalised(page.subject.method(row)),
                    *(columns[name][index] for name in shown),
                ),
                emphasis="primary" if role == "primary" else "",
            )
            for index, row in enumerate(firsts)
            if row.role == role
        ]
        meaning = page.say(f"role_meaning.{role}")
        header = page.say("promised.role", role=capitalised(page.say(f"role.{role}")), meaning=meaning)
        groups += [Group(header=header, rows=tuple(rows))] if rows else []
    notes = [
        page.say("promised.shared", what=page.say(f"column.{name}"), value=shared[name]) for name in shared
    ]
    return Table(
        id="analyses",
        caption=page.say("promised.analyses"),
        head=tuple(page.say(f"column.{name}") for name in ("analysis", "method", *shown)),
        groups=tuple(groups),
        notes=(*notes, *_late(page, firsts), *_adjustments(page)),
    )


def _late(page: Page, rows: list[Finding]) -> tuple[Sentence, ...]:
    """Say what "as planned" is worth where the plan was registered only after the records end."""
    if not page.subject.is_registered_late or all(row.plan_status != "as_planned" for row in rows):
        return ()
    return (page.say("promised.late_means"),)


def _column(page: Page, row: Finding, name: str) -> Sentence:
    if name == "outcome":
        return capitalised(page.subject.outcome_label(row.outcome))
    if name == "people":
        return capitalised(page.subject.population_of(row))
    return capitalised(page.say(f"plan_status.{row.plan_status}"))


def _adjustments(page: Page) -> tuple[Sentence, ...]:
    """Say once, under the table, what each adjusted analysis was adjusted for."""
    sets: dict[tuple[str, ...], list[Finding]] = {}
    for row in page.findings.rows:
        if row.covariates:
            sets.setdefault(row.covariates, []).append(row)
    listed = page.subject.words.listed
    return tuple(
        page.say(
            "promised.adjusted_for",
            measures=capitalised(
                listed(
                    [
                        page.say(
                            "promised.measure_by_method",
                            measure=measure(row, page.subject),
                            method=page.subject.method(row),
                        )
                        for row in rows
                    ]
                )
            ),
            covariates=listed([page.subject.column_in_sentence(name) for name in names]),
        )
        for names, rows in sets.items()
    )


def _multiplicity(page: Page) -> Paragraphs:
    statement = page.protocol.get("multiplicity")
    if statement is None:
        return Paragraphs(
            heading=page.say("promised.multiplicity"), paragraphs=(page.say("promised.no_multiplicity"),)
        )
    return Paragraphs(
        heading=page.say("promised.multiplicity"),
        paragraphs=((page.subject.quote(statement["statement"]),),),
    )
