"""A text file is read as it stands, or refused with the line, the reason and a line to paste where one helps.

General readers of CSV read most of these files silently and wrongly. What is expected of each stands here
by hand; no message shows a planted secret.
"""

from __future__ import annotations

import csv
import io
import random
import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.errors import InputError, Problem
from primus_eval.loaders import text_file, text_form, text_lines
from primus_eval.loaders.detection import Detected, detect
from primus_eval.loaders.letters import DOUBTFUL, IMPROBABLE, MISREAD, SUSPECT, look, misreading
from primus_eval.loaders.table import TableSource
from primus_eval.loaders.text_file import declared_columns, open_text
from primus_eval.protocol.tables import Events, Participants

SECRET = "SECRET-7731"
SPEC = tomllib.loads("""
file = "people.csv"
person = "id"
arm = { column = "group", codes = { "T" = "mentors", "C" = "usual" } }

[columns]
age = { type = "number", label = "Age", timing = "before_randomisation", missing = [""] }
days = { type = "integer", label = "Days", timing = "after_randomisation" }
again = { type = "yes_no", label = "Again", timing = "after_randomisation", yes = ["1"], no = ["0"] }
town = { type = "text", label = "Town", timing = "before_randomisation", internal = true }
""")
TOP = "id,group,age,days,again,town\n"
ROW = "a,T,20,30,1,Ribe\n"
OTHER = "b,C,21,40,0,Skive\n"
PASTE = "[data.participants]\n"


def spec_of(**more: Any) -> Participants:
    return Participants.model_validate({**SPEC, **more})


@pytest.fixture
def opened(tmp_path):
    """Open some content as the file of participants."""

    def open_content(content: str | bytes, **more: Any) -> TableSource:
        path = tmp_path / "people.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return open_text(path, "people.csv", spec_of(**more))

    return open_content


def table_of(source: TableSource) -> tuple[dict[str, list[str]], list[int]]:
    """All cells by column, and all lines."""
    columns: dict[str, list[str]] = {name: [] for name in source.header}
    lines: list[int] = []
    for block in source.blocks():
        assert {len(cells) for cells in block.columns.values()} == {len(block.lines)}
        for name, cells in block.columns.items():
            columns[name] += cells
        lines += block.lines
    return columns, lines


@pytest.fixture
def problems_of(opened):
    """The problems of some content, none of which shows the secret."""

    def problems(content: str | bytes, **more: Any) -> tuple[Problem, ...]:
        with pytest.raises(InputError) as caught:
            table_of(opened(content, **more))
        assert SECRET not in str(caught.value)
        assert all(problem.file == "people.csv" for problem in caught.value.problems)
        return caught.value.problems

    return problems


def places(problems: tuple[Problem, ...]) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line) for problem in problems]


# --- what is read -------------------------------------------------------------------------------------------

PLAIN = {
    "id": ["a", "b"],
    "group": ["T", "C"],
    "age": ["20", "21"],
    "days": ["30", "40"],
    "again": ["1", "0"],
    "town": ["Ribe", "Skive"],
}


