"""Dates: days of the calendar, written as the protocol declares.

A format is written with the signs of strptime: %Y (four digits), %y (2000 to 2059 only), %m and %d (two
digits), %-m and %-d (one or two), %B (name of the month in full) and %b (its first three letters, with or
without a full stop), both in Danish or English in any case, %H %M %S (a time of day, which is dropped
and said to be); everything else stands for itself. excel_1900 and excel_1904 are serial numbers of
spreadsheets. Cells that a file stores as dates need no format. No date has a time zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np

from primus_eval.loaders.numbers import (
    Noted,
    Outcome,
    Reading,
    Refused,
    in_another_form,
    is_text,
    labelled,
    nothing_sure,
    odd_signs,
    text_bytes,
    undeclared,
    unfolded,
)
from primus_eval.schema import Coded, Column

if TYPE_CHECKING:
    import pyarrow

EARLIEST_YEAR, LATEST_YEAR = 1850, 2150
"""Days outside these years are refused: nobody in a trial was born, or convicted, then."""

STAND_INS = {(1900, 1, 1), (1899, 12, 30), (1899, 12, 31), (9999, 12, 31), (2999, 12, 31)}
"""Days that registers and spreadsheets write for an unknown day; as dates they must be declared missing."""

FIRST_SERIAL, LAST_SERIAL = 20_000, 60_000
"""Serial numbers of a spreadsheet that are plausible days (1954 to 2064)."""

_DAYS = (
    "%Y-%m-%d %d-%m-%Y %m-%d-%Y %d.%m.%Y %m.%d.%Y %d/%m/%Y %m/%d/%Y %Y/%m/%d %Y.%m.%d %Y%m%d %d%m%Y %m%d%Y "
    "%d-%m-%y %m-%d-%y %d.%m.%y %d/%m/%y %m/%d/%y %y-%m-%d %d%m%y %y%m%d "
    "%-d-%-m-%Y %-m-%-d-%Y %-d.%-m.%Y %-d/%-m/%Y %-m/%-d/%Y %-d-%-m-%y %-d.%-m.%y %-d/%-m/%y %-m/%-d/%y "
    "%-d-%b-%Y %-d-%b-%y %d%b%Y"
)
_IN_WORDS = ("%-d. %B %Y", "%-d %B %Y", "%B %-d, %Y", "%-d. %b %Y", "%-d %b %Y")
NAMED_FROM = 1_000
"""Distinct cells from which a message names the formats that go together in no way."""

KNOWN_FORMATS = (
    *_DAYS.split(),
    *_IN_WORDS,
    "%Y-%m-%dT%H:%M:%S",
    *(f"{day} {time}" for day in _DAYS.split()[:7] for time in ("%H:%M:%S", "%H:%M")),
)
"""Formats that are tried where a message or a first draft names the formats that cells fit."""

_MONTH_NAMES = (
    "januar februar marts april maj juni juli august september oktober november december",
    "january february march april may june july august september october november december",
)
_MONTHS = {name: number for names in _MONTH_NAMES for number, name in enumerate(names.split(), start=1)}
_SHORT = {name[:3]: number for name, number in _MONTHS.items()}

_SIGNS = {
    "%Y": "(?P<Y>[0-9]{4})",
    "%y": "(?P<y>[0-5][0-9])",
    "%m": "(?P<m>[0-9]{2})",
    "%-m": "(?P<m>[0-9]{1,2})",
    "%d": "(?P<d>[0-9]{2})",
    "%-d": "(?P<d>[0-9]{1,2})",
    "%B": f"(?P<B>(?i:{'|'.join(_MONTHS)}))",
    "%b": rf"(?P<b>(?i:{'|'.join(_SHORT)}))\.?",
    "%H": "(?P<H>[01][0-9]|2[0-3])",
    "%M": "(?P<M>[0-5][0-9])",
    "%S": "(?P<S>[0-5][0-9])",
    "%%": "%",
}
_EPOCH = date(1970, 1, 1).toordinal()
_FIRST_DAY = date(EARLIEST_YEAR, 1, 1).toordinal() - _EPOCH
_LAST_DAY = date(LATEST_YEAR, 12, 31).toordinal() - _EPOCH
_SERIAL = re.compile(r"([0-9]{1,7})([.,][0-9]+)?")
_STORED = "%Y-%m-%d"
_ZONED = re.compile(r".*[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)? ?(Z|[+-][0-9]{2}:?[0-9]{2})")
_TIMED = re.compile(r"(?P<day>.*?)[ T](?P<time>[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)")


SERIALS = ("excel_1900", "excel_1904")
"""Formats of days that are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A format, taken apart."""

    format: str
    pattern: re.Pattern[str]
    has_time: bool
    fields: tuple[str, ...]
    """What stands at each character of a text, where all texts are equally long: Y y m d or a literal."""


@lru_cache(maxsize=256)
def form_of(format: str) -> Form:
    """Take a format apart; ValueError says what is wrong with it."""
    pieces = re.findall(r"%-?.?|[^%]", format, flags=re.DOTALL)
    unknown = [piece for piece in pieces if piece[0] == "%" and piece not in _SIGNS]
    if unknown:
        raise ValueError(f"{unknown[0]} is not known; known are {' '.join(_SIGNS)}")
    named = [piece[-1] for piece in pieces if piece[0] == "%" and piece != "%%"]
    parts = sorted("year" if sign in "Yy" else "month" if sign in "mBb" else sign for sign in named)
    if [part for part in parts if part not in "HMS"] != ["d", "month", "year"] or len({*parts}) < len(parts):
        raise ValueError("it must name a year (%Y, %y), a month (%m, %B, %b) and a day (%d), each once")
    if re.search("%-[dm]%[^%Bb]|%[^%Bb]%-[dm]", format):
        raise ValueError("%-d and %-m need a mark between them and other digits")
    pattern = "".join(_SIGNS[piece] if piece[0] == "%" else re.escape(piece) for piece in pieces)
    widths = {"%Y": 4, "%y": 2, "%m": 2, "%d": 2}
    fixed = (
        all(piece in widths or (piece[0] != "%" and piece.isascii()) for piece in pieces)
        and "%y" not in pieces
    )
    fields = [sign for piece in pieces for sign in piece[-1] * widths.get(piece, 1)] if fixed else []
    literals = [piece[0] != "%" for piece in pieces for _ in range(widths.get(piece, 1))] if fixed else []
    return Form(
        format=format,
        pattern=re.compile(pattern, re.ASCII),
        has_time=any(sign in "HMS" for sign in named),
        fields=tuple(f"={sign}" if literal else sign for sign, literal in zip(fields, literals, strict=True)),
    )


def day_in(text: str, form: Form) -> tuple[int, int, int] | None:
    """Return year, month and day of a text of this form, None where it is of another.

    >>> day_in("2. maj 2024", form_of("%-d. %B %Y"))
    (2024, 5, 2)
    """
    match = form.pattern.fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    year = int(found["Y"]) if "Y" in found else 2000 + int(found["y"])
    if "m" in found:
        month = int(found["m"])
    else:
        month = _MONTHS[found["B"].lower()] if "B" in found else _SHORT[found["b"].lower()]
    return year, month, int(found["d"])


def day_of_serial(serial: int, format: str) -> int | None:
    """Return the day of a serial number in days since 1970-01-01; None for a day that never was.

    In excel_1900 day 1 is 1900-01-01, and 60 is 29 February 1900, a day that the calendar does not have;
    in excel_1904 day 0 is 1904-01-01.

    >>> np.datetime64(day_of_serial(45292, "excel_1900"), "D"), day_of_serial(60, "excel_1900")
    (np.datetime64('2024-01-01'), None)
    """
    if format == "excel_1904":
        return serial + date(1904, 1, 1).toordinal() - _EPOCH
    if serial == 60:
        return None
    return serial + date(1899, 12, 30 if serial > 60 else 31).toordinal() - _EPOCH


def _calendar_day(year: int, month: int, day: int) -> int | None:
    """Return days since 1970-01-01, None for a day that the calendar does not have."""
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


# --- which formats cells fit --------------------------------------------------------------------------


def infer_formats(cells: Iterable[str]) -> list[str]:
    """Return the known formats that every cell fits, empty cells aside; none where there is no cell.

    >>> infer_formats(["01-02-2024", "", "03-04-2024"]), infer_formats(["13-02-2024", "03-04-2024"])
    (['%d-%m-%Y', '%m-%d-%Y'], ['%d-%m-%Y'])
    """
    texts = {cell for cell in cells if cell.strip()}
    if not texts:
        return []
    formats = [format for format in KNOWN_FORMATS if all(fits(text, format) for text in texts)]
    strict = [format for format in formats if format.replace("%-", "%") not in {*formats} - {format}]
    if all(_is_plausible_serial(text) for text in texts):
        strict.append("excel_1900")
    return strict


def fits(text: str, format: str) -> bool:
    """Whether a text is a day of the calendar, or a stand-in for an unknown one, in this format."""
    found = day_in(text, form_of(format))
    if found is None:
        return False
    return found in STAND_INS or (
        EARLIEST_YEAR <= found[0] <= LATEST_YEAR and _calendar_day(*found) is not None
    )


def _is_plausible_serial(text: str) -> bool:
    match = _SERIAL.fullmatch(text)
    return match is not None and len(match[1]) == 5 and FIRST_SERIAL <= int(match[1]) <= LAST_SERIAL


# --- one text -----------------------------------------------------------------------------------------

_NO_FORMAT = Refused(code="PE-A72", what="no format", mend="")  # replaced by what `review` finds
_OTHER_FORM = Refused(code="PE-A56", what="another format", mend="")
_TIME_DROPPED = Noted(
    value=None,  # in place of the day
    code="PE-A65",
    what="the cells of this column have a time of day, which was dropped; the day counts.",
    mend="Nothing need be done.",
)
_TIMES = Refused(
    code="PE-A65",
    what="this cell has a time of day, and the column holds dates.",
    mend="Drop the time of day in the file, or declare a format with it: then it is read and dropped.",
)
_ZONES = Refused(
    code="PE-A62",
    what="this cell has a time zone: which day it is depends on the place.",
    mend="Write the local day in the file, without time of day and zone.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What is declared of a column of dates, taken apart. `form` is None for serials and for no format."""

    column: Column
    coded: Coded | None
    form: Form | None
    serial: bool
    missing: frozenset[int]
    """Codes for missing that are days, in days since 1970-01-01."""
    codes: frozenset[int]
    """The same, with the codes that the file marks as missing."""

    @property
    def drops_time(self) -> bool:
        return self.form is not None and self.form.has_time


