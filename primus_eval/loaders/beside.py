"""What stands beside the cells of a table and may point at people: labels, comments, other sheets.

Nobody declares these, and a table that is clean may lie beside the key to it.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from primus_eval.errors import DisclosureError, Problem
from primus_eval.identifiers import Identifier, in_column, in_name, in_text

KINDS = ("cpr", "email", "personal_name", "address")
"""Kinds of identifier that may not stand there, even where their form alone is not certain."""

MOST_CELLS = 200_000
"""Cells of another sheet that are looked through."""

_TEXT = re.compile(r">([^<>]+)<")


def pointing(text: str) -> list[Identifier]:
    """Return what points at a person in a text that stands beside the cells of a table."""
    return [found for found in in_text(text) if found.certain or found.kind in KINDS]


def told_by(texts: Iterable[str], *, file: str, what: str, mend: str) -> list[Problem]:
    """Return a problem where one of some texts points at a person; `what` says which texts."""
    found = next((hit for text in texts for hit in pointing(text)), None)
    if found is None:
        return []
    return [
        Problem(
            code=found.code, file=file, what=f"{what} hold what looks like direct identifiers.", mend=mend
        )
    ]


def texts_of(xml: bytes) -> list[str]:
    """Return the texts between the tags of a part of a workbook."""
    return [html.unescape(text) for text in _TEXT.findall(xml.decode("utf-8", errors="replace"))]


def told_by_sheet(rows: Iterable[Sequence[str]], *, file: str) -> list[Problem]:
    """Return a problem where a column of a sheet that is not read points at people; its name is not shown."""
    columns: dict[int, Counter[str]] = {}
    header: Sequence[str] = ()
    seen = 0
    for row in rows:
        header = header or row
        for place, cell in enumerate(row):
            columns.setdefault(place, Counter())[cell] += 1
        seen += len(row)
        if seen > MOST_CELLS:
            break
    for place, cells in columns.items():
        found = in_column(header[place] if place < len(header) else "", cells)
        if found is not None:
            return [
                Problem(
                    code=found.code,
                    file=file,
                    what=f"another sheet of this workbook points at people, in its column {place + 1}.",
                    mend="Delete that sheet, and deliver again: a key to the ids is not data.",
                )
            ]
    return []


def require_harmless_names(names: Iterable[str]) -> None:
    """Raise a DisclosureError where the name of a file points at a person; the name is not shown."""
    for name in names:
        found = in_name(name)
        if found is not None:
            raise DisclosureError(
                Problem(
                    code=found.code,
                    what="the name of a file points at a person.",
                    mend="Rename the file, here and in the protocol.",
                )
            )
