"""A file is read exactly, or refused with a code, a line and a column, and without a value of a person.

Many of these files are read silently, and wrongly, by general readers of CSV: ids lose zeros, a spare
comma shifts every column, an arm called NA disappears. Here each is an error, or is read as it stands.
"""

from __future__ import annotations

import csv
import hashlib
import random
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from primus_eval.errors import InputError, Problem
from primus_eval.loaders import load_trial
from primus_eval.protocol import Protocol
from primus_eval.protocol.reference import MINIMAL
from primus_eval.trial import Trial

SAMPLES = Path(__file__).parent.parent / "data" / "sample"
SECRET = "SECRET-7731"

COLUMNS = """
days = { type = "integer", label = "Days", timing = "after_randomisation", missing = ["-9"], maximum = 9999 }
again = { type = "yes_no", label = "Again", timing = "after_randomisation", yes = ["1", "ja"], no = ["0"] }
age = { type = "number", label = "Age", timing = "before_randomisation", missing = [""], minimum = 15 }
note = { type = "text", label = "Note", timing = "before_randomisation" }

[prison]
type = "category"
label = "Prison"
timing = "before_randomisation"
levels = { open = "open", "Å" = "closed" }
"""

HEADER = ["id", "group", "days", "again", "age", "prison", "note"]
PEOPLE = [
    ["0012", "T", "30", "1", "71.5", "open", "quiet"],
    ["12", "NA", "0", "0", "", "Å", ""],
    ["1e5", "T", "-9", "ja", "20", "open", 'said "no", twice'],
    ["100000", "NA", "365", "0", "33.25", "Å", "two\nlines"],
]


def plan(**participants: Any) -> Protocol:
    """The minimal protocol with columns of each type, two arms T and NA, and other settings as given."""
    document = tomllib.loads(MINIMAL)
    table = document["data"]["participants"]
    table["arm"]["codes"] = {"T": "mentors", "NA": "usual"}
    table["columns"] = tomllib.loads(COLUMNS)
    table.update(participants)
    return Protocol.model_validate(document)


def as_csv(people: list[list[str]], header: list[str] = HEADER, separator: str = ",", end: str = "\n") -> str:
    def field(text: str) -> str:
        quoted = any(mark in text for mark in (separator, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if quoted else text

    return "".join(separator.join(map(field, row)) + end for row in [header, *people])


@pytest.fixture
def load(tmp_path):
    """Load a table of participants, given as text or bytes, under the plan above."""

    def load_content(content: str | bytes, *, file: str = "participants.csv", **participants: Any) -> Trial:
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / file).write_bytes(raw)
        return load_trial(plan(file=file, **participants), tmp_path)

    return load_content


@pytest.fixture
def problems_of(load):
    """The problems that a table is refused with; none of them shows a planted secret."""

    def refuse(content: str | bytes, **participants: Any) -> tuple[Problem, ...]:
        with pytest.raises(InputError) as caught:
            load(content, **participants)
        assert SECRET not in str(caught.value)
        return caught.value.problems

    return refuse


def places(problems: tuple[Problem, ...]) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.line, problem.column) for problem in problems]


# --- what is read -------------------------------------------------------------------------------------------

EXPECTED = pd.DataFrame(
    {
        "arm": ["mentors", "usual", "usual", "mentors"],
        "days": [30.0, 365.0, 0.0, np.nan],
        "again": pd.Series([True, False, False, True], dtype="boolean"),
        "age": [71.5, 33.25, np.nan, 20.0],
        "note": ["quiet", "two\nlines", "", 'said "no", twice'],
        "prison": ["open", "Å", "Å", "open"],
    }
)
"""The people above in the order of their ids as text: 0012, 100000, 12, 1e5."""


def test_ids_and_arm_codes_are_text_and_numbers_are_read_as_declared(load):
    trial = load(as_csv(PEOPLE))
    pd.testing.assert_frame_equal(trial.participants, EXPECTED)
    assert trial.treated.tolist() == [True, False, False, True]


def test_ids_that_are_alike_as_numbers_are_different_people(load):
    assert len(load(as_csv(PEOPLE)).participants) == 4  # 0012 and 12, 1e5 and 100000