def date_readings(column: Column, coded: Coded | None) -> tuple[Reading, Reading]:
    """Return how cells written as text are read, and how cells that the file stores as dates are.

    A format that cannot be understood refuses every written cell.
    """
    serial = column.format in SERIALS
    try:
        form = None if serial or column.format is None else form_of(column.format)
    except ValueError as wrong:
        read = partial(_no_such_format, column=column, why=str(wrong))
        return Reading(read=read, blank=_NAT), _stored_reading(_rule(column, coded, None, serial))
    rule = _rule(column, coded, form, serial)
    written = Reading(
        read=lambda text: _read(text, rule),
        blank=_NAT,
        quick=(lambda cells: _quick_written(cells, rule),),
        review=lambda outcomes, any_read: _review(outcomes, any_read, column),
    )
    return written, _stored_reading(rule)


_NAT = np.datetime64("NaT", "D")


def _rule(column: Column, coded: Coded | None, form: Form | None, serial: bool) -> _Rule:
    def days(codes: tuple[str, ...]) -> frozenset[int]:
        found = [day_in(code, known) for code in codes for known in (form_of(_STORED), form) if known]
        known = [_calendar_day(*day) for day in found if day]
        if serial:
            whole = [int(code) for code in codes if re.fullmatch("[0-9]{1,7}", code)]
            known += [day_of_serial(code, column.format or "") for code in whole]
        return frozenset(day for day in known if day is not None)

    missing = days(column.missing)
    codes = missing | days(coded.declared_missing if coded else ())
    return _Rule(column=column, coded=coded, form=form, serial=serial, missing=missing, codes=codes)


