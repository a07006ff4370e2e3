"""Cost and effect drawn again together, against every draw there is."""

import numpy as np
import pytest
from economic_references import COST, HARM, TREATED, R

from primus_eval.numerics.acceptability import quadrants, share_of_draws
from primus_eval.numerics.cost_bootstrap import bootstrap_joint
from primus_eval.numerics.net_benefit import arms_of, joint
from primus_eval.numerics.streams import Stream

DRAWS = 20_000
FOUR = {
    "cost": [9, 12, 10, 20, 4, 10, 12, 9],
    "harm": [0, 1, 0, 0, 1, 0, 1, 0],
    "treated": [1, 1, 1, 1, 0, 0, 0, 0],
}


def stream(replicates=DRAWS, name="draws"):
    return Stream(seed=7, name=name, replicates=replicates)


def near(share):
    """Four standard errors of a share of this many draws."""
    return pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / DRAWS) + 1e-12)


def test_shares_are_those_of_all_65536_draws_of_four_and_four():
    every, drawn = R["enumerated"], bootstrap_joint(**FOUR, stream=stream())
    found = quadrants(drawn.cost, drawn.averted)
    for name in ("ne", "se", "nw", "sw", "axis"):
        assert getattr(found, name) == near(every[name]), name
    assert every["axis"] > 0.2, "the case must have draws on an axis"
    for value in (0, 8, 20):
        accepted, tied = share_of_draws(drawn.cost, drawn.averted, value)
        assert accepted == near(every[f"accepted_{value}"])
        assert tied == near(every[f"tied_{value}"])
    spread = np.cov(drawn.cost, drawn.averted)
    error = 4 * np.sqrt((spread[0, 0] * spread[1, 1] + spread[0, 1] ** 2) / DRAWS)
    assert spread[0, 1] == pytest.approx(every["covariance"], abs=error)


def test_the_spread_of_draws_is_the_ideal_one():
    both, drawn = arms_of(COST, HARM, TREATED), bootstrap_joint(COST, HARM, TREATED, stream=stream())
    ideal = sum((arm.n - 1) / arm.n * arm.var_cost / arm.n for arm in both)
    assert drawn.cost.var() == pytest.approx(ideal, rel=4 * np.sqrt(2 / DRAWS))
    assert drawn.cost.mean() == pytest.approx(joint(*both).cost, abs=4 * np.sqrt(ideal / DRAWS))


def test_workers_and_a_longer_run_change_no_replicate():
    one = bootstrap_joint(COST, HARM, TREATED, stream=stream(1700))
    two = bootstrap_joint(COST, HARM, TREATED, stream=stream(1700), workers=3)
    longer = bootstrap_joint(COST, HARM, TREATED, stream=stream(2300))
    assert (one.cost == two.cost).all() and (one.averted == two.averted).all()
    assert (one.cost == longer.cost[:1700]).all()
    other = bootstrap_joint(COST, HARM, TREATED, stream=stream(1700, "another"))
    assert (one.cost != other.cost).any()


def test_people_are_drawn_within_strata():
    strata = (np.arange(24) // 2) % 2
    apart = 1e6 * strata + COST  # all of the spread lies between strata, which no draw may change
    drawn = bootstrap_joint(apart, HARM, TREATED, stream=stream(500), strata=strata)
    free = bootstrap_joint(apart, HARM, TREATED, stream=stream(500))
    assert np.ptp(drawn.cost) < 50_000 < np.ptp(free.cost)
