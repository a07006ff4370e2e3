"""Words in names of columns and files that say what is there, in English and Danish.

They decide between columns that would fit by their cells; a wrong one costs a mark that people remove.
"""

from __future__ import annotations

import re


def _like(within: str = "", *, whole: str = "") -> re.Pattern[str]:
    """Match any of some parts of words, and any of some whole words; each a list parted by spaces."""
    parts = [*within.split(), *(rf"(?<![^\W\d_]){word}(?![^\W\d_])" for word in whole.split())]
    return re.compile("|".join(parts), re.IGNORECASE)


def _any_of(*patterns: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile("|".join(pattern.pattern for pattern in patterns), re.IGNORECASE)


ID = _like(
    "person participant subject deltager pseud nr$ number$ nummer$ id$", whole="id pid key man case no"
)
ARM = _like("alloc assign random treat indsats lodtr", whole="arm arms")
GROUP = _like("group gruppe")
CONTROL = _like("control kontrol usual vanlig none no_ ^(0|2|c|k|u|n|no|nej)$")
"""Codes, or labels of codes, of a control arm."""

OUTCOME = _like("event reoff arrest recid tilbagefald convict ny_dom outcome")
TIME = _like("day dage week uge time follow fulgt")
WEEKS = _like("week uger", whole="uge")
BEFORE = _like("prior previous before baseline birth born tidligere", whole="age alder foer før foedt født")
RECEIVED = _like("received attend started took completed deltog modtog fremm", whole="met")
LEFT = _like("left exclu withdr dropout died dead doed død udgået frafald")
LINKED = _like("link matched in_register i_register koblet genfundet", whole="found fundet")
"""Whether somebody was found in a register: never what happened to them."""

SEX = _like(whole="sex gender koen køn")
AGE = _like(whole="age alder")
QUASI = _like(
    "birth_?year foedsels?aar munici kommun region landsdel county postal postnr ethnic herkomst national "
    "citizen statsborg",
    whole="sex gender koen køn age alder amt area zip origin race",
)

DATE = _like("dat(e|o) day_of _on$ _den$ _at$")
BIRTH = _like("birth born foedt født foedsel fødsel", whole="dob")
RANDOMISED = _like("random alloc lodtr")
OFFENCE = _like("offen[cs]e gerning crime incident committed lovover")
DECISION = _like("deci[sd] judg sentenc convict verdict afgør afgoer domsdato", whole="dom")
EVENTS = _like(
    "event offen crime convict decision reoff arrest lovover afgør afgoer", whole="domme dom sager sag"
)
"""Names of files and sheets of events."""

BESIDE = {
    "custody": _like("custod remand varetæg varetaeg afson", whole="spells"),
    "status": _like("death emigr deport udrejs", whole="status departures doede døde"),
    "mentors": _like(whole="mentors mentorer"),
    "matches": _like(whole="matches matchninger"),
    "contacts": _like(whole="contacts kontakter"),
    "supervision": _like(whole="supervision supervisions"),
    "services": _like(whole="services tilbud"),
    "needs": _like(whole="needs behov"),
    "adverse": _like(whole="adverse harms incidents"),
    "changes": _like(whole="changes"),
    "costs": _like(whole="costs udgifter"),
}
"""Names of files and sheets of other tables, by the part of a protocol that describes them."""

ANY = re.compile("")
LATER = _any_of(OUTCOME, TIME, RECEIVED, LINKED, LEFT)
NOT_THE_EVENT = _any_of(BEFORE, LINKED)
"""What no event is called, whatever else its name says."""

NO_OUTCOME = _any_of(BEFORE, RECEIVED, LINKED, SEX)
