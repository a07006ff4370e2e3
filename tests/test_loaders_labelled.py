"""Stata, SPSS and SAS: codes stay codes, missing values keep their names, numbers become the right days."""

from __future__ import annotations

import random
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from primus_eval.errors import EnvironmentFault, InputError, PrimusError, Problem
from primus_eval.loaders import labelled_reader
from primus_eval.loaders.coded_dates import date_reader
from primus_eval.loaders.labelled import open_labelled
from primus_eval.loaders.table import Block, Coded, TableSource
from primus_eval.protocol.tables import Participants

WRITERS = {
    ".dta": pyreadstat.write_dta,
    ".sav": pyreadstat.write_sav,
    ".zsav": lambda frame, path, **options: pyreadstat.write_sav(frame, path, compress=True, **options),
    ".xpt": pyreadstat.write_xport,
}


def spec(**settings: Any) -> Participants:
    return Participants.model_validate(
        {"file": "trial", "person": "id", "arm": {"column": "arm", "codes": {"1": "m", "2": "u"}}, **settings}
    )


def written(path: Path, columns: dict[str, Any], **options: Any) -> Path:
    frame = pd.DataFrame({name: pd.Series(cells, dtype=_dtype(cells)) for name, cells in columns.items()})
    WRITERS[path.suffix](frame, path, **options)
    return path


def _dtype(cells: list[Any]) -> str:
    return "float64" if all(cell is None or isinstance(cell, float) for cell in cells) else "object"


def opened(path: Path, **settings: Any) -> TableSource:
    return open_labelled(path, path.name, spec(**settings))


def block_of(path: Path, **settings: Any) -> Block:
    (block,) = opened(path, **settings).blocks()
    return block


def problems_of(path: Path, **settings: Any) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        list(opened(path, **settings).blocks())
    return caught.value.problems


def codes(problems: tuple[Problem, ...]) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line) for problem in problems]


# Cells


@pytest.mark.parametrize("suffix", WRITERS)
def test_numbers_and_texts_come_out_canonical(suffix: str, tmp_path: Path) -> None:
    path = written(
        tmp_path / f"trial{suffix}",
        {
            "number": [12.0, 12.5, None, -0.0, 0.1, 1e15, 123456789.123],
            "text": ["", " before", "after  ", "æøå", "0012", "a b", "x"],
            "nothing": [None] * 7,
        },
    )
    block = block_of(path)
    assert block.columns["number"] == ["12", "12.5", "", "0", "0.1", "1000000000000000", "123456789.123"]
    # The spaces at the end are padding; those at the beginning are the sender's.
    assert block.columns["text"] == ["", " before", "after", "æøå", "0012", "a b", "x"]
    assert block.columns["nothing"] == [""] * 7
    assert list(block.lines) == [2, 3, 4, 5, 6, 7, 8]


def test_numbers_take_the_declared_decimal_mark(tmp_path: Path) -> None:
    path = written(
        tmp_path / "trial.sav", {"number": [12.0, 12.5]}, variable_value_labels={"number": {12.5: "x"}}
    )
    source = opened(path, decimal=",")
    assert next(source.blocks()).columns["number"] == ["12", "12,5"]
    assert source.codebook["number"].meanings == {"12,5": "x"}


def test_single_precision_has_few_digits(tmp_path: Path) -> None:
    frame = pd.DataFrame({"single": pd.Series([12.35, 0.1], dtype="float32"), "whole": [1, 2]})
    frame.to_stata(tmp_path / "trial.dta", write_index=False)
    assert block_of(tmp_path / "trial.dta").columns == {"single": ["12.35", "0.1"], "whole": ["1", "2"]}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("rows", [23, 24, 30])
