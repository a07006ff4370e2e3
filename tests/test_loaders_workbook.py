"""Workbooks: values as stored, and everything that a sheet hides, merges, miscounts or carries with it."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from primus_eval.errors import InputError, PrimusError, Problem
from primus_eval.loaders import sheet_structure, sheet_table, workbook_parts
from primus_eval.loaders.table import Block, TableSource
from primus_eval.loaders.workbook import open_workbook
from primus_eval.protocol.tables import Participants

HEADER = ["id", "arm", "days"]
ROWS = [["0001", "T", 10], ["0002", "C", 20], ["0003", "T", 30]]


def spec(**settings: Any) -> Participants:
    return Participants.model_validate(
        {
            "file": "trial.xlsx",
            "person": "id",
            "arm": {"column": "arm", "codes": {"T": "mentors", "C": "usual"}},
            "columns": {"days": {"type": "integer", "label": "Days", "timing": "after_randomisation"}},
            **settings,
        }
    )


def written(
    folder: Path,
    rows: list[list[Any]],
    change: Callable[[Any, Any], None] | None = None,
    name: str = "trial.xlsx",
) -> Path:
    """Write rows to the only sheet of a workbook; `change` may do the rest to the workbook and the sheet."""
    book = openpyxl.Workbook()
    book.properties.creator = None
    for row in rows:
        book.active.append(row)
    if change is not None:
        change(book, book.active)
    book.save(folder / name)
    return folder / name


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Write every part of a workbook again, as `change` gives it; None leaves a part out."""
    parts = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            parts[info.filename] = archive.read(info)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            changed = change(part, data)
            if changed is not None:
                archive.writestr(part, changed)
    return path


def with_cells(path: Path, rows_xml: str) -> Path:
    """Replace the rows of the sheet by XML written by hand."""

    def change(part: str, data: bytes) -> bytes:
        if part != "xl/worksheets/sheet1.xml":
            return data
        return re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{rows_xml}</sheetData>".encode(), data)

    return rewritten(path, change)


def opened(path: Path, **settings: Any) -> TableSource:
    return open_workbook(path, path.name, spec(**settings))


def block_of(path: Path, **settings: Any) -> Block:
    (block,) = opened(path, **settings).blocks()
    return block


def problems_of(path: Path, **settings: Any) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        list(opened(path, **settings).blocks())
    for row in ROWS:
        assert row[0] not in str(caught.value), "an id is shown"
    return caught.value.problems


def codes(problems: tuple[Problem, ...]) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line) for problem in problems]


# Values


def test_cells_come_out_as_they_are_stored(tmp_path: Path) -> None:
    cells = [
        ("text", "text"),
        (" padded ", " padded "),
        ("0012", "0012"),
        (12, "12"),
        (12.5, "12.5"),
        (-0.0, "0"),
        (26.76, "26.76"),
        (True, "TRUE"),
        (False, "FALSE"),
        (None, ""),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 10, 20), "2024-02-29 10:20:00"),
        (datetime(2024, 2, 29, 10, 20, 0, 250_000), "2024-02-29 10:20:00.25"),
        (time(7, 5, 3), "07:05:03"),
        (timedelta(hours=30), "30:00:00"),
        ("åø\nÆ", "åø\nÆ"),
    ]
    rows = [[f"a{number}", "T", cell] for number, (cell, _) in enumerate(cells)]
    block = block_of(written(tmp_path, [HEADER, *rows]))
    assert block.columns["days"] == [text for _, text in cells]
    stored = [isinstance(cell, date) for cell, _ in cells]
    assert block.stored_dates == {"days": stored}
    assert list(block.lines) == list(range(2, len(cells) + 2))


def test_numbers_take_the_decimal_mark_of_numbers_written_as_text(tmp_path: Path) -> None:
    path = written(tmp_path, [HEADER, ["a", "T", 12.5], ["b", "C", "12,5"], ["c", "T", 12]])
    assert block_of(path, decimal=",").columns["days"] == ["12,5", "12,5", "12"]


