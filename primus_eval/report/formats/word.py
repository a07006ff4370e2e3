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
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from primus_eval.figures import theme
from primus_eval.report.display import Figure, Table
from primus_eval.report.document import Document
from primus_eval.report.formats.archive import EPOCH
from primus_eval.report.formats.word_pages import PAPERS, Paper, Picture, columns_of, lines_of, picture_of
from primus_eval.wording.pieces import Link, Number, Quoted, Sentence, plain_text, visible

DAY = f"{EPOCH.isoformat()}Z"
"""When the file says that it was made: no clock is read."""

SANS, SERIF = "Calibri", "Cambria"
COLOURS = {
    **{name: theme.DOCUMENT[name] for name in ("ink", "quiet", "paper", "tint", "accent", "stamp")},
    "grid": theme.GRID,
    "rule": theme.DOCUMENT["strong-rule"],
    "link": theme.DOCUMENT["treatment-text"],
    "treatment": theme.DOCUMENT["treatment-text"],
    "control": theme.DOCUMENT["control-text"],
}
_SPACES = re.compile(r"[\t\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A bookmark. Its name is ours: the id of a table may be longer than Word allows."""

    number: int
    name: str


def word_of(document: Document) -> bytes:
    """Write a document as a Word file."""
    paper = PAPERS[document.depth]
    pictures = {
        figure.id: picture_of(number, figure, paper) for number, figure in enumerate(document.figures, 1)
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


def _archive(parts: Mapping[str, bytes]) -> bytes:
    """Pack the parts, in the same bytes whenever and wherever it is done with the same zlib."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH.timetuple()[:6])
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
        "columns": columns_of,
        "lines": lines_of,
        "line": lambda text: _on_one_line(visible(text)),
        "text": lambda sentence: _on_one_line(visible(plain_text(sentence))),
    }
    environment.tests["table"] = lambda part: isinstance(part, Table)
    environment.tests["figure"] = lambda part: isinstance(part, Figure)
    return environment
