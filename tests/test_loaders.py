"""A file is read exactly, or refused with a code, a line and a column, and without a value of a person.

Many of these files are read silently, and wrongly, by general readers of CSV: ids lose zeros, a spare
comma shifts every column, an arm called NA disappears. Here each is an error, or is read as it stands.
Cells that do not fit are in test_loaders_cells.py, the form of text files in test_loaders_text_file.py.
"""

from __future__ import annotations

import csv
import hashlib
import random
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loaded_people import EXPECTED, HEADER, PEOPLE, SECRET, as_csv, changed, load, places, problems_of

from primus_eval.errors import InputError, PrimusError
from primus_eval.loaders import load_trial

SAMPLES = Path(__file__).parent.parent / "data" / "sample"
TRIALS = Path(__file__).parent / "trials"

# --- what is read -------------------------------------------------------------------------------------------


def test_ids_and_arm_codes_are_text_and_numbers_are_read_as_declared(tmp_path):
    trial = load(tmp_path, as_csv(PEOPLE))
    pd.testing.assert_frame_equal(trial.participants, EXPECTED)
    assert trial.treated.tolist() == [True, False, False, True]


def test_ids_that_are_alike_as_numbers_are_different_people(tmp_path):
    assert len(load(tmp_path, as_csv(PEOPLE)).participants) == 4  # 0012 and 12, 1e5 and 100000


def test_every_row_that_is_read_is_kept_and_accounted_for(tmp_path):
    content = as_csv([[*row, SECRET] for row in PEOPLE], [*HEADER, "unread"])
    trial = load(tmp_path, content)
    (account,) = trial.accounts
    assert account.rows_read == len(trial.participants) == 4
    assert account.sha256 == hashlib.sha256(content.encode()).hexdigest()
    assert account.columns_not_read == ("unread",)
    assert not trial.participants.map(lambda cell: cell == SECRET).to_numpy().any()
    assert "id" not in trial.participants and "group" not in trial.participants


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_and_of_columns_is_irrelevant(tmp_path, seed):
    chance = random.Random(seed)
    order = chance.sample(range(len(HEADER)), len(HEADER))
    rows = chance.sample(PEOPLE, len(PEOPLE))
    turned = as_csv([[row[place] for place in order] for row in rows], [HEADER[place] for place in order])
    pd.testing.assert_frame_equal(load(tmp_path, turned).participants, EXPECTED)


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
def test_another_way_to_write_the_same_table_gives_the_same_people(tmp_path, content, settings_):
    pd.testing.assert_frame_equal(load(tmp_path, content, **settings_).participants, EXPECTED)


@pytest.mark.parametrize("suffix", ["csv", "CSV", "tsv", "txt"])
def test_a_text_table_may_have_any_of_its_usual_endings(tmp_path, suffix):
    assert len(load(tmp_path, as_csv(PEOPLE), file=f"table.{suffix}").participants) == 4


@pytest.mark.parametrize(
    ("cell", "number"), [("15", 15.0), ("+15.50", 15.5), ("1.55e1", 15.5), ("20.", 20.0), ("0015", 15.0)]
)
def test_plain_ways_to_write_a_number_are_read(tmp_path, cell, number):
    people = [[*PEOPLE[0][:4], cell, *PEOPLE[0][5:]], *PEOPLE[1:]]
    assert load(tmp_path, as_csv(people)).participants["age"][0] == number


def test_a_number_of_many_digits_is_the_nearest_double(tmp_path):
    people = [[*PEOPLE[0][:4], "20.123456789012345678", *PEOPLE[0][5:]], *PEOPLE[1:]]
    assert load(tmp_path, as_csv(people)).participants["age"][0] == 20.123456789012345678


# --- tables that cannot be ----------------------------------------------------------------------------------

A, B = as_csv(PEOPLE[:2]).splitlines(keepends=True)[1:]
TOP = ",".join(HEADER) + "\n"
BROKEN = {
    "a header only": (TOP, [("PE-A41", None, None)]),
    "a spare separator in every row": (TOP + A.strip() + ",\n" + B.strip() + ",\n", [("PE-A16", 2, None)]),
    "another separator": ((TOP + A + B).replace(",", ";"), [("PE-A08", 1, None)]),
    "a row that is short, and one that is long": (
        TOP + f"{SECRET},T,1\n" + A + B.strip() + f",{SECRET}\n",
        [("PE-A14", 2, None), ("PE-A15", 4, None)],
    ),
    "a row cut off": (TOP + A + B[:-4], [("PE-A40", 3, None)]),
    "a row of totals": (TOP + A + B + ",,1,1,20,open,\n", [("PE-A38", 4, None)]),
    "letters of another encoding": ((TOP + A + B).encode("cp1252"), [("PE-A02", 3, "prison")]),
    "a NUL byte": (TOP + A.replace("30", "3\0") + B, [("PE-A13", 2, "days")]),
}


