"""The static filters of a definition as values: which codes of which column pass.

What an event is does not depend on anybody's clock, so that these filters can run anywhere: over a frame
(`candidates.py`), or inside a database (`register_query.py`). Here is the only place that says which they
are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from primus_eval.definitions import Reoffending
from primus_eval.protocol import Events

YES = frozenset({"yes"})
"""The code that passes in a column of type yes_no, whatever its cells say for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Rows that pass: with `keep` those whose code is among some; without it all others, missing ones too."""

    column: str
    among: frozenset[str]
    keep: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallFines:
    """Rows that do not pass: those to which each filter applies and whose known amount is below `amount`."""

    filters: tuple[Filter, ...]
    amount_column: str
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFilters:
    """Every row passes all of `filters`, and is no fine that is too small; with `nothing` no row passes."""

    filters: tuple[Filter, ...]
    small_fines: SmallFines | None
    nothing: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a filter looks at, each once."""
        fines = self.small_fines
        found = [each.column for each in (*self.filters, *(fines.filters if fines else ()))]
        return tuple(dict.fromkeys([*found, *([fines.amount_column] if fines else [])]))


def static_filters(spec: Events, definition: Reoffending) -> StaticFilters:
    """Return the filters of a definition over a table of events: kinds, sanctions, classes, offences, fines.

    spec: what the columns of the table are.
    """
    kind, nothing = spec.kind, False
    filters: list[Filter] = []
    if kind is not None and kind.column is not None:
        filters.append(_meaning(spec, kind.column, kind.codes, definition.kinds))
    elif kind is not None:
        nothing = kind.every not in definition.kinds
    if definition.sanctions and spec.sanction is not None:
        filters.append(_meaning(spec, spec.sanction.column, spec.sanction.codes, definition.sanctions))
    filters += _classes(spec, definition)
    if definition.police_initiated == "leave_out" and spec.police_initiated is not None:
        filters.append(Filter(column=spec.police_initiated, among=YES, keep=False))
    if definition.offences == "main_only" and spec.main_offence is not None:
        filters.append(Filter(column=spec.main_offence, among=YES))
    return StaticFilters(filters=tuple(filters), small_fines=_fines(spec, definition), nothing=nothing)


def _classes(spec: Events, definition: Reoffending) -> list[Filter]:
    if spec.offence_class is None:
        return []
    found = []
    if definition.classes:
        found.append(_class(spec, definition.classes))
    if definition.classes_left_out:
        found.append(_class(spec, definition.classes_left_out, keep=False))
    return found


def _fines(spec: Events, definition: Reoffending) -> SmallFines | None:
    below = definition.fine_below
    if below is None or spec.sanction is None or spec.fine_amount is None:
        return None
    filters = [_meaning(spec, spec.sanction.column, spec.sanction.codes, ("fine",))]
    if below.classes and spec.offence_class is None:
        return None  # nothing is known to be of these classes
    if below.classes:
        filters.append(_class(spec, below.classes))
    return SmallFines(filters=tuple(filters), amount_column=spec.fine_amount, amount=below.amount)


def _class(spec: Events, classes: Sequence[str], *, keep: bool = True) -> Filter:
    """Filter classes, which a definition names by their word or, where they have none, by their code."""
    assert spec.offence_class is not None
    column = spec.offence_class.column
    own = {code: code for code in spec.columns[column].levels or {}}
    return _meaning(spec, column, {**own, **spec.offence_class.codes}, classes, keep=keep)


def _meaning(
    spec: Events, column: str, meaning: Mapping[str, str], wanted: Sequence[str], *, keep: bool = True
) -> Filter:
    """Filter by what the codes of a column mean; a code without a meaning means nothing that is wanted."""
    levels = spec.columns[column].levels or {}
    among = frozenset(code for code in levels if meaning.get(code) in wanted)
    return Filter(column=column, among=among, keep=keep)
