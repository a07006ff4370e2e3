"""A first protocol from a folder: it can be read, every guess is marked, no cell of a person stands in it."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from primus_eval.cli import main
from primus_eval.errors import DisclosureError, EnvironmentFault, InputError
from primus_eval.loaders import load_trial
from primus_eval.pipeline import run
from primus_eval.protocol import read_protocol
from primus_eval.scaffold import GUESS, guessed_lines, opened, require_no_guess, scaffold, writing
from primus_eval.scaffold.columns import FEWEST_PEOPLE, MOST_LEVELS

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


def with_column(header: str, cells: list[str], rows: list[str] = ROWS) -> str:
    """The table with one more column, its cells in turn."""
    page = io.StringIO(newline="")
    write = csv.writer(page)
    write.writerow(["person", "arm", "days", "rearrested", "age", header])
    write.writerows([*row.split(","), cells[number % len(cells)]] for number, row in enumerate(rows))
    return page.getvalue()


def columns_of(draft: str) -> dict[str, dict[str, object]]:
    return tomllib.loads(draft)["data"]["participants"]["columns"]


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
    assert participants.quasi_identifiers == ("age",)
    assert (protocol.outcome[0].observed.time, protocol.outcome[0].observed.event) == ("days", "rearrested")
    assert protocol.disclosure.profile == "release"
    assert main(["check", str(tmp_path / "protocol.toml")]) == 0
    assert "40" in capsys.readouterr().out


def test_a_draft_is_not_run_until_every_guess_was_looked_at(tmp_path: Path) -> None:
    text = draft_of(tmp_path, TABLE)
    guessed = [number for number, line in enumerate(text.splitlines(), start=1) if GUESS in line]
    with pytest.raises(InputError, match="PE-F23") as raised:
        run(tmp_path / "protocol.toml", tmp_path / "out")
    assert [problem.line for problem in raised.value.problems] == guessed
    (tmp_path / "protocol.toml").write_text(text.replace(GUESS, ""), encoding="utf-8")
    require_no_guess(tmp_path / "protocol.toml")


def test_lines_are_counted_as_toml_counts_them(tmp_path: Path) -> None:
    """A separator of lines that only Unicode knows is a letter of a name here."""
    (tmp_path / "protocol.toml").write_bytes(f"# a\u2028b\n# c\x85d\nid = 1  {GUESS}\r\n".encode())
    assert guessed_lines(tmp_path / "protocol.toml") == [3]


def test_everything_but_the_words_of_the_file_is_marked_as_a_guess(tmp_path: Path) -> None:
    certain = ("role =", "file =", "separator =", 'id = "primary"', 'outcome = "', "profile =", "threshold =")
    for line in draft_of(tmp_path, TABLE).splitlines():
        if "=" in line and not line.startswith(("#", *certain)):
            assert line.endswith(GUESS)


def test_importing_the_verb_loads_no_library_for_tables() -> None:
    script = "import sys, primus_eval.scaffold; print({'numpy', 'pandas', 'pyarrow'} & sys.modules.keys())"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "set()"


def test_only_the_first_rows_of_a_long_table_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "MOST_ROWS", 10)
    draft_of(tmp_path, TABLE)
    assert len(load_trial(tmp_path / "protocol.toml").participants) == 40


# --- what a column holds ------------------------------------------------------------------------------

GUESSED = {
    "whole numbers": (["3", "14", "-2"], {"type": "integer"}),
    "fractions": (["3", "1.5"], {"type": "number"}),
    "an empty cell": (["3", ""], {"type": "integer", "missing": [""]}),
    "a word for missing": (["3", "4", "N/A"], {"type": "integer", "missing": ["N/A"]}),
    "yes and no": (["Ja", "Nej", ""], {"type": "yes_no", "yes": ["Ja"], "no": ["Nej"], "missing": [""]}),
    "yes in two spellings": (
        ["ja"] * 20 + ["nej"] * 19 + ["Ja"],
        {"type": "yes_no", "yes": ["ja", "Ja"], "no": ["nej"]},
    ),
    "yes and no with spaces": (["1", "0", "0", "1 "], {"type": "yes_no", "yes": ["1", "1 "], "no": ["0"]}),
    "dates but for one": (["13.01.2024"] * 39 + ["2024-02-03"], {"type": "date", "format": "%d.%m.%Y"}),
    "dates, a word for missing and one other": (
        ["13.01.2024"] * 38 + ["NA", "2024-02-03"],
        {"type": "date", "format": "%d.%m.%Y", "missing": ["NA"]},
    ),
    "a few words": (["low", "high"], {"type": "category", "levels": {"high": "high", "low": "low"}}),
    "a word like missing": (["NA", "SA"], {"type": "category", "levels": {"NA": "NA", "SA": "SA"}}),
    "days": (["13.01.2024", "02.03.2024"], {"type": "date", "format": "%d.%m.%Y"}),
    "days of another kind": (["2024-01-13", ""], {"type": "date", "format": "%Y-%m-%d", "missing": [""]}),
    "a day for unknown": (
        ["2024-01-13", "9999-12-31"],
        {"type": "date", "format": "%Y-%m-%d", "missing": ["9999-12-31"]},
    ),
    "codes with a zero": (["01", "02"], {"type": "category", "levels": {"01": "01", "02": "02"}}),
}


@pytest.mark.parametrize(("cells", "expected"), GUESSED.values(), ids=list(GUESSED))
def test_a_column_is_declared_by_what_its_cells_are(
    cells: list[str], expected: dict[str, object], tmp_path: Path
) -> None:
    declared = columns_of(draft_of(tmp_path, with_column("something", cells)))["something"]
    assert {key: value for key, value in declared.items() if key not in ("label", "timing")} == expected
    if "2024-02-03" not in cells:  # which check names
        load_trial(tmp_path / "protocol.toml")


LEFT_OUT = {
    "ids": [f"Q{number}x" for number in range(40)],
    "prose": [f"He moved to another town after {k} weeks with his brother." for k in range(40)],
    "too few dates among prose": ["13.01.2024"] * 30 + [f"in the spring of year {k}" for k in range(10)],
    "two people only": ["common"] * 19 + ["rare"],
    "numbers with a zero in front": [f"00{number}" for number in range(40)],
}


@pytest.mark.parametrize("cells", LEFT_OUT.values(), ids=list(LEFT_OUT))
def test_a_column_that_cannot_be_declared_without_copying_cells_is_left_out(
    cells: list[str], tmp_path: Path
) -> None:
    draft = draft_of(tmp_path, with_column("something", cells))
    assert "something" not in columns_of(draft)
    assert "something" not in draft and '#   "column 6"' in draft  # such a name may be a cell
    assert not any(cell in draft for cell in cells)
    load_trial(tmp_path / "protocol.toml")


def test_a_code_is_copied_where_enough_people_share_it(tmp_path: Path) -> None:
    for count in (FEWEST_PEOPLE - 1, FEWEST_PEOPLE):
        cells = ["rare"] * count + ["common"] * (40 - count)
        (tmp_path / str(count)).mkdir()
        draft = draft_of(tmp_path / str(count), with_column("something", cells))
        assert ("rare" in draft) == (count == FEWEST_PEOPLE)


def test_a_format_that_another_one_rivals_is_said_to_be(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, with_column("seen", ["01/02/2024", "03/04/2024"]))
    assert '# "seen": %d/%m/%Y and %m/%d/%Y fit every cell: which is it?' in draft


def test_a_point_that_may_divide_thousands_is_said_to(tmp_path: Path) -> None:
    assert "thousands?" in draft_of(tmp_path, with_column("income", ["1.234", "12.500"]))


NUMBERS = {
    "a great one": ("score", ["3", "4", "17", "999"], '999 may mean unknown: if so, missing = ["999"]'),
    "one below zero": ("score", ["3", "4", "", "-9"], '-9 may mean unknown: if so, missing = ["", "-9"]'),
    "two": ("score", ["3", "-9", "99"], '-9 and 99 may mean unknown: if so, missing = ["-9", "99"]'),
    "within the others": ("score", ["30", "60", "99"], None),
    "beside others below zero": ("score", ["-20", "3", "-9"], None),
    "no such code": ("score", ["3", "4", "1000"], None),
}


@pytest.mark.parametrize(("header", "cells", "says"), NUMBERS.values(), ids=list(NUMBERS))
def test_a_number_that_may_mean_unknown_is_asked_of_and_not_decided(
    header: str, cells: list[str], says: str | None, tmp_path: Path
) -> None:
    draft = draft_of(tmp_path, with_column(header, cells))
    assert "missing" not in columns_of(draft)[header] or "" in cells
    assert ("may mean unknown" in draft) == (says is not None)
    assert says is None or f'# "{header}": {says}' in draft


@pytest.mark.parametrize(
    ("header", "cells", "limits"),
    [
        ("alder", ["18", "40", "63"], (10, 110)),
        ("age", ["18", *map(str, range(20, 40)), "999"], (10, 110)),
        ("age_group", ["1", "2", "3"], None),
        ("score", ["18", "40", "63"], None),
    ],
)
def test_only_ages_are_given_limits(
    header: str, cells: list[str], limits: tuple[int, int] | None, tmp_path: Path
) -> None:
    text = with_column(header, cells).replace(",age,", ",years,", 1)
    column = columns_of(draft_of(tmp_path, text))[header]
    assert (column.get("minimum"), column.get("maximum")) == (limits or (None, None))


def test_regions_are_what_a_neighbour_may_know(tmp_path: Path) -> None:
    draft_of(tmp_path, with_column("landsdel", ["Fyn", "Jylland", "Bornholm"]))
    assert read_protocol(tmp_path / "protocol.toml").data.participants.quasi_identifiers == (
        "age",
        "landsdel",
    )


@pytest.mark.parametrize("name", ["fundet", "found", "linked_to_events", "koblet"])
def test_what_says_who_was_found_is_never_the_event(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = draft_of(tmp_path, TABLE.replace("rearrested", name))
    assert tomllib.loads(draft)["data"]["participants"]["linked"] == name
    assert columns_of(draft)[name]["timing"] == "after_randomisation"
    assert f'#   "{name}"  its name says whether people were found in a register' in draft
    assert main(["check", str(tmp_path)]) == 2
    assert "'which column?' is not a known column" in capsys.readouterr().err


def test_where_the_event_is_left_out_no_other_column_is_taken_for_it(tmp_path: Path) -> None:
    text = with_column("moved", ["1", "0", "0"]).replace(",1,21,", ",rare,21,")
    draft = draft_of(tmp_path, text)
    assert tomllib.loads(draft)["outcome"][0]["observed"]["event"] == "which column?"
    assert '#   "column 4"  not declared: a value of it is shared by fewer than 3 people' in draft
    assert '#   "moved"     its name does not say that it is the event' in draft


def test_an_event_that_no_name_tells_is_asked_of(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, TABLE.replace("rearrested", "sentence"))
    assert tomllib.loads(draft)["outcome"][0]["observed"]["event"] == "sentence"
    assert 'is it really "sentence"?' in draft


def test_a_second_column_of_arms_is_not_taken_for_a_baseline(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, with_column("offered", ["control", "mentor"]))
    assert columns_of(draft)["offered"]["timing"] == "after_randomisation"
    load_trial(tmp_path / "protocol.toml")


def test_the_name_arm_is_kept_for_the_arm(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, TABLE.replace("arm", "allocation").replace("age", "arm"))
    assert tomllib.loads(draft)["data"]["participants"]["arm"]["column"] == "allocation"
    assert "rename this column" in draft
    load_trial(tmp_path / "protocol.toml")


def test_the_arm_is_named_where_it_does_not_have_two_codes(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, TABLE.replace(",0,30,", ",2,30,"))
    assert tomllib.loads(draft)["data"]["participants"]["arm"]["column"] == "arm"
    assert '#   "arm"' in draft and "as arms do" in draft


def test_an_id_that_stands_twice_is_left_for_check_to_name(tmp_path: Path) -> None:
    draft_of(tmp_path, TABLE.replace("P1003", "P1001"))
    with pytest.raises(InputError, match="PE-C01"):
        load_trial(tmp_path / "protocol.toml")


@pytest.mark.parametrize("above", ["Extract of the register\n2024\n", "Extract,,,,\n,,,,\n"])
def test_lines_above_the_header_are_skipped(above: str, tmp_path: Path) -> None:
    draft_of(tmp_path, above + TABLE)
    assert read_protocol(tmp_path / "protocol.toml").data.participants.skip_lines == 2
    load_trial(tmp_path / "protocol.toml")


def test_rows_above_the_header_of_a_sheet_are_skipped(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Extract of the register"], [], *(line.split(",") for line in TABLE.splitlines())):
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")
    assert read_protocol(scaffold(tmp_path)).data.participants.skip_lines == 2
    load_trial(tmp_path / "protocol.toml")


FOLLOWED = {
    "a year": (365, 365, True),
    "a little less than a year": (360, 182, True),
    "three years and some": (1200, 1095, True),
    "a day": (1, 1, True),
}


@pytest.mark.parametrize(("days", "horizon", "complete"), FOLLOWED.values(), ids=list(FOLLOWED))
def test_the_horizon_is_a_usual_window_that_people_were_followed_for(
    days: int, horizon: int, complete: bool, tmp_path: Path
) -> None:
    rows = [f"P{1000 + k},{k % 2},{days},{k % 3 % 2}" for k in range(40)]
    draft_of(tmp_path, "person,arm,days,rearrested\n" + "\n".join(rows))
    protocol = read_protocol(tmp_path / "protocol.toml")
    assert protocol.outcome[0].horizon_days == horizon
    assert (protocol.primary.method is None) == complete


def test_weeks_are_counted_in_weeks_and_incomplete_follow_up_is_used(tmp_path: Path) -> None:
    rows = [f"P{1000 + k},{k % 2},{10 if k == 3 else 53},{k % 3 % 2}" for k in range(40)]
    draft_of(tmp_path, "person,arm,week,rearrested\n" + "\n".join(rows))
    protocol = read_protocol(tmp_path / "protocol.toml")
    assert (protocol.outcome[0].observed.unit, protocol.outcome[0].horizon_days) == ("weeks", 364)
    assert protocol.primary.method == "kaplan_meier"


# --- names and codes that TOML must quote -------------------------------------------------------------

ODD_NAMES = {
    "quotes": 'the "arm"',
    "dots": "a.b.c",
    "letters": "indsættelse æøå 日本",
    "braces": "{file} {0} {}",
    "a tab and a backslash": "a\tb\\c",
    "TOML": "]] [study] id = 'x'",
    "a hash": "# GUESS: not",
    "a number": "1.5",
    "true": "true",
}


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=list(ODD_NAMES))
def test_a_draft_is_valid_toml_whatever_the_columns_are_called(name: str, tmp_path: Path) -> None:
    draft = draft_of(tmp_path, with_column(name, ["3", "4", "17"]))
    assert name in columns_of(draft)
    load_trial(tmp_path / "protocol.toml")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf"]), min_size=1, max_size=20)
)
def test_a_draft_can_be_read_back_whatever_a_column_is_called(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("trial")
    try:
        draft = draft_of(folder, with_column(name, ["3", "4", "17"]))
    except InputError:
        return  # a name that no table may have, as the reader says
    assume(GUESS not in name)
    assert guessed_lines(folder / "protocol.toml")
    assert name in columns_of(draft) or "#   " in draft
    read_protocol(folder / "protocol.toml")


@pytest.mark.parametrize("level", ['quo"te', "back\\slash", "de\\u007fl", "'", "{0}", "æ", "a = 1"])
def test_a_draft_is_valid_toml_whatever_the_codes_are(level: str, tmp_path: Path) -> None:
    draft = draft_of(tmp_path, with_column("kind", ["other", level]))
    assert set(columns_of(draft)["kind"]["levels"]) == {level, "other"}


# --- nothing of a person ------------------------------------------------------------------------------

FIRST = ("Jens", "Anne", "Mette", "Lars", "Ole")
LAST = ("Hansen", "Nielsen", "Jensen", "Sørensen", "Olsen", "Madsen", "Holm", "Lund")

SECRETS = {
    "cpr": ("number", [f"{1 + k % 28:02d}0{1 + k % 9}8{k % 10}-{1000 + 77 * k}" for k in range(40)]),
    "name": ("contact", [f"{first} {last}" for first in FIRST for last in LAST]),
    "surnames that many share": ("worker", list(LAST[:4])),
    "two names that many share": ("caseworker", ["Jens Hansen", "Mette Olsen"]),
    "one name among labels": ("caseworker", ["nobody yet", "see Mette Olsen", "somebody"]),
    "mail": ("write_to", [f"person{k}@mail.dk" for k in range(40)]),
    "a header": ("fornavn", ["alpha", "omega"]),
}


@pytest.mark.parametrize(("header", "cells"), SECRETS.values(), ids=list(SECRETS))
def test_a_column_that_points_at_people_is_called_by_its_place(
    header: str, cells: list[str], tmp_path: Path
) -> None:
    draft = draft_of(tmp_path, with_column(header, cells))
    assert not any(cell in draft for cell in cells if len(cell) > 1)
    assert f'"{header}"' not in draft and header not in columns_of(draft)
    line = next(line for line in draft.splitlines() if line.startswith('#   "column 6"'))
    assert "delete it from the delivery" in line


@pytest.mark.parametrize("n", [6, MOST_LEVELS, 40])
def test_names_of_people_are_not_copied_into_a_draft(n: int, tmp_path: Path) -> None:
    """Names that no list holds, also in a file so small that they are few."""
    names = [f"Xq{chr(97 + number % 26)}{chr(97 + number // 26)}v Zumbadi" for number in range(n)]
    draft = draft_of(tmp_path, with_column("about", names, ROWS[:n]))
    assert "Zumbadi" not in draft


def test_a_column_named_after_a_person_is_called_by_its_place(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, with_column("Jens Hansen", ["3", "4", "17"]))
    assert "Hansen" not in draft and '"column 6"' in draft


TOKENS = [f"zq{first}{second}x" for first in "abcdefgh" for second in "klmnoprs"]


@settings(max_examples=60, deadline=None)
@given(
    columns=st.lists(
        st.tuples(st.integers(1, 64), st.lists(st.integers(0, 63), min_size=40, max_size=40)),
        min_size=1,
        max_size=4,
    )
)
def test_no_cell_that_few_people_share_stands_in_a_draft(
    columns: list[tuple[int, list[int]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    cells = [[TOKENS[place % width] for place in places] for width, places in columns]
    header = ["person,arm,days,rearrested,age", *(f"c{k}" for k in range(len(cells)))]
    rows = [",".join(row) for row in zip(ROWS, *cells, strict=True)]
    draft = draft_of(tmp_path_factory.mktemp("trial"), "\n".join([",".join(header), *rows]))
    for column in cells:
        for token in set(column):
            shared = max(each.count(token) for each in cells)
            assert shared >= FEWEST_PEOPLE or token not in draft


def test_no_id_stands_in_a_draft(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, TABLE)
    assert not any(row.split(",")[0] in draft for row in ROWS)


def test_ids_that_point_at_people_are_not_taken_for_ids(tmp_path: Path) -> None:
    cells = SECRETS["cpr"][1]
    rows = [f"{cell},{row.partition(',')[2]}" for cell, row in zip(cells, ROWS, strict=True)]
    text = "person,arm,days,rearrested,weight\n" + "\n".join(rows)
    draft = draft_of(tmp_path, text)
    assert tomllib.loads(draft)["data"]["participants"]["person"] != "person"
    assert not any(cell in draft for cell in cells)


def test_a_first_line_that_is_a_person_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="PE-A37") as raised:
        draft_of(tmp_path, "\n".join(ROWS[4:]))
    assert "P1004" not in str(raised.value)


WITHOUT_HEADER = {
    "codes in other columns": ["Zuleykha", "M", "ja", "open"],
    "one code": ["Zuleykha", "x1", "x2", "open"],
    "whole numbers": ["Zuleykha", "417", "9012", "x"],
    "a date and a number": ["Zuleykha", "1987-05-03", "9012", "x"],
}


@pytest.mark.parametrize("line", WITHOUT_HEADER.values(), ids=list(WITHOUT_HEADER))
def test_one_name_that_is_a_cell_or_two_that_are_values_are_a_row(line: list[str], tmp_path: Path) -> None:
    below = [f"Q{k}x,{'MU'[k % 2]},{['ja', 'nej'][k % 2]},{['open', 'shut'][k % 2]}" for k in range(40)]
    with pytest.raises(InputError, match="PE-A37") as raised:
        draft_of(tmp_path, "\n".join([",".join(line), *below]))
    assert not any(name in str(raised.value) for name in line if len(name) > 2)
    assert not (tmp_path / "protocol.toml").exists()


def test_one_name_that_is_a_number_is_still_a_name(tmp_path: Path) -> None:
    assert "2019" in columns_of(draft_of(tmp_path, with_column("2019", ["3", "4", "17"])))


def test_codes_of_arms_that_are_names_are_not_copied(tmp_path: Path) -> None:
    text = with_column("worker", ["Jens Hansen", "Mette Olsen"]).replace("person,arm,", "person,sex,")
    draft = draft_of(tmp_path, text)
    assert "Hansen" not in draft and "Olsen" not in draft


def test_an_ending_that_may_be_a_person_is_not_shown(tmp_path: Path) -> None:
    folder_with(tmp_path, ("notes.Jens Hansen 010190-1234", b""), ("notes.pdf", b""), ("notes", b""))
    with pytest.raises(InputError, match="PE-A67") as raised:
        scaffold(tmp_path)
    assert "no ending, another ending, .pdf" in str(raised.value)
    assert "hansen" not in str(raised.value).casefold()


@pytest.mark.parametrize("name", ["010190-1234.csv", "Jens Hansen.csv"])
def test_a_file_named_after_a_person_is_refused_without_its_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(DisclosureError) as raised:
        scaffold(folder_with(tmp_path, (name, TABLE.encode())))
    assert name.removesuffix(".csv") not in str(raised.value)
    assert not (tmp_path / "protocol.toml").exists()


# --- which table is which -----------------------------------------------------------------------------

EVENTS = "person,offence_date,decision_date,kind\n" + "\n".join(
    f"P{1000 + number % 20},2024-0{1 + number % 9}-1{number % 9},2024-1{number % 3}-20,{'ab'[number % 2]}"
    for number in range(30)
)


def test_the_table_with_several_rows_for_a_person_is_that_of_the_events(tmp_path: Path) -> None:
    other = "prison,beds\nx,4\ny,9\n"
    folder_with(
        tmp_path, ("a.csv", EVENTS.encode()), ("people.csv", TABLE.encode()), ("z.csv", other.encode())
    )
    draft = scaffold(tmp_path).read_text(encoding="utf-8")
    data = read_protocol(tmp_path / "protocol.toml").data
    assert (data.participants.file, data.events.file, data.events.person) == ("people.csv", "a.csv", "person")
    assert (data.events.offence_date, data.events.decision_date) == ("offence_date", "decision_date")
    assert {column.timing for column in data.events.columns.values()} == {"after_randomisation"}
    assert '#   "z.csv"' in draft
    assert len(load_trial(tmp_path / "protocol.toml").events) == 30
    assert "# data_cutoff = " in draft
    assert tomllib.loads(draft.replace("# data_cutoff", "data_cutoff"))["data"]["data_cutoff"]


def test_a_code_that_many_events_of_one_person_have_is_not_copied(tmp_path: Path) -> None:
    events = EVENTS + "\nP1001,2024-01-01,2024-12-01,secret" * 5
    folder_with(tmp_path, ("events.csv", events.encode()), ("people.csv", TABLE.encode()))
    assert "secret" not in scaffold(tmp_path).read_text(encoding="utf-8")


def test_where_two_tables_may_be_the_events_neither_is_taken(tmp_path: Path) -> None:
    folder_with(
        tmp_path,
        ("a.csv", EVENTS.encode()),
        ("b.csv", EVENTS.encode()),
        ("people.csv", TABLE.encode()),
    )
    draft = scaffold(tmp_path).read_text(encoding="utf-8")
    assert read_protocol(tmp_path / "protocol.toml").data.events is None
    assert draft.count("one of several tables that may be the events") == 2


def test_a_table_that_cannot_be_read_is_named_beside_one_that_can(tmp_path: Path) -> None:
    folder_with(tmp_path, ("broken.csv", b"a,b\n1,2,3\n"), ("people.csv", TABLE.encode()))
    draft = scaffold(tmp_path).read_text(encoding="utf-8")
    assert '"broken.csv"' in draft and "cannot be read (PE-A" in draft
    load_trial(tmp_path / "protocol.toml")


def test_a_file_without_arms_and_times_gives_a_draft_whose_check_names_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tomllib.loads(draft_of(tmp_path, "id,weight\n1,50\n2,60\n3,60\n"))
    assert main(["check", str(tmp_path / "protocol.toml")]) == 2
    assert "Traceback" not in capsys.readouterr().err


# --- what is refused ----------------------------------------------------------------------------------


def no_table(folder: Path) -> None:
    folder_with(folder, ("notes.pdf", b""))


def an_archive(folder: Path) -> None:
    folder_with(folder, ("delivery.zip", b"PK"))


def two_tables_of_people(folder: Path) -> None:
    folder_with(folder, ("a.csv", TABLE.encode()), ("b.csv", TABLE.replace("P1", "Q1").encode()))


def two_tables_of_nobody(folder: Path) -> None:
    folder_with(folder, ("a.csv", b"a,b\n1,2\n1,3\n"), ("b.csv", b"a,b\n1,2\n1,3\n"))


def a_folder_named_as_a_table(folder: Path) -> None:
    (folder / "people.csv").mkdir(parents=True)


def a_missing_folder(folder: Path) -> None:
    pass


def a_file(folder: Path) -> None:
    folder.write_text("")


def empty(folder: Path) -> None:
    folder_with(folder, ("people.csv", b""))


def only_a_header(folder: Path) -> None:
    folder_with(folder, ("people.csv", b"person,arm\n"))


def an_open_quote(folder: Path) -> None:
    folder_with(folder, ("people.csv", b'person,arm\n"1,2\n' + b"x" * 200_000))


def another_separator(folder: Path) -> None:
    folder_with(folder, ("people.csv", TABLE.replace(",", "|").encode()))


def a_damaged_workbook(folder: Path) -> None:
    folder_with(folder, ("people.xlsx", b"PK\x03\x04 no"))


def a_damaged_stata_file(folder: Path) -> None:
    folder_with(folder, ("people.dta", b"no"))


def two_lines_in_a_header(folder: Path) -> None:
    folder_with(folder, ("people.csv", TABLE.replace("days", '"days\nfree"').encode()))


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (no_table, "PE-A67"),
        (an_archive, "PE-A70"),
        (two_tables_of_people, "PE-A67"),
        (two_tables_of_nobody, "PE-A67"),
        (a_folder_named_as_a_table, "PE-A67"),
        (a_missing_folder, "PE-A67"),
        (a_file, "PE-A67"),
        (empty, "PE-A41"),
        (only_a_header, "PE-A41"),
        (an_open_quote, "PE-A33"),
        (another_separator, "PE-A08"),
        (a_damaged_workbook, "PE-A68"),
        (a_damaged_stata_file, "PE-A68"),
        (two_lines_in_a_header, "PE-A19"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_folder_without_one_table_of_people_is_refused_and_left_as_it_was(
    made: object, code: str, tmp_path: Path
) -> None:
    made(tmp_path / "trial")  # type: ignore[operator]
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match=code):
        scaffold(tmp_path / "trial")
    assert sorted(tmp_path.rglob("*")) == before


def test_what_is_there_is_named_where_nothing_fits(tmp_path: Path) -> None:
    no_table(tmp_path)
    with pytest.raises(InputError, match=r"\.pdf"):
        scaffold(tmp_path)
    two_tables_of_people(tmp_path)
    with pytest.raises(InputError, match=r"a\.csv; b\.csv"):
        scaffold(tmp_path)


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


def test_a_table_behind_a_link_is_not_read(tmp_path: Path) -> None:
    folder_with(tmp_path / "elsewhere", ("people.csv", TABLE.encode()))
    (tmp_path / "trial").mkdir()
    (tmp_path / "trial" / "people.csv").symlink_to(tmp_path / "elsewhere" / "people.csv")
    with pytest.raises(InputError, match="PE-A67"):
        scaffold(tmp_path / "trial")


class FullDisk(io.StringIO):
    """A file on a disk that is full."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_folder_that_cannot_be_written_is_an_error_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *arguments: object, **named: object) -> FullDisk:
        path.write_text("# half")
        return FullDisk()

    folder_with(tmp_path, ("people.csv", TABLE.encode()))
    monkeypatch.setattr(writing, "open", full, raising=False)
    with pytest.raises(EnvironmentFault, match="PE-G02"):
        scaffold(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


def test_tables_of_custody_and_status_are_neither_participants_nor_events(tmp_path: Path) -> None:
    """A table of status may have a row for each person and two codes, as participants have."""
    ids = [row.split(",")[0] for row in ROWS]
    tables = {
        "people.csv": TABLE,
        "lovovertraedelser.csv": "person,gerningsdato\n"
        + "".join(f"{id_},2020-03-{day}\n" for id_ in ids for day in (11, 12)),
        "custody.csv": "person,from,to\n"
        + "".join(f"{id_},2020-0{month}-01,2020-0{month}-20\n" for id_ in ids for month in (4, 5)),
        "status.csv": "person,what\n" + "".join(f"{id_},{'de'[n % 2]}\n" for n, id_ in enumerate(ids)),
    }
    text = scaffold(
        folder_with(tmp_path, *((name, content.encode()) for name, content in tables.items()))
    ).read_text(encoding="utf-8")
    data = tomllib.loads(text)["data"]
    assert {name: table["file"] for name, table in data.items() if isinstance(table, dict)} == {
        "participants": "people.csv",
        "events": "lovovertraedelser.csv",
    }
    for part in ("custody", "status"):
        assert f'#   "{part}.csv"' in text and f"it can be described as [data.{part}]" in text
