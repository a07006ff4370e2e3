"""What it would be worth to know for certain whether a programme pays: an upper bound for another trial."""

from __future__ import annotations

from math import exp, pi, sqrt

from scipy.special import ndtr


def evpi(net_benefit: float, std_error: float) -> float:
    """Return the expected value of perfect information per person, in the money of the net benefit.

    s phi(d) - |m| Phi(-d) with d = |m| / s: what is lost on average by deciding now for the arm that looks
    better. Takes the net benefit to be normal. Zero where nothing is uncertain.
    Source: Raiffa & Schlaifer 1961, Applied Statistical Decision Theory (unit normal loss).
    Checked: tests/test_numerics_discounting.py (numerical integration in R).
    """
    if std_error < 0:
        raise ValueError("std_error must not be negative")
    if std_error == 0:
        return 0.0
    distance = abs(net_benefit) / std_error
    density = exp(-(distance**2) / 2) / sqrt(2 * pi)
    return max(float(std_error * density - abs(net_benefit) * ndtr(-distance)), 0.0)


def break_even_effect(cost: float, *, value: float) -> float:
    """Return what must be averted per person so that the value of it is the cost; value > 0."""
    if value <= 0:
        raise ValueError("value must be positive")
    return cost / value
