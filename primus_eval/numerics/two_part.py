"""Amounts that are zero for most people, in two parts: whether any, and how much of those with any.

A logistic regression for the first, a regression with log link and Poisson's equations for the second; what
everyone would have come to under treatment and under control is averaged over all people. Both are fitted
again in every draw of a bootstrap, hundreds of draws at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from primus_eval.numerics.batched_regressions import (
    inverses,
    log_linear_fits,
    logistic_fits,
    predictors,
    weighted_products,
)
from primus_eval.numerics.collinearity import rank_problem
from primus_eval.numerics.effect import Effect, not_estimable, without_interval
from primus_eval.numerics.inputs import Bools, Floats, group_codes, yes_no_vector
from primus_eval.numerics.mean_difference import (
    FEWEST_WITH_ANY,
    ROUNDING,
    Draws,
    amounts_of,
    symmetric_studentised,
)
from primus_eval.numerics.separation import is_separated
from primus_eval.numerics.streams import Stream, resampled_counts
from primus_eval.vocabulary import Reason

MOST_FAILED = 0.01
"""Share of draws in which a part may have no answer; they are left out."""

NUMBERS_AT_ONCE = 4_000_000
"""Draws times people handled together, which bounds memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPart:
    """The difference of means and its two parts.

    mean_difference: of everyone. any_difference: difference of the chances of having any. ratio_among,
    difference_among: of the mean amounts among those with any. failed: draws without an answer.
    plain_std_error: of the plain difference of means, from the same draws as that of mean_difference.
    """

    mean_difference: Effect
    any_difference: Effect
    ratio_among: Effect
    difference_among: Effect
    failed: int
    plain_std_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The four contrasts (the ratio as a log) in each draw, shape (draws, 4); failed draws are NaN."""

    estimates: Floats
    std_errors: Floats


def two_part(
    values: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    stream: Stream,
    conf_level: float,
    strata: ArrayLike | None = None,
) -> TwoPart | Reason:
    """Compare mean amounts through the chance of any and the mean amount among those with any.

    values: amounts, not negative, shape (n,); treated: 0 or 1; covariates: shape (n, p), None for none, in
    which case the estimate is the plain difference of means; strata: labels within which people are drawn.

    Under each arm everyone's expected amount is chance x mean, with their own covariates; the averages are
    subtracted. Nobody is expected to come to more, if to any, than the largest amount there is: the second
    regression is fitted to those with any, and without bound may leave all sense among the others.
    any_difference is standardised to everyone, difference_among to those with any, ratio_among is
    the exponential of the second regression's coefficient of the arm. Those with any were chosen by what
    happened after randomisation, so that contrasts among them are no effects of the programme. Each
    regression reproduces its arms: the logistic one how many had any, the other, with variances in proportion
    to the mean, what those came to in all. So a form that is wrong, of the mean or of the variance, does less
    harm than under gamma; it may still cost precision, which plain_std_error shows.

    Intervals: symmetric studentised bootstrap (see `bootstrap_mean_difference`), the ratio on the log scale;
    standard error of a draw: stacked estimating equations, people and covariates both a sample, strata set
    aside.
    Source: two parts Duan, Manning, Morris & Newhouse 1983, Journal of Business & Economic Statistics
    1:115-126; Poisson's equations for amounts Santos Silva & Tenreyro 2006, Review of Economics and
    Statistics 88:641-658; standard errors Stefanski & Boos 2002, American Statistician 56:29-38.
    Checked: tests/test_numerics_two_part.py (without covariates the plain means; draws fitted again
    on repeated rows); tests/reference/test_against_r.py (R glm).
    """
    amounts = amounts_of(values)
    n = len(amounts)
    arm = yes_no_vector(treated, "treated", length=n)
    design = _design(arm, covariates)
    if reason := _problem(amounts > 0, arm, design):
        return reason
    groups = group_codes(2 * group_codes(strata, "strata", length=n) + arm, "strata", length=n)
    people = _parts(amounts, design, np.ones((1, n)))
    if np.isnan(people.estimates).any():
        return "not_converged"
    weights = np.where(arm, 1 / max(arm.sum(), 1), -1 / max((~arm).sum(), 1)) * amounts
    parts, plain = [], []
    for counts in _batches(stream, groups):
        parts.append(_parts(amounts, design, counts))
        plain.append(counts @ weights)
    estimates = np.concatenate([part.estimates for part in parts])
    std_errors = np.concatenate([part.std_errors for part in parts])
    usable = ~np.isnan(estimates).any(axis=1)
    failed = int((~usable).sum())
    if failed > MOST_FAILED * len(usable):
        return "too_many_failed_draws"
    most = float(amounts.max())
    of_means = (-float(amounts[~arm].max()), float(amounts[arm].max()))
    sizes = (most, 1.0, 1.0, most)
    possible = (of_means, (-1.0, 1.0), (-np.inf, np.inf), of_means)
    effects = [
        _effect(
            Draws(
                estimate=float(people.estimates[0, number]),
                std_error=float(people.std_errors[0, number]),
                estimates=estimates[usable, number],
                std_errors=std_errors[usable, number],
            ),
            conf_level=conf_level,
            size=size,
            possible=possible[number],
            log_scale=number == 2,
        )
        for number, size in enumerate(sizes)
    ]
    if any((amounts[members] > 0).all() for members in (arm, ~arm)):
        effects[1] = without_interval(float(people.estimates[0, 1].round(12)) + 0.0)
    return TwoPart(
        mean_difference=effects[0],
        any_difference=effects[1],
        ratio_among=effects[2],
        difference_among=effects[3],
        failed=failed,
        plain_std_error=float(np.concatenate(plain)[usable].std(ddof=1)),
    )


def fit_of_the_people(
    values: ArrayLike, treated: ArrayLike, covariates: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Return the four contrasts of `two_part` (the ratio as a log) with standard errors, without drawing.

    Arguments as for `two_part`, in data that it can answer. Both arrays have shape (4,).
    Source: Stefanski & Boos 2002, American Statistician 56:29-38.
    Checked: tests/reference/test_against_r.py (R glm; stacked estimating equations in base R).
    """
    amounts = amounts_of(values)
    design = _design(yes_no_vector(treated, "treated", length=len(amounts)), covariates)
    parts = _parts(amounts, design, np.ones((1, len(amounts))))
    return parts.estimates[0], parts.std_errors[0]


