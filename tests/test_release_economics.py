"""Costs and what they avert, as they leave: a price divides a mean, and users cannot be counted."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import Any

import pytest
from figure_findings import finding
from test_release_programme import World, exhibit, indicators, row, told

from primus_eval.disclosure.economics import Around, at_worst, released_economics, with_cost_shown
from primus_eval.disclosure.indicators import Beside
from primus_eval.estimators.economics.results import COLUMNS as RESULT
from primus_eval.findings import Exhibit, Finding
from primus_eval.numerics.net_benefit import Joint
from primus_eval.numerics.proportions import Table2x2

K = 5
N = 48
PRICE = 10_000.0
COSTS = ("variant", "item", "arm", "people", "users", "mean", "sd", "share_missing", "top_two")
PRICES = exhibit(
    "unit_costs",
    ("id", "resource", "amount_used"),
    ("matched", "per_person_matched", PRICE),
    ("days", "per_custody_day", 1_000.0),
)
EXACT = (15, 48, 20, 48)
"""Events and people, treatment and control."""

Row = dict[str, Any]


def about(each: Exhibit) -> Exhibit:
    return replace(each, outcome="reoffence", population="assigned")


def cost(
    item: str, users: int, *, arm: str = "treatment", mean: float | None = None, **cells: Any
) -> tuple[Any, ...]:
    mean = PRICE * users / N if mean is None else mean
    fine = {"sd": 0.0 if users in (0, N) else 99.0, "share_missing": 0.0}
    fine |= {"top_two": 2 / max(users, 2)} | cells
    return ("base", item, arm, N, users, mean, *fine.values())


def costs(users: int, *, control: int = 20, **cells: Any) -> Exhibit:
    """An offer of 38,000 for everybody in treatment, and what is paid for each of those who use something."""
    rows = []
    for arm, some, offer in (("treatment", users, 38_000.0), ("control", control, 0.0)):
        used = cost("matched", some, arm=arm, **(cells if arm == "treatment" else {}))
        rows += [cost("offer", N if offer else 0, arm=arm, mean=offer), used]
        rows.append(cost("total", N if offer else some, arm=arm, mean=offer + float(used[5]), sd=99.0))
    return about(exhibit("costs_by_arm", COSTS, *rows, delivery_offer=True, delivery_matched=True))


def result(*more: Row, counts: tuple[int, int, int, int] = EXACT, covariance: float = -50.0) -> Exhibit:
    x, n, y, m = counts
    given = {
        "variant": "base",
        "value": "",
        "n_treatment": n,
        "n_control": m,
        "events_treatment": x,
        "events_control": y,
    }
    averted = y / m - x / n
    rows = [
        {"measure": "cost_difference", "estimate": 43_210.0, "std_error": 2_345.678},
        {"measure": "averted", "estimate": averted, "std_error": 0.0987654},
        {"measure": "net_benefit", "value": "v", "amount": 505_300.0, "estimate": 1.0, "std_error": 1.0},
        {"measure": "cost_per_averted", "method": "fieller", "fieller": "two_rays"},
        {"measure": "break_even_effect", "value": "v", "amount": 505_300.0, "estimate": 0.08},
        {"measure": "evpi_per_person", "value": "v", "amount": 505_300.0, "estimate": 100.0},
        {"measure": "evpi_population", "value": "v", "amount": 505_300.0, "estimate": 70_000.0},
        {"measure": "cost_difference", "variant": "volunteers_counted", "estimate": 48_000.0},
        *more,
    ]
    cells = [tuple((given | each).get(name) for name in RESULT) for each in rows]
    return about(
        exhibit("economic_result", RESULT, *cells, conf_level=0.95, covariance=covariance, not_linked=2)
    )


def shown_finding(counts: tuple[int, int, int, int] = EXACT) -> Finding:
    x, n, y, m = counts
    given = {"n_treatment": n, "n_control": m, "events_treatment": x, "events_control": y}
    return replace(finding("primary", estimate=-0.1), outcome="reoffence", population="assigned", **given)


def around(*rows: Finding, k: int = K, **keys: Any) -> Around:
    beside = Beside(k=k, shown={"treatment": (N,), "control": (N,)}, hidden=keys.pop("hidden", ()))
    given = {"targets": {}, "whole": {}, "dominated": {}} | keys
    return Around(beside=beside, rows=rows, **given)


def left(*exhibits: Exhibit, where: Around | None = None) -> dict[str, Exhibit]:
    return released_economics([PRICES, *exhibits], where or around(shown_finding()))


def measures(each: Exhibit) -> dict[str, Row]:
    return {str(found["measure"]): found for found in each.records()}


# --- costs ---


@pytest.mark.parametrize("k", [3, 4, 5])
def test_a_mean_at_a_known_price_does_not_count_who_did_not_use_it(k: int) -> None:
    """Nobody and few use it: another matter, said of every share."""
    worlds = [(users,) for users in range(k, N + 1)]

    def shown(world: World) -> Any:
        return left(costs(world[0]), where=around(k=k))["costs_by_arm"].rows

    assert not told(worlds, shown, lambda world: (N - world[0],), k)
    assert told(worlds, lambda world: f"{PRICE * world[0] / N:.3g}", lambda world: (N - world[0],), k)


def test_a_total_is_the_sum_of_what_is_shown() -> None:
    table = left(costs(44))["costs_by_arm"]
    means = {(each["item"], each["arm"]): each["mean"] for each in table.records()}
    assert means["total", "treatment"] == means["offer", "treatment"] + means["matched", "treatment"]
    assert means["offer", "treatment"] == 38_000.0 and means["matched", "treatment"] % 1_500 == 0
    for each in table.records():
        assert (each["sd"], each["share_missing"], each["top_two"]) == (None, None, None)
        assert each["users"] in (None, 0, N)


@pytest.mark.parametrize("cells", [{"top_two": 0.95}, {}], ids=["dominated", "few"])
def test_where_few_used_an_item_nothing_that_rests_on_costs_leaves(cells: Row) -> None:
    """A total of 15,000 in steps of 15,000 counted the four users of an item at a price that is known."""
    for users in [30] if cells else range(1, K):
        found = left(costs(users, **cells), result())
        assert {(each.status, each.reason) for each in found.values()} == {("withheld", "small_cell")}
        assert not any(each.rows or each.notes.get("withheld_counts") for each in found.values())


def test_the_step_follows_from_the_price() -> None:
    """Whoever knows the price and the people knows the step, so that it says nothing of users."""
    steps = {left(costs(users))["costs_by_arm"].notes["step_of_costs"] for users in (0, *range(K, N + 1))}
    assert steps == {1_500.0}, "5 of 48 at 10,000 are 1,042, and two of them at most"


def test_that_nobody_used_an_item_is_not_said() -> None:
    table = left(costs(30, control=0))["costs_by_arm"]
    by = {(each["item"], each["arm"]): each["users"] for each in table.records()}
    assert by["matched", "control"] is None and by["total", "control"] is None
    assert (by["offer", "treatment"], by["offer", "control"]) == (N, 0)


@pytest.mark.parametrize("users", [K, 4 * K - 1, 4 * K])
def test_whether_the_few_users_of_an_item_had_the_outcome_is_not_said(users: int) -> None:
    """Cost and outcome are correlated by whether users had the outcome: shown from 4 k users only."""
    plane = about(exhibit("plane", ("ellipse", "effect", "cost"), *[(95, 0.1, 2.0)] * 8, ne=0.51234))
    first, *others = [
        left(costs(users), result(covariance=covariance), plane) for covariance in (-100.0, 0.0, 150.0)
    ]
    assert all((each == first) is (users < 4 * K) for each in others)


def test_an_unknown_correlation_is_taken_at_its_worst() -> None:
    """No correlation gives a wider interval than the one shown, at any value."""
    both = Joint(cost=1.0, averted=0.1, var_cost=4.0, var_averted=0.01, covariance=0.0)
    for correlation in (-1.0, -0.5, 0.0, 0.7, 1.0):
        real = replace(both, covariance=correlation * 0.2)
        for value in (0.0, 1.0, 20.0, 500.0):
            assert at_worst(both).variance_at(value) >= real.variance_at(value) - 1e-9


def test_the_cost_per_person_is_that_of_the_table() -> None:
    given = indicators(
        row("cost_per_person", estimate=47_166.7, numerator=2_264_000.0, denominator=48, people=48)
    )
    (shown,) = with_cost_shown(given, left(costs(44))["costs_by_arm"]).records()
    assert (shown["estimate"], shown["numerator"], shown["people"]) == (47_000.0, None, None)
    for hidden in (None, left(costs(2))["costs_by_arm"]):
        (gone,) = with_cost_shown(given, hidden).records()
        assert gone["state"] == "withheld"
    (gone,) = with_cost_shown(given, None).records()
    assert (gone["state"], gone["estimate"]) == ("withheld", None)


# --- results ---


def test_everything_follows_from_a_few_coarse_numbers() -> None:
    """Other exact inputs that are alike when rounded give the same results, digit by digit."""
    curve = about(exhibit("acceptability", ("amount", "probability", "share_of_draws"), (1.0, 0.5, 0.512345)))
    plane = about(exhibit("plane", ("ellipse", "effect", "cost"), *[(95, 0.1, 2.0)] * 8, ne=0.51234))
    one = left(costs(44), result(covariance=-50.0), curve, plane)
    other = left(costs(43), result(covariance=-51.0), curve, plane)
    for name in ("economic_result", "acceptability", "plane"):
        assert one[name] == other[name]


def test_results_are_those_of_the_coarse_numbers() -> None:
    found = measures(left(costs(44), result())["economic_result"])
    assert {each["variant"] for each in found.values()} == {"base"}
    assert (found["averted"]["estimate"], found["averted"]["n_treatment"]) == (0.104, 48)
    spread = sqrt(15 / 48 * 33 / 48 / 47 + 20 / 48 * 28 / 48 / 47)
    assert found["averted"]["conf_high"] == round(5 / 48 + 1.959964 * spread, 3)
    totals = {
        each["arm"]: each["mean"]
        for each in left(costs(44))["costs_by_arm"].records()
        if each["item"] == "total"
    }
    difference = totals["treatment"] - totals["control"]
    assert found["cost_difference"]["estimate"] == difference
    assert found["net_benefit"]["estimate"] == float(f"{505_300 * 5 / 48 - difference:.3g}")
    assert found["break_even_effect"]["estimate"] == float(f"{difference / 505_300:.3g}")
    worth = found["evpi_per_person"]["estimate"], found["evpi_population"]["estimate"]
    assert worth[1] == pytest.approx(700 * worth[0], rel=0.01), "both of three digits"
    assert {each[name] for each in found.values() for name in ("std_error", "df")} == {None}
    notes = left(costs(44), result())["economic_result"].notes
    assert (notes["covariance"], notes["not_linked"], notes["seed"]) == (None, None, None)


def test_where_risks_are_of_whole_people_so_is_what_is_averted() -> None:
    table = Table2x2(events_treatment=16, n_treatment=48, events_control=22, n_control=48)
    where = around(whole={("reoffence", "assigned"): table})
    found = measures(left(costs(44), result(), where=where)["economic_result"])
    assert (found["averted"]["estimate"], found["averted"]["n_treatment"]) == (0.125, None)


@pytest.mark.parametrize("counts", [None, (15, 46, 20, 48)], ids=["no finding", "two people fewer"])
def test_what_no_finding_shows_is_not_shown_here(counts: tuple[int, int, int, int] | None) -> None:
    where = around(*([] if counts is None else [shown_finding(counts)]))
    found = left(costs(44), result(), where=where)
    assert found["economic_result"].status == "withheld" and found["costs_by_arm"].status == "estimated"


@pytest.mark.parametrize(
    "keys", [{"targets": {("reoffence", "assigned"): "small_cell"}}, {"hidden": ["reoffence"]}], ids=str
)
def test_costs_go_with_an_outcome_that_is_withheld(keys: Row) -> None:
    found = left(costs(44), result(), where=around(shown_finding(), **keys))
    assert {each.status for each in found.values()} == {"withheld"}


def test_draws_stay_inside() -> None:
    curve = about(
        exhibit(
            "acceptability", ("amount", "probability", "share_of_draws"), (1.0, 0.5, 0.5), ties_at_zero=0.1
        )
    )
    plane = about(exhibit("plane", ("ellipse", "effect", "cost"), (95, 0.1, 2.0), ne=0.5, ties=0.1))
    found = left(costs(44), result(), curve, plane)
    assert {each["share_of_draws"] for each in found["acceptability"].records()} == {None}
    assert {found["plane"].notes[name] for name in ("ne", "se", "sw", "nw", "axis", "ties")} == {None}
    amounts = [each["amount"] for each in found["acceptability"].records()]
    assert 0.0 in amounts and 505_300.0 in amounts and amounts == sorted(amounts)


BUDGET = ("year", "payer", "offered", "cost", "offsets", "net", "cumulative")


def test_budgets_add_up() -> None:
    rows = [
        (year, payer, 45.0 * year, 45.0 * year * cost, 45.0 * year * saved, 0.0, 0.0)
        for payer, cost, saved in (
            ("state", 38_000.0, 1_234.5),
            ("region", 0.0, 4_321.0),
            ("all", 38_000.0, 5_555.5),
        )
        for year in (1, 2)
    ]
    found = left(costs(44), result(), about(exhibit("budget_impact", BUDGET, *rows)))["budget_impact"]
    by = {(each["payer"], each["year"]): each for each in found.records()}
    for name in ("cost", "offsets", "net", "cumulative"):
        assert by["all", 2][name] == by["state", 2][name] + by["region", 2][name]
    assert by["state", 1]["cost"] == 45 * 38_000.0, "the same for everybody"
    assert (by["region", 1]["offsets"] / 45) % 1_500 == 0
    assert found.notes["break_even_year_region"] == 1 and found.notes["break_even_year_state"] is None


def test_what_was_carried_over_rests_on_effects_that_are_shown() -> None:
    columns = ("population", "people", "said_averted", "effect_in_population", "conf_low", "conf_high")
    columns += (
        "effect_in_all",
        "conf_low_all",
        "conf_high_all",
        "averted_low",
        "averted_high",
        "status",
        "reason",
    )
    table = about(exhibit("transported", columns, ("high", 420, 160, 0.38123, *[0.1] * 7, "estimated", None)))
    (gone,) = left(costs(44), result(), table)["transported"].records()
    assert (gone["people"], gone["said_averted"], gone["status"]) == (420, 160, "withheld")
    assert gone["effect_in_population"] is None and gone["effect_in_all"] is None
    part = replace(shown_finding((6, 21, 14, 21)), finding="part", population="high")
    (kept,) = left(costs(44), result(), table, where=around(shown_finding(), part))["transported"].records()
    assert (kept["effect_in_population"], kept["effect_in_all"]) == (0.381, 0.104)
    assert (
        kept["averted_high"] == float(f"{420 * kept['conf_high_all']:.3g}")
        or abs(kept["averted_high"] - 420 * kept["conf_high_all"]) < 0.5
    )


def test_what_was_released_stays_as_it_is() -> None:
    once = left(costs(44), result())
    assert left(*once.values()) == once
