"""Kinds of values that several records of a protocol share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from primus_eval.vocabulary import ColumnType

SLUG = r"^[a-z][a-z0-9_]{0,39}$"
COUNTRY = r"^[A-Z]{2}$"
CURRENCY = r"^[A-Z]{3}$"
SHA256 = r"^[0-9a-f]{64}$"
PATTERNS_IN_WORDS = {
    SLUG: "a short name of small letters, digits and _ that begins with a letter (at most 40)",
    COUNTRY: "a country code of two capital letters",
    CURRENCY: "a currency code of three capital letters",
    SHA256: "64 characters of 0-9 and a-f",
}
"""What a reader is told instead of a pattern."""

LONGEST_HORIZON_DAYS = 36_525

Slug = Annotated[str, StringConstraints(pattern=SLUG)]
Proportion = Annotated[float, Field(gt=0, lt=1)]
Horizon = Annotated[int, Field(ge=1, le=LONGEST_HORIZON_DAYS)]


@dataclass(frozen=True, slots=True)
class NamesColumn:
    """Marks a key whose value names a column of the same table, which must be of one of these types.

    The mark is the only place where this is said: the check of a protocol and its reference page read it.
    """

    types: tuple[ColumnType, ...]


DateColumn = Annotated[str, NamesColumn(("date",))]
IdColumn = Annotated[str, NamesColumn(("id",))]
CategoryColumn = Annotated[str, NamesColumn(("category",))]
YesNoColumn = Annotated[str, NamesColumn(("yes_no",))]
IntegerColumn = Annotated[str, NamesColumn(("integer",))]
NumberColumn = Annotated[str, NamesColumn(("number", "integer"))]
WordsColumn = Annotated[str, NamesColumn(("category", "text"))]
