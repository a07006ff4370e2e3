"""What a column probably holds, from its cells: a declaration, or the reason why it is left out.

A guess copies nothing about a person: codes that several people share, words for yes, no and missing
however rarely they are written so, and what labels a file itself gives. A column that may point at people
is named by its header only.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from primus_eval.identifiers import Identifier, header_word, in_column, in_name, in_text
from primus_eval.identifiers.messages import WORDS
from primus_eval.scaffold import words
from primus_eval.schema import Coded, Column

MOST_LEVELS = 12
"""A column with more different texts than this is not taken for a few categories."""

MOST_LABELLED = 200
"""The same where the file itself says what each code means."""

FEWEST_PEOPLE = 3
"""A code that fewer people share is not copied from the data into a draft."""

LONGEST_CODE = 40

NEARLY_ALL = 0.9
"""Share of the cells that are dates from which a column is one of dates: `check` names the others."""

AGES = (10, 110)
"""Least and greatest age in years that is believed of somebody in a trial."""

NUMBERS_FOR_MISSING = ("-1", "-8", "-9", "-99", "-999", "-9999", "99", "999", "9999")
"""Numbers that are written where none is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A declaration of a column, or why it is left out; and what is unsure about it."""

    column: Column | None = None
    left_out: str = ""
    unsure: str = ""
    may_name: bool = False
    """Whether the cells may name people, or few share them: such a header may be a cell, and is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of one column, with what its file says of it.

    `people` says whose row each cell is, where a person has several; otherwise each row is a person.
    """

    name: str
    texts: Sequence[str]
    people: Sequence[str] | None = None
    decimal: str = "."
    coded: Coded | None = None
    stored_as_date: bool = False
    mostly_stored_as_date: bool = False
    """Nearly all cells are dates as such, and some are texts."""

    @property
    def meanings(self) -> dict[str, str]:
        """What the file itself says that its codes mean."""
        return {} if self.coded is None else self.coded.meanings

    def people_with(self) -> Counter[str]:
        """Count how many people have each text."""
        if self.people is None:
            return Counter(self.texts)
        return Counter(text for text, _ in set(zip(self.texts, self.people, strict=True)))


def guess_column(cells: Cells) -> Guess:
    """Guess what a column holds; the timing of the declaration is for the caller to guess."""
    counts = cells.people_with()
    pointing = points_at_people(cells)
    if pointing:
        return Guess(left_out=pointing, may_name=True)
    missing = _missing_codes(counts, cells.coded)
    for attempt in (_stored_date, _labelled, _yes_no, _date, _number):
        for more in ((), _words_for_missing(counts)):
            codes = tuple(dict.fromkeys((*missing, *more)))
            distinct = sorted(set(counts) - set(codes))
            found = attempt(cells, distinct) if distinct else None
            if found is not None:
                keys, unsure = found
                unsure = unsure or _numbers_for_missing(keys["type"], distinct, codes)
                return Guess(column=_column(cells, keys, missing=codes), unsure=unsure)
    return _nearly_dates(cells, counts, missing) or _category(cells, counts, missing)


def points_at_people(cells: Cells) -> str:
    """Say how a column may point at people, by its header, its cells or its labels; else the empty text."""
    if in_name(cells.name) is not None:
        return "its name looks like what identifies a person: delete it from the delivery"
    cells_and_labels = (Counter(cells.texts), Counter(cells.meanings.values()))
    found = header_word(cells.name)
    for counts in cells_and_labels:
        found = found or in_column(cells.name, counts)
    found = found or next(filter(None, map(in_words, _may_be_copied(cells))), None)
    if found is None:
        return ""
    if found.kind == "header_word":
        return "its name promises what identifies people: if so, delete it from the delivery"
    return f"looks like {WORDS[found.kind]}: delete it from the delivery"


def in_words(text: str) -> Identifier | None:
    """What a code or a label says of a person by itself: two names are no column of names."""
    return in_name(text) or next(iter(in_text(text)), None)


def _may_be_copied(cells: Cells) -> Iterator[str]:
    """The codes and labels of a column that its declaration would repeat."""
    if cells.coded is not None:
        yield from cells.coded.meanings
        yield from cells.coded.meanings.values()
        yield from cells.coded.declared_missing
    distinct = set(cells.texts)
    if len(distinct) <= MOST_LEVELS + len(_missing_codes(Counter(distinct), cells.coded)):
        yield from sorted(distinct)


def is_number(text: str, *, decimal: str = ".") -> bool:
    """Whether a text is a number as people write one under this decimal mark."""
    return bool(_INTEGER.fullmatch(text) or (_COMMA if decimal == "," else _POINT).fullmatch(text))


def is_measured(text: str) -> bool:
    """Whether a text looks like a fraction or a date, which no id is."""
    return bool(_MEASURED.fullmatch(text))


def decimal_mark(columns: Iterable[Sequence[str]], *, stored_numbers: bool) -> str:
    """Say which decimal mark the columns of a table are written with; the point where none is.

    stored_numbers: the file stores numbers as such, which are read with a point: a comma is then a text.
    """
    with_comma = with_point = 0
    for texts in columns:
        distinct = set(texts) - {""}
        comma, point = (sum(1 for text in distinct if like.fullmatch(text)) for like in (_COMMA, _POINT))
        with_comma += 2 * comma > len(distinct)
        with_point += 2 * point > len(distinct)
    return "," if with_comma > (0 if stored_numbers else with_point) else "."


Found = tuple[dict[str, Any], str]


def _stored_date(cells: Cells, distinct: list[str]) -> Found | None:
    if not cells.stored_as_date:
        return None
    with_time = any(":" in text for text in distinct)
    stand_ins = _stand_ins([text[:10] for text in distinct], "%Y-%m-%d")
    return {
        "type": "date",
        "format": "%Y-%m-%d %H:%M:%S" if with_time else None,
        "missing": tuple(text for text in distinct if text[:10] in stand_ins),
    }, ""


def _labelled(cells: Cells, distinct: list[str]) -> Found | None:
    """What a file of Stata, SPSS or SAS says that the codes mean."""
    missing = _missing_codes(Counter(), cells.coded)
    meanings = {code: text for code, text in cells.meanings.items() if code not in missing}
    if not set(distinct) <= set(meanings) or len(meanings) > MOST_LABELLED:
        return None
    codes = _in_order(meanings)
    as_yes_no = _codes_of_yes_no({code: meanings[code] for code in codes})
    if as_yes_no:
        return as_yes_no, ""
    return {"type": "category", "levels": {code: meanings[code].strip() or code for code in codes}}, ""


def _yes_no(cells: Cells, distinct: list[str]) -> Found | None:
    found = _codes_of_yes_no({code: code for code in distinct})
    return (found, "") if found else None


def _codes_of_yes_no(meanings: dict[str, str]) -> dict[str, Any] | None:
    """The codes of each of the two words, in every spelling that occurs: ja and Ja are one answer."""
    spellings: dict[str, list[str]] = {}
    for code in sorted(meanings, key=str.swapcase):  # ja before Ja before JA
        spellings.setdefault(meanings[code].strip().casefold(), []).append(code)
    for yes, no in _YES_NO:
        if set(spellings) == {yes, no}:
            return {"type": "yes_no", "yes": tuple(spellings[yes]), "no": tuple(spellings[no])}
    return None


def _date(cells: Cells, distinct: list[str]) -> Found | None:
    from primus_eval.loaders.dates import infer_formats

    formats = infer_formats(distinct)
    if not formats or (all(map(is_number, distinct)) and not words.DATE.search(cells.name)):
        return None
    both = f"{' and '.join(formats)} fit every cell: which is it?" if len(formats) > 1 else ""
    return {"type": "date", "format": formats[0], "missing": _stand_ins(distinct, formats[0])}, both


def _nearly_dates(cells: Cells, counts: Counter[str], missing: tuple[str, ...]) -> Guess | None:
    """Declare a column in which nearly every cell is a date; what the others are is for `check` to name."""
    from primus_eval.loaders.dates import infer_formats

    codes = tuple(dict.fromkeys((*missing, *_words_for_missing(counts))))
    filled = [text for text in cells.texts if text not in codes]
    forms = Counter(map(_form, filled))
    if not forms:
        return None
    usual, times = forms.most_common(1)[0]
    if cells.mostly_stored_as_date:
        usual = _form("2024-01-31")  # how a stored date is given as text
        formats = infer_formats(sorted({text for text in filled if not _form(text).startswith(usual)}))
        unsure = "some cells are texts and no dates; check names those that do not fit"
    elif times >= NEARLY_ALL * len(filled):
        formats = infer_formats(sorted({text for text in filled if _form(text) == usual}))
        unsure = "some cells are written in another way; check names them"
    else:
        return None
    if not formats and not cells.mostly_stored_as_date or usual == _form("0"):
        return None
    both = f" ({' and '.join(formats)} fit: which is it?)" if len(formats) > 1 else ""
    keys = {"type": "date", "format": formats[0] if formats else None}
    return Guess(column=_column(cells, keys, missing=codes), unsure=unsure + both)


def _form(text: str) -> str:
    """How a date is written: 3.12.2020 and 14.1.2021 alike."""
    return re.sub(r"[^\W\d_]+", "x", re.sub(r"[0-9]+", "0", text))


def _stand_ins(texts: Iterable[str], format: str) -> tuple[str, ...]:
    """The days among some texts that registers write for an unknown day, such as 9999-12-31."""
    from primus_eval.loaders.dates import STAND_INS, day_in, form_of

    if format.startswith("excel"):
        return ()
    form = form_of(format)
    return tuple(text for text in texts if day_in(text, form) in STAND_INS)


def _number(cells: Cells, distinct: list[str]) -> Found | None:
    if any(_PADDED.fullmatch(text) or text in cells.meanings for text in distinct):
        return None  # 007 is a code: as a number it would lose its zeros; and so is what has a label
    if all(_INTEGER.fullmatch(text) for text in distinct):
        return {"type": "integer", **_limits(cells, distinct)}, ""
    if not all(is_number(text, decimal=cells.decimal) for text in distinct):
        return None
    fractions = [text for text in distinct if not _INTEGER.fullmatch(text)]
    thousands = all(_THOUSANDS.fullmatch(text) for text in fractions)
    unsure = f"three digits after every {cells.decimal!r}: does it divide thousands?" if thousands else ""
    return {"type": "number"}, unsure


def _limits(cells: Cells, distinct: list[str]) -> dict[str, int]:
    """Least and greatest value of an age, where the cells look like ages; of nothing else."""
    least, greatest = AGES
    believed = sum(least <= int(text) <= greatest for text in distinct)
    if not words.AGE.search(cells.name) or believed < NEARLY_ALL * len(distinct):
        return {}
    return {"minimum": least, "maximum": greatest}


def _numbers_for_missing(type_: str, distinct: list[str], missing: tuple[str, ...]) -> str:
    """Ask of numbers that often mean unknown, where they stand far outside the others."""
    if type_ != "integer":
        return ""
    asked = [text for text in NUMBERS_FOR_MISSING if text in distinct]
    others = [int(text) for text in distinct if text not in asked]
    if not others:
        return ""
    low, high = min(others), max(others)
    far = [
        text
        for text in asked
        if (int(text) < 0 <= low) or (int(text) > 0 and int(text) - high > max(high - low, high))
    ]
    if not far:
        return ""
    listed = ", ".join(json.dumps(code, ensure_ascii=False) for code in (*missing, *far))
    return f"{' and '.join(far)} may mean unknown: if so, missing = [{listed}]"


def _category(cells: Cells, counts: Counter[str], missing: tuple[str, ...]) -> Guess:
    distinct = sorted(set(counts) - set(missing))
    if not distinct:
        return Guess(left_out="is empty")
    if set(distinct) & set(cells.meanings):
        return Guess(left_out="only some of its codes have a label in the file: which of them mean missing?")
    if len(distinct) > MOST_LEVELS or any(len(text) > LONGEST_CODE or "\n" in text for text in distinct):
        return Guess(left_out="free text, or too many different values", may_name=True)
    if min(counts[text] for text in distinct) < FEWEST_PEOPLE:
        few = f"a value of it is shared by fewer than {FEWEST_PEOPLE} people"
        return Guess(left_out=few, may_name=True)
    levels = {code: code.strip() or "blank" for code in _in_order(distinct)}
    return Guess(column=_column(cells, {"type": "category", "levels": levels}, missing=missing))


def _column(cells: Cells, keys: dict[str, Any], *, missing: tuple[str, ...]) -> Column:
    said = "" if cells.coded is None or in_words(cells.coded.label) else cells.coded.label.strip()
    taken = {*keys.get("levels", ()), *keys.get("yes", ()), *keys.get("no", ())}
    codes = dict.fromkeys((*missing, *keys.get("missing", ())))
    keys = keys | {"missing": tuple(code for code in codes if code not in taken)}
    return Column(label={"en": said or _as_label(cells.name)}, timing="before_randomisation", **keys)


def _as_label(name: str) -> str:
    words_of = name.replace("_", " ").strip() or "unnamed column"
    return words_of[0].upper() + words_of[1:] if name.islower() else words_of


def _missing_codes(counts: Counter[str], coded: Coded | None) -> tuple[str, ...]:
    """What certainly means missing: an empty cell, and what the file itself says is missing."""
    blank = sorted(code for code in counts if not code.strip())
    if coded is None:
        return tuple(blank)
    said = [code for code, text in coded.meanings.items() if _means_missing(code, text)]
    special = sorted(code for code in counts if _SPECIAL_MISSING.fullmatch(code))
    return tuple(dict.fromkeys((*blank, *coded.declared_missing, *said, *special)))


def _words_for_missing(counts: Counter[str]) -> tuple[str, ...]:
    from primus_eval.loaders.numbers import MISSING_WORDS

    return tuple(sorted(text for text in counts if text.strip().casefold() in {*MISSING_WORDS, "nan"}))


def _means_missing(code: str, text: str) -> bool:
    return bool(_SPECIAL_MISSING.fullmatch(code) or _MISSING_LABEL.search(text))


def _in_order(codes: Any) -> list[str]:
    """Codes as a reader expects them: numbers by size, then texts by letter."""
    return sorted(
        codes, key=lambda code: (0, float(code), code) if _INTEGER.fullmatch(code) else (1, 0.0, code)
    )


_YES_NO = (("1", "0"), ("yes", "no"), ("ja", "nej"), ("true", "false"), ("y", "n"), ("j", "n"))
_MISSING_LABEL = re.compile(
    r"\b(refus|unknown|missing|not (stated|answered|applicable|known)|no answer|don'?t know|ukendt|uoplyst|"
    r"ved ikke|ikke (besvaret|oplyst|relevant))",
    re.IGNORECASE,
)
_SPECIAL_MISSING = re.compile(r"\.[a-z_]", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)
_PADDED = re.compile(r"[+-]?0[0-9]+", re.ASCII)
_POINT = re.compile(r"[+-]?[0-9]{1,15}[.][0-9]{1,17}", re.ASCII)
_COMMA = re.compile(r"[+-]?[0-9]{1,15},[0-9]{1,17}", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)
_MEASURED = re.compile(r"[+-]?[0-9]+[.,][0-9]+|[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}", re.ASCII)
