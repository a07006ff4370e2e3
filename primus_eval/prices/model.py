"""One price of others, with everything that somebody must know who uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from primus_eval.schema import Languages
from primus_eval.vocabulary import Payer, Resource, SourceTag, ValueKind

PricedUnit = Literal["custody_day", "crime", "person_without_reoffending", "course"]
"""What one price is the price of. A crime is one committed, recorded or not; it is no conviction."""

Discounted = Literal["no", "not_stated"]
"""Whether a sum over several years was discounted by its author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A shipped price.

    amount: of one unit, in `currency`. price_year: None where its source does not say. payer: who bears it;
    victims where it holds more than budgets. average_price: whether fixed costs are spread over it.
    kind, includes, horizon_years, discounted: of a value of one averted only. illustration: it is here to be
    shown and may not be used as a cost.
    """

    name: str
    label: Languages
    amount: float
    currency: str
    price_year: int | None
    unit: PricedUnit
    payer: Payer
    average_price: bool
    source: Languages
    tag: SourceTag
    kind: ValueKind | None = None
    includes: tuple[Resource, ...] = ()
    horizon_years: float | None = None
    discounted: Discounted | None = None
    illustration: bool = False
