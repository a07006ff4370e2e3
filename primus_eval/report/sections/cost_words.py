"""What an economic evaluation comes to, in sentences: cost, effect, net benefit, ratio, break-even."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from primus_eval.findings import Exhibit
from primus_eval.prices import price_of
from primus_eval.report.economy import BASE, TOTAL, Economy
from primus_eval.report.page import value_of
from primus_eval.wording import numbers
from primus_eval.wording.pieces import Quoted, Sentence, joined

NO_RATIO = {"south_east": "dominant", "north_west": "dominated", "on_axis": "near_axis"}
"""Why a quadrant of the plane leaves no ratio to print, where the results give no reason themselves."""

FEWER_FIRST = ("conf_high", "conf_low")
"""The ends of what is averted as differences in risk are printed elsewhere: most averted first."""


def result_sentences(economy: Economy) -> tuple[Sentence, ...]:
    """Say what it cost, what it averted, and what that comes to at each value."""
    return (
        *cost_sentence(economy),
        *averted_sentence(economy),
        *_net_benefits(economy),
        *ratio_sentence(economy),
    )


def cost_sentence(economy: Economy) -> tuple[Sentence, ...]:
    """Say how much more or less each person offered the programme cost."""
    results, row = economy.results, economy.row("cost_difference")
    if results is None or row is None or value_of(results, row, "estimate") is None:
        return ()
    treatment, control = economy.page.arms()
    said = economy.page.say(
        f"costs.cost_difference{_none(results, row)}",
        treatment=treatment,
        control=control,
        n=economy.dearer(results, row, "estimate"),
    )
    return (joined([said, *_interval(economy, results, row, economy.dearer)]),)


def gross_cost_sentence(economy: Economy) -> tuple[Sentence, ...]:
    """Say what each person of either arm cost, before one is taken from the other."""
    exhibit = economy.shown("costs_by_arm")
    if exhibit is None:
        return ()
    means = {
        str(record["arm"]): economy.money(exhibit, row, "mean")
        for row, record in enumerate(exhibit.records())
        if (record["variant"], record["item"]) == (BASE, TOTAL) and record["mean"] is not None
    }
    if len(means) < 2:
        return ()
    treatment, control = economy.page.arms()
    return (
        economy.page.say(
            "costs.gross",
            treatment=treatment,
            control=control,
            mean_treatment=means["treatment"],
            mean_control=means["control"],
        ),
    )


def counted_sentence(economy: Economy) -> tuple[Sentence, ...]:
    """Say in one clause whose costs count, in which prices, and what was priced."""
    page, declared = economy.page, economy.declared
    exhibit = economy.shown("costs_by_arm")
    records = [] if exhibit is None else exhibit.records()
    items = dict.fromkeys(
        str(record["item"]) for record in records if record["variant"] == BASE and record["item"] != TOTAL
    )
    about: dict[str, Sentence] = {
        "budgets": page.say(f"costs.budgets.{declared['perspective']}"),
        "year": (Quoted(str(declared["price_year"])),),
    }
    if not items:
        return (page.say("costs.counted", **about),)
    listed = page.subject.words.listed([economy.item_name(item) for item in items])
    return (page.say("costs.counted_items", items=listed, **about),)


def discounting_sentence(economy: Economy) -> Sentence:
    """Say by which rates costs are discounted, and whether what is averted is."""
    page, schedule = economy.page, economy.declared.get("discounting", "none")
    said = page.say(f"costs.discounting.{schedule}")
    return said if schedule == "none" else joined([said, page.say(f"costs.discounted_{economy.effect}")])


def averted_sentence(economy: Economy) -> tuple[Sentence, ...]:
    """Say how many people, or events, the programme averted of a hundred people offered it."""
    results, row = economy.results, economy.row("averted")
    if results is None or row is None or value_of(results, row, "estimate") is None:
        return ()
    page = economy.page
    said = page.say(
        f"costs.averted_{economy.effect}{_none(results, row)}",
        outcome=page.subject.outcome_label(results.outcome),
        change=economy.averted(results, row, "estimate"),
        **dict(zip(("treatment", "control"), page.arms(), strict=True)),
    )
    return (joined([said, *_interval(economy, results, row, economy.averted, ends=FEWER_FIRST)]),)


def _none(exhibit: Exhibit, row: int) -> str:
    """Return the end of the key of a sentence where there is no difference at all."""
    return "_none" if value_of(exhibit, row, "estimate") == 0 else ""


def _interval(
    economy: Economy,
    exhibit: Exhibit,
    row: int,
    say: Callable[[Exhibit, int, str], Sentence],
    *,
    ends: tuple[str, str] = ("conf_low", "conf_high"),
) -> list[Sentence]:
    if not economy.has_interval(exhibit, row):
        return []
    low, high = (say(exhibit, row, end) for end in ends)
    return [economy.page.say("costs.interval", level=economy.level, low=low, high=high)]


def _net_benefits(economy: Economy) -> list[Sentence]:
    """Say the net benefit at each declared value: what the averted is worth, less what it cost."""
    results = economy.results
    if results is None:
        return []
    return [
        joined(
            [
                economy.page.say(
                    "costs.net_benefit",
                    amount=economy.money(results, row, "amount"),
                    label=economy.value_label(str(value_of(results, row, "value"))),
                    n=economy.gained(results, row, "estimate"),
                ),
                *_interval(economy, results, row, economy.gained),
            ]
        )
        for row in economy.rows("net_benefit")
        if value_of(results, row, "estimate") is not None
    ]


def ratio_sentence(economy: Economy) -> tuple[Sentence, ...]:
    """Say the cost of one averted, or why there is no such number."""
    results, row = economy.results, economy.row("cost_per_averted")
    if results is None or row is None:
        return ()
    if value_of(results, row, "estimate") is None:
        return (economy.page.say(f"costs.no_ratio.{_why_no_ratio(economy, results, row)}"),)
    saves = value_of(results, row, "quadrant") == "south_west"
    said = economy.page.say(
        f"costs.{'ratio_saved' if saves else 'ratio'}_{economy.effect}",
        n=economy.money(results, row, "estimate"),
    )
    return (joined([said, *_interval(economy, results, row, economy.money)]),)


def _why_no_ratio(economy: Economy, exhibit: Exhibit, row: int) -> str:
    """Return the key of the reason: the kind of set says most, then the reason given, then the quadrant."""
    reason, kind, quadrant = (str(value_of(exhibit, row, name)) for name in ("reason", "fieller", "quadrant"))
    if quadrant in ("south_east", "north_west"):
        return NO_RATIO[quadrant]
    if kind in ("two_rays", "whole_line"):
        return kind
    if f"costs.no_ratio.{reason}" in economy.page.subject.words:
        return reason
    return NO_RATIO.get(quadrant, "other")


def break_even_sentences(economy: Economy) -> tuple[Sentence, ...]:
    """Say at each value how much the programme has to avert to pay for itself, and where the trial stands."""
    exhibit = economy.shown("break_even")
    if exhibit is None:
        return ()
    return tuple(_break_even(economy, exhibit, row) for row in _first_of_each_value(exhibit))


def _first_of_each_value(exhibit: Exhibit) -> list[int]:
    """Return the row of each value at the trial's own cost, which stands before those at other costs."""
    rows = {str(record["value"]): row for row, record in reversed(list(enumerate(exhibit.records())))}
    return sorted(rows.values())


