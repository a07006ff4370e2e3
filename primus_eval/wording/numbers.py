"""Numbers as a reader sees them: decimal mark, true minus, thousands, and no rounding onto "no effect".

Every printed number of a report, a table or a figure goes through here. Rounding is decimal and half
away from zero, on the shortest decimal form of the float, so that 28.5 percent is printed as 29 on
every machine and a difference and its mirror image are rounded alike.

Convention: proportions come in as proportions; `percent` and `points` multiply by 100.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

MINUS = "\u2212"
THIN_SPACE = "\u2009"
NO_BREAK_SPACE = "\u00a0"
MOST_DIGITS = 9
"""More decimals than this are noise of floating-point arithmetic: such a value is the null itself."""

_ENOUGH = Context(prec=400, rounding=ROUND_HALF_UP)
"""Holds any float to every decimal that is ever asked for."""

SMALLEST_P = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberForm:
    """How a language writes numbers."""

    decimal_mark: str
    thousands_mark: str
    percent_sign: str


FORMS: dict[str, NumberForm] = {
    "en": NumberForm(decimal_mark=".", thousands_mark=",", percent_sign="%"),
    "da": NumberForm(decimal_mark=",", thousands_mark=THIN_SPACE, percent_sign=f"{NO_BREAK_SPACE}%"),
}
"""One entry per language; a language without one writes numbers as English does."""


def decimal(value: float, digits: int, language: str = "en") -> str:
    """Write a number with a fixed number of decimals.

    >>> decimal(-8.3333, 1), decimal(-0.04, 1), decimal(1234.5, 1, "da")
    ('−8.3', '0.0', '1\\u2009234,5')
    """
    return _written(_exact(value), digits, language)


def percent(value: float, digits: int = 0, language: str = "en") -> str:
    """Write a proportion (0 to 1) in percent, with its sign.

    >>> percent(0.285), percent(0.2222, 1), percent(0.2222, 1, "da")
    ('29%', '22.2%', '22,2\\xa0%')
    """
    return _written(_exact(value) * 100, digits, language) + form_of(language).percent_sign


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
    ('432', '12,345', '12\\u2009345')
    """
    return _written(Decimal(n), 0, language)


def p_value(value: float, language: str = "en") -> str:
    """Write a p-value with three decimals, more where it would be rounded onto 0.05, or as a bound.

    >>> p_value(0.0469), p_value(0.05007), p_value(0.0002), p_value(0.9999), p_value(1.0)
    ('0.047', '0.0501', '< 0.001', '> 0.999', '1.000')
    """
    exact = _exact(value)
    if exact < SMALLEST_P:
        return f"< {_written(SMALLEST_P, 3, language)}"
    if 1 > exact > 1 - SMALLEST_P / 2:
        return f"> {_written(1 - SMALLEST_P, 3, language)}"
    return _written(exact, _digits_off_null([exact], null=Decimal("0.05"), digits=3), language)


def safe_digits(values: Iterable[float], *, null: float, digits: int) -> int:
    """Return how many decimals print these values without rounding any of them onto `null`.

    At least `digits`. A value that equals `null` to nine decimals is `null` itself. Rounding can never
    carry a value across `null`, because `null` (zero or one) is itself a rounded number.

    >>> safe_digits([-16.505, -0.0149], null=0, digits=1), safe_digits([0.48, 1.0028], null=1, digits=2)
    (2, 3)
    """
    return _digits_off_null([_exact(value) for value in values], null=_exact(null), digits=digits)


def form_of(language: str) -> NumberForm:
    """Return how a language writes numbers; English where it is not listed."""
    return FORMS.get(language, FORMS["en"])


def _digits_off_null(values: list[Decimal], *, null: Decimal | int, digits: int) -> int:
    distances = [abs(value - null) for value in values]
    least = Decimal(1).scaleb(-MOST_DIGITS)
    while digits < MOST_DIGITS and any(
        distance >= least and _rounded(value, digits) == null
        for value, distance in zip(values, distances, strict=True)
    ):
        digits += 1
    return digits


def _exact(value: float) -> Decimal:
    """Return the shortest decimal that reads back as this float."""
    return Decimal(repr(float(value)))


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), context=_ENOUGH)


def _written(value: Decimal, digits: int, language: str) -> str:
    form = form_of(language)
    rounded = _rounded(value, digits)
    sign = MINUS if rounded < 0 else ""
    integer, _, fraction = f"{abs(rounded):,.{digits}f}".partition(".")
    integer = integer.replace(",", form.thousands_mark)
    return f"{sign}{integer}{form.decimal_mark if digits else ''}{fraction}"
