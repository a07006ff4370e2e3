"""How a programme was delivered, as it leaves: whoever knows all the rules learns nothing of few people.

The strongest reader is played here: for every world (how many were matched, had two mentors, ended so) that a
small trial could be, the release is made; worlds that leave the same are one class. No quantity that counts
people may be one to k - 1 in every world of a class.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from attacker import analysis, crowd, protocol_of, trial_of

from primus_eval.disclosure import release
from primus_eval.disclosure.coarse import midpoint
from primus_eval.disclosure.indicators import (
    NUMBERS,
    Beside,
    released_indicators,
    withheld_in,
)
from primus_eval.disclosure.programme import CHANGES, reach_tells_of_few, released_programme
from primus_eval.disclosure.shares import parts_of, rounded_share, step_for
from primus_eval.findings import Exhibit, Findings
from primus_eval.numerics.proportions import proportion_wilson
from primus_eval.pipeline import evaluate

KS = (3, 4, 5)
TREATED = 48
Row = dict[str, Any]
World = tuple[int, ...]

COLUMNS = (
    "indicator",
    "breakdown",
    "group",
    "arm",
    "state",
    "reason",
    "numerator",
    "denominator",
    "people",
    "people_with",
    "mentors",
    "top_two",
    "estimate",
    "conf_low",
    "conf_high",
    "unit",
    "method",
    "target",
    "conf_level",
)


def row(indicator: str, **cells: Any) -> Row:
    """One row of indicators; by default a share of those randomised to treatment."""
    defaults = {
        "breakdown": "",
        "group": "",
        "arm": "treatment",
        "state": "reported",
        "unit": "proportion",
        "method": "wilson",
        "conf_level": 0.95,
    }
    return dict.fromkeys(COLUMNS) | defaults | {"indicator": indicator} | cells


def share(indicator: str, some: int, of: int = TREATED, **cells: Any) -> Row:
    return row(indicator, numerator=some, denominator=of, people=of, people_with=some, **cells)


def rate(indicator: str, **cells: Any) -> Row:
    fine = {"numerator": 1432.0, "denominator": 2880.0, "people": 48, "people_with": 40, "mentors": 60}
    fine |= {"top_two": 0.1, "estimate": 1432 / 2880, "conf_low": 0.41234, "conf_high": 0.58321}
    return row(indicator, unit="per_week", method="linearised", **(fine | cells))


def indicators(*rows: Row) -> Exhibit:
    return exhibit("indicators", COLUMNS, *(tuple(each[name] for name in COLUMNS) for each in rows))


def exhibit(
    kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...], id: str = "", **notes: Any
) -> Exhibit:
    return Exhibit(id=id or kind, kind=kind, columns=columns, rows=rows, notes=notes, population="assigned")


def beside(k: int, *treated: int, **keys: Any) -> Beside:
    return Beside(k=k, shown={"treatment": treated, "control": ()}, **keys)


def left(k: int, *rows: Row, treated: tuple[int, ...] = (TREATED,), **keys: Any) -> list[Row]:
    shown: list[Row] = list(released_indicators(indicators(*rows), beside(k, *treated, **keys)).records())
    return shown


def one(k: int, each: Row, **keys: Any) -> Row:
    (found,) = left(k, each, **keys)
    return found


def told(
    worlds: Iterable[World], shown: Callable[[World], Any], counts: Callable[[World], tuple[int, ...]], k: int
) -> list[tuple[World, int]]:
    """Return the counts of one to k - 1 people that are certain: so in every world that leaves the same."""
    classes: dict[str, list[World]] = defaultdict(list)
    for world in worlds:
        classes[repr(shown(world))].append(world)
    found = []
    for alike in classes.values():
        for place, values in enumerate(zip(*(counts(world) for world in alike), strict=True)):
            if all(0 < value < k for value in values):
                found.append((alike[0], place))
    return found


def numbers(rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    return [(each["state"], *(each[name] for name in NUMBERS)) for each in rows]


# --- shares of people ---


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize("n", [TREATED - 1, TREATED, TREATED + 1, TREATED + 2])
def test_nested_shares_do_not_count_who_is_in_one_and_not_in_the_other(n: int, k: int) -> None:
    worlds = [(x, y) for x in range(n + 1) for y in range(x + 1)]
    assert not told(
        worlds,
        lambda world: numbers(left(k, *(share("matched", x, n) for x in world), treated=(n,))),
        lambda world: (world[0], n - world[0], world[1], n - world[1], world[0] - world[1]),
        k,
    )


@pytest.mark.parametrize("k", KS)
def test_exact_numbers_would_have_told(k: int) -> None:
    """The reader of these tests finds what there is to find."""
    worlds = [(x, y) for x in range(TREATED + 1) for y in range(x + 1)]
    assert told(worlds, lambda world: world, lambda world: (world[0] - world[1],), k)
    assert told(
        [(x, TREATED - x) for x in range(TREATED)],
        lambda world: [midpoint(count, k) for count in world],
        lambda world: world,
        k,
    ) or (TREATED % (k + 1) in (0, k))


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize("treated", [(TREATED,), (TREATED + 2,), (40,), ()])
def test_whom_a_share_cannot_be_of_are_not_counted(treated: tuple[int, ...], k: int) -> None:
    """Of whom something is not known: the number of people of a share beside the number randomised."""
    worlds = [(n,) for n in range(30, 60)]
    assert not told(
        worlds,
        lambda world: numbers(left(k, share("risk_level", 20, world[0]), treated=treated)),
        lambda world: tuple(abs(n - world[0]) for n in (*treated, 1000)),
        k,
    )


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize("n", [47, 48, 49, 50])
def test_parts_that_add_up_are_not_pinned_by_their_sum(n: int, k: int) -> None:
    worlds = [(a, b, n - a - b) for a in range(n + 1) for b in range(n + 1 - a)]

    def shown(world: World) -> Any:
        rows = [
            share("ending", count, n, breakdown="reason", group=group)
            for count, group in zip(world, ("planned", "custody", "unknown"), strict=True)
        ]
        return numbers(left(k, *rows, treated=(n,)))

    assert not told(worlds, shown, lambda world: (*world, *(n - count for count in world)), k)
    for world in random.Random(1).sample(worlds, 50):
        assert sum(parts_of(world, n, k=k)) == n or max(world) < k + 1


@pytest.mark.parametrize("k", [3])
def test_a_breakdown_and_its_total_do_not_count_few(k: int) -> None:
    """Two branches, two nested indicators, and both in everybody."""
    n = 4 * (k + 1)
    pairs = [(x, y) for x in range(n + 1) for y in range(x + 1)]
    worlds = [(*a, *b) for a, b in product(pairs, pairs)]

    def shown(world: World) -> Any:
        rows = []
        for name, at in (("matched", 0), ("all_mentors", 1)):
            rows.append(share(name, world[at] + world[at + 2], 2 * n))
            for group, count in (("north", world[at]), ("south", world[at + 2])):
                rows.append(share(name, count, n, breakdown="branch", group=group))
        return numbers(left(k, *rows, treated=(2 * n,)))

    assert not told(
        worlds,
        shown,
        lambda w: (*w, *(n - x for x in w), w[0] - w[1], w[2] - w[3], w[0] + w[2] - w[1] - w[3]),
        k,
    )


@pytest.mark.parametrize("k", KS)
def test_rows_of_a_breakdown_stand_or_fall_together(k: int) -> None:
    n = 4 * (k + 1)

    def branches(*counts: int) -> list[Row]:
        rows = [
            share("matched", x, n, breakdown="branch", group=str(place)) for place, x in enumerate(counts)
        ]
        return left(k, *rows, treated=())

    assert {each["state"] for each in branches(n // 2, n // 2)} == {"reported"}
    for bad in (0, 1, k - 1, n - k + 1, n):
        assert {each["state"] for each in branches(n // 2, bad)} == {"withheld"}
        assert {each["reason"] for each in branches(n // 2, bad)} == {"small_cell"}


@pytest.mark.parametrize("k", KS)
def test_a_union_does_not_count_who_has_one_kind_alone(k: int) -> None:
    """Services of two domains, and of either, among the control arm."""
    most = 3 * (k + 1)
    worlds = [
        (a, b, either) for a in range(most) for b in range(most) for either in range(max(a, b), a + b + 1)
    ]

    def shown(world: World) -> Any:
        rows = [share("control_services", world[2], 80)]
        rows += [
            share("control_services", some, 80, breakdown="domain", group=group)
            for some, group in zip(world, "ab", strict=False)
        ]
        return numbers(left(k, *rows, treated=(80,)))

    assert not told(worlds, shown, lambda w: (*w, w[2] - w[0], w[2] - w[1], w[0] + w[1] - w[2]), k)


def test_a_share_follows_from_its_rounded_counts_and_holds_what_they_hide() -> None:
    """By trying every count that rounds alike."""
    found = rounded_share(38, 47, k=5, shown=[48])
    assert (found.numerator, found.denominator, found.estimate) == (39, 48, 39 / 48)
    ends = [proportion_wilson(x, n, conf_level=0.95) for x in range(37, 43) for n in range(44, 53)]
    assert found.conf_low == min(end.conf_low for end in ends if end.conf_low is not None)
    assert found.conf_high == max(end.conf_high for end in ends if end.conf_high is not None)


def test_a_share_by_a_curve_is_one_of_whole_people() -> None:
    shown = one(
        5, row("first_gap", method="cumulative_incidence", estimate=0.2631, denominator=48, people=48)
    )
    assert (shown["numerator"], shown["denominator"]) == (midpoint(13, 5), 48)
    assert shown["estimate"] == midpoint(13, 5) / 48


# --- sums, medians, mentors ---


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize(
    "cells",
    [
        {"top_two": 0.95},
        {"people_with": 1},
        {"people": 4},
        {"mentors": 2},
    ],
    ids=str,
)
def test_a_sum_of_few_is_withheld(cells: Row, k: int) -> None:
    shown = one(k, rate("contacts_per_planned_week", **cells))
    assert shown["state"] == ("withheld" if cells != {"people": 4} or k > 2 else "reported")
    assert {shown[name] for name in NUMBERS} == {None}


def test_a_sum_of_many_leaves_with_two_digits() -> None:
    shown = one(5, rate("contacts_per_planned_week", target=1.0))
    assert (shown["numerator"], shown["denominator"], shown["estimate"]) == (1400.0, 2900.0, 1400 / 2900)
    assert (shown["conf_low"], shown["conf_high"], shown["top_two"], shown["target"]) == (
        0.41,
        0.59,
        None,
        1.0,
    )
    assert (shown["people"], shown["people_with"], shown["mentors"]) == (48, 39, 57)


@pytest.mark.parametrize("k", KS)
def test_a_rate_is_that_of_the_sums_beside_it_and_lies_within_its_interval(k: int) -> None:
    """Of all visits, sessions or weeks some were kept: their share, by clusters and not by Wilson."""
    for of in (12, 15, 40, 87, 250, 2880):
        for some in sorted({*range(0, of + 1, max(of // 13, 1)), of}):
            exact = some / of
            ends = {"conf_low": max(exact - 0.07, 0.0), "conf_high": min(exact + 0.03, 1.0)}
            cells = {"numerator": some, "denominator": of, "estimate": exact, **ends}
            (shown,) = left(k, rate("planned_held", **cells) | {"unit": "proportion"}, treated=())
            assert shown["estimate"] == shown["numerator"] / shown["denominator"] <= 1.0
            low, value, high = shown["conf_low"], shown["estimate"], shown["conf_high"]
            assert low < value or low == value == 0.0
            assert value < high or value == high == 1.0
            assert low <= ends["conf_low"] + 1e-12 and high >= ends["conf_high"] - 1e-12


def test_nobody_had_any_contact_is_a_result_for_everybody_and_not_for_a_branch() -> None:
    none = {"numerator": 0.0, "people_with": 0, "estimate": 0.0, "conf_low": 0.0, "conf_high": 0.1}
    assert one(5, rate("hours", **none))["state"] == "reported"
    assert one(5, rate("hours", breakdown="branch", group="n", **none))["state"] == "withheld"


@pytest.mark.parametrize("k", KS)
def test_k_contacts_more_or_fewer_give_the_same_rate_or_the_next(k: int) -> None:
    for weeks in (60, 300, 3000):
        step = step_for(weeks, k)
        assert step is not None and k / weeks <= step


def test_a_median_leaves_on_a_grid_and_not_for_few() -> None:
    wait = {"unit": "days", "method": "median_order", "estimate": 33.0, "conf_low": 21.0, "conf_high": 58.0}
    shown = one(5, row("days_to_match", denominator=48, numerator=44, people=48, **wait))
    assert (shown["estimate"], shown["conf_low"], shown["conf_high"]) == (30.0, 20.0, 60.0)
    assert one(5, row("days_to_match", denominator=19, people=19, **wait))["state"] == "withheld"


@pytest.mark.parametrize("method", ["wilson", "kaplan_meier"])
def test_few_mentors_are_data_subjects(method: str) -> None:
    few = row("trained_before_match", method=method, numerator=30, denominator=40, estimate=0.75, mentors=4)
    assert one(5, few)["state"] == "withheld"
    assert one(5, few | {"mentors": 40, "arm": ""})["state"] == "reported"


def test_what_was_not_collected_stays_so_and_what_the_programme_did_is_counted() -> None:
    absent = row("supervised", state="not_collected", unit="proportion")
    assert one(5, absent) == absent
    logged = row("adaptations", unit="count", method="none", numerator=3, estimate=3.0)
    assert one(5, logged) == logged


def test_numbers_of_the_protocol_leave_as_they_are_or_not_at_all() -> None:
    told_about = share("informed", 380, 420, arm="")
    assert one(5, told_about) == told_about
    assert one(5, told_about, hide_reach=True)["state"] == "withheld"
    groups = row(
        "representative", method="standardised_difference", numerator=147, denominator=303, estimate=0.21
    )
    assert one(5, groups) == groups
    hidden = one(5, groups, hide_reach=True)
    assert (hidden["state"], hidden["numerator"], hidden["denominator"]) == ("withheld", None, None)


@pytest.mark.parametrize("seed", range(40))
def test_a_larger_threshold_never_shows_more(seed: int) -> None:
    rng = random.Random(seed)
    n = rng.randint(10, 120)
    rows = [share("matched", rng.randint(0, n), n), rate("hours", people=n, people_with=rng.randint(0, n))]
    rows += [
        share(
            "met_at_gate", rng.randint(0, 40), 40, breakdown="branch", group=group, mentors=rng.randint(0, 9)
        )
        for group in "abc"
    ]
    before: set[int] = set()
    for k in range(3, 15):
        hidden = {place for place, each in enumerate(left(k, *rows)) if each["state"] == "withheld"}
        assert before <= hidden
        before = hidden


# --- displays ---

MONTHS = tuple((month, f"2018-{month:02d}", 40, 60, 0.366 + month % 5 / 10) for month in range(1, 15))
RUN = ("period", "month", "numerator", "denominator", "value")


def display(kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...], k: int = 5, **notes: Any) -> Exhibit:
    each = exhibit(kind, columns, *rows, **notes)
    return released_programme([each], beside(k, TREATED))[each.id]


def test_months_are_values_alone_and_thin_ones_are_left_out() -> None:
    notes = {"indicator": "planned_held", "median": 0.6612, "signal": "shift"}
    shown = display("run_chart", RUN, (0, "2017-12", 8, 12, 0.667), *MONTHS, **notes)
    assert {each["month"] for each in shown.records()} == {month[1] for month in MONTHS}
    assert {(each["numerator"], each["denominator"], each["value"]) for each in shown.records()} == {
        (None, None, value) for value in (0.4, 0.5, 0.6, 0.7, 0.8)
    }
    assert (shown.notes["signal"], shown.notes["median"]) == ("shift", 0.7)
    assert display("run_chart", RUN, *MONTHS[:11], **notes).status == "withheld"


def test_a_run_chart_goes_with_its_indicator() -> None:
    chart = exhibit("run_chart", RUN, *MONTHS, id="run_chart/hours", indicator="hours")
    both = released_programme([chart, indicators(rate("hours", top_two=0.99))], beside(5))
    assert both["run_chart/hours"].status == "withheld"
    assert both["run_chart/hours"].rows == () and dict(both["run_chart/hours"].notes) == {}


def test_a_funnel_is_left_to_the_breakdown() -> None:
    assert display("funnel", ("group", "numerator"), ("a", 12), id="funnel/matched").status == "withheld"


STATES = ("week", "in_contact", "free_no_contact", "custody", "dead_or_abroad", "not_yet_observed")


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize("n", [47, 48, 49])
def test_where_everybody_was_counts_no_few(n: int, k: int) -> None:
    worlds = [(a, b, n - a - b) for a in range(n + 1) for b in range(n + 1 - a)]

    def shown(world: World) -> Any:
        each = exhibit("exposure_states", STATES, (4, *world, 0, 0))
        return released_programme([each], beside(k, n))["exposure_states"].rows

    assert not told(worlds, shown, lambda world: (*world, *(n - count for count in world)), k)


def test_weeks_are_every_fourth_and_add_up_to_everybody() -> None:
    weeks = [(week, 40, 4, 3, 1, 0) for week in range(-8, 53)]
    shown = display("exposure_states", STATES, *weeks)
    assert [each["week"] for each in shown.records()] == list(range(-8, 53, 4))
    assert {sum(each[name] for name in STATES[1:]) for each in shown.records()} == {TREATED}


def test_quartiles_need_k_people_beyond_them() -> None:
    columns = ("week", "people", "mean_cumulative", "low25", "high75")
    shown = display("exposure", columns, (0, 48, 3.456, 1, 5), (1, 48, 4, 2, 6), (4, 19, 5.5, 2, 8))
    assert [tuple(each.values()) for each in shown.records()] == [(0, 48, 3.5, 0.0, 4.0)]


def test_contact_in_four_weeks_adds_up() -> None:
    rows = [(1, level, n) for level, n in zip(("0", "1", "2_3", "4_more"), (2, 6, 12, 28), strict=True)]
    shown = display("contact_blocks", ("block", "level", "people"), *rows)
    assert [each["people"] for each in shown.records()] == [3, 3, 9, 33]


FLOW = ("stage", "n", "of_n")


def test_the_way_through_the_programme_has_the_numbers_of_the_indicators() -> None:
    rows = [("eligible", 700, None), ("randomised", 48, 97), ("matched", 44, 48), ("month_12", 21, 47)]
    shown = {
        each["stage"]: (each["n"], each["of_n"]) for each in display("programme_flow", FLOW, *rows).records()
    }
    assert shown["eligible"] == (700, None) and shown["randomised"] == (48, None)
    matched = one(5, share("matched", 44))
    assert shown["matched"] == (matched["numerator"], matched["denominator"]) == (45, 48)
    hidden = released_programme([exhibit("programme_flow", FLOW, *rows)], beside(5, 48, hide_reach=True))
    assert hidden["programme_flow"].records()[0]["n"] is None


HARM = ("kind", "severity", "arm", "incidents", "people", "of_people")


@pytest.mark.parametrize("k", KS)
def test_incidents_of_few_are_said_to_be_of_few_and_none_are_none(k: int) -> None:
    def shown(*rows: tuple[Any, ...]) -> list[Row]:
        return list(display("harm", HARM, *rows, k=k).records())

    rows = [("", "", "treatment", n + 1, n, 48) for n in range(1, k + 2)]
    assert {(each["incidents"], each["people"]) for each in shown(*rows)} == {(None, None)}
    (none, many) = shown(("", "", "treatment", 0, 0, 48), ("", "", "treatment", 20, 15, 48))
    assert (none["incidents"], none["people"]) == (0, 0)
    assert (many["incidents"], many["people"]) == (midpoint(20, k), midpoint(15, k))


@pytest.mark.parametrize("k", KS)
def test_kinds_of_incidents_do_not_count_few(k: int) -> None:
    """Two kinds, and everybody with either; a person may have both."""
    most = 3 * (k + 1)
    worlds = [
        (a, b, either) for a in range(most) for b in range(most) for either in range(max(a, b), a + b + 1)
    ]

    def shown(world: World) -> Any:
        rows = [
            (kind, "", "treatment", people, people, 48) for kind, people in zip("ab", world, strict=False)
        ]
        each = exhibit("harm", HARM, ("", "", "treatment", world[2], world[2], 48), *rows)
        return released_programme([each], beside(k, 48))["harm"].rows

    assert not told(worlds, shown, lambda world: (*world, world[2] - world[0], world[2] - world[1]), k)


def test_kinds_go_where_one_of_them_is_of_few() -> None:
    rows = [
        ("", "", "treatment", 20, 15, 48),
        ("a", "", "treatment", 18, 14, 48),
        ("b", "", "treatment", 2, 1, 48),
    ]
    shown = display("harm", HARM, *rows)
    assert [each["kind"] for each in shown.records()] == [""] and shown.notes["withheld_counts"] is True


def test_texts_on_changes_do_not_leave() -> None:
    shown = display(
        "programme_changes", ("month", "what", "why", "planned"), ("2019-03", "Bo left", "ill", False)
    )
    assert [tuple(each.values()) for each in shown.records()] == [("2019-03", None, None, False)]


CHANGED = ("programme_changes", ("month", "what", "why", "planned"), ("2019-03", "telephone", "Bo", False))


def test_changes_leave_in_the_words_of_the_protocol(inside: Findings) -> None:
    data = {
        "changes": {
            "what": "sort",
            "why": "told",
            "columns": {"sort": {"type": "category"}, "told": {"type": "text"}},
        }
    }
    protocol = {**inside.context["protocol"], "data": {**inside.context["protocol"]["data"], **data}}
    kept = tuple(each for each in inside.exhibits if each.kind != "programme_changes")
    findings = replace(
        inside,
        exhibits=(*kept, exhibit(*CHANGED)),
        context={**inside.context, "protocol": protocol},
    )
    (shown,) = release(findings).findings.exhibits_of("programme_changes")
    assert [tuple(each.values()) for each in shown.records()] == [("2019-03", "telephone", None, False)]


DOSE = ("outcome", "view", "level", "people", "events", "estimate", "conf_low", "conf_high")


def test_outcome_by_dose_needs_some_and_not_all_of_many() -> None:
    def shown(*events: int) -> Exhibit:
        rows = [("x", "landmark", "low", 30, n, n / 30, 0.1, 0.9) for n in events]
        return display("outcome_by_dose", DOSE, *rows, warning="not_an_effect")

    good = shown(12, 18)
    assert [(each["people"], each["events"]) for each in good.records()] == [(27, 9), (27, 15)]
    assert good.notes["warning"] == "not_an_effect"
    assert all(shown(12, bad).status == "withheld" for bad in (0, 4, 26, 30))


def test_a_withheld_indicator_is_withheld_in_the_grid() -> None:
    grid = exhibit(
        "coverage",
        ("framework", "element", "indicator", "state"),
        ("moore", "dose", "hours", "reported"),
        ("moore", "reach", "matched", "reported"),
        ("moore", "x", "supervised", "not_collected"),
    )
    shown = released_programme(
        [grid, indicators(rate("hours", top_two=1.0), share("matched", 40))], beside(5, 48)
    )
    assert [each["state"] for each in shown["coverage"].records()] == [
        "withheld",
        "reported",
        "not_collected",
    ]
    assert withheld_in(shown["indicators"]) == {"hours"}


EVERYTHING = [
    indicators(share("matched", 44), rate("hours"), share("ending", 3, 40, breakdown="reason", group="a")),
    exhibit("run_chart", RUN, *MONTHS, indicator="planned_held", median=0.61),
    exhibit("exposure_states", STATES, (0, 40, 4, 3, 1, 0)),
    exhibit("harm", HARM, ("", "", "treatment", 2, 1, 48)),
    exhibit("programme_flow", FLOW, ("matched", 44, 48)),
    exhibit("programme_changes", ("month", "what", "why", "planned"), ("2019-03", "a", "b", True)),
]


def test_what_was_released_stays_as_it_is() -> None:
    once = released_programme(EVERYTHING, beside(5, 48))
    assert released_programme(list(once.values()), beside(5, 48)) == once
    assert set(once) == {each.id for each in EVERYTHING}
    assert {each.kind for each in EVERYTHING} <= {"indicators", *CHANGES}


# --- with the rest of a release ---

WIDE = [person for arm in ("treatment", "control") for person in crowd(arm, arrested=20, free=30)]


@pytest.fixture(scope="module")
def inside() -> Findings:
    found = evaluate(trial_of(WIDE, protocol_of([analysis("primary", "primary")])))
    return replace(found, exhibits=(*found.exhibits, *EVERYTHING))


def with_reach(inside: Findings, *reach: tuple[str | None, int | None, int | None, int | None]) -> Findings:
    entries = [dict(zip(("group", "eligible", "informed", "consented"), each, strict=True)) for each in reach]
    protocol = {**inside.context["protocol"], "process": {"reach": entries}}
    return replace(inside, context={**inside.context, "protocol": protocol})


def test_release_rounds_what_was_delivered(inside: Findings) -> None:
    released = release(inside).findings
    (shown,) = released.exhibits_of("indicators")
    assert shown.notes["rounded"] is True and shown.records()[0]["numerator"] == 45
    assert release(released).findings.exhibits == released.exhibits


@pytest.mark.parametrize(
    ("reach", "tells"),
    [
        ([(None, 700, 400, 150)], False),
        ([(None, 700, 697, 150)], True),
        ([(None, 700, 400, 102)], True),  # one hundred were randomised
        ([("a", 300, 200, 60), ("b", 300, 200, 41)], True),
        ([("a", 300, 200, 60), ("b", 300, 200, 3)], True),
        ([("a", 300, 200, 60), ("b", 300, None, 80)], False),
        ([], False),
    ],
    ids=str,
)
def test_who_said_no_is_not_counted_from_the_protocol(
    inside: Findings, reach: list[Any], tells: bool
) -> None:
    findings = with_reach(inside, *reach)
    assert reach_tells_of_few(findings, k=5) is tells
    released = release(findings).findings
    process = released.context["protocol"]["process"]
    numbers = [entry[name] for entry in process["reach"] for name in ("eligible", "informed", "consented")]
    assert (set(numbers) <= {None}) is (tells or not reach)
    assert (released.context["fingerprint"] == findings.context["fingerprint"]) is not tells
    assert release(released).findings == released
