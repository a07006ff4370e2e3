"""Weighted log-rank tests, quantiles, time ratios and pseudo-values on the whole path; time ratios in full.

Formulas with a module of their own in `numerics` are checked there; here, that a protocol's words reach
them. Time ratios are fitted in `estimators`, so that everything about them is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from estimability import COMPETING, COVARIATES, EVENTS, PEOPLE, TABLES
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.datasets import fixture, maryland, tied
from reference.test_estimators import trial_of
from scipy import stats
from small_trials import small_protocol, small_trial, with_causes

from primus_eval.estimators import parametric
from primus_eval.estimators.competing import CAUSE_SPECIFIC
from primus_eval.estimators.parametric import PARAMETRIC, SHAPES
from primus_eval.estimators.pseudo import PSEUDO
from primus_eval.estimators.resampling import DRAWN_WITHIN_ARMS
from primus_eval.estimators.result import Estimate
from primus_eval.estimators.timing import TIMING
from primus_eval.measurement import Measurement, measure
from primus_eval.numerics.effect import Effect
from primus_eval.numerics.pseudo_observations import pseudo_value_difference
from primus_eval.numerics.quantiles import quantile_difference
from primus_eval.numerics.streams import Stream
from primus_eval.protocol import Analysis

ALL = {**TIMING, **PARAMETRIC, **PSEUDO}
NUMBERS = ("estimate", "conf_low", "conf_high", "std_error", "statistic", "p_value")
R_SURVREG = 1e-10
"""Both climb to the maximum by Newton's method; what is left is rounding."""


def answered(measurement: Measurement, effect_measure: str, method: str, **options: Any) -> Estimate:
    asked = {"id": "a", "role": "secondary", "outcome": "reoffence", "effect_measure": effect_measure}
    analysis = Analysis.model_validate(asked | {"method": method} | options)
    (estimate,) = ALL[effect_measure, method](measurement, analysis)
    return estimate


def trial_measured(name: str, horizon_days: int) -> Measurement:
    if name == "maryland":
        baseline = ("age", "race", "prio")
        return measure(
            trial_of(maryland(), arm="fin", baseline=baseline, horizon_days=horizon_days), "reoffence"
        )
    baseline = ("age", "employed", "stratum")
    return measure(trial_of(tied(), arm="treated", baseline=baseline, horizon_days=horizon_days), "reoffence")


def last_day(name: str) -> int:
    return 364 if name == "maryland" else int(tied()["time"].max())


def agrees(effect: Effect, theirs: dict[str, Any], rtol: float) -> None:
    for number in NUMBERS:
        assert getattr(effect, number) == pytest.approx(theirs[number], rel=rtol), number


def cases(kind: str) -> list[Any]:
    return [(name, case) for name in ("maryland", "tied") for case in fixture("timing")[name][kind]]


@pytest.mark.parametrize(("name", "case"), cases("time_ratios"))
def test_time_ratios_are_those_of_survreg(name: str, case: dict[str, Any]) -> None:
    measured = trial_measured(name, last_day(name))
    found = answered(measured, "time_ratio", case["method"], covariates=case["covariates"])
    agrees(found.effect, case, R_SURVREG)
    assert (found.unit, found.effect.scale, found.warnings) == ("ratio", "log", ())
    assert found.engine.startswith("lifelines") and found.engine.endswith("estimators.parametric")


@pytest.mark.parametrize(("name", "case"), cases("weighted_logrank"))
def test_weighted_tests_are_those_of_r(name: str, case: dict[str, Any]) -> None:
    weights = {"family": case["family"], "rho": case["rho"], "gamma": case["gamma"]}
    strata = [] if case["strata"] is None else [case["strata"]]
    measured = trial_measured(name, last_day(name))
    found = answered(measured, "association_test", "weighted_logrank", weights=weights, strata=strata)
    assert found.effect.statistic == pytest.approx(case["chi_square"], rel=1e-10)
    assert found.effect.p_value == pytest.approx(case["p_value"], abs=1e-10)
    assert (found.unit, found.effect.reason) == ("none", "test_only")


