"""What each result estimates: for whom, of what, and what becomes of whatever happens in between.

A protocol may say it in its own words, which stand first. Whether it does or not, the rules by which
reoffending was counted and the method already decide what happens to custody, death, leaving the country,
a programme that is not taken up and follow-up that ends early. That is said here, in the terms of the
guideline on estimands, so that nobody has to infer it from names of methods.

What happens in between is in `intercurrent`.

Source: ICH E9(R1) (2019), on estimands and sensitivity analysis. Checked: tests/report/test_estimand.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from primus_eval.definitions.model import STATUS_RULES
from primus_eval.findings import Finding
from primus_eval.methods import ABOUT, ONE_ARM
from primus_eval.report.display import Group, Row, Table
from primus_eval.report.intercurrent import Part, intercurrent_parts, quantity_of
from primus_eval.report.page import Page
from primus_eval.wording.catalogue import words_in
from primus_eval.wording.pieces import Link, Quoted, Sentence, capitalised, joined
from primus_eval.wording.sentences import contrast, measure, span_sentence

GUIDELINE = "ICH E9(R1)"

DECLARED_PARTS = ("population", "treatment", "outcome", "intercurrent_events", "summary")


def estimand_of(page: Page, finding: Finding) -> tuple[Part, ...]:
    """Say what a finding estimates, as it follows from the rules of its outcome and from its method."""
    say = page.say
    parts = [
        Part(name="population", header=say("estimand.population"), words=_population(page, finding)),
        Part(name="treatment", header=say("estimand.treatment"), words=_treatment(page, finding)),
        Part(name="outcome", header=say("estimand.outcome"), words=_outcome(page, finding)),
        *intercurrent_parts(page, finding),
        Part(name="summary", header=say("estimand.summary"), words=_summary(page, finding)),
    ]
    return tuple(parts)


def estimand_table(page: Page) -> Table | None:
    """State what the primary result estimates: the protocol's words first, then what rules imply."""
    primary = page.primary
    if primary is None:
        return None
    declared = page.subject.analysis(primary.analysis).get("estimand")
    derived = Group(
        header=page.say("estimand_rule.derived") if declared else (),
        rows=_rows(page, estimand_of(page, primary)),
    )
    groups = (_declared(page, primary, declared), derived) if declared else (derived,)
    return Table(
        id="estimand",
        caption=page.say("promised.estimand"),
        head=(page.say("column.part"), page.say("estimand_rule.says")),
        groups=groups,
        notes=(page.say("estimand_rule.note", guideline=Quoted(GUIDELINE)),),
    )


def other_estimands(page: Page) -> Table | None:
    """State once what results share that estimate the same, and only where that differs from the primary."""
    primary = page.primary
    if primary is None:
        return None
    first = estimand_of(page, primary)
    shared: dict[tuple[tuple[str, str], ...], list[Finding]] = {}
    for row in page.findings.rows:
        key = tuple(part.said for part in estimand_of(page, row))
        shared.setdefault(key, []).append(row)
    as_primary = shared.pop(tuple(part.said for part in first))
    groups = [_differs(page, rows, first) for rows in shared.values()]
    notes = [page.say("estimand_rule.others_note")]
    alike = [row for row in as_primary if row is not primary]
    if alike:
        notes.insert(0, page.say("estimand_rule.same", analyses=_named(page, alike)))
    return Table(
        id="estimands",
        caption=page.say("estimand_rule.others"),
        head=(page.say("column.part"), page.say("estimand_rule.says")),
        groups=tuple(groups),
        notes=tuple(notes),
        is_folded=True,
    )


def _differs(page: Page, rows: list[Finding], first: tuple[Part, ...]) -> Group:
    """Put the parts in which an estimand differs from the primary one under the names of its analyses."""
    known = {part.said for part in first}
    declared = page.subject.analysis(rows[0].analysis).get("estimand")
    stated = _declared(page, rows[0], declared).rows if declared else ()
    parts = tuple(part for part in estimand_of(page, rows[0]) if part.said not in known)
    return Group(header=_named(page, rows), rows=(*stated, *_rows(page, parts)))


