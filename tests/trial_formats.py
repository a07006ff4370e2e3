"""One made-up trial (tests/formats/trial.csv) written out in every format that can be read.

`deliver(name, folder)` writes one of NAMES and returns a Delivery: the file, the settings of its
`[data.participants]`, and the format its dates are written in (None where the file stores dates).
`participants(delivery)` is that part of a protocol, whole. Every delivery means the same trial.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from primus_eval.protocol.tables import Participants

FORMATS = Path(__file__).parent / "formats"

NUMBERS = ("age", "score", "employed", "days", "rearrest")
DAY = "released"
ISO, DANISH = "%Y-%m-%d", "%d-%m-%Y"

Cells = list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A file of the trial, and what its protocol must say of it."""

    path: Path
    settings: dict[str, Any] = field(default_factory=dict)
    date_format: str | None = None


def trial() -> tuple[list[str], Cells]:
    """Return the header and the rows of trial.csv, as text."""
    with (FORMATS / "trial.csv").open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle)
    return header, rows


def participants(delivery: Delivery) -> Participants:
    """Return the part of a protocol that describes a delivery."""
    before: dict[str, Any] = {"timing": "before_randomisation", "label": "A column", "missing": [""]}
    after = {**before, "timing": "after_randomisation", "missing": []}
    coded = {"type": "yes_no", "yes": ["1"], "no": ["0"]}
    offences = {"vold": "Violence", "røveri": "Robbery", "hæleri": "Handling", "åstedsvold": "Made up"}
    day = {} if delivery.date_format is None else {"format": delivery.date_format}
    return Participants.model_validate(
        {
            "file": delivery.path.name,
            **delivery.settings,
            "person": "id",
            "arm": {"column": "arm", "codes": {"T": "mentoring", "C": "usual"}},
            "columns": {
                "age": {**before, "type": "integer", "unit": "years"},
                "score": {**before, "type": "number"},
                "employed": {**before, **coded},
                "offence": {**before, "type": "category", "levels": offences},
                "released": {**before, "type": "date", **day},
                "days": {**after, "type": "integer"},
                "rearrest": {**after, **coded},
            },
        }
    )


def deliver(name: str, folder: Path) -> Delivery:
    """Write the trial in one of NAMES into a folder."""
    return WRITERS[name](folder / name.replace(" ", "_"))


def deliveries(folder: Path) -> Iterator[Delivery]:
    """Write the trial in every format into a folder."""
    for name in NAMES:
        yield deliver(name, folder)


def _text(path: Path, *, encoding: str, separator: str, decimal: str, days: str = ISO) -> Delivery:
    path = path.with_suffix(".tsv" if separator == "\t" else ".csv")
    header, rows = trial()
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.writer(handle, delimiter=separator, lineterminator="\r\n")
        writer.writerow(header)
        for row in rows:
            cells = dict(zip(header, row, strict=True))
            cells["score"] = cells["score"].replace(".", decimal)
            cells[DAY] = cells[DAY] and date.fromisoformat(cells[DAY]).strftime(days)
            writer.writerow(cells.values())
    spoken = "utf-8" if encoding == "utf-8-sig" else encoding
    settings = {"encoding": spoken, "separator": separator, "decimal": decimal}
    return Delivery(path=path, settings=settings, date_format=days)


def _typed() -> dict[str, list[Any]]:
    """Return the trial by column: numbers as floats, days as dates, missing cells as None."""
    header, rows = trial()
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    typed: dict[str, list[Any]] = {name: [cell or None for cell in cells] for name, cells in columns.items()}
    for name in NUMBERS:
        typed[name] = [None if cell is None else float(cell) for cell in typed[name]]
    typed[DAY] = [None if cell is None else date.fromisoformat(cell) for cell in typed[DAY]]
    return typed


