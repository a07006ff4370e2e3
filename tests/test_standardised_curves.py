"""Shares standardised by a Cox model on the whole path: people, signs, reasons, the curve, the release."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference.datasets import fixture, maryland, tied
from reference.test_estimators import trial_of
from small_trials import small_trial, with_causes
from test_release import under

from primus_eval.disclosure import release
from primus_eval.estimators import estimate
from primus_eval.estimators.cox_curves import MOST_POINTS, PROPORTIONAL, standardised_exhibit
from primus_eval.estimators.diagnostics import diagnostics
from primus_eval.figures import draw_all
from primus_eval.figures.curve import curve_frame, final_shares
from primus_eval.findings import Exhibit, Finding, Findings
from primus_eval.loaders import load_trial
from primus_eval.measurement import Measurement, measure
from primus_eval.numerics.cox import fit_cox
from primus_eval.numerics.cox_curves import adjusted_survival, standardised_survival, survival_ends
from primus_eval.pipeline import evaluate
from primus_eval.protocol import Analysis
from primus_eval.report import render

SAMPLES = Path(__file__).parents[1] / "data" / "sample"
METHOD = "cox_standardised"


def asked(effect_measure: str = "risk_difference", **options: Any) -> Analysis:
    named = {"id": "a", "role": "secondary", "outcome": "reoffence", "covariates": ["age"]}
    return Analysis.model_validate(
        {**named, "effect_measure": effect_measure, "method": METHOD, "conf_level": 0.95, **options}
    )


def found(measurement: Measurement, effect_measure: str = "risk_difference", **options: Any) -> Finding:
    (row,) = estimate(measurement, asked(effect_measure, **options)).rows
    return row


@cache
def of_maryland(horizon_days: int) -> Measurement:
    baseline = ("age", "prio", "race")
    return measure(trial_of(maryland(), arm="fin", baseline=baseline, horizon_days=horizon_days), "reoffence")


@cache
def of_tied() -> Measurement:
    baseline = ("age", "employed", "stratum")
    return measure(trial_of(tied(), arm="treated", baseline=baseline, horizon_days=182), "reoffence")


def test_the_differences_are_those_of_r() -> None:
    """Follow-up is cut at the horizon here and not in R: what comes later may move the ratio, and the curve.

    So only the first case, where the horizon is the end of follow-up, is the same question.
    """
    theirs = fixture("standardised")["maryland"][0]["standardised_difference"]
    ours = found(of_maryland(364), "survival_difference", covariates=["age", "prio"])
    for number in ("estimate", "conf_low", "conf_high", "std_error", "statistic", "p_value"):
        assert getattr(ours, number) == pytest.approx(theirs[number], rel=1e-9), number
    assert (ours.unit, ours.scale, ours.covariates) == ("proportion", "identity", ("age", "prio"))
    assert ours.engine.endswith("numerics.cox_curves") and PROPORTIONAL in ours.warnings
    assert (ours.n_treatment, ours.n_control, ours.events_treatment, ours.events_control) == (
        216,
        216,
        48,
        66,
    )


def test_the_risks_differ_the_other_way_round() -> None:
    free, risk = (found(of_tied(), name) for name in ("survival_difference", "risk_difference"))
    assert risk.estimate == -free.estimate and risk.statistic == -free.statistic
    assert (risk.conf_low, risk.conf_high) == (-free.conf_high, -free.conf_low)
    assert (risk.std_error, risk.p_value) == (free.std_error, free.p_value)


def test_people_are_compared_within_strata() -> None:
    measurement = of_tied()
    model = fit_cox(
        np.column_stack([measurement.treated, tied()["age"]]).astype(float),
        measurement.time_days,
        measurement.event,
        strata=tied()["stratum"],
    )
    assert not isinstance(model, str)
    theirs = standardised_survival(model, 0, [182])
    assert not isinstance(theirs, str)
    ours = found(measurement, strata=["stratum"])
    assert ours.estimate == pytest.approx(-theirs.difference[0], rel=1e-12)
    assert ours.estimate != pytest.approx(found(measurement).estimate, rel=1e-3)


def by_rule(treated: list[int], days: list[float], event: list[int], **more: Any) -> Measurement:
    return measure(small_trial(treated=treated, days=days, event=event, **more), "reoffence")


DAYS = [10, 20, 100, 100, 100, 40, 100, 100, 15, 20, 35, 100, 100, 100, 55, 70]
EVENTS = [int(day < 100) for day in DAYS]
HALVES = [1] * 8 + [0] * 8


@pytest.mark.parametrize("effect_measure", ["risk_difference", "survival_difference"])
def test_a_competing_event_is_not_read_as_censoring(effect_measure: str) -> None:
    died = with_causes(by_rule(HALVES, DAYS, EVENTS), ["", "", "death", *[""] * 13])
    assert found(died, effect_measure).reason == "competing_events"
    assert standardised_exhibit(died, asked()) == () and diagnostics(died, asked(), METHOD) == ()


def test_no_curve_is_carried_on_beyond_where_an_arm_was_seen() -> None:
    """By the model the curve of an arm that is gone would follow from that of the other."""
    gone = by_rule(HALVES, [min(day, 80) for day in DAYS[:8]] + DAYS[8:], EVENTS)
    assert found(gone).reason == "horizon_beyond_followup"
    assert standardised_exhibit(gone, asked()) == ()
    to_the_end = by_rule(HALVES, [min(day, 100) for day in DAYS], EVENTS)
    assert found(to_the_end).status == "estimated"


def test_nor_beyond_where_a_stratum_was_seen() -> None:
    prison = ["open", "closed"] * 8
    days = [min(day, 80.0) if where == "open" else day for day, where in zip(DAYS, prison, strict=True)]
    gone = by_rule(HALVES, days, EVENTS, prison=prison)
    assert found(gone).status == "estimated"
    assert found(gone, strata=["prison"]).reason == "horizon_beyond_followup"


# The curve -----------------------------------------------------------------------------------------------


def curve_of(measurement: Measurement, **options: Any) -> Exhibit:
    (exhibit,) = standardised_exhibit(measurement, asked(**options))
    return exhibit


def share(exhibit: Exhibit, role: str, day: float) -> dict[str, Any]:
    (record,) = (row for row in exhibit.records() if (row["arm"], row["time_days"]) == (role, day))
    return record


def test_the_curve_ends_where_the_finding_is() -> None:
    curve, finding = curve_of(of_maryland(364)), found(of_maryland(364))
    ends = [share(curve, role, 364)["incidence"] for role in ("treatment", "control")]
    assert ends[0] - ends[1] == pytest.approx(finding.estimate, rel=1e-12)


def test_the_curve_rises_from_zero_within_its_interval() -> None:
    for exhibit in (curve_of(of_maryland(364)), curve_of(of_tied(), strata=["stratum"])):
        for role in ("treatment", "control"):
            rows = [row for row in exhibit.records() if row["arm"] == role]
            assert rows[0] == {
                "arm": role,
                "time_days": 0.0,
                "incidence": 0.0,
                "conf_low": None,
                "conf_high": None,
            }
            shares = [row["incidence"] for row in rows]
            assert shares == sorted(shares)
            assert all(
                row["conf_low"] < row["incidence"] < row["conf_high"] for row in rows if row["incidence"]
            )


def test_its_interval_is_the_log_log_one() -> None:
    """On the curve of one profile, whose interval R gives, it is that interval."""
    columns = tied()
    design = np.column_stack([columns["treated"], columns["age"]]).astype(float)
    model = fit_cox(design, columns["time"], columns["event"])
    assert not isinstance(model, str)
    curve = adjusted_survival(model, [1, 30], conf_level=0.9)
    low, high = survival_ends(curve.survival, curve.std_error, conf_level=0.9)
    assert low == pytest.approx(curve.conf_low, rel=1e-12)
    assert high == pytest.approx(curve.conf_high, rel=1e-12)
    ends = survival_ends(np.array([1.0, 0.5, 0.0]), np.array([0.0, 0.1, 0.0]), conf_level=0.95)
    assert [end[[0, 2]].tolist() for end in ends] == [[1.0, 0.0], [1.0, 0.0]]
    assert ends[0][1] == pytest.approx(exp(log(0.5) * exp(1.959963984540054 * 0.2 / log(2))), rel=1e-12)


def test_of_many_event_days_some_are_told_the_last_among_them() -> None:
    rng = np.random.default_rng(3)
    n = 400
    days = np.minimum(rng.integers(1, 1001, n) / 8, 100)
    treated = [int(one) for one in rng.integers(0, 2, n)]
    many = by_rule(treated, days.tolist(), (days < 100).astype(int).tolist())
    told = {row["time_days"] for row in curve_of(many).records()}
    events = np.unique(many.time_days[many.event])
    assert len(events) > 2 * MOST_POINTS
    assert len(told & set(events)) >= MOST_POINTS and len(told) <= MOST_POINTS + 7
    assert {0.0, float(events[0]), float(events[-1]), 100.0} <= told


def test_it_can_be_drawn_as_any_curve_is() -> None:
    exhibit = curve_of(of_maryland(364))
    frame = curve_frame(Findings(exhibits=(exhibit,)), exhibit=exhibit)
    assert final_shares(frame)["control"]["incidence"] == share(exhibit, "control", 364)["incidence"]


# On the whole path ----------------------------------------------------------------------------------------


def maryland_asking(tmp_path: Path, *lines: str) -> Findings:
    for file in (SAMPLES / "maryland").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (tmp_path / "protocol.toml").read_text(encoding="utf-8")
    text += "\n".join(("", "[[analysis]]", 'id = "by_cox"', *lines, ""))
    (tmp_path / "protocol.toml").write_text(text, encoding="utf-8")
    return evaluate(load_trial(tmp_path))


PICTURE = "figures/standardised_curve_by_cox_assigned.png"
LINES = (
    'role = "exploratory"',
    "planned = false",
    'outcome = "rearrest_52w"',
    'effect_measure = "risk_difference"',
    f'method = "{METHOD}"',
    'covariates = ["age", "prio"]',
)


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return maryland_asking(tmp_path_factory.mktemp("maryland"), *LINES)


def test_the_report_of_public_data_has_the_curve_and_what_it_rests_on(evaluated: Findings) -> None:
    files = render(release(evaluated))
    report = files["report.html"].decode()
    assert "had everybody been assigned to either arm" in report
    assert "taken to be the same on all days (proportional hazards)" in report
    assert {"tables/standardised_curve-by_cox-assigned.csv", PICTURE} <= files.keys()
    kinds = {exhibit.kind for exhibit in evaluated.exhibits if exhibit.notes.get("analysis") == "by_cox"}
    assert kinds == {"standardised_curve", "proportionality", "influence", "covariate_cells"}


def test_where_few_left_early_the_difference_does_not_leave(evaluated: Findings) -> None:
    """It is nearly that of the curves, which are rounded to whole people there."""
    of_window = "known/rearrest_52w/assigned/364d"
    known = next(exhibit for exhibit in evaluated.exhibits if exhibit.id == of_window)
    fewer = replace(known, rows=tuple((arm, n, n - 2, risk) for arm, n, _, risk in known.rows))
    others = tuple(exhibit for exhibit in evaluated.exhibits if exhibit.id != of_window)
    lost = replace(evaluated, exhibits=(*others, fewer))
    (row,) = release(under(lost, profile="release")).findings.of_analysis("by_cox")
    assert (row.status, row.reason) == ("withheld", "differencing")


def test_a_release_has_the_difference_to_a_tenth_of_a_point_and_no_curve(evaluated: Findings) -> None:
    released = release(under(evaluated, profile="release")).findings
    (row,) = released.of_analysis("by_cox")
    (exact,) = evaluated.of_analysis("by_cox")
    assert row.status == "estimated" and row.std_error is None
    assert row.estimate == round(exact.estimate, 3) != exact.estimate
    (curve,) = released.exhibits_of("standardised_curve")
    assert (curve.status, curve.reason, curve.rows) == ("withheld", "individual_level", ())
    assert PICTURE not in {f"figures/{drawing.name}.png" for drawing in draw_all(released)}
