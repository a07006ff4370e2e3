"""The chapter on costs: whose costs, what came out, why there is no ratio, what would pay back."""

from __future__ import annotations

import json
from dataclasses import replace

import economics_by_hand as made
import pytest
from report_page import read_page

from primus_eval.appraisal import parse_appraisal
from primus_eval.disclosure import Internal
from primus_eval.findings import from_json, to_json
from primus_eval.report.display import Paragraphs, Table
from primus_eval.report.document import sentences_of
from primus_eval.report.documented import cost_contradictions, further_evidence
from primus_eval.report.formats.html import html_of
from primus_eval.report.page import Page
from primus_eval.report.render import documents_of
from primus_eval.report.sections.costs import costs_section
from primus_eval.wording.pieces import Number, plain_text
from primus_eval.wording.quantities import printed
from primus_eval.wording.subject import subject_of

NBSP = "\N{NO-BREAK SPACE}"


def page_of(findings, language="en"):
    return Page(findings=findings, subject=subject_of(findings, language=language), profile="internal")


def section_of(*exhibits, language="en", **more):
    return costs_section(page_of(made.findings(*exhibits, **more), language))


def said(section):
    """Every sentence outside tables."""
    parts = [part for part in section.parts if isinstance(part, Paragraphs)]
    return [plain_text(line) for part in parts for line in (part.heading, *part.paragraphs, *part.items)]


def table(section, id):
    return next(part for part in section.parts if isinstance(part, Table) and part.id == id)


def rows_of(table):
    return {
        plain_text(row.header): [plain_text(cell) for cell in (*row.cells, row.across)]
        for group in table.groups
        for row in group.rows
    }


def evidence(findings):
    return next(item for item in further_evidence(page_of(findings)) if item.name == "costs")


def results(*rows):
    return made.economic_result(tuple(rows))


def printed_again(span, findings):
    exhibit = next(item for item in findings.exhibits if item.id == span.attributes["data-exhibit"])
    name, form = span.attributes["data-field"], span.attributes["data-form"]
    if "data-row" not in span.attributes:
        return printed(exhibit.notes[name], form)
    return printed(exhibit.records()[int(span.attributes["data-row"])][name], form)


def appraisal_with(**texts):
    lines = [f'{key} = "{text}"' for key, text in texts.items()]
    criteria = "".join(
        f'[criteria.{name}]\nscore = "not_scored"\nreason = "Not read."\n'
        for name in (
            "problem_analysis_and_objectives",
            "prevention_framework",
            "outcome_evaluation",
            "context_and_implementation",
        )
    )
    signed = 'name = "A"\naffiliation = "B"\nassessed_on = 2026-01-01\nstatement_of_interest = "None."'
    return parse_appraisal("\n".join(['study = "small"', *lines, "[assessor]", signed, criteria]))


def test_a_report_without_costs_has_no_such_chapter():
    findings = made.findings()
    bare = replace(findings, context={"protocol": findings.context["protocol"]}, exhibits=())
    assert costs_section(page_of(bare)).parts == ()


def test_what_was_declared_stands_first():
    lines = said(section_of())
    assert lines[1] == "What was counted, for whom and in which prices was declared with the plan."
    assert "Counted are the costs of public budgets" in lines[2]
    assert lines[3] == "Amounts are in DKK, in prices of 2018."
    assert "over its window, from release on" in lines[5] and "from randomisation on" in lines[5]
    assert "so that more averted is better" in lines[7]


def test_costs_declared_afterwards_are_exploratory_and_said_so_twice():
    lines = said(section_of(declared_in="appraisal"))
    assert "everything in this chapter is exploratory" in lines[1]
    assert any("made after the trial" in line for line in lines)
    assert evidence(made.findings(declared_in="appraisal")).state == "partly"


def test_prices_show_source_year_payer_and_how_they_are_known():
    prices = table(section_of(), "unit-costs")
    assert rows_of(prices)["A day in prison"] == [
        "each day in custody",
        "1,502",
        f"DKK{NBSP}1,469 (2015)",
        "the state",
        "read where it was published",
        "",
    ]
    remarks = [plain_text(text) for text in prices.groups[0].rows[1].remarks]
    assert remarks[0].startswith("Of this average price 30% counts")
    assert remarks[1].startswith("Source: Danish Prison and Probation Service")


def test_danish_reports_name_the_shipped_source_in_danish():
    prices = table(section_of(language="da"), "unit-costs")
    assert "Kriminalforsorgen" in plain_text(prices.groups[0].rows[1].remarks[1])
    assert rows_of(prices)["Et døgn i fængsel"][2] == f"1\N{NARROW NO-BREAK SPACE}469{NBSP}kr. (2015)"


def test_costs_by_arm_end_in_their_sum():
    arms = table(section_of(), "costs-by-arm")
    assert rows_of(arms)["All costs"] == ["66,667", "30,000", "48 of 48", "24 of 49", ""]
    assert arms.groups[0].rows[-1].emphasis == "primary"


