"""How a file is probably written: what must be said of it before its reader can open it."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from primus_eval.errors import DisclosureError, InputError, Problem
from primus_eval.identifiers import in_name, problem
from primus_eval.protocol import Events, TableFile

TEXT = (".csv", ".tsv", ".txt")
SEPARATORS = (",", ";", "\t")
WORKBOOKS = (".xlsx", ".xlsm")

ROWS_SEARCHED = 50
"""Rows of a sheet among which the header is looked for."""


def ways_to_open(file: str, first: Path) -> Iterator[TableFile]:
    """How a file may be written: for text by looking at it, for a workbook once for each sheet."""
    suffix = first.suffix.lower()
    if suffix in TEXT:
        yield _written_as(first, file)
    elif suffix in WORKBOOKS:
        yield from _sheets(first, file)
    else:
        yield TableFile(file=file)


def require_harmless_names(names: Iterable[str], *, what: str) -> None:
    """Refuse names of files or sheets that point at people, without showing them."""
    found = [problem(each, column=what) for name in names if (each := in_name(name)) is not None]
    if found:
        raise DisclosureError(found)


def _written_as(path: Path, file: str) -> TableFile:
    """How a text file is probably written; what cannot be told is left for its reader to refuse."""
    from primus_eval.loaders.detection import detect

    try:
        found = detect(path)
    except OSError:
        raise InputError(_cannot_be_opened(file)) from None
    if found.separator not in (None, *SEPARATORS):
        raise InputError(
            Problem(
                code="PE-A08",
                file=file,
                what=f"the fields are separated by {found.separator!r}, which is not read.",
                mend="Export it with commas, semicolons or tabs.",
            )
        )
    keys: dict[str, Any] = {
        key: value
        for key in ("encoding", "separator", "skip_lines")
        if (value := getattr(found, key)) is not None
    }
    skip_lines, first_name = _header(path, TableFile(file=file, **keys))
    # The reader knows a header by a declared column: the first name that it will find there.
    return Events(file=file, person=first_name, **keys | {"skip_lines": skip_lines})


def _header(path: Path, spec: TableFile) -> tuple[int, str]:
    """Lines above the first row that is filled by half or more, as a title is not, and how it begins."""
    encoding = "utf-8-sig" if spec.encoding == "utf-8" else spec.encoding
    try:
        with open(path, encoding=encoding, errors="replace", newline="") as handle:
            for _ in range(spec.skip_lines):
                handle.readline()
            rows = csv.reader(handle, delimiter=spec.separator)
            above = 0
            for row in islice(rows, ROWS_SEARCHED):
                if 2 * sum(map(bool, map(str.strip, row))) >= len(row) > 0:
                    return spec.skip_lines + above, row[0]
                above = rows.line_num
    except (csv.Error, UnicodeError):  # said by the reader, with the line
        pass
    return spec.skip_lines, ""


def _cannot_be_opened(file: str) -> Problem:
    return Problem(
        code="PE-A67", file=file, what="this file cannot be opened.", mend="Check its permissions."
    )


def _sheets(path: Path, file: str) -> Iterator[TableFile]:
    """Each sheet of a workbook that holds cells; it need not be named where there is but one."""
    from primus_eval.loaders.workbook_contents import contents_of
    from primus_eval.loaders.workbook_parts import parts_of

    try:
        raw = path.read_bytes()
    except OSError:
        raise InputError(_cannot_be_opened(file)) from None
    parts = parts_of(raw, file)
    sheets = contents_of(parts).sheets
    require_harmless_names([sheet.name for sheet in sheets], what="the name of a sheet")
    for sheet in sheets:
        yield TableFile(
            file=file,
            sheet=sheet.name if len(sheets) > 1 else None,
            skip_lines=_rows_above(parts.package(sheet.part), sheet.position),
        )


def _rows_above(workbook: io.BytesIO, position: int) -> int:
    """Rows above the first one that is filled as far as most are, by half or more: titles and empty rows."""
    try:
        import python_calamine as calamine

        sheet = calamine.CalamineWorkbook.from_filelike(workbook).get_sheet_by_index(position)
        rows = [[cell for cell in row if cell != ""] for row in islice(sheet.iter_rows(), ROWS_SEARCHED)]
    except (ImportError, calamine.CalamineError, ValueError):  # said by the reader, in its words
        return 0
    usual = statistics.median_high(map(len, rows)) if rows else 0
    return next((number for number, row in enumerate(rows) if 2 * len(row) >= usual and len(row) > 1), 0)
