"""The test of proportional hazards: the widened model written out, and what must always hold."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from primus_eval.numerics.cox import CoxFit, CoxModel, cox, fit_cox
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.proportionality import ProportionalityTest, Transform, proportionality

always = settings(derandomize=True, deadline=None, max_examples=200)
seeds = st.integers(0, 10_000)
ties = st.sampled_from(["efron", "breslow"])
TRANSFORMS: tuple[Transform, ...] = get_args(Transform)
N = 40


def simulated(seed: int) -> dict[str, Any]:
    """Draw rows (start, stop] with ties, two strata, two covariates, weights and offsets."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 3, N)
    return {
        "design": np.column_stack([rng.integers(0, 2, N), rng.normal(30, 8, N)]).astype(float),
        "start": start.astype(float),
        "stop": start + rng.integers(1, 8, N).astype(float),
        "event": rng.random(N) < 0.6,
        "strata": rng.integers(0, 2, N),
        "weights": rng.choice([0.5, 1, 1.7, 3], N),
        "offset": rng.normal(0, 0.5, N),
    }


def fitted(data: dict[str, Any], **options: Any) -> CoxModel:
    model = fit_cox(**data, **options)
    assert isinstance(model, CoxModel)
    return model


def statistics(test: ProportionalityTest) -> np.ndarray:
    effects = (*test.by_column, test.overall)
    assert all(effect.reason == "test_only" for effect in effects)
    return np.array([effect.statistic for effect in effects])


# ---- against the widened model written out ---------------------------------------------------------


