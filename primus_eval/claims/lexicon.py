"""The words by which a sentence is read, one file for each language: `en.toml`, `da.toml`.

A lexicon holds words, phrases and number words under tags. Nothing about grammar stands in it but how number
words are put together.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

Phrase = tuple[str, ...]

_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+(?:['.][^\W\d_]+)*\*?|\S")
_THIN = re.compile(r"(?<=[0-9])[\u2009\u202f](?=[0-9]{3}(?![0-9]))")
_ABBREVIATED = re.compile(r"\b([^\W\d_]{1,4})\.(?=\s+[a-zæøåöä0-9])")
_DASHES = str.maketrans(
    {"\u2212": "-", "\u2011": "-", "\u2010": "-", "\u2013": "-", "\u2014": "-", "\u2019": "'"}
)

SHORTEST_STEM = 3
"""An ending comes off only where this many letters remain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What is known of one language."""

    language: str
    decimal_mark: str
    thousands_mark: str
    numerals: Mapping[Phrase, int]
    parts: Mapping[str, int]
    """The nth part, or every nth: third -> 3."""
    days: Mapping[str, float]
    """Days in a unit of time."""
    tags: Mapping[str, tuple[Phrase, ...]]
    """Phrases by what they say; a word that ends with a star stands for any ending."""
    records: Mapping[str, tuple[Phrase, ...]]
    """Phrases by the kind of event that they name."""
    others: Mapping[str, tuple[Phrase, ...]]
    """Phrases by the kind of people that they name, whom a trial may not have had."""
    endings: tuple[str, ...]
    shortest_prefix: int
    """How many letters of a stem may begin a longer word: fewer where words are put together."""

    def stem(self, word: str) -> str:
        """Return a word without its ending; another form of the same word mostly has the same stem.

        >>> [lexicon_in("en").stem(word) for word in ("highest", "mentoring", "men")]
        ['high', 'mentor', 'men']
        """
        for ending in self.endings:
            if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
                return word.removesuffix(ending)
        return word

    def is_form_of(self, word: str, stem: str) -> bool:
        """Whether a word has this stem, alone or at the beginning of a longer word.

        >>> danish, english = lexicon_in("da"), lexicon_in("en")
        >>> danish.is_form_of("mentorordningen", "mentor"), english.is_form_of("menu", "men")
        (True, False)
        """
        return self.stem(word) == stem or (len(stem) >= self.shortest_prefix and word.startswith(stem))


@cache
def languages_read() -> tuple[str, ...]:
    """List the languages in which a sentence can be read, English first."""
    files = resources.files("primus_eval.claims").iterdir()
    names = (file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))
    return tuple(sorted(names, key=lambda name: (name != "en", name)))


@cache
def lexicon_in(language: str) -> Lexicon:
    """Return the lexicon of one of `languages_read`."""
    file = resources.files("primus_eval.claims").joinpath(f"{language}.toml")
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    return Lexicon(
        language=language,
        decimal_mark=document["numbers"]["decimal_mark"],
        thousands_mark=document["numbers"]["thousands_mark"],
        numerals=_numerals(document["numbers"]["words"], document["numbers"]["compound"]),
        parts=document["parts"],
        days=document["days"],
        tags={tag: _phrases(words) for tag, words in document["words"].items()},
        records={kind: _phrases(words) for kind, words in document["records"].items()},
        others={kind: _phrases(words) for kind, words in document["others"].items()},
        endings=tuple(document["endings"]["plain"]),
        shortest_prefix=document["endings"]["shortest_prefix"],
    )


def plainly(text: str) -> str:
    """Return a text with dashes and apostrophes made alike, and thousands without spaces."""
    plain = _THIN.sub("", unicodedata.normalize("NFC", text)).translate(_DASHES)
    return _ABBREVIATED.sub(r"\1", plain)  # "pr. person": no full stop


def places_of(plain: str) -> tuple[tuple[int, int], ...]:
    """Return where each number, word and sign of a text made plain begins and ends."""
    return tuple(match.span() for match in _TOKEN.finditer(plain))


@lru_cache(maxsize=2000)
def tokens_of(text: str) -> Phrase:
    """Split a text into numbers, words and signs, in lower case.

    >>> tokens_of("29,4\\u00a0% (\\u22123 to 1\\u202f200)")
    ('29,4', '%', '(', '-', '3', 'to', '1200', ')')
    """
    plain = plainly(text)
    return tuple(plain[start:end].casefold() for start, end in places_of(plain))


def fits(pattern: str, word: str) -> bool:
    """Whether a word of a lexicon, perhaps with a star, stands for this word."""
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _phrases(texts: list[str]) -> tuple[Phrase, ...]:
    """Return phrases as tokens, the longest first."""
    return tuple(sorted((tokens_of(text) for text in texts), key=lambda phrase: (-len(phrase), phrase)))


def _numerals(words: Mapping[str, int], compound: str) -> dict[Phrase, int]:
    """Return number words up to ninety-nine and a hundred, as tokens."""
    units = {word: n for word, n in words.items() if 0 < n < 10}
    tens = {word: n for word, n in words.items() if 20 <= n < 100}
    made = {
        compound.format(units=unit, tens=ten): unit_n + ten_n
        for unit, unit_n in units.items()
        for ten, ten_n in tens.items()
    }
    return {tokens_of(word): n for word, n in {**words, **made}.items()}
