"""Scores at several waves in one model, so that who misses a wave still says something of it.

Every wave has its own mean for each arm and its own slope for each covariate; scores of one person at
different waves may vary and go together in any way (an unstructured covariance). Fitted by restricted maximum
likelihood to whoever has a score at one wave or more. Missing scores may depend on arm, covariates and scores
seen, and not on what they would have been.

statsmodels' mixed models have random effects and independent errors, and so no unstructured covariance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from primus_eval.numerics.ancova import FEWEST_DEGREES
from primus_eval.numerics.collinearity import is_singular, rank_problem
from primus_eval.numerics.effect import Effect, not_estimable, student
from primus_eval.numerics.inputs import Floats, finite_vector, matrix
from primus_eval.vocabulary import Reason

SETTLED = 1e-8
"""A Newton step smaller than this, in standard errors, is the last."""

MOST_STEPS = 30
STEP = 1e-3
"""Step of the five-point rule for the Hessian; its error is of the fourth power of this."""

FEWEST_PAIRS = 3
"""People seen at both of two waves, below which nothing is known of how their scores go together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedModel:
    """Adjusted differences of mean scores at each wave, treatment minus control.

    difference, df: shape (n_waves,), df by Satterthwaite. covariance: of the differences, shape (n_waves,
    n_waves). between_waves: covariance of one person's scores, given arm and covariates, of the same shape.
    coef: shape (n_waves, p + 1), the constant first.
    """

    difference: Floats
    covariance: Floats
    df: Floats
    between_waves: Floats
    coef: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pattern:
    """People who were seen at the same waves: their products of sums, which are all that a fit needs.

    seen: the waves, as numbers. n: people. zz: shape (q, q). zy: shape (q, n_seen). yy: (n_seen, n_seen).
    """

    seen: np.ndarray
    n: int
    zz: Floats
    zy: Floats
    yy: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Point:
    """The restricted likelihood at one covariance between waves, with what follows from it.

    slope: of the log-likelihood by the covariance, shape (n_waves, n_waves). inverse: covariance of all
    coefficients, wave by wave. weights: of each pattern, the inverse covariance of the waves seen.
    """

    value: float
    slope: Floats
    inverse: Floats
    coef: Floats
    weights: tuple[Floats, ...]


def mixed_model(
    person: ArrayLike, wave: ArrayLike, score: ArrayLike, design: ArrayLike
) -> MixedModel | Reason:
    """Fit a model of scores at several waves by restricted maximum likelihood.

    person: row of `design` of each score; wave: 0, 1, ... n_waves - 1; score: all of shape (n_scores,), at
    most one of a person and wave. design: the arm as 0 and 1 in the first column, then covariates, shape
    (n_people, p), without a constant; all have an effect of their own at each wave.

    Standard errors are those of the model, at the fitted covariance; degrees of freedom are Satterthwaite's,
    from the observed information. With everybody seen at every wave each difference is that of
    `adjusted_mean_difference` at its wave, with n - p - 1 degrees.

    Source: Mallinckrodt, Clark & David 2001, Journal of Biopharmaceutical Statistics 11:9-21 (the model);
    Patterson & Thompson 1971, Biometrika 58:545-554 (restricted likelihood); Satterthwaite 1946, Biometrics
    Bulletin 2:110-114, as in Fai & Cornelius 1996, Journal of Statistical Computation and Simulation
    54:363-378; Schuler 2021, arXiv:2108.06621 (time by covariate terms).
    Checked: tests/test_numerics_mixed_model.py (complete data are linear regressions; the likelihood written
    out person by person; coverage); tests/reference (R nlme::gls; degrees of freedom by numDeriv).
    """
    rows = matrix(design, "design")
    values = finite_vector(score, "score")
    table = _table(np.asarray(person), np.asarray(wave), values, n_people=len(rows))
    reason = _problem(rows, table)
    if reason is not None:
        return reason
    # In units of the spread of the scores, so that steps and tolerances mean the same for every scale.
    centre, unit = float(values.mean()), float(values.std())
    if unit == 0:
        return "no_variation"
    mean = rows.mean(axis=0)
    full = np.column_stack([np.ones(len(rows)), rows - mean])
    patterns = _patterns((table - centre) / unit, full)
    start = _start((table - centre) / unit, full)
    if start is None:
        return "no_variation"
    at = _climb(patterns, start)
    if at is None:
        return "not_converged"
    return _read(patterns, at, centre=centre, unit=unit, mean=mean)


def difference_at(fit: MixedModel | Reason, wave: int, *, conf_level: float) -> Effect:
    """Read the difference at one wave from a fit, with Student's t on its own degrees of freedom.

    Source: Satterthwaite 1946, Biometrics Bulletin 2:110-114.
    Checked: tests/reference (R nlme::gls and numDeriv).
    """
    if not isinstance(fit, MixedModel):
        return not_estimable(fit)
    std_error = float(np.sqrt(fit.covariance[wave, wave]))
    return student(float(fit.difference[wave]), std_error, df=float(fit.df[wave]), conf_level=conf_level)


