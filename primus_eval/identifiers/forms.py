"""Identifiers that their form gives away, one by one: in a cell, a sentence, a file name.

Each form names the signs, and where it can the words, without which it cannot stand, so that most forms are
passed over at once. Patterns begin with a sign and look back from there, because a search that begins by
looking back is far slower. `certain` is kept for forms that nothing harmless takes. Everything is matched in
plain text (`plain.py`), line by line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from primus_eval.identifiers import addresses
from primus_eval.identifiers.kinds import Kind

Test = Callable[[re.Match[str]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of identifier: its pattern, a further test, and what a text needs to hold it at all."""

    kind: Kind
    pattern: re.Pattern[str]
    signs: tuple[str, ...] = ()
    """One sign of each must occur."""
    words: tuple[str, ...] = ()
    """One of these must occur, in small letters."""
    certain: bool = False
    proves: Test | None = None

    def found_in(self, text: str, signs: frozenset[str], lowered: str) -> Iterator[re.Match[str]]:
        """Yield where it stands in a text, of which the signs and the small letters are known."""
        if any(map(signs.isdisjoint, self.signs)):
            return
        if self.words and not any(word in lowered for word in self.words):
            return
        for match in self.pattern.finditer(text):
            if self.proves is None or self.proves(match):
                yield match


def _form(
    kind: Kind,
    pattern: str | re.Pattern[str],
    *signs: str,
    words: tuple[str, ...] = (),
    certain: bool = False,
    proves: Test | None = None,
) -> Form:
    compiled = re.compile(pattern)
    return Form(kind=kind, pattern=compiled, signs=signs, words=words, certain=certain, proves=proves)


def _is_telephone(match: re.Match[str]) -> bool:
    """Whether +... has the digits of a telephone number and is no decimal number."""
    digits = sum(sign.isdigit() for sign in match[0])
    return 9 <= digits <= 15 and not re.fullmatch(r"\+[0-9]+\.[0-9]+", match[0])


_IBAN_LENGTHS = {"DK": 18, "NO": 15, "SE": 24, "FI": 18, "DE": 22, "GB": 22, "NL": 18, "FR": 27, "PL": 28}


def _is_iban(match: re.Match[str]) -> bool:
    """Whether an account number has the length of its country, or passes its checksum (ISO 13616).

    A word in capitals behind it may have been matched with it: both readings count.
    """
    whole = match[0]
    return any(_is_account(text.replace(" ", "")) for text in (whole, whole.rpartition(" ")[0]))


def _is_account(account: str) -> bool:
    if len(account) == _IBAN_LENGTHS.get(account[:2]):
        return True
    turned = account[4:] + account[:4]
    return len(account) >= 15 and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _is_host(match: re.Match[str]) -> bool:
    """Whether four numbers are an address of a computer rather than a version or a section (1.2.3.4)."""
    parts = match[0].split(".")
    return all(int(part) < 256 for part in parts) and any(len(part) == 3 for part in parts)


def _has_letter(match: re.Match[str]) -> bool:
    """Whether pairs of hexadecimal digits are no pairs of decimal ones, which could be anything."""
    return any(sign.isalpha() for sign in match[0])


_DIGIT = "0123456789"
_HEX = "abcdefABCDEF"
_CAPITAL = "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ"

_DOMAIN = r"[A-Za-z0-9][\w-]*(?:\.[\w-]+)*\.[A-Za-zæøå]{2,}"
_EMAILS = (
    # From the sign @, so that a long word is not tried at each of its letters.
    _form("email", rf"@(?<=[\w+%-]@){_DOMAIN}", "@", ".", certain=True),
    _form(
        "email",
        rf"[\[(] ?(?i:at|snabel-?a) ?[\])] ?{_DOMAIN}",
        "[(",
        ".",
        words=("(at", "( at", "[at", "[ at", "snabel"),
        certain=True,
    ),
)

_ACCOUNTS = (
    _form(
        "bank_account",
        r"[A-Z](?<!\w[A-Z])[A-Z][0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)",
        _DIGIT,
        _CAPITAL,
        certain=True,
        proves=_is_iban,
    ),
    _form(
        "bank_account",
        r"(?i)\b(?:konto|kto|reg)\.?(?: ?nr|nummer)?[.:]{0,2} ?[0-9]{4}[ ,;-]{0,3}"
        r"(?:(?:konto|kto)\.?(?: ?nr|nummer)?)?[.: ]{0,3}[0-9]{6,10}(?![0-9])",
        _DIGIT,
        words=("konto", "kto", "reg"),
    ),
)

