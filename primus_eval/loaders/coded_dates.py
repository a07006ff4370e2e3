"""Dates in files of Stata, SPSS and SAS: numbers that a display format makes days.

Stata and SAS count from 1 January 1960, SPSS in seconds from 14 October 1582 (proleptic Gregorian). A
SAS or SPSS format that shows only the month still stands on a number of days; in Stata weeks, months and
quarters are counted as such, and %tC counts leap seconds: those are no days, and stay numbers.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Literal

from primus_eval.loaders.typed_cells import SECONDS_A_DAY, date_after

Family = Literal["stata", "spss", "sas"]
ToDate = Callable[[float], datetime.datetime | None]

SINCE_1960 = datetime.date(1960, 1, 1)
SINCE_1582 = datetime.date(1582, 10, 14)

STATA = re.compile(r"%-?(t[a-zA-Z]|d)")

NAME = re.compile(r"[A-Z]+(?:8601[A-Z]+)?")
"""Of a display format of SPSS or SAS: its name, without width and decimals."""

SPSS = frozenset(["DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR", "DATETIME", "YMDHMS"])

SAS_DAYS = re.compile(
    r"DATE|DAY|DOWNAME|(DDMMYY|MMDDYY|YYMMDD|MMYY|YYMM|YYQ)[BCDNPRS]?|YYMON|MONYY|MONNAME|MONTH|QTRR?|YEAR"
    r"|JULDAY|JULIAN|PDJUL[GI]|WEEK(DATE|DATX|DAY|[UVW])|WORDDAT[EX]|(E|B|IS)8601DA|NLDATE[A-Z]*"
    r"|EURDF(DD|DE|DN|DWN|MN|MY|WDX|WKX)|MINGUO|NENGO|HDATE|HEBDATE"
)
"""Formats that stand on a number of days, whatever part of the date they show."""

SAS_MOMENTS = re.compile(
    r"DATETIME|DATEAMPM|MDYAMPM|DT(DATE|MONYY|WKDATX|YEAR|YYQC)|(E|B|IS)8601(DT|DN|DX|DZ|LX)|NLDATM[A-Z]*"
    r"|EURDFDT"
)
"""Formats that stand on a number of seconds, even where they show the date alone."""


def date_reader(family: Family, display: str | None) -> ToDate | None:
    """Return what turns a number under a display format into a moment; None where it is no date.

    >>> date_reader("stata", "%td")(23_435.0), date_reader("sas", "DATETIME22.3")(0)
    (datetime.datetime(2024, 2, 29, 0, 0), datetime.datetime(1960, 1, 1, 0, 0))
    >>> date_reader("stata", "%tm"), date_reader("spss", "F8.2"), date_reader("sas", None)
    (None, None, None)
    """
    if not display:
        return None
    if family == "stata":
        match = STATA.match(display)
        return STATA_COUNTS.get(match[1]) if match else None
    match = NAME.match(display.upper())
    name = match[0] if match else ""
    if family == "spss":
        return _from_1582 if name in SPSS else None
    return _days if SAS_DAYS.fullmatch(name) else _seconds if SAS_MOMENTS.fullmatch(name) else None


def counts_periods(family: Family, display: str | None) -> bool:
    """Whether a column counts weeks, months, quarters or years of Stata, or seconds with leap seconds."""
    match = STATA.match(display or "") if family == "stata" else None
    return match is not None and match[1] not in STATA_COUNTS


def _days(value: float) -> datetime.datetime | None:
    return date_after(SINCE_1960, value * SECONDS_A_DAY)


def _seconds(value: float) -> datetime.datetime | None:
    return date_after(SINCE_1960, value)


def _milliseconds(value: float) -> datetime.datetime | None:
    return date_after(SINCE_1960, value / 1000)


def _from_1582(value: float) -> datetime.datetime | None:
    return date_after(SINCE_1582, value)


STATA_COUNTS: dict[str, ToDate] = {"td": _days, "d": _days, "tc": _milliseconds}
