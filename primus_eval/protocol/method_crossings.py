"""Checks across a protocol: what each method takes, needs and reads of an analysis."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from primus_eval.methods import (
    ABOUT,
    ADJUSTING_METHODS,
    KEYS_OF_METHODS,
    METHODS,
    STRATIFYING_METHODS,
    Method,
    default_method,
)
from primus_eval.protocol.definition_crossings import definition_in, definitions_of
from primus_eval.protocol.lines import KeyPath
from primus_eval.protocol.page import Page
from primus_eval.protocol.scale_crossings import is_score, outcome_named

EXAMPLES = {
    "cluster": 'cluster = "column"',
    "periods_days": "periods_days = [0, 91, 365]",
    "landmark_days": "landmark_days = 91",
    "at_days": "at_days = [30, 180, 365]",
    "time_function": 'time_function = "log_days"',
    "weights": 'weights = { family = "fleming_harrington", rho = 1 }',
    "quantile": "quantile = 0.25",
    "quantity": 'quantity = "harm_days"',
    "seriousness": "[analysis.seriousness] with quantity, cuts, labels and worse",
    "priorities": 'priorities = [{ by = "reoffended", better = "no" }]',
}
"""How each key of a method is written."""

NOTHING: tuple[Any, ...] = (None, "", [], {})
"""What a key holds that is not there, or might as well not be; a number of 0 is left to the records."""


def check_method(page: Page, path: KeyPath, analysis: Mapping[str, Any]) -> None:
    """The method is one of its measure, and the analysis says what it needs and nothing that it ignores."""
    measure = analysis.get("effect_measure")
    if not isinstance(measure, str) or measure not in METHODS:
        return
    method = analysis.get("method")
    if method is None:
        method = _default(page, analysis, measure)
    elif not page.require_known((*path, "method"), method, list(METHODS[measure]), f"method for {measure}"):
        return
    about = ABOUT[method]
    what = f"{measure} by {method}"
    _check_use(page, (*path, "covariates"), analysis, about.covariates, what, measure, ADJUSTING_METHODS)
    _check_use(page, (*path, "strata"), analysis, about.strata, what, measure, STRATIFYING_METHODS)
    if about.on_time and "incomplete_followup" in analysis:
        page.say(
            (*path, "incomplete_followup"),
            f"has no effect on {what}, which uses what is known of everyone followed.",
            "Remove it.",
        )
    _check_keys(page, path, analysis, about, what)
    _check_days(page, path, analysis)
    _check_source(page, path, analysis, about, what)
    if about.draws and not page.table("resampling"):
        page.say(
            (*path, "method"),
            f"{what} draws random numbers, and the protocol has no seed.",
            "Add [resampling] with seed = any whole number.",
        )


def conditions_of(analysis: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the key and the word by which an analysis is no randomised comparison, None where it is one."""
    method = analysis.get("method")
    if isinstance(method, str) and method in ABOUT and ABOUT[method].conditional:
        return "method", method
    return ("exposure", "at_liberty") if analysis.get("exposure") == "at_liberty" else None


def _default(page: Page, analysis: Mapping[str, Any], measure: Any) -> str:
    scheme = page.table("design", "allocation").get("scheme", "complete")
    return default_method(
        measure,
        has_covariates=bool(analysis.get("covariates")),
        scheme=scheme,
        by_rules=analysis.get("outcome") in _by_rules(page),
        of_scores=is_score(outcome_named(page, analysis.get("outcome"))),
    )


def _by_rules(page: Page) -> list[Any]:
    return [entry.get("id") for _, entry in page.entries("outcome") if "reoffending" in entry]


def _check_use(
    page: Page,
    path: KeyPath,
    analysis: Mapping[str, Any],
    use: str,
    what: str,
    measure: Any,
    others: tuple[str, ...],
) -> None:
    """Covariates, or strata, stand where a method takes them, and are there where it must have them."""
    key = str(path[-1])
    verb = {"covariates": "adjusts", "strata": "stratifies"}[key]
    if analysis.get(key) and use == "no":
        able = ", ".join(method for method in METHODS[measure] if method in others)
        page.say(
            path,
            f"{what} takes no {key}.",
            f"Remove them, or use a method that {verb}: {able or 'none for this measure'}.",
        )
    if use == "must" and not analysis.get(key):
        page.say((*path[:-1], "method"), f"{what} needs {key}.", f'Add {key} = ["..."].')


