"""Cells to values: what is read, what is refused and why, and that all ways of storing cells agree."""

import math
import tomllib
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.errors import Problem
from primus_eval.loaders import numbers
from primus_eval.loaders.conversion import SHARED_BY, as_texts, convert, id_problems
from primus_eval.schema import Coded, Column

QUICK = settings(max_examples=25, deadline=None, derandomize=True)


def column(type, **declared):
    return Column(type=type, label="x", timing="after_randomisation", **declared)


NUMBER, INTEGER = column("number"), column("integer")
YES_NO = column("yes_no", yes=["1"], no=["0"])
GROUP = column("category", levels={"T": "Mentors", "C": {"en": "Usual", "da": "Vanlig"}})


def read(cells, spec, **said):
    return convert(cells, name="c", column=spec, **said)


def ways(cells):
    """The same texts as a list, as arrow strings of two widths, as a slice, and as a dictionary with more."""
    strings = pa.array(cells, pa.string())
    spare = pa.array([*dict.fromkeys(["never", *cells, "seen"])])
    indices = pa.array([spare.to_pylist().index(cell) for cell in cells], pa.int32())
    return [
        cells,
        strings,
        strings.cast(pa.large_string()),
        pa.array(["first", *cells, "last"]).slice(1, len(cells)),
        pa.DictionaryArray.from_arrays(indices, spare),
    ]


def same(one, other):
    """Whether two conversions agree in every value, problem, row and remark."""
    if isinstance(one.values, np.ndarray):
        assert one.values.dtype == other.values.dtype
        np.testing.assert_array_equal(one.values, other.values)
        assert not np.signbit(one.values[one.values == 0]).any() if one.values.dtype == float else True
    assert [found for found, _ in one.bad] == [found for found, _ in other.bad]
    for (_, rows), (_, others) in zip(one.bad, other.bad, strict=True):
        assert rows.tolist() == others.tolist()
    assert one.remarks == other.remarks
    return True


def only_problem(cell, spec, **said):
    """The one problem of a column of one cell, which must be the same however the cell is stored."""
    results = [read(way, spec, **said) for way in ways([cell])]
    assert all(same(results[0], other) for other in results[1:])
    [(found, rows)] = results[0].bad
    assert rows.tolist() == [0]
    assert found.column == "c"
    tomllib.loads(found.paste or "")
    return found


