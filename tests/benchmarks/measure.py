"""Time measuring ten million events beside a query written by hand in DuckDB that gives the same answer.

    python tests/benchmarks/measure.py FOLDER [--rows 10000000] [--pairs 5] --date 2026-11-23

writes tests/benchmarks/measure.md.

The files are made in FOLDER where they are not there yet. Each measuring has a process of its own, the two
of a pair take turns, and the figure to read is the median of the ratios of neighbours. Seconds are those
from the file of events to the outcome of each person, without imports and without the participants, which
both have in memory. Both give the day of the first counted event and the number of them of every person,
and who is left out; the answers are compared person by person. Ours also reads every distinct cell under
its declaration, looks whose each event is that could count, and gives the fate of all of them.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SEED = 20_261_123
EVENTS_A_PERSON = 25
FIRST_DAY, LAST_DAY, CUTOFF = "2008-01-01", "2021-12-31", "2022-12-31"
KINDS = {"C": "caution", "D": "decision", "V": "conviction", "G": "charge", "A": "arrest", "O": "other"}
CLASSES = {"26": "traffic", "12": "violence", "13": "theft", "14": "damage"}
SANCTIONS = {"1": "imprisonment", "2": "suspended_imprisonment", "4": "fine"}
SHUFFLED, SORTED = "events.parquet", "events_sorted.parquet"
DEFINITIONS = ("uk_proven_1y", "dk_dst")
SMALLER = (100, 10)
"""How many times fewer rows the smaller files have, to see whether seconds follow rows."""

PAGE = """\
# Measuring from a register

{rows:,} events of {people:,} people in a Parquet file, in no order, {day}. Written by
`python tests/benchmarks/measure.py FOLDER --date {day}` on {machine},
with {versions}; two threads, and 500 MB for DuckDB.
The load of the machine when it ended was {load:.1f}: where that is more than its cores, other work took part
of them, and only the ratios tell something.

Each measuring in a process of its own, the two taking turns; the ratio is the median over neighbours, with
its range. Both give the same first day, number and exclusion for every person; ours also
reads every distinct cell under its declaration, looks whose each event is that could count, and gives the
fate of all of them.

{table}

The same with fewer events, ours only:

{sizes}

On a Dask cluster of processes with one thread each, its start not timed, eight partitions of the file sorted
by person ({definition}):

{workers}
"""

PEOPLE_BY_HAND = """
create table people as select id, released, randomised, linked,
    row_number() over (order by id) - 1 as person from read_csv('{folder}/participants.csv', types =
    {{'id': 'VARCHAR', 'released': 'DATE', 'randomised': 'DATE', 'linked': 'VARCHAR'}})
