"""How it was computed: engines, versions, warnings, files, what was withheld, and the terms used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from primus_eval.definitions.model import STATUS_RULES
from primus_eval.findings import Exhibit, Finding
from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page
from primus_eval.report.sections.oddities import audit_parts
from primus_eval.wording import numbers
from primus_eval.wording.pieces import Number, Quoted, Sentence, capitalised, joined
from primus_eval.wording.sentences import measure
from primus_eval.wording.stored import engine_text, warning_text
from primus_eval.wording.truth import true_value

GENERAL_TERMS = (
    "randomised",
    "assigned",
    "arm",
    "recorded",
    "event",
    "window",
    "confidence_interval",
    "p_value",
    "percentage_point",
    "registration",
    "fingerprint",
)


def computed_section(page: Page) -> Section:
    """Say with what each number was made, from which files, and what was kept back."""
    withheld = _withheld(page)
    parts = (
        _engines(page),
        _versions(page),
        _warnings(page),
        _files(page),
        *audit_parts(page),
        _disclosure(page),
        *([withheld] if withheld else []),
    )
    return Section(id="computed", title=page.say("computed.title"), parts=parts)


def glossary(page: Page) -> tuple[tuple[Sentence, Sentence], ...]:
    """Return the terms used in this report with what they mean, in alphabetical order."""
    rows = page.findings.rows
    names = {
        *GENERAL_TERMS,
        *(row.effect_measure for row in rows),
        *(row.method for row in rows),
        *(row.role for row in rows),
        *_terms_of_options(page),
        *(("smd",) if page.exhibit("baseline") else ()),
        *(("at_risk",) if page.exhibit("risk_table") else ()),
        *(("power",) if page.exhibit("detectable") else ()),
        *(_CURVE_TERMS[str(item.notes.get("method"))] for item in _curves(page)),
        *(("competing_events",) if _has_competing(page) else ()),
        *(("pseudo_reconviction",) if page.exhibit("fates") else ()),
        *(("definition",) if page.exhibit("definitions") else ()),
        *(("truth",) if any(true_value(row, page.subject) is not None for row in rows) else ()),
    }
    terms = [
        (page.say(f"glossary.{name}.term"), page.say(f"glossary.{name}.meaning"))
        for name in names
        if f"glossary.{name}.term" in page.subject.words
    ]
    return tuple(sorted(terms, key=lambda term: str(term[0]).casefold()))


_CURVE_TERMS = {"aalen_johansen": "aalen_johansen", "kaplan_meier": "curve", "None": "curve"}


def _curves(page: Page) -> list[Exhibit]:
    return [
        item for kind in ("curve", "risk_table") for item in page.findings.exhibits_of(kind) if page.has(item)
    ]


def _has_competing(page: Page) -> bool:
    """Whether the rules of any outcome let somebody who died or left be free of the event from then on."""
    definitions = [page.subject.rules(row.outcome) for row in page.findings.rows]
    return any(
        getattr(definition, kind) == "compete"
        for definition in definitions
        if definition is not None
        for kind in STATUS_RULES
    )


def _terms_of_options(page: Page) -> set[str]:
    """Return the terms that the choices of the analyses bring into the report."""
    rows = page.findings.rows
    analyses = [page.subject.analysis(row.analysis) for row in rows]
    allocation = page.protocol["design"]["allocation"]
    terms = {
        "covariate": any(row.covariates for row in rows),
        "strata": any(analysis.get("strata") for analysis in analyses) or allocation.get("strata"),
        "complete_cases": any(item.get("missing_covariates") == "complete_cases" for item in analyses),
        "m_estimation": any("M-estimation" in row.engine for row in rows),
    }
    return {name for name, is_used in terms.items() if is_used}


def _engines(page: Page) -> Table:
    words = page.subject.words
    by_engine: dict[str, list[Finding]] = {}
    for row in page.findings.rows:
        if row.engine:
            by_engine.setdefault(row.engine, []).append(row)
    curves = {
        str(curve.notes["engine"])
        for curve in page.findings.exhibits_of("curve")
        if curve.notes.get("engine")
    }
    rows = [
        Row(header=_listed_methods(page, found), cells=((engine_text(engine, words),),))
        for engine, found in by_engine.items()
    ]
    rows += [
        Row(header=page.say("computed.curves"), cells=((engine_text(engine, words),),))
        for engine in sorted(curves)
    ]
    return Table(
        id="engines",
        caption=page.say("computed.engines"),
        head=(page.say("column.numbers"), page.say("column.engine")),
        groups=(Group(rows=tuple(rows)),),
    )


def _listed_methods(page: Page, rows: list[Finding]) -> Sentence:
    """List what was computed, each measure with its methods."""
    methods: dict[Sentence, list[Sentence]] = {}
    for row in rows:
        methods.setdefault(measure(row, page.subject), []).append(page.say(f"method.{row.method}"))
    said = [
        page.say(
            "promised.measure_by_methods",
            measure=name,
            methods=joined(list(dict.fromkeys(found)), page.subject.words.entries["list.comma"]),
        )
        for name, found in methods.items()
    ]
    return capitalised(joined(said, page.subject.words.entries["list.semicolon"]))


def _listed_measures(page: Page, rows: list[Finding]) -> Sentence:
    names = dict.fromkeys(
        page.say(
            "promised.measure_by_method",
            measure=measure(row, page.subject),
            method=page.subject.method(row),
        )
        for row in rows
    )
    return capitalised(page.subject.words.listed(list(names)))


def _versions(page: Page) -> Table:
    return Table(
        id="versions",
        caption=page.say("computed.versions"),
        head=(page.say("column.software"), page.say("column.version")),
        groups=(
            Group(
                rows=tuple(
                    Row(header=(Quoted(name),), cells=((Quoted(version),),))
                    for name, version in sorted(page.context.get("versions", {}).items())
                )
            ),
        ),
    )


def _warnings(page: Page) -> Paragraphs:
    found: dict[str, list[Finding]] = {}
    for row in page.findings.rows:
        for text in row.warnings:
            found.setdefault(text, []).append(row)
    items: list[Sentence] = [(Quoted(str(text)),) for text in page.context.get("warnings", ())]
    items += [
        page.say(
            "computed.warning",
            text=warning_text(text, page.subject.words),
            about=_listed_measures(page, rows),
        )
        for text, rows in found.items()
    ]
    heading = page.say("computed.warnings")
    if not items:
        return Paragraphs(heading=heading, paragraphs=(page.say("computed.no_warnings"),))
    return Paragraphs(heading=heading, items=tuple(items))


def _files(page: Page) -> Table:
    rows = []
    notes = [page.say("computed.fingerprint", fingerprint=Quoted(page.fingerprint))]
    for index, account in enumerate(page.context.get("accounts", ())):
        notes += [
            page.say(
                "computed.harmless",
                file=Quoted(account["file"]),
                column=Quoted(name),
                reason=page.subject.stated(reason, *_harmless(page, name)),
            )
            for name, reason in account.get("harmless", {}).items()
        ]
        read = account["rows_read"]
        shown: Sentence = page.say("flow.withheld")
        if read is not None:
            text = numbers.whole(int(read), page.subject.language)
            shown = (Number(text=text, kind="count", source=f"rows_read_{index}"),)
        unread: list[Sentence] = [(Quoted(name),) for name in account["columns_not_read"]]
        rows.append(
            Row(
                header=(Quoted(account["file"]),),
                cells=(
                    shown,
                    page.subject.words.listed(unread) or _how_many_unread(page, account, index),
                    (Quoted(account["sha256"] or "–"),),
                ),
            )
        )
    return Table(
        id="files",
        caption=page.say("computed.files"),
        head=tuple(page.say(f"column.{name}") for name in ("file", "rows_read", "not_read", "sha256")),
        groups=(Group(rows=tuple(rows)),),
        notes=tuple(notes),
        numeric=frozenset({1}),
    )


def _harmless(page: Page, column: str) -> list[Mapping[str, str] | str]:
    """Return why the protocol says that a column of this name identifies nobody, table by table."""
    tables = (table for table in page.protocol["data"].values() if isinstance(table, Mapping))
    declared = (table.get("harmless") or {} for table in tables)
    return [reasons[column] for reasons in declared if column in reasons]


def _how_many_unread(page: Page, account: Mapping[str, Any], index: int) -> Sentence:
    """Count the columns that were not read where their names are not shown."""
    n = int(account.get("n_columns_not_read", 0))
    if not n:
        return page.say("computed.none_unread")
    text = numbers.whole(n, page.subject.language)
    return (Number(text=text, kind="count", source=f"columns_not_read_{index}"),)


def _disclosure(page: Page) -> Paragraphs:
    rules = page.context.get("disclosure") or {}
    paragraphs = [page.say(f"disclosure.{page.profile}", threshold=Quoted(str(rules.get("threshold", ""))))]
    if rules.get("reason"):
        paragraphs.append((page.subject.quote(rules["reason"]),))
    return Paragraphs(heading=page.say("disclosure.heading"), paragraphs=tuple(paragraphs))


def _withheld(page: Page) -> Table | Paragraphs | None:
    """List what was withheld by reason, in words."""
    withheld = (page.context.get("disclosure") or {}).get("withheld", [])
    if not withheld:
        return None if page.profile != "release" else Paragraphs(paragraphs=(page.say("disclosure.nothing"),))
    by_reason: dict[str, list[Sentence]] = {}
    for item in withheld:
        by_reason.setdefault(item["reason"], []).append(_name_of(page, item["what"]))
    rows = [
        Row(
            header=capitalised(page.say(f"reason.{reason}")),
            cells=(
                capitalised(joined(list(dict.fromkeys(names)), page.subject.words.entries["list.semicolon"])),
            ),
        )
        for reason, names in by_reason.items()
    ]
    return Table(
        id="withheld",
        caption=page.say("disclosure.withheld"),
        head=(page.say("column.reason"), page.say("column.withheld")),
        groups=(Group(rows=tuple(rows)),),
    )


def _name_of(page: Page, what: str) -> Sentence:
    """Name a finding or an exhibit in words."""
    subject = page.subject
    finding = next((row for row in page.findings.rows if row.finding == what), None)
    exhibit = next((item for item in page.findings.exhibits if item.id == what), None)
    about = finding or exhibit
    names: dict[str, Sentence] = {}
    if about is not None and about.outcome:
        names["outcome"] = subject.outcome_label(about.outcome)
        names["population"] = (
            subject.population(about.population) if finding is None else subject.population_of(finding)
        )
    if finding is not None:
        names |= {"measure": measure(finding, subject), "method": subject.method(finding)}
        return page.say("exhibit.name.finding", **names)
    if exhibit is not None and f"exhibit.name.{exhibit.kind}" in subject.words:
        return page.say(f"exhibit.name.{exhibit.kind}", **names)
    return (Quoted(what),)
