"""What points directly at a person: its kinds, and what is said of a finding without repeating it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "cpr",
    "personal_name",
    "email",
    "phone",
    "address",
    "organisation_number",
    "case_number",
    "birth_date",
    "free_text",
    "hash",
    "network_address",
    "position",
    "bank_account",
    "header_word",
]

CODES: dict[Kind, str] = {
    "cpr": "PE-B01",
    "personal_name": "PE-B06",
    "email": "PE-B07",
    "phone": "PE-B08",
    "address": "PE-B09",
    "organisation_number": "PE-B10",
    "case_number": "PE-B11",
    "birth_date": "PE-B12",
    "free_text": "PE-B13",
    "hash": "PE-B14",
    "network_address": "PE-B15",
    "position": "PE-B15",
    "header_word": "PE-B16",
    "bank_account": "PE-B21",
}
"""The code of each kind; numbers of persons have four (`CPR_CODES` in `cpr.py`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A kind of identifier that was found, and how much of it: there is no field for a value.

    `share` is the proportion of non-empty cells that hold it, `cells` their number (1 and 1 for a text,
    0 and 0 for a word of a header). `certain` says that the form alone proves it, as with an e-mail address
    or a hyphenated CPR number; otherwise a person may declare the column harmless.
    """

    kind: Kind
    code: str
    share: float
    cells: int
    certain: bool = False
