"""Prices that come with the toolkit, the index that carries them over, and schedules of discount rates.

Each price is a row with its source, its year, who bears it, and how it is known. What could not be found is
not here: no Danish price of a prison day after 2015, and none of an offence that includes the victim's loss.
"""

from __future__ import annotations

from primus_eval.prices.index import CannotCarryOver, carried_over, years_of
from primus_eval.prices.model import Price
from primus_eval.prices.schedules import Stretch, annuity, discount_factor, schedule_of
from primus_eval.prices.shipped import price_of, shipped

__all__ = [
    "CannotCarryOver",
    "Price",
    "Stretch",
    "annuity",
    "carried_over",
    "discount_factor",
    "price_of",
    "schedule_of",
    "shipped",
    "years_of",
]
