"""Schedules of discount rates, each for the years that it was set for, and what later money is worth now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from primus_eval.prices.shipped import read
from primus_eval.vocabulary import Discounting


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Years that share a rate: from the end of the stretch before to the end of `to_year` (None: for ever).

    rate: a share, 0.035 for 3.5 per cent a year.
    """

    rate: float
    to_year: int | None


def schedule_of(discounting: Discounting) -> tuple[Stretch, ...]:
    """Return the stretches of a schedule in their order; without discounting one of rate 0.

    >>> [stretch.rate for stretch in schedule_of("denmark")]
    [0.035, 0.025, 0.015]
    """
    if discounting == "none":
        return (Stretch(rate=0.0, to_year=None),)
    stretches = read("schedules.toml")[discounting]["stretches"]
    return tuple(Stretch(rate=each["rate"] / 100, to_year=each.get("to_year")) for each in stretches)


def discount_factor(year: int, discounting: Discounting) -> float:
    """Return what 1 in year `year` is worth now.

    year: 0, 1, 2 ...; 0 is now, which stands for the first twelve months, 1 for the second. Each rate holds
    for its own years only: the factor is a product over the years, and does not jump where a rate changes.
    Source: HM Treasury 2022, The Green Book, annex 6; Danish Ministry of Finance 2023, guide to appraisal.
    Checked: tests/test_prices.py against tests/reference/make_economics.R.

    >>> round(discount_factor(10, "denmark"), 6)
    0.708919
    """
    if year < 0:
        raise ValueError("year must not be negative")
    factor, begun = 1.0, 0
    for stretch in schedule_of(discounting):
        until = year if stretch.to_year is None else min(year, stretch.to_year)
        factor /= (1 + stretch.rate) ** max(until - begun, 0)
        begun = max(begun, until)
    return factor


def annuity(years: int, discounting: Discounting, *, paid: Literal["start", "end"]) -> float:
    """Return what 1 in each of so many years is worth now, paid at the start or at the end of each.

    >>> round(annuity(10, "denmark", paid="end"), 6)
    8.316605
    """
    first = 1 if paid == "end" else 0
    return sum(discount_factor(first + year, discounting) for year in range(years))
