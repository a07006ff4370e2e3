"""Every estimator on the whole path: named in a protocol, loaded, evaluated, released, rendered.

Two trials ask for every (effect measure, method): Maryland, whose outcome was observed as one yes or no, and
the simulated mentoring trial, whose events are counted by rules. Each must be answered with a number in one
of them, or stand below with the reason why these data cannot.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from primus_eval.disclosure import release
from primus_eval.estimators import ESTIMATORS
from primus_eval.findings import Finding, Findings
from primus_eval.loaders import load_trial
from primus_eval.methods import ABOUT, NEVER_PRIMARY
from primus_eval.pipeline import evaluate
from primus_eval.report import render

SAMPLES = Path(__file__).parents[1] / "data" / "sample"

SAYS: dict[str, Any] = {
    "cluster": {"maryland": "prio", "mentoring": "release_area"},
    "periods_days": {"maryland": [0, 91, 364], "mentoring": [0, 182, 730]},
    "landmark_days": 91,
    "at_days": [30, 180],
    "time_function": "log_days",
    "weights": {"family": "tarone_ware"},
    "rho": 1,
    "censoring_groups": ["arm"],
    "quantile": 0.2,
    "quantity": "harm_days",
    "seriousness": {
        "quantity": "most_serious_harm_days",
        "cuts": [1, 10],
        "labels": ["none", "below 10", "10 or more"],
        "worse": "higher",
    },
    "priorities": [{"by": "death", "better": "no"}, {"by": "days_to_first", "better": "later"}],
}
ADJUSTS = {"maryland": ["age"], "mentoring": ["age"]}
STRATA = {"maryland": ["race"], "mentoring": ["prison"]}

CANNOT: dict[tuple[str, str], str] = {
    ("mean_count_difference", "mean_cumulative_function"): "competing_events",
    ("mean_count", "mean_cumulative_function"): "competing_events",
}
"""Estimators that neither trial can answer, and why."""


OF_SCORES = "wellbeing_12m"
"""What methods are asked about that read scores."""


def id_of(key: tuple[str, str]) -> str:
    """A short name for the analysis that asks for an estimator."""
    return f"asked_{list(ESTIMATORS).index(key)}"


def keys_for(sample: str) -> list[tuple[str, str]]:
    """All but those that need events, where an outcome was observed as one yes or no."""
    by_rules = sample == "mentoring"
    return [key for key in ESTIMATORS if by_rules or ABOUT[key[1]].reads == "first_event"]


def analysis(sample: str, key: tuple[str, str], outcome: str) -> dict[str, Any]:
    measure, method = key
    about = ABOUT[method]
    said: dict[str, Any] = {
        "id": id_of(key),
        "role": "exploratory",
        "planned": False,
        "outcome": OF_SCORES if about.reads == "score" else outcome,
        "effect_measure": measure,
        "method": method,
    }
    for name in about.keys:
        value = SAYS[name]
        said[name] = value[sample] if isinstance(value, dict) and sample in value else value
    said |= {name: SAYS[name] for name in about.may_say if name in SAYS}
    if about.covariates != "no":
        said["covariates"] = ADJUSTS[sample]
    if about.strata == "must":
        said["strata"] = STRATA[sample]
    if not about.on_time:
        said["incomplete_followup"] = "leave_out"
    return said


def written(value: Any) -> str:
    """Write a value as TOML: JSON is, but for tables."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {written(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


def protocol_of(sample: str) -> str:
    text = (SAMPLES / sample / "protocol.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    outcome = next(entry for entry in document["analysis"] if entry["role"] == "primary")["outcome"]
    entries = [analysis(sample, key, outcome) for key in keys_for(sample)]
    added = "".join(
        "\n[[analysis]]\n" + "".join(f"{key} = {written(value)}\n" for key, value in entry.items())
        for entry in entries
    )
    if "resampling" not in document:
        added += "\n[resampling]\nseed = 1\n"
    return text + added.replace("[resampling]\nseed = 1\n", "[resampling]\nseed = 1\nreplicates = 400\n")


@cache
def found(sample: str, folder: Path) -> Findings:
    for file in (SAMPLES / sample).iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "protocol.toml").write_text(protocol_of(sample), encoding="utf-8")
    return evaluate(load_trial(folder))


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Findings]:
    return {sample: found(sample, tmp_path_factory.mktemp(sample)) for sample in ("maryland", "mentoring")}


def rows_of(everything: dict[str, Findings], key: tuple[str, str]) -> list[Finding]:
    return [row for findings in everything.values() for row in findings.of_analysis(id_of(key))]


@pytest.mark.parametrize("key", ESTIMATORS, ids=" ".join)
def test_every_estimator_is_asked_and_answers_or_says_why(
    everything: dict[str, Findings], key: tuple[str, str]
) -> None:
    rows = rows_of(everything, key)
    assert rows, "no tested protocol names it"
    answered = [row for row in rows if row.status == "estimated"]
    if key in CANNOT:
        assert not answered and {row.reason for row in rows} == {CANNOT[key]}
    else:
        assert answered
    assert all(row.reason for row in rows if row.status != "estimated")


def test_nothing_is_listed_that_does_not_exist() -> None:
    assert set(CANNOT) <= set(ESTIMATORS)


@pytest.mark.parametrize("sample", ["maryland", "mentoring"])
def test_whatever_is_asked_can_be_released_and_read(everything: dict[str, Findings], sample: str) -> None:
    files = render(release(everything[sample]))
    report = files["report.html"].decode()
    for word in ("None", "nan", "{", "inf "):
        assert f">{word}<" not in report
    for row in everything[sample].rows:
        assert row.engine or row.status != "estimated"
    names = {row.analysis for row in everything[sample].rows}
    assert {id_of(key) for key in keys_for(sample)} <= names


def test_what_describes_one_arm_or_tests_is_never_primary(everything: dict[str, Findings]) -> None:
    assert all(
        row.role == "exploratory"
        for findings in everything.values()
        for row in findings.rows
        if row.effect_measure in NEVER_PRIMARY and row.analysis.startswith("asked_")
    )
