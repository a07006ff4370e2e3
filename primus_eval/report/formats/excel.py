"""The tables of a report as one Excel workbook: a sheet of contents, then one sheet for each table.

A cell that holds one printed number holds that number, with the digits that were printed and no others;
everything else is text, and text is never a formula. The same document gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from textwrap import wrap
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from primus_eval.figures import theme
from primus_eval.report.display import Row, Table
from primus_eval.report.document import Document
from primus_eval.report.files import FORMULA_STARTS, file_name
from primus_eval.report.formats.archive import EPOCH, timeless
from primus_eval.report.formats.columns import widths
from primus_eval.wording.numbers import MINUS, form_of
from primus_eval.wording.pieces import Number, Sentence, plain_text, visible

FILE = "tables.xlsx"
LINE = 115
"""How many characters fit on a line of A4, landscape."""
LINE_PT = 15.0
HIGHEST_PT = 409.0
"""Heights of a line and, at most, of a row."""
FULL, FULL_BOLD = 1.08, 0.95
"""How many letters of a text stand in the width of a digit, where words are not broken."""
LONGEST_NAME = 31
MOST_CHARACTERS = 32_767
MOST_IN_HEADER = 200
"""What Excel takes as the name of a sheet, in a cell, and at the head of a printed page."""

TYPEFACE = "Calibri"
RED = "7A1020"
GREY = theme.QUIET.removeprefix("#").upper()
LINK = theme.ARMS["treatment"].text.removeprefix("#").upper()
SHADE = PatternFill("solid", fgColor=theme.TINT.removeprefix("#").upper())
RULE = Side(style="thin", color=theme.RULE.removeprefix("#").upper())


def excel_tables(document: Document) -> dict[str, bytes]:
    """Return all tables of a document as one workbook, by relative name."""
    book = Workbook()
    book.remove(book.worksheets[0])
    names = sheet_names(document)
    _contents(book.create_sheet(names[""]), document, names)
    for table in document.tables:
        _Sheet(book.create_sheet(names[table.id]), document, len(table.head)).fill(table)
    about = book.properties
    about.title, about.language = visible(plain_text(document.title)), document.language
    about.creator, about.created, about.modified = "", EPOCH, EPOCH
    written = BytesIO()
    book.save(written)
    return {FILE: timeless(written.getvalue(), _undated)}


def sheet_names(document: Document) -> Mapping[str, str]:
    """Return the name of each table's sheet by its id, and that of the contents under no id.

    At most 31 letters, digits, hyphens and underscores, and no two alike whatever their case.
    """
    names = {"": document.words.text("page.contents")}
    for table in document.tables:
        stem = name = file_name(table.id)[:LONGEST_NAME].rstrip("-")
        number = 1
        while name.casefold() in {taken.casefold() for taken in names.values()}:
            number += 1
            name = f"{stem[: LONGEST_NAME - len(str(number)) - 1]}-{number}"
        names[table.id] = name
    return names


def number_in(sentence: Sentence, language: str) -> tuple[float, str] | None:
    """Return a printed number as a value and the format that prints it again; None for any other text.

    A text is a number only where it is one printed number and nothing else: "48 of 216" is none, nor is
    "< 0.001". The value has the digits that were printed, whatever the finding holds.

    >>> number_in((Number(text="−8.30", kind="count", source="x"),), "en")
    (-8.3, '#,##0.00;"−"#,##0.00')
    """
    if len(sentence) != 1 or not isinstance(sentence[0], Number):
        return None
    form, text = form_of(language), sentence[0].text
    sign = form.percent_sign if text.endswith(form.percent_sign) else ""
    bare = text.removesuffix(sign).replace(form.thousands_mark, "").replace(form.decimal_mark, ".")
    if not re.fullmatch(rf"{MINUS}?\d+(\.\d+)?", bare, re.ASCII):
        return None
    value = Decimal(bare.replace(MINUS, "-"))
    digits = len(bare.partition(".")[2])
    printed = "#,##0" + (f".{'0' * digits}" if digits else "") + sign
    return float(value / 100 if sign else value), f'{printed};"{MINUS}"{printed}'


class _Sheet:
    """One sheet, filled from above: `row` is the one that was filled last."""

    def __init__(self, sheet: Worksheet, document: Document, columns: int) -> None:
        self.sheet, self.document, self.columns, self.row = sheet, document, columns, 0
        _print_setup(sheet, document)
        for stamp in document.stamps:
            self.across(stamp, _font(bold=True, color=RED))

    def fill(self, table: Table) -> None:
        """Set a table: caption, headings that stay in sight, groups of rows, notes."""
        for place, width in enumerate(widths(table, LINE)):
            self.sheet.column_dimensions[get_column_letter(place + 1)].width = width
        self.across(table.caption, _font(bold=True, size=12))
        self.row += 1
        for place, head in enumerate(table.head):
            cell = self._cell(place, head, table, _font(bold=True))
            cell.border = Border(top=RULE, bottom=RULE)
            cell.alignment = _aligned(table, place, vertical="bottom")
        self.sheet.freeze_panes = f"A{self.row + 1}"
        self.sheet.print_title_rows = f"{self.row}:{self.row}"
        for group in table.groups:
            if group.header:
                self.across(group.header, _font(bold=True), fill=SHADE)
            for row in group.rows:
                self._fill_row(row, table)
        self._rule()
        for note in table.notes:
            self.across(note, _font(italic=True, color=GREY))

    def across(self, sentence: Sentence, font: Font, *, fill: PatternFill | None = None) -> None:
        """Set a text into a row of its own, across all columns."""
        self.row += 1
        self._merge(sentence, font, first=0)
        if fill is not None:
            for column in range(self.columns):
                self.sheet.cell(self.row, column + 1).fill = fill

    def pair(self, label: Sentence, text: Sentence) -> Cell:
        """Set a label and its text side by side, and return the cell of the label."""
        self.row += 1
        for place, sentence in enumerate((label, text)):
            cell = self.sheet.cell(self.row, place + 1)
            _write(cell, plain_text(sentence))
            cell.font, cell.alignment = _font(), _aligned()
            self._make_room(sentence, place, place + 1)
        return self.sheet.cell(self.row, 1)

    def _fill_row(self, row: Row, table: Table) -> None:
        self.row += 1
        font = _font(bold=row.emphasis == "primary")
        detail: Sentence = ("\n", *row.detail) if row.detail else ()
        first = self._cell(0, (*row.header, *detail), table, font)
        if row.emphasis == "part":
            first.alignment = _aligned(indent=1)
        for place, cell in enumerate(row.cells, start=1):
            self._cell(place, cell, table, font)
        if row.across:
            self._merge(row.across, font, first=1 + len(row.cells))
        for remark in row.remarks:
            self.across(remark, _font(italic=True))

    def _cell(self, place: int, sentence: Sentence, table: Table, font: Font) -> Cell:
        cell = self.sheet.cell(self.row, place + 1)
        number = number_in(sentence, self.document.language)
        if number is not None:
            cell.value, cell.number_format = number
        elif sentence:
            _write(cell, plain_text(sentence))
        cell.font = font
        cell.alignment = _aligned(table, place)
        self._make_room(sentence, place, place + 1, bold=bool(font.bold))
        return cell

    def _merge(self, sentence: Sentence, font: Font, *, first: int) -> None:
        """Set a text across the columns from `first` on."""
        cell = self.sheet.cell(self.row, first + 1)
        _write(cell, plain_text(sentence))
        cell.font, cell.alignment = font, _aligned()
        if first + 1 < self.columns:
            self.sheet.merge_cells(
                start_row=self.row, end_row=self.row, start_column=first + 1, end_column=self.columns
            )
        self._make_room(sentence, first, self.columns, bold=bool(font.bold))

    def _make_room(self, sentence: Sentence, first: int, end: int, *, bold: bool = False) -> None:
        """Make a row as high as a text needs across these columns; not every program does so itself."""
        width = sum(self._width(column) for column in range(first, end))
        room = max(1, int(width * (FULL_BOLD if bold else FULL)))
        lines = sum(max(1, len(wrap(line, room))) for line in plain_text(sentence).split("\n"))
        row = self.sheet.row_dimensions[self.row]
        row.height = min(HIGHEST_PT, max(row.height or LINE_PT, LINE_PT * lines))

    def _width(self, column: int) -> float:
        return float(self.sheet.column_dimensions[get_column_letter(column + 1)].width)

    def _rule(self) -> None:
        for column in range(self.columns):
            self.sheet.cell(self.row, column + 1).border = Border(bottom=RULE)


def _contents(sheet: Worksheet, document: Document, names: Mapping[str, str]) -> None:
    """Say what the tables are about, and where each is."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = LONGEST_NAME + 3, LINE - 34
    page = _Sheet(sheet, document, 2)
    page.across(document.title, _font(bold=True, size=14))
    for sentence in _about(document):
        page.across(sentence, _font())
    for label, text in document.facts:
        page.pair(label, text).font = _font(color=GREY)
    page.across((names[""],), _font(bold=True, size=12))
    for table in document.tables:
        link = page.pair((names[table.id],), table.caption)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{names[table.id]}'!A1")
        link.font = _font(underline="single", color=LINK)
    for sentence in document.footer:
        page.across(sentence, _font(italic=True, color=GREY))