def test_the_result_in_words():
    lines = " ".join(said(section_of()))
    assert f"Each person assigned to two mentors cost DKK{NBSP}36,667 more than each" in lines
    assert f"from DKK{NBSP}16,000 more to DKK{NBSP}57,334 more" in lines
    assert "Of 100 people assigned to two mentors, 10.0 fewer had recorded reoffence within 100 days" in lines
    assert "from 28.6 fewer to 8.6 more" in lines
    assert f"If one averted is worth DKK{NBSP}505,300 (public saving by SØM)" in lines
    assert f"a gain of DKK{NBSP}13,863" in lines and f"a loss of DKK{NBSP}11,402" in lines


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (
            {"fieller": "interval", "quadrant": "south_east", "reason": "dominant"},
            "costs less and averts more",
        ),
        ({"fieller": "two_rays", "quadrant": "north_west", "reason": "dominated"}, "averts nothing"),
        ({"fieller": "interval", "quadrant": "north_east", "reason": "near_axis"}, "mostly chance"),
        ({"fieller": "two_rays", "quadrant": "north_east"}, "what may be nothing is no number"),
        ({"fieller": "whole_line", "quadrant": "north_east"}, "every number whatever"),
        ({"fieller": None, "quadrant": "on_axis", "reason": "no_difference"}, "nothing to divide by"),
        ({"fieller": None, "quadrant": None, "reason": "small_cell"}, "do not hold it between two numbers"),
    ],
)
def test_no_ratio_is_printed_without_its_reason(columns, words):
    lines = said(section_of(results(*made.RESULT_ROWS[:2], made.result("cost_per_averted", **columns))))
    ratio = [line for line in lines if "No cost of one averted is given" in line]
    assert len(ratio) == 1 and words in ratio[0]
    assert not any("kept from it cost" in line for line in lines)


def test_a_ratio_that_the_data_hold_is_printed_with_its_interval():
    row = made.result(
        "cost_per_averted", 96_491.0, 40_000.0, 400_000.0, fieller="interval", quadrant="north_east"
    )
    lines = " ".join(said(section_of(results(*made.RESULT_ROWS[:2], row))))
    assert f"One person kept from it cost DKK{NBSP}96,491." in lines
    assert f"from DKK{NBSP}40,000 to DKK{NBSP}400,000" in lines


def test_a_programme_that_saves_and_averts_fewer_has_a_saving_and_no_cost():
    row = made.result("cost_per_averted", 200_000.0, fieller="interval", quadrant="south_west")
    lines = " ".join(said(section_of(results(row))))
    assert f"DKK{NBSP}200,000 were saved for each further person" in lines


def test_no_difference_at_all_is_a_sentence():
    rows = (made.result("cost_difference", 0.0, -5.0, 5.0), made.result("averted", 0.0, -0.1, 0.1))
    lines = " ".join(said(section_of(results(*rows))))
    assert "cost as much as each assigned to" in lines and "as many had" in lines


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-0.0862, 0.2862, "neither show that it pays nor rule it out"),
        (0.08, 0.3, "lies above that"),
        (-0.2, 0.05, "lies below that"),
    ],
)
def test_break_even_is_held_against_the_trial_s_interval(low, high, words):
    row = (*made.BREAK_EVEN_ROWS[0][:5], low, high)
    lines = " ".join(said(section_of(made.break_even((row,)), made.economic_result())))
    assert "pays for itself if at least 7.3 fewer of 100 people offered it have the outcome" in lines
    assert words in lines


def test_what_costs_no_more_pays_at_once():
    row = (-100.0, "soem", 505_300.0, None, 0.1, -0.1, 0.3)
    assert any("need not avert anything to pay" in line for line in said(section_of(made.break_even((row,)))))


def test_shares_of_resamples_are_no_probabilities():
    lines = " ".join(said(section_of()))
    assert "Of the resamples, 84.8% lie where the programme costs more and averts more" in lines
    assert "only for a reader who thought every effect equally likely beforehand" in lines
    nothing = dict.fromkeys(("ne", "se", "sw", "nw", "axis", "ties"))
    assert any("Nothing was resampled" in line for line in said(section_of(made.plane(**nothing))))


def test_variants_stand_side_by_side():
    headers = [plain_text(group.header) for group in table(section_of(), "economic-results").groups]
    assert headers[1:4] == [
        "With 30% of average prices counted as saved or spent",
        "With 100% of average prices counted as saved or spent",
        "With the hours of volunteers counted at their value",
    ]
    assert headers[4].startswith("With half of each value")


def test_a_long_curve_is_listed_at_a_dozen_amounts_and_wherever_it_is_special():
    grid = [(1_000.0 * n, 1e-30 if n == 0 else 0.01 * n, 0.01 * n) for n in range(90)]
    rows = (*grid, (505_300.0, 0.91, 0.92), (12_345.0, 0.025, 0.02))
    listed = rows_of(
        table(section_of(made.acceptability(rows), made.economic_result()), "acceptability-table")
    )
    assert 12 <= len(listed) <= 16
    assert listed[f"DKK{NBSP}0"][0] == "< 0.1%"
    assert f"DKK{NBSP}505,300" in listed and listed[f"DKK{NBSP}12,345"][0] == "2.5%"


