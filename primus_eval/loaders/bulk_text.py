"""Large text files that are written plainly, read fast: the same rows as the strict reader gives, or none.

A first pass looks at every byte while the file is hashed, and decides whether the file is so regular
that pyarrow can make nothing else of it than the strict reader would. That costs no time of its own (the
hash must be there before the first block), and it settles the matter before a row is handed out: a plain
file is never parsed twice, and an unusual one goes to the strict reader from its start. The first pass leaves
open only how many fields each line has, which pyarrow checks. Where that is wrong the file is in error, and
the strict reader words it.
"""

from __future__ import annotations

import csv
import hashlib
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primus_eval.errors import InputError
from primus_eval.loaders.declared import id_of_every_row
from primus_eval.loaders.plain_bytes import is_plain, letters_are_right, line_count
from primus_eval.loaders.table import Block, TableSource
from primus_eval.loaders.text_file import blocks as strict_blocks
from primus_eval.loaders.text_form import is_total_row
from primus_eval.loaders.text_header import Header, read_header
from primus_eval.protocol import TableFile

if TYPE_CHECKING:
    import pyarrow

PIECE_BYTES = 1 << 20
BLOCK_PIECES = 4
READ_AHEAD = 3
END_BYTES = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plain:
    """A file that the first pass found plain: where its rows lie, and how they are written."""

    path: Path
    spec: TableFile
    header: Header
    start: int
    end: int
    piece_bytes: int


class _NotPlain(Exception):
    """A blank line or one without an end, or a file that was cut short since it was opened."""


def open_bulk_text(
    path: Path, name: str, spec: TableFile, *, piece_bytes: int = PIECE_BYTES
) -> TableSource | None:
    """Open a plainly written text file for fast reading; None where the strict reader must answer.

    A file is plain if no line is overlong, no row is a total, no letter is odd, and each quote stands at an
    edge of its field. pyarrow must be there. Blocks hold pyarrow arrays of strings.

    Checked: tests/test_loaders_bulk.py, against the strict reader.
    """
    if spec.encoding == "utf-16" or find_spec("pyarrow") is None:
        return None
    try:
        header = read_header(path, name, spec)
        start = _start_of_rows(path, header)
        end = _end_of_rows(path)
    except (InputError, OSError):
        return None
    if start is None or end <= start or len(set(header.names)) < max(2, len(header.names)):
        return None  # with one column a blank line would be a row
    plain = _Plain(path=path, spec=spec, header=header, start=start, end=end, piece_bytes=piece_bytes)
    if _may_end_with_total(plain):
        return None
    digest = _survey(plain)
    if digest is None:
        return None
    return TableSource(file=name, sha256=digest, header=header.names, blocks=partial(_blocks, plain, name))


def _start_of_rows(path: Path, header: Header) -> int | None:
    """Return the byte at which the line after the header begins; None where its lines end unusually."""
    start = 0
    with path.open("rb") as handle:
        for _ in range(header.next_line - 1):
            line = handle.readline(PIECE_BYTES)
            if not line.endswith(b"\n") or b"\r" in line.removesuffix(b"\r\n"):
                return None
            start += len(line)
    return start


def _end_of_rows(path: Path) -> int:
    """Return the byte after the last row without its line end: line ends after it tell nothing."""
    size = path.stat().st_size
    with path.open("rb") as handle:
        handle.seek(max(0, size - END_BYTES))
        tail = handle.read()
    return size - len(tail) + len(tail.rstrip(b"\r\n"))


def _may_end_with_total(plain: _Plain) -> bool:
    """Whether the last row, read strictly, could be a row of totals; also where that cannot be told."""
    begin = max(plain.start, plain.end - END_BYTES)
    with plain.path.open("rb") as handle:
        handle.seek(begin)
        tail = handle.read(plain.end - begin)
    rows = [row.decode(plain.header.codec, "replace") for row in tail.split(b"\n")[-2:]]
    if len(rows) < 2 or (begin > plain.start and tail.count(b"\n") < 2):
        return True
    try:
        before, last = csv.reader(rows, delimiter=plain.spec.separator, strict=True)
    except (csv.Error, ValueError):  # ValueError: not two rows
        return True
    person, names = id_of_every_row(plain.spec), plain.header.names
    if len(before) != len(names) or len(last) != len(names):
        return True
    return is_total_row(last, before, names.index(person) if person in names else None)


