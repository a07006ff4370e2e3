"""Cox by the bootstrap: each replicate is a plain fit; the interval; a reason where there is none."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement, product
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.datasets import maryland
from scipy.special import ndtri
from small_trials import small_protocol, small_trial

from primus_eval.estimators import hazard_alternatives
from primus_eval.estimators.hazard_alternatives import BEYOND, HAZARD_ALTERNATIVES, SOME_FAILED
from primus_eval.estimators.resampling import DRAWN_WITHIN_ARMS
from primus_eval.estimators.result import Estimate
from primus_eval.measurement import Measurement, measure
from primus_eval.numerics import cox_bootstrap as module
from primus_eval.numerics.cox import CoxFit, CoxModel, cox, fit_cox
from primus_eval.numerics.cox_bootstrap import (
    CoxDraws,
    bca_levels,
    bootstrapped_hazard_ratio,
    cox_acceleration,
    cox_bootstrap,
    cox_replicates,
    ends_beyond_draws,
    quantile_of_draws,
)
from primus_eval.numerics.effect import not_estimable
from primus_eval.numerics.streams import Stream, resampled_counts
from primus_eval.protocol import Analysis

always = settings(derandomize=True, deadline=None, max_examples=200)
seeds = st.integers(0, 10_000)
SEVEN = ("fin", "age", "race", "wexp", "mar", "paro", "prio")


def stream(replicates: int, seed: int = 7) -> Stream:
    return Stream(seed=seed, name="analysis", replicates=replicates)


def model_of(*arguments: Any, **options: Any) -> CoxModel:
    model = fit_cox(*arguments, **options)
    assert isinstance(model, CoxModel)
    return model


def drawn(*arguments: Any, **options: Any) -> CoxDraws:
    result = cox_bootstrap(*arguments, **options)
    assert isinstance(result, CoxDraws)
    return result


def simulated(seed: int, n: int = 40) -> dict[str, np.ndarray]:
    """Draw two arms, an age and two strata; whole days, so that events tie; hazards in the ratio 0.7."""
    rng = np.random.default_rng(seed)
    arm = np.arange(n) % 2
    days = np.ceil(rng.exponential(8 / np.exp(log(0.7) * arm)))
    return {
        "design": np.column_stack([arm, rng.integers(18, 50, n)]).astype(float),
        "time_days": np.minimum(days, 12),
        "event": days <= 12,
        "strata": np.arange(n) % 4 // 2,
    }


def groups_of(data: dict[str, np.ndarray]) -> np.ndarray:
    return data["design"][:, 0] + 2 * data["strata"]


# ---- every replicate -----------------------------------------------------------------------------


def plain_fits(model: CoxModel, counts: np.ndarray) -> np.ndarray:
    """Fit the rows repeated as drawn, one replicate after the other; NaN where `cox` gives a reason."""
    x = model.problem.covariates * model.spread + model.centre
    fits = []
    for row in counts:
        rows = np.repeat(np.arange(len(row)), row)
        fit = cox(x[rows], model.stop_days[rows], model.event[rows], strata=model.stratum[rows])
        fits.append(fit.coef if isinstance(fit, CoxFit) else np.full(x.shape[1], np.nan))
    return np.array(fits)


def test_each_replicate_is_the_plain_fit_on_the_rows_repeated() -> None:
    columns = maryland()
    x = np.column_stack([columns[name] for name in SEVEN])
    result = drawn(x, columns["time"], columns["event"], groups=columns["fin"], stream=stream(40))
    (counts,) = resampled_counts(stream(40), columns["fin"].astype(int))
    plain = plain_fits(model_of(x, columns["time"], columns["event"]), counts)
    assert result.failed == 0
    # Both stop where another step would change nothing but rounding.
    assert result.draws == pytest.approx(plain, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("numbers", [1, 500, 10**9])
def test_with_strata_and_in_batches_of_any_size(numbers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NUMBERS_IN_A_BATCH", numbers)
    data = simulated(3)
    groups = groups_of(data)
    result = drawn(**data, groups=groups, stream=stream(30))
    (counts,) = resampled_counts(stream(30), groups.astype(int))
    model = model_of(data["design"], data["time_days"], data["event"], strata=data["strata"])
    assert result.draws == pytest.approx(plain_fits(model, counts), rel=1e-9, abs=1e-12)


def test_agrees_with_every_possible_resample() -> None:
    """Three in each arm: ten ways to draw each. Many resamples have no maximum, and none is found."""
    arm = np.array([1.0, 1, 1, 0, 0, 0])[:, None]
    model = model_of(arm, [2, 5, 9, 3, 4, 9], [1, 1, 0, 1, 1, 0])
    ways = [np.bincount(way, minlength=3) for way in combinations_with_replacement(range(3), 3)]
    counts = np.array([np.concatenate(pair) for pair in product(ways, ways)])
    ours, plain = next(iter(cox_replicates(model, [counts]))), plain_fits(model, counts)
    assert len(counts) == 100 and 20 < np.isnan(plain).sum() < 80
    assert (np.isnan(ours) == np.isnan(plain)).all()
    assert ours[~np.isnan(ours)] == pytest.approx(plain[~np.isnan(plain)], rel=1e-9, abs=1e-9)


@always
@given(seeds)
def test_any_counts_at_all_are_fitted_as_rows_are(seed: int) -> None:
    """Also counts that no resample has: people left out, one arm gone, a hundred copies of one person."""
    data, rng = simulated(seed, n=12), np.random.default_rng(seed)
    model = fit_cox(data["design"], data["time_days"], data["event"], strata=data["strata"])
    if isinstance(model, str):
        return
    counts = rng.integers(0, 3, (1, 12))
    if seed % 4 == 0:
        counts[0, data["design"][:, 0] == 1] = 0
    elif seed % 4 == 1:
        counts[0, rng.integers(12)] = 100
    ours, plain = next(iter(cox_replicates(model, [counts]))), plain_fits(model, counts)
    assert (np.isnan(ours) == np.isnan(plain)).all()
    known = ~np.isnan(plain)
    # A fit with a nearly flat top is known less exactly.
    assert ours[known] == pytest.approx(plain[known], rel=1e-7, abs=1e-8)


@always
@given(seeds)
def test_recoding_and_rescaling_turn_and_scale_every_draw(seed: int) -> None:
    """The same people are drawn, so this holds for each replicate, and for the ends of the interval."""
    data = simulated(seed)
    other = {**data, "design": data["design"] * [-1, 12] + [1, 7], "time_days": data["time_days"] ** 2}
    groups = groups_of(data)
    here = cox_bootstrap(**data, groups=groups, stream=stream(25))  # type: ignore[arg-type]
    there = cox_bootstrap(**other, groups=groups, stream=stream(25))  # type: ignore[arg-type]
    if isinstance(here, str) or isinstance(there, str):
        assert here == there
        return
    assert there.draws * [-1, 12] == pytest.approx(here.draws, rel=1e-7, abs=1e-9)
    assert there.acceleration * [-1, 1] == pytest.approx(here.acceleration, rel=1e-6, abs=1e-9)
    one, turned = (bootstrapped_hazard_ratio(result, 0, conf_level=0.8) for result in (here, there))
    assert one.reason == turned.reason
    if one.conf_low is not None and one.conf_high is not None:
        assert (turned.conf_low, turned.conf_high) == pytest.approx(
            (1 / one.conf_high, 1 / one.conf_low), rel=1e-6
        )


def test_a_shorter_run_is_the_beginning_of_a_longer_one_and_the_same_seed_the_same_bytes() -> None:
    data = simulated(1, n=80)
    groups = groups_of(data)
    long, short, again = (drawn(**data, groups=groups, stream=stream(n)) for n in (700, 510, 700))
    assert long.failed == 0
    assert (long.draws[:500] == short.draws[:500]).all() and (long.draws == again.draws).all()
    assert long.draws[:510] == pytest.approx(short.draws, rel=1e-12)


# ---- the interval --------------------------------------------------------------------------------


def test_the_acceleration_is_that_of_the_jackknife() -> None:
    """Leave out one person at a time, 432 fits. The two differ by terms of one person in all."""
    columns = maryland()
    x = np.column_stack([columns[name] for name in SEVEN])
    model, group = model_of(x, columns["time"], columns["event"]), columns["fin"].astype(np.int64)
    without = np.concatenate(list(cox_replicates(model, [1 - np.eye(432, dtype=np.int64)])))
    influence = model.fit.coef - without
    centred = influence - np.array([influence[group == g].mean(axis=0) for g in (0, 1)])[group]
    jackknife = (centred**3).sum(axis=0) / (6 * (centred**2).sum(axis=0) ** 1.5)
    assert cox_acceleration(model, group) == pytest.approx(jackknife, rel=0.1, abs=5e-4)


def test_without_bias_and_acceleration_it_is_the_percentile_interval() -> None:
    draws = np.concatenate([np.arange(1, 100), -np.arange(1, 100)]) / 10
    assert bca_levels(draws, 0.0, 0.0, conf_level=0.9) == pytest.approx((0.05, 0.95), rel=1e-12)


def test_levels_by_hand() -> None:
    """Efron's formula with a bias of one half and an acceleration of a tenth."""
    rng = np.random.default_rng(1)
    draws = np.sort(rng.normal(size=1000))
    estimate = float(draws[[690, 691]].mean())  # 691 of 1000 are below
    levels = bca_levels(draws, estimate, 0.1, conf_level=0.95)
    bias, z = ndtri(0.691), ndtri(0.975)
    expected = [bias + (bias + side * z) / (1 - 0.1 * (bias + side * z)) for side in (-1, 1)]
    assert levels is not None and ndtri(np.array(levels)) == pytest.approx(expected, rel=1e-9)
    assert bias == pytest.approx(0.4987, abs=1e-4)


