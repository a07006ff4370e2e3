"""Amounts of money as a reader sees them: the currency where the language puts it, and no false precision.

Amounts from a hundred on are printed without decimals, smaller ones with two where they have any. What a
release has rounded to three digits is printed as it was rounded.
"""

from __future__ import annotations

from primus_eval.wording import numbers
from primus_eval.wording.catalogue import words_in

WHOLE_FROM = 100
"""From here on decimals of an amount say nothing that anybody could use."""


def bare_amount(value: float, language: str = "en") -> str:
    """Write an amount without its currency, for a column that names it.

    >>> bare_amount(36666.7), bare_amount(-8.5), bare_amount(42.0)
    ('36,667', '−8.50', '42')
    """
    if abs(value) >= WHOLE_FROM or float(value).is_integer():
        return numbers.decimal(value, 0, language)
    return numbers.difference(value, 2, language)


def money(value: float, currency: str, language: str = "en") -> str:
    """Write an amount with its currency.

    currency: three letters (ISO 4217). One that the catalogue of a language has a form for, such as kroner in
    Danish, is written in that form.

    >>> money(36667, "DKK"), money(36667, "DKK", "da"), money(-1200, "SEK", "da")
    ('DKK\\xa036,667', '36\\u202f667\\xa0kr.', '−1\\u202f200\\xa0SEK')
    """
    words = words_in(language)
    key = f"money.{currency}" if f"money.{currency}" in words else "money.other"
    text = words.text(key, amount=bare_amount(abs(value), language), currency=currency)
    return f"{numbers.MINUS}{text}" if value < 0 else text


def money_apart(value: float, currency: str, language: str = "en") -> str:
    """Write how far an amount is from nothing; a word beside it says in which direction.

    >>> money_apart(-1200, "DKK")
    'DKK\\xa01,200'
    """
    return money(abs(value), currency, language)
