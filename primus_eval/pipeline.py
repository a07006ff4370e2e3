"""The whole path: protocol and files to findings, findings to a published report.

`evaluate` computes, `run` also releases, renders and publishes. Nothing is printed and no clock is
read; `progress` is told what begins.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from primus_eval.appraisal import Appraisal, read_appraisal
from primus_eval.disclosure import Internal, Released, View, release, view_from_json
from primus_eval.errors import InputError, Problem
from primus_eval.evaluation import findings_of, targets_of
from primus_eval.findings import Findings, concatenate
from primus_eval.loaders import load_trial
from primus_eval.loaders.delivery import SHORTEST_CANARY
from primus_eval.measurement import measure
from primus_eval.output import publish, require_writable
from primus_eval.protocol import Protocol, read_protocol
from primus_eval.protocol.economics import Economics
from primus_eval.protocol.economics_crossings import problems_of_appraisal
from primus_eval.protocol.economics_prices import resolved
from primus_eval.protocol.reading import protocol_file, read_toml_text
from primus_eval.scaffold import require_no_guess
from primus_eval.trial import TableAccount, Trial
from primus_eval.updating import (
    Deliveries,
    Reported,
    decomposition,
    later_protocol,
    read_deliveries,
    require_same_report,
    since_last_report,
)
from primus_eval.updating.old_cut import on_old_cut
from primus_eval.vocabulary import ReportDepth, ReportFormat

Progress = Callable[[str], None]

LIBRARIES = ("lifelines", "matplotlib", "numpy", "pandas", "scipy", "statsmodels")
"""The libraries whose versions stand in the report: those that numbers and figures come from."""


def evaluate(trial: Trial, *, appraised: Economics | None = None) -> Findings:
    """Carry out every analysis of the protocol and draw up every exhibit of the report.

    appraised: an economic evaluation of a signed appraisal, where the protocol planned none; see
    `appraised_economics`. What cannot be estimated is a finding that says why. The result is internal: see
    `release`.
    """
    measured = {
        (outcome, population): measure(trial, outcome, population=population)
        for outcome, population in targets_of(trial.protocol)
    }
    found = findings_of(trial, measured, appraised=appraised)
    return concatenate([found, Findings(context={**_context(trial), **_economics(trial, appraised)})])


def appraised_economics(protocol: Protocol, appraisals: Sequence[Appraisal]) -> Economics | None:
    """Return the economic evaluation that a signed appraisal declares, checked against the protocol.

    Raises InputError where it cannot be carried out, or where there is more than one: nobody may choose
    between two after the results are known.
    """
    declared = [each.economics for each in appraisals if each.economics is not None]
    if not declared:
        return None
    if len(declared) > 1 or protocol.economics is not None:
        raise InputError(
            Problem(
                code="PE-C75",
                key="economics",
                what="is declared more than once, in the protocol or in several appraisals.",
                mend="Keep one; what the protocol planned cannot be replaced by an appraisal.",
            )
        )
    problems = problems_of_appraisal(protocol, declared[0], file="appraisal")
    if problems:
        raise InputError(problems)
    return declared[0]


def _economics(trial: Trial, appraised: Economics | None) -> dict[str, Any]:
    """Say which economic evaluation was carried out, with shipped prices filled in, and where it stood."""
    planned = trial.protocol.economics
    used = planned or appraised
    if used is None:
        return {}
    return {
        "economics": resolved(used).model_dump(mode="json"),
        "economics_declared_in": "appraisal" if planned is None else "protocol",
    }


def view_of(findings: Findings) -> View:
    """Release findings, or keep them internal where the protocol says so."""
    if findings.context["protocol"]["disclosure"]["profile"] == "internal":
        statement: dict[str, Any] = {"profile": "internal", "threshold": None, "reason": None, "withheld": []}
        return Internal(
            findings=Findings(
                rows=findings.rows,
                exhibits=findings.exhibits,
                context={**findings.context, "disclosure": statement},
            )
        )
    return release(findings)


def run(
    protocol: str | Path,
    out: str | Path,
    *,
    appraisals: Sequence[str | Path] = (),
    language: str = "en",
    depths: Sequence[ReportDepth] = ("full", "summary"),
    formats: Sequence[ReportFormat] = ("html",),
    progress: Progress = lambda message: None,
) -> Path:
    """Evaluate a trial from its protocol.toml and publish the report into the folder `out`.

    appraisals: signed judgements, one file for each assessor; where left out, every appraisal*.toml beside
    the protocol. language, depths and formats: see `primus_eval.report.render`.
    """
    from primus_eval.report.formats import require_formats

    protocol = protocol_file(protocol)
    require_writable(out)
    require_no_guess(protocol)
    require_formats(formats)
    judged = _appraisals(protocol, appraisals)
    progress("reading the trial")
    trial = load_trial(protocol)
    appraised = appraised_economics(trial.protocol, judged)
    progress(f"carrying out {len(trial.protocol.analysis)} analyses")
    view = view_of(evaluate(trial, appraised=appraised))
    return publish_report(
        view,
        out,
        appraisals=judged,
        language=language,
        depths=depths,
        formats=formats,
        canaries=_canaries(protocol, trial),
        progress=progress,
    )


def update(
    protocol: str | Path,
    data: str | Path,
    out: str | Path,
    *,
    cutoff: date | None = None,
    report: str | Path | None = None,
    appraisals: Sequence[str | Path] = (),
    language: str = "en",
    depths: Sequence[ReportDepth] = ("full", "summary"),
    formats: Sequence[ReportFormat] = ("html",),
    progress: Progress = lambda message: None,
) -> Path:
    """Evaluate a new delivery under the same protocol, and say what changed since the last report.

    The former delivery is the one that the protocol names. data: the folder of the new one, with files of the
    same names, or with a protocol.toml that differs in the names of files and in data_cutoff only. cutoff:
    the last day that the new registers cover. report: the findings.json of the former report, to see whether
    it comes out again.

    Raises DeviationError where the plan was changed or somebody randomised is gone.
    """
    from primus_eval.report.formats import require_formats

    protocol, folder = protocol_file(protocol), Path(data)
    require_writable(out)
    require_no_guess(protocol)
    require_formats(formats)
    judged = _appraisals(protocol, appraisals)
    progress("reading both deliveries")
    former = read_protocol(protocol)
    later = later_protocol(former, folder, cutoff=cutoff)
    deliveries = read_deliveries(former, protocol.parent, later, folder)
    reported = None if report is None else _reported(Path(report), deliveries.former, progress)
    progress(f"carrying out {len(later.analysis)} analyses")
    found = concatenate(
        [
            evaluate(deliveries.later, appraised=appraised_economics(deliveries.later.protocol, judged)),
            _changes(deliveries, reported),
        ]
    )
    return publish_report(
        view_of(found),
        out,
        appraisals=judged,
        language=language,
        depths=depths,
        formats=formats,
        canaries=(
            *_canaries(protocol, deliveries.former),
            *_canaries(folder / protocol.name, deliveries.later),
        ),
        progress=progress,
    )


def _reported(file: Path, former: Trial, progress: Progress) -> Reported:
    """Read a former report and evaluate its data again, released as it was."""
    view = view_from_json(read_toml_text(file), file=file.name)
    progress("carrying out the former analyses again")
    again = view_of(evaluate(former)).findings
    told = view.findings if isinstance(view, Released) else view_of(view.findings).findings
    require_same_report(told, again, file=file.name)
    return Reported(findings=told, again=again)


def _changes(deliveries: Deliveries, reported: Reported | None) -> Findings:
    """Say what changed between two deliveries, and what the former one was."""
    former, later = deliveries.former, deliveries.later
    primary = former.protocol.primary.outcome
    old_cut = on_old_cut(deliveries)
    shown = _as_released(former, old_cut, reported)
    exhibits = (
        since_last_report(deliveries, measure(former, primary), measure(later, primary)),
        *decomposition(former, old_cut, later, reported=reported, shown=shown),
    )
    told = {
        "cutoff": str(former.protocol.data.data_cutoff),
        "fingerprint": former.protocol.fingerprint,
        "accounts": _accounts(former.accounts),
        "versions": dict(reported.findings.context["versions"]) if reported is not None else None,
    }
    return Findings(exhibits=exhibits, context={"former": told})


def _as_released(former: Trial, old_cut: Trial, reported: Reported | None) -> dict[str, Findings] | None:
    """Return the findings of each step before now as a release shows them; None where nothing is released."""
    if former.protocol.disclosure.profile != "release":
        return None
    again = view_of(evaluate(former)).findings if reported is None else reported.again
    return {
        "then": again if reported is None else reported.findings,
        "changed_code": again,
        "revised_old_data": view_of(_of_outcomes_by_rules(old_cut)).findings,
    }


def _of_outcomes_by_rules(trial: Trial) -> Findings:
    """Evaluate what is counted from events, whose old state can be told, and nothing of the programme."""
    protocol = trial.protocol.model_copy(update={"process": None, "economics": None})
    trial = replace(trial, protocol=protocol)
    measured = {
        (outcome, population): measure(trial, outcome, population=population)
        for outcome, population in targets_of(protocol)
        if protocol.outcome_of(outcome).reoffending is not None
    }
    return concatenate([findings_of(trial, measured), Findings(context=_context(trial))])


def publish_report(
    view: View,
    out: str | Path,
    *,
    appraisals: Sequence[Appraisal] = (),
    language: str = "en",
    depths: Sequence[ReportDepth] = ("full", "summary"),
    formats: Sequence[ReportFormat] = ("html",),
    canaries: tuple[str, ...] = (),
    progress: Progress = lambda message: None,
) -> Path:
    """Render a view and publish it with a manifest."""
    from primus_eval.report import render

    progress("drawing and writing the report")
    files = render(view, *appraisals, language=language, depths=depths, formats=formats)
    return publish(
        files,
        out,
        canaries=canaries,
        facts=_facts(view.findings.context),
        private=isinstance(view, Internal),
    )


def _appraisals(protocol: Path, given: Sequence[str | Path]) -> tuple[Appraisal, ...]:
    """Read the judgements that were named, or those beside the protocol in the order of their names."""
    files = [Path(name) for name in given] or sorted(protocol.parent.glob("appraisal*.toml"))
    return tuple(read_appraisal(file) for file in files)


def _context(trial: Trial) -> dict[str, Any]:
    return {
        "protocol": trial.protocol.model_dump(mode="json", by_alias=True),
        "fingerprint": trial.protocol.fingerprint,
        "versions": {
            "primus_eval": _own_version(),
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "accounts": _accounts(trial.accounts),
        "warnings": [],
    }


def _accounts(accounts: Sequence[TableAccount]) -> list[dict[str, Any]]:
    return [
        {
            "file": account.file,
            "sha256": account.sha256,
            "rows_read": account.rows_read,
            "rows_left_out": dict(account.rows_left_out),
            "columns_not_read": list(account.columns_not_read),
            "harmless": dict(account.harmless),
        }
        for account in accounts
    ]


def _facts(context: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest says besides the hashes of the files: nothing that changes with the clock."""
    return {
        "study": context["protocol"]["study"]["id"],
        "fingerprint": context["fingerprint"],
        "inputs": context["accounts"],
        "versions": context["versions"],
        "disclosure": context["disclosure"],
    }


def _canaries(protocol: Path, trial: Trial) -> tuple[str, ...]:
    """What must stand in no output: ids of people that can be told from other text, paths of this machine."""
    paths = [str(protocol.resolve().parent), str(Path.home())]
    paths += [path.replace("\\", "\\\\") for path in paths]
    return (*trial.canaries, *(path for path in paths if len(path) >= SHORTEST_CANARY))


def _own_version() -> str:
    from primus_eval import __version__

    return __version__
