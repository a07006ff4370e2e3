"""What the programme cost, what it averted, and what it would have to avert to pay for itself.

Whose costs, in which prices and over which days stands first, because each of these moves the result. A cost
per averted is printed only where the data hold it between two numbers; net benefit always.
"""

from __future__ import annotations

from primus_eval.findings import Exhibit
from primus_eval.report.display import Figure, Paragraphs, Section, Table
from primus_eval.report.economy import EXHIBITS, Economy, economy_of
from primus_eval.report.page import Page, value_of
from primus_eval.report.sections.cost_tables import (
    acceptability_table,
    arm_table,
    budget_table,
    price_table,
    result_table,
)
from primus_eval.report.sections.cost_words import (
    break_even_sentences,
    discounting_sentence,
    plane_sentence,
    research_sentence,
    result_sentences,
)
from primus_eval.wording.pieces import Quoted, Sentence, capitalised

Parts = list[Paragraphs | Table | Figure]


def costs_section(page: Page) -> Section:
    """Give costs, effects and what they come to; nothing where no costs were declared."""
    title = page.say("costs.title")
    economy = economy_of(page)
    if economy is None:
        return Section(id="costs", title=title)
    parts: Parts = [
        Paragraphs(paragraphs=declared_sentences(economy)),
        *_withheld(economy),
        *price_table(economy),
        *arm_table(economy),
        *_results(economy),
        *_uncertainty(economy),
        *_break_even(economy),
        *_research(economy),
        *budget_table(economy),
        *_transported(economy),
        Paragraphs(heading=page.say("costs.limits_heading"), items=_limits(economy)),
    ]
    return Section(id="costs", title=title, parts=tuple(parts))


def declared_sentences(economy: Economy) -> tuple[Sentence, ...]:
    """Say when it was declared, whose costs count, in which prices and days, and what averted means."""
    page, declared = economy.page, economy.declared
    outcome = str(declared["outcome"])
    treatment, control = page.arms()
    known = any(entry["id"] == outcome for entry in page.protocol["outcome"])
    start = page.say(f"clock.{page.subject.outcome(outcome)['clock_start']}") if known else ()
    return (
        page.say(f"costs.declared_{'protocol' if economy.is_planned else 'appraisal'}"),
        page.say(f"costs.perspective.{declared['perspective']}"),
        page.say("costs.money", currency=Quoted(economy.currency), year=Quoted(str(declared["price_year"]))),
        page.say(f"costs.index.{declared.get('price_index', 'none')}"),
        *([page.say("costs.horizon", start=start)] if known else []),
        discounting_sentence(economy),
        *(
            [
                page.say(
                    f"costs.sign_{economy.effect}",
                    outcome=page.subject.outcome_label(outcome),
                    treatment=treatment,
                    control=control,
                )
            ]
            if known
            else []
        ),
    )


def _withheld(economy: Economy) -> list[Paragraphs]:
    """Say which parts are not shown, and why; or that nothing was computed."""
    page = economy.page
    exhibits = [item for kind in EXHIBITS for item in page.findings.exhibits_of(kind)]
    if not exhibits:
        return [Paragraphs(paragraphs=(page.say("costs.nothing"),))]
    items = tuple(
        page.say("costs.part_not_shown", part=_name(page, item), said=page.why_not_shown(item))
        for item in exhibits
        if not page.has(item)
    )
    return [Paragraphs(heading=page.say("costs.withheld_heading"), items=items)] if items else []


def _name(page: Page, exhibit: Exhibit) -> Sentence:
    outcome = page.subject.outcome_label(exhibit.outcome) if exhibit.outcome else ()
    return capitalised(page.say(f"exhibit.name.{exhibit.kind}", outcome=outcome))


def _results(economy: Economy) -> Parts:
    if economy.results is None:
        return []
    said = Paragraphs(heading=economy.page.say("costs.results_heading"), paragraphs=result_sentences(economy))
    return [said, *result_table(economy)]


