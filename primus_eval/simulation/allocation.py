"""Who is offered mentors: permuted blocks within strata of prison and risk group, in order of arrival."""

from __future__ import annotations

import numpy as np

from primus_eval.simulation.people import People
from primus_eval.simulation.streams import ALLOCATION, generator

BLOCK_SIZE = 4


def allocate(people: People, *, seed: int) -> np.ndarray:
    """Return whether each person is offered mentors, shape (n,); half of each whole block is.

    people: everybody of the trial, in order of randomisation. A stratum has its own list, made in advance,
    so that later people change nothing for earlier ones.
    """
    treated = np.zeros(len(people), dtype=bool)
    strata = people.risk * 2 + people.closed
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        blocks = -(-len(members) // BLOCK_SIZE)
        u = generator(seed, ALLOCATION + int(stratum)).random((blocks, BLOCK_SIZE))
        ranks = u.argsort(axis=1).argsort(axis=1)
        treated[members] = (ranks < BLOCK_SIZE // 2).ravel()[: len(members)]
    return treated
