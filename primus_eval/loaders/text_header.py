"""The header of a text file: found where it was declared, or the line to paste so that it is."""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from primus_eval.errors import InputError, Problem
from primus_eval.loaders.detection import SEPARATORS, detect
from primus_eval.loaders.file_bytes import first_bytes
from primus_eval.loaders.headers import ROWS_SEARCHED, declared_names, header_of, header_problems
from primus_eval.loaders.letters import DOUBTFUL, misreading
from primus_eval.loaders.text_lines import Lines, LineTooLong, Record, records
from primus_eval.protocol import TableFile

MOST_COLUMNS = 10_000
CONFIRMING_LINES = 20
_TOML = {",": '","', ";": '";"', "\t": '"\\t"'}
_SEPARATOR_LINE = {f"sep={separator}": separator for separator in SEPARATORS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The names of the columns, the codec of the file, and the physical line after the header."""

    names: tuple[str, ...]
    codec: str
    next_line: int


class _Place(NamedTuple):
    """Where declared columns are named: how many, with which separator, below how many lines."""

    names: int
    separator: str
    above: int


def declared_columns(spec: TableFile) -> list[str]:
    """Return every column that the part of a protocol for this table names, once."""
    return list(declared_names(spec))


def read_header(path: Path, name: str, spec: TableFile) -> Header:
    """Read the header of a text file.

    Nothing of a first line in which no declared column is named is shown: it may be a person.
    Raises InputError where the header is not there, is broken, or its letters are.

    Checked: tests/test_loaders_text_file.py.
    """
    codec = _codec(path, name, spec)
    lines = Lines(path, codec)
    try:
        for _ in range(spec.skip_lines):
            next(lines, None)
        below = records(lines, spec.separator)
        record = next(below, None)
        next_line = lines.number
        is_blank = record is None or not (record.cells or record.broken)
        is_empty = is_blank and not any(other.cells or other.broken for other in below)
    except LineTooLong:
        raise InputError(too_long(name, lines.number)) from None
    if record is None or is_empty:
        what = "holds nothing after the lines to be skipped." if spec.skip_lines else "is empty."
        raise InputError(Problem(code="PE-A41", file=name, what=what, mend="Export the table again."))
    problems = _problems(record, path, name, spec, codec)
    if problems:
        raise InputError(problems)
    return Header(names=tuple(record.cells), codec=codec, next_line=next_line)


def broken_record(record: Record, name: str) -> Problem:
    """Say why a record cannot be read."""
    assert record.broken is not None
    code, line = record.broken
    what, mend = {
        "PE-A33": (
            "a quote opens a field here, and is not closed at the end of a field.",
            "Close the quote; inside a quoted field, write each quote twice.",
        ),
        "PE-A34": (
            "a quote stands inside a field, or text stands beside a quoted one.",
            "Put the whole field in quotes, and write each quote inside it twice.",
        ),
        "PE-A42": ("a field has more than 1,000,000 characters.", "Remove it, or close its quote."),
    }[code]
    return Problem(code=code, file=name, line=line, what=what, mend=mend)


def too_long(name: str, line: int) -> Problem:
    """Say that a line has no end."""
    return Problem(
        code="PE-A42",
        file=name,
        line=line,
        what="a line is longer than 32 million bytes; the file was read no further.",
        mend="Export the table again, with one line for each row.",
    )


def _codec(path: Path, name: str, spec: TableFile) -> str:
    """Return the codec for the declared encoding; a byte order mark must agree with it."""
    head = first_bytes(path, name, 4096)
    problem = _mark_problem(head, path, name, spec)
    if problem is not None:
        raise InputError(problem)
    if spec.encoding != "utf-16":
        return spec.encoding
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    is_big_endian = head.startswith(codecs.BOM_UTF16_BE) or _zeros(head, 0) > _zeros(head, 1)
    return "utf-16-be" if is_big_endian else "utf-16-le"


def _mark_problem(head: bytes, path: Path, name: str, spec: TableFile) -> Problem | None:
    def problem(code: str, what: str, encoding: str | None) -> Problem:
        mend = "Say how the file was saved." if encoding else "Save the table as UTF-8."
        paste = f'{header_of(spec)}\nencoding = "{encoding}"' if encoding else None
        return Problem(code=code, file=name, line=1, what=what, mend=mend, paste=paste)

    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return problem("PE-A05", "begins with the byte order mark of UTF-32.", None)
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if marked and spec.encoding != "utf-16":
        what = f"begins with the byte order mark of UTF-16; {spec.encoding} is declared."
        return problem("PE-A05", what, "utf-16")
    if head.startswith(codecs.BOM_UTF8) and spec.encoding != "utf-8":
        code = "PE-A02" if spec.encoding == "utf-16" else "PE-A03"
        what = f"begins with the byte order mark of UTF-8; {spec.encoding} is declared."
        return problem(code, what, "utf-8")
    has_zeros = 10 * max(_zeros(head, 0), _zeros(head, 1)) >= len(head)
    if spec.encoding == "utf-16" and not (marked or has_zeros):
        return problem("PE-A02", "is not utf-16 text.", detect(path).encoding)
    return None


def _zeros(data: bytes, start: int) -> int:
    return data[start::2].count(0)


def _problems(record: Record, path: Path, name: str, spec: TableFile, codec: str) -> list[Problem]:
    if record.broken is not None:
        return [broken_record(record, name)]
    if len(record.cells) > MOST_COLUMNS:
        what = f"the header has {len(record.cells):,} fields; at most {MOST_COLUMNS:,} columns are read."
        mend = "Keep the columns that are needed."
        return [Problem(code="PE-A42", file=name, line=record.line, what=what, mend=mend)]
    wrong = misreading("\n".join(record.cells), spec.encoding) if record.letters == DOUBTFUL else None
    if wrong is not None:
        where, paste_below = "the header ", header_of(spec)
        return [wrong.problem(file=name, line=record.line, header=paste_below, column=None, where=where)]
    declared = {_alike(column) for column in declared_names(spec)}
    if not declared.intersection(map(_alike, record.cells)):
        elsewhere = _elsewhere(record, path, name, spec, codec)
        return [] if elsewhere is None else [elsewhere]
    return header_problems(record.cells, file=name, line=record.line) + _nearly_twice(record, name)


def _elsewhere(record: Record, path: Path, name: str, spec: TableFile, codec: str) -> Problem | None:
    """Say which separator, or how many lines to skip, gives a header with declared columns."""
    place = _best_place(path, spec, codec)
    if place is None and len(record.cells) > 1:
        return None  # the columns may have other names: said where they are looked up
    if place is None and not record.cells:
        mend = "Remove it, so that the header comes first."
        return Problem(code="PE-A14", file=name, line=record.line, what="this line is empty.", mend=mend)
    if place is None:
        return Problem(
            code="PE-A08",
            file=name,
            line=record.line,
            what=f"only one column is found with separator {spec.separator!r}, and no declared column.",
            mend="Declare the separator that the file has.",
        )
    code = "PE-A08" if place.above == spec.skip_lines else "PE-A37"
    words = {
        "PE-A08": f"no declared column is found with separator {spec.separator!r}; {place.names} are with "
        f"{place.separator!r}.",
        "PE-A37": f"no declared column is named here; {place.names} are on line {place.above + 1}.",
    }
    if not place.names:
        words["PE-A37"] = "this line tells a spreadsheet the separator; it is not the header."
    mend = "Say how the file is written."
    if place.separator not in _TOML:
        mend = f"Save the table with commas, semicolons or tabs between fields, not with {place.separator!r}."
    paste = _paste(place, spec, path)
    return Problem(code=code, file=name, line=record.line, what=words[code], mend=mend, paste=paste)


def _paste(place: _Place, spec: TableFile, path: Path) -> str | None:
    if place.separator not in _TOML:
        return None
    lines = [header_of(spec)]
    if place.above != spec.skip_lines:
        lines.append(f"skip_lines = {place.above}")
    if place.separator != spec.separator:
        lines.append(f"separator = {_TOML[place.separator]}")
        if detect(path).decimal == "," and spec.decimal == ".":
            lines.append('decimal = ","')
    return "\n".join(lines)


def _best_place(path: Path, spec: TableFile, codec: str) -> _Place | None:
    """Return where most declared columns are named within the first lines, with any separator."""
    try:
        first = [line.rstrip("\r\n") for line in islice(Lines(path, codec), spec.skip_lines + ROWS_SEARCHED)]
    except LineTooLong:
        return None
    declared = {_alike(column) for column in declared_names(spec)}
    needed = min(2, len(declared))
    found = []
    for above, line in enumerate(first):
        for separator in SEPARATORS:
            cells = _cells(line, separator)
            names = len(declared.intersection(map(_alike, cells)))
            if names >= needed and _confirmed(first[above + 1 :], len(cells), separator):
                found.append(_Place(names, separator, above))
    said = _SEPARATOR_LINE.get(first[0].strip('"')) if first else None
    if said and not found:
        return _Place(0, said, 1)
    return max(
        found, key=lambda place: (place.names, place.separator == spec.separator, -place.above), default=None
    )


def _confirmed(below: Sequence[str], width: int, separator: str) -> bool:
    """Whether at least half of the next lines have as many fields as the header."""
    shown = below[:CONFIRMING_LINES]
    return 2 * sum(len(_cells(line, separator)) == width for line in shown) >= len(shown)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _nearly_twice(record: Record, name: str) -> list[Problem]:
    """Names that differ only in case, or in the form of their letters, are one name to a reader."""
    times: dict[str, list[int]] = {}
    for position, cell in enumerate(record.cells, start=1):
        times.setdefault(_alike(cell), []).append(position)
    return [
        Problem(
            code="PE-A17",
            file=name,
            line=record.line,
            what=f"columns {', '.join(map(str, positions))} have names that differ only in case, spaces, or "
            "how a letter is written.",
            mend="Rename all but one of them.",
        )
        for positions in times.values()
        if len({record.cells[position - 1] for position in positions}) > 1
    ]


def _alike(text: str) -> str:
    """Return a name as a reader sees it: its letters in one form, without case and outer spaces."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).strip()
