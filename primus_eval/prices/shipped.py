"""Read the prices that lie beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from primus_eval.prices.model import Price

FILES = ("denmark.toml", "sweden.toml", "united_kingdom.toml")


@cache
def shipped() -> Mapping[str, Price]:
    """Return every shipped price by its name, in the order of the files.

    >>> shipped()["dk_prison_day_average"].amount
    1469.0
    """
    found = {}
    for file in FILES:
        for name, entry in read(file).items():
            found[name] = _price(name, entry)
    return MappingProxyType(found)


def price_of(name: str) -> Price | None:
    """Return the shipped price of this name, or None."""
    return shipped().get(name)


def read(file: str) -> dict[str, Any]:
    """Read a table of this package."""
    return tomllib.loads((files("primus_eval.prices") / file).read_text(encoding="utf-8"))


def _price(name: str, entry: Mapping[str, Any]) -> Price:
    """Make one row a price; `per_units` says how many units an amount is for, such as the days of a year."""
    given = dict(entry)
    per_units = given.pop("per_units", 1)
    given.pop("address")
    return Price(
        **{
            "name": name,
            "price_year": None,
            "average_price": False,
            **given,
            "amount": given["amount"] / per_units,
            "includes": tuple(given.get("includes", ())),
        }
    )
