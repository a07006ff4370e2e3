"""Numbers: which texts are one, which only look like one, and what to do about those.

`number_reading` decides one text at a time; that is the specification. Its `quick` functions decide plain
digits and stored numbers by the column, and leave every cell they are not sure of to it. The records by
which every kind of column says what it made of a text (`Reading`, `Refused`, `Noted`) are defined here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from primus_eval.identifiers import in_text
from primus_eval.loaders.typed_cells import number_text
from primus_eval.schema import Coded, Column

if TYPE_CHECKING:
    import pyarrow

LARGEST_NUMBER = 1e15
"""Far above anything that is measured on a person, and small enough for exact sums."""

DIGITS_KEPT = 17
"""Significant digits that a number of 64 bits can need; more are rounded."""

SAMPLED = 16_384
"""Cells that are looked at to see whether the texts of a column repeat."""

USUAL_CODES = {-1, -7, -8, -9, -88, -99, -888, -999, -9999} | {8, 9, 88, 98, 99, 888, 998, 999, 9998, 9999}
"""Numbers that people write for a value that is not known; beyond the limits they are no one's value."""

MISSING_WORDS = {"na", "n/a", "#n/a", "none", "null", "nil", "missing", "unknown", "ukendt", "uoplyst"} | {
    *("-", "--", ".", "..", "?")
}
"""What people write for a missing value, in small letters; none of it says anything of a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A text that is no value of its column: which kind of fault, and how to mend it.

    Two of the same kind are equal, whatever their cells. `offer` is a key of the column's declaration and
    a code, or code and label, that would mend it there; only given where the code says nothing of a person.
    `shown` is what to show of the cell in place of its shape. `if_shared` says that the text may be shown
    where many people have it, and is the key that would declare it then, or "nothing".
    """

    code: str
    what: str
    mend: str
    paste: str | None = None
    offer: tuple[str, str] | tuple[str, str, str] | None = field(default=None, compare=False)
    shown: str | None = field(default=None, compare=False)
    if_shared: Literal["", "nothing", "levels"] = ""

    def shared(self, text: str, shown: str) -> Refused:
        """Return what to say of a text that many people share; its first label is the code itself."""
        offer = ("levels", text, text) if self.if_shared == "levels" else None
        return replace(self, shown=shown, offer=offer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A text that is a value (None: missing), with something worth knowing."""

    value: float | None
    code: str
    what: str
    mend: str


Outcome = float | None | Refused | Noted
"""What a text means: a number, a position among codes or days since 1970; None where it is missing."""

Quick = Callable[["pyarrow.Array"], tuple[np.ndarray, np.ndarray]]
"""From an arrow array to a value for each cell, and whether it is sure; other values mean nothing."""


def _as_decided(outcomes: dict[str, Outcome], any_read: bool) -> dict[str, Outcome]:
    return outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the cells of one column are read.

    `blank` is the value of a missing cell, and gives the type of the values. `review` sees all distinct
    texts of a block at once, and whether any cell was read, and may refuse more or say it better.
    """

    read: Callable[[str], Outcome]
    blank: np.generic
    quick: tuple[Quick, ...] = ()
    review: Callable[[dict[str, Outcome], bool], dict[str, Outcome]] = _as_decided


def undeclared(text: str, column: Column, coded: Coded | None) -> Refused | None:
    """Refuse a text that stands for a missing value and was not declared to."""
    if text == "":
        return Refused(
            code="PE-A69",
            what="this cell is empty, and an empty cell was not declared to mean missing.",
            mend="Fill it, or declare that an empty cell means missing.",
            offer=("missing", text),
            shown="",
        )
    if not unfolded(text)[0]:
        return Refused(
            code="PE-A69",
            what="this cell holds nothing but spaces or invisible characters, and was not declared missing.",
            mend="Empty or fill it in the file.",
        )
    if text.strip().casefold() in MISSING_WORDS:
        return Refused(
            code="PE-A24",
            what="this cell holds a word for a missing value that was not declared.",
            mend="Declare it as missing, or correct the cell.",
            offer=("missing", text),
            shown=repr(text),
        )
    if re.fullmatch(r"\.[a-z_]", text):
        return Refused(
            code="PE-A53",
            what="this cell holds a special missing value of Stata or SAS that was not declared.",
            mend="Declare it as missing.",
            offer=("missing", text),
            shown=repr(text),
        )
    if coded is not None and text in coded.declared_missing:
        return labelled(text, coded)
    return None


def labelled(code: str, coded: Coded) -> Refused:
    """Refuse a code that the file itself labels, or marks as missing, and the protocol does not know."""
    label = coded.meanings.get(code)
    marked = code in coded.declared_missing
    if code in coded.in_missing_range and label is None:
        return Refused(
            code="PE-A53",
            what="this cell lies in a range that the file marks as missing, and was not declared missing.",
            mend="Declare the codes that mean missing, or take the range out of the file.",
        )
    if label is not None and in_text(label):
        label = None
    return Refused(
        code="PE-A53",
        what="this cell holds a code that the file "
        + ("marks as missing" if marked else "gives a label, so that it may be no number")
        + ", and that was not declared.",
        mend="Declare it as missing if it is; a number that is meant is declared with numbers = "
        f"[{json.dumps(code)}]. If every value has a label, the column is of type category.",
        offer=("missing", code),
        shown=repr(code) if label is None else f"{code!r} ({label[:60]!r})",
    )


def unfolded(text: str) -> tuple[str, list[str]]:
    """Write a text with plain digits and minus signs and without spaces; name the signs that were not.

    >>> unfolded("\\u22121_0\\uff11")
    ('-101', ['U+005F LOW LINE', 'U+2212 MINUS SIGN', 'digits from U+FF10 FULLWIDTH DIGIT ZERO on'])
    """
    plain, odd = [], set()
    for sign in text:
        kind = unicodedata.category(sign)
        if sign.isascii() and sign.isprintable() and sign not in " _":
            plain.append(sign)
        elif kind == "Nd":
            plain.append(str(unicodedata.decimal(sign)))
            odd.add(f"digits from {named(chr(ord(sign) - unicodedata.decimal(sign)))} on")
        elif kind == "Pd" or sign == "\u2212":
            plain.append("-")
            odd.add(named(sign))
        elif kind[0] in "ZC" or sign == "_":
            odd.add(named(sign))
        else:
            plain.append(sign)
    return "".join(plain), sorted(odd)


def named(sign: str) -> str:
    """Name a character by code point.

    >>> named("\\u00a0")
    'U+00A0 NO-BREAK SPACE'
    """
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip()


def odd_signs(odd: Iterable[str], kind: str) -> Refused:
    """Refuse a text that would be a number or date but for some characters."""
    return Refused(
        code="PE-A32",
        what=f"this cell is {kind} only if characters that do not belong in one are read away: "
        f"{', '.join(odd)}.",
        mend="Replace them in the file: plain digits, - for minus, nothing else.",
    )


def in_another_form(code: str, text: str, column: Column) -> Refused:
    """Refuse a value that equals a code for missing, but is written otherwise."""
    return Refused(
        code=code,
        what="this cell means the same as a code declared missing, but is written otherwise.",
        mend=f"Declared: {', '.join(map(repr, column.missing))}. Write it so, or declare this way too.",
        offer=("missing", text),
        shown=repr(text),
    )


# --- one text -----------------------------------------------------------------------------------------

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,' \u00a0\u2009\u202f])[0-9]{3}(\1[0-9]{3})*")
_ENGLISH = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+\.[0-9]+")
_DANISH = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]+")
_INFINITE = re.compile(r"[+-]?(inf|infinity|1\.#inf)", re.IGNORECASE)
_NOT_A_NUMBER = re.compile(r"[+-]?(nan|1\.#(nan|ind|qnan))", re.IGNORECASE)
_BASE = re.compile(r"[+-]?0([xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")

