"""A cell that does not fit its declaration is named by its fault, line and column, and is not shown."""

from __future__ import annotations

import numpy as np
import pytest
from loaded_people import PEOPLE, SECRET, as_csv, changed, load, places, problems_of

BAD = {
    ("days", "PE-A11"): ["1.234", "1,234"],
    ("days", "PE-A24"): ["NA", "None"],
    ("days", "PE-A31"): ["30.0", "1e3", "inf", "nan", "1e400", "10000", "1" * 30],
    ("days", "PE-A32"): ["1_000", "0x10", "３０", "٣٠", "−5", " 30", "30 "],
    ("days", "PE-A69"): ["", " "],
    ("age", "PE-A09"): ["71,5"],
    ("age", "PE-A11"): ["1.234,5"],
    ("age", "PE-A24"): ["N/A"],
    ("age", "PE-A31"): ["0x1p3", "½", "inf", "-inf", "NaN", "1e400", "2e15", "ca. 20", "14.999", "-20"],
    ("age", "PE-A32"): ["1_0.5", "７１", "\t20"],
    ("again", "PE-A21"): ["JA", "2", "-1", "1.0"],
    ("again", "PE-A22"): ["\u200b1", "1\u00a0"],
    ("again", "PE-A30"): ["True", "yes"],
    ("again", "PE-A69"): ["", " "],
    ("prison", "PE-A03"): ["Ã…"],
    ("prison", "PE-A21"): ["Open", "open ", "ope", "closed"],
    ("prison", "PE-A22"): ["\u00a0open", "op\u200ben"],
    ("prison", "PE-A69"): [""],
    ("group", "PE-A21"): ["t", " T", "T ", "na"],
    ("group", "PE-A22"): ["T\u00a0", "\u200bT"],
    ("group", "PE-C04"): ["", " "],
    ("group", "PE-C05"): ["control", "1", "\u0422"],
    ("id", "PE-A21"): [" 0013"],
    ("id", "PE-A22"): ["0013\u00a0"],
    ("id", "PE-A24"): ["NULL"],
    ("id", "PE-A28"): ["1,23E+09"],
    ("id", "PE-A29"): ["1234.0"],
}
BAD_CELLS = [(column, cell, code) for (column, code), cells in BAD.items() for cell in cells]
EVERYBODY_USES = ("PE-A24", "PE-A30")
"""Words for missing, yes and no are shown: they are nobody's."""


@pytest.mark.parametrize("row", [0, 1, 2], ids=["first row", "middle row", "last row"])
@pytest.mark.parametrize(("column", "cell", "code"), BAD_CELLS, ids=lambda value: ascii(value))
def test_a_cell_that_does_not_fit_is_named_by_line_and_column_and_not_shown(
    tmp_path, column, cell, code, row
):
    (problem,) = problems_of(tmp_path, as_csv(changed(row, column, cell, PEOPLE[:3])))
    assert places((problem,)) == [(code, row + 2, column)]
    assert len(cell.strip()) < 4 or code in EVERYBODY_USES or cell not in str(problem)


@pytest.mark.parametrize("cell", ["", " ", "\u00a0"])
def test_a_row_without_an_id_is_no_person_and_at_the_end_a_row_of_totals(tmp_path, cell):
    for row, expected in ((0, ("PE-C37", 2, "id")), (1, ("PE-C37", 3, "id")), (2, ("PE-A38", 4, None))):
        people = changed(row, "id", cell, PEOPLE[:3])
        assert places(problems_of(tmp_path, as_csv(people))) == [expected]


def test_a_letter_composed_in_two_ways_is_refused_on_the_lines_of_both(tmp_path):
    found = problems_of(tmp_path, as_csv(changed(2, "prison", "A\u030a")))
    assert places(found) == [("PE-A23", line, "prison") for line in (3, 4, 5)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SECRET-7731", "Bertil-0402"),
        ("010190-1234", "311299-9876"),
        ("Jens Hansen", "Lise Olesen"),
        (SECRET * 20, "Bertil-0402" * 20),
    ],
)
@pytest.mark.parametrize("column", ["group", "days", "again", "age", "prison"])
def test_cells_of_one_shape_are_spoken_of_in_the_same_words(tmp_path, column, one, other):
    said = {str(problems_of(tmp_path, as_csv(changed(1, column, cell)))) for cell in (one, other)}
    assert len(said) == 1
    assert not any(word in text for text in said for word in (one, other, *one.split(), *other.split()))


def test_what_would_have_been_right_is_said_with_its_limits(tmp_path):
    people = changed(0, "age", SECRET, changed(0, "days", SECRET))
    days, age = problems_of(tmp_path, as_csv(people))
    assert "a whole number at most 9999." in days.mend
    assert "a number at least 15." in age.mend


@pytest.mark.parametrize(("column", "cell", "near"), [("prison", " Open", "open"), ("group", "t ", "T")])
def test_a_code_that_differs_only_in_case_or_space_is_told_from_which(tmp_path, column, cell, near):
    (problem,) = problems_of(tmp_path, as_csv(changed(0, column, cell)))
    assert problem.code == "PE-A21"
    assert f"{near!r} only" in problem.what and "case" in problem.what and "space" in problem.what


def test_every_bad_cell_is_named_at_once_in_the_order_of_lines(tmp_path):
    people = [
        ["a1", "T", SECRET, "1", "20", "open", ""],
        ["a2", SECRET, "1", SECRET, "20", "open", ""],
        ["a3", "T", "1", "1", SECRET, SECRET, ""],
        ["a1", "T", "1", "1", "20", "open", ""],
    ]
    assert sorted(places(problems_of(tmp_path, as_csv(people)))) == [
        ("PE-A21", 3, "again"),
        ("PE-A21", 4, "prison"),
        ("PE-A31", 2, "days"),
        ("PE-A31", 4, "age"),
        ("PE-C01", 5, "id"),
        ("PE-C05", 3, "group"),
    ]


@pytest.mark.parametrize("again", [SECRET, f" {SECRET}", f"{SECRET}\u00a0", "Å" + SECRET])
def test_a_person_who_stands_twice_is_refused_even_where_spaces_or_forms_of_letters_differ(tmp_path, again):
    first = again.strip().replace("Å", "A\u030a")
    people = [[first, *PEOPLE[0][1:]], PEOPLE[1], [again, "NA", *PEOPLE[2][2:]]]
    found = problems_of(tmp_path, as_csv(people))
    (twice,) = (problem for problem in found if problem.code not in ("PE-A21", "PE-A22"))
    assert places((twice,)) == [("PE-C02", 4, "id")]  # she stands in both arms
    assert "line 2" in twice.what and "another arm" in twice.what


def test_limits_may_be_reached(tmp_path):
    people = [["a", "T", "9999", "1", "15", "open", ""], ["b", "NA", "-9", "1", "15.0", "open", ""]]
    assert load(tmp_path, as_csv(people)).participants["days"].tolist()[:1] == [9999.0]


def test_a_code_for_missing_is_read_before_limits_and_types(tmp_path):
    people = [["a", "T", "-9", "1", "", "open", ""], ["b", "NA", "1", "1", "", "open", ""]]
    frame = load(tmp_path, as_csv(people)).participants
    assert np.isnan(frame["days"][0]) and frame["age"].isna().all()
