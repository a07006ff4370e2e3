"""What was delivered: tables, rows, columns, and the months that dates cover."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from primus_eval.errors import shape_of
from primus_eval.identifiers import in_name
from primus_eval.loaders.declared import person_column, rows_are, tables_of
from primus_eval.loaders.delivery import Delivery
from primus_eval.loaders.typed import TypedTable
from primus_eval.preflight.counting import Count, count_of
from primus_eval.preflight.records import ColumnRead, LinkedInArm, TableRead
from primus_eval.protocol import Data, Events, Participants, TableFile
from primus_eval.protocol.keys import column_keys
from primus_eval.protocol.programme import Weeks
from primus_eval.schema import Record, text_in

USES = {
    "received": "took part",
    "excluded": "reason for leaving out",
    "linked": "found in the register",
    "randomised_on": "day of randomisation",
    "released_on": "day of release",
    "sentenced_on": "day of the sentence",
    "community_start_on": "first day of the community sentence",
    "offence_date": "day of the offence",
    "decision_date": "day of the decision",
    "decision": "id of the decision",
    "case": "id of the case",
    "kind.column": "what it is",
    "offence_class.column": "class of the offence",
    "police_initiated": "found by the police looking for it",
    "sanction.column": "sanction",
    "harm_days": "days of harm",
    "from_date": "first day in custody",
    "to_date": "day of release",
    "reason.column": "why",
    "date": "day",
    "mentor": "id of the mentor",
    "second_mentor": "id of the second mentor",
    "match": "id of the match",
    "start_date": "first day",
    "end_date": "last day",
}
"""What a column is used for, by the key that names it; other keys are words themselves."""

USES_IN_WEEKS = {"from_date": "first day of the weeks", "to_date": "last day of the weeks"}
"""In the table of weeks, whose stretches are none of custody."""

_LONG_NUMBER = re.compile(r"[0-9]{4}")
"""Digits in a row that an undeclared header is not shown with: it may be a row of data."""


def tables_read(delivery: Delivery, data: Data, *, k: int) -> tuple[TableRead, ...]:
    """Describe each table of a delivery."""
    declared = tables_of(data)
    return tuple(
        _table(table, declared[name], rows_are(name), delivery.rows_left_out(name), k)
        for name, table in delivery.tables.items()
    )


def _table(table: TypedTable, spec: TableFile, rows_are: str, left_out: int, k: int) -> TableRead:
    uses = uses_of(spec)
    is_clean = not table.problems
    has_header = any(name in table.header for name in (*uses, *spec.columns))
    rows = count_of(table.rows_read, k=k)
    refused = count_of(left_out, k=k, total=table.rows_read) if left_out else None
    if refused is not None and refused.n is None:
        rows = Count()  # it less the events of participants, which are counted by quarter, gives it back
    columns = [
        ColumnRead(name=name, type=use, use=use) for name, use in uses.items() if name not in spec.columns
    ]
    for name, column in spec.columns.items():
        values = table.frame[name] if is_clean and name in table.frame else None
        seen: dict[str, Any] = {}
        if values is not None:
            seen["missing"] = count_of(int(values.isna().sum()), k=k, total=len(values))
        if values is not None and column.type == "date":
            seen |= _months(table, values, k=k)
        columns.append(
            ColumnRead(name=name, type=column.type, timing=column.timing, use=uses.get(name), **seen)
        )
    return TableRead(
        key=table.key,
        file=_name(table.file),
        sheet=None if table.sheet is None else _name(table.sheet),
        sha256=table.sha256,
        rows=rows,
        rows_are=rows_are,
        rows_left_out=refused,
        rows_left_out_refused=refused is not None and getattr(spec, "other_people", "refuse") == "refuse",
        columns=tuple(columns),
        not_read=tuple(map(shown_header, table.columns_not_read)) if has_header else (),
        not_read_hidden=not has_header,
    )


def beside_links(
    tables: tuple[TableRead, ...], links: Sequence[LinkedInArm], linked: str | None
) -> tuple[TableRead, ...]:
    """Hide the missing cells of the column of links where an arm hides its own: they are one number.

    linked: the column of the participants that says who was found in the register; None where none does.
    """
    if all(item.not_recorded.n is not None for item in links):
        return tables
    return tuple(
        replace(table, columns=tuple(_without_missing(column, linked) for column in table.columns))
        if table.key == "data.participants"
        else table
        for table in tables
    )


def _without_missing(column: ColumnRead, name: str | None) -> ColumnRead:
    is_bounded = column.missing is not None and column.missing.fewer_than is not None
    return column if is_bounded or column.name != name else replace(column, missing=Count())


def uses_of(spec: TableFile) -> dict[str, str]:
    """Return what the protocol uses each column of a table for, besides outcomes and analyses."""
    known = USES | USES_IN_WEEKS if isinstance(spec, Weeks) else USES
    named = [(person_column(spec), "id of the person")]
    if isinstance(spec, Participants):
        named.append((spec.arm.column, "arm"))
    if isinstance(spec, Events):
        named.append((spec.event, "id of the event"))
    named += [
        (column, known.get(".".join(key), key[0].replace("_", " ")))
        for key, _ in column_keys(type(spec))
        for column in _columns_at(spec, key)
    ]
    uses: dict[str, list[str]] = {}
    for column, use in named:
        if column is not None:
            uses.setdefault(column, []).append(use)
    return {column: "; ".join(dict.fromkeys(each)) for column, each in uses.items()}


def _columns_at(spec: Record, key: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that a key of a table names: none where it is left out."""
    value: Any = spec
    for name in key:
        value = None if value is None else getattr(value, name)
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _name(name: str) -> str:
    """Show the name of a file or a sheet, by its shape only where it names a person."""
    return name if in_name(name) is None else shape_of(name)


