"""Checks of an economic evaluation: nothing is counted twice, and nothing is mixed that cannot be added.

They run on the economics of a protocol, and on those of a signed appraisal against the protocol it is about.
"""

from __future__ import annotations

from itertools import combinations

from pydantic import ValidationError

from primus_eval.errors import Problem
from primus_eval.prices import CannotCarryOver, shipped
from primus_eval.protocol.definition_crossings import definitions_of
from primus_eval.protocol.economics import Economics, UnitCost, ValueOfOne
from primus_eval.protocol.economics_prices import (
    JUSTICE,
    PAYERS,
    VALUES,
    held_by,
    in_prices_of,
    resolved,
    shipped_price,
)
from primus_eval.protocol.lines import KeyPath
from primus_eval.protocol.model import ASSIGNED, Protocol
from primus_eval.protocol.page import Page
from primus_eval.vocabulary import Resource

MIXED, TWICE, CURRENCY, YEAR, UNFIT, ABSENT = "PE-C70", "PE-C71", "PE-C72", "PE-C73", "PE-C74", "PE-C75"

TABLES: dict[Resource, tuple[str, str]] = {
    "per_person_matched": ("matches", ""),
    "per_contact": ("contacts", ""),
    "per_contact_hour": ("contacts", "minutes"),
    "per_volunteer_hour": ("contacts", "minutes"),
    "per_service": ("services", ""),
    "per_custody_day": ("custody", ""),
    "per_decision": ("events", "decision_date"),
}
"""The table, and its key, that each resource is counted from; a person offered needs none."""

OF_PROGRAMME = ("per_person_offered", "per_person_matched", "per_contact", "per_contact_hour")
"""Resources whose price the accounts of the programme hold already, whoever pays for them."""

SAME_MEETING: tuple[tuple[Resource, Resource], ...] = (
    ("per_contact", "per_contact_hour"),
    ("per_contact", "per_volunteer_hour"),
    ("per_contact_hour", "per_volunteer_hour"),
)
"""Pairs of resources that are two measures of one meeting."""

WITH_CODES: dict[Resource, str] = {
    "per_custody_day": "reason",
    "per_service": "domain",
    "per_contact": "mode",
    "per_contact_hour": "mode",
    "per_volunteer_hour": "mode",
}
"""The column whose codes a price may be limited to."""

CLOCKED = tuple(resource for resource in TABLES if resource != "per_person_matched")


def check_economics(page: Page) -> None:
    """Check the economic evaluation that a document declares, where it can be read."""
    economics = _economics_in(page)
    if economics is not None:
        check_declared(page, economics, planned=True)
    for index, analysis in page.entries("analysis"):
        priced = page.table("economics").get("outcome")
        if analysis.get("quantity") == "cost" and analysis.get("outcome") != priced:
            page.say(
                ("analysis", index, "quantity"),
                "cost is priced by [economics], for its outcome only.",
                "Name that outcome, or add [economics].",
                code=ABSENT,
            )


def problems_of_appraisal(protocol: Protocol, economics: Economics, *, file: str) -> list[Problem]:
    """Return what speaks against the economics of an appraisal of this protocol.

    Prices from memory pass: what was not planned is exploratory, and every price says how it is known.
    """
    page = Page(protocol.model_dump(mode="json", by_alias=True, exclude_none=True), {}, file)
    check_declared(page, economics, planned=False)
    return page.problems


def check_declared(page: Page, economics: Economics, *, planned: bool) -> None:
    """Run every check; planned: whether it stands in the protocol."""
    _check_outcome(page, economics)
    _check_names(page, economics)
    full = resolved(economics)
    for index, entry in enumerate(full.unit_cost):
        path: KeyPath = ("economics", "unit_cost", index)
        _check_amount(page, path, economics.unit_cost[index], entry, full, planned=planned)
        _check_unit_cost(page, path, entry, full)
    for index, value in enumerate(full.value):
        path = ("economics", "value", index)
        _check_amount(page, path, economics.value[index], value, full, planned=planned)
        _check_value(page, path, value, full)
    _check_duplicates(page, full)
    _check_costs_table(page, full)


