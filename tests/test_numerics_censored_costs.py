"""Mean costs of people who were not all followed to the end."""

import numpy as np
import pytest
from economic_references import R

from primus_eval.numerics.censored_costs import censored_mean_cost

TIME = [10, 25, 40, 60, 60, 60, 30, 60]
KNOWN = [1, 0, 1, 1, 1, 1, 0, 1]
MONEY = [5, 3, 9, 12, 20, 8, 4, 15]


def test_it_is_the_weighted_mean_of_r():
    assert censored_mean_cost(MONEY, TIME, KNOWN).estimate == pytest.approx(R["censored"]["mean"], rel=1e-12)


def test_it_is_the_mean_where_nobody_left():
    assert censored_mean_cost(MONEY, TIME, np.ones(8)).estimate == pytest.approx(np.mean(MONEY), rel=1e-12)


def test_it_is_right_where_both_plain_means_are_wrong():
    rng = np.random.Generator(np.random.Philox(key=[3, 4]))
    n, horizon = 40_000, 100.0
    died, left = rng.exponential(120, n), rng.uniform(0, 250, n)
    time = np.minimum(np.minimum(died, left), horizon)
    known = left >= np.minimum(died, horizon)
    whole, recorded = np.minimum(died, horizon) * 10, time * 10
    found = censored_mean_cost(recorded, time, known).estimate
    error = 5 * whole.std() / np.sqrt(known.sum())
    assert found == pytest.approx(whole.mean(), abs=error)
    assert abs(recorded.mean() - whole.mean()) > error < abs(recorded[known].mean() - whole.mean())


def test_nobody_known_after_the_last_who_left_is_not_estimable():
    assert censored_mean_cost([1, 2], [5, 9], [1, 0]).reason == "followup_incomplete_at_horizon"
    assert censored_mean_cost([1, 2], [5, 9], [0, 0]).reason == "too_few_people"
