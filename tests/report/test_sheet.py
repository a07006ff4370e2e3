"""The one-page sheet: judgement and evidence kept apart, and useful without a judgement."""

from dataclasses import replace

import figure_findings as made
import pytest
from report_page import read_page

from primus_eval.appraisal import CRITERIA, Appraisal
from primus_eval.disclosure import Internal
from primus_eval.findings import Exhibit, Finding, Findings
from primus_eval.report import render
from primus_eval.report.display import Paragraphs
from primus_eval.report.documented import all_contradictions, process_contradictions, process_evidence
from primus_eval.report.evidence import contradictions, outcome_evidence
from primus_eval.report.headline import headline_of
from primus_eval.report.page import Page
from primus_eval.report.sheet import concluded_section, judged_section, sure_of
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
    judged = page.all("section", aria_labelledby="title-judged")[0].text()
    found = page.all("section", aria_labelledby="title-found")[0].text()
    concluded = page.all("section", aria_labelledby="title-concluded")[0].text()
    assert appraisal.assessor.name in judged and "23 November 2026" in judged
    assert appraisal.assessor.statement_of_interest["en"] in judged
    for name in CRITERIA:
        assert words_in("en").text(f"criterion.{name}") in judged
        assert appraisal.criteria.of(name).reason["en"] in judged
        assert appraisal.criteria.of(name).reason["en"] not in found
    for text in (*appraisal.strengths, *appraisal.weaknesses):
        assert text["en"] in concluded
    assert "no score is computed" in found
    assert "“Yes” means that it is said, not that it is good; “no” that nothing is said of it, not" in found
    header = page.all("header")[0]
    title, beneath = [element for element in header.all() if element.tag in ("h1", "p")][1:3]
    assert title.tag == "h1" and beneath.text().startswith("Nothing on this page is an assessment by EUCPN.")
    assert "not by EUCPN" in header.text()
    assert "EUCPN has not published the scale’s lowest score" in page.all("footer")[0].text()
    assert "verdict" not in page.all("main")[0].text().casefold()
    assert "report.html" in page.all("footer")[0].text()


def test_a_score_is_printed_without_a_scale_that_nobody_published(maryland_files):
    table = read_page(maryland_files["summary.html"]).all("table", id="criteria")[0]
    scores = [row.all("td")[0].text().strip() for row in table.all("tbody")[0].all("tr")]
    assert scores == ["not scored", "not scored", "3", "not scored"]


def test_without_a_judgement_the_sheet_says_so_and_keeps_the_evidence(mentoring_files):
    page = read_page(mentoring_files["summary.html"])
    assert "Not assessed" in page.all("section", aria_labelledby="title-judged")[0].text()
    assert page.all("section", aria_labelledby="title-concluded") == []
    assert len(page.all("table", id="evidence")[0].all("tbody")[0].all("tr")) >= 9
    assert page.all("table", id="criteria") == []
    assert page.all("section", aria_labelledby="title-found")[0].all("table")


def test_evidence_of_maryland(maryland):
    assert states(maryland.findings) == {
        "design": "partly",
        "concealment": "not_reported",
        "masking": "not_reported",
        "intention_to_treat": "reported",
        "attrition": "partly",
        "follow_up": "reported",
        "registration": "not_reported",
        "precision": "not_applicable",
        "multiplicity": "reported",
        "implementer": "not_reported",
    }
    assert words(maryland.findings, "attrition") == (
        "All who were randomised (216 and 216) are analysed. What the file does not record "
        "(death, custody, moving away) cannot be seen here."
    )
    assert words(maryland.findings, "follow_up") == "52 weeks from release; nothing is known of later."
    assert words(maryland.findings, "precision") == (
        "Primary result, all men randomised: difference in risk, 8.3 fewer in 100; from 16.5 fewer to "
        "practically no difference (0.02 fewer); 95% confidence interval. “No difference” lies just outside."
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (made.PRIMARY, "the interval only just excludes “no difference”"),
        (replace(made.PRIMARY, conf_high=0.1), "the interval includes “no difference”"),
        (replace(made.PRIMARY, conf_high=-0.2), "the interval does not include “no difference”"),
        (made.CERTAIN, "there is no interval"),
    ],
)
def test_how_sure_is_one_plain_sentence(row, said):
    sure = plain_text(sure_of(page_of(made.findings(rows=(replace(row, role="primary"),)))))
    assert sure.startswith(f"How sure: {said}")
    assert sure.endswith("Nothing was registered in advance.")


