"""Hazard ratios period by period, on given days and from a landmark on, ours beside R's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from reference.comparison import Comparison, compare_effect
from reference.datasets import Columns, fixture, maryland, tied

from primus_eval.numerics.time_varying import hazard_ratio_by_period, hazard_ratio_over_time

FIXTURE = "transition"

R_FUNCTIONS = {
    "hazard_ratio_by_period": "`coxph` on the rows of `survSplit`",
    "hazard_ratio_over_time": "`coxph` with `tt`",
}

LOOSER: dict[tuple[str, str], str] = {}

WITHOUT_R = [
    ("Ratios by period, by hand", "test_numerics_time_varying.py::test_by_hand"),
    (
        "Ratios by period: the same rows split at the ends of periods, by the plain Cox engine",
        "test_numerics_time_varying.py::test_periods_are_those_of_split_rows",
    ),
    (
        "Ratios by period: the partial likelihood written out event by event",
        "test_numerics_time_varying.py::test_no_step_aside_goes_higher",
    ),
    (
        "Ratios on given days: the same rows split at every event day, by the plain Cox engine",
        "test_numerics_time_varying.py::test_a_changing_ratio_is_that_of_split_rows",
    ),
    (
        "Ratios by period: coverage in simulated trials",
        "test_numerics_time_varying.py::test_covers_the_truth_in_simulated_trials",
    ),
    (
        "Landmarks: R coxph, and survfit of a state, among those still there",
        "test_transition.py::test_from_a_landmark_on_the_numbers_are_those_of_r",
    ),
]


def comparisons() -> Iterator[Comparison]:
    """Yield every output of every function on every data set for which R has an answer."""
    for name, columns, arm in (("Maryland", maryland(), "fin"), ("tied", tied(), "treated")):
        theirs = fixture(FIXTURE)[name.lower()]
        for case in theirs["periods"]:
            yield from of_periods(name, columns, arm, case, columns["event"], theirs["conf_level"])
        yield from of_limit(name, columns, arm, theirs)
        for case in theirs["over_time"]:
            yield from of_days(name, columns, arm, case, theirs["conf_level"])


def data_of(columns: Columns, arm: str, case: dict[str, Any], event: np.ndarray) -> tuple[Any, ...]:
    """Return times, events, arms, covariates and strata of a case."""
    covariates = (
        np.column_stack([columns[name] for name in case["covariates"]]) if case["covariates"] else None
    )
    strata = case.get("strata")
    return columns["time"], event, columns[arm], covariates, None if strata is None else columns[strata]


def of_periods(
    data: str, columns: Columns, arm: str, case: dict[str, Any], event: np.ndarray, conf_level: float
) -> Iterator[Comparison]:
    ours = hazard_ratio_by_period(
        *data_of(columns, arm, case, event), periods_days=tuple(case["periods_days"]), conf_level=conf_level
    )
    kept = case.get("kept", range(len(ours)))
    assert [effect.reason is None for effect in ours] == [index in kept for index in range(len(ours))]
    for index, theirs in zip(kept, case["effects"], strict=True):
        label = f"{_label(data, case)}, period {index + 1}"
        yield from compare_effect("hazard_ratio_by_period", label, ours[index], theirs)


def of_limit(data: str, columns: Columns, arm: str, theirs: dict[str, Any]) -> Iterator[Comparison]:
    """Nobody of the treatment arm has an event in the second period, whose rows R does without."""
    case = theirs["limit"]
    begin, end = case["periods_days"][1:3]
    in_second = (columns["time"] > begin) & (columns["time"] <= end)
    event = np.where((columns[arm] == 1) & in_second, 0, columns["event"])
    yield from of_periods(f"{data}, a period at its limit", columns, arm, case, event, theirs["conf_level"])


def of_days(
    data: str, columns: Columns, arm: str, case: dict[str, Any], conf_level: float
) -> Iterator[Comparison]:
    ours = hazard_ratio_over_time(
        *data_of(columns, arm, case, columns["event"]),
        at_days=tuple(case["at_days"]),
        time_function=case["time_function"],
        conf_level=conf_level,
    )
    label = f"{_label(data, case)}, {case['time_function'].replace('_', ' ')}"
    for day, effect, theirs in zip(case["at_days"], ours.at, case["effects"], strict=True):
        yield from compare_effect("hazard_ratio_over_time", f"{label}, day {day}", effect, theirs)
    yield from compare_effect("hazard_ratio_over_time", f"{label}, change", ours.change, case["change"])


def _label(data: str, case: dict[str, Any]) -> str:
    adjusted = ", adjusted" if case["covariates"] else ""
    return f"{data}{adjusted}{', stratified' if case.get('strata') else ''}"
