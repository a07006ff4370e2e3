"""How likely a programme is worth its cost at a value of one averted, and where on the plane it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from primus_eval.numerics.effect import normal_quantile
from primus_eval.numerics.inputs import Floats, finite_vector
from primus_eval.numerics.net_benefit import Joint

ROUNDING = 1e-9
"""Below this share of the largest difference of its kind a difference is zero but for rounding."""


def acceptability(both: Joint, value: float) -> float | None:
    """Return Phi(net benefit / standard error) at a value, one minus the one-sided p of no net benefit.

    It is a probability that the programme is worth its cost only to who held every effect for equally likely
    beforehand. The curve need not begin at 0, reach 1, or rise. None where nothing varies.
    Source: Lothgren & Zethraeus 2000, Health Economics 9:623-630.
    Checked: tests/test_numerics_fieller.py (0.025 and 0.975 at the ends of Fieller's set).
    """
    spread = both.variance_at(value)
    return float(ndtr(both.net_benefit(value) / sqrt(spread))) if spread > 0 else None


def acceptability_at_infinity(both: Joint) -> float | None:
    """Return what the curve comes to as the value of one averted grows without end."""
    return float(ndtr(both.averted / sqrt(both.var_averted))) if both.var_averted > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quadrants:
    """Shares of draws, which add up to one.

    ne: averts something and costs more; se: averts and saves; nw: worse and dearer; sw: worse and saves;
    axis: a difference is zero.
    """

    ne: float
    se: float
    nw: float
    sw: float
    axis: float


def quadrants(cost: ArrayLike, averted: ArrayLike) -> Quadrants:
    """Return the shares of draws in each quadrant, those on an axis apart.

    cost, averted: of each draw, shape (draws,). In small trials draws without any difference are common, and
    belong to no quadrant.
    Checked: tests/test_numerics_cost_bootstrap.py (all draws of 4 + 4 people enumerated, also in R).
    """
    right, up = _signs(averted), _signs(cost)
    n = len(right)
    share = {(x, y): float(((right == x) & (up == y)).sum() / n) for x in (-1, 1) for y in (-1, 1)}
    on_axis = float(((right == 0) | (up == 0)).sum() / n)
    return Quadrants(ne=share[1, 1], se=share[1, -1], nw=share[-1, 1], sw=share[-1, -1], axis=on_axis)


def share_of_draws(cost: ArrayLike, averted: ArrayLike, value: float) -> tuple[float, float]:
    """Return the share of draws with a net benefit above zero at a value, and of those with none at all.

    Strictly above: a draw without any net benefit is no draw in favour.
    """
    money, good = finite_vector(cost, "cost"), finite_vector(averted, "averted")
    net = value * good - money
    limit = ROUNDING * max(float(np.abs(money).max(initial=0)), float(np.abs(value * good).max(initial=0)))
    ties = np.abs(net) <= limit
    return float(((net > 0) & ~ties).mean()), float(ties.mean())


def ellipse(both: Joint, *, share: float, points: int) -> tuple[tuple[float, float], ...]:
    """Return points (averted, cost) on the ellipse that holds a share of a joint normal distribution.

    Source: chi-squared with two degrees of freedom has the quantile -2 log(1 - share).
    Checked: tests/test_numerics_fieller.py.
    """
    wide, high = sqrt(both.var_averted), sqrt(both.var_cost)
    slant = min(max(both.covariance / (wide * high), -1.0), 1.0) if wide * high > 0 else 0.0
    reach = np.sqrt(-2 * np.log1p(-share))
    angle = 2 * np.pi * np.arange(points) / points
    x = reach * wide * np.cos(angle)
    y = reach * high * (slant * np.cos(angle) + sqrt(1 - slant**2) * np.sin(angle))
    return tuple((both.averted + float(right), both.cost + float(up)) for right, up in zip(x, y, strict=True))


def near_axis(both: Joint, *, conf_level: float) -> bool:
    """Whether either difference lies within its interval's half width of zero."""
    quantile = normal_quantile(conf_level)
    return abs(both.cost) <= quantile * sqrt(both.var_cost) or abs(both.averted) <= quantile * sqrt(
        both.var_averted
    )


def _signs(values: Sequence[float] | ArrayLike) -> Floats:
    vector = finite_vector(values, "values")
    limit = ROUNDING * float(np.abs(vector).max(initial=0))
    return np.where(np.abs(vector) <= limit, 0.0, np.sign(vector))
