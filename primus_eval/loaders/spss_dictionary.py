"""The dictionary of an SPSS file, looked at before ReadStat reads it, which some damage makes it end by.

A dictionary is a chain of records: variables (2), labels of codes (3) and whose they are (4), documents
(6), extensions (7), the end (999). pyreadstat 1.3.7 ends the whole process on a variable that is wider than
any text of SPSS, on labels for a variable that is not there or holds a long text, and on a labelled code
that is text and not written in the encoding of the file.

Source: the record layout in the PSPP manual, "System File Format" (appendix of the developers' guide).
Checked: tests/test_fuzz.py.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

HEADER_BYTES = 176
LAYOUT_AT = 64
"""Where a header holds the number 2 or 3, which tells the order of bytes."""

UNIT_BYTES = 8
"""A text takes one variable for each so many bytes: the first has its width, the others CONTINUED."""

CONTINUED = -1
WIDEST_TEXT = 255
"""Bytes; longer texts are stored as several."""

WIDEST_LABELLED = 8

LARGEST_RECORD_BYTES = 1 << 31

VARIABLE, LABELS, LABELLED, DOCUMENTS, EXTENSION, END = 2, 3, 4, 6, 7, 999

ENCODING = 20
"""The kind of extension that names the encoding."""

LONGEST_NAME = 100


class _Unsound(Exception):
    """The dictionary is not one."""


@dataclass(slots=True)
class Dictionary:
    """What was read of a dictionary.

    `is_sound` is True too where a file does not begin as one of SPSS, which ReadStat refuses by itself.
    """

    is_sound: bool = True
    encoding: str | None = None
    """As the file names it; None where it does not."""
    widths: list[int] = field(default_factory=list)
    codes: list[bytes] = field(default_factory=list)
    """Of the labels read last."""
    text_codes: list[bytes] = field(default_factory=list)
    """All codes that are text and have a label."""

    def has_codes_in(self, declared: str | None) -> bool:
        """Whether labelled codes are written in the declared encoding, or else in that of the file."""
        encoding = declared or self.encoding
        try:
            for code in self.text_codes if encoding else ():
                code.decode(encoding or "")
        except UnicodeDecodeError:
            return False
        except (LookupError, ValueError):  # no encoding that Python knows
            return True
        return True


def read_dictionary(path: Path) -> Dictionary:
    """Read the dictionary of a .sav or .zsav file; never raises for what is in it."""
    found = Dictionary()
    with path.open("rb") as handle:
        order = _order(handle.read(HEADER_BYTES))
        if order is not None:
            try:
                _walk(handle, order, found)
            except _Unsound:
                found.is_sound = False
    return found


def _order(header: bytes) -> str | None:
    if len(header) < HEADER_BYTES or not header.startswith((b"$FL2", b"$FL3")):
        return None
    layout = header[LAYOUT_AT : LAYOUT_AT + 4]
    return next((order for order in "<>" if struct.unpack(f"{order}i", layout)[0] in (2, 3)), None)


def _walk(handle: BinaryIO, order: str, found: Dictionary) -> None:
    while True:
        (kind,) = _numbers(handle, order, 1)
        if kind == VARIABLE:
            found.widths.append(_width_of_variable(handle, order))
        elif kind == LABELS:
            found.codes = [_labelled_code(handle) for _ in range(*_numbers(handle, order, 1))]
        elif kind == LABELLED:
            _whose(handle, order, found)
        elif kind == DOCUMENTS:
            _skip(handle, 80 * _numbers(handle, order, 1)[0])
        elif kind == EXTENSION:
            _extension(handle, order, found)
        elif kind == END:
            _require_continued(found.widths)
            return
        else:
            raise _Unsound


def _labelled_code(handle: BinaryIO) -> bytes:
    *code, length = _read(handle, 9)
    _skip(handle, length + -(length + 1) % 8)  # the label
    return bytes(code)


def _extension(handle: BinaryIO, order: str, found: Dictionary) -> None:
    kind, size, count = _numbers(handle, order, 3)
    if kind == ENCODING and 0 < size * count <= LONGEST_NAME:
        found.encoding = _read(handle, size * count).decode("ascii", "replace").strip()
    else:
        _skip(handle, size * count)


def _width_of_variable(handle: BinaryIO, order: str) -> int:
    width, has_label, missing = _numbers(handle, order, 3)
    _skip(handle, 16)  # how it is shown, and its name
    if has_label:
        (length,) = _numbers(handle, order, 1)
        _skip(handle, length + -length % 4)
    _skip(handle, 8 * abs(missing))
    return width


def _whose(handle: BinaryIO, order: str, found: Dictionary) -> None:
    """Labels belong to numbers and to texts of one unit, counted from one."""
    (count,) = _numbers(handle, order, 1)
    if not 0 <= count <= len(found.widths):
        raise _Unsound
    for index in _numbers(handle, order, count):
        if not (0 < index <= len(found.widths) and 0 <= found.widths[index - 1] <= WIDEST_LABELLED):
            raise _Unsound
        if found.widths[index - 1]:
            found.text_codes += found.codes


def _require_continued(widths: list[int]) -> None:
    """Each text is followed by as many continuations as it needs, and nothing else is."""
    left = 0
    for width in widths:
        if not CONTINUED <= width <= WIDEST_TEXT or (width == CONTINUED) != (left > 0):
            raise _Unsound
        left = left - 1 if left else max(0, -(-width // UNIT_BYTES) - 1)
    if left:
        raise _Unsound


def _numbers(handle: BinaryIO, order: str, count: int) -> tuple[int, ...]:
    return struct.unpack(f"{order}{count}i", _read(handle, 4 * count))


def _read(handle: BinaryIO, count: int) -> bytes:
    data = handle.read(count)
    if len(data) < count:
        raise _Unsound
    return data


def _skip(handle: BinaryIO, count: int) -> None:
    if not 0 <= count <= LARGEST_RECORD_BYTES:
        raise _Unsound
    handle.seek(count, 1)
