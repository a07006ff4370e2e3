"""What is documented besides the outcome itself: linkage, maturity, deviations, bias, costs, process.

Items beside the criteria of a sheet, in words and without a score, like those of `evidence`.
"""

from __future__ import annotations

from collections.abc import Iterator

from primus_eval.appraisal import NOT_SCORED, Appraisal
from primus_eval.report.analysed import stage_number
from primus_eval.report.evidence import HIGH_SCORE, Evidence, contradictions
from primus_eval.report.page import Page
from primus_eval.vocabulary import EvidenceState
from primus_eval.wording.pieces import Quoted, Sentence, capitalised
from primus_eval.wording.quantities import count_number

DELIVERY_TABLES = ("mentors", "matches", "contacts", "supervision")
"""Tables that say how a programme was delivered."""

Answer = tuple[EvidenceState, Sentence]


def further_evidence(page: Page) -> tuple[Evidence, ...]:
    """Say of linkage, maturity, deviations, bias and costs what is documented."""
    answers = {
        "linkage": _linkage(page),
        "maturity": _maturity(page),
        "deviations": _deviations(page),
        "bias": ("not_applicable", page.say("evidence.bias.for_a_person")),
        "costs": ("not_reported", page.say("evidence.costs.not_reported")),
    }
    return tuple(_item(page, name, answer) for name, answer in answers.items())


def process_evidence(page: Page) -> tuple[Evidence, ...]:
    """Say which information there is on context and implementation."""
    study = page.subject.study
    answers = {
        "programme": _quoted(page, "programme", study["programme"]),
        "setting": _quoted(page, "setting", study.get("setting")),
        "uptake": _uptake(page),
        "delivery": _delivered(page, "delivery", DELIVERY_TABLES),
        "control_services": _delivered(page, "control_services", ("services",)),
        "harm": _delivered(page, "harm", ("adverse",)),
    }
    return tuple(_item(page, name, answer) for name, answer in answers.items())


def process_contradictions(page: Page, appraisal: Appraisal) -> tuple[Sentence, ...]:
    """Point out a high score for implementation of which nothing is reported."""
    score = appraisal.criteria.context_and_implementation.score
    if score == NOT_SCORED or int(score) < HIGH_SCORE:
        return ()
    missing = [
        item
        for item in process_evidence(page)
        if item.name in ("uptake", "delivery") and item.state == "not_reported"
    ]
    if len(missing) < 2:
        return ()
    return (page.say("contradiction.process", score=Quoted(str(score))),)


def _item(page: Page, name: str, answer: Answer) -> Evidence:
    state, words = answer
    return Evidence(name=name, title=page.say(f"evidence.{name}.title"), state=state, words=words)


def _linkage(page: Page) -> Answer:
    if page.primary is None or page.subject.rules(page.primary.outcome) is None:
        return "not_reported", page.say("evidence.linkage.observed")
    if page.protocol["data"]["participants"].get("linked") is None:
        return "not_reported", page.say("evidence.linkage.not_reported")
    return "reported", page.say("evidence.linkage.reported")


def _maturity(page: Page) -> Answer:
    if page.primary is None or page.subject.rules(page.primary.outcome) is None:
        return "not_reported", page.say("evidence.maturity.observed")
    return "reported", page.say("evidence.maturity.reported")


def _deviations(page: Page) -> Answer:
    rows = page.findings.rows
    if not page.subject.is_registered:
        return "not_reported", page.say("evidence.deviations.unregistered")
    by_analysis = {row.analysis: row.plan_status for row in rows}
    others = [name for name, status in by_analysis.items() if status != "as_planned"]
    if not others:
        return "partly", page.say("evidence.deviations.none")
    language = page.subject.language
    return "partly", page.say(
        "evidence.deviations.some",
        n=count_number(others, "analyses_not_as_planned", language=language),
        total=count_number(by_analysis, "analyses", language=language),
    )


def _quoted(page: Page, name: str, text: object) -> Answer:
    if not text:
        return "not_reported", page.say(f"evidence.{name}.not_reported")
    return "reported", (page.subject.quote(text),)  # type: ignore[arg-type]


def _uptake(page: Page) -> Answer:
    flow = page.exhibit("flow")
    if flow is None or page.protocol["data"]["participants"].get("received") is None:
        return "not_reported", page.say("evidence.uptake.not_reported")
    counts = page.subject.flow or {}
    if None in (counts.get((stage, "treatment")) for stage in ("received", "randomised")):
        return "partly", page.say("evidence.uptake.withheld")
    return "reported", page.say(
        "evidence.uptake.reported",
        n=stage_number(page, flow, "received", "treatment"),
        assigned=stage_number(page, flow, "randomised", "treatment"),
        treatment=page.subject.arm("treatment"),
    )


def _delivered(page: Page, name: str, tables: tuple[str, ...]) -> Answer:
    """Say which tables on a matter were delivered; their contents are not analysed here."""
    there = [page.say(f"delivered.{table}") for table in tables if page.protocol["data"].get(table)]
    if not there:
        return "not_reported", page.say(f"evidence.{name}.not_reported")
    listed = capitalised(page.subject.words.listed(there))
    return "partly", page.say("evidence.delivery.tables", tables=listed)


def all_contradictions(page: Page, appraisals: tuple[Appraisal, ...]) -> Iterator[Sentence]:
    """Yield each contradiction between a score and the evidence; where assessors are several, with a name."""
    for appraisal in appraisals:
        for said in (*contradictions(page, appraisal), *process_contradictions(page, appraisal)):
            if len(appraisals) == 1:
                yield said
            else:
                yield page.say("sheet.by_assessor", name=Quoted(appraisal.assessor.name), sentence=said)
