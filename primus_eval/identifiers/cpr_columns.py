"""A column of nine or ten digits: numbers of persons (CPR), or numbers of anything else.

One such cell proves nothing. A column does where nearly all numbers begin with a day and a month of birth, or
where more do than chance brings and the days spread as births do: a few people among many other numbers.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

CPR_CODES = {"hyphen": "PE-B01", "bare": "PE-B02", "zero_lost": "PE-B03", "replacement": "PE-B05"}

_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS = frozenset(
    f"{day + shift:02}{month:02}"
    for month, length in enumerate(_LENGTHS, start=1)
    for day in range(1, length + 1)
    for shift in (0, 60)
)

_SIGNS = r"[^0-9A-Za-z\n]{0,3}"
_BEFORE, _BEHIND = r"[^0-9\n]{0,12}", r"(?:[.,]0+)?[^0-9\n]{0,12}"
_DAY_FIRST = re.compile(
    rf"{_BEFORE}(?P<day>[0-9]{{1,2}})(?P<sign>[ ./-]?)(?P<month>[0-9]{{2}})(?P=sign)(?P<century>19|20)?"
    rf"(?P<year>[0-9]{{2}})(?P<between>{_SIGNS})(?P<last>[0-9]{{4}}){_BEHIND}"
)
_YEAR_FIRST = re.compile(
    rf"{_BEFORE}(?P<century>19|20)(?P<year>[0-9]{{2}})(?P<sign>[ ./-]?)(?P<month>[0-9]{{2}})(?P=sign)"
    rf"(?P<day>[0-9]{{2}})(?P<between>{_SIGNS})(?P<last>[0-9]{{4}}){_BEHIND}"
)
_POWER_OF_TEN = re.compile(r"[0-9]\.[0-9]+[eE]\+?0?[89]")
"""What a spreadsheet makes of ten digits, or of nine where the first was 0: 1.019012340e+08."""
_GROUPED = re.compile(
    r"[0-9]{1,5}([^0-9A-Za-z]{1,3})(?:[0-9]{1,5}\1)+[0-9]{1,5}|[0-9]{3,7}[^0-9A-Za-z.,]{1,3}[0-9]{3,7}"
)
"""Groups of digits with the same signs between any two; two groups only if they are no decimal number."""

PLAUSIBLE_MONTHS = 0.12
"""Share of two random digits that are a month: the chance of a plausible birth once the day is one."""
RARE = 1e-6
"""A share of births that chance exceeds less often than this is none of chance."""
YEARS_APART = 15
"""Births of a column with whole years lie so far apart; running numbers that begin with a date do not."""


@dataclass(frozen=True, slots=True)
class Number:
    """A cell of nine, ten or, with a whole year, twelve digits in the parts of a CPR number."""

    place: int
    parts: re.Match[str]
    grouped: bool

    @property
    def day(self) -> str:
        """The two digits of the day."""
        return self.parts["day"].zfill(2)

    @property
    def year(self) -> int | None:
        """The whole year, where it is written."""
        century = self.parts["century"]
        return int(century + self.parts["year"]) if century else None


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


def is_born(match: re.Match[str]) -> bool:
    """Whether the day, month and year of a match are those of a birth."""
    return plausible(match["day"].zfill(2), match["month"], match["year"])


def born_in_column(texts: list[str], *, hinted: bool) -> tuple[list[int], str]:
    """Return which cells of a column hold CPR numbers, none where chance explains them, and the code of it.

    `hinted` says that the header names CPR numbers: one plausible cell is enough then.
    """
    numbers = [number for place, text in enumerate(texts) if (number := _read(place, text))]
    born = [number for number in numbers if is_born(number.parts)]
    if not born or not (_by_share(born, numbers, texts, hinted=hinted) or _beyond_chance(born, numbers)):
        return [], ""
    if not hinted and not _spread_as_births(born):
        return [], ""
    return [number.place for number in born], _code_of(born)


def _read(place: int, text: str) -> Number | None:
    """Read a cell as day, month, year and four digits, whatever stands between or around them."""
    if text.isdigit():
        match = _parts(text) if len(text) in (9, 10, 12) else None
        return match and Number(place, match, False)
    if not 9 <= len(text) <= 48:
        return None
    if _POWER_OF_TEN.fullmatch(text):
        text = f"{float(text):.0f}"
    match = _parts(text)
    if match is None and _GROUPED.fullmatch(text):
        match = _parts(re.sub("[^0-9]", "", text))
        return match and Number(place, match, True)
    return match and Number(place, match, False)


def _parts(text: str) -> re.Match[str] | None:
    match = _DAY_FIRST.fullmatch(text)
    if match and (not match["century"] or is_born(match)):
        return match
    return _YEAR_FIRST.fullmatch(text) or match


def _by_share(born: list[Number], numbers: list[Number], texts: list[str], *, hinted: bool) -> bool:
    """Whether nearly all numbers are plausible, and enough: 3.7 % of ten digits are, 12 % of nine."""
    if hinted:
        return len(born) >= 0.9 * len(numbers)
    few = 3 if any(len(number.parts["day"]) == 2 for number in born) else 6
    if any(number.grouped for number in born) and 2 * len(born) < len(texts):
        return False  # of groups of digits there are more readings
    return len(born) >= max(few, 0.9 * len(numbers))


def _beyond_chance(born: list[Number], numbers: list[Number]) -> bool:
    """Whether more months are plausible than chance brings among the numbers that begin with a day.

    Given the day, so that it does not matter how the first digits are distributed (counters, amounts).
    """
    days = sum("01" <= number.day <= "31" for number in numbers)
    ordinary = sum(number.day <= "31" for number in born)
    return tail_is_rare(ordinary, days, PLAUSIBLE_MONTHS) and _days_spread(born, at_least=0.7)


def tail_is_rare(found: int, of: int, chance: float) -> bool:
    """Whether `found` or more of `of`, each with the same chance, come less often than `RARE`.

    The first term of the binomial tail, the following ones bounded by a geometric series.

    >>> tail_is_rare(7, 7, 0.12), tail_is_rare(6, 6, 0.12), tail_is_rare(12, 100, 0.12)
    (True, False, False)
    """
    if found <= chance * of:
        return False
    ways = math.lgamma(of + 1) - math.lgamma(found + 1) - math.lgamma(of - found + 1)
    first = ways + found * math.log(chance) + (of - found) * math.log1p(-chance)
    ratio = (of - found) * chance / ((found + 1) * (1 - chance))
    return first - math.log1p(-ratio) < math.log(RARE)


def _spread_as_births(born: list[Number]) -> bool:
    """Whether births spread over the days of the month and the years, and are no times of day.

    Running numbers (2012000001, 2012000002 ...) share their first digits, and the first two digits of a
    time stamp (YYMMDDHHMM) are a year: neither spreads as births do.
    """
    dates = {(number.day, number.parts["month"], number.parts["year"]) for number in born}
    years = [number.year for number in born if number.year]
    if years and len(years) > 0.5 * len(born) and max(years) - min(years) < YEARS_APART:
        return False
    return (
        _days_spread(born, at_least=1 / 3)
        and len(dates) >= min(500, len(born) / 2)
        and not _are_time_stamps(born)
    )


def _days_spread(born: list[Number], *, at_least: float) -> bool:
    days = {number.day for number in born}
    return len(days) >= min(8, max(2, at_least * len(born)))


def _are_time_stamps(born: list[Number]) -> bool:
    """Whether nearly all can be read as YYMMDDHHMM; 1 in 7 personal numbers ends like a time of day."""
    times = sum(
        number.parts["last"][:2] < "24"
        and number.parts["last"][2:] < "60"
        and "01" <= number.parts["year"] <= "31"
        for number in born
    )
    return times > 0.95 * len(born)


def _code_of(born: list[Number]) -> str:
    if all(len(number.parts["day"]) == 2 and number.day > "60" for number in born):
        return CPR_CODES["replacement"]
    if any(len(number.parts["day"]) == 1 for number in born):
        return CPR_CODES["zero_lost"]
    return CPR_CODES["hyphen" if any(number.parts["between"] for number in born) else "bare"]
