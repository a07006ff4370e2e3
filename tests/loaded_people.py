"""A small table of participants with a column of each type, for tests that take it from file to Trial."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pytest
from pyarrow import parquet

from primus_eval.errors import DisclosureError, InputError, Problem
from primus_eval.loaders import load_trial
from primus_eval.protocol import Protocol
from primus_eval.protocol.reference import MINIMAL
from primus_eval.trial import Trial

SECRET = "SECRET-7731"
"""Planted where a value of a person stands; no message may show it."""

COLUMNS = """
days = { type = "integer", label = "Days", timing = "after_randomisation", missing = ["-9"], maximum = 9999 }
again = { type = "yes_no", label = "Again", timing = "after_randomisation", yes = ["1", "ja"], no = ["0"] }
age = { type = "number", label = "Age", timing = "before_randomisation", missing = [""], minimum = 15 }
note = { type = "text", internal = true, label = "Note", timing = "before_randomisation" }

[prison]
type = "category"
label = "Prison"
timing = "before_randomisation"
levels = { open = "open", "Å" = "closed" }
"""

HEADER = ["id", "group", "days", "again", "age", "prison", "note"]
PEOPLE = [
    ["0012", "T", "30", "1", "71.5", "open", "quiet"],
    ["12", "NA", "0", "0", "", "Å", ""],
    ["1e5", "T", "-9", "ja", "20", "open", 'said "no", twice'],
    ["100000", "NA", "365", "0", "33.25", "Å", "two\nlines"],
]

EXPECTED = pd.DataFrame(
    {
        "arm": ["mentors", "usual", "usual", "mentors"],
        "days": [30.0, 365.0, 0.0, np.nan],
        "again": pd.Series([True, False, False, True], dtype="boolean"),
        "age": [71.5, 33.25, np.nan, 20.0],
        "note": ["quiet", "two\nlines", "", 'said "no", twice'],
        "prison": ["open", "Å", "Å", "open"],
    }
)
"""The people above in the order of their ids as text: 0012, 100000, 12, 1e5."""

TYPED: dict[str, list[Any]] = {
    "id": ["0012", "12", "1e5", "100000"],
    "group": ["T", "NA", "T", "NA"],
    "days": [30, 0, -9, 365],
    "again": ["1", "0", "ja", "0"],
    "age": [71.5, None, 20.0, 33.25],
    "prison": ["open", "Å", "open", "Å"],
    "note": ["quiet", None, 'said "no", twice', "two\nlines"],
}
"""The same people as columns of numbers and texts."""


def plan(**participants: Any) -> Protocol:
    """The minimal protocol with columns of each type, two arms T and NA, and other settings as given."""
    document = tomllib.loads(MINIMAL)
    table = document["data"]["participants"]
    table["arm"]["codes"] = {"T": "mentors", "NA": "usual"}
    table["columns"] = tomllib.loads(COLUMNS)
    table.update(participants)
    return Protocol.model_validate(document)


def changed(row: int, column: str, cell: str, people: Sequence[list[str]] = PEOPLE) -> list[list[str]]:
    """The people with one cell of one of them replaced."""
    copies = [list(person) for person in people]
    copies[row][HEADER.index(column)] = cell
    return copies


def as_csv(
    people: Sequence[Sequence[str]], header: Sequence[str] = HEADER, separator: str = ",", end: str = "\n"
) -> str:
    """Write a table as text, with quotes where a field needs them."""

    def field(text: str) -> str:
        quoted = any(mark in text for mark in (separator, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if quoted else text

    return "".join(separator.join(map(field, row)) + end for row in [header, *people])


def as_parquet(columns: Mapping[str, Any]) -> bytes:
    """Write columns as Parquet, typed as Arrow types them."""
    arrays = [pyarrow.array(cells) for cells in columns.values()]
    sink = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_arrays(arrays, names=list(columns)), sink)
    return sink.getvalue()


def load(folder: Path, content: str | bytes, *, file: str = "participants.csv", **participants: Any) -> Trial:
    """Load a table of participants, given as text or bytes, under the plan above."""
    raw = content.encode() if isinstance(content, str) else content
    (folder / file).write_bytes(raw)
    return load_trial(plan(file=file, **participants), folder)


def problems_of(folder: Path, content: str | bytes, **participants: Any) -> tuple[Problem, ...]:
    """The problems that a table is refused with; none of them shows a planted secret."""
    with pytest.raises((InputError, DisclosureError)) as caught:  # a cell may also identify somebody
        load(folder, content, **participants)
    assert SECRET not in str(caught.value)
    return caught.value.problems


def places(problems: Sequence[Problem]) -> list[tuple[str, int | None, str | None]]:
    """Where problems stand: their codes, lines and columns."""
    return [(problem.code, problem.line, problem.column) for problem in problems]