"""
"""The participants in memory, for both sides."""

BY_HAND = """
with clocks as (
    select *, (released + interval {months} month)::date as window_end, {deadline} as deadline from people
), among as (
    select *, linked = '1' and released is not null as found,
        greatest(window_end, deadline) > date '{cutoff}' + 1 as incomplete from clocks
), mature as (
    select id, person, released, window_end, deadline, found and randomised < coalesce(
        min(randomised) filter (found and incomplete) over (), date '9999-12-31') as measured from among
), counted as (
    select person, min(offence_date) as first, count(*) as n
    from '{events}' as events join mature using (id)
    where measured and {filters} and offence_date >= released and offence_date < window_end
        and decision_date < deadline group by person
)
select measured, coalesce(first - date '1970-01-01', -1)::bigint as first, coalesce(n, 0)::bigint as n
from mature left join counted using (person) order by person
"""
"""What somebody would write who knows the definition and trusts the data."""

RULES: dict[str, dict[str, Any]] = {
    "uk_proven_1y": {
        "months": 12,
        "deadline": "(released + interval 18 month)::date",
        "filters": "kind in ('C', 'V')",
    },
    "dk_dst": {
        "months": 24,
        "deadline": "make_date(year(released) + 4, 1, 1)",
        "filters": "kind in ('D', 'V') and not (sanction = '4' and class = '26' and fine < 2500)",
    },
}


def generate(folder: Path, rows: int) -> None:
    """Write participants, a protocol, and the same events in no order and sorted by person."""
    import numpy as np
    import pyarrow
    from pyarrow import csv, parquet

    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.Generator(np.random.Philox(SEED))
    first, last = (np.datetime64(day, "D").astype(int) for day in (FIRST_DAY, LAST_DAY))
    people = rows // EVENTS_A_PERSON
    ids = pyarrow.array([f"P{number:06d}" for number in range(people)])
    randomised = chance.integers(first + 1500, last - 700, people).astype("int32")
    released = randomised + chance.integers(0, 200, people).astype("int32")
    days = pyarrow.date32()
    participants = {
        "id": ids,
        "arm": pyarrow.array(chance.integers(0, 2, people)),
        "randomised": pyarrow.array(randomised, days),
        "released": pyarrow.array(released, days, mask=chance.random(people) < 0.02),
        "linked": pyarrow.array((chance.random(people) < 0.98).astype(int)),
    }
    csv.write_csv(
        pyarrow.table(participants), folder / "participants.csv", csv.WriteOptions(quoting_style="none")
    )
    offence = chance.integers(first, last, rows).astype("int32")

    def some(codes: dict[str, str]) -> pyarrow.Array:
        return pyarrow.DictionaryArray.from_arrays(
            chance.integers(0, len(codes), rows).astype("int8"), list(codes)
        ).dictionary_decode()

    events = pyarrow.table(
        {
            "id": ids.take(pyarrow.array(chance.integers(0, people, rows))),
            "offence_date": pyarrow.array(offence, days),
            "decision_date": pyarrow.array(
                offence + chance.integers(0, 365, rows).astype("int32"), days, mask=chance.random(rows) < 0.05
            ),
            "kind": some(KINDS),
            "class": some(CLASSES),
            "sanction": some(SANCTIONS),
            "fine": pyarrow.array(chance.integers(1, 100, rows) * 100),
            "harm": pyarrow.array(chance.integers(0, 3000, rows)),
        }
    )
    parquet.write_table(events, folder / SHUFFLED)
    parquet.write_table(events.sort_by("id"), folder / SORTED, row_group_size=max(10_000, rows // 40))
    (folder / "protocol.toml").write_text(_protocol(), encoding="utf-8")


def _protocol() -> str:
    def column(name: str, type_: str, timing: str, more: str = "") -> str:
        return f'{name} = {{ type = "{type_}", label = "x", timing = "{timing}_randomisation"{more} }}\n'

    def codes(meaning: dict[str, str]) -> str:
        return "{ " + ", ".join(f'"{code}" = "{word}"' for code, word in meaning.items()) + " }"

    day, missing = ', format = "%Y-%m-%d"', ', missing = [""]'
    outcomes = "".join(
        f'[[outcome]]\nid = "{name}"\nlabel = "x"\npeople_with = "x"\nreoffending = {{ preset = "{name}" }}\n'
        for name in DEFINITIONS
    )
    return (
        '[study]\nid = "bench"\ntitle = "x"\nprogramme = "x"\ncountry = "DK"\nsimulated = true\n'
        '[design]\nallocation.scheme = "simple"\n'
        '[[arm]]\nid = "a"\nlabel = "a"\nrole = "treatment"\n'
        '[[arm]]\nid = "b"\nlabel = "b"\nrole = "control"\n'
        f"[data]\ndata_cutoff = {CUTOFF}\n"
        '[data.participants]\nfile = "participants.csv"\nperson = "id"\narm.column = "arm"\n'
        'arm.codes = { "1" = "a", "0" = "b" }\n'
        'randomised_on = "randomised"\nreleased_on = "released"\nlinked = "linked"\n'
        "[data.participants.columns]\n"
        + column("randomised", "date", "before", day)
        + column("released", "date", "after", day + missing)
        + column("linked", "yes_no", "after", ', yes = ["1"], no = ["0"]')
        + f'[data.events]\nfile = "{SHUFFLED}"\nperson = "id"\nduplicate_rows = "keep"\n'
        'offence_date = "offence_date"\ndecision_date = "decision_date"\nfine_amount = "fine"\n'
        'harm_days = "harm"\n'
        f'kind.column = "kind"\nkind.codes = {codes(KINDS)}\n'
        f'offence_class.column = "class"\noffence_class.codes = {codes(CLASSES)}\n'
        f'sanction.column = "sanction"\nsanction.codes = {codes(SANCTIONS)}\n'
        "[data.events.columns]\n"
        + column("offence_date", "date", "after")
        + column("decision_date", "date", "after", missing)
        + column("kind", "category", "after", f", levels = {codes(KINDS)}")
        + column("class", "category", "after", f", levels = {codes(CLASSES)}")
        + column("sanction", "category", "after", f", levels = {codes(SANCTIONS)}")
        + column("fine", "number", "after")
        + column("harm", "number", "after")
        + outcomes
        + '[[analysis]]\nid = "primary"\nrole = "primary"\noutcome = "uk_proven_1y"\n'
        'effect_measure = "risk_difference"\n'
    )


def _fingerprint(measured: Any, first: Any, n: Any) -> str:
    """One text for three numbers of every person."""
    import numpy as np

    arrays = [np.ascontiguousarray(part, dtype=np.int64) for part in (measured, first, n)]
    return hashlib.sha256(b"".join(part.tobytes() for part in arrays)).hexdigest()


def ours(folder: Path, definition: str) -> dict[str, Any]:
    """Measure from the file as a user would, everything but the events in memory."""
    import duckdb  # noqa: F401  imports are not timed
    import numpy as np

    from primus_eval.loaders.people import load_people
    from primus_eval.measurement.register import measure_register

    trial, ids = load_people(folder / "protocol.toml")
    start = time.perf_counter()
    found = measure_register(
        trial, definition, ids=ids, events=folder / SHUFFLED, memory_limit="500MB", threads=2
    )
    seconds = time.perf_counter() - start
    kept, first, n = np.zeros(len(ids)), np.full(len(ids), -1), np.zeros(len(ids))
    kept[found.people] = 1
    released = trial.participants["released"].to_numpy().astype("datetime64[D]").astype(np.int64)
    time_days = np.floor(found.time_days[found.event]).astype(np.int64)  # half a day is the first day
    own = found.people[found.unit_row[::-1]]
    first[own] = released[own] + found.unit_day[::-1]  # the first of each person is written last
    n[found.people] = found.frame["n_events"]
    cut = first[found.people[found.event]] - released[found.people[found.event]]
    if not np.array_equal(np.minimum(cut, found.horizon_days), time_days):
        raise SystemExit("days of units and times to the first event differ")
    return {"seconds": seconds, "counted": int(n.sum()), "answer": _fingerprint(kept, first, n)}


def by_hand(folder: Path, definition: str) -> dict[str, Any]:
    """Put the query that was written by hand."""
    import duckdb
    import numpy as np

    connection = duckdb.connect()
    connection.execute("set threads = 2")
    connection.execute("set memory_limit = '500MB'")
    connection.execute(PEOPLE_BY_HAND.format(folder=str(folder).replace("'", "''")))
    events = str(folder / SHUFFLED).replace("'", "''")
    query = BY_HAND.format(events=events, cutoff=CUTOFF, **RULES[definition])
    start = time.perf_counter()
    found = connection.sql(query).fetchnumpy()
    seconds = time.perf_counter() - start
    kept = np.ma.filled(found["measured"], False)
    return {
        "seconds": seconds,
        "counted": int(found["n"].sum()),
        "answer": _fingerprint(kept, found["first"], found["n"]),
    }


def workers(folder: Path, runs: int) -> dict[str, Any]:
    """Time one worker and two by turns, after a run of each that is not counted."""
    from distributed import Client, LocalCluster

    from primus_eval.loaders.people import load_people
    from primus_eval.measurement.partitions import measure_partitions

    trial, ids = load_people(folder / "protocol.toml")
    seconds: dict[int, list[float]] = {1: [], 2: []}
    clusters = {
        n: LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1")
        for n in seconds
    }
    for run in range(runs + 1):
        for n, cluster in clusters.items():
            with Client(cluster, set_as_default=False) as client:
                start = time.perf_counter()
                measure_partitions(
                    trial,
                    DEFINITIONS[0],
                    partitions=8,
                    client=client,
                    ids=ids,
                    events=folder / SORTED,
                    memory_limit="300MB",
                )
                if run:
                    seconds[n].append(time.perf_counter() - start)
    for cluster in clusters.values():
        cluster.close()
    return {"one": seconds[1], "two": seconds[2]}


def measured(who: str, folder: Path, definition: str) -> dict[str, Any]:
    """Measure once in a fresh process.

    This process must stay small: Linux counts the memory of the process that starts another one as its own.
    """
    command = [sys.executable, __file__, str(folder), "--one", who, definition]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def row(folder: Path, definition: str, pairs: int) -> str:
    """One line of the table, after a run of each that is not counted and fills the caches."""
    both = ("ours", "by_hand")
    for who in both:
        measured(who, folder, definition)
    runs = [[measured(who, folder, definition) for who in both] for _ in range(pairs)]
    if len({run["answer"] for pair in runs for run in pair}) != 1:
        raise SystemExit(f"{definition}: the two give different answers")
    ratios = [mine["seconds"] / theirs["seconds"] for mine, theirs in runs]
    seconds = [statistics.median(pair[side]["seconds"] for pair in runs) for side in (0, 1)]
    memory = [max(pair[side]["megabytes"] for pair in runs) for side in (0, 1)]
    ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    return (
        f"| {definition} | {runs[0][0]['counted']:,} | {seconds[0]:.2f} | {seconds[1]:.2f} | {ratio} "
        f"| {memory[0]} | {memory[1]} | {pairs} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--date", help="the day, as YYYY-MM-DD; writes measure.md")
    parser.add_argument("--generate", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=2, metavar=("WHO", "DEFINITION"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.generate:
        generate(wanted.folder, wanted.rows)
    elif wanted.one:
        who, definition = wanted.one
        if who == "workers":
            print(json.dumps(workers(wanted.folder, int(definition))))
            return
        result = {"ours": ours, "by_hand": by_hand}[who](wanted.folder, definition)
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({**result, "megabytes": peak // 1024}))
    else:
        report(wanted.folder, wanted.rows, wanted.pairs, wanted.date)


def made(folder: Path, rows: int) -> Path:
    """Return the folder of so many rows, with its files."""
    own = folder / str(rows)
    if not (own / "protocol.toml").exists():
        command = [sys.executable, __file__, str(own), "--rows", str(rows), "--generate"]
        subprocess.run(command, check=True)
    return own


def report(folder: Path, rows: int, pairs: int, day: str | None) -> None:
    """Measure everything and print it; keep it where a day is given."""
    table = [
        "| definition | counted | ours, median s | by hand, median s | ratio (range) | ours, MB | by hand, MB"
        " | runs |",
        "|---|---|---|---|---|---|---|---|",
        *(row(made(folder, rows), definition, pairs) for definition in DEFINITIONS),
    ]
    print(*table, sep="\n", flush=True)
    sizes = ["| events | median s | MB |", "|---|---|---|"]
    for fewer in (*SMALLER, 1):
        runs = [measured("ours", made(folder, rows // fewer), DEFINITIONS[0]) for _ in range(pairs)]
        seconds = statistics.median(run["seconds"] for run in runs)
        sizes.append(f"| {rows // fewer:,} | {seconds:.2f} | {max(run['megabytes'] for run in runs)} |")
    print(*sizes, sep="\n", flush=True)
    lines = worker_lines(made(folder, rows), pairs)
    print(*lines, sep="\n", flush=True)
    if day is not None:
        versions = ", ".join(
            f"{name} {importlib.metadata.version(name)}" for name in ("duckdb", "numpy", "pandas", "dask")
        )
        page = PAGE.format(
            rows=rows,
            load=os.getloadavg()[0],
            people=rows // EVENTS_A_PERSON,
            day=day,
            machine=f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}",
            versions=versions,
            definition=DEFINITIONS[0],
            table="\n".join(table),
            sizes="\n".join(sizes),
            workers="\n".join(lines),
        )
        Path(__file__).with_name("measure.md").write_text(page, encoding="utf-8", newline="\n")


def worker_lines(folder: Path, pairs: int) -> list[str]:
    """Say how much of a second worker is gained: half of one worker's time would be an efficiency of 1."""
    command = [sys.executable, __file__, str(folder), "--one", "workers", str(pairs)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    gained = [one / two / 2 for one, two in zip(found["one"], found["two"], strict=True)]
    return [
        "| one worker, median s | two workers, median s | efficiency (range) | runs |",
        "|---|---|---|---|",
        f"| {statistics.median(found['one']):.2f} | {statistics.median(found['two']):.2f} "
        f"| {statistics.median(gained):.2f} ({min(gained):.2f} to {max(gained):.2f}) | {pairs} |",
    ]


if __name__ == "__main__":
    main()
