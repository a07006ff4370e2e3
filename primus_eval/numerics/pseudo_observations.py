"""What each person adds to a risk or a mean number of days: numbers on which a regression can be run.

A risk by a day cannot be averaged over people whose follow-up ended early. A pseudo-value stands in for
what was not seen: n times the estimate from everyone minus n - 1 times the estimate without that person.
Where nobody's follow-up ended early it is what was seen, 0 or 1, or days.

Each arm has pseudo-values of its own. Then nobody need be censored alike in both arms, and the values of
an arm vary as its jackknife says. Pooled over the arms they mix two curves: they are biased, and their
standard errors are too large, where the arms differ and follow-up ends earlier in one of them. Within an
arm, the end of follow-up must depend neither on the event nor on the covariates.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular

from primus_eval.numerics.collinearity import rank_problem
from primus_eval.numerics.cumulative_incidence import CompetingTable, competing_table
from primus_eval.numerics.effect import Effect, not_estimable, student, without_interval
from primus_eval.numerics.inputs import Bools, Floats, follow_up, yes_no_vector
from primus_eval.vocabulary import Reason

Quantity = Literal["risk", "days_lost", "days_free"]
"""The risk of the event by the horizon; the mean days between the event and the horizon (none for people
without the event); the mean days to the event or the horizon."""

ALONE = 1e-9
"""A leverage this close to 1 is that of a person whom the covariates single out."""

NEGLIGIBLE = 1e-9
"""A spread of pseudo-values, or a weight in a coefficient, that rounding alone may leave."""


def pseudo_values(
    time_days: ArrayLike,
    event: ArrayLike,
    competing: ArrayLike,
    *,
    horizon_days: float,
    quantity: Quantity,
) -> Floats | Reason:
    """Return the pseudo-value of each person of one group, shape (n,), or why there are none.

    time_days: days to whichever came first, or to the end of follow-up, >= 0, shape (n,). event,
    competing: 0 or 1, never both 1; days_free allows no competing event. horizon_days: > 0, no later than the
    last day observed, unless nobody is left without an event. The estimates are those of Aalen and Johansen,
    which is Kaplan and Meier's where nothing competes. Leaving out the only person followed to the end leaves
    a curve that ends sooner; it is carried on.

    Nothing is estimated n times. Without a person, days before theirs have one person less at risk, their own
    day one person less and perhaps one event less, and later days are as they were; so a product forward and
    a sum backward over the days hold every curve with one person left out.
    Source: Andersen, Klein & Rosthoej 2003, Biometrika 90:15-27; Andersen & Pohar Perme 2010, Statistical
    Methods in Medical Research 19:71-99; days lost: Andersen 2013, Statistics in Medicine 32:5278-5285.
    Checked: tests/reference/test_against_r.py (R survfit, once without each person),
    tests/test_numerics_pseudo_observations.py (by hand; each person left out in turn).
    """
    if not np.isfinite(horizon_days) or horizon_days <= 0:
        raise ValueError("horizon_days must be finite and positive")
    table = competing_table(time_days, event, competing)
    time, had_event = follow_up(time_days, event)
    had_competing = yes_no_vector(competing, "competing", length=len(time))
    if quantity == "days_free" and had_competing.any():
        raise ValueError("days_free allows no competing event")
    if len(time) < 2:
        return "too_few_people"
    if table.time_days[-1] < horizon_days and table.censored[-1] > 0:
        return "horizon_beyond_followup"
    whole, without = _with_and_without(table, time, had_event, had_competing, horizon_days, quantity)
    values = whole + (len(time) - 1) * (whole - without)
    return horizon_days - values if quantity == "days_free" else values


def _with_and_without(
    table: CompetingTable,
    time: Floats,
    had_event: Bools,
    had_competing: Bools,
    horizon_days: float,
    quantity: Quantity,
) -> tuple[float, Floats]:
    """Return the estimate from everyone, and from everyone but each person, shape (n,).

    Both are sums over days up to the horizon of S d / n, with S the share without either event before
    the day; for days lost each term is multiplied by the days that remain to the horizon.
    """
    seen = table.time_days <= horizon_days
    days, at_risk = table.time_days[seen], table.at_risk[seen].astype(float)
    events, either = table.events[seen], (table.events + table.competing)[seen]
    remaining = np.ones(len(days)) if quantity == "risk" else horizon_days - days
    after = np.cumprod(1 - either / at_risk)
    so_far = _from_0(np.cumsum(_shifted(after) * events / at_risk * remaining))
    to_come = np.zeros(len(days))  # in the days after each, for one who is still without either event
    np.divide(so_far[-1] - so_far[1:], after, out=to_come, where=after > 0)
    # With one person less. Nobody left out later than a day can have been the only one at risk on it.
    others = np.maximum(at_risk - 1, 1)
    after_others = np.cumprod(1 - either / others)
    so_far_others = _from_0(np.cumsum(_shifted(after_others) * events / others * remaining))
    before = np.concatenate(([1.0], after_others))
    day = np.searchsorted(days, time, side="left")  # len(days) for those followed beyond the horizon
    without = so_far_others[day]
    own = np.flatnonzero(day < len(days))
    own = own[at_risk[day[own]] > 1]
    at = day[own]
    share = (events[at] - had_event[own]) / others[at]
    leaves = (either[at] - (had_event | had_competing)[own]) / others[at]
    without[own] += before[at] * (share * remaining[at] + (1 - leaves) * to_come[at])
    return float(so_far[-1]), without


def _from_0(sums: Floats) -> Floats:
    return np.concatenate(([0.0], sums))


def _shifted(after: Floats) -> Floats:
    """Return what was just before each day, from what was after it."""
    return np.concatenate(([1.0], after[:-1]))[: len(after)]


def pseudo_value_difference(
    time_days: ArrayLike,
    event: ArrayLike,
    competing: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    horizon_days: float,
    quantity: Quantity,
    conf_level: float,
) -> Effect:
    """Difference in a risk or in mean days, treatment minus control, adjusted for covariates if given.

    covariates: shape (n, p). A linear regression of the pseudo-values on arm and covariates; the coefficient
    of the arm is the difference between the arms as a whole. In large samples that holds whether or not the
    regression does, because randomisation made the arms alike. The variance is the sandwich HC2, the interval
    and the test Student's with n - p degrees of freedom, for p coefficients, constant and arm among them.
    Without
    covariates this is the difference of the two curves with its jackknife variance, and where nobody left
    early the plain difference of means with Neyman's variance. Without interval where an arm has no
    variation, as when nobody in it had the event.
    Source: regression: as `pseudo_values`; HC2: MacKinnon & White 1985, Journal of Econometrics 29:305-325;
    Lin 2013, Annals of Applied Statistics 7:295-318.
    Checked: tests/reference/test_against_r.py (R lm and sandwich::vcovHC),
    tests/test_numerics_pseudo_observations.py (coverage in simulated trials).
    """
    time, had_event = follow_up(time_days, event)
    in_treatment = yes_no_vector(treated, "treated", length=len(time))
    had_competing = yes_no_vector(competing, "competing", length=len(time))
    if in_treatment.all() or not in_treatment.any():
        return not_estimable("one_arm_empty")
    outcome = np.empty(len(time))
    for arm in (in_treatment, ~in_treatment):
        values = pseudo_values(
            time[arm], had_event[arm], had_competing[arm], horizon_days=horizon_days, quantity=quantity
        )
        if isinstance(values, str):
            return not_estimable(values)
        outcome[arm] = values
    adjusting = _columns(covariates, len(time))
    fit = _arm_coefficient(outcome, in_treatment, adjusting)
    if isinstance(fit, str):
        return not_estimable(fit)
    estimate, std_error = fit
    size = 1.0 if quantity == "risk" else horizon_days
    if any(np.ptp(outcome[arm]) < NEGLIGIBLE * size for arm in (in_treatment, ~in_treatment)):
        return without_interval(estimate)
    return student(estimate, std_error, df=len(time) - adjusting.shape[1] - 2, conf_level=conf_level)


def _columns(covariates: ArrayLike | None, n: int) -> Floats:
    columns = np.empty((n, 0)) if covariates is None else np.asarray(covariates, dtype=float)
    if columns.ndim != 2 or len(columns) != n or not np.isfinite(columns).all():
        raise ValueError(f"covariates must be two-dimensional and finite, with {n} rows")
    return columns


def _arm_coefficient(outcome: Floats, treated: Bools, covariates: Floats) -> tuple[float, float] | Reason:
    """Return the coefficient of the arm in a linear regression and its HC2 standard error.

    A person whom the covariates single out is fitted exactly, and says nothing of the arm. If they do, with
    a whole arm singled out, the variance is not to be had.
    """
    if len(outcome) <= covariates.shape[1] + 2:
        return "too_many_covariates" if covariates.shape[1] else "too_few_people"
    columns = np.column_stack([treated, covariates])
    if rank_problem(columns, [str(column) for column in range(columns.shape[1])]) is not None:
        return "collinear_covariates"
    centred = columns - columns.mean(axis=0)
    scale = np.sqrt((centred**2).mean(axis=0))
    basis, upper = np.linalg.qr(np.column_stack([np.ones(len(outcome)), centred / scale]))
    arm = np.zeros(columns.shape[1] + 1)
    arm[1] = 1 / scale[0]
    weights = basis @ solve_triangular(upper, arm, trans="T")
    residuals = outcome - basis @ (basis.T @ outcome)
    leverage = (basis**2).sum(axis=1)
    alone = leverage > 1 - ALONE
    if (np.abs(weights[alone]) > NEGLIGIBLE * np.abs(weights).max()).any():
        return "too_many_covariates"
    terms = (weights[~alone] * residuals[~alone]) ** 2 / (1 - leverage[~alone])
    return float(weights @ outcome), float(np.sqrt(terms.sum()))
