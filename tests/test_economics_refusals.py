"""Nothing is counted twice, and no two perspectives, currencies or price years are added up."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from pathlib import Path

import pytest

from primus_eval.protocol import Protocol
from primus_eval.protocol.crossings import crossing_problems
from primus_eval.protocol.economics import Economics
from primus_eval.protocol.economics_crossings import problems_of_appraisal

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "mentoring" / "protocol.toml"

OWN = {"currency": "DKK", "price_year": 2023, "source": "accounts", "tag": "own_accounts", "label": "A price"}
VISIT = {**OWN, "id": "visit", "resource": "per_service", "amount": 900.0, "payer": "municipality"}
PRISON = {
    "id": "prison",
    "label": "Prison",
    "resource": "per_custody_day",
    "price": "dk_prison_day_average",
    "payer": "state",
    "marginal_share": 0.3,
}
DAY = {
    **OWN,
    "id": "day",
    "resource": "per_custody_day",
    "amount": 500.0,
    "payer": "state",
    "marginal_share": 1,
}
MEETING = {**OWN, "id": "meeting", "resource": "per_contact", "amount": 300.0, "payer": "region"}
HOUR = {**OWN, "id": "hour", "resource": "per_volunteer_hour", "amount": 150.0, "payer": "state"}
SAVING = {**OWN, "id": "saving", "amount": 400000.0, "kind": "budget_saving"}
WORTH = {**OWN, "id": "worth", "amount": 400000.0, "kind": "willingness_to_pay"}
SOEM = {
    "id": "soem",
    "label": "SOEM",
    "price": "dk_soem_no_new_crime",
    "kind": "budget_saving",
    "price_year": 2021,
}


def economics(*, unit_cost=(VISIT,), value=(SAVING,), **keys):
    """An evaluation of the sample without its accounts, in the perspective of public budgets."""
    return {
        "outcome": "reoffending_2y",
        "perspective": "public_budget",
        "currency": "DKK",
        "price_year": 2023,
        "price_index": "dk_cpi",
        "costs_table": "leave_out",
        "unit_cost": list(unit_cost),
        "value": list(value),
        **keys,
    }


def document(declared):
    return {**deepcopy(tomllib.loads(SAMPLE.read_text(encoding="utf-8"))), "economics": declared}


def found(declared):
    problems = crossing_problems(document(declared), lines={}, file="protocol.toml")
    return [each for each in problems if (each.key or "").startswith("economics")]


def test_what_is_refused_below_is_let_pass_without_its_fault():
    for declared in (
        economics(),
        economics(unit_cost=[PRISON], value=[]),
        economics(unit_cost=[PRISON], value=[changed(SAVING, excludes=["per_custody_day"])]),
        economics(unit_cost=[DAY], value=[]),
        economics(value=[SOEM]),
        economics(unit_cost=[changed(HOUR, payer="volunteers"), VISIT], costs_table="count"),
        economics(unit_cost=[changed(VISIT, resource="per_person_offered", payer="state")]),
        economics(unit_cost=[changed(HOUR, payer="volunteers"), changed(MEETING, payer="region")]),
        economics(perspective="society", value=[WORTH]),
    ):
        assert found(declared) == []
        Protocol.model_validate(document(declared))


def without(entry, *keys):
    return {key: value for key, value in entry.items() if key not in keys}


def changed(entry, **keys):
    return {**entry, **keys}


REFUSED = {
    "two currencies": ("PE-C72", economics(unit_cost=[changed(VISIT, currency="SEK")])),
    "a value in another currency": ("PE-C72", economics(value=[changed(SAVING, currency="EUR")])),
    "two price years without an index": (
        "PE-C73",
        economics(unit_cost=[changed(VISIT, price_year=2020)], price_index="none"),
    ),
    "a year that the index does not reach": (
        "PE-C73",
        economics(unit_cost=[changed(VISIT, price_year=2005)]),
    ),
    "SOEM without a year of its prices": ("PE-C73", economics(value=[without(SOEM, "price_year")])),
    "costs of two perspectives": (
        "PE-C70",
        economics(unit_cost=[VISIT, changed(VISIT, id="v", payer="victims")]),
    ),
    "state costs in the programme's perspective": (
        "PE-C70",
        economics(unit_cost=[PRISON], value=[], perspective="programme"),
    ),
    "volunteers in the programme's perspective": (
        "PE-C70",
        economics(unit_cost=[changed(VISIT, payer="volunteers")], value=[], perspective="programme"),
    ),
    "a social value in the perspective of budgets": ("PE-C70", economics(value=[WORTH])),
    "a budget's value in the perspective of society": ("PE-C70", economics(perspective="society")),
    "a value in the perspective of the programme": (
        "PE-C70",
        economics(unit_cost=[changed(VISIT, payer="programme")], perspective="programme"),
    ),
    "SOEM as a value and prison days as a cost": ("PE-C71", economics(unit_cost=[PRISON], value=[SOEM])),
    "a value that holds a unit cost": (
        "PE-C71",
        economics(value=[changed(SAVING, includes=["per_service"])]),
    ),
    "SOEM discounted again": (
        "PE-C71",
        economics(value=[changed(SOEM, discount=True)], discounting="denmark"),
    ),
    "two prices of one thing": ("PE-C71", economics(unit_cost=[VISIT, changed(VISIT, id="again")])),
    "accounts and a price per person of the same": (
        "PE-C71",
        economics(
            unit_cost=[changed(VISIT, resource="per_person_offered", payer="programme")], costs_table="count"
        ),
    ),
    "a saving typed by hand and prison days as a cost": ("PE-C71", economics(unit_cost=[PRISON])),
    "a saving typed by hand and prison days of another payer": (
        "PE-C71",
        economics(unit_cost=[changed(DAY, payer="region")]),
    ),
    "a saving that leaves out decisions and not prison days": (
        "PE-C71",
        economics(unit_cost=[PRISON], value=[changed(SAVING, excludes=["per_decision"])]),
    ),
    "SOEM said to leave out prison days": (
        "PE-C71",
        economics(unit_cost=[PRISON], value=[changed(SOEM, excludes=["per_custody_day"])]),
    ),
    "a value that leaves out what it is not taken to hold": (
        "PE-C74",
        economics(value=[changed(SAVING, excludes=["per_service"])]),
    ),
    "a social value that leaves out prison days": (
        "PE-C74",
        economics(perspective="society", value=[changed(WORTH, excludes=["per_custody_day"])]),
    ),
    "prison days without their marginal share or a word on averages": (
        "PE-C74",
        economics(unit_cost=[without(DAY, "marginal_share")], value=[]),
    ),
    **{
        f"accounts and the state's price {resource} of the same": (
            "PE-C71",
            economics(
                unit_cost=[changed(VISIT, resource=resource, payer="state")], value=[], costs_table="count"
            ),
        )
        for resource in (
            "per_person_offered",
            "per_person_matched",
            "per_contact",
            "per_contact_hour",
            "per_volunteer_hour",
        )
    },
    "contacts and their hours": (
        "PE-C71",
        economics(
            unit_cost=[MEETING, changed(MEETING, id="hours", resource="per_contact_hour", payer="state")]
        ),
    ),
    "the hours of volunteers twice": (
        "PE-C71",
        economics(
            perspective="society",
            value=[],
            unit_cost=[
                changed(HOUR, payer="volunteers"),
                changed(HOUR, id="again", resource="per_contact_hour", payer="volunteers"),
            ],
        ),
    ),
    "an average price without its marginal share": (
        "PE-C74",
        economics(unit_cost=[without(PRISON, "marginal_share")]),
    ),
    "a price of crimes times decisions": (
        "PE-C74",
        economics(
            unit_cost=[
                {
                    "id": "c",
                    "label": "C",
                    "resource": "per_decision",
                    "price": "uk_crime_robbery",
                    "payer": "state",
                }
            ],
            currency="GBP",
            price_year=2016,
            value=[],
        ),
    ),
    "a grant divided by a target": (
        "PE-C74",
        economics(
            unit_cost=[
                {
                    "id": "g",
                    "label": "G",
                    "resource": "per_person_offered",
                    "payer": "programme",
                    "price": "dk_grant_per_course",
                }
            ],
        ),
    ),
    "a price from memory": ("PE-C74", economics(unit_cost=[changed(VISIT, tag="from_memory")])),
    "an amount beside a shipped price": ("PE-C74", economics(unit_cost=[changed(PRISON, amount=1.0)])),
    "a price of decisions without their dates": (
        "PE-C75",
        economics(unit_cost=[changed(VISIT, codes=["visit"], resource="per_decision")]),
    ),
    "an outcome that is a score": ("PE-C75", economics(outcome="wellbeing_12m")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_reason(name):
    code, declared = REFUSED[name]
    Economics.model_validate(declared)  # the records alone would let it pass
    problems = found(declared)
    if name == "a price of decisions without their dates":
        assert any("codes" in (each.key or "") for each in problems)
        return
    assert code in [each.code for each in problems], problems
    assert all(each.what and each.mend for each in problems)


def test_a_price_in_another_currency_is_named_by_that_key():
    (problem,) = found(economics(unit_cost=[changed(VISIT, currency="SEK")]))
    assert problem.key == "economics.unit_cost[1].currency"


def test_a_price_without_its_source_comes_with_the_lines_that_mend_it():
    """What nobody but the reader knows, the amount and its year, is not written for them."""
    bare = without(VISIT, "source", "tag", "price_year")
    (problem,) = found(economics(unit_cost=[bare]))
    assert problem.code == "PE-C74"
    assert problem.paste == ('[[economics.unit_cost]]\nsource = "AUTHOR, YEAR, PAGE"\ntag = "assumed"')
    added = tomllib.loads(problem.paste)["economics"]["unit_cost"][0]
    assert found(economics(unit_cost=[{**bare, **added, "price_year": 2023}])) == []


def test_an_appraisal_is_checked_against_its_protocol_and_may_name_prices_from_memory():
    protocol = Protocol.model_validate(tomllib.loads(SAMPLE.read_text(encoding="utf-8")))
    twice = Economics.model_validate(economics(unit_cost=[PRISON], value=[SOEM]))
    assert [each.code for each in problems_of_appraisal(protocol, twice, file="a")] == ["PE-C71"]
    memory = Economics.model_validate(economics(unit_cost=[changed(VISIT, tag="from_memory")]))
    assert problems_of_appraisal(protocol, memory, file="a") == []
    nowhere = Economics.model_validate(economics(outcome="nothing"))
    assert problems_of_appraisal(protocol, nowhere, file="a")
