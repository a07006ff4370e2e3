"""A small clean trial, and its delivery in each format, to be spoilt in one way at a time.

`Delivery` holds what is written (`rows`) apart from what is true (`truth`): a fault changes the first,
and a delivery that must be accepted must give the second. Rows are counted from zero, without the header.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from fault_formats import as_csv, as_parquet, as_xlsx
from fault_paste import pasted

HEADER = ("id", "group", "days", "again", "age", "place", "start", "wing")
PEOPLE = (
    ("004217", "T", "30", "1", "71.5", "Rødovre", "2024-01-15", "A1"),
    ("000386", "NA", "365", "0", "33.25", "Ribe", "2024-02-29", "A2"),
    ("007150", "T", "-9", "0", "20", "Skive", "2024-03-30", "A1"),
    ("002944", "NA", "12", "1", "", "Ribe", "2024-03-31", "B2"),
    ("009061", "T", "365", "0", "45.5", "Skive", "2024-05-02", "B1"),
    ("005573", "NA", "200", "1", "51", "Århus", "2024-05-13", "A2"),
    ("001808", "T", "365", "0", "38.75", "Ribe", "2024-06-30", "A1"),
    ("006325", "NA", "365", "0", "27", "Skive", "2024-08-08", "B2"),
    ("003492", "T", "91", "1", "29.5", "Ribe", "2024-09-21", "B1"),
    ("008736", "NA", "7", "1", "63", "Skive", "2024-10-27", "A2"),
    ("000959", "T", "365", "0", "40.25", "Ribe", "2024-11-11", "B2"),
    ("007604", "NA", "150", "1", "22", "Næstved", "2024-12-24", "A1"),
)
"""Ids with zeros that must stay, an arm called NA, a missing time and a missing age, letters æøå."""

FIRST, MIDDLE, LAST = 0, 5, 11
"""The rows whose place holds a letter that is not ASCII."""

READ = ("days", "again", "age", "place", "start")

PROTOCOL = """\
[study]
id = "faults"
title = "A small trial"
programme = "A programme."
country = "DK"

[design]
allocation.scheme = "complete"

[[arm]]
id = "mentors"
label = "a mentor"
role = "treatment"

[[arm]]
id = "usual"
label = "usual services"
role = "control"

[data.participants]
file = "participants.csv"
person = "id"
arm.column = "group"
arm.codes = { "T" = "mentors", "NA" = "usual" }

[data.participants.columns]
days = { type = "integer", label = "Days", timing = "after_randomisation", missing = ["-9"], maximum = 3650 }
again = { type = "yes_no", label = "Again", timing = "after_randomisation", yes = ["1"], no = ["0"] }
age = { type = "number", label = "Age", timing = "before_randomisation", missing = [""], minimum = 15 }
place = { type = "category", label = "Place", timing = "before_randomisation", levels = \
{ "Rødovre" = "R", "Ribe" = "Ri", "Skive" = "S", "Århus" = "Å", "Næstved" = "N", "Vejle – Nord" = "V" } }
start = { type = "date", label = "Start", timing = "before_randomisation", format = "%Y-%m-%d" }

[[outcome]]
id = "reoffence"
label = "recorded reoffence within a year"
people_with = "were recorded as reoffending within a year"
definition = "First offence in the police register."
observed = { time = "days", event = "again", unit = "days" }
clock_start = "release"
horizon_days = 365

