"""Parts of a window, sums over people, exact numbers: what leaves and with how many digits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from figure_findings import finding, findings

from primus_eval.disclosure.contributors import (
    BY_PERSON_TIME,
    dominated,
    quantile_of_few,
    sums_up,
    too_few_at_a_level,
)
from primus_eval.disclosure.digits import EXACT, with_few_digits
from primus_eval.disclosure.parts_of_window import about_whole_windows, parts_to_withhold, without_counts
from primus_eval.findings import Exhibit, Finding, Findings
from primus_eval.methods import ABOUT, METHODS

K = 5
PARTS = [{"id": id, "where": {"column": column}} for id, column in (("a", "x"), ("b", "x"), ("c", "y"))]
CONTEXT = {
    "protocol": {"outcome": [{"id": "reoffence", "horizon_days": 365}], "population": PARTS},
}


def counted(name: str, events: tuple[int, int], people: tuple[int, int] = (50, 50), **fields: Any) -> Finding:
    return replace(
        finding(name, effect_measure="hazard_ratio", method="cox_periods", unit="ratio", estimate=0.8),
        **{
            "horizon_days": 365,
            "events_treatment": events[0],
            "n_treatment": people[0],
            "events_control": events[1],
            "n_control": people[1],
            "outcome": "reoffence",
            "population": "assigned",
            **fields,
        },
    )


def few(*rows: Finding) -> bool:
    return bool(parts_to_withhold(Findings(rows=rows, context=CONTEXT), k=K))


# --- parts of a window ---

WHOLE = counted("whole", (20, 25))


def test_a_period_with_enough_events_and_enough_without_may_be_shown() -> None:
    assert not few(WHOLE, counted("early", (10, 12), horizon_days=91))
    assert not few(WHOLE, counted("late", (10, 13), (40, 38), from_days=91))


@pytest.mark.parametrize(
    "part",
    [
        counted("few events", (3, 12), horizon_days=91),
        counted("few without", (10, 12), (12, 40), from_days=91),
        counted("few events later", (10, 4), (40, 38), from_days=91),
        counted("few between", (17, 12), horizon_days=91),
    ],
    ids=lambda row: row.finding,
)
def test_a_period_that_counts_few_is_withheld(part: Finding) -> None:
    assert few(WHOLE, part)


def test_two_days_with_few_events_between_them_are_withheld_whatever_the_whole() -> None:
    early, later = counted("a", (8, 8), horizon_days=91), counted("b", (10, 14), horizon_days=182)
    assert not few(WHOLE, early) and not few(WHOLE, later)
    assert few(WHOLE, early, later)


def test_in_a_part_of_the_trial_none_is_as_telling_as_few() -> None:
    row = counted("none", (0, 8), (40, 40), from_days=91)
    assert not few(WHOLE, row)
    assert few(replace(WHOLE, population="young"), replace(row, population="young"))


def test_the_whole_window_alone_is_not_judged_here() -> None:
    assert not few(counted("whole", (1, 1)))


def test_what_is_about_a_part_leaves_without_counts_and_never_decides_about_the_whole() -> None:
    early = counted("early", (3, 12), horizon_days=91)
    found = Findings(rows=(WHOLE, early), context=CONTEXT)
    assert about_whole_windows(found).rows == (WHOLE,)
    bare = without_counts(early)
    assert {bare.n_treatment, bare.n_control, bare.events_treatment, bare.events_control} == {None}


# --- sums over people ---


def made_up(population: str = "assigned", *, others: bool = False, **row: Any) -> Exhibit:
    """How the sums of a population are made up, its treatment arm as given."""
    fine = {"people": 50, "some": 20, "several": 10, "total": 100.0, "largest": 10.0, "second": 8.0}
    columns = ("arm", "quantity", *fine)
    rows = (
        ("treatment", row.pop("quantity", "harm_days"), *(fine | row).values()),
        ("control", "harm_days", *fine.values()),
    )
    return Exhibit(
        id=f"contributors/reoffence/{population}/{others}",
        kind="contributors",
        columns=columns,
        rows=rows,
        outcome="reoffence",
        population=population,
    )


def of(*exhibits: Exhibit, population: str = "assigned") -> set[str]:
    """Which quantities are dominated in a population."""
    return dominated(Findings(exhibits=exhibits, context=CONTEXT), k=K)["reoffence", population]


@pytest.mark.parametrize(
    ("row", "is_dominated"),
    [
        ({}, False),
        ({"some": 4}, True),
        ({"some": 47}, True),
        ({"largest": 60.0, "second": 31.0}, True),
        ({"largest": 60.0, "second": 30.0}, False),
        ({"largest": 88.0, "second": 3.5}, True),
        ({"several": 3}, False),
        ({"several": 3, "quantity": "events"}, True),
        ({"some": 0, "several": 0, "total": 0.0, "largest": 0.0, "second": 0.0}, False),
    ],
)
def test_a_sum_that_few_make_up_is_dominated(row: dict[str, Any], is_dominated: bool) -> None:
    assert bool(of(made_up(**row))) == is_dominated


@pytest.mark.parametrize("quantity", ["terminal", "short"])
@pytest.mark.parametrize(
    ("some", "in_everyone", "in_a_part"), [(0, False, True), (1, True, True), (5, False, False)]
)
def test_the_dead_and_the_lost_are_counted_and_not_added_up(
    quantity: str, some: int, in_everyone: bool, in_a_part: bool
) -> None:
    row = {"quantity": quantity, "some": some, "several": 0, "total": some, "largest": 1.0, "second": 1.0}
    assert bool(of(made_up(**row))) == in_everyone
    assert bool(of(made_up("a", **row), population="a")) == in_a_part


def test_parts_of_one_column_stand_or_fall_together_and_with_everyone_and_everyone_else() -> None:
    few, fine = {"some": 4}, {}
    assert of(made_up(**fine), made_up("a", **few), made_up("b", **fine), population="b") == {"harm_days"}
    assert of(made_up(**fine), made_up("a", **few), made_up("c", **fine), population="c") == set()
    assert of(made_up(**few), made_up("c", **fine), population="c") == {"harm_days"}
    others = made_up("c", others=True, **few)
    assert of(made_up(**fine), made_up("c", **fine), others, population="c") == {"harm_days"}
    assert of(made_up(**fine), made_up("c", **fine), others) == set()


CUTS = (30.0, 90.0, 365.0)


def levels(*at_level: int, people: int = 50, population: str = "assigned") -> bool:
    """Whether few are at a level, in the treatment arm; control has 25 and 25; events all have some harm."""
    beyond = [sum(at_level[cut:]) for cut in range(1, len(at_level))]
    rows = [
        ("treatment", cut, people, n) for cut, n in zip((None, *CUTS), (beyond[0], *beyond), strict=False)
    ]
    rows += [("control", cut, 50, 25) for cut in (None, CUTS[0])]
    exhibit = Exhibit(
        id="levels/serious",
        kind="levels",
        columns=("arm", "cut", "people", "beyond"),
        rows=tuple(rows),
        outcome="reoffence",
        population=population,
        notes={"analysis": "serious", "quantity": "harm_days", "nested": True, "others": False},
    )
    return too_few_at_a_level(Findings(exhibits=(exhibit,), context=CONTEXT), k=K) == {"serious"}


def test_levels_of_seriousness_are_cells() -> None:
    assert not levels(30, 20) and levels(46, 4) and not levels(50, 0)
    assert levels(50, 0, population="a")
    assert levels(30, 20, population="a"), "in a part, that every event was of some harm is said of everybody"
    assert levels(20, 22, 8) is False and levels(20, 28, 2)


def serious(
    analysis: str, cuts: dict[float | None, int], quantity: str = "harm_days", **keys: Any
) -> Exhibit:
    """How many are beyond each cut in the treatment arm of a hundred; None is who had the event."""
    about = {"population": "assigned", "others": False, **keys}
    return Exhibit(
        id=f"levels/{analysis}/{about['others']}",
        kind="levels",
        columns=("arm", "cut", "people", "beyond"),
        rows=tuple(("treatment", cut, 100, n) for cut, n in cuts.items()),
        outcome="reoffence",
        population=about["population"],
        notes={
            "analysis": analysis,
            "quantity": quantity,
            "nested": quantity != "custody_days",
            "others": about["others"],
        },
    )


def hidden(*exhibits: Exhibit) -> set[str]:
    return too_few_at_a_level(Findings(exhibits=exhibits, context=CONTEXT), k=K)


@pytest.mark.parametrize("between", range(8))
def test_two_analyses_that_cut_one_quantity_are_one_table(between: int) -> None:
    """Each has enough on either side of its cut; by subtraction they count those between the two."""
    one, other = serious("one", {None: 50, 30: 40}), serious("other", {None: 50, 90: 40 - between})
    is_few = 0 < between < K
    assert hidden(one, other) == ({"one", "other"} if is_few else set())
    assert hidden(one) == hidden(other) == set()


@pytest.mark.parametrize("without_harm", range(8))
def test_those_with_an_event_and_no_harm_are_a_level(without_harm: int) -> None:
    found = hidden(serious("one", {None: 50, 1: 50 - without_harm}))
    assert found == ({"one"} if 0 < without_harm < K else set())
    in_part = hidden(serious("one", {None: 50, 1: 50 - without_harm}, population="a"))
    assert in_part == ({"one"} if without_harm < K else set())


def test_what_is_nested_by_its_meaning_counts_and_nothing_else() -> None:
    harm, most = serious("harm", {30: 40}), serious("most", {30: 38}, "most_serious_harm_days")
    assert hidden(harm, most) == {"harm", "most"}, "whoever had so much at once had as much in all"
    less = serious("most", {10: 38}, "most_serious_harm_days")
    assert hidden(harm, less) == set(), "neither holds the other"
    assert hidden(serious("harm", {30: 40}), serious("events", {2: 38}, "events")) == set()
    assert hidden(serious("events", {None: 40, 1: 40}, "events", population="a")) == set()
    assert hidden(serious("custody", {None: 40, 1: 38}, "custody_days")) == set()


def test_levels_of_parts_stand_or_fall_together_and_with_everyone_else() -> None:
    fine, few = {None: 50, 30: 40}, {None: 50, 30: 48}
    assert hidden(serious("all", fine), serious("in_c", fine, population="c")) == set()
    others = serious("in_c", few, population="c", others=True)
    assert hidden(serious("all", fine), serious("in_c", fine, population="c"), others) == {"in_c"}
    a, b = serious("in_a", few, population="a"), serious("in_b", fine, population="b")
    assert hidden(serious("all", fine), a, b) == {"in_a", "in_b"}
    assert hidden(serious("all", few), serious("in_c", fine, population="c")) == {"all", "in_c"}


@pytest.mark.parametrize(("share", "stays"), [(0.02, True), (0.1, False), (0.5, False), (0.95, True)])
def test_the_day_of_the_first_few_or_the_last_few_does_not_leave(share: float, stays: bool) -> None:
    row = counted("q", (20, 20), effect_measure="quantile_difference", quantile=share)
    assert (quantile_of_few(row, k=K) is not None) == stays


def test_a_landmark_says_who_was_gone_before_it() -> None:
    landmark = {"from_days": 30, "method": "landmark", "effect_measure": "risk_difference"}
    assert not few(WHOLE, counted("ok", (14, 19), (38, 38), **landmark))
    assert few(WHOLE, counted("events before", (17, 19), (38, 38), **landmark))
    assert few(WHOLE, counted("lost before", (14, 19), (42, 38), **landmark))


def test_which_findings_are_sums() -> None:
    def sums(measure: str, method: str, quantity: str = "") -> tuple[str, ...]:
        return sums_up(finding("a", effect_measure=measure, method=method, quantity=quantity, estimate=0.8))

    assert sums("rate_ratio", "andersen_gill") == ("events",)
    assert sums("rate", "person_time") == ("events", "short")
    assert "terminal" in sums("win_ratio", "u_statistic")
    at_liberty = finding("l", effect_measure="rate", method="person_time", conditional=True, estimate=3.0)
    assert sums_up(at_liberty) == ("events", "short", "custody_days")
    assert sums("hazard_ratio", "pwp_gap_time") == ("events",)
    assert sums("mean_difference", "bootstrap", "harm_days") == ("harm_days",)
    assert sums("common_odds_ratio", "proportional_odds", "harm_days") == ("harm_days",)
    assert sums("hazard_ratio", "cox") == () and sums("risk_difference", "newcombe") == ()


# --- digits ---

NUMBERS: dict[str, Any] = {
    "estimate": -0.123456,
    "conf_low": -0.345678,
    "conf_high": 0.098765,
    "std_error": 0.1111,
    "statistic": -1.2345,
    "p_value": 0.23456,
}


@pytest.mark.parametrize(("measure", "method"), [(m, name) for m, names in METHODS.items() for name in names])
def test_a_finding_leaves_exactly_only_where_its_method_is_named(measure: str, method: str) -> None:
    unit = "proportion" if measure in ("risk_difference", "proportion") else "ratio"
    row = finding("a", effect_measure=measure, method=method, unit=unit, **NUMBERS)
    out = with_few_digits(row, is_part=False)
    if method in EXACT.get(measure, ()):
        assert out == row
    elif method in BY_PERSON_TIME:
        assert (out.estimate, out.conf_low, out.conf_high) == (-0.12, -0.35, pytest.approx(0.099, abs=1e-3))
    elif measure == "quantile_difference":
        assert out.estimate == 0.0  # a tenth of a day lies on the grid's zero
    else:
        assert (out.estimate, out.conf_low, out.conf_high) == (
            -0.123,
            -0.346,
            pytest.approx(0.0988, abs=3e-4),
        )
        assert (out.std_error, out.statistic, out.p_value) == (None, None, 0.23)


def test_nothing_by_a_conditional_method_or_by_draws_leaves_exactly() -> None:
    exact = {method for methods in EXACT.values() for method in methods}
    assert not [name for name in exact if ABOUT[name].conditional or ABOUT[name].draws]


def test_a_part_of_the_window_never_leaves_exactly() -> None:
    row = finding(
        "a", effect_measure="risk_difference", method="aalen_johansen", unit="proportion", **NUMBERS
    )
    assert with_few_digits(row, is_part=True).estimate == -0.123


def test_the_day_of_one_person_leaves_on_a_grid() -> None:
    row = finding(
        "a",
        effect_measure="quantile_difference",
        method="kaplan_meier_bootstrap",
        unit="days",
        estimate=-37.0,
        conf_low=-112.0,
        conf_high=4.0,
    )
    out = with_few_digits(row, is_part=False)
    assert (out.estimate, out.conf_low, out.conf_high) == (-40.0, -110.0, 0.0)


def test_a_test_keeps_its_p_value_only() -> None:
    row = finding(
        "a",
        effect_measure="association_test",
        method="gray",
        unit="none",
        statistic=3.14159,
        df=1.0,
        p_value=0.076319,
        reason="test_only",
    )
    out = with_few_digits(row, is_part=False)
    assert (out.statistic, out.df, out.p_value) == (None, 1.0, 0.076)


def test_what_was_coarsened_stays_as_it_is() -> None:
    row = finding("a", effect_measure="rate_ratio", method="poisson", unit="ratio", **NUMBERS)
    once = with_few_digits(row, is_part=False)
    assert with_few_digits(once, is_part=False) == once


def test_the_findings_of_the_figures_are_about_whole_windows() -> None:
    found = findings()
    assert about_whole_windows(found).rows == found.rows
