"""Every treated person beside every control: who came off better, by the most important thing first.

A pair is decided by the first criterion on which the two are known to differ; where none decides, it is a
tie. The win ratio is the number of pairs that the treated person won over the number lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from primus_eval.numerics.effect import Effect, not_estimable, wald
from primus_eval.numerics.inputs import Bools, Floats, Integers, yes_no_vector

PAIRS_AT_ONCE = 1 << 21
"""Pairs compared in one go, which bounds memory."""

ROUNDING = 1e-12
"""A variance below this is zero but for rounding: on the log scale nothing so small can be estimated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing by which two people are compared.

    kind "amount": value is an amount; known says of whom it is. A difference beyond the margin decides,
    where both are known.
    kind "time": value is the time of an event where known is true, else the time until which the person is
    known to be free of it. Who had the event is compared with whoever was free of it for longer, in time or
    for sure.
    kind "yes_no": whether the event happened within the time for which both were followed. value is the time
    of the event where known is true, and means nothing elsewhere; followed is the time until which the person
    was followed, also after the event, and infinite to the end (None: everybody to the end). An event after
    the other person had left is none, so that leaving early is neither good nor bad. Of an event that ends
    follow-up, as death does, followed is its time: of two who had it, only the first had it by then.
    better: which end of the scale wins; for "time" higher is later, for "yes_no" higher is yes.
    margin: a difference of no more than this is a tie.
    """

    kind: Literal["amount", "time", "yes_no"]
    value: Floats
    known: Bools
    better: Literal["lower", "higher"]
    margin: float = 0.0
    followed: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs won by the treated person, lost and tied, and the standard error of log(wins / losses).

    std_error is None where it is not determined: no wins, no losses, or one person in an arm.
    """

    wins: int
    losses: int
    ties: int
    n_treatment: int
    n_control: int
    std_error: float | None


