"""Folders of a delivery as trial units send them: drawn from a seed, in every format that is read.

Each holds a table of participants and often one of events. What the cells mean is the same throughout, so
that a test knows what a first protocol must say; how they are written differs.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

FORMATS = ("csv", "CSV", "tsv", "xlsx", "sheets", "dta", "sav", "xpt", "parquet", "parts")
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16")
WRITTEN_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d.%m.%y")
YES_NO = (("1", "0"), ("ja", "nej"), ("Yes", "No"), ("TRUE", "FALSE"))
ARMS = (("M", "U"), ("1", "0"), ("mentor", "kontrol"), ("B", "A"))
N = 48
FIRST_DAY = date(2021, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How one folder is written."""

    seed: int
    format: str
    separator: str
    encoding: str
    decimal: str
    dates: str
    yes_no: tuple[str, str]
    arms: tuple[str, str]
    with_events: bool
    missing: str
    sep_line: bool

    @property
    def is_text(self) -> bool:
        return self.format in ("csv", "CSV", "tsv", "parts")

    def __str__(self) -> str:
        return f"{self.seed}-{self.format}"


def deliveries(count: int) -> list[Delivery]:
    """Draw deliveries; the formats take turns, the rest is drawn."""
    return [_delivery(seed, FORMATS[seed % len(FORMATS)]) for seed in range(count)]


def _delivery(seed: int, format: str) -> Delivery:
    draw = np.random.Generator(np.random.Philox(key=seed))

    def one(choices: tuple) -> Any:
        return choices[int(draw.integers(len(choices)))]

    separator = "\t" if format == "tsv" else one((",", ";", "\t"))
    return Delivery(
        seed=seed,
        format=format,
        separator=separator,
        encoding=one(ENCODINGS),
        decimal=one((".", ",")),
        dates=one(WRITTEN_DATES),
        yes_no=one(YES_NO),
        arms=one(ARMS),
        with_events=bool(draw.integers(2)),
        missing=one(("", "NA")),
        sep_line=format in ("csv", "CSV") and not draw.integers(4),
    )


def write_delivery(folder: Path, made: Delivery) -> None:
    """Write the files of a delivery into a folder."""
    tables = {"participants": participants(made)}
    if made.with_events:
        tables["offences"] = events(made)
    if made.format == "sheets":
        _write_workbook(folder / "delivery.xlsx", tables)
        return
    for name, columns in tables.items():
        WRITERS[made.format](folder, name, columns, made)


def participants(made: Delivery) -> dict[str, list[Any]]:
    """The columns of the participants: texts, whole numbers, fractions, dates and None."""
    draw = np.random.Generator(np.random.Philox(key=made.seed, counter=[0, 0, 0, 1]))
    happened = draw.integers(2, size=N)
    yes, no = made.yes_no
    return {
        "person": [f"P{1000 + int(number)}" for number in draw.permutation(N)],
        "arm": [made.arms[row % 2] for row in draw.permutation(N)],
        "sex": ["FM"[row % 2] for row in range(N)],
        "age": [None if row == 7 else int(age) for row, age in enumerate(draw.integers(19, 60, size=N))],
        "score": [int(score) / 4 + 0.25 for score in draw.integers(80, size=N)],
        "prison": [("Sønder Omme", "Nyborg", "Vestre")[row % 3] for row in range(N)],
        "days": [int(days) for days in draw.integers(1, 365, size=N)],
        "reoffended": [yes if value else no for value in happened],
        "linked": [yes if row % 11 else no for row in range(N)],
        "randomised_on": [FIRST_DAY + timedelta(days=int(day)) for day in draw.integers(300, size=N)],
    }


def events(made: Delivery) -> dict[str, list[Any]]:
    """The columns of the events: some people have several, most none."""
    draw = np.random.Generator(np.random.Philox(key=made.seed, counter=[0, 0, 0, 2]))
    people = participants(made)["person"]
    offences = [FIRST_DAY + timedelta(days=300 + int(day)) for day in draw.integers(400, size=60)]
    return {
        "event_id": [f"E{5000 + row}" for row in range(60)],
        "person": [people[int(row)] for row in draw.integers(20, size=60)],
        "offence_date": offences,
        "decision_date": [
            day + timedelta(days=int(lag))
            for day, lag in zip(offences, draw.integers(200, size=60), strict=True)
        ],
        "kind": [("theft", "violence")[row % 2] for row in range(60)],
    }


def _text(cell: Any, made: Delivery) -> str:
    if cell is None:
        return made.missing
    if isinstance(cell, date):
        return cell.strftime(made.dates)
    if isinstance(cell, float):
        return repr(cell).replace(".", made.decimal)
    return str(cell)


def text_of(columns: dict[str, list[Any]], made: Delivery) -> bytes:
    """Write a table as text."""
    page = io.StringIO(newline="")
    if made.sep_line:
        page.write(f"sep={made.separator}\r\n")
    rows = csv.writer(page, delimiter=made.separator)
    rows.writerow(columns)
    rows.writerows([_text(cell, made) for cell in row] for row in zip(*columns.values(), strict=True))
    return page.getvalue().encode(made.encoding)


def _write_text(folder: Path, name: str, columns: dict[str, list[Any]], made: Delivery) -> None:
    (folder / f"{name}.{made.format}").write_bytes(text_of(columns, made))


def _write_parts(folder: Path, name: str, columns: dict[str, list[Any]], made: Delivery) -> None:
    (folder / name).mkdir()
    for part in range(2):
        some = {header: cells[part::2] for header, cells in columns.items()}
        (folder / name / f"part-{part}.csv").write_bytes(text_of(some, made))


def _write_workbook(path: Path, tables: dict[str, dict[str, list[Any]]]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, columns in tables.items():
        sheet = book.create_sheet(name)
        sheet.append(list(columns))
        for row in zip(*columns.values(), strict=True):
            sheet.append(row)
    book.save(path)


def _write_xlsx(folder: Path, name: str, columns: dict[str, list[Any]], made: Delivery) -> None:
    _write_workbook(folder / f"{name}.xlsx", {name: columns})


def _write_parquet(folder: Path, name: str, columns: dict[str, list[Any]], made: Delivery) -> None:
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table(columns), folder / f"{name}.parquet")


def _write_labelled(folder: Path, name: str, columns: dict[str, list[Any]], made: Delivery) -> None:
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame(columns)
    path = str(folder / f"{name}.{made.format}")
    if made.format == "xpt":
        short = {header: f"{header[:8]}" for header in frame}
        pyreadstat.write_xport(frame.rename(columns=short), path, file_format_version=5)
        return
    prisons = {"Nyborg": 1, "Sønder Omme": 2, "Vestre": 3}
    labels = {}
    if "prison" in frame:
        frame["prison"] = frame["prison"].map(prisons)
        labels = {"prison": {code: label for label, code in prisons.items()}}
    named = [f"What {header} says" for header in frame]
    write = pyreadstat.write_dta if made.format == "dta" else pyreadstat.write_sav
    write(frame, path, column_labels=named, variable_value_labels=labels)


WRITERS: dict[str, Any] = {
    **dict.fromkeys(("csv", "CSV", "tsv"), _write_text),
    **dict.fromkeys(("dta", "sav", "xpt"), _write_labelled),
    "parts": _write_parts,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}
