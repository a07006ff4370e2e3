"""How many events, for how long at risk? Rates of each arm, their difference and their ratio.

A person counts for as many events as they had and as many days as they were followed; people are
independent of one another, a person's events need not be. statsmodels fits the Poisson regression;
variances, and the negative binomial regression, are ours: statsmodels gives HC0 when asked for HC3,
and leaves off climbing early. Whether the likelihood has a maximum at all is asked first.

Days at risk (calendar) are all days from the start of the clock to the end of observation. An event on the
day on which a person died or left the country is still theirs, and then so is that day, as in
start-stop rows; so nobody has an event without a day. At liberty, days in custody are left out, and
with them the events of those days, as `liberty` tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from primus_eval.estimators.adjusted import FEW_PEOPLE, PEOPLE_PER_COEFFICIENT
from primus_eval.estimators.competing import may_compete
from primus_eval.estimators.covariates import covariates
from primus_eval.estimators.liberty import about_liberty, admission_counts, at_liberty
from primus_eval.estimators.result import (
    Estimate,
    Estimator,
    counts_of,
    kept_warnings,
    library_engine,
    own_engine,
)
from primus_eval.measurement import Measurement, start_stop
from primus_eval.numerics.count_regression import (
    NegativeBinomialFit,
    PoissonFit,
    Variance,
    is_unbounded,
    negative_binomial,
    negative_binomial_rate_ratio,
    poisson_rate_ratio,
    poisson_variances,
)
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.person_time import person_rate, person_rate_difference
from primus_eval.protocol import Analysis
from primus_eval.vocabulary import Reason

WHILE_THERE = (
    "People who die or leave the country count until then. So this is about events per day among those still "
    "there, and does not say how many events people came to have."
)
WINDOW_OF_STREET_DAYS = (
    "The window runs in days at liberty, and was lengthened by days in custody; the rate counts them all."
)
NOT_AT_RISK = "People without a day at risk, or whose days in custody are not known, were left out."
VARY_MORE = (
    "Counts vary more than Poisson counts do, so that this interval is too narrow; that of poisson_robust "
    "does not rest on how they vary."
)
VARY_ALIKE = (
    "This interval rests on counts varying beyond Poisson counts alike in both arms; that of poisson_robust "
    "does not."
)
VARY_LESS = "Counts vary less than Poisson counts do, and the interval is narrower than theirs."
POISSON_LIMIT = (
    "Counts vary no more than Poisson counts do: no negative binomial distribution fits better, and this is "
    "the Poisson estimate."
)

NOTICEABLE_OVERDISPERSION = 1.645
"""One-sided 5 % of a standard normal statistic."""
ARM = 1
"""The column of the design that holds the arm; the first is the constant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTime:
    """Events and days at risk of each person measured, shape (n,), and who has any.

    at_risk: bool. reason: why no comparison of the arms can be made, whatever the events.
    """

    events: np.ndarray
    days: np.ndarray
    at_risk: np.ndarray
    reason: Reason | None = None
    warnings: tuple[str, ...] = ()


def person_time(measurement: Measurement, analysis: Analysis) -> PersonTime:
    """Count each person's events and days at risk, in calendar days or at liberty.

    An outcome that was observed as one yes or no has no days at risk: how long people were followed after
    their event is not recorded.
    """
    treated = measurement.treated
    none = np.zeros(len(treated))
    if treated.all() or not treated.any():
        reason: Reason = "one_arm_empty"
        return PersonTime(events=none, days=none, at_risk=none > 0, reason=reason)
    if "exposure_days" not in measurement.frame:
        return PersonTime(events=none, days=none, at_risk=none > 0, reason="no_exposure")
    events, days, warnings = _counted(measurement, only_at_liberty=analysis.exposure == "at_liberty")
    at_risk = days > 0  # where it is not known, neither
    if not at_risk.all():
        warnings.append(NOT_AT_RISK)
    if may_compete(measurement):
        warnings.append(WHILE_THERE)
    somebody = at_risk[treated].any() and at_risk[~treated].any()
    return PersonTime(
        events=events,
        days=days,
        at_risk=at_risk,
        reason=None if somebody else "no_exposure",
        warnings=tuple(warnings),
    )


