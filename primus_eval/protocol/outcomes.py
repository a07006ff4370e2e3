"""What is counted: an outcome that was already measured, or the rules by which events become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from primus_eval.definitions import Reoffending
from primus_eval.protocol.fields import Horizon, Slug
from primus_eval.protocol.scales import RegisterWeeks, Scale
from primus_eval.schema import Record, Text
from primus_eval.vocabulary import Better, ClockStart, TimeUnit


class Observed(Record):
    """An outcome that was already measured: follow-up time and whether it ended in the event."""

    time: str = Field(description="column of the time to the first event, or to the end of follow-up")
    event: str = Field(description="yes_no column: the follow-up ended with the event")
    unit: TimeUnit = Field(description="unit of the time column; stored as whole days (a week is 7)")
    zero_time: Literal["refuse", "half_day"] = Field(
        default="refuse", description="what an event at time zero means: an error, or half a day"
    )
    event_date: str | None = Field(
        default=None, description="date column: the day of the event, checked against the event column"
    )


class Outcome(Record):
    """What is counted as reoffending, and until when."""

    id: Slug = Field(description="short name")
    label: Text = Field(description="noun phrase, such as: recorded arrest within 52 weeks of release")
    people_with: Text = Field(
        description="what is said of people who had it, such as: arrested again (recorded) within 52 weeks"
    )
    definition: Text | None = Field(
        default=None,
        description="how it was recorded, and by whom; needed with observed; rules say it themselves",
    )
    observed: Observed | None = Field(default=None, description="columns that hold it already")
    reoffending: Reoffending | None = Field(
        default=None, description="in place of observed: the rules by which events become the outcome"
    )
    scale: Scale | None = Field(
        default=None, description="in place of observed: a score of the table of needs at a wave"
    )
    register_weeks: RegisterWeeks | None = Field(
        default=None, description="in place of observed: weeks with certain codes of a register"
    )
    clock_start: ClockStart = Field(
        default="release", description="when follow-up begins; with reoffending its own"
    )
    horizon_days: Horizon = Field(
        default=0,
        description="end of the window, in days; with reoffending the fewest days that its window can have",
        validate_default=False,
    )
    better: Better = Field(default="lower", description="the direction that the programme hopes for")

    @model_validator(mode="before")
    @classmethod
    def _from_rules(cls, given: Any) -> Any:
        """Take start and horizon from the rules, where they say it; leave what is wrong to be told later."""
        rules = given.get("reoffending") if isinstance(given, Mapping) else None
        if rules is None:
            return given
        try:
            read = Reoffending.model_validate(rules)
        except ValidationError:
            return given
        return {"clock_start": read.clock_start, "horizon_days": read.horizon_days, **given}

    @model_validator(mode="after")
    def _one_source(self) -> Outcome:
        sources = ("observed", "reoffending", "scale", "register_weeks")
        if sum(getattr(self, name) is not None for name in sources) != 1:
            raise ValueError(
                "needs one of observed (columns that hold the outcome), reoffending (rules), scale (a score "
                "of the table of needs) and register_weeks"
            )
        if self.reoffending is None:
            for name in ("definition", "horizon_days"):
                if not getattr(self, name):
                    raise ValueError(f"an outcome that is not by rules needs {name}")
        if self.reoffending is not None:
            for name in ("clock_start", "horizon_days"):
                if getattr(self, name) != getattr(self.reoffending, name):
                    raise ValueError(f"{name} is not that of reoffending: remove it, the rules say it")
        return self


class PriorOffending(Record):
    """Offending before randomisation, by the rules of an outcome run backwards."""

    id: Slug = Field(description="name of the column; analyses may use it as a covariate")
    label: Text = Field(description="what a reader is shown")
    outcome: str = Field(description="id of an outcome with reoffending")
    months: Annotated[int, Field(ge=1, le=600)] = Field(description="how far to look back")


class Comparison(Record):
    """The same people under several definitions of reoffending: how much of a result is the definition."""

    outcome: str = Field(description="id of an outcome with reoffending, the first row of the table")
    presets: tuple[str, ...] = Field(
        min_length=1, description="presets, with the trial's own clock and leaving rules", strict=False
    )
    official: bool = Field(
        default=False, description="also each preset with its official rules for leaving people out"
    )


class Truth(Record):
    """What is true in a simulated trial, to be printed beside what was estimated."""

    analysis: str = Field(description="id of an analysis")
    value: float = Field(description="the true value, on the scale of the effect measure")
    source: Text = Field(description="how it is known")
