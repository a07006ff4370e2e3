"""The minister's page: four questions can be answered from it, and what is not known is said."""

from __future__ import annotations

from dataclasses import replace

import economics_by_hand as made
import figure_findings
import pytest

from primus_eval.disclosure import Internal
from primus_eval.findings import Exhibit
from primus_eval.report.display import Paragraphs, Table
from primus_eval.report.outline import OUTLINES
from primus_eval.report.page import Page
from primus_eval.report.render import documents_of
from primus_eval.report.sections.asked import asked_section
from primus_eval.report.sections.chapters import CORE, chapters_in_short, chapters_there
from primus_eval.vocabulary import Indicator, words
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.subject import subject_of

COLUMNS = (
    "indicator",
    "breakdown",
    "group",
    "arm",
    "state",
    "reason",
    "numerator",
    "denominator",
    "people",
    "people_with",
    "mentors",
    "top_two",
    "estimate",
    "conf_low",
    "conf_high",
    "unit",
    "method",
    "target",
    "conf_level",
)


def row(indicator, n=None, total=None, *, state="reported", unit="proportion", **of):
    """One row of indicators; without numbers where it is not reported. of: breakdown, group and arm."""
    breakdown, group, arm = (of.get(name, "") for name in ("breakdown", "group", "arm"))
    share = None if n is None else n / total
    ends = (None, None) if share is None else (share / 2, (1 + share) / 2)
    counts = (n, total, total, n, None, None)
    return (indicator, breakdown, group, arm, state, None, *counts, share, *ends, unit, "wilson", None, 0.95)


ROWS = (
    row("matched", 43, 49),
    row("contacts_per_planned_week", 1510, 2886, unit="per_week"),
    row("contacts_per_contactable_week", 1319, 2303, unit="per_week"),
    row("ending", 53, 90),
    row("ending", 40, 90, breakdown="reason", group="planned"),
    row("ending", 13, 90, breakdown="reason", group="participant"),
    row("control_services", 36, 48, arm="control"),
    row("control_services", 45, 49, arm="treatment", breakdown="arm", group="treatment"),
    row("control_services", 36, 48, arm="control", breakdown="arm", group="control"),
    row("relationship", state="not_collected"),
    row("met_at_gate", state="withheld"),
    row("first_gap", state="not_estimable"),
)


def indicators(rows=ROWS):
    return Exhibit(
        id="indicators",
        kind="indicators",
        columns=COLUMNS,
        rows=rows,
        count_columns=("numerator", "denominator", "people", "people_with", "mentors"),
        population="assigned",
    )


def horizons():
    columns = ("outcome", "horizon_days", "place", "followed", "not_mature", "complete", "complete_on")
    rows = ((figure_findings.OUTCOME, 100, "primary", 90, 7, False, "2027-05-31"),)
    return Exhibit(id="horizons", kind="horizons", columns=columns, rows=rows, population="assigned")


def page_of(*exhibits, language="en", profile="internal", **changes):
    findings = made.findings(*(exhibits or (indicators(), horizons(), *made.all_exhibits())))
    protocol = {**findings.context["protocol"], "process": {"weeks_after_release": 52}}
    protocol |= {"long_term": {"outcomes": [figure_findings.OUTCOME]}, **changes}
    findings = replace(findings, context={**findings.context, "protocol": protocol})
    return Page(findings=findings, subject=subject_of(findings, language=language), profile=profile)


def parts_of(page):
    section = chapters_in_short(page)
    prose = {
        plain_text(part.heading): [plain_text(line) for line in (*part.paragraphs, *part.items)]
        for part in section.parts
        if isinstance(part, Paragraphs)
    }
    tables = [part for part in section.parts if isinstance(part, Table)]
    rows = {
        plain_text(row.header): [plain_text(cell) for cell in row.cells]
        for table in tables
        for row in table.groups[0].rows
    }
    return prose, rows


def test_what_was_delivered_to_whom():
    _, rows = parts_of(page_of())
    assert rows["Matched"][:2] == ["43 of 49", "87.8%"]
    assert rows["Contacts per planned week"][0].startswith("1,510 in 2,886")
    assert rows["Contacts per contactable week"][0].startswith("1,319 in 2,303")


def test_help_stands_for_both_arms_and_endings_by_how_they_ended():
    _, rows = parts_of(page_of())
    assert [name for name in rows if "Help" in name] == [
        "Help received in both arms: Two mentors",
        "Help received in both arms: Usual services",
    ]
    endings = {name: cells for name, cells in rows.items() if "ended" in name}
    assert list(endings.values()) == [["40 of 90", "44.4%", "22.2% to 72.2%"]]


