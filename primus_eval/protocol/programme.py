"""The tables of a programme: what was delivered, to whom, by whom, at what cost.

They are declared, read and checked like every table of the trial. Mentors are data subjects as participants
are: a mentor is a pseudonymous id, and nothing else of theirs is read.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from primus_eval.protocol.fields import (
    CategoryColumn,
    DateColumn,
    IdColumn,
    IntegerColumn,
    NumberColumn,
    WordsColumn,
    YesNoColumn,
)
from primus_eval.protocol.table_file import TableFile


class ProgrammeTable(TableFile):
    """A table of the programme; its rows are about participants where it names the column of the person."""

    person: str | None = Field(
        default=None,
        description="column of the pseudonymous id, as in the participants, where rows are about them",
    )
    other_people: Literal["refuse", "leave_out"] = Field(
        default="refuse", description="rows of people who are no participants, as with events"
    )
    duplicate_rows: Literal["refuse", "keep"] = Field(
        default="refuse", description="rows alike in every column: an error, or kept"
    )


class Mentors(ProgrammeTable):
    """The table of mentors: one row per mentor, also those who were never matched or have left."""

    mentor: IdColumn = Field(description="pseudonymous id of the mentor; never written out")
    branch: CategoryColumn | None = Field(default=None, description="the branch that the mentor belongs to")
    recruited_on: DateColumn | None = Field(default=None, description="the day on which the mentor applied")
    approved_on: DateColumn | None = Field(
        default=None, description="the day of approval; missing where there was none yet"
    )
    trained_on: DateColumn | None = Field(
        default=None, description="the day on which training was completed; missing is not known, and not no"
    )
    training_hours: NumberColumn | None = Field(default=None, description="hours of training")
    left_on: DateColumn | None = Field(
        default=None, description="the day on which the mentor left; missing where active"
    )
    left_reason: CategoryColumn | None = Field(default=None, description="why the mentor left")


class Matches(ProgrammeTable):
    """The table of matches: one row per participant and mentor, so that two mentors are two rows.

    A participant without a row was never matched, and stays in every denominator.
    """

    may_be_empty = True

    person: str = Field(description="column of the pseudonymous id, as in the participants")
    mentor: IdColumn = Field(description="pseudonymous id of the mentor")
    match: IdColumn | None = Field(default=None, description="id of the match, where contacts name it")
    slot: IntegerColumn | None = Field(
        default=None, description="which of the places for mentors was filled: 1 or 2 where there are two"
    )
    start_date: DateColumn = Field(description="the day of the match")
    end_date: DateColumn = Field(description="the day on which it ended; missing where it goes on")
    end_reason: CategoryColumn | None = Field(
        default=None, description="why it ended, unknown reasons with a code of their own"
    )
    planned_end: YesNoColumn | None = Field(default=None, description="whether it ended as planned")
    rematch: YesNoColumn | None = Field(
        default=None, description="whether it replaces a match that ended early"
    )
    local: YesNoColumn | None = Field(
        default=None, description="whether the mentor comes from the area of release"
    )


class Contacts(ProgrammeTable):
    """The table of contacts: one row per contact that was planned or held, attempts and cancellations too."""

    may_be_empty = True

    person: str = Field(description="column of the pseudonymous id, as in the participants")
    date: DateColumn = Field(description="the day of the contact, or that for which it was planned")
    took_place: YesNoColumn = Field(description="whether it was held; an attempt that failed was not")
    planned: YesNoColumn | None = Field(default=None, description="whether it was planned")
    match: IdColumn | None = Field(default=None, description="id of the match")
    mentor: IdColumn | None = Field(default=None, description="pseudonymous id of the mentor present")
    second_mentor: IdColumn | None = Field(
        default=None, description="pseudonymous id of the second mentor; missing where one was present"
    )
    phase: CategoryColumn | None = Field(
        default=None, description="when: in prison, at the gate, after release"
    )
    mode: CategoryColumn | None = Field(default=None, description="how: visit, meeting, telephone, text")
    cancelled_by: CategoryColumn | None = Field(
        default=None, description="who cancelled; missing where it was held"
    )
    minutes: NumberColumn | None = Field(default=None, description="how long it took, in minutes")
    topics: tuple[YesNoColumn, ...] = Field(
        default=(), description="whether a need was worked on, one column for each need", strict=False
    )


class Supervision(ProgrammeTable):
    """The table of supervision: one row per meeting in which a mentor was supported."""

    may_be_empty = True

    mentor: IdColumn = Field(description="pseudonymous id of the mentor")
    date: DateColumn = Field(description="the day of the meeting")
    kind: CategoryColumn | None = Field(default=None, description="alone, in a group, by telephone")


class Services(ProgrammeTable):
    """The table of services: one row per service that a participant of either arm was referred to or used.

    What the control arm received is the other half of what is compared.
    """

    may_be_empty = True

    person: str = Field(description="column of the pseudonymous id, as in the participants")
    domain: CategoryColumn = Field(description="the need that it answers, such as housing or work")
    referred_on: DateColumn | None = Field(default=None, description="the day of referral")
    started_on: DateColumn | None = Field(
        default=None, description="the day on which it began; missing where it never did"
    )
    provider: CategoryColumn | None = Field(default=None, description="kind of provider")
    other_mentoring: YesNoColumn | None = Field(
        default=None, description="whether it is mentoring by somebody else than the programme"
    )


class Needs(ProgrammeTable):
    """The table of needs: one row per participant of either arm, day and domain assessed."""

    person: str = Field(description="column of the pseudonymous id, as in the participants")
    date: DateColumn = Field(description="the day of the assessment")
    domain: CategoryColumn = Field(description="what was assessed, such as housing, or a scale")
    score: NumberColumn = Field(description="the score; missing where it does not apply or was not answered")
    wave: IntegerColumn | None = Field(default=None, description="number of the wave, 0 at baseline")
    place: CategoryColumn | None = Field(default=None, description="in custody or free")
    assessor: CategoryColumn | None = Field(
        default=None, description="the role of who assessed: a mentor who scores knows the arm"
    )
    source: CategoryColumn | None = Field(default=None, description="interview, form, register")


class Weeks(ProgrammeTable):
    """The table of weeks: one row per participant of either arm and stretch of weeks with one code.

    Registers of benefits hold one code for a week, by priority; a week without a code has no row.
    """

    person: str = Field(description="column of the pseudonymous id, as in the participants")
    from_date: DateColumn = Field(description="the first day of the stretch")
    to_date: DateColumn = Field(description="the last day of the stretch")
    code: CategoryColumn = Field(description="the code of the register")


class Adverse(ProgrammeTable):
    """The table of harms: one row per incident of a participant of either arm."""

    may_be_empty = True

    person: str = Field(description="column of the pseudonymous id, as in the participants")
    date: DateColumn = Field(description="the day of the incident")
    kind: CategoryColumn = Field(description="what happened")
    severity: CategoryColumn | None = Field(default=None, description="how serious it was")


class Changes(ProgrammeTable):
    """The table of changes: one row per change of the programme while the trial ran."""

    may_be_empty = True

    date: DateColumn = Field(description="the day of the change")
    what: WordsColumn = Field(description="what changed")
    why: WordsColumn | None = Field(default=None, description="why")
    planned: YesNoColumn | None = Field(default=None, description="whether it was planned beforehand")


class Costs(ProgrammeTable):
    """The table of costs: one row per item, of the whole programme, of an arm or of a participant."""

    item: CategoryColumn = Field(description="what was paid for")
    amount: NumberColumn = Field(description="the amount")
    currency: CategoryColumn = Field(description="currency of the amount, such as DKK")
    date: DateColumn = Field(description="the day of the cost, which says the year of its prices")
    arm: CategoryColumn | None = Field(
        default=None, description="the arm that it belongs to; its codes are ids of arms"
    )
    payer: CategoryColumn | None = Field(
        default=None, description="who bore it; its codes are words of ours, such as municipality"
    )
