"""Cox regression on people drawn again and again: many fits at once, and the interval they give.

A replicate is a count for each row, how often it was drawn. All replicates of a batch climb together by
Newton's method, so that one step is a few products of matrices. Whichever does not arrive in plain steps
is fitted again on its own, by `cox`, on its rows repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from primus_eval.numerics.collinearity import SMALLEST_EIGENVALUE
from primus_eval.numerics.cox import CoxModel, cox, fit_cox, sum_by_group
from primus_eval.numerics.effect import LARGEST_EXPONENT, Effect, normal_quantile, not_estimable
from primus_eval.numerics.inputs import Floats, Integers, group_codes
from primus_eval.numerics.partial_likelihood import CoxProblem, score_residuals
from primus_eval.numerics.streams import Stream, resampled_counts
from primus_eval.vocabulary import Reason

LARGEST_SHARE_FAILED = 0.01
"""Of replicates without an estimate: with more, those that have one are not a fair picture."""

STEP_TOLERANCE = 1e-6
"""In standard deviations of each covariate. The error left after such a step is about its square."""

MAX_BATCH_ITERATIONS = 12
"""Newton's method from the estimate of the whole sample needs some four."""

NUMBERS_IN_A_BATCH = 200_000
"""Rows x (covariates + 1) x replicates held at once: what stays in the cache of a processor is fastest."""

LARGEST_LINEAR_PREDICTOR = 200.0
"""Beyond this, products of relative risks are about to leave the range of a number."""

SAME = 1e-9
"""A replicate this near to the estimate, in its standard errors, is the same but for rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxDraws:
    """The Cox model of the sample and of every replicate that has one.

    coef: of the sample, shape (p,). draws: of the replicates, shape (replicates - failed, p).
    failed: replicates whose likelihood has no single maximum, or no events.
    acceleration: how fast the standard error of each coefficient changes with it, shape (p,).
    """

    coef: Floats
    draws: Floats
    failed: int
    acceleration: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What stays the same while a batch of replicates climbs; b replicates, K event days.

    counts: how often each row was drawn, shape (rows, b); drawn_events: of rows with an event, their sums
    of covariates, shape (p, b). cell: for every drawn event its place in the table (K, b), read by rows;
    a: its order among the events tied with it, over their number.
    """

    counts: Floats
    drawn_events: Floats
    cell: Integers
    a: Floats


def cox_bootstrap(
    design: ArrayLike,
    time_days: ArrayLike,
    event: ArrayLike,
    *,
    groups: ArrayLike,
    strata: ArrayLike | None = None,
    stream: Stream,
) -> CoxDraws | Reason:
    """Fit a Cox model to people drawn with replacement within groups, as often as the stream says.

    design: covariates without an intercept, shape (n, p). time_days: shape (n,). event: 0 or 1.
    groups: labels within which people are drawn, so that each keeps its number: arms, and strata.
    strata: labels; each has its own baseline hazard. Ties are Efron's, over rows repeated as drawn (which
    is not Efron's method with case weights).
    More than 1 % of replicates without an estimate make the reason too_many_failed_draws.
    Source: Burr 1994, JASA 89:1290-1302 (drawing people); Efron & Tibshirani 1993, An Introduction to the
    Bootstrap, chapter 8 (drawing within arms).
    Checked: tests/reference/against_firth.py (R coxph on the rows repeated),
    tests/test_numerics_cox_bootstrap.py (each replicate equals `cox`; jackknife; coverage).
    """
    model = fit_cox(design, time_days, event, strata=strata)
    if isinstance(model, str):
        return model
    group = group_codes(groups, "groups", length=model.fit.n)
    allowed = int(LARGEST_SHARE_FAILED * stream.replicates)
    found, failed = [], 0
    for coefs in cox_replicates(model, resampled_counts(stream, group)):
        fitted = np.isfinite(coefs).all(axis=1)
        found.append(coefs[fitted])
        failed += int((~fitted).sum())
        if failed > allowed:
            return "too_many_failed_draws"
    return CoxDraws(
        coef=model.fit.coef,
        draws=np.concatenate(found),
        failed=failed,
        acceleration=cox_acceleration(model, group),
    )