def test_rows_come_in_blocks(suffix: str, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled_reader, "BLOCK_ROWS", 8)
    path = written(
        tmp_path / f"trial{suffix}",
        {"number": [float(row) for row in range(rows)], "text": [f"p{row}" for row in range(rows)]},
    )
    blocks = list(opened(path).blocks())
    assert len(blocks) == -(-rows // 8)
    assert [cell for block in blocks for cell in block.columns["number"]] == [str(row) for row in range(rows)]
    assert [cell for block in blocks for cell in block.columns["text"]] == [f"p{row}" for row in range(rows)]
    assert [line for block in blocks for line in block.lines] == list(range(2, rows + 2))


# Labels and missing values


def test_named_missing_values_of_stata_keep_their_names(tmp_path: Path) -> None:
    path = written(
        tmp_path / "trial.dta",
        {"number": [1, "a", 3, None, "z"], "text": ["a", "b", "", "z", "c"]},
        missing_user_values={"number": ["a", "z"]},
        variable_value_labels={"number": {1: "one", "a": "refused"}},
        column_labels={"number": "A number"},
    )
    source = opened(path)
    block = next(source.blocks())
    assert block.columns == {"number": ["1", ".a", "3", "", ".z"], "text": ["a", "b", "", "z", "c"]}
    assert source.codebook == {"number": Coded(label="A number", meanings={"1": "one", ".a": "refused"})}


def test_codes_that_spss_marks_as_missing_stay_codes_and_are_listed(tmp_path: Path) -> None:
    path = written(
        tmp_path / "trial.sav",
        {
            "discrete": [1.0, 9.0, 99.0, None],
            "range": [1.0, 97.0, 99.0, 98.5],
            "open": [-1.0, -9.0, 2.0, 0.0],
            "text": ["x", "NA", "", "y"],
            "plain": [1.0, 2.0, 3.0, 9.0],
        },
        missing_ranges={
            "discrete": [9, 99],
            "range": [{"lo": 97, "hi": 1000}],
            "open": [{"lo": -1e300, "hi": -1}, 0],
            "text": ["NA"],
        },
        variable_value_labels={"discrete": {1: "yes", 9: "not asked"}},
    )
    source = opened(path)
    assert next(source.blocks()).columns["discrete"] == ["1", "9", "99", ""]
    missing = {name: coded.declared_missing for name, coded in source.codebook.items()}
    assert missing == {
        "discrete": ("9", "99"),
        "range": ("97", "98.5", "99"),  # those of the range that occur
        "open": ("0", "-9", "-1"),
        "text": ("NA",),
    }
    assert source.codebook["discrete"].meanings == {"1": "yes", "9": "not asked"}


def test_labels_of_sas_are_kept() -> None:
    path = Path(__file__).parent / "formats" / "trial.sas7bdat"
    assert opened(path).codebook["offence"] == Coded(label="Index offence")


# Dates


DAYS = [date(1900, 1, 1), date(1959, 12, 31), date(1960, 1, 1), date(2024, 2, 29), date(2099, 12, 31), None]


@pytest.mark.parametrize("suffix", WRITERS)
def test_days_are_days(suffix: str, tmp_path: Path) -> None:
    block = block_of(written(tmp_path / f"trial{suffix}", {"day": DAYS, "x": [1.0] * 6}))
    assert block.columns["day"] == ["" if day is None else day.isoformat() for day in DAYS]
    assert block.stored_dates == {"day": [True, True, True, True, True, False]}


@pytest.mark.parametrize("suffix", WRITERS)
def test_moments_keep_their_time_of_day(suffix: str, tmp_path: Path) -> None:
    moments = [datetime(2024, 2, 29), datetime(2024, 2, 29, 23, 59, 59), datetime(1950, 6, 1, 7, 5)]
    block = block_of(written(tmp_path / f"trial{suffix}", {"moment": moments, "x": [1.0] * 3}))
    assert block.columns["moment"] == ["2024-02-29", "2024-02-29 23:59:59", "1950-06-01 07:05:00"]
    assert block.stored_dates == {"moment": [True] * 3}


@pytest.mark.parametrize(
    ("family", "display", "number", "moment"),
    [
        # Worked by hand: days from 1960-01-01 to 2024-02-29 are 64 years with 16 leap days and 59 days.
        ("stata", "%td", 64 * 365 + 16 + 59, datetime(2024, 2, 29)),
        ("stata", "%-tdDD-NN-CCYY", 0.5, datetime(1960, 1, 1, 12)),
        ("stata", "%d", -1, datetime(1959, 12, 31)),
        ("stata", "%tc", 86_400_000 + 1500, datetime(1960, 1, 2, 0, 0, 1, 500_000)),
        ("spss", "EDATE10", 86_400, datetime(1582, 10, 15)),
        ("spss", "DATETIME20.2", 86_401.5, datetime(1582, 10, 15, 0, 0, 1, 500_000)),
        ("spss", "MOYR8", 86_400, datetime(1582, 10, 15)),
        ("sas", "YYMMDD10.", 1, datetime(1960, 1, 2)),
        ("sas", "E8601DA10.", 1, datetime(1960, 1, 2)),
        ("sas", "MONYY7.", 1, datetime(1960, 1, 2)),
        ("sas", "DATETIME22.3", 1, datetime(1960, 1, 1, 0, 0, 1)),
        ("sas", "DTDATE9.", 86_400, datetime(1960, 1, 2)),  # shows a day, and counts seconds
        ("sas", "B8601DN8.", 86_400, datetime(1960, 1, 2)),
        ("stata", "%td", 1e9, None),
        ("sas", "DATE9.", float("inf"), None),
    ],
)
def test_numbers_become_days_by_their_display_format(
    family: Any, display: str, number: float, moment: datetime | None
) -> None:
    reader = date_reader(family, display)
    assert reader is not None
    assert reader(number) == moment


@pytest.mark.parametrize(
    ("family", "display"),
    [
        *(("stata", display) for display in ("%9.0g", "%tm", "%tC")),
        *(("spss", display) for display in ("F8.2", "TIME8")),
        *(("sas", display) for display in ("TIME8.", "BEST12.", "$CHAR4.", "", None)),
    ],
)
def test_other_display_formats_make_no_date(family: Any, display: str | None) -> None:
    assert date_reader(family, display) is None


def a_date(format_: str | None = None) -> dict[str, Any]:
    column = {"type": "date", "label": "Day", "timing": "before_randomisation"}
    return {"columns": {"day": column if format_ is None else {**column, "format": format_}}}


def test_months_of_stata_are_no_days(tmp_path: Path) -> None:
    path = written(tmp_path / "trial.dta", {"day": [700.0, 701.0]}, variable_format={"day": "%tm"})
    assert block_of(path).columns["day"] == ["700", "701"]
    (problem,) = problems_of(path, **a_date())
    assert (problem.code, problem.column) == ("PE-A75", "day")


def test_a_day_that_no_calendar_has_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "trial.dta", {"day": [1.0, 1e9, None]}, variable_format={"day": "%td"})
    assert block_of(path).columns["day"] == ["1960-01-02", "1000000000", ""]
    assert codes(problems_of(path, **a_date())) == [("PE-A60", 3)]