def shown_header(name: str) -> str:
    """Show the name of an undeclared column, by its shape only where it may be a person's own data."""
    return shape_of(name) if _LONG_NUMBER.search(name) else _name(name)


def _months(table: TypedTable, dates: pd.Series, *, k: int) -> dict[str, str]:
    """Return the months that some dates cover; none where it is not known whose they are."""
    if table.key == "data.participants":
        return months_of(dates, np.arange(len(dates)), k=k)
    if "person" not in table.frame:
        return {}
    person = table.frame["person"]
    known = person.notna().to_numpy(dtype=bool)
    return months_of(dates[known], person[known].to_numpy(dtype=np.int64), k=k)


def months_of(dates: pd.Series, person: np.ndarray, *, k: int) -> dict[str, str]:
    """Return the first and the last month of some dates, as far as k people had reached it.

    A month before which only one to k - 1 people have a date is not named: `few_beyond` says that there
    is one. Empty where fewer than k people have a date.
    """
    known = dates.notna().to_numpy(dtype=bool)
    of_person = dates[known].groupby(person[known])
    firsts, lasts = (side.dt.to_period("M").sort_values() for side in (of_person.min(), of_person.max()))
    if len(firsts) < k:
        return {}
    first, last = firsts.iloc[k - 1], lasts.iloc[-k]
    if first > last:  # so few people that no month is behind k of them and before k of them
        return {}
    beyond = [
        word
        for word, is_beyond in (("earlier", firsts.iloc[0] < first), ("later", lasts.iloc[-1] > last))
        if is_beyond
    ]
    found = {"first": str(first), "last": str(last)}
    return {**found, "few_beyond": " or ".join(beyond)} if beyond else found


def harmless_columns(delivery: Delivery, data: Data) -> Iterator[tuple[str, str, str]]:
    """Yield file, column and reason of each column that was declared to identify nobody."""
    for name, spec in tables_of(data).items():
        file = delivery.tables[name].file if name in delivery.tables else spec.file
        yield from ((file, column, text_in(reason, "en")) for column, reason in spec.harmless.items())
