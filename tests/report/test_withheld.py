"""What was withheld is named with its reason, and no number of it is anywhere in the files."""

import csv
import io
import json

import figure_findings as made
import pytest
from report_page import read_page

from primus_eval.disclosure import Internal
from primus_eval.report import render
from primus_eval.tables import apart_from_transition
from primus_eval.wording.catalogue import words_in


def test_withheld_findings_are_rows_with_a_reason(mentoring, mentoring_files):
    elsewhere = {row.finding for row in mentoring.findings.rows} - {
        row.finding for row in apart_from_transition(mentoring.findings)
    }
    withheld = [
        row for row in mentoring.findings.rows if row.status == "withheld" and row.finding not in elsewhere
    ]
    assert withheld, "the sample must withhold something, or this test shows nothing"
    page = read_page(mentoring_files["report.html"])
    table = page.all("table", id="results")[0]
    across = [cell.text() for cell in table.all("td", _class="across")]
    across = [text for text in across if text.startswith("Withheld")]
    reasons = [words_in("en").text(f"reason.{row.reason}") for row in withheld]
    assert sorted(across) == sorted(f"Withheld: {reason}." for reason in reasons)
    table = page.all("table", id="withheld")[0].text()
    assert all(reason[1:] in table for reason in reasons)


def test_no_number_of_a_withheld_finding_is_printed(mentoring, mentoring_files):
    names = {row.finding for row in mentoring.findings.rows if row.status == "withheld"}
    for page in ("report.html", "summary.html"):
        numbers = read_page(mentoring_files[page]).all("span")
        shown = [number for number in numbers if number.attributes.get("data-finding") in names]
        fields = {number.attributes["data-field"] for number in shown}
        assert fields <= {"conf_level", "from_days", "horizon_days"}  # what was asked, by the protocol
    rows = list(csv.DictReader(io.StringIO(mentoring_files["findings.csv"].decode())))
    for row in rows:
        if row["finding"] in names:
            assert not any(row[name] for name in ("estimate", "conf_low", "p_value", "n_treatment"))


def test_withheld_exhibits_become_no_file_and_no_picture(mentoring, mentoring_files):
    gone = [exhibit.id for exhibit in mentoring.findings.exhibits if exhibit.status == "withheld"]
    assert gone
    for name in gone:
        assert f"tables/{name.replace('/', '-')}.csv" not in mentoring_files
    pictures = [name for name in mentoring_files if name.startswith("figures/curve")]
    curves = [curve for curve in mentoring.findings.exhibits_of("curve") if curve.status == "estimated"]
    assert len(pictures) == len(curves)


def test_a_cell_that_is_withheld_says_so_in_one_word(mentoring, mentoring_files):
    page = read_page(mentoring_files["report.html"])
    table = page.all("table", id="baseline-table")[0]
    rows = {row.all("th")[0].text(): [cell.text() for cell in row.all("td")] for row in table.all("tr")[1:]}
    (baseline,) = mentoring.findings.exhibits_of("baseline")
    hidden = [row["level_label"] for row in baseline.records() if row["value_treatment"] is None]
    assert hidden
    assert all(rows[label][:2] == ["withheld", "withheld"] for label in hidden)
    assert not any("–" in cell for cells in rows.values() for cell in cells)
    participants = page.all("section", id="participants")[0].text()
    assert "Withheld: small numbers, and numbers from which they could be worked out." in participants


@pytest.mark.parametrize(("smds", "printed"), [((0.2, 0.0), ["0.2", "0.0"]), ((0.12, 0.0), ["0.12", "0.00"])])
def test_a_rounded_table_prints_no_digit_that_it_does_not_have(smds, printed):
    table = made.baseline(notes={"rounded": True}, age=smds[0], prior=smds[1])
    files = render(Internal(findings=made.findings(table)))
    page = read_page(files["report.html"]).all("table", id="baseline-table")[0]
    assert [row.all("td")[-1].text() for row in page.all("tbody")[0].all("tr") if row.all("td")] == printed
    rounded_to = "a tenth" if printed[0] == "0.2" else "a hundredth"
    assert f"standardised differences to {rounded_to}" in files["report.html"].decode()


def test_every_table_of_a_simulated_trial_says_so(mentoring_files, maryland_files):
    for name, content in mentoring_files.items():
        if name.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(content.decode())))
            assert [row[0] for row in rows] == ["simulated", *["simulated data"] * (len(rows) - 1)], name
    for name, content in maryland_files.items():
        if name.endswith(".csv"):
            assert not content.startswith(b"simulated"), name


def test_the_statement_of_disclosure_is_printed(maryland_files, mentoring_files):
    released = read_page(mentoring_files["report.html"]).all("section", id="computed")[0].text()
    public = read_page(maryland_files["report.html"]).all("section", id="computed")[0].text()
    assert "fewer than 5 people" in released
    assert "already published person by person" in public
    assert json.loads(mentoring_files["findings.json"])["context"]["disclosure"]["withheld"]
