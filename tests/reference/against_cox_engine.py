"""The whole Cox engine beside R's: weights, offsets, residuals, curves, the test of proportional hazards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from reference.comparison import Comparison, compare, compare_effect
from reference.datasets import Columns, fixture, maryland, repeated, tied

from primus_eval.numerics.cox import CoxModel, fit_cox, hazard_ratio
from primus_eval.numerics.cox_curves import StandardisedSurvival, adjusted_survival, standardised_survival
from primus_eval.numerics.cox_residuals import influence, martingale_residuals, schoenfeld_residuals
from primus_eval.numerics.proportionality import proportionality

FIXTURE = "cox_engine"

R_FUNCTIONS = {
    "proportionality": "`cox.zph` of survival 3",
    "martingale_residuals": '`residuals(type = "martingale")` of `coxph`',
    "schoenfeld_residuals": '`residuals(type = "schoenfeld")` and `"scaledsch"` of `coxph`',
    "influence": '`residuals(type = "dfbeta", weighted = TRUE, collapse =)` of `coxph`',
    "adjusted_survival": '`survfit` of `coxph`, `conf.type = "log-log"`',
    "standardised_survival": "the mean of `survfit` of `coxph` over people",
}

LOOSER: dict[tuple[str, str], str] = {}

WITHOUT_R = [
    (
        "Cox with case weights and offsets: the partial likelihood written out event by event",
        "test_numerics_cox_weights.py::test_equals_the_weighted_partial_likelihood_written_out",
    ),
    (
        "Cox with Breslow's ties: a Poisson regression with one row per person and event day",
        "test_numerics_cox_invariants.py::test_breslow_is_a_poisson_regression",
    ),
    (
        "Test of proportional hazards: rows split at every event day, with the covariate x time among them",
        "test_numerics_proportionality.py::test_equals_the_score_test_of_the_widened_model",
    ),
    (
        "Test of proportional hazards: its size in simulated trials",
        "test_numerics_proportionality.py::test_rejects_as_often_as_it_should",
    ),
    (
        "Residuals of Cox, by hand",
        "test_numerics_cox_residuals.py::test_by_hand",
    ),
    (
        "Influence on the coefficients: how they move with the weight of each person",
        "test_numerics_cox_residuals.py::test_influence_is_the_derivative_by_each_weight",
    ),
    (
        "Curves adjusted by Cox, by hand",
        "test_numerics_cox_curves.py::test_by_hand",
    ),
    (
        "Standard errors of standardised curves: how the curves move with the weight of each person",
        "test_numerics_cox_curves.py::test_the_variance_is_that_of_moving_each_persons_weight",
    ),
    (
        "Standardised curves: bias, standard error and coverage in simulated trials",
        "test_numerics_cox_curves.py::test_covers_the_truth_in_simulated_trials",
    ),
]


def comparisons() -> Iterator[Comparison]:
    """Yield every output on every data set, weighted, offset, stratified and clustered."""
    for data, columns in (("Maryland", maryland()), ("tied", tied()), ("repeated", repeated())):
        for case in fixture(FIXTURE)[data.lower()]:
            yield from of_case(label_of(data, case), case, columns)


def label_of(data: str, case: Mapping[str, Any]) -> str:
    said = [data, case["ties"], *(word for word in ("weighted", "offset") if case[word])]
    return ", ".join(said + [f"{word} {case[word]}" for word in ("strata", "cluster") if case[word]])


def of_case(label: str, case: Mapping[str, Any], columns: Columns) -> Iterator[Comparison]:
    model = fitted(case, columns)
    yield from of_fit(label, case, model)
    for transform, theirs in case["proportionality"].items():
        test = proportionality(model, transform=transform)
        ours = (*test.by_column, test.overall)
        for one, other in zip(ours, [*theirs["by_column"], theirs["overall"]], strict=True):
            yield from compare_effect("proportionality", f"{label}, {transform}", one, other)
    if case["residuals"] is not None:
        yield from of_residuals(label, case["residuals"], model)
    for theirs in case["curves"]:
        profile = [theirs["profile"][name] for name in case["columns"]]
        curve = adjusted_survival(
            model,
            profile,
            conf_level=theirs["conf_level"],
            stratum=None if case["strata"] is None else theirs["profile"][case["strata"]],
            offset=theirs["profile"]["known"] if case["offset"] else 0.0,
        )
        outputs = ("time_days", "cumulative_hazard", "survival", "std_error", "conf_low", "conf_high")
        yield from compare("adjusted_survival", label, curve, theirs, outputs)
    if case["standardised"] is not None:
        theirs = case["standardised"]
        survival = standardised_survival(
            model, case["columns"].index(theirs["arm"]), np.ravel(theirs["days"])
        )
        assert isinstance(survival, StandardisedSurvival)
        for output in ("survival_treatment", "survival_control", "difference"):
            yield Comparison(
                function="standardised_survival",
                output=output,
                data=label,
                ours=getattr(survival, output),
                theirs=np.ravel(theirs[output]),
            )


def fitted(case: Mapping[str, Any], columns: Columns) -> CoxModel:
    """Fit with weights and offsets made up as in make_cox_engine.R."""
    row = np.arange(1, len(columns["time"]) + 1)
    model = fit_cox(
        np.column_stack([columns[name] for name in case["columns"]]),
        columns["time"],
        columns["event"],
        start=columns.get("start"),
        strata=None if case["strata"] is None else columns[case["strata"]],
        cluster=None if case["cluster"] is None else columns[case["cluster"]],
        weights=0.4 + (7 * row % 11) / 5 if case["weighted"] else None,
        offset=(row % 3 - 1) * 0.3 if case["offset"] else None,
        ties=case["ties"],
    )
    assert isinstance(model, CoxModel)
    return model


def of_fit(label: str, case: Mapping[str, Any], model: CoxModel) -> Iterator[Comparison]:
    outputs = ("coef", "loglik_null", "loglik", "score_test", "n", "n_events")
    covariances = ("covariance_model", "covariance_robust")
    yield from compare("cox", label, model.fit, case["fit"], (*outputs, *covariances))
    for variance in ("model", "robust"):
        for column, theirs in enumerate(case["fit"][f"hazard_ratio_{variance}"]):
            effect = hazard_ratio(model.fit, column, conf_level=case["conf_level"], variance=variance)
            yield from compare_effect("hazard_ratio", f"{label}, {variance} variance", effect, theirs)


def of_residuals(label: str, theirs: Mapping[str, Any], model: CoxModel) -> Iterator[Comparison]:
    """Pair residuals, each relative to the largest of its column, as those near zero are differences."""
    events = schoenfeld_residuals(model)
    pairs = {
        ("martingale_residuals", "residuals"): (martingale_residuals(model), theirs["martingale"]),
        ("schoenfeld_residuals", "residuals"): (events.residuals, theirs["schoenfeld"]),
        ("schoenfeld_residuals", "scaled"): (events.scaled, theirs["scaled"]),
        ("influence", "influence"): (influence(model), theirs["influence"]),
    }
    for (function, output), (ours, other) in pairs.items():
        size = np.abs(np.array(other)).max(axis=0)
        yield Comparison(
            function=function, output=output, data=label, ours=2 + ours / size, theirs=2 + other / size
        )
