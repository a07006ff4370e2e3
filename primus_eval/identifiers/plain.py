"""Text as it is compared: one way of writing digits, spaces and hyphens.

An identifier must not escape by full-width digits, a no-break space, a long dash or an invisible sign.
"""

from __future__ import annotations

import unicodedata

_HYPHENS = "\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"
_SIGNS = {ord(sign): "-" for sign in _HYPHENS} | {ord(sign): "" for sign in _INVISIBLE}
_SIGNS |= {ord("\t"): " ", ord("\u00ad"): "", ord("\u2019"): "'", ord("\u2032"): "'", ord("\u2044"): "/"}


def plain(text: str) -> str:
    """Return a text in NFKC with plain digits, spaces, hyphens and no invisible signs; line ends stay.

    >>> plain("０１０１９０–1234"), plain("12\\u00a034")
    ('010190-1234', '12 34')
    """
    if text.isascii():
        return text.replace("\t", " ")
    composed = unicodedata.normalize("NFKC", text)
    signs = {sign for sign in set(composed) if not sign.isascii()} | {"\t"}
    digits = {ord(sign): str(unicodedata.decimal(sign)) for sign in signs if sign.isdecimal()}
    others = {ord(sign): _SIGNS[ord(sign)] for sign in signs if ord(sign) in _SIGNS}
    for sign, instead in (digits | others).items():  # few differ, and one by one is faster than a table
        composed = composed.replace(chr(sign), instead)
    return composed


def words_of(listed: str) -> frozenset[str]:
    """Return the words of a list written as one text."""
    return frozenset(listed.split())