def pseudo_cases() -> list[Any]:
    return [
        (name, case, horizon)
        for name, horizon in (("maryland", 364), ("tied", 182))
        for case in fixture("timing")[name]["pseudo"]
        if case["horizon_days"] == horizon
    ]


OF_QUANTITY = {
    "risk": ("risk_difference", "proportion"),
    "days_lost": ("restricted_mean_time_lost_difference", "days"),
    "days_free": ("restricted_mean_difference", "days"),
}


@pytest.mark.parametrize(("name", "case", "horizon"), pseudo_cases())
def test_pseudo_values_are_those_of_r(name: str, case: dict[str, Any], horizon: int) -> None:
    """For risks and days lost some of the events are competing ones, made up; for days free none are."""
    measured = trial_measured(name, horizon)
    if case["quantity"] != "days_free":
        columns = maryland() if name == "maryland" else tied()
        took = columns["competing"] & (columns["time"] <= horizon)
        frame = measured.frame.assign(event=measured.event & ~took)
        causes = np.where(took, "emigration", "").tolist()
        measured = with_causes(Measurement(**{**_parts(measured), "frame": frame}), causes)
    effect_measure, unit = OF_QUANTITY[case["quantity"]]
    for adjustment, covariates in (("unadjusted", []), ("adjusted", case["covariates"])):
        found = answered(measured, effect_measure, "pseudo_observations", covariates=covariates)
        agrees(found.effect, case[adjustment], 1e-9)
        assert (found.unit, found.warnings) == (unit, ())
        assert found.engine.endswith("numerics.pseudo_observations")


def _parts(measurement: Measurement) -> dict[str, Any]:
    return {name: getattr(measurement, name) for name in Measurement.__slots__}


N = 90
RANDOM = np.random.Generator(np.random.Philox(key=2))
TREATED = np.arange(N) % 2
DAYS = np.ceil(RANDOM.weibull(1.2, N) * 80)
END = RANDOM.integers(60, 140, N)
OPTIONS: dict[str, Any] = {
    "weighted_logrank": {"weights": {"family": "gehan"}},
    "kaplan_meier_bootstrap": {"quantile": 0.25},
}


def drawing(**columns: Any) -> Measurement:
    protocol = small_protocol(resampling={"seed": 5, "replicates": 300})
    given = {"treated": TREATED.tolist(), "days": np.minimum(DAYS, END), "event": DAYS <= END} | columns
    return measure(small_trial(**given, protocol=protocol), "reoffence")


def test_quantiles_come_from_the_seed_of_the_protocol_and_the_name_of_the_analysis() -> None:
    measured = drawing()
    found = answered(measured, "quantile_difference", "kaplan_meier_bootstrap", quantile=0.4, conf_level=0.9)
    stream = Stream(seed=5, name="a", replicates=300)
    data = (measured.time_days, measured.event, measured.treated)
    assert found.effect == quantile_difference(*data, quantile=0.4, stream=stream, conf_level=0.9)
    assert found.unit == "days" and found.effect.conf_low is not None
    prison = (measured.baseline["prison"] == "open").to_numpy()
    within = answered(
        measured,
        "quantile_difference",
        "kaplan_meier_bootstrap",
        quantile=0.4,
        conf_level=0.9,
        strata=["prison"],
    )
    assert within.effect == quantile_difference(*data, ~prison, quantile=0.4, stream=stream, conf_level=0.9)
    assert within.warnings == ()


