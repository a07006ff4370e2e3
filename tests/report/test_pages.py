"""The two pages as documents: self-contained, well-formed, usable without script, sight or colour."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from report_page import read_page
from tools import require_tool

from primus_eval.errors import InputError
from primus_eval.report import render
from primus_eval.tables import apart_from_transition

PAGES = ["report.html", "summary.html", "jury.html"]
DEPTHS = ("full", "jury", "summary")
ALL_FILES = ["maryland_files", "mentoring_files", "by_hand_files", "empty_files"]


@pytest.fixture(params=ALL_FILES)
def files(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(params=PAGES)
def page(request, files):
    return read_page(files[request.param])


def test_nothing_is_fetched_and_nothing_runs(files):
    for name in PAGES:
        html = re.sub(rb"data:image/png;base64,[A-Za-z0-9+/=]+", b"", files[name])
        assert not re.search(rb"https?:|url\(|@import|//[a-z]", html)
        root = read_page(files[name])
        assert not root.all("script") and not root.all("link") and not root.all("iframe")
        handlers = [key for element in root.all() for key in element.attributes if key.startswith("on")]
        assert handlers == []
        links = {element.attributes["href"] for element in root.all("a")}
        assert all(link.startswith("#") or link in PAGES for link in links)
        assert all(image.attributes["src"].startswith("data:image/png;base64,") for image in root.all("img"))


def test_language_landmarks_and_headings(page):
    assert page.all("html")[0].attributes["lang"] == "en"
    assert len(page.all("main")) == 1 and len(page.all("h1")) == 1
    levels = [int(element.tag[1]) for element in page.all() if re.fullmatch(r"h[1-6]", element.tag)]
    body = [level for level in levels if level]
    assert body[0] == 1
    assert all(after - before <= 1 for before, after in zip(body, body[1:], strict=False))


def test_ids_are_unique_and_links_lead_somewhere(page):
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    inside = [link.attributes["href"][1:] for link in page.all("a") if link.attributes["href"][0] == "#"]
    named = [
        name
        for element in page.all()
        for key in ("aria-labelledby", "aria-describedby")
        for name in element.attributes.get(key, "").split()
    ]
    assert set(inside) | set(named) <= set(ids)


def test_tables_have_headings_with_scope(page):
    for table in page.all("table"):
        assert table.all("th", scope="col")
        width = len(table.all("thead")[0].all("th"))
        for row in table.all("tbody")[0].all("tr"):
            spans = [int(cell.attributes.get("colspan", 1)) for cell in [*row.all("th"), *row.all("td")]]
            assert sum(spans) == width
            if row.attributes.get("class") != "remark":
                assert row.all("th")[0].attributes["scope"] in ("row", "rowgroup")


def test_warnings_stand_beneath_the_result_that_they_are_about(mentoring, mentoring_files):
    table = read_page(mentoring_files["report.html"]).all("table", id="results")[0]
    remarks = [row.text() for row in table.all("tr", _class="remark")]
    remarks = [remark for remark in remarks if not remark.startswith("True value")]
    own = [remark for remark in remarks if remark.startswith("Note: ")]
    letters = [remark.partition(": ")[2].rstrip(".") for remark in remarks if remark not in own]
    shown = [row for row in apart_from_transition(mentoring.findings) if row.status == "estimated"]
    said = Counter(f"Note: {text}" for row in shown for text in row.warnings)
    assert sorted(own) == sorted(text for text, times in said.items() if times == 1)
    notes = table.parent.parent.text()
    shared = [text for text, times in said.items() if times > 1]
    assert shared and all(len(re.findall(rf"\([a-z]\) {re.escape(text)}", notes)) == 1 for text in shared)
    marks = [mark for marks in letters for mark in re.split(r", | and ", marks)]
    assert sorted(Counter(marks).values()) == sorted(said[text] for text in shared)


def test_tables_of_the_report_have_a_caption_and_scroll_on_their_own(files):
    for table in read_page(files["report.html"]).all("table"):
        assert table.all("caption")[0].text().strip()
        box = table.parent
        assert box.attributes["class"] == "scroll"
        is_wide = len(table.all("thead")[0].all("th")) >= 4
        assert ("tabindex" in box.attributes) == (box.attributes.get("role") == "region") == is_wide


def test_landmarks_have_names_of_their_own(page):
    names = [
        element.attributes.get("aria-label") or element.attributes["aria-labelledby"]
        for element in page.all()
        if element.tag in ("section", "nav", "aside") or element.attributes.get("role") == "region"
    ]
    assert len(names) == len(set(names))
    captions = [caption.text() for caption in page.all("caption")]
    assert len(captions) == len(set(captions))


def test_titles_say_which_page_it_is_and_simulated_comes_first(maryland_files, mentoring_files):
    titles = [
        read_page(files[name]).all("title")[0].text()
        for files in (maryland_files, mentoring_files)
        for name in PAGES
    ]
    assert len(set(titles)) == 2 * len(PAGES)
    are_marked = [title.startswith("SIMULATED DATA") for title in titles]
    assert are_marked == [False] * len(PAGES) + [True] * len(PAGES)


def test_levels_of_a_characteristic_stand_under_its_name(mentoring_files):
    table = read_page(mentoring_files["report.html"]).all("table", id="baseline-table")[0]
    assert [cell.text() for cell in table.all("th", scope="rowgroup")] == [
        "Prison",
        "Assessed risk",
        "Area of release",
        "Education",
        "Referred by",
    ]


def test_every_picture_has_a_text_and_a_size(files):
    pictures = read_page(files["report.html"]).all("img")
    assert len(pictures) == sum(name.endswith(".png") for name in files)
    for picture in pictures:
        assert len(picture.attributes["alt"]) > 20
        assert int(picture.attributes["width"]) > 0 and int(picture.attributes["height"]) > 0
        figure = picture.parent.parent
        assert picture.parent.attributes["tabindex"] == "0"  # it scrolls on a phone
        assert figure.tag == "figure" and figure.all("figcaption")[0].text().strip()


def test_no_section_is_empty(files):
    for section in read_page(files["report.html"]).all("section"):
        titles = "".join(title.text() for title in section.all("h2"))
        assert len(section.text().strip()) > len(titles) + 20, section.attributes


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("text", ["--ink", "--quiet", "--accent", "--treatment-text", "--control-text"])
@pytest.mark.parametrize("ground", ["--paper", "--tint"])
def test_text_has_the_contrast_of_wcag_aa(maryland_files, text, ground):
    colours = dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{3,6})", maryland_files["report.html"].decode()))
    colours = {name: c if len(c) == 7 else "#" + "".join(2 * x for x in c[1:]) for name, c in colours.items()}
    light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


def test_the_same_view_gives_the_same_bytes(maryland, appraisal, maryland_files):
    assert render(maryland, appraisal, depths=DEPTHS) == maryland_files


def test_simulated_and_internal_are_stamped_on_both_pages(mentoring_files, by_hand_files, maryland_files):
    for name in PAGES:
        assert "SIMULATED DATA" in read_page(mentoring_files[name]).all("aside")[0].text()
        assert "INTERNAL" in read_page(by_hand_files[name]).all("aside")[0].text()
        assert read_page(maryland_files[name]).all("aside") == []
        assert "SIMULATED DATA" in read_page(mentoring_files[name]).all("section")[0].text()
    sections = [part for part in read_page(mentoring_files["report.html"]).all("section") if part.all("h2")]
    marked = [section for section in sections if section.all("p", _class="tag")]
    assert [section.attributes["id"] for section in sections if section not in marked] == []


def test_an_appraisal_of_another_study_is_refused(mentoring, appraisal):
    with pytest.raises(InputError, match="maryland"):
        render(mentoring, appraisal)


def test_an_unknown_language_is_refused(by_hand):
    with pytest.raises(InputError, match="Use one of"):
        render(by_hand, language="xx")


@pytest.fixture(scope="module")
def printer(tmp_path_factory):
    """Print a page as a PDF with chromium; skipped at home where it is missing."""
    chromium = require_tool("chromium")

    def printed(html: bytes) -> Path:
        folder = tmp_path_factory.mktemp("print")
        (folder / "page.html").write_bytes(html)
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={folder / 'profile'}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={folder / 'page.pdf'}",
        ]
        page = f"file://{folder / 'page.html'}"
        subprocess.run([chromium, *options, page], check=True, capture_output=True, timeout=120)
        return folder / "page.pdf"

    return printed


def pages_of(pdf: Path) -> list[str]:
    """The text of each page of a PDF."""
    command = [require_tool("pdftotext"), "-layout", str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return text.split("\f")[:-1]


def test_the_sheet_is_one_page_of_a4(printer, maryland_files):
    pdf = printer(maryland_files["summary.html"])
    facts = subprocess.run([require_tool("pdfinfo"), str(pdf)], check=True, capture_output=True, text=True)
    assert re.search(r"^Pages:\s+1$", facts.stdout, re.MULTILINE)
    assert re.search(r"^Page size:.*A4", facts.stdout, re.MULTILINE)
    assert "report.html" in pages_of(pdf)[0]


@pytest.mark.parametrize("name", ["maryland_files", "mentoring_files"])
def test_a_printed_report_is_whole(request, printer, name):
    html = request.getfixturevalue(name)["report.html"]
    pages = pages_of(printer(html))
    printed = " ".join(" ".join(pages).split())
    for folded in read_page(html).all("details"):
        cells = [cell.text() for cell in folded.all("th", scope="row")]
        assert cells and all(word in printed for cell in cells for word in cell.split()), "printed too"
    assert len(pages[-1].split("Made with")[0].split()) > 40, "the last page holds more than the last line"
    captions = [figure.all("figcaption")[0].text().split()[:4] for figure in read_page(html).all("figure")]
    for page in pages:
        has_figure = any(" ".join(caption) in " ".join(page.split()) for caption in captions)
        assert has_figure or len(page.split()) > 40, "no page is nearly empty"
    titles = [title.text() for title in read_page(html).all("h2")[1:]]
    for page in pages:
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        at_the_end = lines[-2:]  # the last line is the number of the page
        assert not set(at_the_end) & {*titles, "SIMULATED DATA"}, "no heading is left alone at the end"
