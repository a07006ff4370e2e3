"""The one-page sheet: judgement and evidence kept apart, and useful without a judgement."""

from dataclasses import replace

import figure_findings as made
import pytest
from report_page import read_page

from primus_eval.appraisal import CRITERIA, Appraisal
from primus_eval.disclosure import Internal
from primus_eval.findings import Findings
from primus_eval.report import render
from primus_eval.report.evidence import contradictions, outcome_evidence
from primus_eval.report.page import Page
from primus_eval.wording.catalogue import words_in
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.subject import subject_of


def page_of(findings: Findings) -> Page:
    return Page(findings=findings, subject=subject_of(findings), profile="internal")


def states(findings: Findings) -> dict[str, str]:
    return {item.name: item.state for item in outcome_evidence(page_of(findings))}


def words(findings: Findings, name: str) -> str:
    return next(plain_text(item.words) for item in outcome_evidence(page_of(findings)) if item.name == name)


def with_score(appraisal: Appraisal, score: int | str) -> Appraisal:
    criterion = appraisal.criteria.outcome_evaluation.model_copy(update={"score": score})
    criteria = appraisal.criteria.model_copy(update={"outcome_evaluation": criterion})
    return appraisal.model_copy(update={"criteria": criteria})


def registered(findings: Findings) -> Findings:
    findings.context["protocol"]["study"]["registration"] = {
        "register_name": "ISRCTN",
        "identifier": "123",
        "registered_on": "2020-01-01",
    }
    return findings


def test_the_judgement_is_the_assessors_and_the_evidence_the_toolkits(maryland_files, appraisal):
    page = read_page(maryland_files["summary.html"])
    judged = page.all("section", aria_labelledby="judged")[0].text()
    found = page.all("section", aria_labelledby="found")[0].text()
    concluded = page.all("section", aria_labelledby="concluded")[0].text()
    assert appraisal.assessor.name in judged and "2026-11-23" in judged
    assert appraisal.assessor.statement_of_interest in judged
    for name in CRITERIA:
        assert words_in("en").text(f"criterion.{name}") in judged
        assert appraisal.criteria.of(name).reason["en"] in judged
        assert appraisal.criteria.of(name).reason["en"] not in found
    for text in (*appraisal.strengths, *appraisal.weaknesses):
        assert text["en"] in concluded
    assert "No score is computed" in found
    assert "Neither column is an assessment by EUCPN" in page.all("footer")[0].text()


def test_a_score_is_printed_with_its_scale(maryland_files):
    scores = [
        cell.text().strip()
        for cell in read_page(maryland_files["summary.html"]).all("td")
        if cell.attributes.get("class") == "score"
    ]
    assert scores == ["not scored", "not scored", "3 of 5", "not scored"]


def test_without_a_judgement_the_sheet_says_so_and_keeps_the_evidence(mentoring_files):
    page = read_page(mentoring_files["summary.html"])
    assert "Not assessed" in page.all("section", aria_labelledby="judged")[0].text()
    assert page.all("section", aria_labelledby="concluded") == []
    assert len(page.all("table", _class="evidence")[0].all("tbody")[0].all("tr")) >= 9
    scores = [cell.text() for cell in page.all("td") if cell.attributes.get("class") == "score"]
    assert scores == ["–"] * 4


def test_evidence_of_maryland(maryland):
    assert states(maryland.findings) == {
        "design": "partly",
        "concealment": "not_reported",
        "masking": "not_reported",
        "intention_to_treat": "reported",
        "attrition": "reported",
        "follow_up": "reported",
        "registration": "not_reported",
        "precision": "reported",
        "multiplicity": "reported",
        "implementer": "not_reported",
    }
    assert words(maryland.findings, "attrition") == "Nobody lost: 216 of 216 and 216 of 216 analysed."
    assert words(maryland.findings, "follow_up") == "52 weeks from release; nothing is known of later."
    assert "close to no difference: 95%, −16.5 to −0.02 percentage points" in words(
        maryland.findings, "precision"
    )


def test_losses_are_counted():
    found = made.findings(made.flow())
    assert words(found, "attrition").startswith("570 of 590 and 590 of 590 analysed")


def test_losses_that_are_withheld_are_said_to_be():
    found = made.findings(made.flow({("randomised", "treatment", ""): None}, withheld_counts=True))
    assert states(found)["attrition"] == "partly"


def test_a_primary_analysis_of_a_part_is_not_everyone():
    found = made.findings(rows=(replace(made.PRIMARY, population="some"),))
    found.context["protocol"]["population"] = [{"id": "some", "label": {"en": "some people"}}]
    assert states(found)["intention_to_treat"] == "partly"
    assert "some people" in words(found, "intention_to_treat")


def test_two_primary_analyses_need_a_statement():
    found = made.findings(rows=(made.PRIMARY, replace(made.PRIMARY, finding="b", analysis="b")))
    assert states(found)["multiplicity"] == "not_reported"
    found.context["protocol"]["multiplicity"] = {"statement": {"en": "both"}}
    assert states(found)["multiplicity"] == "reported"


@pytest.mark.parametrize("score", [2, 3, "not_scored"])
def test_a_score_in_the_middle_contradicts_nothing(maryland, appraisal, score):
    assert contradictions(page_of(maryland.findings), with_score(appraisal, score)) == ()


@pytest.mark.parametrize("score", [4, 5])
def test_a_high_score_against_the_evidence_is_pointed_out(maryland, appraisal, score):
    (sentence,) = contradictions(page_of(maryland.findings), with_score(appraisal, score))
    text = plain_text(sentence)
    assert f"gave the outcome evaluation {score}" in text
    assert "nothing was registered and it is not documented how the allocation was made" in text
    files = render(maryland, with_score(appraisal, score))
    assert text in " ".join(read_page(files["summary.html"]).text().split())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (made.WITHHELD, "there is no primary estimate"),
        (replace(made.PRIMARY, conf_high=0.1), "the primary interval includes no difference"),
        (replace(made.PRIMARY, estimate=0.2, conf_low=0.1, conf_high=0.3), "in favour of the comparison"),
    ],
)
def test_what_speaks_against_a_high_score(appraisal, row, reason):
    found = registered(made.findings(rows=(replace(row, role="primary"),)))
    (sentence,) = contradictions(page_of(found), with_score(appraisal, 5))
    assert reason in plain_text(sentence)


def test_a_low_score_against_good_evidence_is_pointed_out(appraisal):
    found = registered(made.findings(rows=(made.PRIMARY,)))
    (sentence,) = contradictions(page_of(found), with_score(appraisal, 1))
    assert "the plan was registered" in plain_text(sentence)
    assert contradictions(page_of(found), with_score(appraisal, 5)) == ()


def test_a_withheld_primary_result_leaves_a_sentence_and_no_dots():
    found = made.findings(rows=(made.PRIMARY.withheld("small_cell"),))
    files = render(Internal(findings=found))
    for page in ("report.html", "summary.html"):
        root = read_page(files[page])
        assert "it would show a small number of people" in root.all("section")[0].text()
        assert root.all("svg") == []
