"""Full dates of birth: by the header, or by a column of dates on which only births can lie.

Dates of decisions, offences and releases lie close to the present and to each other; births of people
old enough to be tried lie well before it and over decades.
"""

from __future__ import annotations

import re
from datetime import date

from primus_eval.identifiers.cells import Cells
from primus_eval.identifiers.forms import FULL_DATE
from primus_eval.identifiers.kinds import Identifier

EARLIEST = date(1920, 1, 1)
LATEST = date(2010, 12, 31)
"""The last birth of a person old enough to be tried, where the newest day of the data is not known."""

AGE_OF_RESPONSIBILITY_YEARS = 15
SPREAD_YEARS = 15
"""Nine tenths of births span at least this, where only the dates themselves speak."""

SPREAD_YEARS_BEFORE_CUTOFF = 3
"""Enough where every date lies 15 years before the newest day of the data: nothing else does."""

FEW = 8
"""Fewer distinct dates than this prove nothing by themselves."""

_DATE = re.compile(rf"(?i){FULL_DATE}(?:[ T]00:00(?::00)?(?:\.0+)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-]? ?(\d{1,2})[./-]? ?(\d{4}|\d\d)")
_IN_WORDS = re.compile(r"(\d{1,2})\.? ([a-z]{3})[a-z]*\.? (\d{4})", re.I)
_MONTH_FIRST = re.compile(r"([a-z]{3})[a-z]*\.? (\d{1,2}), (\d{4})", re.I)
_MONTHS = "jan feb mar apr maj jun jul aug sep okt nov dec"
_MONTH = {name: place for place, name in enumerate(_MONTHS.split(), 1)} | {"may": 5, "oct": 10}


def birth_column(cells: Cells) -> Identifier | None:
    """Return the dates of birth of a column."""
    hinted = "birth_date" in cells.hints
    if not hinted and len(cells.texts) < FEW:
        return None
    sample = cells.sample
    looks = [text for text in sample if _DATE.fullmatch(text)]
    dates = [day for text in looks if (day := day_of(text))]
    if len(dates) < max(1, (0.5 if hinted else 0.9) * len(sample)):
        return None
    if not hinted and not _only_births(sorted(dates), cells.newest, bare=all(t.isdigit() for t in looks)):
        return None
    return cells.identifier("birth_date", cells.whole(_DATE))


def _only_births(dates: list[date], newest: date | None, *, bare: bool) -> bool:
    """Whether dates in order can be births, and hardly anything else."""
    latest = LATEST
    if newest is not None:
        year = max(date.min.year, newest.year - AGE_OF_RESPONSIBILITY_YEARS)
        latest = newest.replace(year=year, day=min(newest.day, 28))
    low, high = dates[len(dates) // 20], dates[-1 - len(dates) // 20]
    wide = SPREAD_YEARS_BEFORE_CUTOFF if newest is not None and not bare else SPREAD_YEARS
    if dates[0] < EARLIEST or dates[-1] > latest or (high - low).days < wide * 365:
        return False
    # Six or eight digits may be codes: births fall on many days of the month.
    return len({day.day for day in dates}) >= min(8, len(dates) // 2)


def day_of(text: str) -> date | None:
    """Return the day that a date means, day before month where only that decides; None where it is none.

    >>> day_of("1980-05-17"), day_of("170580"), day_of("17. maj 1980") == day_of("May 17, 1980")
    (datetime.date(1980, 5, 17), datetime.date(1980, 5, 17), True)
    """
    text = re.split(r"[ T]00:00", text)[0]
    if (match := _YEAR_FIRST.fullmatch(text)) and (day := _day(match[1], match[2], match[3])):
        return day
    if match := _DAY_FIRST.fullmatch(text):
        return _day(match[3], match[2], match[1]) or _day(match[3], match[1], match[2])
    if match := _IN_WORDS.fullmatch(text):
        return _day(match[3], str(_MONTH.get(match[2].lower(), 0)), match[1])
    if match := _MONTH_FIRST.fullmatch(text):
        return _day(match[3], str(_MONTH.get(match[1].lower(), 0)), match[2])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    whole_year = int(year) if len(year) == 4 else int(year) + (1900 if int(year) > 24 else 2000)
    try:
        return date(whole_year, int(month), int(day))
    except ValueError:
        return None