def _stored_reading(rule: _Rule) -> Reading:
    return Reading(
        read=lambda text: _read_stored(text, rule),
        blank=_NAT,
        quick=(lambda cells: _quick_stored(cells, rule),),
    )


def _no_such_format(text: str, column: Column, why: str) -> Outcome:
    if text in column.missing:
        return None
    return Refused(
        code="PE-A72",
        what=f"format = {column.format!r} of this column cannot be understood: {why}.",
        mend="Write it with the signs of strptime.",
        paste=f'format = "{_STORED}"',
    )


def _read(text: str, rule: _Rule) -> Outcome:
    if text in rule.column.missing:
        return None
    found = None if rule.form is None else day_in(text, rule.form)
    if found is None or (rule.coded is not None and text in rule.coded.declared_missing):
        refused = undeclared(text, rule.column, rule.coded)
        if refused is not None:
            return refused
        return _read_serial(text, rule) if rule.serial else _why_not(text, rule)
    outcome = _checked(text, found, rule)
    return _without_time(outcome) if rule.drops_time else outcome


def _read_stored(text: str, rule: _Rule) -> Outcome:
    """Read a date that the file stores, as the text YYYY-MM-DD, with a time where there is one."""
    if text in rule.column.missing:
        return None
    refused = undeclared(text, rule.column, rule.coded)
    if refused is not None:
        return refused
    if _ZONED.fullmatch(text):
        return _ZONES
    timed = _TIMED.fullmatch(text)
    found = day_in(timed["day"] if timed else text, form_of(_STORED))
    if found is None:
        return _refused("is no date of the calendar")
    if timed and not rule.drops_time:
        return _with_time("%H:%M:%S", _STORED)
    outcome = _checked(text, found, rule)
    return _without_time(outcome) if timed else outcome


