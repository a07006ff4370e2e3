"""Competing events on the whole path: which methods answer, what they say, curves, and what is released."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from estimability import analysis_for
from reference.datasets import fixture, tied
from reference.test_estimators import trial_of
from small_trials import small_trial, with_causes
from test_release import under

from primus_eval.disclosure import release
from primus_eval.disclosure.coarse import can_be_recomputed
from primus_eval.estimators import ESTIMATORS, curve_exhibits, estimate
from primus_eval.estimators.competing import CAUSE_SPECIFIC, competed
from primus_eval.findings import Exhibit, Finding, Findings
from primus_eval.measurement import Measurement, measure
from primus_eval.pipeline import evaluate
from primus_eval.protocol import Analysis

HORIZON = 182


@cache
def measured() -> Measurement:
    """The tied data, in which R too calls some of those who left early competing."""
    baseline = ("age", "employed", "stratum", "cluster")
    trial = trial_of(tied(), arm="treated", baseline=baseline, horizon_days=HORIZON)
    took = tied()["competing"] & (tied()["time"] <= HORIZON)
    return with_causes(measure(trial, "reoffence"), np.where(took, "emigration", "").tolist())


def found(measurement: Measurement, effect_measure: str, method: str, **options: Any) -> tuple[Finding, ...]:
    named = {"id": "a", "role": "primary", "outcome": "reoffence", "conf_level": 0.95}
    asked = {"effect_measure": effect_measure, "method": method}
    return estimate(measurement, Analysis.model_validate(named | asked | options)).rows


def test_the_risk_difference_is_that_of_r() -> None:
    (ours,) = found(measured(), "risk_difference", "aalen_johansen")
    (case,) = (one for one in fixture("competing")["tied"]["horizons"] if one["horizon_days"] == HORIZON)
    theirs = case["incidence_difference"]
    for number in ("estimate", "conf_low", "conf_high", "std_error", "statistic", "p_value"):
        assert getattr(ours, number) == pytest.approx(theirs[number], rel=1e-9), number
    assert (ours.unit, ours.scale, ours.warnings) == ("proportion", "identity", ())
    assert ours.engine.endswith("numerics.cumulative_incidence")


def test_the_risks_are_those_of_r_and_differ_by_the_difference() -> None:
    treatment, control = found(measured(), "proportion", "aalen_johansen")
    (case,) = (one for one in fixture("competing")["tied"]["horizons"] if one["horizon_days"] == HORIZON)
    for number in ("estimate", "conf_low", "conf_high", "std_error"):
        assert getattr(treatment, number) == pytest.approx(case["incidence_at"][number], rel=1e-9), number
    assert (treatment.term, control.term) == ("treatment", "control")
    (difference,) = found(measured(), "risk_difference", "aalen_johansen")
    assert treatment.estimate - control.estimate == pytest.approx(difference.estimate, abs=1e-12)


@pytest.mark.parametrize("measure_", ["risk_difference", "proportion"])
def test_without_competing_events_it_is_kaplan_meier(measure_: str) -> None:
    trial = measured().trial
    for given in (measure(trial, "reoffence"), with_causes(measure(trial, "reoffence"), [""] * 240)):
        ours, theirs = (found(given, measure_, method) for method in ("aalen_johansen", "kaplan_meier"))
        for one, other in zip(ours, theirs, strict=True):
            for number in ("estimate", "conf_low", "conf_high", "std_error"):
                assert getattr(one, number) == pytest.approx(getattr(other, number), abs=1e-12)


def test_without_censoring_it_is_the_share_of_people() -> None:
    """Eight in each arm, nobody left early but by death: the risks are 3/8 and 5/8 whatever the days."""
    treated, event = [1] * 8 + [0] * 8, [1, 1, 1, 0, 0, 0, 0, 0] + [1, 1, 1, 1, 1, 0, 0, 0]
    days = [10, 50, 70, 20, 30, 100, 100, 100] + [5, 15, 25, 35, 45, 1, 100, 100]
    causes = [""] * 3 + ["death", "deportation"] + [""] * 8 + ["death", "", ""]
    given = with_causes(measure(small_trial(treated=treated, days=days, event=event), "reoffence"), causes)
    by_curve, by_table = (found(given, "risk_difference", name)[0] for name in ("aalen_johansen", "wald"))
    assert by_curve.estimate == pytest.approx(-2 / 8)
    assert by_curve.std_error == pytest.approx(by_table.std_error)


def test_people_of_whom_no_cause_is_recorded_did_not_compete() -> None:
    plain = measure(measured().trial, "reoffence")
    assert not competed(plain).any() and competed(plain).shape == (240,)
    assert competed(measured()).sum() == 39


RATES = [key for key in ESTIMATORS if key[0] == "hazard_ratio" or key[1].endswith("logrank")]
MEASURED_BY_COUNTS = [key for key in ESTIMATORS if key[1] in ("newcombe", "wald_log", "wilson", "fisher")]


def small(*, causes: bool, event: list[int] | None = None) -> Measurement:
    given = measure(
        small_trial(
            treated=[1] * 8 + [0] * 8,
            days=[10, 20, 60, 30, 100, 40, 100, 100, 15, 20, 35, 50, 70, 100, 55, 70],
            event=event or [1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1],
        ),
        "reoffence",
    )
    died = ["death" if person in (2, 3, 11, 12) else "" for person in range(16)]
    return with_causes(given, died) if causes else given


@pytest.mark.parametrize("key", RATES, ids=" ".join)
def test_comparisons_of_rates_censor_and_say_that_they_are_cause_specific(key: tuple[str, str]) -> None:
    """The numbers are those of the same people censored; the warning is the only difference."""
    (ours,) = estimate(small(causes=True), analysis_for(key)).rows
    (censored,) = estimate(small(causes=False), analysis_for(key)).rows
    assert (ours.estimate, ours.statistic, ours.p_value) == (
        censored.estimate,
        censored.statistic,
        censored.p_value,
    )
    assert ours.p_value is not None
    assert ours.warnings == (*censored.warnings, CAUSE_SPECIFIC)
    assert CAUSE_SPECIFIC not in censored.warnings


@pytest.mark.parametrize("key", RATES, ids=" ".join)
def test_what_has_no_number_needs_no_warning(key: tuple[str, str]) -> None:
    (ours,) = estimate(small(causes=True, event=[0] * 16), analysis_for(key)).rows
    assert (ours.status, ours.reason) == ("not_estimable", "no_events")
    assert CAUSE_SPECIFIC not in ours.warnings


@pytest.mark.parametrize("key", MEASURED_BY_COUNTS, ids=" ".join)
def test_methods_on_counts_know_that_who_died_did_not_reoffend(key: tuple[str, str]) -> None:
    rows = estimate(small(causes=True), analysis_for(key)).rows
    assert all(row.reason != "followup_incomplete_at_horizon" for row in rows)
    assert all(row.n_treatment == row.n_control == 8 for row in rows)
    assert estimate(small(causes=False), analysis_for(key)).rows[0].reason == "followup_incomplete_at_horizon"


# -------------------------------------------------------------------------------------------- curves


def rows_of(exhibit: Exhibit, arm: str) -> list[dict[str, Any]]:
    return [row for row in exhibit.records() if row["arm"] == arm]


def test_the_curve_with_competing_events_ends_at_the_risks() -> None:
    curve, table = curve_exhibits(measured(), conf_level=0.95)
    assert curve.notes["method"] == table.notes["method"] == "aalen_johansen"
    assert str(curve.notes["engine"]).endswith("numerics.cumulative_incidence")
    for finding in found(measured(), "proportion", "aalen_johansen"):
        last = rows_of(curve, finding.term)[-1]
        for column, number in (("incidence", "estimate"), ("conf_low",) * 2, ("conf_high",) * 2):
            assert last[column] == pytest.approx(getattr(finding, number), rel=1e-12)


@pytest.mark.parametrize("arm", ["treatment", "control"])
def test_who_died_is_counted_among_those_who_left(arm: str) -> None:
    curve, table = curve_exhibits(measured(), conf_level=0.95)
    plain_curve, plain_table = curve_exhibits(measure(measured().trial, "reoffence"), conf_level=0.95)
    assert table.rows == plain_table.rows and curve.columns == plain_curve.columns
    counts = ("time_days", "at_risk", "events", "censored")
    ours, plain = rows_of(curve, arm), rows_of(plain_curve, arm)
    assert [[row[name] for name in counts] for row in ours] == [
        [row[name] for name in counts] for row in plain
    ]
    assert ours[0]["incidence"] == 0 and ours[0]["conf_low"] is None
    assert ours[-1]["incidence"] < plain[-1]["incidence"]


def test_without_competing_events_both_ways_draw_the_same_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    from primus_eval.estimators import curves

    plain = measure(measured().trial, "reoffence")
    by_lifelines, _ = curve_exhibits(plain, conf_level=0.9)
    assert by_lifelines.notes["method"] == "kaplan_meier"
    monkeypatch.setattr(curves, "_steps", curves._steps_with_competing)
    ours, _ = curve_exhibits(plain, conf_level=0.9)
    assert len(ours.rows) == len(by_lifelines.rows)
    for one, other in zip(ours.rows, by_lifelines.rows, strict=True):
        assert one[0] == other[0] and one[1:] == pytest.approx(other[1:], abs=1e-12)


def test_an_arm_of_nobody_has_no_curve() -> None:
    given = measure(small_trial(treated=[1, 1], days=[10, 40], event=[0, 1]), "reoffence")
    curve, _ = curve_exhibits(with_causes(given, ["death", ""]), conf_level=0.95)
    assert {row["arm"] for row in curve.records()} == {"treatment"}


# ----------------------------------------------------------------------------------------- released


def released(*, competing: bool) -> Findings:
    """Four hundred people; everything of the trial as evaluated, but for the causes."""
    rng = np.random.Generator(np.random.Philox(key=3))
    event = rng.integers(0, 2, 400)
    days = np.where(event == 1, rng.integers(1, 100, 400), 100)
    took = (event == 0) & (rng.random(400) < 0.3)
    trial = small_trial(treated=[1, 0] * 200, days=np.where(took, 60, days).tolist(), event=event.tolist())
    causes = np.where(took & competing, "death", "").tolist()
    given = with_causes(measure(trial, "reoffence"), causes)
    evaluated = evaluate(trial)
    exhibits = {exhibit.id: exhibit for exhibit in curve_exhibits(given, conf_level=0.95)}
    assert set(exhibits) <= {exhibit.id for exhibit in evaluated.exhibits}
    findings = Findings(
        rows=evaluated.rows,
        exhibits=tuple(exhibits.get(exhibit.id, exhibit) for exhibit in evaluated.exhibits),
        context=evaluated.context,
    )
    return release(under(findings, profile="release", threshold=5)).findings


def test_a_curve_that_the_risk_table_cannot_give_is_not_released() -> None:
    (curve,) = released(competing=True).exhibits_of("curve")
    (table,) = released(competing=True).exhibits_of("risk_table")
    assert (curve.status, curve.reason, curve.rows) == ("withheld", "curve_too_coarse", ())
    assert table.status != "withheld" and table.notes["coarse"]


def test_a_curve_without_competing_events_is_released_as_ever() -> None:
    (curve,) = released(competing=False).exhibits_of("curve")
    assert curve.status != "withheld" and curve.notes["coarse"] and can_be_recomputed(curve)
