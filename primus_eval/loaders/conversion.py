"""From cells to typed values under the declared column; a cell that does not fit is a problem, never a guess.

The meaning of each distinct text is decided once, by one plain function for each type of column (a
`Reading`), and spread over the rows; where texts hardly repeat, a quick way decides those that it is sure
of. Typed arrays and text give the same answers. Messages show the shape of a cell, or a code that the
protocol declares, a file labels, or everybody uses; the cell itself only where its column is harmless.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from primus_eval.errors import Problem, shape_of
from primus_eval.identifiers import in_text
from primus_eval.loaders.dates import date_readings
from primus_eval.loaders.numbers import (
    MISSING_WORDS,
    Noted,
    Outcome,
    Reading,
    Refused,
    is_text,
    labelled,
    named,
    nothing_sure,
    number_reading,
    undeclared,
)
from primus_eval.loaders.typed_cells import number_text
from primus_eval.schema import Coded, Column

if TYPE_CHECKING:
    import pyarrow

    from primus_eval.loaders.table import Cells

SHAPES_SHOWN = 3
"""How many different cells are described where many are refused for the same reason."""

LONGEST_SHOWN = 40
"""How many characters of a harmless cell are shown."""

SHARED_BY = 10
"""People from which on a code that they share is shown: it points at none of them, and without it nobody
could declare it. Twice the smallest count that is usually printed of registers, which is five."""

LARGE_DICTIONARY = 2_000
"""Entries of a stored dictionary above which its cells are read as text, block by block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """One column of a block, converted.

    values: for integer and number float64 (missing: NaN), yes_no int8 (1, 0; missing: -1), category int16
    (position in the levels; missing: -1), date datetime64[D] (missing: NaT), id and text the cells
    themselves. A cell that was refused is missing. bad: each kind of problem with its rows in the block,
    counted from zero; remarks: worth knowing and no error.
    """

    values: Any
    bad: list[tuple[Problem, np.ndarray]] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


def convert(
    cells: Cells,
    *,
    name: str,
    column: Column,
    decimal: str = ".",
    stored_dates: Sequence[bool] | None = None,
    coded: Coded | None = None,
    harmless: bool = False,
    row_is_person: bool = False,
) -> Converted:
    """Convert one column of a block of rows.

    decimal: the mark in numbers written as text. stored_dates: which cells of a list the file stores as
    dates (their text is YYYY-MM-DD, with a time where there is one). coded: what the file says of the
    column's codes. harmless: whether messages may show cells. row_is_person: whether each row is another
    person, so that a code on SHARED_BY rows is one of so many people, and may be shown. Safe to call from
    several threads.

    Checked: tests/test_loaders_conversion.py, tests/test_loaders_dates.py.
    """
    if column.type == "text":
        return Converted(values=cells)
    if column.type == "id":
        bad = id_problems(cells, missing=column.missing)
        return Converted(values=cells, bad=[(replace(found, column=name), rows) for found, rows in bad])
    readings = _readings(column, decimal, coded)
    filling = _Filling(
        len(cells), readings[0].blank, name=name, harmless=harmless, row_is_person=row_is_person
    )
    if column.type == "date" and stored_dates is not None:
        texts = as_texts(cells)
        stored = np.fromiter(stored_dates, dtype=bool, count=len(texts))
        for reading, rows in zip(readings, (np.flatnonzero(~stored), np.flatnonzero(stored)), strict=True):
            _fill(filling, [texts[row] for row in rows], reading, decimal, rows)
        if column.format is None and stored.any():
            return _partly_stored(filling.converted(), n_stored=int(stored.sum()))
    else:
        cells = _decoded(cells)
        is_stored = column.type == "date" and not isinstance(cells, list) and _holds_dates(cells)
        _fill(filling, cells, readings[is_stored], decimal)
    return filling.converted()


def _partly_stored(converted: Converted, *, n_stored: int) -> Converted:
    """Say how many cells are text where the others are dates of the file, and no format was declared."""
    return replace(
        converted,
        bad=[
            (_text_among_dates(found, len(rows), n_stored) if found.code == "PE-A72" else found, rows)
            for found, rows in converted.bad
        ],
    )


