"""Sentences as HTML, and the templates that lay a page out.

Everything is escaped; the only markup made here is the span around a number, which says where the
number comes from. Templates are compiled once and hold words only by their keys in the catalogue.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from primus_eval.wording.pieces import Number, Quoted, Sentence

_HIDDEN = {
    code: f"[U+{code:04X}]"
    for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFEFF)
}
"""Characters that turn the direction of writing or cannot be seen are shown by their numbers."""
_CONTROL = {code: f"[U+{code:04X}]" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (9, 10, 13)}


def as_html(sentence: Sentence) -> Markup:
    """Return a sentence as escaped HTML, each number inside a span that names its source."""
    return Markup("").join(
        _number(piece) if isinstance(piece, Number) else _text(piece) for piece in sentence
    )


def render_template(name: str, **values: Any) -> str:
    """Lay out one page."""
    return _environment().get_template(name).render(**values)


def visible(text: str) -> str:
    """Show characters that would hide or reorder text by their code points.

    >>> visible("a" + chr(0x202E) + "b")
    'a[U+202E]b'
    """
    return text.translate(_HIDDEN).translate(_CONTROL)


def _text(piece: str | Quoted) -> Markup:
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
    environment.tests["table"] = lambda part: type(part).__name__ == "Table"
    environment.tests["figure"] = lambda part: type(part).__name__ == "Figure"
    return environment
