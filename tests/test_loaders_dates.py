"""Dates: every day of three centuries, every way of being wrong, and no guess about which is the month."""

import datetime
import tomllib
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.loaders.conversion import as_texts, convert
from primus_eval.loaders.dates import KNOWN_FORMATS, day_of_serial, fits, form_of, infer_formats
from primus_eval.schema import Coded, Column

QUICK = settings(max_examples=30, deadline=None, derandomize=True)
DAYS = [date(1850, 1, 1) + timedelta(days) for days in range((date(2151, 1, 1) - date(1850, 1, 1)).days)]
STAND_INS = {date(1900, 1, 1), date(1899, 12, 30), date(1899, 12, 31)}


def dates(format=None, **declared):
    return Column(type="date", label="x", timing="after_randomisation", format=format, **declared)


def read(cells, spec, **said):
    return convert(cells, name="c", column=spec, **said)


def ways(cells):
    strings = pa.array(cells, pa.string())
    return [cells, strings, strings.cast(pa.large_string()), strings.dictionary_encode()]


def summary(result):
    assert result.values.dtype == np.dtype("datetime64[D]")
    return result.values.tolist(), [(found, rows.tolist()) for found, rows in result.bad], result.remarks


def only_problem(cell, spec, **said):
    """The one problem of a column of one cell, which must be the same however the cell is stored."""
    first, *others = [summary(read(way, spec, **said)) for way in ways([cell])]
    assert all(other == first for other in others)
    values, [(found, rows)], _ = first
    assert (values, rows) == ([None], [0])
    tomllib.loads(found.paste or "")
    return found


# --- days that are right ------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%m/%d/%Y", "day %d of %m, %Y"])
def test_every_day_is_read_as_the_standard_library_writes_it(format):
    days = [day for day in DAYS if day not in STAND_INS]
    cells = [day.strftime(format) for day in days]
    result = read(pa.array(cells), dates(format))
    assert result.values.tolist() == days
    assert result.bad == []
    some = slice(0, None, 7)
    assert read(cells[some], dates(format)).values.tolist() == days[some]


@pytest.mark.parametrize(
    ("format", "cell"),
    [
        ("%-d. %B %Y", "2. maj 2024"),
        ("%-d. %B %Y", "2. MAY 2024"),
        ("%d %b %Y", "02 maj. 2024"),
        ("%d%b%Y", "02MAY2024"),
        ("%-d/%-m/%y", "2/5/24"),
        ("%-d/%-m/%y", "02/05/24"),
        ("%d%m%y", "020524"),
        ("%%%d-%m-%Y", "%02-05-2024"),
        ("d. %d-%m-%Y", "d. 02-05-2024"),
        ("\u00e5r %Y, %m-%d", "\u00e5r 2024, 05-02"),
        ("excel_1900", "45414"),
        ("excel_1900", "45414.0"),
        ("excel_1904", "43952"),
    ],
)
def test_one_day_in_many_forms(format, cell):
    for way in ways([cell, cell]):
        result = read(way, dates(format))
        assert result.values.tolist() == [date(2024, 5, 2)] * 2
        assert result.bad == result.remarks == []


def test_names_of_months_are_danish_or_english():
    danish = "januar februar marts april maj juni juli august september oktober november december".split()  # noqa: SIM905
    for month, name in enumerate(danish, start=1):
        english = date(2024, month, 1).strftime("%B")
        cells = [f"1. {name} 2024", f"1. {name.upper()} 2024", f"1. {english} 2024"]
        assert read(cells, dates("%-d. %B %Y")).values.tolist() == [date(2024, month, 1)] * 3
        short = [f"1 {name[:3]} 2024", f"1 {english[:3]}. 2024"]
        assert read(short, dates("%-d %b %Y")).values.tolist() == [date(2024, month, 1)] * 2


def test_years_of_two_digits_are_of_this_century():
    cells = ["31-12-59", "01-01-00"]
    assert read(pa.array(cells), dates("%d-%m-%y")).values.tolist() == [date(2059, 12, 31), date(2000, 1, 1)]
    assert read(pa.array(["01-02-70"]), dates("%d-%m-%y")).bad  # 1970 as well as 2070


