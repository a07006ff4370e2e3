"""summary.html: one page under the headings of QUALIPREV, a judgement beside the evidence.

What the named assessor judged and what the toolkit compiled stand in two columns and are marked as
such; neither is an assessment by EUCPN. Without an appraisal one line says that nobody judged.
"""

from __future__ import annotations

from dataclasses import dataclass

from primus_eval.appraisal import CRITERIA, NOT_SCORED, Appraisal
from primus_eval.report.evidence import Evidence, contradictions, outcome_evidence, place_of_no_difference
from primus_eval.report.headline import Headline, headline_of
from primus_eval.report.page import Page
from primus_eval.wording.pieces import Quoted, Sentence, joined


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """One criterion as printed: its heading, its score, the reason."""

    name: str
    title: Sentence
    score: Sentence
    is_scored: bool
    reason: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the assessor judged; all of it quoted."""

    signed: Sentence
    interest: Sentence
    documents: tuple[Sentence, ...]
    verdict: Sentence
    verdict_reason: Sentence
    strengths: tuple[Sentence, ...]
    weaknesses: tuple[Sentence, ...]
    cost_effectiveness: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The one-page sheet."""

    headline: Headline
    sure: Sentence
    criteria: tuple[CriterionRow, ...]
    not_assessed: Sentence
    judgement: Judgement | None
    evidence: tuple[Evidence, ...]
    contradictions: tuple[Sentence, ...]


def sheet_of(page: Page, appraisal: Appraisal | None) -> Sheet:
    """Draw up the sheet from findings and, where there is one, a judgement."""
    criteria = [page.say(f"criterion.{name}") for name in CRITERIA]
    return Sheet(
        headline=headline_of(page),
        sure=_sure(page),
        criteria=() if appraisal is None else _criteria(page, appraisal),
        not_assessed=page.say(
            "sheet.not_assessed", criteria=joined(criteria, page.subject.words.entries["list.semicolon"])
        ),
        judgement=None if appraisal is None else _judgement(page, appraisal),
        evidence=outcome_evidence(page),
        contradictions=contradictions(page, appraisal),
    )


def _sure(page: Page) -> Sentence:
    """Say in one breath how sure the primary result is."""
    primary, subject = page.primary, page.subject
    interval = "no_interval" if primary is None else place_of_no_difference(primary)
    if not subject.is_registered:
        registered = page.say("registration.short_none")
    else:
        registered = page.say(f"sure.{'simulated' if subject.is_simulated else 'registered'}")
    return joined([page.say("sheet.sure"), page.say(f"sure.{interval}"), registered])


def _criteria(page: Page, appraisal: Appraisal) -> tuple[CriterionRow, ...]:
    rows = []
    for name in CRITERIA:
        criterion = appraisal.criteria.of(name)
        is_scored = criterion.score != NOT_SCORED
        rows.append(
            CriterionRow(
                name=name,
                title=page.say(f"criterion.{name}"),
                score=(Quoted(str(criterion.score)),) if is_scored else page.say("sheet.not_scored"),
                is_scored=is_scored,
                reason=(page.subject.quote(criterion.reason),),
            )
        )
    return tuple(rows)


def _judgement(page: Page, appraisal: Appraisal) -> Judgement:
    assessor, verdict = appraisal.assessor, appraisal.verdict
    documents = [
        *assessor.documents,
        *(doc for name in CRITERIA for doc in appraisal.criteria.of(name).documents),
    ]
    quote = page.subject.quote
    return Judgement(
        signed=page.say(
            "sheet.signed",
            name=Quoted(assessor.name),
            affiliation=Quoted(assessor.affiliation),
            date=Quoted(assessor.assessed_on.isoformat()),
        ),
        interest=page.say("sheet.interest", statement=Quoted(assessor.statement_of_interest)),
        documents=tuple((Quoted(document),) for document in dict.fromkeys(documents)),
        verdict=(quote(verdict.label),) if verdict else page.say("sheet.no_verdict"),
        verdict_reason=(quote(verdict.reason),) if verdict else (),
        strengths=tuple((quote(text),) for text in appraisal.strengths),
        weaknesses=tuple((quote(text),) for text in appraisal.weaknesses),
        cost_effectiveness=(quote(appraisal.cost_effectiveness),) if appraisal.cost_effectiveness else (),
    )
