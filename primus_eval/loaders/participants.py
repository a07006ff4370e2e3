"""The table of participants: one row per person randomised, each with an id of their own and one arm.

Every row that is read is kept, or nothing is: a row that cannot be understood is an error, because
a participant who quietly leaves a trial is a broken comparison.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from primus_eval.errors import Problem, shape_of
from primus_eval.loaders.conversion import as_texts, id_problems, is_shared, quoted
from primus_eval.loaders.headers import is_total, total_row
from primus_eval.loaders.typed import PROBLEM_ROWS, TypedTable
from primus_eval.protocol import Participants, Protocol
from primus_eval.protocol.outcomes import Observed
from primus_eval.schema import toml_text

if TYPE_CHECKING:
    from primus_eval.loaders.table import Cells

Misread = tuple[Problem, np.ndarray]

LONGEST_CODE = 1
"""Characters up to which a code of an arm that is not known is told by its letters."""

FEWEST_FOR_A_PATTERN = 10
"""People below which a column that goes with the arm may do so by chance."""


def ids_of(cells: Cells) -> tuple[list[str], list[Misread]]:
    """Return the ids of a block as text, and what is wrong with them as the file stores them."""
    return as_texts(cells), id_problems(cells)


def joined_ids(blocks: list[tuple[list[str], list[Misread]]]) -> tuple[list[str], list[Misread]]:
    """Return what `ids_of` gave for each block as that of the whole table."""
    starts = np.cumsum([0, *(len(texts) for texts, _ in blocks)])
    bad = [
        (found, rows + start)
        for start, (_, each) in zip(starts, blocks, strict=False)
        for found, rows in each
    ]
    return [id_ for texts, _ in blocks for id_ in texts], bad


def checked_participants(
    table: TypedTable, spec: Participants, *, ids: list[str], bad_ids: list[Misread], arm_codes: list[str]
) -> TypedTable:
    """Return the table with its column `arm` (ids of arms), and with every problem of ids and arms.

    bad_ids: what is wrong with ids as the file stores them, and on which rows.
    """
    if len(ids) != len(arm_codes) or (spec.columns and len(table.frame) != len(ids)):
        return table  # a column is missing, which has been said; nothing else can be
    codes = {_composed(code): arm for code, arm in spec.arm.codes.items()}
    cells = [_composed(cell) for cell in arm_codes]
    frame = table.frame.assign(arm=pd.Series([codes.get(cell, "") for cell in cells], dtype="object"))
    table = replace(table, frame=frame)
    if any(code not in spec.arm.codes and cell in codes for code, cell in zip(arm_codes, cells, strict=True)):
        table = replace(table, remarks=(*table.remarks, _recomposed(table.file, spec.arm.column)))
    if ids and ids[-1].strip() and is_total(ids[-1]) and not any(p.code == "PE-A38" for p in table.problems):
        (end,) = table.at([len(ids) - 1], _PLACE)
        total = total_row(file=end.file or table.file, line=end.line or 0, sheet=table.sheet)
        return replace(table, problems=(*table.problems, total))
    problems = [
        *(placed for found, rows in bad_ids for placed in table.at(rows, replace(found, column=spec.person))),
        *_twice(table, spec, ids),
        *_arms(table, spec, cells, codes),
        *_before(table, spec),
    ]
    return replace(table, problems=(*table.problems, *problems))


def observed_problems(table: TypedTable, protocol: Protocol) -> list[Problem]:
    """Check each outcome that was already measured: no time before zero, no event against its date."""
    problems = []
    for outcome in protocol.outcome:
        observed = outcome.observed
        if observed is None or observed.time not in table.frame or observed.event not in table.frame:
            continue
        time, event = table.frame[observed.time], table.frame[observed.event].astype("boolean").fillna(False)
        happened = event.to_numpy(dtype=bool)
        zero = np.flatnonzero(((time == 0) & happened).to_numpy(dtype=bool))
        problems += table.at(
            np.flatnonzero((time < 0).to_numpy(dtype=bool)),
            Problem(
                code="PE-C14",
                column=observed.time,
                what="a follow-up time below zero.",
                mend="Count from the start of the clock; correct the time, or declare its code as missing.",
            ),
        )
        if observed.zero_time == "refuse":
            problems += table.at(
                zero,
                Problem(
                    code="PE-C15",
                    column=observed.time,
                    what="an event at time zero, when follow-up begins.",
                    mend="Find out whether it came before; where days are counted from 0, say so.",
                    paste=f"[[outcome]]\n{_with_half_a_day(observed)}",
                ),
            )
        problems += _dated(table, observed.event_date, observed.event, happened)
    return problems


def _with_half_a_day(observed: Observed) -> str:
    """Write the line of an outcome's columns again, with half a day for an event at time zero."""
    values = {**observed.model_dump(mode="json", exclude_defaults=True), "zero_time": "half_day"}
    return "observed = { " + ", ".join(f"{key} = {toml_text(value)}" for key, value in values.items()) + " }"


