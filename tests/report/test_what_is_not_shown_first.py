"""What a report says of plans registered late, of whole groups allotted, and of items answered in part."""

from dataclasses import replace

import figure_findings as made
import pytest
from report_page import read_page

from primus_eval.report import estimand
from primus_eval.report.documented import further_evidence
from primus_eval.report.evidence import outcome_evidence
from primus_eval.report.facts import FACTS
from primus_eval.report.headline import headline_of
from primus_eval.report.page import Page
from primus_eval.report.sections.certainty import certainty_section
from primus_eval.report.sections.limits import limits_section
from primus_eval.report.sections.promised import promised_section
from primus_eval.report.sections.results import primary_section
from primus_eval.report.sheet import sure_of
from primus_eval.wording.catalogue import languages
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.sentences import technical_sentence
from primus_eval.wording.subject import subject_of


def page_of(findings, language="en"):
    return Page(findings=findings, subject=subject_of(findings, language=language), profile="internal")


def with_protocol(findings, **parts):
    """Return findings under a protocol with other keys in its tables: study={"title": ...}, and so on."""
    protocol = {**findings.context["protocol"]}
    for name, changes in parts.items():
        protocol[name] = {**protocol[name], **changes} if isinstance(changes, dict) else changes
    return replace(findings, context={**findings.context, "protocol": protocol})


def registered_on(findings, day, cutoff="2020-12-31"):
    register = {"register_name": "ISRCTN", "identifier": "123", "registered_on": day}
    return with_protocol(
        findings, study={"registration": register, "simulated": False}, data={"data_cutoff": cutoff}
    )


def clustered(findings):
    return with_protocol(findings, design={"allocation": {"scheme": "cluster", "cluster": "site"}})


def state(page, fact):
    return FACTS[fact](page).state


def words(page, fact):
    return plain_text(FACTS[fact](page).words)


def section_text(section):
    said = []
    for part in section.parts:
        said += [*getattr(part, "paragraphs", ()), *getattr(part, "items", ()), *getattr(part, "notes", ())]
    return " ".join(map(plain_text, said))


LATE = "Registered on 1 January 2021, after the records end (31 December 2020): it cannot show that the plan"


def test_a_plan_registered_after_the_records_end_is_called_late_wherever_it_counts():
    page = page_of(registered_on(made.findings(rows=(made.PRIMARY,)), "2021-01-01"))
    item = next(item for item in outcome_evidence(page) if item.name == "registration")
    assert item.state == "partly" and LATE in plain_text(item.words)
    assert state(page, "registration") == "partly" and LATE in words(page, "registration")
    assert LATE in words(page, "plan_of_primary")
    assert LATE in plain_text(headline_of(page).caveat)
    assert plain_text(sure_of(page)).endswith("The plan was registered only after the records end.")
    assert "when the records had already ended" in section_text(promised_section(page))
    assert "the outcomes could already be known" in section_text(promised_section(page))
    assert "The plan was registered only after the records end" in section_text(limits_section(page))


@pytest.mark.parametrize(
    ("day", "cutoff"), [("2020-12-31", "2020-12-31"), ("2019-01-01", "2020-12-31"), ("2021-01-01", None)]
)
def test_a_plan_registered_before_the_records_end_is_not_called_late(day, cutoff):
    page = page_of(registered_on(made.findings(rows=(made.PRIMARY,)), day, cutoff))
    assert not page.subject.is_registered_late and state(page, "registration") == "answered"
    assert "records end" not in words(page, "plan_of_primary")
    assert plain_text(headline_of(page).caveat) == ""


def test_that_every_analysis_is_as_planned_is_a_declaration():
    page = page_of(registered_on(made.findings(rows=(made.PRIMARY,)), "2019-01-01"))
    item = next(item for item in further_evidence(page) if item.name == "deviations")
    assert item.state == "partly"
    assert plain_text(item.words) == (
        "Every analysis is declared to be as planned; that was not checked against the register."
    )
    assert state(page, "changes") == "partly"


@pytest.mark.parametrize("day", [None, "2021-01-01"])
def test_roles_given_when_outcomes_could_be_known_keep_nothing_apart(day):
    found = made.findings(rows=(made.PRIMARY, made.ODDS))
    page = page_of(found if day is None else registered_on(found, day))
    assert state(page, "ancillary") == "partly"
    assert "when outcomes could be known" in words(page, "ancillary")
    first = page_of(registered_on(found, "2019-01-01"))
    assert state(first, "ancillary") == "answered"


def test_in_a_cluster_trial_what_takes_people_to_be_independent_is_flagged(maryland, mentoring):
    drawn = section_text(primary_section(page_of(clustered(maryland.findings))))
    assert "Whole groups were allotted. Intervals around the curves" in drawn
    page = page_of(clustered(mentoring.findings))
    assert "Not given: whole groups were allotted" in section_text(certainty_section(page))
    assert "people of one group are alike" in section_text(limits_section(page))
    assert state(page, "sample_size") == "for_a_person"
    text = section_text(certainty_section(page_of(mentoring.findings)))
    assert "whole groups" not in text and "chance of" in text