def test_every_row_that_is_read_is_kept_and_accounted_for(load):
    content = as_csv([[*row, SECRET] for row in PEOPLE], [*HEADER, "unread"])
    trial = load(content)
    (account,) = trial.accounts
    assert account.rows_read == len(trial.participants) == 4
    assert account.sha256 == hashlib.sha256(content.encode()).hexdigest()
    assert account.columns_not_read == ("unread",)
    assert not trial.participants.map(lambda cell: cell == SECRET).to_numpy().any()
    assert "id" not in trial.participants and "group" not in trial.participants


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_and_of_columns_is_irrelevant(load, seed):
    chance = random.Random(seed)
    order = chance.sample(range(len(HEADER)), len(HEADER))
    rows = chance.sample(PEOPLE, len(PEOPLE))
    turned = as_csv([[row[place] for place in order] for row in rows], [HEADER[place] for place in order])
    pd.testing.assert_frame_equal(load(turned).participants, EXPECTED)


@pytest.mark.parametrize(
    ("content", "settings_"),
    [
        pytest.param(b"\xef\xbb\xbf" + as_csv(PEOPLE).encode(), {}, id="a byte order mark"),
        pytest.param(as_csv(PEOPLE, end="\r\n"), {}, id="line ends of Windows"),
        pytest.param(as_csv(PEOPLE, end="\r"), {}, id="line ends of old Macs"),
        pytest.param(as_csv(PEOPLE).rstrip("\n"), {}, id="no line end at the end"),
        pytest.param(as_csv(PEOPLE, separator=";"), {"separator": ";"}, id="semicolons"),
        pytest.param(as_csv(PEOPLE, separator="\t"), {"separator": "\t"}, id="tabs"),
        pytest.param(as_csv(PEOPLE).encode("utf-16"), {"encoding": "utf-16"}, id="UTF-16"),
        pytest.param(as_csv(PEOPLE).encode("cp1252"), {"encoding": "cp1252"}, id="CP1252"),
        pytest.param(
            as_csv(PEOPLE, separator=";").replace("71.5", "71,5").replace("33.25", "33,25"),
            {"separator": ";", "decimal": ","},
            id="decimal commas",
        ),
    ],
)
def test_another_way_to_write_the_same_table_gives_the_same_people(load, content, settings_):
    pd.testing.assert_frame_equal(load(content, **settings_).participants, EXPECTED)


@pytest.mark.parametrize("suffix", ["csv", "CSV", "tsv", "txt"])
def test_a_text_table_may_have_any_of_its_usual_endings(load, suffix):
    assert len(load(as_csv(PEOPLE), file=f"table.{suffix}").participants) == 4


@pytest.mark.parametrize(
    ("cell", "number"), [("15", 15.0), ("+15.50", 15.5), ("1.55e1", 15.5), ("20.", 20.0), ("0015", 15.0)]
)
def test_plain_ways_to_write_a_number_are_read(load, cell, number):
    people = [[*PEOPLE[0][:4], cell, *PEOPLE[0][5:]], *PEOPLE[1:]]
    assert load(as_csv(people)).participants["age"][0] == number


def test_a_number_of_many_digits_is_the_nearest_double(load):
    people = [[*PEOPLE[0][:4], "20.123456789012345678", *PEOPLE[0][5:]], *PEOPLE[1:]]
    assert load(as_csv(people)).participants["age"][0] == 20.123456789012345678


# --- cells that cannot be -----------------------------------------------------------------------------------

NOT_WHOLE = [
    "1.234",
    "1,234",
    "30.0",
    "1e3",
    "1_000",
    "0x10",
    "３０",
    "٣٠",
    "−5",
    "inf",
    "nan",
    "1e400",
    "NA",
    "None",
]
NOT_A_NUMBER = [
    "71,5",
    "1.234,5",
    "1_0.5",
    "0x1p3",
    "７１",
    "½",
    "inf",
    "-inf",
    "NaN",
    "1e400",
    "2e15",
    "ca. 20",
    "N/A",
]
NOT_YES_OR_NO = ["True", "JA", "2", "-1", "1.0", "yes", " ", "", "\u200b1", "1\u00a0"]
NO_LEVEL = ["Open", "open ", "\u00a0open", "op\u200ben", "A\u030a", "ope", "closed", "Ã…"]
BAD_CELLS = [
    *[("days", cell, "PE-A31") for cell in [*NOT_WHOLE, " 30", "30 ", "10000", "1" * 30, " "]],
    ("days", "", "PE-A69"),
    *[("age", cell, "PE-A31") for cell in [*NOT_A_NUMBER, "14.999", "-20", "\t20"]],
    *[("again", cell, "PE-A69" if cell == "" else "PE-A21") for cell in NOT_YES_OR_NO],
    *[("prison", cell, "PE-A21") for cell in NO_LEVEL],
    ("prison", "", "PE-A69"),
    *[("group", cell, "PE-C05") for cell in ["t", " T", "T ", "na", "control", "1", "\u0422"]],
    *[("group", cell, "PE-C04") for cell in ["", " "]],
    *[("id", cell, "PE-C37") for cell in ["", " ", "\u00a0"]],
]


