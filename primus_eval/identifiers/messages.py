"""A finding as a problem for the person who delivered the data: what, how much, what to do; never a value."""

from __future__ import annotations

import json

from primus_eval.errors import Problem, shape_of
from primus_eval.identifiers.kinds import Identifier, Kind
from primus_eval.identifiers.scan import in_name

WORDS: dict[Kind, str] = {
    "cpr": "personal numbers (CPR)",
    "personal_name": "names of people",
    "email": "e-mail addresses",
    "phone": "telephone numbers",
    "address": "addresses",
    "organisation_number": "numbers of businesses (CVR or P-number)",
    "case_number": "numbers of police or court cases",
    "birth_date": "full dates of birth",
    "free_text": "free text, in which people can be named",
    "hash": "hashes: those of all CPR numbers can be computed in minutes, so a hash names its person",
    "network_address": "addresses of computers or devices",
    "position": "geographical positions",
    "bank_account": "numbers of bank accounts",
    "header_word": "direct identifiers",
}

_INSTEAD: dict[Kind, str] = {
    "birth_date": " Deliver the age in years or an age band instead.",
    "hash": " Deliver random pseudonyms instead.",
    "free_text": " Deliver codes instead, or read it with type = text and internal = true.",
    "address": " Deliver the municipality or region instead.",
    "position": " Deliver the municipality or region instead.",
}


def problem(
    identifier: Identifier,
    *,
    column: str | None,
    header: str = "[data.participants]",
    declared: bool = True,
) -> Problem:
    """Say what a column holds, in how many cells, and how to mend it.

    `column` is shown by its shape alone where its own name points at a person; None for what is no column.
    The line that declares a column harmless (`paste`, below `header`) is offered for ambiguous forms only.
    `declared` says whether the protocol uses the column: without need for it, it is easily deleted.
    """
    unused = "" if declared or column is None else "The protocol does not use it. "
    shown = shape_of(column) if column and in_name(column) else column
    if identifier.kind == "header_word":
        return Problem(
            code=identifier.code,
            what="the name of the column says that it is meant for direct identifiers.",
            mend=f"{unused}If it holds them, delete it and deliver again, even if it is empty.",
            column=shown,
        )
    cells = "1 cell holds" if identifier.cells == 1 else f"{identifier.cells} cells hold"
    share = _percent(identifier.share)
    may_be_harmless = bool(column) and shown == column and not identifier.certain
    return Problem(
        code=identifier.code,
        what=f"{cells} what looks like {WORDS[identifier.kind]} ({share} of those filled).",
        mend=f"{unused}Delete the column and deliver again."
        + _INSTEAD.get(identifier.kind, "")
        + (" If it identifies nobody, say why:" if may_be_harmless else ""),
        paste=_harmless(column, header) if column and may_be_harmless else None,
        column=shown,
    )


def _percent(share: float) -> str:
    return "less than 1 %" if share < 0.01 else f"{share:.0%}".replace("%", " %")


def _harmless(column: str, header: str) -> str:
    """The line that declares a column harmless, its name quoted as a key of TOML.

    DEL is the one sign that JSON leaves and TOML forbids.
    """
    name = json.dumps(column, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f'{header}\nharmless = {{ {name} = "why it identifies nobody" }}'
