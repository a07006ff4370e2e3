"""A sentence held against released findings: what it gets right, what it leaves out, where it says too much.

A sentence is about one outcome, one population and one time. Of all that there are findings about, the one is
taken that the sentence names, and among those that remain the one by which most of its numbers are found.
What was withheld cannot be asked about: where everything that a sentence names is withheld, its numbers are
not looked at, so that every number gets the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from primus_eval.claims.faults import faults_of, people_faults
from primus_eval.claims.matching import Match
from primus_eval.claims.naming import Named
from primus_eval.claims.reading import days_of
from primus_eval.claims.said import Claim
from primus_eval.claims.scope import Reading, Scope, Topic, main_finding, topic_of
from primus_eval.claims.verdicts import VERDICTS, Fault, Held, Question, Verdict
from primus_eval.disclosure import Released, View
from primus_eval.errors import DisclosureError, InputError, Problem
from primus_eval.findings import Finding
from primus_eval.vocabulary import nearest
from primus_eval.wording.subject import ASSIGNED

MOST_READINGS = 3


def hold(
    claim: Claim,
    view: View,
    *,
    population: str | None = None,
    outcome: str | None = None,
    window: str | None = None,
) -> Held:
    """Hold a sentence against released findings.

    population, outcome: ids of the protocol; window: days, or a time such as "2 years". They say what is
    known of the sentence from elsewhere, and override what is read.
    """
    if not isinstance(view, Released):
        raise DisclosureError(
            Problem(
                code="PE-H05",
                what="these findings were not released: to hold sentences against them would give them away.",
                mend="Give the findings.json of a run whose protocol has another profile than internal.",
            )
        )
    findings = view.findings
    protocol = findings.context["protocol"]
    _require_known("--population", population, (ASSIGNED, *_ids(protocol.get("population", ()))))
    _require_known("--outcome", outcome, _ids(protocol["outcome"]))
    scope = Scope(
        claim=claim,
        findings=findings,
        named=Named(claim, protocol),
        population=population,
        outcome=outcome,
        window=None if window is None else days_of(window, claim.language),
    )
    return _held(scope)


def _held(of: Scope) -> Held:
    scope = [topic for topic in of.topics(of.findings.rows) if of.is_named(topic)]
    rows = [row for row in of.findings.rows if topic_of(row) in scope]
    if rows and not any(row.status == "estimated" for row in rows):
        verdict: Verdict = "withheld" if rows[0].status == "withheld" else "not_estimable"
        return _answer(of, [Fault(verdict=verdict, why="absent", finding=rows[0])], (), rows[:1])
    readings = of.readings(scope)
    if not readings:
        return _not_there(of)
    best = readings[0]
    if not best.is_found:
        elsewhere = _found_elsewhere(of, scope)
        if elsewhere is not None:
            return _answer(
                of,
                _elsewhere_faults(of, elsewhere),
                elsewhere.matches,
                [main_finding(elsewhere, of.findings)],
            )
    rivals = _rivals(of, readings)
    if len(rivals) > 1:
        return _ambiguous(of, rivals)
    return _answer(of, faults_of(of, best), best.matches, [main_finding(best, of.findings)])


def _found_elsewhere(of: Scope, scope: list[Topic]) -> Reading | None:
    """Return where the numbers stand that are not found where the sentence says; None where nowhere.

    Not looked for where something of what it names was withheld.
    """
    if any(row.status == "withheld" for row in of.findings.rows if topic_of(row) in scope and of.populations):
        return None
    others = [topic for topic in of.topics(of.findings.rows) if topic not in scope]
    found = [reading for reading in of.readings(others) if reading.is_found and reading.matches]
    found = [reading for reading in found if any(match.relation == "exact" for match in reading.matches)]
    return found[0] if found else None


def _rivals(of: Scope, readings: list[Reading]) -> list[Reading]:
    """Return the readings between which nothing in the sentence decides."""
    best = readings[0]
    if not best.is_found or not any(match.relation == "exact" for match in best.matches):
        return [best]
    alike = best.topic.population == ASSIGNED
    return [
        reading
        for reading in readings
        if reading.is_found
        and reading.rank[0] == best.rank[0]
        and (reading.topic.population == ASSIGNED) == alike
        and reading.topic.from_days == best.topic.from_days
        and sum(match.relation == "unheld" for match in reading.matches)
        == sum(match.relation == "unheld" for match in best.matches)
    ]


def _not_there(of: Scope) -> Held:
    """Answer where no finding is about what the sentence names."""
    topics = of.topics(of.findings.rows)
    elsewhere = _found_elsewhere(of, [])
    if elsewhere is None:
        readings = [r for r in of.readings(topics) if of.has_people(r.topic)] or of.readings(topics)
        if not readings:
            return _answer(of, [Fault(verdict="not_found", why="nothing")], (), [])
        elsewhere = replace(min(readings, key=lambda reading: reading.rank[1:]), matches=())
    return _answer(
        of, _elsewhere_faults(of, elsewhere), elsewhere.matches, [main_finding(elsewhere, of.findings)]
    )


def _elsewhere_faults(of: Scope, reading: Reading) -> list[Fault]:
    """Say of what the sentence names that no finding is about it; and about what the numbers are."""
    topic, main = reading.topic, main_finding(reading, of.findings)
    faults = []
    for why, fits in (
        ("no_population", of.has_people(topic)),
        ("no_outcome", of.has_outcome(topic)),
        ("no_window", of.has_time(topic)),
    ):
        if not fits:
            kind = f"{why}_here" if reading.matches else why
            faults.append(Fault(verdict="not_found", why=kind, finding=main, field="horizon_days"))
    rest = faults_of(of, reading) if reading.matches else [*people_faults(of, reading)]
    return faults + [fault for fault in rest if fault.verdict != "population_dropped"]


def _ambiguous(of: Scope, rivals: list[Reading]) -> Held:
    questions: list[Question] = []
    for option, values in (
        ("--population", [reading.topic.population for reading in rivals]),
        ("--outcome", [reading.topic.outcome for reading in rivals]),
        ("--window", [str(reading.topic.horizon_days) for reading in rivals]),
    ):
        different = tuple(dict.fromkeys(values))
        if len(different) > 1:
            questions.append(Question(option=option, values=different))
    faults = [Fault(verdict="ambiguous", why="ambiguous"), *faults_of(of, rivals[0])]
    mains = list(dict.fromkeys(main_finding(reading, of.findings) for reading in rivals[:MOST_READINGS]))
    held = _answer(of, faults, rivals[0].matches, mains)
    return replace(held, questions=tuple(questions))


def _answer(
    of: Scope, faults: Iterable[Fault], matches: tuple[Match, ...], instead: Iterable[Finding]
) -> Held:
    ordered = sorted(dict.fromkeys(faults), key=lambda fault: VERDICTS.index(fault.verdict))
    return Held(
        claim=of.claim,
        findings=of.findings,
        faults=tuple(ordered),
        matches=matches,
        instead=tuple(instead),
    )


def _ids(entries: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(entry["id"] for entry in entries)


def _require_known(option: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is None or value in known:
        return
    meant = nearest(value, known)
    hint = f"Did you mean {meant}? " if meant else ""
    raise InputError(
        Problem(
            code="PE-H06",
            key=option,
            what="is not in the protocol of these findings.",
            mend=f"{hint}Use one of: {', '.join(known)}.",
        )
    )
