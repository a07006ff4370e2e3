"""Results on scores: estimators beside the formulas they rest on, in the sample and in trials made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_scales_measured import measure, of, trial_of

import primus_eval as pe
from primus_eval.estimators import estimate
from primus_eval.estimators.levels import levels_of_scale, proportional_odds_exhibit
from primus_eval.estimators.scales import fit_of_waves
from primus_eval.measurement import Measurement
from primus_eval.numerics.ancova import adjusted_mean_difference
from primus_eval.numerics.mixed_model import MixedModel
from primus_eval.numerics.ordinal import common_odds_ratio, cumulative_logit
from primus_eval.protocol import Analysis


def made_up(outcome: str, *, n: int = 80, seed: int = 1) -> Measurement:
    """A measurement of an outcome of the eight people's protocol with n people in place of them."""
    rng = np.random.default_rng(seed)
    treated, before = np.arange(n) % 2 == 0, rng.integers(0, 4, n).astype(float)
    score = np.clip(np.round(before / 2 + treated + rng.normal(0, 1, n)), 0, 3)
    score[:5] = np.nan
    frame = pd.DataFrame(
        {
            "treated": treated,
            "time_days": 100.0,
            "event": False,
            "reoffended": pd.Series([False] * n, dtype="boolean"),
            "score": score,
            "baseline_score": before,
        }
    )
    again = np.column_stack([np.round(before + rng.normal(size=n)), score])
    row, wave = np.nonzero(~np.isnan(again))
    prison = np.array(["open", "closed"])[rng.integers(0, 2, n)]
    baseline = pd.DataFrame({"age": rng.normal(40, 9, n), "prison": prison})
    return replace(
        measure(trial_of(), outcome),
        frame=frame,
        baseline=baseline,
        people=np.arange(n),
        repeated=pd.DataFrame({"row": row, "wave": wave + 1, "score": again[row, wave]}),
    )


def analysis(outcome: str, measure: str, **said: object) -> Analysis:
    return Analysis.model_validate(
        {"id": "asked", "role": "secondary", "outcome": outcome, "effect_measure": measure, **said}
    )


def only(found: Measurement, asked: Analysis):
    (row,) = estimate(found, asked).rows
    return row


def test_ancova_adjusts_for_the_score_before_covariates_and_strata():
    found = made_up("wellbeing")
    row = only(found, analysis("wellbeing", "mean_difference", covariates=["age"], strata=["prison"]))
    seen = ~np.isnan(found.score)
    design = np.column_stack(
        [
            found.treated,
            found.frame["baseline_score"],
            found.baseline["age"],
            found.baseline["prison"] == "open",
        ]
    ).astype(float)
    direct = adjusted_mean_difference(found.score[seen], design[seen], conf_level=0.95)
    for name in ("estimate", "conf_low", "conf_high", "std_error", "df", "p_value"):
        assert getattr(row, name) == pytest.approx(getattr(direct, name), rel=1e-9), name
    assert (row.method, row.unit, row.quantity, row.conditional) == ("ancova", "points", "score", False)
    assert (row.n_treatment, row.n_control) == (37, 38)
    assert row.events_treatment is None and row.events_control is None


def test_a_missing_score_before_is_treated_as_a_missing_covariate():
    found = made_up("wellbeing")
    found.frame.loc[10:29, "baseline_score"] = np.nan
    kept = only(found, analysis("wellbeing", "mean_difference"))
    assert kept.n_treatment + kept.n_control == 75  # mean and indicator
    complete = only(found, analysis("wellbeing", "mean_difference", missing_covariates="complete_cases"))
    assert complete.n_treatment + complete.n_control == 55


def test_the_mixed_model_counts_whoever_was_seen_once():
    found = made_up("wellbeing")
    row = only(found, analysis("wellbeing", "mean_difference", method="mixed_model"))
    assert (row.n_treatment, row.n_control) == (40, 40) and row.estimate is not None
    adjusted, fit = fit_of_waves(found, analysis("wellbeing", "mean_difference", method="mixed_model"))
    assert isinstance(fit, MixedModel) and len(fit.difference) == 2
    assert row.estimate == fit.difference[1] and adjusted.design.shape == (80, 2)


def test_levels_of_a_scale_are_compared_with_the_score_before_as_covariate():
    found = made_up("housing")
    asked = analysis("housing", "common_odds_ratio")
    seen = ~np.isnan(found.score)
    design = np.column_stack([found.treated, found.frame["baseline_score"]]).astype(float)
    # Higher is better here, so the worse end is the lower one.
    direct = common_odds_ratio(cumulative_logit(-found.score[seen], design[seen]), 0, conf_level=0.95)
    row = only(found, asked)
    assert (row.estimate, row.conf_low) == pytest.approx((direct.estimate, direct.conf_low), rel=1e-9)
    exhibit = proportional_odds_exhibit(found, asked)
    assert exhibit is not None
    labels = {record["cut"]: (record["label_below"], record["label_above"]) for record in exhibit.records()}
    assert labels == {1: ("in custody", "street"), 2: ("street", "friends"), 3: ("friends", "own")}
    treated, score = found.treated[seen], found.score[seen]
    for record in exhibit.records():
        worse = score < record["cut"]
        difference = worse[treated].mean() - worse[~treated].mean()
        assert record["risk_difference"] == pytest.approx(difference)
        assert record["risk_low"] < difference < record["risk_high"]
    pairs = score[treated][:, None] - score[~treated]
    assert exhibit.notes["pairs_worse"] == pytest.approx((pairs < 0).mean() + (pairs == 0).mean() / 2)
    (levels,) = levels_of_scale(found, asked)
    assert [row[2:] for row in levels.rows if row[:2] == ("treatment", 3.0)] == [
        (int(treated.sum()), int((score[treated] >= 3).sum()))
    ]


@pytest.mark.parametrize("method", ["ancova", "mixed_model"])
def test_one_arm_alone_has_a_reason(method):
    found = made_up("wellbeing")
    found.frame["treated"] = True
    row = only(found, analysis("wellbeing", "mean_difference", method=method))
    assert (row.status, row.reason) == ("not_estimable", "one_arm_empty")


def test_a_trial_of_eight_answers_or_says_why():
    trial = trial_of()
    for id in ("wellbeing", "housing", "free_only", "work", "half"):
        for row in estimate(measure(trial, of(id)), id).rows:
            assert row.status == "estimated" or row.reason


def test_the_sample_answers_every_analysis_of_a_score():
    trial = pe.load_trial("data/sample/mentoring/protocol.toml")
    protocol = trial.protocol
    asked = [item for item in protocol.analysis if item.outcome.endswith("_12m")]
    assert {item.method for item in asked} >= {"ancova", "mixed_model", "proportional_odds"}
    for item in asked:
        row = estimate(pe.measure(trial, item.outcome, population=item.population), item).rows[0]
        assert row.status == "estimated" and row.p_value is not None, item.id
