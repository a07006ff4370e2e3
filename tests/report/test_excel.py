"""The workbook of tables: numbers with the digits that were printed, text that is never a formula."""

import io
import re
import zipfile
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest
from report_documents import LANGUAGES, assert_in_order, labelled, laid_out, shown, squeezed

from primus_eval.report.document import Document
from primus_eval.report.formats.excel import FILE, excel_tables, number_in, sheet_names
from primus_eval.wording.numbers import MINUS, form_of
from primus_eval.wording.pieces import Number, plain_text

SAMPLES = [(name, language) for name in ("maryland", "mentoring") for language in LANGUAGES]


@pytest.fixture(scope="module")
def documents(maryland, mentoring):
    views = {"maryland": maryland, "mentoring": mentoring}
    return {(name, language): laid_out(views[name], language) for name, language in SAMPLES}


@pytest.fixture(scope="module")
def workbooks(documents):
    return {key: excel_tables(document)[FILE] for key, document in documents.items()}


def read(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def displayed(cell, language: str) -> str:
    """What a spreadsheet shows in a cell: its text, or its number in the format that it has."""
    if cell.data_type != "n":
        return str(cell.value)
    positive = cell.number_format.partition(";")[0]
    form = form_of(language)
    is_percent = positive.endswith("%")
    digits = len(re.search(r"\.(0+)|$", positive).group(1) or "")
    value = Decimal(repr(cell.value)) * (100 if is_percent else 1)
    whole, _, decimals = f"{abs(value):,.{digits}f}".partition(".")
    text = whole.replace(",", form.thousands_mark) + (form.decimal_mark + decimals if digits else "")
    return (MINUS if value < 0 else "") + text + (form.percent_sign if is_percent else "")


def texts_of(table):
    yield from (table.caption, *table.head)
    for group in table.groups:
        yield group.header
        for row in group.rows:
            yield from ((*row.header, *row.detail), *row.cells, row.across, *row.remarks)
    yield from table.notes


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_every_table_has_a_sheet_with_every_text_in_order(documents, workbooks, key):
    document: Document = documents[key]
    book, names = read(workbooks[key]), sheet_names(document)
    assert [sheet.title for sheet in book] == list(names.values())
    for table in document.tables:
        cells = (cell for row in book[names[table.id]] for cell in row if cell.value is not None)
        text = squeezed(" ".join(displayed(cell, document.language) for cell in cells))
        assert_in_order([shown(sentence) for sentence in texts_of(table) if sentence], text)


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_a_number_has_the_digits_that_were_printed_and_no_others(documents, workbooks, key):
    document = documents[key]
    printed = {
        cell[0].text
        for table in document.tables
        for group in table.groups
        for row in group.rows
        for cell in (row.header, *row.cells)
        if len(cell) == 1 and isinstance(cell[0], Number) and number_in(cell, document.language)
    } | {head[0].text for table in document.tables for head in table.head if number_in(head, key[1])}
    numbers = [
        cell for sheet in read(workbooks[key]) for row in sheet for cell in row if cell.data_type == "n"
    ]
    numbers = [cell for cell in numbers if cell.value is not None]
    assert len(numbers) > 50
    for cell in numbers:
        text = displayed(cell, document.language)
        assert text in printed
        hundred = 2 if "%" in text else 0
        decimals = -Decimal(repr(cell.value)).normalize().as_tuple().exponent
        assert (
            decimals
            <= len(text.partition(form_of(document.language).decimal_mark)[2].rstrip(" \u00a0%")) + hundred
        )


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("−8.30", "en", (-8.3, '#,##0.00;"−"#,##0.00')),
        ("6,621", "en", (6621.0, '#,##0;"−"#,##0')),
        ("30.6%", "en", (0.306, '#,##0.0%;"−"#,##0.0%')),
        ("1\u202f234,5", "da", (1234.5, '#,##0.0;"−"#,##0.0')),
        ("30,6\u00a0%", "da", (0.306, '#,##0.0\u00a0%;"−"#,##0.0\u00a0%')),
        ("< 0.001", "en", None),
        ("1.234.5", "en", None),
        ("", "en", None),
    ],
)
def test_a_printed_number_is_read_back(text, language, expected):
    assert number_in((Number(text=text, kind="count", source="x"),), language) == expected


def test_words_and_several_numbers_are_no_number():
    five = Number(text="5", kind="count", source="x")
    assert number_in(("5",), "en") is None
    assert number_in((five, " of ", five), "en") is None
    assert number_in((), "en") is None


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_the_first_sheet_says_what_the_tables_are_about_and_leads_to_each(documents, workbooks, key):
    document = documents[key]
    book = read(workbooks[key])
    first = book.worksheets[0]
    text = squeezed(" ".join(str(cell.value) for row in first for cell in row if cell.value is not None))
    said = [*document.stamps, document.title, document.headline.kicker, document.headline.analysed]
    assert_in_order(
        [shown(sentence) for sentence in (*said, *(table.caption for table in document.tables))], text
    )
    links = [cell.hyperlink.location for row in first for cell in row if cell.hyperlink]
    assert links == [f"'{sheet.title}'!A1" for sheet in book.worksheets[1:]]


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_stamps_stand_on_every_sheet_and_every_printed_page(documents, workbooks, key):
    document = documents[key]
    for sheet in read(workbooks[key]):
        top = [sheet.cell(row + 1, 1).value for row in range(len(document.stamps))]
        assert top == [plain_text(stamp) for stamp in document.stamps]
        assert (sheet.oddHeader.right.text or "") == " · ".join(map(plain_text, document.tags))


def test_internal_findings_are_stamped():
    for sheet in read(excel_tables(labelled("x"))[FILE]):
        assert sheet["A1"].value.startswith("INTERNAL")


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_sheets_are_set_for_print_and_headings_stay(workbooks, key):
    for sheet in read(workbooks[key]).worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    for sheet in read(workbooks[key]).worksheets[1:]:
        frozen = int(sheet.freeze_panes.removeprefix("A")) - 1
        assert sheet.print_title_rows == f"${frozen}:${frozen}"
        assert all(cell.font.bold for cell in sheet[frozen] if cell.value is not None)


def test_names_of_sheets_are_short_and_no_two_alike():
    document = labelled("x")
    names = list(sheet_names(document).values())
    assert len({name.casefold() for name in names}) == len(names) == len(document.tables) + 1
    assert all(0 < len(name) <= 31 for name in names)


def test_what_a_workbook_would_read_as_a_code_is_kept():
    """In a cell `_x0041_` stands for A, and `_x005F_` for an underscore (ECMA-376, part 1, 22.9.2.19)."""
    book = read(excel_tables(labelled("_x0041_ & _x_"))[FILE])
    assert book.properties.title == "_x0041_ & _x_"
    assert any(cell.value == "_x005F_x0041_ & _x_" for row in book.worksheets[0] for cell in row)


def test_the_file_tells_its_language_and_no_machine_or_day(documents, workbooks):
    for (_, language), content in workbooks.items():
        about = read(content).properties
        assert (about.language, about.creator, about.lastModifiedBy) == (language, None, None)
        assert about.created == about.modified == datetime(1980, 1, 1)
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
        assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.create_system for entry in entries} == {0}
    key = ("maryland", "en")
    assert excel_tables(documents[key])[FILE] == workbooks[key]