def _design(arm: Bools, covariates: ArrayLike | None) -> Floats:
    ours = [np.ones(len(arm)), arm]
    return np.column_stack(ours if covariates is None else [*ours, np.asarray(covariates, dtype=float)])


def _effect(
    draws: Draws, *, conf_level: float, size: float, possible: tuple[float, float], log_scale: bool
) -> Effect:
    """Read one contrast from its draws; size: of what is averaged, to tell rounding from variation."""
    if draws.std_error <= ROUNDING * size:
        return not_estimable("no_variation")
    effect = symmetric_studentised(draws, conf_level=conf_level, possible=possible)
    if not log_scale or effect.estimate is None or effect.conf_low is None or effect.conf_high is None:
        return effect
    return Effect(
        estimate=exp(effect.estimate),
        conf_low=exp(effect.conf_low),
        conf_high=exp(effect.conf_high),
        std_error=effect.std_error,
        scale="log",
    )


def _problem(some: Bools, arm: Bools, design: Floats) -> Reason | None:
    if not arm.any() or arm.all():
        return "one_arm_empty"
    if not some.any():
        return "no_events"
    if not some[arm].any() or not some[~arm].any():
        return "no_events_in_one_arm"
    if min(some[arm].sum(), some[~arm].sum()) < FEWEST_WITH_ANY:
        return "too_few_people"
    if design.shape[1] == 2:
        return None
    if some.sum() <= design.shape[1] + 1:
        return "too_many_covariates"
    names = [str(number) for number in range(1, design.shape[1])]
    for rows in (design, design[some]):
        if rank := rank_problem(rows[:, 1:], names):
            return "constant_covariate" if rank.constant else "collinear_covariates"
    return "separation" if not some.all() and is_separated(design, some) else None


