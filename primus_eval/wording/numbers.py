"""Numbers as a reader sees them: decimal mark, true minus, thousands, and no rounding onto "no effect".

Every printed number of a report, a table or a figure goes through here. Rounding is decimal and half
away from zero, on the shortest decimal form of the float, so that 28.5 percent is printed as 29 on
every machine and a difference and its mirror image are rounded alike.

Convention: proportions come in as proportions; `percent` and `points` multiply by 100.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from functools import cache

from primus_eval.wording.catalogue import words_in

MINUS = "\u2212"
MOST_DIGITS = 9
"""More decimals than this are noise of floating-point arithmetic: such a value is the null itself."""

_ENOUGH = Context(prec=400, rounding=ROUND_HALF_UP)
"""Holds any float to every decimal that is ever asked for."""

SMALLEST_P = Decimal("0.001")

P_LINES = tuple(Decimal(line) for line in ("0.001", "0.01", "0.05", "0.1"))
"""The lines that p-values are usually held against: none is printed on one unless it lies there."""

SMD_LINE = Decimal("0.1")
"""The rule of thumb for standardised differences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberForm:
    """How a language writes numbers."""

    decimal_mark: str
    thousands_mark: str
    percent_sign: str


def decimal(value: float, digits: int, language: str = "en") -> str:
    """Write a number with a fixed number of decimals.

    >>> decimal(-8.3333, 1), decimal(-0.04, 1), decimal(1234.5, 1, "da")
    ('−8.3', '0.0', '1\\u202f234,5')
    """
    return _written(_exact(value), digits, language)


def percent(value: float, digits: int = 0, language: str = "en") -> str:
    """Write a proportion in percent, with its sign; never rounded onto none or all.

    >>> percent(0.285), percent(0.2222, 1), percent(0.2222, 1, "da"), percent(0.9996, 1)
    ('29%', '22.2%', '22,2\\xa0%', '99.96%')
    """
    return share(value, digits, language) + form_of(language).percent_sign


def share(value: float, digits: int = 0, language: str = "en") -> str:
    """Write a proportion as people in 100, without a unit; never rounded onto none or all of them.

    >>> share(0.2222), share(0.0004), share(0.998), share(1.0)
    ('22', '0.04', '99.8', '100')
    """
    scaled = _exact(value) * 100
    digits = max(_digits_off_null([scaled], null=null, digits=digits) for null in (0, 100))
    return _written(scaled, digits, language)


def points(value: float, digits: int = 1, language: str = "en") -> str:
    """Write a difference between proportions in percentage points, without a unit.

    The same number counts people in 100. Never rounded onto zero: digits are added instead.

    >>> points(-0.083333), points(-0.000149), points(0.0)
    ('−8.3', '−0.01', '0.0')
    """
    scaled = _exact(value) * 100
    return _written(scaled, _digits_off_null([scaled], null=0, digits=digits), language)


def ratio(value: float, digits: int = 2, language: str = "en") -> str:
    """Write a ratio; never rounded onto one or zero, and with fewer decimals where it is large.

    >>> ratio(0.6914), ratio(1.0028), ratio(0.99996), ratio(0.0004), ratio(12.345), ratio(1234.5)
    ('0.69', '1.003', '0.99996', '0.0004', '12.3', '1,235')
    """
    digits = max(0, digits - 2) if value >= 100 else max(0, digits - 1) if value >= 10 else digits
    digits = max(safe_digits([value], null=null, digits=digits) for null in (0, 1))
    return decimal(value, digits, language)


def difference(value: float, digits: int = 1, language: str = "en") -> str:
    """Write a difference in its own unit; never rounded onto zero.

    >>> difference(14.2917), difference(-0.03)
    ('14.3', '−0.03')
    """
    return decimal(value, safe_digits([value], null=0, digits=digits), language)


def whole(n: int, language: str = "en") -> str:
    """Write a count, with thousands kept apart.

    >>> whole(432), whole(12345), whole(12345, "da")
    ('432', '12,345', '12\\u202f345')
    """
    return _written(Decimal(n), 0, language)