def _text_among_dates(found: Problem, n_texts: int, n_stored: int) -> Problem:
    seen = found.what.partition(" Found: ")
    cells = f"{n_texts} of {n_texts + n_stored} cells {'is' if n_texts == 1 else 'are'} text"
    return replace(
        found,
        what=f"{cells}; the others are dates of the file.{seen[1]}{seen[2]}",
        mend=f"A format applies to the cells that are text only; or make them dates. {found.mend}",
    )


def as_texts(cells: Cells, decimal: str = ".") -> list[str]:
    """Return cells as text: typed ones as their canonical text, a missing one as the empty text."""
    if isinstance(cells, list):
        return cells
    texts, positions = _distinct(cells, decimal)
    return np.array(texts, dtype=object)[positions].tolist()


def _readings(column: Column, decimal: str, coded: Coded | None) -> tuple[Reading, Reading]:
    """Return how written cells are read, and how dates that the file stores are."""
    if column.type == "date":
        return date_readings(column, coded)
    if column.type in ("integer", "number"):
        reading = number_reading(column, decimal, coded)
    else:
        reading = _code_reading(column, coded)
    return reading, reading


# --- from distinct texts to rows ----------------------------------------------------------------------


def _fill(
    filling: _Filling, cells: Cells, reading: Reading, decimal: str, rows: np.ndarray | None = None
) -> None:
    """Read cells into their rows: all at once where that is sure, the others by distinct text."""
    if not len(cells):
        return
    any_read = False
    if not isinstance(cells, list):
        for quick in reading.quick:
            values, sure = quick(cells)
            if not sure.any():
                continue
            any_read = True
            if sure.all():
                filling.put(values, rows)
                return
            filling.put(values[sure], np.flatnonzero(sure) if rows is None else rows[sure])
            rows = np.flatnonzero(~sure) if rows is None else rows[~sure]
            cells = cells.filter(_mask(~sure))
    texts, positions = _distinct(cells, decimal)
    outcomes = {text: reading.read(text) for text in texts}
    any_read = any_read or any(not isinstance(outcome, Refused | None) for outcome in outcomes.values())
    outcomes = reading.review(outcomes, any_read)
    filling.spread(texts, [outcomes[text] for text in texts], positions, rows)


def _mask(kept: np.ndarray) -> pyarrow.Array:
    import pyarrow

    return pyarrow.array(kept)


class _Filling:
    """The values of one column of a block, and what was refused, while it is being read."""

    def __init__(
        self, height: int, blank: np.generic, *, name: str, harmless: bool, row_is_person: bool = False
    ) -> None:
        self.values = np.full(height, blank)
        self.blank = blank
        self.name = name
        self.harmless = harmless
        self.row_is_person = row_is_person
        self.refused: dict[Refused, _Kind] = {}
        self.remarks: dict[Problem, None] = {}

    def put(self, values: np.ndarray, rows: np.ndarray | None) -> None:
        """Put values into rows; None: into all rows."""
        if rows is None:
            self.values = values.astype(self.values.dtype, copy=False)
        else:
            self.values[rows] = values

    def spread(
        self, texts: list[str], outcomes: list[Outcome], positions: np.ndarray, rows: np.ndarray | None
    ) -> None:
        """Give each cell the value of its text; positions: of the text of each cell."""
        table = np.full(len(texts), self.blank)
        kinds = np.zeros(len(texts), dtype=np.int32)
        found: dict[Refused, list[int]] = {}
        for place, outcome in enumerate(outcomes):
            if isinstance(outcome, Refused):
                found.setdefault(outcome, []).append(place)
                continue
            if isinstance(outcome, Noted):
                self._remark(outcome)
                outcome = outcome.value
            if outcome is not None:
                table[place] = outcome
        self.put(table[positions], rows)
        if not found:
            return
        for number, places in enumerate(found.values(), start=1):
            kinds[places] = number
        of_cell = kinds[positions]
        times = np.bincount(positions, minlength=len(texts))
        for number, (refused, places) in enumerate(found.items(), start=1):
            at = np.flatnonzero(of_cell == number)
            kind = self.refused.setdefault(refused, _Kind())
            kind.rows.append(at if rows is None else rows[at])
            for place in places:
                outcome = outcomes[place]
                if isinstance(outcome, Refused):
                    if self.row_is_person and outcome.if_shared and is_shared(texts[place], times[place]):
                        outcome = outcome.shared(texts[place], quoted(texts[place]))
                    kind.add(outcome, texts[place], int(times[place]), self.harmless)

    def _remark(self, noted: Noted) -> None:
        self.remarks[Problem(code=noted.code, what=noted.what, mend=noted.mend, column=self.name)] = None

    def converted(self) -> Converted:
        bad = [(kind.problem(refused, self.name), kind.all_rows()) for refused, kind in self.refused.items()]
        bad.sort(key=lambda found: int(found[1][0]))
        return Converted(values=self.values, bad=bad, remarks=list(self.remarks))


