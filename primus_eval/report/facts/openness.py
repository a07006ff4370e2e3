"""Facts on openness: where plan, data and code are, who paid, and what the implementer had to do with it."""

from __future__ import annotations

from primus_eval.report.facts.answer import Answer, Fact, for_a_person, from_evidence, partly
from primus_eval.report.page import Page
from primus_eval.wording.pieces import Quoted


def protocol_access(page: Page) -> Answer:
    """Which protocol it was, by its fingerprint; where a reader can have it is for a person."""
    if not page.fingerprint:
        return for_a_person(page, "protocol_access.none")
    return partly(page, "protocol_access.fingerprint", "computed", fingerprint=Quoted(page.fingerprint[:16]))


def data_and_code(page: Page) -> Answer:
    """With which files and software the numbers were made; who may see the data is for a person."""
    return partly(page, "data_and_code", "computed")


def data_permission(page: Page) -> Answer:
    """What the protocol says of who may use the data."""
    permission = page.subject.study.get("data_permission")
    if not permission:
        return for_a_person(page, "data_permission.none")
    return partly(page, "data_permission.given", permission=page.subject.quote(permission))


def funding(page: Page) -> Answer:
    """Who paid; what the funder had to do with the trial is for a person."""
    funder = page.subject.study.get("funder")
    if not funder:
        return for_a_person(page, "funding.none")
    return partly(page, "funding.paid", funder=page.subject.quote(funder))


def consent(page: Page) -> Answer:
    """When participants consented, which bears on who knew what they missed."""
    when = str(page.subject.study.get("consent", "not_documented"))
    if when == "not_documented":
        return for_a_person(page, "consent.not_documented")
    return partly(page, f"consent.{when}")


OPENNESS: dict[str, Fact] = {
    "protocol_access": protocol_access,
    "data_and_code": data_and_code,
    "data_permission": data_permission,
    "funding": funding,
    "consent": consent,
    "implementer": from_evidence("implementer", at_most="partly"),
}
