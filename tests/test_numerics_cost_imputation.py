"""Missing costs and effects, imputed and pooled."""

import numpy as np
import pytest

from primus_eval.numerics.cost_imputation import imputed, pooled, rubin_df
from primus_eval.numerics.net_benefit import Joint


def generator(number=1):
    return np.random.Generator(np.random.Philox(key=[number, 2]))


def people(n=4000):
    rng = generator(9)
    treated = np.arange(n) % 2 == 0
    ill = rng.normal(size=n)
    cost = np.where(rng.random(n) < 0.4, 0.0, 1000 * np.exp(ill))
    harm = (rng.random(n) < 1 / (1 + np.exp(-ill))).astype(float)
    gone = rng.random(n) < 1 / (1 + np.exp(1 - 2 * ill))  # who is worse is lost more often
    return cost, harm, treated, ill[:, None], gone


def test_nothing_missing_changes_nothing():
    cost, harm, treated, known, _ = people(40)
    filled = imputed(cost, harm, treated, auxiliaries=known, generator=generator())
    assert (filled[0] == cost).all() and (filled[1] == harm).all()


def test_imputed_values_are_values_of_the_same_arm():
    cost, harm, treated, known, gone = people(400)
    money, events = imputed(
        np.where(gone, np.nan, cost), harm, treated, auxiliaries=known, generator=generator()
    )
    for arm in (treated, ~treated):
        assert set(money[arm & gone]) <= set(cost[arm & ~gone])
    assert (events == harm).all() and (money[~gone] == cost[~gone]).all()


def test_it_removes_the_bias_of_leaving_people_out():
    cost, harm, treated, known, gone = people()
    lost = np.where(gone, np.nan, cost)
    means = [
        imputed(lost, harm, treated, auxiliaries=known, generator=generator(seed))[0].mean()
        for seed in range(5)
    ]
    bias = abs(np.nanmean(lost) - cost.mean())
    assert abs(np.mean(means) - cost.mean()) < bias / 2  # linear predictions of a curved cost leave a part


def test_an_arm_of_which_nothing_is_known_is_refused():
    with pytest.raises(ValueError, match="cannot be imputed"):
        imputed([np.nan, np.nan, 1, 2], [0, 1, 0, 1], [1, 1, 0, 0], auxiliaries=np.ones((4, 1)),
                generator=generator())  # fmt: skip


def test_pooling_by_hand():
    def estimate(cost, averted):
        return Joint(cost=cost, averted=averted, var_cost=4.0, var_averted=1.0, covariance=-0.5)

    found = pooled([estimate(10.0, 1.0), estimate(12.0, 3.0), estimate(14.0, 2.0)])
    assert (found.joint.cost, found.joint.averted) == (12.0, 2.0)
    assert found.joint.var_cost == pytest.approx(4 + 4 / 3 * 4)
    assert found.joint.var_averted == pytest.approx(1 + 4 / 3 * 1)
    assert found.joint.covariance == pytest.approx(-0.5 + 4 / 3 * 1)
    assert found.df_at(None) == pytest.approx(2 / ((4 / 3 * 4) / (4 + 4 / 3 * 4)) ** 2)
    assert rubin_df(between=0.0, total=1.0, sets=5) > 1e6
