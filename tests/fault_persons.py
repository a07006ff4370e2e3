"""Made-up identifiers of twelve people, the same in every run; nobody has them but by chance."""

from __future__ import annotations

import hashlib
import operator
import random
from datetime import date, timedelta


def _fails_modulus_11(number: str) -> bool:
    digits = [int(digit) for digit in number if digit != "-"]
    return sum(map(operator.mul, digits, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1))) % 11 != 0


def _iban(number: str) -> str:
    """The Danish international number of an account, with its check digits."""
    check = 98 - int(f"{number}132000") % 97  # D and K are 13 and 20
    return f"DK{check:02d}{number}"


CHANCE = random.Random(20)
BIRTHS = [date(1955, 3, 9) + timedelta(days=CHANCE.randrange(18_000)) for _ in range(12)]
SERIALS = [f"{CHANCE.randrange(1, 4000):04d}" for _ in range(12)]
CPR = [f"{day:%d%m%y}-{serial}" for day, serial in zip(BIRTHS, SERIALS, strict=True)]
FAILING = [next(filter(_fails_modulus_11, (f"{number[:-1]}{last}" for last in range(10)))) for number in CPR]
EARLY = [
    f"0{1 + n % 9}{day:%m%y}{serial}" for n, (day, serial) in enumerate(zip(BIRTHS, SERIALS, strict=True))
]
REPLACED = [f"{day.day + 60:02d}{day:%m%y}-{serial}" for day, serial in zip(BIRTHS, SERIALS, strict=True)]
LETTERED = [
    f"{day:%d%m%y}-{first}A{n:02d}" for n, (day, first) in enumerate(zip(BIRTHS, "ABCDEFGHJKLM", strict=True))
]
NAMES = [
    "Jens Hansen", "Mette Nielsen", "Peter Jensen", "Anne Pedersen", "Lars Andersen", "Hanne Christensen",
    "Søren Larsen", "Kirsten Sørensen", "Niels Rasmussen", "Lene Jørgensen", "Henrik Petersen", "Inge Madsen",
]  # fmt: skip
MAILS = [
    f"{name.split()[0].lower().replace('ø', 'oe')}{n}@example.dk" for n, name in enumerate(NAMES, start=70)
]
PHONES = [f"{20 + n} {31 + n} {45 + n} {61 + n}" for n in range(12)]
LONG_PHONES = [f"+45 {phone}" for phone in PHONES]
STREETS = [
    f"{street} {n}, {8000 + 10 * n} Aarhus"
    for n, street in enumerate(
        ["Nørregade", "Vestergade", "Skolevej", "Møllevej", "Kirkevej", "Engvej"] * 2, start=3
    )
]
FIRMS = [str(10_150_817 + 1_234_567 * n) for n in range(12)]
CASE_NUMBERS = [f"{3300 + 100 * n}-{73111 + n}-{10017 + 31 * n:05d}-{17 + n % 7}" for n in range(12)]
HASHES = {
    kind: [getattr(hashlib, kind)(person.encode()).hexdigest() for person in CPR]
    for kind in ("md5", "sha1", "sha256")
}
ADDRESSES = [f"192.168.{n}.{17 + 11 * n}" for n in range(12)]
PLACES = [f"55.{676098 + 1711 * n}, 12.{568337 + 911 * n}" for n in range(12)]
DEVICES = [f"3569380356438{10 + n:02d}" for n in range(12)]
ACCOUNTS = [_iban(f"{40 + n:04d}{440116243 + 7919 * n:010d}") for n in range(12)]
NOTES = [
    f"He lives with his sister and has worked as a carpenter since he was {20 + n}, and he told us about it."
    for n in range(12)
]
WORDS = ("cpr", "navn", "name", "email", "tlf", "adresse", "foedt", "personnummer", "fornavn", "telefon")
NINTH = ("column 9|column '",)
"""What says where a column stands that the protocol does not name."""

INTERNAL = 'type = "text", internal = true, label = "Note", timing = "before_randomisation"'
