"""Risks of the whole trial population under treatment and under control, from a logistic regression.

The regression adjusts for covariates; averaging its predictions over everyone brings the answer back
to a difference of risks, whose meaning does not depend on the covariates chosen (g-computation).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from primus_eval.numerics.collinearity import is_singular
from primus_eval.numerics.effect import Effect, not_estimable, wald
from primus_eval.numerics.inputs import Floats, finite_vector, matrix, yes_no_vector
from primus_eval.vocabulary import Reason

SMALLEST_INFORMATION = 1e-20
"""Mean of risk x (1 - risk) x covariate squared: below it, the fitted risks are 0 or 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardisedRisks:
    """Mean predicted risk of everyone under treatment and under control.

    covariance: of the two, in that order, shape (2, 2).
    """

    risk_treatment: float
    risk_control: float
    covariance: Floats


def standardised_risks(
    *,
    coef: ArrayLike,
    design: ArrayLike,
    design_treatment: ArrayLike,
    design_control: ArrayLike,
    outcome: ArrayLike,
) -> StandardisedRisks | Reason:
    """Average a fitted logistic regression's risks over everyone, under treatment and under control.

    coef: maximum likelihood estimates, shape (p,). design: as fitted, with the intercept, shape (n, p);
    design_treatment and design_control: the same rows with everyone's arm set to one and the other.
    outcome: 0 or 1, shape (n,).

    Variance: unconditional M-estimation. The estimating equations of the regression and of the two
    averages are stacked, and the covariates are a sample too, so that the result speaks of the
    population from which the participants came. It stays valid where the regression is wrong. No
    factor for small samples is applied.
    Source: estimate Ge et al. 2011, Drug Information Journal 45:481-493 (whose variance takes the
    covariates as fixed); variance Stefanski & Boos 2002, American Statistician 56:29-38.
    Checked: tests/reference/test_against_r.py (R riskRegression::ate; stacked equations in base R).
    """
    rows = matrix(design, "design")
    n = len(rows)
    beta = finite_vector(coef, "coef")
    had_event = yes_no_vector(outcome, "outcome", length=n)
    if n == 0:
        return "too_few_people"
    fitted = expit(rows @ beta)
    weights = fitted * (1 - fitted)
    information = rows.T @ (rows * weights[:, None]) / n
    if reason := _information_problem(information):
        return reason
    scores = rows * (had_event - fitted)[:, None]
    coef_influence = np.linalg.solve(information, scores.T).T

    risks, influences = [], []
    for name, arm in (("design_treatment", design_treatment), ("design_control", design_control)):
        arm_rows = matrix(arm, name, rows=n)
        predicted = expit(arm_rows @ beta)
        gradient = (arm_rows * (predicted * (1 - predicted))[:, None]).mean(axis=0)
        risks.append(float(predicted.mean()))
        influences.append(predicted - predicted.mean() + coef_influence @ gradient)
    influence = np.column_stack(influences)
    return StandardisedRisks(
        risk_treatment=risks[0], risk_control=risks[1], covariance=influence.T @ influence / n**2
    )


def _information_problem(information: Floats) -> Reason | None:
    if (np.diag(information) < SMALLEST_INFORMATION).any():
        return "separation"
    return "collinear_covariates" if is_singular(information) else None


def marginal_risk_difference(risks: StandardisedRisks | Reason, *, conf_level: float) -> Effect:
    """Difference of the standardised risks, treatment minus control, with a normal interval.

    Source: as `standardised_risks`.
    Checked: tests/reference/test_against_r.py (R riskRegression::ate).
    """
    if isinstance(risks, str):
        return not_estimable(risks)
    std_error = _contrast_error(risks, 1.0, -1.0)
    return wald(risks.risk_treatment - risks.risk_control, std_error, conf_level=conf_level)


def marginal_risk_ratio(risks: StandardisedRisks | Reason, *, conf_level: float) -> Effect:
    """Ratio of the standardised risks, treatment over control; delta method on the log scale.

    Source: as `standardised_risks`; delta method.
    Checked: tests/reference/test_against_r.py (R), tests/test_numerics_standardisation.py (by hand).
    """
    if isinstance(risks, str):
        return not_estimable(risks)
    treatment, control = risks.risk_treatment, risks.risk_control
    if min(treatment, control) <= 0:
        return not_estimable("undefined_ratio")
    std_error = _contrast_error(risks, 1 / treatment, -1 / control)
    return wald(log(treatment / control), std_error, conf_level=conf_level, scale="log")


def marginal_odds_ratio(risks: StandardisedRisks | Reason, *, conf_level: float) -> Effect:
    """Ratio of the odds of the standardised risks; delta method on the log scale.

    Not the regression's own odds ratio, which is conditional on the covariates and further from 1.
    Source: as `standardised_risks`; delta method.
    Checked: tests/reference/test_against_r.py (R), tests/test_numerics_standardisation.py (by hand).
    """
    if isinstance(risks, str):
        return not_estimable(risks)
    treatment, control = risks.risk_treatment, risks.risk_control
    if min(treatment, control) <= 0 or max(treatment, control) >= 1:
        return not_estimable("undefined_ratio")
    std_error = _contrast_error(risks, 1 / (treatment * (1 - treatment)), -1 / (control * (1 - control)))
    log_ratio = log(treatment / (1 - treatment)) - log(control / (1 - control))
    return wald(log_ratio, std_error, conf_level=conf_level, scale="log")


def _contrast_error(risks: StandardisedRisks, weight_treatment: float, weight_control: float) -> float:
    weights = np.array([weight_treatment, weight_control])
    return sqrt(max(0.0, weights @ risks.covariance @ weights))
