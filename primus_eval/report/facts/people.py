"""Facts on people: who was assessed, allotted, followed and analysed, and what they were like before."""

from __future__ import annotations

from primus_eval.findings import Exhibit
from primus_eval.report.analysed import ARMS, analysed_of
from primus_eval.report.facts.answer import Answer, Fact, answered, for_a_person, from_evidence, partly
from primus_eval.report.page import Page, value_of

SHOWN = ("value", "missing")
"""What a whole table of characteristics shows of each of them, by arm."""


def screened(page: Page) -> Answer:
    """How many were assessed before anybody was randomised."""
    flow = page.exhibit("flow")
    if flow is None or not page.has(flow):
        return for_a_person(page, "screened.none")
    row = next((i for i, record in enumerate(flow.records()) if record["stage"] == "assessed"), None)
    if row is None or value_of(flow, row, "n") is None:
        return for_a_person(page, "screened.none")
    return answered(page, "screened.known", "participants", n=page.cell(flow, row, "n", "whole"))


def flow_by_arm(page: Page) -> Answer:
    """How many were randomised, received what was intended, and were analysed, in each arm."""
    if not page.has(page.exhibit("flow")):
        return for_a_person(page, "flow_by_arm.none")
    analysed = analysed_of(page)
    if analysed.extent in ("unknown", "not_estimated"):
        return partly(page, "flow_by_arm.withheld", "participants")
    key = "received" if page.protocol["data"]["participants"].get("received") else "not_received"
    if key == "received" and not _says_who_received(page):
        key = "receipt_withheld"
    answer = answered if key == "received" else partly
    return answer(page, f"flow_by_arm.{key}", "participants", **analysed.numbers)


def _says_who_received(page: Page) -> bool:
    flow = page.exhibit("flow")
    records = [] if flow is None else flow.records()
    return all(row["n"] is not None for row in records if row["stage"] == "received")


def numbers_analysed(page: Page) -> Answer:
    """With how many people each result was estimated."""
    primary = page.primary
    if primary is None or primary.n_treatment is None or primary.n_control is None:
        return for_a_person(page, "numbers_analysed.none")
    treatment, control = page.arms()
    return answered(
        page,
        "numbers_analysed.known",
        "others",
        treatment=treatment,
        control=control,
        n_treatment=page.own(primary, "n_treatment"),
        n_control=page.own(primary, "n_control"),
    )


def dates(page: Page) -> Answer:
    """Up to which day the records reach; when people were recruited is in no protocol."""
    cutoff = page.protocol["data"].get("data_cutoff")
    if cutoff is None:
        return for_a_person(page, "dates.none")
    return partly(page, "dates.cutoff", date=page.subject.day(cutoff))


def baseline(page: Page) -> Answer:
    """What people were like before, by arm."""
    if not page.has(page.exhibit("baseline")):
        return for_a_person(page, "baseline.none")
    exhibit = page.exhibit("baseline")
    if exhibit is not None and not _is_whole(page, exhibit):
        return partly(page, "baseline.with_gaps", "baseline")
    return answered(page, "baseline.table", "baseline")


def _is_whole(page: Page, baseline: Exhibit) -> bool:
    """Whether the table shows how many people each arm has, and every value with how many people lack it."""
    counted = page.subject.flow or {}
    sizes = [baseline.notes.get(f"n_{arm}") or counted.get(("randomised", arm)) for arm in ARMS]
    cells = [record[f"{name}_{arm}"] for record in baseline.records() for name in SHOWN for arm in ARMS]
    return None not in (*sizes, *cells)


def characteristics(page: Page) -> Answer:
    """Which characteristics from before randomisation there are, for a person to judge."""
    exhibit = page.exhibit("baseline")
    if exhibit is None or not page.has(exhibit):
        return for_a_person(page, "baseline.none")
    names = dict.fromkeys(str(record["variable"]) for record in exhibit.records())
    listed = page.subject.words.listed([page.subject.column_in_sentence(name) for name in names])
    return partly(page, "characteristics", "baseline", names=listed)


def imbalance(page: Page) -> Answer:
    """Whether chance is enough for how arms differ before: the material, without a verdict."""
    if not page.has(page.exhibit("baseline")):
        return for_a_person(page, "baseline.none")
    if not page.has(page.exhibit("allocation")):
        return partly(page, "imbalance.unchecked", "baseline")
    return partly(page, "imbalance.checked", "baseline")


def ways_out(page: Page) -> Answer:
    """Who left, when, and by arm: whether that has to do with the outcome is for a person."""
    if not any(page.has(item) for item in page.findings.exhibits_of("observation")):
        return for_a_person(page, "ways_out.none")
    return partly(page, "ways_out.table", "way")


PEOPLE: dict[str, Fact] = {
    "screened": screened,
    "flow_by_arm": flow_by_arm,
    "numbers_analysed": numbers_analysed,
    "dates": dates,
    "baseline": baseline,
    "characteristics": characteristics,
    "imbalance": imbalance,
    "ways_out": ways_out,
    "losses": from_evidence("attrition", "participants", at_most="partly"),
    "as_assigned": from_evidence("intention_to_treat", "participants"),
    "uptake": from_evidence("uptake", "participants", at_most="partly"),
    "control_services": from_evidence("control_services", "asked"),
    "harm": from_evidence("harm", "asked"),
}