def test_quantiles_between_draws_and_beyond_them() -> None:
    draws = np.array([3.0, 1.0, 2.0, 4.0])
    assert quantile_of_draws(draws, 0.4) == pytest.approx(2, rel=1e-12)
    assert quantile_of_draws(draws, 0.5) == pytest.approx(2.5, rel=1e-12)
    share = (ndtri(0.3) - ndtri(0.2)) / (ndtri(0.4) - ndtri(0.2))
    assert quantile_of_draws(draws, 0.3) == pytest.approx(1 + share, rel=1e-12)
    assert [quantile_of_draws(draws, level) for level in (0.01, 0.199, 0.8, 0.99)] == [1, 1, 4, 4]


@always
@given(seeds, st.sampled_from([20, 200]))
def test_it_holds_the_estimate_and_grows_with_the_level(seed: int, replicates: int) -> None:
    rng = np.random.default_rng(seed)
    draws = rng.normal(rng.normal() / 2, 1, (replicates, 1)) ** rng.choice([1, 3])
    result = CoxDraws(
        coef=np.zeros(1), draws=draws, failed=0, acceleration=np.array([rng.uniform(-0.1, 0.1)])
    )
    ends = []
    for level in (0.5, 0.8, 0.95):
        effect = bootstrapped_hazard_ratio(result, 0, conf_level=level)
        if effect.reason is not None:
            assert effect == not_estimable("too_few_people")
            continue
        assert effect.conf_low is not None and effect.conf_high is not None
        ends.append((effect.conf_low, effect.conf_high))
        if not ends_beyond_draws(result, 0, conf_level=level) and (abs(draws) > 1e-3).all():
            assert effect.conf_low <= 1.001 and effect.conf_high >= 0.999
    for (low, high), (lower, higher) in zip(ends, ends[1:], strict=False):
        assert lower <= low <= high <= higher