def test_the_detectable_effect_is_of_two_shares(mentoring):
    said = "This holds for a comparison of two shares"
    assert said not in section_text(certainty_section(page_of(mentoring.findings)))
    first, *rest = mentoring.findings.rows
    other = replace(first, effect_measure="hazard_ratio", method="cox", unit="ratio", estimate=0.8)
    other = replace(other, conf_low=0.6, conf_high=0.9)
    page = page_of(replace(mentoring.findings, rows=(other, *rest)))
    assert page.primary is other and said in section_text(certainty_section(page))


def test_a_table_of_characteristics_with_gaps_answers_in_part(maryland, mentoring):
    assert state(page_of(maryland.findings), "baseline") == "answered"
    assert state(page_of(mentoring.findings), "baseline") == "partly"


def test_a_check_of_the_allocation_that_is_not_there_is_said_not_to_be(maryland):
    found = maryland.findings
    without = replace(found, exhibits=tuple(each for each in found.exhibits if each.kind != "allocation"))
    assert "checked against the scheme" in words(page_of(found), "imbalance")
    assert "withheld or was not made" in words(page_of(without), "imbalance")


@pytest.mark.parametrize(
    ("measures", "is_answered"),
    [
        (("risk_difference", "risk_ratio"), "answered"),
        (("risk_difference", "odds_ratio"), "answered"),
        (("risk_difference", "hazard_ratio"), "partly"),
        (("number_needed_to_treat", "risk_ratio"), "partly"),
        (("hazard_ratio",), "for_a_person"),
    ],
)
def test_absolute_and_relative_are_risks_or_odds(measures, is_answered):
    rows = tuple(
        replace(made.PRIMARY, finding=name, analysis=name, effect_measure=name, unit="ratio")
        for name in measures
    )
    assert state(page_of(made.findings(rows=rows)), "absolute_and_relative") == is_answered


def test_a_withheld_result_of_the_plan_is_counted(maryland):
    found = maryland.findings
    assert state(page_of(found), "estimate") == "answered"
    rows = (found.rows[0], replace(found.rows[1], role="secondary").withheld("small_cell"), *found.rows[2:])
    page = page_of(replace(found, rows=rows))
    assert state(page, "estimate") == "partly"
    assert words(page, "estimate").endswith("Results in the plan that are withheld: 1.")


def test_missing_data_names_outcomes_and_covariates(maryland, mentoring):
    page = page_of(mentoring.findings)
    assert state(page, "missing_data") == "partly"
    assert "People whose outcome is not known to the end of the window: “Missing data" in words(
        page, "missing_data"
    )


def test_whether_an_analysis_varies_what_is_assumed_of_the_unknown():
    said = "None of the analyses varies what is assumed of people whose outcome is not known."
    found = made.findings(rows=(made.PRIMARY, replace(made.PRIMARY, finding="b", analysis="b")))
    assert said in words(page_of(found), "sensitivity")
    on_time = replace(made.PRIMARY, finding="b", analysis="b", method="kaplan_meier")
    leaves_out = replace(made.PRIMARY, method="newcombe")
    found = made.findings(rows=(leaves_out, on_time))
    protocol = found.context["protocol"]
    first = {**protocol["analysis"][0], "id": leaves_out.analysis, "incomplete_followup": "leave_out"}
    found = with_protocol(found, analysis=[first])
    assert said not in words(page_of(found), "sensitivity")


@pytest.mark.parametrize(
    ("title", "is_answered"),
    [
        ("A randomised trial of mentors", "answered"),
        ("Mentors: et klyngerandomiseret forsøg", "answered"),
        ("A non-randomised study", "for_a_person"),
        ("A nonrandomized study", "for_a_person"),
        ("A quasi-randomised study", "for_a_person"),
        ("Et ikke-randomiseret forsøg", "for_a_person"),
        ("Mentors", "for_a_person"),
    ],
)
def test_a_title_says_random_only_where_it_means_it(title, is_answered):
    page = page_of(with_protocol(made.findings(), study={"title": {"en": title}}))
    assert state(page, "title") == is_answered
    assert "head of every page" not in words(page, "title")


