"""Rates, their difference, and regressions of counts beside R's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from reference.comparison import Comparison, compare, compare_effect
from reference.datasets import HERE, Columns, fixture, read_columns, repeated

from primus_eval.estimators.frequency import fit_poisson
from primus_eval.numerics.count_regression import (
    NegativeBinomialFit,
    PoissonFit,
    negative_binomial,
    negative_binomial_rate_ratio,
    poisson_rate_ratio,
    poisson_variances,
)
from primus_eval.numerics.person_time import person_rate, person_rate_difference

FIXTURE = "frequency"

R_FUNCTIONS = {
    "person_rate": '`glm(poisson)` of a constant with `sandwich::vcovHC(type = "HC3")`',
    "person_rate_difference": '`glm(poisson)` in each arm with `sandwich::vcovHC(type = "HC3")`',
    "poisson_variances": '`glm(poisson)`, `sandwich::vcovHC(type = "HC3")`, `glm(quasipoisson)`; '
    "the statistic of overdispersion by its formula",
    "poisson_rate_ratio": '`glm(poisson)`, `sandwich::vcovHC(type = "HC3")`',
    "negative_binomial": "the likelihood in theta with `dnbinom`, `digamma`, `trigamma`; coefficients and "
    "theta also `MASS::glm.nb`, whose standard errors are those of known theta and so not compared",
    "negative_binomial_rate_ratio": "the likelihood in theta with `dnbinom`, `digamma`, `trigamma`",
}

OF_MASS = "R's `glm.nb` goes back and forth between coefficients and theta and stops a little early."
LOOSER = {("negative_binomial", "coef"): OF_MASS, ("negative_binomial", "alpha"): OF_MASS}
MASS = {"coef": 1e-6, "alpha": 1e-6}

WITHOUT_R = [
    (
        "Rates, their difference and ratio, by hand",
        "test_numerics_person_time.py::test_by_hand",
    ),
    (
        "Variances of rates: how far each moves when each person in turn is left out",
        "test_numerics_person_time.py::test_the_variance_is_that_of_leaving_each_person_out",
    ),
    (
        "Intervals of rates, differences and ratios: coverage in simulated trials, beside other variances",
        "test_numerics_person_time.py::test_covers_the_truth_in_simulated_trials",
    ),
    (
        "Negative binomial regression: the maximum and the curvature of the likelihood as scipy has it",
        "test_numerics_person_time.py::test_is_the_maximum_of_the_likelihood_of_scipy",
    ),
    (
        "Negative binomial regression of counts that vary no more than Poisson counts: the Poisson fit",
        "test_numerics_person_time.py::test_without_overdispersion_it_is_the_poisson_regression",
    ),
    (
        "Regressions of counts without a maximum: every direction tried",
        "test_numerics_person_time.py::test_unbounded_against_every_direction",
    ),
]


@cache
def counts() -> Columns:
    """Read the simulated people with a number of events and days at risk."""
    return read_columns(HERE / "data" / "counts.csv")


@cache
def repeats() -> Columns:
    """Add up the rows of the people with repeated events."""
    rows = repeated()
    people, first, row = np.unique(rows["person"], return_index=True, return_inverse=True)
    assert len(people) == 90
    return {
        "treated": rows["treated"][first],
        "priors": rows["priors"][first],
        "events": np.bincount(row, weights=rows["event"]),
        "exposure_days": np.bincount(row, weights=rows["stop_days"] - rows["start_days"]),
    }


def design_of(columns: Columns, case: dict[str, Any]) -> np.ndarray:
    """The constant, the arm and the covariates of a regression."""
    names = ["treated", *case["covariates"]]
    return np.column_stack([np.ones(len(columns["events"])), *(columns[name] for name in names)])


def comparisons() -> Iterator[Comparison]:
    for data, columns in (("counts", counts()), ("repeated", repeats())):
        for case in fixture(FIXTURE)[data]["rates"]:
            yield from of_rates(data, columns, case)
        for case in fixture(FIXTURE)[data]["regressions"]:
            yield from of_regression(data, columns, case)


def of_rates(data: str, columns: Columns, case: dict[str, Any]) -> Iterator[Comparison]:
    events, days, treated = columns["events"], columns["exposure_days"], columns["treated"] == 1
    level = {"conf_level": case["conf_level"]}
    for arm, among in (("treatment", treated), ("control", ~treated)):
        rate = person_rate(events[among], days[among], **level)
        yield from compare_effect("person_rate", f"{data}, {arm}", rate, case[arm])
    difference = person_rate_difference(events, days, treated, **level)
    yield from compare_effect("person_rate_difference", data, difference, case["difference"])


def of_regression(data: str, columns: Columns, case: dict[str, Any]) -> Iterator[Comparison]:
    design, events, days = design_of(columns, case), columns["events"], columns["exposure_days"]
    label = ", ".join([data, *case["covariates"]])
    level = case["conf_level"]
    by_statsmodels, _ = fit_poisson(design, events, days)
    assert isinstance(by_statsmodels, PoissonFit)
    fit = poisson_variances(coef=by_statsmodels.coef, design=design, events=events, person_days=days)
    assert isinstance(fit, PoissonFit)
    outputs = ("coef", "covariance_model", "covariance_robust", "dispersion", "overdispersion", "n")
    yield from compare("poisson_variances", label, fit, case, outputs)
    for variance in ("model", "robust", "quasi"):
        for column, theirs in enumerate(case[f"rate_ratio_{variance}"], start=1):
            ratio = poisson_rate_ratio(fit, column, conf_level=level, variance=variance)
            yield from compare_effect("poisson_rate_ratio", f"{label}, {variance} variance", ratio, theirs)
    theirs = case["negative_binomial"]
    counted = negative_binomial(coef=fit.coef, design=design, events=events, person_days=days)
    assert isinstance(counted, NegativeBinomialFit)
    outputs = ("coef", "covariance", "alpha", "loglik")
    yield from compare("negative_binomial", label, counted, theirs, outputs)
    yield from compare(
        "negative_binomial",
        f"{label}, MASS",
        counted,
        theirs["mass"],
        ("coef", "alpha", "loglik"),
        within=MASS,
    )
    for column, one in enumerate(theirs["rate_ratio"], start=1):
        ratio = negative_binomial_rate_ratio(counted, column, conf_level=level)
        yield from compare_effect("negative_binomial_rate_ratio", label, ratio, one)
