"""The files of a trial: where each table lies, how it is written, and what its columns are for."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from primus_eval.protocol.fields import CategoryColumn, DateColumn, IdColumn, NumberColumn, Slug, YesNoColumn
from primus_eval.protocol.programme import (
    Adverse,
    Changes,
    Contacts,
    Costs,
    Matches,
    Mentors,
    Needs,
    Services,
    Supervision,
    Weeks,
)
from primus_eval.protocol.table_file import TableFile
from primus_eval.schema import Record, require_distinct
from primus_eval.vocabulary import CustodyReason, EventKind, Sanction, StatusMeaning


class ArmColumn(Record):
    """The column that says which arm a person was assigned to."""

    column: str = Field(description="column of the file")
    codes: dict[str, str] = Field(description='code = arm, such as { "1" = "mentors", "0" = "usual" }')

    @model_validator(mode="after")
    def _codes_differ(self) -> ArmColumn:
        require_distinct(self.codes)
        return self


class Participants(TableFile):
    """The table of participants: one row per person randomised."""

    person: str = Field(description="column of the pseudonymous id; used to sort, never written out")
    arm: ArmColumn = Field(description="column of the arm assigned, with its codes")
    received: YesNoColumn | None = Field(
        default=None, description="whether the person took part in the programme, in either arm"
    )
    excluded: CategoryColumn | None = Field(
        default=None,
        description="reason for leaving a randomised person out; missing where none",
    )
    linked: YesNoColumn | None = Field(
        default=None, description="whether the person was found in the register of outcomes"
    )
    randomised_on: DateColumn | None = Field(default=None, description="the day of randomisation")
    released_on: DateColumn | None = Field(
        default=None,
        description="the first day at liberty after randomisation; missing where there was none",
    )
    sentenced_on: DateColumn | None = Field(default=None, description="the day of the index sentence")
    community_start_on: DateColumn | None = Field(
        default=None, description="the day on which the community sentence began"
    )
    quasi_identifiers: tuple[str, ...] = Field(
        default=(),
        description="columns by which somebody who knows a person might find them; `check` counts how few "
        "people share them",
        strict=False,
    )


class KindColumn(Record):
    """What each row of the table of events records."""

    column: CategoryColumn | None = Field(default=None, description="the kind of event")
    codes: dict[str, EventKind] = Field(
        default={}, description='code = kind, such as { "D" = "conviction", "S" = "charge" }'
    )
    every: EventKind | None = Field(
        default=None, description="in place of a column: every row of the table is of this kind"
    )

    @model_validator(mode="after")
    def _column_or_every(self) -> KindColumn:
        if (self.column is None) == (self.every is None) or bool(self.codes) != (self.column is not None):
            raise ValueError("needs a column with its codes, or every = the kind of all rows")
        require_distinct(self.codes)
        return self


class ClassColumn(Record):
    """The column of the class of an offence."""

    column: CategoryColumn = Field(description="the class of the offence")
    codes: dict[str, Slug] = Field(
        default={},
        description='code = class, such as { "26" = "traffic" }: the word by which definitions name it; a '
        "code that is left out is named by itself",
    )


class SanctionColumn(Record):
    """The column of the sanction that an event led to."""

    column: CategoryColumn = Field(description="the sanction")
    codes: dict[str, Sanction] = Field(description='code = sanction, such as { "1" = "imprisonment" }')


class Events(TableFile):
    """The table of events: one row per recorded event, several for one person."""

    person: str = Field(description="column of the pseudonymous id, as in the participants")
    event: str | None = Field(default=None, description="column of the id of the event, where it has one")
    decision: IdColumn | None = Field(
        default=None, description="the decision in which the event was dealt with"
    )
    case: IdColumn | None = Field(default=None, description="the case that the event belongs to")
    offence_date: DateColumn | None = Field(default=None, description="the day of the offence")
    decision_date: DateColumn | None = Field(
        default=None,
        description="the day of the decision; of an arrest or an admission the day itself",
    )
    kind: KindColumn | None = Field(default=None, description="what each row records")
    offence_class: ClassColumn | None = Field(default=None, description="what the offence was")
    police_initiated: YesNoColumn | None = Field(
        default=None, description="whether it was found because the police looked for it"
    )
    main_offence: YesNoColumn | None = Field(
        default=None, description="whether it is the main offence of its decision, not a side offence"
    )
    sanction: SanctionColumn | None = Field(default=None, description="what the event led to")
    fine_amount: NumberColumn | None = Field(default=None, description="the amount of a fine")
    harm_days: NumberColumn | None = Field(
        default=None, description="how serious the offence is, in days of a harm index"
    )
    other_people: Literal["refuse", "leave_out"] = Field(
        default="refuse",
        description="events of people who are no participants: an error, since an id that is written another "
        "way looks the same, or counted and left out",
    )
    duplicate_rows: Literal["refuse", "keep"] = Field(
        default="refuse", description="rows alike in every column: an error, or separate events"
    )
    decision_before_offence: Literal["refuse", "keep"] = Field(
        default="refuse", description="decisions dated before their offence: an error, or kept and counted"
    )


class CustodyReasonColumn(Record):
    """The column that says why a person was in custody."""

    column: CategoryColumn = Field(description="the reason")
    codes: dict[str, CustodyReason] = Field(description='code = reason, such as { "1" = "remand" }')


class Custody(TableFile):
    """The table of custody: one row per spell, of both arms, from the register."""

    may_be_empty = True

    person: str = Field(description="column of the pseudonymous id, as in the participants")
    from_date: DateColumn = Field(description="the first day in custody")
    to_date: DateColumn = Field(
        description="the day of release, no longer in custody; missing where it goes on"
    )
    reason: CustodyReasonColumn | None = Field(default=None, description="why")
    other_people: Literal["refuse", "leave_out"] = Field(
        default="refuse", description="spells of people who are no participants, as with events"
    )
    duplicate_rows: Literal["refuse", "keep"] = Field(
        default="keep", description="rows alike in every column; spells that overlap count once"
    )


class StatusColumn(Record):
    """The column that says what ended the observation of a person."""

    column: CategoryColumn = Field(description="what happened")
    codes: dict[str, StatusMeaning] = Field(
        description='code = what happened, such as { "1" = "death" }; other, such as a return, ends nothing'
    )


class StatusTable(TableFile):
    """The table of status: deaths, deportations and emigrations, one row each."""

    may_be_empty = True

    person: str = Field(description="column of the pseudonymous id, as in the participants")
    date: DateColumn = Field(description="the day on which it happened")
    kind: StatusColumn = Field(description="what happened")
    other_people: Literal["refuse", "leave_out"] = Field(
        default="refuse", description="rows of people who are no participants, as with events"
    )
    duplicate_rows: Literal["refuse", "keep"] = Field(
        default="refuse", description="rows alike in every column: an error, or kept"
    )


class Data(Record):
    """The files of the trial."""

    data_start: date | None = Field(
        default=None, description="first day that the registers cover; no look-back may begin earlier"
    )
    data_cutoff: date | None = Field(
        default=None, description="last day that the registers cover; a later date is refused"
    )
    participants: Participants = Field(description="one row per person randomised")
    events: Events | None = Field(default=None, description="one row per recorded event")
    custody: Custody | None = Field(default=None, description="one row per spell in custody")
    status: StatusTable | None = Field(
        default=None, description="one row per death, deportation or emigration"
    )
    mentors: Mentors | None = Field(default=None, description="one row per mentor")
    matches: Matches | None = Field(default=None, description="one row per mentor of a participant")
    contacts: Contacts | None = Field(default=None, description="one row per contact, held or not")
    supervision: Supervision | None = Field(default=None, description="one row per supervision of a mentor")
    services: Services | None = Field(default=None, description="one row per service, in both arms")
    needs: Needs | None = Field(default=None, description="one row per need assessed, in both arms")
    weeks: Weeks | None = Field(
        default=None, description="one row per stretch of weeks with a code of a register, in both arms"
    )
    adverse: Adverse | None = Field(default=None, description="one row per harm or incident")
    changes: Changes | None = Field(default=None, description="one row per change of the programme")
    costs: Costs | None = Field(default=None, description="one row per item of cost")
