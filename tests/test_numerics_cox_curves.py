"""Curves adjusted by Cox regression: by hand, special cases, and how they move with each person."""

from __future__ import annotations

from dataclasses import astuple
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics.cox import CoxModel, fit_cox
from primus_eval.numerics.cox_curves import StandardisedSurvival, adjusted_survival, standardised_survival

always = settings(derandomize=True, deadline=None, max_examples=200)
seeds = st.integers(0, 10_000)
ties = st.sampled_from(["efron", "breslow"])
N = 40
Z = 1.959963984540054


def simulated(seed: int) -> dict[str, Any]:
    """Draw people with ties, an arm, a covariate, two strata, weights and offsets, all followed to day 3."""
    rng = np.random.default_rng(seed)
    return {
        "design": np.column_stack([rng.integers(0, 2, N), rng.normal(30, 8, N)]).astype(float),
        "stop": np.append(rng.integers(1, 9, N - 4), [9, 9, 9, 9]),
        "event": rng.random(N) < 0.6,
        "strata": np.append(rng.integers(0, 2, N - 4), [0, 1, 0, 1]),
        "weights": rng.choice([0.5, 1, 1.7, 3], N),
        "offset": rng.normal(0, 0.5, N),
    }


def fitted(*arguments: Any, **options: Any) -> CoxModel:
    model = fit_cox(*arguments, **options)
    assert isinstance(model, CoxModel)
    return model


def standardised(model: CoxModel, days: Any, arm: int = 0) -> StandardisedSurvival:
    survival = standardised_survival(model, arm, days)
    assert isinstance(survival, StandardisedSurvival)
    return survival


# ---- the curve of a profile --------------------------------------------------------------------------


def test_by_hand() -> None:
    """Events on day 1 (x = 1) and day 2 (x = 0), x = 1 seen until day 3: the maximum is at r = sqrt(1/2).

    For x = 0 the hazard grows by 1 / (2r + 1) and 1 / (1 + r). Its variance: the squares of these, and the
    squared slope in the coefficient times the variance of the coefficient.
    """
    model = fitted(np.array([[1.0], [0], [1]]), [1, 2, 3], [1, 1, 0])
    r = sqrt(1 / 2)
    first, second = 1 / (2 * r + 1), 1 / (1 + r)
    variance = 1 / (2 * r * first**2 + r * second**2)
    hazard = np.array([first, first + second])
    slope = np.array([-2 * r * first**2, -2 * r * first**2 - r * second**2])
    squares = np.array([first**2, first**2 + second**2])
    for x, risk in ((0, 1), (1, r)):
        curve = adjusted_survival(model, [x], conf_level=0.95)
        error = risk * np.sqrt(squares + (slope + x * hazard) ** 2 * variance)
        survival = np.exp(-risk * hazard)
        assert curve.time_days.tolist() == [1, 2]
        assert curve.cumulative_hazard == pytest.approx(risk * hazard, rel=1e-12)
        assert curve.survival == pytest.approx(survival, rel=1e-12)
        assert curve.std_error == pytest.approx(survival * error, rel=1e-12)
        spread = np.exp(Z * error / (risk * hazard))
        assert curve.conf_low == pytest.approx(survival**spread, rel=1e-12)
        assert curve.conf_high == pytest.approx(survival ** (1 / spread), rel=1e-12)


def test_two_events_on_one_day_by_hand() -> None:
    """Efron's increment is 1 / (r + 2) + 2 / (r + 3) with r = sqrt(6), Breslow's 2 / (r + 2) with r = 2."""
    x = np.array([[1.0], [0], [0]])
    for rule, increment in (("efron", 1 / (sqrt(6) + 2) + 2 / (sqrt(6) + 3)), ("breslow", 2 / (2 + 2))):
        curve = adjusted_survival(fitted(x, [1, 1, 2], [1, 1, 0], ties=rule), [0], conf_level=0.9)
        assert curve.survival == pytest.approx([exp(-increment)], rel=1e-12)


