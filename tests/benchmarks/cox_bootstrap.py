"""Time 1,000 bootstrap replicates of a seven-covariate Cox model beside loops in R, and print a table.

    python tests/benchmarks/cox_bootstrap.py --date 2026-11-23

All three fit the same resamples of the Maryland trial (432 people, drawn within arm): ours, which also
draws them and makes the interval; a loop over R's `coxph`; a loop over its inner `coxph.fit`. Starting R and
reading the rows is not counted. The coefficients are compared before anything is printed.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from reference.datasets import maryland  # noqa: E402

from primus_eval.numerics.cox import CoxModel, fit_cox  # noqa: E402
from primus_eval.numerics.cox_bootstrap import (  # noqa: E402
    CoxDraws,
    bootstrapped_hazard_ratio,
    cox_bootstrap,
    cox_replicates,
)
from primus_eval.numerics.streams import Stream, resampled_counts  # noqa: E402

COVARIATES = ("fin", "age", "race", "wexp", "mar", "paro", "prio")


def design() -> np.ndarray:
    return np.column_stack([maryland()[name] for name in COVARIATES])


def ours(stream: Stream) -> None:
    columns = maryland()
    result = cox_bootstrap(design(), columns["time"], columns["event"], groups=columns["fin"], stream=stream)
    assert isinstance(result, CoxDraws)
    assert bootstrapped_hazard_ratio(result, 0, conf_level=0.95).estimate is not None


def coefficients(stream: Stream) -> np.ndarray:
    """One row for each replicate, NaN where the likelihood has no maximum; R then stops somewhere."""
    columns = maryland()
    model = fit_cox(design(), columns["time"], columns["event"])
    assert isinstance(model, CoxModel)
    counts = resampled_counts(stream, columns["fin"].astype(int))
    return np.concatenate(list(cox_replicates(model, counts)))


def seconds(stream: Stream) -> float:
    start = time.perf_counter()
    ours(stream)
    return time.perf_counter() - start


def write(folder: Path, stream: Stream) -> None:
    """Write the data, and the rows of every replicate as R counts them."""
    columns = maryland()
    table = np.column_stack([columns[name] for name in ("time", "event", *COVARIATES)])
    header = ",".join(("days", "event", *COVARIATES))
    np.savetxt(folder / "data.csv", table, delimiter=",", fmt="%d", header=header, comments="")
    groups = columns["fin"].astype(int)
    rows = [
        np.repeat(np.arange(1, len(groups) + 1), count)
        for block in resampled_counts(stream, groups)
        for count in block
    ]
    np.concatenate(rows).astype(np.int32).tofile(folder / "rows.bin")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the bootstrap of a Cox model beside R.")
    parser.add_argument("--date", default="not stated", help="the day to print with the results")
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    stream = Stream(seed=20261123, name="benchmark", replicates=given.replicates)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, stream)
        draws = coefficients(stream)
        before = [seconds(stream) for _ in range(given.runs)]
        command = ["Rscript", str(HERE / "cox_bootstrap.R"), name, str(given.runs)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        after = [seconds(stream) for _ in range(given.runs)]
        theirs = np.fromfile(folder / "coefficients.bin").reshape(draws.shape)
    # R stops iterating earlier than we do.
    apart = np.nanmax(np.abs(draws - theirs))
    assert apart < 1e-5, f"the coefficients differ by {apart}"
    by_coxph, by_fit = (
        statistics.median(times)
        for times in zip(*(map(float, line.split()) for line in printed.splitlines()), strict=True)
    )
    mine = statistics.median([*before, *after])
    print(f"{given.date}, {os.cpu_count()} cores, Python {platform.python_version()}; medians, seconds")
    print()
    print("| replicates | ours | `coxph` loop | `coxph.fit` loop | `coxph` / ours | `coxph.fit` / ours |")
    print("|---:|---:|---:|---:|---:|---:|")
    print(
        f"| {given.replicates} | {mine:.3f} | {by_coxph:.2f} | {by_fit:.2f} "
        f"| {by_coxph / mine:.1f} | {by_fit / mine:.1f} |"
    )


if __name__ == "__main__":
    main()