def _uncertainty(economy: Economy) -> Parts:
    """Show how far the data leave it open: the plane, and the acceptability curve."""
    page = economy.page
    shown: Parts = [
        *page.figures_of("plane"),
        *page.figures_of("acceptability"),
        *acceptability_table(economy),
    ]
    said = plane_sentence(economy)
    if not shown and not said:
        return []
    prior = (page.say("costs.prior"),) if shown else ()
    return [Paragraphs(heading=page.say("costs.uncertainty_heading"), paragraphs=(*said, *prior)), *shown]


def _break_even(economy: Economy) -> Parts:
    said = break_even_sentences(economy)
    if not said:
        return []
    heading = economy.page.say("costs.break_even_heading")
    return [Paragraphs(heading=heading, paragraphs=said), *economy.page.figures_of("break_even")]


def _research(economy: Economy) -> Parts:
    said = research_sentence(economy)
    return [Paragraphs(heading=economy.page.say("costs.research_heading"), paragraphs=said)] if said else []


def _transported(economy: Economy) -> Parts:
    """Show a published calculation that carries a subgroup's effect over to everybody for what it is."""
    exhibit = economy.shown("transported")
    if exhibit is None:
        return []
    said = tuple(
        sentence for row in range(len(exhibit.rows)) for sentence in _carried_over(economy, exhibit, row)
    )
    return [Paragraphs(heading=economy.page.say("costs.transported_heading"), paragraphs=said)]


def _carried_over(economy: Economy, exhibit: Exhibit, row: int) -> list[Sentence]:
    page = economy.page
    population = str(value_of(exhibit, row, "population"))
    declared = economy.declared.get("transport") or ()
    about = {name: page.cell(exhibit, row, name, "whole") for name in ("people", "said_averted")}
    source = next(
        (item["source"] for item in declared if item["population"] == population),
        page.subject.words.entries["dash"],
    )
    said = [
        page.say(
            "costs.transported_said",
            source=capitalised((page.subject.quote(source),)),
            population=page.subject.population(population),
            **about,
        )
    ]
    if value_of(exhibit, row, "effect_in_all") is None or value_of(exhibit, row, "averted_low") is None:
        return [*said, page.say("costs.transported_unknown")]
    values = {
        name: economy.averted(exhibit, row, field)
        # most averted first, as differences in risk are printed everywhere
        for name, field in (("all", "effect_in_all"), ("low", "conf_high_all"), ("high", "conf_low_all"))
    }
    same = "" if value_of(exhibit, row, "effect_in_all") else "_same"
    people = {name: _people(economy, exhibit, row, f"averted_{name}") for name in ("low", "high")}
    return [
        *said,
        page.say(f"costs.transported_all{same}", level=economy.level, **values),
        page.say(
            "costs.transported_people", people=about["people"], least=people["low"], most=people["high"]
        ),
    ]


def _people(economy: Economy, exhibit: Exhibit, row: int, field: str) -> Sentence:
    """Say a number of people averted: so many fewer, or more where it is below none."""
    value = value_of(exhibit, row, field)
    if not isinstance(value, int | float) or value == 0:
        return economy.page.say("change.none")
    key = "costs.people_fewer" if value > 0 else "costs.people_more"
    n = economy.page.cell(exhibit, row, field, "whole_apart")
    return economy.page.subject.words.counted(key, round(abs(value)), n=n)


def _limits(economy: Economy) -> tuple[Sentence, ...]:
    """List what these numbers do not say."""
    page, declared = economy.page, economy.declared
    values, prices = declared.get("value") or (), declared.get("unit_cost") or ()
    applies = {
        "exploratory": not economy.is_planned,
        "association": any(value["kind"] == "budget_saving" for value in values),
        "average": any((item.get("marginal_share") or 1) < 1 or item.get("average_price") for item in prices),
        "one_payer": declared["perspective"] != "society",
        "beyond": True,
        "small": True,
    }
    return tuple(page.say(f"costs.limit.{name}") for name, holds in applies.items() if holds)
