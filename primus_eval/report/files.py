"""The tables of a report as CSV, safe to open in a spreadsheet.

UTF-8, fields quoted where they must be (RFC 4180), numbers in the shortest form that reads back
exactly. A text that a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from primus_eval.findings import COLUMNS, Finding, Findings
from primus_eval.tables import (
    definitions_records,
    exhibit_records,
    flow_records,
    p_value_records,
    results_records,
)
from primus_eval.wording.catalogue import words_in
from primus_eval.wording.pieces import visible
from primus_eval.wording.subject import subject_of

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

SIMULATED = "simulated"
"""The column that comes first in every table of a simulated trial."""


def csv_files(findings: Findings, *, language: str) -> dict[str, bytes]:
    """Return findings.csv and one CSV per table and exhibit, by relative name.

    Where the data are simulated, the first column of each says so in every row.
    """
    files = {name: (list(columns), list(rows)) for name, columns, rows in _tables(findings, language)}
    if findings.context["protocol"]["study"].get("simulated"):
        mark = words_in(language).text("stamp.simulated_cell")
        files = {
            name: ([SIMULATED, *columns], [[mark, *row] for row in rows])
            for name, (columns, rows) in files.items()
        }
    return {name: csv_bytes(columns, rows) for name, (columns, rows) in files.items()}


def _tables(
    findings: Findings, language: str
) -> Iterator[tuple[str, Sequence[str], Iterable[Iterable[Any]]]]:
    subject = subject_of(findings, language=language)
    yield "findings.csv", COLUMNS, [_values(row) for row in findings.rows]
    for name, records in (
        ("results", results_records(findings, language=language)),
        ("p_values", p_value_records(findings, language=language)),
        ("flow", flow_records(findings, language=language)),
        ("definitions", definitions_records(findings, language=language)),
    ):
        if records:
            yield f"tables/{name}.csv", list(records[0]), [record.values() for record in records]
    for exhibit in findings.exhibits:
        if exhibit.status == "estimated" and exhibit.kind not in ("flow", "definitions"):
            records = exhibit_records(exhibit, subject)
            rows = [[record[name] for name in exhibit.columns] for record in records]
            yield f"tables/{file_name(exhibit.id)}.csv", exhibit.columns, rows


def csv_bytes(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Write rows as CSV.

    >>> print(csv_bytes(["label", "n"], [["=1+1", -2.5], ["a,b", 3]]).decode().strip())
    label,n
    '=1+1,-2.5
    "a,b",3
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def csv_cell(value: Any) -> str:
    """Return one cell: empty for None, numbers as numbers, text that cannot become a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value + 0.0)
    if isinstance(value, int):
        return str(value)
    text = visible("; ".join(map(str, value)) if isinstance(value, tuple | list) else str(value))
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def file_name(name: str) -> str:
    """Return a name that is safe as a file name on any system.

    >>> file_name("curve/rearrest_52w/assigned"), file_name("../CON")
    ('curve-rearrest_52w-assigned', 'con')
    """
    safe = re.sub(r"[^a-z0-9_]+", "-", name.casefold()).strip("-")
    return safe or "table"


def _values(row: Finding) -> list[Any]:
    return [getattr(row, name) for name in COLUMNS]
