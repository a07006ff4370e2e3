"""A protocol read in parts, a folder in place of a file, and references to columns of people and events."""

from __future__ import annotations

from pathlib import Path

import pytest
from preflight_folder import crowd, write_folder

from primus_eval.errors import InputError, Problem
from primus_eval.protocol import read_protocol
from primus_eval.protocol.reading import parse_toml, protocol_file, read_parts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path, crowd(10))


def changed(folder: Path, old: str, new: str) -> Path:
    path = folder / "protocol.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_folder_means_the_protocol_in_it(folder: Path) -> None:
    assert protocol_file(folder) == folder / "protocol.toml" == protocol_file(folder / "protocol.toml")
    assert read_protocol(folder) == read_protocol(folder / "protocol.toml")
    assert read_parts(folder).protocol == read_protocol(folder)


def test_a_good_protocol_is_all_there(folder: Path) -> None:
    parts = read_parts(folder)
    assert parts.problems == ()
    assert parts.protocol is not None
    assert parts.data == parts.protocol.data
    assert parts.text == (folder / "protocol.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "has_data"),
    [
        ('country = "DK"', 'country = "Denmark"', True),
        ('outcome = "year"', 'outcome = "yaer"', True),  # a reference: the records themselves are right
        ('person = "person"', "person = 1", False),
        ("[data.events]", "[data.evnts]", False),
    ],
)
def test_the_data_are_known_wherever_their_own_part_is_right(
    folder: Path, old: str, new: str, has_data: bool
) -> None:
    parts = read_parts(changed(folder, old, new))
    assert parts.protocol is None
    assert (parts.data is not None) == has_data
    with pytest.raises(InputError) as caught:
        read_protocol(folder)
    assert caught.value.problems == parts.problems


def test_what_is_no_toml_has_no_parts(folder: Path) -> None:
    parts = read_parts(changed(folder, "[study]", "[study"))
    assert (parts.protocol, parts.data) == (None, None)
    assert [problem.code for problem in parts.problems] == ["PE-F03"]
    assert "[study\n" in parts.text
    assert read_parts(folder / "none.toml").text == ""


@pytest.mark.parametrize("number", ["9" * 5000, "1" + "_000" * 2000, "0x" + "f" * 40, "9" * 30])
def test_a_number_that_is_too_large_is_named_with_its_line(folder: Path, number: str) -> None:
    path = changed(folder, "horizon_days = 365", f"horizon_days = {number}")
    line = path.read_text(encoding="utf-8").split("\n").index(f"horizon_days = {number}") + 1
    (problem,) = read_parts(path).problems
    assert (problem.code, problem.line) == ("PE-F06", line)


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('linked = "linked"', 'linked = "town"', "PE-F09", "data.participants.linked"),
        ('linked = "linked"', 'linked = "lnked"', "PE-F09", "data.participants.linked"),
        ('label = "Randomised", format = "%Y-%m-%d", timing = "before',
         'label = "Randomised", format = "%Y-%m-%d", timing = "after', "PE-C10",
         "data.participants.randomised_on"),
        ('on = "randomised"', 'on = "days"', "PE-F09", "data.participants.randomised_on"),
        ('"sex", "town"]', '"sex", "twn"]', "PE-F09", "data.participants.quasi_identifiers"),
        ('offence_date = "offence"', 'offence_date = "offense"', "PE-F09", "data.events.offence_date"),
        ('decision_date = "decision"', 'decision_date = "days"', "PE-F09", "data.events.decision_date"),
        ('event = "event", unit', 'event = "event", event_date = "town", unit', "PE-F09",
         "outcome[1].observed.event_date"),
        ('linked = "linked"', 'linked = "linked"\nreceived = "arm"', "PE-C09", "data.participants.received"),
        ('person = "person"\noffence', 'person = "offence"\noffence', "PE-F09",
         "data.events.columns.offence"),
        ('duplicate_rows', 'event = "decision"\nduplicate_rows', "PE-F09", "data.events.columns.decision"),
    ],
)  # fmt: skip
def test_a_reference_that_leads_nowhere_is_named(
    folder: Path, old: str, new: str, code: str, key: str
) -> None:
    (problem,) = read_parts(changed(folder, old, new)).problems
    assert (problem.code, problem.key) == (code, key)
    assert problem.line is not None


def test_names_of_harmless_columns_are_free(folder: Path) -> None:
    parts = read_parts(changed(folder, 'linked = "linked"', 'linked = "linked"\nharmless = { other = "no" }'))
    assert parts.problems == ()


def syntax_problem(text: str) -> Problem:
    with pytest.raises(InputError) as caught:
        parse_toml(text, file="protocol.toml")
    (problem,) = caught.value.problems
    assert problem.code == "PE-F03"
    return problem


def test_a_table_pasted_a_second_time_is_told_where_the_first_one_stands() -> None:
    problem = syntax_problem(
        '[data.participants]\nfile = "a"\n\n[ data.participants ]  # pasted\nskip_lines = 2\n'
    )
    assert (problem.line, problem.what) == (4, "[ data.participants ] stands on line 1 already.")
    assert problem.mend == "Put the new lines below it."
    assert "not valid TOML" in syntax_problem("[[a]]\n[a]\n").what  # a list of tables is another thing


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("title = A trial\n", "title"),
        ('x = { type = "date", label = Born }', "label"),
        ("a = [\n1,\nfoo]\n", "key"),
    ],
)
def test_a_text_without_quotes_is_given_them(text: str, key: str) -> None:
    assert syntax_problem(text).mend == f'A text needs quotes: {key} = "..."'


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("løsladt = 1", "løsladt"),
        ('levels = { Fyn = "F", Sjælland = "S" }', "Sjælland"),
        ('levels = {Ørsted = "F"}', "Ørsted"),
        ("[data.løb]", "løb"),
        ("a.årsag = 1", "årsag"),
    ],
)
def test_a_key_with_letters_beyond_z_is_given_quotes_wherever_it_stands(text: str, word: str) -> None:
    assert syntax_problem(text).mend == f'A key with other letters than a to z needs quotes: "{word}" = ...'


def test_a_letter_beyond_z_in_a_text_is_not_blamed() -> None:
    assert "other letters" not in syntax_problem('a = { label = "Sjælland = ø", b = 01 }').mend


def test_a_wrong_path_and_a_folder_without_a_protocol_are_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path, tmp_path / "none.toml" / "protocol.toml"):
        (problem,) = read_parts(path).problems
        assert (problem.code, problem.what) == ("PE-F21", "there is no such file or folder.")
        assert ("primus-eval new" in problem.mend) == (path == tmp_path)