def compared_pairs(criteria: Sequence[Criterion], treated: ArrayLike) -> Pairs:
    """Compare every treated person with every control, criterion by criterion.

    criteria: the most important first, each with arrays of shape (n,). treated: 0 or 1, shape (n,).

    Work grows with the number of distinct treated times distinct control people: identical ones are compared
    once. Standard error: wins and losses are two U-statistics of the same pairs; the variance of each is
    estimated from the share of pairs that each person won or lost (structural components, denominators n - 1
    in each arm), and the delta method gives that of the log ratio.

    Source: ratio Pocock, Ariti, Collier & Wang 2012, European Heart Journal 33:176-182; two U-statistics and
    delta method Bebu & Lachin 2016, Biostatistics 17:178-187; structural components DeLong, DeLong &
    Clarke-Pearson 1988, Biometrics 44:837-845.
    Checked: tests/test_numerics_win_ratio.py (nine pairs by hand, a double loop, arms that differ in nothing
    but how many leave); tests/reference/test_against_r.py (R survival::concordance, pROC::var).
    """
    n = len(np.asarray(treated))
    arm = yes_no_vector(treated, "treated", length=n)
    for one in criteria:
        if any(column.shape != (n,) or np.isnan(column).any() for column in _columns(one)):
            raise ValueError("criteria must hold numbers that are not NaN, one for each person")
    (ours, n_ours), (theirs, n_theirs) = (_distinct(criteria, members) for members in (arm, ~arm))
    won, lost = np.zeros(len(ours)), np.zeros(len(ours))
    won_by_them, lost_by_them = np.zeros(len(theirs)), np.zeros(len(theirs))
    step = max(1, PAIRS_AT_ONCE // max(len(theirs), 1))
    for first in range(0, len(ours), step):
        block = slice(first, first + step)
        wins, losses = _decided(criteria, ours[block], theirs)
        won[block], lost[block] = wins @ n_theirs, losses @ n_theirs
        lost_by_them += n_ours[block] @ wins
        won_by_them += n_ours[block] @ losses
    total_won, total_lost = float(won @ n_ours), float(lost @ n_ours)
    sizes = int(n_ours.sum()), int(n_theirs.sum())
    std_error = None
    if total_won and total_lost and min(sizes) > 1:
        variance = _variance(won / total_won - lost / total_lost, n_ours) + _variance(
            lost_by_them / total_won - won_by_them / total_lost, n_theirs
        )
        std_error = sqrt(variance) if variance > ROUNDING else 0.0
    return Pairs(
        wins=int(total_won),
        losses=int(total_lost),
        ties=sizes[0] * sizes[1] - int(total_won) - int(total_lost),
        n_treatment=sizes[0],
        n_control=sizes[1],
        std_error=std_error,
    )


def win_ratio(pairs: Pairs, *, conf_level: float) -> Effect:
    """Estimate how many pairs the treated person won for each one lost; above 1 the treated came off better.

    The interval and the test of 1 are normal on the log scale. Ties enter neither number: with many of them
    the ratio rests on few pairs.

    Source: Bebu & Lachin 2016, Biostatistics 17:178-187.
    Checked: tests/test_numerics_win_ratio.py; tests/reference/test_against_r.py.
    """
    if not pairs.n_treatment or not pairs.n_control:
        return not_estimable("one_arm_empty")
    if not pairs.wins or not pairs.losses:
        return not_estimable("no_difference" if pairs.wins == pairs.losses else "undefined_ratio")
    if pairs.std_error is None:
        return not_estimable("too_few_people")
    return wald(log(pairs.wins / pairs.losses), pairs.std_error, conf_level=conf_level, scale="log")


def _variance(shares: Floats, weights: Floats) -> float:
    """Variance that one arm adds: sum of squares of the people's shares, which add up to zero."""
    n = float(weights.sum())
    return float(weights @ shares**2) * n / (n - 1)


def _distinct(criteria: Sequence[Criterion], members: Bools) -> tuple[Integers, Floats]:
    """Return the row of one person of each kind among the members, and how many there are of the kind."""
    rows = np.flatnonzero(members)
    columns = [column[rows] for one in criteria for column in _columns(one)]
    table = np.column_stack(columns) if columns else np.zeros((len(rows), 1))
    _, first, counts = np.unique(table, axis=0, return_index=True, return_counts=True)
    return rows[first], counts.astype(float)


def _decided(criteria: Sequence[Criterion], ours: Integers, theirs: Integers) -> tuple[Floats, Floats]:
    """Return which pairs we win and which we lose, shape (len(ours), len(theirs)), as 0 and 1."""
    won = np.zeros((len(ours), len(theirs)), dtype=bool)
    lost = won.copy()
    for one in criteria:
        a, b = ours[:, None], theirs[None, :]
        up, down = _exceeds(one, a, b), _exceeds(one, b, a)
        ahead, behind = (up, down) if one.better == "higher" else (down, up)
        open_ = ~(won | lost)
        won |= open_ & ahead
        lost |= open_ & behind
    return won.astype(float), lost.astype(float)


def _columns(one: Criterion) -> list[Floats]:
    """The arrays of a criterion, as numbers."""
    columns = [one.value, one.known] if one.followed is None else [one.value, one.known, one.followed]
    return [np.asarray(column, dtype=float) for column in columns]


def _exceeds(one: Criterion, first: Integers, second: Integers) -> Bools:
    """Whether the first of each pair is known to lie higher (later; or yes) than the second."""
    value, known, other, other_known = (
        one.value[first],
        one.known[first],
        one.value[second],
        one.known[second],
    )
    if one.kind == "yes_no":
        together = np.inf if one.followed is None else np.minimum(one.followed[first], one.followed[second])
        return np.asarray((known & (value <= together)) & ~(other_known & (other <= together)))
    with np.errstate(invalid="ignore"):  # infinity minus infinity: neither is known to be later
        excess = value - other
    if one.kind == "amount":
        return np.asarray(known & other_known & (excess > one.margin))
    return np.asarray(other_known & ((excess > one.margin) | (~known & (excess >= one.margin))))
