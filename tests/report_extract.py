"""The text that a reader finds in a file of each format, read by a library that did not write it.

One function per format: bytes to text. `EXTRACT` holds them by the names of the formats. What a format
writes in place of a character, as escapes do, is read back; spaces and breaks of lines are not kept
faithfully, so compare texts after `report_documents.squeezed`.
"""

import csv
import io
import re

import docx
import openpyxl
import pypdf
from docx.oxml.ns import qn
from markdown_it import MarkdownIt
from report_page import read_page

TAKEN_FOR_FORMULAS = ("'=", "'+", "'-", "'@", "'\t", "'\r")

LATEX_SIGNS = {
    "textbackslash": "\\",
    "textasciicircum": "^",
    "textasciitilde": "~",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textquotedbl": '"',
    "textquotesingle": "'",
    "textasciigrave": "`",
    "thinspace": "\u2009",
    "allowbreak": "",
}
LATEX_MATHS = {
    "-": "\u2212",
    r"\neq": "\u2260",
    r"\leq": "\u2264",
    r"\geq": "\u2265",
    r"\rightarrow": "\u2192",
}
LATEX = re.compile(
    r"(?P<comment>(?<!\\)%.*)"
    r"|\\tablecharacter\{(?P<code>[0-9]+)\}\{[0-9A-F]+\}"
    rf"|\\(?P<sign>{'|'.join(LATEX_SIGNS)})\{{\}}"
    rf"|\\ensuremath\{{(?P<maths>{'|'.join(map(re.escape, LATEX_MATHS))})\}}"
    r"|\\(?P<escaped>[{}$&#%_])"
    r"|(?P<thin>\\,)|(?P<tie>~)|\{(?P<braced>[\[\]*])\}|(?P<empty>\{\})"
)


def text_of_html(content: bytes) -> str:
    """Everything on the page, with the descriptions of its pictures."""
    page = read_page(content)
    descriptions = [image.attributes.get("alt", "") for image in page.all("img")]
    return " ".join([page.text(), *descriptions])


def html_of_markdown(content: bytes) -> bytes:
    """What GitHub shows: CommonMark with tables; HTML is let through, so that it could do harm."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return reader.render(content.decode()).encode()


def text_of_markdown(content: bytes) -> str:
    return text_of_html(html_of_markdown(content))


def text_of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def text_of_word(content: bytes) -> str:
    """The body with its tables, then the descriptions of pictures; a paragraph is a line."""
    body = docx.Document(io.BytesIO(content)).element.body
    paragraphs = (
        "".join(run.text or "" for run in paragraph.iter(qn("w:t"))) for paragraph in body.iter(qn("w:p"))
    )
    descriptions = (picture.get("descr", "") for picture in body.iter(qn("wp:docPr")))
    return "\n".join([*paragraphs, *descriptions])


def text_of_latex(content: bytes) -> str:
    """The text of a table with its commands left in, and every escaped character as it is printed."""
    return LATEX.sub(_character, content.decode())


def text_of_csv(content: bytes) -> str:
    """All cells; the apostrophe that keeps a text from being a formula is taken off."""
    rows = csv.reader(io.StringIO(content.decode(), newline=""))
    return "\n".join(
        cell[1:] if cell.startswith(TAKEN_FOR_FORMULAS) else cell for row in rows for cell in row
    )


def text_of_excel(content: bytes) -> str:
    """All cells of all sheets, row by row, numbers as their values."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(
        str(cell.value).replace("_x005F_", "_")
        for sheet in book
        for row in sheet
        for cell in row
        if cell.value is not None
    )


EXTRACT = {
    "html": text_of_html,
    "pdf": text_of_pdf,
    "word": text_of_word,
    "markdown": text_of_markdown,
    "latex": text_of_latex,
    "csv": text_of_csv,
    "excel": text_of_excel,
}


def _character(found: re.Match[str]) -> str:
    if found["code"]:
        return chr(int(found["code"]))
    if found["sign"]:
        return LATEX_SIGNS[found["sign"]]
    if found["maths"]:
        return LATEX_MATHS[found["maths"]]
    if found["thin"] or found["tie"]:
        return "\u202f" if found["thin"] else "\u00a0"
    return found["escaped"] or found["braced"] or ""