def p_value(value: float, language: str = "en", *, level: float = 0.05) -> str:
    """Write a p-value with three decimals, more where that would carry it onto a line, or as a bound.

    level: the line that this p-value is held against, besides `P_LINES`. One that is known to two decimals
    only, as a release rounds it, gets no third.

    >>> p_value(0.0469), p_value(0.05007), p_value(0.0002), p_value(0.9999), p_value(0.11)
    ('0.047', '0.0501', '< 0.001', '> 0.999', '0.11')
    >>> p_value(0.0996), p_value(0.0249, level=0.025), p_value(0.0247, level=0.0248)
    ('0.0996', '0.0249', '0.0247')
    """
    exact, line = _exact(value), _exact(level)
    smallest = min(SMALLEST_P, line)
    if exact < smallest:
        return f"< {_written(smallest, -_exponent(smallest), language)}"
    if 1 > exact > 1 - SMALLEST_P / 2:
        return f"> {_written(1 - SMALLEST_P, 3, language)}"
    known = max(2, min(3, -_exponent(exact))) if exact >= Decimal("0.1") else 3
    digits = max(_digits_off_null([exact], null=null, digits=known) for null in {*P_LINES, line})
    return _written(exact, digits, language)


def standardised_difference(value: float, language: str = "en") -> str:
    """Write a standardised difference with two decimals, more where that would carry it onto a tenth.

    >>> standardised_difference(-0.0996), standardised_difference(0.1), standardised_difference(0.234)
    ('−0.0996', '0.10', '0.23')
    """
    exact = _exact(value)
    return _written(exact, _digits_off_null([abs(exact)], null=SMD_LINE, digits=2), language)


def people_needed(value: float, language: str = "en", *, up: bool = True) -> str:
    """Write a number of people needed, without its sign, as a whole number: rounded up, or down.

    Noise beyond nine decimals does not count: 1 / (1/12) is 12, not 13.

    >>> people_needed(12.000000000000004), people_needed(-4.1), people_needed(3.9, up=False)
    ('12', '5', '3')
    """
    exact = abs(_rounded(_exact(value), MOST_DIGITS))
    nearest = exact.to_integral_value(rounding=ROUND_CEILING if up else ROUND_FLOOR)
    return _written(nearest, 0, language)


def safe_digits(values: Iterable[float], *, null: float, digits: int) -> int:
    """Return how many decimals print these values without rounding any of them onto `null`.

    At least `digits`. A value that equals `null` to nine decimals is `null` itself. Nor does rounding
    carry a value across `null`, which it could where `null` has more decimals than are printed.

    >>> safe_digits([-16.505, -0.0149], null=0, digits=1), safe_digits([0.48, 1.0028], null=1, digits=2)
    (2, 3)
    """
    return _digits_off_null([_exact(value) for value in values], null=_exact(null), digits=digits)


def day(value: date, language: str = "en") -> str:
    """Write a date as a language does.

    >>> day(date(2026, 11, 3)), day(date(2026, 11, 3), "da")
    ('3 November 2026', '3. november 2026')
    """
    words = words_in(language)
    month = words.entries["date.months"].split()[value.month - 1]
    return words.text("date.form", day=str(value.day), month=month, year=str(value.year))


@cache
def form_of(language: str) -> NumberForm:
    """Return how a language writes numbers, from its catalogue."""
    entries = words_in(language).entries
    marks = {name: entries[f"number.{name}"] for name in ("decimal_mark", "thousands_mark", "percent_sign")}
    return NumberForm(**marks)


def _digits_off_null(values: list[Decimal], *, null: Decimal | int, digits: int) -> int:
    least = Decimal(1).scaleb(-MOST_DIGITS)
    apart = [value for value in values if abs(value - null) >= least]
    while digits < MOST_DIGITS and any(
        (_rounded(value, digits) - null) * (value - null) <= 0 for value in apart
    ):
        digits += 1
    return digits


def _exact(value: float) -> Decimal:
    """Return the shortest decimal that reads back as this float."""
    return Decimal(repr(float(value)))


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), context=_ENOUGH)


def _written(value: Decimal, digits: int, language: str) -> str:
    form = form_of(language)
    rounded = _rounded(value, digits)
    sign = MINUS if rounded < 0 else ""
    integer, _, fraction = f"{abs(rounded):,.{digits}f}".partition(".")
    integer = integer.replace(",", form.thousands_mark)
    return f"{sign}{integer}{form.decimal_mark if digits else ''}{fraction}"
