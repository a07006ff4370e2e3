"""The words of a language, read from one file: `en.toml` is English, a further language is one more file.

Keys are dotted (`section.key`), placeholders are names in braces. Values are put into their places
once; a value that itself contains braces stays as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter

from primus_eval.errors import InputError, Problem
from primus_eval.wording.pieces import Link, Number, Piece, Quoted, Sentence, plain_text

_FORMATTER = Formatter()


@dataclass(frozen=True, slots=True)
class Words:
    """One language's catalogue."""

    language: str
    entries: Mapping[str, str]

    def say(self, key: str, /, **parts: Sentence | Piece) -> Sentence:
        """Return the sentence under a key with its placeholders filled, or raise KeyError."""
        pieces: list[Piece] = []
        for literal, name, _, _ in _parsed(self.entries[key]):
            if literal:
                pieces.append(literal)
            if name is not None:
                part = parts[name]
                pieces += [part] if isinstance(part, str | Number | Quoted | Link) else list(part)
        return tuple(piece for piece in pieces if piece != "")

    def text(self, key: str, /, **parts: Sentence | Piece) -> str:
        """Return the sentence under a key as plain text."""
        return plain_text(self.say(key, **parts))

    def counted(self, key: str, n: int, /, **parts: Sentence | Piece) -> Sentence:
        """Return the singular or the plural form under a key: `key.one` for exactly one, else `key.other`."""
        return self.say(f"{key}.{'one' if n == 1 else 'other'}", **parts)

    def listed(self, items: list[Sentence]) -> Sentence:
        """Join items as a list in words: a, b and c."""
        if len(items) < 2:
            return items[0] if items else ()
        pieces: list[Piece] = list(items[0])
        for item in items[1:-1]:
            pieces += [self.entries["list.comma"], *item]
        return (*pieces, self.entries["list.and"], *items[-1])

    def __contains__(self, key: str) -> bool:
        return key in self.entries


def languages() -> tuple[str, ...]:
    """List the languages that have a catalogue."""
    files = resources.files("primus_eval.wording").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@cache
def words_in(language: str) -> Words:
    """Return the catalogue of a language.

    >>> words_in("en").text("interval", low="1", high="2")
    '1 to 2'
    """
    if language not in languages():
        raise InputError(
            Problem(
                code="PE-F30",
                key="language",
                what=f"no catalogue of words for {language!r}.",
                mend=f"Use one of: {', '.join(languages())}.",
            )
        )
    text = resources.files("primus_eval.wording").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return Words(language, dict(_flat(tomllib.loads(text))))


@cache
def _parsed(template: str) -> tuple[tuple[str, str | None, str | None, str | None], ...]:
    return tuple(_FORMATTER.parse(template))


def _flat(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            entries += _flat(value, f"{prefix}{key}.")
        else:
            entries.append((f"{prefix}{key}", str(value)))
    return entries