@pytest.mark.parametrize(("content", "expected"), BROKEN.values(), ids=BROKEN)
def test_a_table_that_is_broken_is_refused_at_its_lines_and_for_nothing_else(tmp_path, content, expected):
    """Of a table whose rows were not all understood, nothing is said that counts its rows."""
    assert places(problems_of(tmp_path, content)) == expected


def test_faults_of_form_and_of_cells_come_at_once(tmp_path):
    content = as_csv(changed(0, "days", SECRET)) + f"{SECRET},T\n"
    assert set(places(problems_of(tmp_path, content))) == {("PE-A31", 2, "days"), ("PE-A40", 7, None)}


def test_text_in_utf_8_that_is_declared_otherwise_does_not_pass_as_other_letters(tmp_path):
    (first, second, *rest) = problems_of(tmp_path, as_csv(PEOPLE), encoding="cp1252")
    assert places((first, second)) == [("PE-A03", 3, "prison"), ("PE-A03", 5, "prison")]
    assert first.paste == '[data.participants]\nencoding = "utf-8"'
    assert not rest


def test_lines_are_physical_lines_where_a_quoted_field_holds_line_breaks(tmp_path):
    people = [
        ["a", "T", "1", "1", "20", "open", "one\ntwo\r\nthree"],
        ["b", "NA", SECRET, "1", "20", "open", "x\ny"],
    ]
    (problem,) = problems_of(tmp_path, as_csv(people))
    assert problem.line == 5  # the header, then three lines of the first person


def test_columns_that_are_missing_are_all_named_with_the_nearest_there_are(tmp_path):
    header = ["ID", "group", "Days", "again", "age", "prisen", "remark"]
    found = problems_of(tmp_path, as_csv([["a", "T", "1", "1", "20", "open", SECRET]], header))
    assert {problem.column for problem in found} == {"id", "days", "prison", "note"}
    assert {problem.code for problem in found} == {"PE-A20"}
    hints = {problem.column: problem.mend.split("?")[0] for problem in found}
    assert hints["id"] == "Did you mean 'ID'" and hints["prison"] == "Did you mean 'prisen'"


def test_a_hash_that_differs_stops_everything_and_one_that_agrees_does_not(tmp_path):
    content = as_csv(PEOPLE)
    digest = hashlib.sha256(content.encode()).hexdigest()
    assert load(tmp_path, content, sha256=digest).accounts[0].sha256 == digest
    (problem,) = problems_of(tmp_path, content + "\n", sha256=digest)
    assert problem.code == "PE-F18"


# --- the samples, and anything at all -----------------------------------------------------------------------


@pytest.mark.parametrize("sample", [SAMPLES / "maryland", TRIALS / "mentoring"], ids=lambda path: path.name)
def test_the_samples_are_read_as_a_plain_reading_of_their_text_says(sample):
    trial = load_trial(sample / "protocol.toml")
    spec = trial.protocol.data.participants
    with open(sample / spec.file, encoding="utf-8", newline="") as handle:
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


def test_only_ids_that_can_be_told_from_other_text_become_canaries(tmp_path):
    people = [
        [person, *rest] for person, (_, *rest) in zip(["7", "12345", "abcdef"], PEOPLE[:3], strict=True)
    ]
    trial = load(tmp_path, as_csv(people))
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
def test_whatever_is_damaged_the_table_is_read_whole_or_refused_without_showing_anyone(tmp_path, damage):
    secrets = [f"Zq{number}Kv{number}" for number in range(8)]
    people = [[secret, *PEOPLE[number % 4][1:6], secret.lower()] for number, secret in enumerate(secrets)]
    text = as_csv(people)
    for position, what, letter in damage:
        at = len(HEADER) * 5 + position % (len(text) - len(HEADER) * 5)  # the header stays whole
        text = text[:at] + (letter if what != "delete" else "") + text[at + (what != "insert") :]
    try:
        trial = load(tmp_path, text)
    except PrimusError as error:
        assert not any(secret.casefold() in str(error).casefold() for secret in secrets)
        assert all(problem.code and problem.file for problem in error.problems)
    else:
        assert len(trial.participants) == trial.accounts[0].rows_read


def test_a_file_without_a_header_shows_nothing_of_its_first_person(tmp_path):
    secret = "risk_gruop"  # close to a column's name, so that a hint would show it
    for name in ("protocol.toml", "participants.csv"):
        (tmp_path / name).write_bytes((TRIALS / "mentoring" / name).read_bytes())
    rows = (tmp_path / "participants.csv").read_text(encoding="utf-8").splitlines()[1:]
    first = f"S1;X;c;{secret};33;4;2;7;730;0;withdrew"
    (tmp_path / "participants.csv").write_text("\n".join([first, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_trial(tmp_path / "protocol.toml")
    assert {problem.code for problem in caught.value.problems} == {"PE-A20"}
    assert secret not in str(caught.value)
