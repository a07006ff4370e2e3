"""Harm: every incident of either arm by kind and by severity; no incident is a row too."""

from __future__ import annotations

import numpy as np

from primus_eval.estimators.process.contrast import arm_members, incidents_of
from primus_eval.estimators.process.delivered import Delivered
from primus_eval.findings import Exhibit
from primus_eval.protocol import ASSIGNED


def harm_exhibit(delivered: Delivered) -> Exhibit | None:
    """Count incidents, and people with any, by arm: all, by kind, and by severity; None without the table.

    Checked: tests/test_process_rows.py (by hand).
    """
    spec = delivered.trial.protocol.data.adverse
    if spec is None or "adverse" not in delivered.trial.tables:
        return None
    person, kind, severity = incidents_of(delivered)
    grades = spec.columns[spec.severity].levels if spec.severity is not None else None
    parts = [("", "", np.ones(len(person), dtype=bool))]
    parts += [(level, "", kind == level) for level in spec.columns[spec.kind].levels or {}]
    parts += [("", level, severity == level) for level in grades or {}]
    rows = []
    for kind_code, severity_code, chosen in parts:
        for arm, members in arm_members(delivered).items():
            of_arm = person[chosen & members[person]]
            counts = (len(of_arm), len(np.unique(of_arm)), int(members.sum()))
            rows.append((kind_code, severity_code, arm, *counts))
    return Exhibit(
        id="harm",
        kind="harm",
        columns=("kind", "severity", "arm", "incidents", "people", "of_people"),
        rows=tuple(rows),
        count_columns=("incidents", "people", "of_people"),
        population=ASSIGNED,
    )