def _survey(plain: _Plain) -> str | None:
    """Hash a file and look at all its bytes, on two threads; None where it is not plain."""
    digest = hashlib.sha256()
    codec, separator = plain.header.codec, plain.spec.separator
    with plain.path.open("rb") as handle:
        digest.update(handle.read(plain.start))
    waiting: deque[Future[bool]] = deque()
    with ThreadPoolExecutor(1) as pool:
        try:
            for piece in _pieces(plain):
                waiting.append(pool.submit(_is_readable, piece, separator, codec))
                digest.update(piece)
                if len(waiting) > READ_AHEAD and not waiting.popleft().result():
                    return None
            if not all(future.result() for future in waiting):
                return None
        except _NotPlain:
            return None
        finally:
            for future in waiting:
                future.cancel()
    with plain.path.open("rb") as handle:
        handle.seek(plain.end)
        digest.update(handle.read())
    return digest.hexdigest()


def _is_readable(piece: bytes, separator: str, codec: str) -> bool:
    return is_plain(piece, separator) and (piece.isascii() or letters_are_right(piece, codec))


def _pieces(plain: _Plain) -> Iterator[bytes]:
    """Yield the bytes of the rows in pieces of whole lines; _NotPlain where a line is longer."""
    with plain.path.open("rb") as handle:
        handle.seek(plain.start)
        left = plain.end - plain.start
        rest = b""
        while left:
            read = handle.read(min(plain.piece_bytes, left))
            if not read:  # shorter than it was
                raise _NotPlain
            left -= len(read)
            data = rest + read
            cut = data.rfind(b"\n") + 1 if left else len(data)
            if not cut:
                raise _NotPlain
            yield data[:cut]
            rest = data[cut:]


def _blocks(plain: _Plain, name: str) -> Iterator[Block]:
    """Yield the rows, parsed ahead on two threads; from a row of another width on, read strictly."""
    import pyarrow

    line = plain.header.next_line
    waiting: deque[Future[pyarrow.Table]] = deque()
    with ThreadPoolExecutor(2) as pool:
        try:
            pieces = _pieces(plain)
            for _ in range(READ_AHEAD):
                _submit(pool, waiting, pieces, plain)
            while waiting:
                table = waiting.popleft().result()
                _submit(pool, waiting, pieces, plain)
                columns = {column: table.column(column).chunk(0) for column in table.column_names}
                yield Block(columns=columns, lines=range(line, line + table.num_rows))
                line += table.num_rows
            return
        except (_NotPlain, pyarrow.ArrowInvalid):
            pass  # the strict reader finds what is wrong
        finally:
            for future in waiting:
                future.cancel()
    yield from _rest_of(strict_blocks(plain.path, name, plain.spec, plain.header), line)


def _submit(
    pool: ThreadPoolExecutor,
    waiting: deque[Future[pyarrow.Table]],
    pieces: Iterator[bytes],
    plain: _Plain,
) -> None:
    block = b"".join(islice(pieces, BLOCK_PIECES))
    if block:
        waiting.append(pool.submit(_parsed, block, plain))


def _rest_of(strict: Iterator[Block], line: int) -> Iterator[Block]:
    """Leave out the rows before a line, which were handed out already."""
    for block in strict:
        first = bisect_left(block.lines, line)
        if first < len(block.lines):
            columns: dict[str, Any] = {name: list(cells)[first:] for name, cells in block.columns.items()}
            yield Block(columns=columns, lines=block.lines[first:])


def _parsed(piece: bytes, plain: _Plain) -> pyarrow.Table:
    """Parse whole lines into columns of strings; raises ArrowInvalid where a row is too short or too long.

    A blank line is no row to pyarrow, so that there are then fewer rows than lines.
    """
    from pyarrow import BufferReader, string
    from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, read_csv

    if plain.header.codec != "utf-8" and not piece.isascii():
        piece = piece.decode(plain.header.codec).encode()
    names = list(plain.header.names)
    has_quotes = b'"' in piece
    table = read_csv(
        BufferReader(piece),
        read_options=ReadOptions(column_names=names, use_threads=False, block_size=len(piece) + 1),
        parse_options=ParseOptions(
            delimiter=plain.spec.separator,
            quote_char='"' if has_quotes else False,
            double_quote=False,
        ),
        convert_options=ConvertOptions(
            column_types=dict.fromkeys(names, string()), strings_can_be_null=False
        ),
    )
    if table.num_rows != line_count(piece):
        raise _NotPlain
    return table
