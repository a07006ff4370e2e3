"""What figures of an economic evaluation are drawn from: plane, curve of acceptability, break-even."""

from __future__ import annotations

from primus_eval.estimators.economics.basis import Basis
from primus_eval.estimators.economics.values import HALF, values_of
from primus_eval.estimators.economics.variants import Variant, averted_effect, drawn
from primus_eval.findings import Cell, Exhibit
from primus_eval.numerics.acceptability import (
    acceptability,
    acceptability_at_infinity,
    ellipse,
    quadrants,
    share_of_draws,
)
from primus_eval.numerics.cost_bootstrap import JointDraws
from primus_eval.numerics.effect import normal_quantile
from primus_eval.numerics.fieller import fieller_set
from primus_eval.numerics.net_benefit import Joint
from primus_eval.numerics.research_value import break_even_effect
from primus_eval.vocabulary import Reason

POINTS = 72
STEPS = 40
SHARES = (50, 95)


def display_exhibits(basis: Basis, base: Variant) -> list[Exhibit]:
    """Draw up plane, acceptability and break-even of the base case.

    Where everybody in an arm is alike in the effect, drawing people again draws none of its uncertainty.
    """
    if base.both is None:
        return [_empty(basis, kind, columns, base.reason) for kind, columns in COLUMNS.items()]
    if base.one_sided:
        why: Reason = "no_interval_at_certainty"
        empty = [_empty(basis, kind, COLUMNS[kind], why) for kind in ("acceptability", "plane")]
        return [*empty, _break_even(basis, base, base.both)]
    draws = drawn(basis, base)
    return [
        _acceptability(basis, base.both, draws),
        _plane(basis, base.both, draws),
        _break_even(basis, base, base.both),
    ]


COLUMNS: dict[str, tuple[str, ...]] = {
    "acceptability": ("amount", "probability", "share_of_draws"),
    "plane": ("ellipse", "effect", "cost"),
    "break_even": (
        "cost_per_person",
        "value",
        "amount",
        "needed",
        "estimate",
        "conf_low",
        "conf_high",
    ),
}


def _acceptability(basis: Basis, both: Joint, draws: JointDraws | None) -> Exhibit:
    """The curve at nought, at declared values and their halves, at the ends of Fieller's set, and between."""
    rows: list[tuple[Cell, ...]] = []
    for amount in amounts_of(basis, both):
        share = None if draws is None else share_of_draws(draws.cost, draws.averted, amount)[0]
        rows.append((amount, acceptability(both, amount), share))
    ties = None if draws is None else share_of_draws(draws.cost, draws.averted, 0.0)[1]
    notes: dict[str, Cell] = {"at_infinity": acceptability_at_infinity(both), "ties_at_zero": ties}
    return _exhibit(basis, "acceptability", rows, {**notes, **_drawing(basis, draws)})


def amounts_of(basis: Basis, both: Joint) -> list[float]:
    """Return the values at which the curve is drawn, in order."""
    values = [value.amount for value in values_of(basis.economics)]
    roots = fieller_set(both, quantile=normal_quantile(basis.economics.conf_level))
    ends = [end for end in (roots.low, roots.high) if end is not None and end > 0]
    within = [end for end in ends if not values or end <= 4 * max(values)]
    top = max([*(2 * value for value in values), *within, *([] if values else [20 * abs(both.cost), 1.0])])
    grid = [top * step / STEPS for step in range(STEPS + 1)]
    return sorted({0.0, *values, *(HALF * value for value in values), *ends, *grid})


def _plane(basis: Basis, both: Joint, draws: JointDraws | None) -> Exhibit:
    """Ellipses that hold 50 and 95 % of a joint normal distribution, and shares of draws by quadrant."""
    rows: list[tuple[Cell, ...]] = [
        (share, effect, cost)
        for share in SHARES
        for effect, cost in ellipse(both, share=share / 100, points=POINTS)
    ]
    names = ("ne", "se", "sw", "nw", "axis")
    shares: dict[str, Cell] = dict.fromkeys(names)
    if draws is not None:
        found = quadrants(draws.cost, draws.averted)
        shares = {name: getattr(found, name) for name in names}
    ties = None if draws is None else share_of_draws(draws.cost, draws.averted, 0.0)[1]
    notes: dict[str, Cell] = {"effect": both.averted, "cost": both.cost, **shares, "ties": ties}
    return _exhibit(basis, "plane", rows, {**notes, **_drawing(basis, draws)})


def _break_even(basis: Basis, base: Variant, both: Joint) -> Exhibit:
    """What must be averted per person at each value, beside what the trial found."""
    effect = averted_effect(base, conf_level=basis.economics.conf_level)
    rows: list[tuple[Cell, ...]] = [
        (
            both.cost,
            value.id,
            value.amount,
            break_even_effect(both.cost, value=value.amount),
            effect.estimate,
            effect.conf_low,
            effect.conf_high,
        )
        for value in values_of(basis.economics)
        if value.amount > 0
    ]
    return _exhibit(basis, "break_even", rows, {"conf_level": basis.economics.conf_level})


def _drawing(basis: Basis, draws: JointDraws | None) -> dict[str, Cell]:
    """Say how people were drawn; without a seed nothing was, and the notes say so by None."""
    stream = basis.stream if draws is not None else None
    return {
        "conf_level": basis.economics.conf_level,
        "seed": None if stream is None else stream.seed,
        "replicates": None if stream is None else stream.replicates,
        "within_strata": stream is not None and basis.strata is not None,
    }


def _exhibit(basis: Basis, kind: str, rows: list[tuple[Cell, ...]], notes: dict[str, Cell]) -> Exhibit:
    return Exhibit(
        id=kind,
        kind=kind,
        columns=COLUMNS[kind],
        rows=tuple(rows),
        outcome=basis.economics.outcome,
        population="assigned",
        notes=notes,
    )


def _empty(basis: Basis, kind: str, columns: tuple[str, ...], reason: Reason | None) -> Exhibit:
    return Exhibit(
        id=kind,
        kind=kind,
        columns=columns,
        rows=(),
        outcome=basis.economics.outcome,
        population="assigned",
        status="not_estimable",
        reason=reason,
    )
