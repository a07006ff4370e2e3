"""What went into an economic evaluation: the prices, and what each arm used of what they price."""

from __future__ import annotations

import numpy as np

from primus_eval.estimators.economics.basis import Basis
from primus_eval.estimators.economics.variants import Variant
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement.costs import Item
from primus_eval.protocol.economics_prices import in_prices_of, resolved
from primus_eval.schema import text_in

UNIT_COSTS = (
    "id",
    "resource",
    "payer",
    "amount",
    "amount_used",
    "currency",
    "price_year",
    "marginal_share",
    "tag",
    "source",
    "price",
)
COSTS = ("variant", "item", "arm", "people", "users", "mean", "sd", "share_missing", "top_two")
TOTAL = "total"


def unit_cost_exhibit(basis: Basis) -> Exhibit:
    """List the prices as sources give them, and as they were used: in one year's prices, at their share."""
    economics = basis.economics
    rows: list[tuple[Cell, ...]] = []
    for entry in resolved(economics).unit_cost:
        assert entry.amount is not None and entry.price_year is not None  # the checks see to it
        share = 1.0 if entry.marginal_share is None else entry.marginal_share
        amount = in_prices_of(economics, entry.amount, price_year=entry.price_year)
        rows.append(
            (
                entry.id,
                entry.resource,
                entry.payer,
                entry.amount,
                share * amount,
                entry.currency,
                entry.price_year,
                share,
                entry.tag,
                "" if entry.source is None else text_in(entry.source, "en"),
                entry.price or "",
            )
        )
    return Exhibit(
        id="unit_costs",
        kind="unit_costs",
        columns=UNIT_COSTS,
        rows=tuple(rows),
        outcome=economics.outcome,
        population="assigned",
        notes={"currency": economics.currency, "price_year": economics.price_year},
    )


def costs_by_arm_exhibit(basis: Basis, variants: tuple[Variant, ...]) -> Exhibit:
    """Give the mean cost per person: of each item and in all in the base case, in all in each variant."""
    rows: list[tuple[Cell, ...]] = []
    for number, found in enumerate(variants):
        items = found.items if number == 0 else ()
        arms = (("treatment", basis.treated, basis.lost[0]), ("control", ~basis.treated, basis.lost[1]))
        for role, arm, lost in arms:
            for item in items:
                rows.append(_row(found.name, item.id, role, *_of_item(basis, item), arm, lost))
            users = np.zeros(len(basis.people), dtype=bool)
            for item in found.items:
                users |= item.users[basis.people]
            rows.append(_row(found.name, TOTAL, role, found.cost, users, arm, lost))
    payers = {f"payer_{item.id}": item.payer for item in variants[0].items}
    delivery = {
        f"delivery_{item.id}": True for item in variants[0].items if item.offer and item.payer != "volunteers"
    }
    return Exhibit(
        id="costs_by_arm",
        kind="costs_by_arm",
        columns=COSTS,
        rows=tuple(rows),
        count_columns=("people", "users"),
        outcome=basis.economics.outcome,
        population="assigned",
        notes={
            "currency": basis.economics.currency,
            "price_year": basis.economics.price_year,
            "discounting": basis.economics.discounting,
            "years": len(basis.factors),
            **payers,
            **delivery,
        },
    )


def _of_item(basis: Basis, item: Item) -> tuple[np.ndarray, np.ndarray]:
    """Return what an item came to for each person of the basis, and who used any."""
    cost = item.share * (item.money @ np.asarray(basis.factors))
    known = np.ones(len(basis.people), dtype=bool) if item.offer else basis.cost_known
    return np.where(known, cost[basis.people], np.nan), item.users[basis.people]


def _row(
    variant: str, item: str, role: str, cost: np.ndarray, users: np.ndarray, arm: np.ndarray, lost: int
) -> tuple[Cell, ...]:
    """Describe one arm by those whose cost is known; users are counted among them, too.

    lost: people of the arm whom no register could find. Their costs are missing as well.
    """
    known = arm & ~np.isnan(cost)
    own = np.sort(cost[known])[::-1]
    total = float(own.sum())
    return (
        variant,
        item,
        role,
        int(known.sum()),
        int((known & users).sum()),
        float(own.mean()) if len(own) else None,
        float(own.std(ddof=1)) if len(own) > 1 else None,
        float(1 - known.sum() / (arm.sum() + lost)) if arm.any() else None,
        float(own[:2].sum() / total) if total > 0 else None,
    )
