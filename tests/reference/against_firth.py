"""Firth's penalty in Cox regression and Cox by the bootstrap, ours beside R's; see `against_r`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from reference.comparison import Comparison, compare, compare_effect
from reference.datasets import Columns, fixture, maryland, repeated, tied

from primus_eval.numerics.cox import CoxModel, fit_cox
from primus_eval.numerics.cox_bootstrap import (
    CoxDraws,
    bootstrapped_hazard_ratio,
    cox_acceleration,
    cox_replicates,
)
from primus_eval.numerics.firth import FirthFit, firth, firth_hazard_ratio
from primus_eval.numerics.inputs import group_codes

FIXTURE = "firth"

R_FUNCTIONS = {
    "firth": "likelihood and information of `coxph(init, iter.max = 0)`, penalised and climbed by R code of "
    "our own with numerical slopes; with Breslow's ties also `coxphf`",
    "firth_hazard_ratio": "profiles of the same by `optim` and `uniroot`; with Breslow's ties also `coxphf`",
    "cox_replicates": "`coxph` on the rows repeated as drawn",
    "cox_acceleration": '`residuals(coxph, "dfbeta")`',
    "bootstrapped_hazard_ratio": '`boot::boot.ci(type = "bca")` on the same replicates and influences',
}

OF_COXPHF = 1e-7
"""Measured: 6e-9."""

BY_COXPHF = "coxphf stops iterating at some eight digits; its numbers are held to 1e-7, the others as usual."
LOOSER = {
    ("firth", "coef"): BY_COXPHF,
    ("firth", "covariance_model"): BY_COXPHF,
    ("firth_hazard_ratio", "conf_low"): BY_COXPHF,
    ("firth_hazard_ratio", "conf_high"): BY_COXPHF,
}

WITHOUT_R = [
    (
        "Firth's penalty: pairs of people solved on paper, with the ends of the interval",
        "test_numerics_firth.py::test_pairs_by_hand",
    ),
    (
        "Firth's penalty: the slope against the penalised likelihood written out event by event",
        "test_numerics_firth.py::test_the_slope_is_that_of_the_penalised_likelihood_written_out",
    ),
    (
        "Firth's penalty: bias, and coverage of the interval, in simulated trials with few events",
        "test_numerics_firth.py::test_covers_the_truth_where_events_are_few",
    ),
    (
        "Cox by the bootstrap: every replicate is the plain fit on the rows repeated",
        "test_numerics_cox_bootstrap.py::test_each_replicate_is_the_plain_fit_on_the_rows_repeated",
    ),
    (
        "Cox by the bootstrap: all resamples of a small trial counted out",
        "test_numerics_cox_bootstrap.py::test_agrees_with_every_possible_resample",
    ),
    (
        "Cox by the bootstrap: the acceleration against leaving out one person at a time",
        "test_numerics_cox_bootstrap.py::test_the_acceleration_is_that_of_the_jackknife",
    ),
    (
        "Cox by the bootstrap: coverage in simulated trials",
        "test_numerics_cox_bootstrap.py::test_covers_the_truth_in_simulated_trials",
    ),
]

DATA = (("Maryland", maryland), ("tied", tied), ("repeated", repeated))


def comparisons() -> Iterator[Comparison]:
    """Yield every output on every data set for which R has an answer."""
    for name, columns in DATA:
        for case in fixture(FIXTURE)["firth"][name.lower()]:
            yield from of_firth(name, columns(), case)
    for name, columns in DATA[:2]:
        yield from of_coxphf(name, columns(), fixture(FIXTURE)["coxphf"][name.lower()])
        yield from of_bootstrap(name, columns(), fixture(FIXTURE)["bootstrap"][name.lower()])


def design(columns: Columns, case: dict[str, Any]) -> np.ndarray:
    return np.column_stack([columns[name] for name in case["columns"]])


def events_of(columns: Columns, variant: str | None) -> np.ndarray:
    """The events of a case, some of them taken away to make them few."""
    event = columns["event"]
    if variant == "no event in an arm":
        return event * (1 - columns["fin"])
    if variant == "every ninth event":
        return event * (np.arange(1, len(event) + 1) % 9 == 0)
    assert variant is None
    return event


def of_firth(data: str, columns: Columns, case: dict[str, Any]) -> Iterator[Comparison]:
    stratum, variant = case.get("strata"), case.get("variant")
    fit = firth(
        design(columns, case),
        columns["time"],
        events_of(columns, variant),
        start=columns.get("start"),
        strata=None if stratum is None else columns[stratum],
        ties=case["ties"],
    )
    assert isinstance(fit, FirthFit)
    label = ", ".join(
        [data, case["ties"], *([f"strata {stratum}"] if stratum else []), *filter(None, [variant])]
    )
    outputs = ("coef", "covariance_model", "loglik_null", "loglik", "n", "n_events")
    # One coefficient is a number in the file and not a list of one.
    yield from compare("firth", label, fit, {**case, "coef": np.atleast_1d(case["coef"])}, outputs)
    for theirs in case["hazard_ratio"]:
        effect = firth_hazard_ratio(fit, int(theirs["column"]), conf_level=case["conf_level"])
        yield from compare_effect("firth_hazard_ratio", label, effect, theirs)


def of_coxphf(data: str, columns: Columns, case: dict[str, Any]) -> Iterator[Comparison]:
    fit = firth(design(columns, case), columns["time"], columns["event"], ties="breslow")
    assert isinstance(fit, FirthFit)
    label = f"{data}, breslow, coxphf"
    outputs: tuple[str, ...] = ("coef", "covariance_model")
    yield from compare("firth", label, fit, case, outputs, within=dict.fromkeys(outputs, OF_COXPHF))
    outputs, within = ("conf_low", "conf_high", "p_value"), {"conf_low": OF_COXPHF, "conf_high": OF_COXPHF}
    for column in range(len(case["coef"])):
        effect = firth_hazard_ratio(fit, column, conf_level=case["conf_level"])
        theirs = {output: case[output][column] for output in outputs}
        yield from compare("firth_hazard_ratio", label, effect, theirs, outputs, within=within)


def of_bootstrap(data: str, columns: Columns, case: dict[str, Any]) -> Iterator[Comparison]:
    group = group_codes(labels(columns, case["groups"]), "groups", length=len(columns["time"]))
    strata = columns[case["strata"]] if "strata" in case else None
    model = fit_cox(design(columns, case), columns["time"], columns["event"], strata=strata)
    assert isinstance(model, CoxModel)
    counts = drawn_as_in_r(group, int(case["replicates"]), int(case["seed"]))
    draws = np.concatenate(list(cox_replicates(model, [counts])))
    label = f"{data}, {case['replicates']:.0f} replicates"
    theirs = np.array(case["draws"])
    yield Comparison(function="cox_replicates", output="draws", data=label, ours=draws, theirs=theirs)
    skewness = cox_acceleration(model, group)
    yield Comparison(
        function="cox_acceleration",
        output="acceleration",
        data=label,
        ours=skewness,
        theirs=np.array(case["acceleration"]),
    )
    result = CoxDraws(coef=model.fit.coef, draws=draws, failed=0, acceleration=skewness)
    for effect_in_r in case["hazard_ratio"]:
        effect = bootstrapped_hazard_ratio(
            result, int(effect_in_r["column"]), conf_level=effect_in_r["conf_level"]
        )
        yield from compare_effect("bootstrapped_hazard_ratio", label, effect, effect_in_r)


def labels(columns: Columns, names: list[str]) -> np.ndarray:
    """One label for each combination, in the order in which R sorts them."""
    return np.array(
        [" ".join(f"{value:g}" for value in row) for row in zip(*(columns[n] for n in names), strict=True)]
    )


def drawn_as_in_r(group: np.ndarray, replicates: int, seed: int) -> np.ndarray:
    """How often each row is drawn where R's script draws it: the same generator, the same order."""
    n = len(group)
    uniform = np.array(list(islice(park_miller(seed), replicates * n))).reshape(replicates, n)
    counts = np.zeros((replicates, n), dtype=np.int64)
    for code in range(group.max() + 1):
        rows = np.flatnonzero(group == code)
        for replicate in range(replicates):
            drawn = rows[np.floor(uniform[replicate, rows] * len(rows)).astype(int)]
            np.add.at(counts[replicate], drawn, 1)
    return counts


def park_miller(state: int) -> Iterator[float]:
    while True:
        state = 16807 * state % 2147483647
        yield state / 2147483647