[[analysis]]
id = "primary"
role = "primary"
outcome = "reoffence"
effect_measure = "risk_difference"
"""

Person = Mapping[str, str | None]
Truth = tuple[Person, ...]
Row = tuple[Any, ...]


def _person(row: Sequence[str]) -> Person:
    """What is true of a row of PEOPLE, as `canonical` writes it; None is missing."""
    cells = dict(zip(HEADER, row, strict=True))
    return {
        "id": cells["id"],
        "arm": {"T": "mentors", "NA": "usual"}[cells["group"]],
        "days": None if cells["days"] == "-9" else cells["days"],
        "again": {"1": "yes", "0": "no"}[cells["again"]],
        "age": cells["age"] or None,
        "place": cells["place"],
        "start": cells["start"],
    }


TRUTH: Truth = tuple(_person(row) for row in PEOPLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A protocol and the file of its participants, as they are written, and what is true of the people."""

    header: tuple[str, ...] = HEADER
    rows: tuple[Row, ...] = PEOPLE
    truth: Truth = TRUTH
    protocol: str = PROTOCOL
    kind: str = "csv"
    file: str = "participants.csv"
    encoding: str = "utf-8"
    separator: str = ","
    end: str = "\n"
    as_text: frozenset[str] = frozenset({"id", "group", "place", "wing"})
    """Columns that a typed file holds as text."""
    edit_text: tuple[Callable[[str], str], ...] = ()
    edit_bytes: tuple[Callable[[bytes], bytes], ...] = ()
    edit_book: tuple[Callable[[Any, Any], None], ...] = ()
    edit_folder: tuple[Callable[[Path], None], ...] = ()
    beside: Mapping[str, bytes] = field(default_factory=dict)
    protocol_bytes: Callable[[str], bytes] = str.encode

    # --- what is written

    def cell(self, row: int, column: str, value: Any) -> Delivery:
        """Write another value into one cell."""
        place = self.header.index(column)
        rows = list(self.rows)
        rows[row] = (*rows[row][:place], value, *rows[row][place + 1 :])
        return replace(self, rows=tuple(rows))

    def cells(self, column: str, values: Iterable[Any]) -> Delivery:
        """Write another value into each cell of a column."""
        place = self.header.index(column)
        rows = zip(self.rows, values, strict=True)
        return replace(self, rows=tuple((*row[:place], value, *row[place + 1 :]) for row, value in rows))

    def column(self, name: str, values: Sequence[Any], *, declared: str | None = None) -> Delivery:
        """Add a column at the end, declared or not."""
        longer = replace(
            self,
            header=(*self.header, name),
            rows=tuple((*row, value) for row, value in zip(self.rows, values, strict=True)),
        )
        if declared is None:
            return longer
        return longer.paste(f'[data.participants.columns]\n"{name}" = {{ {declared} }}')

    def named(self, old: str, new: str) -> Delivery:
        """Write another name into the header."""
        return replace(self, header=tuple(new if name == old else name for name in self.header))

    def row(self, values: Sequence[Any], *, at: int | None = None) -> Delivery:
        """Insert a row, at the end unless said otherwise."""
        rows = list(self.rows)
        rows.insert(len(rows) if at is None else at, tuple(values))
        return replace(self, rows=tuple(rows))

    def keep(self, rows: Iterable[int]) -> Delivery:
        """Keep only some rows, and what is true of them."""
        kept = list(rows)
        return replace(
            self,
            rows=tuple(self.rows[row] for row in kept),
            truth=tuple(self.truth[row] for row in kept),
        )

    def text(self, edit: Callable[[str], str]) -> Delivery:
        """Spoil the text of a text file."""
        return replace(self, edit_text=(*self.edit_text, edit))

    def raw(self, edit: Callable[[bytes], bytes]) -> Delivery:
        """Spoil the bytes of the file."""
        return replace(self, edit_bytes=(*self.edit_bytes, edit))

    def book(self, edit: Callable[[Any, Any], None]) -> Delivery:
        """Spoil the workbook, given as workbook and sheet."""
        return replace(self, edit_book=(*self.edit_book, edit))

    def folder(self, edit: Callable[[Path], None]) -> Delivery:
        """Spoil the folder after everything has been written."""
        return replace(self, edit_folder=(*self.edit_folder, edit))

    def other_file(self, name: str, content: bytes | None = None) -> Delivery:
        """Name another file in the protocol, and write these bytes into it if there are any."""
        named = replace(self, file=name).paste(f"[data.participants]\nfile = {_quoted(name)}")
        return named if content is None else named.raw(lambda _: content)

    # --- what the protocol says, and what is true

    def paste(self, lines: str) -> Delivery:
        """Write lines into the protocol, below their header."""
        return replace(self, protocol=pasted(self.protocol, lines))

    def swap(self, old: str, new: str) -> Delivery:
        """Replace a piece of the protocol that stands there once."""
        if self.protocol.count(old) != 1:
            raise ValueError(f"{old!r} stands {self.protocol.count(old)} times in the protocol")
        return replace(self, protocol=self.protocol.replace(old, new))

    def undeclare(self, *keys: str) -> Delivery:
        """Remove lines of the protocol that set these keys."""
        lines = [line for line in self.protocol.splitlines() if not line.startswith(keys)]
        return replace(self, protocol="\n".join(lines) + "\n")

    def true(self, row: int, **cells: str | None) -> Delivery:
        """Say that something else is true of one person."""
        truth = list(self.truth)
        truth[row] = {**truth[row], **cells}
        return replace(self, truth=tuple(truth))

    def true_of_all(self, **columns: Sequence[str | None]) -> Delivery:
        """Say that something else is true of everyone, by column."""
        truth = [
            {**person, **{name: values[row] for name, values in columns.items()}}
            for row, person in enumerate(self.truth)
        ]
        return replace(self, truth=tuple(truth))

    # --- as files

    def content(self) -> bytes:
        """The bytes of the file of participants."""
        written = {"csv": as_csv, "xlsx": as_xlsx, "parquet": as_parquet}[self.kind](self)
        for edit in self.edit_bytes:
            written = edit(written)
        return written

    def write(self, folder: Path) -> None:
        """Write the protocol, the file of participants and what lies beside them."""
        (folder / "protocol.toml").write_bytes(self.protocol_bytes(self.protocol))
        for name, content in {self.file: self.content(), **self.beside}.items():
            if name:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)
        for edit in self.edit_folder:
            edit(folder)


