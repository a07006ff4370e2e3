"""PDF: every sentence is there in its order, pages are as many as promised, texts are inert and not cut."""

import io
import re
from dataclasses import replace
from functools import cache

import figure_findings as made
import pytest

from primus_eval.disclosure import Internal
from primus_eval.figures import draw_all
from primus_eval.report.document import STEMS, Document, numbers_of, sentences_of
from primus_eval.report.render import documents_of
from primus_eval.wording.pieces import Quoted, plain_text
from primus_eval.wording.subject import subject_of

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("typst")

from primus_eval.report.formats import pdf  # noqa: E402
from primus_eval.report.formats.pdf_data import COLOURS, data_of, printable  # noqa: E402
from primus_eval.report.formats.pdf_widths import COLUMN, LINE, widths_of  # noqa: E402

DEPTHS = tuple(STEMS)
LANGUAGES = ("en", "da")
PAGES = {"summary": 1, "jury": 4}
WIDTH_PT = 595.3
LABELLED = ("promised", "counted", "participants", "baseline", "primary", "others", "limits")
LABELS = {
    "markup": "#strong[x] *b* _i_ `c` = heading <label> @ref // /* $x^2$ \\u{41}",
    "code": '#import "@preview/x:1.0.0" #read("/etc/passwd") #eval("1")',
    "quotes": '"}], "x": [{\'t\': 1}',
    "html": "<script>alert(1)</script> &lt;b&gt; http://example.org",
    "field": '{ PAGE } HYPERLINK "x" %PDF-1.7 endobj /Type/Pages/Count 9',
    "letters": "Økonomisk støtte æøå Кириллица 1\u202f000 −5 « » „“",
    "right_to_left": "عربية עברית",
    "long": "x" * 300,
    "lengthy": "Erstatningsansvarsforsikringsselskab " * 10,
}


def documents(view, language, appraisals=(), drawings=()):
    subject = subject_of(view.findings, language=language)
    return {each.depth: each for each in documents_of(view, appraisals, drawings, subject, DEPTHS)}


@pytest.fixture(scope="module")
def written(maryland, mentoring, appraisal):
    """Each sample at each depth in each language, with the same pictures: document and PDF."""
    result = {}
    for name, view, judged in (("maryland", maryland, (appraisal,)), ("mentoring", mentoring, ())):
        drawings = draw_all(view.findings, language="en")
        for language in LANGUAGES:
            for depth, document in documents(view, language, judged, drawings).items():
                if (language, depth) == ("da", "full"):
                    continue
                result[name, language, depth] = document, pdf.pdf_of(document)
    return result


@pytest.fixture(scope="module")
def internal(by_hand):
    document = documents(by_hand, "en", drawings=draw_all(by_hand.findings, language="en"))["full"]
    return document, pdf.pdf_of(document)


ALL = [
    (name, language, depth) for name in ("maryland", "mentoring") for language in LANGUAGES for depth in PAGES
]
SOME = [("maryland", "en", "full"), ("mentoring", "en", "jury"), ("maryland", "da", "summary")]


def squeezed(text: str) -> str:
    """Return a text without spaces and hyphens, which pypdf confuses with those of divided words."""
    return re.sub(r"[\s\u00ad-]", "", text)


