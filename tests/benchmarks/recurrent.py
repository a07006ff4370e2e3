"""Time the mean count of repeated events of half a million people beside R.

    python tests/benchmarks/recurrent.py [--people 500000] [--rounds 3]

needs R with survival and mets. Prints seconds of each round, without reading and starting, and what each
found. `survfit` answers as if nobody died, mets with deaths. mets takes what falls on one day apart, which
shows in the third digit here; without ties the two estimates are equal (tests/reference).
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from primus_eval.numerics.mean_count import MeanCount, event_histories, mean_count

SEED, HORIZON = 20_261_123, 365
SCRIPT = Path(__file__).with_name("recurrent.R")


def simulated(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Whole days, one and a half events a person, some with many, one in twelve dead by the end."""
    rng = np.random.Generator(np.random.Philox(key=SEED))
    death = np.ceil(rng.exponential(4000, n))
    left = np.where(rng.random(n) < 0.1, rng.integers(1, HORIZON, n), HORIZON)
    end = np.minimum(death, left)
    person = np.repeat(np.arange(n), rng.poisson(rng.gamma(1, 1.7, n) * end / HORIZON))
    pairs = np.unique(np.column_stack((person, np.ceil(rng.random(len(person)) * end[person]))), axis=0)
    return end, death <= left, pairs[:, 0].astype(np.int64), pairs[:, 1]


def ours(end: np.ndarray, died: np.ndarray | None, person: np.ndarray, days: np.ndarray) -> MeanCount:
    return mean_count(event_histories(end, person, days, terminal=died), conf_level=0.95)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time mean counts beside R.")
    parser.add_argument("--people", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    end, died, person, days = simulated(asked.people)
    print(f"{asked.people} people, {len(days)} events, {died.sum()} deaths")
    with tempfile.TemporaryDirectory() as folder:
        people, events = Path(folder) / "people.csv", Path(folder) / "events.csv"
        of_people, of_events = np.column_stack((end, died)), np.column_stack((person + 1, days))
        np.savetxt(people, of_people, delimiter=",", header="end_days,terminal", comments="", fmt="%d")
        np.savetxt(events, of_events, delimiter=",", header="person,event_days", comments="", fmt="%d")
        for _ in range(asked.rounds):
            for name, terminal in (("ours, nobody dies", None), ("ours, with deaths", died)):
                start = time.perf_counter()
                curve = ours(end, terminal, person, days)
                seconds = time.perf_counter() - start
                print(f"{name},{seconds:.3f},{curve.mean_count[-1]:.12g},{curve.std_error[-1]:.12g}")
            command = ["Rscript", str(SCRIPT), str(people), str(events)]
            print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")


if __name__ == "__main__":
    main()
