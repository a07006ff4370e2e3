"""The values of one averted at which net benefit is stated, in the money of the evaluation."""

from __future__ import annotations

from dataclasses import dataclass

from primus_eval.prices import annuity, price_of
from primus_eval.protocol.economics import Economics, ValueOfOne
from primus_eval.protocol.economics_prices import in_prices_of, resolved

ASSOCIATION = "person_without_reoffending"
"""Shipped values of this unit compare people who did and did not reoffend, which is no effect."""

HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value: money for one averted. association: it rests on a comparison of unlike people."""

    id: str
    amount: float
    association: bool


def values_of(economics: Economics) -> tuple[Value, ...]:
    """Return the declared values in the prices of the evaluation.

    A sum spread evenly over years, which nobody discounted yet, is discounted here; no other value is.
    """
    return tuple(_value(entry, economics) for entry in resolved(economics).value)


def _value(entry: ValueOfOne, economics: Economics) -> Value:
    assert entry.amount is not None and entry.price_year is not None  # the checks see to it
    amount = in_prices_of(economics, entry.amount, price_year=entry.price_year)
    if entry.discount and entry.horizon_years is not None:
        years = int(entry.horizon_years)
        amount = amount / years * annuity(years, economics.discounting, paid="start")
    price = None if entry.price is None else price_of(entry.price)
    return Value(id=entry.id, amount=amount, association=price is not None and price.unit == ASSOCIATION)
