"""Every number in the rendered text says where it comes from, and is derived again from findings.json."""

import json
import re

import pytest
from report_page import Element, read_page, texts

from primus_eval.findings import Findings, from_json
from primus_eval.wording.quantities import printed

KINDS = ("data-finding", "data-exhibit", "data-truth", "data-count")
ALL_FILES = ["maryland_files", "mentoring_files", "by_hand_files", "empty_files"]
PAGES = ["report.html", "jury.html", "summary.html"]


def derived(number: Element, findings: Findings) -> str:
    """Print a number again from the source that it names."""
    name, form = number.attributes["data-field"], number.attributes["data-form"]
    if "data-finding" in number.attributes:
        value = getattr(findings.finding(number.attributes["data-finding"]), name)
    elif "data-truth" in number.attributes:
        truths = {entry["analysis"]: entry for entry in findings.context["protocol"]["truth"]}
        value = truths[number.attributes["data-truth"]][name]
    else:
        exhibit = next(item for item in findings.exhibits if item.id == number.attributes["data-exhibit"])
        if "data-row" in number.attributes:
            value = exhibit.rows[int(number.attributes["data-row"])][exhibit.columns.index(name)]
        else:
            value = exhibit.notes[name]
    return printed(value, form)


@pytest.fixture(params=ALL_FILES)
def files(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("page", PAGES)
def test_every_printed_number_is_derived_again(files, page):
    findings = from_json(files["findings.json"].decode())
    numbers = [
        element
        for element in read_page(files[page]).all("span")
        if any(kind in element.attributes for kind in KINDS[:-1])
    ]
    assert numbers or not findings.rows
    for number in numbers:
        assert number.text() == derived(number, findings), number.attributes


@pytest.mark.parametrize("page", PAGES)
def test_no_other_digit_stands_in_the_text_but_the_hundred(files, page):
    main = read_page(files[page]).all("main")[0]
    for text, element in texts(main):
        if any(element.within(attribute=kind) for kind in (*KINDS, "data-quoted")):
            continue
        bare = re.sub(r"\b100\b|SHA-256", "", text)
        assert not re.search(r"\d", bare), text.strip()


def test_counts_of_findings_are_what_they_say(maryland_files):
    findings = from_json(maryland_files["findings.json"].decode())
    p_values = [row.p_value for row in findings.rows if row.p_value is not None]
    main = read_page(maryland_files["report.html"])
    shown = {
        element.attributes["data-count"]: int(element.text())
        for element in main.all("span")
        if "data-count" in element.attributes
    }
    assert shown["p_values"] == len(p_values)
    assert shown["p_values_below"] == sum(p < 0.05 for p in p_values)
    assert shown["p_values_above"] == sum(p >= 0.05 for p in p_values)
    assert shown["rows_read_0"] == 432
    assert shown["people_analysed"] == 432


def test_the_headline_of_maryland(maryland_files):
    for page in PAGES:
        text = " ".join(read_page(maryland_files[page]).all("main")[0].text().split())
        assert "about 22 were recorded as arrested within 52 weeks of release" in text
        assert "assigned to no financial aid, about 31" in text
        assert "That is 8.3 fewer in 100." in text
        assert "By the 95% confidence interval, the data are compatible with anything from 16.5" in text
        assert "practically no difference (0.02 fewer)" in text
        assert "Men analysed: 432 (216 financial aid, 216 no financial aid)." in text
        assert "all men randomised" in text
        assert "Nothing was registered" in text


def test_findings_json_is_read_back_whole(maryland, maryland_files):
    assert from_json(maryland_files["findings.json"].decode()).rows == maryland.findings.rows
    assert json.loads(maryland_files["findings.json"])["schema"] == 1