@cache
def texts_of(content: bytes) -> tuple[str, ...]:
    return tuple(squeezed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def body_of(document: Document, content: bytes) -> str:
    """Return all text without what stands at the head and the foot of every page."""
    tags = "".join(plain_text(tag) for tag in document.tags)
    head = squeezed(tags + data_of(document)["short_title"])
    pages = texts_of(content)
    total = len(pages)
    return "".join(
        text.removeprefix(head).removesuffix(f"{number}/{total}")
        for number, text in enumerate(pages, start=1)
    )


def without_floats(document: Document, body: str) -> str:
    """Leave out the captions of pictures as high as a page, which move to where there is room for them."""
    captions = [
        each["caption"][0]
        for section in data_of(document)["sections"]
        for each in section["parts"]
        if each["kind"] == "figure" and each["is_tall"]
    ]
    tag = squeezed("".join(plain_text(each) for each in document.tags))
    for caption in captions:
        assert body.count(tag + squeezed(caption)) == 1
        body = body.replace(tag + squeezed(caption), "")
    return body


def expected(document: Document) -> list[str]:
    """Return what must be found; what 100 people had is said beneath the dots, not where there are none."""
    headline = document.headline
    left_out = [] if headline.arms else [headline.people]
    sentences = [sentence for sentence in sentences_of(document) if sentence and sentence not in left_out]
    return [squeezed(printable(plain_text(sentence))) for sentence in sentences]


def elements(node, kind: str) -> list:
    """Return the elements of a kind in the tree of tags."""
    node = node.get_object()
    if not isinstance(node, dict):
        return [found for each in node for found in elements(each, kind)] if isinstance(node, list) else []
    own = [node] if node.get("/S") == kind else []
    return own + (elements(node["/K"], kind) if "/K" in node else [])


@pytest.mark.parametrize("key", SOME, ids="-".join)
def test_every_sentence_is_there_in_its_order(written, key):
    document, content = written[key]
    whole = body_of(document, content)
    body, place = without_floats(document, whole), 0
    floating = {
        squeezed(plain_text(figure.caption))
        for figure in document.figures
        if squeezed(plain_text(figure.caption)) not in body
    }
    people = squeezed(plain_text(document.headline.people))  # stands beneath each arm, before the difference
    assert people in body
    for sentence in expected(document):
        if sentence in floating or sentence == people:
            continue
        assert sentence in body[place:], sentence
        place = body.index(sentence, place)


@pytest.mark.parametrize("key", SOME, ids="-".join)
def test_every_number_is_there(written, key):
    document, content = written[key]
    body = body_of(document, content)
    assert all(squeezed(number.text) in body for number in numbers_of(document))


@pytest.mark.parametrize("key", ALL, ids="-".join)
def test_pages_are_as_few_as_promised(written, key):
    document, content = written[key]
    pages = len(pypdf.PdfReader(io.BytesIO(content)).pages)
    assert pages == pdf.pages_of(content)
    assert pages <= PAGES[key[2]] + any(section.id == "chapters" for section in document.sections)


def test_the_same_document_gives_the_same_bytes(written):
    document, content = written["maryland", "en", "jury"]
    assert pdf.pdf_of(document) == content


@pytest.mark.parametrize("key", SOME, ids="-".join)
def test_the_file_names_itself_its_language_and_no_clock(written, key):
    document, content = written[key]
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.metadata.title == plain_text(document.page_title)
    assert reader.metadata.author is None and reader.metadata.creation_date is None
    catalog = reader.trailer["/Root"]
    assert catalog["/Lang"] == document.language
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalog["/Metadata"].get_object().get_data()
    assert catalog["/MarkInfo"]["/Marked"]


def test_pictures_have_their_words_and_tables_their_headings(written):
    document, content = written["maryland", "en", "full"]
    tree = pypdf.PdfReader(io.BytesIO(content)).trailer["/Root"]["/StructTreeRoot"]
    alts = [str(element["/Alt"]) for element in elements(tree, "/Figure")]
    assert sorted(alts) == sorted(printable(figure.alt) for figure in document.figures)
    tables = elements(tree, "/Table")
    assert len(tables) == len(document.tables)
    for element, table in zip(tables, document.tables, strict=True):
        assert len(elements(element["/K"], "/TH")) >= len(table.head)


def test_headings_can_be_jumped_to(written):
    document, content = written["maryland", "en", "full"]
    reader = pypdf.PdfReader(io.BytesIO(content))
    chapters = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    titles = [plain_text(section.title) for section in document.sections]
    assert chapters == [*titles, document.words.text("page.glossary")]
    body = body_of(document, content)
    assert all(re.search(re.escape(squeezed(title)) + r"\.+\u2060?\d", body) for title in titles)


def test_stamps_stand_on_every_page(written, internal):
    for document, content in (
        written["mentoring", "en", "full"],
        written["mentoring", "da", "jury"],
        internal,
    ):
        first, *others = texts_of(content)
        assert document.tags
        for stamp, tag in zip(document.stamps, document.tags, strict=True):
            assert squeezed(plain_text(stamp)) in first
            assert all(squeezed(plain_text(tag)) in page for page in others)


def test_stamps_stand_beside_every_table_and_figure(written):
    document, content = written["mentoring", "en", "full"]
    body = body_of(document, content)
    tag = squeezed("".join(plain_text(each) for each in document.tags))
    for part in (*document.tables, *document.figures):
        assert tag + squeezed(plain_text(part.caption)) in body


def labelled(label: str) -> Document:
    """Return a report in which every text of the protocol is this label."""
    found = made.findings(made.flow(), made.baseline(age=0.1), made.risk_table(), arms=(label, label + " 2"))
    protocol, text = found.context["protocol"], {"en": label}
    protocol["study"] |= {name: text for name in ("title", "programme", "people", "setting", "source")}
    protocol["study"] |= {"cautions": [text], "funder": label}
    protocol["outcome"][0] |= {"label": text, "people_with": text}
    document = documents(Internal(findings=found), "en")["full"]
    return replace(document, sections=tuple(each for each in document.sections if each.id in LABELLED))


@pytest.mark.parametrize("name", LABELS)
def test_a_label_stays_text_and_whole(name):
    label = LABELS[name]
    document = labelled(label)
    content = pdf.pdf_of(document)
    body = body_of(document, content)
    if name != "right_to_left":  # which is stored in the order in which it is drawn
        assert [sentence for sentence in expected(document) if sentence not in body] == []
    assert not re.search(rb"/(JavaScript|JS|URI|Launch|EmbeddedFile|OpenAction)\b", content)
    assert max(places_of(content)) < WIDTH_PT


def places_of(content: bytes) -> list[float]:
    """Return how far to the right each piece of text begins, in points."""
    places: list[float] = []

    def visit(text, matrix, text_matrix, font, size):
        if text.strip():
            places.append(text_matrix[4] * matrix[0] + matrix[4])

    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        page.extract_text(visitor_text=visit)
    return places


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a[U+202E]b"),
        ("\u6f22\U0001f9d1", "[U+6F22][U+1F9D1]"),
        ("a\x00\x1bb\u200bc", "a[U+0000][U+001B]b[U+200B]c"),
        ("line\nbreak\tand\rtab", "line break and tab"),
        ("\ue000\u0378\U000e0041", "[U+E000][U+0378][U+E0041]"),
        ("Grøn □ e\u0301 soft\u00adhyphen", "Grøn □ e\u0301 soft\u00adhyphen"),
    ],
)
def test_what_cannot_be_seen_is_shown(written, text, shown):
    assert printable(text) == shown
    document = replace(written["maryland", "en", "summary"][0], title=(Quoted(text),), sections=())
    assert squeezed(shown) in body_of(document, pdf.pdf_of(document))


