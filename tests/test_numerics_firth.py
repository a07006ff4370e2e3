"""Firth's penalty in Cox regression: by hand, written out event by event, and what must always hold."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import chi2
from small_trials import small_trial, with_causes

from primus_eval.estimators.competing import CAUSE_SPECIFIC
from primus_eval.estimators.hazard_alternatives import HAZARD_ALTERNATIVES
from primus_eval.estimators.result import Estimate
from primus_eval.measurement import measure
from primus_eval.numerics.cox import CoxFit, cox, hazard_ratio
from primus_eval.numerics.effect import not_estimable
from primus_eval.numerics.firth import FirthFit, firth, firth_hazard_ratio, penalised
from primus_eval.protocol import Analysis

always = settings(derandomize=True, deadline=None, max_examples=200)
seeds = st.integers(0, 10_000)
TIES = ("efron", "breslow")


def fitted(*arguments: Any, **options: Any) -> FirthFit:
    fit = firth(*arguments, **options)
    assert isinstance(fit, FirthFit)
    return fit


def simulated(seed: int, n: int = 24) -> dict[str, np.ndarray]:
    """Draw rows (start, stop] with ties, two strata, an arm and an age; one in four has no event in arm 1."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 4, n)
    arm = np.arange(n) % 2
    event = rng.random(n) < rng.choice([0.2, 0.5, 0.9])
    if seed % 4 == 0:
        event &= arm == 0
    event[:2] = [True, seed % 4 != 0]
    data = {
        "design": np.column_stack([arm, rng.integers(18, 50, n)]).astype(float),
        "start": start,
        "stop": start + rng.integers(1, 9, n),
        "event": event,
        "strata": rng.integers(0, 2, n),
    }
    data["start"][:6], data["stop"][:6], data["strata"][:6] = 0, 5, 0  # somebody to compare the first with
    return data


# ---- by hand -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pairs", "treated_first"), [(1, 1), (1, 0), (5, 5), (5, 2), (40, 0), (40, 13)])
def test_pairs_by_hand(pairs: int, treated_first: int) -> None:
    """Pairs of one treated and one control person, in strata of their own; the later event is censored.

    With p = r / (1 + r) the treated one is first with probability p. The information is pairs x p (1 - p), so
    that the penalty adds half an event to each side: p = (treated_first + 1/2) / (pairs + 1), and the
    penalised likelihood at other p is that of a binomial with half counts.
    """
    arm = np.tile([1.0, 0.0], pairs)
    pair = np.repeat(np.arange(pairs), 2)
    event = np.where(pair < treated_first, arm == 1, arm == 0)
    fit = fitted(arm[:, None], np.where(event, 1, 2), event, strata=pair)
    with_half, against = treated_first + 0.5, pairs - treated_first + 0.5
    estimate = log(with_half / against)
    assert fit.coef[0] == pytest.approx(estimate, rel=1e-12, abs=1e-12)

    def loglik(b: float) -> float:
        return with_half * b - (pairs + 1) * log(1 + exp(b))

    share = with_half / (pairs + 1)
    effect = firth_hazard_ratio(fit, 0, conf_level=0.95)
    assert effect.estimate == pytest.approx(exp(estimate), rel=1e-12)
    assert effect.std_error == pytest.approx(1 / sqrt(pairs * share * (1 - share)), rel=1e-12)
    assert effect.statistic == pytest.approx(2 * (loglik(estimate) - loglik(0)), rel=1e-11, abs=1e-12)
    assert effect.p_value == pytest.approx(chi2.sf(effect.statistic, 1), rel=1e-11)
    target = loglik(estimate) - ndtri(0.975) ** 2 / 2
    low = brentq(lambda b: loglik(b) - target, estimate - 40, estimate, xtol=1e-13)
    high = brentq(lambda b: loglik(b) - target, estimate, estimate + 40, xtol=1e-13)
    assert (effect.conf_low, effect.conf_high) == pytest.approx((exp(low), exp(high)), rel=1e-11)