def test_dates_count_from_the_day_that_the_file_says(tmp_path: Path) -> None:
    days = [date(1904, 1, 2), date(2000, 2, 29), date(2024, 1, 1), date(2099, 12, 31)]
    rows = [HEADER, *([f"a{position}", "T", day] for position, day in enumerate(days))]

    def from_1904(book: Any, _: Any) -> None:
        book.epoch = CALENDAR_MAC_1904

    old = written(tmp_path, rows, from_1904, "old.xlsx")
    new = written(tmp_path, rows, name="new.xlsx")
    expected = [day.isoformat() for day in days]
    assert block_of(old).columns["days"] == block_of(new).columns["days"] == expected
    assert [remark.code for remark in opened(old).remarks] == ["PE-A50"]
    assert opened(new).remarks == ()
    # The numbers stored are 1462 days apart, so that the flag was read, and not a date.
    with zipfile.ZipFile(old) as archive:
        assert b"<v>43830</v>" in archive.read("xl/worksheets/sheet1.xml")
    assert date(1904, 1, 1) + timedelta(days=43830) == date(2024, 1, 1)


def test_days_that_excel_miscounts_are_refused(tmp_path: Path) -> None:
    def small_numbers(_: Any, sheet: Any) -> None:
        for row, number in ((2, 59), (3, 60), (4, 61)):
            sheet.cell(row, 3, number).number_format = "yyyy-mm-dd"

    found = problems_of(written(tmp_path, [HEADER, *ROWS], small_numbers))
    assert codes(found) == [("PE-A60", 2), ("PE-A60", 3)]  # 61 is 1 March 1900


def test_cells_without_addresses_stand_where_excel_puts_them(tmp_path: Path) -> None:
    path = with_cells(
        written(tmp_path, [HEADER]),
        '<row><c t="str"><v>id</v></c><c t="str"><v>arm</v></c><c t="str"><v>days</v></c></row>'
        '<row r="3"><c t="inlineStr"><is><t>a</t></is></c><c r="C3"><v>5</v></c></row>'
        '<row><c t="str"><f>"b"</f><v>b</v></c><c t="str"><f>""</f><v></v></c>'
        "<c><f>1+1</f><v>2</v></c></row>",
    )
    (problem,) = problems_of(path)
    assert (problem.code, problem.line) == ("PE-A14", 2)
    path = with_cells(
        path, '<row r="1"><c t="str"><v>id</v></c></row><row><c t="d"><v>2024-02-29</v></c></row>'
    )
    assert list(opened(path, person="x").blocks())[0].columns == {"id": ["2024-02-29"]}


def test_a_table_may_begin_below_other_lines(tmp_path: Path) -> None:
    def title(_: Any, sheet: Any) -> None:
        sheet.merge_cells("A1:C1")
        sheet.row_dimensions[2].hidden = True
        sheet["A2"] = "hidden, and above the table"

    path = written(tmp_path, [["A title"], [], [], HEADER, *ROWS], title)
    block = block_of(path, skip_lines=3)
    assert block.columns["id"] == ["0001", "0002", "0003"]
    assert list(block.lines) == [5, 6, 7]


def test_rows_come_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_table, "BLOCK_ROWS", 2)
    blocks = list(opened(written(tmp_path, [HEADER, *ROWS])).blocks())
    assert [list(block.lines) for block in blocks] == [[2, 3], [4]]
    assert [block.columns["days"] for block in blocks] == [["10", "20"], ["30"]]


# What a sheet hides


def hide_row(_: Any, sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def hide_column(_: Any, sheet: Any) -> None:
    sheet.column_dimensions["B"].hidden = True


def filter_rows(_: Any, sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:C4"
    sheet.auto_filter.add_filter_column(1, ["T"])


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (hide_row, 3, "this row is hidden"),
        (hide_column, None, "columns B to B are hidden"),
        (filter_rows, None, "a filter is active"),
    ],
)
def test_hidden_parts_of_a_table_are_refused(
    change: Any, line: int | None, said: str, tmp_path: Path
) -> None:
    (problem,) = problems_of(written(tmp_path, [HEADER, *ROWS], change))
    assert (problem.code, problem.line) == ("PE-A46", line)
    assert problem.what.startswith(said)


def test_rows_and_columns_of_no_size_are_hidden(tmp_path: Path) -> None:
    path = with_cells(
        written(tmp_path, [HEADER]),
        '<row r="1"><c r="A1" t="str"><v>id</v></c></row>'
        '<row r="2" ht="0" customHeight="1"><c r="A2" t="str"><v>a</v></c></row>',
    )
    assert codes(problems_of(path)) == [("PE-A46", 2)]

    def narrow(part: str, data: bytes) -> bytes:
        return data.replace(b"<sheetData>", b'<cols><col min="1" max="1" width="0"/></cols><sheetData>')

    assert codes(problems_of(rewritten(path, narrow))) == [("PE-A46", 2), ("PE-A46", None)]


