"""Cells that a file stores as numbers, dates or truth values, written as the text that conversion reads.

A number is written as the shortest text that reads back the same, with the decimal mark that the
protocol declares for the table: in a sheet, numbers and numbers written as text may share a column, and
then both are read by one rule.
"""

from __future__ import annotations

import datetime

SECONDS_A_DAY = 86_400


def number_text(value: float, decimal: str = ".") -> str:
    """Write a number as the shortest text that reads back the same.

    >>> number_text(12.0), number_text(12.5), number_text(12.5, ","), number_text(-0.0)
    ('12', '12.5', '12,5', '0')
    """
    if value != value:
        return ""
    text = repr(value + 0).removesuffix(".0")
    if text == "-0":
        return "0"
    return text if decimal == "." else text.replace(".", decimal)


def date_text(day: datetime.date) -> str:
    """Write a date, and the time of day where it is not midnight.

    >>> date_text(datetime.datetime(2024, 2, 29)), date_text(datetime.datetime(2024, 2, 29, 7, 5, 3, 500_000))
    ('2024-02-29', '2024-02-29 07:05:03.5')
    """
    if not isinstance(day, datetime.datetime):
        return day.isoformat()
    if day.time() == datetime.time():
        return day.date().isoformat()
    text = day.replace(tzinfo=None).isoformat(sep=" ")
    return text.rstrip("0") if day.microsecond else text


def date_after(origin: datetime.date, seconds: float) -> datetime.datetime | None:
    """Return the moment so many seconds after midnight of a day; None where no calendar has it.

    seconds: a whole number, or one with at most microseconds.
    """
    days, rest = divmod(seconds, SECONDS_A_DAY)
    try:
        midnight = datetime.datetime.fromordinal(origin.toordinal() + int(days))
        return midnight + datetime.timedelta(seconds=rest)
    except (OverflowError, ValueError):
        return None


def time_text(time: datetime.time | datetime.timedelta) -> str:
    """Write a time of day, or a duration, as hours, minutes and seconds.

    >>> time_text(datetime.time(7, 5)), time_text(datetime.timedelta(days=1, hours=6))
    ('07:05:00', '30:00:00')
    """
    if isinstance(time, datetime.time):
        return time.isoformat(timespec="auto" if time.microsecond else "seconds")
    hours, rest = divmod(round(time.total_seconds()), 3600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
