"""Texts that hold markup, commands, formulas or hidden characters stay text, whole, in every format.

Twenty-one kinds of text by seven formats. In each case a report is written in which every text of the
protocol is that text: a library that did not write the file reads it back, the text must be there in full,
and nothing in the file may act, fetch or lead anywhere.
"""

import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import figure_findings as made
import openpyxl
import pypdf
import pytest
from report_documents import findings_labelled, labelled, squeezed
from report_extract import EXTRACT, html_of_markdown
from report_page import read_page

from primus_eval.report.files import FORMULA_STARTS, csv_bytes, csv_cell, csv_files, file_name
from primus_eval.report.formats import TABLE_WRITERS, WRITERS
from primus_eval.report.formats.excel import LONGEST_NAME
from primus_eval.report.formats.pdf_data import printable
from primus_eval.wording.pieces import visible

KINDS = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror=alert(1)>' onmouseover='x",
    "picture": '<svg onload="alert(1)"><text>x</text></svg></td></table></main><!-- -->&lt;b&gt; &#x3c;',
    "markdown": "[x](javascript:alert(1)) ![x](y) *a* `b` # c | d @octocat :smile: $x$",
    "latex": "\\input{/etc/passwd} \\write18{id} % & # ~ ^ _ \\end{table} -- ,, ``x''",
    "mathematics": "$\\frac{1}{0}$ $^$ $",
    "underscore": "_hidden",
    "formula": "=cmd|' /C calc'!A0",
    "workbook": '=HYPERLINK("http://example.org","x")',
    "separators": 'a,b;c\t"d"\r\ne',
    "field": '{ INCLUDETEXT "/etc/passwd" } PAGE \\* MERGEFORMAT DDEAUTO </w:t></w:r>',
    "template": "{{7*7}} {% raw %} {x} %s #eval(1)",
    "address": "file:///etc/passwd http://example.org ![x](file:///etc/passwd)",
    "direction": "a\u202eb\u200bc\ufeff \u0430dmin",
    "control": "a\x00b\x07c\x85",
    "long": "x" * 10_000,
    "no_glyph": "Økonomisk støtte æøå 漢字 😀",
    "alike": "y" * 250,
    "path": "../../CON/a\\b.",
    "sheet": "[a]:*?/\\'" + "z" * 31,
    "terminal": "\x1b[31mred\x1b[0m\nINFO all is well",
}
"""The kind `alike` tells its two arms apart only at their ends, as all of them do."""

LONGEST_IN_PDF = 500
"""Ten thousand letters without a space take Typst half a minute."""

SECTIONS = ("participants", "baseline")
COMMANDS = re.compile(
    r"\\(?:usepackage|begingroup|endgroup|small|footnotesize|renewcommand|arraystretch|setlength|LTcapwidth"
    r"|linewidth|tabcolsep|dimexpr|relax|begin|end|centering|caption|label|textbf|raggedright|raggedleft"
    r"|arraybackslash|multicolumn|toprule|midrule|bottomrule|addlinespace|endfirsthead|endhead|endfoot"
    r"|endlastfoot|newline|leftskip|providecommand|tablecharacter|ifdefined|Uchar|iffontchar|font|else|fi"
    r"|text(?:backslash|asciicircum|asciitilde|less|greater|bar|quotedbl|quotesingle|asciigrave)"
    r"|ensuremath|neq|leq|geq|rightarrow|thinspace|allowbreak)(?![A-Za-z])|\\[\\{}$&#%_,]"
)
"""Every command that we write ourselves."""


@cache
def document_with(label):
    """A part of the full report in which every text of the protocol is this label."""
    whole = labelled(label)
    sections = tuple(section for section in whole.sections if section.id in SECTIONS)
    return replace(whole, sections=sections, terms=())


@cache
def files_of(format, label):
    """The files of one format, by name."""
    if format == "csv":
        return csv_files(findings_labelled(label), language="en")
    document = document_with(label)
    if format in TABLE_WRITERS:
        return TABLE_WRITERS[format](document)
    suffix, write = WRITERS[format]
    return {f"{document.stem}.{suffix}": write(document, ())}


def as_shown(format, label):
    """A label as a reader should find it: what hides or controls is shown by code points."""
    if format == "pdf":
        return squeezed(printable(label))
    return squeezed(unicodedata.normalize("NFC", visible(label)))


def harmless_page(page, *, pictures):
    """Nothing on a page runs, fetches or leads away."""
    tags = {element.tag for element in page.all()}
    assert tags.isdisjoint({"script", "iframe", "object", "embed", "link", "base", "form"})
    assert not any(name.startswith("on") for element in page.all() for name in element.attributes)
    assert all(link.attributes["href"].startswith("#") for link in page.all("a") if "href" in link.attributes)
    assert all(image.attributes["src"].startswith(pictures) for image in page.all("img"))


