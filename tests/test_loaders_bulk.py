"""The fast reader gives the cells and lines of the strict one, or leaves the file to it.

The strict reader is the reference: every file here is read by both. Pieces are made as small as a few
lines, so that small files have many.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.errors import InputError, Problem
from primus_eval.loaders import bulk_text
from primus_eval.loaders.bulk_text import open_bulk_text
from primus_eval.loaders.letters import SUSPECT
from primus_eval.loaders.plain_bytes import is_plain, letters_are_right
from primus_eval.loaders.table import TableSource
from primus_eval.loaders.text_file import open_text
from primus_eval.protocol.tables import Events

pytest.importorskip("pyarrow")

TOP = "number,person,kind,days\n"
PEOPLE = "".join(f"E{n:03},P{n % 7},{'charge' if n % 2 else 'sentence'},{n * 31 % 97}\n" for n in range(60))
LONGEST_LINE = 64

Read = tuple[tuple[str, ...], list[list[str]], list[int], tuple[Problem, ...]]


def spec_of(**more: Any) -> Events:
    return Events(file="events.csv", person="person", event="number", **more)


def read(source: TableSource) -> Read:
    """The header, all cells by column, all lines, and the problems at the end."""
    columns: dict[str, list[str]] = {name: [] for name in source.header}
    lines: list[int] = []
    try:
        for block in source.blocks():
            for name, cells in block.columns.items():
                columns[name] += cells if isinstance(cells, list) else cells.to_pylist()
            lines += block.lines
    except InputError as error:
        return source.header, list(columns.values()), lines, error.problems
    return source.header, list(columns.values()), lines, ()


@pytest.fixture
def both(tmp_path):
    """What the fast reader (None where it declines) and the strict reader make of some content."""

    def read_twice(content: str | bytes, **more: Any) -> tuple[Read | None, Read]:
        return compared(tmp_path / "events.csv", content, **more)

    return read_twice


def compared(path: Path, content: str | bytes, **more: Any) -> tuple[Read | None, Read]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    spec = spec_of(**more)
    fast = open_bulk_text(path, "events.csv", spec, piece_bytes=LONGEST_LINE)
    strict = open_text(path, "events.csv", spec)
    assert fast is None or (fast.sha256, fast.header) == (strict.sha256, strict.header)
    return None if fast is None else read(fast), read(strict)


QUOTED = '"number","person","kind","days"\n' + "".join(
    f'"E{n}","P{n}","",{n}\n' if n % 3 else f'"E{n}","P{n}","a, b",""\n' for n in range(60)
)
ACCEPTED = [
    ("nothing unusual", TOP + PEOPLE, {}),
    ("line ends of Windows", (TOP + PEOPLE).replace("\n", "\r\n"), {}),
    ("mixed line ends", TOP.replace("\n", "\r\n") + PEOPLE.replace("7\n", "7\r\n"), {}),
    ("no line end at the end", (TOP + PEOPLE)[:-1], {}),
    ("line ends after the end", TOP + PEOPLE + "\n\r\n\n", {}),
    ("a byte order mark", b"\xef\xbb\xbf" + (TOP + PEOPLE).encode(), {}),
    ("semicolons", (TOP + PEOPLE).replace(",", ";"), {"separator": ";"}),
    ("tabs", (TOP + PEOPLE).replace(",", "\t"), {"separator": "\t"}),
    ("tabs in cells", TOP + PEOPLE.replace("charge", "a\tb"), {}),
    ("quotes around every text, as R writes", QUOTED, {}),
    ("quotes and line ends of Windows", QUOTED.replace("\n", "\r\n"), {}),
    ("quotes without a line end at the end", TOP + PEOPLE + 'E9,P9,k,"7"', {}),
    ("a quote at the very start of the rows", TOP + '"E1",P1,k,1\n' + PEOPLE, {}),
    (
        "cells of spaces, and what looks like missing",
        TOP + PEOPLE.replace("charge", " NA ").replace("sentence", ""),
        {},
    ),
    ("letters", TOP + PEOPLE.replace("charge", "voldtægt – grov"), {}),
    (
        "letters in cp1252",
        (TOP + PEOPLE.replace("charge", "“tæv” €")).encode("cp1252"),
        {"encoding": "cp1252"},
    ),
    (
        "letters in Latin-1",
        (TOP + PEOPLE.replace("charge", "tæv")).encode("latin-1"),
        {"encoding": "iso-8859-1"},
    ),
    ("lines to skip", "A title, odd\n\n" + TOP + PEOPLE, {"skip_lines": 2}),
    ("a header with a line break", TOP.replace("days", '"d\nays"') + PEOPLE, {}),
    ("two rows", TOP + "E1,P1,a,1\nE2,P2,b,2", {}),
]


@pytest.mark.parametrize(
    ("content", "more"), [case[1:] for case in ACCEPTED], ids=[case[0] for case in ACCEPTED]
)
def test_a_plain_file_is_read_alike(both, content, more):
    fast, strict = both(content, **more)
    assert fast == strict and not strict[3] and len(strict[2]) >= 2


UNUSUAL = [
    ("quotes that close on the next line", TOP + PEOPLE + 'E,P,"b,1\nE,P,b","1"\n' + PEOPLE),
    ("a doubled quote", QUOTED + '"E","P","a ""b""",1\n' + '"F","P","",1\n'),
    ("a line break in quotes", QUOTED + '"E","P","a\nb",1\n' + '"F","P","",1\n'),
    ("line ends of old Macs", (TOP + PEOPLE).replace("\n", "\r")),
    ("a lone CR", TOP + PEOPLE.replace("\n", "\r", 1)),
    ("a long line", TOP + PEOPLE + f"E,P,{'x' * 200},1\nF,P,a,1\n"),
    ("one column", "person\nP1\nP2\nP3\n"),
    ("one row", TOP + "E1,P1,a,1\n"),
]
SPOILT = [
    ("a spare separator everywhere", TOP + PEOPLE.replace("\n", ",\n")),
    ("a NUL", TOP + PEOPLE + "E,P,a\0,1\n" + PEOPLE),
    ("a control character", TOP + PEOPLE + "E,P,a\x07,1\n" + PEOPLE),
    ("a delete sign", TOP + PEOPLE + "E,P,a\x7f,1\n" + PEOPLE),
    ("Ctrl-Z", TOP + PEOPLE + "\x1a"),
    ("a quote inside a field", TOP + PEOPLE + 'E,P,a"b,1\n' + PEOPLE),
    ("quotes inside a field", TOP + PEOPLE + 'E,P,a"b"c,1\n' + PEOPLE),
    ("a space before quotes", TOP + PEOPLE + 'E,P, "b",1\n' + PEOPLE),
    ("text after quotes", TOP + PEOPLE + 'E,P,"b" ,1\n' + PEOPLE),
    ("a quote never closed", TOP + PEOPLE + 'E,P,"b,1\n' + PEOPLE),
    ("a total", TOP + PEOPLE + "Total,,,1\n"),
    ("a total, cut", TOP + PEOPLE + "Total"),
    ("a row without an id", TOP + PEOPLE + "E,,,1\n"),
    ("misread letters", TOP + PEOPLE.replace("charge", "tÃ¦v", 1)),
    ("lost letters", TOP + PEOPLE.replace("charge", "t\ufffdv", 1)),
    ("letters of DOS", TOP + PEOPLE.replace("charge", "t›v", 1)),
    ("control characters beyond ASCII", TOP + PEOPLE.replace("charge", "t\x91v", 1)),
    ("cp1252", (TOP + PEOPLE.replace("charge", "tæv", 1)).encode("cp1252")),
]
RAGGED = [
    ("a short row", TOP + PEOPLE + "E,P,a\n" + PEOPLE),
    ("a long row", TOP + PEOPLE + "E,P,a,1,2\n" + PEOPLE),
    ("a short row, and a long one as if to make up for it", TOP + PEOPLE + "E,P,a\nE,P,a,1,2\n" + PEOPLE),
    ("a short row with a quoted separator", TOP + PEOPLE + 'E,P,"a,1"\n' + PEOPLE),
    ("a short first row", TOP + "E,P\n" + PEOPLE),
    ("a blank line", TOP + PEOPLE + "\n" + PEOPLE),
    ("a blank line of Windows", (TOP + PEOPLE + "\n" + PEOPLE).replace("\n", "\r\n")),
    ("blank lines below the header", TOP + "\n\n" + PEOPLE),
    ("a blank line and a short row", TOP + PEOPLE + "\n" + "E\n" + PEOPLE),
]


