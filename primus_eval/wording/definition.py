"""A definition of reoffending in words: what counts, from which day to which, and what ends it.

Every field of a definition is said, so that two definitions that differ never read alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from primus_eval.definitions import FineThreshold, Reoffending
from primus_eval.definitions.model import STATUS_RULES
from primus_eval.wording.catalogue import Words, words_in
from primus_eval.wording.numbers import decimal, whole
from primus_eval.wording.pieces import plain_text


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionRow:
    """What a definition says on one topic: a label and its sentences."""

    topic: str
    label: str
    sentences: tuple[str, ...]


def definition_in_words(definition: Reoffending, *, language: str = "en") -> tuple[str, ...]:
    """Say what a definition counts, one rule in each sentence.

    >>> from primus_eval.definitions import preset
    >>> definition_in_words(preset("uk_proven_1y"))[6]
    'Recorded cautions and convictions count.'
    """
    rows = definition_rows(definition, language=language)
    return tuple(sentence for row in rows for sentence in row.sentences)


def definition_rows(
    definition: Reoffending, *, language: str = "en", class_name: Callable[[str], str] = str
) -> tuple[DefinitionRow, ...]:
    """Return the same sentences by topic, for a table; class_name: what a class of offences is called."""
    words = words_in(language)
    said = {
        "rules": _rules(definition, words),
        "open": _open(definition, words),
        "clock": _clock(definition, words),
        "window": (_window(definition, words),),
        "events": _events(definition, words),
        "offences": _offences(definition, words, class_name),
        "date": (_one(words, "date_used", definition.date_used), _one(words, "undated", "any")),
        "decided": (_decided(definition, words),),
        "before": (_one(words, "pseudo_reconvictions", definition.pseudo_reconvictions),),
        "counting": (_one(words, "counting_unit", definition.counting_unit),),
        "custody": _custody(definition, words),
        "leaving": _leaving(definition, words),
        "linkage": (_one(words, "linked", "missing"),),
    }
    return tuple(
        DefinitionRow(topic=topic, label=words.text(f"definition.{topic}"), sentences=sentences)
        for topic, sentences in said.items()
        if sentences
    )


def _one(words: Words, field: str, word: str, **parts: str) -> str:
    return words.text(f"definition.{field}.{word}", **parts)


def _many(words: Words, field: str, n: int) -> str:
    """Say a number of months or days, in the singular or the plural."""
    return plain_text(words.counted(f"definition.{field}", n, n=whole(n, words.language)))


def _listed(words: Words, items: tuple[str, ...], field: str = "") -> str:
    """Join words as a list; with a field, each in its own words."""
    shown = [_one(words, field, item) if field else item for item in items]
    return plain_text(words.listed([(item,) for item in shown]))


def _rules(definition: Reoffending, words: Words) -> tuple[str, ...]:
    if definition.preset is None:
        return (_one(words, "rules_of", "own"),)
    label = words.text(f"preset.{definition.preset}.label")
    return (
        _one(words, "rules_of", "preset", label=label, name=definition.preset),
        _one(words, "rules_of", "official" if definition.official else "trial"),
    )


def _clock(definition: Reoffending, words: Words) -> tuple[str, ...]:
    waits = definition.clock_start != "randomisation"  # between the two days somebody can be lost
    return (
        _one(words, "clock_start", definition.clock_start),
        *([_one(words, "clock_start", "without")] if waits else []),
        _one(words, "several_releases", definition.several_releases),
    )


def _window(definition: Reoffending, words: Words) -> str:
    measure = "window" if definition.custody == "calendar" else "liberty"
    if definition.window_months is not None:
        return _many(words, f"{measure}_months", definition.window_months)
    assert definition.window_days is not None  # a definition has one of the two
    return _many(words, f"{measure}_days", definition.window_days)


def _events(definition: Reoffending, words: Words) -> tuple[str, ...]:
    kinds = _one(words, "kind", "all", kinds=_listed(words, definition.kinds, "kind"))
    if not definition.sanctions:
        return kinds, _one(words, "sanction", "any")
    sanctions = _listed(words, definition.sanctions, "sanction")
    return kinds, _one(words, "sanction", "only", sanctions=sanctions)


def _offences(definition: Reoffending, words: Words, class_name: Callable[[str], str]) -> tuple[str, ...]:
    return (
        _classes(definition, words, class_name),
        _one(words, "police_initiated", definition.police_initiated),
        _one(words, "offence", definition.offences),
        _fines(definition.fine_below, words, class_name),
    )


def _classes(definition: Reoffending, words: Words, class_name: Callable[[str], str]) -> str:
    classes = definition.classes or definition.classes_left_out
    named = _listed(words, tuple(map(class_name, classes)))
    if classes:
        return _one(words, "classes", "only" if definition.classes else "left_out", classes=named)
    return _one(words, "classes", "all")


def _fines(threshold: FineThreshold | None, words: Words, class_name: Callable[[str], str]) -> str:
    if threshold is None:
        return _one(words, "fine", "any")
    digits = 0 if threshold.amount.is_integer() else 2
    amount = decimal(threshold.amount, digits, words.language)
    parts = {"amount": amount, "currency": threshold.currency}
    if not threshold.classes:
        return _one(words, "fine", "below", **parts)
    named = _listed(words, tuple(map(class_name, threshold.classes)))
    return _one(words, "fine", "below_of", classes=named, **parts)


def _decided(definition: Reoffending, words: Words) -> str:
    lag = definition.decision_lag
    if lag is None:
        return _one(words, "lag", "itself" if definition.date_used == "decision" else "none")
    if lag.months_after_index is not None:
        return _many(words, "lag.months", lag.months_after_index)
    after = "longest" if definition.custody == "street" else "days"
    form, n = (
        ("calendar", lag.calendar_years) if lag.calendar_years is not None else (after, lag.days_after_window)
    )
    return _many(words, f"lag.{form}", n) if n else _one(words, "lag", f"{form}.same")


def _custody(definition: Reoffending, words: Words) -> tuple[str, ...]:
    return (
        *_days_in_custody(definition.street_extension_months, words),
        _spells(definition.custody_reasons, words),
        _one(words, "offences_in_custody", definition.offences_in_custody),
    )


def _days_in_custody(extension_months: int | None, words: Words) -> tuple[str, ...]:
    if extension_months is None:
        return (_one(words, "custody_rule", "calendar"),)
    return _many(words, "custody_rule.street", extension_months), _one(words, "custody_rule", "short")


def _spells(reasons: tuple[str, ...], words: Words) -> str:
    if not reasons:
        return _one(words, "custody_reason", "any")
    return _one(words, "custody_reason", "only", reasons=_listed(words, reasons, "custody_reason"))


def _leaving(definition: Reoffending, words: Words) -> tuple[str, ...]:
    """Say what becomes of those who die or leave, kinds in a row with the same rule together."""
    sentences = []
    for rule, kinds in groupby(STATUS_RULES, key=lambda kind: str(getattr(definition, kind))):
        *others, last = [_one(words, "status", kind) for kind in kinds]
        leaves = words.entries["list.comma"].join(others)
        if others:
            leaves += words.entries["definition.status.or"]
        outcome = _one(words, "status", rule)
        sentences.append(_one(words, "status", "someone", leaves=leaves + last, outcome=outcome))
    return tuple(sentences)


def _open(definition: Reoffending, words: Words) -> tuple[str, ...]:
    if not definition.unknown:
        return ()
    fields = _listed(words, definition.unknown, "unknown")
    return (_one(words, "unknown", "fields", fields=fields),)
