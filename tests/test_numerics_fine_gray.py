"""Fine and Gray's regression: written out person by person, collapsed to Cox, degenerate, simulated."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_numerics_degenerate import outcome_of

from primus_eval.numerics.cox import CoxFit, cox
from primus_eval.numerics.fine_gray import FineGrayFit, fine_gray, subdistribution_hazard_ratio

always = settings(derandomize=True, deadline=None, max_examples=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    design: np.ndarray
    time: np.ndarray
    event: np.ndarray
    competing: np.ndarray
    groups: np.ndarray

    def fitted(self, *, grouped: bool = False) -> FineGrayFit:
        groups = self.groups if grouped else None
        fit = fine_gray(self.design, self.time, self.event, self.competing, censoring_groups=groups)
        assert isinstance(fit, FineGrayFit)
        return fit


def drawn(seed: int, n: int, *, days: int | None = 9) -> People:
    """People on few days, or on one each; arm, a number, and two groups of different size."""
    rng = np.random.Generator(np.random.Philox(key=[seed, n]))
    kind = rng.integers(0, 3, n)
    return People(
        design=np.column_stack((rng.integers(0, 2, n), rng.normal(size=n))),
        time=rng.permutation(n) + 1.0 if days is None else rng.integers(1, days, n).astype(float),
        event=kind == 1,
        competing=kind == 2,
        groups=rng.integers(0, 3, n) > 0,
    )


class WrittenOut:
    """The formulas of the paper with loops over people; every sum over risk sets is taken afresh.

    `by_hazard`: the share not yet censored is exp(-hazard) in place of Kaplan-Meier's product. weight: of
    each person, in every sum.
    """

    def __init__(
        self, people: People, beta: np.ndarray, *, by_hazard: bool = False, weight: np.ndarray | None = None
    ) -> None:
        self.people, self.by_hazard = people, by_hazard
        self.n = len(people.time)
        self.weight = np.ones(self.n) if weight is None else weight
        self.risk = np.exp(people.design @ beta)
        self.linear = people.design @ beta
        self.events = [i for i in range(self.n) if people.event[i]]
        self.sums = {i: self.risk_set(people.time[i]) for i in self.events}

    def censored_days(self, group: object) -> list[float]:
        p = self.people
        return sorted(set(p.time[(p.groups == group) & ~p.event & ~p.competing].tolist()))

    def censored(self, group: object, day: float) -> tuple[float, float]:
        """Weights of those censored on a day, and of those at risk of it, in a group."""
        p = self.people
        here = p.groups == group
        gone = here & (p.time == day) & ~p.event & ~p.competing
        return self.weight[gone].sum(), self.weight[here & (p.time >= day)].sum()

    def not_censored(self, group: object, before: float) -> float:
        share = 1.0
        for day in self.censored_days(group):
            if day < before:
                gone, at_risk = self.censored(group, day)
                share *= exp(-gone / at_risk) if self.by_hazard else 1 - gone / at_risk
        return share

    def part(self, person: int, day: float) -> float:
        """What of a person is in the risk set of a day."""
        p = self.people
        if p.time[person] >= day:
            return 1.0
        if not p.competing[person]:
            return 0.0
        group = p.groups[person]
        return self.not_censored(group, day) / self.not_censored(group, p.time[person])

    def risk_set(self, day: float) -> tuple[float, np.ndarray]:
        parts = [self.weight[k] * self.part(k, day) * self.risk[k] for k in range(self.n)]
        total = sum(parts)
        return total, sum(part * x for part, x in zip(parts, self.people.design, strict=True)) / total

    def loglik(self) -> float:
        return sum(self.weight[i] * (self.linear[i] - log(self.sums[i][0])) for i in self.events)

    def score(self) -> np.ndarray:
        return sum(self.weight[i] * (self.people.design[i] - self.sums[i][1]) for i in self.events)

    def information(self) -> np.ndarray:
        total = np.zeros((2, 2))
        for i in self.events:
            s0, mean = self.sums[i]
            for k in range(self.n):
                away = self.people.design[k] - mean
                total += self.part(k, self.people.time[i]) * self.risk[k] / s0 * np.outer(away, away)
        return total

    def score_residual(self, person: int) -> np.ndarray:
        x, total = self.people.design[person], np.zeros(2)
        if self.people.event[person]:
            total += x - self.sums[person][1]
        for j in self.events:
            s0, mean = self.sums[j]
            total -= self.part(person, self.people.time[j]) * self.risk[person] * (x - mean) / s0
        return total

    def pull(self, group: object, day: float) -> np.ndarray:
        """q of the paper: those whom a competing event took before the day, on the event days from it on."""
        p, total = self.people, np.zeros(2)
        for j in self.events:
            if p.time[j] >= day:
                s0, mean = self.sums[j]
                for k in range(self.n):
                    if p.groups[k] == group and p.competing[k] and p.time[k] < day:
                        total += self.part(k, p.time[j]) * self.risk[k] * (p.design[k] - mean) / s0
        return total

    def censoring_residual(self, person: int) -> np.ndarray:
        p, total = self.people, np.zeros(2)
        group = p.groups[person]
        for day in self.censored_days(group):
            gone, at_risk = self.censored(group, day)
            if p.time[person] == day and not p.event[person] and not p.competing[person]:
                total += self.pull(group, day) / at_risk
            if p.time[person] >= day:
                total -= self.pull(group, day) * gone / at_risk**2
        return total

    def influences(self) -> np.ndarray:
        return np.array([self.score_residual(i) + self.censoring_residual(i) for i in range(self.n)])


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_equals_the_formulas_written_out(seed: int, grouped: bool) -> None:
    people = drawn(seed, 24)
    fit = people.fitted(grouped=grouped)
    if not grouped:
        people = People(
            design=people.design,
            time=people.time,
            event=people.event,
            competing=people.competing,
            groups=np.zeros(24),
        )
    there = WrittenOut(people, fit.coef)
    assert there.score() == pytest.approx(np.zeros(2), abs=1e-9)
    assert fit.loglik == pytest.approx(there.loglik(), rel=1e-12)
    assert fit.loglik_null == pytest.approx(WrittenOut(people, np.zeros(2)).loglik(), rel=1e-12)
    inverse, influences = np.linalg.inv(there.information()), there.influences()
    assert fit.covariance_model == pytest.approx(inverse, rel=1e-9)
    assert fit.covariance == pytest.approx(inverse @ influences.T @ influences @ inverse, rel=1e-9)
    # Score residuals add up to the score, and so do the censoring residuals to nothing.
    assert influences.sum(axis=0) == pytest.approx(np.zeros(2), abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_residuals_are_how_the_score_moves_with_a_persons_weight(seed: int) -> None:
    """Also in several censoring groups, where crr sums over the events of the same group only.

    Exact where nobody shares a day and the share not censored is exp(-hazard); the paper's q is the
    derivative of that.
    """
    people, beta, step, one = drawn(seed, 14, days=None), np.array([0.4, -0.3]), 1e-5, np.ones(14)
    there = WrittenOut(people, beta, by_hazard=True)

    def score(weight: np.ndarray) -> np.ndarray:
        return WrittenOut(people, beta, by_hazard=True, weight=weight).score()

    moved = [(score(one + step * who) - score(one - step * who)) / (2 * step) for who in np.eye(14)]
    # A central difference with a step of 1e-5 errs by 1e-9 or so in what is of the order of 1.
    assert there.influences() == pytest.approx(np.array(moved), abs=1e-7)


@pytest.mark.parametrize("seed", range(10))
def test_where_nothing_competes_it_is_cox(seed: int) -> None:
    people = drawn(seed, 60)
    ours = fine_gray(people.design, people.time, people.event, np.zeros(60))
    theirs = cox(people.design, people.time, people.event, ties="breslow")
    assert isinstance(ours, FineGrayFit) and isinstance(theirs, CoxFit)
    assert ours.coef == pytest.approx(theirs.coef, rel=1e-9)
    assert ours.covariance == pytest.approx(theirs.covariance_robust, rel=1e-8)
    assert ours.covariance_model == pytest.approx(theirs.covariance_model, rel=1e-8)
    assert (ours.loglik_null, ours.loglik) == pytest.approx((theirs.loglik_null, theirs.loglik), rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_without_censoring_it_is_cox_with_competing_people_kept(seed: int) -> None:
    people = drawn(seed, 60)
    ours = fine_gray(people.design, people.time, people.event, ~people.event)
    to_the_end = np.where(people.event, people.time, 1000)
    theirs = cox(people.design, to_the_end, people.event, ties="breslow")
    assert isinstance(ours, FineGrayFit) and isinstance(theirs, CoxFit)
    assert ours.coef == pytest.approx(theirs.coef, rel=1e-9)
    assert ours.covariance == pytest.approx(theirs.covariance_robust, rel=1e-8)


def test_two_events_by_hand() -> None:
    """Arm 0: competing on day 1, event on day 4. Arm 1: censored on day 2, event on day 3, censored on 5.

    Before days 3 and 4 three fourths are not censored: four were at risk on day 2. Day 3: r + r of arm 1
    (days 3 and 5), 1 of arm 0 (day 4) and 3/4 of its dead. Day 4: r (day 5), 1, and 3/4. So 7/4 + 2r and
    7/4 + r, and the score is 1 - 2r / (7/4 + 2r) - r / (7/4 + r), nought where 2 r^2 = 49/16.
    """
    fit = fine_gray([[0], [0], [1], [1], [1]], [1, 4, 2, 3, 5], [0, 1, 0, 1, 0], [1, 0, 0, 0, 0])
    assert isinstance(fit, FineGrayFit)
    r = 7 / 4 / np.sqrt(2)
    assert np.exp(fit.coef[0]) == pytest.approx(r, rel=1e-12)
    shares = np.array([2 * r / (7 / 4 + 2 * r), r / (7 / 4 + r)])
    assert 1 / fit.covariance_model[0, 0] == pytest.approx((shares * (1 - shares)).sum(), rel=1e-12)
    assert fit.loglik == pytest.approx(log(r) - log(7 / 4 + 2 * r) - log(7 / 4 + r), rel=1e-12)
    assert (fit.n, fit.n_events, fit.n_competing) == (5, 2, 1)


def test_arm_recoded_covariate_scaled_and_people_reordered() -> None:
    people = drawn(3, 50)
    fit = people.fitted()
    other = fine_gray(
        np.column_stack((1 - people.design[:, 0], 1e4 + 20 * people.design[:, 1])),
        1000 * people.time**2,
        people.event,
        people.competing,
    )
    assert isinstance(other, FineGrayFit)
    assert other.coef == pytest.approx(fit.coef * [-1, 1 / 20], rel=1e-8)
    assert other.covariance[0, 0] == pytest.approx(fit.covariance[0, 0], rel=1e-8)
    order = np.random.Generator(np.random.Philox(key=1)).permutation(50)
    again = fine_gray(people.design[order], people.time[order], people.event[order], people.competing[order])
    assert isinstance(again, FineGrayFit)
    assert again.covariance == pytest.approx(fit.covariance, rel=1e-10)


@pytest.mark.parametrize(
    ("people", "answer"),
    [
        (([], [], [], []), "no_events"),
        (([1], [4], [1], [0]), "constant_covariate"),
        (([1, 1, 1], [2, 3, 4], [1, 0, 1], [0, 0, 0]), "constant_covariate"),
        (([1, 0, 1, 0], [1, 2, 3, 4], [0, 0, 0, 0], [1, 0, 1, 0]), "no_events"),
        (([1, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]), "no_events"),
        (([1, 1, 0, 0], [3, 3, 3, 3], [1, 1, 1, 1], [0, 0, 0, 0]), "no_variation"),
        (([1, 1, 0, 0], [3, 3, 3, 3], [1, 0, 1, 0], [0, 1, 0, 0]), "yes"),
        (([1, 1, 0, 0], [5, 6, 3, 4], [0, 0, 1, 1], [1, 0, 0, 0]), "monotone_likelihood"),
        (([1, 1, 0, 0], [3, 4, 5, 6], [1, 1, 0, 0], [0, 0, 1, 0]), "monotone_likelihood"),
        (([1, 1, 0, 0], [1, 2, 3, 4], [0, 0, 1, 1], [0, 0, 0, 0]), "no_variation"),  # arm 1 has left
        (([1, 0], [1, 2], [1, 1], [0, 0]), "monotone_likelihood"),
    ],
)
def test_at_the_edge(people: tuple[list[int], ...], answer: str) -> None:
    arm, time, event, competing = people
    fit = fine_gray(np.array(arm, dtype=float).reshape(-1, 1), time, event, competing)
    assert outcome_of(subdistribution_hazard_ratio(fit, 0, conf_level=0.95)) == answer


def test_covariates_that_cannot_be() -> None:
    people = drawn(1, 30)
    doubled = np.column_stack((people.design, 2 * people.design[:, 1]))
    assert fine_gray(doubled, people.time, people.event, people.competing) == "collinear_covariates"
    wide = np.eye(3)
    assert fine_gray(wide, [1, 2, 3], [1, 1, 0], [0, 0, 1]) == "too_many_covariates"


person = st.tuples(st.integers(0, 6), st.integers(0, 2), st.booleans(), st.booleans())


@always
@given(st.lists(person, min_size=1, max_size=20), st.booleans())
def test_a_number_or_a_reason_whatever_happens(rows: list[tuple[int, int, bool, bool]], by_arm: bool) -> None:
    time, kind, arm, other = (np.array(column) for column in zip(*rows, strict=True))
    design = np.column_stack((arm, other)).astype(float)
    fit = fine_gray(design, time, kind == 1, kind == 2, censoring_groups=arm if by_arm else None)
    outcome_of(subdistribution_hazard_ratio(fit, 0, conf_level=0.95))
    if isinstance(fit, FineGrayFit):
        assert fit.loglik >= fit.loglik_null - 1e-12
        assert (np.linalg.eigvalsh(fit.covariance_model) > 0).all()


# ---------------------------------------------------------------------------------------- simulation

TRIALS, PEOPLE, RATIO, SHARE = 500, 150, 0.7, 0.5


def simulated(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """One trial in which the subdistribution hazards are in proportion, exactly, as Fine and Gray drew them.

    Incidence 1 - (1 - SHARE (1 - exp(-t)))^ratio with t in units of 200 days; who does not have the event
    has the competing one; censoring is exponential with a mean of 500 days, and ends with day 600.
    """
    treated = np.repeat([1.0, 0.0], PEOPLE)
    ratio = np.where(treated == 1, RATIO, 1.0)
    ever = 1 - (1 - SHARE) ** ratio
    has_event = rng.random(2 * PEOPLE) < ever
    quantile = 1 - (1 - rng.random(2 * PEOPLE) * ever) ** (1 / ratio)
    day = np.where(has_event, -200 * np.log1p(-quantile / SHARE), rng.exponential(300, 2 * PEOPLE))
    left = np.minimum(rng.exponential(500, 2 * PEOPLE), 600)
    return treated, np.ceil(np.minimum(day, left)), has_event & (day <= left), ~has_event & (day <= left)


def test_covers_the_truth_in_simulated_trials() -> None:
    """Five hundred trials of 2 x 150 on whole days: bias, standard error and coverage.

    Bounds are four Monte-Carlo standard errors: of the mean, SD / sqrt(500); of a coverage of 0.95, 0.0097;
    of a standard deviation, 3.2 % of it.
    """
    rng = np.random.Generator(np.random.Philox(key=23))
    coefs, errors, covered = [], [], []
    for _ in range(TRIALS):
        treated, *people = simulated(rng)
        effect = subdistribution_hazard_ratio(fine_gray(treated[:, None], *people), 0, conf_level=0.95)
        coefs.append(log(effect.estimate))
        errors.append(effect.std_error)
        covered.append(effect.conf_low <= RATIO <= effect.conf_high)
    spread = np.std(coefs)
    assert abs(np.mean(coefs) - log(RATIO)) < 4 * spread / np.sqrt(TRIALS)
    assert np.mean(errors) == pytest.approx(spread, rel=4 * 0.032)
    assert np.mean(covered) == pytest.approx(0.95, abs=4 * 0.0097)