def recruitment_problems(protocol: Protocol, n_randomised: int) -> list[Problem]:
    """Compare the numbers assessed and not randomised, which the protocol gives, with who was randomised."""
    design = protocol.design
    if design.assessed is None:
        return []
    left = design.assessed - sum(item.n for item in design.not_randomised)
    # Without reasons, some of those assessed may have been left out; more than all cannot be.
    if left >= n_randomised and (left == n_randomised or not design.not_randomised):
        return []
    return [
        Problem(
            code="PE-C31",
            key="design.not_randomised",
            what=f"of {design.assessed} assessed the reasons leave {left}; the data hold {n_randomised} "
            "randomised.",
            mend="Correct assessed or not_randomised in the protocol, or find the missing rows.",
        )
    ]


def _dated(table: TypedTable, date: str | None, event: str, happened: np.ndarray) -> list[Problem]:
    if date is None or date not in table.frame:
        return []
    dated = table.frame[date].notna().to_numpy(dtype=bool)
    return [
        *table.at(
            np.flatnonzero(dated & ~happened),
            Problem(
                code="PE-C18",
                column=date,
                what=f"a date of the event, while {event!r} says that there was none.",
                mend="One of the two is wrong.",
            ),
        ),
        *table.at(
            np.flatnonzero(~dated & happened),
            Problem(
                code="PE-C19",
                column=date,
                what=f"no date of the event, while {event!r} says that there was one.",
                mend="Give the date, or leave event_date out of the protocol.",
            ),
        ),
    ]


def _twice(table: TypedTable, spec: Participants, ids: list[str]) -> list[Problem]:
    """Name each row whose id stood before, and where it differs; ids are compared as a reader sees them."""
    first: dict[str, int] = {}
    pairs = [
        (first[id_], row)
        for row, id_ in enumerate(map(_seen, ids))
        if id_ and first.setdefault(id_, row) != row
    ][:PROBLEM_ROWS]
    problems = []
    for (before, row), names in zip(pairs, _differing(table, spec, pairs), strict=True):
        there, here = table.at([before, row], _PLACE)
        where = f"line {there.line}" + (f" of {there.file}" if there.file != here.file else "")
        other_arm = spec.arm.column in names
        rows = (
            f"the rows differ in {', '.join(names)}" if names else "the rows are alike in every column read"
        )
        problems.append(
            replace(
                here,
                code="PE-C02" if other_arm else "PE-C01",
                column=spec.person,
                what=f"this id stood on {where} already{', in another arm' if other_arm else ''}; {rows}.",
                mend="Each person randomised has one row, and one arm: ask the source before you delete "
                "either, since a person may have been overwritten. Spaces around an id, and two ways to "
                "write one letter, do not make another person.",
            )
        )
    return problems


def _differing(table: TypedTable, spec: Participants, pairs: list[tuple[int, int]]) -> list[list[str]]:
    """Name, for each pair of rows, the columns read in which they differ; a cell not read is as missing."""
    names: list[list[str]] = [[] for _ in pairs]
    if not pairs:
        return names
    rows = np.array(pairs, dtype=np.int64)
    for name, values in table.frame.items():
        codes = pd.factorize(values)[0]  # missing: -1
        shown = spec.arm.column if name == "arm" else str(name)
        for pair in np.flatnonzero(codes[rows[:, 0]] != codes[rows[:, 1]]):
            names[int(pair)].append(shown)
    return names


_PLACE = Problem(code="", what="", mend="")


def _seen(id_: str) -> str:
    """Return an id as a reader sees it: without spaces around it, its letters in one form (NFC)."""
    return _composed(id_).strip()


def _composed(text: str) -> str:
    """Write each letter in one way: å is one character, not an a with a ring above it (NFC)."""
    return unicodedata.normalize("NFC", text)


def _recomposed(file: str, column: str) -> Problem:
    return Problem(
        code="PE-A23",
        file=file,
        column=column,
        what="letters such as å are written as two characters here and as one in the protocol.",
        mend="They were read as the same.",
    )


