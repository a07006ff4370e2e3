"""Checks across a protocol: what each analysis names, what its method takes, and which one is primary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from primus_eval.definitions import Reoffending
from primus_eval.methods import NEVER_PRIMARY
from primus_eval.protocol.definition_crossings import definitions_of
from primus_eval.protocol.lines import KeyPath
from primus_eval.protocol.method_crossings import check_method, conditions_of
from primus_eval.protocol.model import ARM, ASSIGNED
from primus_eval.protocol.page import GROUPING, NUMERIC, Page, texts
from primus_eval.vocabulary import Role, words

ROLES_OF_OFFICIAL = ("sensitivity", "exploratory")
"""What an analysis may be whose people are chosen by the rules of an official statistic."""


def check_analyses(page: Page) -> None:
    """Whatever an analysis names is there, and its method and its role can be what they are."""
    columns, people = page.columns(), page.person_columns()
    outcomes, populations = page.ids("outcome"), [ASSIGNED, *page.ids("population")]
    definitions = definitions_of(page)
    for index, analysis in page.entries("analysis"):
        path: KeyPath = ("analysis", index)
        page.require_known((*path, "outcome"), analysis.get("outcome"), outcomes, "outcome")
        page.require_known((*path, "population"), analysis.get("population"), populations, "population")
        for key in ("covariates", "strata", "censoring_groups"):
            kinds = (*NUMERIC, *GROUPING) if key == "covariates" else GROUPING
            for name in texts(analysis.get(key)):
                if key != "censoring_groups" or name != ARM:
                    page.require_column((*path, key), name, people, before=True, kinds=kinds)
        if "cluster" in analysis:
            page.require_column((*path, "cluster"), analysis["cluster"], columns, before=True)
        check_method(page, path, analysis)
        _check_planned(page, path, analysis)
        definition = definitions.get(str(analysis.get("outcome")))
        if definition is not None:
            _check_definition(page, path, analysis.get("role"), definition)
    _check_primary(page)


def check_truth(page: Page) -> None:
    """The truth is known in a simulation only, once for each analysis."""
    entries = list(page.entries("truth"))
    measures = {
        str(entry.get("id")): str(entry.get("effect_measure")) for _, entry in page.entries("analysis")
    }
    for index, truth in entries:
        page.require_known(
            ("truth", index, "analysis"), truth.get("analysis"), page.ids("analysis"), "analysis"
        )
        value, measure = truth.get("value"), measures.get(str(truth.get("analysis")), "")
        if measure.endswith("_ratio") and isinstance(value, int | float) and value <= 0:
            page.say(
                ("truth", index, "value"),
                f"is no {measure.replace('_', ' ')}: a ratio is above 0.",
                "Write the ratio itself, such as 0.8, and not its logarithm or a difference.",
            )
    named: list[tuple[KeyPath, Any]] = [
        ((index, "analysis"), truth.get("analysis")) for index, truth in entries
    ]
    page.require_distinct(("truth",), named, "Give each analysis one true value.")
    if entries and page.table("study").get("simulated", False) is False:
        page.say(
            ("truth",),
            "the true value is known of simulated trials only.",
            "Remove it; where the data are simulated, write simulated = true below [study].",
        )


def _check_planned(page: Page, path: KeyPath, analysis: Mapping[str, Any]) -> None:
    if analysis.get("planned") is False and analysis.get("role") not in (None, "exploratory"):
        page.say(
            (*path, "role"),
            "what was not planned cannot have this role.",
            'Write role = "exploratory", or planned = true if the plan holds it.',
        )


def _check_definition(page: Page, path: KeyPath, role: Any, definition: Reoffending) -> None:
    """A primary analysis rests on a definition that is complete and leaves nobody out for what came later."""
    if role == "primary" and definition.is_provisional:
        page.say(
            (*path, "outcome"),
            what=f"the sources of preset {definition.name} leave open what a primary analysis must know: "
            f"{', '.join(definition.unknown)}.",
            mend="Write these keys in reoffending beside the preset, or give the analysis another role.",
            code="PE-F26",
        )
    if role == "primary" and definition.conditions_on_later_events:
        page.say(
            (*path, "role"),
            "its outcome leaves people out for what happened to them after randomisation.",
            'Use "compete" or "censor" for death, deportation and emigration, or write role = "sensitivity".',
            code="PE-C10",
        )
    elif definition.official and role in words(Role) and role not in ROLES_OF_OFFICIAL:
        page.say(
            (*path, "role"),
            what="its outcome leaves people out by rules of an official statistic, which this role forbids.",
            mend=f"Write role = one of: {', '.join(ROLES_OF_OFFICIAL)}; or remove official = true.",
            code="PE-F26",
        )


def _check_primary(page: Page) -> None:
    """One analysis answers the question of the trial, and its answer is an effect with an interval."""
    primaries = [
        (index, entry) for index, entry in page.entries("analysis") if entry.get("role") == "primary"
    ]
    roles = [entry.get("role") for _, entry in page.entries("analysis")]
    if roles and not primaries and all(role in words(Role) for role in roles):
        page.say(
            ("analysis",),
            "no analysis is primary.",
            'Give the one that answers the question of the trial role = "primary".',
        )
    for index, _ in primaries[1:]:
        page.say(
            ("analysis", index, "role"),
            "there is a primary analysis already.",
            "Keep one: it answers the question of the trial; the others are secondary.",
        )
    for index, entry in primaries:
        measure = entry.get("effect_measure")
        if isinstance(measure, str) and measure in NEVER_PRIMARY:
            page.say(
                ("analysis", index, "effect_measure"),
                f"{measure} cannot be primary: it is no effect with an interval that compares the arms.",
                "Make the effect primary, such as risk_difference, and this analysis secondary.",
            )
        condition = conditions_of(entry)
        if condition is not None:
            key, value = condition
            page.say(
                ("analysis", index, key),
                f"{value} cannot be primary: it compares people, or counts days, chosen by what happened "
                "after randomisation, which is no randomised comparison.",
                "Make an effect on everyone randomised primary, and this analysis secondary.",
            )
