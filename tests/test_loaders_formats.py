"""One trial in every format: every reader gives the same cells, under the settings of the format."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from trial_formats import DAY, FORMATS, NAMES, NUMBERS, Delivery, deliver, participants, trial

from primus_eval.loaders.labelled import open_labelled
from primus_eval.loaders.parquet import open_parquet
from primus_eval.loaders.table import TableSource
from primus_eval.loaders.text_file import open_text
from primus_eval.loaders.workbook import open_workbook

OPENERS = {".csv": open_text, ".tsv": open_text, ".xlsx": open_workbook, ".parquet": open_parquet}


def opened(delivery: Delivery) -> TableSource:
    opener = OPENERS.get(delivery.path.suffix, open_labelled)
    return opener(delivery.path, delivery.path.name, participants(delivery))


def meaning(column: str, cell: Any, delivery: Delivery, *, stored_date: bool) -> Any:
    """What a cell says, whether it came as text or typed: a number, a day, a text, or None."""
    if cell is None or cell == "":
        return None
    if column in NUMBERS:
        return float(str(cell).replace(delivery.settings.get("decimal", "."), "."))
    if column != DAY or isinstance(cell, date):
        return cell
    format_ = "%Y-%m-%d" if stored_date else delivery.date_format
    assert format_ is not None, "a text that is no stored date, and no format declared"
    return datetime.strptime(cell, format_).date()


def meanings(delivery: Delivery) -> dict[str, list[Any]]:
    source = opened(delivery)
    found: dict[str, list[Any]] = {name: [] for name in source.header}
    for block in source.blocks():
        for name, cells in block.columns.items():
            listed = cells if isinstance(cells, list) else cells.to_pylist()
            stored = block.stored_dates.get(name, [False] * len(listed))
            found[name] += [
                meaning(name, cell, delivery, stored_date=bool(is_date))
                for cell, is_date in zip(listed, stored, strict=True)
            ]
    return found


def expected() -> dict[str, list[Any]]:
    header, rows = trial()
    as_text = Delivery(path=Path("trial.csv"), date_format="%Y-%m-%d")
    return {
        name: [meaning(name, row[position], as_text, stored_date=False) for row in rows]
        for position, name in enumerate(header)
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_format_means_the_same_trial(name: str, tmp_path: Path) -> None:
    assert meanings(deliver(name, tmp_path)) == expected()


def test_typed_formats_give_one_canonical_text(tmp_path: Path) -> None:
    names = [
        name for name in NAMES if name.startswith(("workbook", "stata", "spss", "sas")) and "text" not in name
    ]
    columns = {name: next(opened(deliver(name, tmp_path)).blocks()).columns for name in names}
    assert len(names) == 9
    assert all(found == columns["workbook"] for found in columns.values())
    assert columns["workbook"]["score"][:3] == ["12", "0.1", "7.5"]


@pytest.mark.parametrize("name", NAMES)
def test_each_opened_file_says_its_hash_and_its_lines(name: str, tmp_path: Path) -> None:
    import hashlib

    delivery = deliver(name, tmp_path)
    source = opened(delivery)
    assert source.sha256 == hashlib.sha256(delivery.path.read_bytes()).hexdigest()
    assert [line for block in source.blocks() for line in block.lines] == list(range(2, 26))


def test_the_file_of_sas_is_what_an_independent_reader_says() -> None:
    frame = pd.read_sas(FORMATS / "trial.sas7bdat", encoding="utf-8")
    header, _ = trial()
    assert list(frame.columns) == header
    found = {
        name: [None if pd.isna(cell) else cell.date() if name == DAY else cell for cell in frame[name]]
        for name in header
    }
    assert found == expected()