def test_the_big_numbers_say_what_they_count_and_the_interval_stands_under_the_difference(maryland_files):
    glance = read_page(maryland_files["summary.html"]).all("section")[0]
    small = [element.text() for element in glance.all("span", _class="small")]
    assert small[0] == small[1] == "of 100 were recorded as arrested within 52 weeks of release"
    assert small[2] == "95% confidence interval: 16.5 fewer to practically no difference (0.02 fewer)"
    css = maryland_files["summary.html"].decode()
    assert ".glance .small { display: block" in css


def test_people_excluded_after_randomisation_are_not_called_everyone():
    found = made.findings(made.flow(), rows=(replace(made.PRIMARY, n_treatment=580, n_control=590),))
    assert states(found)["intention_to_treat"] == "partly"
    assert "withdrew consent; died before release" in words(found, "intention_to_treat")
    headline = headline_of(page_of(found))
    assert plain_text(headline.kicker) == "Primary result · all people randomised but those excluded"
    assert plain_text(headline.analysed) == (
        "People analysed: 1,170 (580 two mentors, 590 usual services). 580 and 590 of the 590 and 590 "
        "randomised are analysed. Excluded after randomisation and left out: withdrew consent; died before "
        "release."
    )


def test_a_simulated_registration_is_called_so(mentoring):
    assert words(mentoring.findings, "registration").startswith("Simulated, like the data: invented register")


def test_losses_are_counted():
    found = made.findings(made.flow(), rows=(analysing(580, 590),))
    assert words(found, "attrition").startswith("580 and 590 of the 590 and 590 randomised are analysed")
    assert "How many were followed for less than the window is not shown." in words(found, "attrition")


NOBODY_EXCLUDED = {
    ("excluded", "treatment", "withdrew"): 0,
    ("excluded", "treatment", "died"): 0,
    ("followed", "treatment", ""): 590,
}


def analysing(n_treatment: int, n_control: int, **more: object) -> Finding:
    return replace(made.PRIMARY, n_treatment=n_treatment, n_control=n_control, **more)


def followed_whole(**known: int) -> Exhibit:
    """The flow with nobody excluded, of whom so many were followed to the event or to the end."""
    whole = made.flow(NOBODY_EXCLUDED)
    kept = tuple(row for row in whole.rows if row[0] != "followed_to_horizon")
    return replace(
        whole, rows=(*kept, *(("followed_to_horizon", arm, "", "", n) for arm, n in known.items()))
    )


def test_complete_cases_are_not_everyone_although_the_flow_lost_nobody():
    found = made.findings(followed_whole(treatment=590, control=590), rows=(analysing(500, 510),))
    for name in ("intention_to_treat", "attrition"):
        assert states(found)[name] == "partly"
        assert words(found, name).startswith("500 and 510 of the 590 and 590 randomised are analysed")
    headline = headline_of(page_of(found))
    assert "500 and 510 of the 590 and 590 randomised are analysed." in plain_text(headline.analysed)
    assert plain_text(headline.kicker) == (
        "Primary result · people randomised, as far as they could be analysed"
    )


def test_everyone_analysed_is_everyone_and_short_follow_up_is_said_apart():
    found = made.findings(followed_whole(treatment=570, control=590), rows=(analysing(590, 590),))
    assert states(found)["intention_to_treat"] == "reported"
    assert words(found, "attrition").startswith(
        "All who were randomised (590 and 590) are analysed. Followed to the event or to the "
        "end of the window: 570 and 590; the others for less."
    )
    assert plain_text(headline_of(page_of(found)).kicker) == "Primary result · all people randomised"
    whole = made.findings(followed_whole(treatment=590, control=590), rows=(analysing(590, 590),))
    assert "the others for less" not in words(whole, "attrition")


def test_a_primary_that_is_not_estimable_analyses_nobody():
    row = replace(made.finding("gone", status="not_estimable", reason="no_events"), role="primary")
    found = made.findings(followed_whole(treatment=590, control=590), rows=(row,))
    for name in ("intention_to_treat", "attrition"):
        assert states(found)[name] == "partly"
        assert "was not estimated" in words(found, name)
        assert "everyone" not in words(found, name) and "are analysed" not in words(found, name)
    assert "all people" not in plain_text(headline_of(page_of(found)).kicker)


