"""Draw cost and effect of 10,000 people 10,000 times: ours beside plain loops over resamples, in one run.

python tests/benchmarks/cost_bootstrap_draws.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from primus_eval.numerics.cost_bootstrap import bootstrap_joint
from primus_eval.numerics.streams import Stream

PEOPLE, DRAWS = 10_000, 10_000
rng = np.random.default_rng(1)
TREATED = np.arange(PEOPLE) % 2 == 0
COST, HARM = rng.gamma(0.5, 40_000, PEOPLE), (rng.random(PEOPLE) < 0.4).astype(float)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def ours(workers: int) -> object:
    stream = Stream(seed=1, name="benchmark", replicates=DRAWS)
    return bootstrap_joint(COST, HARM, TREATED, stream=stream, workers=workers)


def frames(draws: int) -> None:
    """A loop over resamples of a data frame within arms, as a notebook would have it."""
    frame = pd.DataFrame({"cost": COST, "harm": HARM, "arm": TREATED})
    for seed in range(draws):
        drawn = frame.groupby("arm").sample(frac=1, replace=True, random_state=seed)
        drawn.groupby("arm")[["cost", "harm"]].mean()


def arrays(draws: int) -> None:
    """A loop over resamples of arrays within arms."""
    drawing = np.random.default_rng(1)
    for _ in range(draws):
        for arm in (TREATED, ~TREATED):
            people = np.flatnonzero(arm)
            picked = drawing.choice(people, len(people))
            COST[picked].mean(), HARM[picked].mean()


def main() -> None:
    one, two = seconds(lambda: ours(1)), seconds(lambda: ours(2))
    by_frames = seconds(lambda: frames(200)) * DRAWS / 200
    by_arrays = seconds(lambda: arrays(1000)) * DRAWS / 1000
    print(f"ours, 1 thread {one:.2f} s, 2 threads {two:.2f} s")
    for name, plain in (("data frames, from 200 draws", by_frames), ("arrays, from 1,000 draws", by_arrays)):
        print(f"loop over {name}: {plain:.1f} s, {plain / one:.1f} x and {plain / two:.1f} x as long")


if __name__ == "__main__":
    main()
