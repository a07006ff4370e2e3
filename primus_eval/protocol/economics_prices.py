"""Declared prices with everything filled in: what is shipped under a name, carried over to one year."""

from __future__ import annotations

from typing import Any

from primus_eval.prices import Price, carried_over, price_of
from primus_eval.protocol.economics import Economics, UnitCost, ValueOfOne
from primus_eval.vocabulary import Payer, Perspective, Resource, ValueKind

PAYERS: dict[Perspective, tuple[Payer, ...]] = {
    "programme": ("programme",),
    "public_budget": ("programme", "state", "region", "municipality"),
    "society": ("programme", "state", "region", "municipality", "volunteers", "victims"),
}
"""Whose costs each perspective adds up. What a programme pays is public money where budgets are asked about:
they would have to find it if the programme were to go on."""

VALUES: dict[Perspective, tuple[ValueKind, ...]] = {
    "programme": (),
    "public_budget": ("budget_saving",),
    "society": ("willingness_to_pay",),
}
"""Which values of one averted belong to each perspective; a programme's own budget saves nothing by it."""

JUSTICE: tuple[Resource, ...] = ("per_custody_day", "per_decision")
"""What a saving of public budgets by one person kept from reoffending is taken to hold: it is mostly that."""

FROM_PRICE = ("amount", "currency", "price_year", "source", "tag")


def resolved(economics: Economics) -> Economics:
    """Return the declaration with shipped amounts, currencies, years and sources in place of their names.

    Amounts stay in the prices of their own year; see `in_prices_of`. What the checks refuse is left as it is.
    """
    return economics.model_copy(
        update={
            "unit_cost": tuple(_filled(each) for each in economics.unit_cost),
            "value": tuple(_filled_value(each) for each in economics.value),
        }
    )


def in_prices_of(economics: Economics, amount: float, *, price_year: int) -> float:
    """Return an amount of one year in the prices of the evaluation; may raise CannotCarryOver."""
    return carried_over(
        amount,
        currency=economics.currency,
        from_year=price_year,
        to_year=economics.price_year,
        index=economics.price_index,
    )


def shipped_price(entry: UnitCost | ValueOfOne) -> Price | None:
    """Return the shipped price that an entry names, None where it names none or an unknown one."""
    return None if entry.price is None else price_of(entry.price)


def _filled(entry: UnitCost) -> UnitCost:
    price = shipped_price(entry)
    if price is None:
        return entry
    return entry.model_copy(update={**_from(price), "average_price": price.average_price})


def _filled_value(entry: ValueOfOne) -> ValueOfOne:
    price = shipped_price(entry)
    if price is None:
        return entry
    kept = {"price_year": entry.price_year} if price.price_year is None else {}
    given = {"horizon_years": price.horizon_years, "includes": (*entry.includes, *price.includes)}
    return entry.model_copy(update={**_from(price), **given, **kept})


def held_by(value: ValueOfOne) -> tuple[Resource, ...]:
    """Return the resources that a value holds, and that are therefore no costs beside it.

    value: resolved. A saving of budgets holds custody and decisions unless its declaration excludes them;
    what a shipped value is known to hold cannot be excluded.
    """
    taken = JUSTICE if value.kind == "budget_saving" else ()
    return (*value.includes, *(each for each in taken if each not in value.excludes))


def _from(price: Price) -> dict[str, Any]:
    return {key: getattr(price, key) for key in FROM_PRICE}
