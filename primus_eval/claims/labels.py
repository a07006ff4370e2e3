"""The words of a protocol's labels as a sentence may use them: stems, forms, and what they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from primus_eval.claims.lexicon import SHORTEST_STEM, Lexicon, fits, languages_read, lexicon_in, tokens_of
from primus_eval.claims.marked import Marked, found

SHORTEST_ROOT = 5
"""How many letters two forms of one word share at least."""

Labels = Mapping[str, str] | str


def stems_of(*labels: Labels) -> frozenset[str]:
    """Return the stems of the telling words of labels, in every language that they are written in."""
    stems = set()
    for language, text in texts_of(labels):
        lexicon = lexicon_in(language)
        dull = {*lexicon.tags["stop"], *lexicon.tags["negation"], *lexicon.numerals}
        stems |= {lexicon.stem(word) for word in tokens_of(text) if (word,) not in dull and word.isalpha()}
    return frozenset(stems)


def is_any(sentence: Marked, at: int, stems: Iterable[str]) -> bool:
    """Whether a word of a sentence is a form of one of these stems."""
    return any(sentence.lexicon.is_form_of(sentence.tokens[at], stem) for stem in stems)


def texts_of(labels: Iterable[Labels]) -> list[tuple[str, str]]:
    """Return labels with their languages; a text without one, or in one that is not read, as English."""
    texts: list[tuple[str, str]] = []
    for label in labels:
        entries = {"en": label} if isinstance(label, str) else label
        texts += [(name if name in languages_read() else "en", text) for name, text in entries.items()]
    return texts


@lru_cache(maxsize=200)
def records_in(text: str, language: str) -> frozenset[str]:
    """Return the kinds of recorded event that a text names."""
    records = lexicon_in(language).records
    return frozenset(kind for kind, phrases in records.items() if found(tokens_of(text), phrases))


@lru_cache(maxsize=500)
def is_known(stem: str, text: str, language: str) -> bool:
    """Whether a word of a label says something by itself: "high" is a level, "longer" is a direction."""
    lexicon = lexicon_in(language)
    forms = [word for word in tokens_of(text) if lexicon.stem(word) == stem]
    return any(
        len(phrase) == 1 and fits(phrase[0], word)
        for phrases in lexicon.tags.values()
        for phrase in phrases
        for word in forms
    )


def is_form(word: str, stem: str, lexicon: Lexicon) -> bool:
    """Whether a word is a form of what was measured; a short stem begins too many other words."""
    return lexicon.stem(word) == stem or (len(stem) > SHORTEST_STEM and lexicon.is_form_of(word, stem))


def begins_alike(stem: str, others: Iterable[str]) -> bool:
    """Whether a stem is another form of one of these: "releas" of "release"."""
    return any(
        stem == other
        or (
            min(len(stem), len(other)) >= SHORTEST_ROOT and (stem.startswith(other) or other.startswith(stem))
        )
        for other in others
    )


def kinds_in(text: str, lexicon: Lexicon) -> set[str]:
    return {kind for kind, phrases in lexicon.others.items() if found(tokens_of(text), phrases)}