def test_what_is_unknown():
    prose, rows = parts_of(page_of())
    unknown = prose["What is unknown"]
    assert any(line.startswith("Not collected: ") for line in unknown)
    assert any(line.startswith("Withheld, because few people stand behind it: ") for line in unknown)
    assert any(line.startswith("Cannot be estimated from these data: ") for line in unknown)
    assert any("that will be so on 31 May 2027" in line for line in unknown)
    assert any("1 of 8 results are withheld" in line for line in unknown)
    assert "Whether needs were met better was not measured." in unknown
    assert not any("gate" in name.casefold() for name in rows)


def test_what_it_cost_and_what_it_would_have_to_achieve():
    prose, _ = parts_of(page_of())
    cost = " ".join(prose["What it cost, and what it would have to achieve to break even"])
    assert "DKK\N{NO-BREAK SPACE}36,667 more" in cost
    assert "if at least 7.3 fewer of 100 people offered it have the outcome" in cost
    assert "neither show that it pays nor rule it out" in cost


def test_costs_that_are_withheld_or_missing_are_said():
    hidden = [exhibit.withheld("small_cell") for exhibit in made.all_exhibits()]
    prose, _ = parts_of(page_of(indicators(), *hidden))
    cost = " ".join(prose["What it cost, and what it would have to achieve to break even"])
    assert "Withheld" in cost and "DKK" not in cost


def test_each_horizon_has_its_result_or_its_reason():
    prose, _ = parts_of(page_of())
    assert prose["Over the years"] == [
        "Recorded reoffence within 100 days: 20.0 fewer of 100 (primary analysis). "
        "95% interval from 50.0 fewer to practically no difference (0.01 fewer)."
    ]
    findings = page_of().findings
    hidden = [item.withheld("small_cell") for item in findings.rows]
    page = replace(page_of(), findings=replace(findings, rows=tuple(hidden)))
    assert "no result, because" in parts_of(page)[0]["Over the years"][0]


def test_the_secondary_result_that_the_plan_puts_first_is_in_words():
    page = page_of(multiplicity={"statement": {"en": "One."}, "primary_secondary": "odds"})
    prose, _ = parts_of(page)
    assert len(prose["Needs: the secondary result that the plan puts first"]) == 1


def test_a_trial_that_declared_none_of_it_has_no_such_page():
    findings = figure_findings.findings()
    page = Page(findings=findings, subject=subject_of(findings), profile="internal")
    assert not any(chapters_there(page).values())
    assert chapters_in_short(page).parts == ()
    items = [plain_text(item) for item in asked_section(page).parts[0].items]
    assert len(items) == 4 and "No costs are analysed in this report." in items


def test_the_chapters_that_are_there_are_named():
    items = [plain_text(item) for item in asked_section(page_of()).parts[0].items]
    assert "Costs and benefits have a chapter of their own in the full report." in items
    assert any("No outcome beside" in item or "no outcome beside" in item for item in items)


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_core_indicator_has_its_name(language):
    assert set(CORE) <= set(words(Indicator))
    rows = tuple(row(name, 10, 20) for name in CORE)
    assert len(parts_of(page_of(indicators(rows), language=language))[1]) == len(CORE)


@pytest.mark.parametrize("language", ["en", "da"])
def test_it_is_one_further_page(language):
    pytest.importorskip("typst")
    from primus_eval.report.formats import pdf

    rows = tuple(row(name, 10, 20) for name in CORE)
    page = page_of(indicators(rows), horizons(), *made.all_exhibits(), language=language)
    view = Internal(findings=page.findings)
    documents = documents_of(view, (), (), page.subject, ("summary", "jury"))
    pages = {document.depth: pdf.pages_of(pdf.pdf_of(document)) for document in documents}
    assert pages["summary"] == 2 and pages["jury"] <= 5


def test_the_page_is_in_the_outline_of_the_jury_and_of_the_summary():
    page = page_of()
    for depth in ("summary", "jury"):
        ids = [section(page, ()).id for section in OUTLINES[depth]]
        assert ids.count("chapters") == 1
    full = [section(page, ()).id for section in OUTLINES["full"]]
    assert full.index("asked") < full.index("process") < full.index("costs") < full.index("limits")
    assert "chapters" not in full
