"""Time the loading of ten million events beside DuckDB, which reads and casts the same columns.

    python tests/benchmarks/load.py FOLDER [--rows 10000000] [--pairs 5] --date 2026-11-23

(with duckdb installed beside the project) writes tests/benchmarks/load.md.

The files are made in FOLDER where they are not there yet. Each reading has a process of its own, the two
of a pair take turns, and the figure to read is the median of the ratios of neighbours. Seconds are those
of the loading, without imports. Ours checks each cell against its declaration, hashes the file, joins
events to the numbers of participants, and looks for repeated events and for direct identifiers; DuckDB
reads the events and casts them into a table in memory.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FILES = {"CSV": "events.csv", "CSV, quoted": "events_quoted.csv", "Parquet": "events.parquet"}
PEOPLE = 400_000
SEED = 20_261_123
KINDS = ("charge", "decision", "conviction", "sentence")
CLASSES = tuple(str(number) for number in range(1100, 1400))
FIRST_DAY, DAYS, LONGEST_LAG = 14_000, 5_000, 700

COMMON = {"label": "x", "timing": "after_randomisation"}
EVENTS = {
    "person": "person",
    "event": "event_id",
    "offence_date": "offence_date",
    "decision_date": "decision_date",
    "columns": {
        "offence_date": {**COMMON, "type": "date", "format": "%Y-%m-%d"},
        "decision_date": {**COMMON, "type": "date", "format": "%Y-%m-%d"},
        "kind": {**COMMON, "type": "category", "levels": dict.fromkeys(KINDS, "x")},
        "offence_class": {**COMMON, "type": "category", "levels": dict.fromkeys(CLASSES, "x")},
        "police_initiated": {**COMMON, "type": "yes_no", "yes": ["1"], "no": ["0"]},
        "harm_days": {**COMMON, "type": "integer", "minimum": 0.0},
    },
}
CAST = """
create table loaded as select event_id, person, cast(offence_date as date) offence_date,
cast(decision_date as date) decision_date, kind, offence_class, police_initiated = '1' police_initiated,
cast(harm_days as integer) harm_days from {source}
"""


PAGE = """\
# Loading events

{rows:,} events, 8 columns, {day}, 2 cores. Written by `python tests/benchmarks/load.py FOLDER --date {day}`.
Each reading in a process of its own, the two taking turns; the ratio is the median over neighbours, with its
range. DuckDB reads and casts the same columns; ours also checks every cell, hashes the file, joins people and
looks for repeated events.