def test_serial_numbers_follow_the_spreadsheet_with_its_day_that_never_was():
    known = {2: (1900, 1, 2), 59: (1900, 2, 28), 61: (1900, 3, 1), 25569: (1970, 1, 1), 45292: (2024, 1, 1)}
    for serial, day in known.items():
        assert read([str(serial)], dates("excel_1900")).values.tolist() == [date(*day)]
    assert day_of_serial(60, "excel_1900") is None
    assert read(["43830"], dates("excel_1904")).values.tolist() == [date(2024, 1, 1)]


def test_serial_numbers_are_those_of_openpyxl():
    from openpyxl.utils.datetime import MAC_EPOCH, from_excel

    serials = [serial for serial in range(2, 90_000, 13) if serial != 60]
    expected = [from_excel(serial).date() for serial in serials]
    assert read(pa.array(serials), dates("excel_1900")).values.tolist() == expected
    expected = [from_excel(serial, MAC_EPOCH).date() for serial in serials]
    assert read([str(serial) for serial in serials], dates("excel_1904")).values.tolist() == expected


# --- days that are wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [1849, 1850, 1900, 2000, 2023, 2024, 2150, 2151])
def test_no_other_month_and_day_is_one(year):
    cells = [f"{year:04d}-{month:02d}-{day:02d}" for month in range(100) for day in range(100)]

    def expected(cell):
        try:
            day = date.fromisoformat(cell)
        except ValueError:
            return None
        return day if 1850 <= day.year <= 2150 and day not in STAND_INS else None

    result = read(pa.array(cells), dates("%Y-%m-%d"))
    assert result.values.tolist() == [expected(cell) for cell in cells]
    assert sum(len(rows) for _, rows in result.bad) == np.isnat(result.values).sum()


@pytest.mark.parametrize(
    ("cell", "format", "code", "paste", "says"),
    [
        ("2024-02-30", "%Y-%m-%d", "PE-A59", None, "calendar does not have"),
        ("2023-02-29", "%Y-%m-%d", "PE-A59", None, "calendar does not have"),
        ("1849-12-31", "%Y-%m-%d", "PE-A59", None, "before the year 1850"),
        ("2151-01-01", "%Y-%m-%d", "PE-A59", None, "after 2150"),
        ("91707", "excel_1900", "PE-A59", None, "after 2150"),
        ("60", "excel_1900", "PE-A59", None, "29 February 1900"),
        ("yesterday", "%Y-%m-%d", "PE-A59", None, "not written as %Y-%m-%d"),
        ("2024-1-2", "%Y-%m-%d", "PE-A59", None, "not written as %Y-%m-%d"),
        ("2024-01-02x", "%Y-%m-%d", "PE-A59", None, "not written as"),
        ("02-\u017fep-2024", "%d-%b-%Y", "PE-A59", None, "not written as"),
        ("01.02.2024", "%Y-%m-%d", "PE-A56", None, "%d.%m.%Y or %m.%d.%Y"),
        ("13.02.2024", "%Y-%m-%d", "PE-A56", 'format = "%d.%m.%Y"', "%d.%m.%Y"),
        ("01-13-2024", "%d-%m-%Y", "PE-A56", 'format = "%m-%d-%Y"', "%m-%d-%Y"),
        ("2024-01-02", "excel_1900", "PE-A56", 'format = "%Y-%m-%d"', "declared as excel_1900"),
        ("45292", "%Y-%m-%d", "PE-A58", 'format = "excel_1900"', "serial number"),
        ("45292.5", "excel_1900", "PE-A65", None, "time of day"),
        ("2024-01-02 13:30", "%Y-%m-%d", "PE-A65", 'format = "%Y-%m-%d %H:%M"', "time of day"),
        ("02-01-2024 00:00:00", "%d-%m-%Y", "PE-A65", 'format = "%d-%m-%Y %H:%M:%S"', "time of day"),
        ("2024-01-02T23:30:00Z", "%Y-%m-%d", "PE-A62", None, "time zone"),
        ("2024-01-02 23:30+02:00", "%Y-%m-%d", "PE-A62", None, "time zone"),
        ("1900-01-01", "%Y-%m-%d", "PE-A60", 'missing = ["1900-01-01"]', "'1900-01-01'"),
        ("30.12.1899", "%d.%m.%Y", "PE-A60", 'missing = ["30.12.1899"]', "unknown"),
        ("31.12.9999", "%d.%m.%Y", "PE-A60", 'missing = ["31.12.9999"]', "unknown"),
        ("2999-12-31", "%d.%m.%Y", "PE-A60", 'missing = ["2999-12-31"]', "unknown"),
        ("1", "excel_1900", "PE-A60", 'missing = ["1"]', "unknown"),
        ("0", "excel_1900", "PE-A60", 'missing = ["0"]', "unknown"),
        ("2958465", "excel_1900", "PE-A60", 'missing = ["2958465"]', "unknown"),
        ("2024\u201301\u201302", "%Y-%m-%d", "PE-A32", None, "U+2013 EN DASH"),
        ("2024-01-02\u00a0", "%Y-%m-%d", "PE-A32", None, "U+00A0"),
        ("\uff12\uff10\uff12\uff14-01-02", "%Y-%m-%d", "PE-A32", None, "U+FF10"),
        ("NA", "%Y-%m-%d", "PE-A24", 'missing = ["NA"]', "'NA'"),
        ("", "%Y-%m-%d", "PE-A69", 'missing = [""]', "empty"),
        ("", "excel_1900", "PE-A69", 'missing = [""]', "empty"),
        ("2024-01-02", "%Y-%j", "PE-A72", 'format = "%Y-%m-%d"', "%j is not known"),
        ("2024-01-02", "%Y-%m", "PE-A72", 'format = "%Y-%m-%d"', "each once"),
        ("2024-01-02", "%Y-%m-%d %y", "PE-A72", 'format = "%Y-%m-%d"', "each once"),
        ("2024-01-02", "%Y%-m%d", "PE-A72", 'format = "%Y-%m-%d"', "need a mark"),
    ],
)  # fmt: skip
def test_each_wrong_date_is_refused_with_its_own_reason(cell, format, code, paste, says):
    found = only_problem(cell, dates(format))
    assert (found.code, found.paste) == (code, paste)
    assert says in found.what