def test_one_pair_by_hand() -> None:
    """One event of the treated one of two people: no maximum without the penalty, a ratio of 3 with it."""
    effect = firth_hazard_ratio(firth([[1], [0]], [1, 2], [1, 0]), 0, conf_level=0.95)
    assert effect.estimate == pytest.approx(3, rel=1e-12)
    # log(p^1.5 (1-p)^0.5) at p = 3/4 and at p = 1/2.
    assert effect.statistic == pytest.approx(
        2 * (1.5 * log(3 / 4) + 0.5 * log(1 / 4) - 2 * log(1 / 2)), rel=1e-12
    )
    assert cox([[1], [0]], [1, 2], [1, 0]) == "monotone_likelihood"


def test_a_tied_day_by_hand() -> None:
    """Both treated people have the event on day 1, the control one never.

    Efron: r / (2r + 1) x r / (r + 1), information 2r / (2r + 1)^2 + r / (r + 1)^2.
    """
    fit = fitted([[1], [1], [0]], [1, 1, 2], [1, 1, 0])

    def loglik(b: float) -> float:
        r = exp(b)
        information = 2 * r / (2 * r + 1) ** 2 + r / (r + 1) ** 2
        return 2 * b - log(2 * r + 1) - log(r + 1) + log(information) / 2

    best = fit.coef[0]
    assert loglik(best + 1e-4) < loglik(best) > loglik(best - 1e-4)
    assert (loglik(best + 1e-5) - loglik(best - 1e-5)) / 2e-5 == pytest.approx(0, abs=1e-9)


# ---- against the penalised likelihood written out --------------------------------------------------


def written_out(data: dict[str, np.ndarray], coef: np.ndarray, ties: str) -> float:
    """Log partial likelihood plus half log det information, event by event, with covariates as they are."""
    x, risk = data["design"], np.exp(data["design"] @ coef)
    loglik, information = 0.0, np.zeros((x.shape[1], x.shape[1]))
    for stratum in np.unique(data["strata"]):
        for day in np.unique(data["stop"]):
            at_risk = (data["strata"] == stratum) & (data["start"] < day) & (day <= data["stop"])
            dying = np.flatnonzero(at_risk & data["event"] & (data["stop"] == day))
            for order in range(len(dying)):
                share = at_risk.astype(float)
                if ties == "efron":
                    share[dying] = 1 - order / len(dying)
                weight = share * risk
                mean = weight @ x / weight.sum()
                loglik += np.log(risk[dying[order]] / weight.sum())
                information += (x - mean).T @ (weight[:, None] * (x - mean)) / weight.sum()
    return float(loglik + np.linalg.slogdet(information)[1] / 2)


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("seed", range(6))
def test_the_slope_is_that_of_the_penalised_likelihood_written_out(seed: int, ties: str) -> None:
    data = simulated(seed)
    fit = fitted(**data, ties=ties)
    at = fit.point.plain.coef + np.array([0.3, -0.2])
    there = penalised(fit.problem, at)
    assert there is not None
    for column, unit in enumerate(np.eye(2) * 1e-2):

        def value(steps: int, unit: np.ndarray = unit) -> float:
            return written_out(data, (at + steps * unit) / fit.spread, ties)

        # The derivative by six points, good to the sixth power of the step.
        slope = (45 * (value(1) - value(-1)) - 9 * (value(2) - value(-2)) + value(3) - value(-3)) / 60e-2
        assert there.score[column] == pytest.approx(slope, rel=1e-8, abs=1e-8)
    # Written out in years and not in standard deviations, the information has other units.
    assert there.loglik - fit.loglik_null == pytest.approx(
        written_out(data, at / fit.spread, ties) - written_out(data, np.zeros(2), ties), rel=1e-9, abs=1e-9
    )


