"""One proportion, and two proportions of a trial compared: intervals and tests from counts alone.

Contrasts are treatment minus control or treatment over control. Each function says from which
method its interval comes; a p-value is given only where it comes from that same method.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from scipy.special import gammaln

from primus_eval.numerics.effect import (
    Effect,
    association_test,
    normal_quantile,
    not_estimable,
    two_sided_p,
    wald,
    without_interval,
)
from primus_eval.vocabulary import Better, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Table2x2:
    """How many had the event and how many there were, in each of two arms (whole numbers)."""

    events_treatment: int
    n_treatment: int
    events_control: int
    n_control: int

    def __post_init__(self) -> None:
        arms = ((self.events_treatment, self.n_treatment), (self.events_control, self.n_control))
        for events, n in arms:
            if events != int(events) or n != int(n) or not 0 <= events <= n:
                raise ValueError("a table needs whole numbers with 0 <= events <= n in each arm")

    @property
    def has_empty_arm(self) -> bool:
        return self.n_treatment == 0 or self.n_control == 0

    @property
    def events(self) -> int:
        return self.events_treatment + self.events_control

    @property
    def n(self) -> int:
        return self.n_treatment + self.n_control

    @property
    def risk_treatment(self) -> float:
        return self.events_treatment / self.n_treatment

    @property
    def risk_control(self) -> float:
        return self.events_control / self.n_control

    @property
    def risk_difference(self) -> float:
        """The difference over a common denominator, so that equal risks differ by exactly zero."""
        numerator = self.events_treatment * self.n_control - self.events_control * self.n_treatment
        return numerator / (self.n_treatment * self.n_control)


def proportion_wilson(events: int, n: int, *, conf_level: float) -> Effect:
    """Estimate one proportion with the score interval, which never leaves 0 to 1.

    Source: Wilson 1927, JASA 22:209-212.
    Checked: tests/reference/test_against_r.py (R prop.test without continuity correction).
    """
    if events != int(events) or n != int(n) or not 0 <= events <= n:
        raise ValueError("a proportion needs whole numbers with 0 <= events <= n")
    if n == 0:
        return not_estimable("too_few_people")
    low, high = _wilson_ends(events, n, normal_quantile(conf_level))
    return Effect(estimate=events / n, conf_low=low, conf_high=high)


def _wilson_ends(events: int, n: int, z: float) -> tuple[float, float]:
    centre = (events + z**2 / 2) / (n + z**2)
    half_width = z * sqrt(events * (n - events) / n + z**2 / 4) / (n + z**2)
    # At 0 of n the lower end is 0 and at n of n the upper end is 1; rounding would miss both.
    low = 0.0 if events == 0 else centre - half_width
    high = 1.0 if events == n else centre + half_width
    return low, high


def risk_difference_newcombe(table: Table2x2, *, conf_level: float) -> Effect:
    """Difference of two risks with the hybrid score interval. It defines no test, so p is empty.

    Estimable whenever both arms have people, also without any event.
    Source: Newcombe 1998, Statistics in Medicine 17:873-890, method 10.
    Checked: tests/reference/test_against_r.py, tests/test_numerics_proportions.py (his Table II).
    """
    if table.has_empty_arm:
        return not_estimable("one_arm_empty")
    low, high = _newcombe_ends(table, conf_level)
    return Effect(estimate=table.risk_difference, conf_low=low, conf_high=high)


def _newcombe_ends(table: Table2x2, conf_level: float) -> tuple[float, float]:
    z = normal_quantile(conf_level)
    treatment, control, difference = table.risk_treatment, table.risk_control, table.risk_difference
    low_treatment, high_treatment = _wilson_ends(table.events_treatment, table.n_treatment, z)
    low_control, high_control = _wilson_ends(table.events_control, table.n_control, z)
    low = difference - sqrt((treatment - low_treatment) ** 2 + (high_control - control) ** 2)
    high = difference + sqrt((high_treatment - treatment) ** 2 + (control - low_control) ** 2)
    return max(low, -1.0), min(high, 1.0)


def risk_difference_wald(table: Table2x2, *, conf_level: float) -> Effect:
    """Difference of two risks with the unpooled normal interval and its own z test.

    Without interval where nobody, or everybody, of an arm had the event: its variance would be zero.
    Source: the difference of two independent binomial proportions; Newcombe 1998, method 1.
    Checked: tests/reference/test_against_r.py (R).
    """
    if table.has_empty_arm:
        return not_estimable("one_arm_empty")
    treatment, control = table.risk_treatment, table.risk_control
    if {treatment, control} & {0.0, 1.0}:
        return without_interval(table.risk_difference)
    variance = treatment * (1 - treatment) / table.n_treatment + control * (1 - control) / table.n_control
    return wald(table.risk_difference, sqrt(variance), conf_level=conf_level)


def risk_difference_miettinen_nurminen(table: Table2x2, *, conf_level: float) -> Effect:
    """Difference of two risks with the interval that inverts the score test; p tests zero by the same score.

    The variance takes the risks that fit best under the difference in question, times N / (N - 1).
    Where nobody or everybody had the event the variance at zero vanishes and so does the test; the
    interval remains.
    Source: Miettinen & Nurminen 1985, Statistics in Medicine 4:213-226.
    Checked: tests/reference/test_against_r.py, tests/test_numerics_proportions.py (Newcombe 1998,
    Table II, method 6).
    """
    if table.has_empty_arm:
        return not_estimable("one_arm_empty")
    difference, z = table.risk_difference, normal_quantile(conf_level)

    def is_compatible(hypothesis: float) -> bool:
        return (difference - hypothesis) ** 2 <= z**2 * _score_variance(table, hypothesis)

    variance_at_zero = _score_variance(table, 0.0)
    statistic = difference / sqrt(variance_at_zero) if variance_at_zero > 0 else None
    return Effect(
        estimate=difference,
        conf_low=_boundary(difference, -1.0, is_compatible),
        conf_high=_boundary(difference, 1.0, is_compatible),
        statistic=statistic,
        p_value=None if statistic is None else two_sided_p(statistic),
    )


def _score_variance(table: Table2x2, difference: float) -> float:
    """Variance of the observed difference where the true one is `difference`."""
    control = _constrained_control_risk(table, difference)
    treatment = control + difference
    variance = treatment * (1 - treatment) / table.n_treatment + control * (1 - control) / table.n_control
    return max(0.0, variance) * table.n / (table.n - 1)


def _constrained_control_risk(table: Table2x2, difference: float) -> float:
    """Most likely risk of the control arm where the treatment arm's is larger by `difference`.

    The derivative of the log-likelihood falls throughout, so bisection on its sign finds the maximum,
    also where that is an end of the range. The common denominator is multiplied away.
    """

    def still_rises(control: float) -> bool:
        treatment = control + difference
        return (
            treatment * (1 - treatment) * (table.events_control - table.n_control * control)
            + control * (1 - control) * (table.events_treatment - table.n_treatment * treatment)
        ) > 0

    return _boundary(max(0.0, -difference), min(1.0, 1.0 - difference), still_rises)


def _boundary(inside: float, outside: float, is_inside: Callable[[float], bool]) -> float:
    """Bisect from a point where the condition holds towards one where it does not, to the last digit."""
    while (middle := (inside + outside) / 2) not in (inside, outside):
        if is_inside(middle):
            inside = middle
        else:
            outside = middle
    return middle


def risk_ratio_wald_log(table: Table2x2, *, conf_level: float) -> Effect:
    """Ratio of two risks with the normal interval on the log scale.

    Without interval where everybody of an arm had the event: its variance would be zero.
    Source: Katz, Baptista, Azen & Pike 1978, Biometrics 34:469-474, method C.
    Checked: tests/reference/test_against_r.py (R).
    """
    if reason := _ratio_problem(table):
        return not_estimable(reason)
    if table.events == table.n:
        return not_estimable("everyone_had_the_event")
    if 1.0 in (table.risk_treatment, table.risk_control):
        return without_interval(table.risk_treatment / table.risk_control)
    variance = (
        1 / table.events_treatment - 1 / table.n_treatment + 1 / table.events_control - 1 / table.n_control
    )
    log_ratio = log(table.risk_treatment / table.risk_control)
    return wald(log_ratio, sqrt(variance), conf_level=conf_level, scale="log")


def odds_ratio_wald_log(table: Table2x2, *, conf_level: float) -> Effect:
    """Ratio of two odds with the normal interval on the log scale.

    Source: Woolf 1955, Annals of Human Genetics 19:251-253.
    Checked: tests/reference/test_against_r.py (R glm, logistic regression on the arm).
    """
    if reason := _ratio_problem(table) or _certainty_problem(table):
        return not_estimable(reason)
    without_treatment = table.n_treatment - table.events_treatment
    without_control = table.n_control - table.events_control
    cells = (table.events_treatment, without_treatment, table.events_control, without_control)
    log_ratio = log(table.events_treatment * without_control / (table.events_control * without_treatment))
    return wald(log_ratio, sqrt(sum(1 / cell for cell in cells)), conf_level=conf_level, scale="log")


def _ratio_problem(table: Table2x2) -> Reason | None:
    if table.has_empty_arm:
        return "one_arm_empty"
    if table.events == 0:
        return "no_events"
    if table.events_treatment == 0 or table.events_control == 0:
        return "no_events_in_one_arm"
    return None


def _certainty_problem(table: Table2x2) -> Reason | None:
    if table.events == table.n:
        return "everyone_had_the_event"
    if table.events_treatment == table.n_treatment or table.events_control == table.n_control:
        return "everyone_in_one_arm_had_the_event"
    return None


def number_needed_to_treat(table: Table2x2, *, conf_level: float, better: Better) -> Effect:
    """How many people must be offered the programme for one of them to fare better.

    Positive: so many for one fewer event (`better="lower"`) or one more (`better="higher"`).
    Negative: so many for one person to fare worse (a number needed to harm, printed without its sign).
    The ends are the inverted ends of Newcombe's interval. Where that interval holds zero, the number
    passes through infinity and the interval is empty.
    Source: Altman 1998, BMJ 317:1309-1312; Bender 2001, Controlled Clinical Trials 22:102-110.
    Checked: tests/reference/test_against_r.py (R).
    """
    if table.has_empty_arm:
        return not_estimable("one_arm_empty")
    if table.risk_difference == 0:
        return not_estimable("no_difference")
    towards_better = -1 if better == "lower" else 1
    ends = sorted(towards_better * end for end in _newcombe_ends(table, conf_level))
    estimate = 1 / (towards_better * table.risk_difference)
    if ends[0] <= 0 <= ends[1]:
        return Effect(estimate=estimate, reason="interval_passes_infinity")
    return Effect(estimate=estimate, conf_low=1 / ends[1], conf_high=1 / ends[0])


def pooled_z_test(table: Table2x2) -> Effect:
    """Test equal risks by the difference over its standard error under equality (its square is Pearson's).

    Source: Pearson 1900; no continuity correction.
    Checked: tests/reference/test_against_r.py (R prop.test without continuity correction).
    """
    if reason := _test_problem(table):
        return not_estimable(reason)
    pooled = table.events / table.n
    variance = pooled * (1 - pooled) * (1 / table.n_treatment + 1 / table.n_control)
    statistic = table.risk_difference / sqrt(variance)
    return association_test(statistic, two_sided_p(statistic))


def fisher_exact_test(table: Table2x2) -> Effect:
    """Test equal risks exactly, given how many events there were: the two-sided sum of small probabilities.

    A table counts as no more likely than the observed one with a slack of 1e-7, as in R, so that
    rounding does not separate tables of equal probability.
    Source: Fisher 1934, Statistical Methods for Research Workers, 5th ed., section 21.02.
    Checked: tests/reference/test_against_r.py (R fisher.test), tests/test_numerics_proportions.py (counting).
    """
    if reason := _test_problem(table):
        return not_estimable(reason)
    fewest = max(0, table.events - table.n_control)
    in_treatment = np.arange(fewest, min(table.events, table.n_treatment) + 1)
    in_control = table.events - in_treatment
    weights = -(
        gammaln(in_treatment + 1)
        + gammaln(table.n_treatment - in_treatment + 1)
        + gammaln(in_control + 1)
        + gammaln(table.n_control - in_control + 1)
    )
    probabilities = np.exp(weights - weights.max())
    observed = probabilities[table.events_treatment - fewest]
    as_unlikely = probabilities <= observed * (1 + 1e-7)
    return association_test(None, float(probabilities[as_unlikely].sum() / probabilities.sum()))


def _test_problem(table: Table2x2) -> Reason | None:
    """Nothing to test where an arm is empty, or where everyone or no one had the event."""
    if table.has_empty_arm:
        return "one_arm_empty"
    if table.events == 0:
        return "no_events"
    return "everyone_had_the_event" if table.events == table.n else None
