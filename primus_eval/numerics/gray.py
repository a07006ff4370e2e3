"""Gray's test: are the shares with the event the same in both arms, where something else may come first?

The log-rank test compares the rates among those still there, and so may find arms different that end up
with equal shares, or the other way round. This one compares the cumulative incidences themselves: who had
a competing event stays among those who did not have the event, as far as censoring lets that be known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.cumulative_incidence import competing_follow_up
from primus_eval.numerics.effect import Effect, association_test, not_estimable, two_sided_p
from primus_eval.numerics.inputs import Bools, Floats, Integers, group_codes, yes_no_vector
from primus_eval.vocabulary import Reason

NEGLIGIBLE_VARIANCE = 1e-12
"""Of a score in people: below it there is none but for rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrayTest:
    """Events of the treatment arm beyond those expected; chi_square has one degree of freedom."""

    score: float
    variance: float
    chi_square: float
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Days:
    """What happened on each distinct day of a stratum, a row per arm (treatment first): shape (2, days).

    free_before, free: Kaplan-Meier's share with neither event, just before and after the day.
    incidence_before: the share with the event just before the day.
    """

    at_risk: Floats
    events: Floats
    competing: Floats
    free_before: Floats
    free: Floats
    incidence_before: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pooled:
    """The incidence if the arms are one, per day; shape (days,).

    people: those of both arms whom censoring has left under observation, had nobody had either event.
    before, step: the incidence before the day, and what the day adds. weight: (1 - before)^rho.
    share: the part of `people` in each arm, shape (2, days).
    """

    people: Floats
    share: Floats
    before: Floats
    step: Floats
    weight: Floats


