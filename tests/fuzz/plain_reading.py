"""What a table of text says, read plainly: Python's csv, and the codes that the protocol declares.

Written without the loaders, so that what they change silently is found. It is asked only where they gave
a trial; then every cell must be one that this short reading understands, and mean the same.
"""

from __future__ import annotations

import csv
import io
import math
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

from primus_eval.protocol import TableFile
from primus_eval.schema import Column
from primus_eval.trial import Trial

FIRST_DAY_OF_EXCEL = date(1899, 12, 30)


def differences(trial: Trial, files: dict[str, bytes]) -> list[str]:
    """Name the columns in which a trial differs from its files of text; nothing of a cell is named."""
    people = trial.protocol.data.participants
    if not _is_text(people):
        return []
    rows = sorted(read_rows(files[people.file], people), key=lambda row: row[people.person])
    found = [] if len(rows) == len(trial.participants) else ["number of people"]
    arms = [people.arm.codes[row[people.arm.column]] for row in rows]
    found += [] if arms == list(trial.participants["arm"]) else ["arm"]
    found += _different_columns(trial.participants, rows, people)
    return found + _different_events(trial, files, [row[people.person] for row in rows])


def _different_events(trial: Trial, files: dict[str, bytes], ids: list[str]) -> list[str]:
    spec = trial.protocol.data.events
    if spec is None or not _is_text(spec):
        return []
    rows = read_rows(files[spec.file], spec)
    if spec.other_people == "leave_out":
        rows = [row for row in rows if row[spec.person] in ids]
    assert trial.events is not None
    if len(rows) != len(trial.events):
        return ["number of events"]
    people = [ids.index(row[spec.person]) if row[spec.person] in ids else None for row in rows]
    found = [] if people == list(trial.events["person"]) else ["person of the events"]
    return found + [f"{name} of the events" for name in _different_columns(trial.events, rows, spec)]


def _is_text(spec: TableFile) -> bool:
    return spec.file.lower().endswith((".csv", ".tsv", ".txt"))


def read_rows(content: bytes, spec: TableFile) -> list[dict[str, str]]:
    """Read the rows of a table of text by name of column; ValueError where that cannot be done plainly."""
    codec = spec.encoding
    if codec == "utf-8":
        codec = "utf-8-sig"
    if codec == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    lines = io.StringIO(content.decode(codec), newline="")
    for _ in range(spec.skip_lines):
        lines.readline()
    header, *rows = csv.reader(lines, delimiter=spec.separator, strict=True)
    while rows and not rows[-1]:  # empty lines at the end of a file are no rows
        rows.pop()
    return [dict(zip(header, row, strict=True)) for row in rows]


def _different_columns(frame: Any, rows: list[dict[str, str]], spec: TableFile) -> list[str]:
    return [
        name
        for name, column in spec.columns.items()
        if [_comparable(value) for value in frame[name]]
        != [_comparable(value_of(row[name], column, spec.decimal)) for row in rows]
    ]


def value_of(cell: str, column: Column, decimal: str) -> Any:
    """Return what a cell means, None where it is missing; ValueError or KeyError where it means nothing."""
    if cell in column.missing:
        return None
    if column.type in ("integer", "number"):
        return float(cell.replace(decimal, "."))
    if column.type == "yes_no":
        return {**dict.fromkeys(_alike(column.yes), True), **dict.fromkeys(_alike(column.no), False)}[
            _nfc(cell)
        ]
    if column.type == "category":
        codes = {_nfc(code): code for code in column.levels or {}}
        return codes[_nfc(cell)] if _nfc(cell) in codes else _missing(cell, column)
    if column.type == "date":
        return _day(cell, column)
    return cell


def _missing(cell: str, column: Column) -> None:
    if _nfc(cell) not in _alike(column.missing):
        raise ValueError("a code that is not declared")


def _day(cell: str, column: Column) -> date:
    if column.format == "excel_1900":
        return FIRST_DAY_OF_EXCEL + timedelta(days=int(cell))
    assert column.format is not None
    return datetime.strptime(cell, column.format.replace("%-", "%")).date()


def _alike(codes: tuple[str, ...]) -> list[str]:
    return [_nfc(code) for code in codes]


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _comparable(value: Any) -> Any:
    """Bring a value of a frame and a plain one into one form."""
    if value is None or str(value) in ("<NA>", "NaT", "nan"):
        return None
    if hasattr(value, "date"):
        return value.date()
    if isinstance(value, float):
        return math.copysign(value, 1) if value == 0 else value
    return bool(value) if type(value).__name__ in ("bool", "bool_") else value
