"""What follows for others: budgets of a roll-out, and calculations that carried a subgroup's effect over."""

from __future__ import annotations

import numpy as np

from primus_eval.estimators.economics.basis import Basis
from primus_eval.estimators.economics.variants import Variant
from primus_eval.estimators.result import counts_of
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.numerics.budget_impact import break_even_year, budget_impact
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.proportions import risk_difference_newcombe
from primus_eval.trial import Trial

BUDGET = ("year", "payer", "offered", "cost", "offsets", "net", "cumulative")
ALL = "all"
TRANSPORTED = (
    "population",
    "people",
    "said_averted",
    "effect_in_population",
    "conf_low",
    "conf_high",
    "effect_in_all",
    "conf_low_all",
    "conf_high_all",
    "averted_low",
    "averted_high",
    "status",
    "reason",
)


def budget_exhibit(basis: Basis, base: Variant) -> list[Exhibit]:
    """Draw up what each payer finds in its budget in each year of the declared roll-out, undiscounted.

    Costs are those of the offer per person offered, at their share; offsets what the arms differ by in
    everything else. Both are means of the trial, without their uncertainty, which the net benefit shows.
    """
    plan = basis.economics.budget
    if not plan or base.both is None:
        return []
    last = max(entry.year for entry in plan)
    by_year = {entry.year: entry.eligible * entry.uptake for entry in plan}
    offered = [by_year.get(year, 0.0) for year in range(1, last + 1)]
    payers: list[str] = list(dict.fromkeys(item.payer for item in base.items))
    rows: list[tuple[Cell, ...]] = []
    notes: dict[str, Cell] = {"currency": basis.economics.currency, "price_year": basis.economics.price_year}
    for payer in [*payers, *([ALL] if len(payers) > 1 else [])]:
        mine = [payer] if payer != ALL else payers
        years = budget_impact(
            offered,
            cost_per_person=_mean_by_year(basis, base, mine, offer=True),
            offset_per_person=_mean_by_year(basis, base, mine, offer=False),
        )
        notes[f"break_even_year_{payer}"] = break_even_year(years)
        rows += [
            (each.year, payer, each.offered, each.cost, each.offsets, each.net, each.cumulative)
            for each in years
        ]
    return [
        Exhibit(
            id="budget_impact",
            kind="budget_impact",
            columns=BUDGET,
            rows=tuple(rows),
            outcome=basis.economics.outcome,
            population="assigned",
            notes=notes,
        )
    ]


def _mean_by_year(basis: Basis, base: Variant, payers: list[str], *, offer: bool) -> list[float]:
    """Return money per person offered in each year: spent on the offer, or saved on everything else."""
    treated, used = basis.treated, base.used & ~np.isnan(base.cost)
    total = np.zeros(len(basis.factors))
    for item in base.items:
        if item.payer in payers and item.offer == offer:
            money = item.share * item.money[basis.people]
            difference = money[used & treated].mean(axis=0) - money[used & ~treated].mean(axis=0)
            total += difference if offer else -difference
    return [float(each) for each in total]


def transported_exhibit(basis: Basis, trial: Trial, measurement: Measurement) -> list[Exhibit]:
    """Set calculations of others beside what the trial supports: the effect in everyone, with its interval.

    Effects are risks averted, control minus treatment, by Newcombe's interval. averted_low and averted_high
    are the people of that calculation times the interval of the effect in everyone.
    """
    declared = basis.economics.transport
    if not declared:
        return []
    everyone = _averted(measurement, np.ones(len(measurement.frame), dtype=bool), basis)
    rows: list[tuple[Cell, ...]] = []
    for entry in declared:
        members = trial.in_population(entry.population)[measurement.people]
        part = _averted(measurement, members, basis)
        ends = [
            None if end is None else entry.people * end for end in (everyone.conf_low, everyone.conf_high)
        ]
        reason = everyone.reason or part.reason
        rows.append(
            (
                entry.population,
                entry.people,
                entry.said_averted,
                part.estimate,
                part.conf_low,
                part.conf_high,
                everyone.estimate,
                everyone.conf_low,
                everyone.conf_high,
                *ends,
                "estimated" if reason is None else "not_estimable",
                reason,
            )
        )
    return [
        Exhibit(
            id="transported",
            kind="transported",
            columns=TRANSPORTED,
            rows=tuple(rows),
            outcome=basis.economics.outcome,
            population="assigned",
            notes={"conf_level": basis.economics.conf_level},
        )
    ]


def _averted(measurement: Measurement, members: np.ndarray, basis: Basis) -> Effect:
    """Return the risk averted among some people; treatment and control change places in the table."""
    known = measurement.known_at_horizon & members
    if not known.any():
        return not_estimable("too_few_people")
    table = counts_of(~measurement.treated[known], measurement.event[known])
    if table.has_empty_arm:
        return not_estimable("one_arm_empty")
    return risk_difference_newcombe(table, conf_level=basis.economics.conf_level)
