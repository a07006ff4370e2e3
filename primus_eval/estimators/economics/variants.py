"""One set of assumptions: which costs count at which share, and what the two differences come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from primus_eval.estimators.economics.basis import Basis
from primus_eval.measurement.costs import Item, at_share, counted, total_cost
from primus_eval.numerics.cost_bootstrap import JointDraws, bootstrap_joint
from primus_eval.numerics.cost_imputation import Pooled, imputed, pooled, rubin_df
from primus_eval.numerics.effect import Effect, not_estimable, student, without_interval
from primus_eval.numerics.net_benefit import (
    Arm,
    Joint,
    arms_of,
    harms_vary,
    joint,
    welch_averted,
    welch_cost_difference,
    welch_net_benefit,
)
from primus_eval.numerics.streams import Stream
from primus_eval.vocabulary import Reason

IMPUTATIONS = 20
BASE = "base"

Data = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Cost, harm and whether treated, of the people used."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Variant:
    """What one set of assumptions gives.

    items: what was added up. cost: of each person of the basis, NaN where not known. used: whose costs and
    harms the results rest on. both: the two differences and their covariance; None with a reason. arms: of
    those used, where nothing was imputed; pool: where it was. data: the data sets that draws are made of.
    """

    name: str
    items: tuple[Item, ...]
    cost: np.ndarray
    used: np.ndarray
    both: Joint | None
    reason: Reason | None = None
    arms: tuple[Arm, Arm] | None = None
    pool: Pooled | None = None
    data: tuple[Data, ...] = ()

    @property
    def method(self) -> str:
        """How intervals were made: Welch's, or Rubin's over imputed data sets."""
        return (
            "welch" if self.arms is not None else "multiple_imputation" if self.pool is not None else "none"
        )

    @property
    def one_sided(self) -> bool:
        """Whether an arm adds no variance of harm, in any data set: no spread of the effect is then known."""
        return any(not harms_vary(*arms_of(*each)) for each in self.data)


def variants_of(basis: Basis) -> tuple[Variant, ...]:
    """Return the base case first, then each assumption that was declared or is always shown beside it."""
    economics = basis.economics
    items = counted(basis.items, economics)
    base = variant(basis, BASE, items)
    found = [base]
    if any(item.average for item in items):
        found += [
            variant(basis, f"marginal_{round(100 * share)}", at_share(items, share))
            for share in economics.marginal_shares
        ]
    if any(item.payer == "volunteers" for item in basis.items):
        economic = economics.perspective == "society"
        name = "volunteers_not_counted" if economic else "volunteers_counted"
        found.append(variant(basis, name, counted(basis.items, economics, volunteers=not economic)))
    if economics.missing_costs == "multiple_imputation" and base.pool is not None:
        complete = replace(basis, economics=economics.model_copy(update={"missing_costs": "complete_cases"}))
        found.append(variant(complete, "complete_cases", items))
    return tuple(found)


def variant(basis: Basis, name: str, items: Sequence[Item]) -> Variant:
    """Work out one set of assumptions under what was declared about missing costs."""
    how = basis.economics.missing_costs
    if not items:
        nothing = np.full(len(basis.people), np.nan)
        return _without(name, (), nothing, "costs_not_known")
    cost = _cost(basis, items)
    known = ~np.isnan(cost) & ~np.isnan(basis.harm)
    reason = _reason(basis, cost, known)
    if reason is not None:
        return _without(name, tuple(items), cost, reason)
    if how == "multiple_imputation" and not known.all():
        return _imputed(basis, name, tuple(items), cost)
    data = (cost[known], basis.harm[known], basis.treated[known])
    arms = arms_of(*data)
    return Variant(
        name=name,
        items=tuple(items),
        cost=cost,
        used=known,
        both=joint(*arms),
        arms=arms,
        data=(data,),
    )


def _cost(basis: Basis, items: Sequence[Item]) -> np.ndarray:
    """Add up items for the people of the basis; not known where use is read from registers that end early."""
    cost = total_cost(items, basis.factors)[basis.people]
    if all(item.offer for item in items):
        return cost
    return np.where(basis.cost_known, cost, np.nan)


def _reason(basis: Basis, cost: np.ndarray, known: np.ndarray) -> Reason | None:
    how = basis.economics.missing_costs
    if how == "refuse" and (basis.unlinked or np.isnan(cost).any()):
        return "costs_not_known"
    if how == "refuse" and not known.all():
        return "followup_incomplete_at_horizon"
    if how == "multiple_imputation" and not known.all() and basis.stream is None:
        return "costs_not_known"  # the checks ask for a seed
    for arm in (basis.treated, ~basis.treated):
        if not arm.any():
            return "one_arm_empty"
        if (known & arm).sum() < 2:
            return "too_few_people"
    return None


def _imputed(basis: Basis, name: str, items: tuple[Item, ...], cost: np.ndarray) -> Variant:
    assert basis.stream is not None
    stream = replace(basis.stream, name=f"economics/imputation/{name}", replicates=IMPUTATIONS)
    (_, generator), *_ = stream.generators()
    data = []
    for _ in range(IMPUTATIONS):
        filled = imputed(cost, basis.harm, basis.treated, auxiliaries=basis.auxiliaries, generator=generator)
        data.append((*filled, basis.treated))
    pool = pooled([joint(*arms_of(*each)) for each in data])
    return Variant(
        name=name,
        items=items,
        cost=cost,
        used=np.ones(len(cost), dtype=bool),
        both=pool.joint,
        pool=pool,
        data=tuple(data),
    )


def _without(name: str, items: tuple[Item, ...], cost: np.ndarray, reason: Reason) -> Variant:
    none = np.zeros(len(cost), dtype=bool)
    return Variant(name=name, items=items, cost=cost, used=none, both=None, reason=reason)


def cost_effect(found: Variant, *, conf_level: float) -> Effect:
    """Return the difference in cost with its interval."""
    if found.arms is not None:
        return welch_cost_difference(*found.arms, conf_level=conf_level)
    return _from_pool(found, None, conf_level)


def averted_effect(found: Variant, *, conf_level: float) -> Effect:
    """Return what is averted per person with its interval."""
    if found.arms is not None:
        return welch_averted(*found.arms, conf_level=conf_level)
    if found.pool is None or found.both is None:
        return not_estimable(found.reason or "costs_not_known")
    pool, both = found.pool, found.both
    if found.one_sided:
        return without_interval(both.averted)
    if both.var_averted == 0:
        return not_estimable("no_variation")
    df = rubin_df(between=pool.between_averted, total=both.var_averted, sets=pool.sets)
    return student(both.averted, sqrt(both.var_averted), df=df, conf_level=conf_level)


def net_benefit_effect(found: Variant, value: float, *, conf_level: float) -> Effect:
    """Return the net benefit per person at a value with its interval."""
    if found.arms is not None:
        return welch_net_benefit(*found.arms, value=value, conf_level=conf_level)
    return _from_pool(found, value, conf_level)


def _from_pool(found: Variant, value: float | None, conf_level: float) -> Effect:
    if found.pool is None or found.both is None:
        return not_estimable(found.reason or "costs_not_known")
    estimate = found.both.cost if value is None else found.both.net_benefit(value)
    if value and found.one_sided:
        return without_interval(estimate)
    variance = found.both.var_cost if value is None else found.both.variance_at(value)
    if variance == 0:
        return not_estimable("no_variation")
    return student(estimate, sqrt(variance), df=found.pool.df_at(value), conf_level=conf_level)


def drawn(basis: Basis, found: Variant) -> JointDraws | None:
    """Draw the people of a variant again; None without a seed, or where there is nothing to draw.

    Of imputed data each set gives its share of the draws, which so hold what imputing leaves open.
    """
    if basis.stream is None or not found.data:
        return None
    sets = len(found.data)
    parts = []
    for number, (cost, harm, treated) in enumerate(found.data):
        wanted = len(range(number, basis.stream.replicates, sets))
        name = "economics/draws" + (f"/{number}" if sets > 1 else "")
        stream = Stream(seed=basis.stream.seed, name=name, replicates=wanted)
        strata = basis.strata[found.used] if basis.strata is not None and sets == 1 else None
        if wanted:
            parts.append(bootstrap_joint(cost, harm, treated, stream=stream, strata=strata))
    return JointDraws(
        cost=np.concatenate([part.cost for part in parts]),
        averted=np.concatenate([part.averted for part in parts]),
    )