def _read_serial(text: str, rule: _Rule) -> Outcome:
    match = _SERIAL.fullmatch(text)
    if match is None:
        return _OTHER_FORM if any(fits(text, known) for known in KNOWN_FORMATS) else _garbled(text, rule)
    if match[2] and match[2].strip(".,0"):
        return _TIMES
    day = day_of_serial(int(match[1]), rule.column.format or "")
    if day is None:
        return _refused("is serial number 60, which stands for 29 February 1900: there was no such day")
    if int(match[1]) == 0:
        return _stand_in(text)
    if not _FIRST_DAY <= day <= _LAST_DAY:
        return _stand_in(text) if day == _calendar_day(9999, 12, 31) else _refused(_OUT_OF_RANGE)
    found = date.fromordinal(day + _EPOCH)
    return _checked(text, (found.year, found.month, found.day), rule)


_OUT_OF_RANGE = f"is a day before the year {EARLIEST_YEAR} or after {LATEST_YEAR}"


def _checked(text: str, found: tuple[int, int, int], rule: _Rule) -> Outcome:
    """Turn year, month and day into a day, or say why they are none."""
    day = _calendar_day(*found)
    if day is not None and day in rule.missing:
        return in_another_form("PE-A60", text, rule.column)
    if found in STAND_INS:
        return _stand_in(text)
    if day is None and any(fits(text, known) for known in KNOWN_FORMATS):
        return _OTHER_FORM  # 01-13-2024 under %d-%m-%Y
    if day is None:
        return _refused("is a day that the calendar does not have, such as 30 February")
    if not EARLIEST_YEAR <= found[0] <= LATEST_YEAR:
        return _refused(_OUT_OF_RANGE)
    return day


def _without_time(outcome: Outcome) -> Outcome:
    if outcome is None or isinstance(outcome, Refused | Noted):
        return outcome
    return replace(_TIME_DROPPED, value=outcome)


def _refused(why: str) -> Refused:
    return Refused(
        code="PE-A59",
        what=f"this cell {why}.",
        mend="Correct it; if it stands for an unknown day, declare it as missing.",
    )


def _stand_in(text: str) -> Refused:
    return Refused(
        code="PE-A60",
        what="this cell holds a day that is often written for an unknown one, and was not declared missing.",
        mend="Declare it as missing. A true date on this very day must be checked at its source.",
        offer=("missing", text),
        shown=repr(text),
    )


def _with_time(time: str, format: str) -> Refused:
    return replace(_TIMES, paste=f'format = "{format} {time}"')


def _why_not(text: str, rule: _Rule) -> Refused:
    """Say why a text has not the form declared, or what its form is where none was declared."""
    for known in KNOWN_FORMATS:
        if day_in(text, form_of(known)) in STAND_INS:
            return _stand_in(text)
    if _ZONED.fullmatch(text):
        return _ZONES
    if rule.form is None:
        return _NO_FORMAT
    if rule.coded is not None and text in rule.coded.meanings:
        return labelled(text, rule.coded)
    if _is_plausible_serial(text):
        return _SERIALS
    timed = _TIMED.fullmatch(text)
    if timed and day_in(timed["day"], rule.form) is not None:
        return _with_time("%H:%M:%S" if timed["time"].count(":") == 2 else "%H:%M", rule.form.format)
    if any(fits(text, known) for known in KNOWN_FORMATS):
        return _OTHER_FORM
    return _garbled(text, rule)


