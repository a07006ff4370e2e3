"""A Trial from the files of its protocol: a delivery without problems, put in order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from primus_eval.errors import reconcile
from primus_eval.loaders.declared import tables_of
from primus_eval.loaders.delivery import Delivery, read_delivery
from primus_eval.loaders.joined import NOT_A_PARTICIPANT
from primus_eval.loaders.participants import arm_problems, observed_problems, recruitment_problems
from primus_eval.protocol import Protocol, read_protocol
from primus_eval.protocol.reading import protocol_file
from primus_eval.schema import text_in
from primus_eval.trial import TableAccount, Trial


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
    frames = {name: each.table.frame for name, each in delivery.joined.items()}
    for name, each in delivery.joined.items():
        rows = len(each.table.frame) + each.rows_left_out
        reconcile(rows == each.table.rows_read, f"rows read and kept of {name} differ")
    return Trial(
        protocol=protocol,
        participants=participants,
        events=frames.pop("events", None),
        custody=frames.pop("custody", None),
        status=frames.pop("status", None),
        tables=frames,
        accounts=tuple(_accounts(delivery, protocol)),
        codebook=table.codebook,
        remarks=tuple(remark for each in delivery.tables.values() for remark in each.remarks),
        canaries=delivery.canaries,
    )


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Give categories as their codes, as a participant's columns are kept."""
    return frame.assign(
        **{
            name: pd.Series([None if cell != cell else cell for cell in frame[name]], dtype="object")
            for name in frame.select_dtypes("category").columns
        }
    )


def _accounts(delivery: Delivery, protocol: Protocol) -> list[TableAccount]:
    declared = tables_of(protocol.data)
    left_out = {name: delivery.rows_left_out(name) for name in declared}
    return [
        TableAccount(
            file=table.file,
            sha256=table.sha256,
            rows_read=table.rows_read,
            rows_left_out={NOT_A_PARTICIPANT: left_out[name]} if left_out[name] else {},
            columns_not_read=table.columns_not_read,
            harmless={column: text_in(reason, "en") for column, reason in declared[name].harmless.items()},
        )
        for name, table in delivery.tables.items()
    ]