class _Kind:
    """Where one kind of fault stands in a block, and what its cells look like."""

    def __init__(self) -> None:
        self.rows: list[np.ndarray] = []
        self.shown: Counter[str] = Counter()
        self.offers: set[tuple[str, ...]] = set()

    def add(self, refused: Refused, text: str, times: int, harmless: bool) -> None:
        """Count what a cell looks like, and what would declare it."""
        shown = refused.shown
        if shown is None:
            shown = quoted(text[:LONGEST_SHOWN]) if harmless else _shape(text)
        if shown:
            self.shown[shown] += times
        if refused.offer is not None:
            self.offers.add(refused.offer)

    def all_rows(self) -> np.ndarray:
        return np.sort(np.concatenate(self.rows))

    def problem(self, refused: Refused, name: str) -> Problem:
        """Write the problem with what most of its cells look like, and the lines that mend it."""
        most = sorted(self.shown, key=lambda shown: (-self.shown[shown], shown))[:SHAPES_SHOWN]
        more = ", ..." if len(self.shown) > len(most) else ""
        seen = f" Found: {', '.join(most)}{more}" if most else ""
        paste = "\n".join([refused.paste] if refused.paste else _lines(self.offers)) or None
        return Problem(
            code=refused.code, what=f"{refused.what}{seen}", mend=refused.mend, paste=paste, column=name
        )


def _lines(offers: set[tuple[str, ...]]) -> list[str]:
    """Write the keys of a column that would declare what is offered, one line for each key."""
    lines = []
    for key in ("yes", "no", "missing"):
        codes = sorted(offer[1] for offer in offers if offer[0] == key)
        if codes:
            lines.append(f"{key} = [{', '.join(map(_toml, codes))}]")
    levels = sorted(offer[1:] for offer in offers if offer[0] == "levels")
    if levels:
        lines.append(
            f"levels = {{ {', '.join(f'{_toml(code)} = {_toml(label)}' for code, label in levels)} }}"
        )
    return lines