def _economics_in(page: Page) -> Economics | None:
    given = page.table("economics")
    if not given:
        return None
    try:
        return Economics.model_validate(given)
    except ValidationError:
        return None  # the records say what is wrong


def _check_outcome(page: Page, economics: Economics) -> None:
    path: KeyPath = ("economics", "outcome")
    if not page.require_known(path, economics.outcome, page.ids("outcome"), "outcome"):
        return
    if page.table("design", "allocation").get("scheme") == "cluster":
        page.say(
            ("economics",),
            "whole clusters were allocated, and costs and effects would be compared as if people were "
            "independent.",
            "Remove it: there is no economic evaluation of cluster trials here yet.",
            code="PE-C38",
        )
    outcome = next(entry for _, entry in page.entries("outcome") if entry.get("id") == economics.outcome)
    if "reoffending" not in outcome and "observed" not in outcome:
        page.say(path, "is no outcome of which less is a gain.", "Name one of reoffending.", code=ABSENT)
    if economics.missing_costs == "multiple_imputation" and not page.table("resampling"):
        page.say(
            ("economics", "missing_costs"),
            "imputing draws random numbers, and there is no seed.",
            "Add [resampling] with a seed.",
            code=ABSENT,
        )
    by_rules = economics.outcome in definitions_of(page)
    if economics.effect == "event" and not by_rules:
        page.say(
            ("economics", "effect"),
            "events are counted by rules, and this outcome was observed as one yes or no.",
            'Use effect = "person".',
            code=ABSENT,
        )
    if not by_rules:
        for index, entry in enumerate(economics.unit_cost):
            if entry.resource in CLOCKED:
                page.say(
                    ("economics", "unit_cost", index, "resource"),
                    f"{entry.resource} is added up over the window of an outcome by rules.",
                    "Name an outcome with reoffending.",
                    code=ABSENT,
                )


def _check_names(page: Page, economics: Economics) -> None:
    for kind in ("unit_cost", "value"):
        entries = getattr(economics, kind)
        names = [((index, "id"), entry.id) for index, entry in enumerate(entries)]
        page.require_distinct(("economics", kind), names, "Give each its own id.")
        for index, entry in enumerate(entries):
            if entry.price is not None:
                path: KeyPath = ("economics", kind, index, "price")
                page.require_known(path, entry.price, list(shipped()), "shipped price")
    for index, entry in enumerate(economics.transport):
        known = [ASSIGNED, *page.ids("population")]
        page.require_known(
            ("economics", "transport", index, "population"), entry.population, known, "population"
        )


def _check_amount(
    page: Page,
    path: KeyPath,
    given: UnitCost | ValueOfOne,
    full: UnitCost | ValueOfOne,
    economics: Economics,
    *,
    planned: bool,
) -> None:
    """An entry has one amount, with its currency, year and source, in money that can be added up."""
    price = shipped_price(given)
    if given.price is not None and price is None:
        return
    if given.price is not None:
        beside = [key for key in ("amount", "currency", "source", "tag") if getattr(given, key) is not None]
        if given.price_year is not None and price is not None and price.price_year is not None:
            beside.append("price_year")
        if beside:
            page.say(
                (*path, "price"),
                f"brings its own {', '.join(beside)}.",
                "Keep either the price or the amount.",
                code=UNFIT,
            )
            return
    missing = [key for key in ("amount", "currency", "price_year", "source", "tag") if not _has(full, key)]
    if missing:
        code = YEAR if missing == ["price_year"] else UNFIT
        page.say(
            path,
            f"does not say {', '.join(missing)}.",
            "Say it"
            + (
                "; where nobody knows the year of the prices, say which you take them for."
                if code == YEAR
                else "."
            ),
            code=code,
            paste=_paste(path, missing, economics),
        )
        return
    if full.currency != economics.currency:
        page.say(
            (*path, "currency" if given.price is None else "price"),
            f"is in {full.currency}, and results are in {economics.currency}.",
            "Nothing is converted: give all prices in one currency.",
            code=CURRENCY,
        )
        return
    if full.tag == "from_memory" and planned:
        page.say(
            path,
            "is a price from memory, and no planned result may rest on one.",
            "Look it up, or leave it to a signed appraisal.",
            code=UNFIT,
        )
    assert full.amount is not None and full.price_year is not None  # said to be missing above
    try:
        in_prices_of(economics, full.amount, price_year=full.price_year)
    except CannotCarryOver as error:
        page.say(path, f"cannot be added up: {error}.", "Name price_index, or another price_year.", code=YEAR)


