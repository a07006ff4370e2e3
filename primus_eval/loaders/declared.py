"""The tables that a protocol declares, by the names of their parts of it."""

from __future__ import annotations

from functools import cache
from typing import get_args

from primus_eval.protocol import Data, TableFile


def tables_of(data: Data) -> dict[str, TableFile]:
    """Return every declared table by its name, `participants` first."""
    found = {name: getattr(data, name) for name in type(data).model_fields}
    return {name: spec for name, spec in found.items() if isinstance(spec, TableFile)}


def name_of(spec: TableFile) -> str:
    """Return the name under which a protocol declares tables of this kind, such as `events`."""
    return _names()[type(spec)]


def rows_are(name: str) -> str:
    """Return what a row of a table is, such as `one per recorded event`, as the reference page says it."""
    return (Data.model_fields[name].description or "").replace("one row per", "one per", 1)


def person_column(spec: TableFile) -> str | None:
    """Return the column that says which participant a row is about; None where it is about nobody."""
    return getattr(spec, "person", None)


def id_of_every_row(spec: TableFile) -> str | None:
    """Return the column that no row leaves empty: who it is about, unless it may be about nobody."""
    is_needed = "person" in type(spec).model_fields and type(spec).model_fields["person"].is_required()
    return person_column(spec) if is_needed else None


@cache
def _names() -> dict[type, str]:
    """Each kind of table has a field of `Data` of its own, optional for all but the participants."""
    kinds = {
        name: [kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type)]
        for name, field in Data.model_fields.items()
    }
    return {kind: name for name, each in kinds.items() for kind in each if issubclass(kind, TableFile)}
