"""What [process] names must be there: each slip is found, at its key."""

from __future__ import annotations

import pytest
from process_trials import PROCESS, process_protocol

from primus_eval.protocol.crossings import crossing_problems


def document(**process: object) -> dict:
    read = process_protocol().model_dump(mode="json", by_alias=True, exclude_none=True)
    read["process"] = PROCESS | process
    return read


def keys(**process: object) -> list[str | None]:
    found = crossing_problems(document(**process), lines={}, file="protocol.toml")
    return [problem.key for problem in found if (problem.key or "").startswith("process")]


def test_the_protocol_of_these_tests_is_clean() -> None:
    assert keys() == []


@pytest.mark.parametrize(
    "slip",
    [
        {"branch": "brnch"},
        {"referrer": "age"},
        {"planned_release_on": "branch"},
        {"risk": {"column": "wing_", "in": ["high"]}},
        {"risk": {"column": "risk", "in": ["hihg"]}},
        {"endings": {"finished": "planned"}},
        {"cancellations": {"q": "mentor"}},
        {"phases": {"before": "prison"}},
        {"modes_not_counted": ["sms"]},
        {"relationship": "friendship"},
        {"need": [{"domain": "rooof", "at_most": 2}]},
        {"need": [{"domain": "roof", "at_most": 2, "services": ["hotel"]}]},
        {"need": [{"domain": "roof", "at_most": 2, "topic": "about_work"}]},
    ],
)
def test_a_slip_is_found_at_its_key(slip: dict) -> None:
    assert [str(key).split(".")[1].split("[")[0] for key in keys(**slip)] == list(slip)


def test_codes_without_their_column_are_found() -> None:
    read = document()
    del read["data"]["matches"]["end_reason"]
    found = crossing_problems(read, lines={}, file="protocol.toml")
    assert [key.key for key in found if str(key.key).startswith("process")] == ["process.endings"]
