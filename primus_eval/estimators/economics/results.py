"""The results of an economic evaluation, one row each: differences, net benefit, ratio, worth of research.

Intervals of differences and of net benefit are Welch's (or Rubin's, where values were imputed); the set of
ratios and the curve of acceptability use normal quantiles, so that one ends where the other says 2.5 and
97.5 %.
"""

from __future__ import annotations

from math import isfinite, sqrt

from primus_eval.estimators.economics.basis import Basis
from primus_eval.estimators.economics.values import HALF, Value, values_of
from primus_eval.estimators.economics.variants import (
    BASE,
    Variant,
    averted_effect,
    cost_effect,
    net_benefit_effect,
)
from primus_eval.findings import Cell, Exhibit
from primus_eval.numerics.acceptability import near_axis
from primus_eval.numerics.effect import Effect, normal_quantile
from primus_eval.numerics.fieller import RatioSet, fieller_set
from primus_eval.numerics.net_benefit import Joint
from primus_eval.numerics.research_value import break_even_effect, evpi
from primus_eval.prices import annuity
from primus_eval.vocabulary import Reason

COLUMNS = (
    "variant",
    "measure",
    "value",
    "amount",
    "estimate",
    "conf_low",
    "conf_high",
    "std_error",
    "df",
    "fieller",
    "quadrant",
    "reason",
    "method",
    "n_treatment",
    "n_control",
    "events_treatment",
    "events_control",
)
COUNTS = COLUMNS[-4:]

UNKNOWN_SPREAD: Reason = "no_interval_at_certainty"
"""Why nothing that rests on the spread of the effect is given where everybody in an arm is alike."""

Row = dict[str, Cell]


def result_exhibit(basis: Basis, variants: tuple[Variant, ...]) -> Exhibit:
    """Draw up every result of every variant; what cannot be estimated has a reason and no numbers."""
    conf_level = basis.economics.conf_level
    rows: list[Row] = []
    for found in variants:
        rows += _of_variant(basis, found, conf_level)
    rows += _half(basis, variants[0], conf_level)
    notes: dict[str, Cell] = {
        "conf_level": conf_level,
        "seed": basis.stream.seed if basis.stream is not None else None,
        "replicates": basis.stream.replicates if basis.stream is not None else None,
        "missing_costs": basis.economics.missing_costs,
        "not_linked": basis.unlinked,
        "covariance": variants[0].both.covariance if variants[0].both is not None else None,
    }
    for found in variants[1:]:
        notes[f"covariance_{found.name}"] = found.both.covariance if found.both is not None else None
    return Exhibit(
        id="economic_result",
        kind="economic_result",
        columns=COLUMNS,
        rows=tuple(tuple(row.get(name) for name in COLUMNS) for row in rows),
        count_columns=COUNTS,
        outcome=basis.economics.outcome,
        population="assigned",
        notes=notes,
    )


def _of_variant(basis: Basis, found: Variant, conf_level: float) -> list[Row]:
    values = values_of(basis.economics)
    about = {"variant": found.name, "value": "", **_people(basis, found)}
    rows = [
        _row(about, "cost_difference", found.method, cost_effect(found, conf_level=conf_level)),
        _row(about, "averted", found.method, averted_effect(found, conf_level=conf_level)),
    ]
    for value in values:
        effect = net_benefit_effect(found, value.amount, conf_level=conf_level)
        rows.append(_row({**about, **_named(value)}, "net_benefit", found.method, effect))
    ratio = ratio_row(found.both, conf_level=conf_level)
    if found.one_sided:
        ratio = {"measure": ratio["measure"], "method": ratio["method"], "reason": UNKNOWN_SPREAD}
    rows.append({**about, **ratio})
    if found.both is None:
        return [{**row, "reason": row.get("reason") or found.reason} for row in rows]
    for value in values:
        if found.name == BASE:
            rows += _worth(basis, found, found.both, value, about)
    return rows


