"""Offences and spells in custody as columns, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Offences:
    """One row per offence. Days are counted since 1970-01-01.

    person: row of the person. occasion: offences of one occasion were committed and found together.
    decision: offences of a person with the same number are decided together, on decided_on.
    """

    person: np.ndarray
    occasion: np.ndarray
    decision: np.ndarray
    committed_on: np.ndarray
    decided_on: np.ndarray
    offence_class: np.ndarray
    kind: np.ndarray
    sanction: np.ndarray
    fine: np.ndarray
    by_police: np.ndarray
    harm_days: np.ndarray
    in_custody: np.ndarray

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """One row per spell in custody: from the first day to the day of release, and why."""

    person: np.ndarray
    from_day: np.ndarray
    to_day: np.ndarray
    reason: np.ndarray

    def __len__(self) -> int:
        return len(self.person)


REASONS = ("sentence", "remand", "recall")
SENTENCE, REMAND, RECALL = range(3)

Rows = TypeVar("Rows", Offences, Spells)


def joined(parts: Sequence[Rows]) -> Rows:
    """Put the rows of several below each other."""
    kind = type(parts[0])
    return kind(
        **{
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(kind)
        }
    )


def chosen(rows: Rows, which: np.ndarray) -> Rows:
    """Return some of the rows: a mask, or row numbers."""
    return type(rows)(**{field.name: getattr(rows, field.name)[which] for field in fields(rows)})
