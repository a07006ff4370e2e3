"""Examine a delivery: everything that is there, and everything that is wrong, in one pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from primus_eval.errors import PrimusError, Problem
from primus_eval.loaders.delivery import Delivery, read_delivery
from primus_eval.loaders.loading import trial_of
from primus_eval.preflight.chapters import chapters_read
from primus_eval.preflight.delivered import beside_links, harmless_columns, tables_read
from primus_eval.preflight.foretell import Foretold, foretell, measured
from primus_eval.preflight.lag import lag_by_quarter
from primus_eval.preflight.notes import notes_on_delivery, notes_on_protocol, notes_on_trial
from primus_eval.preflight.oddities import oddities_read
from primus_eval.preflight.outcomes import outcomes_read
from primus_eval.preflight.people import anonymity, arms_read, linked_by_arm
from primus_eval.preflight.programme_notes import notes_on_codes, notes_on_waves
from primus_eval.preflight.records import Plan, Preflight
from primus_eval.preflight.rules import comparison_read, prior_read
from primus_eval.protocol import Protocol
from primus_eval.protocol.model import Disclosure
from primus_eval.protocol.reading import Parts, protocol_file, read_parts
from primus_eval.scaffold import guessed_lines
from primus_eval.schema import text_in
from primus_eval.trial import Trial

FEWEST_SHOWN = Disclosure().threshold


def examine(path: str | Path) -> Preflight:
    """Examine a protocol and the files that it names, without looking at a result.

    path: a protocol.toml, or the folder that holds one. Bad input is no exception here: every problem
    of the protocol and of its files is in the result, whose `error` is what to raise. Raises
    EnvironmentFault only, where reading a file needs a package that is not installed.
    Checked: tests/test_preflight.py.
    """
    path = protocol_file(path)
    parts = read_parts(path)
    found: dict[str, Any] = {"problems": parts.problems, "identifying": ()}
    k = FEWEST_SHOWN
    if parts.protocol is not None:
        k = parts.protocol.disclosure.threshold
        found["plan"] = _plan(parts.protocol)
    notes = notes_on_protocol(path.name, guessed_lines(path)) if parts.text else []
    if parts.protocol is not None:
        notes += notes_on_codes(parts.protocol)
    if parts.data is not None:
        delivery = read_delivery(parts.data, path.parent)
        found["tables"] = tables_read(delivery, parts.data, k=k)
        found["harmless"] = tuple(harmless_columns(delivery, parts.data))
        found["identifying"] = delivery.identifying
        notes += notes_on_delivery(delivery, parts.data)
        trial, problems = _trial(parts, delivery)
        found["problems"] += problems
        if trial is not None:
            notes += _look_at(trial, found)
    return Preflight(protocol_file=path.name, notes=tuple(dict.fromkeys(notes)), **found)


def _plan(protocol: Protocol) -> Plan:
    registered = protocol.study.registration
    return Plan(
        study=protocol.study.id,
        title=text_in(protocol.study.title, "en"),
        fingerprint=protocol.fingerprint,
        registration=None
        if registered is None
        else f"{text_in(registered.register_name, 'en')} {registered.identifier}",
        profile=protocol.disclosure.profile,
        threshold=protocol.disclosure.threshold,
    )


def _trial(parts: Parts, delivery: Delivery) -> tuple[Trial | None, tuple[Problem, ...]]:
    """Make the trial, or return what is wrong with its files."""
    if parts.protocol is None:
        return None, delivery.problems
    try:
        return trial_of(delivery, parts.protocol), ()
    except PrimusError as error:
        return None, tuple(problem for problem in error.problems if problem not in delivery.identifying)


def _look_at(trial: Trial, found: dict[str, Any]) -> list[Problem]:
    """Enter into `found` what only a whole trial can tell; return the notes on it."""
    found["arms"] = arms_read(trial)
    found["linked"] = linked_by_arm(trial)
    found["tables"] = beside_links(found["tables"], found["linked"], trial.protocol.data.participants.linked)
    found["lag"] = lag_by_quarter(trial)
    found["anonymity"] = anonymity(trial)
    measurements, problems = measured(trial)
    found["outcomes"] = outcomes_read(trial, measurements)
    found["comparison"] = comparison_read(trial)
    found["prior"], uncounted = prior_read(trial, measurements, found["linked"])
    found["oddities"] = oddities_read(trial)
    foretold = Foretold() if uncounted else foretell(trial, measurements)  # a covariate may be lacking
    found["analyses"] = foretold.analyses
    found["chapters"] = chapters_read(trial, measurements)
    found["withheld_exhibits"] = foretold.withheld_exhibits
    found["problems"] += tuple(dict.fromkeys((*problems, *uncounted, *_primary(trial, foretold))))
    return [*notes_on_trial(trial, measurements), *notes_on_waves(trial)]


def _primary(trial: Trial, foretold: Foretold) -> list[Problem]:
    """Say it as a problem where the question of the trial will have no answer."""
    primary = trial.protocol.primary.id
    return [
        Problem(
            code="PE-C42",
            key=f"analysis {primary}",
            what=f"the primary analysis cannot be computed: {analysis.why}.",
            mend="A run would publish a report without an answer. Look at data, horizon and method.",
        )
        for analysis in foretold.analyses
        if analysis.analysis == primary and analysis.verdict == "not_computed"
    ]