@pytest.mark.parametrize("row", [0, 1, 2], ids=["first row", "middle row", "last row"])
@pytest.mark.parametrize(("column", "cell", "code"), BAD_CELLS, ids=lambda value: ascii(value))
def test_a_cell_that_does_not_fit_is_named_by_line_and_column_and_not_shown(
    problems_of, column, cell, code, row
):
    people = [list(person) for person in PEOPLE[:3]]
    people[row][HEADER.index(column)] = cell
    (problem,) = problems_of(as_csv(people))
    assert places((problem,)) == [(code, row + 2, column)]
    assert len(cell.strip()) < 4 or cell not in str(problem)


def test_what_is_said_of_a_cell_does_not_depend_on_the_cell(problems_of):
    said: dict[str, set[str]] = {}
    for column, cell, code in [*BAD_CELLS, ("again", SECRET, "PE-A21"), ("days", SECRET, "PE-A31")]:
        people = [list(person) for person in PEOPLE[:3]]
        people[0][HEADER.index(column)] = cell
        (problem,) = problems_of(as_csv(people))
        without_hint = re.sub(r"It differs from '\w+' only in case or space\. ", "", str(problem))
        said.setdefault(f"{column} {code}", set()).add(without_hint)
    assert {place: len(messages) for place, messages in said.items()} == dict.fromkeys(said, 1)


def test_what_would_have_been_right_is_said_with_its_limits(problems_of):
    people = [["a", "T", SECRET, "1", SECRET, "open", ""]]
    days, age = problems_of(as_csv(people))
    assert days.what == "this cell is not a whole number at most 9999."
    assert age.what == "this cell is not a number at least 15."


def test_a_code_that_differs_only_in_case_or_space_is_told_so(problems_of):
    people = [[*PEOPLE[0][:5], " Open", ""], *PEOPLE[1:]]
    (problem,) = problems_of(as_csv(people))
    assert "It differs from 'open' only in case or space. Declared: 'open', 'Å'." in problem.mend


def test_every_bad_cell_is_named_at_once_in_the_order_of_lines(problems_of):
    people = [
        ["a1", "T", SECRET, "1", "20", "open", ""],
        ["a2", SECRET, "1", SECRET, "20", "open", ""],
        ["a3", "T", "1", "1", SECRET, SECRET, ""],
        ["a1", "T", "1", "1", "20", "open", ""],
    ]
    assert sorted(places(problems_of(as_csv(people)))) == [
        ("PE-A21", 3, "again"),
        ("PE-A21", 4, "prison"),
        ("PE-A31", 2, "days"),
        ("PE-A31", 4, "age"),
        ("PE-C01", 5, "id"),
        ("PE-C05", 3, "group"),
    ]


@pytest.mark.parametrize("again", [SECRET, f" {SECRET}", f"{SECRET}\u00a0", "Å" + SECRET])
def test_a_person_who_stands_twice_is_refused_even_where_spaces_or_forms_of_letters_differ(
    problems_of, again
):
    first = again.strip().replace("Å", "A\u030a")
    people = [[first, *PEOPLE[0][1:]], PEOPLE[1], [again, "NA", *PEOPLE[2][2:]]]
    (problem,) = problems_of(as_csv(people))
    assert places((problem,)) == [("PE-C01", 4, "id")]
    assert "line 2" in problem.what


def test_limits_may_be_reached(load):
    people = [["a", "T", "9999", "1", "15", "open", ""], ["b", "NA", "-9", "1", "15.0", "open", ""]]
    assert load(as_csv(people)).participants["days"].tolist()[:1] == [9999.0]


def test_a_code_for_missing_is_read_before_limits_and_types(load):
    people = [["a", "T", "-9", "1", "", "open", ""], ["b", "NA", "1", "1", "", "open", ""]]
    frame = load(as_csv(people)).participants
    assert np.isnan(frame["days"][0]) and frame["age"].isna().all()