def test_each_budget_is_told_from_when_it_gets_its_money_back():
    lines = said(section_of())
    nothing_saved = "no saving was counted here, only costs; whether any is got back cannot be said."
    assert f"The programme: {nothing_saved}" in lines
    assert "The state: what was spent has been got back from year 1 on." in lines


def test_a_transported_effect_stands_beside_what_the_trial_says_of_everybody():
    lines = " ".join(said(section_of()))
    assert "420 people, of whom 160 were said to be kept from it" in lines
    assert "anything from 120 people fewer to 36 people more" in lines


def test_what_is_withheld_is_named_with_its_reason_and_gives_no_number():
    hidden = [exhibit.withheld("small_cell") for exhibit in made.all_exhibits()[1:]]
    section = section_of(made.unit_costs(), *hidden)
    lines = said(section)
    assert sum("Withheld" in line for line in lines) == len(hidden)
    numbers = [
        piece
        for part in section.parts
        if isinstance(part, Paragraphs)
        for line in (*part.paragraphs, *part.items)
        for piece in line
        if isinstance(piece, Number)
    ]
    assert numbers == []


@pytest.mark.parametrize("exhibit", made.all_exhibits(), ids=lambda exhibit: exhibit.kind)
@pytest.mark.parametrize("language", ["en", "da"])
def test_a_chapter_with_one_exhibit_alone_stands(exhibit, language):
    assert said(section_of(exhibit, language=language))


@pytest.mark.parametrize("exhibit", made.all_exhibits(), ids=lambda exhibit: exhibit.kind)
def test_empty_cells_are_dashes_and_never_a_crash(exhibit):
    keep = {"variant", "measure", "value", "arm", "item", "id", "resource", "payer", "tag", "currency"}
    keep |= {
        "population",
        "people",
        "said_averted",
        "year",
        "offered",
        "method",
        "amount",
        "ellipse",
        "point",
    }
    rows = tuple(
        tuple(cell if name in keep else None for name, cell in zip(exhibit.columns, row, strict=True))
        for row in exhibit.rows
    )
    section = section_of(replace(exhibit, rows=rows, notes={}))
    assert "None" not in " ".join(said(section))


def test_every_number_of_the_chapter_is_derived_again():
    findings = from_json(to_json(made.findings()))
    view = Internal(findings=findings)
    documents = documents_of(view, (), (), subject_of(findings), ("full", "jury", "summary"))
    for document in documents:
        spans = read_page(html_of(document)).all("span")
        shown = [span for span in spans if "data-exhibit" in span.attributes]
        assert shown
        for span in shown:
            assert span.text() == printed_again(span, findings), span.attributes


def test_no_danish_sentence_ends_in_two_full_stops():
    findings = made.findings()
    view = Internal(findings=findings)
    (document,) = documents_of(view, (), (), subject_of(findings, language="da"), ("full",))
    texts = [plain_text(sentence) for sentence in sentences_of(document)]
    assert any("kr." in text for text in texts)
    assert [text for text in texts if ".." in text] == []


def test_evidence_says_what_it_cost_or_that_nothing_is_known():
    costs = evidence(made.findings())
    assert costs.state == "reported" and "36,667" in plain_text(costs.words)
    hidden = made.findings(made.economic_result().withheld("small_cell"))
    costs = evidence(hidden)
    assert costs.state == "partly" and "Withheld" in plain_text(costs.words)


@pytest.mark.parametrize(
    ("text", "is_claim"),
    [("It is cost-effective.", True), ("Indsatsen er omkostningseffektiv.", True), ("Not judged.", False)],
)
def test_to_call_it_cost_effective_without_a_number_is_contradicted(text, is_claim):
    findings = made.findings()
    bare = replace(findings, context={"protocol": findings.context["protocol"]}, exhibits=())
    appraisal = appraisal_with(cost_effectiveness=text)
    assert bool(cost_contradictions(page_of(bare), appraisal)) is is_claim
    assert cost_contradictions(page_of(findings), appraisal) == ()


def test_the_context_survives_json():
    findings = made.findings()
    assert json.loads(to_json(findings))["context"]["economics_declared_in"] == "protocol"


def test_shares_have_one_decimal_however_they_came_about():
    notes = {"ne": 1 / 3, "nw": 2 / 3 - 1e-5, "se": 1e-5, "sw": 0.0}
    rows = tuple((*row[:-1], 2 / 47) for row in made.COST_ROWS)
    section = section_of(made.plane(**notes), made.costs_by_arm(rows))
    lines = " ".join(said(section))
    assert "33.3% lie where" in lines and "< 0.1% where it costs less" in lines
    assert "4.3% of those assigned" in plain_text(table(section, "costs-by-arm").notes[1])
