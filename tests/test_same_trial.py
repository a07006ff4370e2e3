"""The same trial in every format gives the same people, cell by cell, and the same findings.

tests/formats/trial.csv is the one table; tests/trial_formats.py writes it as text in three encodings with
three separators and two decimal marks, as workbooks, Stata, SPSS, SAS transport and Parquet files.
trial.sas7bdat is committed, as nothing open promises to write that format.
"""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import trial_formats

from primus_eval.findings import Findings
from primus_eval.loaders import load_trial
from primus_eval.pipeline import evaluate
from primus_eval.protocol import Protocol
from primus_eval.protocol.reference import MINIMAL
from primus_eval.trial import Trial


def trial_of(delivery: trial_formats.Delivery) -> Trial:
    """Load one delivery under a protocol whose other parts are the same for all."""
    document = tomllib.loads(MINIMAL)
    spec = trial_formats.participants(delivery).model_dump(mode="json", exclude_unset=True)
    spec["arm"] = {"column": "arm", "codes": {"T": "mentors", "C": "usual"}}
    document["data"]["participants"] = spec
    document["outcome"][0]["observed"] = {"time": "days", "event": "rearrest", "unit": "days"}
    document["disclosure"] = {"profile": "internal"}
    document["analysis"] += [
        {"id": measure, "role": "secondary", "outcome": "reoffence", "effect_measure": measure}
        for measure in ("hazard_ratio", "restricted_mean_difference", "risk_ratio")
    ]
    return load_trial(Protocol.model_validate(document), delivery.path.parent)


@cache
def clean() -> Trial:
    return trial_of(
        trial_formats.Delivery(path=Path(__file__).parent / "formats" / "trial.csv", date_format="%Y-%m-%d")
    )


@cache
def expected_findings() -> Findings:
    return evaluate(clean())


def frame_hash(trial: Trial) -> str:
    frame = trial.participants
    return str(pd.util.hash_pandas_object(frame.astype(object).map(repr), index=True).to_numpy().tobytes())


@pytest.mark.parametrize("name", trial_formats.NAMES)
def test_the_same_people_and_the_same_findings(name, tmp_path):
    trial = trial_of(trial_formats.deliver(name, tmp_path))
    pd.testing.assert_frame_equal(trial.participants, clean().participants)
    assert frame_hash(trial) == frame_hash(clean())
    found, expected = evaluate(trial), expected_findings()
    assert len(found.rows) == 4
    assert [row.estimate for row in found.rows] == [row.estimate for row in expected.rows]
    assert [_unmarked(row) for row in found.rows] == [_unmarked(row) for row in expected.rows]
    assert found.exhibits == expected.exhibits


def _unmarked(row):
    return replace(row, fingerprint="")  # it is that of the protocol, which names the file


def test_the_formats_are_all_there():
    kinds = {name.split()[0].lower() for name in trial_formats.NAMES}
    assert len(trial_formats.NAMES) >= 25
    print(f"{len(trial_formats.NAMES)} deliveries of one trial: {', '.join(sorted(kinds))}")
