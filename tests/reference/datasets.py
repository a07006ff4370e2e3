"""The data sets on which primus_eval is held to R, as columns of numbers, and what R made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
Columns = Mapping[str, np.ndarray]


def read_columns(path: Path) -> dict[str, np.ndarray]:
    """Read a comma-separated file of numbers with a header."""
    table = np.genfromtxt(path, delimiter=",", names=True, dtype=float)
    return {name: table[name] for name in table.dtype.names}


def _row_numbers(columns: Columns) -> np.ndarray:
    return np.arange(1, len(columns["age"]) + 1)


@cache
def maryland() -> Columns:
    """Read the Maryland trial from the file that lifelines installs, without importing lifelines.

    Weeks become days, as everywhere in primus_eval. The batches of the clustered checks are made up, and
    so is that every fifth row's event is a competing one (`first`: the others).
    """
    spec = find_spec("lifelines")
    assert spec is not None and spec.origin is not None
    columns = read_columns(Path(spec.origin).parent / "datasets" / "rossi.csv")
    batch = np.arange(len(columns["week"])) % 48
    arrest = columns["arrest"] == 1
    fifth = _row_numbers(columns) % 5 == 0
    causes = {"first": arrest & ~fifth, "competing": arrest & fifth}
    return {**columns, "time": 7 * columns["week"], "event": columns["arrest"], "batch": batch, **causes}


@cache
def tied() -> Columns:
    """Read the simulated people with many events on the same day.

    That some of those who left early had a competing event is made up.
    """
    columns = read_columns(HERE / "data" / "tied.csv")
    left_early = (columns["event"] == 0) & (columns["time_days"] < 210)
    causes = {"first": columns["event"] == 1, "competing": left_early & (_row_numbers(columns) % 3 > 0)}
    return {**columns, "time": columns["time_days"], **causes}


@cache
def repeated() -> Columns:
    """Read the simulated rows (start, stop] of people with repeated events."""
    columns = read_columns(HERE / "data" / "repeated.csv")
    return {**columns, "time": columns["stop_days"], "start": columns["start_days"]}


@cache
def fixture(name: str) -> dict[str, Any]:
    """Read what R computed; `Rscript make_fixtures.R` in this folder makes it again."""
    content: dict[str, Any] = json.loads((HERE / "fixtures" / f"{name}.json").read_text(encoding="utf-8"))
    return content