def test_without_an_effect_it_is_nelson_and_aalens_curve() -> None:
    """Both arms alike: the coefficient is 0, and at half an arm its uncertainty plays no part."""
    stop, event = np.array([1, 2, 2, 3, 4, 4, 5]), np.array([1, 1, 1, 0, 1, 0, 0])
    arm = np.repeat([0.0, 1.0], 7)[:, None]
    model = fitted(arm, np.tile(stop, 2), np.tile(event, 2), ties="breslow")
    curve = adjusted_survival(model, [0.5], conf_level=0.95)
    events, at_risk = np.array([2, 4, 2]), np.array([14, 12, 6])
    assert model.fit.coef[0] == pytest.approx(0, abs=1e-12)
    assert curve.cumulative_hazard == pytest.approx(np.cumsum(events / at_risk), rel=1e-12)
    error = np.sqrt(np.cumsum(events / at_risk**2))
    assert curve.std_error == pytest.approx(curve.survival * error, rel=1e-12)


@always
@given(seeds, ties)
def test_the_unit_of_covariates_and_a_shift_of_offsets_do_not_matter(seed: int, rule: Any) -> None:
    data = simulated(seed)
    scale, shift = np.array([-1, 12]), np.array([1, 100])
    other = {**data, "design": data["design"] * scale + shift, "offset": data["offset"] + 3}
    here = adjusted_survival(fitted(**data, ties=rule), [1, 25], conf_level=0.9, stratum=1, offset=0.2)
    there = adjusted_survival(
        fitted(**other, ties=rule), [1, 25] * scale + shift, conf_level=0.9, stratum=1, offset=3.2
    )
    for mine, others in zip(astuple(here), astuple(there), strict=True):
        assert others == pytest.approx(mine, rel=1e-7, abs=1e-12)
    assert (np.diff(here.survival) < 0).all() and (here.conf_low < here.survival).all()
    assert (here.survival < here.conf_high).all() and (here.conf_high < 1).all()


def test_a_profile_beyond_all_others_has_a_curve_of_numbers() -> None:
    model = fitted(**simulated(1))
    for far in (-1e6, 1e6):
        curve = adjusted_survival(model, [1, far], conf_level=0.95, stratum=0)
        for values in (curve.survival, curve.std_error, curve.conf_low, curve.conf_high):
            assert ((values >= 0) & (values <= 1)).all()


def test_a_stratum_without_events_has_a_curve_without_steps() -> None:
    data = simulated(2)
    data["event"] = data["event"] & (data["strata"] == 1)
    model = fitted(**data)
    assert len(adjusted_survival(model, [1, 25], conf_level=0.95, stratum=0).survival) == 0
    assert standardised(model, [3]).survival_treatment > 0.5