# --- numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("12", ".", 12), ("-12", ".", -12), ("+12", ".", 12), ("007", ".", 7), ("1.234", ".", 1.234),
        ("1,234", ",", 1.234), ("-0,5", ",", -0.5), (".5", ".", 0.5), ("5.", ".", 5), ("1e3", ".", 1000),
        ("1,5e-3", ",", 0.0015), ("999999999999999", ".", 999999999999999), ("-0", ".", 0), ("-0.0", ".", 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sampled", [0, numbers.SAMPLED])
def test_a_number_is_read_with_the_declared_decimal_mark(cell, decimal, value, sampled, monkeypatch):
    monkeypatch.setattr(numbers, "SAMPLED", sampled)
    for way in ways([cell, "7"]):
        result = read(way, NUMBER, decimal=decimal)
        assert result.values.tolist() == [value, 7]
        assert not np.signbit(result.values[0]) or value < 0
        assert result.bad == result.remarks == []


@pytest.mark.parametrize(
    ("cell", "spec", "decimal", "code", "paste", "says"),
    [
        ("1,5", NUMBER, ".", "PE-A09", 'decimal = ","', "decimal comma"),
        ("0,125", NUMBER, ".", "PE-A09", 'decimal = ","', "decimal comma"),
        ("1,234", NUMBER, ".", "PE-A11", None, "between thousands"),
        ("1.234", NUMBER, ",", "PE-A11", None, "between thousands"),
        ("1.234,5", NUMBER, ",", "PE-A11", None, "point between thousands"),
        ("1,234.5", NUMBER, ".", "PE-A11", None, "comma between thousands"),
        ("1.5", NUMBER, ",", "PE-A31", None, "decimal point"),
        ("1.234", INTEGER, ".", "PE-A11", None, "between thousands"),
        ("1.234", INTEGER, ",", "PE-A11", None, "between thousands"),
        ("-12,345,678", INTEGER, ".", "PE-A11", None, "between thousands"),
        ("1 234", INTEGER, ".", "PE-A11", None, "between thousands"),
        ("1\u00a0234", INTEGER, ".", "PE-A11", None, "between thousands"),
        ("1'234", NUMBER, ".", "PE-A11", None, "between thousands"),
        ("1,5", INTEGER, ".", "PE-A31", None, "whole number"),
        ("12.0", INTEGER, ".", "PE-A31", None, "whole number"),
        ("1e5", INTEGER, ".", "PE-A31", None, "whole number"),
        ("1234567890123456", INTEGER, ".", "PE-A31", None, "larger than"),
        ("0000000000000012", INTEGER, ".", "PE-A31", None, "at most 15 digits"),
        ("NA", NUMBER, ".", "PE-A24", 'missing = ["NA"]', "'NA'"),
        ("null", INTEGER, ".", "PE-A24", 'missing = ["null"]', "'null'"),
        ("None", INTEGER, ",", "PE-A24", 'missing = ["None"]', "'None'"),
        (".", NUMBER, ".", "PE-A24", 'missing = ["."]', "'.'"),
        (".a", NUMBER, ".", "PE-A53", 'missing = [".a"]', "Stata or SAS"),
        ("", NUMBER, ".", "PE-A69", 'missing = [""]', "empty"),
        ("  ", NUMBER, ".", "PE-A69", None, "nothing but spaces"),
        ("\u200b", INTEGER, ".", "PE-A69", None, "<U+200B>"),
        ("inf", NUMBER, ".", "PE-A31", None, "infinite"),
        ("-Infinity", NUMBER, ".", "PE-A31", None, "infinite"),
        ("nan", NUMBER, ".", "PE-A31", 'missing = ["nan"]', "no number"),
        ("1e400", NUMBER, ".", "PE-A31", None, "larger than"),
        ("-1e16", NUMBER, ".", "PE-A31", None, "larger than"),
        ("0x10", INTEGER, ".", "PE-A32", None, "digits of computers"),
        ("1_000", INTEGER, ".", "PE-A32", None, "U+005F LOW LINE"),
        ("\uff11\uff12", INTEGER, ".", "PE-A32", None, "U+FF10 FULLWIDTH DIGIT ZERO"),
        ("\u0661", NUMBER, ".", "PE-A32", None, "U+0660 ARABIC-INDIC DIGIT ZERO"),
        ("\u22125", INTEGER, ".", "PE-A32", None, "U+2212 MINUS SIGN"),
        ("\u20135,5", NUMBER, ",", "PE-A32", None, "U+2013 EN DASH"),
        (" 7", NUMBER, ".", "PE-A32", None, "U+0020 SPACE"),
        ("7\u00a0", NUMBER, ".", "PE-A32", None, "U+00A0 NO-BREAK SPACE"),
        ("5\n", INTEGER, ".", "PE-A32", None, "U+000A"),
        ("12%", NUMBER, ".", "PE-A31", None, "`##%`"),
        ("\u00b2", NUMBER, ".", "PE-A31", None, "`<U+00B2>`"),
        ("1e", NUMBER, ".", "PE-A31", None, "no number"),
        ("TRUE", INTEGER, ".", "PE-A31", None, "no number"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sampled", [0, numbers.SAMPLED])  # 0: as in a column where texts hardly repeat
def test_what_is_no_plain_number_is_refused_with_its_own_reason(
    cell, spec, decimal, code, paste, says, sampled, monkeypatch
):
    monkeypatch.setattr(numbers, "SAMPLED", sampled)
    found = only_problem(cell, spec, decimal=decimal)
    assert (found.code, found.paste) == (code, paste)
    assert says in found.what


def test_both_styles_of_thousands_in_one_column_are_said_to_occur():
    result = read(["1,234.50", "7", "1.234,50"], NUMBER)
    [(found, rows)] = result.bad
    assert (found.code, rows.tolist()) == ("PE-A12", [0, 2])
    assert "`#,###.##`, `#.###,##`" in found.what


@pytest.mark.parametrize(
    "spec", [column("integer", minimum=0, maximum=120), column("number", minimum=0, maximum=120)]
)
def test_limits_are_inclusive_and_their_faults_share_one_problem(spec):
    for cells in [
        *ways(["0", "120", "-2", "121"]),
        pa.array([0, 120, -2, 121]),
        pa.array([0.0, 120.0, -2.0, 121.0]),
    ]:
        result = read(cells, spec)
        assert result.values[:2].tolist() == [0, 120]
        assert np.isnan(result.values[2:]).all()
        [(found, rows)] = result.bad
        assert (found.code, rows.tolist()) == ("PE-A31", [2, 3])
        assert "at least 0 and at most 120" in found.mend


def test_a_usual_code_for_unknown_beyond_the_limits_is_shown_and_offered_as_missing():
    spec = column("integer", minimum=0, maximum=120)
    for cells in [*ways(["999", "4", "-9", "999", "555"]), pa.array([999, 4, -9, 999, 555])]:
        (usual, rows), (other, others) = read(cells, spec).bad
        assert (usual.code, rows.tolist(), usual.paste) == ("PE-A31", [0, 2, 3], 'missing = ["-9", "999"]')
        assert "often a code for unknown: ask" in usual.what and "'999', '-9'" in usual.what
        assert (other.code, others.tolist(), other.paste) == ("PE-A31", [4], None)
        assert "`###`" in other.what and "555" not in str(other)
    assert read(["99"], spec).bad == []  # within the limits it is a number like any other


SHARED = ["T"] + ["7"] * SHARED_BY + ["8"] * (SHARED_BY - 1)


def test_a_code_that_many_people_share_is_shown_and_offered_as_a_level():
    for cells in ways(SHARED):
        [(found, rows)] = read(cells, GROUP, row_is_person=True).bad
        assert (found.code, len(rows)) == ("PE-A21", len(SHARED) - 1)
        assert found.what.endswith("Found: '7', `#`") and "'8'" not in str(found)
        assert found.paste == 'levels = { "7" = "7" }'


@pytest.mark.parametrize(
    ("cells", "spec", "row_is_person", "shown"),
    [
        (["7"] * SHARED_BY, GROUP, False, None),  # a row is an event: ten can be of one person
        (["7"] * SHARED_BY, YES_NO, True, "'7'"),
        (["Mentors"] * SHARED_BY, GROUP, True, "'Mentors'"),  # the label of a code is not a level
        (["010190-1234"] * 400, GROUP, True, None),
        (["Jens Hansen"] * 400, GROUP, True, None),
        (["x" * 41] * 400, GROUP, True, None),
    ],
)
def test_no_other_code_is_offered_and_none_that_may_be_a_person_is_shown(cells, spec, row_is_person, shown):
    [(found, _)] = read(cells, spec, row_is_person=row_is_person).bad
    assert found.paste is None
    assert shown in found.what if shown else cells[0] not in found.what.partition("Found:")[2]


def test_more_digits_than_a_number_holds_are_rounded_correctly_and_remarked():
    exact = "0.1000000000000000055511151231257827021181583404541015625"
    result = read([exact, "0.30000000000000004", "100000000000000.000000"], NUMBER)
    assert result.values.tolist() == [0.1, 0.1 + 0.2, 1e14]
    assert [remark.code for remark in result.remarks] == ["PE-A43"]
    assert read(["0.30000000000000004"], NUMBER).remarks == []  # seventeen digits are kept


def test_a_code_for_missing_is_missing_only_as_it_is_written():
    spec = column("number", missing=["99", "", "uoplyst"])
    assert only_problem("99.0", column("integer", missing=["99"])).code == "PE-A53"
    for cells in ways(["99", "", "uoplyst", "98"]):
        assert read(cells, spec).values.tolist()[3] == 98
        assert np.isnan(read(cells, spec).values[:3]).all()
        assert read(cells, spec).bad == []
    assert np.isnan(read(pa.array([99.0, None]), spec).values).all()
    assert read(pa.array([99, 99], pa.int8()), spec).bad == []
    found = only_problem("99.0", spec)
    assert (found.code, found.paste) == ("PE-A53", 'missing = ["99.0"]')


def test_a_stored_nan_is_a_missing_cell():
    cells = pa.array([1.0, math.nan, None], from_pandas=False)
    assert read(cells, column("number", missing=[""])).bad == []
    assert read(cells, NUMBER).bad[0][1].tolist() == [1, 2]


def test_values_that_the_file_labels_or_marks_as_missing_must_be_declared():
    coded = Coded(meanings={"99": "not stated"}, declared_missing=("-9",))
    for cells in [*ways(["1", "99", "-9"]), pa.array([1, 99, -9]), pa.array([1.0, 99.0, -9.0])]:
        result = read(cells, INTEGER, coded=coded)
        assert [(found.code, found.paste, rows.tolist()) for found, rows in result.bad] == [
            ("PE-A53", 'missing = ["99"]', [1]),
            ("PE-A53", 'missing = ["-9"]', [2]),
        ]
        assert "'99' ('not stated')" in result.bad[0][0].what
        assert read(cells, column("integer", missing=["99", "-9"]), coded=coded).bad == []


def test_all_codes_of_one_kind_are_pasted_as_one_line():
    result = read(["NA", "3", "null", "NA"], INTEGER)
    [(found, rows)] = result.bad
    assert found.paste == 'missing = ["NA", "null"]'
    assert rows.tolist() == [0, 2, 3]


@QUICK
@given(st.lists(st.floats(-1e15, 1e15) | st.integers(-(10**15), 10**15), min_size=1))
def test_numbers_are_those_of_python(values):
    texts = [repr(value) for value in values]
    for way in ways(texts):
        assert read(way, NUMBER).values.tolist() == [float(text) for text in texts]


NUMERIC = st.one_of(
    st.from_regex(r"\A[+-]?[0-9]{0,18}([.,][0-9]{0,18})?([eE][+-]?[0-9]{1,3})?\Z"),
    st.integers(-1000, 1000).map(str),
    st.sampled_from(
        ["", "NA", "nan", "inf", "99", "99.0", "1.234", "1,234", "1,234.5", "1.234,5", "0x1f", " 1", "1\n"]
    ),
    st.text(max_size=5),
)


@pytest.mark.parametrize("sampled", [0, numbers.SAMPLED])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize(
    "spec",
    [INTEGER, NUMBER, column("integer", missing=["99", ""], minimum=-5), column("number", missing=["99"])],
)
def test_numbers_as_text_are_read_alike_however_they_are_stored(spec, decimal, sampled, monkeypatch):
    monkeypatch.setattr(numbers, "SAMPLED", sampled)

    @QUICK
    @given(st.lists(NUMERIC, min_size=1, max_size=30))
    def check(cells):
        results = [read(way, spec, decimal=decimal) for way in ways(cells)]
        assert all(same(results[0], other) for other in results[1:])

    check()


TYPES = [pa.int8(), pa.int64(), pa.uint64(), pa.float32(), pa.float64(), pa.bool_()]


@pytest.mark.parametrize("type", TYPES, ids=str)
@pytest.mark.parametrize(
    "spec",
    [
        INTEGER,
        column("number", missing=["", "99", "0.5"], maximum=1000),
        column("yes_no", yes=["1"], no=["TRUE"], missing=["0"]),
        column("category", levels={"99": "x", "0.5": "y", "FALSE": "z"}, missing=[""]),
    ],
    ids=lambda spec: spec.type,
)  # fmt: skip
def test_stored_numbers_are_read_as_their_canonical_text_is(type, spec):
    coded = Coded(meanings={"7": "seven"})
    cell = st.none() | st.sampled_from([0, 1, 99, 7])
    if pa.types.is_floating(type):
        cell |= st.floats(width=type.bit_width) | st.sampled_from([0.5, -0.0, math.nan, 1e15])
    elif pa.types.is_boolean(type):
        cell = st.none() | st.booleans()
    else:
        bits, low = type.bit_width, 0 if str(type).startswith("u") else 1
        cell |= st.integers(-low * 2 ** (bits - 1), 2 ** (bits - low) - 1)
        cell |= st.sampled_from([10**15, 10**15 - 1] if bits == 64 else [0])

    @QUICK
    @given(st.lists(cell, min_size=1, max_size=30))
    def check(values):
        cells = pa.array(values, type)
        texts = as_texts(cells)
        assert len(texts) == len(values)
        assert same(read(cells, spec, coded=coded), read(texts, spec, coded=coded))

    check()


def test_canonical_text():
    assert as_texts(pa.array([12.0, 12.5, -0.0, None, math.nan, 1e22])) == [
        "12",
        "12.5",
        "0",
        "",
        "",
        "1e+22",
    ]
    assert as_texts(pa.array([True, False, None])) == ["TRUE", "FALSE", ""]
    assert as_texts(pa.array([12.5]), decimal=",") == ["12,5"]
    assert as_texts(pa.nulls(2)) == ["", ""]
    assert as_texts(pa.array(["a", None, "b"]).dictionary_encode()) == ["a", "", "b"]


def test_an_array_of_no_known_kind_is_a_fault_of_the_reader():
    with pytest.raises(TypeError, match="arrow type"):
        read(pa.array([Decimal("1.5")]), INTEGER)


# --- codes --------------------------------------------------------------------------------------------


def test_codes_become_positions_and_truth_values():
    for cells in ways(["C", "T", "", "T"]):
        result = read(cells, column("category", levels={"T": "x", "C": "y"}, missing=[""]))
        assert result.values.tolist() == [1, 0, -1, 0]
        assert (result.values.dtype, result.bad) == (np.int16, [])
    for cells in [*ways(["1", "0", "9"]), pa.array([1, 0, 9]), pa.array([1.0, 0.0, 9.0])]:
        result = read(cells, column("yes_no", yes=["1"], no=["0"], missing=["9"]))
        assert result.values.tolist() == [1, 0, -1]
        assert (result.values.dtype, result.bad) == (np.int8, [])


@pytest.mark.parametrize(
    ("cell", "code", "says"),
    [
        (" T", "PE-A21", "'T' only by spaces"),
        ("T ", "PE-A21", "'T' only by spaces"),
        ("t", "PE-A21", "'T' only by case"),
        ("t ", "PE-A21", "'T' only by spaces and case"),
        ("T\u00a0", "PE-A22", "'T' only by U+00A0 NO-BREAK SPACE"),
        ("\u200bT", "PE-A22", "'T' only by U+200B ZERO WIDTH SPACE"),
        ("\ufeffT", "PE-A22", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("T\t", "PE-A22", "U+0009"),
        ("X", "PE-A21", "not declared. Found: `x`"),
        ("NA", "PE-A24", "'NA'"),
        ("", "PE-A69", "empty"),
    ],
)
def test_a_code_that_was_not_declared_is_refused_and_compared_with_those_that_were(cell, code, says):
    found = only_problem(cell, GROUP)
    assert found.code == code
    assert says in found.what


@pytest.mark.parametrize(
    ("cell", "hint"),
    [("01", "declared '1'"), ("1.0", "declared '1'"), ("Vanlig", "label of the declared '0'")],
)
def test_a_code_that_is_a_declared_one_in_disguise_is_pointed_out(cell, hint):
    spec = column("category", levels={"1": "Mentors", "0": {"en": "Usual", "da": "Vanlig"}})
    assert hint in only_problem(cell, spec).mend


def test_letters_composed_in_another_way_are_read_and_remarked():
    spec = column("category", levels={"R\u00f8dovre \u00e5": "x", "2": "y"})
    for cells in ways(["R\u00f8dovre a\u030a", "2"]):
        result = read(cells, spec)
        assert result.values.tolist() == [0, 1]
        assert [remark.code for remark in result.remarks] == ["PE-A23"]


def test_levels_may_be_declared_decomposed():
    assert read(["\u00e5"], column("category", levels={"a\u030a": "x"})).values.tolist() == [0]


def test_both_ways_of_composing_a_letter_in_one_column_are_refused():
    for cells in ways(["\u00e5", "b", "a\u030a"]):
        [(found, rows)] = read(cells, column("category", levels={"\u00e5": "x", "b": "y"})).bad
        assert (found.code, rows.tolist()) == ("PE-A23", [0, 2])


def test_words_for_yes_and_no_are_listed_with_the_lines_that_declare_them():
    result = read(["1", "True", "ja", "nej", "0", "ja", "2"], YES_NO)
    (words, rows), (other, other_rows) = result.bad
    assert (words.code, rows.tolist()) == ("PE-A30", [1, 2, 3, 5])
    assert words.paste == 'yes = ["True", "ja"]\nno = ["nej"]'
    assert "Found: 'ja', 'True', 'nej'" in words.what  # the most frequent first
    assert (other.code, other_rows.tolist()) == ("PE-A21", [6])
    assert result.values.tolist() == [1, -1, -1, -1, 0, -1, -1]


def test_stored_truth_values_must_be_declared_as_they_are_written():
    found, rows = read(pa.array([True, False]), YES_NO).bad[0]
    assert (found.code, found.paste, rows.tolist()) == ("PE-A30", 'yes = ["TRUE"]\nno = ["FALSE"]', [0, 1])
    spec = column("yes_no", yes=["TRUE"], no=["FALSE"], missing=[""])
    assert read(pa.array([True, False, None]), spec).values.tolist() == [1, 0, -1]


def test_codes_that_the_file_labels_are_offered_as_levels():
    coded = Coded(meanings={"3": 'a "third"', "4": "fourth"}, declared_missing=("9",))
    (levels, rows), (missing, _) = read(["T", "4", "3", "9"], GROUP, coded=coded).bad
    assert (levels.code, rows.tolist()) == ("PE-A53", [1, 2])
    assert levels.paste == 'levels = { "3" = "a \\"third\\"", "4" = "fourth" }'
    assert (missing.code, missing.paste) == ("PE-A53", 'missing = ["9"]')
    found = only_problem("3", YES_NO, coded=coded)
    assert (found.code, found.paste) == ("PE-A53", None)


@QUICK
@given(
    st.lists(
        st.sampled_from(["T", "C", " T", "t", "\u00e5", "a\u030a", "A\u030a", "", "NA", "1", "ja", "7"])
        | st.text(max_size=3),
        min_size=1,
        max_size=30,
    )
)  # fmt: skip
def test_codes_are_read_alike_however_they_are_stored(cells):
    levels = column("category", levels={"T": "x", "C": "y", "\u00e5": "z"}, missing=["7"])
    for spec in (levels, column("yes_no", yes=["T", "1"], no=["C", "\u00e5"])):
        results = [read(way, spec) for way in ways(cells)]
        assert all(same(results[0], other) for other in results[1:])


# --- ids ----------------------------------------------------------------------------------------------


def test_ids_and_free_text_are_left_as_they_are():
    cells = ["0012", "1e5", "100000", "A-1", "\u00e5"]
    assert read(cells, column("id")).values is cells
    assert read(cells, column("id")).bad == []
    text = pa.array(["anything", ""])
    assert read(text, column("text", internal=True)).values is text


@pytest.mark.parametrize(
    ("id_", "code"),
    [
        ("", "PE-C37"), (" ", "PE-C37"), ("\u200b", "PE-C37"),
        ("1,23E+09", "PE-A28"), ("1.23E+09", "PE-A28"), ("1E+05", "PE-A28"), ("-1e+5", "PE-A28"),
        ("12.0", "PE-A29"), ("12,00", "PE-A29"),
        (" 12", "PE-A21"), ("12 ", "PE-A21"), ("12\u00a0", "PE-A22"), ("1\u200b2", "PE-A22"),
        ("\ufeff12", "PE-A22"), ("1\u00ad2", "PE-A22"),
        ("1\t2", "PE-E15"), ("12\n", "PE-E15"), ("\x0712", "PE-E15"), ("1\x002", "PE-E15"),
        ("NA", "PE-A24"), ("null", "PE-A24"), ("nan", "PE-A24"), ("#N/A", "PE-A24"),
    ],
)  # fmt: skip
def test_ids_that_lost_something_or_hold_what_nobody_sees_are_refused(id_, code):
    for cells in ways(["A1", id_, "B2"]):
        [(found, rows)] = id_problems(cells)
        assert (found.code, rows.tolist(), found.column) == (code, [1], None)
        assert "12" not in str(found).replace("PE-", "")
        [(named, _)] = read(cells, column("id")).bad
        assert named.column == "c"


def test_a_declared_code_for_no_id_is_accepted():
    assert id_problems(["A1", ""], missing=("",)) == []
    assert read(pa.array(["A1", None]), column("id", missing=[""])).bad == []


def test_ids_stored_as_numbers_must_have_kept_their_digits():
    assert id_problems(pa.array([2**53 + 1, 0])) == []
    assert id_problems(pa.array([2.0**53 - 1, 12.0])) == []
    [(found, rows)] = id_problems(pa.array([1.0, 2.0**53, -(2.0**60)]))
    assert (found.code, rows.tolist()) == ("PE-A26", [1, 2])
    [(found, rows)] = id_problems(pa.array([1.0, 1.5]))
    assert (found.code, rows.tolist()) == ("PE-A29", [1])
    [(found, rows)] = id_problems(pa.array([1.0, None, math.nan]))
    assert (found.code, rows.tolist()) == ("PE-C37", [1, 2])


@QUICK
@given(st.lists(st.text(alphabet="aN1eE+.,- \u00a0\t_/:", max_size=6), min_size=1, max_size=20))
def test_ids_are_judged_alike_however_they_are_stored(cells):
    one, *others = (read(way, column("id")) for way in ways(cells))
    for other in others:
        assert [(found, rows.tolist()) for found, rows in one.bad] == [
            (found, rows.tolist()) for found, rows in other.bad
        ]


# --- what messages show -------------------------------------------------------------------------------

SPECS = [
    NUMBER, INTEGER, YES_NO, GROUP, column("id"), column("date"), column("date", format="%d-%m-%Y"),
    column("date", format="excel_1900"), column("date", format="%j"),
]  # fmt: skip


SIGNS = "abzAZ019\u00e6\u00d8\u0634\u4e2d\u0663\uff17\u00b2 -.,:/\u00a0"


@settings(QUICK, max_examples=200)
@given(st.text(alphabet=SIGNS, min_size=3, max_size=12), st.sampled_from(SPECS))
def test_no_message_shows_a_cell(cell, spec):
    """Letters and decimal digits of any script are hidden; marks, and signs such as \u00b2, say nothing."""
    if sum(is_hidden(sign) for sign in cell) < 3 or cell.strip().casefold() in numbers.MISSING_WORDS:
        return
    for found, _ in read([cell], spec).bad:
        fixed = {"PE-A60"}  # a day such as 1900-01-01 is no one's, and is shown so that it can be declared
        usual = found.code == "PE-A31" and "often a code for unknown" in found.what
        assert usual or found.code in fixed or cell not in str(found)
        assert not any(f"U+{ord(sign):04X}" in str(found) for sign in SIGNS if is_hidden(sign))


def is_hidden(sign):
    """Whether a sign is a letter or a decimal digit of any script."""
    return sign.isalpha() or sign.isdecimal()


def test_a_harmless_cell_is_shown_with_its_odd_signs_by_number():
    found = read(["K\u00f8benhavn\u00a0S\x1b"], GROUP, harmless=True).bad[0][0]
    assert "'K\u00f8benhavn\\xa0S\\x1b'" in found.what


def test_at_most_three_shapes_are_shown_the_most_frequent_first():
    cells = ["a", "bb", "cc", "y-", "1234", "5678", "9876", "z-"]
    assert "Found: `####`, `x-`, `xx`, ..." in read(cells, GROUP).bad[0][0].what


def test_many_rows_of_one_kind_are_one_problem():
    cells = [f"x{row}" for row in range(100)]
    result = read(cells, NUMBER)
    [(found, rows)] = result.bad
    assert isinstance(found, Problem)
    assert rows.tolist() == list(range(100))


def test_columns_can_be_converted_in_threads():
    texts = pa.array([f"{row % 700}" for row in range(20_000)])
    days = pa.array([f"20{row % 70 + 10}-0{row % 9 + 1}-11" for row in range(20_000)])
    jobs = [(texts, INTEGER), (days, column("date", format="%Y-%m-%d"))] * 8
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda job: read(*job), jobs))
    assert all(same(result, read(*job)) for result, job in zip(results, jobs, strict=True))
    assert results[0].values.tolist() == [row % 700 for row in range(20_000)]