def _toml(text: str) -> str:
    """Write a text of TOML; a character that nobody sees is written by its number."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(
        sign if sign.isprintable() and (sign.isascii() or not sign.isspace()) else f"\\U{ord(sign):08X}"
        for sign in quoted
    )


def is_shared(code: str, people: int) -> bool:
    """Whether a code that was not declared may be shown: many people have it, and it identifies nobody.

    >>> is_shared("7", 10), is_shared("7", 9), is_shared("010190-1234", 400)
    (True, False, False)
    """
    return people >= SHARED_BY and 0 < len(code.strip()) <= LONGEST_SHOWN and not in_text(code)


def quoted(text: str) -> str:
    """Show a harmless cell in quotes, with what is no letter of any alphabet by its number."""
    return "".join(sign if sign.isascii() or sign.isalpha() else ascii(sign)[1:-1] for sign in repr(text))


def _shape(cell: str) -> str:
    return f"`{shape_of(cell)}`"


def _distinct(cells: Cells, decimal: str) -> tuple[list[str], np.ndarray]:
    """Return the distinct texts of some cells, and for each cell the position of its text."""
    if isinstance(cells, list):
        position: dict[str, int] = {}
        positions = np.fromiter(
            (position.setdefault(cell, len(position)) for cell in cells), dtype=np.intp, count=len(cells)
        )
        return list(position), positions
    import pyarrow
    import pyarrow.compute as compute

    if pyarrow.types.is_null(cells.type):
        return [""], np.zeros(len(cells), dtype=np.intp)
    stored = pyarrow.types.is_dictionary(cells.type)
    encoded = cells if stored else cells.dictionary_encode()
    texts, indices = _texts_of(encoded.dictionary, decimal), encoded.indices
    if indices.null_count:
        indices = compute.fill_null(indices.cast(pyarrow.int64()), len(texts))
        texts.append("")
    positions = indices.to_numpy(zero_copy_only=False)
    if not stored:
        return texts, positions
    used = np.bincount(positions, minlength=len(texts)) > 0  # a stored dictionary holds more than a block
    return [texts[place] for place in np.flatnonzero(used)], (np.cumsum(used) - 1)[positions]


def _decoded(cells: Cells) -> Cells:
    """Take an array out of its dictionary, unless that holds just a few texts."""
    if isinstance(cells, list):
        return cells
    import pyarrow

    if not pyarrow.types.is_dictionary(cells.type):
        return cells
    few = is_text(cells.dictionary) and len(cells.dictionary) <= LARGE_DICTIONARY
    return cells if few else cells.dictionary_decode()


def _texts_of(cells: pyarrow.Array, decimal: str) -> list[str]:
    """Write stored values as canonical text."""
    import pyarrow

    kind = cells.type
    if is_text(cells) or pyarrow.types.is_integer(kind):
        return ["" if cell is None else str(cell) for cell in cells.to_pylist()]
    if pyarrow.types.is_floating(kind):
        return ["" if cell is None else number_text(cell, decimal) for cell in cells.to_pylist()]
    if pyarrow.types.is_boolean(kind):
        return ["" if cell is None else str(cell).upper() for cell in cells.to_pylist()]
    if _holds_dates(cells):
        zone = "+00:00" if pyarrow.types.is_timestamp(kind) and kind.tz is not None else ""
        return [_moment_text(moment, zone) for moment in cells.to_numpy(zero_copy_only=False)]
    raise TypeError(f"no column of a table is of the arrow type {kind}")


def _holds_dates(cells: pyarrow.Array) -> bool:
    import pyarrow

    return pyarrow.types.is_date(cells.type) or pyarrow.types.is_timestamp(cells.type)


def _moment_text(moment: np.datetime64, zone: str) -> str:
    if np.isnat(moment):
        return ""
    day, _, time = str(moment).partition("T")
    if "." in time:
        time = time.rstrip("0").rstrip(".")
    if not zone and not time.strip("0:"):
        return day
    return f"{day} {time}{zone}"


# --- codes --------------------------------------------------------------------------------------------

_YES_WORDS = {"true", "1", "ja", "yes", "j", "y", "t"}
_NO_WORDS = {"false", "0", "nej", "no", "n", "f"}


def _code_reading(column: Column, coded: Coded | None) -> Reading:
    """Return how a column of type yes_no or category is read."""
    values: dict[str, int | None] = dict.fromkeys(column.missing)
    values |= {code: place for place, code in enumerate(column.levels or {})}
    values |= dict.fromkeys(column.yes, 1) | dict.fromkeys(column.no, 0)
    composed: dict[str, str] = {}
    alike: dict[str, str] = {}
    for code in values:
        composed.setdefault(unicodedata.normalize("NFC", code), code)
        alike.setdefault(_seen(code).casefold(), code)

    def read(text: str) -> Outcome:
        if text in values:
            return values[text]
        same = composed.get(unicodedata.normalize("NFC", text))
        if same is not None:
            return _recomposed(values[same])
        near = alike.get(_seen(text).casefold())
        return _unlike(text, near, column) if near is not None else _unknown(text, column, coded, values)

    return Reading(
        read=read,
        blank=np.int8(-1) if column.type == "yes_no" else np.int16(-1),
        review=lambda outcomes, any_read: _both_forms(outcomes),
    )


def _recomposed(value: int | None) -> Noted:
    return Noted(
        value=value,
        code="PE-A23",
        what="some codes write a letter by other code points than the protocol; they were read as the same.",
        mend="Nothing need be done: they are equal in Unicode's normal form NFC.",
    )


def _both_forms(outcomes: dict[str, Outcome]) -> dict[str, Outcome]:
    """Refuse a code that occurs in two ways of writing the same letters."""
    forms: dict[str, list[str]] = {}
    for text, outcome in outcomes.items():
        if not isinstance(outcome, Refused):
            forms.setdefault(unicodedata.normalize("NFC", text), []).append(text)
    refused = {
        text: Refused(
            code="PE-A23",
            what=f"the code {composed!r} occurs in two ways that look alike and differ in code points.",
            mend="Find out whether both mean the same, and write them in one way (NFC).",
            shown="",
        )
        for composed, texts in forms.items()
        if len(texts) > 1
        for text in texts
    }
    return {**outcomes, **refused}


def _unlike(text: str, near: str, column: Column) -> Refused:
    """Refuse a code that differs from a declared one by what is easily overlooked."""
    strange = {sign for sign in {*text} ^ {*near} if unicodedata.category(sign)[0] in "ZC" and sign != " "}
    differences = [named(sign) for sign in sorted(strange)]
    if _seen(text, " ").casefold() != _seen(near, " ").casefold():
        differences.append("spaces")
    if _seen(text) != _seen(near):
        differences.append("case")
    differences = differences or ["the place of signs that nobody sees"]
    refused = Refused(
        code="PE-A22" if strange else "PE-A21",
        what=f"this code differs from the declared {near!r} only by {' and '.join(differences)}.",
        mend="Write it as declared in the file, or declare this way of writing too.",
        shown="",
    )
    return replace(refused, offer=_yes_or_no(text, column))


def _seen(code: str, kept: str = "") -> str:
    """Return a code in Unicode's normal form NFC, without the characters that nobody sees, but those kept."""
    normal = unicodedata.normalize("NFC", code)
    return "".join(sign for sign in normal if sign in kept or unicodedata.category(sign)[0] not in "ZC")