_CASES = (
    _form(
        "case_number",
        r"-(?<=[0-9]{4}-)(?<![0-9-][0-9]{4}-)[0-9]{5}-[0-9]{5}-[0-9]{2}(?![0-9-])",
        "-",
        _DIGIT,
        certain=True,
    ),
    _form(
        "case_number",
        r"[A-ZÆØÅ](?<!\w[A-ZÆØÅ])[A-ZÆØÅ]{0,2}[ .-]?[0-9]{1,3}[.-][0-9]{1,6}/(?:19|20)[0-9]{2}(?![0-9])",
        "/",
        _DIGIT,
        _CAPITAL,
    ),
    _form(
        "case_number",
        r"[0-9](?<![0-9-][0-9])[0-9]{0,2}-[0-9]{3,6}/(?:19|20)[0-9]{2}(?![0-9])",
        "/",
        "-",
        _DIGIT,
    ),
    _form(
        "case_number",
        r"[A-ZØ](?<!\w[A-ZØ])[A-Z]?[ .-](?:(?<=\b[BRSKUV].)|(?<=\b(?:SS|BS|AS|FS|VL|ØL|OL|HR).))"
        r"[0-9]{2,6}/(?:19|20)[0-9]{2}(?!\w)",
        "/",
        _DIGIT,
        _CAPITAL,
    ),
    _form(
        "case_number",
        r"[0-9]:(?<![\w:][0-9]:)[0-9]{2}-(?:cr|cv|mj)-[0-9]{3,6}(?![0-9])",
        ":",
        words=("-cr-", "-cv-", "-mj-"),
    ),
    _form(
        "case_number",
        r"(?i)\b(?:j\.? ?nr|journal ?(?:nr|nummer)|sags? ?(?:nr|nummer)|case (?:no|number))[.: ]{1,3}"
        r"(?=[\w./-]*[0-9]{2})[\w./-]{4,}",
        _DIGIT,
        words=("j.nr", "j. nr", "j nr", "jnr", "journal", "sag", "case n"),
    ),
)

_DIGESTS = (
    _form(
        "hash",
        r"[0-9a-fA-F](?<![\w/+-][0-9a-fA-F])(?:[0-9a-fA-F]{31}|[0-9a-fA-F]{39}|[0-9a-fA-F]{63})(?![\w/+=-])",
        _HEX,
        _DIGIT,
        proves=_has_letter,
    ),
)

_COMPUTERS = (
    _form(
        "network_address",
        r"[0-9](?<![\w.][0-9])[0-9]{0,2}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?!\w|\.[0-9])",
        ".",
        _DIGIT,
        proves=_is_host,
    ),
    _form(
        "network_address",
        r"[0-9a-fA-F](?<![\w:][0-9a-fA-F])[0-9a-fA-F]([:-])[0-9a-fA-F]{2}(?:\1[0-9a-fA-F]{2}){4}(?![\w:-])",
        ":-",
        _HEX,
        _DIGIT,
        proves=_has_letter,
    ),
    _form(
        "network_address",
        r"[0-9a-fA-F](?<![\w:.][0-9a-fA-F])[0-9a-fA-F]{0,3}:(?:[0-9a-fA-F]{1,4}:){6}[0-9a-fA-F]{1,4}"
        r"(?![\w:])",
        ":",
        _DIGIT,
    ),
    _form(
        "network_address",
        r"[0-9a-fA-F](?<![\w:.][0-9a-fA-F])[0-9a-fA-F]{0,3}:(?:[0-9a-fA-F]{1,4}:){1,5}:?"
        r"(?<=::)(?:[0-9a-fA-F]{1,4}:){0,4}[0-9a-fA-F]{1,4}(?![\w:])",
        words=("::",),
    ),
)

_CALLED = r"\b(?:tlf|telefon(?:nummer|nr)?|telephone|tel|mobil(?:nummer|nr)?|mob|phone|cell|fax)"
_PHONES = (
    _form(
        "phone",
        r"\+(?<![\w+]\+) ?[1-9][0-9]{0,2}[ .-]?(?:\(?[0-9]{1,4}\)?[ .-]?){2,5}[0-9]{2,4}(?![0-9])",
        "+",
        _DIGIT,
        certain=True,
        proves=_is_telephone,
    ),
    _form(
        "phone",
        r"0045(?<![\w.,-]0045)[ .-](?:[0-9]{2}[ .-]?){3}[0-9]{2}(?![\w-])",
        words=("0045",),
        certain=True,
    ),
    _form(
        "phone",
        r"00[1-9](?<![\w.,-]00[1-9])[0-9]{1,2}[ -][0-9]{2,4}(?:[ -]?[0-9]{2,4}){1,4}(?![\w-])",
        "0",
        " -",
    ),
    _form(
        "phone",
        rf"(?i){_CALLED}(?:\.|:)?(?: ?(?:nr|nummer|no)\.?:?)? ?[:=]? ?"
        r"\(?(?:00|\+)?[0-9](?:[ .-]?[0-9]){7,11}(?![0-9])",
        _DIGIT,
        words=("tlf", "tel", "mob", "phone", "cell", "fax"),
        certain=True,
    ),
    _form(
        "phone",
        r"\((?<!\w\()[0-9]{3}\) ?[0-9]{3}[ -][0-9]{4}(?![0-9])",
        "(",
        _DIGIT,
        certain=True,
    ),
)

