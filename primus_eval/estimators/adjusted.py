"""Risks adjusted for covariates measured before randomisation, by logistic regression.

g_computation standardises the regression to everyone analysed and answers on the scale of risks;
logistic gives the regression's own odds ratio, which is conditional on the covariates and therefore
not comparable with the unadjusted one. statsmodels fits the regression; whether it can be fitted at
all is asked first, because software answers a separated regression with a large number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from primus_eval.estimators.binary import known_by_horizon
from primus_eval.estimators.covariates import Covariates, covariates
from primus_eval.estimators.result import (
    Estimate,
    Estimator,
    counts_of,
    kept_warnings,
    library_engine,
    own_engine,
)
from primus_eval.measurement import Measurement
from primus_eval.numerics.effect import Effect, not_estimable, wald
from primus_eval.numerics.proportions import Table2x2
from primus_eval.numerics.separation import is_separated
from primus_eval.numerics.standardisation import (
    marginal_odds_ratio,
    marginal_risk_difference,
    marginal_risk_ratio,
    standardised_risks,
)
from primus_eval.protocol import Analysis
from primus_eval.vocabulary import Reason, Unit

PEOPLE_PER_COEFFICIENT = 20
FEW_PEOPLE = "Few people for so many covariates: the interval of an adjusted estimate is somewhat too narrow."
"""A normal quantile on a sandwich without a factor for small samples needs many people a coefficient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticFit:
    """A logistic regression of the event on the arm and covariates; columns: constant, arm, covariates."""

    coef: np.ndarray
    covariance: np.ndarray
    design: np.ndarray
    outcome: np.ndarray


def standardised(formula: Callable[..., Effect], unit: Unit) -> Estimator:
    """Make an estimator of a contrast of standardised risks."""

    def effect_of(fit: LogisticFit, analysis: Analysis) -> Effect:
        risks = standardised_risks(
            coef=fit.coef,
            design=fit.design,
            design_treatment=_everyone_in(fit.design, 1.0),
            design_control=_everyone_in(fit.design, 0.0),
            outcome=fit.outcome,
        )
        return formula(risks, conf_level=analysis.conf_level)

    engine = "GLM; unconditional M-estimation by"
    return _from_logistic(effect_of, unit, engine=lambda: f"{_glm(engine)} {_own()}")


def _own() -> str:
    return own_engine("numerics.standardisation")


def _glm(what: str) -> str:
    return library_engine("statsmodels", what)


def _conditional_odds_ratio(fit: LogisticFit, analysis: Analysis) -> Effect:
    std_error = float(np.sqrt(fit.covariance[1, 1]))
    return wald(float(fit.coef[1]), std_error, conf_level=analysis.conf_level, scale="log")


def _from_logistic(
    effect_of: Callable[[LogisticFit, Analysis], Effect], unit: Unit, *, engine: Callable[[], str]
) -> Estimator:
    def estimator(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
        known = known_by_horizon(measurement, analysis)
        adjusting = covariates(measurement, analysis, among=known.usable)
        treated, outcome = measurement.treated[adjusting.kept], measurement.event[adjusting.kept]
        counts = counts_of(treated, outcome)
        fit: LogisticFit | Reason
        fit, fit_warnings = (
            (known.reason, ()) if known.reason else fit_logistic(treated, outcome, adjusting, counts)
        )
        effect = effect_of(fit, analysis) if isinstance(fit, LogisticFit) else not_estimable(fit)
        if isinstance(fit, LogisticFit) and len(fit.outcome) < PEOPLE_PER_COEFFICIENT * fit.design.shape[1]:
            fit_warnings = (*fit_warnings, FEW_PEOPLE)
        return (
            Estimate(
                effect=effect,
                unit=unit,
                counts=counts,
                engine=engine(),
                warnings=(*known.warnings, *adjusting.warnings, *fit_warnings),
            ),
        )

    return estimator


def fit_logistic(
    treated: np.ndarray, outcome: np.ndarray, adjusting: Covariates, counts: Table2x2
) -> tuple[LogisticFit | Reason, tuple[str, ...]]:
    """Fit a logistic regression by maximum likelihood, or say why these data do not support it."""
    reason = _without_answer(counts) or adjusting.reason
    if reason is not None:
        return reason, ()
    design = np.column_stack([np.ones(len(outcome)), treated, adjusting.matrix])
    if is_separated(design, outcome):
        return "separation", ()
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    with kept_warnings() as texts:
        fit: Any = GLM(outcome.astype(float), design, family=Binomial()).fit(
            tol=1e-12, tol_criterion="params", maxiter=200
        )
    if not fit.converged:
        return "not_converged", tuple(texts)
    return (
        LogisticFit(
            coef=np.asarray(fit.params),
            covariance=np.asarray(fit.cov_params()),
            design=design,
            outcome=outcome,
        ),
        tuple(texts),
    )


def _without_answer(counts: Table2x2) -> Reason | None:
    if not counts.n_treatment or not counts.n_control:
        return "one_arm_empty"
    events = counts.events_treatment + counts.events_control
    if events == 0:
        return "no_events"
    if events == counts.n_treatment + counts.n_control:
        return "everyone_had_the_event"
    return None


def _everyone_in(design: np.ndarray, arm: float) -> np.ndarray:
    moved = design.copy()
    moved[:, 1] = arm
    return moved


ADJUSTED: dict[tuple[str, str], Estimator] = {
    ("risk_difference", "g_computation"): standardised(marginal_risk_difference, "proportion"),
    ("risk_ratio", "g_computation"): standardised(marginal_risk_ratio, "ratio"),
    ("odds_ratio", "g_computation"): standardised(marginal_odds_ratio, "ratio"),
    ("odds_ratio", "logistic"): _from_logistic(
        _conditional_odds_ratio, "ratio", engine=lambda: _glm("GLM (binomial, logit)")
    ),
}