def test_covers_the_truth_in_simulated_trials() -> None:
    """Sixty people, some 45 events, a ratio of 0.6; the standard error beside the spread of estimates."""
    rng, truth = np.random.default_rng(20261123), log(0.6)
    arm = np.repeat([1.0, 0.0], 30)
    covered, errors, estimates = [], [], []
    for trial in range(200):
        days = np.ceil(rng.exponential(80 / np.exp(truth * arm)))
        result = cox_bootstrap(
            arm[:, None], np.minimum(days, 120), days <= 120, groups=arm, stream=stream(199, seed=trial)
        )
        effect = bootstrapped_hazard_ratio(result, 0, conf_level=0.9)
        assert effect.conf_low is not None and effect.conf_high is not None
        assert effect.std_error is not None and effect.estimate is not None
        covered.append(effect.conf_low <= exp(truth) <= effect.conf_high)
        errors.append(effect.std_error)
        estimates.append(log(effect.estimate))
    # Four Monte Carlo standard errors; the bootstrap's own error with so few people and draws is some 2 %.
    assert np.mean(covered) == pytest.approx(0.9, abs=0.02 + 4 * sqrt(0.9 * 0.1 / 200))
    assert np.mean(errors) / np.std(estimates, ddof=1) == pytest.approx(1, abs=0.05 + 4 / sqrt(2 * 199))