def test_codes_for_missing_are_missing_as_written_and_refused_otherwise():
    spec = dates("%d-%m-%Y", missing=["01-01-1900", "", "12-04-2024"])
    for way in ways(["01-01-1900", "", "12-04-2024", "13-04-2024"]):
        result = read(way, spec)
        assert result.values.tolist() == [None, None, None, date(2024, 4, 13)]
        assert result.bad == []
    stored = pa.array([date(1900, 1, 1), date(2024, 4, 12), date(2024, 4, 13)])
    [(found, rows)] = read(stored, spec).bad
    assert (found.code, rows.tolist()) == ("PE-A60", [0, 1])
    assert found.paste == 'missing = ["1900-01-01", "2024-04-12"]'


def test_codes_that_the_file_marks_as_missing_must_be_declared():
    coded = Coded(declared_missing=("2000-01-01",), meanings={"88888": "pending"})
    spec = dates("%Y-%m-%d")
    assert only_problem("2000-01-01", spec, coded=coded).paste == 'missing = ["2000-01-01"]'
    assert only_problem("88888", spec, coded=coded).code == "PE-A53"
    stored = read(pa.array([date(2000, 1, 1)]), spec, coded=coded)
    assert stored.bad[0][0].code == "PE-A53"


def test_mixed_forms_in_one_column_are_listed_with_their_rows():
    cells = ["2024-01-02", "13/02/2024", "2024-03-01", "45292", "14/02/2024"]
    for way in ways(cells):
        (mixed, rows), (serial, serial_rows) = read(way, dates("%Y-%m-%d")).bad
        assert (mixed.code, rows.tolist(), mixed.paste) == ("PE-A56", [1, 4], None)
        assert "%d/%m/%Y; the column was declared as %Y-%m-%d" in mixed.what
        assert (serial.code, serial_rows.tolist()) == ("PE-A58", [3])