def harmless_html(name, content, label):
    page = read_page(content)
    harmless_page(page, pictures="data:image/png;base64,")
    assert len(page.all("main")) == len(page.all("h1")) == 1
    assert all("onload" not in element.attributes for element in page.all("svg"))
    assert "49" not in page.all("h1")[0].text()


def harmless_markdown(name, content, label):
    page = read_page(html_of_markdown(content))
    harmless_page(page, pictures="figures/")
    assert not {element.tag for element in page.all()} & {"em", "code", "pre", "blockquote", "s", "svg"}
    assert len(page.all("h1")) == 1
    assert not re.search(r"(?<!\\)\$", content.decode())


def harmless_pdf(name, content, label):
    """Links lead to places in the file; there are no actions, no attachments, nothing is fetched."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(reader.trailer["/Root"])
    assert not reader.attachments
    for page in reader.pages:
        for link in page.get("/Annots") or ():
            found = link.get_object()
            action = found.get("/A", {"/S": "/GoTo"})
            assert (found["/Subtype"], action["/S"]) == ("/Link", "/GoTo")


def harmless_word(name, content, label):
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert not any("vba" in part or "embeddings" in part for part in archive.namelist())
    for part in archive.namelist():
        text = archive.read(part)
        assert b'TargetMode="External"' not in text
        if part.endswith(".xml"):
            for element in ElementTree.fromstring(text).iter():
                tag = element.tag.rpartition("}")[2]
                code = (
                    element.text if tag == "instrText" else next(iter(element.attrib.values()), "")
                )  # of a simple field
                assert tag not in ("instrText", "fldSimple") or code.split()[0] in ("PAGE", "NUMPAGES")


def harmless_latex(name, content, label):
    text = content.decode()
    assert not COMMANDS.sub("", text).count("\\")
    assert text.count("\n") == len(text.splitlines())
    bare = re.sub(r"\\[\\{}$&#%_]", "", text)
    assert bare.count("{") == bare.count("}")
    assert bare.count("%") == 1 and text.startswith("%")
    assert not re.search(r"[$^_]", re.sub(r"\\label\{tab:[a-z0-9_-]+\}", "", bare))
    assert re.findall(r"\\(?:begin|end)\{([a-z]+)\}", text) in (
        ["table", "tabular", "tabular", "table"],
        ["longtable", "longtable"],
    )


def harmless_csv(name, content, label):
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert len({len(row) for row in rows}) == 1
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(FORMULA_STARTS) or re.fullmatch(r"-?[0-9.e+-]+", cell), cell


def harmless_excel(name, content, label):
    assert not any("external" in part.casefold() for part in zipfile.ZipFile(io.BytesIO(content)).namelist())
    book = openpyxl.load_workbook(io.BytesIO(content))
    names = [sheet.title for sheet in book]
    assert len({title.casefold() for title in names}) == len(names)
    assert all(len(title) <= LONGEST_NAME and not set(title) & set("[]:*?/\\'") for title in names)
    for cell in (cell for sheet in book for row in sheet for cell in row):
        assert cell.data_type in ("s", "n"), cell.coordinate
        assert cell.hyperlink is None or not cell.hyperlink.target
        starts = isinstance(cell.value, str) and cell.value.startswith(FORMULA_STARTS)
        assert bool(cell.quotePrefix) == starts


HARMLESS = {
    "html": harmless_html,
    "pdf": harmless_pdf,
    "word": harmless_word,
    "markdown": harmless_markdown,
    "latex": harmless_latex,
    "csv": harmless_csv,
    "excel": harmless_excel,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", HARMLESS)
def test_a_text_stays_text_and_whole(format, kind):
    label = KINDS[kind][:LONGEST_IN_PDF] if format == "pdf" else KINDS[kind]
    files = files_of(format, label)
    text = squeezed(" ".join(EXTRACT[format](content) for content in files.values()))
    for whole in (label, label + " 2") if format != "csv" else (label,):  # names of arms are in no CSV
        assert as_shown(format, whole) in text
    for name, content in files.items():
        HARMLESS[format](name, content, label)
        assert re.fullmatch(r"(tables/)?[a-z0-9_-]+\.[a-z]+", name)


@pytest.mark.parametrize("kind", ["direction", "control", "terminal"])
@pytest.mark.parametrize("format", HARMLESS)
def test_characters_that_hide_turn_or_command_are_in_no_file(format, kind):
    label = KINDS[kind]
    unseen = {character for character in label if visible(character) != character}
    assert unseen
    for content in files_of(format, label).values():
        assert not unseen & set(EXTRACT[format](content))


@pytest.mark.parametrize("kind", ["mathematics", "no_glyph", "alike"])
def test_the_description_of_a_picture_holds_the_whole_label(kind):
    figures = labelled(KINDS[kind], with_pictures=True).figures
    assert any(KINDS[kind] + " 2" in figure.alt for figure in figures)


@pytest.mark.parametrize("start", FORMULA_STARTS)
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