def _named(page: Page, rows: list[Finding]) -> Sentence:
    """Name analyses by their measure and method, each once."""
    names = dict.fromkeys(
        page.say(
            "promised.measure_by_method",
            measure=capitalised(measure(row, page.subject)),
            method=page.subject.method(row),
        )
        for row in rows
    )
    return joined(list(names), page.subject.words.entries["list.semicolon"])


def _rows(page: Page, parts: tuple[Part, ...]) -> tuple[Row, ...]:
    """Put parts in rows; what may happen in between stands together under its own heading."""
    rows: list[Row] = []
    for part in parts:
        is_event = part.name not in DECLARED_PARTS
        if is_event and not any(row.emphasis for row in rows):
            heading = page.say("estimand.intercurrent_events")
            rows.append(Row(header=heading, cells=(page.say("estimand_rule.each"),)))
        rows.append(
            Row(header=part.header, cells=(capitalised(part.words),), emphasis="part" if is_event else "")
        )
    return tuple(rows)


def _declared(page: Page, finding: Finding, declared: Mapping[str, Any]) -> Group:
    rows = [
        Row(
            header=page.say(f"estimand.{part}"),
            cells=((page.subject.quote(declared[part]),),),
            remarks=_contradictions(page, finding, declared) if part == "intercurrent_events" else (),
        )
        for part in DECLARED_PARTS
    ]
    return Group(header=page.say("column.stated"), rows=tuple(rows))


def _contradictions(page: Page, finding: Finding, declared: Mapping[str, Any]) -> tuple[Sentence, ...]:
    """Point out a way of treating events that the protocol's words name and its rules nowhere use."""
    rules = page.subject.rules(finding.outcome)
    if rules is None:
        return ()
    used = {str(getattr(rules, kind)) for kind in STATUS_RULES}
    catalogues = {page.subject.words.language: page.subject.words, "en": words_in("en")}.values()
    text = page.subject.quote(declared["intercurrent_events"]).text.casefold()
    return tuple(
        page.say(f"estimand_rule.contradiction.{rule}")
        for rule in ("compete", "censor", "exclude")
        if rule not in used
        and any(words.entries[f"estimand_rule.stem.{rule}"] in text for words in catalogues)
    )


def _population(page: Page, finding: Finding) -> Sentence:
    population = page.subject.population(finding.population)
    if finding.conditional:
        return page.say("estimand_rule.population_chosen", population=population)
    return population


def _treatment(page: Page, finding: Finding) -> Sentence:
    key = "each" if finding.effect_measure in ONE_ARM else "contrast"
    treatment, control = page.arms()
    return page.say(f"estimand_rule.treatment_{key}", treatment=treatment, control=control)


def _outcome(page: Page, finding: Finding) -> Sentence:
    outcome = page.subject.outcome(finding.outcome)
    about = page.say(
        f"estimand_rule.outcome.{_kind_of_outcome(finding)}",
        outcome=page.subject.outcome_label(finding.outcome),
        start=page.say(f"clock.{outcome['clock_start']}"),
        quantity=page.say(f"estimand_rule.quantity.{quantity_of(page, finding)}"),
    )
    how = Link(text=page.subject.words.text("estimand_rule.counted"), target=f"counted-{finding.outcome}")
    return joined([span_sentence(finding, page.subject), about, capitalised((how, "."))])


def _kind_of_outcome(finding: Finding) -> str:
    if finding.method == "u_statistic":
        return "pairs"
    if finding.method == "proportional_odds":
        return "level"
    about = ABOUT[finding.method]
    if about.reads != "first_event":
        return about.reads
    return "when" if about.on_time and finding.unit != "proportion" else "whether"


def _summary(page: Page, finding: Finding) -> Sentence:
    name = measure(finding, page.subject)
    if finding.effect_measure in ONE_ARM:
        return page.say("estimand_rule.summary_each", measure=name)
    return page.say("estimand_rule.summary", measure=name, contrast=contrast(finding, page.subject))
