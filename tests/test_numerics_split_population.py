"""Who would return in the end: fits held to R at three lengths of follow-up, and rules that refuse them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from reference.datasets import fixture
from test_numerics_yearly_hazards import returns

from primus_eval.numerics.split_population import (
    FAMILIES,
    SplitPopulation,
    agree,
    plateau,
    split_population,
)

PUBLISHED = {
    (24, "exponential"): (1.0, -1861.018),
    (24, "weibull"): (0.338, -1852.661),
    (24, "lognormal"): (0.802, -1850.073),
    (36, "exponential"): (0.535, -2395.966),
    (36, "weibull"): (0.338, -2382.880),
    (36, "lognormal"): (0.528, -2381.247),
    (81, "exponential"): (0.422, -3229.692),
    (81, "weibull"): (0.397, -3219.499),
    (81, "lognormal"): (0.460, -3213.105),
}
"""Share and log-likelihood, computed once before this module was written."""


def seen_until(months: int) -> tuple[np.ndarray, np.ndarray]:
    time, event = returns()
    return np.minimum(time, months), event & (time <= months)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("months", [24, 36, 81])
def test_fits_and_profile_intervals_are_those_of_r(months, family):
    theirs = fixture("long_term")["split"][str(months)][family]
    ours = split_population(*seen_until(months), family=family, conf_level=0.95)
    for name, value in theirs.items():
        # both searches stop within about 1e-6 of a flat maximum
        tolerance = 1e-8 if name.startswith("log") else 5e-6
        assert getattr(ours, name) == pytest.approx(value, rel=tolerance), name
    share, log_likelihood = PUBLISHED[months, family]
    assert ours.share == pytest.approx(share, abs=5e-4)
    assert ours.log_likelihood == pytest.approx(log_likelihood, abs=5e-4)
    assert ours.state == ("at_boundary" if (months, family) == (24, "exponential") else "estimated")


def test_at_two_years_one_cohort_gives_a_third_four_fifths_and_all():
    fits = [split_population(*seen_until(24), family=family, conf_level=0.95) for family in FAMILIES]
    assert [round(fit.share or 0, 2) for fit in fits] == [1.0, 0.34, 0.8]
    assert not plateau(*seen_until(24)).reached and not agree(fits)


def test_even_after_seven_years_the_rules_refuse_that_cohort():
    fits = [split_population(*seen_until(81), family=family, conf_level=0.95) for family in FAMILIES]
    assert not plateau(*seen_until(81)).reached
    assert not agree(fits)  # 0.46 and 0.40


def simulated(people: int, share: float, *, end: float) -> tuple[np.ndarray, np.ndarray]:
    """People of whom a share has the event, at lognormal times with median 10."""
    draws = np.random.Generator(np.random.Philox(7))
    returns_ = draws.random(people) < share
    time = np.where(returns_, np.exp(np.log(10) + 0.5 * draws.standard_normal(people)), np.inf)
    return np.minimum(time, end), time <= end


def test_a_known_share_comes_back_where_follow_up_is_long_enough():
    time, event = simulated(5000, 0.4, end=100)
    fits = [split_population(time, event, family=family, conf_level=0.95) for family in FAMILIES]
    lognormal = fits[2]
    # two standard errors of a share of 5000 people
    assert lognormal.share == pytest.approx(0.4, abs=2 * np.sqrt(0.24 / 5000))
    assert lognormal.conf_low < 0.4 < lognormal.conf_high
    assert lognormal.parameters == pytest.approx((np.log(10), np.log(0.5)), abs=0.04)
    assert plateau(time, event).reached and agree(fits)
    assert lognormal.criterion == min(fit.criterion for fit in fits)


def test_the_unit_of_time_moves_the_likelihood_and_not_the_share():
    time, event = simulated(400, 0.5, end=60)
    one, other = (
        split_population(scale * time, event, family="weibull", conf_level=0.95) for scale in (1, 30)
    )
    assert one.share == pytest.approx(other.share, rel=1e-5)
    assert one.log_likelihood - other.log_likelihood == pytest.approx(event.sum() * np.log(30), rel=1e-8)


def test_the_plateau_by_hand():
    # one of four events in the last quarter of 8; the last at 7, so the stretch before it is (6, 7]
    found = plateau([1, 2, 3, 7, 8, 8, 8, 8], [1, 1, 1, 1, 0, 0, 0, 0])
    assert (found.late_share, found.too_short) == (0.25, (7 / 8) ** 8)
    assert not found.reached
    assert plateau([1, 2], [0, 0]).too_short == 1.0
    assert plateau([5, 5], [1, 0]).too_short == 1.0


def test_families_agree_only_where_shares_are_near_and_neither_is_everybody():
    def fit(share: float, likelihood: float, **more: object) -> SplitPopulation:
        made = SplitPopulation(
            family="weibull",
            state="estimated",
            share=share,
            conf_low=share - 0.03,
            conf_high=share + 0.03,
            log_likelihood=likelihood,
            parameters=(0.0, 0.0),
        )
        return replace(made, **more)  # type: ignore[arg-type]

    far = fit(0.9, -500.0)
    assert agree([far, fit(0.40, -100.0), fit(0.44, -101.0)])
    assert not agree([far, fit(0.40, -100.0), fit(0.455, -101.0)])
    assert not agree([far, fit(0.40, -100.0, conf_high=0.41), fit(0.44, -101.0, conf_low=0.42)])
    assert not agree([fit(0.40, -100.0, state="at_boundary"), fit(0.44, -101.0)])
    assert not agree([fit(0.40, -100.0)])


def test_nobody_with_the_event_is_a_result():
    assert split_population([5.0, 6.0], [0, 0], family="weibull", conf_level=0.95).state == "not_converged"
    with pytest.raises(ValueError, match="above 0"):
        split_population([0.0, 6.0], [1, 0], family="weibull", conf_level=0.95)
