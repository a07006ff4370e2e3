"""The whole path: protocol and files to findings, findings to a published report.

`evaluate` computes, `run` also releases, renders and publishes. Nothing is printed and no clock is
read; `progress` is told what begins.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from primus_eval.appraisal import Appraisal, read_appraisal
from primus_eval.disclosure import Internal, View, release
from primus_eval.evaluation import findings_of, targets_of
from primus_eval.findings import Findings, concatenate
from primus_eval.loaders import load_trial
from primus_eval.loaders.delivery import SHORTEST_CANARY
from primus_eval.measurement import measure
from primus_eval.output import publish, require_writable
from primus_eval.protocol.reading import protocol_file
from primus_eval.scaffold import require_no_guess
from primus_eval.trial import Trial
from primus_eval.vocabulary import ReportDepth, ReportFormat

Progress = Callable[[str], None]

LIBRARIES = ("lifelines", "matplotlib", "numpy", "pandas", "scipy", "statsmodels")
"""The libraries whose versions stand in the report: those that numbers and figures come from."""


def evaluate(trial: Trial) -> Findings:
    """Carry out every analysis of the protocol and draw up every exhibit of the report.

    What cannot be estimated is a finding that says why. The result is internal: see `release`.
    """
    measured = {
        (outcome, population): measure(trial, outcome, population=population)
        for outcome, population in targets_of(trial.protocol)
    }
    return concatenate([findings_of(trial, measured), Findings(context=_context(trial))])


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
    progress(f"carrying out {len(trial.protocol.analysis)} analyses")
    view = view_of(evaluate(trial))
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
        "accounts": [
            {
                "file": account.file,
                "sha256": account.sha256,
                "rows_read": account.rows_read,
                "rows_left_out": dict(account.rows_left_out),
                "columns_not_read": list(account.columns_not_read),
                "harmless": dict(account.harmless),
            }
            for account in trial.accounts
        ],
        "warnings": [],
    }


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