{table}
"""


def generate(folder: Path, rows: int) -> None:
    """Write the same events as CSV, as CSV with every text in quotes, and as Parquet."""
    import numpy as np
    import pyarrow
    from pyarrow import csv, parquet

    chance = np.random.Generator(np.random.Philox(SEED))
    offence = FIRST_DAY + chance.integers(0, DAYS, rows)
    decision = offence + chance.integers(0, LONGEST_LAG, rows)
    table = pyarrow.table(
        {
            "event_id": pyarrow.array([f"E{number:08d}" for number in range(rows)]),
            "person": pyarrow.array([person_id(number) for number in chance.integers(0, PEOPLE, rows)]),
            "offence_date": pyarrow.array(offence.astype("int32"), pyarrow.date32()),
            "decision_date": pyarrow.array(decision.astype("int32"), pyarrow.date32()),
            "kind": pyarrow.array(np.array(KINDS)[chance.integers(0, len(KINDS), rows)]),
            "offence_class": pyarrow.array(np.array(CLASSES)[chance.integers(0, len(CLASSES), rows)]),
            "police_initiated": pyarrow.array(np.array(["0", "1"])[chance.integers(0, 2, rows)]),
            "harm_days": pyarrow.array(chance.integers(0, 3000, rows)),
        }
    )
    csv.write_csv(table, folder / FILES["CSV"], csv.WriteOptions(quoting_style="none"))
    csv.write_csv(table, folder / FILES["CSV, quoted"], csv.WriteOptions(quoting_style="needed"))
    parquet.write_table(table, folder / FILES["Parquet"])


def person_id(number: int) -> str:
    return f"P{number:06d}"


def ours(folder: Path, file: str) -> dict[str, Any]:
    """Load the events of known participants under a declaration of every column, as `read_delivery` does."""
    for library in ("pyarrow.csv", "pyarrow.parquet", "pyarrow.compute"):  # imports are not timed
        importlib.import_module(library)

    from primus_eval.loaders.codes import Positions, codes_of, numbered
    from primus_eval.loaders.events import checked_events
    from primus_eval.loaders.opening import digest_of, open_tables
    from primus_eval.loaders.typed import read_typed
    from primus_eval.protocol.tables import Events

    spec = Events.model_validate({**EVENTS, "file": file})
    positions = Positions([person_id(number) for number in range(PEOPLE)])
    start = time.perf_counter()
    sources = open_tables(folder, spec, key="data.events")
    ids = {"person": positions, "event_id": numbered}
    table, kept = read_typed(sources, spec, key="data.events", file=file, sha256=digest_of(sources), ids=ids)
    person, event = positions.joined(kept["person"]), codes_of(kept.pop("event_id"))
    joined = checked_events(table, spec, person=person, positions=positions, event=event)
    table = joined.table
    seconds = time.perf_counter() - start
    if table.problems or table.identifying or joined.rows_left_out:
        raise SystemExit(f"{file} was not read without problems")
    return {"seconds": seconds, "rows": len(table.frame), "harm": int(table.frame["harm_days"].sum())}


def duckdb(folder: Path, file: str) -> dict[str, Any]:
    """Let DuckDB read and cast the same columns into a table in memory, on two threads as ours."""
    engine = importlib.import_module("duckdb")  # of the extra `big`, which the tests do not need

    connection = engine.connect()
    connection.execute("set threads = 2")
    quoted = str(folder / file).replace("'", "''")
    source = f"'{quoted}'" if file.endswith(".parquet") else f"read_csv('{quoted}', all_varchar = true)"
    start = time.perf_counter()
    connection.execute(CAST.format(source=source))
    seconds = time.perf_counter() - start
    rows, harm = connection.execute("select count(*), sum(harm_days) from loaded").fetchall()[0]
    return {"seconds": seconds, "rows": rows, "harm": int(harm)}


def measured(who: str, folder: Path, file: str) -> dict[str, Any]:
    """Load once in a fresh process.

    This process must stay small: Linux counts the memory of the process that starts another one as its own.
    """
    command = [sys.executable, __file__, str(folder), "--one", who, file]
    environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"}  # as the command line sets it
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def row(name: str, folder: Path, pairs: int) -> str:
    """One line of the table, after a reading of each that is not counted and fills the caches."""
    file = FILES[name]
    measured("ours", folder, file), measured("duckdb", folder, file)
    runs = [(measured("ours", folder, file), measured("duckdb", folder, file)) for _ in range(pairs)]
    for first, second in runs:
        if (first["rows"], first["harm"]) != (second["rows"], second["harm"]):
            raise SystemExit(f"{name}: the two read different numbers")
    ratios = [first["seconds"] / second["seconds"] for first, second in runs]
    seconds = [statistics.median(run[side]["seconds"] for run in runs) for side in (0, 1)]
    memory = [max(run[side]["megabytes"] for run in runs) for side in (0, 1)]
    ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    return f"| {name} | {seconds[0]:.2f} | {seconds[1]:.2f} | {ratio} | {memory[0]} | {memory[1]} | {pairs} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--date", help="the day, as YYYY-MM-DD; writes load.md")
    parser.add_argument("--generate", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=2, metavar=("WHO", "FILE"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.generate:
        generate(wanted.folder, wanted.rows)
    elif wanted.one:
        import resource

        who, file = wanted.one
        result = {"ours": ours, "duckdb": duckdb}[who](wanted.folder, file)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({**result, "megabytes": peak // 1024}))
    else:
        report(wanted.folder, wanted.rows, wanted.pairs, wanted.date)


def report(folder: Path, rows: int, pairs: int, day: str | None) -> None:
    """Make the files where they are missing, and print a line for each; keep them where a day is given."""
    if not all((folder / file).exists() for file in FILES.values()):
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, __file__, str(folder), "--rows", str(rows), "--generate"]
        subprocess.run(command, check=True)
    lines = [
        "| file | ours, median s | DuckDB, median s | ratio (range) | ours, MB | DuckDB, MB | runs |",
        "|---|---|---|---|---|---|---|",
    ]
    print(*lines, sep="\n", flush=True)
    for name in FILES:
        lines.append(row(name, folder, pairs))
        print(lines[-1], flush=True)
    if day is not None:
        page = Path(__file__).with_name("load.md")
        page.write_text(PAGE.format(rows=rows, day=day, table="\n".join(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
