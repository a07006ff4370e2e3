"""Danish personal numbers (CPR) in every form in which they are written.

Evidence is a plausible day, month and year of birth, never the check digit: numbers without modulus 11
have been issued since 2007. Replacement numbers, given to people without a CPR number, add 60 to the day or
have letters among the last four signs. A random number of ten digits begins with a plausible day and month
in 3.7 % of cases (replacement numbers apart), so that bare digits are judged by column (`cpr_columns.py`);
with a hyphen or within a sentence one is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from primus_eval.identifiers.cells import Cells
from primus_eval.identifiers.cpr_columns import CPR_CODES, born_in_column, is_born
from primus_eval.identifiers.kinds import Identifier

# Each begins with a digit and looks back from there: a search that begins by looking back is far slower.
_DAY = r"(?P<day>[0-9](?<![0-9][0-9])[0-9])"
_MONTH_AND_YEAR = r"(?P<month>[0-9]{2})(?P=sign)(?:19|20)?(?P<year>[0-9]{2})"
_BORN = rf"{_DAY}(?P<sign>[ ./-]?){_MONTH_AND_YEAR}"

HYPHEN = re.compile(
    _BORN
    + r"[ _]?--?[ _]?(?P<last>[0-9]{4}(?![0-9])|(?=[A-Za-z]*[0-9])[0-9A-Za-z]{4}(?![0-9A-Za-z]))"
    + r"(?!-[0-9a-f]{4}-)"
)
"""A name may follow at once (010190-1234Hansen). Not the beginning of a UUID, of which some look like it."""

# Neither part of a longer row of numbers (an IBAN in groups of four) nor the decimals of one.
_SPACED = re.compile(
    r"(?P<day>[0-9](?<![0-9A-Za-z][0-9])(?<![0-9][., ][0-9])[0-9])(?P<sign>[ ./-]?)"
    + _MONTH_AND_YEAR
    + r"[ ./](?P<last>[0-9]{4})(?! ?[0-9]|[.,][0-9])"
)
_BARE = re.compile(
    r"(?P<day>[0-9](?<![^\W_][0-9])(?<![0-9][.,][0-9])[0-9])(?P<month>[0-9]{2})(?P<year>[0-9]{2})"
    r"(?P<last>[0-9]{4})(?![^\W_]|[.,][0-9])"
)
_NAMED = re.compile(
    r"(?i)(?:cpr|person(?:nummer|nr))[^0-9\n]{0,12}"
    r"(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{2})[ ./]?(?P<last>[0-9]{4})(?![0-9])"
)
CHANCE = 0.5
"""Of ten or more numbers within texts at least this share must be plausible: of references, 4 % are."""


def in_running_text(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield each CPR number in a text, and whether its form alone proves it."""
    for match in HYPHEN.finditer(text):
        if is_born(match):
            yield match, True
    yield from _without_hyphen(text)


def _without_hyphen(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield the numbers behind the word CPR, and others unless most numbers of their form are none."""
    lowered = text.lower()
    named = (_NAMED,) if "cpr" in lowered or "person" in lowered else ()
    for pattern in (*named, _SPACED, _BARE):
        found = list(pattern.finditer(text))
        born = [match for match in found if is_born(match)]
        if len(found) < 10 or len(born) >= CHANCE * len(found):
            yield from ((match, pattern is _NAMED) for match in born)


def cpr_column(cells: Cells) -> Identifier | None:
    """Return the CPR numbers of a column: hyphenated, within texts, or a column of digits."""
    if not cells.has_digits:
        return None
    return _hyphenated(cells) or _digits(cells) or _within_texts(cells)


def _hyphenated(cells: Cells) -> Identifier | None:
    if "-" not in cells.signs:
        return None
    forms = list(HYPHEN.finditer(cells.joined))
    born = [match for match in forms if is_born(match)]
    if not born:
        return None
    replaced = all(match["day"] > "60" or not match["last"].isdigit() for match in born)
    code = CPR_CODES["replacement" if replaced else "hyphen"]
    # Sample numbers such as 123456-7890 are plausible now and then: refused, but a person may object.
    found = cells.places(match.start() for match in born)
    return cells.identifier("cpr", found, code=code, certain=2 * len(born) > len(forms))


def _digits(cells: Cells) -> Identifier | None:
    """Judge cells of nine or ten digits, however they are grouped, as a whole."""
    found, code = born_in_column(cells.texts, hinted="cpr" in cells.hints)
    return cells.identifier("cpr", found, code=code) if found else None


def _within_texts(cells: Cells) -> Identifier | None:
    """Find numbers within sentences: a cell of digits alone is left to the judgement by column."""
    if not cells.has_letters:
        return None
    starts = (match.start() for match, _ in _without_hyphen(cells.joined))
    found = {place for place in cells.places(starts) if any(sign.isalpha() for sign in cells.texts[place])}
    return cells.identifier("cpr", found, code=CPR_CODES["bare"]) if found else None