def test_losses_that_are_withheld_are_said_to_be():
    found = made.findings(made.flow({("randomised", "treatment", ""): None}, withheld_counts=True))
    assert states(found)["attrition"] == "partly"
    assert "small numbers of people could be worked out" in words(found, "attrition")


def test_a_primary_analysis_of_a_part_is_not_everyone():
    found = made.findings(rows=(replace(made.PRIMARY, population="some"),))
    found.context["protocol"]["population"] = [{"id": "some", "label": {"en": "some people"}}]
    assert states(found)["intention_to_treat"] == "partly"
    assert "some people" in words(found, "intention_to_treat")


@pytest.mark.parametrize("score", [2, 3, "not_scored"])
def test_a_score_in_the_middle_contradicts_nothing(maryland, appraisal, score):
    assert contradictions(page_of(maryland.findings), with_score(appraisal, score)) == ()


@pytest.mark.parametrize("score", [4, 5])
def test_a_high_score_against_the_evidence_is_pointed_out(maryland, appraisal, score):
    (sentence,) = contradictions(page_of(maryland.findings), with_score(appraisal, score))
    text = plain_text(sentence)
    assert f"gave the outcome evaluation {score}" in text
    for reason in (
        "nothing was registered",
        "it is not documented how the allocation was made",
        "it is not stated whether anybody could foresee the allocation",
        "the primary interval only just excludes no difference",
    ):
        assert reason in text
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
    for score in (1, 2):
        (sentence,) = contradictions(page_of(found), with_score(appraisal, score))
        assert "the plan was registered" in plain_text(sentence)
    assert contradictions(page_of(found), with_score(appraisal, 3)) == ()


def test_only_good_evidence_contradicts_no_high_score(appraisal):
    found = registered(made.findings(rows=(replace(made.PRIMARY, conf_high=-0.1),)))
    found.context["protocol"]["design"]["concealment"] = {"en": "Sealed envelopes."}
    assert contradictions(page_of(found), with_score(appraisal, 5)) == ()


def test_people_left_out_and_a_part_of_them_speak_against_a_high_score(appraisal):
    found = made.findings(made.flow(), rows=(replace(made.PRIMARY, n_treatment=580, n_control=590),))
    (sentence,) = contradictions(page_of(found), with_score(appraisal, 5))
    assert "not everyone randomised is analysed" in plain_text(sentence)
    found = made.findings(rows=(replace(made.PRIMARY, population="some"),))
    (sentence,) = contradictions(page_of(found), with_score(appraisal, 5))
    assert "the primary result is about a part of those randomised" in plain_text(sentence)


def test_an_interval_that_only_just_includes_no_difference_says_so():
    row = replace(made.PRIMARY, conf_high=0.001)
    found = made.findings(rows=(row,))
    assert plain_text(sure_of(page_of(found))).startswith(
        "How sure: the interval only just includes “no difference”"
    )
    assert words(found, "precision").endswith("“No difference” lies just inside.")


def test_headings_are_plural_where_assessors_are_several(maryland, appraisal):
    page = page_of(maryland.findings)
    two = (with_score(appraisal, 3), other_assessor(appraisal, 5))
    assert plain_text(judged_section(page, two).title) == "What the assessors judged"
    assert plain_text(judged_section(page, two[:1]).title) == "What the assessor judged"
    assert plain_text(concluded_section(page, two).title) == "What the assessors concluded"


def test_the_headline_says_which_direction_is_better(maryland_files):
    text = read_page(maryland_files["summary.html"]).all("section")[0].text()
    assert "Less is better here: the estimate is in favour of financial aid." in " ".join(text.split())


def test_people_left_out_for_short_follow_up_are_named(maryland):
    row = replace(maryland.findings.rows[0], method="newcombe", n_treatment=200, n_control=200)
    protocol = {**maryland.findings.context["protocol"]}
    first, *rest = protocol["analysis"]
    protocol["analysis"] = [{**first, "incomplete_followup": "leave_out"}, *rest]
    flow = followed_whole(treatment=200, control=200)
    found = Findings(
        rows=(row,), exhibits=(flow,), context={**maryland.findings.context, "protocol": protocol}
    )
    said = "People followed for less than the window without the event are left out."
    assert said in plain_text(headline_of(page_of(found)).analysed)
    assert said in words(found, "intention_to_treat")
    kept = replace(found, context=maryland.findings.context)
    assert said not in plain_text(headline_of(page_of(kept)).analysed)


