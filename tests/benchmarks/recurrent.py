"""Time the mean count of repeated events of half a million people beside R.

    python tests/benchmarks/recurrent.py --date 2026-11-23

needs R with survival and mets, and writes recurrent.md. Both sides take turns; reading and starting are not
counted. `survfit` answers as if nobody died, mets with deaths. mets takes what falls on one day apart, which
shows in the third digit here; without ties the two estimates are equal (tests/reference).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from primus_eval.numerics.mean_count import MeanCount, event_histories, mean_count

SEED, HORIZON = 20_261_123, 365
SCRIPT = Path(__file__).with_name("recurrent.R")


def simulated(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Whole days, one and a half events per person, some with many, one in twelve dead by the end."""
    rng = np.random.Generator(np.random.Philox(key=SEED))
    death = np.ceil(rng.exponential(4000, n))
    left = np.where(rng.random(n) < 0.1, rng.integers(1, HORIZON, n), HORIZON)
    end = np.minimum(death, left)
    person = np.repeat(np.arange(n), rng.poisson(rng.gamma(1, 1.7, n) * end / HORIZON))
    pairs = np.unique(np.column_stack((person, np.ceil(rng.random(len(person)) * end[person]))), axis=0)
    return end, death <= left, pairs[:, 0].astype(np.int64), pairs[:, 1]


def ours(end: np.ndarray, died: np.ndarray | None, person: np.ndarray, days: np.ndarray) -> MeanCount:
    return mean_count(event_histories(end, person, days, terminal=died), conf_level=0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one call took and found: the mean count by the last day and its standard error."""

    name: str
    seconds: float
    mean_count: float
    std_error: float


def our_runs(end: np.ndarray, died: np.ndarray, person: np.ndarray, days: np.ndarray) -> Iterator[Run]:
    for name, terminal in (("ours, nobody dies", None), ("ours, with deaths", died)):
        start = time.perf_counter()
        curve = ours(end, terminal, person, days)
        seconds = time.perf_counter() - start
        yield Run(
            name=name,
            seconds=seconds,
            mean_count=float(curve.mean_count[-1]),
            std_error=float(curve.std_error[-1]),
        )


def runs_of_r(people: Path, events: Path) -> Iterator[Run]:
    command = ["Rscript", str(SCRIPT), str(people), str(events)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        *name, seconds, mean_count, std_error = line.split(",")
        yield Run(
            name=",".join(name),
            seconds=float(seconds),
            mean_count=float(mean_count),
            std_error=float(std_error),
        )


def row(runs: list[Run]) -> str:
    """Give the times of the rounds of one call; what it found is the same in all."""
    seconds = [run.seconds for run in runs]
    spread = f"{statistics.median(seconds):.3f} ({min(seconds):.3f} to {max(seconds):.3f})"
    return f"| {runs[0].name} | {spread} | {runs[0].mean_count:.10g} | {runs[0].std_error:.10g} |"


def page(asked: argparse.Namespace, about: str, rounds: list[list[Run]]) -> str:
    by_name: dict[str, list[Run]] = {}
    for run in (run for runs in rounds for run in runs):
        by_name.setdefault(run.name, []).append(run)
    lines = [
        "# Mean counts of repeated events beside R",
        "",
        f"Written by recurrent.py, {asked.date}, {os.cpu_count()} cores. {about}, simulated, followed for",
        f"{HORIZON} days. Seconds, without reading and starting, of {len(rounds)} rounds; both sides take",
        "turns; the mean count by the last day and its standard error. survfit answers as if nobody died,",
        "mets with deaths; mets takes what falls on one day apart, which shows in the third digit.",
        "",
        "| call | median seconds (range) | mean count | standard error |",
        "|---|---|---|---|",
        *(row(runs) for runs in by_name.values()),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time mean counts beside R.")
    parser.add_argument("--date", default="not stated", help="the day to print with the results")
    parser.add_argument("--people", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=SCRIPT.with_suffix(".md"), help="the page to write")
    asked = parser.parse_args()
    end, died, person, days = simulated(asked.people)
    with tempfile.TemporaryDirectory() as folder:
        people, events = Path(folder) / "people.csv", Path(folder) / "events.csv"
        of_people, of_events = np.column_stack((end, died)), np.column_stack((person + 1, days))
        np.savetxt(people, of_people, delimiter=",", header="end_days,terminal", comments="", fmt="%d")
        np.savetxt(events, of_events, delimiter=",", header="person,event_days", comments="", fmt="%d")
        rounds = [
            [*our_runs(end, died, person, days), *runs_of_r(people, events)] for _ in range(asked.rounds)
        ]
    about = f"{asked.people:,} people, {len(days):,} events, {died.sum():,} deaths"
    text = page(asked, about, rounds)
    asked.out.write_text(text, encoding="utf-8", newline="\n")
    print(text, end="")


if __name__ == "__main__":
    main()
