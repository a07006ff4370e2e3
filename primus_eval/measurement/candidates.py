"""The events that could count under a definition, whoever committed them and whenever, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from primus_eval.definitions import Reoffending
from primus_eval.measurement.days import NO_DAY, days_of
from primus_eval.measurement.filters import Filter, StaticFilters, static_filters
from primus_eval.protocol import Events

NO_UNIT = int(np.iinfo(np.int64).min)
"""No id, no day, no number of anything."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """Events that passed the static filters, as arrays of shape (n_events,).

    person: row of the participant. day: the day by which the definition places an event; offence_day and
    decision_day as they are; NO_DAY where missing. unit: the decision or case an event belongs to, NO_UNIT
    where it has none or where events are counted by themselves. harm_days: NaN where not known.
    """

    person: np.ndarray
    offence_day: np.ndarray
    decision_day: np.ndarray
    unit: np.ndarray
    harm_days: np.ndarray
    by_decision: bool

    @property
    def day(self) -> np.ndarray:
        """The day that the definition uses."""
        return self.decision_day if self.by_decision else self.offence_day


def candidates(events: pd.DataFrame, spec: Events, definition: Reoffending) -> Candidates:
    """Keep the events that a definition could count: kinds, sanctions, classes, offences, fines.

    events: frame of a Trial; spec: what its columns are.
    """
    kept = _passes(events, static_filters(spec, definition))
    chosen = events if kept is None else events[kept]
    return Candidates(
        person=chosen["person"].to_numpy(dtype=np.int64),
        offence_day=_days(chosen, spec.offence_date),
        decision_day=_days(chosen, spec.decision_date),
        unit=_units(chosen, unit_column(spec, definition)),
        harm_days=_numbers(chosen, spec.harm_days),
        by_decision=definition.date_used == "decision",
    )


def unit_column(spec: Events, definition: Reoffending) -> str | None:
    """Return the column that says which events are counted together; None where no column does."""
    return {"decision": spec.decision, "case": spec.case}.get(definition.counting_unit)


def _passes(events: pd.DataFrame, filters: StaticFilters) -> np.ndarray | None:
    """Whether each event passes the static filters; None where all do without being asked."""
    if filters.nothing:
        return np.zeros(len(events), dtype=bool)
    answers = [_has(events, each) == each.keep for each in filters.filters]
    fines = filters.small_fines
    if fines is not None:
        small = events[fines.amount_column].to_numpy(dtype=float) < fines.amount  # unknown: not small
        answers.append(~np.logical_and.reduce([small, *(_has(events, each) for each in fines.filters)]))
    return np.logical_and.reduce(answers) if answers else None


def _has(events: pd.DataFrame, filter_: Filter) -> np.ndarray:
    """Whether the code of each row is among those of a filter; a missing one is not."""
    column = events[filter_.column]
    if column.dtype == "boolean":
        return column.fillna(False).to_numpy(dtype=bool)
    among = [code in filter_.among for code in column.cat.categories]
    return np.array([*among, False])[column.cat.codes.to_numpy()]  # missing is -1: the last


def _days(events: pd.DataFrame, column: str | None) -> np.ndarray:
    if column is None:
        return np.full(len(events), NO_DAY, dtype=np.int32)
    return days_of(events[column])


def _units(events: pd.DataFrame, column: str | None) -> np.ndarray:
    if column is None:
        return np.full(len(events), NO_UNIT, dtype=np.int64)
    return events[column].to_numpy(dtype=np.int64, na_value=NO_UNIT)


def _numbers(events: pd.DataFrame, column: str | None) -> np.ndarray:
    if column is None:
        return np.full(len(events), np.nan)
    return events[column].to_numpy(dtype=float)
