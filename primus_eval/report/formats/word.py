"""A document as a Word file that an editor can go on with: every look is a style, every table a table.

The parts of the file are XML templates (Office Open XML, ECMA-376); texts reach them as escaped runs and
nowhere else. Nothing in the file is a macro or points outside it; the only fields are the numbers of the
pages. No library is needed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from primus_eval.figures import theme
from primus_eval.report.display import Figure, Row, Table
from primus_eval.report.document import Document
from primus_eval.report.formats.columns import widths
from primus_eval.vocabulary import ReportDepth
from primus_eval.wording.pieces import Link, Number, Quoted, Sentence, plain_text, visible

DAY = "1980-01-01T00:00:00Z"
"""The day that the file says it was made: no clock is read, and an archive cannot hold an earlier one."""

SANS, SERIF = "Calibri", "Cambria"
COLOURS = {
    "ink": theme.INK,
    "quiet": theme.QUIET,
    "paper": theme.PAPER,
    "grid": theme.GRID,
    "tint": "#f3f5f7",
    "rule": "#6b7580",
    "accent": "#12344d",
    "stamp": "#7a1020",
    "link": theme.ARMS["treatment"].text,
    "treatment": theme.ARMS["treatment"].text,
    "control": theme.ARMS["control"].text,
}
TABLE_PT = 8.5
LETTER = 0.47
"""The mean width of a letter, in multiples of the size of the type."""

TOGETHER = 8
"""A table of so few rows is not broken across pages; a longer one keeps rows at its ends together."""

EMU_PER_TWIP, EMU_PER_MM = 635, 36000
LANDSCAPE_MM, PORTRAIT_MM = 105, 205
"""How tall a picture may be that is wider than tall, and any other."""

_SPACES = re.compile(r"[\t\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A page of A4, in twentieths of a point (twips). scale: of all type; air: of the space between."""

    scale: float
    air: float
    side: int
    top: int
    bottom: int
    edge: int
    width: int = 11906
    height: int = 16838
    gap: int = 400

    @property
    def room(self) -> int:
        """The width of a line."""
        return self.width - 2 * self.side

    @property
    def column(self) -> int:
        """The width of a line where a page has two columns."""
        return (self.room - self.gap) // 2


