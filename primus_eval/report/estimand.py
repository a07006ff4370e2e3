"""What each result estimates: for whom, of what, and what becomes of whatever happens in between.

A protocol may say it in its own words, which stand first. Whether it does or not, the rules by which
reoffending was counted and the method already decide what happens to custody, death, leaving the country,
a programme that is not taken up and follow-up that ends early. That is said here, in the terms of the
guideline on estimands, so that nobody has to infer it from names of methods.

What happens in between is in `intercurrent`.

Source: ICH E9(R1) (2019), on estimands and sensitivity analysis. Checked: tests/report/test_estimand.py.
"""

from __future__ import annotations

import re
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

OF: Mapping[str, tuple[str, ...]] = {
    "risk": ("risk_difference", "risk_ratio", "survival_difference"),
    "hazard": ("hazard_ratio", "cause_specific_hazard_ratio", "subdistribution_hazard_ratio"),
    "odds": ("odds_ratio", "common_odds_ratio"),
    "rate": ("rate_ratio", "rate_difference"),
    "win": ("win_ratio",),
    "mean": (
        "restricted_mean_difference",
        "restricted_mean_ratio",
        "restricted_mean_time_lost_difference",
        "mean_count_difference",
        "mean_difference",
    ),
}
"""What measures compare, by the name of the stems by which a text speaks of it."""

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
    remarks = {
        "intercurrent_events": _contradictions(page, finding, declared),
        "summary": contradicted_summary(page, finding, page.subject.quote(declared["summary"]).text),
    }
    rows = [
        Row(
            header=page.say(f"estimand.{part}"),
            cells=((page.subject.quote(declared[part]),),),
            remarks=remarks.get(part, ()),
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
    text = page.subject.quote(declared["intercurrent_events"]).text
    said = [
        page.say(f"estimand_rule.contradiction.{rule}")
        for rule in ("compete", "censor", "exclude")
        if rule not in used and speaks_of(page, rule, text)
    ]
    clauses = re.split(r"[.;]", text)
    if rules.death == "censor" and any(_ends_the_outcome(page, clause) for clause in clauses):
        said.append(page.say("estimand_rule.contradiction.death"))
    return tuple(said)


def _ends_the_outcome(page: Page, clause: str) -> bool:
    """Whether a clause says of the dead that they can no longer have the event, and of no censoring."""
    death = speaks_of(page, "death", clause) and speaks_of(page, "no_longer", clause)
    return death and not speaks_of(page, "censor", clause)


def contradicted_summary(page: Page, finding: Finding, text: str) -> tuple[Sentence, ...]:
    """Point out that words on the summary name another measure than that of the analysis.

    Only what both name is compared: the form (a difference or a ratio) and what it is of (risks, hazards,
    odds, rates, wins, means).
    """
    derived = (("difference", "ratio"), tuple(OF)), (_form(finding), _of(finding))
    for names, own in zip(*derived, strict=True):
        declared = [name for name in names if speaks_of(page, name, text)]
        if own is not None and declared and own not in declared:
            listed = page.subject.words.listed(
                [page.say(f"estimand_rule.family.{name}") for name in declared]
            )
            return (
                page.say(
                    "estimand_rule.contradiction.summary",
                    declared=listed,
                    measure=measure(finding, page.subject),
                ),
            )
    return ()


def _form(finding: Finding) -> str | None:
    form = finding.effect_measure.rsplit("_", 1)[-1]
    return form if form in ("difference", "ratio") else None


def _of(finding: Finding) -> str | None:
    """Return what a measure compares, where words on a summary can be held against it."""
    return next((name for name, measures in OF.items() if finding.effect_measure in measures), None)


def speaks_of(page: Page, name: str, text: str) -> bool:
    """Whether a text holds a word that begins like those of an idea, in its language or in English."""
    catalogues = {page.subject.words.language: page.subject.words, "en": words_in("en")}.values()
    stems = "|".join(words.entries[f"estimand_rule.stem.{name}"] for words in catalogues)
    return re.search(rf"\b(?:{stems})", text.casefold()) is not None


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
        f"estimand_rule.outcome.{_kind_of_outcome(page, finding)}",
        outcome=page.subject.outcome_label(finding.outcome),
        start=page.say(f"clock.{outcome['clock_start']}"),
        quantity=page.say(f"estimand_rule.quantity.{quantity_of(page, finding)}"),
    )
    how = Link(text=page.subject.words.text("estimand_rule.counted"), target=f"counted-{finding.outcome}")
    return joined([span_sentence(finding, page.subject), about, capitalised((how, "."))])


def _kind_of_outcome(page: Page, finding: Finding) -> str:
    if finding.method == "u_statistic":
        return "pairs"
    if finding.method == "proportional_odds":
        return "score" if page.subject.outcome(finding.outcome).get("scale") else "level"
    about = ABOUT[finding.method]
    if about.reads != "first_event":
        return about.reads
    return "when" if about.on_time and finding.unit != "proportion" else "whether"


def _summary(page: Page, finding: Finding) -> Sentence:
    name = measure(finding, page.subject)
    if finding.effect_measure in ONE_ARM:
        return page.say("estimand_rule.summary_each", measure=name)
    return page.say("estimand_rule.summary", measure=name, contrast=contrast(finding, page.subject))
