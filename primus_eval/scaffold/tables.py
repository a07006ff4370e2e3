"""Which table of a folder is that of the participants, and which that of the events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from primus_eval.errors import InputError, Problem
from primus_eval.scaffold import words
from primus_eval.scaffold.columns import (
    FEWEST_PEOPLE,
    guess_column,
    in_words,
    is_measured,
    points_at_people,
)
from primus_eval.scaffold.folder import Folder
from primus_eval.scaffold.opened import Table

_ENDING = re.compile(r"\.[a-z0-9]{1,5}")

NEARLY_ALL = 0.9
"""Share of rows with an id of their own: below one, some id stands twice, which `check` then names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A table with what it would need to be that of the participants: columns of ids and of arms."""

    table: Table
    person: str | None
    arm: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The table of participants, the table of events with its column of people, and what plays no part."""

    participants: Seen
    events: Table | None
    events_person: str | None
    not_used: tuple[tuple[str, str], ...]
    """The name of each other table or file, and why it is not used."""


def choose(folder: Folder) -> Chosen:
    """Choose the tables of a draft.

    Raises InputError where no table, or more than one, may be that of the participants.
    """
    people = _participants(folder)
    others = [table for table in folder.tables if table is not people.table]
    columns = {
        table.name: column for table in others if (column := _column_of_people(table, people)) is not None
    }
    events, in_doubt = _events([table for table in others if table.name in columns and not _part_of(table)])
    return Chosen(
        participants=people,
        events=events,
        events_person=None if events is None else columns[events.name],
        not_used=(
            *((table.name, _why_not(table, in_doubt)) for table in others if table is not events),
            *((name, _why_not_read(problems[0])) for name, problems in folder.unreadable),
        ),
    )


def unique_columns(table: Table, *, share: float = 1.0) -> list[str]:
    """The columns that may be ids: another text on (a share of) the rows, no date, no fraction, no name."""
    return [
        name
        for name, texts in table.cells.items()
        if len(texts) > 1
        and len(set(texts) - {""}) >= share * len(texts)
        and name not in table.stored_dates
        and not any(map(is_measured, texts))
        and not points_at_people(table.column(name))
    ]


def _person_of(table: Table) -> str | None:
    """The column that has another text on each row, or on almost each under the name of an id."""
    unique = unique_columns(table)
    named = [name for name in unique if words.ID.search(name)] or [
        name for name in unique_columns(table, share=NEARLY_ALL) if words.ID.search(name)
    ]
    return next(iter(named or unique), None)


def _arm_of(table: Table) -> str | None:
    """The column of two codes that looks most like an arm; nothing that sounds like an outcome."""
    two = [name for name in table.cells if _has_two_codes(table, name)]
    for like in (words.ARM, words.GROUP):
        named = [name for name in two if like.search(name)]
        if named:
            return named[0]
    return next((name for name in two if not (words.OUTCOME.search(name) or words.SEX.search(name))), None)


def _participants(folder: Folder) -> Seen:
    """The one table that has a row for each person and a column of arms."""
    if not folder.tables:
        raise InputError(_no_table(folder))
    seen = [Seen(table=table, person=_person_of(table), arm=_arm_of(table)) for table in folder.tables]
    fit = [each for each in seen if each.person is not None and each.arm is not None]
    fit = [each for each in fit if not any(_column_of_people(each.table, other) for other in seen)]
    fit = [each for each in fit if not _part_of(each.table)] or fit
    named = [each for each in fit if words.ARM.search(each.arm or "")]
    chosen = named or fit or (seen if len(seen) == 1 and not folder.unreadable else [])
    if len(chosen) != 1:
        raise InputError(_several(folder, chosen) if chosen else _none_fits(folder))
    return chosen[0]


def _has_two_codes(table: Table, name: str) -> bool:
    counts = Counter(text for text in table.cells[name] if text)
    return (
        len(counts) == 2
        and min(counts.values()) >= FEWEST_PEOPLE
        and name not in table.stored_dates
        and not points_at_people(table.column(name))
    )


