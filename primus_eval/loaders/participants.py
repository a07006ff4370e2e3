"""Load the table of participants: one row per person randomised, checked, sorted, without ids.

Every row that is read is kept, or nothing is: a row that cannot be understood is an error, because
a participant who quietly leaves a trial is a broken comparison.
"""

from __future__ import annotations

import unicodedata
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from primus_eval.errors import InputError, Problem, reconcile
from primus_eval.loaders.convert import convert
from primus_eval.loaders.text_table import TextTable, read_text_table
from primus_eval.protocol import Participants, Protocol, read_protocol
from primus_eval.trial import TableAccount, Trial

SHORTEST_CANARY = 6
"""Shorter ids, such as running numbers, occur as ordinary numbers and prove nothing."""


def load_trial(protocol: Protocol | str | Path, folder: str | Path | None = None) -> Trial:
    """Read the files that a protocol names and check them against it.

    protocol: a Protocol, or the path of a protocol.toml.
    folder: where the files lie; the protocol's own folder when a path was given.

    Raises InputError with every problem found.
    """
    if not isinstance(protocol, Protocol):
        folder = Path(protocol).parent if folder is None else folder
        protocol = read_protocol(protocol)
    if folder is None:
        raise TypeError("load_trial needs the folder of the data when it is given a Protocol")
    spec = protocol.data.participants
    table = read_text_table(_inside(Path(folder), spec.file), spec)
    participants = _participants(table, spec)
    reconcile(len(participants) == len(table.lines), "rows read and participants differ")
    used = {spec.person, spec.arm.column, *spec.columns}
    account = TableAccount(
        file=table.file,
        sha256=table.sha256,
        rows_read=len(table.lines),
        columns_not_read=tuple(name for name in table.columns if name not in used),
    )
    return Trial(
        protocol=protocol,
        participants=participants,
        accounts=(account,),
        canaries=tuple(id_ for id_ in table.columns[spec.person] if len(id_) >= SHORTEST_CANARY),
    )


def _inside(folder: Path, file: str) -> Path:
    """Resolve a file named in a protocol; it must lie in the protocol's folder."""
    try:
        path = (folder / file).resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle; a name that no file system can hold
        raise InputError(
            Problem(
                code="PE-A67",
                key="data.participants.file",
                what="names a file that cannot be opened.",
                mend="Put the file beside the protocol, and give its name.",
            )
        ) from None
    if not path.is_relative_to(folder.resolve()):
        raise InputError(
            Problem(
                code="PE-F10",
                key="data.participants.file",
                what="names a file outside the folder of the protocol.",
                mend="Put the file beside the protocol, and name it without .. or a leading slash.",
            )
        )
    return path


def _participants(table: TextTable, spec: Participants) -> pd.DataFrame:
    table.require(
        {name: "[data.participants.columns]" for name in spec.columns}
        | {spec.person: "[data.participants] person", spec.arm.column: "[data.participants] arm"}
    )
    problems = _id_problems(table, spec)
    arms, arm_problems = _arms(table, spec)
    problems += arm_problems
    columns: dict[str, pd.Series] = {"arm": arms}
    for name, column in spec.columns.items():
        columns[name], column_problems = convert(table, name, column)
        problems += column_problems
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    frame = pd.DataFrame(columns)
    order = np.argsort(np.array(table.columns[spec.person], dtype=object), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


def _id_problems(table: TextTable, spec: Participants) -> list[Problem]:
    ids = table.columns[spec.person]
    problems = []
    first_line: dict[str, int] = {}
    for id_, line in zip(ids, table.lines, strict=True):
        problem = partial(Problem, file=table.file, line=line, column=spec.person)
        if not id_.strip():
            problems.append(
                problem(
                    code="PE-C37",
                    what="this person has no id.",
                    mend="Give each row an id.",
                )
            )
        elif _seen(id_) in first_line:
            problems.append(
                problem(
                    code="PE-C01",
                    what=f"this id stood on line {first_line[_seen(id_)]} already.",
                    mend="Each person randomised has one row; find out which row is right. "
                    "Spaces around an id, and two ways to write one letter, do not make another person.",
                )
            )
        else:
            first_line[_seen(id_)] = line
    return problems


def _seen(id_: str) -> str:
    """Return an id as a reader sees it: without spaces around it, its letters in one form (NFC)."""
    return unicodedata.normalize("NFC", id_).strip()


def _arms(table: TextTable, spec: Participants) -> tuple[pd.Series, list[Problem]]:
    cells = table.columns[spec.arm.column]
    codes = spec.arm.codes
    problems = [
        Problem(
            code="PE-C05" if cell.strip() else "PE-C04",
            file=table.file,
            line=line,
            column=spec.arm.column,
            what="this code is no arm of the protocol." if cell.strip() else "this person has no arm.",
            mend=f"Known codes: {', '.join(map(repr, codes))}. Nobody is left out silently.",
        )
        for cell, line in zip(cells, table.lines, strict=True)
        if cell not in codes
    ]
    return pd.Series([codes.get(cell, "") for cell in cells], dtype="object"), problems
