"""Checks across a protocol: the horizons of long-term follow-up are one definition seen for longer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from primus_eval.definitions import Reoffending
from primus_eval.protocol.definition_crossings import definitions_of
from primus_eval.protocol.lines import KeyPath
from primus_eval.protocol.model import ASSIGNED
from primus_eval.protocol.page import Page

MAY_DIFFER = {"window_months", "window_days", "decision_lag", "unknown"}
"""Fields of a definition in which one horizon may differ from another."""

BY_WINDOW = "aalen_johansen_window"
PATH: KeyPath = ("long_term",)


def check_long_term(page: Page) -> None:
    """Horizons are outcomes by the same rules, in order; one is primary, and each is analysed."""
    named = page.table("long_term").get("outcomes")
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        return
    known = [
        page.require_known((*PATH, "outcomes", place), name, page.ids("outcome"), "outcome")
        for place, name in enumerate(named)
    ]
    page.require_distinct(
        (*PATH, "outcomes"), [((place,), name) for place, name in enumerate(named)], "Name each outcome once."
    )
    if not all(known) or len(set(named)) < len(named):
        return
    _check_same_rules(page, named)
    _check_analysed(page, named)
    _check_windows(page, named)


def _check_same_rules(page: Page, named: list[str]) -> None:
    definitions = definitions_of(page)
    by_rules = [entry.get("id") for _, entry in page.entries("outcome") if "reoffending" in entry]
    for place, name in enumerate(named):
        if name not in by_rules:
            page.say(
                (*PATH, "outcomes", place),
                f"outcome {name!r} is not counted by rules, so it cannot be followed for longer by the same.",
                "Name outcomes with reoffending.",
            )
    if any(name not in definitions for name in named):
        return  # the records say what is wrong with them
    for place, (shorter, longer) in enumerate(pairwise(named), 1):
        first, second = definitions[shorter], definitions[longer]
        different = _differences(first, second)
        if different:
            page.say(
                (*PATH, "outcomes", place),
                f"outcome {longer!r} differs from {shorter!r} in more than its window: "
                f"{', '.join(different)}.",
                "Two horizons are compared as one outcome seen for longer; give both the same rules.",
            )
        elif second.horizon_days <= first.horizon_days:
            page.say(
                (*PATH, "outcomes", place),
                f"the window of {longer!r} is not longer than that of {shorter!r}.",
                "Put the shortest window first.",
            )


def _differences(first: Reoffending, second: Reoffending) -> list[str]:
    one, other = first.model_dump(), second.model_dump()
    return [name for name in one if name not in MAY_DIFFER and one[name] != other[name]]


def _check_analysed(page: Page, named: list[str]) -> None:
    """One horizon is the primary one, and none is declared that nothing looks at."""
    analyses = [entry for _, entry in page.entries("analysis")]
    primary = [entry.get("outcome") for entry in analyses if entry.get("role") == "primary"]
    if primary and not set(primary) & set(named):
        page.say(
            (*PATH, "outcomes"),
            "none of these is the outcome of the primary analysis.",
            "Name the primary outcome among them: the others are told beside it.",
        )
    looked_at = {entry.get("outcome") for entry in analyses if _is_about_everyone(entry)}
    for place, name in enumerate(named):
        if name not in looked_at:
            page.say(
                (*PATH, "outcomes", place),
                f"no analysis of everyone is about outcome {name!r}.",
                "Add an [[analysis]] of it, so that what is promised is done.",
            )


def _is_about_everyone(entry: Mapping[str, Any]) -> bool:
    return entry.get("population", ASSIGNED) == ASSIGNED


def _check_windows(page: Page, named: list[str]) -> None:
    if page.table("long_term").get("windows") is not True:
        return
    about = [entry for _, entry in page.entries("analysis") if entry.get("method") == BY_WINDOW]
    if not any(entry.get("outcome") in named and _is_about_everyone(entry) for entry in about):
        page.say(
            (*PATH, "windows"),
            "no analysis compares the arms between one horizon and the next.",
            f'Add an [[analysis]] with outcome = "{named[-1]}", effect_measure = "risk_difference", '
            f'method = "{BY_WINDOW}" and periods_days, such as [0, 365, 730]; or write windows = false.',
        )