_SERIALS = Refused(
    code="PE-A58",
    what="this cell looks like the serial number of a date in a spreadsheet.",
    mend="If the whole column holds serial numbers, declare that; else write the dates in one way.",
    paste='format = "excel_1900"',
)


def _garbled(text: str, rule: _Rule) -> Refused:
    plain, odd = unfolded(text)
    if odd and rule.form is not None and " " not in rule.form.format and day_in(plain, rule.form) is not None:
        return odd_signs(odd, "a date")
    return _refused(f"is not written as {rule.column.format}, as this column was declared to be")


# --- all texts of a block -----------------------------------------------------------------------------


def _review(outcomes: dict[str, Outcome], any_read: bool, column: Column) -> dict[str, Outcome]:
    """Say which formats the cells fit that do not fit the one declared, or that have none."""
    unclear = [text for text, outcome in outcomes.items() if outcome in (_NO_FORMAT, _OTHER_FORM)]
    if not unclear:
        return outcomes
    formats = infer_formats(unclear)
    if column.format is None:
        refused = _undeclared_format(unclear, formats)
    else:
        refused = _mixed(unclear, formats, any_read, f"the column was declared as {column.format}")
        every = infer_formats([text for text, outcome in outcomes.items() if not _is_missing(outcome)])
        quick = (
            column.format in SERIALS or form_of(column.format).fields
        )  # then not every text of the column stands here
        if any_read and not quick and len(every) == 1:
            refused = replace(
                refused,
                mend="Every cell of the column fits one other format; declare it if it is right.",
                paste=f'format = "{every[0]}"',
            )
    return {**outcomes, **dict.fromkeys(unclear, refused)}


def _is_missing(outcome: Outcome) -> bool:
    return isinstance(outcome, np.datetime64) and np.isnat(outcome)


def _undeclared_format(unclear: list[str], formats: list[str]) -> Refused:
    if formats == ["excel_1900"]:
        return _SERIALS
    each = [infer_formats([text]) for text in unclear[:NAMED_FROM]]
    if not formats and all(each):
        return _mixed(unclear, formats, True, "no one format fits them all")
    lines = " or ".join(f'format = "{format}"' for format in formats)
    if not formats:
        mend = "No known format fits every cell here. Declare the right one, and correct what does not fit."
    elif len(formats) == 1:
        mend = "Every cell here fits one format; declare it if it is right."
    else:
        mend = f"Every cell here fits each of these, and only the source can say which is right: {lines}."
    return Refused(
        code="PE-A72",
        what="this column holds dates written as text, and no format was declared.",
        mend=mend,
        paste=lines if len(formats) == 1 else None,
    )


def _mixed(unclear: list[str], formats: list[str], any_read: bool, why: str) -> Refused:
    """Name the formats of cells that do not go together."""
    seen = formats or list(
        dict.fromkeys(format for text in unclear[:NAMED_FROM] for format in infer_formats([text])[:1])
    )
    year_first = ", which reads as year-month-day" if {each[:2] for each in seen} == {"%Y"} else ""
    refused = Refused(
        code="PE-A56",
        what=f"this date is written in another way: {' or '.join(seen[:4])}{year_first}; {why}.",
        mend="Write all dates of a column in one way; find out which rows came from where.",
    )
    if len(formats) != 1 or any_read:
        return refused
    mend = "Declare the format that the column has, if it is right."
    return replace(refused, mend=mend, paste=f'format = "{formats[0]}"')


# --- many cells at once -------------------------------------------------------------------------------

_NO_DAY = np.iinfo(np.int32).min
_OFF = 1 << 26  # above any year, month and day written as one number, and small enough to be added up


