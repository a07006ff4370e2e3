"""What the name of a column suggests: names, telephone numbers, addresses and so on.

A word of a header is a warning (B16) and never enough to refuse a column. It makes forms that are otherwise
ambiguous, such as eight digits, count as evidence.
"""

from __future__ import annotations

import re
from functools import lru_cache

from primus_eval.identifiers.kinds import CODES, Identifier, Kind
from primus_eval.identifiers.plain import plain, words_of

# Words as `_folded` writes them: å as aa, ø as oe, æ as ae. Danish as it is typed without its letters
# (fodselsdato, kon) is given beside them.
WORDS: dict[Kind, str] = {
    "cpr": """
        cpr cprnr cprnummer cprno personnummer personnr persnr socialsecurity ssn ssnr nino
        personalnumber fodselsnummer foedselsnummer personnumber nationalid passport passportnumber
        pasnummer koerekort pnr
    """,
    "personal_name": """
        navn navne name names fornavn fornavne efternavn efternavne mellemnavn fuldenavn fuldtnavn
        firstname forename givenname lastname surname familyname fullname middlename initialer initials
        alias kaldenavn oegenavn nickname username brugernavn underskrift signature nom prenom nachname
        vorname fnavn enavn fname lname imie nazwisko
    """,
    "email": "email emails mail mailadresse emailadresse emailaddress epost eboks",
    "phone": """
        tlf tlfnr tlfnummer telefon telefonnr telefonnummer phone phones phonenumber phoneno telephone
        tel telno mobil mobilnr mobilnummer mobiltelefon mobiltlf mobile mobilephone cell cellphone fax
    """,
    "address": """
        adresse adressen adresser address addresses addr adr gade vejnavn gadenavn street streetname postnr
        postnummer postcode postkode postalcode zip zipcode bopaelsadresse hjemmeadresse
        folkeregisteradresse bopael husnr husnummer housenumber
    """,
    "organisation_number": "cvr cvrnr cvrnummer pnummer produktionsnummer orgnr orgnumber",
    "case_number": """
        sagsnr sagsnummer sagnr sagnummer sagsid journalnr journalnummer jnr journal caseno casenr
        casenumber caseid docket docketno docketnumber policecase retsnr straffesag anmeldelsesnr
    """,
    "birth_date": """
        foedselsdato fodselsdato foedselsdag fodselsdag foedt fodt foeddato foeddag fdato dob
        dateofbirth birthdate birthday birthdt bday birthdato geburtsdatum dateborn born
    """,
    "network_address": "ip ipaddress ipadresse ipaddr ipv4 ipv6 macaddress macadresse imei udid deviceid",
    "position": """
        gps latitude longitude lat lon lng latlon latlong breddegrad laengdegrad koordinat koordinater
        coordinate coordinates geolocation
    """,
    "bank_account": "konto kontonr kontonummer bankkonto iban accountnumber accountno bankaccount regkonto",
}
_KIND_OF = {word: kind for kind, words in WORDS.items() for word in words.split()}

_ENDINGS: dict[str, Kind] = {
    "cprnr": "cpr",
    "personnummer": "cpr",
    "fornavn": "personal_name",
    "efternavn": "personal_name",
    "navn": "personal_name",
    "telefon": "phone",
    "telefonnr": "phone",
    "telefonnummer": "phone",
    "mobilnr": "phone",
    "emailadresse": "email",
    "adresse": "address",
    "foedselsdato": "birth_date",
}
"""Ends of Danish compounds, such as klientnavn or hjemmeadresse."""

_THINGS = words_of(
    """
    prison prisons faengsel faengsels arrest arresthus institution institutions facility unit ward arm
    arms group gruppe programme program programs projekt project kommune kommunes municipality region
    country land lande court retten rets school skole skoles college hospital drug drugs medicine stof
    offence offense crime lov law file fil variable variabel column kolonne dataset data table tabel
    register code kode level category kategori type site centre center city by town district kreds
    politikreds company firma organisation organization study trial test scale skala item measure
    outcome version wave event city kursus course uddannelses job title host domain server brand product
    model
    """
)
"""What else has a name: prison_name, variable name."""

_YEARS = words_of("aar aaret year years age alder month maaned land country place sted weight vaegt order")
"""What turns a birth into something coarser than its date: foedselsaar, birth_year, country of birth."""

_PARTS = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])")
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "é": "e"})


@lru_cache(maxsize=4096)
def hinted(name: str) -> frozenset[Kind]:
    """Return the kinds of identifier that a header suggests.

    >>> sorted(hinted("Klientens fornavn")), sorted(hinted("CPR-nr.")), sorted(hinted("prison_name"))
    (['personal_name'], ['cpr'], [])
    """
    words = [word for word in _PARTS.findall(_folded(name)) if not word.isdigit()]
    pairs = [first + second for first, second in zip(words, words[1:], strict=False)]
    triples = [first + second for first, second in zip(pairs, words[2:], strict=False)]
    found = {kind for word in [*words, *pairs, *triples] if (kind := _kind_of(word))}
    if {"birth", "foedsels", "fodsels"} & set(words) and "date" in words:
        found.add("birth_date")
    if _THINGS & set(words):
        found.discard("personal_name")
    if _YEARS & set(words):
        found.discard("birth_date")
    if {"email", "network_address"} & found:  # the address in "e-mail address" is no street
        found.discard("address")
    return frozenset(found)


def header_word(name: str) -> Identifier | None:
    """Return a warning where a header says that a column holds direct identifiers, even if it is empty.

    >>> header_word("tlf").code, header_word("weeks_to_arrest")
    ('PE-B16', None)
    """
    if not hinted(name):
        return None
    return Identifier(kind="header_word", code=CODES["header_word"], share=0.0, cells=0)


def _folded(name: str) -> str:
    return _CAMEL.sub(" ", plain(name)).casefold().translate(_LETTERS)


def _kind_of(word: str) -> Kind | None:
    if word in _KIND_OF:
        return _KIND_OF[word]
    for ending, kind in _ENDINGS.items():
        if word.endswith(ending) and word.removesuffix(ending).removesuffix("s") not in _THINGS:
            return kind
    return None