def _arms(table: TypedTable, spec: Participants, cells: list[str], codes: dict[str, str]) -> list[Problem]:
    known = f"Known codes: {', '.join(map(repr, codes))}. Nobody is left out silently."
    unknown: dict[str, list[int]] = {}
    for row, cell in enumerate(cells):
        if cell not in codes:
            unknown.setdefault(cell, []).append(row)
    problems = []
    for cell, rows in unknown.items():
        if not cell.strip():
            found = Problem(code="PE-C04", column=spec.arm.column, what="this person has no arm.", mend=known)
        else:
            found = _unknown_arm(cell, spec, known, people=len(rows))
        problems += table.at(rows, found)
    there = {codes[cell] for cell in cells if cell in codes}
    if table.complete and not unknown and len(there) == 1 and len(set(codes.values())) > 1:
        problems.append(
            Problem(
                code="PE-C07",
                file=table.file,
                column=spec.arm.column,
                what="everyone is in one arm.",
                mend="A comparison needs both arms: look whether the file holds all who were randomised.",
            )
        )
    return problems


def _unknown_arm(cell: str, spec: Participants, known: str, *, people: int) -> Problem:
    seen = unicodedata.normalize("NFKC", cell).strip(" \u00a0\u200b\ufeff").casefold()
    close = next((code for code in spec.arm.codes if code.casefold() == seen), None)
    if close is None:
        return Problem(
            code="PE-C05",
            column=spec.arm.column,
            what=f"this code, {_shown_code(cell, people)}, is no arm of the protocol{_other_letters(cell)}.",
            mend=known,
        )
    return Problem(
        code="PE-A21" if cell.isascii() else "PE-A22",
        column=spec.arm.column,
        what=f"this code differs from {close!r} only in case, in space or in signs that are not seen "
        f"({', '.join(f'U+{ord(sign):04X}' for sign in cell[:8])}).",
        mend=f"Correct the file. {known}",
    )


def _shown_code(cell: str, people: int) -> str:
    """Show a code that points at nobody because many people share it; of another its form."""
    return quoted(cell) if is_shared(cell, people) else f"of the form {shape_of(cell)!r}"


def _other_letters(cell: str) -> str:
    """Name the letters of a short code that look Latin and are not; a long cell may be a name: not shown."""
    other = [
        sign for sign in cell if sign.isalpha() and not unicodedata.name(sign, "LATIN").startswith("LATIN")
    ]
    if not other or len(cell) > LONGEST_CODE:
        return ""
    return f"; it holds {', '.join(f'U+{ord(sign):04X}, {unicodedata.name(sign)}' for sign in other)}"


def _before(table: TypedTable, spec: Participants) -> list[Problem]:
    """What is said to be measured before randomisation lies before it."""
    problems: list[Problem] = []
    baseline = {
        name: column for name, column in spec.columns.items() if column.timing == "before_randomisation"
    }
    day = table.frame.get(spec.randomised_on)
    for name, column in baseline.items():
        if column.type == "date" and day is not None and name != spec.randomised_on:
            problems += table.at(
                np.flatnonzero((table.frame[name] > day).to_numpy(dtype=bool)),
                Problem(
                    code="PE-C12",
                    column=name,
                    what="a date after randomisation, in a column declared as measured before it.",
                    mend='Correct the date, or declare timing = "after_randomisation".',
                ),
            )
    return problems


def arm_problems(table: TypedTable, protocol: Protocol) -> list[Problem]:
    """Name each column declared as measured before randomisation that only says the arm again."""
    spec = protocol.data.participants
    known = {spec.received, protocol.design.allocation.cluster}
    baseline = [
        name
        for name, column in spec.columns.items()
        if column.timing == "before_randomisation" and column.is_grouping and name not in known
    ]
    if "arm" not in table.frame:
        return []
    return _one_cluster_each(table, protocol) + [
        Problem(
            code="PE-C11",
            file=table.file,
            column=name,
            what="this column gives the arm away: each of its codes stands in one arm only.",
            mend='It was not measured before randomisation: declare timing = "after_randomisation", '
            "or remove it.",
        )
        for name in baseline
        if name in table.frame and _goes_with(table.frame[name], table.frame["arm"])
    ]


def _one_cluster_each(table: TypedTable, protocol: Protocol) -> list[Problem]:
    """With one cluster in an arm nothing tells the effect of the programme from that of the place."""
    name = protocol.design.allocation.cluster
    if name is None or name not in table.frame:
        return []
    clusters = table.frame.groupby("arm", observed=True)[name].nunique()
    if clusters.empty or clusters.min() > 1:
        return []
    return [
        Problem(
            code="PE-C30",
            file=table.file,
            column=name,
            what="one arm has a single cluster: what differs between places cannot be told from an effect.",
            mend="No analysis of these data can compare the arms; name the right column if this is not it.",
        )
    ]


def _goes_with(values: pd.Series, arms: pd.Series) -> bool:
    known = values.notna()
    pairs = set(zip(values[known].astype(str), arms[known], strict=True))
    few = len({value for value, _ in pairs}) == 2 and len(pairs) == 2 and len({arm for _, arm in pairs}) == 2
    return few and int(known.sum()) >= FEWEST_FOR_A_PATTERN
