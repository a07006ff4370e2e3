"""Where some were randomised too late to be followed in full, every number says whom it is about."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from primus_eval.disclosure import view_from_json
from primus_eval.estimators import estimate
from primus_eval.findings import RANDOMISED_EARLY, Finding, Findings
from primus_eval.loaders import load_trial
from primus_eval.measurement import measure
from primus_eval.trial import Trial
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.sentences import plain_sentence
from primus_eval.wording.subject import subject_of

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data" / "sample" / "mentoring"
TWO_YEARS = 'outcome = "reoffending_2y"\neffect_measure = "risk_difference"'


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """The mentoring sample, whose primary outcome is one that only a third has been followed for."""
    folder = tmp_path_factory.mktemp("early") / "trial"
    shutil.copytree(SAMPLE, folder)
    protocol = folder / "protocol.toml"
    text = protocol.read_text(encoding="utf-8")
    assert TWO_YEARS in text
    protocol.write_text(text.replace(TWO_YEARS, TWO_YEARS.replace("2y", "5y"), 1), encoding="utf-8")
    return load_trial(protocol)


def rows_of(trial: Trial, outcome: str) -> Findings:
    analysis = next(each for each in trial.protocol.analysis if each.outcome == outcome)
    return estimate(measure(trial, outcome, population=analysis.population), analysis)


def test_a_result_of_those_randomised_early_says_so(trial: Trial) -> None:
    rows = rows_of(trial, "reoffending_5y").rows
    assert rows and all(row.status == "estimated" and RANDOMISED_EARLY in row.warnings for row in rows)
    analysed = (rows[0].n_treatment or 0) + (rows[0].n_control or 0)
    assert 0 < analysed < len(trial.participants) / 2


def test_a_result_of_everybody_does_not(trial: Trial) -> None:
    rows = rows_of(trial, "reoffending_1y").rows
    assert rows and not any(RANDOMISED_EARLY in row.warnings for row in rows)


@pytest.mark.parametrize(
    ("language", "phrase"),
    [
        ("en", "prisoners randomised early enough to be followed in full"),
        ("da", "tidligt nok til at være fulgt"),
    ],
)
def test_its_sentence_names_them(language: str, phrase: str) -> None:
    path = ROOT / "reports" / "mentoring" / "findings.json"
    findings = view_from_json(path.read_text(encoding="utf-8"), file="findings.json").findings
    primary = next(row for row in findings.rows if row.role == "primary")
    assert phrase not in _sentence(primary, findings, language)
    early = replace(primary, n_treatment=16, n_control=17, warnings=(*primary.warnings, RANDOMISED_EARLY))
    assert phrase in _sentence(early, findings, language)


def _sentence(row: Finding, findings: Findings, language: str) -> str:
    return plain_text(plain_sentence(row, subject_of(findings, language=language), findings))
