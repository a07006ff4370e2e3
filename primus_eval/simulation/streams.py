"""Random numbers of people: what person i of a seed draws depends on the seed and on i, and on nothing else.

Philox counts: block c of the key (seed, stream) holds four numbers, and each person owns a run of blocks.
So people can be drawn in chunks, in any order, and in any number, and stay who they are.
Source: Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3.
"""

from __future__ import annotations

import numpy as np

PER_BLOCK = 4

PERSON, MATCH, CODES, ALLOCATION, PRIOR, OFFENCE = 0, 1, 2, 100, 1_000, 2_000
"""Streams. ALLOCATION takes one for each stratum, PRIOR and OFFENCE one for each occasion of a person: the
first, the second and so on."""
BACKGROUND, ENDING, MENTOR, APPLICANT, SERVICE, NEED, INCIDENT = 10, 11, 12, 13, 20, 40, 10_000
STRETCH, CONTACT, SUPERVISION = 4_000, 5_000, 30_000
"""Streams of the programme: SERVICE takes one for each kind of service, NEED one for each wave, INCIDENT,
STRETCH and CONTACT one for each occasion of a person, SUPERVISION one for each month of a mentor."""


def uniforms(seed: int, stream: int, *, first: int, people: int, each: int) -> np.ndarray:
    """Return numbers strictly between 0 and 1, shape (people, each), of people first, first + 1, ...

    each: how many numbers a person draws from this stream; a multiple of four.
    """
    if each % PER_BLOCK:
        raise ValueError("a person draws whole blocks of four numbers")
    counter = [first * each // PER_BLOCK, 0, 0, 0]
    bits = np.random.Philox(key=[seed, stream], counter=counter).random_raw(people * each)
    return ((bits >> np.uint64(12)).astype(np.float64) + 0.5).reshape(people, each) * 2.0**-52


def generator(seed: int, stream: int) -> np.random.Generator:
    """Return a generator for what belongs to the whole trial, such as lists of random codes."""
    return np.random.Generator(np.random.Philox(key=[seed, stream]))
