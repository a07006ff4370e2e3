"""Identifiers whose form is ambiguous in one cell and plain in a column, or under a header that says so.

A row of counts can look like a telephone number, an interval like a position: at least half of the distinct
cells must have the form, and what else takes it (years, running numbers, intervals) is set apart.
"""

from __future__ import annotations

import re

from primus_eval.identifiers import addresses
from primus_eval.identifiers.cells import Cells
from primus_eval.identifiers.forms import GROUPED_PHONE
from primus_eval.identifiers.kinds import Identifier
from primus_eval.identifiers.label_words import ORDINARY

FEW = 3
"""Distinct cells that a form needs to speak for a column."""

_PHONE = re.compile(
    r"[2-9]\d([ .-])\d\d\1\d\d\1\d\d|[2-9]\d{3}[ -]\d{4}|00[1-9]\d{9,11}"
    r"|(?:1[ -])?\(?[2-9]\d\d\)?([ .-])\d{3}[ .-]\d{4}|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}"
)
_TWO_YEARS = re.compile(r"(?:19|20)\d\d[ -](?:19|20)\d\d")
_TELEPHONE_DIGITS = re.compile(r"\+?(?:[ ()./-]?\d){8,15}\)?")
_ACCOUNT = re.compile(r"\d{4}[ -]{1,3}\d{6,10}")
_ACCOUNT_DIGITS = re.compile(r"(?:[A-Z ./-]*\d){8,24}")
_HEX = re.compile(r"(?:0x|\\x)?(?=.*\d)(?=.*[a-fA-F])(?:[0-9a-fA-F]{8}){4,16}")
_HEX_LENGTHS = (32, 40, 56, 64, 96, 128)
_BASE64 = re.compile(
    r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9+/])(?:[\w+/-]{43}=?|[\w+/-]{27}=?|[\w+/-]{22}(?:==)?|[\w+/-]{86}(?:==)?)"
)
_HOST = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}")
_DEVICE = re.compile(r"(?=.*\d).{7,}")
_PAIR = re.compile(r"[(\[]?(-?\d{1,2}\.\d{3,})°?[,; ] ?(-?\d{1,3}\.\d{3,})°?[)\]]?")
_DEGREES = re.compile(r"-?\d{1,3}[.,]\d{3,}")
_REFERENCE = re.compile(r"(?=(?:.*\d){4})[\w .:/-]{5,30}")
_BUSINESS = re.compile(r"(?:DK[ -]?)?(?:\d ?){7}\d|\d{10}")


def phone_column(cells: Cells) -> Identifier | None:
    """Grouped digits in at least half of the cells, or in a sentence; bare digits only under a header."""
    if not cells.has_digits:
        return None
    if "phone" in cells.hints and (found := cells.mostly(_TELEPHONE_DIGITS, 0.5)):
        return cells.identifier("phone", found)
    found = cells.mostly(_PHONE, 0.5)
    if len(found) >= FEW and not all(_TWO_YEARS.fullmatch(cells.texts[place]) for place in found):
        return cells.identifier("phone", found)
    if not cells.has_letters:
        return None
    grouped = cells.places(match.start() for match in GROUPED_PHONE.finditer(cells.joined))
    spoken = [place for place in grouped if any(sign.isalpha() for sign in cells.texts[place])]
    return cells.identifier("phone", spoken) if spoken else None


def account_column(cells: Cells) -> Identifier | None:
    """Registration and account number of a Danish bank: four digits, a space or hyphen, six to ten."""
    if "bank_account" in cells.hints and (found := cells.mostly(_ACCOUNT_DIGITS, 0.5)):
        return cells.identifier("bank_account", found)
    found = cells.mostly(_ACCOUNT, 0.8)
    branches = {cells.texts[place][:4] for place in found}
    # Running numbers of a year (2024-000123) or of one place share their first four digits.
    if len(branches) < FEW or all(branch.startswith(("19", "20")) for branch in branches):
        return None
    return cells.identifier("bank_account", found)


