"""What a programme costs and averts, as it leaves: a few coarse numbers, and what follows from them.

A price is known, so a mean cost counts those who used what it prices. Means leave so coarse that k users more
or fewer give the same, by steps that follow from the price; a total is the sum of the items shown. Where few
used an item, or two people make up most of it, nothing that rests on costs leaves. What is averted is the
difference of the counts that findings show, of the whole people where these are rounded. Everything else,
net benefit, the set of ratios, the plane and its curves, is computed anew from the two differences, their
standard errors rounded up and their correlation to a tenth; so it says nothing more. The correlation says
whether those who used an item had the outcome: where they are not many, its worst case is assumed instead.
Draws are of persons, and shares of draws stay.

Prices leave as they are, and so do the numbers of a plan, such as how many are to be offered the programme.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, log10, sqrt
from typing import Any

from primus_eval.disclosure.cells import Counts, counts_of, is_small
from primus_eval.disclosure.contributors import MOST_OF_TWO
from primus_eval.disclosure.indicators import NUMBERS as INDICATOR_NUMBERS
from primus_eval.disclosure.indicators import Beside
from primus_eval.disclosure.shares import number_shown
from primus_eval.estimators.economics.results import ratio_row
from primus_eval.findings import Cell, Exhibit, Finding
from primus_eval.numerics.acceptability import acceptability, acceptability_at_infinity, ellipse
from primus_eval.numerics.effect import Effect, normal_quantile, wald
from primus_eval.numerics.fieller import fieller_set
from primus_eval.numerics.net_benefit import Joint, normal_net_benefit
from primus_eval.numerics.proportions import Table2x2, risk_difference_newcombe
from primus_eval.numerics.research_value import break_even_effect, evpi
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Reason

Row = dict[str, Any]
Target = tuple[str, str]

PLANNED = "unit_costs"
"""The kind that holds prices alone."""

COSTS, RESULT, BUDGET, TRANSPORTED = "costs_by_arm", "economic_result", "budget_impact", "transported"
CURVE, PLANE, BREAK_EVEN = "acceptability", "plane", "break_even"
KINDS = (COSTS, RESULT, CURVE, PLANE, BREAK_EVEN, BUDGET, TRANSPORTED)
BASE, TOTAL, OFFERED = "base", "total", "per_person_offered"
HALF_VALUE = "half_value"

DIGITS = 3
CURVE_STEPS = 40

MANY = 4
"""Times k users that each item needs before the correlation of cost and outcome is used."""

COUNTS = ("n_treatment", "n_control", "events_treatment", "events_control")
ENDS = ("estimate", "conf_low", "conf_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What decides how results on costs leave.

    rows: findings as they leave. targets: what is withheld whole. whole: the whole people that risks by
    curves are shown as. dominated: quantities of which nothing may be said, by outcome and population.
    """

    beside: Beside
    rows: Sequence[Finding]
    targets: Mapping[Target, Reason]
    whole: Mapping[Target, Table2x2]
    dominated: Mapping[Target, Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The coarse numbers that everything follows from.

    both: the two differences, each by itself. together: the same with what their correlation may be. step:
    that of costs, None where these are exact. same_for_all: what the offer costs everybody alike.
    """

    both: Joint
    together: Joint
    conf_level: float
    counts: Counts | None
    step: float | None
    same_for_all: float


def released_economics(exhibits: Collection[Exhibit], around: Around) -> dict[str, Exhibit]:
    """Return, by id, every exhibit of an economic evaluation as it may leave.

    Checked: tests/test_release_economics.py.
    """
    ours = [item for item in exhibits if item.kind in KINDS]
    found = {item.id: item for item in ours if item.status == "withheld" or item.notes.get("rounded")}
    left = [item for item in ours if item.id not in found]
    used = _used(exhibits)
    few = any(_rests_on_few(item, used, around.beside.k) for item in left if item.kind == COSTS)
    costs = next((_costs(item, around.beside, used) for item in left if item.kind == COSTS), None)
    result = next((item for item in left if item.kind == RESULT), None)
    problem = _problem(result, around)
    base = None if result is None or costs is None or problem or few else _base(result, costs, around)
    for item in left:
        if problem is not None:
            found[item.id] = item.withheld(problem)
        elif few and item.kind != TRANSPORTED:
            found[item.id] = item.withheld("small_cell")
        elif item.kind == COSTS and costs is not None:
            found[item.id] = costs
        elif item.kind == TRANSPORTED:
            found[item.id] = _transported(item, around)
        elif item.status != "estimated":
            found[item.id] = item
        elif base is None or costs is None:
            found[item.id] = _without_numbers(item, around.beside)
        else:
            found[item.id] = _from_base(item, base, costs, around.beside, result)
    return found


def with_cost_shown(indicators: Exhibit, costs: Exhibit | None) -> Exhibit:
    """Give the cost per person among indicators as the table of costs gives it, or withhold it.

    It is the sum of what delivery cost as these items leave; where they do not, there is none.
    """
    shown = None if costs is None or costs.status == "withheld" else _of_delivery(costs)
    empty: Row = dict.fromkeys(INDICATOR_NUMBERS)
    rows: list[Row] = []
    for row in indicators.records():
        if row["indicator"] == "cost_per_person" and row["state"] == "reported":
            gone: Row = {"state": "withheld", "reason": "small_cell"}
            kept: Row = {"estimate": shown}
            row = {**row, **empty, **(gone if shown is None else kept)}
        rows.append(row)
    return replace(indicators, rows=tuple(tuple(row[name] for name in indicators.columns) for row in rows))


def _with_rows(exhibit: Exhibit, rows: Sequence[Row], beside: Beside, **notes: Cell) -> Exhibit:
    return replace(
        exhibit,
        rows=tuple(tuple(row[name] for name in exhibit.columns) for row in rows),
        notes={**exhibit.notes, "rounded": True, "step": beside.k + 1, **notes},
    )


# --- costs ---


def _used(exhibits: Collection[Exhibit]) -> dict[str, float]:
    """Return the items that some people use and others need not, and the price of one unit of each."""
    rows = [row for item in exhibits if item.kind == PLANNED for row in item.records()]
    return {str(row["id"]): float(str(row["amount_used"])) for row in rows if row["resource"] != OFFERED}


def _is_used(row: Mapping[str, Any], used: Collection[str]) -> bool:
    """Whether the mean of an item counts who used it: not where it is the same for all of an arm."""
    return row["item"] in used or bool(row["sd"])


def _used_items(costs: Exhibit, used: Collection[str]) -> list[Row]:
    rows = [row for row in costs.records() if row["variant"] == BASE and row["item"] != TOTAL]
    return [row for row in rows if _is_used(row, used)]


def _rests_on_few(costs: Exhibit, used: Collection[str], k: int) -> bool:
    """Whether one to k - 1 people of an arm used an item, or two people make up most of it.

    Then nothing is said of any sum with it: at a known price a total gives its users back.
    """
    return any(is_small(row["users"], k) or _is_dominated(row) for row in _used_items(costs, used))


def _costs(costs: Exhibit, beside: Beside, used: Mapping[str, float]) -> Exhibit:
    """Round mean costs, where each item is used by nobody, or by k people and not mostly by two.

    used: items of which the mean cost counts users; how many these are is not said beside it, also where it
    is nobody. Of other variants than the base case nothing is shown: each is one item more, or less.
    """
    records: list[Row] = [row for row in costs.records() if row["variant"] == BASE]
    items = [row for row in records if row["item"] != TOTAL]
    # a total counts users as soon as one of its items does
    counting = {row["item"] for row in _used_items(costs, used)}
    counting |= {TOTAL} if counting else set()
    rows: list[Row] = []
    coarsest, flat = 0.0, dict[str, float]()
    for arm in dict.fromkeys(row["arm"] for row in records):
        mine = [row for row in items if row["arm"] == arm]
        steps = [
            _step(row, beside.k, used.get(row["item"], 0.0)) if _is_used(row, used) else 0.0 for row in mine
        ]
        alike = sum(row["mean"] or 0.0 for row, step in zip(mine, steps, strict=True) if step == 0.0)
        flat[str(arm)] = alike
        means = [_to_step(row["mean"], step) for row, step in zip(mine, steps, strict=True)]
        coarsest = max([coarsest, *steps])
        total = next(row for row in records if row["item"] == TOTAL and row["arm"] == arm)
        known = [mean for mean in means if mean is not None]
        complete = bool(mine) and len(known) == len(mine)
        rows += [_cost(row, mean, beside, counting) for row, mean in zip(mine, means, strict=True)]
        rows.append(_cost(total, sum(known) if complete else None, beside, counting))
    alike = _significant(flat.get("treatment", 0.0) - flat.get("control", 0.0))
    many = all(row["users"] == 0 or row["users"] >= MANY * beside.k for row in _used_items(costs, used))
    notes: dict[str, Cell] = {
        "step_of_costs": coarsest or None,
        "same_for_all": alike,
        "correlation_used": many,
    }
    return _with_rows(costs, rows, beside, **notes)


def _is_dominated(row: Mapping[str, Any]) -> bool:
    return bool(row["users"]) and (row["top_two"] or 0.0) > MOST_OF_TWO


def _step(row: Mapping[str, Any], k: int, price: float) -> float:
    """Return a step of money that k users more or fewer do not exceed, the same however many they are.

    Any k people come to no more than k times the mean of the two who come to most; a unit each is assumed
    at least, so that where everybody uses one the step follows from the price, also where nobody does.
    """
    people = row["people"]
    if not people:
        return 0.0
    of_two = (row["top_two"] or 0.0) * abs(row["mean"] or 0.0) * people
    return _up(k * max(abs(price), of_two / 2) / people)


def _up(value: float) -> float:
    """Return the least of 1, 1.5, 2, 3, 5, 7, 10, 15 ... that is not below a value; zero stays zero.

    >>> [_up(value) for value in (0.3, 1.0, 210.0, 6000.0, 0.0)]
    [0.3, 1.0, 300.0, 7000.0, 0.0]
    """
    if value <= 0:
        return 0.0
    decade = 10.0 ** floor(log10(value))
    least = next(factor for factor in (1, 1.5, 2, 3, 5, 7, 10) if factor * decade >= value * (1 - 1e-12))
    return round(least * decade, 12)


def _to_step(value: float | None, step: float) -> float | None:
    if value is None:
        return None
    return _significant(value) if step == 0.0 else round(value / step) * step + 0.0


def _significant(value: float) -> float:
    return float(f"{value:.{DIGITS}g}") + 0.0


def _cost(row: Mapping[str, Any], mean: float | None, beside: Beside, counting: Collection[str]) -> Row:
    """Return a row of costs with the mean that is shown; users only where an offer makes it all or none.

    counting: items of which the mean counts users, so that these are not said.
    """
    people = number_shown(row["people"], beside.of(row["arm"]), beside.k)
    users = None
    if row["item"] not in counting and row["users"] in (0, row["people"]):
        users = people if row["users"] else 0
    hidden = dict.fromkeys(("sd", "share_missing", "top_two"))
    return {**row, **hidden, "people": people, "users": users, "mean": mean}


def _of_delivery(costs: Exhibit) -> float | None:
    """Return the released means of the items that are costs of delivery, added up."""
    wanted = {name.removeprefix("delivery_") for name in costs.notes if name.startswith("delivery_")}
    rows = [row for row in costs.records() if (row["variant"], row["arm"]) == (BASE, "treatment")]
    means = {row["item"]: row["mean"] for row in rows if row["item"] in wanted}
    if not wanted or set(means) != wanted:
        return None
    return sum(mean for mean in means.values() if isinstance(mean, float))


def _total(costs: Exhibit, arm: str) -> float | None:
    rows = [row for row in costs.records() if (row["variant"], row["item"]) == (BASE, TOTAL)]
    mean = next((row["mean"] for row in rows if row["arm"] == arm), None)
    return mean if isinstance(mean, float) else None


# --- what everything follows from ---


def _problem(result: Exhibit | None, around: Around) -> Reason | None:
    """Say why nothing may be said of what the outcome cost and averted."""
    if result is None:
        return None
    target = (result.outcome, ASSIGNED)
    if target in around.targets:
        return around.targets[target]
    if result.outcome in around.beside.hidden:
        return "differencing"
    return None


def _base(result: Exhibit, costs: Exhibit, around: Around) -> Base | None:
    """Return the coarse numbers; None where what is averted may not be said."""
    rows = {str(row["measure"]): row for row in result.records() if row["variant"] == BASE}
    cost, averted = rows.get("cost_difference"), rows.get("averted")
    totals = [_total(costs, arm) for arm in ("treatment", "control")]
    if cost is None or averted is None or None in totals or cost["std_error"] is None:
        return None
    effect = _averted(result, averted, around)
    if effect is None:
        return None
    estimate, variance, counts = effect
    spread = _up(float(cost["std_error"]))
    covariance = result.notes.get("covariance")
    many = _has_many_users(costs.notes)
    tenth = _correlation(covariance, cost["std_error"], averted["std_error"]) if many else 0.0
    both = Joint(
        cost=(totals[0] or 0.0) - (totals[1] or 0.0),
        averted=estimate,
        var_cost=spread**2,
        var_averted=variance,
        covariance=tenth * spread * sqrt(variance),
    )
    conf_level = result.notes.get("conf_level")
    step, same = costs.notes.get("step_of_costs"), costs.notes.get("same_for_all")
    return Base(
        both=both,
        together=both if many else at_worst(both),
        conf_level=conf_level if isinstance(conf_level, float) else 0.95,
        counts=counts,
        step=step if isinstance(step, float) else None,
        same_for_all=same if isinstance(same, float) else 0.0,
    )


def _has_many_users(notes: Mapping[str, Cell]) -> bool:
    return notes.get("correlation_used") is True


def at_worst(both: Joint) -> Joint:
    """Return differences that vary as much as with the least favourable correlation, whatever it is.

    The variance of cost - value x averted is at most twice that without a correlation, at every value,
    because (a + b)^2 <= 2 (a^2 + b^2).
    """
    return replace(both, var_cost=2 * both.var_cost, var_averted=2 * both.var_averted, covariance=0.0)


def _correlation(covariance: Cell, cost: Any, averted: Any) -> float:
    if not isinstance(covariance, float) or not cost or not averted:
        return 0.0
    return round(max(-0.9, min(covariance / (cost * averted), 0.9)), 1)


def _averted(
    result: Exhibit, row: Mapping[str, Any], around: Around
) -> tuple[float, float, Counts | None] | None:
    """Return what is averted, its variance and the counts that may stand beside it."""
    target = (result.outcome, ASSIGNED)
    if row["std_error"] is None:
        return None  # everybody in an arm is alike, and what rests on the spread has none here either
    if target in around.whole:
        table = around.whole[target]
        return *_of_counts(_counts_of_table(table)), None
    counts = _counts(row)
    exact = {counts_of(each) for each in around.rows if (each.outcome, each.population) == target}
    if counts is not None and counts in exact:
        return *_of_counts(counts), counts
    if not _counts_people(row) and "events" not in around.dominated.get(target, ()) and row["std_error"]:
        return _significant(row["estimate"]), _up(float(row["std_error"])) ** 2, None
    return None


def _counts(row: Mapping[str, Any]) -> Counts | None:
    if any(row[name] is None for name in COUNTS):
        return None
    return row["events_treatment"], row["n_treatment"], row["events_control"], row["n_control"]


def _counts_of_table(table: Table2x2) -> Counts:
    return table.events_treatment, table.n_treatment, table.events_control, table.n_control


def _counts_people(row: Mapping[str, Any]) -> bool:
    """Whether what is averted is a person who reoffends: its mean is then a number of people by another."""
    counts = _counts(row)
    if counts is None:
        return True
    x, n, y, m = counts
    return row["estimate"] is None or abs(y / m - x / n - row["estimate"]) < 1e-9 and x <= n and y <= m


def _of_counts(counts: Counts) -> tuple[float, float]:
    """Return the risk averted and its variance, as that of two means of noughts and ones."""
    x, n, y, m = counts
    variance = sum(p * (1 - p) / (size - 1) for p, size in ((x / n, n), (y / m, m)))
    return y / m - x / n, variance


# --- what follows ---


def _from_base(item: Exhibit, base: Base, costs: Exhibit, beside: Beside, result: Exhibit | None) -> Exhibit:
    if item.kind == RESULT:
        return _result(item, base, beside)
    if item.kind == CURVE:
        return _acceptability(item, base, beside, _amounts(result))
    if item.kind == PLANE:
        return _plane(item, base, beside)
    if item.kind == BREAK_EVEN:
        return _with_rows(item, [_needed(row, base) for row in item.records()], beside)
    return _budget(item, base, beside)


def _result(result: Exhibit, base: Base, beside: Beside) -> Exhibit:
    rows: list[Row] = []
    records: list[Row] = list(result.records())
    factor = _people_of_decision(records)
    for row in records:
        if row["variant"] not in (BASE, HALF_VALUE):
            continue
        counts: Row = dict.fromkeys(COUNTS)
        if base.counts is not None:
            events, people, others, control = base.counts
            counts = dict(zip(COUNTS, (people, control, events, others), strict=True))
        rows.append({**row, "std_error": None, "df": None, **_measured(row, base, factor), **counts})
    hidden = {name: None for name in result.notes if name.startswith("covariance") or name == "not_linked"}
    drawn: Row = {"seed": None, "replicates": None}
    return _with_rows(result, rows, beside, **hidden, **drawn)


def _people_of_decision(records: Sequence[Row]) -> float | None:
    """Return what the worth of research for one person is multiplied by: numbers of the plan alone."""
    worth = {row["measure"]: row["estimate"] for row in records if row["measure"].startswith("evpi")}
    one, all_of_them = worth.get("evpi_per_person"), worth.get("evpi_population")
    return all_of_them / one if one and all_of_them else None


def _measured(row: Row, base: Base, factor: float | None) -> Row:
    """Return the numbers of one measure, computed from the coarse ones."""
    both, conf_level, amount = base.both, base.conf_level, row["amount"]
    measure = row["measure"]
    if measure == "cost_difference":
        return _effect(_wald(both.cost, both.var_cost, conf_level))
    if measure == "averted":
        return _effect(_wald(both.averted, both.var_averted, conf_level), digits=False)
    both = base.together
    if measure == "net_benefit":
        return _effect(normal_net_benefit(both, value=amount, conf_level=conf_level))
    if measure == "cost_per_averted":
        ratio = {name: None for name in ENDS} | {"reason": None} | ratio_row(both, conf_level=conf_level)
        return {**ratio, **{name: _or_none(ratio[name]) for name in ENDS}}
    if measure == "break_even_effect":
        return {"estimate": _significant(break_even_effect(both.cost, value=amount))}
    worth = evpi(both.net_benefit(amount), sqrt(both.variance_at(amount)))
    if measure == "evpi_population":
        return {"estimate": None if factor is None else _significant(worth * factor)}
    return {"estimate": _significant(worth)}


def _wald(estimate: float, variance: float, conf_level: float) -> Effect:
    return (
        wald(estimate, sqrt(variance), conf_level=conf_level) if variance > 0 else Effect(estimate=estimate)
    )


def _effect(effect: Effect, *, digits: bool = True) -> Row:
    """Return estimate and interval by normal quantiles; a share to a tenth of a point, money to 3 digits."""
    coarse = _or_none if digits else _risk
    numbers = {name: coarse(getattr(effect, name)) for name in ENDS}
    return {**numbers, "reason": effect.reason, "method": "normal"}


def _or_none(value: Cell) -> float | None:
    return _significant(float(value)) if isinstance(value, int | float) else None


def _risk(value: Cell) -> float | None:
    return round(float(value), DIGITS) + 0.0 if isinstance(value, int | float) else None


def _amounts(result: Exhibit | None) -> list[float]:
    """Return the values at which net benefit is stated."""
    rows: list[Row] = [] if result is None else list(result.records())
    return sorted({float(row["amount"]) for row in rows if row["measure"] == "net_benefit"})


def _acceptability(curve: Exhibit, base: Base, beside: Beside, values: Sequence[float]) -> Exhibit:
    """Draw the curve anew: at nought, at the values, at the ends of the set of ratios, and between."""
    both = base.together
    ratios = fieller_set(both, quantile=normal_quantile(base.conf_level))
    ends = [end for end in (ratios.low, ratios.high) if end is not None and end > 0]
    top = 2 * max(values) if values else max(20 * abs(both.cost), 1.0)
    top = max([top, *(end for end in ends if not values or end <= 2 * top)])
    grid = [top * step / CURVE_STEPS for step in range(CURVE_STEPS + 1)]
    rows = [
        {"amount": amount, "probability": acceptability(both, amount), "share_of_draws": None}
        for amount in sorted({0.0, *values, *ends, *grid})
    ]
    infinite = acceptability_at_infinity(both)
    return _with_rows(curve, rows, beside, at_infinity=infinite, ties_at_zero=None, **_NOT_DRAWN)


_NOT_DRAWN: dict[str, Cell] = {"seed": None, "replicates": None, "within_strata": False}


def _plane(plane: Exhibit, base: Base, beside: Beside) -> Exhibit:
    records: list[Row] = list(plane.records())
    rows: list[Row] = []
    for share in dict.fromkeys(row["ellipse"] for row in records):
        points = sum(row["ellipse"] == share for row in records)
        around = ellipse(base.together, share=share / 100, points=points)
        rows += [{"ellipse": share, "effect": effect, "cost": cost} for effect, cost in around]
    shares: dict[str, Cell] = dict.fromkeys(("ne", "se", "sw", "nw", "axis", "ties"))
    here: dict[str, Cell] = {"effect": base.both.averted, "cost": base.both.cost}
    return _with_rows(plane, rows, beside, **here, **shares, **_NOT_DRAWN)


def _needed(row: Mapping[str, Any], base: Base) -> Row:
    averted = _effect(_wald(base.both.averted, base.both.var_averted, base.conf_level), digits=False)
    needed = _significant(break_even_effect(base.both.cost, value=row["amount"]))
    ends = {name: averted[name] for name in ENDS}
    return {**row, "cost_per_person": base.both.cost, "needed": needed, **ends}


def _budget(budget: Exhibit, base: Base, beside: Beside) -> Exhibit:
    """Round money per person offered, and add up what is shown; exact where everybody cost alike."""
    records: list[Row] = list(budget.records())
    payers = list(dict.fromkeys(row["payer"] for row in records))
    parts = [payer for payer in payers if payer != "all"] or payers
    rows: dict[tuple[Any, Any], Row] = {}
    notes: dict[str, Cell] = {}
    first = [row for row in records if row["year"] == 1 and row["payer"] in parts and row["offered"]]
    offer = sum(row["cost"] / row["offered"] for row in first)
    steps = {"cost": 0.0 if _significant(offer) == base.same_for_all else base.step or 0.0}
    steps["offsets"] = base.step or 0.0
    for payer in [*parts, *(["all"] if "all" in payers else [])]:
        running = 0.0
        notes[f"break_even_year_{payer}"] = None
        for row in (row for row in records if row["payer"] == payer):
            money = _added(rows, parts, row) if payer == "all" else _coarse_money(row, steps)
            net = money["cost"] - money["offsets"]
            running += net
            rows[payer, row["year"]] = {**row, **money, "net": net, "cumulative": running}
            if running <= 0 and notes[f"break_even_year_{payer}"] is None:
                notes[f"break_even_year_{payer}"] = row["year"]
    return _with_rows(budget, [rows[row["payer"], row["year"]] for row in records], beside, **notes)


def _coarse_money(row: Row, steps: Mapping[str, float]) -> dict[str, float]:
    offered = row["offered"] or 1.0
    return {name: (_to_step(row[name] / offered, step) or 0.0) * offered for name, step in steps.items()}


def _added(rows: Mapping[tuple[Any, Any], Row], parts: Sequence[str], row: Row) -> dict[str, float]:
    return {
        name: sum(float(rows[payer, row["year"]][name]) for payer in parts) for name in ("cost", "offsets")
    }


def _transported(table: Exhibit, around: Around) -> Exhibit:
    """Set a calculation of others beside the effects that findings show, where they show both."""
    conf_level = table.notes.get("conf_level")
    level = conf_level if isinstance(conf_level, float) else 0.95
    everyone = _risk_averted((table.outcome, ASSIGNED), around, level)
    rows: list[Row] = []
    for row in table.records():
        part = _risk_averted((table.outcome, str(row["population"])), around, level)
        if everyone is None or part is None:
            hidden = dict.fromkeys(name for name in table.columns[3:])
            rows.append({**row, **hidden, "status": "withheld", "reason": "differencing"})
            continue
        people = float(str(row["people"]))
        mine = dict(zip(("effect_in_population", "conf_low", "conf_high"), part, strict=True))
        all_of_them = dict(zip(("effect_in_all", "conf_low_all", "conf_high_all"), everyone, strict=True))
        ends = {
            name: None if end is None else _significant(people * end)
            for name, end in zip(("averted_low", "averted_high"), everyone[1:], strict=True)
        }
        rows.append({**row, **mine, **all_of_them, **ends})
    return _with_rows(table, rows, around.beside)


def _risk_averted(target: Target, around: Around, conf_level: float) -> list[float | None] | None:
    """Return the risk averted and its interval, from counts that findings show; None where they show none."""
    counts = _counts_of_table(around.whole[target]) if target in around.whole else None
    shown = [counts_of(row) for row in around.rows if (row.outcome, row.population) == target]
    if counts is None:
        counts = next((each for each in shown if each is not None), None)
    if counts is None:
        return None
    x, n, y, m = counts
    table = Table2x2(events_treatment=y, n_treatment=m, events_control=x, n_control=n)
    effect = risk_difference_newcombe(table, conf_level=conf_level)
    return [_risk(getattr(effect, name)) for name in ENDS]


def _without_numbers(item: Exhibit, beside: Beside) -> Exhibit:
    """Withhold what rests on an effect that may not be said; a result without numbers keeps its reasons."""
    if item.kind == RESULT and all(row["estimate"] is None for row in item.records()):
        rows = [{**row, **dict.fromkeys(COUNTS)} for row in item.records() if row["variant"] == BASE]
        return _with_rows(item, rows, beside, not_linked=None)
    return item.withheld("differencing")
