"""The physical lines of a text file, decoded piece by piece, and the records that strict CSV makes of them.

The standard library's reader parses. It takes a quote inside an unquoted field for an ordinary letter,
and does not say where a quote that is never closed was opened; so each record with a quote is held to
the grammar of RFC 4180 as well.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

from primus_eval.loaders.letters import ASCII, DOUBTFUL, look

PIECE_BYTES = 1 << 20
LONGEST_LINE_BYTES = 1 << 25
LONGEST_FIELD = 1_000_000
"""Characters of one field; more is an error, so that a forgotten quote does not read a whole file."""


class LineTooLong(Exception):
    """A line goes on for more than LONGEST_LINE_BYTES: this is no table."""


class Broken(NamedTuple):
    """Why a record cannot be read: its code, and the line to look at."""

    code: str
    line: int


class Record(NamedTuple):
    """One row: the line on which it begins, its cells, and what a look at the letters around it told.

    `ends_file` is True where no line end follows it.
    """

    line: int
    cells: list[str]
    letters: int
    ends_file: bool = False
    broken: Broken | None = None


class Lines:
    """Physical lines with their line ends (LF, CRLF, CR), counted from one; some can be given back."""

    def __init__(self, path: Path, codec: str) -> None:
        self.number = 1
        self.taken: list[str] = []
        self.letters = ASCII
        self._texts = texts(path, codec)
        self._waiting: deque[str] = deque()
        self._piece_letters = ASCII

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        if not self._waiting:
            self._load()
        line = self._waiting.popleft()
        self.taken.append(line)
        self.number += 1
        return line

    def begin(self) -> int:
        """Forget the lines taken so far, and return the number of the next one."""
        self.taken = []
        self.letters = self._piece_letters
        return self.number

    def give_back(self, count: int) -> None:
        """Put the last lines taken back, to be read again."""
        if count:
            self._waiting.extendleft(reversed(self.taken[-count:]))
            self.number -= count
            self._piece_letters = DOUBTFUL  # they may come from a piece before the present one

    def _load(self) -> None:
        text = next(self._texts)
        self._waiting.extend(io.StringIO(text, newline=""))
        self._piece_letters = look(text)
        self.letters = max(self.letters, self._piece_letters)


def texts(path: Path, codec: str) -> Iterator[str]:
    """Decode a file in pieces that end with a line; bytes unknown to the codec become lone surrogates."""
    with path.open("rb") as handle:
        is_first = True
        for piece in _pieces(handle, 2 if codec.startswith("utf-16") else 1, codec.endswith("be")):
            text = _decoded(piece, codec)
            text = text.removeprefix("\ufeff") if is_first else text
            is_first = False
            if text:
                yield text


def records(lines: Lines, separator: str) -> Iterator[Record]:
    """Read the records of a text, well-formed or broken; after a broken one go on at the next line."""
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))  # only ever raised: others may need more
    grammar = _grammar(separator)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        start = lines.begin()
        broken = None
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            broken = _broken(lines, start, separator)
            reader = csv.reader(lines, delimiter=separator, strict=True)
        else:
            raw = lines.taken[0] if len(lines.taken) == 1 else "".join(lines.taken)
            if '"' in raw and not grammar.fullmatch(raw):
                broken = _broken(lines, start, separator)
            elif len(raw) > LONGEST_FIELD and max(map(len, cells)) > LONGEST_FIELD:
                broken = Broken("PE-A42", start)
        ends_file = not lines.taken[-1].endswith(("\n", "\r"))
        yield Record(start, [] if broken else cells, lines.letters, ends_file, broken)


def _pieces(handle: BinaryIO, width: int, is_big_endian: bool) -> Iterator[bytes]:
    """Read a file in pieces cut after a line end; `width` is the number of bytes of a line end."""
    rest = b""
    while data := handle.read(PIECE_BYTES):
        data = rest + data
        cut = _last_line_end(data, width, is_big_endian)
        if cut:
            yield data[:cut]
        rest = data[cut:]
        if len(rest) > LONGEST_LINE_BYTES:
            raise LineTooLong
    if rest:
        yield rest


def _last_line_end(data: bytes, width: int, is_big_endian: bool) -> int:
    """Return where the last line that is surely complete ends; a CR at the very end may belong to a CRLF."""
    best = 0
    for sign, stop in (("\n", len(data)), ("\r", len(data) - width)):
        end = sign.encode() if width == 1 else sign.encode("utf-16-be" if is_big_endian else "utf-16-le")
        at = data.rfind(end, 0, stop)
        while at >= 0 and at % width:
            at = data.rfind(end, 0, at + width - 1)
        best = max(best, at + width if at >= 0 else 0)
    return best


def _decoded(piece: bytes, codec: str) -> str:
    if not codec.startswith("utf-16"):
        return piece.decode(codec, "surrogateescape")
    text = piece[: len(piece) // 2 * 2].decode(codec, "surrogatepass")
    return text + chr(0xDC00 + piece[-1]) if len(piece) % 2 else text  # half a character ends the file


def _broken(lines: Lines, start: int, separator: str) -> Broken:
    """Say what is wrong with the lines taken for a record, and give back those after an opened quote."""
    raw = "".join(lines.taken)
    if _grammar(separator).fullmatch(raw):
        return Broken("PE-A42", start)
    begins = _whole_fields(separator).match(raw)
    at = begins.end() if begins else 0
    opened = start + _line_ends(raw[:at])
    closes = re.compile(r'"(?:[^"]++|"")*+"').match(raw, at)
    is_one_line = closes is not None and not _line_ends(closes[0])
    if raw[at] != '"' or is_one_line:
        return Broken("PE-A34", opened)
    lines.give_back(len(lines.taken) - (opened - start + 1))
    return Broken("PE-A33", opened)


def _line_ends(text: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", text))


@cache
def _grammar(separator: str) -> re.Pattern[str]:
    field = _field(separator)
    return re.compile(rf"{field}(?:{re.escape(separator)}{field})*+(?:\r\n|\r|\n)?")


@cache
def _whole_fields(separator: str) -> re.Pattern[str]:
    """The fields at the start of a text that are complete, each with the separator after it."""
    return re.compile(rf"(?:{_field(separator)}{re.escape(separator)})*+")


def _field(separator: str) -> str:
    return rf'(?:"(?:[^"]++|"")*+"|[^"\r\n{re.escape(separator)}]*+)'
