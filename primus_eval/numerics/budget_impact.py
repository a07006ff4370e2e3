"""What a roll-out does to a payer's budget, year by year and undiscounted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetYear:
    """One year of one payer: people offered the programme, its cost, what is saved, and what remains."""

    year: int
    offered: float
    cost: float
    offsets: float
    net: float
    cumulative: float


def budget_impact(
    offered: Sequence[float], *, cost_per_person: Sequence[float], offset_per_person: Sequence[float]
) -> tuple[BudgetYear, ...]:
    """Return the impact on one payer in each year of a roll-out.

    offered: people offered it in year 1, 2 ...; cost_per_person, offset_per_person: money in the first,
    second ... year after a person was offered it. What a cohort costs or saves later falls in later years.
    Budgets are not discounted: a payer must find the money of the year.
    Source: Sullivan et al. 2014, Value in Health 17:5-14 (budget impact analysis, good practice).
    Checked: tests/test_numerics_budget_impact.py by hand.
    """
    years, running = [], 0.0
    for year in range(len(offered)):
        cost = _falls_in(year, offered, cost_per_person)
        offsets = _falls_in(year, offered, offset_per_person)
        running += cost - offsets
        years.append(
            BudgetYear(
                year=year + 1,
                offered=offered[year],
                cost=cost,
                offsets=offsets,
                net=cost - offsets,
                cumulative=running,
            )
        )
    return tuple(years)


def break_even_year(years: Sequence[BudgetYear]) -> int | None:
    """Return the first year by whose end a payer has saved as much as it paid; None where there is none."""
    return next((each.year for each in years if each.cumulative <= 0), None)


def _falls_in(year: int, offered: Sequence[float], per_person: Sequence[float]) -> float:
    return sum(
        offered[begun] * per_person[year - begun]
        for begun in range(year + 1)
        if year - begun < len(per_person)
    )