@pytest.mark.parametrize(
    ("cells", "code", "paste", "says"),
    [
        (["01-02-2024", "03-04-2024"], "PE-A72", None, 'format = "%d-%m-%Y" or format = "%m-%d-%Y"'),
        (["01-02-2024", "13-04-2024"], "PE-A72", 'format = "%d-%m-%Y"', "one format"),
        (["01/02/24", "02/01/24"], "PE-A72", None, 'format = "%d/%m/%y" or format = "%m/%d/%y"'),
        (["2024-01-02", "13/02/2024"], "PE-A56", None, "%Y-%m-%d or %d/%m/%Y; no one format fits them all"),
        (["01/13/24", "13/02/24"], "PE-A56", None, "no one format fits them all"),
        (["45292", "45293"], "PE-A58", 'format = "excel_1900"', "serial number"),
        (["2024-01-02", "later"], "PE-A72", None, "No known format"),
        (["2024-01-02T10:00:00+01:00"], "PE-A62", None, "time zone"),
    ],
)
def test_without_a_declared_format_nothing_is_guessed(cells, code, paste, says):
    for way in ways(cells):
        [(found, rows)] = read(way, dates()).bad
        assert (found.code, found.paste, rows.tolist()) == (code, paste, [*range(len(cells))])
        assert says in found.what + found.mend


def test_a_declared_time_of_day_is_dropped_and_remarked():
    for way in ways(["2024-01-02 23:59", "2024-01-03 00:00"]):
        result = read(way, dates("%Y-%m-%d %H:%M"))
        assert result.values.tolist() == [date(2024, 1, 2), date(2024, 1, 3)]
        assert [remark.code for remark in result.remarks] == ["PE-A65"]
    assert only_problem("2024-01-02 24:00", dates("%Y-%m-%d %H:%M")).code == "PE-A59"


# --- dates that a file stores -------------------------------------------------------------------------

STORED = [
    pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ns"),
]  # fmt: skip


@pytest.mark.parametrize("type", STORED, ids=str)
def test_stored_dates_need_no_format(type):
    days = [date(1923, 2, 28), None, date(1970, 1, 1), date(2149, 12, 31)]
    result = read(pa.array(days, pa.date32()).cast(type), dates(missing=[""]))
    assert (result.values.tolist(), result.bad) == (days, [])
    cells = [str(day or "") for day in days]
    assert read(cells, dates(missing=[""]), stored_dates=[True] * 4).values.tolist() == days


def test_a_stored_time_of_day_is_refused_unless_a_format_with_it_is_declared():
    moments = pa.array(
        [datetime.datetime(2024, 1, 2), datetime.datetime(2024, 1, 2, 23, 30)], pa.timestamp("us")
    )
    [(found, rows)] = read(moments, dates()).bad
    assert (found.code, rows.tolist()) == ("PE-A65", [1])
    assert found.paste == 'format = "%Y-%m-%d %H:%M:%S"'
    result = read(moments, dates("%Y-%m-%d %H:%M:%S"))
    assert (result.values.tolist(), result.bad) == ([date(2024, 1, 2)] * 2, [])
    assert [remark.code for remark in result.remarks] == ["PE-A65"]


def test_a_stored_time_zone_is_refused():
    moments = pa.array([datetime.datetime(2024, 1, 2), None], pa.timestamp("us", tz="Europe/Copenhagen"))
    [(found, rows)] = read(moments, dates(missing=[""])).bad
    assert (found.code, rows.tolist()) == ("PE-A62", [0])


def test_stored_days_that_no_trial_has_are_refused():
    days = pa.array([date(1900, 1, 1), date(9999, 12, 31), date(1849, 12, 31), date(2151, 1, 1)])
    assert [(found.code, rows.tolist()) for found, rows in read(days, dates()).bad] == [
        ("PE-A60", [0, 1]), ("PE-A59", [2, 3]),
    ]  # fmt: skip
    far = pa.array([-800_000, 3_000_000], pa.int32()).cast(pa.date32())
    assert [found.code for found, _ in read(far, dates()).bad] == ["PE-A59"]


def test_stored_and_written_dates_may_share_a_column_of_a_sheet():
    cells = ["2024-01-02", "03-01-2024", "", "2024-01-04", "30-02-2024"]
    result = read(cells, dates("%d-%m-%Y", missing=[""]), stored_dates=[True, False, False, False, False])
    assert result.values.tolist() == [date(2024, 1, 2), date(2024, 1, 3), None, None, None]
    assert [(found.code, rows.tolist()) for found, rows in result.bad] == [("PE-A56", [3]), ("PE-A59", [4])]
    [(found, rows)] = read(cells[:3], dates(missing=[""]), stored_dates=[True, False, False]).bad
    assert (found.code, rows.tolist(), found.paste) == ("PE-A72", [1], None)