@pytest.mark.parametrize("content", [case[1] for case in UNUSUAL], ids=[case[0] for case in UNUSUAL])
def test_an_unusual_file_is_left_to_the_strict_reader(both, content):
    fast, strict = both(content)
    assert fast is None and not strict[3]


@pytest.mark.parametrize("content", [case[1] for case in SPOILT], ids=[case[0] for case in SPOILT])
def test_a_spoilt_file_is_left_to_the_strict_reader(both, content):
    fast, strict = both(content)
    assert fast is None and strict[3]


@pytest.mark.parametrize("content", [case[1] for case in RAGGED], ids=[case[0] for case in RAGGED])
def test_a_row_of_another_width_is_said_in_the_words_of_the_strict_reader(both, content):
    fast, strict = both(content)
    assert fast == strict and strict[3]


def test_a_file_without_a_header_or_without_rows_is_left_to_the_strict_reader(tmp_path):
    path = tmp_path / "events.csv"
    for content in ("", TOP, TOP + "\n", "a;b\n1;2\n3;4\n", "number,person,person\n1,2,3\n4,5,6\n"):
        path.write_text(content, encoding="utf-8")
        assert open_bulk_text(path, "events.csv", spec_of()) is None
    assert open_bulk_text(tmp_path / "none.csv", "none.csv", spec_of()) is None


