"""The result of one formula: an estimate with its interval, or the reason why there is none.

`estimate`, `conf_low` and `conf_high` are on the measure's own scale (a hazard ratio is a ratio);
`std_error` and `statistic` are on `scale` (for a hazard ratio the log). A p-value stands beside an
interval only where both come from the same method; otherwise it is None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from primus_eval.vocabulary import Reason, Scale

LARGEST_EXPONENT = 700.0
"""exp() of more than 709 is no longer a finite number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One estimated quantity, or why it cannot be estimated (`estimate` is None and `reason` is set)."""

    estimate: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    std_error: float | None = None
    statistic: float | None = None
    df: float | None = None
    p_value: float | None = None
    scale: Scale = "identity"
    reason: Reason | None = None


def not_estimable(reason: Reason) -> Effect:
    """Say that these data do not support the estimate, and why."""
    return Effect(reason=reason)


def association_test(statistic: float | None, p_value: float, *, df: float | None = None) -> Effect:
    """Wrap the result of a test that estimates nothing."""
    return Effect(statistic=statistic, df=df, p_value=min(1.0, p_value), reason="test_only")


def without_interval(estimate: float) -> Effect:
    """Give an estimate alone where an arm adds no variance: nobody in it, or everybody, had the event.

    A normal interval would then rest on the other arm only and be far too narrow.
    """
    return Effect(estimate=estimate, reason="no_interval_at_certainty")


def normal_quantile(conf_level: float) -> float:
    """Return the two-sided standard normal quantile, 1.96 for a level of 0.95."""
    return float(ndtri(0.5 + conf_level / 2))


def two_sided_p(statistic: float) -> float:
    """Return the two-sided p-value of a standard normal statistic."""
    return float(2 * ndtr(-abs(statistic)))


def wald(estimate: float, std_error: float, *, conf_level: float, scale: Scale = "identity") -> Effect:
    """Wrap an estimate and its standard error, both on `scale`, as a Wald interval and test of zero.

    On the log scale the estimate and the ends of the interval are returned exponentiated. Without
    variation there is no test to make; an end too large for a number is a fit that went astray.
    """
    return _by_quantile(estimate, std_error, normal_quantile(conf_level), scale, two_sided_p)


def student(
    estimate: float, std_error: float, *, df: float, conf_level: float, scale: Scale = "identity"
) -> Effect:
    """Wrap an estimate as `wald` does, with quantiles of t on so many degrees of freedom, > 0."""

    def p_value(statistic: float) -> float:
        return float(2 * stdtr(df, -abs(statistic)))

    quantile = float(stdtrit(df, 0.5 + conf_level / 2))
    effect = _by_quantile(estimate, std_error, quantile, scale, p_value)
    return effect if effect.estimate is None else replace(effect, df=float(df))


def _by_quantile(
    estimate: float, std_error: float, quantile: float, scale: Scale, p_value: Callable[[float], float]
) -> Effect:
    if std_error == 0:
        return not_estimable("no_variation")
    half_width = quantile * std_error
    ends = (estimate, estimate - half_width, estimate + half_width)
    if scale == "log" and max(abs(end) for end in ends) > LARGEST_EXPONENT:
        return not_estimable("not_converged")
    point, low, high = (exp(end) for end in ends) if scale == "log" else ends
    statistic = estimate / std_error
    return Effect(
        estimate=point,
        conf_low=low,
        conf_high=high,
        std_error=std_error,
        statistic=statistic,
        p_value=p_value(statistic),
        scale=scale,
    )
