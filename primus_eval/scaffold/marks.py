"""The mark of a guess: the program writes it, people remove it, and nothing is run while one is left."""

from __future__ import annotations

from pathlib import Path

from primus_eval.errors import GUESSED, InputError, Problem
from primus_eval.protocol.reading import read_toml_text

GUESS = "# GUESS: check"


def guessed_lines(protocol: str | Path) -> list[int]:
    """Return the numbers of the lines of a protocol that still carry the mark of a guess."""
    lines = read_toml_text(Path(protocol)).split("\n")  # the only line ends of TOML
    return [number for number, line in enumerate(lines, start=1) if GUESS in line]


def require_no_guess(protocol: Path) -> None:
    """Raise an InputError naming the lines of a protocol that still carry the mark of a guess."""
    marked = guessed_lines(protocol)
    if marked:
        raise InputError(
            [
                Problem(
                    code=GUESSED,
                    file=protocol.name,
                    line=number,
                    what="is still a guess of the program that drafted this protocol.",
                    mend=f"Correct it and remove the mark {GUESS}.",
                )
                for number in marked
            ]
        )
