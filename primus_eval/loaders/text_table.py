"""A file of data as a table of text, so that nothing is guessed before the schema is applied.

CSV is read by the standard library's strict parser; Parquet through pyarrow, each value written as
the text that a CSV of it would hold. Lines are physical lines of the file, counted from one, and a
row that holds line breaks in quotes counts by its first; for Parquet the number of the row plus one.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from primus_eval.errors import EnvironmentFault, InputError, Problem
from primus_eval.protocol import Participants
from primus_eval.vocabulary import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """Named columns of text cells, with the physical line on which each row begins."""

    file: str
    sha256: str
    columns: dict[str, list[str]]
    lines: list[int]
    decimal: str = "."

    def require(self, wanted: dict[str, str]) -> None:
        """Raise an InputError naming every wanted column (name: who wants it) that is not in the file."""
        problems = []
        # Where no wanted name is there, the first line may be a person: nothing of it is shown.
        has_header = any(name in self.columns for name in wanted)
        for name, wanted_by in wanted.items():
            if name in self.columns:
                continue
            close = nearest(name, self.columns) if has_header else None
            hint = f"Did you mean {close!r}? " if close else ""
            problems.append(
                Problem(
                    code="PE-A20",
                    file=self.file,
                    column=name,
                    what=f"this column is not in the file; {wanted_by} names it.",
                    mend=f"{hint}Correct the name in the protocol, or the header of the file.",
                )
            )
        if problems:
            raise InputError(problems)


def read_text_table(path: Path, spec: Participants) -> TextTable:
    """Read a .csv or .parquet file as text, under the declared separator and encoding."""
    raw = _read_bytes(path)
    digest = hashlib.sha256(raw).hexdigest()
    if spec.sha256 is not None and digest != spec.sha256:
        raise InputError(
            Problem(
                code="PE-F18",
                file=path.name,
                what="the contents are not those that the protocol was written for (sha256 differs).",
                mend="Use the original file; if a new delivery is meant, put its sha256 in the protocol.",
            )
        )
    suffix = path.suffix.lower()
    decimal = "."
    if suffix in (".csv", ".tsv", ".txt"):
        header, rows, lines = _csv_rows(raw, path.name, spec)
        decimal = spec.decimal
    elif suffix == ".parquet":
        header, rows, lines = _parquet_rows(raw, path.name)
    else:
        raise InputError(
            Problem(
                code="PE-A66",
                file=path.name,
                what=f"files ending in {suffix or 'nothing'} cannot be read.",
                mend="Save the table as .csv or .parquet.",
            )
        )
    _require_rows(header, rows, path.name)
    columns = {name: [row[position] for row in rows] for position, name in enumerate(header)}
    return TextTable(file=path.name, sha256=digest, columns=columns, lines=lines, decimal=decimal)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError):  # ValueError: a name that no file system can hold
        raise InputError(
            Problem(
                code="PE-A67",
                file=path.name,
                what="this file cannot be opened.",
                mend="Put it beside the protocol, or correct [data.participants] file.",
            )
        ) from None


def _csv_rows(raw: bytes, file: str, spec: Participants) -> tuple[list[str], list[list[str]], list[int]]:
    text = _decode(raw, file, spec.encoding)
    if "\0" in text:
        line = _line_after(text[: text.index("\0")])
        raise InputError(
            Problem(code="PE-A13", file=file, line=line, what="holds a NUL byte.", mend="Export it again.")
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=spec.separator, strict=True)
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    line = 1
    try:
        for row in reader:
            if row and not header:
                header = row
                problems += _header_problems(header, file, line) + _separator_problems(
                    header, file, line, spec
                )
            elif not row or len(row) != len(header):
                problems.append(_ragged(row, header, file, line))
            else:
                rows.append(row)
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error:
        problems.append(
            Problem(
                code="PE-A33",
                file=file,
                line=line,
                what="a quote opens a field and is not closed, or not at its end; or the field is very long.",
                mend="Close the quote, and double the quotes inside a field.",
            )
        )
    if problems:
        raise InputError(problems)
    return header, rows, lines


def _decode(raw: bytes, file: str, encoding: str) -> str:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        return raw.decode(codec)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        likely = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "cp1252"
        raise InputError(
            Problem(
                code="PE-A02",
                file=file,
                line=_line_after(raw[:start].decode(codec, errors="ignore")),
                what=f"is not {encoding} text.",
                mend=f'Say how it was saved, for example encoding = "{likely}".',
            )
        ) from None


def _line_after(text: str) -> int:
    """The number of the line on which the character after `text` stands."""
    return len(re.findall(r"\r\n|\r|\n", text)) + 1


def _header_problems(header: list[str], file: str, line: int) -> list[Problem]:
    problems = []
    for name, times in Counter(header).items():
        if times > 1:
            problems.append(("PE-A17", "two columns have the same name.", "Rename one of them."))
        if not name:
            problems.append(("PE-A18", "a column has no name.", "Name it, or remove it."))
        elif name != name.strip():
            problems.append(("PE-A19", "a column's name begins or ends with a space.", "Remove the space."))
    unique = dict.fromkeys(problems)
    return [Problem(code=code, file=file, line=line, what=what, mend=mend) for code, what, mend in unique]


def _separator_problems(header: list[str], file: str, line: int, spec: Participants) -> list[Problem]:
    if len(header) > 1:
        return []
    return [
        Problem(
            code="PE-A08",
            file=file,
            line=line,
            what=f"only one column was found with separator {spec.separator!r}.",
            mend='Declare the separator, for example separator = ";".',
        )
    ]


def _ragged(row: list[str], header: list[str], file: str, line: int) -> Problem:
    if not row:
        return Problem(
            code="PE-A14", file=file, line=line, what="this line is empty.", mend="Remove the line."
        )
    code = "PE-A14" if len(row) < len(header) else "PE-A15"
    return Problem(
        code=code,
        file=file,
        line=line,
        what=f"this row has {len(row)} fields, the header has {len(header)}.",
        mend="Quote fields that hold the separator; remove spare separators; complete short rows.",
    )


def _parquet_rows(raw: bytes, file: str) -> tuple[list[str], list[list[str]], list[int]]:
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise EnvironmentFault(
            Problem(
                code="PE-G25",
                file=file,
                what="reading Parquet needs pyarrow.",
                mend="pip install 'primus-eval[io]', or save the table as .csv.",
            )
        ) from None
    try:
        table = parquet.ParquetFile(io.BytesIO(raw)).read()
    except (pyarrow.ArrowException, OSError):
        raise InputError(
            Problem(code="PE-A68", file=file, what="is not a Parquet file.", mend="Export it again.")
        ) from None
    problems = _header_problems(list(table.column_names), file, 1)
    if problems:
        raise InputError(problems)
    columns = [[_as_text(value) for value in column.to_pylist()] for column in table.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return list(table.column_names), rows, list(range(2, len(rows) + 2))


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return "" if value != value else repr(value).removesuffix(".0")
    return str(value)


def _require_rows(header: list[str], rows: list[list[str]], file: str) -> None:
    if header and rows:
        return
    what = "holds a header and no rows." if header else "is empty."
    raise InputError(Problem(code="PE-A41", file=file, what=what, mend="Export the table again."))
