"""The four questions: does a column, a name, a text or a header hold something that points at a person?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from primus_eval.identifiers.births import birth_column
from primus_eval.identifiers.cells import Cells, cells_of
from primus_eval.identifiers.cpr import CPR_CODES, cpr_column, in_running_text
from primus_eval.identifiers.forms import FORMS, GROUPED_PHONE, forms_in
from primus_eval.identifiers.headers import hinted
from primus_eval.identifiers.kinds import CODES, Identifier, Kind
from primus_eval.identifiers.names import has_name_in_file_name, name_column, named_cells, names_in_text
from primus_eval.identifiers.plain import plain
from primus_eval.identifiers.prose import prose_column
from primus_eval.identifiers.shapes import (
    account_column,
    address_column,
    hash_column,
    network_column,
    organisation_column,
    phone_column,
    position_column,
    reference_column,
)

_EMBEDDED = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+")
"""Pictures within a page: their letters are chance, and would only be slow to read."""


def in_column(name: str, counts: Mapping[str, int], *, newest: date | None = None) -> Identifier | None:
    """Return what a column holds that points directly at a person, None where nothing does.

    `counts` says how often each distinct cell stands, as text. `newest` is the last day that the data
    cover, where it is known: dates that all lie 15 years before it are births. Of several kinds the most
    direct is returned. Decided by evidence over all distinct cells, whatever their order; a number, an
    address or a telephone number in a single cell of a million is found.

    Convention: a form that nothing harmless takes decides alone; an ambiguous one (ten digits, a date,
    a capitalised word) only as a column, or under a header that says so.

    Checked: tests/test_identifiers.py, recall by kind over 10,000 generated columns with names that no list
    here holds, and columns of ordinary trial data that must pass.

    >>> in_column("note", {"010190-1234": 1, "": 40}).code, in_column("weeks", {"12": 9, "52": 31})
    ('PE-B01', None)
    """
    if not counts:
        return None
    cells = cells_of(counts, hints=hinted(name), newest=newest)
    if not cells.texts:
        return None
    for question in _QUESTIONS:
        found = question(cells)
        if found is not None:
            return found
    return None


def in_name(name: str) -> Identifier | None:
    """Return what a name of a file, sheet or column says about a person.

    >>> in_name("list_0101901234.csv").kind, in_name("Jens Hansen.xlsx").kind, in_name("participants.csv")
    ('cpr', 'personal_name', None)
    """
    found = in_text(name.replace("_", " "))
    if found:
        return found[0]
    return _one("personal_name") if has_name_in_file_name(plain(name)) else None


def in_text(text: str) -> tuple[Identifier, ...]:
    """Return the kinds of identifier that stand in a text, each once, the most direct first.

    For texts and finished files. `certain` kinds may stand nowhere. The others need a second look: the
    SHA-256 of a file is a hash, the author of a method has a name. `cells` counts the places found.
    """
    text = plain(_EMBEDDED.sub(" ", text))
    counted: Counter[tuple[Kind, bool]] = Counter()
    counted.update(
        ("cpr", sure) for sure in {match.start(): sure for match, sure in in_running_text(text)}.values()
    )
    counted.update((form.kind, form.certain) for form in forms_in(text))
    counted["phone", False] += len(GROUPED_PHONE.findall(text))
    counted["personal_name", False] += len(names_in_text(text))
    return tuple(
        _one(kind, cells=counted[kind, True] + counted[kind, False], certain=counted[kind, True] > 0)
        for kind in CODES
        if counted[kind, True] + counted[kind, False]
    )


def _one(kind: Kind, *, cells: int = 1, certain: bool = False) -> Identifier:
    code = CPR_CODES["bare"] if kind == "cpr" and not certain else CODES[kind]
    return Identifier(kind=kind, code=code, share=1.0, cells=cells, certain=certain)


def _by_form(cells: Cells) -> Identifier | None:
    """Find the first kind of which any cell holds a form, and all cells that hold one of its forms."""
    for kind in dict.fromkeys(form.kind for form in FORMS):
        if kind == "hash":  # digests are judged as a column
            continue
        found = {
            form: cells.places(
                match.start() for match in form.found_in(cells.joined, cells.signs, cells.lowered)
            )
            for form in FORMS
            if form.kind == kind
        }
        places = set().union(*found.values())
        if places:
            certain = any(form.certain for form, there in found.items() if there)
            return cells.identifier(kind, places, certain=certain)
    return None


_QUESTIONS: tuple[Callable[[Cells], Identifier | None], ...] = (
    hash_column,  # digits of a digest can look like anything
    cpr_column,
    _by_form,
    phone_column,
    account_column,
    network_column,
    position_column,
    organisation_column,
    reference_column,
    birth_column,
    address_column,
    name_column,
    prose_column,
    named_cells,
)
