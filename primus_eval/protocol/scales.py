"""Outcomes other than reoffending: a score at a wave, or weeks with a code of a register."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from primus_eval.schema import Record, Text
from primus_eval.vocabulary import Place


class CustodyLevel(Record):
    """What a person in custody on the day counts as, where that is a state of its own, as in housing."""

    score: float = Field(description="the level that custody is")
    label: Text = Field(description="what it is called")


class Scale(Record):
    """A score of the table of needs at one wave, for both arms."""

    domain: str = Field(description="code of the domain in the table of needs")
    wave: Annotated[int, Field(ge=0)] = Field(description="the wave at which the arms are compared")
    baseline_wave: Annotated[int, Field(ge=0)] = Field(
        default=0, description="the wave before randomisation or at it, that results are adjusted for"
    )
    waves: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        default=(), description="all waves after baseline, for a model of them together", strict=False
    )
    lowest: float = Field(description="lowest possible score")
    highest: float = Field(description="highest possible score")
    relevant_change: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="the smallest difference that matters to somebody, with its source in label"
    )
    places: tuple[Place, ...] = Field(
        default=("free", "custody"),
        description="whose scores count: who was interviewed in custody is not missing",
        strict=False,
    )
    custody: CustodyLevel | None = Field(
        default=None, description="where custody is a level of its own, as on a ladder of housing"
    )
    levels: dict[str, Text] = Field(
        default={},
        description='score = label of each level, for an ordinal scale, such as { "1" = "street" }',
    )

    @model_validator(mode="after")
    def _in_range(self) -> Scale:
        if self.lowest >= self.highest:
            raise ValueError("lowest must be below highest")
        if self.wave == self.baseline_wave or self.baseline_wave in self.waves:
            raise ValueError("the baseline wave is no wave of comparison")
        if self.waves and self.wave not in self.waves:
            raise ValueError("waves must hold the wave of comparison")
        return self


class RegisterWeeks(Record):
    """Weeks from the start of the clock in which a register holds one of these codes, out of custody."""

    codes: tuple[str, ...] = Field(
        min_length=1,
        description="codes of the table of weeks, such as those for work and education",
        strict=False,
    )
    weeks: Annotated[int, Field(ge=1, le=520)] = Field(description="how many weeks are looked at")
    more_than: Annotated[float, Field(ge=0, lt=1)] | None = Field(
        default=None,
        description="also whether more than this share of them: one half is what Danish accounts use",
    )
    in_custody: Literal["none"] = Field(
        default="none",
        description="none: a week with a day in custody is none of work or education, whatever the code",
    )
