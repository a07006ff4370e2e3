"""Time measuring ten million events beside queries written by hand in DuckDB that give the same answers.

    python tests/benchmarks/measure.py FOLDER [--rows 10000000] [--pairs 5] --date 2026-11-23

writes tests/benchmarks/measure.md.

The files are made in FOLDER where they are not there yet. Each measuring has a process of its own, the three
of a round take turns, and the figures to read are the medians of the ratios within a round. Seconds are those
from the file of events to the answer, without imports and without the participants, which all have in memory.

One query gives the day of the first counted event and the number of them of every person, and who is left
out: what a quick look would ask. The other gives all that ours takes from the events: also harm, and the
fate of every candidate, events and people by arm. The answers are compared, person by person and line by
line. Neither looks at cells or ids: ours reads every distinct cell under its declaration, and looks whose
each event is that could count.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import logging
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
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
FEWEST, ENOUGH_SECONDS = 3, 80.0
"""Rounds that are run in any case, and seconds after which a part of the page starts no other round."""
PARTITIONS = 4
"""Stretches for one worker or two: few, because each has a database to open."""

PAGE = """\
# Measuring from a register

{rows:,} events of {people:,} people in a Parquet file, in no order, {day}. Written by
`python tests/benchmarks/measure.py FOLDER --date {day}` on {machine},
with {versions}; two threads, and 500 MB for DuckDB.
The load of the machine when it ended was {load:.1f}: where that is more than its cores, other work took part
of them, and only the ratios tell something.

Each measuring in a process of its own, the three taking turns; a ratio is the median over rounds, with its
range. **First day and count only**: beside a query by hand for the day of the first counted event and the
number of them, by person. **The identical answer, fates included**: beside one for all that ours takes from
the events, so also harm by person, and events and people by fate and arm. The answers are compared in every
run. Ours also reads every distinct cell under its declaration and looks whose each event is that could count;
the queries trust the data.

{table}

The same with fewer events, ours only. A hundredth of the events and people shows what is fixed: opening the
database, the types of the columns, the first use of every function.

{sizes}

On a Dask cluster of processes with one thread each, which have started, imported and counted once before;
{partitions} stretches of the file sorted by person ({definition}), each read by its worker in its own part of
the file. "Counting" is what the workers do, with what is sent to them and back; "all" adds what is done once
in one process: the distinct cells, the clocks, the rows of the result. "Nothing sent" is the same counting of
what the workers hold already, without an answer: what it falls short of 1 is not lost by sending, but where
two processes read and count at once on this machine, or one waits for the other's last stretch. Efficiency
is the time of one worker by twice that of two; beside nothing sent, it is divided by that of the first line
in the same round.

{workers}
"""

PEOPLE_BY_HAND = """
create table people as select id, arm = '1' as treated, released, randomised, linked,
    row_number() over (order by id) - 1 as person from read_csv('{folder}/participants.csv', types =
    {{'id': 'VARCHAR', 'arm': 'VARCHAR', 'released': 'DATE', 'randomised': 'DATE', 'linked': 'VARCHAR'}})
"""
"""The participants in memory, for all sides."""

MATURE = """
with clocks as (
    select *, (released + interval {months} month)::date as window_end, {deadline} as deadline from people
), among as (
    select *, linked = '1' and released is not null as found,
        greatest(window_end, deadline) > date '{cutoff}' + 1 as incomplete from clocks
), mature as (
    select id, person, treated, released, window_end, deadline, found and randomised < coalesce(
        min(randomised) filter (found and incomplete) over (), date '9999-12-31') as measured from among
)
"""
"""Who is measured, and between which days."""

FIRST_AND_COUNT = f"""{MATURE}, counted as (
    select person, min(offence_date) as first, count(*) as n
    from '{{events}}' as events join mature using (id)
    where measured and {{filters}} and offence_date >= released and offence_date < window_end
        and decision_date < deadline group by person
)
select measured, coalesce(first - date '1970-01-01', -1)::bigint as first, coalesce(n, 0)::bigint as n
from mature left join counted using (person) order by person
"""
"""What somebody would write who knows the definition and trusts the data."""

FATES = ("counted", "undated", "pseudo_reconviction", "outside_window", "undecided", "decided_too_late")
"""What can become of an event of these files, by the numbers that FATED gives."""

FATED = f"""create temp table fated as {MATURE}
select person, treated, offence_date, harm, case
    when offence_date is null then 1
    when offence_date < released then if(decision_date >= released and decision_date < deadline, 2, 3)
    when offence_date >= window_end then 3
    when decision_date is null then 4
    when decision_date >= deadline then 5
    else 0 end::utinyint as fate
from '{{events}}' as events join mature using (id) where measured and {{filters}}
"""
"""Every candidate with what became of it, for two questions."""

COUNTED = f"""{MATURE}, counted as (
    select person, min(offence_date) as first, count(*) as n, sum(harm) as harm, max(harm) as most
    from fated where fate = 0 group by person
)
select measured, coalesce(first - date '1970-01-01', -1)::bigint as first, coalesce(n, 0)::bigint as n,
    coalesce(harm, 0)::bigint as harm, coalesce(most, 0)::bigint as most
