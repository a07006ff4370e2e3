"""Time our numerics beside R's functions, on simulated people, and write beside_r.md.

    python tests/benchmarks/beside_r.py --date 2026-11-23 [--with-variance]

R and we take turns (A B A B ...) on the same file, each timing its second call in a fresh process; the figure
to read is the median of the ratios of neighbours. coxph is timed without its robust variance, which ours
always has, and on fewer people with it. cmprsk::crr needs time in the square of the people, and
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
    Pair(ours="cox", theirs="coxph", people=500_000, runs=5),
    Pair(ours="cox", theirs="coxph_robust", people=50_000, runs=3),
    Pair(ours="restricted_mean", theirs="survfit_rmean", people=10_000, runs=7),
    Pair(ours="aalen_johansen", theirs="survfit", people=500_000, runs=3),
    Pair(ours="gray", theirs="cuminc", people=500_000, runs=5),
    Pair(ours="fine_gray", theirs="crr_estimate", people=50_000, runs=3),
)
WITH_VARIANCE = Pair(ours="fine_gray", theirs="crr", people=10_000, runs=1)


def simulated(people: int) -> np.ndarray:
    """Whole days over two years: a third have the event, a tenth a competing one, a tenth leave early.

    Columns: time, kind (0 censored, 1 event, 2 competing), treated, age, and seven more covariates.
    """
    rng = np.random.Generator(np.random.Philox(key=people))
    treated = rng.integers(0, 2, people)
    event = rng.exponential(np.where(treated == 1, 1900, 1500))
    dies, left = rng.exponential(6000, people), rng.exponential(6000, people)
    first = np.minimum(np.minimum(np.minimum(event, dies), left), DAYS)
    kind = np.where(first == event, 1, np.where(first == dies, 2, 0))
    more = rng.integers(0, 10, (people, 7))
    return np.column_stack((np.ceil(first), kind, treated, rng.integers(18, 60, people), more))


def our_calls(columns: np.ndarray) -> dict[str, Callable[[], object]]:
    from primus_eval.numerics.cox import cox
    from primus_eval.numerics.cumulative_incidence import aalen_johansen, competing_table
    from primus_eval.numerics.fine_gray import fine_gray
    from primus_eval.numerics.gray import gray
    from primus_eval.numerics.restricted_mean import restricted_mean

    time_days, kind, treated = columns[:, 0], columns[:, 1], columns[:, 2] == 1
    event, competing = kind == 1, kind == 2

    def curves() -> None:
        for arm in (treated, ~treated):
            aalen_johansen(competing_table(time_days[arm], event[arm], competing[arm]), conf_level=0.95)

    return {
        "cox": lambda: cox(columns[:, 2:], time_days, event),
        "restricted_mean": lambda: restricted_mean(time_days, event, horizon_days=DAYS),
        "aalen_johansen": curves,
        "gray": lambda: gray(time_days, event, competing, treated),
        "fine_gray": lambda: fine_gray(columns[:, 2:4], time_days, event, competing),
    }


def time_ours(file: Path, function: str) -> None:
    """Print the seconds of a second call, as R's script does; this is what the fresh process does."""
    call = our_calls(np.loadtxt(file, delimiter=",", skiprows=1))[function]
    call()
    start = time.perf_counter()
    call()
    print(time.perf_counter() - start)


def seconds(command: list[str]) -> float:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def row(pair: Pair, folder: Path) -> str:
    file = folder / "people.csv"
    header = "time,kind,treated,age,a,b,c,d,e,f,g"
    np.savetxt(file, simulated(pair.people), fmt="%d", delimiter=",", header=header, comments="")
    ours = [sys.executable, __file__, "--time", str(file), pair.ours]
    theirs = ["Rscript", str(HERE / "beside_r.R"), str(file), pair.theirs]
    times = [(seconds(ours), seconds(theirs)) for _ in range(pair.runs)]
    ratios = [other / mine for mine, other in times]
    mine, other = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
    names = f"{pair.ours} / {pair.theirs} | {pair.people:,}"
    return f"| {names} | {mine:.3f} | {other:.3f} | {ratio} | {pair.runs} |"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time our numerics beside R's.")
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
        "# Our numerics beside R",
        "",
        f"Written by beside_r.py, {asked.date}, {os.cpu_count()} cores. Seconds of a second call, in",
        "fresh processes that take turns; the ratio says how many times as long R takes. cox has nine",
        "covariates, Efron's ties and the robust variance; coxph is without that, coxph_robust with it.",
        "fine_gray computes its variance always; crr_estimate is crr without.",
        "",
        "| ours / R's | people | ours, median seconds | R, median seconds | R over ours (range) | runs |",
        "|---|---|---|---|---|---|",
        *rows,
    ]
    (HERE / "beside_r.md").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
