"""Faults A46 to A51 and A54: what workbooks hide, compute, count otherwise or lock."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from fault_case import ROW_NAMES, ROWS, Case, accepted, refused
from fault_trial import COMMA, HEADER, LAST, MIDDLE, PEOPLE, clean

ADDRESS = {name: "ABCDEFGH"[place] for place, name in enumerate(HEADER)}
ECHOES = ("PE-A69", "PE-C04", "PE-C37")
"""A cell that holds a formula or an error is not empty: to declare it missing would hide it."""


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _hidden_and_merged()
    yield from _cells_of_workbooks()
    yield from _date_systems()
    yield from _sheets()
    yield from _ids_as_numbers()
    yield from _encrypted()


def _cell(sheet: Any, row: int, column: str) -> Any:
    return sheet.cell(row=row + 2, column=HEADER.index(column) + 1)


def _with_cell(row: int, column: str, value: Any) -> Callable[[Any, Any], None]:
    def edit(book: Any, sheet: Any) -> None:
        _cell(sheet, row, column).value = value

    return edit


def _hidden_and_merged() -> Iterator[Case]:
    def hide(*rows: int) -> Callable[[Any, Any], None]:
        def edit(book: Any, sheet: Any) -> None:
            for row in rows:
                sheet.row_dimensions[row + 2].hidden = True

        return edit

    def merge(row: int, column: str) -> Callable[[Any, Any], None]:
        place = HEADER.index(column) + 1

        def edit(book: Any, sheet: Any) -> None:
            sheet.merge_cells(start_row=row + 1, end_row=row + 2, start_column=place, end_column=place)

        return edit

    for row in ROWS:
        spoilt = clean("xlsx").book(hide(row))
        yield refused("A46", f"a hidden row, {ROW_NAMES[row]}", spoilt, lines=(row + 2,))
    yield refused("A46", "three hidden rows", clean("xlsx").book(hide(1, 2, 3)))

    def filtered(book: Any, sheet: Any) -> None:
        sheet.auto_filter.ref = "A1:H13"
        sheet.auto_filter.add_filter_column(1, ["T"])
        hide(1, 3, 5, 7, 9, 11)(book, sheet)

    yield refused("A46", "a filter that hides one arm", clean("xlsx").book(filtered))
    for row in (2, MIDDLE, LAST):
        for column in ("group", "wing"):
            merged = clean("xlsx").book(merge(row, column))
            yield refused("A47", f"two merged cells in {column}, row {row}", merged, lines=(row + 1,))
    yield refused(
        "A47",
        "merged cells in the header",
        clean("xlsx").book(lambda book, sheet: sheet.merge_cells("A1:B1")),
        "A18",
        "A20",
        why="merging leaves the second column without a name",
    )


def _cells_of_workbooks() -> Iterator[Case]:
    for row in ROWS:
        for column, formula in (("days", "=10+20"), ("group", '=IF(1=1,"T","NA")'), ("id", '="00"&"4217"')):
            spoilt = clean("xlsx").book(_with_cell(row, column, formula))
            yield refused(
                "A48",
                f"a formula in {column} that was never computed, {ROW_NAMES[row]}",
                spoilt,
                lines=(row + 2,),
                says=(rf"\b{ADDRESS[column]}{row + 2}\b",),
                never=ECHOES,
                secrets=(formula,),
            )
    for mark in ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?"):
        for row in ROWS if mark == "#N/A" else (MIDDLE,):
            for column in ("days", "place") if mark == "#N/A" else ("days",):
                spoilt = clean("xlsx").book(_with_cell(row, column, mark))
                yield refused(
                    "A49",
                    f"{mark} in {column}, {ROW_NAMES[row]}, xlsx",
                    spoilt,
                    lines=(row + 2,),
                    says=(rf"\b{ADDRESS[column]}{row + 2}\b",),
                    never=ECHOES,
                )
    for mark in ("#N/A", "#DIV/0!"):
        text = clean(COMMA).cell(MIDDLE, "days", mark)
        yield refused(
            "A49",
            f"{mark} in days, exported as text",
            text,
            "A24",
            "A31",
            why="in text it may be a word for missing, or no number",
            lines=(MIDDLE + 2,),
            column="days",
        )


def _date_systems() -> Iterator[Case]:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    def old_mac(book: Any, sheet: Any) -> None:
        book.epoch = CALENDAR_MAC_1904

    yield accepted("A50", "dates of the 1904 system", clean("xlsx").book(old_mac), remarks=("PE-A50",))
    bare = clean("xlsx").book(old_mac)
    serials = [(date.fromisoformat(row[6]) - date(1904, 1, 1)).days for row in PEOPLE]
    yield refused(
        "A50",
        "serial numbers of the 1904 system, declared as of 1900",
        bare.cells("start", serials).swap('format = "%Y-%m-%d"', 'format = "excel_1900"'),
        "A58",
        why="the numbers are serial numbers whose beginning is not the declared one",
    )


def _ids_as_numbers() -> Iterator[Case]:
    def padded(book: Any, sheet: Any) -> None:
        for row in range(12):
            cell = _cell(sheet, row, "id")
            cell.value, cell.number_format = int(cell.value), "000000"

    yield refused("A25", "ids whose zeros are shown only", clean("xlsx").book(padded), column="id")
    mixed = clean("xlsx").book(_with_cell(MIDDLE, "id", 5573))
    yield refused("A25", "one id as a number among ids with zeros", mixed, column="id", lines=(MIDDLE + 2,))
    far = clean("xlsx").book(lambda book, sheet: sheet.cell(row=1_048_576, column=16_384, value="x"))
    yield refused(
        "A42",
        "a stray cell in the last corner of a sheet",
        far,
        "A73",
        "A15",
        "A14",
        why="a stated limit is exceeded, or the cell lies beyond the table",
    )


def _sheets() -> Iterator[Case]:
    def second(name: str, rows: int = 3) -> Callable[[Any, Any], None]:
        def edit(book: Any, sheet: Any) -> None:
            other = book.create_sheet(name)
            for row in range(rows):
                other.append(["note", row])

        return edit

    two = clean("xlsx").book(second("notes"))
    holds = r"'people' holds all 7 declared columns, 'notes' holds none"
    yield refused("A51", "two sheets and none declared", two, mended=True, says=(holds,))
    yield accepted("A51", "two sheets and one declared", two.paste('[data.participants]\nsheet = "people"'))
    yield refused("A51", "three sheets and none declared", two.book(second("more")), mended=True)
    yield refused(
        "A51",
        "the declared sheet is not there",
        two.paste('[data.participants]\nsheet = "persons"'),
        says=("people",),
        mended=True,
    )
    yield refused(
        "A51",
        "the declared sheet is not there, and there is one only",
        clean("xlsx").paste('[data.participants]\nsheet = "persons"'),
        says=("people",),
    )
    yield refused(
        "A51",
        "the sheet of notes is declared",
        two.paste('[data.participants]\nsheet = "notes"'),
        "A20",
        why="the sheet is there, and holds no declared column",
    )


def _compound_file(*names: str) -> bytes:
    """A compound file of Microsoft with empty streams of these names: what an encrypted workbook is."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        b"\0" * 16,
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"\0" * 6,
        0,
        1,
        1,
        0,
        4096,
        end,
        0,
        end,
        0,
        0,
    )
    header += struct.pack("<109I", *[0, *[free] * 108])
    table = struct.pack("<128I", *[0xFFFFFFFD, end, *[free] * 126])

    def entry(name: str, kind: int, child: int, right: int) -> bytes:
        written = name.encode("utf-16-le") + b"\0\0"
        about = struct.pack("<64sHBBIII", written, len(written), kind, 1, free, right, child)
        return about + b"\0" * 36 + struct.pack("<II", end, 0) + b"\0" * 4

    entries = [entry("Root Entry", 5, 1, free)]
    entries += [
        entry(name, 2, free, n + 1 if n < len(names) else free) for n, name in enumerate(names, start=1)
    ]
    return header + table + b"".join(entries).ljust(512, b"\0")


def _encrypted() -> Iterator[Case]:
    locked = _compound_file("EncryptionInfo", "EncryptedPackage")
    yield refused("A54", "a workbook with a password", clean("xlsx").raw(lambda _: locked))
    flagged = clean("xlsx").raw(_flag_as_encrypted)
    yield refused(
        "A54",
        "an archive whose entries have a password",
        flagged,
        "A68",
        "A70",
        why="no workbook is written in this way, so that it is also no workbook",
    )
    yield refused(
        "A66",
        "an old workbook called .xlsx",
        clean("xlsx").raw(lambda _: _compound_file("Workbook")),
        "A68",
        "A54",
        why="what it is can be told from its first bytes only",
    )


def _flag_as_encrypted(raw: bytes) -> bytes:
    spoilt = bytearray(raw)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = spoilt.find(signature)
        while at >= 0:
            spoilt[at + offset] |= 1
            at = spoilt.find(signature, at + 4)
    return bytes(spoilt)
