"""What an economic evaluation counts, for whom, in which prices: declared, because each choice moves it.

It stands in the protocol, or later and signed in an appraisal; what was not planned is exploratory.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from primus_eval.protocol.fields import CURRENCY, Proportion, Slug
from primus_eval.schema import Record, Text
from primus_eval.vocabulary import Discounting, Payer, Perspective, Resource, SourceTag, ValueKind

Currency = Annotated[str, StringConstraints(pattern=CURRENCY)]
PriceYear = Annotated[int, Field(ge=1990, le=2100)]
Amount = Annotated[float, Field(ge=0)]


class UnitCost(Record):
    """The price of one unit of something that people use."""

    id: Slug = Field(description="short name")
    label: Text = Field(description="what a reader is shown")
    resource: Resource = Field(description="what it is multiplied by, for each person")
    codes: tuple[str, ...] = Field(
        default=(),
        description="only for rows with these codes: reasons of custody (as words of ours), domains of "
        "services, modes of contacts; left out, for all",
        strict=False,
    )
    amount: Amount | None = Field(
        default=None, description="price of one unit; left out where `price` names one that is shipped"
    )
    price: Slug | None = Field(
        default=None, description="in place of an amount: the name of a price that comes with the toolkit"
    )
    currency: Currency | None = Field(default=None, description="currency of the amount, such as DKK")
    price_year: PriceYear | None = Field(default=None, description="the year of its prices")
    payer: Payer = Field(description="who bears it")
    source: Text | None = Field(default=None, description="where the amount comes from")
    tag: SourceTag | None = Field(default=None, description="how it is known")
    marginal_share: Annotated[float, Field(gt=0, le=1)] | None = Field(
        default=None,
        description="the share of an average price that one unit more or less changes: a prison that holds "
        "one person less saves far less than the average price of a day; needed with an average price, and "
        "with every price of a day in custody, where 1 says that the amount is what one day more costs",
    )
    average_price: bool = Field(
        default=False, description="whether the amount is an average over fixed costs, as prices of days are"
    )


class ValueOfOne(Record):
    """What one person kept from reoffending, or one reoffence averted, is said to be worth."""

    id: Slug = Field(description="short name")
    label: Text = Field(description="what a reader is shown")
    amount: Amount | None = Field(
        default=None, description="value of one; left out where `price` names one that is shipped"
    )
    price: Slug | None = Field(default=None, description="in place of an amount: the name of a shipped value")
    currency: Currency | None = Field(default=None, description="currency, such as DKK")
    price_year: PriceYear | None = Field(default=None, description="the year of its prices")
    kind: ValueKind = Field(description="what budgets are said to save, or what a society would give")
    includes: tuple[Resource, ...] = Field(
        default=(),
        description="resources that are part of it, such as per_custody_day; they may not be costs as well",
        strict=False,
    )
    excludes: tuple[Resource, ...] = Field(
        default=(),
        description="per_custody_day or per_decision, where the source of a budget_saving leaves them out: "
        "it is otherwise taken to hold both, and neither may be a cost as well",
        strict=False,
    )
    horizon_years: Annotated[float, Field(gt=0, le=100)] | None = Field(
        default=None, description="over how many years it was added up"
    )
    discount: bool = Field(
        default=False,
        description="whether the amount is a sum spread evenly over whole horizon_years that nobody has "
        "discounted yet: it is then discounted here, once",
    )
    source: Text | None = Field(default=None, description="where it comes from")
    tag: SourceTag | None = Field(default=None, description="how it is known")


class BudgetYear(Record):
    """How many people are eligible in one year of a roll-out, and how many of them take it up."""

    year: Annotated[int, Field(ge=1, le=30)] = Field(description="1 for the first year")
    eligible: Annotated[int, Field(ge=0)] = Field(description="people eligible")
    uptake: Annotated[float, Field(ge=0, le=1)] = Field(description="share who are offered it")


class Transport(Record):
    """A calculation of others that carries a subgroup's effect over to everybody, shown for what it is."""

    population: str = Field(description="id of the population whose effect was used")
    people: Annotated[int, Field(ge=1)] = Field(description="people it was carried over to")
    said_averted: Annotated[int, Field(ge=0)] = Field(description="how many were said to be kept from it")
    source: Text = Field(description="who calculated it")


class Economics(Record):
    """An economic evaluation beside the trial."""

    outcome: str = Field(description="id of the outcome of which less is a gain")
    effect: Literal["person", "event"] = Field(
        default="person",
        description="what is averted: a person who reoffends within the window, or a counted event",
    )
    perspective: Perspective = Field(description="whose costs are added up")
    currency: Currency = Field(description="the currency of all results; nothing is converted")
    price_year: PriceYear = Field(description="the year of all prices; others are carried over by an index")
    price_index: Literal["dk_cpi", "none"] = Field(
        default="none", description="by what prices of other years are carried over; none: they are refused"
    )
    discounting: Discounting = Field(
        default="none",
        description="the schedule of discount rates, for costs and for events averted; whether a person "
        "reoffended within the window is not discounted",
    )
    unit_cost: tuple[UnitCost, ...] = Field(default=(), description="prices of what people use", strict=False)
    value: tuple[ValueOfOne, ...] = Field(
        default=(), description="values at which net benefit is stated", strict=False
    )
    costs_table: Literal["count", "leave_out"] = Field(
        default="count", description="whether the rows of the table of costs are counted, where there is one"
    )
    missing_costs: Literal["refuse", "complete_cases", "multiple_imputation"] = Field(
        default="refuse", description="what happens where a person's costs are not all known"
    )
    marginal_shares: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(
        default=(0.3, 1.0), description="shares of average prices that are shown side by side", strict=False
    )
    conf_level: Proportion = Field(default=0.95, description="confidence level")
    budget: tuple[BudgetYear, ...] = Field(
        default=(), description="a roll-out, year by year, for the impact on each payer", strict=False
    )
    population_horizon_years: Annotated[int, Field(ge=1, le=50)] | None = Field(
        default=None, description="for how many years a decision would stand: bounds the value of research"
    )
    population_per_year: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="how many people a year a decision is about"
    )
    transport: tuple[Transport, ...] = Field(
        default=(), description="published calculations that carry a subgroup's effect over", strict=False
    )
