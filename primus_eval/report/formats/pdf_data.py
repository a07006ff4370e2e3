"""What the template of a PDF reads: a document as plain data, every text in the order in which it is printed.

A sentence becomes a list of runs: a text, a reference to another place, or a text in parts between which
a line may end. What the typefaces lack is shown by its code point.
"""

from __future__ import annotations

import re
from typing import Any

from primus_eval.figures import theme
from primus_eval.figures.lettering import drawable
from primus_eval.report.display import Figure, Group, Paragraphs, Row, Section, Table
from primus_eval.report.document import SHEETS, Document
from primus_eval.report.formats.pdf_widths import COLUMN, LINE, is_short, widths_of
from primus_eval.report.headline import Headline
from primus_eval.wording.pieces import Link, Number, Sentence, plain_text, visible

LONG_CELL = 1200
"""A row with a text of more characters than this may be divided between pages."""

LONG_HEADING = 400
"""A heading of a column or of a group with more characters is set like a row: it may be divided, and
is not repeated on the next page."""

SHORT_TITLE = 80
"""Characters of the title that the head of a page repeats."""

IN_COLUMNS = ("criteria", "evidence")
"""Tables that stand side by side where somebody judged the programme."""

SHEET_TABLES = (*IN_COLUMNS, "process")
"""Tables whose rows are items that a text says something of."""

COLOURS = {
    "ink": theme.INK,
    "quiet": theme.QUIET,
    "paper": theme.PAPER,
    "treatment": theme.ARMS["treatment"].line,
    "treatment_text": theme.ARMS["treatment"].text,
    "control": theme.ARMS["control"].line,
    "control_text": theme.ARMS["control"].text,
}
"""The colours that a page shares with the figures."""

HEADLINE = [
    "kicker",
    "sentence",
    "figure",
    "figure_unit",
    "interval",
    "people",
    "analysed",
    "truth",
]
"""The sentences of the result at a glance."""

WORDS = ("page.contents", "page.glossary", "headline.change")
"""What the template says of its own, by the keys in the catalogue."""

_UNBROKEN = re.compile(r"\S{16,}")
_WORD = re.compile(r"\W*\w{1,24}\W*")
_PART = re.compile(r"[^._/:=-]{1,12}[._/:=-]*|[._/:=-]{1,12}")
_NOT_ASCII = re.compile(r"[^ -~]")
_JOINERS = "\u00ad\u200c\u200d"
"""The soft hyphen and the joiners of letters: not to be seen, and needed."""

Runs = list[str | dict[str, Any]]


def data_of(document: Document) -> dict[str, Any]:
    """Return a document as the template reads it."""
    return _Data(document).whole()


def path_of(figure: Figure) -> str:
    """Return the name under which the template finds a picture."""
    return f"figures/{figure.id}.svg"


def printable(text: str) -> str:
    """Return a text as the typefaces can show it: the rest by code points, and no line breaks.

    >>> printable("Grøn start"), printable("\\u4f60\\n" + chr(0x202E))
    ('Grøn start', '[U+4F60] [U+202E]')
    """
    return _NOT_ASCII.sub(_shown, visible(text))


def _shown(found: re.Match[str]) -> str:
    character = found.group()
    if character in _JOINERS:
        return character
    drawn = drawable(character)
    return drawn if drawn in (character, " ") else f"[U+{ord(character):04X}]"


