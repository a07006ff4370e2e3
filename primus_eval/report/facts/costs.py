"""Facts on an economic evaluation: whose costs, in which prices, over which days, and what came out.

An item of the standard is "not reported" or "not applicable" where nothing answers it; what was done by hand,
such as talks with those concerned, is for a person.
"""

from __future__ import annotations

from collections.abc import Callable

from primus_eval.report.economy import Economy, economy_of
from primus_eval.report.facts.answer import Answer, Fact, answered, for_a_person, partly, partly_in_words
from primus_eval.report.page import Page
from primus_eval.report.sections.cost_words import (
    cost_sentence,
    discounting_sentence,
    plane_sentence,
    result_sentences,
)
from primus_eval.wording.pieces import Quoted, Sentence, joined

OfEconomy = Callable[[Page, Economy], Answer]


def _where_declared(fact: OfEconomy) -> Fact:
    """Let a fact speak of an economic evaluation, and say that none is reported where there is none."""

    def of_page(page: Page) -> Answer:
        economy = economy_of(page)
        return for_a_person(page, "costs.not_reported") if economy is None else fact(page, economy)

    return of_page


def _said(key: str, *, is_whole: bool = False) -> Fact:
    """Return the fact that says a sentence of the catalogue under `fact.costs`."""

    def fact(page: Page, economy: Economy) -> Answer:
        say = answered if is_whole else partly
        return say(page, f"costs.{key}", "costs")

    return _where_declared(fact)


def _title(page: Page, economy: Economy) -> Answer:
    """Nothing in a title says whether it names an economic evaluation: a person reads it."""
    return for_a_person(page, "costs.title", title=page.subject.quote(page.subject.study["title"]))


def _plan(page: Page, economy: Economy) -> Answer:
    """When the economic analysis was declared."""
    words = page.say(f"costs.declared_{'protocol' if economy.is_planned else 'appraisal'}")
    return partly_in_words(words, "costs")


def _perspective(page: Page, economy: Economy) -> Answer:
    """Whose costs are counted; why is for a person."""
    return partly_in_words(page.say(f"costs.perspective.{economy.declared['perspective']}"), "costs")


def _discounting(page: Page, economy: Economy) -> Answer:
    """By which schedule costs were discounted, and whether effects were; why is for a person."""
    return partly_in_words(discounting_sentence(economy), "costs")


def _prices(page: Page, economy: Economy) -> Answer:
    """In which currency and prices of which year, and by what index others were carried over."""
    year = Quoted(str(economy.declared["price_year"]))
    words = joined(
        [
            page.say("costs.money", currency=Quoted(economy.currency), year=year),
            page.say(f"costs.index.{economy.declared.get('price_index', 'none')}"),
        ]
    )
    return Answer(state="answered", words=words, section="costs")


def _uncertainty(page: Page, economy: Economy) -> Answer:
    """How uncertainty was shown."""
    return _first(page, plane_sentence(economy))


def _findings(page: Page, economy: Economy) -> Answer:
    """Cost and effect with their intervals."""
    said = result_sentences(economy)
    if not cost_sentence(economy):
        return for_a_person(page, "costs.no_results")
    return Answer(state="answered", words=joined(list(said[:2])), section="costs")


def _first(page: Page, said: tuple[Sentence, ...]) -> Answer:
    return partly_in_words(said[0], "costs") if said else for_a_person(page, "costs.no_results")


COSTS: dict[str, Fact] = {
    "economic_title": _where_declared(_title),
    "economic_plan": _where_declared(_plan),
    "economic_perspective": _where_declared(_perspective),
    "economic_horizon": _said("horizon"),
    "economic_discounting": _where_declared(_discounting),
    "economic_outcome": _said("outcome", is_whole=True),
    "economic_valuation": _said("valuation"),
    "economic_costing": _said("costing", is_whole=True),
    "economic_prices": _where_declared(_prices),
    "economic_model": _said("model", is_whole=True),
    "economic_methods": _said("methods", is_whole=True),
    "economic_groups": _said("groups"),
    "economic_payers": _said("payers"),
    "economic_uncertainty": _where_declared(_uncertainty),
    "economic_inputs": _said("inputs", is_whole=True),
    "economic_findings": _where_declared(_findings),
    "economic_choices": _said("choices"),
    "economic_limits": _said("limits"),
}