def hash_column(cells: Cells) -> Identifier | None:
    """Hexadecimal or base64 digests: all CPR numbers can be hashed in minutes, so a digest names its person.

    One digest in all rows (of a file, of a version) names nobody.
    """
    if len(cells.texts) < FEW and cells.total > len(cells.texts):
        return None
    found = [
        place
        for place in cells.mostly(_HEX, 0.5)
        if len(cells.texts[place].removeprefix("0x").removeprefix("\\x")) in _HEX_LENGTHS
    ]
    found = found or cells.mostly(_BASE64, 0.5)
    return cells.identifier("hash", found) if found else None


def network_column(cells: Cells) -> Identifier | None:
    """Four numbers below 256 that number no sections; serial numbers of devices by their header."""
    found = cells.mostly(_HOST, 0.9)
    numbers = [int(part) for place in found for part in cells.texts[place].split(".")]
    if len(found) >= FEW and 31 < max(numbers) < 256:
        return cells.identifier("network_address", found)
    if "network_address" in cells.hints and (found := cells.mostly(_DEVICE, 0.5)):
        return cells.identifier("network_address", found)
    return None


def position_column(cells: Cells) -> Identifier | None:
    """Pairs of degrees with three decimals or more that are no interval; single degrees by their header."""
    if "." not in cells.signs:
        return None
    found = cells.mostly(_PAIR, 0.9)
    if len(found) >= FEW and _are_positions([cells.texts[place] for place in found]):
        return cells.identifier("position", found)
    if "position" in cells.hints and (found := cells.mostly(_DEGREES, 0.5) or found):
        return cells.identifier("position", found)
    return None


def _are_positions(texts: list[str]) -> bool:
    """Whether pairs lie on the globe and are not the ends of intervals, which are small and in order."""
    pairs = [(float(match[1]), float(match[2])) for text in texts if (match := _PAIR.fullmatch(text))]
    on_globe = all(1 < abs(north) <= 90 and abs(east) <= 180 for north, east in pairs)
    in_order = all(low <= high for low, high in pairs)
    return on_globe and not (in_order and all(abs(low) < 10 for low, _ in pairs))


def address_column(cells: Cells) -> Identifier | None:
    """Postcodes with towns, British postcodes; under a header that says address, streets with numbers."""
    if not (cells.has_digits and cells.has_letters):
        return None
    found = cells.mostly(addresses.POSTCODE_AND_PLACE, 0.8)
    if len(found) >= FEW and _are_towns([cells.texts[place].partition(" ")[2] for place in found]):
        return cells.identifier("address", found)
    if len(found := cells.mostly(addresses.BRITISH_POSTCODE, 0.5)) >= FEW:
        return cells.identifier("address", found)
    if "address" in cells.hints and len(found := cells.mostly(addresses.STREET_AND_NUMBER, 0.5)) >= FEW:
        return cells.identifier("address", found)
    return None


def _are_towns(names: list[str]) -> bool:
    """Whether the words behind four digits are towns, not labels: `1110 Vold` is a code with its label."""
    towns = sum(addresses.SOUNDS_LIKE_TOWN.fullmatch(name) is not None for name in names)
    labels = sum(any(word in ORDINARY for word in name.casefold().split()) for name in names)
    return towns >= 0.3 * len(names) and labels <= 0.2 * len(names)


def organisation_column(cells: Cells) -> Identifier | None:
    """Eight digits (CVR) or ten (P-number), only under a header that says so: counts look the same."""
    found = cells.mostly(_BUSINESS, 0.5) if "organisation_number" in cells.hints else []
    return cells.identifier("organisation_number", found) if found else None


def reference_column(cells: Cells) -> Identifier | None:
    """Numbers of cases that no form gives away, by their header: four digits or more, most of them once."""
    found = cells.mostly(_REFERENCE, 0.5) if "case_number" in cells.hints else []
    return cells.identifier("case_number", found) if found and 2 * len(cells.texts) >= cells.total else None