def _check_keys(page: Page, path: KeyPath, analysis: Mapping[str, Any], about: Method, what: str) -> None:
    """What only certain methods understand stands with them, and what they need is there."""
    has_levels = is_score(outcome_named(page, analysis.get("outcome")))  # those of the scale
    for key in about.keys:
        if analysis.get(key) in NOTHING and not (key == "seriousness" and has_levels):
            page.say((*path, "method"), f"{what} needs {key}.", f"Add {EXAMPLES[key]}.")
    for key in KEYS_OF_METHODS:
        if key in analysis and key not in (*about.keys, *about.may_say):
            able = ", ".join(name for name, other in ABOUT.items() if key in (*other.keys, *other.may_say))
            page.say((*path, key), f"has no effect on {what}.", f"Remove it; it is for: {able}.")


def _check_days(page: Page, path: KeyPath, analysis: Mapping[str, Any]) -> None:
    """Days ascend, and lie within the window of the outcome."""
    end = _window_days(page, analysis.get("outcome"))
    landmark = analysis.get("landmark_days")
    for key, days in (
        ("periods_days", analysis.get("periods_days")),
        ("at_days", analysis.get("at_days")),
        ("landmark_days", None if landmark is None else [landmark]),
    ):
        if not isinstance(days, list) or not days or not all(isinstance(day, int) for day in days):
            continue
        last = max(days)
        if any(later <= earlier for earlier, later in pairwise(days)):
            page.say((*path, key), "days must ascend, each once.", "Put them in order.")
        if key == "periods_days" and (len(days) < 3 or days[0] != 0):
            page.say((*path, key), "periods begin at day 0, and there are two or more.", _such_as(key))
        if end is not None and last > end:
            page.say(
                (*path, key), f"goes beyond the window of the outcome, {end} days.", "Choose earlier days."
            )
        elif key == "landmark_days" and last == end:
            page.say((*path, key), f"leaves no day of the window, {end} days.", "Choose an earlier day.")


def _such_as(key: str) -> str:
    return f"Write it like this: {EXAMPLES[key]}."


def _window_days(page: Page, outcome: Any) -> int | None:
    """Return the days of the window of an outcome, None where they cannot be read."""
    for _, entry in page.entries("outcome"):
        if isinstance(outcome, str) and entry.get("id") == outcome:
            definition = definition_in(entry)
            days = entry.get("horizon_days") if definition is None else definition.horizon_days
            return days if isinstance(days, int) else None
    return None


def _check_source(page: Page, path: KeyPath, analysis: Mapping[str, Any], about: Method, what: str) -> None:
    """What a method counts is there: recorded events, harm, days in custody, deaths."""
    outcome = analysis.get("outcome")
    if about.reads in ("first_event", "score") or is_score(outcome_named(page, outcome)):
        return
    if outcome in page.ids("outcome") and outcome not in _by_rules(page):
        page.say(
            (*path, "outcome"),
            f"{what} counts events, and this outcome was observed as one yes or no.",
            "Name an outcome with reoffending.",
        )
    rules = definitions_of(page).get(str(outcome))
    if about.cuts and rules is not None and rules.custody == "street":
        page.say(
            (*path, "outcome"),
            f"{what} follows people day by day, and the window of this outcome has days at liberty only.",
            'Name an outcome with custody = "calendar"; exposure = "at_liberty" leaves out days in custody.',
        )
    for key, wanted in _wanted(analysis):
        table, column = NEEDED.get(wanted, ("", ""))
        has_table = bool(page.table("data", table)) if table else True
        has = has_table and (not column or column in page.table("data", table))
        if not has:
            named = f"[data.{table}]" + (f" with {column}" if column else "")
            page.say((*path, *key), f"{wanted} needs {named}.", "Add it, or name something else.")


NEEDED = {
    "harm_days": ("events", "harm_days"),
    "most_serious_harm_days": ("events", "harm_days"),
    "custody_days": ("custody", ""),
    "death": ("status", ""),
    "at_liberty": ("custody", ""),
}
"""The table and its key that a quantity is counted from."""


def _wanted(analysis: Mapping[str, Any]) -> list[tuple[KeyPath, str]]:
    """Return what an analysis counts, with the place that says so."""
    found: list[tuple[KeyPath, Any]] = [((key,), analysis.get(key)) for key in ("quantity", "exposure")]
    seriousness = analysis.get("seriousness")
    if isinstance(seriousness, Mapping):
        found.append((("seriousness", "quantity"), seriousness.get("quantity")))
    priorities = analysis.get("priorities")
    for index, entry in enumerate(priorities if isinstance(priorities, list) else []):
        if isinstance(entry, Mapping):
            found.append((("priorities", index, "by"), entry.get("by")))
    return [(key, word) for key, word in found if isinstance(word, str)]