def ratio_row(both: Joint | None, *, conf_level: float) -> Row:
    """Return the cost of one averted: the kind of set always, the number only where it means something.

    A ratio says nothing of its quadrant: one number may stand for more cost and less harm, or the reverse.
    It is given where the set is an interval and both differences are clear of zero, in the quadrants where
    there is something to trade. Otherwise `reason` is set_not_interval, near_axis, dominant (averts and
    saves) or dominated (neither). In the south-west what is saved is the gain, and the ratio is money saved
    for each reoffence more.
    """
    empty: Row = {"measure": "cost_per_averted", "method": "fieller"}
    if both is None:
        return empty
    quantile = normal_quantile(conf_level)
    found = fieller_set(both, quantile=quantile)
    quadrant = quadrant_of(both)
    row = {**empty, "fieller": found.kind, "quadrant": quadrant}
    reason = _no_ratio(both, found, quadrant, conf_level)
    if reason is not None:
        return {**row, "reason": reason}
    return {**row, "estimate": both.cost / both.averted, "conf_low": found.low, "conf_high": found.high}


def _no_ratio(both: Joint, found: RatioSet, quadrant: str, conf_level: float) -> str | None:
    if quadrant == "on_axis":
        return "near_axis"
    if found.kind != "interval":
        return "set_not_interval"
    if near_axis(both, conf_level=conf_level):
        return "near_axis"
    return {"south_east": "dominant", "north_west": "dominated"}.get(quadrant)


def quadrant_of(both: Joint) -> str:
    """Name the quadrant of the cost-effectiveness plane, averted to the right and cost upwards."""
    if both.cost == 0 or both.averted == 0:
        return "on_axis"
    return ("north" if both.cost > 0 else "south") + ("_east" if both.averted > 0 else "_west")


def _worth(basis: Basis, found: Variant, both: Joint, value: Value, about: Row) -> list[Row]:
    """What must be averted to break even, and what it would be worth to know the net benefit for certain.

    The latter needs to know how uncertain the effect is.
    """
    economics = basis.economics
    named = {**about, **_named(value)}
    rows: list[Row] = []
    if value.amount > 0:
        needed = break_even_effect(both.cost, value=value.amount)
        rows.append({**named, "measure": "break_even_effect", "method": "none", "estimate": needed})
    worth: Row = {**named, "measure": "evpi_per_person", "method": "normal"}
    if found.one_sided and value.amount > 0:
        return [*rows, {**worth, "reason": UNKNOWN_SPREAD}]
    spread = sqrt(both.variance_at(value.amount))
    per_person = evpi(both.net_benefit(value.amount), spread)
    rows.append({**worth, "estimate": per_person})
    years, people = economics.population_horizon_years, economics.population_per_year
    if years is not None and people is not None:
        total = per_person * people * annuity(years, economics.discounting, paid="start")
        rows.append({**named, "measure": "evpi_population", "method": "normal", "estimate": total})
    return rows


def _half(basis: Basis, base: Variant, conf_level: float) -> list[Row]:
    """Net benefit at half of a value that rests on people who differ by more than whether they reoffended."""
    about = {"variant": "half_value", **_people(basis, base)}
    rows = []
    for value in values_of(basis.economics):
        if value.association and base.both is not None:
            effect = net_benefit_effect(base, HALF * value.amount, conf_level=conf_level)
            named: Row = {"value": value.id, "amount": HALF * value.amount}
            rows.append(_row({**about, **named}, "net_benefit", base.method, effect))
    return rows


def _named(value: Value) -> Row:
    return {"value": value.id, "amount": value.amount}


def _row(about: Row, measure: str, method: str, effect: Effect) -> Row:
    numbers = {
        name: getattr(effect, name) for name in ("estimate", "conf_low", "conf_high", "std_error", "df")
    }
    assert all(number is None or isfinite(number) for number in numbers.values())
    return {**about, "measure": measure, "method": method, "reason": effect.reason, **numbers}


def _people(basis: Basis, found: Variant) -> Row:
    """Count who was used, and how many of them had what is to be averted, or how many events there were."""
    if found.both is None:
        return {}
    row: Row = {}
    for role, arm in (("treatment", basis.treated), ("control", ~basis.treated)):
        those = found.used & arm
        row[f"n_{role}"] = int(those.sum())
        harm = basis.harm[those]
        whole = basis.economics.effect == "person" or set(basis.factors) == {1.0}
        row[f"events_{role}"] = round(float(harm.sum())) if whole and found.pool is None else None
    return row