def test_strata_with_few_people_are_not_drawn_within() -> None:
    """Three people of one arm in one stratum, four of every other: everybody is drawn within their arm."""
    measured = drawing()
    wing = np.zeros(N, dtype=int)
    for arm in (measured.treated, ~measured.treated):
        wing[arm] = np.minimum(np.arange(arm.sum()) // 4, 3)
    options = {"quantile": 0.4, "conf_level": 0.9, "strata": ["wing"]}
    key = ("quantile_difference", "kaplan_meier_bootstrap")
    several = replace(measured, baseline=measured.baseline.assign(wing=wing.astype(str)))
    wing[np.flatnonzero(measured.treated)[0]] = 1
    few = replace(measured, baseline=measured.baseline.assign(wing=wing.astype(str)))
    plain = answered(measured, *key, **(options | {"strata": []}))
    assert answered(few, *key, **options).effect == plain.effect != answered(several, *key, **options).effect
    assert answered(few, *key, **options).warnings == (DRAWN_WITHIN_ARMS,)
    assert answered(several, *key, **options).warnings == plain.warnings == ()


def test_without_a_seed_or_weights_nothing_is_made_up() -> None:
    seeded = drawing()
    protocol = seeded.trial.protocol.model_copy(update={"resampling": None})
    unseeded = replace(seeded, trial=replace(seeded.trial, protocol=protocol))
    with pytest.raises(ValueError, match="seed"):
        answered(unseeded, "quantile_difference", "kaplan_meier_bootstrap", quantile=0.4)
    with pytest.raises(ValueError, match="weights"):
        answered(unseeded, "association_test", "weighted_logrank")


def test_what_competing_events_mean_for_each_method() -> None:
    plain = drawing()
    died = (~plain.event & (np.arange(N) % 3 == 0)) & (plain.time_days < 100)
    measured = with_causes(plain, np.where(died, "death", "").tolist())
    for key in (
        ("quantile_difference", "kaplan_meier_bootstrap"),
        ("restricted_mean_difference", "pseudo_observations"),
        *PARAMETRIC,
    ):
        found = answered(measured, *key, **OPTIONS.get(key[1], {}))
        assert (found.effect.estimate, found.effect.reason) == (None, "competing_events")
    test = answered(measured, "association_test", "weighted_logrank", weights={"family": "gehan"})
    assert CAUSE_SPECIFIC in test.warnings and test.effect.p_value is not None
    for key, quantity in (("risk_difference", "risk"), ("restricted_mean_time_lost_difference", "days_lost")):
        found = answered(measured, key, "pseudo_observations")
        data = (measured.time_days, measured.event, died, measured.treated)
        asked = {"horizon_days": 100, "quantity": quantity, "conf_level": 0.95}
        assert found.effect == pseudo_value_difference(*data, **asked) and found.effect.reason is None
        assert found.effect.estimate != answered(plain, key, "pseudo_observations").effect.estimate


@pytest.mark.parametrize("key", [("time_ratio", "weibull"), ("risk_difference", "pseudo_observations")])
def test_complete_cases_are_the_trial_without_the_others(key: tuple[str, str]) -> None:
    lacks = np.arange(N) % 7 == 2
    age = RANDOM.normal(35, 9, N).round()
    holes = drawing(age=np.where(lacks, np.nan, age))
    there = ~lacks
    without = drawing(
        **{
            "treated": TREATED[there].tolist(),
            "days": np.minimum(DAYS, END)[there],
            "event": (DAYS <= END)[there],
            "age": age[there],
            "prison": [("open", "closed")[person % 2] for person in np.flatnonzero(there)],
        }
    )
    some = answered(holes, *key, covariates=["age"], missing_covariates="complete_cases")
    all_ = answered(without, *key, covariates=["age"])
    assert some.counts == all_.counts and some.warnings[0].startswith("People with a missing covariate")
    for number in NUMBERS:
        assert getattr(some.effect, number) == pytest.approx(getattr(all_.effect, number), rel=1e-9)


def test_who_was_last_seen_on_day_0_says_nothing(without_lifelines: None) -> None:
    unseen = (np.arange(N) % 15 == 4) & (DAYS > END)
    assert unseen.any()
    zero = drawing(days=np.where(unseen, 0, np.minimum(DAYS, END)))
    rest = ~unseen
    without = drawing(
        treated=TREATED[rest].tolist(), days=np.minimum(DAYS, END)[rest], event=(DAYS <= END)[rest]
    )
    for method in SHAPES:
        one, other = (answered(measured, "time_ratio", method) for measured in (zero, without))
        assert one.effect == other.effect and one.counts == other.counts
        assert one.warnings == (parametric.NOT_FOLLOWED,) and not other.warnings


# ---- time ratios: without lifelines, whose end is only where the climb begins ---------------------


@pytest.fixture
def without_lifelines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parametric, "_by_lifelines", lambda *_: None)