def _yes_or_no(text: str, column: Column) -> tuple[str, str] | None:
    """Return the key of a yes_no column that a well-known word belongs to, with the word."""
    if column.type != "yes_no" or text.casefold() not in _YES_WORDS | _NO_WORDS:
        return None
    return ("yes" if text.casefold() in _YES_WORDS else "no", text)


def _unknown(text: str, column: Column, coded: Coded | None, values: dict[str, int | None]) -> Refused:
    """Refuse a code that is like none of the declared."""
    refused = undeclared(text, column, coded)
    if refused is not None:
        return refused
    if coded is not None and text in coded.meanings:
        what = "this cell holds a code that has a label in the file and was not declared."
        refused = replace(labelled(text, coded), what=what)
        if column.type == "category":
            mend = "Declare it, as a level or as missing."
            return replace(refused, mend=mend, offer=("levels", text, coded.meanings[text]))
        return replace(refused, mend="Declare it as yes, no or missing.", offer=None)
    offer = _yes_or_no(text, column)
    if offer is not None:
        return Refused(
            code="PE-A30",
            what="this cell holds a common word for yes or no that was not declared.",
            mend="Find out whether all of them come from the same question; then declare them.",
            offer=offer,
            shown=repr(text),
        )
    equal = next((code for code in values if _same_number(code, text)), None)
    hint = "" if equal is None else f"As a number it is the declared {equal!r}. "
    labels = {label: code for code, level in (column.levels or {}).items() for label in level.values()}
    if text in labels:
        hint = f"It is the label of the declared {labels[text]!r}. "
    return Refused(
        code="PE-A21",
        what="this cell holds a code that was not declared.",
        mend=f"{hint}Declared: {', '.join(map(repr, values))}. Declare it, or correct the cell.",
        if_shared="levels" if column.type == "category" and not hint else "nothing",
    )


def _same_number(code: str, text: str) -> bool:
    number = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
    return bool(number.fullmatch(code) and number.fullmatch(text)) and float(code) == float(text)


# --- ids ----------------------------------------------------------------------------------------------

_SCIENTIFIC = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[eE]\+[0-9]+")
_WITH_DECIMALS = re.compile(r"[+-]?[0-9]+[.,]0+")
_EXACT_FLOATS = 2.0**53


def id_problems(cells: Cells, *, missing: Sequence[str] = ()) -> list[tuple[Problem, np.ndarray]]:
    """Return what is wrong with the ids of a column, with the rows on which it stands; no id is shown.

    Ids are text and are never changed: 1e5 and 100000 are two ids. missing: codes for no id, accepted.

    Checked: tests/test_loaders_conversion.py.
    """
    filling = _Filling(len(cells), np.int8(-1), name="", harmless=False)
    cells = _decoded(cells)
    read = _read_float_id if not isinstance(cells, list) and _is_float(cells) else _read_id
    reading = Reading(
        read=lambda text: None if text in missing else read(text),
        blank=np.int8(-1),
        quick=(_stored_whole, _letters_and_digits, _plain_ids),
    )
    _fill(filling, cells, reading, ".")
    return [(replace(found, column=None), rows) for found, rows in filling.converted().bad]