def _column_of_people(table: Table, people: Seen) -> str | None:
    """The column that holds ids of people of another table, some of them more than once, as events do.

    Only a column with the same name or one that sounds like an id: where people are numbered, the small
    numbers of any column are among their ids.
    """
    if table is people.table or people.person is None:
        return None
    ids = set(people.table.cells[people.person])
    harmless = [name for name in table.cells if in_words(name) is None]
    names = [name for name in harmless if name == people.person or words.ID.search(name)]
    for name in sorted(names, key=lambda name: name != people.person):
        texts = [text for text in table.cells[name] if text]
        distinct = set(texts)
        if len(texts) > len(distinct) and 0 < min(len(ids), len(distinct)) <= 2 * len(ids & distinct):
            return name
    return None


def _events(tables: list[Table]) -> tuple[Table | None, list[Table]]:
    """The table of events among those with several rows for a person; or those between which it is unsure."""
    if len(tables) > 1:
        tables = [table for table in tables if _has_dates(table)] or tables
    named = [table for table in tables if words.EVENTS.search(table.name)]
    chosen = named if len(named) == 1 else tables
    return (chosen[0], []) if len(chosen) == 1 else (None, chosen)


def _part_of(table: Table) -> str | None:
    """The part of a protocol for tables that are called like this one; None for participants and events."""
    name = table.spec.sheet or table.name
    return next((part for part, called in words.BESIDE.items() if called.search(name)), None)


def _has_dates(table: Table) -> bool:
    guesses = [guess_column(table.column(name)) for name in table.cells]
    return any(guess.column is not None and guess.column.type == "date" for guess in guesses)


def _why_not(table: Table, in_doubt: list[Table]) -> str:
    if table in in_doubt:
        return "one of several tables that may be the events: describe one of them as [data.events]"
    part = _part_of(table)
    if part is not None:
        return f"not drafted; by its name it can be described as [data.{part}]"
    return "neither participants nor events, as far as a program can tell"


def _why_not_read(problem: Problem) -> str:
    return f"cannot be read ({problem.code}: {problem.what.rstrip('.')})"


def _no_table(folder: Folder) -> list[Problem]:
    if folder.unreadable:
        return [found for _, problems in folder.unreadable for found in problems]
    from primus_eval.loaders.opening import ARCHIVES, OPENERS

    if any(kind in ARCHIVES for kind in folder.other_kinds):
        return [
            Problem(
                code="PE-A70",
                file=folder.name,
                what="holds an archive and no table.",
                mend="Unpack it, look at what is in it, and put the tables into the folder.",
            )
        ]
    there = ", ".join(dict.fromkeys(map(_ending, folder.other_kinds)))
    return [
        Problem(
            code="PE-A67",
            file=folder.name,
            what=f"holds no table; there are only files of these kinds: {there}."
            if there
            else "holds no table.",
            mend=f"Put the table of participants there, as one of: {' '.join(OPENERS)}.",
        )
    ]


def _ending(kind: str) -> str:
    """An ending as it may be shown: what follows the last point of a name may be a person."""
    if not kind:
        return "no ending"
    return kind if _ENDING.fullmatch(kind) and in_words(kind) is None else "another ending"


def _several(folder: Folder, seen: list[Seen]) -> Problem:
    return Problem(
        code="PE-A67",
        file=folder.name,
        what=f"holds {len(seen)} tables that may be the participants: {_named(each.table for each in seen)}.",
        mend="Leave the one with a row for each person and the arm assigned; put the others elsewhere.",
    )


def _none_fits(folder: Folder) -> list[Problem]:
    found = Problem(
        code="PE-A67",
        file=folder.name,
        what=f"no table has a row for each person, with an id of their own and one of two arms: "
        f"{_named(folder.tables)}.",
        mend="Add the table of participants: one column of pseudonymous ids, one of the arm.",
    )
    return [found, *(each for _, problems in folder.unreadable for each in problems)]


def _named(tables: Iterable[Table]) -> str:
    return "; ".join(table.name for table in tables)