_ADDRESSES = (
    _form(
        "address",
        addresses.HOUSE_NUMBER,
        " ",
        _DIGIT,
        words=addresses.STREET_WORDS,
        proves=addresses.is_behind_street,
    ),
    _form("address", addresses.ENGLISH_STREET, " ", _DIGIT, "SRALDBTCG"),
    _form("address", addresses.NUMBER_AND_TOWN, " ", ",", _DIGIT),
    _form("address", addresses.FLOOR, " ", ",", _DIGIT),
    _form("address", addresses.AMERICAN, " ", ",", _DIGIT),
    _form("address", addresses.POSTCODE_AND_TOWN, " ", _DIGIT, proves=addresses.is_known_town),
)

_POSITIONS = (
    _form(
        "position",
        r"[0-9]° ?[0-9]{1,2}' ?(?:[0-9]{1,2}(?:\.[0-9]+)?(?:\"|'')? ?)?[NSEWØV]",
        "°",
        _DIGIT,
        certain=True,
    ),
    _form(
        "position",
        r"(?i)\b(?:gps|lat(?:itude)?|position|koordinat(?:er)?|coordinates?)\b[^0-9\n-]{0,15}"
        r"-?[0-9]{1,3}\.[0-9]{3,}",
        ".",
        _DIGIT,
        words=("gps", "lat:", "lat=", "latitude", "position", "koordinat", "coordinate"),
    ),
    _form(
        "position",
        r"[0-9](?<![\w.][0-9])[0-9]?\.[0-9]{3,}°? ?[NS],? ?[0-9]{1,3}\.[0-9]{3,}°? ?[EWØV](?!\w)",
        ".",
        "NS",
        _DIGIT,
    ),
)

_ORGANISATIONS = (
    _form(
        "organisation_number",
        r"(?i)\bcvr(?:[ -]?(?:nr|nummer|no))?[.: ]{0,3}[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2}(?![0-9])",
        _DIGIT,
        words=("cvr",),
    ),
)

_BORN = r"\b(?:født|foedt|fødselsdato|fødselsdag|født den|born|born on|date of birth|dob|birth ?date)\b"
_MONTHS = r"(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]*\.?"
FULL_DATE = (
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./-] ?[0-9]{1,2}[./-] ?(?:[0-9]{4}|[0-9]{2})|[0-9]{8}|[0-9]{6}"
    rf"|[0-9]{{1,2}}\.? {_MONTHS} [0-9]{{4}}|{_MONTHS} [0-9]{{1,2}}, [0-9]{{4}})"
)
_BIRTHS = (
    _form(
        "birth_date",
        rf"(?i){_BORN}[^0-9\n]{{0,8}}?{FULL_DATE}(?![0-9])",
        _DIGIT,
        words=("født", "foedt", "fødselsda", "born", "birth", "dob"),
    ),
)

FORMS = (
    *_EMAILS,
    *_ACCOUNTS,
    *_CASES,
    *_DIGESTS,
    *_COMPUTERS,
    *_PHONES,
    *_ADDRESSES,
    *_POSITIONS,
    *_ORGANISATIONS,
    *_BIRTHS,
)
"""Forms of one value, in the order in which they are reported."""

GROUPED_PHONE = re.compile(
    r"[2-9](?<![0-9.,-][2-9])(?<![0-9] [2-9])[0-9] [0-9]{2} [0-9]{2} [0-9]{2}(?! ?[0-9]|[.,][0-9])"
)
"""Eight digits in pairs: a telephone number within a sentence, a row of counts within a table."""


def forms_in(text: str) -> Iterator[Form]:
    """Yield a form for each place of a text at which it stands."""
    signs, lowered = frozenset(text), text.lower()
    for form in FORMS:
        for _ in form.found_in(text, signs, lowered):
            yield form