@pytest.mark.parametrize(
    ("content", "more", "lines"),
    [
        pytest.param(TOP + ROW + OTHER, {}, [2, 3], id="LF"),
        pytest.param((TOP + ROW + OTHER).replace("\n", "\r\n"), {}, [2, 3], id="CRLF"),
        pytest.param((TOP + ROW + OTHER).replace("\n", "\r"), {}, [2, 3], id="CR"),
        pytest.param(TOP + ROW[:-1] + "\r\n" + OTHER[:-1] + "\r", {}, [2, 3], id="mixed line ends"),
        pytest.param((TOP + ROW + OTHER)[:-1], {}, [2, 3], id="no line end at the end"),
        pytest.param(TOP + ROW + OTHER + "\n\r\n\n", {}, [2, 3], id="blank lines at the end"),
        pytest.param(b"\xef\xbb\xbf" + (TOP + ROW + OTHER).encode(), {}, [2, 3], id="a byte order mark"),
        pytest.param((TOP + ROW + OTHER).encode("utf-16"), {"encoding": "utf-16"}, [2, 3], id="UTF-16"),
        pytest.param(
            b"\xfe\xff" + (TOP + ROW + OTHER).encode("utf-16-be"),
            {"encoding": "utf-16"},
            [2, 3],
            id="UTF-16 BE",
        ),
        pytest.param(
            (TOP + ROW + OTHER).encode("utf-16-le"),
            {"encoding": "utf-16"},
            [2, 3],
            id="UTF-16 without a mark",
        ),
        pytest.param((TOP + ROW + OTHER).replace(",", ";"), {"separator": ";"}, [2, 3], id="semicolons"),
        pytest.param((TOP + ROW + OTHER).replace(",", "\t"), {"separator": "\t"}, [2, 3], id="tabs"),
        pytest.param("Title\n\n" + TOP + ROW + OTHER, {"skip_lines": 2}, [4, 5], id="lines to skip"),
        pytest.param(
            "sep=,\r\n" + TOP + ROW + OTHER, {"skip_lines": 1}, [3, 4], id="a line for a spreadsheet"
        ),
        pytest.param(
            TOP.replace("age", '"age"') + '"a",T,"20",30,1,"Ribe"\n' + OTHER, {}, [2, 3], id="quotes"
        ),
    ],
)
def test_a_table_is_read_however_it_is_written(opened, content, more, lines):
    assert table_of(opened(content, **more)) == (PLAIN, lines)


def test_line_breaks_separators_and_quotes_inside_quotes_are_text(opened):
    people = 'a,T,20,30,1,"one\ntwo\r\nthree"\nb,C,21,40,0,"said ""no"", twice"\nc,T,1,1,1,""\n'
    columns, lines = table_of(opened(TOP + people))
    assert columns["town"] == ["one\ntwo\r\nthree", 'said "no", twice', ""]
    assert lines == [2, 5, 6]


@pytest.mark.parametrize(
    ("encoding", "town"),
    [
        ("utf-8", "Århus – “Ø”, MENÜ– É… São"),
        ("cp1252", "Århus – “Ø”, ‘æ’ €"),
        ("iso-8859-1", "Århus ø"),
        ("utf-16", "Åå€"),
    ],
)
def test_letters_that_are_right_are_no_false_alarm(opened, encoding, town):
    columns, _ = table_of(opened((TOP + f'a,T,1,1,1,"{town}"\n').encode(encoding), encoding=encoding))
    assert columns["town"] == [town]


@pytest.mark.parametrize("piece", [1, 7, 64])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_size_of_a_piece_or_block_changes_nothing(opened, monkeypatch, piece, encoding):
    people = "".join(f'p{n},T,{n},1,1,"Å{n}\r\nx"\r\n' if n % 3 else f"p{n},C,1,2,0,ø\n" for n in range(40))
    content = (TOP + people).encode(encoding)
    expected = table_of(opened(content, encoding=encoding))
    assert len(expected[1]) == 40
    monkeypatch.setattr(text_lines, "PIECE_BYTES", piece)
    monkeypatch.setattr(text_file, "BLOCK_ROWS", 3)
    source = opened(content, encoding=encoding)
    assert table_of(source) == expected
    assert max(len(block.lines) for block in source.blocks()) == 3


def test_the_columns_that_a_protocol_names_are_known():
    assert declared_columns(spec_of()) == ["id", "group", "age", "days", "again", "town"]
    events = Events(file="e.csv", person="id", event="number", columns={})
    assert set(declared_columns(events)) == {"id", "number"}


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError) as caught:
        open_text(tmp_path / "no.csv", "no.csv", spec_of())
    assert caught.value.problems[0].code == "PE-A67" and str(tmp_path) not in str(caught.value)


