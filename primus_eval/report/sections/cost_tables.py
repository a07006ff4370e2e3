"""The tables of an economic evaluation: prices, costs by arm, results, values, budgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from primus_eval.findings import Exhibit
from primus_eval.prices import price_of
from primus_eval.report.display import Group, Paragraphs, Row, Table
from primus_eval.report.economy import BASE, TOTAL, Economy, as_shown
from primus_eval.report.page import value_of
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.pieces import Quoted, Sentence, capitalised, joined

ARMS: tuple[ArmRole, ...] = ("treatment", "control")
MOST_ROWS = 12
"""A curve is listed at about so many amounts; the picture has them all."""
EFFECTS = ("averted", "break_even_effect")
"""Measures in people or events; all others are amounts of money."""


def price_table(economy: Economy) -> list[Table]:
    """List every price that was used: what for, how much, of which year, who bears it, how it is known."""
    exhibit = economy.shown("unit_costs")
    if exhibit is None:
        return []
    page = economy.page
    head = ("item", "resource", "used", "stated", "payer", "tag")
    return [
        Table(
            id="unit-costs",
            caption=page.say("costs.prices_caption"),
            head=tuple(page.say(f"costs.head.{name}", currency=_currency(economy)) for name in head),
            groups=(Group(rows=tuple(_price(economy, exhibit, row) for row in range(len(exhibit.rows)))),),
            notes=(page.say("costs.prices_note"),),
            numeric=frozenset({2, 3}),
        )
    ]


def _price(economy: Economy, exhibit: Exhibit, row: int) -> Row:
    page = economy.page
    word = {name: str(value_of(exhibit, row, name)) for name in ("resource", "payer", "tag", "currency")}
    stated: Sentence = page.say("dash")
    if None not in (value_of(exhibit, row, "amount"), value_of(exhibit, row, "price_year")):
        stated = page.say(
            "costs.stated",
            amount=page.cell(exhibit, row, "amount", f"money:{word['currency']}"),
            year=Quoted(str(value_of(exhibit, row, "price_year"))),
        )
    return Row(
        header=capitalised((economy.item_label(str(value_of(exhibit, row, "id"))),)),
        remarks=(*_marginal(economy, exhibit, row), *_source(economy, exhibit, row)),
        cells=(
            page.say(f"costs.resource.{word['resource']}"),
            economy.bare(exhibit, row, "amount_used"),
            stated,
            page.say(f"costs.payer.{word['payer']}"),
            page.say(f"costs.tag.{word['tag']}") if f"costs.tag.{word['tag']}" in page.subject.words else (),
        ),
    )


def _marginal(economy: Economy, exhibit: Exhibit, row: int) -> tuple[Sentence, ...]:
    share = value_of(exhibit, row, "marginal_share")
    if not isinstance(share, int | float) or share == 1:
        return ()
    shown = economy.page.cell(exhibit, row, "marginal_share", "percent_whole")
    return (economy.page.say("costs.share_of_average", share=shown),)


def _source(economy: Economy, exhibit: Exhibit, row: int) -> tuple[Sentence, ...]:
    """Say where a price comes from, in the report's language where it is known in it."""
    id, price = (str(value_of(exhibit, row, name) or "") for name in ("id", "price"))
    stored = value_of(exhibit, row, "source")
    declared: Mapping[str, Any] = next(
        (item for item in economy.declared.get("unit_cost", ()) if item["id"] == id), {}
    )
    source: Any = declared.get("source") or stored
    known = price_of(price)
    if known is not None:
        source = known.source
    return (economy.page.say("costs.source", source=economy.page.subject.quote(source)),) if source else ()


def arm_table(economy: Economy) -> list[Table]:
    """Lay out the mean cost per person by item and arm, of those whose costs are known."""
    exhibit = economy.shown("costs_by_arm")
    if exhibit is None:
        return []
    page = economy.page
    places: dict[str, dict[str, int]] = {}
    for row, record in enumerate(exhibit.records()):
        if record["variant"] == BASE:
            places.setdefault(str(record["item"]), {})[str(record["arm"])] = row
    treatment, control = (capitalised(arm) for arm in page.arms())
    return [
        Table(
            id="costs-by-arm",
            caption=page.say("costs.arms_caption", currency=_currency(economy)),
            head=(
                page.say("costs.head.item", currency=_currency(economy)),
                *(page.say("costs.mean_of", arm=arm) for arm in (treatment, control)),
                *(page.say("costs.users_of", arm=arm) for arm in (treatment, control)),
            ),
            groups=(Group(rows=tuple(_arms(economy, exhibit, item, rows) for item, rows in places.items())),),
            notes=(page.say("costs.arms_note"), *_incomplete(economy, exhibit, places)),
            numeric=frozenset({1, 2, 3, 4}),
        )
    ]