class _Data:
    """A document as the template reads it: nothing but texts, in the order in which they are printed."""

    def __init__(self, document: Document) -> None:
        self.document = document
        sections = {section.id for section in document.sections}
        parts = {table.id for table in document.tables} | {figure.id for figure in document.figures}
        self.is_judged = any(table.id == "criteria" for table in document.tables)
        self.places = {id: f"part-{id}" for id in parts} | {id: f"section-{id}" for id in sections}

    def whole(self) -> dict[str, Any]:
        document = self.document
        word = document.words.text
        return {
            "language": document.language,
            "depth": document.depth,
            "has_sheet": document.depth in SHEETS,
            "is_judged": self.is_judged,
            "colours": COLOURS,
            "words": {key: word(key) for key in WORDS},
            "page_title": printable(plain_text(document.page_title)),
            "short_title": _shortened(printable(plain_text(document.title))),
            "kicker": self.runs(document.kicker),
            "title": self.runs(document.title),
            "programme": self.runs(document.programme),
            "disclaimer": self.runs(document.disclaimer),
            "stamps": self.all_runs(document.stamps),
            "tags": self.all_runs(document.tags),
            "facts": self.pairs(document.facts),
            "headline": self.headline(document.headline),
            "caution": self.runs(document.caution),
            "sections": [self.section(section) for section in document.sections],
            "terms": self.pairs(document.terms),
            "footer": self.all_runs(document.footer),
        }

    def runs(self, sentence: Sentence) -> Runs:
        """Return a sentence as runs: texts, references, and texts in parts between which a line may end."""
        runs: Runs = []
        text = ""
        for piece in sentence:
            if isinstance(piece, Link) and piece.target in self.places:
                runs += [*_breakable(text), {"to": self.places[piece.target], "text": printable(piece.text)}]
                text = ""
            elif isinstance(piece, Number):
                text += piece.text.replace(" ", "\u00a0")
            else:
                text += printable(piece if isinstance(piece, str) else piece.text)
        return runs + _breakable(text)

    def all_runs(self, sentences: tuple[Sentence, ...]) -> list[Runs]:
        return [self.runs(sentence) for sentence in sentences]

    def pairs(self, pairs: tuple[tuple[Sentence, Sentence], ...]) -> list[list[Runs]]:
        return [self.all_runs(pair) for pair in pairs]

    def headline(self, headline: Headline) -> dict[str, Any]:
        arms = [
            {
                "role": arm.role,
                "label": self.runs(arm.label),
                "number": self.runs((arm.number,)),
                "dots": arm.dots,
            }
            for arm in headline.arms
        ]
        return {name: self.runs(getattr(headline, name)) for name in HEADLINE} | {"arms": arms}

    def section(self, section: Section) -> dict[str, Any]:
        return {
            "id": section.id,
            "place": f"section-{section.id}",
            "title": self.runs(section.title),
            "parts": [self.part(part) for part in section.parts],
        }

    def part(self, part: Paragraphs | Table | Figure) -> dict[str, Any]:
        if isinstance(part, Table):
            return self.table(part)
        if isinstance(part, Figure):
            return self.figure(part)
        return {
            "kind": "prose",
            "heading": self.runs(part.heading),
            "paragraphs": self.all_runs(part.paragraphs),
            "items": self.all_runs(part.items),
        }

    def figure(self, figure: Figure) -> dict[str, Any]:
        return {
            "kind": "figure",
            "place": f"part-{figure.id}",
            "path": path_of(figure),
            "alt": printable(figure.alt),
            "caption": self.runs(figure.caption),
            "width_pt": figure.width_px * 72 / theme.DPI,
            "height_pt": figure.height_px * 72 / theme.DPI,
            "is_tall": figure.height_px > figure.width_px,
        }

    def table(self, table: Table) -> dict[str, Any]:
        line = COLUMN if self.is_judged and table.id in IN_COLUMNS else LINE
        is_sheet = table.id in SHEET_TABLES
        widths = widths_of(table, line, bold_headers=is_sheet)
        return {
            "kind": "table",
            "id": table.id,
            "place": f"part-{table.id}",
            "caption": self.runs(table.caption),
            "head": self.all_runs(table.head),
            "is_long": _is_long(table.head, LONG_HEADING),
            "widths": widths,
            "is_sheet": is_sheet,
            "numeric": sorted(table.numeric),
            "is_whole": is_short(table, widths, line),
            "groups": [self.group(group) for group in table.groups],
            "notes": self.all_runs(table.notes),
        }

    def group(self, group: Group) -> dict[str, Any]:
        return {
            "header": self.runs(group.header),
            "is_long": _is_long((group.header,), LONG_HEADING),
            "rows": [self.row(row) for row in group.rows],
        }

    def row(self, row: Row) -> dict[str, Any]:
        texts = (row.header, row.detail, *row.cells, row.across, *row.remarks)
        return {
            "header": self.runs(row.header),
            "detail": self.runs(row.detail),
            "cells": self.all_runs(row.cells),
            "across": self.runs(row.across),
            "remarks": self.all_runs(row.remarks),
            "emphasis": row.emphasis,
            "is_long": _is_long(texts, LONG_CELL),
        }


def _is_long(texts: tuple[Sentence, ...], most: int) -> bool:
    return any(len(plain_text(text)) > most for text in texts)


def _breakable(text: str) -> Runs:
    """Return a text as runs in which a word too long for a line, such as a checksum, is in parts.

    >>> _breakable("read numerics.cumulative_incidence now")
    ['read ', {'parts': ['numerics.', 'cumulative_', 'incidence']}, ' now']
    """
    runs: Runs = []
    done = 0
    for found in _UNBROKEN.finditer(text):
        if _WORD.fullmatch(found.group()) and not _has_digits(found.group()):
            continue  # a long word is hyphenated
        runs += [text[done : found.start()], {"parts": _PART.findall(found.group())}]
        done = found.end()
    return [run for run in (*runs, text[done:]) if run]


def _has_digits(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _shortened(title: str) -> str:
    """Cut a title to what the head of a page has room for, at the end of a word."""
    if len(title) <= SHORT_TITLE:
        return title
    cut = title[:SHORT_TITLE]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut[SHORT_TITLE // 2 :] else cut}…"
