"""The verb `new`: look into a folder, guess, and write protocol.toml beside the tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from primus_eval.errors import EnvironmentFault, Problem
from primus_eval.scaffold.draft import draft
from primus_eval.scaffold.folder import find_tables
from primus_eval.scaffold.marks import GUESS
from primus_eval.scaffold.parts import cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """Where a draft was written, and how much there is in it to look at."""

    path: Path
    declared: int
    """Columns that were declared, of all tables of the draft."""
    left_out: int
    """Columns of these tables that were not."""
    guesses: int
    """Lines that carry the mark of a guess."""


def scaffold(folder: str | Path) -> Path:
    """Write a first protocol.toml beside the tables of a folder and return its path; see `draft_protocol`."""
    return draft_protocol(folder).path


def draft_protocol(folder: str | Path) -> Drafted:
    """Write a first protocol.toml beside the tables of a folder and say how much it declares.

    The draft holds names of files and columns, codes that several people share and what labels a file
    itself gives; never an id, and no cell of a column that may name people.

    Raises InputError where no table of participants is found or several are, DisclosureError where the
    name of a file points at a person, EnvironmentFault where a protocol exists or cannot be written.
    """
    folder = Path(folder)
    target = folder / "protocol.toml"
    if target.exists() or target.is_symlink():
        raise EnvironmentFault(
            Problem(code="PE-G14", file=target.name, what="exists already.", mend="Move it away first.")
        )
    parts = cast(find_tables(folder))
    text = draft(parts)
    _write(target, text)
    guessed = [
        guess for table in (parts.participants, parts.events) if table for guess in table.guesses.values()
    ]
    declared = sum(guess.column is not None for guess in guessed)
    return Drafted(
        path=target,
        declared=declared,
        left_out=len(guessed) - declared,
        guesses=sum(GUESS in line for line in text.split("\n")),
    )


def _write(target: Path, text: str) -> None:
    created = False
    try:
        with open(target, "x", encoding="utf-8", newline="\n") as handle:  # never through a link
            created = True
            handle.write(text)
    except OSError:
        if created:
            target.unlink(missing_ok=True)  # half a protocol is worse than none
        raise EnvironmentFault(
            Problem(
                code="PE-G02",
                file=target.name,
                what="cannot be written into this folder.",
                mend="Check permissions and free space, or copy the tables elsewhere.",
            )
        ) from None
