"""What a sentence says: its numbers and what they count, intervals, windows; nothing of any trial yet.

A sentence is read word by word with the lexicon of its language. What is not understood is kept as a number
that says nothing, so that a verdict can name it: a number is never passed over in silence.
"""

from __future__ import annotations

from dataclasses import replace

from primus_eval.claims.amounts import Span
from primus_eval.claims.intervals import apart, as_share, is_from_to
from primus_eval.claims.lexicon import languages_read, lexicon_in
from primus_eval.claims.marked import marked
from primus_eval.claims.reader import Reader
from primus_eval.claims.said import Claim, Quantity
from primus_eval.errors import InputError, Problem

LONGEST = 2000


def read_claim(text: str, *, language: str | None = None, number: str | None = None) -> Claim:
    """Read a sentence.

    language: of the sentence; without it the one that knows most of its words, English where two know as
    many. number: what is to be held, where the sentence has several numbers or says it otherwise.
    """
    if not text.strip() or len(text) > LONGEST:
        raise InputError(
            Problem(
                code="PE-H01",
                key="sentence",
                what=f"is empty, or longer than {LONGEST} characters.",
                mend="Give one sentence, in quotes.",
            )
        )
    if language is not None and language not in languages_read():
        raise InputError(
            Problem(
                code="PE-H02",
                key="--language",
                what="is no language in which a sentence can be read.",
                mend=f"Use one of: {', '.join(languages_read())}.",
            )
        )
    language = language or _language_of(text)
    claim = _read(text, language)
    if number is None:
        return claim
    return replace(claim, quantities=(_only(number, claim),), intervals=(), pairs=frozenset())


def _only(number: str, claim: Claim) -> Quantity:
    """Return the one number that is to be held, where the sentence has it; a bare one is percent."""
    language = claim.language
    numbers = _read(number, language).quantities
    if len(numbers) == 1 and numbers[0].kind == "number":
        numbers = _read(f"{number} %", language).quantities
    if len(numbers) != 1:
        raise InputError(
            Problem(
                code="PE-H03",
                key="--number",
                what="is not one number.",
                mend='Give one as the sentence has it, such as "29 %" or "8 percentage points fewer".',
            )
        )
    (asked,) = numbers
    there = next((known for known in claim.quantities if known.span == asked.span), None)
    direction = asked.direction or (there.direction if there else "")
    start, end = (there.start, there.end) if there else (0, 0)
    return replace(asked, start=start, end=end, direction=direction)


def days_of(window: str, language: str) -> Span:
    """Read a window given as an option: days, or a time in words such as "2 years"."""
    claim = _read(window if not window.strip().isdecimal() else f"{window} days", "en")
    claim = claim if claim.windows or language == "en" else _read(window, language)
    if len(claim.windows) != 1:
        raise InputError(
            Problem(
                code="PE-H04",
                key="--window",
                what="is not a number of days or a time.",
                mend='Give days, such as 730, or a time, such as "2 years".',
            )
        )
    return claim.windows[0]


def _language_of(text: str) -> str:
    """Return the language whose lexicon knows most of the words."""

    def known(language: str) -> int:
        sentence = marked(text, lexicon_in(language))
        places = {at for tag in sentence.lexicon.tags for at in sentence.ends(tag)} | sentence.numerals.keys()
        times = (*sentence.lexicon.days, *sentence.lexicon.parts)
        words = enumerate(sentence.tokens)
        return sum(word.isalpha() and (at in places or word in times) for at, word in words)

    return max(languages_read(), key=known)


def _read(text: str, language: str) -> Claim:
    sentence = marked(text, lexicon_in(language))
    reader = Reader(sentence)
    quantities = list(reader.read())
    intervals, rest = apart(quantities, sentence)
    kept = [quantity for quantity in rest if quantity.kind != "none"]
    pairs = {at for at in range(1, len(kept)) if is_from_to(kept[at - 1], kept[at], sentence)}
    if pairs:
        kept = [as_share(q) if at in pairs or at + 1 in pairs else q for at, q in enumerate(kept)]
    return Claim(
        text=text,
        language=language,
        marked=sentence,
        quantities=tuple(kept),
        intervals=tuple(intervals),
        windows=tuple(reader.windows),
        levels=tuple(reader.levels),
        is_about_a_part=reader.days > 1,
        pairs=frozenset(pairs),
    )