def _counted(measurement: Measurement, *, only_at_liberty: bool) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return events and days of each person, and what a reader must know of how they were counted."""
    definition = measurement.outcome.reoffending
    lengthened = definition is not None and definition.custody == "street"
    if only_at_liberty:
        # Only where offences in custody count can one be on a day in custody, and then there are rows.
        of_rows = admission_counts(measurement)
        events, days = _by_rows(measurement) if of_rows else _by_sums(measurement)
        inside = measurement.frame["custody_days"].to_numpy(dtype=float)
        days = np.where(np.isnan(inside), np.nan, days if of_rows else days - inside)
        return events, days, list(about_liberty(measurement))
    return *_by_sums(measurement), [WINDOW_OF_STREET_DAYS] if lengthened else []


def _by_sums(measurement: Measurement) -> tuple[np.ndarray, np.ndarray]:
    """Return events and calendar days of each person."""
    last = measurement.frame["exposure_days"].to_numpy(dtype=float, copy=True)
    np.maximum.at(last, measurement.unit_row, measurement.unit_day + 1)
    return np.bincount(measurement.unit_row, minlength=len(last)).astype(float), last


def _by_rows(measurement: Measurement) -> tuple[np.ndarray, np.ndarray]:
    """Return events and days of each person out of custody, those of the day of admission included."""
    rows = at_liberty(start_stop(measurement), with_admission=True)
    person, n_people = rows["row"].to_numpy(dtype=np.int64), len(measurement.frame)
    length = (rows["stop_days"] - rows["start_days"]).to_numpy(dtype=float)
    events = np.bincount(person, weights=rows["event"], minlength=n_people)
    return events, np.bincount(person, weights=length, minlength=n_people)


def rate_difference(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate by how many events per 100 person-years the arms differ."""
    counted = person_time(measurement, analysis)
    among = counted.at_risk
    effect = (
        not_estimable(counted.reason)
        if counted.reason
        else person_rate_difference(
            counted.events[among],
            counted.days[among],
            measurement.treated[among],
            conf_level=analysis.conf_level,
        )
    )
    return (_of_person_time(measurement, counted, effect),)


