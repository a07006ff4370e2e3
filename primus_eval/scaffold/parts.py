"""Which part each column plays: person and arm, dates and outcome, measured before randomisation or after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from primus_eval.scaffold import words
from primus_eval.scaffold.columns import FEWEST_PEOPLE, Guess, guess_column
from primus_eval.scaffold.folder import Folder
from primus_eval.scaffold.follow_up import FollowUp, follow_up
from primus_eval.scaffold.opened import Table
from primus_eval.scaffold.tables import Seen, choose, unique_columns
from primus_eval.schema import Column
from primus_eval.vocabulary import ColumnType, Timing

NO_CODES = ("1", "0")
"""Codes written down for the arms where no column of arms was found, for people to replace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantParts:
    """The columns of the table of participants, each with a guess, and the parts they play."""

    table: Table
    person: str | None
    arm: str | None
    codes: tuple[str, str]
    """The code of the treatment arm, then that of the control arm."""
    guesses: dict[str, Guess]
    linked: str | None
    randomised_on: str | None
    quasi_identifiers: tuple[str, ...]
    time: str | None
    event: str | None
    not_the_event: tuple[tuple[str, str], ...]
    """The columns that might have been the event, and why each was not taken; of use without an event."""
    is_event_by_name: bool
    """Whether the name of the event says that it is one, or it was taken for want of another."""
    follow_up: FollowUp

    def label_of(self, code: str) -> str:
        """What the file itself says that a code of the arm means; the empty text where it does not."""
        coded = self.table.codebook.get(self.arm or "")
        return "" if coded is None else coded.meanings.get(code, "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventParts:
    """The columns of the table of events, each with a guess, and the parts they play."""

    table: Table
    person: str
    event: str | None
    guesses: dict[str, Guess]
    offence_date: str | None
    decision_date: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """All parts of a draft, and what in the folder plays none, with the reason."""

    participants: ParticipantParts
    events: EventParts | None
    not_used: tuple[tuple[str, str], ...]


def cast(folder: Folder) -> Cast:
    """Guess which tables of a folder are the participants and the events, and what their columns are.

    Raises InputError where no table, or more than one, may be that of the participants.
    """
    chosen = choose(folder)
    events = None
    if chosen.events is not None and chosen.events_person is not None:
        events = _event_parts(chosen.events, chosen.events_person)
    return Cast(participants=_participant_parts(chosen.participants), events=events, not_used=chosen.not_used)


def _participant_parts(seen: Seen) -> ParticipantParts:
    table, person, arm = seen.table, seen.person, seen.arm
    guesses = {name: guess_column(table.column(name)) for name in table.cells if name not in (person, arm)}
    if "arm" in guesses:
        guesses["arm"] = Guess(left_out=_NO_ARM if arm is None else _ARM_IS_KEPT)
    columns = _declared(guesses)
    linked = _first(columns, "yes_no", words.LINKED)
    time = _first(columns, "integer", words.TIME, but_not=words.BEFORE) or _first(
        columns, "integer", words.ANY, but_not=words.BEFORE
    )
    by_name = _first(columns, "yes_no", words.OUTCOME, but_not=words.NOT_THE_EVENT)
    event = by_name or _event_for_want(columns, guesses)
    later = {
        name
        for name in columns
        if name in (time, event, linked) or _came_after(table, name, columns[name], arm)
    }
    quasi = [name for name in columns if words.QUASI.search(name) and columns[name].type != "date"]
    return ParticipantParts(
        table=table,
        person=person,
        arm=arm,
        codes=_arm_codes(table, arm),
        guesses={name: _timed(guess, later=name in later) for name, guess in guesses.items()},
        linked=linked,
        randomised_on=_first(columns, "date", words.RANDOMISED),
        quasi_identifiers=tuple(quasi),
        time=time,
        event=event,
        not_the_event=tuple(_not_the_event(guesses)),
        is_event_by_name=by_name is not None,
        follow_up=_follow_up(table, time, event, columns),
    )


def _event_for_want(columns: Mapping[str, Column], guesses: Mapping[str, Guess]) -> str | None:
    """Take the first yes/no column that may be the event, unless one is named as the event and left out."""
    if any(_is_named_as_event(name) for name in guesses):
        return None
    return _first(columns, "yes_no", words.ANY, but_not=words.NO_OUTCOME)


def _is_named_as_event(name: str) -> bool:
    return bool(words.OUTCOME.search(name)) and not words.NOT_THE_EVENT.search(name)


def _not_the_event(guesses: Mapping[str, Guess]) -> Iterator[tuple[str, str]]:
    """The columns that are called like an event or hold yes and no, and what speaks against each."""
    for name, guess in guesses.items():
        named = _is_named_as_event(name)
        if guess.column is None:
            if named:
                yield name, f"not declared: {guess.left_out}"
        elif guess.column.type == "yes_no":
            yield name, _why_not_the_event(name)
        elif named:
            yield name, f"is of type {guess.column.type}, and an event is yes or no"


def _why_not_the_event(name: str) -> str:
    if words.LINKED.search(name):
        return "its name says whether people were found in a register"
    if words.BEFORE.search(name):
        return "its name says that it was known before"
    if words.RECEIVED.search(name):
        return "its name says what people took part in"
    return "its name does not say that it is the event"


_NO_ARM = f"does not hold two codes that at least {FEWEST_PEOPLE} people share each, as arms do"
_ARM_IS_KEPT = "the name arm is kept for the arm of the protocol: rename this column"


def _follow_up(table: Table, time: str | None, event: str | None, columns: Mapping[str, Column]) -> FollowUp:
    if time is None or event is None:
        return FollowUp()
    return follow_up(time, table.cells[time], table.cells[event], no=columns[event].no)


def _event_parts(table: Table, person: str) -> EventParts:
    ids = [name for name in unique_columns(table) if name != person and words.ID.search(name)]
    event = ids[0] if ids else None
    people = table.cells[person]
    guesses = {
        name: _timed(guess_column(table.column(name, people=people)), later=True)
        for name in table.cells
        if name not in (person, event)
    }
    if person != "person" and "person" in guesses:
        guesses["person"] = Guess(left_out="the name person is kept for the participant: rename this column")
    columns = _declared(guesses)
    decision = _first(columns, "date", words.DECISION, but_not=words.OFFENCE)
    others = {name: column for name, column in columns.items() if name != decision}
    return EventParts(
        table=table,
        person=person,
        event=event,
        guesses=guesses,
        offence_date=_first(others, "date", words.OFFENCE)
        or _first(others, "date", words.ANY, but_not=words.BIRTH),
        decision_date=decision,
    )


def _declared(guesses: Mapping[str, Guess]) -> dict[str, Column]:
    return {name: guess.column for name, guess in guesses.items() if guess.column is not None}


def _first(
    columns: Mapping[str, Column],
    kind: ColumnType,
    like: re.Pattern[str],
    *,
    but_not: re.Pattern[str] | None = None,
) -> str | None:
    """The first column of a type whose name sounds like one thing and not like another."""
    for name, column in columns.items():
        if column.type == kind and like.search(name) and not (but_not and but_not.search(name)):
            return name
    return None


def _timed(guess: Guess, *, later: bool) -> Guess:
    timing: Timing = "after_randomisation" if later else "before_randomisation"
    column = guess.column
    return guess if column is None else replace(guess, column=column.model_copy(update={"timing": timing}))


def _came_after(table: Table, name: str, column: Column, arm: str | None) -> bool:
    """Guess whether a column came after randomisation: a date, a name that says so, a second arm column."""
    if arm is not None and _goes_with(table.cells[name], table.cells[arm], but=column.missing):
        return True
    if column.type == "date":
        return not (words.RANDOMISED.search(name) or words.BIRTH.search(name))
    return bool(words.LATER.search(name)) and not words.BEFORE.search(name)


def _goes_with(texts: Sequence[str], arms: Sequence[str], *, but: Sequence[str]) -> bool:
    """Whether a column has two codes, each in one arm only; `but` are its codes for missing."""
    pairs = {(text, arm) for text, arm in zip(texts, arms, strict=True) if text not in but and arm}
    return len(pairs) == len({text for text, _ in pairs}) == len({arm for _, arm in pairs}) == 2


def _arm_codes(table: Table, arm: str | None) -> tuple[str, str]:
    """The two codes of the arms, the one that sounds like a control last; still a guess."""
    if arm is None:
        return NO_CODES
    coded = table.codebook.get(arm)
    meanings = {} if coded is None else coded.meanings
    found = sorted({text for text in table.cells[arm] if text}, reverse=True)
    first, second = sorted(found, key=lambda code: bool(words.CONTROL.search(meanings.get(code) or code)))
    return first, second
