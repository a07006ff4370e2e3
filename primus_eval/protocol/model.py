"""What was promised: the protocol of an evaluation as frozen records.

Every field says in its description what it is for; `reference.py` prints them as the protocol's
reference page, so that the documentation is the code. Identifiers are short lower-case slugs.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints

from primus_eval.errors import InputError, Problem
from primus_eval.protocol.economics import Economics
from primus_eval.protocol.fields import COUNTRY, Proportion, Slug
from primus_eval.protocol.long_term import LongTerm
from primus_eval.protocol.options import LogRankWeights, Priority, Resampling, Seriousness
from primus_eval.protocol.outcomes import Comparison, Outcome, PriorOffending, Truth
from primus_eval.protocol.process import Process
from primus_eval.protocol.tables import Data
from primus_eval.schema import Column, Record, Text
from primus_eval.vocabulary import (
    AllocationScheme,
    ArmRole,
    DisclosureProfile,
    EffectMeasure,
    Exposure,
    IncompleteFollowup,
    MissingCovariates,
    Quantity,
    Role,
    TimeFunction,
    TimeUnit,
    nearest,
)

ASSIGNED = "assigned"
"""The population that every protocol has: everyone randomised, in the arm they were assigned to."""


ARM = "arm"
"""How `censoring_groups` name the arm that a person was assigned to."""


class Registration(Record):
    """Where the plan was registered before the outcomes were known."""

    register_name: Text = Field(description="name of the register")
    identifier: str = Field(description="the trial's number in it")
    registered_on: date = Field(description="date of registration")


class Study(Record):
    """What the trial is."""

    id: Slug = Field(description="short name, used in file names")
    title: Text = Field(description="title of the report")
    programme: Text = Field(description="the programme in one or two sentences")
    country: Annotated[str, StringConstraints(pattern=COUNTRY)] = Field(
        description="two-letter country code (ISO 3166)"
    )
    people: Text = Field(
        default={"en": "people", "da": "personer"}, description="who took part, as a plural noun, such as men"
    )
    setting: Text | None = Field(default=None, description="where and when, for whom")
    source: Text | None = Field(default=None, description="publication or register the data come from")
    registration: Registration | None = Field(
        default=None, description="leave out where nothing was registered: the report says so"
    )
    funder: Text | None = Field(default=None, description="who paid for the trial")
    implementer_role: Text | None = Field(
        default=None, description="what those who run the programme had to do with the evaluation"
    )
    ethics: Text | None = Field(default=None, description="ethical approval")
    data_permission: Text | None = Field(default=None, description="permission to use the data")
    consent: Literal["before_allocation", "after_allocation", "not_sought", "not_documented"] = Field(
        default="not_documented", description="when participants consented"
    )
    report_unit: TimeUnit = Field(default="days", description="unit in which times are printed")
    simulated: bool = Field(default=False, description="true where no person stands behind the data")
    cautions: tuple[Text, ...] = Field(
        default=(), description="what cannot be concluded, as sentences for the report", strict=False
    )


class Allocation(Record):
    """How participants were allotted to the arms."""

    scheme: AllocationScheme = Field(description="the randomisation that was used")
    ratio: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] = Field(
        default=(1, 1), description="treatment : control", strict=False
    )
    strata: tuple[str, ...] = Field(
        default=(), description="columns that allocation was stratified by", strict=False
    )
    block_size: Annotated[int, Field(ge=2)] | None = Field(
        default=None, description="largest block (blocked, stratified_blocked)"
    )
    cluster: str | None = Field(default=None, description="column of the cluster (cluster)")


class NotRandomised(Record):
    """People assessed and not randomised, for one reason."""

    reason: Text = Field(description="why they were not randomised")
    n: Annotated[int, Field(ge=0)] = Field(description="how many people")


class Design(Record):
    """How the trial was built."""

    allocation: Allocation = Field(description="how participants were allotted")
    assessed: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="people assessed for eligibility; leave out where unknown"
    )
    not_randomised: tuple[NotRandomised, ...] = Field(
        default=(), description="people assessed and not randomised, by reason", strict=False
    )
    concealment: Text | None = Field(default=None, description="how the next allocation was hidden")
    masking: Text | None = Field(default=None, description="who did not know the allocation")


class Arm(Record):
    """One arm of the trial."""

    id: Slug = Field(description="short name")
    label: Text = Field(description="what a reader is shown")
    role: ArmRole = Field(description="a contrast is treatment minus, or over, control")


class Where(Record):
    """People whose column holds one of these codes."""

    column: str = Field(description="a category or yes_no column measured before randomisation")
    in_: tuple[str, ...] = Field(alias="in", min_length=1, description="codes as in the data", strict=False)


class Population(Record):
    """A part of everyone randomised, defined before randomisation."""

    id: Slug = Field(description="short name; `assigned` is built in and means everyone")
    label: Text = Field(description="whom a sentence is about, such as: men at highest assessed risk")
    where: Where = Field(description="who belongs to it")


class Estimand(Record):
    """What is being estimated, in five parts (ICH E9 R1)."""

    population: Text = Field(description="whom it is about")
    treatment: Text = Field(description="what is compared with what")
    outcome: Text = Field(description="what is observed of each person")
    intercurrent_events: Text = Field(description="what happens to death, custody, moving away, non-uptake")
    summary: Text = Field(description="how the arms are compared")


class Analysis(Record):
    """One analysis that was, or was not, promised."""

    id: Slug = Field(description="short name")
    role: Role = Field(description="its purpose in the plan")
    planned: bool = Field(
        default=True,
        description="false for what was added after the plan; its role must then be exploratory",
    )
    outcome: str = Field(description="id of an outcome")
    population: str = Field(default=ASSIGNED, description="id of a population")
    effect_measure: EffectMeasure = Field(description="what is compared between the arms")
    method: str | None = Field(
        default=None, description="how; left out, the default for the measure, covariates and scheme"
    )
    covariates: tuple[str, ...] = Field(
        default=(), description="columns measured before randomisation", strict=False
    )
    strata: tuple[str, ...] = Field(
        default=(), description="columns that divide risk sets or tables", strict=False
    )
    cluster: str | None = Field(default=None, description="column whose groups are independent")
    periods_days: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        default=(),
        description="cox_periods, aalen_johansen_window: days on which periods begin and end, such as "
        "[0, 91, 365, 730]",
        strict=False,
    )
    landmark_days: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="landmark methods: people count who were followed to this day without event"
    )
    at_days: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(), description="cox_time_varying: days at which the hazard ratio is told", strict=False
    )
    time_function: TimeFunction | None = Field(
        default=None, description="cox_time_varying: what the log hazard ratio changes linearly in"
    )
    weights: LogRankWeights | None = Field(default=None, description="weights of a weighted log-rank test")
    rho: Annotated[float, Field(ge=0, le=5)] | None = Field(
        default=None,
        description="gray: days are weighted by one minus the share with the event, to this power; left out, "
        "0, by which all days count alike; above 0, early days count for more",
    )
    censoring_groups: tuple[str, ...] = Field(
        default=(),
        description="fine_gray: columns measured before randomisation whose groups may leave early at "
        "different rates; arm is the arm a person was assigned to; left out, everybody leaves alike",
        strict=False,
    )
    quantile: Proportion | None = Field(
        default=None, description="quantile_difference: the share of people, such as 0.25"
    )
    quantity: Quantity | None = Field(
        default=None, description="mean, mean_difference: what is added up over the window"
    )
    seriousness: Seriousness | None = Field(
        default=None, description="proportional_odds: levels, and which end is worse"
    )
    priorities: tuple[Priority, ...] = Field(
        default=(), description="win_ratio: how two people are compared, most important first", strict=False
    )
    exposure: Exposure = Field(
        default="calendar",
        description="methods on counts: the days at risk; at_liberty leaves out days in custody, which come "
        "after randomisation, so that the arms compared are no longer those randomised",
    )
    missing_covariates: MissingCovariates = Field(
        default="mean_and_indicator",
        description="a missing covariate becomes the mean, or the most frequent category, with an indicator "
        "where at least ten people lack it; or the person is left out",
    )
    incomplete_followup: IncompleteFollowup = Field(
        default="refuse",
        description="in methods on yes/no outcomes, people followed for less than the window without the "
        "event: no estimate (use kaplan_meier instead), leave them out, or count them as free of the event",
    )
    conf_level: Proportion = Field(default=0.95, description="confidence level")
    estimand: Estimand | None = Field(default=None, description="what is being estimated, in five parts")


class Multiplicity(Record):
    """What was promised about several analyses."""

    statement: Text = Field(description="how several results are to be read together")
    primary_secondary: str | None = Field(
        default=None, description="id of the secondary analysis that comes first and is not adjusted"
    )
    family: tuple[str, ...] = Field(
        default=(),
        description="ids of the other secondary analyses, whose p-values are adjusted by Holm's method",
        strict=False,
    )


class Disclosure(Record):
    """What may leave."""

    profile: DisclosureProfile = Field(
        default="release",
        description="release; internal (stamped, never published); public_data (already published "
        "person by person, with a reason)",
    )
    threshold: Annotated[int, Field(ge=3)] = Field(
        default=5, description="smallest number of people that may be shown"
    )
    reason: Text | None = Field(default=None, description="why public_data; required there")


class Planning(Record):
    """What a minimum detectable effect rests on."""

    control_risk: Proportion = Field(description="risk assumed in the control arm")
    power: Annotated[float, Field(ge=0.5, lt=1)] = Field(
        default=0.8, description="chance of finding the effect if it is there"
    )
    alpha: Annotated[float, Field(gt=0, le=0.5)] = Field(
        default=0.05, description="two-sided level of the test"
    )
    assumed: Literal["before_outcomes", "after_outcomes"] = Field(
        description="when these were written down; the report says so"
    )
    source: Text = Field(description="where the assumed risk comes from")


Named = TypeVar("Named", Outcome, Analysis, Population, PriorOffending)


class Protocol(Record):
    """Everything that was promised, and where the data lie."""

    study: Study
    design: Design
    arm: tuple[Arm, ...] = Field(min_length=2, max_length=2, strict=False)
    population: tuple[Population, ...] = Field(default=(), strict=False)
    data: Data
    outcome: tuple[Outcome, ...] = Field(min_length=1, strict=False)
    prior_offending: tuple[PriorOffending, ...] = Field(default=(), strict=False)
    analysis: tuple[Analysis, ...] = Field(min_length=1, strict=False)
    comparison: Comparison | None = None
    long_term: LongTerm | None = None
    process: Process | None = None
    economics: Economics | None = None
    truth: tuple[Truth, ...] = Field(default=(), strict=False)
    multiplicity: Multiplicity | None = None
    disclosure: Disclosure = Disclosure()
    planning: Planning | None = None
    resampling: Resampling | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the protocol's meaning: comments, order of keys and layout do not count.

        Nor do keys left at their default, so that a later version with more keys gives the same.
        """
        told = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        canonical = json.dumps(told, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def person_columns(self) -> dict[str, Column]:
        """What is known of each person: columns of the file, and prior offending counted from events."""
        counted = {
            prior.id: Column(
                type="integer", label=prior.label, timing="before_randomisation", minimum=0, unit=None
            )
            for prior in self.prior_offending
        }
        return {**self.data.participants.columns, **counted}

    @property
    def contrast(self) -> str:
        """The ids of the arms as `treatment-control`."""
        return f"{self.arm_of('treatment').id}-{self.arm_of('control').id}"

    def arm_of(self, role: ArmRole) -> Arm:
        """Return the arm with this role."""
        return next(arm for arm in self.arm if arm.role == role)

    def outcome_of(self, id: str) -> Outcome:
        """Return the outcome with this id."""
        return _with_id(self.outcome, id, "outcome")

    def analysis_of(self, id: str) -> Analysis:
        """Return the analysis with this id."""
        return _with_id(self.analysis, id, "analysis")

    def prior_offending_of(self, id: str) -> PriorOffending:
        """Return the entry of [[prior_offending]] with this id."""
        return _with_id(self.prior_offending, id, "prior_offending")

    def population_of(self, id: str) -> Population | None:
        """Return the population with this id, None for everyone assigned."""
        if id == ASSIGNED:
            return None
        return _with_id(self.population, id, "population", built_in=(ASSIGNED,))

    @property
    def primary(self) -> Analysis:
        """The analysis that answers the question of the trial; there is just one."""
        return next((item for item in self.analysis if item.role == "primary"), self.analysis[0])


def _with_id(entries: tuple[Named, ...], id: str, kind: str, *, built_in: tuple[str, ...] = ()) -> Named:
    for entry in entries:
        if entry.id == id:
            return entry
    known = [*built_in, *(entry.id for entry in entries)]
    close = nearest(id, known)
    hint = f"Did you mean {close}? " if close else ""
    raise InputError(
        Problem(
            code="PE-F09",
            what=f"{id!r} is not a known {kind}.",
            mend=f"{hint}Known: {', '.join(known)}.",
        )
    )