def bootstrapped_hazard_ratio(result: CoxDraws | Reason, column: int, *, conf_level: float) -> Effect:
    """Ratio of hazards per unit of one column, with the BCa interval of its replicates.

    The interval is the same whatever scale it is computed on, and allows for bias and for a standard error
    that changes with the estimate. `std_error` is the standard deviation of the log hazard ratio over
    replicates; there is no test beside the interval. Where nearly all replicates lie to one side of the
    estimate, there are too few people to draw from.
    Source: Efron 1987, JASA 82:171-185; quantiles of replicates Davison & Hinkley 1997, (5.8).
    Checked: tests/reference/against_firth.py (R boot).
    """
    if isinstance(result, str):
        return not_estimable(result)
    draws, estimate = result.draws[:, column], float(result.coef[column])
    std_error = float(draws.std(ddof=1))
    if std_error <= SAME:
        return not_estimable("no_variation")
    levels = bca_levels(draws, estimate, float(result.acceleration[column]), conf_level=conf_level)
    if levels is None:
        return not_estimable("too_few_people")
    ends = sorted(quantile_of_draws(draws, level) for level in levels)
    if max(abs(end) for end in (estimate, *ends)) > LARGEST_EXPONENT:
        return not_estimable("not_converged")
    low, high = ends
    return Effect(
        estimate=exp(estimate), conf_low=exp(low), conf_high=exp(high), std_error=std_error, scale="log"
    )


# ---- the interval --------------------------------------------------------------------------------


def cox_acceleration(model: CoxModel, group: Integers) -> Floats:
    """A sixth of the skewness of people's influence on each coefficient, within the groups drawn from.

    For several samples the constant is this, because the influence is of a person and not of a share of a
    group. The influence is that of weighing a person a little more, as in the robust variance.
    Source: Davison & Hinkley 1997, Bootstrap Methods and their Application, (5.27).
    Checked: as `cox_bootstrap`.
    """
    influence = score_residuals(model.problem, model.point) @ np.linalg.inv(model.point.information)
    centred = influence - (sum_by_group(influence, group) / np.bincount(group)[:, None])[group]
    squares, cubes = (centred**2).sum(axis=0), (centred**3).sum(axis=0)
    return np.divide(cubes, 6 * squares**1.5, out=np.zeros_like(cubes), where=squares > 0)


def bca_levels(
    draws: Floats, estimate: float, acceleration: float, *, conf_level: float
) -> tuple[float, float] | None:
    """Return the levels of the quantiles of the replicates that end a BCa interval.

    None where the replicates do not surround the estimate, or the acceleration is too large for the formula.
    Source: Efron 1987, JASA 82:171-185, (2.3) and (3.8).
    Checked: as `bootstrapped_hazard_ratio`.
    """
    difference = (draws - estimate) / draws.std(ddof=1)
    below = float((difference < -SAME).mean() + (np.abs(difference) <= SAME).mean() / 2)
    bias, half_width = float(ndtri(below)), normal_quantile(conf_level)
    if not abs(bias) < half_width:
        return None
    shifted = (bias - half_width, bias + half_width)
    if any(acceleration * shift >= 1 for shift in shifted):
        return None
    low, high = (float(ndtr(bias + shift / (1 - acceleration * shift))) for shift in shifted)
    return low, high


def quantile_of_draws(draws: Floats, level: float) -> float:
    """Quantile at level x (draws + 1), between two draws by interpolation on the normal scale.

    Beyond the outermost draws it is the outermost, see `ends_beyond_draws`.
    Source: Davison & Hinkley 1997, (5.8).
    """
    ordered, n = np.sort(draws), len(draws)
    place = level * (n + 1)
    below = int(place)
    if below < 1 or below >= n:
        return float(ordered[0 if below < 1 else n - 1])
    z, z_below, z_above = ndtri(np.array([level, below / (n + 1), (below + 1) / (n + 1)]))
    share = (z - z_below) / (z_above - z_below)
    return float(ordered[below - 1] + share * (ordered[below] - ordered[below - 1]))


