"""Sentences as HTML, and the templates that lay a page out.

Everything is escaped; the only markup made here is the span around a number, which says where the
number comes from. Templates are compiled once and hold words only by their keys in the catalogue.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from primus_eval.wording.pieces import Link, Number, Piece, Sentence, plain_text, visible


def as_html(sentence: Sentence) -> Markup:
    """Return a sentence as escaped HTML, each number inside a span that names its source."""
    return Markup("").join(map(_piece, sentence))


def render_template(name: str, **values: Any) -> str:
    """Lay out one page."""
    return _environment().get_template(name).render(**values)


def _piece(piece: Piece) -> Markup:
    if isinstance(piece, Number):
        return _number(piece)
    if isinstance(piece, Link):
        return Markup('<a href="#{}">{}</a>').format(piece.target, visible(piece.text))
    if isinstance(piece, str):
        return escape(piece)
    return Markup("<span data-quoted>{}</span>").format(visible(piece.text))


def _number(number: Number) -> Markup:
    attributes = {f"data-{number.kind}": number.source}
    if number.field:
        attributes |= {"data-field": number.field, "data-form": number.form}
    if number.row is not None:
        attributes["data-row"] = str(number.row)
    listed = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in attributes.items())
    return Markup('<span class="n"{}>{}</span>').format(listed, number.text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("primus_eval.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.filters["html"] = as_html
    environment.filters["visible"] = visible
    environment.filters["text"] = lambda sentence: visible(plain_text(sentence))
    environment.filters["data_uri"] = lambda png: "data:image/png;base64," + b64encode(png).decode()
    environment.tests["table"] = lambda part: type(part).__name__ == "Table"
    environment.tests["figure"] = lambda part: type(part).__name__ == "Figure"
    return environment