def gray(
    time_days: ArrayLike,
    event: ArrayLike,
    competing: ArrayLike,
    treated: ArrayLike,
    strata: ArrayLike | None = None,
    *,
    rho: float = 0.0,
) -> GrayTest | Reason:
    """Test whether both arms have the same cumulative incidence throughout, or say why it cannot be tested.

    On each event day the events are shared out in proportion to the people of each arm who have not had
    the event, among them an estimated number of those whom a competing event took. With strata, people
    are compared within strata and the sums are added. rho: days are weighted by (1 - pooled incidence)^rho;
    with 0 all events count alike, with a positive one early events count more.
    Censoring may differ between the arms. From the day on which nobody of an arm is left in sight, that arm
    no longer takes part, nor do its dead, as nothing tells how they would have been censored. The variance
    is that of cmprsk::cuminc, with its corrections for events on the same day. Where hardly anyone is left
    in one arm, the pooled incidence may pass 1 or the corrections turn the variance negative: then there is
    no test.
    Source: Gray 1988, Annals of Statistics 16:1141-1154, section 2 and, for ties, the author's cmprsk.
    Checked: tests/reference/test_against_r.py (R cmprsk::cuminc), tests/test_numerics_gray.py (day by day;
    size in simulated trials).
    """
    time, had_event, had_competing = competing_follow_up(time_days, event, competing)
    in_treatment = yes_no_vector(treated, "treated", length=len(time))
    codes = group_codes(strata, "strata", length=len(time))
    if not np.isfinite(rho) or rho < 0:
        raise ValueError("rho must be finite and not negative")
    if in_treatment.all() or not in_treatment.any():
        return "one_arm_empty"
    if not had_event.any():
        return "no_events"
    if not set(codes[in_treatment]) & set(codes[~in_treatment]):
        return "no_stratum_with_both_arms"
    score = variance = 0.0
    order = np.argsort(codes, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        days = _days(time[rows], had_event[rows], had_competing[rows], in_treatment[rows])
        pooled = _pooled(days, rho)
        if pooled is None:
            return "too_few_people"
        score += _score(days, pooled)
        variance += _variance(days, pooled)
    if variance <= NEGLIGIBLE_VARIANCE:
        return "no_variation" if variance > -NEGLIGIBLE_VARIANCE else "too_few_people"
    chi_square = score**2 / variance
    return GrayTest(
        score=score, variance=variance, chi_square=chi_square, p_value=two_sided_p(chi_square**0.5)
    )


def gray_test(
    time_days: ArrayLike,
    event: ArrayLike,
    competing: ArrayLike,
    treated: ArrayLike,
    strata: ArrayLike | None = None,
    *,
    rho: float = 0.0,
) -> Effect:
    """Give Gray's test as an effect without an estimate: chi-square on one degree of freedom.

    Source: as `gray`.
    Checked: tests/reference/test_against_r.py (R cmprsk::cuminc).
    """
    result = gray(time_days, event, competing, treated, strata, rho=rho)
    if isinstance(result, str):
        return not_estimable(result)
    return association_test(result.chi_square, result.p_value, df=1.0)


def _days(time: Floats, event: Bools, competing: Bools, treated: Bools) -> _Days:
    days, day = np.unique(time, return_inverse=True)
    # Treatment takes the first half of the cells, control the second.
    cell: Integers = day + len(days) * ~treated
    shape = (2, len(days))

    def counted(who: Bools | slice) -> Floats:
        return np.bincount(cell[who], minlength=2 * len(days)).reshape(shape).astype(float)

    events, competed = counted(event), counted(competing)
    at_risk = counted(slice(None))[:, ::-1].cumsum(axis=1)[:, ::-1]
    staying = np.divide(at_risk - events - competed, at_risk, out=np.ones(shape), where=at_risk > 0)
    free = staying.cumprod(axis=1)
    free_before = np.column_stack((np.ones(2), free[:, :-1]))
    steps = np.divide(free_before * events, at_risk, out=np.zeros(shape), where=at_risk > 0)
    incidence = steps.cumsum(axis=1)
    return _Days(
        at_risk=at_risk,
        events=events,
        competing=competed,
        free_before=free_before,
        free=free,
        incidence_before=np.column_stack((np.zeros(2), incidence[:, :-1])),
    )


def _under_observation(days: _Days) -> Floats:
    return np.divide(days.at_risk, days.free_before, out=np.zeros_like(days.at_risk), where=days.at_risk > 0)


def _pooled(days: _Days, rho: float) -> _Pooled | None:
    people = _under_observation(days)
    step = days.events.sum(axis=0) / people.sum(axis=0)
    before = np.concatenate(([0.0], step.cumsum()[:-1]))
    if (before[(days.at_risk > 0).all(axis=0)] >= 1).any():
        return None
    return _Pooled(
        people=people.sum(axis=0),
        share=people / people.sum(axis=0),
        before=before,
        step=step,
        weight=np.maximum(1 - before, 0.0) ** rho,
    )


def _score(days: _Days, pooled: _Pooled) -> float:
    without_event = _under_observation(days) * (1 - days.incidence_before)
    expected = days.events.sum(axis=0) * without_event[0] / without_event.sum(axis=0)
    return float((pooled.weight * (days.events[0] - expected)).sum())


def _variance(days: _Days, pooled: _Pooled) -> float:
    """Add what the events, and the competing events, of each arm and day contribute.

    An event changes the score by its own weight, and what is expected of the days that follow by the part
    (1 - F) / S of their weights, F the pooled incidence and S the arm's share with neither event; a
    competing event changes only what is expected. Both arms weigh alike, with opposite signs.
    """
    both = (days.at_risk > 0).all(axis=0)
    own = np.where(both, pooled.weight * pooled.people * pooled.share[0] * pooled.share[1], 0.0)
    hazard = np.divide(pooled.step, 1 - pooled.before, out=np.zeros_like(own), where=both)
    following = (own * hazard)[::-1].cumsum()[::-1] - own * hazard
    total = 0.0
    for arm in (0, 1):
        there, left = days.at_risk[arm] > 0, days.free[arm] > 0
        after = 1 - pooled.before - pooled.step
        rest = np.divide(after, days.free[arm], out=np.zeros_like(own), where=left)
        by_event = own + (1 - rest) * following
        by_competing = rest * following
        total += float((by_event**2 * _events_spread(days, pooled, arm))[there].sum())
        total += float((by_competing**2 * _competing_spread(days, arm))[there & left].sum())
    return total


def _events_spread(days: _Days, pooled: _Pooled, arm: int) -> Floats:
    events = days.events.sum(axis=0)
    free, at_risk = days.free_before[arm], np.maximum(days.at_risk[arm], 1)
    others = pooled.people * free - 1
    tied = np.divide(events - 1, others, out=np.zeros(len(events)), where=(events > 1) & (others > 0))
    return (1 - tied) * free * events / (pooled.people * at_risk)


def _competing_spread(days: _Days, arm: int) -> Floats:
    competed, at_risk = days.competing[arm], np.maximum(days.at_risk[arm], 1)
    tied = np.where(competed > 1, (competed - 1) / np.maximum(at_risk - 1, 1), 0.0)
    return (1 - tied) * (days.free_before[arm] / at_risk) ** 2 * competed
