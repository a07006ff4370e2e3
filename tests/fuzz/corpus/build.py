"""Write the seeds of the fuzzer beside this file, all from one made-up table.

    python tests/fuzz/corpus/build.py

The table is `tests/formats/trial.csv` with a column of notes, a column that no protocol declares, and the
planted cells of `SECRETS` in the fuzzer's `corpus.py`, which no message may show. The files are committed,
because a newer library writes other bytes, and an input of the fuzzer must stay what it was.
"""

from __future__ import annotations

import csv
import io
import sys
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TRIAL = HERE.parent.parent / "formats" / "trial.csv"
PLANTED_ROW = 5
WHOLE = ("age", "employed", "days", "rearrest")
EVENTS = """\
event,person,offence_date,decision_date,kind
e1,0081,2023-01-02,2023-03-04,a
e2,0081,2023-05-06,,b
e3,0229,2023-02-28,2023-02-28,a
e4,0747,2024-02-29,2024-12-31,b
"""

Cells = list[list[str]]


def table(secrets: dict[str, str]) -> tuple[list[str], Cells]:
    """Return the header and the rows of the table, as text, with the planted cells."""
    with TRIAL.open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle)
    header += ["note", "ward"]
    rows = [
        [*row, ("", "calm", "late", "calm")[place % 4], "BC"[place % 2]] for place, row in enumerate(rows)
    ]
    for column, secret in secrets.items():
        rows[PLANTED_ROW][header.index(column)] = secret
    return header, rows


def as_text(header: list[str], rows: Cells, *, separator: str, decimal: str = ".") -> str:
    """Return the table as text with CRLF."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, delimiter=separator)
    writer.writerow(header)
    score = header.index("score")
    writer.writerows([*row[:score], row[score].replace(".", decimal), *row[score + 1 :]] for row in rows)
    return page.getvalue()


def typed(header: list[str], rows: Cells) -> dict[str, list[Any]]:
    """Return the table by column, with numbers as floats, days as dates, missing cells as None."""
    convert = {**dict.fromkeys(("score", *WHOLE), float), "released": date.fromisoformat}
    return {
        name: [None if not row[place] else convert.get(name, str)(row[place]) for row in rows]
        for place, name in enumerate(header)
    }


def write_all(secrets: dict[str, str]) -> None:
    import openpyxl
    import pandas as pd
    import pyreadstat

    header, rows = table(secrets)
    (HERE / "participants.csv").write_bytes(as_text(header, rows, separator=",").encode())
    semicolons = as_text(header, rows, separator=";", decimal=",")
    (HERE / "semicolon.csv").write_bytes(semicolons.encode("cp1252"))
    (HERE / "participants.tsv").write_bytes(as_text(header, rows, separator="\t").encode("utf-16"))
    (HERE / "events.csv").write_bytes(EVENTS.encode())

    columns = typed(header, rows)
    book = openpyxl.Workbook()
    book.active.title = "people"
    book.active.append(header)
    for row in zip(*columns.values(), strict=True):
        book.active.append(row)
    book.properties.creator = None
    book.save(HERE / "participants.xlsx")

    frame = pd.DataFrame(
        {
            name: pd.Series(cells, dtype="float64" if name in ("score", *WHOLE) else "object")
            for name, cells in columns.items()
        }
    )
    employed = {"employed": {1: "Yes", 0: "No"}}
    pyreadstat.write_dta(frame, HERE / "participants.dta", variable_value_labels=employed)
    pyreadstat.write_sav(
        frame,
        HERE / "participants.sav",
        column_labels=[f"What {name} says" for name in header],
        variable_value_labels={"rearrest": {1: "Yes", 0: "No"}},
        missing_ranges={"age": [{"lo": 98, "hi": 99}]},
    )
    pyreadstat.write_xport(frame, HERE / "participants.xpt", file_format_version=5)
    frame.astype({name: "Int32" for name in WHOLE} | {"offence": "category"}).to_parquet(
        HERE / "participants.parquet"
    )


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent.parent))  # the folder of tests, as pytest has it
    from fuzz.corpus import SECRETS, UNDECLARED_SECRET

    write_all({**SECRETS, "ward": UNDECLARED_SECRET})