def test_a_sheet_whose_elements_have_a_prefix_hides_nothing(tmp_path: Path) -> None:
    def with_prefix(part: str, data: bytes) -> bytes:
        if part != "xl/worksheets/sheet1.xml":
            return data
        return re.sub(rb"<(/?)(?!\?)", rb"<\1x:", data).replace(b"xmlns=", b"xmlns:x=")

    path = rewritten(written(tmp_path, [HEADER, *ROWS], hide_row), with_prefix)
    assert codes(problems_of(path)) == [("PE-A46", 3)]


def test_what_is_hidden_beside_the_table_does_no_harm(tmp_path: Path) -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet.column_dimensions["F"].hidden = True
        sheet.row_dimensions[9].hidden = True
        sheet.auto_filter.ref = "A1:C4"  # arrows in the header, and nothing filtered

    assert len(block_of(written(tmp_path, [HEADER, *ROWS], change)).lines) == 3


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    found = problems_of(written(tmp_path, [HEADER, *ROWS], lambda _, sheet: sheet.merge_cells("B2:B3")))
    assert codes(found) == [("PE-A47", 2)]
    assert "B2:B3" in found[0].what


def test_formulas_never_calculated_and_errors_are_refused_by_address(tmp_path: Path) -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet["C2"] = "=1+1"
        sheet["C4"] = "=C2"
        sheet["B3"] = "#N/A"
        sheet["B4"] = "#DIV/0!"

    found = problems_of(written(tmp_path, [HEADER, *ROWS], change))
    assert codes(found) == [("PE-A49", 3), ("PE-A48", 2)]
    assert found[0].what.startswith("B3, B4 hold an error")
    assert found[1].what.startswith("C2, C4 hold a formula")


def test_sheets_must_be_declared_where_there_are_several(tmp_path: Path) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet.title = 'Trial "A"'
        book.create_sheet("Notes").sheet_state = "hidden"
        book.create_chartsheet("Chart")

    path = written(tmp_path, [HEADER, *ROWS], change)
    (problem,) = problems_of(path)
    assert problem.code == "PE-A51"
    assert "'Trial \"A\"' holds all 3 declared columns" in problem.what and "Chart" not in problem.what
    assert "'Notes' (hidden) holds none of the declared columns" in problem.what
    assert problem.paste == '[data.participants]\nsheet = "Trial \\"A\\""'
    assert opened(path, sheet='Trial "A"').sheet == 'Trial "A"'
    (problem,) = problems_of(path, sheet="note")
    assert problem.code == "PE-A51" and "Did you mean 'Notes'?" in problem.mend
    assert problem.paste == '[data.participants]\nsheet = "Trial \\"A\\""'  # the one with the columns
    (problem,) = problems_of(path, sheet="Notes")
    assert problem.code == "PE-A41"


def test_the_declared_sheet_is_the_one_that_is_read(tmp_path: Path) -> None:
    def change(book: Any, _: Any) -> None:
        book.create_chartsheet("Chart", 0)
        other = book.create_sheet("Other", 0)
        other.append(HEADER)
        other.append(["x", "C", 99])

    path = written(tmp_path, [HEADER, *ROWS], change)
    assert block_of(path, sheet="Other").columns["days"] == ["99"]
    assert block_of(path, sheet="Sheet").columns["days"] == ["10", "20", "30"]


# The table


def test_empty_rows_below_the_table_are_dropped_and_inside_it_refused(tmp_path: Path) -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet["A9"].font = Font(bold=True)
        sheet["B8"] = "  "

    assert len(block_of(written(tmp_path, [HEADER, *ROWS], change)).lines) == 3
    found = problems_of(written(tmp_path, [HEADER, ROWS[0], [], ["  "], ROWS[1]]))
    assert codes(found) == [("PE-A14", 3), ("PE-A14", 4)]


