"""Time the restricted mean with its standard error, beside other things asked of the same curve.

    python tests/benchmarks/restricted_mean.py [PEOPLE ...]

Prints medians in milliseconds. Nothing is asserted: a test that fails on a busy machine proves nothing.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from primus_eval.numerics.pseudo_observations import pseudo_value_difference
from primus_eval.numerics.quantiles import quantile_difference
from primus_eval.numerics.restricted_mean import restricted_mean, restricted_mean_difference
from primus_eval.numerics.streams import Stream
from primus_eval.numerics.weighted_logrank import weighted_logrank_test

HORIZON_DAYS = 730
RUNS, LONGEST_SECONDS = 31, 5.0
LARGEST_TO_DRAW = 10_000


def trial(people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Days to reoffending, whole ones; about a third censored before the horizon."""
    random = np.random.Generator(np.random.Philox(key=people))
    treated = np.arange(people) % 2 == 1
    days = np.ceil(random.weibull(1.1, people) * np.where(treated, 800, 700))
    end = np.where(random.random(people) < 0.3, random.integers(30, 730, people), HORIZON_DAYS)
    return np.minimum(days, end), days <= end, treated


def median_milliseconds(work: Callable[[], object]) -> float:
    """Run once to warm up, then up to RUNS times or LONGEST_SECONDS."""
    work()
    taken: list[float] = []
    while len(taken) < RUNS and sum(taken) < LONGEST_SECONDS:
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return 1000 * statistics.median(taken)


def works(people: int) -> dict[str, Callable[[], object]]:
    """Name what is timed. The draws of a bootstrap are a matrix of people, so that is for small trials."""
    data = time_days, event, treated = trial(people)
    nobody = np.zeros(people)
    asked = {"horizon_days": HORIZON_DAYS, "conf_level": 0.95}
    stream = Stream(seed=1, name="benchmark", replicates=2000)
    everywhere: dict[str, Callable[[], object]] = {
        "restricted mean": lambda: restricted_mean(time_days, event, horizon_days=HORIZON_DAYS),
        "restricted mean difference": lambda: restricted_mean_difference(*data, **asked),
        "the same by pseudo-values": lambda: pseudo_value_difference(
            time_days, event, nobody, treated, quantity="days_free", **asked
        ),
        "weighted log-rank": lambda: weighted_logrank_test(*data, family="fleming_harrington", rho=1),
    }
    drawing: dict[str, Callable[[], object]] = {
        "quantile difference, 2000 draws": lambda: quantile_difference(
            *data, quantile=0.25, stream=stream, conf_level=0.95
        )
    }
    return everywhere | (drawing if people <= LARGEST_TO_DRAW else {})


def main(sizes: list[int]) -> None:
    for people in sizes:
        for name, work in works(people).items():
            print(f"{people:>9,} people  {name:<32} {median_milliseconds(work):10.2f} ms")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 500_000])
