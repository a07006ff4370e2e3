"""A text file of a delivery, read strictly: every row as it stands, or the line and the reason why not.

Many spoilt files are read silently by general readers: a spare comma shifts every column, a total becomes
a person, a file that was cut off loses its end. Here each is an error; nothing is repaired.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from primus_eval.errors import InputError
from primus_eval.loaders.file_bytes import sha256_of
from primus_eval.loaders.table import Block, TableSource
from primus_eval.loaders.text_form import Form
from primus_eval.loaders.text_header import Header, declared_columns, read_header, too_long
from primus_eval.loaders.text_lines import Lines, LineTooLong, records
from primus_eval.protocol import TableFile

__all__ = ["blocks", "declared_columns", "open_text"]

BLOCK_ROWS = 50_000
BLOCK_CELLS = 1_000_000


def open_text(path: Path, name: str, spec: TableFile) -> TableSource:
    """Open a .csv, .tsv or .txt file, with its header read and its rows to come.

    name: the file as messages call it. Raises InputError where the header cannot be used; `blocks` raises
    one with every other problem of form, at most MOST_PROBLEMS.

    Checked: tests/test_loaders_text_file.py.
    """
    digest = sha256_of(path, name)
    header = read_header(path, name, spec)
    return TableSource(
        file=name, sha256=digest, header=header.names, blocks=partial(blocks, path, name, spec, header)
    )


def blocks(path: Path, name: str, spec: TableFile, header: Header) -> Iterator[Block]:
    """Yield the well-formed rows in blocks; at the end raise InputError if there were others.

    A row is held back until another follows it, because a last row may be a total.
    """
    lines = Lines(path, header.codec)
    for _ in range(header.next_line - 1):
        next(lines)
    form = Form(name, spec, header.names)
    most = max(1, min(BLOCK_ROWS, BLOCK_CELLS // len(header.names)))
    rows: list[list[str]] = []
    numbers: list[int] = []
    try:
        for record in records(lines, spec.separator):
            cells = form.row_of(record)
            if cells is None:
                if form.is_full:
                    break
                continue
            if len(rows) == most:
                yield _block(header.names, rows, numbers)
                rows, numbers = [], []
            rows.append(cells)
            numbers.append(record.line)
    except LineTooLong:
        form.problems.append(too_long(name, lines.number))
    if form.ends_with_total():
        del rows[-1:], numbers[-1:]
    if rows:
        yield _block(header.names, rows, numbers)
    problems = form.all_problems()
    if problems:
        raise InputError(problems)


def _block(header: Sequence[str], rows: list[list[str]], lines: list[int]) -> Block:
    columns = {name: [row[place] for row in rows] for place, name in enumerate(header)}
    return Block(columns=columns, lines=lines)
