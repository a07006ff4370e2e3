"""Carry a price from one year to another by an index, within one country and currency."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from primus_eval.prices.shipped import read


class CannotCarryOver(ValueError):
    """An index does not reach a year, or is of another currency."""


def carried_over(amount: float, *, currency: str, from_year: int, to_year: int, index: str) -> float:
    """Return an amount of one year in the prices of another.

    amount times index(to_year) / index(from_year). index: the name of a shipped index, or "none", by which
    only an amount of the very year passes. Raises CannotCarryOver for other years or another currency.
    Checked: tests/test_prices.py.

    >>> round(carried_over(1469, currency="DKK", from_year=2015, to_year=2023, index="dk_cpi"), 2)
    1721.79
    """
    if from_year == to_year:
        return amount
    if index == "none":
        raise CannotCarryOver(f"prices of {from_year} among those of {to_year}, and no index is named")
    if currency != read("index.toml")[index]["currency"]:
        raise CannotCarryOver(f"{index} is no index of prices in {currency}")
    levels = years_of(index)
    for year in (from_year, to_year):
        if year not in levels:
            raise CannotCarryOver(f"{index} has the years {min(levels)} to {max(levels)}, not {year}")
    return amount * levels[to_year] / levels[from_year]


@cache
def years_of(index: str) -> Mapping[int, float]:
    """Return the level of an index in each year: the mean of its twelve months."""
    months: dict[str, list[float]] = read("index.toml")[index]["months"]
    return MappingProxyType({int(year): sum(level) / len(level) for year, level in months.items()})
