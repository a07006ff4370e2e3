"""What a programme costs more and what it averts, together: two differences, and their covariance.

The difference in cost is treatment minus control. What is averted is control minus treatment, so that more is
better; their covariance therefore has the opposite sign of that of cost and harm among people.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.effect import Effect, not_estimable, student, wald, without_interval
from primus_eval.numerics.inputs import Floats, finite_vector, yes_no_vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm: people, means, and the covariance matrix of (cost, harm) among people, denominator n - 1."""

    n: int
    mean_cost: float
    mean_harm: float
    var_cost: float
    var_harm: float
    covariance: float

    def variance_at(self, value: float) -> float:
        """Return the variance among people of value x harm + cost."""
        return value**2 * self.var_harm + self.var_cost + 2 * value * self.covariance


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Difference in cost, what is averted, and the covariance matrix of these two estimates.

    cost: money per person, treatment minus control. averted: per person, control minus treatment.
    """

    cost: float
    averted: float
    var_cost: float
    var_averted: float
    covariance: float

    def net_benefit(self, value: float) -> float:
        """Return value x averted - cost, money per person."""
        return value * self.averted - self.cost

    def variance_at(self, value: float) -> float:
        """Return the variance of the net benefit at a value of one averted, money; not below zero."""
        spread = value**2 * self.var_averted + self.var_cost - 2 * value * self.covariance
        return max(spread, 0.0)


def arms_of(cost: ArrayLike, harm: ArrayLike, treated: ArrayLike) -> tuple[Arm, Arm]:
    """Describe treatment and control.

    cost: money, shape (n,); harm: what is to be averted, such as reoffended (0 or 1) or a number of events,
    shape (n,); treated: 0 or 1. Both arms need two people: fewer have no variance.
    """
    money, events = finite_vector(cost, "cost"), finite_vector(harm, "harm")
    arm = yes_no_vector(treated, "treated", length=len(money))
    if len(events) != len(money):
        raise ValueError("cost and harm must have the same length")
    return _arm(money[arm], events[arm]), _arm(money[~arm], events[~arm])


def _arm(money: Floats, events: Floats) -> Arm:
    if len(money) < 2:
        raise ValueError("each arm needs two people")
    spread = np.cov(money, events)
    return Arm(
        n=len(money),
        mean_cost=float(money.mean()),
        mean_harm=float(events.mean()),
        var_cost=float(spread[0, 0]),
        var_harm=float(spread[1, 1]),
        covariance=float(spread[0, 1]),
    )


def joint(treatment: Arm, control: Arm) -> Joint:
    """Return both differences with their covariance matrix, of arms that are independent.

    Var = s2_1/n_1 + s2_0/n_0 of each; Cov(averted, cost) = -(s_1/n_1 + s_0/n_0) with s the covariance of cost
    and harm among people: a harm averted is a harm with its sign changed.
    Source: Willan & Briggs 2006, Statistical Analysis of Cost-effectiveness Data, chapter 2.
    Checked: tests/test_numerics_net_benefit.py against R (lm with HC2), tests/reference/make_economics.R.
    """
    return Joint(
        cost=treatment.mean_cost - control.mean_cost,
        averted=control.mean_harm - treatment.mean_harm,
        var_cost=treatment.var_cost / treatment.n + control.var_cost / control.n,
        var_averted=treatment.var_harm / treatment.n + control.var_harm / control.n,
        covariance=-(treatment.covariance / treatment.n + control.covariance / control.n),
    )


def harms_vary(treatment: Arm, control: Arm) -> bool:
    """Whether both arms hold people with and without what is to be averted, or with more and less of it."""
    return treatment.var_harm > 0 and control.var_harm > 0


def welch_net_benefit(treatment: Arm, control: Arm, *, value: float, conf_level: float) -> Effect:
    """Estimate the net benefit per person at a value of one averted.

    value: money for one averted, >= 0. Estimate and standard error are those of a regression of
    -value x harm - cost on the arm with HC2 errors, which is Welch's test; degrees of freedom by
    Satterthwaite.
    Positive where the programme is worth more than it costs. At any value above 0 there is no interval where
    an arm adds no variance of harm: its costs alone would make it look certain.
    Source: Stinnett & Mullahy 1998, Medical Decision Making 18:S68-S80; Hoch, Briggs & Willan 2002, Health
    Economics 11:415-430.
    Checked: tests/test_numerics_net_benefit.py.
    """
    both = joint(treatment, control)
    first, second = treatment.variance_at(value), control.variance_at(value)
    if value > 0 and first + second > 0 and not harms_vary(treatment, control):
        return without_interval(both.net_benefit(value))
    return _welch(both.net_benefit(value), (treatment, first), (control, second), conf_level=conf_level)


def welch_cost_difference(treatment: Arm, control: Arm, *, conf_level: float) -> Effect:
    """Estimate how much more a person costs under treatment, in money."""
    cost = joint(treatment, control).cost
    return _welch(cost, (treatment, treatment.var_cost), (control, control.var_cost), conf_level=conf_level)


def welch_averted(treatment: Arm, control: Arm, *, conf_level: float) -> Effect:
    """Estimate what is averted per person: control minus treatment, positive where the programme does good.

    An arm in which all are alike, so that nobody or everybody reoffended, adds no variance: no interval.
    """
    averted = joint(treatment, control).averted
    if not harms_vary(treatment, control):
        return without_interval(averted)
    return _welch(
        averted, (treatment, treatment.var_harm), (control, control.var_harm), conf_level=conf_level
    )


def normal_net_benefit(both: Joint, *, value: float, conf_level: float) -> Effect:
    """Estimate the net benefit from the two differences alone, with normal quantiles."""
    spread = both.variance_at(value)
    if spread == 0:
        return not_estimable("no_variation")
    return wald(both.net_benefit(value), sqrt(spread), conf_level=conf_level)


def _welch(
    estimate: float, first: tuple[Arm, float], second: tuple[Arm, float], *, conf_level: float
) -> Effect:
    parts = [variance / arm.n for arm, variance in (first, second)]
    total = sum(parts)
    if total <= 0:
        return not_estimable("no_variation")
    df = total**2 / sum(part**2 / (arm.n - 1) for part, (arm, _) in zip(parts, (first, second), strict=True))
    return student(estimate, sqrt(total), df=df, conf_level=conf_level)
