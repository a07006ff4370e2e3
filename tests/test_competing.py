"""Competing events on the whole path: which methods answer, what they say, curves, and what is released."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import log
from typing import Any

import numpy as np
import pytest
from estimability import COMPETING, EVENTS, PEOPLE, analysis_for
from reference.datasets import fixture, tied
from reference.test_estimators import trial_of
from small_trials import small_trial, with_causes
from test_release import under

from primus_eval.disclosure import release
from primus_eval.disclosure.coarse import can_be_recomputed
from primus_eval.estimators import ESTIMATORS, curve_exhibits, estimate
from primus_eval.estimators.competing import BY_GROUP, CAUSE_SPECIFIC, EARLY_FOR_MORE, competed
from primus_eval.findings import Exhibit, Finding, Findings
from primus_eval.measurement import Measurement, measure
from primus_eval.numerics.fine_gray import FineGrayFit, fine_gray
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


@cache
def measured_to_the_end() -> Measurement:
    """The same people over all of their follow-up, as R used them for what has no horizon."""
    columns = tied()
    baseline = ("age", "employed", "stratum", "cluster")
    trial = trial_of(columns, arm="treated", baseline=baseline, horizon_days=int(columns["time"].max()))
    causes = np.where(columns["competing"], "emigration", "").tolist()
    return with_causes(measure(trial, "reoffence"), causes)


def found(measurement: Measurement, effect_measure: str, method: str, **options: Any) -> tuple[Finding, ...]:
    named = {"id": "a", "role": "primary", "outcome": "reoffence", "conf_level": 0.95}
    asked = {"effect_measure": effect_measure, "method": method}
    return estimate(measurement, Analysis.model_validate(named | asked | options)).rows


def test_the_risk_difference_is_that_of_r() -> None:
    (ours,) = found(measured(), "risk_difference", "aalen_johansen")
    (case,) = (one for one in fixture("competing")["tied"]["horizons"] if one["horizon_days"] == HORIZON)
    theirs = case["incidence_difference"]
    for number in ("estimate", "conf_low", "conf_high", "std_error"):
        assert getattr(ours, number) == pytest.approx(theirs[number], rel=1e-9), number
    assert (ours.statistic, ours.p_value) == (None, None)  # no test goes with this interval
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
    """The interval of the difference is another: put together from those of the arms, not normal."""
    trial = measured().trial
    numbers = ("estimate", "std_error", *(("conf_low", "conf_high") if measure_ == "proportion" else ()))
    for given in (measure(trial, "reoffence"), with_causes(measure(trial, "reoffence"), [""] * 240)):
        ours, theirs = (found(given, measure_, method) for method in ("aalen_johansen", "kaplan_meier"))
        for one, other in zip(ours, theirs, strict=True):
            for number in numbers:
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


NUMBERS = ("estimate", "conf_low", "conf_high", "std_error", "statistic", "p_value")


def beside_r(ours: Finding, theirs: dict[str, Any]) -> None:
    for number in NUMBERS:
        if theirs.get(number) is not None:
            assert getattr(ours, number) == pytest.approx(theirs[number], rel=1e-9), number


def test_the_days_lost_are_those_of_r() -> None:
    (ours,) = found(measured(), "restricted_mean_time_lost_difference", "aalen_johansen")
    cases = fixture("competing_tests")["tied"]["time_lost"]
    (case,) = (one for one in cases if one["horizon_days"] == HORIZON)
    beside_r(ours, case["time_lost_difference"])
    assert (ours.unit, ours.scale, ours.horizon_days) == ("days", "identity", HORIZON)
    assert ours.engine.endswith("numerics.time_lost")


@pytest.mark.parametrize("strata", [[], ["stratum"]])
def test_grays_test_is_that_of_r(strata: list[str]) -> None:
    (ours,) = found(measured_to_the_end(), "association_test", "gray", strata=strata)
    cases = fixture("competing_tests")["tied"]["gray"]
    (case,) = (one for one in cases if one["rho"] == 0 and one["strata"] == (strata[0] if strata else None))
    assert (ours.statistic, ours.p_value) == pytest.approx((case["chi_square"], case["p_value"]), rel=1e-9)
    assert (ours.unit, ours.df, ours.reason, ours.estimate) == ("none", 1, "test_only", None)
    assert ours.engine.endswith("numerics.gray")


@pytest.mark.parametrize(("covariates", "level"), [([], 0.95), (["age", "employed"], 0.99)])
def test_the_subdistribution_hazard_ratio_is_that_of_r(covariates: list[str], level: float) -> None:
    (ours,) = found(
        measured_to_the_end(),
        "subdistribution_hazard_ratio",
        "fine_gray",
        covariates=covariates,
        conf_level=level,
    )
    cases = fixture("competing_tests")["tied"]["fine_gray"]
    (case,) = (one for one in cases if one["conf_level"] == level and one["censoring_groups"] is None)
    beside_r(ours, case["subdistribution_hazard_ratio"][0])
    assert (ours.unit, ours.scale, ours.covariates) == ("ratio", "log", tuple(covariates))
    assert ours.engine.endswith("numerics.fine_gray")


def test_grays_test_may_weigh_early_days_more() -> None:
    (ours,) = found(measured_to_the_end(), "association_test", "gray", strata=["stratum"], rho=0.5)
    (case,) = (one for one in fixture("competing_tests")["tied"]["gray"] if one["rho"] == 0.5)
    assert (ours.statistic, ours.p_value) == pytest.approx((case["chi_square"], case["p_value"]), rel=1e-9)
    assert ours.warnings == (EARLY_FOR_MORE.format(rho="0.5"),)
    plain, none = (
        found(measured_to_the_end(), "association_test", "gray", **said) for said in ({}, {"rho": 0})
    )
    assert plain == none and plain[0].warnings == ()


def test_people_of_different_arms_may_leave_early_at_different_rates() -> None:
    (ours,) = found(
        measured_to_the_end(),
        "subdistribution_hazard_ratio",
        "fine_gray",
        covariates=["age", "employed"],
        censoring_groups=["arm"],
    )
    cases = fixture("competing_tests")["tied"]["fine_gray"]
    (case,) = (one for one in cases if one["censoring_groups"] == "treated")
    assert log(ours.estimate) == pytest.approx(case["coef"][0], rel=1e-9)
    assert ours.warnings == (BY_GROUP,)


@pytest.mark.parametrize("named", [["stratum"], ["arm", "stratum"]])
def test_people_of_different_groups_may_leave_early_at_different_rates(named: list[str]) -> None:
    columns, given = tied(), measured_to_the_end()
    group = columns["stratum"] * 2 + columns["treated"] * ("arm" in named)
    fit = fine_gray(
        columns["treated"][:, None], given.time_days, given.event, competed(given), censoring_groups=group
    )
    assert isinstance(fit, FineGrayFit)
    asked = {"censoring_groups": named}
    (ours,) = found(given, "subdistribution_hazard_ratio", "fine_gray", **asked)
    assert log(ours.estimate) == pytest.approx(fit.coef[0], rel=1e-12)
    assert ours.std_error == pytest.approx(fit.covariance[0, 0] ** 0.5, rel=1e-12)
    (pooled,) = found(given, "subdistribution_hazard_ratio", "fine_gray")
    assert ours.std_error != pytest.approx(pooled.std_error, rel=1e-6)


def test_a_missing_covariate_leaves_people_out_of_the_counts_too() -> None:
    given = small(causes=True)
    given = replace(
        given, baseline=given.baseline.assign(age=[float("nan")] * 2 + [20.0 + i for i in range(14)])
    )
    asked = {"covariates": ["age"], "missing_covariates": "complete_cases"}
    (ours,) = found(given, "subdistribution_hazard_ratio", "fine_gray", **asked)
    assert (ours.n_treatment, ours.n_control, ours.status) == (6, 8, "estimated")
    assert "complete cases" in ours.warnings[0]


NONE_HAD_IT = {"aalen_johansen": "no_interval_at_certainty", "gray": "no_events", "fine_gray": "no_events"}
NO_ARM = dict.fromkeys(("aalen_johansen", "gray", "fine_gray"), "one_arm_empty")
UNSEEN = {"aalen_johansen": "horizon_beyond_followup"}
ONE_SIDED = {"aalen_johansen": "no_interval_at_certainty", "fine_gray": "monotone_likelihood"}
AWKWARD: dict[str, dict[str, str]] = {
    "no events": NONE_HAD_IT,
    "some died, nobody had the event": NONE_HAD_IT,
    "no event in the treatment arm": ONE_SIDED,
    "one person in each arm": ONE_SIDED,
    "one arm is empty": NO_ARM,
    "one person": NO_ARM,
    "follow-up of all ends on day 80": UNSEEN,
    "all follow-up ends on day 50": UNSEEN,
    "some died, follow-up of all ends on day 80": UNSEEN,
}
"""Why there is no number, or no interval, by situation and method; all others have one."""

NEW = (
    ("restricted_mean_time_lost_difference", "aalen_johansen"),
    ("association_test", "gray"),
    ("subdistribution_hazard_ratio", "fine_gray"),
)


@pytest.mark.parametrize("key", NEW, ids=" ".join)
@pytest.mark.parametrize("situation", [*EVENTS, *PEOPLE, *COMPETING])
def test_a_number_or_a_reason_in_awkward_trials(key: tuple[str, str], situation: str) -> None:
    given = (EVENTS | PEOPLE | COMPETING)[situation]()
    (ours,) = found(given, *key)
    reason = AWKWARD.get(situation, {}).get(key[1], "test_only" if key[1] == "gray" else None)
    assert ours.reason == reason
    assert (ours.conf_low is not None) == (reason is None)


def test_the_days_lost_turn_with_the_arms_and_with_who_died() -> None:
    """By hand: eight in each arm, nobody left early but by death, so plain means over eight."""
    treated, event = [1] * 8 + [0] * 8, [1, 1, 1, 0, 0, 0, 0, 0] + [1, 1, 1, 1, 1, 0, 0, 0]
    days = [10, 50, 70, 20, 30, 100, 100, 100] + [5, 15, 25, 35, 45, 1, 100, 100]
    causes = [""] * 3 + ["death", "deportation"] + [""] * 8 + ["death", "", ""]
    given = with_causes(measure(small_trial(treated=treated, days=days, event=event), "reoffence"), causes)
    (ours,) = found(given, "restricted_mean_time_lost_difference", "aalen_johansen")
    lost = np.array([[90, 50, 30, 0, 0, 0, 0, 0], [95, 85, 75, 65, 55, 0, 0, 0]])
    assert ours.estimate == pytest.approx((170 - 375) / 8)
    assert ours.std_error == pytest.approx(np.sqrt((lost.var(axis=1) / 8).sum()))


def test_people_of_whom_no_cause_is_recorded_did_not_compete() -> None:
    plain = measure(measured().trial, "reoffence")
    assert not competed(plain).any() and competed(plain).shape == (240,)
    assert competed(measured()).sum() == 39


RATES = [
    key
    for key in ESTIMATORS
    if (key[0] == "hazard_ratio" and key[1] in ("cox", "cox_robust", "cox_cluster", "cox_firth"))
    or key[1].endswith("logrank")
]
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
