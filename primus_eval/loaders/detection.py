"""How a text file is probably written: a proposal for a person to declare, never applied by itself."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from primus_eval.loaders.letters import likely_encoding

Encoding = Literal["utf-8", "cp1252", "utf-16", "iso-8859-1"]

SEPARATORS = (",", ";", "\t", "|")
SAMPLE_BYTES = 1 << 18
PIECE_BYTES = 1 << 20
_DIGITS = re.compile(r"[+-]?\d+")
_FRACTION = {mark: re.compile(rf"[+-]?\d+{re.escape(mark)}\d+") for mark in ".,"}
_THOUSANDS = {mark: re.compile(rf"[+-]?[1-9]\d{{0,2}}{re.escape(mark)}\d{{3}}") for mark in ".,"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """How a text file is probably written; None where its contents do not tell."""

    encoding: Encoding | None
    separator: str | None
    decimal: str | None
    skip_lines: int | None


def detect(path: Path) -> Detected:
    """How is this text file probably written?

    The whole file is looked through for its encoding, its first SAMPLE_BYTES for the rest. A separator is
    the one that gives most lines the same number of fields; a decimal mark is found where whole columns
    hold numbers with it, and not told from a mark of thousands.

    Checked: tests/test_loaders_text_file.py.
    """
    encoding = _encoding(path)
    if encoding is None:
        return Detected(encoding=None, separator=None, decimal=None, skip_lines=None)
    with path.open("rb") as handle:
        sample = handle.read(SAMPLE_BYTES)
    text = sample.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    if len(sample) == SAMPLE_BYTES:  # the last line is probably cut
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    separator, skip_lines, rows = _layout(text)
    return Detected(encoding=encoding, separator=separator, decimal=_decimal(rows[1:]), skip_lines=skip_lines)


def _encoding(path: Path) -> Encoding | None:
    """utf-8 for ASCII too; cp1252 where it is not UTF-8 and nothing speaks against it."""
    with path.open("rb") as handle:
        piece = handle.read(PIECE_BYTES)
        if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16" if likely_encoding(piece) == "utf-16" else None
        decoder = codecs.getincrementaldecoder("utf-8")()
        is_utf_8, could_be_cp1252 = True, True
        while piece:
            if b"\0" in piece:
                return None
            if is_utf_8:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    is_utf_8 = False
            could_be_cp1252 = could_be_cp1252 and (piece.isascii() or _is_cp1252(piece))
            if not (is_utf_8 or could_be_cp1252):
                return None
            piece = handle.read(PIECE_BYTES)
        if is_utf_8:
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                is_utf_8 = False
    return "utf-8" if is_utf_8 else "cp1252" if could_be_cp1252 else None


def _is_cp1252(piece: bytes) -> bool:
    """Whether each byte is a letter of cp1252, and none stands where only a letter of DOS or a Mac would."""
    return likely_encoding(b"\xff" + piece) == "cp1252"  # a byte in front that is not UTF-8


def _layout(text: str) -> tuple[str | None, int | None, list[list[str]]]:
    """Return the separator, the number of lines above the header, and the rows from the header on."""
    hint = re.match(r'"?sep=([,;\t|])"?(?:\r\n|\r|\n)', text)
    if hint:
        rows = _rows(text[hint.end() :], hint[1])
        return hint[1], 1, [cells for _, cells in rows]
    best: tuple[tuple[int, int], str, int, list[list[str]]] | None = None
    for separator in SEPARATORS:
        rows = _rows(text, separator)
        widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
        if not widths:
            continue
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
        first = next(place for place, (_, cells) in enumerate(rows) if len(cells) == width)
        score = (times, width)
        if best is None or score > best[0]:
            table = [cells for _, cells in rows[first:] if len(cells) == width]
            best = score, separator, rows[first][0] - 1, table
    return (None, None, []) if best is None else best[1:]


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Return the rows under a separator, each with its physical line; as many as can be read."""
    reader = csv.reader(_lines(text), delimiter=separator)
    found = []
    line = 1
    try:
        for cells in reader:
            found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:  # a field that is too long: what was read before it will do
        pass
    return found


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)


def _decimal(rows: Sequence[Sequence[str]]) -> str | None:
    """Return the mark with which whole columns of numbers are written, None where none or both are found."""
    found = set()
    for column in zip(*rows, strict=True):
        cells = [cell.strip() for cell in column if cell.strip()]
        for mark, fraction in _FRACTION.items():
            written = [cell for cell in cells if fraction.fullmatch(cell)]
            whole = sum(_DIGITS.fullmatch(cell) is not None for cell in cells)
            is_number = bool(written) and len(written) + whole == len(cells)
            if is_number and not all(_THOUSANDS[mark].fullmatch(cell) for cell in written):
                found.add(mark)
    return found.pop() if len(found) == 1 else None
