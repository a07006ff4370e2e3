"""The two sample trials, evaluated once, and findings made by hand."""

from pathlib import Path

import figure_findings as made
import pytest

from primus_eval.appraisal import Appraisal, read_appraisal
from primus_eval.disclosure import Internal, View
from primus_eval.loaders import load_trial
from primus_eval.pipeline import evaluate, view_of
from primus_eval.report import render

DEPTHS = ("full", "jury", "summary")
SAMPLES = Path(__file__).parent.parent.parent / "data" / "sample"


@pytest.fixture(scope="session")
def maryland() -> View:
    return view_of(evaluate(load_trial(SAMPLES / "maryland" / "protocol.toml")))


@pytest.fixture(scope="session")
def appraisal() -> Appraisal:
    return read_appraisal(SAMPLES / "maryland" / "appraisal.toml")


@pytest.fixture(scope="session")
def mentoring() -> View:
    return view_of(evaluate(load_trial(SAMPLES / "mentoring" / "protocol.toml")))


@pytest.fixture(scope="session")
def by_hand() -> View:
    """Everything that a finding or an exhibit may be, in numbers written down by hand; internal."""
    exhibits = (made.curve(), made.risk_table(), made.flow(), made.baseline(age=0.1, prison__open=-0.2))
    return Internal(findings=made.findings(*exhibits, rows=made.ROWS))


@pytest.fixture(scope="session")
def empty() -> View:
    """Findings without a finding."""
    return Internal(findings=made.findings(rows=()))


@pytest.fixture(scope="session")
def maryland_files(maryland: View, appraisal: Appraisal) -> dict[str, bytes]:
    return render(maryland, appraisal, depths=DEPTHS)


@pytest.fixture(scope="session")
def mentoring_files(mentoring: View) -> dict[str, bytes]:
    return render(mentoring, depths=DEPTHS)


@pytest.fixture(scope="session")
def by_hand_files(by_hand: View) -> dict[str, bytes]:
    return render(by_hand, depths=DEPTHS)


@pytest.fixture(scope="session")
def empty_files(empty: View) -> dict[str, bytes]:
    return render(empty, depths=DEPTHS)