def _break_even(economy: Economy, exhibit: Exhibit, row: int) -> Sentence:
    page = economy.page
    amount = economy.money(exhibit, row, "amount")
    label = economy.value_label(str(value_of(exhibit, row, "value")))
    needed = value_of(exhibit, row, "needed")
    cost = value_of(exhibit, row, "cost_per_person")
    if isinstance(cost, int | float) and cost <= 0:
        return page.say("costs.pays_at_once", amount=amount, label=label)
    if needed is None:
        return page.say("costs.break_even_unknown", amount=amount, label=label)
    said = page.say(
        f"costs.break_even_{economy.effect}",
        cost=economy.money(exhibit, row, "cost_per_person"),
        amount=amount,
        label=label,
        needed=page.cell(exhibit, row, "needed", "fewer_of_100"),
    )
    years = _years_of_value(economy, str(value_of(exhibit, row, "value")))
    return joined([said, *years, *_where_the_trial_stands(economy, exhibit, row)])


def _years_of_value(economy: Economy, id: str) -> list[Sentence]:
    """Say over how many years a value counts, and over how many the trial does, where these are fewer."""
    entry: Mapping[str, Any] = next(
        (item for item in economy.declared.get("value") or () if item["id"] == id), {}
    )
    known = price_of(str(entry.get("price") or ""))
    covered = entry.get("horizon_years") or (known.horizon_years if known is not None else None)
    costs = economy.shown("costs_by_arm")
    counted = None if costs is None else costs.notes.get("years")
    if costs is None or covered is None or not isinstance(counted, int) or counted >= covered:
        return []
    page = economy.page
    years = Quoted(numbers.decimal(covered, 0 if covered == int(covered) else 1, page.subject.language))
    return [page.say("costs.value_years", years=years, counted=page.note(costs, "years", "whole"))]