def _arms(economy: Economy, exhibit: Exhibit, item: str, rows: Mapping[str, int]) -> Row:
    page = economy.page
    nothing = page.say("dash")
    is_total = item == TOTAL
    means = [economy.bare(exhibit, rows[arm], "mean") if arm in rows else nothing for arm in ARMS]
    users = [_users(economy, exhibit, rows[arm]) if arm in rows else nothing for arm in ARMS]
    label = page.say("costs.total") if is_total else capitalised(economy.item_name(item))
    return Row(header=label, cells=(*means, *users), emphasis="primary" if is_total else "")


def _users(economy: Economy, exhibit: Exhibit, row: int) -> Sentence:
    page = economy.page
    if value_of(exhibit, row, "users") is None or value_of(exhibit, row, "people") is None:
        return page.say("flow.withheld" if page.profile == "release" else "dash")
    return page.say(
        "costs.of",
        n=page.cell(exhibit, row, "users", "whole"),
        people=page.cell(exhibit, row, "people", "whole"),
    )


def _incomplete(
    economy: Economy, exhibit: Exhibit, places: Mapping[str, Mapping[str, int]]
) -> tuple[Sentence, ...]:
    """Say of how many people costs were not all known, and what was done about them."""
    rows = places.get(TOTAL, {})
    if not any(value_of(exhibit, row, "share_missing") for row in rows.values()) or len(rows) < 2:
        return ()
    page = economy.page
    shares: dict[str, Any] = {
        f"share_{arm}": (page.cell(exhibit, rows[arm], "share_missing", "percent_bound"),)
        if value_of(exhibit, rows[arm], "share_missing") is not None
        else page.say("dash")
        for arm in ARMS
    }
    treatment, control = page.arms()
    said = page.say("costs.incomplete", treatment=treatment, control=control, **shares)
    return (joined([said, page.say(f"costs.missing.{economy.declared.get('missing_costs', 'refuse')}")]),)


def result_table(economy: Economy) -> list[Table]:
    """Lay out every result with its interval and method, the base case first, then each variant."""
    results = economy.results
    if results is None:
        return []
    page = economy.page
    groups = [
        Group(
            header=page.say("economic.variant.base") if name == BASE else economy.variant(name),
            rows=tuple(
                _result(economy, results, row)
                for row, record in enumerate(results.records())
                if record["variant"] == name
            ),
        )
        for name in (BASE, *economy.variants)
    ]
    return [
        Table(
            id="economic-results",
            caption=page.say("costs.results_caption", currency=_currency(economy)),
            head=(
                page.say("column.measure"),
                page.say("column.estimate"),
                capitalised(page.say("column.interval", level=economy.level)),
                page.say("column.method"),
            ),
            groups=tuple(group for group in groups if group.rows),
            notes=_result_notes(economy, results),
            numeric=frozenset({1, 2}),
        )
    ]


def _result(economy: Economy, results: Exhibit, row: int) -> Row:
    page = economy.page
    measure = str(value_of(results, row, "measure"))
    header = page.say(f"costs.measure.{measure}")
    if value_of(results, row, "value") and value_of(results, row, "amount") is not None:
        label = economy.value_label(str(value_of(results, row, "value")))
        header = page.say(
            "costs.at_value", measure=header, label=label, amount=economy.money(results, row, "amount")
        )
    number = _points if measure in EFFECTS else economy.bare
    if value_of(results, row, "estimate") is None:
        said = page.say("costs.not_there")
        return Row(header=header, across=joined([said, *_set_found(economy, results, row)]))
    interval = page.say("dash")
    if economy.has_interval(results, row):
        low, high = (_of(economy, results, row, end, number) for end in ("conf_low", "conf_high"))
        interval = page.say("interval", low=low, high=high)
    method = str(value_of(results, row, "method"))
    return Row(
        header=header,
        cells=(
            _of(economy, results, row, "estimate", number),
            interval,
            page.say(f"costs.method.{method}")
            if f"costs.method.{method}" in page.subject.words
            else (Quoted(method),),
        ),
        emphasis="primary"
        if (measure, value_of(results, row, "variant")) == ("cost_difference", BASE)
        else "",
    )


def _of(
    economy: Economy, exhibit: Exhibit, row: int, field: str, number: Callable[..., Sentence]
) -> Sentence:
    return number(economy, exhibit, row, field) if number is _points else number(exhibit, row, field)


def _points(economy: Economy, exhibit: Exhibit, row: int, field: str) -> Sentence:
    """Print an effect of a hundred people with its sign: averted is more than none."""
    return (economy.page.cell(exhibit, row, field, "points"),)


def _set_found(economy: Economy, results: Exhibit, row: int) -> list[Sentence]:
    kind = value_of(results, row, "fieller")
    return [economy.page.say(f"costs.set.{kind}")] if kind else []


def _result_notes(economy: Economy, results: Exhibit) -> tuple[Sentence, ...]:
    page = economy.page
    notes = [page.say(f"costs.results_note_{economy.effect}")]
    if results.notes.get("replicates"):
        notes.append(
            page.say(
                "costs.resampled",
                n=page.note(results, "replicates", "whole"),
                seed=Quoted(str(results.notes.get("seed"))),
            )
        )
    return tuple(notes)