@pytest.mark.parametrize("seed", range(4))
def test_nothing_nearby_is_more_likely_and_the_ends_are_where_they_should_be(seed: int) -> None:
    data = simulated(seed)
    fit = fitted(**data)
    top = written_out(data, fit.coef, "efron")
    for direction in ((1e-3, 0), (-1e-3, 0), (0, 1e-3), (0, -1e-3), (1e-3, 1e-3), (-1e-3, 1e-3)):
        assert written_out(data, fit.coef + np.array(direction) / fit.spread, "efron") < top
    effect = firth_hazard_ratio(fit, 0, conf_level=0.9)
    assert effect.conf_low is not None and effect.conf_high is not None
    for end in (log(effect.conf_low), log(effect.conf_high)):
        # The best age for this arm effect, by narrowing down.
        ages = np.linspace(-1, 1, 41) * 3 / fit.spread[1] + fit.coef[1]
        for _ in range(8):
            values = [written_out(data, np.array([end, age]), "efron") for age in ages]
            best = ages[int(np.argmax(values))]
            ages = np.linspace(best - (ages[1] - ages[0]), best + (ages[1] - ages[0]), 11)
        assert 2 * (top - max(values)) == pytest.approx(ndtri(0.95) ** 2, rel=1e-6)


# ---- what must always hold -------------------------------------------------------------------------


@always
@given(seeds)
def test_there_is_always_an_answer_with_its_test_beside_its_interval(seed: int) -> None:
    """Also where one arm has no event, and the plain likelihood no maximum."""
    effect = firth_hazard_ratio(firth(**simulated(seed)), 0, conf_level=0.95)
    assert effect.estimate is not None and effect.conf_low is not None and effect.conf_high is not None
    assert 0 < effect.conf_low < effect.estimate < effect.conf_high < 1e9
    assert effect.p_value is not None and effect.std_error is not None and effect.std_error > 0
    if abs(effect.p_value - 0.05) > 1e-9:
        assert (effect.p_value < 0.05) == (not effect.conf_low <= 1 <= effect.conf_high)


