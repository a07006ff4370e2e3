"""How many would have the event in the end, if anybody could wait that long: split-population models.

A share of people would have the event sooner or later, at a time drawn from one family of distributions;
the others never. The share is beyond the data: it is read from the shape that the family gives to the years
nobody has seen. In one cohort of released prisoners, followed for two years, three families say 34 %, 80 %
and 100 %. So a share is given here only where follow-up has come to a plateau and the two families that fit
best agree; the rules are constants of this module and were written before any trial was looked at.

Convention: time is in any one unit, above 0; the log-likelihood is that of densities per that unit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize
from scipy.special import chdtri, expit, log_ndtr

from primus_eval.numerics.inputs import Bools, Floats, Integers, follow_up

Family = Literal["exponential", "weibull", "lognormal"]
State = Literal["estimated", "at_boundary", "not_converged"]
FAMILIES: tuple[Family, ...] = ("exponential", "weibull", "lognormal")

FEWEST_EVENTS = 30
"""Fewer first events do not tell a family of distributions from another."""

LATE_EVENTS = 0.05
"""A plateau: no more than this share of all events lies in the last quarter of follow-up."""

TOO_SHORT = 0.05
"""A plateau: the statistic of Maller and Zhou for follow-up that is too short lies below this."""

LARGEST_DIFFERENCE = 0.05
"""Two families agree: their shares differ by less than this, and their intervals overlap."""

LARGEST_LOGIT = 15.0
"""On this scale a share is 0 or 1 for every purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPopulation:
    """One family, fitted: the share who would have the event in the end, with its profile interval.

    state: at_boundary where the best fit has everybody return, so that the model has no split. parameters:
    log mean (exponential); log scale and log shape (Weibull); mean and log standard deviation of the log of
    time (lognormal). Anything but not_converged has numbers.
    """

    family: Family
    state: State
    share: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    log_likelihood: float | None = None
    log_likelihood_without_split: float | None = None
    parameters: tuple[float, ...] = ()

    @property
    def criterion(self) -> float:
        """Akaike's criterion: the smaller, the better the fit."""
        if self.log_likelihood is None:
            return np.inf
        return 2 * (len(self.parameters) + 1) - 2 * self.log_likelihood


@dataclass(frozen=True, slots=True, kw_only=True)
class Plateau:
    """Whether events have stopped coming.

    late_share: events in the last quarter of follow-up, of all. too_short: the statistic of Maller and Zhou,
    near 0 where follow-up goes well beyond the last event.
    """

    late_share: float
    too_short: float

    @property
    def reached(self) -> bool:
        return self.late_share <= LATE_EVENTS and self.too_short < TOO_SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """People with the same time and the same end of it, once, with their number."""

    time: Floats
    event: Bools
    people: Integers


def plateau(time: ArrayLike, event: ArrayLike) -> Plateau:
    """Say whether follow-up has reached a plateau: few late events, and a long time after the last one.

    The statistic of Maller and Zhou is (1 - m / n)^n, where m counts the events in the last stretch before
    the last event that is as long as the time from that event to the end of follow-up.
    Source: the quarter is a rule of our own; Maller & Zhou 1996, Survival Analysis with Long-Term Survivors
    (the statistic, from memory).
    Checked: tests/test_numerics_split_population.py (by hand).
    """
    times, had_event = follow_up(time, event)
    if not had_event.any():
        return Plateau(late_share=0.0, too_short=1.0)
    end, last = float(times.max()), float(times[had_event].max())
    late = int((had_event & (times > 0.75 * end)).sum())
    near = int((had_event & (times > 2 * last - end)).sum()) if end > last else 0
    n = len(times)
    return Plateau(late_share=late / int(had_event.sum()), too_short=float((1 - near / n) ** n))


def agree(fits: Sequence[SplitPopulation]) -> bool:
    """Say whether the two families that fit best give about the same share.

    Neither may be at the boundary. Best is by Akaike's criterion.
    Checked: tests/test_numerics_split_population.py.
    """
    ranked = sorted(fits, key=lambda fit: fit.criterion)[:2]
    if len(ranked) < 2 or any(fit.state != "estimated" for fit in ranked):
        return False
    (share, low, high), (other, other_low, other_high) = (
        (fit.share or 0.0, fit.conf_low or 0.0, fit.conf_high or 0.0) for fit in ranked
    )
    return abs(share - other) < LARGEST_DIFFERENCE and low <= other_high and other_low <= high


def split_population(
    time: ArrayLike, event: ArrayLike, *, family: Family, conf_level: float
) -> SplitPopulation:
    """Fit one family by maximum likelihood, with a profile-likelihood interval for the share.

    time: to the first event or to the end of follow-up, > 0, shape (n,). event: whether it was the event.
    Someone without the event never has it, or has it later: log(1 - share + share S(t)).
    Source: Schmidt & Witte 1989, Journal of Econometrics 40:141-159.
    Checked: tests/test_numerics_split_population.py (R optim on the data of Chung, Schmidt & Witte 1991,
    Journal of Quantitative Criminology 7:59-98, at three lengths of follow-up; simulated people).
    """
    times, had_event = follow_up(time, event)
    if (times <= 0).any():
        raise ValueError("time must be above 0")
    if not had_event.any():
        return SplitPopulation(family=family, state="not_converged")
    counts = _counted(times, had_event)
    whole = _best(lambda inner: -_log_likelihood(counts, family, np.inf, inner), _starts(counts, family))
    share_seen = float(had_event.mean())
    starts = [
        np.concatenate(([logit], inner))
        for logit in (_logit(share_seen) + 0.2, 0.0, 2.0)
        for inner in _starts(counts, family)
    ]
    split = _best(lambda all_: -_log_likelihood(counts, family, all_[0], all_[1:]), starts)
    if whole is None or split is None:
        return SplitPopulation(family=family, state="not_converged")
    return _with_interval(counts, family, whole, split, conf_level)


