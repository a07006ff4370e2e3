"""Labels that hold markup, quotes, templates, formulas or hidden characters come out as inert text."""

import csv
import io

import figure_findings as made
import pytest
from report_page import read_page

from primus_eval.disclosure import Internal
from primus_eval.report import render
from primus_eval.report.files import csv_bytes, csv_cell, csv_files, file_name

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": '"><img src=x onerror=alert(1)>',
    "single_quote": "' onmouseover='x",
    "closing": "</td></table></main>",
    "comment": "<!-- -->",
    "entity": "&lt;b&gt; &amp; &#x3c;",
    "template": "{{7*7}} {% raw %} {x} %s",
    "mathtext": "$\\frac{1}{0}$ $",
    "underscore": "_hidden",
    "markdown": "[x](javascript:alert(1)) ![x](y)",
    "latex": "\\input{/etc/passwd} % & # ~",
    "letters": "Økonomisk støtte æøå",
    "long": "x" * 300,
    "formula": "=cmd|' /C calc'!A0",
}
HIDDEN = {"right_to_left": ("a\u202eb", "a[U+202E]b"), "no_width": ("a\ufeffb", "a[U+FEFF]b")}
PAGES = ["report.html", "summary.html"]


def pages_with(label: str) -> dict[str, bytes]:
    """Render findings in which every text of the protocol is this label."""
    found = made.findings(
        made.flow(), made.baseline(age=0.1), made.curve(), made.risk_table(), arms=(label, label + " 2")
    )
    protocol = found.context["protocol"]
    text = {"en": label}
    protocol["study"] |= {"title": text, "programme": text, "people": text, "setting": text, "source": text}
    protocol["study"] |= {"cautions": [text], "funder": label, "implementer_role": label}
    protocol["outcome"][0] |= {"label": text, "people_with": text}
    protocol["data"]["participants"]["columns"]["age"]["label"] = text
    return render(Internal(findings=found))


@pytest.fixture(scope="module", params=HOSTILE)
def case(request):
    label = HOSTILE[request.param]
    return label, pages_with(label)


@pytest.mark.parametrize("page", PAGES)
def test_a_label_stays_text(case, page):
    label, files = case
    root = read_page(files[page])
    assert label in root.all("h1")[0].text()
    tags = {element.tag for element in root.all()}
    assert tags.isdisjoint({"script", "iframe", "object", "b"} if page == "report.html" else {"script"})
    attributes = {name for element in root.all() for name in element.attributes}
    assert not any(name.startswith("on") for name in attributes)
    assert all(image.attributes["src"].startswith("data:image/png") for image in root.all("img"))
    assert len(root.all("main")) == 1
    assert "49" not in root.all("h1")[0].text()


def test_a_label_stays_whole_in_the_attributes(case):
    label, files = case
    alts = " ".join(image.attributes["alt"] for image in read_page(files["report.html"]).all("img"))
    assert label in alts


@pytest.mark.parametrize("name", HIDDEN)
def test_characters_that_hide_or_turn_text_are_shown(name):
    raw, shown = HIDDEN[name]
    files = pages_with(raw)
    for page in PAGES:
        assert raw not in files[page].decode()
        assert shown in read_page(files[page]).all("h1")[0].text()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_would_be_a_formula_is_quoted(start):
    assert csv_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.25, "-0.25"), (-3, "-3"), (None, ""), (True, "true"), (-0.0, "0.0"), (1e-9, "1e-09")],
)
def test_numbers_are_left_alone(value, text):
    assert csv_cell(value) == text


def test_separators_quotes_and_line_breaks_survive():
    rows = [["a,b", 'say "x"', "two\nlines", "æ"]]
    read = list(csv.reader(io.StringIO(csv_bytes(["1", "2", "3", "4"], rows).decode(), newline="")))
    assert read[1:] == rows


def test_formulas_in_labels_reach_no_table_raw():
    found = made.findings(made.baseline(age=0.1))
    found.context["protocol"]["outcome"][0]["label"] = {"en": "=1+1"}
    for name, content in csv_files(found, language="en").items():
        cells = [cell for row in csv.reader(io.StringIO(content.decode())) for cell in row]
        assert not any(cell.startswith("=") for cell in cells), name


@pytest.mark.parametrize("name", ["../../x", "a/b", "CON.", "ø", "", "a b"])
def test_names_of_files_stay_in_their_folder(name):
    assert file_name(name).strip("abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
    assert file_name(name)
