"""Chance for the fuzzer: input number i depends on the seed and on i only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Draw:
    """Draws for one input, from a stream of its own."""

    def __init__(self, seed: int, number: int) -> None:
        self._stream = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, number]))

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound - 1."""
        return int(self._stream.integers(bound))

    def one(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def chance(self, probability: float) -> bool:
        return bool(self._stream.random() < probability)

    def few(self, most: int) -> int:
        """1 most often, seldom up to `most`."""
        count = 1
        while count < most and self.chance(0.4):
            count += 1
        return count

    def cut(self, length: int, longest: int) -> tuple[int, int]:
        """Start and end of a piece of something of a length."""
        start = self.below(length + 1)
        return start, min(length, start + 1 + self.below(longest))
