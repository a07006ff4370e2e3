"""Who took part and what cannot be concluded, as the report says it from its exhibits."""

from dataclasses import replace

import figure_findings as made
import pytest
from report_page import Element, read_page
from undrawn import undrawn_report

from primus_eval.disclosure import Internal
from primus_eval.findings import Findings
from primus_eval.report.page import Page
from primus_eval.report.sections.limits import limits_section
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.subject import subject_of

CHECK = ("stratum", "n_treatment", "n_control", "allowed", "ok")


def report(findings: Findings) -> Element:
    return read_page(undrawn_report(Internal(findings=findings)))


def rows_of(page: Element, table: str) -> dict[str, list[str]]:
    rows = page.all("table", id=table)[0].all("tbody")[0].all("tr")
    return {row.all("th")[0].text(): [cell.text() for cell in row.all("td")] for row in rows}


def limits(findings: Findings) -> str:
    page = Page(findings=findings, subject=subject_of(findings), profile="internal")
    parts = limits_section(page).parts
    return " ".join(plain_text(item) for part in parts for item in getattr(part, "items", ()))


def test_whoever_took_part_in_the_control_arm_is_not_said_to_have_missed_it():
    flow = made.flow({("not_received", "control", ""): 7})
    rows = rows_of(report(made.findings(flow)), "flow-table")
    assert rows["Did not receive it"] == ["–", "80", "–"]
    assert rows["Took part although assigned to usual services"] == ["–", "–", "7"]
    stages = list(rows)
    assert stages.index("Took part although assigned to usual services") == (
        stages.index("Did not receive it") + 1
    )


def test_an_unknown_outcome_is_said_in_words_in_the_flow():
    flow = made.flow()
    rows = tuple(
        (*row[:2], "outcome_not_observed", "outcome_not_observed", row[4]) if row[2] == "died" else row
        for row in flow.rows
    )
    page = report(made.findings(replace(flow, rows=rows)))
    assert "Excluded after randomisation: outcome not known" in rows_of(page, "flow-table")
    assert "outcome_not_observed" not in page.text()


@pytest.mark.parametrize(
    ("p", "ok", "said"),
    [
        (0.2, True, "Not flagged: a split at least this uneven has probability p = 0.20 under the declared"),
        (0.0002, False, "Flagged: a split at least this uneven has probability p < 0.001 under the declared"),
        (0.00104, True, "Not flagged: a split at least this uneven has probability p = 0.00104 under"),
    ],
)
def test_the_allocation_is_flagged_or_not_but_never_said_to_be_right(p, ok, said):
    notes = {"scheme": "simple", "p_value": p}
    check = made.exhibit("allocation", CHECK, (("", 590, 580, None, ok),), notes=notes)
    assert said in report(made.findings(check)).all("section", id="participants")[0].text()


def test_the_note_of_a_released_table_promises_no_counts():
    shown = report(made.findings(made.baseline(age=0.1))).all("section", id="baseline")[0].text()
    assert "people (percent of those known)" in shown
    table = made.baseline(notes={"rounded": True}, age=0.1)
    hidden = ("count_treatment", "count_control", "missing_control")
    rows = tuple(
        tuple(None if name in hidden else value for name, value in zip(table.columns, row, strict=True))
        for row in table.rows
    )
    page = report(made.findings(replace(table, rows=rows)))
    released = page.all("section", id="baseline")[0].text()
    assert "people (percent of those known)" not in released and "percent of those known" in released
    (cells,) = rows_of(page, "baseline-table").values()
    assert cells[2] == "withheld"


def test_people_who_reached_the_end_are_said_to_be_in_the_last_count():
    page = report(made.findings(made.curve(), made.risk_table()))
    assert "Follow-up ended without the event so far, including those who reached the end" in page.text()


def test_sections_without_anything_are_left_out(empty_files, maryland_files):
    assert read_page(empty_files["report.html"]).all("section", id="baseline") == []
    assert read_page(maryland_files["report.html"]).all("section", id="baseline")
    for section in read_page(empty_files["report.html"]).all("nav")[0].all("a"):
        assert section.attributes["href"] != "#baseline"


def test_the_level_stands_over_the_intervals_even_where_there_is_none():
    page = report(made.findings(rows=(made.WITHHELD,)))
    assert page.all("table", id="results")[0].all("thead")[0].all("th")[2].text() == "95% interval"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (570, "Some people were followed for less than the window."),
        (None, "Whether some people were followed for less than the window is withheld."),
        (580, ""),
    ],
)
def test_censoring_is_a_limit_where_there_is_some(known, said):
    flow = made.flow({("followed_to_horizon", "treatment", ""): known})
    flow = replace(flow, rows=(*flow.rows, ("followed_to_horizon", "control", "", "", 590)))
    text = limits(made.findings(flow))
    assert said in text
    assert ("for less than the window" in text) is bool(said)


def test_limits_are_said_where_they_apply():
    ratio = replace(made.ODDS, finding="hr", effect_measure="hazard_ratio", method="cox")
    unplanned = replace(made.PRIMARY, plan_status="not_planned")
    with_both = limits(made.findings(rows=(made.PRIMARY, ratio)))
    without = made.findings(rows=(unplanned,))
    without.context["protocol"]["outcome"][0]["clock_start"] = "randomisation"
    for said in ("(proportional hazards) can be tested", "is what the authors declare"):
        assert said in with_both and said not in limits(without)
    assert "nothing in it tells such people apart" in limits(without)
    assert "never released" not in limits(without)
    without.context["protocol"]["outcome"][0]["clock_start"] = "release"
    assert "never released, or were excluded before release, are not compared" in limits(without)


@pytest.mark.parametrize(
    ("notes", "n"),
    [({"n_treatment": 60, "n_control": 55}, ["60", "55"]), ({"rounded": True}, ["withheld"] * 2)],
)
def test_a_baseline_table_says_how_many_people_it_is_about_or_that_it_is_withheld(notes, n):
    page = report(made.findings(made.baseline(age=0.1, notes=notes)))
    head = [cell.text() for cell in page.all("table", id="baseline-table")[0].all("thead")[0].all("th")]
    assert [cell.rpartition(" = ")[2] for cell in head[1:3]] == n