def test_utf_16_and_a_missing_pyarrow_are_left_to_the_strict_reader(tmp_path, monkeypatch):
    path = tmp_path / "events.csv"
    path.write_bytes((TOP + PEOPLE).encode("utf-16"))
    assert open_bulk_text(path, "events.csv", spec_of(encoding="utf-16")) is None
    path.write_bytes((TOP + PEOPLE).encode())
    assert open_bulk_text(path, "events.csv", spec_of()) is not None
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert open_bulk_text(path, "events.csv", spec_of()) is None


def test_a_file_that_is_cut_short_while_it_is_read_gives_no_row_twice_and_none_anew(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(TOP + PEOPLE, encoding="utf-8")
    source = open_bulk_text(path, "events.csv", spec_of(), piece_bytes=LONGEST_LINE)
    assert source is not None
    path.write_text((TOP + PEOPLE)[:700], encoding="utf-8")
    lines = read(source)[2]
    assert lines == list(range(2, 2 + len(lines)))


def test_blocks_are_arrays_of_strings_without_missing_values(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(TOP + PEOPLE.replace("charge", ""), encoding="utf-8")
    source = open_bulk_text(path, "events.csv", spec_of())
    assert source is not None
    for block in source.blocks():
        assert {str(cells.type) for cells in block.columns.values()} == {"string"}
        assert not any(cells.null_count for cells in block.columns.values())
        assert isinstance(block.lines, range)


def test_a_reader_that_stops_early_leaves_no_thread_at_work(tmp_path):
    import threading

    path = tmp_path / "events.csv"
    path.write_text(TOP + PEOPLE * 20, encoding="utf-8")
    source = open_bulk_text(path, "events.csv", spec_of(), piece_bytes=LONGEST_LINE)
    assert source is not None
    before = threading.active_count()
    blocks = source.blocks()
    next(blocks)
    blocks.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


# --- anything at all ----------------------------------------------------------------------------------------

CELLS = st.sampled_from(
    ["", "a", "b c", "1", "1.5", "æ", "Å–", '"', "x,y", 'q"q', "l\nm", "NA", "Ã¸", "\x07", "x" * 30]
)
STYLES = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])