# --- what is refused ----------------------------------------------------------------------------------------

LONG = "x" * 1_000_001
BROKEN = [
    ("an empty file", "", [("PE-A41", None)]),
    ("a mark and nothing else", b"\xef\xbb\xbf", [("PE-A41", None)]),
    ("blank lines only", "\n\n", [("PE-A41", None)]),
    ("a blank line, and no header below it", "\nx,y\n1,2\n", [("PE-A14", 1)]),
    ("a header only", TOP, [("PE-A41", None)]),
    ("a header and blank lines", TOP + "\n\n", [("PE-A41", None)]),
    ("a short row", TOP + ROW + f"{SECRET},T\n" + OTHER, [("PE-A14", 3)]),
    ("a blank line", TOP + ROW + "\n\n" + OTHER, [("PE-A14", 3), ("PE-A14", 4)]),
    ("a line of a space", TOP + ROW + " \n" + OTHER, [("PE-A14", 3)]),
    ("a long row", TOP + ROW + f"a,T,20,30,1,{SECRET},y\n" + OTHER, [("PE-A15", 3)]),
    ("two ragged rows", TOP + "1\n" + ROW + ROW[:-1] + ",,\n", [("PE-A14", 2), ("PE-A15", 4)]),
    ("a decimal comma", TOP + ROW + "a,T,20,5,30,1,Ribe\n" + OTHER, [("PE-A10", 3)]),
    ("no decimal comma", TOP + ROW + "a,T,20,30,5,1,Ribe,x\n" + OTHER, [("PE-A15", 3)]),
    ("a spare separator everywhere", TOP + ROW.replace("\n", ",\n") * 3, [("PE-A16", 2)]),
    ("a spare separator once", TOP + ROW + OTHER.replace("\n", ",\n") + ROW, [("PE-A15", 3)]),
    (
        "a spare separator and a name missing",
        TOP.replace("\n", ",\n") + ROW.replace("\n", ",\n"),
        [("PE-A18", 1)],
    ),
    ("a NUL", TOP + ROW + OTHER.replace("40", "4\x000"), [("PE-A13", 3)]),
    ("NULs in UTF-16 without its mark", (TOP + ROW).encode("utf-16-le"), [("PE-A13", 1)]),
    ("a bell", TOP + ROW + f"\x07{SECRET},C,1,1,0,x\n", [("PE-E15", 3)]),
    ("a delete sign", TOP + ROW.replace("Ribe", "Ri\x7fbe"), [("PE-E15", 2)]),
    ("two columns of one name", TOP.replace("age", "days") + ROW, [("PE-A17", 1)]),
    ("two columns that differ in case", TOP.replace("town", "Days") + ROW, [("PE-A17", 1)]),
    (
        "a name twice, as one and two code points",
        TOP.replace("age", "å").replace("town", "a\u030a") + ROW,
        [("PE-A17", 1)],
    ),
    ("a column without a name", TOP.replace("town", "") + ROW, [("PE-A18", 1)]),
    ("a name with a space", TOP.replace("days", " days") + ROW, [("PE-A19", 1)]),
    ("a quote never closed", TOP + ROW + f'b,C,"{SECRET},1,0,x\n' + ROW * 4, [("PE-A33", 3)]),
    (
        "a quote closed too late",
        TOP + f'a,T,"{SECRET},1,0,x\n' + 'b,C,20,3,0,"Ribe"\n' + "c,T\n" + ROW,
        [("PE-A33", 2), ("PE-A14", 4)],
    ),
    (
        "a quote opened after line breaks in quotes",
        TOP + f'"a\nb",T,1,1,0,"{SECRET}\n' + ROW,
        [("PE-A33", 3)],
    ),
    ("text after a closing quote", TOP + f'a,T,1,1,0,"{SECRET}" x\n' + OTHER, [("PE-A34", 2)]),
    ("a quote inside a field", TOP + f'a,T,1,1,0,{SECRET}"c\n' + OTHER, [("PE-A34", 2)]),
    ("a quote at the end of a field", TOP + f'a,T,1,1,0,{SECRET}"\n' + OTHER, [("PE-A34", 2)]),
    ("a space before a quote", TOP + f'a,T,1,1,0, "{SECRET}"\n' + OTHER, [("PE-A34", 2)]),
    ("doubled quotes outside quotes", TOP + f'a,T,1,1,0,x""{SECRET}\n' + OTHER, [("PE-A34", 2)]),
    ("a quote inside the header", TOP.replace("age", 'a"ge') + ROW, [("PE-A34", 1)]),
    ("a total, by its id", TOP + ROW + OTHER + "Total,,41,70,1,\n", [("PE-A38", 4)]),
    ("a total, in Danish", TOP + ROW + OTHER + "I ALT (2),,41,70,1,\n", [("PE-A38", 4)]),
    ("a total without a word", TOP + ROW + OTHER + ",,41,70,1,\n", [("PE-A38", 4)]),
    ("a total that is short", TOP + ROW + OTHER + "Sum,2\n", [("PE-A38", 4)]),
    ("a row cut off", TOP + ROW + f"{SECRET},C,2", [("PE-A40", 3)]),
    ("a row cut off, and a line end", TOP + ROW + f"{SECRET},C,2\n\n", [("PE-A40", 3)]),
    ("Ctrl-Z on a line of its own", TOP + ROW + OTHER + "\x1a", [("PE-A39", 4)]),
    ("Ctrl-Z many times", TOP + ROW + OTHER + "\x1a" * 80, [("PE-A39", 4)]),
    ("Ctrl-Z after the last cell", TOP + ROW + OTHER[:-1] + "\x1a", [("PE-A39", 3)]),
    ("Ctrl-Z inside a cell", TOP + ROW.replace("Ribe", "Ri\x1abe") + OTHER, [("PE-E15", 2)]),
    ("a field of a million letters", TOP + ROW.replace("Ribe", LONG) + OTHER, [("PE-A42", 2)]),
    ("a quoted field of a million letters", TOP + ROW.replace("Ribe", f'"{LONG}"') + OTHER, [("PE-A42", 2)]),
    ("cp1252 for UTF-8", (TOP + ROW + f"b,C,1,1,0,{SECRET}ø\n").encode("cp1252"), [("PE-A02", 3)]),
    ("cp1252 in the header", (TOP.replace("age", "år") + ROW).encode("cp1252"), [("PE-A02", 1)]),
    ("UTF-16 for UTF-8", (TOP + ROW).encode("utf-16"), [("PE-A05", 1)]),
    ("UTF-32 for UTF-8", (TOP + ROW).encode("utf-32"), [("PE-A05", 1)]),
    ("double-encoded letters", TOP + ROW.replace("Ribe", "RÃ¸dovre") + OTHER, [("PE-A03", 2)]),
    ("a control character of Latin-1 kept", TOP + ROW.replace("Ribe", "R\x96e") + OTHER, [("PE-A04", 2)]),
    ("lost letters", TOP + ROW.replace("Ribe", "R\ufffddovre") + OTHER, [("PE-A03", 2)]),
    ("DOS letters in UTF-8", TOP + ROW.replace("Ribe", "R›dovre") + OTHER, [("PE-A06", 2)]),
    (
        "mixed encodings",
        (TOP + ROW).encode() + "c,T,1,1,0,Åby\n".encode() + "d,C,1,1,0,Åby\n".encode("cp1252"),
        [("PE-A07", 4)],
    ),
]