@pytest.mark.parametrize(
    ("measure", "method", "unit", "estimate", "said"),
    [
        ("restricted_mean_difference", "greenwood", "days", 9.0, "so longer without is better"),
        ("time_ratio", "weibull", "ratio", 1.4, "so longer without is better"),
        ("survival_difference", "greenwood", "proportion", 0.1, "so more people without is better"),
        ("win_ratio", "u_statistic", "ratio", 1.4, "More wins are better"),
        ("risk_difference", "newcombe", "proportion", -0.1, "Less is better here"),
    ],
)
def test_the_direction_is_that_of_the_scale(measure, method, unit, estimate, said):
    row = replace(made.PRIMARY, effect_measure=measure, method=method, unit=unit, estimate=estimate)
    row = replace(row, conf_low=None, conf_high=None, reason="no_variation")
    text = plain_text(technical_sentence(row, page_of(made.findings(rows=(row,))).subject))
    assert said in text and "in favour of two mentors" in text


def remarks_on(page, **declared):
    text = dict.fromkeys(estimand.DECLARED_PARTS, {"en": "As said."}) | {
        name: {"en": said} for name, said in declared.items()
    }
    analysis = [{**page.subject.analysis(page.primary.analysis), "estimand": text}]
    found = with_protocol(page.findings, analysis=analysis)
    return [
        plain_text(remark)
        for group in estimand.estimand_table(page_of(found)).groups
        for row in group.rows
        for remark in row.remarks
    ]


@pytest.mark.parametrize(
    ("summary", "is_contradicted"),
    [
        ("Difference in risk, treatment minus control.", False),
        ("The difference in the proportion rearrested.", False),
        ("How the arms compare, over the whole duration.", False),
        ("Hazard ratio, treatment over control.", True),
        ("Ratio of risks.", True),
        ("Difference in mean time without the event.", True),
        ("Odds ratio.", True),
    ],
)
def test_declared_words_on_another_summary_are_pointed_out(mentoring, summary, is_contradicted):
    remarks = remarks_on(page_of(mentoring.findings), summary=summary)
    assert bool(remarks) == is_contradicted
    assert all("another measure: difference in risk" in remark for remark in remarks)


@pytest.mark.parametrize(
    ("rule", "events", "is_contradicted"),
    [
        ("censor", "Those who died can no longer reoffend.", True),
        ("censor", "Death is censored; emigrants can no longer be seen.", False),
        ("compete", "Those who died can no longer reoffend.", False),
    ],
)
def test_the_dead_who_can_no_longer_reoffend_are_not_censored(mentoring, rule, events, is_contradicted):
    first, *others = mentoring.findings.context["protocol"]["outcome"]
    rules = {**first["reoffending"], "death": rule, "emigration": "compete", "deportation": "censor"}
    found = with_protocol(mentoring.findings, outcome=[{**first, "reoffending": rules}, *others])
    remarks = remarks_on(page_of(found), intercurrent_events=events)
    assert any("the dead can no longer" in remark for remark in remarks) == is_contradicted


@pytest.mark.parametrize("method", ["cox", "cox_standardised"])
def test_an_adjusted_model_takes_leavers_to_be_like_people_alike_in_what_it_holds(mentoring, method):
    page = page_of(mentoring.findings)
    measure = "hazard_ratio" if method == "cox" else "risk_difference"
    row = replace(page.primary, effect_measure=measure, method=method, covariates=("age",))

    def ends_early(finding):
        parts = estimand.estimand_of(page, finding)
        return next(plain_text(part.words) for part in parts if part.name == "ends_early")

    assert "alike in arm, in covariates and in stratum" in ends_early(row)
    assert "alike in arm" not in ends_early(replace(row, covariates=()))


def test_people_not_found_in_the_register_are_missing_data():
    reasons = {("excluded", "treatment", "withdrew"): ("excluded", "treatment", "not_linked", "", 6)}
    flow = made.flow()
    rows = tuple(reasons.get(row[:3], row) for row in flow.rows)
    found = made.findings(replace(flow, rows=rows), rows=(made.PRIMARY,))
    page = page_of(found)
    parts = {part.name: plain_text(part.words) for part in estimand.estimand_of(page, page.primary)}
    assert "no treatment policy for them" in parts["left_out"]
    assert parts["unknown"].startswith(page.subject.reason_in_flow("not_linked", ""))
    assert "missing data, and nothing that happened" in parts["unknown"]
    assert page.subject.reason_in_flow("not_linked", "") not in parts["left_out"]


def test_differences_beneath_a_curve_name_their_method(maryland_files):
    section = read_page(maryland_files["report.html"]).all("section", id="primary")[0].text()
    assert "Beneath the curve: differences between the curves up to each day (Kaplan–Meier)" in section


@pytest.mark.parametrize("language", languages())
def test_a_late_plan_and_groups_are_said_in_every_language(maryland, language):
    page = page_of(clustered(registered_on(maryland.findings, "2099-01-01")), language)
    words = page.subject.words
    assert words.text("curve.clusters") in section_text(primary_section(page))
    assert words.text("limits.registered_late") in section_text(limits_section(page))
    assert words.text("detectable.clusters") in section_text(certainty_section(page))