def _read_id(text: str) -> Outcome:
    """Return 0 for an id that may be one."""
    kinds = {unicodedata.category(sign) for sign in text}
    if not _seen(text):
        return replace(_refused_id("PE-C37", "this row has no id", "Give each row an id."), shown="")
    if "Cc" in kinds:
        return _refused_id("PE-E15", "this id holds a control character", "Export the ids again without it.")
    if kinds & {"Cf", "Zl", "Zp"} or any(sign.isspace() and sign != " " for sign in text):
        what = "this id holds spaces or characters that nobody sees"
        return _refused_id("PE-A22", what, "Remove them in every file alike.")
    if text != text.strip():
        return _refused_id("PE-A21", "this id has spaces around it", "Remove them in every file alike.")
    if _SCIENTIFIC.fullmatch(text):
        what = "this id is a rounded number as a spreadsheet shows it, and its last digits are gone"
        return _refused_id("PE-A28", what, "Export the ids again from their source, as text.")
    if _WITH_DECIMALS.fullmatch(text):
        return _ID_WITH_DECIMALS
    if text.casefold() in MISSING_WORDS | {"nan"}:
        what = "this id is a word for a missing value"
        return replace(_refused_id("PE-A24", what, "Give each row an id."), shown=repr(text))
    return 0


def _refused_id(code: str, what: str, mend: str) -> Refused:
    return Refused(code=code, what=f"{what}.", mend=mend)


_ID_WITH_DECIMALS = _refused_id(
    "PE-A29",
    "this id has decimals, as a number has that went through a spreadsheet or a table with missing ids",
    "Export the ids again as text, so that they read as in the other files; leading zeros may be gone too.",
)
_ID_ROUNDED = _refused_id(
    "PE-A26",
    "this id is stored as a decimal number above 2^53, where neighbouring numbers become one",
    "Export the ids again as text.",
)


def _read_float_id(text: str) -> Outcome:
    """Return 0 for an id that a file stores as a floating-point number and that kept all its digits."""
    if text == "":
        return _read_id(text)
    if not float(text).is_integer():
        return _ID_WITH_DECIMALS
    return _ID_ROUNDED if abs(float(text)) >= _EXACT_FLOATS else 0


def _is_float(cells: pyarrow.Array) -> bool:
    import pyarrow

    return pyarrow.types.is_floating(cells.type)


def _stored_whole(cells: pyarrow.Array) -> tuple[np.ndarray, np.ndarray]:
    """Say of which ids it is sure that they are whole numbers, stored as such."""
    import pyarrow

    if not pyarrow.types.is_integer(cells.type):
        return nothing_sure(cells)
    return np.zeros(len(cells), dtype=np.int8), cells.is_valid().to_numpy(zero_copy_only=False)


def _letters_and_digits(cells: pyarrow.Array) -> tuple[np.ndarray, np.ndarray]:
    """Say of which ids it is sure that they are letters and digits of ASCII, at least one a digit."""
    import pyarrow.compute as compute

    if not is_text(cells):
        return nothing_sure(cells)
    sure = compute.and_not(compute.ascii_is_alnum(cells), compute.ascii_is_alpha(cells))
    return _sure(sure)


def _plain_ids(cells: pyarrow.Array) -> tuple[np.ndarray, np.ndarray]:
    """Say of which ids it is sure that they are letters, digits and plain marks, at least one a digit."""
    import pyarrow.compute as compute

    if not is_text(cells):
        return nothing_sure(cells)
    return _sure(compute.match_substring_regex(cells, "^[A-Za-z0-9_/:-]*[0-9][A-Za-z0-9_/:-]*$"))


def _sure(sure: pyarrow.Array) -> tuple[np.ndarray, np.ndarray]:
    import pyarrow.compute as compute

    return np.zeros(len(sure), dtype=np.int8), compute.fill_null(sure, False).to_numpy(zero_copy_only=False)
