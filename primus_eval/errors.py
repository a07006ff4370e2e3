"""What can go wrong, said so that the reader can mend it.

A `Problem` has a stable code, a place, what is wrong and how to mend it. A `PrimusError` carries
all the problems of one pass and the exit code of its kind. Messages hold names of files, columns
and keys and numbers of lines: never a value of a person, which is why no field for a value exists.

Exit codes: 0 ok, 2 bad input, 3 disclosure refusal, 4 deviation from the plan, 5 environment,
130 interrupted, 70 a bug of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

EXIT_OK = 0
EXIT_INTERRUPTED = 130
EXIT_OUR_BUG = 70

SHOWN_AT_MOST = 100
"""How many problems of one pass are written out; the total is always said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: where, what, and how to mend it.

    `line` is the physical line of a text file, counted from one; `key` a dotted key of a protocol.
    """

    code: str
    what: str
    mend: str
    file: str | None = None
    line: int | None = None
    column: str | None = None
    key: str | None = None

    @property
    def place(self) -> str:
        """Say where the problem is, as `file:line: key` or `file, column`."""
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}"
        details = [self.key] if self.key else []
        if self.column is not None:
            details.append(f"column {self.column!r}")
        return ": ".join(part for part in [place, *details] if part)

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        return f"[{self.code}] {place}{self.what}\n    {self.mend}"


class PrimusError(Exception):
    """Anything that a user can mend: all problems of one pass, and the exit code of their kind."""

    exit_code = 2

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not self.problems:
            raise ValueError("an error needs at least one problem")
        super().__init__(str(self))

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:SHOWN_AT_MOST]]
        hidden = len(self.problems) - len(shown)
        if hidden:
            shown.append(f"... and {hidden} more, {len(self.problems)} in all.")
        return "\n".join(shown)


class InputError(PrimusError):
    """A protocol, an appraisal or a file of data is not as it must be."""

    exit_code = 2


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
