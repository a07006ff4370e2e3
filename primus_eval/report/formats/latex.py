"""The tables of a report in LaTeX, to be set into an article: `\\input{tables/results.tex}`.

Each file is one table with its caption, headings repeated where it runs over pages, and its notes.
Text is data: every character that LaTeX would read as anything else is written out, and one that the
usual fonts lack is written by its code point, which is printed where a font has no sign for it.
The files are set by pdfLaTeX, LuaLaTeX and XeLaTeX.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from primus_eval.report.display import Row, Table
from primus_eval.report.document import Document
from primus_eval.report.files import file_name
from primus_eval.report.formats.columns import LONGEST_WORD, lines_of, rows_of, shares
from primus_eval.wording.pieces import Sentence, plain_text, visible

PACKAGES = r"\usepackage{array,booktabs,longtable}"
ENCODING = r"\usepackage[T1]{fontenc}"
"""What a document that takes these tables in must load; the encoding only for pdfLaTeX."""

LINE = 101
"""How many small characters fit on a line of an article."""
SHORT = 26
"""A table of more lines than these runs over pages, as a longtable."""
PIECE = 12
"""A very long word, such as a fingerprint, may be broken after so many characters."""

ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "[": r"{[}",
    "]": r"{]}",
    "*": r"{*}",
    "\u00a0": "~",
    "\u202f": r"\,",
    "\u2009": r"\thinspace{}",
    "\u2212": r"\ensuremath{-}",
    "\u2260": r"\ensuremath{\neq}",
    "\u2264": r"\ensuremath{\leq}",
    "\u2265": r"\ensuremath{\geq}",
    "\u2192": r"\ensuremath{\rightarrow}",
}
"""Brackets and stars would be options of the end of a row."""

JOINING = "-,"
"""Two of these would be joined into a dash, or into a quotation mark."""

BREAK = r"\allowbreak{}"
_SET_UP = frozenset(map(chr, (*range(0xA1, 0x180), *range(0x2010, 0x2015)))) | frozenset("‘’‚“”„†‡•…‰‹›€™")
_NOT_SET_UP = frozenset("\u00adĦħĸĿŀŉŦŧſ")
PRINTABLE = frozenset(map(chr, range(0x20, 0x7F))) | (_SET_UP - _NOT_SET_UP)
"""What pdfLaTeX sets with its T1 fonts; tried character by character."""

BY_CODE = (
    r"\providecommand*{\tablecharacter}[2]{\ifdefined\Uchar\iffontchar\font#1 \Uchar#1 \else[U+#2]\fi"
    r"\else[U+#2]\fi}"
)
"""A command for all others: the character where engine and font have it, else its code point."""


def latex_tables(document: Document) -> dict[str, bytes]:
    """Return every table of a document as a LaTeX file, by relative name."""
    files: dict[str, bytes] = {}
    for table in document.tables:
        stem = name = file_name(table.id)
        while f"tables/{name}.tex" in files:
            name = f"{stem}-{len(files)}"
        files[f"tables/{name}.tex"] = latex_table(table, document).encode()
    return files


def latex_table(table: Table, document: Document) -> str:
    """Return one table of a document in LaTeX."""
    return "\n".join(_lines(table, document)) + "\n"


def escaped(text: str) -> str:
    """Return a text in which LaTeX finds nothing but characters.

    >>> print(escaped("50% of $x_1$ & \\\\input -- æ"))
    50\\% of \\$x\\_1\\$ \\& \\textbackslash{}input -{}- æ
    """
    words = re.split(r"[ \t\r\n]+", unicodedata.normalize("NFC", visible(text)))
    return " ".join(map(_word, words))


def _word(word: str) -> str:
    signs = [_sign(character) for character in word]
    for place, (character, following) in enumerate(pairwise(word)):
        if character == following and character in JOINING:
            signs[place] += "{}"
    if len(signs) <= LONGEST_WORD:
        return "".join(signs)
    pieces = ("".join(signs[start : start + PIECE]) for start in range(0, len(signs), PIECE))
    return BREAK.join(pieces)


def _sign(character: str) -> str:
    if character in ESCAPES:
        return ESCAPES[character]
    if character in PRINTABLE:
        return character
    return rf"\tablecharacter{{{ord(character)}}}{{{ord(character):04X}}}"


def _text(sentence: Sentence) -> str:
    return escaped(plain_text(sentence))


def _lines(table: Table, document: Document) -> Iterator[str]:
    yield "% " + document.words.text("latex.needs", packages=PACKAGES, encoding=ENCODING)
    given = shares(table, LINE)
    caption, body, notes = _caption(table, document), list(_body(table, given)), list(_notes(table, given))
    if any(r"\tablecharacter" in line for line in (caption, *body, *notes)):
        yield BY_CODE
    columns = "".join(_column(table, column, share, "p") for column, share in enumerate(given))
    lay_out = _long if _height(table, given) > SHORT else _short
    yield r"\begingroup\small\renewcommand{\arraystretch}{1.15}"
    yield from lay_out(caption, columns, _head(table, given), body, notes)
    yield r"\endgroup"


def _short(caption: str, columns: str, head: str, body: list[str], notes: list[str]) -> Iterator[str]:
    yield r"\begin{table}[htbp]\small\centering"
    yield caption
    yield rf"\begin{{tabular}}{{{columns}}}"
    yield from (r"\toprule", head, r"\midrule", *body, r"\bottomrule", *notes)
    yield r"\end{tabular}"
    yield r"\end{table}"


def _long(caption: str, columns: str, head: str, body: list[str], notes: list[str]) -> Iterator[str]:
    yield r"\setlength{\LTcapwidth}{\linewidth}"
    yield rf"\begin{{longtable}}{{{columns}}}"
    yield caption + r"\\"
    yield from (r"\toprule", head, r"\midrule", r"\endfirsthead")
    yield from (r"\toprule", head, r"\midrule", r"\endhead")
    yield from (r"\bottomrule", r"\endfoot", r"\bottomrule", *notes, r"\endlastfoot")
    yield from body
    yield r"\end{longtable}"


def _caption(table: Table, document: Document) -> str:
    stamps = "".join(rf"\textbf{{{_text(tag)}.}} " for tag in document.tags)
    return rf"\caption{{{stamps}{_text(table.caption)}}}\label{{tab:{file_name(table.id)}}}"


def _column(table: Table, column: int, share: float, kind: str) -> str:
    side = r"\raggedleft" if column in table.numeric else r"\raggedright"
    return rf">{{{side}\arraybackslash}}{kind}{{{_room(share)}}}"


def _room(share: float) -> str:
    return rf"\dimexpr{share:.4f}\linewidth-2\tabcolsep\relax"


def _head(table: Table, given: Sequence[float]) -> str:
    """Set the headings upon the rule beneath them, on however many lines."""
    cells = (
        rf"\multicolumn{{1}}{{{_column(table, column, given[column], 'b')}}}{{\textbf{{{_text(head)}}}}}"
        for column, head in enumerate(table.head)
    )
    return " & ".join(cells) + r" \\"


def _body(table: Table, given: Sequence[float]) -> Iterator[str]:
    for place, group in enumerate(table.groups):
        if place:
            yield r"\addlinespace"
        if group.header:
            yield _across(rf"\textbf{{{_text(group.header)}}}", given) + r" \\*"
        for row in group.rows:
            yield from _row(row, given)


def _row(row: Row, given: Sequence[float]) -> Iterator[str]:
    cells = [_first(row), *(_set(_text(cell), row) for cell in row.cells)]
    left = given[len(cells) :]
    cells += [_across(_set(_text(row.across), row), left)] if row.across else [""] * len(left)
    yield " & ".join(cells) + (r" \\*" if row.remarks else r" \\")
    for remark in row.remarks:
        yield _across(rf"\footnotesize {_text(remark)}", given) + r" \\"


def _first(row: Row) -> str:
    indent = r"\leftskip=1em\relax " if row.emphasis == "part" else ""
    detail = rf"\newline{{\footnotesize {_text(row.detail)}}}" if row.detail else ""
    return indent + _set(_text(row.header), row) + detail


def _set(text: str, row: Row) -> str:
    return rf"\textbf{{{text}}}" if row.emphasis == "primary" and text else text


def _across(text: str, given: Sequence[float]) -> str:
    """Let a text run across columns, given the share of the line that each of them has."""
    width = _room(sum(given))
    return rf"\multicolumn{{{len(given)}}}{{>{{\raggedright\arraybackslash}}p{{{width}}}}}{{{text}}}"


def _notes(table: Table, given: Sequence[float]) -> Iterator[str]:
    for note in table.notes:
        yield _across(rf"\footnotesize {_text(note)}", given) + r" \\"


def _height(table: Table, given: Sequence[float]) -> int:
    """Estimate on how many lines a table stands, without its notes."""
    rooms = [share * LINE for share in given]
    lines = sum(bool(group.header) for group in table.groups)
    for row in rows_of(table):
        cells = zip((row.header, *row.cells), rooms, strict=False)
        lines += max(lines_of(cell, room) for cell, room in cells) + bool(row.detail) + len(row.remarks)
    return lines