@always
@given(seeds)
def test_what_should_not_matter_does_not_and_the_other_arm_inverts(seed: int) -> None:
    """Rows in another order and cut in two, another clock, strata without events, months for years.

    All at once, and with the other arm coded 1, which inverts the ratio and its interval.
    """
    data, quiet, rng = simulated(seed), simulated(seed + 1), np.random.default_rng(seed)
    cut = (data["start"] + data["stop"]) / 2
    other = {
        "design": np.concatenate([data["design"], data["design"], quiet["design"]]) * [-1, 12] + [1, 1000],
        "start": np.sqrt(np.concatenate([data["start"], cut, quiet["start"]])),
        "stop": np.sqrt(np.concatenate([cut, data["stop"], quiet["stop"]])),
        "event": np.concatenate([np.zeros(24, dtype=bool), data["event"], np.zeros(24, dtype=bool)]),
        "strata": np.concatenate([data["strata"], data["strata"], quiet["strata"] + 2]),
    }
    order = rng.permutation(72)
    here, there = fitted(**data), fitted(**{name: values[order] for name, values in other.items()})
    assert there.coef * [-1, 12] == pytest.approx(here.coef, rel=1e-7, abs=1e-9)
    assert there.loglik - there.loglik_null == pytest.approx(here.loglik - here.loglik_null, abs=1e-9)
    assert here.loglik >= here.loglik_null
    if seed % 8 < 2:
        one, turned = (firth_hazard_ratio(fit, 0, conf_level=0.95) for fit in (here, there))
        assert one.conf_low is not None and one.conf_high is not None
        inverted = (1 / one.conf_high, 1 / one.conf_low)
        assert (turned.conf_low, turned.conf_high) == pytest.approx(inverted, rel=1e-7)
        assert turned.std_error == pytest.approx(one.std_error, rel=1e-7)
        assert turned.statistic == pytest.approx(one.statistic, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("seed", [1, 2, 3, 5, 6, 7])
def test_with_many_events_it_is_plain_cox(seed: int) -> None:
    """The same people in k further strata: the penalty stays as it is, the likelihood grows k-fold."""
    data = simulated(seed)
    plain = cox(**data)
    assert isinstance(plain, CoxFit)
    apart = np.abs(fitted(**data).coef - plain.coef)
    many = {name: np.concatenate([values] * 1000) for name, values in data.items()}
    many["strata"] = many["strata"] + 2 * np.repeat(np.arange(1000), 24)
    assert (np.abs(fitted(**many).coef - plain.coef) < np.maximum(apart, 1e-3) / 250).all()


# ---- in simulated trials -----------------------------------------------------------------------------


def trial_with_few_events(rng: np.random.Generator, log_ratio: float) -> dict[str, np.ndarray]:
    """Forty people followed for 100 days, some eight events: in one trial of fifty an arm has none."""
    arm = np.repeat([1.0, 0.0], 20)
    days = rng.exponential(330 / np.exp(log_ratio * arm))
    return {"design": arm[:, None], "stop": np.ceil(np.minimum(days, 100)), "event": days <= 100}


def test_covers_the_truth_where_events_are_few() -> None:
    rng, truth = np.random.default_rng(20261123), log(0.5)
    covered, estimates, without = [], [], 0
    for _ in range(150):
        data = trial_with_few_events(rng, truth)
        if not data["event"].any():
            continue
        fit = fitted(**data)
        effect = firth_hazard_ratio(fit, 0, conf_level=0.95)
        covered.append(log(effect.conf_low) <= truth <= log(effect.conf_high))  # type: ignore[arg-type]
        estimates.append(fit.coef[0])
        without += isinstance(cox(**data), str)
    # Four Monte Carlo standard errors.
    assert without > 1
    assert np.mean(covered) == pytest.approx(0.95, abs=4 * sqrt(0.95 * 0.05 / 150))
    assert np.mean(estimates) == pytest.approx(truth, abs=4 * float(np.std(estimates)) / sqrt(150))


# ---- what cannot be estimated has a reason -----------------------------------------------------------

DAYS = np.arange(1, 13)
EVENTS = DAYS % 3 > 0
ARM = (DAYS % 2).astype(float)


@pytest.mark.parametrize(
    ("design", "event", "options", "reason"),
    [
        (ARM[:, None], np.zeros(12), {}, "no_events"),
        (np.ones((12, 1)), EVENTS, {}, "constant_covariate"),
        (np.column_stack([ARM, 1 - ARM]), EVENTS, {}, "collinear_covariates"),
        (np.eye(12), EVENTS, {}, "too_many_covariates"),
        (ARM[:, None], EVENTS, {"strata": ARM}, "no_variation"),
        (ARM[:, None], DAYS == 12, {}, "no_variation"),  # nobody is left to compare the one with
    ],
)
def test_a_fit_that_does_not_exist_has_a_reason(
    design: np.ndarray, event: np.ndarray, options: dict[str, Any], reason: str
) -> None:
    assert firth(design, DAYS, event, **options) == reason
    fit = firth(design, DAYS, event, **options)
    assert firth_hazard_ratio(fit, 0, conf_level=0.95) == not_estimable(reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("event", [EVENTS & (ARM == 0), EVENTS & (ARM == 1), DAYS == 1])
def test_where_the_plain_likelihood_has_no_maximum_there_is_one(event: np.ndarray) -> None:
    assert cox(ARM[:, None], DAYS, event) == "monotone_likelihood"
    effect = firth_hazard_ratio(firth(ARM[:, None], DAYS, event), 0, conf_level=0.999)
    assert effect.conf_low is not None and effect.conf_high is not None and effect.estimate is not None
    assert effect.conf_low < effect.estimate < effect.conf_high < 1e12


def test_everyone_on_one_day_or_on_day_0() -> None:
    for day in (0, 7):
        effect = firth_hazard_ratio(firth(ARM[:, None], np.full(12, day), np.ones(12)), 0, conf_level=0.95)
        assert effect.estimate == pytest.approx(1, abs=1e-12) and effect.p_value == pytest.approx(1)


@pytest.mark.parametrize("seed", range(8))
def test_a_covariate_that_spans_magnitudes_is_no_trouble(seed: int) -> None:
    """So skewed that full steps go down or out of range."""
    rng = np.random.default_rng(seed)
    covariate = np.exp(rng.normal(size=(30, 1)) * 5)
    stop = np.ceil(100 * rng.exponential(1, 30) / np.clip(covariate[:, 0], 1e-3, 1e3))
    effect = firth_hazard_ratio(firth(covariate, stop, rng.random(30) < 0.8), 0, conf_level=0.95)
    if effect.reason is None:
        assert effect.conf_low <= effect.estimate <= effect.conf_high  # type: ignore[operator]
    else:
        assert effect.reason == "not_converged"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start": DAYS}, "start must lie before stop"),
        ({"start": [0]}, "start must lie before stop"),
        ({"strata": [1, 2]}, "strata must hold 12"),
    ],
)
def test_impossible_rows_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        firth(ARM[:, None], DAYS, EVENTS, **options)