@pytest.mark.parametrize("type", STORED, ids=str)
@pytest.mark.parametrize("format", [None, "%d-%m-%Y", "%Y-%m-%d %H:%M"])
def test_stored_dates_are_read_as_their_canonical_text_is(type, format):
    a_day = 86_400 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}.get(getattr(type, "unit", ""), 1000)
    if type == pa.date32():
        units = st.integers(-100_000, 100_000)
    else:
        days = st.integers(-90_000, 90_000).map(lambda day: day * a_day)
        units = days if type == pa.date64() else days | st.integers(-90_000 * a_day, 90_000 * a_day)
    base = pa.int32() if type == pa.date32() else pa.int64()

    @QUICK
    @given(st.lists(st.none() | units, min_size=1, max_size=20))
    def check(values):
        cells = pa.array(values, base).cast(type)
        texts = as_texts(cells)
        spec = dates(format, missing=["2024-01-01"])
        assert summary(read(cells, spec)) == summary(read(texts, spec, stored_dates=[True] * len(texts)))

    check()


# --- written dates, however stored --------------------------------------------------------------------

WRITTEN = st.one_of(
    st.dates(date(1840, 1, 1), date(2160, 1, 1)).map(str),
    st.dates(date(2020, 1, 1), date(2024, 1, 1)).map(lambda day: day.strftime("%d.%m.%Y")),
    st.sampled_from(
        ["", "NA", "1900-01-01", "45292", "2024-02-30", "2024-01-01 10:00", "20240101", "01-01-99"]
    ),
    st.from_regex(r"\A[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}\Z"),
    st.text(min_size=8, max_size=10),
)


@settings(QUICK, max_examples=80)
@given(
    st.lists(WRITTEN, min_size=1, max_size=30),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%y", "%Y%m%d", "%-d.%-m.%Y", "excel_1900", None]),
)
def test_written_dates_are_read_alike_however_they_are_stored(cells, format):
    spec = dates(format, missing=["", "2020-02-02"])
    first, *others = [summary(read(way, spec)) for way in ways(cells)]
    assert all(other == first for other in others)


def test_a_block_with_empty_cells_and_cells_of_other_widths_is_read_in_place():
    cells = pa.array(["2024-01-02", None, "", "2024-1-3", "2024-01-04", "\u00e5024-01-0"])
    result = read(cells, dates("%Y-%m-%d", missing=[""]))
    assert result.values.tolist() == [date(2024, 1, 2), None, None, None, date(2024, 1, 4), None]
    assert [rows.tolist() for _, rows in result.bad] == [[3, 5]]


# --- which formats fit --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "formats"),
    [
        (["2024-01-02"], ["%Y-%m-%d"]),
        (["31.01.2024", ""], ["%d.%m.%Y"]),
        (["1.2.2024", "13.12.2024"], ["%-d.%-m.%Y"]),
        (["2. maj 2024"], ["%-d. %B %Y", "%-d. %b %Y"]),
        (["2. marts 2024"], ["%-d. %B %Y"]),
        (["01JAN2024"], ["%d%b%Y"]),
        (["45292"], ["excel_1900"]),
        (["20240131"], ["%Y%m%d"]),
        (["31-01-2024 10:00"], ["%d-%m-%Y %H:%M"]),
        (["31-01-2024", "2024-01-31"], []),
        (["12345678901"], []),
        (["", " "], []),
    ],
)
def test_formats_that_all_cells_fit(cells, formats):
    assert infer_formats(cells) == formats


@pytest.mark.parametrize("format", KNOWN_FORMATS)
def test_every_known_format_is_inferred_from_what_it_writes(format):
    names = {"%-d": "25", "%-m": "3", "%B": "marts", "%b": "mar"}
    written = format
    for sign, text in names.items():
        written = written.replace(sign, text)
    written = date(2024, 3, 25).strftime(written)
    assert fits(written, format)
    assert form_of(format).format == format
    assert read([written], dates(format)).values.tolist() == [date(2024, 3, 25)]
    assert format in infer_formats([written]) or format.replace("%-", "%") in infer_formats([written])