def _workbook(path: Path, *, text_days: bool = False, text_numbers: bool = False) -> Delivery:
    import openpyxl

    path = path.with_suffix(".xlsx")
    book = openpyxl.Workbook()
    typed = _typed()
    if text_days:
        typed[DAY] = [cell and cell.strftime(DANISH) for cell in typed[DAY]]
    if text_numbers:
        header, rows = trial()
        typed["score"] = [row[header.index("score")].replace(".", ",") or None for row in rows]
    book.active.append(list(typed))
    for row in zip(*typed.values(), strict=True):
        book.active.append(row)
    book.save(path)
    settings = {"decimal": ","} if text_numbers else {}
    return Delivery(path=path, settings=settings, date_format=DANISH if text_days else None)


def _frame() -> Any:
    import pandas as pd

    typed = _typed()
    return pd.DataFrame({name: pd.Series(cells, dtype=_dtype(name)) for name, cells in typed.items()})


def _dtype(name: str) -> str:
    return "float64" if name in NUMBERS else "object"


def _labelled(
    path: Path, *, suffix: str, writer: str, encoding: str | None = None, **options: Any
) -> Delivery:
    import pyreadstat

    path = path.with_suffix(suffix)
    getattr(pyreadstat, writer)(_frame(), path, **options)
    return Delivery(path=path, settings={} if encoding is None else {"encoding": encoding})


def _stata_13(path: Path) -> Delivery:
    """Stata up to 13 has no Unicode: its texts are written in the code page of Windows."""
    import pandas as pd

    path = path.with_suffix(".dta")
    frame = _frame()
    frame[DAY] = pd.to_datetime(frame[DAY])
    frame.to_stata(path, version=117, write_index=False, convert_dates={DAY: "td"})
    return Delivery(path=path)


def _sas(path: Path) -> Delivery:
    path = path.with_suffix(".sas7bdat")
    shutil.copy(FORMATS / "trial.sas7bdat", path)
    return Delivery(path=path)


def _parquet_text(path: Path) -> Delivery:
    import pyarrow
    import pyarrow.parquet as parquet

    path = path.with_suffix(".parquet")
    header, rows = trial()
    columns = dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))
    parquet.write_table(pyarrow.table(columns), path)
    return Delivery(path=path, date_format=ISO)


def _parquet_typed(path: Path, *, categories: bool = False) -> Delivery:
    path = path.with_suffix(".parquet")
    frame = _frame()
    whole = {name: "Int32" for name in ("age", "employed", "days", "rearrest")}
    frame = frame.astype(whole)
    if categories:
        frame = frame.astype({"offence": "category", "arm": "category"})
    frame.to_parquet(path)
    return Delivery(path=path)


ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16")
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
DECIMALS = {"point": ".", "decimal comma": ","}

WRITERS: dict[str, Callable[[Path], Delivery]] = {
    **{
        f"text {encoding} {separated} {marked}": partial(
            _text, encoding=encoding, separator=SEPARATORS[separated], decimal=DECIMALS[marked]
        )
        for encoding in ENCODINGS
        for separated in SEPARATORS
        for marked in DECIMALS
    },
    "text Danish dates": partial(_text, encoding="cp1252", separator=";", decimal=",", days=DANISH),
    "workbook": _workbook,
    "workbook with dates as text": partial(_workbook, text_days=True),
    "workbook with numbers as text": partial(_workbook, text_numbers=True),
    "stata": partial(_labelled, suffix=".dta", writer="write_dta"),
    "stata 13": _stata_13,
    "stata 13 with Unicode": partial(
        _labelled, suffix=".dta", writer="write_dta", version=13, encoding="utf-8"
    ),  # pyreadstat writes Unicode where Stata 13 has none, so the protocol must say so
    "spss": partial(_labelled, suffix=".sav", writer="write_sav"),
    "spss compressed": partial(_labelled, suffix=".zsav", writer="write_sav", compress=True),
    "sas transport 5": partial(_labelled, suffix=".xpt", writer="write_xport", file_format_version=5),
    "sas transport 8": partial(_labelled, suffix=".xpt", writer="write_xport", file_format_version=8),
    "sas": _sas,
    "parquet of text": _parquet_text,
    "parquet": _parquet_typed,
    "parquet with categories": partial(_parquet_typed, categories=True),
}

NAMES = tuple(WRITERS)