def expected(truth: Truth) -> dict[str, list[str | None]]:
    """What a frame of these people must hold, in the order of their ids as text."""
    people = sorted(truth, key=lambda person: str(person["id"]))
    return {
        name: [person[name] for person in people]
        for name in dict.fromkeys(n for p in people for n in p)
        if name != "id"
    }


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- the same trial in each format, clean ---------------------------------------------------------------


@lru_cache
def clean(way: str) -> Delivery:
    """The clean trial in one of WAYS."""
    if way in ("xlsx", "parquet"):
        delivery = replace(Delivery(), kind=way)
        return replace(delivery, file=f"participants.{way}").paste(
            f'[data.participants]\nfile = "participants.{way}"'
        )
    encoding, _, name = way.partition(" ")
    separator = {"comma": ",", "semicolon": ";", "tab": "\t"}[name]
    delivery = replace(Delivery(), encoding=encoding, separator=separator)
    if encoding == "iso-8859-1":
        delivery = delivery.swap('"Vejle – Nord"', '"Vejle"')
    if encoding != "utf-8":
        delivery = delivery.paste(f'[data.participants]\nencoding = "{encoding}"')
    if separator != ",":
        delivery = delivery.paste(f"[data.participants]\nseparator = {SEPARATORS[separator]}")
    if separator == ";":
        ages = [row[HEADER.index("age")].replace(".", ",") for row in PEOPLE]
        delivery = delivery.cells("age", ages).paste('[data.participants]\ndecimal = ","')
    return delivery


SEPARATORS = {",": '","', ";": '";"', "\t": '"\\t"'}
COMMA, SEMICOLON, TAB = "utf-8 comma", "utf-8 semicolon", "utf-8 tab"
TEXT_WAYS = (COMMA, SEMICOLON, TAB, "cp1252 semicolon", "utf-16 tab", "iso-8859-1 comma")
WAYS = (*TEXT_WAYS, "xlsx", "parquet")


def in_ascii(delivery: Delivery, *, but: int) -> Delivery:
    """The delivery with letters beyond ASCII on one row only."""
    for row in {FIRST, MIDDLE, LAST} - {but}:
        delivery = delivery.cell(row, "place", "Ribe").true(row, place="Ribe")
    return delivery