def rates(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the events per 100 person-years of each arm."""
    counted = person_time(measurement, analysis)
    arms = (("treatment", measurement.treated), ("control", ~measurement.treated))
    return tuple(
        _of_person_time(measurement, counted, _rate(counted, arm, analysis), term=term) for term, arm in arms
    )


def _rate(counted: PersonTime, arm: np.ndarray, analysis: Analysis) -> Effect:
    if counted.reason is not None:
        return not_estimable(counted.reason)
    among = counted.at_risk & arm
    return person_rate(counted.events[among], counted.days[among], conf_level=analysis.conf_level)


def _of_person_time(
    measurement: Measurement, counted: PersonTime, effect: Effect, *, term: str = ""
) -> Estimate:
    among = counted.at_risk
    return Estimate(
        effect=effect,
        unit="per_hundred_person_years",
        counts=counts_of(measurement.treated[among], counted.events[among] > 0),
        engine=own_engine("numerics.person_time"),
        term=term,
        warnings=counted.warnings,
    )


def poisson(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the ratio of rates, taking every event for independent of every other."""
    return _ratio_by_poisson(measurement, analysis, variance="model")


def poisson_robust(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the ratio of rates of independent people, whose counts may vary as they will (HC3)."""
    return _ratio_by_poisson(measurement, analysis, variance="robust")


def quasi_poisson(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the ratio of rates where variances are in proportion to means (Pearson's dispersion)."""
    return _ratio_by_poisson(measurement, analysis, variance="quasi")


def _ratio_by_poisson(
    measurement: Measurement, analysis: Analysis, *, variance: Variance
) -> tuple[Estimate, ...]:
    fitted = _fit(measurement, analysis)
    effect = poisson_rate_ratio(fitted.poisson, ARM, conf_level=analysis.conf_level, variance=variance)
    texts = _about_dispersion(fitted.poisson, variance) if effect.reason is None else ()
    engine = _statsmodels()
    if variance == "robust":
        engine += f"; HC3 by {own_engine('numerics.count_regression')}"
    return (_estimate(fitted, effect, engine, texts),)


def negative_binomial_model(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the ratio of rates where people differ in theirs by a gamma distribution (NB2)."""
    fitted = _fit(measurement, analysis)
    fit: NegativeBinomialFit | Reason = (
        negative_binomial(
            coef=fitted.poisson.coef, design=fitted.design, events=fitted.events, person_days=fitted.days
        )
        if isinstance(fitted.poisson, PoissonFit)
        else fitted.poisson
    )
    effect = negative_binomial_rate_ratio(fit, ARM, conf_level=analysis.conf_level)
    is_poisson = isinstance(fit, NegativeBinomialFit) and fit.alpha == 0
    engine = _statsmodels() if is_poisson else own_engine("numerics.count_regression")
    texts = (POISSON_LIMIT if is_poisson else VARY_ALIKE,) if effect.reason is None else ()
    return (_estimate(fitted, effect, engine, texts),)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fitted:
    """A Poisson regression of the people at risk, or why there is none."""

    poisson: PoissonFit | Reason
    treated: np.ndarray
    design: np.ndarray
    events: np.ndarray
    days: np.ndarray
    warnings: tuple[str, ...]


def _fit(measurement: Measurement, analysis: Analysis) -> _Fitted:
    counted = person_time(measurement, analysis)
    adjusting = covariates(measurement, analysis, among=counted.at_risk)
    kept = adjusting.kept
    treated, events, days = measurement.treated[kept], counted.events[kept], counted.days[kept]
    design = np.column_stack([np.ones(len(events)), treated, adjusting.matrix])
    reason = counted.reason or _without_answer(treated, events) or adjusting.reason
    poisson: PoissonFit | Reason
    poisson, texts = (reason, ()) if reason else fit_poisson(design, events, days)
    if isinstance(poisson, PoissonFit) and design.shape[1] > 2:
        few = len(events) < PEOPLE_PER_COEFFICIENT * design.shape[1]
        texts = (*texts, FEW_PEOPLE) if few else texts
    return _Fitted(
        poisson=poisson,
        treated=treated,
        design=design,
        events=events,
        days=days,
        warnings=(*counted.warnings, *adjusting.warnings, *texts),
    )


def _without_answer(treated: np.ndarray, events: np.ndarray) -> Reason | None:
    if treated.all() or not treated.any():
        return "one_arm_empty"
    if not events.any():
        return "no_events"
    return None if events[treated].any() and events[~treated].any() else "no_events_in_one_arm"


def fit_poisson(
    design: np.ndarray, events: np.ndarray, days: np.ndarray
) -> tuple[PoissonFit | Reason, tuple[str, ...]]:
    """Fit a Poisson regression by maximum likelihood, or say why these data do not support it.

    design: with the constant as its first column and the arm as its second, shape (n, p).
    """
    if is_unbounded(design, events):
        return "separation", ()
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    with kept_warnings() as texts:
        fit: Any = GLM(events, design, family=Poisson(), offset=np.log(days)).fit(
            tol=1e-12, tol_criterion="params", maxiter=200
        )
    if not fit.converged:
        return "not_converged", tuple(texts)
    if np.allclose(fit.mu, events):
        texts = []  # statsmodels fears separation wherever counts are fitted exactly; there is none
    found = poisson_variances(coef=np.asarray(fit.params), design=design, events=events, person_days=days)
    return found, tuple(texts)


def _about_dispersion(fit: PoissonFit | Reason, variance: Variance) -> tuple[str, ...]:
    if not isinstance(fit, PoissonFit):
        return ()
    if variance == "model" and fit.overdispersion > NOTICEABLE_OVERDISPERSION:
        return (VARY_MORE,)
    if variance == "quasi" and fit.dispersion is not None and fit.dispersion < 1:
        return (VARY_LESS,)
    return ()


def _statsmodels() -> str:
    return library_engine("statsmodels", "GLM (Poisson, log)")


def _estimate(fitted: _Fitted, effect: Effect, engine: str, texts: tuple[str, ...]) -> Estimate:
    return Estimate(
        effect=effect,
        unit="ratio",
        counts=counts_of(fitted.treated, fitted.events > 0),
        engine=engine,
        warnings=(*fitted.warnings, *texts),
    )


FREQUENCY: dict[tuple[str, str], Estimator] = {
    ("rate_ratio", "poisson"): poisson,
    ("rate_ratio", "poisson_robust"): poisson_robust,
    ("rate_ratio", "quasi_poisson"): quasi_poisson,
    ("rate_ratio", "negative_binomial"): negative_binomial_model,
    ("rate_difference", "person_time"): rate_difference,
    ("rate", "person_time"): rates,
}