from mature left join counted using (person) order by person
"""

TALLY = "select fate, treated, count(*) as events, count(distinct person) as people from fated group by all"

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


def _fingerprint(*arrays: Any) -> str:
    """One text for some whole numbers of every person."""
    import numpy as np

    parts = [np.ma.filled(array, 0).astype(np.int64).tobytes() for array in arrays]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def ours(folder: Path, definition: str) -> dict[str, Any]:
    """Measure from the file as a user would, everything but the events in memory."""
    import duckdb  # noqa: F401  imports are not timed
    import numpy as np
    import pyarrow  # noqa: F401

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
    harm, most = np.zeros(len(ids)), np.zeros(len(ids))
    harm[found.people] = found.frame["harm_days"]
    most[found.people] = found.frame["most_serious_harm_days"]
    tally = [[one.fate, one.arm == "treatment", one.events, one.people] for one in found.tally if one.events]
    cut = first[found.people[found.event]] - released[found.people[found.event]]
    if not np.array_equal(np.minimum(cut, found.horizon_days), time_days):
        raise SystemExit("days of units and times to the first event differ")
    return {
        "seconds": seconds,
        "counted": int(n.sum()),
        "answer": _fingerprint(kept, first, n),
        "whole": [_fingerprint(kept, first, n, harm, most), *sorted(tally)],
    }


def _by_hand(folder: Path, definition: str, *queries: str) -> tuple[float, list[dict[str, Any]]]:
    """Put queries that were written by hand; return the seconds of all, and what the last ones say."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set threads = 2")
    connection.execute("set memory_limit = '500MB'")
    connection.execute(PEOPLE_BY_HAND.format(folder=str(folder).replace("'", "''")))
    events = str(folder / SHUFFLED).replace("'", "''")
    values = {"events": events, "cutoff": CUTOFF, **RULES[definition]}
    asked = [query.format(**values) for query in queries]
    start = time.perf_counter()
    found = [connection.execute(query).fetchnumpy() for query in asked]
    return time.perf_counter() - start, found


def first_and_count(folder: Path, definition: str) -> dict[str, Any]:
    """Put the query for the first day and the number."""
    seconds, (found,) = _by_hand(folder, definition, FIRST_AND_COUNT)
    return {"seconds": seconds, "answer": _fingerprint(found["measured"], found["first"], found["n"])}


def with_fates(folder: Path, definition: str) -> dict[str, Any]:
    """Put the queries for all that ours takes from the events."""
    seconds, (_, found, tally) = _by_hand(folder, definition, FATED, COUNTED, TALLY)
    columns = ("measured", "first", "n", "harm", "most")
    lines = zip(*(tally[name].tolist() for name in ("fate", "treated", "events", "people")), strict=True)
    return {
        "seconds": seconds,
        "answer": _fingerprint(*(found[name] for name in columns[:3])),
        "whole": [
            _fingerprint(*(found[name] for name in columns)),
            *sorted([FATES[fate], *line] for fate, *line in lines),
        ],
    }


SIDES = {"ours": ours, "first_and_count": first_and_count, "with_fates": with_fates}


def without_answer(function: Any, piece: Any) -> None:
    """Do a piece of work that a worker holds already, and send nothing back."""
    function(*piece)


def workers(folder: Path, runs: int) -> dict[str, list[list[float]]]:
    """Time one worker and two by turns, after a run of each that is not counted: counting, and all."""
    from distributed import Client, LocalCluster

    from primus_eval.loaders.people import load_people
    from primus_eval.measurement.partitions import map_on
    from primus_eval.measurement.register import measured_in_stretches
    from primus_eval.measurement.register_file import Means
    from primus_eval.protocol import ASSIGNED

    trial, ids = load_people(folder / "protocol.toml")

    def timed(client: Client) -> list[float]:
        counting, held, aside = [], [], []

        def map_(function: Any, work: Any) -> Any:
            start = time.perf_counter()
            found = map_on(client)(function, work)
            counting.append(time.perf_counter() - start)
            pieces = [client.scatter([tuple(each)], hash=False)[0] for each in work]
            again = time.perf_counter()
            client.gather([client.submit(without_answer, function, piece, pure=False) for piece in pieces])
            held.append(time.perf_counter() - again)
            aside.append(time.perf_counter() - start - counting[-1])
            return found

        start = time.perf_counter()
        measured_in_stretches(
            trial,
            DEFINITIONS[0],
            ids=ids,
            events=folder / SORTED,
            population=ASSIGNED,
            means=Means(memory_limit="300MB", threads=1, temp_directory=None),
            chunks=PARTITIONS,
            map_=map_,
        )
        return [*held, *counting, time.perf_counter() - start - sum(aside)]

    logging.getLogger("distributed").setLevel(logging.ERROR)
    seconds: dict[str, list[list[float]]] = {"1": [], "2": []}
    local = {"threads_per_worker": 1, "dashboard_address": "127.0.0.1:0", "host": "127.0.0.1"}
    clusters = {n: LocalCluster(n_workers=int(n), **local) for n in seconds}
    clients = {n: Client(cluster, set_as_default=False) for n, cluster in clusters.items()}
    for client in clients.values():
        timed(client)
    for _ in rounds(runs):
        for n, client in clients.items():
            seconds[n].append(timed(client))
    for n in seconds:
        clients[n].close()
        clusters[n].close()
    return seconds


