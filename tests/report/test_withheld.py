"""What was withheld is named with its reason, and no number of it is anywhere in the files."""

import csv
import io
import json

from report_page import read_page

from primus_eval.wording.catalogue import words_in


def test_withheld_findings_are_rows_with_a_reason(mentoring, mentoring_files):
    withheld = [row for row in mentoring.findings.rows if row.status == "withheld"]
    assert withheld, "the sample must withhold something, or this test shows nothing"
    page = read_page(mentoring_files["report.html"])
    across = [cell.text() for cell in page.all("td", _class="across")]
    reasons = [words_in("en").text(f"reason.{row.reason}") for row in withheld]
    assert sorted(across) == sorted(f"Withheld: {reason}." for reason in reasons)
    table = page.all("table", id="withheld")[0].text()
    assert all(reason[1:] in table for reason in reasons)


def test_no_number_of_a_withheld_finding_is_printed(mentoring, mentoring_files):
    names = {row.finding for row in mentoring.findings.rows if row.status == "withheld"}
    for page in ("report.html", "summary.html"):
        numbers = read_page(mentoring_files[page]).all("span")
        shown = [number for number in numbers if number.attributes.get("data-finding") in names]
        assert {number.attributes["data-field"] for number in shown} == set()
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


def test_the_statement_of_disclosure_is_printed(maryland_files, mentoring_files):
    released = read_page(mentoring_files["report.html"]).all("section", id="computed")[0].text()
    public = read_page(maryland_files["report.html"]).all("section", id="computed")[0].text()
    assert "fewer than 5 people" in released
    assert "already published person by person" in public
    assert json.loads(mentoring_files["findings.json"])["context"]["disclosure"]["withheld"]
