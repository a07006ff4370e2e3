"""Whether the dictionary of an SPSS file can be read at all, looked at before ReadStat does.

A dictionary is a chain of records: variables (2), labels of codes (3) and whose they are (4), documents
(6), extensions (7), the end (999). ReadStat 1.1 and pyreadstat 1.3.7 end the whole process on two kinds of
damage: a variable wider than any text of SPSS, and labels for a variable that is not there.

Source: the record layout in the PSPP manual, "System File Format" (appendix of the developers' guide).
Checked: tests/test_fuzz.py.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

HEADER_BYTES = 176
LAYOUT_AT = 64
"""Where a header holds the number 2 or 3, which tells the order of bytes."""

WIDEST_TEXT = 255
"""Bytes; longer texts are stored as several variables. -1 continues the variable before."""

VARIABLE, LABELS, LABELLED, DOCUMENTS, EXTENSION, END = 2, 3, 4, 6, 7, 999


class _Unsound(Exception):
    """The dictionary is not one."""


def has_sound_dictionary(path: Path) -> bool:
    """Whether the records of a .sav or .zsav file follow each other, and name variables that are there.

    True where a file does not begin as one of SPSS: ReadStat refuses such a file by itself.
    """
    with path.open("rb") as handle:
        header = handle.read(HEADER_BYTES)
        order = _order(header)
        if order is None:
            return True
        try:
            _walk(handle, order)
        except _Unsound:
            return False
    return True


def _order(header: bytes) -> str | None:
    if len(header) < HEADER_BYTES or not header.startswith((b"$FL2", b"$FL3")):
        return None
    layout = header[LAYOUT_AT : LAYOUT_AT + 4]
    return next((order for order in "<>" if struct.unpack(f"{order}i", layout)[0] in (2, 3)), None)


def _walk(handle: BinaryIO, order: str) -> None:
    variables = 0
    while True:
        (kind,) = _numbers(handle, order, 1)
        if kind == VARIABLE:
            variables += 1
            _variable(handle, order)
        elif kind == LABELS:
            for _ in range(*_numbers(handle, order, 1)):
                length = _read(handle, 9)[-1]  # the code, then the length of its label
                _skip(handle, length + -(length + 1) % 8)
        elif kind == LABELLED:
            (count,) = _numbers(handle, order, 1)
            if not 0 < count <= variables:
                raise _Unsound
            if not all(0 < index <= variables for index in _numbers(handle, order, count)):
                raise _Unsound
        elif kind == DOCUMENTS:
            _skip(handle, 80 * _numbers(handle, order, 1)[0])
        elif kind == EXTENSION:
            _, size, count = _numbers(handle, order, 3)
            _skip(handle, size * count)
        elif kind == END:
            return
        else:
            raise _Unsound


def _variable(handle: BinaryIO, order: str) -> None:
    width, has_label, missing = _numbers(handle, order, 3)
    if not -1 <= width <= WIDEST_TEXT:
        raise _Unsound
    _skip(handle, 16)  # how it is shown, and its name
    if has_label:
        (length,) = _numbers(handle, order, 1)
        _skip(handle, length + -length % 4)
    _skip(handle, 8 * abs(missing))


def _numbers(handle: BinaryIO, order: str, count: int) -> tuple[int, ...]:
    return struct.unpack(f"{order}{count}i", _read(handle, 4 * count))


def _read(handle: BinaryIO, count: int) -> bytes:
    data = handle.read(count)
    if len(data) < count:
        raise _Unsound
    return data


def _skip(handle: BinaryIO, count: int) -> None:
    if count < 0:
        raise _Unsound
    handle.seek(count, 1)
