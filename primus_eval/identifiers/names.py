"""Personal names in a column: by how the cells are built and spelt, with common names as one witness.

No list holds all names. Three kinds of evidence are weighed: the build of a cell (two to four words of
letters, `Efternavn, Fornavn`, initials, titles), its words (common names, endings such as -sen, words
that are no names), and the spelling of the others, learnt as letter pairs and triples from the two lists.
A category has few labels that repeat; people's names are many. One cell alone decides only where a common
first name stands with a surname.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from primus_eval.identifiers.cells import Cells
from primus_eval.identifiers.kinds import Identifier
from primus_eval.identifiers.label_words import NOT_NAMES
from primus_eval.identifiers.name_words import FIRST_NAMES, SURNAMES
from primus_eval.identifiers.plain import words_of

_LETTERS = r"[^\W\d_]"
_PART = rf"{_LETTERS}(?:{_LETTERS}|['.-](?={_LETTERS})){{0,24}}\.?"
NAME = re.compile(rf"{_PART}(?:,? {_PART}){{0,4}}|{_PART}(?:,{_PART})")
"""One to five words of letters, hyphens and points, with at most commas between."""

_ENDINGS = (
    "sen", "sson", "dottir", "dóttir", "ovic", "evic", "ović", "ević", "wski", "wska", "owicz", "ewicz",
    "czyk", "enko", "yan", "oglu", "oğlu", "idis", "opoulos", "escu", "gaard", "quist", "qvist", "ström",
)  # fmt: skip
"""Ends of surnames."""
_ENDINGS_OF_OTHERS = ("gaard", "yan")
"""Ends that places have as well: half the evidence."""

_TITLES = words_of("hr hr. fr fr. fru frk frk. mr mr. mrs mrs. ms ms. miss dr dr. prof prof.")
_PARTICLES = words_of("von van de der den del la le af al el bin ibn da dos du di ter ten 't")

LONGEST = 60
"""Letters of the longest name."""

FEW_BY_SPELLING = 10
"""Distinct cells needed where spelling alone speaks."""

ENOUGH_EVIDENCE = 0.25
"""Mean evidence of spelling above which a column holds names: natural log of the odds for each word, and
twice the share of witnesses. Fewer than 1 in 100 generated columns of names that no list holds lie below it;
columns of labels lie about -1."""

REPEATED_EVIDENCE = 1.0
"""The same where each cell stands more than ten times, as the labels of a category do."""


def name_column(cells: Cells) -> Identifier | None:
    """Return the personal names of a column."""
    if not cells.has_letters:
        return None
    sample = cells.sample
    built = [text for text in sample if 1 < len(text) <= LONGEST and NAME.fullmatch(text)]
    hinted = "personal_name" in cells.hints
    if not built or len(built) < (0.5 if hinted else 0.8) * len(sample):
        return None
    people = [words for text in built if not _is_label(words := _words(text))]
    if len(people) < 0.8 * len(built) or not _are_names(people, cells, hinted=hinted):
        return None
    return cells.identifier("personal_name", cells.whole(NAME))


def _are_names(people: list[list[str]], cells: Cells, *, hinted: bool) -> bool:
    """Weigh witnesses and spelling of cells that are built like names."""
    distinct = len(people)
    witnesses = sum(map(_witness, people)) / distinct
    repeats = cells.total / len(cells.texts)
    letters = sum(len("".join(words)) for words in people) / sum(map(len, people))
    if hinted:
        return witnesses >= 0.2 or (letters > 3 and (distinct >= 3 or repeats < 1.5))
    full = sum(len(words) > 1 for words in people) > 0.6 * distinct
    if distinct >= 3 and witnesses >= (0.5 if full else 0.4):
        return True
    if distinct < FEW_BY_SPELLING or letters <= 3.5:  # codes of three letters
        return False
    if not full and distinct < 2 * FEW_BY_SPELLING and repeats > 2:  # a category
        return False
    return spelling(people) + 2 * witnesses > (REPEATED_EVIDENCE if repeats > 10 else ENOUGH_EVIDENCE)


def _words(text: str) -> list[str]:
    """The words of a cell in small letters, without titles, particles and the points of initials."""
    words = text.replace(",", " ").casefold().split()
    return [word.rstrip(".") for word in words if word not in _TITLES and word not in _PARTICLES] or words


def _is_label(words: list[str]) -> bool:
    """Whether an ordinary word or a place is among the words, and no first name before it outweighs that."""
    if words[0] in FIRST_NAMES and len(words) > 1:
        return False
    return any(word in NOT_NAMES for word in words)


def _witness(words: list[str]) -> float:
    """How surely the words name a person, from 0 to 1, by common names, endings and initials."""
    if len(words) == 1:
        return float(_is_common(words[0]))
    common = sum(map(_is_common, words))
    ending = any(len(word) > 5 and word.endswith(_ENDINGS) for word in words)
    place = any(word.endswith(_ENDINGS_OF_OTHERS) for word in words)
    initial = any(len(word) == 1 for word in words)
    return min(1.0, 0.7 * common + (0.35 if place else 0.7) * ending + 0.4 * initial)


def _is_common(word: str) -> bool:
    return any(part in FIRST_NAMES or part in SURNAMES for part in {word, *word.split("-")})


def spelling(people: Iterable[list[str]]) -> float:
    """Return how much likelier the spelling of the words is among names than among ordinary words.

    Mean over the words of the natural log of the odds, each within -4 to 4 so that no odd word decides.
    """
    words = [word for person in people for word in person if len(word) > 2]
    return sum(map(_odds, words)) / len(words) if words else 0.0


def _odds(word: str) -> float:  # not cached: names of people are not kept
    weights = _weights()
    return max(-4.0, min(4.0, sum(weights.get(piece, 0.0) for piece in _pieces(word))))


def _pieces(word: str) -> list[str]:
    """The pairs and triples of letters of a word, its beginning and its end marked."""
    marked = f"^{word}$"
    return [marked[place : place + size] for size in (2, 3) for place in range(len(marked) - size + 1)]


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    """Log odds of each piece, from the lists of names and of ordinary words (half a count added to each)."""
    names = Counter(piece for name in FIRST_NAMES | SURNAMES for piece in _pieces(name))
    others = Counter(piece for word in NOT_NAMES for piece in _pieces(word))
    ratio = (sum(others.values()) + 1) / (sum(names.values()) + 1)
    return {piece: math.log((names[piece] + 0.5) / (others[piece] + 0.5) * ratio) for piece in names | others}


def named_cells(cells: Cells) -> Identifier | None:
    """Return the cells that name somebody: a common first name with a surname, alone or in a sentence."""
    if not cells.has_letters or cells.signs.isdisjoint(" ,"):
        return None
    found = cells.places(match.start() for match in _full_names(cells.joined))
    found |= {place for place in cells.whole(_TWO_TO_FOUR) if _is_full_name(cells.texts[place])}
    return cells.identifier("personal_name", found) if found else None


def _is_full_name(text: str) -> bool:
    """Whether a whole cell is a common first name with a surname, in whatever letters and order."""
    words = _words(text)
    if len(words) < 2:
        return False
    if "," in text:  # Hansen, Jens P.
        words = [*words[1:], words[0]]
    known = words[-1] in SURNAMES and words[-1] not in NOT_NAMES
    # In small letters an ending does not do: `per klassen` is nobody.
    return words[0] in FIRST_NAMES and (known or (not text.islower() and _is_surname(words[-1])))


_TWO_TO_FOUR = re.compile(rf"{_PART}(?:,? {_PART}|,{_PART}){{1,3}}")
_IN_TEXT = re.compile(rf"(?<![\w-])([A-ZÆØÅ]{_LETTERS}+)(?: [A-ZÆØÅ]\.?)?((?: [A-ZÆØÅ]{_LETTERS}+){{1,3}})")
_TITLED = re.compile(rf"(?<!\w)(?:Hr\.?|Fru|Frk\.?|Mr\.?|Mrs\.?|Ms\.?) (?:[A-ZÆØÅ]\. )?([A-ZÆØÅ]{_LETTERS}+)")
_JOINED = re.compile(rf"(?<!{_LETTERS}){_LETTERS}+(?:[ ,_.-]+{_LETTERS}+)+")


def names_in_text(text: str) -> list[re.Match[str]]:
    """Return what stands in a sentence as a common first name with a surname, or behind Hr., Fru, Mr."""
    return _full_names(text) + [
        match for match in _TITLED.finditer(text) if match[1].casefold() not in NOT_NAMES
    ]


def _full_names(text: str) -> list[re.Match[str]]:
    return [
        match
        for match in _IN_TEXT.finditer(text)
        if match[1].casefold() in FIRST_NAMES and any(map(_is_surname, match[2].casefold().split()))
    ]


def has_name_in_file_name(name: str) -> bool:
    """Whether a common first name and a surname stand side by side, in whatever letters (jens_hansen.csv)."""
    for match in _JOINED.finditer(name):
        words = re.split(r"[ ,_.-]+", match[0].casefold())
        if any(a in FIRST_NAMES and _is_surname(b) or b in FIRST_NAMES and a in SURNAMES for a, b in
               zip(words, words[1:], strict=False)):  # fmt: skip
            return True
    return False


def _is_surname(word: str) -> bool:
    if word in NOT_NAMES:
        return False
    return word in SURNAMES or (len(word) > 5 and word.endswith(_ENDINGS))