def test_what_does_not_fit_goes_on_and_is_not_cut(written):
    document = written["maryland", "en", "summary"][0]
    long = replace(document, programme=("Words of a programme that nobody could cut short. " * 80,))
    content = pdf.pdf_of(long)
    assert pdf.pages_of(content) > 1
    body = body_of(long, content)
    assert [sentence for sentence in expected(long) if sentence not in body] == []


def test_a_warning_is_a_fault_of_ours(written, monkeypatch):
    document = written["maryland", "en", "summary"][0]
    faulty = pdf._template() + b'\n#text(font: "No such typeface")[x]'
    monkeypatch.setattr(pdf, "_template", lambda: faulty)
    with pytest.raises(AssertionError, match="inconsistency of its own: Typst warned: unknown font"):
        pdf.pdf_of(document)


def test_findings_without_a_finding_make_a_report(empty):
    for document in documents(empty, "en").values():
        body = body_of(document, pdf.pdf_of(document))
        assert all(sentence in body for sentence in expected(document))


def test_widths_make_room_for_the_longest_word(written):
    for document, _ in written.values():
        for table in document.tables:
            for line in (LINE, COLUMN):
                widths = widths_of(table, line)
                assert sum(widths) == pytest.approx(1, abs=1e-12)
                assert min(widths) * line > 2


def test_the_template_holds_no_words():
    code = re.sub(r"//[^\n]*", "", pdf._template().decode())
    typefaces = {"Libertinus Serif", "DejaVu Sans"}
    texts = set(re.findall(r'"([^"\n]*)"', code)) - typefaces
    assert not [text for text in texts if " " in text or text[:1].isupper()]
    code = re.sub(r'"[^"\n]*"', "", code)
    markup = re.findall(r"\[([^\[\]]*)\]", re.sub(r"#[\w.]+(\([^()]*\))*", "", code))
    assert not [text for text in markup if re.search(r"^\s*[A-Za-z]+\s*$", text)]
    assert set(re.findall(r"colour\(\"(\w+)\"\)", pdf._template().decode())) <= set(COLOURS)
