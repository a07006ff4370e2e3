"""Estimators on the whole path, held to the same R results as the formulas behind them.

The formulas are checked in `test_against_r.py`. Here: that a protocol's words reach the right formula
with the arms the right way round, and that lifelines and statsmodels, where they are the engine, say
what R says. The trials are Maryland and the tied data; both have ties, the second also strata,
clusters and real censoring.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from reference.datasets import Columns, fixture, maryland, tied
from small_trials import small_protocol

from primus_eval.estimators import ESTIMATORS, estimate
from primus_eval.findings import Finding
from primus_eval.measurement import Measurement, measure
from primus_eval.methods import METHODS
from primus_eval.protocol import Analysis
from primus_eval.trial import Trial
from primus_eval.vocabulary import EffectMeasure, words

# Both engines are iterated until the coefficients stand still, as R's are in the fixture.
COX = 1e-8
# Standard errors of statsmodels and R come from information at coefficients that agree to 1e-9.
STATSMODELS_GLM = 1e-7

NUMBERS = ("estimate", "conf_low", "conf_high", "std_error", "statistic", "p_value")


def test_every_word_has_an_estimator_and_none_is_left_over() -> None:
    assert set(ESTIMATORS) == {(name, method) for name, methods in METHODS.items() for method in methods}
    assert set(METHODS) == set(words(EffectMeasure))


def trial_of(columns: Columns, *, arm: str, baseline: tuple[str, ...], horizon_days: int) -> Trial:
    """A trial of a reference data set, its baseline columns as numbers and as groups."""
    before = {"timing": "before_randomisation", "label": "x"}
    declared: dict[str, Any] = {
        "days": {"type": "number", "label": "Days", "timing": "after_randomisation"},
        "event": {"type": "yes_no", "label": "E", "yes": ["1"], "no": ["0"], "timing": "after_randomisation"},
        **{name: {"type": "number", **before} for name in baseline},
    }
    protocol = small_protocol()
    document = protocol.model_dump(by_alias=True, exclude_none=True)
    document["data"]["participants"]["columns"] = declared
    document["outcome"][0]["horizon_days"] = horizon_days
    frame = pd.DataFrame(
        {
            "arm": np.where(columns[arm] == 1, "mentors", "usual"),
            "days": columns["time"],
            "event": pd.array(columns["event"] == 1, dtype="boolean"),
            **{name: columns[name] for name in baseline},
        }
    )
    return Trial(protocol=type(protocol).model_validate(document), participants=frame, accounts=())


@cache
def measured(name: str) -> Measurement:
    if name == "maryland":
        baseline = ("age", "race", "wexp", "mar", "paro", "prio", "batch")
        trial = trial_of(maryland(), arm="fin", baseline=baseline, horizon_days=364)
    else:
        columns = tied()
        horizon = int(columns["time"].max())
        baseline = ("age", "employed", "stratum", "cluster")
        trial = trial_of(columns, arm="treated", baseline=baseline, horizon_days=horizon)
    return measure(trial, "reoffence")


def found(name: str, effect_measure: str, method: str, **options: Any) -> Finding:
    analysis = {"id": "a", "role": "primary", "outcome": "reoffence", "conf_level": 0.95}
    named = {"effect_measure": effect_measure, "method": method}
    (finding,) = estimate(measured(name), Analysis.model_validate(analysis | named | options)).rows
    return finding


def agrees(finding: Finding, theirs: dict[str, float], rtol: float) -> None:
    for number in NUMBERS:
        if number in theirs and theirs[number] is not None:
            assert getattr(finding, number) == pytest.approx(theirs[number], rel=rtol), number


def cox_fits(name: str) -> list[dict[str, Any]]:
    return [fit for fit in fixture("cox")[name] if fit["ties"] == "efron" and fit["conf_level"] == 0.95]


def cox_cases() -> list[Any]:
    """Every Efron fit of R, by each variance that our estimators can give it."""
    cases = []
    for name, arm in (("maryland", "fin"), ("tied", "treated")):
        for fit in cox_fits(name):
            method = "cox_cluster" if fit["cluster"] else "cox_robust"
            options = {
                "covariates": [column for column in fit["columns"] if column != arm],
                "strata": [fit["strata"]] if fit.get("strata") else [],
            }
            if not fit["cluster"]:
                cases.append((name, "cox", options, fit["hazard_ratio_model"][0]))
            else:
                options["cluster"] = fit["cluster"]
            cases.append((name, method, options, fit["hazard_ratio_robust"][0]))
    return cases


@pytest.mark.parametrize(("name", "method", "options", "theirs"), cox_cases())
def test_hazard_ratios_are_those_of_coxph(
    name: str, method: str, options: dict[str, Any], theirs: dict[str, float]
) -> None:
    finding = found(name, "hazard_ratio", method, **options)
    assert finding.scale == "log" and finding.unit == "ratio"
    agrees(finding, theirs, COX)


def test_lifelines_answers_the_model_based_cox_without_strata_and_only_that() -> None:
    assert found("maryland", "hazard_ratio", "cox").engine.startswith("lifelines")
    assert found("tied", "hazard_ratio", "cox", strata=["stratum"]).engine.startswith("primus_eval")
    assert found("maryland", "hazard_ratio", "cox_robust").engine.startswith("primus_eval")


@pytest.mark.parametrize("name", ["maryland", "tied"])
def test_log_rank_tests_are_those_of_survdiff(name: str) -> None:
    theirs = fixture("follow_up")[name]
    plain = found(name, "association_test", "logrank")
    assert plain.statistic == pytest.approx(theirs["logrank"]["chi_square"], rel=1e-9)
    assert plain.p_value == pytest.approx(theirs["logrank"]["p_value"], abs=1e-9)
    stratum = "race" if name == "maryland" else "stratum"
    stratified = found(name, "association_test", "stratified_logrank", strata=[stratum])
    assert stratified.statistic == pytest.approx(theirs["logrank_stratified"]["chi_square"], rel=1e-9)
    assert plain.reason == stratified.reason == "test_only"


@pytest.mark.parametrize(
    ("measure_", "key"),
    [
        ("risk_difference", "marginal_risk_difference"),
        ("risk_ratio", "marginal_risk_ratio"),
        ("odds_ratio", "marginal_odds_ratio"),
    ],
)
def test_standardised_risks_on_maryland_are_those_of_r(measure_: str, key: str) -> None:
    theirs = fixture("standardisation")["maryland"]
    finding = found(
        "maryland",
        measure_,
        "g_computation",
        covariates=theirs["covariates"],
        conf_level=theirs["conf_level"],
    )
    agrees(finding, theirs[key], STATSMODELS_GLM)


def test_the_conditional_odds_ratio_is_the_coefficient_of_glm() -> None:
    theirs = fixture("standardisation")["maryland"]
    finding = found("maryland", "odds_ratio", "logistic", covariates=theirs["covariates"])
    assert np.log(finding.estimate) == pytest.approx(theirs["coef"][1], rel=STATSMODELS_GLM)


def test_risks_by_kaplan_meier_without_censoring_are_proportions() -> None:
    """Nobody in Maryland was lost before week 52, so the curve ends at 48/216 and 66/216."""
    by_curve = found("maryland", "risk_difference", "kaplan_meier")
    by_table = found("maryland", "risk_difference", "wald")
    for number in NUMBERS:
        assert getattr(by_curve, number) == pytest.approx(getattr(by_table, number), rel=1e-12)


def test_a_difference_in_survival_is_the_difference_in_risk_with_its_sign_turned() -> None:
    risk, survival = (
        found("tied", name, method)
        for name, method in (("risk_difference", "kaplan_meier"), ("survival_difference", "greenwood"))
    )
    assert risk.estimate == -survival.estimate
    assert (risk.conf_low, risk.conf_high) == (-survival.conf_high, -survival.conf_low)