# --- tables that cannot be ----------------------------------------------------------------------------------


def row(person: str = "b1", note: str = "") -> str:
    return f"{person},T,1,1,20,open,{note}\n"


TOP = ",".join(HEADER) + "\n"
BROKEN = [
    ("an empty file", "", [("PE-A41", None)]),
    ("a byte order mark and nothing else", b"\xef\xbb\xbf", [("PE-A41", None)]),
    ("a header only", TOP, [("PE-A41", None)]),
    ("another separator", TOP.replace(",", ";") + row().replace(",", ";"), [("PE-A08", 1)]),
    ("a short row", TOP + row("b1") + f"{SECRET},T,1\n" + row("b3"), [("PE-A14", 3)]),
    ("a long row", TOP + row("b1") + row("b2", f"{SECRET},x"), [("PE-A15", 3)]),
    ("a decimal comma", TOP + row("b1") + row("b2").replace("20", f"20,{SECRET}"), [("PE-A15", 3)]),
    ("two ragged rows", TOP + "1\n" + row() + row("b2", ",,"), [("PE-A14", 2), ("PE-A15", 4)]),
    ("a spare separator in every row", TOP + row("b1", ",") + row("b2", ","), [("PE-A15", 2), ("PE-A15", 3)]),
    ("a spare separator in the header too", TOP.strip() + ",\n" + row("b1", ","), [("PE-A18", 1)]),
    ("a row cut off", TOP + row("b1") + f"{SECRET},T,1,1,2", [("PE-A14", 3)]),
    ("a sign for the end of the file", TOP + row("b1") + "\x1a", [("PE-A14", 3)]),
    ("a row of totals", TOP + row("b1") + ",,1,1,20,open,\n", [("PE-C37", 3), ("PE-C04", 3)]),
    ("an empty line", TOP + row("b1") + "\n" + row("b2"), [("PE-A14", 3)]),
    ("an empty line at the end", TOP + row("b1") + "\n", [("PE-A14", 3)]),
    ("an empty line above the header", "\n" + TOP + row("b1"), [("PE-A14", 1)]),
    ("a title above the header", f"{SECRET}\n" + TOP + row(), [("PE-A08", 1), ("PE-A15", 2), ("PE-A15", 3)]),
    ("two columns of one name", TOP.replace("age", "days") + row("b1"), [("PE-A17", 1)]),
    ("a column without a name", TOP.replace("note", "") + row("b1"), [("PE-A18", 1)]),
    ("a name with a space", TOP.replace("days", " days") + row("b1"), [("PE-A19", 1)]),
    ("a name with a no-break space", TOP.replace("days", "days\u00a0") + row("b1"), [("PE-A19", 1)]),
    ("a NUL byte", TOP + row("b1") + row("b2").replace("20", "2\x000"), [("PE-A13", 3)]),
    ("a NUL byte and line ends of Macs", (TOP + row("b1") + "\0").replace("\n", "\r"), [("PE-A13", 3)]),
    ("a quote that is not closed", TOP + row("b1") + row("b2", f'"{SECRET}') + row() * 9, [("PE-A33", 3)]),
    ("a quote that ends too early", TOP + row("b1") + row("b2", f'"{SECRET}" more'), [("PE-A33", 3)]),
    ("a field of a million letters", TOP + row("b1", "x" * 1_000_000), [("PE-A33", 2)]),
    ("CP1252 for UTF-8", (TOP + row("b1") + row("b2", f"{SECRET}ø")).encode("cp1252"), [("PE-A02", 3)]),
    ("CP1252 and line ends of Macs", (TOP + row("ø")).replace("\n", "\r").encode("cp1252"), [("PE-A02", 2)]),
    ("UTF-16 for UTF-8", (TOP + row("b1")).encode("utf-16"), [("PE-A02", 1)]),
    ("UTF-16 without its mark", (TOP + row("b1")).encode("utf-16-le"), [("PE-A13", 1)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "expected"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_table_that_is_broken_is_refused_at_its_lines(problems_of, content, expected):
    assert [(problem.code, problem.line) for problem in problems_of(content)] == expected


@pytest.mark.parametrize("saved_as", ["cp1252", "utf-16"])
def test_a_likely_encoding_is_proposed(problems_of, saved_as):
    (problem,) = problems_of(as_csv(PEOPLE).encode(saved_as))
    assert f'encoding = "{saved_as}"' in problem.mend


def test_text_in_utf_8_that_is_declared_otherwise_does_not_pass_as_other_letters(problems_of):
    found = problems_of(as_csv(PEOPLE), encoding="cp1252")
    assert places(found) == [("PE-A21", 3, "prison"), ("PE-A21", 5, "prison")]
    assert problems_of(as_csv(PEOPLE).encode("cp1252"), encoding="utf-16")[0].code in ("PE-A02", "PE-A08")


def test_lines_are_physical_lines_where_a_quoted_field_holds_line_breaks(problems_of):
    people = [
        ["a", "T", "1", "1", "20", "open", "one\ntwo\r\nthree"],
        ["b", "NA", SECRET, "1", "20", "open", "x\ny"],
    ]
    (problem,) = problems_of(as_csv(people))
    assert problem.line == 5  # the header, then three lines of the first person


def test_columns_that_are_missing_are_all_named_with_the_nearest_there_are(problems_of):
    header = ["ID", "group", "Days", "again", "age", "prisen", "remark"]
    found = problems_of(as_csv([["a", "T", "1", "1", "20", "open", SECRET]], header))
    assert {problem.column for problem in found} == {"id", "days", "prison", "note"}
    assert {problem.code for problem in found} == {"PE-A20"}
    hints = {problem.column: problem.mend.split("?")[0] for problem in found}
    assert hints["id"] == "Did you mean 'ID'" and hints["prison"] == "Did you mean 'prisen'"


def test_a_hash_that_differs_stops_everything_and_one_that_agrees_does_not(load, problems_of):
    content = as_csv(PEOPLE)
    digest = hashlib.sha256(content.encode()).hexdigest()
    assert load(content, sha256=digest).accounts[0].sha256 == digest
    (problem,) = problems_of(content + "\n", sha256=digest)
    assert problem.code == "PE-F18"


def test_a_file_of_another_kind_is_refused(problems_of):
    assert problems_of(b"PK\x03\x04", file="participants.xlsx")[0].code == "PE-A66"
    assert problems_of("x", file="participants")[0].code == "PE-A66"


# --- where files may lie ------------------------------------------------------------------------------------


def refused(folder: Path, file: str) -> Problem:
    with pytest.raises(InputError) as caught:
        load_trial(plan(file=file), folder)
    (problem,) = caught.value.problems
    assert str(folder) not in str(problem), "a message holds no path of this machine"
    return problem


@pytest.fixture
def folder(tmp_path):
    """A folder of a protocol, and a table that lies beside the folder."""
    (tmp_path / "outside.csv").write_text(as_csv(PEOPLE), encoding="utf-8")
    inner = tmp_path / "trial"
    inner.mkdir()
    return inner


@pytest.mark.parametrize("file", ["../outside.csv", "sub/../../outside.csv", "/etc/hostname", ".."])
def test_a_file_outside_the_folder_is_refused(folder, file):
    assert refused(folder, file).code == "PE-F10"


def test_a_link_that_leads_out_of_the_folder_is_refused_and_one_that_stays_is_not(folder):
    (folder / "out.csv").symlink_to(folder.parent / "outside.csv")
    assert refused(folder, "out.csv").code == "PE-F10"
    (folder / "there.csv").write_text(as_csv(PEOPLE), encoding="utf-8")
    (folder / "inside.csv").symlink_to(folder / "there.csv")
    assert len(load_trial(plan(file="inside.csv"), folder).participants) == 4


def test_a_folder_reached_through_a_link_is_the_folder(folder):
    (folder / "participants.csv").write_text(as_csv(PEOPLE), encoding="utf-8")
    (folder.parent / "link").symlink_to(folder, target_is_directory=True)
    assert len(load_trial(plan(), folder.parent / "link").participants) == 4


@pytest.mark.parametrize("file", ["none.csv", "", ".", "a\0b.csv", "x" * 5000 + ".csv"])
def test_a_file_that_cannot_be_opened_is_named(folder, file):
    assert refused(folder, file).code in ("PE-A67", "PE-F10")


def test_links_in_a_circle_end(folder):
    (folder / "a.csv").symlink_to(folder / "b.csv")
    (folder / "b.csv").symlink_to(folder / "a.csv")
    assert refused(folder, "a.csv").code == "PE-A67"


def test_a_protocol_given_by_its_path_finds_its_file_beside_it():
    assert len(load_trial(SAMPLES / "maryland" / "protocol.toml").participants) == 432
    assert len(load_trial(str(SAMPLES / "mentoring" / "protocol.toml")).participants) == 218


def test_a_protocol_without_a_folder_is_a_mistake_of_the_caller():
    with pytest.raises(TypeError, match="folder"):
        load_trial(plan())


# --- Parquet ------------------------------------------------------------------------------------------------


def as_parquet(columns: dict[str, Any]) -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    sink = pyarrow.BufferOutputStream()
    table = pyarrow.Table.from_arrays(
        [pyarrow.array(cells) for cells in columns.values()], names=list(columns)
    )
    parquet.write_table(table, sink)
    return sink.getvalue().to_pybytes()


TYPED: dict[str, list[Any]] = {
    "id": ["0012", "12", "1e5", "100000"],
    "group": ["T", "NA", "T", "NA"],
    "days": [30, 0, -9, 365],
    "again": ["1", "0", "ja", "0"],
    "age": [71.5, None, 20.0, 33.25],
    "prison": ["open", "Å", "open", "Å"],
    "note": ["quiet", None, 'said "no", twice', "two\nlines"],
}


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("typed", [True, False], ids=["typed columns", "columns of text"])
def test_parquet_and_csv_of_the_same_table_give_the_same_people(load, typed, decimal):
    columns = TYPED if typed else {name: [row[at] for row in PEOPLE] for at, name in enumerate(HEADER)}
    trial = load(as_parquet(columns), file="participants.parquet", decimal=decimal)
    pd.testing.assert_frame_equal(trial.participants, EXPECTED)


def test_whole_numbers_that_parquet_keeps_as_floats_are_whole_numbers(load):
    floats = TYPED | {"days": [30.0, 0.0, -9.0, 365.0], "age": [71.5, float("nan"), 20.0, 33.25]}
    pd.testing.assert_frame_equal(load(as_parquet(floats), file="x.parquet").participants, EXPECTED)


def test_the_line_of_a_row_of_parquet_is_that_of_a_csv_of_it(problems_of):
    found = problems_of(as_parquet(TYPED | {"days": [30, 0, 99999, 365]}), file="x.parquet")
    assert places(found) == [("PE-A31", 4, "days")]


@pytest.mark.parametrize("sample", ["maryland", "mentoring"])
def test_a_sample_written_as_parquet_gives_the_same_people(tmp_path, sample):
    original = load_trial(SAMPLES / sample / "protocol.toml")
    spec = original.protocol.data.participants
    with open(SAMPLES / sample / spec.file, encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter=spec.separator))
    columns = {
        name: [int(row[name]) if row[name].isdigit() else row[name] or None for row in rows]
        for name in rows[0]
    }
    (tmp_path / "participants.parquet").write_bytes(as_parquet(columns))
    document = original.protocol.model_dump(by_alias=True, exclude_none=True)
    document["data"]["participants"] |= {"file": "participants.parquet", "sha256": None}
    copy = load_trial(Protocol.model_validate(document), tmp_path)
    order = [column for column in original.participants]
    by_all = [
        frame.sort_values(order, ignore_index=True) for frame in (original.participants, copy.participants)
    ]
    pd.testing.assert_frame_equal(*by_all)


@pytest.mark.parametrize(
    ("name", "cells", "code"),
    [
        ("age", [71.5, float("inf"), 20.0, 33.25], "PE-A31"),
        ("days", [30, 0, 1, 365.5], "PE-A31"),
        ("days", [30, None, 1, 365], "PE-A69"),
        ("again", [True, False, True, False], "PE-A21"),
        ("group", ["T", None, "T", "NA"], "PE-C04"),
        ("id", ["0012", None, "1e5", "100000"], "PE-C37"),
        ("prison", [b"open", b"open", b"open", b"open"], "PE-A21"),
    ],
)
def test_a_cell_of_parquet_that_does_not_fit_is_refused_as_in_csv(problems_of, name, cells, code):
    found = problems_of(as_parquet(TYPED | {name: cells}), file="participants.parquet")
    assert {problem.code for problem in found} == {code}
    assert {problem.column for problem in found} == {name}


def test_a_parquet_header_is_held_to_the_same_rules(problems_of):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    for names, code in [(["id", "id"], "PE-A17"), (["id", ""], "PE-A18"), (["id", "group "], "PE-A19")]:
        sink = pyarrow.BufferOutputStream()
        parquet.write_table(pyarrow.Table.from_arrays([pyarrow.array(["a"])] * 2, names=names), sink)
        assert problems_of(sink.getvalue().to_pybytes(), file="x.parquet")[0].code == code


def test_a_parquet_file_without_rows_or_that_is_none_is_refused(problems_of):
    empty = as_parquet({name: [""] for name in HEADER})
    assert problems_of(b"PAR1" + SECRET.encode(), file="x.parquet")[0].code == "PE-A68"
    assert problems_of(empty[: len(empty) // 2], file="x.parquet")[0].code == "PE-A68"
    assert problems_of(as_parquet({name: [] for name in HEADER}), file="x.parquet")[0].code == "PE-A41"


def test_without_pyarrow_parquet_is_refused_with_the_remedy(load, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Exception, match="pip install") as caught:
        load(b"PAR1", file="x.parquet")
    assert caught.value.exit_code == 5


# --- the samples, and anything at all -----------------------------------------------------------------------


@pytest.mark.parametrize("sample", ["maryland", "mentoring"])
def test_the_samples_are_read_as_a_plain_reading_of_their_text_says(sample):
    trial = load_trial(SAMPLES / sample / "protocol.toml")
    spec = trial.protocol.data.participants
    with open(SAMPLES / sample / spec.file, encoding="utf-8", newline="") as handle:
        rows = sorted(csv.DictReader(handle, delimiter=spec.separator), key=lambda row: row[spec.person])
    assert trial.participants["arm"].tolist() == [spec.arm.codes[row[spec.arm.column]] for row in rows]
    for name, column in spec.columns.items():
        cells = [None if row[name] in column.missing else row[name] for row in rows]
        read = [None if cell is pd.NA or cell != cell else cell for cell in trial.participants[name].tolist()]
        if column.type == "integer":
            assert read == [None if cell is None else float(cell) for cell in cells]
        elif column.type == "yes_no":
            assert read == [None if cell is None else cell in column.yes for cell in cells]
        else:
            assert read == cells


def test_only_ids_that_can_be_told_from_other_text_become_canaries(load):
    people = [
        [person, *rest] for person, (_, *rest) in zip(["7", "12345", "abcdef"], PEOPLE[:3], strict=True)
    ]
    trial = load(as_csv(people))
    assert trial.canaries == ("abcdef",)
    assert "abcdef" not in repr(trial) and "abcdef" not in trial._repr_html_()


POSITIONS, CHANGES = st.integers(0, 10_000), st.sampled_from(["insert", "delete", "replace"])
LETTERS = st.sampled_from(list('",;\n\r\0 .-1xé'))
DAMAGE = st.lists(st.tuples(POSITIONS, CHANGES, LETTERS), min_size=1, max_size=4)


@settings(
    derandomize=True,
    deadline=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(damage=DAMAGE)
def test_whatever_is_damaged_the_table_is_read_whole_or_refused_without_showing_anyone(load, damage):
    secrets = [f"Zq{number}Kv{number}" for number in range(8)]
    people = [[secret, *PEOPLE[number % 4][1:6], secret.lower()] for number, secret in enumerate(secrets)]
    text = as_csv(people)
    for position, what, letter in damage:
        at = len(HEADER) * 5 + position % (len(text) - len(HEADER) * 5)  # the header stays whole
        text = text[:at] + (letter if what != "delete" else "") + text[at + (what != "insert") :]
    try:
        trial = load(text)
    except InputError as error:
        assert not any(secret.casefold() in str(error).casefold() for secret in secrets)
        assert all(problem.code and problem.file for problem in error.problems)
    else:
        assert len(trial.participants) == trial.accounts[0].rows_read


def test_a_file_without_a_header_shows_nothing_of_its_first_person(tmp_path):
    secret = "risk_gruop"  # close to a column's name, so that a hint would show it
    for name in ("protocol.toml", "participants.csv"):
        (tmp_path / name).write_bytes((SAMPLES / "mentoring" / name).read_bytes())
    rows = (tmp_path / "participants.csv").read_text(encoding="utf-8").splitlines()[1:]
    first = f"S1;X;c;{secret};33;4;2;7;730;0;withdrew"
    (tmp_path / "participants.csv").write_text("\n".join([first, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_trial(tmp_path / "protocol.toml")
    assert {problem.code for problem in caught.value.problems} == {"PE-A20"}
    assert secret not in str(caught.value)
