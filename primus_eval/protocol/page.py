"""The document of a protocol as it was read, for checks across its parts: look up, compare, and say.

The document may be wrong anywhere. Anything of an unexpected shape is passed over: the records report it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from primus_eval.errors import Problem
from primus_eval.protocol.lines import KeyPath, dotted, line_of
from primus_eval.vocabulary import ColumnType, nearest, words

NUMERIC: tuple[ColumnType, ...] = ("integer", "number")
GROUPING: tuple[ColumnType, ...] = ("category", "yes_no")

Columns = Mapping[str, Mapping[str, Any]]
"""The columns that a table declares, by their names, as they stand in the document."""


class Page:
    """A document with its lines, and the problems found in it."""

    def __init__(self, document: Mapping[str, Any], lines: dict[KeyPath, int], file: str) -> None:
        self.document = document
        self.lines = lines
        self.file = file
        self.problems: list[Problem] = []

    # --- what stands in the document ------------------------------------------------------------------------

    def table(self, *path: str | int) -> Mapping[str, Any]:
        """Return the table at a path, an empty one where there is none."""
        here: Any = self.document
        for part in path:
            inside = isinstance(here, list) and isinstance(part, int) and part < len(here)
            here = here[part] if inside else here.get(part) if isinstance(here, Mapping) else None
        return here if isinstance(here, Mapping) else {}

    def entries(self, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield the entries of an array of tables with their places."""
        entries = self.document.get(name, [])
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, Mapping):
                yield index, entry

    def ids(self, name: str) -> list[str]:
        """List the ids of an array of tables."""
        return [entry["id"] for _, entry in self.entries(name) if isinstance(entry.get("id"), str)]

    def columns(self, of: str = "participants") -> Columns:
        """Return the columns that a table of the data declares."""
        columns = self.table("data", of, "columns")
        return {name: column for name, column in columns.items() if isinstance(column, Mapping)}

    def person_columns(self) -> Columns:
        """Return what analyses may name: columns of the participants, and prior offending as counted."""
        counted = {"type": "integer", "timing": "before_randomisation"}
        return {**dict.fromkeys(self.ids("prior_offending"), counted), **self.columns()}

    # --- what is said of it ---------------------------------------------------------------------------------

    def say(
        self, path: KeyPath, what: str, mend: str, *, code: str = "PE-F09", paste: str | None = None
    ) -> None:
        """Note a problem at a path."""
        self.problems.append(
            Problem(
                code=code,
                file=self.file,
                line=line_of(path, self.lines),
                key=dotted(path),
                what=what,
                mend=mend,
                paste=paste,
            )
        )

    def require_known(self, path: KeyPath, word: Any, known: Iterable[str], kind: str) -> bool:
        """Require that a word is one of those that are known; say whether it is."""
        known = list(known)
        if not isinstance(word, str) or word in known:
            return isinstance(word, str)
        close = nearest(word, known)
        hint = f"Did you mean {close}? " if close else ""
        listed = ", ".join(known) if known else "none is declared"
        self.say(path, f"{word!r} is not a known {kind}.", f"{hint}Known: {listed}.")
        return False

    def require_distinct(self, path: KeyPath, names: Iterable[tuple[KeyPath, Any]], mend: str) -> None:
        """Require that no name stands twice among those at these places below a path."""
        seen: set[str] = set()
        for place, name in names:
            if isinstance(name, str) and name in seen:
                self.say((*path, *place), f"{name!r} stands twice.", mend)
            elif isinstance(name, str):
                seen.add(name)

    def require_column(
        self,
        path: KeyPath,
        name: Any,
        columns: Columns,
        *,
        kinds: tuple[str, ...] = (),
        before: bool = False,
    ) -> bool:
        """Require a declared column, of one of these types, measured before randomisation if it must be."""
        if not self.require_known(path, name, columns, "column"):
            return False
        column = columns[name]
        if kinds and column.get("type") in words(ColumnType) and column.get("type") not in kinds:
            self.say(path, f"column {name!r} is not of type {' or '.join(kinds)}.", "Name another column.")
            return False
        if before and column.get("timing") == "after_randomisation":
            self.say(
                path,
                f"column {name!r} was measured after randomisation.",
                "Comparing people by it is no longer a randomised comparison; name a column measured before.",
                code="PE-C10",
            )
            return False
        return True


def texts(value: Any) -> list[str]:
    """Return the texts of a list; none of anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def levels_of(column: Mapping[str, Any]) -> list[str]:
    """Return the codes of a category, none of a column of another type."""
    levels = column.get("levels")
    return list(levels) if isinstance(levels, Mapping) else []


def codes_of(column: Mapping[str, Any]) -> list[str]:
    """Return the codes that the cells of a category, or of a yes/no column, may hold."""
    if column.get("type") == "yes_no":
        return [*texts(column.get("yes")), *texts(column.get("no"))]
    return levels_of(column)
