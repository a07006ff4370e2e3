"""A delivery: every table that a protocol names, read and checked, all problems of all of them at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from primus_eval.errors import DisclosureError, InputError, Problem, reconcile
from primus_eval.identifiers import in_column
from primus_eval.loaders.codes import Positions, codes_of, numbered
from primus_eval.loaders.events import NOT_A_PARTICIPANT, checked_events
from primus_eval.loaders.opening import digest_of, open_tables
from primus_eval.loaders.participants import (
    arm_problems,
    checked_participants,
    ids_of,
    joined_ids,
    observed_problems,
    recruitment_problems,
)
from primus_eval.loaders.typed import Ids, TypedTable, read_typed
from primus_eval.protocol import Data, Participants, Protocol, TableFile, read_protocol
from primus_eval.protocol.reading import protocol_file
from primus_eval.trial import TableAccount, Trial

SHORTEST_CANARY = 6
"""Shorter ids, such as running numbers, occur as ordinary numbers and prove nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The tables of a delivery, in the order of their files, and what is wrong with any of them.

    `ids` are those of the participants; they are kept to sort by and to look for in outputs, and stand
    in no frame.
    """

    participants: TypedTable | None
    events: TypedTable | None
    problems: tuple[Problem, ...]
    identifying: tuple[Problem, ...]
    ids: tuple[str, ...] = field(default=(), repr=False)
    events_left_out: int = 0

    def require_clean(self, more: list[Problem] | None = None) -> None:
        """Raise every problem at once: DisclosureError where the delivery points at people."""
        problems = [*self.identifying, *self.problems, *(more or [])]
        if self.identifying:
            raise DisclosureError(problems)
        if problems:
            raise InputError(problems)


def read_delivery(data: Data, folder: Path) -> Delivery:
    """Read every table that a protocol names. Never raises for bad input: problems are in the result."""
    problems: list[Problem] = []
    identifying: list[Problem] = []
    found = (problems, identifying)
    participants, kept = _read(data, "participants", folder, {data.participants.person: ids_of}, *found)
    ids: list[str] = []
    if participants is not None:
        ids, bad_ids = joined_ids(kept[data.participants.person])
        arm_codes = [code for block in kept[data.participants.arm.column] for code in block]
        participants = _within_cutoff(participants, data)
        participants = checked_participants(
            participants, data.participants, ids=ids, bad_ids=bad_ids, arm_codes=arm_codes
        )
        participants = replace(participants, remarks=(*participants.remarks, *_telling(ids, participants)))
    events, left_out = None, 0
    if data.events is not None:
        positions = Positions(sorted(ids))
        columns: dict[str, Ids] = {data.events.person: positions}
        if data.events.event is not None:
            columns[data.events.event] = numbered
        events, kept = _read(data, "events", folder, columns, *found)
        if events is not None:
            events, left_out = checked_events(
                _within_cutoff(events, data),
                data.events,
                person=positions.joined(kept[data.events.person]),
                positions=positions,
                event=None if data.events.event is None else codes_of(kept.pop(data.events.event)),
                everyone_known=participants is not None
                and participants.complete
                and len(ids) == participants.rows_read,
            )
    tables = [table for table in (participants, events) if table is not None]
    for table in tables:
        problems += table.problems
    return Delivery(
        participants=participants,
        events=events,
        problems=tuple(_without_echoes(problems)),
        identifying=(*identifying, *(each for table in tables for each in table.identifying)),
        ids=tuple(ids),
        events_left_out=left_out,
    )


def load_trial(protocol: Protocol | str | Path, folder: str | Path | None = None) -> Trial:
    """Read the files that a protocol names and check them against it.

    protocol: a Protocol, or the path of a protocol.toml.
    folder: where the files lie; the protocol's own folder when a path was given.

    Raises InputError, or DisclosureError where the files point at people, with every problem found.
    """
    if not isinstance(protocol, Protocol):
        path = protocol_file(protocol)
        folder = path.parent if folder is None else folder
        protocol = read_protocol(path)
    if folder is None:
        raise TypeError("load_trial needs the folder of the data when it is given a Protocol")
    return trial_of(read_delivery(protocol.data, Path(folder)), protocol)


def trial_of(delivery: Delivery, protocol: Protocol) -> Trial:
    """Make a trial of a delivery without problems; raise all of them where there are any."""
    table = delivery.participants
    more = []
    if table is not None:
        more = [*observed_problems(table, protocol), *arm_problems(table, protocol)]
        more += recruitment_problems(protocol, table.rows_read) if table.complete else []
    delivery.require_clean(more)
    assert table is not None  # otherwise there are problems
    order = np.argsort(np.array(delivery.ids, dtype=object), kind="stable")
    participants = _plain(table.frame).iloc[order].reset_index(drop=True)
    participants = participants[["arm", *(name for name in participants if name != "arm")]]
    reconcile(len(participants) == table.rows_read, "rows read and participants differ")
    events = delivery.events
    if events is not None:
        kept = 0 if events.frame is None else len(events.frame)
        reconcile(kept + delivery.events_left_out == events.rows_read, "rows read and events differ")
    return Trial(
        protocol=protocol,
        participants=participants,
        events=None if events is None else events.frame,
        accounts=tuple(_accounts(delivery, protocol)),
        codebook=table.codebook,
        remarks=tuple(remark for each in (table, events) if each is not None for remark in each.remarks),
        canaries=tuple(id_ for id_ in delivery.ids if len(id_) >= SHORTEST_CANARY),
    )


def _read(
    data: Data,
    name: str,
    folder: Path,
    ids: dict[str, Ids],
    problems: list[Problem],
    identifying: list[Problem],
) -> tuple[TypedTable | None, dict[str, list[Any]]]:
    spec: TableFile = getattr(data, name)
    key = f"data.{name}"
    try:
        sources = open_tables(folder, spec, key=key)
    except DisclosureError as error:
        identifying += error.problems
        return None, {}
    except InputError as error:
        problems += error.problems
        return None, {}
    file = sources[0].file.rpartition("/")[0] or sources[0].file  # of a folder of parts: the folder
    return read_typed(
        sources,
        spec,
        key=key,
        file=file,
        sha256=digest_of(sources),
        newest=data.data_cutoff,
        ids=ids,
        texts=[spec.arm.column] if isinstance(spec, Participants) else [],
    )


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


TOTALS, EMPTY_LOOKING = "PE-A38", ("PE-A48", "PE-A49")
ECHOES = ("PE-A69", "PE-C04", "PE-C37")
"""What is said of an empty cell, and is no help where a workbook could not say what is in it."""


def _without_echoes(problems: list[Problem]) -> list[Problem]:
    """Drop what else is said of a cell, or of a row of totals, whose fault has been found."""
    unread = {(each.file, each.line) for each in problems if each.code in EMPTY_LOOKING}
    totals = {(each.file, each.line) for each in problems if each.code == TOTALS} - unread
    return [
        each
        for each in problems
        if (each.code == TOTALS and (each.file, each.line) in totals)
        or (
            (each.file, each.line) not in totals
            and not (each.code in (*ECHOES, TOTALS) and (each.file, each.line) in unread)
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


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Give categories as their codes, as a participant's columns are kept."""
    return frame.assign(
        **{
            name: pd.Series([None if cell != cell else cell for cell in frame[name]], dtype="object")
            for name in frame.select_dtypes("category").columns
        }
    )


def _accounts(delivery: Delivery, protocol: Protocol) -> list[TableAccount]:
    left_out = {NOT_A_PARTICIPANT: delivery.events_left_out} if delivery.events_left_out else {}
    read: list[tuple[TypedTable | None, TableFile | None, dict[str, int]]] = [
        (delivery.participants, protocol.data.participants, {}),
        (delivery.events, protocol.data.events, left_out),
    ]
    return [
        TableAccount(
            file=table.file,
            sha256=table.sha256,
            rows_read=table.rows_read,
            rows_left_out=reasons,
            columns_not_read=table.columns_not_read,
            harmless=dict(spec.harmless),
        )
        for table, spec, reasons in read
        if table is not None and spec is not None
    ]
