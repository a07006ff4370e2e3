"""By which day had a given share of people had the event, and how many days later under treatment?

Convention: the first day on which one minus Kaplan-Meier reaches the share. Where the curve lies exactly
on the share for a while, that is the day on which it got there (R's survfit gives the middle of the
plateau). Within follow-up a curve may never reach the share; then there is no such day.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.effect import Effect, not_estimable, without_interval
from primus_eval.numerics.inputs import Bools, Floats, Integers, follow_up, group_codes, yes_no_vector
from primus_eval.numerics.streams import Stream, resampled_counts
from primus_eval.vocabulary import Reason

REACHED = 1e-9
"""A share missed by less than this is reached: a product of many fractions is off by some 1e-14."""


def quantile_day(time_days: ArrayLike, event: ArrayLike, *, quantile: float) -> float | Reason:
    """Return the first day by which a share of one group had had the event, or why there is none.

    time_days: days to the event or to the end of follow-up, >= 0, shape (n,). event: 0 or 1, shape (n,).
    quantile: the share, above 0, at most 1.
    Source: Klein & Moeschberger 2003, Survival Analysis, section 4.5: the smallest day on which the
    Kaplan-Meier estimate is at most one minus the share.
    Checked: tests/reference/test_against_r.py (R quantile of survfit), tests/test_numerics_quantiles.py
    (by hand).
    """
    time, had_event = follow_up(time_days, event)
    if len(time) == 0:
        return "too_few_people"
    everyone_once = np.ones((1, len(time)), dtype=np.int64)
    day = float(quantile_days(time, had_event, everyone_once, quantile=quantile)[0])
    return day if np.isfinite(day) else "quantile_not_reached"


def quantile_days(time_days: ArrayLike, event: ArrayLike, counts: Integers, *, quantile: float) -> Floats:
    """Return the day of the share in each of many draws from one group; infinity where it is not reached.

    counts: how often each person is drawn, shape (draws, n). All curves are drawn at once: people are
    added up by day, and a day nobody is at risk on changes nothing.
    Source: as `quantile_day`.
    Checked: tests/test_numerics_quantiles.py (each draw written out as rows of people).
    """
    time, had_event = follow_up(time_days, event)
    if not 0 < quantile <= 1:
        raise ValueError("quantile must lie above 0 and at most at 1")
    order = np.argsort(time, kind="stable")
    days, first = np.unique(time[order], return_index=True)
    drawn = counts[:, order]
    leaving = np.add.reduceat(drawn, first, axis=1)
    events = np.add.reduceat(drawn * had_event[order], first, axis=1)
    at_risk = leaving[:, ::-1].cumsum(axis=1)[:, ::-1]
    survival = np.cumprod(1 - events / np.maximum(at_risk, 1), axis=1)
    reached = survival <= 1 - quantile + REACHED
    return np.where(reached.any(axis=1), days[reached.argmax(axis=1)], np.inf)


def quantile_difference(
    time_days: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    strata: ArrayLike | None = None,
    *,
    quantile: float,
    stream: Stream,
    conf_level: float,
) -> Effect:
    """Days until a share of people had the event, treatment minus control, with a bootstrap interval.

    People are drawn with replacement within their arm (and stratum). The ends of the interval are the
    percentiles of the differences in the draws, the ordered values (B + 1) alpha / 2 from either end of B.
    Percentiles need no density of days, which a standard error would, and no symmetry; a correction for bias
    is unsteady where curves have steps. A draw in which treatment never reaches the share is a difference of
    plus infinity, and control of minus infinity; where neither does it counts as both. An interval with an
    infinite end is not given. Nor is one where all people of an arm are alike: drawing among them shows no
    variation.
    The same people in another order give the same interval.
    Source: Efron 1981, JASA 76:312-319 (drawing the pairs of time and event); Davison & Hinkley 1997,
    Bootstrap Methods and their Application, section 5.3.1.
    Checked: tests/test_numerics_quantiles.py (every possible draw of small arms; coverage in simulated
    trials).
    """
    time, had_event = follow_up(time_days, event)
    in_treatment = yes_no_vector(treated, "treated", length=len(time))
    codes = group_codes(strata, "strata", length=len(time))
    if in_treatment.all() or not in_treatment.any():
        return not_estimable("one_arm_empty")
    found = [
        quantile_day(time[arm], had_event[arm], quantile=quantile) for arm in (in_treatment, ~in_treatment)
    ]
    treatment, control = found
    if isinstance(treatment, str) or isinstance(control, str):
        return not_estimable("quantile_not_reached")
    estimate = treatment - control
    if any(_alike(time[arm], had_event[arm]) for arm in (in_treatment, ~in_treatment)):
        return without_interval(estimate)
    order = np.lexsort((had_event, time, in_treatment, codes))
    time, had_event, in_treatment = time[order], had_event[order], in_treatment[order]
    low, high = [], []
    for counts in resampled_counts(stream, 2 * codes[order] + in_treatment):
        days = [
            quantile_days(time[arm], had_event[arm], counts[:, arm], quantile=quantile)
            for arm in (in_treatment, ~in_treatment)
        ]
        lowest, highest = _differences(*days)
        low.append(lowest)
        high.append(highest)
    ends = _percentiles(np.concatenate(low), np.concatenate(high), conf_level)
    if not np.isfinite(ends).all():
        return Effect(estimate=estimate, reason="interval_passes_infinity")
    return Effect(estimate=estimate, conf_low=ends[0], conf_high=ends[1])


def _alike(time: Floats, had_event: Bools) -> bool:
    return bool(np.ptp(time) == 0 and np.ptp(had_event.astype(int)) == 0)


def _differences(treatment: Floats, control: Floats) -> tuple[Floats, Floats]:
    """Subtract days that may be infinite: the least and the most that each difference may be."""
    neither = np.isinf(treatment) & np.isinf(control)
    differences = np.where(neither, 0.0, treatment) - np.where(neither, 0.0, control)
    return np.where(neither, -np.inf, differences), np.where(neither, np.inf, differences)


def _percentiles(lowest: Floats, highest: Floats, conf_level: float) -> tuple[float, float]:
    draws = len(lowest)
    rank = max(1, int((draws + 1) * (1 - conf_level) / 2 + 1e-9))
    return float(np.sort(lowest)[rank - 1]), float(np.sort(highest)[draws - rank])
