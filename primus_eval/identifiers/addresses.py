"""How addresses are written: a street and a number, a postcode and a town.

A street is known by the end of its name (Nørregade, Hovedvejen) or by a word of its own (Jens Bangs Gade,
High Street), never by the number alone: `Wave 2` and `Afdeling 12` are no addresses. A postcode with an
unknown town is judged by column, because `1110 Vold` is a code with its label.
"""

from __future__ import annotations

import re

from primus_eval.identifiers.plain import words_of

# In Danish, Norwegian, Swedish, German and Dutch. A place (plads) is found in workplace as well, and counts
# in the definite form only.
_ENDS = words_of(
    """
    gade gaden vej vejen allé alle alleen alléen boulevard boulevarden stræde strædet vænge vænget parken
    bakken toften krogen svinget torv torvet pladsen engen lunden kajen haven gata gatan veien vegen vägen
    straße strasse str. straat gracht laan
    """
)
_NO_STREETS = ("brigade", "vaskealle", "samtalle")
_WORDS = words_of("Vej Gade Plads Torv Alle Allé Vænge Have Strand Kaj Brygge Park")
STREET_WORDS = tuple(sorted(_ENDS | {word.lower() for word in _WORDS}))
_STREET = re.compile(
    rf"(?:[^\W\d_]{{2}}(?i:{'|'.join(map(re.escape, sorted(_ENDS)))})"
    rf"|[\w.] (?:{'|'.join(sorted(_WORDS))})),?$"
)
_ENGLISH = (
    r"(?:Street|St\.|Road|Rd\.?|Avenue|Ave\.?|Lane|Drive|Boulevard|Blvd\.?|Terrace|Crescent|Gardens|Grove)"
)
_WORD = r"[A-ZÆØÅÄÖÜ][\w.'-]*"
_FLOOR = r"(?:st|kld|[0-9]{1,2})\.?,? ?(?:sal|tv|th|mf)?\b\.?(?: ?(?:tv|th|mf)\b\.?)?"

# Each begins where the street ends, so that no word is tried at each of its letters.
HOUSE_NUMBER = re.compile(r" [0-9]{1,3} ?[A-Za-zæøå]?(?![\w%]|[.,][0-9]|-[0-9]{3})")
ENGLISH_STREET = re.compile(rf"[0-9](?<!\w[0-9])[0-9]{{0,4}}[A-Z]? (?:{_WORD} ){{1,3}}{_ENGLISH}(?!\w)")
NUMBER_AND_TOWN = re.compile(
    rf" (?<=\w )[0-9]{{1,3}} ?[A-Z]?,(?: {_FLOOR},?)? (?:DK-)?[1-9][0-9]{{3}} [A-ZÆØÅ]\w+"
)
FLOOR = re.compile(r" (?<=\w )[0-9]{1,3} ?[A-Z]?, ?(?:st|kld|[0-9]{1,2})\.?,? ?(?:sal|tv|th|mf)\b")
AMERICAN = re.compile(r",(?<=[a-z],) [A-Z]{2} [0-9]{5}(?:-[0-9]{4})?(?!\w)")

LONGEST_STREET_END = 16


def is_known_town(match: re.Match[str]) -> bool:
    """Whether the word behind a postcode is a town of the list."""
    return match[1].lower() in TOWNS


def is_behind_street(match: re.Match[str]) -> bool:
    """Whether the word before a number is a street."""
    before = match.string[max(0, match.start() - LONGEST_STREET_END) : match.start()]
    return _STREET.search(before) is not None and not before.lower().endswith(_NO_STREETS)


TOWNS = words_of(
    """
    københavn kbh aarhus århus odense aalborg ålborg esbjerg randers kolding horsens vejle roskilde herning
    silkeborg helsingør hørsholm næstved viborg fredericia køge holstebro taastrup slagelse hillerød
    sønderborg svendborg holbæk hjørring frederikshavn nørresundby ringsted haderslev skive aabenraa
    nykøbing kalundborg frederiksberg hellerup valby vanløse brønshøj hvidovre rødovre glostrup ballerup
    herlev gentofte lyngby birkerød farum greve ishøj albertslund kastrup nyborg middelfart varde grindsted
    ikast thisted rønne maribo nakskov vordingborg faxe hobro grenaa struer lemvig ribe tønder vejen brande
    odder skanderborg hadsten
    """
)
POSTCODE_AND_TOWN = re.compile(r"[1-9](?<![0-9.,][1-9])(?<![0-9]-[1-9])[0-9]{3},? ([^\W\d_]{3,})(?![\w-])")

POSTCODE_AND_PLACE = re.compile(r"(?:DK-|D-|S-|N-)?[1-9]\d{3,4} ([^\W\d_]{2,}(?:[ .-][^\W\d_]+)*)")
"""Any word behind four or five digits; `SOUNDS_LIKE_TOWN` says whether the word can be a town."""

SOUNDS_LIKE_TOWN = re.compile(
    r"(?i).*(?:by|sted|rup|lev|løse|køb|købing|borg|bjerg|sund|havn|næs|holm|lund|skov|bæk|å|ø|um|rød|hede"
    r"|bro|mose|strand|minde|høj|dal|vig|kirke|holt|toft|inge|tved|balle|ager|ved|vad|kær|mark|sø|huse|stad"
    r"|berg|stadt|burg|sten|vejle|leje|lille|gård|kilde)(?: [KCNSVØM]{1,2})?"
)
BRITISH_POSTCODE = re.compile(r"(?:.*[ ,])?[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}")
STREET_AND_NUMBER = re.compile(
    r"(?=.*[^\W\d_]{3})(?:.*\D)?\d{1,4} ?[A-Za-z]?(?:,.*)?|\d{1,5}[A-Z]? [^\W\d_].*|.*,? [1-9]\d{3,4} \w.*"
)
"""Any word with a number: enough under a header that says address."""
