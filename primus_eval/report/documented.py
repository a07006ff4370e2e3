"""What is documented besides the outcome itself: linkage, maturity, deviations, bias, costs, process.

Items beside the criteria of a sheet, in words and without a score, like those of `evidence`.
"""

from __future__ import annotations

from collections.abc import Iterator

from primus_eval.appraisal import NOT_SCORED, Appraisal
from primus_eval.report.analysed import stage_number
from primus_eval.report.economy import EXHIBITS, economy_of
from primus_eval.report.evidence import HIGH_SCORE, Evidence, contradictions
from primus_eval.report.page import Page
from primus_eval.report.sections.cost_words import cost_sentence, ratio_sentence
from primus_eval.report.sections.delivery import any_harm
from primus_eval.report.sections.indicator_labels import arm_label
from primus_eval.report.sections.indicator_values import (
    DOSES,
    n_of_n,
    reported_row,
    state_words,
    value,
)
from primus_eval.schema import Languages
from primus_eval.vocabulary import EvidenceState
from primus_eval.wording.catalogue import languages, words_in
from primus_eval.wording.pieces import Quoted, Sentence, capitalised, joined
from primus_eval.wording.quantities import count_number

DELIVERY_TABLES = ("mentors", "matches", "contacts", "supervision")
"""Tables that say how a programme was delivered."""

DELIVERY = ("matched", "met_at_gate", *DOSES, "planned_held", "full_course")
"""The indicators that say in short how a programme was delivered."""

Answer = tuple[EvidenceState, Sentence]


def further_evidence(page: Page) -> tuple[Evidence, ...]:
    """Say of linkage, maturity, deviations, bias and costs what is documented."""
    answers = {
        "linkage": _linkage(page),
        "maturity": _maturity(page),
        "deviations": _deviations(page),
        "bias": ("not_applicable", page.say("evidence.bias.for_a_person")),
        "costs": _costs(page),
    }
    return tuple(_item(page, name, answer) for name, answer in answers.items())


def process_evidence(page: Page) -> tuple[Evidence, ...]:
    """Say which information there is on context and implementation."""
    study = page.subject.study
    answers = {
        "programme": _quoted(page, "programme", study["programme"]),
        "setting": _quoted(page, "setting", study.get("setting")),
        "uptake": _uptake(page),
        "delivery": _delivery(page),
        "control_services": _control_services(page),
        "harm": _harm(page),
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


def cost_contradictions(page: Page, appraisal: Appraisal) -> tuple[Sentence, ...]:
    """Point out that a programme is called worth its cost where nothing in this report stands behind it."""
    verdict = appraisal.verdict
    said = [appraisal.cost_effectiveness, *appraisal.strengths]
    if verdict is not None:
        said += [verdict.label, verdict.reason]
    if _costs(page)[0] != "not_reported" or not any(map(_speaks_of_value, said)):
        return ()
    return (page.say("contradiction.costs"),)


def _speaks_of_value(text: Languages | None) -> bool:
    """Whether a text, in any language, says of a programme that it is or is not worth its cost."""
    if not text:
        return False
    told = " ".join(text.values() if isinstance(text, dict) else [str(text)]).casefold()
    return any(
        phrase in told
        for language in languages()
        for phrase in words_in(language).entries["contradiction.cost_words"].split("; ")
    )


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


def _costs(page: Page) -> Answer:
    """Say what it cost per person; "partly" where the results are withheld or were not planned."""
    economy = economy_of(page)
    if economy is None:
        return "not_reported", page.say("evidence.costs.not_reported")
    said = [*cost_sentence(economy), *ratio_sentence(economy)]
    if said:
        return "reported" if economy.is_planned else "partly", joined(said)
    missing = [item for kind in EXHIBITS for item in page.findings.exhibits_of(kind) if not page.has(item)]
    if not missing:
        return "not_reported", page.say("costs.nothing")
    return "partly", page.say("evidence.costs.withheld", reason=page.why_not_shown(missing[0]))


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
        received = str(page.protocol["data"]["participants"]["received"])
        return "partly", page.say("evidence.uptake.withheld", what=capitalised(page.subject.column(received)))
    return "reported", page.say(
        "evidence.uptake.reported",
        n=stage_number(page, flow, "received", "treatment"),
        assigned=stage_number(page, flow, "randomised", "treatment"),
        treatment=page.subject.arm("treatment"),
    )


def _delivery(page: Page) -> Answer:
    """Say how much reached whom; "reported" only where the dose is, by both of its denominators."""
    rows = {name: row for name in DELIVERY if (row := reported_row(page, name)) is not None}
    indicators = page.exhibit("indicators")
    if indicators is None or not rows:
        return _delivered(page, "delivery", DELIVERY_TABLES)
    said = [
        page.say(
            "evidence.delivery.indicator",
            name=page.say(f"indicator.{name}.name"),
            n=n_of_n(page, indicators, row),
            value=value(page, indicators, row),
        )
        for name, row in rows.items()
    ]
    return ("reported" if set(DOSES) <= set(rows) else "partly"), joined(said)


def _control_services(page: Page) -> Answer:
    """Say what either arm received besides: without the control arm's part the contrast is unknown."""
    indicators = page.exhibit("indicators")
    records = [] if indicators is None else indicators.records()
    rows = {
        str(record["arm"]): row
        for row, record in enumerate(records)
        if (record["indicator"], record["breakdown"]) == ("control_services", "arm")
    }
    if indicators is None or "control" not in rows:
        return _delivered(page, "control_services", ("services",))
    if records[rows["control"]]["state"] == "not_collected":
        return "not_reported", page.say("evidence.control_services.not_reported")
    said = []
    for arm, row in sorted(rows.items(), reverse=True):  # treatment first
        is_there = records[row]["state"] == "reported"
        what = n_of_n(page, indicators, row) if is_there else state_words(page, records[row])
        said.append(page.say("evidence.control_services.arm", arm=arm_label(page, arm), n=what))
    state: EvidenceState = "reported" if records[rows["control"]]["state"] == "reported" else "partly"
    return state, page.say("evidence.control_services.reported", arms=page.subject.words.listed(said))


def _harm(page: Page) -> Answer:
    """Say how many incidents there were in either arm, also where there were none."""
    arms, exhibit = any_harm(page), page.exhibit("harm")
    if exhibit is None or not arms:
        return _delivered(page, "harm", ("adverse",))
    said = [page.say("process.labelled", label=arm_label(page, arm), said=what) for arm, what in arms.items()]
    is_whole = all(None not in (record["incidents"], record["people"]) for record in exhibit.records())
    state: EvidenceState = "reported" if is_whole else "partly"
    return state, page.say("evidence.harm.reported", arms=joined(said, separator="; "))


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
        contradicted = (
            *contradictions(page, appraisal),
            *process_contradictions(page, appraisal),
            *cost_contradictions(page, appraisal),
        )
        for said in contradicted:
            if len(appraisals) == 1:
                yield said
            else:
                yield page.say("sheet.by_assessor", name=Quoted(appraisal.assessor.name), sentence=said)