def _about(document: Document) -> Iterator[Sentence]:
    """Yield what stands above the list of tables: the programme, the result, and who was analysed."""
    headline = document.headline
    for sentence in (
        document.kicker,
        document.programme,
        headline.kicker,
        headline.sentence,
        document.caution,
        headline.truth,
        headline.analysed,
    ):
        if sentence:
            yield sentence


def _print_setup(sheet: Worksheet, document: Document) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.sheet_view.showGridLines = False
    sheet.oddHeader.left.text = _in_header(plain_text(document.title))
    sheet.oddHeader.right.text = _in_header(" · ".join(map(plain_text, document.tags)))
    sheet.oddHeader.right.color = RED
    sheet.oddFooter.right.text = "&P / &N"


def _in_header(text: str) -> str:
    """Return a text as it stands at the head of a page, where an ampersand would begin a command."""
    return _safe(text)[:MOST_IN_HEADER].replace("&", "&&")


def _font(**settings: Any) -> Font:
    return Font(name=TYPEFACE, **{"size": 11, **settings})


def _aligned(
    table: Table | None = None, place: int = 0, *, vertical: str = "top", indent: int = 0
) -> Alignment:
    side = "right" if table is not None and place in table.numeric else "left"
    return Alignment(horizontal=side, vertical=vertical, indent=indent, wrap_text=True)


def _write(cell: Cell, text: str) -> None:
    """Set a text as text, whatever it looks like."""
    cell.value = _safe(text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(FORMULA_STARTS)


def _safe(text: str) -> str:
    """Return a text that a workbook takes: nothing unseen, and nothing that it reads as a code."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", visible(text))[:MOST_CHARACTERS]


def _undated(name: str, content: bytes) -> bytes:
    """Take out the time at which the workbook was saved."""
    if name != "docProps/core.xml":
        return content
    day = EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + day, content)
