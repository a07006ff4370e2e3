"""What findings hold in English, said in the language of a report: warnings, engines, strata, definitions.

Findings are one file for every language, so that a calculation leaves its remarks in English. A remark is
found again in the English catalogue, numbers in it in their places, and said by another one; texts of the
protocol are found again among those that it declares. What nobody declared is quoted as it is: a message of
a library, a label in one language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from string import Formatter
from typing import Any

from primus_eval.wording.catalogue import Words, words_in
from primus_eval.wording.pieces import Quoted
from primus_eval.wording.subject import Subject, label_in

_DECIMAL = re.compile(r"-?\d+\.\d+")


def warning_text(text: str, words: Words) -> Quoted:
    """Return what a calculation warned of.

    >>> warning_text("Constant: age.", words_in("en")).text
    'Constant: age.'
    """
    return Quoted(_retold(text, "warning", words))


def engine_text(text: str, words: Words) -> Quoted:
    """Return with what a number was computed: names of software, which stay, and what joins them."""
    return Quoted(_retold(text, "engine", words))


def stratum_text(stored: str, subject: Subject) -> Quoted:
    """Return the label of a stratum of the allocation."""
    declared = subject.protocol["data"]["participants"]["columns"]
    names = subject.protocol["design"]["allocation"].get("strata") or ()
    if not stored or any(name not in declared for name in names):
        return Quoted(stored)
    labels = [dict(_strata_labels(declared[name], subject.words)) for name in names]
    return Quoted(", ".join(_apart(stored, labels) or (stored,)))


def definition_text(name: str, stored: str, subject: Subject) -> str | Quoted:
    """Return the label of a definition in a comparison: a preset's is ours, an outcome's the protocol's."""
    key = f"preset.{name.removesuffix('/official')}.label"
    if key in subject.words and stored != name:
        return subject.words.text(key)
    return subject.stated(stored, *(outcome["label"] for outcome in subject.protocol["outcome"]))


def _retold(text: str, section: str, words: Words) -> str:
    if words.language == "en":
        return text
    for key, pattern in _patterns(section):
        found = pattern.fullmatch(text)
        if found is not None and key in words:
            return words.text(key, **{name: _number(said, words) for name, said in found.groupdict().items()})
    return text


def _number(said: str, words: Words) -> str:
    """Write a number as the language does; what is none, such as names of software, stays."""
    is_number = _DECIMAL.fullmatch(said) is not None
    return said.replace(".", words.entries["number.decimal_mark"]) if is_number else said


@cache
def _patterns(section: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the English remarks of a section as patterns, those with most words of their own first."""
    entries = words_in("en").entries
    templates = [(key, text) for key, text in entries.items() if key.startswith(f"{section}.")]
    templates.sort(key=lambda entry: -sum(len(literal) for literal, *_ in Formatter().parse(entry[1])))
    return tuple((key, _pattern(text)) for key, text in templates)


def _pattern(template: str) -> re.Pattern[str]:
    parts = []
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(literal) + ("" if name is None else f"(?P<{name}>.+?)"))
    return re.compile("".join(parts))


def _strata_labels(column: Mapping[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    """Yield how a stratum of a column is stored, in English, and how it is said."""
    english = words_in("en")
    for label in (column.get("levels") or {}).values():
        yield label_in(label, "en"), label_in(label, words.language)
    for key in ("stratum.yes", "stratum.no", "stratum.missing"):
        stored, said = (
            each.text(key, label=label_in(column["label"], each.language)) for each in (english, words)
        )
        yield stored, said


def _apart(stored: str, columns: Sequence[Mapping[str, str]]) -> tuple[str, ...] | None:
    """Take a stratum apart into a label of each column; labels may hold a comma themselves."""
    if not columns:
        return None
    first, *others = columns
    if not others:
        return (first[stored],) if stored in first else None
    for english, said in first.items():
        rest = _apart(stored.removeprefix(f"{english}, "), others)
        if stored.startswith(f"{english}, ") and rest is not None:
            return (said, *rest)
    return None
