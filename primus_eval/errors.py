"""What can go wrong, said so that the reader can mend it.

A `Problem` has a stable code, a place, what is wrong and how to mend it. A `PrimusError` carries
all the problems of one pass and the exit code of its kind. Messages hold names of files, columns
and keys and numbers of lines. A cell is shown by its shape only (`######-####`), unless the protocol
declares its column harmless: no field for a value exists.

Exit codes: 0 ok, 2 bad input, 3 disclosure refusal, 4 deviation from the plan, 5 environment,
130 interrupted, 70 a bug of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

EXIT_OK = 0
EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130
EXIT_OUR_BUG = 70

GUESSED = "PE-F23"
"""The code of a line of a protocol that is still a guess: to be decided, and counted by line."""

SHOWN_AT_MOST = 100
"""How many kinds of problem of one pass are written out; the total is always said."""

LINES_SHOWN = 5
"""How many lines are named where the same problem stands on several."""

SIGNS_NAMED = 4
"""Characters up to which a cell's odd numerals, such as a superscript, are named: too few for a number of
a person."""

SHAPE_SHOWN = 16
"""How many characters of the shape of a cell are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: where, what, and how to mend it.

    `line` is the physical line of a text file, or the row of a sheet, counted from one; `key` a dotted
    key of a protocol; `paste` a line of a protocol that mends it, to be pasted below the header `[...]`
    that it begins with.
    """

    code: str
    what: str
    mend: str
    paste: str | None = None
    file: str | None = None
    sheet: str | None = None
    line: int | None = None
    column: str | None = None
    key: str | None = None

    @property
    def place(self) -> str:
        """Say where the problem is, as `file:line: key` or `file, column`."""
        place = "".join(map(_visible, self.file or ""))
        if self.line is not None:
            place += f":{self.line}"
        details = [f"sheet {self.sheet!r}"] if self.sheet is not None else []
        details += [self.key] if self.key else []
        if self.column is not None:
            details.append(f"column {self.column!r}")
        return ": ".join(part for part in [place, *details] if part)

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        paste = "" if self.paste is None else "".join(f"\n        {line}" for line in self.paste.split("\n"))
        return f"[{self.code}] {place}{self.what}\n    {self.mend}{paste}"


class PrimusError(Exception):
    """Anything that a user can mend: all problems of one pass, and the exit code of their kind."""

    exit_code = 2

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not self.problems:
            raise ValueError("an error needs at least one problem")
        super().__init__(str(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)

    def __str__(self) -> str:
        texts = [_text(problem, lines) for problem, lines in grouped(self.problems)]
        shown = texts[:SHOWN_AT_MOST]
        if len(texts) > len(shown):
            shown.append(f"... and {len(texts) - len(shown)} kinds of problem more.")
        return "\n".join(shown)


def grouped(problems: Sequence[Problem]) -> list[tuple[Problem, list[int]]]:
    """Return each kind of problem once, without its line, with the lines on which it stands (0: none)."""
    groups: dict[Problem, list[int]] = {}
    for problem in problems:
        groups.setdefault(replace(problem, line=None), []).append(problem.line or 0)
    return list(groups.items())


def summary_of(problems: Sequence[Problem]) -> str:
    """Count problems in words: each kind is mended once, however many cells or rows it stands on.

    >>> empty = [Problem(code="PE-A69", what="is empty.", mend="Fill it.", line=line) for line in (2, 3)]
    >>> summary_of([Problem(code="PE-C07", what="one arm.", mend="Look."), *empty])
    '2 things to mend (3 cells or rows)'
    >>> summary_of([Problem(code=GUESSED, what="is a guess.", mend="Decide.", line=4)])
    '1 guess to decide'
    """
    guesses = sum(problem.code == GUESSED for problem in problems)
    rows = len(problems) - guesses
    kinds = len(grouped([problem for problem in problems if problem.code != GUESSED]))
    parts = []
    if kinds:
        places = f" ({rows} cells or rows)" if rows > kinds else ""
        parts.append(f"{kinds} thing{'' if kinds == 1 else 's'} to mend{places}")
    if guesses:
        parts.append(f"{guesses} guess{'' if guesses == 1 else 'es'} to decide")
    return ", ".join(parts)


def as_records(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return each kind of problem as a record for JSON: its fields, its first lines, how often it stands."""
    return [
        {
            **{field.name: getattr(problem, field.name) for field in fields(problem) if field.name != "line"},
            "lines": [line for line in lines[:SHOWN_AT_MOST] if line],
            "times": len(lines),
        }
        for problem, lines in grouped(problems)
    ]


def shape_of(cell: str) -> str:
    """Show what a cell looks like without showing it: letters as x, digits as #, odd signs by code point.

    >>> shape_of("010190-1234"), shape_of("Jens Hansen"), shape_of("T\\u00a0")
    ('######-####', 'xxxx xxxxxx', 'x<U+00A0>')
    """
    sign = _sign if len(cell) <= SIGNS_NAMED else _hidden_sign
    shown = "".join(map(sign, cell[:SHAPE_SHOWN]))
    return shown + ("..." if len(cell) > SHAPE_SHOWN else "")


def _hidden_sign(character: str) -> str:
    return "#" if character.isnumeric() else _sign(character)


def _visible(character: str) -> str:
    """Show a sign of a name; one that would act on a screen by its code point."""
    return character if character.isprintable() else f"<U+{ord(character):04X}>"


def _sign(character: str) -> str:
    if character.isascii():
        known = "x" if character.isalpha() else "#" if character.isdigit() else character
        return known if character.isprintable() else f"<U+{ord(character):04X}>"
    if character.isdecimal():
        return "#"
    return "x" if character.isalpha() else f"<U+{ord(character):04X}>"


def _text(problem: Problem, lines: list[int]) -> str:
    """Write a problem once with the first lines on which it stands, and how many there are."""
    if len(lines) == 1:
        return str(replace(problem, line=lines[0] or None))
    first = ", ".join(str(line) for line in lines[:LINES_SHOWN])
    more = len(lines) - LINES_SHOWN
    where = f"lines {first}" + (f" and {more} more" if more > 0 else "")
    return f"{str(problem).replace(chr(10), f' ({where}){chr(10)}', 1)}"


class InputError(PrimusError):
    """A protocol, an appraisal or a file of data is not as it must be."""

    exit_code = EXIT_BAD_INPUT


class DisclosureError(PrimusError):
    """An output would point at a person, or an input holds direct identifiers."""

    exit_code = 3


class DeviationError(PrimusError):
    """What was done is not what was planned."""

    exit_code = 4


class EnvironmentFault(PrimusError):
    """The machine does not let us do it: a folder, a disk, a missing package."""

    exit_code = 5


def reconcile(holds: bool, message: str) -> None:
    """Stop with a bug of ours when an identity that must hold by construction does not.

    >>> reconcile(2 + 2 == 4, "arithmetic")
    """
    if not holds:
        raise AssertionError(f"primus_eval found an inconsistency of its own: {message}")
