"""A first protocol from a folder: it can be read, every guess is marked, and no name stands in it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from primus_eval import scaffold as module
from primus_eval.cli import main
from primus_eval.errors import EnvironmentFault, InputError
from primus_eval.pipeline import run
from primus_eval.protocol import read_protocol
from primus_eval.scaffold import GUESS, MOST_LEVELS, require_no_guess, scaffold

ROWS = [
    f"P{1000 + number},{number % 2},{30 + number % 9},{number % 3 % 2},{20 + number}" for number in range(40)
]
TABLE = "person,arm,days,rearrested,age\n" + "\n".join(ROWS) + "\n"


def folder_with(folder: Path, *tables: tuple[str, bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in tables:
        (folder / name).write_bytes(content)
    return folder


def draft_of(folder: Path, text: str) -> str:
    return scaffold(folder_with(folder, ("people.csv", text.encode()))).read_text(encoding="utf-8")


def test_a_draft_is_a_protocol_and_can_be_checked_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft_of(tmp_path, TABLE)
    protocol = read_protocol(tmp_path / "protocol.toml")
    participants = protocol.data.participants
    assert (participants.person, participants.arm.column) == ("person", "arm")
    assert {name: column.type for name, column in participants.columns.items()} == {
        "days": "integer",
        "rearrested": "yes_no",
        "age": "integer",
    }
    assert {name for name, column in participants.columns.items() if column.timing[:5] == "after"} == {
        "days",
        "rearrested",
    }
    assert (protocol.outcome[0].observed.time, protocol.outcome[0].observed.event) == ("days", "rearrested")
    assert protocol.disclosure.profile == "release"
    assert main(["check", str(tmp_path / "protocol.toml")]) == 0
    assert "40 rows" in capsys.readouterr().out


def test_a_draft_is_not_run_until_every_guess_was_looked_at(tmp_path: Path) -> None:
    text = draft_of(tmp_path, TABLE)
    guessed = [number for number, line in enumerate(text.splitlines(), start=1) if GUESS in line]
    with pytest.raises(InputError, match="PE-F23") as raised:
        run(tmp_path / "protocol.toml", tmp_path / "out")
    assert [problem.line for problem in raised.value.problems] == guessed
    (tmp_path / "protocol.toml").write_text(text.replace(GUESS, ""), encoding="utf-8")
    require_no_guess(tmp_path / "protocol.toml")


def test_everything_but_the_words_of_the_file_is_marked_as_a_guess(tmp_path: Path) -> None:
    certain = ("role =", "file =", "separator =", 'id = "primary"', 'outcome = "', "profile =", "threshold =")
    for line in draft_of(tmp_path, TABLE).splitlines():
        if "=" in line and not line.startswith(("#", *certain)):
            assert GUESS in line


ODD_NAMES = {
    "quotes": 'the ""arm""',
    "dots": "a.b.c",
    "letters": "indsættelse æøå 日本",
    "braces": "{file} {0} {}",
    "a line break": "two\nlines",
    "a tab and a backslash": "a\tb\\c",
    "a separator of lines": "a\u2028b\x85c",
    "delete": "a\x7fb",
    "TOML": "]]\n[study]\nid = 'x'",
    "a hash": "# GUESS: not",
    "nothing": "",
}


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=list(ODD_NAMES))
def test_a_draft_is_valid_toml_whatever_the_columns_are_called(name: str, tmp_path: Path) -> None:
    header = f'person,"{name}",days,rearrested,age\n'
    document = tomllib.loads(draft_of(tmp_path, header + "\n".join(ROWS)))
    arm = document["data"]["participants"]["arm"]["column"]
    assert arm == name.replace('""', '"')
    assert set(document["data"]["participants"]["columns"]) == {"days", "rearrested", "age"}


@pytest.mark.parametrize("level", ['quo"te', "back\\slash", "ta\tb", "de\x7fl", "'", "{0}", "æ"])
def test_a_draft_is_valid_toml_whatever_the_codes_are(level: str, tmp_path: Path) -> None:
    rows = [f"{row},{'other' if number % 3 else level}" for number, row in enumerate(ROWS)]
    text = "person,arm,days,rearrested,age,kind\n" + "\n".join(rows).replace('"', '""')
    if '"' in level:
        text = text.replace('quo""te', '"quo""te"')
    document = tomllib.loads(draft_of(tmp_path, text))
    assert set(document["data"]["participants"]["columns"]["kind"]["levels"]) == {level, "other"}


@pytest.mark.parametrize("separator", [";", "\t"])
def test_the_separator_is_found(separator: str, tmp_path: Path) -> None:
    draft_of(tmp_path, "\ufeff" + TABLE.replace(",", separator))
    assert read_protocol(tmp_path / "protocol.toml").data.participants.separator == separator


def test_an_empty_cell_is_declared_as_missing(tmp_path: Path) -> None:
    draft_of(tmp_path, TABLE.replace(",20\n", ",\n"))
    assert read_protocol(tmp_path / "protocol.toml").data.participants.columns["age"].missing == ("",)


@pytest.mark.parametrize("n", [6, MOST_LEVELS, 40])
def test_names_of_people_are_not_copied_into_a_draft(n: int, tmp_path: Path) -> None:
    """Also in a file so small that they are few."""
    names = [f"Name{number} Surname" for number in range(n)]
    rows = [f"{row},{name}" for row, name in zip(ROWS, names, strict=False)]
    text = draft_of(tmp_path, "person,arm,days,rearrested,age,full_name\n" + "\n".join(rows))
    assert "Surname" not in text
    assert '"full_name"' in text  # said to be left unread


def test_a_file_without_arms_and_times_gives_a_draft_whose_check_names_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tomllib.loads(draft_of(tmp_path, "id,name\n1,a\n2,b\n3,c\n"))
    assert main(["check", str(tmp_path / "protocol.toml")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def no_table(folder: Path) -> None:
    folder_with(folder)


def two_tables(folder: Path) -> None:
    folder_with(folder, ("a.csv", b"a\n1\n"), ("b.csv", b"a\n1\n"))


def a_folder_named_as_a_table(folder: Path) -> None:
    (folder / "people.csv").mkdir(parents=True)


def a_missing_folder(folder: Path) -> None:
    pass


def a_file(folder: Path) -> None:
    folder.write_text("")


def empty(folder: Path) -> None:
    folder_with(folder, ("people.csv", b""))


def only_a_header(folder: Path) -> None:
    folder_with(folder, ("people.csv", b"person,arm\n\n\n"))


def another_encoding(folder: Path) -> None:
    folder_with(folder, ("people.csv", "navn\næøå\n".encode("cp1252")))


def utf16(folder: Path) -> None:
    folder_with(folder, ("people.csv", TABLE.encode("utf-16")))


def an_open_quote(folder: Path) -> None:
    folder_with(folder, ("people.csv", b'person,arm\n"1,2\n' + b"x" * 200_000))


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (no_table, "PE-A67"),
        (two_tables, "PE-A67"),
        (a_folder_named_as_a_table, "PE-A67"),
        (a_missing_folder, "PE-A67"),
        (a_file, "PE-A67"),
        (empty, "PE-A41"),
        (only_a_header, "PE-A41"),
        (another_encoding, "PE-A02"),
        (utf16, "PE-A02"),
        (an_open_quote, "PE-A33"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_folder_that_holds_no_one_table_is_refused_and_left_as_it_was(
    made: object, code: str, tmp_path: Path
) -> None:
    made(tmp_path / "trial")  # type: ignore[operator]
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match=code):
        scaffold(tmp_path / "trial")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_protocol_that_exists_is_not_written_over_nor_through_a_link(tmp_path: Path) -> None:
    folder_with(tmp_path, ("people.csv", TABLE.encode()), ("protocol.toml", b"# mine"))
    with pytest.raises(EnvironmentFault, match="PE-G14"):
        scaffold(tmp_path)
    assert (tmp_path / "protocol.toml").read_bytes() == b"# mine"
    (tmp_path / "protocol.toml").unlink()
    (tmp_path / "protocol.toml").symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(EnvironmentFault, match="PE-G14"):
        scaffold(tmp_path)
    assert not (tmp_path / "elsewhere.toml").exists()


def test_a_folder_that_cannot_be_written_is_an_error_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    folder_with(tmp_path, ("people.csv", TABLE.encode()))
    monkeypatch.setattr(module, "open", full, raising=False)
    with pytest.raises(EnvironmentFault, match="PE-G02"):
        scaffold(tmp_path)