@pytest.mark.parametrize(
    ("profile", "stratum", "message"),
    [([1], 0, "profile must hold 2"), ([1, 2], None, "one of the labels"), ([1, 2], 7, "one of the labels")],
)
def test_impossible_profiles_are_refused(profile: Any, stratum: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        adjusted_survival(fitted(**simulated(1)), profile, conf_level=0.95, stratum=stratum)


# ---- the curve of everyone under either arm ----------------------------------------------------------


@pytest.mark.parametrize(("seed", "rule"), [(0, "efron"), (1, "efron"), (2, "breslow")])
def test_is_the_average_of_everyones_curves(seed: int, rule: Any) -> None:
    data, days = simulated(seed), [0, 2, 9]
    model = fitted(**data, ties=rule)
    survival = standardised(model, days)
    for arm, found in ((1, survival.survival_treatment), (0, survival.survival_control)):
        each = []
        for x, stratum, offset in zip(data["design"], data["strata"], data["offset"], strict=True):
            curve = adjusted_survival(model, [arm, x[1]], conf_level=0.9, stratum=stratum, offset=offset)
            step = np.searchsorted(curve.time_days, days, side="right")
            each.append(np.append(1, curve.survival)[step])
        assert found == pytest.approx(np.average(each, axis=0, weights=data["weights"]), rel=1e-12)
    assert survival.survival_treatment[0] == 1 and survival.std_error_difference[0] == 0


@pytest.mark.parametrize(("rule", "clusters"), [("efron", None), ("breslow", None), ("efron", 9)])
def test_the_variance_is_that_of_moving_each_persons_weight(rule: Any, clusters: int | None) -> None:
    """A standard error is the root of the summed squares of how far each weight moves the survival."""
    data = simulated(4)
    days, h = [2, 5, 9], 1e-4
    cluster = np.arange(N) if clusters is None else np.arange(N) % clusters
    moved = np.zeros((cluster.max() + 1, 3, 3))
    for person in range(N):
        ends = []
        for sign in (1, -1):
            weights = data["weights"].copy()
            weights[person] += sign * h
            survival = standardised(fitted(**{**data, "weights": weights}, ties=rule), days)
            ends.append([survival.survival_treatment, survival.survival_control, survival.difference])
        moved[cluster[person]] += data["weights"][person] * np.subtract(*ends) / (2 * h)
    wanted = np.sqrt((moved**2).sum(axis=0))
    found = standardised(fitted(**data, cluster=cluster, ties=rule), days)
    assert found.std_error_treatment == pytest.approx(wanted[0], rel=1e-6)
    assert found.std_error_control == pytest.approx(wanted[1], rel=1e-6)
    assert found.std_error_difference == pytest.approx(wanted[2], rel=1e-6)


def test_covers_the_truth_in_simulated_trials() -> None:
    """Hazards exp(-0.5 a + 0.8 x) / 100 with x = 0 or 1 as likely; 300 trials of 250 people.

    Coverage of 0.95 has a standard deviation of 0.0126 over 300 trials; four of them are allowed.
    """
    rng = np.random.default_rng(21)
    day = 100
    truth = np.array([np.mean([exp(-exp(-0.5 * a + 0.8 * x) * day / 100) for x in (0, 1)]) for a in (1, 0)])
    truth = np.append(truth, truth[0] - truth[1])
    estimates, errors = np.zeros((300, 3)), np.zeros((300, 3))
    for replicate in range(300):
        design = rng.integers(0, 2, (250, 2)).astype(float)
        days = np.ceil(100 * rng.exponential(size=250) / np.exp(design @ [-0.5, 0.8]))
        stop = np.minimum(days, rng.integers(50, 200, 250))
        found = standardised(fitted(design, stop, days == stop), [day])
        estimates[replicate] = [found.survival_treatment[0], found.survival_control[0], found.difference[0]]
        errors[replicate] = np.ravel(
            [found.std_error_treatment, found.std_error_control, found.std_error_difference]
        )
    spread = estimates.std(axis=0)
    assert (np.abs(estimates.mean(axis=0) - truth) < 4 * spread / sqrt(300)).all()
    # A standard deviation over 300 trials is itself known to 4 %.
    assert errors.mean(axis=0) == pytest.approx(spread, rel=0.16)
    covered = (np.abs(estimates - truth) < Z * errors).mean(axis=0)
    assert (np.abs(covered - 0.95) < 4 * 0.0126).all()


@always
@given(seeds, ties)
def test_swapping_the_arms_swaps_the_curves(seed: int, rule: Any) -> None:
    data = simulated(seed)
    swapped = {**data, "design": data["design"] * [-1, 1] + [1, 0]}
    here, there = (standardised(fitted(**d, ties=rule), [2, 6]) for d in (data, swapped))
    assert there.survival_treatment == pytest.approx(here.survival_control, rel=1e-8)
    assert there.difference == pytest.approx(-here.difference, rel=1e-6, abs=1e-9)
    assert there.std_error_treatment == pytest.approx(here.std_error_control, rel=1e-7)
    assert there.std_error_difference == pytest.approx(here.std_error_difference, rel=1e-7)


def test_beyond_the_follow_up_of_a_stratum_there_is_no_answer() -> None:
    data = simulated(1)
    data["stop"] = np.where(data["strata"] == 0, np.minimum(data["stop"], 6), data["stop"])
    model = fitted(**data)
    assert standardised(model, [6]).survival_control > 0
    assert standardised_survival(model, 0, [6, 7]) == "horizon_beyond_followup"
    assert len(standardised(model, []).difference) == 0


def test_what_is_no_arm_or_no_person_is_refused() -> None:
    data = simulated(1)
    with pytest.raises(ValueError, match="must hold 0 and 1"):
        standardised_survival(fitted(**data), 1, [3])
    with pytest.raises(ValueError, match="not people"):
        standardised_survival(fitted(**data, start=np.zeros(N)), 0, [3])


def test_the_hazard_ratio_ties_the_two_curves_without_covariates() -> None:
    data = {name: simulated(6)[name] for name in ("stop", "event")}
    model = fitted(simulated(6)["design"][:, :1], **data)
    found = standardised(model, [4])
    ratio = log(found.survival_treatment[0]) / log(found.survival_control[0])
    assert ratio == pytest.approx(exp(model.fit.coef[0]), rel=1e-12)
