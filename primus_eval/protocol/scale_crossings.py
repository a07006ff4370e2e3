"""Checks across a protocol: what outcomes that are scores need of the data, and which analyses they allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from primus_eval.methods import ABOUT, METHODS, default_method
from primus_eval.protocol.lines import KeyPath
from primus_eval.protocol.needs import CLOCK_COLUMNS
from primus_eval.protocol.page import Page, levels_of, texts
from primus_eval.vocabulary import AllocationScheme, Place, words

SCORES = ("scale", "register_weeks")
"""The keys of an outcome that make it a score, and no event on a day."""

DAYS_PER_WEEK = 7


def is_score(outcome: Mapping[str, Any]) -> bool:
    """Whether an outcome, as it stands in the document, is a score or a number of weeks."""
    return any(key in outcome for key in SCORES)


def outcome_named(page: Page, id: object) -> Mapping[str, Any]:
    """Return the outcome with an id, an empty one where there is none."""
    return next((entry for _, entry in page.entries("outcome") if entry.get("id") == id), {})


def check_scores(page: Page) -> None:
    """Every outcome that is a score finds in the data what it is read from, and its direction is said."""
    for index, outcome in page.entries("outcome"):
        if not is_score(outcome):
            continue
        path: KeyPath = ("outcome", index)
        if "better" not in outcome:
            page.say(
                (*path, "better"),
                "a score has no direction of its own.",
                'Say which end is the better one: better = "higher", or "lower".',
                code="PE-F08",
            )
        if page.table("data", "participants"):
            _check_clock(page, path, outcome)
        if isinstance(outcome.get("scale"), Mapping):
            _check_scale(page, (*path, "scale"), outcome["scale"])
        if isinstance(outcome.get("register_weeks"), Mapping):
            _check_weeks(page, path, outcome)


def check_analyses_of_scores(page: Page) -> None:
    """Scores are analysed by methods that read scores, and events by those that read events."""
    for index, analysis in page.entries("analysis"):
        outcome = outcome_named(page, analysis.get("outcome"))
        method, measure = _method(page, analysis, outcome), analysis.get("effect_measure")
        if not outcome or method is None:
            continue
        path: KeyPath = ("analysis", index)
        allowed = _methods_for(outcome)
        if is_score(outcome) and method not in allowed:
            able = [f"{name} by {each}" for name, each in allowed_pairs(outcome)]
            page.say(
                (*path, "method"),
                f"{measure} by {method} does not read what this outcome holds.",
                f"Use one of: {', '.join(able)}.",
            )
        elif not is_score(outcome) and ABOUT[method].reads == "score":
            page.say(
                (*path, "outcome"),
                f"{measure} by {method} compares scores, and this outcome is an event.",
                "Name an outcome with scale or register_weeks.",
            )
        _check_choice(page, path, analysis, outcome, method)


def check_multiplicity(page: Page) -> None:
    """The family of secondary analyses names each once, and not the one that comes first."""
    declared = page.table("multiplicity")
    path: KeyPath = ("multiplicity",)
    secondary = [
        str(entry.get("id")) for _, entry in page.entries("analysis") if entry.get("role") == "secondary"
    ]
    first, family = declared.get("primary_secondary"), texts(declared.get("family"))
    if first is not None:
        page.require_known((*path, "primary_secondary"), first, secondary, "secondary analysis")
    for place, name in enumerate(family):
        page.require_known((*path, "family", place), name, secondary, "secondary analysis")
    page.require_distinct(
        (*path, "family"), [((place,), name) for place, name in enumerate(family)], "Name each analysis once."
    )
    if first in family:
        page.say(
            (*path, "primary_secondary"),
            "stands in the family too.",
            "Remove it there: it comes first and is not adjusted, or leave primary_secondary out.",
        )


def allowed_pairs(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield measures and methods that an outcome allows which is a score."""
    allowed = _methods_for(outcome)
    yield from (
        (measure, method) for measure, each in METHODS.items() for method in each if method in allowed
    )


