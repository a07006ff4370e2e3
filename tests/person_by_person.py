"""Trials written down person by person, for tests of counting: what the protocol declares, and the rows."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from primus_eval.protocol import Protocol
from primus_eval.protocol.reference import MINIMAL
from primus_eval.trial import Trial

TREATMENT, CONTROL = "mentors", "usual"
"""The ids of the arms."""

DTYPES = {"integer": "float64", "number": "float64", "yes_no": "boolean"}


def plan(columns: str, **tables: Any) -> Protocol:
    """The minimal protocol with these columns (TOML), and with tables that replace or extend its own."""
    document = tomllib.loads(MINIMAL)
    document["data"]["participants"]["columns"] |= tomllib.loads(columns)
    return Protocol.model_validate(extended(document, tables))


def extended(table: Mapping[str, Any], by: Mapping[str, Any]) -> dict[str, Any]:
    """A table with the keys of another: tables inside are extended, anything else is replaced."""
    return {**table, **{key: _within(table.get(key), value) for key, value in by.items()}}


def _within(old: Any, new: Any) -> Any:
    return extended(old, new) if isinstance(old, Mapping) and isinstance(new, Mapping) else new


def trial_from(rows: Sequence[Mapping[str, Any]], protocol: Protocol) -> Trial:
    """A trial of these people: the id of the arm, and a value for each column, None where it is missing.

    Follow-up that is not said is a year without the event.
    """
    columns = {"arm": pd.Series([row["arm"] for row in rows], dtype="object")}
    for name, column in protocol.data.participants.columns.items():
        default = {"days": 365, "again": False}.get(name)
        columns[name] = pd.Series(
            [row.get(name, default) for row in rows], dtype=DTYPES.get(column.type, "object")
        )
    return Trial(protocol=protocol, participants=pd.DataFrame(columns), accounts=())