# ---- what cannot be estimated has a reason ---------------------------------------------------------

DAYS = np.arange(1, 13)
ARM = (DAYS % 2).astype(float)


@pytest.mark.parametrize(
    ("event", "days", "reason"),
    [
        (np.zeros(12), DAYS, "no_events"),
        (ARM, DAYS, "monotone_likelihood"),
        (DAYS == 12, DAYS, "no_variation"),
        (DAYS < 3, DAYS, "too_many_failed_draws"),
        (np.ones(12), np.full(12, 5), None),
        (np.ones(12), np.zeros(12), None),
        (np.zeros(12), np.zeros(12), "no_events"),
    ],
)
def test_a_number_or_a_reason(event: np.ndarray, days: np.ndarray, reason: str | None) -> None:
    result = cox_bootstrap(ARM[:, None], days, event, groups=ARM, stream=stream(200))
    effect = bootstrapped_hazard_ratio(result, 0, conf_level=0.95)
    if reason is None:
        # Everyone had the event on one day: no draw differs from the estimate.
        assert effect == not_estimable("no_variation")
    else:
        assert effect == not_estimable(reason)  # type: ignore[arg-type]


def test_one_percent_of_draws_may_fail_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    data = simulated(1, n=80)

    def failing(number: int) -> Any:
        def replicates(model: CoxModel, counts: Any) -> Any:
            for coefs in cox_replicates(model, counts):
                coefs[:number] = np.nan
                yield coefs

        return replicates

    groups = groups_of(data)
    for number, reason in ((2, None), (3, "too_many_failed_draws")):
        monkeypatch.setattr(module, "cox_replicates", failing(number))
        result = cox_bootstrap(**data, groups=groups, stream=stream(200))  # type: ignore[arg-type]
        if reason is None:
            assert isinstance(result, CoxDraws) and (result.failed, len(result.draws)) == (2, 198)
        else:
            assert result == reason


def test_draws_to_one_side_of_the_estimate_give_no_interval() -> None:
    draws = np.linspace(1, 2, 200)[:, None]
    result = CoxDraws(coef=np.zeros(1), draws=draws, failed=0, acceleration=np.zeros(1))
    assert bootstrapped_hazard_ratio(result, 0, conf_level=0.95) == not_estimable("too_few_people")


def test_an_end_beyond_the_outermost_draw_is_noticed() -> None:
    draws = ndtri(np.arange(1, 201) / 201)[:, None]
    result = CoxDraws(coef=np.zeros(1), draws=draws, failed=0, acceleration=np.zeros(1))
    assert not ends_beyond_draws(result, 0, conf_level=0.95)
    assert ends_beyond_draws(result, 0, conf_level=0.999)