def _table(person: np.ndarray, wave: np.ndarray, values: Floats, *, n_people: int) -> Floats:
    """Put the scores in a table of people and waves, NaN where there is none."""
    if not person.shape == wave.shape == values.shape:
        raise ValueError("person, wave and score must be of one length")
    n_waves = int(wave.max(initial=-1)) + 1
    if len(np.unique(person * max(n_waves, 1) + wave)) != len(person):
        raise ValueError("a person has one score of a wave")
    table = np.full((n_people, n_waves), np.nan)
    table[person, wave] = values
    return table


def _problem(rows: Floats, table: Floats) -> Reason | None:
    """Say what makes the model impossible at some wave."""
    seen = ~np.isnan(table)
    if not len(rows) or table.shape[1] < 2:
        return "too_few_people"
    for column in seen.T:
        there = rows[column]
        if not (there[:, 0] == 1).any() or not (there[:, 0] == 0).any():
            return "one_arm_empty"
        if len(there) - rows.shape[1] - 1 < FEWEST_DEGREES:
            return "too_many_covariates" if rows.shape[1] > 1 else "too_few_people"
        problem = rank_problem(there, [str(number) for number in range(rows.shape[1])])
        if problem is not None:
            return "constant_covariate" if problem.constant else "collinear_covariates"
    both = seen.T.astype(int) @ seen.astype(int)
    return "too_few_people" if (both < FEWEST_PAIRS).any() else None


def _patterns(table: Floats, full: Floats) -> tuple[_Pattern, ...]:
    """Add up the products of people who were seen at the same waves."""
    seen = ~np.isnan(table)
    kinds, kind_of = np.unique(seen, axis=0, return_inverse=True)
    found = []
    for number, kind in enumerate(kinds):
        waves = np.flatnonzero(kind)
        members = kind_of.ravel() == number
        if len(waves):
            z, y = full[members], table[members][:, waves]
            found.append(_Pattern(seen=waves, n=len(z), zz=z.T @ z, zy=z.T @ y, yy=y.T @ y))
    return tuple(found)


def _start(table: Floats, full: Floats) -> Floats | None:
    """Begin with the residual variances of a regression at each wave, and half of the correlation."""
    residuals = np.full(table.shape, np.nan)
    for wave in range(table.shape[1]):
        there = ~np.isnan(table[:, wave])
        coef = np.linalg.lstsq(full[there], table[there, wave], rcond=None)[0]
        residuals[there, wave] = table[there, wave] - full[there] @ coef
    spread = np.sqrt(np.nanmean(residuals**2, axis=0))
    if (spread <= 1e-9).any():
        return None
    filled = np.nan_to_num(residuals / spread)
    both = (~np.isnan(table)).T.astype(float) @ (~np.isnan(table)).astype(float)
    between = np.clip(filled.T @ filled / both, -1, 1) / 2
    np.fill_diagonal(between, 1.0)
    between = between * np.outer(spread, spread)
    return between if np.linalg.eigvalsh(between)[0] > 0 else np.diag(spread**2)


def _evaluate(patterns: tuple[_Pattern, ...], between: Floats) -> _Point:
    """Return the restricted log-likelihood, but for a constant, and its slope by the covariance.

    With W the inverse covariance of the waves that a pattern saw, put in a matrix of all waves, the
    information on the coefficients is the sum of W x Z'Z (Kronecker). The slope is half of the sum of
    W R'R W + W H W - n W, with residuals R and H what estimating the coefficients takes away.
    """
    n_waves, q = len(between), len(patterns[0].zz)
    information = np.zeros((n_waves, q, n_waves, q))
    right, each = np.zeros((n_waves, q)), np.arange(q)
    value = 0.0
    weights = []
    for one in patterns:
        inside = between[np.ix_(one.seen, one.seen)]
        weight = np.linalg.inv(inside)
        weights.append(weight)
        value -= one.n * float(np.linalg.slogdet(inside)[1]) / 2
        information[np.ix_(one.seen, each, one.seen, each)] += np.einsum("kl,ab->kalb", weight, one.zz)
        right[one.seen] += weight @ one.zy.T
    flat = information.reshape(n_waves * q, n_waves * q)
    inverse = np.linalg.inv(flat)
    coef = np.linalg.solve(flat, right.ravel()).reshape(n_waves, q)
    value -= float(np.linalg.slogdet(flat)[1]) / 2
    slope = np.zeros((n_waves, n_waves))
    blocks = inverse.reshape(n_waves, q, n_waves, q)
    for one, weight in zip(patterns, weights, strict=True):
        own = coef[one.seen]
        crossed = own @ one.zy
        squares = one.yy - crossed - crossed.T + own @ one.zz @ own.T
        taken = np.einsum("ab,kalb->kl", one.zz, blocks[one.seen][:, :, one.seen])
        value -= float((weight * squares).sum()) / 2
        slope[np.ix_(one.seen, one.seen)] += (weight @ (squares + taken) @ weight - one.n * weight) / 2
    return _Point(value=value, slope=slope, inverse=inverse, coef=coef, weights=tuple(weights))