_THOUSANDS = "Remove the marks between thousands where the file is made"
_GROUPED = Refused(
    code="PE-A11",
    what="this cell looks like a number with marks between thousands, which could be another number.",
    mend=f"{_THOUSANDS}; if the mark is the decimal mark, declare decimal and type number.",
)
_IN_ENGLISH = replace(
    _GROUPED,
    what="this cell has a comma between thousands and a decimal point.",
    mend=f'{_THOUSANDS}, and declare decimal = ".".',
)
_IN_DANISH = replace(
    _GROUPED,
    what="this cell has a point between thousands and a decimal comma.",
    mend=f'{_THOUSANDS}, and declare decimal = ",".',
)
_IN_BOTH = Refused(
    code="PE-A12",
    what="numbers such as #,###.## and numbers such as #.###,## both occur in this column.",
    mend="Find out which rows come from where; write all in one way, without marks between thousands.",
)
_COMMA = Refused(
    code="PE-A09",
    what="this cell has a decimal comma, and the decimal mark of the file was declared to be a point.",
    mend="Declare the comma, if all numbers of the file are written so.",
    paste='decimal = ","',
)
_POINT = Refused(
    code="PE-A31",
    what="this cell has a decimal point, and the decimal mark of the file was declared to be a comma.",
    mend='Write all numbers of the file in one way; declare decimal = "." if it is the point.',
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What is declared of a column of numbers, and the codes of it that are numbers, as numbers."""

    column: Column
    decimal: str
    coded: Coded | None
    missing: frozenset[float]
    labelled: frozenset[float]

    @property
    def low(self) -> float:
        return -LARGEST_NUMBER if self.column.minimum is None else self.column.minimum

    @property
    def high(self) -> float:
        return LARGEST_NUMBER if self.column.maximum is None else self.column.maximum


def number_reading(column: Column, decimal: str, coded: Coded | None) -> Reading:
    """Return how a column of type integer or number is read."""
    codes = () if coded is None else (*coded.meanings, *coded.declared_missing)
    rule = _Rule(
        column=column,
        decimal=decimal,
        coded=coded,
        missing=frozenset(_numbers(column.missing, decimal)),
        labelled=frozenset(_numbers(codes, decimal)) - frozenset(_numbers(column.numbers, decimal)),
    )
    return Reading(
        read=lambda text: _read(text, rule),
        blank=np.float64("nan"),
        quick=(lambda cells: _quick(cells, rule),),
        review=_both_styles,
    )


def _read(text: str, rule: _Rule) -> Outcome:
    column = rule.column
    if text in column.missing:
        return None
    number = _with_point(text, rule.decimal)
    if number is None:
        return _why_not(text, rule)
    value = float(number) + 0.0  # without the sign of -0.0
    if value == 0 and number.lower().split("e")[0].strip("+-.0"):
        return _refused(column, "is so near to zero that it would be read as zero")
    if abs(value) > LARGEST_NUMBER:
        return _refused(column, "is larger than any number that this program takes")
    if value in rule.missing:
        return in_another_form("PE-A53", text, column)
    if rule.coded is not None and value in rule.labelled:
        return labelled(number_text(value, rule.decimal), rule.coded)
    if column.type == "integer" and not _INTEGER.fullmatch(text):
        return _not_whole(text, column)
    if not rule.low <= value <= rule.high:
        if value in USUAL_CODES and _INTEGER.fullmatch(text):
            return _usual_code(text, column)
        return _refused(column, "is outside the limits declared")
    return _rounded(value) if _significant(number) > DIGITS_KEPT else value


def _with_point(text: str, decimal: str) -> str | None:
    """Return a text that is a number with the decimal mark declared, with a point; else None."""
    if decimal == ",":
        text = "refused" if "." in text else text.replace(",", ".")
    return text if _NUMBER.fullmatch(text) else None


def _significant(number: str) -> int:
    mantissa = re.split("[eE]", number)[0].lstrip("+-")
    digits = mantissa.rstrip("0") if "." in mantissa else mantissa
    return len(digits.replace(".", "").lstrip("0"))


def _rounded(value: float) -> Noted:
    return Noted(
        value=value,
        code="PE-A43",
        what=f"some numbers have more than {DIGITS_KEPT} digits; each was read as the nearest 64-bit number.",
        mend="Nothing need be done: the last of so many digits are no measurement.",
    )


def _not_whole(text: str, column: Column) -> Refused:
    if _GROUPS.fullmatch(text):
        return _GROUPED
    return _refused(column, "is not written as a whole number of at most 15 digits")


def _refused(column: Column, why: str, code: str = "PE-A31") -> Refused:
    limits = [
        f"{word} {limit:.15g}"
        for word, limit in (("at least", column.minimum), ("at most", column.maximum))
        if limit is not None
    ]
    kind = "a whole number" if column.type == "integer" else "a number"
    return Refused(
        code=code,
        what=f"this cell {why}.",
        mend=f"It must be {' '.join([kind, ' and '.join(limits)]).strip()}. "
        "Correct it, declare its code as missing, or correct the declared type or limits.",
    )


def _usual_code(text: str, column: Column) -> Refused:
    refused = _refused(column, "is outside the limits declared, and is often a code for unknown: ask")
    return replace(
        refused,
        mend=f"{refused.mend.partition('. ')[0]}. If it is a code, declare it as missing; else correct it.",
        offer=("missing", text),
        shown=repr(text),
    )


def _why_not(text: str, rule: _Rule) -> Refused:
    """Say why a text is no number."""
    column = rule.column
    stands_for_missing = undeclared(text, column, rule.coded)
    if stands_for_missing is not None:
        return stands_for_missing
    if _NOT_A_NUMBER.fullmatch(text):
        refused = _refused(column, "holds a computer's word for no number")
        return replace(refused, offer=("missing", text), shown=repr(text))
    if _INFINITE.fullmatch(text):
        return _refused(column, "is infinite")
    for pattern, refused in ((_ENGLISH, _IN_ENGLISH), (_DANISH, _IN_DANISH), (_GROUPS, _GROUPED)):
        if pattern.fullmatch(text):
            return refused
    if _with_point(text, "," if rule.decimal == "." else ".") is not None:
        if column.type == "integer":
            return _not_whole(text, column)
        return _COMMA if rule.decimal == "." else _POINT
    if _BASE.fullmatch(text):
        return _refused(column, "is written in the digits of computers (0x..)", code="PE-A32")
    plain, odd = unfolded(text)
    if odd and (_NUMBER.fullmatch(plain) or _with_point(plain, ",") is not None):
        return odd_signs(odd, "a number")
    return _refused(column, "is no number")


def _both_styles(outcomes: dict[str, Outcome], any_read: bool) -> dict[str, Outcome]:
    """Say of numbers with marks between thousands that both styles occur, where they do."""
    styles = {_IN_ENGLISH, _IN_DANISH}
    if not styles <= {outcome for outcome in outcomes.values() if isinstance(outcome, Refused)}:
        return outcomes
    return {text: _IN_BOTH if outcome in styles else outcome for text, outcome in outcomes.items()}


def _numbers(codes: Iterable[str], decimal: str) -> list[float]:
    """Return the codes that are numbers, as numbers."""
    numbers = [_with_point(code, decimal) for code in codes]
    return [float(number) for number in numbers if number is not None]


# --- many cells at once -------------------------------------------------------------------------------


def _quick(cells: pyarrow.Array, rule: _Rule) -> tuple[np.ndarray, np.ndarray]:
    import pyarrow

    whole = pyarrow.types.is_integer(cells.type)
    if whole or pyarrow.types.is_floating(cells.type):
        values, sure = _stored(cells)
    elif not is_text(cells):
        return nothing_sure(cells)
    elif _only_digits(cells):
        whole = True
        values, sure = _stored(cells.cast(pyarrow.int64()))
    elif repeats(cells):
        return nothing_sure(cells)
    else:
        values, sure = _plain_texts(cells, rule)
    return values, sure & _ordinary(values, rule, whole=whole)


def _ordinary(values: np.ndarray, rule: _Rule, *, whole: bool) -> np.ndarray:
    """Return which values are inside the limits, whole where they must be, and equal to no code."""
    largest = LARGEST_NUMBER - 1 if rule.column.type == "integer" else LARGEST_NUMBER  # 15 digits
    sure = (values >= max(rule.low, -largest)) & (values <= min(rule.high, largest))
    if rule.column.type == "integer" and not whole:
        sure &= np.floor(values) == values
    for code in rule.missing | rule.labelled:
        sure &= values != code
    return sure


def is_text(cells: pyarrow.Array) -> bool:
    """Whether an arrow array holds strings."""
    import pyarrow

    return pyarrow.types.is_string(cells.type) or pyarrow.types.is_large_string(cells.type)


def nothing_sure(cells: pyarrow.Array) -> tuple[np.ndarray, np.ndarray]:
    """Leave every cell to be read as text."""
    return np.zeros(len(cells)), np.zeros(len(cells), dtype=bool)


def _stored(cells: pyarrow.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return stored numbers, and which are there."""
    import pyarrow.compute

    there = np.ones(len(cells), dtype=bool)
    if cells.null_count:
        there = cells.is_valid().to_numpy(zero_copy_only=False)
        cells = pyarrow.compute.fill_null(cells, pyarrow.scalar(0, type=cells.type))
    values = cells.to_numpy(zero_copy_only=False)
    return values.astype(np.float64) if values.dtype.kind in "iu" else values + 0.0, there


def text_bytes(cells: pyarrow.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return where each text of an arrow array of strings begins (and the last ends), and their bytes."""
    import pyarrow

    _, offsets, data = cells.buffers()
    wide = pyarrow.types.is_large_string(cells.type)
    starts = np.frombuffer(offsets, dtype=np.int64 if wide else np.int32)
    starts = starts[cells.offset : cells.offset + len(cells) + 1]
    return starts, np.frombuffer(data if data is not None else b"", dtype=np.uint8)


def _only_digits(cells: pyarrow.Array) -> bool:
    """Whether every text is one to fifteen digits and nothing else."""
    if cells.null_count or not len(cells):
        return False
    starts, data = text_bytes(cells)
    lengths = np.diff(starts)
    if lengths.min() < 1 or lengths.max() > 15:
        return False
    # As bytes wrap around, what stands before 0 becomes large.
    return bool((data[starts[0] : starts[-1]] - np.uint8(ord("0")) <= 9).all())


def repeats(cells: pyarrow.Array) -> bool:
    """Whether the texts of a column are so few, or repeat so much, that each is better read once."""
    sample = cells.slice(0, SAMPLED)
    return len(cells) <= SAMPLED or len(sample.dictionary_encode().dictionary) < len(sample) / 2


def _plain_texts(cells: pyarrow.Array, rule: _Rule) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers of at most 16 digits without exponent, and which cells are such."""
    import pyarrow
    import pyarrow.compute as compute

    decimals = "" if rule.column.type == "integer" else f"([{rule.decimal}][0-9]{{1,15}})?"
    plain = compute.match_substring_regex(cells, f"^-?[0-9]{{1,15}}{decimals}$")
    short = compute.less_equal(compute.binary_length(cells), DIGITS_KEPT)
    sure = compute.fill_null(compute.and_(plain, short), False)
    texts = cells.filter(sure)
    if rule.decimal == ",":
        texts = compute.replace_substring(texts, ",", ".")
    values = np.zeros(len(cells))
    mask = sure.to_numpy(zero_copy_only=False)
    values[mask] = texts.cast(pyarrow.float64()).to_numpy() + 0.0
    return values, mask
