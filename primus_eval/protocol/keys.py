"""What the keys of a record are: as TOML writes them, with their types, and the columns that they name.

The checks across a protocol, its messages and its reference page all walk the records through here.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from primus_eval.definitions import Reoffending
from primus_eval.protocol.fields import NamesColumn
from primus_eval.schema import Record
from primus_eval.vocabulary import ColumnType

WORKED_OUT: dict[type[Record], tuple[str, ...]] = {Reoffending: ("unknown",)}
"""Fields that follow from the others; no protocol may hold them."""


class Key(NamedTuple):
    """A key of a record as TOML writes it, its field, and its type with all annotations."""

    name: str
    field: FieldInfo
    hint: Any


class Inner(NamedTuple):
    """The record inside a type, whether it repeats ([[ ]]), and whether names of the user's lead to it."""

    record: type[Record]
    repeats: bool
    named: bool


class ColumnKey(NamedTuple):
    """A key that names a column of its table, or several: its path, and the types that they may have."""

    path: tuple[str, ...]
    types: tuple[ColumnType, ...]


@cache  # type hints are slow to read, and a page asks for those of every table
def keys_of(record: type[Record]) -> tuple[Key, ...]:
    """List the keys that a table of this record may have, in the order in which they are declared."""
    hints = get_type_hints(record, include_extras=True)
    return tuple(
        Key(field.alias or name, field, hints[name])
        for name, field in record.model_fields.items()
        if name not in WORKED_OUT.get(record, ())
    )


def record_in(hint: Any) -> Inner | None:
    """Find the record inside a type such as tuple[Arm, ...] or Planning | None; None where there is none."""
    if isinstance(hint, type) and issubclass(hint, Record):
        return Inner(hint, repeats=False, named=False)
    origin = get_origin(hint)
    for part in get_args(hint):
        inner = record_in(part)
        if inner is not None:
            return Inner(inner.record, inner.repeats or origin is tuple, inner.named or origin is dict)
    return None


def column_types(hint: Any) -> tuple[ColumnType, ...]:
    """Return the types of column that a key of this type may name; none for a key that names no column."""
    parts = get_args(hint)
    if get_origin(hint) is Annotated:
        marks = [mark for mark in parts[1:] if isinstance(mark, NamesColumn)]
        return marks[0].types if marks else column_types(parts[0])
    return next(filter(None, map(column_types, parts)), ())


@cache
def column_keys(record: type[Record], above: tuple[str, ...] = ()) -> tuple[ColumnKey, ...]:
    """List every key of a record, and of the records inside it, that names a column or several.

    >>> from primus_eval.protocol.tables import StatusTable
    >>> [(key.path, key.types) for key in column_keys(StatusTable)]
    [(('date',), ('date',)), (('kind', 'column'), ('category',))]
    """
    keys: list[ColumnKey] = []
    for name, _, hint in keys_of(record):
        inner = record_in(hint)
        if types := column_types(hint):
            keys.append(ColumnKey((*above, name), types))
        elif inner is not None:
            keys += column_keys(inner.record, (*above, name))
    return tuple(keys)
