"""A file of Stata, SPSS or SAS as a table: codes as codes, with the labels beside them.

Labels never replace codes: they go into the codebook, to be compared with what the protocol declares.
Missing values keep their names: `.a` to `.z` of Stata and SAS, and the codes that SPSS marks as missing
stay codes, listed as missing in the codebook. Numbers become dates by their display format. Texts lose
the spaces at their end, which SPSS and SAS pad them with, and no others.

A transport file of SAS (.xpt) has one limit: its special missing values come out as missing without a
name, since the reader does not pass them on. Portable files of SPSS (.por) are refused for that reason.

Checked: tests/test_loaders_formats.py, on files written by pyreadstat, pandas and haven.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from primus_eval.errors import InputError, Problem
from primus_eval.loaders.coded_dates import ToDate, counts_periods, date_reader
from primus_eval.loaders.file_bytes import damaged, encrypted, first_bytes, sha256_of
from primus_eval.loaders.headers import header_problems
from primus_eval.loaders.labelled_reader import FORMATS, Format, Reader, other_encoding
from primus_eval.loaders.spss_dictionary import read_dictionary
from primus_eval.loaders.table import Block, Coded, TableSource
from primus_eval.loaders.typed_cells import date_text, number_text
from primus_eval.protocol import TableFile

ENCRYPTED_SPSS = b"ENCRYPTEDSAV"

TRANSPORT_RECORD_BYTES = 80
TRANSPORT_MEMBERS = (
    b"HEADER RECORD*******MEMBER  HEADER RECORD",
    b"HEADER RECORD*******MEMBV8  HEADER RECORD",
)


def open_labelled(path: Path, name: str, spec: TableFile) -> TableSource:
    """Open a file of Stata (.dta), SPSS (.sav, .zsav) or SAS (.sas7bdat, .xpt).

    Lines are the number of the row plus one, as if the header were the first. The file's own encoding
    holds unless the protocol declares one. Raises InputError where the file cannot be read as what it is.
    """
    format_ = FORMATS.get(path.suffix.lower())
    if format_ is None:
        raise InputError(_other_kind(name))
    digest = sha256_of(path, name)
    if first_bytes(path, name, len(ENCRYPTED_SPSS)) == ENCRYPTED_SPSS:
        raise encrypted(name)
    if format_.family == "spss":
        _require_readable(path, name, spec, format_)
    if path.suffix.lower() == ".xpt":
        _require_one_member(path, name)
    reader = Reader(path=path, name=name, spec=spec, format=format_)
    _, said = reader.read(metadataonly=True)
    header = tuple(said.column_names)
    if None in header:
        raise damaged(name, format_.kind)
    problems = header_problems(header, file=name)
    if not header:
        problems = [Problem(code="PE-A41", file=name, what="has no columns.", mend="Export it again.")]
    problems += _period_problems(said, spec, format_, name)
    if problems:
        raise InputError(problems)
    columns = {column: _Column.of(column, said, spec, format_) for column in header}
    return TableSource(
        file=name,
        sha256=digest,
        header=header,
        blocks=partial(_blocks, reader, columns, said.number_rows),
        codebook=_codebook(reader, columns, said),
        as_written=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """How the cells of one column become text."""

    name: str
    is_text: bool
    is_single: bool
    to_date: ToDate | None
    decimal: str

    @classmethod
    def of(cls, name: str, said: Any, spec: TableFile, format_: Format) -> _Column:
        is_text = said.readstat_variable_types[name] == "string"
        display = said.original_variable_types[name]
        return cls(
            name=name,
            is_text=is_text,
            is_single=said.readstat_variable_types[name] == "float",
            to_date=None if is_text else date_reader(format_.family, display),
            decimal=spec.decimal,
        )

    def text(self, cell: Any) -> str:
        """Return the text of a cell; a number is read as a date where the column shows dates."""
        if cell is None:
            return ""
        if isinstance(cell, str):
            return cell.rstrip(" ") if self.is_text else f".{cell.lower()}"
        moment = None if self.to_date is None else self.to_date(cell)
        return self.number(cell) if moment is None else date_text(moment)

    def number(self, cell: float) -> str:
        """Return the text of a number; one of single precision has fewer digits."""
        return number_text(float(str(np.float32(cell))) if self.is_single else cell, self.decimal)

    def texts(self, cells: Sequence[Any]) -> list[str]:
        known: dict[Any, str] = {}
        return [known.get(cell) or known.setdefault(cell, self.text(cell)) for cell in cells]

    def are_dates(self, cells: Sequence[Any]) -> list[bool]:
        assert self.to_date is not None
        known = {
            cell: not isinstance(cell, str) and self.to_date(cell) is not None for cell in {*cells} - {None}
        }
        known[None] = False
        return [known[cell] for cell in cells]


def _blocks(reader: Reader, columns: Mapping[str, _Column], declared_rows: int | None) -> Iterator[Block]:
    rows = 0
    problems: list[Problem] = []
    for cells in reader.blocks():
        lines = range(rows + 2, rows + 2 + len(next(iter(cells.values()))))
        rows += len(lines)
        stored_dates: dict[str, Sequence[bool]] = {
            name: column.are_dates(cells[name])
            for name, column in columns.items()
            if column.to_date is not None
        }
        for name, are_dates in stored_dates.items():
            problems += _no_calendar_day(reader, name, cells[name], are_dates, lines)
        texts = {name: column.texts(cells[name]) for name, column in columns.items()}
        yield Block(columns=texts, lines=lines, stored_dates=stored_dates)
    if declared_rows is not None and rows != declared_rows:
        raise damaged(reader.name, reader.format.kind)
    if not rows and not reader.spec.may_be_empty:
        what = "holds columns and no rows."
        problems.append(Problem(code="PE-A41", file=reader.name, what=what, mend="Export the table again."))
    if problems:
        raise InputError(problems)


def _codebook(reader: Reader, columns: Mapping[str, _Column], said: Any) -> dict[str, Coded]:
    """Collect what the file says of its columns; a column of which it says nothing has no entry."""
    missing = _declared_missing(reader, columns, said)
    found = {
        name: Coded(
            label=said.column_names_to_labels.get(name) or "",
            meanings={
                _code(column, code): label for code, label in said.variable_value_labels.get(name, {}).items()
            },
            declared_missing=missing.get(name, ((), ()))[0],
            in_missing_range=frozenset(missing.get(name, ((), ()))[1]),
        )
        for name, column in columns.items()
    }
    return {name: coded for name, coded in found.items() if coded != Coded()}


def _code(column: _Column, code: Any) -> str:
    return column.text(code) if isinstance(code, str) else column.number(code)


def _declared_missing(
    reader: Reader, columns: Mapping[str, _Column], said: Any
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the codes that SPSS marks as missing, and those of them that occur and only lie in a range."""
    found: dict[str, dict[Any, None]] = {}
    ranges: dict[str, list[tuple[float, float]]] = {}
    for name, limits in said.missing_ranges.items():
        codes = found.setdefault(name, {})
        for limit in limits:
            if limit["lo"] == limit["hi"]:
                codes[limit["lo"]] = None
            else:
                ranges.setdefault(name, []).append((limit["lo"], limit["hi"]))
    alone = {name: frozenset(codes) for name, codes in found.items()}
    if ranges:
        for cells in reader.blocks(usecols=list(ranges)):
            for name, pairs in ranges.items():
                occurring = {cell for cell in cells[name] if isinstance(cell, float | int)}
                inside = [code for code in occurring if any(low <= code <= high for low, high in pairs)]
                found[name].update(dict.fromkeys(sorted(inside)))
    return {
        name: (
            tuple(columns[name].text(code) for code in codes),
            tuple(columns[name].text(code) for code in codes if code not in alone[name]),
        )
        for name, codes in found.items()
    }


