"""Word: every sentence is there in its order, every look is a style, texts are inert, bytes are the same."""

import io
import zipfile
from datetime import datetime
from xml.etree import ElementTree

import pytest
from report_documents import (
    DEPTHS,
    LANGUAGES,
    all_documents,
    assert_in_order,
    at_a_glance,
    in_order,
    labelled,
    shown,
    squeezed,
)

from primus_eval.report.document import numbers_of
from primus_eval.report.formats.word import word_of
from primus_eval.wording.pieces import plain_text

docx = pytest.importorskip("docx")

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
SAMPLES = [
    (name, language, depth)
    for name in ("maryland", "mentoring")
    for language in LANGUAGES
    for depth in DEPTHS
]
LABELS = {
    "markup": "</w:t></w:r><w:r><w:t>&amp; <![CDATA[x]]> \"'",
    "template": "{{7*7}} {% raw %} {x} %s",
    "field": '{ PAGE } HYPERLINK "file:///etc/passwd" \\* MERGEFORMAT =1+1 DDEAUTO',
    "letters": "Økonomisk støtte æøå عربية עברית 漢字 😀 1\u202f000 −5",
    "hidden": "a\u202eb\x00c\x0bd\ufffee\ud800f\x85g\u2028h",
    "breaks": "two\r\nlines\tand a tab",
    "long": "x" * 10_000,
}


@pytest.fixture(scope="module")
def documents(maryland, mentoring, appraisal):
    of_maryland, of_mentoring = all_documents(maryland, appraisal), all_documents(mentoring)
    return {("maryland", *key): document for key, document in of_maryland.items()} | {
        ("mentoring", *key): document for key, document in of_mentoring.items()
    }


@pytest.fixture(scope="module")
def files(documents):
    return {key: word_of(document) for key, document in documents.items()}


def part(content, name):
    """Parse one part of a file."""
    return ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(name))


def text_of(element):
    """The text beneath an element without spaces, as Word shows it."""
    return squeezed("".join(text.text or "" for text in element.iter(f"{W}t")))


