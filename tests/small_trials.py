"""Trials of a dozen people, made in memory: each test says only what is special about its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from primus_eval.measurement import Measurement
from primus_eval.protocol import Analysis, Protocol
from primus_eval.trial import Trial

HORIZON_DAYS = 100


def small_protocol(*, analyses: Sequence[Analysis] = (), **parts: Any) -> Protocol:
    """A protocol with two arms, one outcome observed over 100 days, and a few baseline columns."""
    before = {"timing": "before_randomisation"}
    after = {"timing": "after_randomisation"}
    document: dict[str, Any] = {
        "study": {"id": "small", "title": "A small trial", "programme": "A programme.", "country": "DK"},
        "design": {"allocation": {"scheme": "simple"}},
        "arm": [
            {"id": "mentors", "label": "mentors", "role": "treatment"},
            {"id": "usual", "label": "usual services", "role": "control"},
        ],
        "data": {
            "participants": {
                "file": "participants.csv",
                "person": "id",
                "arm": {"column": "group", "codes": {"1": "mentors", "0": "usual"}},
                "columns": {
                    "days": {"type": "integer", "label": "Days", **after},
                    "event": {"type": "yes_no", "label": "Event", "yes": ["1"], "no": ["0"], **after},
                    "age": {"type": "number", "label": "Age", **before},
                    "prior": {"type": "number", "label": "Prior convictions", **before},
                    "prison": {
                        "type": "category",
                        "label": "Prison",
                        "levels": {"open": "open", "closed": "closed"},
                        **before,
                    },
                    "wing": {
                        "type": "category",
                        "label": "Wing",
                        "levels": {str(number): str(number) for number in range(6)},
                        **before,
                    },
                },
            }
        },
        "outcome": [
            {
                "id": "reoffence",
                "label": "recorded reoffence within 100 days",
                "people_with": "were recorded as reoffending within 100 days",
                "definition": "As recorded.",
                "observed": {"time": "days", "event": "event", "unit": "days"},
                "clock_start": "release",
                "horizon_days": HORIZON_DAYS,
            }
        ],
        "resampling": {"seed": 1, "replicates": 200},
        "analysis": [
            analysis.model_dump(by_alias=True, exclude_none=True)
            for analysis in analyses or (Analysis(id="primary", role="primary", **BY_NEWCOMBE),)
        ],
    }
    return Protocol.model_validate(document | parts)


BY_NEWCOMBE: dict[str, Any] = {"outcome": "reoffence", "effect_measure": "risk_difference"}


def small_trial(
    *,
    treated: Sequence[int],
    days: Sequence[float],
    event: Sequence[int],
    analyses: Sequence[Analysis] = (),
    protocol: Protocol | None = None,
    **columns: Sequence[Any],
) -> Trial:
    """A trial from its columns; age, prior, prison and wing are filled in where they are not given."""
    n = len(treated)
    given: dict[str, Sequence[Any]] = {
        "age": [20 + 7 * (person % 5) + person for person in range(n)],
        "prior": [(3 * person) % 4 for person in range(n)],
        "prison": [("open", "closed")[person % 2] for person in range(n)],
        "wing": [str(person % 6) for person in range(n)],
        **columns,
    }
    frame = pd.DataFrame(
        {
            "arm": pd.Series(["mentors" if one else "usual" for one in treated], dtype="object"),
            "days": pd.Series(days, dtype="float64"),
            "event": pd.Series([bool(one) for one in event], dtype="boolean"),
            "age": pd.Series(given["age"], dtype="float64"),
            "prior": pd.Series(given["prior"], dtype="float64"),
            "prison": pd.Series(given["prison"], dtype="object"),
            "wing": pd.Series(given["wing"], dtype="object"),
        }
    )
    return Trial(protocol=protocol or small_protocol(analyses=analyses), participants=frame, accounts=())


def with_causes(measurement: Measurement, causes: Sequence[str]) -> Measurement:
    """The same measurement where a competing event ended the observation of those who have a cause."""
    cause = pd.Series(causes, dtype="object")
    took = cause.ne("")
    assert not (took & measurement.frame["event"]).any(), "an event ends observation before its cause"
    frame = measurement.frame.assign(cause=cause)
    frame["reoffended"] = frame["reoffended"].mask(took, False)
    return replace(measurement, frame=frame)