def _methods_for(outcome: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the methods for a score; with levels also odds, and for a share of weeks those on yes or no."""
    scale, weeks = outcome.get("scale"), outcome.get("register_weeks")
    methods = [name for name, about in ABOUT.items() if about.reads == "score"]
    if not isinstance(scale, Mapping):
        methods.remove("mixed_model")
    elif scale.get("levels"):
        methods.append("proportional_odds")
    if isinstance(weeks, Mapping) and weeks.get("more_than") is not None:
        methods += [
            name for name, about in ABOUT.items() if about.reads == "first_event" and not about.on_time
        ]
    return tuple(methods)


def _method(page: Page, analysis: Mapping[str, Any], outcome: Mapping[str, Any]) -> str | None:
    """Return the method that an analysis names or gets; None where it cannot be read."""
    measure, method = analysis.get("effect_measure"), analysis.get("method")
    if not isinstance(measure, str) or measure not in METHODS:
        return None
    if method is None:
        scheme = page.table("design", "allocation").get("scheme", "complete")
        method = default_method(
            measure,
            has_covariates=bool(analysis.get("covariates")),
            scheme=scheme if scheme in words(AllocationScheme) else "complete",
            by_rules="reoffending" in outcome,
            of_scores=is_score(outcome),
        )
    return method if method in METHODS[measure] else None


def _check_choice(
    page: Page, path: KeyPath, analysis: Mapping[str, Any], outcome: Mapping[str, Any], method: str
) -> None:
    """A model of all waves has some, and a primary result rests on all who were assessed, wherever."""
    scale = outcome.get("scale")
    if not isinstance(scale, Mapping):
        return
    waves = scale.get("waves")
    if method == "mixed_model" and (not isinstance(waves, list) or len(set(map(str, waves))) < 2):
        page.say(
            (*path, "method"),
            "mixed_model is a model of several waves, and this outcome declares one.",
            "Add waves = [...] to its scale, or use ancova.",
        )
    places = scale.get("places")
    if analysis.get("role") == "primary" and isinstance(places, list) and "custody" not in places:
        page.say(
            (*path, "role"),
            "its outcome leaves out people in custody, which is where they may be because of the arm.",
            'Let places be ["free", "custody"], or give the analysis another role.',
            code="PE-C10",
        )
    if analysis.get("seriousness") is not None:
        page.say((*path, "seriousness"), "the levels are those of the scale.", "Remove it.")


def _check_clock(page: Page, path: KeyPath, outcome: Mapping[str, Any]) -> None:
    """Whether a wave was due, or the weeks are over, can be told of everybody."""
    start = outcome.get("clock_start", "release")
    column = dict(CLOCK_COLUMNS.items()).get(start)
    wanted = [("data", "data_cutoff"), ("data", "participants", "randomised_on")]
    wanted += [("data", "participants", column)] if column else []
    for place in dict.fromkeys(wanted):
        if place[-1] not in page.table(*place[:-1]):
            page.say(
                (*path, "clock_start"),
                f"needs {place[-1]} of [{'.'.join(place[:-1])}]: who could have been followed to the end?",
                f"Add {place[-1]} there.",
                code="PE-C41",
            )


def _check_scale(page: Page, path: KeyPath, scale: Mapping[str, Any]) -> None:
    """The table of needs has the domain, its waves, and where people were assessed."""
    needs, columns = page.table("data", "needs"), page.columns("needs")
    if not needs:
        _say_table_missing(page, path, "needs")
        return
    if "wave" not in needs:
        page.say(path, "needs wave of [data.needs].", 'Add wave = "..." there.', code="PE-F25")
    domains = levels_of(columns.get(str(needs.get("domain")), {}))
    if domains:
        page.require_known((*path, "domain"), scale.get("domain"), domains, "domain of [data.needs]")
    if "place" not in needs and not page.table("data", "custody"):
        page.say(
            path,
            "needs to know who was assessed in custody.",
            "Add place to [data.needs], or the table [data.custody].",
            code="PE-F25",
        )
    if scale.get("custody") is not None and not page.table("data", "custody"):
        page.say((*path, "custody"), "needs the table [data.custody].", "Add it.", code="PE-F25")
    place = str(needs.get("place"))
    for code in levels_of(columns.get(place, {})):
        page.require_known(
            ("data", "needs", "columns", place, "levels", code), code, words(Place), "place of an assessment"
        )
    _check_levels(page, path, scale)


def _check_levels(page: Page, path: KeyPath, scale: Mapping[str, Any]) -> None:
    """Levels are scores of the scale; so is the level that custody is."""
    low, high = scale.get("lowest"), scale.get("highest")
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return
    levels, custody = scale.get("levels"), scale.get("custody")
    named = [(("levels", code), _number(code)) for code in (levels if isinstance(levels, Mapping) else ())]
    if isinstance(custody, Mapping):
        named.append((("custody", "score"), _number(custody.get("score"))))
    for place, value in named:
        if value is None or not low <= value <= high:
            page.say(
                (*path, *place), f"is no score of the scale, {low:g} to {high:g}.", "Correct it, or the ends."
            )
    if isinstance(levels, Mapping) and len(levels) == 1:
        page.say((*path, "levels"), "one level is no order.", "Name all levels, or none.")


def _check_weeks(page: Page, path: KeyPath, outcome: Mapping[str, Any]) -> None:
    """The table of weeks has the codes, the register of custody is there, and the window is the weeks."""
    weeks, table = outcome["register_weeks"], page.table("data", "weeks")
    inside: KeyPath = (*path, "register_weeks")
    for name in ("weeks", "custody"):
        if not page.table("data", name):
            _say_table_missing(page, inside, name)
    codes = levels_of(page.columns("weeks").get(str(table.get("code")), {}))
    for place, code in enumerate(texts(weeks.get("codes")) if codes else []):
        page.require_known((*inside, "codes", place), code, codes, "code of [data.weeks]")
    asked, days = weeks.get("weeks"), outcome.get("horizon_days")
    if isinstance(asked, int) and isinstance(days, int) and days != DAYS_PER_WEEK * asked:
        page.say(
            (*path, "horizon_days"),
            f"is not that of {asked} weeks.",
            f"Write horizon_days = {DAYS_PER_WEEK * asked}, or change the weeks.",
        )


def _say_table_missing(page: Page, path: KeyPath, name: str) -> None:
    page.say(
        path,
        f"needs the table [data.{name}], which is not declared.",
        f"Add [data.{name}] with its file and columns.",
        code="PE-F25",
    )


def _number(value: object) -> float | None:
    """Read a level, which TOML writes as a key and so as text."""
    try:
        return float(str(value))
    except ValueError:
        return None
