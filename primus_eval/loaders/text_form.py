"""What is wrong with the form of a text file, collected row by row: its width, its letters, its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from primus_eval.errors import Problem
from primus_eval.loaders.decimal_comma import decimal_comma
from primus_eval.loaders.declared import id_of_every_row
from primus_eval.loaders.headers import header_of, total_row
from primus_eval.loaders.letters import ASCII, DOUBTFUL, Misreading, misreading
from primus_eval.loaders.text_header import broken_record, declared_columns
from primus_eval.loaders.text_lines import Record
from primus_eval.protocol import TableFile

MOST_PROBLEMS = 10_000
CTRL_Z = "\x1a"
_TOTAL = re.compile(r"(?:sub-?total|total|sum|i alt|ialt|antal)\b", re.IGNORECASE)


class Form:
    """What is known of the form of a file so far: its problems, and its last rows."""

    def __init__(self, name: str, spec: TableFile, header: Sequence[str]) -> None:
        self.name = name
        self.spec = spec
        self.header = header
        self.declared = set(declared_columns(spec))
        self.problems: list[Problem] = []
        person = id_of_every_row(spec)
        self.person = header.index(person) if person in header else None
        self.spare: list[int] = []  # lines of rows with just one empty field too many
        self.all_spare = True
        self.blank: list[int] = []
        self.short: Record | None = None
        self.before: list[str] | None = None
        self.last: Record | None = None
        self.misread: list[tuple[Problem, Misreading]] = []
        self.right: int | None = None  # the first line with letters beyond ASCII that are right

    @property
    def is_full(self) -> bool:
        """Whether so much is wrong that reading on would tell nothing."""
        return len(self.problems) + len(self.spare) + len(self.misread) + len(self.blank) >= MOST_PROBLEMS

    def row_of(self, record: Record) -> list[str] | None:
        """Return the cells of a record that is a row of the table; keep what is wrong with any other."""
        if record.broken is None and not record.cells:
            self.blank.append(record.line)
            return None
        if self.blank or self.short is not None:
            self._close_gaps()
        if record.broken is not None:
            self.problems.append(broken_record(record, self.name))
            return None
        if record.letters == DOUBTFUL:
            record = self._without_end_sign(record)
            if not record.cells:
                return None
        is_misread = record.letters != ASCII and self._is_misread(record)
        surplus = len(record.cells) - len(self.header)
        if surplus == 1 and record.cells[-1] == "":
            self.spare.append(record.line)
            return None
        self.all_spare = False
        if surplus < 0:
            self.short = record
        elif surplus > 0:
            self.problems.append(self._long(record))
        if surplus or is_misread:  # the cells of a row with wrong letters are not those that were written
            return None
        self.before = self.last.cells if self.last is not None else None
        self.last = record
        return record.cells

    def ends_with_total(self) -> bool:
        """Whether the last row is one of totals, which is a problem. A last row that is short was cut off."""
        if self.is_full:  # this was not the end
            self._close_gaps()
            return False
        if self.short is not None:
            before = self.last.cells if self.last is not None else None
            if is_total_row(self.short.cells, before, None):
                self.problems.append(total_row(file=self.name, line=self.short.line))
            else:
                self.problems.append(self._cut(self.short))
            return False
        if self.last is None or not is_total_row(self.last.cells, self.before, self.person):
            return False
        self.problems.append(total_row(file=self.name, line=self.last.line))
        return True

    def all_problems(self) -> list[Problem]:
        """Every problem of form, in the order of lines."""
        is_full = self.is_full
        found = self.problems + self._spare() + self._misread()
        found.sort(key=lambda problem: problem.line or 0)
        if is_full:
            what = f"has {MOST_PROBLEMS:,} problems or more; it was read no further."
            return [*found[:MOST_PROBLEMS], self._problem("PE-A73", None, what, "Mend these first.")]
        if not found and self.last is None and not self.spec.may_be_empty:
            return [self._problem("PE-A41", None, "holds a header and no rows.", "Export the table again.")]
        return found

    def _problem(self, code: str, line: int | None, what: str, mend: str) -> Problem:
        return Problem(code=code, file=self.name, line=line, what=what, mend=mend)

    def _close_gaps(self) -> None:
        """Another row follows: blank lines before it did not end the file, a short row was not cut off."""
        for line in self.blank:
            self.problems.append(self._problem("PE-A14", line, "this line is empty.", "Remove the line."))
        self.blank = []
        if self.short is not None:
            self.problems.append(self._ragged("PE-A14", self.short))
            self.short = None

    def _without_end_sign(self, record: Record) -> Record:
        """Report Ctrl-Z, with which DOS ended a file, once and leave it out."""
        last = record.cells[-1]
        if not last.endswith(CTRL_Z) or (last.strip(CTRL_Z) and not record.ends_file):
            return record
        self.problems.append(
            self._problem(
                "PE-A39",
                record.line,
                "holds Ctrl-Z (U+001A), with which old programs end a file.",
                "Remove the character, or export the table again.",
            )
        )
        rest = last.rstrip(CTRL_Z)
        return record._replace(cells=[*record.cells[:-1], rest] if rest or len(record.cells) > 1 else [])

    def _is_misread(self, record: Record) -> bool:
        if record.letters == DOUBTFUL:
            for place, cell in enumerate(record.cells):
                wrong = misreading(cell, self.spec.encoding)
                if wrong is not None:
                    self.misread.append((self._placed(wrong, record.line, place), wrong))
                    return True
        if self.right is None and not all(map(str.isascii, record.cells)):
            self.right = record.line
        return False

    def _placed(self, wrong: Misreading, line: int, place: int) -> Problem:
        """Say a column by its name where it is declared, and by its position where it is not."""
        named = self.header[place] if place < len(self.header) else None
        column = named if named in self.declared else None
        where = "this cell " if column else f"the cell in column {place + 1} "
        header = header_of(self.spec)
        return wrong.problem(file=self.name, line=line, header=header, column=column, where=where)

    def _misread(self) -> list[Problem]:
        """Letters that are wrong; where letters of other lines are right, the file has two encodings."""
        codes = ("PE-A02",) if self.spec.encoding == "utf-8" else ("PE-A02", "PE-A03")
        foreign = [problem for problem, wrong in self.misread if wrong.code in codes and wrong.encoding]
        if not foreign or self.right is None:
            return [problem for problem, _ in self.misread]
        other = next(wrong.encoding for _, wrong in self.misread if wrong.code in codes and wrong.encoding)
        mixed = Problem(
            code="PE-A07",
            file=self.name,
            line=foreign[0].line,
            column=foreign[0].column,
            what=f"two encodings are mixed: line {self.right} is {self.spec.encoding}, "
            f"line {foreign[0].line} is {other}.",
            mend="Export the table again, or bring its parts into one encoding before joining them.",
        )
        return [mixed, *(problem for problem, _ in self.misread if problem not in foreign)]

    def _spare(self) -> list[Problem]:
        if self.spare and self.all_spare:
            what = "every row has one empty field more than the header: a spare separator at its end."
            mend = "Remove it in each row, or name the column in the header."
            return [self._problem("PE-A16", self.spare[0], what, mend)]
        named = len(self.header)
        what = f"this row has {named + 1} fields, the header has {named}; the last is empty."
        return [self._problem("PE-A15", line, what, "Remove the spare separator.") for line in self.spare]

    def _ragged(self, code: str, record: Record) -> Problem:
        what = f"this row has {len(record.cells)} fields, the header has {len(self.header)}."
        mend = "Quote fields that hold the separator; remove spare separators; complete short rows."
        return self._problem(code, record.line, what, mend)

    def _cut(self, record: Record) -> Problem:
        problem = self._ragged("PE-A40", record)
        mend = (
            "It was probably cut off: export the table again. Declare rows and sha256, so that a file cut "
            "within its last field is found too."
        )
        return replace(problem, what=f"the last row has {problem.what[13:]}", mend=mend)

    def _long(self, record: Record) -> Problem:
        column = decimal_comma(record.cells, self.header, self.spec) if self.spec.separator == "," else None
        if column is None:
            return self._ragged("PE-A15", record)
        named = self.header[column] if self.header[column] in self.declared else None
        return Problem(
            code="PE-A10",
            file=self.name,
            line=record.line,
            column=named,
            what=f"this row has {len(record.cells)} fields, the header has {len(self.header)}; an extra one "
            f"follows digits in column {column + 1}: probably a decimal comma.",
            mend="Export the table with semicolons between fields, or with decimal points.",
        )


def is_total_row(cells: Sequence[str], before: Sequence[str] | None, person: int | None) -> bool:
    """Whether a last row counts the rows above it, by its first cell or its id; not if the one before does.

    cells, before: the last row, and the one before it if there is one; person: position of the id.
    """
    if before is None:
        return False
    for place in {0, person or 0}:
        last, above = (row[place].strip() for row in (cells, before))
        is_without_id = place == person and not last and bool(above)
        if is_without_id or (_TOTAL.match(last) and not _TOTAL.match(above)):
            return True
    return False
