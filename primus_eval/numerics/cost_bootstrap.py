"""Cost and effect drawn again together: people with replacement within arm and stratum.

A person keeps cost and harm together, so that the draws carry their covariance. Cost and harm are the two
parts of one complex number, which is looked up and added up once for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from primus_eval.numerics.inputs import Floats, Integers, finite_vector, group_codes, yes_no_vector
from primus_eval.numerics.streams import BLOCK, Stream

MOST_AT_ONCE = 400_000
"""Replicates times people whose numbers are drawn at once: few enough for the cache of a processor."""

SHORT = 2**16
"""People of one arm whose places are numbers of 16 bits."""

Sums = NDArray[np.complexfloating[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointDraws:
    """Differences of every replicate: cost, treatment minus control; averted, control minus treatment."""

    cost: Floats
    averted: Floats


def bootstrap_joint(
    cost: ArrayLike,
    harm: ArrayLike,
    treated: ArrayLike,
    *,
    stream: Stream,
    strata: ArrayLike | None = None,
    workers: int = 1,
) -> JointDraws:
    """Draw the difference in cost and what is averted again.

    cost, harm: of each person, shape (n,); treated: 0 or 1; strata: labels within which each arm is drawn.
    People are independent: whole clusters cannot be drawn. workers: threads that share the blocks; replicate
    i is the same for any number of them, and for any number of replicates above i.

    Source: Davison & Hinkley 1997, Bootstrap Methods and their Application, 3.2 (several samples).
    Checked: tests/test_numerics_cost_bootstrap.py (all draws of 4 + 4 people enumerated; covariance).
    """
    money, events = finite_vector(cost, "cost"), finite_vector(harm, "harm")
    arm = yes_no_vector(treated, "treated", length=len(money))
    codes = group_codes(2 * group_codes(strata, "strata", length=len(arm)) + arm, "strata", length=len(arm))
    values = money + 1j * events
    parts = [
        (values[members], (1 if arm[members[0]] else -1) / int((arm == arm[members[0]]).sum()))
        for members in (np.flatnonzero(codes == code) for code in range(int(codes.max(initial=-1)) + 1))
    ]
    rows = max(1, min(BLOCK, MOST_AT_ONCE // max(len(money), 1)))

    def block(given: tuple[int, np.random.Generator]) -> Sums:
        wanted, generator = given
        chunks = [_chunk(generator, parts, rows) for _ in range(0, wanted, rows)]
        return np.concatenate(chunks)[:wanted]

    drawn = np.concatenate(list(_mapped(block, stream.generators(), workers)))
    return JointDraws(cost=drawn.real.copy(), averted=-drawn.imag)


def _mapped(
    work: Callable[[tuple[int, np.random.Generator]], Sums],
    blocks: Iterable[tuple[int, np.random.Generator]],
    workers: int,
) -> Iterator[Sums]:
    if workers == 1:
        yield from map(work, blocks)
        return
    with ThreadPoolExecutor(max_workers=workers) as pool:
        yield from pool.map(work, blocks)


def _chunk(generator: np.random.Generator, parts: list[tuple[Sums, float]], rows: int) -> Sums:
    """Draw so many replicates: the difference of means of cost, and in the imaginary part of harm.

    A whole chunk is always drawn, so that a replicate does not depend on how many are wanted.
    """
    total = np.zeros(rows, dtype=complex)
    for values, weight in parts:
        # Drawing takes most of the time, and short numbers are drawn in half of it.
        kind = np.uint16 if len(values) <= SHORT else np.uint32
        drawn: Integers = generator.integers(0, len(values), size=(rows, len(values)), dtype=kind)
        for row in range(rows):
            total[row] += weight * values.take(drawn[row]).sum()
    return total
