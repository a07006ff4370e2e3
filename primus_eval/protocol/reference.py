"""The reference page of the protocol, written from the records that check it.

Write it again with: python -m primus_eval.protocol.reference > docs/protocol.md
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from primus_eval.methods import ABOUT, ADJUSTING_METHODS, METHODS, Method, Reads, default_method
from primus_eval.protocol.fields import PATTERNS_IN_WORDS
from primus_eval.protocol.keys import column_types, keys_of, record_in
from primus_eval.protocol.model import Protocol
from primus_eval.protocol.programme import ProgrammeTable
from primus_eval.protocol.reading import DEEPEST_NESTING, LONGEST_TEXT
from primus_eval.protocol.table_file import TableFile
from primus_eval.schema import Record, Text

MINIMAL = """\
[study]
id = "mentoring"
title = "Mentors for people leaving prison"
programme = "A volunteer mentor during the first year after release."
country = "DK"

[design]
allocation.scheme = "complete"

[[arm]]
id = "mentors"
label = "a mentor"
role = "treatment"

[[arm]]
id = "usual"
label = "usual services"
role = "control"

[data.participants]
file = "participants.csv"
person = "id"
arm.column = "group"
arm.codes = { "1" = "mentors", "0" = "usual" }

[data.participants.columns]
days = { type = "integer", label = "Follow-up", timing = "after_randomisation" }
again = { type = "yes_no", label = "Reoffended", timing = "after_randomisation", yes = ["1"], no = ["0"] }

[[outcome]]
id = "reoffence"
label = "recorded reoffence within a year of release"
people_with = "were recorded as reoffending within a year of release"
definition = "First offence in the police register after release."
observed = { time = "days", event = "again", unit = "days" }
horizon_days = 365

[[analysis]]
id = "primary"
role = "primary"
outcome = "reoffence"
effect_measure = "risk_difference"
"""
"""A protocol that can be read and that holds nothing which could be left out."""

_PAGE = """\
# The protocol

<!-- Do not edit. Written by: python -m primus_eval.protocol.reference > docs/protocol.md -->

