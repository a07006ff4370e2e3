"""The model of all waves: as regressions, as the likelihood written out, and whether it keeps its promise."""

from __future__ import annotations

import numpy as np
import pytest

from primus_eval.numerics.effect import Effect, student
from primus_eval.numerics.mixed_model import MixedModel, _evaluate, _patterns, difference_at, mixed_model


def trial(seed: int, n: int = 60, *, effect: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    """Scores of n people at three waves, and their arm with the score before."""
    rng = np.random.default_rng(seed)
    arm = np.arange(n) % 2
    person, before = rng.normal(0, 4, n), rng.normal(50, 8, n)
    noise = rng.normal(0, [3, 4, 5], (n, 3))
    score = 20 + before[:, None] / 2 + effect * arm[:, None] * [1, 2, 3] + person[:, None] * [1, 2, 1] + noise
    return score, np.column_stack([arm, before])


def fitted(score: np.ndarray, design: np.ndarray) -> MixedModel:
    person, wave = np.nonzero(~np.isnan(score))
    fit = mixed_model(person, wave, score[person, wave], design)
    assert isinstance(fit, MixedModel), fit
    return fit


def without(score: np.ndarray, seed: int, share: float) -> np.ndarray:
    """The scores with some missing, back and forth."""
    gone = np.random.default_rng(seed).random(score.shape) < share
    return np.where(gone, np.nan, score)


def test_complete_data_are_a_regression_at_each_wave():
    score, design = trial(1)
    fit = fitted(score, design)
    for wave in range(3):
        plain = least_squares(score[:, wave], design, conf_level=0.9)
        found = difference_at(fit, wave, conf_level=0.9)
        for name in ("estimate", "conf_low", "conf_high", "std_error", "df", "p_value"):
            assert getattr(found, name) == pytest.approx(getattr(plain, name), rel=1e-8), name


def least_squares(score: np.ndarray, design: np.ndarray, *, conf_level: float) -> Effect:
    """One wave by itself, with one variance for everybody, as in the model of all waves."""
    columns = np.column_stack([np.ones(len(score)), design])
    coef, (rest,), *_ = np.linalg.lstsq(columns, score, rcond=None)
    df = len(score) - columns.shape[1]
    std_error = np.sqrt(rest / df * np.linalg.inv(columns.T @ columns)[1, 1])
    return student(float(coef[1]), float(std_error), df=float(df), conf_level=conf_level)


def test_the_likelihood_is_that_written_out_person_by_person():
    score, design = trial(2, 20)
    score = without(score, 3, 0.3)
    full = np.column_stack([np.ones(20), design])
    between = np.array([[9, 2, 1], [2, 16, 3], [1, 3, 25.0]])
    information, right, value = np.zeros((9, 9)), np.zeros(9), 0.0
    rows = []
    for z, y in zip(full, score, strict=True):
        seen = np.flatnonzero(~np.isnan(y))
        x = np.array([np.kron(np.eye(3)[wave], z) for wave in seen]).reshape(len(seen), 9)
        inside = between[np.ix_(seen, seen)]
        rows.append((x, y[seen], inside))
        information += x.T @ np.linalg.inv(inside) @ x
        right += x.T @ np.linalg.inv(inside) @ y[seen]
    coef = np.linalg.solve(information, right)
    for x, y, inside in rows:
        residual = y - x @ coef
        value -= np.log(np.linalg.det(inside)) / 2 + residual @ np.linalg.inv(inside) @ residual / 2
    point = _evaluate(_patterns(score, full), between)
    assert point.value == pytest.approx(value - np.log(np.linalg.det(information)) / 2, rel=1e-10)
    assert point.coef.ravel() == pytest.approx(coef, rel=1e-8)
    for i, j in ((0, 0), (0, 1), (1, 2), (2, 2)):
        step = np.zeros((3, 3))
        step[i, j] += 1e-5
        step[j, i] += 1e-5
        ends = [_evaluate(_patterns(score, full), between + sign * step).value for sign in (1, -1)]
        wanted = 2 * point.slope[i, j]
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(wanted, rel=1e-5, abs=1e-6)


def test_the_unit_and_the_order_of_people_do_not_matter():
    score, design = trial(4)
    score = without(score, 5, 0.25)
    plain = fitted(score, design)
    order = np.random.default_rng(6).permutation(len(score))
    moved = fitted(7 * score[order] - 400, design[order])
    assert moved.difference == pytest.approx(7 * plain.difference, rel=1e-7)
    assert moved.df == pytest.approx(plain.df, rel=1e-6)


def test_who_missed_the_last_wave_still_says_something_of_it():
    score, design = trial(7, 100)
    score[::3, 2] = np.nan
    seen = ~np.isnan(score[:, 2])
    plain = least_squares(score[seen, 2], design[seen], conf_level=0.95)
    found = difference_at(fitted(score, design), 2, conf_level=0.95)
    assert found.std_error < plain.std_error and found.df > plain.df


def test_intervals_cover_where_absence_follows_the_wave_before():
    """300 trials of 60 people, of whom those low at the first wave often miss the last: 95 % are promised."""
    held, biased = 0, []
    for seed in range(300):
        score, design = trial(1000 + seed)
        low = score[:, 0] < np.median(score[:, 0])
        gone = low & (np.random.default_rng(seed).random(60) < 0.6)
        score[gone, 2] = np.nan
        found = difference_at(fitted(score, design), 2, conf_level=0.95)
        held += found.conf_low <= 9 <= found.conf_high
        biased.append(found.estimate - 9)
    assert 0.91 < held / 300 < 0.99  # three standard errors of 1.26 points
    assert abs(np.mean(biased)) < 3 * np.std(biased) / np.sqrt(300)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda score: np.where(np.arange(60)[:, None] % 2, score, np.nan), "one_arm_empty"),
        (lambda score: np.where(np.arange(60)[:, None] < [60, 60, 4], score, np.nan), "too_many_covariates"),
        (lambda score: np.full_like(score, 5.0), "no_variation"),
        (lambda score: score[:, :1], "too_few_people"),
        (lambda score: np.column_stack([score[:, 0], score[:, 0]]), "not_converged"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(change, reason):
    score, design = trial(8)
    score = change(score)
    person, wave = np.nonzero(~np.isnan(score))
    assert mixed_model(person, wave, score[person, wave], design) == reason


def test_waves_that_nobody_was_seen_at_together_are_no_model():
    score, design = trial(9)
    score[::4, 0] = score[1::4, 0] = np.nan
    score[2::4, 1] = score[3::4, 1] = np.nan
    person, wave = np.nonzero(~np.isnan(score))
    assert mixed_model(person, wave, score[person, wave], design) == "too_few_people"


def test_two_scores_of_one_wave_are_refused():
    _, design = trial(10)
    with pytest.raises(ValueError, match="one score of a wave"):
        mixed_model([0, 0], [1, 1], [3.0, 4.0], design)