def _paste(path: KeyPath, missing: list[str], economics: Economics) -> str | None:
    """Write the keys that an entry lacks: capitals are to be replaced, and who looked nothing up assumed it.

    An amount and the year of its prices are not written: nobody but the reader knows them.
    """
    written = {
        "currency": f'"{economics.currency}"',
        "source": '"AUTHOR, YEAR, PAGE"',
        "tag": '"assumed"',
    }
    lines = [f"{key} = {text}" for key, text in written.items() if key in missing]
    return "\n".join([f"[[economics.{path[1]}]]", *lines]) if lines else None


def _has(entry: UnitCost | ValueOfOne, key: str) -> bool:
    return getattr(entry, key) is not None


def _check_unit_cost(page: Page, path: KeyPath, entry: UnitCost, economics: Economics) -> None:
    """The payer belongs to the perspective, the price to the resource, and the table is there."""
    payers = PAYERS[economics.perspective]
    shown_apart = entry.payer == "volunteers" and economics.perspective == "public_budget"
    if entry.payer not in payers and not shown_apart:
        page.say(
            (*path, "payer"),
            f"what {entry.payer} bears is no cost in the perspective {economics.perspective}, and two "
            "perspectives are never added up.",
            f"Keep costs of {', '.join(payers)}.",
            code=MIXED,
        )
    price = shipped_price(entry)
    if price is not None and price.illustration:
        page.say(
            (*path, "price"),
            "is a grant divided by a target, which is no cost of what was delivered.",
            "Give the cost from accounts, or the rows of the table of costs.",
            code=UNFIT,
        )
    elif price is not None and price.unit != {"per_custody_day": "custody_day"}.get(entry.resource):
        page.say(
            (*path, "price"),
            f"is the price of one {price.unit}, and is multiplied {entry.resource}: crimes committed are not "
            "decisions recorded."
            if price.unit == "crime"
            else f"is the price of one {price.unit}, and is multiplied {entry.resource}.",
            "Name a price of what it is multiplied by.",
            code=UNFIT,
        )
    if entry.marginal_share is None and (entry.average_price or entry.resource == "per_custody_day"):
        page.say(
            path,
            "is an average price over fixed costs, and one unit less does not save it."
            if entry.average_price
            else "does not say how much of the price of a day one day more or less changes.",
            "Add marginal_share, such as 0.3, and say why in the label; 1 where the amount is marginal.",
            code=UNFIT,
        )
    column = WITH_CODES.get(entry.resource, "")
    if entry.codes and not column:
        page.say((*path, "codes"), f"have no meaning for {entry.resource}.", "Remove them.")
    elif entry.codes and not page.table("data", TABLES[entry.resource][0]).get(column):
        named = f"{column} in [data.{TABLES[entry.resource][0]}]"
        page.say((*path, "codes"), f"need {named}.", "Add it, or remove the codes.", code=ABSENT)
    table, key = TABLES.get(entry.resource, ("", ""))
    if table and not (page.table("data", table) and (not key or page.table("data", table).get(key))):
        named = f"[data.{table}]" + (f" with {key}" if key else "")
        page.say((*path, "resource"), f"needs {named}.", "Add it, or remove this price.", code=ABSENT)