@pytest.mark.parametrize(
    ("content", "expected"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_spoilt_file_is_refused_at_its_lines(problems_of, content, expected):
    found = problems_of(content)
    assert places(found) == expected
    assert all(problem.mend for problem in found)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize(
    "case", [case for case in BROKEN if isinstance(case[1], str)], ids=lambda case: case[0]
)
def test_other_line_ends_change_neither_codes_nor_lines(problems_of, case, end):
    assert places(problems_of(case[1].replace("\n", end))) == case[2]


def test_the_only_row_is_no_total_and_an_id_that_begins_like_one_is_none(opened):
    assert table_of(opened(TOP + "Total,T,1,1,1,x\n"))[1] == [2]
    assert table_of(opened(TOP + ROW + "SUM001,T,1,1,1,x\n"))[1] == [2, 3]
    assert table_of(opened(TOP + "sum-1,T,1,1,1,x\nsum-2,C,1,1,1,x\n"))[1] == [2, 3]


def test_rows_before_a_total_are_still_handed_out_and_the_total_is_not(opened):
    source = opened(TOP + ROW + OTHER + ",,1,1,1,\n")
    blocks = source.blocks()
    assert next(blocks).columns["id"] == ["a", "b"]
    with pytest.raises(InputError):
        next(blocks)


def test_a_long_row_names_the_column_of_the_decimal_comma(problems_of):
    (problem,) = problems_of(TOP + "a,T,20,5,30,1,Ribe\n" + OTHER)
    assert problem.column == "age" and "column 3" in problem.what


def test_a_header_of_too_many_columns_stops_at_once(problems_of):
    wide = TOP[:-1] + "".join(f",c{number}" for number in range(9_995)) + "\n"
    assert places(problems_of(wide)) == [("PE-A42", 1)]


def test_a_line_without_end_stops_at_once(problems_of, monkeypatch):
    monkeypatch.setattr(text_lines, "LONGEST_LINE_BYTES", 2_000_000)
    assert places(problems_of(TOP + ROW + "x," * 2_000_000))[-1] == ("PE-A42", 3)
    assert places(problems_of("x," * 2_000_000)) == [("PE-A42", 1)]


def test_problems_beyond_a_limit_are_not_collected_and_that_is_said(problems_of, monkeypatch):
    monkeypatch.setattr(text_form, "MOST_PROBLEMS", 5)
    found = problems_of(TOP + "x\n" * 20)
    assert places(found)[:-1] == [("PE-A14", line) for line in range(2, 7)]
    assert found[-1].code == "PE-A73" and "5 problems" in found[-1].what
    assert len(problems_of(TOP + ROW + "\n" * 20 + ROW)) == 6


def test_problems_of_different_kinds_come_together_in_the_order_of_lines(problems_of):
    content = TOP + 'a"b,T,1,1,1,x\n' + "\n" + ROW + "1,2\n" + "a,T,1,1,1,\x07\n" + 'b,C,1,1,1,"x'
    codes = ["PE-A34", "PE-A14", "PE-A14", "PE-E15", "PE-A33"]
    assert places(problems_of(content)) == list(zip(codes, [2, 3, 5, 6, 7], strict=True))


def test_a_column_that_is_not_declared_is_said_by_its_position(problems_of):
    (problem,) = problems_of(f"{TOP[:-1]},{SECRET}\n" + ROW.replace("\n", ",\x07\n"))
    assert problem.column is None and "column 7" in problem.what


# --- lines to paste -----------------------------------------------------------------------------------------

DANISH = "æ,T,1,1,0,Rødovre på Ærø\n"
PASTED = [
    ("cp1252 as UTF-8", (TOP + DANISH).encode("cp1252"), {}, "PE-A02", 'encoding = "cp1252"'),
    ("UTF-16 as UTF-8", (TOP + DANISH).encode("utf-16"), {}, "PE-A05", 'encoding = "utf-16"'),
    (
        "UTF-16 as cp1252",
        (TOP + DANISH).encode("utf-16"),
        {"encoding": "cp1252"},
        "PE-A05",
        'encoding = "utf-16"',
    ),
    ("UTF-8 as cp1252", TOP + DANISH, {"encoding": "cp1252"}, "PE-A03", 'encoding = "utf-8"'),
    ("UTF-8 as Latin-1", TOP + DANISH, {"encoding": "iso-8859-1"}, "PE-A03", 'encoding = "utf-8"'),
    ("UTF-8 as UTF-16", TOP + DANISH, {"encoding": "utf-16"}, "PE-A02", 'encoding = "utf-8"'),
    (
        "UTF-8 with letters that cp1252 lacks",
        TOP + "a,T,1,1,0,Á\n",
        {"encoding": "cp1252"},
        "PE-A02",
        'encoding = "utf-8"',
    ),
    (
        "UTF-8 with a mark as cp1252",
        "\ufeff" + TOP + ROW,
        {"encoding": "cp1252"},
        "PE-A03",
        'encoding = "utf-8"',
    ),
    (
        "cp1252 as UTF-16",
        (TOP + DANISH).encode("cp1252"),
        {"encoding": "utf-16"},
        "PE-A02",
        'encoding = "cp1252"',
    ),
    (
        "cp1252 as Latin-1",
        (TOP + "a,T,1,1,0,“x” – y\n").encode("cp1252"),
        {"encoding": "iso-8859-1"},
        "PE-A04",
        'encoding = "cp1252"',
    ),
    ("semicolons", (TOP + ROW).replace(",", ";"), {}, "PE-A08", 'separator = ";"'),
    (
        "semicolons and decimal commas",
        (TOP + ROW).replace(",", ";").replace("20", "20,5"),
        {},
        "PE-A08",
        'separator = ";"\ndecimal = ","',
    ),
    ("commas", TOP + ROW, {"separator": ";"}, "PE-A08", 'separator = ","'),
    ("tabs", (TOP + ROW).replace(",", "\t"), {}, "PE-A08", 'separator = "\\t"'),
    ("a title", f"{SECRET}\n\n" + TOP + ROW, {}, "PE-A37", "skip_lines = 2"),
    ("a blank line above", "\n" + TOP + ROW, {}, "PE-A37", "skip_lines = 1"),
    ("a title with commas", f"{SECRET},,,,,\n" + TOP + ROW, {}, "PE-A37", "skip_lines = 1"),
    ("too many lines skipped", TOP + ROW + OTHER, {"skip_lines": 1}, "PE-A37", "skip_lines = 0"),
    ("too few lines skipped", "x\ny\n" + TOP + ROW, {"skip_lines": 1}, "PE-A37", "skip_lines = 2"),
    (
        "a line for a spreadsheet",
        "sep=;\n" + (TOP + ROW).replace(",", ";"),
        {},
        "PE-A37",
        'skip_lines = 1\nseparator = ";"',
    ),
    (
        "a line for a spreadsheet, its separator declared",
        "sep=;\n" + (TOP + ROW).replace(",", ";"),
        {"separator": ";"},
        "PE-A37",
        "skip_lines = 1",
    ),
]


@pytest.mark.parametrize(
    ("content", "more", "code", "paste"), [case[1:] for case in PASTED], ids=[case[0] for case in PASTED]
)
def test_the_line_to_paste_is_given_and_mends_the_reading(opened, problems_of, content, more, code, paste):
    found = problems_of(content, **more)
    assert {problem.code for problem in found} == {code}
    assert {problem.paste for problem in found} == {PASTE + paste}
    mended = opened(content, **{**more, **tomllib.loads(paste)})
    assert set(mended.header) == set(PLAIN) and len(table_of(mended)[1]) >= 1


@pytest.mark.parametrize("content", ["id|group|age\na|T|1\n", "x;y\n1;2\n", "id\n1\n"])
def test_nothing_is_proposed_where_nothing_of_a_protocol_would_mend_it(opened, content):
    try:
        assert opened(content).header
    except InputError as error:
        assert error.problems[0].paste is None and error.problems[0].code == "PE-A08"


def test_nothing_of_a_first_line_that_may_be_a_person_is_shown(opened, problems_of):
    person = f"{SECRET},T,20,30,1,{SECRET}\n"
    assert opened(person + ROW).header[0] == SECRET  # what is missing is said where columns are looked up
    (problem,) = problems_of(person.replace(",", ";") + ROW.replace(",", ";"))
    assert (problem.code, problem.paste) == ("PE-A08", None)


@pytest.mark.parametrize(("codec", "said"), [("cp850", "PE-A06"), ("mac_roman", "PE-A06")])
def test_letters_of_dos_and_old_macs_read_as_cp1252_are_named_by_code_point(problems_of, codec, said):
    found = problems_of(
        (TOP + "a,T,1,1,0,Bådsgård, Køge\n".replace(", ", " ")).encode(codec), encoding="cp1252"
    )
    assert places(found) == [(said, 2)]
    assert "U+" in found[0].what and found[0].column == "town"
    assert problems_of((TOP + "a,T,1,1,0,Ølby\n").encode("cp850"), encoding="cp1252")[0].code == "PE-A06"


def test_utf_16_that_was_cut_inside_a_character_is_refused(problems_of):
    for text in (TOP + ROW + OTHER, (TOP + ROW + OTHER)[:-1]):
        for codec in ("utf-16", "utf-16-be"):
            raw = text.encode(codec)
            assert places(problems_of(raw[:-1], encoding="utf-16")) == [("PE-A02", 3)]


def test_a_row_whose_letters_are_wrong_is_not_handed_out(opened):
    source = opened((TOP + ROW + "b,C,1,1,0,Åby\n" + OTHER).encode("cp1252"))
    blocks = source.blocks()
    assert next(blocks).lines == [2, 4]
    with pytest.raises(InputError):
        next(blocks)


def test_two_encodings_in_one_file_are_said_with_both_lines(problems_of):
    lines = [TOP.encode(), "a,T,1,1,0,Åby\n".encode("cp1252"), "b,T,1,1,0,Åby\n".encode()]
    for encoding, good, bad in (("utf-8", 3, 2), ("cp1252", 2, 3)):
        (problem,) = problems_of(b"".join(lines), encoding=encoding)
        assert (problem.code, problem.line) == ("PE-A07", bad)
        assert f"line {good} is {encoding}" in problem.what


def test_the_pairs_that_utf_8_becomes_are_known_for_every_letter_of_western_europe():
    for letter, codec in product((chr(code) for code in range(0xA0, 0x100)), ("cp1252", "iso-8859-1")):
        misread = letter.encode().decode(codec, "surrogateescape")
        assert SUSPECT.search(misread), letter
        assert MISREAD.search(misread) or codec == "cp1252"
        assert misreading(misread, codec).encoding == "utf-8"  # type: ignore[union-attr]


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    text=st.text(st.sampled_from("aØÃ¸Â°â€œïÄ±Å¡›†\x85\x07\ufffd\udc81\0 ,\n") | st.characters(), max_size=8)
)
def test_a_quick_look_finds_what_the_signs_find(text):
    assert (look(text) == DOUBTFUL) == (SUSPECT.search(text) is not None)
    assert (misreading(text, "utf-8") is not None) == (look(text) == DOUBTFUL)


def test_marks_between_words_are_no_letters_of_dos():
    assert not IMPROBABLE.search("¿qué? “a” ›b‹ don‘t ¾ liter †1999 Œuvre d’Arc")


# --- what is probably meant ---------------------------------------------------------------------------------

GUESSES = [
    ("commas", TOP + ROW + OTHER, ("utf-8", ",", None, 0)),
    ("a mark", b"\xef\xbb\xbf" + (TOP + DANISH).encode(), ("utf-8", ",", None, 0)),
    ("cp1252", (TOP + DANISH).encode("cp1252"), ("cp1252", ",", None, 0)),
    ("UTF-16", (TOP + DANISH).encode("utf-16"), ("utf-16", ",", None, 0)),
    ("CP850", (TOP + "a,T,1,1,0,Køge\n").encode("cp850"), (None, None, None, None)),
    ("semicolons and decimal commas", "a;b;c\n1;2,5;x\n2;3;y\n", ("utf-8", ";", ",", 0)),
    ("two columns of decimal commas", "a;b\n1,5;2,5\n2,0;3,5\n", ("utf-8", ";", ",", 0)),
    ("tabs and decimal points", "a\tb\n1.25\tx, y\n7\tz\n", ("utf-8", "\t", ".", 0)),
    ("bars", "a|b\n1|2\n", ("utf-8", "|", None, 0)),
    ("marks of thousands, or decimals", "a;b\n1.234;x\n2.345;y\n", ("utf-8", ";", None, 0)),
    ("both marks", "a;b\n1.5;2,5\n", ("utf-8", ";", None, 0)),
    ("dates are no numbers", "a;b\n01.02.2024;x\n", ("utf-8", ";", None, 0)),
    ("a title", "Title\n\na,b,c\n1,2,3\n", ("utf-8", ",", None, 2)),
    ("a line for a spreadsheet", "sep=;\na;b\n1;2,5\n", ("utf-8", ";", ",", 1)),
    ("quoted decimal commas", 'a,b\n1,"2,5"\n2,"3,5"\n', ("utf-8", ",", ",", 0)),
    ("one column", "a\n1\n", ("utf-8", None, None, None)),
    ("nothing", "", ("utf-8", None, None, None)),
]


@pytest.mark.parametrize(
    ("content", "expected"), [case[1:] for case in GUESSES], ids=[case[0] for case in GUESSES]
)
def test_how_a_file_is_written_is_proposed_only_where_it_shows(tmp_path, content, expected):
    path = tmp_path / "x.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    encoding, separator, decimal, skip_lines = expected
    assert detect(path) == Detected(
        encoding=encoding, separator=separator, decimal=decimal, skip_lines=skip_lines
    )


# --- anything at all ----------------------------------------------------------------------------------------

CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from('",;\n\r'), max_size=6
)