def whether_it_pays(economy: Economy) -> tuple[str, ...]:
    """Say of each value where the interval lies by what is needed: above, below, or around it (includes).

    Empty where no interval can be held against what is needed.
    """
    exhibit = economy.shown("break_even")
    if exhibit is None:
        return ()
    places = (_place(exhibit, row) for row in _first_of_each_value(exhibit))
    return tuple(place for place in places if place)


def _place(exhibit: Exhibit, row: int) -> str:
    """Return where the interval lies by what is needed; empty where either is not known."""
    cost = value_of(exhibit, row, "cost_per_person")
    needed, low, high = (value_of(exhibit, row, name) for name in ("needed", "conf_low", "conf_high"))
    if not (isinstance(low, int | float) and isinstance(high, int | float)):
        return ""
    if isinstance(cost, int | float) and cost <= 0:
        return "at_once"
    if not isinstance(needed, int | float):
        return ""
    return "above" if low >= needed else "below" if high < needed else "includes"


def _where_the_trial_stands(economy: Economy, exhibit: Exhibit, row: int) -> list[Sentence]:
    place = _place(exhibit, row)
    if not place or value_of(exhibit, row, "estimate") is None:
        return []
    low, high = (economy.averted(exhibit, row, end) for end in FEWER_FIRST)
    own = economy.averted(exhibit, row, "estimate")
    said = economy.page.say(f"costs.trial_{place}", own=own, level=economy.level, low=low, high=high)
    return [said, *_other_numbers(economy, exhibit)]


def _other_numbers(economy: Economy, exhibit: Exhibit) -> list[Sentence]:
    """Say why this interval is not the one that the report gives for the same outcome elsewhere."""
    rows = economy.page.findings.rows
    if not any(row.outcome == exhibit.outcome and row.effect_measure == "risk_difference" for row in rows):
        return []
    rule = str(economy.declared.get("missing_costs", "refuse"))
    return [economy.page.say(f"costs.trial_basis.{rule}")]


def plane_sentence(economy: Economy) -> tuple[Sentence, ...]:
    """Say which share of resamples lies in each quadrant of the plane, and on its axes."""
    exhibit = economy.shown("plane")
    if exhibit is None or exhibit.notes.get("ne") is None:
        return () if exhibit is None else (economy.page.say("costs.no_resamples"),)
    page = economy.page
    shares = {name: page.note(exhibit, name, "percent_bound") for name in ("ne", "se", "sw", "nw")}
    said = page.say("costs.quadrants", **shares)
    on_axis = exhibit.notes.get("axis")
    if not on_axis:
        return (said,)
    return (joined([said, page.say("costs.on_axis", share=page.note(exhibit, "axis", "percent_bound"))]),)


def research_sentence(economy: Economy) -> tuple[Sentence, ...]:
    """Say what knowing the truth would at most be worth: the bound for another trial."""
    results = economy.results
    if results is None:
        return ()
    said = []
    for row in economy.rows("evpi_population") or economy.rows("evpi_per_person"):
        if value_of(results, row, "estimate") is None:
            continue
        said.append(
            economy.page.say(
                f"costs.{value_of(results, row, 'measure')}",
                amount=economy.money(results, row, "amount"),
                n=economy.money(results, row, "estimate"),
            )
        )
    return tuple(said)
