"""What each result estimates: a statement for every method, in line with what its estimator does."""

from dataclasses import replace

import pytest

from primus_eval.disclosure import Internal
from primus_eval.estimators import ESTIMATORS
from primus_eval.methods import ABOUT, METHODS, ONE_ARM
from primus_eval.report import estimand
from primus_eval.report.intercurrent import reading_of
from primus_eval.report.page import Page
from primus_eval.wording.catalogue import languages
from primus_eval.wording.pieces import Link, plain_text
from primus_eval.wording.subject import subject_of

PAIRS = [(measure, method) for measure, methods in METHODS.items() for method in methods]


def page_of(view, language="en"):
    subject = subject_of(view.findings, language=language)
    return Page(findings=view.findings, subject=subject, profile=view.profile)


def with_rules(view, *, analysis=None, data=None, **rules):
    """Return the page of the mentoring trial with other rules of its first outcome and another protocol."""
    protocol = {**view.findings.context["protocol"]}
    first, *others = protocol["outcome"]
    protocol["outcome"] = [{**first, "reoffending": {**first["reoffending"], **rules}}, *others]
    main, *rest = protocol["analysis"]
    protocol["analysis"] = [{**main, **(analysis or {})}, *rest]
    protocol["data"] = {**protocol["data"], **(data or {})}
    context = {**view.findings.context, "protocol": protocol}
    return page_of(Internal(findings=replace(view.findings, context=context)))


def said(page, finding):
    """The words of an estimand by the header of each part."""
    parts = estimand.estimand_of(page, finding)
    return {plain_text(part.header): plain_text(part.words) for part in parts}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("measure", "method"), PAIRS)
def test_every_method_has_an_estimand(mentoring, measure, method, language):
    page = page_of(mentoring, language)
    unit = "ratio" if measure.endswith("ratio") else "proportion"
    finding = replace(
        page.primary,
        effect_measure=measure,
        method=method,
        unit=unit,
        term="treatment" if measure in ONE_ARM else "",
        conditional=ABOUT[method].conditional,
    )
    parts = estimand.estimand_of(page, finding)
    assert {"population", "treatment", "outcome", "custody", "leaving", "uptake", "summary"} <= {
        part.name for part in parts
    }
    assert all(plain_text(part.words).strip() for part in parts)
    assert ("chosen" in {part.name for part in parts}) == ABOUT[method].conditional


@pytest.mark.parametrize(("measure", "method"), PAIRS)
def test_a_method_is_read_as_its_estimator_is_guarded(mentoring, measure, method):
    finding = replace(page_of(mentoring).primary, effect_measure=measure, method=method)
    guard = ESTIMATORS[measure, method].__qualname__.split(".")[0]
    reading = reading_of(finding)
    assert (guard == "where_nothing_competes") == (reading == "refused")
    if guard == "cause_specific":
        assert reading == "rate"


@pytest.mark.parametrize(
    ("rule", "strategy"), [("compete", "While alive"), ("censor", "Hypothetical"), ("exclude", "Left out")]
)
def test_each_rule_has_its_strategy(mentoring, rule, strategy):
    page = with_rules(mentoring, death=rule, deportation=rule, emigration=rule)
    assert said(page, page.primary)["Death, deportation and emigration"].startswith(strategy)


def test_kinds_with_different_rules_stand_apart(mentoring):
    page = page_of(mentoring)
    words = said(page, page.primary)
    assert words["Death"].startswith("While alive") and "Hypothetical" in words["Deportation and emigration"]


def test_without_a_table_of_status_nobody_is_seen_to_leave(mentoring):
    page = with_rules(mentoring, data={"status": None})
    assert said(page, page.primary)["Death, deportation and emigration"].startswith("Not seen")


def test_custody_follows_from_the_rules_and_from_what_is_counted(mentoring):
    page = page_of(mentoring)
    assert said(page, page.primary)["Custody"].startswith("Treatment policy")
    days = replace(
        page.primary, effect_measure="mean_difference", method="bootstrap", quantity="custody_days"
    )
    assert said(page, days)["Custody"].startswith("Composite")
    street = {"custody": "street", "street_extension_months": 12, "offences_in_custody": "leave_out"}
    lag = {"days_after_window": 90}
    page = with_rules(mentoring, **street, decision_lag=lag)
    assert said(page, page.primary)["Custody"].startswith("While at liberty")
    page = with_rules(mentoring, analysis={"exposure": "at_liberty"})
    rates = replace(page.primary, effect_measure="rate_ratio", method="poisson", unit="ratio")
    assert said(page, rates)["Custody"].startswith("While at liberty")


def test_a_technical_return_is_an_event_or_not(mentoring):
    header = "Return to custody without a new offence"
    page = page_of(mentoring)
    assert said(page, page.primary)[header].startswith("Treatment policy")
    page = with_rules(mentoring, kinds=["conviction", "technical_return"])
    assert said(page, page.primary)[header].startswith("Composite")


def test_follow_up_that_ends_early_is_as_declared(mentoring):
    for declared, words in (
        ("refuse", "no estimate"),
        ("leave_out", "left out"),
        ("as_event_free", "free of"),
    ):
        page = with_rules(mentoring, analysis={"incomplete_followup": declared})
        yes_no = replace(page.primary, method="newcombe")
        assert words in said(page, yes_no)["Follow-up ends early"]


def test_death_as_a_priority_is_composite(mentoring):
    page = with_rules(mentoring, analysis={"priorities": [{"by": "death"}]})
    wins = replace(page.primary, effect_measure="win_ratio", method="u_statistic", unit="ratio")
    assert said(page, wins)["Death"].startswith("Composite")


def test_words_of_the_protocol_that_its_rules_do_not_keep_are_pointed_out(mentoring):
    declared = dict.fromkeys(estimand.DECLARED_PARTS, {"en": "As said."})
    declared["intercurrent_events"] = {"en": "Death is a competing event; those deported are censored."}
    page = with_rules(mentoring, analysis={"estimand": declared}, deportation="compete", emigration="compete")
    remarks = [
        plain_text(remark)
        for group in estimand.estimand_table(page).groups
        for row in group.rows
        for remark in row.remarks
    ]
    assert len(remarks) == 1 and remarks[0].startswith("These words speak of censoring.")
    page = with_rules(mentoring, analysis={"estimand": declared})
    assert not any(row.remarks for group in estimand.estimand_table(page).groups for row in group.rows)


def test_the_protocols_own_words_stand_first(maryland):
    first, second = estimand.estimand_table(page_of(maryland)).groups
    assert plain_text(first.rows[0].cells[0]) == "All men randomised."
    assert "rules of counting" in plain_text(second.header)


def test_results_on_the_same_estimand_share_one_statement(maryland):
    page = page_of(maryland)
    table = estimand.other_estimands(page)
    note = plain_text(table.notes[0])
    assert all(name in note for name in ("Wald", "Miettinen")) and "Newcombe" not in note
    headers = [plain_text(group.header) for group in table.groups]
    assert any("pooled z" in header and "Fisher" in header for header in headers)
    assert len(set(headers)) == len(headers)
    assert all(group.rows for group in table.groups)


def test_an_outcome_leads_to_its_rules(mentoring):
    page = page_of(mentoring)
    (outcome,) = [part for part in estimand.estimand_of(page, page.primary) if part.name == "outcome"]
    assert [piece.target for piece in outcome.words if isinstance(piece, Link)] == ["counted-reoffending_2y"]


def test_without_a_finding_there_is_no_estimand(empty):
    assert (
        estimand.estimand_table(page_of(empty)) is None and estimand.other_estimands(page_of(empty)) is None
    )
