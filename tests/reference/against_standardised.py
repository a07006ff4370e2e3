"""The difference of curves standardised by Cox regression beside R's coxph, moved by each person's weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from reference.comparison import Comparison, compare_effect
from reference.datasets import Columns, fixture, maryland, tied

from primus_eval.numerics.cox import fit_cox
from primus_eval.numerics.cox_curves import standardised_difference

FIXTURE = "standardised"

R_FUNCTIONS = {
    "standardised_difference": "`basehaz` of `coxph` over people; its variance by moving each weight"
}

LOOSER: dict[tuple[str, str], str] = {}

WITHOUT_R = [
    (
        "Difference of standardised curves: standard error and coverage in simulated trials",
        "test_numerics_cox_curves.py::test_covers_the_truth_in_simulated_trials",
    ),
]


def comparisons() -> Iterator[Comparison]:
    for data, columns in (("Maryland", maryland()), ("tied", tied())):
        for case in fixture(FIXTURE)[data.lower()]:
            yield from of_case(data, columns, case)


def of_case(data: str, columns: Columns, case: dict[str, Any]) -> Iterator[Comparison]:
    strata = case["strata"]
    model = fit_cox(
        np.column_stack([columns[name] for name in case["columns"]]),
        columns["time"],
        columns["event"],
        strata=None if strata is None else columns[strata],
    )
    horizon = {"horizon_days": case["horizon_days"], "conf_level": case["conf_level"]}
    ours = standardised_difference(model, 0, **horizon)
    label = f"{data} by day {case['horizon_days']}" + (f", strata {strata}" if strata else "")
    theirs = case["standardised_difference"]
    yield from compare_effect("standardised_difference", label, ours, theirs)
