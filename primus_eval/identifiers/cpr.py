"""Danish personal numbers (CPR) in every form in which they are written.

Evidence is a plausible day, month and year of birth, never the check digit: numbers without modulus 11
have been issued since 2007. Replacement numbers, given to people without a CPR number, add 60 to the day or
have letters among the last four signs. A random number of ten digits begins with a plausible day and month
in 3.8 % of cases, so that bare digits are judged by column; with a hyphen or within a sentence one is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from primus_eval.identifiers.cells import Cells
from primus_eval.identifiers.kinds import Identifier

CPR_CODES = {"hyphen": "PE-B01", "bare": "PE-B02", "zero_lost": "PE-B03", "replacement": "PE-B05"}

_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS = frozenset(
    f"{day + shift:02}{month:02}"
    for month, length in enumerate(_LENGTHS, start=1)
    for day in range(1, length + 1)
    for shift in (0, 60)
)

# Each begins with a digit and looks back from there: a search that begins by looking back is far slower.
_DAY = r"(?P<day>[0-9](?<![0-9][0-9])[0-9])"
_MONTH_AND_YEAR = r"(?P<month>[0-9]{2})(?P=sign)(?:19|20)?(?P<year>[0-9]{2})"
_BORN = rf"{_DAY}(?P<sign>[ ./-]?){_MONTH_AND_YEAR}"

HYPHEN = re.compile(_BORN + r" ?- ?(?P<last>(?=[A-Za-z]*[0-9])[0-9A-Za-z]{4})(?![0-9A-Za-z]|-[0-9a-f]{4}-)")
"""Not the beginning of a UUID, of which some look like it."""

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
_ALONE = re.compile(
    r"(?m)^[='\"]*(?P<day>[0-9]{1,2})(?P<sign>[ ./-]?)"
    + _MONTH_AND_YEAR
    + r"(?P<between> ?[ ./-] ?|)(?P<last>[0-9]{4})(?:\.0+)?['\"]*$"
)

CHANCE = 0.5
"""Of ten or more numbers within texts at least this share must be plausible: of references, 4 % are."""


def plausible(day: str, month: str, year: str) -> bool:
    """Whether a person can be born on a day, written with two digits each; replacement numbers add 60.

    >>> plausible("29", "02", "00"), plausible("29", "02", "01"), plausible("91", "12", "70")
    (True, False, True)
    """
    if day + month in ("2902", "8902"):
        return int(year) % 4 == 0  # 1900 was no leap year, but 2000 is written the same
    return day + month in _DAYS


def _is_born(match: re.Match[str]) -> bool:
    return plausible(match["day"].zfill(2), match["month"], match["year"])


def in_running_text(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield each CPR number in a text, and whether its form alone proves it."""
    for match in HYPHEN.finditer(text):
        if _is_born(match):
            yield match, True
    yield from _without_hyphen(text)


def _without_hyphen(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield the numbers behind the word CPR, and others unless most numbers of their form are none."""
    lowered = text.lower()
    named = (_NAMED,) if "cpr" in lowered or "person" in lowered else ()
    for pattern in (*named, _SPACED, _BARE):
        found = list(pattern.finditer(text))
        born = [match for match in found if _is_born(match)]
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
    born = [match for match in forms if _is_born(match)]
    if not born:
        return None
    replaced = all(match["day"] > "60" or not match["last"].isdigit() for match in born)
    code = CPR_CODES["replacement" if replaced else "hyphen"]
    # Sample numbers such as 123456-7890 are plausible now and then: refused, but a person may object.
    found = cells.places(match.start() for match in born)
    return cells.identifier("cpr", found, code=code, certain=2 * len(born) > len(forms))


def _digits(cells: Cells) -> Identifier | None:
    """Judge cells of nine or ten digits, with or without separators, as a whole."""
    forms = list(_ALONE.finditer(cells.joined))
    born = [match for match in forms if _is_born(match)]
    few = _few_needed(born, hinted="cpr" in cells.hints)
    if len(born) < few or len(born) < 0.9 * len(forms):
        return None
    if 2 * len(born) < len(cells.texts) and len(born) < 20 and "cpr" not in cells.hints:
        return None
    if "cpr" not in cells.hints and (not _born_on_many_days(born) or _are_time_stamps(born)):
        return None
    found = cells.places(match.start() for match in born)
    return cells.identifier("cpr", found, code=_code_of(born))


def _few_needed(born: list[re.Match[str]], *, hinted: bool) -> int:
    """How many plausible numbers chance does not bring: 3.8 % of ten digits are, 12 % of nine."""
    if hinted:
        return 1
    return 3 if any(len(match["day"]) == 2 for match in born) else 6


def _born_on_many_days(born: list[re.Match[str]]) -> bool:
    """Whether births spread over the days of the month and the years.

    Running numbers (2012000001, 2012000002 ...) share their first digits, and the first two digits of a
    time stamp (YYMMDDHHMM) are a year: neither spreads as births do.
    """
    days = {match["day"].zfill(2) for match in born}
    dates = {(match["day"].zfill(2), match["month"], match["year"]) for match in born}
    return len(days) >= min(8, max(2, len(born) / 3)) and len(dates) >= min(500, len(born) / 2)


def _are_time_stamps(born: list[re.Match[str]]) -> bool:
    """Whether nearly all can be read as YYMMDDHHMM; 1 in 7 personal numbers ends like a time of day."""
    times = sum(
        match["last"][:2] < "24" and match["last"][2:] < "60" and "01" <= match["year"] <= "31"
        for match in born
    )
    return times > 0.95 * len(born)


def _code_of(born: list[re.Match[str]]) -> str:
    if all(len(match["day"]) == 2 and match["day"] > "60" for match in born):
        return CPR_CODES["replacement"]
    if any(len(match["day"]) == 1 for match in born):
        return CPR_CODES["zero_lost"]
    return CPR_CODES["hyphen" if any(match["between"] for match in born) else "bare"]


def _within_texts(cells: Cells) -> Identifier | None:
    """Find numbers within sentences: a cell of digits alone is left to the judgement by column."""
    if not cells.has_letters:
        return None
    starts = (match.start() for match, _ in _without_hyphen(cells.joined))
    found = {place for place in cells.places(starts) if any(sign.isalpha() for sign in cells.texts[place])}
    return cells.identifier("cpr", found, code=CPR_CODES["bare"]) if found else None
