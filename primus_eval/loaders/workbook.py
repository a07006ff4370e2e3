"""A sheet of an Excel workbook as a table: its values as Excel stored them, and all that a sheet can hide.

Values come from python-calamine, which reads a copy of the workbook's parts made under limits (see
`workbook_parts`). Hidden rows, filters, merged cells, errors and formulas that were never calculated
are found beside it (see `sheet_structure`): each is an error, since a table that is read is a table that
was seen. Lines are the numbers of rows that Excel shows.

Checked: tests/test_loaders_formats.py, against workbooks written by openpyxl and by hand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path

from primus_eval.errors import InputError, Problem, shape_of
from primus_eval.identifiers import in_name
from primus_eval.loaders.beside import texts_of, told_by, told_by_sheet
from primus_eval.loaders.file_bytes import damaged, not_opened, package_missing
from primus_eval.loaders.headers import (
    ROWS_SEARCHED,
    declared_names,
    header_further_down,
    header_of,
    header_problems,
)
from primus_eval.loaders.sheet_structure import read_structure
from primus_eval.loaders.sheet_table import Row, SheetTable, blocks_of, cell_text
from primus_eval.loaders.table import TableSource
from primus_eval.loaders.workbook_contents import (
    Contents,
    Sheet,
    contents_of,
    names_somebody,
    zero_padded_styles,
)
from primus_eval.loaders.workbook_parts import LARGEST_FILE_BYTES, Parts, other_kind, parts_of, too_large
from primus_eval.protocol import TableFile
from primus_eval.schema import declaration
from primus_eval.vocabulary import nearest

SHEETS_LISTED = 20

OTHER_KINDS = {
    ".xls": "a workbook of Excel 97-2003",
    ".xlsb": "a binary workbook (.xlsb)",
    ".ods": "an OpenDocument file (.ods)",
}


def open_workbook(path: Path, name: str, spec: TableFile) -> TableSource:
    """Open the declared sheet of an .xlsx or .xlsm workbook, or its only sheet.

    Raises InputError where the file is not such a workbook, is not safe to open, where the sheet is not
    declared or not there, and where its header is not one. `blocks` raises all the rest.
    """
    if path.suffix.lower() in OTHER_KINDS:
        raise other_kind(name, OTHER_KINDS[path.suffix.lower()])
    raw = _read(path, name)
    parts = parts_of(raw, name)
    contents = contents_of(parts)
    sheet = _chosen(parts, contents, spec, name)
    structure = read_structure(parts.read(sheet.part), name)
    rows = _rows(parts, sheet)
    skipped = list(islice(rows, spec.skip_lines))
    first = list(islice(rows, ROWS_SEARCHED))
    header = _header(first, spec, name)
    if contents.from_1904:
        _require_1904(spec, name)
    table = SheetTable(
        spec=spec,
        file=name,
        header=header,
        header_row=spec.skip_lines + 1,
        from_1904=contents.from_1904,
        structure=structure,
        padded_styles=zero_padded_styles(parts),
    )
    return TableSource(
        file=name,
        sha256=hashlib.sha256(raw).hexdigest(),
        header=header,
        blocks=partial(blocks_of, table, chain(first[1:], rows)),
        sheet=sheet.name,
        as_written=False,
        remarks=tuple(_remarks(parts, contents, name)),
        identifying=(*_beside(parts, contents, sheet, name), *_above(skipped, name)),
    )


def _read(path: Path, name: str) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise too_large(name, f"has more than {LARGEST_FILE_BYTES // 1_000_000} MB.")
        return path.read_bytes()
    except (OSError, ValueError):
        raise not_opened(name) from None


def _beside(parts: Parts, contents: Contents, chosen: Sheet, name: str) -> list[Problem]:
    """Look through what is not read: comments, and the other sheets of the workbook."""
    comments = [
        text for part in parts.members if "comment" in part.lower() for text in texts_of(parts.read(part))
    ]
    found = told_by(
        comments, file=name, what="comments of this workbook", mend="Delete the comments, and deliver again."
    )
    for sheet in contents.sheets:
        if sheet is not chosen:
            found += told_by_sheet(_texts(parts, sheet), file=name)
    return found


def _above(skipped: list[Row], name: str) -> list[Problem]:
    texts = [cell_text(cell) for row in skipped for cell in row]
    return told_by(
        texts, file=name, what="rows above the header", mend="Delete these rows, and deliver again."
    )


def _texts(parts: Parts, sheet: Sheet) -> Iterator[list[str]]:
    for row in _rows(parts, sheet):
        yield [cell_text(cell) for cell in row]


def _require_1904(spec: TableFile, name: str) -> None:
    """Serial numbers of a workbook that counts from 1904 are not read as if it counted from 1900."""
    wrong = [column for column, declared in spec.columns.items() if declared.format == "excel_1900"]
    if wrong:
        raise InputError(
            [
                Problem(
                    code="PE-A50",
                    file=name,
                    column=column,
                    what="this workbook counts days from 1904, and the column was declared as excel_1900.",
                    mend="Declare what the workbook says.",
                    paste=f"{header_of(spec).rstrip(']')}.columns]\n"
                    + declaration(column, spec.columns[column].model_copy(update={"format": "excel_1904"})),
                )
                for column in wrong
            ]
        )


def _chosen(parts: Parts, contents: Contents, spec: TableFile, name: str) -> Sheet:
    """Return the declared sheet, or the only one; nothing is taken for being the first."""
    problem = partial(Problem, code="PE-A51", file=name)
    if spec.sheet is not None:
        for sheet in contents.sheets:
            if sheet.name == spec.sheet:
                return sheet
        listed, best = _listed(parts, contents, spec)
        close = nearest(spec.sheet, [sheet.name for sheet in contents.sheets])
        hint = f"Did you mean {close!r}? " if close else ""
        what = f"has no sheet {spec.sheet!r}."
        meant = best or close
        paste = None if meant is None else _declaration(meant, spec)
        raise InputError(problem(what=what, mend=f"{hint}Its sheets: {listed}.", paste=paste))
    if not contents.sheets:
        raise InputError(
            problem(code="PE-A41", what="has no sheet with cells.", mend="Export the table again.")
        )
    if len(contents.sheets) > 1:
        listed, best = _listed(parts, contents, spec)
        what = f"has {len(contents.sheets)} sheets: {listed}."
        open_ones = [sheet for sheet in contents.sheets if not sheet.hidden] or list(contents.sheets)
        shown = next((sheet for sheet in open_ones if in_name(sheet.name) is None), None)
        meant = best or (shown.name if shown else None)
        mend = "Say which one holds the table" + (":" if best else ", for example:")
        raise InputError(problem(what=what, mend=mend, paste=_declaration(meant, spec) if meant else None))
    return contents.sheets[0]


def _listed(parts: Parts, contents: Contents, spec: TableFile) -> tuple[str, str | None]:
    """List the sheets with how many declared columns each holds; return the only one that holds all, too."""
    declared = set(declared_names(spec))
    said, holding = [], []
    for sheet in contents.sheets[:SHEETS_LISTED]:
        held = _held(parts, sheet, declared)
        holding += [sheet.name] if held == len(declared) else []
        share = "all" if held == len(declared) else f"{held} of the"
        how_many = f"{share} {len(declared)} declared columns" if held else "none of the declared columns"
        named = shape_of(sheet.name) if in_name(sheet.name) else sheet.name
        hidden = " (hidden)" if sheet.hidden else ""
        said.append(f"{named!r}{hidden} holds {how_many}")
    more = ", ..." if len(contents.sheets) > SHEETS_LISTED else ""
    return ", ".join(said) + more, holding[0] if len(holding) == 1 else None


def _held(parts: Parts, sheet: Sheet, declared: set[str]) -> int:
    """Count the declared columns that one of the first rows of a sheet names; 0 where it cannot be read."""
    try:
        read_structure(parts.read(sheet.part), parts.file)  # refuses a sheet too large for memory
        first = islice(_rows(parts, sheet), ROWS_SEARCHED)
        return max((len(declared.intersection(cell_text(cell) for cell in row)) for row in first), default=0)
    except InputError:
        return 0


def _declaration(sheet: str, spec: TableFile) -> str:
    return f"{header_of(spec)}\nsheet = {json.dumps(sheet, ensure_ascii=False)}"


def _rows(parts: Parts, sheet: Sheet) -> Iterator[Row]:
    """Give every row of a sheet from row 1 and column A, as calamine reads it."""
    try:
        import python_calamine as calamine
    except ImportError:
        raise package_missing(parts.file, "Excel workbooks", "python-calamine") from None
    try:
        opened = calamine.CalamineWorkbook.from_filelike(parts.package(sheet.part))
        values = opened.get_sheet_by_index(sheet.position)
        left = [""] * (values.start[1] if values.start else 0)
        return ([*left, *row] for row in values.iter_rows())
    except (calamine.CalamineError, ValueError, OSError):
        raise damaged(parts.file, "an Excel workbook") from None


def _header(first: list[Row], spec: TableFile, name: str) -> tuple[str, ...]:
    """Return the names in the first of these rows, up to the last that is not empty."""
    texts = [[cell_text(cell) for cell in row] for row in first]
    further = header_further_down(texts, spec, file=name, sheet=spec.sheet)
    if further is not None:
        raise InputError(further)
    if not any(cell.strip() for row in texts for cell in row):
        what = "the sheet is empty, or ends above the header."
        mend = "Export the table again, or correct skip_lines."
        raise InputError(Problem(code="PE-A41", file=name, sheet=spec.sheet, what=what, mend=mend))
    header = texts[0]
    while header and not header[-1].strip():
        header.pop()
    problems = header_problems(header or [""], file=name, line=spec.skip_lines + 1, sheet=spec.sheet)
    if problems:
        raise InputError(problems)
    return tuple(header)


def _remarks(parts: Parts, contents: Contents, name: str) -> Iterator[Problem]:
    if contents.from_1904:
        yield Problem(
            code="PE-A50",
            file=name,
            what="counts days from 1904, as Excel for Mac did; its dates were read that way.",
            mend="Compare a date with Excel: dates pasted from another workbook are 4 years and a day off.",
        )
    named = names_somebody(parts)
    if named:
        yield Problem(
            code="PE-B18",
            file=name,
            what=f"names a person or a company in its properties or notes ({', '.join(named)}), which go no "
            "further than the file.",
            mend="Remove them before the file is passed on: File, Info, Inspect Document.",
        )