def test_cells_right_of_the_header_are_refused(tmp_path: Path) -> None:
    found = problems_of(written(tmp_path, [HEADER, ROWS[0], [*ROWS[1], None, "note"], ROWS[2]]))
    assert codes(found) == [("PE-A15", 3)]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["id", "arm", "days", "days"], "PE-A17"),
        (["id", None, "arm", "days"], "PE-A18"),
        (["id", "arm", "days "], "PE-A19"),
        (["id", "arm", "\u00a0days"], "PE-A19"),
    ],
)
def test_headers_that_are_none_are_refused(header: list[Any], code: str, tmp_path: Path) -> None:
    assert codes(problems_of(written(tmp_path, [header, ["a", "T", 1, 2]]))) == [(code, 1)]


def test_a_header_further_down_is_pointed_at(tmp_path: Path) -> None:
    (problem,) = problems_of(written(tmp_path, [["Delivery of 3 May"], [], HEADER, *ROWS]))
    assert (problem.code, problem.line) == ("PE-A37", 1)
    assert problem.paste == "[data.participants]\nskip_lines = 2"
    (problem,) = problems_of(written(tmp_path, [["A"], HEADER, ["n", "n", "n"], *ROWS]), skip_lines=0)
    assert problem.paste == "[data.participants]\nskip_lines = 1"


@pytest.mark.parametrize("cell", ["Total", "I alt", "ialt", "Sum:", "antal personer", None])
def test_a_row_of_totals_is_refused(cell: str | None, tmp_path: Path) -> None:
    assert codes(problems_of(written(tmp_path, [HEADER, *ROWS, [cell, None, 60]]))) == [("PE-A38", 5)]


@pytest.mark.parametrize("cell", ["Sum001", "totaliser", "T1"])
def test_an_id_that_looks_a_little_like_a_total_is_none(cell: str, tmp_path: Path) -> None:
    assert len(block_of(written(tmp_path, [HEADER, *ROWS, [cell, "T", 60]])).lines) == 4


@pytest.mark.parametrize("rows", [[], [HEADER], [[], []]])
def test_sheets_without_rows_are_refused(rows: list[list[Any]], tmp_path: Path) -> None:
    assert {problem.code for problem in problems_of(written(tmp_path, rows))} == {"PE-A41"}
    assert {problem.code for problem in problems_of(written(tmp_path, rows), skip_lines=7)} == {"PE-A41"}


def test_everything_is_said_at_once(tmp_path: Path) -> None:
    def change(_: Any, sheet: Any) -> None:
        hide_row(_, sheet)
        sheet["C2"] = "=1+1"
        sheet.merge_cells("B4:C4")

    found = problems_of(written(tmp_path, [HEADER, *ROWS, [], ["Total"]], change))
    assert [problem.code for problem in found] == ["PE-A46", "PE-A47", "PE-A48", "PE-A14", "PE-A38"]


def test_reading_stops_where_everything_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_table, "MOST_PROBLEMS", 5)
    rows: list[list[Any]] = [["a", "T", 1, "right of the header"] for _ in range(50)]
    found = problems_of(written(tmp_path, [HEADER, *rows]))
    assert [problem.code for problem in found] == ["PE-A15"] * 6 + ["PE-A73"]


# Ids


@pytest.mark.parametrize("format_", ["0000", '"P-"000', "00-00", "[$-406]0000;[Red]-0000"])
def test_ids_whose_zeros_are_only_shown_are_refused(format_: str, tmp_path: Path) -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet.cell(3, 1, 2).number_format = format_

    found = problems_of(written(tmp_path, [HEADER, *ROWS], change))
    assert codes(found) == [("PE-A25", 3)] and found[0].column == "id"


@pytest.mark.parametrize("format_", ["0", "0.00", "#,##0", "General", '0 "stk."'])
def test_ids_that_are_plain_numbers_are_read(format_: str, tmp_path: Path) -> None:
    def change(_: Any, sheet: Any) -> None:
        for row in (2, 3):
            sheet.cell(row, 1).number_format = format_

    path = written(tmp_path, [HEADER, [12, "T", 1], [13, "C", 2]], change)
    assert block_of(path).columns["id"] == ["12", "13"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [(4, "PE-A25"), (date(2024, 2, 1), "PE-A25"), (1234567890123456, "PE-A26"), (time(1, 2), "PE-A25")],
)
def test_ids_that_excel_has_changed_are_refused(cell: Any, code: str, tmp_path: Path) -> None:
    found = problems_of(written(tmp_path, [HEADER, *ROWS, [cell, "T", 1]]))
    assert (code, 5) in codes(found)


