"""What process indicators rest on beside R: ratios of sums, exact rates, medians, and limits of charts."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from reference.comparison import Comparison, compare
from reference.datasets import HERE, fixture, read_columns

from primus_eval.numerics.effect import Effect
from primus_eval.numerics.funnel_limits import funnel_limits
from primus_eval.numerics.medians import median_days
from primus_eval.numerics.person_weeks import mean_of_persons, pooled_ratio
from primus_eval.numerics.rare_events import rate_exact
from primus_eval.numerics.run_rules import run_limits

FIXTURE = "process"
LEVEL = {"conf_level": 0.95}
ENDS = ("estimate", "conf_low", "conf_high")

R_FUNCTIONS = {
    "pooled_ratio": "`glm(quasipoisson)` and `glm(quasibinomial)` of a constant with "
    '`sandwich::vcovHC(type = "HC3")`',
    "mean_of_persons": "`t.test`",
    "rate_exact": "`poisson.test`",
    "median_days": '`quantile` of `survfit(conf.type = "log-log")`',
    "run_limits": "`round(log2(n) + 3)` and `qbinom`",
    "funnel_limits": "`qbinom`",
}

LOOSER: dict[tuple[str, str], str] = {}

WITHOUT_R = [
    (
        "Run rules: limits as published, and the charts they are read from by hand",
        "test_numerics_run_rules.py::test_by_hand",
    ),
    (
        "Funnel limits: binomial probabilities added up in whole numbers",
        "test_numerics_funnel_limits.py::test_limits_are_the_tails_added_up",
    ),
    (
        "The interval of a median: every sample of a coin with three sides",
        "test_numerics_medians.py::test_covers_the_median_in_every_sample",
    ),
    (
        "Ratios of sums: each person in turn left out, and coverage in simulated programmes",
        "test_numerics_person_weeks.py::test_covers_the_truth_in_simulated_programmes",
    ),
]


def comparisons() -> Iterator[Comparison]:
    theirs = fixture(FIXTURE)
    counts = read_columns(HERE / "data" / "counts.csv")
    weeks = counts["exposure_days"] / 7
    whole = np.ceil(weeks)
    ratios = {
        "rate": pooled_ratio(counts["events"], weeks, is_share=False, **LEVEL),
        "share": pooled_ratio(np.minimum(counts["events"], whole), whole, is_share=True, **LEVEL),
    }
    for name, ours in ratios.items():
        yield from compare(
            "pooled_ratio", f"counts, {name}", ours, theirs["ratios"][name], (*ENDS, "std_error", "df")
        )
    mean = mean_of_persons(counts["exposure_days"], **LEVEL)
    yield from compare("mean_of_persons", "counts", mean, theirs["mean"], ENDS)
    for case in theirs["exact"]:
        rate = rate_exact(int(case["events"]), case["exposure"], **LEVEL)
        label = f"{case['events']} in {case['exposure']}"
        yield from compare("rate_exact", label, rate, case, ENDS)
    for number, case in enumerate(theirs["median_days"], start=1):
        days: Effect = median_days(case["time_days"], case["event"], **LEVEL)
        yield from compare("median_days", f"tied, part {number}", days, case, ENDS)
    yield from _limits(theirs)


def _limits(theirs: dict[str, Any]) -> Iterator[Comparison]:
    runs = theirs["runs"]
    limits = np.array([run_limits(int(useful)) for useful in runs["useful"]])
    ours = SimpleNamespace(run=limits[:, 0], crossings=limits[:, 1])
    yield from compare("run_limits", "2 to 60 points", ours, runs, ("run", "crossings"))
    for case in theirs["funnel"]:
        parts = {}
        for coverage, name in ((0.95, "95"), (0.998, "998")):
            found = funnel_limits(case["units"], benchmark=case["benchmark"], coverage=coverage)
            parts |= {f"fewest{name}": found.fewest, f"most{name}": found.most}
        label = f"benchmark {case['benchmark']}"
        yield from compare("funnel_limits", label, SimpleNamespace(**parts), case, tuple(parts))
