"""A delivery: every table that a protocol names, read and checked, all problems of all of them at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from primus_eval.errors import DisclosureError, InputError, Problem
from primus_eval.identifiers import in_column
from primus_eval.loaders.codes import Numbering, Positions, codes_of, numbered
from primus_eval.loaders.declared import person_column, tables_of
from primus_eval.loaders.echoes import without_echoes
from primus_eval.loaders.events import checked_events
from primus_eval.loaders.joined import Joined, join, without_people
from primus_eval.loaders.opening import digest_of, open_tables
from primus_eval.loaders.participants import checked_participants, ids_of, joined_ids
from primus_eval.loaders.status import with_needed_cells
from primus_eval.loaders.typed import Ids, TypedTable, read_typed
from primus_eval.protocol import Data, Events, Participants, TableFile
from primus_eval.protocol.programme import ProgrammeTable

SHARED_IDS = {"mentor": "mentor", "second_mentor": "mentor", "match": "match"}
"""Keys of tables of a programme that name a column of ids, and what they are ids of, in whichever table."""

SHORTEST_CANARY = 6
"""Shorter ids, such as running numbers, occur as ordinary numbers and prove nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The tables of a delivery, in the order of their files, and what is wrong with any of them.

    `joined` holds every table but that of the participants, by its name in the protocol. `ids` are those of
    the participants; they are kept to sort by and to look for in outputs, and stand in no frame.
    """

    participants: TypedTable | None
    joined: dict[str, Joined]
    problems: tuple[Problem, ...]
    identifying: tuple[Problem, ...]
    ids: tuple[str, ...] = field(default=(), repr=False)

    @property
    def events(self) -> TypedTable | None:
        """The table of events; None where there is none, or where it could not be opened."""
        return self.joined["events"].table if "events" in self.joined else None

    @property
    def tables(self) -> dict[str, TypedTable]:
        """Every table that could be opened, by its name in the protocol, participants first."""
        others = {name: each.table for name, each in self.joined.items()}
        return others if self.participants is None else {"participants": self.participants, **others}

    @property
    def canaries(self) -> tuple[str, ...]:
        """Ids that can be told from other text."""
        return tuple(id_ for id_ in self.ids if len(id_) >= SHORTEST_CANARY)

    def rows_left_out(self, name: str) -> int:
        """Return how many rows of a table were of people who are not participants."""
        return self.joined[name].rows_left_out if name in self.joined else 0

    def require_clean(self, more: list[Problem] | None = None) -> None:
        """Raise every problem at once: DisclosureError where the delivery points at people."""
        problems = [*self.identifying, *self.problems, *(more or [])]
        if self.identifying:
            raise DisclosureError(problems)
        if problems:
            raise InputError(problems)


def read_delivery(data: Data, folder: Path) -> Delivery:
    """Read every table that a protocol names. Never raises for bad input: problems are in the result."""
    reading = _Reading(data=data, folder=folder)
    participants, ids = _participants(reading)
    complete = participants is not None and participants.complete and len(ids) == participants.rows_read
    others = {
        name: _beside(reading, name, spec, sorted(ids), everyone_known=complete)
        for name, spec in tables_of(data).items()
        if name != "participants"
    }
    joined = {name: each for name, each in others.items() if each is not None}
    tables = [each.table for each in joined.values()]
    tables = tables if participants is None else [participants, *tables]
    return Delivery(
        participants=participants,
        joined=joined,
        problems=tuple(
            without_echoes([*reading.problems, *(each for table in tables for each in table.problems)])
        ),
        identifying=(*reading.identifying, *(each for table in tables for each in table.identifying)),
        ids=tuple(ids),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """Where the tables lie, and what was wrong with those that could not be opened."""

    data: Data
    folder: Path
    problems: list[Problem] = field(default_factory=list)
    identifying: list[Problem] = field(default_factory=list)
    numberings: dict[str, Numbering] = field(
        default_factory=lambda: {kind: Numbering() for kind in SHARED_IDS.values()}
    )

    def read(
        self, name: str, spec: TableFile, ids: dict[str, Ids]
    ) -> tuple[TypedTable | None, dict[str, list[Any]]]:
        """Open and convert a table; return it with what its columns of ids gave, block by block."""
        key = f"data.{name}"
        try:
            sources = open_tables(self.folder, spec, key=key)
        except DisclosureError as error:
            self.identifying.extend(error.problems)
            return None, {}
        except InputError as error:
            self.problems.extend(error.problems)
            return None, {}
        file = sources[0].file.rpartition("/")[0] or sources[0].file  # of a folder of parts: the folder
        return read_typed(
            sources,
            spec,
            key=key,
            file=file,
            sha256=digest_of(sources),
            newest=self.data.data_cutoff,
            ids=ids,
            texts=[spec.arm.column] if isinstance(spec, Participants) else [],
            numberings=self._numbering_of(spec),
        )

    def _numbering_of(self, spec: TableFile) -> dict[str, Numbering]:
        """Return what numbers each column of ids that other tables of the programme name too."""
        if not isinstance(spec, ProgrammeTable):
            return {}
        named = {getattr(spec, key, None): kind for key, kind in SHARED_IDS.items()}
        return {column: self.numberings[kind] for column, kind in named.items() if column is not None}


def _participants(reading: _Reading) -> tuple[TypedTable | None, list[str]]:
    """Read the table of participants; return it with their ids."""
    spec = reading.data.participants
    table, kept = reading.read("participants", spec, {spec.person: ids_of})
    if table is None:
        return None, []
    ids, bad_ids = joined_ids(kept[spec.person])
    arm_codes = [code for block in kept[spec.arm.column] for code in block]
    table = _within_cutoff(table, reading.data)
    table = checked_participants(table, spec, ids=ids, bad_ids=bad_ids, arm_codes=arm_codes)
    return replace(table, remarks=(*table.remarks, *_telling(ids, table))), ids


def _beside(
    reading: _Reading, name: str, spec: TableFile, ids: list[str], *, everyone_known: bool
) -> Joined | None:
    """Read another table and join it to the participants, where it is about them; ids: sorted."""
    positions = Positions(ids)
    person = person_column(spec)
    event = spec.event if isinstance(spec, Events) else None
    columns: dict[str, Ids] = {} if person is None else {person: positions}
    if event is not None:
        columns[event] = numbered
    table, kept = reading.read(name, spec, columns)
    if table is None:
        return None
    if not isinstance(spec, ProgrammeTable):  # which may go on after the registers were read
        table = with_needed_cells(_within_cutoff(table, reading.data), spec)
    if person is None:
        return without_people(table, spec)
    whose: dict[str, Any] = {
        "person": positions.joined(kept[person]),
        "positions": positions,
        "everyone_known": everyone_known,
    }
    if not isinstance(spec, Events):
        return join(table, spec, **whose)
    return checked_events(table, spec, event=None if event is None else codes_of(kept.pop(event)), **whose)


def _telling(ids: list[str], table: TypedTable) -> list[Problem]:
    """Remark on ids that identify people themselves: they stand in no output, but they do in the file."""
    found = in_column("", Counter(ids))
    if found is None:
        return []
    return [
        Problem(
            code=found.code,
            file=table.file,
            what="the ids look like direct identifiers, or like something worked out from them.",
            mend="They become numbers here and stand in no output; ask for a delivery with pseudonyms.",
        )
    ]


def _within_cutoff(table: TypedTable, data: Data) -> TypedTable:
    """Return the table with a problem for each date after the day up to which the registers were read."""
    if data.data_cutoff is None:
        return table
    problems: list[Problem] = []
    for name in table.frame.select_dtypes("datetime").columns:
        late = (table.frame[name] > pd.Timestamp(data.data_cutoff)).to_numpy(dtype=bool)
        problems += table.at(
            np.flatnonzero(late),
            Problem(
                code="PE-A64",
                column=str(name),
                what=f"a date after the data cut-off, {data.data_cutoff}.",
                mend="Correct the date, or [data] data_cutoff.",
            ),
        )
    return replace(table, problems=(*table.problems, *problems))
