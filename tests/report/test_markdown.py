"""Markdown: rendered, it says every sentence in its order; no text of a protocol becomes markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
from report_page import read_page

from primus_eval.report.document import numbers_of
from primus_eval.report.formats.markdown import escaped, escaped_attribute, markdown_of
from primus_eval.wording.pieces import plain_text, visible

MarkdownIt = pytest.importorskip("markdown_it").MarkdownIt

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
SAMPLES = [
    (name, language, depth)
    for name in ("maryland", "mentoring")
    for language in LANGUAGES
    for depth in DEPTHS
]
OURS = {"h1", "h2", "h3", "p", "a", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
OURS |= {"br", "hr", "img", "span"}
LABELS = {
    "html": '<script>alert(1)</script> <b onclick="x">&lt;b&gt; &amp; &#x3c; <!-- -->',
    "link": "[x](javascript:alert(1)) ![x](y) [^1] <https://example.org> [ref]: x",
    "address": "https://example.org www.example.org a@example.org ftp://x mailto:a@b.co",
    "emphasis": "*a* **b** _c_ __d__ ~~e~~ `f` a_b_c",
    "table": "a | b \\| c || | --- | \\",
    "heading": "# x ## y #",
    "list": "- x",
    "numbered": "1. x",
    "rule": "---",
    "underline": "===",
    "code": "``` x ~~~",
    "quotation": "> x",
    "github": "@octocat #12 :smile: :+1: GH-1",
    "mathematics": "$\\frac{1}{0}$ $$x$$ $`x`$",
    "template": "{{7*7}} {% raw %} {x} %s",
    "letters": "Økonomisk støtte æøå عربية 漢字 😀 1\u202f000 −5",
    "hidden": "a\u202eb\x00c\x1bd\ufffee\u2028f",
    "breaks": "one\n\n# two\r\n    three\t- four",
    "long": "x" * 10_000,
}
FRAGMENTS = [
    *"\\`*_[]<>|~#&{}!$@:%^()-+=.1209aZæ \"'\n\t",
    *map(visible, LABELS.values()),
    "](x)",
    "-->",
    "www.",
    "://",
    ":a:",
]
PLACES = {
    "paragraph": "x\n\n{0}\n\ny",
    "heading": "## {0}\n\ny",
    "item": "- {0}\n- y",
    "bold": "x\n\n**{0}**\n\ny",
    "cells": "| x | {0} |\n| --- | --- |\n| **{0}** | &emsp;{0}<br>{0} |",
}


@pytest.fixture(scope="module")
def documents(maryland, mentoring, appraisal):
    of_maryland, of_mentoring = all_documents(maryland, appraisal), all_documents(mentoring)
    return {("maryland", *key): document for key, document in of_maryland.items()} | {
        ("mentoring", *key): document for key, document in of_mentoring.items()
    }


@pytest.fixture(scope="module")
def pages(documents):
    """Each document as its reader sees it."""
    return {key: rendered(markdown_of(document)) for key, document in documents.items()}


def rendered(content):
    return read_page(READER.render(content.decode()).encode())


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_every_sentence_is_there_in_its_order(documents, pages, key):
    text = squeezed(pages[key].text())
    assert_in_order(in_order(documents[key]), text)
    assert all(each in text for each in at_a_glance(documents[key]))
    assert all(squeezed(number.text) in text for number in numbers_of(documents[key]))


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_tables_keep_their_cells(documents, pages, key):
    tables = pages[key].all("table")
    glance = len(tables) - len(documents[key].tables)
    assert glance in (0, 1)
    for table, source in zip(tables[glance:], documents[key].tables, strict=True):
        head, *rows = table.all("tr")
        assert [squeezed(cell.text()) for cell in head.all("th")] == [shown(cell) for cell in source.head]
        assert {len(row.all("td")) for row in rows} == {len(source.head)}
        lines = sum(
            bool(group.header) + sum(1 + len(row.remarks) for row in group.rows) for group in source.groups
        )
        assert len(rows) == lines


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_stamps_are_at_the_top_and_before_every_section_table_and_figure(documents, key):
    document, blocks = documents[key], markdown_of(documents[key]).decode().strip().split("\n\n")
    stamps = [f"**{plain_text(stamp)}**" for stamp in document.stamps]
    assert blocks[: len(stamps)] == stamps
    assert bool(stamps) == (key[0] == "mentoring")
    tag = "".join(f"**{plain_text(tag)}**" for tag in document.tags)
    for before, block in zip(blocks, blocks[1:], strict=False):
        if block.startswith("## "):
            assert not tag or before == tag
        if before.startswith("!["):
            assert block.startswith(tag)
        if block.startswith("| ") and "id=" in before:
            assert tag in before


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_links_lead_to_places_and_pictures_beside_the_file(documents, pages, key):
    places = [link.attributes["id"] for link in pages[key].all("a") if "id" in link.attributes]
    links = [link.attributes["href"] for link in pages[key].all("a") if "href" in link.attributes]
    assert len(set(places)) == len(places)
    assert all(link.startswith("#") and link[1:] in places for link in links)
    assert bool(links) == (key[2] != "summary")
    pictures = [(image.attributes["src"], image.attributes["alt"]) for image in pages[key].all("img")]
    assert pictures == [(f"figures/{figure.id}.png", figure.alt) for figure in documents[key].figures]


def test_numbers_stand_to_the_right_and_what_was_promised_is_bold(documents):
    text = markdown_of(documents["maryland", "en", "full"]).decode()
    results = text[text.index('<a id="results">') :]
    assert re.search(r"^\| --- \| ---: \| ---: ", results, re.MULTILINE)
    assert re.search(r"^\| \*\*[^|]*<br>.*\| \*\*−8\.3\*\* \|", results, re.MULTILINE)


def test_the_same_document_gives_the_same_bytes(documents):
    document = documents["mentoring", "da", "full"]
    assert markdown_of(document) == markdown_of(document)


@pytest.mark.parametrize("name", LABELS)
def test_a_label_stays_text_and_whole(name):
    document = labelled(LABELS[name], with_pictures=name in ("html", "link"))
    page = rendered(markdown_of(document))
    assert_in_order(in_order(document), squeezed(page.text()))
    assert {element.tag for element in page.all()} <= OURS
    for element in page.all():
        assert not any(name.startswith("on") for name in element.attributes)
        assert element.attributes.get("href", "#").startswith("#")
        assert element.attributes.get("src", "figures/").startswith("figures/")
    alts = [image.attributes["alt"] for image in page.all("img")]
    assert alts == [figure.alt for figure in document.figures]


@pytest.mark.parametrize("name", LABELS)
def test_github_sees_no_mention_address_formula_or_template(name):
    """What GitHub looks for in the page, text by text, after Markdown was read."""
    source = escaped(LABELS[name])
    texts = re.split(r"<!-- -->|</?span>", re.sub(r"\\(\W)", r"\1", source))
    seen = r"@\w|\w+://|\bwww\.|:[\w+-]+:|\#\d|\$.*\$"
    assert not any(re.search(seen, text) for text in texts)
    assert not re.search(r"\{\{|\{%|%\}|\}\}", source)


@given(
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=8).map("".join), st.sampled_from(sorted(PLACES))
)
def test_any_text_reads_as_it_was_written(text, place):
    content = PLACES[place].format(escaped(text))
    page, plain = (READER.render(each) for each in (content, PLACES[place].format("plain")))
    if escaped(text):
        pattern = squeezed(read_page(plain.encode()).text()).replace("plain", "{0}")
        assert squeezed(read_page(page.encode()).text()) == pattern.format(squeezed(text))
        assert tags_of(page) == tags_of(plain)


@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=8).map("".join))
def test_any_description_of_a_picture_reads_as_it_was_written(text):
    page = read_page(READER.render(f"![{escaped_attribute(text)}](figures/x.png)").encode())
    assert [squeezed(image.attributes["alt"]) for image in page.all("img")] == [squeezed(text)]


def tags_of(page):
    return [element.tag for element in read_page(page.encode()).all() if element.tag != "span"]


def test_findings_without_a_finding_are_written(empty):
    for document in all_documents(empty, languages=("en",)).values():
        assert_in_order(in_order(document), squeezed(rendered(markdown_of(document)).text()))