def _root_of(at: Floats, n_waves: int) -> Floats:
    """Return the lower root of a covariance from its parameters; logarithms on the diagonal."""
    root = np.zeros((n_waves, n_waves))
    root[np.tril_indices(n_waves)] = at
    np.fill_diagonal(root, np.exp(np.diag(root)))
    return root


def _parameters_of(between: Floats) -> Floats:
    root = np.linalg.cholesky(between)
    np.fill_diagonal(root, np.log(np.diag(root)))
    return root[np.tril_indices(len(between))]


def _by_parameters(slope: Floats, root: Floats) -> Floats:
    """Turn a slope by the covariance into one by the parameters of its root."""
    by_root = 2 * slope @ root
    by_root[np.diag_indices(len(root))] *= np.diag(root)
    return by_root[np.tril_indices(len(root))]


def _gradient(patterns: tuple[_Pattern, ...], at: Floats, n_waves: int) -> Floats:
    root = _root_of(at, n_waves)
    return _by_parameters(_evaluate(patterns, root @ root.T).slope, root)


def _hessian(patterns: tuple[_Pattern, ...], at: Floats, n_waves: int) -> Floats:
    """Differentiate the slope by the five-point rule."""
    columns = []
    for axis in np.eye(len(at)):
        near, far = (
            _gradient(patterns, at + times * STEP * axis, n_waves)
            - _gradient(patterns, at - times * STEP * axis, n_waves)
            for times in (1, 2)
        )
        columns.append((8 * near - far) / (12 * STEP))
    hessian = np.array(columns)
    return (hessian + hessian.T) / 2


def _climb(patterns: tuple[_Pattern, ...], start: Floats) -> Floats | None:
    """Maximise the restricted likelihood: quasi-Newton steps to come near, Newton's to the end."""
    n_waves = len(start)

    def downwards(at: Floats) -> tuple[float, Floats]:
        root = _root_of(np.clip(at, -30, 30), n_waves)
        try:
            point = _evaluate(patterns, root @ root.T)
        except np.linalg.LinAlgError:
            return np.inf, np.zeros_like(at)
        return -point.value, -_by_parameters(point.slope, root)

    at = np.asarray(minimize(downwards, _parameters_of(start), jac=True, method="BFGS").x)
    for _ in range(MOST_STEPS):
        if not np.isfinite(at).all() or np.abs(at).max() > 15:
            return None
        try:
            information = -_hessian(patterns, at, n_waves)
            gradient = _gradient(patterns, at, n_waves)
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(information).all() or (np.diag(information) <= 0).any():
            return None
        if is_singular(information):
            return None
        step = np.linalg.solve(information, gradient)
        at = at + step
        if np.sqrt(max(float(step @ gradient), 0.0)) <= SETTLED:
            return at
    return None


def _read(
    patterns: tuple[_Pattern, ...], at: Floats, *, centre: float, unit: float, mean: Floats
) -> MixedModel:
    """Take differences, their covariance and degrees of freedom from the fitted model."""
    n_waves = next(number for number in range(1, len(at) + 1) if number * (number + 1) // 2 == len(at))
    root = _root_of(at, n_waves)
    point = _evaluate(patterns, root @ root.T)
    q = point.coef.shape[1]
    arm = np.arange(n_waves) * q + 1
    spread = np.linalg.inv(-_hessian(patterns, at, n_waves))
    variances = np.diag(point.inverse)[arm]
    df = []
    for column, variance in zip(point.inverse[:, arm].T, variances, strict=True):
        slope = _by_parameters(_slope_of_variance(patterns, point, column.reshape(n_waves, q)), root)
        df.append(2 * variance**2 / float(slope @ spread @ slope))
    coef = point.coef * unit
    coef[:, 0] += centre - coef[:, 1:] @ mean
    return MixedModel(
        difference=coef[:, 1],
        covariance=point.inverse[np.ix_(arm, arm)] * unit**2,
        df=np.array(df),
        between_waves=root @ root.T * unit**2,
        coef=coef,
    )


def _slope_of_variance(patterns: tuple[_Pattern, ...], point: _Point, column: Floats) -> Floats:
    """Return the slope of the variance of one coefficient by the covariance between waves.

    column: that of the coefficient in the covariance of all, shape (n_waves, q).
    """
    slope = np.zeros((len(column), len(column)))
    for one, weight in zip(patterns, point.weights, strict=True):
        own = column[one.seen]
        slope[np.ix_(one.seen, one.seen)] += weight @ (own @ one.zz @ own.T) @ weight
    return slope