def styles_of(body):
    """The style of every paragraph with its text, in order."""
    return [
        (paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val"), text_of(paragraph))
        for paragraph in body.iter(f"{W}p")
    ]


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_every_sentence_is_there_in_its_order(documents, files, key):
    text = text_of(part(files[key], "word/document.xml"))
    assert_in_order(in_order(documents[key]), text)
    assert all(each in text for each in at_a_glance(documents[key]))
    assert all(squeezed(number.text) in text for number in numbers_of(documents[key]))


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_stamps_are_on_every_page_and_beside_every_table_and_figure(documents, files, key):
    document, body = documents[key], part(files[key], "word/document.xml")
    head = styles_of(part(files[key], "word/header.xml"))
    stamps = [text for style, text in head if style == "Stamp"]
    assert stamps == [shown(stamp) for stamp in document.stamps]
    assert bool(stamps) == (key[0] == "mentoring")
    assert head[-1] == ("Header", shown(document.title))
    first, *further = body.iter(f"{W}sectPr")  # sections without a header of their own have the first one's
    assert first.find(f"{W}headerReference").get(f"{R}id") == "header"
    assert not any(setting.findall(f"{W}headerReference") for setting in further)
    tags = squeezed("·".join([*map(plain_text, document.tags), ""]))
    captions = [text for style, text in styles_of(body) if style in ("Caption", "FigureCaption")]
    assert len(captions) == len(document.tables) + len(document.figures)
    assert all(text.startswith(tags) for text in captions)


def test_every_paragraph_has_a_style_that_an_editor_finds_by_name(files):
    content = files["mentoring", "en", "full"]
    styles = docx.Document(io.BytesIO(content)).styles
    used = {style for style, _ in styles_of(part(content, "word/document.xml"))}
    known = {style.style_id: style.name for style in styles}
    assert used <= known.keys()
    built_in = {"Title", "Subtitle", "Heading 1", "Heading 2", "Normal", "Caption", "List Bullet", "toc 1"}
    assert built_in <= {known[style] for style in used}
    own = {"Note", "Kicker", "Result", "Table Text", "Table Number", "Figure Caption"}
    assert own <= {known[style] for style in used}
    assert {"Stamp", "Number", "Primus table", "Table Grid"} <= set(known.values())


def test_no_look_is_outside_the_styles(files):
    body = part(files["mentoring", "en", "full"], "word/document.xml")
    runs = {property.tag for look in body.iter(f"{W}rPr") for property in look}
    assert runs == {f"{W}rStyle"}
    paragraphs = {property.tag for look in body.iter(f"{W}pPr") for property in look}
    assert paragraphs <= {f"{W}{name}" for name in ("pStyle", "keepNext", "spacing", "sectPr")}


def test_tables_repeat_their_head_and_do_not_part_rows(documents, files):
    document, content = documents["mentoring", "en", "full"], files["mentoring", "en", "full"]
    body = part(content, "word/document.xml")
    tables = [
        table
        for table in body.iter(f"{W}tbl")
        if table.find(f"{W}tblPr/{W}tblStyle").get(f"{W}val") == "PrimusTable"
    ]
    assert len(tables) == len(document.tables)
    for table, source in zip(tables, document.tables, strict=True):
        rows = table.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [
            True,
            *[False] * (len(rows) - 1),
        ]
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        for row in rows:
            spans = [cell.find(f"{W}tcPr/{W}gridSpan") for cell in row.findall(f"{W}tc")]
            columns = sum(1 if span is None else int(span.get(f"{W}val")) for span in spans)
            assert columns == len(source.head)
        widths = [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]
        assert min(widths) > 300 and sum(widths) <= 9638  # the width of a line, in twentieths of a point
        assert table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val") == plain_text(source.caption)


def test_numbers_stand_to_the_right_and_what_was_promised_is_bold(documents, files):
    document = documents["maryland", "en", "full"]
    styles = styles_of(part(files["maryland", "en", "full"], "word/document.xml"))
    results = next(table for table in document.tables if table.id == "results")
    primary = next(row for group in results.groups for row in group.rows if row.emphasis == "primary")
    assert ("TablePrimaryText", shown(primary.header)) in styles
    assert ("TablePrimaryNumber", shown(primary.cells[0])) in styles


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_links_lead_to_places_in_the_same_file(documents, files, key):
    body = part(files[key], "word/document.xml")
    places = [place.get(f"{W}name") for place in body.iter(f"{W}bookmarkStart")]
    numbers = [place.get(f"{W}id") for place in body.iter(f"{W}bookmarkStart")]
    assert len(set(places)) == len(places) and len(set(numbers)) == len(numbers)
    assert len(places) >= len(documents[key].sections) + len(documents[key].tables)
    links = list(body.iter(f"{W}hyperlink"))
    assert all(link.get(f"{W}anchor") in places and link.get(f"{R}id") is None for link in links)
    assert bool(links) == (key[2] == "full")


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_pictures_are_described_and_inside(documents, files, key):
    figures, archive = documents[key].figures, zipfile.ZipFile(io.BytesIO(files[key]))
    shapes = list(part(files[key], "word/document.xml").iter(DRAWING))
    assert [shape.get("descr") for shape in shapes] == [figure.alt for figure in figures]
    assert len({shape.get("id") for shape in shapes}) == len(shapes)
    media = [name for name in archive.namelist() if name.startswith("word/media/")]
    assert [archive.read(name) for name in media] == [figure.png for figure in figures]


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_the_file_says_what_it_is_and_nothing_of_the_machine(documents, files, key):
    about = docx.Document(io.BytesIO(files[key])).core_properties
    assert about.title == plain_text(documents[key].page_title)
    assert about.language == {"en": "en-GB", "da": "da-DK"}[key[1]]
    assert about.author == about.last_modified_by == "primus_eval"
    assert about.created.replace(tzinfo=None) == about.modified.replace(tzinfo=None) == datetime(1980, 1, 1)
    language = part(files[key], "word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert language.get(f"{W}val") == about.language
    entries = zipfile.ZipFile(io.BytesIO(files[key])).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert entries[0].filename == "[Content_Types].xml"


def test_the_same_document_gives_the_same_bytes(documents, files):
    for key in (("maryland", "en", "full"), ("mentoring", "da", "summary")):
        assert word_of(documents[key]) == files[key]


@pytest.mark.parametrize("name", LABELS)
def test_a_label_stays_text_and_whole(name):
    document = labelled(LABELS[name])
    content = word_of(document)
    body = part(content, "word/document.xml")
    assert_in_order(in_order(document), text_of(body))
    for element in ("fldSimple", "fldChar", "instrText", "object", "altChunk"):
        assert not list(body.iter(f"{W}{element}"))
    footer = part(content, "word/footer.xml")
    assert [field.get(f"{W}instr").strip() for field in footer.iter(f"{W}fldSimple")] == ["PAGE", "NUMPAGES"]
    relations = part(content, "word/_rels/document.xml.rels")
    assert not any(relation.get("TargetMode") for relation in relations)
    docx.Document(io.BytesIO(content))


def test_a_label_stays_whole_in_descriptions():
    document = labelled(LABELS["markup"], with_pictures=True)
    shapes = part(word_of(document), "word/document.xml").iter(DRAWING)
    assert any(LABELS["markup"] in shape.get("descr") for shape in shapes)


def test_findings_without_a_finding_are_written(empty):
    for document in all_documents(empty, languages=("en",)).values():
        assert_in_order(in_order(document), text_of(part(word_of(document), "word/document.xml")))
