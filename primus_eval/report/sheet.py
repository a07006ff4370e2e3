"""The sheet under the headings of QUALIPREV: what assessors judged beside the evidence.

What named assessors judged and what the toolkit compiled stand apart and are marked as such; neither is
an assessment by EUCPN. Without an appraisal one line says that nobody judged.
"""

from __future__ import annotations

from primus_eval.appraisal import CRITERIA, NOT_SCORED, Appraisal, CriterionName
from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.documented import all_contradictions, further_evidence, process_evidence
from primus_eval.report.evidence import Evidence, outcome_evidence, place_of_no_difference
from primus_eval.report.page import Page
from primus_eval.report.sections.asked import evidence_table
from primus_eval.schema import Languages
from primus_eval.wording import numbers
from primus_eval.wording.pieces import Number, Quoted, Sentence, joined

IN_SHORT = (
    "design",
    "intention_to_treat",
    "attrition",
    "linkage",
    "follow_up",
    "registration",
    "precision",
    "deviations",
    "implementer",
    "uptake",
    "costs",
)
"""The items of evidence that one page has room for."""


def judged_section(page: Page, appraisals: tuple[Appraisal, ...]) -> Section:
    """Give each assessor's scores with their reasons, how far they agree, and their view of the whole."""
    title = page.say(f"sheet.assessor_column{'_several' if len(appraisals) > 1 else ''}")
    if not appraisals:
        criteria = [page.say(f"criterion.{name}") for name in CRITERIA]
        listed = joined(criteria, page.subject.words.entries["list.semicolon"])
        nobody = Paragraphs(paragraphs=(page.say("sheet.not_assessed", criteria=listed),))
        return Section(id="judged", title=title, parts=(nobody,))
    return Section(
        id="judged",
        title=title,
        parts=(
            Paragraphs(paragraphs=tuple(_signed(page, appraisal) for appraisal in appraisals)),
            _criteria(page, appraisals),
            *_agreement(page, appraisals),
            *(_verdict(page, appraisal, alone=len(appraisals) == 1) for appraisal in appraisals),
        ),
    )


def found_section(page: Page, appraisals: tuple[Appraisal, ...]) -> Section:
    """Give what protocol and data document of the evaluation, and where a score does not sit well with it."""
    return _found(page, appraisals, (*outcome_evidence(page), *further_evidence(page)))


def found_in_short(page: Page, appraisals: tuple[Appraisal, ...]) -> Section:
    """Give the items that one page has room for."""
    items = (*outcome_evidence(page), *further_evidence(page), *process_evidence(page))
    by_name = {item.name: item for item in items}
    return _found(page, appraisals, tuple(by_name[name] for name in IN_SHORT))


def concluded_section(page: Page, appraisals: tuple[Appraisal, ...]) -> Section:
    """Give the strengths and weaknesses that the assessors named."""
    parts = []
    for kind in ("strengths", "weaknesses"):
        items = tuple(
            _by(page, appraisal, (page.subject.quote(text),), appraisals)
            for appraisal in appraisals
            for text in getattr(appraisal, kind)
        )
        if items:
            parts.append(Paragraphs(heading=page.say(f"sheet.{kind}"), items=items))
    title = page.say(f"sheet.conclusions{'_several' if len(appraisals) > 1 else ''}")
    return Section(id="concluded", title=title, parts=tuple(parts))


def sure_of(page: Page) -> Sentence:
    """Say in one breath how sure the primary result is."""
    primary, subject = page.primary, page.subject
    interval = "no_interval" if primary is None else place_of_no_difference(primary)
    if not subject.is_registered:
        registered = page.say("registration.short_none")
    elif subject.is_registered_late:
        registered = page.say("sure.late")
    else:
        registered = page.say(f"sure.{'simulated' if subject.is_simulated else 'registered'}")
    return joined([page.say("sheet.sure"), page.say(f"sure.{interval}"), registered])


def footer_of(page: Page, appraisals: tuple[Appraisal, ...], *, has_sheet: bool) -> tuple[Sentence, ...]:
    """Say what a score means, what the assessors read, and what the document was made with."""
    version = str(page.context.get("versions", {}).get("primus_eval", ""))
    fingerprint = page.fingerprint[:16] if has_sheet else page.fingerprint
    made = page.say("page.made_with", version=Quoted(version))
    protocol = page.say("page.protocol", fingerprint=Quoted(fingerprint))
    read = (page.subject.quote(document) for one in appraisals for document in _documents(one))
    quoted: list[Sentence] = [(document,) for document in dict.fromkeys(read)]
    listed = joined(quoted, page.subject.words.entries["list.semicolon"])
    return (
        *([page.say("sheet.scale")] if has_sheet else []),
        *([page.say("sheet.read", documents=listed)] if listed else []),
        joined([made, protocol]),
    )