`protocol.toml` says what was promised: who was compared with whom, what counts as reoffending, and which
analyses answer which question. It is [TOML](https://toml.io/en/v1.0.0), saved as UTF-8. Unknown keys,
words and columns are errors, and `primus-eval check` names all of them at once with their lines. Nothing
is converted: `"12"` is a string and `12` a number. A file has at most {longest_text:,} characters and
{deepest_nesting} levels of nesting.

A *column of type* `date`, or of another, is the name of a column as the header of the file has it. It is
declared among the `columns` of the same table.

A *text* is what a reader is shown: one string in English, or one string for each language, such as
`{{ en = "men", da = "mænd" }}`.

Two protocols with the same fingerprint mean the same: comments, layout and the order of keys (and so the
order in which the levels of a category are shown) do not count.

## A minimal protocol

```toml
{minimal}```

## Tables and keys

{tables}
## Effect measures and methods

Where an analysis names no `method`, the default is used.

{methods}
## What each method takes

A method means the same for every effect measure that it estimates. What reads all counted events, or a
quantity that is added up over the window, needs an outcome with `reoffending`. What reads a score, or weeks,
needs one with `scale` or `register_weeks`; `ancova` is the default of `mean_difference` there. A scale with
`levels` also allows `proportional_odds`, without `seriousness`, and `more_than` the methods on yes or no.
A key is refused beside a method that has no use for it.

- *follow-up that ends early*: people are used for as long as they were followed, or `incomplete_followup`
  says what happens to those whose follow-up ended early without the event.
- *randomised comparison*: no stands where people, or days, are compared that were chosen by what happened
  after randomisation; such an analysis, and one with `exposure = "at_liberty"`, is never primary.

{about}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """One kind of table of a protocol: how its header is written, and the record that checks it."""

    header: str
    record: type[Record]


THE_WHOLE_FILE = _Table(header="The whole file", record=Protocol)

SHARED: dict[type[Record], str] = {
    TableFile: "Each table of the data",
    ProgrammeTable: "Each table of the programme",
}
"""Records whose keys several tables have, with the heading below which they are explained once."""


def protocol_reference() -> str:
    """Write the reference page as Markdown: every table and key, what it may be, its default, its meaning."""
    return _PAGE.format(
        longest_text=LONGEST_TEXT,
        deepest_nesting=DEEPEST_NESTING,
        minimal=MINIMAL,
        tables="\n".join(_table(table) for table in (THE_WHOLE_FILE, *_tables(Protocol, "", set()))),
        methods=_methods(),
        about=_about_methods().rstrip("\n"),
    )


def _tables(record: type[Record], path: str, told: set[type[Record]]) -> Iterator[_Table]:
    """Walk the records below one, each once, in the order in which their keys are declared."""
    for key, _, hint in keys_of(record):
        inner = record_in(hint)
        if inner is None or inner.record in told:
            continue
        for shared in reversed(_shared(inner.record)):
            if shared not in told:
                told.add(shared)
                yield _Table(header=SHARED[shared], record=shared)
                yield from _tables(shared, f"{path}.<table>", told)
        told.add(inner.record)
        below = f"{path}.{key}".lstrip(".") + (".<name>" if inner.named else "")
        yield _Table(header=f"`[[{below}]]`" if inner.repeats else f"`[{below}]`", record=inner.record)
        yield from _tables(inner.record, below, told)


def _shared(record: type[Record]) -> list[type[Record]]:
    """The records that a record is a kind of and that are explained once, the nearest first."""
    return [above for above in record.__mro__[1:] if above in SHARED]


def _table(table: _Table) -> str:
    about = " ".join((table.record.__doc__ or "").split())
    lines = [f"### {table.header}", "", about, ""]
    shared = _shared(table.record)
    if shared:
        headings = (SHARED[each] for each in shared)
        links = (f"[{heading.lower()}](#{heading.lower().replace(' ', '-')})" for heading in headings)
        lines += [f"It has the keys of {' and of '.join(links)} as well.", ""]
    lines += ["| key | what it may be | left out | meaning |", "| --- | --- | --- | --- |"]
    for key, field, hint in keys_of(table.record):
        if shared and key not in table.record.__annotations__:
            continue
        meaning = field.description or _summary(hint)
        cells = (f"`{key}`", _in_words(hint, field.metadata), _default(field), meaning)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _summary(hint: Any) -> str:
    inner = record_in(hint)
    return (inner.record.__doc__ or "").split("\n")[0] if inner is not None else ""


def _in_words(hint: Any, limits: Any = ()) -> str:
    """Say in words what a value of this type is."""
    if hint == Text:
        return "text"
    if types := column_types(hint) if get_origin(hint) is Annotated else ():
        return f"column of type {' or '.join(map(_code, types))}"
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _in_words(parts[0], [*_limits_of(parts[1:]), *limits])
    if origin in (Union, UnionType):
        return " or ".join(_in_words(part, limits) for part in parts if part is not NoneType)
    if origin is Literal:
        return ", ".join(_code(word) for word in parts)
    if origin is dict:
        return f"table: name = {_in_words(parts[1])}"
    if origin is tuple and Ellipsis in parts:
        return f"list of: {_in_words(parts[0])}{_bounds(limits, _LENGTHS)}"
    if origin is tuple:
        return f"list of {len(parts)}: {_in_words(parts[0])}"
    if isinstance(hint, type) and issubclass(hint, Record):
        return "table"
    return _pattern(limits) or _SCALARS[hint] + _bounds(limits)


_SCALARS = {str: "string", int: "whole number", float: "number", bool: "`true` or `false`", date: "date"}

_BOUNDS = (("gt", "above"), ("ge", "at least"), ("lt", "below"), ("le", "at most"))
_LENGTHS = (("min_length", "at least"), ("max_length", "at most"))


def _limits_of(metadata: tuple[Any, ...]) -> list[Any]:
    return [
        limit for item in metadata for limit in (item.metadata if isinstance(item, FieldInfo) else [item])
    ]


def _bounds(limits: Any, kinds: tuple[tuple[str, str], ...] = _BOUNDS) -> str:
    """Write limits such as `, above 0, below 1`; a limit met twice is said once."""
    said = {
        f", {word} {getattr(limit, name):,}"
        for limit in limits
        for name, word in kinds
        if getattr(limit, name, None) is not None
    }
    return "".join(sorted(said))


def _pattern(limits: Any) -> str | None:
    patterns = [limit.pattern for limit in limits if getattr(limit, "pattern", None) is not None]
    return PATTERNS_IN_WORDS[str(patterns[0])] if patterns else None


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value in (None, (), {}):
        return "none"
    if field.validate_default is False:  # a value that none may have stands for what another key says
        return "see its meaning"
    if isinstance(value, Record):
        return "all keys left out"
    if isinstance(value, dict):
        return _code("{ " + ", ".join(f"{key} = {json.dumps(text)}" for key, text in value.items()) + " }")
    return _code(json.dumps(value))


def _code(value: object) -> str:
    """Write a word as code; a tab or another separator in quotes, as TOML writes it."""
    text = str(value)
    return f"`{text}`" if text.strip(",;\t") else f"`{json.dumps(text)}`"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _methods() -> str:
    lines = ["| effect_measure | methods | default | default with covariates | default in a cluster trial |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for measure, methods in METHODS.items():
        adjusts = any(method in ADJUSTING_METHODS for method in methods)
        plain = default_method(measure, has_covariates=False, scheme="complete")
        adjusted = default_method(measure, has_covariates=True, scheme="complete")
        clustered = default_method(measure, has_covariates=False, scheme="cluster")
        cells = (f"`{measure}`", _listed(methods), f"`{plain}`", f"`{adjusted}`", f"`{clustered}`")
        lines.append("| " + " | ".join((*cells[:3], cells[3] if adjusts else "takes none", cells[4])) + " |")
    return "\n".join(lines) + "\n"


_READS: dict[Reads, str] = {
    "first_event": "the first event",
    "events": "all counted events",
    "quantity": "a quantity",
    "score": "a score, or weeks",
}


def _about_methods() -> str:
    """Say of each method, in one row, what it reads, what an analysis must say to it, and what it may."""
    heads = (
        *("method", "reads", "must say", "may say", "covariates", "strata"),
        *("follow-up that ends early", "randomised comparison"),
    )
    rows = [heads, ("---",) * len(heads), *(_about(name, about) for name, about in ABOUT.items())]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def _about(name: str, about: Method) -> tuple[str, ...]:
    must = (*about.keys, *(("[resampling]",) if about.draws else ()))
    return (
        f"`{name}`",
        _READS[about.reads],
        _listed(must) or "nothing",
        _listed(about.may_say) or "nothing",
        about.covariates,
        about.strata,
        "used" if about.on_time else "`incomplete_followup`",
        "no" if about.conditional else "yes",
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(protocol_reference().encode())  # UTF-8 and \n on every machine