def test_impossible_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="groups must hold 12"):
        cox_bootstrap(ARM[:, None], DAYS, DAYS > 2, groups=[1, 2], stream=stream(200))


# ---- as an estimator ---------------------------------------------------------------------------------


def estimated(*arguments: Any, **options: Any) -> Estimate:
    return answer_of(*arguments, **options)[0]


def answer_of(
    seed: int = 7, *, conf_level: float = 0.95, n: int = 60, prison: list[str] | None = None, **options: Any
) -> tuple[Estimate, Measurement]:
    rng = np.random.default_rng(5)
    arm = np.arange(n) % 2
    days = np.ceil(rng.exponential(60 / np.exp(log(0.6) * arm)))
    named = {"id": "a", "role": "primary", "outcome": "reoffence", "conf_level": conf_level}
    asked = {"effect_measure": "hazard_ratio", "method": "cox_bootstrap"}
    analysis = Analysis.model_validate(named | asked | options)
    protocol = small_protocol(analyses=(analysis,), resampling={"seed": seed, "replicates": 200})
    event = (days <= 100).astype(int)
    trial = small_trial(
        treated=arm.tolist(),
        days=np.minimum(days, 100).tolist(),
        event=event.tolist(),
        protocol=protocol,
        prison=prison or [("open", "closed")[person % 3 == 0] for person in range(n)],
    )
    measured = measure(trial, "reoffence")
    (found,) = HAZARD_ALTERNATIVES[("hazard_ratio", "cox_bootstrap")](measured, analysis)
    return found, measured


def test_it_draws_within_arm_and_stratum_from_the_seed_of_the_protocol() -> None:
    found = estimated(strata=["prison"])
    again, other = estimated(strata=["prison"]), estimated(seed=8, strata=["prison"])
    assert found == again and found.effect.conf_low != other.effect.conf_low
    assert found.effect.estimate == other.effect.estimate
    assert found.unit == "ratio" and found.engine.endswith("numerics.cox_bootstrap") and found.warnings == ()
    assert found.effect.p_value is None and found.effect.scale == "log"


def test_too_few_draws_for_the_level_are_remarked_on() -> None:
    found = estimated(conf_level=0.995)
    assert found.warnings == (BEYOND,) and found.effect.conf_low is not None


@pytest.mark.parametrize(("few", "drawn_within_strata"), [(4, True), (3, False)])
def test_strata_with_few_people_are_not_drawn_within(few: int, drawn_within_strata: bool) -> None:
    """The strata of the likelihood stay: only who is drawn in whose place changes."""
    open_ = [person for person in range(60) if person % 2][few:]  # of the treated but a few
    prison = ["open" if person in open_ or person % 4 == 0 else "closed" for person in range(60)]
    found, measured = answer_of(strata=["prison"], prison=prison)
    assert found.warnings == (() if drawn_within_strata else (DRAWN_WITHIN_ARMS,))
    codes = np.array([one == "open" for one in prison]).astype(np.int64)
    arm = measured.treated.astype(np.int64)
    result = cox_bootstrap(
        arm[:, None],
        measured.time_days,
        measured.event,
        groups=arm + 2 * codes if drawn_within_strata else arm,
        strata=codes,
        stream=Stream(seed=7, name="a", replicates=200),
    )
    assert found.effect == bootstrapped_hazard_ratio(result, 0, conf_level=0.95)


def test_draws_that_failed_are_remarked_on_without_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_failed(*arguments: Any, **options: Any) -> CoxDraws:
        return replace(drawn(*arguments, **options), failed=1)

    monkeypatch.setattr(hazard_alternatives, "cox_bootstrap", one_failed)
    assert estimated().warnings == (SOME_FAILED,) and not any(one.isdigit() for one in SOME_FAILED)


def test_few_people_have_a_reason() -> None:
    assert estimated(n=8).effect == not_estimable("too_many_failed_draws")