# The file


def test_text_in_another_encoding_is_said_and_read_when_declared(tmp_path: Path) -> None:
    path = written(tmp_path / "trial.xpt", {"id": ["a", "b"], "text": ["tyveri", "rxveri"]})
    path.write_bytes(path.read_bytes().replace(b"rxveri", "røveri".encode("cp1252")))
    (problem,) = problems_of(path)
    assert problem.code == "PE-A02"
    assert problem.paste == '[data.participants]\nencoding = "cp1252"'
    assert block_of(path, encoding="cp1252").columns["text"] == ["tyveri", "røveri"]


def test_a_declared_encoding_that_is_wrong_is_said(tmp_path: Path) -> None:
    path = written(tmp_path / "trial.sav", {"text": ["tyveri", "rxveri"]})
    path.write_bytes(path.read_bytes().replace(b"rxveri", "røveri".encode("cp1252")))
    assert [code for code, _ in codes(problems_of(path))] == ["PE-A02"]


@pytest.mark.parametrize("suffix", [".dta", ".sav", ".zsav", ".xpt", ".sas7bdat"])
@pytest.mark.parametrize("data", [b"", b"id,arm\n1,2\n", bytes(5000)])
def test_files_of_another_kind_are_refused(suffix: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"trial{suffix}"
    path.write_bytes(data)
    assert codes(problems_of(path)) == [("PE-A68", None)]


@pytest.mark.parametrize("suffix", [".dta", ".sav", ".zsav", ".sas7bdat"])
def test_files_cut_off_are_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"trial{suffix}"
    if suffix == ".sas7bdat":
        path.write_bytes((Path(__file__).parent / "formats" / "trial.sas7bdat").read_bytes())
    else:
        written(
            path, {"number": [row / 7 for row in range(500)], "text": [f"person {row}" for row in range(500)]}
        )
    whole = path.read_bytes()
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        path.write_bytes(whole[: int(share * len(whole))])
        assert codes(problems_of(path)) == [("PE-A68", None)], share


def test_a_transport_file_of_two_tables_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "trial.xpt", {"number": [1.0]})
    again = path.read_bytes()
    path.write_bytes(again + again[3 * 80 :])
    assert codes(problems_of(path)) == [("PE-A51", None)]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "trial.xpt", {"first": [1.0], "other": [2.0]}, file_format_version=5)
    path.write_bytes(path.read_bytes().replace(b"other", b"first"))
    assert codes(problems_of(path)) == [("PE-A17", None)]


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_file_without_rows_is_refused(suffix: str, tmp_path: Path) -> None:
    path = written(tmp_path / f"trial{suffix}", {"number": [1.0]})
    pyreadstat_writer = WRITERS[suffix]
    pyreadstat_writer(pd.DataFrame({"number": pd.Series([], dtype="float64")}), path)
    assert codes(problems_of(path)) == [("PE-A41", None)]


def test_files_that_are_not_read_say_why(tmp_path: Path) -> None:
    (tmp_path / "locked.sav").write_bytes(b"ENCRYPTEDSAV" + bytes(100))
    assert codes(problems_of(tmp_path / "locked.sav")) == [("PE-A54", None)]
    (tmp_path / "trial.por").write_bytes(b"")
    assert codes(problems_of(tmp_path / "trial.por")) == [("PE-A66", None)]
    assert codes(problems_of(tmp_path / "none.dta")) == [("PE-A67", None)]


@pytest.mark.parametrize("suffix", [".dta", ".sav"])
def test_a_damaged_file_is_never_a_traceback(suffix: str, tmp_path: Path) -> None:
    path = written(
        tmp_path / f"trial{suffix}",
        {"number": [row / 7 for row in range(60)], "day": [date(2024, 1, 1)] * 60},
    )
    whole = path.read_bytes()
    chance = random.Random(20261123)
    refused = 0
    for _ in range(200):
        raw = bytearray(whole)
        raw[chance.randrange(min(len(raw), 1500))] = chance.randrange(256)
        path.write_bytes(bytes(raw))
        try:
            list(opened(path).blocks())
        except PrimusError:
            refused += 1
    assert refused > 10


def test_without_the_package_it_is_said_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "trial.sav", {"number": [1.0]})
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(EnvironmentFault, match="PE-G25"):
        opened(path)