def written(rows: list[list[str]], end: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)
    return text.getvalue()


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    rows=st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=6),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_a_writer_of_csv_writes_is_read_back(tmp_path_factory, rows, end):
    path = tmp_path_factory.mktemp("csv") / "people.csv"
    people = [[f"p{number}", *row] for number, row in enumerate(rows)]
    path.write_text(written([TOP.strip().split(","), *people], end), encoding="utf-8", newline="")
    odd = [cell for row in rows for cell in row if misreading(cell, "utf-8")]
    total = any(row[0].lower().startswith("total") for row in people)
    source = open_text(path, "people.csv", spec_of())
    if not (odd or total):
        columns, _ = table_of(source)
        assert [list(row) for row in zip(*columns.values(), strict=True)] == people


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_damaged_is_read_whole_or_refused_without_showing_anyone(tmp_path: Path, seed: int):
    chance = random.Random(seed)
    secrets = [f"Zq{number}Kv{number}" for number in range(8)]
    text = TOP + "".join(f'{secret},T,1,2,0,"{secret}"\n' for secret in secrets)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(TOP), len(text))
        text = (
            text[:at]
            + chance.choice(['"', ",", ";", "\n", "\r", "\0", "\x1a", "é", "Ã¸", ""])
            + text[at + 1 :]
        )
    path = tmp_path / "people.csv"
    path.write_bytes(text.encode())
    ids: list[str] = []
    try:
        for block in open_text(path, "people.csv", spec_of()).blocks():
            ids += block.columns["id"]
    except InputError as error:
        assert not any(secret in str(error) for secret in secrets)
        assert all(problem.code and problem.file for problem in error.problems)
    else:
        plain = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert ids == [row[0] for row in plain[1:] if row]
