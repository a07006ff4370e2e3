"""What a programme promised to deliver, and what the codes of its tables mean.

It is declared with the plan, so that an indicator is compared with what the programme's own manual says and
with nothing that was thought of afterwards.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from primus_eval.schema import Record, Text
from primus_eval.vocabulary import CancelledBy, Ending, Indicator, Phase


class Target(Record):
    """What one indicator should come to, and who says so."""

    indicator: Indicator = Field(description="name of an indicator")
    value: Annotated[float, Field(ge=0)] = Field(
        description="the value aimed at: a proportion from 0 to 1, or a number of contacts, weeks or hours"
    )
    source: Text = Field(description="the manual or publication that sets it")


class Reach(Record):
    """Numbers from the list of those eligible, most of whom are no participants; one entry for each group."""

    group: Text | None = Field(
        default=None, description="whom the numbers are about, such as a prison; left out, everybody"
    )
    eligible: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="people eligible, by the list of the prison and not by referrals"
    )
    informed: Annotated[int, Field(ge=0)] | None = Field(default=None, description="people told about it")
    consented: Annotated[int, Field(ge=0)] | None = Field(default=None, description="people who said yes")


class RiskLevel(Record):
    """Whom the programme is meant for, by assessed risk."""

    column: str = Field(description="a category column of the participants")
    in_: tuple[str, ...] = Field(
        alias="in", min_length=1, description="codes of those it is meant for", strict=False
    )


class NeedRule(Record):
    """When an assessment finds a need, and what answers it."""

    domain: str = Field(description="code of the domain in the table of needs")
    at_least: float | None = Field(default=None, description="a score from here on is a need")
    at_most: float | None = Field(default=None, description="a score up to here is a need")
    services: tuple[str, ...] = Field(
        default=(), description="codes of the domains of services that answer it", strict=False
    )
    topic: str | None = Field(default=None, description="the column of contacts that says it was worked on")

    @model_validator(mode="after")
    def _one_end(self) -> NeedRule:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("needs at_least or at_most, and not both")
        return self


class Process(Record):
    """How the programme was to be delivered."""

    manual: Text | None = Field(default=None, description="the manual that it follows")
    mentors_per_person: Annotated[int, Field(ge=1, le=5)] = Field(
        default=1, description="mentors that each participant is meant to have at a time"
    )
    contacts_per_week: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="contacts planned for each week"
    )
    weeks_before_release: Annotated[int, Field(ge=0, le=520)] = Field(
        default=0, description="weeks before release in which contact is planned to begin"
    )
    weeks_after_release: Annotated[int, Field(ge=1, le=520)] = Field(
        description="weeks after release for which contact is planned"
    )
    planned_release_on: str | None = Field(
        default=None, description="date column of the participants: when release was planned"
    )
    branch: str | None = Field(
        default=None, description="category column of the participants: the unit that delivers"
    )
    referrer: str | None = Field(
        default=None, description="category column of the participants: who referred them, as a role or place"
    )
    risk: RiskLevel | None = Field(default=None, description="whom it is meant for, by assessed risk")
    reach: tuple[Reach, ...] = Field(
        default=(), description="numbers eligible, informed and consenting", strict=False
    )
    endings: dict[str, Ending] = Field(
        default={}, description='code of end_reason = why a match ended, such as { "1" = "planned" }'
    )
    cancellations: dict[str, CancelledBy] = Field(
        default={}, description="code of cancelled_by = who cancelled a contact"
    )
    phases: dict[str, Phase] = Field(default={}, description="code of phase = when a contact was")
    modes_not_counted: tuple[str, ...] = Field(
        default=(),
        description="codes of mode that are no contact by themselves, such as text messages",
        strict=False,
    )
    relationship: str | None = Field(
        default=None,
        description="code of the domain of needs that scores the relationship of participant and mentor",
    )
    need: tuple[NeedRule, ...] = Field(
        default=(), description="which scores are needs, and what answers them", strict=False
    )
    targets: tuple[Target, ...] = Field(
        default=(), description="what indicators are compared with; without one nothing is", strict=False
    )
    outcome_by_dose: bool = Field(
        default=False,
        description="also print the outcome by completed dose, with the warning that it is no effect: who "
        "fails early cannot have had many contacts",
    )

    @model_validator(mode="after")
    def _one_target_each(self) -> Process:
        named = [target.indicator for target in self.targets]
        if len(set(named)) != len(named):
            raise ValueError("each indicator has one target")
        return self