# The file


def compound_file(inside: str) -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + inside.encode("utf-16-le") + bytes(600)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("locked.xlsx", compound_file("EncryptedPackage"), "PE-A54"),
        ("old.xlsx", compound_file("Workbook"), "PE-A66"),
        ("old.xls", compound_file("Workbook"), "PE-A66"),
        ("empty.xlsx", b"", "PE-A68"),
        ("text.xlsx", b"id,arm,days\n1,T,2\n", "PE-A68"),
    ],
)
def test_files_that_are_no_such_workbook_are_refused(
    name: str, data: bytes, code: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    assert codes(problems_of(tmp_path / name)) == [(code, None)]


@pytest.mark.parametrize("part", ["xl/workbook.bin", "content.xml"])
def test_other_packages_are_refused(part: str, tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "<a/>")
    assert codes(problems_of(path)) == [("PE-A66", None)]


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    assert codes(problems_of(tmp_path / "none.xlsx")) == [("PE-A67", None)]
    (tmp_path / "folder.xlsx").mkdir()
    assert codes(problems_of(tmp_path / "folder.xlsx")) == [("PE-A67", None)]


def test_a_part_that_grows_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, [HEADER, *ROWS])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/picture.bin", bytes(12_000_000))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("a part was unpacked"))
    assert codes(problems_of(path)) == [("PE-F13", None)]


@pytest.mark.parametrize("limit", ["LARGEST_TOTAL_BYTES", "LARGEST_FILE_BYTES", "MOST_PARTS"])
def test_stated_limits_hold(limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from primus_eval.loaders import workbook

    path = written(tmp_path, [HEADER, *ROWS])
    for module in (workbook, workbook_parts):
        monkeypatch.setattr(module, limit, 5, raising=False)
    assert codes(problems_of(path)) == [("PE-F13", None)]


def test_a_part_that_lies_about_its_size_is_damage(tmp_path: Path) -> None:
    path = written(tmp_path, [HEADER, *[["a", "T", 1]] * 5000])
    raw = bytearray(path.read_bytes())
    entry = raw.rfind(b"xl/worksheets/sheet1.xml") - 46  # in the directory at the end
    assert raw[entry : entry + 4] == b"PK\x01\x02"
    raw[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(raw))
    assert codes(problems_of(path)) == [("PE-A68", None)]


def test_a_cell_far_away_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_structure, "LARGEST_AREA_CELLS", 10_000)
    path = written(tmp_path, [HEADER, *ROWS], lambda _, sheet: sheet.cell(20_000, 3, 1))
    assert codes(problems_of(path)) == [("PE-A73", None)]
    # A cell that has a format and no value is none.
    path = written(
        tmp_path, [HEADER, *ROWS], lambda _, sheet: setattr(sheet["XFD9"], "font", Font(bold=True))
    )
    assert len(block_of(path).lines) == 3


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "docProps/core.xml", "_rels/.rels"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_part(part: str, encoding: str, tmp_path: Path) -> None:
    def change(name: str, data: bytes) -> bytes:
        if name != part:
            return data
        text = re.sub(r"^<\?xml.*?\?>", "", data.decode())
        return f'<?xml version="1.0" encoding="{encoding}"?>{"<!-- -->" * 1000}{BOMB}{text}'.encode(encoding)

    path = rewritten(written(tmp_path, [HEADER, *ROWS]), change)
    assert codes(problems_of(path)) == [("PE-F14", None)]


def test_names_in_the_properties_are_remarked_and_not_shown(tmp_path: Path) -> None:
    def change(book: Any, _: Any) -> None:
        book.properties.lastModifiedBy = "Karen Blixen"

    (remark,) = opened(written(tmp_path, [HEADER, *ROWS], change)).remarks
    assert remark.code == "PE-B18"
    assert "Karen" not in str(remark) and "(lastModifiedBy)" in remark.what


@pytest.mark.parametrize(
    ("creator", "named"),
    [
        ("openpyxl", ()),
        ("Microsoft Excel", ()),
        ("LibreOffice/7.6.4.1", ()),
        ("pandas 2.2", ()),
        ("SAS Institute Inc.", ()),
        ("Sasja Excel", ("creator",)),
        ("R. Python", ("creator",)),
    ],
)
def test_a_program_that_names_itself_in_the_properties_is_nobody(tmp_path, creator, named) -> None:
    def change(book: Any, _: Any) -> None:
        book.properties.creator = creator

    remarks = opened(written(tmp_path, [HEADER, *ROWS], change)).remarks
    assert [remark.what.partition("(")[2].partition(")")[0] for remark in remarks] == [*named]
    assert all(creator not in str(remark) for remark in remarks)