def _batches(stream: Stream, groups: np.ndarray) -> Iterator[Floats]:
    """Yield how often each person is drawn, in arrays that are not too large."""
    step = max(1, NUMBERS_AT_ONCE // max(len(groups), 1))
    for counts in resampled_counts(stream, groups):
        for first in range(0, len(counts), step):
            yield counts[first : first + step].astype(float)


def _parts(amounts: Floats, design: Floats, counts: Floats) -> _Parts:
    """Fit both regressions in every draw, and take the contrasts with their standard errors.

    counts: how often each person is drawn, shape (draws, n).
    """
    some = (amounts > 0).astype(float)
    products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    logit, found_any = logistic_fits(some, design, products, counts)
    log_linear, found_amount = log_linear_fits(amounts, design, products, counts * some)
    with np.errstate(invalid="ignore", over="ignore"):
        estimates, std_errors = _contrasts(amounts, design, products, counts, logit, log_linear)
    numbers = np.isfinite(estimates) & np.isfinite(std_errors)
    usable = (found_any & found_amount & numbers.all(axis=1))[:, None]
    return _Parts(
        estimates=np.where(usable, estimates, np.nan), std_errors=np.where(usable, std_errors, np.nan)
    )


def _contrasts(
    amounts: Floats, design: Floats, products: Floats, counts: Floats, logit: Floats, log_linear: Floats
) -> tuple[Floats, Floats]:
    """Return the four contrasts and their standard errors, shape (draws, 4) each.

    A standard error is the root of the sum over people of the square of how far each moves the contrast:
    directly, and through the coefficients of either regression.
    """
    some = (amounts > 0).astype(float)
    with_any = counts * some
    n, n_any = counts.sum(axis=1), with_any.sum(axis=1)
    moved = [design.copy(), design.copy()]
    moved[0][:, 1], moved[1][:, 1] = 1.0, 0.0
    chance = [expit(predictors(logit, rows)) for rows in moved]
    slope = [risk * (1 - risk) for risk in chance]
    unbounded = [np.exp(predictors(log_linear, rows)) for rows in moved]
    mean = [np.minimum(amount, amounts.max()) for amount in unbounded]
    rise = [np.where(amount < amounts.max(), amount, 0.0) for amount in unbounded]

    fitted = expit(predictors(logit, design))
    scores_any = counts * (some - fitted)
    by_any = inverses(weighted_products(counts * fitted * (1 - fitted), products))
    expected = np.exp(predictors(log_linear, design))
    scores_amount = with_any * (amounts - expected)
    by_amount = inverses(weighted_products(with_any * expected, products))

    def gradient(weights: list[Floats], of: Floats, size: Floats) -> Floats:
        up, down = (((of * each) @ rows) for each, rows in zip(weights, moved, strict=True))
        return (up - down) / size[:, None]

    def direct(difference: Floats, of: Floats, size: Floats) -> tuple[Floats, Floats]:
        average = (of * difference).sum(axis=1) / size
        return average, of * (difference - average[:, None]) / size[:, None]

    def through(inverse: Floats, towards: Floats, scores: Floats) -> Floats:
        return np.einsum("rij,rj->ri", inverse, towards) @ design.T * scores

    both = [risk * amount for risk, amount in zip(chance, mean, strict=True)]
    everyone, on_everyone = direct(both[0] - both[1], counts, n)
    on_everyone += through(
        by_any, gradient([s * m for s, m in zip(slope, mean, strict=True)], counts, n), scores_any
    )
    rises = [risk * amount for risk, amount in zip(chance, rise, strict=True)]
    on_everyone += through(by_amount, gradient(rises, counts, n), scores_amount)
    risk, on_risk = direct(chance[0] - chance[1], counts, n)
    on_risk += through(by_any, gradient(slope, counts, n), scores_any)
    arm = np.zeros_like(log_linear)
    arm[:, 1] = 1.0
    on_ratio = through(by_amount, arm, scores_amount)
    among, on_among = direct(mean[0] - mean[1], with_any, n_any)
    on_among += through(by_amount, gradient(rise, with_any, n_any), scores_amount)
    times = np.where(counts > 0, counts, 1.0)  # a person drawn twice is two people with half of this each
    moves = (on_everyone, on_risk, on_ratio, on_among)
    squares = [(move**2 / times).sum(axis=1) for move in moves]
    return np.column_stack([everyone, risk, log_linear[:, 1], among]), np.sqrt(np.column_stack(squares))