def _quick_written(cells: pyarrow.Array, rule: _Rule) -> tuple[np.ndarray, np.ndarray]:
    """Return days of texts of a form of fixed width, and which are sure: days of the calendar."""
    fields = rule.form.fields if rule.form is not None else ()
    if not fields or len(fields) % 2 or not is_text(cells):
        return nothing_sure(cells)
    starts, data = text_bytes(cells)
    fitting = np.diff(starts) == len(fields)
    if cells.null_count or not fitting.all():
        if cells.null_count:
            fitting &= cells.is_valid().to_numpy(zero_copy_only=False)
        rows = (starts[:-1][fitting, np.newaxis] + np.arange(len(fields))).astype(np.int64)
        letters = data[rows]
    else:
        letters = data[starts[0] : starts[-1]].reshape(len(cells), len(fields))
    days = _days_of(np.ascontiguousarray(letters), fields)
    sure = days != _NO_DAY
    for day in rule.codes:
        sure &= days != day
    if fitting.all():
        return days.astype(_DAY), sure
    values = np.zeros(len(cells), dtype=_DAY)
    values[fitting] = days.astype(_DAY)
    fitting[fitting] = sure
    return values, fitting


_DAY = np.dtype("datetime64[D]")


def _days_of(letters: np.ndarray, fields: tuple[str, ...]) -> np.ndarray:
    """Look up the day of each row of letters, two letters at a time."""
    pairs = letters.view("<u2").reshape(len(letters), len(fields) // 2)
    written = np.zeros(len(letters), dtype=np.int32)
    for position, table in enumerate(_pair_tables(fields)):
        written += table[pairs[:, position]]
    calendar = _calendar()
    return calendar[np.clip(written - EARLIEST_YEAR * 10_000, -1, len(calendar) - 1)]


@lru_cache(maxsize=16)
def _pair_tables(fields: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    """Return, for each two letters of a form, what any two bytes add to year * 10000 + month * 100 + day."""
    place = {"Y": 10_000_000, "y": 100_000, "m": 1_000, "d": 10}
    tables = []
    for field in fields:
        table = np.full(256, _OFF, dtype=np.int32)
        if field[0] == "=":
            table[ord(field[1])] = 0
        else:
            table[ord("0") : ord("9") + 1] = np.arange(10) * place[field]
            place[field] //= 10
        tables.append(table)
    tables[0] = tables[0] + (20_000_000 if "y" in fields else 0)
    pairs = zip(tables[::2], tables[1::2], strict=True)
    return tuple((second[:, np.newaxis] + first).ravel() for first, second in pairs)


@lru_cache(maxsize=1)
def _calendar() -> np.ndarray:
    """Return the day since 1970 of each (year - EARLIEST_YEAR) * 10000 + month * 100 + day.

    Stand-ins are no day here, and neither is the last entry, which stands for everything else.
    """
    days = np.arange(_FIRST_DAY, _LAST_DAY + 1, dtype=np.int32)
    moments = days.astype("datetime64[D]")
    months = moments.astype("datetime64[M]")
    year = moments.astype("datetime64[Y]").astype(np.int32) + 1970
    month = months.astype(np.int32) % 12 + 1
    day = (moments - months.astype("datetime64[D]")).astype(np.int32) + 1
    calendar = np.full((LATEST_YEAR - EARLIEST_YEAR + 1) * 10_000 + 1, _NO_DAY, dtype=np.int32)
    calendar[(year - EARLIEST_YEAR) * 10_000 + month * 100 + day] = days
    for stand_in in STAND_INS:
        if stand_in[0] <= LATEST_YEAR:
            calendar[(stand_in[0] - EARLIEST_YEAR) * 10_000 + stand_in[1] * 100 + stand_in[2]] = _NO_DAY
    return calendar


def _quick_stored(cells: pyarrow.Array, rule: _Rule) -> tuple[np.ndarray, np.ndarray]:
    """Return days that a file stores, and which are sure: without a time, and no code."""
    import pyarrow

    zoned = pyarrow.types.is_timestamp(cells.type) and cells.type.tz is not None
    if zoned or not pyarrow.types.is_date(cells.type) and not pyarrow.types.is_timestamp(cells.type):
        return nothing_sure(cells)
    moments = cells.to_numpy(zero_copy_only=False)
    days = moments.astype(_DAY)
    numbers = days.view(np.int64)
    sure = (numbers >= _FIRST_DAY) & (numbers <= _LAST_DAY)  # a missing cell is far below
    if moments.dtype != _DAY:
        sure &= days.astype(moments.dtype) == moments
    for day in rule.codes | {_calendar_day(*stand_in) for stand_in in STAND_INS}:
        sure &= numbers != day
    return days, sure
