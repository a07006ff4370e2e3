"""Checks across a protocol: the columns of outcomes, prior offending, and the comparison of definitions."""

from __future__ import annotations

from collections.abc import Mapping

from primus_eval.definitions import PRESETS
from primus_eval.protocol.lines import KeyPath
from primus_eval.protocol.page import Page


def check_outcomes(page: Page) -> None:
    """Columns that hold an outcome are declared, and were measured after randomisation."""
    columns = page.columns()
    for index, outcome in page.entries("outcome"):
        observed = outcome.get("observed")
        if not isinstance(observed, Mapping):
            continue
        path: KeyPath = ("outcome", index, "observed")
        for key, kind in (("time", "integer"), ("event", "yes_no")):
            named = observed.get(key)
            if key in observed and page.require_column((*path, key), named, columns, kinds=(kind,)):
                _require_after(page, (*path, key), columns[str(named)])
        if "event_date" in observed:
            page.require_column((*path, "event_date"), observed["event_date"], columns, kinds=("date",))


def check_prior_offending(page: Page) -> None:
    """What happened before is counted by the rules of an outcome, as a column with a name of its own."""
    columns = page.columns()
    entries = list(page.entries("prior_offending"))
    if entries and page.table("data", "participants"):
        _require_data_start(page)
    for index, prior in entries:
        path: KeyPath = ("prior_offending", index)
        _require_rules(page, (*path, "outcome"), prior.get("outcome"))
        name = prior.get("id")
        if isinstance(name, str) and name in columns:
            page.say((*path, "id"), f"the participants have a column {name!r} already.", "Use another id.")
        if name in ("arm", "person"):
            page.say((*path, "id"), f"the name {name} is kept for the {name}.", "Use another id.")


def check_comparison(page: Page) -> None:
    """The first row of the comparison is an outcome by rules, the others are presets, each once.

    A preset that needs more than the data hold is no mistake: its row says that it cannot be estimated.
    """
    comparison = page.table("comparison")
    path: KeyPath = ("comparison",)
    _require_rules(page, (*path, "outcome"), comparison.get("outcome"))
    presets = comparison.get("presets")
    named = list(enumerate(presets)) if isinstance(presets, list) else []
    for place, name in named:
        page.require_known((*path, "presets", place), name, PRESETS, "preset")
    page.require_distinct(
        (*path, "presets"), [((place,), name) for place, name in named], "Name each preset once."
    )


def _require_data_start(page: Page) -> None:
    """Without the first day of the registers nobody can tell no offences from no register."""
    if "data_start" not in page.table("data"):
        page.say(
            ("data", "data_start"),
            what="is missing: without it nobody can say whether the registers reach back as far as "
            "prior_offending looks.",
            mend="Add the first day that the registers cover below [data], such as: data_start = 2010-01-01.",
            code="PE-C47",
        )


def _require_rules(page: Page, path: KeyPath, name: object) -> None:
    """Require an outcome with reoffending: one that can be counted again."""
    outcomes = [entry for _, entry in page.entries("outcome") if isinstance(entry.get("id"), str)]
    by_rules = [entry["id"] for entry in outcomes if "reoffending" in entry]
    if page.require_known(path, name, page.ids("outcome"), "outcome") and name not in by_rules:
        page.say(
            path,
            f"outcome {name!r} was already measured, and has no rules to count by.",
            f"Name an outcome with reoffending: {', '.join(by_rules) or 'none is declared'}.",
        )


def _require_after(page: Page, path: KeyPath, column: Mapping[str, object]) -> None:
    if column.get("timing") == "before_randomisation":
        page.say(
            path,
            "an outcome cannot have been measured before randomisation.",
            "Name another column, or correct the timing of this one.",
            code="PE-C10",
        )