def test_a_workbook_without_names_is_remarked_on_in_no_way(tmp_path: Path) -> None:
    assert opened(written(tmp_path, [HEADER, *ROWS])).remarks == ()


@pytest.mark.parametrize(
    "rows_xml",
    [
        '<row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>2</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>2</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A7"><v>2</v></c></row>',
        '<row r="1"><c r="XFE1"><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="?"><v>7</v></c></row>',
        '<row r="one"><c r="A1"><v>7</v></c></row>',
        '<row r="1"><c r="A1"><v>7</v></row>',
    ],
)
def test_sheets_that_readers_would_place_differently_are_damage(rows_xml: str, tmp_path: Path) -> None:
    path = with_cells(written(tmp_path, [HEADER]), rows_xml)
    assert codes(problems_of(path)) == [("PE-A68", None)]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_missing_and_doubled_parts_are_damage(part: str, tmp_path: Path) -> None:
    path = written(tmp_path, [HEADER, *ROWS])
    raw = path.read_bytes()
    rewritten(path, lambda name, data: None if name == part else data)
    assert codes(problems_of(path)) == [("PE-A68", None)]
    path.write_bytes(raw)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part.upper(), "<a/>")
    assert codes(problems_of(path)) == [("PE-A68", None)]


def test_a_damaged_file_is_an_error_of_ours_to_say_and_never_a_traceback(tmp_path: Path) -> None:
    whole = written(tmp_path, [HEADER, *[["a", "T", number] for number in range(200)]]).read_bytes()
    chance = random.Random(20261123)
    read = refused = 0
    for _ in range(150):
        raw = bytearray(whole[: chance.choice([len(whole), chance.randrange(len(whole))])])
        for _ in range(chance.randrange(1, 6)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        (tmp_path / "damaged.xlsx").write_bytes(bytes(raw))
        try:
            list(opened(tmp_path / "damaged.xlsx").blocks())
            read += 1
        except PrimusError:
            refused += 1
    assert refused > 50


def test_damaged_xml_is_never_a_traceback(tmp_path: Path) -> None:
    whole = written(
        tmp_path, [HEADER, *[["a", date(2024, 1, 1), number] for number in range(50)]]
    ).read_bytes()
    chance = random.Random(20261123)

    def change(part: str, data: bytes) -> bytes:
        if not part.endswith(".xml") or chance.random() < 0.7:
            return data
        raw = bytearray(data)
        for _ in range(3):
            raw[chance.randrange(len(raw))] = chance.choice(b'<>"/0129AEe.-')
        return bytes(raw)

    refused = 0
    for _ in range(150):
        (tmp_path / "damaged.xlsx").write_bytes(whole)
        rewritten(tmp_path / "damaged.xlsx", change)
        try:
            list(opened(tmp_path / "damaged.xlsx").blocks())
        except PrimusError:
            refused += 1
    assert refused > 30


def test_a_workbook_is_opened_for_reading_only(tmp_path: Path) -> None:
    path = written(tmp_path, [HEADER, *ROWS])
    before = path.read_bytes()
    path.chmod(0o444)
    block_of(path)
    assert path.read_bytes() == before


def test_without_the_package_it_is_said_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from primus_eval.errors import EnvironmentFault

    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(EnvironmentFault, match="PE-G25.*"):
        opened(written(tmp_path, [HEADER, *ROWS]))


def test_the_package_that_is_parsed_holds_one_sheet(tmp_path: Path) -> None:
    def change(book: Any, _: Any) -> None:
        book.create_sheet("Other")["A1"] = "secret"

    parts = workbook_parts.parts_of(written(tmp_path, [HEADER], change).read_bytes(), "trial.xlsx")
    packed = zipfile.ZipFile(io.BytesIO(parts.package("xl/worksheets/sheet1.xml").getvalue()))
    assert "xl/worksheets/sheet2.xml" not in packed.namelist()
    assert "docProps/core.xml" not in packed.namelist()
