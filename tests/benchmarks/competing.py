"""Time the methods for competing events beside R's, on simulated people, and write competing.md.

    python tests/benchmarks/competing.py --date 2026-11-23 [--with-variance]

R and we take turns (A B A B ...) on the same file, each timing its own call in a fresh process; the figure
to read is the median of the ratios of neighbours. cmprsk::crr needs time in the square of the people, and
with its variance far more: it is timed without, and with --with-variance once more on fewer people.
R needs survival and cmprsk. Nothing here is asserted: a test that fails on a busy machine proves nothing.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
DAYS = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A function of ours, R's beside it, on how many people, and how often."""

    ours: str
    theirs: str
    people: int
    runs: int


PAIRS = (
    Pair(ours="aalen_johansen", theirs="survfit", people=500_000, runs=7),
    Pair(ours="gray", theirs="cuminc", people=500_000, runs=7),
    Pair(ours="fine_gray", theirs="crr_estimate", people=50_000, runs=3),
)
WITH_VARIANCE = Pair(ours="fine_gray", theirs="crr", people=10_000, runs=1)


def simulated(people: int) -> np.ndarray:
    """Whole days over two years: a third have the event, a tenth a competing one, a tenth leave early.

    Columns: time, kind (0 censored, 1 event, 2 competing), treated, age.
    """
    rng = np.random.Generator(np.random.Philox(key=people))
    treated = rng.integers(0, 2, people)
    event = rng.exponential(np.where(treated == 1, 1900, 1500))
    dies, left = rng.exponential(6000, people), rng.exponential(6000, people)
    first = np.minimum(np.minimum(np.minimum(event, dies), left), DAYS)
    kind = np.where(first == event, 1, np.where(first == dies, 2, 0))
    return np.column_stack((np.ceil(first), kind, treated, rng.integers(18, 60, people)))


def our_calls(columns: np.ndarray) -> dict[str, Callable[[], object]]:
    from primus_eval.numerics.cumulative_incidence import aalen_johansen, competing_table
    from primus_eval.numerics.fine_gray import fine_gray
    from primus_eval.numerics.gray import gray

    time_days, kind, treated = columns[:, 0], columns[:, 1], columns[:, 2] == 1
    event, competing = kind == 1, kind == 2

    def curves() -> None:
        for arm in (treated, ~treated):
            aalen_johansen(competing_table(time_days[arm], event[arm], competing[arm]), conf_level=0.95)

    return {
        "aalen_johansen": curves,
        "gray": lambda: gray(time_days, event, competing, treated),
        "fine_gray": lambda: fine_gray(columns[:, 2:], time_days, event, competing),
    }


def time_ours(file: Path, function: str) -> None:
    """Print the seconds of one call; this is what the fresh process does."""
    call = our_calls(np.loadtxt(file, delimiter=",", skiprows=1))[function]
    start = time.perf_counter()
    call()
    print(time.perf_counter() - start)


def seconds(command: list[str]) -> float:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def row(pair: Pair, folder: Path) -> str:
    file = folder / "people.csv"
    header = "time,kind,treated,age"
    np.savetxt(file, simulated(pair.people), fmt="%d", delimiter=",", header=header, comments="")
    ours = [sys.executable, __file__, "--time", str(file), pair.ours]
    theirs = ["Rscript", str(HERE / "competing.R"), str(file), pair.theirs]
    times = [(seconds(ours), seconds(theirs)) for _ in range(pair.runs)]
    ratios = [other / mine for mine, other in times]
    mine, other = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
    names = f"{pair.ours} / {pair.theirs} | {pair.people:,}"
    return f"| {names} | {mine:.3f} | {other:.3f} | {ratio} | {pair.runs} |"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time methods for competing events beside R's.")
    parser.add_argument("--date", default="not stated", help="the day to print with the results")
    parser.add_argument("--with-variance", action="store_true", help="time crr with its variance too")
    parser.add_argument("--time", nargs=2, metavar=("FILE", "FUNCTION"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.time:
        time_ours(Path(asked.time[0]), asked.time[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        pairs = (*PAIRS, WITH_VARIANCE) if asked.with_variance else PAIRS
        rows = [row(pair, Path(folder)) for pair in pairs]
    lines = [
        "# Competing events beside R",
        "",
        f"Written by competing.py, {asked.date}, {os.cpu_count()} cores. Seconds of the call itself, in",
        "fresh processes that take turns; the ratio says how many times as long R takes. fine_gray computes",
        "its variance always; crr_estimate is crr without.",
        "",
        "| ours / R's | people | ours, median seconds | R, median seconds | R over ours (range) | runs |",
        "|---|---|---|---|---|---|",
        *rows,
    ]
    (HERE / "competing.md").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
