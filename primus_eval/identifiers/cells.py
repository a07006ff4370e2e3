"""The distinct cells of a column, joined into one text so that a pattern passes over all of them at once.

A million distinct cells are read in a few seconds that way, and none is left out: one CPR number in one
cell of a million is found.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate
from zlib import crc32

from primus_eval.identifiers.kinds import CODES, Identifier, Kind
from primus_eval.identifiers.plain import plain, words_of

MISSING_WORDS = words_of(
    """na n/a nan null none missing unknown anonymous withheld . - -- ? ukendt uoplyst anonym mangler ingen
    ikke_oplyst"""
) | {"ikke oplyst", "not known", "not available", "no answer"}
"""Cells that say that nothing is there: they speak neither for nor against an identifier."""

LONGEST_MISSING = max(map(len, MISSING_WORDS))

_PADDED = re.compile(r"(?m)^[^\S\n]|[^\S\n]$")

SAMPLE = 4_000
"""About how many distinct cells a column is judged by as a whole (names, free text), chosen by checksum."""


@dataclass(frozen=True)
class Cells:
    """Distinct non-empty cells as plain text, how often each stands, and what the header suggests."""

    texts: list[str]
    times: list[int]
    hints: frozenset[Kind] = frozenset()
    newest: date | None = None

    @cached_property
    def joined(self) -> str:
        """All cells, one on each line."""
        return "\n".join(self.texts)

    @cached_property
    def signs(self) -> frozenset[str]:
        """Every sign that occurs: most patterns can be passed over for want of one."""
        return frozenset(self.joined)

    @cached_property
    def lowered(self) -> str:
        """All cells in small letters: a pattern about telephones is passed over where no word says so."""
        return self.joined.lower()

    @cached_property
    def has_letters(self) -> bool:
        """Whether any cell holds a letter."""
        return any(sign.isalpha() for sign in self.signs)

    @cached_property
    def has_digits(self) -> bool:
        """Whether any cell holds a digit."""
        return not self.signs.isdisjoint("0123456789")

    @cached_property
    def total(self) -> int:
        """How many non-empty cells the column has."""
        return sum(self.times)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(text) + 1 for text in self.texts[:-1])]

    @cached_property
    def sample(self) -> list[str]:
        """At most `SAMPLE` cells, the same whatever the order of the rows."""
        if len(self.texts) <= SAMPLE:
            return self.texts
        step = len(self.texts) // SAMPLE + 1
        return [text for text in self.texts if crc32(text.encode("utf-8", "replace")) % step == 0]

    def places(self, starts: Iterable[int]) -> set[int]:
        """Return the positions of the cells that places within `joined` belong to."""
        return {bisect_right(self._starts, start) - 1 for start in starts}

    def whole(self, pattern: re.Pattern[str]) -> list[int]:
        """Return the positions of the cells that a pattern matches from end to end."""
        fullmatch = pattern.fullmatch
        return [position for position, text in enumerate(self.texts) if fullmatch(text)]

    def mostly(self, pattern: re.Pattern[str], share: float) -> list[int]:
        """Return the same where at least this share of the distinct cells match, nothing otherwise."""
        matching = sum(map(bool, map(pattern.fullmatch, self.sample)))
        if matching < 0.9 * share * len(self.sample):  # a sample may fall a little short
            return []
        found = self.whole(pattern)
        return found if len(found) >= share * len(self.texts) else []

    def identifier(
        self, kind: Kind, positions: Iterable[int], *, code: str | None = None, certain: bool = False
    ) -> Identifier:
        """Say that the cells at these positions hold a kind of identifier."""
        cells = sum(self.times[position] for position in positions)
        return Identifier(
            kind=kind, code=code or CODES[kind], share=cells / self.total, cells=cells, certain=certain
        )


def cells_of(
    counts: Mapping[str, int], *, hints: frozenset[Kind] = frozenset(), newest: date | None = None
) -> Cells:
    """Return the non-empty cells of a column in plain text."""
    raw = "\n".join(counts)
    if "\r" in raw or raw.count("\n") != len(counts) - 1:  # a line end inside a cell would split it
        raw = "\n".join(" ".join(text.splitlines()) for text in counts)
    texts, times = plain(raw).split("\n"), list(counts.values())
    if _PADDED.search(raw):
        texts = [text.strip() for text in texts]
    empty = {
        place
        for place, text in enumerate(texts)
        if len(text) <= LONGEST_MISSING and (not text or text.lower() in MISSING_WORDS)
    }
    if empty:
        texts = [text for place, text in enumerate(texts) if place not in empty]
        times = [count for place, count in enumerate(times) if place not in empty]
    return Cells(texts, times, hints, newest)