def acceptability_table(economy: Economy) -> list[Table]:
    """List the acceptability curve: by what one averted is worth, how often the programme pays."""
    exhibit = economy.shown("acceptability")
    if exhibit is None:
        return []
    page = economy.page
    order = _thinned(economy, exhibit)
    has_draws = any(value_of(exhibit, row, "share_of_draws") is not None for row in order)
    fields = ("probability", "share_of_draws") if has_draws else ("probability",)
    rows = tuple(
        Row(
            header=economy.money(exhibit, row, "amount"),
            cells=tuple(
                (page.cell(exhibit, row, name, "percent_bound"),)
                if value_of(exhibit, row, name) is not None
                else page.say("dash")
                for name in fields
            ),
        )
        for row in order
    )
    return [
        Table(
            id="acceptability-table",
            caption=page.say("costs.acceptability_caption"),
            head=tuple(page.say(f"costs.head.{name}") for name in ("worth", *fields)),
            groups=(Group(rows=rows),),
            notes=(page.say("costs.acceptability_note"),),
            numeric=frozenset({1, 2}) if has_draws else frozenset({1}),
            is_folded=bool(page.figures_of("acceptability")),
        )
    ]


def _thinned(economy: Economy, exhibit: Exhibit) -> list[int]:
    """Return the rows of the curve that a table has room for, in the order of the amounts.

    All of a short one; of a long one every third or so, both ends, the declared values, and where normal
    theory meets an end of the usual interval: there lie the ends of Fieller's set.
    """
    amounts = [float(str(value_of(exhibit, row, "amount"))) for row in range(len(exhibit.rows))]
    declared = {economy.cell(row, "amount") for row in economy.rows("net_benefit")}
    order = sorted(range(len(amounts)), key=amounts.__getitem__)
    step = max(1, -(-len(order) // MOST_ROWS))
    regular = {*order[::step], *order[-1:]}
    return [
        row
        for row in order
        if row in regular
        or amounts[row] in declared
        or value_of(exhibit, row, "probability") in (0.025, 0.975)
    ]


def budget_table(economy: Economy) -> list[Paragraphs | Table]:
    """Lay out what a roll-out costs and saves each payer, year by year and undiscounted."""
    exhibit = economy.shown("budget_impact")
    if exhibit is None:
        return []
    page = economy.page
    fields = ("offered", "cost", "offsets", "net", "cumulative")
    payers = dict.fromkeys(str(record["payer"]) for record in exhibit.records())
    groups = tuple(
        Group(
            header=capitalised(page.say(f"costs.payer.{payer}")),
            rows=tuple(
                Row(
                    header=page.say("costs.year", year=page.cell(exhibit, row, "year", "whole")),
                    cells=(
                        (page.cell(exhibit, row, "offered", "whole"),),
                        *(economy.bare(exhibit, row, name) for name in fields[1:]),
                    ),
                )
                for row, record in enumerate(exhibit.records())
                if record["payer"] == payer
            ),
        )
        for payer in payers
    )
    table = Table(
        id="budget-impact",
        caption=page.say("costs.budget_caption", currency=_currency(economy)),
        head=tuple(page.say(f"costs.head.{name}") for name in ("year", *fields)),
        groups=groups,
        notes=(page.say("costs.budget_note"),),
        numeric=frozenset(range(1, len(fields) + 1)),
    )
    said = tuple(_pays_from(economy, exhibit, payer) for payer in payers)
    return [Paragraphs(heading=page.say("costs.budget_heading"), paragraphs=said), table]


def _pays_from(economy: Economy, exhibit: Exhibit, payer: str) -> Sentence:
    """Say from which year on a payer has got back what it spent, or that it does not within these years."""
    page = economy.page
    name = page.say(f"costs.payer.{payer}")
    spent = [row for row, record in enumerate(exhibit.records()) if record["payer"] == payer]
    totals = [value_of(exhibit, row, "cumulative") for row in spent]
    if any(total is None for total in totals):
        return capitalised(page.say("costs.budget_unknown", payer=name))
    for row in spent:
        rest = [value_of(exhibit, later, "cumulative") for later in spent[spent.index(row) :]]
        if all(isinstance(total, int | float) and total <= 0 for total in rest):
            year = page.cell(exhibit, row, "year", "whole")
            return capitalised(page.say("costs.budget_pays", payer=name, year=year))
    saved = [value_of(exhibit, row, "offsets") for row in spent]
    if all(isinstance(each, int | float) and each <= 0 for each in saved):
        return capitalised(page.say("costs.budget_no_saving", payer=name))
    years = as_shown(page, len(spent), "years_of_budget")
    return capitalised(page.say("costs.budget_never", payer=name, years=years))


def _currency(economy: Economy) -> Quoted:
    return Quoted(economy.currency)