def ends_beyond_draws(result: CoxDraws, column: int, *, conf_level: float) -> bool:
    """Whether an end of the interval lies beyond the outermost replicate, so that more are needed."""
    draws, estimate = result.draws[:, column], float(result.coef[column])
    levels = bca_levels(draws, estimate, float(result.acceleration[column]), conf_level=conf_level)
    return levels is not None and (
        levels[0] * (len(draws) + 1) < 1 or levels[1] * (len(draws) + 1) > len(draws)
    )


# ---- the replicates ------------------------------------------------------------------------------


def cox_replicates(model: CoxModel, counts: Iterable[Integers]) -> Iterator[Floats]:
    """Fit every replicate: log hazard ratios, shape (replicates, p), NaN where there is no maximum.

    model: of the sample. counts: blocks of how often each row was drawn, shape (replicates of a block, n).
    Source: as `cox`, where a row drawn twice is two rows.
    Checked: as `cox_bootstrap`.
    """
    x, spread = model.problem.covariates, model.spread
    n, p = x.shape
    products = _products(x)
    together = max(1, NUMBERS_IN_A_BATCH // (n * (p + 1)))
    for block in counts:
        for first in range(0, len(block), together):
            drawn = block[first : first + together]
            coefs, arrived = _climb(model.problem, products, drawn, model.point.coef)
            for alone in np.flatnonzero(~arrived):
                rows = np.repeat(np.arange(n), drawn[alone])
                again = cox(x[rows], model.stop_days[rows], model.event[rows], strata=model.stratum[rows])
                coefs[alone] = np.nan if isinstance(again, str) else again.coef
            yield coefs / spread


def _products(x: Floats) -> Floats:
    """Every product of two covariates, shape (rows, p (p + 1) / 2)."""
    first, second = np.triu_indices(x.shape[1])
    return x[:, first] * x[:, second]


def _climb(
    problem: CoxProblem, products: Floats, drawn: Integers, begin: Floats
) -> tuple[Floats, np.ndarray]:
    """Take Newton's steps with all replicates; say which arrived without ever going down or out of range."""
    coefs = np.tile(begin, (len(drawn), 1))
    arrived = np.zeros(len(drawn), dtype=bool)
    climbing = np.arange(len(drawn))
    farthest = np.abs(problem.covariates).max(axis=0)
    batch = _batch(problem, drawn)
    loglik = np.full(len(drawn), -np.inf)
    for _ in range(MAX_BATCH_ITERATIONS):
        reached, score, information = _evaluate(problem, products, batch, coefs[climbing])
        # Close to the top the likelihood can only be compared up to its rounding error.
        well = reached >= loglik - 1e-12 * (1 + np.abs(reached))
        well &= ~_singular(information)
        step = np.zeros_like(score)
        step[well] = np.linalg.solve(information[well], score[well][:, :, None])[:, :, 0]
        coefs[climbing] += step
        size = np.abs(step).max(axis=1)
        arrived[climbing[well & (size < STEP_TOLERANCE)]] = True
        in_range = np.abs(coefs[climbing]) @ farthest < LARGEST_LINEAR_PREDICTOR
        on = well & (size >= STEP_TOLERANCE) & in_range
        if not on.any():
            break
        if not on.all():
            climbing = climbing[on]
            batch = _batch(problem, drawn[climbing])
        loglik = reached[on]
    return coefs, arrived


def _batch(problem: CoxProblem, drawn: Integers) -> Batch:
    sets = problem.sets
    counts = np.ascontiguousarray(drawn.T.astype(float))
    tied = np.rint(sets.event_sums(counts)).astype(np.int64).ravel()
    cell = np.repeat(np.arange(len(tied)), tied)
    order = np.arange(len(cell)) - (tied.cumsum() - tied)[cell]
    events = sets.event_rows
    return Batch(
        counts=counts,
        drawn_events=problem.covariates[events].T @ counts[events],
        cell=cell,
        a=order / tied[cell],
    )


def _evaluate(
    problem: CoxProblem, products: Floats, batch: Batch, coefs: Floats
) -> tuple[Floats, Floats, Floats]:
    """Log partial likelihood (b,), score (b, p) and information (b, p, p) of every replicate.

    The formulas of `evaluate`, where a row drawn twice is two rows: two events on its day, if it had one.
    """
    x, sets = problem.covariates, problem.sets
    n, p = x.shape
    b = len(coefs)
    linear_predictor = x @ coefs.T
    risk = np.exp(linear_predictor)
    risk *= batch.counts
    weighted = np.empty((n, p + 1, b))
    weighted[:, 0] = risk
    np.multiply(x[:, :, None], risk[:, None], out=weighted[:, 1:])
    weighted = weighted.reshape(n, -1)
    at_risk = sets.at_risk_sums(weighted).reshape(-1, p + 1, b)
    dying = sets.event_sums(weighted).reshape(-1, p + 1, b)

    a = batch.a
    h = 1 / (at_risk[:, 0].ravel()[batch.cell] - a * dying[:, 0].ravel()[batch.cell])
    sums = _DaySums(batch.cell, shape=(len(at_risk), b))
    hazard = sets.sums_while_at_risk(sums(h))
    hazard[sets.event_rows] -= sums(a * h)[sets.event_day]
    hazard *= risk
    hh = h * h
    means = _squares_of_means(at_risk[:, 1:], dying[:, 1:], sums(hh), sums(a * hh), sums(a * a * hh))
    information = np.empty((b, p, p))
    first, second = np.triu_indices(p)
    information[:, first, second] = information[:, second, first] = hazard.T @ products
    log_h = np.bincount(batch.cell % b, weights=np.log(h), minlength=b)
    loglik = np.einsum("bp,pb->b", coefs, batch.drawn_events) + log_h
    return loglik, (batch.drawn_events - x.T @ hazard).T, information - means


@dataclass(frozen=True, slots=True)
class _DaySums:
    """Add up numbers of drawn events by event day and replicate."""

    cell: Integers
    shape: tuple[int, int]

    def __call__(self, values: Floats) -> Floats:
        flat = np.bincount(self.cell, weights=values, minlength=self.shape[0] * self.shape[1])
        return flat.astype(float, copy=False).reshape(self.shape)


def _squares_of_means(s: Floats, d: Floats, hh: Floats, ahh: Floats, aahh: Floats) -> Floats:
    """Sum over events of the mean covariates times themselves, shape (b, p, p).

    s, d: sums over those at risk and those dying, shape (K, p, b); the others as in `HazardIncrements`.
    """
    u = s * hh[:, None] - d * ahh[:, None]
    v = d * aahh[:, None] - s * ahh[:, None]
    left = np.concatenate((s, d)).transpose(2, 1, 0)
    right = np.concatenate((u, v)).transpose(2, 0, 1)
    return left @ right


def _singular(information: Floats) -> np.ndarray:
    """Which of many information matrices cannot be inverted, judged as `cox` does."""
    diagonal = np.einsum("bpp->bp", information)
    flat = ~np.isfinite(information).all(axis=(1, 2)) | (diagonal <= SMALLEST_EIGENVALUE).any(axis=1)
    scale = np.where(flat[:, None], 1.0, np.sqrt(np.where(flat[:, None], 1.0, diagonal)))
    usable = np.where(flat[:, None, None], np.eye(information.shape[1]), information)
    scaled = usable / (scale[:, :, None] * scale[:, None, :])
    return flat | (np.linalg.eigvalsh(scaled)[:, 0] < SMALLEST_EIGENVALUE)