def test_a_withheld_primary_result_leaves_a_sentence_and_no_dots():
    found = made.findings(rows=(made.PRIMARY.withheld("small_cell"),))
    files = render(Internal(findings=found))
    for page in ("report.html", "summary.html"):
        root = read_page(files[page])
        assert "it would show a small number of people" in root.all("section")[0].text()
        assert root.all("svg") == []


def test_terms_of_the_report_are_explained(mentoring_files):
    terms = read_page(mentoring_files["report.html"]).all("section", id="glossary")[0].text()
    for term in (
        "Arm",
        "At risk",
        "Covariate",
        "Event",
        "Window",
        "Strata",
        "Aalen–Johansen",
    ):
        assert term in terms
    for term in ("Percentage point", "Fingerprint", "Exploratory", "Sensitivity"):
        assert term in terms


def other_assessor(appraisal: Appraisal, score: int | str) -> Appraisal:
    """Return the same judgement with another outcome score, by somebody else."""
    assessor = appraisal.assessor.model_copy(update={"name": "Somebody Else"})
    return with_score(appraisal, score).model_copy(update={"assessor": assessor})


def section_words(appraisals: tuple[Appraisal, ...], found: Findings) -> str:
    parts = judged_section(page_of(found), appraisals).parts
    said = [sentence for part in parts if isinstance(part, Paragraphs) for sentence in part.paragraphs]
    return " ".join(map(plain_text, said))


def test_several_assessors_stand_side_by_side_with_how_far_they_agree(maryland, appraisal):
    two = (with_score(appraisal, 3), other_assessor(appraisal, 5))
    said = section_words(two, maryland.findings)
    assert "Assessors: 2. Criteria that all of them scored: 1; with the same score from all: 0." in said
    assert "The widest difference between two scores of one criterion is 2." in said
    assert "too few for a coefficient of agreement" in said
    table = read_page(render(maryland, *two)["summary.html"]).all("table", id="criteria")[0]
    heads = [head.text() for head in table.all("thead")[0].all("th")]
    assert heads == ["Criterion", appraisal.assessor.name, "Somebody Else"]
    row = table.all("tbody")[0].all("tr")
    cells = [[cell.text() for cell in line.all("td")] for line in row]
    assert ["3", "5"] in cells
    assert any("Somebody Else: The men are described" in line.text() for line in row)


def test_assessors_who_agree_and_those_who_score_nothing_in_common(maryland, appraisal):
    alike = (with_score(appraisal, 3), other_assessor(appraisal, 3))
    assert "with the same score from all: 1" in section_words(alike, maryland.findings)
    apart = (with_score(appraisal, 3), other_assessor(appraisal, "not_scored"))
    assert "No criterion was scored by all of them." in section_words(apart, maryland.findings)


def test_a_contradiction_names_the_assessor_where_there_are_several(maryland, appraisal):
    two = (with_score(appraisal, 3), other_assessor(appraisal, 5))
    said = [plain_text(sentence) for sentence in all_contradictions(page_of(maryland.findings), two)]
    assert len(said) == 1 and said[0].startswith("Somebody Else: The assessor gave the outcome evaluation 5")


def test_a_high_score_for_implementation_of_which_nothing_is_known_is_pointed_out(maryland, appraisal):
    criterion = appraisal.criteria.context_and_implementation.model_copy(update={"score": 4})
    criteria = appraisal.criteria.model_copy(update={"context_and_implementation": criterion})
    judged = appraisal.model_copy(update={"criteria": criteria})
    (sentence,) = process_contradictions(page_of(maryland.findings), judged)
    assert "nothing is documented of who took the programme up" in plain_text(sentence)
    assert process_contradictions(page_of(maryland.findings), appraisal) == ()


def test_what_is_documented_of_the_process_is_listed(maryland, mentoring):
    def listed(view):
        return {item.name: item.state for item in process_evidence(page_of(view.findings))}

    assert listed(maryland)["uptake"] == listed(maryland)["delivery"] == "not_reported"
    assert listed(mentoring)["uptake"] == "partly"  # recorded, and withheld in the release
    assert listed(mentoring)["delivery"] == "reported"  # as indicators of what was delivered
