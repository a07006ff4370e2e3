"""What a sheet holds besides values: hidden rows and columns, filters, merged cells, errors, formulas.

A reader of values shows none of this: a cell that holds an error and a formula that was never calculated
come out empty, and a hidden row comes out like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from primus_eval.errors import InputError, Problem
from primus_eval.loaders.file_bytes import damaged
from primus_eval.loaders.workbook_parts import local, parse_xml

MOST_CELLS_NAMED = 10_000
"""How many cells of one fault are kept."""

LARGEST_AREA_CELLS = 30_000_000
"""Rows times columns of a sheet, up to its last cell with a value: what is held in memory at once."""

CELL_TYPES = (None, "n", "s", "str", "b", "e", "inlineStr", "d")
KNOWN = ("c", "v", "is", "f", "row", "col", "mergeCell", "filterColumn")
"""Elements that are looked at."""
LAST_COLUMN = 16_384
RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


@dataclass(slots=True)
class SheetStructure:
    """What stands where in a sheet. Rows and columns are counted from one."""

    last_row: int = 0
    last_column: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    """Hidden rows that hold a value."""
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    filtered: bool = False
    merged: list[str] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    """Cells that hold an error such as #N/A, by row and column."""
    uncalculated: list[tuple[int, int]] = field(default_factory=list)
    """Cells with a formula and without a value."""
    number_styles: dict[tuple[int, int], int] = field(default_factory=dict)
    """Column and style of the numbers that occur, with the first row."""


def read_structure(data: bytes, file: str) -> SheetStructure:
    """Look through the XML of a sheet once, without its texts and numbers."""
    reading = _Pass(file)
    parse_xml(data, file, reading.start, prepare=reading.use)
    structure = reading.finished()
    area = structure.last_row * structure.last_column
    if area > LARGEST_AREA_CELLS:
        raise InputError(
            Problem(
                code="PE-A73",
                file=file,
                what=f"the sheet reaches over {area:,} cells, more than {LARGEST_AREA_CELLS:,}.",
                mend="Remove stray cells far below or right of the table, or save the sheet as .csv.",
            )
        )
    return structure


class _Pass:
    """One pass through a sheet; rows and cells must stand in order, so that all readers place them alike.

    A cell ends where the next begins: calling back at the end of every element would take twice the time.
    Texts are looked at in cells with a formula only, to see whether its result was saved.
    """

    def __init__(self, file: str) -> None:
        self.structure = SheetStructure()
        self.file = file
        self.letters: dict[str, int] = {}
        self.row = self.column = self.style = 0
        self.row_hidden = self.row_has_value = False
        self.in_cell = self.formula = self.value = self.text = False
        self.type: str | None = None
        self.names: dict[str, str] = {}
        """Names as they stand in the file, with its prefix, to the names of the standard."""

    def use(self, parser: Any) -> None:
        self.parser = parser

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.names:
            prefix = name[: len(name) - len(local(name))]
            self.names = {prefix + known: known for known in KNOWN}
            return
        known = self.names.get(name)
        if known == "c":
            self._cell(attributes)
        elif known == "v" or known == "is":
            self.value, self.text = True, False
        elif known is not None:
            self._other(known, attributes)

    def finished(self) -> SheetStructure:
        self._end_row()
        return self.structure

    def _cell(self, attributes: dict[str, str]) -> None:
        if self.in_cell:
            self._end_cell()
        reference = attributes.get("r")
        if reference is None:
            column = self.column + 1
        else:
            letters = reference.rstrip("0123456789")
            column = self.letters.get(letters) or self._column(letters)
            if reference[len(letters) :] != str(self.row):
                raise damaged(self.file, "an Excel workbook")
        self.type = attributes.get("t")
        if column <= self.column or self.type not in CELL_TYPES:
            raise damaged(self.file, "an Excel workbook")
        self.column = column
        self.style = int(attributes.get("s", 0))
        self.in_cell = True

    def _end_cell(self) -> None:
        structure = self.structure
        place = (self.row, self.column)
        if self.type == "e" and len(structure.errors) < MOST_CELLS_NAMED:
            structure.errors.append(place)
        if self.formula:
            self.parser.CharacterDataHandler = None
            has_result = self.value and (self.text or self.type == "str")  # a result may be the empty text
            if not has_result and len(structure.uncalculated) < MOST_CELLS_NAMED:
                structure.uncalculated.append(place)
        if self.value:
            self.row_has_value = True
            structure.last_row = self.row
            structure.last_column = max(structure.last_column, self.column)
            if self.type is None or self.type == "n":
                structure.number_styles.setdefault((self.column, self.style), self.row)
        self.in_cell = self.formula = self.value = self.text = False

    def _end_row(self) -> None:
        if self.in_cell:
            self._end_cell()
        if self.row_hidden and self.row_has_value:
            self.structure.hidden_rows.append(self.row)
        self.row_hidden = self.row_has_value = False

    def _other(self, name: str, attributes: dict[str, str]) -> None:
        structure = self.structure
        if name == "f":
            self.formula = True
            self.parser.CharacterDataHandler = self._characters
        elif name == "row":
            self._end_row()
            row = int(attributes.get("r", self.row + 1))
            if row <= self.row:
                raise damaged(self.file, "an Excel workbook")
            self.row, self.column = row, 0
            self.row_hidden = _is_hidden(attributes, "ht")
        elif name == "col" and _is_hidden(attributes, "width"):
            structure.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "mergeCell":
            structure.merged.append(attributes.get("ref", ""))
        elif name == "filterColumn":
            structure.filtered = True

    def _characters(self, _: str) -> None:
        self.text = True

    def _column(self, letters: str) -> int:
        self.letters[letters] = column_number(letters)
        if not 1 <= self.letters[letters] <= LAST_COLUMN:
            raise damaged(self.file, "an Excel workbook")
        return self.letters[letters]


def column_number(letters: str) -> int:
    """Return the number of a column from its letters; 0 where they are none.

    >>> column_number("A"), column_number("AA"), column_number("XFD"), column_number("a")
    (1, 27, 16384, 0)
    """
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column.

    >>> column_letters(1), column_letters(27), column_letters(16384)
    ('A', 'AA', 'XFD')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def range_of(reference: str) -> tuple[int, int, int, int] | None:
    """Return the first row, first column, last row and last column of a range such as B2:C5.

    >>> range_of("B2:C5"), range_of("B2"), range_of("")
    ((2, 2, 5, 3), (2, 2, 2, 2), None)
    """
    match = RANGE.fullmatch(reference)
    if match is None:
        return None
    first_letters, first_row, last_letters, last_row = match.groups()
    last_letters, last_row = last_letters or first_letters, last_row or first_row
    return int(first_row), column_number(first_letters), int(last_row), column_number(last_letters)


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or column is hidden, or so small that nobody sees it."""
    return attributes.get("hidden") in ("1", "true") or float(attributes.get(size, 1)) == 0