def _check_value(page: Page, path: KeyPath, value: ValueOfOne, economics: Economics) -> None:
    """The value belongs to the perspective, and holds nothing that is a cost as well."""
    price = shipped_price(value)
    if price is not None and price.kind is None:
        page.say(
            (*path, "price"), f"is the price of one {price.unit} and no value.", "Name another.", code=UNFIT
        )
        return
    kind = value.kind if price is None or price.kind is None else price.kind
    if kind != value.kind:
        page.say((*path, "kind"), f"is {kind} by its source.", f'Use kind = "{kind}".', code=MIXED)
    elif kind not in VALUES[economics.perspective]:
        allowed = " or ".join(VALUES[economics.perspective]) or "none: report the cost per averted alone"
        page.say(
            (*path, "kind"),
            f"a value by {kind} does not belong to the perspective {economics.perspective}.",
            f"Values of this perspective: {allowed}.",
            code=MIXED,
        )
    _check_excludes(page, path, value)
    for entry in economics.unit_cost:
        if entry.resource in held_by(value):
            assumed = entry.resource not in value.includes
            page.say(
                path,
                f"{'is taken to hold' if assumed else 'holds'} {entry.resource} already, which {entry.id} "
                "prices as well: it would count twice.",
                "Remove the unit cost, or use a value of what is left"
                + (f' and say excludes = ["{entry.resource}"].' if assumed else "."),
                code=TWICE,
            )
    if value.discount and price is not None and price.discounted is not None and price.discounted != "no":
        page.say(
            (*path, "discount"),
            "whether its author discounted it is not stated, and twice would be once too often.",
            "Remove it.",
            code=TWICE,
        )
    elif value.discount and (value.horizon_years is None or value.horizon_years != int(value.horizon_years)):
        page.say((*path, "discount"), "needs whole horizon_years.", "Add them.", code=UNFIT)


def _check_excludes(page: Page, path: KeyPath, value: ValueOfOne) -> None:
    """What a value leaves out is custody or decisions, and nothing that it holds."""
    unfit = [each for each in value.excludes if each not in JUSTICE or each in value.includes]
    if unfit or (value.excludes and value.kind != "budget_saving"):
        page.say(
            (*path, "excludes"),
            f"says {', '.join(unfit)}, which it holds by its source or is never taken to hold."
            if unfit
            else f"has no meaning for a value by {value.kind}, which is not taken to hold anything.",
            f"Only {' or '.join(JUSTICE)} of a budget_saving can be left out, where its source does so.",
            code=UNFIT,
        )


def _check_duplicates(page: Page, economics: Economics) -> None:
    """No payer pays for the same thing twice, and no meeting is priced by two measures."""
    for (_, first), (index, second) in combinations(enumerate(economics.unit_cost), 2):
        apart = first.codes and second.codes and not set(first.codes) & set(second.codes)
        if apart or not _is_same(first, second):
            continue
        page.say(
            ("economics", "unit_cost", index),
            f"prices {second.resource} of {second.payer} a second time, after {first.id}."
            if first.resource == second.resource
            else f"prices the meetings that {first.id} prices as {first.resource}: they would count twice.",
            "Keep one, or give both codes that do not overlap.",
            code=TWICE,
        )


def _is_same(first: UnitCost, second: UnitCost) -> bool:
    """Whether two prices are of the same thing: meetings and their hours are, whoever pays.

    An hour of a volunteer is worth something to the volunteer beside what others pay for the meeting.
    """
    if first.resource == second.resource:
        return first.payer == second.payer
    pair = {first.resource, second.resource}
    one_meeting = any(pair == set(each) for each in SAME_MEETING)
    return one_meeting and ("per_volunteer_hour" not in pair or first.payer == second.payer)


def _check_costs_table(page: Page, economics: Economics) -> None:
    """Accounts of the programme and prices of its delivery are the same money, whoever pays.

    What a volunteer's hour is worth to the volunteer stands in no accounts.
    """
    if not page.table("data", "costs") or economics.costs_table == "leave_out":
        return
    for index, entry in enumerate(economics.unit_cost):
        paid_hour = entry.resource == "per_volunteer_hour" and entry.payer != "volunteers"
        if entry.resource in OF_PROGRAMME or paid_hour:
            page.say(
                ("economics", "unit_cost", index),
                f"prices what the programme delivers ({entry.resource}), and its accounts in the table of "
                "costs hold that already, whoever pays.",
                'Remove it, or leave the table out with costs_table = "leave_out".',
                code=TWICE,
            )


CHECKS = (check_economics,)
