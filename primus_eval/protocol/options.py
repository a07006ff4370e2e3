"""What an analysis says to its method: weights of a test, levels of seriousness, the order of a win ratio."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from primus_eval.schema import Record, Text
from primus_eval.vocabulary import PriorityBy, Quantity, WeightFamily


class LogRankWeights(Record):
    """How much a weighted log-rank test makes of each day, declared before anybody sees the curves."""

    family: WeightFamily = Field(
        description="fleming_harrington: survival before the day to the power rho, times one minus it to the "
        "power gamma; gehan: the people at risk; tarone_ware: the square root of their number"
    )
    rho: Annotated[float, Field(ge=0, le=5)] = Field(
        default=0.0, description="above 0, early days count for more (fleming_harrington)"
    )
    gamma: Annotated[float, Field(ge=0, le=5)] = Field(
        default=0.0, description="above 0, late days count for more (fleming_harrington)"
    )

    @model_validator(mode="after")
    def _powers_of_their_family(self) -> LogRankWeights:
        if self.family == "fleming_harrington":
            if not self.rho and not self.gamma:
                raise ValueError("rho and gamma of 0 are the plain log-rank test: name one, or use logrank")
        elif self.rho or self.gamma:
            raise ValueError(f"rho and gamma say nothing to {self.family}: remove them")
        return self


class Seriousness(Record):
    """Levels of seriousness, from least to most: people without a counted event are below the first cut."""

    quantity: Quantity = Field(description="what is cut into levels")
    cuts: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        min_length=1, description="a level begins at each of these, in ascending order", strict=False
    )
    labels: tuple[Text, ...] = Field(
        description="what each level is called, one more than cuts, the lowest first", strict=False
    )
    worse: Literal["higher", "lower"] = Field(description="which end of the scale is the worse one")

    @model_validator(mode="after")
    def _one_label_a_level(self) -> Seriousness:
        if list(self.cuts) != sorted(set(self.cuts)):
            raise ValueError("cuts must ascend, each once")
        if len(self.labels) != len(self.cuts) + 1:
            raise ValueError("labels must be one more than cuts")
        return self


class Priority(Record):
    """One comparison of two people in a win ratio; the next one is asked only where this one is a tie."""

    by: PriorityBy = Field(
        description="death: whether they died, of two who did the first; reoffended: whether they had a "
        "counted event; days_to_first: days until it; all three over the time for which both people were "
        "followed; events, harm_days, custody_days: how many over the window, of two followed to its end"
    )
    better: Literal["lower", "higher", "earlier", "later", "no", "yes"] = Field(
        description="what wins: lower or higher; for days_to_first earlier or later; for death and "
        "reoffended no or yes"
    )
    margin: Annotated[float, Field(ge=0)] = Field(
        default=0.0, description="a difference of no more than this is a tie"
    )

    @model_validator(mode="after")
    def _a_direction_of_its_kind(self) -> Priority:
        allowed = DIRECTIONS[self.by]
        if self.better not in allowed:
            raise ValueError(f"better for {self.by} is one of: {', '.join(allowed)}")
        if self.margin and self.by in ("death", "reoffended"):
            raise ValueError(f"margin says nothing to {self.by}: remove it")
        return self


DIRECTIONS: dict[PriorityBy, tuple[str, ...]] = {
    "death": ("no", "yes"),
    "reoffended": ("no", "yes"),
    "days_to_first": ("later", "earlier"),
    "events": ("lower", "higher"),
    "harm_days": ("lower", "higher"),
    "custody_days": ("lower", "higher"),
}


class Resampling(Record):
    """Where random numbers come from, for methods that draw."""

    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(
        description="any whole number, written down before the outcomes are seen"
    )
    replicates: Annotated[int, Field(ge=200, le=100_000)] = Field(
        default=2000, description="how many times people are drawn again"
    )