def _no_calendar_day(
    reader: Reader, name: str, cells: Sequence[Any], are_dates: Sequence[bool], lines: range
) -> list[Problem]:
    declared = reader.spec.columns.get(name)
    if declared is None or declared.type != "date":
        return []
    return [
        Problem(
            code="PE-A60",
            file=reader.name,
            line=line,
            column=name,
            what="is shown as a date, but its number is no day of the years 1 to 9999.",
            mend="Correct the cell, or empty it where the date is missing.",
        )
        for cell, is_date, line in zip(cells, are_dates, lines, strict=True)
        if not is_date and isinstance(cell, float | int)
    ]


def _period_problems(said: Any, spec: TableFile, format_: Format, name: str) -> list[Problem]:
    """A declared date that counts weeks or months of Stata is none."""
    return [
        Problem(
            code="PE-A75",
            file=name,
            column=column,
            what="counts weeks, months, quarters, years or leap seconds, and not days.",
            mend="Turn it into a daily date in Stata, for example with dofm() or dofC(), in format %td.",
        )
        for column, declared in spec.columns.items()
        if declared.type == "date"
        and counts_periods(format_.family, said.original_variable_types.get(column))
    ]


def _other_kind(name: str) -> Problem:
    return Problem(
        code="PE-A66",
        file=name,
        what="is no file of Stata, SPSS or SAS that keeps its missing values apart.",
        mend=f"Save the table as one of: {' '.join(FORMATS)}.",
    )


def _require_readable(path: Path, name: str, spec: TableFile, format_: Format) -> None:
    """Refuse what would end the process instead of raising an error."""
    dictionary = read_dictionary(path)
    if not dictionary.is_sound:
        raise damaged(name, format_.kind)
    if not dictionary.has_codes_in(spec.encoding if "encoding" in spec.model_fields_set else None):
        raise InputError(other_encoding(name, spec))


def _require_one_member(path: Path, name: str) -> None:
    """A transport file can hold several tables, of which a reader takes the first."""
    members = 0
    with path.open("rb") as handle:
        while piece := handle.read(TRANSPORT_RECORD_BYTES * 10_000):
            starts = range(0, len(piece), TRANSPORT_RECORD_BYTES)
            members += sum(piece.startswith(TRANSPORT_MEMBERS, start) for start in starts)
    if members > 1:
        what = f"holds {members} tables."
        mend = "Export the one that is meant into a file of its own."
        raise InputError(Problem(code="PE-A51", file=name, what=what, mend=mend))
