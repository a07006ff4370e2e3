"""Random numbers for resampling: replicate i depends on (seed, analysis, i) and on nothing else.

Replicates come in blocks of 500. Block b of an analysis draws from a Philox generator whose key is the
seed and a hash of the analysis, and whose counter starts in a range of its own, so that blocks never
overlap and can be drawn in any order by any number of workers.
Source: Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as easy as 1, 2, 3, SC '11.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from primus_eval.numerics.inputs import Floats, Integers

BLOCK = 500
"""Replicates drawn from one counter."""

MOST_CELLS = 4_000_000
"""Replicates times people that are held at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Where the replicates of one analysis come from.

    seed: 0 to 2**63 - 1. name: of the analysis. replicates: how many are wanted in all.
    """

    seed: int
    name: str
    replicates: int

    def generators(self) -> Iterator[tuple[int, np.random.Generator]]:
        """Yield the number of replicates of each block and its generator, in order."""
        key = [self.seed, int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:8], "little")]
        for block, first in enumerate(range(0, self.replicates, BLOCK)):
            bits = np.random.Philox(key=key, counter=[0, 0, 0, block])
            yield min(BLOCK, self.replicates - first), np.random.Generator(bits)


def resampled_counts(stream: Stream, groups: Integers) -> Iterator[Integers]:
    """Draw people with replacement within groups: how often each is drawn, block by block.

    groups: 0, 1, 2 ... for each person, shape (n,); each group keeps its number of people in every
    replicate. Yields arrays of shape (replicates, n), a block at a time or, of many people, a part of one.
    Each replicate takes the next n numbers of its block, so the first replicates of a longer run are those
    of a shorter one, however they are handed out.
    Checked: tests/test_numerics_streams.py.
    """
    members = [np.flatnonzero(groups == group) for group in range(int(groups.max(initial=-1)) + 1)]
    n = len(groups)
    most = max(1, MOST_CELLS // max(n, 1))
    for wanted, generator in stream.generators():
        for first in range(0, wanted, most):
            yield _drawn(generator.random((min(most, wanted - first), n)), members)


def _drawn(uniform: Floats, members: list[Integers]) -> Integers:
    rows, n = uniform.shape
    counts = np.zeros((rows, n), dtype=np.int64)
    offset = np.arange(rows)[:, None]
    for people in members:
        drawn = people[(uniform[:, people] * len(people)).astype(np.int64)]
        counts += np.bincount((drawn + offset * n).ravel(), minlength=rows * n).reshape(rows, n)
    return counts
