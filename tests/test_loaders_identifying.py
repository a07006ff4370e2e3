"""A delivery that points at people is refused as a whole, and what points at them is not shown."""

from __future__ import annotations

from datetime import date
from hashlib import sha1

import pytest
from delivered_tables import AFTER, BEFORE, DATE, events, load, people, plan, refused, write

from primus_eval.errors import DisclosureError, PrimusError
from primus_eval.loaders import load_trial

ALONE = plan(events=None)
BORN = [f"{number % 28 + 1:02d}{number % 12 + 1:02d}{60 + number % 39:02d}" for number in range(40)]
NUMBERS = [f"{born}-{1000 + 37 * row}" for row, born in enumerate(BORN)]
"""Personal numbers: a date of birth and four digits."""


def with_column(name: str, cells: list[str]) -> list[dict[str, str]]:
    who = [{**row, name: cell} for row, cell in zip(people(len(cells)), cells, strict=True)]
    for row in who:
        row["start"] = "2022-03-01"
    return who


def test_a_column_that_nobody_declared_is_looked_through(tmp_path):
    (problem,) = refused(tmp_path, ALONE, with_column("extra", NUMBERS), kind=DisclosureError)
    assert (problem.code, problem.file, problem.column) == ("PE-B01", "participants.csv", "extra")
    assert not any(number in str(problem) or number[:6] in str(problem) for number in NUMBERS)


def test_the_exit_code_is_three_and_other_problems_come_in_the_same_error(tmp_path):
    who = with_column("extra", NUMBERS)
    who[3]["town"] = "zz"
    what = [{**row, "remark": f"mail: name{place}@post.dk"} for place, row in enumerate(events(people()))]
    what[2]["kind"] = "fraud"
    with pytest.raises(PrimusError) as caught:
        load(tmp_path, plan(), who, what)
    assert isinstance(caught.value, DisclosureError) and caught.value.exit_code == 3
    assert {(each.file, each.code) for each in caught.value.problems} == {
        ("participants.csv", "PE-B01"),
        ("events.csv", "PE-B07"),
        ("participants.csv", "PE-A21"),
        ("events.csv", "PE-A21"),
    }


def test_ids_are_pseudonyms_and_only_remarked_on(tmp_path):
    """The same cells are refused in any other column; as ids they become numbers, and stand in no frame."""
    digests = [sha1(str(row).encode()).hexdigest() for row in range(40)]
    who = [
        {**row, "id": digest} for row, digest in zip(with_column("town", ["a"] * 40), digests, strict=True)
    ]
    trial = load(tmp_path, ALONE, who)
    assert [remark.code for remark in trial.remarks] == ["PE-B14"]
    assert not trial.participants.isin(digests).to_numpy().any()
    (problem,) = refused(tmp_path, ALONE, with_column("key", digests), kind=DisclosureError)
    assert (problem.code, problem.column) == ("PE-B14", "key")


@pytest.mark.parametrize("type_", ["integer", "number"])
def test_numbers_are_looked_through_where_they_are_large_enough_for_a_person(tmp_path, type_):
    protocol = plan(events=None, columns={"score": {"type": type_, **AFTER}})
    large = [number.replace("-", "").lstrip("0") for number in NUMBERS]  # a zero lost, as numbers lose it
    (problem,) = refused(tmp_path, protocol, with_column("score", large), kind=DisclosureError)
    assert problem.column == "score" and problem.code.startswith("PE-B0")
    small = [str(10_100 + row) for row in range(40)]
    assert len(load(tmp_path, protocol, with_column("score", small)).participants) == 40


def test_free_text_that_is_read_is_looked_through(tmp_path):
    protocol = plan(events=None, columns={"note": {"type": "text", "internal": True, **AFTER}})
    notes = ["nothing new"] * 39 + [f"is {NUMBERS[0]}"]
    (problem,) = refused(tmp_path, protocol, with_column("note", notes), kind=DisclosureError)
    assert problem.column == "note" and NUMBERS[0] not in str(problem)


def test_what_is_declared_harmless_is_let_pass_and_stands_in_the_account(tmp_path):
    batches = [f"{20_000_000 + 7 * row}" for row in range(40)]
    (problem,) = refused(tmp_path, ALONE, with_column("phone", batches), kind=DisclosureError)
    assert problem.column == "phone"
    harmless = {"phone": "numbers of the batch, not of a person"}
    trial = load(tmp_path, plan({"harmless": harmless}, None), with_column("phone", batches))
    assert trial.accounts[0].harmless == harmless


@pytest.mark.parametrize("header", ["010190-1234", "jens.hansen@post.dk"])
def test_the_name_of_a_column_is_not_shown_where_it_points_at_somebody(tmp_path, header):
    found = refused(tmp_path, ALONE, with_column(header, ["x"] * 40), kind=DisclosureError)
    assert len(found) == 1
    assert header not in str(found[0])


def test_names_of_files_are_looked_at_and_not_shown(tmp_path):
    write(tmp_path / "010190-1234.csv", people())
    with pytest.raises(DisclosureError) as caught:
        load_trial(plan({"file": "010190-1234.csv"}, None), tmp_path)
    assert "010190" not in str(caught.value)


def test_names_of_sheets_are_looked_at_and_not_shown(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "010190-1234"
    book.active.append(list(people()[0]))
    for row in people():
        book.active.append(list(row.values()))
    book.save(tmp_path / "participants.xlsx")
    with pytest.raises(DisclosureError) as caught:
        load_trial(plan({"file": "participants.xlsx"}, None), tmp_path)
    assert "010190" not in str(caught.value)


def test_a_header_made_for_identifiers_is_remarked_on_even_where_its_column_is_empty(tmp_path):
    trial = load(tmp_path, ALONE, with_column("navn", [""] * 40))
    assert [(remark.code, remark.column) for remark in trial.remarks] == [("PE-B16", "navn")]


def test_days_of_birth_are_refused_and_other_days_are_not(tmp_path):
    protocol = plan(events=None, columns={"first_day": {**DATE, **BEFORE}}, data_cutoff=date(2022, 12, 31))
    births = [f"{1950 + row}-{row % 12 + 1:02d}-{row % 28 + 1:02d}" for row in range(40)]
    found = refused(tmp_path, protocol, with_column("first_day", births), kind=DisclosureError)
    assert [(each.code, each.column) for each in found] == [("PE-B12", "first_day")]
    assert not any(birth in str(found[0]) for birth in births)
    recent = [f"2021-{row % 12 + 1:02d}-{row % 28 + 1:02d}" for row in range(40)]
    assert len(load(tmp_path, protocol, with_column("first_day", recent)).participants) == 40


def test_a_file_without_a_header_shows_nothing_of_the_person_on_its_first_line(tmp_path):
    (tmp_path / "participants.csv").write_text(
        "".join(f"{number},1,30,0,a,Jens Hansen\n" for number in NUMBERS), encoding="utf-8"
    )
    with pytest.raises(PrimusError) as caught:
        load_trial(ALONE, tmp_path)
    assert "Hansen" not in str(caught.value) and NUMBERS[0][:6] not in str(caught.value)