def _found(page: Page, appraisals: tuple[Appraisal, ...], items: tuple[Evidence, ...]) -> Section:
    intro = [page.say("sheet.toolkit_intro")]
    if page.subject.is_simulated:
        intro.append(page.say("sheet.simulated"))
    against = tuple(all_contradictions(page, appraisals))
    return Section(
        id="found",
        title=page.say("sheet.toolkit_column"),
        parts=(
            Paragraphs(paragraphs=(joined(intro),)),
            evidence_table(page, items, id="evidence", caption=page.say("sheet.evidence_caption")),
            *([Paragraphs(heading=page.say("sheet.contradiction"), paragraphs=against)] if against else []),
        ),
    )


def _signed(page: Page, appraisal: Appraisal) -> Sentence:
    assessor = appraisal.assessor
    names = {"name": Quoted(assessor.name), "affiliation": page.subject.quote(assessor.affiliation)}
    if assessor.assessed_on is None:
        signed = page.say("published.signed", **names)
    else:
        date = Quoted(numbers.day(assessor.assessed_on, page.subject.language))
        signed = page.say("sheet.signed", date=date, **names)
    statement = page.subject.quote(assessor.statement_of_interest)
    return joined([signed, page.say("sheet.interest", statement=statement)])


def _criteria(page: Page, appraisals: tuple[Appraisal, ...]) -> Table:
    """Put the criteria in rows and the assessors in columns; each score with its reason."""
    alone = len(appraisals) == 1
    columns = [page.say("sheet.score_head")] if alone else [_name(appraisal) for appraisal in appraisals]
    return Table(
        id="criteria",
        caption=page.say("sheet.criteria_caption"),
        head=(page.say("sheet.criterion_head"), *columns),
        groups=(Group(rows=tuple(_criterion(page, name, appraisals) for name in CRITERIA)),),
        numeric=frozenset(range(1, len(columns) + 1)),
    )


def _criterion(page: Page, name: CriterionName, appraisals: tuple[Appraisal, ...]) -> Row:
    given = [appraisal.criteria.of(name) for appraisal in appraisals]
    reasons = tuple(
        _by(page, appraisal, (page.subject.quote(criterion.reason),), appraisals)
        for appraisal, criterion in zip(appraisals, given, strict=True)
    )
    return Row(
        header=page.say(f"criterion.{name}"),
        detail=reasons[0] if len(reasons) == 1 else (),
        remarks=reasons if len(reasons) > 1 else (),
        cells=tuple(
            page.say("sheet.not_scored") if one.score == NOT_SCORED else (Quoted(str(one.score)),)
            for one in given
        ),
    )


def _agreement(page: Page, appraisals: tuple[Appraisal, ...]) -> list[Paragraphs]:
    """Say how far several assessors agree: on how many criteria, and by how much at most they differ."""
    if len(appraisals) < 2:
        return []
    scores = [[appraisal.criteria.of(name).score for appraisal in appraisals] for name in CRITERIA]
    shared = [[int(score) for score in row] for row in scores if NOT_SCORED not in row]
    known = {"n": _counted(page, len(appraisals), "assessors")}
    if not shared:
        said = page.say("sheet.agreement_none", **known)
    else:
        spreads = [max(row) - min(row) for row in shared]
        known |= {
            "both": _counted(page, len(shared), "criteria_scored_by_all"),
            "same": _counted(page, spreads.count(0), "criteria_scored_alike"),
            "widest": _counted(page, max(spreads), "widest_difference_of_scores"),
        }
        said = page.say("sheet.agreement", **known)
    note = page.say("sheet.agreement_note")
    return [Paragraphs(heading=page.say("sheet.agreement_heading"), paragraphs=(joined([said, note]),))]


def _counted(page: Page, n: int, name: str) -> Number:
    return Number(text=numbers.whole(n, page.subject.language), kind="count", source=name)


def _verdict(page: Page, appraisal: Appraisal, *, alone: bool) -> Paragraphs:
    """Give an assessor's view of the whole, and of costs and benefits."""
    verdict = appraisal.verdict
    heading = page.say("sheet.verdict")
    if not alone:
        heading = page.say("sheet.by_assessor", name=Quoted(appraisal.assessor.name), sentence=heading)
    if verdict is None:
        said = [page.say("sheet.no_verdict")]
    else:
        said = [(page.subject.quote(verdict.label), ". ", page.subject.quote(verdict.reason))]
    if appraisal.cost_effectiveness:
        text = page.subject.quote(appraisal.cost_effectiveness)
        said.append(page.say("sheet.on_costs", text=text))
    return Paragraphs(heading=heading, paragraphs=tuple(said))


def _by(page: Page, appraisal: Appraisal, said: Sentence, appraisals: tuple[Appraisal, ...]) -> Sentence:
    """Put the assessor's name before what they said, where there are several."""
    if len(appraisals) == 1:
        return said
    return page.say("sheet.by_assessor", name=Quoted(appraisal.assessor.name), sentence=said)


def _name(appraisal: Appraisal) -> Sentence:
    return (Quoted(appraisal.assessor.name),)


def _documents(appraisal: Appraisal) -> tuple[Languages, ...]:
    of_criteria = (document for name in CRITERIA for document in appraisal.criteria.of(name).documents)
    return (*appraisal.assessor.documents, *of_criteria)