PAPERS: Mapping[ReportDepth, Paper] = {
    "full": Paper(scale=1.0, air=1.0, side=1134, top=1360, bottom=1134, edge=567),
    "jury": Paper(scale=0.86, air=0.65, side=1020, top=1130, bottom=900, edge=480),
    "summary": Paper(scale=0.8, air=0.45, side=737, top=760, bottom=600, edge=340),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture's part of the file; width and height in English metric units."""

    number: int
    file: str
    relation: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A bookmark. Its name is ours: the id of a table may be longer than Word allows."""

    number: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a table, the heading of a group of rows, or a remark. keep: on one page with the next line."""

    keep: bool = False
    row: Row | None = None
    group: Sentence = ()
    remark: Sentence = ()


def word_of(document: Document) -> bytes:
    """Write a document as a Word file."""
    paper = PAPERS[document.depth]
    pictures = {
        figure.id: _picture(number, figure, paper) for number, figure in enumerate(document.figures, 1)
    }
    values = _values(document, paper, pictures)
    texts = {
        "[Content_Types].xml": "content_types.xml",
        "_rels/.rels": "package.rels",
        "docProps/core.xml": "core.xml",
        "word/_rels/document.xml.rels": "document.rels",
        **{
            f"word/{name}.xml": f"{name}.xml"
            for name in ("document", "styles", "numbering", "settings", "header", "footer")
        },
    }
    parts = {
        name: _environment().get_template(f"{template}.j2").render(values).strip().encode()
        for name, template in texts.items()
    }
    parts |= {f"word/media/{pictures[figure.id].file}": figure.png for figure in document.figures}
    return _archive(parts)


def _values(document: Document, paper: Paper, pictures: Mapping[str, Picture]) -> dict[str, Any]:
    """Return what the templates lay out."""
    words = document.words
    contents: list[tuple[str, Sentence]] = [(section.id, section.title) for section in document.sections]
    if document.terms:
        contents.append(("glossary", words.say("page.glossary")))
    ids = [*(id for id, _ in contents), *(table.id for table in document.tables)]
    return {
        "document": document,
        "headline": document.headline,
        "w": words.text,
        "locale": words.text("word.locale"),
        "page_line": words.say("word.page", page=Quoted("PAGE"), pages=Quoted("NUMPAGES")),
        "contents": contents,
        "glossary": words.say("page.glossary"),
        "places": {id: Place(number=n, name=f"place_{n}") for n, id in enumerate(ids, 1)},
        "pictures": pictures,
        "page": paper,
        "is_in_columns": _is_in_columns(document),
        "half_points": lambda pt: round(2 * pt * paper.scale),
        "twips": lambda pt: round(20 * pt * paper.air),
        "day": DAY,
        "sans": SANS,
        "serif": SERIF,
        **{name: colour.removeprefix("#") for name, colour in COLOURS.items()},
    }


def _is_in_columns(document: Document) -> bool:
    """Whether what was judged and what was found stand side by side: on one page, if somebody judged."""
    return document.depth == "summary" and any(table.id == "criteria" for table in document.tables)


def _picture(number: int, figure: Figure, paper: Paper) -> Picture:
    """Fit a picture to the width of a line, and to a part of the height of a page."""
    tallest_mm = LANDSCAPE_MM if figure.width_px > figure.height_px else PORTRAIT_MM
    across = EMU_PER_TWIP * paper.room / figure.width_px
    scale = min(across, paper.scale * EMU_PER_MM * tallest_mm / figure.height_px)
    return Picture(
        number=number,
        file=f"figure{number}.png",
        relation=f"figure{number}",
        width=round(scale * figure.width_px),
        height=round(scale * figure.height_px),
    )


def _archive(parts: Mapping[str, bytes]) -> bytes:
    """Pack the parts, in the same bytes whenever and wherever it is done with the same zlib."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


@pass_context
def _runs(context: Context, sentence: Sentence, style: str = "") -> Markup:
    """Return a sentence as runs; a reference leads to its place where that is in this document."""
    places = context["places"]
    made = Markup("")
    for piece in sentence:
        if isinstance(piece, str):
            made += _run(piece, style)
        elif isinstance(piece, Link) and piece.target in places:
            made += Markup('<w:hyperlink w:anchor="{}" w:history="1">{}</w:hyperlink>').format(
                places[piece.target].name, _run(visible(piece.text), style or "Hyperlink")
            )
        else:
            made += _run(visible(piece.text), style or ("Number" if isinstance(piece, Number) else ""))
    return made


def _run(text: str, style: str = "") -> Markup:
    look = Markup('<w:rPr><w:rStyle w:val="{}"/></w:rPr>').format(style) if style else Markup("")
    return Markup('<w:r>{}<w:t xml:space="preserve">{}</w:t></w:r>').format(look, _on_one_line(text))


def _on_one_line(text: str) -> str:
    return _SPACES.sub(" ", text)


def _lines(table: Table) -> list[Line]:
    """Return the lines of a table, and which of them must not be parted from the next."""
    lines: list[Line] = []
    for group in table.groups:
        if group.header:
            lines.append(Line(group=group.header, keep=True))
        for row in group.rows:
            lines.append(Line(row=row, keep=bool(row.remarks)))
            lines += [
                Line(remark=remark, keep=n < len(row.remarks)) for n, remark in enumerate(row.remarks, 1)
            ]
    last = len(lines) - 1
    is_short = last < TOGETHER
    return [
        replace(line, keep=bool(table.notes))
        if n == last
        else replace(line, keep=line.keep or is_short or n < 2 or n == last - 1)
        for n, line in enumerate(lines)
    ]


@pass_context
def _columns(context: Context, table: Table, room: int) -> tuple[int, ...]:
    """Divide a line of so many twips among the columns of a table."""
    letters = int(room / (20 * TABLE_PT * LETTER * context["page"].scale))
    asked = widths(table, letters)
    return tuple(int(room * width / max(letters, sum(asked))) for width in asked)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("primus_eval.report", "templates/word"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.filters |= {
        "runs": _runs,
        "run": _run,
        "columns": _columns,
        "lines": _lines,
        "line": lambda text: _on_one_line(visible(text)),
        "text": lambda sentence: _on_one_line(visible(plain_text(sentence))),
    }
    environment.tests["table"] = lambda part: isinstance(part, Table)
    environment.tests["figure"] = lambda part: isinstance(part, Figure)
    return environment
