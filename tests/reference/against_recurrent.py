"""Repeated events beside R: mean counts, and the regressions on rows (start, stop].

The histories of both data sets stand in the fixture with what R made of them. R cuts its rows itself; ours
are cut by the functions of the estimators.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
from reference.comparison import Comparison, compare, compare_effect
from reference.datasets import fixture, repeated

from primus_eval.estimators.recurrent import (
    Stretches,
    earlier_events,
    one_event_each,
    pooled,
    since_last_event,
)
from primus_eval.numerics.cox import CoxFit, cox
from primus_eval.numerics.mean_count import (
    EventHistories,
    event_histories,
    mean_count,
    mean_count_at,
    mean_count_difference,
)
from primus_eval.numerics.repeated_events import repeated_events_ratio

FIXTURE = "recurrent"
R_FUNCTIONS = {
    "mean_count": "`survfit` of the events and of death, the product rule on the influences that it "
    "returns; without deaths its own robust standard error; with them also `mets::recurrentMarginal`",
    "mean_count_at": "as `mean_count`",
    "mean_count_difference": "as `mean_count`, in each arm",
    "repeated_events_ratio": "`coxph(cluster = )`, its robust variance times n / (n - p), with `qt`",
}
METS = 0.01
LOOSER = {
    ("mean_count", "std_error"): "`mets` gives the variance in the limit, with 1/n where the influence on "
    "the Kaplan-Meier curve has 1/(n - d): they part where few are left. `survfit` agrees to rounding."
}
WITHOUT_R = [
    ("Mean count and its standard error, by hand", "test_numerics_mean_count.py::test_by_hand"),
    (
        "Mean count: how it moves with the weight of each person",
        "test_numerics_mean_count.py::test_the_variance_is_that_of_moving_each_persons_weight",
    ),
    (
        "Mean count where everyone is observed to the end: the plain mean and its standard error",
        "test_numerics_mean_count.py::test_observed_to_the_end_it_is_the_plain_mean",
    ),
    (
        "Mean count and its difference: bias, standard error and coverage in simulated trials",
        "test_numerics_mean_count.py::test_covers_the_truth_in_simulated_trials",
    ),
    (
        "Andersen-Gill with events that hang together: coverage in simulated trials",
        "test_recurrent.py::test_the_rate_ratio_covers_the_truth_where_some_people_have_many_events",
    ),
]
DATA = ("repeated", "tied")
OF_A_CURVE = ("mean_count", "std_error")


def comparisons() -> Iterator[Comparison]:
    """Yield every output on both data sets."""
    for data in DATA:
        case = fixture(FIXTURE)[data]
        yield from of_curves(data, case)
        yield from of_horizons(data, case)
        for name, rows, strata in regressions(data):
            yield from of_regression(f"{data}, {name}", rows, strata, case["regressions"][name])
    yield from of_rows()


def histories_of(data: str, *, arm: int | None = None, deaths: bool = True) -> EventHistories:
    """The histories of one arm, or of all."""
    return _histories(fixture(FIXTURE)[data]["history"], arm=arm, deaths=deaths)


def _histories(given: dict[str, Any], *, arm: int | None = None, deaths: bool = True) -> EventHistories:
    end, died = np.array(given["end_days"]), np.array(given["terminal"])
    person, days = np.array(given["person"]) - 1, np.array(given["event_days"])
    in_arm = np.ones(len(end), dtype=bool) if arm is None else np.array(given["treated"]) == arm
    ours, place = in_arm[person], in_arm.cumsum() - 1
    return event_histories(
        end[in_arm], place[person[ours]], days[ours], terminal=died[in_arm] if deaths else None
    )


def of_curves(data: str, case: dict[str, Any]) -> Iterator[Comparison]:
    for name, deaths in (("mean_count", True), ("without_deaths", False)):
        theirs = case[name]
        curve = mean_count(histories_of(data, deaths=deaths), conf_level=theirs["conf_level"])
        label = data if deaths else f"{data}, nobody dies"
        outputs = tuple(field.name for field in fields(curve))
        yield from compare("mean_count", label, curve, theirs, outputs)
        if not deaths:
            yield from compare("mean_count", f"{label}, survfit alone", curve, theirs["survfit"], OF_A_CURVE)
    theirs = case["mets"]
    curve = mean_count(_histories(theirs["history"]), conf_level=0.95)
    on = np.searchsorted(curve.time_days, np.array(theirs["time_days"]) - 1e-9)
    for output in OF_A_CURVE:
        yield Comparison(
            function="mean_count",
            output=output,
            data=f"{data} without ties, mets",
            ours=getattr(curve, output)[on],
            theirs=np.array(theirs[output]),
            **({"within": METS} if output == "std_error" else {}),
        )


def of_horizons(data: str, case: dict[str, Any]) -> Iterator[Comparison]:
    treatment, control = histories_of(data, arm=1), histories_of(data, arm=0)
    for theirs in case["horizons"]:
        level = {"horizon_days": theirs["horizon_days"], "conf_level": theirs["conf_level"]}
        yield from compare_effect(
            "mean_count_at", data, mean_count_at(treatment, **level), theirs["mean_count_at"]
        )
        difference = mean_count_difference(treatment, control, **level)
        yield from compare_effect("mean_count_difference", data, difference, theirs["mean_count_difference"])


def start_stop_rows(data: str) -> pd.DataFrame:
    """Rows as `start_stop` gives them, from the histories: several events of a day are one row."""
    given = fixture(FIXTURE)[data]["history"]
    cuts = pd.DataFrame(
        {
            "row": np.append(np.array(given["person"]) - 1, np.arange(len(given["end_days"]))),
            "stop_days": np.append(given["event_days"], given["end_days"]),
            "event": np.append(np.ones(len(given["person"])), np.zeros(len(given["end_days"]))),
        }
    )
    rows = cuts.groupby(["row", "stop_days"], as_index=False)["event"].sum()
    rows["start_days"] = rows.groupby("row")["stop_days"].shift(fill_value=0)
    return rows


def regressions(data: str) -> Iterator[tuple[str, Stretches, np.ndarray | None]]:
    stretches = one_event_each(start_stop_rows(data))
    earlier = earlier_events(stretches)
    number, _ = pooled(earlier, stretches.event)
    yield "andersen_gill", stretches, None
    yield "pwp_total_time", stretches, number
    yield "pwp_gap_time", since_last_event(stretches, earlier), number


def of_regression(
    label: str, rows: Stretches, strata: np.ndarray | None, theirs: dict[str, Any]
) -> Iterator[Comparison]:
    data = label.split(",")[0]
    treated = np.array(fixture(FIXTURE)[data]["history"]["treated"], dtype=float)[rows.person]
    fit = cox(treated[:, None], rows.stop, rows.event, start=rows.start, strata=strata, cluster=rows.person)
    yield from _robust_ratio(label, fit, theirs)


def of_rows() -> Iterator[Comparison]:
    """The rows of the file as they are, with late entry, gaps and a covariate."""
    columns = repeated()
    start, stop = columns["start"], columns["time"]
    design = np.column_stack([columns["treated"], columns["priors"]])
    for name, theirs in fixture(FIXTURE)["repeated"]["rows"].items():
        gap = name == "pwp_gap_time"
        fit = cox(
            design,
            stop - start if gap else stop,
            columns["event"],
            start=None if gap else start,
            strata=None if name == "andersen_gill" else columns["number"],
            cluster=columns["person"],
        )
        yield from _robust_ratio(f"repeated, rows with gaps, {name}", fit, theirs)


def _robust_ratio(label: str, fit: Any, theirs: dict[str, Any]) -> Iterator[Comparison]:
    assert isinstance(fit, CoxFit)
    effect = repeated_events_ratio(fit, 0, conf_level=theirs["conf_level"])
    yield from compare_effect("repeated_events_ratio", label, effect, theirs)
