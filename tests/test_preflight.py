"""Preflight says what will be done before anyone looks at a result: no estimate, no events, no value."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from attacker import COMPLETE, HALF_YEAR, analysis, crowd, on_time, protocol_of, trial_of

from primus_eval.loaders import load_trial
from primus_eval.pipeline import evaluate
from primus_eval.preflight import preflight
from primus_eval.trial import Trial

SAMPLES = Path(__file__).parent.parent / "data" / "sample"


@pytest.fixture(scope="module", params=["maryland", "mentoring"])
def trial(request: pytest.FixtureRequest) -> Trial:
    return load_trial(SAMPLES / request.param / "protocol.toml")


def test_every_analysis_has_a_line_with_its_method(trial: Trial) -> None:
    lines = preflight(trial).splitlines()
    for item in trial.protocol.analysis:
        (line,) = [line for line in lines if line.startswith(f"  {item.id} ")]
        assert f"{item.role}: {item.effect_measure} by" in line
        assert ("(default)" in line) == (item.method is None)
        assert f"population {item.population}" in line


def test_no_number_of_a_result_is_shown(trial: Trial) -> None:
    """Every number that preflight prints is about the design or the follow-up; no other is there."""
    text = preflight(trial).replace(trial.protocol.fingerprint[:16], "")
    followed = text[text.index("outcome ") : text.index("analyses")]
    shown = set(re.findall(r"[0-9]+(?:\.[0-9]+)?", text.replace(followed, "")))
    arms = np.unique(trial.participants["arm"], return_counts=True)[1]
    design = {str(trial.accounts[0].rows_read), str(trial.protocol.disclosure.threshold), *map(str, arms)}
    design |= {code for code in trial.protocol.data.participants.arm.codes if code.isdigit()}
    names = " ".join([item.id for item in trial.protocol.analysis] + [trial.protocol.study.id])
    assert shown - design - set(re.findall("[0-9]+", names)) <= {
        number for row in trial.protocol.analysis for number in re.findall("[0-9]+", row.population)
    } | set(re.findall("[0-9]+", str(trial.protocol.study.registration)))


def test_how_far_people_were_followed_is_said_for_all_together() -> None:
    text = preflight(load_trial(SAMPLES / "mentoring" / "protocol.toml"))
    assert "reoffence_2y: measured for 215 of 218; longest follow-up 730 days" in text  # three were left out
    assert "19 were followed for less than 730 days without the event" in text
    assert "code 'M' is mentors, the treatment arm: 109 people" in text


def test_what_preflight_promises_is_what_happens(trial: Trial) -> None:
    text = preflight(trial)
    findings = evaluate(trial)
    for item in trial.protocol.analysis:
        (line,) = [line for line in text.splitlines() if line.startswith(f"  {item.id} ")]
        works = all(row.status == "estimated" for row in findings.of_analysis(item.id))
        assert line.endswith("can be computed") == works


def small(*analyses: dict[str, object], control: int = 20) -> Trial:
    people = crowd("treatment", arrested=10, free=10) + crowd("control", arrested=10, free=control - 10)
    return trial_of(people, protocol_of(list(analyses)))


def test_what_cannot_be_estimated_is_said_with_its_reason() -> None:
    text = preflight(small(analysis("primary", "primary"), analysis("late", **COMPLETE, outcome=HALF_YEAR)))
    (line,) = [line for line in text.splitlines() if line.startswith("  late")]
    assert "cannot be estimated (no_events)" in line


def test_of_a_population_below_the_threshold_nothing_is_said_but_that() -> None:
    people = crowd("treatment", arrested=10, free=10) + crowd("control", arrested=10, free=10)
    people += crowd("treatment", "c", arrested=2) + crowd("control", "c", free=1)
    few = on_time("few", population="group_c")
    text = preflight(trial_of(people, protocol_of([analysis("primary", "primary"), few])))
    (line,) = [line for line in text.splitlines() if line.startswith("  few")]
    assert line.endswith("fewer people than the threshold")


def test_arms_more_uneven_than_the_scheme_allows_are_named() -> None:
    blocked = {"allocation": {"scheme": "blocked", "block_size": 4}}
    protocol = protocol_of([analysis("primary", "primary")], design=blocked)
    people = crowd("treatment", arrested=10, free=10) + crowd("control", arrested=10, free=30)
    assert "more uneven than blocked allocation" in preflight(trial_of(people, protocol))
    assert "more uneven" not in preflight(small(analysis("primary", "primary")))


def test_what_was_registered_is_named() -> None:
    registration = {"register_name": "OSF", "identifier": "abc12", "registered_on": date(2026, 1, 2)}
    study = {"id": "s", "title": "T", "programme": "P.", "country": "DK"}
    people = crowd("treatment", arrested=10, free=10) + crowd("control", arrested=10, free=10)
    for about, said in (
        (study, "nothing was registered"),
        ({**study, "registration": registration}, "registered: OSF abc12"),
    ):
        protocol = protocol_of([analysis("primary", "primary")], study=about)
        assert said in preflight(trial_of(people, protocol))
