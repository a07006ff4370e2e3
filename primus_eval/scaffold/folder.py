"""Every table of a folder, opened with a guess of how it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from primus_eval.errors import InputError, Problem
from primus_eval.identifiers import in_name
from primus_eval.scaffold.forms import TEXT, require_harmless_names, ways_to_open
from primus_eval.scaffold.opened import Table, name_of, read_table

MOST_TABLES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The tables of a folder, and what in it could not be read as one."""

    name: str
    tables: tuple[Table, ...]
    unreadable: tuple[tuple[str, tuple[Problem, ...]], ...] = ()
    """What each file, or sheet of one, is called, and why it cannot be read."""
    other_kinds: tuple[str, ...] = ()
    """The suffixes of all other files."""


def find_tables(folder: Path) -> Folder:
    """Open everything in a folder that may be a table; nothing is written."""
    from primus_eval.loaders.opening import OPENERS

    entries = _entries(folder)
    candidates = [entry for entry in entries if _may_be_table(entry, OPENERS)]
    paths = [path for entry in candidates for path in (entry, *_parts_of(entry))]
    require_harmless_names([path.name for path in paths], what="the name of a file")
    if len(candidates) > MOST_TABLES:
        raise InputError(
            Problem(
                code="PE-A73",
                what=f"the folder holds {len(candidates)} tables; up to {MOST_TABLES} are looked at.",
                mend="Put the tables of one trial into a folder, the parts of one table into one below it.",
            )
        )
    tables: list[Table] = []
    unreadable: list[tuple[str, tuple[Problem, ...]]] = []
    for entry in candidates:
        for name, table in _tables_in(folder, entry):
            if isinstance(table, Table):
                tables.append(table)
            else:
                unreadable.append((name, table.problems))
    return Folder(
        name=_shown(folder.name),
        tables=tuple(tables),
        unreadable=tuple(unreadable),
        other_kinds=tuple(sorted({entry.suffix.lower() for entry in entries if entry not in candidates})),
    )


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "~$")))
    except OSError:
        raise InputError(
            Problem(
                code="PE-A67",
                file=_shown(folder.name),
                what="is no folder that can be read.",
                mend="Give the folder that the tables of the trial lie in.",
            )
        ) from None


def _may_be_table(entry: Path, openers: dict[str, Any]) -> bool:
    if entry.is_symlink():
        return False  # a link may lead out of the folder
    if entry.is_dir():
        parts = [part for part in _listed(entry) if not part.name.startswith(".")]
        return bool(parts) and all(part.suffix.lower() in openers for part in parts)
    return entry.suffix.lower() in openers


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _parts_of(entry: Path) -> list[Path]:
    return _listed(entry) if entry.is_dir() else []


def _shown(name: str) -> str:
    return "this folder" if in_name(name) else name


def _tables_in(folder: Path, entry: Path) -> Iterator[tuple[str, Table | InputError]]:
    """Name and table, for every one of a file or of a folder of parts; or the reason why it is not read."""
    first = next(iter(_parts_of(entry)), entry)
    try:
        specs = list(ways_to_open(entry.name, first))
    except InputError as error:
        yield entry.name, error
        return
    for spec in specs:
        try:
            yield name_of(spec), read_table(folder, spec, is_text=first.suffix.lower() in TEXT)
        except InputError as error:
            yield name_of(spec), error