def measured(who: str, folder: Path, definition: str) -> dict[str, Any]:
    """Measure once in a fresh process.

    This process must stay small: Linux counts the memory of the process that starts another one as its own.
    """
    command = [sys.executable, __file__, str(folder), "--one", who, definition]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def rounds(wanted: int) -> Iterator[int]:
    """Count rounds; after the first few no more than there is time for."""
    end = time.monotonic() + ENOUGH_SECONDS
    for number in range(wanted):
        if number >= FEWEST and time.monotonic() > end:
            return
        yield number


def row(folder: Path, definition: str, pairs: int) -> str:
    """One line of the table, after a run of each that is not counted and fills the caches."""
    for who in SIDES:
        measured(who, folder, definition)
    runs = [{who: measured(who, folder, definition) for who in SIDES} for _ in rounds(pairs)]
    if len({run["answer"] for each in runs for run in each.values()}) != 1:
        raise SystemExit(f"{definition}: first days or numbers differ")
    if any(each["ours"]["whole"] != each["with_fates"]["whole"] for each in runs):
        raise SystemExit(f"{definition}: harm or fates differ")
    cells = [definition, f"{runs[0]['ours']['counted']:,}"]
    cells += [f"{statistics.median(each[who]['seconds'] for each in runs):.2f}" for who in SIDES]
    for who in ("first_and_count", "with_fates"):
        cells.append(_median_and_range([each["ours"]["seconds"] / each[who]["seconds"] for each in runs]))
    cells += [str(max(each[who]["megabytes"] for each in runs)) for who in SIDES]
    return f"| {' | '.join([*cells, str(len(runs))])} |"


def _median_and_range(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


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
        result = SIDES[who](wanted.folder, definition)
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
        "| definition | counted | ours, median s | first day and count only, s | fates included, s "
        "| ratio to first day and count only | ratio to the identical answer, fates included "
        "| ours, MB | first day and count only, MB | fates included, MB | rounds |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
        *(row(made(folder, rows), definition, pairs) for definition in DEFINITIONS),
    ]
    print(*table, sep="\n", flush=True)
    sizes = size_lines(folder, rows, pairs)
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
            partitions=PARTITIONS,
            table="\n".join(table),
            sizes="\n".join(sizes),
            workers="\n".join(lines),
        )
        Path(__file__).with_name("measure.md").write_text(page, encoding="utf-8", newline="\n")


def size_lines(folder: Path, rows: int, pairs: int) -> list[str]:
    """Say how seconds grow with events, all sizes taking turns."""
    sizes = [rows // fewer for fewer in (*SMALLER, 1)]
    runs = [[measured("ours", made(folder, size), DEFINITIONS[0]) for size in sizes] for _ in rounds(pairs)]
    lines = ["| events | median s | s for each million more | MB | rounds |", "|---|---|---|---|---|"]
    before: tuple[int, float] | None = None
    for size, own in zip(sizes, zip(*runs, strict=True), strict=True):
        seconds = statistics.median(run["seconds"] for run in own)
        more = "" if before is None else f"{(seconds - before[1]) / (size - before[0]) * 1e6:.3f}"
        memory = max(run["megabytes"] for run in own)
        lines.append(f"| {size:,} | {seconds:.2f} | {more} | {memory} | {len(runs)} |")
        before = size, seconds
    return lines


def worker_lines(folder: Path, pairs: int) -> list[str]:
    """Say how much of a second worker is gained: half of one worker's time would be an efficiency of 1."""
    command = [sys.executable, __file__, str(folder), "--one", "workers", str(pairs)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    lines = [
        "| | one worker, median s | two workers, median s | efficiency (range) "
        "| beside nothing sent (range) | rounds |",
        "|---|---|---|---|---|---|",
    ]
    nothing_sent: list[float] = []
    for number, name in enumerate(("nothing sent", "counting", "all")):
        one, two = ([run[number] for run in found[n]] for n in ("1", "2"))
        middle = [f"{statistics.median(seconds):.2f}" for seconds in (one, two)]
        efficiency = [alone / both / 2 for alone, both in zip(one, two, strict=True)]
        nothing_sent = nothing_sent or efficiency  # the first line
        beside = [own / limit for own, limit in zip(efficiency, nothing_sent, strict=True)]
        cells = [name, *middle, _median_and_range(efficiency), _median_and_range(beside), str(len(one))]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    main()
