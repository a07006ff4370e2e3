"""Write the simulated data sets on which the numerics are held to R.

    python tests/reference/make_data.py

They are invented people with everything that makes survival software disagree: many events on the same
day, censoring before the horizon, late entry, gaps, strata, clusters and arms of unequal size. The
committed files are the data; this script documents where they came from.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent / "data"


def tied(rng: np.random.Generator) -> list[dict[str, int]]:
    """Simulate 240 people in 40 clusters and 3 strata, followed for at most 30 weeks and counted by week."""
    people = []
    frailty = rng.gamma(4, 1 / 4, size=40)
    for person in range(240):
        cluster = person % 40
        age = int(rng.integers(18, 50))
        employed = int(rng.random() < 0.4)
        treated = int(rng.random() < 0.38)
        log_hazard = -0.4 * treated - 0.03 * (age - 30) - 0.3 * employed
        event_week = int(np.ceil(rng.exponential(24 / (frailty[cluster] * np.exp(log_hazard)))))
        last_week = int(rng.choice([8, 12, 16, 20, 30], p=[0.08, 0.08, 0.08, 0.08, 0.68]))
        logit = -0.3 + 1.6 * log_hazard
        people.append(
            {
                "person": person + 1,
                "stratum": cluster % 3 + 1,
                "cluster": cluster + 1,
                "treated": treated,
                "age": age,
                "employed": employed,
                "time_days": 7 * min(event_week, last_week),
                "event": int(event_week <= last_week),
                "reconvicted": int(rng.random() < 1 / (1 + np.exp(-logit))),
            }
        )
    return people


def repeated(rng: np.random.Generator) -> list[dict[str, int]]:
    """Simulate the repeated events of 90 people: rows (start, stop] of whole weeks, gaps, late entry."""
    rows = []
    for person in range(90):
        treated = int(rng.random() < 0.5)
        priors = int(rng.poisson(3))
        rate = rng.gamma(2, 0.5) * np.exp(-0.5 * treated + 0.08 * priors)
        start = int(rng.choice([0, 0, 0, 2, 5]))
        end = int(rng.integers(20, 53))
        number = 1
        while start < end:
            stop = start + int(np.ceil(rng.exponential(18 / rate)))
            event = stop <= end
            rows.append(
                {
                    "person": person + 1,
                    "start_days": 7 * start,
                    "stop_days": 7 * min(stop, end),
                    "event": int(event),
                    "number": min(number, 3),
                    "treated": treated,
                    "priors": priors,
                }
            )
            custody = int(rng.choice([0, 0, 3]))
            start, number = stop + custody, number + 1
    return rows


def counts(rng: np.random.Generator) -> list[dict[str, int]]:
    """Simulate how many events 150 people had in a year or less at risk: few have many, most have none."""
    people = []
    for person in range(150):
        treated = int(rng.random() < 0.4)
        age = int(rng.integers(18, 50))
        employed = int(rng.random() < 0.4)
        exposure = int(rng.choice([365, 365, 365, int(rng.integers(20, 365))]))
        rate = rng.gamma(0.7, 1 / 0.7) * np.exp(0.4 - 0.4 * treated - 0.03 * (age - 30) - 0.3 * employed)
        people.append(
            {
                "person": person + 1,
                "treated": treated,
                "age": age,
                "employed": employed,
                "exposure_days": exposure,
                "events": int(rng.poisson(rate * exposure / 365)),
            }
        )
    return people


def write(name: str, rows: list[dict[str, int]]) -> None:
    with (DATA / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    write("tied.csv", tied(np.random.default_rng(20261123)))
    write("repeated.csv", repeated(np.random.default_rng(20261124)))
    write("counts.csv", counts(np.random.default_rng(20261125)))
