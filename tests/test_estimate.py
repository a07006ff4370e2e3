"""Missing covariates and incomplete follow-up: each option equals the same analysis of data made by hand.

An option that leaves people out must give what the trial without them gives; one that fills in values
must give what the trial with those values gives. So nothing here is compared with itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_trials import BY_NEWCOMBE, small_protocol, small_trial

from primus_eval.errors import InputError
from primus_eval.estimators import estimate
from primus_eval.estimators.covariates import covariates
from primus_eval.findings import Finding
from primus_eval.measurement import measure
from primus_eval.protocol import Analysis
from primus_eval.trial import Trial

N = 160
RNG = np.random.Generator(np.random.Philox(key=7))
TREATED = (np.arange(N) % 2).tolist()
AGE = RNG.normal(35, 8, N).round(1)
PRIOR = RNG.poisson(3, N).astype(float)
PRISON = [("open", "closed")[one] for one in RNG.integers(0, 2, N)]
WING = [str(one) for one in RNG.integers(0, 6, N)]
EVENT = (RNG.random(N) < 0.35 + 0.04 * (PRIOR - 3)).astype(int)
DAYS = np.where(EVENT == 1, RNG.integers(1, 100, N), 100)
LACKS_AGE = np.arange(N) % 11 == 3
LACKS_PRISON = np.arange(N) % 13 == 5

OPTIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("risk_difference", "g_computation"): {},
    ("odds_ratio", "logistic"): {},
    ("hazard_ratio", "cox"): {},
    ("hazard_ratio", "cox_robust"): {"strata": ["prison"]},
    ("hazard_ratio", "cox_cluster"): {"cluster": "wing"},
}


def trial(*, rows: np.ndarray | None = None, **columns: Any) -> Trial:
    given = {"treated": TREATED, "days": DAYS, "event": EVENT, "age": AGE, "prior": PRIOR}
    given |= {"prison": PRISON, "wing": WING} | columns
    kept = np.ones(N, dtype=bool) if rows is None else rows
    return small_trial(
        **{name: [v for v, keep in zip(values, kept, strict=True) if keep] for name, values in given.items()}
    )


def found(data: Trial, key: tuple[str, str], **options: Any) -> Finding:
    asked = {
        "id": "a",
        "role": "secondary",
        "outcome": "reoffence",
        "effect_measure": key[0],
        "method": key[1],
    }
    (finding,) = estimate(measure(data, "reoffence"), Analysis.model_validate(asked | options)).rows
    return finding


def same(one: Finding, other: Finding) -> None:
    assert one.status == other.status == "estimated"
    for name in ("estimate", "conf_low", "conf_high", "std_error", "p_value"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9), name
    for name in ("n_treatment", "n_control", "events_treatment", "events_control"):
        assert getattr(one, name) == getattr(other, name)


@pytest.mark.parametrize("key", OPTIONS, ids=" ".join)
def test_complete_cases_are_the_trial_without_those_who_lack_a_value(key: tuple[str, str]) -> None:
    holes = trial(age=np.where(LACKS_AGE, np.nan, AGE))
    options = {"covariates": ["age", "prior"], **OPTIONS[key]}
    same(
        found(holes, key, missing_covariates="complete_cases", **options),
        found(trial(rows=~LACKS_AGE), key, **options),
    )


@pytest.mark.parametrize("key", OPTIONS, ids=" ".join)
def test_mean_and_indicator_is_the_trial_with_mean_and_indicator_written_into_it(
    key: tuple[str, str],
) -> None:
    assert LACKS_AGE.sum() >= 10
    mean = AGE[~LACKS_AGE].mean()
    by_hand = trial(age=np.where(LACKS_AGE, mean, AGE), prior=LACKS_AGE.astype(float))
    options = OPTIONS[key]
    same(
        found(trial(age=np.where(LACKS_AGE, np.nan, AGE)), key, covariates=["age"], **options),
        found(by_hand, key, covariates=["age", "prior"], **options),
    )


def test_a_missing_category_is_the_most_frequent_one_with_an_indicator() -> None:
    key = ("risk_difference", "g_computation")
    known = [prison for prison, lacks in zip(PRISON, LACKS_PRISON, strict=True) if not lacks]
    usual = max(("open", "closed"), key=known.count)
    holes = [None if lacks else prison for prison, lacks in zip(PRISON, LACKS_PRISON, strict=True)]
    filled = [prison or usual for prison in holes]
    same(
        found(trial(prison=holes), key, covariates=["prison"]),
        found(trial(prison=filled, prior=LACKS_PRISON.astype(float)), key, covariates=["prison", "prior"]),
    )


def test_few_missing_values_take_the_mean_alone() -> None:
    key = ("risk_difference", "g_computation")
    few = np.arange(N) < 9
    same(
        found(trial(age=np.where(few, np.nan, AGE)), key, covariates=["age"]),
        found(trial(age=np.where(few, AGE[~few].mean(), AGE)), key, covariates=["age"]),
    )


def test_values_missing_together_have_one_indicator() -> None:
    together = trial(age=np.where(LACKS_AGE, np.nan, AGE), prior=np.where(LACKS_AGE, np.nan, PRIOR))
    measured = measure(together, "reoffence")
    asked = {"id": "a", "role": "secondary", "outcome": "reoffence", "effect_measure": "hazard_ratio"}
    analysis = Analysis.model_validate(asked | {"covariates": ["age", "prior"]})
    built = covariates(measured, analysis, among=np.ones(N, dtype=bool))
    assert built.names == ("age", "age missing", "prior")
    assert found(together, ("hazard_ratio", "cox"), covariates=["age", "prior"]).status == "estimated"


def test_every_level_of_a_category_but_the_first_has_a_column() -> None:
    measured = measure(trial(), "reoffence")
    asked = {"id": "a", "role": "secondary", "outcome": "reoffence", "effect_measure": "hazard_ratio"}
    analysis = Analysis.model_validate(asked | {"covariates": ["wing"]})
    built = covariates(measured, analysis, among=np.ones(N, dtype=bool))
    assert built.names == ("wing=1", "wing=2", "wing=3", "wing=4", "wing=5")
    for level, column in enumerate(built.matrix.T, start=1):
        assert (column == (np.array(WING) == str(level))).all()


ON_TABLES = [("risk_difference", "wald"), ("risk_ratio", "wald_log"), ("risk_difference", "g_computation")]
LEFT_EARLY = (EVENT == 0) & (np.arange(N) % 7 == 2)
SHORT = np.where(LEFT_EARLY, 60, DAYS)


def options_of(key: tuple[str, str]) -> dict[str, Any]:
    return {"covariates": ["age"]} if key[1] == "g_computation" else {}


@pytest.mark.parametrize("key", ON_TABLES, ids=" ".join)
def test_leaving_out_early_leavers_is_the_trial_without_them(key: tuple[str, str]) -> None:
    same(
        found(trial(days=SHORT), key, incomplete_followup="leave_out", **options_of(key)),
        found(trial(rows=~LEFT_EARLY), key, **options_of(key)),
    )


@pytest.mark.parametrize("key", ON_TABLES, ids=" ".join)
def test_early_leavers_counted_as_event_free_are_people_followed_to_the_end(key: tuple[str, str]) -> None:
    same(
        found(trial(days=SHORT), key, incomplete_followup="as_event_free", **options_of(key)),
        found(trial(), key, **options_of(key)),
    )


@pytest.mark.parametrize("key", ON_TABLES, ids=" ".join)
def test_without_a_declaration_early_leavers_are_a_reason_not_to_answer(key: tuple[str, str]) -> None:
    finding = found(trial(days=SHORT), key, **options_of(key))
    assert (finding.status, finding.reason) == ("not_estimable", "followup_incomplete_at_horizon")


@pytest.mark.parametrize("key", ON_TABLES, ids=" ".join)
def test_leaving_out_everyone_without_the_event_leaves_no_risk_to_speak_of(key: tuple[str, str]) -> None:
    all_short = np.where(EVENT == 0, 60, DAYS)
    finding = found(trial(days=all_short), key, incomplete_followup="leave_out", **options_of(key))
    assert (finding.status, finding.reason) == ("not_estimable", "followup_incomplete_at_horizon")


def test_few_clusters_are_warned_of_and_many_are_not() -> None:
    few = found(trial(), ("hazard_ratio", "cox_cluster"), cluster="wing")
    assert any("Few clusters" in text for text in few.warnings)
    alone = found(trial(), ("hazard_ratio", "cox_cluster"), cluster="age")
    assert not alone.warnings


def test_a_measurement_of_other_people_is_not_taken_for_the_one_an_analysis_is_about() -> None:
    protocol = small_protocol(
        population=[
            {"id": "closed", "label": "in closed prisons", "where": {"column": "prison", "in": ["closed"]}}
        ],
        analysis=[
            {"id": "primary", "role": "primary", "population": "closed", **BY_NEWCOMBE},
        ],
    )
    data = small_trial(treated=TREATED, days=DAYS, event=EVENT, prison=PRISON, protocol=protocol)
    with pytest.raises(InputError, match="PE-C39.*population closed; what was measured is .* in assigned"):
        estimate(measure(data, "reoffence"), "primary")
    (finding,) = estimate(measure(data, "reoffence", population="closed"), "primary").rows
    assert finding.n_treatment + finding.n_control == PRISON.count("closed")


def test_what_is_printed_of_a_trial_and_a_measurement_holds_no_person() -> None:
    data = trial()
    assert repr(data) == f"Trial(small, {N} people)"
    assert repr(measure(data, "reoffence")) == f"Measurement(reoffence, assigned, {N} people)"
    assert "Internal" in data._repr_html_()


def test_few_people_for_the_covariates_are_warned_of() -> None:
    key = ("risk_difference", "g_computation")
    enough = found(trial(), key, covariates=["age"])
    assert not enough.warnings
    few = found(trial(rows=np.arange(N) < 50), key, covariates=["age"])
    assert any("Few people" in text for text in few.warnings)