def widened(
    data: dict[str, Any], coef: np.ndarray, rule: str, of_day: dict[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Give score and information of x and x g(day) where the latter has no effect, event by event."""
    w = data["weights"]
    risk = w * np.exp(data["design"] @ coef + data["offset"])
    score, information = np.zeros(4), np.zeros((4, 4))
    for stratum, day in product(np.unique(data["strata"]), np.unique(data["stop"])):
        at_risk = (data["strata"] == stratum) & (data["start"] < day) & (day <= data["stop"])
        dying = np.flatnonzero(at_risk & data["event"] & (data["stop"] == day))
        x = np.column_stack([data["design"], data["design"] * of_day[day]])
        score += w[dying] @ x[dying]
        for order in range(len(dying)):
            share = at_risk.astype(float)
            if rule == "efron":
                share[dying] = 1 - order / len(dying)
            counted, each = share * risk, w[dying].mean()
            mean = counted @ x / counted.sum()
            score -= each * mean
            information += each * (x - mean).T @ (counted[:, None] * (x - mean)) / counted.sum()
    return score, information


def function_of_day(data: dict[str, Any], transform: str) -> dict[float, float]:
    """Compute g day by day, as the documentation says it."""
    found, survival = {}, 1.0
    for day in np.unique(data["stop"]):
        ranks = np.flatnonzero(np.sort(data["stop"]) == day) + 1
        found[day] = {
            "km": 1 - survival,
            "identity": day,
            "log": float(np.log(day)),
            "rank": ranks.mean(),
        }[transform]
        at_risk = ((data["start"] < day) & (day <= data["stop"])).sum()
        survival *= 1 - (data["event"] & (data["stop"] == day)).sum() / at_risk
    return found


@pytest.mark.parametrize(
    ("seed", "rule", "transform"), [*product(range(2), ("efron", "breslow"), TRANSFORMS)]
)
def test_equals_the_score_test_of_the_widened_model(seed: int, rule: Any, transform: Transform) -> None:
    data = simulated(seed)
    model = fitted(data, ties=rule)
    score, information = widened(data, model.fit.coef, rule, function_of_day(data, transform))
    wanted = []
    for columns in ([0, 1, 2], [0, 1, 3], [0, 1, 2, 3]):
        wanted.append(score[columns] @ np.linalg.solve(information[np.ix_(columns, columns)], score[columns]))
    test = proportionality(model, transform=transform)
    # The age is not centred here, which costs digits.
    assert statistics(test) == pytest.approx(wanted, rel=1e-6)
    assert [effect.df for effect in (*test.by_column, test.overall)] == [1, 1, 2]
    p_values = [effect.p_value for effect in (*test.by_column, test.overall)]
    assert p_values == pytest.approx(chi2.sf(statistics(test), [1, 1, 2]), rel=1e-10)


@always
@given(seeds, ties)
def test_equals_cox_on_rows_split_at_every_event_day(seed: int, rule: Any) -> None:
    """x g(day) as a covariate of rows that end on each event day; what the model knows is an offset."""
    data = simulated(seed)
    model = fitted(data, ties=rule)
    row, day = np.nonzero(
        (data["start"][:, None] < np.arange(1, 10)) & (np.arange(1, 10) <= data["stop"][:, None])
    )
    x = data["design"][row] - data["design"].mean(axis=0)
    split = cox(
        np.column_stack([x, x * (day[:, None] + 1 - 5)]),
        day + 1,
        data["event"][row] & (data["stop"][row] == day + 1),
        start=day,
        strata=data["strata"][row],
        weights=data["weights"][row],
        offset=data["offset"][row] + data["design"][row] @ model.fit.coef,
        ties=rule,
    )
    if isinstance(split, CoxFit):  # else the widened model has no maximum, which the score test does not need
        overall = proportionality(model, transform="identity").overall.statistic
        assert split.score_test == pytest.approx(overall, rel=1e-7)


# ---- what must always hold -------------------------------------------------------------------------


@always
@given(seeds, ties, st.sampled_from(TRANSFORMS))
def test_the_unit_of_covariates_of_time_and_of_weights_does_not_matter(
    seed: int, rule: Any, transform: Transform
) -> None:
    data = simulated(seed)
    other = {**data, "design": data["design"] * [-2, 0.1] + [7, -3], "weights": data["weights"] * 3}
    other["start"], other["stop"] = data["start"] * 7, data["stop"] * 7
    here = statistics(proportionality(fitted(data, ties=rule), transform=transform))
    there = statistics(proportionality(fitted(other, ties=rule), transform=transform))
    assert there == pytest.approx(3 * here, rel=1e-6, abs=1e-9)


@always
@given(seeds, ties)
def test_rank_and_km_depend_on_the_order_of_days_only(seed: int, rule: Any) -> None:
    data = simulated(seed)
    stretched = {**data, "start": data["start"] ** 3, "stop": data["stop"] ** 3}
    models = fitted(data, ties=rule), fitted(stretched, ties=rule)
    for transform in ("km", "rank"):
        here, there = (proportionality(model, transform=transform) for model in models)
        assert statistics(there) == pytest.approx(statistics(here), rel=1e-8)


def test_hazards_that_cross_are_found() -> None:
    rng = np.random.default_rng(4)
    arm = np.repeat([0.0, 1.0], 200)
    days = np.ceil(np.where(arm == 1, rng.exponential(100, 400), 100 * rng.weibull(3, 400)))
    model = fitted({"design": arm[:, None], "stop": days, "event": np.ones(400)})
    for transform in TRANSFORMS:
        p_value = proportionality(model, transform=transform).overall.p_value
        assert p_value is not None and p_value < 1e-6


def test_rejects_as_often_as_it_should() -> None:
    """Of 600 trials with proportional hazards about 30 are below 0.05; four standard deviations are 21."""
    rng = np.random.default_rng(11)
    below = np.zeros(3)
    for _ in range(600):
        design = np.column_stack([rng.integers(0, 2, 120), rng.normal(size=120)]).astype(float)
        days = np.ceil(100 * rng.exponential(size=120) * np.exp(design @ [0.5, -0.4]))
        stop = np.minimum(days, rng.integers(20, 200, 120))
        test = proportionality(fitted({"design": design, "stop": stop, "event": days == stop}))
        below += [(effect.p_value or 0) < 0.05 for effect in (*test.by_column, test.overall)]
    assert (np.abs(below - 30) < 21).all()


# ---- what cannot be tested has a reason ------------------------------------------------------------


def outcomes(design: Any, stop: Any, event: Any) -> list[Effect]:
    test = proportionality(fitted({"design": np.array(design, dtype=float), "stop": stop, "event": event}))
    return [*test.by_column, test.overall]


def test_events_on_one_day_say_nothing_of_time() -> None:
    assert outcomes([[1], [1], [0], [0]], [3, 3, 3, 3], [1, 0, 1, 0]) == [not_estimable("no_variation")] * 2


def test_two_columns_that_move_together_late_cannot_be_tested_at_once() -> None:
    """On the second of two event days those left have (0, 0) and (1, 1): one direction to vary in."""
    design = [[1, 0], [0, 1], [1, 1], [0, 0], [0, 1], [1, 0], [0, 0], [1, 1]]
    first, second, overall = outcomes(design, [1, 1, 1, 1, 1, 1, 2, 2], [1, 0, 0, 1, 1, 0, 1, 0])
    assert first.reason == second.reason == "test_only"
    assert overall == not_estimable("collinear_covariates")


def test_a_covariate_that_varies_on_one_event_day_only_has_no_variation_over_time() -> None:
    """On day 2 and later all who are left have x = 0."""
    design = [[1], [0], [1], [0], [0], [0]]
    effects = outcomes(design, [1, 1, 1, 2, 3, 4], [1, 1, 0, 1, 1, 0])
    assert effects == [not_estimable("no_variation")] * 2


def test_the_logarithm_of_day_0_is_refused() -> None:
    model = fitted({"design": np.array([[1.0], [0], [1], [0]]), "stop": [0, 1, 2, 3], "event": [1, 1, 1, 0]})
    with pytest.raises(ValueError, match="after day 0"):
        proportionality(model, transform="log")
    assert proportionality(model, transform="km").overall.reason == "test_only"