def written(rows: list[list[str]], style: Any, end: str) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=style, lineterminator=end).writerows([TOP.strip().split(","), *rows])
    return text.getvalue()


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    rows=st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=8),
    style=STYLES,
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_a_writer_of_csv_writes_is_read_alike_or_declined(tmp_path_factory, rows, style, end):
    fast, strict = compared(tmp_path_factory.mktemp("bulk") / "events.csv", written(rows, style, end))
    assert fast in (None, strict)


@pytest.mark.parametrize("seed", range(100))
def test_whatever_is_damaged_is_read_alike_or_declined(tmp_path, seed):
    chance = random.Random(seed)
    text = TOP + PEOPLE if seed % 2 else QUOTED
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(text.index("\n") + 1, len(text))
        text = text[:at] + chance.choice(['"', '"', ",", "\n", "\r", "é", "Ã¸", "x", ""]) + text[at + 1 :]
    fast, strict = compared(tmp_path / "events.csv", text)
    assert fast in (None, strict)


SIGNS = st.lists(st.sampled_from([b'"', b'"', b",", b"\n", b"\r\n", b"\r", b"a"]), max_size=14).map(b"".join)


def grammatical(lines: bytes) -> bool:
    """Whether quotes are regular, found letter by letter; line ends are LF or CRLF and never in quotes."""
    inside, start = False, True
    signs = lines.decode().replace("\r\n", "\n")
    for place, sign in enumerate(signs):
        after = signs[place + 1 : place + 2]
        if sign == '"':
            if not inside and not start:
                return False
            if inside and after not in ("", ",", "\n"):
                return False
            inside = not inside
        if sign == "\r" or (inside and sign == "\n"):
            return False
        start = sign in ",\n"
    return not inside


@settings(derandomize=True, deadline=None, max_examples=1500)
@given(lines=SIGNS)
def test_what_is_plain_is_found_as_a_reading_letter_by_letter_finds_it(lines):
    assert is_plain(lines, ",") == grammatical(lines)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    text=st.text(st.sampled_from("aØøé›†‘¿Ã¸Â°â€œ\x85\ufffd,\n "), max_size=12),
    codec=st.sampled_from(["utf-8", "cp1252"]),
)
def test_letters_are_right_exactly_where_the_strict_reader_finds_nothing(text, codec):
    raw = text.encode(codec, "ignore")
    assert letters_are_right(raw, codec) == (SUSPECT.search(raw.decode(codec)) is None)


def test_a_line_of_a_million_bytes_is_not_plain():
    line = b"x" * 1_000_001
    for above in range(0, 600_000, 99_999):
        assert not is_plain(b"a\n" * (above // 2) + line + b"\n" + b"a\n" * 10, ",")
    assert is_plain((b"x" * 400_000 + b"\n") * 5, ",")


def test_pieces_are_whole_lines_and_lose_nothing(tmp_path):
    path = tmp_path / "events.csv"
    chance = np.random.Generator(np.random.Philox(7))
    content = "".join("x" * int(width) + "\n" for width in chance.integers(0, 60, 300))
    path.write_text(content + "end", encoding="utf-8")
    plain = bulk_text._Plain(
        path=path,
        spec=spec_of(),
        header=None,
        start=0,
        end=len(content) + 3,
        piece_bytes=LONGEST_LINE,  # type: ignore[arg-type]
    )
    pieces = list(bulk_text._pieces(plain))
    assert b"".join(pieces).decode() == content + "end" and len(pieces) > 100
    assert all(piece.endswith(b"\n") for piece in pieces[:-1])