def _with_interval(
    counts: _Counts,
    family: Family,
    whole: tuple[float, Floats],
    split: tuple[float, Floats],
    conf_level: float,
) -> SplitPopulation:
    """Find where the profile likelihood falls below its maximum by half a quantile of chi-square."""
    best = max(-whole[0], -split[0])
    at_boundary = -split[0] - -whole[0] < 1e-5 or split[1][0] > LARGEST_LOGIT
    inner = whole[1] if at_boundary else split[1][1:]
    top = LARGEST_LOGIT if at_boundary else float(split[1][0])
    drop = float(chdtri(1, 1 - conf_level)) / 2

    def below(logit: float) -> float:
        fitted = _best(
            lambda rest: -_log_likelihood(counts, family, logit, rest), [inner, *_starts(counts, family)]
        )
        return best - drop + (np.inf if fitted is None else fitted[0])

    low = float(brentq(below, _lowest(counts), top, xtol=1e-7))
    reaches_one = at_boundary or -whole[0] >= best - drop
    high = 1.0 if reaches_one else float(expit(brentq(below, top, LARGEST_LOGIT, xtol=1e-7)))
    return SplitPopulation(
        family=family,
        state="at_boundary" if at_boundary else "estimated",
        share=1.0 if at_boundary else float(expit(top)),
        conf_low=float(expit(low)),
        conf_high=high,
        log_likelihood=best,
        log_likelihood_without_split=-whole[0],
        parameters=tuple(float(value) for value in inner),
    )


def _lowest(counts: _Counts) -> float:
    """A share, on the logit scale, too small to be compatible with those who were seen to return."""
    return _logit(float(counts.people[counts.event].sum() / counts.people.sum())) - 5.0


def _counted(time: Floats, event: Bools) -> _Counts:
    pairs, people = np.unique(np.column_stack([time, event]), axis=0, return_counts=True)
    return _Counts(time=pairs[:, 0], event=pairs[:, 1].astype(bool), people=people)


def _log_likelihood(counts: _Counts, family: Family, logit: float, inner: Floats) -> float:
    """The log-likelihood at a share on the logit scale (infinite: everyone returns)."""
    log_density, log_survival = _logs(family, counts.time, inner)
    log_share, log_rest = -np.logaddexp(0.0, -logit), -np.logaddexp(0.0, logit)
    without = np.logaddexp(log_rest, log_share + log_survival)
    each = np.where(counts.event, log_share + log_density, without)
    return float((counts.people * each).sum())


def _logs(family: Family, time: Floats, inner: Floats) -> tuple[Floats, Floats]:
    """Log density and log survival of the time of those who return."""
    log_time = np.log(time)
    if family == "lognormal":
        z = (log_time - inner[0]) / np.exp(inner[1])
        density = -0.5 * z**2 - 0.5 * np.log(2 * np.pi) - inner[1] - log_time
        return density, log_ndtr(-z)
    log_shape = inner[1] if family == "weibull" else 0.0
    hazard = np.exp(np.exp(log_shape) * (log_time - inner[0]))
    return log_shape - log_time + np.log(hazard) - hazard, -hazard


def _starts(counts: _Counts, family: Family) -> list[Floats]:
    """Where to look first: the times of those seen to return, and ones three times as long."""
    logs = np.log(counts.time[counts.event])
    people = counts.people[counts.event]
    centre = float(np.average(logs, weights=people))
    spread = float(np.sqrt(np.average((logs - centre) ** 2, weights=people))) or 1.0
    second: dict[Family, tuple[float, ...]] = {
        "exponential": (),
        "weibull": (0.0,),
        "lognormal": (np.log(spread),),
    }
    return [np.array([centre + more, *second[family]]) for more in (0.0, np.log(3.0))]


def _best(
    minus_log_likelihood: Callable[[Floats], float], starts: Sequence[Floats]
) -> tuple[float, Floats] | None:
    """Return the lowest value found and where it is; None where no search came to an end."""
    found: list[tuple[float, Floats]] = []
    for start in starts:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            result = minimize(_finite(minus_log_likelihood), start, method="BFGS", options={"gtol": 1e-6})
        # BFGS also stops where the difference quotients have no digits left, which is close enough
        if np.isfinite(result.fun) and float(np.abs(result.jac).max()) < 1e-2:
            found.append((float(result.fun), np.asarray(result.x, dtype=float)))
    return min(found, key=lambda pair: pair[0]) if found else None


def _finite(function: Callable[[Floats], float]) -> Callable[[Floats], float]:
    def guarded(at: Floats) -> float:
        value = function(at)
        return value if np.isfinite(value) else 1e300

    return guarded


def _logit(share: float) -> float:
    share = min(max(share, 1e-6), 1 - 1e-6)
    return float(np.log(share / (1 - share)))
