"""A sentence as tokens, and which stretches of it say "fewer", "percent", "within" by a lexicon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from primus_eval.claims.lexicon import Lexicon, Phrase, fits, places_of, plainly, tokens_of

PUNCTUATION = frozenset(',;:.()[]!?"”“')
FULL_STOPS = frozenset(".!?")
MOST_DIGITS = 12
"""A longer number is no number of a press sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number as it is written: its value, the unit of its last digit, and where it ends."""

    value: Fraction
    unit: Fraction
    start: int
    end: int
    is_word: bool


@dataclass(frozen=True)
class Marked:
    """The tokens of a sentence, and where the phrases of a lexicon stand among them."""

    text: str
    lexicon: Lexicon
    _ends: dict[str, dict[int, int]] = field(init=False, repr=False, default_factory=dict)

    @cached_property
    def tokens(self) -> Phrase:
        return tokens_of(self.text)

    @cached_property
    def _plain(self) -> tuple[str, tuple[tuple[int, int], ...]]:
        plain = plainly(self.text)
        return plain, places_of(plain)

    def written(self, start: int, end: int) -> str:
        """Return what stands between two places, as it is written."""
        plain, places = self._plain
        return plain[places[start][0] : places[end - 1][1]]

    def ends(self, tag: str) -> dict[int, int]:
        """Return where each phrase under a tag begins and ends."""
        if tag not in self._ends:
            self._ends[tag] = found(self.tokens, self.lexicon.tags[tag])
        return self._ends[tag]

    def end_of(self, tag: str, at: int) -> int | None:
        """Return where a phrase under a tag that begins here ends; None where none begins."""
        return self.ends(tag).get(at)

    def says(self, tag: str) -> bool:
        return bool(self.ends(tag))

    def has(self, tag: str, start: int, end: int) -> bool:
        """Whether a phrase under a tag begins between two places."""
        return any(start <= at < end for at in self.ends(tag))

    def last(self, tags: Iterable[str], start: int, end: int) -> str:
        """Return which tag begins last between two places; nothing where none does."""
        places = [(at, tag) for tag in tags for at in self.ends(tag) if start <= at < end]
        return max(places)[1] if places else ""

    def first(self, tags: Iterable[str], start: int, end: int) -> str:
        """Return which tag begins first between two places; nothing where none does."""
        places = [(at, tag) for tag in tags for at in self.ends(tag) if start <= at < end]
        return min(places)[1] if places else ""

    def is_at(self, at: int, words: Iterable[str]) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at] in words

    def stretch(self, at: int, stops: frozenset[str] = PUNCTUATION) -> tuple[int, int]:
        """Return the first and the last place of what stands here between two stops."""
        start = end = at
        while start > 0 and self.tokens[start - 1] not in stops:
            start -= 1
        while end < len(self.tokens) and self.tokens[end] not in stops:
            end += 1
        return start, end

    @cached_property
    def numerals(self) -> dict[int, Numeral]:
        """Every number of the sentence by where it begins, in digits and in words."""
        return {at: numeral for at in range(len(self.tokens)) if (numeral := self._numeral(at)) is not None}

    def _numeral(self, at: int) -> Numeral | None:
        written = self.tokens[at]
        if written[0] in "0123456789":
            parsed = _in_digits(written, self.lexicon)
            if parsed is None:
                return None
            value, unit = parsed
            return Numeral(value=value, unit=unit, start=at, end=at + 1, is_word=False)
        for length in (3, 2, 1):
            phrase = self.tokens[at : at + length]
            if phrase in self.lexicon.numerals:
                value = Fraction(self.lexicon.numerals[phrase])
                return Numeral(value=value, unit=Fraction(1), start=at, end=at + len(phrase), is_word=True)
        return None


def marked(text: str, lexicon: Lexicon) -> Marked:
    """Return a text as tokens that a lexicon can be asked about."""
    return Marked(text, lexicon)


def found(tokens: Phrase, phrases: Iterable[Phrase]) -> dict[int, int]:
    """Return where each of these phrases begins and ends among tokens; the longest, where several begin."""
    places: dict[int, int] = {}
    for phrase in phrases:
        first = phrase[0]
        for at in range(len(tokens) - len(phrase) + 1):
            if (
                at not in places
                and fits(first, tokens[at])
                and all(map(fits, phrase, tokens[at : at + len(phrase)]))
            ):
                places[at] = at + len(phrase)
    return places


def _in_digits(written: str, lexicon: Lexicon) -> tuple[Fraction, Fraction] | None:
    """Return value and unit of digits with marks: three digits after a thousands mark are thousands."""
    if sum(sign.isdigit() for sign in written) > MOST_DIGITS:
        return None
    groups = written.split(lexicon.thousands_mark)
    whole = groups[-1].partition(lexicon.decimal_mark)[0]
    if len(groups) > 1 and len(whole) == 3 and groups[0] != "0" and all(len(g) == 3 for g in groups[1:-1]):
        written = "".join(groups)
    integer, _, decimals = written.replace(",", ".").partition(".")
    if "." in decimals:
        return None
    return Fraction(f"{integer}.{decimals}" if decimals else integer), Fraction(1, 10 ** len(decimals))
