"""A trial: who was assigned to what, and what is known of them, checked against the protocol.

`participants` has one row per person randomised, sorted by their pseudonymous id, which is then
dropped: a person is a row number from here on. Columns keep the names and types that the protocol
declares: integer and number as float (missing is NaN), yes_no as nullable boolean, category as its
codes, date as datetime64[s]. `arm` holds ids of arms. `events` has one row per event, `custody` one per
spell, `status` one per death or departure; `person` is the row number of the participant in all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from primus_eval.errors import Problem
from primus_eval.protocol import ASSIGNED, Protocol
from primus_eval.schema import Coded


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAccount:
    """What was read of one table: its contents' hash, its rows, and what was left unread or left out.

    `rows_left_out` counts rows by the reason for leaving them out; rows read less these were kept.
    """

    file: str
    sha256: str
    rows_read: int
    columns_not_read: tuple[str, ...]
    rows_left_out: dict[str, int] = field(default_factory=dict)
    harmless: dict[str, str] = field(default_factory=dict)
    """Columns that look as if they identified people, and why they were said not to."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Trial:
    """One trial in memory. Everything in it is internal: it leaves only through `release`."""

    protocol: Protocol
    participants: pd.DataFrame
    accounts: tuple[TableAccount, ...]
    events: pd.DataFrame | None = None
    custody: pd.DataFrame | None = None
    status: pd.DataFrame | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    """The programme's own tables, such as matches and contacts, by name."""
    codebook: dict[str, Coded] = field(default_factory=dict)
    """What the file of participants itself says of its columns (Stata, SPSS, SAS)."""
    remarks: tuple[Problem, ...] = ()
    """What is worth knowing of the delivery, and no error."""
    canaries: tuple[str, ...] = field(default=(), repr=False)
    """Ids that can be told from other text, kept for one purpose: to refuse outputs that hold one."""

    def __repr__(self) -> str:
        return f"Trial({self.protocol.study.id}, {len(self.participants)} people)"

    @property
    def treated(self) -> np.ndarray:
        """Whether each person was assigned to the treatment arm, shape (n,)."""
        return (self.participants["arm"] == self.protocol.arm_of("treatment").id).to_numpy(dtype=bool)

    def in_population(self, population: str) -> np.ndarray:
        """Whether each person belongs to a population of the protocol, shape (n,)."""
        declared = self.protocol.population_of(population)
        if population == ASSIGNED or declared is None:
            return np.ones(len(self.participants), dtype=bool)
        return self.has_code(declared.where.column, declared.where.in_)

    def has_code(self, column: str, codes: Sequence[str]) -> np.ndarray:
        """Whether each person's column holds one of these codes of the data, shape (n,)."""
        values = self.participants[column]
        schema = self.protocol.person_columns[column]
        if schema.type == "yes_no":
            wanted = {code in schema.yes for code in codes}
            return values.isin(list(wanted)).to_numpy(dtype=bool)
        return values.isin(list(codes)).to_numpy(dtype=bool)

    def _repr_html_(self) -> str:
        arms = self.participants["arm"].value_counts().sort_index()
        counts = ", ".join(f"{arm}: {n}" for arm, n in arms.items())
        return f"<p><strong>Internal.</strong> Trial {self.protocol.study.id}, people by arm: {counts}.</p>"
