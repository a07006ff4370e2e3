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
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from primus_eval.protocol.model import PATTERNS_IN_WORDS, Protocol
from primus_eval.protocol.reading import DEEPEST_NESTING, LONGEST_TEXT
from primus_eval.schema import Record, Text
from primus_eval.vocabulary import (
    ADJUSTING_METHODS,
    METHODS,
    METHODS_ON_TIME,
    STRATIFYING_METHODS,
    default_method,
)

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
clock_start = "release"
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
- Take covariates: {adjusting}.
- Take strata: {stratifying}.
- Use everyone for as long as they were followed: {on_time}. For the others, `incomplete_followup` says
  what happens to people whose follow-up ended early without the event.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """One kind of table of a protocol: how its header is written, and the record that checks it."""

    header: str
    record: type[Record]


THE_WHOLE_FILE = _Table(header="The whole file", record=Protocol)


def protocol_reference() -> str:
    """Write the reference page as Markdown: every table and key, what it may be, its default, its meaning."""
    return _PAGE.format(
        longest_text=LONGEST_TEXT,
        deepest_nesting=DEEPEST_NESTING,
        minimal=MINIMAL,
        tables="\n".join(_table(table) for table in (THE_WHOLE_FILE, *_tables(Protocol, ""))),
        methods=_methods(),
        adjusting=_listed(ADJUSTING_METHODS),
        stratifying=_listed(STRATIFYING_METHODS),
        on_time=_listed(METHODS_ON_TIME),
    )


def _tables(record: type[Record], path: str) -> Iterator[_Table]:
    """Walk the records below one, in the order in which their keys are declared."""
    for key, _, hint in _keys(record):
        inner, repeats, named = _record_in(hint)
        if inner is None:
            continue
        below = f"{path}.{key}".lstrip(".") + (".<name>" if named else "")
        yield _Table(header=f"`[[{below}]]`" if repeats else f"`[{below}]`", record=inner)
        yield from _tables(inner, below)


def _keys(record: type[Record]) -> Iterator[tuple[str, FieldInfo, Any]]:
    """Yield each key of a record as TOML writes it, its field, and its type with all annotations."""
    hints = get_type_hints(record, include_extras=True)
    for name, field in record.model_fields.items():
        yield field.alias or name, field, hints[name]


def _record_in(hint: Any) -> tuple[type[Record] | None, bool, bool]:
    """Find the record inside a type: the record, whether it repeats ([[ ]]), whether keys name it."""
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint, False, False
    origin = get_origin(hint)
    for part in get_args(hint):
        inner, repeats, named = _record_in(part)
        if inner is not None:
            return inner, repeats or origin is tuple, named or origin is dict
    return None, False, False


def _table(table: _Table) -> str:
    about = " ".join((table.record.__doc__ or "").split())
    lines = [f"### {table.header}", "", about, "", "| key | what it may be | left out | meaning |"]
    lines.append("| --- | --- | --- | --- |")
    for key, field, hint in _keys(table.record):
        meaning = field.description or _summary(hint)
        cells = (f"`{key}`", _in_words(hint, field.metadata), _default(field), meaning)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _summary(hint: Any) -> str:
    record, _, _ = _record_in(hint)
    return (record.__doc__ or "").split("\n")[0] if record else ""


def _in_words(hint: Any, limits: Any = ()) -> str:
    """Say in words what a value of this type is."""
    if hint == Text:
        return "text"
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
    patterns = [limit.pattern for limit in limits if isinstance(limit, StringConstraints)]
    return PATTERNS_IN_WORDS[str(patterns[0])] if patterns else None


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None or value == ():
        return "none"
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


if __name__ == "__main__":
    sys.stdout.buffer.write(protocol_reference().encode())  # UTF-8 and \n on every machine
