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
from primus_eval.report.sections.chapters import chapters_in_short, chapters_there
from primus_eval.report.sections.core_indicators import CORE
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
    """One row of indicators; without numbers where it is not reported.

    of: breakdown, group and arm; target; share, where it is not that of the counts.
    """
    breakdown, group, arm = (of.get(name, "") for name in ("breakdown", "group", "arm"))
    share = of.get("share", None if n is None else n / total)
    ends = (None, None) if share is None else (share / 2, (1 + share) / 2)
    counts = (n, total, total, n, None, None)
    return (
        indicator,
        breakdown,
        group,
        arm,
        state,
        None,
        *counts,
        share,
        *ends,
        unit,
        "wilson",
        of.get("target"),
        0.95,
    )


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


def indicators(rows=ROWS, **notes):
    return Exhibit(
        id="indicators",
        kind="indicators",
        columns=COLUMNS,
        rows=rows,
        count_columns=("numerator", "denominator", "people", "people_with", "mentors"),
        population="assigned",
        notes=notes,
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
    assert rows["Matched with a mentor"][:2] == ["43 of 49", "88%"]
    assert rows["Contacts per planned week"][0].startswith("1,510 in 2,886")
    assert rows["Contacts per contactable week"][0].startswith("1,319 in 2,303")


def test_help_stands_for_both_arms_and_endings_by_how_they_ended():
    _, rows = parts_of(page_of())
    assert [name for name in rows if "help" in name] == [
        "Other help, two mentors",
        "Other help, usual services",
    ]
    endings = {name: cells for name, cells in rows.items() if "ended" in name}
    assert list(endings.values()) == [["40 of 90", "44%", "22% to 73%"]]


def test_what_is_unknown():
    prose, rows = parts_of(page_of())
    unknown = prose["What is unknown"]
    assert any(line.startswith("Not collected: ") for line in unknown)
    assert any(line.startswith("Withheld, because few people stand behind it: ") for line in unknown)
    assert any(line.startswith("Cannot be estimated from these data: ") for line in unknown)
    assert any("it can be known from 31 May 2027 on" in line for line in unknown)
    (withheld,) = (line for line in unknown if "1 of 8 results are withheld" in line)
    assert withheld.count(";") == 0 and "recorded reoffence within 100 days" in withheld
    assert "more" not in withheld
    assert "Whether needs were met better was not measured." in unknown
    assert not any("gate" in name.casefold() for name in rows)


def test_what_it_cost_and_what_it_would_have_to_achieve():
    prose, _ = parts_of(page_of())
    cost = " ".join(prose["What it cost, and what it would have to achieve to break even"])
    assert "DKK\N{NO-BREAK SPACE}36,667 more" in cost
    assert "if at least 7.3 fewer of 100 people offered it have the outcome" in cost
    assert "neither show that it pays nor rule it out" in cost


def test_the_trial_s_own_number_stands_by_what_is_needed_fewer_first_and_says_why_it_differs():
    prose, _ = parts_of(page_of())
    cost = " ".join(prose["What it cost, and what it would have to achieve to break even"])
    assert "The trial’s own number is 10.0 fewer; its 95% interval (28.6 fewer to 8.6 more)" in cost
    assert "by another method than that of the effect elsewhere" in cost
    assert "Of the 10 years that this value covers" not in cost  # nothing says how many the trial counts


def test_whose_costs_in_which_prices_and_of_what_stand_beside_the_cost():
    prose, _ = parts_of(page_of())
    cost = prose["What it cost, and what it would have to achieve to break even"][0]
    assert cost.startswith("Each person assigned to two mentors cost ")
    assert "DKK\N{NO-BREAK SPACE}66,667 for each person assigned to two mentors" in cost
    assert "DKK\N{NO-BREAK SPACE}30,000 for each assigned to usual services" in cost
    assert "Counted: public budgets, prices of 2018 (two mentors for a year and a day in prison)." in cost


def test_the_years_of_a_value_stand_beside_those_of_the_trial():
    exhibits = [
        replace(item, notes={**item.notes, "years": 2}) if item.kind == "costs_by_arm" else item
        for item in made.all_exhibits()
    ]
    prose, _ = parts_of(page_of(indicators(), *exhibits))
    first, second = prose["What it cost, and what it would have to achieve to break even"][1:]
    assert "Of the 10 years that this value covers, the trial counts 2." in first
    assert "years that this value covers" not in second  # the protocol says of this one no years


def test_whether_it_pays_is_unknown_where_the_interval_holds_what_is_needed():
    said = "Whether the programme pays for itself: the data neither show it"
    unknown = parts_of(page_of())[0]["What is unknown"]
    assert any(line.startswith(said) for line in unknown)
    above = tuple((*row[:5], 0.2, 0.4) for row in made.BREAK_EVEN_ROWS)
    others = [item for item in made.all_exhibits() if item.kind != "break_even"]
    sure = parts_of(page_of(indicators(), made.break_even(above), *others))[0]["What is unknown"]
    assert not any("pays for itself" in line for line in sure)
    hidden = [item.withheld("small_cell") for item in made.all_exhibits()]
    lines = parts_of(page_of(indicators(), *hidden))[0]["What is unknown"]
    assert "Whether the programme pays for itself: no result is shown." in lines


def test_the_effect_is_among_the_unknown_where_its_interval_includes_no_difference():
    page = page_of()
    primary = replace(page.primary, estimate=-0.116, conf_low=-0.299, conf_high=0.079)
    for low_high, is_unknown in (((-0.299, 0.079), True), ((-0.299, -0.01), False)):
        row = replace(primary, conf_low=low_high[0], conf_high=low_high[1])
        rows = tuple(row if one.role == "primary" else one for one in page.findings.rows)
        lines = parts_of(replace(page, findings=replace(page.findings, rows=rows)))[0]["What is unknown"]
        found = [line for line in lines if "makes any difference to recorded reoffence" in line]
        assert bool(found) is is_unknown
        if found:
            assert "11.6 fewer in 100 (primary result, " in found[0]
            assert "29.9 fewer to 7.9 more, includes no difference" in found[0]


def test_withheld_results_are_named_up_to_six_and_the_rest_is_counted():
    findings = page_of().findings
    hidden = tuple(item.withheld("small_cell") for item in findings.rows)
    page = replace(page_of(), findings=replace(findings, rows=hidden))
    (line,) = (one for one in parts_of(page)[0]["What is unknown"] if " results are withheld" in one)
    assert line.startswith(f"{len(hidden)} of {len(hidden)} results are withheld")
    names = line.partition(": ")[2].rstrip(".").split("; ")
    named = [name for name in names if not name.startswith("and ")]
    several = [int(name.rpartition(", ")[2].split()[0]) if name.endswith(" results") else 1 for name in named]
    rest = [int(name.split()[1]) for name in names if name.startswith("and ")]
    assert len(named) <= 6 and sum(several) + sum(rest) == len(hidden)


def test_a_withheld_horizon_says_so_in_few_words():
    findings = page_of().findings
    hidden = tuple(item.withheld("differencing") for item in findings.rows)
    page = replace(page_of(), findings=replace(findings, rows=hidden))
    (line,) = parts_of(page)[0]["Over the years"]
    assert line.endswith("withheld, because together with other numbers it would point at a few people.")


def test_rounded_counts_are_said_to_be_and_shares_that_differ_from_them_are_about():
    rows = (row("matched", 45, 47), row("ending", 51, 87, share=0.65))
    page = page_of(indicators(rows, rounded=True, step=6))
    (table,) = (part for part in chapters_in_short(page).parts if isinstance(part, Table))
    assert "counts are rounded" in plain_text(table.caption)
    assert plain_text(table.head[-1]) == "95% interval, with rounding"
    assert "middle of steps of 6 people" in plain_text(table.notes[0])
    shown = parts_of(page)[1]
    assert shown["Matched with a mentor"][1] == "96%"
    assert shown["Matches that ended as planned"][1] == "about 65%"
    (exact,) = (part for part in chapters_in_short(page_of()).parts if isinstance(part, Table))
    assert plain_text(exact.head[-1]) == "95% interval" and "ounded" not in plain_text(exact.notes[0])


def test_own_targets_stand_beside_the_values():
    rows = (
        row("matched", 45, 47, target=1.0),
        row("contacts_per_planned_week", 1510, 2886, unit="per_week", target=1.0),
        row("full_course", 27, 47),
    )
    shown = parts_of(page_of(indicators(rows)))[1]
    planned = {name: cells[2] for name, cells in shown.items()}
    assert list(planned.values()) == ["100%", "1 a week", "–"]
    assert all(len(cells) == 3 for cells in parts_of(page_of())[1].values())  # no targets, no column


def test_who_they_were_stands_first():
    page = page_of()
    rows = tuple(replace(row, n_treatment=48, n_control=49) for row in page.findings.rows)
    first = chapters_in_short(replace(page, findings=replace(page.findings, rows=rows))).parts[0]
    assert "rests on 48 assigned to two mentors and 49 assigned to usual services" in plain_text(
        first.paragraphs[0]
    )


def test_costs_that_are_withheld_or_missing_are_said():
    hidden = [exhibit.withheld("small_cell") for exhibit in made.all_exhibits()]
    prose, _ = parts_of(page_of(indicators(), *hidden))
    cost = " ".join(prose["What it cost, and what it would have to achieve to break even"])
    assert "Withheld" in cost and "DKK" not in cost


def test_each_horizon_has_its_result_or_its_reason():
    prose, _ = parts_of(page_of())
    assert prose["Over the years"] == [
        "Recorded reoffence within 100 days: 20.0 fewer in 100 (primary analysis). "
        "95% interval from 50.0 fewer to practically no difference (0.01 fewer)."
    ]
    findings = page_of().findings
    hidden = [item.withheld("small_cell") for item in findings.rows]
    page = replace(page_of(), findings=replace(findings, rows=tuple(hidden)))
    assert "withheld, because it would point at a few people" in parts_of(page)[0]["Over the years"][0]


def test_the_secondary_result_that_the_plan_puts_first_is_in_words():
    page = page_of(multiplicity={"statement": {"en": "One."}, "primary_secondary": "odds"})
    prose, _ = parts_of(page)
    assert len(prose["Health, work and housing: the first of the further results"]) == 1


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
