"""The middle of a group: of values that are all known, or of days that some still wait through."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

from primus_eval.numerics.cumulative_incidence import aalen_johansen, competing_table
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.event_table import event_table, kaplan_meier
from primus_eval.numerics.inputs import Floats, finite_vector
from primus_eval.numerics.quantiles import REACHED


def median_order(values: ArrayLike, *, conf_level: float) -> Effect:
    """Return the median with the interval between two ordered values, whatever the distribution.

    values: one for each person, shape (n,). The k-th value from either end, the largest k by which the
    interval keeps its level: its ends miss with a chance of at most half of the rest on either side. Without
    interval where even the smallest and the largest value do not keep it (at 95 %, under 6 people).
    Source: Conover 1999, Practical Nonparametric Statistics, section 3.2.
    Checked: tests/test_numerics_medians.py (table of ranks; every sample of a small distribution).
    """
    ordered = np.sort(finite_vector(values, "values"))
    n = len(ordered)
    if not n:
        return not_estimable("too_few_people")
    median = float(np.median(ordered))
    tail = (1 - conf_level) / 2
    rank = int(binom.ppf(tail, n, 0.5))
    # The quantile is the first count that is too likely; ranks below it are safe, and it counts from 0.
    if rank < 1:
        return Effect(estimate=median, reason="too_few_people")
    return Effect(estimate=median, conf_low=float(ordered[rank - 1]), conf_high=float(ordered[n - rank]))


def median_days(time_days: ArrayLike, event: ArrayLike, *, conf_level: float) -> Effect:
    """Return the day by which half had had the event, from the Kaplan-Meier curve, with its interval.

    time_days: days to the event or to the end of follow-up, shape (n,). event: 0 or 1. The interval holds
    the days on which the log-log interval of the curve holds one half.
    Source: Brookmeyer & Crowley 1982, Biometrics 38:29-41, with the interval of `kaplan_meier`.
    Checked: tests/reference/against_process.py (R survfit with conf.type "log-log").
    """
    table = event_table(time_days, event)
    if not len(table.time_days):
        return not_estimable("too_few_people")
    curve = kaplan_meier(table, conf_level=conf_level)
    certain = (curve.survival == 1) | (curve.survival == 0)
    return _where_half(
        curve.time_days,
        1 - curve.survival,
        np.where(certain, np.where(curve.survival == 1, 0.0, np.nan), 1 - curve.conf_high),
        np.where(certain, np.where(curve.survival == 1, 0.0, np.nan), 1 - curve.conf_low),
    )


def median_days_competing(
    time_days: ArrayLike, event: ArrayLike, competing: ArrayLike, *, conf_level: float
) -> Effect:
    """Return the day by which half of all had had the event, where something else may come first for good.

    Arguments as `competing_table`. Not reached where fewer than half ever have the event.
    Source: as `median_days`, on the curve and interval of `aalen_johansen`; Peng & Fine 2007, Statistics in
    Medicine 26:1023-1035 (quantiles of cumulative incidence).
    Checked: tests/test_numerics_medians.py (by hand; without competing events as `median_days` in R).
    """
    table = competing_table(time_days, event, competing)
    if not len(table.time_days):
        return not_estimable("too_few_people")
    curve = aalen_johansen(table, conf_level=conf_level)
    none = (curve.incidence == 0) | (curve.incidence == 1)
    at_certainty = np.where(curve.incidence == 0, 0.0, np.nan)
    return _where_half(
        curve.time_days,
        curve.incidence,
        np.where(none, at_certainty, curve.conf_low),
        np.where(none, at_certainty, curve.conf_high),
    )


def _where_half(days: Floats, share: Floats, low: Floats, high: Floats) -> Effect:
    """Read the day of one half off a rising curve, and off its lower and upper ends for the interval.

    At certainty a curve has no interval (NaN): a band that has not reached one half by then does not do so.
    """
    reached = [np.flatnonzero(each >= 0.5 - REACHED) for each in (share, high, low)]
    if not len(reached[0]):
        return not_estimable("quantile_not_reached")
    estimate = float(days[reached[0][0]])
    if not len(reached[1]) or not len(reached[2]):
        return Effect(estimate=estimate, reason="interval_passes_infinity")
    return Effect(
        estimate=estimate, conf_low=float(days[reached[1][0]]), conf_high=float(days[reached[2][0]])
    )