# ---- as an estimator ---------------------------------------------------------------------------------


def estimated(*, event: list[int], causes: list[str] | None = None, **options: Any) -> Estimate:
    named = {"id": "a", "role": "primary", "outcome": "reoffence", "conf_level": 0.95}
    asked = {"effect_measure": "hazard_ratio", "method": "cox_firth"}
    trial = small_trial(treated=[1] * 8 + [0] * 8, days=DAYS_OF_SIXTEEN, event=event)
    measurement = measure(trial, "reoffence")
    if causes is not None:
        measurement = with_causes(measurement, causes)
    analysis = Analysis.model_validate(named | asked | options)
    (found,) = HAZARD_ALTERNATIVES[("hazard_ratio", "cox_firth")](measurement, analysis)
    return found


DAYS_OF_SIXTEEN = [90, 100, 100, 100, 80, 100, 100, 100, 10, 20, 20, 50, 60, 70, 100, 100]


def test_an_arm_without_events_has_an_estimate() -> None:
    found = estimated(event=[0] * 8 + [1, 1, 1, 0, 1, 1, 0, 0])
    arm = np.repeat([1.0, 0.0], 8)
    direct = firth(arm[:, None], DAYS_OF_SIXTEEN, [0] * 8 + [1, 1, 1, 0, 1, 1, 0, 0])
    assert found.effect == firth_hazard_ratio(direct, 0, conf_level=0.95)
    assert found.effect.estimate is not None and found.effect.estimate < 0.2
    assert found.unit == "ratio" and found.engine.endswith("numerics.firth") and found.warnings == ()
    assert (found.counts.events_treatment, found.counts.events_control) == (0, 5)


def test_covariates_and_strata_take_part() -> None:
    event = [1, 0, 0, 0, 1, 0, 0, 0] + [1, 1, 1, 0, 1, 1, 0, 0]
    found = estimated(event=event, covariates=["age"], strata=["prison"])
    arm, person = np.repeat([1.0, 0.0], 8), np.arange(16)
    design = np.column_stack([arm, 20 + 7 * (person % 5) + person])
    direct = firth(design, DAYS_OF_SIXTEEN, event, strata=person % 2)
    assert found.effect.estimate == pytest.approx(
        firth_hazard_ratio(direct, 0, conf_level=0.95).estimate, rel=1e-9
    )


def test_no_event_at_all_has_a_reason_and_competing_events_a_remark() -> None:
    assert estimated(event=[0] * 16).effect == not_estimable("no_events")
    causes = [""] * 15 + ["death"]
    found = estimated(event=[1, 0, 0, 0, 1, 0, 0, 0] + [1, 1, 1, 0, 1, 1, 0, 0], causes=causes)
    assert found.warnings == (CAUSE_SPECIFIC,)


def test_it_moves_towards_no_effect_beside_plain_cox() -> None:
    event = [1, 0, 0, 0, 1, 0, 0, 0] + [1, 1, 1, 0, 1, 1, 0, 0]
    arm = np.repeat([1.0, 0.0], 8)[:, None]
    plain = hazard_ratio(cox(arm, DAYS_OF_SIXTEEN, event), 0, conf_level=0.95)
    found = estimated(event=event).effect
    assert plain.estimate is not None and found.estimate is not None
    assert plain.estimate < found.estimate < 1
