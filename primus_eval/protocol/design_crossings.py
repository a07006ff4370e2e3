"""Checks across a protocol: ids, arms, allocation, populations and what may leave."""

from __future__ import annotations

from collections.abc import Mapping

from primus_eval.protocol.lines import KeyPath
from primus_eval.protocol.model import ASSIGNED
from primus_eval.protocol.page import GROUPING, Page, codes_of, texts
from primus_eval.vocabulary import ArmRole, words


def check_unique_ids(page: Page) -> None:
    """Everything that others name has an id of its own."""
    for kind in ("arm", "population", "outcome", "prior_offending", "analysis"):
        names: list[tuple[KeyPath, object]] = [
            ((index, "id"), entry.get("id")) for index, entry in page.entries(kind)
        ]
        page.require_distinct((kind,), names, f"Give each {kind} its own id.")
    for index, entry in page.entries("population"):
        if entry.get("id") == ASSIGNED:
            page.say(
                ("population", index, "id"), "assigned is built in: everyone randomised.", "Use another id."
            )


def check_arms(page: Page) -> None:
    """One arm is treatment, the other control."""
    roles = [entry.get("role") for _, entry in page.entries("arm")]
    if len(roles) == 2 and roles[0] in words(ArmRole) and roles[0] == roles[1]:
        page.say(("arm", 1, "role"), "both arms have the same role.", "One is treatment, the other control.")


def check_allocation(page: Page) -> None:
    """A scheme has what it needs, and its columns were known before randomisation."""
    allocation = page.table("design", "allocation")
    path: KeyPath = ("design", "allocation")
    scheme = allocation.get("scheme")
    columns = page.columns()
    for name in texts(allocation.get("strata")):
        page.require_column((*path, "strata"), name, columns, before=True, kinds=GROUPING)
    if scheme == "stratified_blocked" and not allocation.get("strata"):
        page.say((*path, "scheme"), "stratified_blocked names no strata.", 'Add strata = ["..."].')
    if scheme in ("blocked", "stratified_blocked") and "block_size" not in allocation:
        page.say((*path, "scheme"), "has no block size.", "Add block_size = the largest block.")
    if scheme == "cluster" and "cluster" not in allocation:
        page.say((*path, "scheme"), "names no cluster.", 'Add cluster = "column".')
    if "cluster" in allocation:
        page.require_column((*path, "cluster"), allocation["cluster"], columns, before=True)


def check_populations(page: Page) -> None:
    """A population is defined by codes of a column measured before randomisation."""
    columns = page.columns()
    for index, population in page.entries("population"):
        where = population.get("where")
        if not isinstance(where, Mapping):
            continue
        path: KeyPath = ("population", index, "where")
        column = where.get("column")
        if page.require_column((*path, "column"), column, columns, before=True, kinds=GROUPING):
            codes = codes_of(columns[str(column)])
            for code in texts(where.get("in")):
                page.require_known((*path, "in"), code, codes, f"code of {column}")


def check_cluster_trial(page: Page) -> None:
    """In a cluster trial people are not independent, and only one method of ours knows it."""
    if page.table("design", "allocation").get("scheme") != "cluster":
        return
    unaware = [str(entry.get("id")) for _, entry in page.entries("analysis") if "cluster" not in entry]
    if unaware:
        page.say(
            ("design", "allocation", "scheme"),
            f"whole clusters were allocated, but these analyses take people to be independent, which makes "
            f"intervals too narrow: {', '.join(unaware)}.",
            'Use hazard_ratio with cluster = "column"; other measures do not know of clusters yet.',
            code="PE-C38",
        )


def check_disclosure(page: Page) -> None:
    """Data are public only for a reason."""
    disclosure = page.table("disclosure")
    if disclosure.get("profile") == "public_data" and "reason" not in disclosure:
        page.say(
            ("disclosure", "profile"),
            "public_data needs a reason.",
            'Add reason = "where these data are published person by person".',
        )