@pytest.fixture(scope="module")
def unaided() -> Iterator[None]:
    """For properties, which hypothesis tries 200 times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parametric, "_by_lifelines", lambda *_: None)
        yield


@pytest.mark.parametrize(("name", "case"), cases("time_ratios"))
def test_the_maximum_does_not_depend_on_where_the_climb_begins(
    name: str, case: dict[str, Any], without_lifelines: None
) -> None:
    measured = trial_measured(name, last_day(name))
    found = answered(measured, "time_ratio", case["method"], covariates=case["covariates"])
    agrees(found.effect, case, R_SURVREG)


def test_a_fit_that_lifelines_gives_up_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    import lifelines
    from lifelines.exceptions import ConvergenceError

    whole = answered(drawing(), "time_ratio", "weibull")

    def gives_up(*_: Any, **__: Any) -> None:
        raise ConvergenceError("gave up")

    monkeypatch.setattr(lifelines.WeibullAFTFitter, "fit", gives_up)
    again = answered(drawing(), "time_ratio", "weibull")
    for number in NUMBERS:
        assert getattr(again.effect, number) == pytest.approx(getattr(whole.effect, number), rel=1e-10)


OF_SCIPY = {
    "weibull": lambda location, scale: stats.weibull_min(1 / scale, scale=np.exp(location)),
    "lognormal": lambda location, scale: stats.lognorm(scale, scale=np.exp(location)),
    "loglogistic": lambda location, scale: stats.fisk(1 / scale, scale=np.exp(location)),
}


@pytest.mark.parametrize("method", SHAPES)
def test_likelihoods_are_those_of_scipy(method: str) -> None:
    random = np.random.Generator(np.random.Philox(key=9))
    days, event, arm = random.exponential(50, 40), random.random(40) < 0.6, random.integers(0, 2, 40)
    rows = np.column_stack([-np.ones(40), -arm, np.log(days)])

    def ours(point: np.ndarray) -> float:
        # The density of the logarithm is that of the days, times the days.
        return parametric._likelihood(SHAPES[method], rows, event, point)[0] - np.log(days[event]).sum()

    for location, effect, scale in ((3.5, 0.3, 0.8), (4.0, -0.5, 1.3), (2.0, 2.0, 0.5)):
        point = np.array([location, effect, 1.0]) / scale
        days_of = OF_SCIPY[method](location + effect * arm, scale)
        theirs = np.where(event, days_of.logpdf(days), days_of.logsf(days)).sum()
        assert ours(point) == pytest.approx(theirs, rel=1e-10)
        _, slope, information = parametric._likelihood(SHAPES[method], rows, event, point)
        steps = 1e-6 * np.eye(3)
        differences = [(ours(point + step) - ours(point - step)) / 2e-6 for step in steps]
        assert slope == pytest.approx(differences, rel=1e-6, abs=1e-5)
        slopes = [
            parametric._likelihood(SHAPES[method], rows, event, point + step)[1]
            - parametric._likelihood(SHAPES[method], rows, event, point - step)[1]
            for step in steps
        ]
        assert information == pytest.approx(-np.array(slopes) / 2e-6, rel=1e-5, abs=1e-5)


def test_without_censoring_lognormal_times_are_normal_logarithms(without_lifelines: None) -> None:
    days = np.minimum(DAYS, 99)
    found = answered(drawing(days=days, event=[1] * N), "time_ratio", "lognormal").effect
    log_days = np.log(days)
    means = [log_days[arm == TREATED].mean() for arm in (1, 0)]
    spread = np.sqrt(np.mean((log_days - np.where(TREATED == 1, *means)) ** 2))
    assert np.log(found.estimate) == pytest.approx(means[0] - means[1], rel=1e-10)
    assert found.std_error == pytest.approx(spread * np.sqrt(4 / N), rel=1e-10)


def test_a_horizon_that_cuts_follow_up_keeps_the_ratio() -> None:
    """Weibull times with a ratio of 1.5, 20,000 people: four standard errors, whatever the horizon sees."""
    random = np.random.Generator(np.random.Philox(key=1))
    treated = np.arange(20_000) % 2
    days = 1 + np.floor(random.weibull(1.4, 20_000) * 900 * 1.5**treated)
    design = np.column_stack([np.ones(20_000), treated])
    for horizon in (365, 3650):
        log_days, event = np.log(np.minimum(days, horizon)), days <= horizon
        found = parametric._effect(SHAPES["weibull"], design, log_days, event, 0.95)
        assert found.estimate is not None and found.std_error is not None
        assert abs(np.log(found.estimate) - np.log(1.5)) < 4 * found.std_error


always = settings(max_examples=200, deadline=None, derandomize=True)
person = st.tuples(st.integers(1, 5), st.booleans(), st.booleans())
trials = st.lists(person, min_size=2, max_size=12)


def columns_of(people: list[tuple[int, bool, bool]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    time, event, treated = (np.array(column) for column in zip(*people, strict=True))
    return time.astype(float), event, treated


def ratio(time: np.ndarray, event: np.ndarray, treated: np.ndarray, method: str) -> Effect:
    design = np.column_stack([np.ones(len(time)), treated])
    return parametric._effect(SHAPES[method], design, np.log(time), event, 0.95)


@always
@given(trials)
def test_no_maximum_by_the_rule_for_two_arms(people: list[tuple[int, bool, bool]]) -> None:
    """An arm without an event can be moved out of sight; and the scale can shrink to nothing if in each arm
    all events fall on one day, after which nobody of that arm was followed. Else there is a maximum."""
    time, event, treated = columns_of(people)
    arms = (treated, ~treated)
    if not event.any() or not treated.any() or treated.all():
        return
    exact = all(
        len(set(time[arm & event])) <= 1
        and (not (arm & event).any() or time[arm].max() <= time[arm & event].max())
        for arm in arms
    )
    rows = np.column_stack([-np.ones(len(time)), -treated.astype(float), np.log(time)])
    found = parametric._without_maximum(rows, event)
    assert (found == "no_variation") == exact
    assert (found is not None) == (exact or any(not event[arm].any() for arm in arms))


@always
@given(trials, st.sampled_from(list(SHAPES)))
def test_swapping_the_arms_inverts_the_ratio(
    unaided: None, people: list[tuple[int, bool, bool]], method: str
) -> None:
    time, event, treated = columns_of(people)
    if not (event & treated).any() or not (event & ~treated).any():
        return
    here, there = (ratio(time, event, arm, method) for arm in (treated, ~treated))
    weeks = ratio(7 * time, event, treated, method)
    assert here.reason == there.reason == weeks.reason
    if here.estimate is not None:
        assert there.estimate == pytest.approx(1 / here.estimate, rel=1e-7)
        assert there.std_error == pytest.approx(here.std_error, rel=1e-7)
        assert there.conf_low == pytest.approx(1 / here.conf_high, rel=1e-7)
        assert weeks.estimate == pytest.approx(here.estimate, rel=1e-7)
        assert weeks.std_error == pytest.approx(here.std_error, rel=1e-7)


# ---- awkward trials ------------------------------------------------------------------------------

NEW = [
    ("association_test", "weighted_logrank"),
    ("quantile_difference", "kaplan_meier_bootstrap"),
    *PARAMETRIC,
    *PSEUDO,
]


def seeded(measurement: Measurement) -> Measurement:
    protocol = small_protocol(resampling={"seed": 5, "replicates": 200})
    trial = measurement.trial
    return Measurement(
        **{
            **_parts(measurement),
            "trial": type(trial)(protocol=protocol, participants=trial.participants, accounts=()),
        }
    )


@pytest.mark.parametrize("key", NEW, ids=" ".join)
def test_a_number_or_a_reason(key: tuple[str, str], without_lifelines: None) -> None:
    for _, situations in TABLES:
        for situation in situations.values():
            effect = answered(seeded(situation()), *key, **OPTIONS.get(key[1], {})).effect
            numbers = [getattr(effect, number) for number in NUMBERS]
            assert all(np.isfinite(number) for number in numbers if number is not None)
            assert effect.reason is not None or effect.conf_low is not None


@pytest.mark.parametrize("key", NEW, ids=" ".join)
def test_an_ordinary_trial_is_answered_and_an_empty_arm_is_not(key: tuple[str, str]) -> None:
    ordinary = answered(seeded(EVENTS["ordinary"]()), *key, **OPTIONS.get(key[1], {})).effect
    expected = {"association_test": "test_only", "quantile_difference": "interval_passes_infinity"}
    assert ordinary.reason == expected.get(key[0])
    empty = answered(seeded(PEOPLE["one arm is empty"]()), *key, **OPTIONS.get(key[1], {})).effect
    assert empty.reason == "one_arm_empty"


@pytest.mark.parametrize("method", SHAPES)
@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        ("no events", "no_events"),
        ("no event in the treatment arm", "no_events_in_one_arm"),
        ("everyone had the event", None),
        ("all events on one day", None),
        ("all follow-up ends on day 50", "no_variation"),
        ("one person in each arm", "no_events_in_one_arm"),
        ("some died", "competing_events"),
    ],
)
def test_when_there_is_a_time_ratio(
    method: str, situation: str, reason: str | None, without_lifelines: None
) -> None:
    measured = {**EVENTS, **PEOPLE, **COMPETING}[situation]()
    if situation == "all follow-up ends on day 50":
        measured = drawing(days=[50] * N, event=[1, 1, 0] * (N // 3))
    assert answered(measured, "time_ratio", method).effect.reason == reason


@pytest.mark.parametrize("key", [*PARAMETRIC, *PSEUDO], ids=" ".join)
def test_covariates_that_cannot_be_used_are_the_reason(key: tuple[str, str], without_lifelines: None) -> None:
    def reason(situation: str) -> str | None:
        return answered(COVARIATES[situation](), *key, covariates=["age", "prior"]).effect.reason

    assert reason("constant covariate") == "constant_covariate"
    assert reason("covariate equal to the arm") == "collinear_covariates"
    assert reason("two collinear covariates") == "collinear_covariates"
    assert reason("more covariates than people") == "too_many_covariates"


def test_covariates_that_explain_the_days_without_error_are_too_many(without_lifelines: None) -> None:
    days = np.arange(10, 10 + N)
    exact = drawing(days=days, event=[1] * N, age=np.log(days))
    assert answered(exact, "time_ratio", "weibull", covariates=["age"]).effect.reason == "too_many_covariates"
    nobody = pd.Series(np.arange(N) % 9 == 0)
    apart = drawing(event=(DAYS <= END) & ~nobody, age=nobody.astype(float))
    found = answered(apart, "time_ratio", "lognormal", covariates=["age"]).effect
    assert found.reason == "monotone_likelihood"


@pytest.mark.parametrize("key", [("time_ratio", "weibull"), ("risk_difference", "pseudo_observations")])
def test_few_people_for_the_covariates_are_warned_of(key: tuple[str, str]) -> None:
    assert not answered(drawing(), *key, covariates=["age"]).warnings
    few = answered(EVENTS["ordinary"](), *key, covariates=["age"])
    assert any("Few people" in text for text in few.warnings)
